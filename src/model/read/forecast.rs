//! `arrivals.NAME.forecast`: arrivals that follow the futures of a forecast.

use super::calendar_rates::month;
use super::notes::Notes;
use super::{Item, Reader};
use crate::base::calendar::Calendar;
use crate::base::time::{DAYS_PER_MONTH, SimTime};
use crate::model::arrivals::{Forecast, Level, mean_path};
use crate::model::catalogue::{FORECAST, TIMES_STEP};
use crate::model::file::Value;
use jiff::civil::Date;

/// Most paths.
const MOST_PATHS: usize = 2_000;
/// Most months in a path.
const MOST_MONTHS: usize = 240;
/// Most months before the forecast.
const MOST_BEFORE: usize = 1_200;

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
        let stretches = self.lay(item, starts, &parts)?;
        Some(Forecast { paths: parts.paths, stretches })
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
        let values: Vec<Option<f64>> =
            items.iter().map(|i| self.number(i, 0.0, 1e9, "a number of cases from 0 to 1e9")).collect();
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

    /// Lays the months over the run, which they must cover.
    fn lay(&mut self, item: &Item<'_>, starts: Date, parts: &Parts) -> Option<Vec<(SimTime, Level)>> {
        let (from, to) = (self.beginning(), SimTime::ZERO + self.length);
        let calendar = Calendar::new(starts, 1, 1);
        let months = calendar.month_edges(from, to);
        let mut edges: Vec<(SimTime, SimTime)> = Vec::new();
        for (&a, &b) in months.iter().zip(months.iter().skip(1)) {
            let inside = parts.times.iter().map(|t| t.0).filter(|t| *t > a && *t < b);
            edges.extend(std::iter::once(a).chain(inside).map(|at| (at, b)));
        }
        let mut out = Vec::with_capacity(edges.len());
        for (at, end) in edges {
            let date = calendar.date_of(at).unwrap_or(starts);
            match parts.level(date, at, end) {
                Ok(level) => out.push((at, level)),
                Err(early) => {
                    self.push(uncovered(item, starts, parts, early));
                    return None;
                }
            }
        }
        Some(out)
    }
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
    /// How many cases come in the month of `date`, at `at`, in a stretch that ends at `end`; else whether the
    /// month lies before all that is given.
    fn level(&self, date: Date, at: SimTime, end: SimTime) -> Result<Level, bool> {
        let days = f64::from(date.days_in_month());
        let since = (i64::from(date.year()) - i64::from(self.first.year())) * 12 + i64::from(date.month())
            - i64::from(self.first.month());
        let ahead = self.paths.first().map_or(0, Vec::len);
        let Ok(month) = usize::try_from(since) else {
            let back = usize::try_from(-since).unwrap_or(usize::MAX);
            let known = self.before.len().checked_sub(back).and_then(|i| self.before.get(i));
            return match known {
                Some(count) => Ok(Level::Known(count / days)),
                None if end <= SimTime::ZERO => Ok(Level::Known(self.first_year())),
                None => Err(true),
            };
        };
        let month = match month {
            m if m < ahead => m,
            m if self.repeats && ahead >= 12 => ahead - 12 + (m - ahead) % 12,
            _ => return Err(false),
        };
        let step = self.times.partition_point(|t| t.0 <= at).max(1) - 1;
        let times = self.times.get(step).map_or(1.0, |t| t.1);
        Ok(Level::Ahead { month, per_case: times / days })
    }

    /// Cases a day in the mean of the first twelve months that are given, for a warm-up before them.
    fn first_year(&self) -> f64 {
        let ahead = mean_path(&self.paths);
        let year: Vec<f64> = self.before.iter().chain(&ahead).take(12).copied().collect();
        year.iter().sum::<f64>() / year.len().max(1) as f64 / DAYS_PER_MONTH
    }
}
