//! Laws from named parameters, as the catalogue lists them.

use super::{CATALOGUE, Dist, ParamError};

/// What a parameter is, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A length of time, written with its unit.
    Duration,
    /// Events per unit of time.
    Rate,
    /// A plain number.
    Number,
    /// A list of lengths of time.
    Durations,
    /// A list of probabilities that sum to 1.
    Probabilities,
    /// A list of laws.
    Laws,
}

/// One parameter of a law.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Key in a model file.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means, with its range.
    pub meaning: &'static str,
}

/// One set of parameters that states a law.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Names of the parameters, all of which must be given.
    pub parameters: &'static [&'static str],
    /// Makes the law from their values in that order.
    pub(super) build: fn(&[Value]) -> Result<Dist, ParamError>,
}

/// One law of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Key in a model file, and [`Dist::name`].
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// All parameters any form uses.
    pub parameters: &'static [Parameter],
    /// The sets of parameters that state it.
    pub forms: &'static [Form],
    /// Examples as they stand in a model file, one for each form.
    pub examples: &'static [&'static str],
    /// Formula of the mean.
    pub mean: &'static str,
    /// Where to read more.
    pub reference: &'static str,
}

/// A value given for a parameter, durations in the unit the law is to have.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// For durations, rates and numbers.
    Number(f64),
    /// For lists of durations or probabilities.
    Numbers(Vec<f64>),
    /// For lists of laws.
    Laws(Vec<Dist>),
}

impl Value {
    fn fits(&self, kind: Kind) -> bool {
        match self {
            Value::Number(_) => matches!(kind, Kind::Duration | Kind::Rate | Kind::Number),
            Value::Numbers(_) => matches!(kind, Kind::Durations | Kind::Probabilities),
            Value::Laws(_) => kind == Kind::Laws,
        }
    }
}

pub(super) fn number(values: &[Value], i: usize) -> f64 {
    match values.get(i) {
        Some(Value::Number(x)) => *x,
        _ => f64::NAN,
    }
}

pub(super) fn numbers(values: &[Value], i: usize) -> &[f64] {
    match values.get(i) {
        Some(Value::Numbers(list)) => list,
        _ => &[],
    }
}

pub(super) fn laws(values: &[Value], i: usize) -> Vec<Dist> {
    match values.get(i) {
        Some(Value::Laws(list)) => list.clone(),
        _ => Vec::new(),
    }
}

/// The law called `name` in the catalogue.
pub fn entry(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.name == name)
}

impl Dist {
    /// Makes a law from its name in the catalogue and named values, in any order.
    ///
    /// # Errors
    /// When the law is unknown, the parameters fit none of its forms, a value is of the wrong kind,
    /// or the law refuses it.
    pub fn from_parameters(name: &str, given: &[(&str, Value)]) -> Result<Dist, ParamError> {
        let Some(entry) = entry(name) else {
            let known = CATALOGUE.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
            return Err(ParamError::UnknownLaw { found: name.to_owned(), known });
        };
        let law = entry.name;
        let fits = |form: &&Form| {
            form.parameters.len() == given.len()
                && form.parameters.iter().all(|p| given.iter().any(|g| g.0 == *p))
        };
        let Some(form) = entry.forms.iter().find(fits) else {
            let found = given.iter().map(|g| g.0).collect::<Vec<_>>().join(", ");
            let forms = entry.forms.iter().map(|form| form.parameters.join(" and "));
            let expected = forms.collect::<Vec<_>>().join("; or ");
            return Err(ParamError::Form { law, found, expected });
        };
        let mut values = Vec::with_capacity(form.parameters.len());
        for name in form.parameters {
            let kind = entry.parameters.iter().find(|p| p.name == *name).map(|p| p.kind);
            let value = given.iter().find(|g| g.0 == *name).map(|g| &g.1);
            match (kind, value) {
                (Some(kind), Some(value)) if value.fits(kind) => values.push(value.clone()),
                _ => {
                    let expected = match kind {
                        Some(Kind::Durations | Kind::Probabilities) => "a list of numbers",
                        Some(Kind::Laws) => "a list of laws",
                        _ => "one number",
                    };
                    return Err(ParamError::Kind { law, parameter: name, expected });
                }
            }
        }
        (form.build)(&values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::dist::proof::examples;

    /// The number in front of a unit, or the bare number.
    fn leading(value: &toml::Value) -> f64 {
        match value {
            toml::Value::String(s) => s.split(' ').next().unwrap().parse().unwrap(),
            toml::Value::Integer(i) => *i as f64,
            toml::Value::Float(x) => *x,
            other => panic!("{other}"),
        }
    }

    fn read(law: &toml::Table) -> Result<Dist, ParamError> {
        let (name, body) = law.iter().next().unwrap();
        let given: Vec<(&str, Value)> = body
            .as_table()
            .unwrap()
            .iter()
            .map(|(key, value)| {
                let value = match value {
                    toml::Value::Array(list) if list.iter().all(toml::Value::is_table) => {
                        let laws = list.iter().map(|law| read(law.as_table().unwrap()).unwrap());
                        Value::Laws(laws.collect())
                    }
                    toml::Value::Array(list) => Value::Numbers(list.iter().map(leading).collect()),
                    one => Value::Number(leading(one)),
                };
                (key.as_str(), value)
            })
            .collect();
        Dist::from_parameters(name, &given)
    }

    #[test]
    fn every_example_is_the_law_it_illustrates() {
        for entry in CATALOGUE {
            assert_eq!(entry.examples.len(), entry.forms.len(), "{}", entry.name);
            for (form, example) in entry.forms.iter().zip(entry.examples) {
                let table: toml::Table = example.parse().unwrap();
                let law = read(&table).unwrap();
                assert_eq!(law.name(), entry.name);
                let keys: Vec<&str> =
                    table[entry.name].as_table().unwrap().keys().map(String::as_str).collect();
                for name in form.parameters {
                    assert!(keys.contains(name), "{}: {name}", entry.name);
                    assert!(entry.parameters.iter().any(|p| p.name == *name), "{name}");
                }
            }
        }
    }

    #[test]
    fn the_catalogue_and_the_proof_cover_each_other() {
        let proved = examples();
        for entry in CATALOGUE {
            assert!(proved.iter().any(|(_, d)| d.name() == entry.name), "{}", entry.name);
        }
        for (label, d) in proved {
            assert!(entry(d.name()).is_some(), "{label}");
        }
    }

    #[test]
    fn forms_of_one_law_agree() {
        let n = Value::Number;
        let one = Dist::from_parameters("gamma", &[("sd", n(14.0)), ("mean", n(31.0))]).unwrap();
        let shape = (31.0 / 14.0) * (31.0 / 14.0);
        let two = Dist::from_parameters("gamma", &[("shape", n(shape)), ("mean", n(31.0))]).unwrap();
        assert!((one.variance() / 196.0 - 1.0).abs() < 1e-14);
        assert!((one.quantile(0.9) / two.quantile(0.9) - 1.0).abs() < 1e-13);
        let sd = Dist::lognormal_mean_sd(120.0, 90.0).unwrap();
        let cv = Dist::lognormal_mean_cv(120.0, 0.75).unwrap();
        assert_eq!(sd, cv);
        assert!((sd.mean() / 120.0 - 1.0).abs() < 1e-14);
        assert!((sd.variance() / 8100.0 - 1.0).abs() < 1e-13);
        let median = Dist::lognormal_median_sigma(96.0, 0.5).unwrap();
        assert!((median.quantile(0.5) / 96.0 - 1.0).abs() < 1e-14);
        let weibull = Dist::weibull_mean_shape(200.0, 0.7).unwrap();
        assert!((weibull.mean() / 200.0 - 1.0).abs() < 1e-14);
        let hyper = Dist::hyperexponential_mean_cv(30.0, 2.0).unwrap();
        assert!((hyper.variance() / 3600.0 - 1.0).abs() < 1e-13);
    }

    #[test]
    fn wrong_parameters_say_what_is_expected() {
        let n = Value::Number;
        let text =
            |name: &str, given: &[(&str, Value)]| Dist::from_parameters(name, given).unwrap_err().to_string();
        assert!(text("gama", &[]).starts_with("gama is no law; known: constant, exponential"));
        assert_eq!(
            text("weibull", &[("mean", n(1.0))]),
            "weibull: given mean, expected shape and scale; or mean and shape"
        );
        assert_eq!(
            text("values", &[("values", n(1.0))]),
            "values: values is of the wrong kind, expected a list of numbers"
        );
        assert_eq!(
            text("erlang", &[("k", n(2.5)), ("mean", n(1.0))]),
            "erlang: k is 2.5, expected a whole number between 1 and 10000"
        );
    }
}
