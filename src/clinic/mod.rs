//! The clinic: readings, responses, endpoints. Never sees the burden but through the assay.

mod assay;
mod comparison;
mod endpoint;
mod m_protein;
mod proportion;
mod response;
mod survival;

pub use assay::Assay;
pub use comparison::{Difference, HazardRatio, LogRank, Ties, hazard_ratio, log_rank};
pub use endpoint::Endpoint;
pub use m_protein::Kinetics;
pub use proportion::wilson;
pub use response::{Monitor, Response, Rules};
pub use survival::{Influence, Step, Survival};
