//! Reading bounded input, and writing output whole or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Longest model or scenario file that is read, 16 MiB.
const LONGEST: u64 = 16 << 20;

/// What went wrong with a file, in words for the user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("cannot read {path}: {why}")]
    Read { path: String, why: String },
    #[error("cannot write {path}: {why}")]
    Write { path: String, why: String },
    #[error("{path} holds an earlier run: give another folder with --out, or --force to replace it")]
    Taken { path: String },
    #[error(
        "{path} exists and is not a folder that caseflow wrote: it is left alone; give another with --out"
    )]
    NotOurs { path: String },
    #[error("{path} exists: give another name, or --force to replace it")]
    Exists { path: String },
}

fn read_error(path: &Path, why: impl ToString) -> FileError {
    FileError::Read { path: path.display().to_string(), why: why.to_string() }
}

fn write_error(path: &Path, why: impl ToString) -> FileError {
    FileError::Write { path: path.display().to_string(), why: why.to_string() }
}

/// Reads a model or scenario file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_up_to(path, LONGEST, "a model file")
}

/// Reads a whole ordinary file of at most `longest` bytes; devices, pipes and folders are refused
/// at once.
pub(crate) fn read_up_to(path: &Path, longest: u64, what: &str) -> Result<Vec<u8>, FileError> {
    let meta = fs::metadata(path).map_err(|e| read_error(path, e))?;
    if meta.is_dir() {
        return Err(read_error(path, format!("it is a folder; {what} was expected")));
    }
    if !meta.is_file() {
        return Err(read_error(path, "it is a device or a pipe; an ordinary file was expected"));
    }
    if meta.len() > longest {
        let size = meta.len() >> 20;
        return Err(read_error(path, format!("it has {size} MiB; at most {} are read", longest >> 20)));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| read_error(path, e))?;
    file.take(longest + 1).read_to_end(&mut bytes).map_err(|e| read_error(path, e))?;
    Ok(bytes)
}

/// A folder of results that appears at its place only when it is complete.
pub(crate) struct Folder {
    place: PathBuf,
    work: PathBuf,
    done: bool,
}

/// The files by which a folder is known to be caseflow's: one of them is in it.
pub(crate) const MANIFESTS: [&str; 4] = ["run.json", "compare.json", "calibration.json", "synthetic.json"];

impl Folder {
    /// Refuses at once, before any work, what could not be written at the end.
    pub fn new(place: &Path, force: bool) -> Result<Folder, FileError> {
        let path = place.display().to_string();
        if let Ok(meta) = fs::metadata(place) {
            if !meta.is_dir() {
                return Err(FileError::NotOurs { path });
            }
            let empty = fs::read_dir(place).map_err(|e| write_error(place, e))?.next().is_none();
            let ours = MANIFESTS.iter().any(|m| place.join(m).is_file());
            match (empty, ours, force) {
                (true, _, _) | (_, true, true) => {}
                (_, true, false) => return Err(FileError::Taken { path }),
                (_, false, _) => return Err(FileError::NotOurs { path }),
            }
        }
        let name = place.file_name().map_or_else(|| "results".into(), |n| n.to_string_lossy().into_owned());
        let parent = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|e| write_error(parent, e))?;
        let work = parent.join(format!(".{name}.unfinished-{}", std::process::id()));
        fs::create_dir(&work).map_err(|e| write_error(&work, e))?;
        Ok(Folder { place: place.to_path_buf(), work, done: false })
    }

    /// Writes one file into the folder; `name` may have folders in it, but none upwards.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let safe = !name.is_empty()
            && Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if !safe {
            return Err(write_error(Path::new(name), "the name leads out of the folder"));
        }
        let path = self.work.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| write_error(parent, e))?;
        }
        fs::write(&path, bytes).map_err(|e| write_error(&path, e))
    }

    /// Puts the finished folder in its place.
    pub fn finish(mut self) -> Result<(), FileError> {
        let aside = self.work.with_extension("replaced");
        if self.place.exists() {
            fs::rename(&self.place, &aside).map_err(|e| write_error(&self.place, e))?;
        }
        if let Err(e) = fs::rename(&self.work, &self.place) {
            // put the old one back: nothing is lost
            let _ = fs::rename(&aside, &self.place);
            return Err(write_error(&self.place, e));
        }
        self.done = true;
        let _ = fs::remove_dir_all(&aside);
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(&self.work);
        }
    }
}

/// Writes one file whole or not at all, never over another without `force`.
pub(crate) fn write_whole(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), FileError> {
    if path.exists() && !force {
        return Err(FileError::Exists { path: path.display().to_string() });
    }
    let mut work = path.as_os_str().to_owned();
    work.push(format!(".unfinished-{}", std::process::id()));
    let work = PathBuf::from(work);
    let written = File::create_new(&work).and_then(|file| {
        let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
        fill(&mut out)?;
        out.flush()
    });
    written.and_then(|()| fs::rename(&work, path)).map_err(|e| {
        let _ = fs::remove_file(&work);
        write_error(path, e)
    })
}
