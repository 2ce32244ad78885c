//! One person: the parameters that differ between patients, drawn once.

use libm::{exp, log1p, sqrt};
use rand::RngExt;

use crate::disease::{Biology, Density, MOST_CELLS, Overflow, Phenotypes, TraitSet, Tumour};
use crate::engine::{Purpose, Stream, StreamKey, sampler};
use crate::model::{Growth, Model, SeedSize};

/// A number that may differ between patients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// The same in everybody.
    Fixed(f64),
    /// Lognormal with this median and coefficient of variation.
    LogNormal {
        /// Median.
        median: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Even between two values.
    Uniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
}

impl Draw {
    /// A value; a fixed one uses no random number.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match *self {
            Draw::Fixed(value) => value,
            // sigma^2 = ln(1 + cv^2)
            Draw::LogNormal { median, cv } => median * exp(sqrt(log1p(cv * cv)) * sampler::normal(stream)),
            Draw::Uniform { low, high } => low + (high - low) * stream.random::<f64>(),
        }
    }
}

/// The parameters of one patient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patient {
    /// Cells without traits at the start.
    pub burden: u64,
    /// Division rate of a wild-type cell, per day.
    pub division: f64,
    /// Background death rate of a wild-type cell, per day.
    pub death: f64,
    /// Multiplies the kill of every drug.
    pub kill_scale: f64,
    /// Multiplies the kill of the drugs that work by T cells.
    pub t_cell_fitness: f64,
}

impl Patient {
    /// Draws a patient; the same for every arm and replicate.
    pub fn draw(model: &Model, key: StreamKey) -> Patient {
        let drawn = |parameter: u8, draw: &Draw| match *draw {
            Draw::Fixed(value) => value,
            _ => draw.sample(&mut key.stream(Purpose::Patient(parameter))),
        };
        let disease = &model.disease;
        let (division, death) = match &disease.growth {
            Growth::DivisionAndDeath(division, death) => (drawn(1, division), drawn(2, death)),
            Growth::NetAndDeath(net, death) => (drawn(3, net) + drawn(2, death), drawn(2, death)),
        };
        let burden = cells(drawn(0, &disease.burden));
        let kill_scale = drawn(4, &disease.kill_scale);
        Patient { burden, division, death, kill_scale, t_cell_fitness: drawn(5, &disease.t_cell_fitness) }
    }

    /// The patient's density dependence.
    pub fn density(&self, model: &Model) -> Density {
        let net_growth = (self.division - self.death).max(0.0);
        Density { law: model.disease.law, acts_on: model.disease.acts_on, net_growth }
    }

    /// A tumour without cells yet, with this patient's biology.
    pub fn empty_tumour(&self, model: &Model) -> Tumour {
        let biology = Biology {
            division: self.division,
            death: self.death,
            traits: model.traits.clone(),
            daughters: model.disease.daughters,
            immigration: model.disease.immigration.clone(),
            targets: model.targets.clone(),
        };
        let phenotypes = Phenotypes::new(biology);
        Tumour::new(phenotypes, model.disease.identity, model.limits.clones)
    }

    /// Places the cells of day 0: the wild type and the clones the scenario names.
    pub fn seed(&self, model: &Model, tumour: &mut Tumour, stream: &mut Stream) -> Result<(), Overflow> {
        if self.burden > 0 {
            tumour.seed(TraitSet::WILD_TYPE, self.burden, 0.0)?;
        }
        for seed in &model.disease.clones {
            let size = match seed.size {
                SeedSize::Cells(draw) => cells(draw.sample(stream)),
                SeedSize::Fraction(draw) => sampler::binomial(self.burden, draw.sample(stream), stream),
            };
            if size > 0 {
                tumour.seed(seed.traits, size, 0.0)?;
            }
        }
        tumour.take_stock(0.0)
    }
}

/// A drawn number as whole cells, within what a tumour can hold.
fn cells(drawn: f64) -> u64 {
    drawn.round().clamp(0.0, MOST_CELLS as f64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::log;

    fn stream() -> Stream {
        StreamKey { seed: 3, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Patient(0))
    }

    /// H0: log of the draws has mean ln median and variance ln(1 + cv^2); n = 1e5, false alarm 1e-6 each.
    #[test]
    fn lognormal_has_the_stated_median_and_spread() {
        let (draw, mut stream, n) = (Draw::LogNormal { median: 8e11, cv: 0.8 }, stream(), 100_000);
        let logs: Vec<f64> = (0..n).map(|_| log(draw.sample(&mut stream) / 8e11)).collect();
        let (n, variance) = (f64::from(n), log(1.64));
        let mean = logs.iter().sum::<f64>() / n;
        let spread = logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
        assert!((spread - variance).abs() < 4.9 * variance * sqrt(2.0 / n), "{spread}");
    }

    #[test]
    fn uniform_stays_between_its_ends() {
        let mut stream = stream();
        let draws: Vec<f64> =
            (0..1000).map(|_| Draw::Uniform { low: 2.0, high: 3.0 }.sample(&mut stream)).collect();
        assert!(draws.iter().all(|d| (2.0..3.0).contains(d)) && draws.iter().any(|d| *d > 2.9));
    }
}
