//! The page around figures, tables and words.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figure::{Download, Figure, links};
use crate::present::escape;
use crate::present::table::Table;

/// The style of every page.
const STYLE: &str = include_str!("style.css");
/// What a page may load: nothing but the style inside it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A number with what it means, shown large.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// What the number counts.
    pub label: String,
    /// The number, formatted.
    pub value: String,
    /// Its interval with the level named, or a remark.
    pub detail: String,
}

/// Something in a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A remark that must not be missed, set apart.
    Warning(String),
    /// Something to know, set apart.
    Inset(String),
    /// A heading under the section's own.
    Heading(String),
    /// Large numbers.
    Cards(Vec<Card>),
    /// A picture.
    Figure(Box<Figure>),
    /// A table.
    Table(Box<Table>),
    /// A table that opens on demand, with the words that open it.
    Details(String, Box<Table>),
    /// Files that lie beside the page.
    Downloads(Vec<Download>),
}

/// A part of the page with its own heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// Heading, also in the contents.
    pub title: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// Where the numbers come from, printed at the foot of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Name of the model.
    pub model: String,
    /// Hash of the model.
    pub hash: String,
    /// Seed of the run.
    pub seed: String,
    /// Version of the program.
    pub version: String,
    /// Command that makes the page again.
    pub command: String,
    /// Anything more: name and value.
    pub more: Vec<(String, String)>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// What the page is about: its title and first heading.
    pub title: String,
    /// Who or what it is from, in the bar above.
    pub owner: String,
    /// What it says, in a sentence or two.
    pub lede: String,
    /// The two or three caveats that matter most; they come before any result.
    pub caveats: Vec<String>,
    /// The parts.
    pub sections: Vec<Section>,
    /// Footnotes, shown as `[note 1]` and so on.
    pub footnotes: Vec<String>,
    /// Where the numbers come from.
    pub provenance: Provenance,
}

impl Page {
    /// The page as HTML.
    pub fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (escape::plain(&self.title)) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a class="cf-skip" href="#main" { "Skip to main content" }
                    header class="cf-bar" { div class="cf-width" { (escape::plain(&self.owner)) } }
                    main id="main" class="cf-width" tabindex="-1" { (self.body()) }
                    (self.footer())
                }
            }
        };
        page.into_string()
    }

    fn body(&self) -> Markup {
        html! {
            h1 { (escape::plain(&self.title)) }
            p class="cf-lede" { (escape::plain(&self.lede)) }
            @if !self.caveats.is_empty() {
                div class="cf-warning" role="note" aria-label="Read this first" {
                    p { strong { "Read this first" } }
                    ul { @for c in &self.caveats { li { (escape::plain(c)) } } }
                }
            }
            @if self.sections.len() > 1 {
                nav class="cf-contents" aria-labelledby="contents" {
                    h2 id="contents" { "Contents" }
                    ol {
                        @for (i, s) in self.sections.iter().enumerate() {
                            li { a href=(format!("#section-{}", i + 1)) { (escape::plain(&s.title)) } }
                        }
                        @if !self.footnotes.is_empty() { li { a href="#notes" { "Notes" } } }
                    }
                }
            }
            @for (i, s) in self.sections.iter().enumerate() {
                @let id = format!("section-{}", i + 1);
                section aria-labelledby=(id) {
                    h2 id=(id) { (escape::plain(&s.title)) }
                    @for b in &s.blocks { (block(b, &s.title)) }
                }
            }
            @if !self.footnotes.is_empty() {
                section aria-labelledby="notes" {
                    h2 id="notes" { "Notes" }
                    @for (i, n) in self.footnotes.iter().enumerate() {
                        p id=(format!("note-{}", i + 1)) { (format!("[note {}] ", i + 1)) (escape::plain(n)) }
                    }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        let p = &self.provenance;
        let known =
            [("Model", &p.model), ("Model hash", &p.hash), ("Seed", &p.seed), ("Version", &p.version)];
        html! {
            footer {
                div class="cf-width" {
                    h2 { "Where these numbers come from" }
                    dl class="cf-facts" {
                        @for (name, value) in known.iter().filter(|k| !k.1.is_empty()) {
                            dt { (name) } dd { (escape::plain(value)) }
                        }
                        @for (name, value) in &p.more {
                            dt { (escape::plain(name)) } dd { (escape::plain(value)) }
                        }
                        @if !p.command.is_empty() {
                            dt { "Command" } dd { code { (escape::plain(&p.command)) } }
                        }
                    }
                }
            }
        }
    }
}

fn block(b: &Block, section: &str) -> Markup {
    html! {
        @match b {
            Block::Text(t) => p { (escape::plain(t)) },
            Block::List(items) => ul { @for i in items { li { (escape::plain(i)) } } },
            Block::Warning(t) => div class="cf-warning" role="note" { p { strong { "Warning: " } (escape::plain(t)) } },
            Block::Inset(t) => div class="cf-inset" { p { (escape::plain(t)) } },
            Block::Heading(t) => h3 { (escape::plain(t)) },
            Block::Cards(cards) => ul class="cf-cards" {
                @for c in cards {
                    li {
                        span { (escape::plain(&c.label)) }
                        strong { (escape::plain(&c.value)) }
                        @if !c.detail.is_empty() { span class="cf-small" { (escape::plain(&c.detail)) } }
                    }
                }
            },
            Block::Figure(f) => (f.html()),
            Block::Table(t) => (t.html()),
            Block::Details(words, t) => details { summary { (escape::plain(words)) } (t.html()) },
            Block::Downloads(files) => (links(files, section)),
        }
    }
}
