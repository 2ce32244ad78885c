//! Where a patient stands in the plan: line, regimen, cycle, doses given. Sees readings, never cells.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::drug::{Drug, DrugClass};
use super::exposure::Exposure;
use super::plan::{Line, Plan, Stage};
use super::regimen::{Dose, Regimen};

/// Two times closer than this, days, are one moment.
const MOMENT: f64 = 1e-9;

/// How far doses are followed that change nothing, days.
const LOOK_AHEAD: f64 = 366.0;

/// Progression within this many days of the last dose makes a patient refractory to the drug (IMWG).
const REFRACTORY_DAYS: f64 = 60.0;

/// Why a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Progression was confirmed.
    Progression,
    /// Its cycles or days were over.
    Completed,
}

/// What the course did, for the record.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// A line began.
    LineStarted {
        /// Number of the line, from 1.
        line: u32,
        /// The regimen's position in the scenario.
        regimen: usize,
    },
    /// Another regimen began within the line.
    RegimenChanged {
        /// The regimen's position in the scenario.
        regimen: usize,
    },
    /// A line ended.
    LineEnded {
        /// Number of the line, from 1.
        line: u32,
        /// Why.
        reason: LineEnd,
    },
    /// A treatment-free time began.
    HolidayStarted,
    /// The last stage is over.
    PlanEnded,
}

/// The course of one patient.
#[derive(Clone, Debug)]
pub struct Course<'a> {
    drugs: &'a [Drug],
    regimens: &'a [Regimen],
    plan: &'a Plan,
    exposure: Exposure,
    /// Position of the stage to come after the present one.
    next_stage: usize,
    line: u32,
    treatment: Option<Treatment<'a>>,
    stage_ends: f64,
    /// The next day on which a dose or the end of one changes what acts; in the past if it is not known.
    next_change: f64,
}

/// The regimen being given.
#[derive(Clone, Copy, Debug)]
struct Treatment<'a> {
    line: &'a Line,
    regimen: usize,
    /// Day of its first cycle's day 1.
    since: f64,
    /// Day on which the line goes on to its next regimen.
    until: f64,
    /// Cycles it is planned for.
    cycles: Option<u32>,
    next_dose: Option<u64>,
}

impl<'a> Course<'a> {
    /// A course before its first stage; [`Course::act`] on the first day begins it. An empty plan is over.
    pub fn new(plan: &'a Plan, regimens: &'a [Regimen], drugs: &'a [Drug]) -> Course<'a> {
        let exposure = Exposure::new(drugs);
        Course {
            drugs,
            regimens,
            plan,
            exposure,
            next_stage: usize::from(plan.stages.is_empty()),
            line: 0,
            treatment: None,
            stage_ends: f64::NEG_INFINITY,
            next_change: f64::NEG_INFINITY,
        }
    }

    /// The next day on which something changes: a dose, the end of a dose's action, the end of a stage.
    pub fn next_boundary(&self) -> f64 {
        let regimen_ends = self.treatment.map_or(f64::INFINITY, |t| t.until);
        let stage_ends = if self.is_over() { f64::INFINITY } else { self.stage_ends };
        regimen_ends.min(stage_ends).min(self.next_change)
    }

    /// Gives the doses due before `day`: those that only renew what acts are no boundaries of their own.
    pub fn catch_up(&mut self, day: f64) {
        self.give_doses(|due| due < day - MOMENT);
    }

    /// Whether the plan itself ends or begins a stage by `day`; the clinic takes a reading then.
    pub fn turns_by(&self, day: f64) -> bool {
        !self.is_over() && self.stage_ends <= day
    }

    /// Whether all stages are over.
    pub fn is_over(&self) -> bool {
        self.next_stage > self.plan.stages.len()
    }

    /// Number of the present line, from 1; 0 before the first.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The regimen being given and its cycle, from 1; none in a holiday.
    pub fn regimen(&self, day: f64) -> Option<(usize, u32)> {
        let days = |t: &Treatment| (day - t.since) / f64::from(self.regimens[t.regimen].cycle_days);
        let begun = |t: &Treatment| (days(t) as u32).saturating_add(1);
        // On the day it ends the last cycle is still the last.
        let cycle = |t: &Treatment| begun(t).min(t.cycles.unwrap_or(u32::MAX));
        self.treatment.map(|t| (t.regimen, cycle(&t)))
    }

    /// How much of each drug acts.
    pub fn exposure(&self) -> &Exposure {
        &self.exposure
    }

    /// Takes out what was given today and acts at once, see [`Exposure::take_pulses`].
    pub fn take_pulses(&mut self) -> Vec<(usize, f64)> {
        self.exposure.take_pulses()
    }

    /// Classes of the drugs given within 60 days before `day` or later.
    pub fn recent_classes(&self, day: f64) -> BTreeSet<DrugClass> {
        let recent =
            |drug: &usize| self.exposure.last_dose(*drug).is_some_and(|last| day - last <= REFRACTORY_DAYS);
        (0..self.drugs.len()).filter(recent).map(|drug| self.drugs[drug].class).collect()
    }

    /// Confirmed progression: the line ends if its rule says so.
    pub fn progress(&mut self, day: f64) -> Vec<Turn> {
        let ends = self.treatment.is_some_and(|t| t.line.until_progression);
        if ends { self.end_stage(day, LineEnd::Progression) } else { Vec::new() }
    }

    /// What the plan and the pharmacy do on `day`, after everything else of that day.
    pub fn act(&mut self, day: f64) -> Vec<Turn> {
        self.catch_up(day);
        let mut turns = Vec::new();
        while self.turns_by(day) {
            turns.extend(self.end_stage(day, LineEnd::Completed));
        }
        if let Some(turn) = self.change_regimen(day) {
            turns.push(turn);
        }
        self.exposure.expire(day);
        self.give_doses(|due| due <= day);
        if self.next_change <= day {
            self.next_change = self.look_ahead();
        }
        turns
    }

    /// The next day on which what acts changes, given the doses that are planned.
    fn look_ahead(&self) -> f64 {
        let Some(Treatment { regimen, since, next_dose: Some(mut due), .. }) = self.treatment else {
            return self.exposure.next_change();
        };
        let regimen = &self.regimens[regimen];
        let far = since + due as f64 + LOOK_AHEAD;
        let mut ahead = Cow::Borrowed(&self.exposure);
        loop {
            let (day, closes) = (since + due as f64, ahead.next_change());
            if day != closes {
                return day.min(closes);
            }
            let doses: Vec<Dose> = regimen.doses_on(due).collect();
            if !ahead.is_renewed_by(&doses, day) {
                return day;
            }
            for dose in doses {
                ahead.to_mut().dose(dose.drug, dose.strength, day);
            }
            match regimen.next_dose_day(due + 1) {
                Some(next) => due = next,
                None => return ahead.next_change(),
            }
            // A drug that is renewed for ever: far enough.
            if day > far {
                return day;
            }
        }
    }

    fn end_stage(&mut self, day: f64, reason: LineEnd) -> Vec<Turn> {
        let line = self.line;
        let ended = self.treatment.take().map(|_| Turn::LineEnded { line, reason });
        ended.into_iter().chain([self.begin_stage(day)]).collect()
    }

    fn begin_stage(&mut self, day: f64) -> Turn {
        self.next_change = f64::NEG_INFINITY;
        let stage = self.plan.stages.get(self.next_stage);
        self.next_stage += 1;
        match stage {
            None => Turn::PlanEnded,
            Some(Stage::Holiday { days }) => {
                self.stage_ends = day + days;
                Turn::HolidayStarted
            }
            Some(Stage::Line(line)) => self.begin_line(line, day),
        }
    }

    fn begin_line(&mut self, line: &'a Line, day: f64) -> Turn {
        let cycle_days = f64::from(self.regimens[line.regimen].cycle_days);
        let planned = day + line.cycles.map_or(f64::INFINITY, |cycles| f64::from(cycles) * cycle_days);
        let (regimen_ends, line_ends) =
            if line.then.is_some() { (planned, f64::INFINITY) } else { (f64::INFINITY, planned) };
        self.stage_ends = line_ends.min(line.days.map_or(f64::INFINITY, |days| day + days));
        self.line += 1;
        self.treat(line, line.regimen, line.cycles, day, regimen_ends);
        Turn::LineStarted { line: self.line, regimen: line.regimen }
    }

    fn treat(&mut self, line: &'a Line, regimen: usize, cycles: Option<u32>, since: f64, until: f64) {
        self.next_change = f64::NEG_INFINITY;
        let next_dose = self.regimens[regimen].next_dose_day(0);
        self.treatment = Some(Treatment { line, regimen, since, until, cycles, next_dose });
    }

    fn change_regimen(&mut self, day: f64) -> Option<Turn> {
        let treatment = self.treatment.filter(|t| t.until <= day)?;
        let regimen = treatment.line.then?;
        self.treat(treatment.line, regimen, None, day, f64::INFINITY);
        Some(Turn::RegimenChanged { regimen })
    }

    fn give_doses(&mut self, is_due: impl Fn(f64) -> bool) {
        while let Some(Treatment { regimen, since, next_dose: Some(due), .. }) = self.treatment {
            let day = since + due as f64;
            if !is_due(day) {
                return;
            }
            for dose in self.regimens[regimen].doses_on(due) {
                self.exposure.dose(dose.drug, dose.strength, day);
            }
            let next_dose = self.regimens[regimen].next_dose_day(due + 1);
            self.treatment = self.treatment.map(|t| Treatment { next_dose, ..t });
        }
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
