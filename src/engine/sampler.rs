//! The draws of the engines: rand_distr where it passes, guarded where it does not.
//!
//! Guards (measured on rand_distr 0.6.0, see `tests/samplers.rs`): its binomial loses accuracy at tiny p,
//! for n p < 10 because it rounds 1 - p, for n near 1e15 because its acceptance test cancels; there the
//! Poisson law is used, whose total variation distance is at most p. `Poisson::new(0.0)` is an error
//! there and a plain 0 here. Small Poisson means are drawn by inversion, which is faster, and sums of
//! very many counts by one normal draw, see [`Bulk`].

use libm::exp;
use rand::RngExt;
use rand_distr::{Binomial, Distribution, Exp1, Gamma, Poisson, StandardNormal};

use super::bulk::{self, Bulk};
use super::stream::Stream;

/// Below this p a binomial is drawn as a Poisson; the law differs by less than this in total variation.
const RARE: f64 = 1e-6;

/// Successes in `n` trials of probability `p`; pass the smaller of p and 1 - p where precision matters.
pub fn binomial(n: u64, p: f64, stream: &mut Stream) -> u64 {
    if n == 0 || p <= 0.0 {
        0
    } else if p >= 1.0 {
        n
    } else if p < RARE {
        poisson(n as f64 * p, stream).min(n)
    } else if n as f64 * p * (1.0 - p) >= LARGE {
        bernoulli(p).draw(n as f64, stream).min(n)
    } else {
        Binomial::new(n, p).map_or(0, |law| law.sample(stream))
    }
}

/// From this variance on a [`Bulk`] serves for every binomial and Poisson law.
const LARGE: f64 = bulk::ENOUGH;

/// One trial of probability `p`.
fn bernoulli(p: f64) -> Bulk {
    let v = p * (1.0 - p);
    Bulk::of([p, v, v * (1.0 - 2.0 * p), v * (1.0 - 6.0 * v)])
}

/// Above this mean a Poisson count is past every limit of cells, and its spread no longer matters.
const HUGE: f64 = 1e18;

/// Events of a Poisson law with this mean; 0 for a mean of 0, the mean itself beyond [`HUGE`].
pub fn poisson(mean: f64, stream: &mut Stream) -> u64 {
    if mean <= 0.0 {
        0
    } else if mean < SMALL {
        poisson_by_inversion(mean, stream)
    } else if mean >= HUGE {
        mean as u64
    } else if mean >= LARGE {
        Bulk::of([1.0; 4]).draw(mean, stream)
    } else {
        Poisson::new(mean).map_or(0, |law| law.sample(stream) as u64)
    }
}

/// Below this mean a Poisson count is drawn by inversion.
const SMALL: f64 = 10.0;

/// Adds up probabilities until they pass a uniform number; most rare events need no exponential.
fn poisson_by_inversion(mean: f64, stream: &mut Stream) -> u64 {
    let at = stream.random::<f64>();
    if at <= 1.0 - mean {
        return 0;
    }
    let (mut count, mut probability) = (0, exp(-mean));
    let mut below = probability;
    // Beyond 200 events the probability is below 1e-180.
    while at > below && count < 200 {
        count += 1;
        probability *= mean / count as f64;
        below += probability;
    }
    count
}

/// Gamma law with shape `shape` > 0 and scale `scale` > 0.
pub fn gamma(shape: f64, scale: f64, stream: &mut Stream) -> f64 {
    Gamma::new(shape, scale).map_or(0.0, |law| law.sample(stream))
}

/// Births beyond the survivors: a negative binomial, the sum of `survivors` geometric counts of mean `births`.
pub fn negative_binomial(survivors: u64, births: f64, stream: &mut Stream) -> u64 {
    if survivors == 0 || births <= 0.0 {
        0
    } else if births >= HUGE {
        u64::MAX
    } else {
        poisson(gamma(survivors as f64, births, stream), stream)
    }
}

/// Splits `n` over cells with these weights (not all 0), by conditional binomials.
pub fn multinomial(
    n: u64,
    weights: &[f64],
    stream: &mut Stream,
    mut take: impl FnMut(usize, u64, &mut Stream),
) {
    let (mut left, mut rest) = (n, weights.iter().sum::<f64>());
    for (cell, &weight) in weights.iter().enumerate() {
        if left == 0 {
            return;
        }
        let last = cell + 1 == weights.len();
        let count = if last { left } else { binomial(left, (weight / rest).min(1.0), stream) };
        rest -= weight;
        left -= count;
        if count > 0 {
            take(cell, count, stream);
        }
    }
}

/// A waiting time of mean 1.
pub fn exponential(stream: &mut Stream) -> f64 {
    Exp1.sample(stream)
}

/// A standard normal number.
pub fn normal(stream: &mut Stream) -> f64 {
    StandardNormal.sample(stream)
}
