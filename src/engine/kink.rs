//! Days on which a law of combination turns to other drugs: the kill has a kink there, over which no panel may reach.

use super::combination::Combination;
use super::hazards::{Acting, Hazards, Moment, Strengths};
use crate::disease::Phenotype;

/// Parts of a panel at whose ends it is looked for; two kinks within one part can be missed.
const PARTS: u32 = 8;

/// Halvings after which the day of a kink is known: to the last bits.
const HALVINGS: u32 = 40;

/// The first day within a smooth part of a stretch by which any of these cells has passed a kink.
pub fn first_kink(
    hazards: &Hazards,
    cells: &[Phenotype],
    acting: &Acting,
    (from, to): (f64, f64),
) -> Option<f64> {
    if hazards.combination == Combination::IndependentRates || acting.pressures.len() < 2 {
        return None;
    }
    let regimes = |day: f64| -> Vec<u64> {
        let pressures = &acting.pressures;
        let now: Strengths = pressures.iter().map(|pressure| pressure.level.at(day)).collect();
        let moment = Moment { pressures, low: &now, high: &now };
        cells.iter().map(|cell| hazards.regime(cell, &moment)).collect()
    };
    let width = (to - from) / f64::from(PARTS);
    let mut ends = (from, regimes(from));
    for part in 1..=PARTS {
        let day = if part == PARTS { to } else { from + f64::from(part) * width };
        let then = regimes(day);
        if then != ends.1 {
            return Some(bisect(&regimes, &ends.1, (ends.0, day))).filter(|kink| *kink < to);
        }
        ends = (day, then);
    }
    None
}

/// The first day that is known to be past the change, between one before it and one past it.
fn bisect(regimes: &impl Fn(f64) -> Vec<u64>, before: &[u64], (mut low, mut high): (f64, f64)) -> f64 {
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if regimes(middle) == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
