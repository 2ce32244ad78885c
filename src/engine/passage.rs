//! One phenotype over a half-leap: its growth, and when between two counts its mutants were born.

use libm::{expm1, log};
use rand::RngExt;

use super::bulk::Bulk;
use super::interval::GAUSS;
use super::propagator::Propagator;
use super::stream::Stream;

/// The growth of one phenotype over a half-leap.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    law: Propagator,
    bulk: Bulk,
    /// Exponent of the mean growth.
    exponent: f64,
    /// Expected mutating divisions with one changed daughter, and with two, per cell and half-leap.
    pub mutating: [f64; 2],
}

impl Passage {
    /// From the law and the expected mutating divisions per cell that is there all the time.
    pub fn new(law: Propagator, mutating: [f64; 2]) -> Passage {
        Passage { law, bulk: law.bulk(), exponent: log(law.growth), mutating }
    }

    /// The count after it.
    pub fn draw(&self, cells: u64, stream: &mut Stream) -> u64 {
        if self.bulk.serves(cells as f64) {
            self.bulk.draw(cells as f64, stream)
        } else {
            self.law.draw(cells, stream)
        }
    }

    /// The path between two counts, by its best linear prediction.
    pub fn bridge(&self, before: u64, after: u64) -> Bridge {
        Bridge { before: before as f64, after: after as f64, exponent: self.exponent }
    }
}

/// Expected cells between the two counts of a clone: at the share s of the way, before + (after - before)
/// (e^{x s} - 1) / (e^x - 1), which keeps the mean of the mutants and their covariance with the counts.
#[derive(Clone, Copy, Debug)]
pub struct Bridge {
    before: f64,
    after: f64,
    exponent: f64,
}

impl Bridge {
    /// Expected cells, on average over the way.
    pub fn mean(&self) -> f64 {
        let x = self.exponent;
        // Mean of (e^{x s} - 1) / (e^x - 1): its series where the closed form cancels.
        let gone = if x.abs() < 1e-2 { 0.5 - x / 12.0 } else { 1.0 / x - 1.0 / expm1(x) };
        self.before + (self.after - self.before) * gone
    }

    /// Expected cells at a share of the way.
    fn at(&self, place: f64) -> f64 {
        let x = self.exponent;
        let gone = if x.abs() < 1e-9 { place } else { expm1(x * place) / expm1(x) };
        self.before + (self.after - self.before) * gone
    }

    /// How the births of mutants are spread over the Gauss nodes of the way.
    pub fn weights(&self) -> [f64; 4] {
        GAUSS.map(|(place, weight)| weight * self.at(place))
    }

    /// When one mutant was born, as a share of the way; by rejection under the larger of both counts.
    pub fn birth(&self, stream: &mut Stream) -> f64 {
        let most = self.before.max(self.after);
        loop {
            let place = stream.random::<f64>();
            if stream.random::<f64>() * most <= self.at(place) {
                return place;
            }
        }
    }
}
