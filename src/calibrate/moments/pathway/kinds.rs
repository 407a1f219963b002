//! Kinds of case: every combination of the needs and attributes on which the pathway depends.

use crate::base::ids::{AttributeId, NeedId};
use crate::model::Model;
use crate::model::case::{Given, NeedShares};
use crate::model::selector::{Condition, Selector};

/// Most kinds: the work grows with them.
const MOST: usize = 32;

/// What tells one kind from another, and the kinds.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    needs: Vec<NeedId>,
    attributes: Vec<AttributeId>,
    /// For each kind: whether it has each need, and its value of each attribute.
    list: Vec<(Vec<bool>, Vec<u8>)>,
}

impl Kinds {
    /// The kinds that these selectors tell apart; a reason if they cannot be told apart by what does not change.
    pub fn new<'a>(model: &Model, selectors: impl Iterator<Item = &'a Selector>) -> Result<Kinds, String> {
        let mut out = Kinds::default();
        for condition in selectors.flat_map(|s| &s.0) {
            match *condition {
                Condition::Need(id) if !out.needs.contains(&id) => out.needs.push(id),
                Condition::Attribute(id, _) if !out.attributes.contains(&id) => out.attributes.push(id),
                Condition::Age(_) => {
                    return Err("what happens depends on age, which changes on the way".into());
                }
                _ => {}
            }
        }
        let mut list: Vec<(Vec<bool>, Vec<u8>)> = vec![(Vec::new(), Vec::new())];
        for _ in &out.needs {
            if list.len() > MOST / 2 {
                list.clear();
                break;
            }
            list = list
                .into_iter()
                .flat_map(|(n, a)| [false, true].map(|x| ([n.clone(), vec![x]].concat(), a.clone())))
                .collect();
        }
        for id in &out.attributes {
            let values = model.attributes[*id].values.len().max(1);
            if list.len() * values > MOST {
                list.clear();
                break;
            }
            list = list
                .into_iter()
                .flat_map(|(n, a)| (0..values).map(move |v| (n.clone(), [a.clone(), vec![v as u8]].concat())))
                .collect();
        }
        if list.is_empty() || list.len() > MOST {
            return Err(format!("needs and attributes make more than {MOST} kinds of case"));
        }
        out.list = list;
        Ok(out)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a selector fits a kind.
    pub fn fits(&self, kind: usize, selector: &Selector) -> bool {
        let Some((needs, values)) = self.list.get(kind) else { return false };
        selector.0.iter().all(|c| match *c {
            Condition::Need(id) => self.needs.iter().zip(needs).any(|(n, has)| *n == id && *has),
            Condition::Attribute(id, value) => {
                self.attributes.iter().zip(values).any(|(a, v)| *a == id && *v == value)
            }
            Condition::Age(_) => false,
        })
    }

    /// The kind that a case becomes when it is given attributes.
    pub fn becomes(&self, kind: usize, sets: &[(AttributeId, u8)]) -> usize {
        let Some((needs, values)) = self.list.get(kind) else { return kind };
        let mut values = values.clone();
        for &(id, value) in sets {
            if let Some(at) = self.attributes.iter().position(|a| *a == id) {
                values[at] = value;
            }
        }
        self.list.iter().position(|k| k.0 == *needs && k.1 == values).unwrap_or(kind)
    }

    /// The share of each kind among new cases.
    pub fn shares(&self, model: &Model, needs: &NeedShares, given: &Given) -> Vec<f64> {
        let one = |(has, values): &(Vec<bool>, Vec<u8>)| -> f64 {
            let of_needs = self.needs.iter().zip(has).map(|(id, has)| {
                let share =
                    needs.iter().find(|n| n.0 == *id).map_or(model.needs[*id].share, |n| n.1).clamp(0.0, 1.0);
                if *has { share } else { 1.0 - share }
            });
            let of_attributes = self.attributes.iter().zip(values).map(|(id, value)| {
                if let Some((_, shares)) = given.iter().find(|g| g.0 == *id) {
                    let total: f64 = shares.iter().map(|s| s.1).sum();
                    return shares.iter().filter(|s| s.0 == *value).map(|s| s.1).sum::<f64>()
                        / total.max(1e-300);
                }
                let shares = &model.attributes[*id].shares;
                let total: f64 = shares.iter().sum();
                if shares.is_empty() || total <= 0.0 {
                    return f64::from(u8::from(*value == 0));
                }
                shares.get(*value as usize).copied().unwrap_or(0.0) / total
            });
            of_needs.chain(of_attributes).product()
        };
        self.list.iter().map(one).collect()
    }
}
