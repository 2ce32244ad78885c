//! `clonetide schema`.

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::screen;
use crate::output::Manifest;
use crate::scenario;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of which file
    #[arg(default_value = "scenario")]
    file: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A scenario
    Scenario,
    /// The manifest of a folder of results
    Manifest,
}

/// Prints the JSON Schema of scenario files or of manifests.
pub fn print(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.file {
        Kind::Scenario => scenario::schema(),
        Kind::Manifest => schemars::schema_for!(Manifest).to_value(),
    };
    screen::print(&serde_json::to_string_pretty(&schema).unwrap_or_default())
}
