//! Temporary.
use caseflow::stats::series::{arima, ces, ets, least_squares::Effort, naive::Naive, path, theta};
use std::time::Instant;

fn main() {
    let text = std::fs::read_to_string("/work/shared/data/timeseries/m3_200_monthly.csv").unwrap();
    type F = Box<dyn Fn(&[f64]) -> Option<Box<dyn path::Path>>>;
    let members: Vec<(&str, F)> = vec![
        ("snaive", Box::new(|y| Naive::fit(y, 12).map(|f| Box::new(f) as Box<dyn path::Path>))),
        ("ets", Box::new(|y| ets::fit(y, 12, Effort::FULL).map(|f| Box::new(f) as Box<dyn path::Path>))),
        ("theta", Box::new(|y| theta::fit(y, 12, Effort::FULL).map(|f| Box::new(f) as Box<dyn path::Path>))),
        ("ces", Box::new(|y| ces::fit(y, 12, Effort::FULL).map(|f| Box::new(f) as Box<dyn path::Path>))),
        ("arima", Box::new(|y| arima::fit(y, 12, Effort::FULL).map(|f| Box::new(f) as Box<dyn path::Path>))),
    ];
    let mut all: Vec<Vec<(Vec<f64>, Vec<f64>)>> = vec![];
    let mut data = vec![];
    for line in text.lines().skip(1) {
        let f: Vec<&str> = line.split(',').collect();
        let n: usize = f[4].parse().unwrap();
        let v: Vec<f64> = f[6..].iter().filter(|s| !s.is_empty()).map(|s| s.parse().unwrap()).collect();
        data.push((v[..n].to_vec(), v[n..n + 18].to_vec()));
    }
    for (name, fit) in &members {
        let t = Instant::now();
        let mut out = vec![];
        let mut failed = 0;
        for (y, _) in &data {
            let m = fit(y).unwrap_or_else(|| { failed += 1; Box::new(Naive::fit(y, 12).unwrap()) });
            out.push((path::mean(&*m, 18), path::spread(&*m, 18)));
        }
        let ms = t.elapsed().as_secs_f64() * 1000.0 / data.len() as f64;
        print!("{name:8} {ms:7.2} ms failed {failed} ");
        score(&data, &out);
        all.push(out);
    }
    let comb = |which: &[usize]| -> Vec<(Vec<f64>, Vec<f64>)> {
        (0..data.len()).map(|i| {
            let avg = |g: &dyn Fn(&(Vec<f64>, Vec<f64>)) -> f64| which.iter().map(|&m| g(&all[m][i])).sum::<f64>() / which.len() as f64;
            ((0..18).map(|h| avg(&|x| x.0[h])).collect(), (0..18).map(|h| avg(&|x| x.1[h])).collect())
        }).collect()
    };
    for w in [vec![1, 2], vec![1, 4], vec![1, 2, 3], vec![1, 2, 4], vec![1, 2, 3, 4]] {
        print!("{w:?} ");
        score(&data, &comb(&w));
    }
}
fn score(data: &[(Vec<f64>, Vec<f64>)], out: &[(Vec<f64>, Vec<f64>)]) {
    let (mut mase, mut smape, mut msis, mut cover) = (0.0, 0.0, 0.0, 0.0);
    for ((y, test), (f, sd)) in data.iter().zip(out) {
        let scale = (12..y.len()).map(|t| (y[t] - y[t - 12]).abs()).sum::<f64>() / (y.len() - 12) as f64;
        for h in 0..18 {
            let (a, p) = (test[h], f[h]);
            mase += (a - p).abs() / scale / 18.0;
            smape += 200.0 * (a - p).abs() / (a.abs() + p.abs()) / 18.0;
            let (lo, hi) = (p - 1.96 * sd[h], p + 1.96 * sd[h]);
            msis += ((hi - lo) + 40.0 * ((lo - a).max(0.0) + (a - hi).max(0.0))) / scale / 18.0;
            cover += f64::from(u8::from(a >= lo && a <= hi)) / 18.0;
        }
    }
    let n = data.len() as f64;
    println!("MASE {:.4} sMAPE {:.3} cover {:.4} MSIS {:.3}", mase / n, smape / n, cover / n, msis / n);
}
