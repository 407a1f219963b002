//! All estimates of a council.

use super::super::episode::Table;
use super::arrivals::{Stream, needs, streams};
use super::open::{Caseload, births_known, caseloads, next_day};
use super::paths::{Paths, Settings, State};
use super::returns::{Return, returns};
use super::state::StateFit;
use jiff::civil::Date;

/// Everything estimated from a council's records. It holds nothing of any one child.
#[derive(Clone, PartialEq, Debug)]
pub struct Council {
    /// First day of the records.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// The day after: where a run from these records begins.
    pub starts: Date,
    /// States, in order of the pathway.
    pub states: Vec<State>,
    /// First and last day each state was watched, counted from `first`.
    pub watched: Vec<(i64, i64)>,
    /// Estimates of states that had stays.
    pub fits: Vec<StateFit>,
    /// New arrivals.
    pub streams: Vec<Stream>,
    /// Coming back.
    pub returns: Vec<Return>,
    /// Open cases on the last day.
    pub open: Vec<Caseload>,
    /// Needs: place in [`super::NEEDS`], share of children assessed, standard error.
    pub needs: Vec<(usize, f64, f64)>,
    /// Children in the records.
    pub children: usize,
    /// Share of children whose date of birth is known.
    pub births: f64,
    /// How paths were put together.
    pub settings: Settings,
}

/// Makes all estimates; `None` for a table without windows.
pub fn fit(table: &Table, settings: &Settings) -> Option<Council> {
    let paths = Paths::new(table, settings)?;
    // who is open is asked of the last day itself
    let to_the_end = Paths::new(table, &Settings { wait: 0, ..*settings })?;
    let states: Vec<usize> = (0..paths.states.len()).collect();
    let fits = all(&states, |at| StateFit::new(&paths, *at, settings));
    let from = paths.watched.iter().map(|w| w.0).min().unwrap_or(0);
    let to = paths.watched.iter().map(|w| w.1).max().unwrap_or(0);
    let days = (to - from + 1).max(1) as f64;
    let (returns, unseen) = returns(&paths, days);
    Some(Council {
        first: paths.first,
        last: paths.last,
        starts: next_day(paths.last),
        fits,
        streams: streams(&paths, &unseen, settings.least),
        returns,
        open: caseloads(&to_the_end, settings.least),
        needs: needs(&paths),
        children: table.people().len(),
        births: births_known(table),
        settings: *settings,
        states: paths.states,
        watched: paths.watched,
    })
}

#[cfg(feature = "parallel")]
fn all<T: Send>(items: &[usize], one: impl Fn(&usize) -> Option<T> + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    items.par_iter().map(one).collect::<Vec<_>>().into_iter().flatten().collect()
}

#[cfg(not(feature = "parallel"))]
fn all<T>(items: &[usize], one: impl Fn(&usize) -> Option<T>) -> Vec<T> {
    items.iter().filter_map(one).collect()
}
