//! Whole steps at any size: Kendall's exact birth-death law per clone, Strang splitting for the rest.
//!
//! A step is a half-leap of growth and mutation, all switching, and a second half-leap. Crowding acts
//! in the first half as found and in the second extrapolated from the middle (weak trapezoidal rule),
//! so that mean and variance are of second order in the step. Mutants are placed by a bridge between
//! a clone's two counts.
//!
//! Kendall 1948 (Ann Math Stat 19:1) for the propagator; Strang 1968 (SIAM J Numer Anal 5:506) for the
//! splitting; Anderson & Koyama 2012 (SIAM Multiscale Model Simul 10:1493) for the weak trapezoidal rule.

use libm::{expm1, log};

use super::hazards::Hazards;
use super::interval::{GAUSS, Interval};
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

/// The time over which cells switch, and the day from which a clone counts that they found.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: f64,
    to: f64,
    founded: f64,
}

/// One phenotype over a half-leap.
#[derive(Clone, Copy, Debug)]
struct Passage {
    whole: Propagator,
    /// How far the bridge between a clone's two counts has come at each Gauss node, 0 to 1.
    bridge: [f64; 4],
    /// From each Gauss node to the end; made when a founder first needs it.
    from_node: [Option<Propagator>; 4],
}

/// One half of a step.
struct Half<'a> {
    hazards: &'a Hazards,
    crowding: Crowding,
    fastest: f64,
    interval: Interval<'a>,
}

impl<'a> Half<'a> {
    fn new(tumour: &Tumour, hazards: &'a Hazards, crowding: Crowding, from: f64, to: f64) -> Half<'a> {
        let fastest =
            tumour.phenotypes.iter().map(|p| p.division + p.death).fold(0.0, f64::max) + crowding.death_added;
        Half { hazards, crowding, fastest, interval: Interval::new(hazards, crowding, fastest, from, to) }
    }

    fn node(&self, node: usize) -> f64 {
        self.interval.from + GAUSS[node].0 * self.interval.days()
    }

    /// The law from a day within the half-step to its end.
    fn rest(&self, phenotype: &Phenotype, since: f64) -> Propagator {
        Interval::new(self.hazards, self.crowding, self.fastest, since, self.interval.to)
            .propagator(phenotype)
    }
}

impl Passage {
    fn of(phenotype: &Phenotype, half: &Half) -> Passage {
        let whole = half.interval.propagator(phenotype);
        let exponent = log(whole.growth);
        // (e^{r s} - 1) / (e^{r h} - 1): the best linear predictor of the count at s from both ends.
        let way =
            |place: f64| if exponent == 0.0 { place } else { expm1(exponent * place) / expm1(exponent) };
        Passage { whole, bridge: GAUSS.map(|(place, _)| way(place)), from_node: [None; 4] }
    }
}

/// Cells born together as mutants: `cells` of the clone at `position`, there since `since`.
struct Founders {
    position: usize,
    cells: u64,
    since: f64,
    /// The Gauss node of `since`, unless they descend from founders themselves.
    node: Option<usize>,
}

impl Leap {
    /// An engine at rest.
    pub fn new() -> Leap {
        Leap::default()
    }

    /// Growth and mutation of every clone over a half-step.
    fn grow(&mut self, tumour: &mut Tumour, half: &Half, stream: &mut Stream) -> Result<(), Halt> {
        self.passages.clear();
        // Cells that arrive within the half-step have had their own passage, so they join at its end.
        for position in 0..tumour.clones().len() {
            let before = tumour.clones()[position].cells;
            if before > 0 {
                let passage = *self.passage(tumour, half, position);
                let after = passage.whole.draw(before, stream);
                tumour.remove(position, before);
                tumour.add(position, after)?;
                self.mutate(tumour, half, (position, before, after), &passage, stream)?;
            }
        }
        for (position, cells) in self.arrivals.drain(..) {
            tumour.add(position, cells)?;
        }
        Ok(())
    }

    fn passage(&mut self, tumour: &Tumour, half: &Half, position: usize) -> &mut Passage {
        let id = tumour.clones()[position].phenotype.0;
        if self.passages.len() < tumour.phenotypes.len() {
            self.passages.resize(tumour.phenotypes.len(), None);
        }
        self.passages[id].get_or_insert_with(|| Passage::of(tumour.phenotype(position), half))
    }

    /// Founders of mutants from a clone that went from `before` to `after` cells.
    fn mutate(
        &mut self,
        tumour: &mut Tumour,
        half: &Half,
        (position, before, after): (usize, u64, u64),
        passage: &Passage,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let phenotype = tumour.phenotype(position);
        if phenotype.mutations.is_empty() {
            return Ok(());
        }
        let (start, change) = (before as f64, after as f64 - before as f64);
        let weights = [0, 1, 2, 3].map(|node| GAUSS[node].1 * (start + change * passage.bridge[node]));
        let rate = half.interval.division(phenotype) * phenotype.mutation_probability * half.interval.days();
        let founders = poisson(rate * weights.iter().sum::<f64>(), stream);
        let mut born = [0; 4];
        multinomial(founders, &weights, stream, |node, count, _| born[node] = count);
        for node in (0..4).filter(|&node| born[node] > 0) {
            self.found(tumour, half, (position, born[node], half.node(node)), Some(node), stream)?;
        }
        Ok(())
    }

    /// Founders born together on one day: which trait set each has, and their passage to the end.
    fn found(
        &mut self,
        tumour: &mut Tumour,
        half: &Half,
        (mother, count, since): (usize, u64, f64),
        node: Option<usize>,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let mutations = tumour.phenotype(mother).mutations.clone();
        let weights: Vec<f64> = mutations.iter().map(|mutation| mutation.probability).collect();
        let mut kinds = vec![0; mutations.len()];
        multinomial(count, &weights, stream, |kind, cells, _| kinds[kind] = cells);
        for (mutation, cells) in mutations.iter().zip(kinds).filter(|(_, cells)| *cells > 0) {
            for (position, cells) in settle(tumour, mother, mutation.to, cells, since)? {
                self.carry(tumour, half, Founders { position, cells, since, node }, stream)?;
            }
        }
        Ok(())
    }

    /// Carries founders to the end of the half-step, with the mutants they have on the way.
    fn carry(
        &mut self,
        tumour: &mut Tumour,
        half: &Half,
        founders: Founders,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let Founders { position, cells, since, node } = founders;
        let law = match node {
            None => half.rest(tumour.phenotype(position), since),
            Some(node) => {
                let from_node = &mut self.passage(tumour, half, position).from_node[node];
                *from_node.get_or_insert_with(|| half.rest(tumour.phenotype(position), since))
            }
        };
        let after = law.draw(cells, stream);
        self.arrivals.push((position, after));
        // Mutants of founders are of second order in the step: the trapezoidal rule is enough for them.
        let phenotype = tumour.phenotype(position);
        let rate = half.interval.division(phenotype) * phenotype.mutation_probability;
        let mean = rate * (half.interval.to - since) * (cells as f64 + after as f64) / 2.0;
        match poisson(mean, stream) {
            0 => Ok(()),
            count => {
                self.found(tumour, half, (position, count, (since + half.interval.to) / 2.0), None, stream)
            }
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
        // Switching acts between the halves, so that is when the clones it founds begin.
        let founded = (from + to) / 2.0;
        let mut flip =
            |flips: usize, from, to| self.flip(tumour, hazards, flips, Stretch { from, to, founded }, stream);
        if !ordered {
            return flipping.iter().try_for_each(|&flips| flip(flips, from, to));
        }
        // Flips that depend on one another do not commute: there and back again keeps second order.
        flipping.iter().try_for_each(|&flips| flip(flips, from, founded))?;
        flipping.iter().rev().try_for_each(|&flips| flip(flips, founded, to))
    }

    /// One trait flips on and off in every clone at the same time.
    fn flip(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        flips: usize,
        stretch: Stretch,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        for position in 0..tumour.clones().len() {
            let cells = tumour.clones()[position].cells;
            if cells > 0
                && let Some((target, probability)) = flip_law(tumour, hazards, position, flips, stretch)
            {
                self.moves.push(Move {
                    from: position,
                    to: target,
                    cells: binomial(cells, probability, stream),
                });
            }
        }
        for Move { from: position, to: target, cells } in self.moves.drain(..).filter(|m| m.cells > 0) {
            let target = tumour.switched_from(position, target, stretch.founded)?;
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
        let first = Half::new(tumour, hazards, density.crowding(room), from, middle);
        self.grow(tumour, &first, stream)?;
        self.switch(tumour, hazards, from, to, stream)?;
        let extrapolated = 2.0 * density.room(tumour.burden() as f64) - room;
        let second = Half::new(tumour, hazards, density.crowding(extrapolated), middle, to);
        self.grow(tumour, &second, stream)?;
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
) -> Result<Vec<(usize, u64)>, Halt> {
    let mut settled: Vec<(usize, u64)> = Vec::new();
    for _ in 0..cells {
        let position = tumour.mutant_of(mother, to, day)?;
        if settled.last().is_some_and(|last| last.0 == position) {
            // The clone is shared, so all the others join it as well.
            return Ok(vec![(position, cells)]);
        }
        settled.push((position, 1));
    }
    Ok(settled)
}

/// Where the trait flips to and with which probability within the step; none if it cannot.
fn flip_law(
    tumour: &mut Tumour,
    hazards: &Hazards,
    position: usize,
    flips: usize,
    Stretch { from, to, .. }: Stretch,
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
