//! Coming back after leaving: the share that has, by time since.

use super::paths::{EXITS, Left, Paths};
use crate::stats::survival::{KaplanMeier, RiskTable, Spell, Spells, ZeroLength};

/// Coming back through one exit.
#[derive(Clone, PartialEq, Debug)]
pub struct Return {
    /// The exit, by place in [`EXITS`].
    pub exit: usize,
    /// Children who left this way.
    pub left: usize,
    /// Who were seen to come back.
    pub back: usize,
    /// States come back to, with how many children, most first.
    pub to: Vec<(usize, usize)>,
    /// Days since leaving, share back by then, standard error.
    pub within: Vec<(f64, f64, f64)>,
    /// Who left each year, at the rate seen.
    pub per_year: f64,
}

/// Children who left this way before the records began and come back in them: they look new.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Unseen {
    /// States come back to, with their shares.
    to: Vec<(usize, f64)>,
    /// Children who left each day.
    leaving: f64,
    /// Time since leaving and the share then still away, of those who come back within the last of these.
    away: Vec<(f64, f64)>,
    /// Relative variance of their number.
    variance: f64,
    /// Children who come back together.
    together: f64,
}

impl Unseen {
    /// Children back in a state on a day of the records, expected; and of how many families.
    pub(super) fn on(&self, state: usize, day: f64) -> (f64, f64) {
        let share: f64 = self.to.iter().filter(|t| t.0 == state).map(|t| t.1).sum();
        let at = self.away.partition_point(|a| a.0 <= day);
        let away = match at.checked_sub(1).and_then(|i| self.away.get(i)) {
            Some(a) => a.1,
            None => self.away.first().map_or(0.0, |a| a.1),
        };
        let children = share * self.leaving * away;
        (children, children / self.together)
    }

    /// Relative variance of those numbers, all days together.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }
}

/// Days at which the share is told.
const AT: [f64; 8] = [28.0, 91.3125, 182.625, 365.25, 730.5, 1_095.75, 1_461.0, 1_826.25];

/// Fewest children still watched at a time that is told.
const LEAST_WATCHED: f64 = 10.0;

/// All exits through which children come back, and who came back unseen.
pub(super) fn returns(paths: &Paths, days: f64) -> (Vec<Return>, Vec<Unseen>) {
    let of = |exit: usize| paths.left.iter().filter(move |l| l.exit == exit);
    (0..EXITS.len())
        .filter(|e| EXITS.get(*e).is_some_and(|e| e.2))
        .filter_map(|exit| {
            let all: Vec<&Left> = of(exit).collect();
            (!all.is_empty()).then(|| one(exit, &all, days))
        })
        .unzip()
}

fn one(exit: usize, all: &[&Left], days: f64) -> (Return, Unseen) {
    let raw: Vec<Spell> = (all.iter())
        .map(|l| match l.back {
            Some((gap, _)) => Spell::exit(0.0, gap as f64, 0),
            None => Spell::censored(0.0, l.watched as f64),
        })
        .collect();
    let mut states: Vec<(usize, usize)> = Vec::new();
    for (_, state) in all.iter().filter_map(|l| l.back) {
        match states.iter_mut().find(|s| s.0 == state) {
            Some(s) => s.1 += 1,
            None => states.push((state, 1)),
        }
    }
    let curve = Spells::new(&raw, ZeroLength::Extend(0.5))
        .ok()
        .and_then(|s| RiskTable::new(&s, 0.0).ok())
        .map(|t| KaplanMeier::new(&t));
    // families who come back together come back once
    let mut keys: Vec<(u64, i64)> = all.iter().filter_map(|l| Some((l.cluster, l.day + l.back?.0))).collect();
    keys.sort_unstable();
    let (mut back, mut squares, mut at) = (0.0, 0.0, 0);
    while let Some(key) = keys.get(at) {
        let same = keys.iter().skip(at).take_while(|k| *k == key).count();
        back += same as f64;
        squares += (same * same) as f64;
        at += same;
    }
    let design: f64 = if back > 0.0 { squares / back } else { 1.0 };
    let within = AT.iter().filter_map(|at| {
        let row = curve.as_ref()?.at(*at)?;
        let watched = raw.iter().filter(|s| s.end() >= *at).count() as f64;
        (watched >= LEAST_WATCHED).then_some((*at, 1.0 - row.survival, row.se * design.sqrt()))
    });
    let count = all.iter().filter(|l| l.back.is_some()).count();
    states.sort_by_key(|s| (std::cmp::Reverse(s.1), s.0));
    let watched = |at: f64| raw.iter().filter(|s| s.end() >= at).count() as f64 >= LEAST_WATCHED;
    let unseen = Unseen {
        to: states.iter().map(|s| (s.0, s.1 as f64 / count.max(1) as f64)).collect(),
        leaving: all.len() as f64 / days,
        away: curve.as_ref().map_or(Vec::new(), |c| away(c, days, watched)),
        variance: curve.as_ref().map_or(0.0, |c| uncertain(c, days, watched)) * design
            + 1.0 / all.len() as f64,
        together: if back > 0.0 { (count as f64 / back_together(&keys)).max(1.0) } else { 1.0 },
    };
    let told = Return {
        exit,
        left: all.len(),
        back: count,
        to: states,
        within: within.collect(),
        per_year: all.len() as f64 / days * 365.25,
    };
    (told, unseen)
}

/// Families who came back, of keys in order.
fn back_together(keys: &[(u64, i64)]) -> f64 {
    keys.chunk_by(|a, b| a == b).count() as f64
}

/// The curve as far as enough are watched and the records go: times, and shares that are still to come back.
fn away(curve: &KaplanMeier, days: f64, watched: impl Fn(f64) -> bool) -> Vec<(f64, f64)> {
    let rows: Vec<(f64, f64)> = (curve.rows.iter())
        .take_while(|r| r.time <= days && watched(r.time))
        .filter(|r| r.exits > 0.0)
        .map(|r| (r.time, r.survival))
        .collect();
    let never = rows.last().map_or(1.0, |r| r.1);
    [(0.0, 1.0)].into_iter().chain(rows).map(|(t, s)| (t, s - never)).collect()
}

/// Relative variance of the area A between the curve and its last value W away: an exit at u moves A by
/// as much as the area after u, and each adds d / (n (n - d)) to the variance of log S (Greenwood).
fn uncertain(curve: &KaplanMeier, days: f64, watched: impl Fn(f64) -> bool) -> f64 {
    let rows: Vec<_> = (curve.rows.iter())
        .take_while(|r| r.time <= days && watched(r.time))
        .filter(|r| r.exits > 0.0)
        .collect();
    let Some(last) = rows.last() else { return 0.0 };
    let (mut after, mut next, mut variance) = (0.0, last.time, 0.0);
    for r in rows.iter().rev() {
        after += (next - r.time) * r.survival;
        next = r.time;
        // A changes by this for a change of log S from here on
        let slope = after - last.time * last.survival;
        let left = r.at_risk - r.exits;
        if left > 0.0 {
            variance += slope * slope * r.exits / (r.at_risk * left);
        }
    }
    let area = after + next - last.time * last.survival;
    if area > 0.0 { variance / (area * area) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 40, 10 are back at day 10 and 10 at day 30, nobody is lost: away 1 to day 10, .75 to 30,
    /// .5 then. Area over .5: 10 * .5 + 20 * .25 = 10. An exit at 10 moves it by 20 * .75 - 30 * .5 = 0, one
    /// at 30 by -15: relative variance 225 * (10 / (30 * 20)) / 100.
    #[test]
    fn those_unseen_by_hand() {
        let raw: Vec<Spell> = (0..40)
            .map(|i| match i {
                0..10 => Spell::exit(0.0, 10.0, 0),
                10..20 => Spell::exit(0.0, 30.0, 0),
                _ => Spell::censored(0.0, 400.0),
            })
            .collect();
        let spells = Spells::new(&raw, ZeroLength::Refuse).unwrap();
        let curve = KaplanMeier::new(&RiskTable::new(&spells, 0.0).unwrap());
        assert_eq!(away(&curve, 400.0, |_| true), [(0.0, 0.5), (10.0, 0.25), (30.0, 0.0)]);
        assert!((uncertain(&curve, 400.0, |_| true) - 225.0 / 60.0 / 100.0).abs() < 1e-12);
        let unseen = Unseen {
            to: vec![(2, 0.5)],
            leaving: 4.0,
            away: away(&curve, 400.0, |_| true),
            variance: 0.0,
            together: 2.0,
        };
        assert_eq!(unseen.on(2, 5.0), (1.0, 0.5));
        assert_eq!(unseen.on(2, 12.0), (0.5, 0.25));
        assert_eq!(unseen.on(1, 5.0), (0.0, 0.0));
    }
}
