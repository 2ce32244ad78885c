//! Where the tumour's size is heading within a step, so that crowding need not be frozen.

use super::hazards::CellRates;
use crate::disease::{Crowding, Density};

/// Mean path of the cells of each phenotype under crowding, without noise, mutation and switching.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    cells: Vec<f64>,
    /// Divisions and deaths per day over the first and the second half of the step.
    division: [Vec<f64>; 2],
    death: [Vec<f64>; 2],
    start: Vec<f64>,
    slope: Vec<f64>,
}

/// The stages of the classical Runge-Kutta method: how far each probes along the slope before, its weight.
const STAGES: [(f64, f64); 4] = [(0.0, 1.0 / 6.0), (0.5, 1.0 / 3.0), (0.5, 1.0 / 3.0), (1.0, 1.0 / 6.0)];

/// Largest change of an exponent over one step of the integration.
const STRIDE: f64 = 0.5;

impl Forecast {
    /// Begins with the cells of each phenotype and their rates over both halves of the step.
    pub fn begin(&mut self, all: impl Iterator<Item = (f64, [CellRates; 2])>) {
        self.cells.clear();
        self.division.iter_mut().chain(&mut self.death).for_each(Vec::clear);
        for (cells, rates) in all {
            self.cells.push(cells);
            for (half, rates) in rates.iter().enumerate() {
                self.division[half].push(rates.division);
                self.death[half].push(rates.death);
            }
        }
    }

    /// All cells now.
    pub fn burden(&self) -> f64 {
        self.cells.iter().sum()
    }

    /// Goes on over the first (0) or second (1) half (classical Runge-Kutta); gives the mean crowding on the way.
    pub fn pass(&mut self, density: &Density, half: usize, days: f64) -> Crowding {
        let crowded = density.crowding(density.room(self.burden())).death_added;
        let nets = self.division[half].iter().zip(&self.death[half]).map(|(b, d)| (b - d).abs());
        let fastest = nets.fold(density.net_growth, f64::max) + crowded;
        let strides = (fastest * days / STRIDE).ceil().clamp(1.0, 1e4);
        let stride = days / strides;
        let mut sum = Crowding { division_factor: 0.0, death_added: 0.0 };
        for _ in 0..strides as u32 {
            let mean = self.stride(density, half, stride);
            sum.division_factor += mean.division_factor / strides;
            sum.death_added += mean.death_added / strides;
        }
        sum
    }

    fn stride(&mut self, density: &Density, half: usize, days: f64) -> Crowding {
        let mut mean = Crowding { division_factor: 0.0, death_added: 0.0 };
        self.start.clone_from(&self.cells);
        self.slope.clear();
        self.slope.resize(self.cells.len(), 0.0);
        let (division, death) = (&self.division[half], &self.death[half]);
        for (reach, weight) in STAGES {
            let probe = |start: f64, slope: f64| (start + reach * days * slope).max(0.0);
            let burden = self.start.iter().zip(&self.slope).map(|(start, slope)| probe(*start, *slope)).sum();
            let Crowding { division_factor, death_added } = density.crowding(density.room(burden));
            mean.division_factor += weight * division_factor;
            mean.death_added += weight * death_added;
            let clones = self.cells.iter_mut().zip(&mut self.slope).zip(&self.start);
            for (((cells, slope), start), (b, d)) in clones.zip(division.iter().zip(death)) {
                *slope = probe(*start, *slope) * (b * division_factor - d - death_added);
                *cells += weight * days * *slope;
            }
        }
        self.cells.iter_mut().for_each(|cells| *cells = cells.max(0.0));
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disease::{ActsOn, Law};
    use libm::{exp, log};

    fn forecast(cells: f64, division: f64, death: f64) -> Forecast {
        let mut forecast = Forecast::default();
        let rates = CellRates { division, death, switching: 0.0 };
        forecast.begin([(cells, [rates; 2])].into_iter());
        forecast
    }

    #[test]
    fn logistic_growth_follows_its_closed_form() {
        let law = Law::Logistic { capacity: 1e12 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(2e11, 0.14, 0.04);
        let crowding = ahead.pass(&density, 0, 14.0);
        let closed = 1e12 / (1.0 + 4.0 * exp(-1.4));
        assert!((ahead.burden() / closed - 1.0).abs() < 2e-5, "{} {closed}", ahead.burden());
        // What crowding took away is what is missing to exponential growth.
        assert!((crowding.death_added * 14.0 - (1.4 - log(closed / 2e11))).abs() < 2e-5);
    }

    #[test]
    fn far_beyond_the_capacity_it_stays_finite_and_above_zero() {
        let law = Law::Logistic { capacity: 1e6 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(1e9, 0.14, 0.04);
        ahead.pass(&density, 1, 7.0);
        assert!(ahead.burden() > 1e5 && ahead.burden() < 1e7, "{}", ahead.burden());
    }
}
