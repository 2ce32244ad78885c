//! What is decided about a person beside the disease: when they enter the study, and when they would die of other causes.

use rand::RngExt;

use crate::engine::{Purpose, StreamKey, sampler};
use crate::model::Model;
use crate::patient::Person;
use crate::record::Stop;

/// The fate of one replicate of a patient, the same in every arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// Days from the first possible entry to this patient's; their day 0.
    pub entered: f64,
    /// The day on which they die of other causes, if nothing comes before.
    death: f64,
    /// The day on which the data are cut off.
    cutoff: f64,
    horizon: f64,
}

impl Fate {
    /// Draws a fate; nothing is drawn where a scenario has no cut-off and no other causes of death.
    pub fn draw(model: &Model, person: &Person, key: StreamKey) -> Fate {
        let entered =
            model.cutoff.map_or(0.0, |cutoff| cutoff.accrual * key.stream(Purpose::Entry).random::<f64>());
        let death = person.mortality.map_or(f64::INFINITY, |mortality| {
            mortality.day(sampler::exponential(&mut key.stream(Purpose::Mortality)))
        });
        let cutoff = model.cutoff.map_or(f64::INFINITY, |cutoff| cutoff.day - entered);
        Fate { entered, death, cutoff, horizon: model.horizon }
    }

    /// Nothing is decided but an end of the time that is looked at, for what was before day 0.
    pub fn until(horizon: f64) -> Fate {
        Fate { entered: 0.0, death: f64::INFINITY, cutoff: f64::INFINITY, horizon }
    }

    /// The last day of the story, whatever the disease does.
    pub fn end(&self) -> f64 {
        self.death.min(self.cutoff).min(self.horizon)
    }

    /// Why the story ends on that day.
    pub fn stop(&self) -> Stop {
        match self.end() {
            end if end == self.death => Stop::OtherDeath,
            end if end == self.horizon => Stop::Horizon,
            _ => Stop::Cutoff,
        }
    }
}
