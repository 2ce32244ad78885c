//! The scenario file, key by key. The JSON Schema, the checks and the manual come from these types.

mod clinic;
mod cohort;
mod disease;
mod draw;
mod drug;
mod evidence;
mod reaction;
mod regimen;
mod resistance;
mod signs;
mod sweep;
mod therapy;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use clinic::{
    DiagnosisEntry, ImmunofixationEntry, IsotypeEntry, MProteinEntry, MarrowEntry, VisitsEntry,
};
pub use cohort::{CohortEntry, CorrelationEntry, CovariateEntry};
pub use disease::{
    ActsOnEntry, CapacityEntry, ClonesBy, DaughtersEntry, DiseaseEntry, HistoryEntry, ImmigrationEntry,
    LawEntry, SeedEntry,
};
pub use draw::{
    BetaEntry, CategoricalEntry, Chance, Count, DrawEntry, EmpiricalEntry, EndsEntry, Exponent, Factor, Left,
    LogNormalEntry, Logs, MarrowCells, NormalEntry, Number, Real, Relative, Share, Times, Variation,
};
pub use drug::{
    AbsorptionEntry, ActsEntry, AntigenEntry, DistributionEntry, DrugEntry, EffectorEntry, ExhaustionEntry,
};
pub use evidence::{ConfidenceEntry, Evidence, EvidenceEntry};
pub use reaction::{
    AdaptEntry, HoldEntry, MeasureEntry, MortalityEntry, MrdEntry, NeedsEntry, OffEntry, ReduceEntry,
    ResponseEntry, StopEntry, ToxicityEntry,
};
pub use regimen::{CombinationEntry, DoseEntry, PhaseEntry, RegimenEntry, RouteEntry, SynergyEntry};
pub use resistance::{GainEntry, KindEntry, LossEntry, ResistEntry, ReversalEntry, TraitEntry};
pub use signs::{ChainEntry, FreeLightChainsEntry, HaemoglobinEntry, ImagingEntry, UrineEntry};
pub use sweep::{Axes, AxisEntry, DesignEntry, EndEntry, RangeEntry, ScaleEntry, StreamsEntry, SweepEntry};
pub use therapy::{
    AdherenceEntry, AfterEntry, ArmEntry, InterruptionEntry, StageEntry, TherapyEntry, UntilEntry,
};

use super::quantity::Time;

/// A scenario: patients with a disease, plans of therapy, and what is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Name of the scenario; the output folder is named after it.
    #[schemars(length(min = 1, max = 120))]
    pub name: String,
    /// What it shows and where its numbers come from.
    #[serde(default)]
    pub about: String,
    /// Files with drugs, traits and regimens of your own, beside the scenario; the first that has an entry wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalogue: Vec<String>,
    /// How many patients, for how long.
    pub study: StudyEntry,
    /// The disease before therapy.
    pub disease: DiseaseEntry,
    /// How patients differ, beside the laws of the numbers themselves.
    #[serde(default)]
    pub cohort: CohortEntry,
    /// Traits: changes to those of the catalogue, or new ones.
    #[serde(default, rename = "trait")]
    pub traits: BTreeMap<String, TraitEntry>,
    /// Drugs: changes to those of the catalogue, or new ones.
    #[serde(default, rename = "drug")]
    pub drugs: BTreeMap<String, DrugEntry>,
    /// Regimens: changes to those of the catalogue, or new ones.
    #[serde(default, rename = "regimen")]
    pub regimens: BTreeMap<String, RegimenEntry>,
    /// How drugs act together.
    #[serde(default)]
    pub therapy: TherapyEntry,
    /// Toxicity of drugs, by drug or class; the drug's own entry wins.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub toxicity: BTreeMap<String, ToxicityEntry>,
    /// Death of other causes; nobody dies of any if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mortality: Option<MortalityEntry>,
    /// Arms: named plans given to the same patients. Without any, nobody is treated.
    #[serde(default, rename = "arm")]
    pub arms: Vec<ArmEntry>,
    /// When the clinic looks and through which assay; leave it out where there is no clinic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<VisitsEntry>,
    /// What is written down.
    #[serde(default)]
    pub record: RecordEntry,
    /// How the disease is computed.
    #[serde(default)]
    pub engine: EngineEntry,
    /// Limits that stop a replicate.
    #[serde(default)]
    pub limits: LimitsEntry,
    /// Axes for `clonetide sweep`; `run` runs the scenario as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepEntry>,
}

/// How many patients, for how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyEntry {
    /// Seed of every random number.
    #[serde(default = "one")]
    pub seed: u64,
    /// Patients in each arm; the same ones in every arm.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub patients: u64,
    /// Histories of each patient.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub replicates: u64,
    /// End of follow-up.
    pub horizon: Time,
    /// Follow-up ends when the burden first reaches this many cells, such as the size at detection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 1e15))]
    pub detection: Option<f64>,
    /// When the data are cut off, counted from the day on which the first patient can enter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<Time>,
    /// Patients enter evenly over this time; needs cutoff. All at once if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accrual: Option<Time>,
    /// Times at which rates of survival are told; 12, 24, 36 and 60 months before the horizon if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 24))]
    pub landmarks: Option<Vec<Time>>,
}

/// What is written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecordEntry {
    /// Time between rows of trajectories.csv: a whole multiple of engine.step. 4 steps if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Time>,
    /// The tables that are kept beside patients and summary.
    pub tables: Vec<TableEntry>,
}

impl Default for RecordEntry {
    fn default() -> RecordEntry {
        use TableEntry::{Clones, Events, Trajectories, Visits};
        RecordEntry { every: None, tables: vec![Trajectories, Clones, Visits, Events] }
    }
}

/// A table that can be kept or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableEntry {
    /// Cells of each clone over time.
    Trajectories,
    /// The clones.
    Clones,
    /// Visits.
    Visits,
    /// Events.
    Events,
}

/// How the disease is computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngineEntry {
    /// The engine.
    pub method: MethodEntry,
    /// Longest step of the engine, and the grid on which records fall.
    pub step: Time,
    /// Error that the leap engine may bring by its steps, relative to the mean: of the mean size of any clone, and of
    /// the standard deviation of states that cells switch between. It takes shorter steps where it must.
    #[schemars(range(min = 1e-9, max = 1.0))]
    pub tolerance: f64,
    /// The leap engine simulates a clone event by event while it expects fewer events than this in a step.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub exact_below: f64,
}

impl Default for EngineEntry {
    fn default() -> EngineEntry {
        EngineEntry { method: MethodEntry::Leap, step: Time(7.0), tolerance: 0.001, exact_below: 16.0 }
    }
}

/// The engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodEntry {
    /// Whole steps: any number of cells at the same cost.
    Leap,
    /// Event by event: the oracle, for small tumours.
    Exact,
}

/// Limits that stop a replicate, each with a name in patients.csv.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsEntry {
    /// Clones of one replicate, living and dead.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub clones: u64,
    /// Events of one replicate in the exact engine.
    #[schemars(range(min = 1))]
    pub events: u64,
    /// Rows of one replicate in trajectories, visits and events; a row is some 50 bytes.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub rows: u64,
    /// Seconds of work on one replicate; none if left out. What such a limit stops depends on the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.001, max = 1e9))]
    pub seconds: Option<f64>,
}

impl Default for LimitsEntry {
    fn default() -> LimitsEntry {
        LimitsEntry { clones: 100_000, events: 1_000_000_000, rows: 10_000_000, seconds: None }
    }
}

fn one() -> u64 {
    1
}
