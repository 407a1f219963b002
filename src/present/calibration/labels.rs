//! What a path of a model file is called for a reader.

use toml::{Table, Value};

/// Names of a model's parts, from its text.
pub(super) struct Labels(Table);

impl Labels {
    pub fn new(text: &str) -> Labels {
        Labels(text.parse().unwrap_or_default())
    }

    /// Title of a part of the model with this short name.
    fn title(&self, name: &str) -> String {
        for list in ["stages", "exits", "arrivals", "services", "pools", "needs", "groups"] {
            let found = self.0.get(list).and_then(|l| l.get(name)).and_then(|p| p.get("title"));
            if let Some(title) = found.and_then(Value::as_str) {
                // what stands in brackets explains, and makes labels long
                return title.split(" (").next().unwrap_or(title).to_string();
            }
        }
        if name == "out" { "leaving".into() } else { name.replace('_', " ") }
    }

    /// A number by its path.
    pub fn of(&self, path: &str) -> String {
        let steps: Vec<&str> = path.split('.').collect();
        let (owner, rest) = match steps.as_slice() {
            ["arrivals" | "stages" | "exits" | "services" | "pools" | "needs", name, rest @ ..] => {
                (self.title(name), rest)
            }
            ["start", "stages" | "exits", name, rest @ ..] => {
                (format!("{}, at the start", self.title(name)), rest)
            }
            [first, rest @ ..] => (first.replace('_', " "), rest),
            [] => return String::new(),
        };
        let mut here: Option<&Value> = None;
        let mut walked: Vec<&str> = steps[..steps.len() - rest.len()].to_vec();
        let mut words: Vec<String> = Vec::new();
        for (k, step) in rest.iter().enumerate() {
            walked.push(step);
            here = self.at(&walked).or(here);
            let dated = here.and_then(|v| v.get("from")).map(plain);
            match (*step, step.parse::<u32>()) {
                (_, Ok(n)) => match dated {
                    Some(from) => words.push(format!("from {from}")),
                    None => words.push(format!("no. {n}")),
                },
                ("exponential" | "mean" | "times" | "all" | "share" | "value", _) => {}
                ("rate", _) if k > 0 => {}
                ("to", _) => words.push("to".into()),
                ("odds", _) => words.push("odds of".into()),
                ("stay_times", _) => words.push("factor on its stay".into()),
                ("within", _) => words.push("within".into()),
                ("returns", _) => words.push("coming back".into()),
                (name, _) => words.push(self.title(name)),
            }
        }
        if words.is_empty() { owner } else { format!("{owner}: {}", words.join(" ")) }
    }

    fn at(&self, steps: &[&str]) -> Option<&Value> {
        let (first, rest) = steps.split_first()?;
        rest.iter().try_fold(self.0.get(*first)?, |here, step| match here {
            Value::Array(list) => list.get(step.parse::<usize>().ok()?.checked_sub(1)?),
            other => other.get(*step),
        })
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Datetime(d) => {
            let text = d.to_string();
            text.parse::<jiff::civil::Date>().map_or(text, crate::present::format::date)
        }
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_in_words() {
        let l = Labels::new(
            "[arrivals.c]\ntitle = \"Contacts (all)\"\nrate = [{ from = 2024-04-01, rate = 3 }]\n[stages.a]\ntitle = \"Assessment\"\n[stages.b]\n",
        );
        assert_eq!(l.of("arrivals.c.rate.1.rate"), "Contacts: rate from 1 April 2024");
        assert_eq!(l.of("stages.a.to.b"), "Assessment: to b");
        assert_eq!(l.of("stages.b.stay.exponential.mean"), "b: stay");
        assert_eq!(l.of("start.stages.a.cases"), "Assessment, at the start: cases");
    }
}
