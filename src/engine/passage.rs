//! One phenotype over a half-leap: its growth, and the mutants born between two counts of a clone.

use libm::sqrt;
use rand::RngExt;

use super::bulk::Bulk;
use super::panel::PanelLaw;
use super::places::{AtPlaces, Course, ToEnd};
use super::sampler::{gamma, poisson};
use super::stream::Stream;

/// The growth of one phenotype over a half-leap.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    course: Course,
    /// Mean growth, and what is gone of a deviation, at the birth of a mutant.
    mean_growth: f64,
    mean_gone: f64,
}

impl Passage {
    /// Over panels, given the days of each and the law in it.
    pub fn over(panels: &[(f64, PanelLaw)]) -> Passage {
        let mut passage = Passage::default();
        passage.renew(panels);
        passage
    }

    /// Another half-leap, in the memory of this one.
    pub fn renew(&mut self, panels: &[(f64, PanelLaw)]) {
        self.course.renew(panels);
        self.average();
    }

    /// The same over a panel alone.
    pub fn renew_alone(&mut self, law: PanelLaw) {
        self.course.renew_alone(law);
        self.average();
    }

    fn average(&mut self) {
        let Course { grid, growth, gone, .. } = &self.course;
        let mean = |at: &AtPlaces| grid.weights().iter().zip(at).map(|(weight, at)| weight * at).sum();
        (self.mean_growth, self.mean_gone) = (mean(growth), mean(gone));
    }

    /// The count after it.
    pub fn draw(&self, cells: u64, stream: &mut Stream) -> u64 {
        self.course.propagator.draw(cells, stream)
    }

    /// Expected mutating divisions with one changed daughter, and with two, per cell and half-leap.
    pub fn mutating(&self) -> [f64; 2] {
        self.course.mutating
    }

    /// Where a clone is looked at, as shares of the way.
    pub fn places(&self) -> &[f64] {
        self.course.grid.at()
    }

    /// The path between two counts, by its best linear prediction.
    pub fn bridge(&self, before: u64, after: u64) -> Bridge {
        let (start, after) = (before as f64, after as f64);
        let off = after - start * self.course.propagator.growth;
        let mean = (start * self.mean_growth + off * self.mean_gone).max(0.0);
        Bridge { start, off, mean, founded: None }
    }

    /// The path of cells that are founded on the way by others, `mothers`, and come to some count.
    pub fn founded(&self, mothers: &[f64], after: u64) -> Bridge {
        let Course { growth, grid, .. } = &self.course;
        // Founders so far, each as the line that it would be had it been there from the beginning.
        let flow: AtPlaces = mothers.iter().zip(growth).map(|(cells, growth)| cells / growth).collect();
        let mut founded = AtPlaces::from_slice(&[0.0]);
        let mut so_far = 0.0;
        for (panel, flow) in flow.windows(3).step_by(2).enumerate() {
            let days = grid.at()[2 * panel + 2] - grid.at()[2 * panel];
            let half = days / 24.0 * (5.0 * flow[0] + 8.0 * flow[1] - flow[2]);
            let whole = days / 6.0 * (flow[0] + 4.0 * flow[1] + flow[2]);
            founded.extend([so_far + half, so_far + whole]);
            so_far += whole;
        }
        founded.iter_mut().zip(growth).for_each(|(cells, growth)| *cells *= growth);
        let end = founded[founded.len() - 1];
        let scale = if end > 0.0 { after as f64 / end } else { 0.0 };
        founded.iter_mut().for_each(|cells| *cells = (*cells * scale).max(0.0));
        let mean = grid.weights().iter().zip(&founded).map(|(weight, cells)| weight * cells).sum();
        Bridge { start: 0.0, off: after as f64, mean, founded: Some(founded) }
    }

    /// Cells at each place on a path.
    pub fn along(&self, bridge: &Bridge) -> AtPlaces {
        if let Some(founded) = &bridge.founded {
            return founded.clone();
        }
        let mut along = self.course.growth.clone();
        for (cells, gone) in along.iter_mut().zip(&self.course.gone) {
            *cells = (bridge.start * *cells + bridge.off * gone).max(0.0);
        }
        along
    }

    /// When one mutant was born on a path, given the cells at its places, as a share of the way; between places it is straight.
    pub fn birth(&self, along: &[f64], stream: &mut Stream) -> f64 {
        let (between, at) = (self.course.grid.between(), self.course.grid.at());
        let born = |place: usize| between[place] * (along[place] + along[place + 1]);
        let all: f64 = (0..between.len()).map(born).sum();
        let mut left = stream.random::<f64>() * all;
        let last = between.len() - 1;
        let place = (0..last).find(|&place| {
            let here = born(place);
            let found = left < here;
            left -= if found { 0.0 } else { here };
            found
        });
        let place = place.unwrap_or(last);
        let share = (left / born(place)).min(1.0);
        at[place] + within(along[place], along[place + 1], share) * (at[place + 1] - at[place])
    }

    /// Cells at the end that descend from founders who arrive along a path, `single` of them per cell on
    /// it and `pairs` in twos: a negative binomial count with their mean and variance. For a constant
    /// flow that is the exact law (Kendall 1948); its third moment is off by second order in the time.
    pub fn flow(&self, along: &[f64], to_end: &ToEnd, single: f64, pairs: f64, stream: &mut Stream) -> u64 {
        let (mut mean, mut excess) = (0.0, 0.0);
        let places = self.course.grid.weights().iter().zip(along);
        let left = to_end.growth.iter().zip(&to_end.births);
        for ((weight, cells), (growth, births)) in places.zip(left) {
            let reaching = weight * cells * growth;
            mean += reaching;
            excess += reaching * (2.0 * (single + 2.0 * pairs) * births + 2.0 * pairs * growth);
        }
        mean *= single + 2.0 * pairs;
        if mean <= 0.0 {
            return 0;
        }
        let scale = excess / mean;
        // The variance is the mean and this share of it; nearly none is a Poisson count.
        if scale < 1e-9 {
            return poisson(mean, stream);
        }
        let shape = mean / scale;
        let bulk = gamma_poisson(scale);
        if bulk.serves(shape) {
            bulk.draw(shape, stream)
        } else {
            poisson(gamma(shape, scale, stream), stream)
        }
    }
}

/// Expected cells of a clone between its two counts. The path grows as the mean does and meets both counts,
/// which keeps the mean of the mutants and their covariance with the counts.
#[derive(Clone, Debug)]
pub struct Bridge {
    start: f64,
    /// By how much the count at the end is off its mean.
    off: f64,
    mean: f64,
    /// Cells at each place, if they are founded on the way.
    founded: Option<AtPlaces>,
}

impl Bridge {
    /// Expected cells at the birth of a mutant.
    pub fn mean(&self) -> f64 {
        self.mean
    }
}

/// Where a share of all lies, from 0 to 1, between two places with so many at each.
fn within(before: f64, after: f64, share: f64) -> f64 {
    let all = before + after;
    if all == 0.0 {
        return share;
    }
    share * all / (before + sqrt(before * before + share * all * (after - before)))
}

/// The negative binomial law of shape 1.
fn gamma_poisson(scale: f64) -> Bulk {
    let variance = scale * (1.0 + scale);
    Bulk::of([
        scale,
        variance,
        variance * (1.0 + 2.0 * scale),
        variance * (1.0 + 6.0 * scale * (1.0 + scale)),
    ])
}
