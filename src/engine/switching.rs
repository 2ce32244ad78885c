//! All switching of a step at once, between its two half-leaps.

use super::Halt;
use super::growth::Newcomers;
use super::late::LateBirths;
use super::laws::{Laws, Leaving, Leavings};
use super::rates::MeanRates;
use super::sampler::{binomial, poisson};
use super::spells::Conditions;
use super::stream::Stream;
use crate::disease::{PhenotypeId, ResistanceTrait, TraitSet, Tumour};

/// The switching of one step after another.
#[derive(Clone, Debug, Default)]
pub struct Switching {
    laws: Laws,
    moves: Vec<Move>,
    late: LateBirths,
}

/// Cells that switch together.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: usize,
    to: TraitSet,
    cells: u64,
}

/// Mutants of one step that are fewer than this share of those that are there go with them.
const FEW: f64 = 1e-3;

impl Switching {
    /// Another tumour.
    pub fn begin(&mut self) {
        self.laws.begin();
    }

    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        self.laws.prepare(tumour, rates, step);
    }

    /// Whether any cell can switch, or what comes of it by mutation within the step.
    pub fn is_needed(&self, tumour: &Tumour) -> bool {
        tumour.burden() > 0 && tumour.phenotypes.biology().traits.iter().any(ResistanceTrait::switches)
    }

    /// Surplus of net growth before the switch by phenotype, per day.
    pub fn surplus(&self) -> &[f64] {
        self.laws.surplus()
    }

    /// Mutants that are to be born after the switch.
    pub fn late(&self) -> &LateBirths {
        &self.late
    }

    /// Where cells of a phenotype are expected to switch to in a step, and which share of them.
    pub fn expected(&self, id: PhenotypeId) -> impl Iterator<Item = (PhenotypeId, f64)> {
        self.laws.known(id).iter().map(|leaving| (leaving.then, leaving.share))
    }

    /// Moves the cells of all clones, and takes in mutants that were born before, each with those it is born to.
    pub fn pass(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        newcomers: &[Newcomers],
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        self.late.begin();
        let late = tumour.phenotypes.biology().mutating_after_a_switch() != TraitSet::WILD_TYPE;
        for from in 0..tumour.clones().len() {
            let clone = &tumour.clones()[from];
            if clone.cells > 0 {
                let (cells, id) = (clone.cells, clone.phenotype);
                if late {
                    let mutants = self.laws.late(tumour, rates, step, id);
                    self.late.add(tumour, cells, mutants);
                }
                let leavings = self.laws.of(tumour, rates, step, id);
                leave((from, cells), leavings, &mut self.moves, stream);
            }
        }
        for &Newcomers { position, cells, mother } in newcomers {
            let (mutant, others) = (tumour.clones()[position].phenotype, tumour.clones()[position].cells);
            let leavings = match mother.filter(|_| cells as f64 > FEW * others as f64) {
                Some(mother) => self.laws.of_newcomers(tumour, rates, step, (mother, mutant)),
                None => self.laws.of(tumour, rates, step, mutant),
            };
            let staying = leavings.staying;
            let stay = leave((position, cells), leavings, &mut self.moves, stream);
            tumour.add(position, (cells - stay).saturating_add(stayed(stay, staying, stream)))?;
        }
        // Switching acts between the halves, so that is when the clones it founds begin.
        let middle = (step.span.0 + step.span.1) / 2.0;
        for Move { from, to, cells } in self.moves.drain(..) {
            let by_way_of = tumour.one_flip_before(from, to).unwrap_or(from);
            let target = tumour.switched_from(by_way_of, to, middle)?;
            tumour.remove(from, cells);
            tumour.add(target, cells)?;
        }
        Ok(())
    }
}

/// How many there are of those who stay, given how many there are to be of one.
fn stayed(cells: u64, of_one: f64, stream: &mut Stream) -> u64 {
    if of_one < 1.0 {
        binomial(cells, of_one, stream)
    } else if of_one > 1.0 {
        cells.saturating_add(poisson(cells as f64 * (of_one - 1.0), stream))
    } else {
        cells
    }
}

/// Cells of a clone leave: a multinomial draw, in which the few that flip more than one trait are first drawn together. Gives
/// how many stay.
fn leave(
    (from, cells): (usize, u64),
    leavings: &Leavings,
    moves: &mut Vec<Move>,
    stream: &mut Stream,
) -> u64 {
    let (by_one, by_more) = leavings.ways.split_at(leavings.by_one);
    let mut left = Left { cells, share: 1.0 };
    for way in by_one {
        left.go(from, way, moves, stream);
    }
    let share: f64 = by_more.iter().map(|way| way.share).sum();
    let mut by_more_left = Left { cells: left.take(share, stream), share };
    for way in by_more {
        by_more_left.go(from, way, moves, stream);
    }
    left.cells
}

/// Cells of which it is not known yet where they go, and their share of all.
struct Left {
    cells: u64,
    share: f64,
}

impl Left {
    /// Those that go one way.
    fn go(&mut self, from: usize, way: &Leaving, moves: &mut Vec<Move>, stream: &mut Stream) {
        let cells = self.take(way.share, stream);
        if cells > 0 {
            moves.push(Move { from, to: way.to, cells });
        }
    }

    /// Draws how many belong to a share of all.
    fn take(&mut self, share: f64, stream: &mut Stream) -> u64 {
        if self.cells == 0 || share <= 0.0 {
            return 0;
        }
        let taken = binomial(self.cells, (share / self.share).min(1.0), stream);
        self.cells -= taken;
        self.share -= share;
        taken
    }
}
