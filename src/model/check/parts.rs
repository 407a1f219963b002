//! Measures of a part of the cases: the run must report that part.

use crate::base::diag::Diagnostic;
use crate::base::ids::StageId;
use crate::model::Model;
use crate::model::file::Node;
use crate::model::measure::What;
use crate::model::read::Reader;
use crate::model::run::Parts;
use crate::model::selector::Condition;

/// Every part that a measure counts is one of those that `model.by` and `model.by_at` report.
pub(super) fn parts_are_reported(r: &mut Reader<'_>, model: &Model, root: &Node) {
    let parts = Parts::of(model);
    for measure in &model.measures {
        for (key, what) in [("count", Some(&measure.what)), ("of", measure.of.as_ref())] {
            let (stages, wanted): (&[StageId], &[Condition]) = match what {
                Some(What::StartsOf(stage, wanted)) => (std::slice::from_ref(stage), wanted),
                Some(What::ChildrenOf(stages, wanted)) => (stages, wanted),
                _ => continue,
            };
            let reported = |s: &&StageId| wanted.iter().all(|w| parts.place(*w, **s).is_some());
            let (Some(missing), Some(part)) = (stages.iter().find(|s| !reported(s)), wanted.first()) else {
                continue;
            };
            let stage = &model.stages[*missing].name;
            let (what, hint) = match part {
                Condition::Age(_) => ("age bands", "write `by = [\"ages\"]` under [model]".to_string()),
                Condition::Need(_) => ("needs", "write `by = [\"needs\"]` under [model]".to_string()),
                Condition::Attribute(a, _) => {
                    let name = &model.attributes[*a].name;
                    ("this attribute", format!("write `by_at = {{ {name} = \"{stage}\" }}` under [model]"))
                }
            };
            let place = root.nearest(&["measures", &measure.name, key]);
            let message =
                format!("counts one part of the cases of `{stage}`, but the run reports no {what} there");
            r.push(Diagnostic::error(place, message).hint(hint));
        }
    }
}
