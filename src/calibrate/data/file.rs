//! The compact file: lines of text, compressed (zlib).
//!
//! One letter begins each line: `C` the version, `R` the release, `L` the licence, `A` an area,
//! `I` an indicator, `Y` figures of that indicator for one area by year, `M` referrals by month,
//! `P` persons by age, `N` neighbours. Fields are parted by `|`, cells by `,`; a cell is a number, a
//! mark, or nothing.

use super::statistics::{Area, Cell, DataError, Indicator, Level, NOTICE, Series, Statistics};
use std::fmt::Write;

/// Version of the file's form.
const VERSION: u32 = 1;
/// The most such a file may unfold to.
const MOST_BYTES: usize = 64 << 20;

impl Statistics {
    /// The statistics as a compact file.
    pub fn encode(&self) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(self.text().as_bytes(), 9)
    }

    /// The same, readable.
    pub fn text(&self) -> String {
        let mut t = String::new();
        let _ = writeln!(t, "C|caseflow statistics|{VERSION}\nR|{}\nL|{NOTICE}", clean(&self.release));
        for a in &self.areas {
            let level = match a.level {
                Level::England => 'E',
                Level::Region => 'R',
                Level::Council => 'C',
                Level::Joint => 'J',
            };
            let parts = [&a.code, &a.name, &a.region, &a.dfe_number, &a.stable, &a.change].map(|s| clean(s));
            let (from, to) = a.returns;
            let other = clean(&a.other_codes.join(" "));
            let _ = writeln!(t, "A|{level}|{}|{other}|{from}|{to}", parts.join("|"));
        }
        let mut last = usize::MAX;
        for (i, a, series) in self.all_series() {
            if i != last
                && let Some(x) = self.indicators.get(i)
            {
                let parts = [&x.name, &x.title, &x.unit, &x.table].map(|s| clean(s));
                let _ = writeln!(t, "I|{}", parts.join("|"));
                last = i;
            }
            let _ = writeln!(t, "Y|{a}|{}|{}", series.first, cells(series));
        }
        for (a, series) in &self.months {
            let _ = writeln!(t, "M|{a}|{}|{}", series.first, cells(series));
        }
        for ((a, year), persons) in &self.ages {
            let persons: Vec<String> = persons.iter().map(f64::to_string).collect();
            let _ = writeln!(t, "P|{a}|{year}|{}", persons.join(","));
        }
        for (a, neighbours) in &self.neighbours {
            let list: Vec<String> = neighbours.iter().map(u16::to_string).collect();
            let _ = writeln!(t, "N|{a}|{}", list.join(","));
        }
        t
    }

    /// Reads such a file, compressed or readable.
    ///
    /// # Errors
    /// Says which line has no sense; a file of a later version is refused.
    pub fn decode(bytes: &[u8]) -> Result<Statistics, DataError> {
        let damaged = |what: &str| DataError::Damaged(what.into());
        let plain = if bytes.starts_with(b"C|") {
            bytes.to_vec()
        } else {
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(bytes, MOST_BYTES)
                .map_err(|_| damaged("it cannot be unfolded"))?
        };
        let text = String::from_utf8(plain).map_err(|_| damaged("it is not text"))?;
        let first = text.lines().next().unwrap_or("");
        let version = first
            .strip_prefix("C|caseflow statistics|")
            .ok_or_else(|| damaged("its first line is not ours"))?;
        match version.trim().parse() {
            Ok(VERSION) => {}
            Ok(later) => return Err(DataError::Version(later)),
            Err(_) => return Err(damaged("its version is not a number")),
        }
        let mut out = Statistics::default();
        for (k, line) in text.lines().enumerate().skip(1) {
            out.line(line).ok_or_else(|| DataError::Damaged(format!("line {} has no sense", k + 1)))?;
        }
        Ok(out)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let mut part = line.split('|');
        let kind = part.next()?;
        let mut next = || part.next();
        match kind {
            "R" => self.release = next()?.into(),
            "A" => {
                let level = match next()? {
                    "E" => Level::England,
                    "R" => Level::Region,
                    "C" => Level::Council,
                    "J" => Level::Joint,
                    _ => return None,
                };
                let mut text = || next().map(String::from);
                let (code, name, region, dfe_number) = (text()?, text()?, text()?, text()?);
                let (stable, change, other) = (text()?, text()?, text()?);
                let returns = (text()?.parse().ok()?, text()?.parse().ok()?);
                let other_codes = other.split(' ').filter(|c| !c.is_empty()).map(String::from).collect();
                self.areas.push(Area {
                    code,
                    name,
                    level,
                    region,
                    other_codes,
                    dfe_number,
                    stable,
                    returns,
                    change,
                });
            }
            "I" => {
                let mut text = || next().map(String::from);
                let (name, title, unit, table) = (text()?, text()?, text()?, text()?);
                self.indicators.push(Indicator { name, title, unit, table });
            }
            "Y" => {
                let i = self.indicators.len().checked_sub(1)?;
                let a = self.area_index(next()?)?;
                self.series.insert((u16::try_from(i).ok()?, a), series(next()?, next()?)?);
            }
            "M" => {
                let a = self.area_index(next()?)?;
                self.months.insert(a, series(next()?, next()?)?);
            }
            "P" => {
                let a = self.area_index(next()?)?;
                let year = next()?.parse().ok()?;
                let persons = next()?.split(',').map(finite).collect::<Option<Vec<f64>>>()?;
                self.ages.insert((a, year), persons);
            }
            "N" => {
                let a = self.area_index(next()?)?;
                let list = next()?.split(',').map(|n| self.area_index(n)).collect::<Option<Vec<u16>>>()?;
                self.neighbours.insert(a, list);
            }
            // lines that a later program may add do not stop this one
            _ => {}
        }
        Some(())
    }

    fn area_index(&self, text: &str) -> Option<u16> {
        text.parse::<u16>().ok().filter(|&a| usize::from(a) < self.areas.len())
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|x| x.is_finite())
}

fn clean(text: &str) -> String {
    text.replace(['|', '\n', '\r'], " ")
}

fn cells(series: &Series) -> String {
    let one = |c: &Cell| match c {
        Cell::Value(v) => v.to_string(),
        Cell::Marked(m) => m.to_string(),
        Cell::Absent => String::new(),
    };
    series.cells.iter().map(one).collect::<Vec<_>>().join(",")
}

fn series(first: &str, text: &str) -> Option<Series> {
    let cell = |c: &str| {
        let mut chars = c.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(Cell::Absent),
            (Some(m), None) if !m.is_ascii_digit() => Some(Cell::Marked(m)),
            _ => finite(c).map(Cell::Value),
        }
    };
    let cells = text.split(',').map(cell).collect::<Option<Vec<_>>>()?;
    let first = first.parse().ok().filter(|y| (0..48_000).contains(y))?;
    Some(Series { first, cells })
}
