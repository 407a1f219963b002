//! What follows an episode.

use super::observed::days;
use super::table::{End, Episode, EpisodeIx, Table};

/// How far before and after an end the next stage may start.
///
/// Records overlap (a plan is opened before the assessment is signed off) and lag (the conference is held
/// days after the enquiry ends).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextPolicy {
    /// Days before the end.
    pub before: u16,
    /// Days after the end.
    pub after: u16,
}

impl Default for NextPolicy {
    /// Two weeks before, four weeks after.
    fn default() -> Self {
        NextPolicy { before: 14, after: 28 }
    }
}

/// What is known of the stage after an episode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The person's next episode.
    Stage(EpisodeIx),
    /// Watched long enough, and none came.
    None,
    /// Not ended, or the records stop too soon after the end to say.
    Unknown,
}

impl Table {
    /// The next stage of the person after an episode's known end, leaving aside what runs alongside.
    ///
    /// It is the earliest-starting episode of another stage (placements of care not told apart) that
    /// starts no sooner than this one and within the policy's days of its end; of several that start on
    /// one day the later in the pathway, since a referral and the plan made on the day of it mean the plan.
    pub fn next(&self, episode: EpisodeIx, policy: NextPolicy) -> Next {
        let Some(from) = self.episode(episode) else { return Next::Unknown };
        let End::Known(end) = from.end else { return Next::Unknown };
        let fits = |ix: EpisodeIx, e: &Episode| {
            let after = days(end, e.start);
            let later = e.start > from.start || (e.start == from.start && e.stage > from.stage);
            ix != episode
                && !e.stage.is_alongside()
                && !e.stage.same_as(from.stage)
                && later
                && (-i64::from(policy.before)..=i64::from(policy.after)).contains(&after)
        };
        let found = self
            .of(from.person)
            .filter(|(ix, e)| fits(*ix, e))
            .min_by_key(|(_, e)| (e.start, std::cmp::Reverse(e.stage)));
        match found {
            Some((ix, _)) => Next::Stage(ix),
            None if self.watched_after(end) >= i64::from(policy.after) => Next::None,
            None => Next::Unknown,
        }
    }

    /// The person's first contact, referral or early support assessment after a date, and the days to it.
    ///
    /// None does not say there was no return: only that none was seen.
    pub fn next_return(&self, episode: &Episode, after: jiff::civil::Date) -> Option<(EpisodeIx, i64)> {
        use super::Stage::{Contact, EarlySupportAssessment, Referral};
        self.of(episode.person)
            .filter(|(_, e)| matches!(e.stage, Contact | EarlySupportAssessment | Referral))
            .map(|(ix, e)| (ix, days(after, e.start)))
            .find(|(_, gap)| *gap > 0)
    }

    /// Days from a date to the last day on which anything was watched.
    fn watched_after(&self, date: jiff::civil::Date) -> i64 {
        self.windows().iter().map(|w| days(date, w.last)).max().unwrap_or(-1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Person, PersonIx, Placement, SourceKind, Stage, StageSet, Window};
    use super::*;
    use jiff::civil::{Date, date};

    fn table(episodes: &[(Stage, Date, End)]) -> Table {
        let stages: Vec<Stage> = episodes.iter().map(|e| e.0).collect();
        let window = Window {
            source: SourceKind::CinCensus,
            first: date(2024, 1, 1),
            last: date(2024, 12, 31),
            stages: StageSet::of(&stages),
        };
        let episodes =
            episodes.iter().map(|(stage, s, e)| Episode::new(PersonIx(0), *stage, *s, *e)).collect();
        Table::new(vec![window], vec![Person::UNKNOWN], episodes, vec![], vec![])
    }

    fn after(t: &Table, stage: Stage) -> Option<Stage> {
        let at = t.episodes().iter().position(|e| e.stage == stage).unwrap();
        match t.next(EpisodeIx(u32::try_from(at).unwrap()), NextPolicy::default()) {
            Next::Stage(ix) => t.episode(ix).map(|e| e.stage),
            Next::None | Next::Unknown => None,
        }
    }

    #[test]
    fn a_pathway_is_followed() {
        let known = End::Known;
        let t = table(&[
            (Stage::Referral, date(2024, 2, 1), known(date(2024, 2, 1))),
            (Stage::InNeedEpisode, date(2024, 2, 1), known(date(2024, 9, 1))),
            (Stage::Assessment, date(2024, 2, 1), known(date(2024, 3, 20))),
            (Stage::Section47, date(2024, 2, 10), known(date(2024, 2, 28))),
            // opened six days before the assessment was signed off
            (Stage::ChildProtection, date(2024, 3, 14), known(date(2024, 8, 1))),
            (Stage::Care(Placement::Kinship), date(2024, 8, 20), known(date(2024, 8, 25))),
            (Stage::Care(Placement::Secure), date(2024, 8, 25), End::StillOpen),
        ]);
        assert_eq!(after(&t, Stage::Referral), Some(Stage::Assessment));
        assert_eq!(after(&t, Stage::Assessment), Some(Stage::ChildProtection));
        assert_eq!(after(&t, Stage::Section47), Some(Stage::ChildProtection));
        assert_eq!(after(&t, Stage::ChildProtection), Some(Stage::Care(Placement::Kinship)));
        // placements are one stage; the episode alongside is nobody's next
        assert_eq!(after(&t, Stage::Care(Placement::Kinship)), None);
    }

    #[test]
    fn too_late_is_none_and_too_soon_to_say_is_unknown() {
        let t = table(&[
            (Stage::Assessment, date(2024, 2, 1), End::Known(date(2024, 3, 1))),
            (Stage::ChildInNeed, date(2024, 3, 30), End::Known(date(2024, 12, 10))),
            (Stage::Contact, date(2024, 12, 25), End::Known(date(2024, 12, 25))),
        ]);
        // 29 days after is one too many
        assert_eq!(t.next(EpisodeIx(0), NextPolicy::default()), Next::None);
        assert_eq!(t.next(EpisodeIx(0), NextPolicy { before: 0, after: 29 }), Next::Stage(EpisodeIx(1)));
        // the records end 21 days after the plan; a contact came, though
        assert_eq!(t.next(EpisodeIx(1), NextPolicy { before: 0, after: 10 }), Next::None);
        assert_eq!(t.next(EpisodeIx(1), NextPolicy::default()), Next::Stage(EpisodeIx(2)));
        assert_eq!(t.next(EpisodeIx(2), NextPolicy::default()), Next::Unknown);
        let plan = *t.episode(EpisodeIx(1)).unwrap();
        assert_eq!(t.next_return(&plan, date(2024, 12, 10)), Some((EpisodeIx(2), 15)));
        assert_eq!(t.next_return(&plan, date(2024, 12, 25)), None);
    }
}
