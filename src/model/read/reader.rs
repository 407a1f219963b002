//! What reading keeps track of.

use super::names::Names;
use super::notes::Notes;
use crate::base::diag::{Diagnostic, FileId, Place, SourceMap};
use crate::base::time::Span;
use crate::model::provenance::Assumption;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Most findings kept; the rest are counted.
const MOST_FINDINGS: usize = 200;

/// Reads a tree and collects what is wrong with it.
#[derive(Debug)]
pub(in crate::model) struct Reader<'a> {
    sources: &'a SourceMap,
    /// Byte offsets at which the lines of each file begin.
    lines: BTreeMap<FileId, Vec<usize>>,
    findings: Vec<Diagnostic>,
    errors: usize,
    untold: usize,
    pub names: Names,
    /// Numbers and what they rest on.
    pub register: Vec<Assumption>,
    /// Sources that some number names.
    pub used: BTreeSet<String>,
    /// Notes of the table around the number now read.
    pub around: Option<Notes>,
    /// Whether plain numbers are left out of the register (inside a law, which is one entry).
    pub quiet: bool,
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
            names: Names::default(),
            register: Vec::new(),
            used: BTreeSet::new(),
            around: None,
            quiet: false,
            starts: None,
            warm_up: Span::ZERO,
            length: Span::ZERO,
        }
    }

    /// Notes a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.errors += usize::from(finding.is_error());
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.untold += 1;
        }
    }

    /// Errors so far.
    pub fn errors(&self) -> usize {
        self.errors
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
            if self.errors > 0 && !self.findings.iter().any(Diagnostic::is_error) {
                self.findings
                    .push(Diagnostic::whole("there are errors among them"));
            }
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
