//! `clonetide bench`.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::Args;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::failure::Failure;
use super::{Changes, input, screen};
use crate::model::Method;
use crate::scenario::Scenario;
use crate::study::bench::{Plan, ROUNDS, Report, Speed, Work, measure};
use crate::study::{RunError, default_threads};

/// Measured unless another scenario is named.
const BUILT_IN: &str = include_str!("../../scenarios/bench/w3.toml");
/// Seconds, unless others are asked for.
const SECONDS: f64 = 3.0;
/// A day.
const MOST_SECONDS: f64 = 86_400.0;
/// No machine has more.
const MOST_THREADS: i64 = 1024;

/// Headers of the table of speeds.
const COLUMNS: [&str; 8] = [
    "threads",
    "replicates/s",
    "clone-steps/s",
    "ns per clone-step",
    "CPU ns per clone-step",
    "speed-up",
    "spread of rounds",
    "peak memory",
];

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The scenario file, or - for standard input [default: the built-in workload W3]
    scenario: Option<PathBuf>,
    /// Thread counts to measure, such as 1,2,4 [default: 1 and all of the machine]
    #[arg(long, value_name = "T,...", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=MOST_THREADS))]
    threads: Vec<u16>,
    /// Measure as many histories as one thread tells in this time [default: 3]
    #[arg(long, value_name = "S", value_parser = seconds, allow_negative_numbers = true)]
    #[arg(conflicts_with = "replicates")]
    seconds: Option<f64>,
    #[command(flatten)]
    changes: Changes,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
    /// Print the result, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= MOST_SECONDS => Ok(seconds),
        _ => Err(format!("expected a number of seconds above 0 and up to {MOST_SECONDS}")),
    }
}

/// Reads, measures and prints.
pub fn bench(args: &BenchArgs) -> Result<(), Failure> {
    let scenario = scenario(args)?;
    let plan = plan(args);
    let bar = progress(plan.ticks() as u64, args.quiet);
    let report = measure(&scenario.model, &plan, || bar.inc(1));
    bar.finish_and_clear();
    let report = report?;
    screen::print(&if args.json { json(&scenario, &report).to_string() } else { text(&scenario, &report) })?;
    match report.limited {
        0 => Ok(()),
        count => Err(Failure::Limits(count)),
    }
}

fn scenario(args: &BenchArgs) -> Result<Scenario, Failure> {
    let changes = args.changes.list();
    match &args.scenario {
        Some(path) => input::scenario(path, &changes),
        None => Scenario::read("<built-in W3>", BUILT_IN, &changes).map_err(Failure::Scenario),
    }
}

fn plan(args: &BenchArgs) -> Plan {
    let work = match args.changes.replicates {
        Some(_) => Work::Study,
        None => Work::Seconds(args.seconds.unwrap_or(SECONDS)),
    };
    let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
    let mut threads: Vec<usize> = args.threads.iter().copied().map(usize::from).collect();
    if threads.is_empty() {
        threads = vec![1, default_threads(None, allocation.as_deref()).min(MOST_THREADS as usize)];
    }
    Plan { threads, work }
}

/// A bar on stderr; it hides itself where stderr is no terminal.
fn progress(rounds: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(rounds), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} rounds, {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn text(scenario: &Scenario, report: &Report) -> String {
    let model = &scenario.model;
    let mut parts = vec![format!(
        "{}\nengine {}, seed {}; {} histories a round, median of {ROUNDS} rounds",
        model.name,
        method(scenario),
        model.seed,
        report.histories
    )];
    parts.push(table(report).trim_fmt());
    parts.push(steps_text(scenario, report));
    if let (Some(draws), Some(ratio)) = (report.draws, report.over_draws()) {
        parts.push(format!(
            "The unavoidable draws alone: {:.1} ns per clone-step, {:.0} % of its time; \
             a clone-step takes {ratio:.2} times as long",
            draws.cpu_ns.unwrap_or(draws.ns),
            100.0 / ratio
        ));
    }
    screen::plain(&parts.join("\n\n"))
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(COLUMNS);
    for speed in &report.speeds {
        let cells = row(report, speed);
        table.add_row(cells.map(|text| Cell::new(text).set_alignment(CellAlignment::Right)));
    }
    table
}

fn row(report: &Report, speed: &Speed) -> [String; 8] {
    let cost = report.clone_step(speed);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
    let memory = speed.peak_memory.map(|bytes| format!("{:.1} MB", bytes as f64 / 1e6));
    [
        speed.threads.to_string(),
        format!("{:.1}", report.replicates_per_second(speed)),
        or_dash(report.clone_steps_per_second(speed).map(|rate| format!("{rate:.3e}"))),
        or_dash(cost.map(|cost| format!("{:.1}", cost.ns))),
        or_dash(cost.and_then(|cost| cost.cpu_ns).map(|ns| format!("{ns:.1}"))),
        or_dash(report.speed_up(speed).map(|times| format!("{times:.2}"))),
        format!("{:.1} %", 100.0 * speed.spread),
        memory.unwrap_or_else(|| "not known".to_string()),
    ]
}

fn steps_text(scenario: &Scenario, report: &Report) -> String {
    let (effort, histories) = (&report.effort, report.histories as f64);
    match (scenario.model.engine.method, effort.mean_step()) {
        (Method::Exact, _) => "The exact engine goes event by event: it has no steps".to_string(),
        (Method::Leap, None) => "No history had a step".to_string(),
        (Method::Leap, Some(mean)) => format!(
            "A history: {:.1} steps of {mean:.3} d on average, {:.1} clone-steps",
            effort.steps as f64 / histories,
            effort.clone_steps as f64 / histories
        ),
    }
}

fn json(scenario: &Scenario, report: &Report) -> Value {
    let (effort, histories) = (&report.effort, report.histories as f64);
    let per_history = |count: u64| (effort.steps > 0).then(|| count as f64 / histories);
    json!({
        "scenario": scenario.model.name,
        "version": env!("CARGO_PKG_VERSION"),
        "engine": method(scenario),
        "seed": scenario.model.seed,
        "histories_per_round": report.histories,
        "rounds": ROUNDS,
        "stopped_at_a_limit": report.limited,
        "steps_per_history": per_history(effort.steps),
        "clone_steps_per_history": per_history(effort.clone_steps),
        "mean_step_days": effort.mean_step(),
        "speeds": report.speeds.iter().map(|speed| speed_json(report, speed)).collect::<Vec<_>>(),
        "draws_ns_per_clone_step": report.draws.map(|draws| draws.ns),
        "draws_cpu_ns_per_clone_step": report.draws.and_then(|draws| draws.cpu_ns),
        "clone_step_over_draws": report.over_draws(),
        "share_of_draws": report.over_draws().map(|ratio| 1.0 / ratio),
    })
}

fn speed_json(report: &Report, speed: &Speed) -> Value {
    let cost = report.clone_step(speed);
    json!({
        "threads": speed.threads,
        "seconds_per_round": speed.seconds,
        "cpu_seconds_per_round": speed.cpu_seconds,
        "spread": speed.spread,
        "replicates_per_second": report.replicates_per_second(speed),
        "clone_steps_per_second": report.clone_steps_per_second(speed),
        "ns_per_clone_step": cost.map(|cost| cost.ns),
        "cpu_ns_per_clone_step": cost.and_then(|cost| cost.cpu_ns),
        "speed_up": report.speed_up(speed),
        "peak_memory_bytes": speed.peak_memory,
    })
}

fn method(scenario: &Scenario) -> &'static str {
    match scenario.model.engine.method {
        Method::Exact => "exact",
        Method::Leap => "leap",
    }
}

impl From<RunError<Infallible>> for Failure {
    fn from(error: RunError<Infallible>) -> Failure {
        match error {
            RunError::Sink(never) => match never {},
            RunError::TooManyJobs => Failure::Usage(error.to_string()),
            RunError::Threads { .. } => Failure::Threads(error.to_string()),
        }
    }
}
