//! Prices.

use super::Kind::*;
use super::*;

/// Money.
pub static MONEY: Def = table(
    "money",
    "money",
    "What stages and services cost, in pounds of one year, and how prices rise. What workers cost is said with their roles and rises with pay.",
    &[
        may(
            "prices_of",
            Time,
            "the start",
            "First day of the year whose prices the amounts are in; amounts rise on its anniversaries",
            "2024-04-01",
        ),
        may("inflation", Noted(&Number), "0", "Rise of prices a year; 0.02 for two per cent", "0.02"),
        may("pay", Noted(&Number), "that of `inflation`", "Rise of what workers cost a year", "0.03"),
        may(
            "stages",
            Map("stage", &Table(&STAGE_COST)),
            "nothing",
            "What stages cost beside their workers",
            "",
        ),
        may("services", Map("service", &Table(&SERVICE_COST)), "nothing", "What services cost", ""),
    ],
    "[money]\ninflation = 0.02\npay = 0.03\n[money.stages.support]\nper_week = 120\n[measures.pounds]\ncount = { cost = { stages = \"all\" } }\n",
);

/// What a stage costs.
pub static STAGE_COST: Def = table(
    "stage_cost",
    "money.stages.NAME",
    "Pounds of a stage.",
    &[
        may("per_week", Noted(&Number), "0", "A case and week, waiting or in its stay", "795"),
        may("per_start", Noted(&Number), "0", "Each time a case comes to the stage", "1200"),
    ],
    "",
);

/// What a service costs.
pub static SERVICE_COST: Def = table(
    "service_cost",
    "money.services.NAME",
    "Pounds of a service.",
    &[
        may("per_place_week", Noted(&Number), "0", "A place and week, taken or not", "90"),
        may("per_week", Noted(&Number), "0", "A family (or child) and week of receiving it", "60"),
        may("per_start", Noted(&Number), "0", "Each start", "300"),
        may("per_referral", Noted(&Number), "0", "Each referral", "40"),
    ],
    "",
);

/// What costs are added up.
pub static COST: Def = table(
    "cost",
    "measures.NAME.count.cost",
    "Costs added up, in pounds of the day. `all` stands for all that have a price.",
    &[
        may(
            "stages",
            Any(&[Word(&["all"]), Name("a stage or group"), List(&Name("a stage or group"))]),
            "none",
            "Of these stages",
            "\"all\"",
        ),
        may(
            "services",
            Any(&[Word(&["all"]), Name("a service"), List(&Name("a service"))]),
            "none",
            "Of these services",
            "\"all\"",
        ),
        may(
            "staff",
            Any(&[Word(&["all"]), Name("a role"), List(&Name("a role"))]),
            "none",
            "Of workers of these roles",
            "\"all\"",
        ),
    ],
    "",
);
