//! Conditions on a case, compiled for speed.

use crate::model::selector::{Condition, Selector};

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
}
