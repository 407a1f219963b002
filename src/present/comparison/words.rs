//! Sentences about scenarios, for a reader who is no analyst.

use super::downstream;
use super::findings::{self, Finding, View, last_day, met_of, verdict_of};
use super::{Comparison, Side, paths};
use crate::experiment::compare::{Difference, Span};
use crate::experiment::estimate::Summary;
use crate::model::measure::{Better, Measure, Target, Unit};
use crate::present::escape;
use crate::present::format;
use crate::present::measure as shown;
use crate::present::table::{Cell, Column, Kind, Table};
use serde_json::{Value, json};

/// A value of a measure.
pub(super) fn value(measure: &Measure, v: f64) -> String {
    match measure.unit() {
        Unit::Pounds => format::pounds(v),
        _ => shown::value(measure, v, shown::places(v)),
    }
}

/// When a span is, such as `on 31 March 2030` or `in the year to 31 March 2030`.
pub(super) fn when(side: &Side, measure: &Measure, span: Span) -> String {
    let day = last_day(side, span).map(format::date);
    match (span, day, measure.is_stock()) {
        (Span::Run, _, true) => "on average over the run".into(),
        (Span::Run, _, false) => "over the whole run".into(),
        (Span::Year(_) | Span::Period(_), Some(day), true) => format!("on {day}"),
        (Span::Year(_), Some(day), false) => format!("in the year to {day}"),
        (Span::Period(_), Some(day), false) => format!("in the period to {day}"),
        (Span::Year(y), None, true) => format!("at the end of year {}", y + 1),
        (Span::Year(y), None, false) => format!("in year {}", y + 1),
        (Span::Period(_), None, true) => "at the end".into(),
        (Span::Period(0), None, false) => "over the run".into(),
        (Span::Period(p), None, false) => format!("in period {}", p + 1),
    }
}

/// The size of a change without its direction: a count, or points of a share.
pub(super) fn size(measure: &Measure, v: f64) -> String {
    match measure.unit() {
        Unit::Share => format!("{} percentage points", format::decimal((v * 100.0).abs(), 1)),
        _ => value(measure, v.abs()),
    }
}

/// `33 fewer`, `2.1 percentage points higher`.
pub(super) fn change(measure: &Measure, v: f64) -> String {
    if v == 0.0 {
        return "no difference".into();
    }
    let word = match (measure.unit(), v < 0.0) {
        (Unit::Share, true) => "lower",
        (Unit::Share, false) => "higher",
        (Unit::Count, true) => "fewer",
        (_, true) => "less",
        (_, false) => "more",
    };
    format!("{} {word}", size(measure, v))
}

/// `31 to 35 fewer`, `8 fewer to 2 more`.
pub(super) fn range(measure: &Measure, low: f64, high: f64) -> String {
    if low < 0.0 && high > 0.0 {
        return format!("{} to {}", change(measure, low), change(measure, high));
    }
    // the smaller size first
    let (a, b) = if high <= 0.0 { (high, low) } else { (low, high) };
    let first = match measure.unit() {
        Unit::Share => format::decimal((a * 100.0).abs(), 1),
        _ => value(measure, a.abs()),
    };
    format!("{first} to {}", change(measure, b))
}

/// Whether the interval leaves zero out.
pub(super) fn clear(s: &Summary) -> bool {
    matches!((s.low, s.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0)
}

/// The answer in a sentence or two.
pub(super) fn answer(c: &Comparison<'_>, f: &Finding<'_>) -> String {
    let Some((span, d)) = f.spans.first() else { return String::new() };
    let level = format::level(c.manifest.level);
    let title = &f.measure.title;
    let when = when(c.base, f.measure, *span);
    let (Some(base), Some(with), Some(point)) = (d.base.point, d.with.point, d.change.point) else {
        return format!("{title}: nothing was measured {when}.");
    };
    let (base, with) = (value(f.measure, base), value(f.measure, with));
    let (Some(low), Some(high)) = (d.change.low, d.change.high) else {
        return format!("{title}, {when}: {with} with the change, {base} as now.");
    };
    if point == 0.0 && low == 0.0 && high == 0.0 {
        return format!("{title}, {when}: no difference in any simulated future ({base} either way).");
    }
    let relative = match d.relative.filter(|_| !f.share()) {
        Some(r) => format!(", or {}", format::percent(r.point.abs())),
        None => String::new(),
    };
    if clear(&d.change) {
        format!(
            "{title}, {when}: {with} with the change against {base} if things carry on as now. That is {}{relative} \
             ({level} interval: {}).",
            change(f.measure, point),
            range(f.measure, low, high)
        )
    } else {
        format!(
            "{title}, {when}: {with} with the change against {base} if things carry on as now. The difference ({}) is \
             no more than chance could make ({level} interval: {}).",
            change(f.measure, point),
            range(f.measure, low, high)
        )
    }
}

/// Over how many futures causes and ends were worked out, if not over all.
pub(super) fn explained(c: &Comparison<'_>) -> String {
    let m = c.manifest;
    if m.explained >= m.replications {
        return String::new();
    }
    format!(
        "Worked out over the first {} of {} simulated futures.",
        format::count(m.explained as f64),
        format::count(m.replications as f64)
    )
}

/// What the intervals hold.
pub(super) fn uncertainty(c: &Comparison<'_>) -> String {
    match &c.manifest.ignorance {
        None => "The intervals and chances show chance alone: what luck would do if every number of the model and of the \
                 scenario were right. How unsure we are of those numbers is not in them."
            .into(),
        Some(i) => format!(
            "The intervals and chances hold luck and how unsure we are of the model's numbers: {} draws of {} numbers ({}), \
             the same draw with the change and without it. The size of the scenario's own changes is not drawn.",
            format::count(i.used as f64),
            format::count(i.numbers as f64),
            if i.from == "ranges" { "each from its range in the model file" } else { "from a calibration" },
        ),
    }
}

/// How much of the spread of the difference is ignorance, in a sentence.
pub(super) fn split(c: &Comparison<'_>, f: &Finding<'_>) -> Option<String> {
    c.manifest.ignorance.as_ref()?;
    let (_, d) = f.spans.first()?;
    let split = d.change.split?;
    let whole = (split.chance_sd * split.chance_sd + split.ignorance_sd * split.ignorance_sd).sqrt();
    let Some(share) = known_share(c, &split) else {
        return Some(format!(
            "From future to future the difference varies with a standard deviation of {}. How much of that is luck and how \
             much that the model's numbers are not known, {} draws of them are too few to tell.",
            size(f.measure, whole),
            findings::draws(c).unwrap_or(c.base.sheet.numbers.len())
        ));
    };
    Some(format!(
        "From future to future the difference varies with a standard deviation of {} by luck alone, and of {} because the \
         model's numbers are not known: {} of its variance is ignorance.",
        size(f.measure, split.chance_sd),
        size(f.measure, split.ignorance_sd),
        format::percent(share)
    ))
}

/// Least draws from which the two kinds of spread are told apart.
const LEAST_DRAWS: usize = 20;

/// The share of ignorance, if there are enough draws to tell it from none: the ratio of the mean squares between and
/// within draws lies above its quantile under chance alone.
fn known_share(c: &Comparison<'_>, split: &crate::experiment::ignorance::Split) -> Option<f64> {
    let draws = findings::draws(c).filter(|n| *n >= LEAST_DRAWS)? as f64;
    let n = c.base.sheet.numbers.len() as f64;
    let (chance, ignorance) = (split.chance_sd.powi(2), split.ignorance_sd.powi(2));
    if chance <= 0.0 {
        return Some(split.ignorance_share).filter(|s| *s > 0.0);
    }
    let ratio = 1.0 + n / draws * ignorance / chance;
    let tail = 0.5 * (1.0 + c.manifest.level);
    let bar = crate::stats::interval::f_quantile(draws - 1.0, n - draws, tail);
    (ratio > bar).then_some(split.ignorance_share)
}

/// How often the scenario is better, in a sentence.
pub(super) fn verdict(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Option<String> {
    let (span, _) = f.spans.first()?;
    if f.better.is_some() && !findings::judged(c, view, f) {
        return Some(format!(
            "No verdict of better or worse: the change brings a stage of its own ({}) and children go there from elsewhere, so \
             fewer or more of them here is not fewer or more in need.",
            findings::added_stages(c, view).join(", ")
        ));
    }
    let v = verdict_of(c, view, f, *span)?;
    let hits = (v.better.point * v.better.n as f64).round();
    let word = if f.better == Some(Better::Lower) { "lower" } else { "higher" };
    Some(format!(
        "Future by future, the figure is better ({word}) in {} of {} simulated futures: a chance of {} ({} interval: {}{}).{}",
        format::count(hits),
        v.better.n,
        format::percent(v.better.point),
        format::level(v.better.level),
        shares(v.better.low, v.better.high),
        counted(c),
        if f.better == Some(Better::Lower) && f.of_children() {
            format!(" {CAUTION}")
        } else {
            String::new()
        }
    ))
}

/// What must stand beside a verdict that calls less better.
pub(super) const CAUTION: &str = "Lower stands for less work for statutory services. Fewer contacts, referrals or plans are not by \
     themselves better: a child who needs a plan and has none is no better off.";

/// What the interval of a share of futures counts, where that is not futures.
fn counted(c: &Comparison<'_>) -> String {
    findings::draws(c).map_or(String::new(), |n| {
        format!(
            "; it counts the {n} draws of the model's numbers and not the futures, of which those of one draw are alike"
        )
    })
}

pub(super) fn shares(low: f64, high: f64) -> String {
    format!("{} to {}", format::percent(low), format::percent(high))
}

/// A target in words.
pub(super) fn target(measure: &Measure, target: Target) -> String {
    match (target.at_most, target.at_least) {
        (Some(most), None) => format!("at most {}", value(measure, most)),
        (None, Some(least)) => format!("at least {}", value(measure, least)),
        (Some(most), Some(least)) => format!("from {} to {}", value(measure, least), value(measure, most)),
        (None, None) => String::new(),
    }
}

/// How often the target is met, in a sentence.
pub(super) fn met(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Option<String> {
    let (span, _) = f.spans.first()?;
    let (base, with) = met_of(c, view, f, *span)?;
    let goal = match f.measure.target.filter(|own| Some(*own) != f.target) {
        Some(own) => {
            format!(
                "{}, set by the scenario; the model's is {}",
                target(f.measure, f.target?),
                target(f.measure, own)
            )
        }
        None => target(f.measure, f.target?),
    };
    let reached = match findings::reached(view, f) {
        None => String::new(),
        Some(Some(period)) => format!(
            " Nine in ten futures with the change meet it {} and from then on.",
            when(c.base, f.measure, Span::Period(period))
        ),
        Some(None) => {
            " At the end of the run fewer than nine in ten futures with the change meet it.".to_string()
        }
    };
    Some(format!(
        "The target ({}) is met in {} of simulated futures with the change ({} interval: {}), {} as now ({}).{reached}",
        goal,
        format::percent(with.point),
        format::level(with.level),
        shares(with.low, with.high),
        format::percent(base.point),
        shares(base.low, base.high)
    ))
}

/// How far the answer depends on the size of the change.
pub(super) fn ends(c: &Comparison<'_>, view: &View<'_>, f: &Finding<'_>) -> Option<String> {
    let (span, _) = f.spans.first()?;
    let ends = view.case.ends.as_ref()?;
    let of = |sheet| findings::end_of(c, f, sheet, *span);
    let (weak, strong) = (of(&ends.weak)?, of(&ends.strong)?);
    let words = |d: &Difference| {
        let (point, low, high) = (d.change.point?, d.change.low?, d.change.high?);
        let none = point == 0.0 && low == 0.0 && high == 0.0;
        let text = format!(
            "{} ({} interval: {})",
            change(f.measure, point),
            format::level(c.manifest.level),
            range(f.measure, low, high)
        );
        Some(if none { "no difference".to_string() } else { text })
    };
    let told = format!(
        "The size of the effect is not known. At the weak end of every range it is {}; at the strong end {}. {}",
        words(&weak)?,
        words(&strong)?,
        explained(c)
    );
    Some(told.trim_end().to_string())
}

/// Grades of the changes that no measurement here stands behind.
pub(super) fn ground(view: &View<'_>) -> Option<String> {
    let changes = view.case.head.changes.iter();
    let grades: Vec<&str> = changes.flat_map(|ch| paths::ground(&view.case.model, ch).grades).collect();
    let borrowed = grades.contains(&"borrowed");
    let assumed = grades.contains(&"assumed");
    match (borrowed, assumed) {
        (true, true) => Some(
            "Part of this rests on a change seen elsewhere, which is not known to transfer, and part on assumption.".into(),
        ),
        (true, false) => Some("This rests on a change seen elsewhere, which is not known to transfer.".into()),
        (false, true) => Some(
            "This rests on an assumption: it shows what would follow if it held, not that it holds.".into(),
        ),
        (false, false) => None,
    }
}

/// What was seen elsewhere, as the scenario tells it.
pub(super) fn observed(view: &View<'_>) -> Option<String> {
    let text = &view.case.head.observed;
    (!text.is_empty()).then(|| format!("Seen elsewhere: {text}"))
}

/// Variance reduction as text.
pub(super) fn reduction(d: &Difference) -> String {
    match (d.reduction, d.change.se) {
        (Some(r), _) => format::decimal(r, if r < 100.0 { 1 } else { 0 }),
        (None, Some(se)) if se <= 0.0 => "no variation".into(),
        _ => ":".into(),
    }
}

/// One scenario as JSON.
pub(super) fn json(c: &Comparison<'_>, view: &View<'_>) -> Value {
    let main = view.main();
    let plain = |s: Option<String>| s.map(|s| escape::plain(&s));
    json!({
        "title": escape::plain(&view.case.head.title),
        "question": escape::plain(&view.case.head.question),
        "observed": escape::plain(&view.case.head.observed),
        "slug": view.slug,
        "main": main.map(|f| f.measure.name.clone()),
        "answer": plain(main.map(|f| answer(c, f))),
        "better": plain(main.and_then(|f| verdict(c, view, f))),
        "takes": plain(paths::how_many(c, view)),
        "target": plain(main.and_then(|f| met(c, view, f))),
        "ignorance": plain(main.and_then(|f| split(c, f))),
        "range": plain(main.and_then(|f| ends(c, view, f))),
        "effects": plain(main.and_then(|f| downstream::rests_on(c, view, f))),
        "downstream": plain(downstream::sentence(c, view)),
        "ground": plain(ground(view)),
        "difference": main.and_then(Finding::last),
    })
}

/// What is printed after a comparison.
pub(super) fn text(c: &Comparison<'_>, views: &[View<'_>]) -> String {
    let m = c.manifest;
    let mut out = vec![
        escape::terminal(&m.title),
        format!(
            "{} replications of {} variants with common random numbers, seed {}; {} computed, {} kept from before, in {} seconds",
            format::count(m.replications as f64),
            m.variants,
            m.seed,
            format::count(m.computed as f64),
            format::count(m.reused as f64),
            format::decimal(m.seconds, 1)
        ),
        String::new(),
    ];
    out.push(overview(c, views).text());
    for view in views {
        out.push(escape::terminal(&view.case.head.title));
        let Some(f) = view.main() else { continue };
        out.push(format!("  {}", escape::terminal(&answer(c, f))));
        for more in [
            paths::how_many(c, view),
            split(c, f),
            ends(c, view, f),
            downstream::rests_on(c, view, f),
            verdict(c, view, f),
            met(c, view, f),
            ground(view),
        ]
        .into_iter()
        .chain([downstream::sentence(c, view), observed(view)])
        .flatten()
        {
            out.push(format!("  {}", escape::terminal(&more)));
        }
    }
    out.push(String::new());
    out.push(uncertainty(c));
    out.join("\n")
}

/// The median variance reduction of the main differences, and of how many, from three on.
fn median_reduction(views: &[View<'_>]) -> Option<(f64, usize)> {
    let mut all: Vec<f64> = views.iter().filter_map(|v| v.main()?.last()?.reduction).collect();
    all.sort_by(f64::total_cmp);
    let middle = (*all.get((all.len().max(1) - 1) / 2)? + *all.get(all.len() / 2)?) / 2.0;
    (all.len() >= 3).then_some((middle, all.len()))
}

/// Every scenario's main measure, one to a row.
pub(super) fn overview(c: &Comparison<'_>, views: &[View<'_>]) -> Table {
    let t = |key: &str, heading: &str| Column::new(key, heading, Kind::Text);
    let level = format::level(c.manifest.level);
    let columns = vec![
        t("scenario", "Scenario"),
        t("measure", "Main measure"),
        t("when", "When"),
        t("base", "As now"),
        t("with", "With the change"),
        t("change", "Difference"),
        t("interval", &format!("{level} interval")),
        t("better", "Chance of being better"),
        t("reduction", "Variance reduction"),
    ];
    let mut table = Table::new("overview", "Each scenario on its main measure", columns);
    for view in views {
        let Some(f) = view.main() else { continue };
        let Some((span, d)) = f.spans.first() else { continue };
        let number = |v: Option<f64>| v.map_or(":".to_string(), |v| value(f.measure, v));
        let verdict = verdict_of(c, view, f, *span);
        table.row(vec![
            Cell::text(&view.case.head.title),
            Cell::text(&f.measure.title),
            Cell::text(&when(c.base, f.measure, *span)),
            Cell::text(&number(d.base.point)),
            Cell::text(&number(d.with.point)),
            Cell::text(&d.change.point.map_or(":".into(), |p| change(f.measure, p))),
            Cell::text(&d.change.low.zip(d.change.high).map_or(":".into(), |(a, b)| range(f.measure, a, b))),
            Cell::text(&verdict.map_or_else(
                || match f.better {
                    Some(_) if !findings::judged(c, view, f) => {
                        "not judged: children go to a new stage".into()
                    }
                    _ => "no direction given".into(),
                },
                |v| format!("{} ({})", format::percent(v.better.point), shares(v.better.low, v.better.high)),
            )),
            Cell::text(&reduction(d)),
        ]);
    }
    if let Some((median, n)) = median_reduction(views) {
        table.note(&format!(
            "The median variance reduction of {n} main differences is {}.",
            format::decimal(median, 1)
        ));
    }
    table.note(CAUTION);
    table.note(
        "Variance reduction: how many times more replications independent seeds would need for an interval as narrow, \
         (Var A + Var B) / Var (B - A).",
    );
    table
}
