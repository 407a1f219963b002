//! A difference broken down into its causes.
//!
//! What a cause adds depends on which others are already there; it is averaged over the orders in
//! which they may come (Shapley 1953): over all orders for a few causes, over stated orders drawn
//! with their reverses for many. Either way the parts add up to the whole in every replication.

use crate::base::rng::{Key, Purpose};

/// Most causes for which all orders are averaged.
pub const MOST_ALL: usize = 5;
/// Orders that are averaged for more causes: half of them drawn, and the reverse of each.
pub const SAMPLED: usize = 8;
/// Most causes.
const MOST: usize = 30;

/// Which sets of causes must be simulated, and how their results are weighed.
#[derive(Clone, Debug)]
pub struct Causes {
    count: usize,
    /// The orders averaged; empty if all are.
    orders: Vec<Vec<usize>>,
}

impl Causes {
    /// For so many causes; `None` for fewer than two (nothing to break down) or too many.
    #[must_use]
    pub fn new(count: usize) -> Option<Causes> {
        if !(2..=MOST).contains(&count) {
            return None;
        }
        if count <= MOST_ALL {
            return Some(Causes { count, orders: Vec::new() });
        }
        let mut orders = Vec::new();
        for n in 0..SAMPLED as u64 / 2 {
            let order = shuffled(count, n);
            orders.push(order.iter().rev().copied().collect());
            orders.push(order);
        }
        Some(Causes { count, orders })
    }

    /// How many causes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether all orders are averaged, and over how many.
    #[must_use]
    pub fn orders(&self) -> (bool, usize) {
        match self.orders.len() {
            0 => (true, (1..=self.count).product()),
            n => (false, n),
        }
    }

    /// The set of all causes.
    #[must_use]
    pub fn all(&self) -> u32 {
        (1u32 << self.count) - 1
    }

    /// The sets to simulate beside none and all of the causes, as bits, rising.
    #[must_use]
    pub fn sets(&self) -> Vec<u32> {
        let all = self.all();
        let mut sets: Vec<u32> = match self.orders.as_slice() {
            [] => (1..all).collect(),
            orders => orders.iter().flat_map(|order| before(order)).collect(),
        };
        sets.sort_unstable();
        sets.dedup();
        sets.retain(|set| *set != 0 && *set != all);
        sets
    }

    /// What each cause adds, given what each set of causes gives (`value`, for the sets asked
    /// for, for 0 and for [`Causes::all`]); `None` if a set is missing.
    ///
    /// The parts are sums of whole multiples of the values over one divisor, so for counts they
    /// add up to the whole difference exactly before that division.
    pub fn parts(&self, value: impl Fn(u32) -> Option<f64>) -> Option<Vec<f64>> {
        let mut sums = vec![0.0; self.count];
        let divisor = match self.orders.as_slice() {
            [] => self.all_orders(&mut sums, &value)?,
            orders => {
                for order in orders {
                    for (set, &cause) in before(order).zip(order) {
                        let step = value(set | 1 << cause)? - value(set)?;
                        *sums.get_mut(cause)? += step;
                    }
                }
                orders.len() as f64
            }
        };
        Some(sums.into_iter().map(|sum| sum / divisor).collect())
    }

    fn all_orders(&self, sums: &mut [f64], value: &impl Fn(u32) -> Option<f64>) -> Option<f64> {
        let factorial = |n: usize| (1..=n).product::<usize>() as f64;
        for set in 0..self.all() {
            let size = set.count_ones() as usize;
            let weight = factorial(size) * factorial(self.count - size - 1);
            let without = value(set)?;
            for (cause, sum) in sums.iter_mut().enumerate().filter(|(c, _)| set >> c & 1 == 0) {
                *sum += weight * (value(set | 1 << cause)? - without);
            }
        }
        Some(factorial(self.count))
    }
}

/// The causes there before each of an order.
fn before(order: &[usize]) -> impl Iterator<Item = u32> {
    order.iter().scan(0u32, |set, cause| {
        let now = *set;
        *set |= 1 << cause;
        Some(now)
    })
}

/// An order drawn by number, always the same (Fisher and Yates' shuffle).
fn shuffled(count: usize, number: u64) -> Vec<usize> {
    let key = Key::root(0, number);
    let mut order: Vec<usize> = (0..count).collect();
    for i in (1..count).rev() {
        let j = key.unit(Purpose::named("order of causes"), i as u64) * (i + 1) as f64;
        order.swap(i, (j as usize).min(i));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The glove game (Shapley's own kind): one left glove (cause 0) and two right ones; a pair is
    /// worth 6. By hand 4, 1, 1.
    #[test]
    fn three_causes_by_hand() {
        let causes = Causes::new(3).unwrap();
        assert_eq!(causes.sets(), vec![1, 2, 3, 4, 5, 6]);
        let worth = |set: u32| Some(if set & 1 == 1 && set > 1 { 6.0 } else { 0.0 });
        assert_eq!(causes.parts(worth), Some(vec![4.0, 1.0, 1.0]));
        assert_eq!(causes.orders(), (true, 6));
        assert_eq!(causes.parts(|_| None), None);
    }

    /// Whatever the sets give, the parts add up to the whole; an idle cause adds nothing.
    #[test]
    fn parts_add_up() {
        for count in 2..=9 {
            let causes = Causes::new(count).unwrap();
            let (idle, all) = (1u32 << 1, causes.all());
            let worth = |set: u32| Some((crate::base::rng::mix(u64::from(set & !idle)) % 1000) as f64);
            let parts = causes.parts(worth).unwrap();
            let whole = worth(all).unwrap() - worth(0).unwrap();
            assert!((parts.iter().sum::<f64>() - whole).abs() < 1e-9, "{count}: {parts:?}");
            assert_eq!(parts[1], 0.0);
            assert!(causes.sets().iter().all(|s| *s > 0 && *s < all));
        }
    }

    /// Many causes: a stated number of orders, each with its reverse, so that what two causes
    /// make only together is shared evenly between them.
    #[test]
    fn many_causes_by_drawn_orders() {
        let causes = Causes::new(8).unwrap();
        assert_eq!(causes.orders(), (false, SAMPLED));
        assert!(causes.sets().len() <= SAMPLED * 7);
        let pair = |set: u32| Some(if set & 0b1001 == 0b1001 { 10.0 } else { 0.0 });
        let parts = causes.parts(pair).unwrap();
        assert_eq!((parts[0], parts[3]), (5.0, 5.0));
    }

    #[test]
    fn one_cause_or_too_many_are_not_broken_down() {
        assert!(Causes::new(0).is_none() && Causes::new(1).is_none() && Causes::new(31).is_none());
        assert!(Causes::new(30).is_some_and(|c| c.all() == (1 << 30) - 1));
    }
}
