//! Lengths of service under rates of leaving that depend on service.

/// Rates of leaving, each up to a length of service; times in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Service {
    bands: Vec<(i64, f64)>,
}

/// Where nobody ever leaves, lengths of service at the start lie below ten years.
const LONGEST_MS: f64 = 10.0 * 365.25 * 86_400_000.0;

impl Service {
    /// From (up to, rate a millisecond); the last has no end.
    pub fn new(bands: Vec<(i64, f64)>) -> Service {
        Service { bands }
    }

    /// The rate at this length of service.
    pub fn rate(&self, served: i64) -> f64 {
        self.bands.iter().find(|b| served < b.0).or(self.bands.last()).map_or(0.0, |b| b.1)
    }

    /// How much longer somebody stays who has served so long, for a unit exponential `amount`;
    /// `None` for ever.
    pub fn left(&self, served: i64, amount: f64) -> Option<i64> {
        let (mut at, mut left) = (served, amount);
        for &(upto, rate) in &self.bands {
            if upto <= at {
                continue;
            }
            let room = (upto.saturating_sub(at)) as f64 * rate;
            if left < room {
                return Some((at - served).saturating_add((left / rate) as i64));
            }
            left -= room;
            at = upto;
        }
        None
    }

    /// Service so far of somebody found at a random moment of a steady team.
    pub fn steady(&self, u: f64) -> i64 {
        // the density of service so far is the chance of staying so long
        let mut parts = Vec::with_capacity(self.bands.len());
        let (mut from, mut staying) = (0i64, 1.0f64);
        for &(upto, rate) in &self.bands {
            let width = (upto as f64 - from as f64).min(LONGEST_MS * 4.0);
            let rate = if upto == i64::MAX && rate <= 0.0 { 0.0 } else { rate };
            let width = if rate <= 0.0 { width.min(LONGEST_MS) } else { width };
            let area =
                if rate > 0.0 { staying * -libm::expm1(-rate * width) / rate } else { staying * width };
            parts.push((from, rate, staying, area));
            staying *= libm::exp(-rate * width);
            from = upto;
        }
        let total: f64 = parts.iter().map(|p| p.3).sum();
        if parts.is_empty() || total <= 0.0 {
            return (u * LONGEST_MS) as i64;
        }
        let mut target = u * total;
        for (n, &(from, rate, staying, area)) in parts.iter().enumerate() {
            if target < area || n + 1 == parts.len() {
                let x = if rate > 0.0 {
                    -libm::log1p(-(target * rate / staying).min(1.0 - 1e-12)) / rate
                } else {
                    target / staying
                };
                return from.saturating_add(x as i64);
            }
            target -= area;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: rate 1 up to 2, then 0.5. From 0 with amount 3: 2 used in the first band, 1 more at
    /// 0.5 is 2 longer: 4. From 1 with amount 0.5: 0.5.
    #[test]
    fn leaving_follows_the_bands() {
        let s = Service::new(vec![(2000, 1e-3), (i64::MAX, 0.5e-3)]);
        assert_eq!(s.left(0, 3.0), Some(4000));
        assert_eq!(s.left(1000, 0.5), Some(500));
        assert_eq!(s.left(5000, 0.5), Some(1000));
        assert_eq!(Service::default().left(0, 1.0), None);
        assert_eq!(Service::new(vec![(i64::MAX, 0.0)]).left(0, 1.0), None);
    }

    /// With one rate r, service so far is exponential: its mean is 1 / r.
    #[test]
    fn a_steady_team_has_the_stationary_service() {
        let s = Service::new(vec![(500, 1e-3), (i64::MAX, 1e-3)]);
        let n = 20_000;
        let mean: f64 =
            (0..n).map(|i| s.steady((f64::from(i) + 0.5) / f64::from(n)) as f64).sum::<f64>() / f64::from(n);
        assert!((mean - 1000.0).abs() < 5.0, "{mean}");
    }
}
