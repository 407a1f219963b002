//! Arrivals that follow the futures of a forecast, month by month, to the case.
//!
//! A path holds the chance of its counts already, so the engine adds none: as many cases come in a
//! month as its path says, each family at a moment of its own, even over the month (the order
//! statistics of a Poisson process given its count). A family is keyed by its month and its
//! place in it. Under a scenario that multiplies a month the same families come at the same
//! moments, and the last of them stay away or further ones come besides.

use super::handle::arrive::family_size;
use super::network::Families;
use crate::base::rng::{Key, Purpose};
use crate::base::time::SimTime;
use crate::model::arrivals::{Count, Forecast, ForecastMonth};
use crate::stats::dist::exp1;

const MOMENT: Purpose = Purpose::named("moment of the month");
const PART: Purpose = Purpose::named("part of a family");
const GAP: Purpose = Purpose::named("gap of the month");

/// Apart from the numbers of families of other streams.
const FIRST_LABEL: u64 = 1 << 62;

/// What the futures of one stream are made from.
pub(crate) struct FutureMaker {
    forecast: Forecast,
    families: Families,
    begin: SimTime,
    end: SimTime,
}

/// The future of one replication, opened month by month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Future {
    /// The next month to open.
    month: usize,
    /// Families still to come in the month that is open, latest first: moment and label.
    waiting: Vec<(i64, u64)>,
    /// Label of the family that came or is to come next.
    pub label: u64,
}

impl FutureMaker {
    /// Prepares the futures over `[begin, end)`.
    pub fn new(forecast: &Forecast, families: Families, begin: SimTime, end: SimTime) -> FutureMaker {
        FutureMaker { forecast: forecast.clone(), families, begin, end }
    }

    /// Expected number of cases over the whole run.
    pub fn expected(&self) -> f64 {
        let steps = self.forecast.mean_rates();
        let ends = steps.iter().skip(1).map(|s| s.0).chain([self.end]);
        steps.iter().zip(ends).map(|(s, to)| s.1 * (to.min(self.end) - s.0).days().max(0.0)).sum()
    }

    /// The families of a month in a replication, latest first.
    fn fill(&self, month: &ForecastMonth, key: Key, replication: u64, out: &mut Vec<(i64, u64)>) {
        let label = |j: u64| FIRST_LABEL | (u64::from(month.number) << 32) | j;
        let (begin, end) = (self.begin.0, self.end.0);
        let mut take = |at: i64, j: u64| {
            if at >= begin && at < end {
                out.push((at, label(j)));
            }
        };
        let length = (month.to - month.from).0 as f64;
        match month.count {
            Count::Usual(cases) => {
                let rate = cases / self.families.mean / length;
                let own = key.child(label(0));
                let mut at = month.from.0 as f64;
                for j in 0.. {
                    at += exp1(own.bits(GAP, j)) / rate;
                    if at.is_nan() || at >= month.to.0 as f64 {
                        break;
                    }
                    take(at as i64, j);
                }
            }
            Count::Known(_) | Count::Ahead(_) => {
                let cases = self.forecast.cases(month, replication);
                let most = cases * month.times.iter().fold(0.0, |m: f64, t| m.max(t.1));
                let part = key.child(label(0)).unit(PART, 0);
                let (mut come, mut j) = (0.0, 0);
                while come < most {
                    let family = key.child(label(j));
                    let size = f64::from(family_size(&self.families, family));
                    let at = month.from.0 + (family.unit(MOMENT, 0) * length) as i64;
                    // A family that only a part of is wanted comes with that probability.
                    if come + part * size < cases * month.times_at(SimTime(at)) {
                        take(at, j);
                    }
                    come += size;
                    j += 1;
                }
            }
        }
        out.sort_unstable_by(|a, b| b.cmp(a));
    }
}

impl Future {
    /// The moment of the next family, whose label is then set; never after the last month.
    pub fn next(&mut self, maker: &FutureMaker, key: Key, replication: u64) -> SimTime {
        loop {
            if let Some((at, label)) = self.waiting.pop() {
                self.label = label;
                return SimTime(at);
            }
            let Some(month) = maker.forecast.months.get(self.month) else {
                return SimTime::NEVER;
            };
            self.month += 1;
            maker.fill(month, key, replication, &mut self.waiting);
        }
    }
}
