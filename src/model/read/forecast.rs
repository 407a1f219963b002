//! `arrivals.NAME.forecast`: arrivals that follow the futures of a forecast.

use super::calendar_rates::month;
use super::notes::Notes;
use super::{Fields, Item, Reader, short};
use crate::base::calendar::Calendar;
use crate::base::time::SimTime;
use crate::model::arrivals::{Count, Forecast, ForecastMonth, mean_path};
use crate::model::catalogue::{FORECAST, TIMES_STEP};
use crate::model::file::Value;
use jiff::civil::Date;

/// Most paths.
const MOST_PATHS: usize = 2_000;
/// Most months in a path.
const MOST_MONTHS: usize = 240;
/// Most months before the forecast.
const MOST_BEFORE: usize = 1_200;
/// Most cases in one month: all of England has fewer contacts in a year.
const MOST_CASES: f64 = 1e7;

/// The parts of a forecast, before they are laid over the run.
struct Parts {
    /// First day of the first forecast month.
    first: Date,
    paths: Vec<Vec<f64>>,
    before: Vec<f64>,
    repeats: bool,
    times: Vec<(SimTime, f64)>,
}

impl Reader<'_> {
    /// Cases by month along the paths of a forecast.
    pub(super) fn forecast(&mut self, item: &Item<'_>) -> Option<Forecast> {
        let Some(starts) = self.starts else {
            self.push(
                item.error("is by calendar month, which needs dates")
                    .hint("give the date of time 0 as model.starts"),
            );
            return None;
        };
        let f = self.fields(item, &FORECAST)?;
        if let Some(series) = f.opt("series") {
            self.unread(item, &f, &series);
            return None;
        }
        let first = self.need(&f, "starts").and_then(|i| self.first_month(&i));
        let paths = self.need(&f, "paths").and_then(|i| self.paths(&i));
        let before = match f.opt("before") {
            Some(i) => self.cases_by_month(&i, MOST_BEFORE),
            None => Some(Vec::new()),
        };
        let repeats = match f.opt("then") {
            Some(i) => self.word(&i, &[("repeat last year", true)]),
            None => Some(false),
        };
        let notes = self.notes(item, f.table);
        if let (Some(first), Some(paths)) = (first, &paths) {
            self.enter_paths(item, first, paths, notes);
        }
        let times = match f.opt("times") {
            Some(i) => self.forecast_times(&i),
            None => Some(vec![(self.beginning(), 1.0)]),
        };
        let parts = Parts { first: first?, paths: paths?, before: before?, repeats: repeats?, times: times? };
        if parts.repeats && parts.paths.iter().any(|p| p.len() < 12) {
            self.push(item.error("has no whole year to repeat: its paths have fewer than 12 months"));
            return None;
        }
        self.not_too_many(item, &parts)?;
        let months = self.lay(item, starts, &parts)?;
        Some(Forecast { paths: parts.paths, months })
    }

    /// A file of counts that has not been forecast: what is wrong with the keys beside it, or that the file
    /// was not read.
    fn unread(&mut self, item: &Item<'_>, f: &Fields<'_>, series: &Item<'_>) {
        let before = self.errors();
        for key in ["starts", "before", "paths"] {
            if let Some(i) = f.opt(key) {
                self.push(i.error("cannot stand beside `series`, which gives it"));
            }
        }
        for (key, range, what) in [
            ("horizon", (1.0, 120.0), "a whole number of months from 1 to 120"),
            ("incomplete", (0.0, 12.0), "a whole number of months from 0 to 12"),
        ] {
            let Some(i) = f.opt(key) else { continue };
            if self.number(&i, range.0, range.1, what).is_some_and(|n| n.fract() != 0.0) {
                self.push(i.expected(what));
            }
        }
        let words = [("dip", ()), ("level", ()), ("ignored", ())];
        if let Some(i) = f.opt("covid") {
            self.word(&i, &words);
        }
        for i in [Some(series.clone()), f.opt("name")].into_iter().flatten() {
            if i.node.text().is_none() {
                self.push(i.expected("a text"));
            }
        }
        if self.errors() == before {
            let error = item.error("names a file of counts that was not read");
            self.push(
                error.hint("in a scenario, put the paths themselves: caseflow forecast writes arrivals.toml"),
            );
        }
    }

    /// The first day of a month such as `"2025-04"`.
    fn first_month(&mut self, item: &Item<'_>) -> Option<Date> {
        let found = item.node.text().and_then(month);
        if found.is_none() {
            self.push(item.expected("a month such as \"2025-04\""));
        }
        found.map(|(from, _)| from)
    }

    /// Lists of cases a month, all as long as the first.
    fn paths(&mut self, item: &Item<'_>) -> Option<Vec<Vec<f64>>> {
        let items = self.list(item, "a list of paths, each a list of cases a month", MOST_PATHS)?;
        if items.is_empty() {
            self.push(item.error("must have at least one path"));
            return None;
        }
        let before = self.errors();
        let mut paths: Vec<Vec<f64>> = Vec::with_capacity(items.len());
        for i in &items {
            let Some(path) = self.cases_by_month(i, MOST_MONTHS) else { continue };
            let wanted = paths.first().map_or(path.len(), Vec::len);
            if path.is_empty() {
                self.push(i.error("must have at least one month"));
            } else if path.len() != wanted {
                let message = format!("has {} months, the paths before it have {wanted}", path.len());
                self.push(i.error(message));
            } else {
                paths.push(path);
            }
        }
        (self.errors() == before).then_some(paths)
    }

    /// A list of cases a month.
    fn cases_by_month(&mut self, item: &Item<'_>, most: usize) -> Option<Vec<f64>> {
        let items = self.list(item, "a list of cases a month", most)?;
        let values: Vec<Option<f64>> = items
            .iter()
            .map(|i| self.number(i, 0.0, MOST_CASES, "a number of cases from 0 to 10 million"))
            .collect();
        values.into_iter().collect()
    }

    /// A factor, or steps of factors.
    fn forecast_times(&mut self, item: &Item<'_>) -> Option<Vec<(SimTime, f64)>> {
        if item.node.list().is_some() {
            return self.steps(item, "a factor", |r, step| {
                let f = r.fields(step, &TIMES_STEP)?;
                r.need(&f, "times").and_then(|i| r.noted(&i, Reader::factor))
            });
        }
        Some(vec![(self.beginning(), self.noted(item, Reader::factor)?)])
    }

    /// One entry of the register stands for all paths.
    fn enter_paths(&mut self, item: &Item<'_>, first: Date, paths: &[Vec<f64>], notes: Notes) {
        let months = paths.first().map_or(0, Vec::len);
        let (year, month) = (first.year(), first.month());
        let mut node = item.node.clone();
        node.value = Value::Text(format!("{} paths of {months} months from {year}-{month:02}", paths.len()));
        self.enter(&item.path, &node, notes);
    }

    /// Cases in a month with their factor are bounded too.
    fn not_too_many(&mut self, item: &Item<'_>, parts: &Parts) -> Option<()> {
        let most = parts.paths.iter().flatten().copied().fold(0.0, f64::max);
        let times = parts.times.iter().map(|t| t.1).fold(0.0, f64::max);
        if most * times > MOST_CASES {
            let cases = short((most * times).round());
            self.push(item.error(format_args!("has a month of {cases} cases, the most is 10 million")));
            return None;
        }
        Some(())
    }

    /// Lays the months over the run, which they must cover.
    fn lay(&mut self, item: &Item<'_>, starts: Date, parts: &Parts) -> Option<Vec<ForecastMonth>> {
        let (begin, end) = (self.beginning(), SimTime::ZERO + self.length);
        let calendar = Calendar::new(starts, 1, 1);
        let mut first = calendar.date_of(begin).unwrap_or(starts).first_of_month();
        let mut out = Vec::new();
        loop {
            let (from, next) = (calendar.time_of(first), first.saturating_add(jiff::Span::new().months(1)));
            let to = calendar.time_of(next);
            if from >= end || to <= from {
                return Some(out);
            }
            match parts.count(first, to.min(end)) {
                Ok(count) => out.push(ForecastMonth {
                    number: u32::try_from(number(first)).unwrap_or(0),
                    from,
                    to,
                    times: parts.times_in(count, from, to),
                    count,
                }),
                Err(early) => {
                    self.push(uncovered(item, starts, parts, early));
                    return None;
                }
            }
            first = next;
        }
    }
}

/// Months since the beginning of year 0.
fn number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn uncovered(item: &Item<'_>, starts: Date, parts: &Parts, early: bool) -> crate::base::diag::Diagnostic {
    let name = |months: i32| {
        let date = parts.first.saturating_add(jiff::Span::new().months(months));
        format!("{}-{:02}", date.year(), date.month())
    };
    if early {
        let begins = name(-i32::try_from(parts.before.len()).unwrap_or(0));
        item.error(format_args!("begins with {begins}, after the run begins at {starts}"))
            .hint("give the cases of the months before it as `before = […]`, or let the run start later")
    } else {
        let months = parts.paths.first().map_or(0, Vec::len);
        let last = name(i32::try_from(months).unwrap_or(1) - 1);
        item.error(format_args!("ends with {last}, before the run ends"))
            .hint("forecast further ahead, shorten the run, or say then = \"repeat last year\"")
    }
}

impl Parts {
    /// How many cases come in the month that begins on `first` and of which the run sees all until `end`; else
    /// whether the month lies before all that is given.
    fn count(&self, first: Date, end: SimTime) -> Result<Count, bool> {
        let since = number(first) - number(self.first);
        let ahead = self.paths.first().map_or(0, Vec::len);
        let Ok(month) = usize::try_from(since) else {
            let back = usize::try_from(-since).unwrap_or(usize::MAX);
            let known = self.before.len().checked_sub(back).and_then(|i| self.before.get(i));
            return match known {
                Some(count) => Ok(Count::Known(*count)),
                None if end <= SimTime::ZERO => Ok(Count::Usual(self.first_year())),
                None => Err(true),
            };
        };
        match month {
            m if m < ahead => Ok(Count::Ahead(m)),
            m if self.repeats && ahead >= 12 => Ok(Count::Ahead(ahead - 12 + (m - ahead) % 12)),
            _ => Err(false),
        }
    }

    /// The factors from the one that holds at `from` to the last before `to`; forecast months alone have them.
    fn times_in(&self, count: Count, from: SimTime, to: SimTime) -> Vec<(SimTime, f64)> {
        if !matches!(count, Count::Ahead(_)) {
            return vec![(from, 1.0)];
        }
        let first = self.times.partition_point(|t| t.0 <= from).max(1) - 1;
        self.times.iter().skip(first).take_while(|t| t.0 < to).copied().collect()
    }

    /// Cases a month in the mean of the first twelve months that are given, for a warm-up before them.
    fn first_year(&self) -> f64 {
        let ahead = mean_path(&self.paths);
        let year: Vec<f64> = self.before.iter().chain(&ahead).take(12).copied().collect();
        year.iter().sum::<f64>() / year.len().max(1) as f64
    }
}
