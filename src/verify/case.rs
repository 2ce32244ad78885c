//! Exact references of `tests/theory/*.json`, and the tests of simulated counts against them.
//!
//! Depends only on counts by type at given times, not on the simulator that made them.

use super::statistics::{Family, binomial_mid_p, chi2_pmf, variance_test_is_valid, z_mean, z_variance};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Two times are the same if closer than this, in the unit of the case.
const SAME_TIME: f64 = 1e-9;

/// Counts of one replicate at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Time, in the unit of the case.
    pub time: f64,
    /// Counts by type, in the order of [`Case::types`].
    pub counts: Vec<u64>,
}

/// A model and the exact values of its observables.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Identifier, such as `A01`; set it to `A01/leap` to tell engines apart in one family.
    pub id: String,
    /// What is modelled.
    pub title: String,
    /// Names of the types.
    types: Vec<String>,
    /// Types, events and initial counts of a branching process; null for a `process`.
    #[serde(default)]
    pub model: Value,
    /// Form and parameters of a process that is not a branching process; null for a `model`.
    #[serde(default)]
    pub process: Value,
    /// What is known exactly.
    observables: Vec<Observable>,
}

/// One exact value or law. Fields by kind: see `tests/theory/README.md`.
#[derive(Clone, Debug, Deserialize)]
struct Observable {
    kind: String,
    name: String,
    time: Option<f64>,
    weights: Option<BTreeMap<String, f64>>,
    variable: Option<String>,
    condition: Option<Value>,
    event: Option<BTreeMap<String, Value>>,
    axes: Option<Vec<String>>,
    mean: Option<f64>,
    var: Option<f64>,
    mu4: Option<f64>,
    p: Option<Value>,
    tail: Option<f64>,
    min_replicates: Option<u64>,
}

/// An observable that depends only on counts at one time, with types as indices.
enum Test {
    Moments { weights: Vec<f64>, mean: f64, var: f64, mu4: f64 },
    Pmf { weights: Vec<f64>, p: Vec<f64>, tail: f64 },
    Extinct { types: Vec<usize>, p: f64 },
    Joint { axes: Vec<usize>, p: Vec<Vec<f64>> },
}

impl Case {
    /// Reads `tests/theory/<id>.json`.
    pub fn load(id: &str) -> Self {
        let path = format!("{}/tests/theory/{id}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self::from_json(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Reads the text of a case.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Names of the types, in the order of [`Sample::counts`].
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// Times to record: those of all testable observables, each once, in order.
    pub fn times(&self) -> Vec<f64> {
        let testable = self.observables.iter().filter_map(|observable| observable.test(self).ok());
        let mut times: Vec<f64> = testable.map(|(time, _)| time).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| (*a - *b).abs() < SAME_TIME);
        times
    }

    fn index(&self, name: &str) -> Result<usize, String> {
        let place = self.types.iter().position(|known| known == name);
        place.ok_or_else(|| format!("no type {name:?} in {:?}", self.types))
    }

    fn indices(&self, names: &[String]) -> Result<Vec<usize>, String> {
        names.iter().map(|name| self.index(name)).collect()
    }

    fn weights<'a>(&self, terms: impl IntoIterator<Item = (&'a str, f64)>) -> Result<Vec<f64>, String> {
        let mut weights = vec![0.0; self.types.len()];
        for (name, weight) in terms {
            weights[self.index(name)?] += weight;
        }
        Ok(weights)
    }
}

impl Observable {
    /// Time and test of this observable, or why there is none.
    fn test(&self, case: &Case) -> Result<(f64, Test), String> {
        if self.condition.is_some() {
            return Err("conditional law".into());
        }
        match self.kind.as_str() {
            "moments" => self.timed(Self::moments, case),
            "pmf" => self.timed(Self::pmf, case),
            "joint" => self.timed(Self::joint, case),
            "prob" => self.extinct(case),
            "scalar" | "info" => Err("context, not a test".into()),
            other => Err(format!("kind {other:?} is not in terms of counts at one time")),
        }
    }

    fn timed(
        &self,
        read: impl Fn(&Self, &Case) -> Result<Test, String>,
        case: &Case,
    ) -> Result<(f64, Test), String> {
        let time = need(self.time, "time")?;
        Ok((time, read(self, case)?))
    }

    fn moments(&self, case: &Case) -> Result<Test, String> {
        let (mean, var, mu4) = (need(self.mean, "mean")?, need(self.var, "var")?, need(self.mu4, "mu4")?);
        Ok(Test::Moments { weights: self.weights(case)?, mean, var, mu4 })
    }

    fn pmf(&self, case: &Case) -> Result<Test, String> {
        Ok(Test::Pmf { weights: self.weights(case)?, p: self.p()?, tail: need(self.tail, "tail")? })
    }

    fn joint(&self, case: &Case) -> Result<Test, String> {
        Ok(Test::Joint { axes: case.indices(&need(self.axes.clone(), "axes")?)?, p: self.p()? })
    }

    /// The event `{"zero": [types], "time": t}`: none of the types is present at t.
    fn extinct(&self, case: &Case) -> Result<(f64, Test), String> {
        let mut event = need(self.event.clone(), "event")?;
        let zero = event.remove("zero").and_then(|types| serde_json::from_value::<Vec<String>>(types).ok());
        let time = event.remove("time").and_then(|time| time.as_f64());
        match (zero, time, event.is_empty()) {
            (Some(zero), Some(time), true) => {
                Ok((time, Test::Extinct { types: case.indices(&zero)?, p: self.p()? }))
            }
            _ => Err(format!("event {:?} is not in terms of counts at one time", self.event)),
        }
    }

    fn p<T: serde::de::DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_value(need(self.p.clone(), "p")?).map_err(|error| format!("p: {error}"))
    }

    /// From `weights` (`{"H": 1, "L": -1}`) or `variable` (`"H-L"`).
    fn weights(&self, case: &Case) -> Result<Vec<f64>, String> {
        match (&self.weights, &self.variable) {
            (Some(weights), _) => case.weights(weights.iter().map(|(name, weight)| (name.as_str(), *weight))),
            (None, Some(variable)) => case.weights(terms(variable)),
            (None, None) => Err("no weights".into()),
        }
    }
}

fn need<T>(value: Option<T>, what: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("no {what}"))
}

/// The signed names of a sum such as `S+R` or `S-R`.
fn terms(variable: &str) -> impl Iterator<Item = (&str, f64)> {
    variable.split('+').flat_map(|part| {
        let mut names = part.split('-');
        names.next().map(|name| (name, 1.0)).into_iter().chain(names.map(|name| (name, -1.0)))
    })
}

/// Tests `replicates` (each the samples of one replicate) against all observables of `case`.
///
/// What cannot be tested goes to [`Family::skipped`] with its reason. Panics if a replicate lacks one of
/// [`Case::times`] or a type, as then nothing was simulated to test.
pub fn judge(case: &Case, replicates: &[Vec<Sample>], family: &mut Family) {
    let n = replicates.len() as u64;
    for observable in &case.observables {
        let few = observable.min_replicates.filter(|&least| n < least);
        match (observable.test(case), few) {
            (Ok(_), Some(least)) => {
                family.skip(&case.id, &observable.name, &format!("needs {least} replicates"))
            }
            (Ok((time, test)), None) => {
                test.run(&case.id, &observable.name, &counts_at(case, replicates, time), family)
            }
            (Err(reason), _) => family.skip(&case.id, &observable.name, &reason),
        }
    }
}

/// Counts of every replicate at `time`.
fn counts_at<'a>(case: &Case, replicates: &'a [Vec<Sample>], time: f64) -> Vec<&'a [u64]> {
    let at = |samples: &'a Vec<Sample>| {
        let sample = samples.iter().find(|sample| (sample.time - time).abs() < SAME_TIME);
        let sample = sample.unwrap_or_else(|| panic!("{}: a replicate has no sample at {time}", case.id));
        assert_eq!(sample.counts.len(), case.types.len(), "{}: counts by type at {time}", case.id);
        sample.counts.as_slice()
    };
    replicates.iter().map(at).collect()
}

impl Test {
    fn run(&self, case: &str, name: &str, counts: &[&[u64]], family: &mut Family) {
        match self {
            Self::Moments { weights, mean, var, mu4 } => {
                run_moments((case, name), &values(weights, counts), (*mean, *var, *mu4), family);
            }
            Self::Pmf { weights, p, tail } => {
                let cells = values(weights, counts).into_iter().map(|value| value as usize);
                run_cells((case, name), cells, p, *tail, family);
            }
            Self::Extinct { types, p } => {
                let zero = |counts: &&&[u64]| types.iter().all(|&kind| counts[kind] == 0);
                let (hits, n) = (counts.iter().filter(zero).count() as u64, counts.len() as u64);
                family.record(case, name, n, binomial_mid_p(hits, n, *p));
            }
            Self::Joint { axes, p } => {
                let flat = p.concat();
                let cells = counts.iter().map(|counts| joint_cell(counts, axes, p));
                let tail = 1.0 - flat.iter().sum::<f64>();
                run_cells((case, name), cells, &flat, tail, family);
            }
        }
    }
}

/// The weighted sum of counts in every replicate.
fn values(weights: &[f64], counts: &[&[u64]]) -> Vec<f64> {
    let sum =
        |counts: &&[u64]| weights.iter().zip(*counts).map(|(weight, &count)| weight * count as f64).sum();
    counts.iter().map(sum).collect()
}

fn run_moments(
    (case, name): (&str, &str),
    values: &[f64],
    (mean, var, mu4): (f64, f64, f64),
    family: &mut Family,
) {
    let n = values.len() as u64;
    let xbar = values.iter().sum::<f64>() / n as f64;
    let s2 = values.iter().map(|value| (value - xbar) * (value - xbar)).sum::<f64>() / (n as f64 - 1.0);
    family.record(case, &format!("{name}, mean"), n, z_mean(xbar, n, mean, var));
    let variance = format!("{name}, variance");
    if variance_test_is_valid(n, var, mu4) {
        family.record(case, &variance, n, z_variance(s2, n, var, mu4));
    } else {
        family.skip(case, &variance, &format!("{n} replicates are too few for its fourth moment"));
    }
}

/// Chi-squared of cell numbers against `p`; a number beyond `p` is in the tail.
fn run_cells(
    (case, name): (&str, &str),
    cells: impl Iterator<Item = usize>,
    p: &[f64],
    tail: f64,
    family: &mut Family,
) {
    let mut histogram = vec![0; p.len() + 1];
    cells.for_each(|cell| histogram[cell.min(p.len())] += 1);
    let n = histogram.iter().sum();
    family.record(case, name, n, chi2_pmf(&histogram, p, tail, n));
}

/// The cell of the flattened matrix `p`, by rows; beyond it for counts outside.
fn joint_cell(counts: &[u64], axes: &[usize], p: &[Vec<f64>]) -> usize {
    let (row, column) = (counts[axes[0]] as usize, counts[axes[1]] as usize);
    let width = p[0].len();
    if row < p.len() && column < width { row * width + column } else { p.len() * width }
}
