//! Throughput of a scenario on this machine: the same histories at each thread count, timed in rounds.

mod draws;
mod memory;

use std::convert::Infallible;
use std::time::Instant;

use super::{RunError, count, run};
use crate::engine::Effort;
use crate::model::Model;
use draws::Draws;

/// Timed rounds at each thread count; the median of their times counts.
pub const ROUNDS: usize = 5;

/// What to measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Thread counts.
    pub threads: Vec<usize>,
    /// How much work a round is.
    pub work: Work,
}

/// How much work a round is; it is the same at each thread count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// As many histories as one thread tells in these seconds over all rounds.
    Seconds(f64),
    /// The whole study: every arm, patient and replicate.
    Study,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Histories of a round.
    pub histories: u64,
    /// Of these, stopped at a limit.
    pub limited: u64,
    /// What the engine did in a round; nothing if it has no steps.
    pub effort: Effort,
    /// By thread count, fewest first.
    pub speeds: Vec<Speed>,
    /// Time of the unavoidable draws of a clone-step, ns; none without clone-steps.
    pub draws: Option<f64>,
}

/// The speed with one thread count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Threads.
    pub threads: usize,
    /// Median time of a round, seconds.
    pub seconds: f64,
    /// Slowest less fastest round, over the median.
    pub spread: f64,
    /// Most memory that the process has held so far, bytes; none where the system does not tell.
    pub peak_memory: Option<u64>,
}

impl Report {
    /// Histories per second.
    pub fn replicates_per_second(&self, speed: &Speed) -> f64 {
        self.histories as f64 / speed.seconds
    }

    /// Clones carried over a step, per second; none without steps.
    pub fn clone_steps_per_second(&self, speed: &Speed) -> Option<f64> {
        (self.effort.clone_steps > 0).then(|| self.effort.clone_steps as f64 / speed.seconds)
    }

    /// Time of one thread for a clone-step, ns; none without steps.
    pub fn ns_per_clone_step(&self, speed: &Speed) -> Option<f64> {
        self.clone_steps_per_second(speed).map(|rate| 1e9 * speed.threads as f64 / rate)
    }

    /// How many times as fast as one thread; none if one thread was not measured.
    pub fn speed_up(&self, speed: &Speed) -> Option<f64> {
        let one = self.speeds.iter().find(|other| other.threads == 1)?;
        Some(one.seconds / speed.seconds)
    }

    /// Time of a clone-step over that of its unavoidable draws, with the fewest threads.
    pub fn over_draws(&self) -> Option<f64> {
        Some(self.ns_per_clone_step(self.speeds.first()?)? / self.draws?)
    }
}

/// Measures a model; `tick` is called after each warm-up and each timed round, see [`ticks`].
///
/// # Errors
/// When the threads cannot be started, or there are more histories than can be counted.
pub fn measure(model: &Model, plan: &Plan, mut tick: impl FnMut()) -> Result<Report, RunError<Infallible>> {
    let mut threads = plan.threads.clone();
    threads.sort_unstable();
    threads.dedup();
    let model = match plan.work {
        Work::Study => model.clone(),
        Work::Seconds(seconds) => fitting(model, seconds / ROUNDS as f64)?,
    };
    let (mut known, mut memory) = (Round::default(), Vec::new());
    for &threads in &threads {
        known = round(&model, threads)?;
        memory.push(memory::peak());
        tick();
    }
    let draws = known.effort.mean_step().and_then(|step| Draws::of(&model, step));
    let (mut times, mut draw_times) = (vec![Vec::new(); threads.len()], Vec::new());
    // Round by round over all thread counts, so that a disturbance meets them all.
    for _ in 0..ROUNDS {
        for (&threads, times) in threads.iter().zip(&mut times) {
            times.push(round(&model, threads)?.seconds);
            tick();
        }
        draw_times.extend(draws.as_ref().map(Draws::ns));
    }
    let speed = |((&threads, times), peak_memory): ((&usize, &mut Vec<f64>), Option<u64>)| {
        let seconds = median(times);
        Speed { threads, seconds, spread: (times[times.len() - 1] - times[0]) / seconds, peak_memory }
    };
    Ok(Report {
        histories: count(&model).ok_or(RunError::TooManyJobs)?,
        limited: known.limited,
        effort: known.effort,
        speeds: threads.iter().zip(&mut times).zip(memory).map(speed).collect(),
        draws: draws.map(|_| median(&mut draw_times)),
    })
}

/// How often [`measure`] ticks.
pub fn ticks(plan: &Plan) -> usize {
    let mut threads = plan.threads.clone();
    threads.sort_unstable();
    threads.dedup();
    threads.len() * (1 + ROUNDS)
}

/// One round: how long it took and what was done.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    seconds: f64,
    effort: Effort,
    limited: u64,
}

fn round(model: &Model, threads: usize) -> Result<Round, RunError<Infallible>> {
    let mut round = Round::default();
    let start = Instant::now();
    run(
        model,
        threads,
        |_, story| story.outcome,
        |outcome| {
            round.effort.absorb(&outcome.effort);
            round.limited += u64::from(outcome.stop.is_limit());
            Ok(())
        },
    )?;
    // A clock that stands still for a round must not make a division by 0.
    round.seconds = start.elapsed().as_secs_f64().max(1e-9);
    Ok(round)
}

/// The study cut or extended to what one thread does in some seconds.
fn fitting(model: &Model, seconds: f64) -> Result<Model, RunError<Infallible>> {
    let mut histories = 1;
    loop {
        let part = portion(model, histories);
        let done = count(&part).ok_or(RunError::TooManyJobs)?;
        let taken = round(&part, 1)?.seconds;
        // A quarter of the time tells the rest well enough.
        if taken >= seconds / 4.0 {
            return Ok(portion(model, (done as f64 * seconds / taken) as u64));
        }
        histories = done.saturating_mul(2);
    }
}

/// About this many histories, evenly from all arms: more patients first, then more replicates of each.
fn portion(model: &Model, histories: u64) -> Model {
    let in_arm = (histories / model.arms.len().max(1) as u64).max(1);
    let patients = model.patients.min(in_arm);
    Model { patients, replicates: in_arm / patients.max(1), ..model.clone() }
}

/// The median of some times, which it sorts; 0 of none.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    const TWO_ARMS: &str = r#"
        name = "two arms"
        study = { horizon = "7 d", patients = 3, replicates = 2 }
        disease = { burden = 1e6, division = "0.1 /d", death = "0.1 /d" }
        arm = [{ name = "a", lines = [{ regimen = "Vd", cycles = 1 }] }, { name = "b", lines = [{ holiday = "7 d" }] }]
    "#;

    fn model() -> Model {
        Scenario::read("x.toml", TWO_ARMS, &[]).unwrap().model
    }

    #[test]
    fn a_portion_takes_patients_first() {
        let sizes = [0, 1, 4, 6, 7, 100].map(|histories| {
            let part = portion(&model(), histories);
            (part.patients, part.replicates)
        });
        assert_eq!(sizes, [(1, 1), (1, 1), (2, 1), (3, 1), (3, 1), (3, 16)]);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut []), 0.0);
    }

    #[test]
    fn thread_counts_are_measured_once_each_and_in_order() {
        let plan = Plan { threads: vec![2, 1, 2], work: Work::Study };
        let mut seen = 0;
        let report = measure(&model(), &plan, || seen += 1).unwrap();
        assert_eq!(report.speeds.iter().map(|speed| speed.threads).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((seen, report.histories), (ticks(&plan), 12));
    }

    #[test]
    fn without_one_thread_there_is_no_speed_up() {
        let plan = Plan { threads: vec![2], work: Work::Study };
        let report = measure(&model(), &plan, || {}).unwrap();
        assert_eq!(report.speed_up(&report.speeds[0]), None);
    }
}
