//! Figures by exact moments in place of simulation, where no capacity binds.

use super::sample::spread;
use super::simulate::Simulator;
use crate::base::rng::{Key, Purpose, mix};
use crate::calibrate::moments::matrix::Matrix;
use crate::calibrate::moments::pathway::{Asked, pathway};
use crate::model::Model;
use crate::stats::special::normal_quantile;

/// Most steps of the grid of means, and of the coarser one of covariances (which need not be known as well).
const MEANS: usize = 1_000;
const COVARIANCES: usize = 250;
/// Sets of numbers over the prior at which places must suffice.
const TRIED: usize = 30;
/// Standard deviations of what is in use that must fit into the places.
const ROOM: f64 = 4.0;
/// A share's denominator must be expected to be at least this, for the share to be about normal.
const FEW: f64 = 30.0;

/// Means and covariance of the targets for one set of numbers.
pub(super) struct At {
    pub mean: Vec<f64>,
    pub covariance: Matrix<f64>,
}

/// Works out moments of a simulator's targets.
pub(super) struct Exact<'a> {
    s: &'a Simulator<'a>,
    asked: Vec<Asked>,
    /// For each target: what is counted, and over what if it is a share.
    of: Vec<(usize, Option<usize>)>,
    /// Length of a step in days.
    pub step: f64,
}

impl<'a> Exact<'a> {
    /// Ready to work, or every reason why the model has to be simulated.
    pub fn new(s: &'a Simulator<'a>) -> Result<Exact<'a>, Vec<String>> {
        let n = s.prior.dimensions();
        let Some(model) = s.model_with(&vec![0.0; n]) else {
            return Err(vec!["the model's own numbers give no run".into()]);
        };
        let mut asked = Vec::new();
        let mut of = Vec::new();
        for t in s.targets {
            let Some(m) = model.measures.get(t.measure) else { continue };
            let mut ask = |what: &crate::model::measure::What| {
                asked.push(Asked { what: what.clone(), from: t.from, to: t.to });
                asked.len() - 1
            };
            let top = ask(&m.what);
            of.push((top, m.of.as_ref().map(ask)));
        }
        let mut out = Exact { s, asked, of, step: 0.0 };
        let pathway = pathway(&model, &out.asked, MEANS)?;
        out.step = pathway.step();
        let means = pathway.means();
        if out.of.iter().any(|o| o.1.is_some_and(|b| means.get(b).is_none_or(|m| *m < FEW))) {
            return Err(vec![format!("a share is of fewer than {FEW:.0} expected")]);
        }
        let mut short = out.short(&model);
        for z in spread(TRIED, n, Key::root(1, 0x706c_6163)) {
            short.extend(s.model_with(&z).map(|m| out.short(&m)).unwrap_or_default());
        }
        short.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        short.dedup_by(|a, b| a.0 == b.0);
        let reasons: Vec<String> = short
            .into_iter()
            .map(|(pool, need, places)| {
                format!(
                    "places of {pool} may run short: up to {need:.0} could be needed (mean and {ROOM:.0} standard deviations, \
                     numbers from their ranges), and there are {places}"
                )
            })
            .collect();
        if reasons.is_empty() { Ok(out) } else { Err(reasons) }
    }

    /// Pools whose places do not surely suffice: name, what may be needed, places.
    fn short(&self, model: &Model) -> Vec<(String, f64, u32)> {
        if model.pools.is_empty() {
            return Vec::new();
        }
        let Ok(p) = pathway(model, &self.asked, COVARIANCES) else { return Vec::new() };
        let loads = p.loads(model).into_iter();
        let short = loads.filter(|l| l.mean + ROOM * l.sd > f64::from(l.places));
        short.map(|l| (model.pools[l.pool].title.clone(), l.mean + ROOM * l.sd, l.places)).collect()
    }

    /// Moments with these numbers; none if they give no sound model.
    pub fn at(&self, z: &[f64]) -> Option<At> {
        let n = self.of.len();
        let size = n + n * (n + 1) / 2;
        let key = mix(self.s.key(z) ^ 0x6578_6163_7421);
        let kept = self.s.cache.get(key).filter(|k| k.len() == size || k.is_empty());
        let values = kept.unwrap_or_else(|| {
            let found = self.worked_out(z).unwrap_or_default();
            self.s.cache.put(key, &found);
            found
        });
        let (mean, upper) = values.split_at_checked(n).filter(|_| values.len() == size)?;
        let mut covariance = Matrix::zeros(n, n);
        let mut upper = upper.iter();
        for a in 0..n {
            for b in a..n {
                let x = upper.next().copied().unwrap_or(0.0);
                covariance.set(a, b, x);
                covariance.set(b, a, x);
            }
        }
        Some(At { mean: mean.to_vec(), covariance })
    }

    /// Means, then the upper half of the covariance row by row.
    fn worked_out(&self, z: &[f64]) -> Option<Vec<f64>> {
        let model = self.s.model_with(z)?;
        let counted = pathway(&model, &self.asked, MEANS).ok()?.means();
        let c = &pathway(&model, &self.asked, COVARIANCES).ok()?.covariance();
        // a share's mean and slopes by its counts, to second and first order
        let mut out = Vec::new();
        let mut slopes: Vec<Vec<(usize, f64)>> = Vec::new();
        for &(top, bottom) in &self.of {
            match bottom {
                None => {
                    out.push(counted[top]);
                    slopes.push(vec![(top, 1.0)]);
                }
                Some(b) => {
                    let (x, y) = (counted[top], counted[b].max(1e-9));
                    out.push(x / y - c.at(top, b) / (y * y) + x * c.at(b, b) / (y * y * y));
                    slopes.push(vec![(top, 1.0 / y), (b, -x / (y * y))]);
                }
            }
        }
        for (i, a) in slopes.iter().enumerate() {
            for b in slopes.iter().skip(i) {
                let sum = a.iter().flat_map(|(p, x)| b.iter().map(move |(q, y)| x * y * c.at(*p, *q)));
                out.push(sum.sum());
            }
        }
        out.iter().all(|x| x.is_finite()).then_some(out)
    }

    /// So many futures of the targets with these numbers: normal, with their moments.
    pub fn futures(&self, z: &[f64], count: u64, key: Key) -> Vec<Vec<f64>> {
        let Some(At { mean, mut covariance }) = self.at(z) else { return Vec::new() };
        let n = mean.len();
        mean.iter().enumerate().for_each(|(i, m)| covariance.add(i, i, 1e-9 * (1.0 + m * m)));
        let Some(lower) = covariance.cholesky() else { return Vec::new() };
        let purpose = Purpose::named("future");
        let one = |f: u64| {
            let luck: Vec<f64> =
                (0..n as u64).map(|i| normal_quantile(key.child(f).unit(purpose, i))).collect();
            (0..n).map(|i| mean[i] + (0..=i).map(|k| lower.at(i, k) * luck[k]).sum::<f64>()).collect()
        };
        (0..count).map(one).collect()
    }
}
