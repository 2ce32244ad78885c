//! What a schema accepts, in words.

use super::schema::Alternative;

/// What the alternatives accept, such as `a number from 0 to 1 or a table with the keys low, high`.
pub(super) fn describe(alternatives: &[Alternative<'_>]) -> String {
    let words: Vec<&str> = alternatives.iter().flat_map(Alternative::words).collect();
    let free = alternatives.iter().filter(|one| one.words().is_empty()).flat_map(details);
    joined(free.chain((!words.is_empty()).then(|| one_of(&words))))
}

/// The kinds that the alternatives accept, such as `a number or a table`.
pub(super) fn kinds(alternatives: &[Alternative<'_>]) -> String {
    joined(alternatives.iter().flat_map(|one| match one.dimension() {
        Some(dimension) => vec![dimension.name().to_owned()],
        None => one.types().into_iter().map(|name| kind(name).to_owned()).collect(),
    }))
}

/// The words accepted, in quotes.
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        all => format!("one of {}", all.join(", ")),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for part in parts {
        if !distinct.contains(&part) {
            distinct.push(part);
        }
    }
    if distinct.is_empty() { "nothing".to_owned() } else { distinct.join(" or ") }
}

fn kind(name: &str) -> &str {
    match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        other => other,
    }
}

/// One description for each kind that an alternative accepts.
fn details(one: &Alternative<'_>) -> Vec<String> {
    if let Some(dimension) = one.dimension() {
        return vec![format!("{dimension} such as \"{}\"", dimension.example())];
    }
    let types = one.types();
    if types.is_empty() {
        return vec!["any value".to_owned()];
    }
    types.into_iter().map(|name| format!("{}{}", kind(name), detail(one, name))).collect()
}

fn detail(one: &Alternative<'_>, name: &str) -> String {
    match name {
        "integer" | "number" => limits(one),
        "array" => counted(one, "minItems", "maxItems", "item"),
        "string" => counted(one, "minLength", "maxLength", "character"),
        "object" if !one.keys().is_empty() => format!(" with {}", keys(&one.keys())),
        _ => String::new(),
    }
}

/// The keys of a table, such as `the keys low, high`.
pub(super) fn keys(keys: &[&str]) -> String {
    match keys {
        [] => "no keys".to_owned(),
        [one] => format!("the key {one}"),
        all => format!("the keys {}", all.join(", ")),
    }
}

/// ` from 0 to 1`, ` above 0`, and so on.
fn limits(one: &Alternative<'_>) -> String {
    let above = one.bound("exclusiveMinimum").map(|low| format!(" above {}", number(low)));
    let from = lowest(one).map(|low| format!(" from {}", number(low)));
    let below = one.bound("exclusiveMaximum").map(|high| format!(" below {}", number(high)));
    let to = highest(one).map(|high| format!(" to {}", number(high)));
    match (above.or(from), below, to) {
        (Some(low), None, None) if low.starts_with(" from") => format!("{low} up"),
        (low, Some(below), _) => format!("{}{below}", low.map(|low| low + " and").unwrap_or_default()),
        (None, None, Some(to)) => format!(" up{to}"),
        (Some(low), None, Some(to)) if low.starts_with(" above") => format!("{low} up{to}"),
        (low, None, to) => format!("{}{}", low.unwrap_or_default(), to.unwrap_or_default()),
    }
}

/// The least value accepted, by the schema or by the type behind it.
fn lowest(one: &Alternative<'_>) -> Option<f64> {
    one.bound("minimum").or_else(|| one.counts().then(|| one.range().0).filter(|low| *low == 0).map(|_| 0.0))
}

/// The greatest value accepted; the limit of a type is left out when nobody would reach it.
fn highest(one: &Alternative<'_>) -> Option<f64> {
    let limit = one.range().1;
    let small = || (one.counts() && limit <= u16::MAX.into()).then_some(limit as f64);
    one.bound("maximum").or_else(small)
}

fn counted(one: &Alternative<'_>, least: &str, most: &str, thing: &str) -> String {
    match (one.count(least).filter(|least| *least > 0), one.count(most)) {
        (Some(least), Some(most)) if least == most => format!(" of {}", things(least, thing)),
        (Some(least), Some(most)) => format!(" of {least} to {}", things(most, thing)),
        (Some(least), None) => format!(" of at least {}", things(least, thing)),
        (None, Some(most)) => format!(" of at most {}", things(most, thing)),
        (None, None) => String::new(),
    }
}

/// A count with its noun: `1 item`, `2 items`.
pub(super) fn things(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A number without needless digits.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) { format!("{value:e}") } else { value.to_string() }
}
