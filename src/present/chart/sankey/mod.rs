//! Flows between stages, every band to one scale.
//!
//! plotters has no such diagram, so the layout is our own: flows that skip columns are given a
//! way through them, columns are ordered to reduce crossings, stages are moved to keep bands
//! level, and flows that go back run in lanes of their own below everything else.

mod draw;
mod graph;
mod layout;
mod loops;

use super::error::{ChartError, at_most};
use super::scene::Drawing;

/// A stage, or a way out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SankeyNode {
    /// Name.
    pub name: String,
    /// Column, from 0 on the left.
    pub column: usize,
    /// Whether children leave the picture here.
    pub exit: bool,
}

/// A number of children who go from one stage to another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SankeyFlow {
    /// Index of the stage they leave.
    pub from: usize,
    /// Index of the stage they go to; in the same or an earlier column for a return.
    pub to: usize,
    /// How many; flows of zero are left out.
    pub value: f64,
}

/// A flow diagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Sankey {
    /// Stable id.
    pub id: String,
    /// What is shown, read out in place of the picture.
    pub title: String,
    /// What flows, such as `children`.
    pub unit: String,
    /// Headings of the columns; empty for none.
    pub columns: Vec<String>,
    /// The stages.
    pub nodes: Vec<SankeyNode>,
    /// The flows.
    pub flows: Vec<SankeyFlow>,
    /// Least width in CSS pixels; the picture grows if its columns need it.
    pub width: f64,
    /// Height in CSS pixels that the stages should take; it grows if their names need it.
    pub height: f64,
}

impl Default for Sankey {
    fn default() -> Self {
        Sankey {
            id: String::new(),
            title: String::new(),
            unit: "children".to_owned(),
            columns: Vec::new(),
            nodes: Vec::new(),
            flows: Vec::new(),
            width: 1000.0,
            height: 520.0,
        }
    }
}

/// The most columns.
const MOST_COLUMNS: usize = 10;

impl Sankey {
    /// The diagram as SVG.
    pub fn svg(&self) -> Result<String, ChartError> {
        Ok(self.drawing()?.svg())
    }

    /// The diagram with the places of its labels.
    pub fn drawing(&self) -> Result<Drawing, ChartError> {
        self.check()?;
        let s = self.without_empty_columns();
        let graph = graph::Graph::build(&s);
        let layout = layout::Layout::new(&s, &graph);
        draw::draw(&s, &graph, &layout)
    }

    /// The same diagram with no room for columns that nothing flows through.
    fn without_empty_columns(&self) -> Sankey {
        let shown = |i: usize| self.flows.iter().any(|f| f.value > 0.0 && (f.from == i || f.to == i));
        let mut used: Vec<usize> = self.nodes.iter().map(|n| n.column).collect();
        used.sort_unstable();
        used.dedup();
        used.retain(|c| (0..self.nodes.len()).any(|i| self.nodes[i].column == *c && shown(i)));
        let mut s = self.clone();
        for n in &mut s.nodes {
            // A stage that is not shown may stand anywhere.
            n.column = used.iter().position(|c| *c == n.column).unwrap_or(0);
        }
        let heading = |c: &usize| self.columns.get(*c).cloned().unwrap_or_default();
        s.columns = used.iter().map(heading).collect();
        s
    }

    fn check(&self) -> Result<(), ChartError> {
        super::error::Size { width: self.width, height: self.height }.check()?;
        at_most("stages", self.nodes.len(), 60)?;
        at_most("flows", self.flows.len(), 200)?;
        at_most("columns", self.nodes.iter().map(|n| n.column + 1).max().unwrap_or(0), MOST_COLUMNS)?;
        for (i, f) in self.flows.iter().enumerate() {
            if f.from >= self.nodes.len() || f.to >= self.nodes.len() {
                return Err(ChartError::Flow(i, "there is no such stage"));
            }
            if !(f.value >= 0.0 && f.value < 1e12) {
                return Err(ChartError::Flow(i, "its value is not a number of zero or more"));
            }
        }
        if self.flows.iter().all(|f| f.value <= 0.0) {
            return Err(ChartError::Empty("no flows"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
