//! Conditions on a case, compiled for speed.

use crate::base::rng::mix;
use crate::model::selector::{Condition, Selector};
use crate::stats::dist::exp1;

/// What a selector may ask of a case.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Bit per need.
    pub needs: u64,
    /// Value index of each attribute.
    pub attributes: &'a [u8],
    /// Index of the age band, 255 if none.
    pub age_band: u8,
}

/// A compiled selector: needs as one mask.
#[derive(Clone, Debug)]
pub struct Test {
    needs: u64,
    attributes: Vec<(u16, u8)>,
    ages: Vec<u8>,
}

impl Test {
    /// Compiles a selector.
    pub fn new(selector: &Selector) -> Test {
        let mut test = Test { needs: 0, attributes: Vec::new(), ages: Vec::new() };
        for condition in &selector.0 {
            match *condition {
                Condition::Need(id) => test.needs |= 1 << id.0,
                Condition::Attribute(id, value) => test.attributes.push((id.0, value)),
                Condition::Age(band) => test.ages.push(band),
            }
        }
        test
    }

    /// Whether the case fits.
    pub fn fits(&self, facts: Facts<'_>) -> bool {
        facts.needs & self.needs == self.needs
            && self.attributes.iter().all(|&(a, v)| facts.attributes.get(a as usize) == Some(&v))
            && self.ages.iter().all(|&band| band == facts.age_band)
    }
}

/// A cumulative table over a closed list, drawn by one uniform.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Upper thresholds on the uniform bits; the last is the whole range.
    upto: Vec<u64>,
}

impl Choice {
    /// From weights, at least one of them positive; they are scaled to sum 1.
    pub fn new(weights: &[f64]) -> Choice {
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let last = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
        let upto = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                sum += w;
                // 2^64 as a float; `as` saturates at the top
                if i >= last { u64::MAX } else { (sum / total * 18_446_744_073_709_551_616.0) as u64 }
            })
            .collect();
        Choice { upto }
    }

    /// The index that these uniform bits choose.
    #[inline]
    pub fn pick(&self, bits: u64) -> usize {
        for (i, &limit) in self.upto.iter().enumerate() {
            if bits < limit {
                return i;
            }
        }
        // bits == u64::MAX falls on the last index of positive weight
        self.upto.iter().position(|&l| l == u64::MAX).unwrap_or(0)
    }
}

/// A race between ways out: each has an exponential clock of its own, known by its name, and the first
/// to ring is taken, so each way has its probability. A scenario that changes one probability, or adds
/// a way, leaves the other clocks as they are: a case takes another way only where the change itself
/// made one ring sooner or later. Cutting one uniform into shares in the order of the file would move
/// every share behind the one that changed.
#[derive(Clone, Debug)]
pub struct Race {
    /// Name of the clock of each way.
    clocks: Vec<u64>,
    /// Ways of positive weight: clock, mean time to its ring, index.
    usual: Vec<(u64, f64, usize)>,
}

impl Race {
    /// From a name for each way, all different, and the usual weights.
    pub fn new(clocks: Vec<u64>, weights: &[f64]) -> Race {
        let usual = entries(&clocks, weights).collect();
        Race { clocks, usual }
    }

    /// The way these uniform bits choose under the usual weights.
    #[inline]
    pub fn pick(&self, bits: u64) -> usize {
        match self.usual.as_slice() {
            [] => 0,
            [only] => only.2,
            ways => first(bits, || ways.iter().copied()),
        }
    }

    /// The way these uniform bits choose under other weights.
    pub fn pick_among(&self, weights: &[f64], bits: u64) -> usize {
        first(bits, || entries(&self.clocks, weights))
    }
}

fn entries<'a>(clocks: &'a [u64], weights: &'a [f64]) -> impl Iterator<Item = (u64, f64, usize)> + 'a {
    let ways = clocks.iter().zip(weights).enumerate();
    ways.filter(|(_, (_, w))| **w > 0.0).map(|(i, (clock, w))| (*clock, 1.0 / w, i))
}

/// The first to ring. An exponential at the uniform u is 2 atanh(x), x = u / (2 - u): three terms of the series are a little
/// less, and tell the first from the second in all but a few draws, which are then worked out exactly. Times are kept as
/// their bits, which are in the order of the numbers, with the way in the last eight.
#[inline]
fn first<I: Iterator<Item = (u64, f64, usize)>>(bits: u64, ways: impl Fn() -> I) -> usize {
    const WAY: u64 = 0xFF;
    let (mut soonest, mut second) = (u64::MAX, u64::MAX);
    for (clock, mean, way) in ways() {
        let x = x_of(mix(bits ^ clock));
        let xx = x * x;
        let ring = x * (2.0 + xx * (2.0 / 3.0 + xx * 0.4)) * mean;
        let own = ring.to_bits() & !WAY | way as u64;
        second = second.min(own.max(soonest));
        soonest = soonest.min(own);
    }
    let taken = (soonest & WAY) as usize;
    let time = |key: u64| f64::from_bits(key & !WAY);
    // the rest of the series is at most this part of its three terms
    let rest = ways().find(|w| w.2 == taken).map_or(0.0, |w| {
        let x = x_of(mix(bits ^ w.0));
        let xx = x * x;
        xx * xx * xx / (7.0 * (1.0 - xx))
    });
    // what is rounded away is a part of less than 1e-12
    if second == u64::MAX || time(soonest) * (1.0 + rest) + 1e-12 < time(second) * (1.0 - 1e-12) {
        return taken;
    }
    exactly_first(bits, ways())
}

/// From uniform bits, rounded down to the upper 53.
#[inline]
fn x_of(bits: u64) -> f64 {
    let u = (bits >> 11) as i64 as f64 * (1.0 / 9_007_199_254_740_992.0);
    u / (2.0 - u)
}

#[cold]
fn exactly_first(bits: u64, ways: impl Iterator<Item = (u64, f64, usize)>) -> usize {
    let ring = |(clock, mean, way): (u64, f64, usize)| (exp1(mix(bits ^ clock)) * mean, way);
    ways.map(ring).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |first| first.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{AttributeId, NeedId};

    #[test]
    fn a_choice_takes_shares_of_the_unit_interval_in_order() {
        let choice = Choice::new(&[0.25, 0.0, 0.5, 0.25, 0.0]);
        let at = |u: f64| choice.pick((u * 1.844_674_407_370_955_2e19) as u64);
        assert_eq!([at(0.0), at(0.2499), at(0.2501), at(0.7499), at(0.7501), at(1.0)], [0, 0, 2, 2, 3, 3]);
    }

    #[test]
    fn all_conditions_must_hold() {
        let test = Test::new(&Selector(vec![
            Condition::Need(NeedId(2)),
            Condition::Attribute(AttributeId(0), 1),
            Condition::Age(3),
        ]));
        let facts = Facts { needs: 0b110, attributes: &[1], age_band: 3 };
        assert!(test.fits(facts));
        assert!(!test.fits(Facts { needs: 0b010, ..facts }));
        assert!(!test.fits(Facts { attributes: &[0], ..facts }));
        assert!(!test.fits(Facts { age_band: 2, ..facts }));
    }

    fn clocks(names: &[&str]) -> Vec<u64> {
        names.iter().map(|n| crate::base::rng::hash_name(n)).collect()
    }

    /// Over 200,000 draws each share lies within 5 standard deviations of its weight.
    #[test]
    fn a_race_gives_each_way_its_probability() {
        let weights = [0.05, 0.6, 0.0, 0.25, 0.1];
        let race = Race::new(clocks(&["a", "b", "c", "d", "e"]), &weights);
        let n = 200_000u64;
        let mut counts = [0u32; 5];
        (0..n).for_each(|i| counts[race.pick(mix(i))] += 1);
        for (count, p) in counts.iter().zip(weights) {
            let sd = (p * (1.0 - p) / n as f64).sqrt();
            assert!((f64::from(*count) / n as f64 - p).abs() <= 5.0 * sd, "{counts:?}");
        }
    }

    /// The few terms never take a way that is not the first: held against all clocks worked out exactly.
    #[test]
    fn a_race_is_exact() {
        for weights in [vec![0.97, 0.03], vec![0.05, 0.6, 0.25, 0.1], vec![1.0; 12], vec![1e-6, 1.0, 3.0]] {
            let names: Vec<String> = (0..weights.len()).map(|i| format!("way {i}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let race = Race::new(clocks(&names), &weights);
            for i in 0..50_000u64 {
                let exact = exactly_first(mix(i), entries(&race.clocks, &weights));
                assert_eq!((race.pick(mix(i)), race.pick_among(&weights, mix(i))), (exact, exact));
            }
        }
    }

    /// A way made likelier takes cases and loses none; the order of ways does not matter; and where a
    /// way between others gives up a tenth, no more than that goes another way.
    #[test]
    fn a_changed_probability_moves_no_more_than_it_must() {
        let before = Race::new(clocks(&["a", "b", "c", "d"]), &[0.3, 0.2, 0.1, 0.4]);
        let turned = Race::new(clocks(&["d", "c", "b", "a"]), &[0.4, 0.1, 0.2, 0.3]);
        let more = Race::new(clocks(&["a", "b", "c", "d", "new"]), &[0.3, 0.2, 0.1, 0.4, 0.1]);
        let mut moved = 0;
        for i in 0..100_000u64 {
            let (was, is) = (before.pick(mix(i)), more.pick(mix(i)));
            assert_eq!(was, 3 - turned.pick(mix(i)));
            assert!(is == was || is == 4, "only the new way takes cases");
            moved += u32::from(is != was);
        }
        // 0.1 in 1.1 of all: 9,091, sd 91
        assert!((8_600..9_600).contains(&moved), "{moved}");
    }
}
