//! Drugs on days of cycles, in one or several phases.

/// One drug of a phase on its days.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// Days of the cycle, counted from 1 as the clinic does, rising.
    pub days: Vec<u32>,
    /// First cycle of the phase in which it is given, counted from 1.
    pub first_cycle: u32,
    /// Last cycle in which it is given; none if it goes on.
    pub last_cycle: Option<u32>,
    /// Dose in units of the drug's standard dose.
    pub strength: f64,
    /// Decimal logarithm of sensitive cells before over those after that a dose kills at once, each with probability
    /// 1 - 10^(-log_kill), beside what it does afterwards.
    pub log_kill: f64,
    /// Whether it is given into the vein.
    pub intravenous: bool,
}

/// Cycles of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Length of a cycle, whole days.
    pub cycle_days: u32,
    /// How many there are; none if they go on.
    pub cycles: Option<u32>,
    /// What is given.
    pub components: Vec<Component>,
}

/// A regimen: phases of cycles, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Regimen {
    /// Its name in the scenario.
    pub name: String,
    /// The phases; none if the regimen is a choice.
    pub phases: Vec<Phase>,
    /// Positions of the regimens of which a patient gets one; empty for all others.
    pub one_of: Vec<usize>,
}

/// A dose to be given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// In units of the drug's standard dose.
    pub strength: f64,
    /// What it kills at once, as a decimal logarithm.
    pub log_kill: f64,
    /// Whether it is given into the vein.
    pub intravenous: bool,
}

impl Phase {
    /// Its length in days; none if it goes on.
    fn days(&self) -> Option<u64> {
        Some(u64::from(self.cycle_days) * u64::from(self.cycles?))
    }
}

impl Regimen {
    /// The phase of a day, counted from the regimen's first day as 0, with its first day and the cycles before it.
    fn phase(&self, day: u64) -> Option<(&Phase, u64, u64)> {
        let (mut from, mut cycles) = (0, 0);
        for phase in &self.phases {
            match phase.days() {
                Some(days) if day >= from + days => {
                    (from, cycles) = (from + days, cycles + u64::from(phase.cycles.unwrap_or(0)));
                }
                _ => return Some((phase, from, cycles)),
            }
        }
        None
    }

    /// The doses of the day `day`, counted from the regimen's first day as 0.
    pub fn doses_on(&self, day: u64) -> impl Iterator<Item = Dose> {
        let given = self.phase(day).map(|(phase, from, _)| {
            let cycle_days = u64::from(phase.cycle_days);
            let (cycle, day_of_cycle) =
                ((day - from) / cycle_days + 1, ((day - from) % cycle_days) as u32 + 1);
            let given = move |c: &&Component| c.in_cycle(cycle) && c.days.contains(&day_of_cycle);
            phase.components.iter().filter(given)
        });
        given.into_iter().flatten().map(Component::dose)
    }

    /// The first day from `day` on with a dose; none if no dose is left.
    pub fn next_dose_day(&self, day: u64) -> Option<u64> {
        self.next_day(day, |_| true)
    }

    /// The first day from `day` on with a dose that acts at once.
    pub fn next_pulse_day(&self, day: u64) -> Option<u64> {
        self.next_day(day, |component| component.log_kill > 0.0)
    }

    fn next_day(&self, day: u64, counts: impl Fn(&Component) -> bool) -> Option<u64> {
        let (mut from, mut first) = (0, None);
        for phase in &self.phases {
            let until = phase.days().map_or(u64::MAX, |days| from + days);
            if day < until {
                let within = day.saturating_sub(from);
                let next = |c: &Component| c.next_day(within, u64::from(phase.cycle_days));
                let days =
                    phase.components.iter().filter(|c| counts(c)).filter_map(next).map(|next| from + next);
                first = days.filter(|next| *next < until).min();
            }
            if first.is_some() || until == u64::MAX {
                return first;
            }
            from = until;
        }
        first
    }

    /// The cycle of a day, counted from 1; after the last one it stays.
    pub fn cycle_on(&self, day: u64) -> u64 {
        match self.phase(day) {
            Some((phase, from, before)) => before + (day - from) / u64::from(phase.cycle_days) + 1,
            None => self.phases.iter().filter_map(|phase| phase.cycles).map(u64::from).sum::<u64>().max(1),
        }
    }

    /// Cycles that some days take, with the share of the last one.
    pub fn cycles_by(&self, days: f64) -> f64 {
        let (mut left, mut cycles) = (days.max(0.0), 0.0);
        for (place, phase) in self.phases.iter().enumerate() {
            let here = left / f64::from(phase.cycle_days);
            let most =
                phase.cycles.filter(|_| place + 1 < self.phases.len()).map_or(f64::INFINITY, f64::from);
            if here <= most {
                return cycles + here;
            }
            (left, cycles) = (left - most * f64::from(phase.cycle_days), cycles + most);
        }
        cycles
    }

    /// Days of the first cycle; 1 if there is none.
    pub fn first_cycle_days(&self) -> f64 {
        self.phases.first().map_or(1.0, |phase| f64::from(phase.cycle_days))
    }

    /// Positions of the drugs it gives; some more than once.
    pub fn drugs(&self) -> impl Iterator<Item = usize> {
        self.phases.iter().flat_map(|phase| &phase.components).map(|component| component.drug)
    }

    /// The last day on which a drug is planned, its first day being 0; infinite if it goes on, before all days if on none.
    pub fn last_day_of(&self, drug: usize) -> f64 {
        let (mut from, mut last) = (0.0, f64::NEG_INFINITY);
        for phase in &self.phases {
            for component in phase.components.iter().filter(|component| component.drug == drug) {
                last = f64::max(last, from + component.last_day(phase));
            }
            from += phase.days().map_or(f64::INFINITY, |days| days as f64);
        }
        last
    }

    /// Days that so many cycles take; beyond the last phase its cycles go on being counted.
    pub fn days_of(&self, cycles: u32) -> f64 {
        let (mut left, mut days) = (u64::from(cycles), 0);
        for (place, phase) in self.phases.iter().enumerate() {
            let last = place + 1 == self.phases.len();
            let here = if last { left } else { left.min(u64::from(phase.cycles.unwrap_or(u32::MAX))) };
            (left, days) = (left - here, days + here * u64::from(phase.cycle_days));
        }
        days as f64
    }
}

impl Component {
    /// The last day of its phase on which it is planned, counted from 0.
    fn last_day(&self, phase: &Phase) -> f64 {
        let last = match (self.last_cycle, phase.cycles) {
            (Some(own), Some(all)) => own.min(all),
            (own, all) => match own.or(all) {
                Some(last) => last,
                None => return f64::INFINITY,
            },
        };
        let day = self.days.last().map_or(f64::NEG_INFINITY, |day| f64::from(*day - 1));
        f64::from(last.saturating_sub(1)) * f64::from(phase.cycle_days) + day
    }

    fn dose(&self) -> Dose {
        Dose {
            drug: self.drug,
            strength: self.strength,
            log_kill: self.log_kill,
            intravenous: self.intravenous,
        }
    }

    fn in_cycle(&self, cycle: u64) -> bool {
        cycle >= u64::from(self.first_cycle) && self.last_cycle.is_none_or(|last| cycle <= u64::from(last))
    }

    fn next_day(&self, from: u64, cycle_days: u64) -> Option<u64> {
        let cycle = (from / cycle_days + 1).max(u64::from(self.first_cycle));
        let candidates = [cycle, cycle + 1].into_iter().filter(|&c| self.in_cycle(c));
        let days =
            candidates.flat_map(|c| self.days.iter().map(move |&d| (c - 1) * cycle_days + u64::from(d) - 1));
        days.filter(|&day| day >= from).min()
    }
}

#[cfg(test)]
#[path = "regimen_tests.rs"]
mod tests;
