//! The law of a sum of very many independent counts: one normal draw with the first two corrections of
//! Cornish and Fisher (1938, Rev Inst Int Stat 5:307), instead of several draws that give the same.

use libm::sqrt;

use super::sampler::normal;
use super::stream::Stream;

/// The variance and the inverses of squared skewness and of excess kurtosis are at least this: then the law
/// differs from the exact one by less than 1e-6 in total variation (the test below measures it).
pub const ENOUGH: f64 = 1e3;

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
        n * self.mean + sqrt(n * self.variance - ROUNDING) * bent
    }
}

/// Variance that rounding to whole numbers adds (Sheppard's correction).
const ROUNDING: f64 = 1.0 / 12.0;

#[cfg(test)]
mod tests {
    use super::*;
    use libm::{erfc, exp, lgamma, log, log1p};

    fn normal_below(z: f64) -> f64 {
        0.5 * erfc(-z / std::f64::consts::SQRT_2)
    }

    /// The standard normal quantile of a sum, by bisection.
    fn quantile(bulk: &Bulk, n: f64, at: f64) -> f64 {
        let (mut low, mut high) = (-12.0, 12.0);
        for _ in 0..80 {
            let middle = (low + high) / 2.0;
            if bulk.at(n, middle) < at { low = middle } else { high = middle }
        }
        (low + high) / 2.0
    }

    /// Total variation distance to an exact law, over eight standard deviations.
    fn distance(bulk: &Bulk, n: f64, log_probability: impl Fn(f64) -> f64) -> f64 {
        assert!(bulk.serves(n), "{bulk:?} {n}");
        let (mean, spread) = (n * bulk.mean, sqrt(n * bulk.variance));
        let (first, last) = ((mean - 8.0 * spread).max(0.0) as u64, (mean + 8.0 * spread) as u64);
        let below = |k: u64| normal_below(quantile(bulk, n, k as f64 - 0.5));
        let differ = |k: u64| (exp(log_probability(k as f64)) - (below(k + 1) - below(k))).abs();
        (first..last).map(differ).sum::<f64>() / 2.0
    }

    #[test]
    fn the_law_is_within_a_millionth_of_the_exact_one() {
        let poisson = |mean: f64| move |k: f64| k * log(mean) - mean - lgamma(k + 1.0);
        for mean in [1.0e3, 3.3e4] {
            let distance = distance(&Bulk::of([1.0; 4]), mean, poisson(mean));
            assert!(distance < 1e-6, "Poisson {mean}: {distance:e}");
        }
        for (n, p) in [(4_200.0, 0.5), (60_000.0, 0.0172), (5e5, 0.98)] {
            let choose = move |k: f64| lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
            let binomial = move |k: f64| choose(k) + k * log(p) + (n - k) * log1p(-p);
            let v: f64 = p * (1.0 - p);
            let bulk = Bulk::of([p, v, v * (1.0 - 2.0 * p), v * (1.0 - 6.0 * v)]);
            let distance = distance(&bulk, n, binomial);
            assert!(distance < 1e-6, "binomial {n} {p}: {distance:e}");
        }
    }

    /// From n cells by the law (E, B): a binomial number of survivors, then a negative binomial one; summed.
    #[test]
    fn so_is_that_of_birth_and_death() {
        for (cells, division, death, days) in [(6e4, 0.2, 0.1, 0.5), (1.4e4, 1.0, 0.9, 1.0)] {
            let law = super::super::Propagator::constant(division, death, days);
            let (bulk, alive) = (law.bulk(), 1.0 - law.extinction());
            let choose = |n: f64, k: f64| lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
            let spread = sqrt(cells * alive * (1.0 - alive));
            let middle = (cells * alive) as i64;
            let reach = (9.0 * spread) as i64;
            let logs = |total: f64| {
                let terms = (middle - reach..=middle + reach).step_by(1 + reach as usize / 400);
                let width = (1 + reach as usize / 400) as f64;
                let term = |lines: i64| {
                    let lines = lines as f64;
                    if lines > total {
                        return 0.0;
                    }
                    let survive = choose(cells, lines) + lines * log(alive) + (cells - lines) * log1p(-alive);
                    let births = log(law.births / (1.0 + law.births));
                    let grow = choose(total - 1.0, lines - 1.0) - lines * log1p(law.births)
                        + (total - lines) * births;
                    exp(survive + grow)
                };
                log(width * terms.map(term).sum::<f64>())
            };
            let (mean, spread) = (cells * law.growth, sqrt(cells * law.variance()));
            // Single probabilities, relative to the largest: as many as would make a distance of 1e-6.
            let below = |k: f64| normal_below(quantile(&bulk, cells, k - 0.5));
            for z in [-4.0, -2.0, -1.0, -0.3, 0.0, 0.4, 1.1, 2.5, 4.2] {
                let k = (mean + z * spread).round();
                let differ = (exp(logs(k)) - (below(k + 1.0) - below(k))).abs() * spread * 2.5;
                assert!(differ < 1e-6, "{cells} {law:?} at {z}: {differ:e}");
            }
        }
    }
}
