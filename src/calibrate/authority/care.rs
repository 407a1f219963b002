//! Care: who is looked after, how they leave, by age and placement.

use super::borrow::{Reader, Shares};
use super::number::{Grade, Number};

/// Age bands of the returns: under 1, 1 to 4, 5 to 9, 10 to 15, 16 and 17.
pub const AGES: usize = 5;
const STARTED: [&str; AGES] = [
    "cla_started.Age on starting: Under 1 year",
    "cla_started.Age on starting: 1 to 4 years",
    "cla_started.Age on starting: 5 to 9 years",
    "cla_started.Age on starting: 10 to 15 years",
    "cla_started.Age on starting: 16 years and over",
];
const OPEN: [&str; AGES] = [
    "cla_31mar.Age group: Under 1 year",
    "cla_31mar.Age group: 1 to 4 years",
    "cla_31mar.Age group: 5 to 9 years",
    "cla_31mar.Age group: 10 to 15 years",
    "cla_31mar.Age group: 16 years and over",
];
/// Ends by age; the last of them is turning 18.
const CEASED: [&str; 7] = [
    "cla_ceased.Age on ceasing: Under 1 year",
    "cla_ceased.Age on ceasing: 1 to 4 years",
    "cla_ceased.Age on ceasing: 5 to 9 years",
    "cla_ceased.Age on ceasing: 10 to 15 years",
    "cla_ceased.Age on ceasing: 16 years",
    "cla_ceased.Age on ceasing: 17 years",
    "cla_ceased.Age on ceasing: 18 years and over",
];
const PLACED: [&str; 8] = [
    "cla_31mar.Placement: Foster placements",
    "cla_31mar.Placement: Secure homes and children's homes",
    "cla_31mar.Placement: Residential schools",
    "cla_31mar.Placement: Other residential settings",
    "cla_31mar.Placement: Other placements",
    "cla_31mar.Placement: Independent and semi-independent living arrangements/supported accommodation",
    "cla_31mar.Placement: Placed with parents or other person with parental responsibility",
    "cla_31mar.Placement: Placed for adoption",
];
const ADOPTED: &str = "cla_ceased.Reason episode ceased: Adopted";
const GUARDIAN: &str = "cla_ceased.Reason episode ceased: Special guardianship order";
const ARRANGED: &str = "cla_ceased.Reason episode ceased: Residence order or child arrangement order granted";
/// Own foster carers' places filled; relatives and friends are not among them.
const OWN_FOSTER: &str = "foster_places_filled";
const MOVES: &str = "cla_placement_change: Total placements changing";
/// Share of fostered children who live with relatives or friends: England's, as no council's is published.
pub const KINSHIP: [f64; 3] = [0.24, 0.16, 0.34];
/// Placements of the model, in the order of [`Care::placed`].
pub const PLACEMENTS: [&str; 7] = [
    "kinship",
    "in_house_foster",
    "agency_foster",
    "residential",
    "semi_independent",
    "with_parents",
    "placed_for_adoption",
];
/// Moves a year between placements (row: from, column: to; those within a kind are changes of carer or home): judgement,
/// scaled to the placement changes published for the council.
const MOVING: [[f64; 7]; 7] = [
    [0.0, 0.06, 0.03, 0.015, 0.0, 0.03, 0.0],
    [0.06, 0.5, 0.07, 0.03, 0.0, 0.04, 0.0],
    [0.02, 0.1, 0.55, 0.08, 0.0, 0.03, 0.0],
    [0.0, 0.08, 0.15, 0.75, 0.0, 0.04, 0.0],
    [0.0, 0.0, 0.0, 0.05, 0.6, 0.0, 0.0],
    [0.0, 0.05, 0.0, 0.02, 0.0, 0.0, 0.0],
    [0.0, 0.04, 0.0, 0.0, 0.0, 0.0, 0.0],
];
/// Moves a year at 16 and 17 to supported living.
const TO_SUPPORTED: [f64; 7] = [0.03, 0.06, 0.1, 0.25, 0.0, 0.0, 0.0];
/// How much readier children in each placement are to be adopted, to leave by an order, to go home, beside others of their
/// age: judgement. Orders are mostly made to carers who are relatives; only foster carers of the council's own lead to
/// adoption.
const READY: [[f64; 3]; 7] = [
    [0.0, 3.0, 1.0],
    [1.0, 0.3, 1.0],
    [0.0, 0.25, 0.7],
    [0.0, 0.0, 1.3],
    [0.0, 0.0, 0.8],
    [0.0, 3.0, 1.6],
    [0.0, 0.0, 0.0],
];

/// Child-years of England's experience that each age band leans on.
const LEAN: f64 = 15.0;

/// Care, in a year and on 31 March.
#[derive(Clone, PartialEq, Debug)]
pub struct Care {
    /// Children looked after on 31 March.
    pub stock: Number,
    /// Children starting in the coming year, without those unaccompanied.
    pub starts: Number,
    /// Unaccompanied asylum-seeking children starting.
    pub asylum: Number,
    /// The share of them who move on to another council within weeks; nought where the returns show no such thing.
    pub moving_on: f64,
    /// The same by stock and flow alone.
    pub moving_told: f64,
    /// Unaccompanied children looked after at the start, without those about to move on.
    pub asylum_held: f64,
    /// Unaccompanied children looked after at the end of the first year, if published.
    pub asylum_next: Option<f64>,
    /// At the start, by placement (see [`PLACEMENTS`]).
    pub placed: [f64; 7],
    /// At the start, by placement and age band of the returns.
    pub held: [[f64; AGES]; 7],
    /// Factor on the moves between placements.
    pub moving: Number,
    /// Shares of the age bands on 31 March.
    pub ages: Shares,
    /// Shares of the age bands among those starting (all).
    pub starts_ages: Shares,
    /// By age band, ends a year before 18 per child: adopted, by order, home or otherwise.
    pub leave: [[f64; 3]; AGES],
    /// Children turning 18 in care a year.
    pub turn_18: f64,
    /// Rate a year from placed for adoption to adopted.
    pub adoption: f64,
    /// How the rates were found.
    pub note: String,
}

/// Fits care: `opening` reads the first year's own figures, `starts` and `next` are what starts in the first year and is looked after at its end; `before` reads the state
/// at the start.
pub fn fit(
    reader: &Reader<'_>,
    opening: &Reader<'_>,
    before: &Reader<'_>,
    starts: &Number,
    next: f64,
) -> Care {
    let stock = before.count("cla_at_31_march");
    let ages = before.shares(&OPEN);
    let starts_ages = reader.pooled(&STARTED);
    let ended = reader.pooled(&CEASED);
    let ends = opening.count("cla_ends");
    let by_age = |s: &Shares, k: usize| s.share.get(k).copied().unwrap_or(0.0);
    let held: [f64; AGES] = std::array::from_fn(|k| stock.value * by_age(&ages, k));
    let turn_18 = ends.value * by_age(&ended, 6);
    let moving_on = moving_on(opening);
    // those who move on leave by their own way, and are not among those of whom the rates are
    let moved = moving_on * asylum(opening, starts).value;
    let before_18: [f64; AGES] = std::array::from_fn(|k| {
        let share = by_age(&ended, k) + if k == 4 { by_age(&ended, 5) } else { 0.0 };
        (ends.value * share - moved * ASYLUM_AGES[k]).max(0.0)
    });
    let england = england_rates(reader);
    let mut rate: [f64; AGES] =
        std::array::from_fn(|k| (before_18[k] + LEAN * england[k]) / (held[k] + LEAN).max(1e-9));
    let scale = balance(&stock, starts, next + moved, turn_18, &rate, &held);
    rate.iter_mut().for_each(|r| *r *= scale);
    let leave = reasons(reader, &rate, &held, ends.value);
    let asylum = asylum(opening, starts);
    let waiting = moving_on * asylum.value * MOVING_DAYS / 365.25;
    let asylum_held = (before.count(UASC_HELD).value - waiting).clamp(0.0, 0.9 * stock.value);
    let asylum_next = opening.stats.value(UASC_HELD, opening.area, opening.year);
    let placed = placements(before, (stock.value - waiting).max(0.0));
    let by_placement = by_placement(&placed, &held);
    let own = starts.value - asylum.value;
    let starts = Number {
        value: own.max(0.0),
        low: (starts.low - asylum.high).max(0.0),
        high: (starts.high - asylum.low).max(own),
        ..starts.clone()
    };
    let adopted: f64 = (0..3).map(|k| leave[k][0] * held[k]).sum();
    let adoption = if placed[6] >= 1.0 { (adopted / placed[6]).clamp(0.5, 2.5) } else { 1.25 };
    let note = format!(
        "{:.0} ended before 18 of {:.0} looked after, leaning on England's rates as by {LEAN} child-years, times {:.2} so that {next:.0} remain after a year",
        before_18.iter().sum::<f64>(),
        stock.value,
        scale
    );
    Care {
        stock,
        starts,
        asylum,
        moving_on,
        moving_told: moving_on,
        asylum_held,
        asylum_next,
        placed,
        ages,
        starts_ages,
        leave,
        turn_18,
        adoption,
        moving: moving(reader, &placed),
        held: by_placement,
        note,
    }
}

/// Ends a year before 18 per child looked after in England, by age.
fn england_rates(reader: &Reader<'_>) -> [f64; AGES] {
    let rate = |k: &str| reader.england_rate(k).unwrap_or(0.0);
    let usual = [0.45, 0.6, 0.25, 0.15, 0.18];
    std::array::from_fn(|k| {
        let open = OPEN.get(k).map_or(0.0, |i| rate(i));
        let ended = CEASED.get(k).map_or(0.0, |i| rate(i)) + if k == 4 { rate(CEASED[5]) } else { 0.0 };
        if open > 0.0 && ended > 0.0 { (ended / open).min(2.0) } else { usual[k] }
    })
}

/// The factor on all rates before 18 that leaves `next` looked after in a year.
fn balance(
    stock: &Number,
    starts: &Number,
    next: f64,
    turn_18: f64,
    rate: &[f64; AGES],
    held: &[f64; AGES],
) -> f64 {
    let expected: f64 = rate.iter().zip(held).map(|(r, h)| r * h).sum();
    let wanted = stock.value + starts.value - next - turn_18;
    if expected > 0.5 && wanted.is_finite() { (wanted / expected).clamp(0.5, 1.8) } else { 1.0 }
}

/// Splits each age's rate into adopted, by order, home.
fn reasons(reader: &Reader<'_>, rate: &[f64; AGES], held: &[f64; AGES], ends: f64) -> [[f64; 3]; AGES] {
    const ADOPTED_AT: [f64; AGES] = [0.1, 0.75, 0.15, 0.0, 0.0];
    const ORDER_AT: [f64; AGES] = [0.2, 0.4, 0.25, 0.13, 0.02];
    let adopted = reader.count(ADOPTED).value.min(0.5 * ends);
    let orders = (reader.count(GUARDIAN).value + reader.count(ARRANGED).value).min(0.5 * ends);
    std::array::from_fn(|k| {
        let per_child = |x: f64| if held[k] > 0.0 { x / held[k] } else { 0.0 };
        let adopted = per_child(adopted * ADOPTED_AT[k]).min(0.6 * rate[k]);
        let order = per_child(orders * ORDER_AT[k]).min(0.75 * (rate[k] - adopted));
        [adopted, order, (rate[k] - adopted - order).max(0.0)]
    })
}

/// Unaccompanied asylum-seeking children starting to be looked after.
pub(super) const UASC: &str =
    "cla_started.Unaccompanied asylum-seeking children: Unaccompanied asylum-seeking children";

/// Unaccompanied children who cease to be looked after, and who are looked after on 31 March.
const UASC_ENDED: &str =
    "cla_ceased.Unaccompanied asylum-seeking children: Unaccompanied asylum-seeking children";
pub(super) const UASC_HELD: &str = "cla_31mar.Unaccompanied asylum-seeking children: UASC";
/// Mean days until a child who moves on has moved, and mean years that those who stay are looked after: most come at 16 or 17
/// and leave at 18. Judgement, the years at their low end: a council whose unaccompanied children merely turn 18 soon must not be
/// taken for one from which they move on.
pub(super) const MOVING_DAYS: f64 = 21.0;
const SETTLED_YEARS: f64 = 1.1;
/// Ages at which unaccompanied children come: over councils and the years to March 2022 to 2024, the share of children starting
/// to be looked after at 16 or over rises with the share unaccompanied from 12 % where none are to 87 % where all would be, and that
/// at 10 to 15 falls from 28 to 23 % (weighted least squares, 430 figures; table of starts by characteristics).
pub(super) const ASYLUM_AGES: [f64; AGES] = [0.0, 0.0, 0.0, 0.2, 0.8];
/// Fewest unaccompanied children over [`MOVING_YEARS`] years, and least share, from which moving on is told from chance.
const MOVING_FEWEST: f64 = 60.0;
const MOVING_LEAST: f64 = 0.3;
const MOVING_YEARS: i32 = 3;

/// The share of unaccompanied children who move on within weeks: who ceased to be looked after, beyond those who would have
/// left had all stayed until 18, of those who started.
fn moving_on(reader: &Reader<'_>) -> f64 {
    let year = |y: i32| {
        let at = |name: &str, y: i32| reader.stats.value(name, reader.area, y);
        let (began, held) = (at(UASC, y)?, at(UASC_HELD, y - 1)?);
        Some((began, at(UASC_ENDED, y)? - held / SETTLED_YEARS))
    };
    let years = (0..MOVING_YEARS).filter_map(|k| year(reader.year - k));
    let (began, beyond) = years.fold((0.0, 0.0), |(b, e), (began, beyond)| (b + began, e + beyond));
    let share = beyond / began.max(1.0);
    if began >= MOVING_FEWEST && share >= MOVING_LEAST { share.min(0.95) } else { 0.0 }
}

/// The same for one year of a series, from its own returns; that of the years together where they are not published.
pub(super) fn moving_on_in(reader: &Reader<'_>, usual: f64) -> f64 {
    if usual <= 0.0 {
        return 0.0;
    }
    let at = |name: &str, y: i32| reader.stats.value(name, reader.area, y);
    let y = reader.year;
    let one = || {
        let (began, held) = (at(UASC, y).filter(|&x| x >= 20.0)?, at(UASC_HELD, y - 1)?);
        Some((at(UASC_ENDED, y)? - held / SETTLED_YEARS) / began)
    };
    one().unwrap_or(usual).clamp(0.02, 0.95)
}

fn asylum(reader: &Reader<'_>, starts: &Number) -> Number {
    let published = reader.count(UASC);
    let share = 0.9 * starts.value;
    let mut n = published.within(0.0, share.max(0.0));
    (n.low, n.high) = (n.low.min(0.7 * n.value), (1.35 * n.value).max(n.high));
    n
}

/// Children by placement; they add to the stock.
fn placements(reader: &Reader<'_>, stock: f64) -> [f64; 7] {
    let s = reader.shares(&PLACED);
    let p = |k: usize| stock * s.share.get(k).copied().unwrap_or(0.0);
    let kinship = KINSHIP[0] * p(0);
    // places filled are counted of the council's own carers; where none are known, three in five
    let own = reader.count(OWN_FOSTER);
    let own = if own.grade <= Grade::Derived || own.value > 0.0 { own.value } else { 0.6 * (p(0) - kinship) };
    let own = own.min(0.95 * (p(0) - kinship));
    [kinship, own, p(0) - kinship - own, p(1) + p(2) + p(3) + p(4), p(5), p(6), p(7)]
}

/// Ages of children in homes and placed for adoption; those in supported living are 16 or 17. Judgement: what is left of
/// each age lives with carers or parents.
fn by_placement(placed: &[f64; 7], held: &[f64; AGES]) -> [[f64; AGES]; 7] {
    const RESIDENTIAL: [f64; AGES] = [0.03, 0.03, 0.07, 0.58, 0.29];
    const ADOPTION: [f64; AGES] = [0.1, 0.75, 0.15, 0.0, 0.0];
    let all = [RESIDENTIAL, [0.0, 0.0, 0.0, 0.0, 1.0], ADOPTION];
    let with_carers: [f64; AGES] = std::array::from_fn(|k| {
        let others = placed[3] * all[0][k] + placed[4] * all[1][k] + placed[6] * all[2][k];
        (held[k] - others).max(0.02 * held[k] + 1e-9)
    });
    let sum: f64 = with_carers.iter().sum();
    std::array::from_fn(|p| match p {
        3 => RESIDENTIAL.map(|x| x * placed[3]),
        4 => all[1].map(|x| x * placed[4]),
        6 => ADOPTION.map(|x| x * placed[6]),
        _ => with_carers.map(|x| placed[p] * x / sum),
    })
}

/// The factor on [`MOVING`] that gives the placement changes published.
fn moving(reader: &Reader<'_>, placed: &[f64; 7]) -> Number {
    let changes = reader.count(MOVES);
    let expected: f64 = placed.iter().zip(MOVING).map(|(n, to)| n * to.iter().sum::<f64>()).sum();
    let factor =
        if expected > 1.0 && changes.value > 0.0 { (changes.value / expected).clamp(0.3, 3.0) } else { 1.0 };
    Number {
        value: factor,
        low: 0.7 * factor,
        high: 1.4 * factor,
        grade: Grade::Assumed,
        source: changes.source.clone(),
        note: format!(
            "{:.0} placement changes a year in all; from where to where is judgement",
            changes.value
        ),
    }
}

impl Care {
    /// Moves a year from one placement to the others at an age.
    pub fn moves(&self, placement: usize, age: usize) -> [f64; 7] {
        let mut to = MOVING[placement].map(|x| x * self.moving.value);
        if age + 1 == AGES {
            to[4] += TO_SUPPORTED[placement];
        }
        to
    }

    /// Rates a year of leaving a placement at an age: adopted, by order, home. Over all placements they are the age's.
    pub fn leaving(&self, placement: usize, age: usize) -> [f64; 3] {
        let all: f64 = self.held.iter().map(|p| p[age]).sum();
        let rates = self.leave.get(age).copied().unwrap_or([0.0; 3]);
        std::array::from_fn(|way| {
            let weight: f64 = self.held.iter().zip(READY).map(|(p, ready)| p[age] * ready[way]).sum();
            if weight > 1e-9 { (rates[way] * READY[placement][way] * all / weight).min(3.0) } else { 0.0 }
        })
    }
}

/// The ground of the placements on 31 March.
pub fn placements_ground(reader: &Reader<'_>) -> (Grade, String, String) {
    let s = reader.shares(&PLACED);
    (s.grade.max(Grade::Derived), s.source, s.note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::data::Statistics;

    /// Kent by hand, years to March 2022 to 2024: 616, 1,049 and 2,134 unaccompanied children ceased to be looked after; of the
    /// 289, 369 and 449 held before, those who stay until 18 make up 263, 335 and 408: 2,793 of 4,001 who started moved on. In Essex
    /// 386 of 429 ceased, but 406 were held: they turned 18.
    #[test]
    fn who_moves_on_by_hand() {
        let stats = Statistics::embedded();
        let share = |name: &str| moving_on(&Reader::new(stats, stats.find(name).unwrap(), 2024));
        let by_hand = (616.0 + 1049.0 + 2134.0 - (289.0 + 369.0 + 449.0) / SETTLED_YEARS) / 4001.0;
        assert!((share("Kent") - by_hand).abs() < 1e-9 && (by_hand - 0.698).abs() < 0.001, "{by_hand}");
        assert_eq!(share("Wiltshire"), 0.0);
        assert_eq!(share("Essex"), 0.0);
    }
}
