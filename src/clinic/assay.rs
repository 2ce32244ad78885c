//! The noisy reading through which the clinic sees the M-protein.

use crate::engine::{Stream, sampler};

/// Noise and limit of the serum assay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assay {
    /// Proportional error, a fraction.
    pub cv: f64,
    /// Additive error, g/L.
    pub sd: f64,
    /// Limit of detection, g/L; less is reported as 0.
    pub limit: f64,
}

impl Assay {
    /// A reading of a true concentration, g/L. Always two draws, so that no reading shifts the next.
    pub fn read(&self, concentration: f64, stream: &mut Stream) -> f64 {
        let (proportional, additive) = (sampler::normal(stream), sampler::normal(stream));
        let reading = concentration * (1.0 + self.cv * proportional) + self.sd * additive;
        if reading < self.limit { 0.0 } else { reading.max(0.0) }
    }
}
