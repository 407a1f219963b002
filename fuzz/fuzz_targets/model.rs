//! Any bytes as a model file: a model or messages, never a panic.
#![no_main]

use caseflow::base::diag::SourceMap;
use caseflow::model::{decode, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    let mut sources = SourceMap::default();
    let file = sources.add("model.toml", text);
    match load(&sources, file, &[]) {
        Ok(loaded) => {
            // the canonical text is a model file too, and its own canonical text
            let again = sources.add("canonical.toml", loaded.canonical.clone());
            let again = load(&sources, again, &[]).expect("the canonical text loads");
            assert_eq!(again.canonical, loaded.canonical);
        }
        Err(found) => assert!(found.iter().any(|d| d.is_error())),
    }
});
