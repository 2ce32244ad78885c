//! The catalogue value by value: what each rests on, and what an entry acts on.

use crate::scenario::document::Node;
use crate::scenario::document::join;

/// One value of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its key, such as `kill` or `resists.lenalidomide`.
    pub key: String,
    /// Its value as it is written.
    pub value: String,
    /// What it rests on; empty if the entry does not say.
    pub source: String,
    /// How far it can be relied on; empty if the entry does not say.
    pub confidence: String,
}

/// Keys that say what others rest on.
const SOURCES: [&str; 3] = ["evidence", "source", "confidence"];

/// Tables whose entries are facts of their own.
const TABLES: [&str; 2] = ["resists", "reversed_by"];

/// The facts of an entry, in the order in which they are written.
pub fn facts(entry: &Node) -> Vec<Fact> {
    let own = || entry.as_table().into_iter().flatten().filter(|(key, ..)| !SOURCES.contains(&key.as_str()));
    let fact = |key: &str, node: &Node, rests: Option<&Node>| Fact {
        key: key.to_string(),
        value: written(node),
        source: text(rests, "source").or(text(Some(entry), "source")).unwrap_or_default(),
        confidence: text(rests, "confidence").or(text(Some(entry), "confidence")).unwrap_or_default(),
    };
    own()
        .flat_map(|(key, _, node)| match node.as_table().filter(|_| TABLES.contains(&key.as_str())) {
            Some(table) => {
                table.iter().map(|(name, _, node)| fact(&join(key, name), node, Some(node))).collect()
            }
            None => vec![fact(key, node, entry.get("evidence").and_then(|evidence| evidence.get(key)))],
        })
        .collect()
}

fn text(node: Option<&Node>, key: &str) -> Option<String> {
    node.and_then(|node| node.get(key)).and_then(Node::as_text).map(str::to_string)
}

/// A value on one line, as JSON writes it but for a plain text; of a value with a source, without it.
fn written(node: &Node) -> String {
    let mut json = node.to_json();
    if let Some(table) = json.as_object_mut() {
        ["source", "confidence", "effect"].iter().for_each(|key| drop(table.remove(*key)));
    }
    match json {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The order of confidences, the lowest last.
const CONFIDENCES: [&str; 4] = ["verified", "memory-sure", "memory-unsure", "assumption"];

/// The lowest confidence of any value of an entry that acts.
pub fn confidence(entry: &Node) -> String {
    let rank = |fact: &Fact| CONFIDENCES.iter().position(|known| *known == fact.confidence);
    let lowest = facts(entry).iter().filter_map(rank).max();
    lowest.map_or(String::new(), |rank| CONFIDENCES[rank].to_string())
}

/// What an entry acts on, in words: the drugs that a trait changes, the target of a drug, the drugs of a regimen, where a
/// parameter is used.
pub fn acts_on(kind: &str, entry: &Node) -> String {
    if let Some(why) = text(Some(entry), "inert").or(text(Some(entry), "unused")) {
        return format!("nothing: {why}");
    }
    let keys = |key: &str| -> Vec<String> {
        entry
            .get(key)
            .and_then(Node::as_table)
            .map_or(Vec::new(), |table| table.keys().map(str::to_string).collect())
    };
    match kind {
        "drug" => text(Some(entry), "target").unwrap_or_default(),
        "trait" => trait_acts_on(entry, keys("resists"), keys("antigens")),
        "regimen" => regimen_drugs(entry).join(", "),
        _ => places(entry).join("; "),
    }
}

/// The places at which a parameter is used.
fn places(entry: &Node) -> Vec<&str> {
    entry.get("used").and_then(Node::as_array).unwrap_or_default().iter().filter_map(Node::as_text).collect()
}

fn trait_acts_on(entry: &Node, resists: Vec<String>, antigens: Vec<String>) -> String {
    let levels = antigens.into_iter().map(|antigen| format!("{antigen} level"));
    let rates = [
        ("division_factor", "division"),
        ("mutation_factor", "mutation"),
        ("secretion_factor", "M-protein secretion"),
        ("death_factor", "death"),
    ];
    let rates =
        rates.into_iter().filter(|(key, _)| entry.get(key).is_some()).map(|(_, word)| word.to_string());
    let parts: Vec<String> = levels.chain(rates).chain(resists).collect();
    if parts.is_empty() { text(Some(entry), "about").unwrap_or_default() } else { parts.join(", ") }
}

/// The drugs of a regimen, or the regimens of a choice, each once.
fn regimen_drugs(entry: &Node) -> Vec<String> {
    let list = |node: &Node, key: &str| node.get(key).and_then(Node::as_array).unwrap_or_default().to_vec();
    let phases = list(entry, "phases");
    let doses = list(entry, "doses").into_iter().chain(phases.iter().flat_map(|phase| list(phase, "doses")));
    let drugs = doses.filter_map(|dose| text(Some(&dose), "drug"));
    let chosen = list(entry, "one_of").into_iter().filter_map(|name| name.as_text().map(str::to_string));
    let mut all: Vec<String> = Vec::new();
    for name in drugs.chain(chosen).collect::<Vec<_>>() {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}
