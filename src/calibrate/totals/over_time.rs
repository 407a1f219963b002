//! Periods over which a fit is drawn.

use super::target::Target;
use crate::base::calendar::{Calendar, time_of};
use crate::base::time::SimTime;
use crate::model::Model;
use jiff::ToSpan;
use jiff::civil::Date;

/// Most periods of one measure.
const MOST: usize = 120;

/// For each measure that has targets, periods from the start of the run to the last target: ends of months for what is
/// counted at a moment; for what is counted over time, periods as long as its shortest target, one after the other.
pub fn periods(model: &Model, targets: &[Target]) -> Vec<Target> {
    let Some(starts) = model.run.starts else { return Vec::new() };
    let calendar = Calendar::new(starts, 0, model.run.length.days() as i64 + 2);
    let Some(last) = targets.iter().map(|t| t.to).max() else { return Vec::new() };
    let mut out: Vec<Target> = Vec::new();
    let mut measures: Vec<usize> = targets.iter().map(|t| t.measure).collect();
    measures.sort_unstable();
    measures.dedup();
    for m in measures {
        let own: Vec<&Target> = targets.iter().filter(|t| t.measure == m).collect();
        let blank = |from: SimTime, to: SimTime| Target {
            measure: m,
            period: String::new(),
            from,
            to,
            value: 0.0,
            error: 0.0,
            own: 0.0,
            rounding: 0.0,
        };
        let moments: Vec<&&Target> = own.iter().filter(|t| t.from == t.to).collect();
        if !moments.is_empty() {
            let mut times: Vec<SimTime> = steps(starts.first_of_month(), 1)
                .map(|d| time_of(starts, d))
                .take_while(|t| *t <= last)
                .filter(|t| *t > SimTime(0))
                .take(MOST)
                .collect();
            times.extend(moments.iter().map(|t| t.to));
            times.sort();
            times.dedup();
            out.extend(times.into_iter().map(|t| blank(t, t)));
        }
        let flows: Vec<(Date, i32)> = own
            .iter()
            .filter(|t| t.from < t.to)
            .filter_map(|t| {
                Some((calendar.date_of(t.from)?, months(calendar.date_of(t.from)?, calendar.date_of(t.to)?)))
            })
            .collect();
        let Some((anchor, length)) = flows.into_iter().min_by_key(|f| f.1) else { continue };
        let length = length.max(1);
        let mut first = anchor;
        while let Ok(earlier) = first.checked_sub(length.months()) {
            if earlier < starts {
                break;
            }
            first = earlier;
        }
        let edges: Vec<SimTime> =
            steps(first, length).map(|d| time_of(starts, d)).take_while(|t| *t <= last).take(MOST).collect();
        out.extend(edges.windows(2).map(|w| blank(w[0], w[1])));
    }
    out
}

fn months(from: Date, to: Date) -> i32 {
    (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month())
}

/// Dates so many months apart.
fn steps(from: Date, months: i32) -> impl Iterator<Item = Date> {
    (0i32..2_000).map_while(move |k| from.checked_add((k * months).months()).ok())
}
