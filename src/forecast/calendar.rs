//! The English working and school calendar, by rule.
//!
//! Bank holidays follow the Banking and Financial Dealings Act 1971 with the days moved or added
//! by proclamation since 2002. School terms differ by council: the rule here is the common
//! pattern (two weeks at Christmas and around Easter, six in summer, a week's half terms in
//! October, February and at the spring bank holiday), good to a few days; what matters to a
//! monthly count is mostly the month Easter falls in.

use super::month::Month;

/// Days since 1 January 1970 of a civil date (proleptic Gregorian).
#[must_use]
pub fn day_number(year: i32, month: u32, day: u32) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// 0 for Monday to 6 for Sunday.
const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// The number of days in a month.
#[must_use]
pub fn days(month: Month) -> i64 {
    first_day(month.plus(1)) - first_day(month)
}

fn first_day(month: Month) -> i64 {
    day_number(month.year(), month.of_year(), 1)
}

/// Easter Sunday (Meeus, Jones & Butcher).
#[must_use]
pub fn easter(year: i32) -> i64 {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    day_number(year, month.cast_unsigned(), day.cast_unsigned())
}

/// The first Monday on or after a day.
const fn monday_from(day: i64) -> i64 {
    day + (7 - weekday(day)) % 7
}

/// The bank holidays of England in a year, as day numbers.
#[must_use]
pub fn bank_holidays(year: i32) -> Vec<i64> {
    let date = |month, day| day_number(year, month, day);
    let sunday = easter(year);
    let mut found = vec![sunday - 2, sunday + 1];
    let new_year = date(1, 1);
    found.push(if weekday(new_year) >= 5 { monday_from(new_year) } else { new_year });
    found.push(match year {
        1995 | 2020 => date(5, 8),
        _ => monday_from(date(5, 1)),
    });
    match year {
        2002 => found.extend([date(6, 3), date(6, 4)]),
        2012 => found.extend([date(6, 4), date(6, 5)]),
        2022 => found.extend([date(6, 2), date(6, 3)]),
        _ => found.push(monday_from(date(5, 25))),
    }
    found.push(monday_from(date(8, 25)));
    let christmas = date(12, 25);
    found.extend(match weekday(christmas) {
        4 => [christmas, christmas + 3],
        5 => [christmas + 2, christmas + 3],
        6 => [christmas + 1, christmas + 2],
        _ => [christmas, christmas + 1],
    });
    match year {
        1999 => found.push(date(12, 31)),
        2011 => found.push(date(4, 29)),
        2022 => found.push(date(9, 19)),
        2023 => found.push(date(5, 8)),
        _ => {}
    }
    found
}

/// Weekdays of the month that are not bank holidays.
#[must_use]
pub fn working_days(month: Month) -> f64 {
    let holidays = bank_holidays(month.year());
    count(month, |day| weekday(day) < 5 && !holidays.contains(&day))
}

/// Weekdays of the month on which schools are open by the common pattern.
#[must_use]
pub fn school_days(month: Month) -> f64 {
    let holidays = bank_holidays(month.year());
    let breaks = school_breaks(month.year());
    count(month, |day| {
        let open = !breaks.iter().any(|&(from, to)| (from..=to).contains(&day));
        weekday(day) < 5 && open && !holidays.contains(&day)
    })
}

fn count(month: Month, keep: impl Fn(i64) -> bool) -> f64 {
    let first = first_day(month);
    let kept = (first..first + days(month)).filter(|&d| keep(d)).count();
    f64::from(u32::try_from(kept).unwrap_or(0))
}

/// School breaks of a calendar year, first and last day.
fn school_breaks(year: i32) -> [(i64, i64); 7] {
    let date = |month, day| day_number(year, month, day);
    // Term resumes on the first Monday from 3 January and breaks up on the last Friday to 21 December.
    let spring_term = monday_from(date(1, 3));
    let winter_break = monday_from(date(12, 17));
    let winter_break = if winter_break > date(12, 22) { winter_break - 7 } else { winter_break } + 5;
    let february = monday_from(date(2, 12));
    let sunday = easter(year);
    // Early Easters fall at the start of the fortnight, late ones at its end.
    let early = sunday <= date(4, 10);
    let easter_break = if early { (sunday - 2, sunday + 14) } else { (sunday - 15, sunday + 1) };
    let whitsun = monday_from(date(5, 25));
    let october = monday_from(date(10, 23));
    [
        (date(1, 1), spring_term - 1),
        (february, february + 4),
        easter_break,
        (whitsun, whitsun + 4),
        (monday_from(date(7, 20)) + 2, date(9, 2)),
        (october, october + 4),
        (winter_break, date(12, 31)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_record() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2024, 2, 29) - day_number(2023, 2, 28), 366);
        assert_eq!(weekday(day_number(2024, 7, 1)), 0);
        for (year, month, day) in [(2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2025, 4, 20)] {
            assert_eq!(easter(year), day_number(year, month, day));
        }
    }

    #[test]
    fn bank_holidays_as_published() {
        // gov.uk, England and Wales.
        for (year, dates) in [
            (
                2022,
                vec![(1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27)],
            ),
            (2023, vec![(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)]),
            (2020, vec![(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)]),
        ] {
            let mut found = bank_holidays(year);
            found.sort_unstable();
            let expected: Vec<i64> = dates.iter().map(|&(m, d)| day_number(year, m, d)).collect();
            assert_eq!(found, expected, "{year}");
        }
    }

    #[test]
    fn working_and_school_days() {
        let days = |y, m| working_days(Month::new(y, m).unwrap());
        // 2023: April 30 days, 20 weekdays less Good Friday and Easter Monday.
        assert_eq!((days(2023, 4), days(2023, 5), days(2024, 2)), (18.0, 20.0, 21.0));
        let year: f64 = (1..=12).map(|m| school_days(Month::new(2023, m).unwrap())).sum();
        // Schools open 190 days for pupils and 5 for staff.
        assert!((185.0..=198.0).contains(&year), "{year}");
        assert_eq!(school_days(Month::new(2023, 8).unwrap()), 0.0);
    }
}
