//! The tables of a calibration.

use crate::calibrate::totals::{Informed, Met};
use crate::model::Model;
use crate::present::table::{Cell, Column, Kind, Table};

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

/// Title of a measure and the factor with which it is shown: shares are shown in per cent.
pub(super) fn shown(model: &Model, name: &str) -> (String, f64) {
    let measure = model.measures.iter().find(|m| m.name == name);
    let share = measure.is_some_and(|m| m.of.is_some());
    let title = measure.map_or(name, |m| m.title.as_str());
    if share { (format!("{title} (%)"), 100.0) } else { (title.to_string(), 1.0) }
}

/// Targets beside what the model gives before and after.
pub(super) fn met(targets: &[Met], model: &Model, id: &str) -> Table {
    let columns = vec![
        Column::new("measure", "Measure", Kind::Text),
        Column::new("period", "Period", Kind::Text),
        number("value", "Published", 1),
        number("before", "Before the fit, median", 1),
        number("before_low", "95% low end", 1),
        number("before_high", "High end", 1),
        number("after", "Fitted, median", 1),
        number("after_low", "95% low end", 1),
        number("after_high", "High end", 1),
        number("z", "Standard deviations away", 2),
    ];
    let mut table = Table::new(id, "What was to be met, and what the model gives", columns);
    for t in targets {
        let (title, scale) = shown(model, &t.measure);
        let of = |v: f64| Cell::maybe(Some(v * scale).filter(|v| v.is_finite()));
        table.row(vec![
            Cell::text(&title),
            Cell::text(&t.period),
            of(t.value),
            of(t.prior[1]),
            of(t.prior[0]),
            of(t.prior[2]),
            of(t.posterior[1]),
            of(t.posterior[0]),
            of(t.posterior[2]),
            Cell::Number(t.z),
        ]);
    }
    table.note("Bands are of single futures: chance and what is not known about the numbers.");
    table
}

/// Numbers before and after.
pub(super) fn numbers(informed: &[Informed], fitted_only: bool) -> Table {
    let columns = vec![
        Column::new("path", "Number", Kind::Text),
        Column::new("unit", "Unit", Kind::Text),
        number("prior_low", "Before: 10%", 4),
        number("prior", "Median", 4),
        number("prior_high", "90%", 4),
        number("low", "After: 10%", 4),
        number("median", "Median", 4),
        number("high", "90%", 4),
        Column::new("contraction", "Variance that the targets took away", Kind::Percent),
        Column::new("what", "What it rests on now", Kind::Text),
    ];
    let mut table =
        Table::new(if fitted_only { "numbers" } else { "all-numbers" }, "Numbers before and after", columns);
    let mut sorted: Vec<&Informed> = informed.iter().filter(|i| i.fitted || !fitted_only).collect();
    sorted.sort_by(|a, b| b.contraction.total_cmp(&a.contraction));
    for i in sorted {
        table.row(vec![
            Cell::text(&i.path),
            Cell::text(&i.unit),
            Cell::Number(i.prior[0]),
            Cell::Number(i.prior[1]),
            Cell::Number(i.prior[2]),
            Cell::Number(i.posterior[0]),
            Cell::Number(i.posterior[1]),
            Cell::Number(i.posterior[2]),
            Cell::Number(i.contraction),
            Cell::text(rests_on(i)),
        ]);
    }
    table
}

/// Below this share of variance taken away, the targets say nothing to speak of.
pub(super) const INFORMED: f64 = 0.2;

fn rests_on(i: &Informed) -> &'static str {
    match (i.fitted, i.contraction) {
        (true, c) if c >= INFORMED => "the targets",
        (true, _) => "its range: the targets hardly move it",
        (false, _) => "its range: no target depends noticeably on it",
    }
}
