//! What reading keeps track of.

use super::names::Names;
use super::notes::Notes;
use crate::base::diag::{Diagnostic, FileId, Place, SourceMap};
use crate::base::time::Span;
use crate::model::provenance::Assumption;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Most errors, and most warnings, kept; the rest are counted.
const MOST_FINDINGS: usize = 100;

/// Reads a tree and collects what is wrong with it.
#[derive(Debug)]
pub(in crate::model) struct Reader<'a> {
    sources: &'a SourceMap,
    /// Byte offsets at which the lines of each file begin.
    lines: BTreeMap<FileId, Vec<usize>>,
    findings: Vec<Diagnostic>,
    errors: usize,
    untold: usize,
    /// The section of the file now read, and those with errors.
    pub section: &'static str,
    broken: BTreeSet<&'static str>,
    pub names: Names,
    /// Numbers and what they rest on.
    pub register: Vec<Assumption>,
    /// Sources that some number names.
    pub used: BTreeSet<String>,
    /// Notes of the table around the number now read.
    pub around: Option<Notes>,
    /// Whether plain numbers are left out of the register (inside a law, which is one entry).
    pub quiet: bool,
    /// Whether `[cases]` says something of ages.
    pub ages_given: bool,
    /// Date of time 0.
    pub starts: Option<Date>,
    pub warm_up: Span,
    pub length: Span,
}

impl<'a> Reader<'a> {
    pub fn new(sources: &'a SourceMap) -> Reader<'a> {
        Reader {
            sources,
            lines: BTreeMap::new(),
            findings: Vec::new(),
            errors: 0,
            untold: 0,
            section: "",
            broken: BTreeSet::new(),
            names: Names::default(),
            register: Vec::new(),
            used: BTreeSet::new(),
            around: None,
            quiet: false,
            ages_given: false,
            starts: None,
            warm_up: Span::ZERO,
            length: Span::ZERO,
        }
    }

    /// Notes a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        if finding.is_error() {
            self.errors += 1;
            self.broken.insert(self.section);
        }
        let same = self.findings.iter().filter(|f| f.severity == finding.severity);
        if same.count() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.untold += 1;
        }
    }

    /// Errors so far.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether one of these sections has errors.
    pub fn errors_in(&self, sections: &[&str]) -> bool {
        sections.iter().any(|s| self.broken.contains(s))
    }

    /// All findings, in the order of the file.
    pub fn into_findings(mut self) -> Vec<Diagnostic> {
        self.findings.sort_by_key(|d| {
            let place = d.place.clone().unwrap_or_default();
            (d.place.is_some(), place.file, place.span.start, d.severity)
        });
        if self.untold > 0 {
            let more = format!("{} more findings are not shown", self.untold);
            self.findings.push(Diagnostic {
                severity: crate::base::diag::Severity::Warning,
                ..Diagnostic::whole(more)
            });
        }
        self.findings
    }

    /// The line of a place, from 1.
    pub fn line(&mut self, place: &Place) -> usize {
        let sources = self.sources;
        let starts = self.lines.entry(place.file).or_insert_with(|| {
            let text = sources.file(place.file).map_or("", |(_, text)| text);
            text.match_indices('\n').map(|(at, _)| at + 1).collect()
        });
        starts.partition_point(|&start| start <= place.span.start) + 1
    }
}
