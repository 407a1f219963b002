//! The queue before a pool. It knows its order and nothing about who waits.

use std::collections::{BTreeMap, VecDeque};

/// Waiting cases in order. A case that gave up is skipped when it surfaces.
pub(crate) enum Line {
    /// (case, ticket)
    Fifo(VecDeque<(u32, u32)>),
    /// (priority, ticket) to case
    Priority(BTreeMap<(i32, u32), u32>),
}

/// The state of a pool.
pub(crate) struct PoolState {
    pub places: i64,
    pub busy: i64,
    pub waiting: u32,
    pub line: Line,
    next_ticket: u32,
    next_shift: usize,
}

impl PoolState {
    pub fn new(by_priority: bool) -> PoolState {
        let line = if by_priority { Line::Priority(BTreeMap::new()) } else { Line::Fifo(VecDeque::new()) };
        PoolState { places: 0, busy: 0, waiting: 0, line, next_ticket: 0, next_shift: 0 }
    }

    pub fn clear(&mut self) {
        (self.places, self.busy, self.waiting) = (0, 0, 0);
        (self.next_ticket, self.next_shift) = (0, 0);
        match &mut self.line {
            Line::Fifo(line) => line.clear(),
            Line::Priority(line) => line.clear(),
        }
    }

    /// Whether a case may start at once: nobody waits and places are free.
    #[inline]
    pub fn admits(&self, amount: u32) -> bool {
        self.waiting == 0 && self.places - self.busy >= i64::from(amount)
    }

    /// Puts a case in the queue and returns its ticket.
    pub fn join(&mut self, case: u32, priority: i32) -> u32 {
        let ticket = self.next_ticket;
        self.next_ticket = self.next_ticket.wrapping_add(1);
        self.waiting += 1;
        match &mut self.line {
            Line::Fifo(line) => line.push_back((case, ticket)),
            Line::Priority(line) => {
                line.insert((priority, ticket), case);
            }
        }
        ticket
    }

    /// The case at the head; the caller says whether a (case, ticket) still waits.
    #[inline]
    pub fn head(&mut self, still: impl Fn(u32, u32) -> bool) -> Option<u32> {
        if self.waiting == 0 {
            return None;
        }
        match &mut self.line {
            Line::Fifo(line) => loop {
                let &(case, ticket) = line.front()?;
                if still(case, ticket) {
                    return Some(case);
                }
                line.pop_front();
            },
            Line::Priority(line) => loop {
                let (&(priority, ticket), &case) = line.first_key_value()?;
                if still(case, ticket) {
                    return Some(case);
                }
                line.remove(&(priority, ticket));
            },
        }
    }

    /// Takes the head away.
    #[inline]
    pub fn take_head(&mut self) {
        self.waiting -= 1;
        match &mut self.line {
            Line::Fifo(line) => {
                line.pop_front();
            }
            Line::Priority(line) => {
                line.pop_first();
            }
        }
    }

    /// A case gave up; clears the line of such cases when they are many.
    pub fn gave_up(&mut self, still: impl Fn(u32, u32) -> bool) {
        self.waiting = self.waiting.saturating_sub(1);
        let limit = 2 * self.waiting as usize + 64;
        match &mut self.line {
            Line::Fifo(line) if line.len() > limit => line.retain(|&(case, ticket)| still(case, ticket)),
            Line::Priority(line) if line.len() > limit => {
                line.retain(|&(_, ticket), &mut case| still(case, ticket));
            }
            _ => {}
        }
    }

    /// The index of the next change of places, counting on.
    pub fn shift(&mut self) -> usize {
        self.next_shift += 1;
        self.next_shift - 1
    }
}
