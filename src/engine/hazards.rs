//! What can happen to a cell of each phenotype over one interval: pure numbers, no names.

use libm::expm1;

use crate::disease::{Crowding, Density, Phenotype, Switch};
use crate::level::Level;

/// One drug over the interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressure {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// Death rate it adds to a fully sensitive cell at full effect, per day.
    pub kill: f64,
    /// Share of the division rate that a fully sensitive cell loses at full effect, 0 to 1.
    pub slows: f64,
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
    /// a law that is not a sum needs another integral than [`super::Interval`] takes.
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

/// The rates of one cell at one moment, per day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellRates {
    /// Divisions, mutating ones included.
    pub division: f64,
    /// Deaths.
    pub death: f64,
    /// Switches, all together.
    pub switching: f64,
}

impl CellRates {
    /// All events.
    pub fn total(&self) -> f64 {
        self.division + self.death + self.switching
    }

    /// Divisions less deaths.
    pub fn net(&self) -> f64 {
        self.division - self.death
    }

    /// Whether some cells and their offspring expect fewer events than `limit` within some days.
    pub fn expects_fewer(&self, limit: f64, cells: f64, days: f64) -> bool {
        // Growth on the way is at least 1 / (1 + decline), which settles the matter for most clones.
        let at_least = cells * self.total() * days / (1.0 + (-self.net() * days).max(0.0));
        at_least < limit && self.expected_events(cells, days) < limit
    }

    /// Events expected of some cells and their offspring within some days.
    pub fn expected_events(&self, cells: f64, days: f64) -> f64 {
        let exponent = (self.net() * days).clamp(-700.0, 700.0);
        // Mean of the growth on the way; within a thousandth near 0.
        let growth = if exponent.abs() < 1e-3 { 1.0 } else { expm1(exponent) / exponent };
        cells * self.total() * days * growth
    }
}

impl Hazards {
    /// No drug and no crowding.
    pub fn none() -> Hazards {
        Hazards { pressures: Vec::new(), combination: Combination::IndependentRates, density: Density::NONE }
    }

    /// Rates of a cell with all the room there is, while each drug acts with this strength, 0 to 1, by its
    /// position among the pressures.
    pub fn rates(&self, phenotype: &Phenotype, strength: impl Fn(usize) -> f64) -> CellRates {
        CellRates {
            division: phenotype.division * self.division_left(phenotype, &strength),
            death: phenotype.death + self.kill(phenotype, &strength),
            switching: phenotype.switches.iter().map(|s| self.switch(s, &strength)).sum(),
        }
    }

    /// Rates of a cell at `day` with all the room there is.
    pub fn rates_at(&self, phenotype: &Phenotype, day: f64) -> CellRates {
        self.rates(phenotype, |i| self.pressures[i].level.at(day))
    }

    /// Rates that those of a cell never exceed from `day` on: levels only fall, and with them slowing.
    pub fn bounds_from(&self, phenotype: &Phenotype, day: f64) -> CellRates {
        let level = |i: usize| self.pressures[i].level;
        let slowest = |i: usize| if level(i).is_constant() { level(i).at(day) } else { 0.0 };
        CellRates {
            division: phenotype.division * self.division_left(phenotype, slowest),
            death: phenotype.death + self.kill(phenotype, |i| level(i).at(day)),
            switching: phenotype.switches.iter().map(|s| self.switch_bound(s, day)).sum(),
        }
    }

    /// What crowding makes of the rates of a cell.
    pub fn crowded(rates: CellRates, crowding: Crowding) -> CellRates {
        CellRates {
            division: rates.division * crowding.division_factor,
            death: rates.death + crowding.death_added,
            ..rates
        }
    }

    /// Death rate from drugs at these strengths, or its integral.
    pub fn kill(&self, phenotype: &Phenotype, strength: impl Fn(usize) -> f64) -> f64 {
        let pressures = self.pressures.iter().enumerate();
        let kill = |(i, p): (usize, &Pressure)| p.kill * phenotype.sensitivity[p.drug] * strength(i);
        self.combination.total(pressures.map(kill))
    }

    /// Share of the division rate that drugs at these strengths leave; each slows what the others left.
    pub fn division_left(&self, phenotype: &Phenotype, strength: impl Fn(usize) -> f64) -> f64 {
        let slowing = self.pressures.iter().enumerate().filter(|(_, p)| p.slows > 0.0);
        slowing.map(|(i, p)| 1.0 - p.slows * phenotype.sensitivity[p.drug] * strength(i)).product()
    }

    /// Rate of a switch at these strengths, per day: a drug moves it from its drug-free value towards the
    /// one under full effect.
    pub fn switch(&self, switch: &Switch, strength: impl Fn(usize) -> f64) -> f64 {
        if switch.under.is_empty() {
            return switch.per_day;
        }
        let pressures = self.pressures.iter().enumerate();
        let shift = |(i, p): (usize, &Pressure)| under(switch, p.drug) * strength(i);
        (switch.per_day + pressures.map(shift).sum::<f64>()).max(0.0)
    }

    /// Rate of a switch at `day`, per day.
    pub fn switch_at(&self, switch: &Switch, day: f64) -> f64 {
        self.switch(switch, |i| self.pressures[i].level.at(day))
    }

    /// A rate the switch never exceeds from `day` on: levels only fall, and only those that raise it count.
    fn switch_bound(&self, switch: &Switch, day: f64) -> f64 {
        let raised = |p: &Pressure| under(switch, p.drug).max(0.0) * p.level.at(day);
        switch.per_day + self.pressures.iter().map(raised).sum::<f64>()
    }

    /// Whether every level stays the same over the interval.
    pub fn is_constant(&self) -> bool {
        self.pressures.iter().all(|p| p.level.is_constant())
    }

    /// Time in which the steepest level falls to about half, days; infinite if all are constant.
    pub fn half_time(&self) -> f64 {
        let steepest = self.pressures.iter().map(|p| p.level.steepness()).fold(0.0, f64::max);
        std::f64::consts::LN_2 / steepest
    }
}

/// By how much a drug's full effect changes the rate of a switch, per day.
fn under(switch: &Switch, drug: usize) -> f64 {
    switch.under.iter().find(|(known, _)| *known == drug).map_or(0.0, |(_, rate)| rate - switch.per_day)
}
