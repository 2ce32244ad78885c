//! What one visit finds: the reading of the M-protein, immunofixation, and the marrow if it was looked at.

use super::marrow::Aspirate;
use super::signs::Signs;

/// The findings of a visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Examination {
    /// The day.
    pub day: f64,
    /// Serum M-protein, or the difference of free light chains, g/L; 0 if it was not detected.
    pub reading: f64,
    /// Whether immunofixation shows a band.
    pub band: bool,
    /// The sample of the marrow, if one was taken.
    pub marrow: Option<Aspirate>,
    /// What else was looked at.
    pub signs: Signs,
}

impl Examination {
    /// Neither the reading nor immunofixation shows any M-protein, nor does the urine if it was collected.
    pub fn is_clear(&self) -> bool {
        self.reading == 0.0 && !self.band && self.signs.urine.is_none_or(|urine| urine.is_clear())
    }
}
