//! What a scenario changes, in a reader's words.

use super::Comparison;
use super::findings::View;
use crate::model::provenance::{Assumption, Grade};
use crate::model::scenario::ChangeHead;
use crate::model::staff::Staffing;
use crate::model::{Model, staff};
use crate::present::format;
use crate::present::table::{Cell, Column, Kind, Table};

/// The title of what a section of a model names.
fn title(model: &Model, section: &str, name: &str) -> Option<String> {
    let staff = model.staff.as_ref();
    match section {
        "stages" => model.stages.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "exits" => model.exits.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "pools" => model.pools.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "services" => model.services.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "arrivals" => model.streams.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "groups" => model.groups.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "measures" => model.measures.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "roles" => staff?.roles.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        "teams" => staff?.teams.iter().find(|s| s.name == name).map(|s| s.title.clone()),
        _ => None,
    }
}

/// Keys of the model file that say more in other words; empty for those that say nothing.
const KEYS: [(&str, &str); 17] = [
    ("establishment", "posts"),
    ("added", "posts added"),
    ("vacancies", "vacant posts"),
    ("turnover", "leaving,"),
    ("newly_qualified", "newly qualified recruits,"),
    ("recruitment", "time to fill a post,"),
    ("posts", ""),
    ("to", "goes on to"),
    ("routes_if", "for some children,"),
    ("stay_if", "for some children,"),
    ("stay", ""),
    ("stay_times", "length for"),
    ("hazards", "rate of going on to"),
    ("odds", "odds of"),
    ("returns", "coming back"),
    ("exponential", ""),
    ("forecast", "forecast"),
];

fn titled(models: [&Model; 2], section: &str, name: &str) -> Option<String> {
    models.iter().find_map(|m| title(m, section, name))
}

/// What a path leads to below the thing it names.
fn tail(models: [&Model; 2], parts: &[&str]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut before = "";
    for part in parts {
        let said = match before {
            "to" | "odds" | "hazards" => {
                titled(models, "stages", part).or_else(|| titled(models, "exits", part))
            }
            "posts" => titled(models, "roles", part),
            "effects" | "drift" | "overrun" | "weights" => titled(models, "stages", part),
            _ => None,
        };
        let number = part.parse::<u32>().is_ok();
        let plain = || {
            let known = KEYS.iter().find(|k| k.0 == *part).map(|k| k.1.to_string());
            known.unwrap_or_else(|| part.replace('_', " "))
        };
        if !number {
            out.push(said.unwrap_or_else(plain));
            before = part;
        }
    }
    out.retain(|w| !w.is_empty());
    out.join(" ").trim_end_matches(',').to_string()
}

/// A path in words: `Locality team 1: Social worker posts`.
pub(super) fn in_words(c: &Comparison<'_>, view: &View<'_>, path: &str) -> String {
    let models = [&view.case.model, c.base.network.model()];
    let parts: Vec<&str> = path.split('.').map(str::trim).collect();
    let (Some(section), Some(name)) = (parts.first(), parts.get(1)) else { return path.replace('_', " ") };
    let head = titled(models, section, name).unwrap_or_else(|| name.replace('_', " "));
    match tail(models, parts.get(2..).unwrap_or_default()) {
        rest if rest.is_empty() => head,
        rest => format!("{head}: {rest}"),
    }
}

/// What a change rests on: as it says, else as the numbers below its path say in the model it makes.
pub(super) struct Ground {
    pub grades: Vec<&'static str>,
    pub sources: Vec<String>,
    pub notes: Vec<String>,
}

fn word(grade: Grade) -> Option<&'static str> {
    match grade {
        Grade::Measured => Some("measured"),
        Grade::Derived => Some("derived"),
        Grade::Borrowed => Some("borrowed"),
        Grade::Assumed => Some("assumed"),
        Grade::Unstated => None,
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item.filter(|item| !list.contains(item)) {
        list.push(item);
    }
}

/// Whether a change only gives what is left to another way, or counts something.
pub(super) fn follows(change: &ChangeHead) -> bool {
    let section = change.path.split('.').next().unwrap_or_default().trim();
    change.words == "rest" || matches!(section, "measures" | "groups")
}

pub(super) fn ground(model: &Model, change: &ChangeHead) -> Ground {
    let mut out = Ground { grades: Vec::new(), sources: Vec::new(), notes: Vec::new() };
    let source = |name: &String| {
        let found = model.sources.iter().find(|s| s.name == *name);
        found.map_or_else(|| name.clone(), |s| s.title.clone())
    };
    const WORDS: [&str; 4] = ["measured", "derived", "borrowed", "assumed"];
    let own = change.grade.as_deref().and_then(|g| WORDS.into_iter().find(|w| *w == g));
    add(&mut out.grades, own);
    add(&mut out.sources, change.source.as_ref().map(source));
    add(&mut out.notes, change.note.clone());
    let stated = own.is_some() || change.source.is_some() || change.note.is_some();
    if stated || follows(change) {
        return out;
    }
    for a in model.register.iter().filter(|a| at_or_below(&a.path, &change.path)) {
        add(&mut out.grades, word(a.grade));
        add(&mut out.sources, a.source.as_ref().map(source));
        add(&mut out.notes, a.note.clone());
    }
    out
}

pub(super) fn at_or_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The mean of a law as the model file writes it.
fn mean_of(law: &str) -> Option<&str> {
    let after = law.split_once("mean = ")?.1.trim_start_matches("{ value = ");
    let text = after.strip_prefix('"').and_then(|text| text.split('"').next());
    text.or_else(|| after.split([' ', ',', '}']).next()).filter(|text| !text.is_empty())
}

/// A number without idle digits, and the mean of a law; other values as they are.
pub(super) fn rounded(value: &str) -> String {
    if value.starts_with('{') {
        return mean_of(value).map_or_else(|| "a law".into(), |mean| format!("{mean} on average"));
    }
    match value.replace('_', "").parse::<f64>() {
        Ok(v) if v.is_finite() => short(v),
        _ => value.to_string(),
    }
}

fn short(v: f64) -> String {
    let places = match v.abs() {
        s if s >= 1000.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        _ => 3,
    };
    let text = format::decimal(v, places);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

fn value<'m>(model: &'m Model, path: &str) -> Option<&'m Assumption> {
    model.register.iter().find(|a| a.path == path)
}

/// Changes that say the same of like things, shown as one.
struct Together<'a> {
    changes: Vec<&'a ChangeHead>,
    key: [String; 6],
}

fn together<'a>(c: &Comparison<'_>, view: &'a View<'_>) -> Vec<Together<'a>> {
    let models = [&view.case.model, c.base.network.model()];
    let mut out: Vec<Together<'a>> = Vec::new();
    for change in view.case.head.changes.iter().filter(|change| !follows(change)) {
        let parts: Vec<&str> = change.path.split('.').map(str::trim).collect();
        let g = ground(&view.case.model, change);
        let section = parts.first().copied().unwrap_or_default().to_string();
        let key = [
            section,
            tail(models, parts.get(2..).unwrap_or_default()).replace("for some children, ", ""),
            format!("{} {:?} {:?}", change.words, change.low, change.high),
            g.grades.join(", "),
            g.sources.join("; "),
            g.notes.join("; "),
        ];
        match out.iter_mut().find(|t| t.key == key) {
            Some(same) => same.changes.push(change),
            None => out.push(Together { changes: vec![change], key }),
        }
    }
    out
}

/// What is changed and what that rests on, for a reader; the file has every path.
pub(super) fn told(c: &Comparison<'_>, view: &View<'_>) -> Table {
    let t = |key: &str, heading: &str| Column::new(key, heading, Kind::Text);
    let columns = vec![
        t("what", "What"),
        t("before", "As now"),
        t("after", "With the change"),
        t("range", "Range"),
        t("grade", "Rests on"),
        t("note", "Why"),
        t("source", "Source"),
    ];
    let mut table = Table::new("told", &format!("What is changed, {}", view.case.head.title), columns);
    let (base, with) = (c.base.network.model(), &view.case.model);
    let models = [with, base];
    for group in together(c, view) {
        let Some(first) = group.changes.first() else { continue };
        let n = group.changes.len();
        let [section, tail, _, grades, sources, notes] = &group.key;
        let sum = |model: &Model| -> Option<f64> {
            let each = group.changes.iter().map(|ch| {
                let value = value(model, &ch.path)?.value.replace('_', "");
                value.parse::<f64>().ok()
            });
            each.sum()
        };
        let adds_up = n > 1 && section == "teams";
        let one = in_words(c, view, &first.path);
        let what = match n {
            1 => one,
            _ if adds_up => format!("{tail}, {n} teams in all"),
            _ => format!("{one}, and {} like it", n - 1),
        };
        let step = first.words.starts_with("times ") || first.words.contains(" added");
        let plain = |model: &Model| value(model, &first.path).map(|a| rounded(&a.value));
        let known =
            !first.path.contains('.') || base.register.iter().any(|a| at_or_below(&a.path, &first.path));
        let before = match n {
            1 => plain(base).unwrap_or_else(|| if known { "as in the model" } else { "none" }.to_string()),
            _ if adds_up => sum(base).map_or("as in the model".into(), short),
            _ => "as in the model".into(),
        };
        let after = match (
            if n == 1 {
                plain(with)
            } else if adds_up {
                sum(with).map(short)
            } else {
                None
            },
            step,
        ) {
            (Some(value), true) => format!("{value} ({})", first.words),
            (Some(value), false) => value,
            (None, true) => first.words.clone(),
            (None, false) if first.words == "taken out" => first.words.clone(),
            (None, false) if known => "set anew".into(),
            (None, false) => added(models, &first.path),
        };
        let range = match (&first.low, &first.high) {
            (None, None) => "none given".to_string(),
            (low, high) => {
                let end = |e: &Option<String>| e.as_deref().map_or("as written".into(), rounded);
                format!("{} to {}", end(low), end(high))
            }
        };
        let or = |text: &String, none: &str| Cell::text(if text.is_empty() { none } else { text });
        table.row(vec![
            Cell::text(&what),
            Cell::text(&before),
            Cell::text(&after),
            Cell::text(&range),
            or(grades, "not said"),
            or(notes, "not said"),
            or(sources, "none"),
        ]);
    }
    let others = view.case.head.changes.iter().filter(|change| follows(change)).count();
    if others > 0 {
        table.note(&format!(
            "{others} more: ways that take the rest of those changed here, and what is counted. Every path and number is \
             in changes.csv."
        ));
    }
    table
}

/// Most numbers of something added that are told beside it.
const MOST_TOLD: usize = 8;

/// Something that is new, with its numbers if they are few.
fn added(models: [&Model; 2], path: &str) -> String {
    let numbers: Vec<String> = models[0]
        .register
        .iter()
        .filter(|a| at_or_below(&a.path, path))
        .map(|a| {
            let below: Vec<&str> = a.path.split('.').skip(path.split('.').count()).collect();
            // a way on hangs on the key before it
            let known = tail(models, &below);
            format!("{known} {}", rounded(&a.value)).trim().to_string()
        })
        .collect();
    match numbers.len() {
        0 => "added".into(),
        n if n <= MOST_TOLD => format!("added: {}", numbers.join("; ")),
        n => format!("added: {n} numbers"),
    }
}

/// Posts of a role in all teams, and in how many teams they differ.
fn posts(staff: &Staffing, name: &str) -> Vec<(String, f64)> {
    let Some(role) = staff.roles.iter().position(|r| r.name == name) else { return Vec::new() };
    let of = |team: &staff::Team| {
        let all = |p: &staff::Posts| p.establishment + p.added.iter().map(|a| a.1).sum::<f64>();
        team.posts.iter().filter(|p| p.role == role).map(all).sum()
    };
    staff.teams.iter().map(|team| (team.name.clone(), of(team))).collect()
}

/// So many places are meant as always one.
const ALWAYS: u32 = 10_000;

/// How many posts and places the change takes, in sentences.
pub(super) fn how_many(c: &Comparison<'_>, view: &View<'_>) -> Option<String> {
    let (base, with) = (c.base.network.model(), &view.case.model);
    let mut out = Vec::new();
    if let Some(after) = &with.staff {
        for role in &after.roles {
            let then = posts(after, &role.name);
            let now = base.staff.as_ref().map_or_else(Vec::new, |s| posts(s, &role.name));
            let of = |team: &str| now.iter().find(|t| t.0 == team).map_or(0.0, |t| t.1);
            let differ = then.iter().filter(|t| (t.1 - of(&t.0)).abs() > 1e-9).count();
            if differ == 0 {
                continue;
            }
            let total = |list: &[(String, f64)]| list.iter().map(|t| t.1).sum::<f64>();
            let (a, b) = (total(&now), total(&then));
            let teams = if differ == 1 { "one team".to_string() } else { format!("{differ} teams") };
            let more = b - a;
            out.push(if (b - a).abs() <= 0.005 * a {
                format!(
                    "{}: {} posts in all, as now, divided among the teams in another way.",
                    role.title,
                    short(a)
                )
            } else {
                let word = if more > 0.0 { "more" } else { "fewer" };
                format!(
                    "{}: {} posts in all as now, {} with the change, {} {word} ({teams}).",
                    role.title,
                    short(a),
                    short(b),
                    short(more.abs())
                )
            });
        }
    }
    for service in &with.services {
        let last = |s: &crate::model::service::Service| s.places.last().map_or(0, |p| p.1);
        let now = base.services.iter().find(|s| s.name == service.name).map(last);
        let then = last(service);
        if now != Some(then) && then >= ALWAYS {
            out.push(format!("{}: always a place with the change.", service.title));
        } else if now != Some(then) {
            let now = now.map_or("none".to_string(), |n| format::count(f64::from(n)));
            out.push(format!(
                "{}: {now} places as now, {} with the change.",
                service.title,
                format::count(f64::from(then))
            ));
        }
    }
    (!out.is_empty()).then(|| out.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_in_short() {
        for (value, told) in [
            ("168.38100000000003", "168.4"),
            ("0.05504", "0.055"),
            ("100_000", "100,000"),
            ("0.1976 per year", "0.1976 per year"),
            ("{ exponential = { mean = \"6 months\" } }", "6 months on average"),
            (
                "{ gamma = { mean = { value = \"416.9 days\", low = \"1 day\" }, sd = \"9 days\" } }",
                "416.9 days on average",
            ),
            ("{ weibull = { shape = 2 } }", "a law"),
        ] {
            assert_eq!(rounded(value), told);
        }
    }

    #[test]
    fn a_path_is_at_or_below_its_top_by_whole_parts() {
        assert!(at_or_below("stages.a.to.b", "stages.a") && at_or_below("stages.a", "stages.a"));
        assert!(!at_or_below("stages.ab", "stages.a"));
    }
}
