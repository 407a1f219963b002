//! Where a child is in the pathway.

use super::codes::Placement;

/// A service by its place in [`super::Table::services`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceIx(pub u16);

/// A stage of the pathway, in the order in which children usually pass through them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// A contact with the front door: an instant.
    Contact,
    /// Early support (early help) assessment.
    EarlySupportAssessment,
    /// Early support after assessment.
    Support,
    /// A referral: an instant, at which a children in need episode opens.
    Referral,
    /// The (single, continuous) assessment.
    Assessment,
    /// A section 47 enquiry, from strategy discussion to conference or to its end.
    Section47,
    /// An initial child protection conference: an instant.
    Conference,
    /// A child in need plan.
    ChildInNeed,
    /// A child protection plan.
    ChildProtection,
    /// Looked after, in a kind of placement.
    Care(Placement),
    /// A care leaver.
    CareLeaver,
    /// The whole children in need episode, from referral to closure. It runs alongside the others and is
    /// what the national count of children in need counts.
    InNeedEpisode,
    /// Waiting for or receiving a service alongside the plan.
    Service(ServiceIx),
}

impl Stage {
    /// A name for files and tables; all placements are `care` and all services `service`.
    pub fn code(self) -> &'static str {
        STAGE_CODES[self.bit() as usize % STAGE_CODES.len()]
    }

    /// Whether it has no length.
    pub fn is_instant(self) -> bool {
        matches!(self, Stage::Contact | Stage::Referral | Stage::Conference)
    }

    /// Whether it runs alongside other stages and is never the next stage of one.
    pub fn is_alongside(self) -> bool {
        matches!(self, Stage::InNeedEpisode | Stage::Service(_))
    }

    /// Whether the two are one stage when kinds of placement are not told apart.
    pub fn same_as(self, other: Stage) -> bool {
        self == other || matches!((self, other), (Stage::Care(_), Stage::Care(_)))
    }

    fn bit(self) -> u32 {
        match self {
            Stage::Contact => 0,
            Stage::EarlySupportAssessment => 1,
            Stage::Support => 2,
            Stage::Referral => 3,
            Stage::Assessment => 4,
            Stage::Section47 => 5,
            Stage::Conference => 6,
            Stage::ChildInNeed => 7,
            Stage::ChildProtection => 8,
            Stage::Care(_) => 9,
            Stage::CareLeaver => 10,
            Stage::InNeedEpisode => 11,
            Stage::Service(_) => 12,
        }
    }
}

const STAGE_CODES: [&str; 13] = [
    "contact",
    "early_support_assessment",
    "early_support",
    "referral",
    "assessment",
    "section_47",
    "conference",
    "child_in_need",
    "child_protection",
    "care",
    "care_leaver",
    "in_need_episode",
    "service",
];

/// A set of stages; placements are not told apart, nor services.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StageSet(u16);

impl StageSet {
    /// The set of these.
    pub fn of(stages: &[Stage]) -> StageSet {
        StageSet(stages.iter().fold(0, |set, s| set | 1 << s.bit()))
    }

    /// Whether the stage is in the set.
    pub fn has(self, stage: Stage) -> bool {
        self.0 >> stage.bit() & 1 == 1
    }

    /// Both sets together.
    pub fn with(self, other: StageSet) -> StageSet {
        StageSet(self.0 | other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_names() {
        let set = StageSet::of(&[Stage::Care(Placement::Any), Stage::Contact]);
        assert!(set.has(Stage::Care(Placement::Kinship)) && !set.has(Stage::Referral));
        assert_eq!(Stage::Service(ServiceIx(3)).code(), "service");
        assert_eq!(Stage::Care(Placement::Kinship).code(), "care");
        assert!(Stage::Care(Placement::Kinship).same_as(Stage::Care(Placement::Secure)));
        assert!(Stage::Referral < Stage::Assessment);
    }
}
