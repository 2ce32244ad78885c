//! Where a patient stands in the plan: line, regimen, cycle, doses given. Sees readings, never cells.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::drug::{Drug, DrugClass};
use super::exposure::Exposure;
use super::plan::{Line, Plan, Stage};
use super::regimen::{Dose, Regimen};
use super::rule::{Decision, PausedBy};
use super::toxicity::{Consequence, Tolerance};

mod decisions;

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
    /// Its response fell short of what its rule asks for.
    InsufficientResponse,
    /// Every drug of it was stopped for toxicity.
    Toxicity,
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
    /// A rule of the line decided something.
    Decided {
        /// Number of the line, from 1.
        line: u32,
        /// What, and the finding that caused it.
        decision: Decision,
    },
    /// A line was left out.
    LineSkipped {
        /// The regimen's position in the scenario.
        regimen: usize,
        /// Why.
        reason: Skip,
    },
    /// The patient is lost to treatment: the line that would come is never begun.
    Attrition {
        /// Number of that line, from 1.
        line: u32,
    },
    /// A drug was held, reduced or stopped.
    Toxicity {
        /// The drug's position in the scenario.
        drug: usize,
        /// What became of it.
        consequence: Consequence,
    },
}

/// Why a line was left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Skip {
    /// The patient was off a drug for too short a time.
    TimeOff {
        /// The drug's position in the scenario.
        drug: usize,
        /// Days since its last dose.
        days: f64,
        /// Days that are asked for.
        asked: f64,
    },
    /// Each drug of it was stopped for toxicity before.
    Toxicity,
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
    /// Whether the present holiday ends with progression.
    holiday_watched: bool,
    /// How the patient bears the drugs.
    tolerance: Tolerance<'a>,
    /// A number from 0 to 1 for each stage: below the line's attrition it is never begun.
    lots: Vec<f64>,
    /// The next day on which a dose or the end of one changes what acts; in the past if it is not known.
    next_change: f64,
}

/// The regimen being given.
#[derive(Clone, Copy, Debug)]
struct Treatment<'a> {
    line: &'a Line,
    regimen: usize,
    /// Day on which the line began.
    begun: f64,
    /// Day of its first cycle's day 1, as if it had never been paused.
    since: f64,
    /// Day on which the line goes on to its next regimen.
    until: f64,
    /// Cycles it is planned for.
    cycles: Option<u32>,
    next_dose: Option<u64>,
    paused: Option<Pause>,
}

/// A time without drugs by a rule of the line.
#[derive(Clone, Copy, Debug)]
struct Pause {
    by: PausedBy,
    /// Cycles of the regimen that were begun before it.
    cycles: u32,
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
            holiday_watched: false,
            tolerance: Tolerance::default(),
            lots: Vec::new(),
            next_change: f64::NEG_INFINITY,
        }
    }

    /// The same course for a patient who bears drugs in this way and draws these lots, one for each stage.
    pub fn with_chances(self, tolerance: Tolerance<'a>, lots: Vec<f64>) -> Course<'a> {
        Course { tolerance, lots, ..self }
    }

    /// The next day on which something changes: a dose, the end of a dose's action, the end of a stage, toxicity.
    pub fn next_boundary(&self) -> f64 {
        let regimen_ends = self.treatment.map_or(f64::INFINITY, |t| t.until);
        let stage_ends = if self.is_over() { f64::INFINITY } else { self.stage_ends };
        regimen_ends.min(stage_ends).min(self.next_change).min(self.tolerance.next())
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

    /// The regimen being given and its cycle, from 1; none in a holiday or pause.
    pub fn regimen(&self, day: f64) -> Option<(usize, u32)> {
        let days = |t: &Treatment| (day - t.since) / f64::from(self.regimens[t.regimen].cycle_days);
        let begun = |t: &Treatment| (days(t) as u32).saturating_add(1);
        // On the day it ends the last cycle is still the last.
        let cycle = |t: &Treatment| begun(t).min(t.cycles.unwrap_or(u32::MAX));
        self.treatment.filter(|t| t.paused.is_none()).map(|t| (t.regimen, cycle(&t)))
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

    /// Confirmed progression: the line or holiday ends if its rule says so.
    pub fn progress(&mut self, day: f64) -> Vec<Turn> {
        let ends = self.treatment.map_or(self.holiday_watched, |t| t.line.until_progression);
        if ends { self.end_stage(day, LineEnd::Progression) } else { Vec::new() }
    }

    /// What the plan and the pharmacy do on `day`, after everything else of that day.
    pub fn act(&mut self, day: f64) -> Vec<Turn> {
        self.catch_up(day);
        let mut turns = Vec::new();
        while self.turns_by(day) {
            turns.extend(self.end_stage(day, LineEnd::Completed));
        }
        turns.extend(self.change_regimen(day));
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
            let doses = self.doses(regimen, due, day);
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

    /// The doses of a day of the regimen, as the patient bears them.
    fn doses(&self, regimen: &Regimen, due: u64, day: f64) -> Vec<Dose> {
        regimen.doses_on(due).filter_map(|dose| self.tolerance.allow(dose, day)).collect()
    }

    fn end_stage(&mut self, day: f64, reason: LineEnd) -> Vec<Turn> {
        let line = self.line;
        let ended = self.treatment.take().map(|_| Turn::LineEnded { line, reason });
        self.tolerance.rest(day);
        ended.into_iter().chain(self.begin_stage(day)).collect()
    }

    fn begin_stage(&mut self, day: f64) -> Vec<Turn> {
        self.next_change = f64::NEG_INFINITY;
        self.holiday_watched = false;
        let position = self.next_stage;
        self.next_stage += 1;
        match self.plan.stages.get(position) {
            None => vec![Turn::PlanEnded],
            Some(Stage::Holiday { days, until_progression }) => {
                self.stage_ends = day + days;
                self.holiday_watched = *until_progression;
                vec![Turn::HolidayStarted]
            }
            Some(Stage::Line(line)) => self.come_to(line, position, day),
        }
    }

    fn begin_line(&mut self, line: &'a Line, day: f64) -> Turn {
        self.line += 1;
        self.treat(line, line.regimen, line.cycles, day, day);
        Turn::LineStarted { line: self.line, regimen: line.regimen }
    }

    /// Gives a regimen of a line from day `since` on; the line began on day `begun`.
    fn treat(&mut self, line: &'a Line, regimen: usize, cycles: Option<u32>, begun: f64, since: f64) {
        self.next_change = f64::NEG_INFINITY;
        let next_dose = self.regimens[regimen].next_dose_day(0);
        self.tolerance.begin(&self.regimens[regimen], since, since);
        let until = f64::INFINITY;
        self.treatment =
            Some(Treatment { line, regimen, begun, since, until, cycles, next_dose, paused: None });
        self.plan_ends();
    }

    /// Sets the days on which the line ends and goes on to its next regimen, unless it is paused.
    fn plan_ends(&mut self) {
        let Some(t) = &mut self.treatment else { return };
        let cycle_days = f64::from(self.regimens[t.regimen].cycle_days);
        let planned = match (t.cycles, t.paused) {
            (Some(cycles), None) => t.since + f64::from(cycles) * cycle_days,
            _ => f64::INFINITY,
        };
        let (regimen_ends, line_ends) =
            if t.line.then.is_some() { (planned, f64::INFINITY) } else { (f64::INFINITY, planned) };
        t.until = regimen_ends;
        self.stage_ends = line_ends.min(t.line.days.map_or(f64::INFINITY, |days| t.begun + days));
    }

    fn change_regimen(&mut self, day: f64) -> Vec<Turn> {
        let next = self.treatment.filter(|t| t.until <= day).and_then(|t| Some((t, t.line.then?)));
        let Some((treatment, regimen)) = next else { return Vec::new() };
        self.treat(treatment.line, regimen, None, treatment.begun, day);
        let ended = self.end_if_unbearable(day);
        [Turn::RegimenChanged { regimen }].into_iter().chain(ended).collect()
    }

    fn give_doses(&mut self, is_due: impl Fn(f64) -> bool) {
        while let Some(Treatment { regimen, since, next_dose: Some(due), .. }) = self.treatment {
            let day = since + due as f64;
            if !is_due(day) {
                return;
            }
            for dose in self.doses(&self.regimens[regimen], due, day) {
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
