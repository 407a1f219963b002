//! What follows from a change for the same children over the whole run, and what that rests on.

use super::findings::{Finding, View, bounded, cause_titles, parts_of};
use super::words::{self, change, clear};
use super::{Breakdown, Comparison};
use crate::experiment::compare::{Difference, Sheet, Span, difference};
use crate::experiment::estimate::Summariser;
use crate::model::Effects;
use crate::present::format;
use crate::present::table::{Cell, Column, Kind, Table};

/// A measure over the whole run.
pub(super) struct Row<'a> {
    pub finding: &'a Finding<'a>,
    pub run: &'a Difference,
    /// With the assumed effects at the end nearer to none, and at the other.
    pub ends: Option<(Difference, Difference)>,
}

/// A difference of a measure over a span between two sheets that may order measures differently.
fn between(c: &Comparison<'_>, f: &Finding<'_>, pair: &(Sheet, Sheet), span: Span) -> Option<Difference> {
    let column = |sheet: &'_ Sheet| sheet.measure(&f.measure.name);
    let (a, b) = (column(&pair.0)?, column(&pair.1)?);
    let mut summariser = Summariser::drawn(c.manifest.level, &pair.0.draws);
    let d = difference(pair.0.column(a, span)?, pair.1.column(b, span)?, &mut summariser);
    Some(bounded(f.measure, d))
}

/// The differences with the assumed effects at their ends.
pub(super) fn ends(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<(Difference, Difference)> {
    let assumed = view.case.assumed.as_ref()?;
    between(c, f, &assumed.weak, span).zip(between(c, f, &assumed.strong, span))
}

/// What the scenario asks for.
pub(super) fn rows<'a>(c: &Comparison<'_>, view: &'a View<'_>) -> Vec<Row<'a>> {
    let named = view.case.head.downstream.iter();
    let found = named.filter_map(|name| view.findings.iter().find(|f| f.measure.name == *name));
    found
        .filter_map(|finding| {
            let run = finding.spans.iter().find(|s| s.0 == Span::Run).map(|s| &s.1)?;
            Some(Row { finding, run, ends: ends(c, view, finding, Span::Run) })
        })
        .collect()
}

/// What the effects are, in words.
fn what(view: &View<'_>) -> &'static str {
    match view.case.head.all_effects().as_slice() {
        [Effects::Services] => "the effects of receiving a service or going without",
        [Effects::Staff] => "the effects of overload",
        _ => "the effects of services and of overload",
    }
}

/// How far the main answer depends on effects that the model assumes.
pub(super) fn rests_on(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Option<String> {
    let (span, _) = f.spans.first()?;
    let Some((weak, strong)) = ends(c, view, f, *span) else { return rests_in_general(c, view) };
    let said = |d: &Difference| {
        let (point, low, high) = (d.change.point?, d.change.low?, d.change.high?);
        let none = point == 0.0 && low == 0.0 && high == 0.0;
        Some(if none { "no difference".to_string() } else { change(f.measure, point) })
    };
    Some(format!(
        "In the model, {} are assumptions: none is published. With all of them at the end of their ranges nearer to \
         none, the difference is: {}; at the other end: {}. {}",
        what(view),
        said(&weak)?,
        said(&strong)?,
        words::explained(c)
    ))
    .map(|text| text.trim_end().to_string())
}

/// The effects in the model that no source gives, by section.
fn assumed_effects(c: &Comparison<'_>, section: &str) -> usize {
    let inside = |path: &str| {
        let mut parts = path.split('.');
        parts.next() == Some(section) && parts.nth(1) == Some("effects")
    };
    c.base.network.model().register.iter().filter(|a| inside(&a.path)).count()
}

/// What is said where the answer was not worked out with the effects at the ends of their ranges.
fn rests_in_general(c: &Comparison<'_>, view: &View<'_>) -> Option<String> {
    let (services, staff) = (assumed_effects(c, "services"), assumed_effects(c, "roles"));
    let kinds = view.case.head.all_effects();
    let touched = kinds.iter().any(|k| match k {
        Effects::Services => services > 0,
        Effects::Staff => staff > 0,
    });
    if touched {
        return Some(format!(
            "In the model, {} are assumptions: none is published. How far the difference depends on them was not worked out.",
            what(view)
        ));
    }
    let held = match (services > 0, staff > 0) {
        (true, true) => "services and of overloaded workers",
        (true, false) => "services",
        (false, true) => "overloaded workers",
        (false, false) => return None,
    };
    Some(format!(
        "The model holds assumed effects of {held} on children's cases. The change does not touch them, but what follows from \
         it passes through them."
    ))
}

/// What each cause adds to what follows over the whole run.
pub(super) fn by_cause(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let Some(Breakdown::Known { titles, causes, .. }) = &view.case.breakdown else { return None };
    let text = |key: &str, heading: &str| Column::new(key, heading, Kind::Text);
    let columns = vec![
        text("scenario", "Scenario"),
        text("measure", "Over the whole run"),
        text("cause", "Cause"),
        text("part", "Part of the difference"),
        text("interval", &format!("{} interval", format::level(c.manifest.level))),
    ];
    let title = format!("What follows downstream by cause, {}", view.case.head.title);
    let mut table = Table::new("downstream-causes", &title, columns);
    for row in rows(c, view) {
        let f = row.finding;
        let Some(parts) = parts_of(c, view, f, Span::Run) else { continue };
        for (cause, part) in cause_titles(c, view, titles).iter().zip(parts) {
            table.row(vec![
                Cell::text(&view.case.head.title),
                Cell::text(&f.measure.title),
                Cell::text(cause),
                Cell::text(&part.point.map_or(":".into(), |p| change(f.measure, p))),
                Cell::text(
                    &part.low.zip(part.high).map_or(":".into(), |(a, b)| words::range(f.measure, a, b)),
                ),
            ]);
        }
    }
    table.note(&super::tables::orders(causes));
    if !words::explained(c).is_empty() {
        table.note(&words::explained(c));
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The measures in one sentence each way.
pub(super) fn sentence(c: &Comparison<'_>, view: &View<'_>) -> Option<String> {
    let rows = rows(c, view);
    let said: Vec<String> = rows
        .iter()
        .filter(|r| clear(&r.run.change))
        .filter_map(|r| {
            Some(format!("{}: {}", r.finding.measure.title, change(r.finding.measure, r.run.change.point?)))
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let level = format::level(c.manifest.level);
    Some(if said.is_empty() {
        format!(
            "Over the whole run, against the same children without the change, none of these differs beyond chance at {level}."
        )
    } else {
        format!("Over the whole run, against the same children without the change: {}.", said.join("; "))
    })
}

/// The table of what follows.
pub(super) fn table(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let text = |key: &str, heading: &str| Column::new(key, heading, Kind::Text);
    let level = format::level(c.manifest.level);
    let columns = vec![
        text("scenario", "Scenario"),
        text("measure", "Over the whole run"),
        text("base", "As now"),
        text("with", "With the change"),
        text("difference", "Difference"),
        text("interval", &format!("{level} interval")),
        text("fewer", "Futures in which it is less"),
        text("weak", "Difference with the weakest assumed effects"),
        text("strong", "Difference with the strongest assumed effects"),
    ];
    let title = format!("What follows downstream, {}", view.case.head.title);
    let mut table = Table::new("downstream", &title, columns);
    for row in rows(c, view) {
        let f = row.finding;
        let number = |v: Option<f64>| v.map_or(":".to_string(), |v| words::value(f.measure, v));
        let end = |d: Option<&Difference>| match d.and_then(|d| d.change.point.map(|p| (p, d))) {
            None => "not computed".to_string(),
            Some((p, d)) if clear(&d.change) || p == 0.0 => change(f.measure, p),
            Some((p, _)) => format!("{}, within chance", change(f.measure, p)),
        };
        let less = c
            .base
            .sheet
            .column(f.base, Span::Run)
            .zip(view.case.sheet.column(f.with, Span::Run))
            .map(|(a, b)| (a.iter().zip(b).filter(|(a, b)| b < a).count(), a.len().max(1)));
        table.row(vec![
            Cell::text(&view.case.head.title),
            Cell::text(&f.measure.title),
            Cell::text(&number(row.run.base.point)),
            Cell::text(&number(row.run.with.point)),
            Cell::text(&row.run.change.point.map_or(":".into(), |p| change(f.measure, p))),
            Cell::text(
                &row.run
                    .change
                    .low
                    .zip(row.run.change.high)
                    .map_or(":".into(), |(a, b)| words::range(f.measure, a, b)),
            ),
            Cell::text(&less.map_or(":".into(), |(k, n)| format::percent(k as f64 / n as f64))),
            Cell::text(&end(row.ends.as_ref().map(|e| &e.0))),
            Cell::text(&end(row.ends.as_ref().map(|e| &e.1))),
        ]);
    }
    table.note(
        "Every future is lived with and without the change by the same children with the same luck, so a difference is \
         what the change brings about; what a gap costs is the same with the opposite sign. What is counted at a moment \
         is the mean over the ends of months.",
    );
    table.note(&format!(
        "Weakest and strongest: {} at the ends of the ranges in the model, for both sides of the comparison.",
        what(view)
    ));
    (!table.rows.is_empty()).then_some(table)
}
