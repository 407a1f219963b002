//! Which cases a number applies to.

use crate::base::ids::{AttributeId, NeedId};

/// One condition on a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// The case has this need.
    Need(NeedId),
    /// The attribute has the value with this index.
    Attribute(AttributeId, u8),
    /// The case's age, at that moment, lies in the band with this index.
    Age(u8),
}

/// All of these conditions; written `"a & b"`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selector(pub Vec<Condition>);
