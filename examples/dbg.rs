use caseflow::stats::series::{ets, least_squares::Effort, path};
fn main() {
    let text = std::fs::read_to_string("/work/shared/data/timeseries/m3_200_monthly.csv").unwrap();
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let n: usize = f[4].parse().unwrap();
        let v: Vec<f64> = f[6..].iter().filter(|s| !s.is_empty()).map(|s| s.parse().unwrap()).collect();
        let m = ets::fit(&v[..n], 12, Effort::FULL).unwrap();
        let p = path::mean(&m, 18);
        println!("{};{};{:?};{:?}", f[0], m.form.name(), m.smoothing, p);
    }
}
