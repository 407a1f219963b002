//! The catalogue of laws: what documentation, schema and parsing are made from.

use super::{
    Dist, ParamError,
    parameters::{Entry, Form, Kind, Parameter, Value, laws, number, numbers},
};

const fn parameter(name: &'static str, kind: Kind, meaning: &'static str) -> Parameter {
    Parameter { name, kind, meaning }
}

const MEAN: Parameter = parameter("mean", Kind::Duration, "expected value, above 0");

/// Every law, in the order of the documentation.
pub const CATALOGUE: &[Entry] = &[
    Entry {
        name: "constant",
        summary: "Always the same time, such as a fixed waiting period.",
        parameters: &[parameter("value", Kind::Duration, "the value, at least 0")],
        forms: &[Form { parameters: &["value"], build: |v| Dist::constant(number(v, 0)) }],
        examples: &["constant = { value = \"15 days\" }"],
        mean: "value",
        reference: "",
    },
    Entry {
        name: "exponential",
        summary: "The chance of ending is the same on every day; gaps of a Poisson stream.",
        parameters: &[MEAN, parameter("rate", Kind::Rate, "events per unit of time, above 0; 1 / mean")],
        forms: &[
            Form { parameters: &["mean"], build: |v| Dist::exponential(number(v, 0)) },
            Form { parameters: &["rate"], build: |v| Dist::exponential_rate(number(v, 0)) },
        ],
        examples: &["exponential = { mean = \"31 days\" }", "exponential = { rate = \"0.05 per day\" }"],
        mean: "mean",
        reference: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, ch. 19",
    },
    Entry {
        name: "gamma",
        summary: "A stay with a hump and a moderate tail; the usual first choice.",
        parameters: &[
            MEAN,
            parameter("sd", Kind::Duration, "standard deviation, 0.01 to 10 times the mean"),
            parameter("shape", Kind::Number, "(mean / sd) squared, 0.01 to 10,000"),
            parameter("scale", Kind::Duration, "mean / shape, above 0"),
        ],
        forms: &[
            Form { parameters: &["mean", "sd"], build: |v| Dist::gamma_mean_sd(number(v, 0), number(v, 1)) },
            Form { parameters: &["shape", "scale"], build: |v| Dist::gamma(number(v, 0), number(v, 1)) },
            Form {
                parameters: &["mean", "shape"],
                build: |v| Dist::gamma_mean_shape(number(v, 0), number(v, 1)),
            },
        ],
        examples: &[
            "gamma = { mean = \"31 days\", sd = \"14 days\" }",
            "gamma = { shape = 4.9, scale = \"6.3 days\" }",
            "gamma = { mean = \"31 days\", shape = 4.9 }",
        ],
        mean: "shape * scale",
        reference: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, ch. 17",
    },
    Entry {
        name: "lognormal",
        summary: "A stay whose logarithm is normal; a longer tail than gamma.",
        parameters: &[
            MEAN,
            parameter("sd", Kind::Duration, "standard deviation, above 0"),
            parameter("cv", Kind::Number, "standard deviation over mean, above 0"),
            parameter("median", Kind::Duration, "median, above 0"),
            parameter("mu", Kind::Number, "mean of the logarithm of the time in days"),
            parameter("sigma", Kind::Number, "standard deviation of the logarithm, 0.001 to 6"),
        ],
        forms: &[
            Form {
                parameters: &["mean", "sd"],
                build: |v| Dist::lognormal_mean_sd(number(v, 0), number(v, 1)),
            },
            Form {
                parameters: &["mean", "cv"],
                build: |v| Dist::lognormal_mean_cv(number(v, 0), number(v, 1)),
            },
            Form {
                parameters: &["median", "sigma"],
                build: |v| Dist::lognormal_median_sigma(number(v, 0), number(v, 1)),
            },
            Form { parameters: &["mu", "sigma"], build: |v| Dist::lognormal(number(v, 0), number(v, 1)) },
        ],
        examples: &[
            "lognormal = { mean = \"120 days\", sd = \"90 days\" }",
            "lognormal = { mean = \"120 days\", cv = 0.75 }",
            "lognormal = { median = \"96 days\", sigma = 0.67 }",
            "lognormal = { mu = 4.56, sigma = 0.67 }",
        ],
        mean: "median * exp(sigma^2 / 2)",
        reference: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, ch. 14",
    },
    Entry {
        name: "weibull",
        summary: "The chance of ending falls (shape below 1) or rises (above 1) with time spent.",
        parameters: &[
            parameter("shape", Kind::Number, "power of time in the cumulative hazard, 0.05 to 1000"),
            parameter("scale", Kind::Duration, "time by which 63.2 % have ended, above 0"),
            MEAN,
        ],
        forms: &[
            Form { parameters: &["shape", "scale"], build: |v| Dist::weibull(number(v, 0), number(v, 1)) },
            Form {
                parameters: &["mean", "shape"],
                build: |v| Dist::weibull_mean_shape(number(v, 0), number(v, 1)),
            },
        ],
        examples: &[
            "weibull = { shape = 0.7, scale = \"158 days\" }",
            "weibull = { mean = \"200 days\", shape = 0.7 }",
        ],
        mean: "scale * gamma(1 + 1 / shape)",
        reference: "Weibull (1951), Journal of Applied Mechanics 18:293",
    },
    Entry {
        name: "erlang",
        summary: "Several equal exponential steps one after another.",
        parameters: &[parameter("k", Kind::Number, "number of steps, 1 to 10,000, whole"), MEAN],
        forms: &[Form { parameters: &["k", "mean"], build: erlang }],
        examples: &["erlang = { k = 3, mean = \"26 days\" }"],
        mean: "mean",
        reference: "Erlang (1917), Elektroteknikeren 13",
    },
    Entry {
        name: "hyperexponential",
        summary: "A mixture of short and long exponential stays.",
        parameters: &[
            parameter("probs", Kind::Probabilities, "share of each part"),
            parameter("means", Kind::Durations, "mean of each part, above 0"),
            MEAN,
            parameter("cv", Kind::Number, "standard deviation over mean, 1 to 100"),
        ],
        forms: &[
            Form {
                parameters: &["probs", "means"],
                build: |v| Dist::hyperexponential(numbers(v, 0), numbers(v, 1)),
            },
            Form {
                parameters: &["mean", "cv"],
                build: |v| Dist::hyperexponential_mean_cv(number(v, 0), number(v, 1)),
            },
        ],
        examples: &[
            "hyperexponential = { probs = [0.7, 0.3], means = [\"5 days\", \"80 days\"] }",
            "hyperexponential = { mean = \"30 days\", cv = 2 }",
        ],
        mean: "sum of probs[i] * means[i]",
        reference: "Whitt (1982), Operations Research 30:125 (balanced means)",
    },
    Entry {
        name: "uniform",
        summary: "Any time between two ends is equally likely.",
        parameters: &[
            parameter("low", Kind::Duration, "lower end, at least 0"),
            parameter("high", Kind::Duration, "upper end, above low"),
        ],
        forms: &[Form { parameters: &["low", "high"], build: |v| Dist::uniform(number(v, 0), number(v, 1)) }],
        examples: &["uniform = { low = \"5 days\", high = \"25 days\" }"],
        mean: "(low + high) / 2",
        reference: "",
    },
    Entry {
        name: "triangular",
        summary: "Expert judgement of least, likeliest and most.",
        parameters: &[
            parameter("low", Kind::Duration, "least, at least 0"),
            parameter("mode", Kind::Duration, "likeliest, from low to high"),
            parameter("high", Kind::Duration, "most, above low"),
        ],
        forms: &[Form {
            parameters: &["low", "mode", "high"],
            build: |v| Dist::triangular(number(v, 0), number(v, 1), number(v, 2)),
        }],
        examples: &["triangular = { low = \"10 days\", mode = \"15 days\", high = \"45 days\" }"],
        mean: "(low + mode + high) / 3",
        reference: "Kotz and van Dorp (2004), Beyond Beta, ch. 1",
    },
    Entry {
        name: "values",
        summary: "Listed times with probabilities, or observed times equally often.",
        parameters: &[
            parameter("values", Kind::Durations, "the times, at least 0, at most 100,000 of them"),
            parameter("probs", Kind::Probabilities, "probability of each; equal when left out"),
        ],
        forms: &[
            Form { parameters: &["values", "probs"], build: |v| Dist::values(numbers(v, 0), numbers(v, 1)) },
            Form { parameters: &["values"], build: |v| Dist::observed(numbers(v, 0)) },
        ],
        examples: &[
            "values = { values = [\"15 days\", \"45 days\"], probs = [0.6, 0.4] }",
            "values = { values = [\"12 days\", \"15 days\", \"44 days\"] }",
        ],
        mean: "sum of probs[i] * values[i]",
        reference: "",
    },
    Entry {
        name: "bands",
        summary: "Published bands of length of stay, uniform within a band.",
        parameters: &[
            parameter("edges", Kind::Durations, "ends of the bands, ascending from at least 0"),
            parameter("probs", Kind::Probabilities, "probability of each band, one fewer"),
        ],
        forms: &[Form {
            parameters: &["edges", "probs"],
            build: |v| Dist::bands(numbers(v, 0), numbers(v, 1)),
        }],
        examples: &["bands = { edges = [\"0 days\", \"28 days\", \"90 days\"], probs = [0.6, 0.4] }"],
        mean: "sum of probs[i] * (edges[i] + edges[i + 1]) / 2",
        reference: "",
    },
    Entry {
        name: "mixture",
        summary: "One of several laws, chosen by weight.",
        parameters: &[
            parameter("weights", Kind::Probabilities, "share of each law"),
            parameter("laws", Kind::Laws, "the laws, at most 64, nested at most 3 deep"),
        ],
        forms: &[Form {
            parameters: &["weights", "laws"],
            build: |v| Dist::mixture(numbers(v, 0), laws(v, 1)),
        }],
        examples: &["mixture = { weights = [0.3, 0.7], laws = [\
             { exponential = { mean = \"20 days\" } }, \
             { gamma = { mean = \"200 days\", sd = \"60 days\" } }] }"],
        mean: "sum of weights[i] * mean of laws[i]",
        reference: "McLachlan and Peel (2000), Finite Mixture Models",
    },
];

fn erlang(v: &[Value]) -> Result<Dist, ParamError> {
    let found = number(v, 0);
    // Whole and small enough, so that the cast is exact.
    if !(1.0..=10_000.0).contains(&found) || found.fract() != 0.0 {
        let expected = "a whole number between 1 and 10000";
        return Err(ParamError::Range { law: "erlang", parameter: "k", found, expected });
    }
    Dist::erlang(found as u32, number(v, 1))
}
