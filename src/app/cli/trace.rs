//! `--trace FILE`: every event of one replication as CSV.

use crate::base::calendar::Calendar;
use crate::base::time::{DAY_MS, SimTime};
use crate::engine::{Happening, Network, Probe};
use std::io::Write;

/// Writes one line an event. Errors of writing are kept and told at the end.
pub(crate) struct Trace<'a> {
    out: &'a mut dyn Write,
    names: Names,
    calendar: Option<Calendar>,
    line: Vec<u8>,
    /// The day whose date is in `date`.
    day: i64,
    date: String,
    pub failed: Option<std::io::Error>,
}

struct Names {
    stages: Vec<String>,
    exits: Vec<String>,
    streams: Vec<String>,
}

/// The heading of a trace.
pub(crate) const HEADING: &str = "days,date,case,event,of\n";

impl<'a> Trace<'a> {
    pub fn new(network: &Network, out: &'a mut dyn Write) -> Trace<'a> {
        let model = network.model();
        let mut trace = Trace {
            out,
            names: Names {
                stages: model.stages.iter().map(|s| s.name.clone()).collect(),
                exits: model.exits.iter().map(|e| e.name.clone()).collect(),
                streams: model.streams.iter().map(|s| s.name.clone()).collect(),
            },
            calendar: network.calendar().cloned(),
            line: Vec::new(),
            day: i64::MIN,
            date: String::new(),
            failed: None,
        };
        trace.failed = trace.out.write_all(HEADING.as_bytes()).err();
        trace
    }
}

impl Probe for Trace<'_> {
    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        let n = &self.names;
        let (event, list, i) = match happening {
            Happening::Arrived(i) => ("arrived", &n.streams, i),
            Happening::Found(i) => ("found", &n.stages, i),
            Happening::Asked(i) => ("asked", &n.stages, i),
            Happening::Started(i) => ("started", &n.stages, i),
            Happening::Ended(i) => ("ended", &n.stages, i),
            Happening::GaveUp(i) => ("gave up", &n.stages, i),
            Happening::Refused(i) => ("refused", &n.stages, i),
            Happening::Left(i) => ("left", &n.exits, i),
            Happening::Returned(i) => ("returned", &n.exits, i),
        };
        let day = at.0.div_euclid(DAY_MS);
        if day != self.day {
            self.day = day;
            let date = self.calendar.as_ref().and_then(|c| c.date_of(at));
            self.date = date.map_or_else(String::new, |d| d.to_string());
        }
        self.line.clear();
        days(&mut self.line, at.0);
        self.line.push(b',');
        self.line.extend_from_slice(self.date.as_bytes());
        self.line.push(b',');
        whole(&mut self.line, u64::from(case));
        self.line.push(b',');
        self.line.extend_from_slice(event.as_bytes());
        self.line.push(b',');
        self.line.extend_from_slice(list.get(i as usize).map_or("", String::as_str).as_bytes());
        self.line.push(b'\n');
        if self.failed.is_none() {
            self.failed = self.out.write_all(&self.line).err();
        }
    }
}

fn whole(line: &mut Vec<u8>, mut n: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[at..]);
}

/// Days to nine decimals, rounded half up: a millisecond is 1.16e-8 days.
fn days(line: &mut Vec<u8>, ms: i64) {
    if ms < 0 {
        line.push(b'-');
    }
    let ms = ms.unsigned_abs();
    let day = DAY_MS as u64;
    let part = (u128::from(ms % day) * 1_000_000_000 + u128::from(day / 2)) / u128::from(day);
    let (whole_days, part) = if part == 1_000_000_000 { (ms / day + 1, 0) } else { (ms / day, part as u64) };
    whole(line, whole_days);
    if part > 0 {
        line.push(b'.');
        let mut scale = 100_000_000;
        let mut left = part;
        while left > 0 {
            line.push(b'0' + (left / scale) as u8);
            left %= scale;
            scale /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_exactly() {
        let written = |ms: i64| {
            let mut line = Vec::new();
            days(&mut line, ms);
            String::from_utf8(line).unwrap()
        };
        assert_eq!(written(0), "0");
        assert_eq!(written(648_000_000), "7.5");
        assert_eq!(written(-DAY_MS / 4), "-0.25");
        assert_eq!(written(1), "0.000000012");
        assert_eq!(written(DAY_MS - 1), "0.999999988");
        assert_eq!(written(13 * DAY_MS), "13");
    }
}
