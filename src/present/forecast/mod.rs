//! A forecast as files: the page, charts, tables, and the scenario that puts it into a model.

mod charts;
mod page;
mod scenario;
mod tables;
mod words;

use super::html::{Download, Figure};
use super::png::png;
use super::report::ReportError;
use super::table::Table;
use crate::forecast::run::Outcome;
use crate::forecast::series::{Options, Treatment};
use serde::Serialize;
use serde_json::{Value, json};

pub use scenario::{filling, scenario, streams};
pub use words::text;

/// Series shown in full; of the rest there are tables.
pub const MOST_SHOWN: usize = 12;

/// What was asked for, and how it can be made again.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// `forecast`.
    pub kind: &'static str,
    /// The file of counts as named on the command line.
    pub file: String,
    /// Its SHA-256.
    pub file_sha256: String,
    /// The population file, if one was given.
    pub population: Option<String>,
    /// Whether parts were made to add up.
    pub total: bool,
    /// How Covid-19 months were treated.
    pub covid: Treatment,
    /// All other options.
    pub options: Options,
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

/// The same series forecast with Covid-19 months treated the other way.
#[derive(Clone, Debug, Serialize)]
pub struct OtherWay {
    /// How.
    pub covid: Treatment,
    /// Outcomes in the order of the study's.
    pub outcomes: Vec<Outcome>,
}

/// A finished forecast.
#[derive(Clone, Debug)]
pub struct Study {
    /// One for each series; with a total, that first, then sums, then parts.
    pub outcomes: Vec<Outcome>,
    /// The other way to treat Covid-19 months, where the history holds some.
    pub other: Option<OtherWay>,
    /// What was noticed on reading.
    pub notes: Vec<String>,
    /// The scenario file for a model, if there is one series or a total, and the stream it is for.
    pub scenario: Option<(String, String)>,
    /// Whether every path is written out.
    pub write_paths: bool,
    /// What was asked for.
    pub manifest: Manifest,
}

/// All files of a forecast's folder: (relative name, bytes).
///
/// # Errors
/// A picture or table that cannot be made.
pub fn files(study: &Study) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let mut out = vec![
        ("forecast.csv".to_string(), tables::for_each(study, tables::forecast)?),
        ("backtest.csv".to_string(), tables::for_each(study, tables::backtest)?),
        ("parts.csv".to_string(), tables::for_each(study, tables::parts)?),
    ];
    if study.write_paths {
        out.push(("paths.csv".to_string(), tables::for_each(study, tables::paths)?));
    }
    if let Some((_, text)) = &study.scenario {
        out.push(("arrivals.toml".to_string(), text.clone().into_bytes()));
    }
    let sections = charts::all(study)?;
    for figure in sections.iter().flatten() {
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
    out.push(("index.html".to_string(), page::page(study, sections).html().into_bytes()));
    out.push(("forecast.json".to_string(), serde_json::to_vec(&json(study))?));
    out.push(("run.json".to_string(), serde_json::to_vec_pretty(&study.manifest)?));
    Ok(out)
}

/// Everything as JSON; the paths too if they are to be written.
pub fn json(study: &Study) -> Value {
    let series: Vec<Value> = study
        .outcomes
        .iter()
        .map(|o| {
            let mut value = serde_json::to_value(o).unwrap_or(Value::Null);
            if let (true, Some(map)) = (study.write_paths, value.as_object_mut()) {
                map.insert("paths".into(), json!(o.paths));
            }
            value
        })
        .collect();
    json!({
        "manifest": study.manifest,
        "notes": study.notes,
        "series": series,
        "other_covid_treatment": study.other,
    })
}

/// A figure with its files beside the page.
fn figure(drawing: super::chart::Drawing, headline: String, subtitle: String, table: Table) -> Figure {
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
