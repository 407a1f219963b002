//! Care, by placement and age; ways out, and coming back.

use super::{Writer, values};
use crate::calibrate::authority::care::{AGES, MOVING_DAYS, PLACEMENTS};
use crate::calibrate::authority::drift::odds_factor;
use crate::calibrate::authority::fit::Fitted;
use crate::calibrate::authority::number::{Grade, fixed, ground, quoted, spanned, tidy};

/// Bands of the model for each age band of the returns.
const BANDS: [&[&str]; AGES] =
    [&["unborn", "under_1"], &["age_1_4"], &["age_5_9"], &["age_10_12", "age_13_15"], &["age_16_17"]];

/// Those found not in need whom no return counts, as they were decided after the 31 March that follows the referral.
pub(in crate::calibrate::authority) const CARRIED: &str = "not_in_need_carried";
/// The stage of those who turn 18 in care, where not all stay open.
pub(in crate::calibrate::authority) const GROWN: &str = "turning_18";
/// The stage of episodes kept open without a plan.
pub(in crate::calibrate::authority) const KEPT: &str = "kept_open";
/// The stage of unaccompanied children about to move on.
pub(in crate::calibrate::authority) const MOVING: &str = "moving_on";
/// Episodes closed that no return counts.
pub(in crate::calibrate::authority) const UNSEEN: &str = "closed_unseen";

/// Whether the model has children found not in need after the year of their referral.
pub(in crate::calibrate::authority) fn carries(f: &Fitted) -> bool {
    f.unseen.carried > 1e-3 && f.flows.assessment_nin > 1e-3 * f.flows.referral_assessment
}

/// Whether the model has closures that no return counts.
pub(in crate::calibrate::authority) fn closes_unseen(f: &Fitted) -> bool {
    f.unseen.closures >= 5e-4
}

/// First placements, with their ages: judgement, so that placements stay near those published.
const FIRST: [(&str, [f64; 6]); 7] = [
    // kinship, in-house, agency, residential, semi-independent, with parents
    ("", [0.17, 0.33, 0.25, 0.21, 0.0, 0.04]),
    ("asylum=yes", [0.0, 0.12, 0.28, 0.04, 0.56, 0.0]),
    ("unborn", [0.24, 0.52, 0.08, 0.06, 0.0, 0.10]),
    ("under_1", [0.24, 0.52, 0.08, 0.06, 0.0, 0.10]),
    ("age_1_4", [0.30, 0.45, 0.13, 0.03, 0.0, 0.09]),
    ("age_5_9", [0.26, 0.42, 0.20, 0.04, 0.0, 0.08]),
    ("age_16_17", [0.10, 0.22, 0.20, 0.18, 0.30, 0.0]),
];
/// How far, as a log, a factor on stays in care may be off after a year; and what it is for.
const CARE_DRIFT: f64 = 0.2;
const CARE_NOTE: &str = "so that children looked after are those of the year";
const TITLES: [&str; 7] = [
    "Kinship foster care (relative or friend)",
    "In-house foster care",
    "Agency foster care",
    "Residential (children's home, school, other)",
    "Supported, semi-independent living",
    "Placed with parents",
    "Placed for adoption",
];

impl Writer<'_> {
    pub(super) fn care(&mut self) {
        self.line("\n# ---------------------------------------------------------------- care: yearly rates, by placement and age");
        self.entering();
        self.moving();
        for placement in 0..PLACEMENTS.len() {
            self.placement(placement);
        }
        let pass = fixed("\"0 days\"", "", "passed through at once");
        self.line(format!("\n[stages.special_guardianship]\ntitle = \"Special guardianship or child arrangements order made\"\nshown_as = \"Care\"\nstay = {pass}\n[stages.special_guardianship.to]\nclosing = \"rest\"\nchild_in_need = {{ value = 0.25, low = 0.1, high = 0.5 }}\ngrade = \"assumed\"\nnote = \"a quarter go on to a plan\""));
        self.line(format!("\n[stages.home_again]\ntitle = \"Left care to parents, relatives or other\"\nshown_as = \"Care\"\nstay = {pass}\n[stages.home_again.to]\nclosing = \"rest\"\nchild_in_need = {{ value = 0.45, low = 0.3, high = 0.7 }}\ngrade = \"assumed\"\nnote = \"about half go on to a plan\""));
        let leaver = self.statute("children-act-1989-leaving", "Children Act 1989, sections 23A to 24D (as amended 2000 and 2017): leaving care support to 21, to 25 on request");
        let age = fixed("21", &leaver, "support to 21; to 25 on request, which is not modelled");
        self.turning_18(&age);
        self.line(format!("\n[stages.care_leaver]\ntitle = \"Care leaver (personal adviser), to 21\"\nshown_as = \"Care leaver\"\nstay = \"open\"\nleave = {{ age = {age}, to = \"left_at_21\" }}"));
    }

    /// Where children go who turn 18 in care.
    fn grown(&self) -> &'static str {
        if self.f.staying_leavers() < 1.0 { GROWN } else { "care_leaver" }
    }

    /// Those who turn 18 in care, where not all of them stay open as care leavers.
    fn turning_18(&mut self, age: &str) {
        let share = self.f.staying_leavers();
        if share >= 1.0 {
            return;
        }
        let pass = fixed("\"0 days\"", "", "passed through at once");
        let stay = spanned((1e4 * share).round() / 1e4, 0.3, 1.0);
        self.line(format!("\n[stages.{GROWN}]\ntitle = \"Turning 18 in care\"\nshown_as = \"Care leaver\"\nstay = {pass}\nleave = {{ age = {age}, to = \"left_at_21\" }}\n[stages.{GROWN}.to]\ncare_leaver = {stay}\nturned_18 = \"rest\"\ngrade = \"derived\"\nnote = \"as many as children in need leave room for: {:.0} care leavers where three years of those who turn 18 would be {:.0}\"", self.f.open.leavers, 3.0 * self.f.care.turn_18));
    }

    /// The stages of children looked after.
    pub(super) fn in_care(&self) -> Vec<&'static str> {
        let moving = self.f.moves_on().then_some(MOVING);
        std::iter::once("into_care").chain(moving).chain(PLACEMENTS).collect()
    }

    fn entering(&mut self) {
        const NOTE: &str = "no placement on starting is published: judgement, by age";
        let (age, pass) = (self.adult(), fixed("\"0 days\"", "", "passed through at once"));
        let grown = self.grown();
        self.line(format!("[stages.into_care]\ntitle = \"Coming into care\"\nshown_as = \"Care\"\nstay = {pass}\nleave = {{ age = {age}, to = \"{grown}\" }}\ntogether = false"));
        for (when, shares) in FIRST {
            let moving = if when == "asylum=yes" && self.f.moves_on() { self.f.care.moving_on } else { 0.0 };
            let own = PLACEMENTS.iter().zip(shares).map(|(to, s)| (*to, (1.0 - moving) * s));
            let written = |(to, share): (&str, f64)| match (moving > 0.0, to) {
                // shares that are worked out do not add to 1 to the last figure
                (true, "semi_independent") => format!("{to} = \"rest\""),
                _ => format!("{to} = {}", spanned(share, 0.3, 1.0)),
            };
            let all = std::iter::once((MOVING, moving)).chain(own).filter(|w| w.1 > 0.0);
            let ways: Vec<String> = all.map(written).collect();
            if when.is_empty() {
                let ground = ground("", Grade::Assumed, NOTE, false);
                self.line(format!("[stages.into_care.to]\n{}\n{ground}", ways.join("\n")));
            } else {
                let ground = ground("", Grade::Assumed, NOTE, true);
                self.line(format!(
                    "[[stages.into_care.routes_if]]\nif = \"{when}\"\nto = {{ {}{ground} }}",
                    ways.join(", ")
                ));
            }
        }
    }

    /// Unaccompanied children who move on within weeks.
    fn moving(&mut self) {
        if !self.f.moves_on() {
            return;
        }
        let (age, grown) = (self.adult(), self.grown());
        self.line(format!("\n[stages.{MOVING}]\ntitle = \"Unaccompanied child about to move on to another council\"\nshown_as = \"Care\"\nstay = {{ exponential = {{ mean = {{ value = \"{MOVING_DAYS} days\", low = \"10 days\", high = \"42 days\" }} }}, grade = \"assumed\", note = \"weeks: no length is published\" }}\nleave = {{ age = {age}, to = \"{grown}\" }}\nto = \"moved_away\""));
        let usual = self.f.care.moving_on;
        let factors: Vec<f64> = self.f.moving_on.iter().map(|x| odds_factor(usual, x / usual)).collect();
        if factors.len() > 1 {
            let all = values::steps_within(
                self.f,
                &factors,
                0.2,
                "unaccompanied children of the year who moved on",
            );
            self.line(format!("[stages.into_care.odds.{MOVING}]\nall = {all}"));
        }
    }

    /// Rates of one age in one placement.
    fn hazards(&self, placement: usize, age: usize, source: &str) -> String {
        let c = &self.f.care;
        let [adopted, order, home] = c.leaving(placement, age);
        let mut ways: Vec<String> = PLACEMENTS
            .iter()
            .zip(c.moves(placement, age))
            .filter(|m| m.1 > 1e-4)
            .map(|(to, x)| format!("{to} = {}", values::leaving(x, 0.4, "", Grade::Assumed)))
            .collect();
        let mut leave = |to: &str, x: f64, least: f64| {
            if x > least {
                ways.push(format!("{to} = {}", values::leaving(x, 0.25, source, Grade::Derived)));
            }
        };
        if PLACEMENTS.get(placement) == Some(&"placed_for_adoption") {
            leave("adopted", c.adoption.max(0.1), 0.0);
        } else {
            leave("placed_for_adoption", 1.1 * adopted, 1e-4);
            leave("special_guardianship", order, 1e-4);
            leave("home_again", home.max(0.005), 0.0);
        }
        ways.join(", ")
    }

    fn placement(&mut self, placement: usize) {
        let (name, title) = (PLACEMENTS[placement], TITLES[placement]);
        let note = format!("{}; between placements as judged", self.f.care.note);
        let source = self.source("DfE CLA by characteristics");
        let ground = ground(&source, Grade::Derived, &note, true);
        let (law, age) = (self.hazards(placement, 3, &source), self.adult());
        let grown = self.grown();
        self.line(format!("\n[stages.{name}]\ntitle = {}\nshown_as = \"Care\"\nstay = {{ hazards = {{ {law} }}{ground} }}\nleave = {{ age = {age}, to = \"{grown}\" }}\ntogether = false", quoted(title)));
        if name != "placed_for_adoption" {
            self.stay_times(&self.f.drift.care_stay, CARE_DRIFT, CARE_NOTE);
        }
        // only the young are adopted, and only the old live on their own
        if matches!(name, "semi_independent" | "placed_for_adoption") {
            return;
        }
        for (band_age, bands) in BANDS.iter().enumerate().filter(|(age, _)| *age != 3) {
            for band in *bands {
                let law = self.hazards(placement, band_age, &source);
                self.line(format!(
                    "[[stages.{name}.stay_if]]\nif = \"{band}\"\nstay = {{ hazards = {{ {law} }}{ground} }}"
                ));
            }
        }
    }

    pub(super) fn exits(&mut self) {
        let r = self.f.returns.clone();
        let again = self.f.ratios.again.note.clone();
        self.line(
            "\n# ---------------------------------------------------------------- ways out, and coming back",
        );
        for (exit, title, n) in [
            ("closed_nfa", "Referral closed, no further action", &r.after_no_need),
            ("not_in_need", "Assessed, not in need", &r.after_no_need),
            (
                CARRIED,
                "Assessed, not in need, decided after the 31 March that follows the referral",
                &r.after_no_need,
            ),
            ("closed", "Closed after help under a plan or an assessment", &r.after_help),
            (UNSEEN, "Closed after help, entered too late for any return", &r.after_help),
        ] {
            if exit == UNSEEN && !closes_unseen(self.f) || exit == CARRIED && !carries(self.f) {
                continue;
            }
            let source = self.source(&n.source);
            let note = format!(
                "{} to {} within 12 months, set to re-referrals: {again}; children not in need return twice as readily (judgement)",
                tidy(n.low),
                tidy(n.high)
            );
            let within = values::returns_between(n);
            self.line(format!("[exits.{exit}]\ntitle = \"{title}\"\n[exits.{exit}.returns]\nto = \"referral\"\nwithin = {within}{} }}", ground(&source, Grade::Derived, &note, true)));
        }
        self.front_exits();
        for (exit, title) in [
            ("moved_away", "Moved to another council"),
            ("adopted", "Adopted"),
            ("turned_18", "Turned 18"),
            ("left_at_21", "Care leaver support ended"),
        ] {
            self.line(format!("[exits.{exit}]\ntitle = \"{title}\""));
        }
    }
}
