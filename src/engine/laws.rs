//! Where cells of each phenotype go in a step, made once for all clones that share it.

use std::collections::VecDeque;
use std::sync::Arc;

use libm::exp;
use smallvec::SmallVec;

use super::late::LateMutants;
use super::rates::{MeanRates, REMEMBERED};
use super::spells::{Conditions, Spells, UNSEEN};
use super::transition::{ByState, Transition, Way};
use super::web::{Destination, Route, Web, flips_within_reach};
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

    /// By the shares in each state of each group of traits that flip.
    fn of(route: &Route, shares: &[ByState]) -> Leavings {
        let mut leavings = Leavings::none();
        for Destination { to, then, flips, states } in &route.destinations {
            let share = states.iter().zip(shares).map(|(state, shares)| shares[*state as usize]).product();
            if share > UNSEEN {
                leavings.by_one += usize::from(*flips == 1);
                leavings.ways.push(Leaving { to: *to, then: *then, share });
            }
        }
        leavings
    }
}

/// Effects of two traits that add up but for this exponent over a step are taken to add up: a pair of flips is wrong by a
/// sixth of it.
const SLIGHT: f64 = 1e-3;

/// Mutants that are born before the switch, by the phenotypes of their mothers and of their own.
type Newcomers = (PhenotypeId, PhenotypeId);

/// What the laws of a step hold for: the generation of the rates, the days of the step, and what crowding leaves of division.
type MadeFor = (u64, f64, [f64; 2]);

/// Laws while nothing changes.
#[derive(Clone, Debug, Default)]
struct Known {
    made_for: MadeFor,
    spells: Spells,
    leavings: Vec<Option<Leavings>>,
    newcomers: Vec<(Newcomers, Leavings)>,
    late: Vec<Option<SmallVec<[LateMutants; 2]>>>,
    /// Added to net growth before the switch by phenotype, per day.
    surplus: Vec<f64>,
}

impl Known {
    /// Nothing is known of a step.
    fn renew(&mut self, made_for: MadeFor, tumour: &Tumour, rates: &MeanRates, step: &Conditions) {
        self.made_for = made_for;
        self.spells.begin(tumour, rates, step);
        self.leavings.clear();
        self.newcomers.clear();
        self.late.clear();
        self.surplus.clear();
    }
}

/// Laws made once per phenotype, and kept for steps alike.
#[derive(Clone, Debug, Default)]
pub struct Laws {
    web: Web,
    now: Known,
    /// Of other steps, the latest first.
    before: VecDeque<Known>,
}

impl Laws {
    /// Another tumour.
    pub fn begin(&mut self) {
        self.web.begin();
    }

    /// Makes the laws of every phenotype that has cells.
    pub fn prepare(&mut self, tumour: &mut Tumour, rates: &mut MeanRates, step: &Conditions) {
        let made_for = (rates.generation(), step.days(), step.division);
        if made_for != self.now.made_for {
            self.turn_to(made_for, tumour, rates, step);
        }
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            if clone.cells > 0 {
                self.of(tumour, rates, step, clone.phenotype);
            }
        }
    }

    fn turn_to(&mut self, made_for: MadeFor, tumour: &Tumour, rates: &MeanRates, step: &Conditions) {
        let known = self.before.iter().position(|known| known.made_for == made_for);
        let next = known.and_then(|place| self.before.remove(place)).unwrap_or_else(|| {
            // The memory of the oldest serves anew.
            let full = self.before.len() == REMEMBERED - 1;
            let mut next = if full { self.before.pop_back().unwrap_or_default() } else { Known::default() };
            next.renew(made_for, tumour, rates, step);
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
        let Known { spells, leavings, surplus, .. } = &mut self.now;
        if leavings.len() <= id.0 {
            leavings.resize(id.0 + 1, None);
            surplus.resize(id.0 + 1, 0.0);
        }
        leavings[id.0].get_or_insert_with(|| {
            if tumour.phenotypes[id].switches.is_empty() {
                return Leavings::none();
            }
            let flips = self.web.flips(tumour, id);
            let paired = flips.pairs.iter().filter_map(|pair| pair.states).flatten();
            paired.for_each(|state| spells.meet(tumour, rates, step, state));
            let groups = flips.groups(|states| spells.excess(states) > SLIGHT);
            let route = self.web.route(tumour, id, &groups, spells.active());
            let mut shares: SmallVec<[ByState; 4]> = SmallVec::new();
            for paths in &route.paths {
                paths.states.iter().for_each(|&state| spells.meet(tumour, rates, step, state));
                let transition = spells.transition(paths);
                surplus[id.0] += transition.surplus / (step.days() / 2.0);
                shares.push(transition.shares);
            }
            Leavings::of(&route, &shares)
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
        let Known { spells, late, .. } = &mut self.now;
        if late.len() <= id.0 {
            late.resize(id.0 + 1, None);
        }
        late[id.0].get_or_insert_with(|| {
            let kinds = tumour.phenotypes.biology().mutating_after_a_switch();
            let mut born = Births { web: &mut self.web, spells, tumour, rates, step };
            kinds.iter().flat_map(|kind| born.late(id, kind)).collect()
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
        let Known { spells, newcomers: all, .. } = &mut self.now;
        let known = all.iter().position(|(known, _)| *known == newcomers);
        let place = known.unwrap_or_else(|| {
            let mut born = Births { web: &mut self.web, spells, tumour, rates, step };
            all.push((newcomers, born.before(newcomers)));
            all.len() - 1
        });
        &all[place].1
    }
}

/// What is needed to follow the mutants that are born in a step.
struct Births<'a, 'b> {
    web: &'a mut Web,
    spells: &'a mut Spells,
    tumour: &'a mut Tumour,
    rates: &'a mut MeanRates,
    step: &'a Conditions<'b>,
}

/// Cells of one mother phenotype with their mutants, by state: those of the mothers first.
struct Followed {
    mothers: usize,
    route: Arc<Route>,
    /// Exponent of growth of the mothers to be added before the switch.
    surplus: f64,
    /// All that happens; what is born before the switch, and after it.
    truth: Way,
    before: Way,
    after: Way,
}

impl Births<'_, '_> {
    /// The route of a phenotype by some traits as one group, its states being met.
    fn route(&mut self, id: PhenotypeId, traits: TraitSet) -> Arc<Route> {
        let route = self.web.route(self.tumour, id, &[traits], self.spells.active());
        for &state in &route.paths[0].states {
            self.spells.meet(self.tumour, self.rates, self.step, state);
        }
        route
    }

    /// Follows mothers that switch some traits, and mutants that differ from them or from one of their states by others.
    fn follow(
        &mut self,
        [mother, mutant]: [PhenotypeId; 2],
        traits: TraitSet,
        mutated: TraitSet,
    ) -> Followed {
        let (own, route) = (self.route(mother, traits), self.route(mutant, traits));
        let both = own.paths[0].with_mutants(&route.paths[0], mutated, self.tumour);
        let Transition { mut shares, surplus } = self.spells.transition(&own.paths[0]);
        let (mothers, all) = (own.paths[0].states.len(), both.states.len());
        shares.resize(all, 0.0);
        let (mut truth, mut before, mut after) = (Way::begin(all), Way::begin(all), Way::of(shares));
        self.spells.follow(&both, &mut truth, Some([&mut before, &mut after]));
        Followed { mothers, route, surplus, truth, before, after }
    }

    /// Where mutants go that are born before the switch. They have switched less long than others; as many of them pass to each
    /// state as are there after the step in truth, less those that are born to the mothers of that state after the switch.
    fn before(&mut self, (mother, mutant): Newcomers) -> Leavings {
        if self.tumour.phenotypes[mutant].switches.is_empty() {
            return Leavings::none();
        }
        let of = |id: PhenotypeId| flips_within_reach(self.tumour, id);
        let traits = TraitSet::of([mother, mutant].into_iter().flat_map(of));
        let [one, other] = [mother, mutant].map(|id| self.tumour.phenotypes[id].traits);
        let Followed { mothers, route, surplus, truth, before, after } =
            self.follow([mother, mutant], traits, one.differs_from(other));
        let born = before.cells[mothers];
        let share = |state: usize| {
            let left = truth.cells[state] - exp(surplus) * after.cells[state];
            let share = left / (born * truth.growth_after(state));
            if share.is_finite() { share.max(0.0) } else { 0.0 }
        };
        let mut shares: ByState = (mothers..truth.cells.len()).map(share).collect();
        let leaving: f64 = shares[1..].iter().sum();
        let staying = if leaving < 1.0 { shares[0] / (1.0 - leaving) } else { 1.0 };
        shares.iter_mut().for_each(|share| *share /= leaving.max(1.0));
        Leavings { staying, ..Leavings::of(&route, &[shares]) }
    }

    /// Mutants that are born after the switch. Mothers come to their state all through the step, so that as many mutants are to be
    /// born to them as there are in truth, unless cells have such mutants also without a switch: those born before it make up
    /// for that.
    fn late(&mut self, id: PhenotypeId, gained: usize) -> SmallVec<[LateMutants; 2]> {
        let mutated = TraitSet::of([gained]);
        let traits = TraitSet::of(flips_within_reach(self.tumour, id));
        let own = self.route(id, traits);
        let mutation = |tumour: &Tumour, mother: PhenotypeId| tumour.phenotypes[mother].mutation_of(mutated);
        let states = &own.paths[0].states;
        let Some(&first) = states.iter().find(|&&state| mutation(self.tumour, state).is_some()) else {
            return SmallVec::new();
        };
        let mutant = self.tumour.phenotypes[first].traits.differs_from(mutated);
        let mutant = self.tumour.phenotypes.of(mutant);
        let Followed { mothers, route, surplus, truth, after, .. } =
            self.follow([id, mutant], traits, mutated);
        let growth = self.spells.growth_after(id);
        let cells = |way: &Way, state: usize| growth * way.cells[mothers + state];
        let mutants = &route.paths[0].states;
        let late = |&mother: &PhenotypeId| {
            let kind = mutation(self.tumour, mother)?;
            let to = self.tumour.phenotypes.find(self.tumour.phenotypes[mother].mutations[kind].to)?;
            let state = mutants.iter().position(|&state| state == to)?;
            let split = cells(&after, state);
            let truth = if first == id { split } else { exp(-surplus) * cells(&truth, state) };
            let mutants = LateMutants { mother, kind, split, truth, switched: SmallVec::new() };
            (split.is_finite() && truth.is_finite()).then_some((to, mutants))
        };
        let mut all: SmallVec<[(PhenotypeId, LateMutants); 2]> = states.iter().filter_map(late).collect();
        for (state, &mutant) in mutants.iter().enumerate().filter(|_| first != id) {
            if all.iter().any(|(known, _)| *known == mutant) {
                continue;
            }
            // Nobody is born like this; who is comes to be so by the fewest flips.
            let traits = |id: PhenotypeId| self.tumour.phenotypes[id].traits;
            let flips = |&(from, _): &(PhenotypeId, LateMutants)| {
                traits(from).differs_from(traits(mutant)).iter().count()
            };
            let nearest = (0..all.len()).min_by_key(|&place| flips(&all[place]));
            let many = exp(-surplus) * cells(&truth, state);
            if let Some(nearest) = nearest.filter(|_| many > 0.0 && many.is_finite()) {
                all[nearest].1.switched.push((traits(mutant), many));
            }
        }
        all.into_iter().map(|(_, mutants)| mutants).collect()
    }
}
