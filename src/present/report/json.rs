//! A run as JSON.

use super::{Study, tables};
use crate::experiment::estimate::Summariser;
use serde_json::{Value, json};

pub(super) fn json(study: &Study<'_>) -> Value {
    let model = study.network.model();
    let mut summariser = Summariser::of(model.run.level, study.rows);
    let edges: Vec<f64> = study.network.period_edges().iter().map(|t| t.days()).collect();
    let columns: Vec<Value> = study
        .network
        .layout()
        .columns()
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let summary = summariser.summary(study.rows.values.column(i));
            json!({
                "kind": column.kind, "of": column.of, "measure": column.measure, "part": column.part,
                "period": column.period, "point": summary.point, "se": summary.se, "low": summary.low,
                "high": summary.high, "level": summary.level, "n": summary.n, "spread": summary.spread,
                "split": summary.split,
            })
        })
        .collect();
    json!({
        "manifest": study.manifest,
        "period_edges_days": edges,
        "spread_at": crate::experiment::estimate::SPREAD,
        "columns": columns,
        "measures": tables::measures(study).json(),
        "compared": tables::compared(study).map(|t| t.json()),
        "assumptions": tables::assumptions(model).json(),
    })
}
