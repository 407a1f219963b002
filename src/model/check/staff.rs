//! Staff: somebody for every case that needs a worker, and posts that can be counted.

use super::stage_place;
use crate::base::diag::Diagnostic;
use crate::base::ids::Id;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::read::Reader;
use crate::model::staff::Regime;
use crate::model::stage::Law;

/// Most posts in a model.
const MOST_POSTS: f64 = 10_000.0;

/// Rules between stages, roles and teams.
pub(super) fn somebody_for_every_case(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let Some(staff) = model.staff.as_ref() else {
        if root.find(&["teams"]).is_some() {
            r.push(Diagnostic::error(root.nearest(&["teams"]), "there are teams, but no [roles]"));
        }
        return;
    };
    for role in &staff.roles {
        for (stage, _) in &role.effects.drift {
            let stage = &model.stages[*stage];
            if !matches!(stage.stay.law, Law::Reviews(_)) {
                let place = root.nearest(&["roles", &role.name, "effects", "drift", &stage.name]);
                let message = format!(
                    "`drift` changes nothing at `{}`, whose stay does not end at reviews",
                    stage.name
                );
                r.push(Diagnostic::warning(place, message).hint("use `overrun`"));
            }
        }
    }
    let mut posts = 0.0;
    for team in &staff.teams {
        let place = root.nearest(&["teams", &team.name]);
        if team.posts.iter().map(|p| p.establishment).sum::<f64>() <= 0.0 {
            r.push(Diagnostic::warning(place.clone(), format!("the team `{}` has no posts", team.name)));
        }
        for p in &team.posts {
            let each = staff.roles.get(p.role).map_or(1.0, |r| r.post);
            posts += (p.establishment / each).ceil().max(1.0);
            posts += p.added.iter().map(|a| (a.1 / each).ceil()).sum::<f64>();
        }
        for stage in &team.stages {
            let used = staff.stages.get(stage.index()).and_then(Option::as_ref);
            let name = &model.stages[*stage].name;
            match used {
                None => r.push(Diagnostic::warning(
                    place.clone(),
                    format!("the team `{}` lists `{name}`, which has no `staff`", team.name),
                )),
                Some(s)
                    if !team
                        .posts
                        .iter()
                        .any(|p| p.role == s.role || s.with.iter().any(|w| w.0 == p.role)) =>
                {
                    r.push(Diagnostic::warning(
                        place.clone(),
                        format!("the team `{}` lists `{name}`, but has no posts of its role", team.name),
                    ));
                }
                Some(_) => {}
            }
        }
    }
    if posts > MOST_POSTS {
        r.push(Diagnostic::error(
            root.nearest(&["teams"]),
            format!("there are {posts} posts, the most is {MOST_POSTS}"),
        ));
    }
    for id in model.stages.ids() {
        let Some(spec) = staff.stages.get(id.index()).and_then(Option::as_ref) else { continue };
        let name = &model.stages[id].name;
        let place = stage_place(root, model, id, "staff");
        for role in std::iter::once(spec.role).chain(spec.with.iter().map(|w| w.0)) {
            let Some(role_spec) = staff.roles.get(role) else { continue };
            let teams = staff.teams_for(id, role);
            let posts = || {
                let teams = teams.iter().filter_map(|t| staff.teams.get(*t));
                teams.flat_map(|t| t.posts.iter().filter(|p| p.role == role))
            };
            let there: f64 = posts().map(|p| p.establishment).sum();
            if there <= 0.0 {
                r.push(
                    Diagnostic::error(
                        place.clone(),
                        format!(
                            "no team for `{name}` has a post of `{}`: its cases would wait for ever",
                            role_spec.name
                        ),
                    )
                    .hint("give a team posts of this role; a team that lists stages serves no others"),
                );
            }
            let weight = role_spec.weights.iter().find(|w| w.0 == id).map_or(1.0, |w| w.1);
            let carries = posts().map(|p| p.terms.carries()).fold(f64::INFINITY, f64::min);
            let most = carries * role_spec.post;
            if role == spec.role && role_spec.regime == Regime::Cap && weight > most + 1e-9 {
                r.push(Diagnostic::error(
                    place.clone(),
                    format!(
                        "a case of `{name}` weighs {weight}, more than a worker of `{}` may carry",
                        role_spec.name
                    ),
                ));
            }
        }
    }
}
