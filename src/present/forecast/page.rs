//! The page of a forecast.

use super::words::{caveats, holds_covid, is_naive, treatment};
use super::{MOST_SHOWN, Study, tables};
use crate::forecast::run::Outcome;
use crate::present::format;
use crate::present::html::{Block, Download, Figure, Page, Provenance, Section};

pub(super) fn page(study: &Study, figures: Vec<Vec<Figure>>) -> Page {
    let mut sections = Vec::new();
    let many = study.outcomes.len() > 1;
    if many {
        sections.push(overview(study));
    }
    for (i, (outcome, figures)) in study.outcomes.iter().zip(figures).enumerate() {
        sections.extend(of_series(study, i, outcome, figures, many));
    }
    if let Some((stream, _)) = &study.scenario {
        sections.push(into_model(stream));
    }
    if !study.notes.is_empty() {
        let blocks = vec![Block::List(study.notes.clone())];
        sections.push(Section { title: "What was noticed on reading the file".into(), blocks });
    }
    sections.push(downloads(study));
    Page {
        title: title(study),
        owner: "caseflow".into(),
        lede: lede(study),
        caveats: caveats(study),
        sections,
        footnotes: Vec::new(),
        provenance: provenance(study),
    }
}

fn title(study: &Study) -> String {
    match study.outcomes.as_slice() {
        [one] => format!("{}: forecast", one.series.name),
        all => format!("Forecast of {} series", format::count(all.len() as f64)),
    }
}

fn lede(study: &Study) -> String {
    let months = study.manifest.options.horizon;
    match study.outcomes.first() {
        Some(first) if study.outcomes.len() == 1 || study.manifest.total => first.sentence.clone(),
        _ => format!("{months} months ahead, each series with a test on its own past."),
    }
}

fn overview(study: &Study) -> Section {
    let mut blocks = Vec::new();
    let naive = study.outcomes.iter().filter(|o| is_naive(o.method)).count();
    if study.manifest.total {
        blocks.push(Block::Text(
            "The parts were forecast together with their sums and made to add up, in every month and on every path."
                .into(),
        ));
    }
    if naive > 0 {
        blocks.push(Block::Inset(format!(
            "For {naive} of {} series no method did better than repeating the past, so that is their forecast.",
            study.outcomes.len()
        )));
    }
    if study.outcomes.len() > MOST_SHOWN {
        blocks.push(Block::Text(format!(
            "The first {MOST_SHOWN} series are shown in full below; the rest are in this table and in the files."
        )));
    }
    blocks.push(Block::Table(Box::new(tables::contents(study))));
    Section { title: "All series".into(), blocks }
}

/// The sections of one series: one if there are several series, else one for each question.
fn of_series(study: &Study, i: usize, outcome: &Outcome, figures: Vec<Figure>, many: bool) -> Vec<Section> {
    let mut figures = figures.into_iter().map(|f| Block::Figure(Box::new(f)));
    let id = |what: &str| format!("{what}-{}", i + 1);
    let mut ahead: Vec<Block> = Vec::new();
    if many {
        ahead.push(Block::Text(outcome.sentence.clone()));
    }
    ahead.extend(figures.next());
    let table = tables::short(&id("months"), &format!("{}: forecast by month", outcome.series.name), outcome);
    ahead.push(Block::Details("Show every month".into(), Box::new(table)));
    let mut parts: Vec<Block> = Vec::new();
    parts.extend(figures.next());
    let mut test = vec![Block::Text(format!("Method used: {}. {}", outcome.method.label(), outcome.reason))];
    if is_naive(outcome.method) {
        test.push(Block::Warning(
            "no method did better than repeating the past. The forecast is the past repeated, with an interval \
             that says how far that has been off."
                .into(),
        ));
    }
    if outcome.backtest.rows.is_empty() {
        test.push(Block::Text("There is no backtest: the history is too short.".into()));
    } else {
        test.push(Block::Text(format!(
            "Each method was given only the months before {} past moments, and its forecast held against what came.",
            outcome.backtest.origins
        )));
        test.push(Block::Table(Box::new(tables::methods(&id("methods"), outcome))));
    }
    test.extend(tables::against_naive(&id("naive"), outcome).map(|t| Block::Table(Box::new(t))));
    let changed = changes(study, outcome, figures.next());
    let titled = |title: &str, blocks: Vec<Block>| Section { title: title.into(), blocks };
    if !many {
        let mut out = vec![titled("What lies ahead", ahead), titled("What each part adds", parts)];
        out.push(titled("How well it did before, and which method is used", test));
        out.push(titled("What was changed in the data", changed));
        return out;
    }
    let mut blocks = ahead;
    blocks.extend(parts);
    blocks.push(Block::Heading("How well it did before, and which method is used".into()));
    blocks.extend(test);
    blocks.push(Block::Heading("What was changed in the data".into()));
    blocks.extend(changed);
    vec![Section { title: outcome.series.name.clone(), blocks }]
}

fn changes(study: &Study, outcome: &Outcome, both_ways: Option<Block>) -> Vec<Block> {
    let mut out = Vec::new();
    if outcome.findings.is_empty() {
        out.push(Block::Text("Nothing: every month was used as it is.".into()));
    } else {
        let items = outcome.findings.iter().map(|f| format!("{}: {}", f.month.label(), f.message));
        out.push(Block::List(items.collect()));
    }
    if holds_covid(&outcome.series) {
        let way = treatment(study.manifest.covid);
        let shown = if both_ways.is_some() {
            "Below is the forecast both ways."
        } else {
            "Run again with --covid to see the other way."
        };
        out.push(Block::Text(format!("Covid-19 months of this history are {way}. {shown}")));
    }
    out.extend(both_ways);
    out
}

fn into_model(stream: &str) -> Section {
    Section {
        title: "Into the simulation".into(),
        blocks: vec![
            Block::Text(format!(
                "The file arrivals.toml is a scenario that puts this forecast into a model's stream \"{stream}\": \
                 caseflow run MODEL.toml --scenario arrivals.toml"
            )),
            Block::List(vec![
                "Every simulated future follows one whole path of the forecast, to the case, so the band of the \
                 simulated arrivals is the forecast's."
                    .into(),
                "Months before the forecast are as observed. After its last month each path repeats its last year."
                    .into(),
                "Check that the series counts what the stream counts. Where it does not (referrals where the stream \
                 counts contacts, say), the file shows how to multiply it."
                    .into(),
            ]),
        ],
    }
}

fn downloads(study: &Study) -> Section {
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    let mut links = vec![
        link("Forecast by month with intervals (CSV)", "forecast.csv"),
        link("Backtest of every method (CSV)", "backtest.csv"),
        link("What each part adds (CSV)", "parts.csv"),
    ];
    if study.write_paths {
        links.push(link("Every path (CSV)", "paths.csv"));
    }
    if study.scenario.is_some() {
        links.push(link("Scenario for a model (TOML)", "arrivals.toml"));
    }
    links.push(link("All of it (JSON)", "forecast.json"));
    links.push(link("What was asked for (JSON)", "run.json"));
    Section { title: "Files".into(), blocks: vec![Block::Downloads(links)] }
}

fn provenance(study: &Study) -> Provenance {
    let m = &study.manifest;
    let mut more = vec![
        ("File of counts".to_string(), m.file.clone()),
        ("Its SHA-256".to_string(), m.file_sha256.clone()),
        ("Paths".to_string(), format::count(m.options.paths as f64)),
        ("Covid-19 months".to_string(), treatment(m.covid).to_string()),
        ("Finished".to_string(), m.finished.clone()),
        ("Took".to_string(), format!("{} seconds", format::decimal(m.seconds, 1))),
        ("Machine".to_string(), m.machine.clone()),
    ];
    more.extend(m.population.iter().map(|p| ("Population".to_string(), p.clone())));
    Provenance {
        seed: m.options.seed.to_string(),
        version: m.version.clone(),
        command: m.command.clone(),
        more,
        ..Provenance::default()
    }
}
