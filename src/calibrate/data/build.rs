//! From the tables of a release to statistics.
//!
//! Tables are told apart by their columns, not by their names: areas (`stable_area`), indicators
//! (`source_table`), figures by year (`indicator`, `value`, `mark`), months (`month`, `referrals`),
//! population (`age`, `population`), neighbours (`neighbour_code`).

use super::csv::{Table, text};
use super::release::{LAYOUTS, is_release};
use super::statistics::{Area, Cell, DataError, Indicator, Level, Series, Statistics};

/// Most indicators and areas a file may hold.
const MOST: usize = 4_000;

/// Whether calibration needs this indicator.
pub fn is_wanted(indicator: &str) -> bool {
    const STARTS: [&str; 28] = [
        "assess",
        "b3.N2",
        "b4.",
        "b5.",
        "b6.RC",
        "c3.Alcohol_Misuse_parent",
        "c3.Domestic_Abuse_parent",
        "c3.Drug_Misuse_parent",
        "c3.Episodes",
        "c3.Mental_Health_child",
        "c3.Mental_Health_parent",
        "c3.Neglect",
        "c3.Learning_Disability_child",
        "c3.Child_sexual_exploitation",
        "c3.Child_criminal_exploitation",
        "c3.Gangs",
        "c5.",
        "cin_",
        "cpp_",
        "d5.",
        "d7.",
        "icpc",
        "s47",
        "re_referrals",
        "referrals",
        "foster_places_filled",
        "population_0_17_mye",
        "cost_residential_per_week_gbp_s251",
    ];
    const WORKFORCE: [&str; 8] = [
        "sw_absence_rate_pct",
        "sw_agency_fte",
        "sw_avg_caseload",
        "sw_case_holders_fte",
        "sw_cases_held",
        "sw_fte_in_post",
        "sw_turnover_rate_fte_pct",
        "sw_vacancy_fte",
    ];
    const NOT: [&str; 5] =
        ["assess_p25_wd", "assess_p75_wd", "s47_to_icpc_p25_wd", "s47_to_icpc_p75_wd", "referrals_children"];
    if NOT.contains(&indicator) {
        return false;
    }
    const CARE: [&str; 13] = [
        "cla_at_",
        "cla_starts",
        "cla_ends",
        "cla_uasc",
        "cla_31mar.Age",
        "cla_31mar.Placement",
        "cla_31mar.Unaccompanied",
        "cla_started.Age",
        "cla_started.Unaccompanied",
        "cla_ceased.Age",
        "cla_ceased.Reason",
        "cla_ceased.Unaccompanied",
        "cla_placement_change: Total",
    ];
    WORKFORCE.contains(&indicator)
        || STARTS.iter().chain(&CARE).any(|s| indicator.starts_with(s))
        || indicator.starts_with("cla_ceased.Duration")
        || indicator.starts_with("cla_new_placements: Total")
}

impl Statistics {
    /// Makes statistics from the tables (name, bytes; plain or gzip) of a release.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn build(release: &str, files: &[(&str, &[u8])]) -> Result<Statistics, DataError> {
        let mut out = Statistics::default();
        out.update(release, files)?;
        Ok(out)
    }

    /// Lays the tables of a later release over these statistics: what it gives replaces, what it does not
    /// give stays.
    ///
    /// # Errors
    /// Every line that cannot be read, of every table ([`DataError::Tables`] if there is more than one); the statistics may then
    /// hold part of the release.
    pub fn update(&mut self, release: &str, files: &[(&str, &[u8])]) -> Result<(), DataError> {
        self.release = release.into();
        let (mut tables, mut faults) = (Vec::new(), Vec::new());
        for (name, bytes) in files {
            match text(name, bytes) {
                Ok(text) => tables.push((*name, text)),
                Err(fault) => faults.push(fault),
            }
        }
        // names first, whatever the order of the files
        for step in [Self::areas_from, Self::indicators_from] {
            for (name, text) in &tables {
                faults.extend(step(self, &Table::new(name, text)).err());
            }
        }
        for (name, text) in &tables {
            faults.extend(self.table_from(name, &Table::new(name, text)).err());
        }
        DataError::of(faults)
    }

    /// Reads one table of figures, of whichever layout.
    fn table_from(&mut self, name: &str, table: &Table<'_>) -> Result<(), DataError> {
        let wrong = |what: String| DataError::Table { file: name.into(), line: 1, what };
        if is_release(table) {
            if self.release_from(name, table)? == 0 {
                return Err(wrong(format!(
                    "there is no figure that is known; what can be read is {LAYOUTS}"
                )));
            }
        } else if !self.figures_from(table)? && !table.has("stable_area") && !table.has("source_table") {
            let found = match table.columns() {
                [] => "there are no columns".to_string(),
                [only] if only.is_empty() => "there are no columns".to_string(),
                columns => format!("the columns {} are those of no table that is known", columns.join(", ")),
            };
            return Err(wrong(format!("{found}; what can be read is {LAYOUTS}")));
        }
        Ok(())
    }

    fn areas_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        if !t.has("stable_area") {
            return Ok(());
        }
        let columns = [
            "la_code",
            "la_name",
            "level",
            "region",
            "type",
            "dfe_number",
            "first_return",
            "last_return",
            "other_codes",
            "stable_area",
            "boundary_change",
        ];
        t.each(columns, |_, [code, name, level, region, kind, dfe, first, last, other, stable, change]| {
            let level = match (level, kind) {
                ("england", _) => Level::England,
                ("region", _) => Level::Region,
                (_, "joint workforce return") => Level::Joint,
                _ => Level::Council,
            };
            let area = Area {
                code: code.into(),
                name: name.into(),
                level,
                region: region.into(),
                other_codes: other
                    .split([' ', ';', '/'])
                    .filter(|c| !c.is_empty())
                    .map(String::from)
                    .collect(),
                dfe_number: dfe.into(),
                stable: if stable.is_empty() { code.into() } else { stable.into() },
                returns: (first.parse().unwrap_or(0), last.parse().unwrap_or(0)),
                change: change.into(),
            };
            match self.area_by_code(code) {
                Some(i) => self.areas[i] = area,
                None if self.areas.len() < MOST => self.areas.push(area),
                None => return Err("too many areas".into()),
            }
            Ok(())
        })
    }

    fn indicators_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        if !t.has("source_table") {
            return Ok(());
        }
        t.each(["indicator", "name", "unit", "source_table"], |_, [name, title, unit, table]| {
            if !is_wanted(name) {
                return Ok(());
            }
            let new =
                Indicator { name: name.into(), title: title.into(), unit: unit.into(), table: table.into() };
            match self.indicator(name) {
                Some(i) => self.indicators[i] = new,
                None if self.indicators.len() < MOST => self.indicators.push(new),
                None => return Err("too many indicators".into()),
            }
            Ok(())
        })
    }

    /// Reads a table of figures; whether it is one.
    fn figures_from(&mut self, t: &Table<'_>) -> Result<bool, DataError> {
        if t.has("indicator") && t.has("value") && t.has("mark") {
            self.years_from(t)?;
        } else if t.has("month") && t.has("referrals") {
            self.months_from(t)?;
        } else if t.has("neighbour_code") {
            self.neighbours_from(t)?;
        } else if t.has("age") && t.has("population") && !t.has("variant") {
            self.ages_from(t)?;
        } else {
            // projections beside the estimates are passed over
            return Ok(t.has("age") && t.has("population"));
        }
        Ok(true)
    }

    fn years_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        // rows come in runs of one indicator and one area: remember the last looked up
        let (mut last_i, mut last_a) = ((String::new(), None), (String::new(), None));
        t.each(
            ["la_code", "year", "indicator", "value", "mark"],
            |_, [code, year, indicator, value, mark]| {
                if last_i.0 != indicator {
                    last_i = (indicator.into(), self.indicator(indicator));
                }
                let Some(i) = last_i.1 else { return Ok(()) };
                if last_a.0 != code {
                    last_a = (code.into(), self.area_by_code(code));
                }
                let a = last_a.1.ok_or_else(|| format!("area {code} is not in the table of areas"))?;
                let year: i32 = year.parse().map_err(|_| format!("{year} is not a year"))?;
                self.series.entry((i as u16, a as u16)).or_default().put(year, cell(value, mark)?);
                Ok(())
            },
        )
    }

    fn months_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        t.each(["la_code", "month", "referrals", "mark"], |_, [code, month, value, mark]| {
            let a =
                self.area_by_code(code).ok_or_else(|| format!("area {code} is not in the table of areas"))?;
            let (y, m) = month.split_once('-').ok_or_else(|| format!("{month} is not a month"))?;
            let at = y.parse::<i32>().ok().zip(m.parse::<i32>().ok()).filter(|&(_, m)| (1..=12).contains(&m));
            let (y, m) = at.ok_or_else(|| format!("{month} is not a month"))?;
            if (1900..3000).contains(&y) {
                self.months.entry(a as u16).or_default().put(y * 12 + m - 1, cell(value, mark)?);
            }
            Ok(())
        })
    }

    fn neighbours_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        let mut found: Vec<(u16, u32, u16)> = Vec::new();
        t.each(["la_code", "rank", "neighbour_code"], |_, [code, rank, neighbour]| {
            let rank = rank.parse().map_err(|_| format!("{rank} is not a rank"))?;
            if let (Some(a), Some(b)) = (self.area_by_code(code), self.area_by_code(neighbour)) {
                found.push((a as u16, rank, b as u16));
            }
            Ok(())
        })?;
        found.sort_unstable();
        self.neighbours.clear();
        for (a, _, b) in found {
            self.neighbours.entry(a).or_default().push(b);
        }
        Ok(())
    }

    fn ages_from(&mut self, t: &Table<'_>) -> Result<(), DataError> {
        t.each(["la_code", "year", "age", "population"], |_, [code, year, age, value]| {
            let Some(a) = self.area_by_code(code) else { return Ok(()) };
            let year: i32 = year.parse().map_err(|_| format!("{year} is not a year"))?;
            let age: usize = age.parse().map_err(|_| format!("{age} is not an age"))?;
            let persons = number(value)?;
            let row = self.ages.entry((a as u16, year)).or_insert_with(|| vec![0.0; 26]);
            if let Some(slot) = row.get_mut(age) {
                *slot = persons;
            }
            Ok(())
        })
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| format!("{text} is not a number"))
}

fn cell(value: &str, mark: &str) -> Result<Cell, String> {
    if !value.is_empty() {
        return number(value).map(Cell::Value);
    }
    Ok(match mark {
        "low" => Cell::Marked('k'),
        m => m.chars().next().map_or(Cell::Absent, Cell::Marked),
    })
}

impl Statistics {
    /// Every series with its indicator and area, as indices.
    pub(super) fn all_series(&self) -> impl Iterator<Item = (usize, usize, &Series)> {
        self.series.iter().map(|(&(i, a), s)| (i as usize, a as usize, s))
    }
}
