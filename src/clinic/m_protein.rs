//! Serum M-protein: secreted by the tumour, eliminated with a half-life.

use libm::{exp, expm1, log};

/// Grams in a picogram.
const PICOGRAM: f64 = 1e-12;

/// Kinetics of the M-protein.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinetics {
    /// Secretion of a wild-type cell, pg per day.
    pub secretion: f64,
    /// Half-life, days.
    pub half_life: f64,
    /// Volume of distribution, L.
    pub volume: f64,
}

impl Kinetics {
    fn elimination(&self) -> f64 {
        log(2.0) / self.half_life
    }

    /// g/L per day from one secreting cell.
    fn input(&self) -> f64 {
        self.secretion * PICOGRAM / self.volume
    }

    /// The concentration at which secretion of `burden` cells and elimination balance, g/L.
    ///
    /// ```
    /// use clonetide::clinic::Kinetics;
    /// // docs/sources.md: 12.1 pg per cell and day, 6.5 L and 13.75 d give 37 g/L per 1e12 cells.
    /// let kinetics = Kinetics { secretion: 12.1, half_life: 13.75, volume: 6.5 };
    /// assert!((kinetics.steady(1e12) - 37.0).abs() < 0.1);
    /// ```
    pub fn steady(&self, burden: f64) -> f64 {
        self.input() * burden / self.elimination()
    }

    /// The concentration `days` later, while the burden goes from `before` to `after` exponentially
    /// (evenly if either is 0).
    pub fn advance(&self, concentration: f64, before: f64, after: f64, days: f64) -> f64 {
        let k = self.elimination();
        let kept = exp(-k * days);
        let exposure = if before > 0.0 && after > 0.0 {
            let x = log(after / before) + k * days;
            // Each form where the other cancels or overflows.
            let spread = if x.abs() < 1.0 { kept * expm1_over(x) } else { (after / before - kept) / x };
            before * days * spread
        } else {
            let flat = -expm1(-k * days) / k;
            // The even slope's part: integral of s e^{-k (t - s)} over the interval, per day of it.
            before * flat + (after - before) * (days - flat) / (k * days)
        };
        concentration * kept + self.input() * exposure
    }
}

/// (e^x - 1) / x, 1 at x = 0.
fn expm1_over(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { expm1(x) / x }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINETICS: Kinetics = Kinetics { secretion: 12.1, half_life: 13.75, volume: 6.5 };

    /// Fourth-order Runge-Kutta with 2,000 steps: no shared formula.
    fn numeric(start: f64, days: f64, burden: impl Fn(f64) -> f64) -> f64 {
        let (k, input) = (std::f64::consts::LN_2 / 13.75, 12.1e-12 / 6.5);
        let slope = |t: f64, m: f64| input * burden(t) - k * m;
        let h = days / 2000.0;
        (0..2000).fold(start, |m, i| {
            let t = f64::from(i) * h;
            let a = slope(t, m);
            let b = slope(t + h / 2.0, m + h / 2.0 * a);
            let c = slope(t + h / 2.0, m + h / 2.0 * b);
            let d = slope(t + h, m + h * c);
            m + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        })
    }

    #[test]
    fn closed_form_agrees_with_integration() {
        for (before, after, days) in
            [(1e12, 1e11, 28.0), (1e9, 3e12, 7.0), (5e11, 5e11, 1.0), (1e12, 1e12, 100.0)]
        {
            let closed = KINETICS.advance(20.0, before, after, days);
            let by_hand = numeric(20.0, days, |t| before * (after / before).powf(t / days));
            assert!((closed - by_hand).abs() < 1e-8 * by_hand, "{closed} {by_hand}");
        }
        let closed = KINETICS.advance(20.0, 1e12, 0.0, 10.0);
        let by_hand = numeric(20.0, 10.0, |t| 1e12 * (1.0 - t / 10.0));
        assert!((closed - by_hand).abs() < 1e-8 * by_hand, "{closed} {by_hand}");
    }

    #[test]
    fn a_half_life_far_below_the_step_gives_the_balance() {
        let minutes = Kinetics { half_life: 1.0 / 1440.0, ..KINETICS };
        let later = minutes.advance(20.0, 1e12, 1.1e12, 1.0);
        assert!((later / minutes.steady(1.1e12) - 1.0).abs() < 1e-3, "{later}");
    }

    #[test]
    fn without_cells_it_halves_in_a_half_life() {
        assert!((KINETICS.advance(30.0, 0.0, 0.0, 13.75) - 15.0).abs() < 1e-12);
    }

    #[test]
    fn two_short_steps_are_one_long_step() {
        let middle = KINETICS.advance(12.0, 1e12, 1e11, 5.0);
        let twice = KINETICS.advance(middle, 1e11, 1e10, 5.0);
        assert!((twice - KINETICS.advance(12.0, 1e12, 1e10, 10.0)).abs() < 1e-10);
    }
}
