//! Where the published statistics come from: a file named, the newest kept, or those in the program.

use super::Failure;
use crate::app::files;
use crate::calibrate::data::Statistics;
use std::path::{Path, PathBuf};

/// Largest file of statistics read.
const MOST_BYTES: u64 = 64 << 20;
/// The file of statistics in the data folder.
pub(super) const NAME: &str = "statistics.caseflow";

/// Statistics and where they were found.
pub(super) struct Found {
    own: Option<Statistics>,
    /// For readers.
    pub place: String,
}

impl Found {
    pub fn statistics(&self) -> &Statistics {
        self.own.as_ref().unwrap_or_else(|| Statistics::embedded())
    }
}

/// Reads the statistics named, else those kept in the data folder, else those in the program.
pub(super) fn read(named: Option<&Path>) -> Result<Found, Failure> {
    let kept = kept().filter(|p| p.is_file());
    let Some(path) = named.map(Path::to_path_buf).or(kept) else {
        return Ok(Found { own: None, place: "in the program".into() });
    };
    let bytes = files::read_up_to(&path, MOST_BYTES, "a file of statistics")?;
    let own = Statistics::decode(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Found { own: Some(own), place: path.display().to_string() })
}

/// The file kept in the user's data folder, if there is such a folder: `CASEFLOW_DATA`, else the system's place for
/// data of programs.
pub(super) fn kept() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let place = folder("CASEFLOW_DATA").or_else(|| {
        let base = if cfg!(windows) {
            folder("APPDATA")
        } else if cfg!(target_os = "macos") {
            folder("HOME").map(|h| h.join("Library/Application Support"))
        } else {
            folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|h| h.join(".local/share")))
        };
        base.map(|b| b.join("caseflow"))
    })?;
    Some(place.join(NAME))
}
