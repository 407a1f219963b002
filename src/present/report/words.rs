//! Sentences about a run.

use super::{Study, tables};
use crate::experiment::estimate::Summariser;
use crate::model::Model;
use crate::model::measure::Measure;
use crate::model::provenance::Grade;
use crate::present::format;
use crate::present::table::Table;

/// Whether a measure is taken at a moment rather than over a period.
pub(super) fn is_stock(measure: &Measure) -> bool {
    measure.is_stock()
}

/// A value of a measure for a reader.
pub(super) fn value(measure: &Measure, v: f64) -> String {
    crate::present::measure::value(measure, v, 0)
}

/// What is printed after a run.
pub fn text(study: &Study<'_>) -> String {
    let m = study.manifest;
    let mut out = vec![
        format!("{}", m.title),
        format!(
            "{} replications, seed {}, {} events in {} seconds",
            format::count(m.replications as f64),
            m.seed,
            format::count(m.events as f64),
            format::decimal(m.seconds, 1)
        ),
        String::new(),
    ];
    for sentence in headlines(study) {
        out.push(sentence);
    }
    if let Some(i) = &m.ignorance {
        out.push(format!(
            "Bands hold chance and ignorance: {} numbers drawn from {} ({}), {} draws.",
            i.numbers, i.from, i.file, i.used
        ));
    }
    if let Some(table) = tables::shares(study) {
        out.push(String::new());
        out.push(table.text());
    }
    if let Some(table) = tables::compared(study) {
        out.push(String::new());
        out.push(short(&table).text());
        out.push(nearness(study));
    }
    if study.measured.is_empty() {
        out.push(pools_and_stages(study).text());
    }
    out.join("\n")
}

/// The comparison without its last columns, to fit a terminal.
fn short(table: &Table) -> Table {
    let keep = [0usize, 1, 2, 3, 4, 5, 8, 9];
    let pick =
        |list: &[crate::present::table::Cell]| keep.iter().filter_map(|i| list.get(*i)).cloned().collect();
    Table {
        columns: keep.iter().filter_map(|i| table.columns.get(*i)).cloned().collect(),
        rows: table.rows.iter().map(|r| pick(r)).collect(),
        ..table.clone()
    }
}

/// The chief numbers of a model that names no measures.
fn pools_and_stages(study: &Study<'_>) -> Table {
    let full = tables::window(study);
    let keep = |measure: &str| {
        matches!(
            measure,
            "children_mean"
                | "ended"
                | "stay_mean"
                | "use"
                | "wait_mean"
                | "wait_share"
                | "waiting_mean"
                | "left"
        )
    };
    let cell = |r: &[crate::present::table::Cell], i: usize| match r.get(i) {
        Some(crate::present::table::Cell::Text(t)) => t.clone(),
        _ => String::new(),
    };
    let rows = full
        .rows
        .iter()
        .filter(|r| keep(&cell(r, 2)) && cell(r, 3).is_empty())
        .map(|r| r.iter().take(9).cloned().collect())
        .collect();
    Table { columns: full.columns.iter().take(9).cloned().collect(), rows, ..full }
}

/// How many of the published figures the model comes as near to as asked.
pub(super) fn nearness(study: &Study<'_>) -> String {
    let count = |stand_in: bool| {
        let compared = study.measured.iter().flat_map(|m| &m.compared);
        let asked: Vec<bool> = compared.filter(|c| c.stand_in == stand_in).filter_map(|c| c.near).collect();
        (asked.iter().filter(|n| **n).count(), asked.len())
    };
    let ((near, asked), (stood, standing)) = (count(false), count(true));
    let published = match asked {
        0 => String::new(),
        _ => format!("{near} of {asked} published figures are met as nearly as the model file asks"),
    };
    match (asked, standing) {
        (0, 0) => published,
        (_, 0) => format!("{published}."),
        (0, _) => format!("{stood} of {standing} figures that stand in for unpublished ones are met."),
        _ => format!("{published}; of {standing} that stand in for figures not published, {stood} are."),
    }
}

/// One sentence for each measure that is charted: where it stands at the end of the run.
pub(super) fn headlines(study: &Study<'_>) -> Vec<String> {
    headlines_by_measure(study).into_iter().map(|h| h.1).collect()
}

/// The same with the index of the measure.
fn headlines_by_measure(study: &Study<'_>) -> Vec<(usize, String)> {
    let model = study.network.model();
    let mut summariser = Summariser::of(model.run.level, study.rows);
    let mut out = Vec::new();
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure).filter(|m| m.chart) else { continue };
        let stock = is_stock(measure);
        let values = if stock { &measured.periods } else { &measured.years };
        let Some(last) = values.columns().into_iter().next_back() else { continue };
        let Some(end) = study.network.calendar().and_then(|c| {
            let edges = study.network.period_edges();
            let at = if stock { edges.len() - 1 } else { measured.years.ncols() * 12 };
            c.date_of(*edges.get(at)?)?.yesterday().ok()
        }) else {
            continue;
        };
        let s = summariser.summary(last);
        let (Some(mean), Some(low), Some(high)) = (s.point, s.spread[0], s.spread[6]) else { continue };
        let when = if stock {
            format!("on {}", format::date(end))
        } else {
            format!("in the year to {}", format::date(end))
        };
        let sentence = format!(
            "{} {when}: {} (95% of simulated futures: {} to {}).",
            measure.title,
            value(measure, mean),
            value(measure, low),
            value(measure, high)
        );
        out.push((measured.measure, sentence));
    }
    out
}

/// One sentence for each charted count: from the last published figure to the end of the run.
pub(super) fn from_published(study: &Study<'_>) -> Vec<String> {
    let model = study.network.model();
    let Some(calendar) = study.network.calendar() else { return Vec::new() };
    let ends = headlines_by_measure(study);
    let mut out = Vec::new();
    for (index, sentence) in ends {
        let Some(measure) = model.measures.get(index).filter(|m| m.of.is_none()) else { continue };
        let last = measure.published.iter().filter(|p| !p.stand_in).max_by_key(|p| p.to);
        let published = last.and_then(|p| Some((calendar.date_of(p.to)?.yesterday().ok()?, p.value)));
        out.push(match published {
            Some((day, v)) => {
                format!("{sentence} Published to {}: {}.", format::date(day), value(measure, v))
            }
            None => sentence,
        });
    }
    out
}

/// How many numbers rest on what.
pub fn assumptions_in_words(model: &Model) -> String {
    let count = |grade: Grade| model.register.iter().filter(|a| a.grade == grade).count();
    let grades = [Grade::Measured, Grade::Derived, Grade::Borrowed, Grade::Assumed, Grade::Unstated];
    let parts: Vec<String> = grades
        .iter()
        .filter(|g| count(**g) > 0)
        .map(|g| format!("{} {}", count(*g), tables::grade_name(*g)))
        .collect();
    format!("Of {} numbers in the model: {}.", model.register.len(), parts.join(", "))
}
