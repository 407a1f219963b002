//! Rows in the department's columns, with figures made up for the purpose unless said.

use super::super::statistics::Indicator;
use super::wide::number_of;
use super::*;

const HEAD: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,\
     new_la_code,la_name,category";

fn read(file: &str, text: &str) -> Result<Statistics, DataError> {
    let mut stats = Statistics::embedded().clone();
    stats.update("test", &[(file, text.as_bytes())])?;
    Ok(stats)
}

fn value(stats: &Statistics, indicator: &str, code: &str, year: i32) -> Option<f64> {
    stats.value(indicator, stats.area_by_code(code)?, year)
}

/// Rows of the release of 2025 (Open Government Licence): each figure goes where it belongs, regions are passed over, what
/// is suppressed stays marked.
#[test]
fn a_release_is_read() {
    let c1 = format!(
        "\u{feff}{HEAD},referral_count,rereferral_count,rereferral_percent,no_further_action_count,no_further_action_percent,\
         not_in_need_count,not_in_need_percent\n\
         2025,Reporting year,National,E92000001,England,,,,,,R,632830,142900,22.6,41340,6.5,194620,30.8\n\
         2025,Reporting year,Regional,E92000001,England,E12000001,North East,,,,R,32490,6730,20.7,390,1.2,10160,31.3\n\
         2025,Reporting year,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,R,10304,2494,24.2,1027,10,4384,42.5\n\
         2025,Reporting year,Local authority,E92000001,England,E1,Y,815,E06000065,North Yorkshire,R,5642,1115,19.8,c,c,1141,20.2\n"
    );
    let stats = read("c1_referrals_2013_to_2025.csv", &c1).unwrap();
    assert_eq!(value(&stats, "referrals", "E08000035", 2025), Some(10_304.0));
    assert_eq!(value(&stats, "re_referrals", "E08000035", 2025), Some(2_494.0));
    assert_eq!(value(&stats, "referrals_assessed_not_in_need", "E92000001", 2025), Some(194_620.0));
    let york = stats.area_by_code("E06000065").unwrap();
    assert_eq!(stats.cell("referrals_nfa", york, 2025), Cell::Marked('c'));
    // what is not in the table stays
    let before = Statistics::embedded();
    assert_eq!(
        value(&stats, "referrals", "E08000035", 2020),
        before.value("referrals", before.area_by_code("E08000035").unwrap(), 2020)
    );

    let d5 = format!(
        "{HEAD},CPP_At31,3_months_or_less,3_months_or_less_percent,more_than_3_months_6_months\n\
         2025,Reporting year,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,P,634,197,31.1,158\n"
    );
    let stats = read("d5_cpps_at31march.csv", &d5).unwrap();
    assert_eq!(value(&stats, "cpp_at_31_march", "E08000035", 2025), Some(634.0));
    assert_eq!(value(&stats, "d5.3_months_or_less", "E08000035", 2025), Some(197.0));

    let care = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,\
         la_name,new_la_code,population_count,population_estimate,number,rate_per_10000\n\
         2025,Reporting year,Local authority,E92000001,England,E1,N,805,Hartlepool,E06000001,\
         Children starting to be looked after each year,20417,125,61\n";
    assert_eq!(value(&read("cla.csv", care).unwrap(), "cla_starts", "E06000001", 2025), Some(125.0));
}

/// A table that says nothing that is known, and figures that cannot be, are refused with what was found.
#[test]
fn what_is_no_release_is_refused() {
    let refused = |file: &str, text: &str| read(file, text).unwrap_err().to_string();
    let strange = refused("x.csv", "foo,bar\n1,2\n");
    assert!(strange.contains("foo, bar") && strange.contains("time_period"), "{strange}");
    assert!(refused("empty.csv", "").contains("no columns"));
    let row = |period: &str, n: &str| {
        format!(
            "{HEAD},Section47\n{period},R,Local authority,E92000001,England,E1,Y,383,E08000035,Leeds,S,{n}\n"
        )
    };
    assert!(
        refused("c4.csv", &row("2025", "-4"))
            .contains("line 2: in the column Section47, -4 is not a number between")
    );
    assert!(refused("c4.csv", &row("2025", "1e300")).contains("1e300"));
    assert!(refused("c4.csv", &row("2099", "4")).contains("the year 2099 is not one of"));
    assert!(refused("c4.csv", &row("last", "4")).contains("last is not a year"));
    let nothing = refused("z9.csv", &format!("{HEAD},other\n2025,R,National,E92000001,England,,,,,,S,4\n"));
    assert!(nothing.contains("no figure that is known"), "{nothing}");
}

#[test]
fn periods_and_numbers_of_tables() {
    assert_eq!(
        (year_of("2025"), year_of("202425"), year_of("20245"), year_of("x")),
        (Some(2025), Some(2025), None, None)
    );
    assert_eq!(number_of("a/d5_plans.csv").as_deref(), Some("d5"));
    assert_eq!((number_of("cla_2025.csv"), number_of("5.csv"), number_of("")), (None, None, None));
}

/// The columns before the figures in tables of children looked after.
const CARE: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,\
     la_name,new_la_code";

/// The counts of assessments.
const ASSESSED: &str = "Assessments_completed,Same_day,1-10_days,11-20_days,21-30_days,31-40_days,41-45_days,46-50_days,\
     51-60_days,61+_days";

/// The statistics of the program, with indicators that calibration may not keep.
fn with(names: &[&str]) -> Statistics {
    let mut stats = Statistics::embedded().clone();
    for name in names {
        if stats.indicator(name).is_none() {
            let (name, of) = (name.to_string(), String::new());
            stats.indicators.push(Indicator { name, title: of.clone(), unit: of.clone(), table: of });
        }
    }
    stats
}

/// A row of Leeds, of North Yorkshire, and of England, as tables with a column a figure begin.
fn rows(year: u32, category: &str, [leeds, york, england]: [&str; 3]) -> String {
    let row = |place: &str, figures: &str| format!("{year},Reporting year,{place},{category},{figures}\n");
    row("Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383,E08000035,Leeds", leeds)
        + &row(
            "Local authority,E92000001,England,E12000003,Yorkshire and The Humber,815,E06000065,North Yorkshire",
            york,
        )
        + &row(
            "Regional,E92000001,England,E12000003,Yorkshire and The Humber,,,",
            "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
        )
        + &row("National,E92000001,England,,,,,", england)
}

fn cell(stats: &Statistics, indicator: &str, code: &str, year: i32) -> Cell {
    stats.cell(indicator, stats.area_by_code(code).unwrap(), year)
}

/// Assessments by length (c2): each band where it belongs, and the share in time from the counts. In the second council a band
/// in time is suppressed; its share is what is left of all when those not in time are taken off, 100 (200 - 30) / 200.
#[test]
fn assessments_by_length_are_read() {
    let table = format!(
        "{HEAD},Assessments_completed,Assessments_completed_rate,Same_day,1-10_days,11-20_days,21-30_days,31-40_days,41-45_days,\
         46-50_days,51-60_days,61+_days,25th_Percentile_days,Median_days,75th_Percentile_days\n{}",
        rows(
            2025,
            "Duration of assessment",
            [
                "1000,57.4,10,90,200,150,250,100,80,70,50,20,33.5,44",
                "200,17.4,c,c,40,40,40,30,10,10,10,17,25,36",
                "640000,530,9000,73000,110000,100000,130000,118000,40000,30000,30000,19,34,44"
            ]
        )
    );
    let stats = read("c2_children_in_need_assessments_duration_2014_to_2025.csv", &table).unwrap();
    let leeds = |indicator: &str| value(&stats, indicator, "E08000035", 2025).unwrap();
    let bands =
        ["same_day", "1_10wd", "11_20wd", "21_30wd", "31_40wd", "41_45wd", "46_50wd", "51_60wd", "61plus_wd"];
    assert_eq!(
        bands.map(|b| leeds(&format!("assess_{b}"))),
        [10.0, 90.0, 200.0, 150.0, 250.0, 100.0, 80.0, 70.0, 50.0]
    );
    assert_eq!((leeds("assessments_completed"), leeds("assess_median_wd")), (1_000.0, 33.5));
    assert_eq!(leeds("assessments_within_45wd_pct"), 80.0);
    assert_eq!(cell(&stats, "assess_same_day", "E06000065", 2025), Cell::Marked('c'));
    assert_eq!(value(&stats, "assessments_within_45wd_pct", "E06000065", 2025), Some(85.0));
    assert_eq!(value(&stats, "assess_41_45wd", "E92000001", 2025), Some(118_000.0));
}

/// Shares made of counts are those that are published of the same council and year, to rounding, in 99 of 100.
#[test]
fn shares_of_counts_are_those_published() {
    let stats = Statistics::embedded();
    let head = format!(
        "{ASSESSED},ICPC,Duration_0-10_days,Duration_11-15_days,Duration_16-20_days,Duration_21+_days,Section47"
    );
    let table = Table::new("", &head);
    let named = wide::columns("", &table);
    for (share, least) in wide::shares(&table).zip([1_000, 1_000]) {
        let indicators: Vec<&str> =
            share.columns().filter_map(|c| named.iter().find(|n| n.0 == c).map(|n| n.1.as_str())).collect();
        let (mut all, mut otherwise) = (0, Vec::new());
        for area in stats.all_councils() {
            for (year, published) in stats.series(share.indicator, area).unwrap().values() {
                let counts: Vec<String> = indicators
                    .iter()
                    .map(|i| stats.value(i, area, year).map_or("c".into(), |x| x.to_string()))
                    .collect();
                let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
                let Some(made) = share.of(&counts) else { continue };
                all += 1;
                if (made - published).abs() > ROUNDING {
                    otherwise.push((area, year, published, made));
                }
            }
        }
        assert!(all > least && otherwise.len() * 100 < all, "{}: {all}, {otherwise:?}", share.indicator);
    }
}

/// A share that is published stays where the counts agree with it to rounding, and goes where they do not.
#[test]
fn a_published_share_stays_where_counts_agree() {
    let before = value(Statistics::embedded(), "assessments_within_45wd_pct", "E08000035", 2024).unwrap();
    let share = |inside: u32| {
        let leeds = format!("100000,0,0,0,0,0,{inside},0,0,{}", 100_000 - inside);
        let none = "u,u,u,u,u,u,u,u,u,u";
        let table =
            format!("{HEAD},{ASSESSED}\n{}", rows(2024, "Duration of assessment", [&leeds, none, none]));
        value(&read("c2.csv", &table).unwrap(), "assessments_within_45wd_pct", "E08000035", 2024).unwrap()
    };
    let close = (before * 1_000.0).round() as u32 - 40;
    assert_eq!(share(close), before);
    assert_eq!(share(50_000), 50.0);
}

/// Plans (d1) and child in need plans (b7): plans are taken, not children.
#[test]
fn plans_of_both_kinds_are_read() {
    let columns = |of: &str| {
        format!(
            "{of}_start,{of}_start_rate,{of}_child_start,{of}_child_start_rate,{of}_end,{of}_end_rate,{of}_child_end,\
             {of}_child_end_rate,{of}_anypoint,{of}_anypoint_rate,{of}_child_anypoint,{of}_child_anypoint_rate,{of}_At31,\
             {of}_At31_rate"
        )
    };
    let figures = [
        "850,48.9,845,48.6,780,44.8,775,44.5,1440,82.8,1420,81.6,660,37.9",
        "c,c,c,c,120,z,119,z,u,u,u,u,420,36.6",
        "62000,51.8,61900,51.6,62800,52.4,62600,52.2,112000,94,111000,92.7,49900,41.6",
    ];
    let d1 = format!("{HEAD},{}\n{}", columns("CPP"), rows(2025, "Child Protection Plans", figures));
    let stats = read("d1_child_protection_plans_2013_to_2025.csv", &d1).unwrap();
    let names = ["cpp_starts", "cpp_ends", "cpp_any_point", "cpp_at_31_march"];
    assert_eq!(
        names.map(|n| value(&stats, n, "E08000035", 2025)),
        [Some(850.0), Some(780.0), Some(1_440.0), Some(660.0)]
    );
    assert_eq!(
        names.map(|n| cell(&stats, n, "E06000065", 2025)),
        [Cell::Marked('c'), Cell::Value(120.0), Cell::Marked('u'), Cell::Value(420.0)]
    );
    assert_eq!(value(&stats, "cpp_ends", "E92000001", 2025), Some(62_800.0));

    let b7 = format!("{HEAD},{}\n{}", columns("CINPlan"), rows(2025, "CIN Plans", figures));
    let stats = read("b7_child_in_need_plans_2022_to_2025.csv", &b7).unwrap();
    let names = ["cin_plan_starts", "cin_plan_ends", "cin_plan_any_point", "cin_plan_at_31_march"];
    assert_eq!(
        names.map(|n| value(&stats, n, "E08000035", 2025)),
        [Some(850.0), Some(780.0), Some(1_440.0), Some(660.0)]
    );
    assert_eq!(cell(&stats, "cin_plan_starts", "E06000065", 2025), Cell::Marked('c'));
}

/// Sources of referral (c5), told by the columns under whatever name; the share of the police is 2,500 of 10,000.
#[test]
fn sources_of_referral_are_read() {
    let table = format!(
        "{HEAD},Referrals,Individual,Schools,Education_Services,Health_Services,Housing,LA_Services,Police,Other_legal_agency,\
         Other,Anonymous,Unknown\n{}",
        rows(
            2025,
            "Source of referral",
            [
                "10000,800,3000,30,1200,160,950,2500,460,360,540,0",
                "6000,300,800,50,900,c,1200,2000,250,200,60,c",
                "u,u,u,u,u,u,u,u,u,u,u,u"
            ]
        )
    );
    let all = ["c5.Police", "c5.Schools", "c5.Other_legal_agency", "c5.Unknown", "referrals_police_pct"];
    let mut stats = with(&all);
    stats.update("test", &[("sources.csv", table.as_bytes())]).unwrap();
    assert_eq!(
        all.map(|n| value(&stats, n, "E08000035", 2025)),
        [Some(2_500.0), Some(3_000.0), Some(460.0), Some(0.0), Some(25.0)]
    );
    assert_eq!(cell(&stats, "c5.Unknown", "E06000065", 2025), Cell::Marked('c'));
    assert_eq!(cell(&stats, "c5.Police", "E92000001", 2025), Cell::Marked('u'));
    // its total of referrals is that of c1, which says more: it is not taken from here
    let before = Statistics::embedded();
    assert_eq!(cell(&stats, "referrals", "E92000001", 2025), cell(before, "referrals", "E92000001", 2025));
    // what nobody asks for is passed over
    let mut bare = Statistics { areas: before.areas.clone(), ..Statistics::default() };
    bare.indicators = stats.indicators.iter().filter(|i| i.name == "c5.Police").cloned().collect();
    bare.series = before.series.iter().take(1).map(|(_, s)| ((0, 0), s.clone())).collect();
    bare.update("test", &[("c5_sources.csv", table.as_bytes())]).unwrap();
    assert_eq!(value(&bare, "c5.Police", "E08000035", 2025), Some(2_500.0));
}

/// Referrals (c1) and children in need (b1) under the columns that they had until 2024.
#[test]
fn columns_of_2024_are_read() {
    let c1 = format!(
        "{HEAD},Referrals,Referrals_rate,Re_referrals,Re_referrals_percent,No_Further_Action,No_Further_Action_percent,Not_in_Need,\
         Not_in_Need_percent,Referrals_child,Referrals_child_rate,Re_referrals_child,Re_referrals_child_percent\n{}",
        rows(
            2024,
            "Referrals and Re-referrals",
            [
                "9900,569,2400,24.2,1160,11.8,4350,43.9,8700,501,1960,22.5",
                "5600,490,1100,19.6,c,c,900,16.1,5000,440,950,19",
                "u,u,u,u,u,u,u,u,u,u,u,u"
            ]
        )
    );
    let stats = read("c1.csv", &c1).unwrap();
    let names = ["referrals", "re_referrals", "referrals_nfa", "referrals_assessed_not_in_need"];
    assert_eq!(
        names.map(|n| value(&stats, n, "E08000035", 2024)),
        [Some(9_900.0), Some(2_400.0), Some(1_160.0), Some(4_350.0)]
    );
    assert_eq!(cell(&stats, "referrals_nfa", "E06000065", 2024), Cell::Marked('c'));
    let b1 = format!(
        "{HEAD},At31_episodes,At31_episodes_rate,Awaiting_assessment,Awaiting_assessment_rate\n{}",
        rows(2024, "Children in Need", ["5700,330,410,23.5", "3400,297,70,6.4", "399000,332,15800,13.2"])
    );
    let stats = read("b1.csv", &b1).unwrap();
    assert_eq!(value(&stats, "cin_awaiting_assessment_31_march", "E08000035", 2024), Some(410.0));
}

/// A table of children looked after by group, in the columns of 2025 or of 2024.
fn care(columns: &str, rows: &[(&str, &str, &str)]) -> String {
    let row = |(group, what, n): &(&str, &str, &str)| {
        format!(
            "2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire and The Humber,383,Leeds,E08000035,{group},\
             {what},{n},1\n"
        )
    };
    format!("{CARE},{columns}\n{}", rows.iter().map(row).collect::<String>())
}

const OF_2025: &str = "characteristic,breakdown,children_count,children_percent";
const OF_2024: &str = "cla_group,characteristic,number,percentage";

#[test]
fn placements_are_read() {
    let living = "Independent and semi-independent living arrangements/supported accommodation";
    for columns in [OF_2025, OF_2024] {
        let march = care(
            columns,
            &[
                ("Placement", "Foster placements", "990"),
                ("Placement", living, "120"),
                ("Placement", "Residential schools", "c"),
                ("Placement", "Total children", "1400"),
            ],
        );
        for file in ["la_cla_on_31_march_by_characteristics.csv", "LA CLA on 31 March by characteristics.csv"]
        {
            let stats = read(file, &march).unwrap();
            assert_eq!(
                value(&stats, "cla_31mar.Placement: Foster placements", "E08000035", 2025),
                Some(990.0)
            );
            let living = format!("cla_31mar.Placement: {living}");
            assert_eq!(value(&stats, &living, "E08000035", 2025), Some(120.0));
            assert_eq!(
                cell(&stats, "cla_31mar.Placement: Residential schools", "E08000035", 2025),
                Cell::Marked('c')
            );
        }
        // the group says what this table is, whatever its file's name
        let moves = care(
            columns,
            &[
                ("Location of new placements during the year", "Total new placements", "1250"),
                ("Reason for placement change during the year", "Custody arrangement", "c"),
                ("Reason for placement change during the year", "Total placements changing", "780"),
            ],
        );
        let stats = read("la_cla_during_year_new_placements.csv", &moves).unwrap();
        let of = |name: &str| value(&stats, name, "E08000035", 2025);
        assert_eq!(of("cla_new_placements: Total new placements"), Some(1_250.0));
        assert_eq!(of("cla_placement_change: Total placements changing"), Some(780.0));
    }
}

/// Ages and reasons of those who ceased. Special guardianship orders are one series, in whichever number they are written.
#[test]
fn reasons_of_ceasing_are_read() {
    for written in ["Special guardianship order", "Special guardianship orders"] {
        let table = care(
            OF_2024,
            &[
                ("Age on ceasing", "18 years and over", "210"),
                ("Reason episode ceased", "Adopted", "31"),
                ("Reason episode ceased", written, "64"),
            ],
        );
        let stats = read("la_children_who_ceased_during_the_year.csv", &table).unwrap();
        let of = |name: &str| value(&stats, &format!("cla_ceased.{name}"), "E08000035", 2025);
        assert_eq!(of("Age on ceasing: 18 years and over"), Some(210.0));
        assert_eq!(of("Reason episode ceased: Adopted"), Some(31.0));
        assert_eq!(of("Reason episode ceased: Special guardianship order"), Some(64.0));
    }
    // a name that does not say whose ages these are is not guessed
    let table = care(OF_2024, &[("Age on ceasing", "18 years and over", "210")]);
    let error = read("table.csv", &table).unwrap_err().to_string();
    assert!(error.starts_with("table.csv, line 1") && error.contains("start, ceas or 31_march"), "{error}");
}

/// A table of England alone has no codes of councils.
#[test]
fn a_table_of_england_is_read() {
    let table = "time_period,time_identifier,geographic_level,country_code,country_name,cla_group,characteristic,number,percentage\n\
         2025,Reporting year,National,E92000001,England,Duration of last period of care,1. Under 2 weeks,2900,9\n";
    let stats = read("national_children_who_ceased_to_be_looked_after_during_the_year.csv", table).unwrap();
    let name = "cla_ceased.Duration of last period of care: 1. Under 2 weeks";
    assert_eq!(value(&stats, name, "E92000001", 2025), Some(2_900.0));
}

/// Every fault of a table at once: with file, line, column, what stands there and what may.
#[test]
fn all_faults_say_where_they_are() {
    let table = format!(
        "{HEAD},CINPlan_start,CINPlan_end,CINPlan_anypoint,CINPlan_At31\n{}",
        rows(2025, "CIN Plans", ["-4,many,100,50", "10,20,1e300,nan", "1,2,3,4"])
    );
    let error = read("b7.csv", &table).unwrap_err().to_string();
    for part in [
        "b7.csv, line 2: in the column CINPlan_start, -4 is not a number between 0 and 100000000, nor a mark",
        "in the column CINPlan_end, many is not",
        "b7.csv, line 3: in the column CINPlan_anypoint, 1e300 is not",
        "in the column CINPlan_At31, nan is not",
    ] {
        assert!(error.contains(part), "{error}\nlacks: {part}");
    }
    assert_eq!(error.lines().count(), 2, "{error}");
    let care =
        care(OF_2025, &[("Placement", "Foster placements", "-1"), ("Placement", "Other placements", "?")]);
    let error = read("31_march.csv", &care).unwrap_err().to_string();
    assert!(error.contains("31_march.csv, line 2: in the column children_count, -1 is not"), "{error}");
    assert!(error.contains("31_march.csv, line 3: in the column children_count, ? is not"), "{error}");
}

#[test]
fn marks_are_kept() {
    let marks = ["c", "k", "u", "x", "z", "low", "", "..", ":", "-"].map(|text| figure("a", text).unwrap());
    assert_eq!(marks, ['c', 'k', 'u', 'x', 'z', 'k', 'x', '.', ':', '-'].map(Cell::Marked));
    assert_eq!(figure("a", "0").unwrap(), Cell::Value(0.0));
}
