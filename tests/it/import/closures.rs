//! Closures that were never written down, each by hand: what shows it, and what is made of the episode.

use super::{findings, lines, read, try_read};
use jiff::civil::date;

fn plain(rows: &str) -> Vec<u8> {
    format!("person,stage,start,end,outcome\n{rows}").into_bytes()
}

/// One file of the years 2023 and 2024: the episodes of the first child, and what was found.
fn one(rows: &str) -> (Vec<String>, Vec<String>) {
    let file = plain(rows);
    let found = read(&[("a.csv", &file)]);
    (lines(&found.table, 0), findings(&found))
}

#[test]
fn the_next_step_ends_an_open_one() {
    let (episodes, found) = one("1,cin,2023-02-01,,\n1,cp,2023-06-01,2023-12-01,completed\n");
    assert_eq!(
        episodes,
        [
            "child_in_need 2023-02-01 2023-06-01 to_child_protection",
            "child_protection 2023-06-01 2023-12-01 completed"
        ]
    );
    assert_eq!(found, ["superseded x1 at 2"]);
    // a placement is followed by the next
    let (episodes, found) = one("1,care,2023-02-01,,\n1,care,2023-06-01,2023-12-01,completed\n");
    assert_eq!(episodes[0], "care any 2023-02-01 2023-06-01 continued");
    assert_eq!(found, ["superseded x1 at 2"]);
    // eleven days are no evidence: the records may lag
    let (episodes, found) = one("1,cin,2024-02-01,,\n1,cp,2024-12-20,,\n");
    assert_eq!(episodes[0], "child_in_need 2024-02-01 open");
    assert_eq!(found, [""; 0]);
    // an enquiry does not end a plan
    let (episodes, found) = one("1,cin,2024-02-01,,\n1,s47,2024-06-20,2024-07-01,\n");
    assert_eq!((episodes[0].as_str(), found), ("child_in_need 2024-02-01 open", vec![]));
}

#[test]
fn a_closed_case_has_nothing_open() {
    let (episodes, found) =
        one("1,in_need_episode,2023-01-10,2023-09-30,completed\n1,assessment,2023-01-10,,\n");
    assert!(episodes.contains(&"assessment 2023-01-10 2023-09-30 completed".to_owned()), "{episodes:?}");
    assert_eq!(found, ["case_closed x1 at 3"]);
    // what began after the case closed is not part of it
    let (_, found) = one("1,in_need_episode,2023-01-10,2023-09-30,completed\n1,assessment,2023-10-10,,\n");
    assert_eq!(found, ["very_long x1 at 3"]);
}

#[test]
fn what_begins_again_was_not_open() {
    let (episodes, found) = one("1,support,2023-01-15,,\n1,support,2024-01-01,2024-03-01,completed\n");
    assert_eq!(episodes[0], "early_support 2023-01-15 lost 2023-01-15");
    assert_eq!(found, ["begun_again x1 at 2"]);
    // referred anew, after the plan of an earlier case
    let (episodes, found) =
        one("1,cin,2023-01-15,,\n1,referral,2024-01-01,,\n1,assessment,2024-01-01,2024-02-01,\n");
    assert_eq!(episodes[0], "child_in_need 2023-01-15 lost 2023-01-15");
    assert_eq!(found, ["begun_again x1 at 2"]);
    // a referral that came to nothing shows nothing
    let (_, found) = one("1,cin,2023-01-15,,\n1,referral,2024-01-01,,no_further_action\n");
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_case_in_which_nothing_happens() {
    let (episodes, found) = one("1,in_need_episode,2023-01-10,,\n1,assessment,2023-01-10,2023-02-10,\n");
    assert!(episodes.contains(&"in_need_episode 2023-01-10 lost 2023-02-10".to_owned()), "{episodes:?}");
    assert_eq!(found, ["idle_case x1 at 2"]);
    // half a year is not long, where no closures say what is usual
    let (_, found) = one("1,in_need_episode,2023-01-10,,\n1,assessment,2023-01-10,2024-06-30,\n");
    assert_eq!(found, ["very_long x1 at 3"]);
    // an open plan is something
    let (_, found) = one("1,in_need_episode,2023-01-10,,\n1,cin,2023-01-10,,\n");
    assert_eq!(found, [""; 0]);
}

/// Twenty children in care for two years with a review every six months, and one without for 500 days.
#[test]
fn reviews_that_cease() {
    let mut episodes =
        String::from("CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n99,01/02/2023,S,C2,N1,U6,PR1,,\n");
    let mut reviews = String::from("CHILD,DOB,REVIEW,REVIEW_CODE\n99,01/01/2015,18/08/2023,PN1\n");
    for k in 1..=20 {
        episodes.push_str(&format!("{k},01/02/2022,S,C2,N1,U6,PR1,01/02/2024,E4A\n"));
        for day in ["01/06/2022", "01/12/2022", "01/06/2023", "01/12/2023"] {
            reviews.push_str(&format!("{k},01/01/2015,{day},PN1\n"));
        }
    }
    let observed = Some((date(2022, 1, 1), date(2024, 12, 30)));
    let files = [("e.csv", episodes.as_bytes()), ("r.csv", reviews.as_bytes())];
    let found = try_read(&files, observed).unwrap();
    assert_eq!(lines(&found.table, 0), ["care foster_own 2023-02-01 lost 2023-08-18"]);
    assert_eq!(findings(&found), ["out_of_touch x1 at 2"]);
    // without the reviews nothing is said
    let found = try_read(&files[..1], observed).unwrap();
    assert_eq!(lines(&found.table, 0), ["care foster_own 2023-02-01 open"]);
}

/// A thousand assessments of under a hundred days, and one of 600.
#[test]
fn open_for_longer_than_all_others() {
    let mut rows = String::from("9999,esa,2023-05-10,,\n");
    for k in 0..1_000 {
        let (day, month) = (1 + k % 28, 1 + k % 3);
        rows.push_str(&format!(
            "{k},esa,2023-{month:02}-{day:02},2023-{:02}-{day:02},completed\n",
            month + 3
        ));
    }
    let (episodes, found) = one(&rows);
    assert_eq!(episodes, ["early_support_assessment 2023-05-10 lost 2023-05-10"]);
    assert_eq!(found, ["open_too_long x1 at 2"]);
    let fewer: String = rows.lines().take(900).map(|l| format!("{l}\n")).collect();
    assert_eq!(one(&fewer).1, ["very_long x1 at 2"]);
}

#[test]
fn a_reason_without_a_date_gives_no_length() {
    let (episodes, found) = one("1,cp,2023-02-01,,completed\n2,cp,2023-02-01,2023-09-01,completed\n");
    assert_eq!(episodes, ["child_protection 2023-02-01 lost 2023-02-01"]);
    assert_eq!(found, ["reason_without_end outcome x1 at 2"]);
}

#[test]
fn dates_in_other_forms_are_named() {
    let file =
        plain("1,cp,2023-02-01,2023-06-01,\n2,cp,01/02/2023,2023-06-01,\n3,cp,2023-02-01,1 June 2023,\n");
    let found = read(&[("a.csv", &file)]);
    assert_eq!(findings(&found), ["mixed_date_forms end x1 at 4", "mixed_date_forms start x1 at 3"]);
    for person in 0..3 {
        assert_eq!(lines(&found.table, person), ["child_protection 2023-02-01 2023-06-01"]);
    }
}
