//! Laws of lengths of time.

use super::Kind::*;
use super::*;

static LENGTH: Kind = Noted(&Duration);
/// A law: a table, or text for a constant length or `"open"`.
pub(super) static ANY_LAW: Kind = Any(&[Noted(&Duration), Word(&["open"]), Table(&LAW)]);

/// A law.
pub static LAW: Def = noted(one_of(table(
    "law",
    "(any length of stay, gap or patience)",
    "A law of a length of time: a length alone (`\"5 days\"`) is constant, `\"open\"` ends only by an age or an interruption, else a table with exactly one of these keys. All lengths in one law are of one kind: calendar time or working days.",
    &[
        may("constant", LENGTH, "", "Always this long", "\"5 days\""),
        may("exponential", Table(&EXPONENTIAL), "", "Memoryless", "{ mean = \"30 days\" }"),
        may("gamma", Table(&GAMMA), "", "Gamma", "{ mean = \"31 working days\", sd = \"14 working days\" }"),
        may("lognormal", Table(&LOGNORMAL), "", "Log-normal", "{ median = \"90 days\", sigma = 0.8 }"),
        may("weibull", Table(&WEIBULL), "", "Weibull", "{ shape = 1.4, scale = \"200 days\" }"),
        may(
            "erlang",
            Table(&ERLANG),
            "",
            "Sum of equal exponential phases",
            "{ mean = \"30 days\", stages = 3 }",
        ),
        may(
            "hyperexponential",
            List(&Table(&HYPER_PART)),
            "",
            "One exponential out of several",
            "[{ share = 0.3, mean = \"10 days\" }, { share = 0.7, mean = \"100 days\" }]",
        ),
        may(
            "uniform",
            Table(&UNIFORM),
            "",
            "Uniform between two lengths",
            "{ low = \"2 days\", high = \"10 days\" }",
        ),
        may(
            "triangular",
            Table(&TRIANGULAR),
            "",
            "Triangular",
            "{ low = \"2 days\", mode = \"4 days\", high = \"10 days\" }",
        ),
        may(
            "values",
            Any(&[Map("length", &Any(&[Noted(&Share), Rest])), List(&Duration)]),
            "",
            "Listed lengths: with shares, or each equally often",
            "{ \"3 days\" = 0.2, \"9 days\" = 0.8 }",
        ),
        may(
            "bands",
            List(&Table(&BAND)),
            "",
            "Published bands, uniform within a band",
            "[{ to = \"3 months\", share = 0.4 }, { to = \"12 months\", share = 0.6 }]",
        ),
        may(
            "mixture",
            List(&Table(&MIX_PART)),
            "",
            "One law out of several, nested at most 3 deep",
            "[{ share = 0.4, law = \"5 days\" }, { share = 0.6, law = { exponential = { mean = \"60 days\" } } }]",
        ),
        may(
            "hazards",
            Any(&[Table(&HAZARDS), Map("stage or exit", &Noted(&Rate))]),
            "",
            "Competing hazards by destination, which decide the route too: constant (`{ out = \"1 per year\" }`), or constant between breaks",
            "{ breaks = [\"0 days\"], rates = { out = [\"1 per year\"] } }",
        ),
        may(
            "reviews",
            Table(&REVIEWS),
            "",
            "The stay ends only at a review",
            "{ first = \"3 months\", then = \"6 months\", ends = [0.13, 0.45, 0.6] }",
        ),
    ],
    "[stages.assessment]\nstay = { gamma = { mean = \"31 working days\", sd = \"14 working days\" }, grade = \"borrowed\" }\nto = \"out\"\n",
)));

/// Laws with parameters, in the order of the page.
pub static LAWS: [&Def; 9] =
    [&EXPONENTIAL, &GAMMA, &LOGNORMAL, &WEIBULL, &ERLANG, &UNIFORM, &TRIANGULAR, &HAZARDS, &REVIEWS];

const fn length(name: &'static str, meaning: &'static str, example: &'static str) -> Key {
    may(name, Noted(&Duration), "", meaning, example)
}

const fn ratio(name: &'static str, meaning: &'static str, example: &'static str) -> Key {
    may(name, Noted(&Number), "", meaning, example)
}

/// `exponential`.
pub static EXPONENTIAL: Def = one_of(table(
    "exponential",
    "LAW.exponential",
    "Exponential: `mean` or `rate`.",
    &[length("mean", "Mean", "\"30 days\""), may("rate", Noted(&Rate), "", "Ends per time", "\"2 per day\"")],
    "",
));

/// `gamma`.
pub static GAMMA: Def = table(
    "gamma",
    "LAW.gamma",
    "Gamma: `mean` and `sd`, `mean` and `cv`, or `shape` and `scale`.",
    &[
        length("mean", "Mean", "\"31 days\""),
        length("sd", "Standard deviation", "\"14 days\""),
        ratio("cv", "Standard deviation over mean", "0.45"),
        ratio("shape", "Shape", "4.9"),
        length("scale", "Scale", "\"6 days\""),
    ],
    "",
);

/// `lognormal`.
pub static LOGNORMAL: Def = table(
    "lognormal",
    "LAW.lognormal",
    "Log-normal: `mean` and `sd`, `mean` and `cv`, or `median` and `sigma`.",
    &[
        length("mean", "Mean", "\"120 days\""),
        length("sd", "Standard deviation", "\"96 days\""),
        ratio("cv", "Standard deviation over mean", "0.8"),
        length("median", "Median", "\"90 days\""),
        ratio("sigma", "Standard deviation of the logarithm", "0.8"),
    ],
    "",
);

/// `weibull`.
pub static WEIBULL: Def = table(
    "weibull",
    "LAW.weibull",
    "Weibull: `shape` with `scale` or `mean`.",
    &[
        must("shape", Noted(&Number), "Shape, 0.05 to 1000; above 1 the end grows likelier with time", "1.4"),
        length("scale", "Scale", "\"200 days\""),
        length("mean", "Mean", "\"182 days\""),
    ],
    "",
);

/// `erlang`.
pub static ERLANG: Def = table(
    "erlang",
    "LAW.erlang",
    "Erlang.",
    &[
        must("mean", Noted(&Duration), "Mean of the whole", "\"30 days\""),
        must("stages", Whole(1, 10_000), "Number of phases", "3"),
    ],
    "",
);

/// A part of a hyperexponential law.
pub static HYPER_PART: Def = table(
    "hyper_part",
    "LAW.hyperexponential (list)",
    "One exponential of several.",
    &[
        must("share", Any(&[Noted(&Share), Rest]), "How often it is this one", "0.3"),
        must("mean", Noted(&Duration), "Its mean", "\"10 days\""),
    ],
    "",
);

/// `uniform`.
pub static UNIFORM: Def = table(
    "uniform",
    "LAW.uniform",
    "Uniform.",
    &[
        must("low", Noted(&Duration), "Least", "\"2 days\""),
        must("high", Noted(&Duration), "Greatest", "\"10 days\""),
    ],
    "",
);

/// `triangular`.
pub static TRIANGULAR: Def = table(
    "triangular",
    "LAW.triangular",
    "Triangular.",
    &[
        must("low", Noted(&Duration), "Least", "\"2 days\""),
        must("mode", Noted(&Duration), "Likeliest", "\"4 days\""),
        must("high", Noted(&Duration), "Greatest", "\"10 days\""),
    ],
    "",
);

/// A band of lengths.
pub static BAND: Def = table(
    "band",
    "LAW.bands (list)",
    "A band of lengths.",
    &[
        may("from", Duration, "the `to` before it, 0 for the first", "Least", "\"3 months\""),
        must("to", Duration, "Greatest", "\"6 months\""),
        must("share", Any(&[Noted(&Share), Rest]), "Share of stays in it", "0.1"),
    ],
    "",
);

/// A part of a mixture.
pub static MIX_PART: Def = table(
    "mix_part",
    "LAW.mixture (list)",
    "One law of several.",
    &[
        must("share", Any(&[Noted(&Share), Rest]), "How often it is this one", "0.4"),
        must("law", ANY_LAW, "The law", "\"5 days\""),
    ],
    "",
);

/// `hazards`.
pub static HAZARDS: Def = table(
    "hazards",
    "LAW.hazards",
    "Competing hazards: between two breaks each destination has a constant rate; at an atom the stay ends with a fixed probability.",
    &[
        must(
            "breaks",
            List(&Duration),
            "Times in the stay at which rates change; the first is 0",
            "[\"0 days\", \"90 days\"]",
        ),
        must(
            "rates",
            Map("stage or exit", &List(&Noted(&Rate))),
            "A rate for each break, for each destination",
            "{ out = [\"0.2 per year\", \"0.5 per year\"] }",
        ),
        may(
            "atoms",
            List(&Table(&ATOM)),
            "none",
            "Times at which a stay ends with a fixed probability",
            "[{ at = \"3 months\", out = 0.1 }]",
        ),
    ],
    "[stages.support]\nstay = { hazards = { breaks = [\"0 days\", \"90 days\"], rates = { out = [\"0.2 per year\", \"0.5 per year\"], assessment = [\"0.1 per year\", \"0.1 per year\"] }, atoms = [{ at = \"3 months\", out = 0.1 }] } }\n",
);

/// An atom.
pub static ATOM: Def = table(
    "atom",
    "LAW.hazards.atoms (list)",
    "A time at which a stay ends with a fixed probability. Beside `at`, its keys are stages and exits with the probability of each.",
    &[must("at", Duration, "When, in the stay", "\"3 months\"")],
    "",
);

/// `reviews`.
pub static REVIEWS: Def = table(
    "reviews",
    "LAW.reviews",
    "A review cycle: the stay ends at the 1st, 2nd, … review with these probabilities, of which the last repeats.",
    &[
        must("first", Noted(&Duration), "Time to the first review", "\"3 months\""),
        must("then", Noted(&Duration), "Time between later reviews", "\"6 months\""),
        may(
            "within",
            Noted(&Duration),
            "0 days",
            "Each review is held at a uniform time in this long before it is due",
            "\"14 days\"",
        ),
        must("ends", List(&Noted(&Share)), "Probability of ending at each review", "[0.13, 0.45, 0.6]"),
    ],
    "[stages.support]\nstay = { reviews = { first = \"3 months\", then = \"6 months\", within = \"14 days\", ends = [0.13, 0.45, 0.55, 0.60] } }\nto = \"out\"\n",
);
