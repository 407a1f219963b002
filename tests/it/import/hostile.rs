//! Malformed and hostile text and XML: a clear error or a finding, never a panic.

use super::readers::census;
use super::{findings, lines, try_read};
use caseflow::calibrate::records::read::Refusal;

/// What should come of a file.
pub enum Then {
    /// It is refused, with these words in the message.
    Refused(&'static str),
    /// It is read: so many episodes, with these findings.
    Read(usize, &'static [&'static str]),
}

use Then::{Read, Refused};

/// What is wrong with the answer to one file, if anything is.
fn judge(name: &str, bytes: &[u8], then: &Then) -> Option<String> {
    match (try_read(&[(name, bytes)], None), then) {
        (Err(refused), Refused(words)) => {
            let [Refusal { file: 0, error, .. }] = refused.as_slice() else {
                return Some(format!("{name}: {refused:?}"));
            };
            let text = error.to_string();
            (!text.contains(words) || text.len() > 400).then(|| format!("{name}: {text}"))
        }
        (Ok(found), Read(episodes, expected)) => {
            let got = (found.table.episodes().len(), findings(&found));
            (got.0 != *episodes || got.1 != *expected).then(|| format!("{name}: {got:?}"))
        }
        (Err(refused), Read(..)) => Some(format!("{name}: {refused:?}")),
        (Ok(found), Refused(words)) => {
            Some(format!("{name}: read {:?}, not refused: {words}", findings(&found)))
        }
    }
}

/// Judges all files and tells every wrong answer.
pub fn judge_all(files: Vec<(&'static str, Vec<u8>, Then)>) {
    let wrong: Vec<String> =
        files.iter().filter_map(|(name, bytes, then)| judge(name, bytes, then)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

const HEAD: &str = "person,stage,start,end,outcome\n";

/// A file of episodes with these rows, for a fixed period.
fn rows(text: &str) -> Vec<u8> {
    format!("# observed 2020-01-01 to 2030-12-31\n{HEAD}{text}").into_bytes()
}

fn utf16(text: &[u8], mark: &[u8], join: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    mark.iter().copied().chain(text.encode_utf16().flat_map(join)).collect()
}

/// Text files, with what should come of each.
pub fn texts() -> Vec<(&'static str, Vec<u8>, Then)> {
    let good = rows("1,assessment,2024-01-05,2024-02-05,completed\n");
    let csv = |text: &str| rows(text);
    vec![
        ("empty", vec![], Refused("empty")),
        ("blank", b" \r\n \n".to_vec(), Refused("empty")),
        ("one null byte", vec![0], Refused("empty")),
        ("nulls among text", [&good[..], b"2,assess\0ment,2024-01-05,,\n"].concat(), Refused("null byte")),
        (
            "random bytes",
            (0..5_000_u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect(),
            Refused(""),
        ),
        ("plain words", b"dear sir\nplease find\n".to_vec(), Refused("docs/import.md")),
        ("headings alone", rows(""), Read(0, &[])),
        ("no headings", b"1,assessment,2024-01-05\n2,care,2024-01-06\n".to_vec(), Refused("headings")),
        ("a key heading missing", b"person,stage,end\n1,care,2024-01-01\n".to_vec(), Refused("\"start\"")),
        ("headings in row 21", [&b"x\n".repeat(20), HEAD.as_bytes()].concat(), Refused("first 20 rows")),
        ("utf-8 with a mark", [b"\xef\xbb\xbf", &good[..]].concat(), Read(1, &[])),
        ("utf-16 little", utf16(&good, &[0xff, 0xfe], u16::to_le_bytes), Read(1, &[])),
        ("utf-16 big", utf16(&good, &[0xfe, 0xff], u16::to_be_bytes), Read(1, &[])),
        ("utf-16 without a mark", utf16(&good, &[], u16::to_le_bytes), Read(1, &[])),
        (
            "utf-16 cut in a character",
            utf16(&good, &[0xff, 0xfe], u16::to_le_bytes).split_last().unwrap().1.to_vec(),
            Read(1, &[]),
        ),
        (
            "windows-1252",
            [&good[..], b"2,care,2024-01-05,,caf\xe9 \x96 other\n"].concat(),
            Read(2, &["not_utf8 x1 at", "reason_without_end outcome x1 at 4"]),
        ),
        (
            "semicolons",
            b"# observed 2020-01-01 to 2030-12-31\nperson;stage;start\n1;care;2024-01-05\n".to_vec(),
            Read(1, &[]),
        ),
        ("tabs", b"person\tstage\tstart\tend\n1\tcare\t2024-01-05\t2024-02-01\n".to_vec(), Read(1, &[])),
        ("old line ends", b"person,stage,start,end\r1,care,2024-01-05,2024-02-01\r".to_vec(), Read(1, &[])),
        (
            "headings in capitals and another order",
            b"START_DATE,Stage,End-Date,PERSON ID\n2024-01-05,CIN,2024-02-01,1\n".to_vec(),
            Read(1, &[]),
        ),
        ("a short row", csv("1,care,2024-01-05\n"), Read(1, &["ragged_row x1 at 3"])),
        ("a long row", csv("1,care,2024-01-05,,,,,x,y\n"), Read(1, &["ragged_row x1 at 3"])),
        ("a row of commas", csv(",,,,\n1,care,2024-01-05,,\n"), Read(1, &[])),
        ("no identifier", csv(",care,2024-01-05,,\n"), Read(0, &["missing_identifier person x1 at 3"])),
        ("no start", csv("1,care,,2024-01-05,\n"), Read(0, &["missing_start start x1 at 3"])),
        ("an open quote", csv("1,\"care,2024-01-05,,\n2,care,2024-01-06,,\n"), Refused("never closed")),
        ("quotes inside", csv("1,\"ca\"\"re\",2024-01-05,,\n"), Read(1, &[])),
        (
            "lines inside quotes",
            csv("1,care,2024-01-05,,\"other\nreason\"\n2,care,2024-01-06,,\n"),
            Read(2, &["reason_without_end outcome x1 at 3"]),
        ),
        (
            "a huge cell",
            csv(&format!("1,care,2024-01-05,,{}\n", "x".repeat(100_000))),
            Read(1, &["cut_cell outcome x1 at 3"]),
        ),
        (
            "a cell without end",
            [&rows("1,care,")[..], &vec![b'9'; 3 << 20]].concat(),
            Refused("bytes in a cell"),
        ),
        ("two thousand columns", csv(&format!("1,care,2024-01-05{}\n", ",".repeat(2_000))), Refused("1024")),
        ("excel serials as text", csv("1,care,45296,45327.0,\n"), Read(1, &[])),
        (
            "months first",
            csv("1,care,01/05/2024,01/31/2024,\n2,care,02/03/2024,,\n"),
            Read(2, &["month_first end x1 at 3", "month_first start x2 at 3,4"]),
        ),
        ("days first", csv("1,care,05/01/2024,31/01/2024,\n2,care,03/02/2024,,\n"), Read(2, &[])),
        (
            "both orders in a column",
            csv("1,care,25/01/2024,,\n2,care,01/25/2024,,\n3,care,02/03/2024,,\n"),
            Read(
                2,
                &[
                    "missing_start start x1 at 5",
                    "month_first start x1 at 4",
                    "mixed_date_order start x1 at 5",
                ],
            ),
        ),
        (
            "a day that is not",
            csv("1,care,2024-02-30,,\n"),
            Read(0, &["missing_start start x1 at 3", "unreadable_date start x1 at 3"]),
        ),
        (
            "year 20224",
            csv("1,care,05/01/20224,,\n"),
            Read(0, &["missing_start start x1 at 3", "unreadable_date start x1 at 3"]),
        ),
        (
            "a filler for the end",
            csv("1,care,2024-01-05,31/12/9999,\n"),
            Read(1, &["placeholder_date end x1 at 3"]),
        ),
        (
            "a start in 1825",
            csv("1,care,1925-05-05,,\n"),
            Read(0, &["missing_start start x1 at 3", "date_out_of_range start x1 at 3"]),
        ),
        ("years of two digits", csv("1,care,05/01/24,,\n"), Read(1, &["two_digit_year start x1 at 3"])),
        (
            "an end before its start",
            csv("1,care,2024-05-01,2024-01-01,\n"),
            Read(1, &["end_before_start x1 at 3"]),
        ),
        ("a start after the period", csv("1,care,2031-05-01,,\n"), Read(0, &["future_date x1 at 3"])),
        (
            "a thousand duplicates",
            csv(&"1,care,2024-05-01,2024-06-01,other\n".repeat(1_000)),
            Read(1, &["duplicate x999 at 4,5,6,7,8,9,10,11,12,13"]),
        ),
        (
            "an identifier of 30 kB",
            csv(&format!("{},care,2024-05-01,2024-06-01,other\n", "9".repeat(30_000))),
            Read(1, &[]),
        ),
        (
            "formulas in text",
            csv("=1+1,care,2024-05-01,=TODAY(),=cmd|' /C calc'!A0\n"),
            Read(1, &["unreadable_date end x1 at 3", "unknown_code outcome x1 at 3"]),
        ),
        (
            "deep json",
            csv(&format!("1,care,2024-05-01,2024-06-01,\"{{{}\"\n", "[".repeat(20_000))),
            Read(1, &["unknown_code outcome x1 at 3"]),
        ),
        (
            "more services than are kept",
            [
                b"# observed 2020-01-01 to 2030-12-31\nperson,stage,service,start,end,outcome\n".to_vec(),
                (0..700)
                    .flat_map(|k| format!("{k},service,s{k},2024-05-01,2024-06-01,other\n").into_bytes())
                    .collect(),
            ]
            .concat(),
            Read(700, &["few_use_service service x700 at 3,4,5,6,7,8,9,10,11,12"]),
        ),
    ]
}

/// XML files, with what should come of each.
pub fn xmls() -> Vec<(&'static str, Vec<u8>, Then)> {
    let good =
        census(2024, &[("1", "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate></CINdetails>")]);
    let with = |from: &str, to: &str| good.replacen(from, to, 1).into_bytes();
    let cut = |n: usize| good.as_bytes()[..n].to_vec();
    let lol: String =
        (1..10).map(|k| format!("<!ENTITY l{k} \"{}\">", format!("&l{};", k - 1).repeat(10))).collect();
    let bomb = format!("<?xml version=\"1.0\"?><!DOCTYPE Message [<!ENTITY l0 \"lol\">{lol}]>");
    vec![
        ("a census", good.clone().into_bytes(), Read(2, &[])),
        ("entities that expand", with("<?xml version=\"1.0\"?>", &bomb), Refused("document type")),
        (
            "a file of the machine",
            with("<?xml version=\"1.0\"?>", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"),
            Refused("document type"),
        ),
        ("an entity nobody declared", with("2015-06-05", "&dob;"), Refused("entity")),
        ("cut between tags", cut(good.rfind("</CINdetails>").unwrap()), Refused("complete")),
        ("cut in a tag", cut(good.rfind("</Sex").unwrap() + 3), Refused("damaged")),
        (
            "tags crossed",
            with("</LAchildID><PersonBirthDate>", "<PersonBirthDate></LAchildID>"),
            Refused("open and close"),
        ),
        ("two roots", [good.as_bytes(), b"<Message></Message>"].concat(), Refused("root")),
        ("words after the end", [good.as_bytes(), b"sincerely"].concat(), Refused("outside")),
        ("ten thousand deep", "<a>".repeat(10_000).into_bytes(), Refused("inside each other")),
        ("a name of a megabyte", format!("<{}>", "a".repeat(1 << 20)).into_bytes(), Refused("")),
        ("a text of ten megabytes", with("2015-06-05", &"7".repeat(10 << 20)), Refused("bytes in one tag")),
        (
            "an attribute of ten megabytes",
            with("<Children>", &format!("<Children a='{}'>", "7".repeat(10 << 20))),
            Refused("bytes in one tag"),
        ),
        (
            "a comment of ten megabytes",
            with("<Children>", &format!("<!--{}--><Children>", "7".repeat(10 << 20))),
            Refused("bytes in one tag"),
        ),
        (
            "a thousand attributes",
            with(
                "<Children>",
                &format!("<Children {}>", (0..1_000).map(|k| format!("a{k}='' ")).collect::<String>()),
            ),
            Refused("attributes"),
        ),
        (
            "ten thousand plans of one child",
            with("</CINdetails>", &("<CINPlanDates></CINPlanDates>".repeat(10_000) + "</CINdetails>")),
            Refused("parts of one child"),
        ),
        ("another collection", with(">CIN<", ">SEN2<"), Refused("census")),
        ("no collection", b"<data><body/></data>".to_vec(), Refused("census")),
        ("a web page", b"<!DOCTYPE html><html><body>sign in</body></html>".to_vec(), Refused("web page")),
        ("an empty looked after return", b"<EXPSSDA903><CHILD/></EXPSSDA903>".to_vec(), Read(0, &[])),
        (
            "a child without identifier",
            with("<LAchildID>1</LAchildID>", "<LAchildID></LAchildID>"),
            Read(0, &["missing_identifier LAchildID x1 at 1"]),
        ),
        (
            "a date of British form",
            with("2023-05-01", "01/05/2023"),
            Read(2, &["mixed_date_forms CINreferralDate x1 at 1"]),
        ),
        (
            "a date that is none",
            with("2023-05-01", "last spring"),
            Read(0, &["missing_start CINreferralDate x1 at 1", "unreadable_date CINreferralDate x1 at 1"]),
        ),
        (
            "reference date in July",
            with("2024-03-31", "2024-07-21"),
            Read(2, &["odd_header ReferenceDate x1 at"]),
        ),
        ("utf-16", utf16(good.as_bytes(), &[0xff, 0xfe], u16::to_le_bytes), Read(2, &[])),
        (
            "windows-1252 inside",
            with("WBRI", "caf\u{e9}").iter().map(|b| if *b == 0xc3 { b'x' } else { *b }).collect(),
            Read(2, &[]),
        ),
    ]
}

#[test]
fn text_files() {
    judge_all(texts());
}

#[test]
fn xml_files() {
    judge_all(xmls());
}

/// Files damaged at random: anything but a panic, and the same answer each time.
#[test]
fn damaged_at_random() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut roll = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n.max(1) as u64) as usize
    };
    let seeds: Vec<Vec<u8>> = texts()
        .into_iter()
        .chain(xmls())
        .chain(super::hostile_books::books())
        .chain(super::hostile_more::all())
        .map(|(_, bytes, _)| bytes)
        .filter(|b| b.len() > 20 && b.len() < 20_000)
        .collect();
    for _ in 0..3_000 {
        let mut bytes = seeds[roll(seeds.len())].clone();
        for _ in 0..1 + roll(6) {
            let at = roll(bytes.len());
            match roll(4) {
                0 => bytes[at] = roll(256) as u8,
                1 => {
                    bytes.truncate(at + 1);
                }
                2 => bytes.insert(at, b"\"<>&,;\n\0\xff0"[roll(10)]),
                _ => {
                    let piece = bytes[at..(at + 1 + roll(40)).min(bytes.len())].to_vec();
                    let to = roll(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        let once = try_read(&[("x", &bytes)], None);
        let again = try_read(&[("x", &bytes)], None);
        match (once, again) {
            (Ok(a), Ok(b)) => assert_eq!(a.findings, b.findings),
            (Err(a), Err(b)) => assert_eq!(a, b),
            _ => panic!("two answers for one file"),
        }
    }
}

#[test]
fn every_refused_file_is_named() {
    let good = rows("1,care,2024-01-05,,\n");
    let refused = try_read(&[("a", b""), ("b", &good), ("c", b"%PDF-1.7")], None).unwrap_err();
    assert_eq!(refused.iter().map(|r| r.file).collect::<Vec<_>>(), [0, 2]);
    assert!(refused[1].error.to_string().contains("a PDF"));
    assert_eq!(lines(&try_read(&[("b", &good)], None).unwrap().table, 0), ["care any 2024-01-05 open"]);
}
