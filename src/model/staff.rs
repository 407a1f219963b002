//! Staff: roles, teams, and which stage is held by whom.

use crate::base::ids::StageId;
use crate::base::time::{SimTime, Span};
use crate::stats::dist::Dist;

/// All staff of a model.
#[derive(Clone, Debug)]
pub struct Staffing {
    /// Kinds of worker.
    pub roles: Vec<Role>,
    /// Teams, each with posts of one or more roles.
    pub teams: Vec<Team>,
    /// By stage: who holds its cases; as long as the model's stages.
    pub stages: Vec<Option<StageStaff>>,
}

/// What happens when workers are full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regime {
    /// Nobody takes more than the caseload: cases wait for allocation.
    Cap,
    /// Every case is allocated; above the caseload a worker is overloaded.
    Target,
}

/// A kind of worker.
#[derive(Clone, Debug)]
pub struct Role {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// What happens when workers are full.
    pub regime: Regime,
    /// Terms of its workers, where a team has none of its own.
    pub terms: Terms,
    /// Weight of a case by stage; 1 where a stage is not listed.
    pub weights: Vec<(StageId, f64)>,
    /// Full-time equivalents of a post.
    pub post: f64,
    /// What overload does.
    pub effects: Effects,
}

/// How workers come, stay, are away and what they carry and cost: of a role, or of its posts in one team.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Cap or target: weighted cases a full-time worker.
    pub caseload: f64,
    /// The protected first year.
    pub newly: Option<Newly>,
    /// Leaving: (up to this length of service, rate a day), rising; the last has no end.
    pub turnover: Vec<(Span, f64)>,
    /// Share of working time lost to sickness and leave.
    pub away: f64,
    /// Long sickness and parental leave.
    pub absence: Option<Absence>,
    /// Filling a vacant post, from the day it falls vacant; vacant posts stay so if `None`.
    pub recruitment: Option<Dist>,
    /// Agency workers in vacant posts.
    pub agency: Option<Agency>,
    /// Pounds a full-time equivalent and year.
    pub cost: f64,
}

impl Terms {
    /// Workers who never leave, are never away and cost nothing, with this caseload.
    pub fn of(caseload: f64) -> Terms {
        Terms {
            caseload,
            newly: None,
            turnover: Vec::new(),
            away: 0.0,
            absence: None,
            recruitment: None,
            agency: None,
            cost: 0.0,
        }
    }

    /// What a full-time worker carries, in weighted cases, with time lost to sickness and leave taken off.
    pub fn carries(&self) -> f64 {
        self.caseload * (1.0 - self.away)
    }

    /// The same of an agency worker.
    pub fn agency_carries(&self) -> f64 {
        self.agency.as_ref().and_then(|a| a.caseload).unwrap_or(self.caseload) * (1.0 - self.away)
    }

    /// Pounds an agency worker costs a full-time equivalent and year.
    pub fn agency_cost(&self) -> f64 {
        self.agency.as_ref().and_then(|a| a.cost).unwrap_or(self.cost)
    }
}

/// A protected first year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Newly {
    /// Share of recruits that are newly qualified.
    pub share: f64,
    /// Their caseload on the first day, as a share of the full one.
    pub start: f64,
    /// It grows to the full one, evenly, over this time.
    pub grows: Span,
}

/// Long absences of workers who stay in post.
#[derive(Clone, Debug)]
pub struct Absence {
    /// Absences that begin, a day of a worker who is at work.
    pub rate: f64,
    /// How long one lasts.
    pub length: Dist,
    /// The worker's cases wait for the worker; they go to others if false.
    pub wait: bool,
}

/// Agency workers.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Share of vacant posts that are covered.
    pub share: f64,
    /// From the day a post falls vacant to the day an agency worker begins.
    pub after: Dist,
    /// Cap or target a full-time equivalent, if not the others'.
    pub caseload: Option<f64>,
    /// Pounds a full-time equivalent and year, if not the others'.
    pub cost: Option<f64>,
}

/// What overload does. A worker's overload is load over capacity less 1, at least 0.
///
/// Every effect is 0 unless a file gives it, and an effect of 0 changes no bit.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// A stay that begins is multiplied by 1 + effect x overload of its worker.
    pub overrun: Vec<(StageId, f64)>,
    /// A stay that ends at a review goes on to the next with probability effect x overload.
    pub drift: Vec<(StageId, f64)>,
    /// The share of visits on time is multiplied by 1 - effect x overload.
    pub visits: f64,
    /// The rate of leaving is multiplied by 1 + effect x overload.
    pub turnover: f64,
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Name in the file.
    pub name: String,
    /// Name for readers.
    pub title: String,
    /// Families it serves, as a weight beside the other teams.
    pub share: f64,
    /// The stages it is for; all that no other team lists, if empty.
    pub stages: Vec<StageId>,
    /// Its posts by role.
    pub posts: Vec<Posts>,
}

/// Posts of one role in a team.
#[derive(Clone, Debug)]
pub struct Posts {
    /// Index of the role.
    pub role: usize,
    /// Full-time equivalents, filled and vacant.
    pub establishment: f64,
    /// Of these, vacant at the start.
    pub vacant: f64,
    /// Full-time equivalents added later, each from a moment on: vacant at first, and recruited.
    pub added: Vec<(SimTime, f64)>,
    /// The role's, but for what the team gives of its own.
    pub terms: Terms,
}

/// Who holds the cases of a stage.
#[derive(Clone, Debug)]
pub struct StageStaff {
    /// Index of the role.
    pub role: usize,
    /// Roles that work beside it, with the share of cases they do so for.
    pub with: Vec<(usize, f64)>,
    /// Probability that a case which comes with a worker of this role and team keeps that worker.
    pub keep: f64,
    /// Instead, for a case that comes from such a stage (the last that somebody held it in).
    pub keep_from: Vec<(StageId, f64)>,
    /// A case that has changed worker before, since the role took it on, keeps its worker whatever `keep` says.
    pub once: bool,
    /// Who has come here is counted by the workers met here alone, not in later stays elsewhere.
    pub met_here: bool,
    /// A wait for allocation counts in the length of stay and its clock.
    pub waits_in_stay: bool,
    /// Share of families whose cases are held by a worker of the role; others are on nobody's list.
    pub share: f64,
    /// Share of visits made on time when nobody is overloaded; not measured if `None`.
    pub visits_on_time: Option<f64>,
}

/// A figure about staff that a measure may ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// Cases held a full-time equivalent, at the end of the period.
    Caseload,
    /// Share of workers above their caseload.
    Over,
    /// Full-time equivalents in post, without agency workers.
    InPost,
    /// Full-time equivalents vacant, covered by agency workers or not.
    Vacant,
    /// Full-time equivalents of agency workers.
    Agency,
    /// Full-time equivalents in post but on a long absence.
    Absent,
    /// Cases that wait for allocation.
    Unallocated,
    /// Pounds.
    Cost,
    /// 10th percentile over workers of cases a full-time equivalent.
    LowCaseload,
    /// 90th percentile of the same.
    HighCaseload,
    /// Agency full-time equivalents over all at work.
    AgencyShare,
    /// Mean wait for allocation in days; over several months, the mean of the months.
    Wait,
    /// Share of visits made on time.
    Visits,
}

impl Figure {
    /// Every figure with the key that asks for it.
    pub const ALL: [(&'static str, Figure); 13] = [
        ("caseload", Figure::Caseload),
        ("over_caseload", Figure::Over),
        ("in_post", Figure::InPost),
        ("vacant", Figure::Vacant),
        ("agency", Figure::Agency),
        ("absent", Figure::Absent),
        ("unallocated", Figure::Unallocated),
        ("staff_cost", Figure::Cost),
        ("caseload_p10", Figure::LowCaseload),
        ("caseload_p90", Figure::HighCaseload),
        ("agency_share", Figure::AgencyShare),
        ("allocation_wait", Figure::Wait),
        ("visits_on_time", Figure::Visits),
    ];

    /// The column it is read from, and its part.
    pub fn column(self) -> (&'static str, &'static str) {
        let whole = match self {
            Figure::LowCaseload => return ("caseload", "q0.1"),
            Figure::HighCaseload => return ("caseload", "q0.9"),
            Figure::Caseload => "caseload_mean",
            Figure::Over => "over_caseload_share",
            Figure::InPost => "in_post_end",
            Figure::Vacant => "vacant_end",
            Figure::Agency => "agency_end",
            Figure::Absent => "absent_end",
            Figure::Unallocated => "unallocated_end",
            Figure::Cost => "cost",
            Figure::AgencyShare => "agency_share",
            Figure::Wait => "wait_mean",
            Figure::Visits => "visits_on_time_share",
        };
        (whole, "")
    }
}

impl Staffing {
    /// Indices of the teams that hold cases of a stage by workers of a role: those that list the
    /// stage, or, if none does, those that list no stages.
    pub fn teams_for(&self, stage: StageId, role: usize) -> Vec<usize> {
        let has = |t: &Team| t.posts.iter().any(|p| p.role == role);
        let pick = |test: &dyn Fn(&Team) -> bool| -> Vec<usize> {
            self.teams.iter().enumerate().filter(|(_, t)| has(t) && test(t)).map(|(i, _)| i).collect()
        };
        let named = pick(&|t| t.stages.contains(&stage));
        if named.is_empty() { pick(&|t| t.stages.is_empty()) } else { named }
    }
}
