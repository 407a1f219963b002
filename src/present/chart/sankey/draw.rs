//! Drawing a laid-out flow diagram.

use std::fmt::Write as _;

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
    let mut room = Room::new(Rect { x0: 2.0, y0: l.top - 4.0, x1: l.width - 2.0, y1: l.bottom + 4.0 });
    headings(s, l, &pen);
    // Wide bands first, so that narrow ones stay visible where they cross.
    let mut order: Vec<usize> = (0..s.flows.len()).filter(|i| !g.paths[*i].is_empty()).collect();
    order.sort_by(|a, b| s.flows[*b].value.total_cmp(&s.flows[*a].value).then(a.cmp(b)));
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
            lane_value(s, &pen, r, &mut room);
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
            let limit =
                near(l.x.get(c + 1)).min(near(c.checked_sub(1).and_then(|p| l.x.get(p)))).min(l.width) - 16.0;
            let lines = font::wrap(text, TEXT, false, limit, 2);
            for (i, line) in lines.iter().enumerate() {
                let half = font::width(line, TEXT, false) / 2.0;
                let at = x.clamp(half, (l.width - half).max(half));
                pen.words((at, ROW * (i as f64 + 0.5)), line, Anchor::Middle, false, GREY, false);
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
            [x0, l.y[piece.from] + a.offset, x1, l.y[piece.to] + b.offset, a.width]
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
        .map(|p| format!("L{} {}{}", num(p[0]), num(p[1]), curve(p[0], p[1], p[2], p[3])))
        .collect();
    let lower: String = pieces
        .iter()
        .rev()
        .map(|p| {
            format!("L{} {}{}", num(p[2]), num(p[3] + p[4]), curve(p[2], p[3] + p[4], p[0], p[1] + p[4]))
        })
        .collect();
    let exit = s.nodes[s.flows[i].to].exit;
    let (tint, edge) = if exit { (EXIT_TINT, GREY) } else { (BAND_TINTS[1], BAND_EDGE) };
    pen.path(&format!("{start}{upper}{lower}Z"), Some((tint, 0.72)), None);
    let line = Stroke::new(edge, 0.75);
    pen.path(&format!("{start}{upper}"), None, Some(line));
    if let Some(last) = pieces.last() {
        pen.path(&format!("M{} {}{lower}", num(last[2]), num(last[3] + last[4])), None, Some(line));
    }
    for p in &pieces {
        for lift in [0.0, p[4]] {
            let points: Vec<(f64, f64)> = (0..=12).map(|k| along(p, f64::from(k) / 12.0, lift)).collect();
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
    let (x0, y0) = (l.x[s.nodes[f.from].column] + BAR, l.y[f.from] + r.out.offset + r.width / 2.0);
    let (x1, y1) = (l.x[s.nodes[f.to].column], l.y[f.to] + r.into.offset + r.width / 2.0);
    let way = [(x0, y0), (r.down, y0), (r.down, r.lane), (r.up, r.lane), (r.up, y1), (x1, y1)];
    pen.path(&rounded(&way, r.turn, 0.0), None, Some(Stroke::new(ACCENT_TINT, r.width)));
    let (half, edge) = (r.width / 2.0, Stroke::new(ACCENT, 0.9));
    for t in [-half, half] {
        pen.path(&rounded(&way, r.turn, t), None, Some(edge));
    }
    arrow(pen, (x1 - 1.0, y1), (1.0, 0.0), r.width);
    if (y1 - r.lane).abs() > 60.0 {
        arrow(pen, (r.up, (y1 + r.lane) / 2.0), (0.0, (y1 - r.lane).signum()), r.width);
    }
    for (a, b) in way.iter().zip(&way[1..]) {
        room.avoid.push(Rect {
            x0: a.0.min(b.0) - half,
            y0: a.1.min(b.1) - half,
            x1: a.0.max(b.0) + half,
            y1: a.1.max(b.1) + half,
        });
    }
}

/// A way of level and upright pieces with round corners, moved `t` to its right; `turn` is the
/// radius of the corners of the way itself, so those of a moved one are larger or smaller by `t`.
fn rounded(way: &[(f64, f64)], turn: f64, t: f64) -> String {
    let heading = |i: usize| {
        let (a, b) = (way[i], way[i + 1]);
        let sign = |v: f64| if v.abs() < 1e-9 { 0.0 } else { v.signum() };
        (sign(b.0 - a.0), sign(b.1 - a.1))
    };
    let last = way.len() - 1;
    let start = heading(0);
    let mut out = format!("M{} {}", num(way[0].0 - start.1 * t), num(way[0].1 + start.0 * t));
    for (i, corner) in way.iter().enumerate().take(last).skip(1) {
        let (before, after) = (heading(i - 1), heading(i));
        let right = before.0 * after.1 - before.1 * after.0 > 0.0;
        let radius = (if right { turn - t } else { turn + t }).max(0.0);
        // The corner of the moved way, where its two pieces meet.
        let x = corner.0 - (before.1 + after.1) * t;
        let y = corner.1 + (before.0 + after.0) * t;
        let _ = write!(
            out,
            "L{} {}A{r} {r} 0 0 {} {} {}",
            num(x - before.0 * radius),
            num(y - before.1 * radius),
            u8::from(right),
            num(x + after.0 * radius),
            num(y + after.1 * radius),
            r = num(radius)
        );
    }
    let end = heading(last - 1);
    let _ = write!(out, "L{} {}", num(way[last].0 - end.1 * t), num(way[last].1 + end.0 * t));
    out
}

/// An arrowhead with its tip at a point, wide enough to be seen on a thin band.
fn arrow(pen: &Pen, (x, y): (f64, f64), (dx, dy): (f64, f64), width: f64) {
    let (long, half) = (9.0, (width / 2.0).clamp(3.5, 7.0));
    let (bx, by) = (x - dx * long, y - dy * long);
    pen.polygon(&[(x, y), (bx - dy * half, by + dx * half), (bx + dy * half, by - dx * half)], ACCENT);
}

fn color(exit: bool) -> Rgb {
    if exit { GREY } else { SERIES[0] }
}

fn bars(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, room: &mut Room) {
    pen.group("stages", || {
        for (i, n) in s.nodes.iter().enumerate().filter(|(i, _)| g.vertices[*i].value > 0.0) {
            let (x, y) = (l.x[n.column], l.y[i]);
            let h = g.vertices[i].value * l.scale;
            pen.rect((x, y), (x + BAR, y + h.max(0.75)), color(n.exit));
            room.taken.push(Rect { x0: x - 3.0, y0: y - 2.0, x1: x + BAR + 3.0, y1: y + h + 2.0 });
        }
    });
}

fn names(s: &Sankey, g: &Graph, l: &Layout, pen: &Pen, room: &mut Room) {
    pen.group("names", || {
        for (i, n) in s.nodes.iter().enumerate().filter(|(i, _)| g.vertices[*i].value > 0.0) {
            let (name, h) = (&l.names[i], g.vertices[i].value * l.scale);
            let (x, first, anchor) = match name.side {
                Side::Left => (l.x[n.column] - 8.0, l.y[i] + (h - name.height()) / 2.0, Anchor::End),
                Side::Right => (l.x[n.column] + BAR + 8.0, l.y[i] + (h - name.height()) / 2.0, Anchor::Start),
                Side::Above => (l.x[n.column] + BAR / 2.0, l.y[i] - name.height() - 4.0, Anchor::Middle),
            };
            let lines = name.lines.iter().map(|t| (t, true)).chain([(&name.value, false)]);
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
        s.flows.iter().filter(|o| o.value > 0.0 && if out { o.from == node } else { o.to == node }).count()
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

/// The number on a flow that goes back: in its lane, or below it where the band is thin.
fn lane_value(s: &Sankey, pen: &Pen, r: &Return, room: &mut Room) {
    let f = &s.flows[r.flow];
    let (a, b) = (r.up + r.turn + 6.0, r.down - r.turn - 6.0);
    let below = r.width < THIN && !r.sideways;
    let y = if below { r.lane + r.width / 2.0 + ROW / 2.0 } else { r.lane };
    let number = format::count(f.value);
    let full = format!("{number} back to {}", s.nodes[f.to].name);
    // The words only where they meet no other flow that goes back.
    let most = 250.0 + if below { 0.0 } else { 300.0 };
    for (text, most) in [(&full, most), (&number, f64::INFINITY)].into_iter().skip(usize::from(r.sideways)) {
        let w = font::width(text, TEXT, false);
        if w > b - a {
            continue;
        }
        // From the middle outwards.
        let share = |k: i32| 0.5 + 0.05 * f64::from(if k % 2 == 0 { k } else { -k - 1 });
        let place = |k: i32| (a + w / 2.0 + (b - a - w) * share(k).clamp(0.0, 1.0), y);
        let places: Vec<(f64, f64)> = (0..=10).map(place).collect();
        if let Some(at) = room.find_within(&places, w + 2.0, TEXT * 1.1, most) {
            pen.words(at, text, Anchor::Middle, false, INK, r.width < THIN);
            return;
        }
    }
}

/// The scale: a bar as high as a band of a round number.
fn key(s: &Sankey, l: &Layout, pen: &Pen) {
    let wanted = 26.0 / l.scale;
    let power = libm::pow(10.0, libm::log10(wanted).floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    let value =
        round.into_iter().min_by(|a, b| (a - wanted).abs().total_cmp(&(b - wanted).abs())).unwrap_or(wanted);
    let h = value * l.scale;
    let places = if value < 1.0 { 3 } else { 0 };
    let text =
        format!("= {} {}; all bands and bars are to this scale", format::decimal(value, places), s.unit);
    let text = font::cut(&text, TEXT, false, l.width - BAR - 14.0);
    let y = l.height - 4.0 - (h / 2.0).max(ROW / 2.0);
    pen.group("scale", || {
        pen.rect((2.0, y - h / 2.0), (2.0 + BAR, y + h / 2.0), SERIES[0]);
        pen.text((BAR + 10.0, y), &text, Anchor::Start, false);
    });
}

fn describe(s: &Sankey) -> String {
    let one = |f: &super::SankeyFlow| {
        format!("{} from {} to {}", format::count(f.value), s.nodes[f.from].name, s.nodes[f.to].name)
    };
    let mut flows: Vec<&super::SankeyFlow> = s.flows.iter().filter(|f| f.value > 0.0).collect();
    flows.sort_by(|a, b| b.value.total_cmp(&a.value));
    let text: Vec<String> = flows.iter().take(40).map(|f| one(f)).collect();
    format!("Flows of {}: {}.", s.unit, text.join("; "))
}
