//! The reference page, in Markdown.

use super::{CHANGE, Def, Key, Kind, REMOVE, SCENARIO, tables};

const HEAD: &str = "\
# Model files and scenario files

This page is made from the catalogue that the reader itself uses; `CASEFLOW_BLESS=1 cargo test` \
writes it anew.

## In general

- Files are TOML, in UTF-8, at most 16 MiB. A key that is not on this page is an error.
- **Names** have 1 to 64 characters: ASCII letters, digits, `_` and `-`, beginning with a letter. \
Names of one kind must differ in more than capitals. Stages, exits and groups share one set of \
names; so do needs, age bands and attributes. `out`, `rest`, `all`, `else`, `per`, `at`, `value`, \
`low`, `high`, `source`, `grade` and `note` are not free for things that are keys of tables of \
shares.
- **Lengths of time** are text: `\"26 weeks\"`, `\"45 working days\"`. Units: seconds, minutes, \
hours, days, working days, weeks, months (30.4375 days), years (365.25 days). Working days need \
`model.starts`.
- **Rates** are text: `\"12 per year\"`.
- **Times** are dates (`2025-04-01`, without quotes), if `model.starts` is given, or lengths since \
the start. Days have 24 hours; clocks do not change.
- **Probabilities** are numbers from 0 to 1. They must sum to 1 within one in a million, and are \
scaled to it. One of them may be `\"rest\"`.
- **Conditions** name a need, an age band (of the age at that moment), `attribute=value`, or `all`; \
`&` joins them.
";

const TAIL: &str = "
## Scenario files

A scenario changes the model before it is checked, so a mistake in it is shown at its own line.

";

/// The whole page.
pub fn reference() -> String {
    let mut out = HEAD.to_string();
    for def in tables() {
        section(&mut out, def);
    }
    out.push_str(TAIL);
    for def in [&SCENARIO, &REMOVE, &CHANGE] {
        section(&mut out, def);
    }
    out
}

fn section(out: &mut String, def: &Def) {
    let title = title(def);
    out.push_str(&format!("\n## {title}\n\n{}", def.about));
    if def.noted && def.id != "noted" {
        out.push_str(" May carry `source`, `grade` and `note`.");
    }
    out.push_str("\n\n| key | holds | default | meaning | example |\n|---|---|---|---|---|\n");
    let notes = if def.id == "noted" { super::NOTES } else { &[] };
    for key in def.keys.iter().chain(notes) {
        row(out, key, def.one_of);
    }
    if !def.example.is_empty() {
        out.push_str(&format!("\n```toml\n{}```\n", def.example));
    }
}

/// The heading of a table's section.
fn title(def: &Def) -> String {
    match def.at {
        "" => "The file".to_string(),
        at if at.starts_with('(') => format!("{} {at}", capital(def.id)),
        at => format!("`{at}`"),
    }
}

/// The anchor that pages of code hosts give a heading.
fn anchor(def: &Def) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    title(def).to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn row(out: &mut String, key: &Key, one_of: bool) {
    let default = match (key.required, one_of, key.default) {
        (true, ..) => "**required**",
        (_, true, _) => "one of these",
        (_, _, default) => default,
    };
    let example = if key.example.is_empty() { String::new() } else { format!("`{}`", key.example) };
    let cells =
        [format!("`{}`", key.name), words(&key.kind), default.to_string(), key.meaning.to_string(), example];
    let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn capital(id: &str) -> String {
    let id = id.replace('_', " ");
    let mut chars = id.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

fn words(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_string(),
        Kind::Name(of) => format!("name of {of}"),
        Kind::Bool => "true or false".to_string(),
        Kind::Whole(low, high) if *high == i64::MAX => format!("whole number from {low}"),
        Kind::Whole(low, high) => format!("whole number {low} to {high}"),
        Kind::Number => "number".to_string(),
        Kind::Share => "probability".to_string(),
        Kind::Rest => "`\"rest\"`".to_string(),
        Kind::Duration => "length of time".to_string(),
        Kind::Time => "date or length of time".to_string(),
        Kind::Date => "date".to_string(),
        Kind::Rate => "rate".to_string(),
        Kind::Selector => "condition".to_string(),
        Kind::Word(list) => {
            let list: Vec<String> = list.iter().map(|w| format!("`\"{w}\"`")).collect();
            list.join(" or ")
        }
        Kind::List(item) => format!("list of: {}", words(item)),
        Kind::Map(of, item) | Kind::NotedMap(of, item) => {
            format!("table by {of}: {}", words(item))
        }
        Kind::Table(def) => format!("[table](#{})", anchor(def)),
        Kind::Noted(inner) => words(inner),
        Kind::Any(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(words).collect();
            kinds.join("; or ")
        }
        Kind::Anything => "any value of that place".to_string(),
    }
}
