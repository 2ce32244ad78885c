//! Writes down what happens to one patient. It sees states and never draws.

use crate::clinic::{Criterion, Examination, Monitor};
use crate::disease::Tumour;
use crate::engine::Effort;
use crate::patient::Patient;
use crate::record::{Census, Event, LineRecord, MarrowRecord, Outcome, Stop, Story, Visit, census};
use crate::therapy::{LineEnd, Turn};

/// The rows so far.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    census: Vec<Census>,
    visits: Vec<Visit>,
    events: Vec<(f64, Event)>,
    lines: Vec<LineRecord>,
    extinct: Option<f64>,
    triple_refractory: Option<f64>,
    marrow: Vec<MarrowRecord>,
}

impl Watch {
    /// The clones at a record time.
    pub fn record(&mut self, day: f64, tumour: &Tumour) {
        self.census.extend(census(tumour, day));
    }

    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.census.len() + self.visits.len() + self.events.len()
    }

    /// A boundary: notes the day on which the last cell was found gone.
    pub fn boundary(&mut self, day: f64, tumour: &Tumour) {
        if tumour.burden() > 0 {
            self.extinct = None;
        } else if self.extinct.is_none() {
            // The engines may know the day better than the boundary does.
            let last = tumour.clones().iter().filter_map(|clone| clone.extinct).reduce(f64::max);
            self.extinct = Some(last.unwrap_or(day));
        }
    }

    /// A visit, what was found at it, and what the clinic now knows of the line.
    pub fn visit(&mut self, visit: Visit, found: &Examination, monitor: Option<&Monitor>) {
        if let (Some(line), Some(monitor)) = (self.lines.last_mut(), monitor) {
            line.followed = visit.day;
            line.best = monitor.best();
            line.responded = monitor.responded();
            if monitor.baseline() > 0.0 {
                line.depth = line.depth.min(visit.m_protein / monitor.baseline());
            }
        }
        self.signs(visit.day, found);
        if visit.line > 0 && found.reading == 0.0 {
            self.events.push((visit.day, Event::Immunofixation { positive: found.band }));
        }
        if let Some(sample) = found.marrow {
            let record = MarrowRecord { day: visit.day, line: visit.line, sample, clear: found.is_clear() };
            self.marrow.push(record);
            self.events.push((visit.day, Event::Marrow(record)));
        }
        self.visits.push(visit);
    }

    /// What was looked at beside the serum.
    fn signs(&mut self, day: f64, found: &Examination) {
        let chains = found.signs.chains.map(Event::FreeLightChains);
        let urine = found.signs.urine.map(Event::Urine);
        let haemoglobin = found.signs.haemoglobin.map(Event::Haemoglobin);
        let seen = [chains, urine, haemoglobin].into_iter().flatten();
        self.events.extend(seen.map(|event| (day, event)));
    }

    /// An image was taken: the product of the lesion's diameters, cm2.
    pub fn image(&mut self, day: f64, size: f64) {
        self.events.push((day, Event::Imaging(size)));
    }

    /// The criterion by which progression is confirmed on `day`; none where only the serum is looked at.
    pub fn progression_by(&mut self, day: f64, criterion: Option<Criterion>) {
        self.events.extend(criterion.map(|criterion| (day, Event::ProgressionBy(criterion))));
    }

    /// Day of the last visit; before all days if there was none.
    pub fn last_visit(&self) -> f64 {
        self.visits.last().map_or(f64::NEG_INFINITY, |visit| visit.day)
    }

    /// Progression was confirmed on `day`.
    pub fn progression(&mut self, day: f64, reading: f64, monitor: &Monitor, tumour: &Tumour) {
        let traits = tumour.phenotypes.biology().traits.len();
        let dominant = tumour.dominant().map(|clone| clone.traits).unwrap_or_default();
        let (Some(line), Some(seen)) = (self.lines.last_mut(), monitor.progression()) else { return };
        let first = seen.by;
        line.progression = Some(first);
        line.progressed_after = Some(seen.after);
        line.relapse = Some((dominant, (0..traits).map(|position| tumour.share(position)).collect()));
        let event = Event::Progression { line: line.line, first, nadir: monitor.nadir(), reading, dominant };
        self.events.push((day, event));
    }

    /// The patient is triple-class refractory from the progression first seen on `first`, confirmed on `day`.
    pub fn triple_refractory(&mut self, first: f64, day: f64) {
        if self.triple_refractory.is_none() {
            self.triple_refractory = Some(first);
            self.events.push((day, Event::TripleClassRefractory));
        }
    }

    /// A turn of the course.
    pub fn turn(&mut self, day: f64, turn: &Turn) {
        let line = self.lines.last().map_or(0, |line| line.line);
        let event = match *turn {
            Turn::LineStarted { line, regimen } => {
                self.lines.push(new_line(line, regimen, day));
                Event::LineStarted { line, regimen }
            }
            Turn::RegimenChanged { regimen } => Event::RegimenChanged { line, regimen },
            Turn::LineEnded { line, reason } => {
                self.end_line(day, reason);
                Event::LineEnded { line, reason }
            }
            Turn::HolidayStarted => Event::HolidayStarted,
            Turn::PlanEnded => Event::PlanEnded,
            Turn::Decided { .. }
            | Turn::LineSkipped { .. }
            | Turn::Attrition { .. }
            | Turn::Toxicity { .. } => Event::Turn(turn.clone()),
        };
        self.events.push((day, event));
    }

    fn end_line(&mut self, day: f64, reason: LineEnd) {
        if let Some(line) = self.lines.last_mut() {
            line.ended = Some((day, reason));
        }
    }

    /// Closes the story.
    pub fn finish(
        mut self,
        day: f64,
        stop: Stop,
        patient: Patient,
        entered: f64,
        tumour: &Tumour,
        effort: Effort,
    ) -> Story {
        if let Some(extinct) = self.extinct {
            let at = self.events.partition_point(|(event_day, _)| *event_day <= extinct);
            self.events.insert(at, (extinct, Event::Extinction));
        }
        self.events.push((day, Event::Ended(stop)));
        let outcome = Outcome {
            patient,
            stop,
            stop_day: day,
            last_visit: self.visits.last().map_or(0.0, |visit| visit.day),
            lines: self.lines,
            extinct: self.extinct,
            triple_refractory: self.triple_refractory,
            marrow: self.marrow,
            entered,
            burden: tumour.burden(),
            clones: tumour.clones().len(),
            effort,
        };
        Story {
            census: self.census,
            clones: tumour.clones().to_vec(),
            visits: self.visits,
            events: self.events,
            outcome,
        }
    }
}

fn new_line(line: u32, regimen: usize, day: f64) -> LineRecord {
    LineRecord {
        line,
        regimen,
        started: day,
        ended: None,
        best: None,
        depth: 1.0,
        responded: None,
        progression: None,
        progressed_after: None,
        followed: day,
        relapse: None,
    }
}
