//! The JSON Schema of a file as pages for a reader: a table of keys for every table that can be written.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

/// Where the laws of numbers that differ between patients are described.
const LAWS: &str = "laws";

/// What stands before the tables.
const INTRODUCTION: &str = "
<!-- Made by `clonetide schema --markdown`, which tests/book.rs holds this page against; `just reference` writes it anew. -->

Every key of such a file, from the program's own schema (`clonetide schema`), which editors use too. `[]` after a key stands for
each entry of a list (`[[arm]]`, or `lines = [...]`), `NAME` for a name that is yours or the catalogue's. A time, a rate or a concentration is
a text with its unit; `clonetide check` says at once which key is wrong, where, and what would be right.
";

/// The reference of a schema as Markdown, under a title.
pub fn markdown(schema: &Value, title: &str) -> String {
    let none = Map::new();
    let defs = schema["$defs"].as_object().unwrap_or(&none);
    let mut reference =
        Reference { defs, known: BTreeMap::new(), law: None, text: format!("# {title}\n{INTRODUCTION}") };
    reference.section("", "The whole file", schema);
    reference.laws();
    reference.text.trim_end().to_string()
}

struct Reference<'a> {
    defs: &'a Map<String, Value>,
    /// Definitions that have a section, and its path.
    known: BTreeMap<String, String>,
    /// The first number met that can be a law.
    law: Option<&'a Value>,
    text: String,
}

/// A part of the file that gets a section of its own.
type Pending<'a> = Vec<(String, &'a Value)>;

impl<'a> Reference<'a> {
    /// A section, then those of the tables within it.
    fn section(&mut self, path: &str, heading: &str, node: &'a Value) {
        let anchor =
            if path.is_empty() { String::new() } else { format!("<a id=\"{}\"></a>\n\n", anchor(path)) };
        // Writing to a string cannot fail.
        let _ = write!(self.text, "\n{anchor}## {heading}\n\n{}\n", sentence(node));
        let mut pending = Vec::new();
        let choices: Vec<&Value> = alternatives(node).collect();
        if choices.is_empty() {
            self.keys(path, node, &mut pending);
        }
        for choice in choices {
            let choice = self.target(choice).1;
            let kind = if is_table(choice) {
                String::new()
            } else {
                format!(" ({})", self.kind(path, choice, &mut pending))
            };
            let _ = write!(self.text, "\nEither: {}{kind}\n", sentence(choice));
            self.keys(path, choice, &mut pending);
        }
        for (path, node) in pending {
            self.section(&path, &format!("`{path}`"), node);
        }
    }

    /// The table of the keys of a table.
    fn keys(&mut self, path: &str, node: &'a Value, pending: &mut Pending<'a>) {
        let Some(properties) = node["properties"].as_object() else { return };
        let needed: Vec<&str> =
            node["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        self.text.push_str("\n| key | value | if left out | meaning |\n| --- | --- | --- | --- |\n");
        for (key, value) in properties {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let kind = self.kind(&path, value, pending);
            let absent =
                if needed.contains(&key.as_str()) { "must be given".to_string() } else { default(value) };
            let meaning = format!("{} {}", sentence(value), self.words(value));
            let row = [format!("`{key}`"), kind, absent, meaning.trim().to_string()]
                .map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
    }

    /// What kind of value stands at a path. A table is put off to a section of its own.
    fn kind(&mut self, path: &str, node: &'a Value, pending: &mut Pending<'a>) -> String {
        let (name, node) = self.target(node);
        if let Some(first) = law(node) {
            self.law.get_or_insert(node);
            let plain = self.kind(path, first, pending);
            return format!("{plain}, or a [law](#{LAWS})");
        }
        if let Some(constants) = constants(node) {
            return constants.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        }
        let choices: Vec<&Value> = alternatives(node).collect();
        if let [only] = choices.as_slice() {
            return self.kind(path, only, pending);
        }
        if !choices.is_empty()
            && choices.iter().all(|choice| !is_table(self.target(choice).1) && !is_list(choice))
        {
            let kinds: Vec<String> = choices.iter().map(|choice| self.kind(path, choice, pending)).collect();
            return kinds.join(" or ");
        }
        if is_table(node) || !choices.is_empty() {
            return self.table(path, name, node, pending);
        }
        if is_list(node) {
            let items = &node["items"];
            return format!(
                "list of {}",
                if items.is_object() {
                    self.kind(&format!("{path}[]"), items, pending)
                } else {
                    "values".to_string()
                }
            );
        }
        if node["additionalProperties"].is_object() {
            let kind = self.kind(&format!("{path}.NAME"), &node["additionalProperties"], pending);
            return format!("{kind} for each name");
        }
        leaf(node)
    }

    /// A link to the section of a table, which is written later if there is none.
    fn table(
        &mut self,
        path: &str,
        name: Option<&str>,
        node: &'a Value,
        pending: &mut Pending<'a>,
    ) -> String {
        let name = name.map_or_else(|| path.to_string(), str::to_string);
        let place = self.known.entry(name).or_insert_with(|| {
            pending.push((path.to_string(), node));
            path.to_string()
        });
        format!("[table](#{})", anchor(place))
    }

    /// The meaning of the words that a key can have.
    fn words(&self, node: &Value) -> String {
        let node = match alternatives(node).collect::<Vec<_>>().as_slice() {
            [only] => self.target(only).1,
            _ => self.target(node).1,
        };
        let meaning = |(word, text): (String, String)| format!("`{word}`: {text}");
        constants(node).into_iter().flatten().map(meaning).collect::<Vec<_>>().join(" ")
    }

    /// The laws of numbers that differ between patients, which every such number can have.
    fn laws(&mut self) {
        let Some(node) = self.law else { return };
        let _ = write!(
            self.text,
            "\n<a id=\"{LAWS}\"></a>\n\n## Laws\n\nA number that can differ between patients is a value or one of these, \
             such as `{{ lognormal = {{ median = 8e11, cv = 0.6 }} }}`. Values carry the unit of the number.\n\n\
             | law | its keys |\n| --- | --- |\n"
        );
        for choice in alternatives(node).skip(1) {
            for (law, value) in choice["properties"].as_object().into_iter().flatten() {
                let (_, entry) = self.target(value);
                let keys = entry["properties"].as_object().into_iter().flatten();
                let keys: Vec<String> =
                    keys.map(|(key, value)| format!("`{key}`: {}", sentence(value))).collect();
                let _ = writeln!(self.text, "| `{law}` | {} {} |", sentence(value), keys.join(" "));
            }
        }
    }

    /// What a node refers to, with the name of the definition.
    fn target<'b>(&self, node: &'b Value) -> (Option<&'b str>, &'b Value)
    where
        'a: 'b,
    {
        let name = node["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"));
        name.and_then(|name| Some((Some(name), self.defs.get(name)?))).unwrap_or((None, node))
    }
}

/// The alternatives of a node, but for its absence.
fn alternatives(node: &Value) -> impl Iterator<Item = &Value> {
    node["anyOf"].as_array().into_iter().flatten().filter(|choice| choice["type"] != "null")
}

/// The plain value of a number that can be a law.
fn law(node: &Value) -> Option<&Value> {
    let choices: Vec<&Value> = alternatives(node).collect();
    choices.get(1)?["properties"].get("lognormal").map(|_| choices[0])
}

/// The words that a node can be, and what each means.
fn constants(node: &Value) -> Option<Vec<(String, String)>> {
    let choices = node["oneOf"].as_array()?;
    let word = |choice: &Value| Some((choice.get("const")?.to_string(), sentence(choice)));
    choices.iter().map(word).collect()
}

/// Whether it is a list, or a list or nothing.
fn is_list(node: &Value) -> bool {
    let kinds = node["type"].as_array().into_iter().flatten().chain([&node["type"]]);
    kinds.into_iter().any(|kind| kind == "array")
}

fn is_table(node: &Value) -> bool {
    node["properties"].is_object()
}

/// What a node says of itself, on one line.
fn sentence(node: &Value) -> String {
    node["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What holds if a key is left out; nothing where that is a table of defaults, or nothing at all.
fn default(node: &Value) -> String {
    match &node["default"] {
        Value::Null | Value::Object(_) => String::new(),
        Value::Array(list) if list.is_empty() => String::new(),
        Value::String(text) if text.is_empty() => String::new(),
        value => format!("`{value}`"),
    }
}

/// A value that is no table.
fn leaf(node: &Value) -> String {
    if let Some(quantity) = node["x-quantity"].as_str() {
        let example = node["examples"][0].as_str().map(|example| format!(", such as `\"{example}\"`"));
        return format!("{quantity}{}", example.unwrap_or_default());
    }
    let kinds =
        node["type"].as_array().into_iter().flatten().chain([&node["type"]]).filter_map(Value::as_str);
    let kind = kinds.filter(|kind| *kind != "null").map(word).collect::<Vec<_>>().join(" or ");
    let end = |name: &str| node[name].as_f64().map(number);
    match (end("minimum"), end("maximum")) {
        (Some(low), Some(high)) => format!("{kind}, {low} to {high}"),
        (Some(low), None) => format!("{kind}, at least {low}"),
        (None, Some(high)) => format!("{kind}, at most {high}"),
        (None, None) => kind,
    }
}

fn word(kind: &str) -> &'static str {
    match kind {
        "string" => "text",
        "integer" => "whole number",
        "boolean" => "`true` or `false`",
        _ => "number",
    }
}

/// As people write it: with a power of ten where there would be many zeros.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) { format!("{value:e}") } else { value.to_string() }
}

/// The anchor of a section.
fn anchor(path: &str) -> String {
    path.chars()
        .filter_map(|c| match c {
            '.' => Some('-'),
            c if c.is_ascii_alphanumeric() || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example() -> Value {
        json!({
            "description": "A file.",
            "properties": {
                "size": { "anyOf": [{ "$ref": "#/$defs/Draw" }, { "type": "null" }], "description": "How large." },
                "law": { "$ref": "#/$defs/Law", "description": "Which law.", "default": "none" },
                "part": { "type": "array", "items": { "$ref": "#/$defs/Part" }, "description": "Parts." },
                "days": { "type": ["array", "null"], "items": { "$ref": "#/$defs/Time" }, "description": "Days." },
                "other": { "additionalProperties": { "$ref": "#/$defs/Part" }, "description": "Other parts." },
            },
            "required": ["part"],
            "$defs": {
                "Draw": { "anyOf": [
                    { "$ref": "#/$defs/Time" },
                    { "properties": { "lognormal": { "$ref": "#/$defs/LogNormal", "description": "Lognormal." } } },
                ] },
                "Time": { "type": "string", "x-quantity": "time", "examples": ["28 d"] },
                "LogNormal": { "properties": { "median": { "type": "string", "description": "Median." } } },
                "Law": { "oneOf": [{ "const": "none", "description": "None." }, { "const": "some", "description": "A | B." }] },
                "Part": { "description": "A part.", "anyOf": [
                    { "type": "number", "minimum": 0.0, "maximum": 1e15, "description": "Its share." },
                    { "properties": { "count": { "type": ["integer", "null"], "minimum": 1 } }, "description": "In full." },
                ] },
            },
        })
    }

    #[test]
    fn every_key_has_a_row_with_what_it_can_be() {
        let text = markdown(&example(), "The keys of an example");
        assert!(text.starts_with("# The keys of an example\n\n"));
        for row in [
            "| `size` | time, such as `\"28 d\"`, or a [law](#laws) |  | How large. |",
            "| `law` | `\"none\"` or `\"some\"` | `\"none\"` | Which law. `\"none\"`: None. `\"some\"`: A \\| B. |",
            "| `part` | list of [table](#part) | must be given | Parts. |",
            "| `days` | list of time, such as `\"28 d\"` |  | Days. |",
            "| `other` | [table](#part) for each name |  | Other parts. |",
            "<a id=\"part\"></a>\n\n## `part[]`\n\nA part.\n\nEither: Its share. (number, 0 to 1e15)\n\nEither: In full.\n",
            "| `count` | whole number, at least 1 |  |  |",
            "| `lognormal` | Lognormal. `median`: Median. |",
        ] {
            assert!(text.contains(row), "{row}\nis not in\n{text}");
        }
        assert_eq!(text.matches("\n## ").count(), 3, "each table is described once");
    }
}
