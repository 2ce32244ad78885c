//! Toxicity: holds, reductions and discontinuation of a drug as hazards while it is being given.
//!
//! The chance itself is handed in: for each drug and consequence an exponential number of mean 1, which the
//! hazard adds up to before the consequence comes. So the same patient has the same weak spots in every arm.

use libm::log1p;

use super::regimen::{Dose, Regimen};

/// What a drug does to those who take it; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Toxicity {
    /// Its doses are left out for a time.
    pub hold: Option<Hold>,
    /// Its doses are smaller from now on.
    pub reduce: Option<Reduction>,
    /// It is never given again.
    pub stop: Option<Hazard>,
}

/// Doses left out for a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// How often.
    pub hazard: Hazard,
    /// For how many days.
    pub days: f64,
}

/// Smaller doses from now on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reduction {
    /// How often.
    pub hazard: Hazard,
    /// What is left of the dose.
    pub factor: f64,
    /// The dose is never reduced below this share of the planned one.
    pub least: f64,
}

/// How likely a consequence is while the drug is being given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hazard {
    /// Events per day.
    PerDay(f64),
    /// Probability of an event in a cycle of the regimen.
    PerCycle(f64),
}

impl Hazard {
    /// Events per day, in a regimen with cycles of so many days.
    fn rate(self, cycle_days: f64) -> f64 {
        match self {
            Hazard::PerDay(rate) => rate,
            Hazard::PerCycle(probability) => -log1p(-probability) / cycle_days,
        }
    }
}

/// What became of a drug.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Consequence {
    /// No dose before this day.
    Held {
        /// The day.
        until: f64,
    },
    /// Doses are this share of the planned ones from now on.
    Reduced {
        /// The share.
        to: f64,
    },
    /// No dose any more.
    Stopped,
}

/// How many consequences a drug can have: hold, reduce, stop.
pub const CONSEQUENCES: usize = 3;

/// How one patient bears the drugs.
#[derive(Clone, Debug, Default)]
pub struct Tolerance<'a> {
    rules: &'a [Toxicity],
    drugs: Vec<Bearing>,
}

/// How a patient bears one drug.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bearing {
    /// The hazard is accounted for up to here.
    from: f64,
    /// The drug is planned up to here.
    until: f64,
    cycle_days: f64,
    held_until: f64,
    strength: f64,
    stopped: bool,
    /// Hazard that each consequence still waits for.
    waits: [f64; CONSEQUENCES],
}

impl<'a> Tolerance<'a> {
    /// A patient who was given nothing yet. `draw` gives an exponential number for a drug and a consequence.
    pub fn new(rules: &'a [Toxicity], draw: &mut dyn FnMut(usize, usize) -> f64) -> Tolerance<'a> {
        let bearing = |drug| Bearing {
            from: 0.0,
            until: f64::NEG_INFINITY,
            cycle_days: 1.0,
            held_until: f64::NEG_INFINITY,
            strength: 1.0,
            stopped: false,
            waits: std::array::from_fn(|consequence| draw(drug, consequence)),
        };
        Tolerance { rules, drugs: (0..rules.len()).map(bearing).collect() }
    }

    /// A regimen is given from `day` on, as one whose first cycle began on day `since`.
    pub fn begin(&mut self, regimen: &Regimen, since: f64, day: f64) {
        self.settle(day);
        for (drug, bearing) in self.drugs.iter_mut().enumerate() {
            bearing.from = day.max(bearing.held_until);
            bearing.until = since + regimen.last_day_of(drug);
            // Where phases differ the first one counts.
            bearing.cycle_days = regimen.first_cycle_days();
        }
    }

    /// No drug is given from `day` on.
    pub fn rest(&mut self, day: f64) {
        self.settle(day);
        for bearing in &mut self.drugs {
            bearing.until = f64::NEG_INFINITY;
        }
    }

    /// The next day on which something happens if all is given as planned; infinite if nothing does.
    pub fn next(&self) -> f64 {
        let days = (0..self.drugs.len()).flat_map(|drug| {
            let bearing = self.drugs[drug];
            let day = move |(rate, wait): (f64, f64)| bearing.from + wait / rate;
            let in_time = move |day: &f64| *day <= bearing.until;
            self.rates(drug)
                .into_iter()
                .zip(bearing.waits)
                .filter(|(rate, _)| *rate > 0.0)
                .map(day)
                .filter(in_time)
        });
        days.fold(f64::INFINITY, f64::min)
    }

    /// What happens on `day`.
    pub fn suffer(
        &mut self,
        day: f64,
        draw: &mut dyn FnMut(usize, usize) -> f64,
    ) -> Vec<(usize, Consequence)> {
        if self.next() > day {
            return Vec::new();
        }
        self.settle(day);
        let mut suffered = Vec::new();
        for drug in 0..self.drugs.len() {
            for consequence in 0..CONSEQUENCES {
                // What was settled to its last digit is due.
                let due = self.drugs[drug].waits[consequence] <= MOMENT * self.rates(drug)[consequence];
                if due && self.rates(drug)[consequence] > 0.0 {
                    self.drugs[drug].waits[consequence] = draw(drug, consequence);
                    suffered.extend(self.befall(drug, consequence, day).map(|what| (drug, what)));
                }
            }
        }
        suffered
    }

    fn befall(&mut self, drug: usize, consequence: usize, day: f64) -> Option<Consequence> {
        let (rule, bearing) = (self.rules[drug], &mut self.drugs[drug]);
        match (consequence, rule.hold, rule.reduce) {
            (0, Some(hold), _) => {
                bearing.held_until = day + hold.days;
                bearing.from = bearing.held_until;
                Some(Consequence::Held { until: bearing.held_until })
            }
            (1, _, Some(reduction)) => {
                bearing.strength = (bearing.strength * reduction.factor).max(reduction.least);
                Some(Consequence::Reduced { to: bearing.strength })
            }
            (2, ..) => {
                bearing.stopped = true;
                Some(Consequence::Stopped)
            }
            _ => None,
        }
    }

    /// The dose that is given in place of a planned one; none if it is left out.
    pub fn allow(&self, dose: Dose, day: f64) -> Option<Dose> {
        let Some(bearing) = self.drugs.get(dose.drug) else { return Some(dose) };
        let given = !bearing.stopped && day >= bearing.held_until - MOMENT;
        given.then_some(Dose {
            strength: dose.strength * bearing.strength,
            log_kill: dose.log_kill * bearing.strength,
            ..dose
        })
    }

    /// Whether a drug is never given again.
    pub fn is_stopped(&self, drug: usize) -> bool {
        self.drugs.get(drug).is_some_and(|bearing| bearing.stopped)
    }

    /// Hazards of the consequences, per day; 0 of what cannot come.
    fn rates(&self, drug: usize) -> [f64; CONSEQUENCES] {
        let (rule, bearing) = (self.rules[drug], self.drugs[drug]);
        if bearing.stopped {
            return [0.0; CONSEQUENCES];
        }
        let rate = |hazard: Option<Hazard>| hazard.map_or(0.0, |hazard| hazard.rate(bearing.cycle_days));
        let reducible = rule.reduce.filter(|reduction| bearing.strength > reduction.least);
        [rate(rule.hold.map(|hold| hold.hazard)), rate(reducible.map(|r| r.hazard)), rate(rule.stop)]
    }

    /// Takes the hazard up to `day` off what each consequence waits for.
    fn settle(&mut self, day: f64) {
        for drug in 0..self.drugs.len() {
            let rates = self.rates(drug);
            let bearing = &mut self.drugs[drug];
            let days = day.min(bearing.until) - bearing.from;
            if days > 0.0 {
                for (wait, rate) in bearing.waits.iter_mut().zip(rates) {
                    *wait -= rate * days;
                }
            }
            bearing.from = bearing.from.max(day);
        }
    }
}

/// Two times closer than this, days, are one moment.
const MOMENT: f64 = 1e-9;

#[cfg(test)]
#[path = "toxicity_tests.rs"]
mod tests;
