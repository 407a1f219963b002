//! The file as a whole, `[model]`, and notes beside numbers.

use super::Kind::*;
use super::results::STAGES;
use super::*;

/// The whole model file.
pub static MODEL: Def = table(
    "model",
    "",
    "A model file.",
    &[
        must("model", Table(&RUN), "What the model is, when it begins and how long it runs", ""),
        may(
            "ages",
            Map("age band", &Any(&[Table(&AGE_BAND), List(&Number)])),
            "no ages",
            "Age bands in years, `[from, to)`, each beginning where the last ended; `[0, 1]` is short for `{ from = 0, to = 1 }`",
            "",
        ),
        may("cases", Table(&CASES), "", "What holds for all cases: ages, families, leaving at an age", ""),
        may(
            "needs",
            Map("need", &Any(&[Share, Table(&NEED)])),
            "no needs",
            "Needs, which overlap; at most 64. A number alone is the share",
            "",
        ),
        may(
            "attributes",
            Map("attribute", &Table(&ATTRIBUTE)),
            "no attributes",
            "Attributes with a closed list of values; at most 64",
            "",
        ),
        must("arrivals", Map("stream", &Table(&STREAM)), "Streams of arriving families; at most 1,000", ""),
        may(
            "population",
            Map("year", &NotedMap("age band", &Noted(&Number))),
            "",
            "Persons by calendar year (middle of the year) and age band, for `per_10000`; straight lines between years, level outside them",
            "\"2025\" = { infant = 4600 }",
        ),
        must("stages", Map("stage", &Table(&STAGE)), "Stages of the pathway; at most 1,000", ""),
        may("exits", Map("exit", &Table(&EXIT)), "`out`", "Ways out of the model; `out` is always there", ""),
        may(
            "services",
            Map("service", &Table(&SERVICE)),
            "no services",
            "Services that run beside the stages; at most 60",
            "",
        ),
        may("pools", Map("pool", &Table(&POOL)), "no pools", "Places that stages share; at most 1,000", ""),
        may(
            "roles",
            Map("role", &Table(&ROLE)),
            "no staff",
            "Kinds of worker who hold cases; at most 50",
            "",
        ),
        may("teams", Map("team", &Table(&TEAM)), "no teams", "Teams with posts; at most 500", ""),
        may("money", Table(&MONEY), "no prices", "What stages and services cost, and how prices rise", ""),
        may(
            "start",
            Table(&START),
            "empty",
            "Who is already here at the start (of the warm-up, if there is one)",
            "",
        ),
        may(
            "groups",
            Map("group", &Table(&GROUP)),
            "no groups",
            "Stages over which a spell is measured as one; at most 200. A group's name may stand for its stages in measures",
            "",
        ),
        may(
            "measures",
            Map("measure", &Table(&MEASURE)),
            "no measures",
            "What is asked for by name, with what is published about it; at most 1,000",
            "",
        ),
        may(
            "sources",
            Map("source", &Text),
            "no sources",
            "Documents and data sets by the short name that `source` uses",
            "dfe-c3-2025 = \"DfE, Children in need 2025, table C3\"",
        ),
    ],
    "",
);

/// `[model]`.
pub static RUN: Def = table(
    "run",
    "model",
    "What the model is, when it begins and how long it runs.",
    &[
        may("format", Whole(1, 1), "1", "Version of this format", "1"),
        must("title", Text, "The model's title", "\"Wiltshire Support and Safeguarding\""),
        may("place", Text, "none", "Where it applies", "\"Wiltshire\""),
        may("starts", Date, "no dates", "Date of time 0, in the years 1900 to 2200", "2024-04-01"),
        must(
            "runs",
            Duration,
            "Length of the measured run. With dates, whole months and years are those of the calendar",
            "\"6 years\"",
        ),
        may(
            "warm_up",
            Duration,
            "none",
            "Time simulated before the measured run and not measured; shorter than it",
            "\"1 year\"",
        ),
        may(
            "periods",
            Any(&[Word(&["months", "whole"]), Duration]),
            "\"months\" with dates, \"whole\" without",
            "How the run is divided for reporting; at most 1,200 periods",
            "\"months\"",
        ),
        may(
            "window",
            Table(&WINDOW),
            "the measured run",
            "Statistics over the whole run are taken over `(from, to]`",
            "{ from = \"4 days\", to = \"14 days\" }",
        ),
        may("replications", Whole(1, 100_000), "200", "Replications when the command does not say", "200"),
        may("seed", Whole(0, i64::MAX), "1", "Seed when the command does not say", "1"),
        may("level", Number, "0.95", "Level of intervals, 0.5 to 0.999", "0.95"),
        may(
            "most_events",
            Whole(1, 1_000_000_000_000),
            "200000000",
            "Most events in one replication; more stop the run with an error",
            "50_000_000",
        ),
        may(
            "by",
            List(&Name("`ages`, `needs` or an attribute")),
            "nothing",
            "Also report by age band, need or attribute",
            "[\"needs\"]",
        ),
        may(
            "by_at",
            Map("attribute", &STAGES),
            "nothing",
            "Also report by this attribute, at these stages alone",
            "{ referrer = \"assessment\" }",
        ),
    ],
    "[model]\ntitle = \"Example\"\nstarts = 2024-04-01\nruns = \"6 years\"\nwarm_up = \"2 years\"\n",
);

/// `model.window`.
pub static WINDOW: Def = table(
    "window",
    "model.window",
    "The stated window of whole-run statistics.",
    &[
        must("from", Time, "Beginning, not included", "\"4 days\""),
        must("to", Time, "End, included", "\"14 days\""),
    ],
    "",
);

const GRADES: &[&str] = &["measured", "derived", "borrowed", "assumed"];

/// What may stand beside the keys of a law or a table of shares.
pub static NOTES: &[Key] = &[
    may("source", Name("a source"), "none", "Short name from `[sources]`", "\"dfe-c3-2025\""),
    may(
        "grade",
        Word(GRADES),
        "measured with a source; assumed with a range and no source; else unstated",
        "How strong the ground is",
        "\"derived\"",
    ),
    may("note", Text, "none", "Why this value and this range", "\"England 2024\""),
];

/// A number with what it rests on.
pub static NOTED: Def = noted(table(
    "noted",
    "(any number or quantity)",
    "Any number or quantity may be written as a table that says what it rests on. A law and a table of shares may carry `source`, `grade` and `note` beside their own keys.",
    &[
        must("value", Anything, "The value", "\"1120 per month\""),
        may("low", Anything, "none", "Lowest value thought possible", "\"900 per month\""),
        may("high", Anything, "none", "Highest value thought possible", "\"1400 per month\""),
    ],
    "[arrivals.contacts]\nto = \"assessment\"\nrate = { value = \"1120 per month\", low = \"900 per month\", high = \"1400 per month\", grade = \"assumed\", note = \"4.8 contacts a referral\" }\n",
));
