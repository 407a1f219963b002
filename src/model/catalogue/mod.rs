//! The grammar of model and scenario files as data: every table and key, with what it means.
//!
//! The reader refuses keys that are not here, [`schema`] and [`reference`] are made from it, so
//! the three cannot drift apart. To add a key: a line in the table's `static`, and the reading of
//! it in `model::read`.

mod cases;
mod laws;
mod money;
mod reference;
mod results;
mod root;
mod scenario;
mod schema;
mod services;
mod staff;
mod stages;

pub use cases::{
    AGE_BAND, ARRIVAL_LISTED, ATTRIBUTE, CASES, FORECAST, LEAVE, NEED, PER_10000, RATE_STEP, STREAM,
    TIMES_STEP,
};
pub use laws::{
    ATOM, BAND, ERLANG, EXPONENTIAL, GAMMA, HAZARDS, HYPER_PART, LAW, LAWS, LOGNORMAL, MIX_PART, REVIEWS,
    TRIANGULAR, UNIFORM, WEIBULL,
};
pub use money::{COST, MONEY, SERVICE_COST, STAGE_COST};
pub use reference::reference;
pub use results::{
    AGAIN, GROUP, IN_BAND, IN_PART, MEASURE, MOVES, PUBLISHED_VALUE, START, START_BAND, START_EXIT,
    START_STAGE, TARGET, WHAT,
};
pub use root::{MODEL, NOTED, NOTES, RUN, WINDOW};
pub use scenario::{CHANGE, REMOVE, SCENARIO};
pub use schema::{scenario_schema, schema};
pub use services::{ALREADY, EFFECT, REFER, SERVICE, SESSIONS_STEP, STRENGTH};
pub use staff::{ABSENCE, ADDED, AGENCY, EFFECTS, MET, NEWLY, POSTS, ROLE, STAGE_STAFF, TEAM, TURNOVER_STEP};
pub use stages::{EXIT, FACTOR_STEP, PATIENCE, PLACES_STEP, POOL, RETURNS, ROUTES_IF, SEIZE, STAGE, STAY_IF};

/// What a key may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// The name of something: what.
    Name(&'static str),
    /// `true` or `false`.
    Bool,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number.
    Number,
    /// A probability, 0 to 1.
    Share,
    /// The word `rest`.
    Rest,
    /// A length of time such as `"26 weeks"`.
    Duration,
    /// A date, or a length of time since the start.
    Time,
    /// A date.
    Date,
    /// A rate such as `"12 per year"`.
    Rate,
    /// Conditions such as `"need & attribute=value"`.
    Selector,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Kind),
    /// A table whose keys are names or other words of the author: what they are, and their values.
    Map(&'static str, &'static Kind),
    /// The same, which may carry `source`, `grade` and `note` beside its own keys.
    NotedMap(&'static str, &'static Kind),
    /// A table with fixed keys.
    Table(&'static Def),
    /// A value, or a table `{ value, low, high, source, grade, note }` around it.
    Noted(&'static Kind),
    /// One of several.
    Any(&'static [Kind]),
    /// Anything.
    Anything,
}

/// A table with fixed keys.
#[derive(Debug)]
pub struct Def {
    /// Identifier in the schema.
    pub id: &'static str,
    /// Where it stands in the file.
    pub at: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Whether exactly one of its keys that are not notes must be given.
    pub one_of: bool,
    /// Whether `source`, `grade` and `note` may stand beside its own keys.
    pub noted: bool,
    /// TOML text that shows it and parses with the model of the examples; may be empty.
    pub example: &'static str,
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A value as it would be written.
    pub example: &'static str,
}

impl Def {
    /// The key with this name; keys of notes are found where they may stand.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        let own = self.keys.iter().find(|k| k.name == name);
        let notes = if self.noted { NOTES } else { &[] };
        own.or_else(|| notes.iter().find(|k| k.name == name))
    }

    /// Names of all keys.
    pub fn names(&self) -> Vec<&'static str> {
        let notes = if self.noted { NOTES } else { &[] };
        self.keys.iter().chain(notes).map(|k| k.name).collect()
    }
}

/// A key that must be given.
const fn must(name: &'static str, kind: Kind, meaning: &'static str, example: &'static str) -> Key {
    Key { name, kind, required: true, default: "", meaning, example }
}

/// A key that may be given.
const fn may(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Key {
    Key { name, kind, required: false, default, meaning, example }
}

/// A plain table.
const fn table(
    id: &'static str,
    at: &'static str,
    about: &'static str,
    keys: &'static [Key],
    example: &'static str,
) -> Def {
    Def { id, at, about, keys, one_of: false, noted: false, example }
}

/// The table, with notes allowed.
const fn noted(mut def: Def) -> Def {
    def.noted = true;
    def
}

/// The table, of which exactly one key must be given.
const fn one_of(mut def: Def) -> Def {
    def.one_of = true;
    def
}

/// All tables in the order of the reference page.
pub fn tables() -> Vec<&'static Def> {
    let mut all = vec![
        &MODEL,
        &RUN,
        &WINDOW,
        &AGE_BAND,
        &CASES,
        &LEAVE,
        &NEED,
        &ATTRIBUTE,
        &STREAM,
        &RATE_STEP,
        &PER_10000,
        &ARRIVAL_LISTED,
        &FORECAST,
        &TIMES_STEP,
        &STAGE,
        &FACTOR_STEP,
        &SEIZE,
        &PATIENCE,
        &ROUTES_IF,
        &STAY_IF,
        &LAW,
    ];
    all.extend(LAWS);
    all.extend([
        &HYPER_PART,
        &MIX_PART,
        &BAND,
        &ATOM,
        &EXIT,
        &RETURNS,
        &POOL,
        &PLACES_STEP,
        &ROLE,
        &NEWLY,
        &ABSENCE,
        &TURNOVER_STEP,
        &AGENCY,
        &EFFECTS,
        &TEAM,
        &POSTS,
        &ADDED,
        &STAGE_STAFF,
        &SERVICE,
        &SESSIONS_STEP,
        &REFER,
        &ALREADY,
        &EFFECT,
        &STRENGTH,
        &MONEY,
        &STAGE_COST,
        &SERVICE_COST,
        &START,
        &START_STAGE,
        &START_BAND,
        &START_EXIT,
        &GROUP,
        &AGAIN,
        &MEASURE,
        &WHAT,
        &MOVES,
        &IN_BAND,
        &IN_PART,
        &MET,
        &COST,
        &PUBLISHED_VALUE,
        &TARGET,
        &NOTED,
    ]);
    all
}
