//! The engines: how a tumour moves through time. Numbers only; no drug's name, no clinic, no file.

mod bulk;
mod combination;
mod direct;
mod exact;
mod forecast;
mod growth;
mod half;
mod hazards;
mod interval;
mod kink;
mod late;
mod laws;
mod leap;
mod pace;
mod panel;
mod passage;
mod places;
mod propagator;
mod quadrature;
mod rates;
pub mod sampler;
mod spells;
mod stream;
mod switching;
mod tracks;
mod transition;
mod web;

pub use combination::{Combination, Single};
pub use exact::Exact;
pub use hazards::{Acting, CellRates, Hazards, Moment, Pressure, Synergy};
pub use interval::Interval;
pub use leap::Leap;
pub use pace::{Effort, Pace};
pub use propagator::Propagator;
pub use stream::{Purpose, SCHEME, Stream, StreamKey};

use crate::disease::{Overflow, Phenotype, Tumour};

/// Why an engine could not go on; it becomes the stop reason of the replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The tumour outgrew a limit.
    Overflow(Overflow),
    /// More events than the limit of the exact engine.
    Events,
}

impl From<Overflow> for Halt {
    fn from(overflow: Overflow) -> Halt {
        Halt::Overflow(overflow)
    }
}

/// Kills at once: each cell survives on its own with the probability that its phenotype has.
pub fn pulse(
    tumour: &mut Tumour,
    survival: impl Fn(&Phenotype) -> f64,
    day: f64,
    stream: &mut Stream,
) -> Result<(), Overflow> {
    for position in 0..tumour.clones().len() {
        let (cells, survival) = (tumour.clones()[position].cells, survival(tumour.phenotype(position)));
        // The smaller probability keeps its precision.
        let left = if survival < 0.5 {
            sampler::binomial(cells, survival, stream)
        } else {
            cells - sampler::binomial(cells, 1.0 - survival, stream)
        };
        tumour.replace(position, left)?;
    }
    tumour.take_stock(day)
}

/// A way to carry a tumour over an interval without boundaries.
pub trait Engine {
    /// Forgets everything of the tumour before; a new story begins.
    fn begin(&mut self);

    /// The story ends when the burden reaches `ceiling` cells, from now on.
    fn end_at(&mut self, ceiling: f64);

    /// Carries `tumour` from day `from` to day `to` under `hazards`; the only draws for the disease.
    /// Gives the day it got to, which is before `to` if the burden reached one that ends the story.
    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<f64, Halt>;

    /// What it has done so far; an engine without steps has nothing to tell.
    fn effort(&self) -> Effort {
        Effort::NONE
    }
}
