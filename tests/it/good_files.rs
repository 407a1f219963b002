//! Files that are right: what they become.

use super::files::{good, text_of, tests, toml_in};

#[test]
fn every_good_file_loads_without_warnings_and_its_canonical_text_is_the_same_model() {
    for path in toml_in(&tests().join("good")) {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        let loaded = good(&name, &text_of(&path));
        let warnings: Vec<_> = loaded.warnings.iter().map(|w| &w.message).collect();
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let again = good(&name, &loaded.canonical);
        assert_eq!(again.canonical, loaded.canonical, "{name}");
        let mut model = again.model;
        // lines differ, all else must not
        model.register.clone_from(&loaded.model.register);
        assert_eq!(format!("{model:?}"), format!("{:?}", loaded.model), "{name}");
    }
}
