//! Pictures of many differences: of a scenario's measures, its causes and ends, and of all scenarios.

use super::super::findings::{Finding, View, cause_titles, end_of, explained, last_day, parts_of};
use super::super::words::{change, clear, when};
use super::super::{Breakdown, Comparison, ReportError};
use super::dots::{Dots, holm, row};
use super::own_words;
use super::pair::{largest, scale};
use crate::experiment::estimate::Summary;
use crate::present::chart::DotRow;
use crate::present::format;
use crate::present::html::Figure;

/// Most measures on which all scenarios are shown side by side.
const MOST_OVERVIEW: usize = 24;

/// Every charted measure of a scenario: counts as a share of as now, shares in points.
pub(super) fn differences(
    c: &Comparison<'_>,
    view: &View<'_>,
    charted: &[&Finding<'_>],
    share: bool,
) -> Result<Option<Figure>, ReportError> {
    let chosen: Vec<&&Finding<'_>> = charted.iter().filter(|f| f.share() == share).collect();
    let rows: Vec<DotRow> = chosen
        .iter()
        .filter_map(|f| {
            let d = f.last()?;
            if share {
                return row(&f.measure.title, &d.change, 100.0);
            }
            let r = d.relative?;
            let (estimate, low, high) = (r.point * 100.0, r.low * 100.0, r.high * 100.0);
            Some(DotRow { label: f.measure.title.clone(), estimate, low, high })
        })
        .collect();
    let alone = chosen.iter().filter(|f| f.last().is_some_and(|d| clear(&d.change))).count();
    let beyond = holm(c, &chosen);
    let day = last_day(c.base, c.base.sheet.shape.last())
        .map(|d| format!(", {}", format::date(d)))
        .unwrap_or_default();
    let (kind, label) = if share {
        ("Shares", "Change in percentage points, against carrying on as now")
    } else {
        ("Counts", "Change in per cent of carrying on as now")
    };
    Dots {
        id: format!("{}-{}", view.slug, if share { "points" } else { "changes" }),
        subtitle: format!("{kind}: change in the last year or at its end{day}"),
        label: label.into(),
        unit: if share { "points" } else { "%" },
        places: 1,
        level: c.manifest.level,
        headline: format!("{kind}: {beyond} of {} tried change beyond chance", rows.len()),
        head: own_words(c, &view.case.head.title, &[&format!("{kind}: change in the last year or at its end{day}")]),
        notes: vec![format!(
            "{} were tried at once, and some would seem to change by chance. The headline allows for that (Holm 1979, at {}); \
             one by one, the intervals of {alone} leave zero out.",
            rows.len(),
            format::level(c.manifest.level)
        )],
        rows,
    }
    .figure()
}

/// What each cause adds to the main measure.
pub(super) fn causes(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
) -> Result<Option<Figure>, ReportError> {
    let Some(Breakdown::Known { causes, titles, .. }) = &view.case.breakdown else { return Ok(None) };
    let Some((span, _)) = f.spans.first() else { return Ok(None) };
    let Some(d) = explained(c, view, f, *span) else { return Ok(None) };
    let Some(parts) = parts_of(c, view, f, *span) else { return Ok(None) };
    let titles = cause_titles(c, view, titles);
    let scale = scale(f.measure, largest(parts.iter().chain([&d.change])));
    let rows: Vec<DotRow> = titles
        .iter()
        .zip(&parts)
        .map(|(title, part)| row(title, part, scale.by))
        .chain([row("All together", &d.change, scale.by)])
        .flatten()
        .collect();
    let most = titles.iter().zip(&parts).max_by(|a, b| {
        let size = |s: &Summary| s.point.unwrap_or(0.0).abs();
        size(a.1).total_cmp(&size(b.1))
    });
    let most = most.map_or("", |(title, _)| title.as_str());
    let subtitle =
        format!("{}, {}: the difference by cause", f.measure.title, when(c.base, f.measure, *span));
    Dots {
        id: format!("{}-causes", view.slug),
        label: format!("Part of the change{}", scale.label),
        unit: scale.unit,
        places: 1,
        level: c.manifest.level,
        rows,
        headline: format!("Most comes from: {most}"),
        head: own_words(c, &view.case.head.title, &[&subtitle]),
        subtitle,
        notes: vec![
            format!("{} {}", super::super::tables::orders(causes), super::super::words::explained(c))
                .trim()
                .to_string(),
        ],
    }
    .figure()
}

/// The main measure with the effect at the ends of its range.
pub(super) fn ends(
    c: &Comparison<'_>,
    view: &View<'_>,
    f: &Finding<'_>,
) -> Result<Option<Figure>, ReportError> {
    let Some(ends) = &view.case.ends else { return Ok(None) };
    let Some((span, d)) = f.spans.first() else { return Ok(None) };
    let of = |sheet| end_of(c, f, sheet, *span).map(|d| d.change);
    let found = [
        ("Weak end of the range", of(&ends.weak)),
        ("As written", Some(d.change)),
        ("Strong end of the range", of(&ends.strong)),
    ];
    let scale = scale(f.measure, largest(found.iter().filter_map(|r| r.1.as_ref())));
    let rows: Vec<DotRow> = found.iter().filter_map(|(label, s)| row(label, s.as_ref()?, scale.by)).collect();
    let reach = |i: usize| {
        rows.get(i).map_or(String::new(), |r| match r.estimate {
            0.0 => "no difference".into(),
            estimate => change(f.measure, estimate / scale.by),
        })
    };
    let subtitle =
        format!("{}, {}: change by the size of the effect", f.measure.title, when(c.base, f.measure, *span));
    Dots {
        id: format!("{}-effect", view.slug),
        label: format!("Change{}, against carrying on as now", scale.label),
        unit: scale.unit,
        places: 1,
        level: c.manifest.level,
        headline: format!("From {} to {}", reach(0), reach(2)),
        head: own_words(c, &view.case.head.title, &[&subtitle]),
        subtitle,
        rows,
        notes: vec!["All changes that have a range stand at the same end of it together.".into()],
    }
    .figure()
}

/// All scenarios side by side on each measure that is the main one of any of them.
pub(super) fn overview(c: &Comparison<'_>, views: &[View<'_>]) -> Result<Vec<Figure>, ReportError> {
    let mut mains: Vec<&str> = Vec::new();
    for f in views.iter().filter_map(View::main) {
        if !mains.contains(&f.measure.name.as_str()) {
            mains.push(&f.measure.name);
        }
    }
    let mut out = Vec::new();
    if views.len() < 2 {
        return Ok(out);
    }
    let left = mains.len().saturating_sub(MOST_OVERVIEW);
    for measure in mains.into_iter().take(MOST_OVERVIEW) {
        let found: Vec<(&View<'_>, &Finding<'_>)> = views
            .iter()
            .filter_map(|v| Some((v, v.findings.iter().find(|f| f.measure.name == measure)?)))
            .collect();
        let Some((_, first)) = found.first() else { continue };
        let Some((span, _)) = first.spans.first() else { continue };
        let sizes = found.iter().filter_map(|(_, f)| f.last().map(|d| &d.change));
        let scale = scale(first.measure, largest(sizes));
        let rows: Vec<DotRow> =
            found.iter().filter_map(|(v, f)| row(&v.case.head.title, &f.last()?.change, scale.by)).collect();
        let place = when(c.base, first.measure, *span);
        let subtitle = format!("{}, {place}: difference from carrying on as now", first.measure.title);
        let dots = Dots {
            id: format!("all-{}", crate::present::escape::slug(measure)),
            label: format!("{}: change{}", first.measure.title, scale.label),
            unit: scale.unit,
            places: 1,
            level: c.manifest.level,
            headline: format!("{}, scenario by scenario", first.measure.title),
            head: own_words(c, "Scenarios compared with carrying on as now", &[&subtitle]),
            subtitle,
            rows,
            notes: Vec::new(),
        };
        out.extend(dots.figure()?);
    }
    if let Some(last) = out.last_mut().filter(|_| left > 0) {
        last.notes.push(format!(
            "{left} more main measures are not drawn side by side: they are in differences.csv."
        ));
    }
    Ok(out)
}
