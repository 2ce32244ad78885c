//! The noisy reading through which the clinic sees the M-protein.

use crate::engine::{Stream, sampler};

/// Steps of a reading in 1 g/L. Calls are made from what is reported, so that the tables explain them.
const DIGITS: f64 = 1000.0;

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
    /// A reading of a true concentration, g/L, as the laboratory reports it: to 0.001 g/L.
    /// Always two draws, so that no reading shifts the next.
    pub fn read(&self, concentration: f64, stream: &mut Stream) -> f64 {
        let (proportional, additive) = (sampler::normal(stream), sampler::normal(stream));
        let reading = concentration * (1.0 + self.cv * proportional) + self.sd * additive;
        let reported = (reading * DIGITS).round() / DIGITS;
        if reported < self.limit { 0.0 } else { reported.max(0.0) }
    }
}
