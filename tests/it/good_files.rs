//! Files that are right: what they become.

use super::files::{good, tests, text_of, toml_in};

#[test]
fn every_good_file_loads_without_warnings_and_its_canonical_text_is_the_same_model() {
    for path in toml_in(&tests().join("good")) {
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        let loaded = good(&name, &text_of(&path));
        let warnings: Vec<_> = loaded.warnings.iter().map(|w| &w.message).collect();
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let again = good(&name, &loaded.canonical);
        assert_eq!(again.canonical, loaded.canonical, "{name}");
        let mut model = again.model;
        // lines differ, all else must not
        model.register.clone_from(&loaded.model.register);
        assert_eq!(format!("{model:?}"), format!("{:?}", loaded.model), "{name}");
    }
}

use caseflow::base::ids::{AttributeId, ExitId, NeedId, PoolId, StageId};
use caseflow::base::quantity::TimeUnit;
use caseflow::base::time::{DAY_MS, SimTime, Span};
use caseflow::model::Model;
use caseflow::model::arrivals::Arrivals;
use caseflow::model::case::Level;
use caseflow::model::factor::Factor;
use caseflow::model::measure::{Near, Since, What};
use caseflow::model::pool::Queue;
use caseflow::model::provenance::Grade;
use caseflow::model::run::Periods;
use caseflow::model::selector::{Condition, Selector};
use caseflow::model::stage::{Dest, Law};
use caseflow::model::start::Elapsed;
use caseflow::stats::dist::{Atom, Dist, Hazards};

fn model(name: &str) -> Model {
    let path = tests().join("good").join(name);
    good(name, &text_of(&path)).model
}

fn day(days: f64) -> SimTime {
    SimTime((days * DAY_MS as f64) as i64)
}

fn stage(n: u16) -> Dest {
    Dest::Stage(StageId(n))
}

const OUT: Dest = Dest::Exit(ExitId(0));

#[test]
fn a_queue_with_one_server() {
    let m = model("mm1.toml");
    assert_eq!((m.title.as_str(), m.run.replications, m.run.seed, m.run.level), ("One server", 20, 1, 0.95));
    assert_eq!((m.run.length, m.run.warm_up), (Span::from_days(1000.0), Span::from_days(100.0)));
    assert_eq!((m.run.starts, m.run.periods, m.run.window), (None, Periods::Whole, None));
    let s = &m.stages[StageId(0)];
    assert_eq!((s.name.as_str(), s.title.as_str()), ("service", "service"));
    assert_eq!((&s.routes.to, &s.routes.base), (&vec![OUT], &vec![1.0]));
    assert_eq!(s.seize.map(|z| (z.pool, z.amount)), Some((PoolId(0), 1)));
    assert_eq!(s.bands, [91.3125, 182.625, 365.25, 730.5]);
    assert!(matches!(&s.stay.law, Law::Length { dist, unit: TimeUnit::Natural }
        if *dist == Dist::exponential(1.0).unwrap()));
    let pool = &m.pools[PoolId(0)];
    assert_eq!((&pool.places, pool.queue, pool.detail), (&vec![(day(-100.0), 1)], Queue::Fifo, true));
    assert_eq!((&pool.wait_over, &pool.quantiles), (&vec![1.0], &vec![0.5, 0.9, 0.95, 0.99]));
    let stream = m.streams.iter().next().unwrap();
    assert_eq!(stream.to, [(StageId(0), 1.0)]);
    assert!(matches!(&stream.arrivals, Arrivals::Rate(r) if r.steps == [(day(-100.0), 0.8)]));
    assert_eq!(m.cases.families, [(1, 1.0)]);
    assert_eq!((m.exits.len(), m.exits[ExitId(0)].name.as_str()), (1, "out"));
}

#[test]
fn every_law() {
    let m = model("laws.toml");
    let expected = [
        Dist::constant(5.0),
        Dist::constant(1.5),
        Dist::exponential(30.0),
        Dist::exponential_rate(2.0),
        Dist::gamma_mean_sd(31.0, 14.0),
        Dist::gamma_mean_shape(10.0, 4.0),
        Dist::gamma(2.0, 3.0),
        Dist::lognormal_mean_sd(120.0, 96.0),
        Dist::lognormal_mean_cv(120.0, 0.8),
        Dist::lognormal_median_sigma(90.0, 0.8),
        Dist::weibull(1.4, 200.0),
        Dist::weibull_mean_shape(200.0, 1.4),
        Dist::erlang(3, 30.0),
        Dist::hyperexponential(&[0.3, 0.7], &[10.0, 100.0]),
        Dist::uniform(2.0, 10.0),
        Dist::triangular(2.0, 4.0, 10.0),
        Dist::values(&[3.0, 9.0], &[0.2, 0.8]),
        Dist::observed(&[3.0, 4.0, 4.0]),
        Dist::bands(&[0.0, 10.0, 30.0], &[0.25, 0.75]),
        Dist::mixture(&[0.4, 0.6], vec![Dist::constant(5.0).unwrap(), Dist::exponential(60.0).unwrap()]),
    ];
    for (i, (expected, stage)) in expected.into_iter().zip(m.stages.iter()).enumerate() {
        let Law::Length { dist, unit } = &stage.stay.law else { panic!("{}", stage.name) };
        assert_eq!(*dist, expected.unwrap(), "{}", stage.name);
        assert_eq!(*unit == TimeUnit::WorkingDays, i == 4, "{}", stage.name);
    }
    let Law::Hazards { hazards, to } = &m.stages[StageId(20)].stay.law else { panic!() };
    assert_eq!(to, &[OUT, stage(21)]);
    let rates = [vec![0.2, 0.5], vec![0.1, 0.1]];
    let atoms = [Atom { at: 30.0, probs: vec![0.1, 0.0] }];
    assert_eq!(*hazards, Hazards::new(&[0.0, 90.0], &rates, &atoms).unwrap());
    let Law::Reviews(reviews) = &m.stages[StageId(21)].stay.law else { panic!() };
    assert_eq!(reviews.first, Span::from_days(91.3125));
    assert_eq!((reviews.then, reviews.within), (Span::from_days(182.625), Span::from_days(14.0)));
    assert_eq!(reviews.ends, [0.13, 0.45, 0.6]);
    let open = &m.stages[StageId(22)].stay;
    assert!(matches!(open.law, Law::Open));
    assert_eq!(open.interrupted, [(OUT, 0.05 / 365.25)]);
}

#[test]
fn routes_and_conditions() {
    let m = model("routes.toml");
    let violence = Condition::Need(NeedId(0));
    let drugs = Selector(vec![Condition::Need(NeedId(1))]);
    let police = Condition::Attribute(AttributeId(0), 0);
    let (baby, child) = (Selector(vec![Condition::Age(0)]), Selector(vec![Condition::Age(1)]));
    let grown = Dest::Exit(ExitId(1));
    let first = &m.stages[StageId(0)];
    assert_eq!(first.routes.to, [OUT, stage(1), grown]);
    assert_eq!(first.routes.base, [0.5, 0.5, 0.0]);
    assert_eq!(first.routes.by, [(Selector(vec![violence, police]), vec![0.0, 0.8, 0.2])]);
    let always = Factor::always;
    assert_eq!(first.routes.odds, [(1, baby, always(2.0)), (1, Selector::default(), always(1.5))]);
    let drugs_too = drugs.clone();
    assert_eq!(first.stay.times, [(drugs, always(1.2))]);
    assert_eq!(first.stay.by[0].0, child);
    let constant = |law: &Law, days: f64| matches!(law, Law::Length { dist, .. } if *dist == Dist::constant(days).unwrap());
    assert!(constant(&first.stay.by[0].1, 12.0));
    assert!(first.stay.by_destination[0].0 == OUT && constant(&first.stay.by_destination[0].1, 3.0));
    assert_eq!((first.together, first.leave, &first.bands), (false, None, &vec![10.0, 20.0]));
    assert_eq!(first.sets, [(AttributeId(1), 1)]);
    let second = &m.stages[StageId(1)];
    assert_eq!(second.leave.map(|l| (l.age, l.to)), Some((16.0, OUT)));
    assert_eq!(second.stay.interrupted, [(grown, 0.365)]);
    let drift = Factor { first: 1.0, steps: vec![(day(40.0), 1.1), (day(70.0), 1.2)] };
    assert_eq!(second.stay.times, [(drugs_too, always(0.9)), (Selector::default(), drift)]);
    assert!(second.together);
    assert_eq!(m.cases.leave.map(|l| (l.age, l.to)), Some((18.0, grown)));
    assert_eq!(m.cases.ages, [0.25, 0.75]);
    assert_eq!(m.cases.families, [(1, 0.5), (2, 0.25), (3, 0.25)]);
    assert_eq!((m.ages[0].from, m.ages[0].to, m.ages[1].title.as_str()), (-0.75, 1.0, "1 to 17"));
    let need = &m.needs[NeedId(0)];
    assert_eq!((need.share, need.of, need.title.as_str()), (0.3, Level::Child, "Violence at home"));
    assert_eq!(m.needs[NeedId(1)].of, Level::Family);
    let source = &m.attributes[AttributeId(0)];
    assert_eq!((&source.shares, source.of), (&vec![0.25, 0.75], Level::Child));
    assert!(m.attributes[AttributeId(1)].shares.is_empty());
    let stream = m.streams.iter().next().unwrap();
    assert_eq!(stream.to, [(StageId(0), 0.7), (StageId(1), 1.0 - 0.7)]);
    assert_eq!((&stream.families, &stream.ages), (&Some(vec![(1, 1.0)]), &Some(vec![1.0, 0.0])));
    assert_eq!(stream.needs, [(NeedId(1), 0.6)]);
    assert_eq!(stream.given, [(AttributeId(0), vec![(0, 1.0)]), (AttributeId(1), vec![(1, 0.1), (0, 0.9)])]);
    let out = &m.exits[ExitId(0)];
    assert_eq!((out.title.as_str(), m.exits[ExitId(1)].title.as_str()), ("Away", "Grown up"));
    let back = out.returns.as_ref().unwrap();
    assert_eq!((back.to, back.together), (StageId(0), false));
    assert_eq!(back.within, [(Span::from_days(5.0), 0.1), (Span::from_days(10.0), 0.3)]);
    assert_eq!(back.odds, [(Selector(vec![violence]), always(1.2))]);
}

#[test]
fn every_way_to_arrive() {
    let m = model("arrivals.toml");
    // 1 November 2024 to 1 January 2025, and on to 1 January 2027
    assert_eq!((m.run.warm_up, m.run.length), (Span::from_days(61.0), Span::from_days(730.0)));
    assert_eq!(m.run.periods, Periods::Every(Span::from_days(30.0)));
    let begin = day(-61.0);
    let streams: Vec<_> = m.streams.iter().collect();
    let rate = |n: usize| match &streams[n].arrivals {
        Arrivals::Rate(rate) => rate,
        other => panic!("{other:?}"),
    };
    assert_eq!((&rate(0).steps, rate(0).varies), (&vec![(begin, 120.0 / 365.25)], 0.15));
    assert_eq!(rate(1).steps, [(begin, 1.0), (day(181.0), 2.0)]);
    assert_eq!(rate(2).steps, [(day(0.0), 1.0), (day(5.0), 0.0)]);
    assert_eq!(rate(2).repeat, Some(Span::from_days(7.0)));
    assert_eq!(rate(3).steps, [(begin, 2.0), (day(365.0), 1.0)]);
    let months = rate(3).months.unwrap();
    assert_eq!(months[7], 0.0);
    let january = 365.25 / (365.25 - 31.0);
    assert!((months[0] - january).abs() < 1e-12);
    assert_eq!(rate(4).steps.len(), 13);
    assert_eq!(rate(4).steps[0], (begin, 1.0));
    assert!(rate(4).steps.iter().all(|(_, r)| *r == 1.0));
    // 36.525 per 10,000 a year is 0.1 a day of 10,000; level until July 2024, then rising
    let by_age = &rate(5).by_age;
    assert_eq!(by_age.len(), 26);
    assert_eq!((by_age[0].0, by_age[2].0, by_age[3].0), (begin, day(0.0), day(31.0)));
    // the middle of July 2025 is 379.5 days after 1 July 2024, of 730 to 1 July 2026
    let persons = 10_000.0 + 2_000.0 * (365.0 + 15.5) / 730.0;
    assert!((by_age[8].1[0] - persons / 1e5).abs() < 1e-12, "{:?}", by_age[8]);
    assert_eq!(by_age[8].1[1], 0.0);
    assert!(
        matches!(&streams[6].arrivals, Arrivals::Gaps(d) if *d == Dist::exponential(1.0 / 24.0).unwrap())
    );
    let Arrivals::At(listed) = &streams[7].arrivals else { panic!() };
    let times: Vec<f64> = listed.iter().map(|a| a.at.days()).collect();
    assert_eq!(times, [0.25, 1.0, 2.0, 3.5]);
    assert_eq!((listed[0].children, &listed[0].given), (Some(2), &vec![(AttributeId(0), vec![(1, 1.0)])]));
    assert_eq!(listed[1].children, None);
}

#[test]
fn pools_and_the_start() {
    let m = model("pools.toml");
    let run = &m.run;
    assert_eq!(run.window, Some((Span::from_days(10.0), Span::from_days(100.0))));
    assert_eq!((run.seed, run.level, run.replications, run.most_events), (7, 0.9, 5, 1_000_000));
    assert_eq!((run.by_need, run.by_age, &run.by_attribute), (true, false, &vec![]));
    let s = &m.stages[StageId(0)];
    assert_eq!(s.seize.map(|z| (z.pool, z.amount)), Some((PoolId(0), 2)));
    assert_eq!(s.priority.base, 2);
    assert_eq!(s.priority.by, [(Selector(vec![Condition::Need(NeedId(0))]), 1)]);
    let patience = s.patience.as_ref().unwrap();
    assert_eq!((&patience.dist, patience.to), (&Dist::exponential(5.0).unwrap(), stage(1)));
    assert_eq!(s.refused, Some(OUT));
    assert_eq!(s.clock.map(|c| (c.days, c.unit)), Some((3.0, TimeUnit::Natural)));
    let pool = &m.pools[PoolId(0)];
    assert_eq!(pool.places, [(day(0.0), 10), (day(20.0), 12)]);
    assert_eq!((pool.queue, pool.waiting_room), (Queue::Priority, Some(5)));
    assert_eq!((&pool.wait_over, &pool.quantiles), (&vec![1.0, 0.5], &vec![0.5, 0.9]));
    let [s, t] = m.start.stages.as_slice() else { panic!() };
    assert_eq!((s.stage, s.cases, s.families), (StageId(0), 3, false));
    assert!(matches!(s.elapsed, Elapsed::Steady));
    assert_eq!((t.stage, t.cases, t.families), (StageId(1), 2, true));
    assert!(matches!(&t.elapsed, Elapsed::Listed(l) if *l == [Span::from_days(3.0), Span::from_days(10.0)]));
    assert_eq!(t.needs, [(NeedId(0), 1.0)]);
    let left = &m.start.left[0];
    assert_eq!((left.exit, left.per_day, left.over), (ExitId(0), 2.0, Span::from_days(30.0)));
    assert_eq!(left.spells, [(0, Span::from_days(40.0))]);
}

#[test]
fn groups_and_measures() {
    let m = model("measures.toml");
    let both = &m.groups[0];
    assert_eq!((&both.stages, &both.bands), (&vec![StageId(0), StageId(1)], &vec![10.0, 20.0]));
    assert_eq!((both.again_within, both.again_since), (Some(Span::from_days(365.0)), Since::End));
    assert_eq!(both.again_or, Some((AttributeId(0), 1)));
    assert_eq!((m.groups[1].again_within, m.groups[1].again_or), (None, None));
    let two = vec![StageId(0), StageId(1)];
    let what: Vec<String> = m.measures.iter().map(|m| format!("{:?}", m.what)).collect();
    let expected = [
        What::Children(two.clone()),
        What::Starts(two),
        What::Ends(vec![StageId(1)]),
        What::Moves(vec![StageId(0)], vec![stage(1), OUT]),
        What::Arrivals(vec![caseflow::base::ids::StreamId(0)]),
        What::InTime(StageId(0)),
        What::EndedInBand { group: 0, band: 2 },
        What::OpenInBand { group: 0, band: 0 },
        What::Again(0),
        What::GroupStarts(0),
        What::GroupEnds(0),
        What::GroupChildren(1),
    ];
    assert_eq!(what, expected.map(|w| format!("{w:?}")));
    let near: Vec<_> = m.measures.iter().map(|m| m.near).collect();
    assert_eq!((near[1], near[5], near[0]), (Some(Near::Relative(0.1)), Some(Near::Absolute(0.05)), None));
    assert!(m.measures[1].chart && !m.measures[0].chart);
    let published: Vec<_> = m.measures[11]
        .published
        .iter()
        .map(|p| (p.from.days(), p.to.days(), p.period.as_str(), p.value, p.source.as_str()))
        .collect();
    assert_eq!(
        published,
        [
            (0.0, 30.0, "2024-04", 0.5, "dfe"),
            (0.0, 365.0, "2024-04/2025-03", 2770.0, "dfe"),
            (365.0, 365.0, "2025-03-31", 478.0, "la"),
        ]
    );
}

#[test]
fn what_numbers_rest_on() {
    let m = model("provenance.toml");
    let rows: Vec<_> = m
        .register
        .iter()
        .map(|a| {
            let range = (a.low.as_deref().unwrap_or(""), a.high.as_deref().unwrap_or(""));
            (a.path.as_str(), a.value.as_str(), range, a.source.as_deref().unwrap_or(""), a.grade, a.line)
        })
        .collect();
    let law = "{ gamma = { mean = { value = \"31 days\", low = \"30 days\", high = \"33 days\", source = \"census\", grade = \"borrowed\" }, sd = \"14 days\" } }";
    assert_eq!(
        rows,
        [
            ("needs.violence.share", "0.31", ("0.25", "0.36"), "census", Grade::Measured, 7),
            ("stages.s.stay.gamma.mean", "31 days", ("30 days", "33 days"), "census", Grade::Borrowed, 14),
            ("stages.s.stay", law, ("", ""), "", Grade::Derived, 14),
            ("stages.s.to.out", "0.25", ("", ""), "review", Grade::Derived, 18),
            ("stages.s.to.t", "0.75", ("", ""), "review", Grade::Assumed, 19),
            ("stages.t.stay", "5 days", ("", ""), "review", Grade::Measured, 22),
            ("arrivals.a.rate", "12 per year", ("10 per year", "15 per year"), "", Grade::Assumed, 11),
        ]
    );
    let notes: Vec<_> = m.register.iter().filter_map(|a| a.note.as_deref()).collect();
    assert_eq!(notes, ["parent", "the others"]);
}
