//! How much of each drug acts: doses in, levels out.

use libm::{log, pow};

use super::drug::{Action, Drug, Emax, Wearing};
use super::kinetics::through;
use super::regimen::Dose;
use crate::level::{Concentration, Curve, Exhaustion, Level, Strength, Term};

/// What is left of the doses of one drug.
#[derive(Clone, Debug, PartialEq)]
enum Remaining {
    /// Open windows; the strongest acts.
    Windows(Vec<Window>),
    /// A concentration at the place of action.
    Concentration(Concentration),
    /// Infusions of cells: day and strength.
    Infusions(Vec<(f64, f64)>),
    /// Nothing that lasts.
    Nothing,
}

/// The time in which one dose acts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    strength: f64,
    until: f64,
}

/// What acts of one drug.
#[derive(Clone, Debug, PartialEq)]
struct Agent {
    action: Action,
    /// What one standard dose brings that is absorbed, and one into the vein, for a drug that acts by its concentration.
    responses: [Vec<Term>; 2],
    remaining: Remaining,
    /// What is in the slow compartment of exhaustion.
    worn: Option<Concentration>,
    /// Decimal logarithm of cells before over those after, of doses given today that act at once.
    at_once: f64,
    last_dose: Option<f64>,
}

/// What acts in one patient, by the drug's position.
#[derive(Clone, Debug)]
pub struct Exposure {
    agents: Vec<Agent>,
}

impl Exposure {
    /// Nobody has had a dose yet.
    pub fn new(drugs: &[Drug]) -> Exposure {
        Exposure { agents: drugs.iter().map(|drug| Agent::new(drug.action)).collect() }
    }

    /// A dose at `day`; it acts after everything that happened before.
    pub fn dose(&mut self, dose: &Dose, day: f64) {
        self.agents[dose.drug].dose(dose, day);
    }

    /// Lets what ends or turns by `day` do so.
    pub fn expire(&mut self, day: f64) {
        self.agents.iter_mut().for_each(|agent| agent.expire(day));
    }

    /// The next day after `day` on which a level ends or turns without a dose; infinite if none does.
    pub fn next_change(&self, day: f64) -> f64 {
        self.agents.iter().map(|agent| agent.next_change(day)).fold(f64::INFINITY, f64::min)
    }

    /// The level of a drug from `day` until the next change.
    pub fn level(&self, drug: usize, day: f64) -> Level {
        self.agents[drug].level(day)
    }

    /// The levels of all drugs from `day` until the next change.
    pub fn levels(&self, day: f64) -> Vec<Level> {
        self.agents.iter().map(|agent| agent.level(day)).collect()
    }

    /// Takes out what acts at once: the drug and the decimal logarithm of cells before over those after.
    pub fn take_pulses(&mut self) -> Vec<(usize, f64)> {
        let struck = |(drug, agent): (usize, &mut Agent)| (drug, std::mem::take(&mut agent.at_once));
        self.agents.iter_mut().enumerate().map(struck).filter(|(_, logs)| *logs > 0.0).collect()
    }

    /// Day of the last dose of a drug.
    pub fn last_dose(&self, drug: usize) -> Option<f64> {
        self.agents[drug].last_dose
    }

    /// Whether any dose was ever given.
    pub fn begun(&self) -> bool {
        self.agents.iter().any(|agent| agent.last_dose.is_some())
    }
}

impl Agent {
    fn new(action: Action) -> Agent {
        let none = || Concentration::none(0.0);
        let (remaining, exhaustion) = match action {
            Action::Window { exhaustion, .. } => (Remaining::Windows(Vec::new()), exhaustion),
            Action::Concentration { exhaustion, .. } => (Remaining::Concentration(none()), exhaustion),
            Action::Living { exhaustion, .. } => (Remaining::Infusions(Vec::new()), exhaustion),
            Action::Pulse => (Remaining::Nothing, None),
        };
        let responses = match action {
            Action::Concentration { kinetics, .. } => [kinetics.response(false), kinetics.response(true)],
            _ => Default::default(),
        };
        let worn = exhaustion.map(|_| none());
        Agent { action, responses, remaining, worn, at_once: 0.0, last_dose: None }
    }

    fn dose(&mut self, dose: &Dose, day: f64) {
        let strength = dose.strength;
        self.at_once += dose.log_kill;
        match (self.action, &mut self.remaining) {
            (Action::Window { days, effect, .. }, Remaining::Windows(open)) => {
                let strength = if effect.is_some() { strength } else { strength.min(1.0) };
                let new = Window { strength, until: day + days };
                open.retain(|window| window.strength > new.strength || window.until > new.until);
                open.push(new);
            }
            (_, Remaining::Concentration(left)) => {
                left.add(day, strength, &self.responses[usize::from(dose.intravenous)]);
            }
            (_, Remaining::Infusions(infusions)) => infusions.push((day, strength)),
            // `new` gives each drug what its action needs.
            _ => {}
        }
        self.last_dose = Some(day);
        self.wear(day);
    }

    fn expire(&mut self, day: f64) {
        match &mut self.remaining {
            Remaining::Windows(open) => open.retain(|window| window.until > day),
            Remaining::Infusions(_) | Remaining::Concentration(_) | Remaining::Nothing => {}
        }
        self.wear(day);
    }

    fn next_change(&self, day: f64) -> f64 {
        match (&self.remaining, self.action) {
            (Remaining::Windows(open), _) => {
                open.iter().map(|window| window.until).fold(f64::INFINITY, f64::min)
            }
            (Remaining::Infusions(infusions), Action::Living { cells, .. }) => {
                cells.next_peak(infusions, day)
            }
            _ => f64::INFINITY,
        }
    }

    /// What flows into the slow compartment of exhaustion turns on `day`.
    fn wear(&mut self, day: f64) {
        let (Some(worn), Some(wearing)) = (&self.worn, wearing(self.action)) else { return };
        let rate = log(2.0) / wearing.half_life;
        let mut next = Concentration::none(day);
        next.add(day, 1.0, &[Term { amount: worn.at(day), rate }]);
        next.add(day, 1.0, &through(&self.concentration(day).terms, rate));
        self.worn = Some(next);
    }

    /// The concentration, as seen from `day`.
    fn concentration(&self, day: f64) -> Concentration {
        match (&self.remaining, self.action) {
            (Remaining::Windows(open), _) => {
                let strongest = open.iter().map(|window| window.strength).fold(0.0, f64::max);
                let lasting = Term { amount: strongest, rate: 0.0 };
                Concentration {
                    since: day,
                    terms: vec![lasting].into_iter().filter(|term| term.amount > 0.0).collect(),
                }
            }
            (Remaining::Concentration(left), _) => left.seen_from(day),
            (Remaining::Infusions(infusions), Action::Living { cells, .. }) => {
                cells.concentration(infusions, day)
            }
            _ => Concentration::none(day),
        }
    }

    fn level(&self, day: f64) -> Level {
        match (&self.remaining, self.action) {
            (Remaining::Windows(_), Action::Window { effect: Some(effect), exhaustion: Some(_), .. }) => {
                self.curve(effect, day)
            }
            (Remaining::Windows(open), Action::Window { effect, .. }) => {
                let strongest = open.iter().map(|window| window.strength).fold(0.0, f64::max);
                Level::Constant(match effect {
                    _ if strongest == 0.0 => Strength::OFF,
                    Some(Emax { ec50, hill }) => Strength::new(pow(strongest / ec50, hill), 1.0),
                    None => Strength::full(strongest),
                })
            }
            (
                Remaining::Concentration(_) | Remaining::Infusions(_),
                Action::Concentration { effect, .. } | Action::Living { effect, .. },
            ) => self.curve(effect, day),
            _ => Level::OFF,
        }
    }

    fn curve(&self, Emax { ec50, hill }: Emax, day: f64) -> Level {
        let concentration = self.concentration(day);
        if concentration.terms.is_empty() {
            return Level::OFF;
        }
        let exhaustion = self.worn.as_ref().zip(wearing(self.action)).map(|(worn, wearing)| Exhaustion {
            concentration: worn.seen_from(day),
            ec50: wearing.ec50,
            most: wearing.most,
        });
        Level::Varying(Box::new(Curve { concentration, ec50, hill, exhaustion }))
    }
}

fn wearing(action: Action) -> Option<Wearing> {
    match action {
        Action::Window { exhaustion, .. }
        | Action::Concentration { exhaustion, .. }
        | Action::Living { exhaustion, .. } => exhaustion,
        Action::Pulse => None,
    }
}

#[cfg(test)]
#[path = "exposure_tests.rs"]
mod tests;
