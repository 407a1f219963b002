//! Groups, and measures with what is published.

use super::Writer;
use crate::calibrate::authority::number::{quoted, tidy};

/// First year of the published history shown.
const SINCE: i32 = 2013;

/// A measure: name, title, what is counted, what it is a share of, indicator, its whole if the measure is a share,
/// whether at a moment, how near.
type Measure =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, bool, &'static str);

const IN_NEED: [&str; 18] = [
    "referral",
    "assessment",
    "section_47",
    "conference",
    "child_in_need",
    "disabled",
    "child_protection",
    "leaves_plan_early",
    "closing",
    "into_care",
    "fostered",
    "residential",
    "supported",
    "with_parents",
    "placed_for_adoption",
    "special_guardianship",
    "home_again",
    "care_leaver",
];

const MEASURES: [Measure; 18] = [
    ("referrals", "Referrals", "{ starts = \"referral\" }", "", "referrals", "", false, "10 %"),
    (
        "rereferrals",
        "Re-referrals within 12 months",
        "{ again = \"in_need\" }",
        "{ starts = \"referral\" }",
        "re_referrals",
        "referrals",
        false,
        "5 points",
    ),
    (
        "referrals_nfa",
        "Referrals with no further action",
        "{ moves = { from = [\"referral\"], to = [\"closed_nfa\"] } }",
        "{ starts = \"referral\" }",
        "referrals_nfa",
        "referrals",
        false,
        "5 points",
    ),
    (
        "not_in_need",
        "Referrals assessed, not in need",
        "{ moves = { from = [\"assessment\"], to = [\"not_in_need\"] } }",
        "{ starts = \"referral\" }",
        "referrals_assessed_not_in_need",
        "referrals",
        false,
        "5 points",
    ),
    (
        "assessments",
        "Assessments completed",
        "{ ends = ASSESSMENTS }",
        "",
        "assessments_completed",
        "",
        false,
        "10 %",
    ),
    ("section_47", "Section 47 enquiries", "{ starts = \"section_47\" }", "", "s47", "", false, "10 %"),
    (
        "conferences",
        "Initial child protection conferences",
        "{ starts = \"conference\" }",
        "",
        "icpc",
        "",
        false,
        "10 %",
    ),
    (
        "plans_started",
        "Child protection plans started",
        "{ starts = \"child_protection\" }",
        "",
        "cpp_starts",
        "",
        false,
        "10 %",
    ),
    (
        "plans_ended",
        "Child protection plans ended",
        "{ ends = \"child_protection\" }",
        "",
        "cpp_ends",
        "",
        false,
        "10 %",
    ),
    (
        "plans",
        "Children on a child protection plan",
        "{ children = \"child_protection\" }",
        "",
        "cpp_at_31_march",
        "",
        true,
        "10 %",
    ),
    (
        "second_plans",
        "Plans that are a second or later plan",
        "{ again = \"plan\" }",
        "{ starts = \"child_protection\" }",
        "cpp_second_or_subsequent",
        "cpp_starts",
        false,
        "5 points",
    ),
    (
        "cin",
        "Children in need at 31 March",
        "{ children = \"in_need\" }",
        "",
        "cin_at_31_march",
        "",
        true,
        "10 %",
    ),
    (
        "cin_plans",
        "Child in need plans",
        "{ children = [\"child_in_need\", \"disabled\"] }",
        "",
        "cin_plan_at_31_march",
        "",
        true,
        "10 %",
    ),
    (
        "care_starts",
        "Children starting to be looked after",
        "{ group_starts = \"care\" }",
        "",
        "cla_starts",
        "",
        false,
        "10 %",
    ),
    (
        "care_ends",
        "Children ceasing to be looked after",
        "{ group_ends = \"care\" }",
        "",
        "cla_ends",
        "",
        false,
        "10 %",
    ),
    ("care", "Children looked after", "{ children = \"care\" }", "", "cla_at_31_march", "", true, "10 %"),
    (
        "plans_ended_long",
        "Plans ended that lasted 2 years or more",
        "{ ended = { group = \"plan\", band = 4 } }",
        "{ ends = \"child_protection\" }",
        "d7.2_years_or_more",
        "cpp_ends",
        false,
        "5 points",
    ),
    (
        "plans_ended_short",
        "Plans ended that lasted 3 months or less",
        "{ ended = { group = \"plan\", band = 0 } }",
        "{ ends = \"child_protection\" }",
        "d7.3_months_or_less",
        "cpp_ends",
        false,
        "5 points",
    ),
];

impl Writer<'_> {
    pub(super) fn counted(&mut self) {
        self.line("\n# ---------------------------------------------------------------- what is counted");
        let again = self.reassessed();
        let stages: Vec<&str> = IN_NEED.into_iter().chain(again.then_some("reassessment")).collect();
        let list = |s: &[&str]| s.iter().map(|x| quoted(x)).collect::<Vec<_>>().join(", ");
        self.line(format!("[groups.in_need]\ntitle = \"Children in need (official definition: all open episodes)\"\nstages = [{}]\nbands = [\"3 months\", \"6 months\", \"12 months\", \"24 months\"]\nagain = {{ within = \"12 months\", since = \"start\" }}", list(&stages)));
        self.line("[groups.plan]\ntitle = \"Child protection plan\"\nstages = [\"child_protection\"]\nbands = [\"3 months\", \"6 months\", \"12 months\", \"24 months\"]\nagain = { or = \"earlier_plan=yes\" }");
        let care =
            ["into_care", "fostered", "residential", "supported", "with_parents", "placed_for_adoption"];
        self.line(format!("[groups.care]\ntitle = \"Children looked after\"\nstages = [{}]", list(&care)));
        for m in MEASURES {
            self.measure(&m, again);
        }
    }

    fn measure(&mut self, m: &Measure, again: bool) {
        let &(name, title, count, of, indicator, whole, moment, near) = m;
        let assessments = if again { "[\"assessment\", \"reassessment\"]" } else { "\"assessment\"" };
        let count = count.replace("ASSESSMENTS", assessments);
        self.line(format!("\n[measures.{name}]\ntitle = {}\ncount = {count}", quoted(title)));
        if !of.is_empty() {
            self.line(format!("of = {of}"));
        }
        self.line(format!("near = \"{near}\"\nchart = true"));
        let figures = self.published(indicator, whole, moment);
        if figures.is_empty() {
            return;
        }
        let table = self
            .stats
            .indicator(indicator)
            .and_then(|i| self.stats.indicators.get(i))
            .map(|i| i.table.clone());
        let source = self.source(&table.unwrap_or_default());
        self.line(format!("published = {{ {} }}", figures.join(", ")));
        if !source.is_empty() {
            self.line(format!("source = {}", quoted(&source)));
        }
    }

    fn published(&self, indicator: &str, whole: &str, moment: bool) -> Vec<String> {
        let f = self.f;
        (SINCE..=f.year)
            .filter_map(|y| {
                let x = self.stats.value(indicator, f.area, y)?;
                let x = if whole.is_empty() {
                    x
                } else {
                    let all = self.stats.value(whole, f.area, y).filter(|&w| w > 0.0)?;
                    100.0 * x / all
                };
                let period = if moment { format!("{y}-03-31") } else { format!("{}-04/{y}-03", y - 1) };
                Some(format!("\"{period}\" = {}", if whole.is_empty() { tidy_count(x) } else { tidy(x) }))
            })
            .collect()
    }
}

fn tidy_count(x: f64) -> String {
    if x.fract() == 0.0 { format!("{x:.0}") } else { tidy(x) }
}
