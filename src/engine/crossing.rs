//! Two traits that flip within one step: how many cells come to have both.
//!
//! Where their effects on growth add up, as many as one flip after the other gives. Where they do not, it matters how long
//! cells have had both, and either flip alone does not know. Without it a state that takes two switches is off
//! by a sixth of the exponent of what does not add up, however few its cells are.

use libm::expm1;

/// Rates that stay the same for some days, of cells before both flips, after the first, after the second, and after both.
#[derive(Clone, Copy, Debug)]
pub struct FourStates {
    /// How long.
    pub days: f64,
    /// Net growth, per day.
    pub net: [f64; 4],
    /// Rates of the first flip, before and after the second, per day.
    pub first: [f64; 2],
    /// Rates of the second flip, before and after the first, per day.
    pub second: [f64; 2],
}

/// Cells that have both after a step, over those that one flip after the other gives, to first order in either rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// In whichever order they flip.
    pub either: f64,
    /// Those that flip in this order, if each order is given its half of the step's flips.
    pub ordered: f64,
}

/// One order of two flips: how many have flipped once, and twice, seen from cells that never grow.
#[derive(Clone, Copy, Debug)]
struct Order {
    /// By which factor the state before a flip has outgrown the one after it.
    ahead: [f64; 2],
    /// Flips of either kind so far, had the other nothing to wait for.
    flips: [f64; 2],
    /// Pairs in this order.
    pairs: f64,
}

impl Order {
    /// Nothing has happened.
    const BEGIN: Order = Order { ahead: [1.0; 2], flips: [0.0; 2], pairs: 0.0 };

    /// Takes in a part, given what a flip takes from net growth and the rates of both flips, per day.
    fn pass(&mut self, days: f64, loss: [f64; 2], rates: [f64; 2]) {
        let x = loss.map(|loss| loss * days);
        let growth = x.map(expm1);
        let flip = |of: usize| {
            let mean = if x[of] == 0.0 { 1.0 } else { growth[of] / x[of] };
            rates[of] * days * self.ahead[of] * mean
        };
        let (once, twice) = (flip(0), flip(1));
        // Of two flips in the same part, more than half are in this order if the first is the earlier rather.
        let half = 0.5 - (x[0] - x[1]) / 12.0 * (1.0 - (x[0] * x[0] + x[1] * x[1]) / 60.0);
        self.pairs += twice * (self.flips[0] + once * half);
        self.flips[0] += once;
        self.flips[1] += twice;
        self.ahead[0] *= 1.0 + growth[0];
        self.ahead[1] *= 1.0 + growth[1];
    }
}

impl Crossing {
    /// Of traits whose effects add up.
    pub const NOTHING: Crossing = Crossing { either: 1.0, ordered: 1.0 };

    /// Over the parts of a step.
    pub fn over(parts: impl Iterator<Item = FourStates>) -> Crossing {
        let (mut this, mut other) = (Order::BEGIN, Order::BEGIN);
        for FourStates { days, net: [neither, first, second, both], first: one, second: two } in parts {
            this.pass(days, [neither - first, first - both], [one[0], two[1]]);
            other.pass(days, [neither - second, second - both], [two[0], one[1]]);
        }
        let plain = this.flips[0] * this.flips[1];
        let share = |pairs: f64| if plain > 0.0 && pairs.is_finite() { pairs / plain } else { 1.0 };
        Crossing { either: share(this.pairs + other.pairs), ordered: 2.0 * share(this.pairs) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells with both from one with neither, over what growth, flip, flip, growth gives, by a midpoint rule of
    /// 20,000 steps a part: shares no formula with the code.
    fn truth(parts: &[FourStates]) -> Crossing {
        let n = 20_000;
        // Neither, first, second, both by either order; then what each flip alone gives, and cells with the first.
        let mut x = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        for part in parts {
            let h = part.days / f64::from(n);
            let ([r0, r1, r2, r3], k, l) = (part.net, part.first, part.second);
            let slope = |x: [f64; 7]| {
                [
                    r0 * x[0],
                    r1 * x[1] + k[0] * x[0],
                    r2 * x[2] + l[0] * x[0],
                    r3 * x[3] + l[1] * x[1],
                    r3 * x[4] + k[1] * x[2],
                    r3 * x[5] + l[1] * x[6],
                    r1 * x[6],
                ]
            };
            for _ in 0..n {
                let s = slope(x);
                let m = slope(std::array::from_fn(|i| x[i] + s[i] * h / 2.0));
                x = std::array::from_fn(|i| x[i] + m[i] * h);
            }
        }
        let plain = x[1] * x[5] / x[6];
        Crossing { either: (x[3] + x[4]) / plain, ordered: 2.0 * x[3] / plain }
    }

    fn part(days: f64, net: [f64; 4], first: [f64; 2], second: [f64; 2]) -> FourStates {
        FourStates { days, net, first, second }
    }

    fn check(parts: &[FourStates], within: f64) {
        let (found, truth) = (Crossing::over(parts.iter().copied()), truth(parts));
        let off = (found.either / truth.either - 1.0).abs().max((found.ordered / truth.ordered - 1.0).abs());
        assert!(off < within, "{found:?} {truth:?}");
    }

    #[test]
    fn effects_that_add_up_need_nothing() {
        let half = part(7.0, [-0.1, 0.02, -0.05, 0.07], [1e-3; 2], [1e-2; 2]);
        let found = Crossing::over([half, half].into_iter());
        assert!((found.either - 1.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn effects_that_do_not_give_the_true_number() {
        for net in [[-0.1, 0.05, 0.05, 0.05], [0.05, -0.1, 0.02, 0.0], [0.0, 0.0, 0.0, -0.14]] {
            let half = part(3.5, net, [1e-3; 2], [1e-2; 2]);
            check(&[half, half], 2e-4);
            let off = (Crossing::over([half, half].into_iter()).either - 1.0).abs();
            assert!(off > 0.1, "{off}");
        }
    }

    #[test]
    fn also_when_rates_change_on_the_way_and_depend_on_the_other_trait() {
        let on = part(1.0, [-0.6, 0.05, -0.2, 0.05], [3e-3, 1e-3], [1e-2, 5e-3]);
        let off = part(2.5, [0.05, 0.03, 0.05, 0.02], [1e-3; 2], [1e-2, 2e-2]);
        check(&[on, off, on, off], 2e-4);
        check(&[off, on], 5e-4);
        // The second flip needs the first.
        let needs = |part: FourStates| FourStates { second: [0.0, part.second[1]], ..part };
        check(&[needs(on), needs(off)], 5e-4);
        check(&[needs(off), needs(on)], 5e-4);
    }

    #[test]
    fn flips_that_never_happen_give_a_number() {
        let never = part(7.0, [0.1, -900.0, 0.1, 900.0], [0.0; 2], [0.1; 2]);
        assert_eq!(Crossing::over([never].into_iter()), Crossing { either: 1.0, ordered: 2.0 });
        let wild = part(7.0, [900.0, -900.0, 0.1, 900.0], [0.1; 2], [0.1; 2]);
        let found = Crossing::over([wild, wild].into_iter());
        assert!(found.either.is_finite() && found.ordered.is_finite(), "{found:?}");
    }
}
