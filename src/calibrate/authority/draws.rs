//! Posterior draws: ignorance about the numbers of a fitted model.

use super::fit::{Fitted, YEARS};
use super::number::{Number, quoted, tidy};
use super::text::values;
use crate::base::rng::{Key, Purpose};
use crate::calibrate::data::Statistics;
use crate::calibrate::outlook::Outlook;
use crate::stats::special::{normal_cdf, normal_quantile};

/// How many draws a fit makes.
pub const DRAWS: usize = 200;
/// Correlation of a year's misses of different measures of one council.
const SHARED: f64 = 0.4;

/// Draws: one row each, one column a path of the model file, an entry the value that replaces the one there.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Draws {
    /// Dotted paths.
    pub paths: Vec<String>,
    /// Values as TOML, by draw then path.
    pub values: Vec<Vec<String>>,
}

/// Most entries a file of draws may hold.
const MOST: usize = 1_000_000;

impl Draws {
    /// As text: a line that says what it is, then the paths, then one draw a line, as JSON lists.
    pub fn text(&self) -> String {
        let line = |row: &Vec<String>| serde_json::to_string(row).unwrap_or_default();
        let mut t = String::from("# caseflow draws 1: values that replace those at these paths\n");
        for row in std::iter::once(&self.paths).chain(&self.values) {
            t.push_str(&line(row));
            t.push('\n');
        }
        t
    }

    /// Reads such text.
    ///
    /// # Errors
    /// The number of the line that has no sense.
    pub fn read(text: &str) -> Result<Draws, usize> {
        let mut lines = text.lines().enumerate();
        let first = lines.next().map_or("", |l| l.1);
        if !first.starts_with("# caseflow draws 1") {
            return Err(1);
        }
        let mut rows = lines
            .filter(|(_, l)| !l.trim().is_empty())
            .map(|(k, l)| serde_json::from_str::<Vec<String>>(l).map_err(|_| k + 1));
        let paths = rows.next().ok_or(2usize)??;
        let mut values: Vec<Vec<String>> = Vec::new();
        for row in rows {
            let row = row?;
            if row.len() != paths.len() || values.len().saturating_mul(paths.len()) > MOST {
                return Err(values.len() + 3);
            }
            values.push(row);
        }
        if values.is_empty() { Err(3) } else { Ok(Draws { paths, values }) }
    }

    /// One draw as a scenario file, which lays its values over the model.
    pub fn scenario(&self, draw: usize) -> Option<String> {
        let row = self.values.get(draw)?;
        let mut t = format!("title = \"Draw {}\"\n[change]\n", draw + 1);
        for (path, value) in self.paths.iter().zip(row) {
            t.push_str(&format!("{} = {value}\n", quoted(path)));
        }
        Some(t)
    }
}

/// Draws for a fitted council: referrals from the outlook's own misses (one luck for all years, as misses persist), the
/// others lognormal with the width of their ranges and a shared part.
pub(super) fn draw(stats: &Statistics, outlook: &Outlook, f: &Fitted) -> Draws {
    type Write = fn(&Fitted, f64) -> String;
    let others: [(&str, &Number, f64, Write); 6] = [
        ("stages.section_47.to.conference", &f.ratios.conference, 0.9, |f, x| {
            tidy(values::conference_share(f, x))
        }),
        ("stages.child_in_need.stay", &f.cin_days, 2_000.0, |_, x| values::cin_stay(x)),
        ("stages.closing.stay", &f.closing_days, 730.0, |_, x| values::closing_stay(x)),
        ("exits.closed.returns.within", &f.returns.after_help, 0.45, |_, x| values::returns_within(x)),
        ("exits.not_in_need.returns.within", &f.returns.after_no_need, 0.6, |_, x| values::returns_within(x)),
        ("stages.child_protection.interrupted.leaves_plan_early", &f.plan.between, 3.0, |_, x| {
            values::per_year(x)
        }),
    ];
    let mut draws = Draws::default();
    draws.paths.push("arrivals.referrals.rate".into());
    draws.paths.extend(others.iter().map(|o| o.0.to_string()));
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
        for (n, (_, number, most, write)) in others.iter().enumerate() {
            let luck = SHARED * common + (1.0 - SHARED * SHARED).sqrt() * z(n as u64 + 1);
            row.push(write(f, (number.value * factor(number, luck)).min(*most)));
        }
        draws.values.push(row);
    }
    draws
}

/// A lognormal factor whose 80 % range is the number's.
fn factor(n: &Number, z: f64) -> f64 {
    if n.value <= 0.0 || n.low <= 0.0 || n.high <= n.low {
        return 1.0;
    }
    libm::exp(z * libm::log(n.high / n.low) / 2.5631).clamp(0.05, 20.0)
}
