//! Two survival curves compared: the log-rank test and the hazard ratio.
//!
//! Own code, as no crate for it takes tallies (memory that does not grow with the patients) and mathematics that
//! is the same on every machine; `tests/survival` compares with lifelines and statsmodels.

use std::collections::BTreeMap;

use libm::{erfc, exp, sqrt};

use super::proportion::Z_95;
use super::survival::Survival;

/// The events of one time in two groups, and who was at risk just before it.
#[derive(Clone, Copy, Debug, Default)]
struct Moment {
    at_risk: [f64; 2],
    events: [f64; 2],
}

impl Moment {
    fn all_at_risk(&self) -> f64 {
        self.at_risk[0] + self.at_risk[1]
    }

    fn all_events(&self) -> f64 {
        self.events[0] + self.events[1]
    }
}

/// The times with events, in order.
fn moments(groups: [&Survival; 2]) -> Vec<Moment> {
    let mut tallies: BTreeMap<u64, [[u64; 2]; 2]> = BTreeMap::new();
    for (group, survival) in groups.into_iter().enumerate() {
        for (time, events, censored) in survival.tallies() {
            tallies.entry(time).or_default()[group] = [events, censored];
        }
    }
    let mut at_risk = groups.map(Survival::n);
    let mut moments = Vec::new();
    for tally in tallies.values() {
        let moment =
            Moment { at_risk: at_risk.map(|n| n as f64), events: [0, 1].map(|g: usize| tally[g][0] as f64) };
        if moment.all_events() > 0.0 {
            moments.push(moment);
        }
        for (left, [events, censored]) in at_risk.iter_mut().zip(tally) {
            *left -= events + censored;
        }
    }
    moments
}

/// The log-rank test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRank {
    /// The statistic: chi-squared with one degree of freedom if the curves are the same.
    pub statistic: f64,
    /// Probability of a statistic at least as large then.
    pub p: f64,
}

/// Whether two curves are the same; none if there is nothing to tell it by.
///
/// Source: Mantel N (1966) Cancer Chemother Rep 50:163-170.
///
/// ```
/// use clonetide::clinic::{Survival, log_rank};
/// let (mut early, mut late) = (Survival::default(), Survival::default());
/// (1..=10).for_each(|day| early.add(f64::from(day), true));
/// (21..=30).for_each(|day| late.add(f64::from(day), true));
/// assert!(log_rank(&early, &late).unwrap().p < 1e-4);
/// assert_eq!(log_rank(&early, &early.clone()).unwrap().p, 1.0);
/// ```
pub fn log_rank(first: &Survival, other: &Survival) -> Option<LogRank> {
    let (mut excess, mut variance) = (0.0, 0.0);
    for moment in moments([first, other]) {
        let (n, d) = (moment.all_at_risk(), moment.all_events());
        let share = moment.at_risk[1] / n;
        excess += moment.events[1] - d * share;
        if n > 1.0 {
            variance += d * share * (1.0 - share) * (n - d) / (n - 1.0);
        }
    }
    let statistic = excess * excess / variance;
    (variance > 0.0).then(|| LogRank { statistic, p: erfc(sqrt(statistic / 2.0)) })
}

/// How events at one time are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// As in an order nobody knows: those that had the event leave the others by shares (Efron 1977).
    Efron,
    /// As if each had been at risk with all the others (Breslow 1974).
    Breslow,
}

/// The hazard ratio of two groups, with its Wald interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HazardRatio {
    /// Hazard of the other group over that of the first.
    pub ratio: f64,
    /// Lower 95 % limit.
    pub low: f64,
    /// Upper 95 % limit.
    pub high: f64,
    /// Standard error of the logarithm of the ratio.
    pub log_error: f64,
}

/// Steps of Newton's method before it counts as astray.
const MOST_STEPS: u32 = 100;
/// Beyond this a logarithm of a ratio runs away: all events come to one group before the other.
const FARTHEST: f64 = 15.0;

/// Cox's proportional hazards with one covariate, the group; none if the events do not bound the ratio.
///
/// Source: Cox DR (1972) J R Stat Soc B 34:187-220.
///
/// ```
/// use clonetide::clinic::{Survival, Ties, hazard_ratio};
/// let (mut fast, mut slow) = (Survival::default(), Survival::default());
/// for day in 1..=50 {
///     fast.add(f64::from(day), true);
///     slow.add(2.0 * f64::from(day), true);
/// }
/// let ratio = hazard_ratio(&fast, &slow, Ties::Efron).unwrap();
/// assert!(ratio.low < ratio.ratio && ratio.ratio < ratio.high && ratio.high < 1.0);
/// ```
pub fn hazard_ratio(first: &Survival, other: &Survival, ties: Ties) -> Option<HazardRatio> {
    let moments = moments([first, other]);
    let events = |group: usize| moments.iter().map(|moment| moment.events[group]).sum::<f64>();
    if events(0) == 0.0 || events(1) == 0.0 {
        return None;
    }
    let mut log_ratio = 0.0;
    for _ in 0..MOST_STEPS {
        let (score, information) = derivatives(&moments, log_ratio, ties);
        if information <= 0.0 {
            return None;
        }
        // Far from the maximum a full step can lead past it.
        let step = (score / information).clamp(-1.0, 1.0);
        log_ratio += step;
        if log_ratio.abs() > FARTHEST {
            return None;
        }
        if step.abs() < 1e-12 {
            let (_, information) = derivatives(&moments, log_ratio, ties);
            return Some(wald(log_ratio, 1.0 / sqrt(information)));
        }
    }
    None
}

fn wald(log_ratio: f64, log_error: f64) -> HazardRatio {
    let limit = |z: f64| exp(log_ratio + z * log_error);
    HazardRatio { ratio: exp(log_ratio), low: limit(-Z_95), high: limit(Z_95), log_error }
}

/// First derivative of the logarithm of the partial likelihood, and the negative of the second.
fn derivatives(moments: &[Moment], log_ratio: f64, ties: Ties) -> (f64, f64) {
    let ratio = exp(log_ratio);
    let (mut score, mut information) = (0.0, 0.0);
    for moment in moments {
        let events = moment.all_events();
        score += moment.events[1];
        let mut event = 0.0;
        while event < events {
            let left = if ties == Ties::Efron { event / events } else { 0.0 };
            let own = ratio * (moment.at_risk[1] - left * moment.events[1]);
            let share = own / (own + moment.at_risk[0] - left * moment.events[0]);
            score -= share;
            information += share * (1.0 - share);
            event += 1.0;
        }
    }
    (score, information)
}

/// A difference of two estimates on the same patients, with intervals for patients of their own and for the same ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The other estimate minus the first.
    pub estimate: f64,
    /// Its variance if the groups had patients of their own.
    pub unpaired_variance: f64,
    /// Its variance as the same patients are in both.
    pub paired_variance: f64,
}

impl Difference {
    /// From the two estimates and the weights of each patient in them, patient by patient.
    pub fn new(first: f64, other: f64, weights: impl Iterator<Item = (f64, f64)>) -> Difference {
        let (mut unpaired_variance, mut paired_variance) = (0.0, 0.0);
        for (in_first, in_other) in weights {
            unpaired_variance += in_first * in_first + in_other * in_other;
            paired_variance += (in_other - in_first) * (in_other - in_first);
        }
        Difference { estimate: other - first, unpaired_variance, paired_variance }
    }

    /// 95 % limits for patients of their own.
    pub fn unpaired(&self) -> (f64, f64) {
        self.around(self.unpaired_variance)
    }

    /// 95 % limits for the same patients.
    pub fn paired(&self) -> (f64, f64) {
        self.around(self.paired_variance)
    }

    fn around(&self, variance: f64) -> (f64, f64) {
        let half = Z_95 * sqrt(variance);
        (self.estimate - half, self.estimate + half)
    }

    /// How many times the patients a comparison without pairs would need; none if nothing varies.
    pub fn variance_reduction(&self) -> Option<f64> {
        (self.paired_variance > 0.0).then(|| self.unpaired_variance / self.paired_variance)
    }
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
