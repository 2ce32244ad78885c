//! Where a patient stands in the plan: line, regimen, cycle, doses given. Sees readings, never cells.

use std::collections::BTreeSet;

use super::adherence::Luck;
use super::dispensing::{Dispensing, Pharmacy};
use super::drug::{Drug, DrugClass};
use super::exposure::Exposure;
use super::plan::{Line, Plan, Stage};
use super::regimen::{Dose, Regimen};
use super::rule::{Decision, PausedBy};
use super::toxicity::{Consequence, Tolerance};
use crate::level::Level;

mod decisions;

/// Two times closer than this, days, are one moment.
const MOMENT: f64 = 1e-9;

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
    luck: Luck,
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
}

/// What acts from a day on: the level of each drug, by its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Its first day.
    pub from: f64,
    /// The levels, until the next stretch.
    pub levels: Vec<Level>,
}

/// The regimen being given.
#[derive(Clone, Debug)]
struct Treatment<'a> {
    line: &'a Line,
    /// Day on which the line began.
    begun: f64,
    doses: Dispensing,
    /// Day on which the line goes on to its next regimen.
    until: f64,
    /// Cycles it is planned for.
    cycles: Option<u32>,
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
    pub fn new(plan: &'a Plan, regimens: &'a [Regimen], drugs: &'a [Drug], luck: Luck) -> Course<'a> {
        let exposure = Exposure::new(drugs);
        Course {
            drugs,
            regimens,
            plan,
            luck,
            exposure,
            next_stage: usize::from(plan.stages.is_empty()),
            line: 0,
            treatment: None,
            stage_ends: f64::NEG_INFINITY,
            holiday_watched: false,
            tolerance: Tolerance::default(),
            lots: Vec::new(),
        }
    }

    /// The same course for a patient who bears drugs in this way and draws these lots, one for each stage.
    pub fn with_chances(self, tolerance: Tolerance<'a>, lots: Vec<f64>) -> Course<'a> {
        Course { tolerance, lots, ..self }
    }

    /// The next day on which the plan turns, or toxicity comes, or something acts at once, or the very first dose is
    /// given: until then [`Course::ahead`] knows what acts.
    pub fn next_boundary(&self) -> f64 {
        let stage_ends = if self.is_over() { f64::INFINITY } else { self.stage_ends };
        let planned = stage_ends.min(self.tolerance.next());
        let Some(treatment) = &self.treatment else { return planned };
        let first = if self.exposure.begun() { f64::INFINITY } else { treatment.doses.next_day() };
        let pulse = treatment.doses.next_pulse(self.regimens);
        planned.min(treatment.until).min(first).min(pulse)
    }

    /// What acts from `day` until a day on which the plan does not turn: doses in between are given as planned.
    pub fn ahead(&self, day: f64, until: f64) -> Vec<Stretch> {
        let mut stretches = vec![Stretch { from: day, levels: self.exposure.levels(day) }];
        let mut exposure = self.exposure.clone();
        let mut doses = self.treatment.as_ref().map(|treatment| treatment.doses.clone());
        let mut from = day;
        loop {
            let given = doses.as_ref().map_or(f64::INFINITY, Dispensing::next_day);
            from = given.min(exposure.next_change(from));
            if from >= until - MOMENT {
                return stretches;
            }
            exposure.expire(from);
            if let Some(doses) = doses.as_mut().filter(|_| given <= from) {
                for dose in self.borne(doses.take(from, self.pharmacy()), from) {
                    exposure.dose(&dose, from);
                }
            }
            let levels = exposure.levels(from);
            match stretches.last_mut() {
                // A dose that only renews what acts is no stretch of its own.
                Some(last) if last.levels == levels && levels.iter().all(Level::is_constant) => {}
                _ => stretches.push(Stretch { from, levels }),
            }
        }
    }

    fn pharmacy(&self) -> Pharmacy<'_> {
        Pharmacy { regimens: self.regimens, adherence: &self.plan.adherence, luck: &self.luck }
    }

    /// The doses as the patient bears them.
    fn borne(&self, doses: Vec<Dose>, day: f64) -> impl Iterator<Item = Dose> {
        doses.into_iter().filter_map(move |dose| self.tolerance.allow(dose, day))
    }

    /// Gives the doses due before `day`, which are no boundaries of their own.
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
        self.treatment.as_ref().filter(|t| t.paused.is_none()).map(|treatment| {
            let Dispensing { regimen, since, .. } = treatment.doses;
            let begun = self.regimens[regimen].cycle_on((day - since).max(0.0) as u64) as u32;
            // On the day it ends the last cycle is still the last.
            (regimen, begun.min(treatment.cycles.unwrap_or(u32::MAX)))
        })
    }

    /// The drugs act as they do in this patient; before any dose is given.
    pub fn with_drugs(self, drugs: &[Drug]) -> Course<'a> {
        Course { exposure: Exposure::new(drugs), ..self }
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
        let ends = self.treatment.as_ref().map_or(self.holiday_watched, |t| t.line.until_progression);
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
        self.give_doses(|due| due <= day);
        self.exposure.expire(day);
        turns
    }

    fn end_stage(&mut self, day: f64, reason: LineEnd) -> Vec<Turn> {
        let line = self.line;
        let ended = self.treatment.take().map(|_| Turn::LineEnded { line, reason });
        self.tolerance.rest(day);
        ended.into_iter().chain(self.begin_stage(day)).collect()
    }

    fn begin_stage(&mut self, day: f64) -> Vec<Turn> {
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
        let regimen = self.chosen(line.regimen, self.line);
        self.treat(line, regimen, line.cycles, day, day);
        Turn::LineStarted { line: self.line, regimen }
    }

    /// The regimen itself, or the one of a choice that falls to the patient in a line.
    fn chosen(&self, regimen: usize, line: u32) -> usize {
        match self.regimens[regimen].one_of.as_slice() {
            [] => regimen,
            choice => choice[self.luck.choose(line, choice.len())],
        }
    }

    /// Gives a regimen of a line from day `since` on; the line began on day `begun`.
    fn treat(&mut self, line: &'a Line, regimen: usize, cycles: Option<u32>, begun: f64, since: f64) {
        let doses = Dispensing::begin(regimen, since, self.regimens);
        self.tolerance.begin(&self.regimens[regimen], since, since);
        self.treatment = Some(Treatment { line, begun, doses, until: f64::INFINITY, cycles, paused: None });
        self.plan_ends();
    }

    /// Sets the days on which the line ends and goes on to its next regimen, unless it is paused.
    fn plan_ends(&mut self) {
        let Some(t) = &mut self.treatment else { return };
        let planned = match (t.cycles, t.paused) {
            (Some(cycles), None) => t.doses.since + self.regimens[t.doses.regimen].days_of(cycles),
            _ => f64::INFINITY,
        };
        let (regimen_ends, line_ends) =
            if t.line.then.is_some() { (planned, f64::INFINITY) } else { (f64::INFINITY, planned) };
        t.until = regimen_ends;
        self.stage_ends = line_ends.min(t.line.days.map_or(f64::INFINITY, |days| t.begun + days));
    }

    fn change_regimen(&mut self, day: f64) -> Vec<Turn> {
        let over = self.treatment.as_ref().filter(|t| t.until <= day);
        let Some((line, begun, then)) = over.and_then(|t| Some((t.line, t.begun, t.line.then?))) else {
            return Vec::new();
        };
        let regimen = self.chosen(then, self.line);
        self.treat(line, regimen, None, begun, day);
        let ended = self.end_if_unbearable(day);
        [Turn::RegimenChanged { regimen }].into_iter().chain(ended).collect()
    }

    fn give_doses(&mut self, is_due: impl Fn(f64) -> bool) {
        let Some(mut treatment) = self.treatment.take() else { return };
        while is_due(treatment.doses.next_day()) {
            let day = treatment.doses.next_day();
            self.exposure.expire(day);
            let doses = treatment.doses.take(day, self.pharmacy());
            for dose in self.borne(doses, day).collect::<Vec<Dose>>() {
                self.exposure.dose(&dose, day);
            }
        }
        self.treatment = Some(treatment);
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
