//! What can be asked of a history, and the exact law of the answer.

use super::history::{History, Sample};

/// One exact law to test.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// Name of the observable.
    pub name: String,
    /// Its exact law.
    pub law: Law,
    /// With fewer replicates there is no test.
    pub min_replicates: u64,
}

/// An exact law.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Law {
    /// Mean, variance and fourth central moment of a quantity.
    Moments { of: Quantity, mean: f64, var: f64, mu4: f64, published: Option<Published> },
    /// Probabilities of 0, 1, ..., and of everything beyond.
    Pmf { of: Quantity, p: Vec<f64>, tail: f64 },
    /// Probabilities of two counts together; the rest is outside the matrix.
    Joint { when: When, axes: [usize; 2], p: Vec<Vec<f64>> },
    /// Probability of an event.
    Chance { event: Event, p: f64 },
    /// The mean alone; its error is taken from the sample.
    Expected { of: Quantity, mean: f64 },
}

/// Mean and standard deviation as a published suite prints them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Published {
    pub mean: f64,
    pub sd: f64,
}

/// When a history is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// At a time.
    Day(f64),
    /// When the burden first reaches so many cells; only replicates that get there count.
    Reaching(f64),
}

/// A whole number in every replicate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Quantity {
    /// A weighted sum of counts by type.
    Sum { when: When, weights: Vec<i64> },
    /// Clones of at least so many cells, without the wild type.
    Clones { when: When, least: u64 },
    /// Clones of exactly so many cells, without the wild type.
    ClonesOf { when: When, cells: u64 },
}

/// What happens in a replicate or not.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// No cell of any of the types.
    NoneOf { when: When, types: Vec<usize> },
    /// A cell of one of the types, where one of `given` is there.
    AnyOf { when: When, types: Vec<usize>, given: Option<Vec<usize>> },
    /// So many cells of these types together.
    AtLeast { when: When, types: Vec<usize>, cells: u64 },
    /// The first cell of a type was there by this day.
    FoundedBy { kind: usize, day: f64 },
    /// The burden reached so many cells by this day.
    ReachedBy { cells: f64, day: f64 },
    /// Extinct by this day, without having reached so many cells before.
    ExtinctBy { cells: f64, day: f64 },
    /// No clone but the wild type has more cells.
    LargestClone { when: When, most: u64 },
}

/// The answer of one replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer<T> {
    /// A value.
    Is(T),
    /// The replicate does not meet the condition.
    NotAsked,
    /// The history does not hold what is asked for.
    Missing,
}

impl<T> Answer<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Answer::Is(value) => Answer::Is(change(value)),
            Answer::NotAsked => Answer::NotAsked,
            Answer::Missing => Answer::Missing,
        }
    }
}

impl Question {
    /// The time it looks at, if it is one.
    pub fn time(&self) -> Option<f64> {
        match self.when()? {
            When::Day(day) => Some(day),
            When::Reaching(_) => None,
        }
    }

    /// The last day it looks at, if it is known beforehand.
    pub fn last_day(&self) -> Option<f64> {
        match &self.law {
            Law::Chance {
                event:
                    Event::FoundedBy { day, .. } | Event::ReachedBy { day, .. } | Event::ExtinctBy { day, .. },
                ..
            } => Some(*day).filter(|day| day.is_finite()),
            _ => self.time(),
        }
    }

    /// The size at which the scenario has to stop, if it has to.
    pub fn detection(&self) -> Option<f64> {
        match &self.law {
            Law::Chance {
                event: Event::ReachedBy { cells, .. } | Event::ExtinctBy { cells, .. }, ..
            } => Some(*cells),
            _ => match self.when()? {
                When::Reaching(cells) => Some(cells),
                When::Day(_) => None,
            },
        }
    }

    fn when(&self) -> Option<When> {
        match &self.law {
            Law::Moments { of, .. } | Law::Pmf { of, .. } | Law::Expected { of, .. } => Some(of.when()),
            Law::Joint { when, .. } => Some(*when),
            Law::Chance { event, .. } => event.when(),
        }
    }
}

impl When {
    /// The tumour then.
    pub fn of<'a>(&self, history: &'a History) -> Answer<Counts<'a>> {
        match self {
            When::Day(day) => match history.at(*day) {
                Some(Sample { counts, clones, .. }) => Answer::Is(Counts { counts, clones }),
                None => Answer::Missing,
            },
            When::Reaching(_) if history.reached.is_none() => Answer::NotAsked,
            When::Reaching(_) => Answer::Is(Counts { counts: &history.last, clones: &[] }),
        }
    }
}

/// Counts by type, and the sizes of the clones that are not of the wild type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Counts<'a> {
    pub counts: &'a [u64],
    clones: &'a [u64],
}

impl Counts<'_> {
    fn of(&self, types: &[usize]) -> u64 {
        types.iter().filter_map(|&kind| self.counts.get(kind)).sum()
    }
}

impl Quantity {
    fn when(&self) -> When {
        match self {
            Quantity::Sum { when, .. } | Quantity::Clones { when, .. } | Quantity::ClonesOf { when, .. } => {
                *when
            }
        }
    }

    /// Its value in a replicate.
    pub fn of(&self, history: &History) -> Answer<i64> {
        let now = match self.when().of(history) {
            Answer::Is(now) => now,
            other => return other.map(|_| 0),
        };
        match self {
            Quantity::Sum { weights, .. } if weights.len() != now.counts.len() => Answer::Missing,
            Quantity::Sum { weights, .. } => {
                Answer::Is(weights.iter().zip(now.counts).map(|(weight, &count)| weight * count as i64).sum())
            }
            Quantity::Clones { least, .. } => {
                Answer::Is(now.clones.iter().filter(|size| *size >= least).count() as i64)
            }
            Quantity::ClonesOf { cells, .. } => {
                Answer::Is(now.clones.iter().filter(|size| *size == cells).count() as i64)
            }
        }
    }
}

impl Event {
    fn when(&self) -> Option<When> {
        match self {
            Event::NoneOf { when, .. }
            | Event::AnyOf { when, .. }
            | Event::AtLeast { when, .. }
            | Event::LargestClone { when, .. } => Some(*when),
            Event::FoundedBy { .. } | Event::ReachedBy { .. } | Event::ExtinctBy { .. } => None,
        }
    }

    /// Whether it happens in a replicate.
    pub fn of(&self, history: &History) -> Answer<bool> {
        let by = |happened: Option<f64>, day: f64| happened.is_some_and(|at| at <= day);
        match self {
            Event::NoneOf { when, types } => when.of(history).map(|now| now.of(types) == 0),
            Event::AnyOf { when, types, given } => match when.of(history) {
                Answer::Is(now) if given.as_ref().is_some_and(|given| now.of(given) == 0) => Answer::NotAsked,
                now => now.map(|now| now.of(types) > 0),
            },
            Event::AtLeast { when, types, cells } => when.of(history).map(|now| now.of(types) >= *cells),
            Event::LargestClone { when, most } => {
                when.of(history).map(|now| now.clones.iter().all(|size| size <= most))
            }
            Event::FoundedBy { kind, day } => match history.founded.get(*kind) {
                Some(founded) => Answer::Is(by(*founded, *day)),
                None => Answer::Missing,
            },
            Event::ReachedBy { day, .. } => Answer::Is(by(history.reached, *day)),
            Event::ExtinctBy { day, .. } => {
                Answer::Is(history.reached.is_none() && by(history.extinct, *day))
            }
        }
    }
}
