//! The product-limit and cumulative-hazard estimators with delayed entry.
//!
//! Kaplan & Meier (1958); Nelson (1972); Aalen (1978); variance of Greenwood (1926).

use super::bands::{Scale, band};
use super::risk::RiskTable;

/// The estimates just after one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KmRow {
    /// Time on the spells' clock.
    pub time: f64,
    /// Weight at risk just before.
    pub at_risk: f64,
    /// Number of spells at risk just before.
    pub spells: usize,
    /// Weight of exits at this time.
    pub exits: f64,
    /// Weight censored at this time.
    pub censored: f64,
    /// Share still open, given open at the landmark.
    pub survival: f64,
    /// Greenwood's standard error of `survival`; not a number once it is 0.
    pub se: f64,
    /// Nelson-Aalen cumulative hazard since the landmark.
    pub hazard: f64,
    /// Standard error of `hazard` (Aalen's: the sum of exits over risk sets squared).
    pub hazard_se: f64,
}

impl KmRow {
    /// Pointwise interval of the share still open, `z` standard errors wide each way.
    pub fn interval(&self, z: f64, scale: Scale) -> Option<(f64, f64)> {
        band(self.survival, self.se, z, scale)
    }
}

/// A Kaplan-Meier curve with its Nelson-Aalen companion.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// The landmark everything is conditional on.
    pub start: f64,
    /// One row for each time a spell ends.
    pub rows: Vec<KmRow>,
}

impl KaplanMeier {
    /// Exits for every cause together.
    pub fn new(table: &RiskTable) -> Self {
        let (mut survival, mut greenwood, mut hazard, mut variance) = (1.0, 0.0, 0.0, 0.0);
        let rows = table
            .rows
            .iter()
            .map(|row| {
                let (n, d) = (row.at_risk, row.all_exits());
                if d > 0.0 && n > 0.0 {
                    // Dust of weights is nobody.
                    let left = if n - d <= 1e-12 * n { 0.0 } else { n - d };
                    survival *= left / n;
                    greenwood += d / (n * left);
                    hazard += d / n;
                    variance += d / (n * n);
                }
                let se = if survival > 0.0 { survival * greenwood.sqrt() } else { f64::NAN };
                KmRow {
                    time: row.time,
                    at_risk: n,
                    spells: row.spells,
                    exits: d,
                    censored: row.censored,
                    survival,
                    se,
                    hazard,
                    hazard_se: variance.sqrt(),
                }
            })
            .collect();
        Self { start: table.start, rows }
    }

    /// The last row at or before `time`; none before the first.
    pub fn at(&self, time: f64) -> Option<&KmRow> {
        let after = self.rows.partition_point(|r| r.time <= time);
        after.checked_sub(1).and_then(|i| self.rows.get(i))
    }

    /// The first time at which the curve falls to zero while spells are still seen later.
    ///
    /// With delayed entry the first risk sets are tiny, and one exit from a set of one takes the curve
    /// to zero for good. Where this is not `None`, choose a landmark after it.
    pub fn collapses_at(&self) -> Option<f64> {
        let at = self.rows.iter().position(|r| r.survival <= 0.0)?;
        (at + 1 < self.rows.len()).then(|| self.rows.get(at).map(|r| r.time)).flatten()
    }

    /// The first time at which no more than `share` are still open (0.5 for the median); none if the
    /// curve does not come down to it.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        // R adds the same allowance: a median reached exactly must not be missed by rounding.
        let reached = share + 1e-12;
        self.rows.iter().find(|r| r.survival <= reached).map(|r| r.time)
    }

    /// Mean time spent open between the landmark and `until` (area under the curve).
    pub fn restricted_mean(&self, until: f64) -> f64 {
        let (mut area, mut height, mut since) = (0.0, 1.0, self.start);
        for row in self.rows.iter().filter(|r| r.time < until) {
            area += height * (row.time - since).max(0.0);
            height = row.survival;
            since = row.time.max(self.start);
        }
        area + height * (until - since).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, Spells, ZeroLength};
    use super::*;

    fn curve(raw: &[Spell], start: f64) -> KaplanMeier {
        let spells = Spells::new(raw, ZeroLength::Refuse).unwrap();
        KaplanMeier::new(&RiskTable::new(&spells, start).unwrap())
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-14, "{a} against {b}");
    }

    #[test]
    fn five_spells_by_hand() {
        // Ends 1, 2, 2+, 3, 4+ (+ censored).
        let km = curve(
            &[
                Spell::exit(0.0, 1.0, 0),
                Spell::exit(0.0, 2.0, 0),
                Spell::censored(0.0, 2.0),
                Spell::exit(0.0, 3.0, 0),
                Spell::censored(0.0, 4.0),
            ],
            0.0,
        );
        let at_risk: Vec<f64> = km.rows.iter().map(|r| r.at_risk).collect();
        assert_eq!(at_risk, [5.0, 4.0, 2.0, 1.0]);
        // S: 4/5; 4/5·3/4 = 3/5; 3/5·1/2 = 3/10; unchanged.
        for (row, s) in km.rows.iter().zip([0.8, 0.6, 0.3, 0.3]) {
            close(row.survival, s);
        }
        // Greenwood sums: 1/20; +1/12 = 2/15; +1/2 = 19/30.
        for (row, g) in km.rows.iter().zip([0.05_f64, 2.0 / 15.0, 19.0 / 30.0]) {
            close(row.se, row.survival * g.sqrt());
        }
        // Nelson-Aalen: 1/5, 9/20, 19/20; variance 1/25 + 1/16 + 1/4.
        for (row, h) in km.rows.iter().zip([0.2, 0.45, 0.95]) {
            close(row.hazard, h);
        }
        close(km.rows[2].hazard_se, (0.04_f64 + 0.0625 + 0.25).sqrt());
        assert_eq!(km.quantile(0.5), Some(3.0));
        assert_eq!(km.quantile(0.6), Some(2.0));
        assert_eq!(km.quantile(0.1), None);
        // Area to 4: 1 + 0.8 + 0.6 + 0.3.
        close(km.restricted_mean(4.0), 2.7);
        close(km.restricted_mean(2.5), 1.0 + 0.8 + 0.3);
    }

    #[test]
    fn an_early_set_of_one_collapses_the_curve_and_a_landmark_saves_it() {
        let raw = [Spell::exit(1.0, 2.0, 0), Spell::exit(3.0, 5.0, 0), Spell::exit(3.0, 6.0, 0)];
        let km = curve(&raw, 0.0);
        assert_eq!(km.collapses_at(), Some(2.0));
        assert!(km.rows[2].survival == 0.0 && km.rows[2].se.is_nan());
        let later = curve(&raw, 3.0);
        assert_eq!(later.collapses_at(), None);
        close(later.rows[0].survival, 0.5);
        close(later.rows[0].se, (0.25_f64 / 2.0).sqrt());
        close(later.restricted_mean(6.0), 2.0 + 0.5);
    }

    #[test]
    fn a_weight_of_two_is_two_children() {
        let once = curve(&[Spell::exit(0.0, 1.0, 0).weighing(2.0), Spell::censored(0.0, 3.0)], 0.0);
        let twice =
            curve(&[Spell::exit(0.0, 1.0, 0), Spell::exit(0.0, 1.0, 0), Spell::censored(0.0, 3.0)], 0.0);
        close(once.rows[0].survival, twice.rows[0].survival);
        close(once.rows[0].se, twice.rows[0].se);
    }
}
