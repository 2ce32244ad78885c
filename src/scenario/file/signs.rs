//! What the clinic can look at beside the serum M-protein, as a scenario writes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{DrawEntry, Share, Variation, always};
use crate::scenario::quantity::{Concentration, Excretion, Secretion, Time};

/// Free light chains that the tumour secretes beside its immunoglobulin: a stringent complete response then asks for their
/// normal ratio, and they are followed where neither serum nor urine is measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreeLightChainsEntry {
    /// Which chain.
    pub chain: ChainEntry,
    /// Secretion of a cell without traits; an assumption.
    #[serde(default = "excess")]
    pub secretion: DrawEntry<Secretion>,
    /// Half-life in serum; 3 h (kappa) or 4.5 h (lambda) if left out. Renal failure makes it days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<DrawEntry<Time>>,
    /// Proportional error of the assay; an assumption.
    #[serde(default = "chain_error")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub cv: f64,
    /// Additive error of the assay; an assumption.
    #[serde(default = "chain_noise")]
    pub sd: Concentration,
}

/// A kind of light chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainEntry {
    /// Kappa.
    Kappa,
    /// Lambda.
    Lambda,
}

impl ChainEntry {
    /// Half-life in serum if the scenario does not say, days.
    pub fn half_life(self) -> f64 {
        match self {
            ChainEntry::Kappa => 3.0 / 24.0,
            ChainEntry::Lambda => 4.5 / 24.0,
        }
    }
}

fn excess() -> DrawEntry<Secretion> {
    always(Secretion(5.0))
}

fn chain_error() -> f64 {
    0.08
}

fn chain_noise() -> Concentration {
    Concentration(0.001)
}

/// M-protein in the urine of 24 hours, at every visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UrineEntry {
    /// Share of the light chains that are cleared from the serum which gets into the urine; an assumption.
    pub share: DrawEntry<Share>,
    /// Error of collection and assay, a coefficient of variation; an assumption.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub cv: f64,
    /// Less than this in 24 hours is not seen by electrophoresis; an assumption.
    pub limit: Excretion,
    /// Excretion at which half of the gels of immunofixation show a band; an assumption.
    pub threshold: Excretion,
    /// Spread of that from gel to gel: coefficient of variation of a lognormal.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub threshold_cv: f64,
}

impl Default for UrineEntry {
    fn default() -> UrineEntry {
        UrineEntry {
            share: always(Share(0.1)),
            cv: 0.15,
            limit: Excretion(50.0),
            threshold: Excretion(20.0),
            threshold_cv: 0.3,
        }
    }
}

/// Images of a plasmacytoma that holds a share of the tumour's cells: a sphere of 1e9 cells per cm3, seen from 1 cm on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImagingEntry {
    /// Time between images, each at the next visit; the first is taken on day 0.
    pub every: Time,
    /// Share of the tumour's cells in it; an assumption.
    #[serde(default = "a_hundredth")]
    pub share: DrawEntry<Share>,
    /// Error of the product of its diameters, a coefficient of variation; an assumption.
    #[serde(default = "a_tenth")]
    pub cv: Variation,
}

fn a_hundredth() -> DrawEntry<Share> {
    always(Share(0.01))
}

fn a_tenth() -> Variation {
    Variation(0.1)
}

/// Haemoglobin, at every visit: it falls in proportion to the tumour's share of the marrow. What drugs do to it is not
/// modelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HaemoglobinEntry {
    /// Without a tumour; an assumption.
    pub healthy: DrawEntry<Concentration>,
    /// What would be lost of it in a marrow that is all tumour; an assumption.
    pub lost: DrawEntry<Concentration>,
    /// Spread of readings; an assumption.
    pub sd: Concentration,
}

impl Default for HaemoglobinEntry {
    fn default() -> HaemoglobinEntry {
        HaemoglobinEntry {
            healthy: always(Concentration(135.0)),
            lost: always(Concentration(80.0)),
            sd: Concentration(4.0),
        }
    }
}
