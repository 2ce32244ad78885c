//! Switching of expression states between the two half-leaps of a step, each trait on its own.
//!
//! Growth and switching do not commute; a plain splitting makes an error in the mean of second order in the
//! step. For two states the matrix of means over a step can be written as growth, one switch, growth again,
//! exactly, however the rates change on the way: [`Flip::over`] finds the switching probabilities and the surplus
//! of growth that do it. What is left is an error of the noise, and one of traits that switch at the same time.

use libm::{exp, log, sqrt};

/// Rates without (0) and with (1) a trait that stay the same for some days.
#[derive(Clone, Copy, Debug)]
pub struct TwoStates {
    /// How long.
    pub days: f64,
    /// Net growth, per day.
    pub net: [f64; 2],
    /// Rates of leaving either, per day.
    pub leaving: [f64; 2],
}

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

/// Means of both states after some time, from one cell in either; the mean growth of both is taken out.
type Means = [[f64; 2]; 2];

/// Beyond this exponent one state grows over the other for good.
const LARGEST_EXPONENT: f64 = 50.0;

impl TwoStates {
    /// Half of the difference in net growth, per day.
    fn half(&self) -> f64 {
        let most = LARGEST_EXPONENT / self.days;
        ((self.net[0] - self.net[1]) / 2.0).clamp(-most, most)
    }

    /// The matrix of means, exp(A days).
    fn means(&self) -> Means {
        let (half, k, days) = (self.half(), self.leaving, self.days);
        let (a, b) = (half - k[0], -half - k[1]);
        let (middle, delta) = ((a + b) / 2.0, (a - b) / 2.0);
        let omega = sqrt(delta * delta + k[0] * k[1]);
        let (up, down) = (exp((middle + omega) * days), exp((middle - omega) * days));
        if omega * days < 1e-6 {
            let (even, odd) = ((up + down) / 2.0, exp(middle * days) * days);
            return [[even + delta * odd, k[0] * odd], [k[1] * odd, even - delta * odd]];
        }
        let odd = (up - down) / (2.0 * omega);
        // The difference of these two cancels; their product does not.
        let sum = omega + delta.abs();
        let difference = k[0] * k[1] / sum;
        let (fast, slow) =
            ((up * sum + down * difference) / (2.0 * omega), (up * difference + down * sum) / (2.0 * omega));
        let stay = if delta >= 0.0 { [fast, slow] } else { [slow, fast] };
        [[stay[0], k[0] * odd], [k[1] * odd, stay[1]]]
    }
}

fn product(a: Means, b: Means) -> Means {
    let entry = |i: usize, j: usize| a[i][0] * b[0][j] + a[i][1] * b[1][j];
    [[entry(0, 0), entry(0, 1)], [entry(1, 0), entry(1, 1)]]
}

impl Flip {
    /// For a step in two halves, each given by what happens in its parts.
    pub fn over<Parts: Iterator<Item = TwoStates>>(halves: [Parts; 2]) -> Flip {
        let mut means = [[1.0, 0.0], [0.0, 1.0]];
        let (mut exponents, mut left, mut days) = ([0.0; 2], 0.0, 0.0);
        for (exponent, half) in exponents.iter_mut().zip(halves) {
            for part in half {
                means = product(means, part.means());
                *exponent += part.half() * part.days;
                left -= (part.leaving[0] + part.leaving[1]) * part.days;
                days += part.days;
            }
        }
        // What growth in either half makes of a cell that starts without or with the trait.
        let [first, second] =
            exponents.map(|e| e.clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT)).map(|e| [exp(e), exp(-e)]);
        let share = |i: usize, j: usize| means[i][j] / (first[i] * second[j]);
        let (stay, go) = ([share(0, 0), share(1, 1)], [share(0, 1), share(1, 0)]);
        // g = sqrt(growth of both): p = go / g, and the determinants of both sides agree.
        let (sum, determinant) = (go[0] + go[1], exp(left));
        let g = (sum + sqrt(sum * sum + 4.0 * determinant)) / 2.0;
        let (on, off) = (go[0] / g, go[1] / g);
        let surplus = |stay: f64, leave: f64| log((stay / (1.0 - leave)).max(f64::MIN_POSITIVE)) / days;
        Flip { on, off, surplus: [surplus(stay[0], on), surplus(stay[1], off)] }
    }

    /// The same law, seen from the other state.
    pub fn mirrored(self) -> Flip {
        let [without, with] = self.surplus;
        Flip { on: self.off, off: self.on, surplus: [with, without] }
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
    fn means(parts: &[TwoStates]) -> [[f64; 2]; 2] {
        let n = 100_000;
        let through = |x: [f64; 2], part: &TwoStates| {
            let (net, k, h) = (part.net, part.leaving, part.days / f64::from(n));
            let slope =
                |x: [f64; 2]| [(net[0] - k[0]) * x[0] + k[1] * x[1], k[0] * x[0] + (net[1] - k[1]) * x[1]];
            (0..n).fold(x, |x, _| {
                let s = slope(x);
                let m = slope([x[0] + s[0] * h / 2.0, x[1] + s[1] * h / 2.0]);
                [x[0] + m[0] * h, x[1] + m[1] * h]
            })
        };
        [[1.0, 0.0], [0.0, 1.0]].map(|start| parts.iter().fold(start, through))
    }

    fn part(net: [f64; 2], leaving: [f64; 2], days: f64) -> TwoStates {
        TwoStates { days, net, leaving }
    }

    /// Growth, switch, growth gives the exact means.
    fn check(first: &[TwoStates], second: &[TwoStates]) {
        let flip = Flip::over([first, second].map(|half| half.iter().copied()));
        let days: f64 = first.iter().chain(second).map(|part| part.days).sum();
        let grow = |half: &[TwoStates]| {
            [0, 1].map(|i| {
                let net: f64 = half.iter().map(|part| part.net[i] * part.days).sum();
                exp(net + flip.surplus[i] * days / 2.0)
            })
        };
        let (before, after) = (grow(first), grow(second));
        let switch = [[1.0 - flip.on, flip.on], [flip.off, 1.0 - flip.off]];
        let all: Vec<TwoStates> = first.iter().chain(second).copied().collect();
        for (i, row) in means(&all).iter().enumerate() {
            for (j, mean) in row.iter().enumerate() {
                let split = before[i] * switch[i][j] * after[j];
                assert!((split - mean).abs() < 1e-7 * mean.max(1e-3), "{all:?}: {split} {mean}");
            }
        }
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
            let half = part(net, k, days / 2.0);
            check(&[half], &[half]);
        }
    }

    #[test]
    fn also_when_the_rates_change_on_the_way() {
        let on = part([-0.2, 0.05], [0.05, 0.001], 1.5);
        let off = part([0.03, 0.01], [1e-5, 0.01], 2.0);
        check(&[on, off], &[part([-0.1, 0.05], [0.02, 0.001], 3.5)]);
        check(&[off], &[on, off, on]);
    }

    #[test]
    fn twice_the_half_is_the_whole() {
        let half = part([-0.1, 0.1], [0.3, 0.2], 0.5);
        let whole = Flip::over([[half], [half]].map(<[TwoStates; 1]>::into_iter));
        let half = whole.halved();
        let on = half.on * (1.0 - half.off) + (1.0 - half.on) * half.on;
        assert!((on - whole.on).abs() < 1e-14);
        let never = part([0.1, 0.1], [0.0, 0.0], 0.5);
        assert_eq!(Flip::over([[never], [never]].map(<[TwoStates; 1]>::into_iter)).halved().on, 0.0);
    }

    #[test]
    fn probabilities_stay_probabilities_over_a_long_step() {
        for net in [[-3.0, 0.5], [-1e4, 0.1], [0.1, -1e6]] {
            let half = part(net, [2.0, 1.0], 15.0);
            let flip = Flip::over([[half], [half]].map(<[TwoStates; 1]>::into_iter));
            assert!((0.0..=1.0).contains(&flip.on) && (0.0..=1.0).contains(&flip.off), "{flip:?}");
            assert!(flip.surplus.iter().all(|s| s.is_finite()), "{flip:?}");
        }
    }
}
