//! One estimate from one file, for data sets the reference has no entry for.

use crate::table::Table;
use caseflow::stats::survival::{Family, Fit, KaplanMeier, RiskTable, Spell, Spells, ZeroLength};
use std::path::Path;

pub const USAGE: &str = "\
survival_reference fit DIST FILE OPTIONS   maximum likelihood, DIST as in flexsurv
survival_reference km FILE OPTIONS         Kaplan-Meier and Nelson-Aalen, as a table
OPTIONS: exit=COLUMN        time of exit or censoring (or lower bound, with by=)
         event=COLUMN:VALUE value that means an exit (without it all are)
         entry=COLUMN       late entry        by=COLUMN  upper bound of an interval
         where=COLUMN:VALUE only these rows   unit=NUMBER divides times   from=NUMBER landmark";

pub fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [what, dist, file, options @ ..] if what == "fit" => fit(dist, &spells(file, options)?),
        [what, file, options @ ..] if what == "km" => {
            let from = option(options, "from").map_or(Ok(0.0), parse)?;
            curve(&spells(file, options)?, from)
        }
        _ => Err(USAGE.into()),
    }
}

fn option<'a>(options: &'a [String], key: &str) -> Option<&'a str> {
    let value = |o: &'a String| o.strip_prefix(key)?.strip_prefix('=');
    options.iter().find_map(value)
}

fn parse(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("{text} is not a number"))
}

fn matches(table: &Table, condition: Option<&str>, rows: usize) -> Result<Vec<bool>, String> {
    let Some(condition) = condition else {
        return Ok(vec![true; rows]);
    };
    let (column, value) = condition.split_once(':').ok_or("a condition is COLUMN:VALUE")?;
    Ok(table.text(column)?.iter().map(|t| t == value).collect())
}

fn spells(file: &str, options: &[String]) -> Result<Spells, String> {
    let table = Table::read(Path::new(file))?;
    let exit = table.numbers(option(options, "exit").ok_or(USAGE)?)?;
    let column = |key| option(options, key).map(|c| table.numbers(c)).transpose();
    let (entry, by) = (column("entry")?, column("by")?);
    let ended = matches(&table, option(options, "event"), exit.len())?;
    let wanted = matches(&table, option(options, "where"), exit.len())?;
    let unit = option(options, "unit").map_or(Ok(1.0), parse)?;
    let mut raw = Vec::new();
    for i in (0..exit.len()).filter(|&i| wanted[i]) {
        let start = entry.as_ref().map_or(0.0, |e| e[i] / unit);
        let end = exit[i] / unit;
        let upper = by.as_ref().map(|b| b[i] / unit).filter(|b| *b != end);
        raw.push(match upper {
            Some(upper) => Spell::within(start, end, upper, 0),
            None if ended[i] => Spell::exit(start, end, 0),
            None => Spell::censored(start, end),
        });
    }
    let spells = Spells::new(&raw, ZeroLength::Drop).map_err(|e| e.to_string())?;
    println!("# {} spells, zero length: {:?}", spells.as_slice().len(), spells.zero_length());
    Ok(spells)
}

fn fit(dist: &str, spells: &Spells) -> Result<(), String> {
    let family: Family = crate::laws::family(dist)?;
    let fit = Fit::new(family, spells).map_err(|e| e.to_string())?;
    for ((parameter, value), se) in family.parameters().iter().zip(&fit.parameters).zip(fit.se()) {
        println!("{} {value:.15e}, se of the fitted scale {se:.10e}", parameter.name);
    }
    println!("log-likelihood {:.12}, AIC {:.9}", fit.log_likelihood, fit.aic());
    println!("slope {:.1e}, maxima {}, higher ridge {:?}", fit.slope, fit.maxima, fit.ridge);
    Ok(())
}

fn curve(spells: &Spells, from: f64) -> Result<(), String> {
    let table = RiskTable::new(&spells.merge_ties(), from).map_err(|e| e.to_string())?;
    println!("time,n_risk,n_event,n_censor,surv,se_surv_greenwood,nelson_aalen,se_cumhaz");
    for r in KaplanMeier::new(&table).rows {
        println!(
            "{},{},{},{},{:.16},{:.16},{:.16},{:.16}",
            r.time, r.at_risk, r.exits, r.censored, r.survival, r.se, r.hazard, r.hazard_se
        );
    }
    Ok(())
}
