//! Finding room for labels.

use super::pen::Rect;
use super::scene::LabelBox;

/// Something to be put on a line: where it would like its centre, how long it is, and how much
/// it minds being moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub wish: f64,
    pub size: f64,
    pub weight: f64,
}

/// Centres for items in the order given, at least `gap` apart and inside `lo..hi`, as near to
/// their wishes as the order allows (least squares). If they cannot all fit they overrun `hi`.
pub(super) fn spread(items: &[Item], gap: impl Fn(usize) -> f64, lo: f64, hi: f64) -> Vec<f64> {
    // Shifted by all that must stand before it, an item's start may only not fall.
    let mut before = 0.0;
    let mut starts = Vec::with_capacity(items.len());
    // Blocks of items that move together: (weighted sum of wishes, weight, items).
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            before += gap(i - 1);
        }
        starts.push(before);
        let wish = item.wish - item.size / 2.0 - before;
        before += item.size;
        let weight = item.weight.max(1e-6);
        blocks.push((wish * weight, weight, 1));
        while let [.., a, b] = blocks.as_slice() {
            if a.0 / a.1 <= b.0 / b.1 {
                break;
            }
            let merged = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged);
        }
    }
    let top = (hi - before).max(lo);
    let places = blocks.iter().flat_map(|(s, w, n)| std::iter::repeat_n((s / w).clamp(lo, top), *n));
    places.zip(items).zip(&starts).map(|((u, item), start)| u + start + item.size / 2.0).collect()
}

/// Room for labels inside a picture that already holds lines and text.
pub(super) struct Room {
    pub bounds: Rect,
    pub taken: Vec<Rect>,
    /// Places that a label may stand on if there is no other.
    pub avoid: Vec<Rect>,
    pub lines: Vec<((f64, f64), (f64, f64))>,
}

impl From<&LabelBox> for Rect {
    fn from(b: &LabelBox) -> Rect {
        Rect { x0: b.x0, y0: b.y0, x1: b.x1, y1: b.y1 }
    }
}

impl Rect {
    pub fn around((x, y): (f64, f64), w: f64, h: f64) -> Rect {
        Rect { x0: x - w / 2.0, y0: y - h / 2.0, x1: x + w / 2.0, y1: y + h / 2.0 }
    }

    pub fn overlap(&self, o: &Rect) -> f64 {
        let w = self.x1.min(o.x1) - self.x0.max(o.x0);
        let h = self.y1.min(o.y1) - self.y0.max(o.y0);
        if w > 0.0 && h > 0.0 { w * h } else { 0.0 }
    }

    fn inside(&self, o: &Rect) -> bool {
        self.x0 >= o.x0 && self.x1 <= o.x1 && self.y0 >= o.y0 && self.y1 <= o.y1
    }

    /// Length of a line inside the rectangle (Liang and Barsky's clipping).
    fn crossed(&self, (a, b): ((f64, f64), (f64, f64))) -> f64 {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut t0, mut t1) = (0.0f64, 1.0f64);
        for (p, q) in [(-dx, a.0 - self.x0), (dx, self.x1 - a.0), (-dy, a.1 - self.y0), (dy, self.y1 - a.1)] {
            if p == 0.0 {
                if q < 0.0 {
                    return 0.0;
                }
            } else if p < 0.0 {
                t0 = t0.max(q / p);
            } else {
                t1 = t1.min(q / p);
            }
        }
        (t1 - t0).max(0.0) * (dx * dx + dy * dy).sqrt()
    }
}

impl Room {
    pub fn new(bounds: Rect) -> Room {
        Room { bounds, taken: Vec::new(), avoid: Vec::new(), lines: Vec::new() }
    }

    pub fn add_line(&mut self, points: &[(f64, f64)]) {
        self.lines.extend(points.iter().zip(points.iter().skip(1)).map(|(a, b)| (*a, *b)));
    }

    /// How bad a place is: text over text is ruled out (`None`), lines under text are counted.
    fn cost(&self, r: &Rect) -> Option<f64> {
        if !r.inside(&self.bounds) || self.taken.iter().any(|t| t.overlap(r) > 0.0) {
            return None;
        }
        // Each line that is crossed counts, and how far it runs under the text counts more.
        let cost = |l: f64| if l > 0.0 { 40.0 + l } else { 0.0 };
        let avoided = self.avoid.iter().filter(|a| a.overlap(r) > 0.0).count() as f64;
        let crossed: f64 = self.lines.iter().map(|l| cost(r.crossed(*l))).sum();
        Some(crossed + 300.0 * avoided)
    }

    /// The centre, among candidates in order of liking, that crosses least; the room is then taken.
    pub fn find(&mut self, candidates: &[(f64, f64)], w: f64, h: f64) -> Option<(f64, f64)> {
        self.find_within(candidates, w, h, f64::INFINITY)
    }

    /// As `find`, but only places that cost less than `most`.
    pub fn find_within(
        &mut self,
        candidates: &[(f64, f64)],
        w: f64,
        h: f64,
        most: f64,
    ) -> Option<(f64, f64)> {
        let mut best: Option<(f64, (f64, f64))> = None;
        for (rank, c) in candidates.iter().enumerate() {
            if let Some(cost) = self.cost(&Rect::around(*c, w, h)) {
                // A place that much further down the list is worth two pixels less of crossed line.
                let cost = cost + 2.0 * rank as f64;
                if best.is_none_or(|b| cost < b.0) {
                    best = Some((cost, *c));
                }
            }
        }
        let (_, at) = best.filter(|b| b.0 < most)?;
        self.taken.push(Rect::around(at, w, h));
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(v: &[(f64, f64)]) -> Vec<Item> {
        v.iter().map(|(wish, size)| Item { wish: *wish, size: *size, weight: 1.0 }).collect()
    }

    #[test]
    fn items_with_room_stay_and_others_share_the_push() {
        assert_eq!(spread(&items(&[(10.0, 4.0), (50.0, 4.0)]), |_| 2.0, 0.0, 100.0), [10.0, 50.0]);
        // Two of size 10 with the same wish end 6 either side with a gap of 2.
        assert_eq!(spread(&items(&[(50.0, 10.0), (50.0, 10.0)]), |_| 2.0, 0.0, 100.0), [44.0, 56.0]);
        // At the edge they are pushed in.
        assert_eq!(spread(&items(&[(0.0, 10.0), (0.0, 10.0)]), |_| 0.0, 0.0, 100.0), [5.0, 15.0]);
        assert_eq!(spread(&items(&[(100.0, 10.0), (100.0, 10.0)]), |_| 0.0, 0.0, 100.0), [85.0, 95.0]);
        assert!(spread(&[], |_| 0.0, 0.0, 1.0).is_empty());
    }

    #[test]
    fn a_label_goes_where_no_line_is() {
        let mut room = Room::new(Rect { x0: 0.0, y0: 0.0, x1: 100.0, y1: 100.0 });
        room.add_line(&[(0.0, 30.0), (100.0, 30.0)]);
        assert_eq!(room.find(&[(50.0, 30.0), (50.0, 60.0)], 20.0, 10.0), Some((50.0, 60.0)));
        // Taken now, and outside is no place.
        assert_eq!(room.find(&[(50.0, 60.0), (99.0, 90.0)], 20.0, 10.0), None);
        let r = Rect { x0: 0.0, y0: 0.0, x1: 10.0, y1: 10.0 };
        assert!((r.crossed(((-5.0, 5.0), (20.0, 5.0))) - 10.0).abs() < 1e-9);
        assert_eq!(r.crossed(((-5.0, 50.0), (20.0, 50.0))), 0.0);
    }
}
