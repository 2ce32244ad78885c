//! `clonetide verify`.

use std::time::Duration;

use clap::Args;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::failure::Failure;
use super::screen;
use crate::study::{self, RunError};
use crate::verify::{self, Promise, TrialError};

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Histories of each case: with fewer than 1000 the false-alarm rates would not hold
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1000..=100_000_000))]
    replicates: u64,
    /// Threads [default: SLURM_CPUS_PER_TASK, else all of the machine]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
    /// Print the promises, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Looks into every promise of this program and says which are kept.
pub fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
    let threads = study::default_threads(args.threads.map(usize::from), allocation.as_deref());
    let bar = progress(args.quiet || args.json);
    let promises = verify::verify(args.replicates, threads, |promise| {
        bar.set_message(promise.what.clone());
        bar.inc(1);
    });
    bar.finish_and_clear();
    let promises = promises?;
    screen::print(&if args.json { as_json(&promises) } else { as_text(&promises) })?;
    match promises.iter().filter(|promise| !promise.kept).count() {
        0 => Ok(()),
        broken => Err(Failure::Promises(broken)),
    }
}

fn progress(quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr();
    let bar = ProgressBar::with_draw_target(Some(verify::promises() as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} promises, {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A line per promise, then the verdict.
fn as_text(promises: &[Promise]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["promise", "tests", "statistic", "n", "p", "false alarm", "verdict"]);
    for promise in promises {
        let number = |value: Option<f64>| value.map_or("-".to_string(), |value| format!("{value:.3}"));
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(&promise.what),
            right(promise.tests.to_string()),
            right(number(promise.statistic)),
            right(promise.n.to_string()),
            right(promise.p.map_or("-".to_string(), small)),
            right(if promise.false_alarm > 0.0 { small(promise.false_alarm) } else { "0".to_string() }),
            Cell::new(if promise.kept { "kept" } else { "BROKEN" }),
        ]);
    }
    let mut lines = vec![table.trim_fmt()];
    lines.extend(
        promises.iter().filter(|promise| !promise.kept).map(|p| format!("BROKEN {}: {}", p.what, p.worst)),
    );
    lines.push(format!(
        "{} of {} promises are kept. A correct program fails with probability {:.2} %.",
        promises.iter().filter(|promise| promise.kept).count(),
        promises.len(),
        100.0 * false_alarm(promises)
    ));
    lines.push("statistic: of the worst test; p: of that test, times the number of tests".to_string());
    screen::plain(&lines.join("\n"))
}

/// Three digits, and a power of ten where there is nothing but zeros before them.
fn small(p: f64) -> String {
    if p >= 1e-3 || p == 0.0 { format!("{p:.3}") } else { format!("{p:.1e}") }
}

fn false_alarm(promises: &[Promise]) -> f64 {
    promises.iter().map(|promise| promise.false_alarm).sum()
}

fn as_json(promises: &[Promise]) -> String {
    let row = |promise: &Promise| {
        json!({
            "promise": promise.what, "tests": promise.tests, "worst_test": promise.worst,
            "statistic": promise.statistic.filter(|value| value.is_finite()), "n": promise.n, "p": promise.p,
            "false_alarm_rate": promise.false_alarm, "kept": promise.kept,
        })
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "kept": promises.iter().all(|promise| promise.kept),
        "false_alarm_rate": false_alarm(promises),
        "promises": promises.iter().map(row).collect::<Vec<Value>>(),
    })
    .to_string()
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Failure {
        match error {
            TrialError::Run(RunError::Threads { .. }) => Failure::Threads(error.to_string()),
            TrialError::Run(_) | TrialError::Scenario(_) | TrialError::Case { .. } => Failure::Internal,
        }
    }
}
