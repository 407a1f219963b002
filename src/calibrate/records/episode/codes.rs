//! Codes of the returns brought to one set, whatever the return's year or spelling.

/// Declares an enum with a stable text code for each value.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $value),* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$value),*];

            /// The code used in files and tables of this program.
            pub fn code(self) -> &'static str {
                match self { $($name::$value => $code),* }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}

codes! {
    /// Sex as recorded.
    Sex {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither.
        Other = "other",
        /// Not known or not recorded, as for the unborn.
        Unknown = "unknown",
    }
}

codes! {
    /// Primary need, as in the children in need census (N0 to N9) and the looked after return.
    Need {
        /// N1: abuse, neglect, exploitation.
        AbuseNeglect = "abuse_neglect",
        /// N2: the child's disability.
        Disability = "disability",
        /// N3: a parent's disability or illness.
        ParentalIllness = "parental_illness",
        /// N4: family in acute stress.
        AcuteStress = "acute_stress",
        /// N5: family dysfunction.
        Dysfunction = "dysfunction",
        /// N6: socially unacceptable behaviour.
        Behaviour = "behaviour",
        /// N7: low income.
        LowIncome = "low_income",
        /// N8: absent parenting.
        AbsentParenting = "absent_parenting",
        /// N9: not a child in need.
        NotInNeed = "not_in_need",
        /// N0: not stated.
        NotStated = "not_stated",
    }
}

codes! {
    /// Category of abuse of a child protection plan.
    Abuse {
        /// NEG.
        Neglect = "neglect",
        /// PHY.
        Physical = "physical",
        /// SAB.
        Sexual = "sexual",
        /// EMO.
        Emotional = "emotional",
        /// MUL.
        Multiple = "multiple",
    }
}

codes! {
    /// Who made the contact or referral.
    Referrer {
        /// 1A to 1D: family, acquaintance, self, stranger.
        Individual = "individual",
        /// 2A.
        School = "school",
        /// 2B.
        Education = "education",
        /// 3A to 3F.
        Health = "health",
        /// 4.
        Housing = "housing",
        /// 5A to 5C: other services of councils.
        Council = "council",
        /// 5D.
        EarlyHelp = "early_help",
        /// 6.
        Police = "police",
        /// 7: courts, probation, immigration, Cafcass.
        Legal = "legal",
        /// 8.
        Other = "other",
        /// 9.
        Anonymous = "anonymous",
        /// 10.
        Unknown = "unknown",
    }
}

codes! {
    /// Legal status of a looked after child.
    Legal {
        /// C1, C2: interim or full care order.
        CareOrder = "care_order",
        /// E1, D1: placement or freeing order.
        PlacementOrder = "placement_order",
        /// V2: accommodated under section 20.
        Section20 = "section_20",
        /// V3, V4: a series of short breaks, left out of the numbers of children in care.
        ShortBreaks = "short_breaks",
        /// L1 to L3: police protection, emergency protection, child assessment order.
        Protection = "protection",
        /// J1 to J3: remand, detention, sentence.
        YouthJustice = "youth_justice",
        /// Any other.
        Other = "other",
    }
}

codes! {
    /// Kind of placement in care.
    Placement {
        /// U1 to U3: foster care with a relative or friend.
        Kinship = "kinship",
        /// U4 to U6 with a carer of the council's own (PR1).
        FosterOwn = "foster_own",
        /// U4 to U6 with a carer of an agency or another council.
        FosterAgency = "foster_agency",
        /// U4 to U6 where the provider is not known.
        Foster = "foster",
        /// K2, R1 to R3, S1: children's home, care home, health, family centre, residential school.
        Residential = "residential",
        /// K1, R5: secure unit, youth custody.
        Secure = "secure",
        /// K3, H5, P2, P3: supported, semi-independent or independent living.
        Supported = "supported",
        /// P1: at home with parents under an order.
        WithParents = "with_parents",
        /// A3 to A6: placed for adoption.
        Adoption = "adoption",
        /// T0 to T4: away for a short time.
        Temporary = "temporary",
        /// Z1 and its kinds.
        Other = "other",
        /// Not known, or a whole period of care over placements of any kind.
        Any = "any",
    }
}

codes! {
    /// How an episode ended, as it was recorded: what came next is better asked of [`super::Table::next`].
    Outcome {
        /// Nothing more.
        NoFurtherAction = "no_further_action",
        /// Advice or signposting only.
        Advice = "advice",
        /// Passed to early support, or stepped down to it.
        ToEarlySupport = "to_early_support",
        /// Became a referral.
        ToReferral = "to_referral",
        /// Added to a referral already open.
        ExistingReferral = "existing_referral",
        /// Led to an assessment.
        ToAssessment = "to_assessment",
        /// Led to a strategy discussion or section 47 enquiry.
        ToSection47 = "to_section_47",
        /// Led to a conference.
        ToConference = "to_conference",
        /// Led to services as a child in need.
        ToChildInNeed = "to_child_in_need",
        /// Led to a child protection plan.
        ToChildProtection = "to_child_protection",
        /// Led into care.
        ToCare = "to_care",
        /// A conference was deemed unnecessary.
        ConferenceNotRequired = "conference_not_required",
        /// Led to legal action.
        LegalAction = "legal_action",
        /// Passed to another agency or service.
        ToOtherAgency = "to_other_agency",
        /// In care: the next episode starts the same day (X1).
        Continued = "continued",
        /// Adopted.
        Adopted = "adopted",
        /// A special guardianship order.
        SpecialGuardianship = "special_guardianship",
        /// A child arrangements or residence order.
        ArrangementsOrder = "arrangements_order",
        /// Home to parents or others with responsibility.
        ReturnedHome = "returned_home",
        /// To relatives or others without responsibility.
        ToRelatives = "to_relatives",
        /// To independent or supported living.
        Independent = "independent",
        /// Turned 18, or stayed with carers at 18.
        Eighteen = "eighteen",
        /// To custody, or remand ended.
        Custody = "custody",
        /// To another council.
        TransferredOut = "transferred_out",
        /// To services for adults.
        ToAdultServices = "to_adult_services",
        /// Moved abroad.
        MovedAbroad = "moved_abroad",
        /// Found to be an adult.
        AgeAssessed = "age_assessed",
        /// Died.
        Died = "died",
        /// Service or support completed.
        Completed = "completed",
        /// The family withdrew, declined, or did not engage.
        Withdrew = "withdrew",
        /// Not accepted by a service, or place refused.
        TurnedAway = "turned_away",
        /// Ended for any other stated reason.
        Other = "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_come_back() {
        for o in Outcome::ALL {
            assert_eq!(Outcome::from_code(o.code()), Some(*o));
        }
        for p in Placement::ALL {
            assert_eq!(Placement::from_code(p.code()), Some(*p));
        }
        assert_eq!(Need::from_code("N1"), None);
        assert_eq!(Need::ALL.len(), 10);
    }
}
