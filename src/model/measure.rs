//! Groups of stages, and measures with what is published about them.

use super::selector::Condition;
use super::stage::Dest;
use crate::base::ids::{StageId, StreamId};
use crate::base::time::{SimTime, Span};

/// Stages over which a spell is measured as one, such as all of care.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Its stages.
    pub stages: Vec<StageId>,
    /// Edges in days between the bands in which spells are counted.
    pub bands: Vec<f64>,
    /// Exits by which a spell may end that is counted in no band.
    pub bands_without: Vec<crate::base::ids::ExitId>,
    /// A start counts as a repeat when an earlier spell began this recently; ever if `None`.
    pub again_within: Option<Span>,
    /// From when `again_within` is counted.
    pub again_since: Since,
    /// A start is also a repeat if the case has this attribute value (history from before).
    pub again_or: Option<(crate::base::ids::AttributeId, u8)>,
}

/// From when a repeat is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// Since the last spell began.
    Start,
    /// Since the last spell ended.
    End,
}

/// A measure asked for by name.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// What is counted.
    pub what: What,
    /// If given, the measure is a share: `what` over this.
    pub of: Option<What>,
    /// What is published, by period.
    pub published: Vec<Published>,
    /// How near the model should come to what is published, for the comparison table.
    pub near: Option<Near>,
    /// Whether to chart it (with the published history before the forecast).
    pub chart: bool,
    /// Which direction is the better one, if either.
    pub better: Option<Better>,
    /// What it should keep to.
    pub target: Option<Target>,
}

impl Measure {
    /// Whether it is taken at a moment rather than over a period.
    #[must_use]
    pub fn is_stock(&self) -> bool {
        match self.what {
            What::Children(_) | What::ChildrenOf(..) | What::GroupChildren(_) | What::OpenInBand { .. } => {
                true
            }
            What::Service(_, count) => count.is_stock(),
            What::Staff { figure, .. } => {
                !matches!(figure, super::staff::Figure::Cost | super::staff::Figure::Wait)
            }
            _ => false,
        }
    }

    /// What its values are counted in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        use super::staff::Figure;
        let unit = |what: &What| match what {
            What::Staff { figure: Figure::Cost, .. } | What::Cost { .. } => Unit::Pounds,
            What::Staff { figure: Figure::Over | Figure::AgencyShare | Figure::Visits, .. } => Unit::Share,
            What::Staff { figure: Figure::Unallocated, .. } => Unit::Count,
            What::Staff { .. } | What::Service(_, ServiceCount::Wait | ServiceCount::LongWait) => {
                Unit::Decimal
            }
            _ => Unit::Count,
        };
        match (unit(&self.what), self.of.as_ref().map(unit)) {
            (unit, None) => unit,
            (Unit::Pounds, Some(of)) if of != Unit::Pounds => Unit::Pounds,
            _ => Unit::Share,
        }
    }
}

/// What the values of a measure are counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Children, families, starts.
    Count,
    /// A figure whose first decimal matters, such as children a worker.
    Decimal,
    /// A share of 0 to 1.
    Share,
    /// Pounds.
    Pounds,
}

/// The better direction of a measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

/// What a measure should keep to, in its own unit; shares as 0 to 1.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Target {
    /// Highest value that meets it.
    pub at_most: Option<f64>,
    /// Lowest value that meets it.
    pub at_least: Option<f64>,
}

impl Target {
    /// Whether a value meets the target.
    #[must_use]
    pub fn met(&self, value: f64) -> bool {
        self.at_most.is_none_or(|most| value <= most) && self.at_least.is_none_or(|least| value >= least)
    }
}

/// What a measure counts.
#[derive(Clone, Debug)]
pub enum What {
    /// Cases in these stages (waiting or in their stay) at the end of the period.
    Children(Vec<StageId>),
    /// Cases that come into these stages from outside them.
    Starts(Vec<StageId>),
    /// Cases of these parts (age bands, needs or attribute values) that come into this stage.
    StartsOf(StageId, Vec<Condition>),
    /// Cases of these parts in these stages at the end of the period.
    ChildrenOf(Vec<StageId>, Vec<Condition>),
    /// Cases that leave these stages.
    Ends(Vec<StageId>),
    /// Cases that go from any of these stages to any of these destinations.
    Moves(Vec<StageId>, Vec<Dest>),
    /// Cases that arrive by these streams.
    Arrivals(Vec<StreamId>),
    /// Stays that ended inside the clock.
    InTime(StageId),
    /// Cases that go from any of these stages to any of these destinations after a stay inside the clock.
    InTimeTo(Vec<StageId>, Vec<Dest>),
    /// Spells of a group that ended with a length in band `band` (index).
    EndedInBand {
        /// Index of the group.
        group: usize,
        /// Index of the band.
        band: usize,
    },
    /// Spells of a group open at the end of the period with a length so far in a band.
    OpenInBand {
        /// Index of the group.
        group: usize,
        /// Index of the band.
        band: usize,
    },
    /// Spells of a group that began as a repeat.
    Again(usize),
    /// Spells of a group that began.
    GroupStarts(usize),
    /// Spells of a group that ended.
    GroupEnds(usize),
    /// Cases in a group at the end of the period.
    GroupChildren(usize),
    /// A figure about the staff of a role, in all teams or one (indices).
    Staff {
        /// Which figure.
        figure: super::staff::Figure,
        /// Index of the role.
        role: usize,
        /// Index of the team; all teams if `None`.
        team: Option<usize>,
    },
    /// Stays in a stage that ended with `from` to `to` workers met; 5 stands for five or more.
    Met {
        /// The stage.
        stage: StageId,
        /// At least so many.
        from: u8,
        /// At most so many.
        to: u8,
    },
    /// Weeks that cases spent in these stages.
    Weeks(Vec<StageId>),
    /// Pounds of the day spent on stages, services and staff together.
    Cost {
        /// Stages beside their workers.
        stages: Vec<StageId>,
        /// Services (indices).
        services: Vec<usize>,
        /// Workers of these roles (indices).
        roles: Vec<usize>,
    },
    /// What is counted of a service (index).
    Service(usize, ServiceCount),
    /// The plain number 1, so that a measure over it is itself.
    One,
}

/// What is counted of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceCount {
    /// Referrals made.
    Referrals,
    /// Families or children waiting at the end of the period.
    Waiting,
    /// Families or children receiving it at the end of the period.
    Receiving,
    /// Starts.
    Starts,
    /// Starts in time.
    InTime,
    /// Courses that ended.
    Finished,
    /// Gave up waiting.
    GaveUp,
    /// Referrals turned away.
    TurnedAway,
    /// Accepted but not taken up.
    NotTakenUp,
    /// Child-weeks with an unmet need.
    Unmet,
    /// Referrals accepted.
    Accepted,
    /// Median wait in days of those who start in a month; over a longer time, the mean of the months.
    Wait,
    /// The same of the 90th percentile.
    LongWait,
}

impl ServiceCount {
    /// Every count: its key in a measure, and the measure of the recorder.
    pub const ALL: [(&'static str, &'static str, ServiceCount); 13] = [
        ("service_referrals", "referrals", ServiceCount::Referrals),
        ("service_waiting", "waiting_end", ServiceCount::Waiting),
        ("service_receiving", "receiving_end", ServiceCount::Receiving),
        ("service_starts", "started", ServiceCount::Starts),
        ("service_in_time", "started_in_time", ServiceCount::InTime),
        ("service_finished", "finished", ServiceCount::Finished),
        ("service_gave_up", "gave_up", ServiceCount::GaveUp),
        ("service_turned_away", "turned_away", ServiceCount::TurnedAway),
        ("service_not_taken_up", "not_taken_up", ServiceCount::NotTakenUp),
        ("service_unmet", "unmet_child_weeks", ServiceCount::Unmet),
        ("service_accepted", "accepted", ServiceCount::Accepted),
        ("service_wait", "wait", ServiceCount::Wait),
        ("service_wait_p90", "wait", ServiceCount::LongWait),
    ];

    /// Whether it is a number at a moment.
    pub fn is_stock(self) -> bool {
        matches!(self, ServiceCount::Waiting | ServiceCount::Receiving)
    }

    /// The part of the recorder's measure: a quantile of waits, or the whole.
    pub fn part(self) -> &'static str {
        match self {
            ServiceCount::Wait => "q0.5",
            ServiceCount::LongWait => "q0.9",
            _ => "",
        }
    }
}

/// A published figure.
#[derive(Clone, Debug)]
pub struct Published {
    /// First moment of its period; equal to `to` for a figure at a moment.
    pub from: SimTime,
    /// End of its period.
    pub to: SimTime,
    /// As written, such as `"2024-04/2025-03"` or `"2025-03-31"`.
    pub period: String,
    /// The figure; shares as 0 to 1.
    pub value: f64,
    /// Name of its source.
    pub source: String,
    /// Whether it stands in for a figure that is not published.
    pub stand_in: bool,
}

/// How near the model should come to what is published.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Near {
    /// Within this share of the figure.
    Relative(f64),
    /// Within this much of it (0.05 is 5 percentage points for a share).
    Absolute(f64),
}
