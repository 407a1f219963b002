//! Which record each stage of a model is written as, and what each exit is called in the returns.

use crate::model::Model;
use crate::model::stage::Law;

/// The kind of record a stage makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A contact.
    Contact,
    /// An early help assessment.
    EarlyHelp,
    /// Targeted support.
    Support,
    /// A referral.
    Referral,
    /// An assessment.
    Assessment,
    /// A section 47 enquiry.
    Section47,
    /// An initial child protection conference.
    Conference,
    /// A child in need plan.
    ChildInNeed,
    /// A child protection plan.
    ChildProtection,
    /// A placement in care; a stage of no length only leads in or out.
    Care(Placement),
    /// A care leaver.
    CareLeaver,
    /// An open episode without a plan.
    Closing,
    /// In no return but the episode file.
    Other,
}

/// A placement as SSDA903 codes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placement {
    /// Type of placement.
    pub place: &'static str,
    /// Provider.
    pub provider: &'static str,
    /// Type of placement in Annex A.
    pub annex: &'static str,
}

const fn care(place: &'static str, provider: &'static str, annex: &'static str) -> Role {
    Role::Care(Placement { place, provider, annex })
}

const FOSTER: Role = care("U6", "PR1", "a) Foster Placement");

/// Record by the words of the list of records.
const WORDS: [(&str, Role); 20] = [
    ("contact", Role::Contact),
    ("early_help", Role::EarlyHelp),
    ("support", Role::Support),
    ("referral", Role::Referral),
    ("assessment", Role::Assessment),
    ("section_47", Role::Section47),
    ("conference", Role::Conference),
    ("child_in_need", Role::ChildInNeed),
    ("child_protection", Role::ChildProtection),
    ("care", FOSTER),
    ("care_kinship", care("U3", "PR1", "a) Foster Placement")),
    ("care_foster", FOSTER),
    ("care_foster_agency", care("U6", "PR4", "a) Foster Placement")),
    ("care_home", care("K2", "PR4", "h) Children’s Homes")),
    ("care_supported", care("K3", "PR4", "d) Independent living")),
    ("care_parents", care("P1", "PR0", "c) Placed with parents")),
    ("care_adoption", care("A5", "PR1", "b) Placed for adoption")),
    ("care_leaver", Role::CareLeaver),
    ("closing", Role::Closing),
    ("other", Role::Other),
];

/// Record by the stage's name, before its name in diagrams is looked at.
const BY_NAME: [(&str, &str); 38] = [
    ("contact", "contact"),
    ("early_support", "early_help"),
    ("early_help", "early_help"),
    ("support", "support"),
    ("referral", "referral"),
    ("assessment", "assessment"),
    ("reassessment", "assessment"),
    ("section_47", "section_47"),
    ("conference", "conference"),
    ("child_in_need", "child_in_need"),
    ("disabled", "child_in_need"),
    ("child_protection", "child_protection"),
    ("leaves_plan_early", "child_protection"),
    ("into_care", "care"),
    ("kinship", "care_kinship"),
    ("in_house_foster", "care_foster"),
    ("agency_foster", "care_foster_agency"),
    ("residential", "care_home"),
    ("semi_independent", "care_supported"),
    ("with_parents", "care_parents"),
    ("placed_for_adoption", "care_adoption"),
    ("special_guardianship", "care"),
    ("home_again", "care"),
    ("care", "care"),
    ("care_leaver", "care_leaver"),
    ("closing", "closing"),
    ("plan", "child_in_need"),
    // the names that a model made from records has
    ("care_kinship", "care_kinship"),
    ("care_foster", "care_foster"),
    ("care_foster_own", "care_foster"),
    ("care_foster_agency", "care_foster_agency"),
    ("care_residential", "care_home"),
    ("care_secure", "care_home"),
    ("care_supported", "care_supported"),
    ("care_parents", "care_parents"),
    ("care_adoption", "care_adoption"),
    ("care_temporary", "care_foster"),
    ("care_other", "care_foster"),
];

/// Record by the stage's name in diagrams.
const BY_SHOWN: [(&str, &str); 12] = [
    ("Contact", "contact"),
    ("Early support assessment", "early_help"),
    ("Support", "support"),
    ("Referral", "referral"),
    ("Assessment", "assessment"),
    ("Section 47 enquiry", "section_47"),
    ("Conference", "conference"),
    ("Child in need plan", "child_in_need"),
    ("Child protection plan", "child_protection"),
    ("Care", "care"),
    ("Care leaver", "care_leaver"),
    ("Closing", "closing"),
];

/// How a case ends, by the exit it takes or the last stage before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Adopted.
    Adopted,
    /// Special guardianship or child arrangements order.
    Guardianship,
    /// Home to parents or relatives.
    Home,
    /// To another council.
    Moved,
    /// Grown up.
    Adult,
    /// Not in need after assessment.
    NotInNeed,
    /// No further action on a referral.
    NoFurtherAction,
    /// Anything else.
    Other,
}

const ENDINGS: [(&str, Ending); 12] = [
    ("adopted", Ending::Adopted),
    ("special_guardianship", Ending::Guardianship),
    ("home_again", Ending::Home),
    ("moved_away", Ending::Moved),
    ("turned_18", Ending::Adult),
    ("care_leaver", Ending::Adult),
    ("left_at_21", Ending::Adult),
    ("not_in_need", Ending::NotInNeed),
    ("closed_nfa", Ending::NoFurtherAction),
    ("no_further_action", Ending::NoFurtherAction),
    ("moved", Ending::Moved),
    ("adult", Ending::Adult),
];

/// The records of a model's stages and the endings of its exits and stages.
#[derive(Clone, PartialEq, Debug)]
pub struct Roles {
    /// Of each stage.
    pub stages: Vec<Role>,
    /// Of each stage, when a stay before it ends by going there.
    pub into: Vec<Ending>,
    /// Of each exit.
    pub exits: Vec<Ending>,
    /// Whether stays of each stage have any length.
    pub lasting: Vec<bool>,
    /// Names of stages that no rule knows: they stand in the episode file alone.
    pub unknown: Vec<String>,
}

/// A line of the list of records that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the list of records: {why}")]
pub struct RoleError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl Roles {
    /// Finds the record of each stage: from `list` (lines of `stage,record`), else by its name, else by
    /// its name in diagrams.
    pub fn new(model: &Model, list: &str) -> Result<Roles, RoleError> {
        let mut given: Vec<(&str, Role)> = Vec::new();
        for (i, line) in list.lines().enumerate() {
            let text = line.split('#').next().unwrap_or("").trim();
            if text.is_empty() || text == "stage,record" {
                continue;
            }
            let fail = |why: String| RoleError { line: i + 1, why };
            let (stage, record) =
                text.split_once(',').ok_or_else(|| fail("`stage,record` was expected".into()))?;
            let (stage, record) = (stage.trim(), record.trim());
            if !model.stages.iter().any(|s| s.name == stage) {
                return Err(fail(format!("the model has no stage `{stage}`")));
            }
            let role = word(record).ok_or_else(|| {
                let known: Vec<&str> = WORDS.iter().map(|w| w.0).collect();
                fail(format!("`{record}` is no record; known are {}", known.join(", ")))
            })?;
            given.push((stage, role));
        }
        let mut unknown = Vec::new();
        let stages = model.stages.iter().map(|stage| {
            let listed = given.iter().find(|g| g.0 == stage.name).map(|g| g.1);
            let shown = stage.shown_as.as_deref().and_then(|s| find(&BY_SHOWN, s));
            listed.or_else(|| find(&BY_NAME, &stage.name)).or(shown).unwrap_or_else(|| {
                unknown.push(stage.name.clone());
                Role::Other
            })
        });
        let stages = stages.collect();
        let into = model.stages.iter().map(|s| ending(&s.name)).collect();
        let exits = model.exits.iter().map(|e| ending(&e.name)).collect();
        let lasting = model.stages.iter().map(|s| !instant(&s.stay.law)).collect();
        Ok(Roles { stages, into, exits, lasting, unknown })
    }

    /// Whether stays of a stage have any length.
    pub fn lasts(&self, stage: u16) -> Option<bool> {
        self.lasting.get(usize::from(stage)).copied()
    }

    /// The record of a stage.
    pub fn of(&self, stage: u16) -> Role {
        self.stages.get(usize::from(stage)).copied().unwrap_or(Role::Other)
    }
}

impl Role {
    /// Whether the child's case is open to social care (a child in need as the census counts).
    pub fn in_need(self) -> bool {
        !matches!(self, Role::Contact | Role::EarlyHelp | Role::Support | Role::CareLeaver | Role::Other)
    }

    /// Whether the child is looked after.
    pub fn in_care(self) -> bool {
        matches!(self, Role::Care(_))
    }
}

fn instant(law: &Law) -> bool {
    matches!(law, Law::Length { dist, .. } if dist.mean() == 0.0)
}

fn word(word: &str) -> Option<Role> {
    WORDS.iter().find(|w| w.0 == word).map(|w| w.1)
}

fn find(table: &[(&str, &str)], name: &str) -> Option<Role> {
    table.iter().find(|t| t.0 == name).and_then(|t| word(t.1))
}

fn ending(name: &str) -> Ending {
    ENDINGS.iter().find(|e| e.0 == name).map_or(Ending::Other, |e| e.1)
}
