//! The traits that can arise.

use libm::log;

use super::Checker;
use super::names::Names;
use crate::disease::{Gain, Loss, Resistance, ResistanceTrait, TraitSet};
use crate::scenario::document::join;
use crate::scenario::file::{GainEntry, LossEntry, ResistEntry, ScenarioFile, TraitEntry};

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
    ResistanceTrait {
        name: name.to_string(),
        division_factor: entry.division_factor,
        death_factor: entry.death_factor,
        division_added: entry.division_added.map_or(0.0, f64::from),
        death_added: entry.death_added.map_or(0.0, f64::from),
        secretion_factor: entry.secretion_factor,
        gained: gain(checker, names, &key, &entry.gained),
        lost: loss(checker, &key, &entry.lost),
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

fn gain(checker: &mut Checker, names: &Names, key: &str, entry: &GainEntry) -> Gain {
    let under = names.by_drug(checker, &format!("{key}.gained.under"), &entry.under);
    Gain {
        per_division: entry.per_division.map_or(0.0, |share| share.0),
        per_day: entry.rate.map_or(0.0, f64::from),
        under: under.into_iter().enumerate().filter_map(|(drug, rate)| Some((drug, rate?.0))).collect(),
    }
}

fn loss(checker: &mut Checker, key: &str, entry: &LossEntry) -> Loss {
    let per_day = match (entry.rate, entry.half_life) {
        (Some(rate), None) => rate.0,
        (None, Some(half_life)) => {
            checker.positive(&format!("{key}.lost.half_life"), half_life.0);
            log(2.0) / half_life.0
        }
        (Some(_), Some(_)) => {
            checker.wrong(
                &format!("{key}.lost.half_life"),
                "rate and half_life are both given",
                "one of them",
            );
            0.0
        }
        (None, None) => 0.0,
    };
    Loss { per_division: entry.per_division.map_or(0.0, |share| share.0), per_day }
}
