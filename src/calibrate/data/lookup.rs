//! Finding a council by what people call it.

use super::statistics::{Level, Statistics};
use thiserror::Error;

/// A council that was not found, or is no more.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum Unknown {
    /// Nothing of that name or code.
    #[error("no council is called {asked:?}{}", hint(.like))]
    NotFound {
        /// What was asked for.
        asked: String,
        /// Names much like it, likeliest first.
        like: Vec<String>,
    },
    /// A region or England, or a joint return.
    #[error("{name} is not one council{}", hint(.like))]
    NotCouncil {
        /// Its name.
        name: String,
        /// Councils in it.
        like: Vec<String>,
    },
    /// A council that was abolished.
    #[error("{name} is no more ({change}){}", hint(.now))]
    Abolished {
        /// Its name.
        name: String,
        /// What happened.
        change: String,
        /// Councils of the same area today.
        now: Vec<String>,
    },
}

fn hint(like: &[String]) -> String {
    match like {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [all @ .., last] => format!("; did you mean {} or {last}?", all.join(", ")),
    }
}

/// A name without case, punctuation and the words by which councils are styled.
pub fn plain_name(name: &str) -> String {
    const STYLE: [&str; 15] = [
        "the",
        "of",
        "and",
        "council",
        "county",
        "city",
        "borough",
        "london",
        "royal",
        "metropolitan",
        "district",
        "unitary",
        "authority",
        "upon",
        "lb",
    ];
    let lower = name.to_lowercase().replace('&', " and ").replace(['\'', '\u{2019}'], "");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let kept: Vec<&str> = words.iter().copied().filter(|w| !STYLE.contains(w)).collect();
    // "City of London" is nothing but style
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

impl Statistics {
    /// Index of today's council with this name, ONS code (new or old) or DfE number.
    ///
    /// # Errors
    /// Names that are much like it, or today's councils in place of one that is no more.
    pub fn find(&self, asked: &str) -> Result<usize, Unknown> {
        let wanted = plain_name(asked);
        let code = asked.trim().to_uppercase();
        let today = self.councils();
        let by_code = |a: &super::Area| {
            a.code == code
                || a.other_codes.contains(&code)
                || (!a.dfe_number.is_empty() && a.dfe_number == code)
        };
        let exact = |a: &super::Area| a.name.eq_ignore_ascii_case(asked.trim());
        let plain = |a: &super::Area| !wanted.is_empty() && plain_name(&a.name) == wanted;
        let tests: [&dyn Fn(&super::Area) -> bool; 3] = [&by_code, &exact, &plain];
        for test in tests {
            if let Some(&found) = today.iter().find(|&&i| self.areas.get(i).is_some_and(test)) {
                return Ok(found);
            }
            if let Some(other) = self.areas.iter().find(|a| test(a)) {
                return Err(self.not_today(other, &today));
            }
        }
        // a part of a name that only one council has
        let asked_words: Vec<&str> = wanted.split(' ').filter(|w| w.len() > 2).collect();
        let within = |i: &&usize| {
            let name = self.areas.get(**i).map(|a| plain_name(&a.name)).unwrap_or_default();
            !asked_words.is_empty() && asked_words.iter().all(|w| name.split(' ').any(|n| n == *w))
        };
        let mut found = today.iter().filter(within);
        if let (Some(&only), None) = (found.next(), found.next()) {
            return Ok(only);
        }
        Err(Unknown::NotFound { asked: asked.chars().take(80).collect(), like: self.like(&wanted, &today) })
    }

    fn not_today(&self, area: &super::Area, today: &[usize]) -> Unknown {
        let names = |keep: &dyn Fn(&super::Area) -> bool| -> Vec<String> {
            let areas = today.iter().filter_map(|&i| self.areas.get(i));
            areas.filter(|a| keep(a)).map(|a| a.name.clone()).take(6).collect()
        };
        if area.level == Level::Council {
            let now = names(&|a| a.stable == area.stable);
            return Unknown::Abolished { name: area.name.clone(), change: area.change.clone(), now };
        }
        let like = names(&|a| match area.level {
            Level::Joint => a.stable == area.stable || area.code.split('/').any(|c| c == a.code),
            _ => a.region == area.name,
        });
        Unknown::NotCouncil { name: area.name.clone(), like }
    }

    /// Councils that may have been meant, likeliest first: those whose name or region has every word asked for, then those
    /// with words that sound like them.
    fn like(&self, wanted: &str, today: &[usize]) -> Vec<String> {
        let wanted: String = wanted.chars().take(80).collect();
        let words: Vec<&str> = wanted.split(' ').filter(|w| w.len() > 2).collect();
        let has = |text: &str| {
            let plain = plain_name(text);
            !words.is_empty()
                && words.iter().all(|w| plain.split(' ').any(|p| p == *w || w.len() > 3 && p.starts_with(w)))
        };
        let areas = || today.iter().filter_map(|&i| self.areas.get(i));
        let named: Vec<String> = areas().filter(|a| has(&a.name)).map(|a| a.name.clone()).collect();
        if !named.is_empty() {
            return named.into_iter().take(MOST_LIKE).collect();
        }
        let mut near: Vec<(f64, &str)> = areas()
            .map(|a| (likeness(&wanted, &plain_name(&a.name)), a.name.as_str()))
            .filter(|(likeness, _)| *likeness > LIKE)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        // one that is hardly misspelt leaves no room for others
        let best = near.first().map_or(0.0, |n| n.0);
        near.retain(|n| n.0 > best - MUCH_LESS);
        if near.is_empty() {
            let regional = areas().filter(|a| has(&a.region)).map(|a| a.name.clone());
            return regional.take(MOST_LIKE).collect();
        }
        near.into_iter().take(3).map(|(_, n)| n.to_string()).collect()
    }
}

/// Names told at most.
const MOST_LIKE: usize = 8;
/// Likeness from which a name is told, and how much less than the likeliest it may be.
const LIKE: f64 = 0.8;
const MUCH_LESS: f64 = 0.06;

/// How much two plain names are alike, from 0 to 1: as wholes (Jaro and Winkler), or letter for letter in the words that
/// match best.
fn likeness(a: &str, b: &str) -> f64 {
    let whole = strsim::jaro_winkler(a, b).max(strsim::normalized_damerau_levenshtein(a, b));
    let words = |a: &str, b: &str| {
        let one =
            |w: &str| b.split(' ').map(|v| strsim::normalized_damerau_levenshtein(w, v)).fold(0.0, f64::max);
        let parts: Vec<f64> = a.split(' ').map(one).collect();
        parts.iter().sum::<f64>() / parts.len().max(1) as f64
    };
    // a name with a word too many or too few is a little less alike
    whole.max(0.97 * words(a, b)).max(0.93 * words(b, a))
}
