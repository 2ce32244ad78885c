//! A visit: what the clinic looks at, what it calls, and what it decides from that.

use super::Life;
use crate::calendar::MOMENT;
use crate::clinic::{Examination, Monitor, Response, Signs};
use crate::model::Clinic;
use crate::record::Visit;
use crate::therapy::{Decision, DrugClass, Measured, Reason, Report, Residual, Turn};

impl Life<'_, '_> {
    /// A regular visit, or one because a stage of the plan ends today; never two at one moment.
    pub(super) fn visit(&mut self) {
        let Some(clinic) = self.person.clinic else { return };
        let planned = |number| clinic.schedule.after(number, self.streams.visits.get());
        let due = self.calendar.visit_due(self.day, planned) || self.course.turns_by(self.day);
        if !due || self.day <= self.watch.last_visit() + MOMENT {
            return;
        }
        let visit = self.examine(clinic);
        self.last_reading = visit.reading;
        let known = self.monitor.as_ref().and_then(Monitor::progression);
        let response = self.monitor.as_mut().map(|monitor| monitor.assess(&visit));
        self.note(&visit, response);
        let progression = self.monitor.as_ref().and_then(Monitor::progression);
        if let (None, Some(seen)) = (known, progression) {
            let criterion = self.monitor.as_ref().and_then(Monitor::criterion);
            self.watch.progression_by(self.day, criterion.filter(|_| !clinic.panel.is_empty()));
            self.progress(seen.by, visit.reading);
        } else {
            self.decide(&visit);
        }
    }

    /// Serum and gel at every visit, the marrow where it is asked for.
    fn examine(&mut self, clinic: Clinic) -> Examination {
        let reading = clinic.assay.read(self.m_protein, self.streams.assay.get());
        let band = clinic.immunofixation.is_positive(self.m_protein, self.streams.immunofixation.get());
        self.signs = self.look(&clinic);
        let seen = Examination { day: self.day, reading, band, marrow: None, signs: self.signs };
        let wants = |monitor: &Monitor| monitor.wants_marrow(self.day, seen.is_clear(), clinic.marrow.every);
        let wanted = self.monitor.as_ref().is_some_and(wants);
        let sample = || clinic.marrow.aspirate(self.tumour.burden(), self.streams.marrow.get());
        Examination { marrow: wanted.then(sample), ..seen }
    }

    /// What is looked at beside the serum; an image that is not due stays the last one.
    fn look(&mut self, clinic: &Clinic) -> Signs {
        let (panel, burden) = (clinic.panel, self.tumour.burden() as f64);
        let cleared = clinic.light_chains_cleared(self.m_protein, self.light_chains);
        let share = burden / (burden + clinic.marrow.cells);
        let due = panel.imaging.filter(|imaging| self.day - self.imaged >= imaging.every - MOMENT);
        let streams = &mut self.streams.signs;
        let image = due.map(|imaging| imaging.read(burden, streams.imaging.get()));
        if let Some(size) = image {
            self.imaged = self.day;
            self.watch.image(self.day, size);
        }
        Signs {
            chains: panel.free_light_chains.map(|of| of.read(self.light_chains, streams.chains.get())),
            urine: panel.urine.map(|urine| urine.read(cleared, streams.urine.get())),
            lesion: image.or(self.signs.lesion),
            haemoglobin: panel.haemoglobin.map(|of| of.read(share, streams.haemoglobin.get())),
        }
    }

    fn note(&mut self, visit: &Examination, response: Option<Response>) {
        let (line, regimen) = (self.course.line(), self.course.regimen(self.day));
        let row = Visit { day: self.day, line, regimen, m_protein: visit.reading, response };
        self.watch.visit(row, visit, self.monitor.as_ref());
    }

    /// Progression was confirmed today: what it means for the patient and the plan.
    fn progress(&mut self, first: f64, reading: f64) {
        if let Some(monitor) = &self.monitor {
            self.watch.progression(self.day, reading, monitor, &self.tumour);
        }
        self.refractory_from(first);
        let turns = self.course.progress(self.day);
        self.take(turns);
    }

    /// The disease is refractory to what was given up to 60 days before `first` or later.
    fn refractory_from(&mut self, first: f64) {
        self.refractory.extend(self.course.recent_classes(first));
        if DrugClass::TRIPLE.iter().all(|class| self.refractory.contains(class)) {
            self.watch.triple_refractory(first, self.day);
        }
    }

    /// What the rules of the line make of the visit.
    fn decide(&mut self, visit: &Examination) {
        let Some(monitor) = &self.monitor else { return };
        let negative = |level| visit.marrow.is_some_and(|sample| sample.is_negative_at(level));
        let clear = visit.is_clear();
        let residual =
            visit.marrow.map(|sample| Residual { share: sample.share(), clear, is_negative_at: &negative });
        let judged = monitor.best().filter(|best| *best != Response::NotEvaluable);
        let report = Report {
            m_protein: Measured { now: visit.reading, first: monitor.baseline() },
            burden: Measured { now: self.tumour.burden() as f64, first: self.line_burden },
            best: judged.map(Response::rank),
            residual,
        };
        let turns = self.course.decide(self.day, &report);
        self.take(turns);
    }

    /// What the course did: the clinic takes note, and it is written down.
    pub(super) fn take(&mut self, turns: Vec<Turn>) {
        for turn in turns {
            match (&turn, &mut self.monitor) {
                (Turn::LineStarted { .. }, _) => self.open_line(),
                (Turn::LineEnded { .. }, Some(monitor)) if monitor.best() == Some(Response::Stable) => {
                    // Less than a minimal response to what is still being given.
                    self.refractory_from(self.day);
                }
                (Turn::Decided { decision, .. }, Some(monitor)) => match decision {
                    Decision::Pause(Reason::Band { .. }) => monitor.suspend(),
                    Decision::Resume(Reason::Band { .. }) => monitor.judge_anew(),
                    _ => {}
                },
                _ => {}
            }
            self.watch.turn(self.day, &turn);
        }
    }

    fn open_line(&mut self) {
        self.line_burden = self.tumour.burden() as f64;
        if let Some(clinic) = self.person.clinic {
            let monitor = Monitor::new(clinic.rules, self.day, self.last_reading);
            let monitor = monitor.with_signs(&self.signs);
            self.monitor = Some(if clinic.panel.marrow { monitor.with_marrow() } else { monitor });
        }
    }
}
