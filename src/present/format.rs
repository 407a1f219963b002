//! Numbers and dates as a reader sees them, in one place.

use jiff::civil::Date;

/// The largest size of number that is written out in full.
const LARGEST: f64 = 1e15;

/// A whole number with commas: `1,234`, `−1,234`. What is not finite or too large is `–`.
pub fn count(value: f64) -> String {
    decimal(value, 0)
}

/// A number with commas and a fixed number of decimals (at most 6): `1,234.5`.
pub fn decimal(value: f64, places: usize) -> String {
    if !value.is_finite() || value.abs() >= LARGEST {
        return "–".to_owned();
    }
    let text = format!("{:.*}", places.min(6), value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    let mut out = String::new();
    if value < 0.0 && !zero {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A change with its sign: `+12`, `−3`, `0`.
pub fn signed(value: f64, places: usize) -> String {
    let text = decimal(value, places);
    if value > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) { format!("+{text}") } else { text }
}

/// A share from 0 to 1 as a percentage with one decimal: `12.3%`.
pub fn percent(share: f64) -> String {
    match decimal(share * 100.0, 1).as_str() {
        "–" => "–".to_owned(),
        text => format!("{text}%"),
    }
}

/// The level of an interval, 0 to 1, without idle decimals: `95%`, `97.5%`.
pub fn level(level: f64) -> String {
    let text = decimal(level * 100.0, 1);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// Pounds without pence: `£1,234`, `−£1,234`.
pub fn money(pounds: f64) -> String {
    let text = count(pounds);
    match text.strip_prefix('−') {
        Some(rest) => format!("−£{rest}"),
        None if text == "–" => text,
        None => format!("£{text}"),
    }
}

/// Pounds to three figures: `£1,234`, `£62.3k`, `£16.1m`, `−£622k`.
pub fn pounds(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        s if s >= 999_500.0 => (size / 1e6, "m"),
        s if s >= 9_999.5 => (size / 1e3, "k"),
        _ => return money(value),
    };
    let places = match scaled {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        _ => 2,
    };
    let sign = if value < 0.0 { "−" } else { "" };
    match decimal(scaled, places) {
        text if text == "–" => text,
        text => format!("{sign}£{text}{unit}"),
    }
}

/// Pounds at a mark of an axis: `£0`, `£500k`, `£1.5m`.
pub fn pounds_mark(value: f64) -> String {
    let size = value.abs();
    let (scaled, unit) = match size {
        s if s >= 1e6 => (size / 1e6, "m"),
        s if s >= 1e3 => (size / 1e3, "k"),
        _ => return money(value),
    };
    let text = decimal(scaled, 3);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}£{text}{unit}", if value < 0.0 { "−" } else { "" })
}

/// An interval: `1,020 to 1,310`.
pub fn interval(low: f64, high: f64, places: usize) -> String {
    format!("{} to {}", decimal(low, places), decimal(high, places))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The month's English name.
pub fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("–")
}

/// A date in full: `31 March 2025`.
pub fn date(d: Date) -> String {
    format!("{} {} {}", d.day(), month_name(d.month()), d.year())
}

/// A month: `Apr 2025`.
pub fn month(d: Date) -> String {
    format!("{} {}", month_name(d.month()).get(..3).unwrap_or("–"), d.year())
}

/// A financial year by the date it ends in or holds: `2024/25` for any day from April 2024 to March 2025.
pub fn financial_year(d: Date) -> String {
    let start = if d.month() >= 4 { d.year() } else { d.year() - 1 };
    format!("{start}/{:02}", (start + 1).rem_euclid(100))
}

/// A date for machines: `2025-03-31`.
pub fn iso(d: Date) -> String {
    d.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as ymd;

    #[test]
    fn numbers_by_hand() {
        assert_eq!(count(1234.0), "1,234");
        assert_eq!(count(999.5), "1,000");
        assert_eq!(count(1_234_567.2), "1,234,567");
        assert_eq!(count(-0.4), "0");
        assert_eq!(count(-1234.0), "−1,234");
        assert_eq!(count(f64::NAN), "–");
        assert_eq!(count(1e300), "–");
        assert_eq!(decimal(1234.56, 1), "1,234.6");
        assert_eq!(signed(12.0, 0), "+12");
        assert_eq!(signed(0.2, 0), "0");
        assert_eq!(percent(0.1234), "12.3%");
        assert_eq!(percent(f64::INFINITY), "–");
        assert_eq!(level(0.95), "95%");
        assert_eq!(level(0.975), "97.5%");
        assert_eq!(money(-1234.4), "−£1,234");
        for (value, text) in [
            (-1234.4, "−£1,234"),
            (62_345.0, "£62.3k"),
            (-622_343.0, "−£622k"),
            (999_900.0, "£1.00m"),
            (15_987_618.0, "£16.0m"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(pounds(value), text);
        }
        assert_eq!([0.0, 500_000.0, 1.5e6, -2e7].map(pounds_mark), ["£0", "£500k", "£1.5m", "−£20m"]);
        assert_eq!(interval(1020.0, 1310.0, 0), "1,020 to 1,310");
    }

    #[test]
    fn dates_by_hand() {
        assert_eq!(date(ymd(2025, 3, 31)), "31 March 2025");
        assert_eq!(month(ymd(2025, 4, 1)), "Apr 2025");
        assert_eq!(iso(ymd(2025, 3, 31)), "2025-03-31");
        assert_eq!(financial_year(ymd(2025, 3, 31)), "2024/25");
        assert_eq!(financial_year(ymd(2025, 4, 1)), "2025/26");
        assert_eq!(financial_year(ymd(1999, 4, 1)), "1999/00");
    }
}
