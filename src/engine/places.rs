//! The places on the way through an interval at which a clone is looked at, and what it is like there.
//!
//! They are the ends and the middles of the panels, for rates jump between these: five that are evenly spread over a long
//! interval do not see a drug that acts for a day (seen: 17 % too many mutants).

use libm::sqrt;
use smallvec::SmallVec;

use super::panel::PanelLaw;
use super::propagator::Propagator;

/// A number for each place.
pub type AtPlaces = SmallVec<[f64; 5]>;

/// Where the places are, and how many mutants are born there: five that are evenly spread, or the ends and the middles of
/// panels.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    by_panels: bool,
    at: AtPlaces,
    weights: AtPlaces,
    between: AtPlaces,
}

impl Grid {
    /// Where each place is, as a share of the way.
    pub fn at(&self) -> &[f64] {
        if self.by_panels { &self.at } else { &QUARTERS }
    }

    /// Share of the mutants that are born around each place to a clone that stays as it is.
    pub fn weights(&self) -> &[f64] {
        if self.by_panels { &self.weights } else { &WEIGHTS }
    }

    /// The same between each place and the next.
    pub fn between(&self) -> &[f64] {
        if self.by_panels { &self.between } else { &[0.25; 4] }
    }
}

/// Five places.
pub const QUARTERS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// And the weights of Boole's rule, exact to degree 5.
pub const WEIGHTS: [f64; 5] = [7.0 / 90.0, 32.0 / 90.0, 12.0 / 90.0, 32.0 / 90.0, 7.0 / 90.0];
/// Weights of Simpson's rule at the beginning, the middle and the end of a panel.
const SIMPSON: [f64; 3] = [1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0];

/// What a clone of one phenotype does over an interval.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Its growth over all of it.
    pub propagator: Propagator,
    /// Expected mutating divisions of a cell that is there all the time, with one changed daughter and with two.
    pub mutating: [f64; 2],
    /// Where it is looked at.
    pub grid: Grid,
    /// Mean growth up to each place.
    pub growth: AtPlaces,
    /// By how much of what a count is off its mean at the end it is off at each place, as best predicted.
    pub gone: AtPlaces,
}

impl Course {
    /// Over panels, given the days of each and the law in it, in the memory of another.
    pub fn renew(&mut self, panels: &[(f64, PanelLaw)]) {
        if let [(_, only)] = panels {
            return self.renew_alone(*only);
        }
        let Course { growth, gone, grid: Grid { by_panels, at, weights, between }, .. } = self;
        *by_panels = true;
        between.clear();
        for (places, beginning) in
            [(&mut *growth, 1.0), (&mut *gone, 0.0), (&mut *at, 0.0), (&mut *weights, 0.0)]
        {
            places.clear();
            places.push(beginning);
        }
        let (mut begun, mut mutating, mut passed) = (Propagator::IDENTITY, [0.0; 2], 0.0);
        for &(days, panel) in panels {
            at.extend([passed + days / 2.0, passed + days]);
            passed += days;
            let middle = begun.then(panel.half());
            begun = begun.then(panel.propagator);
            for place in [middle, begun] {
                growth.push(place.growth);
                gone.push(place.births + place.deaths);
            }
            let [one, both] = panel.mutating;
            let born = one + 2.0 * both;
            let here = weights.len() - 1;
            weights[here] += SIMPSON[0] * born;
            weights.extend([SIMPSON[1] * born, SIMPSON[2] * born]);
            between.extend([born / 2.0; 2]);
            mutating = [mutating[0] + one, mutating[1] + both];
        }
        let over = |all: f64| move |share: &mut f64| *share = if all > 0.0 { *share / all } else { 0.0 };
        at.iter_mut().for_each(over(passed));
        gone.iter_mut().for_each(over(begun.births + begun.deaths));
        let born = between.iter().sum();
        weights.iter_mut().chain(between).for_each(over(born));
        (self.propagator, self.mutating) = (begun, mutating);
    }

    /// Over a panel alone: five places, between which it grows evenly.
    pub fn renew_alone(&mut self, PanelLaw { propagator, mutating }: PanelLaw) {
        let half = sqrt(propagator.growth);
        let quarter = sqrt(half);
        let growth = [1.0, quarter, half, half * quarter, propagator.growth];
        let whole = propagator.growth - 1.0;
        // Without growth to speak of a path is straight.
        let gone = |place: usize| {
            if whole.abs() < 1e-6 { QUARTERS[place] } else { (growth[place] - 1.0) / whole }
        };
        self.grid.by_panels = false;
        refill(&mut self.growth, growth);
        refill(&mut self.gone, [0, 1, 2, 3, 4].map(gone));
        (self.propagator, self.mutating) = (propagator, mutating);
    }
}

/// Five numbers, in the memory of others.
fn refill(places: &mut AtPlaces, with: [f64; 5]) {
    if places.spilled() {
        places.clear();
        places.extend_from_slice(&with);
    } else {
        *places = AtPlaces::from_buf(with);
    }
}

/// Growth from each place to the end, and births on the way (as in [`Propagator`]).
#[derive(Clone, Debug, Default)]
pub struct ToEnd {
    /// Mean growth.
    pub growth: AtPlaces,
    /// Births.
    pub births: AtPlaces,
}

impl ToEnd {
    /// Over panels, given the days of each and the law in it, in the memory of another.
    pub fn renew(&mut self, panels: &[(f64, PanelLaw)]) {
        if let [(_, only)] = panels {
            return self.renew_alone(*only);
        }
        self.growth.clear();
        self.births.clear();
        let mut left = Propagator::IDENTITY;
        self.push(left);
        for (_, panel) in panels.iter().rev() {
            self.push(panel.half().then(left));
            left = panel.propagator.then(left);
            self.push(left);
        }
        self.growth.reverse();
        self.births.reverse();
    }

    /// From the law of each place.
    pub fn of(laws: impl Iterator<Item = Propagator>) -> ToEnd {
        let mut to_end = ToEnd::default();
        laws.for_each(|law| to_end.push(law));
        to_end
    }

    fn push(&mut self, law: Propagator) {
        self.growth.push(law.growth);
        self.births.push(law.births);
    }

    /// While rates are constant: what is left from a place is what has gone up to its mirror image.
    fn renew_alone(&mut self, only: PanelLaw) {
        let mut course = Course::default();
        course.renew_alone(only);
        refill(&mut self.growth, [4, 3, 2, 1, 0].map(|place| course.growth[place]));
        refill(&mut self.births, [4, 3, 2, 1, 0].map(|place| only.propagator.births * course.gone[place]));
    }
}

impl PanelLaw {
    /// The law of half of a panel, as if rates stayed the same in it.
    fn half(&self) -> Propagator {
        let Propagator { growth, births, deaths } = self.propagator;
        let grown = sqrt(growth);
        // Births of both halves, those of the first growing through the second, are the births of all.
        Propagator { growth: grown, births: births / (1.0 + grown), deaths: deaths / (1.0 + grown) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::exp;

    /// Days, births and deaths per day of a mother, net growth of her mutant.
    type Spell = (f64, [f64; 2], f64);

    const MUTATION: f64 = 1e-3;
    /// A drug on two of seven days, each for a day and stronger than growth.
    const TREATED: [Spell; 4] = [
        (1.0, [0.12, 1.4], -0.05),
        (2.5, [0.12, 0.06], 0.04),
        (1.0, [0.12, 1.4], -0.05),
        (2.5, [0.12, 0.06], 0.04),
    ];

    fn laws(spells: &[Spell], of: impl Fn(&Spell) -> [f64; 2]) -> Vec<(f64, PanelLaw)> {
        let law = |spell: &Spell| {
            let (days, [births, deaths]) = (spell.0, of(spell));
            let propagator = Propagator::constant(births, deaths, days);
            (days, PanelLaw { propagator, mutating: [births * MUTATION * days, 0.0] })
        };
        spells.iter().map(law).collect()
    }

    fn mother(spells: &[Spell]) -> Course {
        let mut course = Course::default();
        course.renew(&laws(spells, |spell| spell.1));
        course
    }

    fn mutant(spells: &[Spell]) -> ToEnd {
        let mut to_end = ToEnd::default();
        to_end.renew(&laws(spells, |spell| [0.1, 0.1 - spell.2]));
        to_end
    }

    /// Mean and variance of the mother and mean of her mutants on the way, in steps of a 20,000th of a spell.
    fn way(spells: &[Spell]) -> Vec<[f64; 4]> {
        let mut now = [0.0, 1.0, 0.0, 0.0];
        let mut way = vec![now];
        for &(days, [births, deaths], net) in spells {
            let (n, r) = (20_000, births - deaths);
            let h = days / f64::from(n);
            for _ in 0..n {
                let slope = |[_, mean, variance, mutants]: [f64; 4]| {
                    [
                        1.0,
                        r * mean,
                        2.0 * r * variance + (births + deaths) * mean,
                        births * MUTATION * mean + net * mutants,
                    ]
                };
                let add = |by: f64, s: [f64; 4]| std::array::from_fn(|i| now[i] + by * s[i]);
                now = add(h, slope(add(h / 2.0, slope(now))));
                way.push(now);
            }
        }
        way
    }

    #[test]
    fn mutants_of_a_mother_under_doses_have_their_mean() {
        for spells in [&TREATED[..], &TREATED[..2], &TREATED[1..2]] {
            let (course, to_end) = (mother(spells), mutant(spells));
            let reaching = course.grid.weights().iter().zip(&course.growth).zip(&to_end.growth);
            let mean: f64 = reaching.map(|((weight, growth), left)| weight * growth * left).sum();
            let truth = way(spells).last().expect("steps")[3];
            let off = mean * course.mutating[0] / truth - 1.0;
            assert!(off.abs() < 4e-4, "{} spells: {off:e}", spells.len());
        }
    }

    /// What a count at the end says of the count on the way: covariance over variance.
    #[test]
    fn a_deviation_is_followed_back() {
        for spells in [&TREATED[..], &TREATED[1..2]] {
            let (course, way) = (mother(spells), way(spells));
            let days: f64 = spells.iter().map(|spell| spell.0).sum();
            let end = way.last().expect("steps");
            for (place, at) in course.grid.at().iter().enumerate() {
                let here =
                    way.iter().min_by(|a, b| (a[0] - at * days).abs().total_cmp(&(b[0] - at * days).abs()));
                let [_, mean, variance, _] = here.expect("steps");
                let truth = variance * (end[1] / mean) / end[2];
                assert!((course.gone[place] - truth).abs() < 2e-3, "{at}: {} {truth}", course.gone[place]);
            }
        }
    }

    #[test]
    fn a_panel_that_is_alone_is_the_same_in_two() {
        let (one, two) = ((2.5, [0.12, 0.06], 0.04), (1.25, [0.12, 0.06], 0.04));
        let (whole, halves) = (mother(&[one]), mother(&[two, two]));
        let (left, in_two) = (mutant(&[one]), mutant(&[two, two]));
        for place in 0..5 {
            assert!((whole.growth[place] - halves.growth[place]).abs() < 1e-14);
            assert!((whole.gone[place] - halves.gone[place]).abs() < 1e-13);
            assert!((left.growth[place] - in_two.growth[place]).abs() < 1e-14);
            assert!((left.births[place] - in_two.births[place]).abs() < 1e-14);
        }
        assert_eq!(exp(0.0), whole.growth[0]);
    }
}
