//! What each column of a row is.

use super::sink::{Part, Sink};
use super::tally::Tally;
use super::write;
use crate::base::time::SimTime;
use crate::engine::network::{Edge, ways};
use crate::model::Model;
use crate::model::run::Parts;
use crate::model::selector::Condition;
use crate::model::stage::{Dest, Stage};
use serde::Serialize;

/// One number that every replication yields.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Column {
    /// What is measured; the measures are listed in `docs/measures.md`.
    pub measure: &'static str,
    /// Kind of thing it is measured of: `stage`, `pool`, `group`, `stream`, `exit`, `staff` (a role
    /// in a team), `role` or `model`.
    /// Kind of thing it is measured of: `stage`, `pool`, `group`, `stream`, `exit`, `service` or `model`.
    pub kind: &'static str,
    /// The stage, pool, group, stream or exit.
    pub of: String,
    /// Part of it, such as a destination, a band or a quantile; may be empty.
    pub part: String,
    /// Index of the reporting period; `None` for the window.
    pub period: Option<u16>,
}

/// The columns of every row of a network.
#[derive(Clone, Debug)]
pub struct Layout {
    columns: Vec<Column>,
    edges: Vec<SimTime>,
    /// Index of the first column of each period, then of the window, then the end.
    firsts: Vec<usize>,
}

/// Names of the things counted, in the order of their numbers.
pub(crate) struct Names {
    pub stages: Vec<String>,
    pub ways: Vec<Vec<String>>,
    pub pools: Vec<String>,
    pub exits: Vec<String>,
    pub streams: Vec<String>,
    pub groups: Vec<String>,
    pub services: Vec<String>,
    pub parts: Vec<String>,
    /// A role in a team.
    pub desks: Vec<String>,
    pub roles: Vec<String>,
}

impl Layout {
    pub(crate) fn new(model: &Model, edges: &[Edge]) -> Layout {
        let tally = Tally::new(model);
        let staff = super::staff::StaffTally::new(model);
        let names = names(model);
        let mut sink = ColumnSink { names: &names, columns: Vec::new(), kind: "", of: 0, period: None };
        let mut firsts = Vec::new();
        let periods = edges.iter().filter(|e| e.ends_period).count();
        for period in 0..periods {
            firsts.push(sink.columns.len());
            sink.period = Some(period as u16);
            write::period(&tally, model, 1, &mut sink);
            staff.iter().for_each(|s| s.write(model, 1, &mut sink));
            super::services::columns(model, &mut sink);
        }
        firsts.push(sink.columns.len());
        sink.period = None;
        write::window(&tally, model, 1, &mut sink);
        staff.iter().for_each(|s| s.write(model, 1, &mut sink));
        super::services::columns(model, &mut sink);
        for (p, _) in model.pools.iter().enumerate().filter(|p| p.1.detail) {
            write::detail(p, &super::detail::Detail::default(), &mut sink);
        }
        let columns = sink.columns;
        firsts.push(columns.len());
        let mut times = vec![SimTime::ZERO];
        times.extend(edges.iter().filter(|e| e.ends_period).map(|e| e.at));
        Layout { columns, edges: times, firsts }
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// First moments of the periods, and the end of the last.
    pub fn period_edges(&self) -> &[SimTime] {
        &self.edges
    }

    /// Index of a column; `None` if there is no such column.
    pub fn find(
        &self,
        kind: &str,
        measure: &str,
        of: &str,
        part: &str,
        period: Option<usize>,
    ) -> Option<usize> {
        let slot = period.unwrap_or(self.firsts.len().saturating_sub(2));
        let (from, to) = (*self.firsts.get(slot)?, *self.firsts.get(slot + 1)?);
        let found = self
            .columns
            .get(from..to)?
            .iter()
            .position(|c| c.kind == kind && c.measure == measure && c.of == of && c.part == part)?;
        Some(from + found)
    }

    /// Numbers in a period's part of a row: every period has the same columns in the same order.
    pub fn period_stride(&self) -> usize {
        match self.firsts.as_slice() {
            [a, b, ..] if self.firsts.len() > 2 => b - a,
            _ => 0,
        }
    }
}

struct ColumnSink<'a> {
    names: &'a Names,
    columns: Vec<Column>,
    kind: &'static str,
    of: usize,
    period: Option<u16>,
}

impl Sink for ColumnSink<'_> {
    fn about(&mut self, kind: &'static str, of: usize) {
        (self.kind, self.of) = (kind, of);
    }

    fn put(&mut self, measure: &'static str, part: Part, _value: f64) {
        let n = self.names;
        let list = match self.kind {
            "stage" => &n.stages,
            "pool" => &n.pools,
            "exit" => &n.exits,
            "stream" => &n.streams,
            "group" => &n.groups,
            "staff" => &n.desks,
            "role" => &n.roles,
            "service" => &n.services,
            _ => &Vec::new(),
        };
        let part = match part {
            Part::Whole => String::new(),
            Part::Way(i) => n.ways.get(self.of).and_then(|w| w.get(i)).cloned().unwrap_or_default(),
            Part::Band(i) => i.to_string(),
            Part::Quantile(q) => format!("q{q}"),
            Part::Over(days) => format!("over {days} days"),
            Part::Within(days) => format!("within {days} days"),
            Part::Number(k) => k.to_string(),
            Part::Stage(i) => n.stages.get(i).cloned().unwrap_or_default(),
            Part::By(i) => n.parts.get(i).cloned().unwrap_or_default(),
        };
        let of = list.get(self.of).cloned().unwrap_or_default();
        self.columns.push(Column { measure, kind: self.kind, of, part, period: self.period });
    }
}

/// The name of a destination.
pub fn dest_name(model: &Model, dest: Dest) -> &str {
    match dest {
        Dest::Stage(id) => &model.stages[id].name,
        Dest::Exit(id) => &model.exits[id].name,
    }
}

fn names(model: &Model) -> Names {
    let way_names = |s: &Stage| ways(s).iter().map(|d| dest_name(model, *d).to_string()).collect();
    let (desks, roles) = super::staff::names(model);
    Names {
        stages: model.stages.iter().map(|s| s.name.clone()).collect(),
        ways: model.stages.iter().map(way_names).collect(),
        pools: model.pools.iter().map(|p| p.name.clone()).collect(),
        exits: model.exits.iter().map(|e| e.name.clone()).collect(),
        streams: model.streams.iter().map(|s| s.name.clone()).collect(),
        groups: model.groups.iter().map(|g| g.name.clone()).collect(),
        services: model.services.iter().map(|s| s.name.clone()).collect(),
        parts: part_names(model),
        desks,
        roles,
    }
}

/// Names of the parts of the cases that are reported.
pub fn part_names(model: &Model) -> Vec<String> {
    let name = |c: &Condition| match c {
        Condition::Age(a) => model.ages.get(usize::from(*a)).map_or(String::new(), |a| a.name.clone()),
        Condition::Need(n) => model.needs[*n].name.clone(),
        Condition::Attribute(a, v) => {
            let attribute = &model.attributes[*a];
            let value = attribute.values.get(usize::from(*v)).map_or("", String::as_str);
            format!("{}={value}", attribute.name)
        }
    };
    Parts::of(model).conditions.iter().map(name).collect()
}
