//! Intervals by kind of parameter: how many, and how many hold the truth.

use std::collections::BTreeMap;

const WIDE: f64 = 1.959_964;

#[derive(Default, Clone, Copy)]
pub struct Count {
    pub intervals: u32,
    pub held: u32,
    pub high: u32,
}

#[derive(Default)]
pub struct Score(pub BTreeMap<String, Count>);

impl Score {
    /// An interval as the model file would have it.
    pub fn interval(&mut self, kind: &str, (low, value, high): (f64, f64, f64), truth: f64) {
        let cell = self.0.entry(kind.to_string()).or_default();
        cell.intervals += 1;
        cell.held += u32::from(low <= truth && truth <= high);
        cell.high += u32::from(value > truth);
    }

    pub fn add(&mut self, kind: &str, value: f64, se: f64, truth: f64) {
        self.interval(kind, (value - WIDE * se, value, value + WIDE * se), truth);
    }

    /// On the scale of log odds. A share of 0 or 1 has no interval there and counts as not held.
    pub fn share(&mut self, kind: &str, value: f64, se: f64, truth: f64) {
        let logit = |p: f64| libm::log(p / (1.0 - p));
        if value > 0.0 && value < 1.0 {
            self.add(kind, logit(value), se / (value * (1.0 - value)), logit(truth));
        } else {
            self.interval(kind, (value, value, value), truth);
        }
    }

    /// On the scale of logarithms.
    pub fn scale(&mut self, kind: &str, value: f64, se: f64, truth: f64) {
        self.add(kind, libm::log(value), se / value, libm::log(truth));
    }

    pub fn merge(&mut self, other: &Score) {
        for (kind, n) in &other.0 {
            let cell = self.0.entry(kind.clone()).or_default();
            cell.intervals += n.intervals;
            cell.held += n.held;
            cell.high += n.high;
        }
    }

    /// Prints the table and returns the share of all that held.
    pub fn print(&self) -> f64 {
        println!("\n{:<46}{:>10}{:>10}{:>12}", "", "intervals", "hold", "too high");
        let mut all = Count::default();
        for (kind, n) in &self.0 {
            let share = |x: u32| 100.0 * f64::from(x) / f64::from(n.intervals);
            println!("{kind:<46}{:>10}{:>9.1}%{:>11.0}%", n.intervals, share(n.held), share(n.high));
            all.intervals += n.intervals;
            all.held += n.held;
        }
        let share = 100.0 * f64::from(all.held) / f64::from(all.intervals);
        println!("{:<46}{:>10}{share:>9.2}%", "all", all.intervals);
        share
    }
}
