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
    /// Number and day of the next regular visit; none without a clinic.
    visit: Option<(u64, f64)>,
    end: f64,
}

impl Calendar {
    /// The calendar on day 0, which is a grid day, a visit and a record; it ends with the patient's follow-up.
    pub fn new(model: &Model, end: f64) -> Calendar {
        Calendar {
            step: model.engine.step,
            ticks: 0,
            record_every: model.record.every_steps,
            visit: model.clinic.map(|_| (0, 0.0)),
            end,
        }
    }

    /// The calendar of a time before that of the model: without records, and with an end of its own.
    pub fn until(model: &Model, end: f64) -> Calendar {
        Calendar { record_every: None, ..Calendar::new(model, end) }
    }

    /// The next day something happens, given the next boundary of the course.
    pub fn next(&self, course: f64) -> f64 {
        [self.next_tick(), self.next_visit(), course].into_iter().fold(self.end, f64::min)
    }

    fn next_tick(&self) -> f64 {
        (self.ticks + 1) as f64 * self.step
    }

    fn next_visit(&self) -> f64 {
        self.visit.map_or(f64::INFINITY, |(_, day)| day)
    }

    /// Whether a regular visit is due on `day`; says so once. `after` plans the visit that follows the one of a number.
    pub fn visit_due(&mut self, day: f64, after: impl FnOnce(u64) -> (u64, f64)) -> bool {
        let due = self.next_visit() <= day + MOMENT;
        if due {
            self.visit = self.visit.map(|(number, _)| after(number));
        }
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
        day >= self.end - MOMENT
    }
}
