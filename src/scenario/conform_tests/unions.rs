use std::collections::BTreeMap;

use schemars::schema_for;
use serde_json::json;

use super::{findings, line, near, one, wrong};

#[test]
fn the_branch_of_a_union_is_chosen_by_its_keys() {
    let problem = "this key is required, but missing";
    wrong("spread = { uniform = { low = 1 } }", 22, "disease.spread.uniform.high", "", problem, "a number");
    wrong(
        "spread = {}",
        10,
        "disease.spread",
        "an empty table",
        "a table without keys",
        "a table with the key lognormal or a table with the key uniform",
    );
    let keys = "the keys lognormal, uniform";
    wrong(
        "spread = { lognromal = { a = 1 } }",
        12,
        "disease.spread.lognromal",
        "lognromal",
        "unknown key",
        keys,
    );
    near("spread = { lognromal = 3 }", Some("lognormal"));
    near("spread = { unifrom = 3 }", Some("uniform"));
    wrong("spread = { normal_ = 3 }", 12, "disease.spread.normal_", "normal_", "unknown key", keys);
    wrong("shape = { gama = 3 }", 11, "disease.shape.gama", "gama", "unknown key", "the keys gamma, steps");
    wrong(
        "shape = { gamma = 3 }",
        19,
        "disease.shape.gamma",
        "3",
        "a whole number where a table is needed",
        "a table with the key k",
    );
    wrong(
        "shape = { steps = [] }",
        19,
        "disease.shape.steps",
        "an empty list",
        "0 items where at least 1 must be",
        "a list of at least 1 item",
    );
}

#[test]
fn a_text_or_table_tells_of_the_table() {
    let finding = one(line("[[arm]]\nlines = [{ regime = \"x\" }]"));
    assert_eq!(
        (finding.key.as_str(), finding.suggestion.as_deref()),
        ("arm[0].lines[0].regime", Some("regimen"))
    );
    let finding = one(line("[[arm]]\nlines = [3]"));
    assert_eq!(finding.problem, "a whole number where a text or a table is needed");
}

#[test]
fn the_branch_of_a_tagged_union_is_chosen_by_its_tag() {
    let words = "one of \"exponential\", \"logistic\"";
    let missing = "this key is required, but missing";
    wrong("growth = {}", 10, "disease.growth.model", "", missing, words);
    wrong("growth = { capacity = 3 }", 10, "disease.growth.model", "", missing, words);
    wrong("growth = { model = \"x\" }", 20, "disease.growth.model", "\"x\"", "unknown value \"x\"", words);
    wrong(
        "growth = { model = 3 }",
        20,
        "disease.growth.model",
        "3",
        "a whole number where a text is needed",
        words,
    );
    wrong("growth = { model = \"logistic\" }", 10, "disease.growth.capacity", "", missing, "a number");
    wrong(
        "growth = { model = \"exponential\", capacity = 1 }",
        35,
        "disease.growth.capacity",
        "capacity",
        "unknown key",
        "the key model",
    );
    near("growth = { model = \"Logistik\" }", Some("\"logistic\""));
}

#[test]
fn an_open_union_still_tells_of_a_misspelt_key() {
    let schema = json!({"anyOf": [
        {"type": "object", "properties": {"median": {"type": "number"}}, "required": ["median"]},
        {"type": "object", "properties": {"low": {"type": "number"}}, "required": ["low"]},
    ]});
    let finding = one(findings("medain = 3", &schema));
    assert_eq!((finding.key.as_str(), finding.suggestion.as_deref()), ("medain", Some("median")));
    assert!(findings("low = 3\nother = 4", &schema).is_empty());
    assert_eq!(one(findings("other = 4", &schema)).right.as_deref(), Some("the keys median, low"));
}

#[test]
fn all_of_and_siblings_of_a_reference_hold_together() {
    let schema = json!({
        "$ref": "#/$defs/Base", "properties": {"b": {"type": "integer", "minimum": 2}}, "required": ["b"],
        "allOf": [{"properties": {"b": {}, "c": {"allOf": [{"minimum": 1}, {"minimum": 3}]}}}],
        "$defs": {"Base": {"type": "object", "properties": {"a": {"const": 5}}, "required": ["a"],
                           "additionalProperties": false}},
    });
    assert!(findings("a = 5\nb = 2\nc = 3", &schema).is_empty());
    let told: Vec<(String, String)> =
        findings("a = 4\nb = 1\nc = 2\nd = 1", &schema).into_iter().map(|f| (f.key, f.problem)).collect();
    let expected = [
        ("a", "not one of the values accepted"),
        ("b", "must be at least 2"),
        ("c", "must be at least 3"),
        ("d", "unknown key"),
    ];
    assert_eq!(told, expected.map(|(key, problem)| (key.to_owned(), problem.to_owned())));
    assert_eq!(findings("", &schema).len(), 2);
}

#[test]
fn a_tuple_has_a_schema_for_each_item() {
    let schema = schema_for!(BTreeMap<String, (f64, String)>);
    assert!(findings("a = [1, \"x\"]", schema.as_value()).is_empty());
    assert_eq!(one(findings("a = [1, 2]", schema.as_value())).key, "a[1]");
    let finding = one(findings("a = [1]", schema.as_value()));
    assert_eq!(finding.right.as_deref(), Some("a list of 2 items"));
}

#[test]
fn of_several_lists_the_first_item_decides() {
    let schema = json!({"properties": {"a": {"anyOf": [
        {"type": "array", "items": {"type": "number"}},
        {"type": "array", "items": {"type": "string"}},
    ]}}});
    assert!(findings("a = [\"x\"]", &schema).is_empty());
    assert_eq!(one(findings("a = [\"x\", 3]", &schema)).problem, "a whole number where a text is needed");
}

#[test]
fn several_bounds_and_words_are_alternatives() {
    let schema = json!({"properties": {"a": {"anyOf": [
        {"type": "number", "minimum": 5}, {"type": "number", "exclusiveMaximum": -5},
        {"const": "auto"}, {"type": "string", "x-quantity": "rate"},
    ]}}});
    for good in ["a = 6", "a = -6", "a = \"auto\"", "a = \"3 /d\""] {
        assert!(findings(good, &schema).is_empty(), "{good}");
    }
    let finding = one(findings("a = 0", &schema));
    let right = "a number from 5 up or a number below -5";
    assert_eq!(finding.right.as_deref(), Some(right));
    assert_eq!(one(findings("a = \"atuo\"", &schema)).suggestion.as_deref(), Some("\"auto\""));
}

#[test]
fn a_schema_without_end_does_not_hang_the_check() {
    let schema = json!({"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}]}}});
    let chain = json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}});
    let _ = findings("a = 1", &chain);
    let missing = json!({"properties": {"a": {"$ref": "#/$defs/None"}, "b": {"$ref": "elsewhere"}}});
    assert!(findings("a = 1\nb = 2", &missing).is_empty());
    let _ = findings("a = 1", &schema);
}
