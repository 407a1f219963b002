//! The value of a measure as a reader sees it.

use super::format;
use crate::model::measure::{Measure, Unit};

/// What a value is multiplied by before it is drawn: shares are shown in per cent.
#[must_use]
pub fn scale(measure: &Measure) -> f64 {
    if measure.unit() == Unit::Share { 100.0 } else { 1.0 }
}

/// What stands behind the title of a measure, such as ` (%)`.
#[must_use]
pub fn suffix(measure: &Measure) -> &'static str {
    match measure.unit() {
        Unit::Share => " (%)",
        Unit::Pounds if !measure.title.contains("pounds") => " (£)",
        _ => "",
    }
}

/// A value of a measure; `places` is how many decimals a count has.
#[must_use]
pub fn value(measure: &Measure, v: f64, places: usize) -> String {
    match measure.unit() {
        Unit::Share => format::percent(v),
        Unit::Pounds => format::money(v),
        Unit::Decimal => format::decimal(v, places.max(1)),
        Unit::Count => format::decimal(v, places),
    }
}

/// Decimals of a count that is no whole number where it is small.
#[must_use]
pub fn places(v: f64) -> usize {
    usize::from(v.abs() < 10.0 && v != v.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::measure::What;
    use crate::model::staff::Figure;

    fn measure(what: What, of: Option<What>) -> Measure {
        Measure {
            name: "m".into(),
            title: "A measure".into(),
            what,
            of,
            published: Vec::new(),
            near: None,
            chart: false,
            better: None,
            target: None,
        }
    }

    #[test]
    fn every_unit_has_its_form() {
        let staff = |figure| What::Staff { figure, role: 0, team: None };
        let show = |what, of, v| {
            let m = measure(what, of);
            (value(&m, v, places(v)), suffix(&m))
        };
        assert_eq!(show(What::One, None, 1234.0), ("1,234".into(), ""));
        assert_eq!(show(What::One, None, 1.25), ("1.2".into(), ""));
        assert_eq!(show(What::One, Some(What::One), 0.125), ("12.5%".into(), " (%)"));
        assert_eq!(show(staff(Figure::Caseload), None, 17.04), ("17.0".into(), ""));
        assert_eq!(show(staff(Figure::Over), None, 0.5), ("50.0%".into(), " (%)"));
        assert_eq!(show(staff(Figure::Cost), None, 12345.6), ("£12,346".into(), " (£)"));
        // pounds a child are pounds; pounds of pounds are a share
        assert_eq!(show(staff(Figure::Cost), Some(What::One), 1000.0), ("£1,000".into(), " (£)"));
        assert_eq!(show(staff(Figure::Cost), Some(staff(Figure::Cost)), 0.5), ("50.0%".into(), " (%)"));
    }
}
