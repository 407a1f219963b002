//! Scenarios compared, as files: the page, charts, tables and the manifest.

mod charts;
mod downstream;
mod findings;
mod page;
mod paths;
mod tables;
mod words;

use super::chart::ChartError;
use super::html::Figure;
use super::png::{PngError, png};
use super::report::Ignorance;
use super::table::{Table, TableError};
use crate::engine::Network;
use crate::experiment::compare::{Causes, Sheet};
use crate::model::{Model, ScenarioHead};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was compared, and how it can be compared again.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The model's title.
    pub title: String,
    /// The model file as named on the command line.
    pub model: String,
    /// SHA-256 of the model; it lies beside as `model.toml`.
    pub model_sha256: String,
    /// The scenarios.
    pub scenarios: Vec<Changed>,
    /// Seed of the random numbers, the same for all.
    pub seed: u64,
    /// Replications of each variant, numbered from 1.
    pub replications: u64,
    /// Replications from which causes and the ends of ranges were worked out: the first so many.
    pub explained: u64,
    /// Draws of the model's numbers, shared by all variants; none if its own numbers were used throughout.
    pub ignorance: Option<Ignorance>,
    /// Level of the intervals.
    pub level: f64,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// When it was finished, UTC.
    pub finished: String,
    /// Seconds it took.
    pub seconds: f64,
    /// Variants simulated: the baseline, the scenarios, and what explains them.
    pub variants: u64,
    /// Replications computed by this run.
    pub computed: u64,
    /// Replications kept from earlier runs.
    pub reused: u64,
    /// Events of all replications.
    pub events: u64,
    /// Where computed replications are kept.
    pub store: Option<String>,
    /// Digest of every bit of the baseline's named measures.
    pub digest: String,
    /// Kind of machine.
    pub machine: String,
}

/// A scenario in the manifest.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// Its file as named on the command line.
    pub file: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of the model under the scenario; it lies beside in `scenarios/`.
    pub model_sha256: String,
    /// Digest of every bit of its named measures.
    pub digest: String,
}

/// The baseline.
pub struct Side {
    /// The compiled model.
    pub network: Network,
    /// Its named measures, replication by replication.
    pub sheet: Sheet,
    /// The model as it was run, as TOML.
    pub canonical: String,
}

impl Side {
    /// The parts together.
    #[must_use]
    pub fn new(network: Network, sheet: Sheet, canonical: String) -> Side {
        Side { network, sheet, canonical }
    }
}

/// A scenario with all that was computed for it.
pub struct Case {
    /// What its file says of itself.
    pub head: ScenarioHead,
    /// The model under the scenario.
    pub model: Model,
    /// Its named measures, replication by replication.
    pub sheet: Sheet,
    /// The model as it was run, as TOML.
    pub canonical: String,
    /// With its changes at the ends of their ranges, if any has a range.
    pub ends: Option<Ends>,
    /// What each cause adds, if it has several.
    pub breakdown: Option<Breakdown>,
    /// Against the baseline, both with effects assumed in the model at the ends of their ranges.
    pub assumed: Option<Assumed>,
}

impl Case {
    /// The parts together.
    #[must_use]
    pub fn new(
        head: ScenarioHead,
        model: Model,
        sheet: Sheet,
        canonical: String,
        ends: Option<Ends>,
        breakdown: Option<Breakdown>,
    ) -> Case {
        Case { head, model, sheet, canonical, ends, breakdown, assumed: None }
    }

    /// With what is known of the effects it rests on.
    #[must_use]
    pub fn resting_on(mut self, assumed: Option<Assumed>) -> Case {
        self.assumed = assumed;
        self
    }
}

/// A scenario with all changes that have a range at the same end of it.
pub struct Ends {
    /// At the end nearer to no change.
    pub weak: Sheet,
    /// At the other end.
    pub strong: Sheet,
}

/// Baseline and scenario with the effects assumed in the model at an end of their ranges.
pub struct Assumed {
    /// At the end nearer to no effect.
    pub weak: (Sheet, Sheet),
    /// At the other end.
    pub strong: (Sheet, Sheet),
}

/// A scenario's causes.
pub enum Breakdown {
    /// What each set of causes gives.
    Known {
        /// How the sets are weighed.
        causes: Causes,
        /// What the causes are, in words.
        titles: Vec<String>,
        /// The measures under each set of causes, as bits.
        sheets: BTreeMap<u32, Sheet>,
    },
    /// Some changes make no valid model without the others.
    Inseparable,
}

/// A finished comparison.
pub struct Comparison<'a> {
    /// Carrying on as now.
    pub base: &'a Side,
    /// The scenarios, in the order given.
    pub cases: &'a [Case],
    /// What was compared.
    pub manifest: &'a Manifest,
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

/// A report in its forms.
pub struct Report {
    /// All files of the folder: (relative name, bytes).
    pub files: Vec<(String, Vec<u8>)>,
    /// Everything as JSON.
    pub json: Value,
    /// What is printed.
    pub text: String,
}

/// Makes the report.
///
/// # Errors
/// When a picture or table cannot be written.
pub fn report(comparison: &Comparison<'_>) -> Result<Report, ReportError> {
    let views = findings::all(comparison);
    let sets = tables::all(comparison, &views);
    let mut files = Vec::new();
    for table in &sets {
        files.push((format!("{}.csv", table.id), csv(table)?));
    }
    let mut figures = Vec::new();
    for view in &views {
        figures.push(charts::of(comparison, view)?);
    }
    let overview = charts::overview(comparison, &views)?;
    for figure in figures.iter().flatten().chain(&overview) {
        let id = &figure.drawing.id;
        let svg = figure.drawing.svg();
        let bitmap = png(&svg, 2.0).map_err(|e| ReportError::Png(id.clone(), e))?;
        if let Some(table) = &figure.table {
            files.push((format!("charts/{id}.csv"), csv(table)?));
        }
        files.push((format!("charts/{id}.svg"), svg.into_bytes()));
        files.push((format!("charts/{id}.png"), bitmap));
    }
    let answers: Vec<Value> = views.iter().map(|v| words::json(comparison, v)).collect();
    let tables: BTreeMap<&str, Value> = sets.iter().map(|t| (t.id.as_str(), t.json())).collect();
    let json = json!({ "manifest": comparison.manifest, "scenarios": answers, "tables": tables });
    let text = words::text(comparison, &views);
    let page = page::page(comparison, &views, figures, overview);
    files.push(("index.html".into(), page.html().into_bytes()));
    files.push(("results.json".into(), serde_json::to_vec(&json)?));
    files.push(("compare.json".into(), serde_json::to_vec_pretty(comparison.manifest)?));
    files.push(("model.toml".into(), comparison.base.canonical.clone().into_bytes()));
    for view in &views {
        files.push((format!("scenarios/{}.toml", view.slug), view.case.canonical.clone().into_bytes()));
    }
    Ok(Report { files, json, text })
}

fn csv(table: &Table) -> Result<Vec<u8>, ReportError> {
    table.csv().map(String::into_bytes).map_err(|e| ReportError::Table(table.id.clone(), e))
}

/// A picture with its files beside the page.
fn figure(drawing: super::chart::Drawing, headline: String, subtitle: String, table: Table) -> Figure {
    let id = drawing.id.clone();
    let link = |label: &str, end: &str| super::html::Download {
        label: label.to_string(),
        path: format!("charts/{id}.{end}"),
    };
    Figure {
        downloads: vec![link("SVG", "svg"), link("PNG", "png"), link("Data as CSV", "csv")],
        headline,
        subtitle,
        drawing,
        table: Some(table),
        notes: Vec::new(),
    }
}
