//! Stages, exits and pools.

use super::Kind::*;
use super::cases::TO;
use super::laws::ANY_LAW;
use super::*;

static FACTORS: Kind = NotedMap("condition", &Any(&[Noted(&Number), List(&Table(&FACTOR_STEP))]));

/// A stage.
pub static STAGE: Def = table(
    "stage",
    "stages.NAME",
    "A stage of the pathway: how long a case stays, what it holds meanwhile, and where it goes.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Single assessment\""),
        may(
            "shown_as",
            Text,
            "its own",
            "Name under which flow diagrams draw it, together with others of that name",
            "\"Care\"",
        ),
        may(
            "groups",
            List(&Name("a group")),
            "none",
            "Groups that it joins beside the stages they list: a stage that a scenario adds need not list all others",
            "[\"help\"]",
        ),
        must("stay", ANY_LAW, "Law of the length of stay", "{ exponential = { mean = \"30 days\" } }"),
        may(
            "stay_by",
            Map("stage or exit", &ANY_LAW),
            "",
            "Laws by destination: the route is drawn first, and destinations named here have their own law",
            "{ out = \"5 days\" }",
        ),
        may("stay_if", List(&Table(&STAY_IF)), "", "The first condition that fits replaces the law", ""),
        may(
            "stay_times",
            FACTORS,
            "1",
            "Multiplies the length for cases that fit; all that fit multiply. Where the stay ends at reviews, divides the odds of ending at each. A list of steps changes it at dates: what holds when the stay begins counts for all of it",
            "{ domestic_abuse = 1.2 }",
        ),
        may(
            "interrupted",
            NotedMap("stage or exit", &Noted(&Rate)),
            "",
            "Constant hazards that end the stay early",
            "{ out = \"0.05 per year\" }",
        ),
        may(
            "to",
            TO,
            "",
            "Where a case goes at the end of its stay; needed unless the law decides it (`hazards`) or never ends (`open`)",
            "{ out = 0.32, support = \"rest\" }",
        ),
        may(
            "routes_if",
            List(&Table(&ROUTES_IF)),
            "",
            "The first condition that fits replaces the probabilities",
            "",
        ),
        may(
            "odds",
            Map("stage or exit", &FACTORS),
            "1",
            "Multiplies the odds of that destination for cases that fit. A list of steps changes it at dates: what holds when the route is drawn counts, at the end of the stay, or at its beginning if there is `stay_by`",
            "{ support = { domestic_abuse = 1.3, all = [{ from = 2026-04-01, times = 1.05 }] } }",
        ),
        may(
            "clock",
            Noted(&Duration),
            "none",
            "Statutory time limit, counted from the start of the stay",
            "\"45 working days\"",
        ),
        may(
            "pool",
            Any(&[Name("a pool"), Table(&SEIZE)]),
            "none",
            "The pool whose places a case holds during its stay",
            "\"beds\"",
        ),
        may(
            "staff",
            Any(&[Name("a role"), Table(&STAGE_STAFF)]),
            "nobody",
            "Who holds the cases; the role alone stands for its table",
            "\"helper\"",
        ),
        may(
            "priority",
            Any(&[Whole(-1_000_000, 1_000_000), Map("condition, or `else`", &Whole(-1_000_000, 1_000_000))]),
            "0",
            "Place in a queue by priority, lower first; the first condition that fits, `else` for all others",
            "{ else = 2, domestic_abuse = 1 }",
        ),
        may(
            "patience",
            Table(&PATIENCE),
            "no end",
            "Giving up waiting",
            "{ after = \"30 days\", to = \"out\" }",
        ),
        may(
            "refused",
            Name("a stage or exit"),
            "",
            "Where a case goes that finds the waiting room full; needed if the pool has a waiting room",
            "\"out\"",
        ),
        may("together", Bool, "true", "Siblings share the luck of their stay and route here", "false"),
        may(
            "sets",
            Map("attribute", &Name("a value")),
            "",
            "Attributes given to a case when its stay begins",
            "{ referrer = \"school\" }",
        ),
        may(
            "bands",
            List(&Duration),
            "3, 6, 12 and 24 months",
            "Edges of the bands in which lengths of stay are counted",
            "[\"3 months\", \"12 months\"]",
        ),
        may(
            "leave",
            Any(&[Word(&["never"]), Table(&LEAVE)]),
            "that of `[cases]`",
            "Leaving at an age here",
            "\"never\"",
        ),
    ],
    "[stages.assessment]\ntitle = \"Single assessment\"\nstay = { gamma = { mean = \"31 working days\", sd = \"14 working days\" } }\nclock = \"45 working days\"\n[stages.assessment.to]\nout = 0.7\nsupport = \"rest\"\n[stages.assessment.odds.support]\ndomestic_abuse = { value = 1.3, low = 1.0, high = 1.7, grade = \"assumed\" }\n",
);

/// A step of a factor on odds, stays or returns.
pub static FACTOR_STEP: Def = table(
    "factor_step",
    "stages.NAME.odds.NAME.CONDITION (list)",
    "A step of a factor on odds, on lengths of stay (`stay_times`) or on returns, so that they drift by year. Before the first step with a `from` the factor is 1. A case found at the start counts as having begun when its time spent says.",
    &[
        may("from", Time, "always until the next step, for the first", "From when", "2026-04-01"),
        must("times", Noted(&Number), "The factor from then on", "1.05"),
    ],
    "[stages.assessment]\nstay = \"30 days\"\nto = { out = 0.7, support = \"rest\" }\n[stages.assessment.odds.support]\nall = [{ from = 2026-04-01, times = 1.05 }, { from = 2027-04-01, times = { value = 1.12, low = 0.95, high = 1.3, grade = \"assumed\", note = \"the swing of the last four years\" } }]\n",
);

/// `pool` with the number of places.
pub static SEIZE: Def = table(
    "seize",
    "stages.NAME.pool",
    "A pool and the number of places a case holds.",
    &[
        must("name", Name("a pool"), "The pool", "\"beds\""),
        may("places", Whole(1, 1_000_000_000), "1", "Places a case", "2"),
    ],
    "",
);

/// `patience`.
pub static PATIENCE: Def = table(
    "patience",
    "stages.NAME.patience",
    "Giving up waiting.",
    &[
        must("after", ANY_LAW, "How long a case will wait", "{ exponential = { mean = \"30 days\" } }"),
        must("to", Name("a stage or exit"), "Where it then goes", "\"out\""),
    ],
    "",
);

/// `routes_if`.
pub static ROUTES_IF: Def = table(
    "routes_if",
    "stages.NAME.routes_if (list)",
    "Probabilities for cases that fit a condition.",
    &[
        must("if", Selector, "The condition", "\"domestic_abuse & referrer=police\""),
        must("to", TO, "Where these cases go", "{ out = 0.2, support = \"rest\" }"),
    ],
    "[stages.assessment]\nstay = \"30 days\"\nto = { out = 0.7, support = \"rest\" }\n[[stages.assessment.routes_if]]\nif = \"domestic_abuse & referrer=police\"\nto = { out = 0.2, support = \"rest\" }\n",
);

/// `stay_if`.
pub static STAY_IF: Def = table(
    "stay_if",
    "stages.NAME.stay_if (list)",
    "A law for cases that fit a condition.",
    &[must("if", Selector, "The condition", "\"infant\""), must("stay", ANY_LAW, "Their law", "\"10 days\"")],
    "",
);

/// An exit.
pub static EXIT: Def = table(
    "exit",
    "exits.NAME",
    "A way out of the model.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Closed\""),
        may(
            "returns",
            Table(&RETURNS),
            "never",
            "Coming back after leaving this way, with the same identity",
            "",
        ),
    ],
    "",
);

/// Coming back.
pub static RETURNS: Def = table(
    "returns",
    "exits.NAME.returns",
    "Coming back after leaving.",
    &[
        must("to", Name("a stage"), "Where the case comes back to", "\"assessment\""),
        must(
            "within",
            NotedMap("length", &Noted(&Share)),
            "Share that has come back within each length of time, rising; straight lines between, and the last is the share that ever returns, below 1",
            "{ \"12 months\" = 0.16, \"5 years\" = 0.35 }",
        ),
        may(
            "odds",
            FACTORS,
            "1",
            "Multiplies the odds of ever coming back for cases that fit; in a list of steps what holds when they leave counts",
            "{ domestic_abuse = 1.2 }",
        ),
        may("together", Bool, "true", "A family comes back together", "false"),
    ],
    "[exits.closed.returns]\nto = \"assessment\"\nwithin = { \"12 months\" = 0.16, \"5 years\" = 0.35 }\n",
);

/// A pool.
pub static POOL: Def = table(
    "pool",
    "pools.NAME",
    "Places that stages share, and the queue before them.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Refuge beds\""),
        must(
            "places",
            Any(&[Noted(&Whole(0, 1_000_000_000)), List(&Table(&PLACES_STEP))]),
            "Places: a number, or a list of steps",
            "10",
        ),
        may("queue", Word(&["first come", "priority"]), "\"first come\"", "Who goes first", "\"priority\""),
        may(
            "waiting_room",
            Noted(&Whole(0, 1_000_000_000)),
            "no limit",
            "Most cases that may wait; more are refused",
            "5",
        ),
        may(
            "wait_over",
            List(&Duration),
            "none",
            "Report the share of waits longer than these",
            "[\"1 day\"]",
        ),
        may(
            "quantiles",
            List(&Number),
            "[0.5, 0.9, 0.95, 0.99]",
            "Quantiles of waits to report",
            "[0.5, 0.9]",
        ),
        may(
            "detail",
            Bool,
            "false",
            "Also measure the number present, gaps between departures and busy periods",
            "true",
        ),
    ],
    "[pools.beds]\nplaces = [{ places = 10 }, { from = 2025-04-01, places = 12 }]\nqueue = \"priority\"\n",
);

/// A step of places.
pub static PLACES_STEP: Def = table(
    "places_step",
    "pools.NAME.places (list)",
    "A change of the number of places.",
    &[
        may("from", Time, "the beginning, for the first", "From when", "2025-04-01"),
        must("places", Noted(&Whole(0, 1_000_000_000)), "Places from then on", "12"),
    ],
    "",
);
