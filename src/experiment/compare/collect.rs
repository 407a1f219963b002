//! Replications of one variant, taken from what is kept and computed where it is not.

use super::super::ignorance::{Drawn, Nesting};
use super::super::run::{Plan, Rows, Watch, run, run_drawn};
use super::sheet::{Shape, Sheet, reduce};
use crate::engine::{Network, RunError};
use ndarray::{Array2, Axis};
use std::collections::BTreeMap;

/// Replications kept together: numbers 1 to 16 are block 0, 17 to 32 block 1.
pub const BLOCK: u64 = 16;

/// What one replication gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its events.
    pub events: u64,
    /// Its numbers, in the order of the shape.
    pub values: Vec<f64>,
}

/// Replications of one block by number.
pub type Block = BTreeMap<u64, Kept>;

/// Why computed replications could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeepError(pub String);

/// Keeps computed replications of one variant between runs.
pub trait Keep {
    /// A block that is there and sound.
    fn read(&mut self, block: u64) -> Option<Block>;
    /// Keeps a block in place of an earlier one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, block: u64, kept: &Block) -> Result<(), KeepError>;
    /// Gives up all blocks of the variant.
    fn clear(&mut self);
}

/// Keeps nothing.
#[derive(Debug)]
pub struct Nothing;

impl Keep for Nothing {
    fn read(&mut self, _: u64) -> Option<Block> {
        None
    }
    fn write(&mut self, _: u64, _: &Block) -> Result<(), KeepError> {
        Ok(())
    }
    fn clear(&mut self) {}
}

/// Whose numbers the replications of a variant use.
#[derive(Clone, Copy)]
pub enum Numbers<'a> {
    /// The model's own throughout.
    Own,
    /// Those of the draw of each replication, the same draw in every variant; made for a plan when they are needed.
    Drawn(Nesting, &'a (dyn Fn(Plan) -> Result<Drawn, String> + 'a)),
}

/// The replications of a variant.
#[derive(Debug)]
pub struct Collected {
    /// Those there are, in order.
    pub sheet: Sheet,
    /// How many of them were kept from before.
    pub reused: u64,
    /// Whether what was kept did not agree with a replication computed anew, so was not used.
    pub stale: bool,
    /// Whether the run was stopped before all were there.
    pub stopped: bool,
}

/// Why replications could not be had.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The simulation.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Keeping them.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// A draw of the model's numbers that cannot be run.
    #[error("{0}")]
    Draw(String),
}

/// Replications of a plan, from what is kept where possible, `batch` computed at a time.
///
/// Kept numbers are used only if the first of them, computed anew, is the same to the last bit:
/// a build that computes otherwise finds nothing to reuse.
///
/// # Errors
/// As the simulation and the keeping.
pub fn collect(
    network: &Network,
    whose: Numbers<'_>,
    plan: Plan,
    batch: u64,
    watch: &impl Watch,
    keep: &mut dyn Keep,
) -> Result<Collected, CollectError> {
    let shape = Shape::of(network);
    let numbers = plan.first..plan.first.saturating_add(plan.replications);
    let blocks = block_of(numbers.start)..=block_of(numbers.end.saturating_sub(1));
    let mut have: BTreeMap<u64, Kept> = BTreeMap::new();
    for block in blocks {
        let sound = |(n, kept): &(u64, Kept)| block_of(*n) == block && kept.values.len() == shape.columns();
        have.extend(keep.read(block).unwrap_or_default().into_iter().filter(sound));
    }
    let mut stale = false;
    let first = have.range(numbers.clone()).next().map(|(n, kept)| (*n, kept.clone()));
    if let Some((number, kept)) = first {
        let again =
            compute(network, whose, &shape, Plan { first: number, replications: 1, ..plan }, &Quiet(watch))?;
        stale = again.get(&number).is_some_and(|new| !same(new, &kept));
        if stale {
            have.clear();
            keep.clear();
        }
    }
    let reused = have.range(numbers.clone()).count() as u64;
    (0..reused).for_each(|_| watch.done());
    let missing: Vec<u64> = numbers.clone().filter(|n| !have.contains_key(n)).collect();
    for (first, count) in runs_of(&missing, batch.max(1)) {
        let new = compute(network, whose, &shape, Plan { first, replications: count, ..plan }, watch)?;
        let done = new.len() as u64;
        let touched: Vec<u64> = new.keys().map(|n| block_of(*n)).collect();
        have.extend(new);
        for block in
            touched.first().copied().into_iter().flat_map(|a| a..=touched.last().copied().unwrap_or(a))
        {
            let kept: Block =
                have.range(first_of(block)..first_of(block + 1)).map(|(n, k)| (*n, k.clone())).collect();
            keep.write(block, &kept)?;
        }
        if done < count {
            break;
        }
    }
    have.retain(|n, _| numbers.contains(n));
    let stopped = (have.len() as u64) < plan.replications;
    let events = have.values().map(|k| k.events).sum();
    let mut values = Array2::zeros((have.len(), shape.columns()));
    for (mut row, kept) in values.rows_mut().into_iter().zip(have.values()) {
        row.iter_mut().zip(&kept.values).for_each(|(to, from)| *to = *from);
    }
    let numbers: Vec<u64> = have.into_keys().collect();
    let draws = match whose {
        Numbers::Own => Vec::new(),
        Numbers::Drawn(nesting, _) => numbers.iter().map(|n| nesting.draw(*n) + 1).collect(),
    };
    let sheet = Sheet { shape, numbers, draws, values, events };
    Ok(Collected { sheet, reused, stale, stopped })
}

fn block_of(number: u64) -> u64 {
    number.saturating_sub(1) / BLOCK
}

fn first_of(block: u64) -> u64 {
    block.saturating_mul(BLOCK).saturating_add(1)
}

fn same(a: &Kept, b: &Kept) -> bool {
    a.events == b.events && a.values.iter().map(|v| v.to_bits()).eq(b.values.iter().map(|v| v.to_bits()))
}

/// Consecutive numbers, at most `most` at a time: (first, how many).
fn runs_of(numbers: &[u64], most: u64) -> Vec<(u64, u64)> {
    let mut out: Vec<(u64, u64)> = Vec::new();
    for &n in numbers {
        match out.last_mut() {
            Some((first, count)) if *first + *count == n && *count < most => *count += 1,
            _ => out.push((n, 1)),
        }
    }
    out
}

fn compute(
    network: &Network,
    whose: Numbers<'_>,
    shape: &Shape,
    plan: Plan,
    watch: &impl Watch,
) -> Result<BTreeMap<u64, Kept>, CollectError> {
    let (rows, values) = match whose {
        Numbers::Own => {
            let rows = run(network, plan, watch)?;
            let values = reduce(network, shape, &rows);
            (rows, values)
        }
        Numbers::Drawn(_, make) => {
            let drawn = make(plan).map_err(CollectError::Draw)?;
            let rows = run_drawn(&drawn, plan, watch)?;
            let values = reduce_drawn(&drawn, shape, &rows);
            (rows, values)
        }
    };
    let kept = rows
        .events
        .iter()
        .zip(values.rows())
        .map(|(events, row)| Kept { events: *events, values: row.to_vec() });
    Ok(rows.numbers.iter().copied().zip(kept).collect())
}

/// The named measures, each with the prices and numbers of its draw.
fn reduce_drawn(drawn: &Drawn, shape: &Shape, rows: &Rows) -> Array2<f64> {
    let mut out = Array2::from_elem((rows.numbers.len(), shape.columns()), f64::NAN);
    for (i, number) in rows.numbers.iter().enumerate() {
        let one = Rows {
            numbers: vec![*number],
            values: rows.values.select(Axis(0), &[i]),
            events: vec![0],
            most_cases: 0,
            stopped: false,
            draws: Vec::new(),
        };
        let measured = reduce(drawn.network(*number), shape, &one);
        if let Some(row) = measured.rows().into_iter().next() {
            out.row_mut(i).assign(&row);
        }
    }
    out
}

/// Stops when asked, and does not count: for replications computed to check others.
struct Quiet<'a, W: Watch>(&'a W);

impl<W: Watch> Watch for Quiet<'_, W> {
    fn stop(&self) -> bool {
        self.0.stop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fall_into_runs_and_blocks() {
        assert_eq!(runs_of(&[1, 2, 3, 7, 8], 2), vec![(1, 2), (3, 1), (7, 2)]);
        assert_eq!(runs_of(&[], 5), vec![]);
        assert_eq!((block_of(1), block_of(16), block_of(17), first_of(1)), (0, 0, 1, 17));
    }
}
