//! What keeps a model from having exact moments.

use super::labels::{Label, Weigh};
use super::stays::leads_to;
use crate::base::ids::{ExitId, Id, StageId, StreamId};
use crate::model::Model;
use crate::model::arrivals::{Arrivals, Rate, Stream};
use crate::model::case::CaseRules;
use crate::model::factor::Factor;
use crate::model::selector::Selector;
use crate::model::service::Strength;
use crate::model::stage::{Dest, Law, Routes, Stage, Stay};

/// The stages and exits from which something counted can still happen.
pub(super) struct Relevant {
    pub stages: Vec<bool>,
    /// Exits through which cases come back to such a stage.
    pub exits: Vec<bool>,
    /// Streams that are counted, or that come to such a stage.
    pub streams: Vec<bool>,
}

impl Relevant {
    /// Works backward from what is counted.
    pub fn new(model: &Model, counted: &[Weigh]) -> Relevant {
        let weighs = |label: Label| counted.iter().any(|w| w.weight(label) != 0.0);
        let mut out = Relevant {
            stages: vec![false; model.stages.len()],
            exits: vec![false; model.exits.len()],
            streams: Vec::new(),
        };
        loop {
            let before = (out.stages.clone(), out.exits.clone());
            for (e, exit) in model.exits.pairs() {
                if let Some(back) = &exit.returns {
                    out.exits[e.index()] |= out.stages[back.to.index()] || weighs(Label::Return(e, back.to));
                }
            }
            for (s, stage) in model.stages.pairs() {
                let leads = leads_to(stage).into_iter().any(|d| {
                    weighs(Label::Move(s, d))
                        || match d {
                            Dest::Stage(next) => out.stages[next.index()],
                            Dest::Exit(exit) => out.exits[exit.index()],
                        }
                });
                // those who share places load the pool, whether or not they are counted
                let shares = stage.seize.is_some_and(|own| {
                    model.stages.pairs().any(|(other, o)| {
                        out.stages[other.index()] && o.seize.is_some_and(|o| o.pool == own.pool)
                    })
                });
                out.stages[s.index()] |= leads || shares;
            }
            if before == (out.stages.clone(), out.exits.clone()) {
                break;
            }
        }
        let counts = |(id, stream): (StreamId, &Stream)| {
            stream.to.iter().any(|t| out.stages[t.0.index()] || weighs(Label::Arrive(id, t.0)))
        };
        out.streams = model.streams.pairs().map(counts).collect();
        out
    }

    pub fn stage(&self, id: StageId) -> bool {
        self.stages.get(id.index()).copied().unwrap_or(false)
    }
    pub fn exit(&self, id: ExitId) -> bool {
        self.exits.get(id.index()).copied().unwrap_or(false)
    }

    /// Those stages.
    pub fn ids(&self) -> impl Iterator<Item = StageId> + '_ {
        (0..self.stages.len()).filter(|i| self.stages[*i]).map(StageId::new)
    }
}

/// Every selector on which the pathway depends.
pub(super) fn selectors<'a>(model: &'a Model, relevant: &'a Relevant) -> impl Iterator<Item = &'a Selector> {
    let of_stage = |s: StageId| {
        let stage = &model.stages[s];
        let stay = &stage.stay;
        let of_stay = stay.by.iter().map(|b| &b.0).chain(stay.times.iter().map(|t| &t.0));
        of_stay.chain(stage.routes.by.iter().map(|b| &b.0)).chain(stage.routes.odds.iter().map(|o| &o.1))
    };
    let of_exits = model
        .exits
        .pairs()
        .filter(|e| relevant.exit(e.0))
        .filter_map(|e| e.1.returns.as_ref())
        .flat_map(|r| r.odds.iter().map(|o| &o.0));
    relevant.ids().flat_map(of_stage).chain(of_exits)
}

/// Every reason against exact moments that lies in the model; empty if there is none. Structures are taken apart whole, so
/// that a new field does not compile here until someone has said what moments make of it.
pub(super) fn reasons(model: &Model, relevant: &Relevant) -> Vec<String> {
    let mut out = Vec::new();
    let aged = has_ages(model);
    for id in relevant.ids() {
        let Stage {
            name: _,
            title,
            shown_as: _,
            stay,
            routes,
            seize: _,
            priority: _,
            patience: _,
            refused: _,
            clock: _,
            bands: _,
            together: _,
            sets,
            leave,
        } = &model.stages[id];
        let Stay { law, by, by_destination: _, times: _, interrupted: _ } = stay;
        let reviewed =
            std::iter::once(law).chain(by.iter().map(|b| &b.1)).any(|l| matches!(l, Law::Reviews(_)));
        if reviewed && !stay.times.is_empty() {
            out.push(format!("the odds of ending {title} at a review have a factor"));
        }
        let Routes { to: _, base: _, by: _, odds: _ } = routes;
        let dated = |f: &Factor| !f.steps.is_empty();
        if stay.times.iter().any(|t| dated(&t.1)) || routes.odds.iter().any(|o| dated(&o.2)) {
            out.push(format!("lengths or odds of {title} change at dates"));
        }
        if leave.is_some() && aged {
            out.push(format!("children leave {title} at an age"));
        }
        if !sets.is_empty() && model.start.stages.iter().any(|s| s.stage == id) {
            out.push(format!("{title} gives attributes and has cases at the beginning"));
        }
        if model.staff.as_ref().and_then(|s| s.stages.get(id.index())).is_some_and(Option::is_some) {
            out.push(format!("workers hold cases of {title}, who may delay or lengthen its stays"));
        }
    }
    for exit in model.exits.pairs().filter(|e| relevant.exit(e.0)).map(|e| e.1) {
        if exit.returns.iter().flat_map(|r| &r.odds).any(|o| !o.1.steps.is_empty()) {
            out.push(format!("returns after {} change at dates", exit.title));
        }
    }
    for service in &model.services {
        let bends = |e: &crate::model::service::Effect| {
            let here = match e.at {
                Dest::Stage(s) => relevant.stage(s),
                Dest::Exit(x) => relevant.exit(x),
            };
            here && e.by.iter().any(|s| *s != Strength::default())
        };
        if service.effects.iter().any(bends) {
            out.push(format!("the service {} changes what happens", service.title));
        }
    }
    for (id, stream) in model.streams.pairs() {
        let Stream { name: _, title, to: _, arrivals, families: _, ages: _, given: _, needs: _ } = stream;
        if !relevant.streams[id.index()] {
            continue;
        }
        match arrivals {
            Arrivals::Rate(Rate { steps: _, repeat: _, by_age: _, months: _, varies: _ }) => {}
            Arrivals::Gaps(_) => {
                out.push(format!("{title} arrive with gaps of a law, not as a Poisson process"))
            }
            Arrivals::At(_) => out.push(format!("{title} arrive at listed times")),
            Arrivals::Forecast(_) => out.push(format!("{title} follow a forecast")),
        }
    }
    out.extend(families(model, relevant));
    out.sort();
    out.dedup();
    out
}

/// Whether any case has a date of birth.
fn has_ages(model: &Model) -> bool {
    let CaseRules { ages, families: _, leave: _ } = &model.cases;
    !ages.is_empty()
        || model
            .streams
            .iter()
            .any(|s| s.ages.is_some() || matches!(&s.arrivals, Arrivals::Rate(r) if !r.by_age.is_empty()))
        || model.start.stages.iter().any(|s| s.ages.is_some())
        || model.start.left.iter().any(|s| s.ages.is_some())
}

/// Children in a family of a stream.
pub(super) fn sizes<'a>(model: &'a Model, stream: &'a Stream) -> &'a [(u8, f64)] {
    stream.families.as_deref().unwrap_or(&model.cases.families)
}

/// E[B(B-1)] / E[B] for families of B.
pub(super) fn siblings(sizes: &[(u8, f64)]) -> f64 {
    let of = |f: &dyn Fn(f64) -> f64| sizes.iter().map(|(b, p)| p * f(f64::from(*b))).sum::<f64>();
    let one = of(&|b| b);
    if one > 0.0 { of(&|b| b * (b - 1.0)) / one } else { 0.0 }
}

/// Whether siblings move as one (or each for itself) everywhere; none if here so and there otherwise.
pub(super) fn together(model: &Model, relevant: &Relevant) -> Option<bool> {
    let stages = relevant.ids().map(|s| model.stages[s].together);
    let exits = model.exits.pairs().filter(|e| relevant.exit(e.0));
    let mut all = stages.chain(exits.filter_map(|e| e.1.returns.as_ref()).map(|r| r.together));
    let first = all.next().unwrap_or(true);
    all.all(|t| t == first).then_some(first)
}

fn families(model: &Model, relevant: &Relevant) -> Vec<String> {
    let streams = model.streams.pairs().filter(|s| relevant.streams[s.0.index()]);
    let any = streams.map(|s| siblings(sizes(model, s.1))).any(|x| x > 0.0);
    if !any {
        return Vec::new();
    }
    let mut out = Vec::new();
    if together(model, relevant).is_none() {
        out.push("siblings move together in some stages and apart in others".into());
    }
    if selectors(model, relevant).next().is_some() {
        out.push("siblings may differ in what their way depends on".into());
    }
    out
}
