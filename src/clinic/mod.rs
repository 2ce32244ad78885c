//! The clinic: readings, responses, endpoints. Never sees the burden but through the assay and the marrow sample.

mod assay;
mod comparison;
mod criteria;
mod endpoint;
mod examination;
mod m_protein;
mod marrow;
mod mortality;
mod proportion;
mod response;
mod schedule;
mod signs;
mod survival;

pub use assay::{Assay, Immunofixation, LightChains};
pub use comparison::{Difference, HazardRatio, LogRank, Ties, hazard_ratio, log_rank};
pub use criteria::Criterion;
pub use endpoint::Endpoint;
pub use examination::Examination;
pub use m_protein::{Elimination, Kinetics};
pub use marrow::{Aspirate, LEVELS, Marrow, STANDARD_LEVEL};
pub use mortality::Mortality;
pub use proportion::wilson;
pub use response::{Monitor, Response, Rules, Span};
pub use schedule::Schedule;
pub use signs::{Chain, Chains, Excreted, FreeLightChains, Haemoglobin, Imaging, Panel, Signs, Urine};
pub use survival::{Influence, Step, Survival};
