//! The tables of a calibration.

use super::Calibration;
use super::labels::Labels;
use crate::calibrate::totals::{Informed, Met};
use crate::model::Model;
use crate::present::format;
use crate::present::table::{Cell, Column, Kind, Table};

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

fn text(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}

/// Title of a measure and the factor with which it is shown: shares are shown in per cent.
pub(super) fn shown(model: &Model, name: &str) -> (String, f64) {
    let measure = model.measures.iter().find(|m| m.name == name);
    let share = measure.is_some_and(|m| m.of.is_some());
    let title = measure.map_or(name, |m| m.title.as_str());
    if share { (format!("{title} (%)"), 100.0) } else { (title.to_string(), 1.0) }
}

/// A number rounded to four significant figures.
pub(super) fn four(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let places = 3 - libm::floor(libm::log10(x.abs())) as i32;
    let by = libm::pow(10.0, f64::from(places));
    if by.is_finite() && by > 0.0 { (x * by).round() / by } else { x }
}

/// The same as a reader sees it.
pub(super) fn shortly(x: f64) -> String {
    if !x.is_finite() {
        return "–".into();
    }
    let x = four(x);
    let places = if x == 0.0 { 0 } else { (3 - libm::floor(libm::log10(x.abs())) as i32).clamp(0, 6) };
    let out = format::decimal(x, places as usize);
    if out.contains('.') { out.trim_end_matches('0').trim_end_matches('.').to_string() } else { out }
}

/// Low to high, with its unit.
pub(super) fn range(ends: [f64; 3], unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    format!("{} to {}{unit}", shortly(ends[0]), shortly(ends[2]))
}

/// How far a figure lies from the model, in words of a heading.
const AWAY: &str = "Published above (+) or below (−) the model, in sd";

/// Targets beside what the model gives before and after; `before` if there is anything before.
pub(super) fn met(targets: &[Met], model: &Model, id: &str, before: bool) -> Table {
    let mut columns =
        vec![text("measure", "Measure"), text("period", "Period"), number("value", "Published", 1)];
    if before {
        columns.extend([
            number("before", "Before the fit, median", 1),
            number("before_low", "Before, 95% from", 1),
            number("before_high", "Before, 95% to", 1),
        ]);
    }
    let after = if before { "Fitted" } else { "Foreseen" };
    columns.extend([
        number("after", &format!("{after}, median"), 1),
        number("after_low", &format!("{after}, 95% from"), 1),
        number("after_high", &format!("{after}, 95% to"), 1),
        number("z", AWAY, 2),
    ]);
    let mut table = Table::new(id, "What was to be met, and what the model gives", columns);
    for t in targets {
        let (title, scale) = shown(model, &t.measure);
        let of = |v: f64| Cell::maybe(Some(four(v * scale)).filter(|v| v.is_finite()));
        let mut row = vec![Cell::text(&title), Cell::text(&t.period), of(t.value)];
        if before {
            row.extend([of(t.prior[1]), of(t.prior[0]), of(t.prior[2])]);
        }
        row.extend([of(t.posterior[1]), of(t.posterior[0]), of(t.posterior[2]), Cell::Number(t.z)]);
        table.row(row);
    }
    table.note(
        "Bands are of single futures: chance and what is not known about the numbers. sd: standard deviations of these futures \
         and of the figure's own error.",
    );
    table
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.into()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}

/// The same for a terminal, at most 100 characters wide.
pub(super) fn met_narrow(targets: &[Met], model: &Model, before: bool) -> Table {
    let mut columns =
        vec![text("measure", "Measure"), text("period", "Period"), number("value", "Published", 1)];
    if before {
        columns.push(number("before", "Before", 1));
    }
    columns.extend([
        number("after", if before { "Fitted" } else { "Foreseen" }, 1),
        text("band", "95%"),
        number("z", "Off, sd", 1),
    ]);
    let mut table = Table::new("met", "What was to be met, and what the model gives", columns);
    for t in targets {
        let (title, scale) = shown(model, &t.measure);
        let of = |v: f64| Cell::maybe(Some(v * scale).filter(|v| v.is_finite()));
        let mut row = vec![Cell::text(&cut(&title, 26)), Cell::text(&t.period), of(t.value)];
        if before {
            row.push(of(t.prior[1]));
        }
        row.push(of(t.posterior[1]));
        row.push(Cell::text(&range(t.posterior.map(|x| scale * x), "")));
        row.push(Cell::Number(t.z));
        table.row(row);
    }
    table.note("Off: published above (+) or below (−) the model, in standard deviations.");
    table
}

/// Sorted by what the figures say about them.
fn sorted<'a>(c: &Calibration<'a>, fitted_only: bool) -> Vec<&'a Informed> {
    let mut out: Vec<&Informed> = c.fit.informed.iter().filter(|i| i.fitted || !fitted_only).collect();
    out.sort_by(|a, b| b.contraction.total_cmp(&a.contraction));
    out
}

/// The figure that moved a number most.
pub(super) fn mainly_by(c: &Calibration<'_>, i: &Informed) -> String {
    let said = i.contraction >= INFORMED || i.moved.abs() >= MOVED;
    let figure = i.mainly_by.filter(|_| said).and_then(|k| c.fit.targets.get(k));
    let name = |t: &Met| shown(c.model, &t.measure).0.trim_end_matches(" (%)").to_string();
    figure.map(|t| format!("{}, {}", name(t), t.period)).unwrap_or_default()
}

/// How much the figures say about a number, for a reader.
fn said(c: &Calibration<'_>, i: &Informed) -> String {
    if c.fit.trusted() { format::percent(i.contraction) } else { "not known".into() }
}

/// Numbers before and after, for machines.
pub(super) fn numbers(c: &Calibration<'_>, labels: &Labels) -> Table {
    let columns = vec![
        text("path", "Path"),
        text("label", "Number"),
        text("unit", "Unit"),
        number("prior_low", "Before: 10%", 4),
        number("prior", "Before: median", 4),
        number("prior_high", "Before: 90%", 4),
        number("low", "After: 10%", 4),
        number("median", "After: median", 4),
        number("high", "After: 90%", 4),
        number("contraction_share", "Share of its variance that the figures took away", 3),
        number("moved_sd", "Moved by, in sd of what was known before", 2),
        text("mainly_by", "Mainly by"),
        text("what", "What it rests on now"),
    ];
    let mut table = Table::new("all-numbers", "Numbers before and after", columns);
    for i in sorted(c, false) {
        let mut row = vec![Cell::text(&i.path), Cell::text(&labels.of(&i.path)), Cell::text(&i.unit)];
        row.extend(
            i.prior.iter().chain(&i.posterior).map(|x| Cell::maybe(Some(four(*x)).filter(|x| x.is_finite()))),
        );
        row.extend([
            Cell::Number(four(i.contraction)),
            Cell::Number(four(i.moved)),
            Cell::text(&mainly_by(c, i)),
            Cell::text(rests_on(c, i)),
        ]);
        table.row(row);
    }
    table
}

/// Numbers before and after, for a reader; `narrow` for a terminal.
pub(super) fn numbers_read(c: &Calibration<'_>, labels: &Labels, fitted_only: bool, narrow: bool) -> Table {
    let mut columns = vec![
        text("number", "Number"),
        text("before", "Before, 10% to 90%"),
        text("after", "After, 10% to 90%"),
        text("contraction", if narrow { "Learnt" } else { "Variance that the figures took away" }),
    ];
    if !narrow {
        columns.push(text("mainly_by", "Mainly by"));
        columns.push(text("what", "What it rests on now"));
    }
    let id = if fitted_only { "numbers" } else { "all-numbers" };
    let mut table = Table::new(id, "Numbers before and after", columns);
    for i in sorted(c, fitted_only) {
        let label = labels.of(&i.path);
        let unit = if narrow { "" } else { i.unit.as_str() };
        let mut row = vec![
            Cell::text(&if narrow { cut(&label, 40) } else { label }),
            Cell::text(&range(i.prior, unit)),
            Cell::text(&range(i.posterior, unit)),
            Cell::text(&said(c, i)),
        ];
        if !narrow {
            row.push(Cell::text(&mainly_by(c, i)));
            row.push(Cell::text(rests_on(c, i)));
        }
        table.row(row);
    }
    if narrow {
        table.note("Learnt: the share of its variance that the figures took away.");
    } else {
        table.note("Mainly by: the figure that moved the number's middle most, with the model taken as linear about the fit.");
    }
    table
}

/// Each figure, what is wrong with it, and what was allowed for.
pub(super) fn quality(c: &Calibration<'_>) -> Table {
    let columns = vec![
        text("measure", "Measure"),
        text("period", "Period"),
        number("value", "Published", 1),
        number("error", "Error given (sd)", 2),
        number("rounding", "Rounded to", 2),
        number("discrepancy", "Model may be off by (sd)", 2),
        number("chance", "Chance and ignorance after the fit (sd)", 2),
    ];
    let mut table = Table::new("quality", "What is allowed for in each figure", columns);
    let share = c.fit.misfit.map_or(c.manifest.plan.discrepancy, |m| m.used);
    for (t, m) in c.targets.iter().zip(&c.fit.targets) {
        let (title, scale) = shown(c.model, &m.measure);
        let maybe = |x: f64| Cell::maybe(Some(four(scale * x)).filter(|x| *x > 0.0));
        table.row(vec![
            Cell::text(&title),
            Cell::text(&t.period),
            Cell::Number(four(scale * t.value)),
            maybe(t.own),
            maybe(t.rounding),
            maybe(share * t.value),
            maybe((m.posterior[2] - m.posterior[0]) / 3.92),
        ]);
    }
    table.note("sd: standard deviation.");
    table
}

/// Numbers that moved by less, in standard deviations, and are hardly informed, were moved by nothing to speak of.
const MOVED: f64 = 0.3;
/// Below this share of variance taken away, the targets say nothing to speak of.
pub(super) const INFORMED: f64 = 0.2;

fn rests_on(c: &Calibration<'_>, i: &Informed) -> &'static str {
    match (i.fitted, i.contraction) {
        (true, _) if !c.fit.trusted() => "not known: the fit did not settle",
        (true, x) if x >= INFORMED => "the figures",
        (true, _) => "what was known before: the figures hardly move it",
        (false, _) => "what was known before: no figure depends noticeably on it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_figures_are_enough() {
        assert_eq!(shortly(1_900.000_5), "1,900");
        assert_eq!(shortly(0.029_234_56), "0.02923");
        assert_eq!(shortly(12.5), "12.5");
        assert_eq!(four(123_456.0), 123_500.0);
        assert_eq!(range([0.1, 0.2, 0.3], "days"), "0.1 to 0.3 days");
    }
}
