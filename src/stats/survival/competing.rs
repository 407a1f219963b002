//! Cumulative incidence under competing risks, with each of the three standard errors in use named.

use super::hazards::HazardTable;
use super::jackknife::jackknife;
use super::risk::RiskTable;
use super::spell::Spells;
use super::visits::Visits;
use super::{Occupation, SurvivalError};

/// Which standard error: they differ, in thin tails by a sixth, so every table says which it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Greenwood's type with multinomial jumps, as in R's `etm`; the default here.
    Greenwood,
    /// Infinitesimal jackknife clustered on the spell's cluster, as in R's `survfit`.
    Jackknife,
    /// Aalen's (1978), as in R's `cmprsk::cuminc`: with its correction for ties, and held between exits
    /// for the cause itself.
    Aalen,
}

/// Cumulative incidence just after one time.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidenceRow {
    /// Time on the spells' clock.
    pub time: f64,
    /// Number of spells at risk just before.
    pub spells: usize,
    /// Probability of being open still.
    pub open: f64,
    /// Probability of having ended for each cause.
    pub incidence: Vec<f64>,
    /// Standard error of each, of the kind asked for.
    pub se: Vec<f64>,
}

/// Cumulative incidence by cause, given open at the landmark `start`.
pub fn incidence(spells: &Spells, start: f64, kind: ErrorKind) -> Result<Vec<IncidenceRow>, SurvivalError> {
    let risk = RiskTable::new(spells, start)?;
    let visits = Visits::from_spells(spells)?;
    // From the very start, exits at time zero count too.
    let from = if start == 0.0 { -1.0 } else { start };
    let table = HazardTable::new(&visits, from)?;
    let curve = Occupation::from_state(&table, 0)?;
    let initial = curve.initial.clone();
    let errors: Vec<Vec<f64>> = match kind {
        ErrorKind::Greenwood => curve.rows.iter().map(|r| tail(&r.se)).collect(),
        ErrorKind::Jackknife => jackknife(&visits, from, &initial)?.iter().map(|r| tail(&r.se)).collect(),
        ErrorKind::Aalen => aalen(&risk),
    };
    let rows = curve.rows.iter().zip(&risk.rows).zip(errors);
    Ok(rows
        .map(|((now, row), se)| IncidenceRow {
            time: now.time,
            spells: row.spells,
            open: now.probability.first().copied().unwrap_or(0.0),
            incidence: tail(&now.probability),
            se,
        })
        .collect())
}

fn tail(all: &[f64]) -> Vec<f64> {
    all.get(1..).unwrap_or_default().to_vec()
}

fn aalen(risk: &RiskTable) -> Vec<Vec<f64>> {
    let by_cause: Vec<Vec<f64>> = (0..risk.causes).map(|c| aalen_one(risk, c)).collect();
    (0..risk.rows.len()).map(|i| by_cause.iter().map(|se| se[i]).collect()).collect()
}

/// Sum over exit times s <= t of S(s-)^2 c(s) d(s) / Y(s)^2 times the square of what one exit at s does
/// to the incidence at t: 1 - (F(t)-F(s))/S(s) for the cause itself, (F(t)-F(s))/S(s) for another,
/// with c = 1 - (d-1)/(Y-1) for ties. Kept as three sums, so that one pass does.
fn aalen_one(risk: &RiskTable, cause: usize) -> Vec<f64> {
    let (mut s, mut f) = (1.0, 0.0);
    let (mut v1, mut v2, mut v3, mut shown) = (0.0, 0.0, 0.0, 0.0_f64);
    let tie = |d: f64, n: f64| {
        if d > 1.0 { 1.0 - (d - 1.0) / (n - 1.0) } else { 1.0 }
    };
    risk.rows
        .iter()
        .map(|row| {
            let n = row.at_risk;
            let own = row.exits.get(cause).copied().unwrap_or(0.0);
            let other = row.all_exits() - own;
            if own + other > 0.0 && n > 0.0 {
                let after = s * (n - own - other).max(0.0) / n;
                f += s * own / n;
                let inverse = if after > 0.0 { 1.0 / after } else { 0.0 };
                for (d, slope) in [(own, 1.0 + inverse * f), (other, inverse * f)] {
                    if d > 0.0 {
                        let jump = s * s * tie(d, n) * d / (n * n);
                        v1 += slope * slope * jump;
                        v2 += inverse * slope * jump;
                        v3 += inverse * inverse * jump;
                    }
                }
                if own > 0.0 {
                    shown = (v1 + f * f * v3 - 2.0 * f * v2).max(0.0).sqrt();
                }
                s = after;
            }
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::spell::{Spell, ZeroLength};
    use super::*;

    fn four() -> Spells {
        let raw = [
            Spell::exit(0.0, 1.0, 0).in_cluster(1),
            Spell::exit(0.0, 2.0, 1).in_cluster(2),
            Spell::exit(0.0, 3.0, 0).in_cluster(3),
            Spell::censored(0.0, 4.0).in_cluster(4),
        ];
        Spells::new(&raw, ZeroLength::Refuse).unwrap()
    }

    #[test]
    fn four_spells_by_hand() {
        for kind in [ErrorKind::Greenwood, ErrorKind::Jackknife] {
            let rows = incidence(&four(), 0.0, kind).unwrap();
            let open: Vec<f64> = rows.iter().map(|r| r.open).collect();
            assert_eq!(open, [0.75, 0.5, 0.25, 0.25]);
            assert_eq!(rows[3].incidence, [0.5, 0.25]);
            // No censoring before the end, so the errors are binomial.
            for (se, p) in rows[3].se.iter().zip([0.5, 0.25]) {
                assert!((se * se - p * (1.0 - p) / 4.0_f64).abs() < 1e-15, "{kind:?}");
            }
        }
    }

    #[test]
    fn exits_at_the_origin_are_counted() {
        let raw = [
            Spell::exit(0.0, 0.0, 0).in_cluster(1),
            Spell::exit(0.0, 2.0, 1).in_cluster(2),
            Spell::exit(1.0, 3.0, 1).in_cluster(3),
        ];
        let spells = Spells::new(&raw, ZeroLength::AtOrigin).unwrap();
        for kind in [ErrorKind::Greenwood, ErrorKind::Jackknife, ErrorKind::Aalen] {
            let rows = incidence(&spells, 0.0, kind).unwrap();
            // At 0 two are at risk (the third enters at 1) and one leaves; at 2 one of two.
            assert_eq!((rows[0].time, rows[0].spells), (0.0, 2));
            assert_eq!(rows[0].incidence, [0.5, 0.0]);
            assert_eq!(rows[1].incidence, [0.5, 0.25]);
            let later = incidence(&spells, 1.0, kind).unwrap();
            assert_eq!(later[0].incidence, [0.0, 0.5]);
        }
    }

    #[test]
    fn aalen_error_by_hand() {
        let rows = incidence(&four(), 0.0, ErrorKind::Aalen).unwrap();
        // Cause 0 at t=3, F=1/2. Exit at 1: S(0)²/16 · (1 − (1/2 − 1/4)/(3/4))² = 1/16 · 4/9 = 1/36.
        // Exit at 2 (other): (3/4)²/9 · ((1/2 − 1/4)/(1/2))² = 1/16 · 1/4 = 1/64.
        // Exit at 3: (1/2)²/4 · 1 = 1/16.
        let expected: f64 = 1.0 / 36.0 + 1.0 / 64.0 + 1.0 / 16.0;
        assert!((rows[2].se[0] - expected.sqrt()).abs() < 1e-15);
        // Held at times when nobody leaves for that cause: at 2 it is still 1/16.
        assert!((rows[1].se[0] - 0.25).abs() < 1e-15);
    }
}
