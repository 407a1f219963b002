//! Who is open at the end of the records: the starting state of a run.

use super::super::episode::{Birth, Table};
use super::effects::{AGES, age_band};
use super::paths::{Paths, Stay};
use jiff::civil::Date;

/// Cases open in one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Caseload {
    /// The state.
    pub state: usize,
    /// How many.
    pub cases: usize,
    /// Days so far: upper edge of a band, and how many lie in it.
    pub elapsed: Vec<(f64, usize)>,
    /// How many in each age band.
    pub ages: Vec<usize>,
}

/// Edges of the bands of elapsed time, in days.
const EDGES: [f64; 14] =
    [7.0, 14.0, 28.0, 61.0, 91.0, 122.0, 183.0, 274.0, 365.0, 548.0, 730.0, 1_096.0, 1_826.0, 6_600.0];

/// Open cases by state on the last day; bands of elapsed time hold at least `least` each.
pub fn caseloads(paths: &Paths, least: usize) -> Vec<Caseload> {
    let end = |s: &&Stay| !s.ended && s.state < paths.states.len() && !by_instant(paths, s);
    let last = paths.watched.iter().map(|w| w.1).max().unwrap_or(0);
    (0..paths.states.len())
        .filter_map(|state| {
            let open: Vec<&Stay> = (paths.stays.iter())
                .filter(|s| s.state == state)
                .filter(end)
                .filter(|s| s.start as f64 + s.end >= last as f64)
                .collect();
            (!open.is_empty()).then(|| caseload(state, &open, least))
        })
        .collect()
}

fn by_instant(paths: &Paths, stay: &Stay) -> bool {
    paths.states.get(stay.state).is_some_and(super::paths::State::instant)
}

fn caseload(state: usize, open: &[&Stay], least: usize) -> Caseload {
    let mut bands = vec![0usize; EDGES.len()];
    let mut ages = vec![0usize; AGES.len()];
    for s in open {
        let band = EDGES.iter().position(|e| s.end < *e).unwrap_or(EDGES.len() - 1);
        if let Some(n) = bands.get_mut(band) {
            *n += 1;
        }
        // the age at the end of the records is that at the end of an open stay
        if let Some(n) = s.age_at_end.and_then(age_band).and_then(|b| ages.get_mut(b)) {
            *n += 1;
        }
    }
    Caseload { state, cases: open.len(), elapsed: joined(&bands, least), ages }
}

/// Neighbouring bands joined until each holds enough.
fn joined(bands: &[usize], least: usize) -> Vec<(f64, usize)> {
    let mut out: Vec<(f64, usize)> = Vec::new();
    let mut waiting = 0;
    for (edge, n) in EDGES.iter().zip(bands) {
        waiting += n;
        if waiting >= least {
            out.push((*edge, waiting));
            waiting = 0;
        }
    }
    if waiting > 0 {
        // too few at the end: with the band before
        let far = bands.iter().rposition(|n| *n > 0).and_then(|i| EDGES.get(i)).copied().unwrap_or(7.0);
        match out.last_mut() {
            Some(last) => *last = (far, last.1 + waiting),
            None => out.push((far, waiting)),
        }
    }
    out
}

/// Day of birth is needed for ages: whether enough children have one.
pub fn births_known(table: &Table) -> f64 {
    let known = table.people().iter().filter(|p| !matches!(p.birth, Birth::Unknown)).count();
    known as f64 / table.people().len().max(1) as f64
}

/// The day after the last, on which a run from these records begins.
pub fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_bands_are_joined() {
        let mut bands = vec![0; EDGES.len()];
        (bands[0], bands[1], bands[2], bands[5]) = (2, 4, 7, 3);
        assert_eq!(joined(&bands, 5), [(14.0, 6), (122.0, 10)]);
        assert_eq!(joined(&[1, 0, 0], 5), [(7.0, 1)]);
    }
}
