//! What holds for every page.

use super::*;
use crate::present::chart::samples;
use crate::present::table::{Cell, Column, Kind, Table};

fn table() -> Table {
    let mut t = Table::new(
        "fan-data",
        "Children in need, Wiltshire, 2026 to 2028",
        vec![
            Column::new("month", "Month", Kind::Text),
            Column::new("middle", "Middle", Kind::Count),
            Column::new("low", "Lower end of 95% interval", Kind::Count),
            Column::new("high", "Upper end of 95% interval", Kind::Count),
        ],
    );
    for (m, v) in [("April 2026", 1190.0), ("May 2026", 1194.0), ("June 2026", 1198.0)] {
        t.row(vec![Cell::text(m), Cell::Number(v), Cell::Number(v - 88.0), Cell::Number(v + 90.0)]);
    }
    t
}

fn page(name: &str) -> Page {
    let figure = |drawing, headline: &str| {
        Block::Figure(Box::new(Figure {
            headline: headline.to_owned(),
            subtitle: format!(
                "Number of children in need on the first of the month, {name}, April 2023 to March 2028"
            ),
            drawing,
            table: Some(table()),
            downloads: vec![
                Download { label: "Picture as SVG".into(), path: "fan.svg".into() },
                Download { label: "Picture as PNG".into(), path: "fan.png".into() },
                Download { label: "Data as CSV".into(), path: "data/fan.csv".into() },
                Download { label: "evil".into(), path: "javascript:alert(1)".into() },
            ],
            notes: vec![
                "Bands show where the count is expected to lie, with the level named at their ends.".into(),
            ],
        }))
    };
    Page {
        title: format!("Children's services forecast for {name}"),
        owner: "caseflow".into(),
        lede: "If nothing changes, about 1,280 children will be in need in March 2028, between 1,070 and 1,540 with 95% confidence.".into(),
        caveats: vec!["Demand is assumed to go on as in the last three years.".into(), "Effects of services are assumptions.".into()],
        sections: vec![
            Section {
                title: "Demand".into(),
                blocks: vec![
                    Block::Cards(vec![
                        Card { label: "Children in need, March 2028".into(), value: "1,282".into(), detail: "95% interval 1,066 to 1,541".into() },
                        Card { label: "Social workers needed".into(), value: "92".into(), detail: "90% interval 84 to 101".into() },
                        Card { label: "Weeks to wait".into(), value: "6.5".into(), detail: String::new() },
                    ]),
                    Block::Text("Demand grows by about four children a month.".into()),
                    figure(samples::fan().drawing().unwrap(), "Children in need are likely to grow by a tenth"),
                    Block::Warning("The check year was a poor one.".into()),
                ],
            },
            Section {
                title: name.to_owned(),
                blocks: vec![
                    figure(samples::sankeys().remove(0).1.drawing().unwrap(), "Half of all contacts end with advice"),
                    Block::Inset("A table on its own.".into()),
                    Block::Table(Box::new(Table { id: "alone".into(), ..table() })),
                    Block::Details("Assumptions".into(), Box::new(Table { id: "more".into(), ..table() })),
                    Block::List(vec!["One".into(), "Two".into()]),
                    Block::Heading("Files".into()),
                ],
            },
        ],
        footnotes: vec!["Counted at midnight.".into()],
        provenance: Provenance {
            model: "wiltshire".into(),
            hash: "0123456789abcdef".repeat(4),
            seed: "1".into(),
            version: "0.1.0".into(),
            command: "caseflow report models/wiltshire.toml --seed 1".into(),
            more: vec![("Replications".into(), "200".into())],
        },
    }
}

/// Reads tags and checks that they nest; gives the ids, in order.
fn well_formed(html: &str) -> Vec<String> {
    const VOID: [&str; 3] = ["meta", "link", "br"];
    let (mut open, mut ids, mut rest) = (Vec::new(), Vec::new(), html);
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if rest.starts_with("<!") {
            rest = &rest[2..];
            continue;
        }
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closes what is open");
        } else {
            let name = tag.split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
            if let Some((_, id)) = tag.split_once(" id=\"") {
                ids.push(id.split('"').next().unwrap().to_owned());
            }
            if name == "style" {
                rest = &rest[rest.find("</style>").unwrap()..];
                rest = &rest["</style>".len()..];
                continue;
            }
            if !tag.ends_with('/') && !VOID.contains(&name.as_str()) {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    ids
}

#[test]
fn a_page_is_well_formed_with_unique_ids_and_working_links() {
    let html = page("Wiltshire").html();
    let ids = well_formed(&html);
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    for part in html.split(" href=\"#").skip(1).chain(html.split("labelledby=\"").skip(1)) {
        for target in part.split('"').next().unwrap().split(' ') {
            assert!(ids.iter().any(|i| i == target), "no {target}");
        }
    }
    if let Some(folder) = std::env::var_os("CASEFLOW_PICTURES") {
        std::fs::write(std::path::PathBuf::from(folder).join("page.html"), &html).unwrap();
    }
}

#[test]
fn a_page_has_what_wcag_asks_of_its_frame() {
    let html = page("Wiltshire").html();
    for part in [
        "<html lang=\"en-GB\">",
        "<title>",
        "Skip to main content",
        "<main id=\"main\"",
        "<nav",
        "<footer>",
        "name=\"viewport\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
    // Headings do not skip a level.
    let mut before = 0;
    for part in html.split("<h").skip(1) {
        let level = part.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
        if (1..=6).contains(&level) {
            assert!(level <= before + 1, "{part:.40}");
            before = level;
        }
    }
    // Every region that scrolls can be reached and has a name.
    let scrolls = html.matches("class=\"cf-scroll\"").count();
    assert_eq!(html.matches("role=\"region\" tabindex=\"0\" aria-label").count(), scrolls);
    // Caveats stand before any result.
    assert!(html.find("Read this first").unwrap() < html.find("<figure").unwrap());
}

#[test]
fn a_page_runs_and_loads_nothing_and_escapes_every_name() {
    let evil = samples::HOSTILE;
    let html = page(evil).html();
    well_formed(&html);
    assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("onload=\""));
    assert!(html.contains("default-src 'none'"));
    for load in ["http://", "https://", "src=", "@import", "url("] {
        let found = html.replace("http://www.w3.org/2000/svg", "").contains(load);
        assert!(!found, "{load}");
    }
}

#[test]
fn headlines_are_counted_in_words() {
    let Block::Figure(mut f) = page("x").sections.remove(0).blocks.remove(2) else { panic!() };
    assert!(f.headline_is_short());
    f.headline = "one two three four five six seven eight nine ten eleven".into();
    assert!(!f.headline_is_short());
}

#[test]
fn only_plain_relative_paths_are_linked() {
    for good in ["a.svg", "data/a-b_1.csv"] {
        assert!(figure::relative(good), "{good}");
    }
    for bad in [
        "",
        "/etc/passwd",
        "../a",
        "javascript:alert(1)",
        "http://x",
        "//x",
        "a b",
        "data:text/html,x",
        "a?b",
        "%2e",
    ] {
        assert!(!figure::relative(bad), "{bad}");
    }
}
