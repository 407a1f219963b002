//! Years merged and faults found, each planted by hand.

use super::readers::census;
use super::{findings, lines, try_read};
use caseflow::calibrate::records::episode::{Birth, PersonIx, SAME_DAY};
use caseflow::stats::survival::Spells;
use jiff::civil::date;

const HEAD: &str = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n";

/// Rows that fix the year of a return: a hundred children who come and go in it.
fn filler(year: u16) -> String {
    (0..100).map(|k| format!("{year}{k},01/05/{year},S,C2,N1,U6,PR1,01/12/{year},E4A\n")).collect()
}

/// Two years of the looked after return. By hand, what each child should come to.
#[test]
fn two_years_of_care() {
    let first = [
        HEAD,
        "1,01/06/2022,S,C2,N1,U6,PR1,,\n",              // ends next year
        "2,01/06/2022,S,C2,N1,U6,PR1,,\n",              // not there next year
        "3,01/06/2022,S,C2,N1,U6,PR1,01/10/2022,E4A\n", // other end next year
        "4,01/06/2022,S,C2,N1,U6,PR1,01/10/2022,E4A\n", // open next year
        "5,01/06/2022,S,C2,N1,U6,PR1,,\n",              // next year says it ended this year
        "7,01/06/2022,S,C2,N1,U6,PR1,01/02/2023,X1\n",  // nothing follows
        "7,01/06/2022,S,C2,N1,U6,PR1,01/02/2023,X1\n",  // twice
        &filler(2022),
    ]
    .concat();
    let second = [
        HEAD,
        "1,01/06/2022,S,C2,N1,U6,PR1,01/07/2023,E11\n",
        "3,01/06/2022,S,C2,N1,U6,PR1,15/10/2022,E4A\n",
        "4,01/06/2022,S,C2,N1,U6,PR1,,\n",
        "5,01/06/2022,S,C2,N1,U6,PR1,01/03/2023,E4A\n",
        "6,01/07/2022,S,C2,N1,U6,PR1,,\n", // should have been in the first
        "8,01/06/2023,S,C2,N1,U6,PR1,01/10/2023,X1\n",
        "8,01/09/2023,P,C2,N1,K2,PR1,,\n", // starts before the other ends
        "9,10/09/2023,S,C2,N1,K2,PR1,01/09/2023,E4A\n",
        "10,10/09/2025,S,C2,N1,K2,PR1,,\n",
        &filler(2023),
    ]
    .concat();
    let found = try_read(&[("22.csv", first.as_bytes()), ("23.csv", second.as_bytes())], None).unwrap();
    let t = &found.table;
    let periods = t.periods(t.episodes()[0].stage);
    assert_eq!((periods[0].first, periods[0].last), (date(2022, 4, 1), date(2024, 3, 31)));
    // children are numbered as they are met: six, a hundred, four, a hundred
    let of = |p| lines(t, p).join("; ");
    assert_eq!(of(0), "care foster_own 2022-06-01 2023-07-01 adopted");
    assert_eq!(of(1), "care foster_own 2022-06-01 lost 2022-06-01");
    assert_eq!(of(2), "care foster_own 2022-06-01 2022-10-15 returned_home");
    assert_eq!(of(3), "care foster_own 2022-06-01 open");
    assert_eq!(of(4), "care foster_own 2022-06-01 2023-03-01 returned_home");
    assert_eq!(of(5), "care foster_own 2022-06-01 2023-02-01");
    assert_eq!(of(106), "care foster_own 2022-07-01 open");
    assert_eq!(of(107), "care foster_own 2023-06-01 2023-09-01 continued; care residential 2023-09-01 open");
    assert_eq!(of(108), "care residential 2023-09-10 lost 2023-09-10");
    assert_eq!(of(109), "");
    assert_eq!(
        findings(&found),
        [
            "future_date x1 at 10",
            "end_before_start x1 at 9",
            "duplicate x1 at 8",
            "changed_end x1 at 3",
            "reopened x1 at 4",
            "late_record x1 at 6", // in the first file, which lacks the end
            "late_record x1 at 6", // in the second, which has what the first lacked
            "vanished x1 at 3",
            "overlap x1 at 8",
            "care_gap x1 at 7",
        ]
    );
    // the two known only to have started give no length; all others are seen once
    let stays = t.spells(|_| true, |_, _| 0);
    let kept = Spells::new(&stays.iter().map(|s| s.spell).collect::<Vec<_>>(), SAME_DAY).unwrap();
    assert_eq!((stays.len(), kept.zero_length().found), (t.episodes().len() - 2, 0));
}

#[test]
fn several_years_in_one_file_are_no_contradiction() {
    let rows = [
        HEAD,
        "1,01/06/2022,S,C2,N1,U6,PR1,,\n1,01/06/2022,S,C2,N1,U6,PR1,01/07/2023,E11\n",
        "2,01/06/2022,S,C2,N1,U6,PR1,01/07/2023,E11\n2,01/06/2022,S,C2,N1,U6,PR1,01/08/2023,E11\n",
        &filler(2022),
        &filler(2023),
    ]
    .concat();
    let found = try_read(&[("all.csv", rows.as_bytes())], None).unwrap();
    assert_eq!(lines(&found.table, 0), ["care foster_own 2022-06-01 2023-07-01 adopted"]);
    assert_eq!(lines(&found.table, 1), ["care foster_own 2022-06-01 2023-08-01 adopted"]);
    assert_eq!(findings(&found), ["contradiction x1 at 5"]);
}

#[test]
fn the_same_file_twice_counts_once() {
    let rows = [HEAD, &filler(2022)].concat();
    let found = try_read(&[("a.csv", rows.as_bytes()), ("b.csv", rows.as_bytes())], None).unwrap();
    assert_eq!((found.table.episodes().len(), findings(&found)), (100, vec!["same_file x1 at".to_owned()]));
}

#[test]
fn births_deaths_and_birthdays() {
    let referral = |day: &str, more: &str| {
        format!(
            "<CINdetails><CINreferralDate>{day}</CINreferralDate>{more}<ReferralNFA>0</ReferralNFA></CINdetails>"
        )
    };
    let xml = census(2024, &[("1", &referral("2023-05-01", "")), ("2", &referral("2023-05-01", ""))]);
    let person = |id: &str, born: &str| {
        xml.replacen("<LAchildID>1<", &format!("<LAchildID>{id}<"), 1).replacen("2015-06-05", born, 1)
    };
    let one = |born: &str| try_read(&[("a.xml", person("1", born).as_bytes())], None).unwrap();
    // unborn: 200 days before birth is a referral; 300 days is a mistake
    let found = one("2023-11-17");
    assert_eq!((lines(&found.table, 0).len(), findings(&found)), (2, vec![]));
    let found = one("2024-02-25");
    assert_eq!(found.table.person(PersonIx(0)).birth, Birth::Unknown);
    assert_eq!(findings(&found), ["birth_implausible x1 at 1"]);
    // forty years old
    let found = one("1983-05-01");
    assert_eq!(findings(&found), ["birth_implausible x1 at 1"]);
    // eighteen on 1 June 2023: open no longer than that
    let found = one("2005-06-01");
    assert_eq!(
        lines(&found.table, 0),
        ["referral 2023-05-01 2023-05-01", "in_need_episode 2023-05-01 lost 2023-06-01"]
    );
    assert_eq!(findings(&found), ["open_past_eighteen x1 at 1"]);
    // eighteen the day before the referral
    let found = one("2005-04-30");
    assert_eq!(
        (lines(&found.table, 0).len(), findings(&found)),
        (0, vec!["open_past_eighteen x2 at 1".to_owned()])
    );
    // a death ends what is open
    let died = xml.replacen("<Sex>F</Sex>", "<Sex>F</Sex><PersonDeathDate>2023-08-09</PersonDeathDate>", 1);
    let found = try_read(&[("a.xml", died.as_bytes())], None).unwrap();
    assert_eq!(lines(&found.table, 0)[1], "in_need_episode 2023-05-01 2023-08-09 died");
    assert_eq!(findings(&found), ["after_death x1 at 1"]);
}

#[test]
fn two_years_of_the_census() {
    let open = "<CINdetails><CINreferralDate>2023-01-10</CINreferralDate><ReferralSource>6</ReferralSource>\
        <ReferralNFA>0</ReferralNFA><ChildProtectionPlans><CPPstartDate>2023-03-01</CPPstartDate></ChildProtectionPlans></CINdetails>";
    let closed = open
        .replace("<ReferralNFA>", "<CINclosureDate>2023-11-02</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure><ReferralNFA>")
        .replace("</CPPstartDate>", "</CPPstartDate><CPPendDate>2023-10-20</CPPendDate>");
    let (a, b) = (census(2023, &[("x", open)]), census(2024, &[("x", &closed)]));
    // in either order: the year decides, not the order of the files
    for files in [[("a.xml", &a), ("b.xml", &b)], [("b.xml", &b), ("a.xml", &a)]] {
        let list: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
        let found = try_read(&list, None).unwrap();
        assert_eq!(
            lines(&found.table, 0),
            [
                "referral 2023-01-10 2023-01-10",
                "in_need_episode 2023-01-10 2023-11-02 completed",
                "child_protection 2023-03-01 2023-10-20",
            ]
        );
        assert_eq!(findings(&found), [""; 0]);
    }
}
