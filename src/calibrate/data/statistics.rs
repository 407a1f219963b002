//! The tables, in memory.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use thiserror::Error;

/// The acknowledgement that the licence asks for.
pub const NOTICE: &str = "Contains public sector information licensed under the Open Government Licence v3.0. \
Crown copyright: Department for Education and Office for National Statistics (official statistics).";

/// Statistics of councils, regions and England, by indicator and year. A year is the one in which
/// the statistical year ends: 2024 is 1 April 2023 to 31 March 2024.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Statistics {
    /// What release this is, for readers.
    pub release: String,
    /// Councils (today's and abolished), regions, England.
    pub areas: Vec<Area>,
    /// What is measured.
    pub indicators: Vec<Indicator>,
    /// Figures by (indicator, area), as indices.
    pub(super) series: BTreeMap<(u16, u16), Series>,
    /// Referrals by calendar month, by area; first month as months since January of year 0.
    pub(super) months: BTreeMap<u16, Series>,
    /// Persons by single year of age 0 to 25, by (area, mid-year).
    pub(super) ages: BTreeMap<(u16, i32), Vec<f64>>,
    /// Statistical neighbours of each area, nearest first.
    pub(super) neighbours: BTreeMap<u16, Vec<u16>>,
}

/// What kind of area.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// England.
    England,
    /// A region.
    Region,
    /// A council responsible for children's services.
    Council,
    /// Two councils that make one workforce return.
    Joint,
}

/// A council, region or England.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// Code of the Office for National Statistics, such as E06000054.
    pub code: String,
    /// Name.
    pub name: String,
    /// What kind.
    pub level: Level,
    /// Region it lies in; empty for regions and England.
    pub region: String,
    /// Other codes it has or had.
    pub other_codes: Vec<String>,
    /// Number the Department for Education gives it; empty if none.
    pub dfe_number: String,
    /// Area whose boundary did not change, in which councils may be added up over years.
    pub stable: String,
    /// First and last year of its returns; (0, 0) if not said.
    pub returns: (i32, i32),
    /// What happened to its boundary.
    pub change: String,
}

/// What is measured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicator {
    /// Short name.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Published table.
    pub table: String,
}

/// One figure.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Cell {
    /// Published.
    Value(f64),
    /// Not published, with the publisher's mark: c suppressed, x not available, z not applicable,
    /// u unreliable, k (low) rounds to nought, - blank.
    Marked(char),
    /// Not in the tables at all.
    #[default]
    Absent,
}

impl Cell {
    /// The figure, if published.
    pub fn value(self) -> Option<f64> {
        match self {
            Cell::Value(v) => Some(v),
            _ => None,
        }
    }
}

/// Figures of successive years (or months).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Series {
    /// Year (or month) of the first cell.
    pub first: i32,
    /// Cells from then on.
    pub cells: Vec<Cell>,
}

impl Series {
    /// The cell of a year.
    pub fn at(&self, year: i32) -> Cell {
        usize::try_from(year - self.first).ok().and_then(|k| self.cells.get(k)).copied().unwrap_or_default()
    }

    /// Puts a cell, widening the series as needed; years outside 0 to 4,000 x 12 months are dropped.
    pub(super) fn put(&mut self, year: i32, cell: Cell) {
        if !(0..48_000).contains(&year) {
            return;
        }
        if self.cells.is_empty() {
            self.first = year;
        }
        while year < self.first {
            self.cells.insert(0, Cell::Absent);
            self.first -= 1;
        }
        let at = (year - self.first) as usize;
        if at >= self.cells.len() {
            self.cells.resize(at + 1, Cell::Absent);
        }
        if let Some(slot) = self.cells.get_mut(at) {
            *slot = cell;
        }
    }

    /// Published figures with their years.
    pub fn values(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        self.cells.iter().zip(self.first..).filter_map(|(c, year)| Some((year, c.value()?)))
    }
}

/// Persons of one area at a mid-year, by single year of age.
#[derive(Clone, PartialEq, Debug)]
pub struct PopulationAge {
    /// Mid-year.
    pub year: i32,
    /// Persons aged 0, 1, … 25.
    pub persons: Vec<f64>,
}

/// Why a statistics file cannot be read or made.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum DataError {
    /// Not such a file, or damaged.
    #[error("not a caseflow statistics file: {0}")]
    Damaged(String),
    /// Written by a later program.
    #[error("the statistics file has version {0}; this program reads version 1")]
    Version(u32),
    /// A table of a release that cannot be read.
    #[error("{file}, line {line}: {what}")]
    Table {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Tables that cannot be read: every fault of each, in the order of files and lines.
    #[error("{}", listed(.0))]
    Tables(Vec<DataError>),
}

fn listed(faults: &[DataError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl DataError {
    /// Faults put together: one stays as it is, those of tables in tables are taken out, none is said twice.
    pub(super) fn of(faults: Vec<DataError>) -> Result<(), DataError> {
        let mut flat: Vec<DataError> = Vec::new();
        for fault in faults {
            let parts = match fault {
                DataError::Tables(parts) => parts,
                one => vec![one],
            };
            for part in parts {
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        match flat.len() {
            0 => Ok(()),
            1 => Err(flat.remove(0)),
            _ => Err(DataError::Tables(flat)),
        }
    }
}

static EMBEDDED: OnceLock<Statistics> = OnceLock::new();

impl Statistics {
    /// The statistics that travel inside the program.
    pub fn embedded() -> &'static Statistics {
        EMBEDDED.get_or_init(|| Statistics::decode(include_bytes!("authorities.bin")).unwrap_or_default())
    }

    /// Index of an area by its code.
    pub fn area_by_code(&self, code: &str) -> Option<usize> {
        self.areas.iter().position(|a| a.code == code)
    }

    /// Index of an indicator by its name.
    pub fn indicator(&self, name: &str) -> Option<usize> {
        self.indicators.iter().position(|i| i.name == name)
    }

    /// The series of an indicator in an area, if there is any.
    pub fn series(&self, indicator: &str, area: usize) -> Option<&Series> {
        let i = self.indicator(indicator)?;
        self.series.get(&(i as u16, area as u16))
    }

    /// One figure.
    pub fn cell(&self, indicator: &str, area: usize, year: i32) -> Cell {
        self.series(indicator, area).map_or(Cell::Absent, |s| s.at(year))
    }

    /// One figure, if published.
    pub fn value(&self, indicator: &str, area: usize, year: i32) -> Option<f64> {
        self.cell(indicator, area, year).value()
    }

    /// Referrals in a calendar month (1 to 12).
    pub fn referrals_in_month(&self, area: usize, year: i32, month: i32) -> Cell {
        self.months.get(&(area as u16)).map_or(Cell::Absent, |s| s.at(year * 12 + month - 1))
    }

    /// Persons by single year of age at the last mid-year not after `year`, or the first there is.
    pub fn population_by_age(&self, area: usize, year: i32) -> Option<PopulationAge> {
        let area = area as u16;
        let all = || self.ages.range((area, i32::MIN)..=(area, i32::MAX));
        let (&(_, year), persons) = all().rfind(|((_, y), _)| *y <= year).or_else(|| all().next())?;
        Some(PopulationAge { year, persons: persons.clone() })
    }

    /// Statistical neighbours, nearest first.
    pub fn neighbours(&self, area: usize) -> Vec<usize> {
        self.neighbours
            .get(&(area as u16))
            .map(|n| n.iter().map(|&i| i as usize).collect())
            .unwrap_or_default()
    }

    /// Today's councils: those whose returns reach the last year that any council's reach.
    pub fn councils(&self) -> Vec<usize> {
        let councils = || self.areas.iter().enumerate().filter(|(_, a)| a.level == Level::Council);
        let last = councils().map(|(_, a)| a.returns.1).max().unwrap_or(0);
        councils().filter(|(_, a)| a.returns.1 == last).map(|(i, _)| i).collect()
    }

    /// All councils, also those that are no more.
    pub fn all_councils(&self) -> Vec<usize> {
        (0..self.areas.len())
            .filter(|&i| self.areas.get(i).is_some_and(|a| a.level == Level::Council))
            .collect()
    }

    /// First year of any figure; 0 if there is none.
    pub fn first_year(&self) -> i32 {
        self.series.values().map(|s| s.first).min().unwrap_or(0)
    }

    /// Last year in which any council publishes anything; 0 if there is none.
    pub fn last_year(&self) -> i32 {
        self.series.values().filter_map(|s| s.values().last()).map(|v| v.0).max().unwrap_or(0)
    }

    /// Published figures that `old` does not have, and those that it has otherwise.
    pub fn differences(&self, old: &Statistics) -> Differences {
        let mut found = Differences::default();
        for ((i, a), series) in &self.series {
            let area = self.areas.get(usize::from(*a)).and_then(|a| old.area_by_code(&a.code));
            let name = self.indicators.get(usize::from(*i)).map_or("", |i| i.name.as_str());
            let before = area.and_then(|a| old.series(name, a));
            for (year, value) in series.values() {
                match before.and_then(|s| s.at(year).value()) {
                    None => found.added += 1,
                    Some(was) if was != value => found.replaced += 1,
                    Some(_) => {}
                }
            }
        }
        found.added += self.others(old);
        found
    }

    /// Months, ages and neighbours that `old` does not have so.
    fn others(&self, old: &Statistics) -> usize {
        self.months.iter().filter(|(a, s)| old.months.get(a) != Some(s)).count()
            + self.ages.iter().filter(|(a, s)| old.ages.get(a) != Some(s)).count()
            + self.neighbours.iter().filter(|(a, s)| old.neighbours.get(a) != Some(s)).count()
    }
}

/// How one set of statistics differs from an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Differences {
    /// Figures that are new.
    pub added: usize,
    /// Figures that replace others.
    pub replaced: usize,
}
