//! Arms compared: landmark rates, restricted means, hazard ratios, and differences on the same patients.
//!
//! Differences are paired: arms have the same patients, pasts and noise (common random numbers), so that what a
//! patient brings to both cancels. That needs a few numbers of every history, kept only if there are several arms.

use super::summary::Estimate;
use crate::clinic::{Difference, Endpoint, Influence, Response, Survival, Ties, hazard_ratio, log_rank};
use crate::record::Outcome;

/// Days in a month, as the units of scenarios count them.
const MONTH: f64 = 30.4375;

/// What comparisons need of one history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brief {
    pfs: Endpoint,
    os: Endpoint,
    burden: f64,
    extinct: bool,
    /// Whether the first line was answered; none if that cannot be told.
    response: Option<bool>,
}

impl Brief {
    /// Of an outcome.
    pub fn of(outcome: &Outcome) -> Brief {
        let best = outcome.best_response().filter(|best| *best != Response::NotEvaluable);
        Brief {
            pfs: outcome.progression_free_survival(),
            os: outcome.overall_survival(),
            burden: outcome.burden as f64,
            extinct: outcome.burden == 0,
            response: best.map(Response::is_response),
        }
    }
}

/// An endpoint with a curve.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// Its name in quantities.
    pub name: &'static str,
    /// The curve of each arm.
    pub arms: &'a [&'a Survival],
    /// The endpoint of a history.
    endpoint: fn(&Brief) -> Endpoint,
}

impl<'a> Curve<'a> {
    /// Progression-free survival.
    pub fn pfs(arms: &'a [&'a Survival]) -> Curve<'a> {
        Curve { name: "pfs", arms, endpoint: |brief| brief.pfs }
    }

    /// Overall survival.
    pub fn os(arms: &'a [&'a Survival]) -> Curve<'a> {
        Curve { name: "os", arms, endpoint: |brief| brief.os }
    }

    /// The time up to which means are taken: the longest that every arm was followed; none without histories.
    pub fn restriction(&self) -> Option<f64> {
        let last: Option<Vec<f64>> = self.arms.iter().map(|arm| arm.last_time()).collect();
        last?.into_iter().reduce(f64::min)
    }

    /// Rates at landmarks and the restricted mean of one arm.
    pub fn estimates(&self, arm: usize, landmarks: &[f64]) -> Vec<Estimate> {
        let survival = self.arms[arm];
        let n = survival.n();
        let row = |quantity: String, estimate: f64, limits: Option<(f64, f64)>| Estimate {
            arm,
            quantity,
            estimate: Some(estimate),
            low: limits.map(|(low, _)| low),
            high: limits.map(|(_, high)| high),
            n,
        };
        let rate = |&landmark: &f64| {
            let step = survival.at(landmark);
            row(self.rate_name(landmark), step.survival, Some((step.low, step.high)))
        };
        let reached = landmarks.iter().filter(|landmark| self.reaches(arm, **landmark));
        let mut rows: Vec<Estimate> = reached.map(rate).collect();
        if let Some(until) = self.restriction() {
            let (mean, error) = survival.restricted_mean(until);
            let half = NORMAL * error;
            rows.push(row(self.mean_name(), mean, Some((mean - half, mean + half))));
            rows.push(row(format!("restriction_{}_days", self.name), until, None));
        }
        rows
    }

    /// Whether the curve of an arm says anything of a time: somebody was followed to it, or nobody is left before.
    fn reaches(&self, arm: usize, time: f64) -> bool {
        let survival = self.arms[arm];
        survival.last_time().is_some_and(|last| last >= time || survival.survival_at(last) == 0.0)
    }

    fn rate_name(&self, landmark: f64) -> String {
        format!("{}_rate_{}", self.name, landmark_name(landmark))
    }

    fn mean_name(&self) -> String {
        format!("restricted_mean_{}_days", self.name)
    }

    /// Hazard ratio and log-rank test of an arm against the first.
    pub fn tests(&self, arm: usize) -> Vec<Estimate> {
        let (first, other) = (self.arms[0], self.arms[arm]);
        let (ratio, test) = (hazard_ratio(first, other, Ties::Efron), log_rank(first, other));
        let n = first.n() + other.n();
        let row = |quantity: &str, estimate, low, high| {
            let quantity = format!("{quantity}_{}", self.name);
            Estimate { arm, quantity, estimate, low, high, n }
        };
        vec![
            row("hazard_ratio", ratio.map(|r| r.ratio), ratio.map(|r| r.low), ratio.map(|r| r.high)),
            row("log_rank_p", test.map(|test| test.p), None, None),
        ]
    }

    fn influences(&self, arm: usize, of: impl Fn(&Survival) -> Influence) -> impl Fn(&Brief) -> f64 {
        let (influence, endpoint) = (of(self.arms[arm]), self.endpoint);
        move |brief| {
            let Endpoint { time, event } = endpoint(brief);
            influence.of(time, event)
        }
    }

    /// Differences of an arm and the first in all that [`Curve::estimates`] tells.
    pub fn differences(&self, arm: usize, landmarks: &[f64], pairs: &Pairs) -> Vec<Estimate> {
        let mut rows = Vec::new();
        let reached = |landmark: &&f64| self.reaches(0, **landmark) && self.reaches(arm, **landmark);
        for &landmark in landmarks.iter().filter(reached) {
            let of = |arm: usize| {
                let weight = self.influences(arm, |survival| survival.influence_on_survival(landmark));
                (self.arms[arm].survival_at(landmark), weight)
            };
            rows.extend(pairs.rows(&self.rate_name(landmark), arm, of(0), of(arm)));
        }
        if let Some(until) = self.restriction() {
            let of = |arm: usize| {
                let weight = self.influences(arm, |survival| survival.influence_on_mean(until));
                (self.arms[arm].restricted_mean(until).0, weight)
            };
            rows.extend(pairs.rows(&self.mean_name(), arm, of(0), of(arm)));
        }
        rows
    }
}

/// The 97.5 % point of the standard normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

/// A time as it stands in the name of a quantity.
pub fn landmark_name(days: f64) -> String {
    let months = (days / MONTH).round();
    if months > 0.0 && (days / MONTH - months).abs() < 1e-6 {
        format!("{months}_months")
    } else {
        format!("{days}_days")
    }
}

/// The histories of the first arm and of another one, in the same order.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a> {
    first: &'a [Brief],
    other: &'a [Brief],
    /// Histories of one patient, who counts once; 1 if there is only one patient.
    cluster: usize,
}

impl<'a> Pairs<'a> {
    /// Pairs of histories of which `replicates` in a row are of one patient.
    pub fn new(first: &'a [Brief], other: &'a [Brief], replicates: u64) -> Pairs<'a> {
        let replicates = usize::try_from(replicates).unwrap_or(usize::MAX).max(1);
        let several = first.len() > replicates;
        Pairs { first, other, cluster: if several { replicates } else { 1 } }
    }

    /// A difference with its interval if each arm had its own patients, with that for the same patients, and how many
    /// times the patients the first of these takes.
    fn rows(
        &self,
        quantity: &str,
        arm: usize,
        (first, in_first): (f64, impl Fn(&Brief) -> f64),
        (other, in_other): (f64, impl Fn(&Brief) -> f64),
    ) -> Vec<Estimate> {
        let clusters = self.first.chunks(self.cluster).zip(self.other.chunks(self.cluster));
        let weights = clusters.map(|(first, other)| {
            (first.iter().map(&in_first).sum::<f64>(), other.iter().map(&in_other).sum::<f64>())
        });
        let difference = Difference::new(first, other, weights);
        let row = |name: &str, estimate: Option<f64>, limits: Option<(f64, f64)>| Estimate {
            arm,
            quantity: format!("{name}_{quantity}"),
            estimate,
            low: limits.map(|(low, _)| low),
            high: limits.map(|(_, high)| high),
            n: self.first.len() as u64,
        };
        vec![
            row("difference", Some(difference.estimate), Some(difference.unpaired())),
            row("paired_difference", Some(difference.estimate), Some(difference.paired())),
            row("variance_reduction", difference.variance_reduction(), None),
        ]
    }

    /// The difference of the means of what `value` tells of a history; histories of which it tells nothing do not count.
    fn mean_rows(
        &self,
        quantity: &str,
        arm: usize,
        value: impl Fn(&Brief) -> Option<f64> + Copy,
    ) -> Vec<Estimate> {
        let mean = |briefs: &[Brief]| {
            let (sum, n) = briefs.iter().filter_map(value).fold((0.0, 0.0), |(sum, n), x| (sum + x, n + 1.0));
            (n > 0.0).then_some((sum / n, n))
        };
        let Some(((first, n), (other, m))) = mean(self.first).zip(mean(self.other)) else {
            return Vec::new();
        };
        let weight = |mean: f64, n: f64| move |brief: &Brief| value(brief).map_or(0.0, |x| (x - mean) / n);
        self.rows(quantity, arm, (first, weight(first, n)), (other, weight(other, m)))
    }

    /// Differences in what needs no curve.
    pub fn differences(&self, arm: usize, responses: bool) -> Vec<Estimate> {
        let yes = |truth: bool| f64::from(u8::from(truth));
        let mut rows = self.mean_rows("extinct_share", arm, |brief| Some(yes(brief.extinct)));
        rows.extend(self.mean_rows("mean_final_burden", arm, |brief| Some(brief.burden)));
        if responses {
            rows.extend(self.mean_rows("line1_response_rate", arm, |brief| brief.response.map(yes)));
        }
        rows
    }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
