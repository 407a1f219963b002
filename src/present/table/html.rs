//! A table as an accessible piece of a page.

use maud::{Markup, html};

use super::{Cell, Table};
use crate::present::escape;

impl Table {
    /// A table with caption and scopes inside a region that scrolls and takes focus, followed
    /// by its notes and the meaning of its symbols.
    pub fn html(&self) -> Markup {
        let id = escape::slug(&self.id);
        html! {
            div class="cf-table" id=(format!("table-{id}")) {
                div class="cf-scroll" role="region" tabindex="0" aria-labelledby=(format!("caption-{id}")) {
                    table {
                        caption id=(format!("caption-{id}")) { (escape::plain(&self.title)) }
                        thead { tr {
                            @for c in &self.columns {
                                th scope="col" class=[c.numeric().then_some("cf-num")] { (escape::plain(&c.title())) }
                            }
                        } }
                        tbody {
                            @for row in 0..self.rows.len() { tr { (self.row_html(row)) } }
                        }
                    }
                }
                @for line in self.footer() { p class="cf-small" { (escape::plain(&line)) } }
            }
        }
    }

    fn row_html(&self, row: usize) -> Markup {
        html! {
            @for (i, (column, cell)) in self.cells(row).enumerate() {
                @let text = escape::plain(&cell.reader(column.kind));
                @let numeric = column.numeric().then_some("cf-num");
                @if i == 0 {
                    th scope="row" class=[numeric] { (text) }
                } @else {
                    td class=[numeric] {
                        @match (cell.symbol(), cell) {
                            (Some(symbol), _) => abbr title=(symbol.meaning()) { (text) },
                            (None, Cell::Date(d)) => time datetime=(d.to_string()) { (text) },
                            _ => (text),
                        }
                    }
                }
            }
        }
    }
}
