//! The pictures of a comparison.

mod dots;
mod fresh;
mod pair;
mod rows;

use super::findings::{Finding, View};
use super::words::clear;
use super::{Comparison, ReportError};
use crate::experiment::compare::Span;
use crate::model::measure::{ServiceCount, What};
use crate::model::staff::{Figure as Kept, Regime};
use crate::present::chart::{ChartError, Drawing, day_number};
use crate::present::format;
use crate::present::html::Figure;
use fresh::fresh;
use jiff::civil::Date;
use pair::pair;
use rows::{causes, differences, ends};

/// Most paired pictures of one scenario: its main measure and those that change most clearly.
const MOST_PAIRED: usize = 4;
/// Most waiting lists and caseloads of one scenario that are drawn because it changes them.
const MOST_OWN: usize = 8;

fn drawn(id: &str, result: Result<Drawing, ChartError>) -> Result<Drawing, ReportError> {
    result.map_err(|e| ReportError::Chart(id.to_string(), e))
}

/// The pictures of one scenario.
pub(super) fn of(c: &Comparison<'_>, view: &View<'_>) -> Result<Vec<Figure>, ReportError> {
    let mut out = Vec::new();
    let charted = view.charted();
    let main = charted.first().copied();
    let mut paired: Vec<&Finding<'_>> = charted.iter().skip(1).copied().filter(|f| !own(view, f)).collect();
    let others = paired.len();
    paired.retain(|f| f.matters() && f.last().is_some_and(|d| clear(&d.change)));
    let telling = paired.len();
    // those that change most clearly, in the order of the model
    let mut clearest: Vec<f64> = paired.iter().map(|f| f.clarity()).collect();
    clearest.sort_by(|a, b| b.total_cmp(a));
    let bar = clearest.get(MOST_PAIRED - 2).copied().unwrap_or(0.0);
    paired.retain(|f| f.clarity() >= bar);
    paired.truncate(MOST_PAIRED - 1);
    let of_changed: Vec<&Finding<'_>> =
        view.findings.iter().filter(|f| own(view, f) && main.is_none_or(|m| m.base != f.base)).collect();
    let drawn = of_changed.iter().take(MOST_OWN).chain(&paired);
    for f in main.iter().chain(drawn) {
        out.extend(pair(c, view, f)?);
    }
    let left = [
        (
            others - telling,
            "charted measures change by less than 1% (or 1 percentage point) or no more than chance could make",
        ),
        (telling - paired.len(), "charted measures change, but less clearly than those drawn"),
        (of_changed.len().saturating_sub(MOST_OWN), "waiting lists and caseloads of what is changed"),
    ];
    let left: Vec<String> = left.iter().filter(|l| l.0 > 0).map(|(n, why)| format!("{n} {why}")).collect();
    if let Some(last) = out.last_mut().filter(|_| !left.is_empty()) {
        last.notes
            .push(format!("Not drawn month by month: {}. All are in differences.csv.", left.join("; ")));
    }
    out.extend(fresh(c, view)?);
    for share in [false, true] {
        out.extend(differences(c, view, &charted, share)?);
    }
    if let Some(f) = view.main() {
        out.extend(causes(c, view, f)?);
        out.extend(ends(c, view, f)?);
    }
    Ok(out)
}

/// What a picture says of itself, so that it can be passed on alone.
fn own_words(c: &Comparison<'_>, scenario: &str, more: &[&str]) -> Vec<String> {
    let model = c.base.network.model();
    let whose = match model.place.as_str() {
        "" => c.manifest.title.clone(),
        place if c.manifest.title.contains(place) => c.manifest.title.clone(),
        place => format!("{}, {place}", c.manifest.title),
    };
    let mut out = vec![scenario.to_string(), whose];
    out.extend(more.iter().map(|line| line.to_string()));
    out
}

/// When the change begins, if later than the run: what is changed from a day on, and nothing before.
fn begins(c: &Comparison<'_>, view: &View<'_>) -> Option<Date> {
    let calendar = c.base.network.calendar()?;
    let day = |text: &str| {
        text.parse::<Date>().ok().or_else(|| {
            let days = crate::base::quantity::duration(text).ok()?.days;
            calendar.date_of(crate::base::time::SimTime(crate::base::time::Span::from_days(days).0))
        })
    };
    let mut first: Option<Date> = None;
    for change in view.case.head.changes.iter().filter(|ch| !super::paths::follows(ch)) {
        let from = day(change.from.as_deref()?)?;
        first = Some(first.map_or(from, |f| f.min(from)));
    }
    first.filter(|day| *day > calendar.start())
}

fn boundary(c: &Comparison<'_>, view: &View<'_>, spans: &[(Span, Date)]) -> Option<(f64, String)> {
    let day = begins(c, view).filter(|day| spans.last().is_some_and(|s| *day <= s.1))?;
    Some((day_number(day), format!("Change begins {}", format::month(day))))
}

/// Whether a measure is the waiting list of a service, or the caseload or line of a role, that the
/// scenario changes.
fn own(view: &View<'_>, f: &Finding<'_>) -> bool {
    let changes = |section: &str, name: &str| {
        view.case.head.changes.iter().any(|c| {
            let mut parts = c.path.split('.');
            parts.next() == Some(section) && (name.is_empty() || parts.next() == Some(name))
        })
    };
    let model = &view.case.model;
    match f.measure.what {
        What::Service(s, ServiceCount::Waiting) => {
            model.services.get(s).is_some_and(|s| changes("services", &s.name))
        }
        What::Staff { figure: Kept::Caseload | Kept::Unallocated, role, team: None } => {
            let held = f.last().is_some_and(|d| clear(&d.change));
            let role = model.staff.as_ref().and_then(|s| s.roles.get(role));
            role.is_some_and(|r| changes("roles", &r.name)) || (held && changes("teams", ""))
        }
        _ => false,
    }
}

/// The line to keep to: the measure's target, or what a worker of the role may hold.
fn target(view: &View<'_>, f: &Finding<'_>) -> Option<(String, f64)> {
    if let Some(target) = f.target.and_then(|t| t.at_most.or(t.at_least)) {
        return Some(("Target".into(), target));
    }
    let What::Staff { figure: Kept::Caseload, role, .. } = f.measure.what else { return None };
    let role = view.case.model.staff.as_ref()?.roles.get(role)?;
    let word = if role.regime == Regime::Cap { "Cap" } else { "Target" };
    Some((word.into(), role.terms.caseload))
}

/// All scenarios side by side on each measure that is the main one of any of them.
pub(super) fn overview(c: &Comparison<'_>, views: &[View<'_>]) -> Result<Vec<Figure>, ReportError> {
    rows::overview(c, views)
}
