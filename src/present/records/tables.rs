//! Tables of findings and estimates.

use super::Study;
use super::words::scope;
use crate::calibrate::records::fit::{Council, EXITS, Law, NEEDS, StateFit, To};
use crate::present::table::{Cell, Column, Kind, Symbol, Table};

/// Counts from 1 to this are withheld.
const WITHHELD: usize = 5;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn word(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Text)
}

pub(super) fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

pub(super) fn percent(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Percent)
}

pub(super) fn count(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Count)
}

/// A count of children, withheld if small.
pub(super) fn children(n: usize) -> Cell {
    if (1..=WITHHELD).contains(&n) { Cell::Symbol(Symbol::Suppressed) } else { Cell::Number(n as f64) }
}

/// Where a way leads.
pub(super) fn place(council: &Council, to: To) -> &'static str {
    match to {
        To::State(s) => council.states.get(s).map_or("", |s| s.title),
        To::Out(e) => EXITS.get(e).map_or("", |e| e.1),
    }
}

/// All tables that are written beside the pages.
pub(super) fn all(study: &Study<'_>) -> Vec<Table> {
    let c = study.council;
    let mut out =
        vec![findings(study), states(c), ways(c), effects(c), held_out(c), arrivals(c), returns(c), open(c)];
    out.push(candidates("laws-tried", &c.fits.iter().collect::<Vec<_>>()));
    out.retain(|t| !t.rows.is_empty());
    out
}

/// Findings by rule, over all files.
pub(super) fn findings(study: &Study<'_>) -> Table {
    let columns = vec![
        word("rule", "Rule"),
        word("level", "Level"),
        count("count", "Count"),
        count("files", "Files"),
        word("found", "What was found"),
        word("done", "What was done"),
        word("effect", "Effect on the estimates"),
    ];
    let mut table = Table::new("findings", "Findings by rule", columns);
    let mut rules: Vec<&'static crate::calibrate::records::quality::Rule> = Vec::new();
    for f in &study.found.findings {
        if !rules.iter().any(|r| r.id == f.rule.id) {
            rules.push(f.rule);
        }
    }
    rules.sort_by_key(|r| (std::cmp::Reverse(r.level), r.id));
    for rule in rules {
        let own = || study.found.findings.iter().filter(|f| f.rule.id == rule.id);
        let mut files: Vec<u16> = own().map(|f| f.file).collect();
        files.sort_unstable();
        files.dedup();
        table.row(vec![
            Cell::text(rule.id),
            Cell::text(rule.level.code()),
            Cell::Number(own().map(|f| f.count).sum::<u64>() as f64),
            Cell::Number(files.len() as f64),
            Cell::text(rule.found),
            Cell::text(rule.done),
            Cell::text(rule.effect),
        ]);
    }
    table
}

/// What each source can and cannot tell.
pub(super) fn sources(study: &Study<'_>) -> Table {
    let columns = vec![word("source", "Source"), word("can", "Can tell"), word("cannot", "Cannot tell")];
    let mut table = Table::new("sources", "What each list can and cannot tell", columns);
    let mut seen: Vec<_> = study.found.table.windows().iter().map(|w| w.source).collect();
    seen.sort_unstable();
    seen.dedup();
    for source in seen {
        let (name, can, cannot) = scope(source);
        table.row(vec![Cell::text(name), Cell::text(can), Cell::text(cannot)]);
    }
    table
}

/// One row a state.
pub(super) fn states(c: &Council) -> Table {
    let columns = vec![
        word("state", "Stage"),
        count("stays", "Stays"),
        count("late", "Open when the records begin"),
        count("exits", "Ended"),
        count("by_age", "Ended by age"),
        word("law", "Law of the length"),
        number("median", "Median", 0).unit("days"),
        number("low", "Low end of 95%", 0).unit("days"),
        number("high", "High end of 95%", 0).unit("days"),
        word("why", "Why this law"),
    ];
    let mut table = Table::new("estimates", "Lengths of stay", columns);
    for f in &c.fits {
        let (median, low, high) = medians(&f.choice.law);
        table.row(vec![
            Cell::text(f.state.title),
            children(f.stays),
            children(f.late),
            children(f.exits),
            children(f.by_age),
            Cell::text(&f.choice.law.name()),
            Cell::maybe(median),
            Cell::maybe(low),
            Cell::maybe(high),
            Cell::text(&f.choice.why),
        ]);
    }
    table.note("The interval holds the times at which the band of the fitted curve is at one half.");
    table
}

/// The time at which a falling curve comes to one half; none if it does not in 20 years.
fn half(curve: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 7_305.0);
    if curve(high) > 0.5 {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if curve(middle) > 0.5 { low = middle } else { high = middle }
    }
    Some(high)
}

fn medians(law: &Law) -> (Option<f64>, Option<f64>, Option<f64>) {
    if matches!(law, Law::Instant | Law::Never) {
        return (None, None, None);
    }
    let edge = |by: f64| {
        half(|t| {
            let (s, se) = law.survival(t);
            s + by * 1.96 * se
        })
    };
    (edge(0.0), edge(-1.0), edge(1.0))
}

/// Ways out of every state.
pub(super) fn ways(c: &Council) -> Table {
    let columns = vec![
        word("state", "Stage"),
        word("to", "Went to"),
        count("exits", "Exits"),
        percent("share", "Share"),
        percent("low", "Low end of 95%"),
        percent("high", "High end of 95%"),
    ];
    let mut table = Table::new("ways-out", "Where children go next", columns);
    for f in &c.fits {
        for way in &f.ways {
            let half = 1.96 * way.se;
            table.row(vec![
                Cell::text(f.state.title),
                Cell::text(place(c, way.to)),
                children(way.exits),
                Cell::Number(way.share),
                Cell::Number((way.share - half).max(0.0)),
                Cell::Number((way.share + half).min(1.0)),
            ]);
        }
        if f.folded > 0 {
            table.row(vec![
                Cell::text(f.state.title),
                Cell::text("ways that fewer than six took, counted with the most common"),
                children(f.folded),
                Cell::Symbol(Symbol::NotApplicable),
                Cell::Symbol(Symbol::NotApplicable),
                Cell::Symbol(Symbol::NotApplicable),
            ]);
        }
    }
    table.note("Stays that ended by the child's age are left aside. Errors allow for siblings.");
    table
}

/// Effects whose interval does not hold 1.
pub(super) fn effects(c: &Council) -> Table {
    let columns = vec![
        word("state", "Stage"),
        word("condition", "Who"),
        word("on", "Effect on"),
        number("factor", "Factor", 2),
        number("low", "Low end of 95%", 2),
        number("high", "High end of 95%", 2),
    ];
    let mut table = Table::new("effects", "Effects of age and need that are clear of chance", columns);
    for f in &c.fits {
        for e in f.effects.iter().flat_map(|e| &e.effects).filter(|e| clear(f, e)) {
            let on = match e.way.and_then(|w| f.ways.get(w)) {
                None => "length of stay".to_string(),
                Some(way) => format!("odds of: {}", place(c, way.to)),
            };
            let at = |log: f64| Cell::Number(libm::exp(log));
            let row = vec![Cell::text(f.state.title), Cell::text(&condition(e.condition)), Cell::Text(on)];
            table.row(row.into_iter().chain([at(e.log), at(e.range.0), at(e.range.1)]).collect());
        }
    }
    table.note("Drawn towards 1 as far as effects vary no more than chance, the intervals not; all of them are in model.toml.");
    table
}

/// Whether an effect is clear of chance, and of a size to speak of; instants have no length.
fn clear(f: &StateFit, e: &crate::calibrate::records::fit::Effect) -> bool {
    let told = e.way.is_some() || !f.state.instant();
    told && (e.range.0 > 0.0 || e.range.1 < 0.0) && e.log.abs() > 0.02
}

fn condition(name: &str) -> String {
    let need = NEEDS.iter().find(|n| n.0 == name).map(|n| n.1.to_string());
    need.unwrap_or_else(|| name.trim_start_matches("age_").replace('_', " "))
}

/// The check on the last quarter of the records.
pub(super) fn held_out(c: &Council) -> Table {
    let columns = vec![
        word("state", "Stage"),
        word("law", "Law chosen without them"),
        number("expected", "Exits expected", 0),
        count("observed", "Exits that came"),
        number("z", "Difference in errors", 1),
        number("score", "Log score an exit", 3),
        number("flat", "That of an exponential", 3),
    ];
    let mut table = Table::new("held-out", "The last quarter of the records, not shown to the fit", columns);
    for f in &c.fits {
        let Some(h) = &f.held_out else { continue };
        table.row(vec![
            Cell::text(f.state.title),
            Cell::text(&h.law),
            Cell::Number(h.expected),
            children(h.exits),
            Cell::Number((h.observed - h.expected) / h.se.max(1e-9)),
            Cell::Number(h.score),
            Cell::Number(h.exponential),
        ]);
    }
    table.note(
        "Expected is given who was there. Within 2 errors is what chance gives; a higher score is better.",
    );
    table
}

/// New arrivals.
pub(super) fn arrivals(c: &Council) -> Table {
    let columns = vec![
        word("to", "New to"),
        number("rate", "Children a year", 0),
        number("low", "Low end of 95%", 0),
        number("high", "High end of 95%", 0),
        number("family", "Children a family", 2),
        number("varies", "Unevenness of months", 2),
        word("busiest", "Busiest month"),
        word("quietest", "Quietest month"),
    ];
    let mut table = Table::new("arrivals", "Children who come new", columns);
    for s in &c.streams {
        let title = c.states.get(s.state).map_or("", |s| s.title);
        let whom = if s.asylum { " (asylum seekers alone)" } else { "" };
        let flat = s.season.iter().all(|f| (f - 1.0).abs() < 1e-9);
        let month = |most: bool| {
            let order = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
            let all = s.season.iter().enumerate();
            let found = if most { all.max_by(order) } else { all.min_by(order) };
            let name = found.and_then(|(i, f)| Some(format!("{} ({f:.2})", MONTHS.get(i)?)));
            name.filter(|_| !flat).map_or(Cell::Symbol(Symbol::NotAvailable), Cell::Text)
        };
        table.row(vec![
            Cell::Text(format!("{title}{whom}")),
            Cell::Number(s.rate),
            Cell::Number((s.rate - 1.96 * s.rate_se).max(0.0)),
            Cell::Number(s.rate + 1.96 * s.rate_se),
            Cell::Number(s.children as f64 / s.families.max(1) as f64),
            Cell::Number(s.varies),
            month(true),
            month(false),
        ]);
    }
    table.note(
        "Unevenness is the standard deviation of a month's number about its mean, beyond families, season and chance.",
    );
    table
}

/// Coming back.
pub(super) fn returns(c: &Council) -> Table {
    let columns = vec![
        word("exit", "Left by"),
        count("left", "Children who left"),
        number("days", "Within", 0).unit("days"),
        percent("share", "Came back"),
        percent("low", "Low end of 95%"),
        percent("high", "High end of 95%"),
    ];
    let mut table = Table::new("returns", "Coming back", columns);
    for r in &c.returns {
        for (days, share, se) in &r.within {
            table.row(vec![
                Cell::text(EXITS.get(r.exit).map_or("", |e| e.1)),
                children(r.left),
                Cell::Number(*days),
                Cell::Number(*share),
                Cell::Number((share - 1.96 * se).max(0.0)),
                Cell::Number((share + 1.96 * se).min(1.0)),
            ]);
        }
    }
    table
}

/// Who is open on the last day.
pub(super) fn open(c: &Council) -> Table {
    let columns = vec![word("state", "Stage"), count("cases", "Children")];
    let mut table = Table::new("open", &format!("Open on {}", c.last), columns);
    for load in &c.open {
        let title = c.states.get(load.state).map_or("", |s| s.title);
        table.row(vec![Cell::text(title), children(load.cases)]);
    }
    table
}

/// Laws tried, best first.
pub(super) fn candidates(id: &str, fits: &[&StateFit]) -> Table {
    let columns = vec![
        word("state", "Stage"),
        word("law", "Law"),
        count("parameters", "Parameters"),
        number("aic", "AIC above the best", 1),
        number("p", "Fit (p)", 3),
        word("used", "Used"),
    ];
    let mut table = Table::new(id, "Laws tried", columns);
    for f in fits {
        let best = f.choice.tried.first().map_or(0.0, |t| t.aic);
        for t in &f.choice.tried {
            table.row(vec![
                Cell::text(f.state.title),
                Cell::text(&t.name),
                Cell::Number(t.parameters as f64),
                Cell::Number(t.aic - best),
                Cell::maybe(t.p),
                Cell::text(if t.used { "yes" } else { "no" }),
            ]);
        }
    }
    table
}

/// Risk sets: who was at risk, observed and fitted.
pub(super) fn risk(f: &StateFit) -> Table {
    let columns = vec![
        number("days", "Days", 0),
        count("at_risk", "At risk"),
        percent("open", "Still open, observed"),
        percent("error", "Standard error"),
        percent("fitted", "Fitted"),
    ];
    let mut table =
        Table::new(&format!("risk-{}", f.state.name), &format!("{}: risk sets", f.state.title), columns);
    let start = f.choice.law.survival(f.landmark).0.max(1e-9);
    for at in [1.0, 7.0, 14.0, 30.0, 60.0, 91.0, 183.0, 274.0, 365.0, 548.0, 730.0, 1_096.0, 1_826.0] {
        let Some(row) = f.curve.iter().rfind(|r| r.time <= at).filter(|r| r.at_risk > 0.0) else { continue };
        if f.curve.last().is_none_or(|l| l.time < at) {
            break;
        }
        let few = row.at_risk <= WITHHELD as f64;
        let hide = |v: f64| if few { Cell::Symbol(Symbol::Suppressed) } else { Cell::Number(v) };
        table.row(vec![
            Cell::Number(at),
            hide(row.at_risk),
            hide(row.open),
            hide(row.se),
            Cell::Number(f.choice.law.survival(at).0 / start),
        ]);
    }
    table.note("Observed: Kaplan-Meier with late entry; error: Greenwood's.");
    if f.landmark > 0.0 {
        table.note(&format!("Given open at {:.0} days: the sets at risk before are too small.", f.landmark));
    }
    table
}
