//! What the catalogue says of the use of its parameters is true: the place exists, and the value there is within the
//! parameter's range. "guides" before a place says that the parameter stands behind the value without being it.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

use std::path::Path;
use std::sync::Arc;

use clonetide::catalogue::entries;
use clonetide::scenario::document::{self, Node};
use clonetide::scenario::finding::Source;
use clonetide::scenario::{Scenario, schema};
use clonetide::units::{self, Dimension};
use serde_json::Value;

/// A ratio of two values that count as the same: some are rounded to two digits.
const ROUNDING: f64 = 1.01;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str, text: String) -> Node {
    document::parse(Arc::clone(&Source::new(name, text))).unwrap()
}

/// A scenario that says no more than it must, with all that follows from it.
fn defaults(isotype: &str) -> Node {
    let text = format!(
        "name = \"least\"\nstudy.horizon = \"1 d\"\n[disease]\nburden = 1\ndivision = \"1 /d\"\ndeath = \"1 /d\"\n\
         [visits]\nevery = \"28 d\"\nm_protein.isotype = {isotype:?}\n"
    );
    let resolved = Scenario::read("least.toml", &text, &[]).unwrap().resolved;
    read("defaults", toml::to_string(&resolved).unwrap())
}

/// The value at a place; none for a file, which is there as a whole.
fn value(place: &str) -> Option<Node> {
    let found = if let Some(key) = place.strip_prefix("default of ") {
        let (key, isotype) = key.split_once(" for ").unwrap_or((key, "mixed"));
        defaults(isotype).get(key).cloned()
    } else if let Some((key, file)) = place.split_once(" in ") {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("no file {file}"));
        read(file, text).get(key).cloned()
    } else if place.starts_with("src/") {
        assert!(root().join(place).is_file(), "no file {place}");
        return None;
    } else {
        let (kind, path) = place.split_once('.').unwrap();
        let (name, key) = path.split_once('.').unwrap_or((path, ""));
        let entry = entries(kind).get(name);
        if key.is_empty() { entry.cloned() } else { entry.and_then(|entry| entry.get(key)).cloned() }
    };
    Some(found.unwrap_or_else(|| panic!("there is no {place}")))
}

/// The number at a place in days, per day, g/L, pg per day or without a unit, and whether it is a time.
fn number(node: &Node) -> Option<(f64, bool)> {
    let median = node.get("lognormal").and_then(|law| law.get("median"));
    match median.unwrap_or(node).to_json() {
        Value::Number(number) => Some((number.as_f64()?, false)),
        Value::String(text) => {
            let read = |dimension| units::parse(&text, dimension).ok();
            let plain = [Dimension::Rate, Dimension::Concentration, Dimension::Secretion];
            let time = read(Dimension::Time).map(|days| (days, true));
            time.or_else(|| plain.into_iter().find_map(read).map(|value| (value, false)))
        }
        _ => None,
    }
}

/// What a parameter's number is multiplied by to be in days, per day, g/L or a share.
fn factor(unit: &str) -> f64 {
    match unit {
        "%" => 0.01,
        "h" => 1.0 / 24.0,
        "/y" => 1.0 / 365.25,
        "g/dL" => 10.0,
        "cells" | "cells/cells" | "/d" | "d" | "g/L" | "pg/cell/d" | "per division" | "fraction"
        | "log10" | "-" => 1.0,
        other => panic!("no value in {other} is compared"),
    }
}

/// The range of a parameter in the units of [`number`]; none if it has no number.
fn range(entry: &Node) -> Option<(f64, f64)> {
    let of = |key: &str| entry.get(key)?.to_json().as_f64();
    let (low, high) = (of("low").or(of("typical"))?, of("high").or(of("typical"))?);
    let factor = factor(entry.get("unit")?.as_text()?);
    Some((low * factor, high * factor))
}

/// Whether the value at a place lies in the parameter's range; none where there is no number to compare.
fn fits(entry: &Node, at: &Node) -> Option<bool> {
    let (low, high) = range(entry)?;
    let (found, is_time) = number(at)?;
    let is_rate = entry.get("unit")?.as_text()?.starts_with('/');
    let found = if is_time && is_rate { std::f64::consts::LN_2 / found } else { found };
    Some(low / ROUNDING <= found && found <= high * ROUNDING)
}

#[test]
fn where_a_parameter_is_used_its_value_is() {
    let mut compared = 0;
    for (name, _, entry) in entries("parameter") {
        for place in entry.get("used").and_then(Node::as_array).unwrap_or_default() {
            let place = place.as_text().unwrap();
            if let Some(guided) = place.strip_prefix("guides ") {
                assert!(value(guided).is_some(), "{name}: {place} is a whole file");
            } else if let Some(at) = value(place).filter(|_| !place.starts_with("parameter.")) {
                let fits =
                    fits(entry, &at).unwrap_or_else(|| panic!("{name}: nothing to compare at {place}"));
                assert!(fits, "{name}: {} at {place}", at.to_json());
                compared += 1;
            }
        }
    }
    assert!(compared >= 30, "only {compared} values were compared");
}

#[test]
fn every_parameter_is_used_or_says_why_not() {
    let schema = schema().to_string();
    for (name, _, entry) in entries("parameter") {
        let used = entry.get("used").and_then(Node::as_array).is_some_and(|places| !places.is_empty());
        let why = entry.get("unused").and_then(Node::as_text);
        assert!(used != why.is_some(), "{name}: either used or unused");
        let why = why.unwrap_or("used, and said where above");
        assert!(why.split_whitespace().count() >= 4, "{name}: {why:?}");
        for key in why.split('`').skip(1).step_by(2) {
            let last = key.rsplit('.').next().unwrap();
            assert!(schema.contains(&format!("\"{last}\":")), "{name}: scenarios have no key {key}");
        }
    }
}
