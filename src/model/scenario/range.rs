//! The range of a change: how strong or weak its effect may be.

use crate::base::quantity::{duration, rate_per_day};
use crate::model::file::Node;
use crate::model::read::{Fields, Reader};

/// How strong the changes of a scenario are taken to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Strength {
    /// As written.
    #[default]
    Written,
    /// Each change with a range at that end of it which is nearer to no change.
    Weak,
    /// Each change with a range at the other end.
    Strong,
}

/// `low`, the change and `high` must be of one kind and in this order.
pub(super) fn check(r: &mut Reader<'_>, f: &Fields<'_>) {
    let Some(base) = f.opt("times").or_else(|| f.opt("add")) else { return };
    let middle = size(base.node);
    for (key, below) in [("low", true), ("high", false)] {
        let Some(item) = f.opt(key) else { continue };
        let sound = size(item.node).filter(|x| f.opt("times").is_none() || *x >= 0.0).zip(middle);
        match sound {
            Some((end, middle)) if (below && end <= middle) || (!below && end >= middle) => {}
            Some(_) => r.push(item.error(if below { "is above the change" } else { "is below the change" })),
            None => r.push(item.expected(&format!("of the same kind as {}", base.node.shown()))),
        }
    }
}

/// The end of the range that a strength asks for; `None` to take the change as written.
pub(super) fn end(f: &Fields<'_>, strength: Strength) -> Option<Node> {
    if strength == Strength::Written {
        return None;
    }
    let idle = if f.opt("times").is_some() { 1.0 } else { 0.0 };
    let base = f.opt("times").or_else(|| f.opt("add"))?;
    let far = |node: &Node| size(node).map_or(0.0, |x| (x - idle).abs());
    let ends = ["low", "high"].map(|key| f.opt(key).unwrap_or_else(|| base.clone()).node);
    let [low, high] = ends;
    let (weak, strong) = if far(low) <= far(high) { (low, high) } else { (high, low) };
    Some(if strength == Strength::Weak { weak.clone() } else { strong.clone() })
}

/// A number or quantity as a number, to compare those of one kind.
fn size(node: &Node) -> Option<f64> {
    let of_text = |text: &str| duration(text).ok().map(|d| d.days).or_else(|| rate_per_day(text).ok());
    node.number().filter(|x| x.is_finite()).or_else(|| node.text().and_then(of_text))
}
