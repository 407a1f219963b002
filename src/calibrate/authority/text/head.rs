//! The run, ages, families, needs, arrivals.

use super::{Writer, values};
use crate::calibrate::authority::borrow::Reader;
use crate::calibrate::authority::care::ASYLUM_AGES;
use crate::calibrate::authority::demand::FAMILIES;
use crate::calibrate::authority::fit::YEARS;
use crate::calibrate::authority::number::{Grade, Number, fixed, ground, quoted, spanned, tidy};
use crate::calibrate::authority::referrers::SOURCES;
use crate::calibrate::data::NOTICE;

/// Age bands of the model: name, from, to.
pub(super) const AGES: [(&str, &str, &str); 8] = [
    ("unborn", "-0.65", "0"),
    ("under_1", "0", "1"),
    ("age_1_4", "1", "5"),
    ("age_5_9", "5", "10"),
    ("age_10_12", "10", "13"),
    ("age_13_15", "13", "16"),
    ("age_16_17", "16", "18"),
    ("age_18_20", "18", "21"),
];
/// Needs: name, title, factors of assessment, of family or child.
const NEEDS: [(&str, &str, &[&str], &str); 6] = [
    ("domestic_abuse", "Domestic abuse (parent)", &["c3.Domestic_Abuse_parent"], "family"),
    (
        "substance_misuse",
        "Alcohol or drug misuse (parent)",
        &["c3.Alcohol_Misuse_parent", "c3.Drug_Misuse_parent"],
        "family",
    ),
    ("parent_mental_health", "Mental health (parent)", &["c3.Mental_Health_parent"], "family"),
    ("child_mental_health", "Mental health (child)", &["c3.Mental_Health_child"], "child"),
    ("learning_disability", "Learning disability (child)", &["c3.Learning_Disability_child"], "child"),
    ("neglect", "Neglect", &["c3.Neglect"], "family"),
];

impl Writer<'_> {
    pub(super) fn head(&mut self) {
        let (f, y) = (self.f, self.f.year);
        let check = if f.starts < y { "a check year, then " } else { "" };
        self.line(format!(
            "# {}: made by `caseflow new` from published statistics up to 31 March {y}: {check}{YEARS} years ahead.",
            f.name
        ));
        self.line(format!("# {NOTICE}"));
        self.line("# Every number says where it comes from; what judgement supplied is graded \"assumed\". Contacts and early help");
        self.line("# are not published by council: their shares are one council's, or judgement.\n");
        self.line("[model]\nformat = 1");
        self.line(format!("title = {}", quoted(&format!("{}: from referral to care", f.name))));
        self.line(format!("place = {}", quoted(&f.name)));
        self.line(format!("starts = {}-04-01\nruns = \"{} years\"\nperiods = \"months\"\nreplications = 200\nseed = 1\nlevel = 0.95\nby = [\"ages\"]\nby_at = {{ source = \"referral\", asylum = \"care\" }}\n", f.starts, f.years));
        self.line("[ages]");
        for (name, from, to) in AGES {
            self.line(format!("{name} = [{from}, {to}]"));
        }
        let ages = band_shares(&f.ages.0);
        let families: Vec<String> =
            FAMILIES.iter().map(|(n, s)| format!("{n} = {}", spanned(*s, 0.25, 1.0))).collect();
        self.line("\n[cases]");
        self.line(format!("ages = {{ {ages}{} }}", ground("", Grade::Assumed, &f.ages.1, true)));
        self.line(format!(
            "families = {{ {}{} }}",
            families.join(", "),
            ground(
                "",
                Grade::Assumed,
                "mean 1.65 children a referral: no count of families is published",
                true
            )
        ));
        let age = self.adult();
        self.line(format!("leave = {{ age = {age}, to = \"turned_18\" }}\n"));
        self.needs();
        self.referrers();
        for name in ["earlier_plan", "asylum"] {
            let title = if name == "asylum" {
                "Unaccompanied asylum-seeking child"
            } else {
                "Had a child protection plan before the model begins"
            };
            self.line(format!(
                "[attributes.{name}]\ntitle = {}\nvalues = [\"no\", \"yes\"]\n",
                quoted(title)
            ));
        }
    }

    fn referrers(&mut self) {
        let r = self.f.referrers.clone();
        let values: Vec<String> = SOURCES.iter().map(|s| quoted(s.0)).collect();
        let mut left = 1.0;
        let mut shares = Vec::new();
        for (k, ((name, ..), share)) in SOURCES.iter().zip(&r.share).enumerate() {
            let share = if k + 1 == SOURCES.len() { left } else { (1e4 * share).round() / 1e4 };
            left = ((left - share) * 1e4_f64).round() / 1e4;
            shares.push(format!("{name} = {}", spanned(share.max(0.0), 0.15, 1.0)));
        }
        let holds: Vec<String> = SOURCES.iter().map(|s| format!("{}: {}", s.0, s.1.to_lowercase())).collect();
        let source = self.source(&r.source);
        let note = format!("{}; of referrals, taken to hold for contacts; {}", holds.join("; "), r.note);
        let ground = ground(&source, r.grade, &note, true);
        self.line(format!(
            "[attributes.source]\ntitle = \"Who refers\"\nvalues = [{}]\nshares = {{ {}{ground} }}\n",
            values.join(", "),
            shares.join(", ")
        ));
    }

    fn needs(&mut self) {
        let reader = Reader::new(self.stats, self.f.area, self.f.year);
        let all = reader.count("c3.Episodes_with_assessment_factor");
        self.line("# needs overlap: shares of assessments with the factor\n[needs]");
        for (name, title, factors, of) in NEEDS {
            let counts: Vec<Number> = factors.iter().map(|i| reader.count(i)).collect();
            let most = counts.iter().map(|n| n.value).fold(0.0, f64::max);
            let sum: f64 = counts.iter().map(|n| n.value).sum();
            let share = |x: f64| if all.value > 0.0 { (x / all.value).clamp(0.0, 0.98) } else { 0.2 };
            let grade = counts.iter().map(|n| n.grade).max().unwrap_or(Grade::Assumed).max(all.grade);
            let source = self.source(&all.source);
            // what is said is said of the factor with the weaker ground
            let weakest = counts.iter().max_by_key(|n| n.grade).map_or("", |n| n.note.as_str());
            let note = match factors.len() {
                1 => format!("{sum:.0} of {:.0} assessments; {weakest}", all.value),
                _ => format!(
                    "between the larger of two factors and their sum, of {:.0}: overlap unknown; {weakest}",
                    all.value
                ),
            };
            let value = share(0.5 * (most + sum));
            // chance of few assessments, beside a change from year to year
            let (fewest, largest) = (chance(most, all.value).0, chance(sum, all.value).1);
            let low = share(most).min(0.85 * value).min(fewest);
            let high = share(sum).max((1.15 * value).min(0.98)).max(largest.min(0.98));
            let rest = ground(&source, grade, &note, true);
            self.line(format!(
                "{name} = {{ share = {}, of = \"{of}\", title = {}, low = {}, high = {}{rest} }}",
                tidy(value),
                quoted(title),
                tidy(low),
                tidy(high)
            ));
        }
        self.line("");
    }

    pub(super) fn demand(&mut self) {
        let f = self.f;
        self.line("# ---------------------------------------------------------------- demand");
        self.line(
            "[arrivals.contacts]\ntitle = \"Contacts about children (not counting children who come back)\"\nto = \"contact\"",
        );
        let mut steps = Vec::new();
        let referrals = f.aims.iter().find(|a| a.measure == "referrals").map_or(&[][..], |a| &a.by_year);
        for (k, n) in referrals.iter().enumerate() {
            let part = if n.value > 0.0 { values::new_contacts(f, k, n.value) / n.value } else { 0.0 };
            let note = format!(
                "set so that referrals are {:.0}, with children coming back and from early help; {}",
                n.value, n.note
            );
            let rate = Number { note, grade: n.grade.max(Grade::Derived), ..n.times(part) };
            let rate = Number {
                value: rate.value.max(0.01),
                low: rate.low.max(0.005),
                high: rate.high.max(0.02),
                ..rate
            };
            let rate = self.number(&rate, " per year");
            steps.push(format!("  {{ from = {}-04-01, rate = {rate} }}", f.starts + k as i32));
        }
        self.line(format!("rate = [\n{},\n]", steps.join(",\n")));
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let months: Vec<String> = MONTHS
            .iter()
            .zip(f.season.factor)
            .map(|(m, x)| format!("{m} = {}", spanned(x.max(0.01), 0.15, 20.0)))
            .collect();
        let source = self.source("DfE CIN c6");
        self.line(format!(
            "months = {{ {}{} }}",
            months.join(", "),
            ground(&source, f.season.grade, &f.season.note, true)
        ));
        let varies = self.number(&f.varies, "");
        self.line(format!("varies = {varies}"));
        let second = (0.62 * f.earlier * f.ratios.second.value).clamp(0.001, 0.9);
        let note =
            format!("set so that about {:.1} % of plans are second or later", 100.0 * f.ratios.second.value);
        self.line(format!(
            "set = {{ earlier_plan = {{ yes = {}, no = \"rest\"{} }} }}\n",
            spanned(second, 0.3, 1.0),
            ground("", Grade::Assumed, &note, true)
        ));
        if f.has_asylum() {
            let rate = self.number(&f.care.asylum, " per year");
            self.line(
                "[arrivals.asylum]\ntitle = \"Unaccompanied asylum-seeking children\"\nto = \"referral\"",
            );
            let rate = if f.years < 2 { rate } else { self.asylum_by_year() };
            self.line(format!("rate = {rate}\nfamilies = {{ 1 = {} }}", fixed("1", "", "each comes alone")));
            let [.., younger, older] = ASYLUM_AGES;
            let source = self.source("DfE CLA by characteristics");
            let note = "ages of those starting to be looked after, over councils by the share unaccompanied";
            self.line(format!(
                "ages = {{ age_13_15 = {}, age_16_17 = {}{} }}",
                spanned(younger, 0.5, 1.0),
                spanned(older, 0.1, 1.0),
                ground(&source, Grade::Derived, note, true)
            ));
            let none = fixed("0", "", "needs of parents do not apply");
            self.line(format!("needs = {{ domestic_abuse = {none}, substance_misuse = {none}, parent_mental_health = {none}, neglect = {none} }}"));
            self.line("set = { asylum = \"yes\", source = \"other\" }\n");
        }
    }
}

impl Writer<'_> {
    /// Unaccompanied children of each year.
    fn asylum_by_year(&mut self) -> String {
        let f = self.f;
        let source = self.source(&f.care.asylum.source);
        let step = |k: usize| {
            let x = f.asylum_in(k);
            let ahead = (f.starts + k as i32 + 1 - f.year).max(0);
            // counts of years that have been; those foreseen double or halve in some years
            let by = if ahead == 0 { 1.1 } else { 1.25 + 0.1 * f64::from(ahead) };
            let (grade, note) = match ahead {
                0 => (f.care.asylum.grade, "the year's own"),
                _ => (
                    Grade::Derived,
                    "the first year's share of children foreseen to start to be looked after",
                ),
            };
            let n = Number {
                value: x.max(0.01),
                low: x / by,
                high: by * x + 0.02,
                grade,
                source: source.clone(),
                note: note.into(),
            };
            format!("  {{ from = {}-04-01, rate = {} }}", f.starts + k as i32, n.table(" per year"))
        };
        format!("[\n{},\n]", (0..f.years.max(1) as usize).map(step).collect::<Vec<_>>().join(",\n"))
    }
}

/// An 80 % range of the share behind a count out of so many (Wilson 1927).
fn chance(count: f64, of: f64) -> (f64, f64) {
    const Z: f64 = 1.281_55;
    if of <= 0.0 {
        return (0.0, 1.0);
    }
    let p = (count / of).clamp(0.0, 1.0);
    let (scale, centre) = (1.0 + Z * Z / of, p + Z * Z / (2.0 * of));
    let half = Z * (p * (1.0 - p) / of + Z * Z / (4.0 * of * of)).sqrt();
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

/// Shares over the first seven bands, in ten-thousandths that add to 1, each within a fifth.
pub(super) fn band_shares(shares: &[f64; 7]) -> String {
    let sum: f64 = shares.iter().map(|s| s.max(0.0)).sum();
    let mut parts = shares.map(|s| (1e4 * s.max(0.0) / sum.max(1e-12)).round());
    let missing = 1e4 - parts.iter().sum::<f64>();
    // the largest takes what rounding leaves
    if let Some(largest) = parts.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *largest += missing;
    }
    let words: Vec<String> = AGES
        .iter()
        .zip(parts)
        .filter(|(_, p)| *p > 0.0)
        .map(|((name, ..), p)| format!("{name} = {}", spanned(p / 1e4, 0.2, 1.0)))
        .collect();
    words.join(", ")
}
