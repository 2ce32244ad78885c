//! Clonal evolution of multiple myeloma under therapy, as a stochastic simulation.
//!
//! A patient's myeloma is a population of subclones; each carries resistance traits, and its cells divide,
//! die, mutate and switch state at random while lines of therapy kill those that are sensitive. The clinic
//! sees M-protein, not cells, and decides from it. A *scenario* file says all of that in the words of the
//! clinic; [`scenario::Scenario::read`] makes a [`model::Model`] of it, and [`simulate`] tells one story.
//!
//! ```
//! use clonetide::scenario::Scenario;
//! use clonetide::{engine::StreamKey, simulate};
//!
//! let text = r#"
//! name = "Bortezomib against a resistant clone"
//! study = { horizon = "2 y" }
//! arm = [{ name = "Vd", lines = [{ regimen = "Vd", until = "progression" }] }]
//! visits = { every = "21 d" }
//!
//! [disease]
//! burden = 1e12
//! net_growth = "0.01 /d"
//! death = "0.03 /d"
//! traits = ["PSMB5_MUT"]
//! clone = [{ traits = ["PSMB5_MUT"], fraction = 1e-4 }]
//! "#;
//! let scenario = Scenario::read("example.toml", text, &[]).unwrap();
//! let key = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 };
//! let story = simulate(&scenario.model, &scenario.model.arms[0], key);
//! assert_eq!(story.outcome.lines[0].best.unwrap().code(), "CR");
//! assert!(story.clones.len() >= 2);
//! ```
//!
//! The same key gives the same story, whatever else runs and whatever is recorded. `ARCHITECTURE.md` says
//! where everything is and what each part may not know.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod calendar;
pub mod catalogue;
pub mod cli;
pub mod clinic;
pub mod disease;
pub mod engine;
pub mod level;
pub mod model;
pub mod output;
pub mod patient;
pub mod record;
pub mod report;
pub mod scenario;
mod simulate;
pub mod study;
pub mod therapy;
pub mod units;
pub mod verify;
mod watch;

pub use simulate::{Simulator, simulate};
