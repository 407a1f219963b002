//! Forecasts from file to paths.

mod reading;

use caseflow::forecast::change::Change;
use caseflow::forecast::hierarchy::forecast_parts;
use caseflow::forecast::month::Month;
use caseflow::forecast::population::Exposure;
use caseflow::forecast::read::read;
use caseflow::forecast::run::forecast;
use caseflow::forecast::series::{Calendar, Options, Series, Shock, Treatment};
use caseflow::stats::series::member::Method;
use caseflow::stats::series::random::normals;
use std::fmt::Write;

fn month(year: i32, month: u32) -> Month {
    Month::new(year, month).unwrap()
}

fn plain() -> Options {
    Options { horizon: 12, paths: 400, calendar: Calendar::None, shocks: vec![], ..Options::default() }
}

/// Counts with a level, a season of a tenth and noise, seeded.
fn counts(seed: u64, months: usize, level: f64) -> Vec<Option<f64>> {
    let mut z = vec![0.0; months];
    normals(seed, 77, 0, &mut z);
    z.iter()
        .enumerate()
        .map(|(t, z)| {
            let season = 1.0 + 0.1 * libm::sin(t as f64 * core::f64::consts::PI / 6.0);
            Some((level * season + level.sqrt() * z).round().max(0.0))
        })
        .collect()
}

fn series(seed: u64, months: usize, level: f64) -> Series {
    Series::new(format!("series {seed}"), month(2015, 4), counts(seed, months, level))
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-0-9a-zA-Z/,;\"\n. ]{0,200}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_six_months_or_more_are_forecast_within_reason(
        values in proptest::collection::vec(proptest::option::weighted(0.9, 0_u32..2_000), 6..40),
    ) {
        let values: Vec<Option<f64>> = values.into_iter().map(|v| v.map(f64::from)).collect();
        let one = Series::new("any", month(2019, 1), values);
        let options = Options { paths: 20, ..plain() };
        match forecast(std::slice::from_ref(&one), &options) {
            Ok(found) => {
                for step in &found[0].steps {
                    assert!(step.forecast.is_finite() && step.forecast >= 0.0);
                    let [half, most, nearly] = step.intervals;
                    assert!(nearly.low <= most.low && most.low <= half.low);
                    assert!(half.high <= most.high && most.high <= nearly.high);
                    assert!(nearly.low >= 0.0 && nearly.high.is_finite());
                }
                assert!(found[0].paths.values.iter().all(|v| *v >= 0.0 && v.fract() == 0.0));
            }
            Err(problems) => assert!(one.observed() < 6, "{problems:?}"),
        }
    }
}

// ---- forecasting ----

#[test]
fn six_months_are_enough_and_five_are_refused() {
    let short =
        Series::new("short", month(2024, 1), [12, 15, 11, 14, 13, 12].map(|v| Some(f64::from(v))).to_vec());
    let found = &forecast(std::slice::from_ref(&short), &plain()).unwrap()[0];
    assert!(found.reason.contains("too short"), "{}", found.reason);
    assert!((found.steps[0].forecast - 13.0).abs() < 2.0);
    let problems = forecast(&[short.head(5)], &plain()).unwrap_err();
    assert!(problems[0].message.contains("5 month(s)") && problems[0].hint.contains("six"));
}

#[test]
fn a_missing_or_late_end_widens_the_forecast_and_is_said() {
    // A random walk: thirteen months ahead is 3.6 times as uncertain as one.
    let mut z = vec![0.0; 96];
    normals(11, 2, 0, &mut z);
    let values = z.iter().scan(2_000.0, |s, e| {
        *s += 20.0 * e;
        Some(Some(f64::round(*s)))
    });
    let full = Series::new("walk", month(2015, 4), values.collect());
    let mut cut = full.clone();
    for value in cut.values.iter_mut().skip(84) {
        *value = None;
    }
    let width = |s: &Series, o: &Options| {
        let found = forecast(std::slice::from_ref(s), o).unwrap().remove(0);
        assert_eq!(found.steps[0].month, s.end());
        assert_eq!((found.steps.len(), found.paths.horizon), (12, 12));
        assert_eq!(found.parts.future[0].month, s.end());
        let band = found.steps[0].intervals[2];
        (band.high - band.low, found)
    };
    let (known, _) = width(&full, &plain());
    let (missing, found) = width(&cut, &plain());
    assert!(missing > 2.0 * known, "{missing} {known}");
    assert!(found.findings.iter().any(|f| f.message.contains("last 12 month(s)")));
    // Two months reported late are not used: what they hold changes nothing.
    let late = Options { incomplete: 2, ..plain() };
    let (_, one) = width(&full, &late);
    let mut low = full.clone();
    for value in low.values.iter_mut().skip(94) {
        *value = Some(1.0);
    }
    let (_, two) = width(&low, &late);
    for (a, b) in one.steps.iter().zip(&two.steps) {
        assert_eq!(a.forecast, b.forecast);
    }
}

#[test]
fn nothing_but_zeros_stays_near_zero_without_certainty() {
    let zeros = Series::new("zeros", month(2020, 1), vec![Some(0.0); 36]);
    let found = &forecast(&[zeros], &plain()).unwrap()[0];
    assert!(
        found
            .steps
            .iter()
            .all(|s| s.forecast < 0.1 && s.intervals[2].high >= 1.0 && s.intervals[2].high <= 3.0)
    );
    let sevens = Series::new("sevens", month(2020, 1), vec![Some(7.0); 36]);
    let found = &forecast(&[sevens], &plain()).unwrap()[0];
    let last = found.steps.last().unwrap();
    assert!((last.forecast - 7.0).abs() < 0.5 && last.intervals[2].high > last.intervals[2].low);
}

#[test]
fn one_huge_month_is_set_aside_and_said() {
    let mut one = series(3, 96, 200.0);
    let clean = forecast(std::slice::from_ref(&one), &plain()).unwrap();
    one.values[70] = Some(20_000.0);
    let found = &forecast(std::slice::from_ref(&one), &plain()).unwrap()[0];
    assert!(found.findings.iter().any(|f| f.month == one.start.plus(70)), "{:?}", found.findings);
    for (a, b) in found.steps.iter().zip(&clean[0].steps) {
        assert!((a.forecast / b.forecast - 1.0).abs() < 0.1, "{} {}", a.forecast, b.forecast);
    }
    let part = found.parts.history.iter().find(|p| p.month == one.start.plus(70)).unwrap();
    assert!(part.shock > 19_000.0);
}

#[test]
fn a_changed_definition_is_followed_and_better_when_named() {
    let mut one = series(4, 96, 200.0);
    for value in one.values.iter_mut().skip(66) {
        *value = value.map(|v| v * 2.0);
    }
    let truth: Vec<f64> = (0..12)
        .map(|h| 400.0 * (1.0 + 0.1 * libm::sin((96 + h) as f64 * core::f64::consts::PI / 6.0)))
        .collect();
    let error = |options: &Options| {
        let found = &forecast(std::slice::from_ref(&one), options).unwrap()[0];
        found.steps.iter().zip(&truth).map(|(s, t)| (s.forecast - t).abs()).sum::<f64>() / 12.0
    };
    let unnamed = error(&plain());
    assert!(unnamed < 60.0, "{unnamed}");
    let named = error(&Options {
        shocks: vec![Shock {
            name: "new recording".into(),
            treatment: Treatment::LevelShift,
            from: one.start.plus(66),
            to: one.start.plus(66),
        }],
        ..plain()
    });
    assert!(named < 25.0 && named < unnamed, "{named} {unnamed}");
}

#[test]
fn a_named_dip_leaves_the_forecast_alone() {
    let calm = series(5, 108, 300.0);
    let mut dipped = calm.clone();
    for value in dipped.values.iter_mut().skip(96).take(4) {
        *value = value.map(|v| (v * 0.4).round());
    }
    let shock = Shock {
        name: "closure".into(),
        treatment: Treatment::Dip,
        from: calm.start.plus(96),
        to: calm.start.plus(99),
    };
    let with = |treatment| Options { shocks: vec![Shock { treatment, ..shock.clone() }], ..plain() };
    let mean = |s: &Series, o: &Options| {
        let found = &forecast(std::slice::from_ref(s), o).unwrap()[0];
        found.steps.iter().map(|s| s.forecast).sum::<f64>() / 12.0
    };
    let truth = mean(&calm, &plain());
    let masked = mean(&dipped, &with(Treatment::Dip));
    let used = mean(&dipped, &with(Treatment::Ignored));
    assert!((masked / truth - 1.0).abs() < 0.03, "{masked} {truth}");
    assert!((used / truth - 1.0).abs() > (masked / truth - 1.0).abs(), "{used} {truth}");
}

#[test]
fn the_same_paths_on_any_number_of_threads() {
    let batch: Vec<Series> = (0..3).map(|i| series(i, 72, 150.0)).collect();
    let one = forecast(&batch, &plain()).unwrap();
    #[cfg(feature = "parallel")]
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let two = pool.install(|| forecast(&batch, &plain()).unwrap());
        for (a, b) in one.iter().zip(&two) {
            assert_eq!(a.paths, b.paths);
            assert_eq!(a.steps, b.steps);
        }
    }
    let other = forecast(&batch, &Options { seed: 2, ..plain() }).unwrap();
    assert_ne!(one[0].paths, other[0].paths);
    assert_eq!(one[0].steps, other[0].steps);
}

#[test]
fn paths_hold_what_the_intervals_say() {
    let found = &forecast(&[series(6, 120, 250.0)], &Options { paths: 2_000, ..plain() }).unwrap()[0];
    for (h, step) in found.steps.iter().enumerate() {
        for band in step.intervals {
            let inside = found.paths.month(h).filter(|v| *v >= band.low && *v <= band.high).count();
            let share = inside as f64 / 2_000.0;
            // Intervals are rounded outwards to whole numbers, so they may hold a little more.
            assert!(share >= band.level - 0.02 && share <= band.level + 0.06, "{h} {band:?} {share}");
        }
    }
    let repeated = found.paths.path(7 + 2_000);
    assert_eq!(repeated, found.paths.path(7));
}

#[test]
fn coverage_on_simulated_series_is_as_stated() {
    // 60 series of 84 known and 12 unknown months: 720 outcomes, dependent within a series. With
    // an effective 240, four standard errors are .056 at 95 % and .103 at 80 %.
    let full: Vec<Series> = (0..60).map(|i| series(100 + i, 96, 120.0)).collect();
    let known: Vec<Series> = full.iter().map(|s| s.head(84)).collect();
    let found = forecast(&known, &Options { paths: 1, ..plain() }).unwrap();
    let mut held = [0.0; 2];
    for (outcome, truth) in found.iter().zip(&full) {
        for (step, actual) in outcome.steps.iter().zip(truth.values.iter().skip(84).flatten()) {
            for (slot, i) in [(0, 1), (1, 2)] {
                let band = step.intervals[i];
                held[slot] += f64::from(u8::from(*actual >= band.low && *actual <= band.high)) / 720.0;
            }
        }
    }
    assert!((held[0] - 0.8).abs() < 0.103, "{held:?}");
    assert!((held[1] - 0.95).abs() < 0.056, "{held:?}");
}

/// The used method beat both naive forecasts in the test it is shown with, or is naive and says so: on
/// random walks (where nothing should beat the last month for long), noise, seasons and trends.
#[test]
fn what_is_used_beat_naive_or_is_naive() {
    let mut all = Vec::new();
    for seed in 0..12 {
        let mut z = vec![0.0; 96];
        normals(12, seed, 0, &mut z);
        let mut level = 500.0;
        let values = z.iter().enumerate().map(|(t, e)| {
            let season = [0.0, 40.0, -30.0][t % 3];
            level += if seed % 2 == 0 { 20.0 * e } else { 0.0 };
            let value = match seed % 4 {
                0 => level,
                1 => 500.0 + 20.0 * e,
                2 => level + season,
                _ => 300.0 + 2.0 * t as f64 + season + 5.0 * e,
            };
            Some(f64::max(value, 0.0).round())
        });
        all.push(Series::new(format!("s{seed}"), month(2014, 1), values.collect()));
    }
    let found = forecast(&all, &plain()).unwrap();
    let mut naive_used = 0;
    for one in &found {
        let error = |m| one.backtest.row(m).map(|r| r.all.mase).unwrap();
        let naive = error(Method::Naive).min(error(Method::SeasonalNaive));
        if matches!(one.method, Method::Naive | Method::SeasonalNaive) {
            naive_used += 1;
            assert_eq!(error(one.method), naive);
            assert!(one.backtest.rows.iter().all(|r| r.all.mase >= naive), "{}", one.reason);
            assert!(one.reason.starts_with("No method beat"), "{}", one.reason);
            assert!(one.sentence.contains("No method did better"), "{}", one.sentence);
            assert_eq!(
                one.steps[0].forecast,
                one.series.values[if one.method == Method::Naive { 95 } else { 84 }].unwrap()
            );
        } else {
            assert!(error(one.method) < naive, "{}", one.reason);
            assert!(!one.sentence.contains("No method"));
        }
        if one.method == Method::Leaning {
            assert!(one.reason.contains("from the mean to"), "{}", one.reason);
            let point = |m| one.members.iter().find(|v| v.method == m).unwrap().forecast[5];
            let (low, high) = (point(Method::Combination), point(Method::Naive));
            let (low, high) = (
                low.min(high).min(point(Method::SeasonalNaive)),
                low.max(high).max(point(Method::SeasonalNaive)),
            );
            assert!(one.steps[5].forecast >= low && one.steps[5].forecast <= high);
        }
    }
    assert!(naive_used > 0 && naive_used < 12, "{naive_used} of 12");
}

/// Values that are no counts: below zero, fractions, very large and very small, seasons of a quarter, one
/// value a year, all the same. None may fail, and what cannot be below zero is not.
#[test]
fn values_of_any_kind_and_length_are_forecast() {
    let wave = |t: usize| f64::from(u32::try_from(t * 17 % 23).unwrap());
    type Kind = fn(usize, f64) -> Option<f64>;
    let kinds: [(&str, Kind); 10] = [
        ("negative", |_, w| Some(-1_000.0 - w)),
        ("both signs", |t, w| Some(w - 11.0 + (t % 12) as f64)),
        ("fractions", |_, w| Some(0.01 + w / 7.0)),
        ("very large", |_, w| Some(9e11 + 1e9 * w)),
        ("very small", |_, w| Some(1e-9 * (1.0 + w))),
        ("quarters", |t, w| Some(200.0 + 50.0 * ((t / 3) % 4) as f64 + w)),
        ("one month in three", |t, w| (t % 3 == 0).then_some(40.0 + w)),
        ("one month a year", |t, w| (t % 12 == 3).then_some(40.0 + w)),
        ("all the same", |_, _| Some(12.5)),
        ("mostly nothing", |t, _| Some(f64::from(u8::from(t % 17 == 5)))),
    ];
    for months in [6, 7, 11, 13, 18, 23, 24, 25, 37, 60, 133, 400] {
        for (name, value) in kinds {
            let values: Vec<Option<f64>> = (0..months).map(|t| value(t, wave(t))).collect();
            let one = Series::new(name, month(1990, 5), values);
            let options = Options { horizon: 30, paths: 20, ..Options::default() };
            let found = match forecast(std::slice::from_ref(&one), &options) {
                Ok(mut found) => found.remove(0),
                Err(problems) => {
                    assert!(one.observed() < 6, "{name} {months}: {problems:?}");
                    continue;
                }
            };
            let below = one.values.iter().flatten().any(|v| *v < 0.0);
            for step in &found.steps {
                let [half, most, nearly] = step.intervals;
                let ends = [nearly.low, most.low, half.low, half.high, most.high, nearly.high];
                assert!(ends.iter().all(|e| e.is_finite()) && ends.is_sorted(), "{name} {months}: {ends:?}");
                assert!(step.forecast.is_finite() && (below || (step.forecast >= 0.0 && nearly.low >= 0.0)));
            }
            assert!(found.paths.values.iter().all(|v| v.is_finite()), "{name} {months}");
            assert!(!found.sentence.is_empty() && !found.reason.is_empty());
        }
    }
}

#[test]
fn parts_add_up_month_by_month() {
    let one = Series { start: month(2014, 4), ..series(8, 118, 180.0) };
    let options = Options { paths: 10, horizon: 24, ..Options::default() };
    let found = &forecast(&[one], &options).unwrap()[0];
    assert!(found.findings.iter().any(|f| f.message.contains("Covid")));
    for part in found.parts.history.iter().chain(&found.parts.future) {
        if let Some(value) = part.value {
            let sum = part.trend + part.season + part.working_days + part.holidays + part.shock + part.rest;
            assert!((sum - value).abs() < 1e-6, "{part:?}");
        }
    }
    assert!(found.sentence.starts_with("Over the next 12 months we expect about 1"), "{}", found.sentence);
    let json = serde_json::to_string(found).unwrap();
    assert!(json.contains("\"2024-02\""));
}

#[test]
fn sources_add_up_to_the_total_in_every_path() {
    let mut parts: Vec<Series> = (0..4).map(|i| series(20 + i, 84, 60.0 + 40.0 * i as f64)).collect();
    for (i, part) in parts.iter_mut().enumerate() {
        part.source = Some(["Police", "School"][i % 2].into());
        part.area = Some(["North", "South"][i / 2].into());
        part.name = format!("{} {}", ["Police", "School"][i % 2], ["North", "South"][i / 2]);
    }
    let found = forecast_parts(&parts, &plain()).unwrap();
    assert_eq!((found.parts.len(), found.sums.len()), (4, 4));
    for (i, total) in found.total.paths.values.iter().enumerate() {
        let sum: f64 = found.parts.iter().map(|p| p.paths.values[i]).sum();
        assert_eq!(*total, sum);
        let police = found.parts[0].paths.values[i] + found.parts[2].paths.values[i];
        assert_eq!(found.sums[0].paths.values[i], police);
    }
    for h in 0..12 {
        let sum: f64 = found.parts.iter().map(|p| p.steps[h].forecast).sum();
        assert!((sum - found.total.steps[h].forecast).abs() < 1e-6);
        let band = found.total.steps[h].intervals[2];
        assert!(band.low < found.total.steps[h].forecast && found.total.steps[h].forecast < band.high);
        // Independent parts: the total's interval is narrower than the parts' laid end to end.
        let widths: f64 =
            found.parts.iter().map(|p| p.steps[h].intervals[2].high - p.steps[h].intervals[2].low).sum();
        assert!(band.high - band.low < widths);
    }
    assert!(forecast_parts(&parts[..1], &plain()).is_err());
    let sum = |t: usize| parts.iter().map(|p| p.values[t]).sum();
    parts.push(Series::new("All", parts[0].start, (0..84).map(sum).collect()));
    let problems = forecast_parts(&parts, &plain()).unwrap_err();
    assert!(problems[0].message.contains("\"All\" is the sum"));
}

#[test]
fn a_growing_population_carries_the_forecast_and_can_be_left_off() {
    let flat = series(9, 96, 200.0);
    let end = flat.end().year();
    let exposure = Exposure {
        mid_years: (2010..=end + 3).map(|y| (y, if y > end { 1_200.0 } else { 1_000.0 })).collect(),
    };
    let with = Series { exposure: Some(exposure), ..flat.clone() };
    let options = Options { horizon: 24, ..plain() };
    let mean = |s: &Series| forecast(std::slice::from_ref(s), &options).unwrap()[0].steps[23].forecast;
    let ratio = mean(&with) / mean(&flat);
    assert!((ratio - 1.2).abs() < 0.02, "{ratio}");
}

#[test]
fn a_surge_moves_the_same_paths() {
    let mut outcomes = forecast(&[series(10, 84, 90.0)], &plain()).unwrap();
    let before = outcomes[0].clone();
    let first = before.steps[0].month;
    let surge = Change {
        name: "surge".into(),
        from: first.plus(3),
        to: first.plus(5),
        factor: 1.25,
        add: 0.0,
        source: None,
    };
    surge.apply(&mut outcomes[0]).unwrap();
    let after = &outcomes[0];
    for h in 0..12 {
        let changed = (3..=5).contains(&h);
        let ratio = after.steps[h].forecast / before.steps[h].forecast;
        assert!((ratio - if changed { 1.25 } else { 1.0 }).abs() < 1e-9);
        let sum = |o: &caseflow::forecast::run::Outcome| o.paths.month(h).sum::<f64>();
        let paths = sum(after) / sum(&before);
        assert!((paths - ratio).abs() < 1e-3, "{h} {paths}");
    }
    assert!(after.paths.values.iter().all(|v| v.fract() == 0.0));
    let elsewhere = Change { source: Some("School".into()), ..surge.clone() };
    let mut untouched = before.clone();
    elsewhere.apply(&mut untouched).unwrap();
    assert_eq!(untouched.paths, before.paths);
    assert!(Change { factor: -1.0, ..surge.clone() }.apply(&mut untouched).is_err());
    assert!(Change { factor: f64::NAN, ..surge }.apply(&mut untouched).is_err());
}

#[test]
fn options_out_of_range_are_refused_together() {
    let options = Options { horizon: 0, paths: 0, origins: 99, ..plain() };
    let problems = forecast(&[series(1, 40, 50.0).head(3)], &options).unwrap_err();
    assert_eq!(problems.len(), 4);
    let mut text = String::new();
    for problem in &problems {
        writeln!(text, "{problem}").unwrap();
    }
    assert!(text.contains("horizon 0 months (choose 1 to 120 months)"));
}
