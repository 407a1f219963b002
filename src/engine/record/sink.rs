//! Where finished numbers go: the same walk names the columns and fills the rows.

/// Part of a measure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// The way out with this index.
    Way(usize),
    /// The band with this index.
    Band(usize),
    /// This quantile.
    Quantile(f64),
    /// Longer than this many days.
    Over(f64),
    /// At most this many days.
    Within(f64),
    /// This number of cases.
    Number(usize),
    /// Cases of the stage with this index.
    Stage(usize),
    /// The age band, need or attribute value with this index among those asked for.
    By(usize),
}

/// Takes numbers in a fixed order.
pub(crate) trait Sink {
    /// The numbers that follow are of this thing.
    fn about(&mut self, kind: &'static str, of: usize);
    /// One number; NaN where there was nothing to measure.
    fn put(&mut self, measure: &'static str, part: Part, value: f64);
}

/// Appends values to a row.
pub(crate) struct RowSink<'a>(pub &'a mut Vec<f64>);

impl Sink for RowSink<'_> {
    fn about(&mut self, _kind: &'static str, _of: usize) {}
    fn put(&mut self, _measure: &'static str, _part: Part, value: f64) {
        // one bit pattern for "nothing to measure", so that rows compare bit for bit
        self.0.push(if value.is_nan() { f64::NAN } else { value });
    }
}
