//! A scenario as it was written: an owned tree of values that each know their place.

mod depth;
mod path;
mod read;

use std::sync::Arc;

use serde_json::{Map, Number};

use super::finding::{Finding, Findings, Place, Source, printable};

/// The most levels of lists and tables that may stand in one another.
pub const DEPTH_LIMIT: usize = 64;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands; for a table, its header.
    pub place: Place,
}

/// A value of any kind.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// A number with a point or an exponent, or a whole number too large for [`Value::Integer`].
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A date, a time, or both, as written.
    Date(String),
    /// A list.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys and values, in the order they were written.
#[derive(Clone, Debug, Default)]
pub struct Table {
    entries: Vec<(String, Place, Node)>,
}

impl Table {
    /// A table without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.iter().find(|entry| entry.0 == key).map(|entry| &entry.2)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.0 == key).map(|entry| &mut entry.2)
    }

    /// Gives a key a value, and returns the one it had; a new key goes to the end.
    pub fn insert(&mut self, key: impl Into<String>, place: Place, node: Node) -> Option<Node> {
        let key = key.into();
        match self.entries.iter_mut().find(|entry| entry.0 == key) {
            Some(entry) => Some(std::mem::replace(entry, (key, place, node)).2),
            None => {
                self.entries.push((key, place, node));
                None
            }
        }
    }

    /// Takes a key and its value out.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|entry| entry.0 == key)?;
        Some(self.entries.remove(at).2)
    }

    /// The keys, their places and their values, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, Place, Node)> {
        self.entries.iter()
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|entry| entry.0.as_str())
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a (String, Place, Node);
    type IntoIter = std::slice::Iter<'a, (String, Place, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Reads a scenario.
///
/// # Errors
///
/// All the errors of syntax in the text.
pub fn parse(source: Arc<Source>) -> Result<Node, Findings> {
    read::document(&source)
}

/// Reads one value that begins at byte `start` of a source; what is no value of TOML is a text.
pub(super) fn read_value(source: &Arc<Source>, start: usize) -> Result<Node, Box<Finding>> {
    read::value(source, start)
}

/// Joins a key to the path of its table, in quotes where the key needs them.
pub fn join(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    let quote = if key.contains('"') { '\'' } else { '"' };
    let key = if bare { key.to_owned() } else { format!("{quote}{key}{quote}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

impl Node {
    /// A value at a place.
    pub fn new(value: Value, place: Place) -> Self {
        Self { value, place }
    }

    /// The table, if the value is one.
    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The list, if the value is one.
    pub fn as_array(&self) -> Option<&[Node]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    /// The text, if the value is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The value at a path such as `arm.0.name`, `arm[0].name` or `trait."a.b".cost`.
    pub fn get(&self, path: &str) -> Option<&Self> {
        path::segments(path).ok()?.iter().try_fold(self, |node, segment| node.child(segment))
    }

    /// The place of the value at a path, or of the nearest value above it.
    pub fn place_of(&self, path: &str) -> Place {
        let mut node = self;
        for segment in path::segments(path).unwrap_or_default() {
            let Some(child) = node.child(&segment) else { break };
            node = child;
        }
        node.place.clone()
    }

    fn child(&self, segment: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(table) => table.get(segment),
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Sets the value at a path, as `--set path=text` does, and makes the tables that are missing.
    ///
    /// The text is read as a value of the scenario's own syntax; what cannot be read so is a text.
    ///
    /// # Errors
    ///
    /// When the path is malformed, leads past the end of a list, or through a value without keys.
    #[expect(clippy::result_large_err, reason = "a failed option is rare, and ends the run")]
    pub fn set(&mut self, path: &str, text: &str) -> Result<(), Finding> {
        self.set_as("--set", path, text)
    }

    /// As [`Node::set`], for an option or a point of another name.
    ///
    /// # Errors
    ///
    /// As [`Node::set`].
    #[expect(clippy::result_large_err, reason = "a failed option is rare, and ends the run")]
    pub fn set_as(&mut self, label: &str, path: &str, text: &str) -> Result<(), Finding> {
        path::set(self, label, path, text).map_err(|finding| *finding)
    }

    /// Takes the value at a path out of its table.
    pub fn remove(&mut self, path: &str) -> Option<Self> {
        let parts = path::segments(path).ok()?;
        let (last, above) = parts.split_last()?;
        path::table(self, above)?.remove(last)
    }

    /// Gives a key of the table at a path a value, which keeps its place; nothing happens if there is no table.
    pub fn put(&mut self, path: &str, key: &str, value: Self) {
        let parts = if path.is_empty() { Ok(Vec::new()) } else { path::segments(path) };
        if let Some(table) = parts.ok().and_then(|parts| path::table(self, &parts)) {
            table.insert(key, value.place.clone(), value);
        }
    }

    /// Takes from `base`, whole, each key that this table does not have.
    #[must_use]
    pub fn overlay(mut self, base: Self) -> Self {
        if let (Value::Table(own), Value::Table(base)) = (&mut self.value, base.value) {
            let missing = base.entries.into_iter().filter(|entry| own.get(&entry.0).is_none());
            let missing: Vec<_> = missing.collect();
            own.entries.extend(missing);
        }
        self
    }

    /// The value as JSON; null for a number that JSON cannot hold.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Text(text) | Value::Date(text) => Json::String(text.clone()),
            Value::Integer(number) => integer(*number),
            Value::Float(number) => float(*number),
            Value::Boolean(truth) => Json::Bool(*truth),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Table(table) => Json::Object(
                table.iter().map(|(key, _, node)| (key.clone(), node.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// What kind of value it is, for sentences.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The value in at most 60 printable characters.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("\"{}\"", shortened(text, FOUND_LIMIT - 2)),
            Value::Integer(number) => self.as_written(number.to_string()),
            Value::Float(number) => self.as_written(number.to_string()),
            Value::Boolean(truth) => truth.to_string(),
            Value::Date(text) => shortened(text, FOUND_LIMIT),
            Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
            Value::Array(items) => format!("a list of {}", items.len()),
            Value::Table(table) if table.is_empty() => "an empty table".to_owned(),
            Value::Table(table) => shortened(
                &format!("a table with {}", table.keys().collect::<Vec<_>>().join(", ")),
                FOUND_LIMIT,
            ),
        }
    }

    /// A number as it stands in the source, where it does.
    fn as_written(&self, number: String) -> String {
        let written = self.place.text().trim();
        let text = if written.is_empty() { &number } else { written };
        shortened(text, FOUND_LIMIT)
    }
}

/// The most characters of a value shown.
const FOUND_LIMIT: usize = 60;

/// A text made printable, cut to `limit` characters.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return printable(text);
    }
    let short: String = text.chars().take(limit - 1).collect();
    printable(&short) + "…"
}

fn integer(number: i128) -> serde_json::Value {
    let signed = i64::try_from(number).map(Number::from);
    signed.or_else(|_| u64::try_from(number).map(Number::from)).map_or(serde_json::Value::Null, Into::into)
}

fn float(number: f64) -> serde_json::Value {
    match whole(number) {
        // A whole number such as 1e3 must also fit a key that counts.
        Some(whole) => integer(whole),
        None => Number::from_f64(number).map_or(serde_json::Value::Null, Into::into),
    }
}

/// The whole number that a number is exactly, if 64 bits hold it.
pub fn whole(number: f64) -> Option<i128> {
    // Both bounds are powers of two, so the comparison and the conversion are exact.
    let fits = (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&number);
    (fits && number.fract() == 0.0).then_some(number as i128)
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
