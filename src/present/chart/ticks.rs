//! Where the marks of an axis stand and what they say.

use jiff::civil::Date;

use super::scene::TEXT;
use crate::present::{font, format};

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub at: f64,
    pub text: String,
}

/// The least space between the texts of two marks, in pixels.
const AIR: f64 = 18.0;

/// Days since the first of January 1970, the unit of a dated axis.
pub(super) fn day(d: Date) -> f64 {
    let start = jiff::civil::date(1970, 1, 1);
    d.since(start).map_or(0.0, |span| f64::from(span.get_days()))
}

/// About `wanted` round marks for values `lo..hi`: the range of the axis and its marks.
pub(super) fn nice(lo: f64, hi: f64, wanted: usize) -> ((f64, f64), Vec<Tick>) {
    let (lo, hi) = if hi - lo > 1e-9 * hi.abs().max(1e-9) { (lo, hi) } else { (lo - 0.5, hi + 0.5) };
    let raw = (hi - lo) / wanted.max(1) as f64;
    let power = libm::pow(10.0, libm::log10(raw).floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= raw * 0.999_999).unwrap_or(raw);
    // The axis ends a little beyond the data, or at the next mark if that is nearer.
    let air = 0.05 * (hi - lo);
    let end = |v: f64, sign: f64| {
        let mark = (v * sign / step - 1e-9).ceil() * step * sign;
        let beyond = v + air * sign;
        if v == 0.0 || (mark - v).abs() < air { mark } else { beyond }
    };
    let (low, high) = (end(lo, -1.0), end(hi, 1.0));
    let first = (low / step - 1e-9).ceil();
    let count = ((high / step + 1e-9).floor() - first).clamp(0.0, 50.0) as usize;
    let places = if step >= 1.0 { 0 } else { (-libm::log10(step) - 1e-9).ceil().clamp(0.0, 6.0) as usize };
    let ticks = (0..=count)
        .map(|i| first + i as f64)
        .map(|n| Tick { at: n * step, text: format::decimal(n * step, places) })
        .collect();
    ((low, high), ticks)
}

/// As [`nice`] for an axis of `pixels` whose texts stand side by side with `extra` added to each:
/// as many marks as fit, at most `most`.
pub(super) fn nice_along(lo: f64, hi: f64, most: usize, pixels: f64, extra: f64) -> ((f64, f64), Vec<Tick>) {
    for wanted in (1..=most).rev() {
        let (range, ticks) = nice(lo, hi, wanted);
        let gaps = ticks.windows(2).map(|t| (t[1].at - t[0].at) / (range.1 - range.0) * pixels);
        if gaps.fold(f64::INFINITY, f64::min) >= widest(&ticks) + extra + AIR {
            return (range, ticks);
        }
    }
    let (range, mut ticks) = nice(lo, hi, 1);
    ticks.truncate(1);
    (range, ticks)
}

/// The width of the widest text of some marks.
pub(super) fn widest(ticks: &[Tick]) -> f64 {
    ticks.iter().map(|t| font::width(&t.text, TEXT, false)).fold(0.0, f64::max)
}

/// Marks for an axis of dates `lo..hi` that is `pixels` long.
///
/// If all dates fall on the same day of the year the marks stand on the dates themselves and
/// show the year, and the second value says which day that is.
pub(super) fn dates(all: &[Date], pixels: f64) -> (Vec<Tick>, Option<String>) {
    let (Some(first), Some(last)) = (all.iter().min().copied(), all.iter().max().copied()) else {
        return (Vec::new(), None);
    };
    if first != last && all.iter().all(|d| d.month() == first.month() && d.day() == first.day()) {
        return yearly(first, last, pixels);
    }
    let range = (day(last) - day(first)).max(1.0);
    for months in [1i32, 3, 6, 12, 24, 60, 120, 240, 600, 1200] {
        let ticks = monthly(first, last, months);
        let step = f64::from(months) * 30.4 / range * pixels;
        if step >= widest(&ticks) + AIR && ticks.len() <= 200 {
            if ticks.len() > 1 {
                return (from_first(first, ticks, pixels / range), None);
            }
            break;
        }
    }
    // Too short a time for round marks: its ends.
    let ends = [first, last].map(|d| Tick { at: day(d), text: format::month(d) });
    let keep = if pixels < widest(&ends) * 2.0 || first == last { 1 } else { 2 };
    (ends.into_iter().take(keep).collect(), None)
}

/// With the beginning of the axis marked too, if there is room for its text.
fn from_first(first: Date, mut ticks: Vec<Tick>, scale: f64) -> Vec<Tick> {
    let start = Tick { at: day(first), text: format::month(first) };
    let width = |t: &Tick| font::width(&t.text, TEXT, false);
    let room = ticks
        .first()
        .is_some_and(|next| (next.at - start.at) * scale >= (width(&start) + width(next)) / 2.0 + AIR);
    if room {
        ticks.insert(0, start);
    }
    ticks
}

fn yearly(first: Date, last: Date, pixels: f64) -> (Vec<Tick>, Option<String>) {
    let years = i32::from(last.year()) - i32::from(first.year());
    let room = (pixels / (font::width("2000", TEXT, false) + AIR)).max(1.0);
    let step = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|s| f64::from(years / s) <= room).unwrap_or(500);
    let ticks = (0..=years)
        .filter(|y| y % step == 0)
        .filter_map(|y| {
            Date::new(first.year().checked_add(i16::try_from(y).ok()?)?, first.month(), first.day()).ok()
        })
        .map(|d| Tick { at: day(d), text: d.year().to_string() })
        .collect();
    (ticks, Some(format!("{} {} each year", first.day(), format::month_name(first.month()))))
}

fn monthly(first: Date, last: Date, months: i32) -> Vec<Tick> {
    let index = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month()) - 1;
    // Steps of a year or more start in April, when the financial year does.
    let phase = if months >= 6 { 3 } else { 0 };
    let start = index(first) + (phase - index(first)).rem_euclid(months);
    let mut out = Vec::new();
    let mut m = start;
    while m <= index(last) && out.len() <= 200 {
        let date = i16::try_from(m.div_euclid(12))
            .ok()
            .and_then(|y| Date::new(y, (m.rem_euclid(12) + 1) as i8, 1).ok());
        if let Some(d) = date.filter(|d| *d >= first && *d <= last) {
            out.push(Tick { at: day(d), text: format::month(d) });
        }
        m += months;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn round_marks_by_hand() {
        let (range, ticks) = nice(0.0, 1234.0, 5);
        assert!(range.0 == 0.0 && (range.1 - 1234.0 * 1.05).abs() < 1e-9, "{range:?}");
        let text: Vec<&str> = ticks.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(text, ["0", "500", "1,000"]);
        assert_eq!(nice(0.0, 1480.0, 5).0, (0.0, 1500.0));
        let (range, ticks) = nice(-0.12, 0.3, 5);
        assert!((range.0 + 0.141).abs() < 1e-9 && (range.1 - 0.3).abs() < 1e-9, "{range:?}");
        assert!(ticks.iter().any(|t| t.text == "−0.1") && ticks.iter().any(|t| t.text == "0.0"));
        let (range, _) = nice(5.0, 5.0, 5);
        assert!(range.0 < 5.0 && range.1 > 5.0);
    }

    #[test]
    fn dated_marks_by_hand() {
        assert_eq!(day(date(1970, 1, 2)), 1.0);
        assert_eq!(day(date(2000, 1, 1)), 10_957.0);
        let months: Vec<Date> = (0..24).map(|i| date(2024 + i / 12, (i % 12 + 1) as i8, 1)).collect();
        let (ticks, note) = dates(&months, 700.0);
        assert_eq!(note, None);
        assert!(ticks.iter().all(|t| t.text.starts_with("Jan")
            || t.text.starts_with("Apr")
            || t.text.starts_with("Jul")
            || t.text.starts_with("Oct")));
        let years: Vec<Date> = (2015..2026).map(|y| date(y, 3, 31)).collect();
        let (ticks, note) = dates(&years, 700.0);
        assert_eq!(note.as_deref(), Some("31 March each year"));
        assert_eq!(ticks.len(), 11);
        assert_eq!(dates(&[date(2025, 1, 1)], 500.0).0.len(), 1);
    }
}
