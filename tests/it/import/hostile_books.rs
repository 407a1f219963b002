//! Malformed and hostile workbooks.

use super::books::{C, Part, archive, book, contact, contacts, parts};
use super::hostile::Then;
use Then::{Read, Refused};

/// A sound workbook of two contacts.
fn good() -> Vec<u8> {
    book("List 1", vec![contacts(), contact(1.0, C::N(45_294.0)), contact(2.0, C::N(45_295.0))])
}

/// The parts of a workbook whose sheet is this text.
fn sheet(text: &str) -> Vec<Part> {
    let mut all = parts(&[("List 1", vec![contacts()])], "");
    all[0] = Part::new("xl/worksheets/sheet1.xml", text.as_bytes());
    all
}

/// A workbook with one part replaced.
fn with(name: &str, part: Part) -> Vec<u8> {
    let mut all = parts(&[("List 1", vec![contacts(), contact(1.0, C::N(45_294.0))])], "");
    let at = all.iter().position(|p| p.name == name).unwrap();
    all[at] = part;
    archive(&all)
}

/// Workbooks and archives, with what should come of each.
pub fn books() -> Vec<(&'static str, Vec<u8>, Then)> {
    let name = "xl/worksheets/sheet1.xml";
    let zeros = |n: usize| vec![b' '; n];
    let lied = |lie: fn(&mut Part)| {
        let mut part = Part::new(name, b"<worksheet><sheetData></sheetData></worksheet>");
        lie(&mut part);
        with(name, part)
    };
    let row =
        |inside: &str| archive(&sheet(&format!("<worksheet><sheetData>{inside}</sheetData></worksheet>")));
    let whole = good();
    let late: String = "<row r=\"5\"/><row r=\"3\"><c><v>1</v></c></row>".into();
    let many: Vec<Part> = (0..5_000).map(|k| Part::stored(&format!("{k}"), b"")).collect();
    let word = archive(&[Part::new("word/document.xml", b"<w/>")]);
    let wide: String = "<c><v>1</v></c>".repeat(2_000);
    let strings: String = (0..3_000).map(|_| format!("<si><t>{}</t></si>", "x".repeat(50_000))).collect();
    vec![
        ("a workbook", whole.clone(), Read(2, &[])),
        ("cut in half", whole[..whole.len() / 2].to_vec(), Refused("complete")),
        ("without its directory", whole[..whole.len() - 22].to_vec(), Refused("complete")),
        ("only a signature", b"PK\x03\x04".to_vec(), Refused("complete")),
        ("an empty archive", archive(&[]), Refused("not a workbook")),
        ("a word document", word, Refused("word-processor")),
        ("an archive of csv files", archive(&[Part::new("a.csv", b"a,b")]), Refused("unpack")),
        ("a binary workbook", archive(&[Part::new("xl/workbook.bin", b"x")]), Refused(".xlsb")),
        ("an opendocument sheet", archive(&[Part::new("content.xml", b"<x/>")]), Refused("OpenDocument")),
        (
            "an old workbook",
            [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), zeros(600)].concat(),
            Refused(".xls"),
        ),
        (
            "a zip bomb",
            with(name, Part::new(name, format!("<worksheet>{}", "<row/>".repeat(2 << 20)).as_bytes())),
            Refused("hundreds of times"),
        ),
        (
            "a zip bomb among the strings",
            with(
                "xl/sharedStrings.xml",
                Part::new("xl/sharedStrings.xml", format!("<sst>{}", "<si/>".repeat(2 << 20)).as_bytes()),
            ),
            Refused("hundreds of times"),
        ),
        ("a size that is a lie", lied(|p| p.size = 3), Refused("headings")),
        ("a packed size that is a lie", lied(|p| p.packed = vec![0xff; 40]), Refused("complete")),
        ("a checksum that is wrong", lied(|p| p.crc ^= 1), Refused("checksum")),
        ("a method nobody uses", lied(|p| p.method = 12), Refused("packed in a way")),
        ("encrypted", lied(|p| p.flags = 1), Refused("password")),
        (
            "two parts of one name",
            archive(&[Part::new("a", b"1"), Part::new("a", b"2")]),
            Refused("one name"),
        ),
        ("five thousand parts", archive(&many), Refused("4096")),
        (
            "a sheet that is missing",
            archive(&parts(&[("List 1", vec![contacts()])], "")[1..]),
            Refused("no sheets"),
        ),
        (
            "a sheet with a document type",
            with(name, Part::new(name, b"<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>")),
            Refused("document type"),
        ),
        (
            "a sheet that is not closed",
            with(name, Part::new(name, b"<worksheet><sheetData>")),
            Refused("complete"),
        ),
        ("rows out of order", row(&late), Refused("not in order")),
        (
            "row four thousand million",
            row("<row r=\"4000000000\"><c><v>1</v></c></row>"),
            Refused("not in order"),
        ),
        ("column ZZZZ", row("<row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row>"), Refused("not in order")),
        ("column XFD", row("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>"), Refused("1024")),
        ("two thousand cells", row(&format!("<row>{wide}</row>")), Refused("1024")),
        ("a string that is not there", row("<row><c t=\"s\"><v>99999</v></c></row>"), Refused("headings")),
        (
            "strings without end",
            with(
                "xl/sharedStrings.xml",
                Part::new("xl/sharedStrings.xml", format!("<sst>{strings}</sst>").as_bytes()),
            ),
            Refused(""),
        ),
        (
            "a number that is not",
            book("x", vec![contacts(), contact(1.0, C::N(f64::NAN))]),
            Read(0, &["missing_start Date of Contact x1 at 2", "error_cell Date of Contact x1 at 2"]),
        ),
        (
            "error cells",
            book("x", vec![contacts(), contact(1.0, C::E), contact(2.0, C::N(45_294.0))]),
            Read(1, &["missing_start Date of Contact x1 at 2", "error_cell Date of Contact x1 at 2"]),
        ),
        (
            "a formula without its value",
            book("x", vec![contacts(), contact(1.0, C::G), contact(2.0, C::N(45_294.0))]),
            Read(
                1,
                &[
                    "missing_start Date of Contact x1 at 2",
                    "formula x1 at 2",
                    "formula Date of Contact x1 at 2",
                ],
            ),
        ),
        (
            "a formula with its value",
            book("x", vec![contacts(), contact(1.0, C::F(45_294.0))]),
            Read(1, &["formula x1 at 2"]),
        ),
        (
            "a sheet named in markup",
            book("<x>&\"", vec![contacts(), contact(1.0, C::N(45_294.0))]),
            Read(1, &[]),
        ),
        (
            "a date before dates",
            book("x", vec![contacts(), contact(1.0, C::N(-5.0)), contact(2.0, C::N(0.0))]),
            Read(
                0,
                &[
                    "missing_start Date of Contact x2 at 2,3",
                    "unreadable_date Date of Contact x1 at 2",
                    "placeholder_date Date of Contact x1 at 3",
                ],
            ),
        ),
        ("headings alone", book("x", vec![contacts()]), Read(0, &[])),
        ("no rows", book("x", vec![]), Refused("headings")),
    ]
}

#[test]
fn workbooks() {
    super::hostile::judge_all(books());
}

#[test]
fn there_are_sixty_and_more() {
    let text = super::hostile::texts().len() + super::hostile::xmls().len();
    let all = text + books().len() + super::hostile_more::all().len();
    assert!(all >= 140, "{all}");
}
