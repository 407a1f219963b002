//! `[pools]`: places.

use super::item::Fields;
use super::{Item, Reader};
use crate::base::ids::{IdVec, PoolId};
use crate::base::time::SimTime;
use crate::model::catalogue::{PLACES_STEP, POOL};
use crate::model::file::Node;
use crate::model::pool::{Pool, Queue};

/// Most places, and most that wait.
const MOST: i64 = 1_000_000_000;

impl Reader<'_> {
    /// All pools.
    pub fn pools(&mut self, root: &Item<'_>) -> IdVec<PoolId, Pool> {
        let Some(node) = root.node.find(&["pools"]) else {
            return IdVec::default();
        };
        let item = root.child("pools", node);
        let entries = self.entries(&item, "a table of pools");
        let most = self.names.pools.len();
        let pools = entries.iter().take(most).map(|entry| {
            let mut pool = Pool {
                name: entry.key.clone(),
                title: entry.key.clone(),
                places: vec![(self.beginning(), 1)],
                queue: Queue::Fifo,
                waiting_room: None,
                detail: false,
                wait_over: Vec::new(),
                quantiles: vec![0.5, 0.9, 0.95, 0.99],
            };
            self.pool(&item.entry(entry), &mut pool);
            pool
        });
        IdVec::new(pools.collect())
    }

    /// The beginning of the simulation, with its warm-up.
    pub fn beginning(&self) -> SimTime {
        SimTime::ZERO - self.warm_up
    }

    fn pool(&mut self, item: &Item<'_>, pool: &mut Pool) {
        let Some(f) = self.fields(item, &POOL) else {
            return;
        };
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            pool.title = title;
        }
        if let Some(i) = self.need(&f, "places") {
            pool.places = self.places(&i).unwrap_or_else(|| pool.places.clone());
        }
        if let Some(i) = f.opt("queue") {
            let words = [("first come", Queue::Fifo), ("priority", Queue::Priority)];
            pool.queue = self.word(&i, &words).unwrap_or(Queue::Fifo);
        }
        pool.waiting_room = f.opt("waiting_room").and_then(|i| self.noted(&i, Reader::count));
        self.pool_reports(&f, pool);
    }

    fn pool_reports(&mut self, f: &Fields<'_>, pool: &mut Pool) {
        if let Some(i) = f.opt("detail") {
            pool.detail = self.switch(&i).unwrap_or(false);
        }
        if let Some(i) = f.opt("wait_over") {
            let items = self.list(&i, "a list of lengths of time", 50).unwrap_or_default();
            pool.wait_over = items.iter().filter_map(|i| self.days(i)).collect();
        }
        if let Some(i) = f.opt("quantiles") {
            let items = self.list(&i, "a list of numbers between 0 and 1", 50).unwrap_or_default();
            let expected = "a number between 0 and 1";
            let read = items.iter().filter_map(|i| self.number(i, 1e-9, 1.0 - 1e-9, expected));
            pool.quantiles = read.collect();
        }
    }

    /// A whole number of cases or places.
    pub fn count(&mut self, item: &Item<'_>) -> Option<u32> {
        self.whole(item, 0, MOST).and_then(|n| u32::try_from(n).ok())
    }

    /// Places from each time on.
    fn places(&mut self, item: &Item<'_>) -> Option<Vec<(SimTime, u32)>> {
        if item.node.list().is_none() {
            let n = self.noted(item, Reader::count)?;
            return Some(vec![(self.beginning(), n)]);
        }
        self.steps(item, "places", |r, step| {
            let f = r.fields(step, &PLACES_STEP)?;
            r.need(&f, "places").and_then(|i| r.noted(&i, Reader::count))
        })
    }

    /// A list of steps, each with `from`, rising in time; the first may leave `from` out.
    pub fn steps<T>(
        &mut self,
        item: &Item<'_>,
        what: &str,
        read: impl FnMut(&mut Self, &Item<'_>) -> Option<T>,
    ) -> Option<Vec<(SimTime, T)>> {
        self.rising_steps(item, Some(what), read)
    }

    /// The same; without a `gap`, which names what would be missing, the first may begin later than the
    /// simulation.
    pub(super) fn rising_steps<T>(
        &mut self,
        item: &Item<'_>,
        gap: Option<&str>,
        mut read: impl FnMut(&mut Self, &Item<'_>) -> Option<T>,
    ) -> Option<Vec<(SimTime, T)>> {
        let items = self.list(item, "a list of steps", 100_000)?;
        if items.is_empty() {
            self.push(item.error("must have at least one entry"));
            return None;
        }
        let mut steps: Vec<(SimTime, T)> = Vec::new();
        let mut last: Option<&Node> = None;
        let mut sound = true;
        for (n, step) in items.iter().enumerate() {
            let value = read(self, step);
            let from = step.node.find(&["from"]);
            let time = match from {
                Some(node) => self.time(&step.child("from", node)),
                None if n == 0 => Some(if gap.is_some() { self.beginning() } else { SimTime(i64::MIN) }),
                None => {
                    if step.node.table().is_some() {
                        self.push(step.error("has no `from`: only the first step may leave it out"));
                    }
                    None
                }
            };
            let (Some(value), Some(time)) = (value, time) else {
                sound = false;
                continue;
            };
            if let Some(what) = gap
                && n == 0
                && time > self.beginning()
            {
                self.push(
                    step.error(format_args!(
                        "begins after the simulation does, which leaves a time without {what}"
                    ))
                    .hint("leave `from` out of the first step"),
                );
                sound = false;
            }
            if let (Some(before), Some((t, _))) = (last, steps.last())
                && time <= *t
            {
                let place = before.place.clone();
                self.push(
                    step.child("from", from.unwrap_or(step.node))
                        .error("must come after the step before it")
                        .also(place, "the step before it"),
                );
                sound = false;
            }
            last = Some(from.unwrap_or(step.node));
            steps.push((time, value));
        }
        sound.then_some(steps)
    }
}
