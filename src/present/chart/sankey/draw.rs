//! Drawing a laid-out flow diagram.

use super::super::error::ChartError;
use super::super::frame::ROW;
use super::super::pen::{Anchor, Pen, Rect};
use super::super::place::Room;
use super::super::scene::{Drawing, Stroke, TEXT, num};
use super::Sankey;
use super::graph::Graph;
use super::layout::{BAR, Layout, Side};
use super::loops::{Return, THIN};
use crate::present::palette::{
    ACCENT, ACCENT_TINT, BAND_EDGE, BAND_TINTS, EXIT_TINT, GREY, INK, Rgb, SERIES,
};
use crate::present::{font, format};

/// How far from a bar a band runs level before it bends.
const LEVEL: f64 = 14.0;

pub(super) fn draw(s: &Sankey, g: &Graph, l: &Layout) -> Result<Drawing, ChartError> {
    let pen = Pen::new(l.width, l.height);
    let mut room = Room::new(Rect {
        x0: 2.0,
        y0: l.top - 4.0,
        x1: l.width - 2.0,
        y1: l.bottom + 4.0,
    });
    headings(s, l, &pen);
    // Wide bands first, so that narrow ones stay visible where they cross.
    let mut order: Vec<usize> = (0..s.flows.len())
        .filter(|i| !g.paths[*i].is_empty())
        .collect();
    order.sort_by(|a, b| {
        s.flows[*b]
            .value
            .total_cmp(&s.flows[*a].value)
            .then(a.cmp(b))
    });
    pen.group("flows", || {
        for i in &order {
            forward(s, g, l, &pen, *i, &mut room);
        }
    });
    pen.group("returns", || {
        for r in &l.returns {
            back(s, l, &pen, r, &mut room);
        }
    });
    bars(s, g, l, &pen, &mut room);
    names(s, g, l, &pen, &mut room);
    pen.group("values", || {
        for r in &l.returns {
            lane_value(s, l, &pen, r, &mut room);
        }
        for i in &order {
            value(s, g, l, &pen, *i, &mut room);
        }
    });
    key(s, l, &pen);
    pen.finish(&s.id, &s.title, &describe(s))
}

fn headings(s: &Sankey, l: &Layout, pen: &Pen) {
    pen.group("headings", || {
        for (c, text) in s.columns.iter().enumerate().take(l.x.len()) {
            let x = l.x[c] + BAR / 2.0;
            // Half the distance to the neighbours is a heading's own.
            let near = |o: Option<&f64>| o.map_or(f64::INFINITY, |v| (v - l.x[c]).abs());
            let limit = near(l.x.get(c + 1))
                .min(near(c.checked_sub(1).and_then(|p| l.x.get(p))))
                .min(l.width)
                - 16.0;
            let lines = font::wrap(text, TEXT, false, limit, 2);
            for (i, line) in lines.iter().enumerate() {
                let half = font::width(line, TEXT, false) / 2.0;
                let at = x.clamp(half, (l.width - half).max(half));
                pen.words(
                    (at, ROW * (i as f64 + 0.5)),
                    line,
                    Anchor::Middle,
                    false,
                    GREY,
                    false,
                );
            }
        }
    });
}

/// Upper and lower edge of a forward flow as SVG path data, from left to right.
fn edges(g: &Graph, l: &Layout, flow: usize) -> Vec<[f64; 5]> {
    g.paths[flow]
        .iter()
        .map(|p| {
            let (piece, (a, b)) = (&g.pieces[*p], &l.ends[*p]);
            let x0 = l.x[g.vertices[piece.from].column] + BAR;
            let x1 = l.x[g.vertices[piece.to].column];
            [
                x0,
                l.y[piece.from] + a.offset,
                x1,
                l.y[piece.to] + b.offset,
                a.width,
            ]
        })
        .collect()
}

fn forward(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, i: usize, room: &mut Room) {
    let pieces = edges(g, l, i);
    let curve = |x0: f64, y0: f64, x1: f64, y1: f64| {
        let sign = if x1 > x0 { 1.0 } else { -1.0 };
        let (a, b) = (x0 + sign * LEVEL, x1 - sign * LEVEL);
        let m = (a + b) / 2.0;
        format!(
            "L{} {}C{} {} {} {} {} {}L{} {}",
            num(a),
            num(y0),
            num(m),
            num(y0),
            num(m),
            num(y1),
            num(b),
            num(y1),
            num(x1),
            num(y1)
        )
    };
    let Some(first) = pieces.first() else { return };
    let start = format!("M{} {}", num(first[0]), num(first[1]));
    let upper: String = pieces
        .iter()
        .map(|p| {
            format!(
                "L{} {}{}",
                num(p[0]),
                num(p[1]),
                curve(p[0], p[1], p[2], p[3])
            )
        })
        .collect();
    let lower: String = pieces
        .iter()
        .rev()
        .map(|p| {
            format!(
                "L{} {}{}",
                num(p[2]),
                num(p[3] + p[4]),
                curve(p[2], p[3] + p[4], p[0], p[1] + p[4])
            )
        })
        .collect();
    let exit = s.nodes[s.flows[i].to].exit;
    let (tint, edge) = if exit {
        (EXIT_TINT, GREY)
    } else {
        (BAND_TINTS[1], BAND_EDGE)
    };
    pen.path(&format!("{start}{upper}{lower}Z"), Some((tint, 0.72)), None);
    let line = Stroke::new(edge, 0.75);
    pen.path(&format!("{start}{upper}"), None, Some(line));
    if let Some(last) = pieces.last() {
        pen.path(
            &format!("M{} {}{lower}", num(last[2]), num(last[3] + last[4])),
            None,
            Some(line),
        );
    }
    for p in &pieces {
        for lift in [0.0, p[4]] {
            let points: Vec<(f64, f64)> = (0..=12)
                .map(|k| along(p, f64::from(k) / 12.0, lift))
                .collect();
            room.add_line(&points);
        }
    }
}

/// A point on a piece's edge: `t` from 0 to 1 left to right, `lift` below the upper edge.
fn along(p: &[f64; 5], t: f64, lift: f64) -> (f64, f64) {
    let x = p[0] + (p[2] - p[0]) * t;
    let (a, b) = (p[0] + LEVEL, p[2] - LEVEL);
    let u = ((x - a) / (b - a).max(1.0)).clamp(0.0, 1.0);
    // The curve's own parameter for this place: its middle control points lie at the middle.
    let (mut lo, mut hi) = (0.0, 1.0);
    for _ in 0..30 {
        let m: f64 = (lo + hi) / 2.0;
        let at = 1.5 * m * (1.0 - m) + m * m * m;
        if at < u { lo = m } else { hi = m }
    }
    let m = (lo + hi) / 2.0;
    let rise = m * m * (3.0 - 2.0 * m);
    (x, p[1] + (p[3] - p[1]) * rise + lift)
}

fn back(s: &Sankey, l: &Layout, pen: &Pen, r: &Return, room: &mut Room) {
    let f = &s.flows[r.flow];
    let (x0, y0) = (
        l.x[s.nodes[f.from].column] + BAR,
        l.y[f.from] + r.out.offset + r.width / 2.0,
    );
    let (x1, y1) = (
        l.x[s.nodes[f.to].column],
        l.y[f.to] + r.into.offset + r.width / 2.0,
    );
    // `t` is how far the edge drawn lies outside the middle of the band.
    let side = |t: f64| {
        let k = r.turn + t;
        let (down, up, lane) = (r.down + t, r.up - t, r.lane + t);
        let n = num;
        [
            format!("{} {}", n(x0), n(y0 - t)),
            format!(
                "L{} {}A{k} {k} 0 0 1 {} {}",
                n(down - k),
                n(y0 - t),
                n(down),
                n(y0 - t + k),
                k = n(k)
            ),
            format!(
                "L{} {}A{k} {k} 0 0 1 {} {}",
                n(down),
                n(lane - k),
                n(down - k),
                n(lane),
                k = n(k)
            ),
            format!(
                "L{} {}A{k} {k} 0 0 1 {} {}",
                n(up + k),
                n(lane),
                n(up),
                n(lane - k),
                k = n(k)
            ),
            format!(
                "L{} {}A{k} {k} 0 0 1 {} {}",
                n(up),
                n(y1 - t + k),
                n(up + k),
                n(y1 - t),
                k = n(k)
            ),
            format!("L{} {}", n(x1), n(y1 - t)),
        ]
        .concat()
    };
    let middle = side(0.0);
    pen.path(
        &format!("M{middle}"),
        None,
        Some(Stroke::new(ACCENT_TINT, r.width)),
    );
    let edge = Stroke::new(ACCENT, 0.9);
    pen.path(&format!("M{}", side(r.width / 2.0)), None, Some(edge));
    pen.path(&format!("M{}", side(-r.width / 2.0)), None, Some(edge));
    arrow(pen, (x1 - 1.0, y1), (1.0, 0.0), r.width);
    arrow(pen, (r.up, (y1 + r.lane) / 2.0), (0.0, -1.0), r.width);
    let half = r.width / 2.0;
    for (a, b) in [
        ((x0, y0), (r.down, y0)),
        ((r.down, y0), (r.down, r.lane)),
        ((r.up, r.lane), (r.up, y1)),
        ((r.up, y1), (x1, y1)),
    ] {
        for t in [-half, half] {
            let (dx, dy) = if (a.0 - b.0).abs() < 1e-9 {
                (t, 0.0)
            } else {
                (0.0, t)
            };
            room.add_line(&[(a.0 + dx, a.1 + dy), (b.0 + dx, b.1 + dy)]);
        }
        if (a.0 - b.0).abs() < 1e-9 {
            room.taken.push(Rect {
                x0: a.0 - half,
                y0: a.1.min(b.1),
                x1: a.0 + half,
                y1: a.1.max(b.1),
            });
        }
    }
}

/// An arrowhead with its tip at a point, wide enough to be seen on a thin band.
fn arrow(pen: &Pen, (x, y): (f64, f64), (dx, dy): (f64, f64), width: f64) {
    let (long, half) = (9.0, (width / 2.0).clamp(4.5, 7.0));
    let (bx, by) = (x - dx * long, y - dy * long);
    pen.polygon(
        &[
            (x, y),
            (bx - dy * half, by + dx * half),
            (bx + dy * half, by - dx * half),
        ],
        ACCENT,
    );
}

fn color(exit: bool) -> Rgb {
    if exit { GREY } else { SERIES[0] }
}

fn bars(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, room: &mut Room) {
    pen.group("stages", || {
        for (i, n) in s
            .nodes
            .iter()
            .enumerate()
            .filter(|(i, _)| g.vertices[*i].value > 0.0)
        {
            let (x, y) = (l.x[n.column], l.y[i]);
            let h = g.vertices[i].value * l.scale;
            pen.rect((x, y), (x + BAR, y + h.max(0.75)), color(n.exit));
            room.taken.push(Rect {
                x0: x - 3.0,
                y0: y - 2.0,
                x1: x + BAR + 3.0,
                y1: y + h + 2.0,
            });
        }
    });
}

fn names(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, room: &mut Room) {
    pen.group("names", || {
        for (i, n) in s
            .nodes
            .iter()
            .enumerate()
            .filter(|(i, _)| g.vertices[*i].value > 0.0)
        {
            let (name, h) = (&l.names[i], g.vertices[i].value * l.scale);
            let (x, first, anchor) = match name.side {
                Side::Left => (
                    l.x[n.column] - 8.0,
                    l.y[i] + (h - name.height()) / 2.0,
                    Anchor::End,
                ),
                Side::Right => (
                    l.x[n.column] + BAR + 8.0,
                    l.y[i] + (h - name.height()) / 2.0,
                    Anchor::Start,
                ),
                Side::Above => (
                    l.x[n.column] + BAR / 2.0,
                    l.y[i] - name.height() - 4.0,
                    Anchor::Middle,
                ),
            };
            let lines = name
                .lines
                .iter()
                .map(|t| (t, true))
                .chain([(&name.value, false)]);
            for (k, (text, bold)) in lines.enumerate() {
                let y = first + ROW * (k as f64 + 0.5);
                pen.label((x, y), text, anchor, bold);
            }
        }
    });
    room.taken.extend(pen.labels().iter().map(Rect::from));
}

/// The number on a forward flow, where a stage's own number does not already say it.
fn value(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, i: usize, room: &mut Room) {
    let f = &s.flows[i];
    let only = |node: usize, out: bool| {
        s.flows
            .iter()
            .filter(|o| o.value > 0.0 && if out { o.from == node } else { o.to == node })
            .count()
            == 1
    };
    let whole = |node: usize| (f.value - g.vertices[node].value).abs() < 1e-9;
    if (only(f.from, true) && whole(f.from)) || (only(f.to, false) && whole(f.to)) {
        return;
    }
    let text = format::count(f.value);
    let w = font::width(&text, TEXT, false);
    let pieces = edges(g, l, i);
    let band = f.value * l.scale;
    let mut places = Vec::new();
    for t in [0.22, 0.3, 0.38, 0.46, 0.54, 0.62, 0.7, 0.78, 0.16, 0.84] {
        places.extend(pieces.iter().map(|p| along(p, t, band / 2.0)));
    }
    if let Some(at) = room.find(&places, w + 4.0, TEXT * 1.15) {
        pen.words(at, &text, Anchor::Middle, false, INK, band < 24.0);
    }
}

fn lane_value(s: &Sankey, l: &Layout, pen: &Pen, r: &Return, room: &mut Room) {
    let f = &s.flows[r.flow];
    let (a, b) = (r.up + r.turn + 6.0, r.down - r.turn - 6.0);
    let full = format!("{} back to {}", format::count(f.value), s.nodes[f.to].name);
    let y = if r.width < THIN {
        r.lane + r.width / 2.0 + ROW / 2.0
    } else {
        r.lane
    };
    for text in [
        font::cut(&full, TEXT, false, (b - a).max(0.0)),
        format::count(f.value),
    ] {
        let w = font::width(&text, TEXT, false);
        let places: Vec<(f64, f64)> = (0..=10)
            .map(|k| {
                // From the middle outwards.
                let share = 0.5 + 0.05 * f64::from(if k % 2 == 0 { k } else { -k - 1 });
                (
                    a + w / 2.0 + (b - a - w).max(0.0) * share.clamp(0.0, 1.0),
                    y,
                )
            })
            .collect();
        if let Some(at) = room.find(&places, w + 2.0, TEXT * 1.15) {
            pen.words(at, &text, Anchor::Middle, false, INK, r.width < THIN);
            return;
        }
    }
    let _ = l;
}

/// The scale: a bar as high as a band of a round number.
fn key(s: &Sankey, l: &Layout, pen: &Pen) {
    let wanted = 26.0 / l.scale;
    let power = libm::pow(10.0, libm::log10(wanted).floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    let value = round
        .into_iter()
        .min_by(|a, b| (a - wanted).abs().total_cmp(&(b - wanted).abs()))
        .unwrap_or(wanted);
    let h = value * l.scale;
    let places = if value < 1.0 { 3 } else { 0 };
    let text = format!(
        "= {} {}; all bands and bars are to this scale",
        format::decimal(value, places),
        s.unit
    );
    let text = font::cut(&text, TEXT, false, l.width - BAR - 14.0);
    let y = l.height - 4.0 - (h / 2.0).max(ROW / 2.0);
    pen.group("scale", || {
        pen.rect((2.0, y - h / 2.0), (2.0 + BAR, y + h / 2.0), SERIES[0]);
        pen.text((BAR + 10.0, y), &text, Anchor::Start, false);
    });
}

fn describe(s: &Sankey) -> String {
    let one = |f: &super::SankeyFlow| {
        format!(
            "{} from {} to {}",
            format::count(f.value),
            s.nodes[f.from].name,
            s.nodes[f.to].name
        )
    };
    let mut flows: Vec<&super::SankeyFlow> = s.flows.iter().filter(|f| f.value > 0.0).collect();
    flows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let text: Vec<String> = flows.iter().take(40).map(|f| one(f)).collect();
    format!("Flows of {}: {}.", s.unit, text.join("; "))
}
