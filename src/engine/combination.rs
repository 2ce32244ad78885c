//! How several drugs act together on one cell: from the kill of each to the kill of all.
//!
//! A kill is a rate of death. Drugs that kill independently, so that a cell survives both with the product of the
//! probabilities to survive either (Bliss 1939 on survival), have rates that add. The law called Bliss here is the
//! one on effects: with a rate that no combination exceeds, effects are shares of it, and what one drug leaves is
//! what the next can act on.

use libm::pow;

/// The law of combination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Combination {
    /// Each drug kills at its own rate whatever the others do: the rates add.
    IndependentRates,
    /// Bliss independence of effects below a rate that no combination exceeds.
    Bliss {
        /// That rate, per day.
        ceiling: f64,
    },
    /// The highest single agent acts, the others add nothing.
    HighestSingleAgent,
    /// Loewe additivity: each drug acts as if it were some dose of the other.
    Loewe,
}

/// What one drug alone does to a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Single {
    /// Its kill at endless concentration, per day.
    pub most: f64,
    /// (C / EC50)^hill in this cell; infinite where no concentration limits the effect.
    pub odds: f64,
    /// Hill exponent.
    pub hill: f64,
    /// Its kill now, per day.
    pub kill: f64,
}

/// Halvings of the interval of the Loewe effect: to the last bit.
const HALVINGS: u32 = 60;

impl Combination {
    /// The kill of all drugs together, per day. It never falls when the kill of one of them rises.
    pub fn kill(self, drugs: &[Single]) -> f64 {
        let kills = drugs.iter().map(|drug| drug.kill);
        match self {
            Combination::IndependentRates => kills.sum(),
            Combination::HighestSingleAgent => kills.fold(0.0, f64::max),
            Combination::Bliss { ceiling } => {
                let left: f64 = kills.map(|kill| 1.0 - (kill / ceiling).min(1.0)).product();
                ceiling * (1.0 - left)
            }
            Combination::Loewe => loewe(drugs),
        }
    }
}

/// Kills nearer to one another than this share are the same: rounding turns to no other drug.
const SAME: f64 = 1e-12;

impl Combination {
    /// Which drugs the law goes by, as bits of their positions; where they change, the kill has a kink.
    pub fn regime(self, drugs: &[Single]) -> u64 {
        let bits = |goes: &dyn Fn(&Single) -> bool| {
            let bit = |(place, drug): (usize, &Single)| u64::from(goes(drug)) << (place % 64);
            drugs.iter().enumerate().map(bit).fold(0, |all, bit| all | bit)
        };
        match self {
            Combination::IndependentRates => 0,
            Combination::Bliss { ceiling } => bits(&|drug| drug.kill >= ceiling),
            Combination::HighestSingleAgent => {
                let highest = self.kill(drugs) * (1.0 - SAME);
                // Of equals the first.
                let all = bits(&|drug| drug.kill >= highest);
                all & all.wrapping_neg()
            }
            Combination::Loewe => {
                let together = loewe(drugs);
                bits(&|drug| drug.kill > 0.0 && drug.most > together * (1.0 + SAME))
            }
        }
    }
}

/// The effect E at which doses in units of those that alone have the effect E add up to 1. A drug that cannot reach
/// E adds nothing.
fn loewe(drugs: &[Single]) -> f64 {
    let alone = drugs.iter().map(|drug| drug.kill).fold(0.0, f64::max);
    let acting = || drugs.iter().filter(|drug| drug.kill > 0.0);
    if acting().count() < 2 {
        return alone;
    }
    let doses = |effect: f64| -> f64 { acting().map(|drug| drug.dose_of(effect)).sum() };
    let mut ends = (alone, acting().map(|drug| drug.most).fold(alone, f64::max));
    for _ in 0..HALVINGS {
        let middle = (ends.0 + ends.1) / 2.0;
        if doses(middle) > 1.0 {
            ends.0 = middle;
        } else {
            ends.1 = middle;
        }
    }
    (ends.0 + ends.1) / 2.0
}

impl Single {
    /// Its dose in units of the one that alone has this effect.
    fn dose_of(&self, effect: f64) -> f64 {
        if effect >= self.most {
            0.0
        } else if self.odds.is_infinite() {
            f64::INFINITY
        } else {
            pow(self.odds * (self.most - effect) / effect, 1.0 / self.hill)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drug(most: f64, odds: f64, hill: f64) -> Single {
        let effect = if odds.is_infinite() { 1.0 } else { odds / (1.0 + odds) };
        Single { most, odds, hill, kill: most * effect }
    }

    #[test]
    fn each_law_in_its_closed_form() {
        let two = [drug(0.3, 1.0, 1.0), drug(0.2, 3.0, 1.0)];
        assert!((Combination::IndependentRates.kill(&two) - 0.30).abs() < 1e-15);
        assert!((Combination::HighestSingleAgent.kill(&two) - 0.15).abs() < 1e-15);
        let bliss = Combination::Bliss { ceiling: 0.5 }.kill(&two);
        assert!((bliss - 0.5 * (1.0 - 0.7 * 0.7)).abs() < 1e-15);
    }

    #[test]
    fn a_law_turns_to_other_drugs_at_its_kinks() {
        let hsa = |first: f64| {
            Combination::HighestSingleAgent.regime(&[drug(0.3, first, 1.0), drug(0.2, 3.0, 1.0)])
        };
        // Half of 0.3 is as much as three quarters of 0.2.
        assert_eq!([0.99, 1.0, 1.01].map(hsa), [0b10, 0b01, 0b01]);
        let bliss = |odds: f64| Combination::Bliss { ceiling: 0.15 }.regime(&[drug(0.3, odds, 1.0)]);
        assert_eq!([0.99, 1.01].map(bliss), [0, 1]);
        // Beyond its most of 0.1 the second drug adds nothing.
        let loewe = |odds: f64| Combination::Loewe.regime(&[drug(0.3, odds, 1.0), drug(0.1, 1.0, 1.0)]);
        assert_eq!([0.1, 3.0].map(loewe), [0b11, 0b01]);
        assert_eq!(Combination::IndependentRates.regime(&[drug(0.3, 1.0, 1.0)]), 0);
    }

    #[test]
    fn two_halves_of_a_dose_are_the_dose() {
        for hill in [0.7, 1.0, 2.5] {
            let whole = drug(0.3, pow(2.0, hill), hill);
            let half = drug(0.3, 1.0, hill);
            let together = Combination::Loewe.kill(&[half, half]);
            assert!((together - whole.kill).abs() < 1e-14, "{together} {}", whole.kill);
        }
    }

    #[test]
    fn loewe_lies_between_the_highest_agent_and_the_sum_of_these() {
        let drugs = [drug(0.3, 1.0, 1.0), drug(0.1, 5.0, 1.0), drug(0.2, f64::INFINITY, 1.0)];
        let together = Combination::Loewe.kill(&drugs);
        assert!((0.2..0.3).contains(&together), "{together}");
        assert_eq!(Combination::Loewe.kill(&drugs[..1]), drugs[0].kill);
        assert_eq!(Combination::Loewe.kill(&[]), 0.0);
    }

    #[test]
    fn no_law_falls_when_one_drug_rises() {
        let laws = [
            Combination::IndependentRates,
            Combination::Bliss { ceiling: 0.25 },
            Combination::HighestSingleAgent,
            Combination::Loewe,
        ];
        for law in laws {
            let kill = |odds: f64| law.kill(&[drug(0.3, odds, 2.0), drug(0.1, 0.8, 1.0)]);
            let kills: Vec<f64> = (0..30).map(|i| kill(0.2 * f64::from(i))).collect();
            assert!(kills.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{law:?} {kills:?}");
        }
    }
}
