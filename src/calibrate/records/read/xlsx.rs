//! Rows of a workbook's sheets, as streams.

use super::error::ReadError;
use super::limits::{MOST_CELL, MOST_COLUMNS, MOST_ROW, MOST_SHEETS, MOST_STRINGS};
use super::row::{Cell, Row};
use super::text::Decoder;
use super::xml::{Met, Xml};
use super::zip::{Archive, Part};

/// A workbook.
pub struct Workbook<'a> {
    archive: Archive<'a>,
    sheets: Vec<Sheet>,
    strings: Strings,
    /// Days between the workbook's day 0 and that of the 1900 system: 1462 where dates count from 1904.
    pub day_offset: i64,
}

struct Sheet {
    name: String,
    part: String,
}

/// Shared strings, one after the other.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
    cut: Vec<u32>,
}

impl Strings {
    fn get(&self, k: usize) -> Cell<'_> {
        let from = k.checked_sub(1).map_or(Some(0), |p| self.ends.get(p).copied());
        match (from, self.ends.get(k)) {
            (Some(_), Some(_)) if self.cut.binary_search(&(k as u32)).is_ok() => Cell::Cut,
            (Some(from), Some(to)) => {
                self.text.get(from as usize..*to as usize).map_or(Cell::Error, Cell::Text)
            }
            _ => Cell::Error,
        }
    }
}

type Source<'a> = Xml<Decoder<Part<'a>>>;

/// Rows that Excel has.
const LAST_ROW: u32 = 1_048_576;

impl<'a> Workbook<'a> {
    /// Opens a workbook: its list of sheets and its shared strings.
    pub fn open(bytes: &'a [u8]) -> Result<Workbook<'a>, ReadError> {
        let archive = Archive::open(bytes)?;
        if !archive.has("xl/workbook.xml") {
            return Err(other_archive(&archive));
        }
        let mut new = Workbook { archive, sheets: Vec::new(), strings: Strings::default(), day_offset: 0 };
        new.list()?;
        new.read_strings()?;
        Ok(new)
    }

    /// Names of sheets, in order.
    pub fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|s| s.name.as_str())
    }

    fn part(&self, name: &str) -> Result<Option<Source<'a>>, ReadError> {
        let Some(part) = self.archive.part(name)? else { return Ok(None) };
        Ok(Some(Xml::new(Decoder::new(part, super::limits::MOST_UNPACKED)?)))
    }

    /// Reads the sheets' names and parts.
    fn list(&mut self) -> Result<(), ReadError> {
        let Some(mut xml) = self.part("xl/workbook.xml")? else { return Err(ReadError::Empty) };
        let mut found: Vec<(String, String)> = Vec::new();
        loop {
            match xml.step()? {
                Met::Start if xml.name() == "workbookPr" => {
                    let on = xml.attribute("date1904").is_some_and(|v| v == "1" || v == "true");
                    self.day_offset = if on { 1_462 } else { 0 };
                }
                Met::Start if xml.name() == "sheet" => {
                    if found.len() >= MOST_SHEETS {
                        let most = MOST_SHEETS as u64;
                        return Err(ReadError::TooLarge { what: "sheets", most, row: 0 });
                    }
                    let text = |name| xml.attribute(name).unwrap_or_default().to_owned();
                    found.push((text("name"), text("id")));
                }
                Met::Eof => break,
                _ => {}
            }
        }
        let targets = self.targets()?;
        for (name, id) in found {
            let target = targets.iter().find(|(i, _)| *i == id).map(|(_, t)| t.clone());
            // Charts and macros have no rows, and are parts of other kinds.
            if let Some(part) = target {
                self.sheets.push(Sheet { name, part });
            }
        }
        if self.sheets.is_empty() {
            return Err(ReadError::damaged(0, "the workbook has no sheets that can be read"));
        }
        Ok(())
    }

    /// Parts by the identifiers that the workbook uses for them.
    fn targets(&self) -> Result<Vec<(String, String)>, ReadError> {
        let mut out = Vec::new();
        let Some(mut xml) = self.part("xl/_rels/workbook.xml.rels")? else { return Ok(out) };
        loop {
            match xml.step()? {
                Met::Start if xml.name() == "Relationship" => {
                    let outside = xml.attribute("TargetMode") == Some("External");
                    let (Some(id), Some(target), false) =
                        (xml.attribute("Id"), xml.attribute("Target"), outside)
                    else {
                        continue;
                    };
                    let path = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("xl/{}", target.trim_start_matches("./")),
                    };
                    if path.to_ascii_lowercase().contains("sheet") && self.archive.has(&path) {
                        out.push((id.to_owned(), path));
                    }
                }
                Met::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    fn read_strings(&mut self) -> Result<(), ReadError> {
        let Some(mut xml) = self.part("xl/sharedStrings.xml")? else { return Ok(()) };
        let mut one = String::new();
        let (mut inside, mut phonetic, mut cut) = (false, false, false);
        loop {
            match xml.step()? {
                Met::Start => match xml.name() {
                    "si" => one.clear(),
                    "t" => inside = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Met::Text if inside => {
                    if one.len() + xml.text().len() > MOST_CELL * 4 {
                        cut = true;
                    } else {
                        one.push_str(xml.text());
                    }
                }
                Met::End => match xml.name() {
                    "t" => inside = false,
                    "rPh" => phonetic = false,
                    "si" => {
                        if self.strings.text.len() + one.len() + 4 * self.strings.ends.len() > MOST_STRINGS {
                            let most = MOST_STRINGS as u64;
                            return Err(ReadError::TooLarge { what: "bytes of text", most, row: 0 });
                        }
                        if std::mem::take(&mut cut) || one.len() > MOST_CELL {
                            self.strings.cut.push(self.strings.ends.len() as u32);
                        } else {
                            self.strings.text.push_str(&one);
                        }
                        self.strings.ends.push(self.strings.text.len() as u32);
                    }
                    _ => {}
                },
                Met::Text => {}
                Met::Eof => return Ok(()),
            }
        }
    }

    /// The rows of a sheet, by its place.
    pub fn rows(&self, sheet: usize) -> Result<SheetRows<'_, 'a>, ReadError> {
        let part = self.sheets.get(sheet).map(|s| s.part.as_str()).unwrap_or_default();
        let xml =
            self.part(part)?.ok_or_else(|| ReadError::damaged(0, "a sheet is missing from the workbook"))?;
        Ok(SheetRows { strings: &self.strings, xml, last: 0 })
    }
}

/// What an archive is, if it is not a workbook.
fn other_archive(archive: &Archive<'_>) -> ReadError {
    let (found, hint) = if archive.has("xl/workbook.bin") {
        ("a binary workbook (.xlsb)", "save it as an Excel workbook (.xlsx)")
    } else if archive.has("content.xml") {
        ("an OpenDocument file", "save it as an Excel workbook (.xlsx)")
    } else if archive.has("word/document.xml") {
        ("a word-processor document", "give the workbook or the CSV files")
    } else if archive.has_ending(".csv") || archive.has_ending(".xlsx") || archive.has_ending(".xml") {
        ("an archive of files", "unpack it and give the files in it")
    } else {
        ("an archive, and not a workbook", "give the workbook or the CSV files")
    };
    ReadError::Kind { found, hint }
}

/// The rows of one sheet.
pub struct SheetRows<'w, 'a> {
    strings: &'w Strings,
    xml: Source<'a>,
    last: u32,
}

impl SheetRows<'_, '_> {
    /// Reads the next row that has cells; none at the end.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        loop {
            match self.xml.step()? {
                Met::Start if self.xml.name() == "row" => {
                    let said = self.xml.attribute("r").and_then(|r| r.parse::<u32>().ok());
                    let number = said.unwrap_or(self.last.saturating_add(1));
                    if number <= self.last || number > LAST_ROW {
                        return Err(ReadError::damaged(self.last, "its rows are not in order"));
                    }
                    self.last = number;
                    row.clear(number);
                    self.cells(row)?;
                    if row.width() != 0 {
                        return Ok(true);
                    }
                }
                Met::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    /// Reads the cells up to the end of the row.
    fn cells(&mut self, row: &mut Row) -> Result<(), ReadError> {
        let depth = self.xml.depth();
        loop {
            match self.xml.step()? {
                Met::Start if self.xml.name() == "c" => {
                    let at = match self.xml.attribute("r") {
                        Some(place) => column(place)
                            .filter(|c| *c >= row.width())
                            .ok_or_else(|| ReadError::damaged(row.number, "its cells are not in order"))?,
                        None => row.width(),
                    };
                    if at >= MOST_COLUMNS {
                        let most = MOST_COLUMNS as u64;
                        return Err(ReadError::TooLarge { what: "columns", most, row: row.number });
                    }
                    row.pad(at);
                    let kind = Kind::of(self.xml.attribute("t"));
                    self.cell(kind, row)?;
                    if row.bytes() > MOST_ROW {
                        let most = MOST_ROW as u64;
                        return Err(ReadError::TooLarge { what: "bytes in a row", most, row: row.number });
                    }
                }
                Met::End if self.xml.depth() < depth => return Ok(()),
                Met::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads the value of a cell up to its end.
    fn cell(&mut self, kind: Kind, row: &mut Row) -> Result<(), ReadError> {
        let depth = self.xml.depth();
        let mut value = String::new();
        let (mut inside, mut formula, mut given, mut cut) = (false, false, false, false);
        loop {
            match self.xml.step()? {
                Met::Start => match self.xml.name() {
                    "v" => (inside, given) = (true, true),
                    "t" if kind == Kind::Inline => (inside, given) = (true, true),
                    "f" => formula = true,
                    _ => {}
                },
                Met::Text if inside => {
                    cut |= value.len() + self.xml.text().len() > MOST_CELL;
                    if !cut {
                        value.push_str(self.xml.text());
                    }
                }
                Met::End if self.xml.depth() < depth => break,
                Met::End => inside &= !matches!(self.xml.name(), "v" | "t"),
                Met::Text => {}
                Met::Eof => break,
            }
        }
        row.formulas += u32::from(formula);
        if !given {
            row.push(if formula { Cell::Formula } else { Cell::Empty });
            return Ok(());
        }
        if cut {
            row.push(Cell::Cut);
            return Ok(());
        }
        row.push(match kind {
            Kind::Shared => match value.trim().parse::<usize>() {
                Ok(k) => self.strings.get(k),
                Err(_) => Cell::Error,
            },
            Kind::Number => match value.trim().parse::<f64>() {
                Ok(x) if x.is_finite() => Cell::Number(x),
                _ if value.trim().is_empty() => Cell::Empty,
                _ => Cell::Error,
            },
            Kind::Truth => Cell::Text(if value.trim() == "1" { "true" } else { "false" }),
            Kind::Error => Cell::Error,
            Kind::Text | Kind::Inline => Cell::Text(&value),
        });
        Ok(())
    }
}

/// How a cell's value is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Inline,
    Text,
    Number,
    Truth,
    Error,
}

impl Kind {
    fn of(t: Option<&str>) -> Kind {
        match t {
            Some("s") => Kind::Shared,
            Some("inlineStr") => Kind::Inline,
            Some("str" | "d") => Kind::Text,
            Some("b") => Kind::Truth,
            Some("e") => Kind::Error,
            _ => Kind::Number,
        }
    }
}

/// The column of a reference such as AB12, from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut n = 0_usize;
    for (k, letter) in letters.enumerate() {
        if k >= 3 {
            return None;
        }
        n = n * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    n.checked_sub(1)
}
