//! One stretch of time prepared once for all phenotypes: levels at quadrature nodes, then propagators.

use libm::exp;

use super::hazards::{Hazards, Pressure};
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

/// The hazards over `from..to`.
#[derive(Clone, Debug)]
pub struct Interval<'a> {
    hazards: &'a Hazards,
    /// First day.
    pub from: f64,
    /// Last day.
    pub to: f64,
    /// Empty if all levels are constant: then the closed form serves.
    panels: Vec<Panel>,
}

/// A part of the interval short enough for one quadrature.
#[derive(Clone, Debug)]
struct Panel {
    width: f64,
    /// Integral of each drug's level over the panel.
    whole: Vec<f64>,
    nodes: [Node; 4],
    /// Levels at the nodes of the whole panel, where a drug that slows division decays.
    inner: Option<[Vec<f64>; 4]>,
}

/// What each drug does at and after a quadrature node.
#[derive(Clone, Debug)]
struct Node {
    /// Level there.
    now: Vec<f64>,
    /// Integral of the level from there to the panel's end.
    after: Vec<f64>,
    /// Levels at four nodes from there to the panel's end, where a drug that slows division decays.
    inner: Option<[Vec<f64>; 4]>,
}

/// The rates of a phenotype that stay the same over the interval, per day.
#[derive(Clone, Copy, Debug)]
struct Steady {
    /// Divisions with all daughters alike, were there no drug that slows.
    division: f64,
    /// Deaths without drugs, and divisions that leave no daughter alike.
    death: f64,
    /// Of all divisions, the share that leaves no daughter alike over the share with two.
    lost: f64,
}

impl<'a> Interval<'a> {
    /// Prepares an interval; `fastest` is the largest division plus death rate of any phenotype, per day.
    pub fn new(hazards: &'a Hazards, fastest: f64, from: f64, to: f64) -> Interval<'a> {
        let panels = if hazards.is_constant() { Vec::new() } else { panels(hazards, fastest, from, to) };
        Interval { hazards, from, to, panels }
    }

    /// Its length in days.
    pub fn days(&self) -> f64 {
        self.to - self.from
    }

    /// The law of a clone's own growth (divisions with both daughters alike, deaths) over the interval.
    /// `surplus`, per day, is added to net growth.
    pub fn propagator(&self, phenotype: &Phenotype, crowding: Crowding, surplus: f64) -> Propagator {
        if self.days() <= 0.0 {
            return Propagator::IDENTITY;
        }
        let [alike, _, none] = phenotype.shares;
        let all = phenotype.division * crowding.division_factor;
        let background = phenotype.death + crowding.death_added - surplus;
        let steady = Steady {
            division: all * alike + (-background).max(0.0),
            death: background.max(0.0),
            lost: all * none,
        };
        if self.panels.is_empty() {
            let at = |i: usize| self.hazards.pressures[i].level.at(self.from);
            let left = self.hazards.division_left(phenotype, at);
            let killed = self.hazards.kill(phenotype, at);
            let death = steady.death + killed + steady.lost * left;
            return Propagator::constant(steady.division * left, death, self.days());
        }
        let panel = |panel: &Panel| self.panel(panel, phenotype, steady);
        self.panels.iter().map(panel).fold(Propagator::IDENTITY, Propagator::then)
    }

    /// Division rate of a phenotype at `day`, mutating divisions included, per day.
    pub fn division_at(&self, phenotype: &Phenotype, crowding: Crowding, day: f64) -> f64 {
        let left = self.hazards.division_left(phenotype, |i| self.hazards.pressures[i].level.at(day));
        phenotype.division * crowding.division_factor * left
    }

    fn kill(&self, phenotype: &Phenotype, levels: &[f64]) -> f64 {
        self.hazards.kill(phenotype, |i| levels[i])
    }

    fn left(&self, phenotype: &Phenotype, levels: &[f64]) -> f64 {
        self.hazards.division_left(phenotype, |i| levels[i])
    }

    /// Mean of the share of division that drugs leave over the nodes of a stretch; of a constant one, the value there.
    fn mean_left(&self, phenotype: &Phenotype, inner: Option<&[Vec<f64>; 4]>, here: &[f64]) -> f64 {
        match inner {
            None => self.left(phenotype, here),
            Some(nodes) => {
                GAUSS.iter().zip(nodes).map(|((_, weight), at)| weight * self.left(phenotype, at)).sum()
            }
        }
    }

    /// Quadrature over one panel, with the inner integrals in closed form where there is one.
    fn panel(&self, panel: &Panel, phenotype: &Phenotype, steady: Steady) -> Propagator {
        let (mut births, mut deaths) = (0.0, 0.0);
        let net = |left: f64| (steady.division - steady.lost) * left - steady.death;
        for ((place, weight), node) in GAUSS.iter().zip(&panel.nodes) {
            let rest = (1.0 - place) * panel.width;
            let later = self.mean_left(phenotype, node.inner.as_ref(), &node.now);
            let exponent = net(later) * rest - self.kill(phenotype, &node.after);
            let reach = weight * panel.width * exp(exponent);
            let left = self.left(phenotype, &node.now);
            births += steady.division * left * reach;
            deaths += (steady.death + steady.lost * left + self.kill(phenotype, &node.now)) * reach;
        }
        let left = self.mean_left(phenotype, panel.inner.as_ref(), &panel.nodes[0].now);
        let growth = exp(net(left) * panel.width - self.kill(phenotype, &panel.whole));
        // Under a very strong kill the nodes see nobody left; 1 + B = E + D does not cancel there.
        let deaths = if growth < 0.5 { 1.0 + births - growth } else { deaths };
        Propagator { growth, births, deaths }
    }
}

fn panels(hazards: &Hazards, fastest: f64, from: f64, to: f64) -> Vec<Panel> {
    let pressures = hazards.pressures.as_slice();
    let kill: f64 = pressures.iter().map(|p| p.kill).sum();
    let steepness = pressures.iter().map(|p| p.level.steepness()).fold(fastest + kill, f64::max);
    let count = (steepness * (to - from) / PANEL).ceil().clamp(1.0, 1e4) as u32;
    let width = (to - from) / f64::from(count);
    (0..count).map(|i| panel(pressures, from + width * f64::from(i), width)).collect()
}

fn panel(pressures: &[Pressure], from: f64, width: f64) -> Panel {
    let to = from + width;
    let over = |start: f64| pressures.iter().map(|p| p.level.integral(start, to)).collect();
    let levels = |day: f64| pressures.iter().map(|p| p.level.at(day)).collect::<Vec<f64>>();
    let slowed = pressures.iter().any(|p| p.slows > 0.0 && !p.level.is_constant());
    let inner = |start: f64| slowed.then(|| GAUSS.map(|(place, _)| levels(start + place * (to - start))));
    let node = |(place, _): (f64, f64)| {
        let day = from + place * width;
        Node { now: levels(day), after: over(day), inner: inner(day) }
    };
    Panel { width, whole: over(from), nodes: GAUSS.map(node), inner: inner(from) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disease::{Biology, TraitSet};
    use crate::level::{Decay, Level};

    fn phenotype(division: f64, death: f64) -> Phenotype {
        Phenotype::of(TraitSet::WILD_TYPE, &Biology::new(division, death, Vec::new()), 1)
    }

    fn hazards(kill: f64, concentration: f64, elimination: f64, ec50: f64, hill: f64) -> Hazards {
        let level = Level::Decaying(Decay { since: 0.0, concentration, elimination, ec50, hill });
        let pressures = vec![Pressure { drug: 0, kill, slows: 0.0, level }];
        Hazards { pressures, ..Hazards::none() }
    }

    /// 100,000 intervals of constant rates, composed: shares no quadrature with the code.
    fn brute(hazards: &Hazards, phenotype: &Phenotype, days: f64) -> Propagator {
        let n = 100_000;
        let width = days / f64::from(n);
        let piece = |i: u32| {
            let (from, to) = (width * f64::from(i), width * f64::from(i + 1));
            let death = phenotype.death
                + hazards.kill(phenotype, |i| hazards.pressures[i].level.integral(from, to)) / width;
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
            let prepared = Interval::new(&hazards, 0.17, 0.0, days).propagator(&cell, Crowding::NONE, 0.0);
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
                Interval::new(&strong, 0.15, 0.0, 0.5).propagator(&phenotype(0.1, 0.05), Crowding::NONE, 0.0);
            assert!(law.extinction() > 0.999, "{kill}: {law:?}");
        }
    }

    #[test]
    fn no_time_changes_nothing() {
        let hazards = hazards(1.0, 1.0, 0.1, 1.0, 1.0);
        let nothing = Interval::new(&hazards, 1.0, 3.0, 3.0);
        assert_eq!(nothing.propagator(&phenotype(0.1, 0.05), Crowding::NONE, 0.0), Propagator::IDENTITY);
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
            all = all.then(Interval::new(&week, 0.17, 0.0, 7.0).propagator(&cell, Crowding::NONE, 0.0));
            concentration *= exp(-0.4 * 7.0);
        }
        assert!((all.extinction().powi(5) - 0.922_808_082_261).abs() < 1e-10, "{}", all.extinction().powi(5));
    }
}
