//! Tabulated quantile functions.
//!
//! The tail probability `p = min(u, 1 - u)` is cut into octaves `[2^-(k+2), 2^-(k+1))`, each octave into
//! 32 equal cells, on both sides; a cell holds the quintic that matches the quantile function's value,
//! slope and curvature at both ends. The random word, folded at the middle, is converted to a double:
//! its exponent is the octave, its next five bits the cell, and the rest the place in the cell, so a
//! draw is a conversion, a load and five multiplications. Beyond 20 octaves (one draw in a million)
//! the exact quantile is computed.
//!
//! Quintic rather than cubic: with 32 cells a cubic leaves 2e-8 on an exponential, and a cubic with
//! enough cells for 1e-9 on a skewed law needs five times the memory.
//!
//! Error: every cell is checked while it is built, at its middle, where a Hermite quintic errs most
//! (at three points when the law has kinks). One that is off by more than
//! `1e-9 * value + 1e-12 * mean` is cut into 32 once more; a part that is still off, as around a jump,
//! keeps no polynomial but is computed exactly at each draw.

use super::Dist;

/// Octaves on each side.
const OCTAVES: usize = 20;
/// Cells in an octave, and the bits that choose one.
const CELL_BITS: u32 = 5;
const CELLS: usize = 1 << CELL_BITS;
/// Cells on each side.
const SIDE: usize = OCTAVES * CELLS;
/// Bits of a double below its exponent, and below the bits that choose the cell.
const FRACTION: u32 = 52;
const PLACE: u32 = FRACTION - CELL_BITS;
/// The leading bits of a double of `2^(63 - OCTAVES)`, where the table begins.
const FIRST: u64 = (1023 + 63 - OCTAVES as u64) << CELL_BITS;
/// Cells are cut once more in this many octaves; further out they are too rare to matter.
const CUT_OCTAVES: usize = 8;

/// The coefficients of one cell, lowest first. Half a line of the processor's cache: the higher ones
/// matter so little that single precision keeps the error a hundred times below the bound.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Cell {
    low: [f64; 2],
    high: [f32; 4],
}

impl Cell {
    /// A cell without polynomial: not a number in front, then where its parts begin, if it has any.
    fn hole(parts: f64) -> Cell {
        Cell { low: [f64::NAN, parts], high: [0.0; 4] }
    }

    fn is_hole(&self) -> bool {
        self.low[0].is_nan()
    }

    /// Rounds the higher coefficients; the slope makes up for it, so that neighbours still meet.
    fn new(c: [f64; 6]) -> Cell {
        let [c0, c1, rest @ ..] = c;
        let high = rest.map(|k| k as f32);
        let lost: f64 = rest.iter().zip(high).map(|(k, h)| k - f64::from(h)).sum();
        Cell { low: [c0, c1 + lost], high }
    }

    /// All coefficients, divided by `scale`.
    fn coefficients(&self, scale: f64) -> [f64; 6] {
        let ([a, b], [c, d, e, f]) = (self.low, self.high.map(f64::from));
        [a, b, c, d, e, f].map(|k| k / scale)
    }
}

/// A quantile function prepared for many draws.
#[derive(Debug, Clone)]
pub(super) struct Table {
    cells: Box<[Cell]>,
    exact: Dist,
    scale: f64,
}

/// Quantile function and two derivatives in `p` at one end of a cell.
#[derive(Clone, Copy)]
struct Node {
    value: f64,
    slope: f64,
    curve: f64,
}

impl Table {
    /// Tabulates the law of `scale * X`.
    pub(super) fn new(dist: &Dist, scale: f64) -> Table {
        let mut cells = Vec::with_capacity(2 * SIDE);
        let mut holes = Vec::new();
        for upper in [false, true] {
            for octave in (0..OCTAVES).rev() {
                let base = libm::ldexp(0.25, -(octave as i32));
                for (i, cell) in row(dist, base, base, upper, scale).enumerate() {
                    if cell.is_hole() && octave < CUT_OCTAVES {
                        let width = base / CELLS as f64;
                        holes.push((cells.len(), base + width * i as f64, width, upper));
                    }
                    cells.push(cell);
                }
            }
        }
        for (index, low, width, upper) in holes {
            let start = cells.len();
            cells.extend(row(dist, low, width, upper, scale));
            if let Some(cell) = cells.get_mut(index) {
                *cell = Cell::hole(start as f64);
            }
        }
        Table { cells: cells.into_boxed_slice(), exact: dist.clone(), scale }
    }

    /// The value at the uniform `(bits + 1/2) / 2^64`.
    #[inline(always)]
    pub(super) fn draw(&self, bits: u64) -> f64 {
        let upper = (bits as i64 >> 63) as u64; // all ones in the upper half
        // Distance from the nearer end: `bits`, or its complement in the upper half.
        let double = ((bits ^ upper) as i64 as f64).to_bits();
        let cell = (double >> PLACE).wrapping_sub(FIRST) as usize;
        if cell < SIDE
            && let Some(c) = self.cells.get(cell + (upper as usize & SIDE))
        {
            let v = evaluate(c, double << CELL_BITS);
            // Not a number: a cell without polynomial.
            return if v >= 0.0 { v } else { self.part(c, double << CELL_BITS, bits) };
        }
        self.slow(bits)
    }

    /// Draws from the parts of a cell that was cut once more.
    #[cold]
    #[inline(never)]
    fn part(&self, c: &Cell, place: u64, bits: u64) -> f64 {
        // Parts begin after both sides, so their index is above 0.
        let index = c.low[1] as usize + (place >> PLACE) as usize % CELLS;
        if c.is_hole()
            && c.low[1] > 0.0
            && let Some(part) = self.cells.get(index)
        {
            let v = evaluate(part, place << CELL_BITS);
            if v >= 0.0 {
                return v;
            }
        }
        self.slow(bits)
    }

    /// The exact quantile, for the far tails and for cells without polynomial.
    #[cold]
    #[inline(never)]
    fn slow(&self, bits: u64) -> f64 {
        (quantile_of_bits(&self.exact, bits) * self.scale).max(0.0)
    }

    /// Share of the probability that is computed exactly at each draw.
    #[cfg(test)]
    pub(super) fn slow_share(&self) -> f64 {
        let mut share = libm::ldexp(1.0, -(OCTAVES as i32));
        let empty = |c: &&Cell| c.is_hole();
        for (i, c) in self.cells.iter().enumerate().take(2 * SIDE) {
            let octave = (OCTAVES - 1 - i % SIDE / CELLS) as i32;
            let weight = libm::ldexp(0.25, -octave) / CELLS as f64;
            if c.is_hole() && c.low[1] > 0.0 {
                let parts = self.cells.iter().skip(c.low[1] as usize).take(CELLS);
                share += weight * parts.filter(empty).count() as f64 / CELLS as f64;
            } else if c.is_hole() {
                share += weight;
            }
        }
        share
    }
}

/// The polynomial of a cell at the fraction held in the low 52 bits of `place`.
#[inline]
fn evaluate(c: &Cell, place: u64) -> f64 {
    const ONE: u64 = 1023 << FRACTION;
    let t = f64::from_bits(place & ((1 << FRACTION) - 1) | ONE) - 1.0;
    // Horner's rule: in pairs it is vectorised by shuffles that take longer than they save.
    let ([c0, c1], [c2, c3, c4, c5]) = (c.low, c.high.map(f64::from));
    c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5))))
}

/// One row of cells, from tail probability `low` to `low + span`.
fn row(dist: &Dist, low: f64, span: f64, upper: bool, scale: f64) -> impl Iterator<Item = Cell> {
    let width = span / CELLS as f64;
    let mut left = Node::at(dist, low, upper, f64::NAN);
    (0..CELLS).map(move |i| {
        let p = low + width * i as f64;
        let right = Node::at(dist, p + width, upper, left.ahead(width));
        let cell = Cell::new(quintic(left, right, width).map(|k| k * scale));
        left = right;
        // what is checked is what will be drawn from, rounding included
        let fits = sound(dist, &cell.coefficients(scale), (p, width), upper);
        if fits { cell } else { Cell::hole(0.0) }
    })
}

/// The exact quantile at the uniform `(bits + 1/2) / 2^64`.
pub(super) fn quantile_of_bits(dist: &Dist, bits: u64) -> f64 {
    const STEP: f64 = 1.0 / 18_446_744_073_709_551_616.0;
    if bits >> 63 == 0 {
        dist.quantile((bits as f64 + 0.5) * STEP)
    } else {
        dist.quantile_upper((!bits as f64 + 0.5) * STEP)
    }
}

impl Node {
    fn at(dist: &Dist, p: f64, upper: bool, guess: f64) -> Node {
        let value = dist.quantile_near(p, upper, guess);
        let density = dist.pdf(value);
        let slope = if upper { -1.0 / density } else { 1.0 / density };
        let curve = -dist.pdf_slope(value) / (density * density * density);
        Node { value, slope, curve }
    }

    /// The value a cell further on, roughly.
    fn ahead(&self, width: f64) -> f64 {
        self.value + width * (self.slope + 0.5 * width * self.curve)
    }
}

/// The quintic on [0, 1] with given values, slopes and curvatures at both ends.
fn quintic(left: Node, right: Node, width: f64) -> [f64; 6] {
    if left.value == right.value {
        return [left.value, 0.0, 0.0, 0.0, 0.0, 0.0];
    }
    let (d0, d1) = (left.slope * width, right.slope * width);
    let (s0, s1) = (left.curve * width * width, right.curve * width * width);
    let a = right.value - left.value - d0 - 0.5 * s0;
    let b = d1 - d0 - s0;
    let c = s1 - s0;
    [
        left.value,
        d0,
        0.5 * s0,
        10.0 * a - 4.0 * b + 0.5 * c,
        -15.0 * a + 7.0 * b - c,
        6.0 * a - 3.0 * b + 0.5 * c,
    ]
}

/// Whether a cell's polynomial is finite, monotone and close enough to the quantile function.
fn sound(dist: &Dist, c: &[f64; 6], (p, width): (f64, f64), upper: bool) -> bool {
    let mean = dist.mean();
    if c.iter().any(|k| !k.is_finite()) {
        return false;
    }
    let sign = if upper { -1.0 } else { 1.0 };
    let value = |t: f64| c.iter().rev().fold(0.0, |v, k| v * t + k);
    let slope = |t: f64| {
        (1..6).rev().fold(0.0, |v, k| v * t + f64::from(k as u32) * c.get(k).copied().unwrap_or(0.0))
    };
    let floor = -1e-12 * mean;
    if (0..=8).any(|k| sign * slope(f64::from(k) / 8.0) < floor) {
        return false;
    }
    let close = |off: f64, v: f64| off.abs() <= 1e-9 * v + 1e-12 * mean;
    if dist.smooth() {
        let v = value(0.5);
        let (tail, density) = dist.tail_and_pdf(v, upper);
        return close((tail - (p + 0.5 * width)) / density, v);
    }
    [0.2, 0.5, 0.8].iter().all(|&t| {
        let exact = dist.quantile_near(p + width * t, upper, value(t));
        close(value(t) - exact, exact)
    })
}
