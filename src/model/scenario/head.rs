//! What a scenario says of itself.

use super::effects::Effects;
use crate::base::diag::{Diagnostic, FileId, Place, SourceMap};
use crate::model::catalogue::SCENARIO;
use crate::model::file::{Node, Value, clip, inline, parse};
use crate::model::provenance::Source;
use crate::model::read::{Item, Reader, suggest};
use std::collections::BTreeSet;

/// What a scenario file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioHead {
    /// Its title.
    pub title: String,
    /// The question it answers; may be empty.
    pub question: String,
    /// What was seen of such a change elsewhere, and how far that is known to transfer; may be empty.
    pub observed: String,
    /// The model it changes, as a path relative to the scenario file.
    pub model: Option<String>,
    /// Sources it adds.
    pub sources: Vec<Source>,
    /// Name of the measure on which it is judged first.
    pub main: Option<String>,
    /// Names of the measures on which the difference over the whole run is shown.
    pub downstream: Vec<String>,
    /// Effects assumed in the model on which the answer rests.
    pub effects: Vec<Effects>,
    /// What it changes, in the order of the file: removals first.
    pub changes: Vec<ChangeHead>,
    /// Changes that belong together, as the file groups them; empty if it does not.
    pub causes: Vec<CauseHead>,
}

/// One change as the file gives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeHead {
    /// Dotted path.
    pub path: String,
    /// The change for a reader, such as `times 1.25` or `taken out`.
    pub words: String,
    /// Low end of its range, as written.
    pub low: Option<String>,
    /// High end.
    pub high: Option<String>,
    /// Name of its source.
    pub source: Option<String>,
    /// How strong its ground is: `measured`, `derived`, `borrowed` or `assumed`.
    pub grade: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// From when it holds, as written: a date or a time since the start; from the beginning if `None`.
    pub from: Option<String>,
    /// Whether it is a factor or addend with a range, which can be taken weak or strong.
    pub ranged: bool,
}

impl ScenarioHead {
    /// Its causes: as named, else each path by itself; measures are none.
    #[must_use]
    pub fn all_causes(&self) -> Vec<CauseHead> {
        if !self.causes.is_empty() {
            return self.causes.clone();
        }
        let mut paths: Vec<&str> =
            self.changes.iter().map(|c| c.path.as_str()).filter(|p| !is_measure(p)).collect();
        paths.sort_unstable();
        paths.dedup();
        let cause = |path: &str| CauseHead { title: path.to_string(), paths: vec![path.to_string()] };
        paths.into_iter().map(cause).collect()
    }

    /// The effects on which the answer rests: as named, else those of what it changes.
    #[must_use]
    pub fn all_effects(&self) -> Vec<Effects> {
        if !self.effects.is_empty() {
            return self.effects.clone();
        }
        let begins = |section: &str| {
            self.changes.iter().any(|c| c.path.split('.').next().map(str::trim) == Some(section))
        };
        let mut out = Vec::new();
        if begins("services") {
            out.push(Effects::Services);
        }
        if begins("roles") || begins("teams") {
            out.push(Effects::Staff);
        }
        out
    }
}

/// Changes that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CauseHead {
    /// What they are, in words.
    pub title: String,
    /// Paths of the changes.
    pub paths: Vec<String>,
}

/// Most causes a scenario may name.
const MOST_CAUSES: usize = 30;

/// Reads title, question, model and sources of a scenario file.
///
/// # Errors
/// What is wrong with them, or with the file as a whole.
pub fn scenario_head(sources: &SourceMap, file: FileId) -> Result<ScenarioHead, Vec<Diagnostic>> {
    let tree = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let head = read_head(&mut reader, &tree);
    if reader.errors() > 0 {
        return Err(reader.into_findings());
    }
    Ok(head)
}

/// The head of a scenario's tree; unknown keys of the scenario are reported.
pub(super) fn read_head(r: &mut Reader<'_>, tree: &Node) -> ScenarioHead {
    let mut head = ScenarioHead::default();
    let root = Item::new(tree, "");
    let Some(f) = r.fields(&root, &SCENARIO) else {
        return head;
    };
    head.title = r.need(&f, "title").and_then(|i| r.text(&i)).unwrap_or_default();
    head.question = f.opt("question").and_then(|i| r.text(&i)).unwrap_or_default();
    head.observed = f.opt("observed").and_then(|i| r.text(&i)).unwrap_or_default();
    head.model = f.opt("model").and_then(|i| r.text(&i));
    head.main = f.opt("main").and_then(|i| r.text(&i));
    if let Some(i) = f.opt("downstream") {
        let names = r.list(&i, "a list of names of measures", 100).unwrap_or_default();
        head.downstream = names.iter().filter_map(|i| r.text(i)).collect();
    }
    if let Some(i) = f.opt("effects") {
        let words = r.list(&i, "a list of `services` and `staff`", 2).unwrap_or_default();
        head.effects = words.iter().filter_map(|i| r.word(i, &Effects::WORDS)).collect();
        head.effects.sort_unstable();
        head.effects.dedup();
    }
    if let Some(i) = f.opt("sources") {
        for entry in r.entries(&i, "a table of sources") {
            if let Some(title) = r.text(&i.entry(entry)) {
                let name = entry.key.clone();
                head.sources.push(Source { name, title });
            }
        }
    }
    head.changes = changes(tree);
    grades(r, tree);
    if let Some(i) = f.opt("causes") {
        head.causes = causes(r, &i, &head.changes);
    }
    head
}

/// The grades of factors and addends; those of values stand in the model and are read with it.
fn grades(r: &mut Reader<'_>, tree: &Node) {
    let entries = tree.find(&["change"]).and_then(Node::table).map_or(&[][..], |t| &t.entries);
    for entry in entries.iter().filter(|e| is_step(&e.node)) {
        let item = Item::new(&entry.node, format!("change.\"{}\"", clip(&entry.key)));
        if let Some(node) = entry.node.find(&["grade"]) {
            r.grade(&item.child("grade", node));
        }
    }
}

/// Whether a change is a factor or an addend and not a new value.
fn is_step(node: &Node) -> bool {
    node.find(&["times"]).is_some() || node.find(&["add"]).is_some()
}

/// What a tree takes out and changes; what is wrong with it is said when it is applied.
fn changes(tree: &Node) -> Vec<ChangeHead> {
    let removed = tree.find(&["remove", "paths"]).and_then(Node::list).unwrap_or_default();
    let mut out: Vec<ChangeHead> = removed
        .iter()
        .filter_map(Node::text)
        .map(|path| ChangeHead {
            path: path.trim().to_string(),
            words: "taken out".to_string(),
            ..ChangeHead::default()
        })
        .collect();
    let entries = tree.find(&["change"]).and_then(Node::table).map_or(&[][..], |t| &t.entries);
    out.extend(entries.iter().map(|entry| one_change(entry.key.trim(), &entry.node)));
    out
}

fn one_change(path: &str, node: &Node) -> ChangeHead {
    let shown = |key: &str| node.find(&[key]).map(|n| n.text().map_or_else(|| clip(&inline(n)), clip));
    // what it rests on is shown whole: its end may be what matters
    let whole = |key: &str| node.find(&[key]).and_then(Node::text).map(str::to_string);
    let from = shown("from").map_or_else(String::new, |from| format!(" from {from}"));
    let words = match (shown("times"), shown("add"), shown("value")) {
        (Some(times), ..) => format!("times {times}{from}"),
        (_, Some(add), _) => format!("{} added{from}", add),
        (.., Some(value)) => value,
        _ => node.text().map_or_else(|| clip(&inline(node)), clip),
    };
    ChangeHead {
        path: path.to_string(),
        words,
        from: shown("from"),
        ranged: is_step(node) && (node.find(&["low"]).is_some() || node.find(&["high"]).is_some()),
        low: shown("low"),
        high: shown("high"),
        source: shown("source"),
        grade: shown("grade"),
        note: whole("note"),
    }
}

/// Whether a path is no cause of any difference: a measure, or what is said of one.
fn is_measure(path: &str) -> bool {
    let mut parts = path.split('.').map(str::trim);
    let (section, _, key) = (parts.next(), parts.next(), parts.next());
    section == Some("measures") && matches!(key, None | Some("title" | "target" | "better" | "chart"))
}

/// Named groups of changes. A change that several of them need stands in each and is made if any of
/// them is; changes in none are a cause together,
/// but for those of measures, which change no child's way.
fn causes(r: &mut Reader<'_>, item: &Item<'_>, changes: &[ChangeHead]) -> Vec<CauseHead> {
    let mut out: Vec<CauseHead> = Vec::new();
    let entries = r.entries(item, "a table of causes with their paths");
    if entries.len() > MOST_CAUSES {
        r.push(item.error(format_args!("has {} causes, the most is {MOST_CAUSES}", entries.len())));
        return out;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for entry in entries {
        let list = item.entry(entry);
        let mut paths = Vec::new();
        for i in r.list(&list, "a list of dotted paths", 10_000).unwrap_or_default() {
            let Some(path) = r.text(&i).map(|p| p.trim().to_string()) else { continue };
            if !changes.iter().any(|c| c.path == path) {
                let near = suggest(&path, changes.iter().map(|c| c.path.as_str()));
                let error = i.error("is no path that the scenario changes");
                r.push(match near {
                    Some(near) => error.hint(format!("did you mean `{}`?", clip(near))),
                    None => error,
                });
            } else {
                taken.insert(path.clone());
                paths.push(path);
            }
        }
        if !paths.is_empty() {
            out.push(CauseHead { title: entry.key.trim().to_string(), paths });
        }
    }
    let mut rest: Vec<String> =
        changes.iter().map(|c| c.path.clone()).filter(|p| !taken.contains(p) && !is_measure(p)).collect();
    rest.dedup();
    if !rest.is_empty() && !out.is_empty() {
        out.push(CauseHead { title: "Everything else".to_string(), paths: rest });
    }
    out
}

/// The times from which changes of a scenario's tree hold, with the paths they change.
pub(in crate::model) fn beginnings(tree: &Node) -> Vec<(&str, &Node)> {
    let entries = tree.find(&["change"]).and_then(Node::table).map_or(&[][..], |t| &t.entries);
    let steps = entries.iter().filter(|e| is_step(&e.node));
    steps.filter_map(|e| Some((e.key.as_str(), e.node.find(&["from"])?))).collect()
}

/// The measures that a scenario's tree names, with their places.
pub(in crate::model) fn named_measures(tree: &Node) -> Vec<(&str, &Place)> {
    let listed = tree.find(&["downstream"]).and_then(Node::list).unwrap_or_default();
    let nodes = tree.find(&["main"]).into_iter().chain(listed);
    nodes.filter_map(|node| Some((node.text()?, &node.place))).collect()
}

/// Whether a text is a scenario file and not a model: it has `[change]` or `[remove]` or names a
/// model by its path, and has no `[stages]`.
pub fn is_scenario(text: &str) -> bool {
    let mut sources = SourceMap::default();
    let file = sources.add("", text);
    let Ok(tree) = parse(&sources, file) else {
        // a broken file: what its lines look like
        let has = |key: &str| text.lines().any(|l| l.trim_start().starts_with(key));
        return has("[change]") && !has("[stages.") && !has("[model]");
    };
    let has = |key: &str| tree.find(&[key]).is_some();
    let names_model = tree.find(&["model"]).is_some_and(|m| matches!(m.value, Value::Text(_)));
    (has("change") || has("remove") || names_model || has("question")) && !has("stages")
}
