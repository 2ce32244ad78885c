//! The disease as a scenario writes it: growth, crowding, clones, traits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Count, DrawEntry, Number};
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
    /// How fit a patient's T cells are: multiplies the kill of the drugs that work by T cells.
    #[serde(default = "fixed_one", skip_serializing_if = "is_fixed_one")]
    pub t_cell_fitness: DrawEntry<Number>,
    /// Share of that fitness that is lost with each line of therapy after the first, lines before day 0 included.
    #[serde(default, skip_serializing_if = "super::drug::is_zero")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub t_cell_wear: f64,
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
    pub growth: Option<DrawEntry<Rate>>,
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
    pub reference: Option<DrawEntry<Count>>,
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

fn fixed_one() -> DrawEntry<Number> {
    DrawEntry::Fixed(Number(1.0))
}

fn is_fixed_one(draw: &DrawEntry<Number>) -> bool {
    *draw == fixed_one()
}

fn a_lifetime() -> Time {
    Time(100.0 * 365.25)
}
