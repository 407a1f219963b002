//! Would they have foreseen the last year: the outlook, and the simulated model fitted without it.

use super::measures::MEASURES;
use super::{Council, number, text};
use crate::present::calibration::PageError;
use crate::present::calibration::figures::figure;
use crate::present::chart::{DotInterval, DotRow, Size};
use crate::present::html::{Download, Figure};
use crate::present::table::{Cell, Table};

/// Rows that reach further than this from the figure, in per cent, are left out of the picture and named in the table.
const FARTHEST: f64 = 150.0;

/// The last year held out.
pub(super) struct Held {
    /// The picture, if there is anything to draw.
    pub figure: Option<Figure>,
    /// All of it.
    pub table: Table,
    /// How good, in words.
    pub words: Vec<String>,
}

/// One way of foreseeing.
#[derive(Default)]
struct Score {
    inside: usize,
    of: usize,
    errors: Vec<f64>,
}

impl Score {
    fn add(&mut self, value: f64, (low, high): (f64, f64), then: f64) -> bool {
        let held = low <= then && then <= high;
        self.of += 1;
        self.inside += usize::from(held);
        self.errors.push(100.0 * (value - then).abs() / then);
        held
    }

    fn words(&mut self, who: &str) -> String {
        self.errors.sort_by(f64::total_cmp);
        let n = self.errors.len();
        let middle = if n == 0 { f64::NAN } else { self.errors[(n - 1) / 2].midpoint(self.errors[n / 2]) };
        format!(
            "{who}: {} of {} figures inside the 95% interval, median error {middle:.1} %.",
            self.inside, self.of
        )
    }
}

/// The last year by both, beside that of the year before.
pub(super) fn held(c: &Council<'_>) -> Result<Option<Held>, PageError> {
    let f = c.fitted;
    let columns = vec![
        text("measure", "Measure"),
        number("before", "Year before", 0),
        number("published", "Published", 0),
        number("outlook", "Outlook", 0),
        number("outlook_low", "Outlook, 95% low end", 0),
        number("outlook_high", "Outlook, 95% high end", 0),
        text("outlook_inside", "Inside"),
        number("model", "Simulated model", 0),
        number("model_low", "Model, 95% low end", 0),
        number("model_high", "Model, 95% high end", 0),
        text("model_inside", "Inside"),
    ];
    let title = format!("The year to March {} as foreseen with nothing after March {}", f.year, f.year - 1);
    let mut table = Table::new("held-out", &title, columns);
    let (mut outlook, mut model, mut last) = (Score::default(), Score::default(), Score::default());
    let mut rows = Vec::new();
    for shown in &MEASURES {
        let Some(indicator) = shown.indicator() else { continue };
        let then = c.stats.value(indicator, f.area, f.year).filter(|v| *v > 0.0);
        let was = c.stats.value(indicator, f.area, f.year - 1);
        let Some(then) = then else { continue };
        let curve = c.back.held.as_ref().and_then(|h| h.iter().find(|x| x.measure == shown.measure));
        let simulated = curve.and_then(|x| x.at(f.year));
        let predicted = c.before.predict(c.stats, indicator, f.area, 1);
        let foreseen = predicted
            .zip(c.before.change(indicator, 1))
            .map(|(p, change)| (p.point, change.interval(&p, 0.95)));
        if simulated.is_none() && foreseen.is_none() {
            continue;
        }
        let yes = |x: bool| Cell::text(if x { "yes" } else { "no" });
        let none = || Cell::maybe(None);
        if let Some(was) = was {
            last.add(was, (was, was), then);
        }
        let mut row = vec![Cell::text(shown.title), Cell::maybe(was), Cell::Number(then)];
        for (score, found) in [(&mut outlook, foreseen), (&mut model, simulated.map(|p| (p.mean, p.all)))] {
            match found {
                Some((value, ends)) => {
                    let inside = score.add(value, ends, then);
                    row.extend([
                        Cell::Number(value),
                        Cell::Number(ends.0),
                        Cell::Number(ends.1),
                        yes(inside),
                    ]);
                }
                None => row.extend([none(), none(), none(), none()]),
            }
        }
        table.row(row);
        if let Some(p) = simulated {
            let of = |v: f64| 100.0 * (v - then) / then;
            rows.push(DotRow {
                label: shown.title.into(),
                estimate: of(p.mean),
                low: of(p.all.0),
                high: of(p.all.1),
            });
        }
    }
    if table.rows.is_empty() {
        return Ok(None);
    }
    let mut words = vec![model.words("The simulated model"), outlook.words("The outlook")];
    last.errors.sort_by(f64::total_cmp);
    if let Some(x) = last.errors.get(last.errors.len() / 2) {
        words.push(format!("Same as the year before: median error {x:.1} %."));
    }
    rows.retain(|r| r.high <= FARTHEST);
    let figure = (!rows.is_empty()).then(|| picture(c, rows, model.inside, model.of)).transpose()?;
    Ok(Some(Held { figure, table, words }))
}

fn picture(c: &Council<'_>, rows: Vec<DotRow>, inside: usize, of: usize) -> Result<Figure, PageError> {
    let f = c.fitted;
    let chart = DotInterval {
        id: "held-out".into(),
        title: "What the model fitted without the last year gives for it, against what was published".into(),
        value_label: "Simulated a year before less published, in per cent".into(),
        level: 0.95,
        places: 1,
        rows,
        size: Size::default(),
    };
    let headline = format!("{inside} of {of} figures inside what was simulated");
    let subtitle = format!("Year to March {}, simulated with nothing after March {}", f.year, f.year - 1);
    let mut figure = figure(chart.drawing(), "held-out", &headline, &subtitle, None)?;
    figure.downloads.push(Download { label: "CSV".into(), path: "held-out.csv".into() });
    Ok(figure)
}
