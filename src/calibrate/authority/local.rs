//! What a council knows itself, laid over what is published.
//!
//! A local file is written as a model file is: its tables are laid over the generated model, key by key, and what is new in it
//! is added. Two tables are read by the generator and do not come into the model: `[new]` with `localities` (how many
//! locality teams of equal size), and `remove`, a list of paths of the generated model to leave out.

use toml_edit::{DocumentMut, Item, Table, TableLike};

/// Most locality teams.
const MOST_TEAMS: u32 = 60;
/// Tables of the local file come after all of the generated model.
const AFTER: isize = 1 << 40;

/// A local file, read.
#[derive(Clone, Debug)]
pub struct Local {
    /// Locality teams.
    pub localities: u32,
    remove: Vec<String>,
    doc: DocumentMut,
}

/// What is wrong with a local file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LocalError {
    /// Not TOML, with line and reason.
    #[error("{0}")]
    Syntax(String),
    /// A key of `[new]`, or `remove`, is wrong.
    #[error("`{key}` {wrong}")]
    Key {
        /// The key.
        key: String,
        /// What is wrong with it and what is expected.
        wrong: String,
    },
}

fn key(key: &str, wrong: &str) -> LocalError {
    LocalError::Key { key: key.into(), wrong: wrong.into() }
}

impl Local {
    /// Most bytes of a local file.
    pub const MOST_BYTES: u64 = 4 << 20;

    /// Reads a local file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str) -> Result<Local, LocalError> {
        if text.len() as u64 > Local::MOST_BYTES {
            return Err(LocalError::Syntax(format!("longer than {} bytes", Local::MOST_BYTES)));
        }
        let mut doc: DocumentMut =
            text.parse().map_err(|e: toml_edit::TomlError| LocalError::Syntax(e.to_string()))?;
        let mut localities = 1;
        if let Some(new) = doc.remove("new") {
            let new = new.as_table_like().ok_or_else(|| key("new", "must be a table"))?.iter();
            for (name, item) in new {
                if name != "localities" {
                    return Err(key(
                        &format!("new.{name}"),
                        "is not known: the only key of [new] is localities",
                    ));
                }
                let n = item
                    .as_integer()
                    .and_then(|n| u32::try_from(n).ok())
                    .filter(|n| (1..=MOST_TEAMS).contains(n));
                localities = n.ok_or_else(|| key("new.localities", "must be a whole number from 1 to 60"))?;
            }
        }
        let mut remove = Vec::new();
        if let Some(list) = doc.remove("remove") {
            let list = list.as_array().cloned().ok_or_else(|| key("remove", "must be a list of paths"))?;
            for path in &list {
                let path = path.as_str().ok_or_else(|| key("remove", "must be a list of paths in quotes"))?;
                remove.push(path.to_string());
            }
        }
        Ok(Local { localities, remove, doc })
    }

    /// The model with the local file laid over it.
    ///
    /// # Errors
    /// A path of `remove` that the model does not have.
    pub fn over(&self, model: &str) -> Result<String, LocalError> {
        let mut doc: DocumentMut =
            model.parse().map_err(|e: toml_edit::TomlError| LocalError::Syntax(e.to_string()))?;
        for path in &self.remove {
            if !leave_out(doc.as_table_mut(), path) {
                return Err(key(
                    "remove",
                    &format!("names `{path}`, which the generated model does not have"),
                ));
            }
        }
        let mut local = self.doc.clone();
        set_after(local.as_table_mut());
        lay(doc.as_table_mut(), local.as_table());
        Ok(doc.to_string())
    }
}

/// Takes away what a dotted path names; false if there is no such thing.
fn leave_out(table: &mut dyn TableLike, path: &str) -> bool {
    let Some((first, rest)) = path.split_once('.') else {
        return table.remove(path).is_some();
    };
    table.get_mut(first).and_then(Item::as_table_like_mut).is_some_and(|inner| leave_out(inner, rest))
}

/// Puts the tables of the local file after those of the model, in their own order.
fn set_after(table: &mut Table) {
    if let Some(at) = table.position() {
        table.set_position(Some(at + AFTER));
    }
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => set_after(inner),
            Item::ArrayOfTables(list) => list.iter_mut().for_each(set_after),
            _ => {}
        }
    }
}

fn lay(under: &mut dyn TableLike, over: &dyn TableLike) {
    for (name, item) in over.iter() {
        if let Some(inner) = item.as_table_like()
            && let Some(below) = under.get_mut(name).and_then(Item::as_table_like_mut)
            // a number with its ground is one thing: it is replaced whole
            && !below.contains_key("value")
        {
            lay(below, inner);
            continue;
        }
        match under.get_mut(name) {
            Some(below) => *below = item.clone(),
            None => {
                under.insert(name, item.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "# made\n[model]\ntitle = \"A\"\n\n[stages.a]\nstay = { value = \"3 days\", grade = \"assumed\" }\n[stages.a.to]\nb = 0.25\nc = \"rest\"\n";

    #[test]
    fn a_local_file_replaces_adds_and_leaves_out() {
        let local = "remove = [\"stages.a.to.b\"]\n[new]\nlocalities = 5\n[model]\ntitle = \"B\"\n# a service\n[services.s]\nplaces = 4\n[stages.a]\nstay = { value = \"4 days\" }\n[stages.a.to]\nd = 0.5\n";
        let local = Local::read(local).unwrap();
        assert_eq!(local.localities, 5);
        let text = local.over(MODEL).unwrap();
        assert!(text.starts_with("# made\n[model]\ntitle = \"B\"\n"), "{text}");
        assert!(text.contains("stay = { value = \"4 days\" }\n") && !text.contains("assumed"), "{text}");
        assert!(text.contains("[stages.a.to]\nc = \"rest\"\nd = 0.5\n"), "{text}");
        assert!(text.trim_end().ends_with("# a service\n[services.s]\nplaces = 4"), "{text}");
    }

    #[test]
    fn mistakes_are_said() {
        assert!(matches!(Local::read("[new\n"), Err(LocalError::Syntax(_))));
        let wrong = |text: &str| Local::read(text).unwrap_err().to_string();
        assert!(wrong("[new]\nteams = 3\n").contains("new.teams"));
        assert!(wrong("[new]\nlocalities = 0\n").contains("1 to 60"));
        assert!(wrong("remove = 3\n").contains("list"));
        let none = Local::read("remove = [\"stages.z\"]\n").unwrap();
        assert!(none.over(MODEL).unwrap_err().to_string().contains("stages.z"));
    }
}
