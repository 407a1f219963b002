//! The variants of a comparison, computed one after the other.

use super::super::ignorance::Chosen;
use super::files::{Checked, Texts};
use crate::app::store::{Store, Variant};
use crate::base::diag::{Diagnostic, FileId};
use crate::engine::Network;
use crate::experiment::compare::{Causes, Collected, Nothing, Numbers, Shape, Sheet, collect};
use crate::experiment::ignorance::Drawn;
use crate::experiment::run::{Plan, Watch};
use crate::model::{CauseHead, Loaded, Model, Part, ScenarioHead, Strength};
use crate::present::comparison::{Assumed, Breakdown, Case, Ends, Side};
use crate::present::report::Ignorance;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What is to be computed.
pub(super) struct Work<'a> {
    pub texts: &'a Texts,
    pub checked: &'a Checked,
    pub plan: Plan,
    /// Replications from which causes and ends are worked out.
    pub explained: u64,
    /// Draws of the model's numbers, if they are drawn.
    pub drawing: Option<&'a Drawing>,
    pub causes: bool,
    pub ends: bool,
}

/// Draws of the model's numbers, laid under every variant.
pub(super) struct Drawing {
    pub chosen: Chosen,
    files: BTreeMap<u64, FileId>,
}

impl Drawing {
    /// The draws that the replications of a plan use.
    pub fn new(chosen: Chosen, texts: &mut Texts, plan: Plan) -> Drawing {
        let files = texts.add_draws(&chosen, &chosen.nesting.needed(plan));
        Drawing { chosen, files }
    }

    /// A variant with the numbers of each draw that a plan needs.
    fn networks(&self, texts: &Texts, parts: &[Part], base: &Model, plan: Plan) -> Result<Drawn, String> {
        let one = |k: u64| {
            let file = self.files.get(&k).ok_or_else(|| format!("there is no draw {}", k + 1))?;
            let parts: Vec<Part> = std::iter::once(Part::whole(*file)).chain(parts.iter().cloned()).collect();
            let loaded = texts.load(&parts).map_err(|found| {
                whole(&found, &format!("with draw {}, a variant cannot be run", k + 1)).to_string()
            })?;
            Ok((k, Network::compile(&loaded.model)))
        };
        let needed: Vec<u64> = self.chosen.nesting.needed(plan).into_iter().collect();
        let networks: Result<BTreeMap<u64, Network>, String> = needed.into_par_iter().map(one).collect();
        Drawn::new(Network::compile(base), self.chosen.nesting, networks?).map_err(|e| e.to_string())
    }
}

/// What came of it.
pub(super) enum Done {
    All(Box<Results>),
    /// Stopped after so many replications.
    Stopped(u64),
}

/// Everything computed.
pub(super) struct Results {
    pub base: Side,
    pub cases: Vec<Case>,
    pub variants: u64,
    pub computed: u64,
    pub reused: u64,
    pub events: u64,
    /// Files of the store that were damaged.
    pub damaged: u64,
    /// Variants whose kept numbers were not what this build computes.
    pub stale: u64,
}

fn ranged(head: &ScenarioHead) -> bool {
    head.changes.iter().any(|c| c.ranged)
}

impl Work<'_> {
    /// The break-down of a scenario, if it has several causes.
    fn broken_down(&self, head: &ScenarioHead) -> Option<(Causes, Vec<CauseHead>)> {
        let causes = head.all_causes();
        Some((Causes::new(causes.len()).filter(|_| self.causes)?, causes))
    }

    /// Changes that count one of the model's measures in another way: no cause, but needed to compare like with like.
    fn measured_anew(&self, head: &ScenarioHead) -> Vec<String> {
        let known = |path: &&String| {
            let name = path.strip_prefix("measures.");
            name.is_some_and(|name| self.checked.base.model.measures.iter().any(|m| m.name == name))
        };
        head.changes.iter().map(|c| &c.path).filter(known).cloned().collect()
    }

    /// How many replications there are in all, to show progress.
    pub fn replications(&self) -> u64 {
        let extra = |head: &ScenarioHead| {
            let sets = self.broken_down(head).map_or(0, |(causes, _)| causes.sets().len());
            sets + if self.ends && ranged(head) { 2 } else { 0 }
                + if self.ends && self.texts.effects_of(head).is_some() { 4 } else { 0 }
        };
        let more: usize = self.checked.heads.iter().map(extra).sum();
        let whole = (self.checked.heads.len() as u64 + 1).saturating_mul(self.plan.replications);
        whole.saturating_add((more as u64).saturating_mul(self.explained))
    }

    /// Computes everything: the baseline, the scenarios, then what explains them.
    pub fn all(&self, store: Option<Store>, watch: &impl Watch) -> Result<Done, super::WorkError> {
        let mut bench = Bench::new(self, store, watch);
        let Some(base) = bench.sheet(&self.checked.base, &[], self.plan)? else {
            return Ok(Done::Stopped(bench.have));
        };
        let mut sheets = Vec::new();
        for (loaded, text) in self.checked.scenarios.iter().zip(&self.texts.scenarios) {
            let Some(sheet) = bench.sheet(loaded, &[Part::whole(text.file)], self.plan)? else {
                return Ok(Done::Stopped(bench.have));
            };
            sheets.push(sheet);
        }
        let mut cases = Vec::new();
        for (i, sheet) in sheets.into_iter().enumerate() {
            let Some(case) = self.case(i, sheet, &base, &mut bench)? else {
                return Ok(Done::Stopped(bench.have));
            };
            cases.push(case);
        }
        if let Some(store) = &bench.store {
            store.tidy();
        }
        let base =
            Side::new(Network::compile(&self.checked.base.model), base, self.checked.base.canonical.clone());
        Ok(Done::All(Box::new(Results {
            base,
            cases,
            variants: bench.variants,
            computed: bench.have - bench.reused,
            reused: bench.reused,
            events: bench.events,
            damaged: bench.damaged,
            stale: bench.stale,
        })))
    }

    fn case<W: Watch>(
        &self,
        i: usize,
        sheet: Sheet,
        base: &Sheet,
        bench: &mut Bench<'_, W>,
    ) -> Result<Option<Case>, super::WorkError> {
        let (Some(loaded), Some(head), Some(text)) =
            (self.checked.scenarios.get(i), self.checked.heads.get(i), self.texts.scenarios.get(i))
        else {
            return Ok(None);
        };
        let part = |only, strength| Part { file: text.file, only, strength };
        let explained = Plan { replications: self.explained, ..self.plan };
        let first = usize::try_from(self.explained).unwrap_or(usize::MAX);
        let mut ends = None;
        if self.ends && ranged(head) {
            let mut sheets = Vec::new();
            for strength in [Strength::Weak, Strength::Strong] {
                let parts = [part(None, strength)];
                match self.texts.load(&parts) {
                    Ok(loaded) => match bench.sheet(&loaded, &parts, explained)? {
                        Some(sheet) => sheets.push(sheet),
                        None => return Ok(None),
                    },
                    Err(found) => {
                        return Err(whole(&found, "at the ends of its range, the scenario cannot be run"));
                    }
                }
            }
            let strong = sheets.pop();
            ends = sheets.pop().zip(strong).map(|(weak, strong)| Ends { weak, strong });
        }
        let mut effects = None;
        if let Some([weak, strong]) = self.texts.effects_of(head).filter(|_| self.ends) {
            let (weak, strong) = (Part::whole(weak), Part::whole(strong));
            let Some(weak) = self.against(&weak, text.file, bench)? else { return Ok(None) };
            let Some(strong) = self.against(&strong, text.file, bench)? else { return Ok(None) };
            effects = Some(Assumed { weak, strong });
        }
        let mut breakdown = None;
        if let Some((causes, titles)) = self.broken_down(head) {
            let mut known = BTreeMap::from([(0, base.first(first)), (causes.all(), sheet.first(first))]);
            let mut alone = None;
            for set in causes.sets() {
                let chosen = titles.iter().enumerate().filter(|(c, _)| set >> c & 1 == 1);
                let chosen = chosen.flat_map(|(_, cause)| cause.paths.iter().cloned());
                let only = chosen.chain(self.measured_anew(head)).collect();
                let parts = [part(Some(only), Strength::Written)];
                let Ok(loaded) = self.texts.load(&parts) else {
                    alone = Some(set);
                    break;
                };
                let Some(sheet) = bench.sheet(&loaded, &parts, explained)? else { return Ok(None) };
                known.insert(set, sheet);
            }
            let titles = titles.into_iter().map(|c| c.title).collect();
            breakdown = Some(match alone {
                None => Breakdown::Known { causes, titles, sheets: known },
                Some(_) => Breakdown::Inseparable,
            });
        }
        Ok(Some(
            Case::new(head.clone(), loaded.model.clone(), sheet, loaded.canonical.clone(), ends, breakdown)
                .resting_on(effects),
        ))
    }

    /// The baseline and a scenario, both with the effects that a part sets.
    fn against<W: Watch>(
        &self,
        effects: &Part,
        scenario: FileId,
        bench: &mut Bench<'_, W>,
    ) -> Result<Option<(Sheet, Sheet)>, super::WorkError> {
        let explained = Plan { replications: self.explained, ..self.plan };
        let mut sheets = Vec::new();
        for parts in [vec![effects.clone()], vec![effects.clone(), Part::whole(scenario)]] {
            let loaded = self.texts.load(&parts);
            let loaded =
                loaded.map_err(|found| whole(&found, "with assumed effects at an end, it cannot be run"))?;
            match bench.sheet(&loaded, &parts, explained)? {
                Some(sheet) => sheets.push(sheet),
                None => return Ok(None),
            }
        }
        let with = sheets.pop();
        Ok(sheets.pop().zip(with))
    }
}

fn whole(found: &[Diagnostic], what: &str) -> super::WorkError {
    let first = found.iter().find(|d| d.is_error()).map_or("", |d| d.message.as_str());
    format!("{what}: {first}").into()
}

/// Where variants are computed, with what is kept and counted.
struct Bench<'w, W: Watch> {
    work: &'w Work<'w>,
    store: Option<Store>,
    watch: &'w W,
    /// Sheets by key: a variant that is there already is not computed again.
    known: BTreeMap<[u8; 32], Sheet>,
    variants: u64,
    have: u64,
    reused: u64,
    events: u64,
    damaged: u64,
    stale: u64,
}

impl<'w, W: Watch> Bench<'w, W> {
    fn new(work: &'w Work<'w>, store: Option<Store>, watch: &'w W) -> Self {
        let known = BTreeMap::new();
        Bench { work, store, watch, known, variants: 0, have: 0, reused: 0, events: 0, damaged: 0, stale: 0 }
    }

    /// The replications of a variant, the model with `parts` laid over it; `None` if stopped before all were there.
    fn sheet(
        &mut self,
        loaded: &Loaded,
        parts: &[Part],
        plan: Plan,
    ) -> Result<Option<Sheet>, super::WorkError> {
        let network = Network::compile(&loaded.model);
        let drawing = self.work.drawing;
        let key = key(&network, &loaded.canonical, plan.seed, drawing.map(|d| &d.chosen.manifest));
        if let Some(sheet) = self.known.get(&key).filter(|s| s.numbers.len() as u64 >= plan.replications) {
            (0..plan.replications).for_each(|_| self.watch.done());
            return Ok(Some(sheet.first(usize::try_from(plan.replications).unwrap_or(usize::MAX))));
        }
        let make = |plan| match drawing {
            Some(drawing) => drawing.networks(self.work.texts, parts, &loaded.model, plan),
            None => Err(String::new()),
        };
        let whose = match drawing {
            Some(drawing) => Numbers::Drawn(drawing.chosen.nesting, &make),
            None => Numbers::Own,
        };
        let columns = Shape::of(&network).columns();
        let mut kept: Option<Variant> = self.store.as_mut().map(|s| s.variant(key, columns));
        let batch = 16 * (rayon::current_num_threads() as u64).div_ceil(4);
        let found: Collected = match &mut kept {
            Some(kept) => collect(&network, whose, plan, batch, self.watch, kept)?,
            None => collect(&network, whose, plan, batch, self.watch, &mut Nothing)?,
        };
        self.variants += 1;
        self.have += found.sheet.numbers.len() as u64;
        self.reused += found.reused;
        self.events += found.sheet.events;
        self.damaged += kept.map_or(0, |k| k.damaged);
        self.stale += u64::from(found.stale);
        if found.stopped {
            return Ok(None);
        }
        self.known.insert(key, found.sheet.clone());
        Ok(Some(found.sheet))
    }
}

/// A digest of all that a variant's numbers depend on, beside the replication.
fn key(network: &Network, canonical: &str, seed: u64, drawn: Option<&Ignorance>) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(b"caseflow compare 2");
    if let Some(drawn) = drawn {
        add(drawn.sha256.as_bytes());
        add(&drawn.per_draw.to_le_bytes());
    }
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(&seed.to_le_bytes());
    for column in network.layout().columns() {
        add(column.kind.as_bytes());
        add(column.of.as_bytes());
        add(column.measure.as_bytes());
        add(column.part.as_bytes());
        add(&column.period.map_or(u64::MAX, u64::from).to_le_bytes());
    }
    Shape::of(network).measures.iter().for_each(|m| add(m.as_bytes()));
    add(canonical.as_bytes());
    hash.finalize().into()
}
