//! Files of counts that a model names, for whoever can read files to forecast.

use super::file::{Node, parse};
use crate::base::diag::{FileId, Place, SourceMap};

/// A stream that asks for a forecast of a file of counts.
#[derive(Clone, Debug, PartialEq)]
pub struct CountsAsked {
    /// Name of the stream.
    pub stream: String,
    /// Where the file is named.
    pub place: Place,
    /// The file.
    pub series: String,
    /// The series in it, if it is one of several.
    pub name: Option<String>,
    /// Months ahead.
    pub horizon: u16,
    /// Months at the end that are not fully reported.
    pub incomplete: u16,
    /// How months of Covid-19 are treated: `dip`, `level` or `ignored`.
    pub covid: String,
    /// Which of the keys are there; they give way to the forecast.
    pub keys: Vec<&'static str>,
    /// Whether the stream names a source for the forecast itself.
    pub sourced: bool,
    /// Whether it says what comes after the last month.
    pub goes_on: bool,
}

/// Keys of a forecast that say what to forecast.
const KEYS: [&str; 5] = ["series", "name", "horizon", "incomplete", "covid"];

/// What the streams of a model ask for. A stream whose keys are not understood, or that gives paths too,
/// asks for nothing: reading it tells why.
pub fn counts_asked(sources: &SourceMap, model: FileId) -> Vec<CountsAsked> {
    let Ok(root) = parse(sources, model) else { return Vec::new() };
    let streams = root.find(&["arrivals"]).and_then(Node::table).map_or(&[][..], |t| &t.entries);
    streams.iter().filter_map(|stream| asked(&stream.key, stream.node.find(&["forecast"])?)).collect()
}

fn asked(stream: &str, forecast: &Node) -> Option<CountsAsked> {
    let table = forecast.table()?;
    let series = table.get("series")?;
    let given = |key: &str| table.get(key).is_some();
    if ["starts", "before", "paths"].into_iter().any(given) {
        return None;
    }
    let months = |key: &str, usual: u16, range: std::ops::RangeInclusive<u16>| match table.get(key) {
        None => Some(usual),
        Some(node) => {
            let number = node.number().filter(|x| x.fract() == 0.0 && (0.0..1000.0).contains(x))?;
            range.contains(&(number as u16)).then_some(number as u16)
        }
    };
    let words = |key: &str| match table.get(key) {
        None => Some(None),
        Some(node) => node.text().map(|t| Some(t.to_string())),
    };
    let covid = words("covid")?.unwrap_or_else(|| "dip".to_string());
    Some(CountsAsked {
        stream: stream.to_string(),
        place: series.place.clone(),
        series: series.text()?.to_string(),
        name: words("name")?,
        horizon: months("horizon", 24, 1..=120)?,
        incomplete: months("incomplete", 0, 0..=12)?,
        covid: ["dip", "level", "ignored"].contains(&covid.as_str()).then_some(covid)?,
        keys: KEYS.into_iter().filter(|k| given(k)).collect(),
        sourced: given("source"),
        goes_on: given("then"),
    })
}
