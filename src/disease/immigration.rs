//! Cells that come from outside the tumour that is followed, such as from a precursor that stays behind.

use libm::{exp, expm1};

use super::trait_set::TraitSet;

/// Arrivals as a Poisson process whose rate may itself grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Immigration {
    /// The traits of those that arrive.
    pub traits: TraitSet,
    /// Arrivals per day on day 0.
    pub rate: f64,
    /// Growth of that rate, per day; 0 for a constant one.
    pub growth: f64,
    /// Cells in each arrival.
    pub cells: u64,
}

impl Immigration {
    /// Arrivals per day on `day`.
    pub fn rate_at(&self, day: f64) -> f64 {
        self.rate * exp((self.growth * day).min(LARGEST_EXPONENT))
    }

    /// Expected arrivals over `from..to`.
    ///
    /// ```
    /// use clonetide::disease::{Immigration, TraitSet};
    /// let steady = Immigration { traits: TraitSet::WILD_TYPE, rate: 2.0, growth: 0.0, cells: 1 };
    /// assert_eq!(steady.expected(1.0, 4.0), 6.0);
    /// ```
    pub fn expected(&self, from: f64, to: f64) -> f64 {
        let exponent = (self.growth * (to - from)).min(LARGEST_EXPONENT);
        let days = if exponent == 0.0 { to - from } else { expm1(exponent) / self.growth };
        self.rate_at(from) * days
    }
}

/// e to this power times any rate is still finite.
const LARGEST_EXPONENT: f64 = 300.0;
