//! `clonetide schema`.

mod reference;

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
    /// As Markdown: a table of keys for every table of the file
    #[arg(long)]
    markdown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A scenario
    Scenario,
    /// The manifest of a folder of results
    Manifest,
}

/// Prints the JSON Schema of scenario files or of manifests, or their keys for a reader.
pub fn print(args: &SchemaArgs) -> Result<(), Failure> {
    let (schema, title) = match args.file {
        Kind::Scenario => (scenario::schema(), "The keys of a scenario"),
        Kind::Manifest => (schemars::schema_for!(Manifest).to_value(), "The keys of a manifest"),
    };
    if args.markdown {
        return screen::print(&reference::markdown(&schema, title));
    }
    screen::print(&serde_json::to_string_pretty(&schema).unwrap_or_default())
}
