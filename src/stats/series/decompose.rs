//! Classical decomposition: moving-average trend, fixed month effects, remainder.

/// Least squares line through values at 1, 2, 3, ...: (value at 0, slope).
#[must_use]
pub fn line(y: &[f64]) -> (f64, f64) {
    let n = y.len() as f64;
    if y.is_empty() {
        return (0.0, 0.0);
    }
    let (mean_x, mean_y) = ((n + 1.0) / 2.0, y.iter().sum::<f64>() / n);
    let (mut top, mut bottom) = (0.0, 0.0);
    for (i, v) in y.iter().enumerate() {
        let x = i as f64 + 1.0 - mean_x;
        top += x * (v - mean_y);
        bottom += x * x;
    }
    let slope = if bottom > 0.0 { top / bottom } else { 0.0 };
    (mean_y - slope * mean_x, slope)
}

/// Centred moving average over one period (ends weighted half for an even period); the first and
/// last half period have none.
#[must_use]
pub fn moving_average(y: &[f64], period: usize) -> Vec<Option<f64>> {
    let half = period / 2;
    (0..y.len())
        .map(|t| {
            if t < half || t + half >= y.len() {
                return None;
            }
            let window = y.get(t - half..=t + half)?;
            let sum: f64 = window.iter().sum();
            let ends = if period.is_multiple_of(2) { 0.5 * (window.first()? + window.last()?) } else { 0.0 };
            Some((sum - ends) / period as f64)
        })
        .collect()
}

/// Month effects by place in the period, starting with the first value: differences that sum to
/// zero, or ratios that average one. Nothing under two periods and two values.
#[must_use]
pub fn month_effects(y: &[f64], period: usize, ratios: bool) -> Option<Vec<f64>> {
    if period < 2 || y.len() < 2 * period {
        return None;
    }
    let trend = moving_average(y, period);
    let mut sums = vec![0.0; period];
    let mut counts = vec![0.0_f64; period];
    for (t, (v, m)) in y.iter().zip(&trend).enumerate() {
        let Some(m) = m else { continue };
        if ratios && *m <= 0.0 {
            continue;
        }
        sums[t % period] += if ratios { v / m } else { v - m };
        counts[t % period] += 1.0;
    }
    let neutral = if ratios { 1.0 } else { 0.0 };
    let mut effects: Vec<f64> =
        sums.iter().zip(&counts).map(|(s, &c)| if c > 0.0 { s / c } else { neutral }).collect();
    let average = effects.iter().sum::<f64>() / period as f64;
    if ratios {
        if average <= 0.0 {
            return None;
        }
        effects.iter_mut().for_each(|e| *e /= average);
    } else {
        effects.iter_mut().for_each(|e| *e -= average);
    }
    Some(effects)
}

/// How much of the variation around the trend is season, from 0 to 1
/// (Wang, Smith & Hyndman 2006), by classical decomposition with the loss of freedom allowed for.
#[must_use]
pub fn seasonal_strength(y: &[f64], period: usize) -> f64 {
    let Some(effects) = month_effects(y, period, false) else {
        return 0.0;
    };
    let trend = moving_average(y, period);
    let (mut noise, mut both) = (Vec::new(), Vec::new());
    for (t, (v, m)) in y.iter().zip(&trend).enumerate() {
        if let Some(m) = m {
            both.push(v - m);
            noise.push(v - m - effects[t % period]);
        }
    }
    let (n, k) = (noise.len() as f64, period as f64);
    if n <= k {
        return 0.0;
    }
    let total = variance(&both);
    if total <= 0.0 {
        return 0.0;
    }
    (1.0 - variance(&noise) * (n - 1.0) / (n - k) / total).clamp(0.0, 1.0)
}

/// Sample variance (divisor n - 1); zero under two values.
#[must_use]
pub fn variance(y: &[f64]) -> f64 {
    if y.len() < 2 {
        return 0.0;
    }
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    y.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)
}

/// Autocorrelations at lags 1 to `lags`.
#[must_use]
pub fn autocorrelations(y: &[f64], lags: usize) -> Vec<f64> {
    let mean = y.iter().sum::<f64>() / y.len().max(1) as f64;
    let total: f64 = y.iter().map(|v| (v - mean) * (v - mean)).sum();
    (1..=lags)
        .map(|lag| {
            let sum: f64 = y.iter().zip(y.iter().skip(lag)).map(|(a, b)| (a - mean) * (b - mean)).sum();
            if total > 0.0 { sum / total } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_season_comes_apart_exactly() {
        let season = [3.0, -1.0, -2.0, 0.0];
        let y: Vec<f64> = (0..20).map(|t| 10.0 + 2.0 * t as f64 + season[t % 4]).collect();
        let effects = month_effects(&y, 4, false).unwrap();
        for (e, s) in effects.iter().zip(season) {
            assert!((e - s).abs() < 1e-12);
        }
        assert!(seasonal_strength(&y, 4) > 1.0 - 1e-12);
        let (start, slope) = line(&[1.0, 3.0, 5.0]);
        assert!((start + 1.0).abs() < 1e-12 && (slope - 2.0).abs() < 1e-12);
        assert!(month_effects(&y[..7], 4, false).is_none());
    }

    #[test]
    fn autocorrelation_by_hand() {
        // 1 2 3: deviations -1 0 1, lag one 0, lag two -1/2.
        let r = autocorrelations(&[1.0, 2.0, 3.0], 2);
        assert!(r[0].abs() < 1e-12 && (r[1] + 0.5).abs() < 1e-12);
    }
}
