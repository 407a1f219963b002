//! A plain workbook writer: inline text, dates as styled serials, nothing else.
//!
//! Written here because fake returns need so little of the format; a library would bring far more.

use super::sheet::{Cell, Sheet};
use super::zip::Zip;
use jiff::civil::Date;
use std::fmt::Write;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A workbook with these sheets.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut zip = Zip::default();
    let numbers = || 1..=sheets.len();
    let mut types = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>"
    );
    let mut book = format!("{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\"><sheets>");
    let mut rels = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (n, sheet) in numbers().zip(sheets) {
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        let _ = write!(book, "<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escaped(&sheet.name));
        let _ = write!(
            rels,
            "<Relationship Id=\"rId{n}\" Type=\"{RELS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    let last = sheets.len() + 1;
    let _ = write!(
        rels,
        "<Relationship Id=\"rId{last}\" Type=\"{RELS}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    types.push_str("</Types>");
    book.push_str("</sheets></workbook>");
    zip.add("[Content_Types].xml", types.as_bytes());
    zip.add(
        "_rels/.rels",
        format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{RELS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        )
        .as_bytes(),
    );
    zip.add("xl/workbook.xml", book.as_bytes());
    zip.add("xl/_rels/workbook.xml.rels", rels.as_bytes());
    zip.add("xl/styles.xml", styles().as_bytes());
    for (n, sheet) in numbers().zip(sheets) {
        zip.add(&format!("xl/worksheets/sheet{n}.xml"), worksheet(sheet).as_bytes());
    }
    zip.finish()
}

/// Style 0 is plain, style 1 a British date.
fn styles() -> String {
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" \
         formatCode=\"dd/mm/yyyy\"/></numFmts><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Arial\"/></font>\
         </fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/>\
         <diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" \
         borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" \
         borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
         applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    )
}

fn worksheet(sheet: &Sheet) -> String {
    let mut out = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\">");
    for (i, (head, _)) in sheet.columns.iter().enumerate() {
        text(&mut out, i, 1, head);
    }
    out.push_str("</row>");
    for (r, row) in sheet.rows.iter().enumerate() {
        let r = r + 2;
        let _ = write!(out, "<row r=\"{r}\">");
        for (i, cell) in row.iter().enumerate() {
            match cell {
                Cell::Empty => {}
                Cell::Text(t) => text(&mut out, i, r, t),
                Cell::Number(n) => {
                    let _ = write!(out, "<c r=\"{}{r}\"><v>{n}</v></c>", letters(i));
                }
                Cell::Date(d) => {
                    let _ = write!(out, "<c r=\"{}{r}\" s=\"1\"><v>{}</v></c>", letters(i), serial(*d));
                }
            }
        }
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    out
}

fn text(out: &mut String, column: usize, row: usize, text: &str) {
    let _ = write!(
        out,
        "<c r=\"{}{row}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
        letters(column),
        escaped(text)
    );
}

/// Days since 30 December 1899, as spreadsheets count dates after February 1900.
pub(super) fn serial(date: Date) -> i64 {
    let zero = Date::constant(1899, 12, 30);
    date.since(zero).map_or(0, |s| i64::from(s.get_days()))
}

/// The letters of a column: A, B, …, Z, AA, ….
fn letters(mut column: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

/// Text as XML holds it; characters that XML cannot hold are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn serials_and_letters_are_those_of_spreadsheets() {
        assert_eq!(serial(date(2024, 1, 1)), 45_292);
        assert_eq!(serial(date(1900, 3, 1)), 61);
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
