//! A number with what it rests on.

use std::fmt::Write;

/// How strong the ground of a number is; the words of the model file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// Published for this council.
    Measured,
    /// Worked out from what is published for it.
    Derived,
    /// Taken from its neighbours, its region or England, or from another year.
    Borrowed,
    /// Judgement.
    Assumed,
}

impl Grade {
    /// The word in the model file.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Measured => "measured",
            Grade::Derived => "derived",
            Grade::Borrowed => "borrowed",
            Grade::Assumed => "assumed",
        }
    }
}

/// A number with its range and its ground.
#[derive(Clone, PartialEq, Debug)]
pub struct Number {
    /// Best value.
    pub value: f64,
    /// Low end of an 80 % range.
    pub low: f64,
    /// High end.
    pub high: f64,
    /// Ground.
    pub grade: Grade,
    /// Table it comes from; empty if none.
    pub source: String,
    /// How it was found.
    pub note: String,
}

impl Number {
    /// Judgement: a value with a range.
    pub fn assumed(value: f64, low: f64, high: f64, note: &str) -> Number {
        Number { value, low, high, grade: Grade::Assumed, source: String::new(), note: note.into() }
    }

    /// The same, with value and range scaled.
    pub fn times(&self, by: f64) -> Number {
        Number { value: self.value * by, low: self.low * by, high: self.high * by, ..self.clone() }
    }

    /// Value and range kept within bounds. A range that the bounds would leave without width keeps a quarter either way, as
    /// far as they allow: being held at a bound is no knowledge.
    pub fn within(&self, least: f64, most: f64) -> Number {
        let fit = |x: f64| if x.is_finite() { x.clamp(least, most) } else { least };
        let (value, mut low, mut high) = (fit(self.value), fit(self.low), fit(self.high));
        if high <= low && self.high > self.low {
            (low, high) = (fit(value / 1.25), fit(value * 1.25));
        }
        Number { value, low, high, ..self.clone() }
    }

    /// Value and range alone, as an inline table.
    pub fn span(&self, unit: &str) -> String {
        let bare = Number { source: String::new(), note: String::new(), ..self.clone() };
        let table = bare.table(unit);
        table.split(", grade").next().map_or(String::new(), |t| format!("{t} }}"))
    }

    /// As an inline table; `unit` such as " days" makes the numbers text.
    pub fn table(&self, unit: &str) -> String {
        let write = |x: f64| if unit.is_empty() { tidy(x) } else { format!("\"{}{unit}\"", tidy(x)) };
        let (low, high) = (self.low.min(self.value), self.high.max(self.value));
        let mut t = format!("{{ value = {}, low = {}, high = {}", write(self.value), write(low), write(high));
        t.push_str(&ground(&self.source, self.grade, &self.note, true));
        t.push_str(" }");
        t
    }
}

/// A share, factor or count within a factor `1 + by` either way, as an inline table; a share stays below 1.
pub fn spanned(value: f64, by: f64, most: f64) -> String {
    if value <= 0.0 || value >= most {
        return format!("{{ value = {0}, low = {0}, high = {0} }}", tidy(value));
    }
    let (low, high) = (value / (1.0 + by), (value * (1.0 + by)).min(0.5 * (value + most)));
    // rounding must not put the value outside its range
    let value = tidy(value);
    format!("{{ value = {value}, low = {}, high = {} }}", lower(low, &value), higher(high, &value))
}

fn lower(low: f64, value: &str) -> String {
    let text = tidy(low);
    if text.parse::<f64>().ok() <= value.parse::<f64>().ok() { text } else { value.into() }
}

fn higher(high: f64, value: &str) -> String {
    let text = tidy(high);
    if text.parse::<f64>().ok() >= value.parse::<f64>().ok() { text } else { value.into() }
}

/// The same inline table with what it rests on.
pub fn grounded(table: &str, source: &str, grade: Grade) -> String {
    format!("{}{} }}", table.strip_suffix(" }").unwrap_or(table), ground(source, grade, "", true))
}

/// What is laid down and so has no range: an age, a timescale.
pub fn fixed(value: &str, source: &str, note: &str) -> String {
    let ground = ground(source, if source.is_empty() { Grade::Assumed } else { Grade::Measured }, note, true);
    format!("{{ value = {value}, low = {value}, high = {value}{ground} }}")
}

/// The keys that say what something rests on, after a comma or on lines of their own.
pub fn ground(source: &str, grade: Grade, note: &str, inline: bool) -> String {
    let (before, between) = if inline { (", ", ", ") } else { ("", "\n") };
    let mut parts = Vec::new();
    if !source.is_empty() {
        parts.push(format!("source = {}", quoted(source)));
    }
    parts.push(format!("grade = \"{}\"", grade.word()));
    if !note.is_empty() {
        parts.push(format!("note = {}", quoted(note)));
    }
    format!("{before}{}", parts.join(between))
}

/// Text as a TOML string.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number with four significant digits, never in exponent form; nought if not finite.
pub fn tidy(x: f64) -> String {
    if !x.is_finite() || x == 0.0 {
        return "0".into();
    }
    let digits = (3 - libm::floor(libm::log10(x.abs())) as i32).clamp(0, 7);
    let text = format!("{x:.*}", digits as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(tidy(0.123456), "0.1235");
        assert_eq!(tidy(2770.4), "2770");
        assert_eq!(tidy(31.0), "31");
        assert_eq!(tidy(0.0), "0");
        assert_eq!(tidy(f64::NAN), "0");
        assert_eq!(quoted("a \"b\" \\ \n"), "\"a \\\"b\\\" \\\\ \\u000A\"");
    }
}
