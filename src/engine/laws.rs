//! The laws of switching of one step: where cells of each phenotype go, and what is special to those that flip twice.

use std::iter::once;

use smallvec::SmallVec;

use super::crossing::{Crossing, FourStates};
use super::flip::{Flip, TwoStates};
use super::hazards::{CellRates, Hazards};
use super::rates::MeanRates;
use crate::disease::{Crowding, PhenotypeId, Switch, TraitSet, Tumour};

/// How cells of one phenotype flip one trait within a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaving {
    /// The trait, by its position.
    pub flips: usize,
    /// The trait set after it.
    pub to: TraitSet,
    /// And its phenotype.
    pub then: PhenotypeId,
    /// The law of both states, seen from this one.
    pub law: Flip,
}

/// What is special to cells that flip two traits.
#[derive(Clone, Copy, Debug)]
struct Between {
    /// The trait that flips first, and the other.
    flips: [usize; 2],
    crossing: Crossing,
}

/// Laws made once per phenotype, and kept while nothing changes.
#[derive(Clone, Debug, Default)]
pub struct Laws {
    leavings: Vec<Option<SmallVec<[Leaving; 4]>>>,
    surplus: Vec<f64>,
    /// By the phenotype between two flips.
    crossings: Vec<SmallVec<[Between; 4]>>,
    /// Generation of the rates, days of the step, and crowding of division that they hold for.
    made_for: (u64, f64, f64),
}

/// Effects of two traits that add up but for this exponent over a step need no law of their own: it would say 1e-5.
const SLIGHT: f64 = 1e-4;

/// Everything the laws depend on.
pub struct Conditions<'a> {
    /// Drugs.
    pub hazards: &'a Hazards,
    /// Crowding at the beginning of the step; it makes no difference where it acts on all alike.
    pub crowding: Crowding,
    /// First and last day of the step.
    pub span: (f64, f64),
    /// Whether cells must have flipped one trait before they can flip another.
    pub dependent: bool,
}

impl Conditions<'_> {
    fn days(&self) -> f64 {
        self.span.1 - self.span.0
    }

    /// Whether it matters to cells of a phenotype that two traits flip in the step.
    pub fn crosses(&self, rates: &MeanRates, id: PhenotypeId) -> bool {
        self.dependent || rates.gaps(id).excess * self.days() >= SLIGHT
    }

    /// Net growth in the crowd, per day; added death is the same for all and left out.
    fn net(&self, rates: CellRates) -> f64 {
        rates.division * self.crowding.division_factor - rates.death
    }
}

impl Laws {
    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        let made_for = (rates.generation(), step.days(), step.crowding.division_factor);
        if made_for != self.made_for {
            self.leavings.clear();
            self.surplus.clear();
            self.crossings.clear();
            self.made_for = made_for;
        }
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            if clone.cells > 0 {
                self.of(tumour, rates, step, clone.phenotype);
            }
        }
    }

    /// Surplus of net growth by phenotype, per day.
    pub fn surplus(&self) -> &[f64] {
        &self.surplus
    }

    /// What is known of how cells of a phenotype switch.
    pub fn known(&self, PhenotypeId(id): PhenotypeId) -> &[Leaving] {
        self.leavings.get(id).and_then(Option::as_deref).unwrap_or(&[])
    }

    /// How cells of a phenotype switch.
    pub fn of(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> &[Leaving] {
        if self.leavings.len() <= id.0 {
            self.leavings.resize(id.0 + 1, None);
            self.surplus.resize(id.0 + 1, 0.0);
        }
        if self.leavings[id.0].is_none() {
            let made = self.leavings(tumour, rates, step, id);
            self.surplus[id.0] = made.iter().map(|leaving| leaving.law.surplus[0]).sum();
            self.leavings[id.0] = Some(made);
        }
        self.known(id)
    }

    /// What is special to cells that flip two traits, seen from those that have flipped the first.
    pub fn crossing(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
        flips: [usize; 2],
    ) -> Crossing {
        if self.crossings.len() <= id.0 {
            self.crossings.resize(id.0 + 1, SmallVec::new());
        }
        if let Some(known) = self.crossings[id.0].iter().find(|known| known.flips == flips) {
            return known.crossing;
        }
        let crossing = crossing(tumour, rates, step, id, flips);
        self.crossings[id.0].push(Between { flips, crossing });
        crossing
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
                return Leaving { flips, to, then: partner, law: law.mirrored() };
            }
            rates.rate(tumour, step.hazards, partner);
            let there = &tumour.phenotypes[id].switches[way];
            let back = tumour.phenotypes[partner].switches.iter().find(|back| back.flips == flips);
            Leaving { flips, to, then: partner, law: law(rates, step, [id, partner], [Some(there), back]) }
        };
        (0..ways).map(leaving).collect()
    }

    /// The law of a flip as cells of the other state have it, if it was made.
    fn seen_from(&self, partner: PhenotypeId, flips: usize) -> Option<Flip> {
        self.known(partner).iter().find(|leaving| leaving.flips == flips).map(|leaving| leaving.law)
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

/// What is special to cells that flip two traits, seen from those that have flipped the first.
fn crossing(
    tumour: &mut Tumour,
    rates: &mut MeanRates,
    step: &Conditions,
    first: PhenotypeId,
    [one, two]: [usize; 2],
) -> Crossing {
    let set = tumour.phenotypes[first].traits;
    let sets = [set.flipped(one), set, set.flipped(one).flipped(two), set.flipped(two)];
    let states @ [neither, _, second, _] = sets.map(|set| tumour.phenotypes.of(set));
    states.iter().for_each(|&state| rates.rate(tumour, step.hazards, state));
    let [none, once, other, both] = states.map(|state| step.net(rates.whole(state)));
    if (both - once - other + none).abs() * step.days() < SLIGHT && !step.dependent {
        return Crossing::NOTHING;
    }
    let switch = |state: PhenotypeId, flips: usize| {
        tumour.phenotypes[state].switches.iter().find(|switch| switch.flips == flips)
    };
    let switches = [[switch(neither, one), switch(second, one)], [switch(neither, two), switch(first, two)]];
    Crossing::over([0, 1].into_iter().flat_map(|half| four(rates, half, step, states, switches)))
}

/// What four phenotypes that differ by two traits do in each part of a half of the step.
fn four<'s>(
    rates: &'s MeanRates,
    half: usize,
    step: &'s Conditions,
    states: [PhenotypeId; 4],
    switches: [[Option<&'s Switch>; 2]; 2],
) -> impl Iterator<Item = FourStates> + 's {
    let interval = &rates.intervals()[half];
    let panels = states.map(|state| rates.panels(half, state).unwrap_or(&[]));
    interval.widths().enumerate().map(move |(panel, days)| {
        let rate = |by: Option<&Switch>| by.map_or(0.0, |by| interval.switch(step.hazards, panel, by));
        let [first, second] = switches.map(|both| both.map(rate));
        FourStates { days, net: panels.map(|panels| step.net(panels[panel].mean)), first, second }
    })
}
