//! Posterior draws: ignorance about the numbers of a fitted model.
//!
//! The figures of the coming years are drawn from the outlook's own misses, with one luck a measure for all years, as misses
//! persist. Each figure goes with referrals as its changes did over all councils. What carries one figure to the next (enquiries
//! a referral, plans a conference) is the quotient of their draws. So the bands of a measure are those that were tested on
//! earlier years. Numbers that no figure of a year tells are drawn lognormal within their 80 % ranges.

use super::aim::Aim;
use super::borrow::Reader;
use super::drift::odds_factor;
use super::fit::Fitted;
use super::number::Number;
use super::text::care::{CARRIED, UNSEEN, carries, closes_unseen};
use super::text::{pathway::odds_of, values};
use crate::base::rng::{Key, Purpose};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;
use crate::model::draws::Draws;
use crate::stats::special::{normal_cdf, normal_quantile};

/// How many draws a fit makes.
pub const DRAWS: usize = 200;

/// Figures drawn by year: measure, the draw of which it shares the luck, and how far (of its own with referrals).
const DRAWN: [&str; 6] = ["referrals", "section_47", "conferences", "plans_started", "care_starts", "cin"];

/// One unknown that is the same in all years: its range, how its luck goes with that of referrals, and what it does to the
/// file.
struct Unknown<'a> {
    number: Number,
    shared: f64,
    paths: Vec<String>,
    /// Values at the paths for a factor on the number.
    write: Box<dyn Fn(f64) -> Vec<String> + 'a>,
}

/// Draws for a fitted council.
pub(super) fn draw(stats: &Statistics, outlook: &Outlook, f: &Fitted) -> Draws {
    let reader = Reader::new(stats, f.area, f.year);
    let unknown = unknowns(&reader, f);
    let by_year = ByYear::new(stats, outlook, &reader, f);
    let mut draws = Draws::default();
    draws.paths.extend(by_year.paths());
    draws.paths.extend(unknown.iter().flat_map(|u| u.paths.iter().cloned()));
    let (normal, root) = (Purpose::named("normal"), Key::root(0x6361_6c69, 0));
    for k in 0..DRAWS as u64 {
        let key = root.child(k);
        let z = |n: u64| normal_quantile(key.unit(normal, n));
        let common = z(0);
        let mut row = by_year.values(common, |n| z(100 + n));
        for (n, u) in unknown.iter().enumerate() {
            let own = (1.0 - u.shared * u.shared).max(0.0).sqrt();
            row.extend((u.write)(factor(&u.number, u.shared * common + own * z(n as u64 + 1))));
        }
        draws.values.push(row);
    }
    draws
}

/// Figures that are drawn by year.
struct ByYear<'a> {
    f: &'a Fitted,
    outlook: &'a Outlook,
    stats: &'a Statistics,
    /// How each of [`DRAWN`] goes with referrals.
    shared: Vec<f64>,
    /// Stages with odds of a section 47 enquiry and of coming into care.
    odds: [Vec<&'static str>; 2],
}

impl<'a> ByYear<'a> {
    fn new(stats: &'a Statistics, outlook: &'a Outlook, reader: &Reader<'_>, f: &'a Fitted) -> Self {
        let with = |measure: &str| match f.aims.iter().find(|a| a.measure == measure) {
            Some(aim) if measure != "referrals" => reader.with_referrals((aim.indicator, "")),
            _ => 1.0,
        };
        ByYear {
            f,
            outlook,
            stats,
            shared: DRAWN.map(with).to_vec(),
            odds: [odds_of(f, "section_47"), odds_of(f, "into_care")],
        }
    }

    fn aim(&self, measure: &str) -> Option<&'a Aim> {
        self.f.aims.iter().find(|a| a.measure == measure)
    }

    /// The factors by which a measure's figures differ from what is foreseen, by year, for this luck; 1 where the figure is
    /// published.
    fn factors(&self, measure: &str, z: f64) -> Vec<f64> {
        let years = self.f.years as usize;
        let Some(aim) = self.aim(measure) else { return vec![1.0; years] };
        (0..years)
            .map(|k| {
                let horizon = self.f.starts + k as i32 + 1 - self.f.year;
                if horizon < 1 {
                    return 1.0;
                }
                let known = self.outlook.change(aim.indicator, horizon);
                match known.zip(self.outlook.predict(self.stats, aim.indicator, self.f.area, horizon)) {
                    Some((change, p)) => change.quantile(&p, normal_cdf(z)) / p.point,
                    None => aim.by_year.get(k).map_or(1.0, |n| factor(n, z)),
                }
            })
            .collect()
    }

    fn paths(&self) -> Vec<String> {
        let mut out = vec!["arrivals.contacts.rate".to_string()];
        out.extend(self.odds[0].iter().map(|s| format!("stages.{s}.odds.section_47.all")));
        out.push("stages.section_47.odds.conference.all".into());
        out.push("stages.conference.odds.child_protection.all".into());
        out.extend(self.odds[1].iter().map(|s| format!("stages.{s}.odds.into_care.all")));
        out.extend(["child_in_need", "closing"].map(|s| format!("stages.{s}.stay_times.all")));
        if self.f.years < 2 { out.into_iter().take(1).collect() } else { out }
    }

    fn values(&self, common: f64, own: impl Fn(u64) -> f64) -> Vec<String> {
        let f = self.f;
        let drawn: Vec<Vec<f64>> = DRAWN
            .iter()
            .zip(&self.shared)
            .enumerate()
            .map(|(n, (measure, &shared))| {
                let z = shared * common + (1.0 - shared * shared).max(0.0).sqrt() * own(n as u64);
                self.factors(measure, z)
            })
            .collect();
        let [referrals, s47, conferences, plans, care, cin] = &drawn[..] else { return Vec::new() };
        let levels: Vec<f64> = self
            .aim("referrals")
            .map_or(&[][..], |a| &a.by_year)
            .iter()
            .zip(referrals)
            .enumerate()
            .map(|(k, (n, &x))| {
                let ahead = (f.starts + k as i32 + 1 - f.year).max(1);
                n.value * libm::pow(x, 1.0 + CONTACTS / f64::from(ahead))
            })
            .collect();
        let mut out = vec![values::rate_steps(f, &levels)];
        if f.years < 2 {
            return out;
        }
        // odds are moved for the quotient of two figures
        let quotient = |top: &[f64], bottom: &[f64], drift: &[f64], p: f64| -> Vec<f64> {
            let x = |k: usize| odds_factor(p, top[k] / bottom[k]) * drift[k];
            (0..drift.len()).map(x).collect()
        };
        let steps = |x: &[f64]| values::steps(f, x);
        let d = &f.drift;
        let enquiries = steps(&quotient(s47, referrals, &d.section_47, 0.2));
        out.extend(self.odds[0].iter().map(|_| enquiries.clone()));
        out.push(steps(&quotient(conferences, s47, &d.conference, f.ratios.conference.value)));
        out.push(steps(&quotient(plans, conferences, &d.plan, f.ratios.plan.value)));
        let entries = steps(&quotient(care, referrals, &d.care, 0.02));
        out.extend(self.odds[1].iter().map(|_| entries.clone()));
        let need = |factors: &[f64]| -> String {
            let one = |k: usize| {
                factors[k] * libm::pow(cin[k] / libm::pow(referrals[k], FOLLOWS), MOVES).clamp(0.2, 5.0)
            };
            steps(&(0..factors.len()).map(one).collect::<Vec<f64>>())
        };
        out.extend([need(&d.cin_stay), need(&d.need)]);
        out
    }
}

/// How much further contacts must move than referrals in the first year ahead, as a power beyond 1: children coming back and
/// from early help follow later. Set by trial to the tested bands, as is [`MOVES`].
const CONTACTS: f64 = 0.35;
/// How far children in need follow referrals: care and long plans do not, for years.
const FOLLOWS: f64 = 0.55;
/// How much further stays must move than children in need, as a power: plans and those who wait for closure are three in ten
/// of them. Set by trial to the tested bands (`cargo bench --bench calibration_councils -- --bands`).
const MOVES: f64 = 2.0;

fn unknowns<'a>(reader: &Reader<'_>, f: &'a Fitted) -> Vec<Unknown<'a>> {
    let count = |name: &str| reader.count(name);
    let with = |top: &str, bottom: &str| reader.with_referrals((top, bottom));
    let ratio = |top, bottom| reader.ratio(&count(top), &count(bottom), (top, bottom));
    let mut out = vec![Unknown {
        number: f.plan.between.clone(),
        shared: with("cpp_at_31_march", "cpp_starts"),
        paths: vec!["stages.child_protection.interrupted.leaves_plan_early".into()],
        write: Box::new(|x| vec![values::per_year((f.plan.between.value * x).min(3.0))]),
    }];
    let mut helped = vec!["closed"];
    helped.extend(closes_unseen(f).then_some(UNSEEN));
    let mut unhelped = vec!["not_in_need", "closed_nfa"];
    unhelped.extend(carries(f).then_some(CARRIED));
    let returns = helped.iter().chain(&unhelped).map(|e| format!("exits.{e}.returns.within")).collect();
    let (n_helped, n_unhelped) = (helped.len(), unhelped.len());
    out.push(Unknown {
        number: f.returns.after_help.clone(),
        shared: with("re_referrals", "referrals"),
        paths: returns,
        write: Box::new(move |x| {
            let [help, no_need] = [(&f.returns.after_help, 0.45), (&f.returns.after_no_need, 0.6)]
                .map(|(n, most)| values::returns_within((n.value * x).min(most)));
            [vec![help; n_helped], vec![no_need; n_unhelped]].concat()
        }),
    });
    let placements = super::care::PLACEMENTS.iter().filter(|p| **p != "placed_for_adoption");
    let placements: Vec<String> = placements.map(|s| format!("stages.{s}.stay_times")).collect();
    let n = placements.len();
    out.push(Unknown {
        number: ratio("cla_ends", "cla_at_31_march"),
        shared: with("cla_ends", "cla_at_31_march"),
        paths: placements,
        // half of the yearly change of ends is of children who would have left a year sooner or later
        write: Box::new(move |x| vec![values::stays(f, &f.drift.care_stay, 1.0 / x.sqrt()); n]),
    });
    out
}

/// A lognormal factor whose 80 % range is the number's.
fn factor(n: &Number, z: f64) -> f64 {
    if n.value <= 0.0 || n.low <= 0.0 || n.high <= n.low {
        return 1.0;
    }
    libm::exp(z * libm::log(n.high / n.low) / 2.5631).clamp(0.2, 5.0)
}
