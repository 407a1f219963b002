//! What is published of the measures of a model file.

use super::Writer;
use super::counted::BANDS;
use crate::calibrate::authority::episodes::ENDED;
use crate::calibrate::authority::number::{Grade, quoted, tidy};

/// First year of the published history shown.
const SINCE: i32 = 2010;

/// Where a measure's published figures come from.
#[derive(Clone, Copy)]
pub(super) enum Published {
    /// Nothing is published.
    No,
    /// A count over the year to March.
    Year(&'static str),
    /// A count on 31 March.
    March(&'static str),
    /// A figure of 30 September.
    September(&'static str),
    /// A count over the year as a share of another, in per cent.
    YearShare(&'static str, &'static str),
    /// A count on 31 March as a share of another, in per cent.
    MarchShare(&'static str, &'static str),
    /// Per cent over the year, published as such.
    YearPercent(&'static str),
    /// Per cent on 31 March, published as such.
    MarchPercent(&'static str),
    /// Counts over the year that together are a share of another, in per cent.
    YearParts(&'static [&'static str], &'static str),
}
use Published::{March, MarchPercent, MarchShare, No, September, Year, YearParts, YearPercent, YearShare};

impl Writer<'_> {
    /// The published figures and their table. Where the last year's is not published but is asked for, the figure of the
    /// year before stands in, and says so.
    pub(super) fn figures(&self, published: Published, asked: bool) -> (String, Vec<String>) {
        let (indicator, whole) = match published {
            No => return (String::new(), Vec::new()),
            Year(i) | March(i) | September(i) | YearPercent(i) | MarchPercent(i) => (i, ""),
            YearParts(parts, w) => (parts.first().copied().unwrap_or(""), w),
            YearShare(i, w) | MarchShare(i, w) => (i, w),
        };
        let period = |y: i32| match published {
            March(_) | MarchShare(..) | MarchPercent(_) => format!("{y}-03-31"),
            September(_) => format!("{y}-09-30"),
            _ => format!("{}-04/{y}-03", y - 1),
        };
        let text = |x: f64| if x.fract() == 0.0 { format!("{x:.0}") } else { tidy(x) };
        let f = self.f;
        let figure = |y: i32| match published {
            YearParts(parts, w) => self.parts(parts, w, y),
            _ => self.figure(indicator, whole, y),
        };
        let mut out: Vec<String> = (SINCE..=f.year)
            .filter_map(|y| Some(format!("\"{}\" = {}", period(y), text(figure(y)?))))
            .collect();
        if asked && f.starts < f.year && figure(f.year).is_none() {
            out.extend(self.stand_in(indicator, whole, figure(f.year - 1)).map(|(x, note)| {
                format!(
                    "\"{}\" = {{ value = {}, stand_in = true, note = {} }}",
                    period(f.year),
                    text(x),
                    quoted(&note)
                )
            }));
        }
        let table = self.stats.indicator(indicator).and_then(|i| self.stats.indicators.get(i));
        (table.map(|i| i.table.clone()).unwrap_or_default(), out)
    }

    /// Several counts as a share of another, in per cent, if all are published.
    fn parts(&self, parts: &[&str], whole: &str, year: i32) -> Option<f64> {
        let area = self.f.area;
        let all = self.stats.value(whole, area, year).filter(|&w| w > 0.0)?;
        let sum: Option<f64> = parts.iter().map(|i| self.stats.value(i, area, year)).sum();
        Some((1_000.0 * sum? / all).round() / 10.0)
    }

    fn figure(&self, indicator: &str, whole: &str, year: i32) -> Option<f64> {
        let area = self.f.area;
        let x = self.stats.value(indicator, area, year)?;
        if whole.is_empty() {
            return Some(x);
        }
        let all = self.stats.value(whole, area, year).filter(|&w| w > 0.0)?;
        Some((1_000.0 * x / all).round() / 10.0)
    }

    /// What stands in for a figure of the last year that is not published.
    fn stand_in(&self, indicator: &str, whole: &str, before: Option<f64>) -> Option<(f64, String)> {
        let (area, year) = (self.f.area, self.f.year);
        let last = (year - self.f.starts - 1).max(0) as usize;
        if indicator == "cpp_ends" {
            let rate = self.stats.value("cpp_ends_per_10k", area, year)?;
            let people = self.stats.value("population_0_17_mye", area, year - 1)?;
            let note = format!("{} per 10,000 of {people:.0}", tidy(rate));
            return Some(((rate * people / 1e4).round(), note));
        }
        if let Some(k) = BANDS.iter().position(|b| b.3 == indicator) {
            // what the model is fitted to: a law that holds from year to year
            let share = self.f.plan.ended.share.get(k)?;
            return Some(((1_000.0 * share).round() / 10.0, self.f.plan.ended.note.clone()));
        }
        if indicator == "assessments_completed" {
            let aim = self.f.aims.iter().find(|a| a.indicator == indicator)?.by_year.get(last)?;
            return Some((aim.value.round(), aim.note.clone()));
        }
        if let Some(aim) = self.f.aims.iter().find(|a| a.indicator == indicator && whole.is_empty()) {
            // what the model is fitted to
            let aim = aim.by_year.get(last).filter(|n| n.grade >= Grade::Borrowed && n.value > 0.0)?;
            return Some((aim.value.round(), aim.note.clone()));
        }
        if let Some(k) = ENDED.iter().position(|i| *i == indicator) {
            let share = self.f.episodes.ended.share.get(k)?;
            return Some(((1_000.0 * share).round() / 10.0, self.f.episodes.ended.note.clone()));
        }
        Some((before?, format!("{}, none published for {year}", year - 1)))
    }
}
