//! How far mistakes move the estimates: dirty less clean returns of the same councils.

use caseflow::calibrate::records::episode::{EpisodeIx, Next, NextPolicy, Stage, Table};
use caseflow::stats::survival::Spell;
use std::collections::BTreeMap;

/// Stays that ended, at the least, for a stage to be compared.
const ENOUGH: usize = 100;

/// A kind of estimate with its bound at dirt 1; docs/records.md says why these.
const KINDS: [(&str, f64); 4] = [
    ("starts", 0.03),
    ("median stay", 0.15),
    ("share open at a quartile", 0.05),
    ("share of a way out", 0.04),
];

/// Sums of differences over councils.
pub struct Biases {
    dirt: f64,
    sums: BTreeMap<(usize, String), (f64, f64)>,
}

impl Biases {
    /// Begins at a level of dirt.
    pub fn new(dirt: f64) -> Biases {
        Biases { dirt, sums: BTreeMap::new() }
    }

    /// Adds what was read of one council clean and dirty.
    pub fn add(&mut self, part: &str, clean: &Table, dirty: &Table) {
        for stage in stages(clean) {
            let (a, b) = (starts(clean, stage), starts(dirty, stage));
            if a >= 100.0 {
                self.put(0, format!("{part}: {stage}"), b / a - 1.0);
            }
            let (a, b) = (Stays::of(clean, stage), Stays::of(dirty, stage));
            if a.exits < ENOUGH {
                continue;
            }
            if let (Some(x), Some(y)) = (a.quantile(0.5), b.quantile(0.5)) {
                self.put(1, format!("{part}: {stage}"), y / x - 1.0);
            }
            for share in [0.75, 0.5, 0.25] {
                if let Some(t) = a.quantile(share) {
                    self.put(2, format!("{part}: {stage} {share}"), b.open(t) - a.open(t));
                }
            }
            // up to the time at which a tenth is open: beyond it few are left to tell
            if let Some(t) = a.quantile(0.1).or_else(|| a.quantile(0.25)) {
                let (x, y) = (a.ways(t), b.ways(t));
                let ways: std::collections::BTreeSet<&String> = x.keys().chain(y.keys()).collect();
                for way in ways {
                    let of = |w: &BTreeMap<String, f64>| {
                        w.get(way).copied().unwrap_or(0.0) / w.values().sum::<f64>()
                    };
                    if of(&x) >= 0.02 {
                        self.put(3, format!("{part}: {stage} to {way}"), of(&y) - of(&x));
                    }
                }
            }
        }
    }

    fn put(&mut self, kind: usize, what: String, difference: f64) {
        let sum = self.sums.entry((kind, what)).or_default();
        *sum = (sum.0 + difference, sum.1 + 1.0);
    }

    /// Prints the mean and greatest bias of each kind; whether all are within their bounds.
    pub fn print(&self) -> bool {
        println!("  bias, in per cent (of starts and medians) and points (of shares):");
        let mut good = true;
        for (k, (kind, bound)) in KINDS.iter().enumerate() {
            let all: Vec<(f64, &str)> = self
                .sums
                .iter()
                .filter(|((kind, _), _)| *kind == k)
                .map(|((_, w), s)| (s.0 / s.1, w.as_str()))
                .collect();
            let Some(worst) = all.iter().copied().max_by(|a, b| a.0.abs().total_cmp(&b.0.abs())) else {
                continue;
            };
            let mean = all.iter().map(|a| a.0.abs()).sum::<f64>() / all.len() as f64;
            let bound = bound * self.dirt;
            good &= worst.0.abs() <= bound;
            println!(
                "  {kind:<26}{:>4} estimates, mean size {:>5.2}, greatest {:>6.2} ({}), bound {:.2}",
                all.len(),
                100.0 * mean,
                100.0 * worst.0,
                worst.1,
                100.0 * bound
            );
        }
        good
    }
}

/// Stages in a table, placements as one.
fn stages(table: &Table) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = table.episodes().iter().map(|e| e.stage.code()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Starts within the time watched.
fn starts(table: &Table, stage: &str) -> f64 {
    let of = table.episodes().iter().filter(|e| e.stage.code() == stage);
    of.filter(|e| table.periods(e.stage).iter().any(|p| p.has(e.start))).count() as f64
}

/// Stays of one stage that began while it was watched: length, and the way out of those that ended.
struct Stays {
    all: Vec<(f64, Option<String>)>,
    exits: usize,
}

impl Stays {
    fn of(table: &Table, stage: &str) -> Stays {
        let spells: Vec<Spell> = table
            .spells(|e| e.stage.code() == stage, |ix, _| ix.0 as usize)
            .iter()
            .map(|s| s.spell)
            .filter(|s| s.entry == 0.0)
            .collect();
        let mut all = Vec::new();
        let mut exits = 0;
        for s in &spells {
            let way = s.cause().map(|ix| way(table, EpisodeIx(u32::try_from(ix).unwrap_or(u32::MAX))));
            exits += usize::from(way.is_some());
            let end = if s.end() == 0.0 { 0.5 } else { s.end() };
            all.push((end, way));
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.is_some().cmp(&a.1.is_some())));
        Stays { all, exits }
    }

    /// Goes through the times of ends: time, share open after it, and the part of it that each end takes.
    fn walk(&self, mut each: impl FnMut(f64, f64, &str, f64) -> bool) {
        let mut open = 1.0;
        let n = self.all.len();
        for (k, (t, way)) in self.all.iter().enumerate() {
            let Some(way) = way else { continue };
            // ends at one time one after the other: the product is the same
            let part = open / (n - k) as f64;
            open -= part;
            if !each(*t, open, way, part) {
                break;
            }
        }
    }

    fn quantile(&self, share: f64) -> Option<f64> {
        let mut found = None;
        self.walk(|t, open, _, _| {
            found = (open <= share).then_some(t);
            found.is_none()
        });
        found
    }

    fn open(&self, at: f64) -> f64 {
        let mut last = 1.0;
        self.walk(|t, open, _, _| {
            if t <= at {
                last = open;
            }
            t <= at
        });
        last
    }

    fn ways(&self, at: f64) -> BTreeMap<String, f64> {
        let mut out: BTreeMap<String, f64> = BTreeMap::new();
        self.walk(|t, _, way, part| {
            if t <= at {
                *out.entry(way.to_string()).or_default() += part;
            }
            t <= at
        });
        out
    }
}

/// Where the child went: the next stage, or out.
fn way(table: &Table, ix: EpisodeIx) -> String {
    match table.next(ix, NextPolicy::default()) {
        Next::Stage(next) => table.episode(next).map_or(Stage::Contact, |e| e.stage).code().to_string(),
        Next::None | Next::Unknown => "out".to_string(),
    }
}
