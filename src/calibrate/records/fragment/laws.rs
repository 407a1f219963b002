//! Laws of a stay as the model file writes them.

use super::SOURCE;
use super::value::{bare, scaled, share};
use crate::calibrate::authority::number::{Number, tidy};
use crate::calibrate::records::fit::{Banded, Joint, Law, Reviews};
use crate::stats::survival::Family;

/// A length of time.
fn days(value: f64, log_se: f64) -> String {
    bare(&scaled(value, log_se, ""), " days")
}

/// The law of one component of a fit.
pub(super) fn component(joint: &Joint, way: usize) -> String {
    let (family, p) = joint.law(way);
    let at = joint.law_at(way);
    let se = |i: usize| joint.se(at + i);
    let get = |i: usize| p.get(i).copied().unwrap_or(1.0);
    match family {
        Family::Exponential => format!("{{ exponential = {{ mean = {} }} }}", days(1.0 / get(0), se(0))),
        Family::Weibull => format!(
            "{{ weibull = {{ shape = {}, scale = {} }} }}",
            bare(&scaled(get(0), se(0), ""), ""),
            days(get(1), se(1))
        ),
        Family::Gamma => {
            // scale = 1 / rate
            format!(
                "{{ gamma = {{ shape = {}, scale = {} }} }}",
                bare(&scaled(get(0), se(0), ""), ""),
                days(1.0 / get(1), se(1))
            )
        }
        Family::LogNormal => format!(
            "{{ lognormal = {{ median = {}, sigma = {} }} }}",
            days(libm::exp(get(0)), se(0)),
            bare(&scaled(get(1), se(1), ""), "")
        ),
        _ => table(|t| joint.survival(t).0),
    }
}

/// A law that the model file has no name for: fifty bands of equal share.
fn table(open: impl Fn(f64) -> f64) -> String {
    let mut edges = Vec::new();
    for i in 1..=50 {
        let target = if i == 50 { 0.001 } else { 1.0 - f64::from(i) / 50.0 };
        let (mut low, mut high) = (0.0, 40_000.0);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if open(middle) > target { low = middle } else { high = middle }
        }
        edges.push(0.5 * (low + high));
    }
    let mut last = 0.0;
    let mut parts = Vec::new();
    for edge in edges {
        let edge = f64::max(edge, last + 0.01);
        parts.push(format!("{{ to = \"{} days\", share = 0.02 }}", tidy(edge).replace(' ', "")));
        last = edge;
    }
    format!("{{ bands = [ {} ], source = \"{SOURCE}\" }}", parts.join(", "))
}

/// A mixture of two.
pub(super) fn mixture(joint: &Joint) -> String {
    let shares = joint.shape.shares(&joint.x, &[]);
    let p = shares.first().copied().unwrap_or(0.5).clamp(0.001, 0.999);
    let se = joint.se(joint.shape.logits_at()) * p * (1.0 - p);
    format!(
        "{{ mixture = [ {{ share = {}, law = {} }}, {{ share = \"rest\", law = {} }} ], source = \"{SOURCE}\" }}",
        bare(&share(p, se, ""), ""),
        component(joint, 0),
        component(joint, 1)
    )
}

/// A review cycle, with the rate of ending between reviews left to interruptions.
pub(super) fn reviews(r: &Reviews) -> String {
    let c = r.cycle;
    let ends: Vec<String> = (r.ends().iter().enumerate())
        .map(|(i, e)| bare(&share(e.clamp(0.0001, 0.9999), r.se(i) * e * (1.0 - e), ""), ""))
        .collect();
    format!(
        "{{ reviews = {{ first = \"{} days\", then = \"{} days\", within = \"{} days\", ends = [{}] }}, source = \"{SOURCE}\" }}",
        c.first,
        c.then,
        c.within,
        ends.join(", ")
    )
}

/// Hazards in bands by way, each way's multiplied by a factor.
pub(super) fn hazards(b: &Banded, names: &[&str], factor: impl Fn(usize) -> f64) -> String {
    let per_year = |x: f64| format!("\"{:.6} per year\"", x * 365.25);
    let breaks: Vec<String> = b.breaks.iter().map(|t| format!("\"{t} days\"")).collect();
    let rates: Vec<String> = (names.iter().enumerate())
        .filter(|(way, _)| b.rates.get(*way).is_some_and(|r| r.iter().any(|x| *x > 0.0)))
        .map(|(way, name)| {
            let own: Vec<String> =
                (b.rates.get(way).into_iter().flatten()).map(|r| per_year(r * factor(way))).collect();
            format!("{name} = [{}]", own.join(", "))
        })
        .collect();
    format!(
        "{{ hazards = {{ breaks = [{}], rates = {{ {} }} }}, source = \"{SOURCE}\" }}",
        breaks.join(", "),
        rates.join(", ")
    )
}

/// Whether the last band lets everyone out in the end.
pub(super) fn closes(b: &Banded) -> bool {
    b.rates.iter().filter_map(|r| r.last()).sum::<f64>() > 0.0
}

/// The ways' shares of the reference group, the last left as the rest.
pub(super) fn to(named: &[(&str, Number)], note: &str) -> String {
    let mut parts: Vec<String> =
        (named.iter().skip(1)).map(|(name, n)| format!("{name} = {}", bare(n, ""))).collect();
    if let Some((first, _)) = named.first() {
        parts.push(format!("{first} = \"rest\""));
    }
    format!(
        "{{ {}, source = \"{SOURCE}\", note = {} }}",
        parts.join(", "),
        crate::calibrate::authority::number::quoted(note)
    )
}

/// Whether a law decides the way out itself.
pub(super) fn decides(law: &Law) -> bool {
    matches!(law, Law::Bands(_))
}
