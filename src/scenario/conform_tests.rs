#[path = "conform_tests/types.rs"]
mod types;
#[path = "conform_tests/unions.rs"]
mod unions;

use schemars::schema_for;
use serde_json::json;

use self::types::{Nest, Scenario};
use super::*;
use crate::scenario::document::{Table, parse};
use crate::scenario::finding::{Place, Source};

const GOOD: &str = "name = \"é\"\n[disease]\nburden = 3\ndivision = \"0.05 /d\"\n";

fn findings(text: &str, schema: &Json) -> Vec<Finding> {
    conform(&parse(Source::new("case.toml", text)).unwrap(), schema)
}

fn scenario(text: &str) -> Vec<Finding> {
    findings(text, schema_for!(Scenario).as_value())
}

/// A scenario that is right but for one line, the fifth.
fn line(line: &str) -> Vec<Finding> {
    scenario(&format!("{GOOD}{line}"))
}

#[track_caller]
fn one(findings: Vec<Finding>) -> Finding {
    let told: Vec<String> = findings.iter().map(|f| format!("{}: {}", f.key, f.problem)).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    findings.into_iter().next().unwrap()
}

/// Asserts column, key, found, problem and right of the only finding, on line 5.
#[track_caller]
fn wrong(text: &str, column: usize, key: &str, found: &str, problem: &str, right: &str) {
    let finding = one(line(text));
    assert_eq!(finding.place.line_column(), (5, column), "{text}");
    assert_eq!((finding.key.as_str(), finding.problem.as_str()), (key, problem));
    assert_eq!(finding.found.as_deref().unwrap_or_default(), found);
    assert_eq!(finding.right.as_deref().unwrap_or_default(), right);
}

#[track_caller]
fn near(text: &str, suggestion: Option<&str>) {
    assert_eq!(one(line(text)).suggestion.as_deref(), suggestion, "{text}");
}

#[track_caller]
fn fine(text: &str) {
    let told: Vec<String> = line(text).iter().map(|f| format!("{}: {}", f.key, f.problem)).collect();
    assert!(told.is_empty(), "{text}: {told:?}");
    let json = parse(Source::new("case.toml", format!("{GOOD}{text}"))).unwrap().to_json();
    let read = serde_json::from_value::<Scenario>(json);
    assert!(read.is_ok(), "{text}: {:?}", read.err());
}

#[test]
fn what_conforms_can_be_read() {
    for text in [
        "",
        "delay = \"2 wk\"",
        "count = 255",
        "count = 2.55e2",
        "fraction = 0.5",
        "spread = 3",
        "spread = 3.5",
        "spread = { lognormal = { median = 1, sigma = 2 } }",
        "spread = { uniform = { low = 1, high = 2.5 } }",
        "growth = { model = \"exponential\" }",
        "growth = { model = \"logistic\", capacity = 1e12 }",
        "site = \"extramedullary\"",
        "shape = \"flat\"",
        "shape = { gamma = { k = 2 } }",
        "shape = { steps = [1, 2] }",
        "flag = true",
        "[[arm]]\nlines = [\"VRd\", { regimen = \"Kd\", cycles = 4 }]",
        "[drug.\"a b\"]\nhalf_life = \"3 h\"",
        "[open]\nx = [1, { y = 2020-01-01 }]",
        "[nest.inner.inner]",
    ] {
        fine(text);
    }
    assert!(scenario(&format!("seed = 18446744073709551615\n{GOOD}")).is_empty());
}

#[test]
fn an_unknown_key_comes_with_the_known_ones() {
    let keys = "the keys burden, division, delay, count, fraction, spread, growth, site, shape, flag";
    wrong("wings = 2", 1, "disease.wings", "wings", "unknown key", keys);
    near("wings = 2", None);
    near("Delay = \"3 d\"", Some("delay"));
    near("dealy = \"3 d\"", Some("delay"));
    near("burdn = 3", None);
    near("\"é \u{1F600}\" = 3", None);
    assert_eq!(one(line("\"é.x\" = 3")).key, "disease.\"é.x\"");
}

#[test]
fn a_missing_key_is_told_at_its_table_with_what_it_is() {
    let finding = one(scenario("name = \"x\"\n[disease]\ndivision = \"1 /d\""));
    assert_eq!(finding.place.line_column(), (2, 1));
    assert_eq!(finding.place.text(), "[disease]");
    assert_eq!(finding.key, "disease.burden");
    assert_eq!(finding.problem, "this key is required, but missing");
    assert_eq!(
        finding.right.as_deref(),
        Some("a number from 0 to 10000000000000: Myeloma cells at the start.")
    );
    assert_eq!(finding.found, None);
    let finding = one(line("[drug.x]"));
    assert_eq!((finding.key.as_str(), finding.place.line_column()), ("drug.x.half_life", (5, 1)));
    assert_eq!(finding.right.as_deref(), Some("a time such as \"28 d\""));
}

#[test]
fn an_empty_scenario_lacks_its_keys() {
    let all = scenario("");
    let told: Vec<(&str, (usize, usize))> =
        all.iter().map(|f| (f.key.as_str(), f.place.line_column())).collect();
    assert_eq!(told, [("name", (1, 1)), ("disease", (1, 1))]);
    let rights: Vec<&str> = all.iter().filter_map(|f| f.right.as_deref()).collect();
    let first = "a text of 1 to 20 characters: The name of the scenario.";
    assert_eq!(rights.first(), Some(&first));
    assert!(rights.last().unwrap().starts_with("a table with the keys burden, division"));
}

#[test]
fn a_misspelt_key_is_not_missing_as_well() {
    let finding = one(scenario("name = \"x\"\n[disease]\nburdn = 3\ndivision = \"1 /d\""));
    assert_eq!((finding.key.as_str(), finding.suggestion.as_deref()), ("disease.burdn", Some("burden")));
    assert_eq!(finding.place.line_column(), (3, 1));
}

#[test]
fn the_wrong_kind_of_value_is_told() {
    wrong(
        "flag = 1",
        8,
        "disease.flag",
        "1",
        "a whole number where true or false is needed",
        "true or false",
    );
    wrong("site = 1.5", 8, "disease.site", "1.5", "a number where a text is needed", SITES);
    wrong("site = {}", 8, "disease.site", "an empty table", "a table where a text is needed", SITES);
    let date = "a date where a time is needed";
    wrong("delay = 2020-01-02", 9, "disease.delay", "2020-01-02", date, "a time such as \"28 d\"");
    wrong("count = 1.5", 9, "disease.count", "1.5", "a number where a whole number is needed", BYTE);
    wrong("count = [1]", 9, "disease.count", "a list of 1", "a list where a whole number is needed", BYTE);
    let union = "a list where a number or a table is needed";
    let right = "a number or a table with the key lognormal or a table with the key uniform";
    wrong("spread = [1]", 10, "disease.spread", "a list of 1", union, right);
}

const SITES: &str = "one of \"bone_marrow\", \"extramedullary\"";
const BYTE: &str = "a whole number from 0 to 255";

#[test]
fn a_slip_of_quotes_is_suggested() {
    near("count = \"3\"", Some("3"));
    near("flag = \"true\"", Some("true"));
    near("spread = \"0.5\"", Some("0.5"));
    near("spread = \"half\"", None);
    near("count = \"nan\"", None);
    near("delay = 2020-01-02", Some("\"2020-01-02\""));
    near("[[arm]]\nlines = \"VRd\"", Some("[\"VRd\"]"));
}

#[test]
fn an_unknown_word_comes_with_the_known_ones() {
    wrong("site = \"bone\"", 8, "disease.site", "\"bone\"", "unknown value \"bone\"", SITES);
    near("site = \"Bone Marrow\"", Some("\"bone_marrow\""));
    near("site = \"liver\"", None);
    near("site = \"\"", None);
    near("shape = \"falt\"", Some("\"flat\""));
}

#[test]
fn numbers_out_of_bounds_are_told() {
    let fraction = "a number above 0 and below 1";
    wrong("fraction = 0", 12, "disease.fraction", "0", "must be above 0", fraction);
    wrong("fraction = 1.0", 12, "disease.fraction", "1.0", "must be below 1", fraction);
    wrong("count = -1", 9, "disease.count", "-1", "must be at least 0", BYTE);
    wrong("count = 256", 9, "disease.count", "256", "must be at most 255", BYTE);
    wrong("count = 1e3", 9, "disease.count", "1e3", "must be at most 255", BYTE);
    let finding = one(scenario("name = \"x\"\n[disease]\ndivision = \"1 /d\"\nburden = 1e14"));
    assert_eq!(
        (finding.place.line_column(), finding.problem.as_str()),
        ((4, 10), "must be at most 10000000000000")
    );
}

#[test]
fn whole_numbers_keep_to_the_bits_of_their_type() {
    let cycles = |n: &str| one(line(&format!("[[arm]]\nlines = [{{ regimen = \"x\", cycles = {n} }}]")));
    assert_eq!(cycles("4294967296").problem, "must be at most 4294967295");
    assert_eq!(cycles("4294967296").right.as_deref(), Some("a whole number from 0 up"));
    assert_eq!(cycles("1.5").problem, "a number where a whole number is needed");
    let seed = |n: &str| one(scenario(&format!("seed = {n}\n{GOOD}")));
    assert_eq!(seed("-1").problem, "must be at least 0");
    assert_eq!(seed("18446744073709551616").problem, "too large for a whole number of 64 bits");
    assert_eq!(seed("1e20").problem, "a number where a whole number is needed");
    assert_eq!(seed("99999999999999999999999999999999999999999").found.unwrap().len(), 41);
}

#[test]
fn numbers_that_are_not_finite_are_refused_everywhere() {
    let problem = "not a finite number";
    wrong("fraction = nan", 12, "disease.fraction", "nan", problem, "a number above 0 and below 1");
    wrong("delay = -inf", 9, "disease.delay", "-inf", problem, "a time such as \"28 d\"");
    wrong("count = 1e400", 9, "disease.count", "1e400", problem, BYTE);
    assert_eq!(one(line("[open]\nx = [1, inf]")).key, "open.x[1]");
    assert_eq!(
        one(line("[open]\nx = 36893488147419103232")).problem,
        "too large for a whole number of 64 bits"
    );
}

#[test]
fn a_number_without_a_unit_is_told() {
    let problem = "a number without a unit where a time is needed";
    wrong("delay = 28", 9, "disease.delay", "28", problem, "\"28 d\"");
    wrong("delay = 2.5e1", 9, "disease.delay", "2.5e1", problem, "\"2.5e1 d\"");
    wrong("delay = -28", 9, "disease.delay", "-28", problem, "a time such as \"28 d\"");
    let finding = one(scenario("name = \"x\"\n[disease]\nburden = 1\ndivision = 0.05"));
    assert_eq!(finding.right.as_deref(), Some("\"0.05 /d\""));
}

#[test]
fn a_hexadecimal_number_is_not_offered_with_a_unit() {
    let finding = one(line("delay = 0x1C"));
    assert_eq!((finding.found.as_deref(), finding.right.as_deref()), (Some("0x1C"), Some("\"28 d\"")));
    assert_eq!(one(line("delay = 1_000")).right.as_deref(), Some("\"1000 d\""));
}

#[test]
fn a_wrong_quantity_is_told() {
    let right = "a time in d, h, min, wk, mo, y, such as \"28 d\"";
    wrong("delay = \"3 /d\"", 9, "disease.delay", "\"3 /d\"", "a rate where a time is needed", right);
    wrong("delay = \"28\"", 9, "disease.delay", "\"28\"", "no unit where a time is needed", right);
    wrong("delay = \"\"", 9, "disease.delay", "\"\"", "no number where a time is needed", right);
    near("delay = \"3 days\"", Some("\"3 d\""));
}

#[test]
fn texts_and_lists_keep_to_their_lengths() {
    let name = |name: &str| one(scenario(&GOOD.replace("\"é\"", name)));
    assert_eq!(name("\"\"").problem, "an empty text");
    assert_eq!(name("\"\"").place.line_column(), (1, 8));
    let long = format!("\"{}\"", "é".repeat(21));
    assert_eq!(name(&long).problem, "21 characters where at most 20 may be");
    let finding = one(line("[[arm]]\nlines = []"));
    assert_eq!(
        (finding.key.as_str(), finding.problem.as_str()),
        ("arm[0].lines", "0 items where at least 1 must be")
    );
    assert_eq!(finding.place.line_column(), (6, 9));
    assert_eq!(finding.right.as_deref(), Some("a list of 1 to 2 items"));
    assert_eq!(one(line("[[arm]]\nlines = [\"a\", \"b\", \"c\"]")).problem, "3 items where at most 2 may be");
}

#[test]
fn key_paths_go_through_lists_and_maps() {
    let text =
        "[[arm]]\nlines = [\"a\"]\n[[arm]]\nlines = [{ regimen = 3 }]\n[drug.\"x.y\"]\nhalf_life = true";
    let keys: Vec<String> = line(text).into_iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["arm[1].lines[0].regimen", "drug.\"x.y\".half_life"]);
}

#[test]
fn all_errors_are_told_at_once() {
    let text =
        "nmae = 3\n[disease]\nburden = -1\ndivision = 3\nflag = 0\n[[arm]]\n[drug.x]\nhalf_life = nan\n";
    let mut lines: Vec<usize> = scenario(text).iter().map(|f| f.place.line_column().0).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 3, 4, 5, 6, 8]);
}

#[test]
fn a_document_deeper_than_the_limit_is_a_finding() {
    let source = Source::new("case.toml", "");
    let place = || Place::new(&source, 0..0);
    let mut node = Node::new(Value::Integer(1), place());
    for _ in 0..200 {
        let mut table = Table::new();
        table.insert("inner", place(), node);
        node = Node::new(Value::Table(table), place());
    }
    let finding = one(conform(&node, schema_for!(Nest).as_value()));
    assert_eq!(finding.problem, "nested more than 64 levels deep");
    assert_eq!(finding.key, vec!["inner"; 65].join("."));
}

#[test]
fn schemas_of_true_and_false_are_understood() {
    let schema = json!({"properties": {"a": true, "b": false}});
    assert!(findings("a = [1, 2020-01-01]", &schema).is_empty());
    assert_eq!(one(findings("b = 1", &schema)).problem, "a whole number where nothing is needed");
}
