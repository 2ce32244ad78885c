//! Serum M-protein: secreted by the tumour, eliminated with a half-life that may fall with its concentration.

use libm::{ceil, exp, expm1, log, sqrt};

/// Grams in a picogram.
const PICOGRAM: f64 = 1e-12;

/// Kinetics of the M-protein.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinetics {
    /// Secretion of a wild-type cell, pg per day.
    pub secretion: f64,
    /// Volume of distribution, L.
    pub volume: f64,
    /// How it is eliminated.
    pub elimination: Elimination,
}

/// How the M-protein is eliminated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Elimination {
    /// With one half-life at every concentration: IgA, light chains.
    FirstOrder {
        /// Half-life, days.
        half_life: f64,
    },
    /// Faster the more there is: the receptor that rescues IgG from catabolism saturates.
    Saturable {
        /// Half-life of the last trace of M-protein, beside a normal amount of other IgG, days.
        half_life: f64,
        /// Half-life far above saturation, days.
        saturated: f64,
        /// M-protein at which the rate is half-way between the two, g/L.
        half_saturation: f64,
    },
}

impl Elimination {
    /// Rate of elimination at a concentration of M-protein, per day.
    ///
    /// ```
    /// use clonetide::clinic::Elimination;
    /// let igg = Elimination::Saturable { half_life: 23.0, saturated: 8.0, half_saturation: 31.0 };
    /// let half_life = |concentration: f64| 2f64.ln() / igg.rate(concentration);
    /// assert!((half_life(0.0) - 23.0).abs() < 1e-9 && (half_life(55.0) - 10.5).abs() < 0.1);
    /// ```
    pub fn rate(&self, concentration: f64) -> f64 {
        match *self {
            Elimination::FirstOrder { half_life } => log(2.0) / half_life,
            Elimination::Saturable { half_life, saturated, half_saturation } => {
                let (slow, fast) = (log(2.0) / half_life, log(2.0) / saturated);
                slow + (fast - slow) * concentration / (half_saturation + concentration)
            }
        }
    }
}

impl Elimination {
    /// The half-life, of IgG that of a trace: what can differ between patients.
    ///
    /// ```
    /// use clonetide::clinic::Elimination;
    /// let mut iga = Elimination::FirstOrder { half_life: 6.0 };
    /// *iga.half_life_mut() = 5.0;
    /// assert_eq!(iga, Elimination::FirstOrder { half_life: 5.0 });
    /// ```
    pub fn half_life_mut(&mut self) -> &mut f64 {
        match self {
            Elimination::FirstOrder { half_life } | Elimination::Saturable { half_life, .. } => half_life,
        }
    }
}

impl Kinetics {
    /// g/L per day from one secreting cell.
    fn input(&self) -> f64 {
        self.secretion * PICOGRAM / self.volume
    }

    /// The concentration at which secretion of `burden` cells and elimination balance, g/L.
    ///
    /// ```
    /// use clonetide::clinic::{Elimination, Kinetics};
    /// // docs/sources.md: 12.1 pg per cell and day, 6.5 L and 13.75 d give 37 g/L per 1e12 cells.
    /// let elimination = Elimination::FirstOrder { half_life: 13.75 };
    /// let kinetics = Kinetics { secretion: 12.1, volume: 6.5, elimination };
    /// assert!((kinetics.steady(1e12) - 37.0).abs() < 0.1);
    /// ```
    pub fn steady(&self, burden: f64) -> f64 {
        let input = self.input() * burden;
        match self.elimination {
            Elimination::FirstOrder { .. } => input / self.elimination.rate(0.0),
            Elimination::Saturable { saturated, half_saturation, .. } => {
                // fast M^2 + (slow K - input) M - input K = 0 has one positive root.
                let (slow, fast) = (self.elimination.rate(0.0), log(2.0) / saturated);
                let (linear, constant) = (slow * half_saturation - input, input * half_saturation);
                let root = sqrt(linear * linear + 4.0 * fast * constant);
                // Of two equal forms the one that does not cancel.
                if linear > 0.0 { 2.0 * constant / (linear + root) } else { (root - linear) / (2.0 * fast) }
            }
        }
    }

    /// The concentration at which a tumour that grew exponentially has arrived with `burden` cells, g/L; in balance if it
    /// does not grow. `growth` is per day.
    ///
    /// ```
    /// use clonetide::clinic::{Elimination, Kinetics};
    /// let elimination = Elimination::FirstOrder { half_life: 13.75 };
    /// let kinetics = Kinetics { secretion: 12.1, volume: 6.5, elimination };
    /// // What grows at a rate g is behind its balance by k / (k + g).
    /// let k = 2f64.ln() / 13.75;
    /// let behind = kinetics.grown(1e12, 0.02) / kinetics.steady(1e12);
    /// assert!((behind / (k / (k + 0.02)) - 1.0).abs() < 1e-9);
    /// ```
    pub fn grown(&self, burden: f64, growth: f64) -> f64 {
        if growth <= 0.0 || burden <= 0.0 {
            return self.steady(burden);
        }
        // After so long nothing is left of where it began; the beginning itself is near enough to a straight line.
        let slowest = self.elimination.rate(0.0).min(self.elimination.rate(f64::MAX));
        let days = FORGOTTEN / (slowest + growth);
        let before = burden * exp(-growth * days);
        self.advance(self.steady(before), before, burden, days)
    }

    /// The concentration `days` later, while the burden goes from `before` to `after` exponentially
    /// (evenly if either is 0).
    pub fn advance(&self, concentration: f64, before: f64, after: f64, days: f64) -> f64 {
        match self.elimination {
            Elimination::FirstOrder { .. } => self.advance_closed(concentration, before, after, days),
            Elimination::Saturable { .. } => self.advance_by_steps(concentration, before, after, days),
        }
    }

    /// In closed form, where the rate is the same at every concentration.
    fn advance_closed(&self, concentration: f64, before: f64, after: f64, days: f64) -> f64 {
        let k = self.elimination.rate(0.0);
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

    /// By Runge-Kutta steps of fourth order, short beside every rate: no closed form is known.
    fn advance_by_steps(&self, concentration: f64, before: f64, after: f64, days: f64) -> f64 {
        let Elimination::Saturable { saturated, .. } = self.elimination else { return concentration };
        let both = before > 0.0 && after > 0.0;
        let growth = if both { log(after / before) / days } else { 0.0 };
        let fastest = growth.abs() + (log(2.0) / saturated).max(self.elimination.rate(0.0));
        let steps = ceil(fastest * days / SHORT).clamp(1.0, MOST_STEPS);
        let (h, count) = (days / steps, steps as u32);
        let (half, even) = (exp(growth * h / 2.0), (after - before) / steps / 2.0);
        let later = |burden: f64| if both { burden * half } else { burden + even };
        let input = self.input();
        let slope = |burden: f64, m: f64| input * burden - self.elimination.rate(m) * m;
        let (mut m, mut burden) = (concentration, before);
        for _ in 0..count {
            let (middle, end) = (later(burden), later(later(burden)));
            let a = slope(burden, m);
            let b = slope(middle, m + h / 2.0 * a);
            let c = slope(middle, m + h / 2.0 * b);
            let d = slope(end, m + h * c);
            m += h / 6.0 * (a + 2.0 * (b + c) + d);
            burden = end;
        }
        m.max(0.0)
    }
}

/// Rate times time after which a beginning is forgotten: e^-30 of it is left.
const FORGOTTEN: f64 = 30.0;

/// Rate times step of the Runge-Kutta scheme; its relative error is near the fourth power of it over 120.
const SHORT: f64 = 0.01;

/// Most steps for one interval; no interval shorter than 1,000 days asks for so many.
const MOST_STEPS: f64 = 10_000.0;

/// (e^x - 1) / x, 1 at x = 0.
fn expm1_over(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { expm1(x) / x }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINETICS: Kinetics =
        Kinetics { secretion: 12.1, volume: 6.5, elimination: Elimination::FirstOrder { half_life: 13.75 } };

    const IGG: Kinetics = Kinetics {
        elimination: Elimination::Saturable { half_life: 23.0, saturated: 8.0, half_saturation: 31.0 },
        ..KINETICS
    };

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
        let elimination = Elimination::FirstOrder { half_life: 1.0 / 1440.0 };
        let minutes = Kinetics { elimination, ..KINETICS };
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
    /// Days from one concentration to another without cells, in closed form: from dM/dt = -k(M) M with
    /// k(M) = (s K + f M) / (K + M), by partial fractions.
    fn days_of_decline(from: f64, to: f64) -> f64 {
        let (s, f, k) = (2f64.ln() / 23.0, 2f64.ln() / 8.0, 31.0);
        // (K + M) / (M (s K + f M)) = (1 / s) / M + (1 - f / s) / (s K + f M)
        let primitive = |m: f64| m.ln() / s + (1.0 - f / s) / f * (s * k + f * m).ln();
        primitive(from) - primitive(to)
    }

    #[test]
    fn igg_declines_as_its_closed_form_says() {
        for (from, to) in [(60.0, 30.0), (30.0, 5.0), (5.0, 0.01), (200.0, 1.0)] {
            let left = IGG.advance(from, 0.0, 0.0, days_of_decline(from, to));
            assert!((left / to - 1.0).abs() < 1e-9, "{from} to {to}: {left}");
        }
    }

    /// With constant secretion P: (K + M) dM / (P K + (P - s K) M - f M^2) = dt, by the roots of the quadratic.
    #[test]
    fn igg_rises_as_its_closed_form_says() {
        let (s, f, k) = (2f64.ln() / 23.0, 2f64.ln() / 8.0, 31.0);
        let p = 12.1e-12 / 6.5 * 1e12;
        let linear = p - s * k;
        let root = (linear * linear + 4.0 * f * p * k).sqrt();
        let (high, low) = ((linear + root) / (2.0 * f), (linear - root) / (2.0 * f));
        assert!((IGG.steady(1e12) / high - 1.0).abs() < 1e-12);
        // (K + M) / ((high - M) (M - low)) = A / (high - M) + B / (M - low), all over f.
        let (a, b) = ((k + high) / (high - low), (k + low) / (high - low));
        let primitive = |m: f64| (-a * (high - m).ln() + b * (m - low).ln()) / f;
        for (from, to) in [(0.0, 10.0), (1.0, 25.0), (10.0, 31.0)] {
            let reached = IGG.advance(from, 1e12, 1e12, primitive(to) - primitive(from));
            assert!((reached / to - 1.0).abs() < 1e-9, "{from} to {to}: {reached}");
        }
    }

    #[test]
    fn the_half_life_of_igg_falls_with_its_concentration() {
        let half_life = |m: f64| 2f64.ln() / IGG.elimination.rate(m);
        assert!((half_life(0.0) - 23.0).abs() < 1e-12);
        assert!((half_life(55.0) - 10.5).abs() < 0.1, "{}", half_life(55.0));
        assert!((half_life(1e9) - 8.0).abs() < 1e-6);
    }

    /// Ten days in one go and day by day: the scheme's own steps must not show.
    #[test]
    fn igg_by_days_is_igg_at_once() {
        for (before, after) in [(1e12, 1e10), (1e10, 3e12), (1e6, 1e6)] {
            let at = |day: f64| before * f64::powf(after / before, day / 10.0);
            let daily =
                (0..10).map(f64::from).fold(35.0, |m, day| IGG.advance(m, at(day), at(day + 1.0), 1.0));
            let once = IGG.advance(35.0, before, after, 10.0);
            assert!((once / daily - 1.0).abs() < 1e-9, "{once} {daily}");
        }
    }

    /// Where the two half-lives are one, the steps must give what the closed form gives.
    #[test]
    fn steps_agree_with_the_closed_form_where_there_is_one() {
        let same = Elimination::Saturable { half_life: 13.75, saturated: 13.75, half_saturation: 31.0 };
        let kinetics = Kinetics { elimination: same, ..KINETICS };
        for (before, after, days) in
            [(1e12, 1e11, 28.0), (1e9, 3e12, 7.0), (1e12, 0.0, 7.0), (0.0, 1e12, 7.0)]
        {
            let (steps, closed) =
                (kinetics.advance(20.0, before, after, days), KINETICS.advance(20.0, before, after, days));
            assert!((steps / closed - 1.0).abs() < 1e-9, "{steps} {closed}");
        }
    }
}
