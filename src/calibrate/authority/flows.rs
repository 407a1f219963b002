//! The year's flows from referral to plan, balanced so that what comes into a stage also leaves it.

use super::number::Number;

/// What is known or foreseen of the coming year, in children.
#[derive(Clone, PartialEq, Debug)]
pub struct Year {
    /// Referrals.
    pub referrals: f64,
    /// Share of them with no further action.
    pub nfa: f64,
    /// Share assessed and found not in need, decided by the end of the year.
    pub not_in_need: f64,
    /// Of all found not in need, the share decided after it.
    pub carried: f64,
    /// Unaccompanied children among the referrals, who go straight into care.
    pub asylum: f64,
    /// Assessments completed.
    pub assessments: f64,
    /// Section 47 enquiries.
    pub section_47: f64,
    /// Initial conferences.
    pub conferences: f64,
    /// Plans started.
    pub plans: f64,
    /// Children starting to be looked after, without those unaccompanied.
    pub care: f64,
    /// Share of episodes that end within 3 months.
    pub short: f64,
    /// Children with disability as primary need, on 31 March.
    pub disabled: f64,
    /// Child in need plans open.
    pub cin_plans: f64,
    /// Share of plans that end between reviews.
    pub early: f64,
    /// Children leaving care before 18 for home or an order.
    pub left_care: f64,
}

/// Flows a year, in children. The names say from where and to where.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct Flows {
    pub referral_nfa: f64,
    pub referral_s47: f64,
    pub referral_assessment: f64,
    pub assessment_nin: f64,
    pub assessment_s47: f64,
    pub assessment_care: f64,
    pub assessment_disabled: f64,
    pub assessment_closing: f64,
    pub assessment_cin: f64,
    pub s47_conference: f64,
    pub s47_care: f64,
    pub s47_cin: f64,
    pub s47_closing: f64,
    pub conference_plan: f64,
    pub conference_cin: f64,
    pub early_care: f64,
    pub early_moved: f64,
    pub early_cin: f64,
    pub review_care: f64,
    pub review_closing: f64,
    pub review_cin: f64,
    pub cin_s47: f64,
    pub cin_care: f64,
    pub cin_again: f64,
    pub cin_closing: f64,
    pub again_cin: f64,
    pub again_closing: f64,
    pub home_cin: f64,
    pub home_closing: f64,
}

/// Where section 47 enquiries come from: at referral, from an assessment; the rest from open plans. Judgement,
/// as published figures do not say.
const S47_FROM: [f64; 2] = [0.2, 0.45];
/// Where children coming into care come from: assessment, enquiry, child in need plan; the rest from a protection plan.
const CARE_FROM: [f64; 3] = [0.22, 0.13, 0.10];
/// Mean years with the disabled children's team.
pub const DISABLED_YEARS: f64 = 4.1;
/// Shares of those whose work ends after an assessment, an assessment of an open case and a child in need plan who step
/// down to Support and to an early support assessment; the rest are closed. Judgement, from the order of Support's
/// caseload in Wiltshire's papers: no step-down is published by council.
pub const STEP_DOWN: [[f64; 2]; 3] = [[0.46, 0.23], [0.23, 0.06], [0.21, 0.10]];

impl Flows {
    /// Balances the year. Every flow is at least nought, whatever the figures.
    pub fn balance(y: &Year) -> Flows {
        let mut f = Flows::default();
        let r = y.referrals.max(0.0);
        f.referral_nfa = r * y.nfa.clamp(0.0, 0.85);
        let go_on = (r - f.referral_nfa - y.asylum).max(0.0);
        f.referral_s47 = (S47_FROM[0] * y.section_47).min(0.3 * go_on);
        f.referral_assessment = go_on - f.referral_s47;
        let decided = r * y.not_in_need / (1.0 - y.carried.clamp(0.0, 0.5));
        f.assessment_nin = decided.min(0.85 * f.referral_assessment);
        let need = f.referral_assessment - f.assessment_nin;
        f.assessment_s47 = (S47_FROM[1] * y.section_47).min(0.6 * need);
        f.assessment_care = (CARE_FROM[0] * y.care).min(0.08 * need);
        f.assessment_disabled = (0.8 * y.disabled / DISABLED_YEARS).min(0.1 * need);
        f.after_plans(y);
        f.enquiries_and_plans(y, need);
        f
    }

    /// From conferences to the end of plans, and home from care.
    fn after_plans(&mut self, y: &Year) {
        self.s47_conference = y.conferences.min(0.95 * y.section_47);
        self.conference_plan = y.plans.min(0.985 * self.s47_conference);
        self.conference_cin = self.s47_conference - self.conference_plan;
        let plans = self.conference_plan;
        let early = (plans * y.early).min(plans);
        let review = plans - early;
        let care = ((1.0 - CARE_FROM.iter().sum::<f64>()) * y.care).min(0.4 * plans);
        self.early_care = (0.75 * care).min(0.45 * early);
        self.review_care = (care - self.early_care).min(0.3 * review);
        self.early_moved = 0.16 * early;
        self.early_cin = early - self.early_care - self.early_moved;
        self.review_closing = 0.15 * (review - self.review_care);
        self.review_cin = review - self.review_care - self.review_closing;
        self.home_cin = 0.4 * y.left_care;
        self.home_closing = 0.6 * y.left_care;
    }

    /// Enquiries from every side, assessments of open cases, and what is left for child in need plans and closing.
    fn enquiries_and_plans(&mut self, y: &Year, need: f64) {
        // the first pass finds what comes into plans; the second what they can give
        for _ in 0..30 {
            let (closing, cin) = self.after_enquiry(y);
            (self.s47_closing, self.s47_cin) = (closing, cin);
            let spoken = self.assessment_s47 + self.assessment_care + self.assessment_disabled;
            let left = (need - spoken).max(0.0);
            let short = y.short.clamp(0.05, 0.9) * need - self.s47_closing;
            self.assessment_closing = short.clamp(0.05 * left, 0.8 * left);
            self.assessment_cin = left - self.assessment_closing;
            let inflow = self.cin_inflow();
            self.cin_again = (y.assessments - self.referral_assessment).clamp(0.0, 0.45 * inflow);
            self.again_cin = 0.62 * self.cin_again;
            self.again_closing = self.cin_again - self.again_cin;
            self.cin_care = (CARE_FROM[2] * y.care).min(0.08 * inflow);
            let wanted = y.section_47 - self.referral_s47 - self.assessment_s47;
            self.cin_s47 = wanted.clamp(0.0, 0.4 * inflow);
            self.assessment_s47 = (self.assessment_s47 + wanted - self.cin_s47).clamp(0.0, 0.6 * need);
            self.cin_closing = (inflow - self.cin_again - self.cin_care - self.cin_s47).max(0.0);
        }
    }

    /// What leaves enquiries without a conference: to closing, to a child in need plan.
    fn after_enquiry(&mut self, y: &Year) -> (f64, f64) {
        let all = self.referral_s47 + self.assessment_s47 + self.cin_s47.max(0.0);
        let all = if self.cin_s47 > 0.0 { all } else { y.section_47 };
        self.s47_care = (CARE_FROM[1] * y.care).min(0.08 * all);
        let rest = (all - self.s47_conference - self.s47_care).max(0.0);
        (0.4 * rest, 0.6 * rest)
    }

    /// All that comes into child in need plans in a year.
    pub fn cin_inflow(&self) -> f64 {
        self.assessment_cin
            + self.s47_cin
            + self.conference_cin
            + self.early_cin
            + self.review_cin
            + self.home_cin
            + self.again_cin
    }

    /// All enquiries in a year.
    pub fn enquiries(&self) -> f64 {
        self.referral_s47 + self.assessment_s47 + self.cin_s47
    }

    /// All that comes to closing in a year.
    pub fn closings(&self) -> f64 {
        let stay = |k: usize| 1.0 - STEP_DOWN[k].iter().sum::<f64>();
        stay(0) * self.assessment_closing
            + stay(1) * self.again_closing
            + stay(2) * self.cin_closing
            + self.s47_closing
            + self.review_closing
            + self.home_closing
    }

    /// Those who step down in a year: to Support, to an early support assessment.
    pub fn step_downs(&self) -> [f64; 2] {
        let from = [self.assessment_closing, self.again_closing, self.cin_closing];
        std::array::from_fn(|way| from.iter().zip(STEP_DOWN).map(|(x, s)| x * s[way]).sum())
    }

    /// All that come into care in a year by these ways.
    pub fn into_care(&self) -> f64 {
        self.assessment_care + self.s47_care + self.early_care + self.review_care + self.cin_care
    }
}

/// Shares of the flows out of one stage; the way named, if it is no trifle, is the remainder: the same in every council, so
/// that a scenario written for one fits another. Otherwise the largest is.
pub fn shares<'a>(ways: &[(&'a str, f64)], rest: &str) -> Vec<(&'a str, Option<f64>)> {
    let total: f64 = ways.iter().map(|w| w.1.max(0.0)).sum();
    let share = |x: f64| if total > 0.0 { x.max(0.0) / total } else { 0.0 };
    let named = ways.iter().position(|w| w.0 == rest && share(w.1) >= 0.05);
    let most = ways.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map(|x| x.0);
    let Some(rest) = named.or(most) else { return Vec::new() };
    let kept = ways.iter().enumerate().filter(|(i, w)| *i == rest || share(w.1) >= 5e-5);
    kept.map(|(i, w)| (w.0, (i != rest).then(|| share(w.1)))).collect()
}

/// The number of returns within a year that makes a share of referrals re-referrals.
#[derive(Clone, PartialEq, Debug)]
pub struct Returns {
    /// Share of children found not in need, or with no further action, who return within 12 months.
    pub after_no_need: Number,
    /// Share of children closed after help who return within 12 months.
    pub after_help: Number,
    /// Referrals a year that are returns at any time.
    pub flow: f64,
}

/// Those who come back within five years for each who does within one.
pub const LATER: f64 = 1.35;

/// Returns in balance with closures: children found not in need return twice as readily as those helped.
pub fn returns(f: &Flows, again: &Number) -> Returns {
    let weight = 2.0 * (f.assessment_nin + f.referral_nfa) + 0.9 * f.closings();
    let share = |n: f64| if weight > 0.0 { (n / weight).clamp(0.0, 0.3) } else { 0.0 };
    // counted from the referral before, so a little fewer than return within 12 months of closing
    let n = |x: f64| 1.08 * share(x * (f.referral_nfa + f.referral_s47 + f.referral_assessment));
    let help = Number { value: n(again.value), low: n(again.low), high: n(again.high), ..again.clone() };
    let no_need = help.times(2.0);
    let flow = LATER * (no_need.value * (f.assessment_nin + f.referral_nfa) + help.value * f.closings());
    Returns { after_no_need: no_need, after_help: help, flow }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wiltshire() -> Year {
        Year {
            referrals: 2770.0,
            nfa: 0.021,
            not_in_need: 0.317,
            carried: 0.1,
            asylum: 30.0,
            assessments: 3352.0,
            section_47: 1060.0,
            conferences: 481.0,
            plans: 416.0,
            care: 113.0,
            short: 0.276,
            disabled: 239.0,
            cin_plans: 789.0,
            early: 0.3,
            left_care: 54.0,
        }
    }

    /// Flows in equal flows out at every stage, and the published totals are met.
    #[test]
    fn the_balance_holds() {
        let f = Flows::balance(&wiltshire());
        let near = |a: f64, b: f64| assert!((a - b).abs() < 0.5, "{a} against {b}\n{f:?}");
        near(f.referral_nfa + f.referral_s47 + f.referral_assessment, 2740.0);
        near(f.assessment_nin, 0.317 * 2770.0 / 0.9);
        near(f.enquiries(), 1060.0);
        near(f.s47_conference + f.s47_care + f.s47_cin + f.s47_closing, 1060.0);
        near(f.cin_inflow(), f.cin_s47 + f.cin_care + f.cin_again + f.cin_closing);
        near(f.into_care(), 113.0);
        near(f.referral_assessment + f.cin_again, 3352.0);
    }

    #[test]
    fn strange_figures_give_no_negative_flow() {
        for scale in [0.0, 1e-3, 1.0, 50.0] {
            for k in 0..8 {
                let mut y = wiltshire();
                *[
                    &mut y.referrals,
                    &mut y.section_47,
                    &mut y.conferences,
                    &mut y.plans,
                    &mut y.care,
                    &mut y.assessments,
                    &mut y.not_in_need,
                    &mut y.disabled,
                ][k] *= scale;
                let f = Flows::balance(&y);
                for x in [
                    f.assessment_cin,
                    f.assessment_closing,
                    f.cin_closing,
                    f.s47_cin,
                    f.assessment_s47,
                    f.early_cin,
                    f.review_cin,
                ] {
                    assert!(x >= 0.0 && x.is_finite(), "{f:?}");
                }
            }
        }
    }
}
