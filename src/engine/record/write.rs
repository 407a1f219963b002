//! From counts to the numbers of a row: one walk, which also names the columns.

use super::detail::Detail;
use super::sink::{Part, Sink};
use super::tally::{LengthHistogram, Tally};
use crate::base::ids::{Id, PoolId};
use crate::base::time::DAY_MS;
use crate::engine::network::ways;
use crate::model::Model;
use crate::stats::histogram::DurationHistogram;

const DAY: f64 = DAY_MS as f64;

fn ratio(sum: f64, n: f64) -> f64 {
    if n > 0.0 { sum / n } else { f64::NAN }
}

/// The numbers of one reporting period.
pub(crate) fn period(tally: &Tally, model: &Model, length: i64, sink: &mut impl Sink) {
    common(tally, model, length, sink);
}

/// The numbers over the window: those of a period, and what needs the whole distribution.
pub(crate) fn window(tally: &Tally, model: &Model, length: i64, sink: &mut impl Sink) {
    common(tally, model, length, sink);
    for s in 0..tally.stages.len() {
        sink.about("stage", s);
        let stays = &tally.stays[s];
        for q in [0.25, 0.5, 0.75, 0.9] {
            sink.put("stay", Part::Quantile(q), days(stays.quantile(q)));
        }
    }
    sojourns(tally, sink);
}

/// The numbers of a pool that keeps its detail; over the window only.
pub(crate) fn detail(pool: usize, detail: &Detail, sink: &mut impl Sink) {
    sink.about("pool", pool);
    detail.write(sink);
}

fn days(ms: Option<i64>) -> f64 {
    ms.map_or(f64::NAN, |ms| ms as f64 / DAY)
}

fn common(tally: &Tally, model: &Model, length: i64, sink: &mut impl Sink) {
    for s in 0..tally.stages.len() {
        stage(tally, model, s, length, sink);
    }
    for p in 0..tally.pools.len() {
        pool(tally, model, p, length, sink);
    }
    for g in 0..tally.groups.len() {
        group(tally, g, sink);
    }
    for (i, n) in tally.streams.iter().enumerate() {
        sink.about("stream", i);
        sink.put("arrived", Part::Whole, *n as f64);
    }
    for (i, &(n, sum, _)) in tally.exits.iter().enumerate() {
        sink.about("exit", i);
        sink.put("left", Part::Whole, n as f64);
        sink.put("sojourn_mean", Part::Whole, ratio(sum as f64 / DAY, n as f64));
    }
}

fn stage(tally: &Tally, model: &Model, s: usize, length: i64, sink: &mut impl Sink) {
    let t = &tally.stages[s];
    let pooled = model.stages.iter().nth(s).is_some_and(|s| s.seize.is_some());
    let clocked = model.stages.iter().nth(s).is_some_and(|s| s.clock.is_some());
    let n_ways = model.stages.iter().nth(s).map_or(0, |s| ways(s).len());
    sink.about("stage", s);
    let mut put = |measure, value| sink.put(measure, Part::Whole, value);
    put("children_end", (t.staying + t.waiting) as f64);
    put("children_mean", (t.staying_area + t.waiting_area) as f64 / length as f64);
    put("staying_end", t.staying as f64);
    put("staying_mean", t.staying_area as f64 / length as f64);
    put("asked", t.asked as f64);
    put("arrived", t.arrived as f64);
    put("returned", t.returned as f64);
    put("started", t.started as f64);
    put("ended", t.ended as f64);
    put("stay_mean", ratio(t.stay_sum as f64 / DAY, t.ended as f64));
    if clocked {
        put("in_time", t.in_time as f64);
        put("in_time_share", ratio(t.in_time as f64, t.ended as f64));
    }
    if pooled {
        put("waiting_end", t.waiting as f64);
        put("waiting_mean", t.waiting_area as f64 / length as f64);
        put("wait_mean", ratio(t.wait_sum as f64 / DAY, t.started as f64));
        put("wait_share", ratio(t.waited as f64, t.started as f64));
        put("gave_up", t.gave_up as f64);
        put("refused", t.refused as f64);
        for q in [0.5, 0.9] {
            sink.put("wait", Part::Quantile(q), days(tally.waits[s].quantile(q)));
        }
    }
    for way in 0..n_ways {
        sink.put("to", Part::Way(way), tally.ways[tally.way_at[s] + way] as f64);
    }
    if clocked {
        for way in 0..n_ways {
            sink.put("to_in_time", Part::Way(way), tally.ways_in_time[tally.way_at[s] + way] as f64);
        }
    }
    for (measure, counts) in [("ended_in_band", &tally.bands), ("open_in_band", &tally.open_bands)] {
        for (band, n) in counts[tally.band_at[s]..tally.band_at[s + 1]].iter().enumerate() {
            sink.put(measure, Part::Band(band), *n as f64);
        }
    }
    for i in 0..tally.parts_each {
        if !tally.parts_reported[s * tally.parts_each + i] {
            continue;
        }
        let part = &tally.parts[s * tally.parts_each + i];
        sink.put("children_end", Part::By(i), part.here as f64);
        sink.put("staying_mean", Part::By(i), part.area as f64 / length as f64);
        sink.put("asked", Part::By(i), part.asked as f64);
        sink.put("started", Part::By(i), part.started as f64);
        sink.put("ended", Part::By(i), part.ended as f64);
        if pooled {
            sink.put("wait_mean", Part::By(i), ratio(part.wait_sum as f64 / DAY, part.started as f64));
        }
        if clocked {
            sink.put("in_time_share", Part::By(i), ratio(part.in_time as f64, part.ended as f64));
        }
    }
}

fn pool(tally: &Tally, model: &Model, p: usize, length: i64, sink: &mut impl Sink) {
    let id = PoolId::new(p);
    let spec = &model.pools[id];
    let (mut busy, mut waiting, mut wait, mut started, mut waited) = (0i64, 0i64, 0i64, 0i64, 0i64);
    let (mut gave_up, mut refused, mut waiting_end, mut busy_end) = (0i64, 0i64, 0i64, 0i64);
    let mut waits = DurationHistogram::<11>::default();
    for (s, stage) in model.stages.iter().enumerate() {
        let Some(seize) = stage.seize.filter(|z| z.pool == id) else { continue };
        let t = &tally.stages[s];
        busy += t.staying_area * i64::from(seize.amount);
        busy_end += t.staying * i64::from(seize.amount);
        waiting += t.waiting_area;
        waiting_end += t.waiting;
        wait += t.wait_sum;
        started += t.started;
        waited += t.waited;
        gave_up += t.gave_up;
        refused += t.refused;
        waits.merge(&tally.waits[s]);
    }
    let (n, places) = (started as f64, tally.pools[p].places_area as f64);
    sink.about("pool", p);
    let mut put = |measure, value| sink.put(measure, Part::Whole, value);
    put("places_mean", places / length as f64);
    put("busy_mean", busy as f64 / length as f64);
    put("busy_end", busy_end as f64);
    put("use", ratio(busy as f64, places));
    put("waiting_mean", waiting as f64 / length as f64);
    put("waiting_end", waiting_end as f64);
    put("started", n);
    put("wait_share", ratio(waited as f64, n));
    put("wait_mean", ratio(wait as f64 / DAY, n));
    put("wait_mean_of_waiting", ratio(wait as f64 / DAY, waited as f64));
    let mean = wait as f64 / DAY / n;
    put("wait_sd", if started > 1 { sd(tally.pools[p].wait_squares, mean, n) } else { f64::NAN });
    put("gave_up", gave_up as f64);
    put("lost", refused as f64);
    put("lost_share", ratio(refused as f64, (started + refused + gave_up) as f64));
    put("gave_up_share", ratio(gave_up as f64, (started + gave_up) as f64));
    for q in &spec.quantiles {
        sink.put("wait", Part::Quantile(*q), days(waits.quantile(*q)));
    }
    for over in &spec.wait_over {
        let share = waits.share_over((over * DAY) as i64).unwrap_or(f64::NAN);
        sink.put("wait_share", Part::Over(*over), share);
    }
}

fn sd(squares: f64, mean: f64, n: f64) -> f64 {
    ((squares / n - mean * mean).max(0.0) * n / (n - 1.0)).sqrt()
}

fn group(tally: &Tally, g: usize, sink: &mut impl Sink) {
    let t = &tally.groups[g];
    sink.about("group", g);
    let mut put = |measure, value| sink.put(measure, Part::Whole, value);
    put("children_end", t.open as f64);
    put("started", t.starts as f64);
    put("again", t.again as f64);
    put("ended", t.ends as f64);
    put("stay_mean", ratio(t.spell_sum as f64 / DAY, t.ends as f64));
    for (measure, counts) in
        [("ended_in_band", &tally.group_bands), ("open_in_band", &tally.group_open_bands)]
    {
        for (band, n) in counts[tally.group_band_at[g]..tally.group_band_at[g + 1]].iter().enumerate() {
            sink.put(measure, Part::Band(band), *n as f64);
        }
    }
}

fn sojourns(tally: &Tally, sink: &mut impl Sink) {
    let mut all = LengthHistogram::default();
    let (mut n, mut sum, mut squares) = (0i64, 0i64, 0.0);
    for (i, histogram) in tally.sojourns.iter().enumerate() {
        all.merge(histogram);
        n += tally.exits[i].0;
        sum += tally.exits[i].1;
        squares += tally.exits[i].2;
    }
    sink.about("model", 0);
    sink.put("left", Part::Whole, n as f64);
    let mean = sum as f64 / DAY / n as f64;
    sink.put("sojourn_mean", Part::Whole, ratio(sum as f64 / DAY, n as f64));
    sink.put("sojourn_sd", Part::Whole, if n > 1 { sd(squares, mean, n as f64) } else { f64::NAN });
    for q in [0.25, 0.5, 0.75, 0.9, 0.95, 0.99] {
        sink.put("sojourn", Part::Quantile(q), days(all.quantile(q)));
    }
    let area: i64 = tally.stages.iter().map(|s| s.staying_area + s.waiting_area).sum();
    sink.put("children_mean", Part::Whole, area as f64 / tally.length.max(1) as f64);
}
