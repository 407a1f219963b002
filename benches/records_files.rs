//! Files of returns: samples tried one by one, and large ones read as streams.
//!
//! - `cargo bench --bench records_files -- samples FOLDER` imports every file under a folder, each alone, and says
//!   what was read or why it was refused. Exits with 1 if a refusal does not say what to do.
//! - `cargo bench --bench records_files -- large [MEGABYTES]` writes a CSV file of placements and a children in need
//!   census of so many megabytes (500) into a temporary folder, imports each in a process of its own, and prints the
//!   time and the most memory that it took (Linux).
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command that prints what it measured")]

use caseflow::calibrate::records::read::{Input, Options, ReadError, import};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

struct OnDisk {
    path: PathBuf,
    name: String,
}

impl Input for OnDisk {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> Result<Box<dyn Read + '_>, ReadError> {
        Ok(Box::new(File::open(&self.path)?))
    }

    fn size(&self) -> Option<u64> {
        std::fs::metadata(&self.path).ok().map(|m| m.len())
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let text = |k: usize| args.get(k).map(String::as_str);
    let good = match (text(0), text(1)) {
        (Some("samples"), Some(folder)) => samples(Path::new(folder)),
        (Some("large"), size) => large(size.and_then(|s| s.parse().ok()).unwrap_or(500)),
        (Some("one"), Some(path)) => one(Path::new(path)),
        _ => {
            println!("say: samples FOLDER, or large [MEGABYTES]");
            true
        }
    };
    std::process::exit(i32::from(!good));
}

/// What became of one file, in a line; whether it was read, or refused with what to do.
fn told(path: &Path) -> (String, bool) {
    let input = OnDisk { path: path.to_path_buf(), name: path.display().to_string() };
    match import(&[&input], Options { key: [1, 2], observed: None, rows: 10 }) {
        Ok(found) => {
            let sheets = &found.files[0].sheets;
            let held: Vec<String> =
                sheets.iter().filter_map(|s| s.holds.map(|h| format!("{} {h}", s.records))).collect();
            let held = if held.is_empty() { "known and not used".to_string() } else { held.join(", ") };
            let people = found.table.people().len();
            let episodes = found.table.episodes().len();
            let findings: u64 = found.findings.iter().map(|f| f.count).sum();
            (format!("read: {held}; {people} children, {episodes} episodes, {findings} findings"), true)
        }
        Err(refused) => {
            let why = refused[0].error.to_string();
            // a remedy is a verb that asks for something
            let helps =
                ["unpack", "save", "give", "needs", "lists them", "mend"].iter().any(|w| why.contains(w));
            (format!("refused: {why}"), helps)
        }
    }
}

fn under(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    for path in all {
        if path.is_dir() { under(&path, out) } else { out.push(path) }
    }
}

fn samples(folder: &Path) -> bool {
    let mut files = Vec::new();
    under(folder, &mut files);
    let (mut good, mut read) = (true, 0);
    for path in &files {
        let (line, helps) = told(path);
        read += usize::from(line.starts_with("read"));
        good &= helps;
        println!("{}: {line}", path.strip_prefix(folder).unwrap_or(path).display());
    }
    println!("{read} of {} files read", files.len());
    good
}

fn one(path: &Path) -> bool {
    let began = Instant::now();
    let (line, _) = told(path);
    let took = began.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or("not known", str::trim);
    let size = std::fs::metadata(path).map_or(0, |m| m.len()) >> 20;
    println!("{size} MiB in {took:.1} s, most memory {peak}: {line}");
    line.starts_with("read")
}

fn large(megabytes: u64) -> bool {
    let folder = std::env::temp_dir().join(format!("caseflow-large-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut good = true;
    for (name, write) in [("care.csv", csv as fn(&mut dyn Write, u64)), ("census.xml", xml)] {
        let path = folder.join(name);
        let mut out = BufWriter::new(File::create(&path).unwrap());
        write(&mut out, megabytes << 20);
        out.flush().unwrap();
        drop(out);
        let me = std::env::current_exe().unwrap();
        let status = std::process::Command::new(me).arg("one").arg(&path).status().unwrap();
        good &= status.success();
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir_all(&folder).unwrap();
    good
}

/// Placements of a looked after return: three of each child.
fn csv(out: &mut dyn Write, bytes: u64) {
    writeln!(
        out,
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
    )
    .unwrap();
    let mut written = 0;
    let mut k = 0_u64;
    while written < bytes {
        let (child, part) = (k / 3, k % 3);
        let day = 1 + child % 28;
        let (from, to) = (2 + 3 * part, 5 + 3 * part);
        let last = part == 2;
        let row = format!(
            "C{child:08},{day:02}/{from:02}/2023,{},C2,N1,U6,PR1,{day:02}/{to:02}/2023,{},{},AB12 3CD,EF45 6GH,SC123456\n",
            if part == 0 { "S" } else { "P" },
            if last { "E4A" } else { "X1" },
            if last { "" } else { "CARPL" },
        );
        out.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        k += 1;
    }
}

/// A census in which every child has a referral, an assessment and a plan.
fn xml(out: &mut dyn Write, bytes: u64) {
    let head = "<?xml version=\"1.0\"?><Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>\
        <ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails></Header><Children>\n";
    out.write_all(head.as_bytes()).unwrap();
    let mut written = 0;
    let mut k = 0_u64;
    while written < bytes {
        let day = 1 + k % 28;
        let child = format!(
            "<Child><ChildIdentifiers><LAchildID>C{k:08}</LAchildID><UPN>A123456789012</UPN><PersonBirthDate>2015-06-{day:02}\
             </PersonBirthDate><Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>\
             <Disability>NONE</Disability></Disabilities></ChildCharacteristics><CINdetails><CINreferralDate>2023-05-{day:02}\
             </CINreferralDate><ReferralSource>6</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>\
             2023-11-{day:02}</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure><Assessments><AssessmentActualStartDate>\
             2023-05-{day:02}</AssessmentActualStartDate><AssessmentAuthorisationDate>2023-06-{day:02}</AssessmentAuthorisationDate>\
             <FactorsIdentifiedAtAssessment><AssessmentFactors>3B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>\
             <CINPlanDates><CINPlanStartDate>2023-06-{day:02}</CINPlanStartDate><CINPlanEndDate>2023-11-{day:02}</CINPlanEndDate>\
             </CINPlanDates><ReferralNFA>0</ReferralNFA></CINdetails></Child>\n"
        );
        out.write_all(child.as_bytes()).unwrap();
        written += child.len() as u64;
        k += 1;
    }
    out.write_all(b"</Children></Message>\n").unwrap();
}
