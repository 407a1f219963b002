//! The forecast in a sentence.

use super::run::Step;
use super::series::Series;
use crate::stats::series::member::Method;

/// A sentence a councillor can read: the coming year against the last, and how sure.
#[must_use]
pub fn sentence(series: &Series, steps: &[Step], method: Method) -> String {
    let ahead = steps.len().min(12);
    let Some(last) = steps.get(ahead.saturating_sub(1)) else {
        return String::new();
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let coming = mean(&steps.iter().take(ahead).map(|s| s.forecast).collect::<Vec<_>>());
    // Compared with the same months of last year, so that the season cancels.
    let from = series.values.len().saturating_sub(12);
    let before: Vec<f64> = series.values.iter().skip(from).take(ahead).flatten().copied().collect();
    let past = mean(&before);
    let months = if ahead == 1 { "month".into() } else { format!("{ahead} months") };
    let change = if before.len() < ahead || past <= 0.0 {
        String::new()
    } else {
        let per_cent = 100.0 * (coming / past - 1.0);
        if per_cent.abs() < 1.0 {
            ", about the same as the same months a year before".into()
        } else {
            let word = if per_cent > 0.0 { "more" } else { "fewer" };
            format!(", {:.0} % {word} than the same months a year before", per_cent.abs())
        }
    };
    let band = last.intervals[1];
    let per_head = if series.exposure.is_some() { " for the population then" } else { "" };
    let naive = match method {
        Method::SeasonalNaive => {
            format!(" No method did better than repeating last year{per_head}, so that is what this is.")
        }
        Method::Naive => {
            format!(" No method did better than repeating the last month{per_head}, so that is what this is.")
        }
        _ => String::new(),
    };
    format!(
        "Over the next {months} we expect about {} a month{change}; in {} the number is likely (8 times in 10) to lie between {} and {}.{naive}",
        thousands(coming),
        last.month.label(),
        thousands(band.low),
        thousands(band.high)
    )
}

/// A whole number with commas; one decimal under ten.
#[must_use]
pub fn thousands(value: f64) -> String {
    if value.abs() < 10.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if value < -0.5 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::month::Month;
    use crate::forecast::run::Interval;

    #[test]
    fn reads_well() {
        let start = Month::new(2022, 1).unwrap();
        let series = Series::new("contacts", start, vec![Some(1_000.0); 24]);
        let steps: Vec<Step> = (0..18)
            .map(|h| Step {
                month: series.end().plus(h),
                forecast: 1_100.0,
                intervals: [0.5, 0.8, 0.95].map(|level| Interval { level, low: 1_000.0, high: 1_250.0 }),
            })
            .collect();
        assert_eq!(
            sentence(&series, &steps, Method::Combination),
            "Over the next 12 months we expect about 1,100 a month, 10 % more than the same months a year before; in December 2024 the number is likely (8 times in 10) to lie between 1,000 and 1,250."
        );
        assert_eq!(thousands(-1_234_567.2), "-1,234,567");
        assert_eq!(thousands(3.25), "3.2");
    }
}
