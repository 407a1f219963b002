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

/// Hears every event of a replication. No probe alters a run.
pub trait Probe {
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
    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        (**self).hear(at, case, happening);
    }
}
