//! What happens to cells of each phenotype in the course of a step as far as switching goes, and which phenotypes they can
//! come to be of.

use std::ops::Range;

use libm::exp;
use smallvec::{SmallVec, smallvec};

use super::hazards::{CellRates, Hazards};
use super::interval::Interval;
use super::quadrature::{NODES, rule};
use super::rates::MeanRates;
use super::transition::{ByState, Flow, Part, Transition, Way};
use crate::disease::{Phenotype, PhenotypeId, ResistanceTrait, Switch, TraitSet, Tumour};

/// Everything that switching in a step depends on.
pub struct Conditions<'a> {
    /// Drugs.
    pub hazards: &'a Hazards,
    /// What crowding leaves of division in either half; added death is the same for all and left out.
    pub division: [f64; 2],
    /// First and last day of the step.
    pub span: (f64, f64),
}

impl Conditions<'_> {
    /// Length of the step.
    pub fn days(&self) -> f64 {
        self.span.1 - self.span.0
    }

    /// Net growth of a clone in a half, and mutants that a cell has, per day.
    fn pace(&self, rates: &CellRates, half: usize) -> Pace {
        let [alike, one, none] = rates.shares;
        let division = rates.division * self.division[half];
        Pace { net: division * (alike - none) - rates.death, mutants: division * (one + 2.0 * none) }
    }
}

/// Of a phenotype in a spell, per day.
#[derive(Clone, Copy, Debug)]
struct Pace {
    net: f64,
    mutants: f64,
}

/// A part of the step in which all rates are taken as if they stayed the same.
#[derive(Clone, Debug)]
struct Spell {
    days: f64,
    half: usize,
    of: Stretch,
}

/// What a spell covers.
#[derive(Clone, Debug)]
enum Stretch {
    /// Some of the panels of its half.
    Panels(Range<usize>),
    /// A panel around some of its nodes.
    Nodes(usize, Range<usize>),
}

/// A switch at each spell: which trait, whether it is gained, and its rates per day.
#[derive(Clone, Debug)]
struct SwitchRates {
    flips: usize,
    gained: bool,
    rates: Vec<f64>,
}

/// The spells of a step and all that is known of them.
#[derive(Clone, Debug, Default)]
pub struct Web {
    spells: Vec<Spell>,
    /// By phenotype, at each spell.
    paces: Vec<Option<Vec<Pace>>>,
    switches: Vec<SwitchRates>,
    /// By phenotype, its place in the paths that are being found.
    places: Vec<Option<usize>>,
}

/// What makes a flow.
#[derive(Clone, Copy, Debug)]
enum By {
    /// A switch, by its position in the web.
    Switch(usize),
    /// A mutation that is this share of all mutations of the phenotype.
    Mutation(f64),
}

/// The phenotypes that cells of one can come to be of.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The first is where they start; those that take one flip come next.
    pub states: SmallVec<[PhenotypeId; 8]>,
    flows: SmallVec<[Flow; 16]>,
    by: SmallVec<[By; 16]>,
}

/// Effects of two traits that add up but for this exponent over a step are taken to add up: a pair of flips is wrong by a
/// sixth of it.
const SLIGHT: f64 = 1e-3;

/// A smaller share of cells makes no difference to be seen.
pub const UNSEEN: f64 = 1e-18;

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
pub fn most_flips(traits: usize) -> usize {
    match traits {
        0..=6 => 6,
        7..=10 => 3,
        _ => 2,
    }
}

impl Web {
    /// Begins with the spells of a step.
    pub fn begin(&mut self, rates: &MeanRates, step: &Conditions) {
        self.paces.clear();
        self.switches.clear();
        self.spells.clear();
        for (half, interval) in rates.intervals().iter().enumerate() {
            self.divide(half, interval, step);
        }
    }

    /// The spells of a half: of a panel in which much changes several.
    fn divide(&mut self, half: usize, interval: &Interval, step: &Conditions) {
        let width =
            |panels: &Range<usize>| -> f64 { interval.widths().skip(panels.start).take(panels.len()).sum() };
        for panels in interval.groups() {
            let (days, panel) = (width(panels), panels.start);
            let parts = if panels.len() == 1 { interval.parts_to_follow(step.hazards, panel) } else { 1 };
            if parts == 1 {
                self.spells.push(Spell { days, half, of: Stretch::Panels(panels.clone()) });
            }
            for part in (0..parts).filter(|_| parts > 1) {
                let nodes = part * NODES / parts..(part + 1) * NODES / parts;
                let weight: f64 = rule().weights[nodes.clone()].iter().sum();
                self.spells.push(Spell { days: days * weight, half, of: Stretch::Nodes(panel, nodes) });
            }
        }
    }

    /// Takes in a phenotype.
    fn meet(&mut self, tumour: &Tumour, rates: &mut MeanRates, step: &Conditions, id: PhenotypeId) {
        if self.paces.len() <= id.0 {
            self.paces.resize(id.0 + 1, None);
        }
        if self.paces[id.0].is_some() {
            return;
        }
        rates.rate(tumour, step.hazards, id);
        let pace = |Spell { half, of, .. }: &Spell| {
            let mean = match of {
                Stretch::Panels(panels) => rates.over(*half, id, panels.clone()),
                Stretch::Nodes(panel, nodes) => rates
                    .panels(*half, id)
                    .map_or(CellRates::default(), |panels| panels[*panel].around(nodes.clone())),
            };
            step.pace(&mean, *half)
        };
        self.paces[id.0] = Some(self.spells.iter().map(pace).collect());
    }

    /// Position of a switch, whose rates are made if it was not met.
    fn switch(&mut self, rates: &MeanRates, step: &Conditions, by: &Switch) -> usize {
        let gained = by.to.contains(by.flips);
        let known = self.switches.iter().position(|known| (known.flips, known.gained) == (by.flips, gained));
        known.unwrap_or_else(|| {
            let rate = |Spell { half, of, .. }: &Spell| {
                let interval = &rates.intervals()[*half];
                match of {
                    Stretch::Panels(panels) => interval.mean_switch(step.hazards, panels.clone(), by),
                    Stretch::Nodes(panel, nodes) => {
                        interval.switch_around(step.hazards, *panel, nodes.clone(), by)
                    }
                }
            };
            let rates = self.spells.iter().map(rate).collect();
            self.switches.push(SwitchRates { flips: by.flips, gained, rates });
            self.switches.len() - 1
        })
    }

    /// How many switch in the step, of one cell that never grows.
    fn switched(&self, switch: usize) -> f64 {
        self.spells.iter().zip(&self.switches[switch].rates).map(|(spell, rate)| spell.days * rate).sum()
    }

    /// The traits that cells of a phenotype can flip, in groups: what those of one do to growth adds to what others do.
    pub fn groups(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
    ) -> SmallVec<[TraitSet; 4]> {
        let flips = flips_within_reach(tumour, id);
        let mut groups: SmallVec<[TraitSet; 4]> = SmallVec::new();
        for (place, &flip) in flips.iter().enumerate() {
            let mut group = TraitSet::of([flip]);
            for &other in &flips[..place] {
                if !group.contains(other) && self.depend(tumour, rates, step, id, [flip, other]) {
                    let joined = |known: &TraitSet| known.contains(other);
                    group = group.union(groups.iter().copied().find(joined).unwrap_or_default());
                }
            }
            groups.retain(|known| !group.contains_all(*known));
            groups.push(group);
        }
        groups
    }

    /// Whether what two flips do to growth and to each other does not add up.
    fn depend(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
        [one, other]: [usize; 2],
    ) -> bool {
        let all = &tumour.phenotypes.biology().traits;
        if all[one].requires.contains(other) || all[other].requires.contains(one) {
            return true;
        }
        let traits = tumour.phenotypes[id].traits;
        let sets = [traits, traits.flipped(one), traits.flipped(other), traits.flipped(one).flipped(other)];
        let states = sets.map(|set| tumour.phenotypes.of(set));
        states.iter().for_each(|&state| self.meet(tumour, rates, step, state));
        let net = |state: usize, spell: usize| {
            self.paces[states[state].0].as_ref().map_or(0.0, |paces| paces[spell].net)
        };
        let excess = |(place, spell): (usize, &Spell)| {
            spell.days * (net(3, place) - net(1, place) - net(2, place) + net(0, place)).abs()
        };
        self.spells.iter().enumerate().map(excess).sum::<f64>() > SLIGHT
    }

    /// All that cells of a phenotype can come to be of by switching some traits.
    pub fn paths(
        &mut self,
        tumour: &mut Tumour,
        rates: &mut MeanRates,
        step: &Conditions,
        id: PhenotypeId,
        traits: TraitSet,
    ) -> Paths {
        let most = most_flips(traits.iter().count());
        let (mut states, mut flips): (SmallVec<[_; 8]>, SmallVec<[_; 8]>) = (smallvec![id], smallvec![0]);
        let mut shares = ByState::from_slice(&[1.0]);
        self.place(id, 0);
        let mut at = 0;
        while at < states.len() {
            let from: PhenotypeId = states[at];
            self.meet(tumour, rates, step, from);
            for way in 0..tumour.phenotypes[from].switches.len() {
                let switch = &tumour.phenotypes[from].switches[way];
                if !traits.contains(switch.flips) {
                    continue;
                }
                let known = self.switch(rates, step, switch);
                let share = shares[at] * self.switched(known).min(1.0);
                if flips[at] == most || share < UNSEEN {
                    continue;
                }
                let to = tumour.phenotypes.of(switch.to);
                if self.place_of(to).is_none() {
                    self.place(to, states.len());
                    states.push(to);
                    flips.push(flips[at] + 1);
                    shares.push(share);
                }
            }
            at += 1;
        }
        let mut paths = Paths { states, flows: SmallVec::new(), by: SmallVec::new() };
        self.connect(&mut paths, tumour, rates, step);
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
    fn connect(&mut self, paths: &mut Paths, tumour: &Tumour, rates: &MeanRates, step: &Conditions) {
        for (from, &id) in paths.states.iter().enumerate() {
            for switch in &tumour.phenotypes[id].switches {
                if let Some(to) = tumour.phenotypes.find(switch.to).and_then(|to| self.place_of(to)) {
                    paths.flows.push(Flow { from, to, rate: 0.0, kept: false });
                    paths.by.push(By::Switch(self.switch(rates, step, switch)));
                }
            }
        }
    }

    /// Goes all of the way, and part by part another one that has its halves: before the switch and after it.
    pub fn follow(&self, paths: &Paths, way: &mut Way, mut halves: Option<[&mut Way; 2]>) {
        let mut flows = paths.flows.clone();
        for (place, spell) in self.spells.iter().enumerate() {
            let pace = |id: PhenotypeId| {
                self.paces[id.0].as_ref().map_or(Pace { net: 0.0, mutants: 0.0 }, |of| of[place])
            };
            let net: ByState = paths.states.iter().map(|id| pace(*id).net).collect();
            for (flow, by) in flows.iter_mut().zip(&paths.by) {
                flow.rate = match *by {
                    By::Switch(switch) => self.switches[switch].rates[place],
                    By::Mutation(share) => share * pace(paths.states[flow.from]).mutants,
                };
            }
            let part = Part { days: spell.days, after: spell.half as f64, net: &net, flows: &flows };
            way.pass(&part);
            if let Some(halves) = &mut halves {
                let kept: SmallVec<[Flow; 16]> = flows.iter().filter(|flow| flow.kept).copied().collect();
                halves[spell.half].pass(&Part { flows: &kept, ..part });
            }
        }
    }

    /// What the second half of the step makes of a cell that never leaves its phenotype.
    pub fn growth_after(&self, PhenotypeId(id): PhenotypeId) -> f64 {
        let Some(paces) = &self.paces[id] else { return 1.0 };
        let after = self.spells.iter().zip(paces).filter(|(spell, _)| spell.half == 1);
        exp(after.map(|(spell, pace)| spell.days * pace.net).sum())
    }

    /// Growth, one switch, growth.
    pub fn transition(&self, paths: &Paths) -> Transition {
        let mut way = Way::begin(paths.states.len());
        self.follow(paths, &mut way, None);
        way.end()
    }
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
