//! All names of a model, collected before anything refers to them.

use super::suggest::suggest;
use super::{Item, Reader};
use crate::base::diag::{Diagnostic, Place};
use crate::base::ids::{ExitId, Id, StageId};
use crate::model::file::{Entry, Node, clip};
use crate::model::stage::Dest;
use std::collections::BTreeMap;

/// Names of one kind, in the order of the file.
#[derive(Debug, Default)]
pub(in crate::model) struct Index {
    names: Vec<String>,
    ids: BTreeMap<String, usize>,
}

impl Index {
    pub fn add(&mut self, name: &str) -> usize {
        let id = self.names.len();
        self.names.push(name.to_string());
        self.ids.entry(name.to_string()).or_insert(id);
        id
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.ids.get(name).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub fn name(&self, id: usize) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }
}

/// All names.
#[derive(Debug, Default)]
pub(in crate::model) struct Names {
    pub stages: Index,
    pub exits: Index,
    pub pools: Index,
    pub services: Index,
    pub streams: Index,
    pub needs: Index,
    pub attributes: Index,
    /// Values of each attribute.
    pub values: Vec<Index>,
    pub ages: Index,
    pub groups: Index,
    pub sources: Index,
    pub roles: Index,
    pub teams: Index,
}

/// What one kind of name is held to.
struct Rule {
    section: &'static str,
    /// One of them, for messages.
    one: &'static str,
    most: usize,
}

const RULES: [Rule; 13] = [
    Rule { section: "roles", one: "a role", most: 50 },
    Rule { section: "teams", one: "a team", most: 500 },
    Rule { section: "stages", one: "a stage", most: 1000 },
    Rule { section: "exits", one: "an exit", most: 1000 },
    Rule { section: "groups", one: "a group", most: 200 },
    Rule { section: "pools", one: "a pool", most: 1000 },
    Rule { section: "services", one: "a service", most: 60 },
    Rule { section: "arrivals", one: "a stream", most: 1000 },
    Rule { section: "needs", one: "a need", most: 64 },
    Rule { section: "attributes", one: "an attribute", most: 64 },
    Rule { section: "ages", one: "an age band", most: 64 },
    Rule { section: "measures", one: "a measure", most: 1000 },
    Rule { section: "sources", one: "a source", most: 10_000 },
];

/// Words that mean something beside names.
const RESERVED: [&str; 13] =
    ["out", "rest", "all", "else", "never", "per", "at", "value", "low", "high", "source", "grade", "note"];

impl Reader<'_> {
    /// Collects all names of the tree and reports those that cannot be used.
    pub fn collect_names(&mut self, root: &Node) {
        self.names.exits.add("out");
        // what may be confused with each other shares a space
        let mut paths: BTreeMap<String, (String, Place)> = BTreeMap::new();
        let mut traits: BTreeMap<String, (String, Place)> = BTreeMap::new();
        for rule in &RULES {
            self.section = rule.section;
            let Some(node) = root.find(&[rule.section]) else {
                continue;
            };
            let Some(table) = node.table() else { continue };
            if table.entries.len() > rule.most {
                let item = Item::new(node, rule.section);
                let n = table.entries.len();
                self.push(item.error(format_args!("has {n} entries, the most is {}", rule.most)));
            }
            let mut own = BTreeMap::new();
            for entry in table.entries.iter().take(rule.most) {
                let sound = self.check_name(rule, entry);
                let space = match rule.section {
                    "stages" | "exits" | "groups" => &mut paths,
                    "needs" | "attributes" | "ages" => &mut traits,
                    _ => &mut own,
                };
                // a name that cannot be used is told once
                if let Some(error) = clash(space, rule.one, entry).filter(|_| sound) {
                    self.push(error);
                }
                self.add_name(rule.section, entry);
            }
        }
    }

    fn add_name(&mut self, section: &str, entry: &Entry) {
        let names = &mut self.names;
        let index = match section {
            "stages" => &mut names.stages,
            "exits" if entry.key == "out" => return,
            "exits" => &mut names.exits,
            "groups" => &mut names.groups,
            "pools" => &mut names.pools,
            "services" => &mut names.services,
            "arrivals" => &mut names.streams,
            "needs" => &mut names.needs,
            "attributes" => {
                names.values.push(Index::default());
                &mut names.attributes
            }
            "ages" => &mut names.ages,
            "sources" => &mut names.sources,
            "roles" => &mut names.roles,
            "teams" => &mut names.teams,
            _ => return,
        };
        index.add(&entry.key);
    }

    /// Whether a name can be used.
    fn check_name(&mut self, rule: &Rule, entry: &Entry) -> bool {
        let name = &entry.key;
        if rule.section == "exits" && name == "out" {
            return true;
        }
        let reserved = RESERVED.contains(&name.as_str()) && takes_place_of_words(rule.section);
        let wrong = wrong_name(name)
            .or_else(|| reserved.then(|| "it has a meaning of its own in model files".to_string()));
        let Some(wrong) = wrong else { return true };
        self.push(name_error(rule.one, name, entry.place.clone(), &wrong));
        false
    }

    /// Checks the name of an attribute's value.
    pub fn check_value_name(&mut self, item: &Item<'_>, name: &str) {
        let wrong = wrong_name(name).or_else(|| {
            let reserved = RESERVED.contains(&name);
            reserved.then(|| "it has a meaning of its own in model files".to_string())
        });
        if let Some(wrong) = wrong {
            self.push(name_error("a value", name, item.place(), &wrong));
        }
    }

    /// The identifier of a name of one kind; `what` names the kind, `section` its table.
    pub fn find<I: Id>(&mut self, item: &Item<'_>, name: &str, of: Of) -> Option<I> {
        let (index, what) = match of {
            Of::Stage => (&self.names.stages, "stage"),
            Of::Exit => (&self.names.exits, "exit"),
            Of::Pool => (&self.names.pools, "pool"),
            Of::Stream => (&self.names.streams, "stream of arrivals"),
            Of::Need => (&self.names.needs, "need"),
            Of::Attribute => (&self.names.attributes, "attribute"),
            Of::Role => (&self.names.roles, "role"),
            Of::Team => (&self.names.teams, "team"),
        };
        if let Some(id) = index.find(name) {
            return Some(I::new(id));
        }
        let near = suggest(name, index.iter()).map(str::to_string);
        let known = list(index);
        self.unknown(item, name, what, near, &known);
        None
    }

    /// The index of a group.
    pub fn find_group(&mut self, item: &Item<'_>, name: &str) -> Option<usize> {
        let found = self.names.groups.find(name);
        if found.is_none() {
            let near = suggest(name, self.names.groups.iter()).map(str::to_string);
            let known = list(&self.names.groups);
            self.unknown(item, name, "group", near, &known);
        }
        found
    }

    /// The index of an age band.
    pub fn find_age(&mut self, item: &Item<'_>, name: &str) -> Option<usize> {
        let found = self.names.ages.find(name);
        if found.is_none() {
            let near = suggest(name, self.names.ages.iter()).map(str::to_string);
            let known = list(&self.names.ages);
            self.unknown(item, name, "age band", near, &known);
        }
        found
    }

    /// A stage or exit by its name at a key or value.
    pub fn dest_named(&mut self, item: &Item<'_>, name: &str) -> Option<Dest> {
        if let Some(id) = self.names.stages.find(name) {
            return Some(Dest::Stage(StageId::new(id)));
        }
        if let Some(id) = self.names.exits.find(name) {
            return Some(Dest::Exit(ExitId::new(id)));
        }
        let all = self.names.stages.iter().chain(self.names.exits.iter());
        let near = suggest(name, all).map(str::to_string);
        let known = format!("{}; exits: {}", list(&self.names.stages), list(&self.names.exits));
        self.unknown(item, name, "stage or exit", near, &known);
        None
    }

    /// A stage or exit named by a text value.
    pub fn dest(&mut self, item: &Item<'_>) -> Option<Dest> {
        let name = self.name_text(item, "the name of a stage or exit")?;
        self.dest_named(item, &name)
    }

    /// The text of a name.
    pub fn name_text(&mut self, item: &Item<'_>, what: &str) -> Option<String> {
        let text = item.node.text();
        if text.is_none() {
            self.push(item.expected(what));
        }
        text.map(str::to_string)
    }

    /// A name that nothing has.
    pub fn unknown(&mut self, item: &Item<'_>, name: &str, what: &str, near: Option<String>, known: &str) {
        let error = item.error(format_args!("names the {what} `{}`, which does not exist", clip(name)));
        self.push(match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => error.hint(format!("the model has no {what}")),
            None => error.hint(format!("there are: {known}")),
        });
    }
}

/// Which names are looked among.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) enum Of {
    Stage,
    Exit,
    Pool,
    Stream,
    Need,
    Attribute,
    Role,
    Team,
}

fn list(index: &Index) -> String {
    let some: Vec<&str> = index.iter().take(12).collect();
    let more = if index.len() > 12 { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

/// Whether names of a section are keys of tables that also hold other words.
fn takes_place_of_words(section: &str) -> bool {
    matches!(section, "stages" | "exits" | "groups" | "needs" | "ages")
}

fn clash(space: &mut BTreeMap<String, (String, Place)>, one: &str, entry: &Entry) -> Option<Diagnostic> {
    let folded = entry.key.trim().to_lowercase();
    let Some((first, place)) = space.get(&folded) else {
        space.insert(folded, (entry.key.clone(), entry.place.clone()));
        return None;
    };
    let message = if *first == entry.key {
        format!("`{}` is the name of two things", clip(first))
    } else {
        format!("`{}` and `{}` differ only in capitals", clip(first), clip(&entry.key))
    };
    Some(
        Diagnostic::error(entry.place.clone(), message)
            .label(format!("{one} here"))
            .also(place.clone(), "first used here")
            .hint("give one of them another name"),
    )
}

fn name_error(one: &str, name: &str, place: Place, wrong: &str) -> Diagnostic {
    Diagnostic::error(place, format!("\"{}\" cannot be the name of {one}: {wrong}", clip(name)))
        .hint("a name has 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter; `title` is free text")
}

/// Why a text cannot be a name.
fn wrong_name(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("it is empty".to_string());
    }
    let n = name.chars().count();
    if n > 64 {
        return Some(format!("it has {n} characters"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if let Some(c) = name.chars().find(|c| !allowed(*c)) {
        return Some(match c {
            ' ' => "it has a space".to_string(),
            '.' => "it has a dot".to_string(),
            c if c.is_ascii_graphic() => format!("it has the character `{c}`"),
            c if c.is_alphabetic() => {
                format!("it has the character `{c}` (U+{:04X})", c as u32)
            }
            c => format!("it has the character U+{:04X}", c as u32),
        });
    }
    let letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (!letter).then(|| "it does not begin with a letter".to_string())
}
