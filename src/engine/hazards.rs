//! What can happen to a cell of each phenotype over one interval: pure numbers, no names.

use crate::disease::{Density, Phenotype, Switch};
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

impl Combination {
    /// The death rate, or its integral, from those of the single drugs. The one place that knows the law;
    /// a law that is not a sum needs another integral than [`Hazards::kill_over`] and the panels take.
    pub fn total(self, kills: impl Iterator<Item = f64>) -> f64 {
        match self {
            Combination::IndependentRates => kills.sum(),
        }
    }
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
        self.combination.total(self.pressures.iter().map(kill))
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
        let shift = |p: &Pressure| under(switch, p.drug) * strength(&p.level);
        (switch.per_day + self.pressures.iter().map(shift).sum::<f64>()).max(0.0)
    }

    /// A rate the switch never exceeds from `day` on: levels only fall, and only those that raise it count.
    pub fn switch_bound(&self, switch: &Switch, day: f64) -> f64 {
        let raised = |p: &Pressure| under(switch, p.drug).max(0.0) * p.level.at(day);
        switch.per_day + self.pressures.iter().map(raised).sum::<f64>()
    }

    /// Whether every level stays the same over the interval.
    pub fn is_constant(&self) -> bool {
        self.pressures.iter().all(|p| p.level.is_constant())
    }
}

/// By how much a drug's full effect changes the rate of a switch, per day.
fn under(switch: &Switch, drug: usize) -> f64 {
    switch.under.iter().find(|(known, _)| *known == drug).map_or(0.0, |(_, rate)| rate - switch.per_day)
}
