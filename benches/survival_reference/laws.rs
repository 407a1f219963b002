//! Maximum-likelihood fits against polished optima.

use crate::curves::mgus2_causes;
use crate::table::Table;
use crate::tally::Tally;
use caseflow::stats::survival::{Family, Fit, Spell, Spells, SurvivalError, ZeroLength};
use serde_json::Value;
use std::path::Path;

const LIKELIHOOD: f64 = 1e-6;
const PARAMETER: f64 = 1e-6;
/// A reference whose own slope is above this is known to 1e-4 only.
const REFERENCE_SLOPE: f64 = 1e-5;
const PARAMETER_ROUGH: f64 = 1e-4;
const ERROR: f64 = 1e-4;

/// Standard errors on the fitted scale where the reference's, from differences of the likelihood, are off
/// by more than the allowance; these were computed from the same data in 50-digit arithmetic.
const EXACT_ERRORS: [(&str, &str, [f64; 2]); 2] = [
    ("kmsurv_channing gender=1", "gamma", [0.533_387_947_634_630_9, 0.479_032_632_441_190_9]),
    ("kmsurv_channing gender=1", "llogis", [0.219_298_684_288_736_16, 0.047_153_436_292_050_03]),
];

pub fn all(data: &Path, reference: &Path, tally: &mut Tally) {
    let path = reference.join("parametric_mle.json");
    let fits = std::fs::read_to_string(&path)
        .map_err(|e| e.to_string())
        .and_then(|text| serde_json::from_str::<Vec<Value>>(&text).map_err(|e| e.to_string()));
    match fits {
        Ok(fits) => fits.iter().for_each(|fit| one(data, fit, tally)),
        Err(error) => tally.error("parametric_mle.json", &error),
    }
}

fn one(data: &Path, reference: &Value, tally: &mut Tally) {
    let dataset = reference["dataset"].as_str().unwrap_or_default();
    let dist = reference["dist"].as_str().unwrap_or_default();
    let short: String = dataset.chars().take(38).collect();
    let naive = if dataset.contains("NAIVE") { " naive" } else { "" };
    let name = format!("mle {dist} {short}{naive}");
    match compare(data, dataset, dist, reference) {
        Ok((text, good)) => tally.line(&name, &text, good),
        Err(error) => tally.error(&name, &error),
    }
}

fn compare(data: &Path, dataset: &str, dist: &str, reference: &Value) -> Result<(String, bool), String> {
    let family = family(dist)?;
    let raw = spells(data, dataset)?;
    let spells = Spells::new(&raw, ZeroLength::Drop).map_err(|e| e.to_string())?;
    let fit = match Fit::new(family, &spells) {
        Ok(fit) => fit,
        Err(SurvivalError::NoMaximum { why, reached, .. }) => {
            // A reference that is itself on a ridge is no maximum: refusing it is right if we stood
            // higher when we refused.
            let gain = reached - reference["loglik"].as_f64().unwrap_or(f64::NAN);
            let text = format!("refused: {why}; higher than the reference by {gain:.1e}");
            return Ok((text, gain > 0.0));
        }
        Err(error) => return Err(error.to_string()),
    };
    if reference["n"].as_f64().is_some_and(|n| n != fit.weight) {
        return Err(format!("{} spells where the reference has {}", fit.weight, reference["n"]));
    }
    let number = |v: &Value| v.as_f64().ok_or("a number is missing from the reference");
    let gain = fit.log_likelihood - number(&reference["loglik"])?;
    let (mut worst, mut worst_se) = (0.0_f64, 0.0_f64);
    let errors = &reference["se_transformed"];
    for (i, (parameter, ours)) in family.parameters().iter().zip(&fit.parameters).enumerate() {
        let theirs = number(&reference["param"][parameter.name])?;
        worst = worst.max((ours / theirs - 1.0).abs());
        let exact = EXACT_ERRORS
            .iter()
            .find(|(set, law, _)| dataset.starts_with(set) && *law == dist)
            .and_then(|(_, _, errors)| errors.get(i));
        let theirs = match exact {
            Some(&exact) => exact,
            None => number(errors.get(i).unwrap_or(errors))?,
        };
        worst_se = worst_se.max((fit.se()[i] / theirs - 1.0).abs());
    }
    let rough = number(&reference["max_abs_gradient"])? > REFERENCE_SLOPE;
    let allowed = if rough { PARAMETER_ROUGH } else { PARAMETER };
    let good = gain >= -LIKELIHOOD && worst <= allowed && worst_se <= ERROR;
    let text = format!(
        "loglik {:.6} ({gain:+.1e}), parameters {worst:.1e} (allowed {allowed:.0e}), se {worst_se:.1e}, slope {:.0e}, maxima {}",
        fit.log_likelihood, fit.slope, fit.maxima
    );
    Ok((text, good))
}

pub fn family(dist: &str) -> Result<Family, String> {
    Ok(match dist {
        "exp" => Family::Exponential,
        "weibull" => Family::Weibull,
        "gamma" => Family::Gamma,
        "lnorm" => Family::LogNormal,
        "llogis" => Family::LogLogistic,
        "gompertz" => Family::Gompertz,
        "gengamma" => Family::GeneralisedGamma,
        other => return Err(format!("no family {other}")),
    })
}

fn spell(entry: f64, exit: f64, exits: bool) -> Spell {
    if exits { Spell::exit(entry, exit, 0) } else { Spell::censored(entry, exit) }
}

/// The digit after `key` in the description of a data set.
fn digit(dataset: &str, key: &str) -> Result<f64, String> {
    let after = dataset.split(key).nth(1).and_then(|s| s.chars().next());
    let digit = after.and_then(|c| c.to_digit(10));
    digit.map(f64::from).ok_or_else(|| format!("no {key} in {dataset}"))
}

fn spells(data: &Path, dataset: &str) -> Result<Vec<Spell>, String> {
    let read = |name: &str| Table::read(&data.join(name));
    let first = dataset.split(' ').next().unwrap_or_default();
    match first {
        "lung" => {
            let table = read("lung.csv")?;
            let (time, status) = (table.numbers("time")?, table.numbers("status")?);
            let rows = time.iter().zip(&status);
            Ok(rows.map(|(&t, &s)| spell(0.0, t, s == 2.0)).collect())
        }
        "kmsurv_channing" => {
            let table = read("kmsurv_channing.csv")?;
            let (entry, exit) = (table.numbers("ageentry")?, table.numbers("age")?);
            let (death, gender) = (table.numbers("death")?, table.numbers("gender")?);
            let wanted = digit(dataset, "gender=")?;
            Ok((0..exit.len())
                .filter(|&i| gender[i] == wanted)
                .map(|i| spell(entry[i] / 12.0, exit[i] / 12.0, death[i] == 1.0))
                .collect())
        }
        "mgus2" => {
            let cause = digit(dataset, "cause=")? as usize - 1;
            let rows = mgus2_causes(&read("mgus2.csv")?)?;
            Ok(rows.into_iter().map(|(time, why)| spell(0.0, time.max(0.1), why == Some(cause))).collect())
        }
        "lifelines_interval_diabetes" => {
            let table = read("lifelines_interval_diabetes.csv")?;
            let (left, right) = (table.numbers("left")?, table.numbers("right")?);
            let rows = left.into_iter().zip(right);
            Ok(rows
                .map(|(l, r)| if l == r { spell(0.0, l, true) } else { Spell::within(0.0, l, r, 0) })
                .collect())
        }
        "sim_stock_sample" => {
            let table = read("sim_stock_sample_known_truth.csv")?;
            let (entry, exit) = (table.numbers("entry")?, table.numbers("exit")?);
            let cause = table.numbers("cause")?;
            let wanted = digit(dataset, "cause=")?;
            let naive = dataset.contains("NAIVE");
            Ok((0..exit.len())
                .map(|i| {
                    let entry = if naive { 0.0 } else { entry[i] };
                    spell(entry, exit[i], cause[i] == wanted)
                })
                .collect())
        }
        other => Err(format!("no reader for the data set {other}")),
    }
}
