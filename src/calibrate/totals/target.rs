//! What a model is fitted to.

use crate::base::time::SimTime;
use crate::model::{Model, period};

/// A figure to be met.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// Index into the model's measures.
    pub measure: usize,
    /// The period as written.
    pub period: String,
    /// When it begins; equal to `to` for a moment.
    pub from: SimTime,
    /// When it ends.
    pub to: SimTime,
    /// The figure; shares as 0 to 1.
    pub value: f64,
    /// Standard deviation of what is wrong with the figure itself: its error, and its rounding.
    pub error: f64,
}

/// A file of targets that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct TargetError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Most targets.
const MOST: usize = 400;

/// Reads targets: CSV with the columns `measure`, `period`, `value`, and if wanted `error` (a standard deviation in the
/// figure's unit, or per cent of it) and `rounding` (rounded to the nearest of this). Shares are in per cent.
///
/// # Errors
/// Every line that has no sense for this model.
pub fn read(text: &str, model: &Model) -> Result<Vec<Target>, Vec<TargetError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let head: Vec<String> =
        lines.next().map(|(_, l)| cells(l)).unwrap_or_default().iter().map(|h| h.to_lowercase()).collect();
    let column = |name: &str| head.iter().position(|h| h == name);
    let fail = |line: usize, what: String| TargetError { line, what };
    let (Some(measure), Some(when), Some(value)) = (column("measure"), column("period"), column("value"))
    else {
        return Err(vec![fail(1, "expected the columns measure, period and value".into())]);
    };
    let (mut out, mut wrong) = (Vec::new(), Vec::new());
    for (k, line) in lines {
        let row = cells(line);
        let at = |column: Option<usize>| column.and_then(|c| row.get(c)).map_or("", |s| s.as_str());
        match one(
            model,
            at(Some(measure)),
            at(Some(when)),
            at(Some(value)),
            at(column("error")),
            at(column("rounding")),
        ) {
            Ok(target) => out.push(target),
            Err(what) => wrong.push(fail(k + 1, what)),
        }
        if out.len() > MOST {
            wrong.push(fail(k + 1, format!("there are more than {MOST} targets")));
            break;
        }
    }
    if out.is_empty() && wrong.is_empty() {
        wrong.push(fail(2, "there is no target".into()));
    }
    if wrong.is_empty() { Ok(out) } else { Err(wrong) }
}

fn cells(line: &str) -> Vec<String> {
    line.split(',').map(|c| c.trim().trim_matches('"').to_string()).collect()
}

fn number(text: &str, what: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|x| x.is_finite())
        .ok_or_else(|| format!("{what}: {text:?} is not a number"))
}

fn one(
    model: &Model,
    name: &str,
    when: &str,
    value: &str,
    error: &str,
    rounding: &str,
) -> Result<Target, String> {
    let Some((measure, m)) = model.measures.iter().enumerate().find(|m| m.1.name == name) else {
        let known: Vec<&str> = model.measures.iter().map(|m| m.name.as_str()).take(30).collect();
        return Err(format!("there is no measure {name:?}; the model has {}", known.join(", ")));
    };
    let starts = model.run.starts.ok_or("targets need dates: give model.starts")?;
    let (from, to) = period(starts, when).ok_or_else(|| {
        format!("{when:?} is no period, expected \"2024-04/2025-03\", \"2024-04\" or \"2025-03-31\"")
    })?;
    if from < SimTime(0) || to.days() > model.run.length.days() + 1e-9 {
        return Err(format!("{when} does not lie inside the model's run"));
    }
    let scale = if m.of.is_some() { 0.01 } else { 1.0 };
    let value = scale * number(value, "value")?;
    let own = match error.strip_suffix('%') {
        _ if error.is_empty() => 0.0,
        Some(percent) => value.abs() * number(percent.trim(), "error")? / 100.0,
        None => scale * number(error, "error")?,
    };
    let rounded = if rounding.is_empty() { 0.0 } else { scale * number(rounding, "rounding")? };
    // the error of rounding is even over its interval
    let error = (own * own + rounded * rounded / 12.0).sqrt();
    Ok(Target { measure, period: when.into(), from, to, value, error })
}
