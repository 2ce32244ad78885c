//! Visits, the assays and the marrow as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{Chance, DrawEntry, MarrowCells, Variation, always};
use super::signs::{FreeLightChainsEntry, HaemoglobinEntry, ImagingEntry, UrineEntry};
use crate::scenario::quantity::{Concentration, Secretion, Time, Volume};

/// When the clinic looks, and at what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitsEntry {
    /// Time between visits; the first is on day 0.
    pub every: Time,
    /// A visit is at most this many whole days early or late, each day alike; less than half the time between visits.
    #[serde(default = "no_time")]
    pub jitter: Time,
    /// Probability that a visit is missed. The one of day 0, and those on which the plan ends or begins a
    /// stage, are always kept.
    #[serde(default = "never")]
    pub missed: DrawEntry<Chance>,
    /// The M-protein and its assay.
    #[serde(default)]
    pub m_protein: MProteinEntry,
    /// Immunofixation.
    #[serde(default)]
    pub immunofixation: ImmunofixationEntry,
    /// Samples of the marrow.
    #[serde(default)]
    pub marrow: MarrowEntry,
    /// Free light chains beside an intact immunoglobulin; nobody measures them if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_light_chains: Option<FreeLightChainsEntry>,
    /// M-protein in the urine; nobody collects it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urine: Option<UrineEntry>,
    /// Images of a plasmacytoma; there is none if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imaging: Option<ImagingEntry>,
    /// Haemoglobin, by whose fall the disease progresses clinically; nobody measures it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub haemoglobin: Option<HaemoglobinEntry>,
}

fn never() -> DrawEntry<Chance> {
    always(Chance(0.0))
}

fn no_time() -> Time {
    Time(0.0)
}

/// The M-protein and its assay. What is left out follows from the isotype.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MProteinEntry {
    /// The kind of M-protein.
    pub isotype: IsotypeEntry,
    /// Secretion of a cell without traits (Singh 2021: 12.1 pg per day).
    pub secretion: DrawEntry<Secretion>,
    /// Half-life in serum; of IgG that of a trace of it. If left out 13.75 d (mixed, Poels 2025), 23 d (IgG), 6 d
    /// (IgA), 3 h (kappa), 4.5 h (lambda).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_life: Option<DrawEntry<Time>>,
    /// Half-life far above saturation, of IgG only; 8 d if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturated_half_life: Option<DrawEntry<Time>>,
    /// M-protein at which catabolism is half saturated, of IgG only; 31 g/L if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_saturation: Option<DrawEntry<Concentration>>,
    /// Volume of distribution.
    pub volume: DrawEntry<Volume>,
    /// Proportional error of the assay. If left out 0.0633 (Collins 2023), of light chains 0.08.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub cv: Option<f64>,
    /// Additive error of the assay. If left out 0.832 g/L (Collins 2023), of light chains 1 mg/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<Concentration>,
    /// Limit of detection. If left out 0.5 g/L, of light chains 0: there an abnormal ratio is what is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Concentration>,
    /// What it is at diagnosis; with earlier lines it is followed from there to day 0.
    #[serde(skip_serializing_if = "DiagnosisEntry::is_balance")]
    pub at_diagnosis: DiagnosisEntry,
    /// A first reading below this is not measurable disease. If left out 5 g/L, of light chains 100 mg/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measurable: Option<Concentration>,
}

/// What the M-protein is at diagnosis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisEntry {
    /// In balance with the burden of that day, as if the disease had stood still: too high where it grew.
    #[default]
    Balance,
    /// That of a disease which grew to its burden at the net growth it has there.
    Growing,
}

impl DiagnosisEntry {
    fn is_balance(&self) -> bool {
        *self == DiagnosisEntry::Balance
    }
}

/// The kind of M-protein.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IsotypeEntry {
    /// The average of patients in trials: one half-life at every concentration.
    #[default]
    #[serde(rename = "mixed")]
    Mixed,
    /// IgG: eliminated faster the more there is of it.
    #[serde(rename = "IgG")]
    IgG,
    /// IgA.
    #[serde(rename = "IgA")]
    IgA,
    /// Kappa light chains only: the reading is the difference of involved and uninvolved free light chains.
    #[serde(rename = "kappa light chain")]
    Kappa,
    /// Lambda light chains only: the reading is the difference of involved and uninvolved free light chains.
    #[serde(rename = "lambda light chain")]
    Lambda,
}

impl Default for MProteinEntry {
    fn default() -> MProteinEntry {
        MProteinEntry {
            isotype: IsotypeEntry::Mixed,
            secretion: always(Secretion(12.1)),
            half_life: None,
            saturated_half_life: None,
            half_saturation: None,
            volume: always(Volume(6.5)),
            cv: None,
            sd: None,
            limit: None,
            at_diagnosis: DiagnosisEntry::Balance,
            measurable: None,
        }
    }
}

impl IsotypeEntry {
    /// Whether only light chains are secreted.
    pub fn is_light_chain(self) -> bool {
        matches!(self, IsotypeEntry::Kappa | IsotypeEntry::Lambda)
    }

    /// Half-life if the scenario does not say, days.
    fn half_life(self) -> f64 {
        match self {
            IsotypeEntry::Mixed => 13.75,
            IsotypeEntry::IgG => 23.0,
            IsotypeEntry::IgA => 6.0,
            IsotypeEntry::Kappa => 3.0 / 24.0,
            IsotypeEntry::Lambda => 4.5 / 24.0,
        }
    }
}

impl MProteinEntry {
    /// With all that follows from the isotype filled in.
    pub fn completed(self) -> MProteinEntry {
        let igg = self.isotype == IsotypeEntry::IgG;
        let [cv, sd, limit, measurable] =
            if self.isotype.is_light_chain() { [0.08, 0.001, 0.0, 0.1] } else { [0.0633, 0.832, 0.5, 5.0] };
        MProteinEntry {
            half_life: self.half_life.or(Some(DrawEntry::Fixed(Time(self.isotype.half_life())))),
            saturated_half_life: self.saturated_half_life.or(igg.then_some(always(Time(8.0)))),
            half_saturation: self.half_saturation.or(igg.then_some(always(Concentration(31.0)))),
            cv: self.cv.or(Some(cv)),
            sd: self.sd.or(Some(Concentration(sd))),
            limit: self.limit.or(Some(Concentration(limit))),
            measurable: self.measurable.or(Some(Concentration(measurable))),
            ..self
        }
    }
}

/// Immunofixation: done at every visit, it counts where the assay detects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImmunofixationEntry {
    /// Concentration at which half of the gels show a band.
    pub threshold: Concentration,
    /// Spread of that concentration from gel to gel: coefficient of variation of a lognormal.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub cv: f64,
}

impl Default for ImmunofixationEntry {
    fn default() -> ImmunofixationEntry {
        ImmunofixationEntry { threshold: Concentration(0.15), cv: 0.3 }
    }
}

/// Samples of the marrow: taken to confirm a complete response, and on a schedule if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MarrowEntry {
    /// Nucleated cells of the marrow beside the tumour.
    pub cells: DrawEntry<MarrowCells>,
    /// Cells of a sample: 1e7 by next-generation flow.
    #[schemars(range(min = 100, max = 1_000_000_000))]
    pub sample: u64,
    /// How uneven the marrow is: coefficient of variation of the tumour's share from place to place.
    pub patchiness: DrawEntry<Variation>,
    /// Time between samples that are taken whatever the M-protein is, each at the next visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Time>,
}

impl Default for MarrowEntry {
    fn default() -> MarrowEntry {
        MarrowEntry {
            cells: always(MarrowCells(1e12)),
            sample: 10_000_000,
            patchiness: always(Variation(0.0)),
            every: None,
        }
    }
}
