//! `clonetide sweep`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::failure::Failure;
use super::input::PointsFile;
use super::work::{Done, WorkArgs, limits};
use super::{Changes, input, screen};
use crate::output::{Asked, Layout, Manifest, Published, Table};
use crate::scenario::Scenario;
use crate::scenario::axis::Sweep;
use crate::scenario::file::{DesignEntry, StreamsEntry};
use crate::study::{Points, SizeError, Study};

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub struct SweepArgs {
    /// The scenario file, or - for standard input
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    axes: AxesArgs,
    /// Tables to write beside sweep.csv, such as patients,events
    #[arg(long, value_name = "TABLE,...", value_delimiter = ',')]
    keep: Vec<KeepArg>,
    #[command(flatten)]
    pub work: WorkArgs,
}

/// What is varied, and how.
#[derive(Debug, Args)]
pub struct AxesArgs {
    /// Vary a key over a list such as [1,2,5], a range 0.01..0.05:5 /d, or log 1e-9..1e-6:4; beside [sweep.axes]
    #[arg(long = "vary", value_name = "PATH=SPEC", value_parser = super::path_and_value)]
    vary: Vec<String>,
    /// Take the points from a CSV table with paths as header, instead of axes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["vary", "design", "count"])]
    points: Option<PathBuf>,
    /// How points are chosen, instead of the scenario's design
    #[arg(long)]
    design: Option<DesignArg>,
    /// Points of the designs lhs and sobol, instead of the scenario's
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Random numbers of the points, instead of the scenario's
    #[arg(long)]
    streams: Option<StreamsArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DesignArg {
    /// Every value of each axis with every value of the others
    Grid,
    /// Latin hypercube
    Lhs,
    /// Sobol's sequence
    Sobol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StreamsArg {
    /// The same patients and streams at every point
    Common,
    /// Streams of its own for each point
    Own,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KeepArg {
    /// Cells of each clone over time
    Trajectories,
    /// The clones
    Clones,
    /// Visits
    Visits,
    /// Events
    Events,
    /// Histories
    Patients,
}

impl KeepArg {
    fn table(self) -> Table {
        match self {
            KeepArg::Trajectories => Table::Trajectories,
            KeepArg::Clones => Table::Clones,
            KeepArg::Visits => Table::Visits,
            KeepArg::Events => Table::Events,
            KeepArg::Patients => Table::Patients,
        }
    }
}

impl AxesArgs {
    /// As changes to the scenario's sweep.
    fn changes(&self) -> Vec<String> {
        let word = |value: &dyn ToString| format!("{:?}", value.to_string());
        let name = |value: clap::builder::PossibleValue| value.get_name().to_string();
        let design = self.design.and_then(|design| design.to_possible_value()).map(name);
        let streams = self.streams.and_then(|streams| streams.to_possible_value()).map(name);
        let design = design.map(|design| format!("sweep.design={}", word(&design)));
        let count = self.count.map(|count| format!("sweep.points={count}"));
        let streams = streams.map(|streams| format!("sweep.streams={}", word(&streams)));
        [design, count, streams].into_iter().flatten().collect()
    }
}

/// A study over points, and how it was asked for.
pub fn study(
    template: crate::scenario::Template,
    vary: &[String],
    table: Option<PointsFile>,
    threads: usize,
) -> Result<(Study, Asked), Failure> {
    let base = template.scenario().map_err(Failure::Scenario)?;
    let points = points(&base, table.as_ref())?;
    let streams = base.sweep.as_ref().map_or(StreamsEntry::Common, |sweep| sweep.streams);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::Threads(format!("cannot start {threads} threads: {error}")))?;
    let study = pool.install(|| Study::plan(template, base, points, streams))?;
    Ok((study, Asked { vary: vary.to_vec(), points: table.map(|table| table.bytes) }))
}

fn points(base: &Scenario, table: Option<&PointsFile>) -> Result<Points, Failure> {
    let none = Sweep { design: DesignEntry::Grid, points: None, streams: StreamsEntry::Common, axes: vec![] };
    match table {
        Some(table) => Points::from_csv(&table.name, &table.bytes).map_err(Failure::Scenario),
        None => {
            Points::of(base.sweep.as_ref().unwrap_or(&none), base.model.seed).map_err(|error| match error {
                SizeError::NoAxis => Failure::Usage(error.to_string()),
                _ => Failure::Points(error.to_string()),
            })
        }
    }
}

/// The study that the arguments ask for, checked at every point.
pub fn planned(args: &SweepArgs) -> Result<(Study, Asked), Failure> {
    let table = args.axes.points.as_deref().map(input::points).transpose()?;
    let changes = [args.changes.list(), args.axes.changes()].concat();
    let template = input::template(&args.scenario, &changes, &args.axes.vary)?;
    study(template, &args.axes.vary, table, args.work.threads())
}

/// Reads, runs, writes and sums up.
pub fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let (study, asked) = planned(args)?;
    let tables: Vec<Table> = args.keep.iter().map(|table| table.table()).collect();
    let layout = Layout::of_sweep(&study, &tables);
    let manifest = Manifest::begun(&study, &asked, &layout);
    match args.work.carry_out(&study, &asked, layout)? {
        Done::Published(published) => said(&study, &manifest, &published, args.work.json),
        Done::Shard(shard) => args.work.say_shard(&study, shard),
        Done::Before(limited) => args.work.say_complete(&study, limited),
    }
}

/// Says what a sweep found, in short: its table has the rest.
pub fn said(study: &Study, manifest: &Manifest, published: &Published, as_json: bool) -> Result<(), Failure> {
    let files: Vec<&String> = manifest.files.keys().collect();
    screen::print(&if as_json {
        json!({
            "scenario": study.base.model.name, "points": study.points.count(), "axes": study.points.paths(),
            "histories": study.histories(), "stopped_at_a_limit": published.limited, "tables": files,
        })
        .to_string()
    } else {
        let axes = study.points.paths().join(", ");
        let head = format!("{}: {} points on {axes}", study.base.model.name, study.points.count());
        screen::plain(&format!("{head}\n{} histories, seed {}", study.histories(), study.base.model.seed))
    })?;
    limits(published.limited)
}
