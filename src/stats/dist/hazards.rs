//! Competing exits whose hazards change with time spent.

use libm::{exp, expm1, log1p};

use super::{ParamError, error, sampler::exp1};

/// A fixed time at which cases leave with probabilities of their own, such as a statutory deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// Time spent, in the unit of the breaks.
    pub at: f64,
    /// Probability of leaving by each cause at that time, for those still present; the sum is at
    /// most 1.
    pub probs: Vec<f64>,
}

/// Competing causes of leaving with cause-specific hazards that are constant between breaks, and
/// atoms at fixed times. The cause given the time follows the hazards at that time.
///
/// A draw is a binary search and a formula on the cumulative hazard `-ln S`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazards {
    causes: usize,
    segments: Vec<Segment>,
    /// For each segment, the probability of each cause up to and including it, given an exit
    /// within the segment; then the same for the atom at its start.
    within: Vec<f64>,
    jumping: Vec<f64>,
    mean: f64,
}

/// From one break or atom to the next.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    /// Time spent at its start.
    start: f64,
    /// Cumulative hazard before and after the atom at its start.
    before: f64,
    after: f64,
    /// Total hazard inside.
    rate: f64,
    /// Time spent in expectation before its start: the integral of the survival function.
    spent: f64,
}

const NAME: &str = "hazards";
const MAX_CAUSES: usize = 256;
const MAX_CELLS: usize = 1_000_000;

impl Hazards {
    /// Prepares hazards: `breaks` are the starts of the intervals, ascending from 0, the last
    /// interval open; `rates[cause][interval]` are hazards per unit of time; `atoms` come in any
    /// order, at distinct times.
    ///
    /// # Errors
    /// When the shapes do not fit, a number is out of range, or some would never leave: a last
    /// hazard of 0 in total without an atom at which everyone leaves.
    pub fn new(breaks: &[f64], rates: &[Vec<f64>], atoms: &[Atom]) -> Result<Hazards, ParamError> {
        check_shapes(breaks, rates, atoms)?;
        let mut times: Vec<f64> = breaks
            .iter()
            .chain(atoms.iter().map(|a| &a.at))
            .map(|t| t + 0.0) // no negative zero
            .collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let causes = rates.len();
        let mut atoms: Vec<&Atom> = atoms.iter().collect();
        atoms.sort_by(|a, b| a.at.total_cmp(&b.at));
        let mut law = Hazards {
            causes,
            segments: Vec::with_capacity(times.len()),
            within: Vec::new(),
            jumping: Vec::new(),
            mean: 0.0,
        };
        let (mut hazard, mut spent) = (0.0_f64, 0.0);
        for (i, &start) in times.iter().enumerate() {
            let interval = breaks.partition_point(|&b| b <= start).saturating_sub(1);
            let parts: Vec<f64> = rates.iter().map(|r| r.get(interval).copied().unwrap_or(0.0)).collect();
            let rate: f64 = parts.iter().sum();
            let atom =
                atoms.binary_search_by(|a| (a.at + 0.0).total_cmp(&start)).ok().and_then(|k| atoms.get(k));
            let before = hazard;
            if let Some(atom) = atom {
                hazard += jump(&atom.probs);
            }
            law.segments.push(Segment { start, before, after: hazard, rate, spent });
            law.within.extend(shares(&parts));
            law.jumping.extend(match atom {
                Some(atom) => shares(&atom.probs),
                None => vec![1.0; causes],
            });
            let width = times.get(i + 1).map_or(f64::INFINITY, |next| next - start);
            spent += time_in(hazard, rate, width);
            if hazard == f64::INFINITY {
                break; // nobody comes further
            }
            hazard += if rate > 0.0 { rate * width } else { 0.0 };
        }
        law.mean = spent;
        law.ends()
    }

    /// Refuses the law when some would never leave.
    fn ends(self) -> Result<Hazards, ParamError> {
        let ending = |s: &Segment| s.rate > 0.0 || s.after == f64::INFINITY;
        if !self.segments.last().is_some_and(ending) {
            let (parameter, found) = ("total rate in the last interval", 0.0);
            let expected = "above 0, or an atom at which all who are left leave";
            return Err(ParamError::Range { law: NAME, parameter, found, expected });
        }
        let found = self.mean;
        if !(0.0..=1e100).contains(&found) {
            let (moment, expected) = ("mean", "a finite number");
            return Err(ParamError::Moment { law: NAME, moment, found, expected });
        }
        Ok(self)
    }

    /// Number of causes.
    pub fn causes(&self) -> usize {
        self.causes
    }

    /// Expected time spent.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Time spent at exit and cause of exit, for two uniforms in (0, 1). The time rises with `u_time`.
    pub fn draw(&self, u_time: f64, u_cause: f64) -> (f64, usize) {
        self.at_hazard(-log1p(-unit(u_time)), u_cause)
    }

    /// As [`Hazards::draw`], from two words of random bits, with the exponential from its table.
    #[inline]
    pub fn draw_bits(&self, time: u64, cause: u64) -> (f64, usize) {
        self.at_hazard(exp1(time), (cause as f64 + 0.5) * (1.0 / 18_446_744_073_709_551_616.0))
    }

    /// Total time spent at exit (not the remainder; never below `elapsed`) and cause, for someone
    /// still present after `elapsed`, an atom at exactly that time being past. Where nobody can be
    /// present any more, gives `elapsed` and the cause of the last atom.
    pub fn draw_given(&self, elapsed: f64, u_time: f64, u_cause: f64) -> (f64, usize) {
        let elapsed = if elapsed > 0.0 { elapsed } else { 0.0 };
        let gone = self.hazard(elapsed);
        let (time, cause) = self.at_hazard(gone - log1p(-unit(u_time)), u_cause);
        (time.max(elapsed), cause)
    }

    /// Probability of being present after time `t`, an atom at `t` being past.
    pub fn survival(&self, t: f64) -> f64 {
        exp(-self.hazard(t))
    }

    /// Probability of having left by `cause` up to and including time `t`; 0 for an unknown cause.
    pub fn cumulative_incidence(&self, t: f64, cause: usize) -> f64 {
        if cause >= self.causes {
            return 0.0;
        }
        let mut sum = 0.0;
        for (i, s) in self.segments.iter().enumerate().take_while(|(_, s)| s.start <= t) {
            if s.after > s.before {
                let leaving = exp(-s.before) * -expm1(s.before - s.after);
                sum += leaving * share(&self.jumping, i, cause, self.causes);
            }
            if s.rate > 0.0 && s.after < f64::INFINITY {
                let end = self.segments.get(i + 1).map_or(f64::INFINITY, |next| next.start);
                let leaving = exp(-s.after) * -expm1(-s.rate * (end.min(t) - s.start));
                sum += leaving * share(&self.within, i, cause, self.causes);
            }
        }
        sum
    }

    /// Quantile `u` of the time already spent by someone found present at a random moment of a steady
    /// stream: density `survival(a) / mean`.
    pub fn length_biased_elapsed(&self, u: f64) -> f64 {
        let target = unit(u) * self.mean;
        let i = self.segments.partition_point(|s| s.spent <= target).saturating_sub(1);
        let Some(s) = self.segments.get(i) else {
            return 0.0;
        };
        let more = target - s.spent;
        let alive = exp(-s.after);
        if more <= 0.0 || alive <= 0.0 {
            s.start
        } else if s.rate > 0.0 {
            // The part of the segment's own hazard that is used up, held below all of it.
            s.start - log1p(-(more * s.rate / alive).min(1.0 - 1e-16)) / s.rate
        } else {
            s.start + more / alive
        }
    }

    /// Cumulative hazard up to and including time `t`.
    fn hazard(&self, t: f64) -> f64 {
        let i = self.segments.partition_point(|s| s.start <= t);
        match i.checked_sub(1).and_then(|i| self.segments.get(i)) {
            Some(s) if s.rate > 0.0 => s.after + s.rate * (t - s.start),
            Some(s) => s.after,
            None => 0.0,
        }
    }

    /// Exit at the moment the cumulative hazard reaches `h`.
    #[inline]
    fn at_hazard(&self, h: f64, u_cause: f64) -> (f64, usize) {
        // A hazard of 0 is reached when the first exit becomes possible, not before.
        let h = h.max(f64::MIN_POSITIVE);
        let i = self.segments.partition_point(|s| s.before < h).saturating_sub(1);
        let Some(s) = self.segments.get(i) else {
            return (0.0, 0);
        };
        if h > s.after && s.rate > 0.0 {
            (s.start + (h - s.after) / s.rate, self.pick(&self.within, i, u_cause))
        } else {
            (s.start, self.pick(&self.jumping, i, u_cause))
        }
    }

    /// The cause at `u` in row `i` of cumulative shares.
    #[inline]
    fn pick(&self, rows: &[f64], i: usize, u: f64) -> usize {
        let row = rows.get(i * self.causes..(i + 1) * self.causes).unwrap_or(&[]);
        row.iter().position(|&c| u < c).unwrap_or_else(|| last_possible(row))
    }
}

/// The last cause with a share, for a uniform of 1.
fn last_possible(row: &[f64]) -> usize {
    let top = row.last().copied().unwrap_or(1.0);
    row.iter().position(|&c| c >= top).unwrap_or(0)
}

/// Holds a uniform inside [0, 1), not a number counting as 0.
fn unit(u: f64) -> f64 {
    if u > 0.0 { u.min(1.0 - f64::EPSILON / 2.0) } else { 0.0 }
}

/// Cumulative hazard of an atom.
fn jump(probs: &[f64]) -> f64 {
    let sum: f64 = probs.iter().sum();
    if sum >= 1.0 - 1e-12 { f64::INFINITY } else { -log1p(-sum) }
}

/// Integral of the survival function over a segment that starts at cumulative hazard `hazard`.
fn time_in(hazard: f64, rate: f64, width: f64) -> f64 {
    let alive = exp(-hazard);
    if alive == 0.0 {
        0.0
    } else if rate > 0.0 {
        alive * -expm1(-rate * width) / rate
    } else {
        alive * width
    }
}

/// Running shares of a list; all 1 when it is all zeros, so that nobody is without a cause.
fn shares(parts: &[f64]) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    if total <= 0.0 {
        return vec![1.0; parts.len()];
    }
    let mut sum = 0.0;
    parts
        .iter()
        .map(|p| {
            sum += p;
            sum / total
        })
        .collect()
}

/// The share of one cause from running shares.
fn share(rows: &[f64], row: usize, cause: usize, causes: usize) -> f64 {
    let at = |k: usize| rows.get(row * causes + k).copied().unwrap_or(0.0);
    match cause.checked_sub(1) {
        Some(previous) => at(cause) - at(previous),
        None => at(cause),
    }
}

fn check_shapes(breaks: &[f64], rates: &[Vec<f64>], atoms: &[Atom]) -> Result<(), ParamError> {
    let causes = rates.len();
    error::length(NAME, "rates (causes)", causes, 1, MAX_CAUSES)?;
    let most = MAX_CELLS / causes.max(1);
    error::length(NAME, "breaks", breaks.len(), 1, most.min(error::MAX_ENTRIES))?;
    error::length(NAME, "atoms", atoms.len(), 0, most.min(10_000))?;
    let mut least = -1.0;
    for (index, &found) in breaks.iter().enumerate() {
        let sound = if index == 0 { found == 0.0 } else { found > least && found <= 1e100 };
        if !sound {
            let (parameter, expected) = ("breaks", "finite times ascending from 0");
            return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
        }
        least = found;
    }
    for row in rates {
        error::length(NAME, "rates (intervals)", row.len(), breaks.len(), breaks.len())?;
        for (index, &found) in row.iter().enumerate() {
            if !(0.0..=1e100).contains(&found) || (found > 0.0 && found < 1e-100) {
                let (parameter, expected) = ("rates", "0 or a finite rate between 1e-100 and 1e100");
                return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
            }
        }
    }
    for (index, atom) in atoms.iter().enumerate() {
        check_atom(index, atom, causes)?;
    }
    let mut times: Vec<f64> = atoms.iter().map(|a| a.at).collect();
    times.sort_by(f64::total_cmp);
    for (index, pair) in times.windows(2).enumerate() {
        if let [one, two] = pair
            && one == two
        {
            let (parameter, expected) = ("atom times in order", "distinct times");
            return Err(ParamError::Item { law: NAME, parameter, index, found: *two, expected });
        }
    }
    Ok(())
}

fn check_atom(index: usize, atom: &Atom, causes: usize) -> Result<(), ParamError> {
    if !(0.0..=1e100).contains(&atom.at) {
        let (parameter, expected) = ("atom times", "a finite time of at least 0");
        let found = atom.at;
        return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
    }
    error::length(NAME, "atom probabilities", atom.probs.len(), causes, causes)?;
    for &found in &atom.probs {
        if !(0.0..=1.0).contains(&found) {
            let (parameter, expected) = ("atom probabilities", "between 0 and 1");
            return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
        }
    }
    let found: f64 = atom.probs.iter().sum();
    if found > 1.0 + 1e-9 {
        let (parameter, expected) = ("sum of atom probabilities", "at most 1");
        return Err(ParamError::Item { law: NAME, parameter, index, found, expected });
    }
    Ok(())
}
