//! What the tests look at in one simulated history: counts by type, and the days of what happened.

use crate::disease::TraitSet;
use crate::model::Model;
use crate::record::{Stop, Story};

/// Two times are the same if closer than this, in days.
pub(super) const SAME_TIME: f64 = 1e-9;

/// The tumour of one replicate at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Time, in the unit of the case.
    pub time: f64,
    /// Counts by type, in the order of [`Case::types`](super::Case::types).
    pub counts: Vec<u64>,
    /// Sizes of the living clones that are not of the first type.
    pub clones: Vec<u64>,
}

/// One replicate, as far as the tests look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The tumour at the times asked for.
    pub samples: Vec<Sample>,
    /// Counts by type at the end.
    pub last: Vec<u64>,
    /// When the first cell of each type was there.
    pub founded: Vec<Option<f64>>,
    /// When the burden reached the size at which the scenario stops.
    pub reached: Option<f64>,
    /// When the last cell was gone.
    pub extinct: Option<f64>,
    /// Why it cannot be judged: a limit stopped it, or it holds cells of no type of the case.
    pub broken: Option<&'static str>,
}

impl History {
    /// A history of which only counts at given times are known.
    pub fn of_samples(samples: Vec<Sample>) -> History {
        History { samples, ..History::default() }
    }

    /// The tumour at a time.
    pub(super) fn at(&self, time: f64) -> Option<&Sample> {
        self.samples.iter().find(|sample| (sample.time - time).abs() < SAME_TIME)
    }
}

/// Turns stories into histories: knows the trait set of each type, and the times to look.
#[derive(Clone, Debug)]
pub(super) struct Observer {
    kinds: Vec<TraitSet>,
    times: Vec<f64>,
}

impl Observer {
    /// For types with these traits (names joined by `+`) at these times, in order.
    pub fn new(model: &Model, traits: &[String], times: Vec<f64>) -> Result<Observer, String> {
        let kinds = traits.iter().map(|names| trait_set(model, names)).collect::<Result<_, _>>()?;
        Ok(Observer { kinds, times })
    }

    /// What the tests look at in a story.
    pub fn history(&self, story: &Story) -> History {
        let mut history = History {
            samples: self.times.iter().map(|&time| self.empty(time)).collect(),
            last: vec![0; self.kinds.len()],
            founded: vec![None; self.kinds.len()],
            reached: (story.outcome.stop == Stop::Detection).then_some(story.outcome.stop_day),
            extinct: story.outcome.extinct,
            broken: story.outcome.stop.is_limit().then_some("stopped at a limit"),
        };
        self.census(story, &mut history);
        self.clones(story, &mut history);
        history
    }

    fn empty(&self, time: f64) -> Sample {
        Sample { time, counts: vec![0; self.kinds.len()], clones: Vec::new() }
    }

    fn kind(&self, traits: TraitSet) -> Option<usize> {
        self.kinds.iter().position(|kind| *kind == traits)
    }

    /// Counts at the times asked for.
    fn census(&self, story: &Story, history: &mut History) {
        for row in &story.census {
            let next = self.times.partition_point(|time| *time < row.day - SAME_TIME);
            let Some(sample) = history.samples.get_mut(next).filter(|s| s.time < row.day + SAME_TIME) else {
                continue;
            };
            match self.kind(row.traits) {
                None => history.broken = Some("has cells of no type of the case"),
                Some(kind) => {
                    sample.counts[kind] += row.cells;
                    if kind > 0 {
                        sample.clones.push(row.cells);
                    }
                }
            }
        }
    }

    /// Counts at the end, and when each type was first there.
    fn clones(&self, story: &Story, history: &mut History) {
        for clone in &story.clones {
            match self.kind(clone.traits) {
                None => history.broken = Some("has a clone of no type of the case"),
                Some(kind) => {
                    history.last[kind] += clone.cells;
                    let first = history.founded[kind].map_or(clone.founded, |day| day.min(clone.founded));
                    history.founded[kind] = Some(first);
                }
            }
        }
    }
}

fn trait_set(model: &Model, names: &str) -> Result<TraitSet, String> {
    let position = |name: &str| {
        let place = model.traits.iter().position(|known| known.name == name);
        place.ok_or_else(|| format!("the scenario has no trait {name:?}"))
    };
    let parts = names.split('+').filter(|name| !name.is_empty());
    Ok(TraitSet::of(parts.map(position).collect::<Result<Vec<_>, _>>()?))
}
