//! Simulated numbers kept beside a calibration while it runs, so that it can go on where it stopped.
//!
//! One line a set of numbers: its key and what it gave, as bits. The first line holds a digest of all that the numbers
//! depend on; a file of another is begun anew. A line that was not written whole is left out.

use super::files::FileError;
use crate::calibrate::totals::Cache;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Most bytes read back.
const MOST: u64 = 1 << 30;

/// A file of simulated numbers.
pub(crate) struct Kept {
    place: PathBuf,
    known: Mutex<Known>,
}

struct Known {
    numbers: BTreeMap<u64, Vec<f64>>,
    file: File,
}

impl Kept {
    /// Opens the file that belongs to a folder of results.
    pub fn open(folder: &Path, key: [u8; 32]) -> Result<Kept, FileError> {
        let mut name = folder.file_name().unwrap_or_else(|| "caseflow-calibrate".as_ref()).to_os_string();
        name.push(".unfinished");
        let place = folder.with_file_name(name);
        let head: String = "caseflow calibrate 1 ".chars().chain(key.iter().flat_map(hex)).collect();
        let text = fs::metadata(&place).ok().filter(|m| m.is_file() && m.len() <= MOST);
        let text = text.and_then(|_| fs::read_to_string(&place).ok()).unwrap_or_default();
        let mut known = BTreeMap::new();
        let ours = text.lines().next() == Some(head.as_str());
        if ours {
            known.extend(text.lines().skip(1).filter_map(line));
        } else if place.exists() && !text.starts_with("caseflow calibrate 1 ") {
            return Err(FileError::NotOurs { path: place.display().to_string() });
        }
        let failed =
            |e: std::io::Error| FileError::Write { path: place.display().to_string(), why: e.to_string() };
        let mut file = if ours {
            File::options().append(true).open(&place).map_err(failed)?
        } else {
            if let Some(parent) = place.parent().filter(|p| !p.as_os_str().is_empty()) {
                fs::create_dir_all(parent).map_err(failed)?;
            }
            File::create(&place).map_err(failed)?
        };
        if ours {
            // what was cut off in the middle of a line must not run into the next
            writeln!(file).map_err(failed)?;
        } else {
            writeln!(file, "{head}").map_err(failed)?;
        }
        Ok(Kept { place, known: Mutex::new(Known { numbers: known, file }) })
    }

    /// Where it lies.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Takes the file away once the results are written.
    pub fn done(&self) {
        let _ = fs::remove_file(&self.place);
    }
}

fn hex(byte: &u8) -> Vec<char> {
    format!("{byte:02x}").chars().collect()
}

/// A key and its numbers; the last word says how many there are.
fn line(text: &str) -> Option<(u64, Vec<f64>)> {
    let words: Option<Vec<u64>> = text.split(' ').map(|w| u64::from_str_radix(w, 16).ok()).collect();
    let words = words?;
    let (key, rest) = words.split_first()?;
    let (count, values) = rest.split_last()?;
    (*count == values.len() as u64).then(|| (*key, values.iter().map(|b| f64::from_bits(*b)).collect()))
}

impl Cache for Kept {
    fn get(&self, key: u64) -> Option<Vec<f64>> {
        self.known.lock().ok()?.numbers.get(&key).cloned()
    }

    fn put(&self, key: u64, outputs: &[f64]) {
        let Ok(mut known) = self.known.lock() else { return };
        let words: String = outputs.iter().map(|x| format!(" {:x}", x.to_bits())).collect();
        let text = format!("{key:x}{words} {:x}\n", outputs.len());
        // a full disk only means that less is kept
        let _ = known.file.write_all(text.as_bytes());
        known.numbers.insert(key, outputs.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_comes_back_and_a_broken_line_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("fit");
        let kept = Kept::open(&out, [1; 32]).unwrap();
        kept.put(7, &[0.1, -0.0, 1e300]);
        kept.put(8, &[]);
        drop(kept);
        let place = dir.path().join("fit.unfinished");
        let text = fs::read_to_string(&place).unwrap();
        fs::write(&place, format!("{text}9 3ff0000000000000 3ff00")).unwrap();
        let again = Kept::open(&out, [1; 32]).unwrap();
        assert_eq!(
            again.get(7).unwrap().iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            [0.1f64, -0.0, 1e300].map(f64::to_bits)
        );
        assert_eq!(again.get(8), Some(vec![]));
        assert_eq!(again.get(9), None);
        again.put(10, &[2.0]);
        drop(again);
        assert_eq!(Kept::open(&out, [1; 32]).unwrap().get(10), Some(vec![2.0]));
        // another calibration begins anew; a stranger's file is left alone
        assert_eq!(Kept::open(&out, [2; 32]).unwrap().get(7), None);
        fs::write(&place, "a letter").unwrap();
        assert!(Kept::open(&out, [2; 32]).is_err());
    }
}
