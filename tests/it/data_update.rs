//! `caseflow data update` with tables as the Department for Education publishes them; figures are made up.

use caseflow::calibrate::data::{Cell, Statistics};
use std::path::Path;
use std::process::{Command, Output};

fn update(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseflow"))
        .current_dir(dir)
        .env("CASEFLOW_DATA", dir.join("data"))
        .args(["data", "update"])
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A table with one row, of Wiltshire in the year to March 2026.
fn wide(columns: &str, figures: &str) -> String {
    format!(
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,\
         la_name,category,{columns}\n2026,Reporting year,Local authority,E92000001,England,E12000009,South West,865,E06000054,\
         Wiltshire,Any,{figures}\n"
    )
}

const ASSESSMENTS: &str = "Assessments_completed,Same_day,1-10_days,11-20_days,21-30_days,31-40_days,41-45_days,46-50_days,\
     51-60_days,61+_days,25th_Percentile_days,Median_days,75th_Percentile_days";
const PLANS: &str =
    "CPP_start,CPP_child_start,CPP_end,CPP_child_end,CPP_anypoint,CPP_child_anypoint,CPP_At31";
const CIN_PLANS: &str = "CINPlan_start,CINPlan_child_start,CINPlan_end,CINPlan_child_end,CINPlan_anypoint,CINPlan_child_anypoint,\
     CINPlan_At31";

/// All tables of a release at once, under the names that the department gives them.
#[test]
fn a_release_in_the_departments_layout_is_laid_over() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("c2_assessments.csv", &wide(ASSESSMENTS, "4000,40,360,800,800,800,400,300,300,200,18,30,44"));
    write("d1_plans.csv", &wide(PLANS, "380,378,371,370,700,690,331"));
    write("b7_cin_plans.csv", &wide(CIN_PLANS, "1500,1480,c,c,2300,2200,789"));
    write(
        "la_cla_on_31_march_by_characteristics.csv",
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,la_name,\
         new_la_code,characteristic,breakdown,children_count,children_percent\n\
         2026,Reporting year,Local authority,E92000001,England,E12000009,South West,865,Wiltshire,E06000054,Placement,\
         Foster placements,321,64\n",
    );
    let done = update(
        dir.path(),
        &[
            "c2_assessments.csv",
            "d1_plans.csv",
            "b7_cin_plans.csv",
            "la_cla_on_31_march_by_characteristics.csv",
            "--out",
            "new.bin",
        ],
    );
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let stats = Statistics::decode(&std::fs::read(dir.path().join("new.bin")).unwrap()).unwrap();
    let wiltshire = stats.find("Wiltshire").unwrap();
    for (indicator, figure) in [
        ("assessments_completed", 4_000.0),
        ("assess_41_45wd", 400.0),
        ("assess_median_wd", 30.0),
        // 3,200 of 4,000
        ("assessments_within_45wd_pct", 80.0),
        ("cpp_starts", 380.0),
        ("cpp_ends", 371.0),
        ("cpp_any_point", 700.0),
        ("cpp_at_31_march", 331.0),
        ("cin_plan_starts", 1_500.0),
        ("cin_plan_at_31_march", 789.0),
        ("cla_31mar.Placement: Foster placements", 321.0),
    ] {
        assert_eq!(stats.value(indicator, wiltshire, 2026), Some(figure), "{indicator}");
    }
    assert_eq!(stats.cell("cin_plan_ends", wiltshire, 2026), Cell::Marked('c'));
}

/// Faults of several tables are told together, and then nothing is kept.
#[test]
fn faults_of_a_release_are_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("d1.csv"), wide(PLANS, "380,378,-1,370,700,690,331")).unwrap();
    std::fs::write(dir.path().join("b7.csv"), wide(CIN_PLANS, "many,1480,c,c,2300,2200,789")).unwrap();
    let refused = update(dir.path(), &["d1.csv", "b7.csv"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    for part in [
        "d1.csv, line 2: in the column CPP_end, -1 is not a number",
        "b7.csv, line 2: in the column CINPlan_start, many is not a number",
        "nothing was kept",
    ] {
        assert!(said(&refused).contains(part), "{}\nlacks: {part}", said(&refused));
    }
    assert!(!dir.path().join("data").exists());
}
