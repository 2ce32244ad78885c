//! All switching of a step at once, between its two half-leaps.

use super::Halt;
use super::arrivals::{Arrival, Arrivals};
use super::crossing::Crossing;
use super::flip::Flip;
use super::laws::{Conditions, Laws, Leaving};
use super::rates::MeanRates;
use super::sampler::binomial;
use super::stream::Stream;
use crate::disease::{PhenotypeId, TraitSet, Tumour};

/// The switching of one step after another.
#[derive(Clone, Debug, Default)]
pub struct Switching {
    laws: Laws,
    arrivals: Arrivals,
    moves: Vec<Move>,
}

/// Cells that switch together.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: usize,
    to: TraitSet,
    cells: u64,
    /// Out of how many.
    of: u64,
    /// How many times as many as the law of this trait alone says.
    led: f64,
}

/// A trait that flips.
#[derive(Clone, Copy, Debug)]
struct Round {
    flips: usize,
    part: Part,
}

/// How much of its flips happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// All.
    Whole,
    /// Half of them, before the other half of any trait.
    There,
    /// The other half, traits in the order of a way back.
    Back,
}

impl Round {
    fn probability(self, law: Flip) -> f64 {
        if self.part == Part::Whole { law.on } else { law.halved().on }
    }

    /// Share of the flips of another trait that are still to come in this step.
    fn still_to_come(self, flips: usize) -> f64 {
        match self.part {
            Part::Whole | Part::There if flips > self.flips => 1.0,
            Part::There | Part::Back if flips < self.flips => 0.5,
            _ => 0.0,
        }
    }

    /// There and back, cells flip two traits in either order; otherwise only in this one.
    fn of(self, crossing: Crossing) -> f64 {
        if self.part == Part::Whole { crossing.either } else { crossing.ordered }
    }
}

/// Fewer cells than this that flip make no difference to be seen.
const UNSEEN: f64 = 1e-6;
/// A flip that fewer cells make than this share changes little about how many have made the one before.
const FAST: f64 = 1e-3;

impl Switching {
    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        self.laws.prepare(tumour, rates, step);
    }

    /// Whether any clone with cells can switch.
    pub fn is_needed(&self, tumour: &Tumour) -> bool {
        let switches = |id: PhenotypeId| !tumour.phenotypes[id].switches.is_empty();
        tumour.clones().iter().any(|clone| clone.cells > 0 && switches(clone.phenotype))
    }

    /// Surplus of net growth by phenotype, per day.
    pub fn surplus(&self) -> &[f64] {
        self.laws.surplus()
    }

    /// Where cells of a phenotype are expected to switch to in a step, and which share of them.
    pub fn expected(&self, id: PhenotypeId) -> impl Iterator<Item = (PhenotypeId, f64)> {
        self.laws.known(id).iter().map(|leaving| (leaving.then, leaving.law.on))
    }

    /// Moves the cells of all clones.
    pub fn pass(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let traits = tumour.phenotypes.biology().traits.clone();
        let flipping = (0..traits.len()).filter(|&position| traits[position].switches());
        let (there, back) = (flipping.clone(), flipping.rev());
        let crosses =
            tumour.clones().iter().any(|clone| clone.cells > 0 && step.crosses(rates, clone.phenotype));
        let mut passing = Passing { switching: self, tumour, rates, step, crosses };
        passing.switching.arrivals.clear();
        let mut flip = |flips, part| passing.flip(Round { flips, part }, stream);
        // Flips that depend on one another do not commute: there and back again keeps second order.
        if !step.dependent {
            return there.into_iter().try_for_each(|flips| flip(flips, Part::Whole));
        }
        there.into_iter().try_for_each(|flips| flip(flips, Part::There))?;
        back.into_iter().try_for_each(|flips| flip(flips, Part::Back))
    }
}

/// The cells of a tumour while they switch.
struct Passing<'a> {
    switching: &'a mut Switching,
    tumour: &'a mut Tumour,
    rates: &'a mut MeanRates,
    step: &'a Conditions<'a>,
    /// Whether any cell can flip two traits whose effects do not add up.
    crosses: bool,
}

impl Passing<'_> {
    /// One trait flips on and off in every clone at the same time.
    fn flip(&mut self, round: Round, stream: &mut Stream) -> Result<(), Halt> {
        for from in 0..self.tumour.clones().len() {
            let cells = self.tumour.clones()[from].cells;
            if cells > 0
                && let Some((to, share, led)) = self.leaving(round, from)
            {
                let moving = binomial(cells, share, stream);
                self.switching.moves.push(Move { from, to, cells: moving, of: cells, led });
            }
        }
        // Switching acts between the halves, so that is when the clones it founds begin.
        let middle = (self.step.span.0 + self.step.span.1) / 2.0;
        let Switching { moves, arrivals, .. } = &mut *self.switching;
        for Move { from, to, cells, of, led } in moves.drain(..).filter(|m| m.cells > 0) {
            let target = self.tumour.switched_from(from, to, middle)?;
            if self.crosses {
                arrivals.pass((from, target), round.flips, (cells, of), led);
            }
            self.tumour.remove(from, cells);
            self.tumour.add(target, cells)?;
        }
        Ok(())
    }

    /// Where the cells of a clone flip to, which share of them, and how many times as many as the law alone says.
    fn leaving(&mut self, round: Round, clone: usize) -> Option<(TraitSet, f64, f64)> {
        let (cells, id) = (self.tumour.clones()[clone].cells as f64, self.tumour.clones()[clone].phenotype);
        let &Leaving { to, then, law, .. } =
            self.law(id).iter().find(|leaving| leaving.flips == round.flips)?;
        let share = round.probability(law);
        if !self.crosses || cells * share <= UNSEEN {
            return Some((to, share, 1.0));
        }
        let led = if self.step.crosses(self.rates, id) { self.led(round, then) } else { 1.0 };
        let newly = self.newly(round, clone, share);
        Some((to, (share * led * newly).clamp(0.0, 1.0), led))
    }

    /// How many times as many cells flip as the law says, for those that flip another trait after it are more or fewer.
    fn led(&mut self, round: Round, to: PhenotypeId) -> f64 {
        let mut led = 1.0;
        for place in 0..self.law(to).len() {
            let Leaving { flips, law, .. } = self.law(to)[place];
            let then = law.on * round.still_to_come(flips);
            if then > FAST {
                led += then * (round.of(self.crossing(to, [round.flips, flips])) - 1.0);
            }
        }
        led.max(0.0)
    }

    /// How many times as many cells of a clone flip as others like them, for some have only come to it by another flip.
    fn newly(&mut self, round: Round, clone: usize, share: f64) -> f64 {
        let (cells, id) = (self.tumour.clones()[clone].cells as f64, self.tumour.clones()[clone].phenotype);
        let mut newly = 1.0;
        for place in 0..self.switching.arrivals.at(clone).len() {
            let Arrival { flipped, cells: newcomers, led } = self.switching.arrivals.at(clone)[place];
            if flipped != round.flips && newcomers * share > UNSEEN && led > 0.0 {
                // They are already more or fewer by those who go on.
                let on = round.of(self.crossing(id, [flipped, round.flips])) / led;
                newly += newcomers / cells * (on - 1.0);
            }
        }
        newly
    }

    fn law(&mut self, id: PhenotypeId) -> &[Leaving] {
        self.switching.laws.of(self.tumour, self.rates, self.step, id)
    }

    fn crossing(&mut self, id: PhenotypeId, flips: [usize; 2]) -> Crossing {
        self.switching.laws.crossing(self.tumour, self.rates, self.step, id, flips)
    }
}
