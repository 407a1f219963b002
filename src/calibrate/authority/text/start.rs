//! The state on 31 March.

use super::Writer;
use super::care::{KEPT, MOVING};
use super::front::earlier;
use super::head::band_shares;
use crate::calibrate::authority::borrow::Reader;
use crate::calibrate::authority::care::{KINSHIP, MOVING_DAYS, PLACEMENTS, placements_ground};
use crate::calibrate::authority::episodes::EDGES;
use crate::calibrate::authority::number::{Grade, Number, fixed, ground, spanned};
use std::collections::BTreeMap;

/// Ages of children whose case has been open for a while: near those of all children in need in England (see
/// [`crate::calibrate::authority::demand::ages`]).
pub(super) const OPEN_AGES: [f64; 7] = [0.02, 0.05, 0.19, 0.28, 0.165, 0.165, 0.13];
/// Ages on a plan, as in Wiltshire in 2022-23.
pub(super) const PLAN_AGES: [f64; 7] = [0.051, 0.119, 0.232, 0.253, 0.165, 0.128, 0.052];
/// An exponential stay of 4.1 years, seen at a moment and cut at 8 years.
const DISABLED_ELAPSED: [(&str, f64); 4] =
    [("12 months", 0.25), ("24 months", 0.2), ("60 months", 0.37), ("96 months", 0.18)];
/// Rates of leaving depend on age alone, so time in the present placement does not bear on them; a long one would only
/// take children for older than they are.
const PLACED_ELAPSED: &str = "elapsed = [{ to = \"3 months\", share = { value = 1, low = 1, high = 1, grade = \"assumed\", note = \"leaving depends on age, not on time in the placement\" } }]";
const DISABLED_AGES: [f64; 7] = [0.0, 0.02, 0.12, 0.27, 0.21, 0.23, 0.15];

fn ages_line(ages: &[f64; 7]) -> String {
    let note = "ages of such children are not published by council: judgement, as in the Wiltshire model, or England's";
    format!("ages = {{ {}, grade = \"assumed\", note = \"{note}\" }}", band_shares(ages))
}

/// Time since a stage began, by band.
fn elapsed(bands: &[(&str, f64)], by: f64, grade: Grade, note: &str) -> String {
    let ground = ground("", grade, note, true);
    let one = |(to, share): &(&str, f64)| {
        let span = spanned(*share, by, 1.0);
        format!("{{ to = \"{to}\", share = {}{ground} }} }}", span.strip_suffix(" }").unwrap_or(&span))
    };
    format!("elapsed = [{}]", bands.iter().filter(|b| b.1 > 0.0).map(one).collect::<Vec<_>>().join(", "))
}

impl Writer<'_> {
    /// Children in a stage, if any round to one.
    pub(super) fn stage(
        &mut self,
        stage: &str,
        cases: f64,
        table: &str,
        grade: Grade,
        note: &str,
        rest: &[String],
    ) {
        let n = cases.round();
        if n < 1.0 {
            return;
        }
        let source = self.source(table);
        // stocks are counted; what was worked out or borrowed may be off by more
        let by = match grade {
            Grade::Measured => 0.02,
            Grade::Derived => 0.15,
            _ => 0.3,
        };
        let (low, high) = ((n / (1.0 + by)).floor(), (n * (1.0 + by)).ceil());
        let ground = ground(&source, grade, note, true);
        self.line(format!(
            "[start.stages.{stage}]\ncases = {{ value = {n}, low = {low}, high = {high}{ground} }}"
        ));
        for line in rest {
            self.line(line);
        }
        let spells = self.spells.get(stage).or_else(|| {
            let placed = PLACEMENTS.contains(&stage);
            placed.then(|| self.spells.get("care")).flatten()
        });
        if let Some(line) = spells.cloned() {
            self.line(line);
        }
    }

    pub(super) fn start(&mut self) {
        let (f, y) = (self.f, self.f.starts);
        self.line(format!(
            "\n# ---------------------------------------------------------------- 31 March {y}"
        ));
        let o = f.open;
        self.spells = self.spells_at_start();
        let ages = ages_line;
        let earlier = |share: f64| earlier(f, share);
        self.front_start(&ages(&OPEN_AGES));
        let new = f.ages.0;
        self.stage(
            "assessment",
            o.assessment,
            "DfE CIN c2",
            Grade::Derived,
            "assessments a year times their mean length",
            &[ages(&new), earlier(0.7)],
        );
        if self.reassessed() {
            self.stage(
                "reassessment",
                o.reassessment,
                "DfE CIN c2",
                Grade::Derived,
                "assessments beyond referrals assessed, times their mean length",
                &[ages(&OPEN_AGES), earlier(1.4)],
            );
        }
        self.stage(
            "section_47",
            o.section_47,
            "DfE CIN c4",
            Grade::Derived,
            "enquiries a year, ten working days each",
            &[ages(&new), earlier(1.0)],
        );
        let before = Reader::new(self.stats, f.area, f.starts);
        let plans = before.count("cin_plan_at_31_march").note;
        self.stage(
            "child_in_need",
            o.cin,
            "DfE CIN b7",
            Grade::Derived,
            &format!("plans open ({plans}) less those with the disabled children's team"),
            &[ages(&OPEN_AGES), earlier(1.4)],
        );
        self.stage(
            "disabled",
            o.disabled,
            "DfE CIN b3",
            Grade::Derived,
            "four in five of those whose primary need is disability",
            &[
                elapsed(&DISABLED_ELAPSED, 0.2, Grade::Assumed, "an exponential stay seen at a moment"),
                ages(&DISABLED_AGES),
                earlier(0.2),
            ],
        );
        let now = before.count("cpp_at_31_march");
        let (grade, note, table) = (now.grade, now.note, now.source);
        let bands = self.plan_bands();
        self.stage(
            "child_protection",
            o.plans,
            &table,
            grade,
            &note,
            &[bands, ages(&PLAN_AGES), earlier(1.0)],
        );
        self.stage(
            "closing",
            o.closing,
            "DfE CIN b1",
            Grade::Derived,
            &format!(
                "what is left of {:.0} children in need: open, but in no other part of the return",
                o.all
            ),
            &[ages(&OPEN_AGES), earlier(1.2)],
        );
        self.stage(
            KEPT,
            o.kept,
            "DfE CIN b4",
            Grade::Derived,
            "open, in no other part of the return, and long open, as the lengths of open episodes say",
            &[ages(&DISABLED_AGES), earlier(0.6)],
        );
        self.stage(
            "care_leaver",
            o.leavers,
            "DfE CLA by characteristics",
            Grade::Derived,
            "those who turned 18 in care in three years, as far as children in need leave room",
            &[
                elapsed(
                    &[("12 months", 1.0), ("36 months", 0.0)],
                    0.0,
                    Grade::Assumed,
                    "support ends at 21, whenever it began",
                ),
                format!("ages = {{ age_18_20 = {} }}", fixed("1", "", "care leavers are 18 to 20")),
            ],
        );
        self.looked_after();
        self.left();
    }

    /// How long ago the episodes of each stage began, so that all together have the lengths published.
    fn spells_at_start(&self) -> BTreeMap<&'static str, String> {
        let (o, e) = (self.f.open, &self.f.episodes);
        let cases = [
            ("assessment", o.assessment),
            ("reassessment", o.reassessment),
            ("section_47", o.section_47),
            ("child_in_need", o.cin),
            ("disabled", o.disabled),
            ("child_protection", o.plans),
            ("closing", o.closing),
            ("kept_open", o.kept),
            ("care", o.care),
            ("care_leaver", o.leavers),
        ];
        let open: Vec<(&'static str, f64)> = cases.into_iter().filter(|c| c.1 >= 0.5).collect();
        let note = format!("all stages together as episodes open ({}); by stage judgement", e.open.note);
        let line = |shares: [f64; 5]| {
            let bands: Vec<(&str, f64)> = EDGES.into_iter().zip(rounded(shares)).collect();
            let bands = elapsed(&bands, 0.3, Grade::Derived, &note);
            format!("spells = {{ in_need = {} }}", bands.strip_prefix("elapsed = ").unwrap_or(&bands))
        };
        // an assessment has no longer episode than itself
        let later = |c: &(&'static str, [f64; 5])| c.0 != "assessment";
        e.by_stage(&open).into_iter().filter(later).map(|(name, shares)| (name, line(shares))).collect()
    }

    /// Children in placements who came unaccompanied: by where such children are placed, as far as there are places.
    fn unaccompanied(&self) -> [f64; 7] {
        const PLACED: [f64; 7] = [0.0, 0.12, 0.28, 0.04, 0.56, 0.0, 0.0];
        let c = &self.f.care;
        let mut found: [f64; 7] =
            std::array::from_fn(|p| (c.asylum_held * PLACED[p]).min(0.95 * c.placed[p]));
        for p in [2, 1, 3] {
            let left = c.asylum_held - found.iter().sum::<f64>();
            found[p] += left.clamp(0.0, (0.95 * c.placed[p] - found[p]).max(0.0));
        }
        found
    }

    fn plan_bands(&self) -> String {
        let s = &self.f.plan.open.share;
        let edges = ["3 months", "6 months", "12 months", "24 months", "33 months"];
        let mut left = 1.0;
        let mut parts = Vec::new();
        for (k, (to, share)) in edges.iter().zip(s).enumerate() {
            let share = if k + 1 == edges.len() { left } else { (share * 1e4).round() / 1e4 };
            left -= share;
            parts.push((*to, (share.max(0.0) * 1e4).round() / 1e4));
        }
        elapsed(&parts, 0.15, self.f.plan.open.grade, &self.f.plan.open.note)
    }

    fn looked_after(&mut self) {
        let f = self.f;
        let reader = Reader::new(self.stats, f.area, f.starts);
        let (grade, table, note) = placements_ground(&reader);
        let unaccompanied = self.unaccompanied();
        // rounding must not lose a child: the largest placement takes what is left
        let mut cases = f.care.placed.map(f64::round);
        let moving = if f.moves_on() { self.moving_at_start() } else { 0.0 };
        let lost = f.care.stock.value.round() - moving - cases.iter().sum::<f64>();
        if let Some(most) = cases.iter_mut().max_by(|a, b| a.total_cmp(b)) {
            *most = (*most + lost).max(0.0);
        }
        for (p, (name, n)) in PLACEMENTS.iter().zip(cases).enumerate() {
            let [under_1, to_4, to_9, to_15, over] = f.care.held[p];
            let ages: [f64; 7] = [0.0, under_1, to_4, to_9, 0.35 * to_15, 0.65 * to_15, over];
            let note = match *name {
                "kinship" => {
                    format!("England's share of foster placements, {:.0} %; {note}", 100.0 * KINSHIP[0])
                }
                "in_house_foster" => format!("the council's own foster places filled; {note}"),
                "agency_foster" => format!("what is left of foster placements; {note}"),
                _ => note.clone(),
            };
            let mut rest = vec![PLACED_ELAPSED.to_string(), ages_line(&ages)];
            let share = (1e4 * unaccompanied[p] / f.care.placed[p].max(1e-9)).round() / 1e4;
            if share > 0.0 {
                rest.push(format!(
                    "set = {{ asylum = {{ yes = {}, no = \"rest\", grade = \"assumed\", note = \"{:.0} unaccompanied children looked after; where they live is judgement\" }} }}",
                    spanned(share.min(0.95), 0.2, 1.0),
                    f.care.asylum_held
                ));
            }
            self.stage(name, n, &table, grade, &note, &rest);
        }
    }

    /// Children about to move on at the start.
    fn moving_at_start(&mut self) -> f64 {
        let c = &self.f.care;
        let starting = self.f.asylum_in(0);
        let n = (c.moving_on * starting * MOVING_DAYS / 365.25).round();
        let ages =
            "ages = { age_13_15 = 0.2, age_16_17 = 0.8, grade = \"assumed\", note = \"most are 16 or 17\" }";
        let note = "those who start in a year and move on, times the weeks until they have";
        let rest = [ages.to_string(), "set = { asylum = \"yes\", source = \"other\" }".to_string()];
        self.stage(MOVING, n, "DfE CLA by characteristics", Grade::Derived, note, &rest);
        n
    }

    fn left(&mut self) {
        let (f, x) = (self.f, self.f.flows);
        self.line("\n# children who left in the past five years and may still come back");
        let ages = ages_line(&[0.0, 0.06, 0.22, 0.27, 0.18, 0.18, 0.09]);
        for (exit, flow, had, had_plan) in [
            ("not_in_need", x.assessment_nin, ["50 days", "30 days", "60 days"], 0.7),
            ("closed_nfa", x.referral_nfa, ["1 day", "1 day", "3 days"], 0.7),
            ("closed", x.closings(), ["200 days", "120 days", "400 days"], 1.1),
            ("help_ended", f.front.ended, ["", "", ""], 0.64),
            ("advised", f.front.advised, ["", "", ""], 0.56),
        ] {
            if flow < 0.05 {
                continue;
            }
            let n = Number::assumed(
                flow,
                0.85 * flow,
                1.2 * flow,
                "what the model itself ends in the coming year",
            );
            let n = Number { grade: Grade::Derived, ..n };
            self.line(format!(
                "[start.exits.{exit}]\nleaving = {}\nover = \"5 years\"\n{ages}",
                n.table(" per year")
            ));
            let yes = earlier(f, had_plan);
            self.line(yes);
            if !had[0].is_empty() {
                self.line(format!(
                    "had = {{ in_need = {{ value = \"{}\", low = \"{}\", high = \"{}\", grade = \"assumed\", note = \"mean length of such an episode\" }} }}",
                    had[0], had[1], had[2]
                ));
            }
        }
    }
}

/// Shares in ten-thousandths that add to 1.
fn rounded(shares: [f64; 5]) -> [f64; 5] {
    let mut out = shares.map(|s| (1e4 * s).round() / 1e4);
    let missing = 1.0 - out.iter().sum::<f64>();
    if let Some(most) = out.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *most = (1e4 * (*most + missing)).round() / 1e4;
    }
    out
}
