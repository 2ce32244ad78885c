//! The axes of a sweep: their ends, their numbers of points, and which keys cannot be varied.

use super::Checker;
use crate::scenario::axis::{Axis, Range, Sweep, Values};
use crate::scenario::document::join;
use crate::scenario::file::{AxisEntry, DesignEntry, EndEntry, RangeEntry, ScaleEntry, SweepEntry};

/// Keys that say nothing of what is simulated, or what a sweep itself decides.
pub const FIXED: [&str; 4] = ["name", "about", "sweep", "record"];
/// Most axes: those that the table of Sobol's directions serves.
pub const MOST_AXES: usize = 32;

/// Checks a sweep.
pub(super) fn sweep(checker: &mut Checker, entry: &SweepEntry) -> Sweep {
    if entry.axes.0.len() > MOST_AXES {
        checker.wrong("sweep.axes", "are too many", format!("at most {MOST_AXES} axes"));
    }
    let drawn = entry.design != DesignEntry::Grid;
    match entry.points {
        None if drawn => {
            checker.wrong("sweep.design", "needs a number of points", "sweep.points, such as 64");
        }
        Some(_) if !drawn => {
            checker.wrong("sweep.points", "is of no use to a grid", "a number of points on each range");
        }
        _ => {}
    }
    let axes = entry.axes.0.iter();
    let axes = axes.filter_map(|(path, axis)| self::axis(checker, path, axis, drawn)).collect();
    Sweep { design: entry.design, points: entry.points, streams: entry.streams, axes }
}

fn axis(checker: &mut Checker, path: &str, entry: &AxisEntry, drawn: bool) -> Option<Axis> {
    let key = join("sweep.axes", path);
    let top = path.split(['.', '[']).next().unwrap_or_default().trim();
    if FIXED.contains(&top) {
        checker.wrong(&key, "cannot be varied", "a key that changes what is simulated");
        return None;
    }
    let values = match entry {
        AxisEntry::List(values) => Values::List(values.iter().map(written).collect()),
        AxisEntry::Range(range) => Values::Range(self::range(checker, &key, range, drawn)?),
    };
    Some(Axis { path: path.to_string(), values })
}

fn range(checker: &mut Checker, key: &str, entry: &RangeEntry, drawn: bool) -> Option<Range> {
    let at = |part: &str| format!("{key}.{part}");
    let (from, unit) = end(checker, &at("from"), &entry.from)?;
    let (to, unit_of_to) = end(checker, &at("to"), &entry.to)?;
    if unit != unit_of_to {
        checker.wrong(&at("to"), "has another unit than `from`", format!("a value in {unit:?}"));
        return None;
    }
    let log = entry.scale == ScaleEntry::Log;
    if log && !(from > 0.0 && to > 0.0) {
        checker.wrong(&at("scale"), "cannot pass through 0", "two ends above 0, or scale = \"linear\"");
        return None;
    }
    if !drawn && entry.points.is_none() {
        checker.wrong(key, "does not say how many values a grid has", "points, such as points = 5");
        return None;
    }
    Some(Range { from, to, points: entry.points, log, unit })
}

/// The number and the unit of an end.
fn end(checker: &mut Checker, key: &str, entry: &EndEntry) -> Option<(f64, String)> {
    let text = match entry {
        EndEntry::Number(number) => return Some((*number, String::new())),
        EndEntry::Quantity(text) => text,
    };
    let (number, unit) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() => Some((number, unit.trim().to_string())),
        _ => {
            checker.wrong(
                key,
                "does not begin with a number",
                "a number, a space and a unit, such as \"60 d\"",
            );
            None
        }
    }
}

/// A value as `--set` takes it.
fn written(value: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    let list = |items: Vec<String>, open: char, close: char| format!("{open}{}{close}", items.join(", "));
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        Json::Array(items) => list(items.iter().map(quoted).collect(), '[', ']'),
        Json::Object(entries) => {
            let entry = |(key, value): (&String, &Json)| format!("{key:?} = {}", quoted(value));
            list(entries.iter().map(entry).collect(), '{', '}')
        }
        other => other.to_string(),
    }
}

/// A value within another: a text stands in quotes.
fn quoted(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        other => written(other),
    }
}

/// Whether a text stays a text without quotes: it cannot be read as any other value.
fn is_plain(text: &str) -> bool {
    let ordinary = |c: char| c.is_alphanumeric() || " /%_-+.".contains(c);
    let text_value = text.parse::<toml::Value>().is_err();
    !text.trim().is_empty() && text.trim() == text && text.chars().all(ordinary) && text_value
}

#[cfg(test)]
mod tests {
    use super::written;
    use serde_json::json;

    #[test]
    fn a_value_is_written_so_that_set_reads_the_same() {
        for (value, text) in [
            (json!("60 d"), "60 d"),
            (json!("VRd"), "VRd"),
            (json!("true"), "\"true\""),
            (json!("12"), "\"12\""),
            (json!("2020-01-01"), "\"2020-01-01\""),
            (json!("a\"b"), r#""a\"b""#),
            (json!(1e-9), "1e-9"),
            (json!(3), "3"),
            (json!(["a", 1]), "[\"a\", 1]"),
            (
                json!({ "lognormal": { "median": 1, "cv": 0.5 } }),
                r#"{"lognormal" = {"median" = 1, "cv" = 0.5}}"#,
            ),
        ] {
            assert_eq!(written(&value), text);
        }
    }
}
