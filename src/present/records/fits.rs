//! The fit page: fitted curves over observed ones, risk sets, ways out, effects, the hold-out check.

use super::words::{caveats, provenance};
use super::{Study, tables};
use crate::present::html::{Block, Download, Figure, Page, Section};

pub(super) fn page(study: &Study<'_>, figures: Vec<(usize, Vec<Figure>)>) -> Page {
    let c = study.council;
    let table = |t| Block::Table(Box::new(t));
    let section = |title: &str, blocks: Vec<Block>| Section { title: title.into(), blocks };
    let mut sections = vec![section(
        "All stages",
        vec![
            Block::Text(
                "For each stage the law with the least AIC is used if it fits (Hjort's test at 1 %), else hazards in \
                 bands that follow the records."
                    .into(),
            ),
            table(tables::states(c)),
            Block::Heading("On months it was not shown".into()),
            table(tables::held_out(c)),
        ],
    )];
    sections.push(section(
        "Who comes, and who comes back",
        vec![table(tables::arrivals(c)), table(tables::returns(c))],
    ));
    for (i, own) in figures {
        let Some(f) = c.fits.get(i) else { continue };
        let mut blocks: Vec<Block> = own.into_iter().map(|f| Block::Figure(Box::new(f))).collect();
        blocks.push(table(tables::risk(f)));
        let tried = tables::candidates(&format!("tried-{}", f.state.name), &[f]);
        blocks.push(Block::Details("Laws tried".into(), Box::new(tried)));
        sections.push(section(f.state.title, blocks));
    }
    sections.push(section("Where children go", vec![table(tables::ways(c))]));
    sections.push(section("Age and need", vec![table(tables::effects(c))]));
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    sections.push(section(
        "Files",
        vec![Block::Downloads(vec![
            link("The records", "index.html"),
            link("The model", "model.toml"),
            link("Lengths of stay", "estimates.csv"),
            link("Where children go", "ways-out.csv"),
        ])],
    ));
    Page {
        title: format!("{}: estimates from individual records", study.manifest.place),
        owner: "caseflow".into(),
        lede: format!(
            "Lengths of stay, ways out, arrivals and returns from {} to {}, as fitted and as observed.",
            c.first, c.last
        ),
        caveats: caveats(),
        sections,
        footnotes: Vec::new(),
        provenance: provenance(study),
    }
}
