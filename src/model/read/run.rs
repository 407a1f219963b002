//! `[model]`: title, dates, lengths, replications.

use super::item::Fields;
use super::names::Of;
use super::{Item, Reader, short};
use crate::base::ids::AttributeId;
use crate::base::time::{LONGEST_MS, Span};
use crate::model::catalogue::{RUN, WINDOW};
use crate::model::file::{Node, Value};
use crate::model::measure::Group;
use crate::model::run::{Periods, RunPlan};
use jiff::civil::Date;

/// Version of the format that this program reads.
const FORMAT: i128 = 1;

/// What `[model]` says.
pub(in crate::model) struct Head {
    pub title: String,
    pub place: String,
    pub run: RunPlan,
}

impl Reader<'_> {
    /// Reads `[model]`; what is missing or wrong has a default afterwards.
    pub fn head(&mut self, root: &Item<'_>) -> Head {
        let mut head = Head { title: String::new(), place: String::new(), run: default_run() };
        let Some(node) = root.node.find(&["model"]) else {
            return head;
        };
        let item = root.child("model", node);
        if self.too_new(&item) {
            return head;
        }
        let Some(f) = self.fields(&item, &RUN) else {
            return head;
        };
        head.title = self.need(&f, "title").and_then(|i| self.text(&i)).unwrap_or_default();
        head.place = f.opt("place").and_then(|i| self.text(&i)).unwrap_or_default();
        self.run_times(&f, &mut head.run);
        self.run_numbers(&f, &mut head.run);
        head
    }

    /// Refuses a newer format.
    fn too_new(&mut self, item: &Item<'_>) -> bool {
        let Some(node) = item.node.find(&["format"]) else {
            return false;
        };
        let format = item.child("format", node);
        match node.value {
            Value::Whole(Some(n)) if n > FORMAT => {
                self.push(
                    format
                        .error(format_args!("is {n}, but this program reads formats up to {FORMAT}"))
                        .hint("use a newer version of caseflow"),
                );
                true
            }
            _ => {
                self.whole(&format, 1, 1);
                false
            }
        }
    }

    fn run_times(&mut self, f: &Fields<'_>, run: &mut RunPlan) {
        run.starts = f.opt("starts").and_then(|i| {
            let date = self.date(&i)?;
            if !(1900..=2200).contains(&date.year()) {
                self.push(i.error(format_args!("must lie in the years 1900 to 2200, found {date}")));
                return None;
            }
            Some(date)
        });
        // a wrong date must not make every other date an error
        self.starts = run.starts.or_else(|| f.opt("starts").map(|_| Date::constant(2000, 1, 1)));
        if let Some(i) = f.opt("warm_up") {
            run.warm_up = self.offset(&i, true).unwrap_or(Span::ZERO);
        }
        if let Some(i) = self.need(f, "runs") {
            let length = self.offset(&i, false);
            if length == Some(Span::ZERO) {
                self.push(i.error("must be longer than nothing"));
            }
            run.length = length.filter(|l| l.0 > 0).unwrap_or(run.length);
            if (run.length + run.warm_up).0 > LONGEST_MS {
                self.push(i.error("is, with the warm-up, longer than 300 years"));
            }
            if let Some(w) = f.opt("warm_up").filter(|_| length.is_some() && run.warm_up >= run.length) {
                self.push(
                    w.error(format_args!(
                        "({} days) must be shorter than the run ({} days)",
                        short(run.warm_up.days()),
                        short(run.length.days())
                    ))
                    .hint("`runs` is the measured run alone, without the warm-up"),
                );
            }
        }
        (self.warm_up, self.length) = (run.warm_up, run.length);
        run.window = f.opt("window").and_then(|i| self.window(&i));
        run.periods = self.periods(f);
    }

    fn window(&mut self, item: &Item<'_>) -> Option<(Span, Span)> {
        let f = self.fields(item, &WINDOW)?;
        let from = self.need(&f, "from").and_then(|i| self.time(&i));
        let to = self.need(&f, "to").and_then(|i| self.time(&i));
        let (from, to) = (Span(from?.0), Span(to?.0));
        if from >= to || from.0 < 0 {
            self.push(item.error("must begin at or after the start and before its end"));
            return None;
        }
        if to > self.length {
            self.push(item.error(format_args!(
                "ends at {} days, after the end of the run at {} days",
                short(to.days()),
                short(self.length.days())
            )));
            return None;
        }
        Some((from, to))
    }

    fn periods(&mut self, f: &Fields<'_>) -> Periods {
        let dated = self.starts.is_some();
        let default = if dated { Periods::Months } else { Periods::Whole };
        let Some(item) = f.opt("periods") else {
            return default;
        };
        let periods = match item.node.text() {
            Some("months") if !dated => {
                self.push(
                    item.error("is \"months\", but the model has no dates")
                        .hint("give the date of time 0 as model.starts, or a length such as \"30 days\""),
                );
                return default;
            }
            Some("months") => Periods::Months,
            Some("whole") => Periods::Whole,
            Some(text) if !text.starts_with(|c: char| c.is_ascii_digit()) => {
                self.push(item.expected("\"months\", \"whole\" or a length of time"));
                return default;
            }
            _ => match self.span(&item) {
                Some(span) if span.0 > 0 => Periods::Every(span),
                Some(_) => {
                    self.push(item.error("must be longer than nothing"));
                    return default;
                }
                None => return default,
            },
        };
        let count = match periods {
            Periods::Months => self.length.days() / 30.0,
            Periods::Every(span) => self.length.days() / span.days(),
            Periods::Whole => 1.0,
        };
        if count > 1220.0 {
            self.push(item.error(format_args!("gives {} periods, the most is 1200", count.ceil())));
        }
        periods
    }

    fn run_numbers(&mut self, f: &Fields<'_>, run: &mut RunPlan) {
        if let Some(i) = f.opt("replications") {
            let n = self.whole(&i, 1, 100_000).and_then(|n| u32::try_from(n).ok());
            run.replications = n.unwrap_or(run.replications);
        }
        if let Some(i) = f.opt("seed") {
            let n = self.whole(&i, 0, i64::MAX).and_then(|n| u64::try_from(n).ok());
            run.seed = n.unwrap_or(run.seed);
        }
        if let Some(i) = f.opt("level") {
            run.level = self.level(&i).unwrap_or(run.level);
        }
        if let Some(i) = f.opt("most_events") {
            let n = self.whole(&i, 1, 1_000_000_000_000).and_then(|n| u64::try_from(n).ok());
            run.most_events = n.unwrap_or(run.most_events);
        }
    }

    fn level(&mut self, item: &Item<'_>) -> Option<f64> {
        match item.node.number() {
            Some(x) if x > 1.0 && x < 100.0 => {
                let error = item.expected("a number from 0.5 to 0.999");
                self.push(error.hint(format!("for {} % write {}", short(x), short(x / 100.0))));
                None
            }
            _ => self.number(item, 0.5, 0.999, "a number from 0.5 to 0.999"),
        }
    }

    /// `model.by` and `model.by_at`, once attributes and stages are known.
    pub fn report_by(&mut self, root: &Node, run: &mut RunPlan, groups: &[Group]) {
        self.report_everywhere(root, run);
        let Some(node) = root.find(&["model", "by_at"]) else {
            return;
        };
        let item = Item::new(node, "model.by_at");
        for entry in self.entries(&item, "a table of attributes") {
            let key = item.key(entry);
            let Some(id) = self.find::<AttributeId>(&key, &entry.key, Of::Attribute) else { continue };
            let Some(stages) = self.stage_list(&item.entry(entry), groups) else { continue };
            if run.by_attribute.contains(&id.0) {
                self.push(
                    key.error(format_args!("is in `model.by`, which reports `{}` at every stage", entry.key)),
                );
                continue;
            }
            run.by_attribute.push(id.0);
            run.by_at.push((id.0, stages));
        }
    }

    fn report_everywhere(&mut self, root: &Node, run: &mut RunPlan) {
        let Some(node) = root.find(&["model", "by"]) else {
            return;
        };
        let item = Item::new(node, "model.by");
        let items = self.list(&item, "a list of names", 100).unwrap_or_default();
        for item in items {
            let what = "\"ages\", \"needs\" or the name of an attribute";
            match self.name_text(&item, what).as_deref() {
                Some("ages") if self.names.ages.len() == 0 => {
                    self.push(item.error("is \"ages\", but the model has no [ages]"));
                }
                Some("needs") if self.names.needs.len() == 0 => {
                    self.push(item.error("is \"needs\", but the model has no [needs]"));
                }
                Some("ages") => run.by_age = true,
                Some("needs") => run.by_need = true,
                Some(name) => match self.names.attributes.find(name) {
                    Some(id) => run.by_attribute.push(u16::try_from(id).unwrap_or(0)),
                    None => self.push(item.expected(what)),
                },
                None => {}
            }
        }
    }
}

fn default_run() -> RunPlan {
    RunPlan {
        starts: None,
        warm_up: Span::ZERO,
        length: Span::from_days(365.0),
        periods: Periods::Whole,
        window: None,
        replications: 200,
        seed: 1,
        level: 0.95,
        most_events: 200_000_000,
        by_age: false,
        by_need: false,
        by_attribute: Vec::new(),
        by_at: Vec::new(),
    }
}
