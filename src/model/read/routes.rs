//! Where cases go at the end of a stay.

use super::item::Fields;
use super::shares::own_entries;
use super::{Item, Reader};
use crate::model::catalogue::ROUTES_IF;
use crate::model::selector::Selector;
use crate::model::stage::{Dest, Routes};

/// Most destinations of one stage.
const MOST_ROUTES: usize = 200;

impl Reader<'_> {
    /// A destination for certain, or probabilities of several.
    pub fn destinations(&mut self, item: &Item<'_>, whole: &str) -> Option<Vec<(Dest, f64)>> {
        if item.node.text().is_some() {
            return self.dest(item).map(|d| vec![(d, 1.0)]);
        }
        if item.node.table().is_some_and(|t| own_entries(&t.entries).count() > MOST_ROUTES) {
            self.push(item.error(format_args!("has more than {MOST_ROUTES} destinations")));
            return None;
        }
        self.shares(item, whole, Reader::dest_named)
    }

    /// The routes of a stage; what is wrong leaves them empty.
    pub(super) fn routes(&mut self, f: &Fields<'_>, name: &str) -> Routes {
        let mut routes = Routes::default();
        let whole = format!("the routes out of `{name}`");
        if let Some(to) = f.opt("to") {
            for (dest, share) in self.destinations(&to, &whole).unwrap_or_default() {
                routes.to.push(dest);
                routes.base.push(share);
            }
        }
        if let Some(list) = f.opt("routes_if") {
            for i in self.list(&list, "a list of tables with `if` and `to`", 1000).unwrap_or_default() {
                if let Some((selector, shares)) = self.route_if(&i, &whole) {
                    let shares = spread(&mut routes, &shares);
                    routes.by.push((selector, shares));
                }
            }
        }
        let n = routes.to.len();
        routes.base.resize(n, 0.0);
        for (_, shares) in &mut routes.by {
            shares.resize(n, 0.0);
        }
        self.odds(f, name, &mut routes);
        routes
    }

    fn route_if(&mut self, item: &Item<'_>, whole: &str) -> Option<(Selector, Vec<(Dest, f64)>)> {
        let f = self.fields(item, &ROUTES_IF)?;
        let condition = self.need(&f, "if");
        let selector = condition.as_ref().and_then(|i| self.selector(i));
        let given = condition.as_ref().and_then(|i| i.node.text()).unwrap_or("…");
        let whole = format!("{whole} if \"{}\"", crate::model::file::clip(given));
        let to = self.need(&f, "to").and_then(|i| self.destinations(&i, &whole));
        Some((selector?, to?))
    }

    fn odds(&mut self, f: &Fields<'_>, name: &str, routes: &mut Routes) {
        let Some(odds) = f.opt("odds") else { return };
        for entry in self.entries(&odds, "a table of destinations with their odds") {
            let dest = self.dest_named(&odds.key(entry), &entry.key);
            let factors = self.factors(&odds.entry(entry));
            let Some(dest) = dest else { continue };
            let Some(at) = routes.to.iter().position(|d| *d == dest) else {
                if !routes.to.is_empty() {
                    self.push(
                        odds.key(entry)
                            .error(format_args!(
                                "has odds of going to `{}`, which is no route out of `{name}`",
                                entry.key
                            ))
                            .hint("add it under `to`, with the probability 0 if need be"),
                    );
                }
                continue;
            };
            routes.odds.extend(factors.into_iter().map(|(s, x)| (at, s, x)));
        }
    }
}

/// Probabilities in the order of the routes, to which new destinations are added.
fn spread(routes: &mut Routes, shares: &[(Dest, f64)]) -> Vec<f64> {
    let mut out = vec![0.0; routes.to.len()];
    for (dest, share) in shares {
        let at = routes.to.iter().position(|d| d == dest).unwrap_or_else(|| {
            routes.to.push(*dest);
            routes.to.len() - 1
        });
        out.resize(routes.to.len(), 0.0);
        if let Some(slot) = out.get_mut(at) {
            *slot = *share;
        }
    }
    out
}
