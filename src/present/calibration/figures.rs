//! The pictures of a calibration.

use super::tables::{INFORMED, met, shown};
use super::{Calibration, PageError};
use crate::calibrate::totals::Met;
use crate::present::chart::{ChartError, DotInterval, DotRow, Drawing, Size};
use crate::present::html::{Download, Figure};
use crate::present::table::Table;

/// Most rows of a picture.
const MOST: usize = 30;

pub(super) fn figure(
    drawing: Result<Drawing, ChartError>,
    id: &str,
    headline: &str,
    subtitle: &str,
    table: Option<Table>,
) -> Result<Figure, PageError> {
    let drawing = drawing.map_err(|e| PageError::Chart(id.to_string(), e))?;
    let link = |label: &str, end: &str| Download { label: label.into(), path: format!("charts/{id}.{end}") };
    Ok(Figure {
        downloads: vec![link("SVG", "svg"), link("PNG", "png")],
        headline: headline.into(),
        subtitle: subtitle.into(),
        drawing,
        table,
        notes: Vec::new(),
    })
}

/// The model against the figures in per cent of them, with 95 % of single futures.
fn against(targets: &[Met], c: &Calibration<'_>, id: &str, before: bool) -> DotInterval {
    let rows = targets
        .iter()
        .filter(|t| t.value.abs() > 0.0)
        .take(MOST)
        .map(|t| {
            let of = |v: f64| 100.0 * (v - t.value) / t.value.abs();
            let [low, middle, high] = if before { t.prior } else { t.posterior };
            let label = format!("{}, {}", shown(c.model, &t.measure).0.trim_end_matches(" (%)"), t.period);
            DotRow { label, estimate: of(middle), low: of(low), high: of(high) }
        })
        .filter(|r| r.low.is_finite() && r.high.is_finite() && r.estimate.is_finite())
        .collect();
    DotInterval {
        id: id.into(),
        title: "The model against published figures, in per cent of them".into(),
        value_label: "The model's futures less the published figure, in per cent of it".into(),
        level: 0.95,
        places: 1,
        rows,
        size: Size::default(),
    }
}

pub(super) fn all(c: &Calibration<'_>) -> Result<Vec<Figure>, PageError> {
    let mut out = Vec::new();
    for (id, headline, subtitle, before) in [
        (
            "fitted",
            "Fitted futures against what was published",
            "After the fit; an open dot's band holds the published figure",
            false,
        ),
        ("before", "The same before the fit", "With numbers drawn from the ranges of the file", true),
    ] {
        let chart = against(&c.fit.targets, c, id, before);
        if !chart.rows.is_empty() {
            let table = (!before).then(|| met(&c.fit.targets, c.model, "fitted-figures"));
            out.push(figure(chart.drawing(), id, headline, subtitle, table)?);
        }
    }
    if let Some(held) = c.held_out {
        let chart = against(held, c, "held-out", false);
        if !chart.rows.is_empty() {
            let inside =
                held.iter().filter(|t| t.posterior[0] <= t.value && t.value <= t.posterior[2]).count();
            let headline = format!("Held out: {inside} of {} figures inside 95% bands", held.len());
            let subtitle = "The last period, foreseen by a fit to those before it";
            out.push(figure(
                chart.drawing(),
                "held-out",
                &headline,
                subtitle,
                Some(met(held, c.model, "held-out-figures")),
            )?);
        }
    }
    if let Some(moved) = moved(c) {
        let subtitle = "Fitted numbers, in standard deviations of their range from the file's value; without the fit, 80% lie within 1.3";
        out.push(figure(moved.drawing(), "moved", "What moved, and what was learnt", subtitle, None)?);
    }
    Ok(out)
}

/// Numbers that were fitted, on the scale of their prior.
fn moved(c: &Calibration<'_>) -> Option<DotInterval> {
    let mut rows: Vec<(f64, DotRow)> = Vec::new();
    for (i, informed) in c.fit.informed.iter().enumerate().filter(|i| i.1.fitted) {
        let mut z: Vec<f64> = c.fit.z.iter().filter_map(|z| z.get(i).copied()).collect();
        z.sort_by(f64::total_cmp);
        let at = |p| crate::experiment::estimate::quantile(&z, p);
        let (Some(low), Some(estimate), Some(high)) = (at(0.1), at(0.5), at(0.9)) else { continue };
        let known = if informed.contraction >= INFORMED { "" } else { " (hardly informed)" };
        let label = format!("{}{known}", informed.path.replace('.', " "));
        rows.push((informed.contraction, DotRow { label, estimate, low, high }));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let rows: Vec<DotRow> = rows.into_iter().take(MOST).map(|r| r.1).collect();
    (!rows.is_empty()).then(|| DotInterval {
        id: "moved".into(),
        title: "Fitted numbers in standard deviations of their prior".into(),
        value_label: "Standard deviations of its range from the value in the file".into(),
        level: 0.8,
        places: 1,
        rows,
        size: Size::default(),
    })
}
