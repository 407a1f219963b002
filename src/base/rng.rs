//! Keyed random numbers: every draw belongs to a key, so that an added draw disturbs no other.
//!
//! A case carries a 64-bit [`Key`] made from (seed, replication, stream, arrival). A draw is one
//! finaliser over (key, purpose, visit): a counter-based generator in the manner of SplitMix64
//! (Steele, Lea & Flood 2014) with the finaliser's constants of Stafford's variant 13. The
//! scenario is no part of a key, so two scenarios give the same child the same luck.

/// Odd constant nearest to 2^64 / golden ratio: the step between successive visits.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of `x`: every input bit changes each output bit with probability near 1/2.
#[inline]
#[must_use]
pub const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A 64-bit hash of a name (FNV-1a, then [`mix`]): stages and streams are keyed by name, so
/// that their order in the file does not matter.
#[must_use]
pub const fn hash_name(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut h = 0xCBF2_9CE4_8422_2325u64;
    let mut i = 0;
    while i < bytes.len() {
        h = (h ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01B3);
        i += 1;
    }
    mix(h)
}

/// What a draw decides. Made once from names; adding a purpose disturbs no other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purpose(u64);

impl Purpose {
    /// A purpose known by its name alone, such as `"age"`.
    #[must_use]
    pub const fn named(name: &str) -> Purpose {
        Purpose(hash_name(name))
    }

    /// A purpose within something named, such as the stay in stage `support`.
    #[must_use]
    pub const fn within(self, name: &str) -> Purpose {
        Purpose(mix(self.0 ^ hash_name(name).rotate_left(17)))
    }

    /// The purpose numbered `n` of a family of purposes.
    #[must_use]
    pub const fn numbered(self, n: u64) -> Purpose {
        Purpose(mix(self.0.wrapping_add(n.wrapping_mul(STEP)) ^ 0x51_7CC1))
    }
}

/// The identity to which draws belong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Key(pub u64);

impl Key {
    /// The key of one replication of a run with this seed.
    #[must_use]
    pub const fn root(seed: u64, replication: u64) -> Key {
        Key(mix(mix(seed ^ 0x6361_7365_666C_6F77).wrapping_add(replication.wrapping_mul(STEP))))
    }

    /// The key of something inside, told apart by a label.
    #[inline]
    #[must_use]
    pub const fn child(self, label: u64) -> Key {
        Key(mix(self.0 ^ mix(label.wrapping_add(STEP))))
    }

    /// 64 uniform bits for this purpose at its `visit`-th occasion.
    #[inline]
    #[must_use]
    pub const fn bits(self, purpose: Purpose, visit: u64) -> u64 {
        mix(self.0.wrapping_add(purpose.0).wrapping_add(visit.wrapping_mul(STEP)))
    }

    /// A uniform number strictly between 0 and 1.
    #[inline]
    #[must_use]
    pub fn unit(self, purpose: Purpose, visit: u64) -> f64 {
        unit(self.bits(purpose, visit))
    }
}

/// Turns 64 uniform bits into a number strictly between 0 and 1 (the middle of one of 2^52 cells).
#[inline]
#[must_use]
pub fn unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chi-squared over 256 cells of the leading, middle and last byte; the 1 - 1e-7 quantile of
    /// chi-squared with 255 degrees of freedom is 390.
    #[test]
    fn draws_are_uniform_over_cases_purposes_and_visits() {
        let purposes = [Purpose::named("stay").within("support"), Purpose::named("route").within("support")];
        for shift in [56, 28, 0] {
            for (p, purpose) in purposes.iter().enumerate() {
                let mut by_case = [0u32; 256];
                let mut by_visit = [0u32; 256];
                for i in 0..65_536u64 {
                    let key = Key::root(1, 1).child(i);
                    by_case[(key.bits(*purpose, 3) >> shift) as usize & 255] += 1;
                    by_visit[(Key::root(7, 2).bits(*purpose, i) >> shift) as usize & 255] += 1;
                }
                for cells in [by_case, by_visit] {
                    let chi2: f64 = cells.iter().map(|&n| (f64::from(n) - 256.0).powi(2) / 256.0).sum();
                    assert!(chi2 < 390.0 && chi2 > 155.0, "shift {shift} purpose {p}: {chi2}");
                }
            }
        }
    }

    /// Flipping any input bit flips each output bit with probability 1/2: over 4,096 keys the
    /// share lies within 0.5 +- 0.05 (6.4 standard deviations) for all 64 x 64 pairs.
    #[test]
    fn every_key_bit_reaches_every_output_bit() {
        let purpose = Purpose::named("stay");
        let mut flips = vec![0u32; 64 * 64];
        for i in 0..4096u64 {
            let key = Key(mix(i ^ 0xABCD));
            let base = key.bits(purpose, 0);
            for b in 0..64 {
                let diff = base ^ Key(key.0 ^ (1 << b)).bits(purpose, 0);
                for o in 0..64 {
                    flips[b * 64 + o] += (diff >> o & 1) as u32;
                }
            }
        }
        for (at, &n) in flips.iter().enumerate() {
            let share = f64::from(n) / 4096.0;
            assert!((share - 0.5).abs() < 0.05, "bits {} -> {}: {share}", at / 64, at % 64);
        }
    }

    /// Serial correlation of neighbouring visits, cases and purposes: |r| < 5 / sqrt(n).
    #[test]
    fn neighbouring_draws_are_uncorrelated() {
        let n = 40_000u64;
        let (stay, route) = (Purpose::named("stay"), Purpose::named("route"));
        let root = Key::root(42, 0);
        type Draw = fn(Key, Purpose, Purpose, u64) -> (f64, f64);
        let pairs: [Draw; 3] = [
            |k, s, _, i| (k.unit(s, i), k.unit(s, i + 1)),
            |k, s, _, i| (k.child(i).unit(s, 0), k.child(i + 1).unit(s, 0)),
            |k, s, r, i| (k.child(i).unit(s, 0), k.child(i).unit(r, 0)),
        ];
        for pair in pairs {
            let sum: f64 =
                (0..n).map(|i| pair(root, stay, route, i)).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
            let r = 12.0 * sum / n as f64;
            assert!(r.abs() < 5.0 / (n as f64).sqrt(), "{r}");
        }
    }

    #[test]
    fn unit_is_inside_the_open_interval() {
        assert!(unit(0) > 0.0);
        assert!(unit(u64::MAX) < 1.0);
    }

    /// Pinned for ever: a change here changes every published run.
    #[test]
    fn first_values_are_stable() {
        let key = Key::root(1, 0).child(hash_name("contacts"));
        assert_eq!(mix(1), 0x5692_161D_100B_05E5);
        assert_eq!([key.0, key.bits(Purpose::named("stay"), 0)], GOLDEN);
    }
    const GOLDEN: [u64; 2] = [1_818_885_498_435_037_794, 15_378_687_112_648_793_248];
}
