//! Runs all jobs of a study in parallel and hands the results on in the order of the jobs.

use rayon::prelude::*;

use super::jobs::{Job, job, jobs as count};
use super::patience::tell_within;
use super::waiting::{Lent, Waiting};
use crate::model::Model;
use crate::record::Story;

/// Jobs in flight per thread; bounds the memory whatever the number of replicates.
const IN_FLIGHT: u64 = 32;

/// Why a study could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError<E> {
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// More jobs than can be counted.
    #[error("arms x patients x replicates is more than can be counted")]
    TooManyJobs,
    /// The results could not be taken.
    #[error(transparent)]
    Sink(#[from] E),
}

/// Runs the study on `threads` threads. `digest` works on each story in the thread that made it;
/// `take` gets the results one by one in the order of the jobs, so that nothing depends on threads.
///
/// # Errors
/// When the threads cannot be started, or what `take` returns.
pub fn run<'m, T: Send, E: Send>(
    model: &'m Model,
    threads: usize,
    digest: impl Fn(Job, Story) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), RunError<E>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
    let jobs = count(model).ok_or(RunError::TooManyJobs)?;
    let waiting = Waiting::default();
    let batch = IN_FLIGHT * threads.max(1) as u64;
    for start in (0..jobs).step_by(batch as usize) {
        let positions = start..(start + batch).min(jobs);
        let tell = |lent: &mut Lent<'_, 'm>, position: u64| {
            let job = job(model, position);
            digest(job, tell_within(lent.simulator(), model, &model.arms[job.arm], job.key(model)))
        };
        let begin = || waiting.lend(model, 0);
        let results: Vec<T> = pool.install(|| positions.into_par_iter().map_init(begin, tell).collect());
        results.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// Threads to use: those asked for, else the allocation of the job scheduler, else the machine's.
pub fn default_threads(asked: Option<usize>, allocation: Option<&str>) -> usize {
    let allocated = allocation.and_then(|text| text.trim().parse().ok()).filter(|threads| *threads > 0);
    let machine = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.or(allocated).unwrap_or_else(machine)
}

#[cfg(test)]
mod tests {
    use super::default_threads;

    #[test]
    fn an_allocation_counts_before_the_machine() {
        assert_eq!(default_threads(Some(3), Some("5")), 3);
        assert_eq!(default_threads(None, Some("5")), 5);
        let machine = default_threads(None, None);
        assert_eq!(default_threads(None, Some("0")), machine);
        assert_eq!(default_threads(None, Some("many")), machine);
    }
}
