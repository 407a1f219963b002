//! Dates as returns and spreadsheets write them.
//!
//! # Day and month
//!
//! A date such as 03/04/2024 could be either way. Each column of a file is looked through first: a date whose
//! second number is over 12 can only be month/day, one whose first is can only be day/month. A column in which
//! all such dates agree is read that way. Up to one in a hundred that disagree are slips and cannot be read; with
//! more, the column mixes both, and only dates that can be read one way alone are used. A column without
//! any is read as the other columns of the file are, and day first if they do not tell either.

use jiff::civil::Date;

/// What a cell says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// Nothing stands there.
    Blank,
    /// A date that can be read one way.
    Date(Date),
    /// Two numbers, both from 1 to 12 and not equal, and a year.
    EitherWay(i8, i8, i16),
    /// A date only if the day comes first.
    DayFirst(Date),
    /// A date only if the month comes first.
    MonthFirst(Date),
    /// A filler: a date so far off that it stands for none.
    Filler,
    /// A date before 1930 or after 2100.
    OutOfRange,
    /// Not a date.
    Nothing,
}

/// What a cell says, and whether its year had two digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What it says.
    pub said: Said,
    /// Whether the year had two digits.
    pub short_year: bool,
}

/// The order of day and month in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// As in Britain, or nothing says otherwise.
    #[default]
    DayFirst,
    /// As in America.
    MonthFirst,
    /// Both.
    Mixed,
}

/// Days that a serial number of a spreadsheet may be: 2 January 1930 to 31 December 2100.
const SERIALS: std::ops::RangeInclusive<i64> = 10_960..=73_415;

/// Reads a number of a workbook; `offset` is 1462 where its dates count from 1904.
pub fn number(value: f64, offset: i64) -> Said {
    if !value.is_finite() || !(0.0..1e9).contains(&value) {
        return Said::Nothing;
    }
    let whole = value.floor() as i64;
    if (19_000_101..=99_991_231).contains(&whole) {
        return dated(whole / 10_000, whole / 100 % 100, whole % 100);
    }
    let serial = whole + offset;
    match serial {
        0..=2 | 2_900_000.. => Said::Filler,
        s if SERIALS.contains(&s) => {
            let base = jiff::civil::date(1899, 12, 30);
            let days = jiff::Span::new().try_days(s).ok();
            days.and_then(|d| base.checked_add(d).ok()).map_or(Said::Nothing, Said::Date)
        }
        _ => Said::OutOfRange,
    }
}

/// Reads a text.
pub fn text(cell: &str) -> Reading {
    let said = |said| Reading { said, short_year: false };
    let cell = without_time(super::row::trim(cell));
    if cell.is_empty() || is_none(cell) {
        return said(Said::Blank);
    }
    // a number below nought is no day, though a dash may stand between the parts of a date
    if cell.len() > 40 || cell.starts_with('-') {
        return said(Said::Nothing);
    }
    let separators = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '\\');
    let mut words = cell.split(separators).filter(|w| !w.is_empty());
    let (one, two, three, more) = (words.next(), words.next(), words.next(), words.next());
    match (one, two, three, more) {
        (Some(word), None, ..) => said(single(word)),
        // 45123.0 or 45123.75
        (Some(word), Some(rest), None, _) if cell.contains('.') && digits(rest).is_some() => {
            said(single(word))
        }
        (Some(a), Some(b), Some(c), None) => triple(a, b, c),
        (Some(day), Some(a), Some(b), Some(c)) if weekday(day) && words.next().is_none() => triple(a, b, c),
        _ => said(Said::Nothing),
    }
}

/// The part of a text that holds the date: no spaces around it, no time after it.
pub(super) fn date_text(cell: &str) -> &str {
    without_time(super::row::trim(cell))
}

/// Words that say that there is no date.
fn is_none(cell: &str) -> bool {
    [
        "null",
        "none",
        "nan",
        "nat",
        "n/a",
        "na",
        "-",
        "--",
        ".",
        "nil",
        "not known",
        "unknown",
        "(blank)",
        "#n/a",
    ]
    .iter()
    .any(|w| cell.eq_ignore_ascii_case(w))
}

/// The date of a date and time.
fn without_time(cell: &str) -> &str {
    let iso = cell.find(['T', 't']).filter(|at| {
        *at >= 8 && cell.get(..*at).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    });
    if let Some(at) = iso {
        return cell.get(..at).unwrap_or(cell);
    }
    match cell
        .find(':')
        .and_then(|colon| cell.get(..colon))
        .and_then(|d| d.trim_end().rfind(char::is_whitespace))
    {
        Some(at) => cell.get(..at).map_or(cell, str::trim_end),
        None => cell,
    }
}

fn digits(word: &str) -> Option<i64> {
    (!word.is_empty() && word.len() <= 8 && word.bytes().all(|b| b.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

const MONTHS: [&str; 12] = [
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

fn month(word: &str) -> Option<i64> {
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| word.len() >= 3 && m.starts_with(word.as_str()));
    at.or_else(|| (word == "sept").then_some(8)).and_then(|k| i64::try_from(k + 1).ok())
}

fn weekday(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 3 && days.iter().any(|d| d.starts_with(word.as_str()))
}

/// 20240301, or a spreadsheet's number for a day.
fn single(word: &str) -> Said {
    match digits(word) {
        Some(n) if word.len() == 8 => dated(n / 10_000, n / 100 % 100, n % 100),
        Some(n) if word.len() == 5 => number(n as f64, 0),
        _ => Said::Nothing,
    }
}

/// Year, month and day; far-off years are fillers.
fn dated(year: i64, month: i64, day: i64) -> Said {
    match year {
        1930..=2100 => civil(year, month, day).map_or(Said::Nothing, Said::Date),
        ..=1900 | 2900.. => civil(year, month, day).map_or(Said::Nothing, |_| Said::Filler),
        _ => civil(year, month, day).map_or(Said::Nothing, |_| Said::OutOfRange),
    }
}

fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Years of two digits are of this century up to 69.
fn year(word: &str) -> Option<(i64, bool)> {
    let n = digits(word)?;
    match word.len() {
        4 => Some((n, false)),
        2 => Some((if n < 70 { 2000 + n } else { 1900 + n }, true)),
        _ => None,
    }
}

fn triple(a: &str, b: &str, c: &str) -> Reading {
    let long = |said| Reading { said, short_year: false };
    // A day may be written 1st, 2nd, 3rd, 4th.
    let day = |w: &str| digits(w.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
    if a.len() == 4 && digits(a).is_some() {
        let month = digits(b).or_else(|| month(b));
        return long(match (digits(a), month, digits(c)) {
            (Some(y), Some(m), Some(d)) => dated(y, m, d),
            _ => Said::Nothing,
        });
    }
    let Some((y, short_year)) = year(c) else { return long(Said::Nothing) };
    let reading = |said| Reading { said, short_year };
    match (digits(a), digits(b)) {
        (Some(first), Some(second)) => reading(slashed(first, second, y)),
        _ => reading(match (day(a), month(b), month(a), day(b)) {
            (Some(d), Some(m), _, _) | (_, _, Some(m), Some(d)) => dated(y, m, d),
            _ => Said::Nothing,
        }),
    }
}

fn slashed(first: i64, second: i64, year: i64) -> Said {
    let (as_day, as_month) = (dated(year, second, first), dated(year, first, second));
    match (as_day, as_month) {
        (Said::Date(a), Said::Date(b)) if a == b => Said::Date(a),
        (Said::Date(a), Said::Date(_)) => Said::EitherWay(a.day(), a.month(), a.year()),
        (Said::Date(a), _) => Said::DayFirst(a),
        (_, Said::Date(b)) => Said::MonthFirst(b),
        (Said::Nothing, other) | (other, _) => other,
    }
}

/// What the dates of a column are like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Survey {
    /// Only day/month.
    pub day_first: u64,
    /// Only month/day.
    pub month_first: u64,
    /// Either.
    pub either: u64,
}

impl Survey {
    /// Counts a cell.
    pub fn count(&mut self, said: Said) {
        match said {
            Said::DayFirst(_) => self.day_first += 1,
            Said::MonthFirst(_) => self.month_first += 1,
            Said::EitherWay(..) => self.either += 1,
            _ => {}
        }
    }

    fn order(self) -> Option<Order> {
        let all = self.day_first + self.month_first;
        match (self.day_first, self.month_first) {
            (0, 0) => None,
            (_, m) if m * 100 <= all => Some(Order::DayFirst),
            (d, _) if d * 100 <= all => Some(Order::MonthFirst),
            _ => Some(Order::Mixed),
        }
    }
}

/// The order of each column of a file, by its own dates or else by those of the others.
pub fn settle(columns: &[Survey]) -> Vec<Order> {
    let own: Vec<Option<Order>> = columns.iter().map(|c| c.order()).collect();
    let any = |order| own.contains(&Some(order));
    let others = if any(Order::MonthFirst) && !any(Order::DayFirst) && !any(Order::Mixed) {
        Order::MonthFirst
    } else {
        Order::DayFirst
    };
    own.into_iter().map(|o| o.unwrap_or(others)).collect()
}

/// What became of a cell once the order of its column is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolved {
    /// Nothing stands there.
    Blank,
    /// A date.
    Date(Date),
    /// A date of a column with the month first.
    MonthFirst(Date),
    /// Could be either way in a column that mixes both.
    Ambiguous,
    /// See [`Said::Filler`].
    Filler,
    /// See [`Said::OutOfRange`].
    OutOfRange,
    /// Not a date.
    Nothing,
}

/// Reads a cell in the order of its column.
pub fn resolve(said: Said, order: Order) -> Resolved {
    match (said, order) {
        (Said::Blank, _) => Resolved::Blank,
        (Said::Date(d), _) => Resolved::Date(d),
        (Said::DayFirst(d), Order::DayFirst | Order::Mixed) => Resolved::Date(d),
        (Said::MonthFirst(d), Order::MonthFirst | Order::Mixed) => Resolved::MonthFirst(d),
        (Said::EitherWay(first, second, y), Order::DayFirst) => {
            Date::new(y, second, first).map_or(Resolved::Nothing, Resolved::Date)
        }
        (Said::EitherWay(first, second, y), Order::MonthFirst) => {
            Date::new(y, first, second).map_or(Resolved::Nothing, Resolved::MonthFirst)
        }
        (Said::EitherWay(..), Order::Mixed) => Resolved::Ambiguous,
        (Said::Filler, _) => Resolved::Filler,
        (Said::OutOfRange, _) => Resolved::OutOfRange,
        (Said::Nothing | Said::DayFirst(_) | Said::MonthFirst(_), _) => Resolved::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_date_in_many_forms() {
        let day = date(2024, 3, 31);
        for cell in [
            "2024-03-31",
            "2024/03/31",
            "20240331",
            "2024-03-31T00:00:00",
            "2024-03-31T09:30:00Z",
            "2024-03-31 00:00:00",
            "31 March 2024",
            "31-Mar-2024",
            "31-Mar-24",
            "Sunday, 31 March 2024",
            "March 31, 2024",
            "31st March 2024",
            "45382",
            "45382.0",
            "45382.5",
            " 31 Mar 2024 ",
        ] {
            assert_eq!(text(cell).said, Said::Date(day), "{cell}");
        }
        for cell in ["31/03/2024", "31.03.2024", "31/3/24", "31/03/2024 00:00", "31/03/2024 09:15:00"] {
            assert_eq!(text(cell).said, Said::DayFirst(day), "{cell}");
        }
        assert_eq!(text("03/31/2024").said, Said::MonthFirst(day));
        assert_eq!(text("03/04/2024").said, Said::EitherWay(3, 4, 2024));
        assert_eq!(text("04/04/2024").said, Said::Date(date(2024, 4, 4)));
        assert!(text("31/3/24").short_year && !text("31/3/2024").short_year);
        assert_eq!(text("1/1/70").said, Said::Date(date(1970, 1, 1)));
        assert_eq!((number(45382.0, 0), number(43920.0, 1_462)), (Said::Date(day), Said::Date(day)));
        assert_eq!(number(45382.99, 0), Said::Date(day));
    }

    #[test]
    fn what_is_no_date() {
        for cell in ["", " ", "NULL", "n/a", "-", "NaN"] {
            assert_eq!(text(cell).said, Said::Blank, "{cell:?}");
        }
        for cell in ["01/01/1900", "1900-01-01", "31/12/9999", "9999-12-31", "1899-12-30"] {
            assert_eq!(text(cell).said, Said::Filler, "{cell}");
        }
        assert_eq!((number(0.0, 0), number(2_958_465.0, 0)), (Said::Filler, Said::Filler));
        for cell in ["2200-01-01", "1925-05-05"] {
            assert_eq!(text(cell).said, Said::OutOfRange, "{cell}");
        }
        for cell in [
            "2024-02-30",
            "31/31/2024",
            "soon",
            "2024",
            "1/2",
            "12",
            "2024-13-01",
            "1/2/3/4/5",
            "é/é/é",
            "99999999",
        ] {
            assert!(matches!(text(cell).said, Said::Nothing), "{cell}: {:?}", text(cell).said);
        }
        assert_eq!(
            (number(f64::NAN, 0), number(-1.0, 0), number(1e300, 0)),
            (Said::Nothing, Said::Nothing, Said::Nothing)
        );
    }

    #[test]
    fn columns_settle_their_order() {
        let survey = |day_first, month_first, either| Survey { day_first, month_first, either };
        let one = |s| settle(&[s])[0];
        assert_eq!(one(survey(10, 0, 5)), Order::DayFirst);
        assert_eq!(one(survey(0, 10, 5)), Order::MonthFirst);
        assert_eq!(one(survey(5, 5, 5)), Order::Mixed);
        assert_eq!(one(survey(0, 0, 50)), Order::DayFirst);
        // one slip in a hundred
        assert_eq!((one(survey(99, 1, 0)), one(survey(1, 99, 0))), (Order::DayFirst, Order::MonthFirst));
        assert_eq!(one(survey(98, 2, 0)), Order::Mixed);
        // a column that cannot tell goes with the others
        assert_eq!(settle(&[survey(0, 10, 0), survey(0, 0, 4)])[1], Order::MonthFirst);
        assert_eq!(settle(&[survey(0, 10, 0), survey(0, 0, 4), survey(3, 0, 0)])[1], Order::DayFirst);
        assert_eq!(
            resolve(text("03/04/2024").said, Order::MonthFirst),
            Resolved::MonthFirst(date(2024, 3, 4))
        );
        assert_eq!(resolve(text("03/04/2024").said, Order::DayFirst), Resolved::Date(date(2024, 4, 3)));
        assert_eq!(resolve(text("03/04/2024").said, Order::Mixed), Resolved::Ambiguous);
        assert_eq!(resolve(text("03/31/2024").said, Order::DayFirst), Resolved::Nothing);
    }
}
