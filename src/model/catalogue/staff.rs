//! Roles, teams, and who holds the cases of a stage.

use super::Kind::*;
use super::laws::ANY_LAW;
use super::*;

static BY_STAGE: Kind = Map("stage", &Noted(&Number));

/// A role.
pub static ROLE: Def = table(
    "role",
    "roles.NAME",
    "A kind of worker who holds cases.",
    &[
        may("title", Text, "the name", "Name for readers", "\"Social worker\""),
        may(
            "regime",
            Word(&["target", "cap"]),
            "\"target\"",
            "`cap`: nobody takes more than the caseload and cases wait for allocation. `target`: every case is allocated, and workers above it are overloaded",
            "\"cap\"",
        ),
        must("caseload", Noted(&Number), "Weighted cases a full-time worker: the cap or the target", "17"),
        may("weights", BY_STAGE, "1", "Weight of a case by stage", "{ support = 0.5 }"),
        may("post", Noted(&Number), "1", "Full-time equivalents of a post, 0.1 to 1", "0.9"),
        may("newly_qualified", Table(&NEWLY), "nobody", "Recruits with a protected first year", ""),
        may(
            "turnover",
            Any(&[Noted(&Rate), List(&Table(&TURNOVER_STEP))]),
            "nobody leaves",
            "Rate of leaving, or a list of rates by length of service",
            "\"0.15 per year\"",
        ),
        may(
            "away",
            Noted(&Share),
            "0",
            "Share of working time lost to sickness and leave; it makes the capacity of every worker smaller",
            "0.05",
        ),
        may(
            "absence",
            Table(&ABSENCE),
            "nobody is away for long",
            "Long absences, such as sickness and parental leave, of workers who stay in post",
            "",
        ),
        may(
            "recruitment",
            ANY_LAW,
            "vacant posts stay vacant",
            "Time from a post falling vacant to its next worker",
            "{ exponential = { mean = \"9 months\" } }",
        ),
        may("agency", Table(&AGENCY), "no agency workers", "Agency workers in vacant posts", ""),
        may(
            "cost",
            Noted(&Number),
            "0",
            "Pounds a full-time equivalent and year, with all on-costs",
            "58000",
        ),
        may(
            "effects",
            Table(&EFFECTS),
            "none",
            "What overload does. Overload is a worker's load over capacity less 1, at least 0",
            "",
        ),
    ],
    "[roles.helper]\nregime = \"cap\"\ncaseload = 12\nturnover = \"0.15 per year\"\nrecruitment = { exponential = { mean = \"9 months\" } }\nagency = { share = 0.3, after = \"2 months\", cost = 90000 }\n[teams.all]\nposts = { helper = { establishment = 20, vacancies = 3 } }\n",
);

/// The protected first year.
pub static NEWLY: Def = table(
    "newly_qualified",
    "roles.NAME.newly_qualified, teams.NAME.posts.ROLE.newly_qualified",
    "Recruits with a protected first year.",
    &[
        must("share", Noted(&Share), "Share of recruits", "0.4"),
        may(
            "caseload_start",
            Noted(&Share),
            "0.5",
            "Their caseload on the first day, as a share of the full one",
            "0.5",
        ),
        may(
            "grows_over",
            Duration,
            "\"1 year\"",
            "It grows evenly to the full one over this time",
            "\"1 year\"",
        ),
    ],
    "",
);

/// Long absences.
pub static ABSENCE: Def = table(
    "absence",
    "roles.NAME.absence, teams.NAME.posts.ROLE.absence",
    "Long absences of permanent workers: who is absent is in post, is paid, and takes no new case.",
    &[
        must("rate", Noted(&Rate), "Absences that begin, of a worker at work", "\"0.1 per year\""),
        must("length", ANY_LAW, "How long one lasts", "{ exponential = { mean = \"20 weeks\" } }"),
        may(
            "cases",
            Word(&["handed_over", "wait"]),
            "\"handed_over\"",
            "`handed_over`: the worker's cases go to others and do not come back. `wait`: they stay with the worker, and nobody visits them",
            "\"wait\"",
        ),
    ],
    "",
);

/// Turnover by length of service.
pub static TURNOVER_STEP: Def = table(
    "turnover_step",
    "roles.NAME.turnover (list), teams.NAME.posts.ROLE.turnover (list)",
    "Rate of leaving in a band of length of service.",
    &[
        may("upto", Duration, "no end, for the last", "Up to this length of service", "\"2 years\""),
        must("rate", Noted(&Rate), "Rate of leaving", "\"0.2 per year\""),
    ],
    "",
);

/// Agency workers.
pub static AGENCY: Def = table(
    "agency",
    "roles.NAME.agency, teams.NAME.posts.ROLE.agency",
    "Agency workers in vacant posts. They leave when the post is filled.",
    &[
        must("share", Noted(&Share), "Share of vacant posts that are covered", "0.3"),
        may(
            "after",
            ANY_LAW,
            "at once",
            "Time from a post falling vacant to the agency worker",
            "\"2 months\"",
        ),
        may("caseload", Noted(&Number), "that of the role", "Weighted cases a full-time equivalent", "17"),
        may("cost", Noted(&Number), "that of the role", "Pounds a full-time equivalent and year", "90000"),
    ],
    "",
);

/// What overload does.
pub static EFFECTS: Def = table(
    "effects",
    "roles.NAME.effects",
    "What overload does; each is 0 if not given, and 0 changes nothing.",
    &[
        may(
            "overrun",
            BY_STAGE,
            "0",
            "A stay that begins is multiplied by 1 + this x overload of its worker",
            "{ assessment = 0.3 }",
        ),
        may(
            "drift",
            BY_STAGE,
            "0",
            "A stay that would end at a review goes on to the next with probability this x overload (at most 1), once a stay",
            "{ support = 0.2 }",
        ),
        may("visits", Noted(&Number), "0", "Visits on time are multiplied by 1 - this x overload", "0.5"),
        may(
            "turnover",
            Noted(&Number),
            "0",
            "The rate of leaving is multiplied by 1 + this x overload",
            "0.5",
        ),
    ],
    "",
);

/// A team.
pub static TEAM: Def = table(
    "team",
    "teams.NAME",
    "A team with posts of one or more roles.",
    &[
        may("title", Text, "the name", "Name for readers", "\"North\""),
        may(
            "share",
            Noted(&Number),
            "1",
            "Share of families it serves, beside the other teams for the same stage",
            "0.2",
        ),
        may(
            "stages",
            List(&Name("a stage")),
            "stages that no team lists",
            "The stages it is for. A case that comes to a stage of another team is handed over to a new worker",
            "[\"support\"]",
        ),
        must(
            "posts",
            Map("role", &Any(&[Noted(&Number), Table(&POSTS)])),
            "Posts by role; a number alone is the establishment",
            "{ helper = 20 }",
        ),
    ],
    "",
);

/// Posts of a role in a team.
pub static POSTS: Def = table(
    "posts",
    "teams.NAME.posts.ROLE",
    "Posts of one role in a team.",
    &[
        must(
            "establishment",
            Noted(&Number),
            "Full-time equivalents, filled and vacant; at most 10,000 posts in all",
            "20",
        ),
        may("vacancies", Noted(&Number), "0", "Full-time equivalents vacant at the start", "3"),
        may(
            "added",
            List(&Table(&ADDED)),
            "none",
            "Posts added later: they are vacant at first, and recruited and covered as any other",
            "[{ from = \"1 year\", posts = 2 }]",
        ),
        may("caseload", Noted(&Number), "that of the role", "Weighted cases a full-time worker", "15"),
        may("newly_qualified", Table(&NEWLY), "that of the role", "Recruits with a protected first year", ""),
        may(
            "turnover",
            Any(&[Noted(&Rate), List(&Table(&TURNOVER_STEP))]),
            "that of the role",
            "Rate of leaving, or a list of rates by length of service",
            "\"0.2 per year\"",
        ),
        may(
            "away",
            Noted(&Share),
            "that of the role",
            "Share of working time lost to sickness and leave",
            "0.04",
        ),
        may("absence", Table(&ABSENCE), "that of the role", "Long absences", ""),
        may(
            "recruitment",
            ANY_LAW,
            "that of the role",
            "Time from a post falling vacant to its next worker",
            "\"9 months\"",
        ),
        may(
            "agency",
            Table(&AGENCY),
            "that of the role",
            "Agency workers in vacant posts; their caseload and cost are the team's unless given",
            "",
        ),
        may("cost", Noted(&Number), "that of the role", "Pounds a full-time equivalent and year", "58000"),
    ],
    "",
);

/// Posts added.
pub static ADDED: Def = table(
    "added",
    "teams.NAME.posts.ROLE.added",
    "Posts that a team gets from some time on.",
    &[
        must("from", Time, "The day they are added", "2026-10-01"),
        must("posts", Noted(&Number), "Full-time equivalents", "2"),
    ],
    "",
);

/// Who holds the cases of a stage.
pub static STAGE_STAFF: Def = table(
    "stage_staff",
    "stages.NAME.staff",
    "Who holds the cases of a stage. A case goes to the worker of its team who is least loaded for their capacity; siblings share a worker.",
    &[
        must("role", Name("a role"), "The role", "\"helper\""),
        may(
            "with",
            Map("role", &Noted(&Share)),
            "nobody",
            "Roles that work beside it (at most 2), and the share of cases they do so for",
            "{ coach = 0.5 }",
        ),
        may(
            "keep_worker",
            Any(&[Bool, Noted(&Share), NotedMap("stage it comes from, or `else`", &Noted(&Share))]),
            "true",
            "A case that comes with a worker of this role and team keeps that worker; a number is the probability, and a table gives it by the stage in which somebody held it last",
            "0.8",
        ),
        may(
            "hand_over_once",
            Bool,
            "false",
            "A case that has changed worker since the role took it on, by a hand-over or because a worker left, keeps the worker it has, whatever `keep_worker` says",
            "true",
        ),
        may(
            "share",
            Noted(&Share),
            "1",
            "Share of families whose cases a worker of the role holds, the same families in every stage; others are on nobody's list and wait for nobody",
            "0.9",
        ),
        may(
            "workers_met_here",
            Bool,
            "false",
            "A case that has come here is counted by the workers it met when it leaves here, and no more in `workers_met` of other stages of the same work, such as a plan to which it steps down",
            "true",
        ),
        may(
            "waits_in_stay",
            Bool,
            "false",
            "A wait for allocation counts in the length of stay and its clock",
            "true",
        ),
        may(
            "visits_on_time",
            Noted(&Share),
            "not measured",
            "Share of visits made on time when nobody is overloaded",
            "0.9",
        ),
    ],
    "",
);

/// Workers met.
pub static MET: Def = table(
    "met",
    "measures.NAME.count.workers_met",
    "Stays that ended with a number of workers met since the role took the case on.",
    &[
        must("stage", Name("a stage"), "The stage that ended", "\"support\""),
        may("from", Whole(1, 5), "1", "At least so many workers", "1"),
        may("to", Whole(1, 5), "5", "At most so many; 5 stands for five or more", "2"),
    ],
    "",
);
