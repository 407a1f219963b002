//! From referral to plan.

use super::Writer;
use super::care::{CARRIED, KEPT, UNSEEN, carries, closes_unseen};
use super::values;
use crate::calibrate::authority::care::AGES;
use crate::calibrate::authority::fit::{ASSESSED, CONFERRED, Fitted};
use crate::calibrate::authority::flows::{Flows, STEP_DOWN, shares};
use crate::calibrate::authority::number::{Grade, Number, fixed, ground, grounded, spanned, tidy};
use crate::calibrate::authority::unseen::MOST_OF_CLOSED;

/// How much readier each age is for a section 47 enquiry, for a conference, for care; as in the Wiltshire model
/// (judgement), scaled so that the share over the children decided about is kept.
const READY: [(&str, [f64; 7]); 3] = [
    ("section_47", [4.0, 1.9, 1.0, 0.9, 0.85, 0.85, 0.5]),
    ("conference", [3.5, 1.9, 1.0, 0.9, 0.9, 0.9, 0.5]),
    ("into_care", [4.5, 3.2, 0.65, 0.6, 1.15, 1.15, 0.35]),
];

/// The way out of each stage that takes what the others leave.
const REST: [(&str, &str); 6] = [
    ("referral", "assessment"),
    ("assessment", "child_in_need"),
    ("reassessment", "child_in_need"),
    ("child_in_need", "closing"),
    ("child_protection", "child_in_need"),
    ("leaves_plan_early", "child_in_need"),
];

/// The factor on all odds with which a share `p` of children of these ages go this way, found by halving.
fn scale(odds: &[f64; 7], ages: &[f64; 7], p: f64) -> f64 {
    let p = p.clamp(1e-6, 0.97);
    let all: f64 = ages.iter().sum::<f64>().max(1e-12);
    let share = |c: f64| -> f64 {
        let one = |o: f64| p * o * c / (1.0 - p + p * o * c);
        odds.iter().zip(ages).map(|(&o, &a)| a * one(o)).sum::<f64>() / all
    };
    let (mut low, mut high) = (0.05f64, 20.0f64);
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if share(middle) < p { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

/// Odds by age of the model, times what is found for the ages of care's returns.
fn readier(odds: &[f64; 7], found: &[f64; AGES]) -> [f64; 7] {
    const AGE: [usize; 7] = [0, 0, 1, 2, 3, 3, 4];
    std::array::from_fn(|k| odds[k] * found[AGE[k]])
}

/// Of children whose work ends: those who step down (to Support, to an early support assessment) and, last, the rest.
pub(in crate::calibrate::authority) fn stepping(ending: f64, from: usize) -> [[f64; 2]; 2] {
    let down = STEP_DOWN.get(from).copied().unwrap_or([0.0; 2]).map(|share| share * ending);
    [down, [ending - down[0] - down[1], 0.0]]
}

/// Ways out of a child in need plan; without reassessments those count as ends of work.
pub(in crate::calibrate::authority) fn cin_ways(x: Flows, again: bool) -> Vec<(&'static str, f64)> {
    let ending = if again { x.cin_closing } else { x.cin_closing + x.cin_again };
    let [down, closed] = stepping(ending, 2);
    let mut ways = vec![
        ("closing", closed[0]),
        ("support", down[0]),
        ("early_support", down[1]),
        ("section_47", x.cin_s47),
        ("into_care", x.cin_care),
    ];
    if again {
        ways.push(("reassessment", x.cin_again));
    }
    ways
}

/// The stages that have odds of a section 47 enquiry or of coming into care.
pub(in crate::calibrate::authority) fn odds_of(f: &Fitted, to: &str) -> Vec<&'static str> {
    let x = f.flows;
    let ways: &[(&str, bool)] = match to {
        "section_47" => &[
            ("referral", x.referral_s47 > 0.0),
            ("assessment", x.assessment_s47 > 1e-4 * x.referral_assessment),
            ("child_in_need", x.cin_s47 > 1e-4 * x.cin_inflow()),
        ],
        _ => &[
            ("assessment", x.assessment_care > 1e-4 * x.referral_assessment),
            ("section_47", x.s47_care > 5e-5 * x.enquiries().max(1e-9)),
            ("child_in_need", x.cin_care > 1e-4 * x.cin_inflow()),
            ("child_protection", x.review_care > 1e-4 * (x.review_cin + x.review_closing)),
            ("leaves_plan_early", x.early_care > 1e-4 * (x.early_cin + x.early_moved)),
        ],
    };
    ways.iter().filter(|w| w.1).map(|w| w.0).collect()
}

impl Writer<'_> {
    /// A stage's routes: shares of flows, the one as `rest`, with their ground.
    fn routes(&mut self, stage: &str, ways: &[(&str, f64)], table: &str, grade: Grade, note: &str) {
        self.line(format!("[stages.{stage}.to]"));
        let rest = REST.iter().find(|r| r.0 == stage).map_or("", |r| r.1);
        for (to, share) in shares(ways, rest) {
            match share {
                Some(s) => self.line(format!(
                    "{to} = {}",
                    spanned(s, if grade == Grade::Assumed { 0.4 } else { 0.2 }, 1.0)
                )),
                None => self.line(format!("{to} = \"rest\"")),
            }
        }
        let source = self.source(table);
        self.line(ground(&source, grade, note, false));
    }

    /// Odds by age of a destination that a share `p` of those who leave a stage take.
    fn odds(&mut self, stage: &str, to: &str, p: f64) {
        let Some((_, odds)) = READY.iter().find(|r| r.0 == to) else { return };
        let odds = &if to == "into_care" { readier(odds, &self.f.readier) } else { *odds };
        let scale = scale(odds, &self.deciding(stage), p);
        self.line(format!("[stages.{stage}.odds.{to}]"));
        for ((name, ..), o) in super::head::AGES.iter().zip(odds) {
            let o = o * scale;
            let note = if to == "into_care" {
                "the youngest go on more often; set so that children starting to be looked after have the ages published"
            } else {
                "the youngest go on more often; set for Wiltshire to plans by age"
            };
            self.line(format!("{name} = {}", Number::assumed(o, 0.7 * o, 1.4 * o, note).table("")));
        }
        let d = &self.f.drift;
        let r = &self.f.ratios;
        let (factors, n, note) = match to {
            "section_47" => {
                (&d.section_47, &r.section_47, "section 47 enquiries a referral foreseen for the year")
            }
            "conference" => (&d.conference, &r.conference, "conferences an enquiry foreseen for the year"),
            _ => (&d.care, &self.f.care.starts, "children coming into care foreseen for the year"),
        };
        self.drift(factors, n, note);
    }

    /// Factors on odds by year, for everybody.
    fn drift(&mut self, factors: &[f64], n: &Number, note: &str) {
        if factors.len() > 1 {
            let by = if n.low > 0.0 { 0.5 * libm::log(n.high / n.low) } else { 0.3 };
            self.line(format!("all = {}", values::steps_within(self.f, factors, by, note)));
        }
    }

    /// Ages of the children about whom a stage decides: those coming back are born, some unborn are born meanwhile, and
    /// enquiries are about the younger.
    fn deciding(&self, stage: &str) -> [f64; 7] {
        const BACK: [f64; 7] = [0.0, 0.06, 0.22, 0.27, 0.18, 0.18, 0.09];
        let f = self.f;
        let first = f.aim("referrals", 0).unwrap_or(1.0).max(1e-9);
        let back = (f.returns.flow / first).clamp(0.0, 0.9);
        let mut ages: [f64; 7] = std::array::from_fn(|k| (1.0 - back) * f.ages.0[k] + back * BACK[k]);
        let born = match stage {
            "referral" => 0.0,
            "assessment" => 0.25,
            _ => 0.35,
        };
        let moved = born * ages[0];
        ages[0] -= moved;
        ages[1] += moved;
        match stage {
            "referral" | "assessment" => ages,
            "section_47" => {
                let young = f.flows.referral_s47 + f.flows.assessment_s47;
                let parts = [(young, ages), (f.flows.cin_s47, super::start::OPEN_AGES)];
                let mut sum = [0.0; 7];
                for (flow, ages) in parts {
                    let ready: [f64; 7] = std::array::from_fn(|k| ages[k] * READY[0].1[k]);
                    let all: f64 = ready.iter().sum();
                    sum.iter_mut().zip(ready).for_each(|(s, r)| *s += flow * r / all.max(1e-12));
                }
                sum
            }
            // most who were unborn at the conference are born when the plan ends
            "child_protection" | "leaves_plan_early" => [0.008, 0.14, 0.245, 0.255, 0.17, 0.13, 0.052],
            _ => [0.008, 0.055, 0.2, 0.27, 0.178, 0.178, 0.111],
        }
    }

    pub(super) fn pathway(&mut self) {
        self.line("# ---------------------------------------------------------------- referral, assessment, section 47");
        self.referral();
        self.enquiry();
        self.plans();
        self.protection();
    }

    fn referral(&mut self) {
        let (f, x) = (self.f, self.f.flows);
        let clock = self.timescale("1 working day");
        self.line(format!("[stages.referral]\ntitle = \"Referral decision\"\nshown_as = \"Referral\"\nstay = {{ uniform = {{ low = \"0 working days\", high = \"1 working day\" }}, grade = \"assumed\", note = \"decisions within the statutory working day\" }}\nclock = {clock}"));
        let note = format!(
            "no further action: {}; a fifth of enquiries begin at referral (judgement)",
            f.ratios.nfa.note
        );
        self.routes(
            "referral",
            &[
                ("closed_nfa", x.referral_nfa),
                ("section_47", x.referral_s47),
                ("assessment", x.referral_assessment),
            ],
            "DfE CIN c1",
            Grade::Derived,
            &note,
        );
        if f.has_asylum() {
            let note = "unaccompanied children come into care at once";
            let all = fixed("1", "", note);
            self.line(format!(
                "[[stages.referral.routes_if]]\nif = \"asylum=yes\"\nto = {{ into_care = {all} }}"
            ));
        }
        self.way_times(
            "referral",
            "closed_nfa",
            &f.drift.nfa,
            "referrals without further action of the year",
        );
        if odds_of(f, "section_47").contains(&"referral") {
            self.odds(
                "referral",
                "section_47",
                x.referral_s47 / (x.referral_nfa + x.referral_s47 + x.referral_assessment),
            );
        }
        let source = self.source(&f.assessments.source);
        let mut left = 1.0;
        let mut bands = Vec::new();
        for (k, ((_, to), share)) in ASSESSED.iter().zip(&f.assessments.share).enumerate() {
            let share = if k + 1 == ASSESSED.len() { left } else { (share * 1e4).round() / 1e4 };
            left -= share;
            let share = spanned((share.max(0.0) * 1e4).round() / 1e4, 0.15, 1.0);
            let share = grounded(&share, &source, f.assessments.grade);
            bands.push(format!("{{ to = \"{to}\", share = {share} }}"));
        }
        let note = format!("{}; 61 and over taken as 61 to 90", f.assessments.note);
        let law = format!(
            "{{ bands = [{}]{} }}",
            bands.join(", "),
            ground(&source, f.assessments.grade, &note, true)
        );
        let clock = self.timescale("45 working days");
        self.line(format!(
            "\n[stages.assessment]\ntitle = \"Single assessment\"\nshown_as = \"Assessment\"\nstay = {law}\nclock = {clock}"
        ));
        let [down, closed] = stepping(x.assessment_closing, 0);
        let carried = if carries(f) { f.unseen.carried * x.assessment_nin } else { 0.0 };
        let ways = [
            ("not_in_need", x.assessment_nin - carried),
            (CARRIED, carried),
            ("support", down[0]),
            ("early_support", down[1]),
            ("closing", closed[0]),
            ("child_in_need", x.assessment_cin),
            ("section_47", x.assessment_s47),
            ("into_care", x.assessment_care),
            ("disabled", x.assessment_disabled),
        ];
        let note = format!(
            "not in need: {}; the return counts those decided by 31 March, {:.1} % are decided later; the rest balances enquiries, plans, care and episodes that end within 3 months",
            f.ratios.not_in_need.note,
            100.0 * f.unseen.carried
        );
        self.routes("assessment", &ways, "DfE CIN c1", Grade::Derived, &note);
        for (to, flow) in [("section_47", x.assessment_s47), ("into_care", x.assessment_care)] {
            if odds_of(f, to).contains(&"assessment") {
                self.odds("assessment", to, flow / x.referral_assessment);
            }
        }
        self.way_times(
            "assessment",
            "not_in_need",
            &f.drift.not_in_need,
            "children found not in need of the year",
        );
        if carries(f) {
            self.way_times(
                "assessment",
                CARRIED,
                &f.drift.not_in_need,
                "children found not in need of the year",
            );
        }
        if self.reassessed() {
            self.line(format!("\n[stages.reassessment]\ntitle = \"Assessment of a child whose case is open\"\nshown_as = \"Assessment\"\nstay = {law}\nclock = {clock}"));
            let [down, closed] = stepping(x.again_closing, 1);
            self.routes("reassessment", &[("child_in_need", x.again_cin), ("support", down[0]), ("early_support", down[1]), ("closing", closed[0])], "", Grade::Assumed, "assessments exceed referrals assessed: the rest are of open cases; where they lead is judgement");
        }
    }

    pub(super) fn reassessed(&self) -> bool {
        self.f.flows.cin_again > 0.02 * self.f.flows.cin_inflow()
    }

    fn enquiry(&mut self) {
        let (f, x) = (self.f, self.f.flows);
        const EDGES: [(&str, &str); 4] = [
            ("2 working days", "10 working days"),
            ("", "15 working days"),
            ("", "20 working days"),
            ("", "35 working days"),
        ];
        let source = self.source(&f.conferences.source);
        let mut left = 1.0;
        let mut bands = Vec::new();
        for (k, (share, (from, to))) in f.conferences.share.iter().zip(EDGES).enumerate() {
            let share = if k + 1 == CONFERRED.len() { left } else { (share * 1e4).round() / 1e4 };
            left -= share;
            let from = if from.is_empty() { String::new() } else { format!("from = \"{from}\", ") };
            let share = spanned((share.max(0.0) * 1e4).round() / 1e4, 0.15, 1.0);
            let share = grounded(&share, &source, f.conferences.grade);
            bands.push(format!("{{ {from}to = \"{to}\", share = {share} }}"));
        }
        let law = format!(
            "{{ bands = [{}]{} }}",
            bands.join(", "),
            ground(&source, f.conferences.grade, &f.conferences.note, true)
        );
        let clock = self.timescale("15 working days");
        self.line(format!("\n[stages.section_47]\ntitle = \"Strategy discussion and section 47 enquiry\"\nshown_as = \"Section 47 enquiry\"\nstay = {{ uniform = {{ low = \"2 working days\", high = {{ value = \"15 working days\", low = \"8 working days\", high = \"25 working days\" }} }}, grade = \"assumed\", note = \"enquiries that lead to no conference: no length is published\" }}\nclock = {clock}\n[stages.section_47.stay_by]"));
        self.line(format!("conference = {law}"));
        let all = x.enquiries().max(1e-9);
        let conference = self.number(&f.ratios.conference, "");
        self.line(format!("[stages.section_47.to]\nconference = {conference}"));
        if x.s47_care > 5e-5 * all {
            self.line(format!("into_care = {}", spanned(x.s47_care / all, 0.4, 1.0)));
        }
        let room = (0.99 - f.ratios.conference.value - x.s47_care / all).max(0.001);
        let closing = (x.s47_closing / all).clamp(0.001, 0.4).min(room);
        self.line(format!("closing = {}", spanned(closing, 0.3, 1.0)));
        self.line("child_in_need = \"rest\"");
        let source = self.source(&f.ratios.conference.source);
        self.line(ground(
            &source,
            Grade::Derived,
            "what is not a conference goes on to a plan (three in five) or ends (judgement)",
            false,
        ));
        self.odds("section_47", "conference", f.ratios.conference.value);
        if odds_of(f, "into_care").contains(&"section_47") {
            self.odds("section_47", "into_care", x.s47_care / all);
        }
        let plan = self.number(&f.ratios.plan, "");
        let (shares, ratio) = (f.drift.plan.clone(), f.ratios.plan.clone());
        let pass = fixed("\"0 days\"", "", "passed through at once");
        self.line(format!("\n[stages.conference]\ntitle = \"Initial child protection conference\"\nshown_as = \"Conference\"\nstay = {pass}\n[stages.conference.to]\nchild_protection = {plan}\nchild_in_need = \"rest\"\n[stages.conference.odds.child_protection]"));
        self.drift(&shares, &ratio, "plans a conference foreseen for the year");
    }

    fn plans(&mut self) {
        let (f, x) = (self.f, self.f.flows);
        self.line("\n# ---------------------------------------------------------------- plans");
        let source = self.source(&f.cin_days.source);
        let law = values::cin_stay_within(&f.cin_days, &source);
        let note = format!(
            "mean from stock and flow, {} to {} days: {}; shape assumed",
            tidy(f.cin_days.low),
            tidy(f.cin_days.high),
            f.cin_days.note
        );
        let law = format!(
            "{}{} }}",
            law.strip_suffix(" }").unwrap_or(&law),
            ground(&source, Grade::Derived, &note, true)
        );
        self.line(format!("[stages.child_in_need]\ntitle = \"Child in need plan, locality teams\"\nshown_as = \"Child in need plan\"\nstay = {law}"));
        self.stay_drift(&f.drift.cin_stay);
        let ways = cin_ways(x, self.reassessed());
        self.routes(
            "child_in_need",
            &ways,
            "DfE CIN b7",
            Grade::Assumed,
            "balances what comes in; a third of enquiries come from open plans (judgement)",
        );
        for (to, flow) in [("section_47", x.cin_s47), ("into_care", x.cin_care)] {
            if odds_of(f, to).contains(&"child_in_need") {
                self.odds("child_in_need", to, flow / x.cin_inflow());
            }
        }
        if self.reassessed() {
            self.way_times(
                "child_in_need",
                "reassessment",
                &f.drift.again,
                "assessments of the year beyond referrals",
            );
        }
        let days = 365.25 * f.disabled_years;
        self.line(format!("\n[stages.disabled]\ntitle = \"Child in need plan, disabled children's team\"\nshown_as = \"Child in need plan\"\nstay = {{ exponential = {{ mean = {{ value = \"{} days\", low = \"{} days\", high = \"{} days\" }} }}, grade = \"assumed\", note = \"years: 4.1 by judgement, then set, with episodes kept open, so that those ended have the lengths published; two thirds to one and a half times\" }}", tidy(days), tidy(days / 1.5), tidy(days * 1.5)));
        self.line("[stages.disabled.to]\nclosing = \"rest\"\ninto_care = { value = 0.02, low = 0.005, high = 0.06 }\nsection_47 = { value = 0.05, low = 0.02, high = 0.1 }\ngrade = \"assumed\"\nnote = \"judgement; those who stay leave at 18\"");
        let note = format!(
            "{}; {} to {} days",
            f.closing_days.note,
            tidy(f.closing_days.low),
            tidy(f.closing_days.high)
        );
        let law = values::closing_stay_within(&f.closing_days);
        let law = format!(
            "{}{} }}",
            law.strip_suffix(" }").unwrap_or(&law),
            ground("", Grade::Assumed, &note, true)
        );
        self.line(format!("\n[stages.closing]\ntitle = \"Work ended, episode not yet closed\"\nshown_as = \"Closing\"\nstay = {law}"));
        let plain = !closes_unseen(f) && !f.keeps_open();
        if plain {
            self.line("to = \"closed\"");
        }
        self.stay_drift(&f.drift.need);
        if !plain {
            self.line("[stages.closing.to]");
        }
        if f.keeps_open() {
            self.line(format!("{KEPT} = {}", spanned(f.kept_share(), 0.5, 1.0)));
        }
        if closes_unseen(f) {
            let (v, n) = (f.unseen.closures, &f.unseen.beside);
            // beside those counted, as a share of all whose work has ended
            let part = if n.value > 0.0 { f.unseen.usual / n.value } else { 0.5 };
            let low = (v - part * (n.value - n.low)).max(0.0);
            // as many may go unseen as may at most, however little the series tells of them
            let high = (v + part * (n.high - n.value)).min(MOST_OF_CLOSED).max(v);
            let note =
                format!("the first year's own: as many as leave the ends published; pooled, {}", n.note);
            let n = Number { value: v, low, high, note, ..n.clone() };
            let share = self.number(&n, "");
            self.line(format!("{UNSEEN} = {share}"));
        }
        if !plain {
            self.line("closed = \"rest\"");
            let note = "closures that no return counts: stock and flow; episodes kept open: as many come as are closed, those who turn 18 are not replaced";
            self.line(ground("", Grade::Assumed, note, false));
        }
        if closes_unseen(f) {
            let note = "closures that no return counts: the year's own where its ends are published, those of all years pooled in the years foreseen";
            self.way_times("closing", UNSEEN, &f.drift.unseen, note);
        }
        self.kept_open();
    }

    /// Episodes that stay open for years without a plan.
    fn kept_open(&mut self) {
        let f = self.f;
        if !f.keeps_open() {
            return;
        }
        let n = f.kept_years;
        let source = self.source(&f.episodes.ended.source);
        let mean = Number {
            value: n,
            low: 0.6 * n,
            high: 1.8 * n,
            grade: Grade::Derived,
            source: source.clone(),
            note: String::new(),
        };
        let note = format!(
            "inferred: {:.0} of {:.0} open episodes are in no other part of the return and, by the lengths published, mostly of two years or more; mean set so that episodes ended have the lengths published ({})",
            f.open.kept, f.open.all, f.episodes.ended.note
        );
        let ground = ground(&source, Grade::Derived, &note, true);
        self.line(format!("\n[stages.{KEPT}]\ntitle = \"Kept open without a plan (long-term support)\"\nshown_as = \"Kept open\"\nstay = {{ exponential = {{ mean = {} }}{ground} }}\nto = \"closed\"", mean.span(" years")));
    }

    /// Factors on a stay by year.
    fn stay_drift(&mut self, factors: &[f64]) {
        let f = self.f;
        let by = 0.5 * libm::log(f.cin_days.high / f.cin_days.low.max(1e-9));
        self.stay_times(factors, by, "so that children in need are those of the year");
    }

    /// Factors on a stay by year, for everybody; `by` is how far one may be off after a year, as a log.
    pub(super) fn stay_times(&mut self, factors: &[f64], by: f64, note: &str) {
        if factors.len() > 1 {
            let all = values::steps_within(self.f, factors, by, note);
            self.line(format!("stay_times = {{ all = {all} }}"));
        }
    }

    /// Factors on the odds of a way out by year, for everybody, if there are any.
    fn way_times(&mut self, stage: &str, to: &str, factors: &[f64], note: &str) {
        if factors.iter().skip(1).any(|x| (x - 1.0).abs() > 1e-6) {
            let all = values::steps_within(self.f, factors, 0.2, note);
            self.line(format!("[stages.{stage}.odds.{to}]\nall = {all}"));
        }
    }

    fn protection(&mut self) {
        let (f, x) = (self.f, self.f.flows);
        let source = self.source(&f.plan.ended.source);
        let ends = f.plan.ends.map(|x| grounded(&spanned(x, 0.2, 1.0), &source, Grade::Derived)).join(", ");
        let note = format!(
            "set to plans ended by duration ({}), then to a mean of {:.2} years, the stock foreseen over the plans foreseen",
            f.plan.ended.note, f.plan.mean
        );
        let between = self.number(&f.plan.between, " per year");
        self.line("\n[stages.child_protection]\ntitle = \"Child protection plan\"\nshown_as = \"Child protection plan\"");
        self.line(format!("stay = {{ reviews = {{ first = \"3 months\", then = \"6 months\", within = \"28 days\", ends = [{ends}] }}{} }}", ground(&source, Grade::Derived, &note, true)));
        self.line(format!("interrupted = {{ leaves_plan_early = {between} }}"));
        self.stay_times(&f.drift.plan_stay, 0.25, "so that children on a plan are those of the year");
        let ways =
            [("child_in_need", x.review_cin), ("closing", x.review_closing), ("into_care", x.review_care)];
        self.routes("child_protection", &ways, "", Grade::Assumed, "three quarters stay with the parents, most through a child in need plan (Wiltshire review 2023); care balances care starts");
        if odds_of(f, "into_care").contains(&"child_protection") {
            self.odds(
                "child_protection",
                "into_care",
                x.review_care / (x.review_cin + x.review_closing + x.review_care),
            );
        }
        let pass = fixed("\"0 days\"", "", "passed through at once");
        self.line(format!(
            "\n[stages.leaves_plan_early]\ntitle = \"Plan ended between reviews\"\nshown_as = \"Child protection plan\"\nstay = {pass}"
        ));
        let ways =
            [("into_care", x.early_care), ("moved_away", x.early_moved), ("child_in_need", x.early_cin)];
        self.routes(
            "leaves_plan_early",
            &ways,
            "",
            Grade::Assumed,
            "care balances care starts; moves away are judgement",
        );
        if odds_of(f, "into_care").contains(&"leaves_plan_early") {
            self.odds(
                "leaves_plan_early",
                "into_care",
                x.early_care / (x.early_cin + x.early_moved + x.early_care),
            );
        }
    }
}
