//! Distributions of lengths of stay and of gaps between arrivals.
