//! All returns of an invented council as files.

use super::council::Council;
use super::dirt::Dirt;
use super::sheet::Dates;
use super::{annex_a, cin, episodes, ssda903, xlsx};

/// Files by name.
#[derive(Clone, PartialEq, Debug)]
pub struct Returns {
    /// Name, with folders, and content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Writes the episode file, the Annex A workbook, the census files and the SSDA903 files, planting
/// mistakes as `dirt` says; with mistakes, also the list of them, `planted.csv`.
pub fn returns(council: &Council, dirt: &mut Dirt) -> Returns {
    let mut files = Vec::new();
    let mut plain = episodes::sheet(council);
    dirt.spoil(&mut plain, "episodes.csv", Dates::Iso, false);
    files.push(("episodes.csv".to_string(), plain.csv(Dates::Iso)));
    let mut lists = annex_a::sheets(council);
    for list in &mut lists {
        dirt.spoil(list, "annex_a.xlsx", Dates::Serial, false);
    }
    files.push(("annex_a.xlsx".to_string(), xlsx::workbook(&lists)));
    files.extend(cin::files(council, dirt));
    files.extend(ssda903::files(council, dirt));
    if !dirt.planted.is_empty() {
        files.push(("planted.csv".to_string(), dirt.csv()));
    }
    Returns { files }
}
