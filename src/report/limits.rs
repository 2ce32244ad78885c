//! The smallest disease that the clinic can see, in cells of one patient.

use super::run::{History, Run};
use crate::clinic::{Elimination, STANDARD_LEVEL};
use crate::units::Dimension;

/// Grams in a picogram.
const PICOGRAM: f64 = 1e-12;

/// A limit of detection.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What cannot see less.
    pub name: &'static str,
    /// Cells.
    pub cells: f64,
}

/// The limits of a patient's assay and marrow; those that the manifest does not tell are left out.
pub fn limits(run: &Run, history: &History) -> Vec<Limit> {
    let assay = assay(run, history).map(|cells| Limit { name: "limit of the assay", cells });
    let marrow = marrow(run).map(|cells| Limit { name: "MRD 1e-5", cells });
    [assay, marrow].into_iter().flatten().filter(|limit| limit.cells >= 1.0).collect()
}

/// The burden of cells without traits at which secretion and elimination balance at the limit of the assay.
fn assay(run: &Run, history: &History) -> Option<f64> {
    let of = |key: &str, dimension| run.quantity(&format!("/visits/m_protein/{key}"), dimension);
    let limit = of("limit", Dimension::Concentration)?;
    let secretion = history.secretion.or_else(|| of("secretion", Dimension::Secretion))?;
    let half_life = history.half_life.or_else(|| of("half_life", Dimension::Time))?;
    let volume = of("volume", Dimension::Volume)?;
    let saturated = of("saturated_half_life", Dimension::Time);
    let elimination = match (saturated, of("half_saturation", Dimension::Concentration)) {
        (Some(saturated), Some(half_saturation)) => {
            Elimination::Saturable { half_life, saturated, half_saturation }
        }
        _ => Elimination::FirstOrder { half_life },
    };
    let cells = elimination.rate(limit) * limit * volume / (secretion * PICOGRAM);
    cells.is_finite().then_some(cells)
}

/// The burden of which a sample of the marrow holds the IMWG level of residual disease.
fn marrow(run: &Run) -> Option<f64> {
    let cells = run.resolved("/visits/marrow/cells")?.as_f64()?;
    let sample = run.resolved("/visits/marrow/sample")?.as_u64()?;
    let seen = crate::clinic::Aspirate { clonal: 0, cells: sample }.is_negative_at(STANDARD_LEVEL);
    seen.then_some(STANDARD_LEVEL * cells / (1.0 - STANDARD_LEVEL))
}
