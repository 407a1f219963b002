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
    /// On 31 March: fostered, residential, supported, with parents, placed for adoption.
    pub placed: [f64; 5],
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
    /// Moves a year of fostered children from 10 to a residential home, and of 16 and 17 to supported living.
    pub to_residential: f64,
    /// See `to_residential`.
    pub to_supported: f64,
    /// How the rates were found.
    pub note: String,
}

/// Fits care: `starts` and `next` are what is foreseen to start in a year and to be looked after at its end.
pub fn fit(reader: &Reader<'_>, starts: &Number, next: f64) -> Care {
    let stock = reader.count("cla_at_31_march");
    let ages = reader.shares(&OPEN);
    let starts_ages = reader.shares(&STARTED);
    let ended = reader.shares(&CEASED);
    let ends = reader.count("cla_ends");
    let by_age = |s: &Shares, k: usize| s.share.get(k).copied().unwrap_or(0.0);
    let held: [f64; AGES] = std::array::from_fn(|k| stock.value * by_age(&ages, k));
    let turn_18 = ends.value * by_age(&ended, 6);
    let before_18: [f64; AGES] = std::array::from_fn(|k| {
        let share = by_age(&ended, k) + if k == 4 { by_age(&ended, 5) } else { 0.0 };
        ends.value * share
    });
    let england = england_rates(reader);
    let mut rate: [f64; AGES] =
        std::array::from_fn(|k| (before_18[k] + LEAN * england[k]) / (held[k] + LEAN).max(1e-9));
    let scale = balance(&stock, starts, next, turn_18, &rate, &held);
    rate.iter_mut().for_each(|r| *r *= scale);
    let leave = reasons(reader, &rate, &held, ends.value);
    let asylum = asylum(reader, starts);
    let placed = placements(reader, stock.value);
    let own = starts.value - asylum.value;
    let starts = Number {
        value: own.max(0.0),
        low: (starts.low - asylum.high).max(0.0),
        high: (starts.high - asylum.low).max(own),
        ..starts.clone()
    };
    let adopted: f64 = (0..3).map(|k| leave[k][0] * held[k]).sum();
    let adoption = if placed[4] >= 1.0 { (adopted / placed[4]).clamp(0.5, 2.5) } else { 1.25 };
    let old = held[3] + held[4];
    let to_residential = (0.45 * placed[1]
        - 0.2 * starts.value * (by_age(&starts_ages, 3) + by_age(&starts_ages, 4)))
    .max(0.0)
        / old.max(1.0);
    let arrive = 0.6 * asylum.value + 0.25 * starts.value * by_age(&starts_ages, 4);
    let to_supported = (placed[2] / 0.9 - arrive).max(0.0) / held[4].max(1.0);
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
        placed,
        ages,
        starts_ages,
        leave,
        turn_18,
        adoption,
        to_residential: to_residential.min(0.4),
        to_supported: to_supported.min(1.0),
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

fn asylum(reader: &Reader<'_>, starts: &Number) -> Number {
    const COUNT: &str =
        "cla_started.Unaccompanied asylum-seeking children: Unaccompanied asylum-seeking children";
    let published = reader.count(COUNT);
    let share = 0.9 * starts.value;
    let mut n = published.within(0.0, share.max(0.0));
    (n.low, n.high) = (n.low.min(0.7 * n.value), (1.35 * n.value).max(n.high));
    n
}

/// Fostered, residential, supported, with parents, for adoption: they add to the stock.
fn placements(reader: &Reader<'_>, stock: f64) -> [f64; 5] {
    let s = reader.shares(&PLACED);
    let p = |k: usize| s.share.get(k).copied().unwrap_or(0.0);
    [p(0), p(1) + p(2) + p(3) + p(4), p(5), p(6), p(7)].map(|x| x * stock)
}

/// The ground of the placements on 31 March.
pub fn placements_ground(reader: &Reader<'_>) -> (Grade, String, String) {
    let s = reader.shares(&PLACED);
    (s.grade, s.source, s.note)
}
