//! Published bands with probabilities, uniform within a band.

use super::{Dist, ParamError, error, law::Law, values::cumulate};

/// Bands between ascending edges, each with its probability, uniform within a band.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    edges: Vec<f64>,
    probs: Vec<f64>,
    /// Probability below the upper edge of each band; the last is exactly 1.
    upto: Vec<f64>,
}

const NAME: &str = "bands";

/// One band.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub low: f64,
    pub width: f64,
    pub prob: f64,
    /// Probability below the band.
    pub before: f64,
}

impl Dist {
    /// Between `edges[i]` and `edges[i + 1]` with probability `probs[i]`, uniform in between. The edges
    /// ascend from at least 0, one more than the probabilities.
    ///
    /// # Errors
    /// When the lengths do not fit, an edge is out of order or not finite, or the probabilities do
    /// not sum to 1.
    pub fn bands(edges: &[f64], probs: &[f64]) -> Result<Dist, ParamError> {
        error::length(NAME, "probs", probs.len(), 1, error::MAX_ENTRIES)?;
        error::length(NAME, "edges", edges.len(), probs.len() + 1, probs.len() + 1)?;
        let probs = error::probabilities(NAME, "probs", probs)?;
        let mut least = 0.0;
        for (index, &found) in edges.iter().enumerate() {
            if !(found.is_finite() && (found > least || (index == 0 && found == 0.0))) {
                let expected = "finite edges in ascending order from at least 0";
                let parameter = "edges";
                return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
            }
            least = found;
        }
        let upto = cumulate(&probs);
        let d = Bands { edges: edges.iter().map(|e| e + 0.0).collect(), probs, upto };
        error::moments(NAME, d.mean(), d.variance())?;
        Ok(Dist::Bands(d))
    }
}

impl Bands {
    /// The bands in order.
    pub(super) fn bands(&self) -> impl Iterator<Item = Band> + '_ {
        let before = std::iter::once(0.0).chain(self.upto.iter().copied());
        self.edges
            .iter()
            .zip(self.edges.iter().skip(1))
            .zip(self.probs.iter().zip(before))
            .map(|((&low, &high), (&prob, before))| Band { low, width: high - low, prob, before })
    }

    /// Band `i`, or the last.
    fn band(&self, i: usize) -> Band {
        let i = i.min(self.probs.len().saturating_sub(1));
        let edge = |k: usize| self.edges.get(k).copied().unwrap_or(0.0);
        let before = i.checked_sub(1).and_then(|k| self.upto.get(k)).copied().unwrap_or(0.0);
        let prob = self.probs.get(i).copied().unwrap_or(0.0);
        Band { low: edge(i), width: edge(i + 1) - edge(i), prob, before }
    }

    /// The band that `x` is in.
    fn at(&self, x: f64) -> Band {
        self.band(self.edges.partition_point(|&e| e <= x).saturating_sub(1))
    }

    fn sum(&self, f: impl Fn(Band) -> f64) -> f64 {
        self.bands().map(|b| b.prob * f(b)).sum()
    }
}

impl Law for Bands {
    fn name(&self) -> &'static str {
        NAME
    }
    fn mean(&self) -> f64 {
        self.sum(|b| b.low + 0.5 * b.width)
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.sum(|b| {
            let d = b.low + 0.5 * b.width - mean;
            d * d + b.width * b.width / 12.0
        })
    }
    fn support(&self) -> (f64, f64) {
        let mut possible = self.bands().filter(|b| b.prob > 0.0);
        let first = possible.next().map_or((0.0, 0.0), |b| (b.low, b.low + b.width));
        (first.0, possible.last().map_or(first.1, |b| b.low + b.width))
    }
    fn cdf(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if x <= low {
            return 0.0;
        }
        if x >= high {
            return 1.0;
        }
        let b = self.at(x);
        (b.before + b.prob * (x - b.low) / b.width).min(1.0)
    }
    fn sf(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }
    fn pdf(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if x < low || x > high {
            return 0.0;
        }
        let b = self.at(x);
        b.prob / b.width
    }
    fn pdf_slope(&self, _: f64) -> f64 {
        0.0
    }
    fn quantile(&self, u: f64) -> f64 {
        let b = self.band(self.upto.partition_point(|&c| c < u));
        if b.prob > 0.0 { b.low + ((u - b.before) / b.prob).min(1.0) * b.width } else { b.low }
    }
    fn quantile_upper(&self, s: f64) -> f64 {
        self.quantile(1.0 - s)
    }
    fn partial_mean(&self, x: f64) -> f64 {
        self.sum(|b| {
            let part = ((x - b.low) / b.width).clamp(0.0, 1.0);
            part * (b.low + 0.5 * part * b.width)
        })
    }
    fn scaled(&self, factor: f64) -> Dist {
        let edges = self.edges.iter().map(|e| e * factor).collect();
        Dist::Bands(Bands { edges, probs: self.probs.clone(), upto: self.upto.clone() })
    }
}
