//! Who is where on a date.

use super::observed::days;
use super::table::{End, EpisodeIx, Table};
use jiff::civil::Date;

/// An episode open at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCase {
    /// The episode.
    pub episode: EpisodeIx,
    /// Days it has lasted.
    pub elapsed: i64,
}

impl Table {
    /// The episodes open at the end of a day: started on it or before, and not ended on it or before.
    ///
    /// One last known open on an earlier date is not counted. A stage that was not watched on the day
    /// gives no cases: ask [`Table::periods`] whether none means none.
    pub fn open_on(&self, date: Date) -> Vec<OpenCase> {
        let mut out = Vec::new();
        for (k, e) in self.episodes().iter().enumerate() {
            let open = match e.end {
                End::Known(end) => end > date,
                End::Censored(last) => last >= date,
                End::StillOpen => true,
            };
            if e.start > date || !open || e.stage.is_instant() {
                continue;
            }
            let watched = self.windows().iter().any(|w| {
                w.stages.has(e.stage) && w.first <= date.tomorrow().unwrap_or(date) && date <= w.last
            });
            if let (true, Ok(place)) = (watched, u32::try_from(k)) {
                out.push(OpenCase { episode: EpisodeIx(place), elapsed: days(e.start, date) });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Episode, Person, PersonIx, SourceKind, Stage, StageSet, Window};
    use super::*;
    use jiff::civil::date;

    #[test]
    fn open_at_the_end_of_the_day() {
        let window = Window {
            source: SourceKind::AnnexA,
            first: date(2024, 4, 1),
            last: date(2024, 9, 30),
            stages: StageSet::of(&[Stage::ChildInNeed, Stage::Referral]),
        };
        let e = |stage, start, end| Episode::new(PersonIx(0), stage, start, end);
        let cin = Stage::ChildInNeed;
        let episodes = vec![
            e(cin, date(2024, 1, 1), End::Known(date(2024, 6, 1))),
            e(cin, date(2024, 2, 1), End::StillOpen),
            e(cin, date(2024, 3, 1), End::Censored(date(2024, 5, 31))),
            e(Stage::Referral, date(2024, 4, 1), End::StillOpen),
            e(Stage::Support, date(2024, 4, 1), End::StillOpen),
        ];
        let table = Table::new(vec![window], vec![Person::UNKNOWN], episodes, vec![], vec![]);
        let open = |d| table.open_on(d).into_iter().map(|o| (o.episode.0, o.elapsed)).collect::<Vec<_>>();
        assert_eq!(open(date(2024, 5, 31)), [(0, 151), (1, 120), (2, 91)]);
        assert_eq!(open(date(2024, 6, 1)), [(1, 121)]);
        // the evening before the window is the start of what was watched
        assert_eq!(open(date(2024, 3, 31)).len(), 3);
        assert_eq!(open(date(2024, 3, 30)), []);
        assert_eq!(open(date(2024, 10, 1)), []);
    }
}
