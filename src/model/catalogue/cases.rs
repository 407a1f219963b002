//! Ages, cases, needs, attributes and arrivals.

use super::Kind::*;
use super::*;

const SHARE: Kind = Noted(&Share);
static SHARE_OR_REST: Kind = Any(&[Noted(&Share), Rest]);
/// Shares over the age bands.
pub(super) static AGES: Kind = NotedMap("age band", &SHARE_OR_REST);
/// Shares of family sizes.
pub(super) static FAMILIES: Kind = NotedMap("number of children", &SHARE_OR_REST);
/// Attributes given: a value, or shares of values.
pub(super) static SET: Kind = Map("attribute", &Any(&[Name("a value"), NotedMap("value", &SHARE_OR_REST)]));
/// Shares of needs.
pub(super) static NEEDS: Kind = NotedMap("need", &SHARE);
/// A stage or exit for certain, or probabilities of several.
pub(super) static TO: Kind = Any(&[Name("a stage or exit"), NotedMap("stage or exit", &SHARE_OR_REST)]);

/// `ages.NAME`.
pub static AGE_BAND: Def = table(
    "age_band",
    "ages.NAME",
    "An age band; negative ages are before birth.",
    &[
        must("from", Number, "From this age in years", "1"),
        must("to", Number, "Below this age in years", "5"),
        may("title", Text, "the name", "Name for readers", "\"1 to 4\""),
    ],
    "[ages]\nbefore_birth = [-0.75, 0]\ninfant = [0, 1]\nolder = { from = 1, to = 18, title = \"1 to 17\" }\n[cases]\nages = { before_birth = 0.05, infant = 0.1, older = \"rest\" }\n",
);

/// `[cases]`.
pub static CASES: Def = table(
    "cases",
    "cases",
    "What holds for all cases.",
    &[
        may(
            "ages",
            AGES,
            "none",
            "Share of arrivals in each age band, the age uniform within it; needed if there are age bands and a stream without its own",
            "{ infant = 0.1, older = \"rest\" }",
        ),
        may(
            "families",
            FAMILIES,
            "{ 1 = 1 }",
            "Children in a family that arrive together, 1 to 20",
            "{ 1 = 0.58, 2 = 0.42 }",
        ),
        may(
            "leave",
            Table(&LEAVE),
            "never",
            "The age at which a case leaves wherever it is; needs age bands",
            "{ age = 18, to = \"out\" }",
        ),
    ],
    "[cases]\nfamilies = { 1 = 0.58, 2 = 0.25, 3 = 0.11, 4 = 0.06 }\n",
);

/// Leaving at an age.
pub static LEAVE: Def = table(
    "leave",
    "cases.leave, stages.NAME.leave",
    "Leaving at an age.",
    &[
        must("age", Noted(&Number), "Age in years", "18"),
        must("to", Name("a stage or exit"), "Where the case then goes", "\"out\""),
    ],
    "",
);

/// A need.
pub static NEED: Def = noted(table(
    "need",
    "needs.NAME",
    "A need; a number alone is its share.",
    &[
        must("share", Noted(&Share), "Share of families (or children) that have it", "0.42"),
        may("low", Share, "none", "Lowest share thought possible", "0.36"),
        may("high", Share, "none", "Highest share thought possible", "0.48"),
        may(
            "of",
            Word(&["family", "child"]),
            "\"family\"",
            "Whether siblings share it or each child draws it",
            "\"child\"",
        ),
        may("title", Text, "the name", "Name for readers", "\"Domestic abuse\""),
    ],
    "[needs]\nsubstance_misuse = { share = 0.31, low = 0.25, high = 0.36, note = \"drugs or alcohol, parent\" }\n",
));

/// An attribute.
pub static ATTRIBUTE: Def = table(
    "attribute",
    "attributes.NAME",
    "An attribute with a closed list of values.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Who referred\""),
        must(
            "values",
            List(&Name("a value")),
            "Its values, at most 255; a case that was given none has the first",
            "[\"police\", \"school\"]",
        ),
        may(
            "shares",
            NotedMap("value", &SHARE_OR_REST),
            "the first value for all",
            "Share of each value",
            "{ police = 0.3, school = 0.7 }",
        ),
        may(
            "of",
            Word(&["family", "child"]),
            "\"family\"",
            "Whether siblings share it or each child draws it",
            "\"child\"",
        ),
    ],
    "[attributes.referrer]\nvalues = [\"police\", \"school\"]\nshares = { police = 0.3, school = \"rest\" }\n",
);

/// A stream of arrivals.
pub static STREAM: Def = table(
    "stream",
    "arrivals.NAME",
    "A stream of arriving families. Exactly one of `rate`, `per_10000`, `gaps`, `at` and `forecast` says when.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Contacts\""),
        must("to", TO, "First stage, or probabilities of several", "\"assessment\""),
        may(
            "rate",
            Any(&[Noted(&Rate), List(&Table(&RATE_STEP)), NotedMap("month or year", &Noted(&Number))]),
            "",
            "Cases (children, not families) per time: a rate, a list of steps, or counts by calendar month (`\"2025-04\" = 230`) or year (`\"2025\" = 2770`) that cover the run; a warm-up before the first takes the first's",
            "\"1120 per month\"",
        ),
        may(
            "per_10000",
            Table(&PER_10000),
            "",
            "Cases per 10,000 of `[population]` by age band; needs dates",
            "{ infant = 520, per = \"year\" }",
        ),
        may(
            "gaps",
            Table(&LAW),
            "",
            "Law of the times between arrivals of families",
            "{ exponential = { mean = \"1 hour\" } }",
        ),
        may(
            "at",
            List(&Any(&[Time, Table(&ARRIVAL_LISTED)])),
            "",
            "A list of arrivals of families, such as a historic trace; at most 1,000,000",
            "[\"0 days\", \"1 day\"]",
        ),
        may(
            "forecast",
            Table(&FORECAST),
            "",
            "Futures of a forecast; needs dates. A scenario that sets it takes `rate`, `per_10000`, `gaps`, `at`, `repeat`, `months` and `varies` out of the stream",
            "{ starts = \"2025-01\", before = [200, 210, 190, 205, 215, 180, 150, 210, 220], paths = [[210, 190, 200, 230, 240, 220, 210, 160, 230, 240, 220, 180], [230, 220, 240, 250, 260, 240, 230, 190, 250, 260, 250, 200]], then = \"repeat last year\" }",
        ),
        may(
            "repeat",
            Duration,
            "never",
            "The steps of `rate` repeat with this period; they begin at 0 and lie inside it",
            "\"7 days\"",
        ),
        may(
            "months",
            NotedMap("month (january to december)", &Noted(&Number)),
            "1 for all",
            "Seasonal factors, scaled to keep a mean year's total (29 February has February's); months not named have 1; needs dates",
            "{ august = 0.7 }",
        ),
        may(
            "varies",
            Noted(&Number),
            "0",
            "Standard deviation, 0 to 3, of a gamma multiplier of mean 1 drawn anew each month",
            "0.15",
        ),
        may("families", FAMILIES, "those of `[cases]`", "Children in a family", "{ 1 = 1 }"),
        may(
            "ages",
            AGES,
            "those of `[cases]`; for `per_10000` those of its rates",
            "Share in each age band",
            "{ infant = 1 }",
        ),
        may(
            "needs",
            NEEDS,
            "those of `[needs]`",
            "Shares of needs in this stream",
            "{ domestic_abuse = 0.6 }",
        ),
        may(
            "set",
            SET,
            "those of `[attributes]`",
            "Attributes given: a value, or shares of values",
            "{ referrer = \"police\" }",
        ),
    ],
    "[arrivals.contacts]\nto = { assessment = 0.7, support = \"rest\" }\nrate = [{ rate = \"20 per week\" }, { from = 2025-04-01, rate = \"22 per week\" }]\nmonths = { august = 0.7 }\nvaries = 0.15\n",
);

/// A step of a rate.
pub static RATE_STEP: Def = table(
    "rate_step",
    "arrivals.NAME.rate (list)",
    "A step of a rate that changes.",
    &[
        may("from", Time, "the beginning, for the first", "From when", "2025-04-01"),
        must("rate", Noted(&Rate), "The rate from then on", "\"230 per month\""),
    ],
    "",
);

/// Rates per population.
pub static PER_10000: Def = noted(table(
    "per_10000",
    "arrivals.NAME.per_10000",
    "Cases per 10,000 persons of each age band; bands not named have none. Beside `per`, its keys are age bands.",
    &[must("per", Word(&["year", "month"]), "The time in which these cases arrive", "\"year\"")],
    "",
));

/// A listed arrival.
pub static ARRIVAL_LISTED: Def = table(
    "arrival",
    "arrivals.NAME.at (list)",
    "One listed arrival.",
    &[
        must("at", Time, "When", "\"2 days\""),
        may("children", Whole(1, 20), "drawn", "Children who arrive together", "1"),
        may("set", SET, "drawn", "Attributes given", "{ referrer = \"school\" }"),
    ],
    "",
);

/// Futures of a forecast.
pub static FORECAST: Def = noted(table(
    "forecast",
    "arrivals.NAME.forecast",
    "Futures of a forecast, which `caseflow forecast` writes. Replication r follows path (r - 1) modulo their number, so with as many replications as paths the run's band is the forecast's: as many cases come in a month as its path says (a fraction of a case with that probability), each family at a moment of its own, evenly over the month. A scenario that changes a month keeps its families and their moments, and takes the last away or adds further ones.",
    &[
        may(
            "series",
            Text,
            "",
            "A file of monthly counts (CSV), named from this file's folder, that the command forecasts as `caseflow forecast` does when it reads the model. It stands in place of `starts`, `before` and `paths`, which it works out (1,000 paths; `then` repeats the last year unless it says otherwise)",
            "\"contacts.csv\"",
        ),
        may(
            "name",
            Text,
            "the only series",
            "Which series of that file, by its name or source",
            "\"Police\"",
        ),
        may("horizon", Number, "24", "Months ahead to forecast that file, to 120", "36"),
        may(
            "incomplete",
            Number,
            "0",
            "Months at the end of that file that are not fully reported, to 12",
            "1",
        ),
        may(
            "covid",
            Word(&["dip", "level", "ignored"]),
            "dip",
            "How months of school closures in 2020 and 2021 are treated in that file: set aside, a lasting change, or used",
            "\"ignored\"",
        ),
        may("starts", Text, "", "The first forecast month; needed unless there is `series`", "\"2025-04\""),
        may(
            "paths",
            List(&List(&Number)),
            "",
            "Needed unless there is `series`. Cases (children, not families) in each month, one list a path, all as long; at most 2,000 paths of 240 months",
            "[[230, 241], [212, 205]]",
        ),
        may(
            "before",
            List(&Number),
            "none",
            "Cases in the months before `starts`, the last of them the month just before, the same in every replication; they must reach back to the start of the run. A warm-up before them takes the mean of the first twelve months given",
            "[221, 198]",
        ),
        may(
            "then",
            Word(&["repeat last year"]),
            "an error if the run goes on",
            "After the last month the path's last 12 months repeat",
            "\"repeat last year\"",
        ),
        may(
            "times",
            Any(&[Noted(&Number), List(&Table(&TIMES_STEP))]),
            "1",
            "Multiplies the paths, not `before`; a scenario may change it `from` a date",
            "1.1",
        ),
    ],
    "",
));

/// A step of a factor.
pub static TIMES_STEP: Def = table(
    "times_step",
    "arrivals.NAME.forecast.times (list)",
    "A step of the factor on a forecast.",
    &[
        may("from", Time, "the beginning, for the first", "From when", "2026-04-01"),
        must("times", Noted(&Number), "The factor from then on", "1.2"),
    ],
    "",
);
