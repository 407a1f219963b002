//! From a checked model to its flow on a grid.

use super::flow::{Count, Event, Flow, Found, Node, Part, Source, Way, within_a_step};
use super::kinds::Kinds;
use super::labels::{Asked, Label, Labels, Weigh};
use super::length::{Ends, Length, Stay};
use super::rates::{self, Grid};
use super::refuse::{Relevant, reasons, selectors, siblings, sizes, together};
use super::stays::{Spent, Staying, spent, staying};
use crate::base::ids::{ExitId, PoolId, StageId};
use crate::base::time::{DAY_MS, SimTime};
use crate::calibrate::moments::matrix::Matrix;
use crate::model::Model;
use crate::model::arrivals::Arrivals;
use crate::model::stage::Dest;
use std::collections::BTreeMap;

/// Most nodes (stages by kinds of case).
const MOST_NODES: usize = 150;
/// Most cases at the beginning with elapsed times of their own.
const MOST_LISTED: usize = 200;
/// Lengths of a step that may be chosen, in eighths of a day.
const STEPS: [i64; 9] = [1, 2, 4, 8, 16, 32, 56, 112, 224];

/// A model as a flow on a grid, with what is asked of it.
#[derive(Clone, Debug)]
pub struct Pathway {
    flow: Flow,
    counts: Vec<Count>,
    grid: Grid,
    loads: Vec<(PoolId, SimTime, Count)>,
}

/// How full a pool would be if it had places without end.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// The pool.
    pub pool: PoolId,
    /// When.
    pub at: SimTime,
    /// Expected places in use.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// Places there are.
    pub places: u32,
}

impl Pathway {
    /// Means of what was asked, in order.
    pub fn means(&self) -> Vec<f64> {
        self.flow.means(&self.counts)
    }

    /// Their covariance.
    pub fn covariance(&self) -> Matrix<f64> {
        self.flow.covariance(&self.counts)
    }

    /// Length of a step in days.
    pub fn step(&self) -> f64 {
        self.grid.days()
    }

    /// Places that would be in use at the ends of months.
    pub fn loads(&self, model: &Model) -> Vec<Load> {
        let counts: Vec<Count> = self.loads.iter().map(|l| l.2.clone()).collect();
        if counts.is_empty() {
            return Vec::new();
        }
        let (means, covariance) = (self.flow.means(&counts), self.flow.covariance(&counts));
        let one = |(i, (pool, at, _)): (usize, &(PoolId, SimTime, Count))| {
            let steps = &model.pools[*pool].places;
            let step = steps.partition_point(|s| s.0 <= *at).max(1) - 1;
            let places = steps.get(step).map_or(0, |s| s.1);
            Load { pool: *pool, at: *at, mean: means[i], sd: covariance.at(i, i).max(0.0).sqrt(), places }
        };
        self.loads.iter().enumerate().map(one).collect()
    }
}

/// The flow of a model for what is asked, on a grid of at most so many steps.
///
/// # Errors
/// Every reason why the moments are not exact.
pub fn pathway(model: &Model, asked: &[Asked], most_steps: usize) -> Result<Pathway, Vec<String>> {
    let found: Option<Vec<Weigh>> = asked.iter().map(|a| Weigh::of(model, &a.what)).collect();
    let Some(counted) = found else {
        return Err(vec!["a measure counts lengths, work, money or services, not moves or children".into()]);
    };
    let relevant = Relevant::new(model, &counted);
    let mut wrong = reasons(model, &relevant);
    let kinds = Kinds::new(model, selectors(model, &relevant));
    if let Err(why) = &kinds {
        wrong.push(why.clone());
    }
    let end = asked.iter().map(|a| a.to).max().unwrap_or(SimTime::ZERO);
    let grid = grid(model, end, most_steps);
    if grid.is_none() {
        wrong.push("the run is too long for a grid of steps".into());
    }
    let (Ok(kinds), Some(grid), true) = (kinds, grid, wrong.is_empty()) else { return Err(wrong) };
    let builder = Builder::new(model, &relevant, &kinds, grid);
    builder.build(asked, &counted).map_err(|why| vec![why])
}

fn grid(model: &Model, end: SimTime, most: usize) -> Option<Grid> {
    let begin = SimTime(-model.run.warm_up.0);
    let length = end.0 - begin.0;
    STEPS.iter().find_map(|eighths| {
        let step = eighths * DAY_MS / 8;
        let steps = usize::try_from((length + step - 1) / step).ok()?;
        (steps > 0 && steps <= most).then_some(Grid { begin, step, steps })
    })
}

struct Builder<'a> {
    model: &'a Model,
    relevant: &'a Relevant,
    kinds: &'a Kinds,
    grid: Grid,
    labels: Labels,
    events: Vec<Event>,
    numbers: BTreeMap<(usize, Option<usize>), usize>,
    /// First node of each relevant stage and exit; kinds follow one another.
    stages: BTreeMap<StageId, usize>,
    exits: BTreeMap<ExitId, usize>,
    nodes: usize,
}

impl<'a> Builder<'a> {
    fn new(model: &'a Model, relevant: &'a Relevant, kinds: &'a Kinds, grid: Grid) -> Builder<'a> {
        let each = kinds.len();
        let stages: BTreeMap<StageId, usize> =
            relevant.ids().enumerate().map(|(i, s)| (s, i * each)).collect();
        let first = stages.len() * each;
        let exits: BTreeMap<ExitId, usize> = model
            .exits
            .pairs()
            .filter(|e| relevant.exit(e.0))
            .enumerate()
            .map(|(i, e)| (e.0, first + i * each))
            .collect();
        let nodes = first + exits.len() * each;
        let (labels, events, numbers) = Default::default();
        Builder { model, relevant, kinds, grid, labels, events, numbers, stages, exits, nodes }
    }

    fn event(&mut self, label: Label, to: Option<usize>) -> usize {
        let label = self.labels.number(label);
        let next = self.events.len();
        let number = *self.numbers.entry((label, to)).or_insert(next);
        if number == next {
            self.events.push(Event { label, to });
        }
        number
    }

    /// The node of a kind of case that comes to a stage.
    fn node(&self, stage: StageId, kind: usize) -> Option<usize> {
        let kind = self.kinds.becomes(kind, &self.model.stages[stage].sets);
        self.stages.get(&stage).map(|first| first + kind)
    }

    fn moves(&mut self, from: StageId, kind: usize, ways: &[(Dest, f64)]) -> Vec<Way> {
        let used = ways.iter().filter(|w| w.1 > 0.0);
        used.map(|&(dest, share)| {
            let to = match dest {
                Dest::Stage(next) => self.node(next, kind),
                Dest::Exit(exit) => self.exits.get(&exit).map(|first| first + kind),
            };
            Way { event: self.event(Label::Move(from, dest), to), share }
        })
        .collect()
    }

    /// Parts of a stay, from the chances of its ends.
    fn parts(&mut self, from: StageId, kind: usize, s: &Staying, ends: Ends) -> Vec<Part> {
        let mut out = Vec::new();
        for (ends, ways) in ends.lengths.into_iter().zip(&s.ways) {
            out.push(Part { ends, ways: self.moves(from, kind, ways) });
        }
        if !ends.interrupted.is_empty() {
            out.push(Part { ends: ends.interrupted, ways: self.moves(from, kind, &s.interrupted) });
        }
        out.retain(|p| p.ends.iter().any(|q| *q > 0.0));
        out
    }

    fn build(mut self, asked: &[Asked], counted: &[Weigh]) -> Result<Pathway, String> {
        if self.nodes > MOST_NODES {
            return Err(format!("stages and kinds of case make more than {MOST_NODES} together"));
        }
        let (step, steps) = (self.grid.days(), self.grid.steps);
        let mut nodes = vec![Node::default(); self.nodes];
        let mut stays = BTreeMap::new();
        for stage in self.relevant.ids() {
            for kind in 0..self.kinds.len() {
                let staying = staying(self.model, stage, self.kinds, kind)?;
                let ends = staying.stay.ends(step, steps);
                let parts = self.parts(stage, kind, &staying, ends);
                nodes[self.stages[&stage] + kind] = Node { parts };
                stays.insert((stage, kind), staying);
            }
        }
        for (exit, first) in self.exits.clone() {
            let Some(back) = self.model.exits[exit].returns.as_ref() else { continue };
            for kind in 0..self.kinds.len() {
                let fits = back.odds.iter().filter(|o| self.kinds.fits(kind, &o.0));
                let length = Length::table(&days(&back.within), fits.map(|o| o.1.first).product());
                let stay = Stay { lengths: vec![(1.0, length)], hazard: 0.0 };
                let ways = vec![self.back(exit, back.to, kind, 1.0)];
                let ends = stay.ends(step, steps).lengths.remove(0);
                nodes[first + kind] = Node { parts: vec![Part { ends, ways }] };
            }
        }
        let sources = self.sources();
        let mut found = self.found(&stays)?;
        found.extend(self.left());
        let instant = within_a_step(&nodes, &self.events)
            .ok_or("cases can go round stages without time between: the grid is too coarse")?;
        let loads = self.loads(asked.iter().map(|a| a.to).max().unwrap_or(SimTime::ZERO));
        let count = |(a, w): (&Asked, &Weigh)| w.count(self.model, &self.labels, self.grid, a.from, a.to);
        let counts = asked.iter().zip(counted).map(count).collect();
        let flow = Flow { steps, events: self.events, nodes, sources, found, instant };
        Ok(Pathway { flow, counts, grid: self.grid, loads })
    }

    fn back(&mut self, exit: ExitId, to: StageId, kind: usize, share: f64) -> Way {
        let node = self.node(to, kind);
        Way { event: self.event(Label::Return(exit, to), node), share }
    }

    fn sources(&mut self) -> Vec<Source> {
        let as_one = together(self.model, self.relevant).unwrap_or(true);
        let mut out = Vec::new();
        for (id, stream) in self.model.streams.pairs() {
            let Arrivals::Rate(rate) = &stream.arrivals else { continue };
            let shares = self.kinds.shares(self.model, &stream.needs, &stream.given);
            let mut ways = Vec::new();
            for &(stage, p) in &stream.to {
                for (kind, share) in shares.iter().enumerate().filter(|s| *s.1 > 0.0) {
                    let to = self.node(stage, kind);
                    ways.push(Way { event: self.event(Label::Arrive(id, stage), to), share: p * share });
                }
            }
            out.push(Source {
                cases: rates::cases(rate, self.grid, self.model.run.starts),
                ways,
                siblings: siblings(sizes(self.model, stream)),
                together: as_one,
                varies: rate.varies * rate.varies,
                blocks: if rate.varies > 0.0 {
                    rates::blocks(self.grid, self.model.run.starts)
                } else {
                    Vec::new()
                },
            });
        }
        out
    }

    fn found(&mut self, stays: &BTreeMap<(StageId, usize), Staying>) -> Result<Vec<Found>, String> {
        let (step, steps) = (self.grid.days(), self.grid.steps);
        let as_one = together(self.model, self.relevant).unwrap_or(true);
        let mut out = Vec::new();
        for spec in self.model.start.stages.iter().filter(|s| s.cases > 0 && self.relevant.stage(s.stage)) {
            let shares = self.kinds.shares(self.model, &spec.needs, &spec.given);
            let families = if spec.families && as_one { siblings(&self.model.cases.families) } else { 0.0 };
            // groups of cases that are alike: how many, and their first events by kind
            let mut groups: Vec<Found> = Vec::new();
            let mut alike = Found { cases: f64::from(spec.cases), as_one: 1.0 + families, parts: Vec::new() };
            for (kind, share) in shares.iter().copied().enumerate().filter(|s| s.1 > 0.0) {
                let Some(staying) = stays.get(&(spec.stage, kind)) else { continue };
                let mut first = |ends: Ends| -> Vec<Part> {
                    let mut parts = self.parts(spec.stage, kind, staying, ends);
                    parts.iter_mut().flat_map(|p| &mut p.ends).for_each(|q| *q *= share);
                    parts
                };
                match spent(spec, staying) {
                    Spent::Alike(times) => {
                        alike.parts.extend(first(staying.stay.ends_given(&times, step, steps)))
                    }
                    Spent::Steady => alike.parts.extend(first(staying.stay.ends_steady(step, steps))),
                    Spent::Each(times) if times.len() > MOST_LISTED => {
                        return Err(format!("more than {MOST_LISTED} cases have elapsed times of their own"));
                    }
                    Spent::Each(times) => {
                        for (i, x) in times.into_iter().enumerate() {
                            let parts = first(staying.stay.ends_given(&[(x, 1.0)], step, steps));
                            match groups.get_mut(i) {
                                Some(group) => group.parts.extend(parts),
                                None => groups.push(Found { cases: 1.0, parts, ..alike }),
                            }
                        }
                    }
                }
            }
            out.extend(groups);
            if !alike.parts.is_empty() {
                out.push(alike);
            }
        }
        Ok(out)
    }

    /// Those who left before the beginning and may come back.
    fn left(&mut self) -> Vec<Found> {
        let (step, steps) = (self.grid.days(), self.grid.steps);
        let mut out = Vec::new();
        for spec in self.model.start.left.iter().filter(|l| self.relevant.exit(l.exit)) {
            let Some(back) = self.model.exits[spec.exit].returns.as_ref() else { continue };
            let over = spec.over.days();
            let cases = (spec.per_day * over).max(0.0).floor();
            if cases < 1.0 || over <= 0.0 {
                continue;
            }
            let table = Length::table(&days(&back.within), 1.0);
            let since = |x: f64| table.area(over + x) - table.area(x);
            let ends: Vec<f64> = (0..steps)
                .map(|k| (since((k + 1) as f64 * step) - since(k as f64 * step)).max(0.0) / over)
                .collect();
            let shares = self.kinds.shares(self.model, &Vec::new(), &spec.given);
            let kinds = shares.into_iter().enumerate().filter(|s| s.1 > 0.0);
            let ways = kinds.map(|(kind, share)| self.back(spec.exit, back.to, kind, share)).collect();
            out.push(Found { cases, as_one: 1.0, parts: vec![Part { ends, ways }] });
        }
        out
    }

    /// What would be in use of each pool at some moments, for pools that relevant stages need.
    fn loads(&self, end: SimTime) -> Vec<(PoolId, SimTime, Count)> {
        let month = 30 * DAY_MS;
        let length = end.0 - self.grid.begin.0;
        let points = (length / month).clamp(1, 36);
        let mut out = Vec::new();
        for (pool, _) in self.model.pools.pairs() {
            let users: Vec<(StageId, f64)> = self
                .relevant
                .ids()
                .filter_map(|s| self.model.stages[s].seize.filter(|z| z.pool == pool).map(|z| (s, z)))
                .map(|(s, z)| (s, f64::from(z.amount)))
                .collect();
            if users.is_empty() {
                continue;
            }
            let stock = Weigh::Stock(users);
            for k in 1..=points {
                let at = SimTime(self.grid.begin.0 + length * k / points);
                out.push((pool, at, stock.count(self.model, &self.labels, self.grid, at, at)));
            }
        }
        out
    }
}

fn days(within: &[(crate::base::time::Span, f64)]) -> Vec<(f64, f64)> {
    within.iter().map(|w| (w.0.days(), w.1)).collect()
}
