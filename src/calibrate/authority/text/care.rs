//! Care, by placement and age; ways out, and coming back.

use super::{Writer, values};
use crate::calibrate::authority::care::AGES;
use crate::calibrate::authority::number::{Grade, fixed, ground, spanned, tidy};

/// Bands of the model for each age band of the returns.
const BANDS: [&[&str]; AGES] =
    [&["unborn", "under_1"], &["age_1_4"], &["age_5_9"], &["age_10_12", "age_13_15"], &["age_16_17"]];

impl Writer<'_> {
    pub(super) fn care(&mut self) {
        self.line("\n# ---------------------------------------------------------------- care: yearly rates, by placement and age");
        self.entering();
        self.placement("fostered", "Foster care (all kinds)");
        self.placement("residential", "Residential (children's home, school, other)");
        self.placement("with_parents", "Placed with parents");
        let c = &self.f.care;
        let (home, adoption) = (c.leave[4][2].max(0.02), c.adoption.max(0.1));
        let note = c.note.clone();
        let source = self.source("DfE CLA by characteristics");
        let ground = ground(&source, Grade::Derived, &note, true);
        let (age, pass) = (self.adult(), fixed("\"0 days\"", "", "passed through at once"));
        self.line(format!("\n[stages.supported]\ntitle = \"Supported, semi-independent living\"\nstay = {{ hazards = {{ breaks = [\"0 days\"], rates = {{ home_again = [{}] }} }}{ground} }}\nleave = {{ age = {age}, to = \"care_leaver\" }}\ntogether = false", values::leaving(home, &source)));
        self.line(format!("\n[stages.placed_for_adoption]\ntitle = \"Placed for adoption\"\nstay = {{ hazards = {{ breaks = [\"0 days\"], rates = {{ fostered = [{}], adopted = [{}] }} }}{ground} }}\nleave = {{ age = {age}, to = \"care_leaver\" }}\ntogether = false", values::leaving(0.04, ""), values::leaving(adoption, &source)));
        self.line(format!("\n[stages.special_guardianship]\ntitle = \"Special guardianship or child arrangements order made\"\nstay = {pass}\n[stages.special_guardianship.to]\nclosing = \"rest\"\nchild_in_need = {{ value = 0.25, low = 0.1, high = 0.5 }}\ngrade = \"assumed\"\nnote = \"a quarter go on to a plan\""));
        self.line(format!("\n[stages.home_again]\ntitle = \"Left care to parents, relatives or other\"\nstay = {pass}\n[stages.home_again.to]\nclosing = \"rest\"\nchild_in_need = {{ value = 0.45, low = 0.3, high = 0.7 }}\ngrade = \"assumed\"\nnote = \"about half go on to a plan\""));
        let leaver = self.statute("children-act-1989-leaving", "Children Act 1989, sections 23A to 24D (as amended 2000 and 2017): leaving care support to 21, to 25 on request");
        let age = fixed("21", &leaver, "support to 21; to 25 on request, which is not modelled");
        self.line(format!("\n[stages.care_leaver]\ntitle = \"Care leaver (personal adviser), to 21\"\nstay = \"open\"\nleave = {{ age = {age}, to = \"left_at_21\" }}"));
    }

    fn entering(&mut self) {
        let ground = ground(
            "",
            Grade::Assumed,
            "judgement, as in the Wiltshire model: no placement on starting is published",
            false,
        );
        let (age, pass) = (self.adult(), fixed("\"0 days\"", "", "passed through at once"));
        self.line(format!("[stages.into_care]\ntitle = \"Coming into care\"\nstay = {pass}\nleave = {{ age = {age}, to = \"care_leaver\" }}\ntogether = false"));
        let to = |ways: &[(&str, f64)]| {
            ways.iter().map(|(to, s)| format!("{to} = {}", spanned(*s, 0.3, 1.0))).collect::<Vec<_>>()
        };
        let all = to(&[("fostered", 0.76), ("with_parents", 0.04), ("residential", 0.2)]);
        self.line(format!("[stages.into_care.to]\n{}\n{ground}", all.join("\n")));
        let young: &[(&str, f64)] = &[("fostered", 0.85), ("with_parents", 0.1), ("residential", 0.05)];
        let by: [(&str, &[(&str, f64)]); 6] = [
            ("asylum=yes", &[("fostered", 0.4), ("supported", 0.56), ("residential", 0.04)]),
            ("unborn", young),
            ("under_1", young),
            ("age_1_4", &[("fostered", 0.88), ("with_parents", 0.09), ("residential", 0.03)]),
            ("age_5_9", &[("fostered", 0.88), ("with_parents", 0.08), ("residential", 0.04)]),
            ("age_16_17", &[("fostered", 0.5), ("residential", 0.2), ("supported", 0.3)]),
        ];
        for (when, ways) in by {
            self.line(format!(
                "[[stages.into_care.routes_if]]\nif = \"{when}\"\nto = {{ {}, grade = \"assumed\", note = \"judgement, as in the Wiltshire model\" }}",
                to(ways).join(", ")
            ));
        }
    }

    /// Hazards of one age in one placement.
    fn hazards(&self, placement: &str, age: usize, source: &str) -> String {
        let c = &self.f.care;
        let [adopted, order, home] = c.leave.get(age).copied().unwrap_or([0.0; 3]);
        let mut ways: Vec<(&str, f64)> = vec![("home_again", home.max(0.005))];
        if order > 1e-4 {
            ways.push(("special_guardianship", order));
        }
        if placement == "fostered" {
            if adopted > 1e-4 {
                ways.push(("placed_for_adoption", adopted * 1.15));
            }
            if age >= 3 && c.to_residential > 1e-4 {
                ways.push(("residential", c.to_residential));
            }
        } else if adopted > 1e-4 {
            // a young child in another placement moves to a foster home before adoption
            ways.push(("fostered", adopted));
        }
        if age == 4 && c.to_supported > 1e-4 && placement != "with_parents" {
            ways.push(("supported", c.to_supported));
        }
        let ways: Vec<String> =
            ways.iter().map(|(to, x)| format!("{to} = [{}]", values::leaving(*x, source))).collect();
        ways.join(", ")
    }

    fn placement(&mut self, name: &str, title: &str) {
        let note = self.f.care.note.clone();
        let source = self.source("DfE CLA by characteristics");
        let ground = ground(&source, Grade::Derived, &note, true);
        let (law, age) = (self.hazards(name, 3, &source), self.adult());
        self.line(format!("\n[stages.{name}]\ntitle = \"{title}\"\nstay = {{ hazards = {{ breaks = [\"0 days\"], rates = {{ {law} }} }}{ground} }}\nleave = {{ age = {age}, to = \"care_leaver\" }}\ntogether = false"));
        for (band_age, bands) in BANDS.iter().enumerate().filter(|(age, _)| *age != 3) {
            for band in *bands {
                let law = self.hazards(name, band_age, &source);
                self.line(format!("[[stages.{name}.stay_if]]\nif = \"{band}\"\nstay = {{ hazards = {{ breaks = [\"0 days\"], rates = {{ {law} }} }}{ground} }}"));
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
            ("closed", "Closed after help under a plan or an assessment", &r.after_help),
        ] {
            let source = self.source(&n.source);
            let note = format!(
                "{} to {} within 12 months, set to re-referrals: {again}; children not in need return twice as readily (judgement)",
                tidy(n.low),
                tidy(n.high)
            );
            let within = values::returns_between(n);
            self.line(format!("[exits.{exit}]\ntitle = \"{title}\"\n[exits.{exit}.returns]\nto = \"referral\"\nwithin = {within}{} }}", ground(&source, Grade::Derived, &note, true)));
        }
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
