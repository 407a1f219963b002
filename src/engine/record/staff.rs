//! What is counted about staff, by desk (a role in a team), role and stage.

use super::sink::{Part, Sink};
use super::waits::Waits;
use crate::base::ids::{Id, StageId};
use crate::base::time::DAY_MS;
use crate::model::Model;
use crate::model::staff::StageStaff;

const MILLI: f64 = 1000.0;
const YEAR_MS: f64 = 365.25 * DAY_MS as f64;

/// What workers carry at one moment, or sums of that over several.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Look {
    /// Moments.
    pub looks: f64,
    pub workers: f64,
    /// Full-time equivalents at work, agency workers among them.
    pub fte: f64,
    pub cases: f64,
    /// Workers above their caseload.
    pub over: f64,
    /// 10th and 90th percentile of cases a full-time equivalent.
    pub low: f64,
    pub high: f64,
    /// Moments with anybody at work.
    pub manned: f64,
}

impl Look {
    /// Takes the spread from the caseloads of each worker.
    pub fn spread(&mut self, each: &mut [f64]) {
        self.looks = 1.0;
        each.sort_by(f64::total_cmp);
        let Some(last) = each.len().checked_sub(1) else { return };
        self.manned = 1.0;
        let at = |p: f64| {
            let place = p * last as f64;
            let below = place.floor() as usize;
            let (a, b) = (each[below], each[(below + 1).min(last)]);
            a + (b - a) * (place - place.floor())
        };
        (self.low, self.high) = (at(0.1), at(0.9));
    }

    fn add(&mut self, other: &Look) {
        self.looks += other.looks;
        self.workers += other.workers;
        self.fte += other.fte;
        self.cases += other.cases;
        self.over += other.over;
        self.low += other.low;
        self.high += other.high;
        self.manned += other.manned;
    }
}

/// Counts of a desk over a piece of time. Full-time equivalents in thousandths.
#[derive(Clone, Default)]
struct DeskTally {
    allocated: i64,
    waited: i64,
    wait_sum: i64,
    waits: Waits,
    reallocated: i64,
    ended_unallocated: i64,
    joined: i64,
    left: i64,
    /// Thousandths times milliseconds: permanent, vacant, agency, absent.
    areas: [f64; 4],
    unallocated_area: f64,
    /// Visits on time, and visits.
    visits: (f64, f64),
    /// Stays ended under its workers, by stage; empty until there is one.
    stages: Vec<DeskStage>,
    /// At the end.
    posts: [i64; 4],
    unallocated: i64,
}

/// Stays of one stage that ended under the workers of a desk.
#[derive(Clone, Copy, Default)]
struct DeskStage {
    /// Of these with a clock: all, and inside it.
    clocked: i64,
    in_time: i64,
    /// Stays with workers met, and those workers.
    ended: i64,
    met: i64,
}

impl DeskTally {
    /// Adds the flows of a later piece and takes its levels.
    fn add(&mut self, b: &DeskTally) {
        self.add_flows(b);
        (self.posts, self.unallocated) = (b.posts, b.unallocated);
    }

    /// Adds another desk of the same role.
    fn join(&mut self, b: &DeskTally) {
        self.add_flows(b);
        self.posts.iter_mut().zip(b.posts).for_each(|(a, b)| *a += b);
        self.unallocated += b.unallocated;
    }

    fn add_flows(&mut self, b: &DeskTally) {
        self.allocated += b.allocated;
        self.waited += b.waited;
        self.wait_sum += b.wait_sum;
        self.waits.merge(&b.waits);
        self.reallocated += b.reallocated;
        self.ended_unallocated += b.ended_unallocated;
        self.joined += b.joined;
        self.left += b.left;
        self.areas.iter_mut().zip(b.areas).for_each(|(a, b)| *a += b);
        self.unallocated_area += b.unallocated_area;
        self.visits = (self.visits.0 + b.visits.0, self.visits.1 + b.visits.1);
        if self.stages.len() < b.stages.len() {
            self.stages.resize(b.stages.len(), DeskStage::default());
        }
        for (a, b) in self.stages.iter_mut().zip(&b.stages) {
            a.clocked += b.clocked;
            a.in_time += b.in_time;
            a.ended += b.ended;
            a.met += b.met;
        }
    }

    fn clear(&mut self) {
        let (mut waits, mut stages) = (std::mem::take(&mut self.waits), std::mem::take(&mut self.stages));
        waits.clear();
        stages.fill(DeskStage::default());
        *self = DeskTally { waits, stages, ..DeskTally::default() };
    }

    fn stage(&mut self, stage: usize) -> Option<&mut DeskStage> {
        if self.stages.len() <= stage {
            self.stages.resize(stage + 1, DeskStage::default());
        }
        self.stages.get_mut(stage)
    }
}

/// Workers met up to each number (the last stands for it and more), and visits on time.
#[derive(Clone, Copy, Default)]
struct StageCounts {
    met: [i64; 5],
    met_in_stay: [i64; 5],
    visits: (f64, f64),
}

/// All counts over a piece of time.
#[derive(Clone, Default)]
pub(crate) struct StaffTally {
    desks: Vec<DeskTally>,
    desk_looks: Vec<Look>,
    role_looks: Vec<Look>,
    stages: Vec<StageCounts>,
}

impl StaffTally {
    /// Nothing counted yet; `None` for a model without staff.
    pub fn new(model: &Model) -> Option<StaffTally> {
        let staff = model.staff.as_ref()?;
        let desks: usize = staff.teams.iter().map(|t| t.posts.len()).sum();
        Some(StaffTally {
            desks: vec![DeskTally::default(); desks],
            desk_looks: vec![Look::default(); desks],
            role_looks: vec![Look::default(); staff.roles.len()],
            stages: vec![StageCounts::default(); model.stages.len()],
        })
    }

    fn add(&mut self, b: &StaffTally) {
        self.desks.iter_mut().zip(&b.desks).for_each(|(a, b)| a.add(b));
        self.desk_looks.iter_mut().zip(&b.desk_looks).for_each(|(a, b)| a.add(b));
        self.role_looks.iter_mut().zip(&b.role_looks).for_each(|(a, b)| a.add(b));
        for (a, b) in self.stages.iter_mut().zip(&b.stages) {
            a.met.iter_mut().zip(b.met).for_each(|(a, b)| *a += b);
            a.met_in_stay.iter_mut().zip(b.met_in_stay).for_each(|(a, b)| *a += b);
            a.visits = (a.visits.0 + b.visits.0, a.visits.1 + b.visits.1);
        }
    }

    fn clear(&mut self) {
        self.desks.iter_mut().for_each(DeskTally::clear);
        self.desk_looks.fill(Look::default());
        self.role_looks.fill(Look::default());
        self.stages.fill(StageCounts::default());
    }

    /// The numbers of a period or the window of this length in milliseconds.
    pub fn write(&self, model: &Model, length: i64, sink: &mut impl Sink) {
        let Some(staff) = model.staff.as_ref() else { return };
        let length = length.max(1) as f64;
        let mut by_role = vec![DeskTally::default(); staff.roles.len()];
        let mut cost = vec![0.0; staff.roles.len()];
        let mut d = 0;
        for (team, posts) in
            staff.teams.iter().enumerate().flat_map(|(i, t)| t.posts.iter().map(move |p| (i, p)))
        {
            let Some(desk) = self.desks.get(d) else { continue };
            let terms = &posts.terms;
            let spent = (desk.areas[0] * terms.cost + desk.areas[2] * terms.agency_cost()) / MILLI / YEAR_MS;
            by_role[posts.role].join(desk);
            cost[posts.role] += spent;
            sink.about("staff", d);
            write_desk(desk, &self.desk_looks[d], spent, length, sink);
            write_stages(desk, model, sink, |s, spec| {
                spec.role == posts.role && staff.teams_for(s, posts.role).contains(&team)
            });
            d += 1;
        }
        for (r, desk) in by_role.iter().enumerate() {
            sink.about("role", r);
            write_desk(desk, &self.role_looks[r], cost[r], length, sink);
            write_stages(desk, model, sink, |_, spec| spec.role == r);
        }
        for (s, spec) in staff.stages.iter().enumerate() {
            let Some(spec) = spec else { continue };
            sink.about("stage", s);
            for n in 0..5 {
                sink.put("workers_met", Part::Number(n + 1), self.stages[s].met[n] as f64);
            }
            for n in 0..5 {
                sink.put("workers_met_in_stay", Part::Number(n + 1), self.stages[s].met_in_stay[n] as f64);
            }
            if spec.visits_on_time.is_some() {
                let (sum, n) = self.stages[s].visits;
                sink.put("visits_on_time_share", Part::Whole, ratio(sum, n));
            }
        }
    }
}

fn ratio(sum: f64, n: f64) -> f64 {
    if n > 0.0 { sum / n } else { f64::NAN }
}

fn write_desk(t: &DeskTally, look: &Look, cost: f64, length: f64, sink: &mut impl Sink) {
    let days = |ms: Option<i64>| ms.map_or(f64::NAN, |ms| ms as f64 / DAY_MS as f64);
    let mut put = |measure, value| sink.put(measure, Part::Whole, value);
    put("caseload_mean", ratio(look.cases, look.fte));
    put("over_caseload_share", ratio(look.over, look.workers));
    put("cases_held", ratio(look.cases, look.looks));
    put("in_post_end", t.posts[0] as f64 / MILLI);
    put("in_post_mean", t.areas[0] / MILLI / length);
    put("vacant_end", t.posts[1] as f64 / MILLI);
    put("vacant_mean", t.areas[1] / MILLI / length);
    put("agency_end", t.posts[2] as f64 / MILLI);
    put("agency_mean", t.areas[2] / MILLI / length);
    put("absent_end", t.posts[3] as f64 / MILLI);
    put("absent_mean", t.areas[3] / MILLI / length);
    put("agency_share", ratio(t.areas[2], t.areas[0] + t.areas[2]));
    put("joined", t.joined as f64 / MILLI);
    put("left", t.left as f64 / MILLI);
    put("unallocated_end", t.unallocated as f64);
    put("unallocated_mean", t.unallocated_area / length);
    put("allocated", t.allocated as f64);
    put("reallocated", t.reallocated as f64);
    put("ended_unallocated", t.ended_unallocated as f64);
    put("wait_share", ratio(t.waited as f64, t.allocated as f64));
    put("wait_mean", ratio(t.wait_sum as f64 / DAY_MS as f64, t.allocated as f64));
    put("cost", cost);
    for (p, sum) in [(0.1, look.low), (0.9, look.high)] {
        sink.put("caseload", Part::Quantile(p), ratio(sum, look.manned));
    }
    for (p, wait) in [0.5, 0.9].into_iter().zip(t.waits.quantiles([0.5, 0.9])) {
        sink.put("wait", Part::Quantile(p), days(wait));
    }
}

/// Of the stages whose main worker comes from this desk or role.
fn write_stages(
    t: &DeskTally,
    model: &Model,
    sink: &mut impl Sink,
    here: impl Fn(StageId, &StageStaff) -> bool,
) {
    let Some(staff) = model.staff.as_ref() else { return };
    let mut visits = false;
    for (s, spec) in staff.stages.iter().enumerate() {
        let id = StageId::new(s);
        let Some(spec) = spec.as_ref().filter(|spec| here(id, spec)) else { continue };
        let counts = t.stages.get(s).copied().unwrap_or_default();
        visits |= spec.visits_on_time.is_some();
        if model.stages[id].clock.is_some() {
            let share = ratio(counts.in_time as f64, counts.clocked as f64);
            sink.put("in_time_share", Part::Stage(s), share);
        }
        sink.put("workers_met_mean", Part::Stage(s), ratio(counts.met as f64, counts.ended as f64));
    }
    if visits {
        sink.put("visits_on_time_share", Part::Whole, ratio(t.visits.0, t.visits.1));
    }
}

/// Names of desks and roles, in the order of their numbers.
pub(crate) fn names(model: &Model) -> (Vec<String>, Vec<String>) {
    let Some(staff) = model.staff.as_ref() else { return Default::default() };
    let role = |r: usize| staff.roles.get(r).map_or("", |r| r.name.as_str());
    let desks =
        staff.teams.iter().flat_map(|t| t.posts.iter().map(|p| format!("{}/{}", t.name, role(p.role))));
    (desks.collect(), staff.roles.iter().map(|r| r.name.clone()).collect())
}

/// Levels of one desk, with how long they have held.
#[derive(Clone, Copy, Default)]
struct Running {
    posts: [i64; 4],
    unallocated: i64,
    since: i64,
}

/// Listens to what happens to staff in one replication.
pub(crate) struct StaffRecord {
    piece: StaffTally,
    period: StaffTally,
    window: StaffTally,
    running: Vec<Running>,
}

impl StaffRecord {
    pub fn new(model: &Model) -> Option<Box<StaffRecord>> {
        let tally = StaffTally::new(model)?;
        let running = vec![Running::default(); tally.desks.len()];
        Some(Box::new(StaffRecord { piece: tally.clone(), period: tally.clone(), window: tally, running }))
    }

    pub fn reset(&mut self, begin: i64) {
        self.piece.clear();
        self.period.clear();
        self.window.clear();
        self.running.fill(Running { since: begin, ..Running::default() });
    }

    fn pass(&mut self, desk: usize, t: i64) {
        let r = &mut self.running[desk];
        let tally = &mut self.piece.desks[desk];
        let time = (t - r.since) as f64;
        for (area, n) in tally.areas.iter_mut().zip(r.posts) {
            *area += n as f64 * time;
        }
        tally.unallocated_area += r.unallocated as f64 * time;
        r.since = t;
    }

    /// Closes a piece at time `t`.
    pub fn edge(&mut self, t: i64, in_window: bool) {
        for desk in 0..self.running.len() {
            self.pass(desk, t);
            let (r, tally) = (&self.running[desk], &mut self.piece.desks[desk]);
            (tally.posts, tally.unallocated) = (r.posts, r.unallocated);
        }
        self.period.add(&self.piece);
        if in_window {
            self.window.add(&self.piece);
        }
        self.piece.clear();
    }

    pub fn clear_period(&mut self) {
        self.period.clear();
    }

    pub fn write_period(&self, model: &Model, length: i64, sink: &mut impl Sink) {
        self.period.write(model, length, sink);
    }

    pub fn write_window(&self, model: &Model, length: i64, sink: &mut impl Sink) {
        self.window.write(model, length, sink);
    }
}

impl super::Recorder {
    /// A case is allocated after waiting so long in milliseconds.
    pub fn allocated(&mut self, desk: usize, wait: i64) {
        if let Some(staff) = self.staff.as_mut() {
            let tally = &mut staff.piece.desks[desk];
            tally.allocated += 1;
            tally.waited += i64::from(wait > 0);
            tally.wait_sum += wait;
            tally.waits.record(wait);
        }
    }

    /// A case goes from one worker to another within its stay.
    pub fn reallocated(&mut self, desk: usize) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.desks[desk].reallocated += 1;
        }
    }

    /// A case left the line of a desk without a worker.
    pub fn ended_unallocated(&mut self, desk: usize) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.desks[desk].ended_unallocated += 1;
        }
    }

    /// One case more or fewer waits at a desk.
    pub fn unallocated(&mut self, desk: usize, t: i64, by: i64) {
        if let Some(staff) = self.staff.as_mut() {
            staff.pass(desk, t);
            staff.running[desk].unallocated += by;
        }
    }

    /// Full-time equivalents in post, vacant, of agency workers, and absent though in post change by so many thousandths.
    pub fn posts(&mut self, desk: usize, t: i64, by: [i64; 4]) {
        if let Some(staff) = self.staff.as_mut() {
            staff.pass(desk, t);
            staff.running[desk].posts.iter_mut().zip(by).for_each(|(n, by)| *n += by);
        }
    }

    /// A recruit of so many thousandths begins.
    pub fn joined_post(&mut self, desk: usize, fte: i64) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.desks[desk].joined += fte;
        }
    }

    /// A permanent worker of so many thousandths leaves.
    pub fn left_post(&mut self, desk: usize, fte: i64) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.desks[desk].left += fte;
        }
    }

    /// A stay ended with so many workers met, since the role took the case on and in the stay.
    pub fn met(&mut self, stage: usize, met: u32, in_stay: u32) {
        if let Some(staff) = self.staff.as_mut() {
            let counts = &mut staff.piece.stages[stage];
            for (table, n) in [(&mut counts.met, met), (&mut counts.met_in_stay, in_stay)] {
                if n > 0 {
                    table[(n as usize).min(table.len()) - 1] += 1;
                }
            }
        }
    }

    /// A stay ended under a worker of a desk: in time or not if it has a clock, with so many workers met.
    pub fn ended_at(&mut self, desk: usize, stage: usize, in_time: Option<bool>, met: u32) {
        if let Some(counts) = self.staff.as_mut().and_then(|s| s.piece.desks[desk].stage(stage)) {
            counts.clocked += i64::from(in_time.is_some());
            counts.in_time += i64::from(in_time == Some(true));
            counts.ended += i64::from(met > 0);
            counts.met += i64::from(met);
        }
    }

    /// What the workers of a desk carry now.
    pub fn looked_at_desk(&mut self, desk: usize, look: Look) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.desk_looks[desk].add(&look);
        }
    }

    /// What the workers of a role carry now.
    pub fn looked_at_role(&mut self, role: usize, look: Look) {
        if let Some(staff) = self.staff.as_mut() {
            staff.piece.role_looks[role].add(&look);
        }
    }

    /// A case is visited on time with this probability.
    pub fn visited(&mut self, desk: usize, stage: usize, share: f64) {
        if let Some(staff) = self.staff.as_mut() {
            let of_desk = &mut staff.piece.desks[desk].visits;
            *of_desk = (of_desk.0 + share, of_desk.1 + 1.0);
            let visits = &mut staff.piece.stages[stage].visits;
            *visits = (visits.0 + share, visits.1 + 1.0);
        }
    }
}
