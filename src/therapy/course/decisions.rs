//! What rules, chance and toxicity do to a course.

use libm::ceil;

use super::super::plan::{Line, TimeOff};
use super::super::rule::{Decision, PausedBy, Reason, Report};
use super::{Course, LineEnd, MOMENT, Pause, Skip, Turn};

impl<'a> Course<'a> {
    /// What the rules of the line say to a visit on `day`.
    pub fn decide(&mut self, day: f64, report: &Report) -> Vec<Turn> {
        // A line that is over today decides nothing any more.
        let Some(treatment) = self.treatment.as_ref().filter(|_| !self.turns_by(day)) else {
            return Vec::new();
        };
        let paused = treatment.paused.map(|pause| pause.by);
        let first = self.chosen(treatment.line.regimen, self.line);
        let cycles = self.regimens[first].cycles_by(day - treatment.begun);
        let Some(decision) = treatment.line.rules.decide(paused, cycles, report) else { return Vec::new() };
        let decided = Turn::Decided { line: self.line, decision };
        let ended = match decision {
            Decision::Pause(reason) => self.pause(day, reason),
            Decision::Resume(_) => self.resume(day),
            Decision::End(_) => self.end_stage(day, LineEnd::InsufficientResponse),
        };
        [decided].into_iter().chain(ended).collect()
    }

    fn pause(&mut self, day: f64, reason: Reason) -> Vec<Turn> {
        let by = match reason {
            Reason::Mrd { .. } => PausedBy::Mrd,
            Reason::Band { .. } | Reason::Response { .. } => PausedBy::Band,
        };
        let regimens = self.regimens;
        let Some(treatment) = &mut self.treatment else { return Vec::new() };
        let doses = &mut treatment.doses;
        // A cycle that begins today has had no dose yet: it will be the first one after the pause.
        let begun = ceil(regimens[doses.regimen].cycles_by(day - doses.since) - MOMENT).max(0.0);
        treatment.paused = Some(Pause { by, cycles: begun as u32 });
        doses.pause();
        self.tolerance.rest(day);
        self.plan_ends();
        Vec::new()
    }

    /// Goes on with the cycle after the last one that was begun; the line may be over with that.
    fn resume(&mut self, day: f64) -> Vec<Turn> {
        let regimens = self.regimens;
        let Some(treatment) = &mut self.treatment else { return Vec::new() };
        let Some(pause) = treatment.paused.take() else { return Vec::new() };
        let regimen = &regimens[treatment.doses.regimen];
        let given = regimen.days_of(pause.cycles);
        treatment.doses.resume(day - given, given as u64, regimens);
        self.tolerance.begin(regimen, day - given, day);
        self.plan_ends();
        Vec::new()
    }

    /// A line whose turn it is: begun, left out, or the end of all treatment.
    pub(super) fn come_to(&mut self, line: &'a Line, position: usize, day: f64) -> Vec<Turn> {
        if let Some(reason) = self.reason_to_skip(line, day) {
            let skipped = Turn::LineSkipped { regimen: self.chosen(line.regimen, self.line + 1), reason };
            return [skipped].into_iter().chain(self.begin_stage(day)).collect();
        }
        let lot = self.lots.get(position).copied().unwrap_or(1.0);
        if self.line > 0 && lot < line.attrition {
            self.next_stage = self.plan.stages.len() + 1;
            return vec![Turn::Attrition { line: self.line + 1 }, Turn::PlanEnded];
        }
        vec![self.begin_line(line, day)]
    }

    fn reason_to_skip(&self, line: &Line, day: f64) -> Option<Skip> {
        if self.is_unbearable(self.chosen(line.regimen, self.line + 1)) {
            return Some(Skip::Toxicity);
        }
        let TimeOff { drugs, days: asked } = line.time_off.as_ref()?;
        let last = |drug: &usize| Some((*drug, self.exposure.last_dose(*drug)?));
        let (drug, last) = drugs.iter().filter_map(last).max_by(|a, b| a.1.total_cmp(&b.1))?;
        let days = day - last;
        (days < *asked).then_some(Skip::TimeOff { drug, days, asked: *asked })
    }

    /// Whether every drug of a regimen was stopped for toxicity.
    fn is_unbearable(&self, regimen: usize) -> bool {
        let mut drugs = self.regimens[regimen].drugs().peekable();
        drugs.peek().is_some() && drugs.all(|drug| self.tolerance.is_stopped(drug))
    }

    /// Ends the line if no drug of its regimen can be given any more.
    pub(super) fn end_if_unbearable(&mut self, day: f64) -> Vec<Turn> {
        let unbearable = self.treatment.as_ref().is_some_and(|t| self.is_unbearable(t.doses.regimen));
        if unbearable { self.end_stage(day, LineEnd::Toxicity) } else { Vec::new() }
    }

    /// The toxicity that comes on `day`. `draw` gives an exponential number for a drug and a consequence.
    pub fn suffer(&mut self, day: f64, draw: &mut dyn FnMut(usize, usize) -> f64) -> Vec<Turn> {
        let suffered = self.tolerance.suffer(day, draw);
        if suffered.is_empty() {
            return Vec::new();
        }
        let told = |(drug, consequence)| Turn::Toxicity { drug, consequence };
        let mut turns: Vec<Turn> = suffered.into_iter().map(told).collect();
        turns.extend(self.end_if_unbearable(day));
        turns
    }
}
