//! A JSON Schema seen as a list of alternatives, each a stack of plain schemas that hold together.

use serde_json::{Map, Value as Json};

use super::super::document::{Node, Value, whole};
use crate::units::Dimension;

/// The most steps through references and unions before the schema counts as endless.
const STEPS: usize = 64;

/// The most alternatives that one schema is taken apart into.
const MOST: usize = 256;

/// One way for a value to be right: schemas that it must all satisfy.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative<'s> {
    layers: Vec<&'s Map<String, Json>>,
}

/// Takes a schema apart at its references and unions; the alternative "no value" is left out.
pub(super) fn alternatives<'s>(schema: &'s Json, root: &'s Json) -> Vec<Alternative<'s>> {
    let mut all = expand(schema, root, 0);
    all.retain(|alternative| !alternative.is_null());
    all
}

fn expand<'s>(schema: &'s Json, root: &'s Json, steps: usize) -> Vec<Alternative<'s>> {
    let layer = match schema {
        Json::Bool(false) => return Vec::new(),
        Json::Object(layer) if steps < STEPS => layer,
        _ => return vec![Alternative::default()],
    };
    let mut all = vec![Alternative { layers: vec![layer] }];
    let target = layer.get("$ref").and_then(Json::as_str).and_then(|name| resolve(name, root));
    for part in target.into_iter().chain(list(layer, "allOf")) {
        all = product(&all, &expand(part, root, steps + 1));
    }
    for union in ["anyOf", "oneOf"].iter().filter(|union| layer.contains_key(**union)) {
        let branches: Vec<_> =
            list(layer, union).flat_map(|branch| expand(branch, root, steps + 1)).take(MOST).collect();
        all = product(&all, &branches);
    }
    all
}

fn list<'s>(layer: &'s Map<String, Json>, keyword: &str) -> impl Iterator<Item = &'s Json> + use<'s> {
    layer.get(keyword).and_then(Json::as_array).into_iter().flatten()
}

/// The schema that a reference such as `#/$defs/Arm` names.
fn resolve<'s>(name: &str, root: &'s Json) -> Option<&'s Json> {
    root.pointer(name.strip_prefix('#')?)
}

fn product<'s>(left: &[Alternative<'s>], right: &[Alternative<'s>]) -> Vec<Alternative<'s>> {
    let both = |a: &Alternative<'s>, b: &Alternative<'s>| Alternative {
        layers: a.layers.iter().chain(&b.layers).copied().collect(),
    };
    left.iter().flat_map(|a| right.iter().map(move |b| both(a, b))).take(MOST).collect()
}

impl<'s> Alternative<'s> {
    /// What every layer says under a keyword.
    fn all(&self, keyword: &str) -> impl Iterator<Item = &'s Json> {
        self.layers.iter().filter_map(move |layer| layer.get(keyword))
    }

    fn first(&self, keyword: &str) -> Option<&'s Json> {
        self.all(keyword).next()
    }

    fn is_null(&self) -> bool {
        self.all("type").any(|kind| kind.as_str() == Some("null")) || self.first("const") == Some(&Json::Null)
    }

    /// The JSON type names accepted; none when every kind is.
    pub(super) fn types(&self) -> Vec<&'s str> {
        let stated = self.first("type");
        match stated {
            Some(Json::String(name)) => vec![name.as_str()],
            Some(Json::Array(names)) => {
                names.iter().filter_map(Json::as_str).filter(|n| *n != "null").collect()
            }
            _ => self.implied().into_iter().collect(),
        }
    }

    /// The type that the other keywords imply.
    fn implied(&self) -> Option<&'static str> {
        let fixed = self.fixed();
        let texts = !fixed.is_empty() && fixed.iter().all(|value| value.is_string());
        let has = |keyword: &str| self.first(keyword).is_some();
        match () {
            () if texts || self.dimension().is_some() => Some("string"),
            () if has("properties") || has("required") => Some("object"),
            () if has("items") || has("prefixItems") => Some("array"),
            () => None,
        }
    }

    /// Whether a value is of a kind that is accepted.
    pub(super) fn takes(&self, node: &Node) -> bool {
        let types = self.types();
        let has = |name: &str| types.is_empty() || types.contains(&name);
        match &node.value {
            Value::Text(_) => has("string"),
            Value::Integer(_) => has("integer") || has("number"),
            Value::Float(number) => has("number") || (has("integer") && whole(*number).is_some()),
            Value::Boolean(_) => has("boolean"),
            Value::Array(_) => has("array"),
            Value::Table(_) => has("object"),
            Value::Date(_) => types.is_empty(),
        }
    }

    /// Whether only whole numbers are accepted.
    pub(super) fn counts(&self) -> bool {
        let types = self.types();
        types.contains(&"integer") && !types.contains(&"number")
    }

    /// The values of `enum` and `const`; none when any value will do.
    pub(super) fn fixed(&self) -> Vec<&'s Json> {
        let mut values: Vec<&Json> = self.layers.iter().flat_map(|layer| list(layer, "enum")).collect();
        values.extend(self.all("const"));
        values
    }

    /// The words of `enum` and `const`.
    pub(super) fn words(&self) -> Vec<&'s str> {
        self.fixed().into_iter().filter_map(Json::as_str).collect()
    }

    /// What the text must measure, if it is a quantity.
    pub(super) fn dimension(&self) -> Option<Dimension> {
        self.first("x-quantity").and_then(Json::as_str).and_then(Dimension::from_name)
    }

    /// The schema of a key.
    pub(super) fn property(&self, name: &str) -> Option<&'s Json> {
        self.all("properties").find_map(|properties| properties.get(name))
    }

    /// The keys with a schema, in the schema's order.
    pub(super) fn keys(&self) -> Vec<&'s str> {
        let mut keys: Vec<&str> = Vec::new();
        for name in self.all("properties").filter_map(Json::as_object).flat_map(Map::keys) {
            if !keys.contains(&name.as_str()) {
                keys.push(name);
            }
        }
        keys
    }

    /// The keys that must be there.
    pub(super) fn required(&self) -> Vec<&'s str> {
        let mut keys: Vec<&str> =
            self.layers.iter().flat_map(|layer| list(layer, "required")).filter_map(Json::as_str).collect();
        let mut seen = Vec::new();
        keys.retain(|key| {
            !seen.contains(key) && {
                seen.push(*key);
                true
            }
        });
        keys
    }

    /// The schema of the keys that are not named; `false` when there may be none.
    pub(super) fn free(&self) -> &'s Json {
        let pattern =
            self.first("patternProperties").and_then(Json::as_object).and_then(|all| all.values().next());
        let other = || self.first("additionalProperties").or_else(|| self.first("unevaluatedProperties"));
        pattern.or_else(other).unwrap_or(&Json::Bool(true))
    }

    /// Whether the schema says nothing of keys that are not named.
    pub(super) fn open(&self) -> bool {
        *self.free() == Json::Bool(true)
    }

    /// Whether keys that are not named are refused.
    pub(super) fn closed(&self) -> bool {
        *self.free() == Json::Bool(false)
    }

    /// The schema of the item at an index.
    pub(super) fn item(&self, index: usize) -> &'s Json {
        let fixed = self.first("prefixItems").and_then(|items| items.get(index));
        fixed.or_else(|| self.first("items")).unwrap_or(&Json::Bool(true))
    }

    /// A keyword that holds a count, the strictest of all layers.
    pub(super) fn count(&self, keyword: &str) -> Option<usize> {
        let counts =
            self.all(keyword).filter_map(Json::as_u64).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        if keyword.starts_with("min") { counts.max() } else { counts.min() }
    }

    /// A bound of a number, the strictest of all layers.
    pub(super) fn bound(&self, keyword: &str) -> Option<f64> {
        let bounds = self.all(keyword).filter_map(Json::as_f64);
        if keyword.to_lowercase().contains("min") { bounds.reduce(f64::max) } else { bounds.reduce(f64::min) }
    }

    /// The whole numbers that the type behind the schema holds.
    pub(super) fn range(&self) -> (i128, i128) {
        match self.first("format").and_then(Json::as_str).unwrap_or_default() {
            "int8" => (i8::MIN.into(), i8::MAX.into()),
            "int16" => (i16::MIN.into(), i16::MAX.into()),
            "int32" => (i32::MIN.into(), i32::MAX.into()),
            "int" | "int64" => (i64::MIN.into(), i64::MAX.into()),
            "uint8" => (0, u8::MAX.into()),
            "uint16" => (0, u16::MAX.into()),
            "uint32" => (0, u32::MAX.into()),
            "uint" | "uint64" => (0, u64::MAX.into()),
            _ => (i64::MIN.into(), u64::MAX.into()),
        }
    }

    /// The first sentence of the description.
    pub(super) fn summary(&self) -> Option<&'s str> {
        let text = self.first("description").and_then(Json::as_str)?;
        let end = text.match_indices(". ").map(|(at, _)| at + 1).next();
        let first = end.into_iter().chain(text.find("\n\n")).min().unwrap_or(text.len());
        text.get(..first).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// Joins the tag to the alternatives: the key that has a fixed text of its own in each of them.
pub(super) fn tag<'s>(tables: &[Alternative<'s>], root: &'s Json) -> Option<(&'s str, Vec<&'s str>)> {
    let value = |table: &Alternative<'s>, key: &str| {
        let found = table.property(key).map(|schema| alternatives(schema, root)).unwrap_or_default();
        found.iter().find_map(|one| one.first("const").and_then(Json::as_str))
    };
    let (first, _) = tables.split_first().filter(|(_, rest)| !rest.is_empty())?;
    first.keys().into_iter().find_map(|key| {
        let words: Option<Vec<&str>> = tables.iter().map(|table| value(table, key)).collect();
        let own = |words: &Vec<&str>| (1..words.len()).all(|at| !words[..at].contains(&words[at]));
        words.filter(own).map(|words| (key, words))
    })
}
