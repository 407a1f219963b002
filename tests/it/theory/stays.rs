//! How stays end: competing causes, reviews, age, clocks; and coming back.

use crate::support::{Judge, Study};

/// Cumulative incidence by hand: a hazard that is constant over a piece gives the cause its share
/// of what the piece takes.
#[test]
fn competing_causes() {
    let s = Study::of("hazards");
    let mut j = Judge::new("hazards", 0.006);
    let ended = ("stage", "ended", "care", "");
    let s90 = (-0.005f64 * 90.0).exp();
    let after = s90 * 0.75;
    let home = (1.0 - s90) * 0.8 + s90 * 0.2 + after * 0.25;
    j.check("ended by going home", &s.share(("stage", "to", "care", "home"), ended), home);
    j.check("ended by adoption", &s.share(("stage", "to", "care", "adopted"), ended), 1.0 - home);
    let s30 = (-0.005f64 * 30.0).exp();
    let (s91, s400) = (after * (-0.004f64).exp(), after * (-0.004f64 * 310.0).exp());
    let bands = [1.0 - s30, s30 - s90, s90 - s91, s91 - s400, s400];
    for (band, exact) in bands.iter().enumerate() {
        let share = s.share(("stage", "ended_in_band", "care", &band.to_string()), ended);
        j.check(&format!("band {band}"), &share, *exact);
    }
    let mean = (1.0 - s90) / 0.005 + after / 0.004;
    j.check("mean stay", &s.over("stage", "stay_mean", "care", ""), mean);
    j.verdict();
}

/// A plan ends at reviews: 0.2 at 3 months, then 0.5, then 0.6 of those left every 6 months.
#[test]
fn plans_end_at_reviews() {
    let s = Study::of("reviews");
    let mut j = Judge::new("reviews", 0.006);
    let ended = ("stage", "ended", "plan", "");
    // reviews at 3, 9, 15, 21, 27… months lie one in each band
    let shares = [0.2, 0.4, 0.24, 0.096, 0.064];
    for (band, exact) in shares.iter().enumerate() {
        let share = s.share(("stage", "ended_in_band", "plan", &band.to_string()), ended);
        j.check(&format!("review {band}"), &share, *exact);
    }
    // due times less half the window of 14 days
    let month = 30.4375;
    let mean = 3.0 * month + 6.0 * month * (0.8 + 0.4 / 0.6) - 7.0;
    j.check("mean length", &s.over("stage", "stay_mean", "plan", ""), mean);
    j.verdict();
}

/// Visits are geometric: 0.4 come back each time, 0.2 within a year of leaving.
#[test]
fn coming_back() {
    let s = Study::of("returns");
    let mut j = Judge::new("returns", 0.006);
    let started = |group: &'static str| ("group", "started", group, "");
    j.check(
        "visits each",
        &s.share(("stage", "asked", "open", ""), ("stream", "arrived", "cohort", "")),
        1.0 / 0.6,
    );
    let again = |group: &'static str| s.share(("group", "again", group, ""), started(group));
    j.check("again within a year of the end", &again("referral"), 0.2);
    // since the start: 30 days of the year were the stay
    j.check("again within a year of the start", &again("from_start"), 0.2 * (365.25 - 30.0) / 365.25);
    j.check("ever again", &again("ever"), 0.4);
    j.check("came back", &s.share(("stage", "returned", "open", ""), ("stage", "asked", "open", "")), 0.4);
    // odds 2/3 tripled: 2, so two in three come back
    let visits = 0.75 / 0.6 + 0.25 * 3.0;
    let odd = s.share(("stage", "asked", "odd", ""), ("stream", "arrived", "others", ""));
    j.check("visits each, some with odds times three", &odd, visits);
    // each time they give up they have new luck; one of ten thousand has the place
    let tries = s.share(("stage", "asked", "crowded", ""), ("stream", "arrived", "hopeful", ""));
    j.check("tries each", &tries, 2.0 - 1e-4);
    j.verdict();
}

/// Ages on coming are uniform between 10 and 18, so the time to 18 is uniform up to 8 years.
#[test]
fn leaving_at_eighteen() {
    let s = Study::of("leaving");
    let mut j = Judge::new("leaving", 0.01);
    let year = 365.25;
    j.check("number open", &s.over("stage", "children_mean", "open", ""), 0.3 * 4.0 * year);
    let ended = ("stage", "ended", "open", "");
    for band in 0..2 {
        let share = s.share(("stage", "ended_in_band", "open", &band.to_string()), ended);
        j.check(&format!("open, band {band}"), &share, 0.25);
    }
    // a stay of mean m against a limit uniform on (0, w): E exp(-U/m) = (1 - exp(-w/m)) m / w
    let adult = (1.0 - (-2.0f64).exp()) / 2.0;
    j.check(
        "short: by age",
        &s.share(("stage", "to", "short", "adult"), ("stage", "ended", "short", "")),
        adult,
    );
    j.check(
        "short: number",
        &s.over("stage", "children_mean", "short", ""),
        0.3 * 4.0 * year * (1.0 - adult),
    );
    // one is served at a time; all others wait until they are 18
    let here = s.over("stage", "children_mean", "never_served", "");
    j.check("waiting to 18: number", &here, 0.1 * 4.0 * year);
    j.verdict();
}

/// A length in working days is inside a clock of working days with the law's own probability;
/// 62 days never hold 46 working days and 80 always do, whatever holidays lie in them.
#[test]
fn clocks_count_working_days() {
    let s = Study::of("clock");
    let mut j = Judge::new("clocks", 0.005);
    let share = |stage: &str| s.over("stage", "in_time_share", stage, "");
    j.check("exponential, 20 against 45", &share("assessment"), 1.0 - (-45.0f64 / 20.0).exp());
    j.check("62 days are inside, 80 are not", &share("fixed"), 0.25);
    // Weibull of shape 1.5: mean = scale x Gamma(1 + 2/3), Gamma(5/3) = 0.902745292950934
    let scale = 10.0 / 0.902_745_292_950_933_6;
    let natural = 1.0 - (-(12.0f64 / scale).powf(1.5)).exp();
    j.check("natural days", &share("calls"), natural);
    j.verdict();
}
