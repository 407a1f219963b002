//! Tables as the Department for Education publishes them, one row a council and year.
//!
//! All have the columns `time_period`, `geographic_level`, `new_la_code`. Those of children in need, protection plans and the
//! workforce have a column for each figure; those of children looked after have one for what is counted and one for the
//! number. What a table holds is told by its columns, and where columns of several tables are alike (lengths, factors, needs)
//! by the number that begins its file's name, such as `d5_`.

use super::build::cell;
use super::csv::Table;
use super::statistics::{Cell, DataError, Statistics};

/// A table known by one of its columns, and what its columns are called here.
struct Known {
    sign: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const WIDE: [Known; 6] = [
    Known {
        sign: "rereferral_count",
        columns: &[
            ("referral_count", "referrals"),
            ("rereferral_count", "re_referrals"),
            ("no_further_action_count", "referrals_nfa"),
            ("not_in_need_count", "referrals_assessed_not_in_need"),
        ],
    },
    Known {
        sign: "At31_episodes",
        columns: &[
            ("Anypoint_episodes", "cin_any_point_episodes"),
            ("Started_episodes", "cin_started_episodes"),
            ("Ended_episodes", "cin_ended_episodes"),
            ("At31_episodes", "cin_at_31_march"),
            ("awaiting_assessment", "cin_awaiting_assessment_31_march"),
        ],
    },
    Known {
        sign: "Section47",
        columns: &[
            ("Section47", "s47"),
            ("ICPC", "icpc"),
            ("Duration_0-10_days", "s47_to_icpc_0_10wd"),
            ("Duration_11-15_days", "s47_to_icpc_11_15wd"),
            ("Duration_16-20_days", "s47_to_icpc_16_20wd"),
            ("Duration_21+_days", "s47_to_icpc_21plus_wd"),
            ("Duration_median", "s47_to_icpc_median_wd"),
        ],
    },
    Known {
        sign: "CPP_subsequent",
        columns: &[("CPP_start", "cpp_starts"), ("CPP_subsequent", "cpp_second_or_subsequent")],
    },
    Known { sign: "CPP_At31", columns: &[("CPP_At31", "cpp_at_31_march")] },
    Known {
        sign: "caseload_fte",
        columns: &[
            ("inpost_fte", "sw_fte_in_post"),
            ("agency_fte", "sw_agency_fte"),
            ("vacancy_fte", "sw_vacancy_fte"),
            ("case_holders_fte", "sw_case_holders_fte"),
            ("cases", "sw_cases_held"),
            ("caseload_fte", "sw_avg_caseload"),
            ("turnover_rate_fte", "sw_turnover_rate_fte_pct"),
            ("absence_rate_fte", "sw_absence_rate_pct"),
        ],
    },
];

/// What is counted in the table of numbers and rates of children looked after.
const LOOKED_AFTER: [(&str, &str); 3] = [
    ("Children ceasing to be looked after each year", "cla_ends"),
    ("Children looked after at 31 March each year", "cla_at_31_march"),
    ("Children starting to be looked after each year", "cla_starts"),
];

/// Tables of children looked after by group, told by a word of the file's name.
const BY_GROUP: [(&str, &str); 3] =
    [("start", "cla_started"), ("ceas", "cla_ceased"), ("31_march", "cla_31mar")];

/// No figure of a council or of England is larger.
const LARGEST: f64 = 1e8;

/// What can be read, for a message.
pub(super) const LAYOUTS: &str = "a table of the Department for Education (with the columns time_period, geographic_level and \
     new_la_code: referrals c1, children in need b1, enquiries and conferences c4, plans d3 and d5, factors c3, needs b3, lengths \
     b4, b5 and d7, children looked after, workforce), or one with the columns la_code, year, indicator, value, mark";

/// Whether a table has the department's columns.
pub(super) fn is_release(t: &Table<'_>) -> bool {
    ["time_period", "geographic_level", "new_la_code"].iter().all(|c| t.has(c))
}

impl Statistics {
    /// Reads such a table; how many figures it gave.
    pub(super) fn release_from(&mut self, file: &str, t: &Table<'_>) -> Result<usize, DataError> {
        if t.has("population_count") && t.has("number") {
            let name = |what: &str| LOOKED_AFTER.iter().find(|l| l.0 == what).map(|l| l.1.to_string());
            return self.long_from(t, ["population_count", "population_count"], |what, _| name(what));
        }
        if t.has("cla_group") && t.has("characteristic") && t.has("number") {
            let file = file.to_lowercase();
            let Some((_, start)) = BY_GROUP.iter().find(|g| file.contains(g.0)) else { return Ok(0) };
            return self.long_from(t, ["cla_group", "characteristic"], |group, what| {
                Some(format!("{start}.{group}: {what}"))
            });
        }
        let mut columns: Vec<(String, String)> = WIDE
            .iter()
            .filter(|k| t.has(k.sign))
            .flat_map(|k| k.columns)
            .filter(|c| t.has(c.0))
            .map(|c| (c.0.to_string(), c.1.to_string()))
            .collect();
        if let Some(number) = number_of(file) {
            let named = t.columns().iter().map(|c| (c.clone(), format!("{number}.{c}")));
            columns.extend(named.filter(|c| self.indicator(&c.1).is_some()));
        }
        let (mut read, last) = (0, self.last_year() + 2);
        let mut faults = Vec::new();
        for (column, indicator) in columns {
            let Some(i) = self.indicator(&indicator) else { continue };
            let heard = t.each(
                ["time_period", "geographic_level", "country_code", "new_la_code", &column],
                |_, [period, level, country, code, value]| {
                    read += usize::from(self.put_figure(i, (period, last), level, [country, code], value)?);
                    Ok(())
                },
            );
            faults.extend(heard.err());
        }
        DataError::of(faults).map(|()| read)
    }

    /// A table with a column of numbers, and two that say of what.
    fn long_from(
        &mut self,
        t: &Table<'_>,
        of: [&str; 2],
        name: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<usize, DataError> {
        let (mut read, last) = (0, self.last_year() + 2);
        t.each(
            ["time_period", "geographic_level", "country_code", "new_la_code", of[0], of[1], "number"],
            |_, [period, level, country, code, a, b, value]| {
                let Some(i) = name(a, b).and_then(|n| self.indicator(&n)) else { return Ok(()) };
                read += usize::from(self.put_figure(i, (period, last), level, [country, code], value)?);
                Ok(())
            },
        )?;
        Ok(read)
    }

    /// Puts a figure of a council or of England; whether it was one.
    fn put_figure(
        &mut self,
        indicator: usize,
        (period, last): (&str, i32),
        level: &str,
        [country, council]: [&str; 2],
        value: &str,
    ) -> Result<bool, String> {
        let code = match level {
            "Local authority" => council,
            "National" => country,
            _ => return Ok(false),
        };
        let Some(area) = self.area_coded(code) else { return Ok(false) };
        let year = year_of(period).ok_or_else(|| format!("{period} is not a year such as 2025 or 202425"))?;
        if !(2000..=last).contains(&year) {
            return Err(format!("the year {year} is not one of 2000 to {last}"));
        }
        let cell = match value.chars().next() {
            Some(c) if c.is_ascii_alphabetic() || matches!(c, '.' | ':') => cell("", value)?,
            _ => cell(value, "x")?,
        };
        if let Cell::Value(x) = cell
            && !(0.0..=LARGEST).contains(&x)
        {
            return Err(format!("{value} is not a number between 0 and {LARGEST}"));
        }
        self.series.entry((indicator as u16, area as u16)).or_default().put(year, cell);
        Ok(true)
    }

    /// The area that has or had a code.
    fn area_coded(&self, code: &str) -> Option<usize> {
        self.area_by_code(code)
            .or_else(|| self.areas.iter().position(|a| a.other_codes.iter().any(|c| c == code)))
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

/// The number of a table that begins its file's name: a letter and digits before a line or a dot.
fn number_of(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next()?.to_lowercase();
    let number = name.split(['_', '.', '-']).next()?;
    let (letter, digits) = number.split_at_checked(1)?;
    let sound = letter.bytes().all(|b| b.is_ascii_lowercase())
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,\
         new_la_code,la_name,category";

    fn read(file: &str, text: &str) -> Result<Statistics, DataError> {
        let mut stats = Statistics::embedded().clone();
        stats.update("test", &[(file, text.as_bytes())])?;
        Ok(stats)
    }

    fn value(stats: &Statistics, indicator: &str, code: &str, year: i32) -> Option<f64> {
        stats.value(indicator, stats.area_by_code(code)?, year)
    }

    /// Rows of the release of 2025 (Open Government Licence): each figure goes where it belongs, regions are passed over, what
    /// is suppressed stays marked.
    #[test]
    fn a_release_is_read() {
        let c1 = format!(
            "\u{feff}{HEAD},referral_count,rereferral_count,rereferral_percent,no_further_action_count,no_further_action_percent,\
             not_in_need_count,not_in_need_percent\n\
             2025,Reporting year,National,E92000001,England,,,,,,R,632830,142900,22.6,41340,6.5,194620,30.8\n\
             2025,Reporting year,Regional,E92000001,England,E12000001,North East,,,,R,32490,6730,20.7,390,1.2,10160,31.3\n\
             2025,Reporting year,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,R,10304,2494,24.2,1027,10,4384,42.5\n\
             2025,Reporting year,Local authority,E92000001,England,E1,Y,815,E06000065,North Yorkshire,R,5642,1115,19.8,c,c,1141,20.2\n"
        );
        let stats = read("c1_referrals_2013_to_2025.csv", &c1).unwrap();
        assert_eq!(value(&stats, "referrals", "E08000035", 2025), Some(10_304.0));
        assert_eq!(value(&stats, "re_referrals", "E08000035", 2025), Some(2_494.0));
        assert_eq!(value(&stats, "referrals_assessed_not_in_need", "E92000001", 2025), Some(194_620.0));
        let york = stats.area_by_code("E06000065").unwrap();
        assert_eq!(stats.cell("referrals_nfa", york, 2025), Cell::Marked('c'));
        // what is not in the table stays
        let before = Statistics::embedded();
        assert_eq!(
            value(&stats, "referrals", "E08000035", 2020),
            before.value("referrals", before.area_by_code("E08000035").unwrap(), 2020)
        );

        let d5 = format!(
            "{HEAD},CPP_At31,3_months_or_less,3_months_or_less_percent,more_than_3_months_6_months\n\
             2025,Reporting year,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,P,634,197,31.1,158\n"
        );
        let stats = read("d5_cpps_at31march.csv", &d5).unwrap();
        assert_eq!(value(&stats, "cpp_at_31_march", "E08000035", 2025), Some(634.0));
        assert_eq!(value(&stats, "d5.3_months_or_less", "E08000035", 2025), Some(197.0));

        let care = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,\
             la_name,new_la_code,population_count,population_estimate,number,rate_per_10000\n\
             2025,Reporting year,Local authority,E92000001,England,E1,N,805,Hartlepool,E06000001,\
             Children starting to be looked after each year,20417,125,61\n";
        assert_eq!(value(&read("cla.csv", care).unwrap(), "cla_starts", "E06000001", 2025), Some(125.0));
    }

    /// A table that says nothing that is known, and figures that cannot be, are refused with what was found.
    #[test]
    fn what_is_no_release_is_refused() {
        let refused = |file: &str, text: &str| read(file, text).unwrap_err().to_string();
        let strange = refused("x.csv", "foo,bar\n1,2\n");
        assert!(strange.contains("foo, bar") && strange.contains("time_period"), "{strange}");
        assert!(refused("empty.csv", "").contains("no columns"));
        let row = |period: &str, n: &str| {
            format!(
                "{HEAD},Section47\n{period},R,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,S,{n}\n"
            )
        };
        assert!(refused("c4.csv", &row("2025", "-4")).contains("line 2: -4 is not a number between"));
        assert!(refused("c4.csv", &row("2025", "1e300")).contains("1e300"));
        assert!(refused("c4.csv", &row("2099", "4")).contains("the year 2099 is not one of"));
        assert!(refused("c4.csv", &row("last", "4")).contains("last is not a year"));
        let nothing =
            refused("z9.csv", &format!("{HEAD},other\n2025,R,National,E92000001,England,,,,,,S,4\n"));
        assert!(nothing.contains("no figure that is known"), "{nothing}");
    }

    #[test]
    fn periods_and_numbers_of_tables() {
        assert_eq!(
            (year_of("2025"), year_of("202425"), year_of("20245"), year_of("x")),
            (Some(2025), Some(2025), None, None)
        );
        assert_eq!(number_of("a/d5_plans.csv").as_deref(), Some("d5"));
        assert_eq!((number_of("cla_2025.csv"), number_of("5.csv"), number_of("")), (None, None, None));
    }
}
