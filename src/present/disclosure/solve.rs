//! Which cells of a table of counts to withhold so that no small one can be worked out.
//!
//! An outsider knows the totals, every cell that is shown, and that a withheld cell is at least
//! one. Two attacks are played against the table until neither finds a cell: narrowing each
//! withheld cell between the bounds its row and column leave (which finds differences and sums
//! of ones), and solving all rows and columns together as linear equations.

/// A sum that an outsider knows: the parts make the total.
struct Sum {
    parts: Vec<usize>,
    total: usize,
}

/// Beyond this many withheld cells the equations are not solved and only bounds are used.
const SOLVABLE: usize = 600;

/// True for every cell to withhold; `None` marks cells without a number, which are left alone.
pub(super) fn hide(
    grid: &[Vec<Option<f64>>],
    threshold: f64,
    total_row: Option<usize>,
    total_column: Option<usize>,
) -> Vec<Vec<bool>> {
    let width = grid.first().map_or(0, Vec::len);
    let values: Vec<Option<f64>> = grid.iter().flat_map(|r| r.iter().copied()).collect();
    let small = |v: &Option<f64>| v.is_some_and(|v| v >= 1.0 && v <= threshold);
    let mut hidden: Vec<bool> = values.iter().map(small).collect();
    let sums = sums(grid.len(), width, &values, total_row, total_column);
    // Each turn withholds at least one more cell, so there are at most as many turns as cells.
    for _ in 0..values.len() {
        let known = worked_out(&values, &hidden, &sums);
        let Some(more) = next(&values, &hidden, &sums, &known) else {
            break;
        };
        if let Some(h) = hidden.get_mut(more) {
            *h = true;
        }
    }
    hidden.chunks(width.max(1)).map(<[bool]>::to_vec).take(grid.len()).collect()
}

fn sums(
    height: usize,
    width: usize,
    values: &[Option<f64>],
    row: Option<usize>,
    column: Option<usize>,
) -> Vec<Sum> {
    let at = |r: usize, c: usize| r * width + c;
    let mut out = Vec::new();
    if let Some(t) = row.filter(|t| *t < height) {
        for c in 0..width {
            out.push(Sum {
                parts: (0..height).filter(|r| *r != t).map(|r| at(r, c)).collect(),
                total: at(t, c),
            });
        }
    }
    if let Some(t) = column.filter(|t| *t < width) {
        for r in 0..height {
            out.push(Sum {
                parts: (0..width).filter(|c| *c != t).map(|c| at(r, c)).collect(),
                total: at(r, t),
            });
        }
    }
    // A sum with a cell that nobody knows tells nothing.
    let known = |i: &usize| values.get(*i).is_some_and(Option::is_some);
    out.retain(|s| known(&s.total) && s.parts.iter().all(known));
    out
}

/// The withheld cells whose number an outsider can work out.
fn worked_out(values: &[Option<f64>], hidden: &[bool], sums: &[Sum]) -> Vec<bool> {
    let mut known = bounded(values, hidden, sums);
    for (k, s) in known.iter_mut().zip(solved(values, hidden, sums)) {
        *k |= s;
    }
    known
}

fn bounded(values: &[Option<f64>], hidden: &[bool], sums: &[Sum]) -> Vec<bool> {
    let start = |(v, h): (&Option<f64>, &bool)| {
        let v = v.unwrap_or(0.0);
        if *h { (1.0, f64::INFINITY) } else { (v, v) }
    };
    let mut bounds: Vec<(f64, f64)> = values.iter().zip(hidden).map(start).collect();
    for _ in 0..=sums.len() {
        let before = bounds.clone();
        for s in sums {
            narrow(&mut bounds, s);
        }
        if bounds == before {
            break;
        }
    }
    bounds.iter().zip(hidden).map(|((lo, hi), h)| *h && hi - lo < 0.5).collect()
}

fn narrow(bounds: &mut [(f64, f64)], sum: &Sum) {
    let low: f64 = sum.parts.iter().filter_map(|i| bounds.get(*i)).map(|b| b.0).sum();
    let high: f64 = sum.parts.iter().filter_map(|i| bounds.get(*i)).map(|b| b.1).sum();
    let Some(total) = bounds.get(sum.total).copied() else {
        return;
    };
    if let Some(b) = bounds.get_mut(sum.total) {
        *b = (b.0.max(low), b.1.min(high));
    }
    for i in &sum.parts {
        let open =
            sum.parts.iter().filter(|j| *j != i).filter_map(|j| bounds.get(*j)).map(|b| b.1).sum::<f64>();
        if let Some(b) = bounds.get_mut(*i) {
            let others_low = low - b.0;
            *b = (b.0.max(total.0 - open), b.1.min(total.1 - others_low));
        }
    }
}

/// Gauss-Jordan elimination: a row left with one unknown determines it.
fn solved(values: &[Option<f64>], hidden: &[bool], sums: &[Sum]) -> Vec<bool> {
    let unknown: Vec<usize> = (0..values.len()).filter(|i| hidden.get(*i) == Some(&true)).collect();
    let mut out = vec![false; values.len()];
    if unknown.len() > SOLVABLE {
        return out;
    }
    let place = |i: &usize| unknown.binary_search(i).ok();
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for s in sums {
        let mut row = vec![0.0; unknown.len()];
        for p in s.parts.iter().filter_map(place) {
            row[p] = 1.0;
        }
        if let Some(p) = place(&s.total) {
            row[p] = -1.0;
        }
        rows.push(row);
    }
    reduce(&mut rows, unknown.len());
    for row in &rows {
        let mut used = row.iter().enumerate().filter(|(_, v)| v.abs() > 1e-9);
        if let (Some((p, _)), None) = (used.next(), used.next()) {
            out[unknown[p]] = true;
        }
    }
    out
}

fn reduce(rows: &mut [Vec<f64>], width: usize) {
    let mut done = 0;
    for column in 0..width {
        let Some(pivot) =
            (done..rows.len()).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))
        else {
            return;
        };
        if rows[pivot][column].abs() < 1e-9 {
            continue;
        }
        rows.swap(done, pivot);
        let scale = rows[done][column];
        rows[done].iter_mut().for_each(|v| *v /= scale);
        let lead = rows[done].clone();
        for (r, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if r != done && factor != 0.0 {
                row.iter_mut().zip(&lead).for_each(|(v, l)| *v -= factor * l);
            }
        }
        done += 1;
    }
}

/// The next cell to withhold: in a sum that holds a cell which can be worked out, the smallest
/// shown cell that is not zero, a part before a total; among the sums, the one that costs least.
fn next(values: &[Option<f64>], hidden: &[bool], sums: &[Sum], known: &[bool]) -> Option<usize> {
    let shown = |i: &usize| {
        hidden.get(*i) == Some(&false) && values.get(*i).copied().flatten().is_some_and(|v| v > 0.0)
    };
    let exposed = |s: &Sum| s.parts.iter().chain([&s.total]).any(|i| known.get(*i) == Some(&true));
    let value = |i: usize| values.get(i).copied().flatten().unwrap_or(f64::INFINITY);
    // A cell in line with one already withheld in its other sum closes a rectangle: take it first.
    let partners = |i: usize| {
        sums.iter()
            .filter(|s| s.parts.contains(&i) || s.total == i)
            .map(|s| {
                s.parts
                    .iter()
                    .chain([&s.total])
                    .filter(|j| **j != i && hidden.get(**j) == Some(&true))
                    .count()
            })
            .filter(|n| *n > 0)
            .count()
    };
    let mut best: Option<(bool, usize, f64, usize)> = None;
    for s in sums.iter().filter(|s| exposed(s)) {
        for i in s.parts.iter().chain([&s.total]).copied().filter(shown) {
            let key = (i == s.total, usize::MAX - partners(i), value(i), i);
            let better = best.is_none_or(|b| {
                (key.0, key.1).cmp(&(b.0, b.1)).then(key.2.total_cmp(&b.2)).then(key.3.cmp(&b.3)).is_lt()
            });
            if better {
                best = Some(key);
            }
        }
    }
    best.map(|b| b.3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::hide;

    /// Every way to fill a withheld two by two table with totals that an outsider cannot rule
    /// out, by trying them all: for each of the nine cells the values it may have.
    fn possible(grid: &[Vec<Option<f64>>], hidden: &[Vec<bool>]) -> Vec<Vec<i64>> {
        let value = |r: usize, c: usize| grid[r][c].unwrap() as i64;
        let range = |r: usize, c: usize| {
            if hidden[r][c] { (1..=14).collect() } else { vec![value(r, c)] }
        };
        let mut out = vec![Vec::new(); 9];
        for a in range(0, 0) {
            for b in range(0, 1) {
                for c in range(1, 0) {
                    for d in range(1, 1) {
                        let all = [a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d];
                        let fits = (0..9).all(|i| {
                            let shown = !hidden[i / 3][i % 3];
                            if shown { all[i] == value(i / 3, i % 3) } else { all[i] >= 1 }
                        });
                        for i in (0..9).filter(|_| fits) {
                            if !out[i].contains(&all[i]) {
                                out[i].push(all[i]);
                            }
                        }
                    }
                }
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_withheld_cell_can_be_worked_out_by_trying_everything(v in prop::array::uniform4(0i64..12)) {
            let [a, b, c, d] = v;
            let rows = [[a, b, a + b], [c, d, c + d], [a + c, b + d, a + b + c + d]];
            let grid: Vec<Vec<Option<f64>>> =
                rows.iter().map(|r| r.iter().map(|v| Some(*v as f64)).collect()).collect();
            let hidden = hide(&grid, 5.0, Some(2), Some(2));
            let possible = possible(&grid, &hidden);
            for i in 0..9 {
                let v = rows[i / 3][i % 3];
                let withheld = hidden[i / 3][i % 3];
                prop_assert_eq!((1..=5).contains(&v) && !withheld, false);
                prop_assert!(v != 0 || !withheld, "a zero is shown");
                prop_assert!(!withheld || possible[i].len() > 1, "{rows:?} gives away {v}: {hidden:?}");
            }
        }
    }
}
