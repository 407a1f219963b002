//! The page of a calibration.

use super::Calibration;
use super::tables::{INFORMED, met, numbers, shown};
use crate::calibrate::totals::Way;
use crate::present::format;
use crate::present::html::{Block, Download, Figure, Page, Provenance, Section};
use crate::present::report::{assumptions, assumptions_in_words};

/// Figures further than this from the fit are named.
const FAR: f64 = 2.0;
/// Most ridges that are named.
const RIDGES: usize = 6;

pub(super) fn lede(c: &Calibration<'_>) -> String {
    let fitted = c.fit.informed.iter().filter(|i| i.fitted).count();
    let informed = c.fit.informed.iter().filter(|i| i.contraction >= INFORMED).count();
    let (tried, how) = match &c.fit.way {
        Way::Exact { tried, .. } => (*tried, "sets of numbers by exact moments, without simulation"),
        Way::Simulated { .. } => (c.fit.waves.iter().map(|w| w.points).sum(), "simulated sets of numbers"),
    };
    format!(
        "{} figures fitted with {} {how}. Of {} numbers that have a range, the figures inform {informed}; \
         {fitted} were fitted, and the others keep their ranges.",
        c.fit.targets.len(),
        format::count(tried as f64),
        c.fit.informed.len()
    )
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
        Way::Simulated { why } if why.is_empty() => out.push("By simulation, as was asked.".into()),
        Way::Simulated { why } => {
            out.push(format!("By simulation, because there are no exact moments: {}.", why.join("; ")));
        }
    }
    if let Some(last) = c.fit.waves.last() {
        out.push(format!(
            "{} of the ranges' room is not implausible after the last wave.",
            if last.plausible > 0.0 { format::percent(last.plausible) } else { "Less than 0.1%".into() }
        ));
    }
    out
}

/// Numbers that the figures tell only together.
fn ridges(c: &Calibration<'_>) -> Option<String> {
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
            format!("{} and {} ({how}, correlation {})", r.one, r.other, format::decimal(r.correlation, 2))
        })
        .collect();
    let more = c.fit.ridges.len().saturating_sub(RIDGES);
    let more = if more > 0 { format!(", and {more} pairs more") } else { String::new() };
    (!named.is_empty()).then(|| {
        format!(
            "The figures tell these better together than each alone: {}{more}. Use the draws, not the ranges one by one.",
            named.join("; ")
        )
    })
}

/// What must be said before anything else.
pub(super) fn findings(c: &Calibration<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let far: Vec<String> = c
        .fit
        .targets
        .iter()
        .filter(|t| t.z.abs() > FAR)
        .map(|t| {
            let (title, scale) = shown(c.model, &t.measure);
            let value = |v: f64| format::decimal(v * scale, 1);
            format!("{title}, {}: published {}, fitted {}", t.period, value(t.value), value(t.posterior[1]))
        })
        .collect();
    if !far.is_empty() {
        out.push(format!(
            "No numbers within the ranges meet these: {}. The model or a range is wrong, or the figure is.",
            far.join("; ")
        ));
    }
    let inside =
        c.fit.targets.iter().filter(|t| t.posterior[0] <= t.value && t.value <= t.posterior[2]).count();
    out.push(format!(
        "{inside} of the {} figures that were fitted lie inside 95% of futures. They were used for the fit, so this says that \
         the model can meet them, no more.",
        c.fit.targets.len()
    ));
    out.extend(way(c));
    out.extend(ridges(c));
    if c.fit.disagreement > 1.1 {
        out.push(format!(
            "The chains of the posterior do not agree ({}): the draws are not to be trusted; ask for more points.",
            format::decimal(c.fit.disagreement, 2)
        ));
    }
    let failed: usize = c.fit.waves.iter().map(|w| w.failed).sum();
    if failed > 0 {
        out.push(format!("{failed} sets of numbers gave no model that runs and were left out."));
    }
    if let Some(held) = c.held_out {
        let inside = held.iter().filter(|t| t.posterior[0] <= t.value && t.value <= t.posterior[2]).count();
        let mut off: Vec<f64> = held
            .iter()
            .filter(|t| t.value != 0.0)
            .map(|t| ((t.posterior[1] - t.value) / t.value).abs())
            .collect();
        off.sort_by(f64::total_cmp);
        let middle = off.get(off.len() / 2).copied().unwrap_or(f64::NAN);
        out.push(format!(
            "Held out: fitted without the last period, the model's median for it is {} off in the middle of {} figures, and \
             {inside} lie inside 95% of futures.",
            format::percent(middle),
            held.len()
        ));
    }
    out
}

pub(super) fn page(c: &Calibration<'_>, figures: Vec<Figure>) -> Page {
    let m = c.manifest;
    let mut sections = vec![Section {
        title: "What was found".into(),
        blocks: vec![
            Block::List(findings(c)),
            Block::Table(Box::new(met(&c.fit.targets, c.model, "fitted"))),
        ],
    }];
    let mut blocks: Vec<Block> = vec![Block::Text(
        "A dot is the median of the model's futures, its bar 95% of them; the line at nought is the published figure.".into(),
    )];
    blocks.extend(figures.into_iter().map(|f| Block::Figure(Box::new(f))));
    sections.push(Section { title: "Fitted against published".into(), blocks });
    sections.push(Section {
        title: "Numbers before and after".into(),
        blocks: vec![
            Block::Text(
                "The variance taken away says how much the figures inform a number. What they do not inform stays at its \
                 range: the draws carry it on, and nothing more is claimed."
                    .into(),
            ),
            Block::Table(Box::new(numbers(&c.fit.informed, true))),
            Block::Details("Show every number with a range".into(), Box::new(numbers(&c.fit.informed, false))),
        ],
    });
    sections.push(Section {
        title: "What each number rests on".into(),
        blocks: vec![
            Block::Text(assumptions_in_words(c.model)),
            Block::Details("Show every number and its source".into(), Box::new(assumptions(c.model))),
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
            link("All of it (JSON)", "calibration.json"),
        ])],
    });
    Page {
        title: format!("{}: calibration", m.title),
        owner: "caseflow".into(),
        lede: lede(c),
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
                ("Targets".into(), format!("{} (SHA-256 {})", m.targets, m.targets_sha256)),
                ("Finished".into(), m.finished.clone()),
                ("Took".into(), format!("{} seconds", format::decimal(m.seconds, 1))),
                ("Machine".into(), m.machine.clone()),
            ],
        },
    }
}
