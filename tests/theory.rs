//! Both engines against exact laws. Hypothesis of each test: the simulated counts follow the reference.
//! Per family (one engine): n = 1e5 replicates a case, false-alarm rate 1e-3 (Bonferroni over its tests)
//! plus 1e-4 for the uniformity of its cases' first p-values. Seeds are fixed by the names of case and engine.
//! Cases and numbers: `tests/theory/*.json`; the same models as scenarios: `tests/theory/*.toml`.

mod support;

use clonetide::model::Model;
use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::study;
use support::statistics::Family;
use support::theory::{Case, Sample, judge};

/// The trait set of each type of a case, as traits joined by `+`.
fn types(id: &str) -> &'static [&'static str] {
    match id {
        "C04" | "C05" => &["", "M"],
        "G01" => &["", "L"],
        "H05" => &["", "R"],
        _ => &[""],
    }
}

/// A seed that nobody chose: the first bytes of the digest of the names.
fn seed(id: &str, engine: &str) -> u64 {
    let digest = blake3::hash(format!("{id}/{engine}").as_bytes());
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().unwrap()) >> 1
}

fn scenario(id: &str, engine: &str, changes: &[String]) -> Scenario {
    let path = format!("{}/tests/theory/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut all = vec![format!("engine.method={engine}"), format!("study.seed={}", seed(id, engine))];
    all.extend_from_slice(changes);
    Scenario::read(&path, &text, &all).unwrap_or_else(|findings| panic!("{}", findings.render(false)))
}

/// The counts of each type at each time of the case.
fn samples(model: &Model, story: &Story, times: &[f64], types: &[&str]) -> Vec<Sample> {
    let name = |position: usize| model.traits[position].name.as_str();
    let at = |&time: &f64| {
        let mut counts = vec![0; types.len()];
        for census in story.census.iter().filter(|census| census.day == time) {
            let traits: Vec<&str> = census.traits.iter().map(name).collect();
            let kind = types.iter().position(|kind| *kind == traits.join("+")).unwrap();
            counts[kind] += census.cells;
        }
        Sample { time, counts }
    };
    times.iter().map(at).collect()
}

fn check(id: &str, engine: &str, family: &mut Family) {
    check_changed(id, engine, &[], family);
}

fn check_changed(id: &str, engine: &str, changes: &[String], family: &mut Family) {
    let mut case = Case::load(id);
    let scenario = scenario(id, engine, changes);
    let (model, times) = (&scenario.model, case.times());
    let mut replicates = Vec::new();
    study::run(
        model,
        2,
        |_, story| samples(model, &story, &times, types(id)),
        |sample| {
            replicates.push(sample);
            Ok::<(), std::convert::Infallible>(())
        },
    )
    .unwrap();
    case.id = format!("{id}/{engine}");
    judge(&case, &replicates, family);
}

const CASES: [&str; 9] = ["A01", "B01", "B03", "C04", "C05", "G01", "H03", "H04", "H05"];

fn family(engine: &str) {
    let mut family = Family::default();
    CASES.iter().for_each(|id| check(id, engine, &mut family));
    println!("{}", family.report());
    family.assert_passes();
}

#[test]
fn the_exact_engine_follows_theory() {
    family("exact");
}

#[test]
fn the_leap_engine_follows_theory() {
    family("leap");
}

/// The checks can fail: rates that are 3 % off, a lost back-switch, a step that is far too long.
#[test]
fn planted_errors_are_caught() {
    let planted = [
        ("A01", "leap", "disease.death=\"0.515 /d\""),
        ("A01", "exact", "disease.division=\"1.03 /d\""),
        ("C04", "leap", "trait.M.gained.per_division=0.0103"),
        ("C04", "exact", "trait.M.division_factor=0.95"),
        ("G01", "leap", "trait.L.lost.rate=\"0.19 /d\""),
        ("G01", "leap", "engine.step=\"1 d\""),
        ("H03", "leap", "engine.step=\"1 d\""),
        ("B01", "leap", "drug.tablet.acts.for=\"2 d\""),
    ];
    for (id, engine, change) in planted {
        let mut family = Family::default();
        check_changed(id, engine, &[change.to_string()], &mut family);
        assert!(!family.passes(), "{id}/{engine} did not notice {change}\n{}", family.report());
    }
}

/// Crowding is extrapolated into the second half of a step; frozen at its middle the variance would be off by an
/// error of first order, which these longer steps make large enough to see (seen to fail with that error planted).
#[test]
fn crowding_holds_at_longer_steps() {
    let mut family = Family::default();
    check_changed("H03", "leap", &["engine.step=\"0.25 d\"".to_string()], &mut family);
    check_changed("H04", "leap", &["engine.step=\"0.5 d\"".to_string()], &mut family);
    family.assert_passes();
}
