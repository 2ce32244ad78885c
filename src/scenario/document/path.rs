//! Paths into the tree, and the setting of values by path.

use super::super::finding::{Finding, Place, Source};
use super::{DEPTH_LIMIT, Node, Table, Value, join, read};

/// Cuts `arm.0.name`, `arm[0].name` or `trait."a.b".cost` into its parts.
pub(super) fn segments(path: &str) -> Result<Vec<String>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        let (part, after) = segment(rest)?;
        parts.push(part.to_owned());
        rest = match after.strip_prefix('.') {
            Some(next) => next,
            None if after.is_empty() => return Ok(parts),
            None if after.starts_with('[') => after,
            None => return Err("a dot is missing in the key path"),
        };
    }
}

/// The first part of a path, and what follows it.
fn segment(path: &str) -> Result<(&str, &str), &'static str> {
    if let Some(rest) = path.strip_prefix('[') {
        return rest.split_once(']').ok_or("a bracket is not closed in the key path");
    }
    if let Some(quote) = path.chars().next().filter(|c| "\"'".contains(*c)) {
        let rest = path.get(1..).unwrap_or_default();
        return rest.split_once(quote).ok_or("a quote is not closed in the key path");
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (part, rest) = path.split_at_checked(end).unwrap_or((path, ""));
    if part.trim().is_empty() { Err("a part of the key path is empty") } else { Ok((part.trim(), rest)) }
}

/// Sets the value at a path.
pub(super) fn set(root: &mut Node, label: &str, path: &str, text: &str) -> Result<(), Box<Finding>> {
    let source = Source::new(format!("{label} {path}={text}"), format!("{path}={text}"));
    let place = Place::new(&source, 0..path.len());
    let parts = segments(path).map_err(|problem| {
        Finding::new(place.clone(), path, problem).right("a path such as disease.burden or arm.0.name")
    })?;
    if parts.len() > DEPTH_LIMIT {
        return Err(read::nested(place, path).into());
    }
    let value = read::value(&source, path.len() + 1)?;
    put(root, &parts, &place, value)
}

/// The table at the end of a path, if there is one.
pub(super) fn table<'a>(root: &'a mut Node, parts: &[String]) -> Option<&'a mut Table> {
    let node = parts.iter().try_fold(root, |node, part| match &mut node.value {
        Value::Table(table) => table.get_mut(part),
        Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    })?;
    match &mut node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// Goes down the parts of a path and puts the value at the end.
fn put(root: &mut Node, parts: &[String], place: &Place, value: Node) -> Result<(), Box<Finding>> {
    let mut node = root;
    let mut path = String::new();
    for part in parts {
        node = step(node, part, &path, place)?;
        path = join(&path, part);
    }
    *node = value;
    Ok(())
}

/// The child of a node; a table is given the key when it does not have it.
fn step<'a>(node: &'a mut Node, part: &str, path: &str, place: &Place) -> Result<&'a mut Node, Box<Finding>> {
    let kind = node.kind();
    let key = join(path, part);
    match &mut node.value {
        Value::Table(table) => {
            if table.get(part).is_none() {
                table.insert(part, place.clone(), Node::new(Value::Table(Table::new()), place.clone()));
            }
            table.get_mut(part).ok_or_else(|| Finding::new(place.clone(), key, "no such key").into())
        }
        Value::Array(items) => item(items, part, key, place),
        _ => {
            let problem = format!("`{path}` is {kind}, which has no keys");
            Err(Finding::new(place.clone(), key, problem).right("a path through tables and lists").into())
        }
    }
}

fn item<'a>(
    items: &'a mut [Node],
    part: &str,
    key: String,
    place: &Place,
) -> Result<&'a mut Node, Box<Finding>> {
    let length = items.len();
    let right = match length {
        0 => "the list is empty".to_owned(),
        _ => format!("a number from 0 to {}", length - 1),
    };
    let index = part.parse::<usize>().map_err(|_| {
        Finding::new(place.clone(), key.clone(), "a list is indexed by number")
            .found(part)
            .right(right.clone())
    })?;
    items.get_mut(index).ok_or_else(|| {
        let problem = format!("the list has {length} item{}", if length == 1 { "" } else { "s" });
        Finding::new(place.clone(), key, problem).found(part).right(right).into()
    })
}
