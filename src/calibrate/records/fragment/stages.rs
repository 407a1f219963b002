//! Stages and exits.

use super::head::{has_ages, has_need};
use super::laws::{closes, component, decides, hazards, mixture, reviews, to};
use super::value::{bare, ranged, scaled, share};
use super::{SOURCE, Writer};
use crate::calibrate::authority::number::{Number, quoted};
use crate::calibrate::records::episode::Stage;
use crate::calibrate::records::fit::{AGES, Banded, EXITS, Effect, Law, Return, StateFit, To};

/// Stays of siblings are one when this many or more count for one.
const TOGETHER: f64 = 1.15;
/// Age bands whose ratio is nearer to 1 than this are not told apart.
const PLAIN: f64 = 0.02;

impl Writer<'_> {
    /// The name of where a way leads.
    pub(super) fn name(&self, to: To) -> &'static str {
        match to {
            To::State(s) => self.council.states.get(s).map_or("closed", |s| s.name),
            To::Out(e) => EXITS.get(e).map_or("closed", |e| e.0),
        }
    }

    pub(super) fn stages(&mut self) {
        self.section("stages");
        let council = self.council;
        for (at, state) in council.states.iter().enumerate() {
            match council.fits.iter().find(|f| f.at == at) {
                Some(fit) => self.stage(fit),
                // a state that was only led to at the end of the records
                None => self.line(format!(
                    "\n[stages.{}]\ntitle = {}\nstay = \"0 days\"\nto = \"closed\"",
                    state.name,
                    quoted(state.title)
                )),
            }
        }
    }

    fn stage(&mut self, fit: &StateFit) {
        let leaver = fit.state.stage == Some(Stage::CareLeaver);
        self.line(format!("\n[stages.{}]\ntitle = {}", fit.state.name, quoted(fit.state.title)));
        if fit.state.in_care() {
            self.line("shown_as = \"Care\"");
        }
        let names: Vec<&'static str> = fit.ways.iter().map(|w| self.name(w.to)).collect();
        let law = &fit.choice.law;
        let stay = self.stay(fit, &names);
        self.line(format!("stay = {stay}"));
        if let Law::ByWay(joint) = law {
            for (way, name) in names.iter().enumerate() {
                self.line(format!("stay_by.{name} = {}", component(joint, way)));
            }
        }
        if let Law::Reviews(r) = law {
            for (way, name) in fit.ways.iter().zip(&names) {
                let rate = scaled((r.rate() * way.share * 365.25).max(1e-6), r.se(4), "between reviews");
                self.line(format!("interrupted.{name} = {}", rate.table(" per year")));
            }
        }
        let open = matches!(law, Law::Never);
        let hazards = matches!(law, Law::Bands(b) if closes(b));
        if !open && !hazards && !names.is_empty() {
            let shares = self.shares(fit, &names);
            self.line(format!("to = {shares}"));
        }
        if open && !(leaver && has_ages(self.council)) && !has_ages(self.council) {
            // nothing would end it
            self.line("interrupted.closed = \"0.01 per year\"");
        }
        self.effects(fit, &names);
        if let Law::Bands(b) = law {
            self.ages(fit, b, &names);
        }
        if fit.design < TOGETHER {
            self.line("together = false");
        }
        let council = self.council;
        let cares = council.states.iter().any(|s| s.stage == Some(Stage::CareLeaver));
        if has_ages(council) && fit.state.in_care() && cares {
            self.line("leave = { age = 18, to = \"care_leaver\" }");
        }
        if has_ages(council) && leaver {
            self.line("leave = { age = 21, to = \"left_at_21\" }");
        }
    }

    fn stay(&self, fit: &StateFit, names: &[&'static str]) -> String {
        match &fit.choice.law {
            Law::Instant => "\"0 days\"".into(),
            Law::Never => "\"open\"".into(),
            Law::One(joint) => component(fit.joint().filter(|_| self.tells(fit)).unwrap_or(joint), 0),
            Law::ByWay(joint) => component(joint, 0),
            Law::Mixed(joint) => mixture(joint),
            Law::Reviews(r) => reviews(r),
            Law::Bands(b) if closes(b) => hazards(b, names, |_| 1.0),
            Law::Bands(_) => "\"open\"".into(),
        }
    }

    /// Whether effects on the length are written: the law is one for all.
    fn tells(&self, fit: &StateFit) -> bool {
        matches!(fit.choice.law, Law::One(_)) && self.all_known(fit)
    }

    /// Whether all conditions of the effects are in the file.
    fn all_known(&self, fit: &StateFit) -> bool {
        fit.effects.as_ref().is_some_and(|e| e.effects.iter().all(|e| self.known(e)))
    }

    fn known(&self, e: &Effect) -> bool {
        let age = AGES.iter().any(|a| a.0 == e.condition);
        if age { has_ages(self.council) } else { has_need(self.council, e.condition) }
    }

    fn shares(&self, fit: &StateFit, names: &[&'static str]) -> String {
        let note = format!("of {} exits", rounded(fit.exits));
        let reference = fit.effects.as_ref().filter(|_| self.all_known(fit));
        let named: Vec<(&str, Number)> = match reference {
            Some(e) => {
                let p = e.joint.shape.shares(&e.joint.x, &vec![0.0; e.joint.shape.tilts]);
                let at = e.joint.shape.logits_at();
                let se = |k: usize, p: f64| if k == 0 { 0.0 } else { e.joint.se(at + k - 1) * p * (1.0 - p) };
                names.iter().zip(p).enumerate().map(|(k, (n, p))| (*n, share(p, se(k, p), ""))).collect()
            }
            None => names.iter().zip(&fit.ways).map(|(n, w)| (*n, share(w.share, w.se, ""))).collect(),
        };
        let note = match reference.and_then(|e| e.reference) {
            Some(age) => format!("{note}; shares of {age} without needs, others by odds"),
            None => note,
        };
        to(&named, &note)
    }

    fn effects(&mut self, fit: &StateFit, names: &[&'static str]) {
        let Some(effects) = fit.effects.as_ref().filter(|_| self.all_known(fit)) else { return };
        let number =
            |e: &Effect| bare(&ranged(libm::exp(e.log), (libm::exp(e.range.0), libm::exp(e.range.1))), "");
        if self.tells(fit) {
            let parts: Vec<String> = (effects.effects.iter().filter(|e| e.way.is_none()))
                .map(|e| format!("{} = {}", e.condition, number(e)))
                .collect();
            self.line(format!("stay_times = {{ {} }}", parts.join(", ")));
        }
        if decides(&fit.choice.law) || matches!(fit.choice.law, Law::Never) {
            return;
        }
        for (way, name) in names.iter().enumerate().skip(1) {
            let parts: Vec<String> = (effects.effects.iter().filter(|e| e.way == Some(way)))
                .map(|e| format!("{} = {}", e.condition, number(e)))
                .collect();
            if !parts.is_empty() {
                self.line(format!("odds.{name} = {{ {} }}", parts.join(", ")));
            }
        }
    }

    /// Hazards of age bands that differ.
    fn ages(&mut self, fit: &StateFit, b: &Banded, names: &[&'static str]) {
        if !has_ages(self.council) || !closes(b) {
            return;
        }
        let mut parts = Vec::new();
        for (band, (age, ..)) in AGES.iter().enumerate() {
            let ratio = |way: usize| fit.by_age_band.get(way).and_then(|w| w.get(band)).map_or(1.0, |r| r.0);
            if (0..names.len()).any(|way| (ratio(way) - 1.0).abs() > PLAIN) {
                parts.push(format!("  {{ if = \"{age}\", stay = {} }}", hazards(b, names, ratio)));
            }
        }
        if !parts.is_empty() {
            self.line(format!("stay_if = [\n{},\n]", parts.join(",\n")));
        }
    }

    /// States to which enough came back, with their children.
    fn ways_back(&self, r: &Return) -> Vec<(&'static str, usize)> {
        let least = self.council.settings.least;
        let told = r.to.iter().enumerate().filter(|(i, (_, n))| *i == 0 || *n >= least);
        told.filter_map(|(_, (s, n))| Some((self.council.states.get(*s)?.name, *n))).collect()
    }

    /// Where those who come back go: a state, or a crossroads from which several are reached.
    fn back_to(&self, r: &Return) -> Option<String> {
        match self.ways_back(r).as_slice() {
            [] => None,
            [one] => Some(one.0.to_string()),
            _ => EXITS.get(r.exit).map(|e| format!("again_{}", e.0)),
        }
    }

    /// The stage of no length from which those who come back to several states go to each.
    fn crossroads(&mut self, r: &Return) {
        let (ways, Some((exit, title, _))) = (self.ways_back(r), EXITS.get(r.exit)) else { return };
        if ways.len() < 2 {
            return;
        }
        let all: f64 = ways.iter().map(|w| w.1 as f64).sum();
        let named: Vec<(&str, Number)> = (ways.iter())
            .map(|(name, n)| {
                let p = *n as f64 / all;
                (*name, share(p, (p * (1.0 - p) / all).sqrt(), ""))
            })
            .collect();
        self.line(format!("\n[stages.again_{exit}]\ntitle = {}", quoted(&format!("Back after: {title}"))));
        self.line("stay = \"0 days\"");
        self.line(format!("to = {}", to(&named, "of those seen to come back")));
    }

    pub(super) fn exits(&mut self) {
        self.section("ways out, and coming back");
        let council = self.council;
        for (i, (name, title, _)) in EXITS.iter().enumerate() {
            self.line(format!("\n[exits.{name}]\ntitle = {}", quoted(title)));
            let Some(r) = council.returns.iter().find(|r| r.exit == i) else { continue };
            let Some(to) = self.back_to(r) else { continue };
            let mut last = 0.0;
            let mut parts = Vec::new();
            for (at, value, se) in &r.within {
                let value = value.clamp(0.0, 0.999);
                if value > last + 1e-4 {
                    parts.push(format!("\"{at} days\" = {}", bare(&share(value, *se, ""), "")));
                    last = value;
                }
            }
            if !parts.is_empty() {
                self.line(format!("[exits.{name}.returns]\nto = \"{to}\""));
                self.line(format!(
                    "within = {{ {}, source = \"{SOURCE}\", note = \"of {} who left\" }}",
                    parts.join(", "),
                    rounded(r.left)
                ));
            }
        }
        council.returns.iter().for_each(|r| self.crossroads(r));
        if has_ages(council) && council.states.iter().any(|s| s.stage == Some(Stage::CareLeaver)) {
            self.line("\n[exits.left_at_21]\ntitle = \"Support of a care leaver ended\"");
        }
    }
}

/// A count as notes tell it: to the nearest five, few as few.
fn rounded(n: usize) -> String {
    if n < 6 { "fewer than 6".into() } else { format!("about {}", (n + 2) / 5 * 5) }
}
