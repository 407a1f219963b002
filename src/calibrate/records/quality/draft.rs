//! Records as they were read, before the rules.

use crate::calibrate::records::episode::{End, Episode, Event, Person, SourceKind, Stage, Window};
use jiff::civil::Date;

/// An episode as one row or element of a file told it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Record {
    /// The episode.
    pub episode: Episode,
    /// The source.
    pub source: SourceKind,
    /// In care: a new row only because the legal status changed; the placement goes on.
    pub legal_only: bool,
    /// First day of the earliest window of a file that has the episode.
    pub first_seen: Option<Date>,
    /// Last day of the latest window of a file that has the episode.
    pub last_seen: Option<Date>,
}

impl Record {
    /// A record as read.
    pub fn new(episode: Episode, source: SourceKind) -> Record {
        Record { episode, source, legal_only: false, first_seen: None, last_seen: None }
    }

    /// In order of how late the end is: a known end by its date, an open one last.
    pub(super) fn ends(&self) -> Date {
        match self.episode.end {
            End::Known(d) | End::Censored(d) => d,
            End::StillOpen => Date::MAX,
        }
    }
}

/// What a file watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileWindow {
    /// The file.
    pub file: u16,
    /// The days and stages.
    pub window: Window,
}

/// Records as read, linked to people.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What each file watched.
    pub windows: Vec<FileWindow>,
    /// People.
    pub people: Vec<Person>,
    /// Episodes.
    pub records: Vec<Record>,
    /// Events.
    pub events: Vec<Event>,
    /// Names of services.
    pub services: Vec<String>,
}

impl Draft {
    /// The window of a file for a stage: of several, all days from the first to the last of them.
    pub fn window(&self, file: u16, stage: Stage) -> Option<(Date, Date)> {
        let of = self.windows.iter().filter(|w| w.file == file && w.window.stages.has(stage));
        let mut all = of.map(|w| (w.window.first, w.window.last));
        let one = all.next()?;
        Some(all.fold(one, |a, b| (a.0.min(b.0), a.1.max(b.1))))
    }

    /// The last day on which a source watched a stage.
    pub(super) fn last(&self, source: SourceKind, stage: Stage) -> Option<Date> {
        let of = self.windows.iter().filter(|w| w.window.source == source && w.window.stages.has(stage));
        of.map(|w| w.window.last).max()
    }

    /// Puts the records of a person and stage side by side, in order of start, then of when they were seen.
    pub(super) fn sort(&mut self) {
        self.records.sort_by_key(|r| {
            let e = &r.episode;
            // Two contacts of one day are told apart by who made them.
            let by = e.referrer.filter(|_| e.stage == Stage::Contact);
            (e.person, group(e.stage), e.start, by, r.last_seen, r.ends(), e.origin)
        });
    }
}

/// Stages between which records are compared: placements are one, services are told apart.
pub(super) fn group(stage: Stage) -> (&'static str, u16) {
    match stage {
        Stage::Service(k) => (stage.code(), k.0),
        _ => (stage.code(), 0),
    }
}

/// Whether two records are of one person and stage.
pub(super) fn alike(a: &Record, b: &Record) -> bool {
    a.episode.person == b.episode.person && group(a.episode.stage) == group(b.episode.stage)
}

/// Goes through runs of records of one person and stage, which [`Draft::sort`] has put side by side.
pub(super) fn runs(records: &mut [Record], mut each: impl FnMut(&mut [Record])) {
    for run in records.chunk_by_mut(alike) {
        each(run);
    }
}
