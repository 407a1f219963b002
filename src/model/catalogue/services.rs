//! Services beside the plan.

use super::Kind::*;
use super::laws::ANY_LAW;
use super::*;

static ODDS: Kind = NotedMap("stage or exit", &Noted(&Number));

/// A service.
pub static SERVICE: Def = table(
    "service",
    "services.NAME",
    "A service that runs beside the stages: cases are referred to it, wait, and receive it or not while their stay goes on. Exactly one of `places` and `sessions` says how much there is.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Domestic abuse support\""),
        may("provider", Text, "none", "Who provides it", "\"a charity\""),
        may(
            "of",
            Word(&["family", "child"]),
            "\"family\"",
            "Whether a place is for a family or for each child",
            "\"child\"",
        ),
        may(
            "places",
            Any(&[Noted(&Whole(0, 1_000_000_000)), List(&Table(&PLACES_STEP))]),
            "",
            "How many can receive it at once: a number, or a list of steps",
            "40",
        ),
        may(
            "sessions",
            Any(&[Noted(&Whole(0, 1_000_000_000)), List(&Table(&SESSIONS_STEP))]),
            "",
            "Sessions a week, in place of `places`: a number, or a list of steps",
            "60",
        ),
        may(
            "sessions_each",
            Noted(&Number),
            "1",
            "Sessions a week that each of them takes; `sessions` over this, rounded down, is the number of places",
            "1.5",
        ),
        must(
            "length",
            ANY_LAW,
            "How long it takes, in calendar time",
            "{ gamma = { mean = \"16 weeks\", cv = 0.5 } }",
        ),
        may(
            "refer",
            List(&Table(&REFER)),
            "nobody",
            "Who is referred; the first entry of a stage that fits holds",
            "",
        ),
        may("accepted", Noted(&Share), "1", "Share of referrals over the provider's threshold", "0.9"),
        may("taken_up", Noted(&Share), "1", "Share of those accepted that take it up", "0.75"),
        may(
            "waiting_room",
            Noted(&Whole(0, 1_000_000_000)),
            "no limit",
            "Most that may wait; more are turned away",
            "50",
        ),
        may(
            "patience",
            ANY_LAW,
            "no end",
            "How long they will wait before they give up, in calendar time",
            "{ exponential = { mean = \"30 weeks\" } }",
        ),
        may(
            "delivered",
            Noted(&Share),
            "1",
            "Share of those who start that it reaches; the others take a place and have not received it (such as work offered online only)",
            "0.9",
        ),
        must("in_time", Duration, "A start this soon after the referral is in time", "\"8 weeks\""),
        may(
            "within",
            List(&Duration),
            "`in_time`",
            "Report the share of starts this soon after the referral",
            "[\"4 weeks\", \"18 weeks\"]",
        ),
        may(
            "on_leaving",
            Word(&["stay", "withdraw"]),
            "\"stay\"",
            "Whether those who wait stay on the list when their case leaves the model, or withdraw; who has started goes on to the end",
            "\"withdraw\"",
        ),
        may(
            "start",
            Table(&ALREADY),
            "nobody was referred",
            "What holds for those already in the stages at the beginning",
            "{ received = 0.4, waiting = 0.3 }",
        ),
        may(
            "effects",
            Map("stage or exit", &Table(&EFFECT)),
            "none",
            "What it changes, by stage and exit",
            "",
        ),
    ],
    "[services.family_work]\ntitle = \"Family work\"\nplaces = { value = 30, low = 20, high = 40, grade = \"assumed\", note = \"none is published\" }\nlength = { exponential = { mean = \"16 weeks\" } }\nin_time = \"8 weeks\"\ntaken_up = 0.8\nrefer = [{ stage = \"support\", if = \"domestic_abuse\", share = 0.5 }]\n[services.family_work.effects.support.received_in_time]\nstay = { value = 0.9, low = 0.8, high = 1, grade = \"assumed\", note = \"no effect is published\" }\n",
);

/// A step of sessions.
pub static SESSIONS_STEP: Def = table(
    "sessions_step",
    "services.NAME.sessions (list)",
    "A change of the number of sessions a week.",
    &[
        may("from", Time, "the beginning, for the first", "From when", "2025-04-01"),
        must("sessions", Noted(&Whole(0, 1_000_000_000)), "Sessions a week from then on", "60"),
    ],
    "",
);

/// Who is referred.
pub static REFER: Def = table(
    "refer",
    "services.NAME.refer (list)",
    "A share of those who come to a stage is referred when their stay begins, unless they wait for the service, receive it or have received it since they came.",
    &[
        must("stage", Name("a stage"), "The stage", "\"support\""),
        may("if", Selector, "all", "Only cases that fit", "\"domestic_abuse\""),
        may("share", Noted(&Share), "1", "Share of them that is referred", "0.5"),
        may("priority", Whole(-1_000_000, 1_000_000), "0", "Place in the queue, lower first", "1"),
    ],
    "",
);

/// Those found at the beginning.
pub static ALREADY: Def = table(
    "already",
    "services.NAME.start",
    "Of those found in a stage at the beginning who would have been referred from it, the shares that are so far; the rest have not received it.",
    &[
        may("received", Noted(&Share), "0", "Have received it in time", "0.3"),
        may("received_late", Noted(&Share), "0", "Have received it late", "0.1"),
        may("receiving", Noted(&Share), "0", "Are receiving it; without a free place they wait", "0.2"),
        may("waiting", Noted(&Share), "0", "Wait for it", "0.2"),
    ],
    "",
);

/// What a service changes at a stage or an exit.
pub static EFFECT: Def = table(
    "effect",
    "services.NAME.effects.NAME",
    "What a service changes at a stage or an exit, by how far the case has come with it. Cases that were not referred are as if there were no service.",
    &[
        may("waiting", Table(&STRENGTH), "that of `not_received`", "While it waits", ""),
        may("received_in_time", Table(&STRENGTH), "no effect", "Since it started, if that was in time", ""),
        may("received_late", Table(&STRENGTH), "no effect", "Since it started, if that was late", ""),
        may(
            "not_received",
            Table(&STRENGTH),
            "no effect",
            "Turned away, not taken up, given up or not reached",
            "",
        ),
    ],
    "",
);

/// The strength of an effect.
pub static STRENGTH: Def = table(
    "strength",
    "services.NAME.effects.NAME.STATUS",
    "The strength of an effect; 1 changes nothing.",
    &[
        may(
            "odds",
            ODDS,
            "1",
            "At a stage: multiplies the odds of these ways out when the stay ends",
            "{ out = 1.3 }",
        ),
        may(
            "stay",
            Noted(&Number),
            "1",
            "At a stage: multiplies what is left of the stay; where the stay ends at reviews, divides the odds of ending at each",
            "0.9",
        ),
        may("returns", Noted(&Number), "1", "At an exit: multiplies the odds of ever coming back", "0.8"),
    ],
    "",
);
