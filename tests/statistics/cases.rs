//! How the judge reads a case: every observable, event and time as it is meant.

use clonetide::verify::{Case, History, Judge, Sample, Scope, judge};

use super::family;
use super::support::statistics::{Family, Outcome};
use super::support::theory::{ENTRIES, case};

#[test]
fn theory_cases_are_complete() {
    for entry in ENTRIES {
        let case = case(entry.reference);
        assert_eq!(case.id, entry.reference);
        assert!(!case.types().is_empty() && case.types().len() == case.traits().len(), "{}", case.id);
        assert!(case.model.is_null() != case.process.is_null(), "{}: a model or a process", case.id);
    }
    let times = |id| case(id).times();
    assert_eq!((times("H05"), times("F03")), (vec![2.0, 5.0, 10.0], vec![5.0, 9.0, 12.0]));
}

/// One cell of each type at each time, for the judge to look at.
fn dull(case: &Case) -> History {
    let sample = |time| Sample { time, counts: vec![1; case.types().len()], clones: vec![1, 1] };
    let types = case.types().len();
    History {
        samples: case.times().into_iter().map(sample).collect(),
        last: vec![1; types],
        founded: vec![Some(0.5); types],
        reached: Some(1.0),
        ..History::default()
    }
}

/// Every observable of the theory is tested or named as skipped; what is skipped is known.
#[test]
fn nothing_is_skipped_in_silence() {
    let mut family = Family::default();
    for entry in ENTRIES.iter().filter(|entry| !entry.name.starts_with("dsmts")) {
        let case = case(entry.reference);
        let mut judge = Judge::new(&case, entry.variant, Scope::ALL);
        (0..2).for_each(|_| judge.take(&dull(&case)));
        judge.decide(entry.name, &mut family);
    }
    let reasons = ["context, not a test", "no time", "needs 100000 replicates", "fourth moment"];
    let known = |skipped: &&String| reasons.iter().any(|reason| skipped.contains(reason));
    let unknown: Vec<&String> = family.skipped().iter().filter(|skipped| !known(skipped)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(family.skipped().iter().filter(|skipped| skipped.ends_with("no time")).count(), 2, "H03, H04");
    let joint = family.verdicts().iter().filter(|verdict| verdict.test.starts_with("joint"));
    assert_eq!(joint.count(), 3, "C04, C09, G01");
}

#[test]
fn unknown_events_and_types_are_named() {
    let text = r#"{"id": "T", "title": "", "types": ["X"], "observables": [
        {"kind": "prob", "name": "nothing", "event": {"time": 1.0}, "p": 0.5},
        {"kind": "tree", "name": "shape", "time": 1.0, "p": 0.5},
        {"kind": "pmf", "name": "other", "weights": {"Y": 1}, "time": 1.0, "p": [1.0], "tail": 0.0},
        {"kind": "pmf", "name": "if", "weights": {"X": 1}, "time": 1, "p": [1], "tail": 0, "condition": {}},
        {"kind": "prob", "name": "gone", "event": {"zero": ["X"], "time": 1.0}, "p": 0.5}]}"#;
    let case = Case::from_json(text).expect("valid JSON");
    let mut family = Family::default();
    judge(&case, &[at(1.0, &[0])], &mut family);
    assert_eq!((family.verdicts().len(), family.skipped().len()), (1, 4));
    for (skipped, word) in family.skipped().iter().zip(["event", "tree", "no type \"Y\"", "conditional"]) {
        assert!(skipped.contains(word), "{skipped}");
    }
}

/// A history of which one sample is known.
fn at(time: f64, counts: &[u64]) -> History {
    History::of_samples(vec![Sample { time, counts: counts.to_vec(), clones: Vec::new() }])
}

fn case_of(observable: &str) -> Case {
    let text = format!(r#"{{"id": "T", "title": "", "types": ["W", "M"], "observables": [{observable}]}}"#);
    Case::from_json(&text).expect("valid JSON")
}

/// How many of `histories` a probability or curve counts, and of how many: (name, hits, asked).
fn hits(observable: &str, histories: &[History]) -> Vec<(String, u64)> {
    let mut family = Family::default();
    judge(&case_of(observable), histories, &mut family);
    assert!(family.skipped().is_empty(), "{:?}", family.skipped());
    // With p = 1/2 the deviation tells the hits: (k - n/2) / sqrt(n / 4).
    let count = |n: u64, z: f64| (z * (n as f64 / 4.0).sqrt() + n as f64 / 2.0).round() as u64;
    family
        .verdicts()
        .iter()
        .map(|v| (format!("{} of {}", count(v.n, v.outcome.statistic), v.n), v.n))
        .collect()
}

/// Each kind of event counts the replicates that it should, and only those that it is asked of.
#[test]
fn events_are_read_as_they_are_meant() {
    let history = |counts: [u64; 2], clones: &[u64], reached, extinct, founded| History {
        samples: vec![Sample { time: 2.0, counts: counts.to_vec(), clones: clones.to_vec() }],
        last: counts.to_vec(),
        founded: vec![Some(0.0), founded],
        reached,
        extinct,
        broken: None,
    };
    let histories = [
        history([5, 0], &[], None, None, None),
        history([0, 3], &[1, 2], Some(1.5), None, Some(0.5)),
        history([4, 6], &[6], Some(2.5), None, Some(1.0)),
        history([0, 0], &[], None, Some(1.0), None),
    ];
    let cases = [
        (r#""event": {"zero": ["M"], "time": 2}"#, "2 of 4"),
        (r#""event": {"zero": ["W", "M"], "time": 2}"#, "1 of 4"),
        (r#""event": {"nonzero": ["M"], "time": 2}"#, "2 of 4"),
        (r#""event": {"nonzero": ["M"], "given": {"nonzero": ["W"]}, "time": 2}"#, "1 of 2"),
        (r#""event": {"nonzero": ["W"], "at_reaching": 9}"#, "1 of 2"),
        (r#""event": {"at_least": 5, "of": ["W", "M"], "time": 2}"#, "2 of 4"),
        (r#""event": {"reach": 9}"#, "2 of 4"),
    ];
    for (event, want) in cases {
        let observable = format!(r#"{{"kind": "prob", "name": "e", {event}, "p": 0.5}}"#);
        assert_eq!(hits(&observable, &histories)[0].0, want, "{event}");
    }
    let curves = [
        (r#""event": {"reach": 9}, "times": [1.5, 2.5]"#, ["1 of 4", "2 of 4"]),
        (r#""event": {"extinct_before": 9}, "times": [0.9, 1.0]"#, ["0 of 4", "1 of 4"]),
        (r#""event": {"first_production": "M"}, "times": [0.7, 1.0]"#, ["1 of 4", "2 of 4"]),
        (r#""event": {"largest_clone_le": "k"}, "time": 2, "times": [0, 2]"#, ["2 of 4", "3 of 4"]),
    ];
    for (event, want) in curves {
        let observable = format!(r#"{{"kind": "cdf", "name": "e", {event}, "p": [0.5, 0.5]}}"#);
        let got: Vec<String> = hits(&observable, &histories).into_iter().map(|(text, _)| text).collect();
        assert_eq!(got, want, "{event}");
    }
}

/// A history without the time asked for, or one that a limit cut short, fails the case.
#[test]
fn what_cannot_be_seen_fails() {
    let case = case_of(r#"{"kind": "prob", "name": "e", "event": {"zero": ["M"], "time": 2}, "p": 0.5}"#);
    let cut = History { broken: Some("stopped at a limit"), ..at(2.0, &[1, 0]) };
    for history in [at(1.0, &[1, 0]), cut] {
        let mut family = Family::default();
        judge(&case, &[history, at(2.0, &[1, 1])], &mut family);
        assert!(!family.passes(), "{}", family.report());
    }
}

/// What a scenario does not show is skipped, and does not silently pass.
#[test]
fn beyond_the_horizon_there_is_no_test() {
    let case = case_of(r#"{"kind": "prob", "name": "e", "event": {"nonzero": ["M"], "time": 9}, "p": 0.5}"#);
    let mut family = Family::default();
    let judge = Judge::new(&case, "", Scope { horizon: 8.0, detection: f64::INFINITY });
    assert!(judge.times().is_empty());
    judge.decide("T", &mut family);
    assert!(family.skipped()[0].contains("after the horizon") && !family.passes());
}

/// A p-value of a test with few expected events is far from uniform and stays out of that test.
#[test]
fn coarse_tests_do_not_count_for_uniformity() {
    let mut coarse = family(&[0.1, 0.3, 0.5, 0.6, 0.7, 0.9]);
    let before = coarse.uniformity();
    for case in 0..20 {
        let outcome = Outcome { statistic: 0.0, p: 0.99 };
        coarse.record_coarse(&format!("rare {case}"), "e", 10, outcome);
    }
    assert_eq!((coarse.uniformity(), coarse.passes()), (before, true));
    coarse.record_coarse("rare", "e", 10, Outcome { statistic: 9.0, p: 1e-9 });
    assert!(!coarse.passes());
}

/// Sums of whole numbers are exact where squares of counts would have lost the variance.
#[test]
fn moments_of_large_counts_are_exact() {
    let text = r#"{"kind": "moments", "name": "m", "weights": {"W": 1}, "time": 2,
                   "mean": 1000000000000.5, "var": 0.25, "mu4": 0.0625}"#;
    let histories: Vec<History> = (0..1000).map(|i| at(2.0, &[1_000_000_000_000 + i % 2, 0])).collect();
    let mut family = Family::default();
    judge(&case_of(text), &histories, &mut family);
    let [mean, variance] = family.verdicts() else { panic!("{}", family.report()) };
    assert_eq!(mean.outcome.statistic, 0.0);
    // s2 = 0.25 n / (n - 1) of a law without any spread of its squared deviations.
    assert!(variance.outcome.statistic.abs() < 1.0, "{variance}");
}
