//! One stretch of time prepared once for all phenotypes: strengths of the drugs at quadrature nodes, then laws.

use libm::{exp, sqrt};
use smallvec::SmallVec;

use super::hazards::{Acting, CellRates, Hazards, mean_switch};
use super::propagator::Propagator;
use super::quadrature::{NODES, Rule, rule};
use crate::disease::{Crowding, Phenotype, Switch};
use crate::level::Strength;

/// Largest change of an exponent over one panel; with that of the levels, tests hold the error under 1e-9.
const PANEL: f64 = 0.75;

/// Shortest panel, as a share of the interval.
const SHORTEST: f64 = 1e-4;

/// The hazards over `from..to`.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    /// First day.
    pub from: f64,
    /// Last day.
    pub to: f64,
    /// Largest division plus death rate of any phenotype, per day.
    fastest: f64,
    panels: Vec<Panel>,
    /// Strengths at the nodes of all panels, one after the other.
    strengths: Vec<Strength>,
    /// Mean effects over the panels, one panel after the other.
    effects: Vec<f64>,
}

/// A part of the interval short enough for one quadrature, or with constant rates.
#[derive(Clone, Copy, Debug)]
struct Panel {
    /// Position of its stretch among the hazards.
    acting: usize,
    width: f64,
    /// Its first strength, and its first mean effect.
    first: (usize, usize),
    /// One node if all levels are constant.
    nodes: usize,
}

/// Rates of a clone's own growth at a node, per day.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    /// Divisions after which both daughters are like their parent.
    births: f64,
    /// Deaths, and divisions after which no daughter is.
    deaths: f64,
    /// Divisions after which one, and none, of the daughters is.
    mutating: [f64; 2],
}

/// What a phenotype does over an interval.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Of its own growth.
    pub propagator: Propagator,
    /// Mean growth up to the beginning, the quarters and the end.
    pub path: [f64; 5],
    /// Expected mutating divisions of a cell that is there all the time, with one changed daughter and with two.
    pub mutating: [f64; 2],
}

impl Interval {
    /// Prepares an interval; `fastest` is the largest division plus death rate of any phenotype, per day. What it
    /// answers is asked with the same hazards.
    pub fn new(hazards: &Hazards, fastest: f64, from: f64, to: f64) -> Interval {
        let mut interval = Interval::default();
        interval.prepare(hazards, fastest, from, to);
        interval
    }

    /// Prepares it anew.
    pub fn prepare(&mut self, hazards: &Hazards, fastest: f64, from: f64, to: f64) {
        (self.from, self.to, self.fastest) = (from, to, fastest);
        self.panels.clear();
        self.strengths.clear();
        self.effects.clear();
        let mut day = from;
        while day < to {
            let until = hazards.changes_after(day).min(to);
            self.cover(hazards, fastest, day, until);
            day = until;
        }
    }

    /// Panels of one stretch.
    fn cover(&mut self, hazards: &Hazards, fastest: f64, mut day: f64, until: f64) {
        let at = hazards.stretch(day);
        let acting = &hazards.course[at];
        if acting.is_constant() {
            self.panel((at, acting), day, until - day, &[0.0]);
            return;
        }
        let shortest = SHORTEST * (until - day);
        let reach = PANEL / (fastest + acting.most_kill());
        while day < until {
            let width = acting.reach(day).min(reach).max(shortest);
            // The last panels share what is left, lest the very last be tiny.
            let left = until - day;
            let width = if width >= left {
                left
            } else if 2.0 * width > left {
                left / 2.0
            } else {
                width
            };
            self.panel((at, acting), day, width, &rule().places);
            day = if width == left { until } else { day + width };
        }
    }

    fn panel(&mut self, (at, acting): (usize, &Acting), from: f64, width: f64, places: &[f64]) {
        let first = (self.strengths.len(), self.effects.len());
        for place in places {
            let day = from + place * width;
            self.strengths.extend(acting.pressures.iter().map(|p| p.level.at(day)));
        }
        let (drugs, weights) = (acting.pressures.len(), weights(places.len()));
        let nodes = &self.strengths[first.0..];
        let effect = |drug: usize| -> f64 {
            weights.iter().enumerate().map(|(node, weight)| weight * nodes[node * drugs + drug].effect).sum()
        };
        self.effects.extend((0..drugs).map(effect));
        self.panels.push(Panel { acting: at, width, first, nodes: places.len() });
    }

    /// Its length in days.
    pub fn days(&self) -> f64 {
        self.to - self.from
    }

    /// Whether rates are constant throughout.
    pub fn is_constant(&self) -> bool {
        matches!(self.panels.as_slice(), [only] if only.nodes == 1)
    }

    /// Rates of a phenotype without crowding at every node, panel after panel.
    pub fn rates(&self, hazards: &Hazards, phenotype: &Phenotype) -> Vec<CellRates> {
        let mut rates = Vec::with_capacity(self.panels.iter().map(|panel| panel.nodes).sum());
        for panel in &self.panels {
            let acting = &hazards.course[panel.acting];
            let (first, count) = (panel.first.0, panel.nodes * acting.pressures.len());
            if count == 0 {
                // Without drugs every node is like the first.
                hazards.rates_along(phenotype, acting, &[], &mut rates);
            } else {
                hazards.rates_along(phenotype, acting, &self.strengths[first..first + count], &mut rates);
            }
        }
        rates
    }

    /// Panels with the rates at their nodes.
    fn along<'r>(&'r self, mut rates: &'r [CellRates]) -> impl Iterator<Item = (&'r Panel, &'r [CellRates])> {
        self.panels.iter().map(move |panel| {
            let (here, rest) = rates.split_at(panel.nodes.min(rates.len()));
            rates = rest;
            (panel, here)
        })
    }

    /// Mean rates without crowding in each panel, with the days it lasts, from those at the nodes.
    pub fn parts(&self, rates: &[CellRates]) -> Vec<(f64, CellRates)> {
        self.along(rates).map(|(panel, here)| (panel.width, mean(weights(panel.nodes), here))).collect()
    }

    /// Mean rate of a switch in each panel, with the days it lasts.
    pub fn switch_parts<'s>(
        &'s self,
        hazards: &'s Hazards,
        by: &'s Switch,
    ) -> impl Iterator<Item = (f64, f64)> + 's {
        self.panels.iter().map(move |panel| {
            let pressures = &hazards.course[panel.acting].pressures;
            let effects = &self.effects[panel.first.1..panel.first.1 + pressures.len()];
            (panel.width, mean_switch(by, pressures, effects))
        })
    }

    /// The law of a clone's own growth (divisions with both daughters alike, deaths) over the interval.
    /// `surplus`, per day, is added to net growth.
    pub fn propagator(
        &self,
        hazards: &Hazards,
        phenotype: &Phenotype,
        crowding: Crowding,
        surplus: f64,
    ) -> Propagator {
        let mut all = Propagator::IDENTITY;
        for (panel, here) in self.along(&self.rates(hazards, phenotype)) {
            all = all.then(over(panel, here, crowding, surplus, &mut |_, _| {}));
        }
        all
    }

    /// The law from a day within the interval to its end.
    pub fn rest(
        &self,
        hazards: &Hazards,
        phenotype: &Phenotype,
        crowding: Crowding,
        since: f64,
    ) -> Propagator {
        if self.is_constant() {
            let own = own(self.rates(hazards, phenotype)[0], crowding, 0.0);
            return Propagator::constant(own.births, own.deaths, self.to - since);
        }
        self.from_day(hazards, since).propagator(hazards, phenotype, crowding, 0.0)
    }

    /// What is left of the interval from a day on.
    pub fn from_day(&self, hazards: &Hazards, since: f64) -> Interval {
        Interval::new(hazards, self.fastest, since, self.to)
    }

    /// The law with the way to it, from the rates at the nodes.
    pub fn law(&self, rates: &[CellRates], crowding: Crowding, surplus: f64) -> Law {
        let (mut propagator, mut mutating) = (Propagator::IDENTITY, [0.0; 2]);
        // Net growth, per day, and the days it lasts.
        let mut net: SmallVec<[(f64, f64); 8]> = SmallVec::new();
        for (panel, here) in self.along(rates) {
            let mut note = |days: f64, own: Own| {
                net.push((days, own.births - own.deaths));
                (0..2).for_each(|i| mutating[i] += days * own.mutating[i]);
            };
            propagator = propagator.then(over(panel, here, crowding, surplus, &mut note));
        }
        Law { propagator, path: path(&net, self.days(), propagator.growth), mutating }
    }
}

/// Weights of the nodes of a panel.
fn weights(nodes: usize) -> &'static [f64] {
    if nodes == 1 { &[1.0] } else { &rule().weights }
}

/// Weighted mean of rates; weights sum to 1.
pub fn mean(weights: &[f64], rates: &[CellRates]) -> CellRates {
    if let [only] = rates {
        return *only;
    }
    let mut sum = CellRates::default();
    for (weight, rates) in weights.iter().zip(rates) {
        sum.division += weight * rates.division;
        sum.death += weight * rates.death;
        sum.switching += weight * rates.switching;
        sum.shares.iter_mut().zip(rates.shares).for_each(|(sum, share)| *sum += weight * share);
    }
    sum
}

/// The law over one panel; notes the rates at its nodes with the days they stand for.
fn over(
    panel: &Panel,
    rates: &[CellRates],
    crowding: Crowding,
    surplus: f64,
    note: &mut impl FnMut(f64, Own),
) -> Propagator {
    if let [only] = rates {
        let own = own(*only, crowding, surplus);
        note(panel.width, own);
        return Propagator::constant(own.births, own.deaths, panel.width);
    }
    let rule = rule();
    let at: [Own; NODES] = std::array::from_fn(|node| own(rates[node], crowding, surplus));
    at.iter().zip(rule.weights).for_each(|(own, weight)| note(weight * panel.width, *own));
    quadrature(rule, &at, panel.width)
}

/// Rates of a clone's own growth.
fn own(rates: CellRates, crowding: Crowding, surplus: f64) -> Own {
    let division = rates.division * crowding.division_factor;
    let [alike, one, none] = rates.shares.map(|share| share * division);
    // Net growth that is to be added makes up for deaths first.
    let deaths = rates.death + crowding.death_added + none - surplus;
    Own { births: alike + (-deaths).max(0.0), deaths: deaths.max(0.0), mutating: [one, none] }
}

/// Kendall's integrals over one panel.
fn quadrature(rule: &Rule, at: &[Own; NODES], width: f64) -> Propagator {
    let net = at.map(|own| own.births - own.deaths);
    let (mut births, mut deaths, mut whole) = (0.0, 0.0, 0.0);
    for (node, own) in at.iter().enumerate() {
        let rest: f64 = rule.to_end[node].iter().zip(net).map(|(weight, net)| weight * net).sum();
        let reach = rule.weights[node] * width * exp(rest * width);
        births += own.births * reach;
        deaths += own.deaths * reach;
        whole += rule.weights[node] * net[node];
    }
    let growth = exp(whole * width);
    // Under a very strong kill the nodes see nobody left; 1 + B = E + D does not cancel there.
    let deaths = if growth < 0.5 { 1.0 + births - growth } else { deaths };
    Propagator { growth, births, deaths }
}

/// Mean growth to the beginning, the quarters and the end, given net growth and how long it lasts.
fn path(net: &[(f64, f64)], days: f64, growth: f64) -> [f64; 5] {
    let mut path = [1.0, 1.0, 1.0, 1.0, growth];
    if let [_] = net {
        let half = sqrt(growth);
        let quarter = sqrt(half);
        path[1..4].copy_from_slice(&[quarter, half, half * quarter]);
        return path;
    }
    let (mut passed, mut exponent, mut place) = (0.0, 0.0, 1);
    for &(lasting, rate) in net {
        while place < 4 && days * place as f64 / 4.0 <= passed + lasting {
            path[place] = exp((exponent + rate * (days * place as f64 / 4.0 - passed)).min(300.0));
            place += 1;
        }
        (passed, exponent) = (passed + lasting, exponent + rate * lasting);
    }
    path
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
