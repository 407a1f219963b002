//! A run's results as files: the page, charts, tables and the manifest.

mod capacity;
mod charts;
mod flows;
mod json;
mod page;
mod tables;
mod words;

use crate::engine::Network;
use crate::experiment::measures::Measured;
use crate::experiment::run::Rows;
use crate::present::chart::{ChartError, Drawing};
use crate::present::html::{Download, Figure};
use crate::present::png::{PngError, png};
use crate::present::table::{Table, TableError};
use serde::Serialize;

pub use tables::{assumptions, grade_name as grade_word};
pub use words::{assumptions_in_words, text};

/// What was run, and how it can be run again.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The model's title.
    pub title: String,
    /// The model file as named on the command line.
    pub model: String,
    /// SHA-256 of the effective model, after the scenarios; it lies beside as `model.toml`.
    pub model_sha256: String,
    /// Scenario files.
    pub scenarios: Vec<String>,
    /// Their titles.
    pub scenario_titles: Vec<String>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of the first replication.
    pub first: u64,
    /// Replications done.
    pub replications: u64,
    /// Replications planned.
    pub planned: u64,
    /// Whether the run was stopped early.
    pub stopped: bool,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// When the run was finished, UTC.
    pub finished: String,
    /// Seconds the simulation took.
    pub seconds: f64,
    /// Events in all replications.
    pub events: u64,
    /// Most case records in use at once in any replication.
    pub most_cases: usize,
    /// Digest of every bit of every number measured.
    pub digest: String,
    /// Kind of machine.
    pub machine: String,
    /// Where draws of the model's numbers came from; none if its own numbers were used throughout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignorance: Option<Ignorance>,
}

/// Draws of a model's numbers, as used in a run.
#[derive(Clone, Debug, Serialize)]
pub struct Ignorance {
    /// `draws` (of a calibration) or `ranges` (of the model file).
    pub from: String,
    /// The file of draws, or the model file.
    pub file: String,
    /// SHA-256 of the draws as text.
    pub sha256: String,
    /// Draws there are.
    pub draws: u64,
    /// Draws that this run used.
    pub used: u64,
    /// Replications of one draw that stand together.
    pub per_draw: u64,
    /// Numbers that are drawn.
    pub numbers: usize,
}

/// A finished run.
pub struct Study<'a> {
    /// The compiled model.
    pub network: &'a Network,
    /// What the replications measured.
    pub rows: &'a Rows,
    /// Named measures.
    pub measured: &'a [Measured],
    /// What was run.
    pub manifest: &'a Manifest,
}

impl Study<'_> {
    /// Whether the replications had draws of the model's numbers.
    pub(crate) fn drawn(&self) -> bool {
        !self.rows.draws.is_empty()
    }
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A picture.
    #[error("cannot draw {0}: {1}")]
    Chart(String, ChartError),
    /// A bitmap.
    #[error("cannot draw {0} as a bitmap: {1}")]
    Png(String, PngError),
    /// A table.
    #[error("cannot write the table {0}: {1}")]
    Table(String, TableError),
    /// The manifest.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// All files of a run's folder: (relative name, bytes).
pub fn files(study: &Study<'_>) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let mut out = Vec::new();
    let mut add_table = |name: &str, table: &Table| -> Result<(), ReportError> {
        let csv = table.csv().map_err(|e| ReportError::Table(name.to_string(), e))?;
        out.push((format!("{name}.csv"), csv.into_bytes()));
        Ok(())
    };
    add_table("window", &tables::window(study))?;
    add_table("periods", &tables::periods(study))?;
    add_table("replications", &tables::replications(study))?;
    add_table("assumptions", &tables::assumptions(study.network.model()))?;
    add_table("measures", &tables::measures(study))?;
    if let Some(shares) = tables::shares(study) {
        add_table("ignorance", &shares)?;
    }
    if let Some(compared) = tables::compared(study) {
        add_table("compared", &compared)?;
    }
    for table in capacity::tables(study) {
        add_table(&table.id, &table)?;
    }
    let figures = charts::all(study)?;
    for figure in figures.iter().flat_map(|group| &group.figures) {
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
    out.push(("index.html".to_string(), page::page(study, figures).html().into_bytes()));
    out.push(("results.json".to_string(), serde_json::to_vec(&json::json(study))?));
    out.push(("run.json".to_string(), serde_json::to_vec_pretty(study.manifest)?));
    Ok(out)
}

/// Everything as JSON: manifest, named measures, and every column.
pub fn json(study: &Study<'_>) -> serde_json::Value {
    json::json(study)
}

/// A figure with its files beside the page.
fn figure(drawing: Drawing, headline: String, subtitle: String, table: Table) -> Figure {
    let id = drawing.id.clone();
    let link =
        |label: &str, end: &str| Download { label: label.to_string(), path: format!("charts/{id}.{end}") };
    Figure {
        downloads: vec![link("SVG", "svg"), link("PNG", "png"), link("Data as CSV", "csv")],
        headline,
        subtitle,
        drawing,
        table: Some(table),
        notes: Vec::new(),
    }
}

/// Figures that belong under one heading.
struct Group {
    title: String,
    words: String,
    figures: Vec<Figure>,
}
