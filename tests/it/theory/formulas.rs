//! Closed forms that the models are held against.

/// Erlang's loss formula for `a` erlangs and `c` places (A. K. Erlang 1917), by its recursion.
pub fn erlang_b(c: u32, a: f64) -> f64 {
    (1..=c).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

/// Erlang's delay formula: the probability of waiting.
pub fn erlang_c(c: u32, a: f64) -> f64 {
    let (b, rho) = (erlang_b(c, a), a / f64::from(c));
    b / (1.0 - rho * (1.0 - b))
}

/// M/M/c with FIFO: what the tests ask of it.
pub struct Delay {
    pub lambda: f64,
    pub mu: f64,
    pub c: u32,
    /// Probability of waiting.
    pub p: f64,
    /// Rate at which those who wait are served, c mu - lambda.
    pub rate: f64,
}

impl Delay {
    pub fn new(lambda: f64, mu: f64, c: u32) -> Delay {
        Delay { lambda, mu, c, p: erlang_c(c, lambda / mu), rate: f64::from(c) * mu - lambda }
    }
    pub fn mean_wait(&self) -> f64 {
        self.p / self.rate
    }
    /// P(wait > t) = p exp(-rate t).
    pub fn over(&self, t: f64) -> f64 {
        self.p * (-self.rate * t).exp()
    }
    pub fn quantile(&self, q: f64) -> f64 {
        ((self.p / (1.0 - q)).ln() / self.rate).max(0.0)
    }
    /// E W^2 = 2 p / rate^2.
    pub fn wait_sd(&self) -> f64 {
        (2.0 * self.p / self.rate.powi(2) - self.mean_wait().powi(2)).sqrt()
    }
}

/// Mean wait in M/G/1 with mean stay 1 / `mu` and squared coefficient of variation `scv`
/// (Pollaczek 1930, Khinchine 1932).
pub fn pollaczek_khinchine(lambda: f64, mean: f64, scv: f64) -> f64 {
    let rho = lambda * mean;
    lambda * mean * mean * (1.0 + scv) / 2.0 / (1.0 - rho)
}

/// M/M/c with exponential patience of rate `theta` (Palm 1957; Garnett, Mandelbaum & Reiman 2002):
/// probability of giving up, mean queue, probability of waiting.
pub fn erlang_a(lambda: f64, mu: f64, c: u32, theta: f64) -> (f64, f64, f64) {
    let mut weights = vec![1.0f64];
    for n in 1..5_000u32 {
        let out = f64::from(n.min(c)) * mu + f64::from(n.saturating_sub(c)) * theta;
        let next = weights[n as usize - 1] * lambda / out;
        weights.push(next);
        if n > c && next < 1e-18 {
            break;
        }
    }
    let total: f64 = weights.iter().sum();
    let queue: f64 =
        weights.iter().enumerate().map(|(n, w)| (n as f64 - f64::from(c)).max(0.0) * w).sum::<f64>() / total;
    let wait: f64 = weights.iter().skip(c as usize).sum::<f64>() / total;
    (theta * queue / lambda, queue, wait)
}

/// Solves (I - P') x = b by Gaussian elimination: the traffic equations.
pub fn traffic(p: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut a: Vec<Vec<f64>> = (0..n)
        .map(|j| {
            let mut row: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j)) - p[i][j]).collect();
            row.push(b[j]);
            row
        })
        .collect();
    for k in 0..n {
        let pivot = (k..n).max_by(|x, y| a[*x][k].abs().total_cmp(&a[*y][k].abs())).unwrap();
        a.swap(k, pivot);
        for i in 0..n {
            if i != k {
                let f = a[i][k] / a[k][k];
                #[allow(clippy::needless_range_loop, reason = "as the formula is written")]
                for j in k..=n {
                    a[i][j] -= f * a[k][j];
                }
            }
        }
    }
    (0..n).map(|i| a[i][n] / a[i][i]).collect()
}

/// By hand, so that the formulas themselves are held.
#[test]
fn small_cases_by_hand() {
    // one place: blocking a / (1 + a), waiting rho
    assert!((erlang_b(1, 0.5) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(1, 0.8) - 0.8).abs() < 1e-12);
    // two places, one erlang: weights 1, 1, 1/2
    assert!((erlang_b(2, 1.0) - 0.2).abs() < 1e-12);
    // M/M/1: mean wait rho / (mu - lambda)
    assert!((pollaczek_khinchine(0.8, 1.0, 1.0) - 4.0).abs() < 1e-12);
    // theta = mu: everybody is served at once or leaves at the same rate, so present is Poisson(1)
    // and with one place the queue is mean - P(any) = 1 - (1 - 1/e)
    let (p, queue, wait) = erlang_a(1.0, 1.0, 1, 1.0);
    let e = (-1.0f64).exp();
    assert!((queue - e).abs() < 1e-12 && (p - e).abs() < 1e-12 && (wait - (1.0 - e)).abs() < 1e-12);
    let x = traffic(&[vec![0.0, 0.5], vec![0.25, 0.0]], &[1.0, 0.0]);
    assert!((x[0] - 8.0 / 7.0).abs() < 1e-12 && (x[1] - 4.0 / 7.0).abs() < 1e-12);
}
