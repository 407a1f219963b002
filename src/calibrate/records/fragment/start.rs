//! Who is open at the start, and what is counted.

use super::head::has_ages;
use super::value::{shares, shown};
use super::{SOURCE, Writer};
use crate::calibrate::records::episode::Stage;
use crate::calibrate::records::fit::{AGES, Caseload, EXITS, State};

impl Writer<'_> {
    pub(super) fn start(&mut self) {
        let council = self.council;
        self.section(&format!("open on {}", council.last));
        for load in &council.open {
            self.caseload(load);
        }
        for r in &council.returns {
            let (Some(exit), Some((longest, _, _))) = (EXITS.get(r.exit), r.within.last()) else { continue };
            if r.to.is_empty() || r.left < council.settings.least {
                continue;
            }
            self.line(format!("\n[start.exits.{}]", exit.0));
            self.line(format!(
                "leaving = {{ value = \"{:.1} per year\", source = \"{SOURCE}\", note = \"who left in the years of the records and may come back\" }}",
                r.per_year
            ));
            self.line(format!("over = \"{longest} days\""));
        }
    }

    fn caseload(&mut self, load: &Caseload) {
        let council = self.council;
        let least = council.settings.least;
        let Some(state) = council.states.get(load.state) else { return };
        self.line(format!("\n[start.stages.{}]", state.name));
        let count = shown(load.cases, least);
        if count == load.cases {
            self.line(format!("cases = {{ value = {count}, source = \"{SOURCE}\" }}"));
        } else {
            self.line(format!(
                "cases = {{ value = {count}, low = 1, high = {}, source = \"{SOURCE}\", note = \"fewer than {least}\" }}",
                least - 1
            ));
        }
        let never = council.fits.iter().any(|f| {
            f.at == load.state && matches!(f.choice.law, crate::calibrate::records::fit::Law::Instant)
        });
        if !load.elapsed.is_empty() && !never {
            let all: usize = load.elapsed.iter().map(|e| e.1).sum();
            let last = load.elapsed.len() - 1;
            let parts: Vec<String> = (load.elapsed.iter().enumerate())
                .map(|(i, (to, n))| {
                    let part =
                        if i == last { "\"rest\"".into() } else { format!("{:.4}", *n as f64 / all as f64) };
                    format!("{{ to = \"{to} days\", share = {part} }}")
                })
                .collect();
            self.line(format!("elapsed = [ {} ]", parts.join(", ")));
        }
        if has_ages(council) {
            let named: Vec<(&str, usize)> = AGES.iter().zip(&load.ages).map(|(a, n)| (a.0, *n)).collect();
            if let Some(text) = shares(&named, least) {
                self.line(format!("ages = {{ {text}, source = \"{SOURCE}\" }}"));
            }
        }
    }

    pub(super) fn groups(&mut self) {
        let council = self.council;
        let list = |which: &dyn Fn(&State) -> bool| -> Vec<String> {
            council.states.iter().filter(|s| which(s)).map(|s| format!("\"{}\"", s.name)).collect()
        };
        let in_need = list(&|s: &State| {
            !matches!(
                s.stage,
                Some(Stage::Contact | Stage::EarlySupportAssessment | Stage::Support | Stage::CareLeaver)
            )
        });
        let care = list(&|s: &State| s.in_care());
        self.section("what is counted");
        for (name, title, stages) in [
            ("in_need", "Children in need (all open cases)", in_need),
            ("looked_after", "Children looked after", care),
        ] {
            if !stages.is_empty() {
                self.line(format!(
                    "\n[groups.{name}]\ntitle = \"{title}\"\nstages = [{}]",
                    stages.join(", ")
                ));
            }
        }
    }
}
