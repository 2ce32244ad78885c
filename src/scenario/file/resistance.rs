//! A resistance trait as a scenario or the catalogue writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{DrawEntry, Factor, Left, Relative, Share, always};
use super::evidence::{ConfidenceEntry, Evidence};
use crate::scenario::quantity::{Rate, Time};

/// A resistance trait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraitEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// What sort of thing it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindEntry>,
    /// The gene, or the state.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gene: String,
    /// What it is, what it acts on, what overcomes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Drugs that act in spite of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overcome_by: Vec<String>,
    /// How often it was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub frequency: String,
    /// How a cell gains it.
    #[serde(default)]
    pub gained: GainEntry,
    /// How a cell loses it; without this it is for good.
    #[serde(default)]
    pub lost: LossEntry,
    /// Multiplies the division rate: its cost, or its advantage.
    #[serde(default = "no_change", skip_serializing_if = "is_no_change")]
    pub division_factor: DrawEntry<Factor>,
    /// Multiplies the death rate without drugs.
    #[serde(default = "no_change", skip_serializing_if = "is_no_change")]
    pub death_factor: DrawEntry<Factor>,
    /// Added to the division rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division_added: Option<DrawEntry<Rate>>,
    /// Added to the death rate without drugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death_added: Option<DrawEntry<Rate>>,
    /// Multiplies the M-protein that a cell secretes.
    #[serde(default = "no_change", skip_serializing_if = "is_no_change")]
    pub secretion_factor: DrawEntry<Factor>,
    /// Multiplies the probability of every mutation of a cell.
    #[serde(default = "no_change", skip_serializing_if = "is_no_change")]
    pub mutation_factor: DrawEntry<Factor>,
    /// Traits that a cell must carry before it can gain this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// What it does to drugs, by drug or drug class; the drug's own entry wins. A plain number is the share of the
    /// kill that is lost, 0 to 1.
    #[serde(default)]
    pub resists: BTreeMap<String, ResistEntry>,
    /// What it multiplies the level of antigens by, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub antigens: BTreeMap<String, DrawEntry<Factor>>,
    /// The share of what it does to drugs and antigens that other drugs give back at full effect, by drug or class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reversed_by: BTreeMap<String, ReversalEntry>,
    /// Why it does nothing, if the evidence says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inert: Option<String>,
    /// Where the numbers come from, and which of them are assumptions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// What each value rests on, by its key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: Evidence,
    /// What else must be known before a value is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What sort of thing a trait is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KindEntry {
    /// Gained at a division, for good.
    #[serde(rename = "mutation")]
    Mutation,
    /// Gained and lost without a division.
    #[serde(rename = "expression state")]
    ExpressionState,
    /// Of all cells of a patient from the beginning.
    #[serde(rename = "patient covariate")]
    PatientCovariate,
    /// Of the patient and not of the cells.
    #[serde(rename = "host")]
    Host,
    /// Of populations, which the engine brings about.
    #[serde(rename = "population")]
    Population,
    /// A finding about what can be known.
    #[serde(rename = "finding")]
    Finding,
}

/// What a trait does to a drug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ResistEntry {
    /// The share of the kill that is lost, 0 to 1.
    Lost(DrawEntry<Share>),
    /// What is left of the kill, and the concentration it takes.
    Left {
        /// Multiplies the kill; above 1 the trait sensitises.
        #[serde(default = "whole")]
        kill: DrawEntry<Left>,
        /// Multiplies the concentration of half effect.
        #[serde(default = "same", skip_serializing_if = "is_same")]
        ec50: DrawEntry<Relative>,
        /// Low end of what may be left of the kill at a standard dose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// High end of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
        /// The effect in the source's words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        effect: String,
        /// Where it comes from.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
        /// How far the effect can be relied on; the number is an assumption unless the source says otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<ConfidenceEntry>,
    },
}

/// What another drug gives back of what a trait takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ReversalEntry {
    /// The share, 0 to 1.
    Share(DrawEntry<Share>),
    /// The share with its source.
    Sourced {
        /// The share, 0 to 1.
        share: DrawEntry<Share>,
        /// The effect in the source's words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        effect: String,
        /// Where it comes from.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
        /// How far it can be relied on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<ConfidenceEntry>,
    },
}

impl ReversalEntry {
    /// The share, 0 to 1.
    pub fn share(&self) -> &DrawEntry<Share> {
        match self {
            ReversalEntry::Share(share) | ReversalEntry::Sourced { share, .. } => share,
        }
    }
}

/// How a trait is gained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GainEntry {
    /// Probability per division that exactly one daughter has gained it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_division: Option<DrawEntry<Share>>,
    /// Rate per cell, without a division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<DrawEntry<Rate>>,
    /// Rate per cell while a drug acts in full, by drug or drug class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub under: BTreeMap<String, DrawEntry<Rate>>,
}

/// How a trait is lost. Give either rate or half_life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LossEntry {
    /// Probability per division that exactly one daughter has lost it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_division: Option<DrawEntry<Share>>,
    /// Rate per cell, without a division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<DrawEntry<Rate>>,
    /// Time in which half of the cells lose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<DrawEntry<Time>>,
}

/// A factor that changes nothing.
fn no_change() -> DrawEntry<Factor> {
    DrawEntry::Fixed(Factor(1.0))
}

fn is_no_change(factor: &DrawEntry<Factor>) -> bool {
    *factor == no_change()
}

/// The whole kill is left.
fn whole() -> DrawEntry<Left> {
    always(Left(1.0))
}

/// The same concentration.
fn same() -> DrawEntry<Relative> {
    always(Relative(1.0))
}

fn is_same(factor: &DrawEntry<Relative>) -> bool {
    *factor == same()
}
