//! What integration tests share: acceptance statistics, scenarios and theory references.

// Each test file is a crate of its own and uses only a part; a panic is how a test fails.
#![allow(dead_code, clippy::expect_used, clippy::panic, clippy::unwrap_used)]

pub mod command;
pub mod page;
pub mod scenario;
pub mod statistics;
pub mod theory;
