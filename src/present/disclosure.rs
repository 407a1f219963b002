//! Withholding small numbers of children, so that no child can be recognised in a publication.
//!
//! The rules are those of the Department for Education's children in need releases: counts of
//! one to five become `c`, further cells are withheld so that these cannot be worked out from
//! totals, zero stays zero, and rates are given to one decimal. Forecasts are rounded to five.

mod solve;

use super::table::{Cell, Symbol, Table};

/// A set of rules under a version, since they change by release and by council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureProfile {
    /// Name of the rules, printed with what they were applied to.
    pub version: String,
    /// Counts from 1 to this number are withheld.
    pub threshold: u32,
    /// Rates over fewer children than this are withheld.
    pub least_denominator: u32,
    /// Forecasts are rounded to a multiple of this number.
    pub forecast_base: u32,
}

impl Default for DisclosureProfile {
    fn default() -> Self {
        DisclosureProfile {
            version: "dfe-cin-1".to_owned(),
            threshold: 5,
            least_denominator: 6,
            forecast_base: 5,
        }
    }
}

/// How the rules treat a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Not about children: left alone.
    Keep,
    /// A count of real children.
    Observed,
    /// A simulated or forecast count.
    Forecast,
    /// A rate or share with the columns it was computed from.
    Ratio {
        /// Column of the numerator, if the table shows it.
        numerator: Option<usize>,
        /// Column of the denominator.
        denominator: usize,
    },
}

/// How a table is to be treated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One treatment for each column; columns beyond its end are withheld entirely.
    pub columns: Vec<Treatment>,
    /// The row that holds the totals of the others.
    pub total_row: Option<usize>,
    /// The observed column that holds the totals of the other observed columns.
    pub total_column: Option<usize>,
}

impl DisclosureProfile {
    /// The table as it may be published.
    pub fn apply(&self, table: &Table, plan: &Plan) -> Table {
        let mut out = table.clone();
        let width = table.columns.len();
        for row in &mut out.rows {
            row.resize(width, Cell::Symbol(Symbol::NotAvailable));
        }
        self.observed(table, plan, &mut out);
        for column in 0..width {
            // The row's name is not a number of children unless the plan says so.
            let fallback = if column == 0 { Treatment::Keep } else { Treatment::Observed };
            match plan.columns.get(column).copied().unwrap_or(fallback) {
                Treatment::Forecast => self.forecast(&mut out, column),
                Treatment::Ratio { numerator, denominator } => {
                    self.ratio(table, &mut out, column, numerator, denominator);
                }
                Treatment::Keep | Treatment::Observed => {}
            }
        }
        out.notes.push(self.note());
        out
    }

    fn note(&self) -> String {
        format!(
            "Numbers from 1 to {} are withheld (c), and others so that these cannot be worked out. \
             Forecasts are rounded to the nearest {}. Rules: {}.",
            self.threshold, self.forecast_base, self.version
        )
    }

    fn observed(&self, table: &Table, plan: &Plan, out: &mut Table) {
        let columns: Vec<usize> = (0..table.columns.len())
            .filter(|&c| match plan.columns.get(c) {
                Some(t) => *t == Treatment::Observed,
                None => c > 0,
            })
            .collect();
        let grid: Vec<Vec<Option<f64>>> = (0..table.rows.len())
            .map(|r| {
                let value = |c: &usize| match table.cell(r, *c) {
                    Cell::Number(v) if v.is_finite() => Some(v.round()),
                    _ => None,
                };
                columns.iter().map(value).collect()
            })
            .collect();
        let total_column = plan.total_column.and_then(|t| columns.iter().position(|&c| c == t));
        let hidden = solve::hide(&grid, f64::from(self.threshold), plan.total_row, total_column);
        for (row, line) in out.rows.iter_mut().zip(&hidden) {
            for (&column, &hide) in columns.iter().zip(line) {
                if let (true, Some(cell)) = (hide, row.get_mut(column)) {
                    *cell = Cell::Symbol(Symbol::Suppressed);
                }
            }
        }
    }

    fn forecast(&self, out: &mut Table, column: usize) {
        let base = f64::from(self.forecast_base.max(1));
        for cell in out.rows.iter_mut().filter_map(|r| r.get_mut(column)) {
            if let Cell::Number(v) = cell {
                let rounded = (*v / base).round() * base;
                let lost = rounded == 0.0 && *v > 0.0;
                *cell = if lost { Cell::Symbol(Symbol::RoundsToZero) } else { Cell::Number(rounded) };
            }
        }
    }

    fn ratio(&self, table: &Table, out: &mut Table, column: usize, top: Option<usize>, bottom: usize) {
        let percent = table.columns.get(column).is_some_and(|c| c.kind == super::table::Kind::Percent);
        let unit = if percent { 1000.0 } else { 10.0 };
        for row in 0..out.rows.len() {
            let small = match table.cell(row, bottom) {
                Cell::Number(n) => n.is_nan() || *n < f64::from(self.least_denominator),
                _ => true,
            };
            let hidden = |c: usize| out.cell(row, c).symbol() == Some(Symbol::Suppressed);
            let withheld = small || hidden(bottom) || top.is_some_and(hidden);
            if let Some(cell @ Cell::Number(_)) = out.rows.get_mut(row).and_then(|r| r.get_mut(column)) {
                if withheld {
                    *cell = Cell::Symbol(Symbol::Suppressed);
                } else if let Cell::Number(v) = cell {
                    *v = (*v * unit).round() / unit;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::table::{Column, Kind};

    fn table(columns: usize, rows: &[&[f64]]) -> Table {
        let mut head = vec![Column::new("area", "Area", Kind::Text)];
        head.extend((0..columns).map(|i| Column::new(&format!("c{i}"), &format!("C{i}"), Kind::Count)));
        let mut t = Table::new("t", "T", head);
        for (i, r) in rows.iter().enumerate() {
            let mut cells = vec![Cell::text(&format!("Area {i}"))];
            cells.extend(r.iter().map(|v| Cell::Number(*v)));
            t.row(cells);
        }
        t
    }

    fn shown(t: &Table) -> Vec<String> {
        (0..t.rows.len())
            .map(|r| {
                (1..t.columns.len()).map(|c| t.cell(r, c).reader(Kind::Count)).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    fn observed(n: usize) -> Vec<Treatment> {
        let mut v = vec![Treatment::Keep];
        v.extend(vec![Treatment::Observed; n]);
        v
    }

    #[test]
    fn small_counts_go_and_zero_stays() {
        let t = table(1, &[&[0.0], &[1.0], &[5.0], &[6.0], &[0.0]]);
        let plan = Plan { columns: observed(1), ..Plan::default() };
        assert_eq!(shown(&DisclosureProfile::default().apply(&t, &plan)), ["0", "c", "c", "6", "0"]);
    }

    #[test]
    fn a_lone_suppressed_cell_takes_the_next_smallest_with_it() {
        // 35 - 20 - 12 - 0 gives the withheld 3 away, so the 12 goes too; the zero stays.
        let t = table(1, &[&[20.0], &[3.0], &[12.0], &[0.0], &[35.0]]);
        let plan = Plan { columns: observed(1), total_row: Some(4), total_column: None };
        assert_eq!(shown(&DisclosureProfile::default().apply(&t, &plan)), ["20", "c", "c", "0", "35"]);
    }

    #[test]
    fn two_ones_that_add_to_two_are_worked_out_so_a_third_goes() {
        let t = table(1, &[&[1.0], &[1.0], &[30.0], &[9.0], &[41.0]]);
        let plan = Plan { columns: observed(1), total_row: Some(4), total_column: None };
        assert_eq!(shown(&DisclosureProfile::default().apply(&t, &plan)), ["c", "c", "30", "c", "41"]);
    }

    #[test]
    fn rows_and_columns_together() {
        // One small cell in the corner needs a rectangle of four.
        let t = table(
            4,
            &[
                &[2.0, 10.0, 30.0, 42.0],
                &[8.0, 12.0, 40.0, 60.0],
                &[50.0, 60.0, 70.0, 180.0],
                &[60.0, 82.0, 140.0, 282.0],
            ],
        );
        let plan = Plan { columns: observed(4), total_row: Some(3), total_column: Some(4) };
        assert_eq!(
            shown(&DisclosureProfile::default().apply(&t, &plan)),
            ["c c 30 42", "c c 40 60", "50 60 70 180", "60 82 140 282"]
        );
    }

    #[test]
    fn a_small_total_hides_its_part_or_itself_cannot_be_added_up() {
        // The total 4 is small; its parts 4 and 0 would give it away, so both 4s are withheld.
        let t = table(1, &[&[4.0], &[0.0], &[4.0]]);
        let plan = Plan { columns: observed(1), total_row: Some(2), total_column: None };
        assert_eq!(shown(&DisclosureProfile::default().apply(&t, &plan)), ["c", "0", "c"]);
    }

    #[test]
    fn forecasts_round_to_five_and_rates_follow_their_counts() {
        let mut t =
            table(4, &[&[1232.0, 2.0, 0.123_44, 100.0], &[2.4, 9.0, 0.5, 4.0], &[0.0, 30.0, 0.25, 120.0]]);
        t.columns[3].kind = Kind::Percent;
        let plan = Plan {
            columns: vec![
                Treatment::Keep,
                Treatment::Forecast,
                Treatment::Observed,
                Treatment::Ratio { numerator: Some(2), denominator: 4 },
                Treatment::Keep,
            ],
            ..Plan::default()
        };
        let out = DisclosureProfile::default().apply(&t, &plan);
        assert_eq!(*out.cell(0, 1), Cell::Number(1230.0));
        assert_eq!(*out.cell(1, 1), Cell::Symbol(Symbol::RoundsToZero));
        assert_eq!(*out.cell(2, 1), Cell::Number(0.0));
        // Numerator withheld; denominator under six; both fine.
        assert_eq!(*out.cell(0, 3), Cell::Symbol(Symbol::Suppressed));
        assert_eq!(*out.cell(1, 3), Cell::Symbol(Symbol::Suppressed));
        assert_eq!(*out.cell(2, 3), Cell::Number(0.25));
        assert!(out.notes.last().is_some_and(|n| n.contains("dfe-cin-1")));
    }
}
