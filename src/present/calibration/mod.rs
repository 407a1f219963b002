//! The calibration page: what was fitted to what, how well, what moved, and what stays unknown.

mod council;
mod figures;
mod labels;
mod page;
mod tables;

use crate::calibrate::totals::{Curve, Fit, Met, Plan, Target, Written};
use crate::model::Model;
use crate::present::chart::ChartError;
use crate::present::png::{PngError, png};
use crate::present::table::{Table, TableError};
use serde::Serialize;

pub use council::{Council, council_files};

/// What was taken as known before the figures were seen.
#[derive(Clone, Debug, Serialize)]
pub struct PriorUsed {
    /// `draws` or `ranges`.
    pub from: String,
    /// Why there are no draws although a file of them is there.
    pub why: Option<String>,
    /// The file it comes from.
    pub file: String,
    /// SHA-256 of the draws; empty for ranges.
    pub sha256: String,
    /// How many draws.
    pub draws: usize,
    /// Numbers that vary in them.
    pub drawn: usize,
    /// Independent coordinates that carry these.
    pub coordinates: usize,
}

/// What was calibrated, and how it can be done again.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The model's title.
    pub title: String,
    /// Its file as named.
    pub model: String,
    /// SHA-256 of the model with its scenarios.
    pub model_sha256: String,
    /// The file of targets.
    pub targets: String,
    /// SHA-256 of it.
    pub targets_sha256: String,
    /// Scenario files.
    pub scenarios: Vec<String>,
    /// How much was done.
    pub plan: Plan,
    /// Replications of each set of numbers.
    pub replications: u64,
    /// Numbers that are not known for certain: with a range, or varying in the draws.
    pub unknowns: usize,
    /// What was taken as known before.
    pub prior: PriorUsed,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// When it was finished, UTC.
    pub finished: String,
    /// Seconds it took.
    pub seconds: f64,
    /// Kind of machine.
    pub machine: String,
}

/// A finished calibration.
pub struct Calibration<'a> {
    /// The model with its own numbers.
    pub model: &'a Model,
    /// The model with what was fitted.
    pub fitted_model: &'a Model,
    /// What was to be met.
    pub targets: &'a [Target],
    /// What the model gives over time.
    pub curves: &'a [Curve],
    /// The model's text.
    pub text: &'a str,
    /// The model's text with what was fitted; none if it could not be written.
    pub written: Option<&'a Written>,
    /// The fit.
    pub fit: &'a Fit,
    /// The targets of the last period, foreseen by a fit to the others.
    pub held_out: Option<&'a [Met]>,
    /// What was done.
    pub manifest: &'a Manifest,
}

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
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

/// All files of a calibration's folder but the model: (relative name, bytes).
///
/// # Errors
/// If a picture cannot be drawn or a table not written.
pub fn files(c: &Calibration<'_>) -> Result<Vec<(String, Vec<u8>)>, PageError> {
    let mut out = Vec::new();
    let mut add = |name: &str, table: &Table| -> Result<(), PageError> {
        let csv = table.csv().map_err(|e| PageError::Table(name.to_string(), e))?;
        out.push((format!("{name}.csv"), csv.into_bytes()));
        Ok(())
    };
    let labels = c.labels();
    add("fitted", &tables::met(&c.fit.targets, c.model, "fitted", true))?;
    add("numbers", &tables::numbers(c, &labels))?;
    add("quality", &tables::quality(c))?;
    if let Some(held) = c.held_out {
        add("held_out", &tables::met(held, c.model, "held-out", false))?;
    }
    let figures = figures::all(c, &labels)?;
    for figure in &figures {
        let id = &figure.drawing.id;
        let svg = figure.drawing.svg();
        let bitmap = png(&svg, 2.0).map_err(|e| PageError::Png(id.clone(), e))?;
        out.push((format!("charts/{id}.svg"), svg.into_bytes()));
        out.push((format!("charts/{id}.png"), bitmap));
    }
    out.push(("index.html".into(), page::page(c, &labels, figures).html().into_bytes()));
    out.push(("calibration.json".into(), serde_json::to_vec_pretty(&json(c))?));
    Ok(out)
}

/// Everything as JSON.
pub fn json(c: &Calibration<'_>) -> serde_json::Value {
    serde_json::json!({
        "manifest": c.manifest,
        "prior": c.manifest.prior,
        "warnings": page::warnings(c),
        "trusted": c.fit.trusted(),
        "misfit": c.fit.misfit,
        "way": c.fit.way,
        "ridges": c.fit.ridges,
        "waves": c.fit.waves,
        "chains_disagree": c.fit.disagreement,
        "implausible_beyond": c.fit.cutoff,
        "numbers": c.fit.informed,
        "targets": c.fit.targets,
        "held_out": c.held_out,
    })
}

/// Widest line that is printed.
const WIDEST: usize = 100;

/// What is printed.
pub fn text(c: &Calibration<'_>) -> String {
    let labels = c.labels();
    let mut out: Vec<String> = page::warnings(c).iter().map(|w| wrapped(&format!("Warning: {w}"))).collect();
    out.extend([wrapped(&page::lede(c)), String::new()]);
    out.push(tables::met_narrow(&c.fit.targets, c.model, true).text());
    if let Some(held) = c.held_out {
        out.push("Held out:".into());
        out.push(tables::met_narrow(held, c.model, false).text());
    }
    out.push(tables::numbers_read(c, &labels, true, true).text());
    out.extend(page::findings(c, &labels).iter().map(|f| wrapped(&format!("- {f}"))));
    out.join("\n")
}

/// Lines no longer than [`WIDEST`].
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let more = word.chars().count();
        if width > 0 && width + 1 + more > WIDEST {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += more;
    }
    out
}

impl Calibration<'_> {
    /// Names of the model's parts.
    fn labels(&self) -> labels::Labels {
        labels::Labels::new(self.text)
    }
}
