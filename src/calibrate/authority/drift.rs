//! Factors by year of the run: how rates of flow and stays drift from those of the first year.

/// Factors by year; those of the first year are 1, but for arrivals.
#[derive(Clone, PartialEq, Debug)]
pub struct Drift {
    /// On new contacts.
    pub arriving: Vec<f64>,
    /// On the odds of a section 47 enquiry.
    pub section_47: Vec<f64>,
    /// On the odds that an enquiry leads to a conference.
    pub conference: Vec<f64>,
    /// On the odds that a conference leads to a plan.
    pub plan: Vec<f64>,
    /// On the odds of coming into care.
    pub care: Vec<f64>,
    /// On the odds that a referral leads to no further action.
    pub nfa: Vec<f64>,
    /// On the odds that an assessment finds no need.
    pub not_in_need: Vec<f64>,
    /// On the odds that a child in need plan leads to another assessment.
    pub again: Vec<f64>,
    /// On the length of child in need plans.
    pub cin_stay: Vec<f64>,
    /// On the wait for closure.
    pub need: Vec<f64>,
    /// On the length of child protection plans: divides the odds of ending at a review.
    pub plan_stay: Vec<f64>,
    /// On the length of stays in each placement in care.
    pub care_stay: Vec<f64>,
    /// On the odds that a closure is counted by no return.
    pub unseen: Vec<f64>,
}

/// Least and most that a factor may be.
const BOUNDS: (f64, f64) = (0.35, 2.8);

impl Drift {
    /// No drift over so many years.
    pub fn level(years: usize) -> Drift {
        let one = || vec![1.0; years];
        Drift {
            arriving: one(),
            section_47: one(),
            conference: one(),
            plan: one(),
            care: one(),
            nfa: one(),
            not_in_need: one(),
            again: one(),
            cin_stay: one(),
            need: one(),
            plan_stay: one(),
            care_stay: one(),
            unseen: one(),
        }
    }
}

/// The same for what begins as next to nothing.
pub(super) fn moved_far(factor: &mut f64, by: f64) {
    if by.is_finite() {
        *factor = (*factor * by).clamp(0.05, 20.0);
    }
}

/// A factor moved, within bounds.
pub(super) fn moved(factor: &mut f64, by: f64) {
    if by.is_finite() {
        *factor = (*factor * by).clamp(BOUNDS.0, BOUNDS.1);
    }
}

/// The factor on odds that multiplies a share `p` by `x`.
pub(super) fn odds_factor(p: f64, x: f64) -> f64 {
    let p = p.clamp(1e-6, 0.98);
    let q = (p * x).clamp(1e-7, 0.985);
    ((q / (1.0 - q)) / (p / (1.0 - p))).clamp(0.05, 20.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_by_hand() {
        // a half becomes three quarters: odds 1 become 3
        assert!((odds_factor(0.5, 1.5) - 3.0).abs() < 1e-12);
        assert!((odds_factor(0.2, 1.0) - 1.0).abs() < 1e-12);
        // never beyond a share of nearly 1
        assert!(odds_factor(0.9, 5.0).is_finite());
    }
}
