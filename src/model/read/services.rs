//! `[services]`.

use super::item::Fields;
use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::StageId;
use crate::base::time::{SimTime, Span};
use crate::model::case::Level;
use crate::model::catalogue::Def;
use crate::model::catalogue::{ALREADY, EFFECT, PLACES_STEP, REFER, SERVICE, SESSIONS_STEP, STRENGTH};
use crate::model::selector::Selector;
use crate::model::service::{Already, Effect, Refer, Service, Strength};
use crate::model::stage::Dest;
use crate::stats::dist::Dist;

impl Reader<'_> {
    /// All services.
    pub fn services(&mut self, root: &Item<'_>) -> Vec<Service> {
        let Some(node) = root.node.find(&["services"]) else {
            return Vec::new();
        };
        let item = root.child("services", node);
        let entries = self.entries(&item, "a table of services");
        let most = self.names.services.len();
        let mut services = Vec::new();
        for entry in entries.iter().take(most) {
            let Ok(day) = Dist::constant(1.0) else { continue };
            let mut service = blank(&entry.key, self.beginning(), day);
            if let Some(f) = self.fields(&item.entry(entry), &SERVICE) {
                self.service(&f, &mut service);
            }
            services.push(service);
        }
        services
    }

    /// The index of a service.
    pub fn find_service(&mut self, item: &Item<'_>) -> Option<usize> {
        let name = self.name_text(item, "the name of a service")?;
        self.find_service_named(item, &name)
    }

    /// The index of the service with a name that stands at an item.
    pub fn find_service_named(&mut self, item: &Item<'_>, name: &str) -> Option<usize> {
        let found = self.names.services.find(name);
        if found.is_none() {
            let near = super::suggest(name, self.names.services.iter()).map(str::to_string);
            let known: Vec<&str> = self.names.services.iter().take(12).collect();
            let known = known.join(", ");
            self.unknown(item, name, "service", near, &known);
        }
        found
    }

    fn service(&mut self, f: &Fields<'_>, service: &mut Service) {
        if let Some(title) = f.opt("title").and_then(|i| self.text(&i)) {
            service.title = title;
        }
        service.provider = f.opt("provider").and_then(|i| self.text(&i)).unwrap_or_default();
        if let Some(i) = f.opt("of") {
            let words = [("family", Level::Family), ("child", Level::Child)];
            service.of = self.word(&i, &words).unwrap_or(Level::Family);
        }
        service.places = self.service_places(f).unwrap_or_else(|| std::mem::take(&mut service.places));
        if let Some(dist) = self.need(f, "length").and_then(|i| self.plain_law(&i)) {
            service.length = dist;
        }
        let share = |r: &mut Self, key: &str| f.opt(key).and_then(|i| r.noted(&i, Reader::share));
        service.accepted = share(self, "accepted").unwrap_or(1.0);
        service.taken_up = share(self, "taken_up").unwrap_or(1.0);
        service.delivered = share(self, "delivered").unwrap_or(1.0);
        service.waiting_room = f.opt("waiting_room").and_then(|i| self.noted(&i, Reader::count));
        service.patience = f.opt("patience").and_then(|i| self.plain_law(&i));
        service.in_time = self.need(f, "in_time").and_then(|i| self.span(&i)).unwrap_or(Span::ZERO);
        service.within = match f.opt("within") {
            Some(i) => {
                let items = self.list(&i, "a list of lengths of time", 50).unwrap_or_default();
                items.iter().filter_map(|i| self.days(i)).collect()
            }
            None => vec![service.in_time.days()],
        };
        if let Some(i) = f.opt("on_leaving") {
            service.withdraws = self.word(&i, &[("stay", false), ("withdraw", true)]).unwrap_or(false);
        }
        if let Some(i) = f.opt("refer") {
            let items = self.list(&i, "a list of tables with `stage`", 1000).unwrap_or_default();
            service.refer = items.iter().filter_map(|i| self.refer(i)).collect();
        }
        if let Some(i) = f.opt("start") {
            service.start = self.already(&i).unwrap_or_default();
        }
        if let Some(i) = f.opt("effects") {
            service.effects = self.service_effects(&i);
        }
    }

    /// Places, or sessions a week over those that each takes.
    fn service_places(&mut self, f: &Fields<'_>) -> Option<Vec<(SimTime, u32)>> {
        let each = f.opt("sessions_each");
        match (f.opt("places"), f.opt("sessions")) {
            (Some(i), None) => {
                if let Some(each) = each {
                    self.push(each.error("has no effect beside `places`").hint("it belongs to `sessions`"));
                }
                self.counted_steps(&i, "places", &PLACES_STEP)
            }
            (None, Some(i)) => {
                let expected = "a number from 0.01 to 100";
                let each = match each {
                    Some(e) => self.noted(&e, |r, i| r.number(i, 0.01, 100.0, expected))?,
                    None => 1.0,
                };
                let mut steps = self.counted_steps(&i, "sessions", &SESSIONS_STEP)?;
                for (_, n) in &mut steps {
                    *n = (f64::from(*n) / each) as u32;
                }
                Some(steps)
            }
            (Some(_), Some(i)) => {
                self.push(i.error("stands beside `places`, expected one of them"));
                None
            }
            (None, None) => {
                self.push(
                    f.item.error("has neither `places` nor `sessions`").hint("add for example: places = 40"),
                );
                None
            }
        }
    }

    fn counted_steps(
        &mut self,
        item: &Item<'_>,
        key: &'static str,
        def: &'static Def,
    ) -> Option<Vec<(SimTime, u32)>> {
        if item.node.list().is_none() {
            let n = self.noted(item, Reader::count)?;
            return Some(vec![(self.beginning(), n)]);
        }
        self.steps(item, key, |r, step| {
            let f = r.fields(step, def)?;
            r.need(&f, key).and_then(|i| r.noted(&i, Reader::count))
        })
    }

    fn refer(&mut self, item: &Item<'_>) -> Option<Refer> {
        let f = self.fields(item, &REFER)?;
        let stage = self.need(&f, "stage").and_then(|i| {
            let name = self.name_text(&i, "the name of a stage")?;
            self.find::<StageId>(&i, &name, Of::Stage)
        });
        let selector = match f.opt("if") {
            Some(i) => self.selector(&i)?,
            None => Selector::default(),
        };
        let share = match f.opt("share") {
            Some(i) => self.noted(&i, Reader::share)?,
            None => 1.0,
        };
        let priority = match f.opt("priority") {
            Some(i) => self.whole(&i, -1_000_000, 1_000_000).and_then(|n| i32::try_from(n).ok())?,
            None => 0,
        };
        Some(Refer { stage: stage?, selector, share, priority })
    }

    fn already(&mut self, item: &Item<'_>) -> Option<Already> {
        let f = self.fields(item, &ALREADY)?;
        let share =
            |r: &mut Self, key: &str| f.opt(key).and_then(|i| r.noted(&i, Reader::share)).unwrap_or(0.0);
        let already = Already {
            received: share(self, "received"),
            received_late: share(self, "received_late"),
            receiving: share(self, "receiving"),
            waiting: share(self, "waiting"),
        };
        let sum = already.received + already.received_late + already.receiving + already.waiting;
        if sum > 1.0 + 1e-9 {
            self.push(item.error(format_args!("has shares that sum to {}, more than 1", super::short(sum))));
            return None;
        }
        Some(already)
    }

    fn service_effects(&mut self, item: &Item<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for entry in self.entries(item, "a table of stages and exits") {
            let at = self.dest_named(&item.key(entry), &entry.key);
            let child = item.entry(entry);
            let (Some(at), Some(f)) = (at, self.fields(&child, &EFFECT)) else {
                continue;
            };
            let not = self.service_strength(&f, "not_received", at).unwrap_or_default();
            let waiting = self.service_strength(&f, "waiting", at).unwrap_or_else(|| not.clone());
            let in_time = self.service_strength(&f, "received_in_time", at).unwrap_or_default();
            let late = self.service_strength(&f, "received_late", at).unwrap_or_default();
            effects.push(Effect { at, by: [waiting, in_time, late, not] });
        }
        effects
    }

    fn service_strength(&mut self, f: &Fields<'_>, key: &str, at: Dest) -> Option<Strength> {
        let item = f.opt(key)?;
        let f = self.fields(&item, &STRENGTH)?;
        let stage = matches!(at, Dest::Stage(_));
        for (key, fits, whose) in
            [("odds", stage, "a stage"), ("stay", stage, "a stage"), ("returns", !stage, "an exit")]
        {
            if let Some(i) = f.opt(key).filter(|_| !fits) {
                self.push(i.error(format_args!("has no meaning here: it belongs to {whose}")));
            }
        }
        let expected = "a number from 0.01 to 100";
        let factor = |r: &mut Self, key: &str| {
            let i = f.opt(key)?;
            r.noted(&i, |r, i| r.number(i, 0.01, 100.0, expected))
        };
        let odds = match f.opt("odds") {
            Some(i) => {
                self.noted_entries(&i, "a table of destinations with their odds", |r, at, child, key| {
                    let dest = r.dest_named(at, key);
                    let factor = r.noted(child, |r, i| r.number(i, 0.01, 100.0, expected));
                    dest.zip(factor)
                })
            }
            None => Vec::new(),
        };
        Some(Strength {
            odds,
            stay: factor(self, "stay").unwrap_or(1.0),
            returns: factor(self, "returns").unwrap_or(1.0),
        })
    }
}

/// A service about which nothing has been read yet.
fn blank(name: &str, begins: SimTime, length: Dist) -> Service {
    Service {
        name: name.to_string(),
        title: name.to_string(),
        provider: String::new(),
        of: Level::Family,
        places: vec![(begins, 0)],
        length,
        refer: Vec::new(),
        accepted: 1.0,
        taken_up: 1.0,
        waiting_room: None,
        patience: None,
        delivered: 1.0,
        in_time: Span::ZERO,
        within: Vec::new(),
        withdraws: false,
        start: Already::default(),
        effects: Vec::new(),
    }
}
