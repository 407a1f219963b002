//! Several small pictures in one, in rows, each under its name.

use super::error::{ChartError, at_most};
use super::frame::ROW;
use super::pen::{Anchor, Pen};
use super::scene::{Drawing, LabelBox, TEXT, num};
use crate::present::{escape, font};

/// Puts pictures of about the same size side by side, `columns` to a row.
pub fn small_multiples(
    id: &str,
    title: &str,
    parts: &[(String, Drawing)],
    columns: usize,
) -> Result<Drawing, ChartError> {
    if parts.is_empty() {
        return Err(ChartError::Empty("no pictures"));
    }
    at_most("pictures", parts.len(), 24)?;
    let columns = columns.clamp(1, parts.len());
    let gap = 32.0;
    let head = ROW + 12.0;
    let w = parts.iter().map(|p| p.1.width).fold(0.0, f64::max);
    let h = parts.iter().map(|p| p.1.height).fold(0.0, f64::max) + head;
    let rows = parts.len().div_ceil(columns);
    let size = |n: usize, one: f64| n as f64 * (one + gap) - gap;
    let pen = Pen::new(size(columns, w), size(rows, h));
    for (i, (name, _)) in parts.iter().enumerate() {
        let (x, y) = (((i % columns) as f64) * (w + gap), ((i / columns) as f64) * (h + gap));
        pen.text((x, y + TEXT * 0.7), &font::cut(name, TEXT, true, w), Anchor::Start, true);
    }
    let description: Vec<String> =
        parts.iter().map(|(name, d)| format!("{name}. {}", d.description)).collect();
    let mut out = pen.finish(id, title, &description.join(" "))?;
    for (i, (_, d)) in parts.iter().enumerate() {
        let (x, y) = (((i % columns) as f64) * (w + gap), ((i / columns) as f64) * (h + gap) + head);
        out.body.push_str(&format!(
            "<g id=\"{}-{}\" transform=\"translate({} {})\">\n{}</g>\n",
            out.id,
            escape::slug(&d.id),
            num(x),
            num(y),
            d.body
        ));
        out.labels.extend(d.labels.iter().map(|l| LabelBox {
            x0: l.x0 + x,
            y0: l.y0 + y,
            x1: l.x1 + x,
            y1: l.y1 + y,
            text: l.text.clone(),
        }));
    }
    Ok(out)
}

/// Puts pictures one under the other, each under its name if it has one, below lines that say what all of them show; the
/// first of these lines is bold. A picture that is passed on by itself still tells where it is from.
pub fn panels(
    id: &str,
    title: &str,
    head: &[String],
    parts: &[(String, Drawing)],
) -> Result<Drawing, ChartError> {
    if parts.is_empty() {
        return Err(ChartError::Empty("no pictures"));
    }
    at_most("pictures", parts.len(), 24)?;
    let w = parts.iter().map(|p| p.1.width).fold(0.0, f64::max);
    let lines = |text: &String, bold: bool| font::wrap(text, TEXT, bold, w, 6);
    let head: Vec<(String, bool)> = head
        .iter()
        .filter(|line| !line.is_empty())
        .enumerate()
        .flat_map(|(i, line)| lines(line, i == 0).into_iter().map(move |l| (l, i == 0)))
        .collect();
    let mut y = if head.is_empty() { 0.0 } else { ROW * head.len() as f64 + 14.0 };
    let mut placed = Vec::new();
    for (name, d) in parts {
        let names = if name.is_empty() { Vec::new() } else { lines(name, true) };
        let top = y + if names.is_empty() { 0.0 } else { ROW * names.len() as f64 + 10.0 };
        placed.push((y, top, names));
        y = top + d.height + 24.0;
    }
    let pen = Pen::new(w, (y - 24.0).max(1.0));
    let write = |y: f64, text: &str, bold| pen.text((0.0, y + TEXT * 0.7), text, Anchor::Start, bold);
    for (i, (line, bold)) in head.iter().enumerate() {
        write(ROW * i as f64, line, *bold);
    }
    for (y, _, names) in &placed {
        names.iter().enumerate().for_each(|(i, line)| write(y + ROW * i as f64, line, true));
    }
    let description: Vec<String> = parts
        .iter()
        .map(
            |(name, d)| {
                if name.is_empty() { d.description.clone() } else { format!("{name}. {}", d.description) }
            },
        )
        .collect();
    let mut out = pen.finish(id, title, &description.join(" "))?;
    for ((_, d), (_, top, _)) in parts.iter().zip(&placed) {
        out.body.push_str(&format!(
            "<g id=\"{}-{}\" transform=\"translate(0 {})\">\n{}</g>\n",
            out.id,
            escape::slug(&d.id),
            num(*top),
            d.body
        ));
        out.labels.extend(d.labels.iter().map(|l| LabelBox { y0: l.y0 + top, y1: l.y1 + top, ..l.clone() }));
    }
    Ok(out)
}
