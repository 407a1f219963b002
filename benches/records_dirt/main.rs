//! Dirt: how many of the mistakes planted in fake returns are found, which rules cry wolf on clean ones, and how
//! far mistakes move the estimates.
//!
//! `cargo bench --bench records_dirt -- [councils] [model] [years]` (10 councils of five years of
//! `tests/models/records.toml`, dirt at 0.1, 0.3 and 0.5). A mistake counts as found only if a rule for its kind
//! names its file, sheet and row, or one of them where it stands in the returns of several years. The estimates
//! compared are Kaplan-Meier and Aalen-Johansen of one council's clean and dirty returns. Exits with 1 if under
//! 95 % of all planted are found at any level, or a bias lies beyond its bound (docs/records.md).
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

mod bias;
mod score;

use bias::Biases;
use caseflow::base::diag::SourceMap;
use caseflow::calibrate::records::read::{Held, Import, Input, Options, import};
use caseflow::calibrate::records::synthetic::{Council, Dirt, History, Returns, Roles, returns};
use caseflow::engine::Network;
use caseflow::model::load;
use score::{Alarms, Score};

/// Returns that are imported together: their name, the starts of their files' names, and whether their period has
/// to be given.
const PARTS: [(&str, &[&str], bool); 3] = [
    ("plain episodes", &["episodes.csv"], true),
    ("Annex A", &["annex_a.xlsx"], false),
    ("census and SSDA903", &["cin/", "ssda903/"], false),
];

fn read(made: &Returns, part: &(&str, &[&str], bool), council: &Council) -> (Vec<String>, Import) {
    let own = |name: &str| part.1.iter().any(|start| name.starts_with(start));
    let held: Vec<Held> =
        made.files.iter().filter(|(n, _)| own(n)).map(|(name, bytes)| Held { name, bytes }).collect();
    let inputs: Vec<&dyn Input> = held.iter().map(|h| h as &dyn Input).collect();
    let observed = part.2.then(|| (council.history.starts, council.history.last()));
    let found = import(&inputs, Options { key: [3, 5], observed, rows: usize::MAX });
    (held.iter().map(|h| h.name.to_string()).collect(), found.unwrap_or_else(|e| panic!("{e:?}")))
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let councils: u64 = args.first().and_then(|a| a.parse().ok()).unwrap_or(10);
    let path = args.get(1).map_or("tests/models/records.toml", String::as_str);
    let years: u16 = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(5);
    let mut sources = SourceMap::default();
    let id = sources.add(path, std::fs::read_to_string(path).unwrap());
    let model = load(&sources, id, &[]).unwrap_or_else(|e| panic!("{e:?}")).model;
    let network = Network::compile(&model);
    let roles = Roles::new(&model, "").unwrap();
    let levels = [0.1, 0.3, 0.5];
    let mut alarms = Alarms::default();
    let mut scores: Vec<Score> = levels.iter().map(|_| Score::default()).collect();
    let mut biases: Vec<Biases> = levels.iter().map(|d| Biases::new(*d)).collect();
    for seed in 1..=councils {
        let history = History::new(&network, seed, 1, Some(years)).unwrap();
        let council = Council::new(&network, &roles, history, seed);
        let clean = returns(&council, &mut Dirt::new(0.0, seed));
        let before: Vec<Import> = PARTS.iter().map(|p| read(&clean, p, &council).1).collect();
        PARTS.iter().zip(&before).for_each(|(part, found)| alarms.add(part.0, found));
        for ((level, score), biases) in levels.iter().zip(&mut scores).zip(&mut biases) {
            let mut dirt = Dirt::new(*level, 1_000 + seed);
            let made = returns(&council, &mut dirt);
            for (part, before) in PARTS.iter().zip(&before) {
                let (files, after) = read(&made, part, &council);
                score.add(part.0, &dirt.planted, &files, &after, &made);
                if part.0 != "Annex A" {
                    biases.add(part.0, &before.table, &after.table);
                }
            }
        }
        println!("council {seed} of {councils}");
    }
    alarms.print();
    let mut good = true;
    for (level, (score, biases)) in levels.iter().zip(scores.iter().zip(&biases)) {
        println!("\ndirt {level}");
        good &= score.print();
        good &= biases.print();
    }
    std::process::exit(i32::from(!good));
}
