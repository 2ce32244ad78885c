//! How much of each drug acts: doses in, levels out.

use libm::log;

use super::drug::{Action, Drug};
use super::regimen::Dose;
use crate::level::{Decay, Level};

/// What is left of the doses of one drug.
#[derive(Clone, Debug, PartialEq)]
enum Remaining {
    /// Open windows; the strongest acts.
    Windows(Vec<Window>),
    /// A concentration, once there is one.
    Concentration(Option<Decay>),
    /// Doses given today that act at once, in standard doses.
    AtOnce(f64),
}

/// The time in which one dose acts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    strength: f64,
    until: f64,
}

/// What acts in one patient, by the drug's position.
#[derive(Clone, Debug)]
pub struct Exposure {
    actions: Vec<Action>,
    remaining: Vec<Remaining>,
    last_dose: Vec<Option<f64>>,
}

impl Exposure {
    /// Nobody has had a dose yet.
    pub fn new(drugs: &[Drug]) -> Exposure {
        Exposure {
            actions: drugs.iter().map(|drug| drug.action).collect(),
            remaining: drugs.iter().map(|drug| Remaining::of(drug.action)).collect(),
            last_dose: vec![None; drugs.len()],
        }
    }

    /// A dose of `strength` standard doses at `day`; it acts after everything that happened before.
    pub fn dose(&mut self, drug: usize, strength: f64, day: f64) {
        match (self.actions[drug], &mut self.remaining[drug]) {
            (Action::Window { days }, Remaining::Windows(open)) => {
                let new = Window { strength: strength.min(1.0), until: day + days };
                open.retain(|window| window.strength > new.strength || window.until > new.until);
                open.push(new);
            }
            (Action::Decay { half_life, ec50, hill }, Remaining::Concentration(left)) => {
                let concentration = strength + left.map_or(0.0, |decay| decay.concentration_at(day));
                *left =
                    Some(Decay { since: day, concentration, elimination: log(2.0) / half_life, ec50, hill });
            }
            (Action::Pulse { .. }, Remaining::AtOnce(doses)) => *doses += strength,
            // `new` gives each drug what its action needs.
            _ => {}
        }
        self.last_dose[drug] = Some(day);
    }

    /// Closes the windows that end at or before `day`.
    pub fn expire(&mut self, day: f64) {
        for remaining in &mut self.remaining {
            if let Remaining::Windows(open) = remaining {
                open.retain(|window| window.until > day);
            }
        }
    }

    /// The next day on which a window closes; infinite if none is open.
    pub fn next_change(&self) -> f64 {
        let windows = self.remaining.iter().flat_map(Remaining::windows);
        windows.map(|window| window.until).fold(f64::INFINITY, f64::min)
    }

    /// Whether doses on `day` change nothing: each renews a window that closes just then, and no other closes.
    pub fn is_renewed_by(&self, doses: &[Dose], day: f64) -> bool {
        let given = |drug: usize| doses.iter().any(|dose| dose.drug == drug);
        let closing = |remaining: &Remaining| remaining.windows().iter().any(|w| w.until <= day);
        let renewed = |dose: &Dose| match self.remaining[dose.drug].windows() {
            [only] => only.until == day && only.strength == dose.strength.min(1.0),
            _ => false,
        };
        doses.iter().all(renewed)
            && self.remaining.iter().enumerate().all(|(drug, remaining)| given(drug) || !closing(remaining))
    }

    /// The level of a drug until the next change.
    pub fn level(&self, drug: usize) -> Level {
        match &self.remaining[drug] {
            Remaining::Concentration(Some(decay)) => Level::Decaying(*decay),
            other => {
                Level::Constant(other.windows().iter().map(|window| window.strength).fold(0.0, f64::max))
            }
        }
    }

    /// Takes out what acts at once: the drug and the decimal logarithm of cells before over those after.
    pub fn take_pulses(&mut self) -> Vec<(usize, f64)> {
        let mut pulses = Vec::new();
        for (drug, remaining) in self.remaining.iter_mut().enumerate() {
            if let (Action::Pulse { log_kill }, Remaining::AtOnce(doses)) = (self.actions[drug], remaining)
                && *doses > 0.0
            {
                pulses.push((drug, log_kill * std::mem::take(doses)));
            }
        }
        pulses
    }

    /// Day of the last dose of a drug.
    pub fn last_dose(&self, drug: usize) -> Option<f64> {
        self.last_dose[drug]
    }

    /// Whether any dose was ever given.
    pub fn begun(&self) -> bool {
        self.last_dose.iter().any(Option::is_some)
    }
}

impl Remaining {
    /// Nothing of a drug that acts in this way.
    fn of(action: Action) -> Remaining {
        match action {
            Action::Window { .. } => Remaining::Windows(Vec::new()),
            Action::Decay { .. } => Remaining::Concentration(None),
            Action::Pulse { .. } => Remaining::AtOnce(0.0),
        }
    }

    fn windows(&self) -> &[Window] {
        match self {
            Remaining::Windows(open) => open,
            Remaining::Concentration(_) | Remaining::AtOnce(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::drug::DrugClass;
    use super::*;

    fn exposure() -> Exposure {
        let drug = |name: &str, action| Drug {
            name: name.into(),
            class: DrugClass::Other,
            kill: 0.1,
            slows: 0.0,
            action,
        };
        let window = drug("tablet", Action::Window { days: 1.0 });
        let antibody = drug("antibody", Action::Decay { half_life: 18.0, ec50: 1.0, hill: 1.0 });
        Exposure::new(&[window, antibody])
    }

    #[test]
    fn a_window_acts_until_it_closes() {
        let mut e = exposure();
        e.dose(0, 1.0, 3.0);
        assert_eq!((e.level(0), e.next_change()), (Level::Constant(1.0), 4.0));
        e.expire(3.9);
        assert_eq!(e.level(0), Level::Constant(1.0));
        e.expire(4.0);
        assert_eq!((e.level(0), e.next_change()), (Level::OFF, f64::INFINITY));
    }

    #[test]
    fn of_overlapping_windows_the_strongest_acts_in_any_order() {
        for strengths in [[1.0, 0.4], [0.4, 1.0]] {
            let mut e = exposure();
            strengths.iter().for_each(|&strength| e.dose(0, strength, 3.0));
            assert_eq!((e.level(0), e.next_change()), (Level::Constant(1.0), 4.0));
        }
        let mut e = exposure();
        e.dose(0, 1.0, 3.0);
        e.dose(0, 0.4, 3.5);
        assert_eq!((e.level(0), e.next_change()), (Level::Constant(1.0), 4.0));
        e.expire(4.0);
        assert_eq!((e.level(0), e.next_change()), (Level::Constant(0.4), 4.5));
    }

    #[test]
    fn doses_of_an_antibody_add_up() {
        let mut e = exposure();
        e.dose(1, 1.0, 0.0);
        assert!((e.level(1).at(0.0) - 0.5).abs() < 1e-15);
        e.dose(1, 1.0, 18.0);
        assert!((e.level(1).at(18.0) - 0.6).abs() < 1e-12, "half of the first dose and the second");
    }
}
