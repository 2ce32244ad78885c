//! A drug as a scenario or the catalogue writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{DrawEntry, Exponent, Factor, Logs, Relative, Share, Times, always};
use super::evidence::Evidence;
use crate::scenario::quantity::{Rate, Time};

/// A drug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrugEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// Other names and the letters it has in regimens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its class, such as "IMiD", "proteasome inhibitor", "anti-CD38 antibody".
    #[serde(default)]
    pub class: String,
    /// What it binds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// How it works, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mechanism: String,
    /// Where it stood at the review, and since.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// What a standard dose is, in each unit in use, such as "1.3 mg/m2".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doses: Vec<String>,
    /// Half-life in plasma or serum, for the record: what acts in a simulation is `acts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<Time>,
    /// Death rate it adds to a fully sensitive cell at full effect; not for a drug that acts at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill: Option<DrawEntry<Rate>>,
    /// Share of the division rate that a fully sensitive cell loses at full effect; a trait that resists
    /// the kill resists this as well.
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub slows: DrawEntry<Share>,
    /// How many times as often a dividing cell mutates at full effect.
    #[serde(default = "as_often", skip_serializing_if = "is_as_often")]
    pub mutagenic: DrawEntry<Times>,
    /// The antigen it kills by; traits that lower it lower the kill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antigen: Option<AntigenEntry>,
    /// Who does the killing.
    #[serde(default, skip_serializing_if = "EffectorEntry::is_drug")]
    pub effector: EffectorEntry,
    /// What multiplies the kill of other drugs at its full effect, by drug or drug class; the drug's own entry wins.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub enhances: BTreeMap<String, DrawEntry<Factor>>,
    /// How long a dose acts.
    pub acts: ActsEntry,
    /// Why it does nothing to the cells, if it does not.
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

/// The antigen that a drug kills by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AntigenEntry {
    /// Its name; traits change it by this name.
    pub name: String,
    /// Level of half of the kill that endless antigen would bring; 1 is the level of a cell without traits. Without
    /// it the kill is in proportion to the antigen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<DrawEntry<Relative>>,
}

/// Who does the killing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EffectorEntry {
    /// The drug itself, or effectors that are not modelled.
    #[default]
    #[serde(rename = "drug")]
    Drug,
    /// The patient's T cells: `disease.t_cell_fitness` multiplies the kill.
    #[serde(rename = "T cells")]
    TCells,
}

impl EffectorEntry {
    fn is_drug(&self) -> bool {
        *self == EffectorEntry::Drug
    }
}

/// How long a dose acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ActsEntry {
    /// For a time after each dose, on and off.
    Window {
        /// The time for which a dose acts.
        #[serde(rename = "for")]
        days: DrawEntry<Time>,
        /// Dose of half effect, in standard doses; a dose acts in proportion to it, up to in full, without this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ec50: Option<DrawEntry<Relative>>,
        /// Hill exponent.
        #[serde(default = "plain", skip_serializing_if = "is_plain")]
        hill: DrawEntry<Exponent>,
        /// How exposure that goes on wears the effect out; needs ec50.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exhaustion: Option<ExhaustionEntry>,
    },
    /// By a concentration that rises and falls, through an Emax-Hill curve.
    Decay {
        /// Half-life of the concentration, the last one if there are two; doses add up.
        half_life: DrawEntry<Time>,
        /// A first, faster fall of the concentration: a second compartment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distribution: Option<DistributionEntry>,
        /// How doses that are not given into the vein are absorbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        absorption: Option<AbsorptionEntry>,
        /// Half-life with which the place of action follows the blood.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay: Option<DrawEntry<Time>>,
        /// Concentration of half effect, in units of one standard dose.
        ec50: DrawEntry<Relative>,
        /// Hill exponent.
        #[serde(default = "plain", skip_serializing_if = "is_plain")]
        hill: DrawEntry<Exponent>,
        /// How exposure that goes on wears the effect out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exhaustion: Option<ExhaustionEntry>,
    },
    /// By cells that are infused, expand, contract and persist.
    Living {
        /// Time from the infusion to the peak.
        peak: DrawEntry<Time>,
        /// Time in which they double before it.
        doubling: DrawEntry<Time>,
        /// Half-life with which they contract after it.
        contraction: DrawEntry<Time>,
        /// Share of the peak that persists instead.
        persisting: DrawEntry<Share>,
        /// Half-life of those that persist.
        persistence: DrawEntry<Time>,
        /// Cells of half effect, in units of the peak of a standard dose.
        ec50: DrawEntry<Relative>,
        /// Hill exponent.
        #[serde(default = "plain", skip_serializing_if = "is_plain")]
        hill: DrawEntry<Exponent>,
        /// How exposure that goes on wears the effect out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exhaustion: Option<ExhaustionEntry>,
    },
    /// At once, such as high-dose melphalan: what it does is over before the day goes on.
    Pulse {
        /// Decimal logarithm of sensitive cells before over after one standard dose: 2 leaves one in a hundred.
        log_kill: DrawEntry<Logs>,
    },
}

/// A first, faster fall of the concentration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DistributionEntry {
    /// Share of a dose into the vein that falls in this way.
    pub share: DrawEntry<Share>,
    /// Half-life of that fall.
    pub half_life: DrawEntry<Time>,
}

/// First-order absorption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsorptionEntry {
    /// Its half-life.
    pub half_life: DrawEntry<Time>,
    /// Share of the dose that is absorbed.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub bioavailability: DrawEntry<Share>,
}

/// Exhaustion: a slow compartment follows the concentration and takes some of the effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExhaustionEntry {
    /// Half-life with which it comes and goes.
    pub half_life: DrawEntry<Time>,
    /// Concentration in the slow compartment that takes half of what can be taken.
    pub ec50: DrawEntry<Relative>,
    /// Share of the effect that can be taken.
    pub most: DrawEntry<Share>,
}

pub(super) fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn nothing() -> DrawEntry<Share> {
    always(Share(0.0))
}

fn is_nothing(share: &DrawEntry<Share>) -> bool {
    *share == nothing()
}

fn all() -> DrawEntry<Share> {
    always(Share(1.0))
}

fn is_all(share: &DrawEntry<Share>) -> bool {
    *share == all()
}

fn as_often() -> DrawEntry<Times> {
    always(Times(1.0))
}

fn is_as_often(times: &DrawEntry<Times>) -> bool {
    *times == as_often()
}

fn plain() -> DrawEntry<Exponent> {
    always(Exponent(1.0))
}

fn is_plain(hill: &DrawEntry<Exponent>) -> bool {
    *hill == plain()
}
