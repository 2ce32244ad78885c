//! Pharmacokinetics: what one standard dose brings over time, as a sum of exponentials.
//!
//! Gibaldi & Perrier, Pharmacokinetics (1982) for compartments and absorption; Sheiner et al. 1979 (Clin Pharmacol
//! Ther 25:358) for the effect compartment; Stein et al. 2019 (CPT PSP 8:285) for cells that expand and contract.

use libm::log;

use crate::level::{Concentration, Term};

/// How a drug is distributed, eliminated and absorbed, and how late it reaches the place where it acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinetics {
    /// Terminal half-life, days.
    pub half_life: f64,
    /// A second, faster phase: the share of a dose that falls with it, and its half-life in days.
    pub distribution: Option<(f64, f64)>,
    /// How a dose that is not given into the vein gets into the blood; none if it does so at once.
    pub absorption: Option<Absorption>,
    /// Half-life with which the place of action follows the blood, days; none if it does so at once.
    pub delay: Option<f64>,
}

/// Absorption of first order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Absorption {
    /// Its half-life, days.
    pub half_life: f64,
    /// Share of the dose that is absorbed.
    pub bioavailability: f64,
}

impl Kinetics {
    /// The concentration after one standard dose on day 0, in units of that right after such a dose into the vein.
    pub fn response(&self, intravenous: bool) -> Vec<Term> {
        let mut terms = match self.distribution {
            None => vec![Term { amount: 1.0, rate: rate(self.half_life) }],
            Some((share, fast)) => vec![
                Term { amount: 1.0 - share, rate: rate(self.half_life) },
                Term { amount: share, rate: rate(fast) },
            ],
        };
        if let Some(absorption) = self.absorption.filter(|_| !intravenous) {
            terms.iter_mut().for_each(|term| term.amount *= absorption.bioavailability);
            terms = through(&terms, rate(absorption.half_life));
        }
        if let Some(delay) = self.delay {
            terms = through(&terms, rate(delay));
        }
        terms
    }

    /// The half-lives that must differ from one another, days.
    pub fn half_lives(&self) -> impl Iterator<Item = f64> {
        let absorption = self.absorption.map(|absorption| absorption.half_life);
        [Some(self.half_life), self.distribution.map(|(_, fast)| fast), absorption, self.delay]
            .into_iter()
            .flatten()
    }
}

/// Rate constant of a half-life, per day.
fn rate(half_life: f64) -> f64 {
    log(2.0) / half_life
}

/// What comes out of a compartment with this rate constant into which these terms flow: their convolution with
/// k exp(-k t). Rates must differ from k.
pub fn through(terms: &[Term], k: f64) -> Vec<Term> {
    let passed = |term: &Term| Term { amount: term.amount * k / (k - term.rate), rate: term.rate };
    let mut out: Vec<Term> = terms.iter().map(passed).collect();
    let left: f64 = out.iter().map(|term| term.amount).sum();
    out.push(Term { amount: -left, rate: k });
    out
}

/// Cells that are infused, expand, contract and persist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Living {
    /// Days from the infusion to the peak.
    pub peak: f64,
    /// Time in which they double before it, days.
    pub doubling: f64,
    /// Half-life with which they contract after it, days.
    pub contraction: f64,
    /// Share of the peak that persists instead.
    pub persisting: f64,
    /// Half-life of those that persist, days.
    pub persistence: f64,
}

impl Living {
    /// The cells of infusions (day, strength) from `day` on, until the next peak; 1 is the peak of a standard dose.
    pub fn concentration(&self, infusions: &[(f64, f64)], day: f64) -> Concentration {
        let mut cells = Concentration::none(day);
        for &(infused, strength) in infusions {
            let (since, growth) = (day - infused - self.peak, rate(self.doubling));
            if since < 0.0 {
                let amount = libm::exp(growth * since);
                cells.add(day, strength, &[Term { amount, rate: -growth }]);
            } else {
                let falling = |share: f64, half_life: f64| Term { amount: share, rate: rate(half_life) };
                let terms = [
                    falling(1.0 - self.persisting, self.contraction),
                    falling(self.persisting, self.persistence),
                ];
                let peaked = Concentration { since: infused + self.peak, terms: terms.to_vec() };
                cells.add(day, strength, &peaked.seen_from(day).terms);
            }
        }
        cells
    }

    /// The next peak after `day`; infinite if there is none.
    pub fn next_peak(&self, infusions: &[(f64, f64)], day: f64) -> f64 {
        infusions
            .iter()
            .map(|(infused, _)| infused + self.peak)
            .filter(|peak| *peak > day)
            .fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::exp;

    const ANTIBODY: Kinetics = Kinetics {
        half_life: 20.0,
        distribution: Some((0.4, 1.5)),
        absorption: Some(Absorption { half_life: 3.0, bioavailability: 0.7 }),
        delay: Some(0.5),
    };

    fn at(terms: &[Term], day: f64) -> f64 {
        terms.iter().map(|term| term.amount * exp(-term.rate * day)).sum()
    }

    /// The compartments' equations by Runge-Kutta with 2e5 steps: shares no formula with the code.
    #[test]
    fn two_compartments_with_absorption_and_delay_obey_their_equations() {
        let (k, n, days) = (|h: f64| std::f64::consts::LN_2 / h, 200_000, 12.0);
        // Depots of absorption for the slow and the fast phase, both phases, and the place of action.
        let slope = |x: [f64; 5]| {
            let [ka, ke] = [k(3.0), k(0.5)];
            [
                -ka * x[0],
                -ka * x[1],
                ka * x[0] - k(20.0) * x[2],
                ka * x[1] - k(1.5) * x[3],
                ke * (x[2] + x[3] - x[4]),
            ]
        };
        let h = days / f64::from(n);
        let step = |x: [f64; 5], slope: [f64; 5], by: f64| std::array::from_fn(|i| x[i] + by * slope[i]);
        let mut x = [0.7 * 0.6, 0.7 * 0.4, 0.0, 0.0, 0.0];
        for _ in 0..n {
            let a = slope(x);
            let b = slope(step(x, a, h / 2.0));
            let c = slope(step(x, b, h / 2.0));
            let d = slope(step(x, c, h));
            x = std::array::from_fn(|i| x[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
        }
        let closed = at(&ANTIBODY.response(false), days);
        assert!((closed / x[4] - 1.0).abs() < 1e-9, "{closed} {}", x[4]);
    }

    #[test]
    fn absorption_follows_batemans_function() {
        let absorption = Some(Absorption { half_life: 0.5, bioavailability: 1.0 });
        let tablet = Kinetics { half_life: 3.0, distribution: None, absorption, delay: None };
        let (ke, ka) = (rate(3.0), rate(0.5));
        for t in [0.0, 0.1, 1.0, 5.0] {
            let bateman = ka / (ka - ke) * (exp(-ke * t) - exp(-ka * t));
            assert!((at(&tablet.response(false), t) - bateman).abs() < 1e-15);
        }
    }

    #[test]
    fn what_is_absorbed_is_the_area_under_the_curve() {
        let area: f64 = ANTIBODY.response(false).iter().map(|term| term.amount / term.rate).sum();
        let iv: f64 = ANTIBODY.response(true).iter().map(|term| term.amount / term.rate).sum();
        assert!((iv / (0.6 / rate(20.0) + 0.4 / rate(1.5)) - 1.0).abs() < 1e-12);
        assert!((area / (0.7 * iv) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn living_drugs_rise_to_one_and_fall_in_two_phases() {
        let cells =
            Living { peak: 10.0, doubling: 1.0, contraction: 5.0, persisting: 0.1, persistence: 100.0 };
        let one = [(3.0, 1.0)];
        let rising = cells.concentration(&one, 3.0);
        assert!(
            (rising.at(3.0) - exp(-10.0 * log(2.0))).abs() < 1e-15 && (rising.at(13.0) - 1.0).abs() < 1e-12
        );
        assert_eq!(cells.next_peak(&one, 3.0), 13.0);
        let falling = cells.concentration(&one, 20.0);
        let closed = 0.9 * exp(-7.0 * log(2.0) / 5.0) + 0.1 * exp(-7.0 * log(2.0) / 100.0);
        assert!((falling.at(20.0) - closed).abs() < 1e-12);
        assert_eq!(cells.next_peak(&one, 13.0), f64::INFINITY);
    }
}
