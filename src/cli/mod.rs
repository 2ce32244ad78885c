//! The command line: parse, dispatch, say what went wrong, give an exit code.

mod bench;
mod catalogue;
mod check;
mod cohort;
mod export;
mod failure;
mod init;
mod input;
mod merge;
mod plot;
mod progress;
mod report;
mod reproduce;
mod run;
mod schema;
mod screen;
mod shell;
mod show;
mod signals;
mod slurm;
mod spark;
mod sweep;
mod trial;
mod verify;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use failure::Failure;

/// Simulates the clonal evolution of multiple myeloma under therapy.
#[derive(Debug, Parser)]
#[command(name = "clonetide", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario: all its arms, patients and replicates
    Run(run::RunArgs),
    /// Run a scenario at many points: over axes of its keys, with all its arms at every point
    Sweep(sweep::SweepArgs),
    /// Join the shards of a study to the tables that one computation would have made
    Merge(merge::MergeArgs),
    /// Compute the study of a folder anew and compare: exit code 0 only if every table is identical
    Reproduce(reproduce::ReproduceArgs),
    /// Check scenarios and say what they would run, or everything that is wrong with them
    Check(check::CheckArgs),
    /// Write the patients that a scenario draws, as CSV that a scenario reads back
    Cohort(cohort::CohortArgs),
    /// Measure how fast a scenario runs on this machine, at each thread count
    Bench(bench::BenchArgs),
    /// Look up drugs, traits and regimens with their sources
    Catalogue(catalogue::CatalogueArgs),
    /// Write a page of figures from the folder of a run or a sweep
    Report(report::ReportArgs),
    /// Draw the figures of a run or a sweep as SVG and PNG
    Plot(plot::PlotArgs),
    /// Write a run's tables for other tools: ggmuller, fishplot, survival, PyClone-VI and others
    Export(export::ExportArgs),
    /// Check this program against theory: a line per promise
    Verify(verify::VerifyArgs),
    /// Print a job script for a Slurm cluster: an array with a shard in each task
    Slurm(slurm::SlurmArgs),
    /// Write a starter scenario with comments
    Init(init::InitArgs),
    /// Print the JSON Schema of scenario files, for editors, or of manifests
    Schema(schema::SchemaArgs),
    /// Print the completions of a shell
    Completions(shell::CompletionsArgs),
    /// Print a man page
    Man(shell::ManArgs),
}

/// A scenario and changes to it.
#[derive(Debug, Args)]
struct Changes {
    /// Change a key of the scenario, such as disease.burden=3e11; can be given more than once
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    set: Vec<String>,
    /// Seed of every random number, instead of the scenario's
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Patients, instead of the scenario's
    #[arg(long, value_name = "N")]
    patients: Option<u64>,
    /// Histories of each patient, instead of the scenario's
    #[arg(long, value_name = "N")]
    replicates: Option<u64>,
}

impl Changes {
    /// All changes as `path=value`.
    fn list(&self) -> Vec<String> {
        let named = [("seed", self.seed), ("patients", self.patients), ("replicates", self.replicates)];
        let named = named.into_iter().filter_map(|(key, value)| Some(format!("study.{key}={}", value?)));
        self.set.iter().cloned().chain(named).collect()
    }
}

fn path_and_value(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() && !value.trim().is_empty() => Ok(text.to_string()),
        _ => Err("expected PATH=VALUE, such as disease.burden=3e11".to_string()),
    }
}

/// Parses the arguments, does what they ask, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let json = cli.command.wants_json();
    // A panic is a defect of ours; it must not look like a result.
    match catch_unwind(AssertUnwindSafe(|| dispatch(cli))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(json),
        Err(_) => Failure::Internal.report(json),
    }
}

/// Help and version go to stdout with code 0, mistakes to stderr with code 2.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    match (error.use_stderr(), printed) {
        (true, _) => ExitCode::from(2),
        (false, Err(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Failure::Stdout(error).report(false)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Reproduce(args) => reproduce::reproduce(&args),
        Command::Check(args) => check::check(&args),
        Command::Cohort(args) => cohort::cohort(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Catalogue(args) => catalogue::catalogue(&args),
        Command::Report(args) => report::report(&args),
        Command::Plot(args) => plot::plot(&args),
        Command::Export(args) => export::export(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Slurm(args) => slurm::slurm(&args),
        Command::Init(args) => init::init(&args),
        Command::Schema(args) => schema::print(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    }
}

impl Command {
    fn wants_json(&self) -> bool {
        match self {
            Command::Run(args) => args.work.json,
            Command::Sweep(args) => args.work.json,
            Command::Merge(args) => args.json,
            Command::Reproduce(args) => args.json,
            Command::Check(args) => args.json,
            Command::Bench(args) => args.json,
            Command::Catalogue(args) => args.json,
            Command::Verify(args) => args.json,
            Command::Cohort(_)
            | Command::Report(_)
            | Command::Plot(_)
            | Command::Export(_)
            | Command::Init(_)
            | Command::Slurm(_)
            | Command::Schema(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }
}

/// Where results go unless the command line says otherwise.
fn default_folder(slug: &str) -> PathBuf {
    PathBuf::from("output").join(slug)
}
