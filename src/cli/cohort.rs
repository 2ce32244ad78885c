//! `clonetide cohort`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::{Changes, input, screen};
use crate::output::{cohort_header, cohort_rows, write_file};
use crate::scenario::Scenario;

/// Patients that are drawn between two writes.
const BATCH: u64 = 10_000;

/// Arguments of `cohort`.
#[derive(Debug, Args)]
pub struct CohortArgs {
    /// The scenario file, or - for standard input
    scenario: PathBuf,
    /// File for the patients [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// Writes the patients that the scenario draws, in the form in which `cohort.file` reads them back.
pub fn cohort(args: &CohortArgs) -> Result<(), Failure> {
    let scenario = input::scenario(&args.scenario, &args.changes.list())?;
    match &args.out {
        Some(path) => Ok(write_file(path, args.force, |out| write(&scenario, out))?),
        None => screen::stream(|out| write(&scenario, out)),
    }
}

fn write(scenario: &Scenario, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&cohort_header(scenario).finish().0)?;
    let patients = scenario.model.patients;
    for start in (0..patients).step_by(BATCH as usize) {
        out.write_all(&cohort_rows(scenario, start..(start + BATCH).min(patients)).finish().0)?;
    }
    Ok(())
}
