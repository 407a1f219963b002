//! Making forecasts of parts and totals agree (Wickramasuriya, Athanasopoulos & Hyndman 2019).
//!
//! Forecasts of every node are projected onto the forecasts that add up, with weights from the
//! covariance of their errors, shrunk towards its diagonal (Schafer & Strimmer 2005). The same
//! projection applied to each sample path gives coherent paths (Panagiotelis et al. 2023).

use super::least_squares::solve_positive;

/// Which parts each node is the sum of; the parts themselves come last, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The number of parts.
    pub parts: usize,
    /// For each sum, the parts in it.
    pub sums: Vec<Vec<usize>>,
}

impl Tree {
    /// Sums and parts together.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.sums.len() + self.parts
    }

    /// Fills the sums of a vector of all nodes from its parts.
    pub fn add_up(&self, nodes: &mut [f64]) {
        let (sums, parts) = nodes.split_at_mut(self.sums.len().min(nodes.len()));
        for (slot, members) in sums.iter_mut().zip(&self.sums) {
            *slot = members.iter().filter_map(|&p| parts.get(p)).sum();
        }
    }

    /// Row of the summing matrix: whether a node holds a part.
    fn holds(&self, node: usize, part: usize) -> f64 {
        let held = match self.sums.get(node) {
            Some(members) => members.contains(&part),
            None => node - self.sums.len() == part,
        };
        f64::from(u8::from(held))
    }
}

/// Correlations of the columns of `errors` (rows of one value a node, around zero), shrunk towards
/// none by the Schafer-Strimmer intensity, and that intensity; no correlation from under three rows.
#[must_use]
pub fn shrunk_correlation(errors: &[Vec<f64>], nodes: usize) -> (Vec<f64>, f64) {
    let mut identity = vec![0.0; nodes * nodes];
    for i in 0..nodes {
        identity[i * nodes + i] = 1.0;
    }
    let rows: Vec<&Vec<f64>> = errors.iter().filter(|r| r.len() == nodes).collect();
    if rows.len() < 3 {
        return (identity, 1.0);
    }
    let n = rows.len() as f64;
    let sd: Vec<f64> =
        (0..nodes).map(|i| (rows.iter().map(|r| r[i] * r[i]).sum::<f64>() / n).sqrt().max(1e-300)).collect();
    let mut found = identity.clone();
    let (mut noise, mut signal) = (0.0, 0.0);
    for i in 0..nodes {
        for j in 0..i {
            let products: Vec<f64> = rows.iter().map(|r| r[i] / sd[i] * (r[j] / sd[j])).collect();
            let mean = products.iter().sum::<f64>() / n;
            let spread: f64 = products.iter().map(|p| (p - mean) * (p - mean)).sum();
            noise += spread / (n * (n - 1.0));
            signal += mean * mean;
            found[i * nodes + j] = mean;
            found[j * nodes + i] = mean;
        }
    }
    let intensity = if signal > 0.0 { (noise / signal).clamp(0.02, 1.0) } else { 1.0 };
    for i in 0..nodes {
        for j in 0..nodes {
            if i != j {
                found[i * nodes + j] *= 1.0 - intensity;
            }
        }
    }
    (found, intensity)
}

/// The matrix (parts x nodes) that takes forecasts of all nodes to reconciled parts:
/// (S' W^-1 S)^-1 S' W^-1 with W = D R D for standard deviations `sd` and correlations `r`.
/// Nothing if a matrix cannot be solved.
#[must_use]
pub fn projection(tree: &Tree, sd: &[f64], r: &[f64]) -> Option<Vec<f64>> {
    let (m, k) = (tree.nodes(), tree.parts);
    if sd.len() != m || r.len() != m * m {
        return None;
    }
    let floor = sd.iter().copied().fold(0.0, f64::max) * 1e-6 + 1e-9;
    let sd: Vec<f64> = sd.iter().map(|s| s.max(floor)).collect();
    let mut w = vec![0.0; m * m];
    for i in 0..m {
        for j in 0..m {
            w[i * m + j] = sd[i] * sd[j] * r[i * m + j];
        }
    }
    // Columns of W^-1 S.
    let mut weighted = vec![0.0; m * k];
    for part in 0..k {
        let column: Vec<f64> = (0..m).map(|node| tree.holds(node, part)).collect();
        let solved = solve_positive(&mut w.clone(), &column)?;
        for (node, value) in solved.into_iter().enumerate() {
            weighted[node * k + part] = value;
        }
    }
    let mut normal = vec![0.0; k * k];
    for i in 0..k {
        for j in 0..k {
            normal[i * k + j] = (0..m).map(|node| tree.holds(node, i) * weighted[node * k + j]).sum();
        }
    }
    let mut out = vec![0.0; k * m];
    for node in 0..m {
        let right = weighted.get(node * k..(node + 1) * k)?;
        let solved = solve_positive(&mut normal.clone(), right)?;
        for (part, value) in solved.into_iter().enumerate() {
            out[part * m + node] = value;
        }
    }
    Some(out)
}

/// The lower Cholesky factor of a correlation matrix; nothing if it is not positive definite.
#[must_use]
pub fn cholesky(r: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|l| lower[i * n + l] * lower[j * n + l]).sum();
            let rest = r.get(i * n + j)? - known;
            if i == j {
                if rest <= 1e-12 {
                    return None;
                }
                lower[i * n + i] = rest.sqrt();
            } else {
                lower[i * n + j] = rest / lower[j * n + j];
            }
        }
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(n: usize) -> Vec<f64> {
        (0..n * n).map(|i| f64::from(u8::from(i % (n + 1) == 0))).collect()
    }

    #[test]
    fn equal_weights_share_the_gap_by_hand() {
        // Total 12, parts 4 and 5: gap 3; by least squares the total falls 1, the parts rise 1.
        let tree = Tree { parts: 2, sums: vec![vec![0, 1]] };
        let g = projection(&tree, &[1.0; 3], &identity(3)).unwrap();
        let parts: Vec<f64> = g.chunks(3).map(|r| r[0] * 12.0 + r[1] * 4.0 + r[2] * 5.0).collect();
        assert!((parts[0] - 5.0).abs() < 1e-9 && (parts[1] - 6.0).abs() < 1e-9);
        let mut nodes = [0.0, parts[0], parts[1]];
        tree.add_up(&mut nodes);
        assert!((nodes[0] - 11.0).abs() < 1e-9);
    }

    #[test]
    fn what_already_adds_up_is_left_alone_whatever_the_weights() {
        let tree = Tree { parts: 3, sums: vec![vec![0, 1, 2], vec![0, 1]] };
        let nodes = [60.0, 30.0, 10.0, 20.0, 30.0];
        let mut r = identity(5);
        r[1] = 0.6;
        r[5] = 0.6;
        let g = projection(&tree, &[5.0, 3.0, 1.0, 2.0, 4.0], &r).unwrap();
        for (row, expected) in g.chunks(5).zip([10.0, 20.0, 30.0]) {
            let found: f64 = row.iter().zip(nodes).map(|(a, b)| a * b).sum();
            assert!((found - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn correlation_is_shrunk_more_when_there_is_less_to_go_on() {
        let rows = |n: usize| -> Vec<Vec<f64>> {
            (0..n)
                .map(|i| {
                    let mut z = [0.0; 2];
                    crate::stats::series::random::normals(8, 0, i as u64, &mut z);
                    vec![z[0], 0.8 * z[0] + 0.6 * z[1]]
                })
                .collect()
        };
        let (many, little) = shrunk_correlation(&rows(2_000), 2);
        assert!((many[1] - 0.8).abs() < 0.06 && little < 0.03);
        let (_, more) = shrunk_correlation(&rows(8), 2);
        assert!(more > little);
        assert_eq!(shrunk_correlation(&[], 2).0, identity(2));
        let l = cholesky(&[1.0, 0.8, 0.8, 1.0], 2).unwrap();
        assert!((l[2] - 0.8).abs() < 1e-12 && (l[3] - 0.6).abs() < 1e-12);
    }
}
