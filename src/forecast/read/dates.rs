//! Months as people and spreadsheets write them.

use crate::forecast::calendar::day_number;
use crate::forecast::month::Month;

/// What a cell says about a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// One month.
    Month(Month),
    /// Two numbers that could be day and month either way, and the year.
    EitherWay(u32, u32, i32),
    /// Two readings that nothing else in the file can tell apart.
    Ambiguous,
    /// Not a month.
    Nothing,
}

const NAMES: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month's English name, in full or cut to three letters or more.
pub fn named(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_lowercase();
    let place = NAMES
        .iter()
        .position(|n| word.len() >= 3 && n.starts_with(&word))
        .or_else(|| (word == "sept").then_some(8))?;
    u32::try_from(place + 1).ok()
}

fn month(year: i32, month: u32) -> Said {
    Month::new(year, month).map_or(Said::Nothing, Said::Month)
}

/// Two-digit years are of this century up to 69, of the last from 70.
fn century(year: i32) -> i32 {
    match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        _ => year,
    }
}

/// Reads one cell.
pub fn read(cell: &str) -> Said {
    let date = cell.split(['T', 't']).next().filter(|d| d.len() >= 8 && d.len() < cell.len());
    let cell = match date {
        Some(d) if d.starts_with(|c: char| c.is_ascii_digit()) && !d.contains(' ') => d,
        _ => cell,
    };
    let mut words: Vec<&str> = cell
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '_' | '\u{2013}'))
        .filter(|w| !w.is_empty())
        .collect();
    // A time of day after the date says nothing about the month.
    if words.last().is_some_and(|w| w.contains(':')) {
        words.pop();
    }
    match words.as_slice() {
        [one] => single(one),
        [a, b] => pair(a, b),
        [a, b, c] => triple(a, b, c),
        _ => Said::Nothing,
    }
}

fn number(word: &str) -> Option<i32> {
    (word.len() <= 6 && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

/// 202403, 20240301, Mar24, M2024... or a spreadsheet's day number.
fn single(word: &str) -> Said {
    if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
        let part = |a, b| word.get(a..b).and_then(number);
        if let (Some(y), Some(m), Some(d)) = (part(0, 4), part(4, 6), part(6, 8)) {
            return if (1..=31).contains(&d) { month(y, m.cast_unsigned()) } else { Said::Nothing };
        }
    }
    let Some(value) = number(word) else {
        let at = word.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let (name, year) = word.split_at_checked(at).unwrap_or((word, ""));
        return match (named(name), number(year)) {
            (Some(m), Some(y)) if year.len() == 2 || year.len() == 4 => month(century(y), m),
            _ => Said::Nothing,
        };
    };
    match word.len() {
        6 => month(value / 100, (value % 100).cast_unsigned()),
        // Days since 30 December 1899, from 1954 to 2064.
        5 if (20_000..60_000).contains(&value) => serial(i64::from(value)),
        _ => Said::Nothing,
    }
}

fn serial(value: i64) -> Said {
    let day = value + day_number(1899, 12, 30);
    let mut at = Month::new(1954, 1);
    while let Some(m) = at {
        let next = m.plus(1);
        if day < day_number(next.year(), next.of_year(), 1) {
            return Said::Month(m);
        }
        at = (next.year() < 2100).then_some(next);
    }
    Said::Nothing
}

/// 2024-03, 03/2024, March 2024, Mar-24, 2024 March; 24-Mar and 03-24 could be two things.
fn pair(a: &str, b: &str) -> Said {
    match (named(a), number(a), named(b), number(b)) {
        (Some(m), _, _, Some(y)) if b.len() == 4 || b.len() == 2 => month(century(y), m),
        (_, Some(y), Some(m), _) if a.len() == 4 => month(y, m),
        (_, Some(day), Some(_), _) if a.len() <= 2 && day <= 31 => Said::Ambiguous,
        (_, Some(y), _, Some(m)) if a.len() == 4 && b.len() <= 2 => month(y, m.cast_unsigned()),
        (_, Some(m), _, Some(y)) if b.len() == 4 && a.len() <= 2 => month(y, m.cast_unsigned()),
        (_, Some(x), _, Some(y)) if a.len() <= 2 && b.len() <= 2 && x <= 31 && y <= 99 => Said::Ambiguous,
        _ => Said::Nothing,
    }
}

/// 2024-03-01, 1 March 2024, March 1 2024, and day/month/year in an order still to be settled.
fn triple(a: &str, b: &str, c: &str) -> Said {
    let day = |d: i32| (1..=31).contains(&d);
    match (number(a), number(b), number(c)) {
        (Some(y), Some(m), Some(d)) if a.len() == 4 && day(d) => month(y, m.cast_unsigned()),
        (Some(x), Some(z), Some(y)) if c.len() == 4 || c.len() == 2 => slashed(x, z, century(y)),
        (Some(d), None, Some(y)) if day(d) && (c.len() == 4 || c.len() == 2) => {
            named(b).map_or(Said::Nothing, |m| month(century(y), m))
        }
        (Some(y), None, Some(d)) if a.len() == 4 && day(d) => named(b).map_or(Said::Nothing, |m| month(y, m)),
        (None, Some(d), Some(y)) if day(d) && c.len() == 4 => named(a).map_or(Said::Nothing, |m| month(y, m)),
        _ => Said::Nothing,
    }
}

fn slashed(first: i32, second: i32, year: i32) -> Said {
    let could = |m: i32| (1..=12).contains(&m);
    let day = |d: i32| (1..=31).contains(&d);
    match (could(first) && day(second), could(second) && day(first)) {
        (true, true) if first == second => month(year, first.cast_unsigned()),
        (true, true) => Said::EitherWay(first.cast_unsigned(), second.cast_unsigned(), year),
        (true, false) => month(year, first.cast_unsigned()),
        (false, true) => month(year, second.cast_unsigned()),
        (false, false) => Said::Nothing,
    }
}

/// The order of day and month in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Day first, as in Britain.
    DayFirst,
    /// Month first.
    MonthFirst,
    /// Nothing settles it.
    Unknown,
    /// Some cells can only be one, some only the other.
    Mixed,
}

/// Settles the order from all cells of a column: a number over 12 settles it, and so does one
/// place that is always 1 while the other changes (the first of each month).
pub fn settle<'a>(cells: impl Iterator<Item = &'a str>) -> Order {
    let (mut first_over, mut second_over) = (false, false);
    let mut either: Vec<(u32, u32)> = Vec::new();
    for cell in cells {
        let parts: Vec<u32> = cell
            .split(|c: char| !c.is_ascii_digit())
            .filter(|w| !w.is_empty())
            .take(2)
            .filter_map(|w| w.parse().ok())
            .collect();
        match (read(cell), parts.as_slice()) {
            (Said::EitherWay(a, b, _), _) => either.push((a, b)),
            (Said::Month(_), [a, b]) if a == b && *a <= 12 => either.push((*a, *b)),
            (Said::Month(_), [a, b]) if cell.bytes().filter(|b| !b.is_ascii_digit()).count() >= 2 => {
                first_over |= *a > 12 && *a <= 31;
                second_over |= *b > 12 && *b <= 31;
            }
            _ => {}
        }
    }
    let changes = either.iter().any(|p| p.0 != p.1);
    let ones = |pick: fn(&(u32, u32)) -> u32| changes && either.iter().all(|p| pick(p) == 1);
    match (first_over, second_over) {
        (true, true) => Order::Mixed,
        (true, false) => Order::DayFirst,
        (false, true) => Order::MonthFirst,
        _ if either.len() > 1 && ones(|p| p.0) => Order::DayFirst,
        _ if either.len() > 1 && ones(|p| p.1) => Order::MonthFirst,
        _ => Order::Unknown,
    }
}

/// The month of a cell once the order of its column is known.
pub fn resolve(said: Said, order: Order) -> Result<Month, &'static str> {
    let either = match said {
        Said::Month(m) => return Ok(m),
        Said::EitherWay(a, b, y) => (a, b, y),
        Said::Ambiguous => return Err("could be two different months"),
        Said::Nothing => return Err("is not a month"),
    };
    let pick = match order {
        Order::DayFirst => either.1,
        Order::MonthFirst => either.0,
        Order::Mixed => return Err("is in a column that mixes day/month and month/day"),
        Order::Unknown => return Err("could be day/month or month/day"),
    };
    Month::new(either.2, pick).ok_or("is not a month")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_month_in_many_forms() {
        let march = Said::Month(Month::new(2024, 3).unwrap());
        for cell in [
            "2024-03",
            "2024-03-01",
            "2024-03-31",
            "2024/03",
            "2024/3/15",
            "202403",
            "20240301",
            "03/2024",
            "3/2024",
            "March 2024",
            "march-2024",
            "Mar 2024",
            "Mar-24",
            "Mar 24",
            "MAR24",
            "2024 March",
            "1 March 2024",
            "01-Mar-2024",
            "31-Mar-24",
            "March 1, 2024",
            "2024-03-01 00:00:00",
            "2024-03-01T00:00:00Z",
            "31/03/2024",
            "03/31/2024",
            "3/3/2024",
            "31.03.2024",
            "45352",
        ] {
            assert_eq!(read(cell), march, "{cell}");
        }
        assert_eq!(read("Sept 2023"), Said::Month(Month::new(2023, 9).unwrap()));
    }

    #[test]
    fn what_could_be_two_things_or_none() {
        assert_eq!(read("02/03/2024"), Said::EitherWay(2, 3, 2024));
        for cell in ["24-Mar", "03-24", "3/24"] {
            assert_eq!(read(cell), Said::Ambiguous, "{cell}");
        }
        for cell in [
            "",
            "Total",
            "2024",
            "2023/24",
            "2024 Q1",
            "13/2024",
            "2024-13",
            "45/45/2024",
            "March",
            "12",
            "99999999999",
            "-",
            "Ma 2024",
        ] {
            assert!(!matches!(read(cell), Said::Month(_)), "{cell}");
        }
    }

    #[test]
    fn a_column_settles_its_own_order() {
        let order = |cells: &[&str]| settle(cells.iter().copied());
        assert_eq!(order(&["01/02/2024", "01/03/2024"]), Order::DayFirst);
        assert_eq!(order(&["02/01/2024", "03/01/2024"]), Order::MonthFirst);
        assert_eq!(order(&["05/02/2024", "31/03/2024"]), Order::DayFirst);
        assert_eq!(order(&["05/02/2024", "03/31/2024"]), Order::MonthFirst);
        assert_eq!(order(&["05/02/2024", "06/03/2024"]), Order::Unknown);
        assert_eq!(order(&["31/03/2024", "03/31/2024"]), Order::Mixed);
        assert!(resolve(read("05/02/2024"), Order::Unknown).is_err());
    }
}
