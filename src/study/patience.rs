//! The limit of seconds on a history: the clock that the core does not have.

use std::time::Instant;

use crate::engine::StreamKey;
use crate::model::{Arm, Model};
use crate::record::Story;
use crate::simulate::Simulator;

/// Tells a history for as long as the model's limit of seconds allows.
pub fn tell_within<'m>(simulator: &mut Simulator<'m>, model: &Model, arm: &'m Arm, key: StreamKey) -> Story {
    match model.limits.seconds {
        None => simulator.tell(arm, key),
        Some(seconds) => {
            let begun = Instant::now();
            simulator.tell_while(arm, key, &|| begun.elapsed().as_secs_f64() < seconds)
        }
    }
}
