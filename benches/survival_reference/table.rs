//! A comma-separated file with a header, by column name.

use std::path::Path;

pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut lines = text.lines().filter(|l| !l.trim().is_empty());
        let header = fields(lines.next().unwrap_or_default());
        let rows = lines.map(fields).collect();
        Ok(Self { header, rows })
    }

    pub fn text(&self, name: &str) -> Result<Vec<String>, String> {
        let at = self
            .header
            .iter()
            .position(|h| h == name)
            .ok_or_else(|| format!("no column {name} among {:?}", self.header))?;
        Ok(self.rows.iter().map(|r| r.get(at).cloned().unwrap_or_default()).collect())
    }

    /// Numbers; what is not one (NA, empty) is NaN.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, String> {
        let text = self.text(name)?;
        Ok(text.iter().map(|t| number(t)).collect())
    }
}

fn number(text: &str) -> f64 {
    match text {
        "Inf" => f64::INFINITY,
        other => other.parse().unwrap_or(f64::NAN),
    }
}

fn fields(line: &str) -> Vec<String> {
    let (mut all, mut now, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut now)),
            c => now.push(c),
        }
    }
    all.push(now);
    all
}
