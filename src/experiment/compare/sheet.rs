//! The named measures of every replication: all that a comparison needs of it.

use super::super::measures::{Measured, measure_all};
use super::super::run::Rows;
use crate::engine::Network;
use ndarray::{Array2, ArrayView1, Axis, Slice};

/// A span of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// A reporting period, from 0; its end for what is counted at a moment.
    Period(usize),
    /// A year from time 0, from 0; its end for what is counted at a moment.
    Year(usize),
    /// The whole run; the mean over the ends of periods for what is counted at a moment.
    Run,
}

/// Which numbers a replication yields, in which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Names of the measures.
    pub measures: Vec<String>,
    /// Reporting periods.
    pub periods: usize,
    /// Whole years; 0 unless periods are months.
    pub years: usize,
}

impl Shape {
    /// The shape of a network's named measures.
    #[must_use]
    pub fn of(network: &Network) -> Shape {
        let model = network.model();
        let periods = network.period_edges().len().saturating_sub(1);
        let monthly = model.run.periods == crate::model::run::Periods::Months;
        Shape {
            measures: model.measures.iter().map(|m| m.name.clone()).collect(),
            periods,
            years: if monthly { periods / 12 } else { 0 },
        }
    }

    /// Numbers of one measure.
    fn stride(&self) -> usize {
        self.periods + self.years + 1
    }

    /// Numbers of one replication.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.measures.len() * self.stride()
    }

    /// Index of a number.
    #[must_use]
    pub fn index(&self, measure: usize, span: Span) -> Option<usize> {
        let within = match span {
            Span::Period(p) if p < self.periods => p,
            Span::Year(y) if y < self.years => self.periods + y,
            Span::Run => self.periods + self.years,
            _ => return None,
        };
        (measure < self.measures.len()).then(|| measure * self.stride() + within)
    }

    /// The last span over which a measure is looked at: the last year, or the last period.
    #[must_use]
    pub fn last(&self) -> Span {
        match self.years {
            0 => Span::Period(self.periods.saturating_sub(1)),
            years => Span::Year(years - 1),
        }
    }
}

/// The named measures of replications.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the columns are.
    pub shape: Shape,
    /// Numbers of the replications, rising.
    pub numbers: Vec<u64>,
    /// The draw each replication used, from 1; empty if the model's own numbers were used.
    pub draws: Vec<u64>,
    /// Replications by columns of the shape; NaN where there was nothing to measure.
    pub values: Array2<f64>,
    /// Events of all replications.
    pub events: u64,
}

impl Sheet {
    /// The values of a measure over a span, replication by replication.
    #[must_use]
    pub fn column(&self, measure: usize, span: Span) -> Option<ArrayView1<'_, f64>> {
        let index = self.shape.index(measure, span)?;
        (index < self.values.ncols()).then(|| self.values.column(index))
    }

    /// The measure with a name.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<usize> {
        self.shape.measures.iter().position(|m| m == name)
    }

    /// The first replications alone.
    #[must_use]
    pub fn first(&self, replications: usize) -> Sheet {
        let n = replications.min(self.numbers.len());
        Sheet {
            shape: self.shape.clone(),
            numbers: self.numbers.iter().take(n).copied().collect(),
            draws: self.draws.iter().take(n).copied().collect(),
            values: self.values.slice_axis(Axis(0), Slice::from(..n)).to_owned(),
            events: 0,
        }
    }

    /// A digest of every bit, equal for equal sheets.
    #[must_use]
    pub fn digest(&self) -> u64 {
        use crate::base::rng::mix;
        let mut h = mix(self.numbers.len() as u64);
        for (number, row) in self.numbers.iter().zip(self.values.rows()) {
            h = mix(h ^ number);
            for value in row {
                h = mix(h.wrapping_add(value.to_bits()));
            }
        }
        h
    }
}

/// The named measures of rows: replications by columns of the shape.
pub(super) fn reduce(network: &Network, shape: &Shape, rows: &Rows) -> Array2<f64> {
    // no interval is asked for here, so the level does not matter
    let measured: Vec<Measured> = measure_all(network.model(), network.layout(), rows, 0.95);
    let mut out = Array2::from_elem((rows.numbers.len(), shape.columns()), f64::NAN);
    let stride = shape.stride();
    for (m, measured) in measured.iter().enumerate() {
        let at = m * stride;
        let (periods, years) = (measured.periods.ncols(), measured.years.ncols());
        if periods != shape.periods || years != shape.years || at + stride > out.ncols() {
            continue;
        }
        let columns = measured.periods.columns().into_iter().chain(measured.years.columns());
        for (i, column) in columns.chain([measured.whole.view()]).enumerate() {
            out.column_mut(at + i).assign(&column);
        }
    }
    out
}
