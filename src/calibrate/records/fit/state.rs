//! Everything estimated of one state.

use super::super::episode::Stage;
use super::bands::{design, spells};
use super::effects::{Effects, effects};
use super::joint::{Ended, Joint, Obs};
use super::laws::{Choice, Law, choose};
use super::paths::{Paths, Settings, State, Stay, To};
use crate::stats::survival::{ErrorKind, IncidenceRow, KaplanMeier, RiskTable, incidence};

/// A way out of a state.
#[derive(Clone, PartialEq, Debug)]
pub struct Way {
    /// Where to.
    pub to: To,
    /// Exits that way.
    pub exits: usize,
    /// Share of stays that end that way, those ended by age left aside.
    pub share: f64,
    /// Its standard error, allowing for families.
    pub se: f64,
}

/// A share still open, as observed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Curve {
    /// Days.
    pub time: f64,
    /// At risk just before.
    pub at_risk: f64,
    /// Share open (Kaplan-Meier).
    pub open: f64,
    /// Greenwood's standard error.
    pub se: f64,
}

/// How the chosen law did on stays it was not shown.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldOut {
    /// Days of the records after which nothing was shown.
    pub cut: i64,
    /// Exits after it.
    pub exits: usize,
    /// The law chosen on what was shown.
    pub law: String,
    /// Log score for each exit, higher is better.
    pub score: f64,
    /// That of an exponential.
    pub exponential: f64,
    /// Exits expected after the cut, given who was there.
    pub expected: f64,
    /// Exits that came.
    pub observed: f64,
    /// Standard error of their difference if the law is right.
    pub se: f64,
}

/// The estimates of a state.
#[derive(Clone, PartialEq, Debug)]
pub struct StateFit {
    /// Its place among the states.
    pub at: usize,
    /// The state.
    pub state: State,
    /// Stays watched.
    pub stays: usize,
    /// Stays that were open when watching began.
    pub late: usize,
    /// Stays that ended.
    pub exits: usize,
    /// Stays ended by the child's age, which count as censored.
    pub by_age: usize,
    /// Stays that began and ended on one day.
    pub same_day: usize,
    /// Exits by ways too few to be told apart.
    pub folded: usize,
    /// Ways out, the most common first.
    pub ways: Vec<Way>,
    /// The law.
    pub choice: Choice,
    /// As observed.
    pub curve: Vec<Curve>,
    /// Where the observed curve begins, given open until then: later than 0 if the first sets at risk are
    /// too small.
    pub landmark: f64,
    /// Cumulative incidence by way with errors (Aalen-Johansen).
    pub incidence: Vec<IncidenceRow>,
    /// Which errors those are.
    pub errors: ErrorKind,
    /// Effects of age and need.
    pub effects: Option<Effects>,
    /// For hazards in bands: by way, the ratio of each age band with its error.
    pub by_age_band: Vec<Vec<(f64, f64)>>,
    /// The check on later stays.
    pub held_out: Option<HeldOut>,
    /// Stays that count for one.
    pub design: f64,
}

/// Most products of spells and times for which clustered errors of incidence are worked out.
const MOST_JACKKNIFE: usize = 3_000_000;
/// Points kept of a curve.
const POINTS: usize = 400;

impl StateFit {
    /// Fits a state.
    pub fn new(paths: &Paths, at: usize, settings: &Settings) -> Option<StateFit> {
        let state = paths.states.get(at)?.clone();
        let stays: Vec<&Stay> = paths.stays.iter().filter(|s| s.state == at).collect();
        if stays.is_empty() {
            return None;
        }
        let (ways, folded) = ways(&stays, settings.least);
        let obs = observations(&stays, &ways);
        let instant = state.instant();
        let reviewed = state.stage == Some(Stage::ChildProtection);
        let choice = if instant {
            let why = "it is an instant".to_string();
            Choice { law: Law::Instant, tried: Vec::new(), why }
        } else {
            choose(&obs, ways.len(), reviewed)
        };
        let (curve, landmark) = if instant { (Vec::new(), 0.0) } else { curve(&obs) };
        let (incidence, errors) =
            if instant { (Vec::new(), ErrorKind::Greenwood) } else { cumulative(&obs, landmark) };
        // effects on the length are of the law that was chosen, where it is one for all ways out
        let family = match &choice.law {
            Law::One(joint) => Some(joint.law(0).0),
            _ => None,
        };
        let effects = effects(&state, &stays, &obs, ways.len(), family);
        let by_age_band = match &choice.law {
            Law::Bands(b) => b.ratios(&obs, super::effects::AGES.len(), |i| {
                stays.get(i).and_then(|s| s.age).and_then(super::effects::age_band)
            }),
            _ => Vec::new(),
        };
        let held_out = if instant || !settings.check {
            None
        } else {
            held_out(&stays, &obs, paths, ways.len(), reviewed)
        };
        Some(StateFit {
            at,
            stays: stays.len(),
            late: stays.iter().filter(|s| s.entry > 0.0).count(),
            exits: obs.iter().filter(|o| o.ended != Ended::Open).count(),
            by_age: stays.iter().filter(|s| s.by_age).count(),
            same_day: stays.iter().filter(|s| s.ended && s.end == s.entry).count(),
            folded,
            ways: with_shares(ways, &obs),
            choice,
            curve,
            landmark,
            incidence,
            errors,
            effects,
            by_age_band,
            held_out,
            design: design(&obs),
            state,
        })
    }

    /// Law and shares of the reference group: those of the effects where the law is one for all.
    pub fn joint(&self) -> Option<&Joint> {
        self.effects.as_ref().map(|e| &e.joint)
    }
}

/// Ways out with their exits, those with fewer than `least` left out; and how many exits those had.
fn ways(stays: &[&Stay], least: usize) -> (Vec<(To, usize)>, usize) {
    let mut found: Vec<(To, usize)> = Vec::new();
    for to in stays.iter().filter(|s| !s.by_age).filter_map(|s| s.to) {
        match found.iter_mut().find(|f| f.0 == to) {
            Some(f) => f.1 += 1,
            None => found.push((to, 1)),
        }
    }
    found.sort_by_key(|f| (std::cmp::Reverse(f.1), f.0));
    let kept: Vec<(To, usize)> = found.iter().copied().filter(|f| f.1 >= least).collect();
    let kept = if kept.is_empty() { found.iter().copied().take(1).collect() } else { kept };
    let folded = found.iter().filter(|f| !kept.contains(f)).map(|f| f.1).sum();
    (kept, folded)
}

/// Stays as the likelihood sees them; exits by ways not told apart go with the most common.
fn observations(stays: &[&Stay], ways: &[(To, usize)]) -> Vec<Obs> {
    (stays.iter())
        .map(|s| {
            let ended = match s.to.filter(|_| !s.by_age) {
                None => Ended::Open,
                Some(to) => Ended::By(ways.iter().position(|w| w.0 == to).unwrap_or(0)),
            };
            Obs {
                entry: s.entry,
                end: s.end,
                ended,
                cluster: s.cluster,
                bends: Vec::new(),
                tilts: Vec::new(),
            }
        })
        .collect()
}

/// Shares with errors that allow for families.
fn with_shares(ways: Vec<(To, usize)>, obs: &[Obs]) -> Vec<Way> {
    let all = obs.iter().filter(|o| o.ended != Ended::Open).count().max(1) as f64;
    let mut by: Vec<(u64, usize)> = (obs.iter())
        .filter_map(|o| match o.ended {
            Ended::By(way) => Some((o.cluster, way)),
            _ => None,
        })
        .collect();
    by.sort_unstable();
    (ways.iter().enumerate())
        .map(|(k, (to, exits))| {
            let share = by.iter().filter(|b| b.1 == k).count() as f64 / all;
            let (mut sum, mut at) = (0.0, 0);
            while let Some(first) = by.get(at) {
                let mut own = 0.0;
                while let Some(b) = by.get(at).filter(|b| b.0 == first.0) {
                    own += f64::from(u8::from(b.1 == k)) - share;
                    at += 1;
                }
                sum += own * own;
            }
            Way { to: *to, exits: *exits, share, se: sum.sqrt() / all }
        })
        .collect()
}

/// The observed curve, from a landmark after which it does not collapse.
fn curve(obs: &[Obs]) -> (Vec<Curve>, f64) {
    let Some(spells) = spells(obs) else { return (Vec::new(), 0.0) };
    let mut landmark = 0.0;
    for _ in 0..20 {
        let Ok(table) = RiskTable::new(&spells, landmark) else { return (Vec::new(), landmark) };
        let km = KaplanMeier::new(&table);
        if let Some(at) = km.collapses_at() {
            landmark = at;
            continue;
        }
        let step = km.rows.len().div_ceil(POINTS).max(1);
        let rows = km.rows.iter().step_by(step);
        let rows = rows.map(|r| Curve { time: r.time, at_risk: r.at_risk, open: r.survival, se: r.se });
        return (rows.collect(), landmark);
    }
    (Vec::new(), landmark)
}

fn cumulative(obs: &[Obs], landmark: f64) -> (Vec<IncidenceRow>, ErrorKind) {
    let Some(spells) = spells(obs) else { return (Vec::new(), ErrorKind::Greenwood) };
    let mut times: Vec<u64> = obs.iter().map(|o| o.end.to_bits()).collect();
    times.sort_unstable();
    times.dedup();
    let small = times.len().saturating_mul(obs.len()) <= MOST_JACKKNIFE;
    let kind = if small { ErrorKind::Jackknife } else { ErrorKind::Greenwood };
    let rows = incidence(&spells, landmark, kind).unwrap_or_default();
    let step = rows.len().div_ceil(POINTS).max(1);
    (rows.into_iter().step_by(step).collect(), kind)
}

/// Fits on what was seen before three quarters of the records had passed, and looks at the rest.
fn held_out(stays: &[&Stay], obs: &[Obs], paths: &Paths, ways: usize, reviewed: bool) -> Option<HeldOut> {
    let (from, to) = *paths.watched.get(stays.first()?.state)?;
    let cut = from + (to - from) * 3 / 4;
    let (mut shown, mut later) = (Vec::new(), Vec::new());
    for (s, o) in stays.iter().zip(obs) {
        let at = (cut - s.start) as f64;
        if at > o.entry || (at == 0.0 && o.entry == 0.0) {
            let over = o.end > at;
            let ended = if over { Ended::Open } else { o.ended };
            shown.push(Obs { end: o.end.min(at), ended, ..o.clone() });
        }
        if o.end > at {
            later.push(Obs { entry: o.entry.max(at).max(0.0), ..o.clone() });
        }
    }
    let exits = |all: &[Obs]| all.iter().filter(|o| o.ended != Ended::Open).count();
    let (before, after) = (exits(&shown), exits(&later));
    if before < 2 * super::laws::FEW || after < 20 {
        return None;
    }
    let law = choose(&shown, ways, reviewed).law;
    let flat = before as f64 / shown.iter().map(|o| (o.end - o.entry).max(0.25)).sum::<f64>();
    let (mut score, mut exponential, mut expected) = (0.0, 0.0, 0.0);
    for o in &later {
        let end = if o.end > o.entry { o.end } else { o.entry + 0.5 };
        let log = |t: f64| libm::log(law.survival(t).0.max(1e-12));
        let gone = log(o.entry) - log(end);
        expected += gone;
        score -= gone;
        exponential -= flat * (end - o.entry);
        if o.ended != Ended::Open {
            // the chance of that day, from half a day before to half a day after
            let (a, b) = ((end - 0.5).max(0.0), end + 0.5);
            let day = (law.survival(a).0 - law.survival(b).0).max(1e-9) / law.survival(end).0.max(1e-12);
            score += libm::log(day.max(1e-9));
            exponential += libm::log(flat);
        }
    }
    let n = after as f64;
    Some(HeldOut {
        cut,
        exits: after,
        law: law.name(),
        score: score / n,
        exponential: exponential / n,
        expected,
        observed: n,
        se: (expected * design(&later)).sqrt(),
    })
}
