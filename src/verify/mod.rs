//! Is this program right? Simulated histories against exact laws, by tests that say how often they are wrong.
//!
//! A [`Case`] is a model and the exact values of what can be observed in it; a [`Trial`] simulates the same
//! model as a scenario and tests what it sees; a [`Family`] holds all tests of a run and its verdict. The
//! integration tests and `clonetide verify` share this code.

mod case;
mod choice;
mod draws;
mod family;
mod history;
mod judge;
mod law;
mod promise;
pub mod statistics;
mod trial;

pub use case::Case;
pub use family::{ALPHA, ALPHA_KS, Family, Score, Verdict};
pub use history::{History, Sample};
pub use judge::{Judge, Scope, judge};
pub use promise::{Promise, promises, verify};
pub use statistics::Outcome;
pub use trial::{Trial, TrialError, Way, seed};
