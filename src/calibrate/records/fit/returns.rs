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
    /// The state most came back to.
    pub to: Option<usize>,
    /// Days since leaving, share back by then, standard error.
    pub within: Vec<(f64, f64, f64)>,
    /// Who left each year, at the rate seen.
    pub per_year: f64,
}

/// Days at which the share is told.
const AT: [f64; 8] = [28.0, 91.3125, 182.625, 365.25, 730.5, 1_095.75, 1_461.0, 1_826.25];

/// Fewest children still watched at a time that is told.
const LEAST_WATCHED: f64 = 10.0;

/// All exits through which children come back.
pub fn returns(paths: &Paths, days: f64) -> Vec<Return> {
    let of = |exit: usize| paths.left.iter().filter(move |l| l.exit == exit);
    (0..EXITS.len())
        .filter(|e| EXITS.get(*e).is_some_and(|e| e.2))
        .filter_map(|exit| {
            let all: Vec<&Left> = of(exit).collect();
            (!all.is_empty()).then(|| one(exit, &all, days))
        })
        .collect()
}

fn one(exit: usize, all: &[&Left], days: f64) -> Return {
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
    Return {
        exit,
        left: all.len(),
        back: all.iter().filter(|l| l.back.is_some()).count(),
        to: states.iter().max_by_key(|s| s.1).map(|s| s.0),
        within: within.collect(),
        per_year: all.len() as f64 / days * 365.25,
    }
}
