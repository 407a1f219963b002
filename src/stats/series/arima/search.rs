//! The stepwise search for orders.

use super::difference::differences;
use super::fit::{Arima, Likelihood, Order, fit_order};
use crate::stats::series::decompose::variance;
use crate::stats::series::least_squares::Effort;
use std::collections::BTreeSet;

/// Most candidates tried in one search.
const MOST: usize = 40;
/// Leaders refitted by exact likelihood.
const LEADERS: usize = 3;

/// Finds orders and fits them. Nothing if no model could be fitted (a constant or tiny series).
#[must_use]
pub fn fit(y: &[f64], period: usize, effort: Effort) -> Option<Arima> {
    if y.len() < 8 || variance(y) <= 0.0 {
        return None;
    }
    let (d, seasonal_d) = differences(y, period);
    let seasonal = period > 1 && y.len() >= 2 * period + 6;
    let base =
        Order { p: 0, d, q: 0, seasonal_p: 0, seasonal_d, seasonal_q: 0, constant: d + seasonal_d <= 1 };
    let s = usize::from(seasonal);
    let mut search = Search { y, period, seen: BTreeSet::new(), found: Vec::new() };
    for (p, q, sp, sq) in [(2, 2, s, s), (0, 0, 0, 0), (1, 0, s, 0), (0, 1, 0, s)] {
        let order = Order { p, q, seasonal_p: sp, seasonal_q: sq, ..base };
        search.try_order(order);
    }
    if base.constant {
        search.try_order(Order { constant: false, ..base });
    }
    while search.seen.len() < MOST {
        let Some(best) = search.found.first().map(|f| f.order) else {
            break;
        };
        for order in neighbours(best, seasonal, base.constant) {
            search.try_order(order);
        }
        if search.found.first().map(|f| f.order) == Some(best) {
            break;
        }
    }
    finish(&search.found, y, period, effort)
}

/// Refits the leaders exactly; a leader near a unit root gives way to the next.
fn finish(found: &[Arima], y: &[f64], period: usize, effort: Effort) -> Option<Arima> {
    let best = found
        .iter()
        .take(LEADERS)
        .filter_map(|candidate| {
            let raw = Some(candidate.raw.as_slice());
            fit_order(y, period, candidate.order, Likelihood::Exact, effort, raw)
        })
        .filter(|refit| !refit.near_unit_root())
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc));
    best.or_else(|| found.first().cloned())
}

struct Search<'a> {
    y: &'a [f64],
    period: usize,
    seen: BTreeSet<Order>,
    found: Vec<Arima>,
}

impl Search<'_> {
    fn try_order(&mut self, order: Order) {
        if self.seen.len() >= MOST || !self.seen.insert(order) {
            return;
        }
        let effort = Effort::SEARCH;
        let fit = fit_order(self.y, self.period, order, Likelihood::Conditional, effort, None);
        if let Some(fit) = fit.filter(|f| !f.near_unit_root()) {
            let at = self.found.partition_point(|f| f.aicc <= fit.aicc);
            self.found.insert(at, fit);
        }
    }
}

/// The moves of the stepwise search, within p, q <= 5, P, Q <= 2 and five coefficients in all.
fn neighbours(from: Order, seasonal: bool, constant: bool) -> Vec<Order> {
    let mut moves: Vec<(isize, isize, isize, isize)> = Vec::new();
    if seasonal {
        moves.extend([(0, 0, -1, 0), (0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 0, 1)]);
        moves.extend([(0, 0, -1, -1), (0, 0, 1, 1), (0, 0, -1, 1), (0, 0, 1, -1)]);
    }
    moves.extend([(-1, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)]);
    moves.extend([(-1, -1, 0, 0), (1, 1, 0, 0), (-1, 1, 0, 0), (1, -1, 0, 0)]);
    let mut orders: Vec<Order> = moves
        .into_iter()
        .filter_map(|(p, q, sp, sq)| {
            Some(Order {
                p: from.p.checked_add_signed(p)?,
                q: from.q.checked_add_signed(q)?,
                seasonal_p: from.seasonal_p.checked_add_signed(sp)?,
                seasonal_q: from.seasonal_q.checked_add_signed(sq)?,
                ..from
            })
        })
        .filter(|o| {
            o.p <= 5
                && o.q <= 5
                && o.seasonal_p <= 2
                && o.seasonal_q <= 2
                && o.p + o.q + o.seasonal_p + o.seasonal_q <= 5
        })
        .collect();
    if constant {
        orders.push(Order { constant: !from.constant, ..from });
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_an_airline_like_model_for_a_trending_season() {
        let mut z = vec![0.0; 180];
        crate::stats::series::random::normals(9, 0, 0, &mut z);
        let mut y: Vec<f64> = (0..12).map(|t| 100.0 + 40.0 * f64::from(t)).collect();
        for t in 12..180 {
            let e = |k: usize| z[t - k];
            let old = if t >= 13 { 0.24 * z[t - 13] } else { 0.0 };
            let before = if t >= 13 { y[t - 1] - y[t - 13] } else { 0.0 };
            y.push(y[t - 12] + before + 5.0 * (e(0) - 0.4 * e(1) - 0.6 * e(12) + old));
        }
        let fit = fit(&y, 12, Effort::FULL).unwrap();
        assert_eq!(fit.order.seasonal_d, 1, "{}", fit.order.name());
        // The innovations' standard deviation is 5; standard error 5 / sqrt(2 * 167).
        assert!((fit.sigma - 5.0).abs() < 4.0 * 5.0 / (2.0 * 167.0_f64).sqrt(), "{}", fit.sigma);
        assert!(super::fit(&[3.0; 40], 12, Effort::FULL).is_none());
    }
}
