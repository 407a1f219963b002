//! `[measures]`.

use super::item::Fields;
use super::names::Of;
use super::{Item, Reader};
use crate::base::ids::StageId;
use crate::model::catalogue::{IN_BAND, IN_PART, MEASURE, MOVES, TARGET, WHAT};
use crate::model::measure::{Better, Group, Measure, Near, ServiceCount, Target, Unit, What};
use crate::model::selector::Condition;
use crate::model::stage::Dest;

impl Reader<'_> {
    /// All measures.
    pub fn measures(&mut self, root: &Item<'_>, groups: &[Group]) -> Vec<Measure> {
        let Some(node) = root.node.find(&["measures"]) else {
            return Vec::new();
        };
        let item = root.child("measures", node);
        let entries = self.entries(&item, "a table of measures");
        let mut measures = Vec::new();
        for entry in entries.iter().take(1000) {
            let child = item.entry(entry);
            let Some(f) = self.fields(&child, &MEASURE) else {
                continue;
            };
            let what = self.need(&f, "count").and_then(|i| self.what(&i, groups));
            let of = f.opt("of").and_then(|i| self.what(&i, groups));
            let title = f.opt("title").and_then(|i| self.text(&i));
            let near = f.opt("near").and_then(|i| self.near(&i));
            let chart = f.opt("chart").and_then(|i| self.switch(&i));
            let better = f
                .opt("better")
                .and_then(|i| self.word(&i, &[("lower", Better::Lower), ("higher", Better::Higher)]));
            let mut measure = Measure {
                name: entry.key.clone(),
                title: title.unwrap_or_else(|| entry.key.clone()),
                what: what.clone().unwrap_or(What::One),
                of,
                published: Vec::new(),
                near,
                chart: chart.unwrap_or(false),
                better,
                target: None,
            };
            let share = measure.unit() == Unit::Share;
            measure.target = f.opt("target").and_then(|i| self.target(&i, share));
            measure.published = self.published(&f, share);
            if what.is_some() {
                measures.push(measure);
            }
        }
        measures
    }

    fn what(&mut self, item: &Item<'_>, groups: &[Group]) -> Option<What> {
        let before = self.errors();
        let f = self.fields(item, &WHAT)?;
        let given = f.given();
        let [key] = given.as_slice() else {
            if given.len() > 1 || self.errors() == before {
                self.push(
                    item.error(format_args!(
                        "must have exactly one key, found {}",
                        if given.is_empty() { "none".to_string() } else { given.join(" and ") }
                    ))
                    .hint(format!("the keys are {}", WHAT.names().join(", "))),
                );
            }
            return None;
        };
        let i = f.opt(key)?;
        Some(match *key {
            "children" => What::Children(self.stage_list(&i, groups)?),
            "starts" => What::Starts(self.stage_list(&i, groups)?),
            "ends" => What::Ends(self.stage_list(&i, groups)?),
            "starts_of" | "children_of" => self.of_part(&i, groups, *key == "starts_of")?,
            "moves" => self.moves(&i, groups)?,
            "arrivals" => What::Arrivals(self.stream_list(&i)?),
            "in_time" => {
                let name = self.name_text(&i, "the name of a stage")?;
                What::InTime(self.find::<StageId>(&i, &name, Of::Stage)?)
            }
            "in_time_to" => {
                let What::Moves(from, to) = self.moves(&i, groups)? else { return None };
                What::InTimeTo(from, to)
            }
            "ended" => {
                let (group, band) = self.in_band(&i, groups)?;
                What::EndedInBand { group, band }
            }
            "open" => {
                let (group, band) = self.in_band(&i, groups)?;
                What::OpenInBand { group, band }
            }
            "again" => What::Again(self.group_named(&i)?),
            "group_starts" => What::GroupStarts(self.group_named(&i)?),
            "group_ends" => What::GroupEnds(self.group_named(&i)?),
            "group_children" => What::GroupChildren(self.group_named(&i)?),
            "weeks" => What::Weeks(self.stage_list(&i, groups)?),
            "cost" => self.cost(&i, groups)?,
            "workers_met" => self.workers_met(&i)?,
            other => match ServiceCount::ALL.iter().find(|c| c.0 == other) {
                Some(&(_, _, count)) => What::Service(self.find_service(&i)?, count),
                None => self.staff_figure(&i, other)?,
            },
        })
    }

    fn group_named(&mut self, item: &Item<'_>) -> Option<usize> {
        let name = self.name_text(item, "the name of a group")?;
        self.find_group(item, &name)
    }

    /// A name or a list of names.
    pub(super) fn name_list<'t>(&mut self, item: &Item<'t>, what: &str) -> Option<Vec<Item<'t>>> {
        if item.node.text().is_some() {
            return Some(vec![item.clone()]);
        }
        let items = self.list(item, what, 2000)?;
        if items.is_empty() {
            self.push(item.error("must have at least one entry"));
            return None;
        }
        Some(items)
    }

    /// Stages and groups, which stand for their stages.
    fn dest_list(&mut self, item: &Item<'_>, groups: &[Group], exits: bool) -> Option<Vec<Dest>> {
        let mut out: Vec<Dest> = Vec::new();
        let mut sound = true;
        for i in self.name_list(item, "a name or a list of names")? {
            let Some(name) = self.name_text(&i, "the name of a stage or group") else {
                sound = false;
                continue;
            };
            if let Some(group) = self.names.groups.find(&name) {
                let stages = groups.get(group).map(|g| g.stages.as_slice()).unwrap_or_default();
                out.extend(stages.iter().map(|s| Dest::Stage(*s)));
                continue;
            }
            let dest = if exits {
                self.dest_named(&i, &name)
            } else {
                self.find::<StageId>(&i, &name, Of::Stage).map(Dest::Stage)
            };
            match dest {
                Some(dest) => out.push(dest),
                None => sound = false,
            }
        }
        out.sort();
        out.dedup();
        sound.then_some(out)
    }

    pub(super) fn stage_list(&mut self, item: &Item<'_>, groups: &[Group]) -> Option<Vec<StageId>> {
        let dests = self.dest_list(item, groups, false)?;
        let stage = |d: Dest| match d {
            Dest::Stage(id) => Some(id),
            Dest::Exit(_) => None,
        };
        Some(dests.into_iter().filter_map(stage).collect())
    }

    /// Whether the part is reported at the stages is checked with the whole model.
    fn of_part(&mut self, item: &Item<'_>, groups: &[Group], starts: bool) -> Option<What> {
        let f = self.fields(item, &IN_PART)?;
        let stages = self.need(&f, "stages").and_then(|i| self.stage_list(&i, groups));
        let list = self.need(&f, "part")?;
        let mut parts = Vec::new();
        for i in self.name_list(&list, "an age band, need or attribute value, or a list of them")? {
            match self.selector(&i)?.0.as_slice() {
                [part] if parts.contains(part) => {
                    self.push(i.error("is in the list twice"));
                    return None;
                }
                [part] if parts.first().is_none_or(|first| exclude(first, part)) => parts.push(*part),
                [_] => {
                    self.push(i.error("overlaps with the part before it").hint(
                        "only age bands, or values of one attribute, add up: a case may have several needs",
                    ));
                    return None;
                }
                _ => {
                    self.push(i.error("must be one age band, need or attribute value"));
                    return None;
                }
            }
        }
        let stages = stages?;
        match stages.as_slice() {
            [stage] if starts => Some(What::StartsOf(*stage, parts)),
            _ if starts => {
                self.push(
                    item.error("must name one stage: who comes into several may come from one of them"),
                );
                None
            }
            _ => Some(What::ChildrenOf(stages, parts)),
        }
    }

    fn moves(&mut self, item: &Item<'_>, groups: &[Group]) -> Option<What> {
        let f = self.fields(item, &MOVES)?;
        let from = self.need(&f, "from").and_then(|i| self.stage_list(&i, groups));
        let to = self.need(&f, "to").and_then(|i| self.dest_list(&i, groups, true));
        Some(What::Moves(from?, to?))
    }

    fn stream_list(&mut self, item: &Item<'_>) -> Option<Vec<crate::base::ids::StreamId>> {
        let mut out = Vec::new();
        let mut sound = true;
        for i in self.name_list(item, "a stream or a list of streams")? {
            let name = self.name_text(&i, "the name of a stream");
            match name.and_then(|n| self.find(&i, &n, Of::Stream)) {
                Some(id) => out.push(id),
                None => sound = false,
            }
        }
        sound.then_some(out)
    }

    fn in_band(&mut self, item: &Item<'_>, groups: &[Group]) -> Option<(usize, usize)> {
        let f = self.fields(item, &IN_BAND)?;
        let group = self.need(&f, "group").and_then(|i| self.group_named(&i));
        let band = self.need(&f, "band")?;
        let index = self.whole(&band, 0, 64).and_then(|n| usize::try_from(n).ok());
        let (group, index) = (group?, index?);
        let edges = groups.get(group).map_or(0, |g| g.bands.len());
        if index > edges {
            self.push(band.error(format_args!("is {index}, but the group has the bands 0 to {edges}")));
            return None;
        }
        Some((group, index))
    }

    /// `{ at_most, at_least }`; shares in per cent, as what is published.
    fn target(&mut self, item: &Item<'_>, share: bool) -> Option<Target> {
        let f = self.fields(item, &TARGET)?;
        let scale = if share { 0.01 } else { 1.0 };
        let mut bound =
            |key: &str| f.opt(key).and_then(|i| self.number(&i, -1e12, 1e12, "a number")).map(|x| x * scale);
        let (at_most, at_least) = (bound("at_most"), bound("at_least"));
        match (at_most, at_least) {
            (None, None) if f.given().is_empty() => {
                self.push(item.error("has neither `at_most` nor `at_least`"));
                None
            }
            (Some(most), Some(least)) if least > most => {
                self.push(item.error("has `at_least` above `at_most`: nothing can meet it"));
                None
            }
            (None, None) => None,
            _ => Some(Target { at_most, at_least }),
        }
    }

    /// `"10 %"` or `"5 points"`.
    fn near(&mut self, item: &Item<'_>) -> Option<Near> {
        let expected = "\"10 %\" (of the figure) or \"5 points\"";
        let text = item.node.text().unwrap_or("").trim();
        let number = |rest: &str| rest.trim().parse::<f64>().ok().map(|x| x / 100.0);
        let percent = text.strip_suffix('%').and_then(number).map(Near::Relative);
        let points = text
            .strip_suffix("points")
            .or_else(|| text.strip_suffix("point"))
            .and_then(number)
            .map(Near::Absolute);
        let near = percent.or(points);
        let sound = near.filter(|n| {
            let (Near::Relative(x) | Near::Absolute(x)) = n;
            x.is_finite() && *x > 0.0 && *x <= 10.0
        });
        if sound.is_none() {
            self.push(item.expected(expected));
        }
        sound
    }
}

/// What `published` needs of a measure's table.
pub(super) type MeasureFields<'t> = Fields<'t>;

/// Whether no case is in both of two different parts.
fn exclude(a: &Condition, b: &Condition) -> bool {
    match (a, b) {
        (Condition::Age(_), Condition::Age(_)) => true,
        (Condition::Attribute(a, _), Condition::Attribute(b, _)) => a == b,
        _ => false,
    }
}
