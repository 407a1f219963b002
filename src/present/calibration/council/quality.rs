//! How good the data are: what is published of each year, what stands in for what is not.

use super::measures::{MEASURES, Published};
use super::{Council, number, text};
use crate::calibrate::data::Cell as Given;
use crate::present::table::{Cell, Table};

/// What was not published for the council in the last year, and what stands in for it.
pub(super) fn stands_in(c: &Council<'_>) -> Table {
    let columns = vec![
        text("figure", "Figure"),
        number("value", "Used", 0),
        text("grade", "Ground"),
        text("note", "How"),
    ];
    let mut table = Table::new("quality", "What was and was not published", columns);
    for (indicator, number) in &c.fitted.counts {
        let title = c.stats.indicator(indicator).and_then(|i| c.stats.indicators.get(i));
        table.row(vec![
            Cell::text(title.map_or(*indicator, |i| i.title.as_str())),
            Cell::Number(number.value),
            Cell::text(number.grade.word()),
            Cell::text(&number.note),
        ]);
    }
    table
}

/// Which figures of the series are published, year by year.
pub(super) fn series(c: &Council<'_>) -> Table {
    let years: Vec<i32> = (c.back.history.starts..=c.fitted.year).collect();
    let mut columns = vec![text("measure", "Measure")];
    columns.extend(years.iter().map(|y| text(&format!("y{y}"), &format!("{y}"))));
    let mut table = Table::new("published", "What is published of each year", columns);
    for shown in &MEASURES {
        let names = match shown.published {
            Published::Count(name) | Published::Percent(name) => vec![name],
            Published::Share(top, whole) => vec![top, whole],
        };
        let mark = |y: i32| {
            let cells = names.iter().map(|n| c.stats.cell(n, c.fitted.area, y));
            cells.fold("yes", |so_far, cell| match cell {
                Given::Value(_) => so_far,
                Given::Marked('c') => "suppressed",
                Given::Marked('u') => "unreliable",
                Given::Marked('k' | 'z') => "nought",
                Given::Marked(_) => "missing",
                Given::Absent => "no",
            })
        };
        let mut row = vec![Cell::text(shown.title)];
        row.extend(years.iter().map(|&y| Cell::text(mark(y))));
        table.row(row);
    }
    table.note("no: not in the tables of that year. Where a figure of the series is not published, the simulated line runs on without it.");
    table
}

/// Cells of the council's last ten years that are marked, as a share of those in the tables.
pub(super) fn marked(c: &Council<'_>) -> (usize, usize) {
    let (mut marked, mut all) = (0, 0);
    for indicator in &c.stats.indicators {
        for year in c.fitted.year - 9..=c.fitted.year {
            match c.stats.cell(&indicator.name, c.fitted.area, year) {
                Given::Value(_) | Given::Marked('k' | 'z') => all += 1,
                Given::Marked(_) => {
                    all += 1;
                    marked += 1;
                }
                Given::Absent => {}
            }
        }
    }
    (marked, all)
}
