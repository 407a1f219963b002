//! Children who come new: how many, when in the year, how unevenly, in what families, how old.

use super::effects::{AGES, NEEDS, age_band, has_need};
use super::paths::{Paths, Stay};
use crate::stats::survival::shrink_rates;
use jiff::civil::Date;

/// New arrivals to one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Stream {
    /// The state they come to.
    pub state: usize,
    /// Asylum seekers alone, or all others.
    pub asylum: bool,
    /// Children who came.
    pub children: usize,
    /// Families they came in.
    pub families: usize,
    /// Children a year.
    pub rate: f64,
    /// Its standard error, allowing for families and uneven months.
    pub rate_se: f64,
    /// Children in each month of the records: year, month, children.
    pub months: Vec<(i16, i8, usize)>,
    /// Factor of each calendar month, January first, drawn towards 1 as far as the months say no more.
    pub season: [f64; 12],
    /// Standard deviations of those.
    pub season_sd: [f64; 12],
    /// Standard deviation of a multiplier of each month's number, beyond families and chance.
    pub varies: f64,
    /// Its standard error.
    pub varies_se: f64,
    /// Children by age band.
    pub ages: Vec<usize>,
    /// Sizes of families.
    pub sizes: FamilySizes,
}

/// How many families have 1, 2, 3, … children who came together.
pub type FamilySizes = Vec<usize>;

/// Largest family told apart.
const LARGEST: usize = 8;

/// Streams of all states to which children come new.
pub fn streams(paths: &Paths, least: usize) -> Vec<Stream> {
    let mut out = Vec::new();
    for state in 0..paths.states.len() {
        for asylum in [false, true] {
            let came: Vec<&Stay> = (paths.stays.iter())
                .filter(|s| s.state == state && s.first && s.begun_inside && s.back.is_none())
                .filter(|s| s.asylum == asylum)
                .collect();
            if came.len() >= least {
                out.push(stream(paths, state, asylum, &came));
            }
        }
    }
    out
}

/// Calendar months from one day to another: year, month, days of it inside.
fn months(first: Date, days: (i64, i64)) -> Vec<(i16, i8, i64, i64)> {
    let date = |d: i64| first.saturating_add(jiff::Span::new().try_days(d).unwrap_or_default());
    let mut out: Vec<(i16, i8, i64, i64)> = Vec::new();
    let mut day = days.0;
    while day <= days.1 {
        let d = date(day);
        let left = i64::from(d.days_in_month()) - i64::from(d.day()) + 1;
        let n = left.min(days.1 - day + 1);
        out.push((d.year(), d.month(), day, n));
        day += n;
    }
    out
}

fn stream(paths: &Paths, state: usize, asylum: bool, came: &[&Stay]) -> Stream {
    let watched = paths.watched.get(state).copied().unwrap_or((0, 0));
    let days = (watched.1 - watched.0 + 1).max(1) as f64;
    // children of one family who came on one day came together
    let mut together: Vec<((u64, i64), usize)> = Vec::new();
    let mut keys: Vec<(u64, i64)> = came.iter().map(|s| (s.cluster, s.start)).collect();
    keys.sort_unstable();
    for key in keys {
        match together.last_mut().filter(|t| t.0 == key) {
            Some(t) => t.1 += 1,
            None => together.push((key, 1)),
        }
    }
    let mut sizes = vec![0usize; LARGEST];
    for (_, n) in &together {
        if let Some(count) = sizes.get_mut(n.min(&LARGEST) - 1) {
            *count += 1;
        }
    }
    let calendar = months(paths.first, watched);
    let within = |from: i64, n: i64, day: i64| day >= from && day < from + n;
    let counts: Vec<(i8, f64, f64)> = (calendar.iter())
        .map(|(_, month, from, n)| {
            let families = together.iter().filter(|t| within(*from, *n, t.0.1)).count();
            (*month, families as f64, *n as f64)
        })
        .collect();
    let children = |from: i64, n: i64| came.iter().filter(|s| within(from, n, s.start)).count();
    let (season, season_sd) = season(&counts);
    let (varies, varies_se) = varies(&counts, &season);
    let mut ages = vec![0usize; AGES.len()];
    for s in came {
        if let Some(n) = s.age.and_then(age_band).and_then(|b| ages.get_mut(b)) {
            *n += 1;
        }
    }
    let n = came.len() as f64;
    let squares: f64 = together.iter().map(|t| (t.1 * t.1) as f64).sum();
    // compound Poisson, with the uneven months' part
    let uneven: f64 = (calendar.iter())
        .map(|(_, _, from, len)| {
            let mean = n * *len as f64 / days;
            let _ = from;
            varies * varies * mean * mean
        })
        .sum();
    Stream {
        state,
        asylum,
        children: came.len(),
        families: together.len(),
        rate: n / days * 365.25,
        rate_se: (squares + uneven).sqrt() / days * 365.25,
        months: calendar.iter().map(|(y, m, from, len)| (*y, *m, children(*from, *len))).collect(),
        season,
        season_sd,
        varies,
        varies_se,
        ages,
        sizes,
    }
}

/// Factors of calendar months, from families; 1 where there are not two years.
fn season(counts: &[(i8, f64, f64)]) -> ([f64; 12], [f64; 12]) {
    let mut cells = vec![(0.0, 0.0); 12];
    for (month, families, days) in counts {
        let at = usize::try_from(*month - 1).ok();
        if let Some(cell) = at.and_then(|i| cells.get_mut(i)) {
            cell.0 += families;
            cell.1 += days;
        }
    }
    let (mut factor, mut sd) = ([1.0; 12], [0.0; 12]);
    let whole = cells.iter().all(|c| c.1 >= 56.0);
    let Some(shrunk) = shrink_rates(&cells).ok().filter(|_| whole) else { return (factor, sd) };
    // months of a like length weigh alike: the mean factor is 1
    let mean = shrunk.cells.iter().map(|c| c.mean()).sum::<f64>() / 12.0;
    for (i, cell) in shrunk.cells.iter().enumerate() {
        if let (Some(f), Some(s)) = (factor.get_mut(i), sd.get_mut(i)) {
            (*f, *s) = (cell.mean() / mean, cell.sd() / mean);
        }
    }
    (factor, sd)
}

/// The standard deviation of a monthly multiplier by which families come more unevenly than at random:
/// from (n - m)² - m over the sum of m², with months' factors taken out.
fn varies(counts: &[(i8, f64, f64)], season: &[f64; 12]) -> (f64, f64) {
    let all: f64 = counts.iter().map(|c| c.1).sum();
    let weight = |c: &(i8, f64, f64)| {
        let factor = usize::try_from(c.0 - 1).ok().and_then(|i| season.get(i)).copied().unwrap_or(1.0);
        c.2 * factor
    };
    let total: f64 = counts.iter().map(weight).sum();
    if counts.len() < 6 || total <= 0.0 {
        return (0.0, 0.0);
    }
    let used = if season.iter().any(|f| *f != 1.0) { 12.0 } else { 1.0 };
    // a factor for every month of the year takes up degrees of freedom
    let free = (counts.len() as f64 / (counts.len() as f64 - used).max(1.0)).min(4.0);
    let (mut excess, mut squares, mut noise) = (0.0, 0.0, 0.0);
    for c in counts {
        let m = all * weight(c) / total;
        excess += free * (c.1 - m) * (c.1 - m) - m;
        squares += m * m;
        noise += 2.0 * m * m + m;
    }
    let v = (excess / squares).max(0.0);
    let se = noise.sqrt() / squares * (1.0 + v * all / counts.len() as f64);
    let sd = v.sqrt();
    (sd, if sd > 0.0 { 0.5 * se / sd } else { se.sqrt() })
}

/// Shares of children assessed who have each need, with errors that allow for families.
pub fn needs(paths: &Paths) -> Vec<(usize, f64, f64)> {
    let mut people: Vec<(u64, u32, super::super::episode::Factors)> = (paths.stays.iter())
        .filter(|s| !s.factors.is_empty())
        .map(|s| (s.cluster, s.person, s.factors))
        .collect();
    people.sort_unstable_by_key(|p| (p.0, p.1));
    people.dedup_by_key(|p| p.1);
    let n = people.len() as f64;
    if n < 20.0 {
        return Vec::new();
    }
    (0..NEEDS.len())
        .map(|need| {
            let share = people.iter().filter(|p| has_need(p.2, need)).count() as f64 / n;
            let (mut sum, mut at) = (0.0, 0);
            while let Some(first) = people.get(at) {
                let mut own = 0.0;
                while let Some(p) = people.get(at).filter(|p| p.0 == first.0) {
                    own += f64::from(u8::from(has_need(p.2, need))) - share;
                    at += 1;
                }
                sum += own * own;
            }
            (need, share, sum.sqrt() / n)
        })
        .collect()
}
