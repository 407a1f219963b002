//! Tables with a column for each figure: referrals, children in need, assessments, enquiries, plans, the workforce.

use super::super::csv::Table;

/// A table known by one of its columns, and what its columns are called here.
struct Known {
    sign: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const KNOWN: [Known; 11] = [
    // referrals from 2025 on, and as they were called until 2024
    Known {
        sign: "rereferral_count",
        columns: &[
            ("referral_count", "referrals"),
            ("rereferral_count", "re_referrals"),
            ("no_further_action_count", "referrals_nfa"),
            ("not_in_need_count", "referrals_assessed_not_in_need"),
        ],
    },
    Known {
        sign: "Re_referrals",
        columns: &[
            ("Referrals", "referrals"),
            ("Re_referrals", "re_referrals"),
            ("No_Further_Action", "referrals_nfa"),
            ("Not_in_Need", "referrals_assessed_not_in_need"),
        ],
    },
    Known {
        sign: "Other_legal_agency",
        columns: &[
            ("Individual", "c5.Individual"),
            ("Schools", "c5.Schools"),
            ("Education_Services", "c5.Education_Services"),
            ("Health_Services", "c5.Health_Services"),
            ("Housing", "c5.Housing"),
            ("LA_Services", "c5.LA_Services"),
            ("Police", "c5.Police"),
            ("Other_legal_agency", "c5.Other_legal_agency"),
            ("Other", "c5.Other"),
            ("Anonymous", "c5.Anonymous"),
            ("Unknown", "c5.Unknown"),
        ],
    },
    Known {
        sign: "Assessments_completed",
        columns: &[
            ("Assessments_completed", "assessments_completed"),
            ("Same_day", "assess_same_day"),
            ("1-10_days", "assess_1_10wd"),
            ("11-20_days", "assess_11_20wd"),
            ("21-30_days", "assess_21_30wd"),
            ("31-40_days", "assess_31_40wd"),
            ("41-45_days", "assess_41_45wd"),
            ("46-50_days", "assess_46_50wd"),
            ("51-60_days", "assess_51_60wd"),
            ("61+_days", "assess_61plus_wd"),
            ("25th_Percentile_days", "assess_p25_wd"),
            ("Median_days", "assess_median_wd"),
            ("75th_Percentile_days", "assess_p75_wd"),
        ],
    },
    Known {
        sign: "At31_episodes",
        columns: &[
            ("Anypoint_episodes", "cin_any_point_episodes"),
            ("Started_episodes", "cin_started_episodes"),
            ("Ended_episodes", "cin_ended_episodes"),
            ("At31_episodes", "cin_at_31_march"),
            ("awaiting_assessment", "cin_awaiting_assessment_31_march"),
            ("Awaiting_assessment", "cin_awaiting_assessment_31_march"),
        ],
    },
    Known {
        sign: "CINPlan_At31",
        columns: &[
            ("CINPlan_start", "cin_plan_starts"),
            ("CINPlan_end", "cin_plan_ends"),
            ("CINPlan_anypoint", "cin_plan_any_point"),
            ("CINPlan_At31", "cin_plan_at_31_march"),
        ],
    },
    Known {
        sign: "Section47",
        columns: &[
            ("Section47", "s47"),
            ("ICPC", "icpc"),
            ("Duration_0-10_days", "s47_to_icpc_0_10wd"),
            ("Duration_11-15_days", "s47_to_icpc_11_15wd"),
            ("Duration_16-20_days", "s47_to_icpc_16_20wd"),
            ("Duration_21+_days", "s47_to_icpc_21plus_wd"),
            ("Duration_median", "s47_to_icpc_median_wd"),
        ],
    },
    // its rate of ends is left out: it is not by the population that `cpp_ends_per_10k` is by
    Known {
        sign: "CPP_anypoint",
        columns: &[("CPP_start", "cpp_starts"), ("CPP_end", "cpp_ends"), ("CPP_anypoint", "cpp_any_point")],
    },
    Known {
        sign: "CPP_subsequent",
        columns: &[("CPP_start", "cpp_starts"), ("CPP_subsequent", "cpp_second_or_subsequent")],
    },
    Known { sign: "CPP_At31", columns: &[("CPP_At31", "cpp_at_31_march")] },
    Known {
        sign: "caseload_fte",
        columns: &[
            ("inpost_fte", "sw_fte_in_post"),
            ("agency_fte", "sw_agency_fte"),
            ("vacancy_fte", "sw_vacancy_fte"),
            ("case_holders_fte", "sw_case_holders_fte"),
            ("cases", "sw_cases_held"),
            ("caseload_fte", "sw_avg_caseload"),
            ("turnover_rate_fte", "sw_turnover_rate_fte_pct"),
            ("absence_rate_fte", "sw_absence_rate_pct"),
        ],
    },
];

/// The columns that may be read, each with the name of its indicator: those of the tables that are known, and for a file whose
/// name begins with a table's number every column under that number.
pub(super) fn columns(file: &str, t: &Table<'_>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = KNOWN
        .iter()
        .filter(|k| t.has(k.sign))
        .flat_map(|k| k.columns)
        .filter(|c| t.has(c.0))
        .map(|c| (c.0.to_string(), c.1.to_string()))
        .collect();
    if let Some(number) = number_of(file) {
        found.extend(t.columns().iter().map(|c| (c.clone(), format!("{number}.{c}"))));
    }
    let mut once: Vec<(String, String)> = Vec::new();
    for pair in found {
        if !once.contains(&pair) {
            once.push(pair);
        }
    }
    once
}

/// The number of a table that begins its file's name: a letter and digits before a line or a dot.
pub(super) fn number_of(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next()?.to_lowercase();
    let number = name.split(['_', '.', '-', ' ']).next()?;
    let (letter, digits) = number.split_at_checked(1)?;
    let sound = letter.bytes().all(|b| b.is_ascii_lowercase())
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| number.to_string())
}

/// A share in per cent that is published elsewhere, as the counts of a table give it.
///
/// The department's tables have the counts alone. Without this the share of a new year would be missing beside its counts.
pub(super) struct Share {
    pub(super) indicator: &'static str,
    whole: &'static str,
    parts: &'static [&'static str],
    /// The other parts of the whole, for where one of `parts` is suppressed; none if they are not known.
    rest: &'static [&'static str],
}

const SHARES: [Share; 5] = [
    Share {
        indicator: "assessments_within_45wd_pct",
        whole: "Assessments_completed",
        parts: &["Same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days"],
        rest: &["46-50_days", "51-60_days", "61+_days"],
    },
    Share {
        indicator: "icpc_within_15wd_pct",
        whole: "ICPC",
        parts: &["Duration_0-10_days", "Duration_11-15_days"],
        rest: &["Duration_16-20_days", "Duration_21+_days"],
    },
    Share { indicator: "referrals_police_pct", whole: "Referrals", parts: &["Police"], rest: &[] },
    Share { indicator: "referrals_health_pct", whole: "Referrals", parts: &["Health_Services"], rest: &[] },
    Share { indicator: "referrals_school_pct", whole: "Referrals", parts: &["Schools"], rest: &[] },
];

/// The shares whose counts a table has.
pub(super) fn shares(t: &Table<'_>) -> impl Iterator<Item = &'static Share> {
    SHARES.iter().filter(|s| s.columns().all(|c| t.has(c)))
}

impl Share {
    /// The columns it is made of: the whole, the parts, the rest.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        [self.whole].into_iter().chain(self.parts.iter().copied()).chain(self.rest.iter().copied())
    }

    /// The share to one decimal, from the values of its columns; none where a count that it needs is not published.
    pub(super) fn of(&self, values: &[&str]) -> Option<f64> {
        let (whole, others) = values.split_first()?;
        let (parts, rest) = others.split_at_checked(self.parts.len())?;
        let count = |text: &str| text.parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0);
        let sum = |of: &[&str]| of.iter().map(|v| count(v)).sum::<Option<f64>>();
        let whole = count(whole).filter(|&w| w > 0.0)?;
        let inside = sum(parts).or_else(|| (!rest.is_empty()).then(|| sum(rest).map(|r| whole - r))?)?;
        (0.0..=whole).contains(&inside).then(|| (1_000.0 * inside / whole).round() / 10.0)
    }
}
