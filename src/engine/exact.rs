//! The oracle: the whole tumour event by event. Every other engine is checked against it.

use std::sync::Arc;

use super::direct::{Bounds, Direct, Environment, Setting};
use super::hazards::Hazards;
use super::stream::Stream;
use super::{Engine, Halt};
use crate::disease::Tumour;

/// Simulates every event, with crowding as it is at each moment.
#[derive(Clone, Debug)]
pub struct Exact {
    direct: Direct,
    bounds: Bounds,
    most_events: u64,
}

impl Exact {
    /// An engine that stops after `most_events` events, and when the burden reaches `ceiling` cells.
    pub fn new(most_events: u64, ceiling: f64) -> Exact {
        Exact { direct: Direct::default(), bounds: Bounds { ceiling, events: most_events }, most_events }
    }
}

impl Engine for Exact {
    fn begin(&mut self) {
        self.bounds.events = self.most_events;
        self.direct.clear();
    }

    fn end_at(&mut self, ceiling: f64) {
        self.bounds.ceiling = ceiling;
    }

    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<f64, Halt> {
        let immigration = Arc::clone(&tumour.phenotypes.biology().immigration);
        let environment = Environment::Live(&hazards.density);
        let setting = Setting { hazards, environment, immigration: &immigration };
        self.direct.take_in(tumour, |_| true);
        let reached = self.direct.run(tumour, &setting, (from, to), &[], &mut self.bounds, stream);
        // Also after a halt: the story tells what was there.
        self.direct.give_back(tumour)?;
        let reached = reached?;
        tumour.take_stock(reached)?;
        Ok(reached)
    }
}
