//! Rules by which a plan reacts, toxicity, and death of other causes, as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::DrawEntry;
use crate::scenario::quantity::{Rate, Time};

/// The response a line needs to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedsEntry {
    /// The least response, confirmed, that is good enough.
    pub response: ResponseEntry,
    /// Cycles of the line's first regimen after which it is judged, at every visit from then on.
    #[schemars(range(min = 1, max = 10_000))]
    pub by_cycle: u32,
}

/// A response that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResponseEntry {
    /// Stringent complete.
    #[serde(rename = "sCR")]
    StringentComplete,
    /// Complete.
    #[serde(rename = "CR")]
    Complete,
    /// Very good partial.
    #[serde(rename = "VGPR")]
    VeryGoodPartial,
    /// Partial.
    #[serde(rename = "PR")]
    Partial,
    /// Minimal.
    #[serde(rename = "MR")]
    Minimal,
}

/// Adaptive therapy: drugs are paused while the disease is small, so that sensitive cells hold resistant ones
/// down. Growth in a pause is not progression; once drugs are given again it is judged from the reading of that day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdaptEntry {
    /// What is looked at.
    #[serde(default)]
    pub by: MeasureEntry,
    /// Drugs are paused at this share of the line's first value, or less.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub pause_below: f64,
    /// Drugs are given again at this share of the line's first value, or more.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub resume_above: f64,
}

/// What adaptive therapy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MeasureEntry {
    /// The reading of the M-protein.
    #[default]
    #[serde(rename = "M-protein")]
    MProtein,
    /// The true number of cells: for comparison with theory, no clinic can see it.
    #[serde(rename = "burden")]
    Burden,
}

/// Stop when minimal residual disease is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MrdEntry {
    /// Share of the marrow's cells below which it is negative.
    #[serde(default = "standard_level")]
    #[schemars(range(min = 1e-7, max = 0.01))]
    pub level: f64,
    /// Whether drugs are given again when a later sample is positive.
    #[serde(default)]
    pub restart: bool,
}

fn standard_level() -> f64 {
    crate::clinic::STANDARD_LEVEL
}

/// The line is left out unless the patient was off a drug for long enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffEntry {
    /// The drug, or a class of drugs.
    pub drug: String,
    /// Least time since its last dose; whoever never had it was off it for long enough.
    #[serde(rename = "for")]
    pub days: Time,
}

/// What a drug, or each drug of a class, does to those who take it, while a regimen with it is given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToxicityEntry {
    /// Its doses are left out for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldEntry>,
    /// Its doses are smaller from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduce: Option<ReduceEntry>,
    /// It is never given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopEntry>,
}

/// Doses left out for a time. Give rate or per_cycle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldEntry {
    /// Events per time on the drug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Probability of an event in a cycle of the regimen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.99))]
    pub per_cycle: Option<f64>,
    /// For how long doses are left out.
    #[serde(rename = "for")]
    pub days: Time,
}

/// Smaller doses from then on. Give rate or per_cycle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReduceEntry {
    /// Events per time on the drug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Probability of an event in a cycle of the regimen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.99))]
    pub per_cycle: Option<f64>,
    /// What is left of the dose before.
    #[schemars(range(min = 0.01, max = 0.99))]
    pub factor: f64,
    /// The dose is never reduced below this share of the planned one.
    #[serde(default = "least")]
    #[schemars(range(min = 0.01, max = 0.99))]
    pub least: f64,
}

fn least() -> f64 {
    0.25
}

/// Never given again. Give rate or per_cycle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopEntry {
    /// Events per time on the drug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Probability of an event in a cycle of the regimen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.99))]
    pub per_cycle: Option<f64>,
}

/// Death of other causes than the disease.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MortalityEntry {
    /// Deaths per person and time on day 0, such as "0.04 /y"; with age those at the age of at_age.
    pub hazard: DrawEntry<Rate>,
    /// Time in which the hazard doubles (Gompertz; about 7 years in adults); it stays the same if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubling: Option<Time>,
    /// The covariate that is a patient's age on day 0, in years: the hazard of day 0 is that of the age. Needs doubling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// The age, in years, at which the hazard is as stated; 65 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 120.0))]
    pub at_age: Option<f64>,
}
