//! What happens to every child in one replication of a model, with dates.

use crate::base::time::{DAY_MS, SimTime};
use crate::engine::{Happening, Network, Probe, RunError, Who, World};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Most stays kept of one replication.
const MOST_VISITS: usize = 10_000_000;

/// Why no history could be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HistoryError {
    /// The model has no dates.
    #[error("the model has no dates: fake returns need `model.starts`")]
    NoDates,
    /// More years were asked for than the model runs.
    #[error("the model runs for {runs} days, which is less than the {asked} asked for")]
    TooShort {
        /// Days the model runs.
        runs: i64,
        /// Days asked for.
        asked: i64,
    },
    /// The model makes too many stays.
    #[error("over {MOST_VISITS} stays in one replication: too many to write as records")]
    TooMany,
    /// The run failed.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Where a case went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// To this stage of the model.
    Stage(u16),
    /// Out, by this exit of the model.
    Exit(u16),
}

/// One stay in a stage. Days are whole, counted from the start of the records; a day before it is negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stay {
    /// The stage of the model.
    pub stage: u16,
    /// The day it began.
    pub from: i64,
    /// The day it ended; `None` if still open at the end of the records.
    pub to: Option<i64>,
    /// Where the child went then.
    pub next: Option<Next>,
    /// Whether the child came into the model with this stay, new or coming back.
    pub first: bool,
    /// The exit it came back through, if it did.
    pub back: Option<u16>,
}

/// One child.
#[derive(Clone, PartialEq, Debug)]
pub struct Life {
    /// The number the model gave it.
    pub number: u32,
    /// Siblings share this number.
    pub family: u64,
    /// Day of birth, counted as the days of stays are.
    pub born: Option<i64>,
    /// Bit i is set for need i of the model.
    pub needs: u64,
    /// Value of each attribute of the model, when it last came.
    pub attributes: Vec<u8>,
    /// Its stays, in order.
    pub stays: Vec<Stay>,
}

/// All children of an invented council over some years.
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    /// First day of the records: day 0.
    pub starts: Date,
    /// Days that the records cover.
    pub days: i64,
    /// The children, in the order in which they came.
    pub lives: Vec<Life>,
}

impl History {
    /// Runs one replication of a model and keeps what happens to every child in its first `years` (all of
    /// the run if `None`).
    pub fn new(
        network: &Network,
        seed: u64,
        replication: u64,
        years: Option<u16>,
    ) -> Result<History, HistoryError> {
        let starts = network.model().run.starts.ok_or(HistoryError::NoDates)?;
        let runs = network.model().run.length.0.div_euclid(DAY_MS);
        let days = match years {
            None => runs,
            Some(n) => {
                let end = starts.saturating_add(jiff::Span::new().years(n.min(200)));
                end.since(starts).map_or(runs, |s| i64::from(s.get_days()))
            }
        };
        if days > runs || days < 1 {
            return Err(HistoryError::TooShort { runs, asked: days });
        }
        let mut listener = Listener { lives: BTreeMap::new(), met: None, visits: 0, end: days };
        World::new(network).run(seed, replication, &mut listener)?;
        if listener.visits > MOST_VISITS {
            return Err(HistoryError::TooMany);
        }
        let lives = listener.lives.into_values().filter_map(|life| within(life, days)).collect();
        Ok(History { starts, days, lives })
    }

    /// The date of a day.
    pub fn date(&self, day: i64) -> Date {
        let span = jiff::Span::new().try_days(day).unwrap_or_default();
        self.starts.saturating_add(span)
    }

    /// The last day of the records.
    pub fn last(&self) -> Date {
        self.date(self.days - 1)
    }
}

/// A child as the records of `days` days show it; `None` if they hold nothing of it.
fn within(mut life: Life, days: i64) -> Option<Life> {
    life.stays.retain(|s| s.from < days && s.to.is_none_or(|to| to >= 0));
    for stay in &mut life.stays {
        if stay.to.is_some_and(|to| to >= days) {
            (stay.to, stay.next) = (None, None);
        }
    }
    (!life.stays.is_empty()).then_some(life)
}

/// Hears a replication and keeps each child's stays.
struct Listener {
    lives: BTreeMap<u32, Life>,
    /// The exit through which the case just met has come back.
    met: Option<(u32, Option<u16>)>,
    visits: usize,
    end: i64,
}

impl Listener {
    fn begin(&mut self, case: u32, stage: u16, from: i64) {
        let came = self.met.take_if(|m| m.0 == case);
        self.visits += 1;
        if self.visits > MOST_VISITS {
            return;
        }
        if let Some(life) = self.lives.get_mut(&case) {
            let (first, back) = (came.is_some(), came.and_then(|c| c.1));
            life.stays.push(Stay { stage, from, to: None, next: None, first, back });
        }
    }

    fn last(&mut self, case: u32) -> Option<&mut Stay> {
        self.lives.get_mut(&case)?.stays.last_mut()
    }
}

fn day(at: SimTime) -> i64 {
    at.0.div_euclid(DAY_MS)
}

impl Probe for Listener {
    fn meet(&mut self, case: u32, who: Who<'_>) {
        let (born, since) = (who.born.map(day), day(who.since));
        if since >= self.end || self.visits > MOST_VISITS {
            return;
        }
        let life = self.lives.entry(case).or_insert_with(|| Life {
            number: case,
            family: who.family,
            born,
            needs: who.needs,
            attributes: Vec::new(),
            stays: Vec::new(),
        });
        (life.needs, life.attributes) = (who.needs, who.attributes.to_vec());
        self.met = Some((case, None));
        // a case found began its stay before; the event that follows says in which stage
        if since < 0 {
            life.stays.push(Stay {
                stage: u16::MAX,
                from: since,
                to: None,
                next: None,
                first: false,
                back: None,
            });
        }
    }

    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        let now = day(at);
        match happening {
            Happening::Arrived(_) => {}
            Happening::Found(stage) => {
                let began = self.last(case).filter(|s| s.stage == u16::MAX).map(|s| s.from);
                match self.last(case).filter(|s| s.stage == u16::MAX) {
                    Some(stay) => stay.stage = stage,
                    None => self.begin(case, stage, began.unwrap_or(now)),
                }
                if let Some(stay) = self.last(case) {
                    stay.first = false;
                }
                self.met = None;
            }
            Happening::Returned(exit) => {
                if let Some(met) = self.met.as_mut().filter(|m| m.0 == case) {
                    met.1 = Some(exit);
                }
            }
            Happening::Asked(stage) => {
                if let Some(stay) = self.last(case)
                    && stay.to.is_some()
                    && stay.next.is_none()
                {
                    stay.next = Some(Next::Stage(stage));
                }
            }
            Happening::Started(stage) => self.begin(case, stage, now),
            Happening::Ended(_) => {
                if let Some(stay) = self.last(case) {
                    stay.to = Some(now);
                }
            }
            Happening::Left(exit) => {
                if let Some(stay) = self.last(case)
                    && stay.next.is_none()
                {
                    stay.next = Some(Next::Exit(exit));
                }
            }
            Happening::GaveUp(_) | Happening::Refused(_) => {}
        }
    }
}
