//! Mutants that cells have only once they have switched: born after the switch of a step, as many as there are in truth.

use smallvec::SmallVec;

use super::Halt;
use super::growth::Newcomers;
use super::sampler::binomial;
use super::stream::Stream;
use crate::disease::{PhenotypeId, TraitSet, Tumour};

/// Mutants of one kind from one cell that is there at the switch.
#[derive(Clone, Debug)]
pub struct LateMutants {
    /// The phenotype of their mothers by then.
    pub mother: PhenotypeId,
    /// Which of its mutations it is.
    pub kind: usize,
    /// How many there are at the end of the step if all mothers come to their state at the switch.
    pub split: f64,
    /// And how many there are to be.
    pub truth: f64,
    /// How many there are to be that have switched since they were born.
    pub switched: SmallVec<[(TraitSet, f64); 2]>,
}

/// The same of all cells.
#[derive(Clone, Debug, Default)]
struct Sum {
    split: f64,
    truth: f64,
    switched: SmallVec<[(TraitSet, f64); 2]>,
}

impl Sum {
    fn all(&self) -> f64 {
        self.truth + self.switched.iter().map(|(_, cells)| cells).sum::<f64>()
    }
}

/// How many mutants more, or less, are to be born after the switch than to mothers that are there by then.
#[derive(Clone, Debug, Default)]
pub struct LateBirths {
    /// By the phenotype of their mothers and the kind of mutation.
    all: Vec<Vec<Sum>>,
}

impl LateBirths {
    /// Another step.
    pub fn begin(&mut self) {
        self.all.clear();
    }

    /// Takes in those of some cells.
    pub fn add(&mut self, tumour: &Tumour, cells: u64, late: &[LateMutants]) {
        for LateMutants { mother, kind, split, truth, switched } in late {
            if self.all.len() <= mother.0 {
                self.all.resize(mother.0 + 1, Vec::new());
            }
            let kinds = &mut self.all[mother.0];
            kinds.resize(tumour.phenotypes[*mother].mutations.len(), Sum::default());
            let sum = &mut kinds[*kind];
            sum.split += cells as f64 * split;
            sum.truth += cells as f64 * truth;
            for (to, share) in switched {
                match sum.switched.iter_mut().find(|(known, _)| known == to) {
                    Some((_, known)) => *known += cells as f64 * share,
                    None => sum.switched.push((*to, cells as f64 * share)),
                }
            }
        }
    }

    fn kinds(&self, PhenotypeId(mother): PhenotypeId) -> Option<&[Sum]> {
        self.all.get(mother).map(Vec::as_slice).filter(|kinds| !kinds.is_empty())
    }

    /// By how much more often mutants of each kind of a phenotype are born; none if all are as often.
    pub fn of(&self, mother: PhenotypeId) -> Option<SmallVec<[f64; 4]>> {
        let factor = |sum: &Sum| if sum.split > 0.0 { sum.all() / sum.split } else { 1.0 };
        Some(self.kinds(mother)?.iter().map(factor).collect())
    }

    /// Mutants come to rest at the end of a step, each in the state that it has switched to.
    pub fn settle(
        &self,
        tumour: &mut Tumour,
        newcomers: &[Newcomers],
        day: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        for &Newcomers { position, cells, mother } in newcomers {
            let mut left = cells;
            if let Some(sum) = mother.and_then(|mother| self.sum(tumour, mother, position)) {
                let mut among = sum.all();
                for &(to, share) in &sum.switched {
                    let moved = binomial(left, (share / among).clamp(0.0, 1.0), stream);
                    (left, among) = (left - moved, among - share);
                    if moved > 0 {
                        let by_way_of = tumour.one_flip_before(position, to).unwrap_or(position);
                        let target = tumour.switched_from(by_way_of, to, day)?;
                        tumour.add(target, moved)?;
                    }
                }
            }
            tumour.add(position, left)?;
        }
        Ok(())
    }

    /// What is known of the mutants at a position.
    fn sum(&self, tumour: &Tumour, mother: PhenotypeId, position: usize) -> Option<&Sum> {
        let kinds = self.kinds(mother)?;
        let (mother, mutant) = (&tumour.phenotypes[mother], tumour.clones()[position].traits);
        let sum = &kinds[mother.mutation_of(mother.traits.differs_from(mutant))?];
        (!sum.switched.is_empty()).then_some(sum)
    }
}
