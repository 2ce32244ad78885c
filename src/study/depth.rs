//! How deep responses went, how long they lasted, and what patients died of.

use super::summary::{Estimate, median, share};
use crate::clinic::{Endpoint, LEVELS, Response, Survival};
use crate::record::{LineRecord, Outcome, Stop};

/// Deep responses in the lines of one number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Depth {
    /// Lines with a confirmed very good partial response or better.
    very_good: u64,
    /// Lines with a confirmed complete response or better.
    complete: u64,
}

impl Depth {
    /// Adds a line.
    pub fn add(&mut self, line: &LineRecord) {
        let at_least = |response: Response| u64::from(line.best.is_some_and(|best| best <= response));
        self.very_good += at_least(Response::VeryGoodPartial);
        self.complete += at_least(Response::Complete);
    }

    /// Shares of the lines that could be judged.
    pub fn estimates(&self, arm: usize, line: usize, evaluable: u64) -> [Estimate; 2] {
        let rate = |name: &str, count| share(arm, format!("line{line}_{name}"), count, evaluable);
        [rate("vgpr_rate", self.very_good), rate("cr_rate", self.complete)]
    }
}

/// Times to and of responses, minimal residual disease, and causes of death, of one arm.
#[derive(Clone, Debug, Default)]
pub struct Lasting {
    begun: u64,
    negative: [u64; LEVELS.len()],
    to_response: Survival,
    response: Survival,
    negativity: Survival,
    died_of_disease: u64,
    died_otherwise: u64,
}

impl Lasting {
    /// Adds a replicate.
    pub fn add(&mut self, outcome: &Outcome) {
        let add = |survival: &mut Survival, endpoint: Endpoint| survival.add(endpoint.time, endpoint.event);
        if !outcome.lines.is_empty() {
            self.begun += 1;
            add(&mut self.to_response, outcome.time_to_response());
        }
        if let Some(lasted) = outcome.duration_of_response() {
            add(&mut self.response, lasted);
        }
        if let Some(lasted) = outcome.duration_of_mrd_negativity() {
            add(&mut self.negativity, lasted);
        }
        for (count, level) in self.negative.iter_mut().zip(LEVELS) {
            *count += u64::from(outcome.was_mrd_negative_at(level));
        }
        self.died_of_disease += u64::from(outcome.stop == Stop::Death);
        self.died_otherwise += u64::from(outcome.stop == Stop::OtherDeath);
    }

    /// Shares of the patients who began a line, whether their marrow was looked at or not, and medians.
    pub fn estimates(&self, arm: usize) -> Vec<Estimate> {
        let negative = |(count, level): (&u64, f64)| {
            share(arm, format!("mrd_negative_share_{level:e}"), *count, self.begun)
        };
        let mut rows: Vec<Estimate> = self.negative.iter().zip(LEVELS).map(negative).collect();
        rows.push(median(arm, "median_time_to_response_days".into(), &self.to_response));
        rows.push(median(arm, "median_response_duration_days".into(), &self.response));
        rows.push(median(arm, "median_mrd_negativity_days".into(), &self.negativity));
        rows
    }

    /// Shares of the patients who died of the disease and otherwise.
    pub fn causes(&self, arm: usize, n: u64) -> [Estimate; 2] {
        [
            share(arm, "died_of_disease_share".into(), self.died_of_disease, n),
            share(arm, "died_otherwise_share".into(), self.died_otherwise, n),
        ]
    }
}
