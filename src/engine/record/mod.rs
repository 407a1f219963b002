//! The recorder: listens to one replication and yields its row.
//!
//! Counts are kept for the piece of time between two edges, then added to the period and, inside
//! it, to the window. No measure alters a run.

pub(crate) mod detail;
pub mod layout;
pub(crate) mod services;
pub(crate) mod sink;
pub(crate) mod staff;
pub(crate) mod tally;
pub(crate) mod waits;
pub(crate) mod write;

use self::detail::Detail;
use self::sink::RowSink;
use self::tally::Tally;
use super::network::{Edge, Network};
use crate::base::time::DAY_MS;
use crate::model::Model;

/// Waits of a stage held back before they are counted. They wait because a histogram is large: counting
/// many together fetches its memory once.
const WAITS_HELD: usize = 1 << 10;

/// How many are here, and the sum of (time of leaving - time of coming) over the piece, from
/// which the area under the curve follows exactly.
#[derive(Clone, Copy, Default)]
struct Level {
    now: i64,
    before: i64,
    moment: i64,
}

impl Level {
    #[inline(always)]
    fn come(&mut self, t: i64) {
        self.now += 1;
        self.moment = self.moment.wrapping_sub(t);
    }

    #[inline(always)]
    fn go(&mut self, t: i64) {
        self.now -= 1;
        self.moment = self.moment.wrapping_add(t);
    }

    /// Case-milliseconds over `[from, to)`. Wrapping is harmless: the result itself fits.
    fn area(&self, from: i64, to: i64) -> i64 {
        let ends = self.now.wrapping_mul(to).wrapping_sub(self.before.wrapping_mul(from));
        ends.wrapping_add(self.moment)
    }
}

#[derive(Clone, Copy, Default)]
struct StageLevels {
    staying: Level,
    waiting: Level,
}

#[derive(Clone, Copy, Default)]
struct Places {
    now: i64,
    since: i64,
    area: i64,
}

/// Listens to one replication.
pub(crate) struct Recorder {
    pub piece: Tally,
    period: Tally,
    window: Tally,
    levels: Vec<StageLevels>,
    places: Vec<Places>,
    pub details: Vec<Option<Detail>>,
    any_detail: bool,
    /// Pool of each stage, `usize::MAX` if none.
    pools: Vec<usize>,
    /// Waits above 0 of each stage, not yet in the histograms.
    waits: Vec<Vec<i64>>,
    /// Since when areas by part are being counted.
    pub parts_since: i64,
    from: i64,
    pub in_window: bool,
    row: Vec<f64>,
    staff: Option<Box<staff::StaffRecord>>,
    services: Option<Box<services::ServiceRecord>>,
    /// Stands in where there is no such service.
    no_service: services::ServiceTally,
}

/// A stay that has ended.
#[derive(Clone, Copy)]
pub(crate) struct Ended {
    pub stage: usize,
    pub at: i64,
    pub length: i64,
    pub band: usize,
    pub in_time: bool,
}

impl Recorder {
    pub fn new(model: &Model) -> Recorder {
        let tally = Tally::new(model);
        Recorder {
            piece: tally.clone(),
            period: tally.clone(),
            window: tally,
            levels: vec![StageLevels::default(); model.stages.len()],
            places: vec![Places::default(); model.pools.len()],
            details: model.pools.iter().map(|p| p.detail.then(Detail::default)).collect(),
            any_detail: model.pools.iter().any(|p| p.detail),
            pools: model.stages.iter().map(|s| s.seize.map_or(usize::MAX, |z| z.pool.0 as usize)).collect(),
            waits: vec![Vec::new(); model.stages.len()],
            parts_since: 0,
            from: 0,
            in_window: false,
            row: Vec::new(),
            staff: staff::StaffRecord::new(model),
            services: services::ServiceRecord::new(model),
            no_service: services::ServiceTally::default(),
        }
    }

    /// Ready for another replication that begins at `begin`.
    pub fn reset(&mut self, begin: i64) {
        self.piece.clear();
        self.period.clear();
        self.window.clear();
        self.levels.fill(StageLevels::default());
        self.places.fill(Places::default());
        for detail in self.details.iter_mut().flatten() {
            *detail = Detail::default();
        }
        self.waits.iter_mut().for_each(Vec::clear);
        self.parts_since = begin;
        self.from = begin;
        self.in_window = false;
        self.row.clear();
        if let Some(staff) = self.staff.as_mut() {
            staff.reset(begin);
        }
        if let Some(services) = self.services.as_mut() {
            services.reset(begin);
        }
    }

    fn detail(&mut self, stage: usize) -> Option<&mut Detail> {
        self.details.get_mut(*self.pools.get(stage)?)?.as_mut()
    }

    /// A case asks to enter a stage.
    #[inline(always)]
    pub fn asked(&mut self, stage: usize) {
        self.piece.stages[stage].asked += 1;
        if self.any_detail
            && let Some(detail) = self.detail(stage)
        {
            detail.arrive();
        }
    }

    /// A case begins to wait.
    #[inline]
    pub fn waits(&mut self, stage: usize, t: i64) {
        self.levels[stage].waiting.come(t);
        if let Some(detail) = self.detail(stage) {
            detail.join(t);
        }
    }

    /// A case stops waiting, because it starts (`None`) or gives up.
    #[inline]
    pub fn waits_no_more(&mut self, stage: usize, t: i64, gave_up: bool) {
        self.levels[stage].waiting.go(t);
        if gave_up {
            self.piece.stages[stage].gave_up += 1;
            if let Some(detail) = self.detail(stage) {
                detail.leave(t, false);
            }
        }
    }

    /// A stay begins after waiting `wait` milliseconds; `queued` if it stood in the queue.
    #[inline(always)]
    pub fn started(&mut self, stage: usize, t: i64, wait: i64, queued: bool) {
        self.levels[stage].staying.come(t);
        let tally = &mut self.piece.stages[stage];
        tally.started += 1;
        let pool = self.pools[stage];
        if pool == usize::MAX {
            return;
        }
        if wait > 0 {
            tally.wait_sum += wait;
            tally.waited += 1;
            let days = wait as f64 / DAY_MS as f64;
            self.piece.pools[pool].wait_squares += days * days;
            self.waits[stage].push(wait);
            if self.waits[stage].len() >= WAITS_HELD {
                self.count_waits(stage);
            }
        }
        if self.any_detail
            && !queued
            && let Some(detail) = &mut self.details[pool]
        {
            detail.join(t);
        }
    }

    /// Counts the waits held back: in the period, and inside it in the window.
    #[inline(never)]
    fn count_waits(&mut self, stage: usize) {
        for tally in
            [Some(&mut self.period), self.in_window.then_some(&mut self.window)].into_iter().flatten()
        {
            let histogram = &mut tally.waits[stage];
            self.waits[stage].iter().for_each(|&wait| histogram.record(wait));
        }
        self.waits[stage].clear();
    }

    /// A case found already in its stay at the beginning.
    pub fn found(&mut self, stage: usize, t: i64) {
        self.levels[stage].staying.come(t);
        if let Some(detail) = self.detail(stage) {
            detail.join(t);
        }
    }

    /// A stay ends.
    #[inline(always)]
    pub fn ended(&mut self, e: Ended) {
        self.levels[e.stage].staying.go(e.at);
        let tally = &mut self.piece.stages[e.stage];
        tally.ended += 1;
        tally.stay_sum += e.length;
        tally.in_time += i64::from(e.in_time);
        let band = self.piece.band_at[e.stage] + e.band;
        self.piece.bands[band] += 1;
        if self.in_window {
            self.window.stays[e.stage].record(e.length);
        }
        if self.any_detail
            && let Some(detail) = self.detail(e.stage)
        {
            detail.leave(e.at, true);
        }
    }

    /// A case takes a way out of a stage.
    #[inline(always)]
    pub fn moved(&mut self, stage: usize, way: usize) {
        let at = self.piece.way_at[stage] + way;
        self.piece.ways[at] += 1;
    }

    /// The stay that ends in this way was inside its clock.
    #[inline(always)]
    pub fn moves_in_time(&mut self, stage: usize, way: usize) {
        let at = self.piece.way_at[stage] + way;
        self.piece.ways_in_time[at] += 1;
    }

    /// A case leaves the model.
    #[inline(always)]
    pub fn left(&mut self, exit: usize, sojourn: i64) {
        let tally = &mut self.piece.exits[exit];
        let days = sojourn as f64 / DAY_MS as f64;
        *tally = (tally.0 + 1, tally.1 + sojourn, tally.2 + days * days);
        if self.in_window {
            self.window.sojourns[exit].record(sojourn);
        }
    }

    /// A pool has this many places from now on.
    pub fn places(&mut self, pool: usize, t: i64, places: i64) {
        let p = &mut self.places[pool];
        p.area += p.now * (t - p.since);
        (p.now, p.since) = (places, t);
    }

    /// Closes the piece at an edge; the caller has counted who is here by part and band.
    pub fn edge(&mut self, edge: &Edge, network: &Network) {
        let t = edge.at.0;
        let (from, to) = (self.from, t);
        self.piece.length = to - from;
        for (levels, tally) in self.levels.iter_mut().zip(&mut self.piece.stages) {
            tally.staying_area = levels.staying.area(from, to);
            tally.waiting_area = levels.waiting.area(from, to);
            (tally.staying, tally.waiting) = (levels.staying.now, levels.waiting.now);
            for level in [&mut levels.staying, &mut levels.waiting] {
                (level.before, level.moment) = (level.now, 0);
            }
        }
        for (p, tally) in self.places.iter_mut().zip(&mut self.piece.pools) {
            p.area += p.now * (t - p.since);
            p.since = t;
            tally.places_area = p.area;
            p.area = 0;
        }
        self.period.add(&self.piece);
        if self.in_window {
            self.window.add(&self.piece);
        }
        for stage in 0..self.pools.len() {
            if self.pools[stage] == usize::MAX {
                continue;
            }
            self.count_waits(stage);
            let tally = &self.piece.stages[stage];
            let at_once = (tally.started - tally.waited).max(0) as u64;
            self.period.waits[stage].record_many(0, at_once);
            if self.in_window {
                self.window.waits[stage].record_many(0, at_once);
            }
        }
        self.piece.clear();
        if let Some(staff) = self.staff.as_mut() {
            staff.edge(t, self.in_window);
        }
        if let Some(services) = self.services.as_mut() {
            services.edge(t, self.in_window);
        }
        self.from = t;
        self.parts_since = t;
        if edge.ends_period {
            let length = self.period.length.max(1);
            write::period(&self.period, network.model(), length, &mut RowSink(&mut self.row));
            if let Some(staff) = self.staff.as_ref() {
                staff.write_period(network.model(), length, &mut RowSink(&mut self.row));
            }
            if let Some(services) = self.services.as_ref() {
                services.write_period(network.model(), length, &mut RowSink(&mut self.row));
            }
        }
        if edge.ends_period || t <= 0 {
            self.period.clear();
            if let Some(staff) = self.staff.as_mut() {
                staff.clear_period();
            }
            if let Some(services) = self.services.as_mut() {
                services.clear_period();
            }
        }
        self.window_edge(edge, t);
    }

    fn window_edge(&mut self, edge: &Edge, t: i64) {
        if edge.opens_window {
            self.in_window = true;
            self.details.iter_mut().flatten().for_each(|d| d.open(t));
        }
        if edge.closes_window {
            self.in_window = false;
            self.details.iter_mut().flatten().for_each(|d| d.close(t));
        }
    }

    /// The finished row.
    pub fn finish(&mut self, network: &Network) -> Vec<f64> {
        let length = self.window.length.max(1);
        write::window(&self.window, network.model(), length, &mut RowSink(&mut self.row));
        if let Some(staff) = self.staff.as_ref() {
            staff.write_window(network.model(), length, &mut RowSink(&mut self.row));
        }
        if let Some(services) = self.services.as_ref() {
            services.write_window(network.model(), length, &mut RowSink(&mut self.row));
        }
        for (pool, detail) in self.details.iter().enumerate() {
            if let Some(detail) = detail {
                write::detail(pool, detail, &mut RowSink(&mut self.row));
            }
        }
        std::mem::take(&mut self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 2 here from 10 to 30, one more at 15, one gone at 25: 2x20 + 15 - 5 = 50.
    #[test]
    fn areas_follow_from_moments() {
        let mut level = Level { now: 2, before: 2, moment: 0 };
        level.come(15);
        level.go(25);
        assert_eq!(level.area(10, 30), 50);
    }
}
