//! Pools: places that stages share, and the queue before them.

use crate::base::time::SimTime;

/// A pool of places.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Places from each time on, first entry from the beginning; rising in time. When places
    /// fall, stays in hand are finished.
    pub places: Vec<(SimTime, u32)>,
    /// Who goes first.
    pub queue: Queue,
    /// Most cases that may wait; more are refused. Unlimited if `None`.
    pub waiting_room: Option<u32>,
    /// Also measure the distribution of the number present, gaps between departures and busy
    /// periods.
    pub detail: bool,
    /// Wait thresholds in days for which the share of longer waits is reported.
    pub wait_over: Vec<f64>,
    /// Wait quantiles reported over the window, such as 0.5 and 0.9.
    pub quantiles: Vec<f64>,
}

/// Who goes first. Nobody overtakes a case that waits for more places than are free.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Queue {
    /// First come, first served.
    Fifo,
    /// Lowest priority number first, then first come; no stay is interrupted.
    Priority,
}
