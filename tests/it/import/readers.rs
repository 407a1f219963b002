//! Each return by hand: what stands in the file, and the episodes that it means.

use super::books::{C, book, contact, contacts, parts};
use super::{findings, lines, read, try_read};
use caseflow::calibrate::records::episode::{
    Abuse, Birth, EventKind, Factors, Legal, Need, PersonIx, Referrer, Sex,
};
use jiff::civil::date;

#[test]
fn annex_a_lists_as_csv() {
    let head = "Child Unique ID,Gender,Ethnicity,Date of Birth,Age";
    let who = "17,b) Female,a) WBRI,05/06/2015,8";
    let team = "Allocated Team,Allocated Worker";
    let l1 = format!("{head},Date of Contact,Contact Source\n{who},03/01/2024,j) 3D: Health services\n");
    let l2 = format!(
        "{head},Assessment start date,Assessment completion date,Organisation\n{who},2023-01-05,2023-02-01,x\n"
    );
    let l3 = format!(
        "{head},Date of Referral,Referral Source,Referral NFA?,N,{team}\n{who},04/01/2024,6,b) No,0,x,y\n"
    );
    let l4 = format!(
        "{head},Does the Child have a Disability,Continuous Assessment Start Date,Seen,\
         Continuous Assessment Date of Authorisation,\
         Was the child assessed as requiring LA children's social care support?,{team}\n\
         {who},a) Yes,04/01/2024,a) Yes,14/02/2024,a) Yes,x,y\n"
    );
    let l5 = format!(
        "{head},Does the Child have a Disability,Strategy discussion initiating Section 47 Enquiry Start Date,\
         Was an Initial Child Protection Conference deemed unnecessary?,Date of Initial Child Protection Conference,\
         Did the Initial Child Protection Conference Result in a Child Protection Plan,a,b,{team}\n\
         {who},a) Yes,20/01/2024,b) No,08/02/2024,a) Yes,1,1,x,y\n18,,,,,,21/01/2024,a) Yes,,,1,0,x,y\n"
    );
    let l6 = format!(
        "{head},Does the Child have a Disability,CIN Start Date,Primary Need Code,Date Child Was Last Seen,\
         CIN Closure Date,Reason for Closure,Case Status,{team}\n\
         {who},a) Yes,04/01/2024,N1 - Abuse or neglect,,,,b) Child Protection plan,x,y\n\
         19,a) Male,,,,b) No,01/02/2024,N4,,01/06/2024,RC7,e) Closed episode,x,y\n"
    );
    let l7 = format!(
        "{head},Does the Child have a Disability,Child Protection Plan Start Date,Initial Category of Abuse,\
         Latest Category of Abuse,Date of the Last Statutory Visit,Was the Child Seen Alone?,\
         Date of latest review conference,Child Protection Plan End Date,EPO,Number of Previous Child Protection Plans,\
         {team}\n{who},a) Yes,08/02/2024,a) Neglect,a) Neglect,01/06/2024,a) Yes,05/05/2024,,b) No,2,x,y\n"
    );
    let l8 = format!(
        "{head},UASC,Does the Child have a Disability,Date Started to be Looked After,Child's Category of Need,Again,\
         Start date of current legal status,Child's Legal Status,Date of Latest Statutory Review,\
         Date Ceased to be Looked After,Reason Ceased to be Looked After,Start Date of Most Recent Placement,\
         Placement Type,Placement Provider\n\
         20,M,,01/01/2012,12,a) Yes,b) No,10/03/2023,N1,b) No,10/03/2023,C2: FCO,,,,01/05/2023,U4,PR4 - Private\n\
         21,M,,01/01/2012,12,b) No,b) No,10/03/2024,N1,b) No,10/03/2024,V2,,20/04/2024,E4A,10/03/2024,U1,\n"
    );
    let files = [&l1, &l2, &l3, &l4, &l5, &l6, &l7, &l8];
    let names: Vec<String> = (1..=8).map(|k| format!("list {k}.csv")).collect();
    let list: Vec<(&str, &[u8])> = names.iter().zip(files).map(|(n, f)| (n.as_str(), f.as_bytes())).collect();
    let found = read(&list);
    let t = &found.table;
    assert_eq!(
        lines(t, 0),
        [
            "early_support_assessment 2023-01-05 2023-02-01",
            "contact 2024-01-03 2024-01-03",
            "referral 2024-01-04 2024-01-04",
            "assessment 2024-01-04 2024-02-14 to_child_in_need",
            "in_need_episode 2024-01-04 open",
            "section_47 2024-01-20 2024-02-08 to_conference",
            "conference 2024-02-08 2024-02-08 to_child_protection",
            "child_protection 2024-02-08 open",
        ]
    );
    assert_eq!(lines(t, 1), ["section_47 2024-01-21 lost 2024-01-21 conference_not_required"]);
    assert_eq!(
        lines(t, 2),
        ["child_in_need 2024-02-01 2024-06-01 completed", "in_need_episode 2024-02-01 2024-06-01 completed"]
    );
    assert_eq!(
        lines(t, 3),
        ["care any 2023-03-10 2023-05-01 continued", "care foster_agency 2023-05-01 open"]
    );
    assert_eq!(lines(t, 4), ["care kinship 2024-03-10 2024-04-20 returned_home"]);
    let first = t.person(PersonIx(0));
    assert_eq!((first.sex, first.birth), (Sex::Female, Birth::Born(date(2015, 6, 5))));
    assert_eq!((first.disabled, t.person(PersonIx(3)).unaccompanied), (Some(true), true));
    let of = |p, code: &str| *t.of(PersonIx(p)).find(|(_, e)| e.stage.code() == code).unwrap().1;
    assert_eq!(of(0, "contact").referrer, Some(Referrer::Health));
    assert_eq!(of(0, "referral").referrer, Some(Referrer::Police));
    assert_eq!(
        (of(0, "child_protection").abuse, of(0, "child_protection").previous),
        (Some(Abuse::Neglect), Some(2))
    );
    assert_eq!((of(3, "care").legal, of(3, "care").need), (Some(Legal::CareOrder), Some(Need::AbuseNeglect)));
    let reviews = t.events().iter().filter(|e| e.kind == EventKind::Review).count();
    assert_eq!((reviews, t.events().len()), (1, 2));
    assert_eq!(findings(&found), [""; 0]);
}

#[test]
fn annex_a_workbook_with_dates_as_numbers() {
    // 45,294 is 3 January 2024; the second sheet is named wrongly and still known by its headings
    let first =
        vec![contacts(), contact(17.0, C::N(45_294.0)), contact(18.0, C::F(45_294.6)), contact(19.0, C::G)];
    let second = vec![vec![C::S("Team list")], vec![], contacts(), contact(17.0, C::I("04/01/2024"))];
    let third = vec![vec![C::S("Notes for the inspector")]];
    let sheets = [("List 9", first), ("Sheet2", second), ("Notes", third)];
    let bytes = super::books::archive(&parts(&sheets, ""));
    let found = read(&[("annex.xlsx", &bytes)]);
    assert_eq!(lines(&found.table, 0), ["contact 2024-01-03 2024-01-03", "contact 2024-01-04 2024-01-04"]);
    assert_eq!(lines(&found.table, 1), ["contact 2024-01-03 2024-01-03"]);
    assert_eq!(found.table.person(PersonIx(0)).birth, Birth::Born(date(2015, 1, 25)));
    assert_eq!(
        findings(&found),
        [
            "unknown_sheet x1 at",
            "missing_start Date of Contact x1 at 4",
            "formula x2 at 3,4",
            "formula Date of Contact x1 at 4"
        ]
    );
    // the same days counted from 1904
    let early = vec![contacts(), contact(17.0, C::N(43_832.0))];
    let bytes = super::books::archive(&parts(&[("List 1", early)], "<workbookPr date1904=\"1\"/>"));
    assert_eq!(lines(&read(&[("a.xlsx", &bytes)]).table, 0), ["contact 2024-01-03 2024-01-03"]);
    let _ = book("x", vec![contacts()]);
}

/// A census of one child, with an episode of need given as its inner elements.
pub fn census(year: i16, children: &[(&str, &str)]) -> String {
    let children: String = children
        .iter()
        .map(|(id, details)| {
            format!(
                "<Child><ChildIdentifiers><LAchildID>{id}</LAchildID><PersonBirthDate>2015-06-05</PersonBirthDate>\
                 <Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>\
                 <Disability>NONE</Disability></Disabilities></ChildCharacteristics>{details}</Child>\n"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>\
         <ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails></Header><Children>{children}</Children></Message>"
    )
}

#[test]
fn a_children_in_need_census() {
    let details = "<CINdetails><CINreferralDate>2023-04-20</CINreferralDate><ReferralSource>2A</ReferralSource>\
        <PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>2024-02-20</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>\
        <Assessments><AssessmentActualStartDate>2023-04-21</AssessmentActualStartDate>\
        <AssessmentInternalReviewDate>2023-05-01</AssessmentInternalReviewDate>\
        <AssessmentAuthorisationDate>2023-06-10</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment>\
        <AssessmentFactors>3B</AssessmentFactors><AssessmentFactors>1B</AssessmentFactors><AssessmentFactors>99</AssessmentFactors>\
        </FactorsIdentifiedAtAssessment></Assessments>\
        <CINPlanDates><CINPlanStartDate>2023-12-01</CINPlanStartDate><CINPlanEndDate>2024-02-20</CINPlanEndDate></CINPlanDates>\
        <Section47><S47ActualStartDate>2023-05-25</S47ActualStartDate><DateOfInitialCPC>2023-06-09</DateOfInitialCPC>\
        <ICPCnotRequired>false</ICPCnotRequired></Section47><ReferralNFA>0</ReferralNFA>\
        <ChildProtectionPlans><CPPstartDate>2023-06-09</CPPstartDate><CPPendDate>2023-12-01</CPPendDate>\
        <InitialCategoryOfAbuse>EMO</InitialCategoryOfAbuse><NumberOfPreviousCPP>1</NumberOfPreviousCPP>\
        <Reviews><CPPreviewDate>2023-09-01</CPPreviewDate></Reviews></ChildProtectionPlans></CINdetails>";
    let nothing = "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate><ReferralSource>6</ReferralSource>\
        <ReferralNFA>true</ReferralNFA></CINdetails>";
    let closed = "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate><CINclosureDate>2023-06-20</CINclosureDate>\
        <ReasonForClosure>RC9</ReasonForClosure><Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>\
        <AssessmentAuthorisationDate>2023-06-20</AssessmentAuthorisationDate></Assessments><ReferralNFA>0</ReferralNFA></CINdetails>";
    let xml = census(2024, &[("A1", details), ("A2", nothing), ("A3", closed), ("", nothing)]);
    let found = try_read(&[("cin.xml", xml.as_bytes())], None).unwrap();
    let t = &found.table;
    assert_eq!(
        lines(t, 0),
        [
            "referral 2023-04-20 2023-04-20",
            "in_need_episode 2023-04-20 2024-02-20 completed",
            "assessment 2023-04-21 2023-06-10",
            "section_47 2023-05-25 2023-06-09 to_conference",
            "conference 2023-06-09 2023-06-09 to_child_protection",
            "child_protection 2023-06-09 2023-12-01",
            "child_in_need 2023-12-01 2024-02-20 completed",
        ]
    );
    assert_eq!(lines(t, 1), ["referral 2023-05-01 2023-05-01 no_further_action"]);
    assert_eq!(
        lines(t, 2),
        [
            "referral 2023-05-02 2023-05-02",
            "assessment 2023-05-02 2023-06-20 to_early_support",
            "in_need_episode 2023-05-02 2023-06-20 to_early_support",
        ]
    );
    let assessment = t.of(PersonIx(0)).find(|(_, e)| e.stage.code() == "assessment").unwrap().1;
    assert_eq!(assessment.factors, Factors::of("3B").unwrap().with(Factors::of("1B").unwrap()));
    assert_eq!((assessment.need, assessment.referrer), (Some(Need::AbuseNeglect), Some(Referrer::School)));
    assert_eq!((t.person(PersonIx(0)).disabled, t.events().len()), (Some(false), 2));
    let window = t.windows()[0];
    assert_eq!((window.first, window.last), (date(2023, 4, 1), date(2024, 3, 31)));
    assert_eq!(
        findings(&found),
        ["missing_identifier LAchildID x1 at 4", "unknown_code AssessmentFactors x1 at 1"]
    );
}

#[test]
fn a_looked_after_return() {
    let episodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n\
        5,10/04/2023,S,V2,N1,U6,PR1,01/06/2023,X1,PLACE,,,\n\
        5,01/06/2023,L,C1,N1,U6,PR1,20/08/2023,X1,,,,\n\
        5,20/08/2023,P,C1,N1,K2,PR4,15/01/2024,E4A,,,,\n\
        6,01/02/2022,S,V4,N2,R1,PR4,,,,,,\n\
        7,01/02/2022,S,C2,N1,H5,PR4,,,,,,\n\
        8,01/05/2023,S,C2,N1,QQ,PR9,31/12/2023,E99,,,,\n";
    let header = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n5,2,05/06/2015,WBRI,A1,,\n7,M,01/01/2007,WBRI,,,\n";
    let reviews = "CHILD,DOB,REVIEW,REVIEW_CODE\n5,05/06/2015,01/07/2023,PN1\n";
    let uasc = "CHILD,SEX,DOB,DUC\n7,1,01/01/2007,01/01/2025\n";
    let oc2 = "CHILD,DOB,SDQ_SCORE,SDQ_REASON\n5,05/06/2015,12,\n";
    let files: [(&str, &[u8]); 5] = [
        ("episodes.csv", episodes.as_bytes()),
        ("header.csv", header.as_bytes()),
        ("reviews.csv", reviews.as_bytes()),
        ("uasc.csv", uasc.as_bytes()),
        ("oc2.csv", oc2.as_bytes()),
    ];
    let found = try_read(&files, None).unwrap();
    let t = &found.table;
    let window = t.windows()[0];
    assert_eq!((window.first, window.last), (date(2023, 4, 1), date(2024, 3, 31)));
    assert_eq!(
        lines(t, 0),
        [
            "care foster_own 2023-04-10 2023-08-20 continued",
            "care residential 2023-08-20 2024-01-15 returned_home"
        ]
    );
    let legal = t.events().iter().filter(|e| e.kind == EventKind::LegalStatus(Legal::CareOrder)).count();
    assert_eq!((legal, t.events().len()), (1, 2));
    let whole = t.care_periods();
    assert_eq!((whole[0].start, whole[0].end.date()), (date(2023, 4, 10), Some(date(2024, 1, 15))));
    // children are numbered as they are met; the one with short breaks has no episode
    assert_eq!(lines(t, 1), [""; 0]);
    assert_eq!(lines(t, 2), ["care supported 2022-02-01 open"]);
    assert!(t.person(PersonIx(2)).unaccompanied);
    assert_eq!(lines(t, 3), ["care any 2023-05-01 2023-12-31"]);
    assert_eq!(
        findings(&found),
        [
            "unknown_code PLACE x1 at 7",
            "unknown_code PLACE_PROVIDER x1 at 7",
            "unknown_code REC x1 at 7",
            "short_breaks LS x1 at 5",
        ]
    );
}

#[test]
fn the_safeguarding_dataset() {
    let person = "pers_person_id,pers_sex,pers_dob,pers_expected_dob,pers_death_date\np1,F,2015-06-05,,\np2,M,,2023-07-01,\n";
    let family = "fami_table_id,fami_family_id,fami_person_id\n1,f1,p1\n2,f1,p2\n";
    let contacts = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,cont_contact_outcome_json\n\
        1,p1,2023-02-01,1A,\"{\"\"NEW_REFERRAL\"\":\"\"Y\"\",\"\"NFA\"\":\"\"N\"\"}\"\n2,p2,2023-02-01,6,\"{\"\"NFA\"\":\"\"Y\"\"}\"\n";
    let cine = "cine_referral_id,cine_person_id,cine_referral_date,cine_cin_primary_need_code,cine_referral_source_code,\
        cine_referral_outcome_json,cine_referral_nfa,cine_close_reason,cine_close_date\n\
        r1,p1,2023-02-01,N5,1A,\"{\"\"SINGLE_ASSESSMENT\"\":\"\"Y\"\"}\",N,,\n";
    let cina = "cina_assessment_id,cina_person_id,cina_referral_id,cina_assessment_start_date,cina_assessment_auth_date,\
        cina_assessment_outcome_json,cina_assessment_outcome_nfa\na,p1,r1,2023-02-02,2023-03-15,\"{\"\"PROV_OF_SERVICES\"\":\"\"Y\"\"}\",N\n";
    let clae = "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_start_reason,\
        clae_cla_primary_need_code,clae_cla_episode_ceased_date,clae_cla_episode_ceased_reason,clae_referral_id\n\
        e1,p1,2023-05-01,S,N1,2023-08-01,X1,r1\ne2,p1,2023-08-01,L,N1,2023-11-01,X1,r1\ne3,p1,2023-11-01,P,N1,,,r1\n";
    let clap = "clap_cla_placement_id,clap_person_id,clap_cla_placement_start_date,clap_cla_placement_end_date,\
        clap_cla_placement_type,clap_cla_placement_provider\nx,p1,2023-05-01,2023-11-01,U6,PR1\ny,p1,2023-11-01,,K2,PR4\n";
    let texts = [person, family, contacts, cine, cina, clae, clap];
    let list: Vec<(&str, &[u8])> = texts.iter().map(|t| ("ssd.csv", t.as_bytes())).collect();
    let found = read(&list);
    let t = &found.table;
    assert_eq!(
        lines(t, 0),
        [
            "contact 2023-02-01 2023-02-01 to_referral",
            "referral 2023-02-01 2023-02-01 to_assessment",
            "in_need_episode 2023-02-01 open",
            "assessment 2023-02-02 2023-03-15 to_child_in_need",
            "care foster_own 2023-05-01 2023-11-01 continued",
            "care residential 2023-11-01 open",
        ]
    );
    assert_eq!(lines(t, 1), ["contact 2023-02-01 2023-02-01 no_further_action"]);
    assert_eq!(t.person(PersonIx(0)).family, t.person(PersonIx(1)).family);
    assert!(t.person(PersonIx(0)).family.is_some());
    assert_eq!(t.person(PersonIx(1)).birth, Birth::Expected(date(2023, 7, 1)));
    let cases: Vec<_> = t.of(PersonIx(0)).map(|(_, e)| e.case).collect();
    assert_eq!(cases, [None, Some(0), Some(0), Some(0), Some(0), Some(0)]);
    assert_eq!(findings(&found), [""; 0]);
}

#[test]
fn plain_episodes() {
    let mut text = "# observed 2022-01-01 to 2024-06-30\n\
        Person,Family,Date of birth,Sex,Stage,Service,Start,Received,End,Outcome,Source,Need,Factors\n\
        1,f,2015-06-05,F,contact,,2022-03-01,,,to_early_support,School,,\n\
        1,f,2015-06-05,F,ESA,,2022-03-02,,2022-04-01,Early support,,,\n\
        1,f,2015-06-05,F,support,,2022-04-01,,2022-09-01,completed,,,\n\
        1,f,2015-06-05,F,assessment,,2022-10-01,,2022-11-01,,,N1,3B; 1B\n\
        2,f,,M,holiday,,2022-10-01,,,,,,\n"
        .to_owned();
    for k in 1..=6 {
        text.push_str(&format!(
            "{k},,,,service,Parenting course,2023-01-0{k},2023-02-01,2023-05-01,completed,,,\n"
        ));
    }
    text.push_str("3,,,,service,Rare help,2023-01-05,,2023-02-05,withdrew,,,\n");
    let found = try_read(&[("own.csv", text.as_bytes())], None).unwrap();
    let t = &found.table;
    assert_eq!(
        lines(t, 0),
        [
            "contact 2022-03-01 2022-03-01 to_early_support",
            "early_support_assessment 2022-03-02 2022-04-01 to_early_support",
            "early_support 2022-04-01 2022-09-01 completed",
            "assessment 2022-10-01 2022-11-01",
            "service Parenting course 2023-01-01 2023-05-01 completed",
        ]
    );
    assert_eq!(
        lines(t, 2),
        [
            "service Parenting course 2023-01-03 2023-05-01 completed",
            "service other services 2023-01-05 2023-02-05 withdrew"
        ]
    );
    assert_eq!(t.services(), ["Parenting course", "other services"]);
    let service = t.of(PersonIx(2)).next().unwrap().1;
    assert_eq!(service.received, Some(date(2023, 2, 1)));
    assert_eq!(findings(&found), ["few_use_service service x1 at 14", "unknown_stage stage x1 at 7"]);
    let periods = t.periods(service.stage);
    assert_eq!((periods[0].first, periods[0].last), (date(2022, 1, 1), date(2024, 6, 30)));
    assert!(!found.findings.iter().any(|f| f.rule.id == "implied_window"));
}

#[test]
fn a_workforce_census_gives_numbers_by_role() {
    let worker = |agency: u8, role: u8, fte: &str, cases: &str, more: &str| {
        format!(
            "<CSWWWorker><AgencyWorker>{agency}</AgencyWorker><SWENo>SW1</SWENo><FTE>{fte}</FTE>\
             <PersonBirthDate>1980-01-01</PersonBirthDate><OrgRole>{role}</OrgRole><Cases30>{cases}</Cases30>{more}</CSWWWorker>"
        )
    };
    let xml = format!(
        "<Message><Header><CollectionDetails><Collection>CSWW</Collection><Year>2022</Year>\
         <ReferenceDate>2022-09-30</ReferenceDate></CollectionDetails></Header><LALevelVacancies>\
         <NumberOfVacancies>12.5</NumberOfVacancies><NoAgencyFTE>x</NoAgencyFTE></LALevelVacancies>{}{}{}{}</Message>",
        worker(
            0,
            5,
            "1",
            "17",
            "<RoleStartDate>2022-03-01</RoleStartDate><WorkingDaysLost>4</WorkingDaysLost>"
        ),
        worker(0, 5, "0.5", "8", "<Absat30Sept>1</Absat30Sept>"),
        worker(0, 5, "1", "0", "<RoleEndDate>2022-01-31</RoleEndDate>"),
        worker(1, 5, "1", "15", ""),
    );
    let found = try_read(&[("csww.xml", xml.as_bytes())], None).unwrap();
    let [w] = found.workforce.as_slice() else { panic!("one census") };
    assert_eq!((w.vacancies_fte, w.agency_fte, w.on), (Some(12.5), None, Some(date(2022, 9, 30))));
    let [own, agency] = w.roles.as_slice() else { panic!("two roles: {:?}", w.roles) };
    assert_eq!((own.heads, own.fte, own.cases, own.holders, own.holders_fte), (2, 1.5, 25.0, 2, 1.5));
    assert_eq!((own.starters, own.leavers, own.absent, own.days_lost), (1, 1, 1, 4.0));
    assert_eq!((agency.agency, agency.heads, agency.cases), (true, 1, 15.0));
    assert_eq!(findings(&found), ["unknown_code NoAgencyFTE x1 at"]);
}

#[test]
fn returns_are_linked_by_the_council_s_identifier() {
    let cin =
        census(2024, &[("0042", "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate></CINdetails>")]);
    let care = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n42,2023-06-01,S,C2,N1,U6,PR1,,\n";
    let found = try_read(&[("a.xml", cin.as_bytes()), ("b.csv", care.as_bytes())], None).unwrap();
    assert_eq!(found.table.people().len(), 1);
    assert_eq!(lines(&found.table, 0).len(), 3);

    // three children of one number with other births: the schemes differ, and nobody is linked
    let details = "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate></CINdetails>";
    let cin = census(2024, &[("1", details), ("2", details), ("3", details)]);
    let care: String = (1..=3).map(|k| format!("{k},2023-06-01,S,C2,N1,U6,PR1,,,2010-0{k}-01\n")).collect();
    let care = format!("CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,DOB\n{care}");
    let found = try_read(&[("a.xml", cin.as_bytes()), ("b.csv", care.as_bytes())], None).unwrap();
    assert_eq!(found.table.people().len(), 6);
    assert!(findings(&found).contains(&"identifiers_differ x1 at".to_owned()));
}
