//! Whole steps at any size: Kendall's exact birth-death law per clone, Strang splitting for the rest.
//!
//! A step is a half-leap of growth and mutation, all switching, and a second half-leap. Crowding acts
//! in the first half as found and in the second extrapolated from the middle (weak trapezoidal rule),
//! so that mean and variance are of second order in the step. Mutants are placed by a bridge between
//! a clone's two counts. Source: `../shared/theory/README.md` section 6, scheme KBT.

use libm::expm1;

use super::hazards::{GAUSS, Hazards};
use super::propagator::Propagator;
use super::sampler::{binomial, multinomial, poisson};
use super::stream::Stream;
use super::{Engine, Halt};
use crate::disease::{Crowding, Phenotype, Switch, TraitSet, Tumour};

/// The engine; it keeps what one half-leap computes once per phenotype.
#[derive(Clone, Debug, Default)]
pub struct Leap {
    passages: Vec<Option<Passage>>,
    arrivals: Vec<(usize, u64)>,
    moves: Vec<Move>,
}

/// Cells that switch together.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: usize,
    to: TraitSet,
    cells: u64,
}

/// The propagators of one phenotype over a half-leap, whole and split at each Gauss node.
#[derive(Clone, Copy, Debug)]
struct Passage {
    whole: Propagator,
    until_node: [Propagator; 4],
    from_node: [Propagator; 4],
}

/// One half of a step.
#[derive(Clone, Copy)]
struct Half {
    from: f64,
    to: f64,
    crowding: Crowding,
}

impl Half {
    fn node(&self, node: usize) -> f64 {
        self.from + GAUSS[node].0 * (self.to - self.from)
    }
}

/// Founders that wait for their own passage: `cells` of the clone at `position`, there since `since`.
struct Founders {
    position: usize,
    cells: u64,
    since: f64,
}

impl Passage {
    fn of(phenotype: &Phenotype, hazards: &Hazards, half: Half) -> Passage {
        let over = |from, to| hazards.propagator(phenotype, half.crowding, from, to);
        let nodes = [0, 1, 2, 3].map(|node| half.node(node));
        Passage {
            whole: over(half.from, half.to),
            until_node: nodes.map(|day| over(half.from, day)),
            from_node: nodes.map(|day| over(day, half.to)),
        }
    }

    /// Expected cells at a node given the counts at both ends: the best linear predictor.
    fn bridge(&self, node: usize, before: u64, after: u64) -> f64 {
        let (until, from) = (self.until_node[node], self.from_node[node]);
        let spread = if self.whole.variance() > 0.0 { until.variance() / self.whole.variance() } else { 0.0 };
        let surprise = after as f64 - before as f64 * self.whole.growth;
        (before as f64 * until.growth + surprise * from.growth * spread).max(0.0)
    }
}

impl Leap {
    /// An engine at rest.
    pub fn new() -> Leap {
        Leap::default()
    }

    /// Growth and mutation of every clone over a half-step.
    fn grow(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        half: Half,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        self.passages.clear();
        // Cells that arrive within the half-step have had their own passage, so they join at its end.
        for position in 0..tumour.clones().len() {
            let before = tumour.clones()[position].cells;
            if before > 0 {
                let passage = self.passage(tumour, hazards, half, position);
                let after = passage.whole.draw(before, stream);
                tumour.remove(position, before);
                tumour.add(position, after)?;
                self.mutate(tumour, hazards, half, (position, before, after), stream)?;
            }
        }
        for (position, cells) in self.arrivals.drain(..) {
            tumour.add(position, cells)?;
        }
        Ok(())
    }

    fn passage(&mut self, tumour: &Tumour, hazards: &Hazards, half: Half, position: usize) -> Passage {
        let id = tumour.clones()[position].phenotype.0;
        if self.passages.len() < tumour.phenotypes.len() {
            self.passages.resize(tumour.phenotypes.len(), None);
        }
        *self.passages[id].get_or_insert_with(|| Passage::of(tumour.phenotype(position), hazards, half))
    }

    /// Founders of mutants from a clone that went from `before` to `after` cells.
    fn mutate(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        half: Half,
        (position, before, after): (usize, u64, u64),
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let phenotype = tumour.phenotype(position);
        let probability = phenotype.mutation_probability;
        if probability == 0.0 {
            return Ok(());
        }
        let rate = phenotype.division * half.crowding.division_factor * probability * (half.to - half.from);
        let passage = self.passage(tumour, hazards, half, position);
        let weights = [0, 1, 2, 3].map(|node| GAUSS[node].1 * passage.bridge(node, before, after));
        let founders = poisson(rate * weights.iter().sum::<f64>(), stream);
        let mut born = [0; 4];
        multinomial(founders, &weights, stream, |node, count, _| born[node] = count);
        for node in (0..4).filter(|&node| born[node] > 0) {
            self.found(tumour, hazards, half, (position, born[node], half.node(node)), stream)?;
        }
        Ok(())
    }

    /// Founders born together on one day: which trait set each has, and their passage to the end.
    fn found(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        half: Half,
        (mother, count, day): (usize, u64, f64),
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let mutations = tumour.phenotype(mother).mutations.clone();
        let weights: Vec<f64> = mutations.iter().map(|mutation| mutation.probability).collect();
        let mut kinds = vec![0; mutations.len()];
        multinomial(count, &weights, stream, |kind, cells, _| kinds[kind] = cells);
        for (mutation, cells) in mutations.iter().zip(kinds).filter(|(_, cells)| *cells > 0) {
            for founders in settle(tumour, mother, mutation.to, cells, day)? {
                self.carry(tumour, hazards, half, founders, stream)?;
            }
        }
        Ok(())
    }

    /// Carries founders to the end of the half-step, with the mutants they have on the way.
    fn carry(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        half: Half,
        founders: Founders,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let Founders { position, cells, since } = founders;
        let phenotype = tumour.phenotype(position);
        let after = hazards.propagator(phenotype, half.crowding, since, half.to).draw(cells, stream);
        self.arrivals.push((position, after));
        // Mutants of founders are of second order in the step: the trapezoidal rule is enough for them.
        let rate = phenotype.division * half.crowding.division_factor * phenotype.mutation_probability;
        let mean = rate * (half.to - since) * (cells as f64 + after as f64) / 2.0;
        match poisson(mean, stream) {
            0 => Ok(()),
            count => self.found(tumour, hazards, half, (position, count, (since + half.to) / 2.0), stream),
        }
    }

    /// All switching over the whole step; each trait flips on its own two-state law.
    fn switch(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let traits = &tumour.phenotypes.biology().traits;
        let flipping: Vec<usize> =
            (0..traits.len()).filter(|&position| traits[position].switches()).collect();
        let ordered = flipping.iter().any(|&position| traits[position].requires != TraitSet::WILD_TYPE);
        if !ordered {
            return flipping
                .iter()
                .try_for_each(|&flips| self.flip(tumour, hazards, flips, (from, to), stream));
        }
        // Flips that depend on one another do not commute: there and back again keeps second order.
        let middle = (from + to) / 2.0;
        for &flips in &flipping {
            self.flip(tumour, hazards, flips, (from, middle), stream)?;
        }
        flipping.iter().rev().try_for_each(|&flips| self.flip(tumour, hazards, flips, (middle, to), stream))
    }

    /// One trait flips on and off in every clone at the same time.
    fn flip(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        flips: usize,
        (from, to): (f64, f64),
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        for position in 0..tumour.clones().len() {
            let cells = tumour.clones()[position].cells;
            if cells > 0
                && let Some((target, probability)) = flip_law(tumour, hazards, position, flips, (from, to))
            {
                self.moves.push(Move {
                    from: position,
                    to: target,
                    cells: binomial(cells, probability, stream),
                });
            }
        }
        for Move { from: position, to: target, cells } in self.moves.drain(..).filter(|m| m.cells > 0) {
            let target = tumour.switched_from(position, target, to)?;
            tumour.remove(position, cells);
            tumour.add(target, cells)?;
        }
        Ok(())
    }
}

impl Engine for Leap {
    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let (middle, density) = ((from + to) / 2.0, hazards.density);
        let room = density.room(tumour.burden() as f64);
        self.grow(tumour, hazards, Half { from, to: middle, crowding: density.crowding(room) }, stream)?;
        self.switch(tumour, hazards, from, to, stream)?;
        let extrapolated = 2.0 * density.room(tumour.burden() as f64) - room;
        self.grow(
            tumour,
            hazards,
            Half { from: middle, to, crowding: density.crowding(extrapolated) },
            stream,
        )?;
        Ok(tumour.take_stock(to)?)
    }
}

/// Gives founders their clones: one for all, or one for each.
fn settle(
    tumour: &mut Tumour,
    mother: usize,
    to: TraitSet,
    cells: u64,
    day: f64,
) -> Result<Vec<Founders>, Halt> {
    let mut settled: Vec<Founders> = Vec::new();
    for _ in 0..cells {
        let position = tumour.mutant_of(mother, to, day)?;
        if settled.last().is_some_and(|last| last.position == position) {
            // The clone is shared, so all the others join it as well.
            return Ok(vec![Founders { position, cells, since: day }]);
        }
        settled.push(Founders { position, cells: 1, since: day });
    }
    Ok(settled)
}

/// Where the trait flips to and with which probability within the step; none if it cannot.
fn flip_law(
    tumour: &mut Tumour,
    hazards: &Hazards,
    position: usize,
    flips: usize,
    (from, to): (f64, f64),
) -> Option<(TraitSet, f64)> {
    let rate = |switch: &Switch| hazards.switch_over(switch, from, to);
    let there = tumour.phenotype(position).switches.iter().find(|switch| switch.flips == flips)?;
    let (target, out) = (there.to, rate(there));
    let partner = tumour.phenotypes.of(target);
    let back =
        tumour.phenotypes[partner].switches.iter().find(|switch| switch.flips == flips).map_or(0.0, rate);
    let total = out + back;
    (out > 0.0).then(|| (target, out / total * -expm1(-total * (to - from))))
}
