//! Contacts, early support assessments and Support: no council's counts of them are published.
//!
//! Shares of contacts that go on are those of one council's review (Wiltshire, 2020-22), borrowed for all others; what leaves
//! early help is judgement. The number of contacts follows from them, so that referrals are those foreseen.

use super::flows::Flows;

/// Of contacts: to a referral, to Support, to an early support assessment; the rest are advised.
pub const CONTACT: [f64; 3] = [0.225, 0.055, 0.095];
/// Of early support assessments that end: to Support, to a referral; the rest have ended.
pub const EARLY: [f64; 2] = [0.13, 0.08];
/// Of Support that ends: to an early support assessment, to a referral; the rest have ended.
pub const SUPPORT: [f64; 2] = [0.06, 0.40];
/// Those advised, and those whose early help has ended, who contact again within the years that the model looks at.
pub const AGAIN: [f64; 2] = [0.22, 0.18];
/// Mean days of an early support assessment and of Support.
pub const DAYS: f64 = 182.0;

/// Flows a year through the front door and early help, in children.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Front {
    /// New contacts: of children not coming back.
    pub new: f64,
    /// All contacts.
    pub contacts: f64,
    /// Early support assessments started.
    pub early: f64,
    /// Support started.
    pub support: f64,
    /// Contacts advised.
    pub advised: f64,
    /// Early help ended without a step-up.
    pub ended: f64,
}

impl Front {
    /// The flows that bring `referrals` a year from outside and from early help, given those who step down.
    pub fn balance(flows: &Flows, referrals: f64) -> Front {
        let [down_support, down_early] = flows.step_downs();
        let at = |contacts: f64| {
            // early = a + SUPPORT[0] * support, support = b + EARLY[0] * early
            let a = CONTACT[2] * contacts + down_early;
            let b = CONTACT[1] * contacts + down_support;
            let early = (a + SUPPORT[0] * b) / (1.0 - SUPPORT[0] * EARLY[0]);
            let support = b + EARLY[0] * early;
            (early, support, CONTACT[0] * contacts + EARLY[1] * early + SUPPORT[1] * support)
        };
        // referrals are linear in contacts
        let (none, one) = (at(0.0).2, at(1.0).2 - at(0.0).2);
        let contacts = ((referrals - none) / one).max(0.2 * referrals / one).max(0.0);
        let (early, support, _) = at(contacts);
        let advised = (1.0 - CONTACT.iter().sum::<f64>()) * contacts;
        let ended = (1.0 - EARLY.iter().sum::<f64>()) * early + (1.0 - SUPPORT.iter().sum::<f64>()) * support;
        let new = (contacts - AGAIN[0] * advised - AGAIN[1] * ended).max(0.1 * contacts);
        Front { new, contacts, early, support, advised, ended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes in leaves: referrals from contacts, early support assessments and Support are those asked for, and both
    /// stages of early help end as many as they start.
    #[test]
    fn the_front_door_balances() {
        let flows =
            Flows { assessment_closing: 400.0, cin_closing: 300.0, again_closing: 100.0, ..Flows::default() };
        let f = Front::balance(&flows, 2_000.0);
        let [down_support, down_early] = flows.step_downs();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} against {b}: {f:?}");
        near(CONTACT[0] * f.contacts + EARLY[1] * f.early + SUPPORT[1] * f.support, 2_000.0);
        near(f.early, CONTACT[2] * f.contacts + SUPPORT[0] * f.support + down_early);
        near(f.support, CONTACT[1] * f.contacts + EARLY[0] * f.early + down_support);
        near(f.advised + (1.0 - 0.625) * f.contacts, f.contacts);
    }

    #[test]
    fn a_council_with_little_to_refer_still_has_contacts() {
        let flows = Flows { cin_closing: 5_000.0, ..Flows::default() };
        let f = Front::balance(&flows, 10.0);
        assert!(f.contacts > 0.0 && f.new > 0.0 && f.early > 0.0);
    }
}
