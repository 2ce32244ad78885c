//! What `run` and `sweep` share: a study goes into a folder, under progress and signals.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::failure::Failure;
use super::progress::Progress;
use super::screen;
use super::signals::Signals;
use crate::output::{Asked, Disk, Layout, Opened, OutputError, Published, SHARD, Start, Store};
use crate::study::{self, RunError, Shard, Study, TellError};

/// No machine has more.
const MOST_THREADS: usize = 1024;

/// Where results go and how they are computed.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Folder for the results [default: output/<scenario name>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads [default: SLURM_CPUS_PER_TASK, else all of the machine]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Replace the tables of an earlier study in the folder
    #[arg(long, conflicts_with = "resume")]
    pub force: bool,
    /// Go on with what was begun in the folder; begin if nothing was
    #[arg(long)]
    pub resume: bool,
    /// Compute one part of several, to be joined by `merge`: 3/10, or `slurm` for the task of a Slurm array
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Stop before the results have more bytes than this, such as 500MB or 20GB; what is done stays for --resume
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub most_bytes: Option<u64>,
    /// No progress and no remarks
    #[arg(long, short)]
    pub quiet: bool,
    /// Print the result, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

fn shard(text: &str) -> Result<Shard, String> {
    match text {
        "slurm" => Shard::of_slurm(|name| std::env::var(name).ok()),
        text => text.parse(),
    }
}

/// A size in bytes: 1000, 500MB, 20 GB, 2GiB.
fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "a size such as 500MB, 20GB or 2GiB is needed".to_string();
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len()));
    let units = ["B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"];
    let factors = [1.0, 1e3, 1e6, 1e9, 1e12, 1024.0, 1_048_576.0, 1_073_741_824.0, 1_099_511_627_776.0];
    let known = units.iter().position(|known| known.eq_ignore_ascii_case(unit.trim()));
    let factor = if unit.is_empty() { 1.0 } else { factors[known.ok_or_else(wrong)?] };
    let size = number.trim().parse::<f64>().map_err(|_| wrong())? * factor;
    if (1.0..1e18).contains(&size) { Ok(size as u64) } else { Err(wrong()) }
}

/// What came of the work.
pub enum Done {
    /// The tables are there.
    Published(Published),
    /// The shard is there.
    Shard(Shard),
    /// All was there before; so many histories stopped at a limit.
    Before(u64),
}

impl WorkArgs {
    /// What to do with what the folder holds.
    pub fn start(&self) -> Start {
        match (self.force, self.resume) {
            (true, _) => Start::Force,
            (_, true) => Start::Resume,
            _ => Start::New,
        }
    }

    /// Threads to use.
    pub fn threads(&self) -> usize {
        let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
        study::default_threads(self.threads.map(usize::from), allocation.as_deref()).min(MOST_THREADS)
    }

    /// The folder of the results, or that of the shard within it.
    pub fn folder(&self, slug: &str) -> PathBuf {
        let folder = self.out.clone().unwrap_or_else(|| super::default_folder(slug));
        match self.shard {
            Some(shard) => folder.join(shard_folder(shard)),
            None => folder,
        }
    }

    fn remark(&self, text: &str) {
        if !self.quiet && !self.json {
            screen::complain(text);
        }
    }

    /// Computes what the folder lacks, and publishes.
    pub fn carry_out(&self, study: &Study, asked: &Asked, layout: Layout) -> Result<Done, Failure> {
        let path = self.folder(&study.base.slug());
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        let signals = Signals::listen();
        let mut store =
            match Store::open((study, asked, layout), shard, &path, self.start(), &Disk::default())? {
                Opened::Open(store) => store,
                Opened::Complete(manifest) => {
                    self.remark(&format!("{} holds the whole study already", path.display()));
                    return Ok(Done::Before(manifest.stopped_at_a_limit));
                }
            };
        self.remark_on(&store);
        store.set_most(self.most_bytes.unwrap_or(u64::MAX));
        // More threads than histories would only be started and stopped.
        let left = store.size() - store.done();
        let threads = self.threads().min(usize::try_from(left).unwrap_or(MOST_THREADS)).max(1);
        let progress = Progress::new(store.size(), store.done(), self.quiet);
        let done = store.fill(threads, |count| progress.add(count), || signals.heard().is_some());
        // Before anything else is said, an error too.
        progress.end();
        if !done? {
            let signal = signals.heard().unwrap_or_default();
            return Err(Failure::Interrupted { signal, done: store.done(), size: store.size() });
        }
        if self.shard.is_some() {
            store.close()?;
            self.remark(&format!("wrote shard {shard}: {}", path.display()));
            return Ok(Done::Shard(shard));
        }
        let published = store.publish()?;
        self.remark(&format!("wrote {}", path.display()));
        Ok(Done::Published(published))
    }

    fn remark_on(&self, store: &Store<'_>) {
        if store.torn() > 0 {
            self.remark(&format!("dropped {} bytes of a record that was cut off", store.torn()));
        }
        if store.done() > 0 {
            self.remark(&format!("{} of {} histories are there already", store.done(), store.size()));
        }
    }
}

/// The folder of a shard within that of its study.
fn shard_folder(shard: Shard) -> String {
    format!("{SHARD}{}-of-{}", shard.number, shard.count)
}

/// The failure of a study whose results are complete, if replicates stopped at a limit.
pub fn limits(count: u64) -> Result<(), Failure> {
    match count {
        0 => Ok(()),
        count => Err(Failure::Limits(count)),
    }
}

impl From<RunError<TellError<OutputError>>> for Failure {
    fn from(error: RunError<TellError<OutputError>>) -> Failure {
        match error {
            RunError::Sink(TellError::Taken(error)) => Failure::Output(error),
            RunError::Sink(TellError::Point(_)) => Failure::Internal,
            RunError::TooManyJobs => Failure::Usage("more histories than can be counted".to_string()),
            RunError::Threads { threads, reason } => {
                Failure::Threads(format!("cannot start {threads} threads: {reason}"))
            }
        }
    }
}

impl WorkArgs {
    /// What a finished shard prints: nothing for a person, its place for a program.
    pub fn say_shard(&self, study: &Study, shard: Shard) -> Result<(), Failure> {
        let folder = self.folder(&study.base.slug()).display().to_string();
        self.say(&json!({ "scenario": study.base.model.name, "shard": shard.to_string(), "folder": folder }))
    }

    /// What is printed if all was there before.
    pub fn say_complete(&self, study: &Study, limited: u64) -> Result<(), Failure> {
        let folder = self.folder(&study.base.slug()).display().to_string();
        self.say(&json!({ "scenario": study.base.model.name, "complete": true, "folder": folder }))?;
        limits(limited)
    }

    fn say(&self, value: &Value) -> Result<(), Failure> {
        if self.json { screen::print(&value.to_string()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn a_size_has_a_unit_or_is_in_bytes() {
        for (text, size) in
            [("1000", 1000), ("1.5kB", 1500), ("20 GB", 20_000_000_000), ("2gib", 2_147_483_648)]
        {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "GB", "-1MB", "1XB", "0", "1e30", "nan", "inf"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
