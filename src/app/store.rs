//! Computed replications kept between runs of `caseflow compare`.
//!
//! A folder for each variant, named by a digest of all that its numbers depend on (the model
//! with its changes, seed, version, layout), and in it a file for each block of replications.
//! Only numbers that simulated replications gave are kept, never a model or data. A file is
//! written whole and read back only if its digest, key, size and numbering are right: anything
//! else is computed anew.

use crate::experiment::compare::{BLOCK, Block, Keep, KeepError, Kept};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// First bytes of every file.
const MAGIC: &[u8; 16] = b"caseflow rows 1\n";
/// Most numbers of one replication.
const MOST_COLUMNS: usize = 4_000_000;
/// Most bytes kept; folders that this run does not use go first, oldest first.
const MOST_BYTES: u64 = 4 << 30;
/// The file by which a folder is known to be a store.
const MARK: &str = "caseflow-store.txt";
const MARK_TEXT: &str = "Computed replications that `caseflow compare` keeps, so that it can go on where it \
stopped and add scenarios without computing the others again. They hold no data. This folder may be deleted.\n";

/// What went wrong with the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(
        "{0} exists and is not a folder of computed replications: it is left alone; name another with --store"
    )]
    NotOurs(String),
    #[error("cannot write {0}: {1}")]
    Write(String, std::io::Error),
}

/// A folder of computed replications.
#[derive(Debug)]
pub(crate) struct Store {
    place: PathBuf,
    used: BTreeSet<String>,
}

impl Store {
    /// Opens a folder, making it if there is none; a folder of something else is refused.
    pub fn open(place: &Path) -> Result<Store, StoreError> {
        let failed = |e| StoreError::Write(place.display().to_string(), e);
        let ours = place.join(MARK).is_file();
        if place.exists() && !ours {
            let empty = place.is_dir() && fs::read_dir(place).map_err(failed)?.next().is_none();
            if !empty {
                return Err(StoreError::NotOurs(place.display().to_string()));
            }
        }
        if !ours {
            fs::create_dir_all(place).map_err(failed)?;
            fs::write(place.join(MARK), MARK_TEXT).map_err(failed)?;
        }
        Ok(Store { place: place.to_path_buf(), used: BTreeSet::new() })
    }

    /// What is kept of a variant; `columns` numbers a replication.
    pub fn variant(&mut self, key: [u8; 32], columns: usize) -> Variant {
        let name: String = key.iter().take(16).map(|b| format!("{b:02x}")).collect();
        self.used.insert(name.clone());
        Variant { folder: self.place.join(name), key, columns, damaged: 0 }
    }

    /// Takes out what this run did not use, oldest first, until the store is no larger than it may be.
    pub fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.place) else { return };
        let mut folders: Vec<(bool, std::time::SystemTime, u64, PathBuf)> = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
            let Ok(meta) = entry.metadata() else { continue };
            if ours && meta.is_dir() {
                let when = meta.modified().unwrap_or(std::time::SystemTime::UNIX_EPOCH);
                folders.push((self.used.contains(&name), when, size_of(&entry.path()), entry.path()));
            }
        }
        let mut total: u64 = folders.iter().map(|f| f.2).sum();
        folders.sort();
        for (used, _, size, path) in folders {
            if total <= MOST_BYTES || used {
                break;
            }
            if fs::remove_dir_all(&path).is_ok() {
                total -= size;
            }
        }
    }
}

fn size_of(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum()
}

/// What is kept of one variant.
#[derive(Debug)]
pub(crate) struct Variant {
    folder: PathBuf,
    key: [u8; 32],
    columns: usize,
    /// Files found that were not what was written.
    pub damaged: u64,
}

impl Variant {
    fn path(&self, block: u64) -> PathBuf {
        self.folder.join(format!("{block:06}.rows"))
    }

    /// Bytes of a file of so many replications.
    fn size(&self, replications: usize) -> u64 {
        (MAGIC.len() + 32 + 16 + replications * (16 + 8 * self.columns) + 32) as u64
    }

    fn load(&self, block: u64) -> Option<Vec<u8>> {
        let file = File::open(self.path(block)).ok()?;
        let meta = file.metadata().ok()?;
        let largest = self.size(BLOCK as usize);
        if !meta.is_file() || meta.len() > largest || self.columns > MOST_COLUMNS {
            return Some(Vec::new());
        }
        let mut bytes = Vec::new();
        match file.take(largest + 1).read_to_end(&mut bytes) {
            Ok(_) => Some(bytes),
            Err(_) => Some(Vec::new()),
        }
    }

    /// The block in a file's bytes, if every one of them is as it was written.
    fn parse(&self, block: u64, bytes: &[u8]) -> Option<Block> {
        let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        if Sha256::digest(body).as_slice() != digest {
            return None;
        }
        let rest = body.strip_prefix(MAGIC)?.strip_prefix(&self.key)?;
        let mut words = Words(rest);
        let (count, columns) = (words.next()?, words.next()?);
        let fits = (1..=BLOCK).contains(&count) && columns == self.columns as u64;
        if !fits || bytes.len() as u64 != self.size(count as usize) {
            return None;
        }
        let mut out = Block::new();
        for _ in 0..count {
            let (number, events) = (words.next()?, words.next()?);
            let values: Option<Vec<f64>> = (0..columns).map(|_| words.next().map(f64::from_bits)).collect();
            if number.saturating_sub(1) / BLOCK != block || number == 0 {
                return None;
            }
            out.insert(number, Kept { events, values: values? });
        }
        (out.len() as u64 == count).then_some(out)
    }

    fn bytes(&self, kept: &Block) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size(kept.len()) as usize);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.key);
        out.extend_from_slice(&(kept.len() as u64).to_le_bytes());
        out.extend_from_slice(&(self.columns as u64).to_le_bytes());
        for (number, row) in kept {
            out.extend_from_slice(&number.to_le_bytes());
            out.extend_from_slice(&row.events.to_le_bytes());
            row.values.iter().for_each(|v| out.extend_from_slice(&v.to_bits().to_le_bytes()));
        }
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }
}

/// Numbers of 8 bytes, one after the other.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn next(&mut self) -> Option<u64> {
        let (word, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*word))
    }
}

impl Keep for Variant {
    fn read(&mut self, block: u64) -> Option<Block> {
        let bytes = self.load(block)?;
        let parsed = self.parse(block, &bytes);
        self.damaged += u64::from(parsed.is_none());
        parsed
    }

    fn write(&mut self, block: u64, kept: &Block) -> Result<(), KeepError> {
        if kept.is_empty() || kept.values().any(|k| k.values.len() != self.columns) {
            return Ok(());
        }
        let path = self.path(block);
        let work = self.folder.join(format!("{block:06}.unfinished-{}", std::process::id()));
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(&work, self.bytes(kept)))
            .and_then(|()| fs::rename(&work, &path));
        written.map_err(|e| {
            let _ = fs::remove_file(&work);
            KeepError(format!("cannot keep computed replications in {}: {e}", self.folder.display()))
        })
    }

    fn clear(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let row = |n: u64| Kept { events: n, values: vec![n as f64, f64::NAN, -0.0] };
        [(17, row(1)), (20, row(2))].into_iter().collect()
    }

    fn bits(block: &Block) -> Vec<(u64, u64, Vec<u64>)> {
        let row = |k: &Kept| k.values.iter().map(|v| v.to_bits()).collect();
        block.iter().map(|(n, k)| (*n, k.events, row(k))).collect()
    }

    #[test]
    fn every_bit_comes_back_and_nothing_else_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("kept")).unwrap();
        let mut variant = store.variant([7; 32], 3);
        assert!(variant.read(1).is_none());
        variant.write(1, &block()).unwrap();
        assert_eq!(bits(&variant.read(1).unwrap()), bits(&block()));
        assert_eq!(variant.damaged, 0);
        // another block's number, key or shape
        fs::copy(variant.path(1), variant.path(2)).unwrap();
        assert!(variant.read(2).is_none());
        assert_eq!(variant.damaged, 1);
        let mut other = Variant { folder: variant.folder.clone(), key: [8; 32], columns: 3, damaged: 0 };
        assert!(other.read(1).is_none());
        let mut wider = Variant { folder: variant.folder.clone(), key: [7; 32], columns: 4, damaged: 0 };
        assert!(wider.read(1).is_none());
    }

    #[test]
    fn any_changed_byte_or_length_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path().join("kept").as_path()).unwrap();
        let mut variant = store.variant([7; 32], 3);
        variant.write(1, &block()).unwrap();
        let good = fs::read(variant.path(1)).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(variant.parse(1, &bad).is_none(), "byte {at}");
            assert!(variant.parse(1, &good[..at]).is_none(), "length {at}");
        }
        let mut long = good.clone();
        long.push(0);
        assert!(variant.parse(1, &long).is_none());
        fs::write(variant.path(1), vec![0; 1 << 20]).unwrap();
        assert!(variant.read(1).is_none());
    }

    #[test]
    fn a_folder_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("letter.txt"), "dear").unwrap();
        assert!(matches!(Store::open(dir.path()), Err(StoreError::NotOurs(_))));
        assert!(matches!(Store::open(&dir.path().join("letter.txt")), Err(StoreError::NotOurs(_))));
        assert!(!dir.path().join(MARK).exists());
    }
}
