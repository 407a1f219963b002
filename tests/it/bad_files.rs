//! Wrong files, each with the message it must give in its leading `#!` lines.
//!
//! `CASEFLOW_BLESS=1` writes the lines anew; read them before committing. A scenario names its
//! model in a first line `#! model base.toml` (in `tests/good`).

use super::files::{lines, tests, text_of, toml_in};
use caseflow::base::diag::SourceMap;
use caseflow::model::load;

const MARK: &str = "#! ";

/// The findings of a file, as lines.
fn findings(name: &str, text: &str) -> Vec<String> {
    let mut sources = SourceMap::default();
    let first = text.lines().next().unwrap_or_default();
    let result = match first.strip_prefix("#! model ") {
        Some(model) => {
            let model_text = text_of(&tests().join("good").join(model));
            let base = sources.add(model, model_text);
            let scenario = sources.add(name, text);
            load(&sources, base, &[scenario])
        }
        None => {
            let file = sources.add(name, text);
            load(&sources, file, &[])
        }
    };
    let found = match result {
        Ok(loaded) => loaded.warnings,
        Err(found) => found,
    };
    lines(&sources, &found, name)
}

#[test]
fn every_bad_file_gives_its_messages() {
    let files = toml_in(&tests().join("bad"));
    assert!(files.len() >= 75, "{} files", files.len());
    let bless = std::env::var_os("CASEFLOW_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let (marks, body): (Vec<&str>, Vec<&str>) =
            text.split_inclusive('\n').partition(|l| l.starts_with(MARK));
        let expected: Vec<String> = marks
            .iter()
            .filter_map(|l| l.strip_prefix(MARK))
            .filter(|l| !l.starts_with("model "))
            .map(|l| l.trim_end().to_string())
            .collect();
        if bless {
            let head = marks.iter().find(|l| l.starts_with("#! model ")).copied().unwrap_or_default();
            let count = findings(&name, &format!("{head}{}", body.concat())).len();
            let blank = format!("{head}{}{}", "#! \n".repeat(count), body.concat());
            let found = findings(&name, &blank);
            let marks: String = found.iter().map(|l| format!("{MARK}{l}\n")).collect();
            std::fs::write(&path, format!("{head}{marks}{}", body.concat())).unwrap();
            continue;
        }
        let found = findings(&name, &text);
        if found.is_empty() {
            wrong.push(format!("{name}: nothing is found wrong"));
        } else if found != expected {
            wrong.push(format!("{name}:\n  expected {expected:#?}\n  found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
