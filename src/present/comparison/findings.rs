//! What was found about each scenario, measure by measure.

use super::{Breakdown, Case, Comparison, Side, paths};
use crate::experiment::compare::{Difference, MetShare, Sheet, Span, Verdict, difference, met, verdict};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::{Better, Measure, Target, Unit, What};
use crate::present::escape;
use jiff::civil::Date;
use ndarray::Array1;

/// One measure under a scenario.
pub(super) struct Finding<'a> {
    /// As the baseline has it.
    pub measure: &'a Measure,
    /// Its index in the baseline's sheet.
    pub base: usize,
    /// Its index in the scenario's sheet.
    pub with: usize,
    /// The spans looked at, the last of them first, the whole run last.
    pub spans: Vec<(Span, Difference)>,
    pub better: Option<Better>,
    pub target: Option<Target>,
}

impl Finding<'_> {
    /// Over the last span: the last year, or its end.
    pub fn last(&self) -> Option<&Difference> {
        self.spans.first().map(|s| &s.1)
    }

    pub fn share(&self) -> bool {
        self.measure.unit() == Unit::Share
    }

    /// Whether the change is more than a trifle: a hundredth of as now, or a percentage point.
    pub fn matters(&self) -> bool {
        let Some(d) = self.last() else { return false };
        match (self.share(), d.relative) {
            (true, _) => d.change.point.is_some_and(|p| p.abs() >= 0.01),
            (false, Some(r)) => r.point.abs() >= 0.01,
            (false, None) => d.change.point.is_some_and(|p| p != 0.0),
        }
    }

    /// Whether it counts children or what happens to them, not services, workers or pounds.
    pub fn of_children(&self) -> bool {
        let apart = |w: &What| matches!(w, What::Service(..) | What::Staff { .. } | What::Cost { .. });
        !apart(&self.measure.what)
    }

    /// How clearly it changes: the size of the change in standard errors.
    pub fn clarity(&self) -> f64 {
        let Some(change) = self.last().map(|d| d.change) else { return 0.0 };
        match (change.point, change.se) {
            (Some(point), Some(se)) if se > 0.0 => (point / se).abs(),
            (Some(point), _) if point != 0.0 => f64::INFINITY,
            _ => 0.0,
        }
    }
}

/// A scenario with what was found about it.
pub(super) struct View<'a> {
    pub case: &'a Case,
    /// A name for files, unique in the comparison.
    pub slug: String,
    pub findings: Vec<Finding<'a>>,
    /// Index of the main finding.
    pub main: usize,
}

impl<'a> View<'a> {
    pub fn main(&self) -> Option<&Finding<'a>> {
        self.findings.get(self.main)
    }

    /// Findings for pictures: those charted, the main one first; all if none is charted.
    pub fn charted(&self) -> Vec<&Finding<'a>> {
        let main = self.findings.get(self.main);
        let any = self.findings.iter().any(|f| f.measure.chart);
        let others = self.findings.iter().enumerate();
        let others = others.filter(|(i, f)| *i != self.main && (f.measure.chart || !any)).map(|(_, f)| f);
        main.into_iter().chain(others).collect()
    }
}

/// The causes of a scenario in words: those that are a path alone by what it leads to.
pub(super) fn cause_titles(c: &Comparison<'_>, view: &View<'_>, titles: &[String]) -> Vec<String> {
    let path = |title: &String| view.case.head.changes.iter().any(|change| change.path == *title);
    let words = |t: &String| if path(t) { paths::in_words(c, view, t) } else { t.clone() };
    titles.iter().map(words).collect()
}

/// What was found about every scenario.
pub(super) fn all<'a>(comparison: &Comparison<'a>) -> Vec<View<'a>> {
    let mut slugs: Vec<String> = Vec::new();
    let mut views = Vec::new();
    for case in comparison.cases {
        let stem: String = escape::slug(&case.head.title).chars().take(60).collect();
        let stem = if stem.is_empty() { "scenario".to_string() } else { stem };
        let mut slug = stem.clone();
        let mut n = 2;
        while slugs.contains(&slug) {
            slug = format!("{stem}-{n}");
            n += 1;
        }
        slugs.push(slug.clone());
        let findings = find(comparison.base, case, comparison.manifest.level);
        let main = main_of(case, &findings);
        views.push(View { case, slug, findings, main });
    }
    views
}

/// Intervals of shares kept inside what a share can be: 0 to 1, and a difference of -1 to 1.
pub(super) fn bounded(measure: &Measure, mut d: Difference) -> Difference {
    if measure.unit() == Unit::Share {
        for s in [&mut d.base, &mut d.with] {
            inside(s, 0.0);
        }
        inside(&mut d.change, -1.0);
    }
    d
}

/// An interval kept above `low` and below 1, unless its own middle lies outside.
pub(super) fn inside(s: &mut Summary, low: f64) {
    if s.point.is_some_and(|p| (low..=1.0).contains(&p)) {
        s.low = s.low.map(|v| v.max(low));
        s.high = s.high.map(|v| v.min(1.0));
    }
}

fn find<'a>(base: &'a Side, case: &'a Case, level: f64) -> Vec<Finding<'a>> {
    let mut summariser = Summariser::drawn(level, &base.sheet.draws);
    let mut out = Vec::new();
    for (index, measure) in base.network.model().measures.iter().enumerate() {
        let Some(with) = case.sheet.measure(&measure.name) else { continue };
        let theirs = case.model.measures.iter().find(|m| m.name == measure.name);
        let spans = spans(&base.sheet)
            .into_iter()
            .filter_map(|span| {
                let (a, b) = (base.sheet.column(index, span)?, case.sheet.column(with, span)?);
                Some((span, bounded(measure, difference(a, b, &mut summariser))))
            })
            .collect();
        out.push(Finding {
            measure,
            base: index,
            with,
            spans,
            // what the scenario says of the measure is what it is judged by
            better: theirs.map_or(measure.better, |m| m.better.or(measure.better)),
            target: theirs.map_or(measure.target, |m| m.target.or(measure.target)),
        });
    }
    out
}

/// The last span, then the years, then the run.
fn spans(sheet: &Sheet) -> Vec<Span> {
    let last = sheet.shape.last();
    let mut out = vec![last];
    out.extend((0..sheet.shape.years).map(Span::Year).filter(|s| *s != last));
    out.push(Span::Run);
    out
}

/// The measure the scenario names, else the charted one that changes most clearly.
fn main_of(case: &Case, findings: &[Finding<'_>]) -> usize {
    let named = case.head.main.as_ref();
    if let Some(i) = named.and_then(|name| findings.iter().position(|f| f.measure.name == *name)) {
        return i;
    }
    let any = findings.iter().any(|f| f.measure.chart);
    let clearest = findings.iter().enumerate().filter(|(_, f)| f.measure.chart || !any);
    // the first of those equally clear
    let best = clearest.rev().max_by(|a, b| a.1.clarity().total_cmp(&b.1.clarity()));
    best.map_or(0, |(i, _)| i)
}

/// Stages that the scenario adds, by their titles.
pub(super) fn added_stages<'a>(c: &Comparison<'_>, view: &View<'a>) -> Vec<&'a str> {
    let known = |name: &str| c.base.network.model().stages.iter().any(|s| s.name == name);
    let stages = view.case.model.stages.iter();
    stages.filter(|s| !known(&s.name)).map(|s| s.title.as_str()).collect()
}

/// Whether fewer or more of a measure can be better or worse: not where children go to a stage that is new, so that
/// fewer elsewhere are not fewer in need.
pub(super) fn judged(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> bool {
    !f.of_children() || added_stages(c, view).is_empty()
}

/// How many draws of the model's numbers stand behind the futures, if fewer than those.
pub(super) fn draws(c: &Comparison<'_>) -> Option<usize> {
    let draws: std::collections::BTreeSet<_> = c.base.sheet.draws.iter().collect();
    Some(draws.len()).filter(|n| *n > 0 && *n < c.base.sheet.numbers.len())
}

/// How often a scenario is better, where the measure has a better direction.
pub(super) fn verdict_of(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<Verdict> {
    if !judged(c, view, f) {
        return None;
    }
    let (a, b) = (c.base.sheet.column(f.base, span)?, view.case.sheet.column(f.with, span)?);
    verdict(a, b, &c.base.sheet.draws, f.better?, c.manifest.level)
}

/// How often carrying on as now and the scenario meet the target.
pub(super) fn met_of(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<(MetShare, MetShare)> {
    let (a, b) = (c.base.sheet.column(f.base, span)?, view.case.sheet.column(f.with, span)?);
    let target = f.target?;
    let share = |values| met(values, &c.base.sheet.draws, target, c.manifest.level);
    share(a).zip(share(b))
}

/// Share of futures that must meet a target for it to be reached.
const SURELY: f64 = 0.9;

/// The first reporting period from whose end on at least nine in ten futures with the change meet the target to the end of the
/// run; of what is counted at a moment.
pub(super) fn reached(view: &View<'_>, f: &Finding<'_>) -> Option<Option<usize>> {
    let target = f.target.filter(|_| f.measure.is_stock())?;
    let sheet = &view.case.sheet;
    let surely = |period: usize| {
        let Some(values) = sheet.column(f.with, Span::Period(period)) else { return false };
        let known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let met = known.iter().filter(|v| target.met(**v)).count();
        !known.is_empty() && met as f64 >= SURELY * known.len() as f64
    };
    let periods = sheet.shape.periods;
    Some((0..periods).rev().take_while(|p| surely(*p)).last())
}

/// What each cause adds to a measure over a span, replication by replication summarised.
pub(super) fn parts_of(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<Vec<Summary>> {
    let Some(Breakdown::Known { causes, sheets, .. }) = &view.case.breakdown else { return None };
    // the measure may have another place in each variant
    let mut columns = std::collections::BTreeMap::new();
    for (set, sheet) in sheets {
        columns.insert(*set, sheet.column(sheet.measure(&f.measure.name)?, span)?);
    }
    let explained = sheets.get(&0)?;
    let replications = explained.numbers.len();
    let mut parts: Vec<Array1<f64>> = vec![Array1::from_elem(replications, f64::NAN); causes.count()];
    for r in 0..replications {
        let value = |set: u32| columns.get(&set).and_then(|column| column.get(r).copied());
        for (part, value) in parts.iter_mut().zip(causes.parts(value)?) {
            if let Some(cell) = part.get_mut(r) {
                *cell = value;
            }
        }
    }
    let mut summariser = Summariser::drawn(c.manifest.level, &explained.draws);
    let summary = |p: &Array1<f64>| {
        let mut s = summariser.summary(p.view());
        if f.share() {
            inside(&mut s, -1.0);
        }
        s
    };
    Some(parts.iter().map(summary).collect())
}

/// A measure under a sheet of the scenario, such as one with its changes at an end of their ranges, against the same
/// replications of the baseline.
pub(super) fn end_of(c: &Comparison<'_>, f: &Finding<'_>, sheet: &Sheet, span: Span) -> Option<Difference> {
    let with = sheet.column(sheet.measure(&f.measure.name)?, span)?;
    let base = c.base.sheet.first(sheet.numbers.len());
    let mut summariser = Summariser::drawn(c.manifest.level, &base.draws);
    Some(bounded(f.measure, difference(base.column(f.base, span)?, with, &mut summariser)))
}

/// The whole difference over the replications from which causes and ends were worked out.
pub(super) fn explained(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<Difference> {
    let n = usize::try_from(c.manifest.explained).unwrap_or(usize::MAX);
    end_of(c, f, &view.case.sheet.first(n), span)
}

/// The day that ends a span.
pub(super) fn last_day(side: &Side, span: Span) -> Option<Date> {
    let edges = side.network.period_edges();
    let at = match span {
        Span::Period(p) => p + 1,
        Span::Year(y) => 12 * y + 12,
        Span::Run => edges.len().checked_sub(1)?,
    };
    side.network.calendar()?.date_of(*edges.get(at)?)?.yesterday().ok()
}
