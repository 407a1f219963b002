//! A fitted council as a model file.

pub(super) mod care;
mod counted;
mod front;
mod head;
mod parts;
pub(super) mod pathway;
mod published;
mod staff;
mod start;
pub mod values;

use super::fit::Fitted;
use super::local::LocalError;
use super::number::{fixed, quoted};
use crate::calibrate::data::Statistics;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Writes the file, keeping the sources it has named.
pub(super) struct Writer<'a> {
    pub(super) f: &'a Fitted,
    pub(super) stats: &'a Statistics,
    pub(super) out: String,
    sources: BTreeMap<String, String>,
    laws: BTreeMap<String, String>,
    /// By stage, how long ago episodes open at the start began.
    spells: BTreeMap<&'static str, String>,
}

/// A complete model file for a fitted council: every number with its source, range and grade; the local file, if there is
/// one, laid over it.
///
/// # Errors
/// A path of the local file's `remove` that the model does not have.
pub fn model_text(stats: &Statistics, fitted: &Fitted) -> Result<String, LocalError> {
    let text = generated(stats, fitted);
    fitted.local.as_ref().map_or(Ok(text.clone()), |local| local.over(&text))
}

fn generated(stats: &Statistics, fitted: &Fitted) -> String {
    let mut w = Writer {
        f: fitted,
        stats,
        out: String::new(),
        sources: BTreeMap::new(),
        laws: BTreeMap::new(),
        spells: BTreeMap::new(),
    };
    w.head();
    w.demand();
    w.front();
    w.pathway();
    w.care();
    w.exits();
    w.start();
    if !fitted.history {
        w.staff();
    }
    w.counted();
    w.sources();
    w.out
}

impl Writer<'_> {
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    /// The short name under which a published table stands in `[sources]`.
    pub(super) fn source(&mut self, table: &str) -> String {
        if table.is_empty() {
            return String::new();
        }
        let mut name: String =
            table.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        while name.contains("--") {
            name = name.replace("--", "-");
        }
        let name: String = name.trim_matches('-').chars().take(48).collect();
        let name =
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("t-{name}") };
        self.sources.insert(name.clone(), table.to_string());
        name
    }

    /// A law or statutory guidance as a source.
    fn statute(&mut self, name: &str, title: &str) -> String {
        self.laws.insert(name.into(), title.into());
        name.into()
    }

    /// The age at which children's services end.
    pub(super) fn adult(&mut self) -> String {
        let source =
            self.statute("children-act-1989", "Children Act 1989, section 105(1): a child is under 18");
        fixed("18", &source, "a child is a person under 18")
    }

    /// A timescale of the statutory guidance.
    pub(super) fn timescale(&mut self, days: &str) -> String {
        let source = self.statute(
            "working-together",
            "Working Together to Safeguard Children (statutory guidance, HM Government), timescales",
        );
        fixed(&quoted(days), &source, "statutory timescale")
    }

    /// A number with its ground, its table turned into a source's short name.
    pub(super) fn number(&mut self, n: &super::number::Number, unit: &str) -> String {
        let source = self.source(&n.source);
        super::number::Number { source, ..n.clone() }.table(unit)
    }

    fn sources(&mut self) {
        self.line("\n[sources]");
        for (name, title) in std::mem::take(&mut self.laws) {
            self.line(format!("{name} = {}", quoted(&title)));
        }
        let sources = std::mem::take(&mut self.sources);
        for (name, table) in sources {
            let place = format!("{table}, {} ({}); {}", self.f.name, self.f.code, self.f.release);
            let _ = writeln!(self.out, "{name} = {}", quoted(&place));
        }
    }
}
