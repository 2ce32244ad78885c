//! All switching of a step at once, between its two half-leaps.

use std::iter::once;

use smallvec::SmallVec;

use super::Halt;
use super::flip::{Flip, TwoStates};
use super::hazards::{CellRates, Hazards};
use super::rates::MeanRates;
use super::sampler::binomial;
use super::stream::Stream;
use crate::disease::{Crowding, PhenotypeId, Switch, TraitSet, Tumour};

/// How cells of one phenotype flip one trait within a step.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Leaving {
    flips: usize,
    to: TraitSet,
    /// The law of both states, seen from this one.
    law: Flip,
}

/// Cells that switch together.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: usize,
    to: TraitSet,
    cells: u64,
}

/// The laws of one step, made once per phenotype, and kept while nothing changes.
#[derive(Clone, Debug, Default)]
pub struct Switching {
    laws: Vec<Option<SmallVec<[Leaving; 4]>>>,
    surplus: Vec<f64>,
    moves: Vec<Move>,
    /// Generation of the rates, days of the step, and crowding of division that they hold for.
    made_for: (u64, f64, f64),
}

/// Everything the laws depend on.
pub struct Conditions<'a> {
    /// Drugs.
    pub hazards: &'a Hazards,
    /// Crowding at the beginning of the step; it makes no difference where it acts on all alike.
    pub crowding: Crowding,
    /// First and last day of the step.
    pub span: (f64, f64),
}

impl Conditions<'_> {
    fn days(&self) -> f64 {
        self.span.1 - self.span.0
    }

    /// Net growth in the crowd, per day; added death is the same for all and left out.
    fn net(&self, rates: CellRates) -> f64 {
        rates.division * self.crowding.division_factor - rates.death
    }
}

impl Switching {
    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        let made_for = (rates.generation(), step.days(), step.crowding.division_factor);
        if made_for != self.made_for {
            self.laws.clear();
            self.surplus.clear();
            self.made_for = made_for;
        }
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            if clone.cells > 0 {
                self.law(tumour, rates, step, clone.phenotype);
            }
        }
    }

    /// Whether any clone with cells can switch.
    pub fn is_needed(&self, tumour: &Tumour) -> bool {
        let switches = |id: PhenotypeId| !tumour.phenotypes[id].switches.is_empty();
        tumour.clones().iter().any(|clone| clone.cells > 0 && switches(clone.phenotype))
    }

    /// Surplus of net growth by phenotype, per day.
    pub fn surplus(&self) -> &[f64] {
        &self.surplus
    }

    /// Where cells of a phenotype are expected to switch to in a step, and which share of them.
    pub fn expected<'s>(
        &'s self,
        tumour: &'s Tumour,
        id: PhenotypeId,
    ) -> impl Iterator<Item = (PhenotypeId, f64)> + 's {
        let leavings = self.laws.get(id.0).and_then(Option::as_ref).into_iter().flatten();
        leavings.filter_map(|leaving| Some((tumour.phenotypes.find(leaving.to)?, leaving.law.on)))
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
        // Flips that depend on one another do not commute: there and back again keeps second order.
        if !tumour.phenotypes.biology().flips_depend() {
            return flipping
                .into_iter()
                .try_for_each(|trait_| self.flip(tumour, rates, step, (trait_, |law: Flip| law.on), stream));
        }
        let half = |law: Flip| law.halved().on;
        flipping.clone().try_for_each(|trait_| self.flip(tumour, rates, step, (trait_, half), stream))?;
        flipping.rev().try_for_each(|trait_| self.flip(tumour, rates, step, (trait_, half), stream))
    }

    /// One trait flips on and off in every clone at the same time.
    fn flip(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        (flips, probability): (usize, impl Fn(Flip) -> f64),
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            let cells = clone.cells;
            if cells == 0 {
                continue;
            }
            let law = self.law(tumour, rates, step, clone.phenotype);
            if let Some(&leaving) = law.iter().find(|leaving| leaving.flips == flips) {
                let moving = binomial(cells, probability(leaving.law), stream);
                self.moves.push(Move { from: position, to: leaving.to, cells: moving });
            }
        }
        // Switching acts between the halves, so that is when the clones it founds begin.
        let middle = (step.span.0 + step.span.1) / 2.0;
        for Move { from, to, cells } in self.moves.drain(..).filter(|m| m.cells > 0) {
            let target = tumour.switched_from(from, to, middle)?;
            tumour.remove(from, cells);
            tumour.add(target, cells)?;
        }
        Ok(())
    }

    /// The laws of one phenotype.
    fn law(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> &[Leaving] {
        if self.laws.len() <= id.0 {
            self.laws.resize(id.0 + 1, None);
            self.surplus.resize(id.0 + 1, 0.0);
        }
        if self.laws[id.0].is_none() {
            let made = self.leavings(tumour, rates, step, id);
            self.surplus[id.0] = made.iter().map(|leaving| leaving.law.surplus[0]).sum();
            self.laws[id.0] = Some(made);
        }
        self.laws[id.0].as_deref().unwrap_or(&[])
    }

    /// Every trait that cells of a phenotype flip.
    fn leavings(
        &self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> SmallVec<[Leaving; 4]> {
        rates.rate(tumour, step.hazards, id);
        let ways = tumour.phenotypes[id].switches.len();
        let leaving = |way: usize| {
            let Switch { flips, to, .. } = tumour.phenotypes[id].switches[way];
            let partner = tumour.phenotypes.of(to);
            if let Some(law) = self.seen_from(partner, flips) {
                return Leaving { flips, to, law: law.mirrored() };
            }
            rates.rate(tumour, step.hazards, partner);
            let there = &tumour.phenotypes[id].switches[way];
            let back = tumour.phenotypes[partner].switches.iter().find(|back| back.flips == flips);
            Leaving { flips, to, law: law(rates, step, [id, partner], [Some(there), back]) }
        };
        (0..ways).map(leaving).collect()
    }

    /// The law of a flip as cells of the other state have it, if it was made.
    fn seen_from(&self, PhenotypeId(partner): PhenotypeId, flips: usize) -> Option<Flip> {
        let known = self.laws.get(partner)?.as_ref()?;
        known.iter().find(|leaving| leaving.flips == flips).map(|leaving| leaving.law)
    }
}

/// The law of two phenotypes that differ by one trait.
fn law(
    rates: &MeanRates,
    step: &Conditions,
    states: [PhenotypeId; 2],
    switches: [Option<&Switch>; 2],
) -> Flip {
    if rates.is_constant() {
        let half = TwoStates {
            days: step.days() / 2.0,
            net: states.map(|state| step.net(rates.whole(state))),
            leaving: switches.map(|switch| switch.map_or(0.0, |switch| rates.switch(step.hazards, switch))),
        };
        return Flip::over([once(half), once(half)]);
    }
    Flip::over([0, 1].map(|half| parts(rates, half, step, states, switches)))
}

/// What two phenotypes that differ by one trait do in each part of a half of the step.
fn parts<'s>(
    rates: &'s MeanRates,
    half: usize,
    step: &'s Conditions,
    states: [PhenotypeId; 2],
    switches: [Option<&'s Switch>; 2],
) -> impl Iterator<Item = TwoStates> + 's {
    let interval = &rates.intervals()[half];
    let [one, other] = states.map(|state| rates.panels(half, state).unwrap_or(&[]));
    interval.widths().enumerate().map(move |(panel, days)| TwoStates {
        days,
        net: [step.net(one[panel].mean), step.net(other[panel].mean)],
        leaving: switches.map(|by| by.map_or(0.0, |by| interval.switch(step.hazards, panel, by))),
    })
}
