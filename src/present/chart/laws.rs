//! Laws that charts of any data keep.

use jiff::civil::date;
use proptest::prelude::*;

use super::tests::check_labels;
use super::*;

const NAMES: [&str; 6] = [
    "Support",
    "Child in need plan",
    "Initial child protection conference",
    "A",
    "Unaccompanied asylum-seeking children",
    "Closed",
];

fn sankey() -> impl Strategy<Value = Sankey> {
    let nodes = prop::collection::vec((0..NAMES.len(), 0usize..5, any::<bool>()), 2..14);
    let flows = prop::collection::vec((0usize..14, 0usize..14, 0.01f64..5000.0), 1..30);
    (nodes, flows, 360.0f64..1200.0).prop_map(|(nodes, flows, width)| {
        let n = nodes.len();
        Sankey {
            id: "s".into(),
            title: "S".into(),
            columns: (0..5).map(|c| format!("Column {c}")).collect(),
            nodes: nodes
                .into_iter()
                .map(|(name, column, exit)| SankeyNode { name: NAMES[name].into(), column, exit })
                .collect(),
            flows: flows
                .into_iter()
                .map(|(from, to, value)| SankeyFlow { from: from % n, to: to % n, value })
                .collect(),
            width,
            ..Sankey::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flow_diagrams_keep_their_text_apart(s in sankey()) {
        let d = s.drawing().unwrap();
        check_labels("sankey", &d);
        prop_assert!(!d.svg().contains("NaN"));
    }

    #[test]
    fn line_charts_keep_their_text_apart(
        series in prop::collection::vec((0..NAMES.len(), prop::collection::vec(-1e6f64..1e6, 8)), 1..7),
        months in 1i16..200,
        target in -1e6f64..1e6,
        scale in -6i32..6,
        from_zero in any::<bool>(),
        width in 360.0f64..1200.0,
        height in 220.0f64..600.0,
    ) {
        let k = libm::pow(10.0, f64::from(scale));
        let chart = LineChart {
            id: "l".into(),
            y_label: "Children".into(),
            x: Places::Dates((0..8).map(|i| date(2000 + i * months / 12, (i * months % 12 + 1) as i8, 1)).collect()),
            series: series.into_iter().map(|(n, v)| Series { name: NAMES[n].into(), values: v.into_iter().map(|v| v * k).collect(), interval: vec![] }).collect(),
            target: Some(("Target".into(), target * k)),
            boundary: Some((day_number(date(2000, 1, 1)), "Start of the check year".into())),
            from_zero,
            size: Size { width, height },
            ..LineChart::default()
        };
        check_labels("lines", &chart.drawing().unwrap());
    }

    #[test]
    fn bars_keep_their_text_apart(
        values in prop::collection::vec((0..NAMES.len(), 0.0f64..1e6, 0.0f64..1e5), 1..12),
        kinds in 1usize..5,
        upright in any::<bool>(),
        percent in any::<bool>(),
        width in 360.0f64..1200.0,
    ) {
        let k = if percent { 1e-6 } else { 1.0 };
        let chart = BarChart {
            id: "b".into(),
            value_label: "Children".into(),
            categories: values.iter().map(|v| NAMES[v.0].to_owned()).collect(),
            series: (0..kinds).map(|i| BarSeries {
                name: NAMES[i].into(),
                values: values.iter().map(|v| v.1 * k).collect(),
                intervals: values.iter().map(|v| Some(((v.1 - v.2) * k, (v.1 + v.2) * k))).collect(),
            }).collect(),
            upright,
            percent,
            size: Size { width, height: 400.0 },
            ..BarChart::default()
        };
        check_labels("bars", &chart.drawing().unwrap());
    }

    #[test]
    fn differences_keep_their_text_apart(
        rows in prop::collection::vec((0..NAMES.len(), -1e5f64..1e5, 0.0f64..1e5), 1..12),
        width in 360.0f64..1200.0,
    ) {
        let chart = DotInterval {
            id: "d".into(),
            value_label: "Change in children".into(),
            level: 0.95,
            rows: rows.iter().map(|(n, e, w)| DotRow { label: NAMES[*n].into(), estimate: *e, low: e - w, high: e + w }).collect(),
            size: Size { width, height: 400.0 },
            ..DotInterval::default()
        };
        check_labels("dots", &chart.drawing().unwrap());
    }

    #[test]
    fn fans_keep_their_text_apart(
        history in prop::collection::vec(0.0f64..1e5, 1..40),
        middle in prop::collection::vec(0.0f64..1e5, 2..30),
        spread in 0.0f64..1e4,
        bands in 0usize..4,
        target in 0.0f64..1e5,
        from_zero in any::<bool>(),
        width in 400.0f64..1200.0,
    ) {
        let months = |from: i32, n: usize| (0..n).map(move |i| {
            let m = from + i as i32;
            date(2020 + m.div_euclid(12) as i16, (m.rem_euclid(12) + 1) as i8, 1)
        });
        let n = history.len() as i32;
        let chart = FanChart {
            id: "f".into(),
            y_label: "Children in need".into(),
            history: months(0, history.len()).zip(history.iter().copied()).collect(),
            history_label: "Published".into(),
            dates: months(n, middle.len()).collect(),
            bands: (0..bands).map(|b| Band {
                label: String::new(), level: 0.5 + 0.2 * b as f64,
                low: middle.iter().map(|m| m - spread * (b + 1) as f64).collect(),
                high: middle.iter().map(|m| m + spread * (b + 1) as f64).collect(),
            }).collect(),
            markers: months(n, 2).zip([target, spread]).collect(),
            marker_label: "Published since".into(),
            target: Some(("Capacity".into(), target)),
            boundary: months(n, 1).next().map(|d| (d, "Forecast starts".into())),
            middle,
            from_zero,
            size: Size { width, height: 400.0 },
            ..FanChart::default()
        };
        check_labels("fan", &chart.drawing().unwrap());
    }
}
