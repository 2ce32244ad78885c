//! A regimen as a scenario or the catalogue writes it, and how drugs act together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::ConfidenceEntry;
use crate::scenario::quantity::{Rate, Time};

/// A regimen: drugs on days of a cycle. Give cycle and doses, or phases, or one_of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimenEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// Whom it was given to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub setting: String,
    /// Length of a cycle, whole days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<Time>,
    /// Cycles after which nothing more is given; it goes on without this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub cycles: Option<u32>,
    /// What is given on which days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doses: Option<Vec<DoseEntry>>,
    /// Cycles of different lengths, one phase after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<PhaseEntry>,
    /// Regimens of which each patient gets one, each as likely as the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// The law that combines the kills of its drugs, if it is not that of `therapy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combination: Option<CombinationEntry>,
    /// The rate that no combination exceeds; for the law Bliss, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Rate>,
    /// Pairs of its drugs that act better, or worse, together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synergy: Vec<SynergyEntry>,
    /// Where the schedule comes from.
    #[serde(default)]
    pub source: String,
    /// How far it can be relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<ConfidenceEntry>,
    /// What else must be known before it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl RegimenEntry {
    /// All doses, of all phases.
    pub fn all_doses(&self) -> impl Iterator<Item = &DoseEntry> {
        self.doses.iter().flatten().chain(self.phases.iter().flat_map(|phase| &phase.doses))
    }
}

/// Cycles of one length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseEntry {
    /// Such as induction, transplant, maintenance.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Length of a cycle, whole days.
    pub cycle: Time,
    /// How many there are; only the last phase may go on without this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub cycles: Option<u32>,
    /// What is given on which days.
    pub doses: Vec<DoseEntry>,
}

/// One drug of a regimen on its days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoseEntry {
    /// The drug.
    pub drug: String,
    /// Days of the cycle, counted from 1, such as "1-21" or "1,8,15,22".
    pub days: String,
    /// Cycles in which it is given, counted from 1, such as "1-2" or "7-"; all if left out.
    #[serde(default = "all_cycles", skip_serializing_if = "is_all")]
    pub cycles: String,
    /// The dose, in a unit in which the drug has a standard dose, such as "1.3 mg/m2".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<String>,
    /// Instead of dose: in units of the standard dose; 1 if both are left out. Of a drug that acts for a time, the
    /// strongest of the doses that still act counts; of others, concentrations add up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1e-6, max = 1000.0))]
    pub strength: Option<f64>,
    /// How it is given; it matters for a drug with absorption, which no dose into the vein waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteEntry>,
    /// What the dose kills at once, beside what it does afterwards, as a decimal logarithm; for transplant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 18.0))]
    pub log_kill: Option<f64>,
}

/// How a dose is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RouteEntry {
    /// By mouth.
    #[serde(rename = "oral")]
    Oral,
    /// Into the vein.
    #[serde(rename = "IV")]
    Intravenous,
    /// Under the skin.
    #[serde(rename = "SC")]
    Subcutaneous,
}

/// The law that combines the kills of several drugs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CombinationEntry {
    /// Each drug kills at its own rate whatever the others do: the rates add.
    #[default]
    #[serde(rename = "independent rates")]
    IndependentRates,
    /// Effects are shares of a ceiling, and each drug acts on what the others leave of it.
    #[serde(rename = "Bliss")]
    Bliss,
    /// The highest single agent: the others add nothing.
    #[serde(rename = "HSA")]
    HighestSingleAgent,
    /// Loewe additivity: each drug acts as if it were some dose of the other.
    #[serde(rename = "Loewe")]
    Loewe,
}

/// Two drugs that act better, or worse, together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SynergyEntry {
    /// The two.
    #[schemars(length(min = 2, max = 2))]
    pub drugs: Vec<String>,
    /// What multiplies the kill of each while the other acts in full; below 1 they hinder one another.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub factor: f64,
}

fn all_cycles() -> String {
    "1-".to_string()
}

fn is_all(cycles: &str) -> bool {
    cycles == "1-"
}
