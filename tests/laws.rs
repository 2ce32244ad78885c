//! Any number of the disease, the traits, the drugs and the clinic may differ between patients: the schema is walked, and
//! each number that takes a law is held to reach the patient. No chance is involved: a law of one value must tell the
//! story of that value to the last bit, and another story than another value.

mod support;

use std::collections::BTreeSet;

use clonetide::engine::StreamKey;
use clonetide::scenario::{Scenario, schema};
use clonetide::{Simulator, simulate};
use serde_json::Value;

/// Every number that can differ, in one scenario: drugs of each kind of action, traits with every effect.
const EVERY: &str = r#"
name = "Every number"
study = { horizon = "300 d" }

[disease]
burden = 1e8
net_growth = "0.02 /d"
death = "0.04 /d"
kill_scale = 1
t_cell_fitness = 1
capacity = { law = "gompertz", cells = 1e10, reference = 1e7 }
traits = ["T", "S"]
immigration = [{ rate = "20 /d", growth = "0.001 /d" }]
lethal_burden = 2e9

[[disease.clone]]
traits = ["T"]
fraction = 1e-3
[[disease.clone]]
traits = ["S"]
cells = 1e5

[trait.T]
gained = { per_division = 1e-4, rate = "1e-5 /d", under = { W = "1e-4 /d" } }
lost = { per_division = 1e-4, half_life = "90 d" }
division_factor = 0.95
death_factor = 1.05
division_added = "0.001 /d"
death_added = "0.001 /d"
secretion_factor = 0.9
mutation_factor = 2
resists = { W = 0.5, D = { kill = 0.5, ec50 = 2 }, living = { kill = 0.7 } }
antigens = { OWN = 0.5 }
reversed_by = { W = 0.3, D = { share = 0.2 } }

[trait.S]
gained = { per_division = 1e-4 }
lost = { rate = "0.01 /d" }

[drug.W]
kill = "0.02 /d"
slows = 0.1
mutagenic = 3
enhances = { D = 1.3 }
acts = { for = "3 d", ec50 = 0.5, hill = 1.5, exhaustion = { half_life = "20 d", ec50 = 0.5, most = 0.5 } }

[drug.D]
kill = "0.05 /d"
antigen = { name = "OWN", half = 0.5 }
acts.half_life = "10 d"
acts.distribution = { share = 0.4, half_life = "1 d" }
acts.absorption = { half_life = "2 d", bioavailability = 0.7 }
acts.delay = "0.5 d"
acts.ec50 = 0.5
acts.hill = 2
acts.exhaustion = { half_life = "25 d", ec50 = 0.4, most = 0.6 }

[drug.L]
class = "living"
kill = "0.03 /d"
effector = "T cells"
acts.peak = "10 d"
acts.doubling = "1 d"
acts.contraction = "12 d"
acts.persisting = 0.1
acts.persistence = "100 d"
acts.ec50 = 0.5
acts.hill = 1
acts.exhaustion = { half_life = "30 d", ec50 = 0.3, most = 0.4 }

[drug.P]
acts = { log_kill = 1 }

[regimen.R]
cycle = "28 d"
doses = [
  { drug = "W", days = "1-14" },
  { drug = "D", days = "1,15", route = "SC" },
  { drug = "L", days = "1", cycles = "1" },
  { drug = "P", days = "5", cycles = "2" },
]

[[arm]]
name = "R"
lines = [{ regimen = "R", cycles = 4 }, { holiday = "28 d" }, { regimen = "R", until = "progression" }]

[mortality]
hazard = "0.5 /y"

[visits]
every = "14 d"
missed = 0.1
[visits.m_protein]
isotype = "IgG"
secretion = "200000 pg/d"
half_life = "23 d"
saturated_half_life = "8 d"
half_saturation = "31 g/L"
volume = "6.5 L"
[visits.free_light_chains]
chain = "kappa"
secretion = "100000 pg/d"
half_life = "3 h"
[visits.urine]
share = 0.1
[visits.imaging]
every = "28 d"
share = 0.5
[visits.haemoglobin]
healthy = "135 g/L"
lost = "80 g/L"
[visits.marrow]
cells = 1e9
patchiness = 0.3
every = "28 d"
"#;

/// A key, another value for it, and what else of the text must then be otherwise.
type Case = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// What cannot go with a history of growth.
const IMMIGRATION: &str = "immigration = [{ rate = \"20 /d\", growth = \"0.001 /d\" }]";

/// Every number that takes a law.
const CASES: &[Case] = &[
    ("disease.burden", "2e8", None),
    ("disease.division", "\"0.07 /d\"", Some(("net_growth = \"0.02 /d\"", "division = \"0.06 /d\""))),
    ("disease.death", "\"0.05 /d\"", None),
    ("disease.net_growth", "\"0.03 /d\"", None),
    ("disease.kill_scale", "1.5", None),
    ("disease.t_cell_fitness", "0.5", None),
    ("disease.capacity.cells", "5e9", None),
    ("disease.capacity.reference", "2e7", None),
    ("disease.immigration[0].rate", "\"40 /d\"", None),
    ("disease.immigration[0].growth", "\"0.02 /d\"", None),
    ("disease.clone[0].fraction", "0.01", None),
    ("disease.clone[1].cells", "1e6", None),
    ("disease.lethal_burden", "9e7", None),
    ("disease.history.from", "30", Some((IMMIGRATION, "history = { from = 10 }"))),
    ("trait.T.gained.per_division", "2e-4", None),
    ("trait.T.gained.rate", "\"5e-5 /d\"", None),
    ("trait.T.gained.under.W", "\"5e-4 /d\"", None),
    ("trait.T.lost.per_division", "3e-4", None),
    ("trait.T.lost.half_life", "\"60 d\"", None),
    ("trait.S.lost.rate", "\"0.03 /d\"", None),
    ("trait.T.division_factor", "0.9", None),
    ("trait.T.death_factor", "1.2", None),
    ("trait.T.division_added", "\"0.003 /d\"", None),
    ("trait.T.death_added", "\"0.003 /d\"", None),
    ("trait.T.secretion_factor", "0.2", None),
    ("trait.T.mutation_factor", "4", None),
    ("trait.T.resists.W", "0.9", None),
    ("trait.T.resists.D.kill", "0.2", None),
    ("trait.T.resists.D.ec50", "4", None),
    ("trait.T.resists.living.kill", "0.1", None),
    ("trait.T.antigens.OWN", "0.2", None),
    ("trait.T.reversed_by.W", "0.8", None),
    ("trait.T.reversed_by.D.share", "0.9", None),
    ("drug.W.kill", "\"0.04 /d\"", None),
    ("drug.W.slows", "0.3", None),
    ("drug.W.mutagenic", "30", None),
    ("drug.W.enhances.D", "1.8", None),
    ("drug.W.acts.for", "\"1 d\"", None),
    ("drug.W.acts.ec50", "1.5", None),
    ("drug.W.acts.hill", "3", None),
    ("drug.W.acts.exhaustion.half_life", "\"10 d\"", None),
    ("drug.W.acts.exhaustion.ec50", "0.2", None),
    ("drug.W.acts.exhaustion.most", "0.9", None),
    ("drug.D.antigen.half", "2", None),
    ("drug.D.acts.half_life", "\"15 d\"", None),
    ("drug.D.acts.distribution.share", "0.7", None),
    ("drug.D.acts.distribution.half_life", "\"1.5 d\"", None),
    ("drug.D.acts.absorption.half_life", "\"3 d\"", None),
    ("drug.D.acts.absorption.bioavailability", "0.5", None),
    ("drug.D.acts.delay", "\"0.7 d\"", None),
    ("drug.D.acts.ec50", "1.5", None),
    ("drug.D.acts.hill", "1", None),
    ("drug.L.acts.peak", "\"14 d\"", None),
    ("drug.L.acts.doubling", "\"2 d\"", None),
    ("drug.L.acts.contraction", "\"20 d\"", None),
    ("drug.L.acts.persisting", "0.3", None),
    ("drug.L.acts.persistence", "\"50 d\"", None),
    ("drug.L.acts.exhaustion.half_life", "\"15 d\"", None),
    ("drug.P.acts.log_kill", "2", None),
    ("mortality.hazard", "\"2 /y\"", None),
    ("visits.missed", "0.4", None),
    ("visits.m_protein.secretion", "\"100000 pg/d\"", None),
    ("visits.m_protein.half_life", "\"18 d\"", None),
    ("visits.m_protein.saturated_half_life", "\"6 d\"", None),
    ("visits.m_protein.half_saturation", "\"20 g/L\"", None),
    ("visits.m_protein.volume", "\"5 L\"", None),
    ("visits.free_light_chains.secretion", "\"50000 pg/d\"", None),
    ("visits.free_light_chains.half_life", "\"12 h\"", None),
    ("visits.urine.share", "0.3", None),
    ("visits.imaging.share", "0.9", Some(("burden = 1e8", "burden = 8e9"))),
    ("visits.haemoglobin.healthy", "\"120 g/L\"", None),
    ("visits.haemoglobin.lost", "\"60 g/L\"", None),
    ("visits.marrow.cells", "1e8", None),
    ("visits.marrow.patchiness", "0.8", None),
];

/// Numbers that are the same in everybody, and why.
const THE_SAME: &[(&str, &str)] = &[
    ("disease.immigration[].cells", "a count of cells that arrive together"),
    ("disease.t_cell_wear", "of each line; patients differ in the fitness that it wears: t_cell_fitness"),
    ("disease.history.longest", "what counts as a patient of the study"),
    ("disease.history.lines[].*", "the plan"),
    ("drug.*.half_life", "for the record, nothing is computed from it"),
    ("trait.*.resists.*.low", "for the record: the range of the number beside it"),
    ("trait.*.resists.*.high", "for the record: the range of the number beside it"),
    ("mortality.doubling", "of the population, as life tables have it"),
    ("mortality.at_age", "of the population, as life tables have it"),
    ("visits.every", "the study's schedule"),
    ("visits.jitter", "the study's schedule"),
    ("visits.m_protein.cv", "of the laboratory"),
    ("visits.m_protein.sd", "of the laboratory"),
    ("visits.m_protein.limit", "of the laboratory"),
    ("visits.m_protein.measurable", "a rule"),
    ("visits.immunofixation.threshold", "of the laboratory"),
    ("visits.immunofixation.cv", "of the laboratory"),
    ("visits.free_light_chains.cv", "of the laboratory"),
    ("visits.free_light_chains.sd", "of the laboratory"),
    ("visits.urine.cv", "of the laboratory"),
    ("visits.urine.limit", "of the laboratory"),
    ("visits.urine.threshold", "of the laboratory"),
    ("visits.urine.threshold_cv", "of the laboratory"),
    ("visits.imaging.every", "the study's schedule"),
    ("visits.imaging.cv", "of the radiologist"),
    ("visits.haemoglobin.sd", "of the laboratory"),
    ("visits.marrow.sample", "of the laboratory"),
    ("visits.marrow.every", "the study's schedule"),
];

/// Digest of the stories of two patients.
fn told(text: &str, change: Option<String>) -> blake3::Hash {
    let changes: Vec<String> = change.into_iter().collect();
    let scenario = Scenario::read("every.toml", text, &changes)
        .unwrap_or_else(|findings| panic!("{changes:?}: {}", findings.render(false)));
    let model = &scenario.model;
    let key = |patient| StreamKey { seed: 3, cell: 0, patient, replicate: 0 };
    let story = |patient| format!("{:?}", simulate(model, &model.arms[0], key(patient)));
    blake3::hash((0..2).map(story).collect::<String>().as_bytes())
}

#[test]
fn a_law_of_one_value_tells_the_story_of_that_value_and_of_no_other() {
    let (mut complaints, plain) = (Vec::new(), told(EVERY, None));
    for &(path, value, otherwise) in CASES {
        let text = otherwise.map_or(EVERY.to_string(), |(old, new)| EVERY.replacen(old, new, 1));
        let fixed = told(&text, Some(format!("{path}={value}")));
        let law = told(&text, Some(format!("{path}={{ uniform = {{ low = {value}, high = {value} }} }}")));
        let other = otherwise.map_or(plain, |_| told(&text, None));
        if other == fixed {
            complaints.push(format!("{path}: nothing comes of it"));
        }
        if law != fixed {
            complaints.push(format!("{path}: the law tells another story than its value"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// A simulator that is reused from patient to patient tells what a fresh one does: nothing of one patient's drugs is left.
#[test]
fn a_reused_simulator_keeps_nothing_of_the_drugs_of_another() {
    let change = |number: &str, low: &str, high: &str| {
        format!("{number}={{ uniform = {{ low = {low}, high = {high} }} }}")
    };
    let changes = [
        change("drug.W.acts.ec50", "0.1", "3"),
        change("drug.D.acts.half_life", "\"5 d\"", "\"20 d\""),
        change("drug.D.acts.hill", "0.5", "3"),
        change("drug.W.enhances.D", "0.5", "3"),
    ];
    let model = Scenario::read("every.toml", EVERY, &changes).unwrap().model;
    let key = |patient| StreamKey { seed: 3, cell: 0, patient, replicate: 0 };
    let mut simulator = Simulator::new(&model);
    for patient in 0..4 {
        let reused = format!("{:?}", simulator.tell(&model.arms[0], key(patient)));
        let fresh = format!("{:?}", simulate(&model, &model.arms[0], key(patient)));
        assert!(reused == fresh, "patient {patient}");
    }
}

/// Paths of the numbers below a schema: with `*` for any name and `[]` for any place; and whether they take a law.
fn numbers(schema: &Value, root: &Value, path: &str, found: &mut BTreeSet<(String, bool)>) {
    let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/"));
    if let Some(name) = name {
        if name.starts_with("DrawEntry") {
            found.insert((path.to_string(), true));
        } else {
            numbers(&root["$defs"][name], root, path, found);
        }
    }
    let kind = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|all| all.contains(&name.into()))
    };
    if !schema["x-quantity"].is_null() || kind("number") || kind("integer") {
        found.insert((path.to_string(), false));
    }
    for union in ["anyOf", "oneOf", "allOf"] {
        schema[union].as_array().into_iter().flatten().for_each(|one| numbers(one, root, path, found));
    }
    for (name, one) in schema["properties"].as_object().into_iter().flatten() {
        numbers(one, root, &format!("{path}.{name}"), found);
    }
    if schema["additionalProperties"].is_object() {
        numbers(&schema["additionalProperties"], root, &format!("{path}.*"), found);
    }
    if schema["items"].is_object() {
        numbers(&schema["items"], root, &format!("{path}[]"), found);
    }
}

/// Whether a key, or a path, is one of a pattern's, whose last `*` stands for all that follows.
fn is_of(path: &str, pattern: &str) -> bool {
    let parts = |text: &str| {
        text.replace("[0]", "[]").replace("[1]", "[]").split('.').map(str::to_string).collect::<Vec<_>>()
    };
    let (path, pattern) = (parts(path), parts(pattern));
    let open = pattern.last().is_some_and(|last| last == "*") && path.len() >= pattern.len();
    (path.len() == pattern.len() || open) && pattern.iter().zip(&path).all(|(p, part)| p == "*" || p == part)
}

#[test]
fn every_number_takes_a_law_or_has_a_reason_not_to() {
    let root = schema();
    let mut found = BTreeSet::new();
    for part in ["disease", "trait", "drug", "visits", "mortality"] {
        numbers(&root["properties"][part], &root, part, &mut found);
    }
    assert!(found.len() > 80, "{} numbers", found.len());
    let reason = |path: &str| THE_SAME.iter().any(|(pattern, _)| is_of(path, pattern));
    let tried = |path: &str| CASES.iter().any(|(key, ..)| is_of(key, path));
    let unlike = |(path, draws): &&(String, bool)| *draws == reason(path) || *draws != tried(path);
    let unlike: Vec<_> = found.iter().filter(unlike).collect();
    assert!(unlike.is_empty(), "neither a law with a case nor a reason, or both: {unlike:?}");
    for (pattern, why) in THE_SAME {
        assert!(found.iter().any(|(path, _)| is_of(path, pattern)), "{pattern} ({why}) is no number");
    }
}
