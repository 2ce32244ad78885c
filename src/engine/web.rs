//! Which phenotypes cells of one can come to be of by switching: found once for a tumour, whatever the rates are.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::transition::Flow;
use crate::disease::{Phenotype, PhenotypeId, ResistanceTrait, Switch, TraitSet, Tumour};

/// What makes a flow.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// A switch, by its way (see [`way_of`]).
    Switch(usize),
    /// A mutation that is this share of all mutations of the phenotype.
    Mutation(f64),
}

/// The phenotypes that cells of one can come to be of.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The first is where they start; those that take one flip come next.
    pub states: SmallVec<[PhenotypeId; 8]>,
    /// Who passes from state to state.
    pub flows: SmallVec<[Flow; 16]>,
    /// What makes each flow.
    pub by: SmallVec<[By; 16]>,
}

/// All that cells of a phenotype can come to be of in a step, by traits in groups: what those of one do to growth adds to what
/// others do.
#[derive(Clone, Debug)]
pub struct Route {
    groups: SmallVec<[TraitSet; 4]>,
    /// The traits that are gained by a switch, and those that are lost.
    active: [TraitSet; 2],
    /// By group.
    pub paths: SmallVec<[Paths; 2]>,
    /// But for the first phenotype; those that flip one trait first.
    pub destinations: Vec<Destination>,
}

/// A phenotype that a route leads to.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The trait set.
    pub to: TraitSet,
    /// And its phenotype.
    pub then: PhenotypeId,
    /// How many traits are flipped.
    pub flips: usize,
    /// The state by the paths of each group.
    pub states: SmallVec<[u32; 4]>,
}

/// A trait that cells of a phenotype can flip, and one before it.
#[derive(Clone, Debug)]
pub struct Pair {
    other: usize,
    /// The phenotype with neither flipped, either, and both; none if one needs the other.
    pub states: Option<[PhenotypeId; 4]>,
}

/// All that cells of a phenotype can flip.
#[derive(Clone, Debug)]
pub struct Flips {
    traits: SmallVec<[usize; 8]>,
    /// Each trait with those before it.
    pub pairs: Vec<Pair>,
}

/// What is known of a tumour.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// By phenotype.
    flips: Vec<Option<Arc<Flips>>>,
    /// By phenotype, the latest last.
    routes: Vec<Vec<Arc<Route>>>,
    /// By phenotype, its place in the paths that are being found.
    places: Vec<Option<usize>>,
}

/// So many routes of a phenotype are kept: with the drugs of a cycle and without.
const MOST_ROUTES: usize = 8;

/// Position of a switch among all.
pub fn way_of(switch: &Switch) -> usize {
    2 * switch.flips + usize::from(!switch.to.contains(switch.flips))
}

/// The traits that cells of a phenotype can flip, and those that they can once they have flipped others.
pub fn flips_within_reach(tumour: &Tumour, id: PhenotypeId) -> SmallVec<[usize; 8]> {
    let Phenotype { traits, switches, .. } = &tumour.phenotypes[id];
    let mut flips: SmallVec<[usize; 8]> = switches.iter().map(|switch| switch.flips).collect();
    loop {
        let reached = traits.union(TraitSet::of(flips.iter().copied()));
        let next = |&(place, of): &(usize, &ResistanceTrait)| {
            of.requires != TraitSet::WILD_TYPE
                && of.switches()
                && !flips.contains(&place)
                && reached.contains_all(of.requires)
        };
        match tumour.phenotypes.biology().traits.iter().enumerate().find(next) {
            Some((place, _)) => flips.push(place),
            None => return flips,
        }
    }
}

/// How many traits cells may flip in one step: all, unless there are so many that states become too many.
fn most_flips(traits: usize) -> usize {
    match traits {
        0..=6 => 6,
        7..=10 => 3,
        _ => 2,
    }
}

impl Flips {
    fn of(tumour: &mut Tumour, id: PhenotypeId) -> Flips {
        let traits = flips_within_reach(tumour, id);
        let mut pairs = Vec::new();
        for (place, &flip) in traits.iter().enumerate() {
            pairs.extend(traits[..place].iter().map(|&other| Pair::of(tumour, id, [flip, other])));
        }
        Flips { traits, pairs }
    }

    /// The traits in groups, given whether what a pair does to growth does not add up in the four phenotypes that it makes.
    pub fn groups(&self, depend: impl Fn(&[PhenotypeId; 4]) -> bool) -> SmallVec<[TraitSet; 4]> {
        let mut groups: SmallVec<[TraitSet; 4]> = SmallVec::new();
        let mut pairs = self.pairs.iter();
        for (place, &flip) in self.traits.iter().enumerate() {
            let mut group = TraitSet::of([flip]);
            for &Pair { other, states } in pairs.by_ref().take(place) {
                if !group.contains(other) && states.as_ref().is_none_or(&depend) {
                    let joined = |known: &TraitSet| known.contains(other);
                    group = group.union(groups.iter().copied().find(joined).unwrap_or_default());
                }
            }
            groups.retain(|known| !group.contains_all(*known));
            groups.push(group);
        }
        groups
    }
}

impl Pair {
    fn of(tumour: &mut Tumour, id: PhenotypeId, [one, other]: [usize; 2]) -> Pair {
        let all = &tumour.phenotypes.biology().traits;
        let bound = all[one].requires.contains(other) || all[other].requires.contains(one);
        let traits = tumour.phenotypes[id].traits;
        let sets = [traits, traits.flipped(one), traits.flipped(other), traits.flipped(one).flipped(other)];
        Pair { other, states: (!bound).then(|| sets.map(|set| tumour.phenotypes.of(set))) }
    }
}

impl Web {
    /// Another tumour.
    pub fn begin(&mut self) {
        self.flips.clear();
        self.routes.clear();
    }

    /// All that cells of a phenotype can flip.
    pub fn flips(&mut self, tumour: &mut Tumour, id: PhenotypeId) -> Arc<Flips> {
        if self.flips.len() <= id.0 {
            self.flips.resize(id.0 + 1, None);
        }
        Arc::clone(self.flips[id.0].get_or_insert_with(|| Arc::new(Flips::of(tumour, id))))
    }

    /// All that cells of a phenotype can come to be of by flipping traits of some groups.
    pub fn route(
        &mut self,
        tumour: &mut Tumour,
        id: PhenotypeId,
        groups: &[TraitSet],
        active: [TraitSet; 2],
    ) -> Arc<Route> {
        if self.routes.len() <= id.0 {
            self.routes.resize(id.0 + 1, Vec::new());
        }
        let known = |route: &&Arc<Route>| route.active == active && *route.groups == *groups;
        if let Some(route) = self.routes[id.0].iter().rev().find(known) {
            return Arc::clone(route);
        }
        let paths: SmallVec<[Paths; 2]> =
            groups.iter().map(|group| self.paths(tumour, id, *group, active)).collect();
        let destinations = destinations(tumour, id, &paths);
        let route = Arc::new(Route { groups: groups.into(), active, paths, destinations });
        if self.routes[id.0].len() == MOST_ROUTES {
            self.routes[id.0].remove(0);
        }
        self.routes[id.0].push(Arc::clone(&route));
        route
    }

    /// All that cells of a phenotype can come to be of by switching some traits.
    fn paths(
        &mut self,
        tumour: &mut Tumour,
        id: PhenotypeId,
        traits: TraitSet,
        active: [TraitSet; 2],
    ) -> Paths {
        let most = most_flips(traits.iter().count());
        let (mut states, mut flips): (SmallVec<[_; 8]>, SmallVec<[_; 8]>) = (smallvec![id], smallvec![0]);
        self.place(id, 0);
        let mut at = 0;
        while at < states.len() {
            let from: PhenotypeId = states[at];
            for way in 0..tumour.phenotypes[from].switches.len() {
                let Switch { flips: flip, to, .. } = tumour.phenotypes[from].switches[way];
                let goes = active[usize::from(!to.contains(flip))].contains(flip);
                if !traits.contains(flip) || !goes || flips[at] == most {
                    continue;
                }
                let to = tumour.phenotypes.by_switch(from, way);
                if self.place_of(to).is_none() {
                    self.place(to, states.len());
                    states.push(to);
                    flips.push(flips[at] + 1);
                }
            }
            at += 1;
        }
        let mut paths = Paths { states, flows: SmallVec::new(), by: SmallVec::new() };
        self.connect(&mut paths, tumour);
        for PhenotypeId(state) in &paths.states {
            self.places[*state] = None;
        }
        paths
    }

    fn place(&mut self, PhenotypeId(id): PhenotypeId, place: usize) {
        if self.places.len() <= id {
            self.places.resize(id + 1, None);
        }
        self.places[id] = Some(place);
    }

    fn place_of(&self, PhenotypeId(id): PhenotypeId) -> Option<usize> {
        *self.places.get(id)?
    }

    /// All switches between the states of some paths.
    fn connect(&self, paths: &mut Paths, tumour: &Tumour) {
        for (from, &id) in paths.states.iter().enumerate() {
            for switch in &tumour.phenotypes[id].switches {
                if let Some(to) = tumour.phenotypes.find(switch.to).and_then(|to| self.place_of(to)) {
                    paths.flows.push(Flow { from, to, rate: 0.0, kept: false });
                    paths.by.push(By::Switch(way_of(switch)));
                }
            }
        }
    }
}

/// Where the paths of all groups lead together, up to so many flips in all.
fn destinations(tumour: &mut Tumour, id: PhenotypeId, paths: &[Paths]) -> Vec<Destination> {
    let (traits, most) = (tumour.phenotypes[id].traits, most_flips(tumour.phenotypes[id].switches.len()));
    let most = if paths.len() == 1 { usize::MAX } else { most };
    let mut all: Vec<(TraitSet, SmallVec<[u32; 4]>)> = vec![(TraitSet::WILD_TYPE, SmallVec::new())];
    for group in paths {
        let both = |(before, by): &(TraitSet, SmallVec<[u32; 4]>)| -> Vec<_> {
            let state = |(state, &id): (usize, &PhenotypeId)| {
                let mut by = by.clone();
                by.push(state as u32);
                (before.union(traits.differs_from(tumour.phenotypes[id].traits)), by)
            };
            group.states.iter().enumerate().map(state).collect()
        };
        all = all.iter().flat_map(both).filter(|(flips, _)| flips.iter().count() <= most).collect();
    }
    let destination = |(flipped, states): (TraitSet, SmallVec<[u32; 4]>)| {
        let to = traits.differs_from(flipped);
        Destination { to, then: tumour.phenotypes.of(to), flips: flipped.iter().count(), states }
    };
    let mut all: Vec<Destination> = all.into_iter().skip(1).map(destination).collect();
    all.sort_by_key(|destination| destination.flips > 1);
    all
}

impl Paths {
    /// These and those of a mutant, with the mutation that flips `changed` from all that have it. Mutants are kept apart from
    /// cells of the same phenotype that are not.
    pub fn with_mutants(&self, mutants: &Paths, changed: TraitSet, tumour: &Tumour) -> Paths {
        let mut both = self.clone();
        let first = self.states.len();
        let traits = |id: PhenotypeId| -> TraitSet { tumour.phenotypes[id].traits };
        both.states.extend_from_slice(&mutants.states);
        let moved = |flow: &Flow| Flow { from: flow.from + first, to: flow.to + first, ..*flow };
        both.flows.extend(mutants.flows.iter().map(moved));
        both.by.extend_from_slice(&mutants.by);
        for (from, &id) in self.states.iter().enumerate() {
            let mother = &tumour.phenotypes[id];
            let Some(kind) = mother.mutation_of(changed) else { continue };
            let mutation = mother.mutations[kind];
            if let Some(to) = mutants.states.iter().position(|&state| traits(state) == mutation.to) {
                both.flows.push(Flow { from, to: first + to, rate: 0.0, kept: true });
                both.by.push(By::Mutation(mutation.probability / mother.mutation_probability));
            }
        }
        both
    }
}
