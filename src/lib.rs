//! clonetide
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
pub mod scenario;
mod simulate;
pub mod study;
pub mod therapy;
pub mod units;
mod watch;

pub use simulate::simulate;
