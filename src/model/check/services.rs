//! Services: effects that can take place, and somebody to receive them.

use crate::base::diag::Diagnostic;
use crate::base::time::Span;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::Reader;
use crate::model::service::{Effect, Service};
use crate::model::stage::{Dest, Law};

/// Rules of `[services]`.
pub(super) fn services(r: &mut Reader<'_>, model: &Model, root: &Node) {
    for service in &model.services {
        if !r.errors_in(&["services"]) {
            nothing_to_give(r, root, service);
        }
        for effect in &service.effects {
            routes_exist(r, model, root, service, effect);
        }
        // an entry that could not be read has been told of
        if service.refer.is_empty() && !written(root, service) {
            let message = format!("nobody is referred to the service `{}`", service.name);
            r.push(Diagnostic::warning(root.nearest(&["services", &service.name]), message));
        }
    }
}

/// Whether the file lists who is referred to a service.
fn written(root: &Node, service: &Service) -> bool {
    let list = root.find(&["services", &service.name, "refer"]).and_then(Node::list);
    list.is_some_and(|entries| !entries.is_empty())
}

/// A service that helps nobody, or everybody at once, is seldom meant.
fn nothing_to_give(r: &mut Reader<'_>, root: &Node, service: &Service) {
    let mut warn = |key: &str, message: String| {
        let place = root.nearest(&["services", &service.name, key]);
        r.push(Diagnostic::warning(place, message));
    };
    let name = &service.name;
    if !service.places.is_empty() && service.places.iter().all(|p| p.1 == 0) {
        warn("places", format!("the service `{name}` never has a place: nobody is ever seen"));
    }
    if service.length.mean() <= 0.0 {
        warn("length", format!("the service `{name}` takes no time, so its places are never full"));
    }
    if service.in_time == Span::ZERO {
        warn("in_time", format!("no start at `{name}` that waits at all is in time: `in_time` is 0"));
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
