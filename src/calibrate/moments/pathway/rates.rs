//! Cases expected in each step of the grid, from a rate of arrival.

use crate::base::calendar::Calendar;
use crate::base::time::{DAY_MS, DAYS_PER_MONTH, SimTime};
use crate::model::arrivals::Rate;
use jiff::civil::Date;

/// The grid: when it begins, the length of a step in milliseconds, how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Grid {
    pub begin: SimTime,
    pub step: i64,
    pub steps: usize,
}

impl Grid {
    /// Step in days.
    pub fn days(self) -> f64 {
        self.step as f64 / DAY_MS as f64
    }
    /// A time in steps since the beginning.
    pub fn at(self, time: SimTime) -> f64 {
        (time.0 - self.begin.0) as f64 / self.step as f64
    }
    fn end(self) -> i64 {
        self.begin.0 + self.step * self.steps as i64
    }
}

/// Expected cases by step.
pub(super) fn cases(rate: &Rate, grid: Grid, starts: Option<Date>) -> Vec<f64> {
    let calendar = starts.map(|date| Calendar::new(date, 0, 1));
    let mut edges = steps_edges(rate, grid);
    if rate.months.is_some() {
        edges.extend(months(grid, calendar.as_ref()));
    }
    edges.extend([grid.begin.0, grid.end()]);
    edges.retain(|t| (grid.begin.0..=grid.end()).contains(t));
    edges.sort_unstable();
    edges.dedup();
    let season = rate.months.map(scaled_months);
    let mut out = vec![0.0; grid.steps];
    for pair in edges.windows(2) {
        let [from, to] = *pair else { continue };
        let mut per_day = level(rate, from);
        if let (Some(season), Some(calendar)) = (&season, &calendar) {
            let month = calendar.date_of(SimTime(from)).map_or(1, |d| d.month());
            per_day *= season[(month as usize - 1).min(11)];
        }
        let first = ((from - grid.begin.0) / grid.step) as usize;
        for (k, slot) in out.iter_mut().enumerate().skip(first) {
            let begin = grid.begin.0 + grid.step * k as i64;
            if begin >= to {
                break;
            }
            let inside = (begin + grid.step).min(to) - begin.max(from);
            *slot += per_day * inside.max(0) as f64 / DAY_MS as f64;
        }
    }
    out
}

/// The month that each step lies in (its middle), counted from the beginning.
pub(super) fn blocks(grid: Grid, starts: Option<Date>) -> Vec<usize> {
    let calendar = starts.map(|date| Calendar::new(date, 0, 1));
    let edges = months(grid, calendar.as_ref());
    let middle = |k: usize| grid.begin.0 + grid.step * k as i64 + grid.step / 2;
    (0..grid.steps).map(|k| edges.partition_point(|e| *e <= middle(k)).saturating_sub(1)).collect()
}

/// First moments of months, or of spans of a mean month in a model without dates.
fn months(grid: Grid, calendar: Option<&Calendar>) -> Vec<i64> {
    match calendar {
        Some(calendar) => {
            let mut edges = calendar.month_edges(grid.begin, SimTime(grid.end()));
            edges.pop();
            edges.into_iter().map(|t| t.0).collect()
        }
        None => {
            let month = (DAYS_PER_MONTH * DAY_MS as f64) as i64;
            (0..).map(|i| grid.begin.0 + i * month).take_while(|t| *t < grid.end()).collect()
        }
    }
}

/// Month factors scaled so that a year's total stays the same, as the engine does.
fn scaled_months(factors: [f64; 12]) -> [f64; 12] {
    const DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
    let total: f64 = factors.iter().zip(DAYS).map(|(f, d)| f * d).sum();
    factors.map(|f| if total > 0.0 { f * 365.25 / total } else { 0.0 })
}

fn steps_edges(rate: &Rate, grid: Grid) -> Vec<i64> {
    if !rate.by_age.is_empty() {
        return rate.by_age.iter().map(|s| s.0.0).collect();
    }
    match rate.repeat.filter(|p| p.0 > 0) {
        None => rate.steps.iter().map(|s| s.0.0).collect(),
        Some(period) => {
            let first = grid.begin.0.div_euclid(period.0) * period.0;
            (0..)
                .map(|i: i64| first + i * period.0)
                .take_while(|t| *t < grid.end())
                .flat_map(|base| rate.steps.iter().map(move |s| base + s.0.0.max(0)))
                .collect()
        }
    }
}

/// Cases a day at a time.
fn level(rate: &Rate, t: i64) -> f64 {
    if !rate.by_age.is_empty() {
        let i = rate.by_age.partition_point(|s| s.0.0 <= t).max(1) - 1;
        return rate.by_age.get(i).map_or(0.0, |s| s.1.iter().sum());
    }
    let t = rate.repeat.filter(|p| p.0 > 0).map_or(t, |p| t.rem_euclid(p.0));
    let i = rate.steps.partition_point(|s| s.0.0 <= t).max(1) - 1;
    rate.steps.get(i).map_or(0.0, |s| s.1)
}
