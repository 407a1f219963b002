//! The page of a calibration.

use super::Calibration;
use super::labels::Labels;
use super::tables::{INFORMED, numbers_read, quality, shown};
use crate::calibrate::totals::{Met, Way};
use crate::present::format;
use crate::present::html::{Block, Download, Figure, Page, Provenance, Section};
use crate::present::report::{assumptions, assumptions_in_words};

/// Figures further than this from the fit are named.
const FAR: f64 = 2.0;
/// Most ridges, figures or reasons that are named.
const RIDGES: usize = 6;
const REASONS: usize = 4;
/// Longest reason.
const LONGEST: usize = 160;

/// `1 figure`, `3 figures`.
fn many(n: usize, one: &str) -> String {
    format!("{} {one}{}", format::count(n as f64), if n == 1 { "" } else { "s" })
}

/// What must be said before anything else.
pub(super) fn warnings(c: &Calibration<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(m) = c.fit.misfit.filter(|m| m.too_far()) {
        let far = far(c);
        let named =
            if far.is_empty() { String::new() } else { format!(" Furthest off: {}.", far.join("; ")) };
        let done = if m.used > m.asked {
            format!(
                "So the model is taken to be off by {} of each figure (one standard deviation) rather than {}: ranges after the fit \
                 are wider for it, and the fit is a compromise.",
                format::percent(m.used),
                format::percent(m.asked)
            )
        } else {
            "The ranges after the fit do not allow for this and are too narrow; leave --no-inflate out to widen them.".into()
        };
        out.push(format!(
            "The model cannot meet these figures together. At its likeliest numbers they are further off than chance, their errors \
             and a discrepancy of {} explain (chi-squared {} for {} degrees of freedom). {done} The model, a range or a figure is \
             wrong: find which before using the result.{named}",
            format::percent(m.asked),
            format::decimal(m.chi2, 1),
            format::decimal(m.freedom, 1)
        ));
    }
    match c.fit.way {
        Way::Exact { effective, tempered, .. } if !c.fit.trusted() => {
            let wider = if tempered < 1.0 {
                " Their weights were made more even until 50 carry them: what is drawn is nearer to a \
                 surface learnt from the figures than to the posterior itself."
            } else {
                ""
            };
            out.push(format!(
                "The draws are worth only {} independent ones: what the figures say about single numbers is not known from them, and \
                 no number is called informed.{wider}",
                format::decimal(effective, 1)
            ));
        }
        Way::Simulated { .. } if !c.fit.trusted() => out.push(format!(
            "The chains of the fit do not agree (ratio of spreads {}; 1 when they do): no number is called informed. Ask for more \
             points (--points, --wave-points).",
            format::decimal(c.fit.disagreement, 2)
        )),
        _ => {}
    }
    out
}

pub(super) fn lede(c: &Calibration<'_>) -> String {
    let all = c.fit.informed.len();
    let fitted = c.fit.informed.iter().filter(|i| i.fitted).count();
    let informed = c.fit.informed.iter().filter(|i| i.contraction >= INFORMED).count();
    let (tried, how) = match &c.fit.way {
        Way::Exact { tried, .. } => (*tried, "of numbers by exact moments, without simulation"),
        Way::Simulated { .. } => (c.fit.waves.iter().map(|w| w.points).sum(), "of numbers, simulated"),
    };
    let others = match all - fitted {
        0 => String::new(),
        1 => "; the other one stays as it was known".into(),
        n => format!("; the other {} stay as they were known", format::count(n as f64)),
    };
    let which = if fitted == all && all > 1 { format!("all {fitted}") } else { fitted.to_string() };
    let learnt = if c.fit.trusted() {
        format!("the figures say something about {informed}")
    } else {
        "what the figures say about them is not known".into()
    };
    let verb = if fitted == 1 { "was" } else { "were" };
    format!(
        "{} fitted with {} {how}. Of {} not known for certain, {which} {verb} fitted{others}; {learnt}.",
        many(c.fit.targets.len(), "figure"),
        many(tried, "set"),
        many(all, "number"),
    )
}

/// What was taken as known before.
fn before(c: &Calibration<'_>) -> String {
    let p = &c.manifest.prior;
    if p.from == "draws" {
        let apart = c.manifest.unknowns.saturating_sub(p.drawn);
        let rest = match apart {
            0 => String::new(),
            n => format!(
                "; the ranges of the model file for {}, each apart from the others",
                many(n, "number")
            ),
        };
        return format!(
            "Known before: the {} in {} for {} that vary in them, as they hang together there (by a normal copula on {}){rest}. What \
             the figures say about a number is said against this.",
            many(p.draws, "draw"),
            p.file,
            many(p.drawn, "number"),
            many(p.coordinates, "coordinate"),
        );
    }
    let why = p.why.as_ref().map(|w| format!(" ({w})")).unwrap_or_default();
    format!("Known before: the ranges of the model file, each number apart from the others{why}.")
}

/// Why there are no exact moments, shortly: reasons that differ only in the part of the model are said once.
fn reasons(c: &Calibration<'_>, why: &[String]) -> String {
    let m = c.model;
    let titles = m.stages.iter().map(|s| s.title.as_str());
    let titles = titles.chain(m.exits.iter().map(|e| e.title.as_str()));
    let titles = titles.chain(m.services.iter().map(|s| s.title.as_str()));
    let mut titles: Vec<&str> = titles.chain(m.streams.iter().map(|s| s.title.as_str())).collect();
    titles.sort_by_key(|t| std::cmp::Reverse(t.len()));
    let mut groups: Vec<(String, String, usize)> = Vec::new();
    for reason in why {
        // the longest title that stands between spaces
        let padded = format!(" {reason} ");
        let named = titles.iter().find(|t| padded.contains(&format!(" {t} ")));
        let kind = named.map_or_else(|| padded.clone(), |t| padded.replace(&format!(" {t} "), " … "));
        match groups.iter_mut().find(|g| g.0 == kind) {
            Some(g) => g.2 += 1,
            None => groups.push((kind, reason.clone(), 1)),
        }
    }
    groups.sort_by_key(|g| std::cmp::Reverse(g.2));
    let cut = |t: &str| -> String {
        if t.chars().count() > LONGEST {
            t.chars().take(LONGEST - 1).chain(['…']).collect()
        } else {
            t.into()
        }
    };
    let one = |(_, reason, n): &(String, String, usize)| match n {
        1 => cut(reason),
        n => format!("{} (and {} more of this kind)", cut(reason), n - 1),
    };
    let named: Vec<String> = groups.iter().take(REASONS).map(one).collect();
    let more = groups.len().saturating_sub(REASONS);
    let more = if more > 0 { format!("; and {}", many(more, "other reason")) } else { String::new() };
    format!("{}{more}", named.join("; "))
}

/// Which way the fit went, and whether its draws can be trusted.
fn way(c: &Calibration<'_>) -> Vec<String> {
    let mut out = Vec::new();
    match &c.fit.way {
        Way::Exact { effective, step, .. } => {
            out.push(format!(
                "By exact moments: nothing that the figures count is short of places, and every part of the pathway they depend \
                 on has means and covariances without simulation (on a grid of {} days). Chance is taken as normal.",
                format::decimal(*step, 3)
            ));
            if c.fit.trusted() {
                out.push(format!(
                    "The draws are worth {} independent ones{}",
                    format::count(*effective),
                    if *effective < c.fit.z.len() as f64 {
                        ", fewer than there are: some stand more than once, and the ends of ranges are not to be trusted."
                    } else {
                        "."
                    }
                ));
            }
        }
        Way::Simulated { why } if why.is_empty() => out.push("By simulation, as was asked.".into()),
        Way::Simulated { why } => {
            out.push(format!("By simulation, because there are no exact moments: {}.", reasons(c, why)));
        }
    }
    if let Some(last) = c.fit.waves.last() {
        let share =
            if last.plausible > 0.0 { format::percent(last.plausible) } else { "Less than 0.1%".into() };
        out.push(format!(
            "{share} of the sets of numbers that were thought possible before still are, judged by the figures one by one."
        ));
    }
    out
}

/// Numbers that the figures tell only together.
fn ridges(c: &Calibration<'_>, labels: &Labels) -> Option<String> {
    let named: Vec<String> = c
        .fit
        .ridges
        .iter()
        .take(RIDGES)
        .map(|r| {
            let how = if r.correlation < 0.0 {
                "when one is higher the other is lower"
            } else {
                "both rise together"
            };
            let (one, other) = (labels.of(&r.one), labels.of(&r.other));
            format!("{one} and {other} ({how}, correlation {})", format::decimal(r.correlation, 2))
        })
        .collect();
    let more = c.fit.ridges.len().saturating_sub(RIDGES);
    let more = if more > 0 { format!(", and {} more", many(more, "pair")) } else { String::new() };
    (!named.is_empty()).then(|| {
        format!(
            "The figures tell these better together than each alone: {}{more}. Use the draws, not the ranges one by one.",
            named.join("; ")
        )
    })
}

/// Figures that the fit does not come near, the furthest first.
fn far(c: &Calibration<'_>) -> Vec<String> {
    let mut far: Vec<&Met> = c.fit.targets.iter().filter(|t| t.z.abs() > FAR).collect();
    far.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()));
    let one = |t: &&Met| {
        let (title, scale) = shown(c.model, &t.measure);
        let value = |v: f64| format::decimal(v * scale, 1);
        format!("{title}, {}: published {}, fitted {}", t.period, value(t.value), value(t.posterior[1]))
    };
    far.iter().take(RIDGES).map(one).collect()
}

fn inside(targets: &[Met]) -> usize {
    targets.iter().filter(|t| t.posterior[0] <= t.value && t.value <= t.posterior[2]).count()
}

/// What was found.
pub(super) fn findings(c: &Calibration<'_>, labels: &Labels) -> Vec<String> {
    let mut out = Vec::new();
    let far = far(c);
    if !far.is_empty() && !c.fit.misfit.is_some_and(|m| m.too_far()) {
        out.push(format!(
            "The fit found no numbers that bring these within {FAR} standard deviations: {}. It may be chance; else the model, a \
             range or the figure is wrong.",
            far.join("; ")
        ));
    }
    let more = if c.fit.misfit.is_some_and(|m| m.too_far()) {
        "The others it does not meet.".to_string()
    } else {
        "They were used for the fit, so this says that the model can meet them, no more.".into()
    };
    let lie = match inside(&c.fit.targets) {
        1 => "1 lies".to_string(),
        n => format!("{n} lie"),
    };
    out.push(format!(
        "Of {} fitted, {lie} inside 95% of futures. {more}",
        many(c.fit.targets.len(), "figure")
    ));
    out.push(before(c));
    out.extend(way(c));
    out.extend(ridges(c, labels));
    let failed: usize = c.fit.waves.iter().map(|w| w.failed).sum();
    if failed > 0 {
        out.push(format!(
            "{} of numbers gave no model that runs, and {} left out.",
            many(failed, "set"),
            if failed == 1 { "was" } else { "were" }
        ));
    }
    if let Some(held) = c.held_out {
        let mut off: Vec<f64> = held
            .iter()
            .filter(|t| t.value != 0.0)
            .map(|t| ((t.posterior[1] - t.value) / t.value).abs())
            .collect();
        off.sort_by(f64::total_cmp);
        let middle = off.get(off.len() / 2).copied().unwrap_or(f64::NAN);
        out.push(format!(
            "Held out: fitted without the last period, half of the model's medians for its {} are within {} of what was published, \
             and {} inside 95% of futures.",
            many(held.len(), "figure"),
            format::percent(middle),
            match inside(held) {
                1 => "1 lies".to_string(),
                n => format!("{n} lie"),
            }
        ));
    }
    match c.written {
        Some(w) if w.left.is_empty() => out.push(
            "The fitted numbers stand in model.toml with their ranges and what they were, so that a run without the draws uses them \
             too."
                .into(),
        ),
        Some(w) => out.push(format!(
            "Of the fitted numbers {} stand in model.toml with their ranges; {} no place in it ({}) and only in the draws.",
            w.paths.len(),
            if w.left.len() == 1 { "1 has".to_string() } else { format!("{} have", w.left.len()) },
            w.left.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
        )),
        None => out.push(
            "The fitted numbers could not be written into model.toml, which is as it was: use the draws beside it.".into(),
        ),
    }
    out
}

pub(super) fn page(c: &Calibration<'_>, labels: &Labels, figures: Vec<Figure>) -> Page {
    let m = c.manifest;
    let mut first: Vec<Block> = warnings(c).into_iter().map(Block::Warning).collect();
    first.push(Block::List(findings(c, labels)));
    let mut sections = vec![Section { title: "What was found".into(), blocks: first }];
    let (numbers, fitted): (Vec<Figure>, Vec<Figure>) =
        figures.into_iter().partition(|f| ["shift", "moved"].contains(&f.drawing.id.as_str()));
    let blocks = fitted.into_iter().map(|f| Block::Figure(Box::new(f))).collect();
    sections.push(Section { title: "Fitted against published".into(), blocks });
    let mut blocks = vec![Block::Text(
        "The variance taken away says how much the figures inform a number. What they do not inform stays as it was known: the \
         draws carry it on, and nothing more is claimed."
            .into(),
    )];
    blocks.extend(numbers.into_iter().map(|f| Block::Figure(Box::new(f))));
    blocks.push(Block::Heading("What moved, and why".into()));
    blocks.push(Block::Table(Box::new(numbers_read(c, labels, true, false))));
    if c.fit.informed.iter().any(|i| !i.fitted) {
        blocks.push(Block::Details(
            "Show every number not known for certain".into(),
            Box::new(numbers_read(c, labels, false, false)),
        ));
    }
    sections.push(Section { title: "Numbers before and after".into(), blocks });
    sections.push(Section {
        title: "The figures and what is allowed for".into(),
        blocks: vec![Block::Table(Box::new(quality(c)))],
    });
    sections.push(Section {
        title: "What each number rests on".into(),
        blocks: vec![
            Block::Text(assumptions_in_words(c.fitted_model)),
            Block::Text(
                "As the fitted model file has it; the note of a fitted number says what it was.".into(),
            ),
            Block::Details("Show every number and its source".into(), Box::new(assumptions(c.fitted_model))),
        ],
    });
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    sections.push(Section {
        title: "Files".into(),
        blocks: vec![Block::Downloads(vec![
            link("The model (TOML)", "model.toml"),
            link("Draws of its numbers, used by every run of it (CSV)", "model.draws.csv"),
            link("Fitted against published (CSV)", "fitted.csv"),
            link("Numbers before and after (CSV)", "numbers.csv"),
            link("What is allowed for in each figure (CSV)", "quality.csv"),
            link("All of it (JSON)", "calibration.json"),
        ])],
    });
    Page {
        title: format!("{}: calibration", m.title),
        owner: "caseflow".into(),
        lede: {
            let warning = |w: &String| w.split_inclusive(". ").next().unwrap_or(w).trim_end().to_string();
            let first: Vec<String> = warnings(c).iter().map(warning).collect();
            first.into_iter().chain([lede(c)]).collect::<Vec<_>>().join(" ")
        },
        caveats: vec![
            "That figures are met shows that the model can meet them, not that it predicts.".into(),
            "Numbers trade off against each other: a stock is arrivals times stay. Each range after the fit is that number's \
             alone; together they are in the draws."
                .into(),
        ],
        sections,
        footnotes: Vec::new(),
        provenance: Provenance {
            model: m.model.clone(),
            hash: m.model_sha256.clone(),
            seed: m.plan.seed.to_string(),
            version: m.version.clone(),
            command: m.command.clone(),
            more: vec![
                ("Known before".into(), format!("{} ({})", m.prior.file, m.prior.from)),
                ("Targets".into(), format!("{} (SHA-256 {})", m.targets, m.targets_sha256)),
                ("Finished".into(), m.finished.clone()),
                ("Took".into(), format!("{} seconds", format::decimal(m.seconds, 1))),
                ("Machine".into(), m.machine.clone()),
            ],
        },
    }
}
