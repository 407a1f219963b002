//! Services compiled: who is referred from where, and what each status changes.

use crate::base::ids::Id;
use crate::base::rng::{Purpose, hash_name};
use crate::base::time::{DAY_MS, SimTime};
use crate::engine::network::ways;
use crate::engine::select::Test;
use crate::model::Model;
use crate::model::case::Level;
use crate::model::service::{Already, Effect, Service, Strength};
use crate::model::stage::Dest;
use crate::stats::dist::{Dist, Sampler};

/// All services of a model, compiled.
pub(crate) struct ServicePlan {
    pub services: Vec<ServiceNode>,
    /// Referrals from each stage.
    pub refers: Vec<Vec<ReferNode>>,
    /// Effects at each stage.
    pub effects: Vec<StageEffects>,
    /// Factors of the odds of coming back at each exit: (service, by status).
    pub returns: Vec<Vec<(usize, [f64; 4])>>,
    /// Whether the ends of some stays must be remembered.
    pub tracks: bool,
}

/// A service.
pub(crate) struct ServiceNode {
    pub by_family: bool,
    pub places: Vec<(SimTime, u32)>,
    /// The law of how long a place is taken, in days.
    pub length_law: Dist,
    pub key: u64,
    pub accepted: f64,
    pub taken_up: f64,
    pub delivered: f64,
    pub room: u32,
    pub patience: Option<Sampler>,
    /// Milliseconds.
    pub in_time: i64,
    pub by_priority: bool,
    pub withdraws: bool,
    pub already: Option<Already>,
}

/// Who is referred from a stage to a service.
pub(crate) struct ReferNode {
    pub service: usize,
    /// (of whom, share, priority); the first that fits holds.
    pub entries: Vec<(Test, f64, i32)>,
    pub draws: ReferDraws,
}

/// Purposes of the draws of a referral from one stage to one service.
#[derive(Clone, Copy)]
pub(crate) struct ReferDraws {
    pub refer: Purpose,
    pub accept: Purpose,
    pub take_up: Purpose,
    pub deliver: Purpose,
    pub patience: Purpose,
    pub already: Purpose,
}

/// (way out, factor of its odds)
type Odds = Vec<(usize, f64)>;

/// What services change at a stage; nothing that is 1 throughout is listed.
#[derive(Default)]
pub(crate) struct StageEffects {
    /// (service, by status: (way out, factor of its odds))
    pub odds: Vec<(usize, [Odds; 4])>,
    /// (service, by status: factor of the stay)
    pub stay: Vec<(usize, [f64; 4])>,
    /// Whether the own end of a stay must be remembered.
    pub tracked: bool,
}

impl ServicePlan {
    /// `None` for a model without services.
    pub fn new(model: &Model) -> Option<ServicePlan> {
        if model.services.is_empty() {
            return None;
        }
        let mut plan = ServicePlan {
            services: model.services.iter().map(node).collect(),
            refers: model.stages.iter().map(|_| Vec::new()).collect(),
            effects: model.stages.iter().map(|_| StageEffects::default()).collect(),
            returns: model.exits.iter().map(|_| Vec::new()).collect(),
            tracks: false,
        };
        for (s, service) in model.services.iter().enumerate() {
            plan.refer(model, s, service);
            for effect in &service.effects {
                plan.effect(model, s, effect);
            }
        }
        for (stage, effects) in model.stages.iter().zip(&mut plan.effects) {
            let early = !stage.stay.by_destination.is_empty() && !effects.odds.is_empty();
            effects.tracked = early || !effects.stay.is_empty();
            plan.tracks |= effects.tracked;
        }
        Some(plan)
    }

    fn refer(&mut self, model: &Model, s: usize, service: &Service) {
        for refer in &service.refer {
            let Some(list) = self.refers.get_mut(refer.stage.index()) else { continue };
            let entry = (Test::new(&refer.selector), refer.share, refer.priority);
            match list.iter_mut().find(|r| r.service == s) {
                Some(node) => node.entries.push(entry),
                None => {
                    let draws = draws(&service.name, &model.stages[refer.stage].name);
                    list.push(ReferNode { service: s, entries: vec![entry], draws });
                }
            }
        }
    }

    fn effect(&mut self, model: &Model, s: usize, effect: &Effect) {
        let factors = |of: fn(&Strength) -> f64| {
            let list: [f64; 4] = std::array::from_fn(|i| effect.by.get(i).map_or(1.0, of));
            list.iter().any(|f| *f != 1.0).then_some((s, list))
        };
        match effect.at {
            Dest::Exit(exit) => {
                if let Some(list) = self.returns.get_mut(exit.index()) {
                    list.extend(factors(|s| s.returns));
                }
            }
            Dest::Stage(stage) => {
                let Some(effects) = self.effects.get_mut(stage.index()) else { return };
                effects.stay.extend(factors(|s| s.stay));
                let ways = ways(&model.stages[stage]);
                let way = |dest: Dest| ways.iter().position(|w| *w == dest);
                let odds: [Odds; 4] = std::array::from_fn(|i| {
                    let list = effect.by.get(i).map_or(&[][..], |s| &s.odds);
                    let list = list.iter().filter(|o| o.1 != 1.0);
                    list.filter_map(|(dest, f)| Some((way(*dest)?, *f))).collect()
                });
                if odds.iter().any(|list| !list.is_empty()) {
                    effects.odds.push((s, odds));
                }
            }
        }
    }
}

fn node(service: &Service) -> ServiceNode {
    let sampler = |dist: &Dist| Sampler::new(dist, DAY_MS as f64);
    ServiceNode {
        by_family: service.of == Level::Family,
        places: service.places.clone(),
        key: hash_name(&service.name) ^ hash_name("places of a service"),
        length_law: service.length.clone(),
        accepted: service.accepted,
        taken_up: service.taken_up,
        delivered: service.delivered,
        room: service.waiting_room.unwrap_or(u32::MAX),
        patience: service.patience.as_ref().map(sampler),
        in_time: service.in_time.0,
        by_priority: service.refer.iter().any(|r| r.priority != 0),
        withdraws: service.withdraws,
        already: (service.start != Already::default()).then_some(service.start),
    }
}

/// Keyed by the names of service and stage, so that neither their order nor an added one matters.
fn draws(service: &str, stage: &str) -> ReferDraws {
    let draw = |what: &str| Purpose::named(what).within(service).within(stage);
    ReferDraws {
        refer: draw("service referral"),
        accept: draw("service threshold"),
        take_up: draw("service take-up"),
        deliver: draw("service delivery"),
        patience: draw("service patience"),
        already: draw("service so far"),
    }
}
