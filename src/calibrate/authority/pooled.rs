//! Shares that are the same law year after year, estimated from a council's whole series with drift.
//!
//! A local level (Harrison and Stevens 1976; Durbin and Koopman 2012, chapter 2): the share wanders from year to year (lasting
//! change), each year's return misses it (passing change), and chance adds to that. Both changes are those of all councils,
//! told apart by how much further apart returns of two years are than those of one: over k years the squared difference
//! grows with k times the lasting change and twice the passing. Variances are in units of p(1 - p), so that one number serves
//! all bands of a law.

/// Share of the largest squared differences left out: breaks in a series are no change of the share.
const TRIMMED: f64 = 0.05;
/// Fewest differences learnt from.
const FEWEST: usize = 40;
/// Least and most lasting change: nothing is for ever, and nothing is new every year.
const LASTING: (f64, f64) = (2e-5, 0.05);
/// Most passing change.
const PASSING: f64 = 0.1;

/// The bands of one year.
#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    /// Year to March.
    pub year: i32,
    /// Share of each band; they add to 1.
    pub share: Vec<f64>,
    /// How many they are shares of.
    pub of: f64,
}

/// How shares vary from year to year over all councils, in units of p(1 - p).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Variation {
    /// Variance that a year adds for good.
    pub lasting: f64,
    /// Variance of one year's return about the share, beyond chance.
    pub passing: f64,
}

/// What the series says of the share in a year.
#[derive(Clone, PartialEq, Debug)]
pub struct Pooled {
    /// Share of each band.
    pub share: Vec<f64>,
    /// Variance of what is not known of it, in units of p(1 - p).
    pub unknown: f64,
    /// What each year weighs; they add to 1.
    pub weights: Vec<(i32, f64)>,
    /// How shares vary.
    pub variation: Variation,
}

impl Variation {
    /// Learnt from the series of all councils.
    pub fn learn(all: &[Vec<Observed>]) -> Variation {
        let excess = |lag: i32| trimmed_mean(all.iter().flat_map(|s| differences(s, lag)).collect());
        let (Some(one), Some(two)) = (excess(1), excess(2)) else {
            return Variation { lasting: 0.004, passing: 0.004 };
        };
        let lasting = (two - one).clamp(LASTING.0, LASTING.1);
        Variation { lasting, passing: (0.5 * (one - lasting)).clamp(0.0, PASSING) }
    }

    /// In words: standard deviations of a share of this size, in percentage points a year; `times` if what is spoken of is so
    /// many times the share.
    pub fn words(&self, share: f64, times: f64) -> String {
        let points = |v: f64| times * 100.0 * (v * share * (1.0 - share)).max(0.0).sqrt();
        format!(
            "over all councils it changes by {:.1} points a year for good and {:.1} in passing",
            points(self.lasting),
            points(self.passing)
        )
    }
}

/// Squared differences of two returns `lag` years apart beyond chance, in units of p(1 - p).
fn differences(series: &[Observed], lag: i32) -> Vec<f64> {
    let pair = |a: &Observed| {
        let b = series.iter().find(|b| b.year == a.year + lag && b.share.len() == a.share.len())?;
        let (mut squares, mut scale) = (0.0, 0.0);
        for (x, y) in a.share.iter().zip(&b.share) {
            let p = 0.5 * (x + y);
            squares += (x - y) * (x - y);
            scale += p * (1.0 - p);
        }
        (scale > 1e-9 && a.of > 30.0 && b.of > 30.0).then(|| squares / scale - 1.0 / a.of - 1.0 / b.of)
    };
    series.iter().filter_map(pair).collect()
}

fn trimmed_mean(mut x: Vec<f64>) -> Option<f64> {
    if x.len() < FEWEST {
        return None;
    }
    x.sort_by(f64::total_cmp);
    let kept = x.len() - (TRIMMED * x.len() as f64) as usize;
    Some(x.iter().take(kept).sum::<f64>() / kept as f64)
}

/// The share in `year`, filtered from the years up to it; none of an empty series.
pub fn pooled(series: &[Observed], year: i32, variation: Variation) -> Option<Pooled> {
    let bands = series.last()?.share.len();
    let mut share = vec![0.0; bands];
    let mut weights: Vec<(i32, f64)> = Vec::new();
    let (mut unknown, mut last) = (0.0, year);
    for o in series.iter().filter(|o| o.year <= year && o.share.len() == bands && o.of > 0.0) {
        let seen = variation.passing + 1.0 / o.of;
        let gain = if weights.is_empty() {
            1.0
        } else {
            unknown += variation.lasting * f64::from((o.year - last).max(1));
            unknown / (unknown + seen)
        };
        share.iter_mut().zip(&o.share).for_each(|(s, x)| *s += gain * (x - *s));
        weights.iter_mut().for_each(|w| w.1 *= 1.0 - gain);
        weights.push((o.year, gain));
        unknown = gain * seen;
        last = o.year;
    }
    unknown += variation.lasting * f64::from((year - last).max(0));
    (!weights.is_empty()).then_some(Pooled { share, unknown, weights, variation })
}

impl Pooled {
    /// As many cases of chance alone would leave as much unknown.
    pub fn worth(&self) -> f64 {
        1.0 / self.unknown.max(1e-6)
    }

    /// Which years and how, in words; `share` is the one spoken of, or what is spoken of is `times` the share.
    pub fn words(&self, share: f64, times: f64) -> String {
        let weighed = |w: &(i32, f64)| format!("{} {:.0} %", w.0, 100.0 * w.1);
        let (Some(first), Some(last)) = (self.weights.first(), self.weights.last()) else {
            return String::new();
        };
        if first.0 == last.0 {
            return format!("the year to March {} alone", last.0);
        }
        let top: Vec<String> = self.weights.iter().rev().take(3).map(weighed).collect();
        let least = if self.weights.len() > 3 { ", earlier years less" } else { "" };
        format!(
            "years to March {} to {} pooled, weighing {}{least}; {}",
            first.0,
            last.0,
            top.join(", "),
            self.variation.words(share, times)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(year: i32, p: f64, of: f64) -> Observed {
        Observed { year, share: vec![p, 1.0 - p], of }
    }

    /// By hand: no change at all and equal counts give the plain mean; nothing but lasting change gives the last year.
    #[test]
    fn weights_by_hand() {
        let series = [year(2020, 0.1, 100.0), year(2021, 0.2, 100.0), year(2022, 0.6, 100.0)];
        let p = pooled(&series, 2022, Variation { lasting: 0.0, passing: 0.0 }).unwrap();
        assert!((p.share[0] - 0.3).abs() < 1e-12, "{p:?}");
        assert!((p.worth() - 300.0).abs() < 1e-6);
        let p = pooled(&series, 2022, Variation { lasting: 1e9, passing: 0.0 }).unwrap();
        assert!((p.share[0] - 0.6).abs() < 1e-6, "{p:?}");
        // two years, chance 0.01 each and lasting 0.01: gain (0.01 + 0.01) / (0.02 + 0.01) = 2/3
        let p = pooled(&series[..2], 2021, Variation { lasting: 0.01, passing: 0.0 }).unwrap();
        assert!((p.share[0] - (0.1 + 0.1 * 2.0 / 3.0)).abs() < 1e-12, "{p:?}");
        assert!((p.weights.iter().map(|w| w.1).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    /// Councils whose share wanders and is missed by known amounts: both variances come back.
    #[test]
    fn lasting_and_passing_change_are_told_apart() {
        use crate::base::rng::{Key, Purpose};
        use crate::stats::special::normal_quantile;
        let (purpose, root) = (Purpose::named("normal"), Key::root(7, 0));
        let (lasting, passing, p): (f64, f64, f64) = (0.002, 0.001, 0.3);
        let all: Vec<Vec<Observed>> = (0..400)
            .map(|c| {
                let z = |n: u64| normal_quantile(root.child(c).unit(purpose, n));
                let mut level = p;
                (0..10)
                    .map(|y| {
                        level += z(2 * y) * (lasting * p * (1.0 - p)).sqrt();
                        let seen = level + z(2 * y + 1) * (passing * p * (1.0 - p)).sqrt();
                        year(2010 + y as i32, seen, 1e9)
                    })
                    .collect()
            })
            .collect();
        let v = Variation::learn(&all);
        // trimming the largest twentieth takes a sixth or so away
        assert!((0.0012..0.0024).contains(&v.lasting) && (0.0005..0.0014).contains(&v.passing), "{v:?}");
    }
}
