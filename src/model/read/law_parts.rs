//! The laws one by one.

use super::item::Fields;
use super::law::Unit;
use super::shares::Share;
use super::{Item, Reader};
use crate::model::catalogue::{
    BAND, Def, ERLANG, EXPONENTIAL, GAMMA, HYPER_PART, LOGNORMAL, MIX_PART, TRIANGULAR, UNIFORM, WEIBULL,
};
use crate::stats::dist::Dist;

/// Deepest nesting of mixtures.
const MOST_NESTED: usize = 3;
/// Most parts of a list of values or bands.
const MOST_PARTS: usize = 100_000;

impl Reader<'_> {
    pub(super) fn exponential(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &EXPONENTIAL)?;
        match self.which(&f, &[&["mean"], &["rate"]])? {
            0 => {
                let mean = self.part(&f, "mean", unit)?;
                self.checked(item, Dist::exponential(mean))
            }
            _ => {
                let rate = f.opt("rate")?;
                let rate = self.noted(&rate, Reader::rate)?;
                self.checked(item, Dist::exponential_rate(rate))
            }
        }
    }

    pub(super) fn gamma(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &GAMMA)?;
        let made = match self.which(&f, &[&["mean", "sd"], &["mean", "cv"], &["shape", "scale"]])? {
            0 => {
                let (mean, sd) = (self.part(&f, "mean", unit), self.part(&f, "sd", unit));
                Dist::gamma_mean_sd(mean?, sd?)
            }
            1 => {
                let (mean, cv) = (self.part(&f, "mean", unit), self.ratio(&f, "cv"));
                let (mean, cv) = (mean?, cv?);
                let shape = 1.0 / (cv * cv);
                if !(shape.is_finite() && cv > 0.0) {
                    self.push(f.opt("cv")?.expected("a number above 0"));
                    return None;
                }
                Dist::gamma_mean_shape(mean, shape)
            }
            _ => {
                let (shape, scale) = (self.ratio(&f, "shape"), self.part(&f, "scale", unit));
                Dist::gamma(shape?, scale?)
            }
        };
        self.checked(item, made)
    }

    pub(super) fn lognormal(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &LOGNORMAL)?;
        let ways: &[&[&str]] = &[&["mean", "sd"], &["mean", "cv"], &["median", "sigma"]];
        let made = match self.which(&f, ways)? {
            0 => {
                let (mean, sd) = (self.part(&f, "mean", unit), self.part(&f, "sd", unit));
                Dist::lognormal_mean_sd(mean?, sd?)
            }
            1 => {
                let (mean, cv) = (self.part(&f, "mean", unit), self.ratio(&f, "cv"));
                Dist::lognormal_mean_cv(mean?, cv?)
            }
            _ => {
                let (median, sigma) = (self.part(&f, "median", unit), self.ratio(&f, "sigma"));
                Dist::lognormal_median_sigma(median?, sigma?)
            }
        };
        self.checked(item, made)
    }

    pub(super) fn weibull(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &WEIBULL)?;
        let way = self.which(&f, &[&["shape", "scale"], &["mean", "shape"]])?;
        let shape = self.ratio(&f, "shape");
        let made = if way == 0 {
            let scale = self.part(&f, "scale", unit);
            Dist::weibull(shape?, scale?)
        } else {
            let mean = self.part(&f, "mean", unit);
            Dist::weibull_mean_shape(mean?, shape?)
        };
        self.checked(item, made)
    }

    pub(super) fn erlang(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &ERLANG)?;
        let mean = self.need(&f, "mean").and_then(|i| self.length(&i, unit));
        let stages = self.need(&f, "stages").and_then(|i| self.whole(&i, 1, 10_000));
        let k = u32::try_from(stages?).ok()?;
        self.checked(item, Dist::erlang(k, mean?))
    }

    pub(super) fn uniform(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &UNIFORM)?;
        let low = self.need(&f, "low").and_then(|i| self.length(&i, unit));
        let high = self.need(&f, "high").and_then(|i| self.length(&i, unit));
        let (low, high) = (low?, high?);
        if low >= high {
            self.push(
                f.opt("low")?.error(format_args!("must be below `high` ({high} days), found {low} days")),
            );
            return None;
        }
        self.checked(item, Dist::uniform(low, high))
    }

    pub(super) fn triangular(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let f = self.fields(item, &TRIANGULAR)?;
        let mut ends = ["low", "mode", "high"].map(|_| None);
        for (end, key) in ends.iter_mut().zip(["low", "mode", "high"]) {
            *end = self.need(&f, key).and_then(|i| self.length(&i, unit));
        }
        let [low, mode, high] = ends;
        let (low, mode, high) = (low?, mode?, high?);
        if !(low <= mode && mode <= high && low < high) {
            self.push(f.opt("mode")?.error(format_args!(
                "must lie between `low` and `high`, found {low}, {mode} and {high} days"
            )));
            return None;
        }
        self.checked(item, Dist::triangular(low, mode, high))
    }

    pub(super) fn hyperexponential(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let read =
            self.parts(item, &HYPER_PART, 64, |r, f| r.need(f, "mean").and_then(|i| r.length(&i, unit)))?;
        let (shares, means): (Vec<f64>, Vec<f64>) = read.into_iter().unzip();
        self.checked(item, Dist::hyperexponential(&shares, &means))
    }

    pub(super) fn mixture(&mut self, item: &Item<'_>, unit: &mut Unit, depth: usize) -> Option<Dist> {
        if depth >= MOST_NESTED {
            self.push(item.error(format_args!("is a mixture nested more than {MOST_NESTED} deep")));
            return None;
        }
        let read = self.parts(item, &MIX_PART, 64, |r, f| {
            r.need(f, "law").and_then(|i| r.dist_in(&i, unit, depth + 1))
        })?;
        let (shares, laws): (Vec<f64>, Vec<Dist>) = read.into_iter().unzip();
        self.checked(item, Dist::mixture(&shares, laws))
    }

    pub(super) fn bands(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        let mut edges: Vec<f64> = Vec::new();
        let read = self.parts(item, &BAND, MOST_PARTS, |r, f| {
            let from = f.opt("from").map(|i| (r.length(&i, unit), i));
            let to = r.need(f, "to").and_then(|i| r.length(&i, unit))?;
            let start = match from {
                Some((from, i)) => {
                    let from = from?;
                    if edges.last().is_some_and(|last| *last != from) {
                        r.push(i.error("must be the `to` of the band before it"));
                        return None;
                    }
                    from
                }
                None => edges.last().copied().unwrap_or(0.0),
            };
            if edges.is_empty() {
                edges.push(start);
            }
            if to <= start {
                r.push(f.item.error(format_args!("ends at {to} days, not after it begins at {start} days")));
                return None;
            }
            edges.push(to);
            Some(())
        })?;
        let shares: Vec<f64> = read.into_iter().map(|(share, ())| share).collect();
        self.checked(item, Dist::bands(&edges, &shares))
    }

    /// Parts of a list, each with a `share`, that sum to 1.
    fn parts<T>(
        &mut self,
        item: &Item<'_>,
        def: &'static Def,
        most: usize,
        mut read: impl FnMut(&mut Self, &Fields<'_>) -> Option<T>,
    ) -> Option<Vec<(f64, T)>> {
        let items = self.list(item, "a list of tables with a share", most)?;
        if items.is_empty() {
            self.push(item.error("must have at least one entry"));
            return None;
        }
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let mut sound = true;
        for (n, part) in items.iter().enumerate() {
            let read = self.fields(part, def).and_then(|f| {
                let share = self.need(&f, "share").and_then(|i| self.share_or_rest(&i));
                let value = read(self, &f);
                Some((share?, value?))
            });
            match read {
                Some((share, value)) => {
                    parts.push((share, format!("{}:", n + 1)));
                    values.push(value);
                }
                None => sound = false,
            }
        }
        let shares =
            sound.then(|| self.settle_parts(item, &format!("the shares in `{}`", item.path), &parts))??;
        Some(shares.into_iter().zip(values).collect())
    }

    pub(super) fn values(&mut self, item: &Item<'_>, unit: &mut Unit) -> Option<Dist> {
        if item.node.list().is_some() {
            let items = self.list(item, "a list of lengths", MOST_PARTS)?;
            if items.is_empty() {
                self.push(item.error("must have at least one entry"));
                return None;
            }
            let read: Vec<Option<f64>> = items.iter().map(|i| self.length(i, unit)).collect();
            let values = read.into_iter().collect::<Option<Vec<f64>>>()?;
            return self.checked(item, Dist::observed(&values));
        }
        let mut values = Vec::new();
        let mut parts: Vec<(Share, String)> = Vec::new();
        let mut sound = true;
        for entry in self.entries(item, "a list of lengths or a table of lengths with their shares") {
            let key = crate::model::file::Node {
                place: entry.place.clone(),
                value: crate::model::file::Value::Text(entry.key.clone()),
            };
            let length = self.length(&Item::new(&key, item.path.clone()), unit);
            let share = self.share_or_rest(&item.entry(entry));
            match (length, share) {
                (Some(length), Some(share)) => {
                    values.push(length);
                    parts.push((share, entry.key.clone()));
                }
                _ => sound = false,
            }
        }
        if !sound || item.node.table().is_none() {
            return None;
        }
        let shares = self.settle_parts(item, &format!("the shares in `{}`", item.path), &parts)?;
        self.checked(item, Dist::values(&values, &shares))
    }

    /// Which of several ways to give a law is used; one way exactly.
    fn which(&mut self, f: &Fields<'_>, ways: &[&[&str]]) -> Option<usize> {
        let given = f.given();
        let same = |way: &&[&str]| way.len() == given.len() && way.iter().all(|k| given.contains(k));
        let found = ways.iter().position(same);
        if found.is_none() {
            let ways: Vec<String> = ways.iter().map(|way| way.join(" and ")).collect();
            let given = if given.is_empty() { "nothing".to_string() } else { given.join(", ") };
            self.push(f.item.error(format_args!("must be given {}, found {given}", ways.join(", or "))));
        }
        found
    }

    fn part(&mut self, f: &Fields<'_>, key: &str, unit: &mut Unit) -> Option<f64> {
        let item = f.opt(key)?;
        self.length(&item, unit)
    }

    fn ratio(&mut self, f: &Fields<'_>, key: &str) -> Option<f64> {
        let item = f.opt(key)?;
        self.noted(&item, |r, i| r.number(i, 0.0, 1e15, "a finite number above 0"))
    }
}
