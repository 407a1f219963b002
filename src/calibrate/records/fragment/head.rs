//! The run, ages, families, needs and arrivals.

use super::value::{bare, estimated, ranged, scaled, share, shares};
use super::{SOURCE, Writer};
use crate::calibrate::authority::number::quoted;
use crate::calibrate::records::fit::{AGES, Council, NEEDS, Stream};

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

/// Below this share of children with a date of birth the file has no ages.
const BIRTHS: f64 = 0.5;

/// Whether ages are in the file.
pub(super) fn has_ages(council: &Council) -> bool {
    council.births >= BIRTHS
}

/// Whether a need is in the file.
pub(super) fn has_need(council: &Council, name: &str) -> bool {
    council.needs.iter().any(|(need, _, _)| NEEDS.get(*need).is_some_and(|n| n.0 == name))
}

impl Writer<'_> {
    pub(super) fn head(&mut self) {
        let (c, about) = (self.council, self.about);
        self.line(format!("# {}: made from individual records of {} to {}.", about.place, c.first, c.last));
        self.line("# Low and high are 95 % intervals. Counts of 1 to 5 children are written as 3.\n");
        self.line("[model]\nformat = 1");
        self.line(format!("title = {}", quoted(&format!("{}: from individual records", about.place))));
        self.line(format!("place = {}", quoted(&about.place)));
        self.line(format!("starts = {}\nruns = \"{} years\"\nperiods = \"months\"", c.starts, about.years));
        self.line("replications = 200\nseed = 1\nlevel = 0.95");
        if has_ages(c) {
            self.line("by = [\"ages\"]\n\n[ages]");
            for (name, from, to) in AGES {
                self.line(format!("{name} = [{from}, {to}]"));
            }
        }
        self.cases();
        self.needs();
        if c.streams.iter().any(|s| s.asylum) {
            self.line("\n[attributes.asylum]\ntitle = \"Unaccompanied asylum-seeking child\"");
            self.line("values = [\"no\", \"yes\"]");
        }
    }

    fn cases(&mut self) {
        let c = self.council;
        self.line("\n[cases]");
        let mut ages = vec![0usize; AGES.len()];
        let mut sizes: Vec<usize> = Vec::new();
        for stream in c.streams.iter().filter(|s| !s.asylum) {
            for (sum, n) in ages.iter_mut().zip(&stream.ages) {
                *sum += n;
            }
            sizes.resize(sizes.len().max(stream.sizes.len()), 0);
            for (sum, n) in sizes.iter_mut().zip(&stream.sizes) {
                *sum += n;
            }
        }
        if has_ages(c) {
            let named: Vec<(&str, usize)> = AGES.iter().zip(&ages).map(|(a, n)| (a.0, *n)).collect();
            let text = shares(&named, c.settings.least).unwrap_or_else(|| "age_5_9 = 1".into());
            self.line(format!("ages = {{ {text}, source = \"{SOURCE}\" }}"));
            self.line("leave = { age = 18, to = \"turned_18\" }");
        }
        if let Some(text) = families(&sizes, c.settings.least) {
            self.line(text);
        }
    }

    fn needs(&mut self) {
        let c = self.council;
        if c.needs.is_empty() {
            return;
        }
        self.line("\n# shares of children assessed; of those never assessed nothing is known\n[needs]");
        for (need, value, se) in &c.needs {
            let Some((name, title, _, family)) = NEEDS.get(*need) else { continue };
            let n = share(*value, *se, "");
            let of = if *family { "family" } else { "child" };
            self.line(format!(
                "{name} = {{ share = {:.4}, low = {:.4}, high = {:.4}, of = \"{of}\", title = {}, source = \"{SOURCE}\" }}",
                n.value,
                n.low.min(n.value),
                n.high.max(n.value),
                quoted(title)
            ));
        }
    }

    pub(super) fn streams(&mut self) {
        let c = self.council;
        self.section("arrivals");
        for stream in &c.streams {
            self.stream(stream);
        }
    }

    fn stream(&mut self, s: &Stream) {
        let c = self.council;
        let Some(state) = c.states.get(s.state) else { return };
        let (name, seeks) = (state.name, if s.asylum { "_asylum" } else { "" });
        self.line(format!("\n[arrivals.new_{name}{seeks}]"));
        let whom = if s.asylum { " (unaccompanied asylum-seeking children)" } else { "" };
        self.line(format!("title = {}", quoted(&format!("New: {}{whom}", state.title))));
        self.line(format!("to = \"{name}\""));
        let note = if s.hidden > 0.5 {
            format!(
                "{:.0} a year came with nothing on record before; {:.0} of them are taken to be children who left before the records begin",
                s.rate + s.hidden,
                s.hidden
            )
        } else {
            "children with nothing on record before".into()
        };
        let rate = scaled(s.rate, s.rate_se / s.rate.max(1e-9), &note);
        self.line(format!("rate = {}", rate.table(" per year")));
        if s.season.iter().any(|f| (f - 1.0).abs() > 1e-6) {
            let months = MONTHS
                .iter()
                .zip(s.season)
                .zip(s.season_range)
                .map(|((month, f), range)| format!("{month} = {}", bare(&ranged(f, range), "")));
            self.line(format!("months = {{ {} }}", months.collect::<Vec<_>>().join(", ")));
        }
        if s.varies > 0.01 {
            let (low, high) = (s.varies_range.0, s.varies_range.1.min(3.0));
            self.line(format!(
                "varies = {{ value = {:.4}, low = {low:.4}, high = {high:.4}, source = \"{SOURCE}\", note = \"beyond families, season and chance\" }}",
                s.varies.min(3.0)
            ));
        }
        let sizes: Vec<String> = (1..=s.sizes.len()).map(|n| n.to_string()).collect();
        let named = sizes.iter().map(String::as_str).zip(s.sizes.iter().zip(&s.size_shares));
        if let Some(text) = estimated(&named.collect::<Vec<_>>(), c.settings.least) {
            self.line(format!("families = {{ {text}, source = \"{SOURCE}\" }}"));
        }
        if has_ages(c) {
            let named = AGES.iter().map(|a| a.0).zip(s.ages.iter().zip(&s.age_shares));
            if let Some(text) = estimated(&named.collect::<Vec<_>>(), c.settings.least) {
                self.line(format!("ages = {{ {text}, source = \"{SOURCE}\" }}"));
            }
        }
        if s.asylum {
            self.line("set = { asylum = \"yes\" }");
        }
    }
}

/// Sizes of families; those of more children than any common size go with the largest told.
fn families(sizes: &[usize], least: usize) -> Option<String> {
    let mut kept: Vec<(String, usize)> = Vec::new();
    for (i, n) in sizes.iter().enumerate() {
        if *n >= least {
            kept.push(((i + 1).to_string(), *n));
        } else if let Some(last) = kept.last_mut() {
            last.1 += n;
        }
    }
    let named: Vec<(&str, usize)> = kept.iter().map(|(s, n)| (s.as_str(), *n)).collect();
    shares(&named, least).map(|text| format!("families = {{ {text}, source = \"{SOURCE}\" }}"))
}
