//! `[start]`: who is already here.

use super::item::Fields;
use super::names::Of;
use super::shares::Share;
use super::{Item, Reader};
use crate::base::ids::{ExitId, StageId};
use crate::base::time::Span;
use crate::model::catalogue::{START, START_BAND, START_EXIT, START_STAGE};
use crate::model::file::Entry;
use crate::model::start::{Bands, Elapsed, Start, StartLeft, StartStage};

/// Most cases in one stage at the start.
const MOST: i64 = 10_000_000;

impl Reader<'_> {
    /// The starting state.
    pub fn start(&mut self, root: &Item<'_>) -> Start {
        let mut start = Start::default();
        let Some(node) = root.node.find(&["start"]) else {
            return start;
        };
        let Some(f) = self.fields(&root.child("start", node), &START) else {
            return start;
        };
        if let Some(i) = f.opt("stages") {
            for entry in self.entries(&i, "a table of stages") {
                let stage = self.find(&i.key(entry), &entry.key, Of::Stage);
                let read = self.start_stage(&i.entry(entry), stage);
                start.stages.extend(read);
            }
        }
        if let Some(i) = f.opt("exits") {
            for entry in self.entries(&i, "a table of exits") {
                let exit = self.find(&i.key(entry), &entry.key, Of::Exit);
                start.left.extend(self.start_exit(&i, entry, exit));
            }
        }
        start
    }

    fn start_count(&mut self, item: &Item<'_>) -> Option<u32> {
        self.noted(item, |r, i| r.whole(i, 0, MOST).and_then(|n| u32::try_from(n).ok()))
    }

    fn start_stage(&mut self, item: &Item<'_>, stage: Option<StageId>) -> Option<StartStage> {
        let plain = item.node.table().is_none_or(|t| t.get("value").is_some());
        let mut out = StartStage {
            stage: stage.unwrap_or(StageId(0)),
            cases: 0,
            elapsed: Elapsed::Steady,
            ages: None,
            given: Vec::new(),
            needs: Vec::new(),
            families: false,
            spells: Vec::new(),
        };
        if plain {
            out.cases = self.start_count(item)?;
            return stage.map(|_| out);
        }
        let f = self.fields(item, &START_STAGE)?;
        let cases = f.opt("cases").map(|i| self.start_count(&i));
        if let Some(i) = f.opt("elapsed") {
            out.elapsed = self.elapsed(&i)?;
        }
        out.cases = match (cases, &out.elapsed) {
            (Some(Some(n)), Elapsed::Listed(list)) if list.len() != n as usize => {
                self.push(
                    f.opt("elapsed")?.error(format_args!("lists {} lengths for {n} cases", list.len())),
                );
                return None;
            }
            (Some(n), _) => n?,
            (None, Elapsed::Listed(list)) => u32::try_from(list.len()).ok()?,
            (None, _) => {
                self.need(&f, "cases");
                return None;
            }
        };
        out.ages = f.opt("ages").and_then(|i| self.age_shares(&i));
        out.given = f.opt("set").map(|i| self.given(&i)).unwrap_or_default();
        out.needs = f.opt("needs").map(|i| self.need_shares(&i)).unwrap_or_default();
        out.families = f.opt("families").and_then(|i| self.switch(&i)).unwrap_or(false);
        out.spells = self.began(&f);
        stage.map(|_| out)
    }

    /// How long ago spells in groups began.
    fn began(&mut self, f: &Fields<'_>) -> Vec<(usize, Bands)> {
        let mut spells = Vec::new();
        let Some(i) = f.opt("spells") else { return spells };
        for entry in self.entries(&i, "a table of groups") {
            let group = self.find_group(&i.key(entry), &entry.key);
            let item = i.entry(entry);
            let Some(items) = self.list(&item, "a list of bands", 1000) else { continue };
            if items.is_empty() {
                self.push(item.error("must have at least one entry"));
                continue;
            }
            if let (Some(group), Some(Elapsed::Bands(bands))) = (group, self.elapsed_bands(&item, &items)) {
                spells.push((group, bands));
            }
        }
        spells
    }

    fn elapsed(&mut self, item: &Item<'_>) -> Option<Elapsed> {
        if item.node.list().is_none() {
            return self.word(item, &[("steady", ())]).map(|()| Elapsed::Steady);
        }
        let items = self.list(item, "a list", 1_000_000)?;
        if items.is_empty() {
            self.push(item.error("must have at least one entry"));
            return None;
        }
        if items.iter().all(|i| i.node.table().is_none()) {
            let read: Vec<Option<Span>> = items.iter().map(|i| self.span(i)).collect();
            return read.into_iter().collect::<Option<_>>().map(Elapsed::Listed);
        }
        self.elapsed_bands(item, &items)
    }

    fn elapsed_bands(&mut self, item: &Item<'_>, items: &[Item<'_>]) -> Option<Elapsed> {
        let mut edges: Vec<(Span, Span)> = Vec::new();
        let mut parts: Vec<(Share, String)> = Vec::new();
        for (n, i) in items.iter().enumerate() {
            let f = self.fields(i, &START_BAND)?;
            let from = match f.opt("from") {
                Some(from) => self.span(&from)?,
                None => edges.last().map_or(Span::ZERO, |(_, to)| *to),
            };
            let to = self.need(&f, "to").and_then(|i| self.span(&i));
            let share = self.need(&f, "share").and_then(|i| self.share_or_rest(&i));
            let (to, share) = (to?, share?);
            if to <= from || edges.last().is_some_and(|(_, last)| from < *last) {
                self.push(i.error("must end after it begins, and begin after the band before it"));
                return None;
            }
            edges.push((from, to));
            parts.push((share, format!("{}:", n + 1)));
        }
        let whole = format!("the shares in `{}`", item.path);
        let shares = self.settle_parts(item, &whole, &parts)?;
        let bands = edges.into_iter().zip(shares);
        Some(Elapsed::Bands(bands.map(|((from, to), s)| (from, to, s)).collect()))
    }

    fn start_exit(&mut self, list: &Item<'_>, entry: &Entry, exit: Option<ExitId>) -> Option<StartLeft> {
        let f = self.fields(&list.entry(entry), &START_EXIT)?;
        let per_day = self.need(&f, "leaving").and_then(|i| self.noted(&i, Reader::rate));
        let over = self.need(&f, "over").and_then(|i| self.span(&i));
        let ages = f.opt("ages").and_then(|i| self.age_shares(&i));
        let given = f.opt("set").map(|i| self.given(&i)).unwrap_or_default();
        let spells = self.had(&f);
        Some(StartLeft { exit: exit?, per_day: per_day?, over: over?, ages, given, spells })
    }

    fn had(&mut self, f: &Fields<'_>) -> Vec<(usize, Span)> {
        let mut spells = Vec::new();
        let Some(i) = f.opt("had") else { return spells };
        for entry in self.entries(&i, "a table of groups") {
            let group = self.find_group(&i.key(entry), &entry.key);
            let days = self.noted(&i.entry(entry), Reader::days);
            spells.extend(group.zip(days.map(Span::from_days)));
        }
        spells
    }
}
