//! Completes a scenario with as little of the catalogue as it can use: a sweep does it at every point.

use std::collections::BTreeSet;

use super::{COMPLETING, complete_table, entries};
use crate::scenario::document::{Node, Table, Value};

/// As [`complete`](super::complete), but only from entries whose name stands somewhere in the scenario, or in such an entry. What comes
/// of it is the same if the scenario is right; what is wrong with one that is not is better told of the whole.
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
    let place = scenario.place.clone();
    let Value::Table(root) = &mut scenario.value else { return };
    for kind in COMPLETING {
        if root.get(kind).is_none() {
            root.insert(kind, place.clone(), Node::new(Value::Table(Table::new()), place.clone()));
        }
        if let Some(Node { value: Value::Table(table), .. }) = root.get_mut(kind) {
            for catalogue in catalogues(own, kind) {
                complete_table(table, catalogue, |name| words.contains(name));
            }
        }
    }
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
