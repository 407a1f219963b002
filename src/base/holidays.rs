//! Bank holidays in England, by rule and by proclamation.

use jiff::civil::{Date, Weekday};

/// Days proclaimed or moved: (date, is a holiday). Source: gov.uk/bank-holidays and the
/// proclamations under the Banking and Financial Dealings Act 1971.
const PROCLAIMED: &[(i16, i8, i8, bool)] = &[
    (2002, 5, 27, false), // spring holiday moved for the golden jubilee
    (2002, 6, 3, true),
    (2002, 6, 4, true),
    (2011, 4, 29, true),  // royal wedding
    (2012, 5, 28, false), // moved for the diamond jubilee
    (2012, 6, 4, true),
    (2012, 6, 5, true),
    (2020, 5, 4, false), // moved to VE day
    (2020, 5, 8, true),
    (2022, 5, 30, false), // moved for the platinum jubilee
    (2022, 6, 2, true),
    (2022, 6, 3, true),
    (2022, 9, 19, true), // state funeral
    (2023, 5, 8, true),  // coronation
];

/// Whether `date` is a working day: neither weekend nor bank holiday in England.
pub fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_bank_holiday(date)
}

/// Whether `date` is a bank holiday in England (a weekday on which offices are closed).
pub fn is_bank_holiday(date: Date) -> bool {
    let (year, month, day) = (date.year(), date.month(), date.day());
    if let Some(&(_, _, _, holiday)) = PROCLAIMED.iter().find(|p| (p.0, p.1, p.2) == (year, month, day)) {
        return holiday;
    }
    let weekday = date.weekday();
    let monday = weekday == Weekday::Monday;
    match month {
        // New Year's Day, or the Monday after it
        1 => is_day_or_monday_after(weekday, day, 1),
        // Early May (since 1978) and spring
        5 if monday && (day <= 7 || day >= 25) => true,
        8 => monday && day >= 25,
        12 => is_christmas(weekday, day),
        3..=4 => {
            let easter = easter_sunday(year);
            let offset = date.since(easter).map_or(99, |s| s.get_days());
            offset == -2 || offset == 1
        }
        _ => false,
    }
}

fn is_day_or_monday_after(weekday: Weekday, day: i8, holiday: i8) -> bool {
    let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
    (day == holiday && !weekend) || (weekday == Weekday::Monday && (day == holiday + 1 || day == holiday + 2))
}

/// 25 and 26 December with their substitutes on 27 and 28.
fn is_christmas(weekday: Weekday, day: i8) -> bool {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    match day {
        25 | 26 => !matches!(weekday, Saturday | Sunday),
        27 => matches!(weekday, Monday | Tuesday),
        28 => match weekday {
            // 25 and 26 both fell on the weekend, or the 26th on Saturday
            Monday | Tuesday => true,
            Wednesday | Thursday | Friday | Saturday | Sunday => false,
        },
        _ => false,
    }
}

/// Easter Sunday by the Gregorian computus of Meeus, Jones and Butcher.
pub fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, month as i8, day as i8).unwrap_or(Date::constant(2000, 4, 23))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// The published lists of gov.uk for these years, complete.
    #[test]
    fn agrees_with_the_published_lists() {
        let lists: [(i16, &[(i8, i8)]); 6] = [
            (2019, &[(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]),
            (2020, &[(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)]),
            (2021, &[(1, 1), (4, 2), (4, 5), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
            (2022, &[(1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27)]),
            (2024, &[(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]),
            (2026, &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
        ];
        for (year, days) in lists {
            let mut found = Vec::new();
            let mut day = date(year, 1, 1);
            while day.year() == year {
                if is_bank_holiday(day) {
                    found.push((day.month(), day.day()));
                }
                day = day.tomorrow().unwrap();
            }
            assert_eq!(found, days, "{year}");
        }
    }

    /// 2023 by itself, for its coronation and New Year's substitute.
    #[test]
    fn agrees_with_the_published_list_of_2023() {
        for (month, day) in [(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)] {
            assert!(is_bank_holiday(date(2023, month, day)), "{month}-{day}");
        }
        assert!(!is_bank_holiday(date(2023, 1, 3)));
    }
}
