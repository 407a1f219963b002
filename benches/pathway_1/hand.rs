//! pathway-1 written by hand for this one workload, as tight as safe code goes: the measure of what
//! generality costs. Times are days as `f64`; random numbers come from one SplitMix64 stream.

use std::collections::VecDeque;

pub const STAGES: usize = 7;
const END: f64 = 1825.0;
const FROM: f64 = 365.0;
/// Buckets of the calendar: about five events each.
const BUCKETS: usize = 1 << 16;
const NOBODY: u32 = u32::MAX;
/// Number of the stream of contacts, beside the children.
const CONTACT: u32 = u32::MAX - 1;
const OUT: u8 = u8::MAX;

/// Pool of each stage.
const POOL: [Option<usize>; STAGES] = [None, None, Some(1), Some(0), Some(0), Some(0), None];
/// Where to, with the cumulative probability.
const ROUTES: [&[(f64, u8)]; STAGES] = [
    &[(0.535, OUT), (0.635, 1), (0.7, 2), (1.0, 3)],
    &[(0.85, OUT), (1.0, 2)],
    &[(0.5, OUT), (1.0, 4)],
    &[(0.45, OUT), (0.6, 2), (0.88, 4), (1.0, 5)],
    &[(0.6, OUT), (0.75, 2), (1.0, 5)],
    &[(0.55, 4), (0.85, OUT), (1.0, 6)],
    &[(1.0, OUT)],
];
/// Mean and coefficient of variation of the log-normal stays.
const LENGTHS: [(f64, f64); STAGES] =
    [(1.0, 1.0), (120.0, 0.8), (150.0, 0.7), (32.0, 0.4), (180.0, 0.9), (330.0, 0.8), (800.0, 1.2)];

/// What a replication measures: all that the workload asks for.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub events: u64,
    pub arrivals: [u64; STAGES],
    pub completions: [u64; STAGES],
    pub census: [f64; STAGES],
    /// Mean wait, its 95th percentile, number waiting, use; by pool.
    pub pools: [[f64; 4]; 2],
}

/// SplitMix64 with the ziggurat of Marsaglia & Tsang (2000) for normal and exponential numbers.
struct Luck {
    state: u64,
    normal: Ziggurat,
    exponential: Ziggurat,
}

const LAYERS: usize = 256;

struct Ziggurat {
    x: [f64; LAYERS + 1],
    y: [f64; LAYERS + 1],
}

impl Ziggurat {
    /// Layers of equal area `v` under `f`, the lowest ending at `r`.
    fn new(r: f64, v: f64, f: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Ziggurat {
        let (mut x, mut y) = ([0.0; LAYERS + 1], [0.0; LAYERS + 1]);
        (x[0], x[1]) = (v / f(r), r);
        for i in 2..LAYERS {
            x[i] = inverse(v / x[i - 1] + f(x[i - 1]));
        }
        for i in 0..=LAYERS {
            y[i] = f(x[i]);
        }
        Ziggurat { x, y }
    }
}

impl Luck {
    fn new() -> Luck {
        Luck {
            state: 0,
            normal: Ziggurat::new(
                3.654_152_885_361_009,
                0.004_928_673_233_992_336,
                |x| (-0.5 * x * x).exp(),
                |y| (-2.0 * y.ln()).sqrt(),
            ),
            exponential: Ziggurat::new(
                7.697_117_470_131_05,
                0.003_949_659_822_581_572,
                |x| (-x).exp(),
                |y| -y.ln(),
            ),
        }
    }

    #[inline(always)]
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[inline(always)]
    fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    #[inline(always)]
    fn exp1(&mut self) -> f64 {
        loop {
            let bits = self.bits();
            let i = (bits & 255) as usize;
            let u = (bits >> 12) as f64 * (1.0 / 4_503_599_627_370_496.0);
            let z = &self.exponential;
            let x = u * z.x[i];
            if x < z.x[i + 1] {
                return x;
            }
            if i == 0 {
                return z.x[1] - self.unit().ln();
            }
            let (low, high) = (z.y[i], z.y[i + 1]);
            if low + (high - low) * self.unit() < (-x).exp() {
                return x;
            }
        }
    }

    #[inline(always)]
    fn gauss(&mut self) -> f64 {
        loop {
            let bits = self.bits();
            let i = (bits & 255) as usize;
            let u = (bits as i64 >> 11) as f64 * (1.0 / 4_503_599_627_370_496.0);
            let z = &self.normal;
            let x = u * z.x[i];
            if x.abs() < z.x[i + 1] {
                return x;
            }
            if i == 0 {
                return self.tail(u);
            }
            let (low, high) = (z.y[i], z.y[i + 1]);
            if low + (high - low) * self.unit() < (-0.5 * x * x).exp() {
                return x;
            }
        }
    }

    #[cold]
    fn tail(&mut self, sign: f64) -> f64 {
        let r = self.normal.x[1];
        loop {
            let (x, y) = (-self.unit().ln() / r, -self.unit().ln());
            if 2.0 * y > x * x {
                return (r + x).copysign(sign);
            }
        }
    }

    /// Marsaglia & Tsang 2000, shape above 1.
    #[inline(always)]
    fn gamma(&mut self, d: f64, c: f64) -> f64 {
        loop {
            let x = self.gauss();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = self.unit();
            let square = x * x;
            if u < 1.0 - 0.0331 * square * square || u.ln() < 0.5 * square + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }
}

/// Time bits in the high half, so that order is that of whole numbers; then a number that keeps ties
/// in order, then whom it is about.
type Event = u128;

#[derive(Clone, Copy)]
struct Link {
    event: Event,
    next: u32,
}

/// Buckets over the known horizon, chained; the current one is sorted, the next event last.
struct Calendar {
    heads: Vec<u32>,
    links: Vec<Link>,
    spare: Vec<u32>,
    now: Vec<Event>,
    bucket: usize,
    number: u32,
}

impl Calendar {
    fn new() -> Calendar {
        Calendar {
            heads: vec![NOBODY; BUCKETS],
            links: Vec::with_capacity(1 << 14),
            spare: Vec::with_capacity(1 << 14),
            now: Vec::with_capacity(64),
            bucket: 0,
            number: 0,
        }
    }

    fn clear(&mut self) {
        self.heads.fill(NOBODY);
        self.links.clear();
        self.spare.clear();
        self.now.clear();
        (self.bucket, self.number) = (0, 0);
    }

    #[inline(always)]
    fn sort_in(now: &mut Vec<Event>, event: Event) {
        now.push(event);
        let mut at = now.len() - 1;
        while at > 0 && now[at - 1] < event {
            now[at] = now[at - 1];
            at -= 1;
        }
        now[at] = event;
    }

    #[inline(always)]
    fn push(&mut self, t: f64, who: u32) {
        self.number += 1;
        if t > END {
            return;
        }
        let event = (u128::from(t.to_bits()) << 64) | (u128::from(self.number) << 32) | u128::from(who);
        let bucket = ((t * (BUCKETS as f64 / END)) as usize).min(BUCKETS - 1);
        if bucket <= self.bucket {
            Self::sort_in(&mut self.now, event);
            return;
        }
        let link = Link { event, next: self.heads[bucket] };
        self.heads[bucket] = match self.spare.pop() {
            Some(k) => {
                self.links[k as usize] = link;
                k
            }
            None => {
                self.links.push(link);
                self.links.len() as u32 - 1
            }
        };
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<(f64, u32)> {
        loop {
            if let Some(event) = self.now.pop() {
                return Some((f64::from_bits((event >> 64) as u64), event as u32));
            }
            self.bucket += 1;
            if self.bucket >= BUCKETS {
                return None;
            }
            let mut k = self.heads[self.bucket];
            while k != NOBODY {
                let link = self.links[k as usize];
                self.spare.push(k);
                Self::sort_in(&mut self.now, link.event);
                k = link.next;
            }
        }
    }
}

/// A number over time. Coming adds the time left, going takes it away again: the sum is the area.
#[derive(Clone, Copy, Default)]
struct Level {
    now: i64,
    area: f64,
}

impl Level {
    #[inline(always)]
    fn come(&mut self, t: f64) {
        self.now += 1;
        self.area += END - t.max(FROM);
    }

    #[inline(always)]
    fn go(&mut self, t: f64) {
        self.now -= 1;
        self.area -= END - t.max(FROM);
    }

    fn mean(self) -> f64 {
        self.area / (END - FROM)
    }
}

#[derive(Default)]
struct Pool {
    places: i64,
    busy: Level,
    waiting: Level,
    queue: VecDeque<u32>,
    waits: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Child {
    asked: f64,
    stage: u8,
}

/// The simulation, kept for the next replication.
pub struct Hand {
    calendar: Calendar,
    luck: Luck,
    children: Vec<Child>,
    spare: Vec<u32>,
    census: [Level; STAGES],
    pools: [Pool; 2],
    found: Found,
    /// Mean and deviation of the logarithm.
    logs: [(f64, f64); STAGES],
}

impl Hand {
    pub fn new() -> Hand {
        Hand {
            calendar: Calendar::new(),
            luck: Luck::new(),
            children: Vec::with_capacity(1 << 14),
            spare: Vec::with_capacity(1 << 14),
            census: Default::default(),
            pools: Default::default(),
            found: Found::default(),
            logs: LENGTHS.map(|(mean, cv)| {
                let square = (1.0 + cv * cv).ln();
                (mean.ln() - 0.5 * square, square.sqrt())
            }),
        }
    }

    /// One replication.
    pub fn run(&mut self, seed: u64, places: [i64; 2]) -> Found {
        self.calendar.clear();
        self.children.clear();
        self.spare.clear();
        self.census = Default::default();
        self.luck.state = seed.wrapping_mul(0xD134_2543_DE82_EF95);
        for (pool, places) in self.pools.iter_mut().zip(places) {
            pool.places = places;
            (pool.busy, pool.waiting) = Default::default();
            pool.queue.clear();
            pool.waits.clear();
        }
        self.found = Found::default();
        let gap = self.luck.exp1() / 60.0;
        self.calendar.push(gap, CONTACT);
        while let Some((t, who)) = self.calendar.pop() {
            self.found.events += 1;
            if who == CONTACT {
                let gap = self.luck.exp1() / 60.0;
                self.calendar.push(t + gap, CONTACT);
                let blank = Child { asked: t, stage: 0 };
                let id = match self.spare.pop() {
                    Some(id) => id,
                    None => {
                        self.children.push(blank);
                        self.children.len() as u32 - 1
                    }
                };
                self.ask(t, id, 0);
            } else {
                self.end(t, who);
            }
        }
        self.report()
    }

    #[inline(always)]
    fn ask(&mut self, t: f64, id: u32, stage: u8) {
        let s = stage as usize;
        self.found.arrivals[s] += 1;
        self.children[id as usize] = Child { asked: t, stage };
        if let Some(p) = POOL[s] {
            let pool = &mut self.pools[p];
            if pool.busy.now >= pool.places {
                pool.waiting.come(t);
                pool.queue.push_back(id);
                return;
            }
            Self::grant(pool, t, 0.0);
        }
        self.start(t, id, s);
    }

    #[inline(always)]
    fn grant(pool: &mut Pool, t: f64, wait: f64) {
        pool.busy.come(t);
        if t >= FROM {
            pool.waits.push(wait);
        }
    }

    #[inline(always)]
    fn start(&mut self, t: f64, id: u32, s: usize) {
        self.census[s].come(t);
        let length = match s {
            0 => self.luck.exp1(),
            // shape 6.25: d = shape - 1/3, c = 1 / sqrt(9 d)
            3 => 5.12 * self.luck.gamma(5.916_666_666_666_667, 0.137_037_733_829_664_4),
            _ => {
                let (mean, deviation) = self.logs[s];
                (mean + deviation * self.luck.gauss()).exp()
            }
        };
        self.calendar.push(t + length, id);
    }

    #[inline(always)]
    fn end(&mut self, t: f64, id: u32) {
        let s = self.children[id as usize].stage as usize;
        self.found.completions[s] += 1;
        self.census[s].go(t);
        if let Some(p) = POOL[s] {
            let pool = &mut self.pools[p];
            pool.busy.go(t);
            if let Some(next) = pool.queue.pop_front() {
                pool.waiting.go(t);
                let child = self.children[next as usize];
                Self::grant(pool, t, t - child.asked);
                self.start(t, next, child.stage as usize);
            }
        }
        let u = self.luck.unit();
        let to = ROUTES[s].iter().find(|r| u < r.0).map_or(OUT, |r| r.1);
        if to == OUT {
            self.spare.push(id);
        } else {
            self.ask(t, id, to);
        }
    }

    fn report(&mut self) -> Found {
        let mut found = self.found.clone();
        found.census = self.census.map(Level::mean);
        for (of, pool) in found.pools.iter_mut().zip(&mut self.pools) {
            let n = pool.waits.len();
            of[0] = pool.waits.iter().sum::<f64>() / n as f64;
            let rank = (0.95 * n as f64).ceil() as usize - 1;
            of[1] = *pool.waits.select_nth_unstable_by(rank, f64::total_cmp).1;
            of[2] = pool.waiting.mean();
            of[3] = pool.busy.mean() / pool.places as f64;
        }
        found
    }
}
