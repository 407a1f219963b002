//! Tables of plain data, and their forms: CSV, JSON, HTML, Markdown and text for a terminal.
//!
//! A cell never stays empty: what is not a value is one of the symbols that the Department
//! for Education's releases use, and each form explains the symbols it shows.

mod cell;
mod forms;
mod html;

pub use cell::{Cell, Symbol};
pub use forms::TableError;

/// What the cells of a column hold, which decides their form and alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Whole numbers.
    Count,
    /// Numbers with this many decimals for a reader; machines get all of them.
    Number(u8),
    /// Shares from 0 to 1, shown in per cent with one decimal; machines get per cent too.
    Percent,
    /// Days.
    Date,
    /// Pounds.
    Money,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name for machines, unique in its table.
    pub key: String,
    /// Name for readers, unique in its table.
    pub heading: String,
    /// What the cells hold.
    pub kind: Kind,
    /// Unit of the cells, such as `children`, shown after the heading; empty for none.
    pub unit: String,
}

impl Column {
    /// A column without a unit.
    pub fn new(key: &str, heading: &str, kind: Kind) -> Column {
        Column { key: key.to_owned(), heading: heading.to_owned(), kind, unit: String::new() }
    }

    /// The column with a unit.
    pub fn unit(self, unit: &str) -> Column {
        Column { unit: unit.to_owned(), ..self }
    }

    /// Heading and unit for a reader.
    pub fn title(&self) -> String {
        if self.unit.is_empty() { self.heading.clone() } else { format!("{} ({})", self.heading, self.unit) }
    }

    fn numeric(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::Date)
    }
}

/// A table: rows as long as the columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name for machines, also the table's place in a page.
    pub id: String,
    /// Title: what is counted, where, when.
    pub title: String,
    /// The columns; the first names the row.
    pub columns: Vec<Column>,
    /// The rows; a row that is too short ends in `:`, one that is too long is cut.
    pub rows: Vec<Vec<Cell>>,
    /// Notes, in the order of their numbers.
    pub notes: Vec<String>,
}

impl Table {
    /// An empty table.
    pub fn new(id: &str, title: &str, columns: Vec<Column>) -> Table {
        Table { id: id.to_owned(), title: title.to_owned(), columns, rows: Vec::new(), notes: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) -> &mut Table {
        self.rows.push(cells);
        self
    }

    /// Adds a note.
    pub fn note(&mut self, text: &str) -> &mut Table {
        self.notes.push(text.to_owned());
        self
    }

    /// The cell at a place, `:` where there is none.
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        const NONE: Cell = Cell::Symbol(Symbol::NotAvailable);
        self.rows.get(row).and_then(|r| r.get(column)).unwrap_or(&NONE)
    }

    /// The cells of a row, one for each column.
    fn cells(&self, row: usize) -> impl Iterator<Item = (&Column, &Cell)> {
        self.columns.iter().enumerate().map(move |(i, c)| (c, self.cell(row, i)))
    }

    /// The symbols in use, each once, with what they stand for.
    pub fn symbols(&self) -> Vec<(&'static str, &'static str)> {
        Symbol::ALL
            .iter()
            .filter(|s| {
                (0..self.rows.len())
                    .any(|r| self.cells(r).any(|(_, c)| matches!(c.symbol(), Some(t) if t == **s)))
            })
            .map(|s| (s.mark(), s.meaning()))
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use jiff::civil::date;

    /// A small table with every kind of cell and hostile names.
    pub fn sample() -> Table {
        let mut t = Table::new(
            "children",
            "Children by stage, Wiltshire, 31 March 2025",
            vec![
                Column::new("stage", "Stage", Kind::Text),
                Column::new("on", "Counted on", Kind::Date),
                Column::new("children", "Children", Kind::Count),
                Column::new("share", "Share", Kind::Percent),
                Column::new("wait", "Mean wait", Kind::Number(1)).unit("weeks"),
                Column::new("cost", "Cost", Kind::Money),
            ],
        );
        let day = Cell::Date(date(2025, 3, 31));
        t.row(vec![
            Cell::text("Child in need"),
            day.clone(),
            Cell::Number(1902.0),
            Cell::Number(0.1234),
            Cell::Number(-2.25),
            Cell::Number(1_234_567.0),
        ]);
        t.row(vec![
            Cell::text("=cmd|' /C calc'!A0 <script>alert(1)</script> \u{1b}[31m|x"),
            day,
            Cell::Symbol(Symbol::Suppressed),
            Cell::Number(f64::NAN),
        ]);
        t.note("Places are counted at midnight.");
        t
    }

    #[test]
    fn csv_is_for_machines_and_safe() {
        let csv = sample().csv().unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "stage,on,children,share,wait,cost");
        assert_eq!(lines[1], "Child in need,2025-03-31,1902,12.34,-2.25,1234567");
        assert!(lines[2].starts_with("'=cmd|"), "{}", lines[2]);
        assert!(lines[2].ends_with(",2025-03-31,c,:,:,:"), "{}", lines[2]);
        assert!(!csv.contains('\u{1b}'));
    }

    #[test]
    fn json_keeps_numbers_as_numbers() {
        let json = sample().json();
        assert_eq!(json["rows"][0]["children"], serde_json::json!(1902));
        assert_eq!(json["rows"][0]["on"], serde_json::json!("2025-03-31"));
        assert_eq!(json["rows"][1]["children"], serde_json::json!("c"));
        assert_eq!(json["columns"][4]["unit"], serde_json::json!("weeks"));
        assert_eq!(json["notes"][0], serde_json::json!("Places are counted at midnight."));
    }

    #[test]
    fn html_is_marked_up_and_escaped() {
        let html = sample().html().into_string();
        assert!(html.contains("<caption"));
        assert_eq!(html.matches("scope=\"col\"").count(), 6);
        assert_eq!(html.matches("scope=\"row\"").count(), 2);
        assert!(html.contains("31 March 2025") && html.contains("12.3%") && html.contains("£1,234,567"));
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains('\u{1b}'));
        assert!(html.contains("c: suppressed"), "{html}");
        assert!(html.contains("role=\"region\"") && html.contains("tabindex=\"0\""));
    }

    #[test]
    fn text_lines_up_and_cannot_drive_a_terminal() {
        let text = sample().text();
        assert!(!text.contains('\u{1b}'));
        let lines: Vec<&str> = text.lines().collect();
        let header = lines.iter().find(|l| l.contains("Counted on")).unwrap();
        let first = lines.iter().find(|l| l.starts_with("Child in need")).unwrap();
        // The end of a right-aligned heading is the end of its numbers.
        let end = |l: &str, s: &str| l[..l.find(s).unwrap()].chars().count() + s.chars().count();
        assert_eq!(end(header, "  Children"), end(first, "1,902"));
        assert!(first.contains("31 March 2025"));
    }

    #[test]
    fn markdown_holds_its_columns() {
        let md = sample().markdown();
        let rows: Vec<&str> = md.lines().filter(|l| l.starts_with('|')).collect();
        assert_eq!(rows.len(), 4);
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
        }
        assert!(!md.contains("<script"));
    }
}
