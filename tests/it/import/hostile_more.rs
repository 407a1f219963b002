//! More malformed and hostile files: headings, encodings, archives in archives, XML of the looked after return.

use super::books::{C, Part, archive, book, contact, contacts, parts};
use super::hostile::Then::{self, Read, Refused};

/// A workbook of one contact with a part put in place of another, or added.
fn with(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut all = parts(&[("List 1", vec![contacts(), contact(1.0, C::N(45_294.0))])], "");
    all.retain(|p| p.name != name);
    all.push(Part::new(name, bytes));
    archive(&all)
}

fn rows(text: &str) -> Vec<u8> {
    format!("# observed 2020-01-01 to 2030-12-31\nperson,stage,start,end,outcome\n{text}").into_bytes()
}

fn care(inside: &str) -> Vec<u8> {
    format!(
        "<?xml version='1.0'?><EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID><SEX>2</SEX><DOB>28/07/2010</DOB>\
         <ETHNIC>WBRI</ETHNIC><UASC/></HEADER><EPISODE><DECOM>06/05/2023</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN>\
         <PL>U6</PL><PLACE_PROVIDER>PR1</PLACE_PROVIDER>{inside}</EPISODE></CHILD></EXPSSDA903>"
    )
    .into_bytes()
}

const ENDED: &str = "<DEC>06/10/2023</DEC><REC>E4A</REC>";

/// Files, with what should come of each.
pub fn all() -> Vec<(&'static str, Vec<u8>, Then)> {
    let name = "xl/worksheets/sheet1.xml";
    let deep = format!("<worksheet>{}", "<a>".repeat(5_000));
    let attribute = format!("<worksheet><sheetData a=\"{}\"/></worksheet>", "x".repeat(3 << 20));
    let itself = "<Relationships><Relationship Id=\"rId1\" Target=\"workbook.xml\"/></Relationships>";
    let outside = "<Relationships><Relationship Id=\"rId1\" Target=\"file:///etc/passwd\" TargetMode=\"External\"/></Relationships>";
    let above =
        "<Relationships><Relationship Id=\"rId1\" Target=\"../../../../etc/passwd\"/></Relationships>";
    let good = book("List 1", vec![contacts(), contact(1.0, C::N(45_294.0))]);
    let swapped: Vec<u8> =
        rows("1,care,2024-01-05,,\n").chunks(2).flat_map(|c| c.iter().rev().copied()).collect();
    vec![
        // workbooks
        ("a sheet that is its own workbook", with("xl/_rels/workbook.xml.rels", itself.as_bytes()), Refused("no sheets")),
        ("a sheet outside", with("xl/_rels/workbook.xml.rels", outside.as_bytes()), Refused("no sheets")),
        ("a sheet above", with("xl/_rels/workbook.xml.rels", above.as_bytes()), Refused("no sheets")),
        ("five thousand elements deep in a sheet", with(name, deep.as_bytes()), Refused("inside each other")),
        ("a huge attribute in a sheet", with(name, attribute.as_bytes()), Refused("bytes in one tag")),
        ("content types that lie", with("[Content_Types].xml", b"<Types><Default ContentType=\"image/png\"/></Types>"), Read(1, &[])),
        ("content types that are no XML", with("[Content_Types].xml", b"\xff\xd8\xff"), Read(1, &[])),
        ("a name that climbs", with("../../../tmp/evil", b"x"), Read(1, &[])),
        ("macros in it", with("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), Read(1, &[])),
        ("an archive in an archive", archive(&[Part::stored("a.xlsx", &good)]), Refused("unpack")),
        ("a workbook after a megabyte of zeros", [&vec![0; 1 << 20][..], &good].concat(), Refused("null byte")),
        ("a workbook with words after it", [&good[..], &vec![b'x'; 100_000]].concat(), Refused("complete")),
        ("an empty sheet beside", archive(&parts(&[("a", vec![]), ("List 1", vec![contacts(), contact(1.0, C::N(45_294.0))])], "")), Read(1, &[])),
        (
            "a serial of the year 9999",
            book("x", vec![contacts(), contact(1.0, C::N(2_958_465.0)), contact(2.0, C::N(45_294.0))]),
            Read(1, &["missing_start Date of Contact x1 at 2", "placeholder_date Date of Contact x1 at 2"]),
        ),
        (
            "an endless number",
            book("x", vec![contacts(), contact(1.0, C::N(1e308)), contact(2.0, C::N(45_294.0))]),
            Read(1, &["missing_start Date of Contact x1 at 2", "unreadable_date Date of Contact x1 at 2"]),
        ),
        (
            "dates as text among dates as numbers",
            book("x", vec![contacts(), contact(1.0, C::N(45_294.0)), contact(2.0, C::N(45_295.0)), contact(3.0, C::I("31/12/2023"))]),
            Read(3, &["mixed_date_forms Date of Contact x1 at 4"]),
        ),
        // text
        (
            "twenty thousand columns",
            format!("person,stage,start{}\n1,care,2024-01-05\n", ",x".repeat(20_000)).into_bytes(),
            Refused("1024"),
        ),
        (
            "headings that stand twice",
            b"# observed 2020-01-01 to 2030-12-31\nperson,stage,start,start,end\n1,care,2024-01-05,2024-02-05,\n".to_vec(),
            Read(1, &["repeated_column column 4 x1 at 2"]),
        ),
        ("headings alone of twenty tables", b"person,stage,start\n".repeat(20), Read(0, &["unknown_stage stage x19 at 2,3,4,5,6,7,8,9,10,11"])),
        (
            "negative serials as text",
            rows("1,care,-45296,,\n"),
            Read(0, &["missing_start start x1 at 3", "unreadable_date start x1 at 3"]),
        ),
        (
            "year nought",
            rows("1,care,0000-01-01,,\n"),
            Read(0, &["missing_start start x1 at 3", "placeholder_date start x1 at 3"]),
        ),
        (
            "a mark in the middle",
            rows("\u{feff}1,care,2024-01-05,2024-02-05,other\n1,care,2024-01-05,2024-02-05,other\n"),
            Read(1, &["duplicate x1 at 4"]),
        ),
        ("bytes swapped in pairs", swapped, Refused("")),
        ("utf-32", "person,stage".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), Refused("")),
        ("a quote that opens in the middle", rows("1,ca\"re,2024-01-05,,\n"), Read(1, &[])),
        ("mixed line ends", b"person,stage,start,end\r\n1,care,2024-01-05,2024-02-05\n2,care,2024-01-05,2024-02-05\r".to_vec(), Read(2, &[])),
        (
            "a period that ends before it begins",
            b"# observed 2030-01-01 to 2020-12-31\nperson,stage,start,end\n1,care,2024-01-05,2024-02-05\n".to_vec(),
            Read(1, &[]),
        ),
        ("escape codes of terminals", rows("1,\x1b[2Jcare,2024-01-05,2024-02-05,other\n"), Read(0, &["unknown_stage stage x1 at 3"])),
        // XML
        ("a looked after return", care(ENDED), Read(1, &[])),
        ("a looked after return that is cut", care(ENDED)[..300].to_vec(), Refused("")),
        (
            "episodes inside each other",
            care(&format!("{ENDED}<EPISODE><DECOM>01/01/2023</DECOM></EPISODE>")),
            Read(1, &[]),
        ),
        ("a reason alone", care("<REC>E4A</REC>"), Read(1, &["reason_without_end REC x1 at 1"])),
        ("an entity in a looked after return", care("<DEC>&x;</DEC>"), Refused("entity")),
        (
            "a census in an encoding that it does not have",
            b"<?xml version=\"1.0\" encoding=\"UTF-7\"?><Message><Header><Collection>CIN</Collection></Header></Message>".to_vec(),
            Read(0, &["odd_header ReferenceDate x1 at"]),
        ),
        (
            "an inclusion",
            b"<Message xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"file:///etc/passwd\"/><Collection>CIN</Collection></Message>".to_vec(),
            Read(0, &["odd_header ReferenceDate x1 at"]),
        ),
        ("a style sheet", b"<?xml-stylesheet href=\"http://x/y.xsl\"?><Message><Collection>CIN</Collection></Message>".to_vec(), Read(0, &["odd_header ReferenceDate x1 at"])),
        (
            "a flat census without its dates",
            b"LAchildID,CINdetailsID,ReferralSource\n1,1,6\n".to_vec(),
            Refused("\"CINreferralDate\""),
        ),
    ]
}

#[test]
fn more_files() {
    super::hostile::judge_all(all());
}
