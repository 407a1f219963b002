//! The page that a manager opens.

use super::{Group, Study, capacity, tables, words};
use crate::experiment::estimate::Summariser;
use crate::present::format;
use crate::present::html::{Block, Card, Download, Page, Provenance, Section};

pub(super) fn page(study: &Study<'_>, groups: Vec<Group>) -> Page {
    let model = study.network.model();
    let m = study.manifest;
    let mut sections = vec![glance(study)];
    if let Some(compared) = tables::compared(study) {
        sections.push(Section {
            title: "Does the model agree with what is published?".into(),
            blocks: vec![
                Block::Text(format!(
                    "{} The model was set to agree with these figures, so this shows that it can, not that it \
                     predicts.",
                    words::nearness(study)
                )),
                Block::Table(Box::new(compared)),
            ],
        });
    }
    sections.extend(shares(study));
    sections.extend(capacity::section(study));
    for group in groups {
        let mut blocks = vec![Block::Text(group.words)];
        blocks.extend(group.figures.into_iter().map(|f| Block::Figure(Box::new(f))));
        sections.push(Section { title: group.title, blocks });
    }
    sections.push(Section {
        title: "What each number rests on".into(),
        blocks: vec![
            Block::Text(words::assumptions_in_words(model)),
            Block::Details("Show every number and its source".into(), Box::new(tables::assumptions(model))),
        ],
    });
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
    .with_owner_place(&model.place, m.stopped)
}

impl Page {
    fn with_owner_place(mut self, place: &str, stopped: bool) -> Page {
        if !place.is_empty() {
            self.owner = format!("caseflow: {place}");
        }
        if stopped {
            self.caveats
                .insert(0, "The run was stopped early: the results rest on fewer replications.".into());
        }
        self
    }
}

fn title(study: &Study<'_>) -> String {
    match study.manifest.scenario_titles.as_slice() {
        [] => study.manifest.title.clone(),
        titles => format!("{}: {}", study.manifest.title, titles.join("; ")),
    }
}

fn lede(study: &Study<'_>) -> String {
    let model = study.network.model();
    let dates = study.network.calendar().and_then(|c| {
        let end = c.date_of(*study.network.period_edges().last()?)?.yesterday().ok()?;
        Some(format!("from {} to {}", format::date(c.start()), format::date(end)))
    });
    let span = dates.unwrap_or_else(|| format!("over {} days", format::decimal(model.run.length.days(), 1)));
    format!(
        "{} simulated futures {span}. In each, every child is followed event by event.",
        format::count(study.manifest.replications as f64)
    )
}

fn caveats(study: &Study<'_>) -> Vec<String> {
    let model = study.network.model();
    let assumed =
        model.register.iter().filter(|a| a.grade == crate::model::provenance::Grade::Assumed).count();
    let mut out = vec![ignorance_in_words(study)];
    if assumed > 0 {
        out.push(format!(
            "{assumed} of the model's {} numbers are assumptions that no source gives; they are listed below \
             with their ranges.",
            model.register.len()
        ));
    }
    let effects = model.register.iter().filter(|a| {
        let mut parts = a.path.split('.');
        matches!(parts.next(), Some("services" | "roles")) && parts.nth(1) == Some("effects")
    });
    match effects.count() {
        0 => {}
        n => out.push(format!(
            "What a service, or the lack of one, and overloaded workers do to children's cases rests on {n} assumed effects: \
             none is published."
        )),
    }
    out.push(
        "The run carries today's rates forward. It does not foresee new laws, new services or changes in how \
         families and partners behave."
            .to_string(),
    );
    out
}

/// What the bands hold.
fn ignorance_in_words(study: &Study<'_>) -> String {
    match &study.manifest.ignorance {
        None => "The bands show chance alone: what luck would do if every number of the model were right. How unsure we \
                 are of those numbers is not in them, so the truth will lie outside more often."
            .to_string(),
        Some(i) => format!(
            "The bands hold chance and ignorance: {} numbers of the model were drawn from {}, {} draws with {} futures \
             each. They hold what the model can say, not what it leaves out.",
            format::count(i.numbers as f64),
            if i.from == "ranges" { "the ranges that the file gives, each apart from the others" } else { "its calibration" },
            format::count(i.used as f64),
            format::count(i.per_draw as f64),
        ),
    }
}

/// How much of the spread of each charted measure is chance, and how much ignorance.
fn shares(study: &Study<'_>) -> Option<Section> {
    let table = tables::shares(study)?;
    Some(Section {
        title: "How much is luck, how much is not knowing".into(),
        blocks: vec![
            Block::Text(
                "At the end of the run. Chance is how far futures lie apart that share all numbers; ignorance is how far \
                 the means of draws lie apart. More replications shrink neither; better numbers shrink ignorance."
                    .into(),
            ),
            Block::Table(Box::new(table)),
        ],
    })
}

/// Most sentences at the top; every measure has its card and its chart.
const SENTENCES: usize = 6;

/// Sentences, then cards for the measures that are charted.
fn glance(study: &Study<'_>) -> Section {
    let model = study.network.model();
    let mut summariser = Summariser::of(model.run.level, study.rows);
    let mut cards = Vec::new();
    for measured in study.measured {
        let Some(measure) = model.measures.get(measured.measure).filter(|m| m.chart) else { continue };
        let values = if words::is_stock(measure) { &measured.periods } else { &measured.years };
        let Some(last) = values.columns().into_iter().next_back() else { continue };
        let s = summariser.summary(last);
        if let (Some(mean), Some(low), Some(high)) = (s.point, s.spread[0], s.spread[6]) {
            let value = |v| words::value(measure, v);
            cards.push(Card {
                label: measure.title.clone(),
                value: value(mean),
                detail: format!("95% of futures: {} to {}", value(low), value(high)),
            });
        }
    }
    let end = study
        .network
        .calendar()
        .and_then(|c| c.date_of(*study.network.period_edges().last()?)?.yesterday().ok().map(format::date));
    let mut blocks = Vec::new();
    if let (false, Some(end)) = (cards.is_empty(), end) {
        blocks.push(Block::List(words::from_published(study).into_iter().take(SENTENCES).collect()));
        blocks.push(Block::Text(format!("Where the model stands on {end}, or in the year to that day:")));
        blocks.push(Block::Cards(cards));
    } else {
        blocks.push(Block::Table(Box::new(tables::window(study))));
    }
    Section { title: "At a glance".into(), blocks }
}

fn downloads(study: &Study<'_>) -> Section {
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    Section {
        title: "Files".into(),
        blocks: vec![Block::Downloads(
            vec![
                link("Every measure over the run (CSV)", "window.csv"),
                link("Every measure by month (CSV)", "periods.csv"),
                link("Every measure by replication (CSV)", "replications.csv"),
                link("Named measures by month and year (CSV)", "measures.csv"),
                link("What each number rests on (CSV)", "assumptions.csv"),
                link("All of it (JSON)", "results.json"),
                link("What was run (JSON)", "run.json"),
                link("The model as it was run (TOML)", "model.toml"),
            ]
            .into_iter()
            .chain(study.drawn().then(|| link("Draws of its numbers (CSV)", "draws.csv")))
            .chain(
                capacity::tables(study)
                    .iter()
                    .map(|t| link(&format!("{} (CSV)", t.title), &format!("{}.csv", t.id))),
            )
            .collect(),
        )],
    }
}

fn provenance(study: &Study<'_>) -> Provenance {
    let m = study.manifest;
    let mut more = vec![
        ("Replications".to_string(), format!("{} of {} planned", m.replications, m.planned)),
        ("Finished".to_string(), m.finished.clone()),
        ("Simulation took".to_string(), format!("{} seconds", format::decimal(m.seconds, 1))),
        ("Digest of the results".to_string(), m.digest.clone()),
        ("Machine".to_string(), m.machine.clone()),
    ];
    if let Some(i) = &m.ignorance {
        more.push((
            "Ignorance".to_string(),
            format!("{}: {}, {} of {} draws", i.from, i.file, i.used, i.draws),
        ));
        more.push(("Digest of the draws".to_string(), i.sha256.clone()));
    }
    if !m.scenarios.is_empty() {
        more.push(("Scenarios".to_string(), m.scenarios.join(", ")));
    }
    Provenance {
        model: m.model.clone(),
        hash: m.model_sha256.clone(),
        seed: m.seed.to_string(),
        version: m.version.clone(),
        command: m.command.clone(),
        more,
    }
}
