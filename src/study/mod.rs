//! A study: which jobs there are, running them in parallel, and what they add up to.

pub mod bench;
mod comparison;
mod crew;
mod depth;
mod faults;
mod jobs;
mod patience;
mod plan;
mod runner;
mod shard;
mod summary;
mod sweep;
mod tell;
mod waiting;

pub use comparison::landmark_name;
pub use crew::in_order;
pub use jobs::{Job, job, jobs as count};
pub use plan::{MOST_HISTORIES, PlanError, Point, Shape, Study};
pub use runner::{RunError, default_threads, run};
pub use shard::{MOST_SHARDS, Shard};
pub use summary::{ArmSummary, Estimate, LineSummary, MAJORITY, Summary};
pub use sweep::{Column, MOST_POINTS, Points, SizeError};
pub use tell::{TellError, tell};
