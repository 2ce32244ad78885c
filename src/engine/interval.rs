//! One stretch of time prepared once for all phenotypes: levels at quadrature nodes, then propagators.

use libm::exp;

use super::hazards::{Combination, Hazards, Pressure};
use super::propagator::Propagator;
use crate::disease::{Crowding, Phenotype};

/// Nodes and weights of the 4-point Gauss-Legendre rule on 0..1, exact to degree 7.
pub const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// Largest change of an exponent over one quadrature panel; the tests below hold the error under 2e-9.
const PANEL: f64 = 0.25;

/// The hazards over `from..to` under one crowding.
#[derive(Clone, Debug)]
pub struct Interval<'a> {
    pressures: &'a [Pressure],
    combination: Combination,
    crowding: Crowding,
    /// First day.
    pub from: f64,
    /// Last day.
    pub to: f64,
    /// Integral of each drug's kill over the interval, for a fully sensitive cell.
    kills: Vec<f64>,
    /// Empty if all levels are constant: then the closed form serves.
    panels: Vec<Panel>,
}

/// A part of the interval short enough for one quadrature.
#[derive(Clone, Debug)]
struct Panel {
    width: f64,
    /// Integral of each drug's kill over the panel.
    kills: Vec<f64>,
    nodes: [Node; 4],
}

/// What each drug does at and after a quadrature node.
#[derive(Clone, Debug)]
struct Node {
    /// Kill there, per day.
    now: Vec<f64>,
    /// Integral of the kill from there to the panel's end.
    after: Vec<f64>,
}

impl<'a> Interval<'a> {
    /// Prepares an interval; `fastest` is the largest division plus death rate of any phenotype, per day.
    pub fn new(hazards: &'a Hazards, crowding: Crowding, fastest: f64, from: f64, to: f64) -> Interval<'a> {
        let pressures = hazards.pressures.as_slice();
        let panels = if hazards.is_constant() { Vec::new() } else { panels(pressures, fastest, from, to) };
        let kills = pressures.iter().map(|p| p.kill * p.level.integral(from, to)).collect();
        Interval { pressures, combination: hazards.combination, crowding, from, to, kills, panels }
    }

    /// Its length in days.
    pub fn days(&self) -> f64 {
        self.to - self.from
    }

    /// The law of a clone's own growth (divisions without mutation, deaths) over the interval.
    pub fn propagator(&self, phenotype: &Phenotype) -> Propagator {
        if self.days() <= 0.0 {
            return Propagator::IDENTITY;
        }
        let division = self.division(phenotype) * (1.0 - phenotype.mutation_probability);
        let death = phenotype.death + self.crowding.death_added;
        if self.panels.is_empty() {
            let killed = self.sum(phenotype, &self.kills) / self.days();
            return Propagator::constant(division, death + killed, self.days());
        }
        let panel = |panel: &Panel| self.panel(panel, phenotype, division, death);
        self.panels.iter().map(panel).fold(Propagator::IDENTITY, Propagator::then)
    }

    /// Division rate of a phenotype, mutating divisions included, per day.
    pub fn division(&self, phenotype: &Phenotype) -> f64 {
        phenotype.division * self.crowding.division_factor
    }

    /// What the drugs do together to a phenotype, from what each does to a sensitive cell.
    fn sum(&self, phenotype: &Phenotype, kills: &[f64]) -> f64 {
        self.combination
            .total(self.pressures.iter().zip(kills).map(|(p, kill)| phenotype.sensitivity[p.drug] * kill))
    }

    /// Quadrature over one panel, with the inner integrals in closed form.
    fn panel(&self, panel: &Panel, phenotype: &Phenotype, division: f64, death: f64) -> Propagator {
        let net = division - death;
        let (mut births, mut deaths) = (0.0, 0.0);
        for ((place, weight), node) in GAUSS.iter().zip(&panel.nodes) {
            let left = (1.0 - place) * panel.width;
            let reach = weight * panel.width * exp(net * left - self.sum(phenotype, &node.after));
            births += division * reach;
            deaths += (death + self.sum(phenotype, &node.now)) * reach;
        }
        let growth = exp(net * panel.width - self.sum(phenotype, &panel.kills));
        // Under a very strong kill the nodes see nobody left; 1 + B = E + D does not cancel there.
        let deaths = if growth < 0.5 { 1.0 + births - growth } else { deaths };
        Propagator { growth, births, deaths }
    }
}

fn panels(pressures: &[Pressure], fastest: f64, from: f64, to: f64) -> Vec<Panel> {
    let kill: f64 = pressures.iter().map(|p| p.kill).sum();
    let steepness = pressures.iter().map(|p| p.level.steepness()).fold(fastest + kill, f64::max);
    let count = (steepness * (to - from) / PANEL).ceil().clamp(1.0, 1e4) as u32;
    let width = (to - from) / f64::from(count);
    (0..count).map(|i| panel(pressures, from + width * f64::from(i), width)).collect()
}

fn panel(pressures: &[Pressure], from: f64, width: f64) -> Panel {
    let over =
        |start: f64| pressures.iter().map(|p| p.kill * p.level.integral(start, from + width)).collect();
    let node = |(place, _): (f64, f64)| {
        let day = from + place * width;
        Node { now: pressures.iter().map(|p| p.kill * p.level.at(day)).collect(), after: over(day) }
    };
    Panel { width, kills: over(from), nodes: GAUSS.map(node) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disease::{Biology, Density, TraitSet};
    use crate::level::{Decay, Level};

    fn phenotype(division: f64, death: f64) -> Phenotype {
        Phenotype::of(TraitSet::WILD_TYPE, &Biology { division, death, traits: Vec::new() }, 1)
    }

    fn hazards(kill: f64, concentration: f64, elimination: f64, ec50: f64, hill: f64) -> Hazards {
        let level = Level::Decaying(Decay { since: 0.0, concentration, elimination, ec50, hill });
        let pressures = vec![Pressure { drug: 0, kill, level }];
        Hazards { pressures, combination: Combination::IndependentRates, density: Density::NONE }
    }

    /// 100,000 intervals of constant rates, composed: shares no quadrature with the code.
    fn brute(hazards: &Hazards, phenotype: &Phenotype, days: f64) -> Propagator {
        let n = 100_000;
        let width = days / f64::from(n);
        let piece = |i: u32| {
            let (from, to) = (width * f64::from(i), width * f64::from(i + 1));
            let death = phenotype.death + hazards.kill_over(phenotype, from, to) / width;
            Propagator::constant(phenotype.division, death, width)
        };
        (0..n).map(piece).fold(Propagator::IDENTITY, Propagator::then)
    }

    #[test]
    fn decaying_kill_agrees_with_brute_force() {
        let cell = phenotype(0.15, 0.02);
        for (hazards, days) in
            [(hazards(0.5, 5.0, 0.4, 1.0, 2.0), 7.0), (hazards(2.0, 0.7, 0.15, 1.0, 3.0), 3.0)]
        {
            let prepared = Interval::new(&hazards, Crowding::NONE, 0.17, 0.0, days).propagator(&cell);
            let brute = brute(&hazards, &cell, days);
            for (a, b) in [
                (prepared.growth, brute.growth),
                (prepared.births, brute.births),
                (prepared.deaths, brute.deaths),
            ] {
                assert!((a - b).abs() < 2e-9 * b, "{prepared:?} {brute:?}");
            }
        }
    }

    #[test]
    fn a_kill_beyond_every_node_leaves_nobody() {
        for kill in [1e4, 2e6, 1e9] {
            let strong = hazards(kill, 1.0, 0.14, 0.5, 1.0);
            let law =
                Interval::new(&strong, Crowding::NONE, 0.15, 0.0, 0.5).propagator(&phenotype(0.1, 0.05));
            assert!(law.extinction() > 0.999, "{kill}: {law:?}");
        }
    }

    #[test]
    fn no_time_changes_nothing() {
        let hazards = hazards(1.0, 1.0, 0.1, 1.0, 1.0);
        let nothing = Interval::new(&hazards, Crowding::NONE, 1.0, 3.0, 3.0);
        assert_eq!(nothing.propagator(&phenotype(0.1, 0.05)), Propagator::IDENTITY);
    }

    /// Theory case B03: extinction of 5 cells by day 21 under three doses is 0.922808082261.
    #[test]
    fn three_doses_of_case_b03() {
        let cell = phenotype(0.15, 0.02);
        let mut concentration = 0.0;
        let mut all = Propagator::IDENTITY;
        for _ in 0..3 {
            concentration += 5.0;
            let week = hazards(0.5, concentration, 0.4, 1.0, 2.0);
            all = all.then(Interval::new(&week, Crowding::NONE, 0.17, 0.0, 7.0).propagator(&cell));
            concentration *= exp(-0.4 * 7.0);
        }
        assert!((all.extinction().powi(5) - 0.922_808_082_261).abs() < 1e-10, "{}", all.extinction().powi(5));
    }
}
