//! Groups, and measures with what is published.

use super::Writer;
use super::care::{CARRIED, GROWN, KEPT, MOVING, UNSEEN, carries, closes_unseen};
use super::published::Published::{self, March, MarchShare, No, September, Year, YearPercent, YearShare};
use crate::calibrate::authority::care::{UASC, UASC_HELD};
use crate::calibrate::authority::number::quoted;

/// A measure of the model file.
struct Measure {
    name: &'static str,
    title: &'static str,
    count: &'static str,
    /// What it is a share of; empty if it is none.
    of: &'static str,
    published: Published,
    /// How near the model is asked to come; empty if it is not asked.
    near: &'static str,
    better: &'static str,
    chart: bool,
}

const fn measure(
    name: &'static str,
    title: &'static str,
    count: &'static str,
    published: Published,
) -> Measure {
    Measure { name, title, count, of: "", published, near: "10 %", better: "", chart: true }
}

impl Measure {
    const fn of(self, of: &'static str) -> Measure {
        Measure { of, near: "5 points", ..self }
    }
    const fn fewer(self) -> Measure {
        Measure { better: "lower", ..self }
    }
    const fn more(self) -> Measure {
        Measure { better: "higher", ..self }
    }
    /// Shown, but not asked to be near.
    const fn shown(self) -> Measure {
        Measure { near: "", ..self }
    }
    const fn plain(self) -> Measure {
        Measure { chart: false, ..self }
    }
}

/// Ways out that the returns count as ends of episodes.
pub(super) const ENDED: &str = "{ moves = { from = [\"in_need\"], to = [\"closed\", \"support\", \"early_support\", \"adopted\", \"moved_away\", \"turned_18\", \"left_at_21\"] } }";
const IN_NEED: [&str; 21] = [
    "referral",
    "assessment",
    "reassessment",
    "section_47",
    "conference",
    "child_in_need",
    "disabled",
    "child_protection",
    "leaves_plan_early",
    "closing",
    "into_care",
    "kinship",
    "in_house_foster",
    "agency_foster",
    "residential",
    "semi_independent",
    "with_parents",
    "placed_for_adoption",
    "special_guardianship",
    "home_again",
    "care_leaver",
];
pub(super) const BANDS: [(&str, &str, &str, &str, &str); 5] = [
    (
        "plans_ended_band_0",
        "3 months or less",
        "{ ended = { group = \"plan\", band = 0 } }",
        "d7.3_months_or_less",
        "d5.3_months_or_less",
    ),
    (
        "plans_ended_band_1",
        "over 3 to 6 months",
        "{ ended = { group = \"plan\", band = 1 } }",
        "d7.more_than_3_months_6_months",
        "d5.more_than_3_months_6_months",
    ),
    (
        "plans_ended_band_2",
        "over 6 to 12 months",
        "{ ended = { group = \"plan\", band = 2 } }",
        "d7.more_than_6_months_less_than_1_year",
        "d5.more_than_6_months_less_than_1_year",
    ),
    (
        "plans_ended_band_3",
        "1 to 2 years",
        "{ ended = { group = \"plan\", band = 3 } }",
        "d7.1_year_less_than_2_years",
        "d5.1_year_less_than_2_years",
    ),
    (
        "plans_ended_band_4",
        "2 years or more",
        "{ ended = { group = \"plan\", band = 4 } }",
        "d7.2_years_or_more",
        "d5.2_years_or_more",
    ),
];
pub(super) const REFERRALS: &str = "{ starts = \"referral\" }";

/// What is counted of children, in the order of the pathway.
const CHILDREN: [Measure; 20] = [
    measure("referrals", "Referrals", REFERRALS, Year("referrals")).fewer(),
    measure(
        "rereferrals",
        "Re-referrals within 12 months",
        "{ again = \"in_need\" }",
        YearShare("re_referrals", "referrals"),
    )
    .of(REFERRALS)
    .fewer(),
    measure(
        "referrals_nfa",
        "Referrals with no further action",
        "{ moves = { from = [\"referral\"], to = [\"closed_nfa\"] } }",
        YearShare("referrals_nfa", "referrals"),
    )
    .of(REFERRALS),
    measure(
        "not_in_need",
        "Referrals assessed, not in need, by 31 March",
        "{ moves = { from = [\"assessment\"], to = [\"not_in_need\"] } }",
        YearShare("referrals_assessed_not_in_need", "referrals"),
    )
    .of(REFERRALS),
    measure("assessments", "Assessments completed", "{ ends = ASSESSMENTS }", Year("assessments_completed"))
        .fewer(),
    measure(
        "assessments_in_time",
        "Assessments inside 45 working days",
        "{ in_time = \"assessment\" }",
        YearPercent("assessments_within_45wd_pct"),
    )
    .of("{ ends = \"assessment\" }")
    .more(),
    measure("section_47", "Section 47 enquiries", "{ starts = \"section_47\" }", Year("s47")).fewer(),
    measure(
        "conferences",
        "Initial child protection conferences",
        "{ starts = \"conference\" }",
        Year("icpc"),
    )
    .fewer(),
    measure(
        "conferences_in_time",
        "Conferences inside 15 working days of the strategy discussion",
        "{ in_time_to = { from = [\"section_47\"], to = [\"conference\"] } }",
        YearPercent("icpc_within_15wd_pct"),
    )
    .of("{ starts = \"conference\" }")
    .more(),
    measure(
        "plans_started",
        "Child protection plans started",
        "{ starts = \"child_protection\" }",
        Year("cpp_starts"),
    )
    .fewer(),
    measure(
        "plans_ended",
        "Child protection plans ended",
        "{ ends = \"child_protection\" }",
        Year("cpp_ends"),
    ),
    measure(
        "plans",
        "Children on a child protection plan",
        "{ children = \"child_protection\" }",
        March("cpp_at_31_march"),
    )
    .fewer(),
    measure(
        "second_plans",
        "Plans that are a second or later plan",
        "{ again = \"plan\" }",
        YearShare("cpp_second_or_subsequent", "cpp_starts"),
    )
    .of("{ starts = \"child_protection\" }")
    .fewer(),
    measure(
        "cin",
        "Children in need, official definition",
        "{ children = \"in_need\" }",
        March("cin_at_31_march"),
    )
    .fewer(),
    measure(
        "cin_plans",
        "Child in need plans",
        "{ children = [\"child_in_need\", \"disabled\"] }",
        March("cin_plan_at_31_march"),
    )
    .fewer(),
    measure(
        "cin_ended",
        "Episodes of need ended, as the returns count them",
        ENDED,
        Year("cin_ended_episodes"),
    ),
    measure(
        "care_starts",
        "Children starting to be looked after",
        "{ group_starts = \"care\" }",
        Year("cla_starts"),
    )
    .fewer(),
    measure(
        "care_ends",
        "Children ceasing to be looked after",
        "{ group_ends = \"care\" }",
        Year("cla_ends"),
    ),
    measure("care", "Children looked after", "{ children = \"care\" }", March("cla_at_31_march")).fewer(),
    measure(
        "adopted",
        "Adopted",
        "{ moves = { from = [\"placed_for_adoption\"], to = [\"adopted\"] } }",
        Year("cla_ceased.Reason episode ceased: Adopted"),
    )
    .shown()
    .plain(),
];

/// What is counted of early help and of work over time.
const BESIDE: [Measure; 6] = [
    measure("contacts", "Contacts", "{ starts = \"contact\" }", No).shown().fewer(),
    measure("support_open", "Support cases open", "{ children = \"support\" }", No).shown(),
    measure("early_support_open", "Early support assessments open", "{ children = \"early_support\" }", No)
        .shown()
        .plain(),
    measure(
        "weeks_on_plans",
        "Weeks of children on a child in need or child protection plan",
        "{ weeks = [\"child_in_need\", \"child_protection\"] }",
        No,
    )
    .shown()
    .plain()
    .fewer(),
    measure("weeks_in_care", "Weeks of children looked after", "{ weeks = \"care\" }", No)
        .shown()
        .plain()
        .fewer(),
    measure(
        "second_plans_started",
        "Child protection plans started that are a second or later plan",
        "{ again = \"plan\" }",
        No,
    )
    .shown()
    .plain()
    .fewer(),
];

/// What is counted of social workers.
const STAFF: [Measure; 13] = [
    measure(
        "caseload",
        "Children a social worker",
        "{ caseload = \"social_worker\" }",
        September("sw_avg_caseload"),
    )
    .shown()
    .fewer(),
    measure(
        "social_workers",
        "Social workers in case-holding posts, without agency workers (FTE)",
        "{ in_post = \"social_worker\" }",
        No,
    )
    .shown()
    .plain(),
    measure(
        "social_worker_vacancies",
        "Vacant case-holding posts of social workers (FTE)",
        "{ vacant = \"social_worker\" }",
        No,
    )
    .shown(),
    measure(
        "social_worker_agency",
        "Agency social workers in case-holding posts (FTE)",
        "{ agency = \"social_worker\" }",
        No,
    )
    .shown()
    .plain(),
    measure(
        "over_target",
        "Social workers above their caseload target",
        "{ over_caseload = \"social_worker\" }",
        No,
    )
    .shown()
    .plain()
    .fewer(),
    measure(
        "caseload_low",
        "Children a social worker: one worker in ten has no more",
        "{ caseload_p10 = \"social_worker\" }",
        No,
    )
    .shown()
    .plain(),
    measure(
        "caseload_high",
        "Children a social worker: one worker in ten has more",
        "{ caseload_p90 = \"social_worker\" }",
        No,
    )
    .shown()
    .plain()
    .fewer(),
    measure(
        "agency_share",
        "Agency workers among social workers at work",
        "{ agency_share = \"social_worker\" }",
        No,
    )
    .shown()
    .plain(),
    measure(
        "visits_on_time",
        "Visits by social workers on time",
        "{ visits_on_time = \"social_worker\" }",
        No,
    )
    .shown()
    .plain()
    .more(),
    measure(
        "cin_one_worker",
        "Child in need plans ended with one social worker met",
        "{ workers_met = { stage = \"child_in_need\", to = 1 } }",
        No,
    )
    .of("{ workers_met = { stage = \"child_in_need\" } }")
    .shown()
    .plain()
    .more(),
    measure(
        "cp_one_worker",
        "Child protection plans ended with one social worker met",
        "{ workers_met = { stage = \"child_protection\", to = 1 } }",
        No,
    )
    .of("{ workers_met = { stage = \"child_protection\" } }")
    .shown()
    .plain()
    .more(),
    measure(
        "cp_two_workers",
        "Child protection plans ended with two social workers met",
        "{ workers_met = { stage = \"child_protection\", from = 2, to = 2 } }",
        No,
    )
    .of("{ workers_met = { stage = \"child_protection\" } }")
    .shown()
    .plain(),
    measure(
        "cp_three_workers",
        "Child protection plans ended with three or more social workers met",
        "{ workers_met = { stage = \"child_protection\", from = 3 } }",
        No,
    )
    .of("{ workers_met = { stage = \"child_protection\" } }")
    .shown()
    .plain(),
];

impl Writer<'_> {
    pub(super) fn counted(&mut self) {
        self.line("\n# ---------------------------------------------------------------- what is counted");
        let again = self.reassessed();
        let grown = (self.f.staying_leavers() < 1.0).then_some(GROWN);
        let more = [self.f.moves_on().then_some(MOVING), self.f.keeps_open().then_some(KEPT), grown];
        let stages = IN_NEED.iter().copied().filter(|s| again || *s != "reassessment");
        let stages = stages.chain(more.into_iter().flatten()).map(quoted);
        let stages = stages.collect::<Vec<_>>().join(", ");
        self.line(format!("[groups.in_need]\ntitle = \"Children in need (official definition: all open episodes)\"\nstages = [{stages}]\nbands = [\"3 months\", \"6 months\", \"12 months\", \"24 months\"]\n# the returns count no end of these\nbands_without = [{}]\nagain = {{ within = \"12 months\", since = \"start\" }}", self.uncounted()));
        self.line("[groups.plan]\ntitle = \"Child protection plan\"\nstages = [\"child_protection\"]\nbands = [\"3 months\", \"6 months\", \"12 months\", \"24 months\"]\nagain = { or = \"earlier_plan=yes\" }");
        let care: Vec<String> = self.in_care().into_iter().map(quoted).collect();
        self.line(format!(
            "[groups.care]\ntitle = \"Children looked after\"\nstages = [{}]",
            care.join(", ")
        ));
        let staff = if self.f.history { &STAFF[..0] } else { &STAFF[..] };
        for m in CHILDREN.iter().chain(&BESIDE).chain(staff) {
            self.measure(m);
        }
        for (k, (name, words, count, ended, open)) in BANDS.into_iter().enumerate() {
            let title = format!("Plans ended that lasted {words}");
            self.write(
                name,
                &title,
                count,
                "{ group_ends = \"plan\" }",
                YearShare(ended, "cpp_ends"),
                "5 points",
                "",
                false,
            );
            let (name, title) = (format!("plans_open_band_{k}"), format!("Open plans of {words}"));
            let count = format!("{{ open = {{ group = \"plan\", band = {k} }} }}");
            self.write(
                &name,
                &title,
                &count,
                "{ group_children = \"plan\" }",
                MarchShare(open, "cpp_at_31_march"),
                "",
                "",
                false,
            );
        }
        self.lengths();
        self.referred_by();
        self.ages_in_care();
        if self.f.has_asylum() {
            let title = "Unaccompanied children starting to be looked after";
            self.write("asylum", title, "{ arrivals = [\"asylum\"] }", "", Year(UASC), "", "", false);
            let (title, near) =
                ("Unaccompanied children looked after", if self.f.moves_on() { "10 %" } else { "" });
            let count = "{ children_of = { stages = \"care\", part = \"asylum=yes\" } }";
            self.write("care_asylum", title, count, "", March(UASC_HELD), near, "", false);
        }
        if self.f.history {
            return;
        }
        let title = "Children a social worker, locality team 1";
        self.write(
            "locality_caseload",
            title,
            "{ caseload = \"locality_1/social_worker\" }",
            "",
            No,
            "",
            "lower",
            false,
        );
    }

    /// Ways out of the model that end an episode which the returns do not count.
    fn uncounted(&self) -> String {
        let f = self.f;
        let exits =
            [("closed_nfa", true), ("not_in_need", true), (CARRIED, carries(f)), (UNSEEN, closes_unseen(f))];
        exits.into_iter().filter(|e| e.1).map(|e| quoted(e.0)).collect::<Vec<_>>().join(", ")
    }

    fn measure(&mut self, m: &Measure) {
        let assessments =
            if self.reassessed() { "[\"assessment\", \"reassessment\"]" } else { "\"assessment\"" };
        let count = m.count.replace("ASSESSMENTS", assessments);
        self.write(m.name, m.title, &count, m.of, m.published, m.near, m.better, m.chart);
    }

    #[allow(clippy::too_many_arguments, reason = "the keys of a measure, in the order of the file")]
    pub(super) fn write(
        &mut self,
        name: &str,
        title: &str,
        count: &str,
        of: &str,
        published: Published,
        near: &str,
        better: &str,
        chart: bool,
    ) {
        self.line(format!("\n[measures.{name}]\ntitle = {}\ncount = {count}", quoted(title)));
        if !of.is_empty() {
            self.line(format!("of = {of}"));
        }
        let (table, figures) = self.figures(published, !near.is_empty());
        if !near.is_empty() {
            self.line(format!("near = \"{near}\""));
        }
        if chart {
            self.line("chart = true");
        }
        if !better.is_empty() {
            self.line(format!("better = \"{better}\""));
        }
        if figures.is_empty() {
            return;
        }
        let source = self.source(&table);
        self.line(format!("published = {{ {} }}", figures.join(", ")));
        if !source.is_empty() {
            self.line(format!("source = {}", quoted(&source)));
        }
    }
}
