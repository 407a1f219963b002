//! Files of counts, good and bad.

use super::month;
use caseflow::forecast::read::read;

#[test]
fn long_wide_and_turned_tables_give_the_same_series() {
    let long = "\u{feff}Month,Source,Count\r\n2024-01,Police,5\r\n2024-02,Police,\"1,006\"\r\n2024-01,School,7\r\n2024-02,School,c\r\n";
    let found = read(long.as_bytes()).unwrap();
    assert_eq!(found.series.len(), 2);
    assert_eq!(found.series[0].source.as_deref(), Some("Police"));
    assert_eq!(found.series[0].values, [Some(5.0), Some(1006.0)]);
    assert_eq!(found.series[1].values, [Some(7.0), None]);
    assert!(found.notes.iter().any(|n| n.contains("suppressed")));

    let wide = "Contacts by source\nmonth;Police;School\n01/01/2024;5;7\n01/02/2024;1006;c\n;;\n";
    let same = read(wide.as_bytes()).unwrap();
    let values = |r: &caseflow::forecast::read::Read| -> Vec<Vec<Option<f64>>> {
        r.series.iter().map(|s| s.values.clone()).collect()
    };
    assert_eq!(values(&same), values(&found));

    let turned =
        "source,Jan-24,Feb-24,Mar-24,Apr-24,May-24,Jun-24\nPolice,1,2,3,4,5,6\nSchool,0,..,0,1,0,2\n";
    let found = read(turned.as_bytes()).unwrap();
    assert_eq!(found.series[1].source.as_deref(), Some("School"));
    assert_eq!(found.series[1].values[..3], [Some(0.0), None, Some(0.0)]);
    assert_eq!(found.series[0].start, month(2024, 1));
}

#[test]
fn a_gap_between_rows_is_a_missing_month_and_order_does_not_matter() {
    let found = read(b"date,n\n2024-05-31,3\n2024-01-31,1\n2024-02-29,2\n").unwrap();
    assert_eq!(found.series[0].values, [Some(1.0), Some(2.0), None, None, Some(3.0)]);
    let two = read(b"Year,Month,Referrals\n2023,12,4\n2024,January,5\n").unwrap();
    assert_eq!(two.series[0].start, month(2023, 12));
    assert_eq!(two.series[0].values, [Some(4.0), Some(5.0)]);
}

#[test]
fn every_fault_is_told_with_its_line_and_column_at_once() {
    let text =
        "month,count\n2024-01,5\n2024-01,6\n2024-13,7\n2024-03,-2\n2024-04,#REF!\nTotal,18\n2024-05,1,234\n";
    let problems = read(text.as_bytes()).unwrap_err();
    let places: Vec<(usize, usize)> = problems.iter().map(|p| (p.line, p.column)).collect();
    assert_eq!(places, [(3, 2), (4, 1), (5, 2), (6, 2), (7, 1), (8, 3)]);
    assert!(problems[0].message.contains("January 2024 is there twice; first on line 2"));
    assert!(problems[4].hint.contains("totals"));
    assert!(problems.iter().all(|p| !p.hint.is_empty()));
}

#[test]
fn a_date_that_could_be_two_months_is_refused() {
    let problems = read(b"date,n\n02/03/2024,1\n04/05/2024,2\n").unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(problems[0].message.contains("day/month or month/day"));
    // One date that can only be read one way settles the column.
    let settled = read(b"date,n\n02/03/2024,1\n30/04/2024,2\n").unwrap();
    assert_eq!(settled.series[0].start, month(2024, 3));
}

#[test]
fn hostile_files_are_refused_and_never_crash() {
    for bytes in [
        &b""[..],
        b"\xff\xfe",
        b"PK\x03\x04rest",
        b"a\x00b",
        b"month,count\n\"2024-01,5\n",
        b"month\n2024-01\n",
        b",,,\n,,,\n",
        b"month,count\n1900-01,1\n2199-12,1\n",
        b"month,count\n9999999999999-01,1\n",
        b"\xe9\xe8,\xff\n1,2\n",
    ] {
        assert!(read(bytes).is_err(), "{bytes:?}");
    }
    let mut sixteen = vec![0xff, 0xfe];
    for unit in "month\tcount\n2024-01\t5\n".encode_utf16() {
        sixteen.extend(unit.to_le_bytes());
    }
    assert_eq!(read(&sixteen).unwrap().series[0].values, [Some(5.0)]);
}
