//! What moved and why: from the first guess to the fit, and from year to year.

use super::{Council, number, text};
use crate::calibrate::authority::Fitted;
use crate::present::table::{Cell, Table};

/// A number of the fit: what it is, how it is read, and which figure moved it.
type Mover = (&'static str, fn(&Fitted) -> f64, &'static str);

fn arriving(f: &Fitted) -> f64 {
    f.front.new * f.drift.arriving.first().copied().unwrap_or(1.0)
}

fn percent(a: f64, of: f64) -> f64 {
    if of > 0.0 { 100.0 * a / of } else { f64::NAN }
}

fn leaving(f: &Fitted) -> f64 {
    let age = |k: usize| f.care.ages.share.get(k).copied().unwrap_or(0.0);
    100.0 * f.care.leave.iter().enumerate().map(|(k, l)| age(k) * l.iter().sum::<f64>()).sum::<f64>()
}

const MOVERS: [Mover; 15] = [
    (
        "New contacts a year",
        arriving,
        "referrals: children who come back and who step up are counted with the new",
    ),
    (
        "Closed after help who are referred again within 12 months (%)",
        |f| 100.0 * f.returns.after_help.value,
        "re-referrals, all years pooled: early help sends some back too",
    ),
    ("New children who had a plan before (factor)", |f| f.earlier, "second plans, all years pooled"),
    (
        "Section 47 enquiries begun at referral (%)",
        |f| {
            percent(
                f.flows.referral_s47,
                f.flows.referral_s47 + f.flows.referral_assessment + f.flows.referral_nfa,
            )
        },
        "enquiries of the year",
    ),
    (
        "Assessments that lead to an enquiry (%)",
        |f| percent(f.flows.assessment_s47, f.flows.referral_assessment),
        "enquiries of the year",
    ),
    (
        "Enquiries that lead to a conference (%)",
        |f| 100.0 * f.ratios.conference.value,
        "conferences of the year, with odds by age",
    ),
    ("Conferences that lead to a plan (%)", |f| 100.0 * f.ratios.plan.value, "plans started in the year"),
    (
        "Mean length of a child protection plan (days)",
        |f| 365.25 * f.plan.mean,
        "children on a plan at 31 March",
    ),
    (
        "Child in need plans that lead to another assessment (%)",
        |f| percent(f.flows.cin_again, f.flows.cin_inflow()),
        "assessments beyond referrals",
    ),
    ("Mean length of a child in need plan (days)", |f| f.cin_days.value, "child in need plans at 31 March"),
    (
        "Mean wait from the end of work to closure (days)",
        |f| f.closing_days.value,
        "children in need at 31 March who are in no other part of the return",
    ),
    (
        "Closures that no return counts (%)",
        |f| 100.0 * f.unseen.closures,
        "episodes ended: stock and flow of all years pooled",
    ),
    (
        "Child protection plans that end in care at a review (%)",
        |f| percent(f.flows.review_care, f.flows.review_care + f.flows.review_cin + f.flows.review_closing),
        "children starting to be looked after",
    ),
    (
        "Leaving care before 18, of 100 children a year",
        leaving,
        "children looked after at 31 March over all years of the run",
    ),
    (
        "Share of families on a case holder's list (%)",
        |f| 100.0 * f.staff.held,
        "published caseload of a social worker",
    ),
];

/// The first guess, by stock and flow alone, beside what simulating made of it.
pub(super) fn table(c: &Council<'_>) -> Table {
    let columns = vec![
        text("number", "Number"),
        number("guess", "First guess", 1),
        number("fitted", "Fitted", 1),
        number("change", "Change, %", 1),
        text("why", "So that the simulated model gives"),
    ];
    let mut table = Table::new("moved", "What moved from the first guess, and why", columns);
    for (name, read, why) in MOVERS {
        let (before, after) = (read(&c.back.guess), read(c.fitted));
        if !before.is_finite() || !after.is_finite() {
            continue;
        }
        let change = (before > 0.0).then(|| 100.0 * (after / before - 1.0));
        table.row(vec![
            Cell::text(name),
            Cell::Number(before),
            Cell::Number(after),
            Cell::maybe(change),
            Cell::text(why),
        ]);
    }
    table.note(
        "The first guess balances what comes into each stage with what leaves it. Simulating adds what a balance cannot see: ages, delays, what \
         was under way at the start, children who come back.",
    );
    table
}

/// Factors by year.
type Lever = (&'static str, fn(&Fitted) -> &[f64], &'static str);

const LEVERS: [Lever; 13] = [
    ("Contacts", |f| &f.drift.arriving, "referrals"),
    ("Odds of no further action", |f| &f.drift.nfa, "referrals with no further action"),
    ("Odds of not in need", |f| &f.drift.not_in_need, "referrals assessed, not in need"),
    ("Odds of another assessment", |f| &f.drift.again, "assessments completed"),
    ("Odds of a section 47 enquiry", |f| &f.drift.section_47, "section 47 enquiries"),
    ("Odds of a conference", |f| &f.drift.conference, "initial conferences"),
    ("Odds of a plan", |f| &f.drift.plan, "plans started"),
    ("Length of child protection plans", |f| &f.drift.plan_stay, "children on a plan"),
    (
        "Length of child in need plans",
        |f| &f.drift.cin_stay,
        "child in need plans, or children in need where those are not published",
    ),
    ("Wait from the end of work to closure", |f| &f.drift.need, "children in need"),
    ("Odds of coming into care", |f| &f.drift.care, "children starting to be looked after"),
    ("Length of stays in care", |f| &f.drift.care_stay, "children looked after"),
    ("Odds that a closure is counted by no return", |f| &f.drift.unseen, "episodes of need ended"),
];

/// Factors of the years of the series and, after them, of those foreseen.
pub(super) fn factors(c: &Council<'_>) -> Table {
    let (past, ahead) = (&c.back.history, c.fitted);
    let years: Vec<i32> = (past.starts + 1..=ahead.starts + ahead.years).collect();
    let mut columns = vec![text("factor", "Factor on")];
    columns.extend(years.iter().map(|y| number(&format!("to_{y}"), &format!("{y}"), 2)));
    columns.push(text("follows", "So that the year gives its"));
    let mut table = Table::new("factors", "Factors by year to March", columns);
    for (name, read, follows) in LEVERS {
        let of = |f: &Fitted, year: i32| {
            let k = usize::try_from(year - f.starts - 1).ok()?;
            read(f).get(k).copied()
        };
        let mut row = vec![Cell::text(name)];
        row.extend(years.iter().map(|&y| {
            Cell::maybe(if y <= ahead.year { of(past, y).or_else(|| of(ahead, y)) } else { of(ahead, y) })
        }));
        row.push(Cell::text(follows));
        table.row(row);
    }
    table.note(&format!(
        "Up to {} factors are beside the first year of the series, to March {}; after it beside the year to March {}. Odds are multiplied; where \
         a plan ends at reviews, the odds of ending at each are divided. Contacts move further than referrals, as children come back later.",
        ahead.year,
        past.starts + 1,
        ahead.starts + 1,
    ));
    table
}
