//! The catalogue is whole: every entry can be used, has a source, and is as many as the CHANGELOG says.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

use clonetide::catalogue::entries;
use clonetide::scenario::Scenario;
use clonetide::scenario::document::Node;

const KINDS: [(&str, usize); 3] = [("drug", 11), ("trait", 5), ("regimen", 12)];

#[test]
fn every_entry_has_a_name_and_a_source() {
    for (kind, count) in KINDS {
        assert_eq!(entries(kind).len(), count, "{kind}: the CHANGELOG counts them too");
        for (name, _, entry) in entries(kind) {
            let text = |key: &str| entry.get(key).and_then(Node::as_text).unwrap_or_default().to_string();
            assert!(text("name").len() > 2 && text("source").len() > 20, "{kind} {name}");
        }
    }
    assert!(entries("colour").is_empty());
}

#[test]
fn every_regimen_and_trait_can_be_used_at_once() {
    let arm = |name: &str| {
        format!("[[arm]]\nname = \"{name}\"\nlines = [{{ regimen = \"{name}\", cycles = 1 }}]\n")
    };
    let traits: Vec<String> = entries("trait").keys().map(|name| format!("{name:?}")).collect();
    let text = format!(
        "name = \"all\"\nstudy.horizon = \"1 y\"\n[disease]\nburden = 1\ndivision = \"1 /d\"\ndeath = \"1 /d\"\ntraits = [{}]\n{}",
        traits.join(", "),
        entries("regimen").keys().map(arm).collect::<String>(),
    );
    let scenario = Scenario::read("all.toml", &text, &[]).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!((scenario.model.arms.len(), scenario.model.traits.len()), (12, 5));
    let resisted = |drug: usize| scenario.model.traits.iter().any(|t| t.resists[drug] > 0.0);
    let not: Vec<&str> = (0..scenario.model.drugs.len())
        .filter(|&d| !resisted(d))
        .map(|d| scenario.model.drugs[d].name.as_str())
        .collect();
    assert_eq!(not, ["dexamethasone"], "the drugs that no trait of the catalogue resists yet");
}
