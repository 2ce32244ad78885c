//! `--vary PATH=SPEC`: an axis from the command line, as a node of the scenario.

use std::sync::Arc;

use super::document::{Node, Table, Value, read_value};
use super::finding::{Finding, Place, Source};

/// What a specification looks like.
const RIGHT: &str =
    "a list such as [1, 2, 5] or a range such as 0.01..0.05:5 /d, or log 1e-9..1e-6:4 for equal factors";

/// The path and the axis of `PATH=SPEC`.
pub(super) fn axis(text: &str) -> Result<(String, Place, Node), Box<Finding>> {
    let source = Source::new(format!("--vary {text}"), text);
    let (path, spec) = text.split_once('=').unwrap_or((text, ""));
    let place = Place::new(&source, 0..path.len());
    let path = path.trim();
    let start = text.len() - spec.trim_start().len();
    let spec = spec.trim();
    let node = if spec.starts_with(['[', '{']) {
        read_value(&source, start)?
    } else {
        range(&source, start, spec).ok_or_else(|| {
            let at = Place::new(&source, start..start + spec.len());
            Box::new(Finding::new(at, path, "neither a list nor a range").found(spec).right(RIGHT))
        })?
    };
    match node.value {
        Value::Array(_) | Value::Table(_) => Ok((path.to_string(), place, node)),
        _ => Err(Box::new(
            Finding::new(node.place.clone(), path, "neither a list nor a range").found(spec).right(RIGHT),
        )),
    }
}

/// `[log ]FROM..TO[:POINTS][ UNIT]` as the table of a range.
fn range(source: &Arc<Source>, start: usize, spec: &str) -> Option<Node> {
    let place = Place::new(source, start..start + spec.len());
    let leaf = |value| Node::new(value, place.clone());
    let (spec, log) = spec.strip_prefix("log ").map_or((spec, false), |rest| (rest.trim_start(), true));
    let (spec, unit) = spec.split_once(' ').map_or((spec, ""), |(range, unit)| (range, unit.trim()));
    let (ends, points) = spec.split_once(':').map_or((spec, None), |(ends, points)| (ends, Some(points)));
    let (from, to) = ends.split_once("..")?;
    let end = |text: &str| {
        let number: f64 = text.trim().parse().ok()?;
        let with_unit = || Value::Text(format!("{} {unit}", text.trim()));
        Some(leaf(if unit.is_empty() { Value::Float(number) } else { with_unit() }))
    };
    let mut table = Table::new();
    table.insert("from", place.clone(), end(from)?);
    table.insert("to", place.clone(), end(to)?);
    if let Some(points) = points {
        table.insert("points", place.clone(), leaf(Value::Integer(points.trim().parse().ok()?)));
    }
    if log {
        table.insert("scale", place.clone(), leaf(Value::Text("log".to_string())));
    }
    Some(leaf(Value::Table(table)))
}

#[cfg(test)]
mod tests {
    use super::axis;
    use serde_json::json;

    #[test]
    fn lists_and_ranges_become_axes() {
        for (text, wanted) in [
            ("a.b=[1, \"2 d\"]", json!([1, "2 d"])),
            ("a.b = 0..1:5", json!({ "from": 0, "to": 1, "points": 5 })),
            ("a.b=0.01..0.05:5 /d", json!({ "from": "0.01 /d", "to": "0.05 /d", "points": 5 })),
            ("a.b=log 1e-9..1e-6:4", json!({ "from": 1e-9, "to": 1e-6, "points": 4, "scale": "log" })),
            ("a.b=2..4 d", json!({ "from": "2 d", "to": "4 d" })),
            ("a.b={ from = 1, to = 2 }", json!({ "from": 1, "to": 2 })),
        ] {
            let (path, _, node) = axis(text).unwrap();
            assert_eq!((path.as_str(), node.to_json()), ("a.b", wanted), "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_told_with_its_place() {
        for text in ["a.b=1", "a.b=1..x:3", "a.b=..", "a.b=1..2:many", "a.b=\"x\"", "a.b=[1"] {
            let finding = axis(text).unwrap_err();
            assert!(finding.problem.contains("neither a list nor a range"), "{text}: {finding:?}");
            assert_eq!(finding.place.line_column(), (1, 5), "{text}");
        }
    }
}
