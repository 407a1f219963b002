//! Files that are right: what they become.

use caseflow::base::diag::SourceMap;
use caseflow::model::{Loaded, load};

pub fn load_text(name: &str, text: &str) -> Loaded {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    load(&sources, file, &[]).unwrap_or_else(|errors| {
        let plain: Vec<_> = errors.iter().map(|d| sources.plain(d)).collect();
        panic!("{name}: {plain:#?}")
    })
}

#[test]
fn mm1() {
    let loaded = load_text("mm1.toml", include_str!("../good/mm1.toml"));
    println!("{:#?}", loaded);
    assert!(loaded.warnings.is_empty());
}
