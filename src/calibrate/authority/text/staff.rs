//! Social workers: role, teams, and who holds which stage.

use super::Writer;
use crate::calibrate::authority::number::{Grade, Number, ground, quoted, spanned, tidy};

/// Stages held by the locality teams.
const LOCALITY: [&str; 6] =
    ["assessment", "reassessment", "section_47", "conference", "child_in_need", "child_protection"];
/// No effect of overload is published: each is judgement from nought.
const NO_EFFECT: &str = "no published effect";

impl Writer<'_> {
    pub(super) fn staff(&mut self) {
        self.line("\n# ---------------------------------------------------------------- staff");
        self.line("# Published: social workers in post, vacancies, agency, case holders and mean caseload. Teams' sizes are not:");
        self.line("# posts are shared in proportion to cases.");
        self.role();
        self.teams();
        self.holders();
    }

    fn role(&mut self) {
        let s = self.f.staff.clone();
        let source = self.source("DfE CSWW");
        let from = |n: &Number| Number { source: source.clone(), ..n.clone() };
        self.line("[roles.social_worker]\ntitle = \"Social worker\"\nregime = \"target\"");
        self.line(format!("caseload = {}", s.target.table("")));
        self.line("newly_qualified = { share = { value = 0.4, low = 0.25, high = 0.6, grade = \"assumed\", note = \"no figure by council\" }, caseload_start = { value = 0.5, low = 0.4, high = 0.8, grade = \"assumed\", note = \"a usual rule for an assessed and supported first year\" }, grows_over = \"1 year\" }");
        let t = s.turnover.value;
        let part = |by: f64, low: f64, high: f64, note: &str| {
            let n = Number {
                value: by * t,
                low: low * t,
                high: high * t,
                grade: s.turnover.grade,
                source: source.clone(),
                note: note.into(),
            };
            n.table(" per year")
        };
        let early = part(1.3, 1.0, 2.0, &s.turnover.note);
        let later = part(
            0.89,
            0.65,
            1.0,
            "so that all together leave as published; more leave in the first two years: judgement",
        );
        self.line(format!(
            "turnover = [\n  {{ upto = \"2 years\", rate = {early} }},\n  {{ rate = {later} }},\n]"
        ));
        self.line("absence = { rate = { value = \"0.06 per year\", low = \"0.03 per year\", high = \"0.12 per year\", grade = \"assumed\", note = \"3 % of workers at a time: half of a sickness absence of 2 to 3.5 % taken as long, and as much parental leave; no figure by length\" }, length = { lognormal = { mean = { value = \"26 weeks\", low = \"12 weeks\", high = \"40 weeks\" }, sd = \"18 weeks\" }, grade = \"assumed\", note = \"long sickness and parental leave together\" }, cases = \"handed_over\" }");
        let mean = format!(
            "{{ value = \"{0} days\", low = \"{1} days\", high = \"{2} days\", grade = \"{3}\", source = {4}, note = {5} }}",
            tidy(s.recruitment.value),
            tidy(s.recruitment.low),
            tidy(s.recruitment.high),
            s.recruitment.grade.word(),
            quoted(&source),
            quoted(&s.recruitment.note)
        );
        let ground = ground(&source, s.recruitment.grade, &s.recruitment.note, true);
        self.line(format!("recruitment = {{ exponential = {{ mean = {mean} }}{ground} }}"));
        let agency = from(&s.agency);
        if agency.value > 0.005 {
            self.line(format!("agency = {{ share = {}, after = {{ constant = \"1 month\", grade = \"assumed\", note = \"no figure: some weeks\" }} }}", agency.table("")));
        }
        let effect = |value: f64, high: f64| {
            format!(
                "{{ value = {value}, low = 0, high = {high}, grade = \"assumed\", note = \"{NO_EFFECT}\" }}"
            )
        };
        self.line(format!(
            "[roles.social_worker.effects]\nvisits = {}\nturnover = {}",
            effect(0.12, 0.5),
            effect(0.5, 2.0)
        ));
        self.line(format!("[roles.social_worker.effects.overrun]\nassessment = {}", effect(0.2, 0.6)));
        if self.reassessed() {
            self.line(format!("reassessment = {}", effect(0.2, 0.6)));
        }
        self.line(format!("section_47 = {}", effect(0.1, 0.4)));
        self.line(format!("[roles.social_worker.effects.drift]\nchild_protection = {}", effect(0.2, 0.6)));
    }

    fn teams(&mut self) {
        let s = self.f.staff.clone();
        let n = f64::from(self.f.localities.max(1));
        let source = self.source("DfE CSWW");
        let post = |share: f64, note: &str| {
            let whole = s.posts.times(share);
            // the smallest council has somebody for every team
            let value = whole.value.max(0.1);
            let posts = Number {
                value,
                low: 0.85 * value,
                high: 1.15 * value,
                source: source.clone(),
                note: note.into(),
                ..whole
            };
            let vacant = Number {
                low: s.vacant.low * posts.value,
                high: s.vacant.high * posts.value,
                value: s.vacant.value * posts.value,
                source: source.clone(),
                ..s.vacant.clone()
            };
            format!(
                "posts = {{ social_worker = {{ establishment = {}, vacancies = {} }} }}",
                posts.table(""),
                vacant.table("")
            )
        };
        let note = format!("{}; shared in proportion to cases", s.posts.note);
        for k in 1..=self.f.localities.max(1) {
            self.line(format!("\n[teams.locality_{k}]\ntitle = \"Locality team {k}\""));
            if n > 1.0 {
                let share = spanned(1.0 / n, 0.4, 1.0);
                self.line(format!(
                    "share = {}{} }}",
                    share.strip_suffix(" }").unwrap_or(&share),
                    ground("", Grade::Assumed, "no team's size is published: taken as equal", true)
                ));
            }
            self.line(post(s.teams[0] / n, &note));
        }
        let placements: Vec<String> = self.in_care().into_iter().map(quoted).collect();
        self.line(format!(
            "\n[teams.children_in_care]\ntitle = \"Children in care teams\"\nstages = [{}]",
            placements.join(", ")
        ));
        self.line(post(s.teams[1], &note));
        self.line(
            "\n[teams.disabled_children]\ntitle = \"Disabled children's team\"\nstages = [\"disabled\"]",
        );
        self.line(post(s.teams[2].max(0.005), &note));
    }

    /// Not every open child is on a case holder's list: the published caseload says how many are.
    fn on_a_list(&mut self) -> String {
        let s = self.f.staff.clone();
        let (Some(caseload), true) = (s.caseload, s.held < 0.995) else { return String::new() };
        let source = self.source("DfE CSWW");
        let note = format!(
            "so that a case holder has {caseload} children, as published for September {}: the others are on a manager's list or on none",
            self.f.year
        );
        let n = Number { value: s.held, low: 0.93 * s.held, high: 1.0, grade: Grade::Derived, source, note };
        format!("\nshare = {}", n.table(""))
    }

    fn holders(&mut self) {
        let share = self.on_a_list();
        let kept = |from: &str, value: f64, low: f64, note: &str| {
            format!(
                "keep_worker = {{ {from} = {{ value = {value}, low = {low}, high = 1 }}, else = {{ value = 1, low = 0.9, high = 1 }}, grade = \"assumed\", note = \"{note}\" }}"
            )
        };
        self.line("");
        for stage in LOCALITY {
            if stage == "reassessment" && !self.reassessed() {
                continue;
            }
            self.line(format!("[stages.{stage}.staff]\nrole = \"social_worker\"{share}"));
            match stage {
                "assessment" | "reassessment" | "section_47" => self.line("waits_in_stay = true"),
                "child_in_need" => {
                    self.line("hand_over_once = true");
                    self.line(kept("assessment", 0.45, 0.3, "set so that half of the children on such a plan have met one social worker (Wiltshire review 2023, 4.2)"));
                }
                "child_protection" => {
                    self.line("workers_met_here = true");
                    self.line(kept("conference", 0.42, 0.2, "set so that a quarter of the children on a plan have met one social worker (Wiltshire review 2023, 4.3)"));
                    self.line("visits_on_time = { value = 0.95, low = 0.9, high = 1, grade = \"assumed\", note = \"every two weeks; 89 % on time in Wiltshire in April 2018 at a caseload of 26\" }");
                }
                _ => {}
            }
        }
        for stage in ["leaves_plan_early", "disabled"].into_iter().chain(self.in_care()) {
            self.line(format!("[stages.{stage}.staff]\nrole = \"social_worker\"{share}"));
        }
    }
}
