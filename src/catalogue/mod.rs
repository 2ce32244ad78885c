//! The knowledge base that comes with the program: drugs, traits, regimens and parameters, each with its source.

mod complete;
mod facts;

use std::sync::{Arc, OnceLock};

use crate::scenario::document::{self, Node, Table, Value};
use crate::scenario::finding::{Finding, Findings, Place, Source};

pub use complete::{complete, complete_lean};
pub use facts::{Fact, acts_on, confidence, facts};

/// Names of the catalogue's files as errors would show them; no path looks like this.
const MARK: &str = "<catalogue>/";

/// The tables of a catalogue that complete a scenario.
pub const COMPLETING: [&str; 3] = ["trait", "drug", "regimen"];

macro_rules! files {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!($path))),*] };
}

/// The files, in the order in which they are listed.
const FILES: [(&str, &str); 38] = files![
    "drugs/imid.toml",
    "drugs/proteasome.toml",
    "drugs/antibody.toml",
    "drugs/glucocorticoid.toml",
    "drugs/alkylator.toml",
    "drugs/t-cell.toml",
    "drugs/adc.toml",
    "drugs/other.toml",
    "drugs/sensitiser.toml",
    "traits/imid.toml",
    "traits/imid-downstream.toml",
    "traits/proteasome.toml",
    "traits/proteasome-state.toml",
    "traits/antibody.toml",
    "traits/steroid-alkylator.toml",
    "traits/bcl2.toml",
    "traits/bcma-gprc5d.toml",
    "traits/host-and-patient.toml",
    "regimens/usual.toml",
    "regimens/vrd.toml",
    "regimens/imid.toml",
    "regimens/transplant.toml",
    "regimens/transplant-vtd.toml",
    "regimens/melphalan.toml",
    "regimens/bortezomib.toml",
    "regimens/bortezomib-three.toml",
    "regimens/carfilzomib.toml",
    "regimens/pomalidomide.toml",
    "regimens/late.toml",
    "regimens/t-cell.toml",
    "parameters/burden.toml",
    "parameters/growth.toml",
    "parameters/secretion-kinetics.toml",
    "parameters/drug-effect.toml",
    "parameters/mutation-supply.toml",
    "parameters/patient-heterogeneity.toml",
    "parameters/mrd.toml",
    "parameters/imwg.toml",
];

/// The entries of one kind: `trait`, `drug`, `regimen` or `parameter`; an empty table for any other word.
pub fn entries(kind: &str) -> &'static Table {
    static EMPTY: OnceLock<Table> = OnceLock::new();
    let found = built_in().get(kind).and_then(Node::as_table);
    found.unwrap_or_else(|| EMPTY.get_or_init(Table::new))
}

/// All entries, kind by kind. A file that could not be read would be left out; a test holds that none is.
fn built_in() -> &'static Table {
    static ALL: OnceLock<Table> = OnceLock::new();
    ALL.get_or_init(|| {
        let read =
            |(path, text): &(&str, &str)| document::parse(Source::new(format!("{MARK}{path}"), *text)).ok();
        FILES.iter().filter_map(read).fold(Table::new(), |all, file| joined(all, &file))
    })
}

/// Adds the entries of a file to those there are.
fn joined(mut all: Table, file: &Node) -> Table {
    for (kind, place, node) in file.as_table().into_iter().flatten() {
        let Value::Table(entries) = &node.value else { continue };
        match all.get_mut(kind) {
            Some(Node { value: Value::Table(known), .. }) => {
                for (name, place, entry) in entries {
                    known.insert(name.as_str(), place.clone(), entry.clone());
                }
            }
            _ => {
                all.insert(kind.as_str(), place.clone(), node.clone());
            }
        }
    }
    all
}

/// A catalogue of a user's own: tables of traits, drugs and regimens that stand between a scenario and ours.
///
/// # Errors
/// What is wrong with its syntax, and tables that a catalogue does not have. Entries are checked in the scenario.
pub fn read(name: &str, text: &str) -> Result<Node, Findings> {
    let source = Source::of_catalogue(name, text);
    let node = document::parse(Arc::clone(&source))?;
    let strange = |(key, place, _): &(String, Place, Node)| {
        let known = COMPLETING.contains(&key.as_str());
        let right = "tables [trait.NAME], [drug.NAME] and [regimen.NAME]".to_string();
        let suggestion = crate::scenario::finding::suggest(key, COMPLETING);
        (!known).then(|| {
            Finding::new(place.clone(), key, "is not a table of a catalogue")
                .right(right)
                .suggestion(suggestion)
        })
    };
    let findings: Vec<Finding> = node.as_table().into_iter().flatten().filter_map(strange).collect();
    if findings.is_empty() { Ok(node) } else { Err(Findings(findings)) }
}

/// Whether a place lies in a catalogue, ours or a user's, rather than in a scenario.
pub fn is_from_catalogue(place: &Place) -> bool {
    place.source.is_catalogue || is_built_in(place)
}

/// Whether a place lies in the catalogue that comes with the program. A user's file cannot pass for it: no path begins
/// like this but one whose folder is called so.
pub fn is_built_in(place: &Place) -> bool {
    !place.source.is_catalogue && place.source.name.starts_with(MARK)
}
