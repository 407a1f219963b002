//! The effects that a model assumes, all of them at the same end of their ranges.

use super::Strength;
use crate::model::provenance::Assumption;
use std::fmt::Write;

/// Effects that an answer may rest on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effects {
    /// What receiving a service, or not, does to a case.
    Services,
    /// What the overload of workers does.
    Staff,
}

impl Effects {
    /// Every kind with its word in a scenario.
    pub(super) const WORDS: [(&'static str, Effects); 2] =
        [("services", Effects::Services), ("staff", Effects::Staff)];

    /// The effect of a path that is none: a factor of 1 for services, a slope of 0 for overload.
    fn none(self, path: &str) -> Option<f64> {
        let mut parts = path.split('.');
        let (section, _, effects) = (parts.next()?, parts.next()?, parts.next()?);
        match (self, section, effects) {
            (Effects::Services, "services", "effects") => Some(1.0),
            (Effects::Staff, "roles", "effects") => Some(0.0),
            _ => None,
        }
    }
}

/// A scenario that sets every ranged effect of these kinds to the end of its range nearer to no
/// effect (weak), or to the other (strong); `None` if no such effect has a range.
#[must_use]
pub fn effects_at(register: &[Assumption], kinds: &[Effects], strength: Strength) -> Option<String> {
    let mut out = String::from("title = \"Assumed effects at an end of their ranges\"\n[change]\n");
    let mut any = false;
    for a in register {
        let Some(none) = kinds.iter().find_map(|k| k.none(&a.path)) else { continue };
        let number = |text: &Option<String>| text.as_ref()?.parse::<f64>().ok().filter(|x| x.is_finite());
        let Some(value) = number(&Some(a.value.clone())) else { continue };
        let (low, high) = (number(&a.low), number(&a.high));
        if low.or(high).is_none() {
            continue;
        }
        let (low, high) = (low.unwrap_or(value), high.unwrap_or(value));
        let (near, far) = if (low - none).abs() <= (high - none).abs() { (low, high) } else { (high, low) };
        let end = if strength == Strength::Weak { near } else { far };
        any |= writeln!(out, "{:?} = {end:?}", a.path).is_ok();
    }
    any.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::provenance::Grade;

    fn assumed(path: &str, value: &str, low: Option<&str>, high: Option<&str>) -> Assumption {
        let own = |t: Option<&str>| t.map(str::to_string);
        Assumption {
            path: path.into(),
            value: value.into(),
            low: own(low),
            high: own(high),
            source: None,
            grade: Grade::Assumed,
            note: None,
            line: 1,
        }
    }

    #[test]
    fn ends_lie_about_no_effect() {
        let register = [
            assumed("services.a.effects.plan.received_in_time.stay", "0.97", Some("0.85"), Some("1")),
            assumed("services.a.effects.plan.not_received.stay", "1.01", Some("1"), Some("1.1")),
            assumed("services.a.taken_up", "0.6", Some("0.4"), Some("0.8")),
            assumed("services.a.effects.plan.received_late.stay", "0.98", None, None),
            assumed("roles.b.effects.turnover", "0.5", Some("0"), Some("2")),
        ];
        let of = |kinds: &[Effects], strength| effects_at(&register, kinds, strength).unwrap();
        let weak = of(&[Effects::Services], Strength::Weak);
        assert!(
            weak.contains("received_in_time.stay\" = 1.0\n") && weak.contains("not_received.stay\" = 1.0\n")
        );
        let strong = of(&[Effects::Services], Strength::Strong);
        assert!(strong.contains("received_in_time.stay\" = 0.85\n") && strong.contains("stay\" = 1.1\n"));
        for text in [&weak, &strong] {
            assert!(!text.contains("taken_up") && !text.contains("late") && !text.contains("roles"));
        }
        assert!(of(&[Effects::Staff], Strength::Weak).contains("\"roles.b.effects.turnover\" = 0.0\n"));
        assert!(of(&[Effects::Staff], Strength::Strong).contains("= 2.0\n"));
        assert!(effects_at(&register[2..4], &[Effects::Services], Strength::Weak).is_none());
    }
}
