//! How drugs act together: the law of a regimen, and which drugs change the kill of which.

use super::Checker;
use super::draw::Bounds;
use super::names::Names;
use crate::engine::{Combination, Synergy};
use crate::model::Together;
use crate::patient::Target;
use crate::scenario::document::join;
use crate::scenario::file::{CombinationEntry, ScenarioFile, SynergyEntry};
use crate::scenario::quantity::Rate;

/// What holds where no regimen says otherwise, and what holds in each regimen.
pub fn together(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> (Together, Vec<Together>) {
    let general = (file.therapy.combination, file.therapy.ceiling);
    let mut everywhere = enhancements(checker, file, names);
    everywhere.extend(pairs(checker, names, "therapy.synergy", &file.therapy.synergy));
    let default =
        Together { combination: law(checker, "therapy", general), synergies: everywhere.clone().into() };
    let regimen = |name: &String| {
        let Some(entry) = file.regimens.get(name) else { return default.clone() };
        let key = join("regimen", name);
        let combination = match entry.combination {
            None if entry.ceiling.is_some() => {
                checker.wrong(
                    &format!("{key}.ceiling"),
                    "is for the law Bliss",
                    "combination = \"Bliss\" beside it",
                );
                default.combination
            }
            None => default.combination,
            Some(own) => law(checker, &key, (own, entry.ceiling.or(file.therapy.ceiling))),
        };
        let own = pairs(checker, names, &format!("{key}.synergy"), &entry.synergy);
        Together { combination, synergies: everywhere.iter().copied().chain(own).collect() }
    };
    let regimens = names.regimens.iter().map(regimen).collect();
    (default, regimens)
}

fn law(checker: &mut Checker, key: &str, law: (CombinationEntry, Option<Rate>)) -> Combination {
    match law {
        (CombinationEntry::IndependentRates, _) => Combination::IndependentRates,
        (CombinationEntry::HighestSingleAgent, _) => Combination::HighestSingleAgent,
        (CombinationEntry::Loewe, _) => Combination::Loewe,
        (CombinationEntry::Bliss, Some(ceiling)) => {
            checker.positive(&format!("{key}.ceiling"), ceiling.0);
            Combination::Bliss { ceiling: ceiling.0 }
        }
        (CombinationEntry::Bliss, None) => {
            let right = "ceiling = \"0.3 /d\" beside it";
            checker.wrong(&format!("{key}.combination"), "needs the rate that no combination exceeds", right);
            Combination::IndependentRates
        }
    }
}

/// What drugs do to the kill of others by themselves.
fn enhancements(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Synergy> {
    let mut all = Vec::new();
    for (by, name) in names.drugs.iter().enumerate() {
        let Some(entry) = file.drugs.get(name) else { continue };
        let key = format!("{}.enhances", join("drug", name));
        names.by_drug(checker, &key, &entry.enhances);
        let bounds = Bounds { most: 1000.0, ..Bounds::NOT_NEGATIVE };
        let mut own = Vec::new();
        for (other, factor) in &entry.enhances {
            let mut drugs = names.drugs_of(&entry.enhances, other);
            drugs.retain(|drug| *drug != by);
            let targets = drugs.iter().map(|drug| Target::Enhances(by, *drug)).collect();
            let factor = checker.numbers(&join(&key, other), targets, bounds, factor);
            own.extend(drugs.into_iter().map(|drug| Synergy { by, drug, factor }));
        }
        own.sort_by_key(|synergy| synergy.drug);
        all.extend(own);
    }
    all
}

/// Pairs that change each other's kill.
fn pairs(checker: &mut Checker, names: &Names, key: &str, entries: &[SynergyEntry]) -> Vec<Synergy> {
    let mut all = Vec::new();
    for (i, SynergyEntry { drugs, factor }) in entries.iter().enumerate() {
        let known = |checker: &mut Checker, place: usize| {
            let name = drugs.get(place)?;
            let key = format!("{key}[{i}].drugs[{place}]");
            if !names.classes.contains_key(name) {
                checker.unknown(&key, "drug", name, names.classes.keys().map(String::as_str));
            }
            names.drugs.iter().position(|known| known == name)
        };
        let (one, other) = (known(checker, 0), known(checker, 1));
        if drugs.len() == 2 && drugs[0] == drugs[1] {
            checker.wrong(&format!("{key}[{i}].drugs"), "is one drug twice", "two different drugs");
        }
        if let (Some(one), Some(other)) = (one, other) {
            all.push(Synergy { by: one, drug: other, factor: *factor });
            all.push(Synergy { by: other, drug: one, factor: *factor });
        }
    }
    all
}
