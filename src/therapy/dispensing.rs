//! From the doses that a regimen plans to those that are taken, in the order of their days.

use super::adherence::{Adherence, Luck};
use super::regimen::{Dose, Regimen};

/// The doses of one regimen, from its first day on.
#[derive(Clone, Debug)]
pub struct Dispensing {
    /// The regimen's position in the scenario.
    pub regimen: usize,
    /// Day of its first cycle's day 1.
    pub since: f64,
    next_due: Option<u64>,
    /// Doses that come late, with their days.
    late: Vec<(f64, Dose)>,
}

/// What decides which doses are taken.
#[derive(Clone, Copy, Debug)]
pub struct Pharmacy<'a> {
    /// All regimens.
    pub regimens: &'a [Regimen],
    /// How doses are taken.
    pub adherence: &'a Adherence,
    /// The patient's chances.
    pub luck: &'a Luck,
}

impl Dispensing {
    /// A regimen that begins on `since`.
    pub fn begin(regimen: usize, since: f64, regimens: &[Regimen]) -> Dispensing {
        Dispensing { regimen, since, next_due: regimens[regimen].next_dose_day(0), late: Vec::new() }
    }

    /// Gives no dose until it is resumed.
    pub fn pause(&mut self) {
        self.next_due = None;
        self.late.clear();
    }

    /// Goes on from a day of the regimen, whose first day would have been `since`.
    pub fn resume(&mut self, since: f64, day: u64, regimens: &[Regimen]) {
        self.since = since;
        self.next_due = regimens[self.regimen].next_dose_day(day);
    }

    fn due(&self) -> f64 {
        self.next_due.map_or(f64::INFINITY, |day| self.since + day as f64)
    }

    /// Day of the next dose; infinite if none is left.
    pub fn next_day(&self) -> f64 {
        self.late.iter().map(|(day, _)| *day).fold(self.due(), f64::min)
    }

    /// Day of the next dose that acts at once; infinite if none is left.
    pub fn next_pulse(&self, regimens: &[Regimen]) -> f64 {
        let planned = self.next_due.and_then(|day| regimens[self.regimen].next_pulse_day(day));
        let planned = planned.map_or(f64::INFINITY, |day| self.since + day as f64);
        self.late.iter().filter(|(_, dose)| dose.log_kill > 0.0).map(|(day, _)| *day).fold(planned, f64::min)
    }

    /// Takes out the doses of the next day, which is this one.
    pub fn take(&mut self, day: f64, pharmacy: Pharmacy) -> Vec<Dose> {
        let mut doses: Vec<Dose> = Vec::new();
        self.late.retain(|(when, dose)| {
            if *when <= day {
                doses.push(*dose);
            }
            *when > day
        });
        if let Some(due) = self.next_due.filter(|_| self.due() <= day) {
            let regimen = &pharmacy.regimens[self.regimen];
            for dose in regimen.doses_on(due) {
                match pharmacy.adherence.lateness(dose.drug, day, pharmacy.luck) {
                    Some(0.0) => doses.push(dose),
                    Some(late) => self.late.push((day + late, dose)),
                    None => {}
                }
            }
            self.next_due = regimen.next_dose_day(due + 1);
        }
        let taken = |dose: Dose| {
            let strength = pharmacy.adherence.strength(dose.drug, day);
            Dose { strength: strength * dose.strength, log_kill: strength * dose.log_kill, ..dose }
        };
        doses.into_iter().map(taken).filter(|dose| dose.strength > 0.0).collect()
    }
}
