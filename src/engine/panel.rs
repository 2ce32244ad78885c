//! A part of an interval that one quadrature covers, and what a phenotype does in it.

use std::ops::Range;

use libm::exp;

use super::combination::Combination;
use super::hazards::{Acting, CellRates, Hazards, Moment, Pressure, Strengths, mean_switch, switch};
use super::propagator::Propagator;
use super::quadrature::{NODES, Rule, rule};
use crate::disease::{Crowding, DrugResponse, Phenotype, Sensitivity, Switch};
use crate::level::Strength;

/// A part of an interval in which the levels of all drugs are smooth.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// Position of its stretch among the hazards.
    pub acting: usize,
    /// Its length in days.
    pub width: f64,
    /// Position of its first drug among the tracks of its interval.
    pub first: usize,
}

/// How strongly one drug acts over a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    /// At the nodes.
    nodes: [Strength; NODES],
    /// Mean effect on a cell without traits.
    pub effect: f64,
    /// Whether it stays the same.
    is_constant: bool,
}

impl Track {
    /// A drug over a panel that begins on a day.
    pub fn of(pressure: &Pressure, from: f64, width: f64) -> Track {
        if pressure.level.is_constant() {
            let strength = pressure.level.at(from);
            return Track { nodes: [strength; NODES], effect: strength.effect, is_constant: true };
        }
        let Rule { places, weights, .. } = rule();
        let nodes = places.map(|place| pressure.level.at(from + place * width));
        let effect = weights.iter().zip(&nodes).map(|(weight, node)| weight * node.effect).sum();
        Track { nodes, effect, is_constant: false }
    }
}

/// The rates of a cell over a panel, without crowding.
#[derive(Clone, Debug)]
pub struct PanelRates {
    /// Their mean.
    pub mean: CellRates,
    nodes: Nodes,
}

/// What changes on the way.
#[derive(Clone, Debug)]
enum Nodes {
    /// Nothing.
    Constant,
    /// Deaths alone.
    Dying([f64; NODES]),
    /// Anything.
    Changing(Box<[CellRates; NODES]>),
}

/// Rates of a clone's own growth, per day.
#[derive(Clone, Copy, Debug)]
struct Own {
    /// Divisions after which both daughters are like their parent.
    births: f64,
    /// Deaths, and divisions after which no daughter is.
    deaths: f64,
    /// Divisions after which one, and none, of the daughters is.
    mutating: [f64; 2],
}

impl Own {
    fn of(rates: &CellRates, crowding: Crowding, surplus: f64) -> Own {
        let division = rates.division * crowding.division_factor;
        let [alike, one, none] = rates.shares.map(|share| share * division);
        // Net growth that is to be added makes up for deaths first.
        let deaths = rates.death + crowding.death_added + none - surplus;
        Own { births: alike + (-deaths).max(0.0), deaths: deaths.max(0.0), mutating: [one, none] }
    }
}

/// What happens to a clone over a panel.
#[derive(Clone, Copy, Debug)]
pub struct PanelLaw {
    /// The law of its own growth.
    pub propagator: Propagator,
    /// Expected mutating divisions of a cell that is there all the time, with one changed daughter and with two.
    pub mutating: [f64; 2],
}

impl PanelRates {
    /// Of a phenotype while some drugs follow their tracks.
    #[inline]
    pub fn of(hazards: &Hazards, phenotype: &Phenotype, acting: &Acting, tracks: &[Track]) -> PanelRates {
        let switching = phenotype.switches.iter().map(|by| mean_switch(by, &acting.pressures, tracks)).sum();
        let mut rates = match killed(hazards, phenotype, acting, tracks) {
            Some(rates) => rates,
            None if tracks.iter().all(|track| track.is_constant) => {
                PanelRates { mean: at(hazards, phenotype, acting, tracks, 0), nodes: Nodes::Constant }
            }
            None => {
                let nodes = std::array::from_fn(|node| at(hazards, phenotype, acting, tracks, node));
                PanelRates { mean: mean(&rule().weights, &nodes), nodes: Nodes::Changing(Box::new(nodes)) }
            }
        };
        rates.mean.switching = switching;
        rates
    }

    /// Whether they stay the same.
    pub fn is_constant(&self) -> bool {
        matches!(self.nodes, Nodes::Constant)
    }

    /// Rates at a node.
    pub fn at_node(&self, node: usize) -> CellRates {
        match &self.nodes {
            Nodes::Constant => self.mean,
            Nodes::Dying(deaths) => CellRates { death: deaths[node], ..self.mean },
            Nodes::Changing(rates) => rates[node],
        }
    }

    /// Mean rates around some nodes.
    pub fn around(&self, nodes: Range<usize>) -> CellRates {
        let weights = &rule().weights[nodes.clone()];
        let (all, mut mean) = (weights.iter().sum::<f64>(), CellRates::default());
        nodes.zip(weights).for_each(|(node, weight)| mean.add(weight / all, &self.at_node(node)));
        mean
    }

    /// The law over the panel, `surplus` per day being added to net growth.
    pub fn law(&self, width: f64, crowding: Crowding, surplus: f64) -> PanelLaw {
        let own = |rates: &CellRates| Own::of(rates, crowding, surplus);
        if self.is_constant() {
            let Own { births, deaths, mutating } = own(&self.mean);
            return PanelLaw {
                propagator: Propagator::constant(births, deaths, width),
                mutating: mutating.map(|rate| rate * width),
            };
        }
        let at: [Own; NODES] = std::array::from_fn(|node| own(&self.at_node(node)));
        let mean = |rate: fn(&Own) -> f64| -> f64 {
            at.iter().zip(rule().weights).map(|(own, weight)| weight * rate(own)).sum()
        };
        let net = mean(|own| own.births - own.deaths);
        let mutating = [mean(|own| own.mutating[0]), mean(|own| own.mutating[1])].map(|rate| rate * width);
        PanelLaw { propagator: quadrature(rule(), &at, net, width), mutating }
    }
}

/// Rates at a node.
fn at(hazards: &Hazards, phenotype: &Phenotype, acting: &Acting, tracks: &[Track], node: usize) -> CellRates {
    let now: Strengths = tracks.iter().map(|track| track.nodes[node]).collect();
    hazards.rates(phenotype, &Moment { pressures: &acting.pressures, low: &now, high: &now })
}

impl Track {
    /// How strongly it acts at the first and at the last node.
    pub fn ends(&self) -> [f64; 2] {
        [self.nodes[0].at_potency(1.0), self.nodes[NODES - 1].at_potency(1.0)]
    }
}

/// Rate of a switch at a node, per day.
pub fn switch_at_node(by: &Switch, acting: &Acting, tracks: &[Track], node: usize) -> f64 {
    if by.under.is_empty() {
        return by.per_day;
    }
    let now: Strengths = tracks.iter().map(|track| track.nodes[node]).collect();
    switch(by, &Moment { pressures: &acting.pressures, low: &now, high: &now })
}

/// Rates under drugs that kill and do nothing else, their kills adding up; none if there is another among them.
fn killed(hazards: &Hazards, phenotype: &Phenotype, acting: &Acting, tracks: &[Track]) -> Option<PanelRates> {
    if hazards.combination != Combination::IndependentRates {
        return None;
    }
    let (mut steady, mut varying, mut varies) = (phenotype.death, [0.0; NODES], false);
    for (place, (pressure, track)) in acting.pressures.iter().zip(tracks).enumerate() {
        if !pressure.only_kills() {
            return None;
        }
        let response = &phenotype.responses[pressure.drug];
        if response.is_reversible() || hazards.synergies.iter().any(|synergy| synergy.drug == pressure.drug) {
            let kills = reacting(hazards, response, (acting, tracks), place);
            varies = true;
            varying.iter_mut().zip(kills).for_each(|(sum, kill)| *sum += kill);
            continue;
        }
        let sensitivity = response.sensitivity(|_| 0.0);
        let kill = pressure.kill * sensitivity.kill;
        if kill == 0.0 {
            continue;
        }
        if track.is_constant {
            steady += kill * track.nodes[0].at_potency(sensitivity.potency);
            continue;
        }
        varies = true;
        for (sum, strength) in varying.iter_mut().zip(&track.nodes) {
            *sum += kill * strength.at_potency(sensitivity.potency);
        }
    }
    // Drugs that react stay the same too, if all do.
    if varies && tracks.iter().all(|track| track.is_constant) {
        (steady, varies) = (steady + varying[0], false);
    }
    let rates =
        |death| CellRates { division: phenotype.division, shares: phenotype.shares, death, switching: 0.0 };
    if !varies {
        return Some(PanelRates { mean: rates(steady), nodes: Nodes::Constant });
    }
    let deaths = varying.map(|kill| steady + kill);
    let mean = deaths.iter().zip(rule().weights).map(|(death, weight)| weight * death).sum();
    Some(PanelRates { mean: rates(mean), nodes: Nodes::Dying(deaths) })
}

/// Kills of the drug at a place by the nodes, where others change it: they help it, or reverse a resistance to it.
fn reacting(
    hazards: &Hazards,
    response: &DrugResponse,
    (acting, tracks): (&Acting, &[Track]),
    place: usize,
) -> [f64; NODES] {
    let pressure = &acting.pressures[place];
    let places = || acting.pressures.iter().zip(tracks);
    std::array::from_fn(|node| {
        let effect = |drug: usize| {
            let of = places().find(|(pressure, _)| pressure.drug == drug);
            of.map_or(0.0, |(_, track)| track.nodes[node].effect)
        };
        let Sensitivity { kill, potency } = response.sensitivity(effect);
        let help = hazards.help(pressure.drug, |synergy| effect(synergy.by));
        pressure.kill * kill * help * tracks[place].nodes[node].at_potency(potency)
    })
}

/// Weighted mean of rates; weights sum to 1.
pub fn mean<'r>(weights: &[f64], rates: impl IntoIterator<Item = &'r CellRates>) -> CellRates {
    let mut sum = CellRates::default();
    for (weight, rates) in weights.iter().zip(rates) {
        sum.add(*weight, rates);
    }
    sum
}

/// Kendall's integrals over one panel of some mean net growth.
fn quadrature(rule: &Rule, at: &[Own; NODES], net: f64, width: f64) -> Propagator {
    let mut rest = [0.0; NODES];
    for (from, own) in rule.from_nodes.iter().zip(at) {
        let net = own.births - own.deaths;
        rest.iter_mut().zip(from).for_each(|(sum, weight)| *sum += weight * net);
    }
    let (mut births, mut deaths) = (0.0, 0.0);
    for (node, own) in at.iter().enumerate() {
        let reach = rule.weights[node] * width * exp(rest[node] * width);
        births += own.births * reach;
        deaths += own.deaths * reach;
    }
    let growth = exp(net * width);
    // Under a very strong kill the nodes see nobody left; 1 + B = E + D does not cancel there.
    let deaths = if growth < 0.5 { 1.0 + births - growth } else { deaths };
    Propagator { growth, births, deaths }
}
