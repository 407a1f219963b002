//! The table itself.

use super::codes::{Abuse, Legal, Need, Outcome, Referrer};
use super::factors::Factors;
use super::observed::{Period, Window, periods};
use super::people::{Person, PersonIx};
use super::stage::{ServiceIx, Stage};
use jiff::civil::Date;

/// An episode by place in [`Table::episodes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EpisodeIx(pub u32);

/// How an episode ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum End {
    /// On a known date.
    Known(Date),
    /// Still open on the last day its stage was watched.
    StillOpen,
    /// Last known open on a date, and not seen afterwards: ended, or lost, at an unknown time.
    Censored(Date),
}

impl End {
    /// The date of a known end.
    pub fn date(self) -> Option<Date> {
        match self {
            End::Known(d) => Some(d),
            End::StillOpen | End::Censored(_) => None,
        }
    }
}

/// The file, sheet and row a record came from: for the quality report only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Origin {
    /// Place in the list of files.
    pub file: u16,
    /// Place of the sheet in the file.
    pub sheet: u16,
    /// Row as a spreadsheet numbers it, or the line of a text file; 0 if there is none.
    pub row: u32,
}

/// A child's time in one stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Episode {
    /// Whose.
    pub person: PersonIx,
    /// Where.
    pub stage: Stage,
    /// First day.
    pub start: Date,
    /// End.
    pub end: End,
    /// The end's recorded reason or result.
    pub outcome: Option<Outcome>,
    /// Who made the contact or referral it comes from.
    pub referrer: Option<Referrer>,
    /// Primary need.
    pub need: Option<Need>,
    /// Category of abuse of a plan, as first recorded.
    pub abuse: Option<Abuse>,
    /// Legal status in care at the start.
    pub legal: Option<Legal>,
    /// Factors found at assessment.
    pub factors: Factors,
    /// Plans of this kind before this one, where recorded.
    pub previous: Option<u8>,
    /// For a service: the date on which it was received, `start` being the date it was asked for.
    pub received: Option<Date>,
    /// Shared by the records of one referral, where the source says which belong together.
    pub case: Option<u32>,
    /// Where the record came from.
    pub origin: Origin,
}

impl Episode {
    /// An episode about which nothing else is known.
    pub fn new(person: PersonIx, stage: Stage, start: Date, end: End) -> Episode {
        Episode {
            person,
            stage,
            start,
            end,
            outcome: None,
            referrer: None,
            need: None,
            abuse: None,
            legal: None,
            factors: Factors::NONE,
            previous: None,
            received: None,
            case: None,
            origin: Origin::default(),
        }
    }
}

/// What happened on a date in the course of an episode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EventKind {
    /// A review: of a child protection plan or of a looked after child.
    Review,
    /// A review of an assessment by a manager.
    AssessmentReview,
    /// A statutory visit.
    Visit,
    /// The child's worker changed.
    WorkerChange,
    /// The legal status became this.
    LegalStatus(Legal),
}

/// An event of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Event {
    /// Whose.
    pub person: PersonIx,
    /// The stage it belongs to.
    pub stage: Stage,
    /// When.
    pub date: Date,
    /// What.
    pub kind: EventKind,
}

/// Everything read, merged and cleaned. Lives in memory alone.
#[derive(Clone, Debug, Default)]
pub struct Table {
    windows: Vec<Window>,
    people: Vec<Person>,
    episodes: Vec<Episode>,
    events: Vec<Event>,
    services: Vec<String>,
    /// Where each person's episodes begin, and one more at the end.
    first: Vec<u32>,
}

impl Table {
    /// Puts episodes and events in order of person, start and stage.
    ///
    /// Episodes and events of persons beyond `people`, and services beyond `services`, are left out:
    /// they could not be looked up.
    pub fn new(
        windows: Vec<Window>,
        people: Vec<Person>,
        mut episodes: Vec<Episode>,
        mut events: Vec<Event>,
        services: Vec<String>,
    ) -> Table {
        let known = |p: PersonIx| (p.0 as usize) < people.len();
        let offered =
            |s: Stage| !matches!(s, Stage::Service(ServiceIx(k)) if usize::from(k) >= services.len());
        episodes.retain(|e| known(e.person) && offered(e.stage));
        episodes.sort_by_key(|e| (e.person, e.start, e.stage, e.end, e.origin));
        events.retain(|e| known(e.person));
        events.sort();
        let mut first = vec![0_u32; people.len() + 1];
        for e in &episodes {
            if let Some(count) = first.get_mut(e.person.0 as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        Table { windows, people, episodes, events, services, first }
    }

    /// When each source watched which stages.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// People.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Episodes by person, start and stage.
    pub fn episodes(&self) -> &[Episode] {
        &self.episodes
    }

    /// Events by person, stage and date.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Names of services.
    pub fn services(&self) -> &[String] {
        &self.services
    }

    /// A person; nothing known of one who is not in the table.
    pub fn person(&self, person: PersonIx) -> Person {
        self.people.get(person.0 as usize).copied().unwrap_or(Person::UNKNOWN)
    }

    /// An episode.
    pub fn episode(&self, episode: EpisodeIx) -> Option<&Episode> {
        self.episodes.get(episode.0 as usize)
    }

    /// The episodes of a person in order of start, with their places.
    pub fn of(&self, person: PersonIx) -> impl Iterator<Item = (EpisodeIx, &Episode)> {
        let at = person.0 as usize;
        let begin = self.first.get(at).copied().unwrap_or(0);
        let end = self.first.get(at + 1).copied().unwrap_or(begin);
        (begin..end).filter_map(|k| self.episodes.get(k as usize).map(|e| (EpisodeIx(k), e)))
    }

    /// When a stage was watched, by any source, in order and without overlap.
    pub fn periods(&self, stage: Stage) -> Vec<Period> {
        periods(&self.windows, stage)
    }

    /// The last date on which an episode is known to have been open or to have ended: its end, or the
    /// last day on which it is known to be open. None if it starts after all that was watched.
    pub fn last_known(&self, episode: &Episode) -> Option<Date> {
        match episode.end {
            End::Known(d) | End::Censored(d) => Some(d),
            End::StillOpen => {
                self.periods(episode.stage).last().map(|p| p.last).filter(|last| *last >= episode.start)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn episodes_are_found_by_person_in_order() {
        let e = |p, d| Episode::new(PersonIx(p), Stage::Assessment, date(2024, 1, d), End::StillOpen);
        let stray = Episode { stage: Stage::Service(ServiceIx(0)), ..e(0, 9) };
        let table = Table::new(
            vec![],
            vec![Person::UNKNOWN; 3],
            vec![e(2, 5), e(0, 3), e(2, 1), e(7, 1), stray],
            vec![],
            vec![],
        );
        let starts = |p| table.of(PersonIx(p)).map(|(_, e)| e.start.day()).collect::<Vec<_>>();
        assert_eq!((starts(0), starts(1), starts(2), starts(9)), (vec![3], vec![], vec![1, 5], vec![]));
        let (ix, first) = table.of(PersonIx(2)).next().unwrap();
        assert_eq!(table.episode(ix), Some(first));
        assert_eq!(table.last_known(first), None);
    }
}
