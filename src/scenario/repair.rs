//! Looks further than wrong values: puts stand-ins in their places, so that names and sums elsewhere are checked too.

use serde_json::Value;

use super::conform::conform;
use super::document::Node;
use super::finding::Finding;

/// Values of every form that a key can ask for.
const STAND_INS: [&str; 10] = [
    "\"28 d\"",
    "\"0.01 /d\"",
    "\"5 g/L\"",
    "\"12 pg/d\"",
    "\"6.5 L\"",
    "\"200 mg/d\"",
    "1",
    "\"1\"",
    "[]",
    "{}",
];

/// More errors than this are not looked behind; they are told as they are.
const MOST: usize = 40;

/// Tables whose keys are checked against one another.
const JOINED: [&str; 4] = ["engine", "study", "record", "visits"];

/// The document in right form: each wrong key taken out or replaced; none if that cannot be done.
pub fn repaired(node: &Node, findings: &[Finding], schema: &Value) -> Option<Node> {
    // Without a whole table or list too much would follow.
    let several =
        |key: &str| node.get(key).is_some_and(|at| at.as_table().is_some() || at.as_array().is_some());
    let whole = |finding: &Finding| !finding.key.contains('.') || several(&finding.key);
    if findings.len() > MOST || findings.iter().any(whole) {
        return None;
    }
    let mended = findings.iter().try_fold(node.clone(), |node, finding| mend(&node, finding, schema))?;
    conform(&mended, schema).is_empty().then_some(mended)
}

/// One wrong key mended: the first change after which nobody complains about it.
fn mend(node: &Node, finding: &Finding, schema: &Value) -> Option<Node> {
    let key = finding.key.as_str();
    let quiet = |trial: &Node| conform(trial, schema).iter().all(|still| still.key != key);
    if quiet(node) {
        return Some(node.clone());
    }
    let suggested = finding.suggestion.iter().map(|name| format!("{name:?}"));
    let values = STAND_INS.iter().map(ToString::to_string).chain(suggested);
    let replaced = values.filter_map(|value| {
        let mut trial = node.clone();
        trial.set(key, &value).ok().map(|()| trial)
    });
    let mut removed = node.clone();
    let value = removed.remove(key);
    let renamed = value.zip(finding.suggestion.as_ref()).map(|(value, name)| {
        let mut trial = removed.clone();
        trial.put(parent(key), name, value);
        trial
    });
    renamed.into_iter().chain([removed]).chain(replaced).find(quiet)
}

/// Whether a finding about one key could come from the stand-in at another.
pub fn depends(key: &str, repaired: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.starts_with(outer) || outer.is_empty();
    let top = |key: &str| JOINED.iter().any(|table| key.starts_with(table));
    let marrow = key.contains(".stop_at_mrd") && repaired.starts_with("visits");
    within(key, repaired)
        || within(repaired, key)
        || parent(key) == parent(repaired)
        || marrow
        || top(key) && top(repaired)
}

fn parent(key: &str) -> &str {
    key.rfind(['.', '[']).map_or("", |end| &key[..end])
}

#[cfg(test)]
mod tests {
    use super::super::Scenario;
    use super::*;

    const BASE: &str = r#"
name = "two kinds of error"
study = { horizon = "3 y" }
disease = { burden = 1e9, division = "0.05 /d", death = "0.03 /d", traits = ["PSMB5_MUT"] }
visits = { every = "28 d" }
arm = [{ name = "a", lines = [{ regimen = "Vd", until = "progression" }, { regimen = "Kd", cycles = 2 }] }]
"#;

    /// Keys of the findings after some changes to the base.
    fn keys(changes: &[(&str, &str)]) -> Vec<String> {
        let text = changes.iter().fold(BASE.to_string(), |text, (old, new)| {
            assert_eq!(text.matches(old).count(), 1, "{old}");
            text.replace(old, new)
        });
        let findings = Scenario::read("t.toml", &text, &[]).unwrap_err();
        findings.sorted().into_iter().map(|finding| finding.key.clone()).collect()
    }

    #[test]
    fn a_wrong_unit_does_not_hide_an_unknown_name() {
        let unit = ("\"0.03 /d\"", "\"0.03 d\"");
        assert_eq!(keys(&[unit]), ["disease.death"]);
        assert_eq!(keys(&[unit, ("\"Vd\"", "\"Vdd\"")]), ["disease.death", "arm[0].lines[0].regimen"]);
    }

    #[test]
    fn a_missing_key_does_not_hide_an_unknown_name() {
        let missing = ("horizon = \"3 y\"", "");
        assert_eq!(keys(&[missing, ("\"Kd\"", "\"Kdd\"")]), ["study.horizon", "arm[0].lines[1].regimen"]);
    }

    #[test]
    fn a_stand_in_is_never_complained_about() {
        assert_eq!(keys(&[("every = \"28 d\"", "every = 28")]), ["visits.every"]);
        assert_eq!(keys(&[("traits = [\"PSMB5_MUT\"]", "traits = [5]")]), ["disease.traits[0]"]);
        assert_eq!(keys(&[("cycles = 2", "cycles = \"two\"")]), ["arm[0].lines[1].cycles"]);
        assert_eq!(keys(&[("horizon = \"3 y\"", "horizon = 0")]), ["study.horizon"]);
    }

    #[test]
    fn a_marrow_that_was_mended_is_not_missed_by_a_rule() {
        let rule =
            ("until = \"progression\" }", "until = \"progression\", stop_at_mrd = { restart = true } }");
        let marrow = ("every = \"28 d\"", "every = \"28 d\", marrow = { every = 168 }");
        assert_eq!(keys(&[rule, marrow]), ["visits.marrow.every"]);
        assert_eq!(keys(&[rule]), ["arm[0].lines[0].stop_at_mrd.restart"]);
    }

    #[test]
    fn a_regimen_that_is_misspelt_gives_its_drugs() {
        let toxic = ("arm = [", "toxicity = { bortezomib = { stop = { rate = \"0.1 /y\" } } }\narm = [");
        let wrong = ("\"Vd\"", "\"Vdd\"");
        assert_eq!(keys(&[toxic, wrong]), ["arm[0].lines[0].regimen"]);
    }

    #[test]
    fn keys_that_are_checked_together_depend_on_one_another() {
        assert!(depends("record.every", "engine.step") && depends("disease", "disease.death"));
        assert!(depends("arm[0].lines[1]", "arm[0].lines[1].cycles"));
        assert!(!depends("arm[0].lines[0].regimen", "disease.death"));
    }
}
