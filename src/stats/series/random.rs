//! Keyed random numbers for forecast paths.
//!
//! A draw is a pure function of (seed, series, path, step): nothing is carried from one draw to
//! the next, so any number of threads, in any order, gives identical paths. The finaliser is that
//! of SplitMix64 (Steele, Lea & Flood 2014); the normal quantile is algorithm AS 241
//! (Wichura 1988), accurate to about 1e-16.

/// The finaliser of SplitMix64: a bijection of 64-bit words with full avalanche.
#[must_use]
pub const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Folds one more word into a key.
#[must_use]
pub const fn fold(key: u64, word: u64) -> u64 {
    mix(key.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_add(mix(word.wrapping_add(0x9e37_79b9_7f4a_7c15))))
}

/// A uniform number strictly between 0 and 1 for a folded key (53 bits, centred in its cell).
#[must_use]
pub fn uniform(key: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let bits = (mix(key) >> 11) as f64;
    (bits + 0.5) / 9_007_199_254_740_992.0
}

/// Fills `out` with standard normal numbers of one path of one series.
pub fn normals(seed: u64, series: u64, path: u64, out: &mut [f64]) {
    let key = fold(fold(mix(seed), series), path);
    for (step, value) in out.iter_mut().enumerate() {
        *value = normal_quantile(uniform(fold(key, step as u64)));
    }
}

/// Ratio of two polynomials in `x`, coefficients from the constant upwards.
fn ratio(x: f64, top: &[f64; 8], bottom: &[f64; 8]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, &k| sum * x + k);
    horner(top) / horner(bottom)
}

/// The standard normal quantile of probability `p`; infinite at 0 and 1, NaN outside.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(0.180_625 - q * q, &CENTRE.0, &CENTRE.1);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-libm::log(tail)).sqrt();
    let size = if r <= 5.0 { ratio(r - 1.6, &MIDDLE.0, &MIDDLE.1) } else { ratio(r - 5.0, &FAR.0, &FAR.1) };
    size.copysign(q)
}

type Coefficients = ([f64; 8], [f64; 8]);

#[allow(clippy::excessive_precision)]
const CENTRE: Coefficients = (
    [
        3.387_132_872_796_366_608,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561e3,
    ],
);
#[allow(clippy::excessive_precision)]
const MIDDLE: Coefficients = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);
#[allow(clippy::excessive_precision)]
const FAR: Coefficients = (
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_inverts_the_error_function() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        for i in 1..400 {
            let p = f64::from(i) / 400.0;
            let z = normal_quantile(p);
            let back = 0.5 * libm::erfc(-z / core::f64::consts::SQRT_2);
            assert!((back - p).abs() < 1e-14, "{p} {back}");
        }
        for p in [1e-300, 1e-100, 1e-20, 1e-12, 1e-8] {
            let back = 0.5 * libm::erfc(-normal_quantile(p) / core::f64::consts::SQRT_2);
            assert!((back / p - 1.0).abs() < 1e-11, "{p} {back}");
        }
        assert!(normal_quantile(2.0).is_nan());
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    }

    #[test]
    fn the_finaliser_is_splitmix() {
        // The first output of SplitMix64 from seed 0, as published.
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn draws_depend_on_the_key_alone_and_are_normal() {
        let mut one = [0.0; 24];
        let mut two = [0.0; 12];
        normals(7, 3, 11, &mut one);
        normals(7, 3, 11, &mut two);
        assert_eq!(one[..12], two);
        let (mut sum, mut squares, mut cross) = (0.0, 0.0, 0.0);
        let paths = 5_000;
        for path in 0..paths {
            normals(1, 0, path, &mut one);
            sum += one.iter().sum::<f64>();
            squares += one.iter().map(|z| z * z).sum::<f64>();
            cross += one.windows(2).map(|w| w[0] * w[1]).sum::<f64>();
        }
        let n = 24.0 * paths as f64;
        // Standard errors: mean 1/sqrt(n), variance sqrt(2/n), lag-one covariance about 1/sqrt(n).
        assert!((sum / n).abs() < 5.0 / n.sqrt());
        assert!((squares / n - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
        assert!((cross / n).abs() < 5.0 / n.sqrt());
    }
}
