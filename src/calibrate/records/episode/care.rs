//! Periods of being looked after, of one placement or many.

use super::codes::{Outcome, Placement};
use super::observed::days;
use super::stage::Stage;
use super::table::{End, Episode, Table};

impl Table {
    /// Placements joined into periods in care: [`Stage::Care`] of [`Placement::Any`], with the start, need,
    /// legal status and origin of the first and the end and outcome of the last.
    ///
    /// A placement that starts on the day another ends, or the day after, or before it ends, goes on with it;
    /// one after a longer gap is a new period.
    pub fn care_periods(&self) -> Vec<Episode> {
        let mut out: Vec<Episode> = Vec::new();
        let mut open: Option<Episode> = None;
        for next in self.episodes().iter().filter(|e| matches!(e.stage, Stage::Care(_))) {
            let joined = open.take().map(|period| (join(&period, next), period));
            open = match joined {
                Some((Some(longer), _)) => Some(longer),
                other => {
                    out.extend(other.map(|(_, period)| period));
                    Some(Episode { stage: Stage::Care(Placement::Any), ..*next })
                }
            };
        }
        out.extend(open);
        out
    }
}

/// The period with the placement added, if it belongs to it.
fn join(period: &Episode, next: &Episode) -> Option<Episode> {
    if period.person != next.person {
        return None;
    }
    let follows = match period.end {
        End::Known(end) => days(end, next.start) <= 1,
        End::Censored(last) => days(last, next.start) <= 1,
        End::StillOpen => true,
    };
    // An end that says the child left care and a start on that very day are two periods only if a day lies
    // between: X1 may have been forgotten, but nobody leaves care for no time.
    let later = match (period.end, next.end) {
        (End::Known(a), End::Known(b)) => b >= a,
        (End::StillOpen, _) => false,
        (_, End::StillOpen) => true,
        (End::Known(a), End::Censored(b)) | (End::Censored(a), End::Known(b) | End::Censored(b)) => b >= a,
    };
    follows.then(|| match later {
        true => Episode {
            end: next.end,
            outcome: next.outcome.filter(|o| *o != Outcome::Continued),
            legal: period.legal,
            ..*period
        },
        false => *period,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Person, PersonIx};
    use super::*;
    use jiff::civil::{Date, date};

    fn placed(person: u32, kind: Placement, start: Date, end: End, outcome: Option<Outcome>) -> Episode {
        let e = Episode::new(PersonIx(person), Stage::Care(kind), start, end);
        Episode { outcome, ..e }
    }

    #[test]
    fn placements_join_into_periods() {
        let known = |m, d| End::Known(date(2024, m, d));
        let on = |m, d| date(2024, m, d);
        let episodes = vec![
            placed(0, Placement::Kinship, on(1, 1), known(2, 1), Some(Outcome::Continued)),
            placed(0, Placement::FosterOwn, on(2, 1), known(3, 1), Some(Outcome::Continued)),
            placed(0, Placement::Secure, on(3, 2), known(4, 1), Some(Outcome::ReturnedHome)),
            placed(0, Placement::Kinship, on(4, 9), End::StillOpen, None),
            placed(1, Placement::Kinship, on(4, 9), End::StillOpen, None),
            placed(1, Placement::Other, on(4, 20), known(4, 25), None),
        ];
        let table = Table::new(vec![], vec![Person::UNKNOWN; 2], episodes, vec![], vec![]);
        let periods: Vec<_> =
            table.care_periods().iter().map(|e| (e.person.0, e.start, e.end, e.outcome)).collect();
        assert_eq!(
            periods,
            [
                (0, on(1, 1), known(4, 1), Some(Outcome::ReturnedHome)),
                (0, on(4, 9), End::StillOpen, None),
                (1, on(4, 9), End::StillOpen, None),
            ]
        );
    }
}
