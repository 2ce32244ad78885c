//! Death of other causes than the disease: a hazard that is constant or grows with age (Gompertz).

use libm::{exp2, log, log1p};

/// The hazard of death of other causes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mortality {
    /// Deaths per person and day on day 0.
    pub hazard: f64,
    /// Days in which the hazard doubles (Gompertz); infinite if it stays the same.
    pub doubling: f64,
}

/// Days in a year.
const YEAR: f64 = 365.25;

impl Mortality {
    /// The mortality of somebody so many years older than those whose hazard this is on day 0; younger below 0.
    ///
    /// ```
    /// use clonetide::clinic::Mortality;
    /// let at_65 = Mortality { hazard: 4e-5, doubling: 8.0 * 365.25 };
    /// assert!((at_65.older(16.0).hazard / 1.6e-4 - 1.0).abs() < 1e-12);
    /// assert_eq!(at_65.older(16.0).doubling, at_65.doubling);
    /// ```
    #[must_use]
    pub fn older(self, years: f64) -> Mortality {
        Mortality { hazard: self.hazard * exp2(years * YEAR / self.doubling), ..self }
    }

    /// The day of death for an exponential number of mean 1: the day by which the hazard adds up to it.
    /// Infinite without a hazard.
    ///
    /// ```
    /// use clonetide::clinic::Mortality;
    /// let even = Mortality { hazard: 0.001, doubling: f64::INFINITY };
    /// assert_eq!(even.day(0.5), 500.0);
    /// // 0.001 a day, doubling every 1,000 days, adds up to 0.001 x 1000 / ln 2 in the first 1,000 days.
    /// let ageing = Mortality { hazard: 0.001, doubling: 1000.0 };
    /// assert!((ageing.day(1.0 / 2f64.ln()) - 1000.0).abs() < 1e-9);
    /// ```
    pub fn day(&self, exponential: f64) -> f64 {
        if self.hazard <= 0.0 {
            return f64::INFINITY;
        }
        let even = exponential / self.hazard;
        if self.doubling.is_finite() {
            let growth = log(2.0) / self.doubling;
            log1p(growth * even) / growth
        } else {
            even
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_hazard_nobody_dies() {
        assert_eq!(Mortality { hazard: 0.0, doubling: 100.0 }.day(0.1), f64::INFINITY);
    }

    /// The hazard, added up day by day to the day of death, is the exponential number.
    #[test]
    fn the_hazard_adds_up_to_the_exponential_number() {
        let mortality = Mortality { hazard: 1e-4, doubling: 2922.0 };
        for exponential in [0.01, 0.5, 3.0] {
            let day = mortality.day(exponential);
            let slices = 100_000;
            let width = day / f64::from(slices);
            let hazard = |t: f64| 1e-4 * f64::powf(2.0, t / 2922.0);
            let sum: f64 = (0..slices).map(|i| hazard((f64::from(i) + 0.5) * width) * width).sum();
            assert!((sum / exponential - 1.0).abs() < 1e-8, "{sum}");
        }
    }
}
