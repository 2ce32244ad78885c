//! A scenario before it is checked, to be completed at many points of a sweep.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value as Json;

use super::document::{self, Node, Table, Value};
use super::finding::{self, Finding, Findings, Place, Source};
use super::{Files, LONGEST, NoFiles, Scenario, catalogues, complete_schema, conform, look_further};
use super::{resolve, typed, vary};
use crate::catalogue;

/// A scenario as it was read, with the changes of the command line.
#[derive(Clone, Debug)]
pub struct Template {
    node: Node,
    given: String,
    changes: Vec<String>,
    files: Arc<Texts>,
}

/// Most bytes of all files that a scenario names, at all points of a sweep: the manifest keeps them.
pub const MOST_INPUT: usize = 64 << 20;

/// The files that a scenario names, each read once, so that all points see the same.
#[derive(Debug)]
struct Texts {
    files: Arc<dyn Files>,
    read: Mutex<BTreeMap<String, String>>,
}

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, String> {
        // Texts are put in whole: a panic elsewhere leaves none torn.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = read.get(path) {
            return Ok(text.clone());
        }
        let text = self.files.read(path)?;
        if read.values().map(String::len).sum::<usize>() + text.len() > MOST_INPUT {
            return Err(format!("the files of the scenario are longer than {} MiB", MOST_INPUT >> 20));
        }
        read.insert(path.to_string(), text.clone());
        Ok(text)
    }
}

impl Template {
    /// Reads a scenario that names no files; `vary` are axes as `path=spec` texts, beside those of the scenario.
    ///
    /// # Errors
    /// What is wrong with its form; [`Template::scenario`] tells the rest.
    pub fn read(name: &str, text: &str, changes: &[String], vary: &[String]) -> Result<Template, Findings> {
        Template::read_with(name, text, changes, vary, Arc::new(NoFiles))
    }

    /// As [`Template::read`], with the files that the scenario names.
    ///
    /// # Errors
    /// As [`Template::read`].
    pub fn read_with(
        name: &str,
        text: &str,
        changes: &[String],
        vary: &[String],
        files: Arc<dyn Files>,
    ) -> Result<Template, Findings> {
        let source = Source::new(name, text);
        if text.len() > LONGEST {
            let place = finding::Place::new(&source, 0..0);
            return Err(Findings(vec![Finding::new(place, "", "the scenario is longer than 4 MiB")]));
        }
        let mut node = document::parse(Arc::clone(&source))?;
        let changed = changes.iter().filter_map(|change| {
            let (path, value) = parts(change);
            node.set(path, value).err()
        });
        let mut findings: Vec<Finding> = changed.collect();
        findings.extend(vary.iter().filter_map(|text| add_axis(&mut node, text).err().map(|found| *found)));
        if !findings.is_empty() {
            return Err(Findings(findings));
        }
        let files = Arc::new(Texts { files, read: Mutex::default() });
        Ok(Template { node, given: text.to_string(), changes: changes.to_vec(), files })
    }

    /// The files that were read so far, with their texts: after all points were checked, those of the study.
    pub fn inputs(&self) -> BTreeMap<String, String> {
        self.files.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the axis of a path is written: in the scenario, or in an argument `--vary`.
    pub fn axis(&self, path: &str) -> Option<Place> {
        let axes = self.node.get("sweep.axes")?.as_table()?;
        axes.iter().find(|(key, ..)| key == path).map(|(_, place, _)| place.clone())
    }

    /// The scenario itself.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn scenario(&self) -> Result<Scenario, Findings> {
        let (node, schema) = (self.completed(self.node.clone())?, schema());
        let findings = conform::conform(&node, schema);
        if !findings.is_empty() {
            return Err(look_further(&node, findings, schema, &*self.files));
        }
        self.resolved(&node)
    }

    /// The scenario with other values at some paths, and without its sweep; errors call them `label`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn at(&self, label: &str, settings: &[(String, String)]) -> Result<Scenario, Findings> {
        let given = self.set(label, settings)?;
        if let Ok(scenario) = self.lean(given.clone()) {
            return Ok(scenario);
        }
        let node = self.completed(given)?;
        let findings = conform::conform(&node, schema());
        if !findings.is_empty() {
            return Err(look_further(&node, findings, schema(), &*self.files));
        }
        self.resolved(&node)
    }

    /// As [`Template::at`], for values that were found right before.
    ///
    /// # Errors
    /// When they were not.
    pub fn again(&self, settings: &[(String, String)]) -> Result<Scenario, Findings> {
        let given = self.set("point", settings)?;
        self.lean(given.clone()).or_else(|_| self.resolved(&self.completed(given)?))
    }

    /// The scenario with no more of the catalogue than it can use: the same if it is right, and made in a fraction of the time.
    fn lean(&self, mut node: Node) -> Result<Scenario, Findings> {
        let own = catalogues(&node, &*self.files)?;
        catalogue::complete_lean(&mut node, &own);
        let findings = conform::conform(&node, schema());
        if findings.is_empty() { self.resolved(&node) } else { Err(Findings(findings)) }
    }

    fn set(&self, label: &str, settings: &[(String, String)]) -> Result<Node, Findings> {
        let mut node = self.node.clone();
        node.remove("sweep");
        let set = |(path, text): &(String, String)| node.set_as(label, path, text).err();
        let findings: Vec<Finding> = settings.iter().filter_map(set).collect();
        if findings.is_empty() { Ok(node) } else { Err(Findings(findings)) }
    }

    fn completed(&self, mut node: Node) -> Result<Node, Findings> {
        let own = catalogues(&node, &*self.files)?;
        catalogue::complete(&mut node, &own);
        Ok(node)
    }

    fn resolved(&self, node: &Node) -> Result<Scenario, Findings> {
        let (model, resolved, sweep) = resolve::resolve(node, typed(node)?, &*self.files)?;
        let (given, changes) = (self.given.clone(), self.changes.clone());
        Ok(Scenario { model, resolved, sweep, given, changes })
    }
}

/// The path and the value of a change.
fn parts(change: &str) -> (&str, &str) {
    let (path, value) = change.split_once('=').unwrap_or((change, ""));
    (path.trim(), value.trim())
}

/// Adds an axis of the command line to those of the scenario, or replaces the one of the same path.
fn add_axis(node: &mut Node, text: &str) -> Result<(), Box<Finding>> {
    let (path, place, axis) = vary::axis(text)?;
    let empty = || Node::new(Value::Table(Table::new()), place.clone());
    let Value::Table(root) = &mut node.value else { return Ok(()) };
    let sweep = table_of(root, "sweep", &place, empty);
    let axes = sweep.and_then(|sweep| table_of(sweep, "axes", &place, empty));
    // A sweep that is no table is told with all else that is wrong.
    if let Some(axes) = axes {
        axes.insert(path, place, axis);
    }
    Ok(())
}

fn table_of<'a>(
    table: &'a mut Table,
    key: &str,
    place: &Place,
    empty: impl Fn() -> Node,
) -> Option<&'a mut Table> {
    if table.get(key).is_none() {
        table.insert(key, place.clone(), empty());
    }
    match table.get_mut(key) {
        Some(Node { value: Value::Table(table), .. }) => Some(table),
        _ => None,
    }
}

/// The schema of a completed scenario, made once.
fn schema() -> &'static Json {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    SCHEMA.get_or_init(complete_schema)
}
