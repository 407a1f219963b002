//! Which method is used, and why.

use super::lean::Lean;
use super::table::{Backtest, Row};
use crate::stats::series::member::Method;

/// The method to use.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// How far it leans to naive, if it is [`Method::Leaning`].
    pub lean: Option<Lean>,
    /// Why, in a sentence.
    pub reason: String,
}

impl Choice {
    fn of(method: Method, reason: String) -> Self {
        Self { method, lean: None, reason }
    }
}

/// Chooses by the backtest's MASE, in which later tests count more. Nothing is used that did not
/// beat the better of the two naive forecasts: the mean of the methods, fixed in advance, if it
/// did; else the forecast that leans least from the mean to that naive one and did (`lean` scores
/// it); else the best single method that did; else naive itself.
#[must_use]
pub fn choose(table: &Backtest, lean: impl Fn(Lean) -> Option<Row>) -> Choice {
    let Some(mean) = table.row(Method::Combination) else {
        let why = "The history is too short to test methods against one another, so the mean of those that could be fitted is used, untested.";
        return Choice::of(Method::Combination, why.into());
    };
    let naive = [Method::SeasonalNaive, Method::Naive].into_iter().filter_map(|m| table.row(m));
    let Some(naive) = naive.min_by(|a, b| a.all.mase.total_cmp(&b.all.mase)) else {
        return Choice::of(Method::Combination, "There was no naive forecast to compare with.".into());
    };
    let tests = format!("over {} test(s) of {} months in all", table.origins, mean.all.months);
    let (name, to_beat) = (naive.method.label(), naive.all.mase);
    if mean.all.mase < to_beat {
        let said = format!("{} {tests}", against(mean, naive));
        return Choice::of(Method::Combination, format!("The mean of the methods was {said}."));
    }
    let lost = format!("The mean of the methods did not beat \"{name}\" {tests}");
    for quarters in 1..=3 {
        let lean_to = Lean { naive: naive.method, quarters };
        let Some(row) = lean(lean_to).filter(|r| r.all.mase < to_beat) else { continue };
        let said = against(&row, naive);
        let reason = format!("{lost}; {} did, and is used: {said}.", lean_to.words());
        return Choice { method: Method::Leaning, lean: Some(lean_to), reason };
    }
    let single = |r: &&Row| !matches!(r.method, Method::Combination | Method::Naive | Method::SeasonalNaive);
    let best = table.rows.iter().filter(single).min_by(|a, b| a.all.mase.total_cmp(&b.all.mase));
    match best.filter(|r| r.all.mase < to_beat) {
        Some(row) => {
            let said = against(row, naive);
            let reason = format!("{lost}; {} did, and is used alone: {said}.", row.method.label());
            Choice::of(row.method, reason)
        }
        None => {
            let off = naive.all.absolute_error;
            let reason = format!(
                "No method beat \"{name}\" {tests}, so that is the forecast (off by {off:.1} a month on average)."
            );
            Choice::of(naive.method, reason)
        }
    }
}

/// How much closer, in the series' own unit where that agrees with the scaled error.
fn against(ours: &Row, naive: &Row) -> String {
    let (a, b) = (&ours.all, &naive.all);
    let gain = 100.0 * (1.0 - a.mase / b.mase);
    let closer = if gain < 1.0 { "under 1 % closer".to_string() } else { format!("{gain:.0} % closer") };
    let name = naive.method.label();
    if a.absolute_error < b.absolute_error {
        let (x, y) = (a.absolute_error, b.absolute_error);
        format!("off by {x:.1} a month on average and \"{name}\" by {y:.1}, {closer}")
    } else {
        format!("{closer} than \"{name}\" by MASE ({:.3} and {:.3})", a.mase, b.mase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::table::Scores;
    use Method::{Combination, Leaning, Naive, SeasonalNaive, Theta};

    fn row(method: Method, mase: f64) -> Row {
        let all = Scores {
            months: 30,
            mase,
            rmsse: mase,
            wis: mase,
            msis: mase,
            cover_80: 0.8,
            cover_95: 0.95,
            absolute_error: 10.0 * mase,
        };
        Row { method, all, bands: [None, None, None, None] }
    }

    fn chosen(rows: &[(Method, f64)], leaning: [f64; 3]) -> Choice {
        let rows = rows.iter().map(|r| row(r.0, r.1)).collect();
        choose(&Backtest { origins: 3, rows }, |l| Some(row(Leaning, leaning[usize::from(l.quarters) - 1])))
    }

    #[test]
    fn naive_is_used_when_nothing_beats_it_and_says_so() {
        let rows = [(SeasonalNaive, 0.9), (Naive, 0.8), (Theta, 0.81), (Combination, 0.82)];
        let found = chosen(&rows, [0.82, 0.81, 0.8]);
        assert_eq!(found.method, Naive);
        assert!(found.reason.starts_with("No method beat \"same as last month\""), "{}", found.reason);
        let nothing_moves = [(SeasonalNaive, 0.0), (Naive, 0.0), (Theta, 0.0), (Combination, 0.0)];
        assert_eq!(chosen(&nothing_moves, [0.0; 3]).method, SeasonalNaive);
    }

    #[test]
    fn what_is_used_beat_naive() {
        let rows = |mean: f64| [(SeasonalNaive, 0.9), (Theta, 0.7), (Combination, mean)];
        let found = chosen(&rows(0.72), [0.1; 3]);
        assert_eq!(found.method, Combination);
        assert!(found.reason.contains("20 % closer"), "{}", found.reason);
        let found = chosen(&rows(0.95), [0.91, 0.89, 0.85]);
        assert_eq!(found.lean, Some(Lean { naive: SeasonalNaive, quarters: 2 }));
        assert!(found.reason.contains("half-way from the mean to \"same as last year\""), "{}", found.reason);
        let found = chosen(&rows(0.95), [0.91; 3]);
        assert_eq!(found.method, Theta);
        assert!(found.reason.contains("theta did, and is used alone"), "{}", found.reason);
    }

    #[test]
    fn without_a_test_the_mean_is_used_and_said_to_be_untested() {
        let found = choose(&Backtest::default(), |_| None);
        assert_eq!(found.method, Combination);
        assert!(found.reason.contains("untested"));
    }
}
