//! The draws that no leap can do without, alone in a loop: what is left of a clone-step beside them.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use libm::expm1;

use crate::disease::{Law, Phenotype, Switch, TraitSet};
use crate::engine::sampler::{binomial, poisson};
use crate::engine::{Propagator, Purpose, Stream, StreamKey};
use crate::model::Model;
use crate::patient::Person;
use crate::simulate::simulate;

/// Histories whose clones are taken as the sizes of the scenario.
const HISTORIES: u64 = 16;
/// About as many record times of each.
const RECORDS: f64 = 64.0;
/// At most this many clones at record times.
const MOST: usize = 65_536;
/// At least this long a loop, seconds: five of them tell processor time to some percent.
const LONG_ENOUGH: f64 = 0.1;

/// The clones of a scenario at some of its days, with the draws that a step needs for each.
#[derive(Clone, Debug, Default)]
pub struct Draws {
    kinds: Vec<Kind>,
    /// Position of the kind, and cells.
    clones: Vec<(usize, u64)>,
    /// Leaps in a step: two where something splits it.
    leaps: usize,
}

/// The draws for a clone of one phenotype of one patient, without drugs and crowding: these change the
/// numbers, not the cost of drawing them.
#[derive(Clone, Debug)]
struct Kind {
    /// The law of a leap.
    law: Propagator,
    /// Mutants per cell and leap.
    mutants: f64,
    /// Probability of each switch in a step.
    switches: Vec<f64>,
}

impl Kind {
    fn of(phenotype: &Phenotype, step: f64, leap: f64) -> Kind {
        let division = phenotype.division * phenotype.shares[0];
        let fastest = |s: &Switch| s.under.iter().map(|&(_, rate)| rate).fold(s.per_day, f64::max);
        Kind {
            law: Propagator::constant(division, phenotype.death, leap),
            mutants: phenotype.division * phenotype.mutation_probability * leap,
            switches: phenotype.switches.iter().map(|s| -expm1(-fastest(s) * step)).collect(),
        }
    }
}

impl Draws {
    /// For the clones of some histories of a model, in steps of `step` days; none if no clone is ever seen.
    pub fn of(model: &Model, step: f64) -> Option<Draws> {
        let switching = model.traits.iter().any(|t| t.switches());
        let split = switching || model.disease.law != Law::None;
        let mut draws = Draws { leaps: if split { 2 } else { 1 }, ..Draws::default() };
        let records = model.horizon / model.engine.step / RECORDS;
        let mut seen = model.clone();
        seen.record.every_steps = Some(records.clamp(1.0, 1e15) as u64);
        for replicate in 0..HISTORIES {
            draws.look(&seen, StreamKey { seed: model.seed, cell: 0, patient: 0, replicate }, step);
        }
        (!draws.clones.is_empty()).then_some(draws)
    }

    /// Takes in the clones of one history.
    fn look(&mut self, model: &Model, key: StreamKey, step: f64) {
        if self.clones.len() >= MOST {
            return;
        }
        let person = Person::draw(model, key);
        let mut phenotypes = person.empty_tumour(model).phenotypes;
        let mut known: BTreeMap<TraitSet, usize> = BTreeMap::new();
        let Some(arm) = model.arms.get(key.replicate as usize % model.arms.len().max(1)) else { return };
        for census in simulate(model, arm, key).census {
            if self.clones.len() >= MOST {
                return;
            }
            let kind = *known.entry(census.traits).or_insert_with(|| {
                let id = phenotypes.of(census.traits);
                self.kinds.push(Kind::of(&phenotypes[id], step, step / self.leaps as f64));
                self.kinds.len() - 1
            });
            self.clones.push((kind, census.cells));
        }
    }

    /// Draws for a while; gives for how many clone-steps.
    pub fn repeat(&self) -> u64 {
        let key = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 };
        let mut stream = key.stream(Purpose::DiseaseUnder);
        let (start, mut passes) = (Instant::now(), 0);
        while passes == 0 || start.elapsed().as_secs_f64() < LONG_ENOUGH {
            black_box(self.pass(&mut stream));
            passes += 1;
        }
        passes * self.clones.len() as u64
    }

    /// The draws of one step of each clone.
    fn pass(&self, stream: &mut Stream) -> u64 {
        let mut sum: u64 = 0;
        for &(kind, cells) in &self.clones {
            let kind = &self.kinds[kind];
            for _ in 0..self.leaps {
                sum = sum.wrapping_add(kind.law.draw(cells, stream));
                sum = sum.wrapping_add(poisson(kind.mutants * cells as f64, stream));
            }
            sum = kind.switches.iter().fold(sum, |sum, &p| sum.wrapping_add(binomial(cells, p, stream)));
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn draws(disease: &str) -> Option<Draws> {
        let text = format!("name = \"x\"\nstudy = {{ horizon = \"70 d\" }}\n[disease]\n{disease}");
        Draws::of(&Scenario::read("x.toml", &text, &[]).unwrap().model, 7.0)
    }

    #[test]
    fn a_neutral_clone_needs_one_count_a_step() {
        let draws = draws("burden = 1e6\ndivision = \"0.1 /d\"\ndeath = \"0.1 /d\"").unwrap();
        assert_eq!((draws.leaps, draws.kinds.len()), (1, HISTORIES as usize));
        assert!(draws.kinds.iter().all(|kind| kind.mutants == 0.0 && kind.switches.is_empty()));
        assert!(draws.clones.len() >= 11 * HISTORIES as usize);
    }

    #[test]
    fn crowding_splits_the_step() {
        let steady = "burden = 1e6\ndivision = \"0.1 /d\"\ndeath = \"0.1 /d\"";
        let crowded = format!("{steady}\ncapacity = {{ law = \"logistic\", cells = 1e7 }}");
        assert_eq!(draws(&crowded).unwrap().leaps, 2);
    }

    #[test]
    fn where_no_clone_lives_nothing_is_drawn() {
        assert!(draws("burden = 0\ndivision = \"0.1 /d\"\ndeath = \"0.1 /d\"").is_none());
    }
}
