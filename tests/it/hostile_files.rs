//! Files that were damaged: whatever is in them, a message and never a panic.

use super::files::{tests, text_of, toml_in};
use caseflow::base::diag::SourceMap;
use caseflow::model::{decode, is_scenario, load, scenario_head};

/// A small generator of its own, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((x >> 32) as usize) % sides.max(1)
    }
}

const SCRAPS: [&str; 24] = [
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "0",
    "-1",
    "1e999",
    "nan",
    "inf",
    "\"rest\"",
    "9999999999999999999999",
    "\"all\"",
    "\"1e-300 days\"",
    "2025-04-01",
    "\u{feff}",
    "é",
    "\"open\"",
];

/// One change of a text.
fn damage(dice: &mut Dice, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = dice.roll(bytes.len());
    let lines: Vec<&str> = text.lines().collect();
    let line = dice.roll(lines.len());
    match dice.roll(7) {
        0 => {
            bytes.drain(at..(at + 1 + dice.roll(8)).min(bytes.len()));
        }
        1 => bytes.insert(at, dice.roll(256) as u8),
        2 => {
            let other = dice.roll(bytes.len());
            bytes.swap(at, other);
        }
        3 => {
            let scrap = SCRAPS[dice.roll(SCRAPS.len())];
            bytes.splice(at..at, scrap.bytes());
        }
        4 => {
            let kept: Vec<&str> =
                lines.iter().enumerate().filter(|(i, _)| *i != line).map(|(_, l)| *l).collect();
            bytes = kept.join("\n").into_bytes();
        }
        5 => {
            let mut swapped = lines.clone();
            let other = dice.roll(lines.len());
            swapped.swap(line, other);
            bytes = swapped.join("\n").into_bytes();
        }
        _ => {
            // the value of a line becomes something else
            let mut changed: Vec<String> = lines.iter().map(|l| (*l).to_string()).collect();
            if let Some((key, _)) = lines[line].split_once('=') {
                changed[line] = format!("{key}= {}", SCRAPS[dice.roll(SCRAPS.len())]);
            }
            bytes = changed.join("\n").into_bytes();
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Loads whatever it is; positions of findings must lie in the text.
fn survive(text: &str, scenario: Option<&str>) {
    let mut sources = SourceMap::default();
    let file = sources.add("m.toml", text);
    let changes: Vec<_> = scenario.iter().map(|s| sources.add("s.toml", *s)).collect();
    let found = match load(&sources, file, &changes) {
        Ok(loaded) => loaded.warnings,
        Err(found) => {
            assert!(found.iter().any(|d| d.is_error()));
            found
        }
    };
    for d in &found {
        let plain = sources.plain(d);
        assert!(!plain.message.is_empty());
        if let Some(place) = &d.place {
            let (_, text) = sources.file(place.file).unwrap();
            assert!(place.span.start <= text.len() && place.span.end <= text.len() + 1);
        }
    }
}

#[test]
fn damaged_models_give_messages_and_no_panic() {
    let mut files = toml_in(&tests().join("good"));
    files.extend(toml_in(&tests().join("../models")));
    let mut dice = Dice(1);
    let rounds = 6000 / files.len();
    for path in files {
        let whole = text_of(&path);
        for _ in 0..rounds {
            let mut text = whole.clone();
            for _ in 0..=dice.roll(3) {
                text = damage(&mut dice, &text);
            }
            survive(&text, None);
        }
    }
}

#[test]
fn damaged_scenarios_give_messages_and_no_panic() {
    let base = text_of(&tests().join("good/base.toml"));
    let mut dice = Dice(2);
    let scenario = "title = \"A\"\nquestion = \"Q\"\n[remove]\npaths = [\"measures.referrals\"]\n[change]\n\"pools.beds.places\" = { times = 1.25, from = 2025-01-01 }\n\"arrivals.contacts.rate\" = { add = \"3 per day\", from = \"5 days\" }\n\"stages.assessment.to.closed\" = { add = -0.1 }\n\"stages.new\" = { stay = \"1 day\", to = \"out\" }\n\"start.stages.support\" = { times = 2 }\n";
    for _ in 0..2500 {
        let mut text = scenario.to_string();
        for _ in 0..=dice.roll(4) {
            text = damage(&mut dice, &text);
        }
        survive(&base, Some(&text));
        is_scenario(&text);
        let mut sources = SourceMap::default();
        let file = sources.add("s.toml", text);
        let _ = scenario_head(&sources, file);
    }
}

#[test]
fn random_bytes_are_decoded_or_refused() {
    let mut dice = Dice(3);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..dice.roll(60)).map(|_| dice.roll(256) as u8).collect();
        if let Ok(text) = decode(&bytes) {
            survive(&text, None);
        }
    }
}

/// Within seconds and a stated limit, whatever the size.
#[test]
fn large_files_are_refused_or_read_in_time() {
    let start =
        "[model]\ntitle = \"L\"\nruns = \"1 year\"\n[arrivals.a]\nto = \"s0\"\nrate = \"1 per day\"\n";
    let mut many = start.to_string();
    for i in 0..100_000 {
        many.push_str(&format!("[stages.s{i}]\nstay = \"1 day\"\nto = \"out\"\n"));
    }
    survive(&many, None);
    // a thousand stages, each with two hundred routes
    let mut dense = start.to_string();
    for i in 0..1000 {
        dense.push_str(&format!("[stages.s{i}]\nstay = \"1 day\"\n[stages.s{i}.to]\nout = \"rest\"\n"));
        for j in 0..199 {
            dense.push_str(&format!("s{} = 0.005\n", (i * 7 + j * 5) % 1000));
        }
    }
    survive(&dense, None);
    let unknown: String = (0..50_000).map(|i| format!("k{i} = {i}\n")).collect();
    survive(&unknown, None);
    let long = format!("[model]\ntitle = \"{}\"\n", "x".repeat(1_000_000));
    survive(&long, None);
    survive(&"a = [\n".repeat(30_000), None);
    survive(&"= ".repeat(300_000), None);
    survive(&"[[a]]\n".repeat(50_000), None);
}
