//! Dense identifiers, so that a stage cannot be taken for a pool.

use std::ops::{Index, IndexMut};

/// An identifier that is a dense index.
pub trait Id: Copy {
    /// The index.
    fn index(self) -> usize;
    /// The identifier with this index.
    fn new(index: usize) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u16);
        impl Id for $name {
            #[inline]
            fn index(self) -> usize { self.0 as usize }
            #[inline]
            fn new(index: usize) -> Self { $name(index as u16) }
        }
    )*};
}

ids! {
    /// A stage of the pathway.
    StageId,
    /// A way out of the model.
    ExitId,
    /// A pool of places.
    PoolId,
    /// A stream of arrivals.
    StreamId,
    /// A need.
    NeedId,
    /// A named attribute.
    AttributeId,
    /// A role of workers.
    RoleId,
    /// A team of workers.
    TeamId,
}

/// A vector indexed by one kind of identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct IdVec<I, T> {
    items: Vec<T>,
    of: std::marker::PhantomData<I>,
}

impl<I: Id, T> IdVec<I, T> {
    /// Wraps a vector whose order is that of the identifiers.
    pub fn new(items: Vec<T>) -> Self {
        IdVec { items, of: std::marker::PhantomData }
    }
    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// Items in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
    /// Items in order, mutable.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
    /// Identifiers in order.
    pub fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::new)
    }
    /// Identifiers with their items.
    pub fn pairs(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(i, item)| (I::new(i), item))
    }
}

impl<I, T> Default for IdVec<I, T> {
    fn default() -> Self {
        IdVec { items: Vec::new(), of: std::marker::PhantomData }
    }
}

impl<I: Id, T> Index<I> for IdVec<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IdVec<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}
