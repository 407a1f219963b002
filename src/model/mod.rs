//! The model: what is simulated, checked and named.
//!
//! A [`Model`] is data without behaviour. It knows cases, stages, pools and routes; what they
//! stand for are words in the model file. [`crate::engine`] compiles it into a network.

pub mod arrivals;
pub mod case;
pub mod catalogue;
mod check;
mod counts;
pub mod draws;
pub mod factor;
pub mod file;
mod load;
pub mod measure;
pub mod money;
pub mod pool;
pub mod provenance;
mod read;
pub mod run;
pub mod scenario;
pub mod selector;
pub mod service;
pub mod staff;
pub mod stage;
pub mod start;

pub use catalogue::{reference, scenario_schema, schema};
pub use counts::{CountsAsked, counts_asked};
pub use file::decode;
pub use load::{Loaded, load, load_parts};
pub use read::period;
pub(crate) use read::suggest;
pub use scenario::{
    CauseHead, ChangeHead, Effects, Part, ScenarioHead, Strength, effects_at, is_scenario, scenario_head,
};

use crate::base::ids::{AttributeId, ExitId, IdVec, NeedId, PoolId, StageId, StreamId};

/// A checked model: every name resolved, every unit converted, every law valid.
#[derive(Clone, Debug)]
pub struct Model {
    /// The model's title.
    pub title: String,
    /// Where it applies, such as the council's name; may be empty.
    pub place: String,
    /// When and how long to run, and how often.
    pub run: run::RunPlan,
    /// Stages of the pathway.
    pub stages: IdVec<StageId, stage::Stage>,
    /// Ways out; exit 0 is always `out`.
    pub exits: IdVec<ExitId, case::Exit>,
    /// Pools of places.
    pub pools: IdVec<PoolId, pool::Pool>,
    /// Services beside the stages.
    pub services: Vec<service::Service>,
    /// Streams of arrivals.
    pub streams: IdVec<StreamId, arrivals::Stream>,
    /// Needs, overlapping; at most 64.
    pub needs: IdVec<NeedId, case::Need>,
    /// Named attributes.
    pub attributes: IdVec<AttributeId, case::Attribute>,
    /// Age bands, in order of age.
    pub ages: Vec<case::AgeBand>,
    /// What holds for all cases: their ages, families and the age they leave at.
    pub cases: case::CaseRules,
    /// Children already here at the start.
    pub start: start::Start,
    /// Groups of stages over which a spell is measured as one.
    pub groups: Vec<measure::Group>,
    /// Measures asked for by name, with what is published about them.
    pub measures: Vec<measure::Measure>,
    /// Workers who hold the cases; `None` for a model without staff.
    pub staff: Option<staff::Staffing>,
    /// What stages and services cost; `None` for a model without prices.
    pub money: Option<money::Money>,
    /// What each number rests on.
    pub register: Vec<provenance::Assumption>,
    /// Sources by their short name.
    pub sources: Vec<provenance::Source>,
}
