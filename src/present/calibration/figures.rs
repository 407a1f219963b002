//! The pictures of a calibration.

use super::labels::Labels;
use super::tables::{INFORMED, met, range, shown};
use super::{Calibration, PageError};
use crate::base::calendar::Calendar;
use crate::calibrate::totals::Curve;
use crate::calibrate::totals::Met;
use crate::present::chart::{
    Band, ChartError, DotInterval, DotRow, Drawing, FanChart, Shift, ShiftRow, Size, small_multiples,
};
use crate::present::html::{Download, Figure};
use crate::present::table::Table;

/// Most rows of a picture, and pictures over time.
const MOST: usize = 30;
const CURVES: usize = 12;
/// How many times wider than all else the band before the fit may be, to be drawn.
const WIDER: f64 = 3.0;
/// Per cent of a figure by which a row may be off before it is left out of the picture and named under it.
const FARTHEST: f64 = 150.0;

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

/// The model against the figures in per cent of them, with 95 % of single futures; and what lies beyond the picture.
fn against(targets: &[Met], c: &Calibration<'_>, id: &str, before: bool) -> (DotInterval, Vec<String>) {
    let all: Vec<DotRow> = targets
        .iter()
        .filter(|t| t.value.abs() > 0.0)
        .map(|t| {
            let of = |v: f64| 100.0 * (v - t.value) / t.value.abs();
            let [low, middle, high] = if before { t.prior } else { t.posterior };
            let label = format!("{}, {}", shown(c.model, &t.measure).0.trim_end_matches(" (%)"), t.period);
            DotRow { label, estimate: of(middle), low: of(low), high: of(high) }
        })
        .filter(|r| r.low.is_finite() && r.high.is_finite() && r.estimate.is_finite())
        .collect();
    let (rows, beyond): (Vec<DotRow>, Vec<DotRow>) = all.into_iter().partition(|r| r.high <= FARTHEST);
    let mut notes: Vec<String> = Vec::new();
    if !beyond.is_empty() {
        let one = |r: &DotRow| {
            let of = |x: f64| crate::present::format::signed(x, 0);
            format!("{}: {}% ({} to {})", r.label, of(r.estimate), of(r.low), of(r.high))
        };
        let named: Vec<String> = beyond.iter().map(one).collect();
        notes.push(format!("Beyond the picture: {}.", named.join("; ")));
    }
    let more = rows.len().saturating_sub(MOST);
    if more > 0 {
        notes.push(format!("{more} more are in the table."));
    }
    let chart = DotInterval {
        id: id.into(),
        title: "The model against published figures, in per cent of them".into(),
        value_label: "The model's futures less the published figure, in per cent of it".into(),
        level: 0.95,
        places: 1,
        rows: rows.into_iter().take(MOST).collect(),
        size: Size::default(),
    };
    (chart, notes)
}

/// What the marks of [`against`] say.
const MARKS: &str = "A dot is the median of the model's futures, its bar 95% of them; the line at nought is the published figure. \
                     Open dot: the bar holds the published figure. Filled dot: it does not.";

pub(super) fn all(c: &Calibration<'_>, labels: &Labels) -> Result<Vec<Figure>, PageError> {
    let mut out = Vec::new();
    out.extend(over_time(c)?);
    let held = c.held_out.unwrap_or_default();
    let inside = held.iter().filter(|t| t.posterior[0] <= t.value && t.value <= t.posterior[2]).count();
    let named = format!("Held out: {inside} of {} inside 95% bands", held.len());
    for (id, headline, subtitle, targets, before) in [
        (
            "fitted",
            "Fitted futures against what was published",
            "After the fit",
            c.fit.targets.as_slice(),
            false,
        ),
        (
            "before",
            "The same before the fit",
            "With numbers as they were known before",
            c.fit.targets.as_slice(),
            true,
        ),
        ("held-out", named.as_str(), "The last period, foreseen by a fit to those before it", held, false),
    ] {
        let (chart, mut notes) = against(targets, c, id, before);
        if chart.rows.is_empty() {
            continue;
        }
        let table = (!before).then(|| met(targets, c.model, &format!("{id}-figures"), id == "fitted"));
        let mut figure = figure(chart.drawing(), id, headline, subtitle, table)?;
        notes.insert(0, MARKS.into());
        figure.notes = notes;
        out.push(figure);
    }
    if let Some(shift) = shift(c, labels) {
        let subtitle = "Fitted numbers in their own units, 10% to 90%; each row has a scale of its own";
        let mut figure =
            figure(shift.drawing(), "shift", "Numbers before and after the fit", subtitle, None)?;
        figure.notes.push("Grey: as known before. Blue: after. The black mark is the median.".into());
        out.push(figure);
    }
    if let Some(moved) = moved(c, labels) {
        let subtitle = "Fitted numbers, in standard deviations of what was known before";
        let mut figure = figure(moved.drawing(), "moved", "What moved, and what was learnt", subtitle, None)?;
        figure.notes.push(
            "A dot is the median after the fit, its bar 80%; before the fit the bar would reach from −1.3 to +1.3. Open dot: the bar \
             holds the middle of what was known before. Filled dot: it does not."
                .into(),
        );
        out.push(figure);
    }
    Ok(out)
}

/// Measures over time, with published figures on them.
fn over_time(c: &Calibration<'_>) -> Result<Option<Figure>, PageError> {
    let Some(starts) = c.model.run.starts else { return Ok(None) };
    let calendar = Calendar::new(starts, 0, c.model.run.length.days() as i64 + 2);
    // the last day of a period, or the day at whose end is counted
    let day = |t: crate::base::time::SimTime| {
        calendar.date_of(t).and_then(|d| if t.0 > 0 { d.yesterday().ok() } else { Some(d) })
    };
    let is_held = |name: &str, period: &str| {
        c.held_out.is_some_and(|h| h.iter().any(|t| t.measure == name && t.period == period))
    };
    let mut parts = Vec::new();
    let (mut left, mut wide) = (0, 0);
    for (m, measure) in c.model.measures.iter().enumerate() {
        let of = |moment: bool| -> Vec<&Curve> {
            c.curves.iter().filter(|k| k.measure == m && (k.from == k.to) == moment).collect()
        };
        for curve in [of(true), of(false)] {
            if curve.len() < 2 {
                continue;
            }
            if parts.len() >= CURVES {
                left += 1;
                continue;
            }
            let (title, scale) = shown(c.model, &measure.name);
            let at = |get: &dyn Fn(&Curve) -> f64| curve.iter().map(|k| scale * get(k)).collect::<Vec<f64>>();
            let moment = curve.first().is_some_and(|k| k.from == k.to);
            let length = curve.first().map_or(0, |k| (k.to.0 - k.from.0) / 86_400_000);
            // months differ by up to three days, years by one
            let same = |t: &&crate::calibrate::totals::Target| {
                t.measure == m
                    && (t.from == t.to) == moment
                    && ((t.to.0 - t.from.0) / 86_400_000 - length).abs() <= 4
            };
            let own: Vec<_> = c.targets.iter().filter(same).collect();
            let markers = own.iter().filter_map(|t| Some((day(t.to)?, scale * t.value))).collect();
            let held =
                own.iter().filter(|t| is_held(&measure.name, &t.period)).filter_map(|t| day(t.to)).min();
            let band = |label: &str, level: f64, low: Vec<f64>, high: Vec<f64>| Band {
                label: label.into(),
                level,
                low,
                high,
            };
            let mut bands = vec![
                band("95%", 0.95, at(&|k| k.after[0]), at(&|k| k.after[4])),
                band("80%", 0.8, at(&|k| k.after[1]), at(&|k| k.after[3])),
            ];
            // what was known before must not press the rest together
            let most = |x: &[f64], pick: fn(f64, f64) -> f64, from: f64| x.iter().copied().fold(from, pick);
            let shown_values: Vec<f64> = own.iter().map(|t| scale * t.value).collect();
            let high = most(&bands[0].high, f64::max, most(&shown_values, f64::max, f64::NEG_INFINITY));
            let low = most(&bands[0].low, f64::min, most(&shown_values, f64::min, f64::INFINITY));
            let before = band("before", 0.99, at(&|k| k.before[0]), at(&|k| k.before[4]));
            let (first, last) =
                (most(&before.low, f64::min, f64::INFINITY), most(&before.high, f64::max, f64::NEG_INFINITY));
            if last - first <= WIDER * (high - low) {
                bands.push(before);
            } else {
                wide += 1;
            }
            let chart = FanChart {
                id: format!("over-time-{}", measure.name),
                title: format!("{title} over time"),
                y_label: String::new(),
                history: Vec::new(),
                history_label: String::new(),
                gap_days: 0,
                dates: curve.iter().filter_map(|k| day(k.to)).collect(),
                middle: at(&|k| k.after[2]),
                bands,
                markers,
                marker_label: "published".into(),
                target: None,
                boundary: held.map(|d| (d, "held out in the check".into())),
                decimals: if scale > 1.0 { 1 } else { 0 },
                from_zero: false,
                size: Size { width: 760.0, height: 300.0 },
            };
            let months = (length as f64 / 30.44).round().max(1.0);
            let unit = match months as i64 {
                _ if moment => String::new(),
                1 => ", by month".into(),
                3 => ", by quarter".into(),
                12 => ", by year".into(),
                n => format!(", in periods of {n} months"),
            };
            let drawing =
                chart.drawing().map_err(|e| PageError::Chart(format!("over-time-{}", measure.name), e))?;
            parts.push((format!("{title}{unit}"), drawing));
        }
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let drawing =
        small_multiples("over-time", "The fitted model over time, with published figures", &parts, 1);
    let subtitle = "The model after the fit over what was published";
    let mut figure = figure(drawing, "over-time", "The fitted model over time", subtitle, None)?;
    figure.notes.push(
        "Dots: published. Line: the model's median after the fit, with 80% and 95% of single futures; the lightest band is 95% before \
         the fit. Where a line says so, the figures from there on were left out of the fit of the check, but not of this one."
            .into(),
    );
    if wide > 0 {
        figure.notes.push(
            "Where it is not drawn, the band before the fit is more than three times as wide as all else."
                .into(),
        );
    }
    if left > 0 {
        figure.notes.push(format!("{left} more are not drawn."));
    }
    Ok(Some(figure))
}

/// Fitted numbers, most informed first.
fn order(c: &Calibration<'_>) -> Vec<usize> {
    let mut out: Vec<usize> = (0..c.fit.informed.len()).filter(|i| c.fit.informed[*i].fitted).collect();
    out.sort_by(|a, b| c.fit.informed[*b].contraction.total_cmp(&c.fit.informed[*a].contraction));
    out.truncate(MOST);
    out
}

/// Fitted numbers in their own units.
fn shift(c: &Calibration<'_>, labels: &Labels) -> Option<Shift> {
    let row = |i: usize| {
        let n = &c.fit.informed[i];
        ShiftRow {
            label: labels.of(&n.path),
            before: n.prior,
            after: n.posterior,
            before_text: range(n.prior, &n.unit),
            after_text: range(n.posterior, &n.unit),
        }
    };
    let finite = |r: &ShiftRow| r.before.iter().chain(&r.after).all(|x| x.is_finite());
    let rows: Vec<ShiftRow> = order(c).into_iter().map(row).filter(finite).collect();
    (!rows.is_empty()).then(|| Shift {
        id: "shift".into(),
        title: "Fitted numbers before and after, each in its own unit".into(),
        before_label: "Before, 10% to 90%".into(),
        after_label: "After, 10% to 90%".into(),
        rows,
        size: Size::default(),
    })
}

/// Numbers that were fitted, on the scale of their prior.
fn moved(c: &Calibration<'_>, labels: &Labels) -> Option<DotInterval> {
    let mut rows: Vec<DotRow> = Vec::new();
    for i in order(c) {
        let informed = &c.fit.informed[i];
        let mut z: Vec<f64> = c.fit.scores.iter().filter_map(|z| z.get(i).copied()).collect();
        z.sort_by(f64::total_cmp);
        let at = |p| crate::experiment::estimate::quantile(&z, p);
        let (Some(low), Some(estimate), Some(high)) = (at(0.1), at(0.5), at(0.9)) else { continue };
        let known = if informed.contraction >= INFORMED { "" } else { " (hardly informed)" };
        let label = format!("{}{known}", labels.of(&informed.path));
        rows.push(DotRow { label, estimate, low, high });
    }
    (!rows.is_empty()).then(|| DotInterval {
        id: "moved".into(),
        title: "Fitted numbers in standard deviations of what was known before".into(),
        value_label: "Standard deviations from the middle of what was known before".into(),
        level: 0.8,
        places: 1,
        rows,
        size: Size::default(),
    })
}
