//! The data page: what was read, what was amiss, what each list can tell.

use super::words::{caveats, provenance};
use super::{Study, tables};
use crate::calibrate::records::quality::Level;
use crate::present::format;
use crate::present::html::{Block, Card, Download, Page, Section};

pub(super) fn page(study: &Study<'_>) -> Page {
    let c = study.council;
    let findings = tables::findings(study);
    let at = |level: Level| -> u64 {
        study.found.findings.iter().filter(|f| f.rule.level == level).map(|f| f.count).sum()
    };
    let card = |label: &str, value: u64, detail: &str| Card {
        label: label.into(),
        value: format::count(value as f64),
        detail: detail.into(),
    };
    let records: u64 = study.found.files.iter().flat_map(|f| &f.sheets).map(|s| s.records).sum();
    let read = vec![
        Block::Cards(vec![
            card("Children", c.children as u64, &format!("{} to {}", c.first, c.last)),
            card("Records read", records, &format!("in {} files", study.found.files.len())),
            card("Left out", at(Level::LeftOut), "values or records"),
            card("Assumed", at(Level::Assumed), "read in a way that could be wrong"),
        ]),
        Block::Table(Box::new(tables::open(c))),
    ];
    let amiss = vec![
        Block::Text(
            "Each rule is counted; rows are named in quality.csv, for those who hold the files. No name, identifier or \
             date of birth leaves the import."
                .into(),
        ),
        Block::Table(Box::new(findings)),
    ];
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    let section = |title: &str, blocks: Vec<Block>| Section { title: title.into(), blocks };
    Page {
        title: format!("{}: the records", study.manifest.place),
        owner: "caseflow".into(),
        lede: format!(
            "What was read of {} children from {} to {}, what was amiss in it, and what it can tell.",
            format::count(c.children as f64),
            c.first,
            c.last
        ),
        caveats: caveats(),
        sections: vec![
            section("What was read", read),
            section("What was amiss", amiss),
            section(
                "What each list can and cannot tell",
                vec![Block::Table(Box::new(tables::sources(study)))],
            ),
            section(
                "What was made of it",
                vec![Block::Downloads(vec![
                    link("The estimates", "fit.html"),
                    link("The model", "model.toml"),
                    link("Findings with rows", "quality.csv"),
                ])],
            ),
        ],
        footnotes: Vec::new(),
        provenance: provenance(study),
    }
}
