//! What is counted of services.

use super::sink::{Part, Sink};
use super::waits::Waits;
use super::{Level, Places, Recorder};
use crate::base::time::DAY_MS;
use crate::model::Model;

const DAY: f64 = DAY_MS as f64;

/// Counts of one service over a piece of time. All but the children whose need is unmet are
/// families, in a service for families.
#[derive(Clone, Default)]
pub(crate) struct ServiceTally {
    pub referrals: i64,
    pub turned_away: i64,
    pub not_taken_up: i64,
    pub gave_up: i64,
    pub withdrew: i64,
    pub started: i64,
    pub started_in_time: i64,
    /// Started, but not reached by what was delivered.
    pub not_reached: i64,
    /// Started after a wait.
    pub waited: i64,
    /// Milliseconds.
    pub wait_sum: i64,
    pub finished: i64,
    /// Times numbers, in milliseconds.
    waiting_area: i64,
    receiving_area: i64,
    places_area: i64,
    unmet_area: i64,
    /// At the end.
    waiting: i64,
    receiving: i64,
    unmet: i64,
    waits: Waits,
}

impl ServiceTally {
    fn add(&mut self, b: &ServiceTally) {
        self.referrals += b.referrals;
        self.turned_away += b.turned_away;
        self.not_taken_up += b.not_taken_up;
        self.gave_up += b.gave_up;
        self.withdrew += b.withdrew;
        self.started += b.started;
        self.started_in_time += b.started_in_time;
        self.not_reached += b.not_reached;
        self.waited += b.waited;
        self.wait_sum += b.wait_sum;
        self.finished += b.finished;
        self.waiting_area += b.waiting_area;
        self.receiving_area += b.receiving_area;
        self.places_area += b.places_area;
        self.unmet_area += b.unmet_area;
        (self.waiting, self.receiving, self.unmet) = (b.waiting, b.receiving, b.unmet);
        self.waits.merge(&b.waits);
    }

    /// Back to nothing, keeping the memory of the waits.
    fn clear(&mut self) {
        let mut waits = std::mem::take(&mut self.waits);
        waits.clear();
        *self = ServiceTally { waits, ..ServiceTally::default() };
    }

    fn write(&self, within: &[f64], length: i64, sink: &mut impl Sink) {
        let ratio = |a: f64, b: i64| if b > 0 { a / b as f64 } else { f64::NAN };
        let days = |ms: Option<i64>| ms.map_or(f64::NAN, |ms| ms as f64 / DAY);
        let mean = |area: i64| area as f64 / length as f64;
        let mut put = |measure, value| sink.put(measure, Part::Whole, value);
        put("referrals", self.referrals as f64);
        put("accepted", (self.referrals - self.turned_away) as f64);
        put("turned_away", self.turned_away as f64);
        put("not_taken_up", self.not_taken_up as f64);
        put("gave_up", self.gave_up as f64);
        put("withdrew", self.withdrew as f64);
        put("started", self.started as f64);
        put("started_in_time", self.started_in_time as f64);
        put("in_time_share", ratio(self.started_in_time as f64, self.started));
        put("not_reached", self.not_reached as f64);
        put("finished", self.finished as f64);
        put("waiting_end", self.waiting as f64);
        put("waiting_mean", mean(self.waiting_area));
        put("receiving_end", self.receiving as f64);
        put("receiving_mean", mean(self.receiving_area));
        put("places_mean", mean(self.places_area));
        put("use", ratio(self.receiving_area as f64, self.places_area));
        put("wait_mean", ratio(self.wait_sum as f64 / DAY, self.started));
        put("wait_share", ratio(self.waited as f64, self.started));
        put("unmet_children_end", self.unmet as f64);
        put("unmet_child_weeks", self.unmet_area as f64 / DAY / 7.0);
        for (q, wait) in [0.5, 0.9].into_iter().zip(self.waits.quantiles([0.5, 0.9])) {
            sink.put("wait", Part::Quantile(q), days(wait));
        }
        for &limit in within {
            let over = self.waits.share_over((limit * DAY) as i64);
            sink.put("started_share", Part::Within(limit), over.map_or(f64::NAN, |x| 1.0 - x));
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Levels {
    waiting: Level,
    receiving: Level,
    unmet: Level,
    places: Places,
}

/// Counts of all services.
pub(crate) struct ServiceRecord {
    piece: Vec<ServiceTally>,
    period: Vec<ServiceTally>,
    window: Vec<ServiceTally>,
    levels: Vec<Levels>,
    from: i64,
}

impl ServiceRecord {
    /// `None` for a model without services.
    pub fn new(model: &Model) -> Option<Box<ServiceRecord>> {
        let n = model.services.len();
        let blank = vec![ServiceTally::default(); n];
        (n > 0).then(|| {
            Box::new(ServiceRecord {
                piece: blank.clone(),
                period: blank.clone(),
                window: blank,
                levels: vec![Levels::default(); n],
                from: 0,
            })
        })
    }

    pub fn reset(&mut self, begin: i64) {
        for list in [&mut self.piece, &mut self.period, &mut self.window] {
            list.iter_mut().for_each(ServiceTally::clear);
        }
        self.levels.fill(Levels::default());
        self.from = begin;
    }

    /// Closes the piece at an edge.
    pub fn edge(&mut self, t: i64, in_window: bool) {
        let from = self.from;
        for (levels, tally) in self.levels.iter_mut().zip(&mut self.piece) {
            tally.waiting_area = levels.waiting.area(from, t);
            tally.receiving_area = levels.receiving.area(from, t);
            tally.unmet_area = levels.unmet.area(from, t);
            (tally.waiting, tally.receiving) = (levels.waiting.now, levels.receiving.now);
            tally.unmet = levels.unmet.now;
            for level in [&mut levels.waiting, &mut levels.receiving, &mut levels.unmet] {
                (level.before, level.moment) = (level.now, 0);
            }
            let p = &mut levels.places;
            tally.places_area = p.area + p.now * (t - p.since);
            (p.area, p.since) = (0, t);
        }
        for (i, piece) in self.piece.iter_mut().enumerate() {
            self.period[i].add(piece);
            if in_window {
                self.window[i].add(piece);
            }
            piece.clear();
        }
        self.from = t;
    }

    pub fn clear_period(&mut self) {
        self.period.iter_mut().for_each(ServiceTally::clear);
    }

    pub fn write_period(&self, model: &Model, length: i64, sink: &mut impl Sink) {
        write(&self.period, model, length, sink);
    }

    pub fn write_window(&self, model: &Model, length: i64, sink: &mut impl Sink) {
        write(&self.window, model, length, sink);
    }
}

fn write(tallies: &[ServiceTally], model: &Model, length: i64, sink: &mut impl Sink) {
    for (i, (tally, service)) in tallies.iter().zip(&model.services).enumerate() {
        sink.about("service", i);
        tally.write(&service.within, length, sink);
    }
}

/// Names the columns of all services.
pub(crate) fn columns(model: &Model, sink: &mut impl Sink) {
    write(&vec![ServiceTally::default(); model.services.len()], model, 1, sink);
}

/// In a model without services none of these is ever called.
impl Recorder {
    /// Counts of a service in the present piece.
    pub fn service(&mut self, s: usize) -> &mut ServiceTally {
        let Recorder { services, no_service, .. } = self;
        match services.as_mut().and_then(|r| r.piece.get_mut(s)) {
            Some(tally) => tally,
            None => no_service,
        }
    }

    fn service_levels(&mut self, s: usize, change: impl FnOnce(&mut Levels)) {
        if let Some(levels) = self.services.as_mut().and_then(|r| r.levels.get_mut(s)) {
            change(levels);
        }
    }

    /// This many more children have an unmet need.
    pub fn service_unmet(&mut self, s: usize, t: i64, more: i64) {
        self.service_levels(s, |l| {
            l.unmet.now += more;
            l.unmet.moment = l.unmet.moment.wrapping_sub(t.wrapping_mul(more));
        });
    }

    pub fn service_waits(&mut self, s: usize, t: i64) {
        self.service_levels(s, |l| l.waiting.come(t));
    }

    pub fn service_waits_no_more(&mut self, s: usize, t: i64, withdraws: bool) {
        self.service_levels(s, |l| l.waiting.go(t));
        let tally = self.service(s);
        if withdraws {
            tally.withdrew += 1;
        } else {
            tally.gave_up += 1;
        }
    }

    pub fn service_starts(
        &mut self,
        s: usize,
        t: i64,
        wait: i64,
        waited: bool,
        in_time: bool,
        reached: bool,
    ) {
        self.service_levels(s, |l| {
            if waited {
                l.waiting.go(t);
            }
            l.receiving.come(t);
        });
        let tally = self.service(s);
        tally.started += 1;
        tally.started_in_time += i64::from(in_time);
        tally.not_reached += i64::from(!reached);
        tally.waited += i64::from(wait > 0);
        tally.wait_sum += wait;
        tally.waits.record(wait);
    }

    /// Found receiving it at the beginning.
    pub fn service_found(&mut self, s: usize, t: i64) {
        self.service_levels(s, |l| l.receiving.come(t));
    }

    pub fn service_ends(&mut self, s: usize, t: i64) {
        self.service_levels(s, |l| l.receiving.go(t));
        self.service(s).finished += 1;
    }

    pub fn service_places(&mut self, s: usize, t: i64, places: i64) {
        self.service_levels(s, |l| {
            let p = &mut l.places;
            p.area += p.now * (t - p.since);
            (p.now, p.since) = (places, t);
        });
    }
}
