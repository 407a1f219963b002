//! Counts over a piece of time. Everything is a whole number, so sums are exact in any order.

use crate::base::ids::{Id, StageId};
use crate::engine::network::ways;
use crate::model::Model;
use crate::model::run::Parts;
use crate::stats::histogram::DurationHistogram;

/// Lengths of stay and times in the model, for quantiles to a part in 256 or better: one is counted at
/// every event, so it must be small enough to stay in the processor's cache.
pub(crate) type LengthHistogram = DurationHistogram<8>;

/// Counts of one stage.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct StageTally {
    /// Cases that asked to enter, from anywhere.
    pub asked: i64,
    /// Of these, by arrival.
    pub arrived: i64,
    /// Of these, by coming back.
    pub returned: i64,
    /// Stays begun.
    pub started: i64,
    /// Of these, after a wait.
    pub waited: i64,
    /// Milliseconds.
    pub wait_sum: i64,
    /// Stays ended.
    pub ended: i64,
    /// Of these, inside the clock.
    pub in_time: i64,
    /// Milliseconds.
    pub stay_sum: i64,
    pub gave_up: i64,
    pub refused: i64,
    /// Case-milliseconds in their stay, and waiting.
    pub staying_area: i64,
    pub waiting_area: i64,
    /// At the end.
    pub staying: i64,
    pub waiting: i64,
}

/// Counts of one group.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct GroupTally {
    pub starts: i64,
    pub ends: i64,
    pub again: i64,
    pub spell_sum: i64,
    pub open: i64,
}

/// Counts of a stage for cases of one age band, need or attribute value.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct PartTally {
    pub asked: i64,
    pub started: i64,
    pub ended: i64,
    pub in_time: i64,
    pub wait_sum: i64,
    pub area: i64,
    /// At the end.
    pub here: i64,
}

/// Counts of one pool.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct PoolTally {
    /// Place-milliseconds open.
    pub places_area: i64,
    pub wait_squares: f64,
}

/// All counts over a piece of time.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    /// Milliseconds.
    pub length: i64,
    pub stages: Vec<StageTally>,
    /// Moves by stage and way, flat; `way_at[stage]` is the first.
    pub ways: Vec<i64>,
    pub way_at: Vec<usize>,
    /// Of these, after a stay inside the clock.
    pub ways_in_time: Vec<i64>,
    /// Ended and open stays by stage and band, flat.
    pub bands: Vec<i64>,
    pub open_bands: Vec<i64>,
    pub band_at: Vec<usize>,
    pub groups: Vec<GroupTally>,
    pub group_bands: Vec<i64>,
    pub group_open_bands: Vec<i64>,
    pub group_band_at: Vec<usize>,
    /// By stage and part, flat.
    pub parts: Vec<PartTally>,
    pub parts_each: usize,
    /// Whether each of them is reported.
    pub parts_reported: Vec<bool>,
    pub pools: Vec<PoolTally>,
    pub streams: Vec<i64>,
    /// Cases that left, their milliseconds in the model, and squares of days.
    pub exits: Vec<(i64, i64, f64)>,
    /// Waits of stages that need places, of periods and the window; empty histograms cost nothing.
    pub waits: Vec<DurationHistogram>,
    /// Only over the window.
    pub stays: Vec<LengthHistogram>,
    pub sojourns: Vec<LengthHistogram>,
}

fn firsts(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut at = vec![0];
    for length in lengths {
        at.push(at[at.len() - 1] + length);
    }
    at
}

impl Tally {
    pub fn new(model: &Model) -> Tally {
        let stages = model.stages.len();
        let way_at = firsts(model.stages.iter().map(|s| ways(s).len()));
        let band_at = firsts(model.stages.iter().map(|s| s.bands.len() + 1));
        let group_band_at = firsts(model.groups.iter().map(|g| g.bands.len() + 1));
        let asked = Parts::of(model);
        let parts_each = asked.conditions.len();
        let reported = |stage| (0..parts_each).map(move |part| (stage, part));
        let parts_reported = (0..stages).flat_map(reported).map(|(s, p)| asked.reported(p, StageId::new(s)));
        let last = |at: &[usize]| at.last().copied().unwrap_or(0);
        Tally {
            length: 0,
            stages: vec![StageTally::default(); stages],
            ways: vec![0; last(&way_at)],
            ways_in_time: vec![0; last(&way_at)],
            bands: vec![0; last(&band_at)],
            open_bands: vec![0; last(&band_at)],
            groups: vec![GroupTally::default(); model.groups.len()],
            group_bands: vec![0; last(&group_band_at)],
            group_open_bands: vec![0; last(&group_band_at)],
            parts: vec![PartTally::default(); stages * parts_each],
            parts_each,
            parts_reported: parts_reported.collect(),
            pools: vec![PoolTally::default(); model.pools.len()],
            streams: vec![0; model.streams.len()],
            exits: vec![(0, 0, 0.0); model.exits.len()],
            waits: vec![DurationHistogram::default(); stages],
            stays: vec![LengthHistogram::default(); stages],
            sojourns: vec![LengthHistogram::default(); model.exits.len()],
            way_at,
            band_at,
            group_band_at,
        }
    }

    /// Adds the flows of a later piece and takes its levels. Histograms are counted where they belong.
    pub fn add(&mut self, piece: &Tally) {
        self.length += piece.length;
        for (a, b) in self.stages.iter_mut().zip(&piece.stages) {
            a.asked += b.asked;
            a.arrived += b.arrived;
            a.returned += b.returned;
            a.started += b.started;
            a.waited += b.waited;
            a.wait_sum += b.wait_sum;
            a.ended += b.ended;
            a.in_time += b.in_time;
            a.stay_sum += b.stay_sum;
            a.gave_up += b.gave_up;
            a.refused += b.refused;
            a.staying_area += b.staying_area;
            a.waiting_area += b.waiting_area;
            (a.staying, a.waiting) = (b.staying, b.waiting);
        }
        for (a, b) in self.groups.iter_mut().zip(&piece.groups) {
            a.starts += b.starts;
            a.ends += b.ends;
            a.again += b.again;
            a.spell_sum += b.spell_sum;
            a.open = b.open;
        }
        for (a, b) in self.parts.iter_mut().zip(&piece.parts) {
            a.asked += b.asked;
            a.started += b.started;
            a.ended += b.ended;
            a.in_time += b.in_time;
            a.wait_sum += b.wait_sum;
            a.area += b.area;
            a.here = b.here;
        }
        for (a, b) in self.pools.iter_mut().zip(&piece.pools) {
            a.places_area += b.places_area;
            a.wait_squares += b.wait_squares;
        }
        for (a, b) in self.exits.iter_mut().zip(&piece.exits) {
            *a = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        }
        add_all(&mut self.ways, &piece.ways);
        add_all(&mut self.ways_in_time, &piece.ways_in_time);
        add_all(&mut self.bands, &piece.bands);
        add_all(&mut self.group_bands, &piece.group_bands);
        add_all(&mut self.streams, &piece.streams);
        self.open_bands.copy_from_slice(&piece.open_bands);
        self.group_open_bands.copy_from_slice(&piece.group_open_bands);
    }

    /// Back to nothing, keeping the memory.
    pub fn clear(&mut self) {
        self.length = 0;
        self.stages.fill(StageTally::default());
        self.groups.fill(GroupTally::default());
        self.parts.fill(PartTally::default());
        self.pools.fill(PoolTally::default());
        self.exits.fill((0, 0, 0.0));
        for counts in [
            &mut self.ways,
            &mut self.ways_in_time,
            &mut self.bands,
            &mut self.open_bands,
            &mut self.group_bands,
            &mut self.group_open_bands,
            &mut self.streams,
        ] {
            counts.fill(0);
        }
        self.waits.iter_mut().for_each(DurationHistogram::clear);
        self.stays.iter_mut().chain(&mut self.sojourns).for_each(LengthHistogram::clear);
    }
}

fn add_all(to: &mut [i64], from: &[i64]) {
    for (a, b) in to.iter_mut().zip(from) {
        *a += b;
    }
}
