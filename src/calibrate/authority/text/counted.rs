//! Groups, and measures with what is published.

use super::Writer;
use super::care::{CARRIED, GROWN, KEPT, MOVING, UNSEEN, carries, closes_unseen};
use crate::calibrate::authority::care::{UASC, UASC_HELD};
use crate::calibrate::authority::number::{Grade, quoted, tidy};
use crate::calibrate::authority::referrers::SOURCES;

/// First year of the published history shown.
const SINCE: i32 = 2010;

/// Where a measure's published figures come from.
#[derive(Clone, Copy)]
enum Published {
    /// Nothing is published.
    No,
    /// A count over the year to March.
    Year(&'static str),
    /// A count on 31 March.
    March(&'static str),
    /// A figure of 30 September.
    September(&'static str),
    /// A count over the year as a share of another, in per cent.
    YearShare(&'static str, &'static str),
    /// A count on 31 March as a share of another, in per cent.
    MarchShare(&'static str, &'static str),
    /// Per cent over the year, published as such.
    YearPercent(&'static str),
    /// Per cent on 31 March, published as such.
    MarchPercent(&'static str),
    /// Counts over the year that together are a share of another, in per cent.
    YearParts(&'static [&'static str], &'static str),
}
use Published::{March, MarchPercent, MarchShare, No, September, Year, YearParts, YearPercent, YearShare};

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
const ENDED: &str = "{ moves = { from = [\"in_need\"], to = [\"closed\", \"support\", \"early_support\", \"adopted\", \"moved_away\", \"turned_18\", \"left_at_21\"] } }";
/// Lengths of episodes in words.
const LENGTHS: [&str; 5] =
    ["3 months or less", "over 3 to 6 months", "over 6 to 12 months", "1 to 2 years", "2 years or more"];
/// Ages of the returns of children looked after: words, bands of the model, starts and stock.
const CARE_AGES: [(&str, &str, &str, &str); 5] = [
    (
        "under 1",
        "[\"unborn\", \"under_1\"]",
        "cla_started.Age on starting: Under 1 year",
        "cla_31mar.Age group: Under 1 year",
    ),
    (
        "1 to 4",
        "[\"age_1_4\"]",
        "cla_started.Age on starting: 1 to 4 years",
        "cla_31mar.Age group: 1 to 4 years",
    ),
    (
        "5 to 9",
        "[\"age_5_9\"]",
        "cla_started.Age on starting: 5 to 9 years",
        "cla_31mar.Age group: 5 to 9 years",
    ),
    (
        "10 to 15",
        "[\"age_10_12\", \"age_13_15\"]",
        "cla_started.Age on starting: 10 to 15 years",
        "cla_31mar.Age group: 10 to 15 years",
    ),
    (
        "16 and 17",
        "[\"age_16_17\"]",
        "cla_started.Age on starting: 16 years and over",
        "cla_31mar.Age group: 16 years and over",
    ),
];
/// Published sources of referral with figures for the last year, by source of the model.
const SHARES_OF: [(&str, Published); 6] = [
    ("police", YearPercent("referrals_police_pct")),
    ("schools", YearPercent("referrals_school_pct")),
    ("health", YearPercent("referrals_health_pct")),
    ("council", YearParts(&["c5.LA_Services", "c5.Housing"], "referrals")),
    ("family", YearParts(&["c5.Individual", "c5.Anonymous"], "referrals")),
    ("other", No),
];

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
const BANDS: [(&str, &str, &str, &str, &str); 5] = [
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
const REFERRALS: &str = "{ starts = \"referral\" }";

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

    /// Lengths of episodes.
    fn lengths(&mut self) {
        for (k, words) in LENGTHS.into_iter().enumerate() {
            let (ended, open) = (super::super::episodes::ENDED[k], super::super::episodes::OPEN[k]);
            let count = format!("{{ ended = {{ group = \"in_need\", band = {k} }} }}");
            let title = format!("Episodes of need ended that lasted {words}");
            self.write(
                &format!("cin_ended_band_{k}"),
                &title,
                &count,
                ENDED,
                YearPercent(ended),
                "5 points",
                "",
                false,
            );
            let count = format!("{{ open = {{ group = \"in_need\", band = {k} }} }}");
            let title = format!("Open episodes of need of {words}");
            let of = "{ group_children = \"in_need\" }";
            self.write(
                &format!("cin_open_band_{k}"),
                &title,
                &count,
                of,
                MarchPercent(open),
                "5 points",
                "",
                false,
            );
        }
    }

    /// Who refers.
    fn referred_by(&mut self) {
        for ((name, title, _), (_, published)) in SOURCES.into_iter().zip(SHARES_OF) {
            let near = if matches!(published, No) { "" } else { "5 points" };
            let count = format!("{{ starts_of = {{ stages = \"referral\", part = \"source={name}\" }} }}");
            let title = format!("Referrals from: {}", title.to_lowercase());
            self.write(&format!("referrals_{name}"), &title, &count, REFERRALS, published, near, "", false);
        }
    }

    /// Ages of children who start to be looked after, and who are.
    fn ages_in_care(&mut self) {
        for (k, (words, part, started, held)) in CARE_AGES.into_iter().enumerate() {
            let count = format!("{{ starts_of = {{ stages = \"into_care\", part = {part} }} }}");
            let title = format!("Children starting to be looked after aged {words}");
            let (of, published) = ("{ starts = \"into_care\" }", YearShare(started, "cla_starts"));
            self.write(
                &format!("care_started_age_{k}"),
                &title,
                &count,
                of,
                published,
                "5 points",
                "",
                false,
            );
            let count = format!("{{ children_of = {{ stages = \"care\", part = {part} }} }}");
            let title = format!("Children looked after aged {words}");
            let (of, published) = ("{ group_children = \"care\" }", MarchShare(held, "cla_at_31_march"));
            self.write(&format!("care_age_{k}"), &title, &count, of, published, "5 points", "", false);
            let count = format!("{{ children_of = {{ stages = \"in_need\", part = {part} }} }}");
            let title = format!("Children in need aged {words}");
            self.write(&format!("cin_age_{k}"), &title, &count, "", No, "", "", false);
        }
    }

    fn measure(&mut self, m: &Measure) {
        let assessments =
            if self.reassessed() { "[\"assessment\", \"reassessment\"]" } else { "\"assessment\"" };
        let count = m.count.replace("ASSESSMENTS", assessments);
        self.write(m.name, m.title, &count, m.of, m.published, m.near, m.better, m.chart);
    }

    #[allow(clippy::too_many_arguments, reason = "the keys of a measure, in the order of the file")]
    fn write(
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

    /// The published figures and their table. Where the last year's is not published but is asked for, the figure of the
    /// year before stands in, and says so.
    fn figures(&self, published: Published, asked: bool) -> (String, Vec<String>) {
        let (indicator, whole) = match published {
            No => return (String::new(), Vec::new()),
            Year(i) | March(i) | September(i) | YearPercent(i) | MarchPercent(i) => (i, ""),
            YearParts(parts, w) => (parts.first().copied().unwrap_or(""), w),
            YearShare(i, w) | MarchShare(i, w) => (i, w),
        };
        let period = |y: i32| match published {
            March(_) | MarchShare(..) | MarchPercent(_) => format!("{y}-03-31"),
            September(_) => format!("{y}-09-30"),
            _ => format!("{}-04/{y}-03", y - 1),
        };
        let text = |x: f64| if x.fract() == 0.0 { format!("{x:.0}") } else { tidy(x) };
        let f = self.f;
        let figure = |y: i32| match published {
            YearParts(parts, w) => self.parts(parts, w, y),
            _ => self.figure(indicator, whole, y),
        };
        let mut out: Vec<String> = (SINCE..=f.year)
            .filter_map(|y| Some(format!("\"{}\" = {}", period(y), text(figure(y)?))))
            .collect();
        if asked && f.starts < f.year && figure(f.year).is_none() {
            out.extend(self.stand_in(indicator, whole).map(|(x, note)| {
                format!(
                    "\"{}\" = {{ value = {}, stand_in = true, note = {} }}",
                    period(f.year),
                    text(x),
                    quoted(&note)
                )
            }));
        }
        let table = self.stats.indicator(indicator).and_then(|i| self.stats.indicators.get(i));
        (table.map(|i| i.table.clone()).unwrap_or_default(), out)
    }

    /// Several counts as a share of another, in per cent, if all are published.
    fn parts(&self, parts: &[&str], whole: &str, year: i32) -> Option<f64> {
        let area = self.f.area;
        let all = self.stats.value(whole, area, year).filter(|&w| w > 0.0)?;
        let sum: Option<f64> = parts.iter().map(|i| self.stats.value(i, area, year)).sum();
        Some((1_000.0 * sum? / all).round() / 10.0)
    }

    fn figure(&self, indicator: &str, whole: &str, year: i32) -> Option<f64> {
        let area = self.f.area;
        let x = self.stats.value(indicator, area, year)?;
        if whole.is_empty() {
            return Some(x);
        }
        let all = self.stats.value(whole, area, year).filter(|&w| w > 0.0)?;
        Some((1_000.0 * x / all).round() / 10.0)
    }

    /// What stands in for a figure of the last year that is not published.
    fn stand_in(&self, indicator: &str, whole: &str) -> Option<(f64, String)> {
        let (area, year) = (self.f.area, self.f.year);
        let last = (year - self.f.starts - 1).max(0) as usize;
        if indicator == "cpp_ends" {
            let rate = self.stats.value("cpp_ends_per_10k", area, year)?;
            let people = self.stats.value("population_0_17_mye", area, year - 1)?;
            let note = format!("{} per 10,000 of {people:.0}", tidy(rate));
            return Some(((rate * people / 1e4).round(), note));
        }
        if let Some(k) = BANDS.iter().position(|b| b.3 == indicator) {
            // what the model is fitted to: a law that holds from year to year
            let share = self.f.plan.ended.share.get(k)?;
            return Some(((1_000.0 * share).round() / 10.0, self.f.plan.ended.note.clone()));
        }
        if indicator == "assessments_completed" {
            let aim = self.f.aims.iter().find(|a| a.indicator == indicator)?.by_year.get(last)?;
            return Some((aim.value.round(), aim.note.clone()));
        }
        if let Some(aim) = self.f.aims.iter().find(|a| a.indicator == indicator && whole.is_empty()) {
            // what the model is fitted to
            let aim = aim.by_year.get(last).filter(|n| n.grade >= Grade::Borrowed && n.value > 0.0)?;
            return Some((aim.value.round(), aim.note.clone()));
        }
        if let Some(k) = super::super::episodes::ENDED.iter().position(|i| *i == indicator) {
            let share = self.f.episodes.ended.share.get(k)?;
            return Some(((1_000.0 * share).round() / 10.0, self.f.episodes.ended.note.clone()));
        }
        let before = self.figure(indicator, whole, year - 1)?;
        Some((before, format!("{}, none published for {year}", year - 1)))
    }
}
