//! What a pool shows when asked for detail: the distribution of the number present, gaps between
//! departures, busy periods, and what arriving cases find. Over the window only.

use super::sink::{Part, Sink};
use crate::base::time::DAY_MS;

/// Numbers present are reported one by one up to here.
const LISTED: usize = 64;
/// Numbers present are counted one by one up to here.
const MOST: usize = 100_000;
const DAY: f64 = DAY_MS as f64;

/// Running detail of one pool. Times in milliseconds, sums of times in days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detail {
    open: bool,
    present: usize,
    last: i64,
    /// Milliseconds with each number present.
    times: Vec<i64>,
    departed: Option<i64>,
    gap_before: Option<f64>,
    gaps: (f64, f64, f64),
    products: (f64, f64, f64, f64),
    busy_since: Option<i64>,
    busy: (f64, f64, f64),
    served: (f64, f64),
    found: (f64, f64),
}

impl Detail {
    pub fn open(&mut self, now: i64) {
        let present = self.present;
        *self = Detail { open: true, present, last: now, ..Detail::default() };
    }

    pub fn close(&mut self, now: i64) {
        self.pass(now);
        self.open = false;
    }

    fn pass(&mut self, now: i64) {
        if !self.open {
            return;
        }
        let n = self.present.min(MOST);
        if self.times.len() <= n {
            self.times.resize(n + 1, 0);
        }
        self.times[n] += now - self.last;
        self.last = now;
    }

    /// A case comes to the pool (refused or not, it sees `present`).
    pub fn arrive(&mut self) {
        if self.open {
            self.found.0 += 1.0;
            self.found.1 += self.present as f64;
        }
    }

    /// A case joins the queue or starts at once.
    pub fn join(&mut self, now: i64) {
        self.pass(now);
        if self.present == 0 && self.open {
            self.busy_since = Some(now);
            self.served.1 = 0.0;
        }
        self.present += 1;
    }

    /// A case leaves the pool; `served` if at the end of its stay.
    pub fn leave(&mut self, now: i64, served: bool) {
        self.pass(now);
        self.present = self.present.saturating_sub(1);
        if !self.open {
            return;
        }
        if served {
            self.served.1 += 1.0;
            self.depart(now);
        }
        if self.present == 0
            && let Some(since) = self.busy_since.take()
        {
            let length = (now - since) as f64 / DAY;
            self.busy = (self.busy.0 + 1.0, self.busy.1 + length, self.busy.2 + length * length);
            self.served.0 += self.served.1;
        }
    }

    fn depart(&mut self, now: i64) {
        if let Some(before) = self.departed {
            let gap = (now - before) as f64 / DAY;
            self.gaps = (self.gaps.0 + 1.0, self.gaps.1 + gap, self.gaps.2 + gap * gap);
            if let Some(previous) = self.gap_before {
                let p = &mut self.products;
                *p = (p.0 + 1.0, p.1 + previous * gap, p.2 + previous, p.3 + gap);
            }
            self.gap_before = Some(gap);
        }
        self.departed = Some(now);
    }

    pub fn write(&self, sink: &mut impl Sink) {
        let total: i64 = self.times.iter().sum();
        let share = |k: usize| self.times.get(k).map_or(0.0, |t| *t as f64) / total as f64;
        let (mut mean, mut square) = (0.0, 0.0);
        for (k, t) in self.times.iter().enumerate() {
            let p = *t as f64 / total as f64;
            mean += k as f64 * p;
            square += (k * k) as f64 * p;
        }
        let mut put = |measure, value| sink.put(measure, Part::Whole, value);
        put("present_mean", mean);
        put("present_variance", square - mean * mean);
        put("found_mean", self.found.1 / self.found.0);
        let (n, sum, squares) = self.gaps;
        let variance = (squares - sum * sum / n) / (n - 1.0);
        put("departure_gap_mean", sum / n);
        put("departure_gap_scv", variance / (sum / n) / (sum / n));
        let (m, product, first, second) = self.products;
        let covariance = product / m - first / m * (second / m);
        // gaps that are all equal have no correlation, only rounding
        let varied = variance > 1e-12 * (sum / n) * (sum / n);
        put("departure_gap_lag1", if varied { covariance / variance } else { f64::NAN });
        let (b, length, squares) = self.busy;
        put("busy_period_mean", length / b);
        put("busy_period_variance", (squares - length * length / b) / (b - 1.0));
        put("busy_period_served", self.served.0 / b);
        for k in 0..LISTED {
            sink.put("present_share", Part::Number(k), share(k));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::record::sink::RowSink;

    /// By hand: present 1 over days 0-2, 2 over 2-3, 1 over 3-5, 0 over 5-10.
    #[test]
    fn a_small_history_by_hand() {
        let day = |d: i64| d * DAY_MS;
        let mut detail = Detail::default();
        detail.open(0);
        detail.arrive();
        detail.join(0);
        detail.arrive();
        detail.join(day(2));
        detail.leave(day(3), true);
        detail.leave(day(5), true);
        detail.close(day(10));
        let mut row = Vec::new();
        detail.write(&mut RowSink(&mut row));
        assert!((row[0] - 0.6).abs() < 1e-12, "mean present {}", row[0]);
        assert!((row[2] - 0.5).abs() < 1e-12, "found {}", row[2]);
        assert!((row[3] - 2.0).abs() < 1e-12, "gap {}", row[3]);
        assert!((row[6] - 5.0).abs() < 1e-12, "busy period {}", row[6]);
        assert!((row[8] - 2.0).abs() < 1e-12, "served {}", row[8]);
        assert_eq!(&row[9..12], &[0.5, 0.4, 0.1]);
    }
}
