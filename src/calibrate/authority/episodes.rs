//! How long episodes of need last: those that end in a year, and those open on 31 March by stage.

use super::borrow::{Reader, Shares};

/// Episodes ended in a year by length, in per cent.
pub(super) const ENDED: [&str; 5] = [
    "cin_ended_le3m_pct",
    "cin_ended_3_6m_pct",
    "cin_ended_6_12m_pct",
    "cin_ended_1_2y_pct",
    "cin_ended_2yplus_pct",
];
/// Episodes open on 31 March by length, in per cent.
pub(super) const OPEN: [&str; 5] = [
    "cin_open_le3m_pct",
    "cin_open_3_6m_pct",
    "cin_open_6_12m_pct",
    "cin_open_1_2y_pct",
    "cin_open_2yplus_pct",
];
/// Where each band ends; the last is not published.
pub(super) const EDGES: [&str; 5] = ["3 months", "6 months", "12 months", "24 months", "72 months"];

/// How long episodes have been open, stage by stage, before they are set to the bands published for all: what only that stage's
/// own length and what usually comes before it say. Judgement.
const USUAL: [(&str, [f64; 5]); 10] = [
    ("assessment", [1.0, 0.0, 0.0, 0.0, 0.0]),
    ("reassessment", [0.05, 0.34, 0.35, 0.22, 0.04]),
    ("section_47", [0.7, 0.12, 0.11, 0.06, 0.01]),
    ("child_in_need", [0.24, 0.31, 0.29, 0.14, 0.02]),
    ("disabled", [0.04, 0.05, 0.09, 0.14, 0.68]),
    ("child_protection", [0.18, 0.26, 0.35, 0.19, 0.02]),
    ("closing", [0.34, 0.3, 0.23, 0.11, 0.02]),
    ("kept_open", [0.01, 0.02, 0.05, 0.1, 0.82]),
    ("care", [0.06, 0.07, 0.12, 0.18, 0.57]),
    ("care_leaver", [0.0, 0.0, 0.0, 0.05, 0.95]),
];

/// Rounds of setting rows and columns in turn.
const ROUNDS: usize = 60;

/// Lengths of episodes.
#[derive(Clone, PartialEq, Debug)]
pub struct Episodes {
    /// Shares of episodes ended, as a law that holds from year to year.
    pub ended: Shares,
    /// Shares of episodes open at the start.
    pub open: Shares,
}

impl Episodes {
    /// `before` reads the state at the start.
    pub(super) fn fit(reader: &Reader<'_>, before: &Reader<'_>) -> Episodes {
        Episodes { ended: reader.pooled(&ENDED), open: before.shares(&OPEN) }
    }

    /// Episodes kept open without a plan, of `besides` that are in no other part of the return: as many as leave the published
    /// number of long episodes when what is usual in the other stages (`long`, by name, in children) is taken away.
    pub(super) fn kept(&self, all: f64, long: &[(&str, f64)], besides: f64) -> f64 {
        let last = |name: &str| USUAL.iter().find(|u| u.0 == name).map_or(0.0, |u| u.1[4]);
        let published = all * self.open.share.get(4).copied().unwrap_or(0.0);
        let known: f64 = long.iter().map(|(name, n)| last(name) * n).sum();
        let (kept, closing) = (last("kept_open"), last("closing"));
        // kept * k + closing * (besides - k) = published - known
        ((published - known - closing * besides) / (kept - closing)).clamp(0.0, besides.max(0.0))
    }

    /// Shares of the bands in each stage (`cases` by name, in children), so that all together have the bands published: the
    /// usual shares, rows and columns set in turn (iterative proportional fitting; Deming and Stephan 1940). Bands that no stage
    /// has keep what they have.
    pub(super) fn by_stage(&self, cases: &[(&'static str, f64)]) -> Vec<(&'static str, [f64; 5])> {
        let usual = |name: &str| USUAL.iter().find(|u| u.0 == name).map_or([0.2; 5], |u| u.1);
        let all: f64 = cases.iter().map(|c| c.1).sum();
        let mut cells: Vec<[f64; 5]> = cases.iter().map(|(name, n)| usual(name).map(|s| s * n)).collect();
        for _ in 0..ROUNDS {
            for band in 0..5 {
                let wanted = all * self.open.share.get(band).copied().unwrap_or(0.2);
                let found: f64 = cells.iter().map(|row| row[band]).sum();
                if found > 1e-9 && wanted > 1e-9 {
                    cells.iter_mut().for_each(|row| row[band] *= wanted / found);
                }
            }
            for (row, (_, n)) in cells.iter_mut().zip(cases) {
                let found: f64 = row.iter().sum();
                if found > 1e-9 {
                    row.iter_mut().for_each(|x| *x *= n / found);
                }
            }
        }
        cases.iter().zip(cells).map(|((name, n), row)| (*name, row.map(|x| x / n.max(1e-9)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::authority::number::Grade;

    /// Stages that together have the bands published, each still with all its children; an assessment stays in the first band.
    #[test]
    fn bands_of_all_are_met_stage_by_stage() {
        let share = vec![0.3, 0.12, 0.14, 0.14, 0.3];
        let open = Shares {
            share: share.clone(),
            grade: Grade::Measured,
            source: String::new(),
            note: String::new(),
        };
        let episodes = Episodes { ended: open.clone(), open };
        let cases = [("assessment", 300.0), ("child_in_need", 800.0), ("care", 500.0), ("disabled", 200.0)];
        let found = episodes.by_stage(&cases);
        for (band, wanted) in share.iter().enumerate() {
            let all: f64 = found.iter().zip(cases).map(|((_, s), (_, n))| s[band] * n).sum();
            assert!((all / 1800.0 - wanted).abs() < 1e-3, "{band}: {all}");
        }
        for (name, s) in &found {
            assert!((s.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{name}");
        }
        assert!(found[0].1[0] > 0.999_999);
    }
}
