//! Plans, and how drugs act together and are taken, as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reaction::{AdaptEntry, MrdEntry, NeedsEntry, OffEntry};
use super::regimen::{CombinationEntry, SynergyEntry};
use crate::scenario::quantity::{Rate, Time};

/// How drugs act together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TherapyEntry {
    /// The law that combines the kills of several drugs.
    #[serde(default)]
    pub combination: CombinationEntry,
    /// The rate that no combination exceeds; for the law Bliss, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Rate>,
    /// Pairs of drugs that act better, or worse, together, in every regimen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synergy: Vec<SynergyEntry>,
    /// How well drugs are taken, in every arm that does not say it itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adherence: Vec<AdherenceEntry>,
    /// Holds, reductions and gaps in the supply, in every arm that does not say it itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interruption: Vec<InterruptionEntry>,
}

/// How well drugs are taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdherenceEntry {
    /// The drugs or drug classes; all if left out. Of several entries for a drug the first counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drugs: Vec<String>,
    /// Probability that a dose is missed.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub missed: f64,
    /// Probability that a dose that is not missed comes late; needs delay beside it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub delayed: f64,
    /// By how much it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Time>,
}

/// A time in which drugs are held back, given in a reduced dose, or not to be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterruptionEntry {
    /// The drugs or drug classes; all if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drugs: Vec<String>,
    /// When it begins, counted from day 0.
    pub from: Time,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub days: Time,
    /// What multiplies the doses: 0 if left out, which is a hold or a gap in the supply.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub strength: f64,
}

/// An arm: a named plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArmEntry {
    /// Its name.
    #[schemars(length(min = 1, max = 120))]
    pub name: String,
    /// Lines of therapy and holidays, in order.
    pub lines: Vec<StageEntry>,
    /// What happens after the last of them.
    #[serde(default)]
    pub after: AfterEntry,
    /// How well drugs are taken in this arm, instead of what `therapy` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adherence: Option<Vec<AdherenceEntry>>,
    /// Holds, reductions and gaps in this arm, instead of what `therapy` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruption: Option<Vec<InterruptionEntry>>,
}

/// What happens after the last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterEntry {
    /// The patient is followed to the horizon without drugs.
    #[default]
    Observe,
    /// The replicate ends.
    Stop,
}

/// A line of therapy, or a time without drugs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum StageEntry {
    /// A time without drugs; it belongs to the line before it.
    Holiday {
        /// How long no drug is given.
        holiday: Time,
        /// It ends before that when progression is confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<UntilEntry>,
    },
    /// A line of therapy. Give at least one of cycles, for and until.
    Line {
        /// The regimen.
        regimen: String,
        /// Cycles of the regimen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 10_000))]
        cycles: Option<u32>,
        /// The regimen that follows within the same line, such as maintenance; needs cycles.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<String>,
        /// The line ends after this time.
        #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
        days: Option<Time>,
        /// The line ends when progression is confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<UntilEntry>,
        /// The line ends if its best response falls short of this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        needs: Option<NeedsEntry>,
        /// Adaptive therapy: pauses by a band of the M-protein.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        adapt: Option<AdaptEntry>,
        /// Drugs are stopped when minimal residual disease is excluded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stop_at_mrd: Option<MrdEntry>,
        /// The line is left out unless the patient was off a drug for long enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_off: Option<OffEntry>,
        /// Probability that this line, and with it every later one, is never begun; not for the first line.
        #[serde(default, skip_serializing_if = "super::drug::is_zero")]
        #[schemars(range(min = 0.0, max = 1.0))]
        attrition: f64,
    },
}

/// What ends a line beside its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UntilEntry {
    /// Confirmed progression.
    Progression,
}
