//! Rows of a file as spells.

use super::Args;
use crate::forecast::problem::Problem;
use crate::stats::survival::Spell;
use std::collections::BTreeMap;

/// Values of the event column that mean still open, unless others are named.
const OPEN: [&str; 7] = ["", "0", "no", "false", "censored", "open", "NA"];
/// Most values of the column that divides the rows.
const MOST_GROUPS: usize = 200;
/// Most ways in which spells end.
const MOST_CAUSES: usize = 50;

/// The spells of one value of the column that divides the rows.
pub(super) struct Group {
    /// The value; nothing if all rows are together.
    pub(super) name: Option<String>,
    /// Its spells.
    pub(super) spells: Vec<Spell>,
}

/// The spells, and the names of the ways in which they end, by number.
pub(super) struct Read {
    pub(super) groups: Vec<Group>,
    pub(super) causes: Vec<String>,
}

/// Columns by place.
struct Columns {
    time: usize,
    event: Option<usize>,
    entry: Option<usize>,
    until: Option<usize>,
    cluster: Option<usize>,
    by: Option<usize>,
    wanted: Vec<(usize, String)>,
}

impl Columns {
    fn find(args: &Args, header: &[String]) -> Result<Columns, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut place = |name: &str| {
            let found = header.iter().position(|h| h.trim() == name);
            if found.is_none() {
                let hint = format!("its columns are {}", header.join(", "));
                problems.push(Problem::at(1, 0, format!("there is no column \"{name}\""), hint));
            }
            found
        };
        let time = place(&args.time);
        let mut maybe = |name: &Option<String>| name.as_deref().and_then(&mut place);
        let (event, entry, until) = (maybe(&args.event), maybe(&args.entry), maybe(&args.until));
        let (cluster, by) = (maybe(&args.cluster), maybe(&args.by));
        let pairs = args.keep.iter().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let wanted =
            pairs.filter_map(|(c, value)| Some((place(c.trim())?, value.trim().to_string()))).collect();
        match time {
            Some(time) if problems.is_empty() => {
                Ok(Columns { time, event, entry, until, cluster, by, wanted })
            }
            _ => Err(problems),
        }
    }
}

/// Reads the table; every mistake at once.
pub(super) fn read(args: &Args, rows: &[(usize, Vec<String>)]) -> Result<Read, Vec<Problem>> {
    let empty = || vec![Problem::at(0, 0, "the file is empty", "a header and a row for each spell")];
    let (_, header) = rows.first().ok_or_else(empty)?;
    let columns = Columns::find(args, header)?;
    let mut problems = Vec::new();
    let mut read = Read { groups: Vec::new(), causes: Vec::new() };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut clusters: BTreeMap<String, u64> = BTreeMap::new();
    read.causes = causes(args, &columns, rows);
    if read.causes.len() > MOST_CAUSES {
        let message = format!("spells end in {} ways, more than the {MOST_CAUSES} read", read.causes.len());
        return Err(vec![Problem::at(0, 0, message, "name with --open the values that mean still open")]);
    }
    for (line, row) in rows.iter().skip(1) {
        let cell = |c: usize| row.get(c).map_or("", |t| t.trim());
        if columns.wanted.iter().any(|(c, value)| cell(*c) != value) {
            continue;
        }
        let Some(spell) = spell(args, &columns, *line, &cell, &read.causes, &mut problems) else { continue };
        let own = columns.cluster.map_or_else(|| format!("row {line}"), |c| cell(c).to_string());
        let next = clusters.len() as u64;
        let spell = spell.in_cluster(*clusters.entry(own).or_insert(next));
        let name = columns.by.map(|c| cell(c).to_string());
        let at = *places.entry(name.clone().unwrap_or_default()).or_insert_with(|| {
            read.groups.push(Group { name, spells: Vec::new() });
            read.groups.len() - 1
        });
        if let Some(group) = read.groups.get_mut(at) {
            group.spells.push(spell);
        }
    }
    if read.groups.len() > MOST_GROUPS {
        let message = format!("{} groups, more than the {MOST_GROUPS} estimated", read.groups.len());
        problems.push(Problem::at(0, 0, message, "divide by a column with fewer values"));
    }
    if problems.is_empty() && read.groups.is_empty() {
        problems.push(Problem::at(0, 0, "no row is left", "look at --keep"));
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

fn is_open(args: &Args, value: &str) -> bool {
    if args.open.is_empty() {
        OPEN.iter().any(|o| o.eq_ignore_ascii_case(value))
    } else {
        args.open.iter().any(|o| o == value)
    }
}

/// Ways in which spells end, in order of their names; numbers in order of size.
fn causes(args: &Args, columns: &Columns, rows: &[(usize, Vec<String>)]) -> Vec<String> {
    let Some(event) = columns.event else { return vec!["ended".into()] };
    let cells = rows.iter().skip(1).filter(|(_, row)| {
        columns.wanted.iter().all(|(c, value)| row.get(*c).map_or("", |t| t.trim()) == value)
    });
    let values = cells.map(|(_, row)| row.get(event).map_or("", |t| t.trim()));
    let mut found: Vec<String> = values.filter(|v| !is_open(args, v)).map(String::from).collect();
    let number = |t: &String| t.parse::<f64>().unwrap_or(f64::INFINITY);
    found.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
    found.dedup();
    found
}

/// One row's spell; what is wrong with it goes to `problems`.
fn spell<'a>(
    args: &Args,
    columns: &Columns,
    line: usize,
    cell: &dyn Fn(usize) -> &'a str,
    causes: &[String],
    problems: &mut Vec<Problem>,
) -> Option<Spell> {
    let mut number = |c: usize, endless: bool| -> Option<f64> {
        let text = cell(c);
        let value = match text {
            "Inf" | "" | "NA" if endless => f64::INFINITY,
            text => text.parse().unwrap_or(f64::NAN),
        };
        let good = value >= 0.0 && (endless || value.is_finite());
        if !good {
            let hint = "times are numbers from 0; --keep leaves rows out";
            problems.push(Problem::at(line, c + 1, format!("\"{}\" is no time", shown(text)), hint));
        }
        good.then_some(value / args.unit)
    };
    let at = number(columns.time, false);
    let entry = columns.entry.map_or(Some(0.0), |c| number(c, false));
    let until = columns.until.map_or(at, |c| number(c, true));
    let (at, entry, until) = (at?, entry?, until?);
    if at < entry || until < at {
        let what = if at < entry {
            "it ends before it comes under observation"
        } else {
            "its latest end is before its earliest"
        };
        problems.push(Problem::at(line, columns.time + 1, what, "a spell runs from entry to time"));
        return None;
    }
    let value = columns.event.map(cell);
    let cause = match value {
        Some(value) if is_open(args, value) => None,
        Some(value) => causes.iter().position(|c| c == value),
        None => Some(0),
    };
    Some(match cause {
        None => Spell::censored(entry, at),
        Some(cause) if until > at => Spell::within(entry, at, until, cause),
        Some(cause) => Spell::exit(entry, at, cause),
    })
}

/// The beginning of a cell, for a message.
fn shown(text: &str) -> String {
    text.chars().take(20).collect()
}
