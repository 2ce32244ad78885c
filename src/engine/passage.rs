//! One phenotype over a half-leap: its growth, and the mutants born between two counts of a clone.

use rand::RngExt;

use super::bulk::Bulk;
use super::interval::Law;
use super::propagator::Propagator;
use super::sampler::{gamma, poisson};
use super::stream::Stream;

/// Places and weights of Boole's rule on 0..1, exact to degree 5; between them a path grows by square roots.
pub const BOOLE: [(f64, f64); 5] =
    [(0.0, 7.0 / 90.0), (0.25, 32.0 / 90.0), (0.5, 12.0 / 90.0), (0.75, 32.0 / 90.0), (1.0, 7.0 / 90.0)];

/// The growth of one phenotype over a half-leap.
#[derive(Clone, Copy, Debug)]
pub struct Passage {
    law: Propagator,
    /// Mean growth to each of the places.
    path: [f64; 5],
    /// How far a path has come at each of them: 0 at the beginning, 1 at the end.
    gone: [f64; 5],
    /// And on average.
    gone_on_average: f64,
    /// Expected mutating divisions with one changed daughter, and with two, per cell and half-leap.
    pub mutating: [f64; 2],
}

impl Passage {
    /// From the law of the half-leap.
    pub fn new(Law { propagator, path, mutating }: Law) -> Passage {
        let whole = propagator.growth - 1.0;
        let gone = |place: usize| (path[place] - 1.0) / whole;
        // Without growth to speak of a path is straight.
        let straight = whole.abs() < 1e-6;
        let gone = if straight { BOOLE.map(|(at, _)| at) } else { [0.0, gone(1), gone(2), gone(3), 1.0] };
        let gone_on_average = BOOLE.iter().zip(gone).map(|((_, weight), gone)| weight * gone).sum();
        Passage { law: propagator, path, gone, gone_on_average, mutating }
    }

    /// The count after it.
    pub fn draw(&self, cells: u64, stream: &mut Stream) -> u64 {
        self.law.draw(cells, stream)
    }

    /// The path between two counts, by its best linear prediction.
    pub fn bridge(&self, before: u64, after: u64) -> Bridge {
        let (start, change) = (before as f64, after as f64 - before as f64);
        Bridge { start, change, gone: self.gone, gone_on_average: self.gone_on_average }
    }

    /// The laws from each place to the end, while all rates are constant.
    pub fn to_end(self) -> FromPlaces {
        let rest = [4, 3, 2, 1, 0];
        FromPlaces {
            growth: rest.map(|left| self.path[left]),
            births: rest.map(|left| self.law.births * self.gone[left]),
        }
    }
}

/// Expected cells of a clone between its two counts. The path grows as the mean does and meets both counts,
/// which keeps the mean of the mutants and their covariance with the counts.
#[derive(Clone, Copy, Debug)]
pub struct Bridge {
    start: f64,
    change: f64,
    gone: [f64; 5],
    gone_on_average: f64,
}

impl Bridge {
    /// Expected cells at a place.
    fn at(&self, place: usize) -> f64 {
        self.start + self.change * self.gone[place]
    }

    /// Expected cells on average.
    pub fn mean(&self) -> f64 {
        self.start + self.change * self.gone_on_average
    }

    /// When one mutant was born, as a share of the way: by rejection, the path being straight between places.
    pub fn birth(&self, stream: &mut Stream) -> f64 {
        let most = self.at(0).max(self.at(4));
        loop {
            let place = 4.0 * stream.random::<f64>();
            let before = place as usize;
            let cells = self.at(before) + (self.at(before + 1) - self.at(before)) * (place - before as f64);
            if stream.random::<f64>() * most <= cells {
                return place / 4.0;
            }
        }
    }
}

/// The laws of a phenotype from each of the places to the end.
#[derive(Clone, Copy, Debug)]
pub struct FromPlaces {
    growth: [f64; 5],
    births: [f64; 5],
}

impl FromPlaces {
    /// From the laws themselves.
    pub fn of(laws: [Propagator; 5]) -> FromPlaces {
        FromPlaces { growth: laws.map(|law| law.growth), births: laws.map(|law| law.births) }
    }

    /// Cells at the end that descend from founders who arrive along a bridge, `single` of them per cell on
    /// it and `pairs` in twos: a negative binomial count with their mean and variance. For a constant
    /// flow that is the exact law (Kendall 1948); its third moment is off by second order in the time.
    pub fn flow(&self, bridge: &Bridge, single: f64, pairs: f64, stream: &mut Stream) -> u64 {
        let (mut mean, mut excess) = (0.0, 0.0);
        for (place, (_, weight)) in BOOLE.into_iter().enumerate() {
            let reaching = weight * bridge.at(place) * self.growth[place];
            mean += reaching;
            excess += reaching
                * (2.0 * (single + 2.0 * pairs) * self.births[place] + 2.0 * pairs * self.growth[place]);
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
