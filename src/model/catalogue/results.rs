//! The starting state, groups and measures.

use super::Kind::*;
use super::cases::{AGES, NEEDS, SET};
use super::*;

pub(super) static STAGES: Kind = Any(&[Name("a stage or group"), List(&Name("a stage or group"))]);
static DESTS: Kind = Any(&[Name("a stage, group or exit"), List(&Name("a stage, group or exit"))]);

/// `[start]`.
pub static START: Def = table(
    "start",
    "start",
    "Who is already here at the start.",
    &[
        may(
            "stages",
            Map("stage", &Any(&[Noted(&Whole(0, 10_000_000)), Table(&START_STAGE)])),
            "none",
            "Cases in stages; a number alone is their count",
            "{ support = 42 }",
        ),
        may(
            "exits",
            Map("exit", &Table(&START_EXIT)),
            "none",
            "Cases that left before the start and may come back",
            "",
        ),
    ],
    "[start.stages]\nassessment = 40\nsupport = { cases = 42, elapsed = [{ to = \"3 months\", share = 0.3 }, { to = \"12 months\", share = \"rest\" }] }\n",
);

/// Cases in a stage.
pub static START_STAGE: Def = table(
    "start_stage",
    "start.stages.NAME",
    "Cases in a stage at the start.",
    &[
        may("cases", Noted(&Whole(0, 10_000_000)), "the number of lengths listed", "How many", "42"),
        may(
            "elapsed",
            Any(&[Word(&["steady"]), List(&Any(&[Duration, Table(&START_BAND)]))]),
            "\"steady\"",
            "How long they have been there: `\"steady\"` draws it from the length-biased law of the stage; or bands with shares; or each case's own",
            "\"steady\"",
        ),
        may("ages", AGES, "those of `[cases]`", "Share in each age band", "{ infant = 1 }"),
        may("needs", NEEDS, "those of `[needs]`", "Shares of needs", "{ domestic_abuse = 0.6 }"),
        may("set", SET, "those of `[attributes]`", "Attributes given", "{ referrer = \"school\" }"),
        may(
            "families",
            Bool,
            "false",
            "Whether they come as families of the model's sizes, or one by one",
            "true",
        ),
        may(
            "spells",
            Map("group", &List(&Table(&START_BAND))),
            "the time in the stage",
            "By group, bands of the time since the spell in it began; never less than the time in the stage",
            "{ help = [{ to = \"3 months\", share = 0.6 }, { to = \"12 months\", share = \"rest\" }] }",
        ),
    ],
    "",
);

/// A band of time already spent.
pub static START_BAND: Def = table(
    "start_band",
    "start.stages.NAME.elapsed (list)",
    "A band of time already spent, uniform within it.",
    &[
        may("from", Duration, "the `to` before it, 0 for the first", "Least", "\"3 months\""),
        must("to", Duration, "Greatest", "\"6 months\""),
        must("share", Any(&[Noted(&Share), Rest]), "Share of cases in it", "0.3"),
    ],
    "",
);

/// Cases that left before.
pub static START_EXIT: Def = table(
    "start_exit",
    "start.exits.NAME",
    "Cases that left before the start: evenly over `over`, at this rate; those that would have come back already are not counted.",
    &[
        must("leaving", Noted(&Rate), "Cases that left per time", "\"4000 per year\""),
        must("over", Duration, "How far back", "\"5 years\""),
        may("ages", AGES, "those of `[cases]`", "Share in each age band at leaving", "{ infant = 1 }"),
        may("set", SET, "those of `[attributes]`", "Attributes given", "{ referrer = \"school\" }"),
        may(
            "had",
            Map("group", &Noted(&Duration)),
            "none",
            "Groups of which such a case has had a spell that began this long before it left",
            "{ help = \"200 days\" }",
        ),
    ],
    "[start.exits.closed]\nleaving = \"4000 per year\"\nover = \"5 years\"\n",
);

/// A group.
pub static GROUP: Def = table(
    "group",
    "groups.NAME",
    "Stages over which a spell is measured as one, such as all of care.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Care\""),
        must("stages", List(&Name("a stage")), "Its stages", "[\"assessment\", \"support\"]"),
        may(
            "bands",
            List(&Duration),
            "3, 6, 12 and 24 months",
            "Edges of the bands in which spells are counted",
            "[\"3 months\"]",
        ),
        may(
            "bands_without",
            List(&Name("an exit")),
            "none",
            "Ways out of the model by which a spell may end that is counted in no band",
            "[\"closed\"]",
        ),
        may(
            "again",
            Any(&[Word(&["ever"]), Table(&AGAIN)]),
            "\"ever\"",
            "When a spell counts as a repeat",
            "{ within = \"12 months\" }",
        ),
    ],
    "[groups.help]\nstages = [\"assessment\", \"support\"]\nagain = { within = \"12 months\", since = \"start\" }\n",
);

/// Repeats.
pub static AGAIN: Def = table(
    "again",
    "groups.NAME.again",
    "When a spell counts as a repeat.",
    &[
        may("within", Duration, "ever", "An earlier spell was this recent", "\"12 months\""),
        may(
            "since",
            Word(&["start", "end"]),
            "\"start\"",
            "Counted from when the earlier spell began or ended",
            "\"end\"",
        ),
        may(
            "or",
            Selector,
            "none",
            "Also if the case has this attribute value (history from before)",
            "\"referrer=school\"",
        ),
    ],
    "",
);

/// A measure.
pub static MEASURE: Def = table(
    "measure",
    "measures.NAME",
    "A measure asked for by name.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Referrals\""),
        must("count", Table(&WHAT), "What is counted", "{ starts = \"assessment\" }"),
        may(
            "of",
            Table(&WHAT),
            "none",
            "The measure is the share `count` over this",
            "{ arrivals = [\"contacts\"] }",
        ),
        may(
            "near",
            Text,
            "none",
            "How near the model should come to what is published: `\"10 %\"` of it or `\"5 points\"`",
            "\"10 %\"",
        ),
        may("chart", Bool, "false", "Whether to chart it", "true"),
        may(
            "better",
            Word(&["lower", "higher"]),
            "none",
            "Which direction is the better one, where scenarios are compared",
            "\"lower\"",
        ),
        may(
            "target",
            Table(&TARGET),
            "none",
            "What it should keep to, where scenarios are compared; shares in per cent, as what is published",
            "{ at_most = 18 }",
        ),
        may(
            "published",
            Map("period", &Any(&[Number, Table(&PUBLISHED_VALUE)])),
            "none",
            "What is published, by period: `2024-04/2025-03`, `2024-04`, or `2025-03-31` for a count at the end of that day; shares in per cent; needs dates",
            "{ \"2024-04/2025-03\" = 2770 }",
        ),
        may("source", Name("a source"), "none", "Source of the published figures", "\"dfe\""),
    ],
    "[measures.referrals]\ncount = { starts = \"assessment\" }\nnear = \"10 %\"\npublished = { \"2024-04/2025-03\" = 2770 }\n",
);

/// A published figure.
pub static PUBLISHED_VALUE: Def = table(
    "published",
    "measures.NAME.published.PERIOD",
    "A published figure with its own source.",
    &[
        must("value", Number, "The figure; shares in per cent", "478"),
        may("source", Name("a source"), "that of the measure", "Its source", "\"dfe\""),
        may("note", Text, "none", "What to know about it", "\"rounded to 5\""),
        may(
            "stand_in",
            Bool,
            "false",
            "Whether it stands in for a figure that is not published: it is compared, but not counted as published",
            "true",
        ),
    ],
    "",
);

/// A target of a measure.
pub static TARGET: Def = table(
    "target",
    "measures.NAME.target",
    "What a measure should keep to; at least one of the two.",
    &[
        may("at_most", Number, "none", "Highest value that meets it", "18"),
        may("at_least", Number, "none", "Lowest value that meets it", "85"),
    ],
    "",
);

/// What is counted.
pub static WHAT: Def = one_of(table(
    "what",
    "measures.NAME.count, measures.NAME.of",
    "What is counted; exactly one key. A group's name stands for its stages.",
    &[
        may(
            "children",
            STAGES,
            "",
            "Cases in these stages (waiting or staying) at the end of the period",
            "[\"support\"]",
        ),
        may("starts", STAGES, "", "Cases that come into these stages from outside them", "\"assessment\""),
        may("ends", STAGES, "", "Cases that leave these stages", "\"assessment\""),
        may(
            "starts_of",
            Table(&IN_PART),
            "",
            "Cases of one age band, need or attribute value that come into a stage",
            "{ stages = \"assessment\", part = \"referrer=school\" }",
        ),
        may(
            "children_of",
            Table(&IN_PART),
            "",
            "Cases of one age band, need or attribute value in these stages at the end of the period",
            "{ stages = [\"support\"], part = \"infant\" }",
        ),
        may(
            "moves",
            Table(&MOVES),
            "",
            "Cases that go from these stages to those destinations",
            "{ from = [\"assessment\"], to = [\"support\"] }",
        ),
        may(
            "arrivals",
            Any(&[Name("a stream"), List(&Name("a stream"))]),
            "",
            "Cases that arrive by these streams",
            "[\"contacts\"]",
        ),
        may("in_time", Name("a stage"), "", "Stays that ended inside the clock", "\"assessment\""),
        may(
            "in_time_to",
            Table(&MOVES),
            "",
            "Cases that go from these stages to those destinations after a stay inside the clock",
            "{ from = [\"assessment\"], to = [\"support\"] }",
        ),
        may(
            "ended",
            Table(&IN_BAND),
            "",
            "Spells of a group that ended with a length in a band",
            "{ group = \"help\", band = 1 }",
        ),
        may(
            "open",
            Table(&IN_BAND),
            "",
            "Spells of a group open at the end of the period with a length so far in a band",
            "{ group = \"help\", band = 1 }",
        ),
        may("again", Name("a group"), "", "Spells of a group that began as a repeat", "\"help\""),
        may("group_starts", Name("a group"), "", "Spells of a group that began", "\"help\""),
        may("group_ends", Name("a group"), "", "Spells of a group that ended", "\"help\""),
        may("group_children", Name("a group"), "", "Cases in a group at the end of the period", "\"help\""),
        may(
            "caseload",
            Name("a role, or team/role"),
            "",
            "Cases held a full-time equivalent, at the end of the period",
            "\"helper\"",
        ),
        may(
            "over_caseload",
            Name("a role, or team/role"),
            "",
            "Share of workers above their caseload, at the end of the period",
            "\"helper\"",
        ),
        may(
            "in_post",
            Name("a role, or team/role"),
            "",
            "Full-time equivalents in post at the end of the period, without agency workers",
            "\"helper\"",
        ),
        may(
            "vacant",
            Name("a role, or team/role"),
            "",
            "Full-time equivalents vacant at the end of the period, covered by agency workers or not",
            "\"helper\"",
        ),
        may(
            "agency",
            Name("a role, or team/role"),
            "",
            "Full-time equivalents of agency workers at the end of the period",
            "\"helper\"",
        ),
        may(
            "absent",
            Name("a role, or team/role"),
            "",
            "Full-time equivalents in post but on a long absence at the end of the period",
            "\"helper\"",
        ),
        may(
            "unallocated",
            Name("a role, or team/role"),
            "",
            "Cases that wait for allocation at the end of the period",
            "\"helper\"",
        ),
        may(
            "caseload_p10",
            Name("a role, or team/role"),
            "",
            "10th percentile over workers of cases a full-time equivalent, at the end of the period",
            "\"helper\"",
        ),
        may("caseload_p90", Name("a role, or team/role"), "", "90th percentile of the same", "\"helper\""),
        may(
            "agency_share",
            Name("a role, or team/role"),
            "",
            "Agency full-time equivalents over all at work, mean over the last month",
            "\"helper\"",
        ),
        may(
            "allocation_wait",
            Name("a role, or team/role"),
            "",
            "Mean wait in days for a worker, of the cases allocated; over several months the mean of the months",
            "\"helper\"",
        ),
        may(
            "visits_on_time",
            Name("a role, or team/role"),
            "",
            "Share of visits made on time, at the end of the period",
            "\"helper\"",
        ),
        may("staff_cost", Name("a role, or team/role"), "", "Pounds spent on staff", "\"helper\""),
        may(
            "cost",
            Table(&COST),
            "",
            "Pounds spent on stages, services and staff together",
            "{ stages = \"all\", staff = \"all\" }",
        ),
        may("weeks", STAGES, "", "Weeks that cases spent in these stages, waiting or staying", "\"support\""),
        may(
            "workers_met",
            Table(&MET),
            "",
            "Stays that ended with so many workers met",
            "{ stage = \"support\", to = 1 }",
        ),
        may("service_referrals", Name("a service"), "", "Referrals to a service", "\"family_work\""),
        may(
            "service_waiting",
            Name("a service"),
            "",
            "Families (or children) waiting for a service at the end of the period",
            "\"family_work\"",
        ),
        may(
            "service_receiving",
            Name("a service"),
            "",
            "Families (or children) receiving a service at the end of the period",
            "\"family_work\"",
        ),
        may("service_starts", Name("a service"), "", "Starts of a service", "\"family_work\""),
        may("service_in_time", Name("a service"), "", "Starts of a service in time", "\"family_work\""),
        may("service_finished", Name("a service"), "", "Courses of a service that ended", "\"family_work\""),
        may("service_gave_up", Name("a service"), "", "Gave up waiting for a service", "\"family_work\""),
        may(
            "service_turned_away",
            Name("a service"),
            "",
            "Referrals that a service turned away",
            "\"family_work\"",
        ),
        may(
            "service_not_taken_up",
            Name("a service"),
            "",
            "Accepted by a service but not taken up",
            "\"family_work\"",
        ),
        may(
            "service_accepted",
            Name("a service"),
            "",
            "Referrals that a service accepted",
            "\"family_work\"",
        ),
        may(
            "service_wait",
            Name("a service"),
            "",
            "Median wait in days of those who start in a month; over several months the mean of the months",
            "\"family_work\"",
        ),
        may("service_wait_p90", Name("a service"), "", "90th percentile of the same wait", "\"family_work\""),
        may(
            "service_unmet",
            Name("a service"),
            "",
            "Child-weeks without a service that was asked for: waiting, turned away, given up or not reached",
            "\"family_work\"",
        ),
    ],
    "",
));

/// Moves.
pub static MOVES: Def = table(
    "moves",
    "measures.NAME.count.moves",
    "Moves from stages to destinations.",
    &[
        must("from", STAGES, "From any of these", "[\"assessment\"]"),
        must("to", DESTS, "To any of these", "[\"support\", \"out\"]"),
    ],
    "",
);

/// One part of the cases of stages.
pub static IN_PART: Def = table(
    "in_part",
    "measures.NAME.count.starts_of, .children_of",
    "One part of the cases of stages: one that `model.by` or `model.by_at` reports.",
    &[
        must("stages", STAGES, "The stages; for `starts_of` one stage", "\"assessment\""),
        must(
            "part",
            Any(&[Selector, List(&Selector)]),
            "An age band, need or attribute value; or age bands, or values of one attribute, together",
            "\"referrer=school\"",
        ),
    ],
    "",
);

/// A band of a group.
pub static IN_BAND: Def = table(
    "in_band",
    "measures.NAME.count.ended, .open",
    "A band of a group's lengths: band 0 is below the first edge.",
    &[
        must("group", Name("a group"), "The group", "\"help\""),
        must("band", Whole(0, 64), "Which band, from 0", "1"),
    ],
    "",
);
