//! Diagnostics: what is wrong in a user's file, where, and what to do about it.

use serde::Serialize;
use std::ops::Range;

/// Which file of a [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct FileId(pub u16);

/// A place in a file, in bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Byte range in it.
    pub span: Range<usize>,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but look.
    Warning,
}

/// One finding about a user's file.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where; `None` when it is about the whole file.
    pub place: Option<Place>,
    /// A few words beside the marked excerpt.
    pub label: String,
    /// Other places that matter ("first given here").
    pub also: Vec<(Place, String)>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: message.into(),
            place: Some(place),
            label: String::new(),
            also: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(place, message) }
    }

    /// An error about no place in particular.
    pub fn whole(message: impl Into<String>) -> Diagnostic {
        Diagnostic { place: None, ..Diagnostic::error(Place::default(), message) }
    }

    /// Adds words beside the excerpt.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.also.push((place, label.into()));
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hints.push(hint.into());
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The texts of the files that diagnostics point into.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<(String, String)>,
    /// (file, what was worked out for it)
    supplied: Vec<(FileId, FileId)>,
}

impl SourceMap {
    /// Adds a file by the name shown to the user.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push((name.into(), text.into()));
        FileId((self.files.len() - 1) as u16)
    }

    /// Notes that `with` is a scenario worked out from files that `file` names.
    pub fn supply(&mut self, file: FileId, with: FileId) {
        self.supplied.push((file, with));
    }

    /// What was worked out for a file, in order.
    pub fn supplied(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.supplied.iter().filter(move |s| s.0 == file).map(|s| s.1)
    }

    /// Name and text of a file.
    pub fn file(&self, id: FileId) -> Option<(&str, &str)> {
        self.files.get(id.0 as usize).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Line and column (both from 1, column in characters) where a place begins.
    pub fn line_column(&self, place: &Place) -> (usize, usize) {
        let text = self.file(place.file).map_or("", |(_, text)| text);
        let upto = text.get(..place.span.start.min(text.len())).unwrap_or(text);
        let line = upto.matches('\n').count() + 1;
        let column = upto.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (line, column)
    }

    /// A finding as plain data, for `--format json`.
    pub fn plain(&self, d: &Diagnostic) -> PlainDiagnostic {
        let (line, column) = d.place.as_ref().map_or((0, 0), |p| self.line_column(p));
        let file = d.place.as_ref().and_then(|p| self.file(p.file)).map_or("", |(name, _)| name);
        PlainDiagnostic {
            severity: d.severity,
            message: d.message.clone(),
            file: file.to_string(),
            line,
            column,
            label: d.label.clone(),
            hints: d.hints.clone(),
        }
    }
}

/// A finding as plain data; line and column are 0 where there is no place.
#[derive(Clone, Debug, Serialize)]
pub struct PlainDiagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file's name as the user gave it.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1.
    pub column: usize,
    /// Words beside the excerpt.
    pub label: String,
    /// What to do.
    pub hints: Vec<String>,
}
