//! Which day comes next: the engine's grid, visits, records and the horizon.

use crate::model::Model;

/// Two times closer than this, days, are one moment: sums of the same days can differ in their last digit.
pub const MOMENT: f64 = 1e-9;

/// The days that do not depend on the course. Grid days are whole multiples of the step, so that they
/// are the same numbers whatever else is asked for; records fall on the grid and never add a day.
#[derive(Clone, Debug)]
pub struct Calendar {
    step: f64,
    ticks: u64,
    record_every: Option<u64>,
    visit_every: f64,
    visits: u64,
    horizon: f64,
}

impl Calendar {
    /// The calendar on day 0, which is a grid day, a visit and a record.
    pub fn new(model: &Model) -> Calendar {
        Calendar {
            step: model.engine.step,
            ticks: 0,
            record_every: model.record.every_steps,
            visit_every: model.clinic.map_or(f64::INFINITY, |clinic| clinic.every),
            visits: 0,
            horizon: model.horizon,
        }
    }

    /// The calendar of a time before that of the model: without records, and with an end of its own.
    pub fn until(model: &Model, horizon: f64) -> Calendar {
        Calendar { horizon, record_every: None, ..Calendar::new(model) }
    }

    /// The next day something happens, given the next boundary of the course.
    pub fn next(&self, course: f64) -> f64 {
        [self.next_tick(), self.next_visit(), course].into_iter().fold(self.horizon, f64::min)
    }

    fn next_tick(&self) -> f64 {
        (self.ticks + 1) as f64 * self.step
    }

    fn next_visit(&self) -> f64 {
        if self.visit_every.is_finite() { self.visits as f64 * self.visit_every } else { f64::INFINITY }
    }

    /// Whether a regular visit is due on `day`; says so once.
    pub fn visit_due(&mut self, day: f64) -> bool {
        let due = self.next_visit() <= day + MOMENT;
        self.visits += u64::from(due);
        due
    }

    /// Whether the clones are recorded on `day`.
    pub fn record_due(&mut self, day: f64) -> bool {
        if self.next_tick() <= day + MOMENT {
            self.ticks += 1;
        }
        let on_grid = (self.ticks as f64 * self.step - day).abs() <= MOMENT;
        on_grid && self.record_every.is_some_and(|every| self.ticks.is_multiple_of(every))
    }

    /// Whether follow-up ends.
    pub fn is_over(&self, day: f64) -> bool {
        day >= self.horizon - MOMENT
    }
}
