//! Services: effects that can take place, and somebody to receive them.

use crate::base::diag::Diagnostic;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::Reader;
use crate::model::service::{Effect, Service};
use crate::model::stage::{Dest, Law};

/// Rules of `[services]`.
pub(super) fn services(r: &mut Reader<'_>, model: &Model, root: &Node) {
    for service in &model.services {
        for effect in &service.effects {
            routes_exist(r, model, root, service, effect);
        }
        if service.refer.is_empty() {
            let message = format!("nobody is referred to the service `{}`", service.name);
            r.push(Diagnostic::warning(root.nearest(&["services", &service.name]), message));
        }
    }
}

/// Odds need a route that is drawn at the end of the stay; a return needs a way back.
fn routes_exist(r: &mut Reader<'_>, model: &Model, root: &Node, service: &Service, effect: &Effect) {
    let name = dest_name(model, effect.at);
    let place = root.nearest(&["services", &service.name, "effects", name]);
    match effect.at {
        Dest::Exit(id) => {
            if model.exits[id].returns.is_none() {
                let message =
                    format!("`{}` changes nothing at `{name}`, from which nobody comes back", service.name);
                r.push(Diagnostic::warning(place, message));
            }
        }
        Dest::Stage(id) => {
            let stage = &model.stages[id];
            let odds: Vec<Dest> = effect.by.iter().flat_map(|s| s.odds.iter().map(|o| o.0)).collect();
            if !odds.is_empty() && matches!(stage.stay.law, Law::Hazards { .. } | Law::Open) {
                let message = format!(
                    "`{}` has odds at `{name}`, where the law of the stay and not a route decides what follows",
                    service.name
                );
                r.push(Diagnostic::error(place.clone(), message).hint("use `stay`"));
                return;
            }
            for dest in odds.into_iter().filter(|d| !stage.routes.to.contains(d)) {
                let to = dest_name(model, dest);
                let message = format!(
                    "`{}` has odds of going from `{name}` to `{to}`, which is no route out of it",
                    service.name
                );
                r.push(
                    Diagnostic::error(place.clone(), message)
                        .hint("add it under the stage's `to`, with the probability 0 if need be"),
                );
            }
        }
    }
}

fn dest_name(model: &Model, dest: Dest) -> &str {
    match dest {
        Dest::Stage(id) => &model.stages[id].name,
        Dest::Exit(id) => &model.exits[id].name,
    }
}
