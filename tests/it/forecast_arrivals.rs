//! Forecast paths as arrivals: each replication follows its path to the case, and scenarios act on it.

use super::files::{good, lines, load_with, tests, text_of};
use caseflow::base::ids::{Id, StreamId};
use caseflow::base::time::SimTime;
use caseflow::engine::{Happening, Network, Probe, World};
use caseflow::experiment::run::{Plan, Unwatched, run};
use caseflow::forecast::month::Month;
use caseflow::forecast::run::{Outcome, forecast};
use caseflow::forecast::series::{Options, Series};
use caseflow::model::Loaded;
use caseflow::model::arrivals::{Arrivals, Count};
use caseflow::present::forecast::scenario;
use caseflow::stats::series::random::normals;

/// Children who arrived, by month and then by replication.
fn by_month(model: &Loaded, replications: u64) -> Vec<Vec<f64>> {
    let network = Network::compile(&model.model);
    let rows = run(&network, Plan { seed: 11, first: 1, replications }, &Unwatched).unwrap();
    let columns = network.layout().columns().iter().enumerate();
    let wanted = columns.filter(|(_, c)| c.kind == "stage" && c.measure == "arrived" && c.period.is_some());
    wanted.map(|(i, _)| rows.values.column(i).to_vec()).collect()
}

fn text() -> String {
    text_of(&tests().join("good/forecast.toml"))
}

fn changed(model: &str, scenario: &str) -> Loaded {
    load_with(model, scenario).unwrap_or_else(|(sources, errors)| {
        panic!("{}", lines(&sources, &errors, "scenario.toml").join("\n"))
    })
}

fn under(changes: &str) -> Loaded {
    changed(&text(), &format!("title = \"T\"\n{changes}"))
}

const FIRST: [f64; 12] = [100., 110., 120., 100., 80., 60., 100., 110., 120., 100., 90., 80.];

/// The paths of the file lie at +0, +100, +50 and -50 of the first, and repeat after a year.
fn path(replication: usize, month: usize) -> f64 {
    FIRST[month % 12] + [0.0, 100.0, 50.0, -50.0][replication % 4]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The engine adds no chance to a count that has it already: not one case more or less.
#[test]
fn as_many_arrive_as_the_path_says() {
    let found = by_month(&good("forecast.toml", &text()), 12);
    assert_eq!(found.len(), 24);
    assert!(found[0].iter().all(|n| *n == 62.0), "as observed: {:?}", found[0]);
    assert!(found[1].iter().all(|n| *n == 56.0), "as observed: {:?}", found[1]);
    for (at, counts) in found.iter().enumerate().skip(2) {
        for (r, count) in counts.iter().enumerate() {
            assert_eq!(*count, path(r, at - 2), "month {at}, replication {r}");
        }
    }
}

/// Families of one or three children: the month's children miss the path by less than a family, and
/// in the mean not at all. A miss lies within (-3, 3), so its standard deviation is below 3; 400
/// replications of 22 months give a mean of standard error below .032.
#[test]
fn families_come_until_the_path_is_met() {
    let text =
        text().replace("to = \"s\"\n[arrivals", "to = \"s\"\nfamilies = { 1 = 0.5, 3 = 0.5 }\n[arrivals");
    let found = by_month(&good("families.toml", &text), 400);
    let mut misses = Vec::new();
    for (at, counts) in found.iter().enumerate().skip(2) {
        misses.extend(counts.iter().enumerate().map(|(r, n)| n - path(r, at - 2)));
    }
    assert!(misses.iter().all(|m| m.abs() < 3.0));
    assert!(misses.iter().any(|m| *m != 0.0));
    assert!(mean(&misses).abs() < 5.0 * 0.032, "{}", mean(&misses));
}

/// A forecast of a series of our own, and the model that follows it.
fn forecast_and_model(paths: usize) -> (Outcome, Loaded) {
    let mut z = vec![0.0; 84];
    normals(5, 1, 0, &mut z);
    let season = |t: usize| if t % 12 == 7 { -60.0 } else { 10.0 };
    let values = z.iter().enumerate().map(|(t, e)| Some((240.0 + season(t) + 16.0 * e).round())).collect();
    let series = Series::new("contacts", Month::new(2018, 4).unwrap(), values);
    let options = Options { horizon: 18, paths, ..Options::default() };
    let outcome = forecast(&[series], &options).unwrap().pop().unwrap();
    let model = "[model]\ntitle = \"M\"\nstarts = 2025-04-01\nruns = \"18 months\"\nwarm_up = \"2 months\"\n\
        [arrivals.contacts]\nto = \"s\"\nrate = \"9 per day\"\n[stages.s]\nstay = \"1 day\"\nto = \"out\"\n";
    let loaded = changed(model, &scenario(&[(&outcome, "contacts")], "a test"));
    (outcome, loaded)
}

/// The band of the simulated counts is the forecast's: with a replication a path every order
/// statistic agrees, and the stated 80 and 95 % intervals (whole numbers, rounded outwards) hold at least
/// that share of replications, less one path's worth of the grid of ranks.
#[test]
fn the_band_of_arrivals_is_the_forecasts() {
    let paths = 200;
    let (outcome, model) = forecast_and_model(paths);
    let found = by_month(&model, paths as u64);
    assert_eq!(found.len(), 18);
    for (h, counts) in found.iter().enumerate() {
        let mut simulated = counts.clone();
        simulated.sort_by(f64::total_cmp);
        let mut stated: Vec<f64> = outcome.paths.month(h).collect();
        stated.sort_by(f64::total_cmp);
        assert_eq!(simulated, stated, "month {h}");
        for band in &outcome.steps[h].intervals[1..] {
            let inside = counts.iter().filter(|n| **n >= band.low && **n <= band.high).count();
            let share = inside as f64 / paths as f64;
            assert!(share >= band.level - 1.0 / paths as f64, "month {h}: {share} for {}", band.level);
        }
    }
}

/// With fresh replications on other paths, the band agrees within sampling. The share of 200
/// replications below a quantile of 2,000 paths at probability p has variance below p (1 - p) / 200 (it is
/// less here: the replications are the first 200 of these paths); 5 standard errors.
#[test]
fn some_of_the_paths_are_a_fair_sample_of_the_band() {
    let (outcome, model) = forecast_and_model(2_000);
    let found = by_month(&model, 200);
    for (h, counts) in found.iter().enumerate() {
        let mut stated: Vec<f64> = outcome.paths.month(h).collect();
        stated.sort_by(f64::total_cmp);
        for p in [0.1f64, 0.5, 0.9] {
            let quantile = stated[(p * 2_000.0) as usize];
            // counts tie: half of those at the quantile count as below it, in both
            let below = |v: &[f64]| {
                let n = v
                    .iter()
                    .map(|x| f64::from(u8::from(*x < quantile)) + f64::from(u8::from(*x <= quantile)));
                0.5 * n.sum::<f64>() / v.len() as f64
            };
            let off = below(counts) - below(&stated);
            assert!(off.abs() < 5.0 * (p * (1.0 - p) / 200.0).sqrt(), "month {h} at {p}: {off}");
        }
    }
}

/// Arrival times in days.
struct Times(Vec<f64>);

impl Probe for Times {
    fn hear(&mut self, at: SimTime, _case: u32, happening: Happening) {
        if matches!(happening, Happening::Arrived(_)) {
            self.0.push(at.days());
        }
    }
}

fn times(model: &Loaded, replication: u64) -> Vec<f64> {
    let network = Network::compile(&model.model);
    let mut found = Times(Vec::new());
    World::new(&network).run(11, replication, &mut found).unwrap();
    found.0
}

/// Given the count, moments are even over the month and independent: a chi-squared over the 30 days
/// of each April, June, September and November (5 % of its cases in each of 20 cells), of 40
/// replications. The 1 - 1e-6 point for 19 degrees of freedom is 63.
#[test]
fn moments_are_even_over_the_month() {
    let model = good("forecast.toml", &text());
    let mut cells = [0u32; 20];
    for replication in 1..=40 {
        // April 2025 is the fourth month: days 90 to 120
        for t in times(&model, replication).into_iter().filter(|t| (90.0..120.0).contains(t)) {
            cells[((t - 90.0) / 1.5) as usize] += 1;
        }
    }
    let n: u32 = cells.iter().sum();
    let expected = f64::from(n) / 20.0;
    assert!(n > 4_000);
    let chi2: f64 = cells.iter().map(|c| (f64::from(*c) - expected).powi(2) / expected).sum();
    assert!(chi2 < 63.0, "{chi2}");
}

/// Replication r follows path (r - 1) mod n; months have the counts that were given.
#[test]
fn each_replication_has_its_path() {
    let model = good("forecast.toml", &text()).model;
    let Arrivals::Forecast(forecast) = &model.streams[StreamId::new(0)].arrivals else { panic!() };
    let march = forecast.months.iter().find(|m| m.from.days() == 59.0).unwrap();
    let found: Vec<f64> = (1..=5).map(|r| forecast.cases(march, r)).collect();
    assert_eq!(found, [100.0, 200.0, 150.0, 50.0, 100.0]);
    // the warm-up has the mean of the first twelve months given: 62, 56 and ten of the mean path
    let ten: f64 = (0..10).map(|m| FIRST[m] + 25.0).sum();
    let usual = (118.0 + ten) / 12.0;
    for month in &forecast.months[..3] {
        let Count::Usual(cases) = month.count else { panic!() };
        assert!((cases - usual).abs() < 1e-9, "{cases}");
    }
}

/// Before anything is known families come by chance about the usual number: over 400 replications the
/// three months of warm-up have mean and variance 3 x usual, within 5 standard errors.
#[test]
fn a_warm_up_before_the_data_is_poisson() {
    let model = good("forecast.toml", &text());
    let ten: f64 = (0..10).map(|m| FIRST[m] + 25.0).sum();
    let wanted = 3.0 * (118.0 + ten) / 12.0;
    let counts: Vec<f64> =
        (1..=400).map(|r| times(&model, r).into_iter().filter(|t| *t < 0.0).count() as f64).collect();
    let m = mean(&counts);
    let variance = counts.iter().map(|c| (c - m) * (c - m)).sum::<f64>() / 399.0;
    assert!((m - wanted).abs() < 5.0 * (wanted / 400.0).sqrt(), "{m} for {wanted}");
    assert!((variance / wanted - 1.0).abs() < 5.0 * (2.0f64 / 399.0).sqrt(), "{variance} for {wanted}");
}

/// A surge from a date leaves what was before it alone, to the bit, and under it the same families come
/// at the same moments, with others besides.
#[test]
fn a_surge_acts_on_the_forecast() {
    let plain = under("");
    let surge = under("[change]\n\"arrivals.x.forecast.times\" = { times = 1.5, from = 2025-09-01 }");
    let (a, b) = (by_month(&plain, 40), by_month(&surge, 40));
    assert_eq!(a[..8], b[..8]);
    for (at, counts) in b.iter().enumerate().skip(8) {
        for (r, count) in counts.iter().enumerate() {
            assert_eq!(*count, 1.5 * path(r, at - 2), "month {at}, replication {r}");
        }
    }
    let (plain_times, surge_times) = (times(&plain, 2), times(&surge, 2));
    assert!(surge_times.len() > plain_times.len());
    let mut more = surge_times.iter();
    assert!(plain_times.iter().all(|t| more.any(|s| s == t)), "every moment is kept");
    let zero = under("[change]\n\"arrivals.x.forecast.times\" = { times = 0 }");
    assert!(by_month(&zero, 4)[4].iter().all(|n| *n == 0.0));
}

/// Fewer: whole numbers up or down by the fraction, right in the mean. 30 % of 100 to 200 cases leaves
/// no fraction in these months; .777 does: the mean over 400 replications lies within 5 standard errors of
/// a fraction's standard deviation of at most a half.
#[test]
fn fractions_of_cases_are_right_in_the_mean() {
    let fewer = under("[change]\n\"arrivals.x.forecast.times\" = { times = 0.777 }");
    let found = by_month(&fewer, 400);
    for (at, counts) in found.iter().enumerate().skip(2) {
        let off: Vec<f64> = counts.iter().enumerate().map(|(r, n)| n - 0.777 * path(r, at - 2)).collect();
        assert!(off.iter().all(|o| o.abs() < 1.0));
        assert!(mean(&off).abs() < 5.0 * 0.5 / 20.0, "{at}: {}", mean(&off));
    }
}

/// A change within a month: of the month's families those before it stay and those after it go, each by
/// chance half of them, so the mean over 400 replications has the standard error of halved counts.
#[test]
fn a_change_within_a_month() {
    let halfway =
        under("[change]\n\"arrivals.x.forecast.times\" = { times = 0, from = 2025-03-16T12:00:00 }");
    let found = by_month(&halfway, 400);
    let expected = (FIRST[0] + 25.0) / 2.0;
    let error = (expected / 2.0 / 400.0).sqrt();
    assert!((mean(&found[2]) - expected).abs() < 5.0 * error, "{}", mean(&found[2]));
    assert!(times(&halfway, 1).iter().all(|t| *t < 59.0 + 15.5));
}

/// A run that begins or ends within a month sees the families of that part of it: half of June.
#[test]
fn a_month_cut_by_the_run() {
    let text =
        text().replace("starts = 2025-01-01", "starts = 2025-06-16").replace("warm_up = \"3 months\"\n", "");
    let found = by_month(&good("cut.toml", &text), 400);
    let expected = (FIRST[3] + 25.0) / 2.0;
    let error = (expected / 2.0 / 400.0).sqrt();
    assert!((mean(&found[0]) - expected).abs() < 5.0 * error, "{}", mean(&found[0]));
}

/// A forecast set by a scenario takes the place of the rate, its months and its variation.
#[test]
fn a_scenario_puts_a_forecast_in_place_of_a_rate() {
    let model = text_of(&tests().join("good/arrivals.toml"));
    let change = "title = \"T\"\n[change.\"arrivals.yearly.forecast\"]\nstarts = \"2025-01\"\ntimes = 2.0\nthen = \"repeat last year\"\npaths = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]\n";
    let loaded = changed(&model, change);
    let stream = loaded.model.streams.iter().find(|s| s.name == "yearly").unwrap();
    let Arrivals::Forecast(forecast) = &stream.arrivals else { panic!() };
    let last = forecast.months.last().unwrap();
    assert_eq!((forecast.cases(last, 7), last.times_at(last.from)), (12.0, 2.0));
    assert!(loaded.model.register.iter().any(|a| a.path == "arrivals.yearly.forecast"));
}
