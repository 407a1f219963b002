//! The looked after children return as XML, given as the rows of its CSV tables, so that both are read alike.
//!
//! A row has the number of its child in the file, counted from 1.

use super::error::ReadError;
use super::input::Input;
use super::limits::MOST_BYTES;
use super::row::{Cell, Row};
use super::text::Decoder;
use super::xml::{Met, Xml};

/// A table: the element that is one row of it, and elements as columns, with their names in the CSV files. The first
/// column is the child's identifier.
struct Rows {
    element: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

/// The tables that are used.
const TABLES: [Rows; 4] = [
    Rows {
        element: "EPISODE",
        columns: &[
            ("CHILDID", "CHILD"),
            ("DECOM", "DECOM"),
            ("RNE", "RNE"),
            ("LS", "LS"),
            ("CIN", "CIN"),
            ("PL", "PLACE"),
            ("PLACE_PROVIDER", "PLACE_PROVIDER"),
            ("DEC", "DEC"),
            ("REC", "REC"),
            ("REASON_PLACE_CHANGE", "REASON_PLACE_CHANGE"),
        ],
    },
    Rows {
        element: "HEADER",
        columns: &[("CHILDID", "CHILD"), ("SEX", "SEX"), ("DOB", "DOB"), ("ETHNIC", "ETHNIC")],
    },
    Rows {
        element: "AREVIEW",
        columns: &[("CHILDID", "CHILD"), ("REVIEW", "REVIEW"), ("REVIEW_CODE", "REVIEW_CODE")],
    },
    Rows { element: "UASC", columns: &[("CHILDID", "CHILD"), ("DUC", "DUC")] },
];

/// How many tables there are.
pub const COUNT: usize = TABLES.len();

/// Gives the headings of a table and then its rows to `each` until it asks to stop.
pub fn rows(
    input: &dyn Input,
    table: usize,
    mut each: impl FnMut(&Row) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let Some(table) = TABLES.get(table) else { return Ok(()) };
    let mut row = Row::default();
    for (_, name) in table.columns {
        row.push(Cell::Text(name));
    }
    if !each(&row)? {
        return Ok(());
    }
    let mut xml = Xml::new(Decoder::new(input.open()?, MOST_BYTES)?);
    let mut child = 0_u32;
    let mut id = String::new();
    // reviews and the like stand inside HEADER, so that a row of it is given when it closes
    let mut inside: Option<(usize, Vec<String>)> = None;
    loop {
        match xml.step()? {
            Met::Start if xml.name() == "CHILD" => {
                child = child.saturating_add(1);
                id.clear();
            }
            Met::Start if xml.name() == table.element && inside.is_none() => {
                inside = Some((xml.depth(), vec![String::new(); table.columns.len()]));
            }
            Met::Start if xml.name() == "CHILDID" => id = xml.content()?,
            Met::Start => {
                let place = table.columns.iter().position(|(element, _)| *element == xml.name());
                let depth = xml.depth();
                if let (Some(place), Some((at, cells))) = (place, &mut inside)
                    && depth == *at + 1
                {
                    let content = xml.content()?;
                    if let Some(cell) = cells.get_mut(place) {
                        *cell = content;
                    }
                }
            }
            Met::End => {
                let Some((_, cells)) = inside.take_if(|(depth, _)| xml.depth() < *depth) else { continue };
                // an empty UASC element says that the child is none
                if cells.iter().skip(1).all(|c| super::row::trim(c).is_empty()) {
                    continue;
                }
                row.clear(child);
                row.push(Cell::Text(&id));
                cells.iter().skip(1).for_each(|c| row.push(Cell::Text(c)));
                if !each(&row)? {
                    return Ok(());
                }
            }
            Met::Eof => return Ok(()),
            Met::Text => {}
        }
    }
}
