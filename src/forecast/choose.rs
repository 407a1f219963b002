//! Which method is used, and why.

use super::table::Backtest;
use crate::stats::series::member::Method;

/// Fewer judged months than this are no evidence.
const LEAST: usize = 12;

/// The method to use and the reason, in a sentence. The mean of the methods, fixed in advance, is
/// the rule; where it did no better than a naive forecast, the best single method that did; where
/// nothing did, the naive forecast itself.
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
    if combined.all.mase < naive_error {
        let gain = 100.0 * (1.0 - combined.all.mase / naive_error);
        let why = format!(
            "The mean of the methods was off by {:.1} a month on average {tests}, \"{}\" by {:.1}: {gain:.0} % closer.",
            off(Method::Combination),
            naive.label(),
            off(naive)
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
                "The mean of the methods did no better than \"{}\" {tests}; {} did (off by {:.1} a month against {:.1}) and is used alone.",
                naive.label(),
                method.label(),
                off(method),
                off(naive)
            );
            (method, why)
        }
        None => {
            let why = format!(
                "No method beat \"{}\" {tests}, so that is the forecast (off by {:.1} a month on average).",
                naive.label(),
                off(naive)
            );
            (naive, why)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::table::{Row, Scores};

    fn table(errors: &[(Method, f64)], months: usize) -> Backtest {
        let rows = errors
            .iter()
            .map(|&(method, mase)| Row {
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
            })
            .collect();
        Backtest { origins: 3, rows }
    }

    #[test]
    fn naive_is_used_when_nothing_beats_it_and_says_so() {
        use Method::{Combination, Naive, SeasonalNaive, Theta};
        let (m, why) = choose(&table(&[(SeasonalNaive, 0.9), (Naive, 0.8), (Theta, 1.0), (Combination, 0.85)], 30));
        assert_eq!(m, Naive);
        assert!(why.starts_with("No method beat \"same as last month\""), "{why}");
        let (m, why) = choose(&table(&[(SeasonalNaive, 0.9), (Theta, 1.0), (Combination, 0.72)], 30));
        assert_eq!(m, Combination);
        assert!(why.contains("20 % closer"), "{why}");
        let (m, _) = choose(&table(&[(SeasonalNaive, 0.9), (Theta, 0.7), (Combination, 0.95)], 30));
        assert_eq!(m, Theta);
        let (m, why) = choose(&table(&[(SeasonalNaive, 0.5), (Combination, 0.95)], 11));
        assert_eq!(m, Combination);
        assert!(why.contains("untested"));
    }
}
