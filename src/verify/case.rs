//! Exact references: a model and the exact values of its observables. Form: `tests/theory/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::law::{Event, Law, Published, Quantity, Question, When};

/// A model and the exact values of its observables.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Identifier, such as `A01`.
    pub id: String,
    /// What is modelled.
    pub title: String,
    /// Names of the types.
    types: Vec<String>,
    /// The trait set of each type in a scenario, as names joined by `+`; the wild type has none.
    #[serde(default)]
    traits: Vec<String>,
    /// Types, events and initial counts of a branching process; null for a `process`.
    #[serde(default)]
    pub model: Value,
    /// Form and parameters of a process that is not a branching process; null for a `model`.
    #[serde(default)]
    pub process: Value,
    /// What is known exactly.
    observables: Vec<Observable>,
}

/// One exact value or law, as the file has it.
#[derive(Clone, Debug, Deserialize)]
struct Observable {
    kind: String,
    name: String,
    variant: Option<String>,
    time: Option<f64>,
    times: Option<Vec<f64>>,
    at_reaching: Option<f64>,
    weights: Option<BTreeMap<String, i64>>,
    variable: Option<String>,
    clone_min_size: Option<u64>,
    condition: Option<Value>,
    event: Option<EventEntry>,
    axes: Option<Vec<String>>,
    mean: Option<Value>,
    var: Option<f64>,
    sd: Option<Vec<f64>>,
    mu4: Option<Value>,
    published_mean: Option<Vec<f64>>,
    published_sd: Option<Vec<f64>>,
    values: Option<Vec<f64>>,
    p: Option<Value>,
    tail: Option<f64>,
    min_replicates: Option<u64>,
}

/// What happens or not, as the file has it; one of the fields that are not `time`, `at_reaching` and `given`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventEntry {
    time: Option<f64>,
    at_reaching: Option<f64>,
    given: Option<GivenEntry>,
    zero: Option<Vec<String>>,
    nonzero: Option<Vec<String>>,
    at_least: Option<f64>,
    of: Option<Vec<String>>,
    first_production: Option<String>,
    reach: Option<f64>,
    extinct_before: Option<f64>,
    largest_clone_le: Option<String>,
    #[serde(rename = "instead_of")]
    _instead_of: Option<String>,
}

/// A condition: only replicates in which it holds are counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenEntry {
    nonzero: Vec<String>,
}

impl Case {
    /// Reads the text of a case.
    ///
    /// # Errors
    /// When it is not JSON of this form.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Names of the types, in the order of [`Sample::counts`](super::Sample::counts).
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The trait set of each type in a scenario, as names joined by `+`.
    pub fn traits(&self) -> &[String] {
        &self.traits
    }

    /// The sub-cases, each with its own parameters; one without a name if there are none.
    pub fn variants(&self) -> Vec<String> {
        let mut variants: Vec<String> =
            self.observables.iter().map(|obs| obs.variant.clone().unwrap_or_default()).collect();
        variants.sort();
        variants.dedup();
        variants
    }

    /// Times to record: those of all testable observables, each once, in order.
    pub fn times(&self) -> Vec<f64> {
        let questions = self.questions_of(None).into_iter().filter_map(|(_, read)| read.ok()).flatten();
        let mut times: Vec<f64> = questions.filter_map(|question| question.time()).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| (*a - *b).abs() < super::history::SAME_TIME);
        times
    }

    /// The observables of a sub-case: the name of each, and what it asks, or why it is not tested.
    pub(super) fn questions(&self, variant: &str) -> Vec<(String, Result<Vec<Question>, String>)> {
        self.questions_of(Some(variant))
    }

    fn questions_of(&self, variant: Option<&str>) -> Vec<(String, Result<Vec<Question>, String>)> {
        let wanted = |obs: &&Observable| {
            variant.is_none_or(|variant| obs.variant.as_deref().is_none_or(|known| known == variant))
        };
        let read = |obs: &Observable| (obs.name.clone(), obs.questions(self));
        self.observables.iter().filter(wanted).map(read).collect()
    }

    fn index(&self, name: &str) -> Result<usize, String> {
        let place = self.types.iter().position(|known| known == name);
        place.ok_or_else(|| format!("no type {name:?} in {:?}", self.types))
    }

    fn indices(&self, names: &[String]) -> Result<Vec<usize>, String> {
        names.iter().map(|name| self.index(name)).collect()
    }

    fn weights<'a>(&self, terms: impl IntoIterator<Item = (&'a str, i64)>) -> Result<Vec<i64>, String> {
        let mut weights = vec![0; self.types.len()];
        for (name, weight) in terms {
            weights[self.index(name)?] += weight;
        }
        Ok(weights)
    }
}

impl Observable {
    /// What this observable asks of the replicates, or why it is not tested.
    fn questions(&self, case: &Case) -> Result<Vec<Question>, String> {
        if self.condition.is_some() {
            return Err("conditional law".into());
        }
        match self.kind.as_str() {
            "moments" => Ok(vec![self.ask(self.moments(case)?)]),
            "pmf" => Ok(vec![self.ask(self.pmf(case)?)]),
            "joint" => Ok(vec![self.ask(self.joint(case)?)]),
            "prob" => Ok(vec![self.ask(self.chance(case)?)]),
            "spectrum" => Ok(self.spectrum()?),
            "cdf" => self.curve(case),
            "series" => self.series(case),
            "scalar" | "info" => Err("context, not a test".into()),
            other => Err(format!("kind {other:?} is not in terms of histories")),
        }
    }

    fn ask(&self, law: Law) -> Question {
        Question { name: self.name.clone(), law, min_replicates: self.min_replicates.unwrap_or(0) }
    }

    fn when(&self) -> Result<When, String> {
        when(self.time, self.at_reaching)
    }

    fn quantity(&self, case: &Case) -> Result<Quantity, String> {
        let when = self.when()?;
        match self.clone_min_size {
            Some(least) => Ok(Quantity::Clones { when, least }),
            None => Ok(Quantity::Sum { when, weights: self.weights(case)? }),
        }
    }

    fn moments(&self, case: &Case) -> Result<Law, String> {
        let (mean, var, mu4) = (value(&self.mean, "mean")?, need(self.var, "var")?, value(&self.mu4, "mu4")?);
        Ok(Law::Moments { of: self.quantity(case)?, mean, var, mu4, published: None })
    }

    fn pmf(&self, case: &Case) -> Result<Law, String> {
        let (p, tail) = (value(&self.p, "p")?, need(self.tail, "tail")?);
        Ok(Law::Pmf { of: self.quantity(case)?, p, tail })
    }

    fn joint(&self, case: &Case) -> Result<Law, String> {
        let axes = case.indices(&need(self.axes.clone(), "axes")?)?;
        let axes: [usize; 2] = axes.try_into().map_err(|_| "a joint law has two axes".to_string())?;
        Ok(Law::Joint { when: self.when()?, axes, p: value(&self.p, "p")? })
    }

    fn chance(&self, case: &Case) -> Result<Law, String> {
        let event = need(self.event.as_ref(), "event")?;
        Ok(Law::Chance { event: event.read(case, None)?, p: value(&self.p, "p")? })
    }

    /// Probabilities of an event at several times, or of a largest clone up to several sizes.
    fn curve(&self, case: &Case) -> Result<Vec<Question>, String> {
        let mut event = need(self.event.clone(), "event")?;
        event.time = event.time.or(self.time);
        let (places, p) = (need(self.times.clone(), "times")?, value::<Vec<f64>>(&self.p, "p")?);
        let question = |(place, p): (&f64, f64)| {
            let law = Law::Chance { event: event.read(case, Some(*place))?, p };
            Ok(Question { name: format!("{} at {place}", self.name), ..self.ask(law) })
        };
        places.iter().zip(p).map(question).collect()
    }

    /// Expected numbers of clones of 1, 2, ... cells.
    fn spectrum(&self) -> Result<Vec<Question>, String> {
        let (when, values) = (self.when()?, need(self.values.clone(), "values")?);
        let question = |(index, mean): (usize, f64)| {
            let cells = index as u64 + 1;
            let law = Law::Expected { of: Quantity::ClonesOf { when, cells }, mean };
            Question { name: format!("{}, k = {cells}", self.name), ..self.ask(law) }
        };
        Ok(values.into_iter().enumerate().map(question).collect())
    }

    /// Moments at many times, with the numbers of a published suite.
    fn series(&self, case: &Case) -> Result<Vec<Question>, String> {
        let (mean, sd, mu4) = (
            value::<Vec<f64>>(&self.mean, "mean")?,
            need(self.sd.clone(), "sd")?,
            value::<Vec<f64>>(&self.mu4, "mu4")?,
        );
        let (means, sds) = (self.published_mean.as_ref(), self.published_sd.as_ref());
        let times = need(self.times.clone(), "times")?;
        if [mean.len(), sd.len(), mu4.len()].iter().any(|length| *length != times.len()) {
            return Err("a series needs a value for each time".into());
        }
        let weights = self.weights(case)?;
        let question = |(index, &time): (usize, &f64)| {
            let published =
                means.and_then(|means| Some(Published { mean: *means.get(index)?, sd: *sds?.get(index)? }));
            let of = Quantity::Sum { when: When::Day(time), weights: weights.clone() };
            let var = sd[index] * sd[index];
            let law = Law::Moments { of, mean: mean[index], var, mu4: mu4[index], published };
            Question { name: format!("{} at {time}", self.name), ..self.ask(law) }
        };
        Ok(times.iter().enumerate().map(question).collect())
    }

    /// From `weights` (`{"H": 1, "L": -1}`) or `variable` (`"H-L"`).
    fn weights(&self, case: &Case) -> Result<Vec<i64>, String> {
        match (&self.weights, &self.variable) {
            (Some(weights), _) => case.weights(weights.iter().map(|(name, weight)| (name.as_str(), *weight))),
            (None, Some(variable)) => case.weights(terms(variable)),
            (None, None) => Err("no weights".into()),
        }
    }
}

impl EventEntry {
    /// The event; `place` is the time of a curve, or the size of a largest clone.
    fn read(&self, case: &Case, place: Option<f64>) -> Result<Event, String> {
        let day = || need(place, "time");
        let when = || when(self.time.or(place), self.at_reaching);
        if let Some(types) = &self.zero {
            return Ok(Event::NoneOf { when: when()?, types: case.indices(types)? });
        }
        if let Some(types) = &self.nonzero {
            let given = self.given.as_ref().map(|given| case.indices(&given.nonzero)).transpose()?;
            return Ok(Event::AnyOf { when: when()?, types: case.indices(types)?, given });
        }
        if let (Some(cells), Some(types)) = (self.at_least, &self.of) {
            return Ok(Event::AtLeast { when: when()?, types: case.indices(types)?, cells: cells as u64 });
        }
        if let Some(name) = &self.first_production {
            return Ok(Event::FoundedBy { kind: case.index(name)?, day: day()? });
        }
        if let Some(cells) = self.reach {
            return Ok(Event::ReachedBy { cells, day: place.unwrap_or(f64::INFINITY) });
        }
        if let Some(cells) = self.extinct_before {
            return Ok(Event::ExtinctBy { cells, day: day()? });
        }
        if self.largest_clone_le.is_some() {
            let when = when_of(self.time)?;
            return Ok(Event::LargestClone { when, most: day()? as u64 });
        }
        Err(format!("event {self:?} is not in terms of histories"))
    }
}

fn when_of(time: Option<f64>) -> Result<When, String> {
    when(time, None)
}

fn when(time: Option<f64>, at_reaching: Option<f64>) -> Result<When, String> {
    match (time, at_reaching) {
        (_, Some(cells)) => Ok(When::Reaching(cells)),
        (Some(time), None) => Ok(When::Day(time)),
        (None, None) => Err("no time".into()),
    }
}

fn need<T>(value: Option<T>, what: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("no {what}"))
}

fn value<T: DeserializeOwned>(value: &Option<Value>, what: &str) -> Result<T, String> {
    serde_json::from_value(need(value.clone(), what)?).map_err(|error| format!("{what}: {error}"))
}

/// The signed names of a sum such as `S+R` or `S-R`.
fn terms(variable: &str) -> impl Iterator<Item = (&str, i64)> {
    variable.split('+').flat_map(|part| {
        let mut names = part.split('-');
        names.next().map(|name| (name, 1)).into_iter().chain(names.map(|name| (name, -1)))
    })
}
