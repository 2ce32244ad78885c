//! Drugs, regimens and plans as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reaction::{AdaptEntry, MrdEntry, NeedsEntry, OffEntry};
use super::unit;
use crate::scenario::quantity::{Rate, Time};

/// A drug.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrugEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// Its class, such as "IMiD", "proteasome inhibitor", "anti-CD38 antibody".
    #[serde(default)]
    pub class: String,
    /// Death rate it adds to a fully sensitive cell at full effect; not for a drug that acts at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill: Option<Rate>,
    /// Share of the division rate that a fully sensitive cell loses at full effect; a trait that resists
    /// the kill resists this as well.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub slows: f64,
    /// How long a dose acts.
    pub acts: ActsEntry,
    /// Where the numbers come from, and which of them are assumptions.
    #[serde(default)]
    pub source: String,
}

/// How long a dose acts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum ActsEntry {
    /// In full for a time after each dose.
    Window {
        /// The time for which a dose acts in full.
        #[serde(rename = "for")]
        days: Time,
    },
    /// By a concentration that decays, through an Emax-Hill curve.
    Decay {
        /// Half-life of the concentration; doses add up.
        half_life: Time,
        /// Concentration of half effect, in units of one standard dose.
        #[schemars(range(min = 1e-6, max = 1e6))]
        ec50: f64,
        /// Hill exponent.
        #[serde(default = "unit")]
        #[schemars(range(min = 0.1, max = 10.0))]
        hill: f64,
    },
    /// At once, such as high-dose melphalan: what it does is over before the day goes on.
    Pulse {
        /// Decimal logarithm of sensitive cells before over after one standard dose: 2 leaves one in a hundred.
        #[schemars(range(min = 0.0, max = 18.0))]
        log_kill: f64,
    },
}

/// A regimen: drugs on days of a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimenEntry {
    /// Its name in words.
    #[serde(default)]
    pub name: String,
    /// Length of a cycle, whole days.
    pub cycle: Time,
    /// What is given on which days.
    #[schemars(length(min = 1))]
    pub doses: Vec<DoseEntry>,
    /// Where the schedule comes from.
    #[serde(default)]
    pub source: String,
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
    #[serde(default = "all_cycles")]
    pub cycles: String,
    /// Dose in units of the drug's standard dose. Of a drug that acts for a time, the strongest of the
    /// doses that still act counts, and more than 1 counts as 1; of others, concentrations add up.
    #[serde(default = "unit")]
    #[schemars(range(min = 1e-6, max = 100.0))]
    pub strength: f64,
}

/// How drugs act together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TherapyEntry {
    /// The law that combines the kills of several drugs.
    #[serde(default)]
    pub combination: CombinationEntry,
}

/// The law that combines the kills of several drugs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CombinationEntry {
    /// Each drug kills at its own rate whatever the others do: the rates add.
    #[default]
    #[serde(rename = "independent rates")]
    IndependentRates,
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
        #[serde(default, skip_serializing_if = "is_zero")]
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

fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn all_cycles() -> String {
    "1-".to_string()
}
