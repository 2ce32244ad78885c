//! Where cells that switch are after a step: a row of the exact matrix of means.
//!
//! Growth and switching do not commute, and traits do not where their effects on growth do not add up; a plain splitting is
//! of second order in the mean, and in a state that takes two switches of first. But a row of the matrix of means over a
//! step, however many states there are and however rates change on the way, is growth, one switch, growth again: its
//! entries over what growth after the switch makes of each state are in proportion to the probabilities of
//! the switch, and their sum is a surplus of growth before it. What is left is an error of the noise.

use libm::{exp, log, sqrt};
use smallvec::SmallVec;

/// A number for each state; the first is the one that cells start in.
pub type ByState = SmallVec<[f64; 8]>;

/// Cells that pass from one state to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// The state that they leave, by its position.
    pub from: usize,
    /// The state that they come to.
    pub to: usize,
    /// Per cell and day.
    pub rate: f64,
    /// Whether it is a daughter that passes, and its mother stays.
    pub kept: bool,
}

/// Some days in which rates stay the same.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// How many.
    pub days: f64,
    /// Which share of them comes after the switch: all, none, or a half if it is in their middle.
    pub after: f64,
    /// Net growth of each state, per day.
    pub net: &'a [f64],
    /// Who passes where.
    pub flows: &'a [Flow],
}

/// Means on the way through a step.
#[derive(Clone, Debug)]
pub struct Way {
    /// Cells in each state over the growth of the first.
    pub cells: ByState,
    /// By which exponent each state outgrows the first after the switch.
    ahead: ByState,
    loss: ByState,
    term: ByState,
    next: ByState,
}

/// Growth, one switch, growth.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Probability of being in each state after the switch.
    pub shares: ByState,
    /// Exponent of growth to be added before the switch.
    pub surplus: f64,
}

/// Beyond this exponent one state grows over the other for good.
const LARGEST_EXPONENT: f64 = 50.0;
/// What is left out of the series of a mean, as a share of it.
const PRECISION: f64 = 1e-10;
/// More terms than any series needs whose exponent is at most 1.
const MOST_TERMS: u32 = 40;

impl Way {
    /// One cell in the first of some states.
    pub fn begin(states: usize) -> Way {
        let mut cells: ByState = SmallVec::from_elem(0.0, states);
        cells[0] = 1.0;
        Way::of(cells)
    }

    /// Some cells in each state.
    pub fn of(cells: ByState) -> Way {
        let zero = || SmallVec::from_elem(0.0, cells.len());
        Way { ahead: zero(), loss: zero(), term: zero(), next: zero(), cells }
    }

    /// What growth after the switch makes of each state, over that of the first.
    pub fn growth_after(&self, state: usize) -> f64 {
        exp(self.ahead[state].clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT))
    }

    /// Goes on through a part of the step.
    pub fn pass(&mut self, part: &Part) {
        let most = LARGEST_EXPONENT / part.days;
        let states = self.loss.iter_mut().zip(&mut self.ahead).zip(part.net);
        for ((loss, ahead), net) in states {
            let outgrows = (net - part.net[0]).clamp(-most, most);
            *ahead += part.after * part.days * outgrows;
            *loss = -outgrows;
        }
        for flow in part.flows.iter().filter(|flow| !flow.kept) {
            self.loss[flow.from] += flow.rate;
        }
        if part.net.len() == 2 && part.flows.iter().all(|flow| !flow.kept) {
            let from =
                |state| part.flows.iter().filter(|flow| flow.from == state).map(|flow| flow.rate).sum();
            return self.pass_two(part.days, [from(0), from(1)]);
        }
        let fastest = self.loss.iter().fold(0.0, |most: f64, loss| most.max(loss.abs()));
        let strides = (fastest * part.days).ceil().max(1.0);
        (0..strides as u64).for_each(|_| self.stride(part.days / strides, part.flows));
    }

    /// A few days by Taylor's series of the exponential.
    fn stride(&mut self, days: f64, flows: &[Flow]) {
        self.term.clone_from(&self.cells);
        let (cells, loss) = (self.cells.as_mut_slice(), self.loss.as_slice());
        let (mut term, mut next) = (self.term.as_mut_slice(), self.next.as_mut_slice());
        for order in 1..=MOST_TERMS {
            let scale = days / f64::from(order);
            for ((next, term), loss) in next.iter_mut().zip(term.iter()).zip(loss) {
                *next = -scale * loss * term;
            }
            for flow in flows {
                next[flow.to] += scale * flow.rate * term[flow.from];
            }
            std::mem::swap(&mut term, &mut next);
            let mut small = true;
            for (cells, term) in cells.iter_mut().zip(term.iter()) {
                *cells += term;
                small &= term.abs() <= PRECISION * cells.abs();
            }
            if small {
                break;
            }
        }
    }

    /// Two states between which cells switch, in closed form.
    fn pass_two(&mut self, days: f64, [on, off]: [f64; 2]) {
        let (a, b) = (-self.loss[0], -self.loss[1]);
        let (middle, delta) = ((a + b) / 2.0, (a - b) / 2.0);
        let omega = sqrt(delta * delta + on * off);
        let (odd, fast, slow) = if omega * days < 1e-3 {
            // By their series where the difference of exponentials cancels.
            let (growth, square) = (exp(middle * days), omega * omega * days * days);
            let (even, odd) = (growth * (1.0 + square / 2.0), growth * days * (1.0 + square / 6.0));
            (odd, even + delta.abs() * odd, even - delta.abs() * odd)
        } else {
            let (up, down) = (exp((middle + omega) * days), exp((middle - omega) * days));
            let sum = omega + delta.abs();
            // omega less delta cancels; their product does not.
            let difference = on * off / sum;
            let mean = |of_up: f64, of_down: f64| (up * of_up + down * of_down) / (2.0 * omega);
            (mean(1.0, -1.0), mean(sum, difference), mean(difference, sum))
        };
        let stay = if delta >= 0.0 { [fast, slow] } else { [slow, fast] };
        let [before, after] = [self.cells[0], self.cells[1]];
        self.cells[0] = before * stay[0] + after * off * odd;
        self.cells[1] = before * on * odd + after * stay[1];
    }

    /// The step as growth, one switch, growth.
    pub fn end(&self) -> Transition {
        let share = |(state, cells): (usize, &f64)| cells.max(0.0) / self.growth_after(state);
        let mut shares: ByState = self.cells.iter().enumerate().map(share).collect();
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        Transition { shares, surplus: log(sum) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a part is made of.
    #[derive(Clone)]
    struct Stay {
        days: f64,
        after: f64,
        net: Vec<f64>,
        flows: Vec<Flow>,
    }

    fn stay(days: f64, after: f64, net: &[f64], flows: &[(usize, usize, f64)]) -> Stay {
        let flow = |&(from, to, rate): &(usize, usize, f64)| Flow { from, to, rate, kept: false };
        Stay { days, after, net: net.to_vec(), flows: flows.iter().map(flow).collect() }
    }

    fn transition(parts: &[Stay]) -> Transition {
        let mut way = Way::begin(parts[0].net.len());
        for Stay { days, after, net, flows } in parts {
            way.pass(&Part { days: *days, after: *after, net, flows });
        }
        way.end()
    }

    /// Means after the step from one cell in the first state, by midpoint steps: shares no formula with the code.
    fn means(parts: &[Stay]) -> Vec<f64> {
        let mut x = vec![0.0; parts[0].net.len()];
        x[0] = 1.0;
        for part in parts {
            let n = 40_000;
            let h = part.days / f64::from(n);
            let slope = |x: &[f64]| -> Vec<f64> {
                let mut slope: Vec<f64> = x.iter().zip(&part.net).map(|(x, net)| x * net).collect();
                for flow in &part.flows {
                    slope[flow.from] -= if flow.kept { 0.0 } else { flow.rate * x[flow.from] };
                    slope[flow.to] += flow.rate * x[flow.from];
                }
                slope
            };
            let plus = |x: &[f64], by: f64, s: &[f64]| -> Vec<f64> {
                x.iter().zip(s).map(|(x, s)| x + by * s).collect()
            };
            for _ in 0..n {
                let middle = plus(&x, h / 2.0, &slope(&x));
                x = plus(&x, h, &slope(&middle));
            }
        }
        x
    }

    /// Growth, one switch, growth gives the exact means.
    fn check(parts: &[Stay]) {
        let Transition { shares, surplus } = transition(parts);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-14, "{shares:?}");
        let grown = |state: usize, after: bool| -> f64 {
            let share = |part: &Stay| if after { part.after } else { 1.0 - part.after };
            parts.iter().map(|part| part.net[state] * part.days * share(part)).sum()
        };
        for (state, mean) in means(parts).iter().enumerate() {
            let split = exp(grown(0, false) + surplus) * shares[state] * exp(grown(state, true));
            assert!((split - mean).abs() < 2e-7 * mean, "state {state}: {split} {mean}");
        }
    }

    /// Of one trait: gained, lost.
    fn one(on: f64, off: f64) -> [(usize, usize, f64); 2] {
        [(0, 1, on), (1, 0, off)]
    }

    #[test]
    fn one_trait_has_the_exact_means() {
        for (net, [on, off], days) in [
            ([-0.1, 0.1], [0.3, 0.2], 1.0),
            ([-0.25, 0.01], [0.02, 0.05], 14.0),
            ([0.1, 0.1], [0.0156, 1.0 / 180.0], 7.0),
            ([-0.15, -0.067], [0.01, 0.0], 7.0),
        ] {
            check(&[stay(days, 0.5, &net, &one(on, off))]);
        }
    }

    /// The closed form of two states, and the series of any number: a third state that nobody comes to.
    #[test]
    fn closed_form_and_series_agree() {
        for (net, [on, off], days) in [
            ([-0.1, 0.1], [0.3, 0.2], 1.0),
            ([-0.25, 0.01], [1e-7, 0.05], 14.0),
            ([0.1, 0.1], [1e-9, 2e-9], 0.1),
            ([0.1, -0.4], [1e-4, 0.0], 7.0),
        ] {
            let closed = transition(&[stay(days, 0.5, &net, &one(on, off))]);
            let series = transition(&[stay(days, 0.5, &[net[0], net[1], 0.0], &one(on, off))]);
            for (closed, series) in closed.shares.iter().zip(&series.shares) {
                assert!((closed / series - 1.0).abs() < 1e-10, "{closed} {series}");
            }
            assert!((closed.surplus - series.surplus).abs() < 1e-12);
        }
    }

    #[test]
    fn also_when_rates_change_on_the_way() {
        let treated = stay(1.5, 0.0, &[-0.2, 0.05], &one(0.05, 0.001));
        let free = stay(2.0, 0.0, &[0.03, 0.01], &one(1e-5, 0.01));
        let after = |part: &Stay| Stay { after: 1.0, ..part.clone() };
        check(&[treated.clone(), free.clone(), stay(3.5, 1.0, &[-0.1, 0.05], &one(0.02, 0.001))]);
        check(&[free.clone(), after(&treated), after(&free), after(&treated)]);
    }

    /// None, A, B, C, AB, AC, BC, ABC: a drug of 0.14 /d that all resist; A is rare. A state that takes three flips was 8 %
    /// off by one trait after the other, with what is special to pairs.
    #[test]
    fn three_traits_whose_effects_do_not_add_up_have_the_exact_means() {
        let sets: Vec<usize> = vec![0, 1, 2, 4, 3, 5, 6, 7];
        let net: Vec<f64> =
            sets.iter().map(|set| 0.02 - 0.05 - 0.14 * 0.1f64.powi(set.count_ones() as i32)).collect();
        let mut flows = Vec::new();
        for (from, set) in sets.iter().enumerate() {
            for (flip, rate) in [(1, 1e-5), (2, 0.02), (4, 0.02)] {
                let to = sets.iter().position(|other| *other == set ^ flip).unwrap();
                flows.push((from, to, if set & flip == 0 { rate } else { 1e-3 }));
            }
        }
        check(&[stay(7.0, 0.5, &net, &flows)]);
    }

    /// B needs A, and is lost with a half-life of a day.
    #[test]
    fn a_chain_of_flips_has_the_exact_means() {
        let flows = [(0, 1, 1e-4), (1, 2, 0.1), (2, 1, 0.7), (2, 3, 0.01)];
        check(&[
            stay(3.0, 0.0, &[0.1, 0.05, -0.2, 0.3], &flows),
            stay(3.0, 1.0, &[-0.3, 0.05, 0.2, 0.3], &flows),
        ]);
    }

    #[test]
    fn mothers_stay_when_daughters_pass() {
        let born = |from, to, rate| Flow { from, to, rate, kept: true };
        let mut part = stay(7.0, 0.5, &[-0.2, 0.1, 0.05], &[(1, 2, 0.02)]);
        part.flows.push(born(0, 1, 1e-3));
        let mut way = Way::begin(3);
        way.pass(&Part { days: part.days, after: part.after, net: &part.net, flows: &part.flows });
        for (state, mean) in means(&[part]).iter().enumerate() {
            let found = way.cells[state] * exp(-0.2 * 7.0);
            assert!((found / mean - 1.0).abs() < 1e-6, "state {state}: {found} {mean}");
        }
        assert_eq!(way.cells[0], 1.0);
        assert!((way.growth_after(1) - exp(0.3 * 3.5)).abs() < 1e-14);
    }

    #[test]
    fn who_cannot_leave_stays() {
        let alone = transition(&[stay(7.0, 0.5, &[0.1], &[])]);
        assert_eq!((alone.shares.as_slice(), alone.surplus), ([1.0].as_slice(), 0.0));
    }

    #[test]
    fn probabilities_stay_probabilities_over_a_long_step() {
        for net in [[-3.0, 0.5], [-1e4, 0.1], [0.1, -1e6]] {
            let Transition { shares, surplus } = transition(&[stay(30.0, 0.5, &net, &one(2.0, 1.0))]);
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
            assert!(surplus.is_finite(), "{surplus}");
        }
    }
}
