//! The disease as a scenario writes it: growth, crowding, clones, traits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Count, DrawEntry, Factor, Number};
use super::one;
use super::therapy::StageEntry;
use crate::scenario::quantity::{Rate, Time};

/// The disease before therapy. Give death, and beside it either division or net_growth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiseaseEntry {
    /// Cells without any trait on day 0; with a history, all cells at diagnosis.
    pub burden: DrawEntry<Number>,
    /// Division rate of a cell without traits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<DrawEntry<Rate>>,
    /// Death rate of a cell without traits and without drugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death: Option<DrawEntry<Rate>>,
    /// Division minus death of a cell without traits; needs death beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_growth: Option<DrawEntry<Rate>>,
    /// How sensitive a patient's disease is: multiplies the kill of every drug.
    #[serde(default = "fixed_one")]
    pub kill_scale: DrawEntry<Number>,
    /// Density dependence; leave it out for unlimited growth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityEntry>,
    /// The traits that can arise, from the catalogue or from this file.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub traits: Vec<String>,
    /// Clones with traits that are there on day 0.
    #[serde(default, rename = "clone")]
    pub clones: Vec<SeedEntry>,
    /// Cells that come from outside, such as from a precursor that stays behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub immigration: Vec<ImmigrationEntry>,
    /// How many daughters of a division can mutate.
    #[serde(default)]
    pub daughters: DaughtersEntry,
    /// Which cells count as one clone.
    #[serde(default)]
    pub clones_by: ClonesBy,
    /// A patient dies when the burden reaches this many cells; leave it out for no death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lethal_burden: Option<DrawEntry<Count>>,
    /// What was before day 0; leave it out for a newly diagnosed disease that is there with its burden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryEntry>,
}

/// What was before day 0. Give from, lines, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryEntry {
    /// Cells without traits that the disease begins with: one, or those of a precursor. It is diagnosed when it reaches
    /// disease.burden. Growths that die out are not the patient's: another one is drawn. Clones of the scenario are then
    /// those of the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DrawEntry<Count>>,
    /// Lines between diagnosis and day 0, which is the day on which the last of them ends. Patients whom they cure or who
    /// die are not in the cohort: another course is drawn. A holiday at the end washes the drugs out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<StageEntry>,
    /// Whether the replicates of a patient are several futures of one past; each has its own past if not.
    #[serde(default)]
    pub shared: bool,
    /// A growth, or a course of earlier lines, that takes longer counts as one that did not come.
    #[serde(default = "a_lifetime")]
    pub longest: Time,
}

/// How many daughters of a division can mutate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DaughtersEntry {
    /// At most one: per_division is the probability that one daughter mutates; the other stays.
    #[default]
    One,
    /// Each on its own: per_division is the probability of each daughter, so that both can mutate.
    Independent,
}

/// Cells that come from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImmigrationEntry {
    /// The traits of those that arrive; none if left out.
    #[serde(default)]
    pub traits: Vec<String>,
    /// Arrivals per day on day 0.
    pub rate: DrawEntry<Rate>,
    /// Growth of that rate, as of a precursor that grows exponentially; constant if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<Rate>,
    /// Cells in each arrival.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub cells: u64,
}

/// Which cells count as one clone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClonesBy {
    /// All cells with the same traits, whoever founded them.
    #[default]
    Traits,
    /// Each mutated daughter founds a clone of its own.
    Founder,
}

/// How the tumour's own size slows its growth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityEntry {
    /// The law.
    pub law: LawEntry,
    /// Carrying capacity, cells.
    pub cells: DrawEntry<Count>,
    /// Gompertz only, and needed there: the burden up to which the stated rates hold, cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 1e15))]
    pub reference: Option<f64>,
    /// Whether it slows division or adds death.
    #[serde(default)]
    pub acts_on: ActsOnEntry,
}

/// The law of density dependence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LawEntry {
    /// Room left is 1 - N / K.
    Logistic,
    /// Room left is ln(K / N) / ln(K / R), and 1 below the reference burden R.
    Gompertz,
}

/// What crowding acts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActsOnEntry {
    /// Division is multiplied by the room left.
    Division,
    /// Net growth x (1 - room left) is added to the death rate.
    #[default]
    Death,
}

/// A clone that is there on day 0. Give either cells or fraction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeedEntry {
    /// Its traits.
    pub traits: Vec<String>,
    /// Its cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<DrawEntry<Number>>,
    /// Its expected share of the patient's burden, 0 to 1 (more is drawn as 1); the cells are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<DrawEntry<Number>>,
}

/// A resistance trait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraitEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// How a cell gains it.
    #[serde(default)]
    pub gained: GainEntry,
    /// How a cell loses it; without this it is for good.
    #[serde(default)]
    pub lost: LossEntry,
    /// Multiplies the division rate: its cost, or its advantage.
    #[serde(default = "unit")]
    pub division_factor: DrawEntry<Factor>,
    /// Multiplies the death rate without drugs.
    #[serde(default = "unit")]
    pub death_factor: DrawEntry<Factor>,
    /// Added to the division rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division_added: Option<Rate>,
    /// Added to the death rate without drugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death_added: Option<Rate>,
    /// Multiplies the M-protein that a cell secretes.
    #[serde(default = "unit")]
    pub secretion_factor: DrawEntry<Factor>,
    /// Traits that a cell must carry before it can gain this one.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Share of the kill that is lost, 0 to 1, by drug or drug class; the drug's own entry wins.
    #[serde(default)]
    pub resists: BTreeMap<String, Share>,
    /// Where the numbers come from, and which of them are assumptions.
    #[serde(default)]
    pub source: String,
}

/// A share, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Share(#[schemars(range(min = 0.0, max = 1.0))] pub f64);

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
    pub under: BTreeMap<String, Rate>,
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

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        share.0
    }
}

fn fixed_one() -> DrawEntry<Number> {
    DrawEntry::Fixed(Number(1.0))
}

/// A factor that changes nothing.
fn unit() -> DrawEntry<Factor> {
    DrawEntry::Fixed(Factor(1.0))
}

fn a_lifetime() -> Time {
    Time(100.0 * 365.25)
}
