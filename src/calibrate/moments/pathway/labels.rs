//! What counts an event: the weight of each kind of event in each measure.

use super::flow::Count;
use super::rates::Grid;
use crate::base::ids::{ExitId, StageId, StreamId};
use crate::base::time::SimTime;
use crate::model::Model;
use crate::model::measure::What;
use crate::model::stage::Dest;
use std::collections::BTreeMap;

/// A kind of event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Label {
    /// A case of a stream comes to a stage.
    Arrive(StreamId, StageId),
    /// A case goes from a stage to a stage or out.
    Move(StageId, Dest),
    /// A case comes back that left by an exit, to this stage.
    Return(ExitId, StageId),
}

/// Labels by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels(BTreeMap<Label, usize>);

impl Labels {
    /// The number of a label.
    pub fn number(&mut self, label: Label) -> usize {
        let next = self.0.len();
        *self.0.entry(label).or_insert(next)
    }
}

/// A count that is asked for: over `(from, to]`, or at `to` for a stock.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is counted.
    pub what: What,
    /// From here.
    pub from: SimTime,
    /// To here.
    pub to: SimTime,
}

/// A count as weights of events.
pub(super) enum Weigh {
    /// Cases in a place by (stage, weight): what comes in less what goes out, since the beginning.
    Stock(Vec<(StageId, f64)>),
    /// Comings to these stages from outside them.
    Starts(Vec<StageId>),
    /// Goings from these stages out of them.
    Ends(Vec<StageId>),
    /// Moves.
    Moves(Vec<StageId>, Vec<Dest>),
    /// Arrivals.
    Arrivals(Vec<StreamId>),
    /// Nothing but the number 1.
    One,
}

impl Weigh {
    /// Of a measure; none for those that count lengths, work or money.
    pub fn of(model: &Model, what: &What) -> Option<Weigh> {
        let group = |g: &usize| model.groups.get(*g).map(|g| g.stages.clone());
        Some(match what {
            What::Children(s) => Weigh::Stock(s.iter().map(|s| (*s, 1.0)).collect()),
            What::GroupChildren(g) => Weigh::Stock(group(g)?.iter().map(|s| (*s, 1.0)).collect()),
            What::Starts(s) => Weigh::Starts(s.clone()),
            What::GroupStarts(g) => Weigh::Starts(group(g)?),
            What::Ends(s) => Weigh::Ends(s.clone()),
            What::GroupEnds(g) => Weigh::Ends(group(g)?),
            What::Moves(from, to) => Weigh::Moves(from.clone(), to.clone()),
            What::Arrivals(s) => Weigh::Arrivals(s.clone()),
            What::One => Weigh::One,
            What::StartsOf(..)
            | What::ChildrenOf(..)
            | What::InTime(_)
            | What::InTimeTo(..)
            | What::EndedInBand { .. }
            | What::OpenInBand { .. }
            | What::Again(_)
            | What::Staff { .. }
            | What::Met { .. }
            | What::Weeks(_)
            | What::Cost { .. }
            | What::Service(..) => return None,
        })
    }

    /// Weight of an event.
    pub fn weight(&self, label: Label) -> f64 {
        let one = |yes: bool| f64::from(u8::from(yes));
        let to = match label {
            Label::Arrive(_, s) | Label::Return(_, s) => Some(s),
            Label::Move(_, Dest::Stage(s)) => Some(s),
            Label::Move(_, Dest::Exit(_)) => None,
        };
        let from = match label {
            Label::Move(s, _) => Some(s),
            _ => None,
        };
        let within = |set: &[StageId], s: Option<StageId>| s.is_some_and(|s| set.contains(&s));
        match self {
            Weigh::Stock(set) => {
                let of = |s: Option<StageId>| -> f64 {
                    s.map_or(0.0, |s| set.iter().filter(|x| x.0 == s).map(|x| x.1).sum())
                };
                of(to) - of(from)
            }
            Weigh::Starts(set) => one(within(set, to) && !within(set, from)),
            Weigh::Ends(set) => one(within(set, from) && !within(set, to)),
            Weigh::Moves(set, dests) => match label {
                Label::Move(s, d) => one(set.contains(&s) && dests.contains(&d)),
                _ => 0.0,
            },
            Weigh::Arrivals(streams) => match label {
                Label::Arrive(s, _) => one(streams.contains(&s)),
                _ => 0.0,
            },
            Weigh::One => 0.0,
        }
    }

    /// The count on a grid.
    pub fn count(&self, model: &Model, labels: &Labels, grid: Grid, from: SimTime, to: SimTime) -> Count {
        let mut weights = vec![0.0; labels.0.len()];
        for (label, number) in &labels.0 {
            weights[*number] = self.weight(*label);
        }
        let constant = match self {
            Weigh::Stock(set) => {
                let weight = |s: StageId| set.iter().filter(|x| x.0 == s).map(|x| x.1).sum::<f64>();
                model.start.stages.iter().map(|s| f64::from(s.cases) * weight(s.stage)).sum()
            }
            Weigh::One => 1.0,
            _ => 0.0,
        };
        let from = if matches!(self, Weigh::Stock(_)) { 0.0 } else { grid.at(from) };
        Count { constant, weights, from, to: grid.at(to) }
    }
}
