//! Staff compiled: desks, slots, and for each stage who may hold its cases.

use super::service::Service;
use crate::base::ids::{Id, StageId};
use crate::base::rng::{Purpose, hash_name};
use crate::base::time::{DAY_MS, SimTime};
use crate::engine::select::Choice;
use crate::model::Model;
use crate::model::staff::{Posts, Regime, Role, Staffing, Team};
use crate::stats::dist::{Dist, Sampler};

/// Thousandths: loads and full-time equivalents are whole numbers of these, so sums are exact.
pub(crate) const MILLI: f64 = 1000.0;
/// Most posts in a model.
pub(crate) const MOST_SLOTS: usize = 10_000;

/// Staff that never changes.
pub(crate) struct StaffPlan {
    pub roles: Vec<RolePlan>,
    pub desks: Vec<DeskPlan>,
    pub slots: Vec<SlotPlan>,
    pub stages: Vec<Option<StagePlan>>,
    /// Whether workers are looked at every month: capacities that grow under a cap, or turnover
    /// that overload raises.
    pub ticks: bool,
}

pub(crate) struct RolePlan {
    pub capped: bool,
    /// Thousandths, by stage.
    pub weights: Vec<i64>,
    pub overrun: Vec<f64>,
    pub drift: Vec<f64>,
    pub visits: f64,
    pub turnover: f64,
}

/// Long absences; times in milliseconds.
pub(crate) struct AbsencePlan {
    pub rate: f64,
    pub length: Sampler,
    /// The law of the length, in days.
    pub law: Dist,
    pub wait: bool,
}

impl AbsencePlan {
    /// Share of workers absent at a random moment of a steady team.
    pub fn share(&self) -> f64 {
        let each = self.rate * self.law.mean() * DAY_MS as f64;
        each / (1.0 + each)
    }
}

pub(crate) struct DeskPlan {
    pub role: usize,
    /// First slot, and the one after the last.
    pub first: usize,
    pub end: usize,
    /// Thousandths vacant at the start.
    pub vacant: i64,
    /// Thousandths of load a full-time worker.
    pub caseload: f64,
    /// Share of recruits, share of the caseload on the first day, milliseconds of growth.
    pub newly: Option<(f64, f64, f64)>,
    pub service: Service,
    pub absence: Option<AbsencePlan>,
    /// The law of how long a post is vacant, in days.
    pub recruitment: Option<Dist>,
    pub agency: Option<AgencyPlan>,
    pub key: u64,
}

pub(crate) struct AgencyPlan {
    pub share: f64,
    pub after: Sampler,
    pub caseload: f64,
}

#[derive(Clone, Copy)]
pub(crate) struct SlotPlan {
    pub desk: usize,
    /// Thousandths.
    pub fte: i64,
    pub number: u64,
    /// When the post is added, if that is after the beginning.
    pub opens: Option<SimTime>,
}

/// Desks that may hold a case, by the part of the families they serve.
pub(crate) struct Serving {
    pub role: usize,
    desks: Vec<usize>,
    choose: Choice,
}

impl Serving {
    /// The desk for a family with these uniform bits.
    pub fn desk(&self, bits: u64) -> usize {
        match self.desks.as_slice() {
            [only] => *only,
            desks => desks.get(self.choose.pick(bits)).copied().unwrap_or(0),
        }
    }
}

pub(crate) struct StagePlan {
    pub main: Serving,
    pub with: Vec<(Serving, f64, Purpose)>,
    /// By the stage in which somebody held the case last, then for all others.
    pub keep_from: Vec<(u16, f64)>,
    pub keep: f64,
    /// A case handed over before keeps its worker.
    pub once: bool,
    /// Workers met are counted here alone from now on.
    pub met_here: bool,
    pub draw_keep: Purpose,
    pub waits_in_stay: bool,
    /// Share of families whose cases are held at all.
    pub share: f64,
    pub visits_on_time: Option<f64>,
}

impl StaffPlan {
    /// Compiles the staff of a checked model.
    pub fn new(model: &Model) -> Option<StaffPlan> {
        let staff = model.staff.as_ref()?;
        let (mut desks, mut slots) = (Vec::new(), Vec::new());
        for team in &staff.teams {
            for posts in &team.posts {
                if let Some(role) = staff.roles.get(posts.role) {
                    desks.push(desk(team, posts, role, &mut slots));
                }
            }
        }
        let roles: Vec<_> = staff.roles.iter().map(|r| role_plan(r, model.stages.len())).collect();
        let stages = model.stages.ids().map(|id| stage_plan(model, staff, id)).collect();
        let ticks = desks.iter().any(|d: &DeskPlan| {
            let role: &RolePlan = &roles[d.role];
            role.turnover > 0.0 || (role.capped && d.newly.is_some())
        });
        Some(StaffPlan { roles, desks, slots, stages, ticks })
    }
}

fn role_plan(role: &Role, stages: usize) -> RolePlan {
    let table = |list: &[(StageId, f64)], default: f64| {
        let mut out = vec![default; stages];
        for (stage, x) in list {
            if let Some(slot) = out.get_mut(stage.index()) {
                *slot = *x;
            }
        }
        out
    };
    RolePlan {
        capped: role.regime == Regime::Cap,
        weights: table(&role.weights, 1.0).iter().map(|w| (w * MILLI + 0.5) as i64).collect(),
        overrun: table(&role.effects.overrun, 0.0),
        drift: table(&role.effects.drift, 0.0),
        visits: role.effects.visits,
        turnover: role.effects.turnover,
    }
}

fn desk(team: &Team, posts: &Posts, role: &Role, slots: &mut Vec<SlotPlan>) -> DeskPlan {
    let desk = slots.last().map_or(0, |s: &SlotPlan| s.desk + 1);
    let first = slots.len();
    let mut left = (posts.establishment * MILLI + 0.5) as i64;
    let post = ((role.post * MILLI + 0.5) as i64).max(1);
    let mut number = 0;
    // a desk without posts keeps one of nothing, so that desks stay numbered by their slots
    while (left > 0 || number == 0) && slots.len() < MOST_SLOTS.max(first + 1) {
        slots.push(SlotPlan { desk, fte: left.min(post), number, opens: None });
        left -= post;
        number += 1;
    }
    for (k, &(from, fte)) in posts.added.iter().enumerate() {
        let mut left = (fte * MILLI + 0.5) as i64;
        // posts of one day keep their luck whatever else is added
        let mut number = (k as u64 + 1) << 32;
        while left > 0 && slots.len() < MOST_SLOTS {
            slots.push(SlotPlan { desk, fte: left.min(post), number, opens: Some(from) });
            left -= post;
            number += 1;
        }
    }
    let (ms, terms) = (DAY_MS as f64, &posts.terms);
    DeskPlan {
        role: posts.role,
        first,
        end: slots.len(),
        vacant: (posts.vacant * MILLI + 0.5) as i64,
        caseload: terms.carries() * MILLI,
        newly: terms.newly.map(|n| (n.share, n.start, n.grows.0 as f64)),
        service: Service::new(terms.turnover.iter().map(|(upto, rate)| (upto.0, rate / ms)).collect()),
        absence: terms.absence.as_ref().filter(|a| a.rate > 0.0).map(|a| AbsencePlan {
            rate: a.rate / ms,
            length: Sampler::new(&a.length, ms),
            law: a.length.clone(),
            wait: a.wait,
        }),
        recruitment: terms.recruitment.clone(),
        agency: terms.agency.as_ref().filter(|a| a.share > 0.0).map(|a| AgencyPlan {
            share: a.share,
            after: Sampler::new(&a.after, ms),
            caseload: terms.agency_carries() * MILLI,
        }),
        key: hash_name(&team.name) ^ hash_name(&role.name).rotate_left(29),
    }
}

fn stage_plan(model: &Model, staff: &Staffing, id: StageId) -> Option<StagePlan> {
    let spec = staff.stages.get(id.index())?.as_ref()?;
    let name = &model.stages[id].name;
    let draw = |what: &str| Purpose::named(what).within(name);
    let with = spec.with.iter().filter_map(|&(role, share)| {
        let role_name = &staff.roles.get(role)?.name;
        // keyed by the role alone: who is co-worked in one stage is so in the next
        Some((serving(staff, id, role)?, share, Purpose::named("co-worked").within(role_name)))
    });
    Some(StagePlan {
        main: serving(staff, id, spec.role)?,
        with: with.collect(),
        keep_from: spec.keep_from.iter().map(|(s, p)| (s.0, *p)).collect(),
        keep: spec.keep,
        once: spec.once,
        met_here: spec.met_here,
        draw_keep: draw("keep worker"),
        waits_in_stay: spec.waits_in_stay,
        share: spec.share,
        visits_on_time: spec.visits_on_time,
    })
}

fn serving(staff: &Staffing, stage: StageId, role: usize) -> Option<Serving> {
    let teams = staff.teams_for(stage, role);
    let mut weights: Vec<f64> = teams.iter().filter_map(|t| staff.teams.get(*t)).map(|t| t.share).collect();
    if !weights.iter().any(|w| *w > 0.0) {
        weights.fill(1.0);
    }
    let desks: Vec<usize> = teams.iter().filter_map(|t| desk_of(staff, *t, role)).collect();
    (!desks.is_empty()).then(|| Serving { role, desks, choose: Choice::new(&weights) })
}

/// Number of the desk of a role in a team.
pub(crate) fn desk_of(staff: &Staffing, team: usize, role: usize) -> Option<usize> {
    let before: usize = staff.teams.get(..team)?.iter().map(|t| t.posts.len()).sum();
    Some(before + staff.teams.get(team)?.posts.iter().position(|p| p.role == role)?)
}
