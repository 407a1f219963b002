//! Which planted mistakes are found, by the row that a finding names, and what rules find where nothing is planted.

use caseflow::calibrate::records::read::Import;
use caseflow::calibrate::records::synthetic::{Fault, Planted, Returns};
use std::collections::{BTreeMap, BTreeSet};

/// Rules that find a kind of mistake.
pub fn rules(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::Duplicate => &["duplicate", "contradiction"],
        Fault::MissingClosure => &[
            "vanished",
            "late_record",
            "superseded",
            "case_closed",
            "begun_again",
            "idle_case",
            "out_of_touch",
            "open_too_long",
            "open_past_eighteen",
        ],
        Fault::MissingEndDate => &["reason_without_end"],
        Fault::LateRecord => &["late_record"],
        Fault::BadCode => &["unknown_code", "unknown_stage"],
        Fault::DateForm => &["mixed_date_forms"],
        Fault::EndBeforeStart => &["end_before_start"],
    }
}

#[derive(Default)]
struct Tally {
    planted: u64,
    found: u64,
}

/// Planted and found.
#[derive(Default)]
pub struct Score {
    kinds: BTreeMap<(&'static str, Fault), Tally>,
    /// Missing closures by return and what they are closures of.
    closures: BTreeMap<String, Tally>,
    /// Missing closures of plain episodes that were not found, and those of them after which nothing of the child begins.
    missed: u64,
    last: u64,
    /// Which rules found missing closures.
    by: BTreeMap<&'static str, u64>,
    /// Rows that rules for missing closures name and in which none is planted, by rule.
    wrong: BTreeMap<&'static str, u64>,
}

impl Score {
    /// Adds the returns of one council that are read together.
    pub fn add(
        &mut self,
        part: &'static str,
        planted: &[Planted],
        files: &[String],
        found: &Import,
        made: &Returns,
    ) {
        let mut named: BTreeMap<(u16, u16, u32), BTreeSet<&'static str>> = BTreeMap::new();
        for f in &found.findings {
            for row in &f.rows {
                named.entry((f.file, f.sheet, *row)).or_default().insert(f.rule.id);
            }
        }
        let place = |p: &Planted| {
            let file = files.iter().position(|f| *f == p.file)?;
            let sheet =
                p.sheet.strip_prefix("List ").and_then(|n| n.parse::<u16>().ok()).map_or(0, |n| n - 1);
            Some((u16::try_from(file).ok()?, sheet, u32::try_from(p.row).ok()?))
        };
        type Place = (u16, u16, u32);
        let mut mistakes: BTreeMap<u32, Vec<(&Planted, Place)>> = BTreeMap::new();
        for p in planted {
            if let Some(at) = place(p) {
                mistakes.entry(p.number).or_default().push((p, at));
            }
        }
        for places in mistakes.values() {
            let first = places[0].0;
            let own = rules(first.fault);
            let by = places.iter().find_map(|(_, at)| named.get(at)?.iter().find(|r| own.contains(r)));
            let hit = u64::from(by.is_some());
            let tally = self.kinds.entry((part, first.fault)).or_default();
            (tally.planted, tally.found) = (tally.planted + 1, tally.found + hit);
            if first.fault == Fault::MissingClosure {
                let what = format!("{part}: {}", self::what(first, made));
                let tally = self.closures.entry(what).or_default();
                (tally.planted, tally.found) = (tally.planted + 1, tally.found + hit);
                if std::env::var_os("SHOW").is_some() && by.is_none() {
                    show(first, made);
                }
                if by.is_none() && first.file == "episodes.csv" {
                    self.last += u64::from(is_last(first, made));
                    self.missed += 1;
                }
                if let Some(rule) = by {
                    *self.by.entry(rule).or_default() += 1;
                }
            }
        }
        let spoilt: BTreeSet<(u16, u16, u32)> = planted.iter().filter_map(place).collect();
        for (at, all) in &named {
            for rule in all.iter().filter(|r| rules(Fault::MissingClosure).contains(r)) {
                if !spoilt.contains(at) {
                    *self.wrong.entry(rule).or_default() += 1;
                }
            }
        }
    }

    /// The share of a kind that was found, in per cent.
    pub fn share(&self, fault: Fault) -> f64 {
        let own = self.kinds.iter().filter(|((_, f), _)| *f == fault).map(|(_, t)| t);
        let (planted, found) = own.fold((0, 0), |a, t| (a.0 + t.planted, a.1 + t.found));
        share(&Tally { planted, found })
    }

    /// Prints the shares; whether 95 % are found in all.
    pub fn print(&self) -> bool {
        let (mut planted, mut found) = (0, 0);
        println!("  {:<22}{:<20}{:>8}{:>8}{:>8}", "return", "mistake", "planted", "found", "share");
        for ((part, fault), t) in &self.kinds {
            println!("  {part:<22}{:<20}{:>8}{:>8}{:>7.1}%", fault.code(), t.planted, t.found, share(t));
            (planted, found) = (planted + t.planted, found + t.found);
        }
        println!("  by kind:");
        for fault in Fault::ALL {
            println!("  {:<22}{:<20}{:>23.1}%", "", fault.code(), self.share(fault));
        }
        let all = Tally { planted, found };
        println!("  all: {found} of {planted}, {:.1} %", share(&all));
        println!("  missing closures by what they close:");
        for (what, t) in &self.closures {
            println!("    {what:<64}{:>6}{:>6}{:>7.1}%", t.planted, t.found, share(t));
        }
        println!(
            "  of {} of plain episodes not found, nothing of the child begins later in {}",
            self.missed, self.last
        );
        println!("  found by: {:?}", self.by);
        println!("  rules for closures at rows in which nothing is planted: {:?}", self.wrong);
        share(&all) >= 95.0
    }
}

fn share(t: &Tally) -> f64 {
    if t.planted == 0 { 100.0 } else { 100.0 * t.found as f64 / t.planted as f64 }
}

/// Whether nothing of the child begins after the row in a plain file.
fn is_last(p: &Planted, made: &Returns) -> bool {
    let text = made.files.iter().find(|f| f.0 == p.file).map(|f| String::from_utf8_lossy(&f.1));
    let Some(text) = text else { return false };
    let cell = |line: &str, k: usize| line.split(',').nth(k).unwrap_or("").to_string();
    let Some(row) = text.lines().nth(p.row - 1) else { return false };
    // dates in another form than the usual do not compare: the few rows that have them are left aside
    !text.lines().any(|l| {
        cell(l, 0) == cell(row, 0)
            && cell(l, 6).starts_with("20")
            && cell(l, 6).len() == 10
            && cell(l, 6) > cell(row, 6)
    })
}

/// Prints the rows of the child whose missing closure was not found, all of them invented.
fn show(p: &Planted, made: &Returns) {
    let text = made.files.iter().find(|f| f.0 == p.file).map(|f| String::from_utf8_lossy(&f.1));
    let Some(text) = text.filter(|_| p.file.ends_with(".csv")) else { return };
    let child = text.lines().nth(p.row - 1).and_then(|l| l.split(',').next()).unwrap_or("").to_string();
    println!("  missed at {} row {}", p.file, p.row);
    for line in text.lines().filter(|l| l.starts_with(&child)) {
        println!("    {line}");
    }
}

/// What a missing closure is of: the stage that stands in the row of a plain file, else the sheet and column.
fn what(p: &Planted, made: &Returns) -> String {
    if p.file != "episodes.csv" {
        return format!("{} {}", p.sheet, p.column).trim().to_string();
    }
    let file = made.files.iter().find(|f| f.0 == p.file).map(|f| String::from_utf8_lossy(&f.1));
    let line = file.as_ref().and_then(|f| f.lines().nth(p.row - 1).map(str::to_string));
    line.and_then(|l| l.split(',').nth(4).map(str::to_string)).unwrap_or_default()
}

/// What rules find in clean returns.
#[derive(Default)]
pub struct Alarms {
    rules: BTreeMap<(&'static str, &'static str), u64>,
    episodes: BTreeMap<&'static str, u64>,
}

impl Alarms {
    /// Adds the clean returns of one council.
    pub fn add(&mut self, part: &'static str, found: &Import) {
        *self.episodes.entry(part).or_default() += found.table.episodes().len() as u64;
        for f in &found.findings {
            *self.rules.entry((f.rule.id, part)).or_default() += f.count;
            if std::env::var_os("SHOW").is_some() && rules(Fault::MissingClosure).contains(&f.rule.id) {
                let file = found.files.get(usize::from(f.file)).map_or("", |r| r.name.as_str());
                println!("  {} {file} sheet {} rows {:?}", f.rule.id, f.sheet, f.rows);
            }
        }
    }

    /// Prints how often each rule speaks.
    pub fn print(&self) {
        println!("\nclean returns, episodes: {:?}", self.episodes);
        println!("  {:<22}{:<22}{:>9}{:>20}", "rule", "return", "findings", "of 10,000 episodes");
        for ((rule, part), n) in &self.rules {
            let all = self.episodes.get(part).copied().unwrap_or(1).max(1);
            println!("  {rule:<22}{part:<22}{n:>9}{:>20.1}", *n as f64 * 1e4 / all as f64);
        }
    }
}
