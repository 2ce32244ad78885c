//! The traits that can arise.

use libm::log;

use super::Checker;
use super::draw::Bounds;
use super::names::Names;
use crate::disease::{Gain, Loss, Resistance, ResistanceTrait, TraitSet};
use crate::patient::Target;
use crate::patient::TraitNumber::{self, *};
use crate::scenario::document::join;
use crate::scenario::file::{DrawEntry, GainEntry, LossEntry, ResistEntry, ScenarioFile, Share, TraitEntry};

pub fn traits(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<ResistanceTrait> {
    let entries = names.traits.iter().filter_map(|name| Some((name, file.traits.get(name)?)));
    let traits: Vec<_> = entries.map(|(name, entry)| resistance_trait(checker, names, name, entry)).collect();
    let per_division: f64 = traits.iter().map(|t| t.gained.per_division.max(t.lost.per_division)).sum();
    if per_division > 1.0 {
        let problem = format!("the mutation probabilities of a division add up to {per_division}");
        checker.wrong("disease.traits", problem, "at most 1 over all traits");
    }
    traits
}

fn resistance_trait(checker: &mut Checker, names: &Names, name: &str, entry: &TraitEntry) -> ResistanceTrait {
    let key = join("trait", name);
    let requires = names.trait_set(checker, &format!("{key}.requires"), &entry.requires);
    let own = names.traits.iter().position(|known| known == name);
    if own.is_some_and(|position| requires.contains(position)) {
        checker.wrong(&format!("{key}.requires"), "a trait cannot require itself", "other traits");
    }
    let resists = names.by_drug(checker, &format!("{key}.resists"), &entry.resists);
    let resists = resists.into_iter().map(|entry| entry.map_or(Resistance::NONE, resistance)).collect();
    let reversed = names.by_drug(checker, &format!("{key}.reversed_by"), &entry.reversed_by);
    let reversed = reversed.into_iter().enumerate();
    inert(checker, &key, entry);
    let mut numbers = Numbers { checker, key: &key, position: own.unwrap_or(0), traits: names.traits.len() };
    let factor = Bounds { most: 1000.0, ..Bounds::NOT_NEGATIVE };
    ResistanceTrait {
        name: name.to_string(),
        division_factor: numbers.of("division_factor", DivisionFactor, factor, &entry.division_factor),
        death_factor: numbers.of("death_factor", DeathFactor, factor, &entry.death_factor),
        division_added: entry.division_added.map_or(0.0, f64::from),
        death_added: entry.death_added.map_or(0.0, f64::from),
        secretion_factor: numbers.of("secretion_factor", SecretionFactor, factor, &entry.secretion_factor),
        gained: gain(&mut numbers, names, &entry.gained),
        lost: loss(&mut numbers, &entry.lost),
        requires: if entry.requires.is_empty() { TraitSet::WILD_TYPE } else { requires },
        mutation_factor: entry.mutation_factor,
        resists,
        antigens: names.antigens.iter().map(|name| entry.antigens.get(name).map_or(1.0, |f| f.0)).collect(),
        reversed_by: reversed.filter_map(|(drug, entry)| Some((drug, entry?.share()))).collect(),
    }
}

fn resistance(entry: &ResistEntry) -> Resistance {
    match *entry {
        ResistEntry::Lost(share) => Resistance { kill: 1.0 - share, ec50: 1.0 },
        ResistEntry::Left { kill, ec50, .. } => Resistance { kill, ec50 },
    }
}

/// A trait that is called inert must not do anything to a drug.
fn inert(checker: &mut Checker, key: &str, entry: &TraitEntry) {
    let acts = entry.resists.values().any(|entry| resistance(entry) != Resistance::NONE);
    let acts = acts || entry.antigens.values().any(|factor| factor.0 != 1.0);
    if entry.inert.is_some() && acts {
        let right = "without inert, or with resists and antigens that change nothing";
        checker.wrong(&format!("{key}.inert"), "says that the trait does nothing, and it does", right);
    }
}

/// The numbers of one trait, each of which may differ between patients.
struct Numbers<'c, 'n, 'k> {
    checker: &'c mut Checker<'n>,
    key: &'k str,
    position: usize,
    /// How many traits there are.
    traits: usize,
}

impl Numbers<'_, '_, '_> {
    fn of<T: Copy + Into<f64>>(
        &mut self,
        name: &str,
        number: TraitNumber,
        bounds: Bounds,
        entry: &DrawEntry<T>,
    ) -> f64 {
        let key = format!("{}.{name}", self.key);
        self.checker.number(&key, Target::Trait(self.position, number), bounds, entry)
    }

    /// A probability per division; one that is drawn leaves room for those of the other traits.
    fn per_division(&mut self, name: &str, number: TraitNumber, entry: Option<&DrawEntry<Share>>) -> f64 {
        let most = match entry {
            Some(DrawEntry::Fixed(_)) | None => 1.0,
            Some(_) => 1.0 / self.traits.max(1) as f64,
        };
        let bounds = Bounds { most, ..Bounds::NOT_NEGATIVE };
        entry.map_or(0.0, |entry| self.of(name, number, bounds, entry))
    }
}

fn gain(numbers: &mut Numbers, names: &Names, entry: &GainEntry) -> Gain {
    let rate = entry.rate.as_ref();
    let under = names.by_drug(numbers.checker, &format!("{}.gained.under", numbers.key), &entry.under);
    Gain {
        per_division: numbers.per_division(
            "gained.per_division",
            GainedPerDivision,
            entry.per_division.as_ref(),
        ),
        per_day: rate.map_or(0.0, |rate| numbers.of("gained.rate", GainedPerDay, Bounds::NOT_NEGATIVE, rate)),
        under: under.into_iter().enumerate().filter_map(|(drug, rate)| Some((drug, rate?.0))).collect(),
    }
}

fn loss(numbers: &mut Numbers, entry: &LossEntry) -> Loss {
    let per_day = match (&entry.rate, &entry.half_life) {
        (Some(rate), None) => numbers.of("lost.rate", LostPerDay, Bounds::NOT_NEGATIVE, rate),
        (None, Some(half_life)) => {
            log(2.0) / numbers.of("lost.half_life", LossHalfLife, Bounds::POSITIVE, half_life)
        }
        (Some(_), Some(_)) => {
            let key = format!("{}.lost.half_life", numbers.key);
            numbers.checker.wrong(&key, "rate and half_life are both given", "one of them");
            0.0
        }
        (None, None) => 0.0,
    };
    let per_division = entry.per_division.as_ref();
    Loss { per_division: numbers.per_division("lost.per_division", LostPerDivision, per_division), per_day }
}
