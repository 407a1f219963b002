//! Medians, weighted quantiles and a regression that outliers do not move.

/// The median; none of nothing.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let (a, b) = (values.get(n.checked_sub(1)? / 2)?, values.get(n / 2)?);
    Some(a.midpoint(*b))
}

/// The smallest value up to which the share `p` of the weight lies; values must be sorted.
pub(super) fn weighted_quantile(sorted: &[(f64, f64)], p: f64) -> Option<f64> {
    let total: f64 = sorted.iter().map(|x| x.1).sum();
    let mut sum = 0.0;
    for &(value, weight) in sorted {
        sum += weight;
        if sum >= p * total {
            return Some(value);
        }
    }
    sorted.last().map(|x| x.0)
}

/// One observation: features, response, weight.
pub(super) struct Row<const K: usize> {
    pub(super) x: [f64; K],
    pub(super) y: f64,
    pub(super) weight: f64,
}

/// Ridge regression through the origin with Huber's weights (1964), in five rounds.
pub(super) fn regress<const K: usize>(rows: &[Row<K>], ridge: f64) -> [f64; K] {
    let mut beta = [0.0; K];
    for _ in 0..5 {
        let miss = |r: &Row<K>| (r.y - dot(&r.x, &beta)).abs();
        let mut misses: Vec<f64> = rows.iter().map(miss).collect();
        let Some(scale) = median(&mut misses) else { return beta };
        let bend = 1.5 * (1.5 * scale + 1e-9);
        let mut a = [[0.0; K]; K];
        let mut b = [0.0; K];
        for r in rows {
            let w = r.weight * (bend / miss(r).max(bend));
            for i in 0..K {
                b[i] += w * r.x[i] * r.y;
                a[i].iter_mut().zip(r.x).for_each(|(a, x)| *a += w * r.x[i] * x);
            }
        }
        for (i, row) in a.iter_mut().enumerate() {
            row[i] += ridge;
        }
        beta = solve(a, b);
    }
    beta
}

pub(super) fn dot<const K: usize>(a: &[f64; K], b: &[f64; K]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Gaussian elimination for a positive definite system; noughts where it is not.
fn solve<const K: usize>(mut a: [[f64; K]; K], mut b: [f64; K]) -> [f64; K] {
    for i in 0..K {
        if a[i][i].is_nan() || a[i][i].abs() < 1e-300 {
            return [0.0; K];
        }
        let pivot = a[i];
        for k in i + 1..K {
            let f = a[k][i] / pivot[i];
            a[k].iter_mut().zip(pivot).for_each(|(a, p)| *a -= f * p);
            b[k] -= f * b[i];
        }
    }
    for i in (0..K).rev() {
        let rest: f64 = (i + 1..K).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - rest) / a[i][i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_an_outlier() {
        let mut rows: Vec<Row<1>> =
            (-10..=10).map(|k| Row { x: [f64::from(k)], y: 0.5 * f64::from(k), weight: 1.0 }).collect();
        rows.push(Row { x: [10.0], y: 500.0, weight: 1.0 });
        assert!((regress(&rows, 0.0)[0] - 0.5).abs() < 0.02);
    }

    #[test]
    fn quantiles_by_hand() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
        let x = [(1.0, 1.0), (2.0, 1.0), (3.0, 2.0)];
        assert_eq!(weighted_quantile(&x, 0.5), Some(2.0));
        assert_eq!(weighted_quantile(&x, 0.51), Some(3.0));
    }
}
