//! Keeps the worst difference of each comparison and prints one line for it.

#[derive(Default)]
pub struct Tally {
    failures: usize,
    lines: usize,
}

impl Tally {
    /// Compares two columns; a missing value must be missing in both.
    pub fn columns(&mut self, name: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
        if ours.len() != theirs.len() {
            self.line(name, &format!("{} values for {}", ours.len(), theirs.len()), false);
            return;
        }
        let mut worst = 0.0_f64;
        let mut unmatched = 0;
        for (a, b) in ours.iter().zip(theirs) {
            if a.is_nan() != b.is_nan() {
                unmatched += 1;
            } else if !a.is_nan() {
                worst = worst.max((a - b).abs());
            }
        }
        let good = worst <= tolerance && unmatched == 0 && !ours.is_empty();
        let text = format!(
            "{:5} values, worst difference {worst:8.1e} (allowed {tolerance:.0e}), missing in one only {unmatched}",
            ours.len()
        );
        self.line(name, &text, good);
    }

    pub fn line(&mut self, name: &str, text: &str, good: bool) {
        self.lines += 1;
        self.failures += usize::from(!good);
        println!("{} {name:58} {text}", if good { "pass" } else { "FAIL" });
    }

    pub fn error(&mut self, name: &str, error: &str) {
        self.line(name, error, false);
    }

    /// Prints the total; true if everything passed and there was something.
    pub fn finish(&self) -> bool {
        println!("{} comparisons, {} failed", self.lines, self.failures);
        self.failures == 0 && self.lines > 0
    }
}
