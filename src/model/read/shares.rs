//! Tables of probabilities, of which one may be `"rest"`.

use super::names::Of;
use super::notes::is_note;
use super::{Item, Reader, short};
use crate::base::diag::Diagnostic;
use crate::base::ids::NeedId;
use crate::model::case::NeedShares;
use crate::model::file::Entry;

/// Sums further from 1 than this are refused.
const REFUSED: f64 = 1e-6;
/// Sums further from 1 than this are scaled with a warning.
const NOTED: f64 = 1e-9;

/// A probability or what is left.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) enum Share {
    Of(f64),
    Rest,
}

/// Entries of a table without the notes beside them.
pub(in crate::model) fn own_entries(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|e| !is_note(&e.key))
}

impl Reader<'_> {
    /// A probability or `"rest"`.
    pub fn share_or_rest(&mut self, item: &Item<'_>) -> Option<Share> {
        if item.node.text() == Some("rest") {
            return Some(Share::Rest);
        }
        self.noted(item, Reader::share).map(Share::Of)
    }

    /// Probabilities by key that sum to 1. `whole` names them in messages, such as "the routes out
    /// of `assessment`"; `key` finds what each key stands for.
    pub fn shares<K>(
        &mut self,
        item: &Item<'_>,
        whole: &str,
        mut key: impl FnMut(&mut Self, &Item<'_>, &str) -> Option<K>,
    ) -> Option<Vec<(K, f64)>> {
        let entries = self.entries(item, "a table of probabilities");
        let table = item.node.table()?;
        let around = self.around.take();
        self.around = Some(self.notes(item, table));
        let mut read = Vec::new();
        let mut sound = true;
        for entry in own_entries(entries) {
            let child = item.entry(entry);
            let share = self.share_or_rest(&child);
            let known = key(self, &item.key(entry), &entry.key);
            match (known, share) {
                (Some(k), Some(s)) => read.push((k, s, entry)),
                _ => sound = false,
            }
        }
        self.around = around;
        if !sound {
            return None;
        }
        let shares: Vec<(Share, &Entry)> = read.iter().map(|(_, s, e)| (*s, *e)).collect();
        let values = self.settle(item, whole, &shares)?;
        Some(read.into_iter().map(|(k, ..)| k).zip(values).collect())
    }

    /// Checks the sum of probabilities, puts what is left for `"rest"`, and scales to 1.
    pub fn settle(&mut self, item: &Item<'_>, whole: &str, shares: &[(Share, &Entry)]) -> Option<Vec<f64>> {
        let parts: Vec<(Share, String)> =
            shares.iter().map(|(s, e)| (*s, crate::model::file::clip(&e.key))).collect();
        self.settle_parts(item, whole, &parts)
    }

    /// The same for parts with any names.
    pub fn settle_parts(
        &mut self,
        item: &Item<'_>,
        whole: &str,
        parts: &[(Share, String)],
    ) -> Option<Vec<f64>> {
        let rests = parts.iter().filter(|p| matches!(p.0, Share::Rest)).count();
        let sum: f64 = parts.iter().map(|p| p.0.value()).sum();
        let off = sum - 1.0;
        let shown: Vec<String> = parts.iter().take(12).map(|(s, n)| s.shown(n)).collect();
        if let Some((wrong, hint)) = wrong_sum(whole, parts.len(), rests, sum) {
            self.push(Diagnostic::error(item.place(), wrong).label(shown.join(", ")).hint(hint));
            return None;
        }
        if rests == 0 && off.abs() > NOTED {
            let message = format!("{whole} add up to {}: accepted and scaled to 1", short(sum));
            self.push(Diagnostic::warning(item.place(), message).label(shown.join(", ")));
        }
        let rest = (1.0 - sum).max(0.0);
        let total = if rests == 1 { sum + rest } else { sum };
        let value = |s: &Share| match s {
            Share::Of(x) => x / total,
            Share::Rest => rest / total,
        };
        Some(parts.iter().map(|(s, _)| value(s)).collect())
    }

    /// Shares over the age bands, in their order; bands not named have none.
    pub fn age_shares(&mut self, item: &Item<'_>) -> Option<Vec<f64>> {
        let whole = format!("the shares in `{}`", item.path);
        let read = self.shares(item, &whole, Reader::find_age)?;
        let mut out = vec![0.0; self.names.ages.len()];
        for (age, share) in read {
            if let Some(slot) = out.get_mut(age) {
                *slot = share;
            }
        }
        Some(out)
    }

    /// Children in a family with their probabilities.
    pub fn families(&mut self, item: &Item<'_>) -> Option<Vec<(u8, f64)>> {
        let whole = format!("the shares in `{}`", item.path);
        let mut read = self.shares(item, &whole, |r, at, key| {
            let size = key.parse::<u8>().ok().filter(|n| (1..=20).contains(n));
            if size.is_none() {
                r.push(at.error(format_args!(
                    "has the key `{}`, expected a number of children from 1 to 20",
                    crate::model::file::clip(key)
                )));
            }
            size
        })?;
        read.sort_by_key(|(n, _)| *n);
        Some(read)
    }

    /// Shares of needs; each stands alone.
    pub fn need_shares(&mut self, item: &Item<'_>) -> NeedShares {
        let entries = self.entries(item, "a table of needs with their shares");
        let mut out = Vec::new();
        for entry in own_entries(entries) {
            let share = self.noted(&item.entry(entry), Reader::share);
            let id: Option<NeedId> = self.find(&item.key(entry), &entry.key, Of::Need);
            if let (Some(id), Some(share)) = (id, share) {
                out.push((id, share));
            }
        }
        out
    }
}

impl Share {
    /// The probability, 0 for the rest.
    fn value(self) -> f64 {
        match self {
            Share::Of(x) => x,
            Share::Rest => 0.0,
        }
    }

    fn shown(self, name: &str) -> String {
        match self {
            Share::Of(x) => format!("{name} {}", short(x)),
            Share::Rest => format!("{name} rest"),
        }
    }
}

/// What is wrong with a sum of probabilities, and what to do.
fn wrong_sum(whole: &str, parts: usize, rests: usize, sum: f64) -> Option<(String, String)> {
    let off = sum - 1.0;
    let (one, each) =
        if whole.starts_with("the routes") { ("a route", "one route") } else { ("another", "one of them") };
    let found = match rests {
        _ if parts == 0 => {
            (format!("{whole} are not given: the table is empty"), format!("add {one}, or \"rest\""))
        }
        0 if off < -REFUSED => (
            format!("{whole} add up to {}, not 1", short(sum)),
            format!("add {one} for the other {}, or give {each} the value \"rest\"", short(-off)),
        ),
        0 if off > REFUSED => (
            format!("{whole} add up to {}, not 1", short(sum)),
            format!("take {} off, or give {each} the value \"rest\"", short(off)),
        ),
        1 if off > REFUSED => (
            format!("{whole} add up to {} beside the \"rest\", more than 1", short(sum)),
            format!("take {} off the others", short(off)),
        ),
        0 | 1 => return None,
        n => (format!("{whole} have \"rest\" {n} times"), "only one of them can be the rest".to_string()),
    };
    Some(found)
}
