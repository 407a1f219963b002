//! `[arrivals]`: streams.

use super::item::Fields;
use super::{Item, Reader};
use crate::base::ids::{Id, IdVec, StageId, StreamId};
use crate::base::time::{SimTime, Span};
use crate::model::arrivals::{Arrival, Arrivals, Rate, Stream};
use crate::model::catalogue::{ARRIVAL_LISTED, STREAM};
use crate::model::file::Value;
use crate::model::stage::Dest;

/// Most listed arrivals.
const MOST_LISTED: usize = 1_000_000;

impl Reader<'_> {
    /// All streams.
    pub fn streams(&mut self, root: &Item<'_>) -> IdVec<StreamId, Stream> {
        let Some(node) = root.node.find(&["arrivals"]) else {
            return IdVec::default();
        };
        let item = root.child("arrivals", node);
        let entries = self.entries(&item, "a table of streams");
        if entries.is_empty() && item.node.table().is_some() {
            self.push(
                item.error("has no stream").hint("add for example [arrivals.contacts] with to and rate"),
            );
        }
        self.ages_given = root.node.find(&["cases", "ages"]).is_some();
        let population = self.population(root);
        let most = self.names.streams.len();
        let mut streams = Vec::new();
        for entry in entries.iter().take(most) {
            let mut stream = Stream {
                name: entry.key.clone(),
                title: entry.key.clone(),
                to: Vec::new(),
                arrivals: Arrivals::At(Vec::new()),
                families: None,
                ages: None,
                given: Vec::new(),
                needs: Vec::new(),
            };
            if let Some(f) = self.fields(&item.entry(entry), &STREAM) {
                self.stream(&f, &mut stream, &population);
            }
            streams.push(stream);
        }
        IdVec::new(streams)
    }

    fn stream(&mut self, f: &Fields<'_>, stream: &mut Stream, population: &super::population::Population) {
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            stream.title = title;
        }
        if let Some(to) = self.need(f, "to") {
            stream.to = self.first_stages(&to, &stream.name);
        }
        stream.families = f.opt("families").and_then(|i| self.families(&i));
        stream.ages = f.opt("ages").and_then(|i| self.age_shares(&i));
        stream.given = f.opt("set").map(|i| self.given(&i)).unwrap_or_default();
        stream.needs = f.opt("needs").map(|i| self.need_shares(&i)).unwrap_or_default();
        let by_age = f.opt("per_10000").is_some();
        if self.names.ages.len() > 0 && !self.ages_given && !by_age && f.opt("ages").is_none() {
            self.push(
                f.item
                    .error("says nothing of the ages of its cases, though the model has age bands")
                    .hint("add ages here, or for all cases under [cases]"),
            );
        }
        self.when(f, stream, population);
    }

    fn first_stages(&mut self, item: &Item<'_>, name: &str) -> Vec<(StageId, f64)> {
        let whole = format!("the first stages of `{name}`");
        let mut out = Vec::new();
        for (dest, share) in self.destinations(item, &whole).unwrap_or_default() {
            match dest {
                Dest::Stage(id) => out.push((id, share)),
                Dest::Exit(id) => {
                    let exit = self.names.exits.name(id.index()).to_string();
                    self.push(item.error(format_args!("sends cases to the exit `{exit}`, expected a stage")));
                }
            }
        }
        out
    }

    /// Exactly one of `rate`, `per_10000`, `gaps`, `at` and `forecast`.
    fn when(&mut self, f: &Fields<'_>, stream: &mut Stream, population: &super::population::Population) {
        let ways = ["rate", "per_10000", "gaps", "at", "forecast"];
        let given: Vec<&str> = ways.into_iter().filter(|k| f.opt(k).is_some()).collect();
        let [way] = given.as_slice() else {
            let found = if given.is_empty() { "none".to_string() } else { given.join(" and ") };
            self.push(
                f.item
                    .error(format_args!(
                        "must have exactly one of rate, per_10000, gaps, at and forecast, found {found}"
                    ))
                    .hint("for example rate = \"120 per month\""),
            );
            return;
        };
        let Some(item) = f.opt(way) else { return };
        let of_rates = matches!(*way, "rate" | "per_10000");
        for key in ["repeat", "months", "varies"] {
            if let Some(i) = f.opt(key).filter(|_| !of_rates || (key == "repeat" && *way != "rate")) {
                self.push(i.error(format_args!("has no meaning with `{way}`")));
            }
        }
        let arrivals = match *way {
            "gaps" => self.plain_law(&item).map(Arrivals::Gaps),
            "at" => self.listed(&item).map(Arrivals::At),
            "forecast" => self.forecast(&item).map(Arrivals::Forecast),
            "rate" => self.rate_of(f, &item).map(Arrivals::Rate),
            _ => self.rate_per_population(f, &item, population).map(Arrivals::Rate),
        };
        if let Some(arrivals) = arrivals {
            stream.arrivals = arrivals;
        }
    }

    fn rate_of(&mut self, f: &Fields<'_>, item: &Item<'_>) -> Option<Rate> {
        let repeat = match f.opt("repeat") {
            Some(i) => Some(self.period(&i)?),
            None => None,
        };
        let steps = self.rate_steps(item, repeat);
        let (months, varies) = self.season(f);
        Some(Rate { steps: steps?, repeat, by_age: Vec::new(), months, varies })
    }

    fn period(&mut self, item: &Item<'_>) -> Option<Span> {
        let span = self.span(item)?;
        if span.0 == 0 {
            self.push(item.error("must be longer than nothing"));
            return None;
        }
        Some(span)
    }

    fn listed(&mut self, item: &Item<'_>) -> Option<Vec<Arrival>> {
        let items = self.list(item, "a list of times", MOST_LISTED)?;
        let before = self.errors();
        let (from, to) = (self.beginning(), SimTime::ZERO + self.length);
        let mut arrivals: Vec<Arrival> = Vec::with_capacity(items.len());
        let mut outside = 0usize;
        for i in items {
            let Some(arrival) = self.arrival(&i) else {
                continue;
            };
            outside += usize::from(arrival.at < from || arrival.at > to);
            arrivals.push(arrival);
        }
        if outside > 0 {
            self.push(crate::base::diag::Diagnostic::warning(
                item.place(),
                format!("`{}` has {outside} arrivals outside the run, which are left out", item.path),
            ));
        }
        arrivals.retain(|a| a.at >= from && a.at <= to);
        arrivals.sort_by_key(|a| a.at);
        let mut node = item.node.clone();
        node.value = Value::Text(format!("{} listed times", arrivals.len()));
        self.enter(&item.path, &node, super::notes::Notes::default());
        (self.errors() == before).then_some(arrivals)
    }

    fn arrival(&mut self, item: &Item<'_>) -> Option<Arrival> {
        if item.node.table().is_none() {
            return Some(Arrival { at: self.time(item)?, children: None, given: Vec::new() });
        }
        let f = self.fields(item, &ARRIVAL_LISTED)?;
        let at = self.need(&f, "at").and_then(|i| self.time(&i));
        let children = f.opt("children").and_then(|i| self.whole(&i, 1, 20));
        Some(Arrival {
            at: at?,
            children: children.and_then(|n| u8::try_from(n).ok()),
            given: f.opt("set").map(|i| self.given(&i)).unwrap_or_default(),
        })
    }
}
