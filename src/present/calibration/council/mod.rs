//! The page of a council's model: simulated against published over the series and the years foreseen, what moved and why, the
//! last year held out, what was known before, what was missing, every assumption. Each chart and table has its CSV.

mod against;
mod held;
mod known;
mod measures;
mod moved;
mod page;
mod quality;
mod series;

use super::PageError;
use crate::calibrate::authority::{Fitted, LookBack};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;
use crate::model::Model;
use crate::present::html::Figure;
use crate::present::png::png;
use crate::present::report::assumptions;
use crate::present::table::{Column, Kind, Table};
use jiff::civil::Date;

/// What the page is made of.
pub struct Council<'a> {
    /// The statistics.
    pub stats: &'a Statistics,
    /// The fit.
    pub fitted: &'a Fitted,
    /// The fit held against the years that have been.
    pub back: &'a LookBack,
    /// What was learnt from all councils up to the fit's year.
    pub outlook: &'a Outlook,
    /// The same up to the year before, to foresee the last year.
    pub before: &'a Outlook,
    /// The model that was made.
    pub model: &'a Model,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// SHA-256 of the model file.
    pub hash: String,
}

/// Pictures and tables of the page.
struct Parts {
    series: Vec<Figure>,
    held: Option<held::Held>,
    known: Option<(Figure, Table)>,
    gaps: Table,
    fitted: Table,
    inside: (usize, usize),
    moved: Table,
    factors: Table,
}

/// All files of the page: (relative name, bytes).
///
/// # Errors
/// If a picture cannot be drawn or a table not written.
pub fn council_files(c: &Council<'_>) -> Result<Vec<(String, Vec<u8>)>, PageError> {
    let series = series::figures(c)?;
    let all = against::beside(c);
    let parts = Parts {
        held: held::held(c)?,
        known: known::known(c)?,
        gaps: against::by_measure(c, &all),
        fitted: against::table(&all),
        inside: (all.iter().filter(|b| b.inside()).count(), all.len()),
        moved: moved::table(c),
        factors: moved::factors(c),
        series: series.iter().map(|s| s.0.clone()).collect(),
    };
    let mut out = Vec::new();
    for (figure, table) in &series {
        out.push((format!("charts/{}.csv", figure.drawing.id), csv(table)?));
    }
    let drawn = parts.series.iter().chain(parts.held.iter().filter_map(|h| h.figure.as_ref()));
    for figure in drawn.chain(parts.known.as_ref().map(|k| &k.0)) {
        let id = &figure.drawing.id;
        let svg = figure.drawing.svg();
        let bitmap = png(&svg, 2.0).map_err(|e| PageError::Png(id.clone(), e))?;
        out.push((format!("charts/{id}.svg"), svg.into_bytes()));
        out.push((format!("charts/{id}.png"), bitmap));
    }
    let (stands_in, published, register) = (quality::stands_in(c), quality::series(c), assumptions(c.model));
    let tables =
        [&parts.gaps, &parts.fitted, &parts.moved, &parts.factors, &stands_in, &published, &register];
    let held = parts.held.as_ref().map(|h| &h.table);
    for table in tables.into_iter().chain(held).chain(parts.known.as_ref().map(|k| &k.1)) {
        out.push((format!("{}.csv", table.id), csv(table)?));
    }
    out.push(("index.html".into(), page::page(c, parts).html().into_bytes()));
    let manifest = serde_json::json!({
        "council": c.fitted.name, "code": c.fitted.code, "year": c.fitted.year, "series_from": c.back.history.starts,
        "statistics": c.fitted.release, "model_sha256": c.hash, "version": c.version, "command": c.command,
    });
    out.push(("calibration.json".into(), serde_json::to_vec_pretty(&manifest)?));
    Ok(out)
}

fn csv(table: &Table) -> Result<Vec<u8>, PageError> {
    Ok(table.csv().map_err(|e| PageError::Table(table.id.clone(), e))?.into_bytes())
}

fn march(year: i32) -> Option<Date> {
    i16::try_from(year).ok().and_then(|y| Date::new(y, 3, 31).ok())
}

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

fn text(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}
