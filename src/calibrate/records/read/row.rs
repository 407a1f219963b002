//! A row of cells, in one buffer that is used again for the next.

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, as it stands.
    Text(&'a str),
    /// A number of a workbook: it may be a date.
    Number(f64),
    /// An error such as #N/A.
    Error,
    /// A formula whose value was not stored.
    Formula,
    /// Longer than what is read.
    Cut,
}

#[derive(Clone, Copy, Debug)]
enum Kept {
    Empty,
    Text(u32, u32),
    Number(f64),
    Error,
    Formula,
    Cut,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// As a spreadsheet numbers it, from 1; the line of a text file on which the row begins.
    pub number: u32,
    text: String,
    cells: Vec<Kept>,
    /// Cells whose value was computed by a formula.
    pub formulas: u32,
}

impl Row {
    /// Empties the row.
    pub fn clear(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.formulas = 0;
    }

    /// Cells in it, empty ones included.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing stands in any cell.
    pub fn is_blank(&self) -> bool {
        (0..self.width()).all(|k| match self.cell(k) {
            Cell::Empty => true,
            Cell::Text(t) => t.trim().is_empty(),
            _ => false,
        })
    }

    /// Bytes of text in the row.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A cell, empty beyond the end.
    pub fn cell(&self, at: usize) -> Cell<'_> {
        match self.cells.get(at).copied().unwrap_or(Kept::Empty) {
            Kept::Empty => Cell::Empty,
            Kept::Text(from, to) => self.text.get(from as usize..to as usize).map_or(Cell::Empty, Cell::Text),
            Kept::Number(x) => Cell::Number(x),
            Kept::Error => Cell::Error,
            Kept::Formula => Cell::Formula,
            Kept::Cut => Cell::Cut,
        }
    }

    /// The text of a cell without spaces around it; empty if it holds none.
    pub fn text(&self, at: usize) -> &str {
        match self.cell(at) {
            Cell::Text(t) => trim(t),
            _ => "",
        }
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: Cell<'_>) {
        let kept = match cell {
            Cell::Empty => Kept::Empty,
            Cell::Text("") => Kept::Empty,
            Cell::Text(t) => {
                let from = self.text.len() as u32;
                self.text.push_str(t);
                Kept::Text(from, self.text.len() as u32)
            }
            Cell::Number(x) => Kept::Number(x),
            Cell::Error => Kept::Error,
            Cell::Formula => Kept::Formula,
            Cell::Cut => Kept::Cut,
        };
        self.cells.push(kept);
    }

    /// Adds empty cells up to a length.
    pub fn pad(&mut self, to: usize) {
        while self.cells.len() < to {
            self.cells.push(Kept::Empty);
        }
    }
}

/// Text without spaces, no-break spaces and control characters around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}' || c == '\u{200b}')
}
