//! Where the tumour's size is heading within a step, so that crowding need not be frozen.

use super::hazards::CellRates;
use crate::disease::{ActsOn, Crowding, Density, PhenotypeId};

/// Mean path of the cells of each phenotype under crowding, without noise and mutation.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// Phenotypes that have cells.
    followed: Vec<PhenotypeId>,
    /// Their cells.
    cells: Vec<f64>,
    /// By phenotype, where it is among those followed.
    places: Vec<Option<usize>>,
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
    pub fn begin(&mut self, clones: impl Iterator<Item = (PhenotypeId, u64)>) {
        self.followed.clear();
        self.cells.clear();
        self.places.clear();
        clones.for_each(|(id, cells)| self.add(id, cells as f64));
    }

    fn add(&mut self, id: PhenotypeId, cells: f64) {
        if self.places.len() <= id.0 {
            self.places.resize(id.0 + 1, None);
        }
        let at = *self.places[id.0].get_or_insert_with(|| {
            self.followed.push(id);
            self.cells.push(0.0);
            self.followed.len() - 1
        });
        self.cells[at] += cells;
    }

    /// Phenotypes that have cells.
    pub fn followed(&self) -> &[PhenotypeId] {
        &self.followed
    }

    /// Moves the share of its cells that each phenotype loses to others.
    pub fn switch<Lost: Iterator<Item = (PhenotypeId, f64)>>(&mut self, lost: impl Fn(PhenotypeId) -> Lost) {
        self.start.clone_from(&self.cells);
        for at in 0..self.start.len() {
            for (to, share) in lost(self.followed[at]) {
                let moving = share * self.start[at];
                self.cells[at] -= moving;
                self.add(to, moving);
            }
        }
    }

    /// All cells now.
    pub fn burden(&self) -> f64 {
        self.cells.iter().sum()
    }

    /// Goes on over some days in which each phenotype has its rates; gives the mean crowding on the way (classical
    /// Runge-Kutta).
    pub fn pass(
        &mut self,
        density: &Density,
        days: f64,
        rates: impl Fn(PhenotypeId) -> CellRates,
    ) -> Crowding {
        self.division.clear();
        self.death.clear();
        for CellRates { division, death, .. } in self.followed.iter().map(|id| rates(*id)) {
            self.division.push(division);
            self.death.push(death);
        }
        let crowded = density.crowding(density.room(self.burden())).death_added;
        // Crowding may take all of division away, and growth answers to it by as much.
        let net = |(b, d): (&f64, &f64)| match density.acts_on {
            ActsOn::Death => (b - d).abs(),
            ActsOn::Division => b.max(*d),
        };
        let nets = self.division.iter().zip(&self.death).map(net);
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
    use crate::disease::Law;
    use libm::{exp, log};

    fn forecast(cells: u64) -> Forecast {
        let mut forecast = Forecast::default();
        forecast.begin([(PhenotypeId(0), cells)].into_iter());
        forecast
    }

    fn rates(division: f64, death: f64) -> impl Fn(PhenotypeId) -> CellRates {
        move |_| CellRates { division, death, ..CellRates::default() }
    }

    #[test]
    fn logistic_growth_follows_its_closed_form() {
        let law = Law::Logistic { capacity: 1e12 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(200_000_000_000);
        let crowding = ahead.pass(&density, 14.0, rates(0.14, 0.04));
        let closed = 1e12 / (1.0 + 4.0 * exp(-1.4));
        assert!((ahead.burden() / closed - 1.0).abs() < 2e-5, "{} {closed}", ahead.burden());
        // What crowding took away is what is missing to exponential growth.
        assert!((crowding.death_added * 14.0 - (1.4 - log(closed / 2e11))).abs() < 2e-5);
    }

    /// Division and death cancel without a crowd: one stride over half a week was 15 % off.
    #[test]
    fn crowding_takes_division_away() {
        let law = Law::Logistic { capacity: 1e12 };
        let density = Density { law, acts_on: ActsOn::Division, net_growth: 0.0 };
        let mut ahead = forecast(800_000_000_000);
        ahead.pass(&density, 3.5, rates(0.6, 0.6));
        let closed = 8e11 / (1.0 + 0.6 * 0.8 * 3.5);
        assert!((ahead.burden() / closed - 1.0).abs() < 1e-3, "{} {closed}", ahead.burden());
    }

    /// A tenth of 1000 and a fifth of 100 change places at the same time; a third of those lead to a phenotype without cells.
    #[test]
    fn who_switches_is_counted_where_they_go() {
        let [off, on, new] = [0, 1, 2].map(PhenotypeId);
        let mut ahead = Forecast::default();
        ahead.begin([(off, 600), (on, 100), (off, 400)].into_iter());
        ahead.switch(|id| {
            let lost = if id == off { vec![(on, 0.1)] } else { vec![(off, 0.2), (new, 0.3)] };
            lost.into_iter()
        });
        assert_eq!(ahead.followed(), [off, on, new]);
        assert_eq!(ahead.cells, [920.0, 150.0, 30.0]);
    }

    #[test]
    fn far_beyond_the_capacity_it_stays_finite_and_above_zero() {
        let law = Law::Logistic { capacity: 1e6 };
        let density = Density { law, acts_on: ActsOn::Death, net_growth: 0.1 };
        let mut ahead = forecast(1_000_000_000);
        ahead.pass(&density, 7.0, rates(0.14, 0.04));
        assert!(ahead.burden() > 1e5 && ahead.burden() < 1e7, "{}", ahead.burden());
    }
}
