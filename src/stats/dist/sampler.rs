//! Laws prepared for many draws.

use std::sync::LazyLock;

use super::{
    Dist,
    table::{Table, quantile_of_bits},
};

/// `2^-64`.
const STEP: f64 = 1.0 / 18_446_744_073_709_551_616.0;

/// A law of `scale * X` prepared for many draws by inversion: one word of uniform random bits gives one
/// value, and more bits give no smaller value (up to the last rounding), so that two runs that share
/// their random numbers stay paired. Never negative, never NaN.
#[derive(Debug, Clone)]
pub struct Sampler {
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Constant(f64),
    Uniform { low: f64, width: f64 },
    Triangular { low: f64, high: f64, split: f64, rise: f64, fall: f64 },
    Steps(Steps),
    Table(Table),
}

/// Steps of an empirical distribution function, with a guide into them.
#[derive(Debug, Clone)]
struct Steps {
    /// Last word of each step.
    last: Vec<u64>,
    /// `(low, width, words before the step, 1 / words in the step)`.
    step: Vec<(f64, f64, u64, f64)>,
    /// First step that can hold a word with these leading bits.
    guide: Vec<u32>,
    shift: u32,
}

impl Sampler {
    /// Prepares the law of `scale * X`, e.g. seconds from a law in days with `scale = 86400`. `scale` must
    /// be finite and above 0, and so must be the mean of the product; otherwise every draw is 0.
    pub fn new(dist: &Dist, scale: f64) -> Sampler {
        let mean = dist.mean() * scale;
        if !(scale > 0.0 && mean > 0.0 && mean.is_finite()) {
            return Sampler { kind: Kind::Constant(0.0) };
        }
        let kind = match dist {
            Dist::Constant(_) => Kind::Constant(mean),
            Dist::Uniform(_) => {
                let (low, high) = dist.support();
                Kind::Uniform { low: low * scale, width: (high - low) * scale }
            }
            Dist::Triangular(d) => {
                let (low, mode, high) = d.corners();
                let (low, mode, high) = (low * scale, mode * scale, high * scale);
                let width = high - low;
                let split = if width > 0.0 { (mode - low) / width } else { 0.0 };
                let (rise, fall) = (width * (mode - low), width * (high - mode));
                Kind::Triangular { low, high, split, rise, fall }
            }
            Dist::Values(d) => {
                let (values, upto) = d.steps();
                let parts = values.iter().zip(upto).map(|(&v, &c)| (v * scale, 0.0, c));
                Kind::Steps(Steps::new(parts))
            }
            Dist::Bands(d) => {
                let parts = d.bands().filter(|b| b.prob > 0.0);
                let parts = parts.map(|b| (b.low * scale, b.width * scale, b.before + b.prob));
                Kind::Steps(Steps::new(parts))
            }
            _ => Kind::Table(Table::new(dist, scale)),
        };
        Sampler { kind }
    }

    /// The quantile of the law at the uniform `(bits + 1/2) / 2^64`.
    #[inline]
    pub fn draw(&self, bits: u64) -> f64 {
        match &self.kind {
            Kind::Table(table) => table.draw(bits),
            Kind::Constant(value) => *value,
            Kind::Uniform { low, width } => low + uniform(bits) * width,
            Kind::Triangular { low, high, split, rise, fall } => {
                let u = uniform(bits);
                if u < *split {
                    low + (u * rise).sqrt()
                } else {
                    // The complement of the bits is 1 - u without rounding.
                    high - (uniform(!bits) * fall).sqrt()
                }
            }
            Kind::Steps(steps) => steps.draw(bits),
        }
    }

    /// The exact quantile at the same uniform as [`Sampler::draw`], slowly and unscaled.
    pub fn exact(dist: &Dist, bits: u64) -> f64 {
        quantile_of_bits(dist, bits)
    }

    /// Share of draws that are computed exactly rather than from the table.
    #[cfg(test)]
    pub(super) fn slow_share(&self) -> f64 {
        match &self.kind {
            Kind::Table(table) => table.slow_share(),
            _ => 0.0,
        }
    }
}

/// `(bits + 1/2) / 2^64`, rounded to a double in (0, 1].
#[inline]
fn uniform(bits: u64) -> f64 {
    (bits as f64 + 0.5) * STEP
}

impl Steps {
    /// From `(low, width, probability up to the end of the step)`.
    fn new(parts: impl Iterator<Item = (f64, f64, f64)>) -> Steps {
        let mut last = Vec::new();
        let mut step = Vec::new();
        let mut before = 0_u64;
        for (low, width, upto) in parts {
            // Saturates at the greatest word.
            let end = (upto / STEP) as u64;
            if end <= before {
                continue; // less than one word in 2^64
            }
            step.push((low, width, before, 1.0 / (end - before) as f64));
            last.push(end - 1);
            before = end;
        }
        if let Some(end) = last.last_mut() {
            *end = u64::MAX;
        }
        let bits = last.len().next_power_of_two().trailing_zeros().clamp(1, 16);
        let shift = 64 - bits;
        let guide =
            (0..1_u64 << bits).map(|g| last.partition_point(|&end| end < g << shift) as u32).collect();
        Steps { last, step, guide, shift }
    }

    #[inline]
    fn draw(&self, bits: u64) -> f64 {
        let mut i = self.guide.get((bits >> self.shift) as usize).map_or(0, |&g| g as usize);
        while self.last.get(i).is_some_and(|&end| end < bits) {
            i += 1;
        }
        match self.step.get(i) {
            Some(&(low, width, before, per_word)) => {
                let part = (bits.wrapping_sub(before) as f64 + 0.5) * per_word;
                low + part.min(1.0) * width
            }
            None => 0.0,
        }
    }
}

/// A standard exponential (mean 1) at the uniform `(bits + 1/2) / 2^64`, from a table: the gap of a
/// Poisson stream, or the unit of cumulative hazard at which a case leaves.
#[inline]
pub fn exp1(bits: u64) -> f64 {
    static TABLE: LazyLock<Option<Table>> =
        LazyLock::new(|| Dist::exponential(1.0).ok().map(|d| Table::new(&d, 1.0)));
    match &*TABLE {
        Some(table) => table.draw(bits),
        None => 0.0,
    }
}
