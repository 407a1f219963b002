//! The network: a model compiled to dense numbers and ready samplers. It never changes, so a
//! thousand replications share one.

use super::future::FutureMaker;
use super::law::Law;
use super::rate::PathMaker;
use super::record::layout::Layout;
use super::select::{Choice, Race, Test};
use crate::base::calendar::{Calendar, time_of};
use crate::base::ids::Id;
use crate::base::quantity::{Duration, TimeUnit};
use crate::base::rng::{Purpose, hash_name, mix};
use crate::base::time::{DAY_MS, DAYS_PER_YEAR, SimTime, Span};
use crate::model::Model;
use crate::model::arrivals::Arrivals;
use crate::model::case::{Given, Level, NeedShares};
use crate::model::factor::Factor;
use crate::model::measure::Since;
use crate::model::pool::Queue;
use crate::model::run::Periods;
use crate::model::selector::Selector;
use crate::model::stage::{Dest, Stage};
use crate::stats::dist::Sampler;

/// No way, no band, no pool.
pub(crate) const NONE: u8 = u8::MAX;

/// A model compiled for running.
pub struct Network {
    pub(crate) model: Model,
    pub(crate) calendar: Option<Calendar>,
    /// Beginning of the warm-up; 0 or before.
    pub(crate) begin: SimTime,
    pub(crate) end: SimTime,
    /// Events happen before this: at the end itself only if a stated window closes there.
    pub(crate) stop: SimTime,
    pub(crate) edges: Vec<Edge>,
    pub(crate) stages: Vec<StageNode>,
    pub(crate) exits: Vec<ExitNode>,
    pub(crate) pools: Vec<PoolNode>,
    pub(crate) streams: Vec<StreamNode>,
    pub(crate) groups: Vec<GroupNode>,
    pub(crate) people: People,
    pub(crate) layout: Layout,
    pub(crate) expected_events: u64,
    pub(crate) staff: Option<super::staff::StaffPlan>,
    pub(crate) services: Option<super::service::ServicePlan>,
}

/// An end of a reporting period or of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    pub at: SimTime,
    /// Whether events at this very moment belong before it.
    pub inclusive: bool,
    pub ends_period: bool,
    pub opens_window: bool,
    pub closes_window: bool,
}

pub(crate) struct StageNode {
    pub law: Law,
    /// No selector, multiplier, interruption or age limit: the length is one draw.
    pub plain: bool,
    pub law_if: Vec<(Test, Law)>,
    /// Laws by way out; empty if none.
    pub law_by_way: Vec<Option<Law>>,
    pub times: Vec<(Test, Factor)>,
    /// (way, hazard a millisecond)
    pub interrupted: Vec<(u8, f64)>,
    pub ways: Vec<Dest>,
    pub routes: Routes,
    pub seize: Option<(u16, u32)>,
    pub priority: i32,
    pub priority_if: Vec<(Test, i32)>,
    pub patience: Option<(Sampler, u8)>,
    pub refused: u8,
    pub clock: Option<Duration>,
    pub together: bool,
    pub sets: Vec<(u16, u8)>,
    /// (age in milliseconds, way)
    pub leave: Option<(i64, u8)>,
    /// Bit per group it belongs to.
    pub groups: u64,
    /// Upper edges of the bands in milliseconds.
    pub bands: Vec<i64>,
    pub draw_stay: Purpose,
    pub draw_route: Purpose,
    pub draw_wait: Purpose,
    pub draw_interruption: Purpose,
}

pub(crate) struct Routes {
    pub race: Race,
    pub base: Vec<f64>,
    pub by: Vec<(Test, Vec<f64>)>,
    pub odds: Vec<(usize, Test, Factor)>,
}

pub(crate) struct ExitNode {
    pub returns: Option<ReturnNode>,
    /// Bit per group whose spells that end by it are counted in no band.
    pub unbanded: u64,
}

pub(crate) struct ReturnNode {
    pub to: u16,
    /// (milliseconds since leaving, cumulative probability)
    pub within: Vec<(i64, f64)>,
    pub odds: Vec<(Test, Factor)>,
    pub together: bool,
    pub draw: Purpose,
}

pub(crate) struct PoolNode {
    /// (from, places)
    pub places: Vec<(SimTime, u32)>,
    pub by_priority: bool,
    pub room: u32,
}

pub(crate) struct StreamNode {
    pub key: u64,
    pub to: Vec<u16>,
    pub choose: Choice,
    pub source: Source,
    pub families: Families,
    pub ages: Option<Choice>,
    pub given: GivenPlan,
    pub needs: NeedShares,
}

pub(crate) enum Source {
    Rate(PathMaker),
    Future(FutureMaker),
    Gaps(Sampler),
    /// Sorted by time.
    Listed(Vec<Listed>),
}

pub(crate) struct Listed {
    pub at: SimTime,
    pub children: Option<u8>,
    pub given: GivenPlan,
}

/// Family sizes with their choice.
pub(crate) struct Families {
    pub sizes: Vec<u8>,
    pub choice: Choice,
    pub mean: f64,
}

/// (attribute, values, choice)
pub(crate) type GivenPlan = Vec<(u16, Vec<u8>, Choice)>;

pub(crate) struct GroupNode {
    pub bands: Vec<i64>,
    pub within: i64,
    pub since: Since,
    pub or: Option<(u16, u8)>,
}

/// What cases are made of.
pub(crate) struct People {
    pub ages: Option<Choice>,
    /// Age bands in milliseconds.
    pub bands: Vec<(i64, i64)>,
    /// Rates by age band over time, for streams by population: index of the stream to choices.
    pub by_age: Vec<Option<Vec<(SimTime, Choice)>>>,
    pub needs: Vec<(f64, bool, Purpose)>,
    pub attributes: Vec<(Option<Choice>, bool, Purpose)>,
}

impl Network {
    /// Compiles a checked model.
    pub fn compile(model: &Model) -> Network {
        let run = &model.run;
        let begin = SimTime::ZERO - run.warm_up;
        let end = SimTime::ZERO + run.length;
        let calendar = run.starts.map(|date| {
            let back = run.warm_up.0 / DAY_MS + 3_660;
            Calendar::new(date, back, run.length.0 / DAY_MS + 3_660)
        });
        let groups_of = group_masks(model);
        let stages: Vec<_> =
            model.stages.iter().enumerate().map(|(i, s)| stage_node(s, model, groups_of[i])).collect();
        let people = people(model);
        let streams: Vec<_> = model.streams.iter().map(|s| stream_node(s, model, begin, end)).collect();
        let pools = pool_nodes(model);
        let groups = model.groups.iter().map(group_node).collect();
        let edges = edges(model, begin, end, calendar.as_ref());
        let expected_events = expected_events(model, &streams, (end - begin).days());
        let exits = model.exits.iter().enumerate();
        let exits =
            exits.map(|(i, e)| ExitNode { returns: return_node(e), unbanded: unbanded(model, i) }).collect();
        let layout = Layout::new(model, &edges);
        Network {
            model: model.clone(),
            calendar,
            begin,
            end,
            stop: if edges.iter().any(|e| e.inclusive && e.at == end) { end + Span(1) } else { end },
            edges,
            stages,
            exits,
            pools,
            streams,
            groups,
            people,
            layout,
            expected_events,
            staff: super::staff::StaffPlan::new(model),
            services: super::service::ServicePlan::new(model),
        }
    }

    /// Whether a wait for allocation counts in the length of a stay.
    #[inline]
    pub(crate) fn wait_counts(&self, stage: usize) -> bool {
        self.staff.as_ref().is_some_and(|s| s.stages[stage].as_ref().is_some_and(|s| s.waits_in_stay))
    }

    /// What the columns of a row are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The model it was compiled from.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The calendar, for a model with dates.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.calendar.as_ref()
    }

    /// First moments of the reporting periods, and the end of the last.
    pub fn period_edges(&self) -> &[SimTime] {
        self.layout.period_edges()
    }
}

fn group_masks(model: &Model) -> Vec<u64> {
    let mut masks = vec![0u64; model.stages.len()];
    for (g, group) in model.groups.iter().take(64).enumerate() {
        for stage in &group.stages {
            if let Some(mask) = masks.get_mut(stage.index()) {
                *mask |= 1 << g;
            }
        }
    }
    masks
}

fn tests<T: Copy>(list: &[(Selector, T)]) -> Vec<(Test, T)> {
    list.iter().map(|(s, v)| (Test::new(s), *v)).collect()
}

/// Factors that ever change anything.
fn factors(list: &[(Selector, Factor)]) -> Vec<(Test, Factor)> {
    list.iter().filter(|(_, f)| !f.is_one()).map(|(s, f)| (Test::new(s), f.clone())).collect()
}

/// Every destination a case may take from a stage, the routes first and in their order.
pub fn ways(stage: &Stage) -> Vec<Dest> {
    let mut ways = stage.routes.to.clone();
    let mut add = |dest: Dest| {
        if !ways.contains(&dest) {
            ways.push(dest);
        }
    };
    let laws = std::iter::once(&stage.stay.law)
        .chain(stage.stay.by.iter().map(|l| &l.1))
        .chain(stage.stay.by_destination.iter().map(|l| &l.1));
    for law in laws {
        if let crate::model::stage::Law::Hazards { to, .. } = law {
            to.iter().for_each(|d| add(*d));
        }
    }
    stage.stay.interrupted.iter().for_each(|i| add(i.0));
    stage.leave.iter().for_each(|l| add(l.to));
    stage.patience.iter().for_each(|p| add(p.to));
    stage.refused.iter().for_each(|d| add(*d));
    ways
}

fn age_ms(years: f64) -> i64 {
    (years * DAYS_PER_YEAR * DAY_MS as f64) as i64
}

fn stage_node(stage: &Stage, model: &Model, groups: u64) -> StageNode {
    let ways = ways(stage);
    let way = |dest: Dest| ways.iter().position(|w| *w == dest).map_or(NONE, |i| i as u8);
    let stay = &stage.stay;
    let law_by_way = if stay.by_destination.is_empty() {
        Vec::new()
    } else {
        ways.iter()
            .map(|w| stay.by_destination.iter().find(|d| d.0 == *w).map(|d| Law::new(&d.1, way)))
            .collect()
    };
    let law = Law::new(&stay.law, way);
    let times = factors(&stay.times);
    let odds = stage.routes.odds.iter().filter(|(.., f)| !f.is_one());
    let plain = stay.by.is_empty()
        && stay.by_destination.is_empty()
        && times.is_empty()
        && stay.interrupted.is_empty()
        && stage.leave.is_none()
        && matches!(law, Law::Natural(..));
    StageNode {
        law,
        plain,
        law_if: stay.by.iter().map(|(s, l)| (Test::new(s), Law::new(l, way))).collect(),
        law_by_way,
        times,
        interrupted: stay.interrupted.iter().map(|(d, h)| (way(*d), h / DAY_MS as f64)).collect(),
        routes: Routes {
            race: Race::new(clocks(model, &ways), &stage.routes.base),
            base: stage.routes.base.clone(),
            by: stage.routes.by.iter().map(|(s, p)| (Test::new(s), p.clone())).collect(),
            odds: odds.map(|(i, s, f)| (*i, Test::new(s), f.clone())).collect(),
        },
        seize: stage.seize.map(|s| (s.pool.0, s.amount)),
        priority: stage.priority.base,
        priority_if: tests(&stage.priority.by),
        patience: stage.patience.as_ref().map(|p| (Sampler::new(&p.dist, DAY_MS as f64), way(p.to))),
        refused: stage.refused.map_or(NONE, way),
        clock: stage.clock,
        together: stage.together,
        sets: stage.sets.iter().map(|(a, v)| (a.0, *v)).collect(),
        leave: stage.leave.filter(|_| !model.ages.is_empty()).map(|l| (age_ms(l.age), way(l.to))),
        groups,
        bands: stage.bands.iter().map(|d| Span::from_days(*d).0).collect(),
        draw_stay: Purpose::named("stay").within(&stage.name),
        draw_route: Purpose::named("route").within(&stage.name),
        draw_wait: Purpose::named("patience").within(&stage.name),
        draw_interruption: Purpose::named("interruption").within(&stage.name),
        ways,
    }
}

/// A name for the clock of each way: that of the stage or exit it leads to.
fn clocks(model: &Model, ways: &[Dest]) -> Vec<u64> {
    let mut out: Vec<u64> = Vec::with_capacity(ways.len());
    for dest in ways {
        let mut clock = match dest {
            Dest::Stage(stage) => hash_name(&model.stages[*stage].name),
            Dest::Exit(exit) => hash_name(&model.exits[*exit].name).rotate_left(31),
        };
        // two ways to one place are two clocks
        while out.contains(&clock) {
            clock = mix(clock);
        }
        out.push(clock);
    }
    out
}

fn return_node(exit: &crate::model::case::Exit) -> Option<ReturnNode> {
    exit.returns.as_ref().map(|r| ReturnNode {
        to: r.to.0,
        within: r.within.iter().map(|(s, p)| (s.0, *p)).collect(),
        odds: factors(&r.odds),
        together: r.together,
        draw: Purpose::named("return").within(&exit.name),
    })
}

fn pool_nodes(model: &Model) -> Vec<PoolNode> {
    model
        .pools
        .iter()
        .map(|pool| PoolNode {
            places: pool.places.clone(),
            by_priority: pool.queue == Queue::Priority,
            room: pool.waiting_room.unwrap_or(u32::MAX),
        })
        .collect()
}

pub(crate) fn families(sizes: &[(u8, f64)]) -> Families {
    let sizes = if sizes.is_empty() { &[(1, 1.0)] } else { sizes };
    let weights: Vec<f64> = sizes.iter().map(|s| s.1).collect();
    let total: f64 = weights.iter().sum();
    Families {
        sizes: sizes.iter().map(|s| s.0.max(1)).collect(),
        choice: Choice::new(&weights),
        mean: sizes.iter().map(|s| f64::from(s.0.max(1)) * s.1).sum::<f64>() / total,
    }
}

pub(crate) fn given(given: &Given) -> GivenPlan {
    given
        .iter()
        .map(|(attribute, shares)| {
            let weights: Vec<f64> = shares.iter().map(|s| s.1).collect();
            (attribute.0, shares.iter().map(|s| s.0).collect(), Choice::new(&weights))
        })
        .collect()
}

fn stream_node(
    stream: &crate::model::arrivals::Stream,
    model: &Model,
    begin: SimTime,
    end: SimTime,
) -> StreamNode {
    let families = families(stream.families.as_deref().unwrap_or(&model.cases.families));
    let source = match &stream.arrivals {
        Arrivals::Rate(rate) => {
            Source::Rate(PathMaker::new(rate, families.mean, begin, end, model.run.starts))
        }
        Arrivals::Forecast(forecast) => {
            let sizes = self::families(stream.families.as_deref().unwrap_or(&model.cases.families));
            Source::Future(FutureMaker::new(forecast, sizes, begin, end))
        }
        Arrivals::Gaps(dist) => Source::Gaps(Sampler::new(dist, DAY_MS as f64)),
        Arrivals::At(list) => {
            let mut listed: Vec<_> = list
                .iter()
                .map(|a| Listed { at: a.at, children: a.children, given: given(&a.given) })
                .collect();
            // stable, so that arrivals at one instant keep the order of the file
            listed.sort_by_key(|l| l.at);
            Source::Listed(listed)
        }
    };
    let weights: Vec<f64> = stream.to.iter().map(|t| t.1).collect();
    StreamNode {
        key: hash_name(&stream.name),
        to: stream.to.iter().map(|t| t.0.0).collect(),
        choose: Choice::new(&weights),
        source,
        families,
        ages: stream.ages.as_ref().map(|a| Choice::new(a)),
        given: given(&stream.given),
        needs: stream.needs.clone(),
    }
}

fn unbanded(model: &Model, exit: usize) -> u64 {
    let without = |g: &crate::model::measure::Group| g.bands_without.iter().any(|e| e.index() == exit);
    model.groups.iter().take(64).enumerate().filter(|g| without(g.1)).fold(0, |mask, (g, _)| mask | 1 << g)
}

fn group_node(group: &crate::model::measure::Group) -> GroupNode {
    GroupNode {
        bands: group.bands.iter().map(|d| Span::from_days(*d).0).collect(),
        within: group.again_within.map_or(i64::MAX, |s| s.0),
        since: group.again_since,
        or: group.again_or.map(|(a, v)| (a.0, v)),
    }
}

fn people(model: &Model) -> People {
    let draw = |kind: &str, name: &str| Purpose::named(kind).within(name);
    People {
        ages: (!model.cases.ages.is_empty()).then(|| Choice::new(&model.cases.ages)),
        bands: model.ages.iter().map(|b| (age_ms(b.from), age_ms(b.to))).collect(),
        by_age: model
            .streams
            .iter()
            .map(|s| match &s.arrivals {
                Arrivals::Rate(rate) if !rate.by_age.is_empty() => {
                    Some(rate.by_age.iter().map(|(t, shares)| (*t, Choice::new(shares))).collect())
                }
                _ => None,
            })
            .collect(),
        needs: model.needs.iter().map(|n| (n.share, n.of == Level::Family, draw("need", &n.name))).collect(),
        attributes: model
            .attributes
            .iter()
            .map(|a| {
                let choice = (!a.shares.is_empty()).then(|| Choice::new(&a.shares));
                (choice, a.of == Level::Family, draw("attribute", &a.name))
            })
            .collect(),
    }
}

/// Ends of periods and of the window, in order.
fn edges(model: &Model, begin: SimTime, end: SimTime, calendar: Option<&Calendar>) -> Vec<Edge> {
    let inner: Vec<SimTime> = match (model.run.periods, calendar) {
        (Periods::Months, Some(calendar)) => calendar.month_edges(SimTime::ZERO, end),
        (Periods::Every(span), _) if span.0 > 0 => {
            let mut edges: Vec<_> =
                (0..).map(|i: i64| SimTime(i.saturating_mul(span.0))).take_while(|t| *t < end).collect();
            edges.push(end);
            edges
        }
        _ => vec![SimTime::ZERO, end],
    };
    let window = model.run.window.map_or((SimTime::ZERO, end), |(from, to)| (SimTime(from.0), SimTime(to.0)));
    let stated = model.run.window.is_some();
    let plain =
        |at| Edge { at, inclusive: false, ends_period: false, opens_window: false, closes_window: false };
    let mut edges: Vec<Edge> =
        inner.iter().map(|&at| Edge { ends_period: at > SimTime::ZERO, ..plain(at) }).collect();
    edges.push(Edge { inclusive: stated, opens_window: true, ..plain(window.0) });
    edges.push(Edge { inclusive: stated, closes_window: true, ..plain(window.1) });
    edges.retain(|e| e.at >= begin);
    edges.sort_by_key(|e| (e.at, e.inclusive));
    edges
}

/// Rough number of events, to size the agenda: arrivals times twice the stages a case visits.
fn expected_events(model: &Model, streams: &[StreamNode], days: f64) -> u64 {
    let arrivals: f64 = streams
        .iter()
        .map(|s| match &s.source {
            Source::Rate(maker) => maker.expected() * s.families.mean,
            Source::Future(maker) => maker.expected(),
            Source::Gaps(sampler) => {
                days * DAY_MS as f64 / sampler.draw(u64::MAX / 2).max(1.0) * s.families.mean
            }
            Source::Listed(list) => list.len() as f64 * s.families.mean,
        })
        .sum();
    let already: f64 = model.start.stages.iter().map(|s| f64::from(s.cases)).sum();
    ((arrivals + already) * 3.0).clamp(64.0, 1e9) as u64
}

/// The time of a date in a model with dates.
pub fn date_time(model: &Model, date: jiff::civil::Date) -> Option<SimTime> {
    model.run.starts.map(|start| time_of(start, date))
}

/// Working days of a clock, or natural time.
pub(crate) fn in_time(clock: Duration, start: SimTime, end: SimTime, calendar: Option<&Calendar>) -> bool {
    match (clock.unit, calendar) {
        (TimeUnit::WorkingDays, Some(calendar)) => {
            calendar.working_days_between(start, end) <= clock.days + 1e-9
        }
        _ => (end - start).days() <= clock.days + 1e-9,
    }
}
