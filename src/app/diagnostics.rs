//! Findings about a user's file, shown with their line.

use crate::base::diag::{Diagnostic, PlainDiagnostic, Severity, SourceMap};
use crate::forecast::problem::Problem;
use crate::forecast::read::place;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::io::{IsTerminal, Write};

/// Most findings shown one by one.
const MOST: usize = 100;

/// Prints findings to standard error, or as JSON to standard output.
pub(crate) fn show(sources: &SourceMap, findings: &[Diagnostic], json: bool) {
    if json {
        let plain: Vec<_> = findings.iter().map(|d| sources.plain(d)).collect();
        let text = serde_json::to_string_pretty(&plain).unwrap_or_default();
        let _ = writeln!(std::io::stdout(), "{text}");
        return;
    }
    let colour = std::io::stderr().is_terminal();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = std::io::stderr().lock();
    for finding in findings.iter().take(MOST) {
        let _ = writeln!(out, "{}\n", one(sources, finding, &renderer));
    }
    if findings.len() > MOST {
        let _ = writeln!(out, "and {} more", findings.len() - MOST);
    }
}

/// Prints what is wrong with a file of counts, each with its line and cell.
pub(crate) fn show_table(name: &str, text: &str, problems: &[Problem], json: bool) {
    if json {
        let plain: Vec<PlainDiagnostic> = problems.iter().map(|p| plain(name, p)).collect();
        let text = serde_json::to_string_pretty(&plain).unwrap_or_default();
        let _ = writeln!(std::io::stdout(), "{text}");
        return;
    }
    let colour = std::io::stderr().is_terminal();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = std::io::stderr().lock();
    for problem in problems.iter().take(MOST) {
        let _ = writeln!(out, "{}\n", cell(name, text, problem, &renderer));
    }
    if problems.len() > MOST {
        let _ = writeln!(out, "and {} more", problems.len() - MOST);
    }
}

fn plain(name: &str, problem: &Problem) -> PlainDiagnostic {
    let hints = if problem.hint.is_empty() { Vec::new() } else { vec![problem.hint.clone()] };
    PlainDiagnostic {
        severity: Severity::Error,
        message: problem.message.clone(),
        file: name.to_string(),
        line: problem.line,
        column: problem.column,
        label: String::new(),
        hints,
    }
}

fn cell(name: &str, text: &str, problem: &Problem, renderer: &Renderer) -> String {
    let found = place(text, problem.line, problem.column);
    let title = match (&found, problem.line) {
        (Some(_), _) => safe(&problem.message),
        (None, 0) => safe(&format!("{name}: {}", problem.message)),
        (None, line) => safe(&format!("{name}, line {line}: {}", problem.message)),
    };
    let mut group = Level::ERROR.primary_title(title).elements(Vec::<annotate_snippets::Element<'_>>::new());
    let line = found.as_ref().map(|(line, _)| shown(line)).unwrap_or_default();
    if let Some((_, span)) = found {
        let label = if problem.column > 0 { column_name(problem.column) } else { String::new() };
        let mark = AnnotationKind::Primary.span(clamp(span, &line)).label(label);
        let snippet = Snippet::source(line.as_str()).line_start(problem.line).path(safe(name));
        group = group.element(snippet.annotation(mark));
    }
    if !problem.hint.is_empty() {
        group = group.element(Level::HELP.message(safe(&problem.hint)));
    }
    renderer.render(&[group])
}

/// A column as spreadsheets name it: `column 2 (B)`.
fn column_name(column: usize) -> String {
    let mut letters = String::new();
    let mut left = column;
    while left > 0 {
        let letter = ((left - 1) % 26) as u8;
        letters.insert(0, char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    format!("column {column} ({letters})")
}

fn one(sources: &SourceMap, finding: &Diagnostic, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(safe(&finding.message)).elements(Vec::<annotate_snippets::Element<'_>>::new());
    let place = finding.place.as_ref().and_then(|p| Some((p, sources.file(p.file)?)));
    if let Some((place, (name, text))) = place {
        let range = clamp(place.span.clone(), text);
        let mark = AnnotationKind::Primary.span(range).label(safe(&finding.label));
        group = group.element(Snippet::source(shown(text)).path(name).annotation(mark));
    }
    for (place, label) in &finding.also {
        if let Some((name, text)) = sources.file(place.file) {
            let mark = AnnotationKind::Context.span(clamp(place.span.clone(), text)).label(safe(label));
            group = group.element(Snippet::source(shown(text)).path(name).annotation(mark));
        }
    }
    for hint in &finding.hints {
        group = group.element(Level::HELP.message(safe(hint)));
    }
    renderer.render(&[group])
}

/// The source without control characters that could command the terminal; same length.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { replacement(c) } else { c })
        .collect()
}

/// A harmless character with as many bytes, so that places stay right.
fn replacement(c: char) -> char {
    match c.len_utf8() {
        1 => '?',
        2 => '\u{00BF}',
        _ => '\u{FFFD}',
    }
}

fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn clamp(span: std::ops::Range<usize>, text: &str) -> std::ops::Range<usize> {
    let fix = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = fix(span.start);
    // only the first line of a long place is marked
    let end = fix(span.end.max(start));
    let line = text.get(start..end).and_then(|t| t.find('\n')).map_or(end, |n| start + n);
    start..line
}
