//! What individual records gave, as files: the data page, the fit page, tables, pictures, the model.
//!
//! Everything here is counts and estimates; counts of one to five children are withheld, and curves stop
//! where fewer than ten are at risk.

mod charts;
mod data;
mod fits;
mod tables;
mod words;

use super::png::png;
use super::report::ReportError;
use crate::calibrate::records::fit::Council;
use crate::calibrate::records::read::Import;
use serde::Serialize;

/// What was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// `import`.
    pub kind: &'static str,
    /// The council's name.
    pub place: String,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// When it was finished, UTC.
    pub finished: String,
}

/// A finished import with its estimates.
#[derive(Clone, Copy, Debug)]
pub struct Study<'a> {
    /// What was read.
    pub found: &'a Import,
    /// What was estimated.
    pub council: &'a Council,
    /// The model file made from it.
    pub model: &'a str,
    /// What was asked for.
    pub manifest: &'a Manifest,
}

/// All files: `index.html` (the data), `fit.html`, `model.toml`, tables and pictures.
///
/// # Errors
/// A picture or table that cannot be made.
pub fn files(study: &Study<'_>) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let mut out = vec![("model.toml".to_string(), study.model.as_bytes().to_vec())];
    for table in tables::all(study) {
        let csv = table.csv().map_err(|e| ReportError::Table(table.id.clone(), e))?;
        out.push((format!("{}.csv", table.id), csv.into_bytes()));
    }
    let figures = charts::all(study)?;
    for figure in figures.iter().flat_map(|f| &f.1) {
        let id = &figure.drawing.id;
        let svg = figure.drawing.svg();
        let bitmap = png(&svg, 2.0).map_err(|e| ReportError::Png(id.clone(), e))?;
        if let Some(table) = &figure.table {
            let csv = table.csv().map_err(|e| ReportError::Table(id.clone(), e))?;
            out.push((format!("charts/{id}.csv"), csv.into_bytes()));
        }
        out.push((format!("charts/{id}.svg"), svg.into_bytes()));
        out.push((format!("charts/{id}.png"), bitmap));
    }
    out.push(("index.html".to_string(), data::page(study).html().into_bytes()));
    out.push(("fit.html".to_string(), fits::page(study, figures).html().into_bytes()));
    Ok(out)
}
