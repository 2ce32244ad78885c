//! What can happen to a cell of each phenotype while some drugs act: pure numbers, no names.

use std::sync::Arc;

use libm::expm1;
use smallvec::SmallVec;

use super::combination::{Combination, Single};
use super::panel::Track;
use crate::disease::{Crowding, Density, Phenotype, Sensitivity, Switch};
use crate::level::{Level, Strength};

/// One drug over a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressure {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// Death rate it adds to a fully sensitive cell at full effect, per day.
    pub kill: f64,
    /// Share of the division rate that a fully sensitive cell loses at full effect, 0 to 1.
    pub slows: f64,
    /// How many times as often a dividing cell mutates at full effect.
    pub mutagenic: f64,
    /// Hill exponent of its effect.
    pub hill: f64,
    /// How strongly it acts.
    pub level: Level,
}

impl Pressure {
    /// A drug that kills and does nothing else.
    pub fn killing(drug: usize, kill: f64, level: Level) -> Pressure {
        Pressure { drug, kill, slows: 0.0, mutagenic: 1.0, hill: 1.0, level }
    }

    /// Whether it neither slows divisions nor makes mutations more frequent.
    pub fn only_kills(&self) -> bool {
        self.slows == 0.0 && self.mutagenic == 1.0
    }
}

/// Strengths of the drugs in force.
pub type Strengths = SmallVec<[Strength; 6]>;

/// One drug that changes the kill of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synergy {
    /// The drug that does it.
    pub by: usize,
    /// The drug whose kill changes.
    pub drug: usize,
    /// What multiplies that kill at full effect; below 1 it is antagonism.
    pub factor: f64,
}

/// What acts from a day on, until the next one of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Acting {
    /// Its first day.
    pub from: f64,
    /// The drugs in force.
    pub pressures: Vec<Pressure>,
}

/// Everything that acts on the cells over one interval: smooth within each stretch, with jumps between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazards {
    /// The stretches in order, one at least; the first may begin before the interval.
    pub course: Vec<Acting>,
    /// How kills combine.
    pub combination: Combination,
    /// Which drugs change the kill of which.
    pub synergies: Arc<[Synergy]>,
    /// Crowding.
    pub density: Density,
}

/// The rates of one cell at one moment, per day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellRates {
    /// Divisions, mutating ones included.
    pub division: f64,
    /// Shares of the divisions that leave two, one and no daughter like the parent.
    pub shares: [f64; 3],
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

    /// Adds others to a weighted mean.
    pub fn add(&mut self, weight: f64, other: &CellRates) {
        self.division += weight * other.division;
        self.death += weight * other.death;
        self.switching += weight * other.switching;
        self.shares.iter_mut().zip(other.shares).for_each(|(sum, share)| *sum += weight * share);
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

/// What acts at one moment, or bounds of it: the drugs and between which strengths each of them acts.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The drugs.
    pub pressures: &'a [Pressure],
    /// Strengths that are not fallen short of.
    pub low: &'a [Strength],
    /// Strengths that are not exceeded; the same as `low` at a moment.
    pub high: &'a [Strength],
}

impl Moment<'_> {
    /// The effect of a drug in a cell without traits, among some strengths; 0 if it is not there.
    fn effect(&self, drug: usize, among: &[Strength]) -> f64 {
        let place = self.pressures.iter().position(|pressure| pressure.drug == drug);
        place.map_or(0.0, |place| among[place].effect)
    }

    /// Whether it is a moment, and not bounds.
    fn is_exact(&self) -> bool {
        std::ptr::eq(self.low, self.high)
    }

    /// The sensitivity of a cell to the drug at a place, or a bound from above.
    fn sensitivity(&self, phenotype: &Phenotype, place: usize) -> Sensitivity {
        let response = &phenotype.responses[self.pressures[place].drug];
        if self.is_exact() {
            return response.sensitivity(|drug| self.effect(drug, self.high));
        }
        response.most(|drug| self.effect(drug, self.low), |drug| self.effect(drug, self.high))
    }
}

impl Hazards {
    /// No drug and no crowding.
    pub fn none() -> Hazards {
        Hazards::of(Vec::new())
    }

    /// These drugs throughout, their kills adding up, without crowding.
    pub fn of(pressures: Vec<Pressure>) -> Hazards {
        Hazards {
            course: vec![Acting { from: f64::NEG_INFINITY, pressures }],
            combination: Combination::IndependentRates,
            synergies: Arc::default(),
            density: Density::NONE,
        }
    }

    /// Position of the stretch in force on `day`.
    pub fn stretch(&self, day: f64) -> usize {
        self.course.partition_point(|acting| acting.from <= day).saturating_sub(1)
    }

    /// The stretch in force on `day`.
    pub fn acting(&self, day: f64) -> &Acting {
        &self.course[self.stretch(day)]
    }

    /// The day on which the stretch in force on `day` ends; infinite for the last.
    pub fn changes_after(&self, day: f64) -> f64 {
        let next = self.course.partition_point(|acting| acting.from <= day);
        self.course.get(next).map_or(f64::INFINITY, |acting| acting.from)
    }

    /// Rates of a cell with all the room there is, at a moment; bounds of them between two strengths.
    pub fn rates(&self, phenotype: &Phenotype, moment: &Moment) -> CellRates {
        CellRates {
            division: phenotype.division * self.division_left(phenotype, moment),
            shares: shares(phenotype, moment),
            death: phenotype.death + self.kill(phenotype, moment),
            switching: phenotype.switches.iter().map(|s| switch(s, moment)).sum(),
        }
    }

    /// Rates of a cell at `day` with all the room there is.
    pub fn rates_at(&self, phenotype: &Phenotype, day: f64) -> CellRates {
        let pressures = &self.acting(day).pressures;
        let now: Strengths = pressures.iter().map(|p| p.level.at(day)).collect();
        self.rates(phenotype, &Moment { pressures, low: &now, high: &now })
    }

    /// Strengths that are not fallen short of and not exceeded between two days of one stretch; if none varies, only
    /// the first.
    pub fn strengths(&self, from: f64, to: f64) -> [Strengths; 2] {
        let acting = self.acting(from);
        if acting.is_constant() {
            return [acting.pressures.iter().map(|p| p.level.at(from)).collect(), Strengths::new()];
        }
        let bounds = |p: &Pressure| p.level.bounds(from, to).into();
        let (low, high) = acting.pressures.iter().map(bounds).unzip::<_, _, Strengths, Strengths>();
        [low, high]
    }

    /// Rates that those of a cell do not exceed from a day on, while strengths stay in these bounds.
    pub fn bounds(&self, phenotype: &Phenotype, from: f64, [low, high]: &[Strengths; 2]) -> CellRates {
        let pressures = &self.acting(from).pressures;
        let high = if high.is_empty() { low } else { high };
        self.rates(phenotype, &Moment { pressures, low, high })
    }

    /// What crowding makes of the rates of a cell.
    pub fn crowded(rates: CellRates, crowding: Crowding) -> CellRates {
        CellRates {
            division: rates.division * crowding.division_factor,
            death: rates.death + crowding.death_added,
            ..rates
        }
    }

    /// Death rate from drugs, per day.
    fn kill(&self, phenotype: &Phenotype, moment: &Moment) -> f64 {
        let single = |place: usize| self.single(phenotype, moment, place);
        let places = 0..moment.pressures.len();
        match self.combination {
            Combination::IndependentRates => places.map(|place| single(place).kill).sum(),
            law => law.kill(&places.map(single).collect::<Vec<_>>()),
        }
    }

    /// Which drugs the law of combination goes by in a cell, as bits; where they change, the kill has a kink.
    pub fn regime(&self, phenotype: &Phenotype, moment: &Moment) -> u64 {
        let singles = (0..moment.pressures.len()).map(|place| self.single(phenotype, moment, place));
        self.combination.regime(&singles.collect::<SmallVec<[Single; 6]>>())
    }

    /// What the drug at a place alone does to a cell.
    fn single(&self, phenotype: &Phenotype, moment: &Moment, place: usize) -> Single {
        let (pressure, strength) = (&moment.pressures[place], &moment.high[place]);
        let Sensitivity { kill, potency } = moment.sensitivity(phenotype, place);
        let help = self.help(pressure.drug, |synergy| {
            // Antagonism is bounded from above where the other acts least.
            let among = if synergy.factor >= 1.0 { moment.high } else { moment.low };
            moment.effect(synergy.by, among)
        });
        let helped = pressure.kill * kill * help;
        Single {
            most: helped * strength.share,
            odds: if strength.odds.is_infinite() { strength.odds } else { strength.odds * potency },
            hill: pressure.hill,
            kill: helped * strength.at_potency(potency),
        }
    }

    /// What other drugs make of the kill of one, a factor, given the effect of the one in each synergy.
    pub fn help(&self, drug: usize, effect: impl Fn(&Synergy) -> f64) -> f64 {
        let of = |synergy: &&Synergy| synergy.drug == drug;
        let factor = |synergy: &Synergy| 1.0 + (synergy.factor - 1.0) * effect(synergy);
        self.synergies.iter().filter(of).map(factor).product()
    }

    /// Share of the division rate that drugs leave; each slows what the others left. Bounds leave out what varies.
    fn division_left(&self, phenotype: &Phenotype, moment: &Moment) -> f64 {
        let left = |(place, pressure): (usize, &Pressure)| {
            if pressure.slows == 0.0 || !moment.is_exact() {
                return 1.0;
            }
            let Sensitivity { kill, potency } = moment.sensitivity(phenotype, place);
            1.0 - (pressure.slows * kill * moment.low[place].at_potency(potency)).min(1.0)
        };
        moment.pressures.iter().enumerate().map(left).product()
    }

    /// Rate of a switch at `day`, per day.
    pub fn switch_at(&self, by: &Switch, day: f64) -> f64 {
        if by.under.is_empty() {
            return by.per_day;
        }
        let pressures = &self.acting(day).pressures;
        let now: Strengths = pressures.iter().map(|p| p.level.at(day)).collect();
        switch(by, &Moment { pressures, low: &now, high: &now })
    }
}

impl Acting {
    /// Whether every level stays the same.
    pub fn is_constant(&self) -> bool {
        self.pressures.iter().all(|p| p.level.is_constant())
    }

    /// For how many days from `day` on the levels are smooth.
    pub fn reach(&self, day: f64) -> f64 {
        self.pressures.iter().map(|p| p.level.reach(day)).fold(f64::INFINITY, f64::min)
    }

    /// Most that these drugs together could kill, per day.
    pub fn most_kill(&self) -> f64 {
        self.pressures.iter().map(|p| p.kill).sum()
    }
}

/// Shares of divisions that leave two, one and no daughter like the parent, while drugs make mutations more frequent.
fn shares(phenotype: &Phenotype, moment: &Moment) -> [f64; 3] {
    let factor = |(place, p): (usize, &Pressure)| 1.0 + (p.mutagenic - 1.0) * moment.high[place].effect;
    let mutagens = moment.pressures.iter().enumerate().filter(|(_, p)| p.mutagenic != 1.0);
    match mutagens.map(factor).product::<f64>() {
        1.0 => phenotype.shares,
        more => phenotype.daughters.shares((more * phenotype.mutation_probability).min(1.0)),
    }
}

/// Rate of a switch, per day: a drug moves it from its drug-free value towards the one under full effect.
pub fn switch(switch: &Switch, moment: &Moment) -> f64 {
    if switch.under.is_empty() {
        return switch.per_day;
    }
    let shift = |(place, p): (usize, &Pressure)| {
        let change = under(switch, p.drug);
        let among = if change >= 0.0 { moment.high } else { moment.low };
        change * among[place].effect
    };
    (switch.per_day + moment.pressures.iter().enumerate().map(shift).sum::<f64>()).max(0.0)
}

/// Mean rate of a switch over a panel, per day, given the tracks of the drugs in force.
pub fn mean_switch(switch: &Switch, pressures: &[Pressure], tracks: &[Track]) -> f64 {
    if switch.under.is_empty() {
        return switch.per_day;
    }
    let shift = |(p, track): (&Pressure, &Track)| under(switch, p.drug) * track.effect;
    (switch.per_day + pressures.iter().zip(tracks).map(shift).sum::<f64>()).max(0.0)
}

/// By how much a drug's full effect changes the rate of a switch, per day.
fn under(switch: &Switch, drug: usize) -> f64 {
    switch.under.iter().find(|(known, _)| *known == drug).map_or(0.0, |(_, rate)| rate - switch.per_day)
}
