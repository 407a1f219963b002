//! Lengths of stay on a grid of steps.

use crate::base::time::DAY_MS;
use crate::model::stage::Reviews;
use crate::stats::dist::{Dist, Hazards};

/// Longest time already spent that is told apart, in days.
const LONGEST: f64 = 36_525.0;
/// Reviews beyond which nobody is followed: what is left then ends with the last one.
const MOST_REVIEWS: usize = 400;

/// A length whose distribution, and the area under it, are known. It may be defective: not all ever end this way.
#[derive(Clone, Debug)]
pub(super) enum Length {
    /// A law in days, its length multiplied.
    Law(Dist, f64),
    /// One cause of competing hazards, the length multiplied.
    Cause(Hazards, usize, f64),
    /// Evenly within windows `(from, to)` in days, each with its chance.
    Windows(Vec<(f64, f64, f64)>),
    /// Never.
    Never,
}

impl Length {
    /// The windows of a review cycle: due dates with the span before them in which each is held.
    pub fn reviews(r: &Reviews) -> Length {
        let day = |ms: i64| ms as f64 / DAY_MS as f64;
        let mut left = 1.0;
        let mut windows = Vec::new();
        for k in 0..MOST_REVIEWS {
            let ends = r.ends.get(k).or(r.ends.last()).copied().unwrap_or(1.0).clamp(0.0, 1.0);
            let ends = if k + 1 == MOST_REVIEWS { 1.0 } else { ends };
            let due = r.first.0 + r.then.0.max(1) * k as i64;
            windows.push((day((due - r.within.0).max(0)), day(due.max(0)), left * ends));
            left *= 1.0 - ends;
            if left <= 1e-12 {
                break;
            }
        }
        Length::Windows(windows)
    }

    /// The windows of a cumulative table with straight lines between its points, of which a share ever comes true.
    pub fn table(within: &[(f64, f64)], times: f64) -> Length {
        let ever = within.last().map_or(0.0, |w| w.1);
        if ever <= 0.0 {
            return Length::Never;
        }
        let scale = times / (1.0 - ever + times * ever);
        let before = std::iter::once((0.0, 0.0)).chain(within.iter().copied());
        Length::Windows(before.zip(within).map(|((a, p), &(b, q))| (a, b, scale * (q - p))).collect())
    }

    /// Chance of having ended by `x` days.
    pub fn by(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        match self {
            Length::Law(law, times) => law.cdf(x / times),
            Length::Cause(hazards, cause, times) => hazards.cumulative_incidence(x / times, *cause),
            Length::Windows(windows) => windows
                .iter()
                .take_while(|w| w.0 <= x)
                .map(|&(a, b, p)| if x >= b { p } else { p * (x - a) / (b - a) })
                .sum(),
            Length::Never => 0.0,
        }
    }

    /// The area under that chance from 0 to `x` days, of windows.
    pub fn area(&self, x: f64) -> f64 {
        let Length::Windows(windows) = self else { return 0.0 };
        let area = |&(a, b, p): &(f64, f64, f64)| {
            if x >= b { p * (x - 0.5 * (a + b)) } else { 0.5 * p * (x - a) * (x - a) / (b - a) }
        };
        windows.iter().take_while(|w| w.0 < x).map(area).sum()
    }

    /// The area under that chance from 0 to each multiple of `step`, `0..=steps`.
    fn areas(&self, step: f64, steps: usize) -> Vec<f64> {
        let at = |d: usize| d as f64 * step;
        match self {
            Length::Law(law, times) => (0..=steps)
                .map(|d| if d == 0 { 0.0 } else { at(d) - times * law.limited_mean(at(d) / times) })
                .collect(),
            Length::Cause(..) => {
                // jumps and kinks may lie anywhere: the middle of four parts of each step
                let mut sum = 0.0;
                let mut out = vec![0.0];
                for d in 0..steps {
                    for k in 0..4 {
                        sum += 0.25 * step * self.by(at(d) + (f64::from(k) + 0.5) * 0.25 * step);
                    }
                    out.push(sum);
                }
                out
            }
            Length::Windows(_) => (0..=steps).map(|d| self.area(at(d))).collect(),
            Length::Never => vec![0.0; steps + 1],
        }
    }
}

/// All ways a stay can end: lengths with their chances, and constant hazards a day that cut it short.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    /// (chance of this length, length).
    pub lengths: Vec<(f64, Length)>,
    /// Total hazard of interruptions a day.
    pub hazard: f64,
}

/// Chances of ending in each step: by length, then by interruption.
pub(super) struct Ends {
    pub lengths: Vec<Vec<f64>>,
    pub interrupted: Vec<f64>,
}

impl Stay {
    /// For a stay that begins evenly within a step: the chance to end in that step, the next, and so on.
    pub fn ends(&self, step: f64, steps: usize) -> Ends {
        let areas: Vec<Vec<f64>> = self.lengths.iter().map(|l| l.1.areas(step, steps)).collect();
        let fade = |d: f64| libm::exp(-self.hazard * d * step);
        let lengths: Vec<Vec<f64>> = areas
            .iter()
            .zip(&self.lengths)
            .map(|(a, (p, _))| {
                (0..steps)
                    .map(|d| {
                        let before = if d == 0 { 0.0 } else { a[d - 1] };
                        let q = ((a[d + 1] - 2.0 * a[d] + before) / step).max(0.0);
                        // ends around d steps; those in the first step a third of a step after coming
                        p * q * fade(if d == 0 { 1.0 / 3.0 } else { d as f64 })
                    })
                    .collect()
            })
            .collect();
        let mut interrupted = Vec::new();
        if self.hazard > 0.0 {
            let mut last = 1.0;
            for d in 0..steps {
                let by: f64 =
                    areas.iter().zip(&self.lengths).map(|(a, (p, _))| p * (a[d + 1] - a[d]) / step).sum();
                let left = (1.0 - by).max(0.0) * fade(d as f64 + 0.5);
                let own: f64 = lengths.iter().map(|l| l[d]).sum();
                interrupted.push((last - left - own).max(0.0));
                last = left;
            }
        }
        Ends { lengths, interrupted }
    }

    /// The same for stays found at a random moment of a steady flow, made of laws or of causes: elapsed times are as likely
    /// as lasting so long, so what is left is an area of the distribution. With interruptions at a constant hazard the
    /// elapsed times fade by it.
    pub fn ends_steady(&self, step: f64, steps: usize) -> Ends {
        if self.hazard > 0.0 {
            // to where nothing to speak of is left, in steps that are fine beside a stay
            let alive = |x: f64| {
                let gone: f64 = self.lengths.iter().map(|(p, l)| p * l.by(x)).sum();
                (1.0 - gone).max(0.0) * libm::exp(-self.hazard * x)
            };
            // half of the first, as the trapezium rule has it
            let mut points = vec![(0.0, 0.5)];
            while points.len() < 8_000 {
                let x = 0.5 * step * points.len() as f64;
                let w = alive(x);
                if w < 1e-7 || x > LONGEST {
                    break;
                }
                points.push((x, w));
            }
            let total: f64 = points.iter().map(|p| p.1).sum();
            points.iter_mut().for_each(|p| p.1 /= total.max(1e-300));
            return self.ends_given(&points, step, steps);
        }
        let mean: f64 = match self.lengths.first() {
            Some((_, Length::Cause(hazards, _, times))) => hazards.mean() * times,
            _ => self
                .lengths
                .iter()
                .map(|(p, l)| if let Length::Law(law, times) = l { p * law.mean() * times } else { 0.0 })
                .sum(),
        };
        let one = |(p, l): &(f64, Length)| {
            let ever = if matches!(l, Length::Law(..)) { 1.0 } else { l.by(1e9) };
            let areas = l.areas(step, steps);
            let left =
                areas.windows(2).map(|a| p * (ever * step - (a[1] - a[0])).max(0.0) / mean.max(1e-300));
            left.collect()
        };
        Ends { lengths: self.lengths.iter().map(one).collect(), interrupted: Vec::new() }
    }

    /// The same for stays that have lasted so long already (days, weight): the chance to end in the next step, and so on.
    pub fn ends_given(&self, elapsed: &[(f64, f64)], step: f64, steps: usize) -> Ends {
        // elapsed times to the nearest half step, so that one table of the distribution serves all
        let half = 0.5 * step;
        let at = |x: f64| (x.min(LONGEST) / half).round() as usize;
        let most = elapsed.iter().map(|e| at(e.0)).max().unwrap_or(0) + 2 * steps + 1;
        let tables: Vec<Vec<f64>> = self
            .lengths
            .iter()
            .map(|(p, l)| (0..=most).map(|k| p * l.by(k as f64 * half)).collect())
            .collect();
        let left = |k: usize| (1.0 - tables.iter().map(|t| t[k]).sum::<f64>()).max(0.0);
        let mut at_once = vec![0.0; tables.len()];
        let mut weights = vec![0.0; most];
        elapsed.iter().for_each(|&(x, weight)| weights[at(x)] += weight);
        // weight of each elapsed time beside what is left then
        let mut shares: Vec<(usize, f64)> = Vec::new();
        for (from, weight) in weights.into_iter().enumerate().filter(|w| w.1 > 0.0) {
            let here = left(from);
            if here <= 1e-14 {
                // none lasts so long: the stay ends at once
                let total: f64 = self.lengths.iter().map(|l| l.0).sum();
                at_once
                    .iter_mut()
                    .zip(&self.lengths)
                    .for_each(|(o, l)| *o += weight * l.0 / total.max(1e-300));
                continue;
            }
            shares.push((from, weight / here));
        }
        let gone: Vec<Vec<f64>> = tables.iter().map(|t| ahead(t, &shares, steps + 1)).collect();
        let mut lengths: Vec<Vec<f64>> =
            gone.iter().map(|g| g.windows(2).map(|g| g[1] - g[0]).collect()).collect();
        let all: f64 = shares.iter().map(|s| s.1).sum();
        let mut alive: Vec<f64> = if self.hazard > 0.0 {
            (0..=steps).map(|k| (all - gone.iter().map(|g| g[k]).sum::<f64>()).max(0.0)).collect()
        } else {
            Vec::new()
        };
        let fade = |k: f64| libm::exp(-self.hazard * k * step);
        if self.hazard > 0.0 {
            for (k, a) in alive.iter_mut().enumerate() {
                *a *= fade(k as f64);
                lengths.iter_mut().filter_map(|l| l.get_mut(k)).for_each(|q| *q *= fade(k as f64 + 0.5));
            }
        }
        let own = |k: usize| lengths.iter().map(|l| l[k]).sum::<f64>();
        let interrupted =
            alive.windows(2).enumerate().map(|(k, a)| (a[0] - a[1] - own(k)).max(0.0)).collect();
        lengths.iter_mut().zip(at_once).for_each(|(l, q)| l[0] += q);
        Ends { lengths, interrupted }
    }
}

/// The sum of a table from each place, times that place's share, at every second entry: so many.
fn ahead(table: &[f64], shares: &[(usize, f64)], count: usize) -> Vec<f64> {
    // entries that are even and odd lie by themselves, so that the inner loop runs straight through memory
    let half = |odd: usize| table.iter().skip(odd).step_by(2).copied().collect::<Vec<f64>>();
    let halves = [half(0), half(1)];
    let mut out = vec![0.0; count];
    for &(from, share) in shares {
        let part = halves[from % 2].get(from / 2..).unwrap_or_default();
        out.iter_mut().zip(part).for_each(|(o, t)| *o += share * t);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: stays of exactly 3 days all end in the third step after the one they began in; of 2.5 days, half in the
    /// second.
    #[test]
    fn a_constant_stay_ends_so_many_steps_later() {
        let stay = Stay { lengths: vec![(1.0, Length::Law(Dist::constant(3.0).unwrap(), 1.0))], hazard: 0.0 };
        let ends = stay.ends(1.0, 6).lengths.remove(0);
        assert!(
            ends.iter().enumerate().all(|(d, q)| (q - f64::from(u8::from(d == 3))).abs() < 1e-12),
            "{ends:?}"
        );
        let half = Stay { lengths: vec![(1.0, Length::Law(Dist::constant(2.5).unwrap(), 1.0))], hazard: 0.0 };
        let ends = half.ends(1.0, 6).lengths.remove(0);
        assert!((ends[2] - 0.5).abs() < 1e-12 && (ends[3] - 0.5).abs() < 1e-12, "{ends:?}");
    }

    /// An exponential stay: by hand the chance to end in the step of coming is 1 - (1 - e^-r)/r.
    #[test]
    fn an_exponential_stay_and_its_interruption() {
        let law = Dist::exponential(10.0).unwrap();
        let plain = Stay { lengths: vec![(1.0, Length::Law(law.clone(), 1.0))], hazard: 0.0 }.ends(1.0, 400);
        let r: f64 = 0.1;
        assert!((plain.lengths[0][0] - (1.0 - (1.0 - libm::exp(-r)) / r)).abs() < 1e-12);
        assert!((plain.lengths[0].iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // an interruption at the same rate takes half, as near as a grid of quarter days tells
        let cut = Stay { lengths: vec![(1.0, Length::Law(law, 1.0))], hazard: 0.1 }.ends(0.25, 1_600);
        let (own, other): (f64, f64) = (cut.lengths[0].iter().sum(), cut.interrupted.iter().sum());
        assert!((own - 0.5).abs() < 1e-3 && (own + other - 1.0).abs() < 1e-9, "{own} {other}");
    }

    /// Steady stays of exactly 20 days have evenly 0 to 20 days left; interrupted, what is left agrees with the elapsed times
    /// put in one by one.
    #[test]
    fn what_is_left_of_a_steady_stay() {
        let constant = |hazard: f64| Stay {
            lengths: vec![(1.0, Length::Law(Dist::constant(20.0).unwrap(), 1.0))],
            hazard,
        };
        let left = constant(0.0).ends_steady(1.0, 30).lengths.remove(0);
        for (k, q) in left.iter().enumerate() {
            assert!((q - if k < 20 { 0.05 } else { 0.0 }).abs() < 1e-12, "{k} {q}");
        }
        // by hand: elapsed a has density r e^-ra / (1 - e^-20r), and ends by itself with e^-r(20 - a): r 20 e^-20r / (1 - e^-20r)
        let r: f64 = 0.05;
        let own: f64 = constant(r).ends_steady(0.25, 120).lengths[0].iter().sum();
        let exact = r * 20.0 * libm::exp(-20.0 * r) / (1.0 - libm::exp(-20.0 * r));
        assert!((own - exact).abs() < 0.01 * exact, "{own} {exact}");
    }

    /// A memoryless stay knows nothing of the time already spent; reviews do.
    #[test]
    fn what_is_left_of_a_stay() {
        let law = Dist::exponential(10.0).unwrap();
        let stay = Stay { lengths: vec![(1.0, Length::Law(law, 1.0))], hazard: 0.0 };
        let ends = stay.ends_given(&[(3.0, 0.5), (40.0, 0.5)], 1.0, 50);
        for (k, q) in ends.lengths[0].iter().enumerate() {
            let exact = libm::exp(-0.1 * k as f64) - libm::exp(-0.1 * (k as f64 + 1.0));
            assert!((q - exact).abs() < 1e-12);
        }
        let windows = Length::Windows(vec![(90.0, 90.0, 0.2), (270.0, 270.0, 0.8)]);
        let reviews = Stay { lengths: vec![(1.0, windows)], hazard: 0.0 };
        let left = reviews.ends_given(&[(100.0, 1.0)], 1.0, 200).lengths.remove(0);
        assert!((left.iter().sum::<f64>() - 1.0).abs() < 1e-12 && (left[169] - 1.0).abs() < 1e-12);
    }
}
