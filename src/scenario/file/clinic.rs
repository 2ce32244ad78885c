//! Visits and the assay as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::DrawEntry;
use crate::scenario::quantity::{Concentration, Secretion, Time, Volume};

/// When the clinic looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitsEntry {
    /// Time between visits; the first is on day 0.
    pub every: Time,
    /// The M-protein and its assay.
    #[serde(default)]
    pub m_protein: MProteinEntry,
}

/// The M-protein and its assay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MProteinEntry {
    /// Secretion of a cell without traits (Singh 2021: 12.1 pg per day).
    pub secretion: DrawEntry<Secretion>,
    /// Half-life in serum (Poels 2025: 13.75 d).
    pub half_life: DrawEntry<Time>,
    /// Volume of distribution.
    pub volume: Volume,
    /// Proportional error of the assay (Collins 2023: 0.0633).
    #[schemars(range(min = 0.0, max = 10.0))]
    pub cv: f64,
    /// Additive error of the assay (Collins 2023: 0.832 g/L).
    pub sd: Concentration,
    /// Limit of detection.
    pub limit: Concentration,
    /// A first reading below this is not measurable disease.
    pub measurable: Concentration,
}

impl Default for MProteinEntry {
    fn default() -> MProteinEntry {
        MProteinEntry {
            secretion: DrawEntry::Fixed(Secretion(12.1)),
            half_life: DrawEntry::Fixed(Time(13.75)),
            volume: Volume(6.5),
            cv: 0.0633,
            sd: Concentration(0.832),
            limit: Concentration(0.5),
            measurable: Concentration(5.0),
        }
    }
}
