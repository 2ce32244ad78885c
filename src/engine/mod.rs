//! The engines: how a tumour moves through time. Numbers only; no drug's name, no clinic, no file.

mod exact;
mod hazards;
mod interval;
mod leap;
mod propagator;
pub mod sampler;
mod stream;

pub use exact::Exact;
pub use hazards::{Combination, Hazards, Pressure};
pub use interval::Interval;
pub use leap::Leap;
pub use propagator::Propagator;
pub use stream::{Purpose, SCHEME, Stream, StreamKey};

use crate::disease::{Overflow, Tumour};

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

/// A way to carry a tumour over an interval without boundaries.
pub trait Engine {
    /// Carries `tumour` from day `from` to day `to` under `hazards`; the only draws for the disease.
    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt>;
}
