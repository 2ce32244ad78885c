//! Every class of drugs and every trait that acts is at work in a scenario that comes with the program.

use std::collections::BTreeSet;
use std::fs;

use clonetide::catalogue::entries;
use clonetide::disease::{Resistance, ResistanceTrait};
use clonetide::model::Model;
use clonetide::scenario::document::Node;

use super::support::command::names;
use super::*;

/// Whose clones are looked at, and for how long.
const PATIENTS: [&str; 3] = ["study.patients=12", "study.horizon=\"1 y\"", "study.landmarks=[]"];

/// The scenarios in the folder, by name, with what they say they show.
fn scenarios() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let about = |name: &str| {
        let text = fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        let file: toml::Table = text.parse().unwrap();
        file["about"].as_str().unwrap_or_default().to_owned()
    };
    let files = names(&folder);
    files
        .iter()
        .filter_map(|file| file.strip_suffix(".toml"))
        .map(|name| (name.to_owned(), about(name)))
        .collect()
}

fn field(entry: &Node, key: &str) -> Option<String> {
    entry.get(key).and_then(Node::as_text).map(str::to_owned)
}

#[test]
fn every_class_of_drugs_is_given_in_a_scenario() {
    let class = |name: &str| entries("drug").get(name).and_then(|entry| field(entry, "class"));
    let all: BTreeSet<String> = entries("drug").keys().filter_map(class).collect();
    let given = |(name, _): &(String, String)| {
        let drugs = shipped(name, &[]).model.drugs;
        drugs.iter().filter_map(|drug| class(&drug.name)).collect::<Vec<_>>()
    };
    let given: BTreeSet<String> = scenarios().iter().flat_map(given).collect();
    assert!(all.len() > 20 && given == all, "not given: {:?}", all.difference(&given));
}

/// Whether a trait changes anything of a cell, or of what the drugs of its scenario do to it.
fn acts(carried: &ResistanceTrait) -> bool {
    let factors =
        [carried.division_factor, carried.death_factor, carried.secretion_factor, carried.mutation_factor];
    factors.iter().chain(&carried.antigens).any(|factor| *factor != 1.0)
        || carried.resists.iter().any(|resistance| *resistance != Resistance::NONE)
}

/// The traits that some clone of some patient carries and that act.
fn at_work(model: &Model) -> BTreeSet<String> {
    let mut carried = BTreeSet::new();
    study::run(
        model,
        2,
        |_, story| story.clones.iter().flat_map(|clone| clone.traits.iter()).collect::<Vec<_>>(),
        |positions| {
            carried.extend(positions);
            Ok::<(), std::convert::Infallible>(())
        },
    )
    .unwrap();
    let traits = carried.into_iter().map(|position: usize| &model.traits[position]);
    traits.filter(|known| acts(known)).map(|known| known.name.clone()).collect()
}

/// The entries that change no cell by themselves are what the simulator or a drug does: a scenario's text names them.
#[test]
fn every_trait_that_is_not_inert_is_at_work_in_a_scenario() {
    let scenarios = scenarios();
    let shown: BTreeSet<String> =
        scenarios.iter().flat_map(|(name, _)| at_work(&shipped(name, &PATIENTS).model)).collect();
    let tables = ["resists", "antigens", "division_factor", "mutation_factor", "secretion_factor"];
    let missing = |name: &&str| {
        let entry = entries("trait").get(name).unwrap();
        let of_cells = tables.iter().any(|key| entry.get(key).is_some());
        let told = || scenarios.iter().any(|(_, about)| about.contains(*name));
        entry.get("inert").is_none() && if of_cells { !shown.contains(*name) } else { !told() }
    };
    let missing: Vec<&str> = entries("trait").keys().filter(missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_inert_trait_acts_in_a_scenario() {
    for (name, _) in scenarios() {
        for known in shipped(&name, &[]).model.traits.iter() {
            let inert = entries("trait").get(&known.name).is_some_and(|entry| entry.get("inert").is_some());
            assert!(!inert || !acts(known), "{name}: {}", known.name);
        }
    }
}
