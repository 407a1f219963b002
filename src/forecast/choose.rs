//! Which method is used, and why.

use super::table::Backtest;
use crate::stats::series::decompose::variance;
use crate::stats::series::member::Method;

/// Fewer judged months than this are no evidence.
const LEAST: usize = 12;

/// One-sided 5 % points of Student's t for 1 to 10 degrees of freedom.
const TWENTIETH: [f64; 10] = [6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812];

/// The method to use and the reason, in a sentence.
///
/// The mean of the methods, fixed in advance, is the rule. Where no method beat the better naive
/// forecast in the backtest, by more than chance over its origins (a paired t test of Diebold and
/// Mariano's kind at 5 %), that naive forecast is used; where only a single method stood up to
/// it, that method. A lead within chance is reported but not followed: a handful of overlapping
/// tests picks the wrong method more often than the right one.
#[must_use]
pub fn choose(table: &Backtest) -> (Method, String) {
    let error = |m: Method| table.row(m).map(|r| r.all.mase);
    let Some(combined) = table.row(Method::Combination).filter(|r| r.all.months >= LEAST) else {
        let why = "The history is too short to test methods against one another, so the mean of those that could be fitted is used, untested.";
        return (Method::Combination, why.into());
    };
    let naive = [Method::SeasonalNaive, Method::Naive]
        .into_iter()
        .filter_map(|m| Some((m, error(m)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((naive, naive_error)) = naive else {
        return (Method::Combination, "There was no naive forecast to compare with.".into());
    };
    let tests = format!("over {} tests ({} months)", table.origins, combined.all.months);
    let off = |m: Method| table.row(m).map_or(0.0, |r| r.all.absolute_error);
    let (ours, theirs) = (off(Method::Combination), off(naive));
    let name = naive.label();
    if combined.all.mase < naive_error {
        let gain = 100.0 * (1.0 - combined.all.mase / naive_error);
        let why = format!(
            "The mean of the methods was off by {ours:.1} a month on average {tests}, \"{name}\" by {theirs:.1}: {gain:.0} % closer."
        );
        return (Method::Combination, why);
    }
    if !beyond_chance(table, Method::Combination, naive) {
        let why = format!(
            "The mean of the methods did not beat \"{name}\" {tests} (scaled error {:.2} against {naive_error:.2}), but the difference is within chance, so the mean, which was fixed in advance, is used.",
            combined.all.mase
        );
        return (Method::Combination, why);
    }
    let better = Method::MEMBERS
        .into_iter()
        .chain([Method::CountRegression])
        .filter_map(|m| Some((m, error(m)?)))
        .filter(|m| m.1 < naive_error)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    match better {
        Some((method, _)) => {
            let why = format!(
                "The mean of the methods did worse than \"{name}\" {tests}; {} did better (scaled error {:.2} against {naive_error:.2}) and is used alone.",
                method.label(),
                error(method).unwrap_or(0.0),
            );
            (method, why)
        }
        None => {
            let why = format!(
                "No method beat \"{name}\" {tests}, so that is the forecast (off by {theirs:.1} a month on average)."
            );
            (naive, why)
        }
    }
}

/// Whether the errors of `worse` exceed those of `better` by more than chance over the origins.
fn beyond_chance(table: &Backtest, worse: Method, better: Method) -> bool {
    let (Some(a), Some(b)) = (table.row(worse), table.row(better)) else {
        return false;
    };
    let differences: Vec<f64> = a.by_origin.iter().zip(&b.by_origin).map(|(x, y)| x - y).collect();
    let n = differences.len();
    if n < 2 || a.by_origin.len() != b.by_origin.len() {
        return false;
    }
    let mean = differences.iter().sum::<f64>() / n as f64;
    let spread = (variance(&differences) / n as f64).sqrt();
    let needed = TWENTIETH.get(n - 2).copied().unwrap_or(1.645);
    mean > needed * spread
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::table::{Row, Scores};

    fn table(errors: &[(Method, [f64; 3])], months: usize) -> Backtest {
        let rows = errors
            .iter()
            .map(|&(method, by_origin)| {
                let mase = by_origin.iter().sum::<f64>() / 3.0;
                Row {
                    method,
                    all: Scores {
                        months,
                        mase,
                        rmsse: mase,
                        wis: mase,
                        msis: mase,
                        cover_80: 0.8,
                        cover_95: 0.95,
                        absolute_error: 10.0 * mase,
                    },
                    bands: [None, None, None, None],
                    by_origin: by_origin.to_vec(),
                }
            })
            .collect();
        Backtest { origins: 3, rows }
    }

    #[test]
    fn naive_is_used_when_nothing_beats_it_and_says_so() {
        use Method::{Combination, Naive, SeasonalNaive, Theta};
        let naive = (Naive, [0.8, 0.7, 0.9]);
        let last_year = (SeasonalNaive, [0.9, 0.9, 0.9]);
        let (m, why) =
            choose(&table(&[last_year, naive, (Theta, [1.0; 3]), (Combination, [0.92, 0.83, 1.0])], 30));
        assert_eq!(m, Naive);
        assert!(why.starts_with("No method beat \"same as last month\""), "{why}");
        // Differences -.1, .3, .1: mean .1, standard error .115, under 2.92 of them.
        let (m, why) = choose(&table(&[naive, (Combination, [0.7, 1.0, 1.0])], 30));
        assert_eq!(m, Combination);
        assert!(why.contains("within chance"), "{why}");
        let (m, why) = choose(&table(&[last_year, (Theta, [1.0; 3]), (Combination, [0.72; 3])], 30));
        assert_eq!(m, Combination);
        assert!(why.contains("20 % closer"), "{why}");
        let (m, _) = choose(&table(&[last_year, (Theta, [0.7; 3]), (Combination, [0.95, 0.95, 0.96])], 30));
        assert_eq!(m, Theta);
        let (m, why) = choose(&table(&[(SeasonalNaive, [0.5; 3]), (Combination, [0.95; 3])], 11));
        assert_eq!(m, Combination);
        assert!(why.contains("untested"));
    }
}
