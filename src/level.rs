//! How strongly a drug acts over time: a number between 0 (not at all) and 1 (its full effect).
//!
//! The bridge between therapy, which makes levels from doses, and the engines, which only integrate them.

use libm::{exp, expm1, log1p, pow};

/// The level of one drug over an interval in which no dose is given and no window closes.
///
/// A level never rises within its interval, so its value at the start bounds it; thinning relies on that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// The same throughout.
    Constant(f64),
    /// Emax-Hill effect of a concentration that decays exponentially:
    /// C(t)^h / (EC50^h + C(t)^h) with C(t) = C0 exp(-ke (t - since)).
    Decaying(Decay),
}

/// An exponentially decaying concentration and the Hill curve that turns it into an effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    /// Day at which the concentration was `concentration`.
    pub since: f64,
    /// Concentration in units of one standard dose.
    pub concentration: f64,
    /// Elimination rate, per day.
    pub elimination: f64,
    /// Concentration of half effect, in units of one standard dose.
    pub ec50: f64,
    /// Hill exponent, above 0.
    pub hill: f64,
}

impl Decay {
    /// Concentration at `day`, in units of one standard dose.
    pub fn concentration_at(&self, day: f64) -> f64 {
        self.concentration * exp(-self.elimination * (day - self.since))
    }

    /// (C / EC50)^h at `day`.
    fn odds(&self, day: f64) -> f64 {
        pow(self.concentration_at(day) / self.ec50, self.hill)
    }

    fn at(&self, day: f64) -> f64 {
        let odds = self.odds(day);
        odds / (1.0 + odds)
    }

    /// Closed form of the integral: ln[(1 + x) / (1 + x e^{-h ke t})] / (h ke), x the odds at `from`.
    fn integral(&self, from: f64, to: f64) -> f64 {
        let rate = self.hill * self.elimination;
        let odds = self.odds(from);
        let fall = odds / (1.0 + odds) * -expm1(-rate * (to - from));
        // Each form where the other cancels.
        let log_ratio =
            if fall < 0.5 { -log1p(-fall) } else { log1p(odds) - log1p(odds * exp(-rate * (to - from))) };
        log_ratio / rate
    }
}

impl Level {
    /// A drug that is not there.
    pub const OFF: Level = Level::Constant(0.0);

    /// The level at `day`.
    ///
    /// ```
    /// use clonetide::level::{Decay, Level};
    /// let antibody = Level::Decaying(Decay { since: 0.0, concentration: 1.0, elimination: 0.04, ec50: 1.0, hill: 1.0 });
    /// assert_eq!(antibody.at(0.0), 0.5);
    /// ```
    pub fn at(&self, day: f64) -> f64 {
        match self {
            Level::Constant(level) => *level,
            Level::Decaying(decay) => decay.at(day),
        }
    }

    /// The integral of the level over `from..to`, in days at full effect.
    pub fn integral(&self, from: f64, to: f64) -> f64 {
        match self {
            Level::Constant(level) => level * (to - from),
            Level::Decaying(decay) => decay.integral(from, to),
        }
    }

    /// Whether the level stays the same.
    pub fn is_constant(&self) -> bool {
        matches!(self, Level::Constant(_))
    }

    /// Relative change per day at most; the reach of a quadrature panel depends on it.
    pub fn steepness(&self) -> f64 {
        match self {
            Level::Constant(_) => 0.0,
            Level::Decaying(decay) => decay.hill * decay.elimination,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decay(concentration: f64, hill: f64) -> Level {
        Level::Decaying(Decay { since: 2.0, concentration, elimination: 0.4, ec50: 1.5, hill })
    }

    /// Simpson's rule with 2,000 panels: an integral that shares no formula with the closed form.
    fn simpson(level: &Level, from: f64, to: f64) -> f64 {
        let n = 2000;
        let h = (to - from) / f64::from(n);
        let sum: f64 = (0..=n)
            .map(|i| {
                let weight = if i == 0 || i == n { 1.0 } else { 2.0 + 2.0 * f64::from(i % 2) };
                weight * level.at(from + f64::from(i) * h)
            })
            .sum();
        sum * h / 3.0
    }

    #[test]
    fn closed_integral_agrees_with_quadrature() {
        for (concentration, hill) in [(5.0, 2.0), (0.7, 3.0), (1e-3, 1.0), (1e3, 1.0), (1.5, 0.5)] {
            let level = decay(concentration, hill);
            let (closed, numeric) = (level.integral(2.0, 9.0), simpson(&level, 2.0, 9.0));
            assert!((closed - numeric).abs() < 1e-9 * numeric.max(1e-6), "{closed} {numeric}");
        }
    }

    #[test]
    fn a_huge_concentration_that_is_gone_soon_has_a_finite_integral() {
        let gone = Level::Decaying(Decay {
            since: 0.0,
            concentration: 1.0,
            elimination: 5.545,
            ec50: 0.01,
            hill: 10.0,
        });
        // The level falls from 1 to 0 where the concentration passes the EC50: ln(100) / 5.545 d.
        assert!(
            (gone.integral(0.0, 10.0) - 100f64.ln() / 5.545).abs() < 1e-12,
            "{}",
            gone.integral(0.0, 10.0)
        );
        assert!((gone.integral(0.0, 0.1) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn half_effect_at_ec50_and_never_rising() {
        let level = decay(1.5, 2.0);
        assert!((level.at(2.0) - 0.5).abs() < 1e-15);
        assert!((0..50).all(|i| level.at(2.0 + f64::from(i)) >= level.at(3.0 + f64::from(i))));
    }
}
