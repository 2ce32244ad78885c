//! Where cells of each phenotype go in a step, made once for all clones that share it.

use std::collections::VecDeque;

use libm::exp;
use smallvec::{SmallVec, smallvec};

use super::rates::{MeanRates, REMEMBERED};
use super::transition::{Transition, Way};
use super::web::{Conditions, Paths, UNSEEN, Web, flips_within_reach, most_flips};
use crate::disease::{PhenotypeId, TraitSet, Tumour};

/// Cells of a phenotype that are of another after the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaving {
    /// The trait set after it.
    pub to: TraitSet,
    /// And its phenotype.
    pub then: PhenotypeId,
    /// Their share.
    pub share: f64,
}

/// What switching does to the cells of a phenotype.
#[derive(Clone, Debug)]
pub struct Leavings {
    /// Where they go, those that flip one trait first.
    pub ways: SmallVec<[Leaving; 4]>,
    /// How many of these flip one trait.
    pub by_one: usize,
    /// How many there are to be of one that stays; 1 but for mutants, who have grown otherwise between their birth and the
    /// switch than those who have been there all the time.
    pub staying: f64,
}

impl Leavings {
    /// Nobody leaves.
    fn none() -> Leavings {
        Leavings { ways: SmallVec::new(), by_one: 0, staying: 1.0 }
    }
}

/// Mutants that are born before the switch, by the phenotypes of their mothers and of their own.
type Newcomers = (PhenotypeId, PhenotypeId);

/// What the laws of a step hold for: the generation of the rates, the days of the step, and what crowding leaves of division.
type MadeFor = (u64, f64, [f64; 2]);

/// Laws while nothing changes.
#[derive(Clone, Debug, Default)]
struct Known {
    made_for: MadeFor,
    web: Web,
    leavings: Vec<Option<Leavings>>,
    newcomers: Vec<(Newcomers, Leavings)>,
    late: Vec<Option<SmallVec<[LateMutants; 2]>>>,
    /// Added to net growth before the switch by phenotype, per day.
    surplus: Vec<f64>,
}

impl Known {
    /// Nothing is known of a step.
    fn renew(&mut self, made_for: MadeFor, rates: &MeanRates, step: &Conditions) {
        self.made_for = made_for;
        self.web.begin(rates, step);
        self.leavings.clear();
        self.newcomers.clear();
        self.late.clear();
        self.surplus.clear();
    }
}

/// Laws made once per phenotype, and kept for steps alike.
#[derive(Clone, Debug, Default)]
pub struct Laws {
    now: Known,
    /// Of other steps, the latest first.
    before: VecDeque<Known>,
}

impl Laws {
    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        let made_for = (rates.generation(), step.days(), step.division);
        if made_for != self.now.made_for {
            self.turn_to(made_for, rates, step);
        }
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            if clone.cells > 0 {
                self.of(tumour, rates, step, clone.phenotype);
            }
        }
    }

    fn turn_to(&mut self, made_for: MadeFor, rates: &MeanRates, step: &Conditions) {
        let known = self.before.iter().position(|known| known.made_for == made_for);
        let next = known.and_then(|place| self.before.remove(place)).unwrap_or_else(|| {
            // The memory of the oldest serves anew.
            let full = self.before.len() == REMEMBERED - 1;
            let mut next = if full { self.before.pop_back().unwrap_or_default() } else { Known::default() };
            next.renew(made_for, rates, step);
            next
        });
        self.before.push_front(std::mem::replace(&mut self.now, next));
    }

    /// Surplus of net growth before the switch by phenotype, per day.
    pub fn surplus(&self) -> &[f64] {
        &self.now.surplus
    }

    /// Where cells of a phenotype go, as far as it is known.
    pub fn known(&self, PhenotypeId(id): PhenotypeId) -> &[Leaving] {
        self.now.leavings.get(id).and_then(Option::as_ref).map_or(&[], |leavings| &leavings.ways)
    }

    /// Where cells of a phenotype go.
    pub fn of(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> &Leavings {
        let Known { web, leavings, surplus, .. } = &mut self.now;
        if leavings.len() <= id.0 {
            leavings.resize(id.0 + 1, None);
            surplus.resize(id.0 + 1, 0.0);
        }
        leavings[id.0].get_or_insert_with(|| {
            if tumour.phenotypes[id].switches.is_empty() {
                return Leavings::none();
            }
            let (mut outcomes, most) = (Outcomes::none(), most_flips(tumour.phenotypes[id].switches.len()));
            for group in web.groups(tumour, rates, step, id) {
                let paths = web.paths(tumour, rates, step, id, group);
                let transition = web.transition(&paths);
                outcomes = outcomes.and(&paths, &transition.shares, tumour, most);
                surplus[id.0] += transition.surplus / (step.days() / 2.0);
            }
            outcomes.leavings(tumour, id)
        })
    }

    /// Mutants of cells of a phenotype with traits that only those can gain who have switched.
    pub fn late(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> &[LateMutants] {
        let Known { web, late, .. } = &mut self.now;
        if late.len() <= id.0 {
            late.resize(id.0 + 1, None);
        }
        late[id.0].get_or_insert_with(|| {
            let kinds = tumour.phenotypes.biology().mutating_after_a_switch();
            kinds.iter().flat_map(|kind| late_mutants(tumour, rates, step, (id, kind), web)).collect()
        })
    }

    /// Where mutants go that are born before the switch.
    pub fn of_newcomers(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        newcomers: Newcomers,
    ) -> &Leavings {
        let Known { web, newcomers: all, .. } = &mut self.now;
        let known = all.iter().position(|(known, _)| *known == newcomers);
        let place = known.unwrap_or_else(|| {
            all.push((newcomers, of_newcomers(tumour, rates, step, newcomers, web)));
            all.len() - 1
        });
        &all[place].1
    }
}

/// Mutants that are born after the switch in a step, of one kind, from one cell that is there at the switch.
#[derive(Clone, Copy, Debug)]
pub struct LateMutants {
    /// The phenotype of their mothers by then.
    pub mother: PhenotypeId,
    /// Which of its mutations it is.
    pub kind: usize,
    /// How many there are at the end of the step if all mothers come to their state at the switch.
    pub split: f64,
    /// And how many there are to be.
    pub truth: f64,
}

/// Which traits cells flip in a step, and which share of them: the first of these is none.
struct Outcomes(SmallVec<[(TraitSet, f64); 8]>);

impl Outcomes {
    /// Nobody flips.
    fn none() -> Outcomes {
        Outcomes(smallvec![(TraitSet::WILD_TYPE, 1.0)])
    }

    /// Other traits flip beside these, up to so many in all.
    fn and(&self, paths: &Paths, shares: &[f64], tumour: &Tumour, most: usize) -> Outcomes {
        let traits = |id: PhenotypeId| tumour.phenotypes[id].traits;
        let flips = |id: &PhenotypeId| traits(paths.states[0]).differs_from(traits(*id));
        let both = |&(before, share): &(TraitSet, f64)| {
            let others = paths.states.iter().map(flips).zip(shares);
            others.map(move |(flips, of)| (before.union(flips), share * of)).collect::<SmallVec<[_; 8]>>()
        };
        let mut all: SmallVec<[_; 8]> = self.0.iter().flat_map(both).collect();
        let first = all[0];
        all.retain(|outcome| *outcome == first || outcome.1 > UNSEEN && outcome.0.iter().count() <= most);
        Outcomes(all)
    }

    /// Where cells of a phenotype go by them.
    fn leavings(&self, tumour: &mut Tumour, id: PhenotypeId) -> Leavings {
        let traits = tumour.phenotypes[id].traits;
        let mut way = |&(flips, share): &(TraitSet, f64)| {
            let to = traits.differs_from(flips);
            Leaving { to, then: tumour.phenotypes.of(to), share }
        };
        let by = |one: bool| self.0[1..].iter().filter(move |(flips, _)| (flips.iter().count() == 1) == one);
        let mut ways: SmallVec<[Leaving; 4]> = by(true).map(&mut way).collect();
        let by_one = ways.len();
        ways.extend(by(false).map(way));
        Leavings { ways, by_one, ..Leavings::none() }
    }
}

/// Mutants have switched less long than others; as many of those born before the switch pass to each state as are there
/// after the step in truth, less those that are born to the mothers of that state after the switch.
fn of_newcomers(
    tumour: &mut Tumour,
    rates: &mut MeanRates,
    step: &Conditions,
    (mother, mutant): Newcomers,
    web: &mut Web,
) -> Leavings {
    if tumour.phenotypes[mutant].switches.is_empty() {
        return Leavings::none();
    }
    let traits = TraitSet::of([mother, mutant].into_iter().flat_map(|id| flips_within_reach(tumour, id)));
    let own = web.paths(tumour, rates, step, mother, traits);
    let mutants = web.paths(tumour, rates, step, mutant, traits);
    let changed = tumour.phenotypes[mother].traits.differs_from(tumour.phenotypes[mutant].traits);
    let both = own.with_mutants(&mutants, changed, tumour);
    let (mothers, all) = (own.states.len(), both.states.len());
    let Transition { mut shares, surplus } = web.transition(&own);
    shares.resize(all, 0.0);
    // All that happens; what is born before the switch, and after it.
    let (mut truth, mut before, mut after) = (Way::begin(all), Way::begin(all), Way::of(shares));
    web.follow(&both, &mut truth, Some([&mut before, &mut after]));
    let born = before.cells[mothers];
    let share = |state: usize| {
        let left = truth.cells[state] - exp(surplus) * after.cells[state];
        let share = left / (born * truth.growth_after(state));
        if share.is_finite() { share.max(0.0) } else { 0.0 }
    };
    let mut shares: Vec<f64> = (mothers..all).map(share).collect();
    let leaving: f64 = shares[1..].iter().sum();
    let staying = if leaving < 1.0 { shares[0] / (1.0 - leaving) } else { 1.0 };
    shares.iter_mut().for_each(|share| *share /= leaving.max(1.0));
    Leavings {
        staying,
        ..Outcomes::none().and(&mutants, &shares, tumour, usize::MAX).leavings(tumour, mutant)
    }
}

/// Mothers come to their state all through the step and not at the switch, so that as many mutants are to be born to them
/// after it as there are in truth, unless cells have such mutants also without a switch: those born before it make up for that.
fn late_mutants(
    tumour: &mut Tumour,
    rates: &mut MeanRates,
    step: &Conditions,
    (id, gained): (PhenotypeId, usize),
    web: &mut Web,
) -> SmallVec<[LateMutants; 2]> {
    let (flips, traits) = (TraitSet::of([gained]), TraitSet::of(flips_within_reach(tumour, id)));
    let own = web.paths(tumour, rates, step, id, traits);
    let kind = |tumour: &Tumour, id: PhenotypeId| tumour.phenotypes[id].mutation_of(flips);
    let Some(&first) = own.states.iter().find(|&&state| kind(tumour, state).is_some()) else {
        return SmallVec::new();
    };
    let mutant = tumour.phenotypes.of(tumour.phenotypes[first].traits.differs_from(flips));
    let mutants = web.paths(tumour, rates, step, mutant, traits);
    let both = own.with_mutants(&mutants, flips, tumour);
    let Transition { mut shares, surplus } = web.transition(&own);
    shares.resize(both.states.len(), 0.0);
    let (mut truth, mut before, mut after) =
        (Way::begin(both.states.len()), Way::begin(both.states.len()), Way::of(shares));
    web.follow(&both, &mut truth, Some([&mut before, &mut after]));
    let of_one = web.growth_after(id);
    let late = |&mother: &PhenotypeId| {
        let kind = kind(tumour, mother)?;
        let to = tumour.phenotypes[mother].mutations[kind].to;
        let place = mutants.states.iter().position(|&id| tumour.phenotypes[id].traits == to)?;
        let split = of_one * after.cells[own.states.len() + place];
        let all = of_one * exp(-surplus) * truth.cells[own.states.len() + place];
        let truth = if own.states[0] == first { split } else { all };
        (split.is_finite() && truth.is_finite()).then_some(LateMutants { mother, kind, split, truth })
    };
    own.states.iter().filter_map(late).collect()
}
