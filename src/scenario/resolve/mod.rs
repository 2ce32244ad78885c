//! From typed values to a model: names, sums and everything that one key alone cannot show.

mod disease;
mod names;
mod regimen;
mod sweep;
mod therapy;
mod traits;

use super::axis::Sweep;
use super::document::Node;
use super::file::{
    CombinationEntry, DrawEntry, EngineEntry, MethodEntry, ScenarioFile, TableEntry, VisitsEntry,
};
use super::finding::{Finding, Findings, suggest};
use crate::clinic::{Assay, Kinetics, Rules};
use crate::engine::Combination;
use crate::model::{Clinic, EngineChoice, Limits, Method, Model, Record};
use crate::patient::Draw;
use names::Names;

pub use sweep::MOST_AXES;

/// Longest follow-up, days.
const LONGEST_HORIZON: f64 = 1e7;
/// Most steps of the engine over the horizon.
const MOST_STEPS: f64 = 1e9;
/// Most visits over the horizon.
const MOST_VISITS: f64 = 1e6;
/// Engine steps between records if the scenario does not say.
const STEPS_PER_RECORD: u64 = 4;

/// Collects findings with their places.
pub(super) struct Checker<'a> {
    node: &'a Node,
    findings: Vec<Finding>,
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
        let list = known.clone().collect::<Vec<_>>().join(", ");
        let place = self.node.place_of(key);
        let finding = Finding::new(place, key, format!("there is no {what} of this name"))
            .found(format!("\"{name}\""))
            .right(if list.is_empty() {
                format!("no {what} is known here")
            } else {
                format!("one of {list}")
            })
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
) -> Result<(Model, ScenarioFile, Option<Sweep>), Findings> {
    let mut checker = Checker { node, findings: Vec::new() };
    let names = Names::of(&mut checker, &file);
    let model = Model {
        name: file.name.clone(),
        seed: file.study.seed,
        patients: file.study.patients,
        replicates: file.study.replicates,
        horizon: file.study.horizon.0,
        detection: file.study.detection.unwrap_or(f64::INFINITY),
        disease: disease::disease(&mut checker, &file, &names),
        traits: traits::traits(&mut checker, &file, &names).into(),
        drugs: therapy::drugs(&mut checker, &file, &names),
        combination: combination(file.therapy.combination),
        regimens: regimen::regimens(&mut checker, &file, &names),
        arms: therapy::arms(&mut checker, &file, &names),
        clinic: file.visits.map(|visits| clinic(&mut checker, visits, horizon(&file))),
        record: record(&mut checker, &file),
        engine: engine(&mut checker, &file),
        limits: Limits { clones: file.limits.clones as usize, events: file.limits.events },
    };
    let sweep = file.sweep.as_ref().map(|entry| sweep::sweep(&mut checker, entry));
    checker.positive("study.horizon", model.horizon);
    checker.at_most("study.horizon", model.horizon, LONGEST_HORIZON, "d");
    if !checker.findings.is_empty() {
        return Err(Findings(checker.findings));
    }
    names.keep_used(&mut file);
    Ok((model, file, sweep))
}

/// The horizon for other checks: one that is too long is told once.
fn horizon(file: &ScenarioFile) -> f64 {
    file.study.horizon.0.min(LONGEST_HORIZON)
}

fn combination(entry: CombinationEntry) -> Combination {
    match entry {
        CombinationEntry::IndependentRates => Combination::IndependentRates,
    }
}

fn clinic(checker: &mut Checker, visits: VisitsEntry, horizon: f64) -> Clinic {
    let assay = visits.m_protein;
    if checker.positive("visits.every", visits.every.0) && horizon / visits.every.0 > MOST_VISITS {
        checker.wrong(
            "visits.every",
            "makes more than 1e6 visits to the horizon",
            "a longer time between visits",
        );
    }
    checker.at_most("visits.m_protein.secretion", assay.secretion.0, 1e6, "pg/d");
    checker.at_most("visits.m_protein.half_life", assay.half_life.0, 1e6, "d");
    checker.at_most("visits.m_protein.volume", assay.volume.0, 1e6, "L");
    if assay.volume.0 > 0.0 && assay.volume.0 < 1e-3 {
        checker.wrong("visits.m_protein.volume", "is smaller than any serum", "at least 0.001 L");
    }
    checker.positive("visits.m_protein.half_life", assay.half_life.0);
    checker.positive("visits.m_protein.volume", assay.volume.0);
    Clinic {
        every: visits.every.0,
        kinetics: Kinetics {
            secretion: assay.secretion.0,
            half_life: assay.half_life.0,
            volume: assay.volume.0,
        },
        assay: Assay { cv: assay.cv, sd: assay.sd.0, limit: assay.limit.0 },
        rules: Rules { measurable: assay.measurable.0, ..Rules::IMWG },
    }
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

/// A number that may differ between patients.
fn draw<T: Copy + Into<f64>>(checker: &mut Checker, key: &str, entry: DrawEntry<T>) -> Draw {
    match entry {
        DrawEntry::Fixed(value) => Draw::Fixed(value.into()),
        DrawEntry::LogNormal { lognormal } => {
            checker.positive(&format!("{key}.lognormal.median"), lognormal.median.into());
            Draw::LogNormal { median: lognormal.median.into(), cv: lognormal.cv }
        }
        DrawEntry::Uniform { uniform } => {
            let (low, high) = (uniform.low.into(), uniform.high.into());
            if low > high {
                checker.wrong(&format!("{key}.uniform.low"), "is above high", format!("at most {high}"));
            }
            Draw::Uniform { low, high }
        }
    }
}
