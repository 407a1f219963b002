//! What holds for every flow diagram.

use super::graph::Graph;
use super::layout::Layout;
use super::*;
use crate::present::chart::samples;

#[test]
fn every_band_is_to_one_scale_and_fits_its_bars() {
    for (name, s) in samples::sankeys() {
        let g = Graph::build(&s);
        let l = Layout::new(&s, &g);
        for (i, f) in s.flows.iter().enumerate().filter(|(_, f)| f.value > 0.0) {
            let widths: Vec<f64> = if g.paths[i].is_empty() {
                let r = l.returns.iter().find(|r| r.flow == i).unwrap();
                vec![r.width, r.out.width, r.into.width]
            } else {
                g.paths[i].iter().flat_map(|p| [l.ends[*p].0.width, l.ends[*p].1.width]).collect()
            };
            for w in widths {
                assert!(
                    (w / f.value / l.scale - 1.0).abs() < 1e-9,
                    "{name}: flow {i} is {w} for {}",
                    f.value
                );
            }
        }
        // At each bar the bands stand side by side inside it.
        for (v, vertex) in g.vertices.iter().enumerate() {
            for out in [true, false] {
                let forward =
                    g.pieces.iter().zip(&l.ends).filter(|(p, _)| if out { p.from == v } else { p.to == v });
                let mut slots: Vec<_> = forward.map(|(_, e)| if out { e.0 } else { e.1 }).collect();
                let returns = l.returns.iter().filter(|r| {
                    let f = &s.flows[r.flow];
                    vertex.node == Some(if out { f.from } else { f.to })
                });
                slots.extend(returns.map(|r| if out { r.out } else { r.into }));
                slots.sort_by(|a, b| a.offset.total_cmp(&b.offset));
                let mut end = 0.0;
                for slot in slots {
                    assert!(slot.offset >= end - 1e-6, "{name}: bands overlap at vertex {v}");
                    end = slot.offset + slot.width;
                }
                assert!(end <= vertex.value * l.scale + 1e-6, "{name}: bands exceed bar {v}");
            }
        }
    }
}

#[test]
fn the_drawn_returns_are_as_wide_as_the_layout_says() {
    let (_, s) = samples::sankeys().remove(0);
    let g = Graph::build(&s);
    let l = Layout::new(&s, &g);
    let svg = s.svg().unwrap();
    for r in &l.returns {
        let width = format!("stroke-width=\"{}\"", super::super::scene::num(r.width));
        assert!(svg.contains(&width), "{width}");
    }
}

#[test]
fn bars_and_names_of_a_column_do_not_meet_and_returns_run_below_them() {
    for (name, s) in samples::sankeys() {
        let g = Graph::build(&s);
        let l = Layout::new(&s, &g);
        for column in &g.order {
            for pair in column.windows(2) {
                let bottom = l.y[pair[0]] + g.vertices[pair[0]].value * l.scale;
                assert!(l.y[pair[1]] >= bottom - 1e-6, "{name}");
            }
        }
        let floor = (0..s.nodes.len()).map(|v| l.y[v] + g.vertices[v].value * l.scale).fold(0.0, f64::max);
        for r in &l.returns {
            let from = s.flows[r.flow].from;
            if !r.sideways {
                assert!(r.lane - r.width / 2.0 > floor, "{name}");
                continue;
            }
            // Below its own bar and above whatever is next in its column.
            let bottom = l.y[from] + g.vertices[from].value * l.scale;
            assert!(r.lane - r.width / 2.0 > bottom, "{name}");
            let column = &g.order[s.nodes[from].column];
            let below = column.iter().skip_while(|v| **v != from).nth(1);
            assert!(below.is_none_or(|v| r.lane + r.width / 2.0 <= l.y[*v]), "{name}");
        }
    }
}

#[test]
fn a_hand_worked_order_has_no_crossing() {
    // Given upside down, the right order of the second column removes the only crossing.
    let node = |name: &str, column| SankeyNode { name: name.into(), column, exit: false };
    let flow = |from, to| SankeyFlow { from, to, value: 10.0 };
    let s = Sankey {
        nodes: vec![node("a", 0), node("b", 0), node("c", 1), node("d", 1)],
        flows: vec![flow(0, 3), flow(1, 2)],
        ..Sankey::default()
    };
    assert_eq!(Graph::build(&s).crossings(), 0.0);
    // 20 children in 0.55 of the height of 520: the bars are as high as the cap allows.
    let l = Layout::new(&s, &Graph::build(&s));
    assert!(l.scale * 20.0 < 520.0);
}

#[test]
fn impossible_flows_are_errors() {
    let node = SankeyNode { name: "a".into(), column: 0, exit: false };
    let with = |f: SankeyFlow| Sankey { nodes: vec![node.clone()], flows: vec![f], ..Sankey::default() };
    assert!(matches!(with(SankeyFlow { from: 0, to: 7, value: 1.0 }).svg(), Err(ChartError::Flow(0, _))));
    assert!(matches!(with(SankeyFlow { from: 0, to: 0, value: -1.0 }).svg(), Err(ChartError::Flow(0, _))));
    assert!(matches!(
        with(SankeyFlow { from: 0, to: 0, value: f64::NAN }).svg(),
        Err(ChartError::Flow(0, _))
    ));
    assert!(matches!(with(SankeyFlow { from: 0, to: 0, value: 0.0 }).svg(), Err(ChartError::Empty(_))));
    let mut far = with(SankeyFlow { from: 0, to: 0, value: 1.0 });
    far.nodes[0].column = usize::MAX - 1;
    assert!(far.svg().is_err());
    // A lone stage that feeds itself is odd, and drawn.
    assert!(with(SankeyFlow { from: 0, to: 0, value: 1.0 }).svg().is_ok());
}
