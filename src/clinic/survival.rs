//! Kaplan-Meier survival: progression-free, overall, time to next treatment.
//!
//! Patients are tallied by time, so that memory grows with the number of *distinct times* and not with the
//! number of patients: a million patients seen on days of a five-year study cost at most 1,827 entries.

use super::proportion::Z_95;
use libm::{exp, log, sqrt};
use std::collections::BTreeMap;

/// A survival of one half is a median even if the product of fractions rounds to just above it.
const MEDIAN: f64 = 0.5 + 1e-12;

/// Patients whose follow-up ends at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    events: u64,
    censored: u64,
}

impl Tally {
    fn total(self) -> u64 {
        self.events + self.censored
    }
}

/// Kaplan-Meier (product-limit) estimate of survival from right-censored follow-up.
///
/// Patients may come in any order and in parts ([`Survival::merge`]): the tallies are integers, so the result
/// is the same to the last bit.
///
/// Source: Kaplan EL, Meier P (1958) J Am Stat Assoc 53:457-481.
///
/// ```
/// use clonetide::clinic::Survival;
///
/// let mut pfs = Survival::default();
/// for (day, progressed) in [(100.0, true), (150.0, false), (200.0, true), (300.0, true)] {
///     pfs.add(day, progressed);
/// }
/// assert_eq!((pfs.n(), pfs.events()), (4, 3));
/// assert_eq!(pfs.survival_at(199.0), 0.75);
/// assert_eq!(pfs.survival_at(200.0), 0.375);
/// assert_eq!(pfs.median(), Some(200.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survival {
    /// By the bits of the time: those of non-negative floats sort as the floats do.
    tallies: BTreeMap<u64, Tally>,
}

/// The estimate from one observed time up to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time, days.
    pub time: f64,
    /// Patients under observation just before `time`.
    pub at_risk: u64,
    /// Events at `time`.
    pub events: u64,
    /// Patients censored at `time`, taken to be after the events of that time.
    pub censored: u64,
    /// Estimated probability to be event-free after `time`.
    pub survival: f64,
    /// Greenwood's standard error of `survival`; 0 with survival at 0, where it does not exist.
    pub error: f64,
    /// Lower 95 % limit of `survival`, on the log(-log) scale.
    pub low: f64,
    /// Upper 95 % limit of `survival`, on the log(-log) scale.
    pub high: f64,
}

impl Step {
    /// Before any time: nobody has had an event.
    const BEFORE: Step = Step {
        time: 0.0,
        at_risk: 0,
        events: 0,
        censored: 0,
        survival: 1.0,
        error: 0.0,
        low: 1.0,
        high: 1.0,
    };

    /// Greenwood's 95 % limits of `survival` on its own scale, within 0 and 1.
    pub fn plain(&self) -> (f64, f64) {
        let half = Z_95 * self.error;
        ((self.survival - half).max(0.0), (self.survival + half).min(1.0))
    }
}

impl Survival {
    /// Adds a patient followed up to `time` (days, finite, >= 0): `event` if it happened then, else censored.
    ///
    /// Any other time is a bug of the caller: it stops a debug build; a release build takes a time below 0 or none as day 0, an
    /// infinite one as the last.
    pub fn add(&mut self, time: f64, event: bool) {
        debug_assert!(time.is_finite() && time >= 0.0, "follow-up time {time} is not a day >= 0");
        let tally = self.tallies.entry(key(time)).or_default();
        tally.events += u64::from(event);
        tally.censored += u64::from(!event);
    }

    /// Adds all patients of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (&time, theirs) in &other.tallies {
            let tally = self.tallies.entry(time).or_default();
            tally.events += theirs.events;
            tally.censored += theirs.censored;
        }
    }

    /// Number of patients.
    pub fn n(&self) -> u64 {
        self.tallies.values().map(|tally| tally.total()).sum()
    }

    /// Number of events.
    pub fn events(&self) -> u64 {
        self.tallies.values().map(|tally| tally.events).sum()
    }

    /// The curve: one [`Step`] per distinct time, in order of time; before the first of them survival is 1.
    ///
    /// The bands are pointwise 95 % limits on the log(-log) scale with Greenwood's variance, the same as R's
    /// `survfit(conf.type = "log-log")` and lifelines. Before any event both limits are 1. With survival
    /// at 0 the limits do not exist (R has `NA`, lifelines zeros): `low` is then 0, and `high` stays where it
    /// was, as nothing was learnt that could lower it.
    ///
    /// Sources: Greenwood M (1926) Rep Public Health Med Subj 33:1-26; Kalbfleisch JD, Prentice RL (1980) The
    /// Statistical Analysis of Failure Time Data.
    pub fn curve(&self) -> Vec<Step> {
        self.steps().collect()
    }

    /// Median survival, days: the smallest time after which at most half survive; none if never reached.
    pub fn median(&self) -> Option<f64> {
        self.steps().find(|step| step.survival <= MEDIAN).map(|step| step.time)
    }

    /// 95 % interval of the median, days; an end that the data do not bound is none.
    ///
    /// The times at which the lower and the upper band reach one half. A step to survival 0 has no bands and
    /// bounds nothing, as in R (lifelines takes it as an upper end).
    ///
    /// Source: Brookmeyer R, Crowley J (1982) Biometrics 38:29-41.
    pub fn median_interval(&self) -> (Option<f64>, Option<f64>) {
        let first = |limit: fn(&Step) -> f64| {
            let mut banded = self.steps().take_while(|step| step.survival > 0.0);
            banded.find(|step| limit(step) <= 0.5).map(|step| step.time)
        };
        (first(|step| step.low), first(|step| step.high))
    }

    /// Estimated probability to be event-free after `time` (days); past the last patient, the last estimate.
    pub fn survival_at(&self, time: f64) -> f64 {
        self.at(time).survival
    }

    /// The step that holds at `time` (days), with its limits: a landmark rate. Past the last patient, the last one.
    pub fn at(&self, time: f64) -> Step {
        self.steps().take_while(|step| step.time <= time).last().unwrap_or(Step::BEFORE)
    }

    /// The last time of all, days: how far the curve goes; none without patients.
    pub fn last_time(&self) -> Option<f64> {
        self.tallies.keys().next_back().map(|&bits| f64::from_bits(bits))
    }

    /// Mean time without event up to `until` (days), the area under the curve, and its standard error.
    ///
    /// ```
    /// use clonetide::clinic::Survival;
    ///
    /// let mut pfs = Survival::default();
    /// [1.0, 2.0, 3.0, 6.0].into_iter().for_each(|month| pfs.add(month, true));
    /// let (mean, _) = pfs.restricted_mean(4.0);
    /// assert_eq!(mean, (1.0 + 2.0 + 3.0 + 4.0) / 4.0);
    /// ```
    ///
    /// Source: Klein JP, Moeschberger ML (2003) Survival Analysis, section 4.5.
    pub fn restricted_mean(&self, until: f64) -> (f64, f64) {
        let steps = self.steps_until(until);
        let areas = areas(&steps, until);
        let mean = steps.first().map_or(until, |step| step.time) + areas.first().copied().unwrap_or(0.0);
        let variance: f64 = steps.iter().zip(&areas).map(|(step, area)| area * area * greenwood(step)).sum();
        (mean, sqrt(variance))
    }

    /// How much each patient weighs in the estimate of survival at `time` (days).
    pub fn influence_on_survival(&self, time: f64) -> Influence {
        let steps = self.steps_until(time);
        let survival = self.survival_at(time);
        Influence::new(&steps, &vec![survival; steps.len()])
    }

    /// How much each patient weighs in the restricted mean up to `until` (days).
    pub fn influence_on_mean(&self, until: f64) -> Influence {
        let steps = self.steps_until(until);
        Influence::new(&steps, &areas(&steps, until))
    }

    fn steps_until(&self, time: f64) -> Vec<Step> {
        self.steps().take_while(|step| step.time <= time).collect()
    }

    /// The times with their events and their censored, for comparisons of two curves.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (u64, u64, u64)> + '_ {
        self.tallies.iter().map(|(&bits, tally)| (bits, tally.events, tally.censored))
    }

    fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let mut estimate = Estimate::new(self.n());
        self.tallies.iter().map(move |(&bits, &tally)| estimate.advance(f64::from_bits(bits), tally))
    }
}

/// The area under the curve from each step to `until`.
fn areas(steps: &[Step], until: f64) -> Vec<f64> {
    let ends = steps.iter().skip(1).map(|step| step.time).chain([until]);
    let mut areas: Vec<f64> =
        steps.iter().zip(ends).map(|(step, end)| step.survival * (end - step.time)).collect();
    let mut sum = 0.0;
    for area in areas.iter_mut().rev() {
        sum += *area;
        *area = sum;
    }
    areas
}

/// Greenwood's term d / (n (n - d)); none at the last event of all, after which nothing is left to vary.
fn greenwood(step: &Step) -> f64 {
    let (all, lost) = (step.at_risk as f64, step.events as f64);
    if step.events == step.at_risk { 0.0 } else { lost / (all * (all - lost)) }
}

/// How much each patient weighs in an estimate: the derivative by the patient's weight (infinitesimal jackknife).
/// The squares add up to the variance of Greenwood, and the products of two arms' to their covariance.
///
/// Source: Efron B (1982) The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6.
#[derive(Clone, Debug)]
pub struct Influence {
    times: Vec<f64>,
    /// What an event at a time takes.
    event: Vec<f64>,
    /// What being at risk up to and with a time has given.
    at_risk: Vec<f64>,
}

impl Influence {
    /// `effect`: what the estimate loses with the logarithm of survival at each step.
    fn new(steps: &[Step], effect: &[f64]) -> Influence {
        let mut given = 0.0;
        let mut influence = Influence { times: Vec::new(), event: Vec::new(), at_risk: Vec::new() };
        for (step, effect) in steps.iter().zip(effect) {
            let (all, lost) = (step.at_risk as f64, step.events as f64);
            let weight = if step.events == step.at_risk { 0.0 } else { effect / (all - lost) };
            given += weight * lost / all;
            influence.times.push(step.time);
            influence.event.push(weight);
            influence.at_risk.push(given);
        }
        influence
    }

    /// The weight of a patient followed up to `time` (days), with the event then or without.
    pub fn of(&self, time: f64, event: bool) -> f64 {
        let seen = self.times.partition_point(|known| *known <= time);
        let Some(last) = seen.checked_sub(1) else { return 0.0 };
        let lost = if event && self.times[last] == time { self.event[last] } else { 0.0 };
        self.at_risk[last] - lost
    }
}

/// The key of a time. Adding zero makes -0 the same time as 0.
fn key(time: f64) -> u64 {
    (time.max(0.0) + 0.0).to_bits()
}

/// The product-limit estimate while it passes over the times.
struct Estimate {
    at_risk: u64,
    survival: f64,
    /// Greenwood's sum of d / (n (n - d)), the variance of log survival.
    greenwood: f64,
    high: f64,
}

impl Estimate {
    fn new(at_risk: u64) -> Self {
        Self { at_risk, survival: 1.0, greenwood: 0.0, high: 1.0 }
    }

    fn advance(&mut self, time: f64, tally: Tally) -> Step {
        let Tally { events, censored } = tally;
        let at_risk = self.at_risk;
        self.lose(events);
        self.at_risk -= tally.total();
        let (low, high) = self.band();
        self.high = high;
        let error = if self.survival > 0.0 { self.survival * sqrt(self.greenwood) } else { 0.0 };
        Step { time, at_risk, events, censored, survival: self.survival, error, low, high }
    }

    fn lose(&mut self, events: u64) {
        let (all, lost) = (self.at_risk as f64, events as f64);
        self.survival *= (all - lost) / all;
        // At the last event survival is 0 and the sum infinite; neither is used for a band.
        self.greenwood += lost / (all * (all - lost));
    }

    fn band(&self) -> (f64, f64) {
        if self.survival >= 1.0 {
            return (1.0, 1.0);
        }
        if self.survival <= 0.0 {
            return (0.0, self.high);
        }
        let log_survival = log(self.survival);
        let factor = exp(-Z_95 * sqrt(self.greenwood) / log_survival);
        (exp(log_survival * factor), exp(log_survival / factor))
    }
}

#[cfg(test)]
#[path = "survival_tests.rs"]
mod tests;
