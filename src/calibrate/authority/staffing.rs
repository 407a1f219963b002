//! The social workers who hold cases, from the workforce census: posts, vacancies, agency, turnover.

use super::borrow::Reader;
use super::fit::Open;
use super::number::{Grade, Number};

/// Social workers of a council, full-time equivalents at 30 September of the last year published.
#[derive(Clone, PartialEq, Debug)]
pub struct Staffing {
    /// Posts for which cases are held, filled or not.
    pub posts: Number,
    /// Share of posts that are vacant.
    pub vacant: Number,
    /// Share of vacant posts that agency workers fill.
    pub agency: Number,
    /// Share of workers who leave in a year.
    pub turnover: Number,
    /// Mean days for which a post is vacant.
    pub recruitment: Number,
    /// Children a worker: what managers aim at.
    pub target: Number,
    /// Children a case holder, as published for the council; none if it is not.
    pub caseload: Option<f64>,
    /// Share of families in stages with a social worker whose children are on a case holder's list.
    pub held: f64,
    /// Shares of the posts: locality teams, children in care, disabled children.
    pub teams: [f64; 3],
}

/// Share of workers on long leave at a time, whose cases others hold: judgement, as the model file says.
const ABSENT: f64 = 0.03;

/// Reads the staff; posts are shared among teams in proportion to their cases.
pub fn fit(reader: &Reader<'_>, open: &Open) -> Staffing {
    let count = |name: &str| reader.count(name);
    let [holders, agency, vacancy, in_post, turnover] = [
        "sw_case_holders_fte",
        "sw_agency_fte",
        "sw_vacancy_fte",
        "sw_fte_in_post",
        "sw_turnover_rate_fte_pct",
    ]
    .map(count);
    let worst = |numbers: &[&Number]| numbers.iter().map(|n| n.grade).max().unwrap_or(Grade::Assumed);
    let source = holders.source.clone();
    let derived = |value: f64, low: f64, high: f64, grade: Grade, note: String| Number {
        value,
        low: low.min(value),
        high: high.max(value),
        grade: grade.max(Grade::Derived),
        source: source.clone(),
        note,
    };
    let share = if in_post.value + vacancy.value > 0.0 {
        (vacancy.value / (in_post.value + vacancy.value)).clamp(0.0, 0.6)
    } else {
        0.15
    };
    let vacant = derived(
        share,
        0.7 * share,
        1.4 * share,
        worst(&[&vacancy, &in_post]),
        format!("{:.1} vacant beside {:.1} in post", vacancy.value, in_post.value),
    );
    // an agency worker holds cases in the place of an employee
    let own = (holders.value - agency.value).max(0.3 * holders.value).max(0.5);
    let posts = own / (1.0 - share) / (1.0 - ABSENT);
    let posts = derived(
        posts,
        0.9 * posts,
        1.1 * posts,
        worst(&[&holders, &agency, &vacancy]),
        format!(
            "{:.1} case holders less {:.1} agency workers, taken to hold cases, at the vacancy of all social workers and with 3 % on long leave; {}",
            holders.value, agency.value, holders.note
        ),
    );
    let gaps = posts.value * share;
    let cover = if gaps > 0.1 { (agency.value / gaps).clamp(0.0, 0.95) } else { 0.0 };
    let cover = derived(
        cover,
        0.5 * cover,
        (1.3 * cover).min(0.98),
        worst(&[&agency, &vacancy]),
        format!("{:.1} agency workers in {gaps:.1} vacant case-holding posts", agency.value),
    );
    let leave = (turnover.value / 100.0).clamp(0.02, 0.6);
    let turnover = derived(
        leave,
        0.75 * leave,
        1.3 * leave,
        turnover.grade,
        format!("{:.1} % left in the year to September; {}", turnover.value, turnover.note),
    );
    // posts fall vacant at (1 - share) * leave and are filled at share / time
    let days = (365.25 * share / ((1.0 - share) * leave)).clamp(30.0, 1_200.0);
    let recruitment = derived(
        days,
        0.5 * days,
        1.4 * days,
        vacant.grade.max(turnover.grade),
        format!(
            "so that a vacancy of {:.1} % and leaving of {:.1} % a year are in balance",
            100.0 * share,
            100.0 * leave
        ),
    );
    let england = reader.england_mean("sw_avg_caseload").unwrap_or(16.0);
    let target = Number {
        grade: Grade::Assumed,
        ..Number::assumed(
            england,
            0.9 * england,
            1.1 * england,
            "England's mean caseload taken as the aim: no council's target is published",
        )
    };
    let cases = [
        open.assessment + open.reassessment + open.section_47 + open.cin + open.plans,
        open.care,
        open.disabled,
    ];
    let all: f64 = cases.iter().sum::<f64>().max(1e-9);
    let caseload = count("sw_avg_caseload");
    Staffing {
        posts,
        vacant,
        agency: cover,
        turnover,
        recruitment,
        target,
        caseload: (caseload.grade == Grade::Measured && caseload.value > 1.0).then_some(caseload.value),
        held: 1.0,
        teams: cases.map(|c| c / all),
    }
}
