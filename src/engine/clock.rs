//! Clocks that belong to a place and the calendar, not to who sits there.
//!
//! Time is cut into cells of four weeks. A clock has a unit exponential of its own for each cell, and
//! whatever it waits for happens in the first cell whose cumulative hazard exceeds it, at the moment
//! at which the hazard has used it up. By lack of memory this is the law of the hazard exactly,
//! whatever the width of a cell. Under two scenarios the same place has the same exponentials at the
//! same time: of two hazards, the smaller lets nothing happen in a cell in which the larger does not,
//! however different the past of the place is.

use crate::base::rng::{Key, Purpose};
use crate::base::time::{DAY_MS, SimTime};
use crate::stats::dist::{Dist, exp1};

/// Milliseconds in a cell.
const CELL: i64 = 28 * DAY_MS;

/// The cell in which a clock ran last, and how often it was started anew there before. What follows
/// in the same cell draws afresh: the rest of the old exponential is no longer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lap {
    cell: i64,
    again: u64,
}

impl Lap {
    pub const NEW: Lap = Lap { cell: i64::MIN, again: 0 };

    /// The clock is started; the number of the occasion, for draws that go with it.
    pub fn start(&mut self, at: SimTime) -> u64 {
        let cell = at.0.div_euclid(CELL);
        *self = if self.cell == cell { Lap { cell, again: self.again + 1 } } else { Lap { cell, again: 0 } };
        self.occasion()
    }

    /// The clock has run until now.
    pub fn stop(&mut self, at: SimTime) {
        let cell = at.0.div_euclid(CELL);
        if self.cell != cell {
            *self = Lap { cell, again: 0 };
        }
    }

    /// The number of the cell and of the start in it.
    pub fn occasion(&self) -> u64 {
        occasion(self.cell, self.again)
    }

    /// When a clock just started at `from` rings, if before `until`. `left` says how much longer
    /// it takes, after so many milliseconds, until the hazard has used up an amount; `None` for ever.
    pub fn ring(
        &self,
        (key, purpose): (Key, Purpose),
        from: SimTime,
        until: SimTime,
        left: impl Fn(i64, f64) -> Option<i64>,
    ) -> SimTime {
        let (mut at, mut again) = (from.0, self.again);
        while at < until.0 {
            let cell = at.div_euclid(CELL);
            let end = (cell + 1) * CELL;
            let Some(more) = left(at - from.0, exp1(key.bits(purpose, occasion(cell, again)))) else { break };
            if at.saturating_add(more) < end {
                return SimTime(at + more);
            }
            (at, again) = (end, 0);
        }
        SimTime::NEVER
    }
}

fn occasion(cell: i64, again: u64) -> u64 {
    (cell as u64).wrapping_mul(1 << 20).wrapping_add(again)
}

/// How much longer it takes, for a law in days, until its hazard has used up an amount, after so many
/// milliseconds.
pub(crate) fn left_of(law: &Dist, after: i64, amount: f64) -> Option<i64> {
    let days = law.remaining(after as f64 / DAY_MS as f64, -libm::expm1(-amount));
    Some((days * DAY_MS as f64).min(4e18) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: SimTime = SimTime(i64::MAX / 4);

    /// Kolmogorov-Smirnov against the law, at the 1e-6 level (2.7 / sqrt(n)): constant hazards and
    /// growing ones, means far shorter and far longer than a cell, whatever the phase.
    #[test]
    fn what_a_clock_waits_for_has_the_law_of_its_hazard() -> Result<(), Box<dyn std::error::Error>> {
        let n = 20_000u64;
        for (i, law) in [
            Dist::exponential(5.0)?,
            Dist::exponential(400.0)?,
            Dist::gamma(4.0, 35.0)?,
            Dist::lognormal(5.0, 0.6)?,
        ]
        .iter()
        .enumerate()
        {
            let mut cells: Vec<f64> = (0..n)
                .map(|k| {
                    let from = SimTime(k as i64 * 7_654_321);
                    let mut lap = Lap::NEW;
                    lap.start(from);
                    let key = Key::root(3, i as u64).child(k);
                    let at = lap.ring((key, Purpose::named("test")), from, FAR, remaining(law));
                    law.cdf((at - from).days())
                })
                .collect();
            cells.sort_by(f64::total_cmp);
            let off = cells.iter().enumerate().map(|(j, u)| (u - (j as f64 + 0.5) / n as f64).abs());
            let worst = off.fold(0.0, f64::max);
            assert!(worst < 2.7 / (n as f64).sqrt(), "{law:?}: {worst}");
        }
        Ok(())
    }

    /// A clock started anew at once after each ring gives a Poisson process: counts in 800 days at a
    /// rate of 1 in 10 days have mean 80 and variance 80, also though several fall in one cell.
    #[test]
    fn starts_in_one_cell_are_independent() {
        let n = 4_000u64;
        let (mut sum, mut squares) = (0.0, 0.0);
        let rate = 0.1 / DAY_MS as f64;
        for k in 0..n {
            let mut lap = Lap::NEW;
            let (key, mut at, mut count) = (Key::root(9, 1).child(k), SimTime(0), 0.0);
            loop {
                lap.start(at);
                at = lap.ring((key, Purpose::named("test")), at, FAR, |_, a| Some((a / rate) as i64));
                lap.stop(at);
                if at.days() > 800.0 {
                    break;
                }
                count += 1.0;
            }
            sum += count;
            squares += count * count;
        }
        let mean = sum / n as f64;
        let variance = squares / n as f64 - mean * mean;
        // standard deviations 0.14 and 1.8
        assert!((mean - 80.0).abs() < 0.7 && (variance - 80.0).abs() < 9.0, "{mean} {variance}");
    }

    /// Half the hazard: every ring of the slower clock, started whenever it rang last, is in a cell
    /// in which a clock of the whole hazard rings as well.
    #[test]
    fn a_smaller_hazard_rings_in_fewer_cells() {
        let rate = 1.0 / (100.0 * DAY_MS as f64);
        let rings = |key: Key, rate: f64| {
            let (mut lap, mut at, mut out) = (Lap::NEW, SimTime(0), Vec::new());
            while at.days() < 5_000.0 {
                lap.start(at);
                at = lap.ring((key, Purpose::named("test")), at, FAR, |_, a| Some((a / rate) as i64));
                lap.stop(at);
                out.push(at.0.div_euclid(CELL));
            }
            out
        };
        let (mut all, mut nested) = (0, 0);
        for k in 0..200 {
            let key = Key::root(4, 2).child(k);
            let whole = rings(key, rate);
            let half = rings(key, rate / 2.0);
            all += half.len();
            nested += half.iter().filter(|cell| whole.contains(cell)).count();
        }
        // but for cells with more than one ring
        assert!(all > 4_000 && nested as f64 > 0.9 * all as f64, "{nested} of {all}");
    }

    fn remaining(law: &Dist) -> impl Fn(i64, f64) -> Option<i64> + '_ {
        |after, amount| super::left_of(law, after, amount)
    }
}
