//! The forms of a table other than HTML.

use serde_json::{Map, Value, json};

use super::{Column, Table};
use crate::present::escape;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The CSV writer failed.
    #[error("the table could not be written as CSV: {0}")]
    Csv(String),
}

/// The widest a column of text becomes in a terminal, in characters.
const WIDEST: usize = 60;

impl Table {
    /// Comma-separated values: keys as header, ISO dates, bare numbers, per cent for shares.
    /// Text that a spreadsheet would take for a formula starts with an apostrophe.
    pub fn csv(&self) -> Result<String, TableError> {
        let fail = |e: &dyn std::fmt::Display| TableError::Csv(e.to_string());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(self.columns.iter().map(|c| escape::spreadsheet(&c.key)))
            .map_err(|e| fail(&e))?;
        for row in 0..self.rows.len() {
            writer.write_record(self.cells(row).map(|(c, cell)| cell.csv(c.kind))).map_err(|e| fail(&e))?;
        }
        let bytes = writer.into_inner().map_err(|e| fail(&e))?;
        String::from_utf8(bytes).map_err(|e| fail(&e))
    }

    /// Columns, rows as objects by key, notes, and the symbols in use.
    pub fn json(&self) -> Value {
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|c| json!({ "key": c.key, "heading": c.heading, "unit": c.unit }))
            .collect();
        let rows: Vec<Value> = (0..self.rows.len())
            .map(|row| {
                let fields: Map<String, Value> =
                    self.cells(row).map(|(c, cell)| (c.key.clone(), cell.json(c.kind))).collect();
                Value::Object(fields)
            })
            .collect();
        let symbols: Map<String, Value> =
            self.symbols().into_iter().map(|(mark, meaning)| (mark.to_owned(), json!(meaning))).collect();
        json!({
            "id": self.id,
            "title": escape::plain(&self.title),
            "columns": columns,
            "rows": rows,
            "notes": self.notes.iter().map(|n| escape::plain(n)).collect::<Vec<_>>(),
            "symbols": symbols,
        })
    }

    /// Aligned columns for a terminal, without any control character.
    pub fn text(&self) -> String {
        let clean = |s: &str| {
            let s = escape::terminal(s);
            if s.chars().count() > WIDEST { s.chars().take(WIDEST - 1).chain(['…']).collect() } else { s }
        };
        let mut lines: Vec<Vec<String>> = vec![self.columns.iter().map(|c| clean(&c.title())).collect()];
        for row in 0..self.rows.len() {
            lines.push(self.cells(row).map(|(c, cell)| clean(&cell.reader(c.kind))).collect());
        }
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|i| lines.iter().filter_map(|l| l.get(i)).map(|s| s.chars().count()).max().unwrap_or(0))
            .collect();
        let mut out = format!("{}\n\n", escape::terminal(&self.title));
        for (n, line) in lines.iter().enumerate() {
            out.push_str(&aligned(line, &widths, &self.columns));
            if n == 0 {
                let rule: Vec<String> = widths.iter().map(|w| "─".repeat(*w)).collect();
                out.push_str(&aligned(&rule, &widths, &self.columns));
            }
        }
        for line in self.footer() {
            out.push_str(&format!("{}\n", escape::terminal(&line)));
        }
        out
    }

    /// A Markdown table with its title above and its notes below.
    pub fn markdown(&self) -> String {
        let mut out = format!("**{}**\n\n", escape::markdown(&self.title));
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out.push_str(&line(self.columns.iter().map(|c| escape::markdown(&c.title())).collect()));
        let rule = |c: &Column| {
            if c.numeric() { "---:".to_owned() } else { ":---".to_owned() }
        };
        out.push_str(&line(self.columns.iter().map(rule).collect()));
        for row in 0..self.rows.len() {
            out.push_str(&line(
                self.cells(row).map(|(c, cell)| escape::markdown(&cell.reader(c.kind))).collect(),
            ));
        }
        for text in self.footer() {
            out.push_str(&format!("\n{}\n", escape::markdown(&text)));
        }
        out
    }

    /// The notes, numbered, and the meaning of the symbols in use.
    pub(super) fn footer(&self) -> Vec<String> {
        let notes = self.notes.iter().enumerate().map(|(i, n)| format!("[note {}] {n}", i + 1));
        let symbols = self.symbols().into_iter().map(|(mark, meaning)| format!("{mark}: {meaning}"));
        notes.chain(symbols).collect()
    }
}

fn aligned(cells: &[String], widths: &[usize], columns: &[Column]) -> String {
    let mut line = String::new();
    for ((cell, width), column) in cells.iter().zip(widths).zip(columns) {
        let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
        if !line.is_empty() {
            line.push_str("  ");
        }
        if column.numeric() {
            line.push_str(&pad);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&pad);
        }
    }
    format!("{}\n", line.trim_end())
}
