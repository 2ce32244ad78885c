//! Completes a scenario from catalogues: entries it does not have, and keys its entries leave out.

use std::collections::{BTreeMap, BTreeSet};

use super::{COMPLETING, entries};
use crate::scenario::document::{Node, Table, Value};

/// Tables of an entry that say nothing of what they leave out.
const BY_ENTRY: [&str; 4] = ["resists", "antigens", "reversed_by", "evidence"];

/// Those of them whose keys are drugs or classes of drugs.
const BY_DRUG: [&str; 2] = ["resists", "reversed_by"];

/// Completes a scenario from a user's catalogues, the first of which wins, and from ours: entries it does not have,
/// and keys its entries leave out. A key that is given replaces the catalogue's, but for `resists`, `antigens`,
/// `reversed_by` and `evidence`, which are completed entry by entry. What is given for a class of drugs stands for each
/// drug of the class: the catalogue adds none of them.
pub fn complete(scenario: &mut Node, own: &[Node]) {
    complete_where(scenario, own, |_| true);
}

/// As [`complete`], but only from entries whose name stands somewhere in the scenario, or in such an entry: a sweep does it
/// at every point. What comes of it is the same if the scenario is right; what is wrong with one that is not is better
/// told of the whole.
pub fn complete_lean(scenario: &mut Node, own: &[Node]) {
    let mut words = BTreeSet::new();
    gather(scenario, &mut words);
    let mut known = 0;
    // Entries name others: until no word is new.
    while known < words.len() {
        known = words.len();
        for table in COMPLETING.iter().flat_map(|kind| catalogues(own, kind)) {
            let named: Vec<&Node> =
                table.iter().filter(|entry| words.contains(&entry.0)).map(|entry| &entry.2).collect();
            named.into_iter().for_each(|entry| gather(entry, &mut words));
        }
    }
    complete_where(scenario, own, |name| words.contains(name));
}

fn complete_where(scenario: &mut Node, own: &[Node], wanted: impl Fn(&str) -> bool) {
    let classes = classes(scenario, own);
    let place = scenario.place.clone();
    let Value::Table(root) = &mut scenario.value else { return };
    for kind in COMPLETING {
        if root.get(kind).is_none() {
            root.insert(kind, place.clone(), Node::new(Value::Table(Table::new()), place.clone()));
        }
        let Some(Node { value: Value::Table(table), .. }) = root.get_mut(kind) else { continue };
        for (name, place, entry) in catalogues(own, kind).flatten().filter(|entry| wanted(&entry.0)) {
            match table.get_mut(name) {
                Some(given) => complete_entry(given, entry, &classes),
                None => {
                    table.insert(name.as_str(), place.clone(), entry.clone());
                }
            }
        }
    }
}

/// Adds to an entry what it leaves out.
fn complete_entry(given: &mut Node, entry: &Node, classes: &BTreeMap<String, String>) {
    for key in BY_ENTRY {
        let (Some(own), Some(base)) = (given.get(key), entry.get(key)) else { continue };
        let base = if BY_DRUG.contains(&key) { beside_classes(own, base, classes) } else { base.clone() };
        let both = own.clone().overlay(base);
        given.put("", key, both);
    }
    *given = given.clone().overlay(entry.clone());
}

/// What a table by drug or class says of drugs whose class another table does not name.
fn beside_classes(own: &Node, base: &Node, classes: &BTreeMap<String, String>) -> Node {
    let mut left = base.clone();
    if let (Value::Table(own), Value::Table(left)) = (&own.value, &mut left.value) {
        let of_a_class = |drug: &&str| classes.get(*drug).is_some_and(|class| own.get(class).is_some());
        let covered: Vec<String> = left.keys().filter(of_a_class).map(str::to_string).collect();
        covered.iter().for_each(|drug| drop(left.remove(drug)));
    }
    left
}

/// The class of every drug of the scenario and the catalogues.
fn classes(scenario: &Node, own: &[Node]) -> BTreeMap<String, String> {
    let given = scenario.get("drug").and_then(Node::as_table);
    let mut classes = BTreeMap::new();
    for (drug, _, entry) in given.into_iter().chain(catalogues(own, "drug")).flatten() {
        if let Some(class) = entry.get("class").and_then(Node::as_text) {
            classes.entry(drug.clone()).or_insert_with(|| class.to_string());
        }
    }
    classes
}

/// The entries of a kind: those of a user's catalogues, then ours.
fn catalogues<'a>(own: &'a [Node], kind: &'a str) -> impl Iterator<Item = &'a Table> {
    own.iter().filter_map(move |node| node.get(kind).and_then(Node::as_table)).chain([entries(kind)])
}

/// All keys and texts of a value.
fn gather(node: &Node, words: &mut BTreeSet<String>) {
    match &node.value {
        Value::Text(text) => {
            if !words.contains(text) {
                words.insert(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Table(table) => {
            for (key, _, below) in table {
                if !words.contains(key) {
                    words.insert(key.clone());
                }
                gather(below, words);
            }
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_) => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::scenario::document;
    use crate::scenario::finding::Source;

    /// What a table of a trait has after both ways of completing a scenario.
    fn keys(scenario: &str, lab: &str, path: &str) -> Vec<String> {
        let read = |text: &str| document::parse(Source::new("scenario.toml".to_string(), text)).unwrap();
        let (mut whole, mut lean) = (read(scenario), read(scenario));
        complete(&mut whole, &[read(lab)]);
        complete_lean(&mut lean, &[read(lab)]);
        let table = |node: &Node| node.get(path).unwrap().to_json();
        assert_eq!(table(&whole), table(&lean), "{path}");
        whole.get(path).unwrap().as_table().unwrap().keys().map(str::to_string).collect()
    }

    const CELMODS: [&str; 3] = ["iberdomide", "avadomide", "mezigdomide"];

    #[test]
    fn a_class_that_is_given_stands_for_each_of_its_drugs() {
        let own = "trait.CRBN_MUT.resists = { IMiD = 0.3 }";
        let all = [&["IMiD"][..], &CELMODS].concat();
        assert_eq!(keys(own, "", "trait.CRBN_MUT.resists"), all);
        assert_eq!(keys("disease.traits = [\"CRBN_MUT\"]", own, "trait.CRBN_MUT.resists"), all);
    }

    #[test]
    fn a_drug_beside_its_class_stays_and_the_nearer_file_counts() {
        let own = "trait.CRBN_MUT.resists = { IMiD = 0.3, lenalidomide = 0.1 }";
        let lab = "trait.CRBN_MUT.resists = { pomalidomide = 0.2, CELMoD = 0 }";
        assert_eq!(keys(own, lab, "trait.CRBN_MUT.resists"), ["IMiD", "lenalidomide", "CELMoD"]);
        let lab = "trait.CRBN_MUT.resists = { IMiD = 0.2 }";
        let own = "trait.CRBN_MUT.resists = { pomalidomide = 0.3 }";
        assert_eq!(
            keys(own, lab, "trait.CRBN_MUT.resists"),
            [&["pomalidomide", "IMiD"][..], &CELMODS].concat()
        );
    }

    #[test]
    fn the_class_is_that_of_the_nearest_file() {
        let own = "trait.CRBN_MUT.resists = { \"our class\" = 0.3 }\ndrug.lenalidomide.class = \"our class\"";
        let all = [&["our class", "thalidomide", "pomalidomide"][..], &CELMODS].concat();
        assert_eq!(keys(own, "", "trait.CRBN_MUT.resists"), all);
        let own = "trait.CRBN_MUT.resists = { \"our class\" = 0.3 }";
        assert_eq!(keys(own, "drug.lenalidomide.class = \"our class\"", "trait.CRBN_MUT.resists"), all);
    }

    #[test]
    fn what_reverses_a_trait_may_be_given_by_class_too() {
        let class = entries("drug").get("mdr1_inhibitor").unwrap().get("class").unwrap().as_text().unwrap();
        let own = format!("trait.MDR1_EFFLUX.reversed_by = {{ \"{class}\" = 0.2 }}");
        let left = keys(&own, "", "trait.MDR1_EFFLUX.reversed_by");
        assert!(
            left.contains(&class.to_string()) && !left.contains(&"mdr1_inhibitor".to_string()),
            "{left:?}"
        );
    }
}
