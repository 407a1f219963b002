//! Scenario files.

use super::Kind::*;
use super::*;

/// A scenario file.
pub static SCENARIO: Def = table(
    "scenario",
    "(scenario file)",
    "A scenario: a question, and what it changes in a model.",
    &[
        must("title", Text, "The scenario's title", "\"A quarter more places\""),
        may("question", Text, "none", "The question it answers, in words", "\"How many fewer would wait?\""),
        may(
            "observed",
            Text,
            "none",
            "What was seen of such a change elsewhere, where, and whether it is known to transfer; shown beside the answer",
            "\"Seen in one council without a figure; not known to transfer\"",
        ),
        may(
            "model",
            Text,
            "the model given to the command",
            "The model file, relative to the scenario file",
            "\"../models/wiltshire.toml\"",
        ),
        may(
            "main",
            Name("a measure"),
            "the charted measure that changes most clearly",
            "The measure on which the scenario is judged first",
            "\"plans\"",
        ),
        may(
            "downstream",
            List(&Name("a measure")),
            "none",
            "Measures on which the difference over the whole run is shown: what follows from the change for the same children",
            "[\"plans\"]",
        ),
        may(
            "effects",
            List(&Word(&["services", "staff"])),
            "those of what is changed: services, or staff for roles and teams",
            "Effects in the model on which the answer rests: the comparison is also made with all of these effects that have a range at the end nearer to none, and at the other end",
            "[\"services\"]",
        ),
        may(
            "causes",
            Map("cause in words", &List(&Text)),
            "each change is a cause of its own",
            "Changes that belong together: a difference is broken down into these causes. Changes in none of them are one together, but for those of measures, which are no cause. Paths as under `change` and `remove`; a change that several causes need, such as a new stage, stands in each of them",
            "{ \"More places\" = [\"pools.beds.places\"] }",
        ),
        may(
            "sources",
            Map("source", &Text),
            "none",
            "Sources used by the scenario's numbers, beside the model's",
            "",
        ),
        may(
            "change",
            Map("dotted path in quotes", &Anything),
            "nothing",
            "Changes by dotted path: a new value, `{ times = 1.25 }` or `{ add = 2 }`; for places, rates and factors (`times` of a forecast, `odds`, `stay_times`) also `from`, a date or time since the start. Items of lists are numbered from 1. A new stage, pool, stream, exit, group or measure is given whole",
            "\"pools.beds.places\" = { times = 1.25, from = 2026-04-01 }",
        ),
        may(
            "remove",
            Table(&REMOVE),
            "nothing",
            "What is taken out before the changes",
            "{ paths = [\"stages.assessment.odds.support\"] }",
        ),
    ],
    "title = \"A quarter more places\"\nquestion = \"How many fewer would wait?\"\n[change]\n\"pools.beds.places\" = { times = 1.25, from = 2025-04-01 }\n",
);

/// `[remove]`.
pub static REMOVE: Def = table(
    "remove",
    "remove (scenario file)",
    "What is taken out.",
    &[must("paths", List(&Text), "Dotted paths", "[\"stages.assessment.odds.support\"]")],
    "",
);

/// A change of a number or quantity.
pub static CHANGE: Def = table(
    "change",
    "change.\"PATH\" (scenario file)",
    "A change of a number or quantity in place of a new value.",
    &[
        may("times", Number, "", "Multiplies it (and its `low` and `high`)", "1.25"),
        may("add", Any(&[Number, Duration, Rate]), "", "Adds to it, in the same kind of unit", "2"),
        may(
            "from",
            Time,
            "the beginning",
            "From when; for places, rates and factors (`times` of a forecast, `odds`, `stay_times`)",
            "2026-04-01",
        ),
        may(
            "low",
            Any(&[Number, Duration, Rate]),
            "none",
            "Least that `times` or `add` is thought to be",
            "1.1",
        ),
        may("high", Any(&[Number, Duration, Rate]), "none", "Most that it is thought to be", "1.4"),
        may("source", Name("a source"), "none", "Source of the change", "\"dfe\""),
        may(
            "grade",
            Word(&["measured", "derived", "borrowed", "assumed"]),
            "none",
            "How strong its ground is",
            "\"assumed\"",
        ),
        may("note", Text, "none", "Why this change and this range", "\"no effect is published\""),
    ],
    "",
);
