//! How often each rule was broken, and where.

use super::rule::Rule;
use super::rules::RULES;
use crate::calibrate::records::episode::Origin;
use std::collections::BTreeMap;

/// Rows named for one finding, unless more are asked for.
pub const MOST_ROWS: usize = 10;

/// Findings kept apart at most; beyond it they are counted without rows under their rule alone.
const MOST_FINDINGS: usize = 20_000;

/// The column a finding is about. A heading that is not one of the standards' is shown by its number
/// alone: a file without headings has a child's particulars in that place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// The whole record.
    None,
    /// A column of a standard, by its name there.
    Named(&'static str),
    /// A column by its number from 1.
    Number(u16),
}

impl Column {
    /// The column as it is shown; empty for the whole record.
    pub fn shown(self) -> String {
        match self {
            Column::None => String::new(),
            Column::Named(name) => name.to_owned(),
            Column::Number(n) => format!("column {n}"),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Tally {
    count: u64,
    rows: Vec<u32>,
}

/// One finding: a rule broken in a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Place of the file in the list of files.
    pub file: u16,
    /// Place of the sheet in the file.
    pub sheet: u16,
    /// The column.
    pub column: Column,
    /// How many records or values.
    pub count: u64,
    /// The first rows, as a spreadsheet numbers them, in ascending order.
    pub rows: Vec<u32>,
}

/// All findings.
#[derive(Clone, Debug)]
pub struct Findings {
    tallies: BTreeMap<(usize, u16, u16, Column), Tally>,
    rows: usize,
}

impl Default for Findings {
    fn default() -> Findings {
        Findings::naming(MOST_ROWS)
    }
}

impl Findings {
    /// Findings of which the first `rows` rows are kept.
    pub fn naming(rows: usize) -> Findings {
        Findings { tallies: BTreeMap::new(), rows }
    }

    /// Counts a finding in a column of a record.
    pub fn add(&mut self, rule: &'static Rule, at: Origin, column: Column) {
        let place = RULES.iter().position(|r| r.id == rule.id).unwrap_or(RULES.len());
        let mut key = (place, at.file, at.sheet, column);
        let full = self.tallies.len() >= MOST_FINDINGS && !self.tallies.contains_key(&key);
        if full {
            key = (place, 0, 0, Column::None);
        }
        let tally = self.tallies.entry(key).or_default();
        tally.count += 1;
        if at.row > 0 && !full {
            insert(&mut tally.rows, at.row, self.rows);
        }
    }

    /// Everything found, in the order of the rules, then files, sheets and columns.
    pub fn list(&self) -> Vec<Finding> {
        self.tallies
            .iter()
            .filter_map(|(&(rule, file, sheet, column), tally)| {
                let rule = RULES.get(rule).copied()?;
                Some(Finding { rule, file, sheet, column, count: tally.count, rows: tally.rows.clone() })
            })
            .collect()
    }

    /// How often a rule was broken, anywhere.
    pub fn count(&self, rule: &Rule) -> u64 {
        let of = |place: usize| RULES.get(place).is_some_and(|r| r.id == rule.id);
        self.tallies.iter().filter(|(key, _)| of(key.0)).map(|(_, t)| t.count).sum()
    }
}

/// Keeps the smallest rows, in order, each once.
fn insert(rows: &mut Vec<u32>, row: u32, most: usize) {
    if let Err(at) = rows.binary_search(&row)
        && at < most
    {
        rows.insert(at, row);
        rows.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    #[test]
    fn the_first_rows_are_kept_in_order_and_all_are_counted() {
        let mut found = Findings::default();
        for row in (2..40).rev() {
            let at = Origin { file: 1, sheet: 2, row };
            found.add(&rules::DUPLICATE, at, Column::None);
        }
        found.add(&rules::UNKNOWN_CODE, Origin { file: 0, sheet: 0, row: 5 }, Column::Named("REC"));
        let list = found.list();
        assert_eq!(list.len(), 2);
        let duplicates = list.iter().find(|f| f.rule.id == "duplicate").unwrap();
        assert_eq!((duplicates.count, duplicates.file, duplicates.sheet), (38, 1, 2));
        assert_eq!(duplicates.rows, (2..12).collect::<Vec<_>>());
        assert_eq!(found.count(&rules::DUPLICATE), 38);
        assert_eq!(found.count(&rules::OVERLAP), 0);
    }

    #[test]
    fn findings_are_bounded() {
        let mut found = Findings::default();
        for file in 0..30_000_u16 {
            found.add(&rules::RAGGED_ROW, Origin { file, sheet: 0, row: 1 }, Column::None);
        }
        assert!(found.tallies.len() <= MOST_FINDINGS + RULES.len());
        assert_eq!(found.count(&rules::RAGGED_ROW), 30_000);
    }
}
