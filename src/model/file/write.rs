//! A tree as text again: always the same text for the same content.

use super::{Node, Table, Value};

/// The whole tree as TOML, one line for each key of a named table.
pub fn canonical(root: &Node) -> String {
    let mut out = String::new();
    let Some(table) = root.table() else {
        return out;
    };
    for section in &table.entries {
        match &section.node.value {
            Value::Table(inner) => write_section(&mut out, &key(&section.key), inner),
            _ => out.push_str(&format!("{} = {}\n", key(&section.key), inline(&section.node))),
        }
    }
    out
}

fn write_section(out: &mut String, name: &str, table: &Table) {
    out.push_str(&format!("[{name}]\n"));
    for entry in &table.entries {
        out.push_str(&format!("{} = {}\n", key(&entry.key), inline(&entry.node)));
    }
}

fn key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { key.to_string() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value on one line.
pub fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Whole(Some(n)) => n.to_string(),
        Value::Whole(None) => "nan".to_string(),
        Value::Number(x) => number(*x),
        Value::Bool(b) => b.to_string(),
        Value::Date { at, timed: false } => at.date().to_string(),
        Value::Date { at, timed: true } => at.to_string(),
        Value::OtherTime(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.entries.is_empty() => "{}".to_string(),
        Value::Table(table) => {
            let entries: Vec<String> =
                table.entries.iter().map(|e| format!("{} = {}", key(&e.key), inline(&e.node))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A number so that it reads back as the same number and as no whole number.
fn number(x: f64) -> String {
    if x.is_nan() {
        "nan".to_string()
    } else if x.is_infinite() {
        if x > 0.0 { "inf" } else { "-inf" }.to_string()
    } else {
        format!("{x:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::SourceMap;

    fn round(text: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add("m.toml", text);
        canonical(&super::super::parse(&sources, file).unwrap())
    }

    #[test]
    fn the_text_reads_back_as_itself() {
        let text = "top = 1\n[a]\nx = 1_000 # note\n\"p q\" = [1.0, 1e-7, 1e300, 'a\"b\\']\n[a.b]\nd = 2025-04-01\n[[a.c]]\nk = true\n[e]\n";
        let once = round(text);
        assert_eq!(round(&once), once);
        assert!(once.contains("x = 1000\n"));
        assert!(once.contains("b = { d = 2025-04-01 }"));
        assert!(once.contains("[e]\n"));
    }
}
