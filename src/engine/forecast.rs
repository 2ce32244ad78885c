//! Where the tumour's size is heading within a step, so that crowding need not be frozen.

use super::hazards::CellRates;
use crate::disease::{Crowding, Density};

/// Mean path of the cells of each phenotype under crowding, without noise, mutation and switching.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    cells: Vec<f64>,
    /// Divisions and deaths per day in the part of the step that is being passed.
    division: Vec<f64>,
    death: Vec<f64>,
    start: Vec<f64>,
    slope: Vec<f64>,
}

/// The stages of the classical Runge-Kutta method: how far each probes along the slope before, its weight.
const STAGES: [(f64, f64); 4] = [(0.0, 1.0 / 6.0), (0.5, 1.0 / 3.0), (0.5, 1.0 / 3.0), (1.0, 1.0 / 6.0)];

/// Largest change of an exponent over one step of the integration.
const STRIDE: f64 = 0.5;

impl Forecast {
    /// Begins with the cells of each clone.
    pub fn begin(&mut self, cells: impl Iterator<Item = f64>) {
        self.cells.clear();
        self.cells.extend(cells);
    }

    /// All cells now.
    pub fn burden(&self) -> f64 {
        self.cells.iter().sum()
    }

    /// Goes on over some days in which each clone has its rates; gives the mean crowding on the way (classical
    /// Runge-Kutta).
    pub fn pass(&mut self, density: &Density, days: f64, rates: impl Iterator<Item = CellRates>) -> Crowding {
        self.division.clear();
        self.death.clear();
        for CellRates { division, death, .. } in rates {
            self.division.push(division);
            self.death.push(death);
        }
        let crowded = density.crowding(density.room(self.burden())).death_added;
        let nets = self.division.iter().zip(&self.death).map(|(b, d)| (b - d).abs());
        let fastest = nets.fold(density.net_growth, f64::max) + crowded;
        let strides = (fastest * days / STRIDE).ceil().clamp(1.0, 1e4);
        let stride = days / strides;
        let mut sum = Crowding { division_factor: 0.0, death_added: 0.0 };
        for _ in 0..strides as u32 {
            let mean = self.stride(density, stride);
            sum.division_factor += mean.division_factor / strides;
            sum.death_added += mean.death_added / strides;
        }
        sum
    }

    fn stride(&mut self, density: &Density, days: f64) -> Crowding {
        let mut mean = Crowding { division_factor: 0.0, death_added: 0.0 };
        self.start.clone_from(&self.cells);
        self.slope.clear();
        self.slope.resize(self.cells.len(), 0.0);
        let (division, death) = (&self.division, &self.death);
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

    fn forecast(cells: f64) -> Forecast {
        let mut forecast = Forecast::default();
        forecast.begin([cells].into_iter());
        forecast
    }

    fn rates(division: f64, death: f64) -> impl Iterator<Item = CellRates> {
        [CellRates { division, death, ..CellRates::default() }].into_iter()
    }

    #[test]
    fn logistic_growth_follows_its_closed_form() {
        let law = Law::Logistic { capacity: 1e12 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(2e11);
        let crowding = ahead.pass(&density, 14.0, rates(0.14, 0.04));
        let closed = 1e12 / (1.0 + 4.0 * exp(-1.4));
        assert!((ahead.burden() / closed - 1.0).abs() < 2e-5, "{} {closed}", ahead.burden());
        // What crowding took away is what is missing to exponential growth.
        assert!((crowding.death_added * 14.0 - (1.4 - log(closed / 2e11))).abs() < 2e-5);
    }

    #[test]
    fn far_beyond_the_capacity_it_stays_finite_and_above_zero() {
        let law = Law::Logistic { capacity: 1e6 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(1e9);
        ahead.pass(&density, 7.0, rates(0.14, 0.04));
        assert!(ahead.burden() > 1e5 && ahead.burden() < 1e7, "{}", ahead.burden());
    }
}
