//! `clonetide schema`.

use super::failure::Failure;
use super::screen;
use crate::scenario;

/// Prints the JSON Schema of scenario files.
pub fn print() -> Result<(), Failure> {
    screen::print(&serde_json::to_string_pretty(&scenario::schema()).unwrap_or_default())
}
