//! The knowledge base that comes with the program: drugs, traits and regimens, each with its source.

use std::sync::OnceLock;

use crate::scenario::document::{self, Node, Table, Value};
use crate::scenario::finding::{Place, Source};

/// Names of the catalogue's files as errors would show them; no path looks like this.
const MARK: &str = "<catalogue>/";

/// The files, by the scenario's table that they complete.
const FILES: [(&str, &str); 3] = [
    ("trait", include_str!("traits.toml")),
    ("drug", include_str!("drugs.toml")),
    ("regimen", include_str!("regimens.toml")),
];

/// The entries of one kind: `trait`, `drug` or `regimen`; an empty table for any other word.
pub fn entries(kind: &str) -> &'static Table {
    static TABLES: OnceLock<Vec<(&str, Table)>> = OnceLock::new();
    static EMPTY: OnceLock<Table> = OnceLock::new();
    let tables = TABLES.get_or_init(|| FILES.map(|(kind, text)| (kind, read(kind, text))).into());
    let found = tables.iter().find(|(known, _)| *known == kind).map(|(_, table)| table);
    found.unwrap_or_else(|| EMPTY.get_or_init(Table::new))
}

/// A file of the catalogue that could not be read would be empty; a test holds that none is.
fn read(kind: &str, text: &str) -> Table {
    let node = document::parse(Source::new(format!("{MARK}{kind}s.toml"), text));
    let table = node.ok().and_then(|node| node.get(kind).and_then(Node::as_table).cloned());
    table.unwrap_or_default()
}

/// Whether a place lies in the catalogue rather than in a scenario.
pub fn is_from_catalogue(place: &Place) -> bool {
    place.source.name.starts_with(MARK)
}

/// Completes a scenario: entries it does not have, and keys its entries leave out. A key that is given
/// replaces the catalogue's, but for `resists`, which is completed drug by drug.
pub fn complete(scenario: &mut Node) {
    let place = scenario.place.clone();
    let Value::Table(root) = &mut scenario.value else { return };
    for (kind, _) in FILES {
        if root.get(kind).is_none() {
            root.insert(kind, place.clone(), Node::new(Value::Table(Table::new()), place.clone()));
        }
        if let Some(Node { value: Value::Table(table), .. }) = root.get_mut(kind) {
            complete_table(table, entries(kind));
        }
    }
}

fn complete_table(own: &mut Table, catalogue: &Table) {
    for (name, place, entry) in catalogue.iter() {
        match own.get_mut(name) {
            Some(given) => {
                // What resists a drug says nothing of the others: that table is completed drug by drug.
                let resists = given.get("resists").cloned().zip(entry.get("resists").cloned());
                *given = given.clone().overlay(entry.clone());
                if let Some((own, base)) = resists {
                    given.put("", "resists", own.overlay(base));
                }
            }
            None => {
                own.insert(name.as_str(), place.clone(), entry.clone());
            }
        }
    }
}
