//! `clonetide run`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::failure::Failure;
use super::{Changes, default_folder, input, screen, show};
use crate::output::{Folder, OutputError, RunWriter, StoryRows};
use crate::scenario::Scenario;
use crate::study::{self, RunError, Summary};

/// No machine has more.
const MOST_THREADS: usize = 1024;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The scenario file, or - for standard input
    scenario: PathBuf,
    /// Folder for the results [default: output/<scenario name>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Threads [default: SLURM_CPUS_PER_TASK, else all of the machine]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Replace the tables of an earlier run in the folder
    #[arg(long)]
    force: bool,
    /// No progress and no remarks
    #[arg(long, short)]
    quiet: bool,
    /// Print the summary, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Reads, runs, writes and sums up.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let scenario = input::scenario(&args.scenario, &args.changes.list())?;
    let path = args.out.clone().unwrap_or_else(|| default_folder(&scenario.slug()));
    let folder = Folder::open(&path, args.force)?;
    let summary = simulate(&scenario, folder, args)?;
    if !args.quiet && !args.json {
        screen::complain(&format!("wrote {}", path.display()));
    }
    screen::print(&if args.json {
        show::json(&scenario, &summary)
    } else {
        show::text(&scenario, &summary)
    })?;
    match summary.limited() {
        0 => Ok(()),
        count => Err(Failure::Limits(count)),
    }
}

fn simulate(scenario: &Scenario, folder: Folder, args: &RunArgs) -> Result<Summary, Failure> {
    let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
    let jobs = study::count(&scenario.model).unwrap_or(0);
    let threads =
        study::default_threads(args.threads.map(usize::from), allocation.as_deref()).min(MOST_THREADS);
    // More threads than jobs would only be started and stopped.
    let threads = threads.min(usize::try_from(jobs).unwrap_or(MOST_THREADS)).max(1);
    let mut writer = RunWriter::open(scenario, folder)?;
    let bar = progress(jobs, args.quiet);
    let digest = |job, story| StoryRows::of(scenario, job, story);
    let done = study::run(&scenario.model, threads, digest, |story| {
        bar.inc(1);
        writer.take(story)
    });
    // Before anything else is said, an error too.
    bar.finish_and_clear();
    done?;
    Ok(writer.finish()?)
}

/// A bar on stderr; it hides itself where stderr is no terminal.
fn progress(jobs: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(jobs), ProgressDrawTarget::stderr());
    let template = "{bar:30} {human_pos}/{human_len} histories, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl From<RunError<OutputError>> for Failure {
    fn from(error: RunError<OutputError>) -> Failure {
        match error {
            RunError::Sink(error) => Failure::Output(error),
            RunError::TooManyJobs => Failure::Usage(error.to_string()),
            RunError::Threads { .. } => Failure::Threads(error.to_string()),
        }
    }
}
