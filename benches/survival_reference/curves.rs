//! Kaplan-Meier, Nelson-Aalen, Aalen-Johansen and expected stay against R.

use crate::table::Table;
use crate::tally::Tally;
use caseflow::stats::survival::{
    ErrorKind, HazardTable, KaplanMeier, Occupation, RiskTable, Scale, Spell, Spells, SurvivalError, Visit,
    Visits, ZeroLength, ZeroVisit, incidence,
};
use std::path::Path;

const EXACT: f64 = 1e-10;
const ERRORS: f64 = 1e-8;
/// The 97.5 % point of the normal law, as R has it.
const Z: f64 = 1.959963984540054;

type Part = fn(&Path, &Path, &mut Tally) -> Outcome;
type Outcome = Result<(), String>;

fn said(e: SurvivalError) -> String {
    e.to_string()
}

pub fn all(data: &Path, reference: &Path, tally: &mut Tally) {
    let parts: [(&str, Part); 7] = [
        ("km lung", lung),
        ("km channing", channing),
        ("km mgus2", mgus2_death),
        ("aj mgus2 competing", mgus2_competing),
        ("aj mgus2 age", mgus2_age),
        ("aj ebmt3", ebmt3),
        ("aj prothr", prothr),
    ];
    for (name, part) in parts {
        if let Err(error) = part(data, reference, tally) {
            tally.error(name, &error);
        }
    }
}

fn kaplan_meier(
    name: &str,
    reference: &Table,
    stratum: &str,
    spells: &[Spell],
    tally: &mut Tally,
) -> Outcome {
    // As survfit does by default.
    let spells = Spells::new(spells, ZeroLength::AtOrigin).map_err(said)?.merge_ties();
    let km = KaplanMeier::new(&RiskTable::new(&spells, 0.0).map_err(said)?);
    let strata = reference.text("stratum")?;
    let theirs = |column: &str| -> Result<Vec<f64>, String> {
        let all = reference.numbers(column)?;
        let of = all.into_iter().zip(&strata).filter(|(_, s)| *s == stratum);
        Ok(of.map(|(x, _)| x).collect())
    };
    let limit = |scale, upper: bool| -> Vec<f64> {
        let pick = |b: (f64, f64)| if upper { b.1 } else { b.0 };
        let of = |r: &caseflow::stats::survival::KmRow| r.interval(Z, scale).map_or(f64::NAN, pick);
        km.rows.iter().map(of).collect()
    };
    let ours = |f: fn(&caseflow::stats::survival::KmRow) -> f64| km.rows.iter().map(f).collect();
    let columns: [(&str, Vec<f64>, f64); 12] = [
        ("time", ours(|r| r.time), EXACT),
        ("n_risk", ours(|r| r.at_risk), EXACT),
        ("n_event", ours(|r| r.exits), EXACT),
        ("n_censor", ours(|r| r.censored), EXACT),
        ("surv", ours(|r| r.survival), EXACT),
        ("se_surv_greenwood", ours(|r| r.se), ERRORS),
        ("lower_log", limit(Scale::Log, false), ERRORS),
        ("upper_log", limit(Scale::Log, true), ERRORS),
        ("lower_loglog", limit(Scale::LogLog, false), ERRORS),
        ("upper_loglog", limit(Scale::LogLog, true), ERRORS),
        ("nelson_aalen", ours(|r| r.hazard), EXACT),
        ("se_cumhaz", ours(|r| r.hazard_se), ERRORS),
    ];
    for (column, mine, tolerance) in columns {
        let name = format!("{name} {stratum} {column}");
        tally.columns(&name, &mine, &theirs(column)?, tolerance);
    }
    Ok(())
}

fn spell(entry: f64, exit: f64, cause: Option<usize>) -> Spell {
    cause.map_or(Spell::censored(entry, exit), |c| Spell::exit(entry, exit, c))
}

fn lung(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("lung.csv"))?;
    let answers = Table::read(&reference.join("km_lung_by_sex.csv"))?;
    let (time, status) = (table.numbers("time")?, table.numbers("status")?);
    let sex = table.text("sex")?;
    for stratum in ["1", "2"] {
        let spells: Vec<Spell> = (0..time.len())
            .filter(|&i| sex[i] == stratum)
            .map(|i| spell(0.0, time[i], (status[i] == 2.0).then_some(0)))
            .collect();
        kaplan_meier("km lung sex", &answers, stratum, &spells, tally)?;
    }
    Ok(())
}

fn channing(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("kmsurv_channing.csv"))?;
    let answers = Table::read(&reference.join("km_channing_lefttrunc_by_gender.csv"))?;
    let (entry, exit) = (table.numbers("ageentry")?, table.numbers("age")?);
    let (death, gender) = (table.numbers("death")?, table.text("gender")?);
    for stratum in ["1", "2"] {
        let spells: Vec<Spell> = (0..exit.len())
            .filter(|&i| gender[i] == stratum)
            .map(|i| spell(entry[i], exit[i], (death[i] == 1.0).then_some(0)))
            .collect();
        kaplan_meier("km channing (late entry)", &answers, stratum, &spells, tally)?;
    }
    Ok(())
}

fn mgus2_death(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("mgus2.csv"))?;
    let answers = Table::read(&reference.join("km_mgus2_death.csv"))?;
    let (time, death) = (table.numbers("futime")?, table.numbers("death")?);
    let spells: Vec<Spell> =
        (0..time.len()).map(|i| spell(0.0, time[i], (death[i] == 1.0).then_some(0))).collect();
    kaplan_meier("km mgus2", &answers, "all", &spells, tally)
}

/// Progression (cause 0) against death without it (cause 1): (time, cause).
pub fn mgus2_causes(table: &Table) -> Result<Vec<(f64, Option<usize>)>, String> {
    let (ptime, pstat) = (table.numbers("ptime")?, table.numbers("pstat")?);
    let (futime, death) = (table.numbers("futime")?, table.numbers("death")?);
    let one = |i: usize| match (pstat[i] == 1.0, death[i] == 1.0) {
        (true, _) => (ptime[i], Some(0)),
        (false, true) => (futime[i], Some(1)),
        (false, false) => (futime[i], None),
    };
    Ok((0..ptime.len()).map(one).collect())
}

fn mgus2_competing(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("mgus2.csv"))?;
    let answers = Table::read(&reference.join("aj_mgus2_competing.csv"))?;
    let raw: Vec<Spell> = mgus2_causes(&table)?
        .into_iter()
        .zip(0..)
        .map(|((time, cause), id)| spell(0.0, time, cause).in_cluster(id))
        .collect();
    let spells = Spells::new(&raw, ZeroLength::AtOrigin).map_err(said)?;
    let times = answers.numbers("time")?;
    let kinds = [
        (ErrorKind::Greenwood, "greenwood_etm"),
        (ErrorKind::Jackknife, "ij_survfit"),
        (ErrorKind::Aalen, "aalen_cmprsk"),
    ];
    for (kind, suffix) in kinds {
        let rows = incidence(&spells, 0.0, kind).map_err(said)?;
        let at = |t: f64| rows.iter().rev().find(|r| r.time <= t);
        for (cause, name) in ["pcm", "death"].iter().enumerate() {
            let se: Vec<f64> = times.iter().map(|&t| at(t).map_or(0.0, |r| r.se[cause])).collect();
            let column = format!("se_{name}_{suffix}");
            tally.columns(&format!("aj mgus2 {column}"), &se, &answers.numbers(&column)?, ERRORS);
            let cif: Vec<f64> = times.iter().map(|&t| at(t).map_or(0.0, |r| r.incidence[cause])).collect();
            let column = match kind {
                ErrorKind::Greenwood => format!("cif_{name}"),
                ErrorKind::Jackknife => format!("cif_{name}_survfit"),
                ErrorKind::Aalen => format!("cif_{name}_cmprsk"),
            };
            tally.columns(&format!("aj mgus2 {column}"), &cif, &answers.numbers(&column)?, EXACT);
        }
        if kind == ErrorKind::Greenwood {
            let open: Vec<f64> = times.iter().map(|&t| at(t).map_or(1.0, |r| r.open)).collect();
            tally.columns("aj mgus2 S", &open, &answers.numbers("S")?, EXACT);
        }
    }
    Ok(())
}

fn mgus2_age(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("mgus2.csv"))?;
    let answers = Table::read(&reference.join("aj_mgus2_age_lefttrunc_from60.csv"))?;
    let age = table.numbers("age")?;
    let raw: Vec<Spell> = mgus2_causes(&table)?
        .into_iter()
        .zip(&age)
        .map(|((months, cause), &age)| spell(age, age + months / 12.0, cause))
        .collect();
    let spells = Spells::new(&raw, ZeroLength::Drop).map_err(said)?;
    let rows = incidence(&spells, 60.0, ErrorKind::Greenwood).map_err(said)?;
    // The reference compares times bit by bit, so two that print alike may be two rows; it keeps only
    // times of exits. Rows are matched in order.
    let mut before = vec![0.0; 2];
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|r| r.incidence != std::mem::replace(&mut before, r.incidence.clone()))
        .collect();
    let times: Vec<f64> = rows.iter().map(|r| r.time).collect();
    tally.columns("aj mgus2 by age from 60 time", &times, &answers.numbers("time")?, EXACT);
    for (cause, name) in ["pcm", "death"].iter().enumerate() {
        let p: Vec<f64> = rows.iter().map(|r| r.incidence[cause]).collect();
        let se: Vec<f64> = rows.iter().map(|r| r.se[cause]).collect();
        let (p_name, se_name) = (format!("p_{name}"), format!("se_{name}"));
        let label = format!("aj mgus2 by age from 60 {p_name}");
        tally.columns(&label, &p, &answers.numbers(&p_name)?, EXACT);
        let label = format!("aj mgus2 by age from 60 {se_name} (Greenwood)");
        tally.columns(&label, &se, &answers.numbers(&se_name)?, ERRORS);
    }
    Ok(())
}

fn multi_state(
    name: &str,
    table: &HazardTable,
    answers: &Table,
    froms: &[usize],
    tally: &mut Tally,
) -> Outcome {
    let (from, time) = (answers.text("from")?, answers.numbers("time")?);
    for &state in froms {
        let curve = Occupation::from_state(table, state).map_err(said)?;
        let label = (state + 1).to_string();
        let rows: Vec<usize> = (0..time.len()).filter(|&i| from[i] == label).collect();
        for target in 0..table.states {
            let pick = |column: &str| -> Result<Vec<f64>, String> {
                let all = answers.numbers(column)?;
                Ok(rows.iter().map(|&i| all[i]).collect())
            };
            let p: Vec<f64> = rows.iter().map(|&i| curve.at(time[i])[target]).collect();
            let se: Vec<f64> =
                rows.iter().map(|&i| curve.row_at(time[i]).map_or(0.0, |r| r.se[target])).collect();
            let to = target + 1;
            let line = format!("{name} {label} to {to}");
            tally.columns(&line, &p, &pick(&format!("pstate{to}"))?, EXACT);
            tally.columns(&format!("{line} se (Greenwood)"), &se, &pick(&format!("se{to}"))?, ERRORS);
        }
    }
    Ok(())
}

fn ebmt3(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let table = Table::read(&data.join("mstate_ebmt3.csv"))?;
    let answers = Table::read(&reference.join("aj_ebmt3_from0.csv"))?;
    let (prtime, prstat) = (table.numbers("prtime")?, table.numbers("prstat")?);
    let (rfstime, rfsstat) = (table.numbers("rfstime")?, table.numbers("rfsstat")?);
    let mut visits = Vec::new();
    for i in 0..prtime.len() {
        let subject = i as u64;
        let weight = 1.0;
        let ends = (rfsstat[i] == 1.0).then_some(2);
        let recovers = prstat[i] == 1.0;
        let (exit, next) = if recovers { (prtime[i], Some(1)) } else { (rfstime[i], ends) };
        visits.push(Visit { subject, state: 0, entry: 0.0, exit, next, weight });
        if recovers {
            let (entry, exit) = (prtime[i], rfstime[i]);
            visits.push(Visit { subject, state: 1, entry, exit, next: ends, weight });
        }
    }
    let visits = Visits::new(&visits, 3, ZeroVisit::Drop).map_err(said)?;
    let hazards = HazardTable::new(&visits, 0.0).map_err(said)?;
    multi_state("aj ebmt3 from", &hazards, &answers, &[0, 1], tally)
}

fn prothr_visits(path: &Path, policy: ZeroVisit) -> Result<Visits, String> {
    let table = Table::read(path)?;
    let (id, treat) = (table.numbers("id")?, table.text("treat")?);
    let (from, to) = (table.numbers("from")?, table.numbers("to")?);
    let (start, stop) = (table.numbers("Tstart")?, table.numbers("Tstop")?);
    let status = table.numbers("status")?;
    let mut visits: Vec<Visit> = Vec::new();
    for i in (0..id.len()).filter(|&i| treat[i] == "Placebo") {
        // One row for each move that could have been made; the visit is the same.
        let next = (status[i] == 1.0).then_some(to[i] as usize - 1);
        let (subject, state) = (id[i] as u64, from[i] as usize - 1);
        match visits.last_mut() {
            Some(v) if (v.subject, v.state, v.entry, v.exit) == (subject, state, start[i], stop[i]) => {
                v.next = v.next.or(next);
            }
            _ => visits.push(Visit { subject, state, entry: start[i], exit: stop[i], next, weight: 1.0 }),
        }
    }
    Visits::new(&visits, 3, policy).map_err(said)
}

fn prothr(data: &Path, reference: &Path, tally: &mut Tally) -> Outcome {
    let visits = prothr_visits(&data.join("mstate_prothr.csv"), ZeroVisit::Drop)?;
    let given =
        prothr_visits(&reference.join("prothr_input_zero_length_rows_dropped.csv"), ZeroVisit::Refuse)?;
    tally.line(
        "aj prothr: our dropped visits are R's",
        &format!("{} visits", visits.as_slice().len()),
        visits.as_slice() == given.as_slice(),
    );
    let count = visits.zero_length();
    let joined = prothr_visits(&data.join("mstate_prothr.csv"), ZeroVisit::PassThrough)?;
    println!(
        "     prothr Placebo: {} visits of no length; dropping loses {} moves, passing through {}",
        count.found,
        count.moves_lost,
        joined.zero_length().moves_lost
    );
    let hazards = HazardTable::new(&visits, 0.0).map_err(said)?;
    let answers = Table::read(&reference.join("aj_prothr_Placebo_from0.csv"))?;
    multi_state("aj prothr from 0: from", &hazards, &answers, &[0, 1], tally)?;
    let answers = Table::read(&reference.join("aj_prothr_Placebo_from1000.csv"))?;
    let later = HazardTable::new(&visits, 1000.0).map_err(said)?;
    multi_state("aj prothr from 1000: from", &later, &answers, &[0, 1], tally)?;

    let answers = Table::read(&reference.join("ms_prothr_Placebo_cumhaz.csv"))?;
    let (trans, time) = (answers.text("trans")?, answers.numbers("time")?);
    let haz = answers.numbers("Haz")?;
    for (name, from, to) in [("1", 0, 1), ("2", 0, 2), ("3", 1, 0), ("4", 1, 2)] {
        let ours = hazards.cumulative(from, to);
        let rows: Vec<usize> = (0..time.len()).filter(|&i| trans[i] == name).collect();
        let at = |t: f64| ours.iter().rev().find(|r| r.0 <= t).map_or(0.0, |r| r.1);
        let mine: Vec<f64> = rows.iter().map(|&i| at(time[i])).collect();
        let theirs: Vec<f64> = rows.iter().map(|&i| haz[i]).collect();
        tally.columns(&format!("prothr cumulative hazard {name}"), &mine, &theirs, EXACT);
    }
    elos(&hazards, reference, tally)
}

fn elos(hazards: &HazardTable, reference: &Path, tally: &mut Tally) -> Outcome {
    let path = reference.join("elos_prothr_Placebo.json");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let tau = json["tau"][0].as_f64().ok_or("no tau")?;
    for state in 0..3 {
        let theirs: Vec<f64> = json["ELOS"][state]
            .as_array()
            .ok_or("no row")?
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .collect();
        let curve = Occupation::from_state(hazards, state).map_err(said)?;
        // The reference prints 15 digits: of days in thousands, so 1e-10 relative is the finest test.
        let scale = |v: &[f64]| v.iter().map(|x| x / tau).collect::<Vec<f64>>();
        let name = format!("elos prothr from {} (share of {tau} days)", state + 1);
        tally.columns(&name, &scale(&curve.expected_stay(tau)), &scale(&theirs), EXACT);
    }
    Ok(())
}
