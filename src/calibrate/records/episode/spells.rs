//! Stays for survival estimates.

use super::observed::days;
use super::table::{End, Episode, EpisodeIx, Table};
use crate::stats::survival::{Spell, ZeroLength};

/// What is done with stays that start and end on one date: they last half a day.
pub const SAME_DAY: ZeroLength = ZeroLength::Extend(0.5);

/// A stay, or the part of it that was watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StaySpell {
    /// The episode.
    pub episode: EpisodeIx,
    /// Days since its start; the cluster is the family where known, else the person.
    pub spell: Spell,
}

impl Table {
    /// The stays for which `cause` numbers the way they ended, as they were watched; `cause` is asked
    /// of each episode in `which` that ended on a known date.
    ///
    /// An end outside the watched periods is not counted as an exit: by what was watched the stay was
    /// open to the end of the period before, and that is all a sample of ends can use.
    pub fn spells(
        &self,
        which: impl Fn(&Episode) -> bool,
        cause: impl Fn(EpisodeIx, &Episode) -> usize,
    ) -> Vec<StaySpell> {
        let mut out = Vec::new();
        let mut known: Vec<(super::Stage, Vec<super::Period>)> = Vec::new();
        for (k, episode) in self.episodes().iter().enumerate() {
            if !which(episode) || episode.stage.is_instant() {
                continue;
            }
            let ix = EpisodeIx(u32::try_from(k).unwrap_or(u32::MAX));
            let place = known.iter().position(|(s, _)| *s == episode.stage).unwrap_or_else(|| {
                known.push((episode.stage, self.periods(episode.stage)));
                known.len() - 1
            });
            let Some((_, periods)) = known.get(place) else { continue };
            for period in periods {
                // Under observation from the end of the day before the period.
                let entry = (days(episode.start, period.first) - 1).max(0);
                let seen = days(episode.start, period.last);
                if let Some(spell) = piece(episode, entry, seen, || cause(ix, episode)) {
                    out.push(StaySpell { episode: ix, spell: spell.in_cluster(self.cluster(episode)) });
                }
            }
        }
        out
    }

    /// Family where known, else person: the two kinds of number do not meet.
    fn cluster(&self, episode: &Episode) -> u64 {
        match self.person(episode.person).family {
            Some(family) => u64::from(family.0) | 1 << 32,
            None => u64::from(episode.person.0),
        }
    }
}

/// The part of a stay between `entry` and `seen` days after its start.
fn piece(episode: &Episode, entry: i64, seen: i64, cause: impl FnOnce() -> usize) -> Option<Spell> {
    let (last, exit) = match episode.end {
        End::Known(d) => (days(episode.start, d), true),
        End::StillOpen => (i64::MAX, false),
        End::Censored(d) => (days(episode.start, d), false),
    };
    if seen < entry || last < entry || last < 0 {
        return None;
    }
    let from = entry as f64;
    if exit && last <= seen {
        // One who ended at the instant of entry had left before the period began.
        return (last > entry || entry == 0).then(|| Spell::exit(from, last as f64, cause()));
    }
    let at = last.min(seen);
    (at > entry).then(|| Spell::censored(from, at as f64))
}

#[cfg(test)]
mod tests {
    use super::super::{Person, PersonIx, SourceKind, Stage, StageSet, Window};
    use super::*;
    use crate::stats::survival::Spells;
    use jiff::civil::{Date, date};

    fn window(first: Date, last: Date) -> Window {
        Window { source: SourceKind::CinCensus, first, last, stages: StageSet::of(&[Stage::ChildInNeed]) }
    }

    fn spells(windows: Vec<Window>, stays: &[(Date, End)]) -> Vec<Spell> {
        let episodes =
            stays.iter().map(|(s, e)| Episode::new(PersonIx(0), Stage::ChildInNeed, *s, *e)).collect();
        let table = Table::new(windows, vec![Person::UNKNOWN], episodes, vec![], vec![]);
        table.spells(|_| true, |_, _| 0).into_iter().map(|s| s.spell).collect()
    }

    /// A window of 1 to 31 March 2024. By hand, in days since the start.
    #[test]
    fn entry_and_censoring_by_hand() {
        let march = || vec![window(date(2024, 3, 1), date(2024, 3, 31))];
        let one = |start, end| spells(march(), &[(start, end)]);
        // open ten days before the window: enters at 9 (end of 29 February), seen to 31 March
        let before = date(2024, 2, 20);
        assert_eq!(one(before, End::StillOpen), [Spell::censored(9.0, 40.0)]);
        assert_eq!(one(before, End::Known(date(2024, 3, 1))), [Spell::exit(9.0, 10.0, 0)]);
        // ended on the day before the window: never seen
        assert_eq!(one(before, End::Known(date(2024, 2, 29))), []);
        // started on the day before: at risk from time zero, which is after its start
        assert_eq!(one(date(2024, 2, 29), End::Known(date(2024, 3, 5))), [Spell::exit(0.0, 5.0, 0)]);
        assert_eq!(one(date(2024, 3, 1), End::Known(date(2024, 3, 5))), [Spell::exit(0.0, 4.0, 0)]);
        assert_eq!(one(date(2024, 3, 9), End::Known(date(2024, 3, 9))), [Spell::exit(0.0, 0.0, 0)]);
        // ended after the window, lost within it, started on its last day, after it
        assert_eq!(one(date(2024, 3, 1), End::Known(date(2024, 5, 1))), [Spell::censored(0.0, 30.0)]);
        assert_eq!(one(date(2024, 3, 1), End::Censored(date(2024, 3, 11))), [Spell::censored(0.0, 10.0)]);
        assert_eq!(one(date(2024, 3, 31), End::StillOpen), []);
        assert_eq!(one(date(2024, 4, 2), End::StillOpen), []);
        // ends before it starts: not a stay
        assert_eq!(one(date(2024, 3, 9), End::Known(date(2024, 3, 8))), []);
    }

    #[test]
    fn nobody_is_at_risk_in_a_gap() {
        let windows =
            vec![window(date(2024, 1, 1), date(2024, 1, 31)), window(date(2024, 3, 1), date(2024, 3, 31))];
        let stays = [
            (date(2024, 1, 11), End::Known(date(2024, 3, 11))), // across the gap
            (date(2024, 2, 10), End::Known(date(2024, 2, 20))), // within it
            (date(2024, 1, 11), End::Known(date(2024, 2, 10))), // ends in it
        ];
        let found = spells(windows, &stays);
        assert_eq!(
            found,
            [
                Spell::censored(0.0, 20.0), // the one that ends in the gap sorts first
                Spell::censored(0.0, 20.0),
                Spell::exit(49.0, 60.0, 0),
            ]
        );
    }

    #[test]
    fn same_day_stays_last_half_a_day_and_are_counted() {
        let windows = vec![window(date(2024, 1, 1), date(2024, 12, 31))];
        let day = date(2024, 6, 3);
        let raw = spells(windows, &[(day, End::Known(day)), (day, End::Known(date(2024, 6, 5)))]);
        let kept = Spells::new(&raw, SAME_DAY).unwrap();
        assert_eq!(kept.as_slice(), [Spell::exit(0.0, 0.5, 0), Spell::exit(0.0, 2.0, 0)]);
        assert_eq!(kept.zero_length().found, 1);
    }
}
