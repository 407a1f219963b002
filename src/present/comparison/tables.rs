//! The tables of a comparison.

use super::findings::{View, end_of, explained, last_day, met_of, parts_of, verdict_of};
use super::words::{self, target, when};
use super::{Breakdown, Comparison, downstream, paths};
use crate::experiment::compare::{Difference, Span};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::Unit;
use crate::model::provenance::Assumption;
use crate::present::format;
use crate::present::table::{Cell, Column, Kind, Table};

fn text(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

fn percent(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Percent)
}

/// All tables that become files.
pub(super) fn all(c: &Comparison<'_>, views: &[View<'_>]) -> Vec<Table> {
    let mut out = vec![words::overview(c, views)];
    let mut gather = |of: &dyn Fn(&View<'_>) -> Option<Table>| {
        let mut whole: Option<Table> = None;
        for table in views.iter().filter_map(of) {
            match &mut whole {
                Some(whole) => whole.rows.extend(table.rows),
                None => whole = Some(table),
            }
        }
        out.extend(whole);
    };
    gather(&|v| Some(differences(c, v)));
    gather(&|v| downstream::table(c, v));
    gather(&|v| downstream::by_cause(c, v));
    gather(&|v| Some(changes(c, v)));
    gather(&|v| fresh(c, v));
    gather(&|v| verdicts(c, v));
    gather(&|v| targets(c, v));
    gather(&|v| causes(c, v));
    gather(&|v| ends(c, v));
    out
}

/// Shares are given in per cent and their differences in points.
fn scaled(v: Option<f64>, share: bool) -> Cell {
    Cell::maybe(v.map(|v| if share { v * 100.0 } else { v }))
}

fn summary(s: &Summary, share: bool) -> Vec<Cell> {
    [s.point, s.se, s.low, s.high].into_iter().map(|v| scaled(v, share)).collect()
}

const SHARES: &str = "Shares are in per cent and their differences in percentage points.";

/// Paired differences of every measure over every span.
pub(super) fn differences(c: &Comparison<'_>, view: &View<'_>) -> Table {
    let columns = vec![
        text("scenario", "Scenario"),
        text("measure", "Measure"),
        text("title", "Title"),
        text("unit", "Unit"),
        text("span", "Span"),
        text("when", "When"),
        number("base", "As now, mean", 2),
        number("with", "Scenario, mean", 2),
        number("difference", "Difference", 2),
        number("standard_error", "Standard error", 3),
        number("low", "Low end", 2),
        number("high", "High end", 2),
        number("level", "Level", 2),
        Column::new("replications", "Replications", Kind::Count),
        percent("relative", "Difference, % of as now"),
        percent("relative_low", "Low end, %"),
        percent("relative_high", "High end, %"),
        number("p2_5", "2.5th percentile of futures", 2),
        number("p50", "Median of futures", 2),
        number("p97_5", "97.5th percentile of futures", 2),
        number("variance_reduction", "Variance reduction", 1),
    ];
    let title = format!("Paired differences, {}", view.case.head.title);
    let mut table = Table::new("differences", &title, columns);
    for f in &view.findings {
        for (span, d) in &f.spans {
            let share = f.share();
            let mut cells = vec![
                Cell::text(&view.case.head.title),
                Cell::text(&f.measure.name),
                Cell::text(&f.measure.title),
                Cell::text(match f.measure.unit() {
                    Unit::Share => "per cent",
                    Unit::Pounds => "pounds",
                    _ => "count",
                }),
                Cell::text(&span_key(c, *span)),
                Cell::text(&when(c.base, f.measure, *span)),
                scaled(d.base.point, share),
                scaled(d.with.point, share),
            ];
            cells.extend(summary(&d.change, share));
            cells.push(Cell::Number(d.change.level));
            cells.push(Cell::Number(d.change.n as f64));
            let relative =
                [d.relative.map(|r| r.point), d.relative.map(|r| r.low), d.relative.map(|r| r.high)];
            cells.extend(relative.map(Cell::maybe));
            cells.extend([0, 3, 6].map(|i| scaled(d.change.spread.get(i).copied().flatten(), share)));
            cells.push(Cell::maybe(d.reduction));
            table.row(cells);
        }
    }
    table.note("Low and high end are Student's interval of the mean difference over replications, paired by replication; percentiles are over futures.");
    table.note(SHARES);
    table
}

/// A span for machines: the day that ends it, or `run`.
fn span_key(c: &Comparison<'_>, span: Span) -> String {
    match (span, last_day(c.base, span)) {
        (Span::Run, _) => "run".into(),
        (_, Some(day)) => format::iso(day),
        (Span::Year(y), None) => format!("year {}", y + 1),
        (Span::Period(p), None) => format!("period {}", p + 1),
    }
}

/// The differences a reader looks at: the charted measures at the end, without the machine's columns.
pub(super) fn short(c: &Comparison<'_>, view: &View<'_>) -> Table {
    let level = format::level(c.manifest.level);
    let columns = vec![
        text("title", "Measure"),
        text("when", "When"),
        text("base", "As now"),
        text("with", "With the change"),
        text("difference", "Difference"),
        text("interval", &format!("{level} interval")),
        text("relative", "Difference, % of as now"),
    ];
    let mut table = Table::new(
        &format!("short-{}", view.slug),
        &format!("What changes: {}", view.case.head.title),
        columns,
    );
    for f in view.charted() {
        let spans = [f.spans.first(), f.spans.last()];
        for (span, d) in spans.into_iter().flatten() {
            table.row(cells(c, f.measure, *span, d));
        }
    }
    table.note("Differences of shares are in percentage points; their intervals are kept inside what a share can be.");
    table.note(
        "Differences are means over pairs of futures that share all chance; the interval is Student's.",
    );
    table
}

fn cells(c: &Comparison<'_>, m: &crate::model::measure::Measure, span: Span, d: &Difference) -> Vec<Cell> {
    let value = |v: Option<f64>| v.map_or(":".into(), |v| words::value(m, v));
    let scale = crate::present::measure::scale(m);
    let signed = |v: f64| match m.unit() {
        Unit::Pounds if v > 0.0 => format!("+{}", format::pounds(v)),
        Unit::Pounds => format::pounds(v),
        _ => format::signed(v * scale, 1),
    };
    let share = m.unit() == Unit::Share;
    let unit = if share { " points" } else { "" };
    // a share of a share beside points is misread
    let relative = d.relative.filter(|_| !share);
    vec![
        Cell::text(&m.title),
        Cell::text(&when(c.base, m, span)),
        Cell::text(&value(d.base.point)),
        Cell::text(&value(d.with.point)),
        Cell::text(&d.change.point.map_or(":".into(), |p| format!("{}{unit}", signed(p)))),
        Cell::text(
            &d.change
                .low
                .zip(d.change.high)
                .map_or(":".into(), |(a, b)| format!("{} to {}", signed(a), signed(b))),
        ),
        Cell::text(&relative.map_or("–".into(), |r| format!("{}%", format::signed(r.point * 100.0, 1)))),
    ]
}

/// Measures that the scenario brings, which the baseline does not have.
pub(super) fn fresh(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let level = format::level(c.manifest.level);
    let columns = vec![
        text("scenario", "Scenario"),
        text("title", "Measure"),
        text("when", "When"),
        text("mean", "With the change"),
        text("interval", &format!("{level} interval of the mean")),
        text("futures", "95% of futures"),
        text("target", "Target"),
        text("met", "Futures that meet it"),
    ];
    let mut table = Table::new("new", &format!("Measures that are new, {}", view.case.head.title), columns);
    let mut summariser = Summariser::drawn(c.manifest.level, &c.base.sheet.draws);
    let known = |name: &str| c.base.sheet.measure(name).is_some();
    for m in view.case.model.measures.iter().filter(|m| !known(&m.name)) {
        let shape = &view.case.sheet.shape;
        let spans = (0..shape.years).map(Span::Year).chain((shape.years == 0).then(|| shape.last()));
        for span in spans {
            let Some(column) = view.case.sheet.measure(&m.name).and_then(|i| view.case.sheet.column(i, span))
            else {
                continue;
            };
            let mut s = summariser.summary(column);
            if m.unit() == Unit::Share {
                super::findings::inside(&mut s, 0.0);
            }
            let number = |v: Option<f64>| v.map_or(":".to_string(), |v| words::value(m, v));
            let pair = |a: Option<f64>, b: Option<f64>| format!("{} to {}", number(a), number(b));
            let met = m.target.and_then(|t| {
                crate::experiment::compare::met(column, &c.base.sheet.draws, t, c.manifest.level)
            });
            table.row(vec![
                Cell::text(&view.case.head.title),
                Cell::text(&m.title),
                Cell::text(&when(c.base, m, span)),
                Cell::text(&number(s.point)),
                Cell::text(&pair(s.low, s.high)),
                Cell::text(&pair(s.spread[0], s.spread[6])),
                Cell::text(&m.target.map_or("none".into(), |t| target(m, t))),
                Cell::text(&met.map_or("no target".into(), |p| {
                    format!(
                        "{} ({level} interval: {})",
                        format::percent(p.point),
                        words::shares(p.low, p.high)
                    )
                })),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// How often the scenario is better on each measure with a better direction.
pub(super) fn verdicts(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let level = format::level(c.manifest.level);
    let columns = vec![
        text("scenario", "Scenario"),
        text("title", "Measure"),
        text("when", "When"),
        text("direction", "Better is"),
        percent("better", "Better, % of futures"),
        percent("low", &format!("Low end of {level} interval")),
        percent("high", &format!("High end of {level} interval")),
        percent("equal", "Equal"),
        percent("worse", "Worse"),
        Column::new("replications", "Futures", Kind::Count),
    ];
    let title = format!("How often the scenario is better, {}", view.case.head.title);
    let mut table = Table::new("better", &title, columns);
    for f in &view.findings {
        for (span, _) in [f.spans.first(), f.spans.last()].into_iter().flatten() {
            let Some(v) = verdict_of(c, view, f, *span) else { continue };
            let direction = match f.better {
                Some(crate::model::measure::Better::Lower) => "lower",
                _ => "higher",
            };
            table.row(vec![
                Cell::text(&view.case.head.title),
                Cell::text(&f.measure.title),
                Cell::text(&when(c.base, f.measure, *span)),
                Cell::text(direction),
                Cell::Number(v.better.point),
                Cell::Number(v.better.low),
                Cell::Number(v.better.high),
                Cell::Number(v.equal),
                Cell::Number(v.worse),
                Cell::Number(v.better.n as f64),
            ]);
        }
    }
    table.note(
        "Each future with the change is held against the same future without it. The interval is Wilson's.",
    );
    if let Some(n) = super::findings::draws(c) {
        table.note(&format!(
            "The interval counts the {n} draws of the model's numbers and not the futures, of which those of one draw are alike."
        ));
    }
    (!table.rows.is_empty()).then_some(table)
}

/// How often targets are met, as now and with the change.
pub(super) fn targets(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let columns = vec![
        text("scenario", "Scenario"),
        text("title", "Measure"),
        text("target", "Target"),
        text("when", "When"),
        percent("base", "Met as now, % of futures"),
        percent("base_low", "Low end (as now)"),
        percent("base_high", "High end (as now)"),
        percent("with", "Met with the change, % of futures"),
        percent("with_low", "Low end (change)"),
        percent("with_high", "High end (change)"),
        number("level", "Level", 2),
    ];
    let title = format!("How often targets are met, {}", view.case.head.title);
    let mut table = Table::new("targets", &title, columns);
    for f in &view.findings {
        let Some(goal) = f.target else { continue };
        for (span, _) in f.spans.iter().filter(|s| s.0 != Span::Run) {
            let Some((base, with)) = met_of(c, view, f, *span) else { continue };
            let mut cells = vec![
                Cell::text(&view.case.head.title),
                Cell::text(&f.measure.title),
                Cell::text(&target(f.measure, goal)),
                Cell::text(&when(c.base, f.measure, *span)),
            ];
            cells
                .extend([base.point, base.low, base.high, with.point, with.low, with.high].map(Cell::Number));
            cells.push(Cell::Number(with.level));
            table.row(cells);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What each cause adds.
pub(super) fn causes(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let Some(Breakdown::Known { causes, titles, .. }) = &view.case.breakdown else { return None };
    let columns = vec![
        text("scenario", "Scenario"),
        text("measure", "Measure"),
        text("title", "Title"),
        text("when", "When"),
        text("cause", "Cause"),
        number("part", "Part of the difference", 2),
        number("standard_error", "Standard error", 3),
        number("low", "Low end", 2),
        number("high", "High end", 2),
        number("level", "Level", 2),
    ];
    let title = format!("The difference by cause, {}", view.case.head.title);
    let mut table = Table::new("causes", &title, columns);
    for f in &view.findings {
        for (span, _) in [f.spans.first(), f.spans.last()].into_iter().flatten() {
            let Some(parts) = parts_of(c, view, f, *span) else { continue };
            let Some(d) = explained(c, view, f, *span) else { continue };
            let all = [("All together".to_string(), d.change)];
            let titles = super::findings::cause_titles(c, view, titles);
            let rows = titles.into_iter().zip(parts).chain(all);
            for (cause, part) in rows {
                let mut cells = vec![
                    Cell::text(&view.case.head.title),
                    Cell::text(&f.measure.name),
                    Cell::text(&f.measure.title),
                    Cell::text(&when(c.base, f.measure, *span)),
                    Cell::text(&cause),
                ];
                cells.extend(summary(&part, f.share()));
                cells.push(Cell::Number(part.level));
                table.row(cells);
            }
        }
    }
    table.note(&orders(causes));
    if !words::explained(c).is_empty() {
        table.note(&words::explained(c));
    }
    table.note(SHARES);
    Some(table)
}

/// How causes were weighed, in words.
pub(super) fn orders(causes: &crate::experiment::compare::Causes) -> String {
    match causes.orders() {
        (true, n) => format!(
            "What a cause adds depends on which others came before it: this is the average over all {n} orders (Shapley values), so the parts add up to the whole."
        ),
        (false, n) => format!(
            "What a cause adds depends on which others came before it: this is the average over {n} orders drawn from all ({} and their reverses), so the parts add up to the whole.",
            n / 2
        ),
    }
}

/// The main measures at the ends of the ranges of the changes.
pub(super) fn ends(c: &Comparison<'_>, view: &View<'_>) -> Option<Table> {
    let ends = view.case.ends.as_ref()?;
    let columns = vec![
        text("scenario", "Scenario"),
        text("measure", "Measure"),
        text("title", "Title"),
        text("when", "When"),
        text("effect", "Effect"),
        number("difference", "Difference", 2),
        number("standard_error", "Standard error", 3),
        number("low", "Low end", 2),
        number("high", "High end", 2),
        number("level", "Level", 2),
    ];
    let title = format!("With the effect at the ends of its range, {}", view.case.head.title);
    let mut table = Table::new("effect", &title, columns);
    for f in &view.findings {
        for (span, d) in [f.spans.first(), f.spans.last()].into_iter().flatten() {
            let of = |sheet| end_of(c, f, sheet, *span).map(|d| d.change);
            let rows =
                [("weak", of(&ends.weak)), ("as written", Some(d.change)), ("strong", of(&ends.strong))];
            for (name, s) in rows {
                let Some(s) = s else { continue };
                let mut cells = vec![
                    Cell::text(&view.case.head.title),
                    Cell::text(&f.measure.name),
                    Cell::text(&f.measure.title),
                    Cell::text(&when(c.base, f.measure, *span)),
                    Cell::text(name),
                ];
                cells.extend(summary(&s, f.share()));
                cells.push(Cell::Number(s.level));
                table.row(cells);
            }
        }
    }
    table.note(
        "Weak: every change with a range at the end of it nearer to no change; strong: at the other end.",
    );
    table.note(SHARES);
    Some(table)
}

/// What the scenario changes, and what that rests on.
pub(super) fn changes(c: &Comparison<'_>, view: &View<'_>) -> Table {
    let columns = vec![
        text("scenario", "Scenario"),
        text("path", "Path"),
        text("title", "What"),
        text("before", "As now"),
        text("change", "Change"),
        text("after", "With the change"),
        text("range", "Range"),
        text("grade", "Rests on"),
        text("source", "Source"),
        text("note", "Why"),
    ];
    let title = format!("What is changed, {}", view.case.head.title);
    let mut table = Table::new("changes", &title, columns);
    for change in &view.case.head.changes {
        let before = numbers(&c.base.network.model().register, &change.path);
        let after = numbers(&view.case.model.register, &change.path);
        let ground = paths::ground(&view.case.model, change);
        let listed = |list: &[String]| Some(list.join("; ")).filter(|text| !text.is_empty());
        let grade = Some(ground.grades.join(", ")).filter(|text| !text.is_empty());
        let range = match (&change.low, &change.high) {
            (None, None) => "none given".to_string(),
            (low, high) => {
                let end = |e: &Option<String>| e.clone().unwrap_or_else(|| "as written".into());
                format!("{} to {}", end(low), end(high))
            }
        };
        let or = |text: Option<String>, none: &str| Cell::text(&text.unwrap_or_else(|| none.to_string()));
        table.row(vec![
            Cell::text(&view.case.head.title),
            Cell::text(&change.path),
            Cell::text(&paths::in_words(c, view, &change.path)),
            or(before, "not there"),
            Cell::text(&change.words),
            or(after, "not there"),
            Cell::text(&range),
            or(grade, "unstated"),
            or(listed(&ground.sources), "none"),
            or(listed(&ground.notes), "not said"),
        ]);
    }
    table
}

/// The numbers at a path or below it, as the register has them.
fn numbers(register: &[Assumption], path: &str) -> Option<String> {
    if let Some(exact) = register.iter().find(|a| a.path == path) {
        return Some(paths::rounded(&exact.value));
    }
    let inside = |a: &&Assumption| a.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    let found: Vec<&Assumption> = register.iter().filter(inside).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(paths::rounded(&one.value)),
        few if few.len() <= 8 => {
            let one = |a: &&Assumption| {
                format!("{} {}", a.path.get(path.len() + 1..).unwrap_or(""), paths::rounded(&a.value))
            };
            Some(few.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        many => Some(format!("{} numbers", many.len())),
    }
}
