//! `clonetide run`.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::work::{Done, WorkArgs, limits};
use super::{Changes, input, screen, show};
use crate::output::{Asked, Layout};
use crate::scenario::file::StreamsEntry;
use crate::study::{Points, Study};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The scenario file, or - for standard input
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    pub work: WorkArgs,
}

/// The study that the arguments ask for.
pub fn planned(args: &RunArgs) -> Result<Study, Failure> {
    let template = input::template(&args.scenario, &args.changes.list(), &[])?;
    let base = template.scenario().map_err(Failure::Scenario)?;
    Ok(Study::plan(template, base, Points::single(), StreamsEntry::Common)?)
}

/// Reads, runs, writes and sums up.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let study = planned(args)?;
    let layout = Layout::of_run(&study.base);
    match args.work.carry_out(&study, &Asked::default(), layout)? {
        Done::Published(published) => {
            screen::print(&match args.work.json {
                true => show::json(&study.base, &published.summary),
                false => show::text(&study.base, &published.summary),
            })?;
            limits(published.limited)
        }
        Done::Shard(shard) => args.work.say_shard(&study, shard),
        Done::Before(limited) => args.work.say_complete(&study, limited),
    }
}
