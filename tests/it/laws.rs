//! Laws that hold for every model: identities along a path, and what may not change a run.

use crate::support::{Log, Study, file, model, try_load};
use caseflow::base::ids::Id;
use caseflow::base::time::{DAY_MS, SimTime};
use caseflow::engine::{Happening, Network};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Models on which the identities are checked, the bundled one among them.
fn some_networks() -> Vec<(String, Network)> {
    let mut all: Vec<_> =
        ["abandonment", "batches", "jackson", "leaving", "priorities", "starting", "trace_t6"]
            .iter()
            .map(|name| (name.to_string(), shorter(&file(&format!("tests/models/{name}.toml")))))
            .collect();
    all.push(("wiltshire".into(), Network::compile(&model("wiltshire", &file("models/wiltshire.toml")))));
    all
}

/// The same model over 800 days at most: identities need no long runs.
fn shorter(text: &str) -> Network {
    let mut m = model("shorter", text);
    m.run.length = m.run.length.min(caseflow::base::time::Span::from_days(800.0));
    m.run.warm_up = m.run.warm_up.min(caseflow::base::time::Span::from_days(400.0));
    Network::compile(&m)
}

/// Where a case is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    Nowhere,
    Asked(u16),
    Staying(u16),
    Between,
    Gone,
}

/// What a replay of the events knows of one stage.
#[derive(Clone, Default)]
struct Seen {
    staying: i64,
    waiting: i64,
    asked: i64,
    ended: i64,
    area: i64,
}

/// Plays the events of one replication again and checks, as it goes, that a case is in one stage
/// at a time and goes on where it was (I5), and that places are never exceeded (I3); then that the
/// row says the same as the events (I1, I2, I4).
fn replay(name: &str, net: &Network) {
    let m = net.model();
    let (log, row) = Log::of(net, 1);
    let mut cases: BTreeMap<u32, (Place, i64)> = BTreeMap::new();
    let mut seen = vec![Seen::default(); m.stages.len()];
    let end = m.run.length.0;
    let window = m.run.window.map_or((0, end), |w| (w.0.0, w.1.0));
    let clip = |from: i64, to: i64| (to.min(window.1) - from.max(window.0)).max(0);
    let inside = |t: i64| if m.run.window.is_some() { t > window.0 && t <= window.1 } else { t >= window.0 };
    let mut before = i64::MIN;
    let mut arrived = 0i64;
    let (mut came, mut left) = (0i64, 0i64);
    for &(t, case, what) in &log.0 {
        assert!(t >= before, "{name}: time goes back");
        // places are compared between moments: at one moment they are given back and taken
        if t > before {
            check_places(name, net, &seen, before);
        }
        before = t;
        let entry = cases.entry(case).or_insert((Place::Nowhere, t));
        let since = entry.1;
        let was = entry.0;
        let mut now_at = |place: Place| *entry = (place, t);
        let wrong = || panic!("{name}: case {case} at {t} is {was:?} and then {what:?}");
        match (was, what) {
            (Place::Nowhere, Happening::Arrived(_)) => {
                now_at(Place::Between);
                came += 1;
                arrived += i64::from(inside(t));
            }
            (Place::Nowhere, Happening::Found(s)) => {
                now_at(Place::Staying(s));
                came += 1;
                seen[s as usize].staying += 1;
            }
            (Place::Gone, Happening::Returned(_)) => {
                now_at(Place::Between);
                came += 1;
            }
            // those who left before the beginning come back without having been here
            (Place::Nowhere, Happening::Returned(_)) => {
                now_at(Place::Between);
                came += 1;
            }
            (Place::Between, Happening::Asked(s)) => {
                assert_eq!(since, t, "{name}: case {case} was nowhere for a while");
                now_at(Place::Asked(s));
                seen[s as usize].asked += i64::from(inside(t));
                seen[s as usize].waiting += 1;
            }
            (Place::Asked(a), Happening::Started(s)) if a == s => {
                now_at(Place::Staying(s));
                seen[s as usize].area += clip(since, t);
                seen[s as usize].waiting -= 1;
                seen[s as usize].staying += 1;
            }
            (Place::Asked(a), Happening::GaveUp(s) | Happening::Refused(s)) if a == s => {
                now_at(Place::Between);
                seen[s as usize].area += clip(since, t);
                seen[s as usize].waiting -= 1;
            }
            (Place::Staying(a), Happening::Ended(s)) if a == s => {
                now_at(Place::Between);
                seen[s as usize].area += clip(since, t);
                seen[s as usize].staying -= 1;
                seen[s as usize].ended += i64::from(inside(t));
            }
            (Place::Between, Happening::Left(_)) => {
                assert_eq!(since, t, "{name}: case {case} left late");
                now_at(Place::Gone);
                left += 1;
            }
            _ => wrong(),
        }
    }
    check_places(name, net, &seen, before);
    for (place, since) in cases.values() {
        if let Place::Asked(s) | Place::Staying(s) = place {
            seen[*s as usize].area += clip(*since, window.1);
        }
    }
    let here: i64 = seen.iter().map(|s| s.staying + s.waiting).sum();
    assert_eq!(came - left, here, "{name}: cases are not conserved");
    compare(name, net, &row, &seen, (window.1 - window.0) as f64);
    assert!(arrived > 0, "{name}: nobody came");
}

/// Busy places of each pool are those of its stages, and never more than there are, unless the
/// number of places has just fallen.
fn check_places(name: &str, net: &Network, seen: &[Seen], now: i64) {
    for (id, pool) in net.model().pools.pairs() {
        let stages = net.model().stages.iter().zip(seen);
        let busy: i64 = stages
            .filter_map(|(s, seen)| {
                s.seize.filter(|z| z.pool == id).map(|z| seen.staying * i64::from(z.amount))
            })
            .sum();
        let most = pool.places.iter().filter(|p| p.0 <= SimTime(now)).map(|p| p.1);
        let most = most.max().or(pool.places.first().map(|p| p.1)).unwrap_or(0);
        assert!(busy <= i64::from(most), "{name}: {busy} of {most} places of {} are in use", pool.name);
    }
}

/// What the row says, against the events.
fn compare(name: &str, net: &Network, row: &[f64], seen: &[Seen], length: f64) {
    let get = |kind: &str, measure: &str, of: &str, part: &str, period: Option<usize>| {
        row[crate::support::column(net.layout(), kind, measure, of, part, period)]
    };
    let m = net.model();
    for (id, stage) in m.stages.pairs() {
        let (seen, of) = (&seen[id.index()], stage.name.as_str());
        let whole = |measure: &str| get("stage", measure, of, "", None);
        assert_eq!(whole("asked") as i64, seen.asked, "{name} {of}: asked");
        assert_eq!(whole("ended") as i64, seen.ended, "{name} {of}: ended");
        let area = seen.area as f64 / length;
        let mean = whole("children_mean");
        assert!((mean - area).abs() <= 1e-9 * area, "{name} {of}: mean {mean} against {area}");
        stock_and_flow(name, net, row, of);
    }
    // I4: entries are arrivals, returns and moves from everywhere
    for (id, stage) in m.stages.pairs() {
        let of = stage.name.as_str();
        let whole = |measure: &str| get("stage", measure, of, "", None);
        let mut entries = whole("arrived") + whole("returned");
        for from in m.stages.iter() {
            let ways = caseflow::engine::ways_of(from);
            if ways.contains(&caseflow::model::stage::Dest::Stage(id)) {
                entries += get("stage", "to", &from.name, of, None);
            }
        }
        assert_eq!(whole("asked"), entries, "{name} {of}: entries");
    }
}

/// I1, period by period: the stock changes by what comes less what goes.
fn stock_and_flow(name: &str, net: &Network, row: &[f64], of: &str) {
    let get = |measure: &str, part: &str, p: usize| {
        row[crate::support::column(net.layout(), "stage", measure, of, part, Some(p))]
    };
    let stage = net.model().stages.iter().find(|s| s.name == of).unwrap();
    let ways: Vec<String> = caseflow::engine::ways_of(stage)
        .iter()
        .map(|d| caseflow::engine::dest_name(net.model(), *d).to_string())
        .collect();
    for p in 1..net.period_edges().len() - 1 {
        let gone: f64 = ways.iter().map(|w| get("to", w, p)).sum();
        let stock = get("children_end", "", p - 1) + get("asked", "", p) - gone;
        assert_eq!(get("children_end", "", p), stock, "{name} {of}: stock after period {p}");
    }
}

#[test]
fn identities_hold_on_every_path() {
    for (name, net) in some_networks() {
        replay(&name, &net);
    }
}

/// I6: unfinished work does not depend on the order of service. The same arrivals and stays under
/// FIFO and under priorities: a single server is busy and idle at the same moments.
#[test]
fn work_does_not_depend_on_the_order_of_service() {
    let text =
        file("tests/models/priorities.toml").replace("60000 days", "400 days").replace("500 days", "0 days");
    let fifo = text.replace("queue  = \"priority\"", "");
    let busy = |text: &str| {
        let net = Network::compile(&model("work", text));
        let (log, _) = Log::of(&net, 1);
        // moments at which the single server becomes idle or busy, stages urgent and ordinary
        let stages: Vec<u16> = ["urgent", "ordinary"]
            .map(|n| net.model().stages.iter().position(|s| s.name == n).unwrap() as u16)
            .into();
        let (mut here, mut edges) = (0, Vec::new());
        for (t, _, what) in log.0 {
            match what {
                Happening::Asked(s) if stages.contains(&s) => {
                    here += 1;
                    if here == 1 {
                        edges.push(t);
                    }
                }
                Happening::Ended(s) if stages.contains(&s) => {
                    here -= 1;
                    if here == 0 {
                        edges.push(t);
                    }
                }
                _ => {}
            }
        }
        edges
    };
    let (a, b) = (busy(&text), busy(&fifo));
    assert!(a.len() > 100, "too few busy periods to compare");
    assert_eq!(a, b);
}

/// Bits of all rows of a model given as text.
fn bits(text: &str) -> Vec<u64> {
    let study = Study::of_text("bits", text);
    study.rows.values.iter().map(|v| v.to_bits()).collect()
}

/// A named number of each replication, for comparing models whose columns differ.
fn named(text: &str) -> BTreeMap<String, Vec<u64>> {
    let study = Study::of_text("named", text);
    let columns = study.network.layout().columns().iter().enumerate();
    columns
        .map(|(i, c)| {
            let key = format!("{} {} {} {} {:?}", c.kind, c.measure, c.of, c.part, c.period);
            (key, study.rows.values.column(i).iter().map(|v| v.to_bits()).collect())
        })
        .collect()
}

/// One small network.
#[derive(Clone, Debug)]
struct Small {
    rate: f64,
    families: bool,
    /// Mean days, law, places (0: none needed), patience, share that goes on.
    stages: Vec<(f64, u8, u32, bool, f64)>,
    back: bool,
    seed: u64,
}

fn small() -> impl Strategy<Value = Small> {
    let stage = (0.2f64..8.0, 0u8..6, 0u32..6, any::<bool>(), 0.1f64..0.9);
    (0.2f64..4.0, any::<bool>(), proptest::collection::vec(stage, 1..5), any::<bool>(), 0u64..1_000_000)
        .prop_map(|(rate, families, stages, back, seed)| {
            // so that halves and doubles are written exactly
            let thousandths = |x: f64| (x * 1000.0).round() / 1000.0;
            let stages = stages.into_iter().map(|s| (thousandths(s.0), s.1, s.2, s.3, s.4)).collect();
            Small { rate: thousandths(rate), families, stages, back, seed }
        })
}

fn law(kind: u8, mean: f64) -> String {
    match kind {
        0 => format!("\"{mean:.6} days\""),
        1 => format!("{{ exponential = {{ mean = \"{mean:.6} days\" }} }}"),
        2 => format!("{{ gamma = {{ mean = \"{mean:.6} days\", cv = 0.6 }} }}"),
        3 => format!("{{ lognormal = {{ mean = \"{mean:.6} days\", cv = 1.1 }} }}"),
        4 => format!("{{ uniform = {{ low = \"0 days\", high = \"{:.6} days\" }} }}", 2.0 * mean),
        _ => format!("{{ erlang = {{ mean = \"{mean:.6} days\", stages = 3 }} }}"),
    }
}

impl Small {
    /// The model's text with all times multiplied by `scale`, and stages in the order given.
    fn text(&self, scale: f64, order: &[usize]) -> String {
        let mut text = format!(
            "[model]\ntitle = \"Small\"\nruns = \"{} days\"\nperiods = \"{} days\"\nreplications = 2\nseed = {}\n",
            60.0 * scale,
            20.0 * scale,
            self.seed
        );
        let families = if self.families { "families = { 1 = 0.6, 2 = 0.3, 3 = 0.1 }\n" } else { "" };
        text +=
            &format!("\n[arrivals.in]\nto = \"s0\"\nrate = \"{:.9} per day\"\n{families}", self.rate / scale);
        for &i in order {
            let (mean, kind, places, patience, on) = self.stages[i];
            text += &format!("\n[stages.s{i}]\nstay = {}\n", law(kind, mean * scale));
            let next = if i + 1 < self.stages.len() { format!("s{}", i + 1) } else { "closed".into() };
            let back = if self.back && i > 0 { "s0 = 0.1, " } else { "" };
            let share = on * 0.8;
            text += &format!("to = {{ {next} = {share:.6}, {back}out = \"rest\" }}\n");
            if places > 0 {
                text += &format!("pool = \"p{i}\"\n");
                if patience {
                    text += &format!("patience = {{ after = {}, to = \"out\" }}\n", law(1, 3.0 * scale));
                }
            }
            if places > 0 {
                text += &format!("\n[pools.p{i}]\nplaces = {places}\ndetail = true\n");
            }
        }
        text + "\n[exits.closed]\n"
    }

    fn plain(&self) -> String {
        self.text(1.0, &(0..self.stages.len()).collect::<Vec<_>>())
    }
}

/// Longest runs of the random models.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 96,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_250_331),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Cases are conserved, are in one place at a time, and never hold more places than there are.
    #[test]
    fn every_small_network_keeps_the_identities(small in small()) {
        let text = small.plain();
        replay(&text, &Network::compile(&model("small", &text)));
    }

    /// I8: with all times doubled, shares are the same and lengths are doubled. Times are whole
    /// milliseconds, so equal up to their rounding: a thousand of them are 1 s in 60 days, 2e-7.
    #[test]
    fn doubled_times_give_doubled_lengths(small in small()) {
        let order: Vec<_> = (0..small.stages.len()).collect();
        let (one, two) = (named(&small.text(1.0, &order)), named(&small.text(2.0, &order)));
        prop_assert_eq!(one.len(), two.len());
        for ((name, a), b) in one.iter().zip(two.values()) {
            let is_time = ["stay_mean", "wait_mean", "wait_sd", "sojourn", "_gap_mean", "busy_period_mean"];
            let scale = if name.contains("busy_period_variance") { 4.0 }
                else if is_time.iter().any(|t| name.contains(t)) || name.contains(" wait ") || name.contains(" stay ") { 2.0 }
                else { 1.0 };
            // a count by fixed bands of length, or of waits over a fixed time, is not scaled
            if name.contains("band") { continue; }
            // a quantile lies in its bucket, up to 1/2048 wide for waits and 1/256 for lengths of stay
            let within = match (name.contains(" q"), name.contains(" wait ")) {
                (true, true) => 1.0 / 2048.0,
                (true, false) => 1.0 / 256.0,
                _ => 1e-5,
            };
            for (a, b) in a.iter().zip(b).map(|(a, b)| (f64::from_bits(*a), f64::from_bits(*b))) {
                prop_assert!(a.is_nan() && b.is_nan() || (b - scale * a).abs() <= 1e-6 + within * scale * a.abs(),
                    "{}: {} and {}", name, a, b);
            }
        }
    }

    /// I9: the order of stages in the file changes no number.
    #[test]
    fn the_order_of_stages_does_not_matter(small in small()) {
        let forward: Vec<_> = (0..small.stages.len()).collect();
        let backward: Vec<_> = forward.iter().rev().copied().collect();
        prop_assert_eq!(named(&small.text(1.0, &forward)), named(&small.text(1.0, &backward)));
    }

    /// I10: a stage that nobody reaches and a pool that nobody uses change no bit.
    #[test]
    fn what_is_not_used_changes_nothing(small in small()) {
        let text = small.plain();
        let more = format!(
            "{text}\n[stages.unused]\nstay = \"5 days\"\npool = \"spare\"\nto = \"out\"\n\n[pools.spare]\nplaces = 3\n"
        );
        let (one, more) = (named(&text), named(&more));
        prop_assert!(more.len() > one.len());
        for (name, bits) in &one {
            prop_assert_eq!(more.get(name), Some(bits), "{}", name);
        }
    }

    /// A scenario that changes nothing, or to what was there, changes no bit.
    #[test]
    fn an_empty_scenario_changes_nothing(small in small()) {
        let text = small.plain();
        let rate = format!("title = \"Same\"\n[change]\n\"arrivals.in.rate\" = \"{:.9} per day\"\n", small.rate);
        for scenario in ["title = \"Nothing\"\n", rate.as_str()] {
            let same = try_load("small", &text, &[scenario]).unwrap();
            let network = Network::compile(&same.model);
            let plan = caseflow::experiment::run::Plan { seed: small.seed, first: 1, replications: 2 };
            let rows = caseflow::experiment::run::run(&network, plan, &caseflow::experiment::run::Unwatched).unwrap();
            let other: Vec<u64> = rows.values.iter().map(|v| v.to_bits()).collect();
            prop_assert_eq!(bits(&text), other);
        }
    }

    /// With the same luck, one more place in a FIFO pool makes nobody's wait longer (Sonderman 1979).
    #[test]
    fn more_places_never_lengthen_a_wait(rate in 0.5f64..6.0, kind in 0u8..6, places in 1u32..5, families in any::<bool>(), seed in 0u64..1_000_000) {
        let starts = |places: u32| {
            let small = Small { rate, families, stages: vec![(1.0, kind, places, false, 0.5)], back: false, seed };
            let net = Network::compile(&model("small", &small.plain()));
            let (log, _) = Log::of(&net, 1);
            let starts = log.0.iter().filter(|e| matches!(e.2, Happening::Started(_)));
            starts.map(|e| (e.1, e.0)).collect::<BTreeMap<u32, i64>>()
        };
        let (few, more) = (starts(places), starts(places + 1));
        for (case, start) in &few {
            prop_assert!(more.get(case).is_some_and(|s| s <= start), "case {} waits longer", case);
        }
    }
}

/// Little's law with both sides estimated apart: mean number = rate x mean time.
#[test]
fn little() {
    let s = Study::of("jackson");
    let mut j = crate::support::Judge::new("Little", 0.002);
    let length = s.network.model().run.length.0 as f64 / DAY_MS as f64;
    for stage in ["a", "b", "c"] {
        let get = |measure: &str| s.over("stage", measure, stage, "");
        let (number, started, stay) = (get("children_mean"), get("started"), get("stay_mean"));
        let wait = if stage == "c" { vec![0.0; number.len()] } else { get("wait_mean") };
        let ratio: Vec<f64> =
            (0..number.len()).map(|i| number[i] / (started[i] / length * (stay[i] + wait[i]))).collect();
        j.check(stage, &ratio, 1.0);
    }
    j.verdict();
}
