//! Recovery: do intervals of estimates from individual records hold the truth?
fn main() {}
