//! The agenda: a bucketed calendar queue over the known horizon.
//!
//! A bucket is an unsorted linked list; the current bucket is a small sorted array. With a few
//! events a bucket, pushing and popping cost O(1). Ties are ordered by (time, phase, insertion).
//! After R. Brown, "Calendar queues", CACM 31(10), 1988, without resizing: the horizon and the
//! number of events are known beforehand. Only the near span of time has buckets; later spans keep
//! their events in chunks, unsorted, until they are near: most events are set far ahead, and a
//! chunk is written and read in order where buckets would be scattered over memory.

/// Events at one instant happen in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Phase {
    /// A stay ends, and its places are offered to the queue.
    Finish = 0,
    /// Places change by calendar.
    Shift = 1,
    /// A case gives up waiting, or reaches the age limit while it waits.
    GiveUp = 2,
    /// A case comes back.
    Return = 3,
    /// A family arrives.
    Arrive = 4,
    /// Something happens to a referral to a service, or to the service's places.
    Service = 5,
}

/// One event: what happens is told by its phase and the number it carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// Milliseconds since the beginning of the run (warm-up included).
    pub at: u64,
    /// Its phase.
    pub phase: Phase,
    /// Its insertion number; a case remembers the one of its pending event.
    pub sequence: u32,
    /// The case, pool or stream.
    pub who: u32,
}

/// (time, phase) in the high half, then sequence and who.
type Packed = u128;

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Node {
    event: Packed,
    next: u32,
}

/// Events of a far span, in two lines of the processor's cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Chunk {
    events: [Packed; CHUNK],
    len: u32,
    next: u32,
}

/// The agenda of one replication.
pub struct Agenda {
    /// First node of each bucket of the near span.
    heads: Vec<u32>,
    nodes: Vec<Node>,
    free: Vec<u32>,
    /// First chunk of each span.
    far: Vec<u32>,
    chunks: Vec<Chunk>,
    free_chunks: Vec<u32>,
    /// The current bucket, latest first.
    current: Vec<Packed>,
    bucket: usize,
    /// The bucket at which the next span begins.
    near_until: usize,
    /// A bucket spans 2^shift milliseconds.
    shift: u32,
    /// Events at or after this time are never stored.
    end: u64,
    sequence: u32,
}

/// Events a bucket aims to hold.
const PER_BUCKET: u64 = 4;
/// Buckets a span, as a power of two.
const SPAN_BITS: u32 = 8;
const SPAN: usize = 1 << SPAN_BITS;
const MOST_BUCKETS: u64 = 1 << 21;
const CHUNK: usize = 7;

impl Agenda {
    /// An agenda for events in `[0, end)` milliseconds, of which about `expected` will happen.
    pub fn new(end: u64, expected: u64) -> Agenda {
        let wanted = (expected / PER_BUCKET).clamp(64, MOST_BUCKETS);
        let width = (end / wanted).max(1);
        // the power of two nearest below, so that a shift finds the bucket
        let shift = 63 - width.leading_zeros();
        let buckets = (end >> shift) as usize + 1;
        Agenda {
            heads: vec![NONE; SPAN],
            nodes: Vec::new(),
            free: Vec::new(),
            far: vec![NONE; (buckets >> SPAN_BITS) + 1],
            chunks: Vec::new(),
            free_chunks: Vec::new(),
            current: Vec::new(),
            bucket: 0,
            near_until: SPAN,
            shift,
            end,
            sequence: 0,
        }
    }

    /// Forgets all events, keeping the memory.
    pub fn clear(&mut self) {
        self.heads.fill(NONE);
        self.nodes.clear();
        self.free.clear();
        self.far.fill(NONE);
        self.chunks.clear();
        self.free_chunks.clear();
        self.current.clear();
        self.bucket = 0;
        self.near_until = SPAN;
        self.sequence = 0;
    }

    /// Adds an event and returns its sequence number; past the horizon it is only numbered.
    /// O(1) on average.
    #[inline(always)]
    pub fn push(&mut self, at: u64, phase: Phase, who: u32) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        if at >= self.end {
            return self.sequence;
        }
        let event = pack(at, phase, self.sequence, who);
        let bucket = (at >> self.shift) as usize;
        if bucket >= self.near_until {
            self.push_far(bucket >> SPAN_BITS, event);
        } else if bucket <= self.bucket {
            insert(&mut self.current, event);
        } else {
            self.push_near(bucket, event);
        }
        self.sequence
    }

    #[inline(always)]
    fn push_near(&mut self, bucket: usize, event: Packed) {
        let head = &mut self.heads[bucket % SPAN];
        let node = Node { event, next: *head };
        *head = match self.free.pop() {
            Some(k) => {
                self.nodes[k as usize] = node;
                k
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
    }

    #[inline(always)]
    fn push_far(&mut self, span: usize, event: Packed) {
        let head = &mut self.far[span];
        if let Some(chunk) = self.chunks.get_mut(*head as usize)
            && let Some(place) = chunk.events.get_mut(chunk.len as usize)
        {
            *place = event;
            chunk.len += 1;
            return;
        }
        let chunk = Chunk { events: [event; CHUNK], len: 1, next: *head };
        *head = match self.free_chunks.pop() {
            Some(k) => {
                self.chunks[k as usize] = chunk;
                k
            }
            None => {
                self.chunks.push(chunk);
                (self.chunks.len() - 1) as u32
            }
        };
    }

    /// Takes the first event; `None` when there are no more.
    #[cfg(test)]
    fn pop(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pop_current() {
                return Some(event);
            }
            if !self.next_bucket().0 {
                return None;
            }
        }
    }

    /// Takes the first event of the current bucket, or `None` if that bucket is done.
    #[inline(always)]
    pub fn pop_current(&mut self) -> Option<Event> {
        self.current.pop().map(unpack)
    }

    /// Whose events the current bucket holds.
    #[inline]
    pub fn soon(&self) -> impl Iterator<Item = u32> + '_ {
        self.current.iter().map(|event| *event as u32)
    }

    /// Whose events the near span held when it began.
    pub fn in_span(&self) -> impl Iterator<Item = u32> + '_ {
        self.nodes.iter().map(|node| node.event as u32)
    }

    /// Sorts the next bucket that holds anything into `current`. Returns whether there is one, and
    /// whether it is the first of a new span.
    #[inline]
    pub fn next_bucket(&mut self) -> (bool, bool) {
        let mut new_span = false;
        loop {
            self.bucket += 1;
            if self.bucket >= self.near_until {
                if !self.next_span() {
                    return (false, false);
                }
                new_span = true;
            }
            let mut k = std::mem::replace(&mut self.heads[self.bucket % SPAN], NONE);
            if k == NONE {
                continue;
            }
            while k != NONE {
                let node = self.nodes[k as usize];
                self.free.push(k);
                insert(&mut self.current, node.event);
                k = node.next;
            }
            return (true, new_span);
        }
    }

    /// Spreads the events of the next span that holds anything over its buckets; false when there is none.
    #[inline(never)]
    fn next_span(&mut self) -> bool {
        // the near buckets are all empty, so their nodes can be laid out anew, one after another
        self.nodes.clear();
        self.free.clear();
        let mut span = self.near_until >> SPAN_BITS;
        while self.far.get(span).is_some_and(|head| *head == NONE) {
            span += 1;
        }
        let Some(head) = self.far.get_mut(span) else { return false };
        let mut k = std::mem::replace(head, NONE);
        self.bucket = span << SPAN_BITS;
        self.near_until = (span + 1) << SPAN_BITS;
        while k != NONE {
            let chunk = self.chunks[k as usize];
            for &event in chunk.events.iter().take(chunk.len as usize) {
                let at = (event >> 64) as u64 >> 3;
                self.push_near((at >> self.shift) as usize, event);
            }
            self.free_chunks.push(k);
            k = chunk.next;
        }
        true
    }
}

/// Keeps `list` sorted, latest first. Short lists only.
#[inline]
fn insert(list: &mut Vec<Packed>, event: Packed) {
    let mut at = list.len();
    list.push(event);
    while at > 0 && list[at - 1] < event {
        list[at] = list[at - 1];
        at -= 1;
    }
    list[at] = event;
}

#[inline]
fn pack(at: u64, phase: Phase, sequence: u32, who: u32) -> Packed {
    (u128::from(at << 3 | phase as u64) << 64) | (u128::from(sequence) << 32) | u128::from(who)
}

#[inline]
fn unpack(event: Packed) -> Event {
    let high = (event >> 64) as u64;
    let phase = match high & 7 {
        0 => Phase::Finish,
        1 => Phase::Shift,
        2 => Phase::GiveUp,
        3 => Phase::Return,
        4 => Phase::Arrive,
        _ => Phase::Service,
    };
    Event { at: high >> 3, phase, sequence: (event >> 32) as u32, who: event as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::mix;

    /// Against a sorted list, with pushes between pops and many ties.
    #[test]
    fn events_come_in_order_of_time_phase_and_insertion() {
        for (end, expected) in [(1_000, 1), (1_000, 5_000), (50_000_000, 4_000)] {
            let mut agenda = Agenda::new(end, expected);
            let mut reference: std::collections::BTreeSet<(u64, u8, u32)> = Default::default();
            let (mut now, mut taken) = (0, 0);
            for i in 0..5_000u64 {
                let r = mix(i);
                if r % 5 < 3 {
                    let at = now + mix(r) % (end / 50);
                    let phase = [Phase::Finish, Phase::Shift, Phase::GiveUp, Phase::Return, Phase::Arrive]
                        [(r >> 8) as usize % 5];
                    let sequence = agenda.push(at, phase, i as u32);
                    if at < end {
                        reference.insert((at, phase as u8, sequence));
                    }
                } else if let Some(event) = agenda.pop() {
                    assert_eq!(reference.pop_first(), Some((event.at, event.phase as u8, event.sequence)));
                    now = event.at;
                    taken += 1;
                }
            }
            while let Some(event) = agenda.pop() {
                assert_eq!(reference.pop_first(), Some((event.at, event.phase as u8, event.sequence)));
                taken += 1;
            }
            assert!(reference.is_empty() && taken > 100);
        }
    }
}
