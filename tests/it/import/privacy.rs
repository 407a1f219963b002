//! What identifies a child, planted in every place of every kind of file, is nowhere afterwards.

use super::books::{C, book, contact, contacts};
use super::readers::census;
use super::tables::run;
use std::fs;
use std::path::Path;

/// Marks that must not be seen again: identifiers, a birth date in every form, names and free text.
const MARKS: [&str; 14] = [
    "ZQXJ7781",
    "zqxj7781",
    "88177234",
    "2011-07-23",
    "23/07/2011",
    "07/23/2011",
    "20110723",
    "40747",
    "23 July 2011",
    "Canary",
    "Ferdinanda",
    "ZQ9 9QZ",
    "A123456789012",
    "Whisperfield",
];

/// Files of every kind, sound and broken, with marks in every column that could hold one.
fn planted() -> Vec<(&'static str, Vec<u8>)> {
    let referral = "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate><ReferralSource>Canary Whisperfield</ReferralSource>\
        <PrimaryNeedCode>Ferdinanda</PrimaryNeedCode><ReferralNFA>Canary</ReferralNFA></CINdetails>";
    let xml = census(2024, &[("ZQXJ7781", referral), ("88177234", referral)])
        .replace("2015-06-05", "2011-07-23")
        .replace("WBRI", "Canary")
        .replace("<Sex>F</Sex>", "<UPN>A123456789012</UPN><Sex>Ferdinanda</Sex>");
    let care = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,HOME_POST,Ferdinanda Canary,DOB\n\
        ZQXJ7781,01/05/2023,Canary,Canary,Canary,Canary,Canary,01/06/2023,Canary,ZQ9 9QZ,Canary,23/07/2011\n\
        88177234,Canary July,S,C2,N1,U6,PR1,Ferdinanda,E4A,ZQ9 9QZ,Canary,20110723\n";
    let header =
        "CHILD,SEX,DOB,ETHNIC,UPN\nZQXJ7781,F,23/07/2011,Canary,A123456789012\n88177234,M,07/23/2011,x,y\n";
    let own = "person,family,birth,sex,stage,service,start,end,outcome,source,case\n\
        ZQXJ7781,Whisperfield,2011-07-23,Canary,service,Ferdinanda Canary,2023-05-01,2023-06-01,Canary,Canary,88177234\n\
        ZQXJ7781,Whisperfield,2011-07-23,F,Canary,x,2023-05-01,,,,\n,,,,care,,2023-05-01,Canary,,,\n";
    let returned = "<?xml version='1.0'?><EXPSSDA903><CHILD><HEADER><CHILDID>ZQXJ7781</CHILDID><UPN>A123456789012</UPN>\
        <SEX>Canary</SEX><DOB>23/07/2011</DOB><ETHNIC>Canary</ETHNIC><UASC><DUC>23/07/2011</DUC></UASC>\
        <AREVIEW><REVIEW>Canary</REVIEW><REVIEW_CODE>Whisperfield</REVIEW_CODE></AREVIEW></HEADER>\
        <EPISODE><DECOM>01/05/2023</DECOM><RNE>S</RNE><LS>Canary</LS><CIN>Canary</CIN><PL>Ferdinanda</PL>\
        <PL_POST>ZQ9 9QZ</PL_POST><DEC>01/06/2023</DEC><REC>Canary</REC></EPISODE></CHILD></EXPSSDA903>";
    let workers = "<?xml version=\"1.0\"?><Message><Header><CollectionDetails><Collection>CSWW</Collection><Year>2023</Year>\
        <ReferenceDate>2023-09-30</ReferenceDate></CollectionDetails></Header><CSWWWorker><AgencyWorker>0</AgencyWorker>\
        <SWENo>ZQXJ7781</SWENo><FTE>Canary</FTE><PersonBirthDate>2011-07-23</PersonBirthDate><Ethnicity>Canary</Ethnicity>\
        <QualInst>Ferdinanda Whisperfield</QualInst><OrgRole>3</OrgRole><RoleStartDate>Canary</RoleStartDate></CSWWWorker></Message>";
    let contacts_of = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,cont_contact_source_desc,cont_contact_outcome_json\n\
        88177234,ZQXJ7781,2023-05-01,Canary,Ferdinanda Canary,\"{\"\"OUTCOME_NFA\"\":\"\"Whisperfield\"\"}\"\n";
    let children = "LAchildID,UPN,PersonBirthDate,ExpectedPersonBirthDate,GenderCurrent,PersonDeathDate,Whisperfield\n\
        ZQXJ7781,A123456789012,2011-07-23,,Ferdinanda,,Canary\n88177234,A123456789012,23 July 2011,,1,,Canary\n";
    let details = "LAchildID,CINdetailsID,CINreferralDate,ReferralSource,PrimaryNeedCode,CINclosureDate,ReasonForClosure,ReferralNFA\n\
        ZQXJ7781,88177234,2023-05-01,Canary,Ferdinanda,2023-07-01,Whisperfield,Canary\n";
    let in_need = "Child Unique ID,Gender,Ethnicity,Date of Birth,Age of Child (Years),Does the Child have a Disability,CIN Start Date,\
        Primary Need Code,Date Child Was Last Seen,CIN Closure Date,Reason for Closure,Case Status,Allocated Team,Allocated Worker\n\
        ZQXJ7781,Canary,Canary,23/07/2011,12,Canary,01/05/2023,Canary,Canary,01/06/2023,Ferdinanda,Canary,Whisperfield,Ferdinanda Canary\n";
    let mut list = contacts();
    list.push(C::S("Ferdinanda Canary"));
    let mut row = contact(88_177_234.0, C::N(45_294.0));
    row[3] = C::N(40_747.0);
    row[6] = C::S("Canary Whisperfield");
    row.push(C::S("Canary"));
    let workbook = book("Ferdinanda Canary", vec![list, row]);
    vec![
        ("a.xml", xml.clone().into_bytes()),
        ("b.csv", care.as_bytes().to_vec()),
        ("c.csv", header.as_bytes().to_vec()),
        ("d.csv", own.as_bytes().to_vec()),
        ("e.xlsx", workbook.clone()),
        ("f.xml", returned.as_bytes().to_vec()),
        ("g.xml", workers.as_bytes().to_vec()),
        ("h.csv", contacts_of.as_bytes().to_vec()),
        ("i.csv", children.as_bytes().to_vec()),
        ("j.csv", details.as_bytes().to_vec()),
        ("k.csv", in_need.as_bytes().to_vec()),
        // broken: each must be refused without a word of what is in it
        ("broken 1.xml", xml.replace("</Children>", "</Canary>").into_bytes()),
        ("broken 2.xml", xml.replace("<Children>", "<Children><ZQXJ7781 Canary=>").into_bytes()),
        ("broken 3.xml", xml.replace("2011-07-23", "&Ferdinanda;").into_bytes()),
        ("broken 4.csv", b"Ferdinanda Canary,ZQXJ7781,23/07/2011\nCanary,x,y\n".to_vec()),
        ("broken 5.csv", b"person,stage,start\nZQXJ7781,\"Canary,2023-05-01\n".to_vec()),
        ("broken 6.csv", b"CHILD,SEX,DOB\nZQXJ7781,F,23/07/2011\n".to_vec()),
        ("broken 7.xlsx", workbook[..workbook.len() - 30].to_vec()),
        ("broken 9.xml", returned.replace("</EPISODE>", "</Canary>").into_bytes()),
        ("broken 10.xml", workers.replace("<FTE>", "<FTE ZQXJ7781=Canary>").into_bytes()),
        ("broken 11.csv", details.replace(",Ferdinanda,", ",\"Ferdinanda,").into_bytes()),
        ("broken 12.csv", contacts_of.replace("cont_contact_date", "Canary").into_bytes()),
        ("broken 8.xlsx", book("Ferdinanda Canary", vec![vec![C::S("Canary"), C::S("ZQXJ7781")]])),
    ]
}

/// Every file under a folder.
fn all_under(folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_under(&path, out);
        } else {
            out.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

fn clean(what: &str, text: &str) {
    for mark in MARKS {
        assert!(!text.contains(mark), "{what} holds {mark}:\n{text}");
    }
}

#[test]
fn nothing_of_a_child_is_in_any_output() {
    let here = tempfile::tempdir().unwrap();
    let files = planted();
    for (name, bytes) in &files {
        fs::write(here.path().join(name), bytes).unwrap();
    }
    // whatever goes to the folder for temporary files goes where it can be looked at
    fs::create_dir(here.path().join("tmp")).unwrap();
    let before = files.len() + 1;
    let sound: Vec<&str> = files.iter().map(|f| f.0).filter(|n| !n.starts_with("broken")).collect();
    let mut runs: Vec<Vec<&str>> = vec![sound.clone(), files.iter().map(|f| f.0).collect()];
    runs.extend(files.iter().map(|f| vec![f.0]));
    for (k, names) in runs.iter().enumerate() {
        for format in ["text", "json"] {
            let out = format!("out-{k}-{format}");
            let mut args = vec!["import"];
            args.extend(names);
            args.extend(["--out", &out, "--format", format]);
            let (code, stdout, stderr) = run(here.path(), &args);
            let broken = names.iter().any(|n| n.starts_with("broken"));
            assert_eq!(code, i32::from(broken), "{names:?}: {stdout}{stderr}");
            clean("standard output", &stdout);
            clean("standard error", &stderr);
        }
    }
    assert_eq!(fs::read_dir(here.path().join("tmp")).unwrap().count(), 0, "temporary files are left");
    // the inputs apart, nothing that was written holds a mark
    let mut written = Vec::new();
    all_under(here.path(), &mut written);
    let names: Vec<String> = files.iter().map(|f| here.path().join(f.0).display().to_string()).collect();
    written.retain(|(path, _)| !names.contains(path));
    assert!(written.len() >= 2 * (1 + sound.len()) * 5, "{} files", written.len());
    for (path, bytes) in &written {
        clean(path, &String::from_utf8_lossy(bytes));
    }
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), before + 2 * (1 + sound.len()));
}

#[test]
fn nothing_of_a_child_is_shown_for_debugging() {
    let files = planted();
    let list: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    clean("the refusals", &format!("{:?}", super::try_read(&list, None).unwrap_err()));
    let sound: Vec<(&str, &[u8])> = list.iter().copied().filter(|f| !f.0.starts_with("broken")).collect();
    let found = super::read(&sound);
    let shown = format!("{found:?}");
    clean("the import", &shown);
    assert!(shown.contains("Born"));
}
