//! The same work on one thread or many, in the same order.

/// Applies `work` to each item; results in the order of the items whatever the threads.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync + Send) -> Vec<R> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        items.par_iter().enumerate().map(|(i, item)| work(i, item)).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        items.iter().enumerate().map(|(i, item)| work(i, item)).collect()
    }
}
