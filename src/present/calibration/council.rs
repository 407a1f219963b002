//! The page of a council's model: its published history, what is foreseen, the last year held out, and what was missing.

use super::PageError;
use super::figures::figure;
use crate::calibrate::authority::{Fitted, YEARS};
use crate::calibrate::data::{Cell as Published, NOTICE, Statistics};
use crate::calibrate::outlook::{MEASURES, Outlook};
use crate::model::Model;
use crate::present::chart::{Band, DotInterval, DotRow, FanChart, Size};
use crate::present::html::{Block, Figure, Page, Provenance, Section};
use crate::present::png::png;
use crate::present::report::{assumptions, assumptions_in_words};
use crate::present::table::{Cell, Column, Kind, Table};
use crate::present::{escape, format};
use jiff::civil::Date;

/// Measures that are foreseen, as a reader calls them.
const TITLES: [(&str, &str); 9] = [
    ("referrals", "Referrals"),
    ("s47", "Section 47 enquiries"),
    ("icpc", "Initial child protection conferences"),
    ("cpp_starts", "Child protection plans started"),
    ("cpp_at_31_march", "Children on a child protection plan"),
    ("cin_at_31_march", "Children in need at 31 March"),
    ("cin_plan_at_31_march", "Child in need plans"),
    ("cla_starts", "Children starting to be looked after"),
    ("cla_at_31_march", "Children looked after"),
];

/// What the page is made of.
pub struct Council<'a> {
    /// The statistics.
    pub stats: &'a Statistics,
    /// The fit.
    pub fitted: &'a Fitted,
    /// What was learnt from all councils up to the fit's year.
    pub outlook: &'a Outlook,
    /// The same up to the year before, to foresee the last year.
    pub before: &'a Outlook,
    /// The model that was made.
    pub model: &'a Model,
    /// Version of caseflow.
    pub version: String,
    /// The command.
    pub command: String,
    /// SHA-256 of the model file.
    pub hash: String,
}

/// All files of the page: (relative name, bytes).
///
/// # Errors
/// If a picture cannot be drawn.
pub fn council_files(c: &Council<'_>) -> Result<Vec<(String, Vec<u8>)>, PageError> {
    let mut fans = Vec::new();
    for (indicator, title) in TITLES {
        fans.extend(foreseen(c, indicator, title)?);
    }
    let held = held_out(c)?;
    let mut out = Vec::new();
    for figure in fans.iter().chain(held.as_ref().map(|h| &h.0)) {
        let id = &figure.drawing.id;
        let svg = figure.drawing.svg();
        let bitmap = png(&svg, 2.0).map_err(|e| PageError::Png(id.clone(), e))?;
        out.push((format!("charts/{id}.svg"), svg.into_bytes()));
        out.push((format!("charts/{id}.png"), bitmap));
    }
    out.push(("index.html".into(), page(c, fans, held).html().into_bytes()));
    let manifest = serde_json::json!({
        "council": c.fitted.name, "code": c.fitted.code, "year": c.fitted.year, "statistics": c.fitted.release,
        "model_sha256": c.hash, "version": c.version, "command": c.command,
    });
    out.push(("calibration.json".into(), serde_json::to_vec_pretty(&manifest)?));
    Ok(out)
}

fn march(year: i32) -> Option<Date> {
    i16::try_from(year).ok().and_then(|y| Date::new(y, 3, 31).ok())
}

/// Published history, then what is foreseen.
fn foreseen(c: &Council<'_>, indicator: &str, title: &str) -> Result<Option<Figure>, PageError> {
    let f = c.fitted;
    let history: Vec<(Date, f64)> = c.stats.series(indicator, f.area).map_or_else(Vec::new, |s| {
        s.values()
            .filter(|v| v.0 <= f.year && v.0 >= 2010)
            .filter_map(|(y, v)| Some((march(y)?, v)))
            .collect()
    });
    let (mut dates, mut middle, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for h in 1..=YEARS {
        let predicted = c.outlook.predict(c.stats, indicator, f.area, h);
        let (Some(change), Some(p), Some(day)) =
            (c.outlook.change(indicator, h), predicted, march(f.year + h))
        else {
            continue;
        };
        dates.push(day);
        middle.push(p.point);
        ends.push([change.interval(&p, 0.95), change.interval(&p, 0.8)]);
    }
    if history.is_empty() || dates.is_empty() {
        return Ok(None);
    }
    let band = |k: usize, level: f64| Band {
        label: String::new(),
        level,
        low: ends.iter().map(|e| e[k].0).collect(),
        high: ends.iter().map(|e| e[k].1).collect(),
    };
    let id = escape::slug(indicator);
    let last = history.last().map_or(0.0, |h| h.1);
    let headline =
        format!("{}: {} to {}", short(title), format::count(last), format::count(middle[middle.len() - 1]));
    let chart = FanChart {
        id: id.clone(),
        title: format!("{title}, {}, years to 31 March", f.name),
        y_label: title.into(),
        history,
        history_label: "published".into(),
        dates,
        middle,
        bands: vec![band(0, 0.95), band(1, 0.8)],
        boundary: march(f.year).map(|d| (d, "last return".to_string())),
        from_zero: true,
        size: Size::default(),
        ..FanChart::default()
    };
    let subtitle = format!("{title}, {}, by year to or at 31 March", f.name);
    figure(chart.drawing(), &id, &headline, &subtitle, None).map(Some)
}

/// The first words of a title.
fn short(title: &str) -> String {
    title.split_whitespace().take(6).collect::<Vec<_>>().join(" ")
}

/// The last year as it was foreseen the year before.
fn held_out(c: &Council<'_>) -> Result<Option<(Figure, Table, usize)>, PageError> {
    let f = c.fitted;
    let n = |key: &str, heading: &str| Column::new(key, heading, Kind::Number(0));
    let columns = vec![
        Column::new("measure", "Measure", Kind::Text),
        n("before", "Year before"),
        n("foreseen", "Foreseen"),
        n("low", "95% low end"),
        n("high", "High end"),
        n("published", "Published"),
        Column::new("inside", "Inside", Kind::Text),
    ];
    let mut table = Table::new(
        "held-out",
        &format!("The year to March {} as foreseen from the year before", f.year),
        columns,
    );
    let (mut rows, mut inside) = (Vec::new(), 0);
    for (indicator, title) in TITLES {
        let then = c.stats.value(indicator, f.area, f.year).filter(|v| *v > 0.0);
        let was = c.stats.value(indicator, f.area, f.year - 1);
        let predicted = c.before.predict(c.stats, indicator, f.area, 1);
        let (Some(then), Some(was), Some(p), Some(change)) =
            (then, was, predicted, c.before.change(indicator, 1))
        else {
            continue;
        };
        let (low, high) = change.interval(&p, 0.95);
        let held = low <= then && then <= high;
        inside += usize::from(held);
        let of = |v: f64| 100.0 * (v - then) / then;
        rows.push(DotRow { label: title.into(), estimate: of(p.point), low: of(low), high: of(high) });
        table.row(vec![
            Cell::text(title),
            Cell::Number(was),
            Cell::Number(p.point),
            Cell::Number(low),
            Cell::Number(high),
            Cell::Number(then),
            Cell::text(if held { "yes" } else { "no" }),
        ]);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let headline = format!("{inside} of {} figures inside what was foreseen", rows.len());
    let chart = DotInterval {
        id: "held-out".into(),
        title: "What was foreseen a year before against what was published".into(),
        value_label: "Foreseen a year before less published, in per cent".into(),
        level: 0.95,
        places: 1,
        rows,
        size: Size::default(),
    };
    let subtitle = format!("Year to March {}, foreseen with nothing after March {}", f.year, f.year - 1);
    let drawn = figure(chart.drawing(), "held-out", &headline, &subtitle, None)?;
    Ok(Some((drawn, table, inside)))
}

/// What was not published for the council in the last year, and what stands in for it.
fn quality(c: &Council<'_>) -> Table {
    let columns = vec![
        Column::new("figure", "Figure", Kind::Text),
        Column::new("value", "Used", Kind::Number(0)),
        Column::new("grade", "Ground", Kind::Text),
        Column::new("note", "How", Kind::Text),
    ];
    let mut table = Table::new("quality", "What was and was not published", columns);
    for (indicator, number) in &c.fitted.counts {
        let title = c.stats.indicator(indicator).and_then(|i| c.stats.indicators.get(i));
        table.row(vec![
            Cell::text(title.map_or(*indicator, |i| i.title.as_str())),
            Cell::Number(number.value),
            Cell::text(number.grade.word()),
            Cell::text(&number.note),
        ]);
    }
    table
}

/// Cells of the council's last ten years that are marked, as a share of those in the tables.
fn marked(c: &Council<'_>) -> (usize, usize) {
    let (mut marked, mut all) = (0, 0);
    for indicator in &c.stats.indicators {
        for year in c.fitted.year - 9..=c.fitted.year {
            match c.stats.cell(&indicator.name, c.fitted.area, year) {
                Published::Value(_) => all += 1,
                Published::Marked('k' | 'z') => all += 1,
                Published::Marked(_) => {
                    all += 1;
                    marked += 1;
                }
                Published::Absent => {}
            }
        }
    }
    (marked, all)
}

fn page(c: &Council<'_>, fans: Vec<Figure>, held: Option<(Figure, Table, usize)>) -> Page {
    let f = c.fitted;
    let mut sections = Vec::new();
    let mut blocks = vec![Block::Text(
        "Published figures, then what is foreseen from how all councils' figures changed before: 80% and 95% intervals, whose \
         coverage was tested on earlier years. The model is built so that its first year gives these figures."
            .into(),
    )];
    blocks.extend(fans.into_iter().map(|f| Block::Figure(Box::new(f))));
    sections.push(Section { title: "What was and what is foreseen".into(), blocks });
    if let Some((figure, table, _)) = held {
        sections.push(Section {
            title: "Would it have foreseen last year?".into(),
            blocks: vec![
                Block::Text(
                    "The same method with nothing after the year before. One year of one council says little: the bands are \
                     judged over all councils in docs/calibration.md."
                        .into(),
                ),
                Block::Figure(Box::new(figure)),
                Block::Table(Box::new(table)),
            ],
        });
    }
    let (marked, all) = marked(c);
    sections.push(Section {
        title: "How good the data are".into(),
        blocks: vec![
            Block::Text(format!(
                "Of {} figures in the tables for this council over ten years, {} are suppressed, unreliable or missing.",
                format::count(all as f64),
                format::count(marked as f64)
            )),
            Block::Table(Box::new(quality(c))),
        ],
    });
    sections.push(Section {
        title: "What each number rests on".into(),
        blocks: vec![
            Block::Text(assumptions_in_words(c.model)),
            Block::Details("Show every number and its source".into(), Box::new(assumptions(c.model))),
        ],
    });
    let drawn = MEASURES.iter().filter(|m| c.outlook.change(m, 1).is_some()).count();
    Page {
        title: format!("{}: calibration", f.name),
        owner: format!("caseflow: {}", f.name),
        lede: format!(
            "Made from returns up to 31 March {}. {drawn} measures are foreseen from how the figures of all councils changed.",
            f.year
        ),
        caveats: vec![
            "Many routes are judgement: no table says where enquiries or children entering care come from."
                .into(),
            "Years two to five of the simulated model were not judged against history.".into(),
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
