//! Children who come new: how many, when in the year, how unevenly, in what families, how old.

use super::effects::{AGES, NEEDS, age_band, has_need};
use super::paths::{Paths, Stay};
use super::returns::Unseen;
use super::season::{Month, Months};
use jiff::civil::Date;

/// New arrivals to one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Stream {
    /// The state they come to.
    pub state: usize,
    /// Asylum seekers alone, or all others.
    pub asylum: bool,
    /// Children who came with nothing on record before.
    pub children: usize,
    /// Families they came in.
    pub families: usize,
    /// New children a year: those who look new, less those who left before the records began.
    pub rate: f64,
    /// Its standard error, allowing for families, uneven months and what is taken off.
    pub rate_se: f64,
    /// Children a year who look new but are taken to have left before the records began.
    pub hidden: f64,
    /// Children in each month of the records: year, month, children.
    pub months: Vec<(i16, i8, usize)>,
    /// Factor of each calendar month, January first, drawn towards 1 as far as the months say no more.
    pub season: [f64; 12],
    /// 95 % intervals of those, of each month on its own.
    pub season_range: [(f64, f64); 12],
    /// Standard deviation of a multiplier of each month's number, beyond families and chance.
    pub varies: f64,
    /// Its 95 % interval.
    pub varies_range: (f64, f64),
    /// Children by age band.
    pub ages: Vec<usize>,
    /// Shares of age bands among the new, with standard errors that allow for families.
    pub age_shares: Vec<(f64, f64)>,
    /// Sizes of families.
    pub sizes: FamilySizes,
    /// Shares of those among the new, with standard errors.
    pub size_shares: Vec<(f64, f64)>,
}

/// How many families have 1, 2, 3, … children who came together.
pub type FamilySizes = Vec<usize>;

/// Largest family told apart.
const LARGEST: usize = 8;

/// Streams of all states to which children come new.
pub(super) fn streams(paths: &Paths, unseen: &[Unseen], least: usize) -> Vec<Stream> {
    let mut out = Vec::new();
    for state in 0..paths.states.len() {
        for asylum in [false, true] {
            let here: Vec<&Stay> = (paths.stays.iter())
                .filter(|s| s.state == state && s.first && s.begun_inside && s.asylum == asylum)
                .collect();
            let (came, back): (Vec<&Stay>, Vec<&Stay>) = here.into_iter().partition(|s| s.back.is_none());
            if came.len() >= least {
                let hidden = if asylum { &[] } else { unseen };
                out.push(stream(paths, (state, asylum), &came, &back, hidden));
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

/// Children of one family who came on one day came together: family and day, children.
fn together(came: &[&Stay]) -> Vec<((u64, i64), usize)> {
    let mut keys: Vec<(u64, i64)> = came.iter().map(|s| (s.cluster, s.start)).collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len()))).collect()
}

fn family_sizes(together: &[((u64, i64), usize)]) -> FamilySizes {
    let mut sizes = vec![0usize; LARGEST];
    for (_, n) in together {
        if let Some(count) = sizes.get_mut(n.min(&LARGEST) - 1) {
            *count += 1;
        }
    }
    sizes
}

fn age_bands(came: &[&Stay]) -> Vec<usize> {
    let mut ages = vec![0usize; AGES.len()];
    for s in came {
        if let Some(n) = s.age.and_then(age_band).and_then(|b| ages.get_mut(b)) {
            *n += 1;
        }
    }
    ages
}

/// By age band, the error of its share among families over that among independent children.
fn age_designs(came: &[&Stay], ages: &[usize]) -> Vec<f64> {
    let mut known: Vec<((u64, i64), usize)> =
        (came.iter()).filter_map(|s| Some(((s.cluster, s.start), s.age.and_then(age_band)?))).collect();
    known.sort_unstable();
    let n = known.len() as f64;
    let one = |band: usize, count: usize| {
        let p = count as f64 / n.max(1.0);
        let family = |same: &[((u64, i64), usize)]| {
            let own: f64 = same.iter().map(|k| f64::from(u8::from(k.1 == band)) - p).sum();
            own * own
        };
        let clustered: f64 = known.chunk_by(|a, b| a.0 == b.0).map(family).sum();
        let alone = n * p * (1.0 - p);
        if alone > 0.0 { (clustered / alone).sqrt() } else { 1.0 }
    };
    ages.iter().enumerate().map(|(band, count)| one(band, *count)).collect()
}

fn stream(
    paths: &Paths,
    (state, asylum): (usize, bool),
    came: &[&Stay],
    back: &[&Stay],
    unseen: &[Unseen],
) -> Stream {
    let watched = paths.watched.get(state).copied().unwrap_or((0, 0));
    let days = (watched.1 - watched.0 + 1).max(1) as f64;
    let together_new = together(came);
    let together_back = together(back);
    let calendar = months(paths.first, watched);
    // the middle of a month stands for its days
    let hidden_in = |from: i64, n: i64| -> (f64, f64) {
        let middle = (from - watched.0) as f64 + 0.5 * n as f64;
        unseen.iter().map(|u| u.on(state, middle)).fold((0.0, 0.0), |(c, f), (children, families)| {
            (c + children * n as f64, f + families * n as f64)
        })
    };
    let within = |from: i64, n: i64, day: i64| day >= from && day < from + n;
    let by_month: Vec<Month> = (calendar.iter())
        .map(|(_, month, from, n)| Month {
            month: *month,
            days: *n as f64,
            families: together_new.iter().filter(|t| within(*from, *n, t.0.1)).count() as f64,
            hidden: hidden_in(*from, *n).1,
        })
        .collect();
    let Months { season, season_range, varies, varies_range } = Months::new(&by_month);
    let children = |from: i64, n: i64| came.iter().filter(|s| within(from, n, s.start)).count();
    let n = came.len() as f64;
    let hidden: f64 = calendar.iter().map(|(_, _, from, len)| hidden_in(*from, *len).0).sum();
    let hidden_families: f64 = by_month.iter().map(|m| m.hidden).sum();
    // never more than nearly all
    let kept = (n - hidden).max(0.05 * n);
    let unsure: f64 = (unseen.iter())
        .map(|u| {
            let own: f64 = (calendar.iter())
                .map(|(_, _, from, len)| {
                    let middle = (from - watched.0) as f64 + 0.5 * *len as f64;
                    u.on(state, middle).0 * *len as f64
                })
                .sum();
            own * own * u.variance()
        })
        .sum();
    // compound Poisson, with the uneven months' part
    let squares: f64 = together_new.iter().map(|t| (t.1 * t.1) as f64).sum();
    let uneven: f64 = (by_month.iter())
        .map(|m| {
            let mean = kept * m.days / days;
            varies * varies * mean * mean
        })
        .sum();
    let sizes = family_sizes(&together_new);
    let ages = age_bands(came);
    let design = age_designs(came, &ages);
    let age_shares = cleared(&ages, &age_bands(back), hidden);
    Stream {
        state,
        asylum,
        children: came.len(),
        families: together_new.len(),
        rate: kept / days * 365.25,
        rate_se: (squares + uneven + unsure).sqrt() / days * 365.25,
        hidden: (n - kept) / days * 365.25,
        months: calendar.iter().map(|(y, m, from, len)| (*y, *m, children(*from, *len))).collect(),
        season,
        season_range,
        varies,
        varies_range,
        age_shares: age_shares.into_iter().zip(design).map(|((p, se), d)| (p, se * d)).collect(),
        ages,
        size_shares: cleared(&sizes, &family_sizes(&together_back), hidden_families),
        sizes,
    }
}

/// Shares of classes counted `seen`, when `hidden` of all are not of this kind but classed as `others` are;
/// with their errors.
fn cleared(seen: &[usize], others: &[usize], hidden: f64) -> Vec<(f64, f64)> {
    let all: f64 = others.iter().sum::<usize>() as f64;
    let part = |k: usize| others.get(k).map_or(0.0, |n| *n as f64 / all.max(1.0));
    let taken = if all > 0.0 { hidden } else { 0.0 };
    let own: Vec<f64> =
        seen.iter().enumerate().map(|(k, n)| (*n as f64 - taken * part(k)).max(0.0)).collect();
    let n: f64 = own.iter().sum();
    let variance = |k: usize| {
        let count = seen.get(k).map_or(0.0, |n| *n as f64);
        count + if all > 0.0 { taken * taken * part(k) / all } else { 0.0 }
    };
    let whole: f64 = (0..seen.len()).map(variance).sum();
    (own.iter().enumerate())
        .map(|(k, count)| {
            let (p, v) = (count / n.max(1e-9), variance(k));
            let spread = (1.0 - p) * (1.0 - p) * v + p * p * (whole - v);
            (p, spread.sqrt() / n.max(1e-9))
        })
        .collect()
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
