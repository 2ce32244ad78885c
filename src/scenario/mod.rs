//! From a scenario file to a [`Model`]: reading, checking, and saying all that is wrong at once.

pub mod axis;
pub mod conform;
pub mod document;
pub mod file;
pub mod finding;
pub mod quantity;
mod repair;
mod resolve;
mod template;
mod vary;

use std::fmt::Debug;

use serde_json::Value;

use crate::catalogue;
use crate::model::Model;
use axis::Sweep;
use document::Node;
use file::{ScenarioFile, TableEntry};
use finding::{Finding, Findings};
pub use resolve::{FIXED, MOST_AXES, Planned, planned};
pub use template::{MOST_INPUT, Template};

/// Longest scenario that is read, bytes.
pub const LONGEST: usize = 4 << 20;

/// Where the files come from that a scenario names; reading is the outer layer's.
pub trait Files: Debug + Send + Sync {
    /// The text of a file, or why it cannot be read.
    ///
    /// # Errors
    /// In words that go on from "cannot be read: ".
    fn read(&self, path: &str) -> Result<String, String>;
}

/// A scenario that stands for itself names no files.
#[derive(Debug)]
struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Result<String, String> {
        Err("this scenario was not read from a folder".to_string())
    }
}

/// A scenario that was read, completed from the catalogue and found right.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What a simulation needs.
    pub model: Model,
    /// The file with every default and every catalogue entry that it uses.
    pub resolved: ScenarioFile,
    /// The sweep that it describes, if any.
    pub sweep: Option<Sweep>,
    /// The text as given.
    pub given: String,
    /// The changes given on the command line, as `path=value`.
    pub changes: Vec<String>,
}

impl Scenario {
    /// Reads a scenario; `name` is what errors call it, `changes` are `path=value` texts.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    ///
    /// ```
    /// use clonetide::scenario::Scenario;
    /// let text = r#"
    /// name = "Birth and death"
    /// study = { horizon = "3 d", replicates = 10 }
    /// disease = { burden = 1, division = "1 /d", death = "0.5 /d" }
    /// "#;
    /// let scenario = Scenario::read("bd.toml", text, &[]).unwrap();
    /// assert_eq!(scenario.model.horizon, 3.0);
    ///
    /// let wrong = Scenario::read("bd.toml", &text.replace("0.5 /d", "0.5 d"), &[]).unwrap_err();
    /// assert_eq!(wrong.0[0].key, "disease.death");
    /// ```
    pub fn read(name: &str, text: &str, changes: &[String]) -> Result<Scenario, Findings> {
        Template::read(name, text, changes, &[])?.scenario()
    }

    /// Whether a table is kept.
    pub fn keeps(&self, table: TableEntry) -> bool {
        self.resolved.record.tables.contains(&table)
    }

    /// Name of the scenario's folder: its name in lower case, without apostrophes, anything else unusual as a hyphen.
    pub fn slug(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let spelled: String = self.model.name.chars().filter(|c| *c != '\'').map(plain).collect();
        let words: Vec<&str> = spelled.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "scenario".to_string() } else { words.join("-") }
    }
}

/// The JSON Schema of a scenario file, as a person writes it: the catalogue supplies what its entries leave out.
pub fn schema() -> Value {
    let mut schema = complete_schema();
    for entry in ["TraitEntry", "DrugEntry", "RegimenEntry"] {
        if let Some(definition) = schema["$defs"][entry].as_object_mut() {
            definition.remove("required");
        }
    }
    schema
}

/// The JSON Schema of a scenario that was completed from the catalogue.
fn complete_schema() -> Value {
    schemars::schema_for!(ScenarioFile).to_value()
}

/// The catalogues that a scenario names. A key of the wrong form is told with all others, later.
fn catalogues(node: &Node, files: &dyn Files) -> Result<Vec<Node>, Findings> {
    let (mut read, mut findings) = (Vec::new(), Vec::new());
    for entry in node.get("catalogue").and_then(Node::as_array).unwrap_or_default() {
        let Some(path) = entry.as_text() else { continue };
        match files.read(path).map(|text| catalogue::read(path, &text)) {
            Ok(Ok(own)) => read.push(own),
            Ok(Err(Findings(found))) => findings.extend(found),
            Err(why) => {
                let finding =
                    Finding::new(entry.place.clone(), "catalogue", format!("cannot be read: {why}"));
                findings.push(
                    finding.found(entry.found()).right("a file beside the scenario, such as \"lab.toml\""),
                );
            }
        }
    }
    if findings.is_empty() { Ok(read) } else { Err(Findings(findings)) }
}

/// Adds to errors of form the errors of meaning that do not follow from them.
fn look_further(node: &Node, mut findings: Vec<Finding>, schema: &Value, files: &dyn Files) -> Findings {
    let meaning = repair::repaired(node, &findings, schema)
        .and_then(|mended| resolve::resolve(&mended, typed(&mended).ok()?, files).err())
        .map_or(Vec::new(), |found| found.0);
    let unrelated = |found: &Finding| findings.iter().all(|known| !repair::depends(&found.key, &known.key));
    let further: Vec<Finding> = meaning.into_iter().filter(unrelated).collect();
    findings.extend(further);
    Findings(findings)
}

/// The document as typed values; conforming documents have them.
fn typed(node: &Node) -> Result<ScenarioFile, Findings> {
    serde_json::from_value(node.to_json()).map_err(|error| {
        Findings(vec![Finding::new(node.place.clone(), "", format!("cannot be read: {error}"))])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::entries;

    /// `conform` looks at no value of the catalogue that comes with the program, because this holds it right.
    #[test]
    fn the_catalogue_conforms() {
        let schema = complete_schema();
        for (kind, entry) in [("trait", "TraitEntry"), ("drug", "DrugEntry"), ("regimen", "RegimenEntry")] {
            let mut of_entry = schema["$defs"][entry].clone();
            of_entry["$defs"] = schema["$defs"].clone();
            assert!(of_entry["properties"].is_object(), "{entry}");
            for (name, _, node) in entries(kind) {
                let found = conform::conform_all(node, &of_entry);
                assert!(found.is_empty(), "{kind} {name}: {}", Findings(found).render(false));
                let mut wrong = node.clone();
                assert!(wrong.set("no_such_key", "1").is_ok());
                assert_eq!(
                    conform::conform_all(&wrong, &of_entry).len(),
                    1,
                    "{kind} {name}: a wrong key is seen"
                );
            }
        }
    }
}
