//! Empirical laws: hazards by way out in bands of duration, by age where ages differ.

use super::joint::{Ended, Obs};
use crate::stats::survival::{Bands, Exposure, Spell, Spells, ZeroLength, shrink_rates};

/// Fewest exits in a band.
const IN_BAND: usize = 20;
/// Most bands.
const MOST: usize = 30;

/// Hazards by way out in bands.
#[derive(Clone, PartialEq, Debug)]
pub struct Banded {
    /// Where bands begin; the first is 0.
    pub breaks: Vec<f64>,
    /// Per day: `rates[way][band]`.
    pub rates: Vec<Vec<f64>>,
    /// Exits: `exits[way][band]`.
    pub exits: Vec<Vec<f64>>,
    /// Time at risk in each band.
    pub time: Vec<f64>,
    /// How many exits count for one, since siblings leave together.
    pub design: f64,
}

/// A stay as a spell of the ways.
pub fn spell(o: &Obs) -> Spell {
    let spell = match o.ended {
        Ended::Open => Spell::censored(o.entry, o.end),
        Ended::Somehow => Spell::exit(o.entry, o.end, 0),
        Ended::By(way) => Spell::exit(o.entry, o.end, way),
    };
    spell.in_cluster(o.cluster)
}

/// Spells of stays; those of no length are taken to last half a day.
pub fn spells(obs: &[Obs]) -> Option<Spells> {
    let raw: Vec<Spell> = obs.iter().map(spell).collect();
    Spells::new(&raw, ZeroLength::Extend(0.5)).ok()
}

/// How many stays of one family end on one day by one way, weighed by stays: the number of stays that count
/// for one.
pub fn design(obs: &[Obs]) -> f64 {
    let mut keys: Vec<(u64, i64, usize)> = (obs.iter())
        .filter_map(|o| match o.ended {
            Ended::By(way) => Some((o.cluster, (2.0 * o.end) as i64, way)),
            _ => None,
        })
        .collect();
    keys.sort_unstable();
    let (mut all, mut squares, mut at) = (0.0, 0.0, 0);
    while let Some(key) = keys.get(at) {
        let same = keys.iter().skip(at).take_while(|k| *k == key).count();
        all += same as f64;
        squares += (same * same) as f64;
        at += same;
    }
    if all > 0.0 { squares / all } else { 1.0 }
}

impl Banded {
    /// Divides the stays so that each band has enough exits.
    pub fn fit(obs: &[Obs], ways: usize) -> Option<Banded> {
        let spells = spells(obs)?;
        let mut ends: Vec<f64> =
            spells.as_slice().iter().filter(|s| s.cause().is_some()).map(|s| s.end()).collect();
        ends.sort_by(f64::total_cmp);
        let bands = (ends.len() / IN_BAND).clamp(1, MOST);
        let mut cuts: Vec<f64> = (1..bands)
            .filter_map(|b| ends.get(b * ends.len() / bands).copied())
            .filter(|c| *c > 0.0)
            .collect();
        cuts.dedup();
        let made = Bands::new(&cuts, &[]).ok()?;
        let seen = Exposure::new(&spells, &made, ways.max(spells.causes())).ok()?;
        let rate = |way: &Vec<f64>| {
            way.iter().zip(&seen.time).map(|(d, t)| if *t > 0.0 { d / t } else { 0.0 }).collect()
        };
        Some(Banded {
            breaks: [0.0].into_iter().chain(cuts).collect(),
            rates: seen.exits.iter().map(rate).collect(),
            exits: seen.exits,
            time: seen.time,
            design: design(obs),
        })
    }

    /// Cumulative hazard of a way at `t`.
    pub fn cumulative_of(&self, way: usize, t: f64) -> f64 {
        let rates = self.rates.get(way).map_or(&[][..], Vec::as_slice);
        let ends = self.breaks.iter().skip(1).copied().chain([f64::INFINITY]);
        let pieces = self.breaks.iter().zip(ends).zip(rates);
        pieces.map(|((from, to), rate)| (t.min(to) - from).max(0.0) * rate).sum()
    }

    /// Share open at `t`, with its error.
    pub fn survival(&self, t: f64) -> (f64, f64) {
        let h: f64 = (0..self.rates.len()).map(|way| self.cumulative_of(way, t)).sum();
        let ends = self.breaks.iter().skip(1).copied().chain([f64::INFINITY]);
        let mut variance = 0.0;
        for (band, (from, to)) in self.breaks.iter().zip(ends).enumerate() {
            let exits: f64 = self.exits.iter().filter_map(|w| w.get(band)).sum();
            let time = self.time.get(band).copied().unwrap_or(0.0);
            if time > 0.0 {
                let part = (t.min(to) - from).max(0.0) / time;
                variance += part * part * exits * self.design;
            }
        }
        let s = libm::exp(-h);
        (s, s * variance.sqrt())
    }

    /// How each group's exits compare with those expected under the bands, drawn towards 1 by as much as
    /// the groups say: `ratios[way][group]` with standard deviations.
    pub fn ratios(
        &self,
        obs: &[Obs],
        groups: usize,
        group: impl Fn(usize) -> Option<usize>,
    ) -> Vec<Vec<(f64, f64)>> {
        (0..self.rates.len())
            .map(|way| {
                let mut cells = vec![(0.0, 0.0); groups];
                for (i, o) in obs.iter().enumerate() {
                    let Some(cell) = group(i).and_then(|g| cells.get_mut(g)) else { continue };
                    cell.1 += self.cumulative_of(way, o.end) - self.cumulative_of(way, o.entry);
                    cell.0 += f64::from(u8::from(o.ended == Ended::By(way)));
                }
                // siblings who leave together are one event
                let scaled: Vec<(f64, f64)> =
                    cells.iter().map(|(d, e)| (d / self.design, e.max(0.0) / self.design)).collect();
                match shrink_rates(&scaled) {
                    Ok(shrunk) => shrunk.cells.iter().map(|c| (c.mean(), c.sd())).collect(),
                    Err(_) => vec![(1.0, 0.0); groups],
                }
            })
            .collect()
    }
}
