//! Files of returns on disk.

use super::Failure;
use crate::calibrate::records::read::{Input, ReadError};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files taken from one folder at most.
const MOST_IN_FOLDER: usize = 1_000;

/// A file, opened anew each time it is read.
pub(super) struct OnDisk {
    path: PathBuf,
    name: String,
    size: u64,
}

impl Input for OnDisk {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> Result<Box<dyn Read + '_>, ReadError> {
        // No more than was there at first: a file that grows while it is read is not followed.
        Ok(Box::new(File::open(&self.path)?.take(self.size)))
    }

    fn size(&self) -> Option<u64> {
        Some(self.size)
    }
}

/// The files named, and those in the folders named, in order of name.
pub(super) fn gather(paths: &[PathBuf]) -> Result<Vec<OnDisk>, Failure> {
    let mut out = Vec::new();
    for path in paths {
        let meta = fs::metadata(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        if meta.is_dir() {
            let mut inside = Vec::new();
            for entry in fs::read_dir(path)? {
                let entry = entry?.path();
                if wanted(&entry) && entry.is_file() {
                    inside.push(entry);
                }
                if inside.len() > MOST_IN_FOLDER {
                    return Err(format!("{} has over {MOST_IN_FOLDER} files", path.display()).into());
                }
            }
            if inside.is_empty() {
                return Err(format!("{} has no .xlsx, .csv or .xml files", path.display()).into());
            }
            inside.sort();
            for entry in inside {
                out.push(one(&entry)?);
            }
        } else {
            out.push(one(path)?);
        }
    }
    Ok(out)
}

fn wanted(path: &Path) -> bool {
    let end = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let temporary = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '~']));
    matches!(end.as_str(), "csv" | "xlsx" | "xlsm" | "xml" | "txt" | "tsv") && !temporary
}

fn one(path: &Path) -> Result<OnDisk, Failure> {
    let name = path.display().to_string();
    let meta = fs::metadata(path).map_err(|e| format!("cannot read {name}: {e}"))?;
    if !meta.is_file() {
        return Err(format!("{name} is a device or a pipe; an ordinary file was expected").into());
    }
    Ok(OnDisk { path: path.to_path_buf(), name, size: meta.len() })
}
