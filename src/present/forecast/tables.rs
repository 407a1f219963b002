//! The tables of a forecast.

use super::Study;
use super::words::change;
use crate::forecast::month::Month;
use crate::forecast::parts::Part;
use crate::forecast::run::Outcome;
use crate::forecast::table::{BANDS, Scores};
use crate::present::report::ReportError;
use crate::present::table::{Cell, Column, Kind, Table};
use crate::stats::series::member::Method;

fn word(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

fn share(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Percent)
}

/// One CSV of a table for each series, under one header; only one of them is held at a time.
pub(super) fn for_each(study: &Study, make: fn(&Outcome) -> Table) -> Result<Vec<u8>, ReportError> {
    let mut out = Vec::new();
    for (i, outcome) in study.outcomes.iter().enumerate() {
        let table = make(outcome);
        let csv = table.csv().map_err(|e| ReportError::Table(table.id.clone(), e))?;
        let rows = if i == 0 { csv.as_str() } else { csv.split_once('\n').map_or("", |(_, rows)| rows) };
        out.extend_from_slice(rows.as_bytes());
    }
    Ok(out)
}

/// Columns that name a series, and their cells.
fn names(outcome: &Outcome) -> (Vec<Column>, Vec<Cell>) {
    let s = &outcome.series;
    let or = |t: &Option<String>| Cell::text(t.as_deref().unwrap_or(""));
    (
        vec![word("series", "Series"), word("source", "Source"), word("age", "Age"), word("area", "Area")],
        vec![Cell::text(&s.name), or(&s.source), or(&s.age), or(&s.area)],
    )
}

fn month(m: Month) -> Cell {
    Cell::Text(m.to_string())
}

/// `forecast.csv`.
pub(super) fn forecast(outcome: &Outcome) -> Table {
    let (mut columns, series) = names(outcome);
    columns.push(word("month", "Month"));
    columns.push(number("forecast", "Forecast", 1));
    for level in [50, 80, 95] {
        columns.push(number(&format!("low_{level}"), &format!("Low end of {level}%"), 1));
        columns.push(number(&format!("high_{level}"), &format!("High end of {level}%"), 1));
    }
    columns.push(word("method", "Method"));
    let mut table = Table::new("forecast", "Forecast by month", columns);
    for step in &outcome.steps {
        let mut cells = series.clone();
        cells.push(month(step.month));
        cells.push(Cell::Number(step.forecast));
        for i in &step.intervals {
            cells.extend([Cell::Number(i.low), Cell::Number(i.high)]);
        }
        cells.push(Cell::text(outcome.method.label()));
        table.row(cells);
    }
    table
}

/// `backtest.csv`.
pub(super) fn backtest(outcome: &Outcome) -> Table {
    let (mut columns, series) = names(outcome);
    columns.extend([word("method", "Method"), word("used", "Used"), word("months_ahead", "Months ahead")]);
    columns.extend(score_columns());
    let mut table = Table::new("backtest", "How the methods did before", columns);
    for row in &outcome.backtest.rows {
        let all = [("all", Some(&row.all))];
        for (name, scores) in
            all.into_iter().chain(BANDS.into_iter().zip(row.bands.iter().map(Option::as_ref)))
        {
            let Some(scores) = scores else { continue };
            let mut cells = series.clone();
            cells.push(Cell::text(row.method.label()));
            cells.push(Cell::text(if row.method == outcome.method { "yes" } else { "no" }));
            cells.push(Cell::text(name));
            cells.extend(score_cells(scores));
            table.row(cells);
        }
    }
    table
}

fn score_columns() -> [Column; 8] {
    [
        Column::new("months", "Months judged", Kind::Count),
        number("absolute_error", "Off by a month, on average", 1),
        number("mase", "MASE", 2),
        number("rmsse", "RMSSE", 2),
        number("wis", "Weighted interval score", 2),
        number("msis", "MSIS", 2),
        share("cover_80", "80% interval held"),
        share("cover_95", "95% interval held"),
    ]
}

fn score_cells(s: &Scores) -> [Cell; 8] {
    [
        Cell::Number(s.months as f64),
        Cell::Number(s.absolute_error),
        Cell::Number(s.mase),
        Cell::Number(s.rmsse),
        Cell::Number(s.wis),
        Cell::Number(s.msis),
        Cell::Number(s.cover_80),
        Cell::Number(s.cover_95),
    ]
}

/// `parts.csv`.
pub(super) fn parts(outcome: &Outcome) -> Table {
    let (mut columns, series) = names(outcome);
    columns.extend([word("month", "Month"), word("kind", "Kind"), number("value", "Value", 1)]);
    for (key, heading) in [
        ("trend", "Trend"),
        ("season", "Season"),
        ("holidays", "School holidays"),
        ("working_days", "Working days"),
        ("shock", "Shocks"),
        ("rest", "The rest"),
    ] {
        columns.push(number(key, heading, 1));
    }
    let mut table = Table::new("parts", "What each part adds", columns);
    let mut add = |part: &Part, kind: &str| {
        let mut cells = series.clone();
        cells.extend([month(part.month), Cell::text(kind), Cell::maybe(part.value)]);
        let parts = [part.trend, part.season, part.holidays, part.working_days, part.shock, part.rest];
        cells.extend(parts.map(Cell::Number));
        table.row(cells);
    };
    outcome.parts.history.iter().for_each(|p| add(p, "history"));
    outcome.parts.future.iter().for_each(|p| add(p, "forecast"));
    table
}

/// `paths.csv`.
pub(super) fn paths(outcome: &Outcome) -> Table {
    let columns = vec![
        word("series", "Series"),
        Column::new("path", "Path", Kind::Count),
        word("month", "Month"),
        number("value", "Value", 1),
    ];
    let mut table = Table::new("paths", "Whole futures", columns);
    for path in 0..outcome.paths.len() {
        for (value, step) in outcome.paths.path(path).iter().zip(&outcome.steps) {
            table.row(vec![
                Cell::text(&outcome.series.name),
                Cell::Number((path + 1) as f64),
                month(step.month),
                Cell::Number(*value),
            ]);
        }
    }
    table
}

/// Month, forecast, 80 % and 95 %, for a reader.
pub(super) fn short(id: &str, title: &str, outcome: &Outcome) -> Table {
    let columns = vec![
        word("month", "Month"),
        number("forecast", "Forecast", 0),
        number("low_80", "80% from", 0),
        number("high_80", "80% to", 0),
        number("low_95", "95% from", 0),
        number("high_95", "95% to", 0),
    ];
    let mut table = Table::new(id, title, columns);
    for step in &outcome.steps {
        let [_, likely, nearly] = step.intervals;
        let values = [step.forecast, likely.low, likely.high, nearly.low, nearly.high];
        let mut cells = vec![Cell::Text(step.month.label())];
        cells.extend(values.map(Cell::Number));
        table.row(cells);
    }
    table
}

/// Every method over all months ahead.
pub(super) fn methods(id: &str, outcome: &Outcome) -> Table {
    let mut columns = vec![word("method", "Method"), word("used", "Used")];
    columns.extend(score_columns());
    columns.retain(|c| c.key != "msis");
    let mut table = Table::new(id, "How each method did in the backtest", columns);
    let mut rows: Vec<_> = outcome.backtest.rows.iter().collect();
    rows.sort_by(|a, b| a.all.mase.total_cmp(&b.all.mase));
    for row in rows {
        let used = if row.method == outcome.method { "yes" } else { "no" };
        let mut cells = vec![Cell::text(row.method.label()), Cell::text(used)];
        let [months, off, mase, rmsse, wis, _, cover_80, cover_95] = score_cells(&row.all);
        cells.extend([months, off, mase, rmsse, wis, cover_80, cover_95]);
        table.row(cells);
    }
    table.note(
        "MASE and RMSSE: error over the usual change from the same month a year before, so below 1 is closer than \
         that change; the weighted interval score is in the unit of MASE. Lower is better in all three. In them and \
         in the first column a test counts half as much for every six months that lie between it and the end.",
    );
    table.note(
        "An 80% interval that means what it says holds about 80% of the months judged; a 95% one, 95%.",
    );
    table
}

/// The method used against the naive forecasts, by months ahead.
pub(super) fn against_naive(id: &str, outcome: &Outcome) -> Option<Table> {
    let mut rows = vec![outcome.backtest.row(outcome.method)?];
    let naive = [Method::SeasonalNaive, Method::Naive].into_iter().filter(|m| *m != outcome.method);
    rows.extend(naive.filter_map(|m| outcome.backtest.row(m)));
    let columns = vec![
        word("months_ahead", "Months ahead"),
        word("method", "Method"),
        Column::new("months", "Months judged", Kind::Count),
        number("mase", "MASE", 2),
        number("rmsse", "RMSSE", 2),
        number("wis", "Weighted interval score", 2),
        share("cover_80", "80% interval held"),
        share("cover_95", "95% interval held"),
    ];
    let title =
        format!("The method used ({}) against naive forecasts, by months ahead", outcome.method.label());
    let mut table = Table::new(id, &title, columns);
    let bands = BANDS.iter().enumerate().map(|(i, name)| (*name, Some(i))).chain([("all", None)]);
    for (name, band) in bands {
        for row in &rows {
            let scores = band.map_or(Some(&row.all), |i| row.bands.get(i).and_then(Option::as_ref));
            let Some(s) = scores else { continue };
            let mut cells = vec![Cell::text(name), Cell::text(row.method.label())];
            let values = [s.months as f64, s.mase, s.rmsse, s.wis, s.cover_80, s.cover_95];
            cells.extend(values.map(Cell::Number));
            table.row(cells);
        }
    }
    Some(table)
}

/// Every series in a row.
pub(super) fn contents(study: &Study) -> Table {
    let columns = vec![
        word("series", "Series"),
        word("method", "Method"),
        number("mean", "A month over the next year", 1),
        share("change", "Against the same months a year before"),
        number("low_80", "Last of these months: 80% from", 0),
        number("high_80", "80% to", 0),
        number("mase", "MASE of the method", 2),
        number("mase_naive", "MASE of the better naive forecast", 2),
        share("cover_80", "80% interval held"),
    ];
    let mut table = Table::new("contents", "All series", columns);
    for outcome in &study.outcomes {
        let year = outcome.steps.len().min(12);
        let steps = outcome.steps.get(..year).unwrap_or(&[]);
        let mean = steps.iter().map(|s| s.forecast).sum::<f64>() / year.max(1) as f64;
        let used = outcome.backtest.row(outcome.method);
        let naive =
            [Method::SeasonalNaive, Method::Naive].into_iter().filter_map(|m| outcome.backtest.row(m));
        let naive = naive.map(|r| r.all.mase).min_by(f64::total_cmp);
        table.row(vec![
            Cell::text(&outcome.series.name),
            Cell::text(outcome.method.label()),
            Cell::Number(mean),
            Cell::maybe(change(outcome)),
            Cell::maybe(steps.last().map(|s| s.intervals[1].low)),
            Cell::maybe(steps.last().map(|s| s.intervals[1].high)),
            Cell::maybe(used.map(|r| r.all.mase)),
            Cell::maybe(naive),
            Cell::maybe(used.map(|r| r.all.cover_80)),
        ]);
    }
    table
}

/// Covid-19 months both ways, month by month.
pub(super) fn both_ways(id: &str, outcome: &Outcome, other: &Outcome, names: [&str; 2]) -> Table {
    let mut columns = vec![word("month", "Month")];
    for (key, name) in ["this", "other"].iter().zip(names) {
        columns.push(number(key, &format!("Forecast, {name}"), 0));
        for level in [80, 95] {
            columns.push(number(&format!("{key}_low_{level}"), &format!("{level}% from, {name}"), 0));
            columns.push(number(&format!("{key}_high_{level}"), &format!("{level}% to, {name}"), 0));
        }
    }
    let mut table = Table::new(id, "The forecast with Covid-19 months treated either way", columns);
    for (a, b) in outcome.steps.iter().zip(&other.steps) {
        let mut cells = vec![Cell::Text(a.month.label())];
        for step in [a, b] {
            let [_, likely, nearly] = step.intervals;
            let values = [step.forecast, likely.low, likely.high, nearly.low, nearly.high];
            cells.extend(values.map(Cell::Number));
        }
        table.row(cells);
    }
    table
}

/// A table of one series without the columns that name it.
pub(super) fn without_names(id: &str, table: Table) -> Table {
    const NAMES: usize = 4;
    let rows = table.rows.into_iter().map(|r| r.into_iter().skip(NAMES).collect()).collect();
    let columns = table.columns.into_iter().skip(NAMES).collect();
    Table { id: id.to_string(), columns, rows, ..table }
}
