//! Prior against posterior: what all councils say of a share, and what this council's own series makes of it.

use super::{Council, number, text};
use crate::calibrate::authority::Number;
use crate::present::calibration::PageError;
use crate::present::calibration::figures::figure;
use crate::present::chart::{Shift, ShiftRow, Size};
use crate::present::format;
use crate::present::html::{Download, Figure};
use crate::present::table::{Cell, Table};

/// Fewest councils that make a prior.
const FEWEST: usize = 20;
/// Years back in which a council's last figure is looked for.
const BACK: i32 = 3;

/// Shares that are estimated: as a reader calls them, what they are published as, and the fit's number.
fn shares<'a>(c: &Council<'a>) -> [(&'static str, (&'static str, &'static str), &'a Number); 7] {
    let fitted = &c.fitted.ratios;
    [
        ("Referrals with no further action", ("referrals_nfa", "referrals"), &fitted.nfa),
        (
            "Referrals assessed, not in need",
            ("referrals_assessed_not_in_need", "referrals"),
            &fitted.not_in_need,
        ),
        ("Re-referrals within 12 months", ("re_referrals", "referrals"), &fitted.again),
        ("Section 47 enquiries a referral", ("s47", "referrals"), &fitted.section_47),
        ("Conferences an enquiry", ("icpc", "s47"), &fitted.conference),
        ("Plans a conference", ("cpp_starts", "icpc"), &fitted.plan),
        ("Second or later plans", ("cpp_second_or_subsequent", "cpp_starts"), &fitted.second),
    ]
}

/// Lowest tenth, middle and highest tenth of councils in their last year, this one left out.
fn councils(c: &Council<'_>, (top, bottom): (&str, &str)) -> Option<[f64; 3]> {
    let one = |a: usize| {
        (0..=BACK).map(|k| c.fitted.year - k).find_map(|y| {
            let of = c.stats.value(bottom, a, y).filter(|&x| x >= 30.0)?;
            Some(c.stats.value(top, a, y)? / of)
        })
    };
    let mut all: Vec<f64> =
        c.stats.councils().into_iter().filter(|&a| a != c.fitted.area).filter_map(one).collect();
    all.sort_by(f64::total_cmp);
    let at = |p: f64| all.get(((all.len() - 1) as f64 * p).round() as usize).copied();
    if all.len() < FEWEST { None } else { Some([at(0.1)?, at(0.5)?, at(0.9)?]) }
}

/// The picture and its table.
pub(super) fn known(c: &Council<'_>) -> Result<Option<(Figure, Table)>, PageError> {
    let columns = vec![
        text("number", "Share (%)"),
        number("prior_low", "Before: one council in ten is lower", 1),
        number("prior", "Before: middle council", 1),
        number("prior_high", "Before: one council in ten is higher", 1),
        number("low", "After: 80% low end", 1),
        number("value", "After", 1),
        number("high", "After: 80% high end", 1),
        text("from", "From"),
    ];
    let mut table =
        Table::new("known", "What was known before, and what this council's series says", columns);
    let mut rows = Vec::new();
    for (name, indicators, n) in shares(c) {
        let Some(before) = councils(c, indicators) else { continue };
        let before = before.map(|x| 100.0 * x);
        let after = [n.low, n.value, n.high].map(|x| 100.0 * x);
        let mut row = vec![Cell::text(name)];
        row.extend(before.iter().chain(&after).map(|x| Cell::Number(*x)));
        row.push(Cell::text(&n.note));
        table.row(row);
        let words = |x: [f64; 3]| format!("{} to {} %", format::decimal(x[0], 1), format::decimal(x[2], 1));
        rows.push(ShiftRow {
            label: name.into(),
            before,
            after,
            before_text: words(before),
            after_text: words(after),
        });
    }
    if rows.is_empty() {
        return Ok(None);
    }
    table.note("Before: what one would say of any council of England without its own figures. After: the council's own, with the 80% range that the model file gives.");
    let chart = Shift {
        id: "known".into(),
        title: "Shares before and after the council's own series".into(),
        before_label: "Any council, 10% to 90%".into(),
        after_label: format!("{}, 80%", c.fitted.name),
        rows,
        size: Size::default(),
    };
    let headline = "What the council's own figures tell";
    let subtitle = format!("{}: shares among all councils, and from this council's series", c.fitted.name);
    let mut figure = figure(chart.drawing(), "known", headline, &subtitle, None)?;
    figure.downloads.push(Download { label: "CSV".into(), path: "known.csv".into() });
    Ok(Some((figure, table)))
}
