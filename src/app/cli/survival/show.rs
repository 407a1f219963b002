//! Estimates as tables and JSON.

use super::Estimates;
use crate::present::table::{Cell, Column, Kind, Table};
use crate::stats::survival::{ErrorKind, Fit};
use serde_json::{Map, Value, json};

/// Rows of a curve that are printed.
const ROWS: usize = 25;

pub(super) fn error_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Greenwood => "Greenwood",
        ErrorKind::Jackknife => "infinitesimal jackknife",
        ErrorKind::Aalen => "Aalen",
    }
}

/// All of a group, at full precision.
pub(super) fn json(e: &Estimates) -> Value {
    let km = match &e.curve {
        Ok(curve) => json!({
            "standard_errors": { "open": "Greenwood", "hazard": "Aalen (exits over risk sets squared)" },
            "rows": curve.rows.iter().map(|r| json!({
                "time": r.time, "at_risk": r.at_risk, "exits": r.exits, "censored": r.censored,
                "open": r.survival, "se": r.se, "hazard": r.hazard, "hazard_se": r.hazard_se,
            })).collect::<Vec<_>>(),
        }),
        Err(why) => json!({ "refused": why }),
    };
    let aj = e.incidence.as_ref().map(|found| match found {
        Ok(rows) => json!({
            "standard_errors": error_name(e.errors),
            "causes": e.causes,
            "rows": rows.iter().map(|r| json!({
                "time": r.time, "at_risk": r.spells, "open": r.open, "incidence": r.incidence, "se": r.se,
            })).collect::<Vec<_>>(),
        }),
        Err(why) => json!({ "refused": why }),
    });
    let laws: Vec<Value> = e
        .laws
        .iter()
        .map(|(cause, family, fit)| {
            let mut out = Map::new();
            out.insert("law".into(), json!(family.name()));
            out.insert("cause".into(), json!(cause));
            match fit {
                Ok(fit) => law(fit, &mut out),
                Err(why) => {
                    out.insert("refused".into(), json!(why));
                }
            }
            Value::Object(out)
        })
        .collect();
    json!({
        "group": e.name, "spells": e.spells, "exits": e.exits, "zero_length_left_out": e.dropped,
        "kaplan_meier": km, "aalen_johansen": aj, "laws": laws,
    })
}

fn law(fit: &Fit, out: &mut Map<String, Value>) {
    let named = |values: &[f64]| -> Map<String, Value> {
        let names = fit.family.parameters().iter().map(|p| p.name.to_string());
        names.zip(values.iter().map(|v| json!(v))).collect()
    };
    out.insert("parameters".into(), Value::Object(named(&fit.parameters)));
    out.insert("fitted_scale".into(), json!("positive parameters as logarithms"));
    out.insert("se_on_fitted_scale".into(), Value::Object(named(&fit.se())));
    out.insert("covariance_on_fitted_scale".into(), json!(fit.covariance));
    out.insert("log_likelihood".into(), json!(fit.log_likelihood));
    out.insert("aic".into(), json!(fit.aic()));
    out.insert("bic".into(), json!(fit.bic()));
    out.insert("largest_slope_left".into(), json!(fit.slope));
    out.insert("higher_without_bound".into(), json!(fit.ridge));
}

fn number(key: &str, heading: &str, places: u8) -> Column {
    Column::new(key, heading, Kind::Number(places))
}

/// Rows that are printed of so many: evenly, the last always.
fn picked(n: usize) -> impl Iterator<Item = usize> {
    let step = n.div_ceil(ROWS).max(1);
    (0..n).filter(move |i| (n - 1 - i).is_multiple_of(step))
}

/// The tables of a group.
pub(super) fn tables(e: &Estimates) -> Vec<Table> {
    let of = e.name.as_ref().map_or(String::new(), |n| format!(", {n}"));
    let mut out = Vec::new();
    match &e.curve {
        Ok(curve) => {
            let columns = vec![
                number("time", "Time", 3),
                number("at_risk", "At risk", 0),
                number("exits", "Ended", 0),
                number("open", "Still open", 5),
                number("se", "Standard error", 5),
                number("hazard", "Cumulative hazard", 5),
            ];
            let mut table = Table::new("km", &format!("Kaplan-Meier{of}"), columns);
            for r in picked(curve.rows.len()).filter_map(|i| curve.rows.get(i)) {
                let cells = [r.time, r.at_risk, r.exits, r.survival, r.se, r.hazard];
                table.row(cells.into_iter().map(Cell::Number).collect());
            }
            table.note("Greenwood's standard errors; Nelson-Aalen cumulative hazard.");
            if let Some(at) = curve.collapses_at() {
                table.note(&format!("The first sets at risk are too small: the curve falls to 0 at {at} for good. Choose --from after it."));
            }
            out.push(table);
        }
        Err(why) => out.push(refused("km", &format!("Kaplan-Meier{of}"), why)),
    }
    if let Some(found) = &e.incidence {
        let title = format!("Aalen-Johansen: cumulative incidence{of}");
        out.push(match found {
            Ok(rows) => {
                let mut columns = vec![number("time", "Time", 3), number("open", "Still open", 5)];
                for cause in &e.causes {
                    columns.push(number(cause, cause, 5));
                    columns.push(number(&format!("{cause}_se"), "Standard error", 5));
                }
                let mut table = Table::new("aj", &title, columns);
                for r in picked(rows.len()).filter_map(|i| rows.get(i)) {
                    let pairs = r.incidence.iter().zip(&r.se).flat_map(|(p, se)| [*p, *se]);
                    table.row([r.time, r.open].into_iter().chain(pairs).map(Cell::Number).collect());
                }
                table.note(&format!("Standard errors: {}.", error_name(e.errors)));
                table
            }
            Err(why) => refused("aj", &title, why),
        });
    }
    out.push(laws(e, &of));
    out
}

fn refused(id: &str, title: &str, why: &str) -> Table {
    let mut table = Table::new(id, title, vec![Column::new("refused", "Refused", Kind::Text)]);
    table.note(why);
    table
}

fn laws(e: &Estimates, of: &str) -> Table {
    let word = |key: &str, heading: &str| Column::new(key, heading, Kind::Text);
    let columns = vec![
        word("cause", "Ends"),
        word("law", "Law"),
        number("log_likelihood", "Log-likelihood", 6),
        number("aic", "AIC", 3),
        number("bic", "BIC", 3),
        word("parameters", "Parameters"),
    ];
    let mut table = Table::new("laws", &format!("Laws by maximum likelihood{of}"), columns);
    let mut whys = Vec::new();
    for (cause, family, fit) in &e.laws {
        let mut cells = vec![Cell::text(cause.as_deref().unwrap_or("all")), Cell::text(family.name())];
        match fit {
            Ok(fit) => {
                let pairs = family.parameters().iter().zip(&fit.parameters);
                let told: Vec<String> = pairs.map(|(p, v)| format!("{} {v:.8}", p.name)).collect();
                cells.extend([fit.log_likelihood, fit.aic(), fit.bic()].map(Cell::Number));
                cells.push(Cell::Text(told.join("  ")));
                if let Some(height) = fit.ridge {
                    whys.push(format!(
                        "{}: parameters that run off without bound reach {height:.6}.",
                        family.name()
                    ));
                }
            }
            Err(why) => {
                cells.extend([f64::NAN; 3].map(Cell::Number));
                cells.push(Cell::text("refused"));
                whys.push(why.clone());
            }
        }
        table.row(cells);
    }
    whys.iter().for_each(|why| {
        table.note(why);
    });
    table
}
