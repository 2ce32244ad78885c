//! A study: which jobs there are, running them in parallel, and what they add up to.

pub mod bench;
mod comparison;
mod depth;
mod jobs;
mod runner;
mod summary;

pub use comparison::landmark_name;
pub use jobs::{Job, count, job};
pub use runner::{RunError, default_threads, run};
pub use summary::{ArmSummary, Estimate, LineSummary, MAJORITY, Summary};
