//! Listening to single events, such as for a trace.

use crate::base::time::SimTime;

/// What happened to a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happening {
    /// It came into the model by this stream.
    Arrived(u16),
    /// It was already here, in this stage, at the beginning.
    Found(u16),
    /// It asked to enter this stage.
    Asked(u16),
    /// Its stay in this stage began.
    Started(u16),
    /// Its stay in this stage ended.
    Ended(u16),
    /// It gave up waiting for this stage.
    GaveUp(u16),
    /// It was refused by this stage.
    Refused(u16),
    /// It left the model this way.
    Left(u16),
    /// It came back through this exit.
    Returned(u16),
}

/// Who a case is, for a probe that keeps records of each.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Who<'a> {
    /// Siblings share this number.
    pub family: u64,
    /// When it was born; `None` in a model without ages.
    pub born: Option<SimTime>,
    /// Bit i is set for need i of the model.
    pub needs: u64,
    /// Value of each attribute of the model.
    pub attributes: &'a [u8],
    /// When its present stay began, for a case found; now for one that comes.
    pub since: SimTime,
}

/// Hears every event of a replication. No probe alters a run.
pub trait Probe {
    /// Told just before a case is heard of as arrived, found or returned.
    #[inline]
    fn meet(&mut self, _case: u32, _who: Who<'_>) {}

    /// `case` is the number of the case, from 0 in order of coming.
    fn hear(&mut self, at: SimTime, case: u32, happening: Happening);
}

/// Hears nothing.
pub struct Deaf;

impl Probe for Deaf {
    #[inline]
    fn hear(&mut self, _at: SimTime, _case: u32, _happening: Happening) {}
}

impl<P: Probe + ?Sized> Probe for &mut P {
    fn meet(&mut self, case: u32, who: Who<'_>) {
        (**self).meet(case, who);
    }

    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        (**self).hear(at, case, happening);
    }
}
