//! The traits that can arise.

use libm::log;

use super::Checker;
use super::draw::Bounds;
use super::names::Names;
use std::collections::BTreeMap;

use crate::disease::{Gain, Loss, Resistance, ResistanceTrait, TraitSet};
use crate::patient::Target;
use crate::patient::TraitNumber::{self, *};
use crate::scenario::document::join;
use crate::scenario::file::{
    DrawEntry, GainEntry, LossEntry, ResistEntry, ReversalEntry, ScenarioFile, Share, TraitEntry,
};

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
    inert(checker, &key, entry);
    let mut numbers = Numbers { checker, key: &key, position: own.unwrap_or(0), traits: names.traits.len() };
    let factor = Bounds { most: 1000.0, ..Bounds::NOT_NEGATIVE };
    ResistanceTrait {
        name: name.to_string(),
        division_factor: numbers.of("division_factor", DivisionFactor, factor, &entry.division_factor),
        death_factor: numbers.of("death_factor", DeathFactor, factor, &entry.death_factor),
        division_added: numbers.added("division_added", DivisionAdded, entry.division_added.as_ref()),
        death_added: numbers.added("death_added", DeathAdded, entry.death_added.as_ref()),
        secretion_factor: numbers.of("secretion_factor", SecretionFactor, factor, &entry.secretion_factor),
        gained: gain(&mut numbers, names, &entry.gained),
        lost: loss(&mut numbers, &entry.lost),
        requires: if entry.requires.is_empty() { TraitSet::WILD_TYPE } else { requires },
        mutation_factor: numbers.of("mutation_factor", MutationFactor, factor, &entry.mutation_factor),
        resists: resists(&mut numbers, names, &entry.resists),
        antigens: antigens(&mut numbers, names, entry),
        reversed_by: reversed_by(&mut numbers, names, &entry.reversed_by),
    }
}

/// What is left of each used drug.
fn resists(numbers: &mut Numbers, names: &Names, table: &BTreeMap<String, ResistEntry>) -> Vec<Resistance> {
    let key = format!("{}.resists", numbers.key);
    names.by_drug(numbers.checker, &key, table);
    let mut all = vec![Resistance::NONE; names.drugs.len()];
    for (name, entry) in table {
        let (name, drugs) = (join("resists", name), names.drugs_of(table, name));
        let resistance = numbers.resistance(&name, &drugs, entry);
        drugs.into_iter().for_each(|drug| all[drug] = resistance);
    }
    all
}

/// What multiplies each antigen of the used drugs.
fn antigens(numbers: &mut Numbers, names: &Names, entry: &TraitEntry) -> Vec<f64> {
    let bounds = Bounds { most: 1000.0, ..Bounds::NOT_NEGATIVE };
    let mut all = vec![1.0; names.antigens.len()];
    for (name, factor) in &entry.antigens {
        let position = names.antigens.iter().position(|known| known == name);
        let targets = position.into_iter().map(AntigenFactor).collect();
        let value = numbers.several(&join("antigens", name), targets, bounds, factor);
        position.into_iter().for_each(|position| all[position] = value);
    }
    all
}

fn reversed_by(
    numbers: &mut Numbers,
    names: &Names,
    table: &BTreeMap<String, ReversalEntry>,
) -> Vec<(usize, f64)> {
    let key = format!("{}.reversed_by", numbers.key);
    names.by_drug(numbers.checker, &key, table);
    let mut all = Vec::new();
    for (name, entry) in table {
        let drugs = names.drugs_of(table, name);
        let own = join("reversed_by", name);
        let key = if matches!(entry, ReversalEntry::Share(_)) { own } else { format!("{own}.share") };
        let targets = drugs.iter().map(|drug| ReversedBy(*drug)).collect();
        let share = numbers.several(&key, targets, Bounds::SHARE, entry.share());
        all.extend(drugs.into_iter().map(|drug| (drug, share)));
    }
    all.sort_by_key(|(drug, _)| *drug);
    all
}

/// Whether an entry says that something is left otherwise than of a cell without the trait.
fn resisted(entry: &ResistEntry) -> bool {
    match entry {
        ResistEntry::Lost(share) => share.fixed().is_none_or(|share| share.0 != 0.0),
        ResistEntry::Left { kill, ec50, .. } => {
            kill.fixed().is_none_or(|kill| kill.0 != 1.0) || ec50.fixed().is_none_or(|ec50| ec50.0 != 1.0)
        }
    }
}

/// A trait that is called inert must not do anything to a drug.
fn inert(checker: &mut Checker, key: &str, entry: &TraitEntry) {
    let acts = entry.resists.values().any(resisted);
    let acts =
        acts || entry.antigens.values().any(|factor| factor.fixed().is_none_or(|factor| factor.0 != 1.0));
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

    /// As [`Numbers::of`], of a number that several drugs share.
    fn several<T: Copy + Into<f64>>(
        &mut self,
        name: &str,
        numbers: Vec<TraitNumber>,
        bounds: Bounds,
        entry: &DrawEntry<T>,
    ) -> f64 {
        let targets = numbers.into_iter().map(|number| Target::Trait(self.position, number)).collect();
        self.checker.numbers(&format!("{}.{name}", self.key), targets, bounds, entry)
    }

    /// A rate that is added; 0 if there is none.
    fn added<T: Copy + Into<f64>>(
        &mut self,
        name: &str,
        number: TraitNumber,
        entry: Option<&DrawEntry<T>>,
    ) -> f64 {
        entry.map_or(0.0, |entry| self.of(name, number, Bounds::NOT_NEGATIVE, entry))
    }

    fn resistance(&mut self, name: &str, drugs: &[usize], entry: &ResistEntry) -> Resistance {
        let each = |number: fn(usize) -> TraitNumber| drugs.iter().map(|drug| number(*drug)).collect();
        match entry {
            ResistEntry::Lost(share) => {
                let lost = self.several(name, each(KillLost), Bounds::SHARE, share);
                Resistance { kill: 1.0 - lost, ec50: 1.0 }
            }
            ResistEntry::Left { kill, ec50, .. } => {
                let bounds = Bounds { most: 100.0, ..Bounds::NOT_NEGATIVE };
                let kill = self.several(&format!("{name}.kill"), each(KillLeft), bounds, kill);
                let ec50 = self.several(&format!("{name}.ec50"), each(Ec50Factor), Bounds::RELATIVE, ec50);
                Resistance { kill, ec50 }
            }
        }
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
    let under = under(numbers, names, &entry.under);
    Gain {
        per_division: numbers.per_division(
            "gained.per_division",
            GainedPerDivision,
            entry.per_division.as_ref(),
        ),
        per_day: rate.map_or(0.0, |rate| numbers.of("gained.rate", GainedPerDay, Bounds::NOT_NEGATIVE, rate)),
        under,
    }
}

/// Rates of gain while drugs act in full, by the drug's position.
fn under<T: Copy + Into<f64>>(
    numbers: &mut Numbers,
    names: &Names,
    table: &BTreeMap<String, DrawEntry<T>>,
) -> Vec<(usize, f64)> {
    names.by_drug(numbers.checker, &format!("{}.gained.under", numbers.key), table);
    let mut all = Vec::new();
    for (name, rate) in table {
        let drugs = names.drugs_of(table, name);
        let targets = drugs.iter().map(|drug| GainedUnder(*drug)).collect();
        let rate = numbers.several(&join("gained.under", name), targets, Bounds::NOT_NEGATIVE, rate);
        all.extend(drugs.into_iter().map(|drug| (drug, rate)));
    }
    all.sort_by_key(|(drug, _)| *drug);
    all
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
