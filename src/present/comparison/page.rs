//! The page that a committee opens.

use super::findings::View;
use super::{Breakdown, Comparison, downstream, paths, tables, words};
use crate::present::format;
use crate::present::html::{Block, Download, Figure, Page, Provenance, Section};

pub(super) fn page(
    c: &Comparison<'_>,
    views: &[View<'_>],
    figures: Vec<Vec<Figure>>,
    overview: Vec<Figure>,
) -> Page {
    let m = c.manifest;
    let place = &c.base.network.model().place;
    let mut sections = vec![side_by_side(c, views, overview)];
    for (view, figures) in views.iter().zip(figures) {
        sections.push(scenario(c, view, figures, views.len() > MOST_WHOLE));
    }
    sections.push(method(c));
    sections.push(downloads(c, views));
    let owner = if place.is_empty() { "caseflow".into() } else { format!("caseflow: {place}") };
    Page {
        title: format!("{}: scenarios compared", m.title),
        owner,
        lede: format!(
            "{} compared with carrying on as now, in {} simulated futures each. Every future is lived twice, once with \
             the change and once without: the same children come on the same days with the same luck, so what differs \
             is the change.",
            if views.len() == 1 { "One scenario".into() } else { format!("{} scenarios", views.len()) },
            format::count(m.replications as f64)
        ),
        caveats: caveats(c, views),
        sections,
        footnotes: Vec::new(),
        provenance: provenance(c),
    }
}

fn caveats(c: &Comparison<'_>, views: &[View<'_>]) -> Vec<String> {
    let mut out = vec![words::uncertainty(c)];
    let elsewhere = |v: &&View<'_>| words::ground(v).is_some() || words::observed(v).is_some();
    let unsure = views.iter().filter(elsewhere).count();
    if unsure > 0 {
        out.push(format!(
            "{unsure} of {} scenarios rest on effects that are assumed or were seen elsewhere and are not known to \
             transfer. They say what would follow if the effect held, not that it would.",
            views.len()
        ));
    }
    let model = c.base.network.model();
    let assumed =
        model.register.iter().filter(|a| a.grade == crate::model::provenance::Grade::Assumed).count();
    if assumed > 0 {
        out.push(format!(
            "{assumed} of the model's {} numbers are assumptions that no source gives.",
            model.register.len()
        ));
    }
    out
}

fn side_by_side(c: &Comparison<'_>, views: &[View<'_>], figures: Vec<Figure>) -> Section {
    let mut blocks = vec![Block::Table(Box::new(words::overview(c, views)))];
    blocks.extend(figures.into_iter().map(|f| Block::Figure(Box::new(f))));
    Section { title: "All scenarios side by side".into(), blocks }
}

/// Most scenarios of a page that holds the data of its pictures and every difference; beyond, they lie in files beside it.
const MOST_WHOLE: usize = 4;

fn scenario(c: &Comparison<'_>, view: &View<'_>, mut figures: Vec<Figure>, lean: bool) -> Section {
    if lean {
        figures.iter_mut().for_each(|f| f.table = None);
    }
    let head = &view.case.head;
    let mut blocks = Vec::new();
    if !head.question.is_empty() {
        blocks.push(Block::Inset(head.question.clone()));
    }
    if let Some(f) = view.main() {
        blocks.push(Block::Text(words::answer(c, f)));
        blocks.extend(paths::how_many(c, view).map(Block::Text));
        let more = [
            words::split(c, f),
            words::ends(c, view, f),
            downstream::rests_on(c, view, f),
            words::verdict(c, view, f),
            words::met(c, view, f),
        ];
        blocks.extend(more.into_iter().flatten().map(Block::Text));
    }
    if let Some(ground) = words::ground(view) {
        blocks.push(Block::Warning(ground));
    }
    blocks.extend(words::observed(view).map(Block::Inset));
    blocks.extend(figures.into_iter().map(|f| Block::Figure(Box::new(f))));
    if matches!(view.case.breakdown, Some(Breakdown::Inseparable)) {
        blocks.push(Block::Text(
            "The difference is not broken down into causes: some of the changes make no valid model without the others."
                .into(),
        ));
    }
    blocks.push(Block::Heading("What changes".into()));
    blocks.push(Block::Table(Box::new(tables::short(c, view))));
    let mut own = |table: Option<crate::present::table::Table>, heading: &str| {
        if let Some(mut table) = table {
            table.id = format!("{}-{}", table.id, view.slug);
            // the section says which scenario it is
            table = without_scenario(table);
            blocks.push(Block::Heading(heading.into()));
            blocks.push(Block::Table(Box::new(table)));
        }
    };
    own(downstream::table(c, view), "What follows downstream, over the whole run");
    own(downstream::by_cause(c, view), "What follows downstream, by cause");
    own(tables::fresh(c, view), "Counted only with the change");
    own(with_caution(c, view), "How often it is better");
    own(tables::targets(c, view), "How often targets are met");
    own(Some(paths::told(c, view)), "What is changed, and what that rests on");
    if lean {
        blocks.push(Block::Downloads(vec![Download {
            label: "Every measure by year and over the run, all scenarios (CSV)".into(),
            path: "differences.csv".into(),
        }]));
    } else {
        let mut all = without_scenario(tables::differences(c, view));
        all.id = format!("{}-{}", all.id, view.slug);
        blocks.push(Block::Details("Show every measure by year and over the run".into(), Box::new(all)));
    }
    Section { title: head.title.clone(), blocks }
}

/// The verdicts, with what to bear in mind where less is called better.
fn with_caution(c: &Comparison<'_>, view: &View<'_>) -> Option<crate::present::table::Table> {
    let mut table = tables::verdicts(c, view)?;
    let lower = |f: &&super::findings::Finding<'_>| {
        f.better == Some(crate::model::measure::Better::Lower) && f.of_children()
    };
    if view.findings.iter().any(|f| lower(&f) && super::findings::judged(c, view, f)) {
        table.note(words::CAUTION);
    }
    if view.findings.iter().any(|f| lower(&f) && !super::findings::judged(c, view, f)) {
        table.note(
            "Measures of children are left out: the change brings a stage of its own, so that fewer in another stage are not \
             fewer in need.",
        );
    }
    Some(table)
}

/// A table without its first column.
fn without_scenario(mut table: crate::present::table::Table) -> crate::present::table::Table {
    if table.columns.first().is_some_and(|c| c.key == "scenario") {
        table.columns.remove(0);
        for row in table.rows.iter_mut().filter(|r| !r.is_empty()) {
            row.remove(0);
        }
    }
    table
}

fn method(c: &Comparison<'_>) -> Section {
    let level = format::level(c.manifest.level);
    Section {
        title: "How this was worked out".into(),
        blocks: vec![
            Block::Text(format!(
                "All variants share seed {} and replications 1 to {}. A draw belongs to a child, what is decided and the \
                 visit, not to the scenario, so a child keeps its luck. Differences are taken replication by \
                 replication; the interval of their mean is Student's at {level}.",
                c.manifest.seed, c.manifest.replications
            )),
            Block::List(vec![
                "Variance reduction: how many times more replications independent seeds would need for an interval as \
                 narrow, (Var A + Var B) / Var (B - A), from the same replications."
                    .into(),
                "Chance of being better: the share of futures in which the figure with the change lies in the better \
                 direction of the same future without it, with Wilson's interval."
                    .into(),
                "Causes: what a cause adds is averaged over the orders in which the causes may come (Shapley 1953), so \
                 the parts add up to the whole."
                    .into(),
                "Effects assumed in the model, at their ends: both sides are run again with all of these effects that have a \
                 range at the end nearer to none, and at the other."
                    .into(),
                "Weak and strong: every change with a range at the end nearer to no change, or at the other end.".into(),
                format!(
                    "Causes, ends and assumed effects take many more runs, so they are worked out over the first {} of {} \
                     replications; their intervals are wider for it.",
                    c.manifest.explained, c.manifest.replications
                ),
                "With draws of the model's numbers, replications of one draw share its numbers: intervals of means are those of \
                 means over draws, and shares of futures are taken as if there were only as many futures as draws."
                    .into(),
            ]),
        ],
    }
}

fn downloads(c: &Comparison<'_>, views: &[View<'_>]) -> Section {
    let link = |label: &str, path: &str| Download { label: label.into(), path: path.into() };
    let mut files: Vec<Download> = tables::all(c, views)
        .iter()
        .map(|t| {
            let title = t.title.split(", ").next().unwrap_or(&t.title);
            link(&format!("{title} (CSV)"), &format!("{}.csv", t.id))
        })
        .collect();
    files.push(link("All of it (JSON)", "results.json"));
    files.push(link("What was compared (JSON)", "compare.json"));
    files.push(link("The model as it was run (TOML)", "model.toml"));
    Section { title: "Files".into(), blocks: vec![Block::Downloads(files)] }
}

fn provenance(c: &Comparison<'_>) -> Provenance {
    let m = c.manifest;
    let mut more = vec![
        ("Replications".to_string(), format!("{} of each of {} variants", m.replications, m.variants)),
        ("Computed now".to_string(), format!("{}, {} kept from before", m.computed, m.reused)),
        ("Finished".to_string(), m.finished.clone()),
        ("It took".to_string(), format!("{} seconds", format::decimal(m.seconds, 1))),
        ("Digest of the baseline".to_string(), m.digest.clone()),
        ("Machine".to_string(), m.machine.clone()),
    ];
    for s in &m.scenarios {
        more.push((format!("Scenario {}", s.file), format!("hash {}, digest {}", s.model_sha256, s.digest)));
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
