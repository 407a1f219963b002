//! The page itself.

use super::{Council, Parts, quality};
use crate::calibrate::data::NOTICE;
use crate::present::format;
use crate::present::html::{Block, Download, Page, Provenance, Section};
use crate::present::report::{assumptions, assumptions_in_words};

fn csv_of(path: &str, label: &str) -> Block {
    Block::Downloads(vec![Download { label: format!("{label} (CSV)"), path: format!("{path}.csv") }])
}

pub(super) fn page(c: &Council<'_>, parts: Parts) -> Page {
    let f = c.fitted;
    let first = c.back.history.starts + 1;
    let mut sections = Vec::new();
    let (inside, all) = parts.inside;
    let mut blocks = vec![Block::Text(format!(
        "Dots are published. The line is the simulated model: for the years to March {first} to {} it is fitted to each year's figures; \
         after the last return it follows what is foreseen. The outer band holds 95% of futures, the inner what chance alone would do: the \
         rest is what is not known. Where a figure is not published the line of dots is broken.",
        f.year
    ))];
    blocks.extend(parts.series.into_iter().map(|f| Block::Figure(Box::new(f))));
    sections.push(Section { title: "Published, fitted and foreseen".into(), blocks });
    sections.push(Section {
        title: "Fitted against published".into(),
        blocks: vec![
            Block::Text(format!(
                "{inside} of {all} published figures of these years lie inside 95% of futures. Flows and stocks of each year are fitted; \
                 re-referrals, second plans and lengths of plans are one law for all years, so their gaps say how far a year was unlike the others."
            )),
            Block::Table(Box::new(parts.gaps)),
            csv_of("gaps", "Gaps by year"),
            Block::Details("Show every figure with its bands".into(), Box::new(parts.fitted)),
            csv_of("fitted", "Every figure with its bands"),
        ],
    });
    if let Some(held) = parts.held {
        let mut blocks = vec![
            Block::Text(
                "The model fitted without the last year, and the outlook without it. One year of one council says little: the outlook is \
                 judged over all councils and origins in docs/calibration.md."
                    .into(),
            ),
            Block::List(held.words),
        ];
        blocks.extend(held.figure.map(|f| Block::Figure(Box::new(f))));
        blocks.push(Block::Table(Box::new(held.table)));
        blocks.push(csv_of("held-out", "The last year held out"));
        sections.push(Section { title: "Would it have foreseen last year?".into(), blocks });
    }
    sections.push(Section {
        title: "What moved, and why".into(),
        blocks: vec![
            Block::Table(Box::new(parts.moved)),
            csv_of("moved", "What moved"),
            Block::Text(
                "Rates of flow and stays are not the same every year. These factors make the simulated model give each year's figures; a \
                 factor far from its neighbours points to a change of practice, or to a figure to be looked at."
                    .into(),
            ),
            Block::Table(Box::new(parts.factors)),
            csv_of("factors", "Factors by year"),
        ],
    });
    if let Some((figure, table)) = parts.known {
        sections.push(Section {
            title: "Known before, and after".into(),
            blocks: vec![
                Block::Figure(Box::new(figure)),
                Block::Details("Show the shares and how they were found".into(), Box::new(table)),
            ],
        });
    }
    let (marked, figures) = quality::marked(c);
    sections.push(Section {
        title: "How good the data are".into(),
        blocks: vec![
            Block::Text(format!(
                "Of {} figures in the tables for this council over ten years, {} are suppressed, unreliable or missing.",
                format::count(figures as f64),
                format::count(marked as f64)
            )),
            Block::Table(Box::new(quality::series(c))),
            csv_of("published", "What is published of each year"),
            Block::Table(Box::new(quality::stands_in(c))),
            csv_of("quality", "What stands in"),
        ],
    });
    sections.push(Section {
        title: "What each number rests on".into(),
        blocks: vec![
            Block::Text(assumptions_in_words(c.model)),
            Block::Details("Show every number and its source".into(), Box::new(assumptions(c.model))),
            csv_of("assumptions", "The assumptions register"),
        ],
    });
    Page {
        title: format!("{}: calibration", f.name),
        owner: format!("caseflow: {}", f.name),
        lede: format!(
            "Made from returns up to 31 March {}: {} years fitted one by one, {} foreseen.",
            f.year,
            f.year - c.back.history.starts,
            f.starts + f.years - f.year
        ),
        caveats: vec![
            "That figures are met shows that the model can meet them, not that it predicts: see the year held out.".into(),
            "Many routes are judgement: no table says where enquiries or children entering care come from.".into(),
            "The years of the series are simulated without staff and without the council's own local file; caseloads of past years are not fitted."
                .into(),
        ],
        sections,
        footnotes: vec![NOTICE.to_string()],
        provenance: Provenance {
            model: f.name.clone(),
            hash: c.hash.clone(),
            seed: "1".into(),
            version: c.version.clone(),
            command: c.command.clone(),
            more: vec![("Statistics".into(), f.release.clone())],
        },
    }
}
