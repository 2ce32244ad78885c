//! From typed values to a model: names, sums and everything that one key alone cannot show.

mod action;
mod amount;
mod clinic;
mod cohort;
mod disease;
mod draw;
mod drug;
mod names;
mod reaction;
mod regimen;
mod signs;
mod sweep;
mod table;
mod therapy;
mod together;
mod traits;

use super::Files;
use super::axis::Sweep;
use super::document::Node;
use super::file::{EngineEntry, LimitsEntry, MethodEntry, ScenarioFile, TableEntry};
use super::finding::{Finding, Findings, nearest, one_of, suggest};
use crate::model::{EngineChoice, Limits, Method, Model, Record};
use crate::patient::{Cohort, Parameter};
use names::Names;

pub use regimen::{Planned, planned};
pub use sweep::{FIXED, MOST_AXES};

/// Longest follow-up, days.
const LONGEST_HORIZON: f64 = 1e7;
/// Most steps of the engine over the horizon.
const MOST_STEPS: f64 = 1e9;
/// Engine steps between records if the scenario does not say.
const STEPS_PER_RECORD: u64 = 4;

/// Collects findings with their places.
pub(super) struct Checker<'a> {
    node: &'a Node,
    files: &'a dyn Files,
    findings: Vec<Finding>,
    /// The numbers that may differ between patients, in the order they were met.
    parameters: Vec<Parameter>,
}

impl Checker<'_> {
    /// A problem at a key: what it is, and what would be right.
    fn wrong(&mut self, key: &str, problem: impl Into<String>, right: impl Into<String>) {
        let finding = Finding::new(self.node.place_of(key), key, problem).right(right);
        self.findings.push(match self.node.get(key) {
            Some(node) => finding.found(node.found()),
            None => finding,
        });
    }

    /// A name at a key that is not among the known ones.
    fn unknown<'n>(
        &mut self,
        key: &str,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let all: Vec<&str> = known.clone().collect();
        self.unknown_of(key, what, name, known, one_of(name, &all));
    }

    /// As [`Checker::unknown`], for the key of a number of this scenario.
    fn unknown_number<'n>(
        &mut self,
        key: &str,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let all: Vec<&str> = known.clone().collect();
        self.unknown_of(key, what, name, known, nearest(name, &all));
    }

    fn unknown_of<'n>(
        &mut self,
        key: &str,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
        right: String,
    ) {
        let none = known.clone().next().is_none();
        let finding = Finding::new(self.node.place_of(key), key, format!("there is no {what} of this name"))
            .found(format!("\"{name}\""))
            .right(if none { format!("no {what} is known here") } else { right })
            .suggestion(suggest(name, known));
        self.findings.push(finding);
    }

    /// A number that must not be above a bound.
    fn at_most(&mut self, key: &str, value: f64, most: f64, unit: &str) {
        if value > most {
            self.wrong(key, "is beyond anything that can be meant", format!("at most {most} {unit}"));
        }
    }

    /// A number that must be above 0.
    fn positive(&mut self, key: &str, value: f64) -> bool {
        let ok = value > 0.0;
        if !ok {
            self.wrong(key, "must be above 0", "a value above 0");
        }
        ok
    }
}

/// Makes the model and the sweep, and leaves in the file only what they use.
pub(super) fn resolve(
    node: &Node,
    mut file: ScenarioFile,
    files: &dyn Files,
) -> Result<(Model, ScenarioFile, Option<Sweep>), Findings> {
    let mut checker = Checker { node, files, findings: Vec::new(), parameters: Vec::new() };
    if let Some(visits) = &mut file.visits {
        visits.m_protein = visits.m_protein.clone().completed();
    }
    let names = Names::of(&mut checker, &file);
    let disease = disease::disease(&mut checker, &file, &names);
    let traits = traits::traits(&mut checker, &file, &names);
    let drugs = drug::drugs(&mut checker, &file, &names);
    let targets = drug::targets(&mut checker, &file, &names, &drugs);
    let (together, by_regimen) = together::together(&mut checker, &file, &names);
    let mut model = Model {
        name: file.name.clone(),
        seed: file.study.seed,
        patients: file.study.patients,
        replicates: file.study.replicates,
        horizon: file.study.horizon.0,
        cutoff: clinic::cutoff(&mut checker, &file.study),
        mortality: file.mortality.as_ref().map(|entry| clinic::mortality(&mut checker, entry)),
        ageing: clinic::ageing(&mut checker, &file),
        detection: file.study.detection.unwrap_or(f64::INFINITY),
        landmarks: landmarks(&mut checker, &file),
        disease,
        traits: traits.into(),
        targets: targets.into(),
        together,
        together_in: by_regimen,
        toxicity: reaction::toxicity(&mut checker, &file, &names),
        regimens: regimen::regimens(&mut checker, &file, &names, &drugs),
        drugs: drugs.into(),
        arms: therapy::arms(&mut checker, &file, &names),
        clinic: file.visits.as_ref().map(|visits| clinic::clinic(&mut checker, visits, horizon(&file))),
        record: record(&mut checker, &file),
        engine: engine(&mut checker, &file),
        limits: limits(&file),
        cohort: Cohort::default(),
    };
    model.cohort = cohort::cohort(&mut checker, &file, &names);
    let sweep = file.sweep.as_ref().map(|entry| sweep::sweep(&mut checker, entry));
    checker.positive("study.horizon", model.horizon);
    checker.at_most("study.horizon", model.horizon, LONGEST_HORIZON, "d");
    if !checker.findings.is_empty() {
        return Err(Findings(checker.findings));
    }
    names.keep_used(&mut file);
    Ok((model, file, sweep))
}

fn limits(file: &ScenarioFile) -> Limits {
    let LimitsEntry { clones, events, rows, seconds } = file.limits;
    Limits { clones: clones as usize, events, rows: rows as usize, seconds }
}

/// The horizon for other checks: one that is too long is told once.
fn horizon(file: &ScenarioFile) -> f64 {
    file.study.horizon.0.min(LONGEST_HORIZON)
}

/// Landmarks if the scenario names none, months.
const LANDMARKS: [f64; 4] = [12.0, 24.0, 36.0, 60.0];

/// Times at which rates are told, in order.
fn landmarks(checker: &mut Checker, file: &ScenarioFile) -> Vec<f64> {
    let horizon = horizon(file);
    let Some(entries) = &file.study.landmarks else {
        return LANDMARKS.map(|months| months * 30.4375).into_iter().filter(|day| *day < horizon).collect();
    };
    for (i, entry) in entries.iter().enumerate() {
        let key = format!("study.landmarks[{i}]");
        if checker.positive(&key, entry.0) && entry.0 > horizon {
            checker.wrong(&key, "is after the end of follow-up", format!("at most {horizon} d"));
        }
        if entries[..i].iter().any(|earlier| earlier.0 == entry.0) {
            checker.wrong(&key, "is listed twice", "each time once");
        }
    }
    let mut days: Vec<f64> = entries.iter().map(|entry| entry.0).collect();
    days.sort_by(f64::total_cmp);
    days
}

fn record(checker: &mut Checker, file: &ScenarioFile) -> Record {
    let step = file.engine.step.0;
    let steps = file.record.every.map_or(STEPS_PER_RECORD as f64, |every| every.0 / step);
    let whole = steps.round();
    if step > 0.0 && ((steps - whole).abs() > 1e-9 * whole || whole < 1.0) {
        let right = format!(
            "a whole multiple of engine.step, {step} d; or set engine.step, which is the grid of records"
        );
        checker.wrong("record.every", "is not a whole number of engine steps", right);
    }
    let kept = file.record.tables.contains(&TableEntry::Trajectories);
    Record { every_steps: kept.then_some(whole.max(1.0) as u64) }
}

fn engine(checker: &mut Checker, file: &ScenarioFile) -> EngineChoice {
    let (step, horizon) = (file.engine.step.0, horizon(file));
    if checker.positive("engine.step", step) && horizon / step > MOST_STEPS {
        checker.wrong("engine.step", "makes more than 1e9 steps to the horizon", "a longer step");
    }
    let method = match file.engine.method {
        MethodEntry::Leap => Method::Leap,
        MethodEntry::Exact => Method::Exact,
    };
    let EngineEntry { tolerance, exact_below, .. } = file.engine;
    EngineChoice { method, step, tolerance, exact_below }
}
