//! What happens to cells of each phenotype in the course of a step as far as switching goes.

use std::ops::Range;

use libm::exp;
use smallvec::SmallVec;

use super::hazards::{CellRates, Hazards};
use super::interval::Interval;
use super::quadrature::{NODES, rule};
use super::rates::MeanRates;
use super::transition::{ByState, Flow, Part, Transition, Way};
use super::web::{By, Paths, way_of};
use crate::disease::{PhenotypeId, ResistanceTrait, Switch, TraitSet, Tumour};

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

/// The spells of a step, and the rates in them.
#[derive(Clone, Debug, Default)]
pub struct Spells {
    spells: Vec<Spell>,
    /// By phenotype, at each spell.
    paces: Vec<Option<Vec<Pace>>>,
    /// By way (see [`way_of`]), at each spell, per day; nothing for ways that nobody goes.
    switches: Vec<Vec<f64>>,
    /// The traits that are gained by a switch, and those that are lost.
    active: [TraitSet; 2],
}

/// A smaller share of cells makes no difference to be seen.
pub const UNSEEN: f64 = 1e-18;

impl Spells {
    /// Begins a step.
    pub fn begin(&mut self, tumour: &Tumour, rates: &MeanRates, step: &Conditions) {
        self.paces.clear();
        self.spells.clear();
        for (half, interval) in rates.intervals().iter().enumerate() {
            self.divide(half, interval, step);
        }
        self.switches.iter_mut().for_each(Vec::clear);
        self.active = [TraitSet::WILD_TYPE; 2];
        for (flips, of) in tumour.phenotypes.biology().traits.iter().enumerate() {
            if of.switches() {
                self.meet_switches(flips, of, rates, step);
            }
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
    pub fn meet(&mut self, tumour: &Tumour, rates: &mut MeanRates, step: &Conditions, id: PhenotypeId) {
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

    /// Takes in how a trait is gained and lost.
    fn meet_switches(&mut self, flips: usize, of: &ResistanceTrait, rates: &MeanRates, step: &Conditions) {
        let to = TraitSet::of([flips]);
        let gain = Switch { flips, to, per_day: of.gained.per_day, under: of.gained.under.clone() };
        let loss = Switch { flips, to: TraitSet::WILD_TYPE, per_day: of.lost.per_day, under: Vec::new() };
        for (kind, by) in [gain, loss].iter().enumerate() {
            let way = way_of(by);
            if self.switches.len() <= way {
                self.switches.resize(way + 1, Vec::new());
            }
            let at_spell = |spell: &Spell| spell.switch(rates, step, by);
            self.switches[way].extend(self.spells.iter().map(at_spell));
            // How many switch in the step, of one cell that never grows.
            let switched = self.spells.iter().zip(&self.switches[way]);
            if switched.map(|(spell, rate)| spell.days * rate).sum::<f64>() >= UNSEEN {
                self.active[kind] = self.active[kind].with(flips);
            }
        }
    }

    /// The traits that are gained by a switch in the step, and those that are lost.
    pub fn active(&self) -> [TraitSet; 2] {
        self.active
    }

    /// By which exponent the last of four phenotypes outgrows the others in the step beyond what the two between it and the
    /// first do.
    pub fn excess(&self, states: &[PhenotypeId; 4]) -> f64 {
        let [neither, one, other, both] = states.map(|PhenotypeId(id)| self.paces[id].as_deref());
        let (Some(neither), Some(one), Some(other), Some(both)) = (neither, one, other, both) else {
            return 0.0;
        };
        let excess = |(place, spell): (usize, &Spell)| {
            spell.days * (both[place].net - one[place].net - other[place].net + neither[place].net).abs()
        };
        self.spells.iter().enumerate().map(excess).sum()
    }

    /// Goes all of the way, and part by part another one that has its halves: before the switch and after it.
    pub fn follow(&self, paths: &Paths, all: &mut Way, mut halves: Option<[&mut Way; 2]>) {
        let mut flows = paths.flows.clone();
        let mut net = ByState::from_elem(0.0, paths.states.len());
        let paces: SmallVec<[&[Pace]; 8]> =
            paths.states.iter().map(|id| self.paces[id.0].as_deref().unwrap_or_default()).collect();
        for (place, spell) in self.spells.iter().enumerate() {
            net.iter_mut().zip(&paces).for_each(|(net, paces)| *net = paces[place].net);
            for (flow, by) in flows.iter_mut().zip(&paths.by) {
                flow.rate = match *by {
                    By::Switch(way) => self.switches[way][place],
                    By::Mutation(share) => share * paces[flow.from][place].mutants,
                };
            }
            let part = Part { days: spell.days, after: spell.half as f64, net: &net, flows: &flows };
            all.pass(&part);
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

impl Spell {
    /// Mean rate of a switch, per day.
    fn switch(&self, rates: &MeanRates, step: &Conditions, by: &Switch) -> f64 {
        let interval = &rates.intervals()[self.half];
        match &self.of {
            Stretch::Panels(panels) => interval.mean_switch(step.hazards, panels.clone(), by),
            Stretch::Nodes(panel, nodes) => interval.switch_around(step.hazards, *panel, nodes.clone(), by),
        }
    }
}
