//! Checks a document against the JSON Schema of a scenario, and collects all that does not fit.

mod describe;
mod schema;
mod tables;

use std::sync::Arc;

use serde_json::Value as Json;

use self::describe::{describe, kinds, number, one_of, things};
use self::schema::{Alternative, alternatives};
use super::document::{DEPTH_LIMIT, Node, Value, whole};
use super::finding::{Finding, Source, suggest};
use crate::catalogue::is_built_in;
use crate::units::{self, Dimension};

/// All the ways in which a document does not fit a schema.
pub fn conform(node: &Node, schema: &Json) -> Vec<Finding> {
    walked(node, schema, true)
}

/// As [`conform`], and looks at what our catalogue gives too.
#[cfg(test)]
pub fn conform_all(node: &Node, schema: &Json) -> Vec<Finding> {
    walked(node, schema, false)
}

fn walked<'s>(node: &'s Node, schema: &'s Json, trusting: bool) -> Vec<Finding> {
    let mut walk = Walk { root: schema, source: &node.place.source, trusting, findings: Vec::new() };
    walk.check(&At { key: String::new(), depth: 0 }, node, schema);
    walk.findings
}

/// Where the walk is.
struct At {
    key: String,
    depth: usize,
}

impl At {
    fn below(&self, key: String) -> Self {
        Self { key, depth: self.depth + 1 }
    }

    /// A finding about the value here.
    fn wrong(&self, node: &Node, problem: impl Into<String>) -> Finding {
        Finding::new(node.place.clone(), self.key.as_str(), problem).found(node.found())
    }
}

struct Walk<'s> {
    root: &'s Json,
    /// The text of the scenario; what changes it comes from elsewhere.
    source: &'s Arc<Source>,
    /// Whether what our catalogue gives is taken for right.
    trusting: bool,
    findings: Vec<Finding>,
}

impl<'s> Walk<'s> {
    fn check(&mut self, at: &At, node: &Node, schema: &'s Json) {
        // What our catalogue gives is right, and much more than what a scenario says: a test holds it.
        if self.trusting && is_built_in(&node.place) {
            return;
        }
        let all = alternatives(schema, self.root);
        if at.depth > DEPTH_LIMIT {
            self.findings.push(at.wrong(node, format!("nested more than {DEPTH_LIMIT} levels deep")));
        } else if let Some(finding) = unusable(at, node, &all) {
            self.findings.push(finding);
        } else {
            self.fitting(at, node, &all);
        }
    }

    /// Checks a value against the alternatives of its kind.
    fn fitting(&mut self, at: &At, node: &Node, all: &[Alternative<'s>]) {
        let taking: Vec<Alternative<'s>> = all.iter().filter(|one| one.takes(node)).cloned().collect();
        let finding = match &node.value {
            _ if taking.is_empty() => Some(wrong_kind(at, node, all)),
            Value::Table(table) => return self.table(at, node, table, &taking),
            Value::Array(items) => return self.array(at, node, items, &taking),
            Value::Text(text) => wrong_text(at, node, text, &taking),
            Value::Integer(_) | Value::Float(_) => wrong_number(at, node, &taking),
            Value::Boolean(_) | Value::Date(_) => wrong_fixed(at, node, &taking),
        };
        self.findings.extend(finding);
    }

    fn array(&mut self, at: &At, node: &Node, items: &[Node], lists: &[Alternative<'s>]) {
        let Some(list) = self.list_for(items, lists) else { return };
        self.findings.extend(wrong_length(at, node, items.len(), &list));
        for (index, item) in items.iter().enumerate() {
            let below = at.below(format!("{}[{index}]", at.key));
            self.check(&below, item, list.item(index));
        }
    }

    /// Of several lists, the one whose items are of the kind of the first item.
    fn list_for(&self, items: &[Node], lists: &[Alternative<'s>]) -> Option<Alternative<'s>> {
        let takes = |list: &&Alternative<'s>, item| {
            alternatives(list.item(0), self.root).iter().any(|one| one.takes(item))
        };
        let fitting = items.first().and_then(|item| lists.iter().find(|list| takes(list, item)));
        fitting.or_else(|| lists.first()).cloned()
    }
}

/// A number that no computation can use, whatever the schema says.
fn unusable(at: &At, node: &Node, all: &[Alternative<'_>]) -> Option<Finding> {
    let problem = match node.value {
        Value::Float(number) if !number.is_finite() => "not a finite number",
        Value::Integer(number) if !fits_64_bits(number) => "too large for a whole number of 64 bits",
        _ => return None,
    };
    Some(at.wrong(node, problem).right(describe(all)))
}

fn fits_64_bits(number: i128) -> bool {
    i64::try_from(number).is_ok() || u64::try_from(number).is_ok()
}

fn wrong_kind(at: &At, node: &Node, all: &[Alternative<'_>]) -> Finding {
    if let Some(finding) = bare_number(at, node, all) {
        return finding;
    }
    let problem = format!("{} where {} is needed", node.kind(), kinds(all));
    at.wrong(node, problem).right(describe(all)).suggestion(rewritten(node, all))
}

/// A number where the schema wants one with a unit.
fn bare_number(at: &At, node: &Node, all: &[Alternative<'_>]) -> Option<Finding> {
    let number = match node.value {
        Value::Integer(number) => number as f64,
        Value::Float(number) => number,
        _ => return None,
    };
    let dimension = all.iter().find_map(Alternative::dimension)?;
    let right = with_unit(&node.found(), dimension)
        .or_else(|| with_unit(&describe::number(number), dimension))
        .unwrap_or_else(|| format!("{dimension} such as \"{}\"", dimension.example()));
    Some(at.wrong(node, format!("a number without a unit where {dimension} is needed")).right(right))
}

/// The number with the base unit, where that makes a quantity.
fn with_unit(number: &str, dimension: Dimension) -> Option<String> {
    let text = format!("{number} {}", dimension.unit());
    units::parse(&text, dimension).ok().map(|_| format!("\"{text}\""))
}

/// The value written so that its kind fits: out of its quotes, into quotes, or into a list.
fn rewritten(node: &Node, all: &[Alternative<'_>]) -> Option<String> {
    let takes = |name: &str| all.iter().any(|one| one.types().contains(&name));
    let numeric = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    match &node.value {
        Value::Text(text) if numeric(text) && (takes("number") || takes("integer")) => Some(text.clone()),
        Value::Text(text) if takes("boolean") && ["true", "false"].contains(&text.as_str()) => {
            Some(text.clone())
        }
        Value::Text(_) if takes("array") => Some(format!("[{}]", node.found())),
        Value::Date(_) if takes("string") => Some(format!("\"{}\"", node.found())),
        _ => None,
    }
}

/// What is wrong with a text; nothing when one of the alternatives accepts it.
fn wrong_text(at: &At, node: &Node, text: &str, all: &[Alternative<'_>]) -> Option<Finding> {
    let words: Vec<&str> = all.iter().flat_map(Alternative::words).collect();
    if words.contains(&text) {
        return None;
    }
    let near = suggest(text, words.iter().copied()).map(|word| format!("\"{word}\""));
    let free = all.iter().filter(|one| one.fixed().is_empty());
    let problems: Vec<Option<Finding>> = free.map(|one| wrong_free_text(at, node, text, one)).collect();
    if problems.iter().any(Option::is_none) {
        return None;
    }
    let finding =
        problems.into_iter().flatten().next().unwrap_or_else(|| {
            at.wrong(node, format!("unknown value {}", node.found())).right(one_of(&words))
        });
    let right = if all.len() > 1 { Some(describe(all)) } else { finding.right.clone() };
    let suggestion = near.or_else(|| finding.suggestion.clone());
    Some(Finding { right, suggestion, ..finding })
}

fn wrong_free_text(at: &At, node: &Node, text: &str, one: &Alternative<'_>) -> Option<Finding> {
    if let Some(dimension) = one.dimension() {
        let error = units::parse(text, dimension).err()?;
        return Some(at.wrong(node, error.problem()).right(error.right()).suggestion(error.suggestion()));
    }
    let length = text.chars().count();
    let problem = match () {
        () if length == 0 && one.count("minLength") > Some(0) => "an empty text".to_owned(),
        () => out_of_bounds(length, one.count("minLength"), one.count("maxLength"), "character")?,
    };
    Some(at.wrong(node, problem).right(describe(std::slice::from_ref(one))))
}

fn wrong_length(at: &At, node: &Node, length: usize, list: &Alternative<'_>) -> Option<Finding> {
    let problem = out_of_bounds(length, list.count("minItems"), list.count("maxItems"), "item")?;
    Some(at.wrong(node, problem).right(describe(std::slice::from_ref(list))))
}

fn out_of_bounds(length: usize, least: Option<usize>, most: Option<usize>, thing: &str) -> Option<String> {
    let has = things(length, thing);
    match (least, most) {
        (Some(least), _) if length < least => Some(format!("{has} where at least {least} must be")),
        (_, Some(most)) if length > most => Some(format!("{has} where at most {most} may be")),
        _ => None,
    }
}

/// What is wrong with a number; nothing when one of the alternatives accepts it.
fn wrong_number(at: &At, node: &Node, all: &[Alternative<'_>]) -> Option<Finding> {
    let problems: Vec<Option<String>> = all.iter().map(|one| number_problem(node, one)).collect();
    if problems.iter().any(Option::is_none) {
        return wrong_fixed(at, node, all);
    }
    let problem = problems.into_iter().flatten().next()?;
    Some(at.wrong(node, problem).right(describe(all)))
}

fn number_problem(node: &Node, one: &Alternative<'_>) -> Option<String> {
    let (exact, value) = match node.value {
        Value::Integer(exact) => (Some(exact), exact as f64),
        Value::Float(value) => (whole(value), value),
        _ => return None,
    };
    let (low, high) = one.range();
    let exact = exact.filter(|_| one.counts());
    let bound = |keyword: &str| one.bound(keyword);
    match () {
        () if bound("minimum").is_some_and(|low| value < low) => must(one, "at least", "minimum"),
        () if bound("maximum").is_some_and(|high| value > high) => must(one, "at most", "maximum"),
        () if bound("exclusiveMinimum").is_some_and(|low| value <= low) => {
            must(one, "above", "exclusiveMinimum")
        }
        () if bound("exclusiveMaximum").is_some_and(|high| value >= high) => {
            must(one, "below", "exclusiveMaximum")
        }
        () if exact.is_some_and(|exact| exact < low) => Some(format!("must be at least {low}")),
        () if exact.is_some_and(|exact| exact > high) => Some(format!("must be at most {high}")),
        () => None,
    }
}

fn must(one: &Alternative<'_>, relation: &str, keyword: &str) -> Option<String> {
    one.bound(keyword).map(|bound| format!("must be {relation} {}", number(bound)))
}

/// A value that is not among the fixed ones.
fn wrong_fixed(at: &At, node: &Node, all: &[Alternative<'_>]) -> Option<Finding> {
    let same = |value: &&Json| **value == node.to_json();
    if all.iter().any(|one| one.fixed().is_empty() || one.fixed().iter().any(same)) {
        return None;
    }
    let values: Vec<String> = all.iter().flat_map(Alternative::fixed).map(Json::to_string).collect();
    Some(at.wrong(node, "not one of the values accepted").right(values.join(", ")))
}

#[cfg(test)]
#[path = "conform_tests.rs"]
mod tests;
