//! The exact law of a birth-death clone over an interval (Kendall 1948), as a value that composes.

use libm::exp;

use super::bulk::{self, Bulk};
use super::sampler::{binomial, negative_binomial};
use super::stream::Stream;

/// From one cell, after the interval: the line is extinct with probability D / (1 + B); given that it
/// is not, the count is geometric with mean 1 + B. Here, for division rate b(t) and death rate d(t),
/// E = exp(int b - d), B = int b(s) exp(int_s^t b - d) ds and D likewise with d, so 1 + B = E + D.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Propagator {
    /// E: expected cells from one cell.
    pub growth: f64,
    /// B: expected cells whose line was born within the interval, weighted to its end.
    pub births: f64,
    /// D: as B with deaths; kept apart because E - B - 1 cancels.
    pub deaths: f64,
}

impl Default for Propagator {
    fn default() -> Propagator {
        Propagator::IDENTITY
    }
}

/// e to this power times any rate is still finite.
const LARGEST_EXPONENT: f64 = 300.0;

impl Propagator {
    /// Nothing happens.
    pub const IDENTITY: Propagator = Propagator { growth: 1.0, births: 0.0, deaths: 0.0 };

    /// Constant rates per day over `days`. Growth beyond what a number holds stays at the largest one.
    ///
    /// ```
    /// use clonetide::engine::Propagator;
    /// let p = Propagator::constant(1.0, 0.5, 3.0);                  // theory case A01
    /// assert!((p.growth - 4.481689070338).abs() < 1e-11);           // mean
    /// assert!((p.extinction() - 0.4372125759738).abs() < 1e-12);
    /// ```
    pub fn constant(division: f64, death: f64, days: f64) -> Propagator {
        let exponent = ((division - death) * days).min(LARGEST_EXPONENT);
        let growth = exp(exponent);
        // (E - 1) / r, by its series where that cancels.
        let spread = if exponent.abs() < 1e-3 {
            days * (1.0
                + exponent * (0.5 + exponent * (1.0 / 6.0 + exponent * (1.0 / 24.0 + exponent / 120.0))))
        } else {
            days * (growth - 1.0) / exponent
        };
        Propagator { growth, births: division * spread, deaths: death * spread }
    }

    /// This interval, then the next one.
    pub fn then(self, next: Propagator) -> Propagator {
        Propagator {
            growth: self.growth * next.growth,
            births: self.births * next.growth + next.births,
            deaths: self.deaths * next.growth + next.deaths,
        }
    }

    /// Probability that the line of one cell is extinct at the end.
    pub fn extinction(&self) -> f64 {
        self.deaths / (1.0 + self.births)
    }

    /// Variance of the count from one cell: 2 E B + E - E^2.
    pub fn variance(&self) -> f64 {
        (self.growth * (self.births + self.deaths)).max(0.0)
    }

    /// The mean numbers of ordered pairs, triples and so on: E, 2 E B, 6 E B^2, 24 E B^3 from one cell.
    fn factorial_moments(&self) -> [f64; 4] {
        let (e, b) = (self.growth, self.births);
        [e, 2.0 * e * b, 6.0 * e * b * b, 24.0 * e * b * b * b]
    }

    /// Mean and raw moments two to four of the count from one cell.
    pub fn moments(&self) -> [f64; 4] {
        let [f1, f2, f3, f4] = self.factorial_moments();
        [f1, f2 + f1, f3 + 3.0 * f2 + f1, f4 + 6.0 * f3 + 7.0 * f2 + f1]
    }

    /// The law of the sum of the counts from very many cells.
    pub fn bulk(&self) -> Bulk {
        let [m1, m2, m3, m4] = self.moments();
        let square = m1 * m1;
        let third = m3 - 3.0 * m2 * m1 + 2.0 * m1 * square;
        let fourth = m4 - 4.0 * m3 * m1 - 3.0 * m2 * m2 + 12.0 * m2 * square - 6.0 * square * square;
        Bulk::of([m1, self.variance(), third, fourth])
    }

    /// The count after the interval from `cells` cells: two or three draws, whatever the count.
    pub fn draw(&self, cells: u64, stream: &mut Stream) -> u64 {
        // Only growth beyond what a number holds gets here: more cells than any limit.
        if !(self.growth.is_finite() && self.births.is_finite() && self.deaths.is_finite()) {
            return u64::MAX;
        }
        if cells == 0 {
            return 0;
        }
        let many = cells as f64;
        if many * self.variance() >= bulk::ENOUGH {
            let bulk = self.bulk();
            if bulk.serves(many) {
                return bulk.draw(many, stream);
            }
        }
        let survivors = if self.extinction() < 0.5 {
            cells - binomial(cells, self.extinction(), stream)
        } else {
            binomial(cells, self.growth / (1.0 + self.births), stream)
        };
        survivors.saturating_add(negative_binomial(survivors, self.births, stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Propagator, b: Propagator, tolerance: f64) {
        let pairs = [(a.growth, b.growth), (a.births, b.births), (a.deaths, b.deaths)];
        assert!(pairs.iter().all(|(x, y)| (x - y).abs() <= tolerance * y.abs().max(1e-300)), "{a:?} {b:?}");
    }

    #[test]
    fn intervals_compose() {
        for (division, death) in
            [(1.0, 0.5), (0.3, 0.9), (0.4, 0.4), (0.5, 0.5 - 1e-9), (0.0, 0.7), (0.7, 0.0)]
        {
            let halves =
                Propagator::constant(division, death, 1.0).then(Propagator::constant(division, death, 2.0));
            close(halves, Propagator::constant(division, death, 3.0), 1e-12);
        }
    }

    #[test]
    fn variance_is_that_of_the_closed_form() {
        let p = Propagator::constant(1.0, 0.5, 3.0);
        assert!((p.variance() - 46.81154355855).abs() < 1e-9, "theory case A01");
        let (e, b) = (p.growth, p.births);
        assert!((p.variance() - (2.0 * e * b + e - e * e)).abs() < 1e-10);
    }

    #[test]
    fn critical_and_pure_death_are_exact() {
        let critical = Propagator::constant(0.7, 0.7, 4.0);
        assert!((critical.extinction().powi(5) - 0.217206177944).abs() < 1e-12, "theory case A03");
        let death = Propagator::constant(0.0, 0.8, 1.5);
        assert!((death.extinction().powi(12) - 0.0135605692898).abs() < 1e-12, "theory case A05");
    }

    #[test]
    fn composition_leaves_the_identity() {
        let p = Propagator::constant(0.2, 0.1, 5.0);
        close(p.then(Propagator::IDENTITY), p, 0.0);
        close(Propagator::IDENTITY.then(p), p, 0.0);
    }
}
