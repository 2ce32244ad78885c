//! Switching of expression states between the two half-leaps of a step, each trait on its own.
//!
//! Growth and switching do not commute; a plain splitting makes an error in the mean of second order in the
//! step. For two states the matrix of means over a step, exp(A h), can be written as growth, one switch,
//! growth again, exactly: [`Flip::between`] finds the switching probabilities and the surplus of growth
//! that do it. What is left is an error of the noise, and one of traits that switch at the same time.

use libm::{exp, log, sqrt};

/// The two-state law of one trait over one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// Probability that a cell without the trait has it after the step.
    pub on: f64,
    /// Probability that a cell with the trait has lost it after the step.
    pub off: f64,
    /// Added to the net growth of cells without and with the trait, per day.
    pub surplus: [f64; 2],
}

impl Flip {
    /// For cells that grow at `net` per day without and with the trait and switch on and off at `rates`
    /// per day, over a step of `days`; `turn` is by how much the difference between the two rates of growth
    /// (without less with) rises from the first half of the step to the second.
    pub fn between(net: [f64; 2], rates: [f64; 2], turn: f64, days: f64) -> Flip {
        // A cell that leaves where it grows less and less has left early, and the other way round: the mean
        // over the step of exp(-turn (t - 1/2)^2 days), to leading order.
        let early = if turn == 0.0 { 1.0 } else { exp(turn * days / 12.0) };
        let rates = [rates[0] / early, rates[1] * early];
        // The mean growth of both is taken out; it multiplies everything alike.
        let (half, k) = ((net[0] - net[1]) / 2.0, rates);
        let (a, b) = (half - k[0], -half - k[1]);
        let (middle, delta) = ((a + b) / 2.0, (a - b) / 2.0);
        let omega = sqrt(delta * delta + k[0] * k[1]);
        let (up, down) = (exp((middle + omega) * days), exp((middle - omega) * days));
        let even = (up + down) / 2.0;
        let odd = if omega * days < 1e-6 { exp(middle * days) * days } else { (up - down) / (2.0 * omega) };
        let stay = [even + delta * odd, even - delta * odd];
        let go = [k[0] * odd, k[1] * odd];
        // g = sqrt(growth of both): p = go / g, and the determinants of both sides agree.
        let sum = go[0] + go[1];
        let g = (sum + sqrt(sum * sum + 4.0 * up * down)) / 2.0;
        let (on, off) = (go[0] / g, go[1] / g);
        let surplus = |stay: f64, leave: f64, net: f64| log(stay / (1.0 - leave)) / days - net;
        Flip { on, off, surplus: [surplus(stay[0], on, half), surplus(stay[1], off, -half)] }
    }

    /// The law that gives this one when it acts twice.
    pub fn halved(self) -> Flip {
        let left = 1.0 - self.on - self.off;
        let share = if left < 1.0 { (1.0 - sqrt(left.max(0.0))) / (1.0 - left) } else { 0.5 };
        Flip { on: self.on * share, off: self.off * share, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means after the step from one cell without and one with the trait, by 200,000 Euler steps of
    /// second order: shares no formula with the code.
    fn means(net: [f64; 2], k: [f64; 2], days: f64) -> [[f64; 2]; 2] {
        let n = 200_000;
        let h = days / f64::from(n);
        let slope =
            |x: [f64; 2]| [(net[0] - k[0]) * x[0] + k[1] * x[1], k[0] * x[0] + (net[1] - k[1]) * x[1]];
        [[1.0, 0.0], [0.0, 1.0]].map(|start| {
            (0..n).fold(start, |x, _| {
                let s = slope(x);
                let m = slope([x[0] + s[0] * h / 2.0, x[1] + s[1] * h / 2.0]);
                [x[0] + m[0] * h, x[1] + m[1] * h]
            })
        })
    }

    #[test]
    fn growth_switch_growth_has_the_exact_means() {
        for (net, k, days) in [
            ([-0.1, 0.1], [0.3, 0.2], 1.0),
            ([-0.25, 0.01], [0.02, 0.05], 14.0),
            ([0.1, 0.1], [0.0156, 1.0 / 180.0], 7.0),
            ([-0.15, -0.067], [0.01, 0.0], 7.0),
            ([0.05, 0.05], [0.0, 0.0], 7.0),
        ] {
            let flip = Flip::between(net, k, 0.0, days);
            let grow = [0, 1].map(|i| exp((net[i] + flip.surplus[i]) * days / 2.0));
            let switch = [[1.0 - flip.on, flip.on], [flip.off, 1.0 - flip.off]];
            for (i, row) in means(net, k, days).iter().enumerate() {
                for (j, mean) in row.iter().enumerate() {
                    let split = grow[i] * switch[i][j] * grow[j];
                    assert!((split - mean).abs() < 1e-7 * mean.max(1e-3), "{net:?} {k:?}: {split} {mean}");
                }
            }
        }
    }

    #[test]
    fn twice_the_half_is_the_whole() {
        let whole = Flip::between([-0.1, 0.1], [0.3, 0.2], 0.0, 1.0);
        let half = whole.halved();
        let on = half.on * (1.0 - half.off) + (1.0 - half.on) * half.on;
        assert!((on - whole.on).abs() < 1e-14);
        assert_eq!(Flip::between([0.1, 0.1], [0.0, 0.0], 0.0, 1.0).halved().on, 0.0);
    }

    #[test]
    fn probabilities_stay_probabilities_over_a_long_step() {
        let flip = Flip::between([-3.0, 0.5], [2.0, 1.0], 0.0, 30.0);
        assert!((0.0..=1.0).contains(&flip.on) && (0.0..=1.0).contains(&flip.off), "{flip:?}");
        assert!(flip.surplus.iter().all(|s| s.is_finite()));
    }
}
