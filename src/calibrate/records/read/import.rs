//! Files to the table: what each is, when it covers, its records, and the rules.

use super::collect::Collector;
use super::error::ReadError;
use super::finish::finish;
use super::input::Input;
use super::kind::{self, FileKind};
use super::limits::{MOST_BYTES, MOST_FILES};
use super::siphash::Key;
use super::tabular;
use super::text::Decoder;
use super::window::Days;
use super::workforce_xml::Workforce;
use super::xml::Xml;
use super::{cin_xml, workforce_xml};
use crate::calibrate::records::episode::{Origin, SourceKind, StageSet, Table, Window};
use crate::calibrate::records::quality::{Column, FileWindow, Finding, clean, rules};
use jiff::civil::Date;
use std::io::Read;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A key that nobody else has, for linking children; forgotten at the end.
    pub key: Key,
    /// The period that files cover which do not say so themselves.
    pub observed: Option<(Date, Date)>,
    /// Rows named for one finding at most.
    pub rows: usize,
}

/// What was read of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetReport {
    /// Its place in the file, from 1.
    pub number: u16,
    /// What it holds; none if it is not used.
    pub holds: Option<&'static str>,
    /// Records in it: rows, children or workers.
    pub records: u64,
}

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Its name as given.
    pub name: String,
    /// Its sheets.
    pub sheets: Vec<SheetReport>,
    /// The period that it covers.
    pub covers: Option<(Date, Date)>,
}

/// Everything read.
#[derive(Clone, Debug)]
pub struct Import {
    /// The table.
    pub table: Table,
    /// What was found amiss.
    pub findings: Vec<Finding>,
    /// The files, in the order given.
    pub files: Vec<FileReport>,
    /// Workforce censuses.
    pub workforce: Vec<Workforce>,
}

/// A file that was refused, by its place in the list, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file's place.
    pub file: usize,
    /// The sheet's place, from 1, where it matters.
    pub sheet: Option<u16>,
    /// Why.
    pub error: ReadError,
}

/// A table whose period is settled when all files are read.
pub(super) struct Pending {
    pub(super) file: u16,
    pub(super) pool: Pool,
    pub(super) source: SourceKind,
    pub(super) covers: super::table::Covers,
    pub(super) stages: StageSet,
    pub(super) observed: Option<(Date, Date)>,
    pub(super) days: Days,
}

/// Tables whose dates together tell the period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pool {
    /// Those of one file.
    File(u16),
    /// Those of all delimited files of a source.
    Source(SourceKind),
}

/// Reads files and applies the rules. Every file that cannot be used is named; then nothing is imported.
pub fn import(inputs: &[&dyn Input], options: Options) -> Result<Import, Vec<Refusal>> {
    if inputs.len() > MOST_FILES {
        let error = ReadError::TooLarge { what: "files", most: MOST_FILES as u64, row: 0 };
        return Err(vec![Refusal { file: MOST_FILES, sheet: None, error }]);
    }
    let mut to = Collector::new(options.key, options.rows);
    let mut refused = Vec::new();
    let mut files = Vec::new();
    let mut pending = Vec::new();
    let mut workforce = Vec::new();
    let mut digests: Vec<(u64, u128)> = Vec::new();
    for (place, input) in inputs.iter().enumerate() {
        let file = u16::try_from(place).unwrap_or(u16::MAX);
        let mut report = FileReport { name: input.name().to_owned(), sheets: Vec::new(), covers: None };
        let done = read_file(*input, file, options.key, &mut digests, &mut to, &mut pending, &mut workforce);
        match done {
            Ok((sheets, covers)) => (report.sheets, report.covers) = (sheets, covers),
            Err((sheet, error)) => refused.push(Refusal { file: place, sheet, error }),
        }
        files.push(report);
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    settle(&mut to, &pending, options, &mut files);
    let (draft, mut findings) = finish(to);
    let table = clean(draft, &mut findings);
    Ok(Import { table, findings: findings.list(), files, workforce })
}

type Done = (Vec<SheetReport>, Option<(Date, Date)>);

fn read_file(
    input: &dyn Input,
    file: u16,
    key: Key,
    digests: &mut Vec<(u64, u128)>,
    to: &mut Collector,
    pending: &mut Vec<Pending>,
    workforce: &mut Vec<Workforce>,
) -> Result<Done, (Option<u16>, ReadError)> {
    let whole = |e: ReadError| (None, e);
    if same_as_before(input, key, digests).map_err(whole)? {
        to.findings.add(&rules::SAME_FILE, Origin { file, ..Origin::default() }, Column::None);
        return Ok((Vec::new(), None));
    }
    let one = |holds, records| vec![SheetReport { number: 1, holds: Some(holds), records }];
    match kind::sniff(input).map_err(whole)? {
        FileKind::Cin => {
            let mut xml = open_xml(input).map_err(whole)?;
            let (records, covers) = cin_xml::read(&mut xml, file, to).map_err(whole)?;
            Ok((one("children in need census", records), covers))
        }
        FileKind::Workforce => {
            let mut xml = open_xml(input).map_err(whole)?;
            let (records, found) = workforce_xml::read(&mut xml, file, to).map_err(whole)?;
            workforce.push(found);
            Ok((one("social work workforce census", records), None))
        }
        FileKind::Workbook(bytes) => {
            let book = super::xlsx::Workbook::open(&bytes).map_err(whole)?;
            let sheets = super::sheet::Sheets::Book(Box::new(book));
            Ok((tabular::read(&sheets, file, to, pending)?, None))
        }
        FileKind::Care => {
            let sheets = super::sheet::Sheets::Care(input);
            Ok((tabular::read(&sheets, file, to, pending)?, None))
        }
        FileKind::Text => {
            let sheets = super::sheet::Sheets::Text(input);
            Ok((tabular::read(&sheets, file, to, pending)?, None))
        }
    }
}

fn open_xml(input: &dyn Input) -> Result<Xml<Decoder<Box<dyn std::io::Read + '_>>>, ReadError> {
    Ok(Xml::new(Decoder::new(input.open()?, MOST_BYTES)?))
}

/// Whether a file has the same bytes as one before it.
fn same_as_before(input: &dyn Input, key: Key, digests: &mut Vec<(u64, u128)>) -> Result<bool, ReadError> {
    let mut source = input.open()?;
    let mut chunk = Vec::with_capacity(1 << 16);
    let (mut size, mut digest) = (0_u64, 0_u128);
    loop {
        chunk.clear();
        let n = source.by_ref().take(1 << 16).read_to_end(&mut chunk)?;
        if n == 0 {
            break;
        }
        size += n as u64;
        if size > MOST_BYTES {
            return Err(ReadError::TooLarge { what: "bytes", most: MOST_BYTES, row: 0 });
        }
        let [a, b] = key;
        let chained = [a ^ digest as u64, b ^ (digest >> 64) as u64];
        digest = super::siphash::hash(chained, &chunk);
    }
    let same = digests.contains(&(size, digest));
    digests.push((size, digest));
    Ok(same && size > 0)
}

/// Settles the period of every table and tells the files' reports.
fn settle(to: &mut Collector, pending: &[Pending], options: Options, files: &mut [FileReport]) {
    for table in pending {
        if table.stages.is_empty() {
            continue;
        }
        let mut days = Days::default();
        pending.iter().filter(|p| p.pool == table.pool).for_each(|p| days.add(&p.days));
        let said = table.observed.or(options.observed);
        let found = said.or_else(|| match table.covers {
            super::table::Covers::SixMonths => days.six_months(),
            super::table::Covers::ReturnYears => days.return_years(),
            super::table::Covers::History => days.history(),
            super::table::Covers::Nothing => None,
        });
        let Some((first, last)) = found else { continue };
        let at = Origin { file: table.file, ..Origin::default() };
        if said.is_none() {
            to.findings.add(&rules::IMPLIED_WINDOW, at, Column::None);
        }
        let window = Window { source: table.source, first, last, stages: table.stages };
        to.windows.push(FileWindow { file: table.file, window });
        if let Some(report) = files.get_mut(usize::from(table.file)) {
            let (a, b) = report.covers.unwrap_or((first, last));
            report.covers = Some((a.min(first), b.max(last)));
        }
    }
}
