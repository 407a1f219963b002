//! What the modules share: reading a model, running it, and judging an estimate.

use caseflow::base::diag::SourceMap;
use caseflow::base::time::{DAY_MS, SimTime};
use caseflow::engine::{Deaf, Happening, Layout, Network, Probe, World};
use caseflow::experiment::run::{Plan, Rows, Unwatched, run};
use caseflow::model::{Loaded, Model, load};
use caseflow::stats::moments::Moments;
use std::path::PathBuf;

/// Standard errors that an estimate may lie from the exact value: two-sided false alarm 2e-7 for
/// one quantity, under 1e-4 for all quantities of all theory tests together.
pub const Z: f64 = 5.2;

/// The text of a file of this package.
pub fn file(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Reads and checks a model text and scenarios.
pub fn try_load(name: &str, model: &str, scenarios: &[&str]) -> Result<Loaded, Vec<String>> {
    let mut sources = SourceMap::default();
    let id = sources.add(name, model);
    let ids: Vec<_> =
        scenarios.iter().enumerate().map(|(i, s)| sources.add(format!("scenario {i}"), *s)).collect();
    load(&sources, id, &ids)
        .map_err(|problems| problems.iter().map(|d| format!("{:?}", sources.plain(d))).collect())
}

/// A model from a text that must be right.
pub fn model(name: &str, text: &str) -> Model {
    try_load(name, text, &[]).unwrap_or_else(|e| panic!("{name}: {e:#?}\n{text}")).model
}

/// The network of a file in `tests/models`.
pub fn network(name: &str) -> Network {
    Network::compile(&model(name, &file(&format!("tests/models/{name}.toml"))))
}

/// Replications with what is needed to find numbers in them.
pub struct Study {
    pub network: Network,
    pub rows: Rows,
}

impl Study {
    /// Runs the replications that the file asks for.
    pub fn of(name: &str) -> Study {
        Study::run(network(name))
    }

    /// Runs a model given as text.
    pub fn of_text(name: &str, text: &str) -> Study {
        Study::run(Network::compile(&model(name, text)))
    }

    fn run(network: Network) -> Study {
        let plan = network.model().run.clone();
        let plan = Plan { seed: plan.seed, first: 1, replications: u64::from(plan.replications) };
        let rows = run(&network, plan, &Unwatched).unwrap();
        Study { network, rows }
    }

    /// One number a replication: kind, measure, thing, part, period (`None`: the window).
    pub fn values(&self, kind: &str, measure: &str, of: &str, part: &str, period: Option<usize>) -> Vec<f64> {
        let at = column(self.network.layout(), kind, measure, of, part, period);
        self.rows.values.column(at).to_vec()
    }

    /// Over the window.
    pub fn over(&self, kind: &str, measure: &str, of: &str, part: &str) -> Vec<f64> {
        self.values(kind, measure, of, part, None)
    }

    /// The ratio of two numbers of each replication, over the window.
    pub fn share(&self, top: (&str, &str, &str, &str), bottom: (&str, &str, &str, &str)) -> Vec<f64> {
        let get = |c: (&str, &str, &str, &str)| self.over(c.0, c.1, c.2, c.3);
        get(top).iter().zip(get(bottom)).map(|(a, b)| a / b).collect()
    }

    /// Periods reported.
    pub fn periods(&self) -> usize {
        self.network.period_edges().len() - 1
    }
}

/// The index of a column, which must be there.
pub fn column(
    layout: &Layout,
    kind: &str,
    measure: &str,
    of: &str,
    part: &str,
    period: Option<usize>,
) -> usize {
    layout
        .find(kind, measure, of, part, period)
        .unwrap_or_else(|| panic!("no column {kind} {measure} {of} {part} in period {period:?}"))
}

/// What the standard error must be at most, so that a test has the power to fail.
#[derive(Clone, Copy)]
pub enum Power {
    /// A share of the exact value.
    Within(f64),
    /// This much.
    Of(f64),
}

/// Judges estimates against exact values, and tells of all that fail at the end.
pub struct Judge {
    name: String,
    power: Power,
    failures: Vec<String>,
    z: Vec<f64>,
}

impl Judge {
    /// With a standard error of at most this share of each value.
    pub fn new(name: &str, share: f64) -> Judge {
        Judge { name: name.to_string(), power: Power::Within(share), failures: Vec::new(), z: Vec::new() }
    }

    /// One quantity from its value in each replication.
    pub fn check(&mut self, what: &str, values: &[f64], exact: f64) {
        self.check_with(what, values, exact, self.power);
    }

    /// With its own bound on the standard error.
    pub fn check_with(&mut self, what: &str, values: &[f64], exact: f64, power: Power) {
        let moments: Moments = values.iter().copied().filter(|v| v.is_finite()).collect();
        let n = values.iter().filter(|v| v.is_finite()).count() as f64;
        let (mean, variance) = (moments.mean().unwrap_or(f64::NAN), moments.variance().unwrap_or(f64::NAN));
        self.judge(what, mean, (variance / n).sqrt(), exact, power);
    }

    /// A variance over replications against its exact value; its standard error from the fourth
    /// moment.
    pub fn variance(&mut self, what: &str, values: &[f64], exact: f64, power: Power) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let second = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        let fourth = values.iter().map(|v| (v - mean).powi(4)).sum::<f64>() / n;
        let error = ((fourth - second * second) / n).sqrt();
        self.judge(what, second * n / (n - 1.0), error, exact, power);
    }

    /// An estimate with its standard error.
    pub fn judge(&mut self, what: &str, mean: f64, error: f64, exact: f64, power: Power) {
        let most = match power {
            Power::Within(share) => share * exact.abs(),
            Power::Of(most) => most,
        };
        let z = (mean - exact) / error;
        println!("{:14} {what:44} {mean:12.6} exact {exact:12.6} se {error:10.6} z {z:6.2}", self.name);
        // written so that NaN fails
        let near = (mean - exact).abs() <= Z * error + 1e-12;
        if !near {
            self.failures.push(format!("{what}: {mean} is not {exact}, z = {z:.2}"));
        }
        if !(error <= most) {
            self.failures.push(format!("{what}: standard error {error} over {most}: no power"));
        }
        if error > 0.0 {
            self.z.push(z);
        }
    }

    /// Fails if anything did.
    pub fn verdict(self) {
        let rms = (self.z.iter().map(|z| z * z).sum::<f64>() / self.z.len() as f64).sqrt();
        println!("{:14} {} quantities, root mean square z {rms:.2}", self.name, self.z.len());
        assert!(!self.z.is_empty(), "{}: nothing was judged", self.name);
        assert!(self.failures.is_empty(), "{}:\n{}", self.name, self.failures.join("\n"));
    }
}

/// Everything that happened in one replication.
#[derive(Default)]
pub struct Log(pub Vec<(i64, u32, Happening)>);

impl Probe for Log {
    fn hear(&mut self, at: SimTime, case: u32, happening: Happening) {
        self.0.push((at.0, case, happening));
    }
}

impl Log {
    /// Of one replication of a network, with its row.
    pub fn of(network: &Network, replication: u64) -> (Log, Vec<f64>) {
        let mut log = Log::default();
        let outcome = World::new(network).run(network.model().run.seed, replication, &mut log).unwrap();
        let deaf = World::new(network).run(network.model().run.seed, replication, &mut Deaf).unwrap();
        let bits = |row: &[f64]| row.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&outcome.row), bits(&deaf.row), "listening altered the run");
        (log, outcome.row)
    }

    /// Days at which this happened to a case, in order.
    pub fn days(&self, case: u32, what: impl Fn(Happening) -> bool) -> Vec<f64> {
        let of = self.0.iter().filter(|e| e.1 == case && what(e.2));
        of.map(|e| e.0 as f64 / DAY_MS as f64).collect()
    }

    /// Starts and ends of the stays of a case, in days.
    pub fn stays(&self, case: u32) -> Vec<(f64, f64)> {
        let starts = self.days(case, |h| matches!(h, Happening::Started(_)));
        let ends = self.days(case, |h| matches!(h, Happening::Ended(_)));
        starts.into_iter().zip(ends).collect()
    }
}
