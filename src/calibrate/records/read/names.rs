//! Headings matched to the columns of the standards: case, spaces, underscores and punctuation do not matter.

use super::limits::MOST_COLUMNS;
use super::row::Row;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the standard.
    pub name: &'static str,
    /// Other names. One that begins with `*` is a list of words: a heading fits that has words beginning so,
    /// in that order.
    pub also: &'static [&'static str],
    /// What it holds.
    pub holds: Holds,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Text or a code; the table is not known by it and can be read without it.
    Value,
    /// A date; as above.
    Date,
    /// The table is not this one without the column.
    Key,
    /// A date; the table is not this one without the column.
    KeyDate,
    /// As a value; the standard does not have it, so that nobody misses it.
    Extra,
    /// A date; as above.
    ExtraDate,
    /// The column is known and not used.
    Unused,
    /// A date that is not used; only its form is looked at.
    UnusedDate,
}

impl Field {
    /// Whether dates stand in the column.
    pub fn is_date(&self) -> bool {
        matches!(self.holds, Holds::Date | Holds::KeyDate | Holds::ExtraDate | Holds::UnusedDate)
    }

    /// Whether it is missed where it is not there.
    pub fn is_missed(&self) -> bool {
        matches!(self.holds, Holds::Value | Holds::Date)
    }

    /// Whether the table needs it.
    pub fn is_key(&self) -> bool {
        matches!(self.holds, Holds::Key | Holds::KeyDate)
    }
}

/// Declares the columns of a table, with a constant for the place of each.
macro_rules! fields {
    ($($place:ident = $name:literal $(| $also:literal)* : $holds:ident),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code, reason = "names of columns")]
        enum Places { $($place),* }
        $(#[allow(dead_code, reason = "not every column is used")] const $place: usize = Places::$place as usize;)*
        /// The columns, in the order of the standard.
        pub static FIELDS: &[crate::calibrate::records::read::names::Field] = &[
            $(crate::calibrate::records::read::names::Field {
                name: $name,
                also: &[$($also),*],
                holds: crate::calibrate::records::read::names::Holds::$holds,
            }),*
        ];
    };
}
pub(super) use fields;

/// Letters and digits in lower case; "&" is "and".
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(200));
    for c in text.chars().take(400) {
        match c {
            '&' => out.push_str("and"),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// Words in lower case.
fn words(text: &str) -> Vec<String> {
    let cut = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    cut.take(60).map(str::to_lowercase).collect()
}

/// Whether words that begin with those of the pattern stand in this order.
fn has_words(heading: &[String], pattern: &str) -> bool {
    let mut rest = heading.iter();
    pattern.split('*').filter(|p| !p.is_empty()).all(|part| rest.any(|w| w.starts_with(part)))
}

/// Which column of a sheet holds each field.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// For each field, its column.
    pub columns: Vec<Option<usize>>,
    /// Columns with a heading that fits no field.
    pub unknown: Vec<usize>,
    /// Columns whose heading stood already over another.
    pub repeated: Vec<usize>,
    /// Columns with a heading.
    pub headings: usize,
}

impl Match {
    /// Fields found.
    pub fn found(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// Whether all that the table needs is there.
    pub fn whole(&self, fields: &[Field]) -> bool {
        fields.iter().zip(&self.columns).all(|(f, c)| c.is_some() || !f.is_key())
    }
}

/// Matches the cells of a row of headings.
pub fn match_headings(row: &Row, fields: &[Field]) -> Match {
    let width = row.width().min(MOST_COLUMNS);
    let plains: Vec<String> = (0..width).map(|k| plain(row.text(k))).collect();
    let mut columns: Vec<Option<usize>> = vec![None; fields.len()];
    let mut taken = vec![false; width];
    let mut repeated = Vec::new();
    for (column, heading) in plains.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
        let fits = |f: &Field| {
            plain(f.name) == *heading || f.also.iter().any(|a| !a.starts_with('*') && plain(a) == *heading)
        };
        let Some(field) = fields.iter().position(fits) else { continue };
        if let (Some(place), Some(used)) = (columns.get_mut(field), taken.get_mut(column)) {
            *used = true;
            match place {
                None => *place = Some(column),
                Some(_) => repeated.push(column),
            }
        }
    }
    for (field, place) in fields.iter().zip(columns.iter_mut()).filter(|(_, p)| p.is_none()) {
        for pattern in field.also.iter().filter(|a| a.starts_with('*')) {
            let fits = |k: &usize| taken.get(*k) == Some(&false) && has_words(&words(row.text(*k)), pattern);
            if let Some(column) = (0..width).find(fits) {
                *place = Some(column);
                if let Some(used) = taken.get_mut(column) {
                    *used = true;
                }
                break;
            }
        }
    }
    let headed = |k: &usize| plains.get(*k).is_some_and(|p| !p.is_empty());
    let unknown = (0..width).filter(|k| headed(k) && taken.get(*k) == Some(&false)).collect();
    let headings = (0..width).filter(headed).count();
    Match { columns, unknown, repeated, headings }
}

#[cfg(test)]
mod tests {
    use super::super::row::Cell;
    use super::*;

    fields! {
        ID = "Child Unique ID" | "*child*id" : Key,
        BORN = "Date of Birth" | "DOB" | "*date*birth" : Date,
        SEEN = "Date Child Was Last Seen" : Date,
        NFA = "Referral NFA?" : Value,
    }

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::default();
        cells.iter().for_each(|c| row.push(Cell::Text(c)));
        row
    }

    #[test]
    fn spellings_and_order_do_not_matter() {
        let m = match_headings(&row(&["D.O.B", "REFERRAL_NFA", "child unique id ", "", "Team"]), FIELDS);
        assert_eq!(m.columns, [Some(2), Some(0), None, Some(1)]);
        assert_eq!((m.columns[ID], m.columns[BORN], m.columns[NFA]), (Some(2), Some(0), Some(1)));
        assert_eq!((m.unknown, m.headings), (vec![4], 4));
        assert!(m.columns[SEEN].is_none());
    }

    #[test]
    fn words_serve_when_no_name_does() {
        let m = match_headings(
            &row(&["The Child's Unique Identifier", "Child's date of (estimated) birth"]),
            FIELDS,
        );
        assert_eq!(m.columns, [Some(0), Some(1), None, None]);
        assert!(m.whole(FIELDS));
        let m = match_headings(&row(&["Does the child have a disability", "DOB", "dob"]), FIELDS);
        assert_eq!(m.columns, [None, Some(1), None, None]);
        assert!(!m.whole(FIELDS) && m.repeated == [2]);
    }
}
