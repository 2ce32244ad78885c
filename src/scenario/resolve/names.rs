//! Which traits, drugs and regimens a scenario uses, and their positions.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use crate::disease::{MOST_TRAITS, TraitSet};
use crate::scenario::document::join;
use crate::scenario::file::{ScenarioFile, StageEntry};
use crate::scenario::finding::suggest;

/// The names in use; a position is a place in the list.
pub struct Names {
    /// Traits, in the scenario's order.
    pub traits: Vec<String>,
    /// Regimens, in the order of their first use.
    pub regimens: Vec<String>,
    /// Drugs of those regimens, by name.
    pub drugs: Vec<String>,
    /// Every drug that is known, with its class.
    pub classes: BTreeMap<String, String>,
    /// The antigens that these drugs kill by.
    pub antigens: Vec<String>,
    /// Whether every regimen and drug that is named is known; else what is in use cannot be told.
    pub whole: bool,
}

impl Names {
    /// Collects the names and notes those that are unknown.
    pub fn of(checker: &mut Checker, file: &ScenarioFile) -> Names {
        let traits = used_traits(checker, file);
        unlisted_traits(checker, file, &traits);
        let before = checker.findings.len();
        let regimens = used_regimens(checker, file);
        let drugs = used_drugs(file, &regimens);
        let whole = checker.findings.len() == before && has_known_drugs(file, &regimens);
        let classes = file.drugs.iter().map(|(name, drug)| (name.clone(), drug.class.clone())).collect();
        let seen = drugs.iter().filter_map(|name| file.drugs.get(name)?.antigen.as_ref());
        let antigens: BTreeSet<String> = seen.map(|antigen| antigen.name.clone()).collect();
        unknown_antigens(checker, file, &traits);
        Names { traits, regimens, drugs, classes, antigens: antigens.into_iter().collect(), whole }
    }

    /// Position of a trait; noted if the disease has none of this name.
    pub fn trait_position(&self, checker: &mut Checker, key: &str, name: &str) -> Option<usize> {
        let position = self.traits.iter().position(|known| known == name);
        if position.is_none() {
            checker.unknown(key, "trait in disease.traits", name, self.traits.iter().map(String::as_str));
        }
        position
    }

    /// The set of the traits listed at `key`.
    pub fn trait_set(&self, checker: &mut Checker, key: &str, names: &[String]) -> TraitSet {
        let position =
            |(i, name): (usize, &String)| self.trait_position(checker, &format!("{key}[{i}]"), name);
        TraitSet::of(names.iter().enumerate().filter_map(position))
    }

    /// The value for each used drug, from a table by drug or class; the drug's own entry wins.
    pub fn by_drug<'t, T>(
        &self,
        checker: &mut Checker,
        key: &str,
        table: &'t BTreeMap<String, T>,
    ) -> Vec<Option<&'t T>> {
        for name in table.keys() {
            self.drug_or_class(checker, &join(key, name), name);
        }
        let value = |drug: &String| table.get(drug).or_else(|| table.get(self.classes.get(drug)?));
        self.drugs.iter().map(value).collect()
    }

    /// Positions of the used drugs for which an entry of a table by drug or class counts.
    pub fn drugs_of<T>(&self, table: &BTreeMap<String, T>, name: &str) -> Vec<usize> {
        let counts = |drug: &String| match self.classes.get(drug) {
            _ if drug == name => true,
            Some(class) => class == name && !table.contains_key(drug),
            None => false,
        };
        (0..self.drugs.len()).filter(|&position| counts(&self.drugs[position])).collect()
    }

    /// Positions of the drugs with any of these names or classes; all if none is named.
    pub fn drugs_named(&self, checker: &mut Checker, key: &str, named: &[String]) -> Vec<usize> {
        for (i, name) in named.iter().enumerate() {
            self.drug_or_class(checker, &format!("{key}[{i}]"), name);
        }
        let meant = |drug: &String| {
            let class = self.classes.get(drug);
            named.is_empty() || named.iter().any(|name| name == drug || Some(name) == class)
        };
        (0..self.drugs.len()).filter(|&position| meant(&self.drugs[position])).collect()
    }

    /// Notes a name that is neither a drug nor a class.
    fn drug_or_class(&self, checker: &mut Checker, key: &str, name: &str) {
        if !self.classes.contains_key(name) && !self.classes.values().any(|class| class == name) {
            let known: BTreeSet<&str> = self
                .classes
                .iter()
                .flat_map(|(d, c)| [d.as_str(), c.as_str()])
                .filter(|k| !k.is_empty())
                .collect();
            checker.unknown(key, "drug or drug class", name, known.iter().copied());
        }
    }

    /// Leaves in the file only the traits, regimens and drugs that are used.
    pub fn keep_used(&self, file: &mut ScenarioFile) {
        file.traits.retain(|name, _| self.traits.contains(name));
        file.regimens.retain(|name, _| self.regimens.contains(name));
        file.drugs.retain(|name, _| self.drugs.contains(name));
    }
}

fn used_traits(checker: &mut Checker, file: &ScenarioFile) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    for (i, name) in file.disease.traits.iter().enumerate() {
        let key = format!("disease.traits[{i}]");
        if !file.traits.contains_key(name) {
            checker.unknown(&key, "trait", name, file.traits.keys().map(String::as_str));
        } else if used.contains(name) {
            checker.wrong(&key, "is listed twice", "each trait once");
        } else if !is_plain(name) {
            checker.wrong(
                &key,
                "cannot be a name in a table",
                "letters, digits, _ and -, beginning with a letter",
            );
        } else if used.len() < MOST_TRAITS {
            used.push(name.clone());
        }
    }
    used
}

/// A trait that was written in the scenario but is not among the disease's would be ignored.
fn unlisted_traits(checker: &mut Checker, file: &ScenarioFile, used: &[String]) {
    let own = |name: &&String| {
        let key = join("trait", name);
        !used.contains(name) && !crate::catalogue::is_from_catalogue(&checker.node.place_of(&key))
    };
    let unlisted: Vec<String> = file.traits.keys().filter(own).cloned().collect();
    for name in unlisted.into_iter().filter(|name| !file.disease.traits.contains(name)) {
        let right = format!("\"{name}\" in disease.traits too, or without this table");
        checker.wrong(
            &join("trait", &name),
            "is described but cannot arise: disease.traits does not list it",
            right,
        );
        if let Some(finding) = checker.findings.last_mut() {
            finding.suggestion = suggest(&name, used.iter().map(String::as_str)).map(str::to_string);
        }
    }
}

/// Antigens of traits that no drug of the catalogue or the scenario binds would be ignored.
fn unknown_antigens(checker: &mut Checker, file: &ScenarioFile, used: &[String]) {
    let known: BTreeSet<&str> = file
        .drugs
        .values()
        .filter_map(|drug| drug.antigen.as_ref())
        .map(|antigen| antigen.name.as_str())
        .collect();
    for name in used {
        for antigen in file.traits.get(name).into_iter().flat_map(|entry| entry.antigens.keys()) {
            if !known.contains(antigen.as_str()) {
                let key = join(&join(&join("trait", name), "antigens"), antigen);
                checker.unknown(&key, "antigen that a drug binds", antigen, known.iter().copied());
            }
        }
    }
}

fn used_regimens(checker: &mut Checker, file: &ScenarioFile) -> Vec<String> {
    let arms = file.arms.iter().enumerate().map(|(a, arm)| (format!("arm[{a}].lines"), &arm.lines));
    let history = file.disease.history.iter();
    let earlier = history.map(|history| ("disease.history.lines".to_string(), &history.lines));
    let mut used: Vec<String> = Vec::new();
    for (place, lines) in arms.chain(earlier) {
        for (l, stage) in lines.iter().enumerate() {
            let StageEntry::Line { regimen, then, .. } = stage else { continue };
            for (key, name) in [("regimen", Some(regimen)), ("then", then.as_ref())] {
                let Some(name) = name else { continue };
                if !file.regimens.contains_key(name) {
                    let known = file.regimens.keys().map(String::as_str);
                    checker.unknown(&format!("{place}[{l}].{key}"), "regimen", name, known);
                } else if !used.contains(name) {
                    used.push(name.clone());
                }
            }
        }
    }
    chosen_regimens(checker, file, &mut used);
    used
}

/// Adds the regimens of which a patient gets one.
fn chosen_regimens(checker: &mut Checker, file: &ScenarioFile, used: &mut Vec<String>) {
    for name in used.clone() {
        for (i, chosen) in file.regimens.get(&name).into_iter().flat_map(|entry| &entry.one_of).enumerate() {
            if !file.regimens.contains_key(chosen) {
                let key = format!("{}.one_of[{i}]", join("regimen", &name));
                checker.unknown(&key, "regimen", chosen, file.regimens.keys().map(String::as_str));
            } else if !used.contains(chosen) {
                used.push(chosen.clone());
            }
        }
    }
}

fn used_drugs(file: &ScenarioFile, regimens: &[String]) -> Vec<String> {
    let doses =
        regimens.iter().filter_map(|name| file.regimens.get(name)).flat_map(|regimen| regimen.all_doses());
    let drugs: BTreeSet<&String> =
        doses.map(|dose| &dose.drug).filter(|drug| file.drugs.contains_key(*drug)).collect();
    drugs.into_iter().cloned().collect()
}

fn has_known_drugs(file: &ScenarioFile, regimens: &[String]) -> bool {
    let mut doses =
        regimens.iter().filter_map(|name| file.regimens.get(name)).flat_map(|regimen| regimen.all_doses());
    doses.all(|dose| file.drugs.contains_key(&dose.drug))
}

/// Whether a name can stand in a `+`-joined cell of a table.
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain)
}
