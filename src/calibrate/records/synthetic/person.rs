//! Invented children: what the returns say of each beside its stays.

use super::history::{History, Life};
use crate::base::rng::{Key, Purpose, mix};
use jiff::civil::Date;

/// What the returns say of a child.
#[derive(Clone, PartialEq, Debug)]
pub struct Person {
    /// The council's identifier.
    pub id: String,
    /// The family's.
    pub family: String,
    /// Unique pupil number, of the temporary kind.
    pub upn: String,
    /// Date of birth, or the date it is expected.
    pub born: Date,
    /// Whether it was born by the end of the records.
    pub is_born: bool,
    /// 'M' or 'F'.
    pub sex: char,
    /// Ethnic group.
    pub ethnic: &'static str,
    /// The same in Annex A.
    pub ethnic_annex: &'static str,
    /// Disability code, `NONE` if none.
    pub disability: &'static str,
    /// Primary need code.
    pub need: &'static str,
    /// Source of the referral or contact.
    pub source: &'static str,
    /// Unaccompanied asylum-seeking child.
    pub asylum: bool,
    /// Random numbers about this child.
    pub key: Key,
}

/// Days before birth at which records of a child may begin.
const MOST_UNBORN: i64 = 240;

const SEX: Purpose = Purpose::named("sex");
const ETHNIC: Purpose = Purpose::named("ethnic group");
const DISABILITY: Purpose = Purpose::named("disability");
const SOURCE: Purpose = Purpose::named("referral source");
const NEED: Purpose = Purpose::named("primary need");
const AGE: Purpose = Purpose::named("invented age");

/// Share, code, words of Annex A.
const ETHNICS: [(f64, &str, &str); 7] = [
    (0.82, "WBRI", "a) WBRI"),
    (0.05, "WOTH", "d) WOTH"),
    (0.05, "MOTH", "h) MOTH"),
    (0.03, "AIND", "i) AIND"),
    (0.03, "BAFR", "n) BAFR"),
    (0.01, "OOTH", "q) OOTH"),
    (0.01, "NOBT", "s) NOBT"),
];
const DISABILITIES: [(f64, &str); 5] =
    [(0.87, "NONE"), (0.05, "LD"), (0.04, "AUT"), (0.02, "BEH"), (0.02, "MOB")];
const SOURCES: [(f64, &str); 8] = [
    (0.28, "6"),
    (0.22, "2A"),
    (0.10, "3A"),
    (0.08, "1A"),
    (0.12, "5B"),
    (0.08, "3E"),
    (0.07, "8"),
    (0.05, "10"),
];
const NEEDS: [(f64, &str); 6] =
    [(0.58, "N1"), (0.08, "N2"), (0.04, "N3"), (0.10, "N4"), (0.16, "N5"), (0.04, "N6")];

/// Picks by shares.
pub(super) fn pick<T: Copy>(table: &[(f64, T)], u: f64, fallback: T) -> T {
    let mut sum = 0.0;
    for (share, value) in table {
        sum += share;
        if u < sum {
            return *value;
        }
    }
    table.last().map_or(fallback, |t| t.1)
}

impl Person {
    /// Invents what the model does not say of a child; the same seed invents the same. A child is born when
    /// it is first in care, which `cared_from` tells, at the latest: a model may let the unborn be cared for.
    pub fn new(history: &History, life: &Life, cared_from: Option<i64>, asylum: bool, seed: u64) -> Person {
        let key = Key(mix(seed ^ 0x7065_6F70_6C65)).child(u64::from(life.number));
        let first = life.stays.first().map_or(0, |s| s.from);
        // a model without ages: anything from birth to 17 when first seen
        let born = life.born.unwrap_or_else(|| first - (key.unit(AGE, 0) * 17.0 * 365.25) as i64);
        // records of the unborn begin in pregnancy
        let born = born.min(first + MOST_UNBORN).min(cared_from.unwrap_or(i64::MAX));
        let ethnics = ETHNICS.map(|e| (e.0, (e.1, e.2)));
        let (ethnic, ethnic_annex) = pick(&ethnics, key.unit(ETHNIC, 0), ("NOBT", "s) NOBT"));
        Person {
            id: format!("SYN{:07}", id_number(life.number)),
            family: format!("FAM{:016x}", mix(life.family ^ seed)),
            upn: upn(key),
            born: history.date(born),
            is_born: born < history.days,
            sex: if key.unit(SEX, 0) < 0.52 { 'M' } else { 'F' },
            ethnic,
            ethnic_annex,
            disability: pick(&DISABILITIES, key.unit(DISABILITY, 0), "NONE"),
            need: pick(&NEEDS, key.unit(NEED, 0), "N1"),
            source: pick(&SOURCES, key.unit(SOURCE, 0), "10"),
            asylum,
            key,
        }
    }
}

/// A number of seven digits for each case below ten million, all different and in no order.
fn id_number(n: u32) -> u64 {
    // multiplication by a number prime to ten million permutes the residues
    (u64::from(n) * 3_141_593 + 2_718_281) % 10_000_000
}

/// A pupil number that no school gives: it begins with a check letter that never fits.
fn upn(key: Key) -> String {
    let digits = mix(key.0) % 1_000_000_000_000;
    format!("A{digits:012}")
}

/// Age in whole years on a day; none before birth.
pub(super) fn age(born: Date, on: Date) -> Option<i16> {
    let mut years = on.year() - born.year();
    if (on.month(), on.day()) < (born.month(), born.day()) {
        years -= 1;
    }
    (on >= born).then_some(years)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_count_birthdays() {
        assert_eq!(age(date(2010, 6, 15), date(2024, 6, 14)), Some(13));
        assert_eq!(age(date(2010, 6, 15), date(2024, 6, 15)), Some(14));
        assert_eq!(age(date(2024, 6, 15), date(2024, 6, 14)), None);
    }

    #[test]
    fn identifiers_differ() {
        let mut seen: Vec<u64> = (0..100_000).map(id_number).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 100_000);
    }
}
