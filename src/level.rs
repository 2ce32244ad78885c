//! How strongly a drug acts over time: from nothing to its full effect.
//!
//! The bridge between therapy, which makes levels from doses, and the engines, which only integrate them.

use libm::{exp, pow};

/// How strongly a drug acts at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// (C / EC50)^hill in a cell without traits; infinite where no concentration limits the effect.
    pub odds: f64,
    /// Share of the effect that is left of exhaustion, or that a reduced dose has.
    pub share: f64,
    /// The effect on a cell without traits, 0 to 1.
    pub effect: f64,
}

impl Strength {
    /// Not at all.
    pub const OFF: Strength = Strength { odds: 0.0, share: 1.0, effect: 0.0 };

    /// At these odds, with this share left.
    pub fn new(odds: f64, share: f64) -> Strength {
        Strength { odds, share, effect: share * fraction(odds) }
    }

    /// In full, but for this share.
    pub fn full(share: f64) -> Strength {
        Strength::new(f64::INFINITY, share)
    }

    /// The effect on a cell whose traits multiply the odds.
    pub fn at_potency(&self, potency: f64) -> f64 {
        if potency == 1.0 || self.odds.is_infinite() {
            self.effect
        } else {
            self.share * fraction(self.odds * potency)
        }
    }
}

/// The share that odds are of one: o / (1 + o).
fn fraction(odds: f64) -> f64 {
    if odds.is_infinite() { 1.0 } else { odds / (1.0 + odds) }
}

/// One exponential of a concentration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// In units of one standard dose; below 0 for what is still being absorbed.
    pub amount: f64,
    /// Per day; below 0 for what grows.
    pub rate: f64,
}

/// A concentration as a sum of exponentials: every linear kinetics is one, between two doses.
#[derive(Clone, Debug, PartialEq)]
pub struct Concentration {
    /// Day on which the terms have their amounts.
    pub since: f64,
    /// The exponentials.
    pub terms: Vec<Term>,
}

/// A term that is smaller than this share of the largest is gone.
const GONE: f64 = 1e-14;

impl Concentration {
    /// Nothing, from some day on.
    pub fn none(since: f64) -> Concentration {
        Concentration { since, terms: Vec::new() }
    }

    /// In units of one standard dose; rounding does not bring it below 0.
    pub fn at(&self, day: f64) -> f64 {
        self.terms.iter().map(|term| term.amount * exp(-term.rate * (day - self.since))).sum::<f64>().max(0.0)
    }

    fn numbers(&self, take: &mut impl FnMut(f64)) {
        let Concentration { since, terms } = self;
        take(*since);
        // Two lists of terms after one another are told apart by their lengths.
        take(terms.len() as f64);
        for Term { amount, rate } in terms {
            take(*amount);
            take(*rate);
        }
    }

    /// Bounds from below and above between two days: each term is largest at one of the ends.
    pub fn bounds(&self, from: f64, to: f64) -> [f64; 2] {
        let ends = |term: &Term| [from, to].map(|day| term.amount * exp(-term.rate * (day - self.since)));
        let low: f64 = self.terms.iter().map(|term| ends(term).into_iter().fold(f64::MAX, f64::min)).sum();
        let high: f64 = self.terms.iter().map(|term| ends(term).into_iter().fold(f64::MIN, f64::max)).sum();
        [low.max(0.0), high.max(0.0)]
    }

    /// The same seen from a later day, without what is gone by then.
    pub fn seen_from(&self, day: f64) -> Concentration {
        let faded =
            |term: &Term| Term { amount: term.amount * exp(-term.rate * (day - self.since)), ..*term };
        let terms: Vec<Term> = self.terms.iter().map(faded).collect();
        let least =
            GONE * terms.iter().map(|term| term.amount.abs()).fold(f64::MIN_POSITIVE / GONE, f64::max);
        Concentration {
            since: day,
            terms: terms.into_iter().filter(|term| term.amount.abs() > least).collect(),
        }
    }

    /// Adds to it what a dose of `strength` brings from this day on, given what one standard dose brings.
    pub fn add(&mut self, day: f64, strength: f64, response: &[Term]) {
        *self = self.seen_from(day);
        for term in response {
            let amount = strength * term.amount;
            match self.terms.iter_mut().find(|known| known.rate == term.rate) {
                Some(known) => known.amount += amount,
                None => self.terms.push(Term { amount, ..*term }),
            }
        }
    }
}

/// The effect of a concentration that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// At the place where the drug acts.
    pub concentration: Concentration,
    /// Concentration of half effect, in units of one standard dose.
    pub ec50: f64,
    /// Hill exponent, above 0.
    pub hill: f64,
    /// What long exposure takes away.
    pub exhaustion: Option<Exhaustion>,
}

/// How exposure that goes on wears the effect out: a slow compartment that follows the concentration.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhaustion {
    /// In the slow compartment.
    pub concentration: Concentration,
    /// Concentration there that takes half of what can be taken.
    pub ec50: f64,
    /// Share of the effect that can be taken, 0 to 1.
    pub most: f64,
}

impl Exhaustion {
    fn left(&self, concentration: f64) -> f64 {
        1.0 - self.most * concentration / (self.ec50 + concentration)
    }
}

/// How strongly one drug acts over a stretch in which no dose is given and no window closes.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// The same throughout.
    Constant(Strength),
    /// By a concentration, through an Emax-Hill curve.
    Varying(Box<Curve>),
}

impl Level {
    /// A drug that is not there.
    pub const OFF: Level = Level::Constant(Strength::OFF);

    /// A concentration that falls exponentially, with an Emax-Hill curve.
    ///
    /// ```
    /// use clonetide::level::Level;
    /// let antibody = Level::decaying(0.0, 1.0, 0.04, 1.0, 1.0);
    /// assert_eq!(antibody.at(0.0).effect, 0.5);
    /// ```
    pub fn decaying(since: f64, amount: f64, rate: f64, ec50: f64, hill: f64) -> Level {
        let concentration = Concentration { since, terms: vec![Term { amount, rate }] };
        Level::Varying(Box::new(Curve { concentration, ec50, hill, exhaustion: None }))
    }

    /// The strength at `day`.
    pub fn at(&self, day: f64) -> Strength {
        match self {
            Level::Constant(strength) => *strength,
            Level::Varying(curve) => {
                let worn = |worn: &Exhaustion| worn.left(worn.concentration.at(day));
                curve.strength(curve.concentration.at(day), curve.exhaustion.as_ref().map_or(1.0, worn))
            }
        }
    }

    /// Strengths that are not fallen short of and not exceeded between two days.
    pub fn bounds(&self, from: f64, to: f64) -> [Strength; 2] {
        match self {
            Level::Constant(strength) => [*strength; 2],
            Level::Varying(curve) => {
                let worn = |worn: &Exhaustion| worn.concentration.bounds(from, to).map(|c| worn.left(c));
                let [most, least] = curve.exhaustion.as_ref().map_or([1.0; 2], worn);
                let [low, high] = curve.concentration.bounds(from, to);
                [curve.strength(low, least), curve.strength(high, most)]
            }
        }
    }

    /// Whether the level stays the same.
    pub fn is_constant(&self) -> bool {
        matches!(self, Level::Constant(_))
    }

    /// How many days from `day` on a polynomial of degree 7 follows the level to about ten digits.
    pub fn reach(&self, day: f64) -> f64 {
        match self {
            Level::Constant(_) => f64::INFINITY,
            Level::Varying(curve) => curve.reach(day),
        }
    }
}

/// Change of an exponent over which an exponential is followed.
const FOLLOWED: f64 = 0.75;

/// Relative change over which a concentration is followed on its way up.
const RISING: f64 = 0.5;

/// For how many days one exponential of a sum of this scale is followed.
fn followed(term: &Term, scale: f64, steep: f64) -> f64 {
    // What is small is followed for longer: the error of degree 7 grows with the eighth power.
    let small = pow((term.amount.abs() / scale).max(1e-30), -0.125).max(1.0);
    FOLLOWED * small / (steep * term.rate.abs())
}

impl Curve {
    /// Every number that it is made of, in an order that tells curves apart.
    pub fn numbers(&self, take: &mut impl FnMut(f64)) {
        let Curve { concentration, ec50, hill, exhaustion } = self;
        take(*ec50);
        take(*hill);
        concentration.numbers(take);
        if let Some(Exhaustion { concentration, ec50, most }) = exhaustion {
            take(*ec50);
            take(*most);
            concentration.numbers(take);
        }
    }

    fn strength(&self, concentration: f64, left: f64) -> Strength {
        Strength::new(pow(concentration / self.ec50, self.hill), left)
    }

    /// As [`Level::reach`].
    pub fn reach(&self, day: f64) -> f64 {
        let now = self.concentration.seen_from(day);
        let concentration = now.at(day);
        // A concentration to a whole power is smooth also where it begins; to another it is so only relative to itself.
        let whole = self.hill.fract() == 0.0;
        let scale = if whole { concentration + self.ec50 } else { concentration };
        let steep = self.hill.max(1.0);
        let mut reach =
            now.terms.iter().map(|term| followed(term, scale, steep)).fold(f64::INFINITY, f64::min);
        // On the way up the curve bends where the concentration passes its EC50, however slow the terms.
        let slope: f64 = now.terms.iter().map(|term| -term.amount * term.rate).sum();
        let fastest = now.terms.iter().map(|term| term.rate.abs()).fold(0.0, f64::max);
        if slope > 0.0 || !whole {
            reach = reach.min((RISING * scale / (steep * slope.abs())).max(1e-4 / fastest));
        }
        if let Some(worn) = &self.exhaustion {
            let slow = worn.concentration.seen_from(day);
            let scale = slow.at(day) + worn.ec50;
            reach = reach
                .min(slow.terms.iter().map(|term| followed(term, scale, 1.0)).fold(f64::INFINITY, f64::min));
        }
        reach
    }
}

#[cfg(test)]
#[path = "level_tests.rs"]
mod tests;
