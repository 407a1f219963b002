//! Tables as the Department for Education publishes them, one row a council and year.
//!
//! All have the columns `time_period` and `geographic_level`, and `new_la_code` unless they are of England alone. Those of
//! children in need, protection plans and the workforce have a column for each figure; those of children looked after have one
//! for what is counted and one for the number. What a table holds is told by its columns. Where columns of several tables are
//! alike (lengths, factors, needs) the number that begins the file's name tells, such as `d5_`; where groups are alike (ages,
//! legal status), a word of it.

mod long;
#[cfg(test)]
mod tests;
mod wide;

use super::csv::Table;
use super::statistics::{Cell, DataError, Statistics};
use wide::Share;

/// No figure of a council or of England is larger.
const LARGEST: f64 = 1e8;

/// Two shares of the same counts, each rounded to a decimal, differ by no more.
const ROUNDING: f64 = 0.11;

/// What can be read, for a message.
pub(super) const LAYOUTS: &str = "a table of the Department for Education (with the columns time_period, geographic_level and \
     new_la_code: referrals c1 and c5, assessments c2, children in need b1, child in need plans b7, enquiries and conferences \
     c4, plans d1, d3 and d5, factors c3, needs b3, lengths b4, b5 and d7, children looked after, placements, workforce), or \
     one with the columns la_code, year, indicator, value, mark";

/// Whether a table has the department's columns.
pub(super) fn is_release(t: &Table<'_>) -> bool {
    t.has("time_period") && t.has("geographic_level") && (t.has("new_la_code") || t.has("country_code"))
}

/// The columns that say when and where. A table of England alone has no codes of councils.
fn place<'a>(t: &Table<'_>) -> [&'a str; 4] {
    let council = if t.has("new_la_code") { "new_la_code" } else { "country_code" };
    ["time_period", "geographic_level", "country_code", council]
}

impl Statistics {
    /// Reads such a table; how many figures it gave.
    pub(super) fn release_from(&mut self, file: &str, t: &Table<'_>) -> Result<usize, DataError> {
        if let Some(columns) = long::numbers(t) {
            return self.long_from(t, columns, |what, _| long::looked_after(what));
        }
        let Some(columns) = long::groups(t) else { return self.wide_from(file, t) };
        let whose = long::whose(file);
        match self.long_from(t, columns, |group, what| long::grouped(whose, group, what))? {
            0 if whose.is_none() => {
                Err(DataError::Table { file: file.into(), line: 1, what: long::NAMELESS.into() })
            }
            read => Ok(read),
        }
    }

    /// A table with a column for each figure.
    fn wide_from(&mut self, file: &str, t: &Table<'_>) -> Result<usize, DataError> {
        let columns: Vec<(String, usize)> = wide::columns(file, t)
            .into_iter()
            .filter_map(|(column, name)| self.indicator(&name).map(|i| (column, i)))
            .collect();
        let shares: Vec<(&Share, usize)> =
            wide::shares(t).filter_map(|s| self.indicator(s.indicator).map(|i| (s, i))).collect();
        if columns.is_empty() && shares.is_empty() {
            return Ok(0);
        }
        let mut names = place(t).to_vec();
        names.extend(columns.iter().map(|c| c.0.as_str()));
        names.extend(shares.iter().flat_map(|s| s.0.columns()));
        let (mut read, last) = (0, self.last_year() + 2);
        t.rows(&names, |_, values| {
            let [period, level, country, council, figures @ ..] = values else { return Ok(()) };
            let Some((area, year)) = self.when_and_where((period, last), level, [country, council])? else {
                return Ok(());
            };
            let mut faults = Vec::new();
            for ((column, i), value) in columns.iter().zip(figures) {
                match figure(column, value) {
                    Ok(cell) => {
                        self.put(*i, area, year, cell);
                        read += 1;
                    }
                    Err(what) => faults.push(what),
                }
            }
            let mut counts = figures.get(columns.len()..).unwrap_or_default();
            for (share, i) in &shares {
                let Some((own, others)) = counts.split_at_checked(share.columns().count()) else { break };
                counts = others;
                read += usize::from(self.put_share(*i, area, year, share.of(own)));
            }
            if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
        })?;
        Ok(read)
    }

    /// A table with a column of numbers, and two that say of what.
    fn long_from(
        &mut self,
        t: &Table<'_>,
        [group, what, number]: [&str; 3],
        name: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<usize, DataError> {
        let (mut read, last) = (0, self.last_year() + 2);
        let [period, level, country, council] = place(t);
        t.each(
            [period, level, country, council, group, what, number],
            |_, [period, level, country, council, a, b, value]| {
                let Some(i) = name(a, b).and_then(|n| self.indicator(&n)) else { return Ok(()) };
                let Some((area, year)) = self.when_and_where((period, last), level, [country, council])?
                else {
                    return Ok(());
                };
                self.put(i, area, year, figure(number, value)?);
                read += 1;
                Ok(())
            },
        )?;
        Ok(read)
    }

    /// The area and the year of a row; none if it is of a region, or of a council that is not known.
    fn when_and_where(
        &self,
        (period, last): (&str, i32),
        level: &str,
        [country, council]: [&str; 2],
    ) -> Result<Option<(usize, i32)>, String> {
        let code = match level {
            "Local authority" => council,
            "National" => country,
            _ => return Ok(None),
        };
        let Some(area) = self.area_coded(code) else { return Ok(None) };
        let fault = |what: String| format!("in the column time_period, {what}");
        let year =
            year_of(period).ok_or_else(|| fault(format!("{period} is not a year such as 2025 or 202425")))?;
        if !(2000..=last).contains(&year) {
            return Err(fault(format!("the year {year} is not one of 2000 to {last}")));
        }
        Ok(Some((area, year)))
    }

    fn put(&mut self, indicator: usize, area: usize, year: i32, cell: Cell) {
        self.series.entry((indicator as u16, area as u16)).or_default().put(year, cell);
    }

    /// Puts a share that counts give; whether it did. A published share that agrees with it stays: it is of counts that were
    /// not rounded.
    fn put_share(&mut self, indicator: usize, area: usize, year: i32, share: Option<f64>) -> bool {
        let Some(share) = share else { return false };
        let now = self.series.get(&(indicator as u16, area as u16)).and_then(|s| s.at(year).value());
        let stays = now.is_some_and(|x| (x - share).abs() <= ROUNDING);
        if !stays {
            self.put(indicator, area, year, Cell::Value(share));
        }
        !stays
    }

    /// The area that has or had a code.
    fn area_coded(&self, code: &str) -> Option<usize> {
        self.area_by_code(code)
            .or_else(|| self.areas.iter().position(|a| a.other_codes.iter().any(|c| c == code)))
    }
}

/// A figure, or the mark that stands for one.
fn figure(column: &str, value: &str) -> Result<Cell, String> {
    let mut letters = value.chars();
    match (letters.next(), letters.next()) {
        (None, _) => return Ok(Cell::Marked('x')),
        (Some(mark), None) if mark.is_ascii_alphabetic() => {
            return Ok(Cell::Marked(mark.to_ascii_lowercase()));
        }
        (Some(mark @ ('.' | ':' | '-')), None) => return Ok(Cell::Marked(mark)),
        _ => {}
    }
    match value {
        "low" => Ok(Cell::Marked('k')),
        ".." => Ok(Cell::Marked('.')),
        _ => value.parse().ok().filter(|x| (0.0..=LARGEST).contains(x)).map(Cell::Value).ok_or_else(|| {
            format!(
                "in the column {column}, {value} is not a number between 0 and {LARGEST}, nor a mark such as c, k, u, x or z"
            )
        }),
    }
}

/// The year that a period ends in: `2025`, or `202425` for one that ends in 2025.
fn year_of(period: &str) -> Option<i32> {
    if !period.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match period.len() {
        4 => period.parse().ok(),
        6 => period.get(..4)?.parse::<i32>().ok().map(|y| y + 1),
        _ => None,
    }
}
