//! What was found about each scenario, measure by measure.

use super::{Breakdown, Case, Comparison, Side};
use crate::experiment::compare::{Difference, MetShare, Sheet, Span, Verdict, difference, met, verdict};
use crate::experiment::estimate::{Summariser, Summary};
use crate::model::measure::{Better, Measure, Target, Unit};
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
                Some((span, difference(a, b, &mut summariser)))
            })
            .collect();
        out.push(Finding {
            measure,
            base: index,
            with,
            spans,
            better: measure.better.or(theirs.and_then(|m| m.better)),
            target: measure.target.or(theirs.and_then(|m| m.target)),
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

/// How often a scenario is better, where the measure has a better direction.
pub(super) fn verdict_of(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
    span: Span,
) -> Option<Verdict> {
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
    Some(parts.iter().map(|p| summariser.summary(p.view())).collect())
}

/// A measure under a sheet of the scenario, such as one with its changes at an end of their ranges, against the same
/// replications of the baseline.
pub(super) fn end_of(c: &Comparison<'_>, f: &Finding<'_>, sheet: &Sheet, span: Span) -> Option<Difference> {
    let with = sheet.column(sheet.measure(&f.measure.name)?, span)?;
    let base = c.base.sheet.first(sheet.numbers.len());
    let mut summariser = Summariser::drawn(c.manifest.level, &base.draws);
    Some(difference(base.column(f.base, span)?, with, &mut summariser))
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
