//! What can happen to a cell of each phenotype over one interval: pure numbers, no names.

use libm::exp;

use super::propagator::Propagator;
use crate::disease::{Crowding, Density, Phenotype, Switch};
use crate::level::Level;

/// One drug over the interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressure {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// Death rate it adds to a fully sensitive cell at full effect, per day.
    pub kill: f64,
    /// How strongly it acts.
    pub level: Level,
}

/// How the kills of several drugs act together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combination {
    /// Each drug kills at its own rate whatever the others do: the rates add.
    IndependentRates,
}

/// Everything that acts on the cells over one interval, constant but for decaying levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazards {
    /// The drugs in force.
    pub pressures: Vec<Pressure>,
    /// How their kills combine.
    pub combination: Combination,
    /// Crowding.
    pub density: Density,
}

/// Nodes and weights of the 4-point Gauss-Legendre rule on 0..1, exact to degree 7.
pub const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// Largest change of an exponent over one quadrature panel; 4 nodes then reach about 1e-11.
const PANEL: f64 = 0.25;

impl Hazards {
    /// Death rate from drugs at `day`, per day.
    pub fn kill_at(&self, phenotype: &Phenotype, day: f64) -> f64 {
        self.combine(phenotype, |level| level.at(day))
    }

    /// Integral of the death rate from drugs.
    pub fn kill_over(&self, phenotype: &Phenotype, from: f64, to: f64) -> f64 {
        self.combine(phenotype, |level| level.integral(from, to))
    }

    fn combine(&self, phenotype: &Phenotype, strength: impl Fn(&Level) -> f64) -> f64 {
        let kill = |p: &Pressure| p.kill * phenotype.sensitivity[p.drug] * strength(&p.level);
        match self.combination {
            Combination::IndependentRates => self.pressures.iter().map(kill).sum(),
        }
    }

    /// Rate of a switch at `day`, per day.
    pub fn switch_at(&self, switch: &Switch, day: f64) -> f64 {
        self.induced(switch, |level| level.at(day))
    }

    /// Mean rate of a switch over an interval, per day.
    pub fn switch_over(&self, switch: &Switch, from: f64, to: f64) -> f64 {
        self.induced(switch, |level| level.integral(from, to) / (to - from))
    }

    /// A drug moves the rate from its drug-free value towards the one under full effect.
    fn induced(&self, switch: &Switch, strength: impl Fn(&Level) -> f64) -> f64 {
        let shift = |p: &Pressure| {
            let under = switch.under.iter().find(|(drug, _)| *drug == p.drug);
            under.map_or(0.0, |(_, rate)| (rate - switch.per_day) * strength(&p.level))
        };
        (switch.per_day + self.pressures.iter().map(shift).sum::<f64>()).max(0.0)
    }

    /// A rate the switch never exceeds from `day` on: levels only fall, and only those that raise it count.
    pub fn switch_bound(&self, switch: &Switch, day: f64) -> f64 {
        let raises =
            |p: &&Pressure| switch.under.iter().any(|&(drug, rate)| drug == p.drug && rate > switch.per_day);
        let raising = self.pressures.iter().filter(raises).copied().collect();
        Hazards { pressures: raising, ..self.clone() }.switch_at(switch, day)
    }

    /// Whether every level stays the same over the interval.
    pub fn is_constant(&self) -> bool {
        self.pressures.iter().all(|p| p.level.is_constant())
    }

    /// The law of a clone's own growth (divisions without mutation, deaths) over an interval.
    pub fn propagator(&self, phenotype: &Phenotype, crowding: Crowding, from: f64, to: f64) -> Propagator {
        let division = phenotype.division * crowding.division_factor * (1.0 - phenotype.mutation_probability);
        let death = phenotype.death + crowding.death_added;
        if self.is_constant() {
            return Propagator::constant(division, death + self.kill_at(phenotype, from), to - from);
        }
        let panels = self.panels(division + death + self.kill_at(phenotype, from), to - from);
        let width = (to - from) / f64::from(panels);
        let panel = |i: u32| self.panel(phenotype, division, death, from + width * f64::from(i), width);
        (0..panels).map(panel).fold(Propagator::IDENTITY, Propagator::then)
    }

    fn panels(&self, rate: f64, days: f64) -> u32 {
        let steepness = self.pressures.iter().map(|p| p.level.steepness()).fold(rate, f64::max);
        (steepness * days / PANEL).ceil().clamp(1.0, 1e4) as u32
    }

    /// Quadrature over one panel, with the inner integrals in closed form.
    fn panel(&self, phenotype: &Phenotype, division: f64, death: f64, from: f64, width: f64) -> Propagator {
        let to = from + width;
        let growth = |s: f64| exp((division - death) * (to - s) - self.kill_over(phenotype, s, to));
        let (mut births, mut deaths) = (0.0, 0.0);
        for (node, weight) in GAUSS {
            let s = from + node * width;
            let reach = weight * width * growth(s);
            births += division * reach;
            deaths += (death + self.kill_at(phenotype, s)) * reach;
        }
        Propagator { growth: growth(from), births, deaths }
    }
}
