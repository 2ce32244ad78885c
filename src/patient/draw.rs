//! Numbers that may differ between patients: the laws they are drawn from.

use std::sync::Arc;

use libm::{erfc, exp, log, log1p, sqrt};
use rand::RngExt;
use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::erfc_inv;

use crate::engine::{Stream, sampler};

/// A number that may differ between patients.
#[derive(Clone, Debug, PartialEq)]
pub enum Draw {
    /// The same in everybody.
    Fixed(f64),
    /// Lognormal with this median and coefficient of variation.
    LogNormal {
        /// Median.
        median: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Normal, between two ends.
    Normal {
        /// Mean without the ends.
        mean: f64,
        /// Standard deviation without the ends.
        sd: f64,
        /// Lowest, minus infinity for none.
        low: f64,
        /// Highest, infinity for none.
        high: f64,
    },
    /// Even between two values.
    Uniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Even in the logarithm between two values above 0.
    LogUniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Beta, stretched between two values.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// One of several values, lowest first, each with the probability of it or a lower one.
    Categorical(Arc<[(f64, f64)]>),
    /// One of the values that were observed, lowest first, each as probable as the others.
    Empirical(Arc<[f64]>),
}

impl Draw {
    /// A value; a fixed one uses no random number.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Draw::Fixed(value) => *value,
            Draw::LogNormal { .. } | Draw::Normal { .. } => self.at_score(sampler::normal(stream)),
            _ => self.quantile(stream.random::<f64>()),
        }
    }

    /// The value at a standard normal score: what a Gaussian copula asks for.
    ///
    /// ```
    /// use clonetide::patient::Draw;
    /// assert_eq!(Draw::LogNormal { median: 8e11, cv: 0.8 }.at_score(0.0), 8e11);
    /// assert_eq!(Draw::Uniform { low: 2.0, high: 4.0 }.at_score(0.0), 3.0);
    /// ```
    pub fn at_score(&self, score: f64) -> f64 {
        match *self {
            Draw::LogNormal { median, cv } => median * exp(sigma(cv) * score),
            Draw::Normal { mean, sd, low, high } if low == f64::NEG_INFINITY && high == f64::INFINITY => {
                mean + sd * score
            }
            _ => self.quantile(below(score)),
        }
    }

    /// The value that is reached with probability `p`, 0 to 1.
    fn quantile(&self, p: f64) -> f64 {
        match self {
            Draw::Fixed(value) => *value,
            Draw::LogNormal { .. } => self.at_score(score(p)),
            Draw::Normal { mean, sd, .. } if *sd == 0.0 => *mean,
            Draw::Normal { mean, sd, low, high } => truncated(*mean, *sd, *low, *high, p),
            Draw::Uniform { low, high } => low + (high - low) * p,
            Draw::LogUniform { low, high } => (low * exp(log(high / low) * p)).max(*low).min(*high),
            Draw::Beta { alpha, beta, low, high } => low + (high - low) * beta_quantile(*alpha, *beta, p),
            Draw::Categorical(values) => {
                let at = values.partition_point(|&(_, reached)| reached <= p);
                values.get(at).or(values.last()).map_or(0.0, |&(value, _)| value)
            }
            Draw::Empirical(values) => {
                let at = (p * values.len() as f64) as usize;
                values.get(at).or(values.last()).copied().unwrap_or(0.0)
            }
        }
    }

    /// The middle of the law: what stands for a patient nobody has drawn yet.
    pub fn median(&self) -> f64 {
        self.at_score(0.0)
    }

    /// Whether it is the same in everybody.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Draw::Fixed(_))
    }

    /// The ends that no value passes.
    pub fn support(&self) -> (f64, f64) {
        match self {
            Draw::Fixed(value) => (*value, *value),
            Draw::LogNormal { .. } => (0.0, f64::INFINITY),
            Draw::Normal { low, high, .. }
            | Draw::Uniform { low, high }
            | Draw::LogUniform { low, high }
            | Draw::Beta { low, high, .. } => (*low, *high),
            Draw::Categorical(values) => {
                let ends = values.first().zip(values.last());
                ends.map_or((0.0, 0.0), |(first, last)| (first.0, last.0))
            }
            Draw::Empirical(values) => {
                let ends = values.first().zip(values.last());
                ends.map_or((0.0, 0.0), |(first, last)| (*first, *last))
            }
        }
    }
}

/// Standard deviation of the logarithm: sigma^2 = ln(1 + cv^2).
fn sigma(cv: f64) -> f64 {
    sqrt(log1p(cv * cv))
}

/// Probability that a standard normal number is at most `score`.
fn below(score: f64) -> f64 {
    0.5 * erfc(-score / std::f64::consts::SQRT_2)
}

/// The standard normal number that is reached with probability `p`.
fn score(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

/// The quantile of a beta law between 0 and 1, by halving the numbers between: they are in the order of their bits.
/// (The inverse of statrs 0.19.1 stops the program at some shapes below 1.)
fn beta_quantile(alpha: f64, beta: f64, p: f64) -> f64 {
    let is_below =
        |bits: u64| checked_beta_reg(alpha, beta, f64::from_bits(bits)).is_ok_and(|reached| reached < p);
    let (mut low, mut high) = (0.0f64.to_bits(), 1.0f64.to_bits());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_below(middle) { low = middle } else { high = middle }
    }
    f64::from_bits(high)
}

/// The quantile of a normal law between two ends, computed in the tail where it is precise.
fn truncated(mean: f64, sd: f64, low: f64, high: f64, p: f64) -> f64 {
    let (from, to) = ((low - mean) / sd, (high - mean) / sd);
    // In the upper half the complements are the small numbers.
    let at = if from > 0.0 {
        let (above, beyond) = (below(-from), below(-to));
        -score(above - p * (above - beyond))
    } else {
        let (under, up_to) = (below(from), below(to));
        score(under + p * (up_to - under))
    };
    (mean + sd * at).max(low).min(high)
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
