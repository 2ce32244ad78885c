//! Throughput of a scenario on this machine: the same histories at each thread count, timed in rounds.

mod draws;
mod laps;
mod process;

use std::convert::Infallible;

use super::{RunError, count, run};
use crate::engine::Effort;
use crate::model::Model;
use crate::record::Story;
use draws::Draws;
use laps::Laps;

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
    /// The unavoidable draws of a clone-step, in one thread; none without clone-steps.
    pub draws: Option<Cost>,
}

/// What a clone-step takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// By the clock, ns.
    pub ns: f64,
    /// Of processors, ns; none where the system does not tell, or for too short a time to tell.
    pub cpu_ns: Option<f64>,
}

/// The speed with one thread count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Threads.
    pub threads: usize,
    /// Median time of a round, seconds.
    pub seconds: f64,
    /// Mean processor time of a round, seconds; none as in [`Cost`].
    pub cpu_seconds: Option<f64>,
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

    /// What a clone-step takes; none without steps.
    pub fn clone_step(&self, speed: &Speed) -> Option<Cost> {
        let count = Some(self.effort.clone_steps).filter(|count| *count > 0)? as f64;
        let cpu_ns = speed.cpu_seconds.map(|seconds| 1e9 * seconds / count);
        Some(Cost { ns: 1e9 * speed.seconds / count, cpu_ns })
    }

    /// How many times as fast as one thread; none if one thread was not measured.
    pub fn speed_up(&self, speed: &Speed) -> Option<f64> {
        let one = self.speeds.iter().find(|other| other.threads == 1)?;
        Some(one.seconds / speed.seconds)
    }

    /// What a clone-step takes over what its unavoidable draws take, with the fewest threads: in processor
    /// time if that is known, for other programs on the machine do not count in it.
    pub fn over_draws(&self) -> Option<f64> {
        let (speed, draws) = (self.speeds.first()?, self.draws?);
        let whole = self.clone_step(speed)?;
        Some(match (whole.cpu_ns, draws.cpu_ns) {
            (Some(whole), Some(draws)) => whole / draws,
            _ => whole.ns * speed.threads as f64 / draws.ns,
        })
    }
}

/// Measures a model; `tick` is called after each warm-up and each timed round, see [`Plan::ticks`].
///
/// # Errors
/// When the threads cannot be started, or there are more histories than can be counted.
pub fn measure(model: &Model, plan: &Plan, mut tick: impl FnMut()) -> Result<Report, RunError<Infallible>> {
    let threads = plan.thread_counts();
    let model = match plan.work {
        Work::Study => model.clone(),
        Work::Seconds(seconds) => fitting(model, seconds / ROUNDS as f64)?,
    };
    let (done, memory) = warm_up(&model, &threads, &mut tick)?;
    let draws = done.effort.mean_step().and_then(|step| Draws::of(&model, step));
    let (laps, draw_laps) = rounds(&model, &threads, draws.as_ref(), &mut tick)?;
    let speed = |((&threads, laps), peak_memory): ((&usize, &Laps), Option<u64>)| Speed {
        threads,
        seconds: laps.median(),
        cpu_seconds: laps.cpu(),
        spread: laps.spread(),
        peak_memory,
    };
    let cost = |_| Cost { ns: 1e9 * draw_laps.median(), cpu_ns: draw_laps.cpu().map(|cpu| 1e9 * cpu) };
    Ok(Report {
        histories: count(&model).ok_or(RunError::TooManyJobs)?,
        limited: done.limited,
        effort: done.effort,
        speeds: threads.iter().zip(&laps).zip(memory).map(speed).collect(),
        draws: draws.as_ref().map(cost),
    })
}

impl Plan {
    fn thread_counts(&self) -> Vec<usize> {
        let mut threads = self.threads.clone();
        threads.sort_unstable();
        threads.dedup();
        threads
    }

    /// How often [`measure`] ticks.
    pub fn ticks(&self) -> usize {
        self.thread_counts().len() * (1 + ROUNDS)
    }
}

/// A round at each thread count that is not timed: what is done in it, and the memory it takes.
fn warm_up(
    model: &Model,
    threads: &[usize],
    tick: &mut impl FnMut(),
) -> Result<(Done, Vec<Option<u64>>), RunError<Infallible>> {
    let (mut done, mut memory) = (Done::default(), Vec::new());
    for &threads in threads {
        done = round(model, threads)?;
        memory.push(process::peak_memory());
        tick();
    }
    Ok((done, memory))
}

/// The timed rounds, by thread count, and of the draws. Round by round over all thread counts, so that a
/// disturbance meets them all.
fn rounds(
    model: &Model,
    threads: &[usize],
    draws: Option<&Draws>,
    tick: &mut impl FnMut(),
) -> Result<(Vec<Laps>, Laps), RunError<Infallible>> {
    let (mut laps, mut draw_laps) = (vec![Laps::default(); threads.len()], Laps::default());
    for _ in 0..ROUNDS {
        for (&threads, laps) in threads.iter().zip(&mut laps) {
            laps.time(|| round(model, threads).map(|_| 1))?;
            tick();
        }
        if let Some(draws) = draws {
            draw_laps.time(|| Ok::<u64, Infallible>(draws.repeat()))?;
        }
    }
    Ok((laps, draw_laps))
}

/// What was done in a round.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    effort: Effort,
    limited: u64,
}

fn round(model: &Model, threads: usize) -> Result<Done, RunError<Infallible>> {
    let mut done = Done::default();
    let digest = |_, story: Story| story.outcome;
    run(model, threads, digest, |outcome| {
        done.effort.absorb(&outcome.effort);
        done.limited += u64::from(outcome.stop.is_limit());
        Ok(())
    })?;
    Ok(done)
}

/// The study cut or extended to what one thread does in some seconds.
fn fitting(model: &Model, seconds: f64) -> Result<Model, RunError<Infallible>> {
    let mut histories = 1;
    loop {
        let part = portion(model, histories);
        let done = count(&part).ok_or(RunError::TooManyJobs)?;
        let mut laps = Laps::default();
        laps.time(|| round(&part, 1).map(|_| 1))?;
        let taken = laps.median();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    const TWO_ARMS: &str = r#"
        name = "two arms"
        study = { horizon = "7 d", patients = 3, replicates = 2 }
        disease = { burden = 1e6, division = "0.1 /d", death = "0.1 /d" }
        [[arm]]
        name = "a"
        lines = [{ regimen = "Vd", cycles = 1 }]
        [[arm]]
        name = "b"
        lines = [{ holiday = "7 d" }]
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
    fn thread_counts_are_measured_once_each_and_in_order() {
        let plan = Plan { threads: vec![2, 1, 2], work: Work::Study };
        let mut seen = 0;
        let report = measure(&model(), &plan, || seen += 1).unwrap();
        assert_eq!(report.speeds.iter().map(|speed| speed.threads).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((seen, report.histories), (plan.ticks(), 12));
    }

    #[test]
    fn without_one_thread_there_is_no_speed_up() {
        let plan = Plan { threads: vec![2], work: Work::Study };
        let report = measure(&model(), &plan, || {}).unwrap();
        assert_eq!(report.speed_up(&report.speeds[0]), None);
    }
}
