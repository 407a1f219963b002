//! Posterior draws: ignorance about the numbers of a fitted model.
//!
//! Referrals of the coming years are drawn from the outlook's own misses, one luck for all years, as misses persist. The
//! shares and stays behind them are drawn lognormal within their 80 % ranges, correlated with referrals as the same ratio
//! was over all councils: where referrals jump, enquiries a referral mostly fall.

use super::borrow::Reader;
use super::fit::{Fitted, YEARS};
use super::flows::shares;
use super::number::{Number, tidy};
use super::text::values;
use crate::base::rng::{Key, Purpose};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;
use crate::model::draws::Draws;
use crate::stats::special::{normal_cdf, normal_quantile};

/// How many draws a fit makes.
pub const DRAWS: usize = 200;

/// One unknown: its range, how its luck goes with that of referrals, and what it does to the file.
struct Unknown<'a> {
    number: Number,
    shared: f64,
    paths: Vec<String>,
    /// Values at the paths for a factor on the number.
    write: Box<dyn Fn(f64) -> Vec<String> + 'a>,
}

/// Draws for a fitted council.
pub(super) fn draw(stats: &Statistics, outlook: &Outlook, f: &Fitted) -> Draws {
    let unknown = unknowns(stats, f);
    let mut draws = Draws::default();
    draws.paths.push("arrivals.referrals.rate".into());
    draws.paths.extend(unknown.iter().flat_map(|u| u.paths.iter().cloned()));
    let predictions: Vec<_> = (1..=YEARS)
        .map(|h| outlook.change("referrals", h).zip(outlook.predict(stats, "referrals", f.area, h)))
        .collect();
    let (normal, root) = (Purpose::named("normal"), Key::root(0x6361_6c69, 0));
    for k in 0..DRAWS as u64 {
        let key = root.child(k);
        let z = |n: u64| normal_quantile(key.unit(normal, n));
        let common = z(0);
        let years: Vec<f64> = predictions
            .iter()
            .zip(&f.referrals)
            .map(|(p, level)| match p {
                Some((change, p)) => change.quantile(p, normal_cdf(common)),
                None => level.value * factor(level, common),
            })
            .collect();
        let mut row = vec![values::rate_steps(f, &years)];
        for (n, u) in unknown.iter().enumerate() {
            let own = (1.0 - u.shared * u.shared).max(0.0).sqrt();
            row.extend((u.write)(factor(&u.number, u.shared * common + own * z(n as u64 + 1))));
        }
        draws.values.push(row);
    }
    draws
}

/// Ways of one stage with the flows that carry children along them.
type Ways = (&'static str, Vec<(&'static str, f64)>);

fn ways(f: &Fitted) -> [Ways; 6] {
    let x = f.flows;
    let again = x.cin_again > 0.02 * x.cin_inflow();
    let (closing, again) =
        if again { (x.cin_closing, x.cin_again) } else { (x.cin_closing + x.cin_again, 0.0) };
    [
        (
            "referral",
            vec![
                ("closed_nfa", x.referral_nfa),
                ("section_47", x.referral_s47),
                ("assessment", x.referral_assessment),
            ],
        ),
        (
            "assessment",
            vec![
                ("not_in_need", x.assessment_nin),
                ("closing", x.assessment_closing),
                ("child_in_need", x.assessment_cin),
                ("section_47", x.assessment_s47),
                ("into_care", x.assessment_care),
                ("disabled", x.assessment_disabled),
            ],
        ),
        (
            "child_in_need",
            vec![
                ("closing", closing),
                ("section_47", x.cin_s47),
                ("into_care", x.cin_care),
                ("reassessment", again),
            ],
        ),
        (
            "child_protection",
            vec![
                ("child_in_need", x.review_cin),
                ("closing", x.review_closing),
                ("into_care", x.review_care),
            ],
        ),
        (
            "leaves_plan_early",
            vec![("into_care", x.early_care), ("moved_away", x.early_moved), ("child_in_need", x.early_cin)],
        ),
        ("conference", Vec::new()),
    ]
}

/// Shares on the way to a stage, as far as they stand in the file as numbers: (path, share, most it may be).
fn shares_to(f: &Fitted, to: &str) -> Vec<(String, f64, f64)> {
    let mut found = Vec::new();
    for (stage, ways) in ways(f) {
        let all = shares(&ways);
        let rest = 1.0 - all.iter().filter_map(|s| s.1).sum::<f64>();
        for share in all.iter().filter(|s| s.0 == to).filter_map(|s| s.1) {
            // two of a stage's shares may rise at once: each may take less than half of the rest
            found.push((format!("stages.{stage}.to.{to}"), share, share + 0.45 * rest));
        }
    }
    found
}

/// An unknown that scales shares on the way to a stage.
fn scaled<'a>(number: &Number, shared: f64, to: Vec<(String, f64, f64)>) -> Unknown<'a> {
    let paths = to.iter().map(|s| s.0.clone()).collect();
    let write = move |x: f64| to.iter().map(|(_, share, most)| tidy((share * x).min(*most))).collect();
    Unknown { number: number.clone(), shared, paths, write: Box::new(write) }
}

fn unknowns<'a>(stats: &'a Statistics, f: &'a Fitted) -> Vec<Unknown<'a>> {
    let reader = Reader::new(stats, f.area, f.year);
    let count = |name: &str| reader.count(name);
    let with = |top: &str, bottom: &str| reader.with_referrals((top, bottom));
    let ratio = |top, bottom| reader.ratio(&count(top), &count(bottom), (top, bottom));
    let one = |path: &str, number: &Number, shared: f64, write: Box<dyn Fn(f64) -> String + 'a>| Unknown {
        number: number.clone(),
        shared,
        paths: vec![path.into()],
        write: Box::new(move |x| vec![write(x)]),
    };
    let r = &f.ratios;
    let mut out = vec![
        scaled(&r.section_47, with("s47", "referrals"), shares_to(f, "section_47")),
        one(
            "stages.section_47.to.conference",
            &r.conference,
            with("icpc", "s47"),
            Box::new(|x| tidy(values::conference_share(f, (r.conference.value * x).min(0.9)))),
        ),
        one(
            "stages.conference.to.child_protection",
            &r.plan,
            with("cpp_starts", "icpc"),
            Box::new(|x| tidy((r.plan.value * x).clamp(0.01, 0.985))),
        ),
        scaled(&ratio("cla_starts", "referrals"), with("cla_starts", "referrals"), shares_to(f, "into_care")),
        one(
            "stages.child_protection.interrupted.leaves_plan_early",
            &f.plan.between,
            with("cpp_at_31_march", "cpp_starts"),
            Box::new(|x| values::per_year((f.plan.between.value * x).min(3.0))),
        ),
        one(
            "stages.child_in_need.stay",
            &f.cin_days,
            with("cin_at_31_march", "referrals"),
            Box::new(|x| values::cin_stay(f.cin_days.value * x)),
        ),
        one(
            "stages.closing.stay",
            &f.closing_days,
            0.0,
            Box::new(|x| values::closing_stay(f.closing_days.value * x)),
        ),
    ];
    let returns = ["closed", "not_in_need", "closed_nfa"].map(|e| format!("exits.{e}.returns.within"));
    out.push(Unknown {
        number: f.returns.after_help.clone(),
        shared: with("re_referrals", "referrals"),
        paths: returns.to_vec(),
        write: Box::new(|x| {
            let [help, no_need] = [(&f.returns.after_help, 0.45), (&f.returns.after_no_need, 0.6)]
                .map(|(n, most)| values::returns_within((n.value * x).min(most)));
            vec![help, no_need.clone(), no_need]
        }),
    });
    let placements = ["fostered", "residential", "with_parents"].map(|s| format!("stages.{s}.stay_times"));
    out.push(Unknown {
        number: ratio("cla_ends", "cla_at_31_march"),
        shared: with("cla_ends", "cla_at_31_march"),
        paths: placements.to_vec(),
        write: Box::new(|x| vec![format!("{{ all = {} }}", tidy(1.0 / x)); 3]),
    });
    out.retain(|u| !u.paths.is_empty());
    out
}

/// A lognormal factor whose 80 % range is the number's.
fn factor(n: &Number, z: f64) -> f64 {
    if n.value <= 0.0 || n.low <= 0.0 || n.high <= n.low {
        return 1.0;
    }
    libm::exp(z * libm::log(n.high / n.low) / 2.5631).clamp(0.2, 5.0)
}
