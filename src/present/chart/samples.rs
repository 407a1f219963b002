//! Charts that the tests look at: ordinary, crowded and hostile data.

use jiff::civil::{Date, date};

use super::*;

/// A name that attacks, and is too long.
pub const HOSTILE: &str =
    "<script>alert('x')</script> \" onload=\"evil & a very long name that goes on and on";

fn months(n: i16) -> Vec<Date> {
    (0..n).map(|i| date(2026 + (i + 3) / 12, ((i + 3) % 12 + 1) as i8, 1)).collect()
}

pub fn fan() -> FanChart {
    let history: Vec<(Date, f64)> = (0..36)
        .map(|i: i16| {
            (
                date(2023 + (i + 3) / 12, ((i + 3) % 12 + 1) as i8, 1),
                1010.0 + 5.0 * f64::from(i) + 60.0 * f64::from((i * 7) % 11 - 5) / 5.0,
            )
        })
        .collect();
    let n = 24;
    let spread = |i: i16, k: f64| k * libm::sqrt(f64::from(i) + 1.0);
    let mid = |i: i16| 1190.0 + 4.0 * f64::from(i);
    let band = |level: f64, k: f64| Band {
        label: String::new(),
        level,
        low: (0..n).map(|i| mid(i) - spread(i, k)).collect(),
        high: (0..n).map(|i| mid(i) + 1.2 * spread(i, k)).collect(),
    };
    FanChart {
        id: "fan".into(),
        title: "Children in need in Wiltshire, April 2023 to March 2028".into(),
        y_label: "Children in need".into(),
        history,
        history_label: "Published".into(),
        dates: months(n),
        middle: (0..n).map(mid).collect(),
        bands: vec![band(0.5, 14.0), band(0.8, 28.0), band(0.95, 44.0)],
        markers: vec![(date(2026, 6, 1), 1248.0), (date(2026, 9, 1), 1170.0)],
        marker_label: "Published since".into(),
        target: Some(("Capacity".into(), 1300.0)),
        boundary: Some((date(2026, 4, 1), "Forecast from 1 April 2026".into())),
        from_zero: true,
        ..FanChart::default()
    }
}

pub fn yearly_fan() -> FanChart {
    let years = |a: i16, b: i16| (a..=b).map(|y| date(y, 3, 31));
    let middle = vec![3210.0, 3260.0, 3290.0];
    let band = |level: f64, k: f64| Band {
        label: String::new(),
        level,
        low: middle.iter().map(|m| m - k).collect(),
        high: middle.iter().map(|m| m + k).collect(),
    };
    FanChart {
        id: "fan-years".into(),
        title: "Children in need".into(),
        y_label: "Children".into(),
        history: years(2016, 2024)
            .zip([3021.0, 3120.0, 2900.0, 3050.0, 3190.0, 3011.0, 3240.0, 3300.0, 3180.0])
            .collect(),
        history_label: "Published".into(),
        dates: years(2024, 2026).collect(),
        bands: vec![band(0.95, 250.0), band(0.5, 90.0)],
        middle,
        boundary: Some((date(2024, 3, 31), "Check year starts".into())),
        ..FanChart::default()
    }
}

pub fn scenarios() -> LineChart {
    let line = |name: &str, slope: f64, bend: f64| Series {
        name: name.into(),
        values: (0..24).map(|i| 1180.0 + slope * f64::from(i) - bend * f64::from(i * i) / 24.0).collect(),
        interval: Vec::new(),
    };
    LineChart {
        id: "scenarios".into(),
        title: "Children in need under five scenarios".into(),
        y_label: "Children in need".into(),
        x: Places::Dates(months(24)),
        series: vec![
            line("Carry on as now", 6.0, 0.0),
            line("Ten more social workers", 5.6, 2.0),
            line("Domestic abuse places doubled", 5.4, 2.2),
            line("Both together", 5.0, 5.0),
            line("Demand 10% higher", 11.0, 0.0),
        ],
        from_zero: true,
        target: Some(("Target".into(), 1000.0)),
        ..LineChart::default()
    }
}

pub fn survival() -> LineChart {
    let s = |name: &str, rate: f64| Series {
        name: name.into(),
        values: (0..=30).map(|i| libm::exp(-rate * f64::from(i))).collect(),
        interval: (0..=30)
            .map(|i| (libm::exp(-rate * 1.15 * f64::from(i)), libm::exp(-rate * 0.87 * f64::from(i))))
            .collect(),
    };
    LineChart {
        id: "survival".into(),
        title: "Share of plans still open".into(),
        y_label: "Plans still open".into(),
        x: Places::Numbers((0..=30).map(f64::from).collect(), "Months since the plan started".into()),
        series: vec![s("Model", 0.09), s("Published", 0.1)],
        steps: true,
        percent: true,
        from_zero: true,
        ..LineChart::default()
    }
}

pub fn bars(upright: bool) -> BarChart {
    BarChart {
        id: "bars".into(),
        title: "Model against published".into(),
        value_label: "Children".into(),
        categories: [
            "Assessment",
            "Child in need plan",
            "Child protection plan",
            "Looked after",
            "Initial child protection conference",
        ]
        .map(String::from)
        .to_vec(),
        series: vec![
            BarSeries {
                name: "Model".into(),
                values: vec![890.0, 1902.0, 360.0, 444.0, 41.0],
                intervals: vec![
                    Some((820.0, 960.0)),
                    Some((1700.0, 2100.0)),
                    Some((320.0, 405.0)),
                    None,
                    Some((20.0, 61.0)),
                ],
            },
            BarSeries {
                name: "Published".into(),
                values: vec![905.0, 1850.0, 371.0, 440.0, 0.0],
                intervals: vec![],
            },
        ],
        upright,
        ..BarChart::default()
    }
}

pub fn stays() -> StayBands {
    StayBands {
        id: "stays".into(),
        title: "Length of child protection plans".into(),
        bands: ["Up to 3 months", "3 to 6 months", "6 to 12 months", "1 to 2 years", "Over 2 years"]
            .map(String::from)
            .to_vec(),
        model: vec![0.21, 0.12, 0.41, 0.23, 0.03],
        intervals: [(0.17, 0.25), (0.09, 0.15), (0.37, 0.45), (0.19, 0.27), (0.01, 0.05)].map(Some).to_vec(),
        published: vec![0.22, 0.1, 0.42, 0.22, 0.04],
        beside: "Published".into(),
        size: Size::default(),
    }
}

pub fn differences() -> DotInterval {
    let row =
        |label: &str, estimate: f64, low: f64, high: f64| DotRow { label: label.into(), estimate, low, high };
    DotInterval {
        id: "differences".into(),
        title: "Change in children in need".into(),
        value_label: "Change in children in need on 31 March 2028, against carrying on as now".into(),
        level: 0.95,
        places: 0,
        rows: vec![
            row("Ten more social workers", -53.0, -90.0, -15.0),
            row("Domestic abuse places doubled, with outreach in every area team", -62.0, -130.0, 8.0),
            row("Demand 10% higher", 1120.0, 90.0, 1140.0),
        ],
        size: Size::default(),
    }
}

pub fn hostile() -> Vec<(&'static str, Drawing)> {
    let mut f = fan();
    (f.id, f.title, f.y_label) = (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
    (f.history_label, f.marker_label) = (HOSTILE.into(), HOSTILE.into());
    f.target = Some((HOSTILE.into(), 1300.0));
    f.boundary = Some((date(2026, 4, 1), HOSTILE.into()));
    let mut l = scenarios();
    l.series.iter_mut().for_each(|s| s.name = HOSTILE.into());
    l.id = HOSTILE.into();
    let mut b = bars(false);
    b.categories.iter_mut().for_each(|c| *c = HOSTILE.into());
    b.series.iter_mut().for_each(|s| s.name = HOSTILE.into());
    let mut u = bars(true);
    (u.categories, u.series) = (b.categories.clone(), b.series.clone());
    let mut d = differences();
    d.rows.iter_mut().for_each(|r| r.label = HOSTILE.into());
    d.value_label = HOSTILE.into();
    vec![
        ("hostile-fan", f.drawing().unwrap()),
        ("hostile-lines", l.drawing().unwrap()),
        ("hostile-bars", b.drawing().unwrap()),
        ("hostile-upright", u.drawing().unwrap()),
        ("hostile-dots", d.drawing().unwrap()),
    ]
}

/// Two pictures under lines that say what they are.
fn under_each_other() -> Drawing {
    let parts = [
        ("As now and with the change".to_owned(), scenarios().drawing().unwrap()),
        ("Difference".to_owned(), yearly_fan().drawing().unwrap()),
    ];
    let head = ["A long title of a scenario that has to be wrapped because it says all there is to say, and then some".to_owned(), "Testshire".into()];
    super::panels("panels", "Two pictures", &head, &parts).unwrap()
}

fn multiples() -> Drawing {
    let size = Size { width: 410.0, height: 260.0 };
    let part = |name: &str| {
        let mut f = yearly_fan();
        (f.size, f.from_zero) = (size, true);
        (name.to_owned(), f.drawing().unwrap())
    };
    small_multiples(
        "multiples",
        "By area",
        &[part("North"), part("East"), part("South"), part("West and beyond")],
        2,
    )
    .unwrap()
}

/// A council's year, a crowded diagram, and one with hostile names.
pub fn sankeys() -> Vec<(&'static str, Sankey)> {
    let node = |name: &str, column: usize, exit: bool| SankeyNode { name: name.into(), column, exit };
    let nodes = vec![
        node("Contact", 0, false),
        node("Early support assessment", 1, false),
        node("Support", 1, false),
        node("Single assessment", 1, false),
        node("Child in need plan", 2, false),
        node("Child protection plan", 3, false),
        node("Looked after", 4, false),
        node("Advice and signposting", 5, true),
        node("Closed", 5, true),
        node("Adoption or special guardianship", 5, true),
        node("Turned 18", 5, true),
    ];
    let flows = [
        (0, 7, 4620.0),
        (0, 1, 860.0),
        (0, 2, 650.0),
        (0, 3, 3200.0),
        (1, 8, 700.0),
        (1, 2, 160.0),
        (2, 8, 520.0),
        (2, 3, 290.0),
        (3, 8, 1720.0),
        (3, 4, 1430.0),
        (3, 2, 210.0),
        (3, 6, 60.0),
        (4, 8, 1010.0),
        (4, 5, 390.0),
        (4, 2, 240.0),
        (5, 4, 330.0),
        (5, 6, 85.0),
        (5, 8, 40.0),
        (6, 4, 70.0),
        (6, 9, 52.0),
        (6, 10, 48.0),
        (4, 6, 25.0),
    ];
    let flows: Vec<SankeyFlow> =
        flows.iter().map(|(from, to, value)| SankeyFlow { from: *from, to: *to, value: *value }).collect();
    let year = Sankey {
        id: "flows".into(),
        title: "Children through the council's services in a year".into(),
        columns: ["Front door", "First response", "Child in need", "Child protection", "Care", "Left"]
            .map(String::from)
            .to_vec(),
        nodes,
        flows,
        ..Sankey::default()
    };
    let mut small = year.clone();
    small.id = "flows-small".into();
    small.columns.clear();
    small.flows.retain(|f| f.from >= 3 && f.to != 2);
    let mut hostile = year.clone();
    hostile.nodes.iter_mut().for_each(|n| n.name = HOSTILE.into());
    hostile.columns.iter_mut().for_each(|c| *c = HOSTILE.into());
    hostile.unit = HOSTILE.into();
    // Returns into the first column and out of the last.
    hostile.flows.push(SankeyFlow { from: 8, to: 0, value: 480.0 });
    let mut circle = year.clone();
    circle.id = "flows-circle".into();
    circle.flows.push(SankeyFlow { from: 8, to: 0, value: 480.0 });
    vec![("sankey", year), ("sankey-small", small), ("sankey-circle", circle), ("sankey-hostile", hostile)]
}

/// Every sample with a name for its file.
pub fn all() -> Vec<(&'static str, Drawing)> {
    let mut out = vec![
        ("fan", fan().drawing().unwrap()),
        ("fan-years", yearly_fan().drawing().unwrap()),
        ("scenarios", scenarios().drawing().unwrap()),
        ("survival", survival().drawing().unwrap()),
        ("bars", bars(false).drawing().unwrap()),
        ("bars-upright", bars(true).drawing().unwrap()),
        ("stays", stays().drawing().unwrap()),
        ("differences", differences().drawing().unwrap()),
        ("multiples", multiples()),
        ("panels", under_each_other()),
    ];
    out.extend(hostile());
    out.extend(sankeys().into_iter().map(|(name, s)| (name, s.drawing().unwrap())));
    out
}
