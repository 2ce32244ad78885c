//! The acceptance statistics themselves: equal to scipy's, silent on correct draws, loud on biased ones.

#![allow(clippy::expect_used)] // A panic is how a test fails.

mod support;

use clonetide::verify::{Case, History, Judge, Sample, Scope, judge};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Exp1, Poisson, StandardNormal};
use serde_json::Value;
use support::statistics::{
    Family, Outcome, binomial_mid_p, chi2_pmf, ks_uniform, variance_test_is_valid, z_mean, z_variance,
};
use support::theory::{ENTRIES, case};

fn assert_p(got: Outcome, want: f64, what: &str) {
    let error = (got.p - want).abs();
    assert!(error <= 1e-12 + 1e-7 * want, "{what}: p = {:e} instead of {want:e}", got.p);
}

// Expected p-values: shared/theory/ref/check.py with scipy 1.17.1.

#[test]
fn z_mean_agrees_with_scipy() {
    assert_p(z_mean(1.02, 100_000, 1.0, 4.0), 0.0015654022580025317, "upper");
    assert_p(z_mean(5.0, 1000, 5.0, 2.0), 1.0, "exact");
    assert_p(z_mean(0.0, 10, 0.0, 0.0), 1.0, "no spread");
    assert_p(z_mean(0.1, 10, 0.0, 0.0), 0.0, "no spread, wrong");
    let far = z_mean(3.5, 400, 3.0, 1.0);
    assert!((far.statistic - 10.0).abs() < 1e-12 && (far.p / 1.523970604832094e-23 - 1.0).abs() < 1e-7);
}

#[test]
fn z_variance_agrees_with_scipy() {
    assert_p(z_variance(4.05, 100_000, 4.0, 48.0), 0.005188831863965297, "normal");
    assert_p(z_variance(1.1, 5000, 1.0, 9.0), 0.012421522216453663, "heavy tail");
    let far = z_variance(50.0, 100_000, 46.81154355855, 24622.38172814);
    assert!((far.p / 1.6714974467163753e-11 - 1.0).abs() < 1e-6, "{far:?}");
}

#[test]
fn variance_test_needs_replicates() {
    assert!(variance_test_is_valid(601, 2.0, 12.0) && !variance_test_is_valid(600, 2.0, 12.0));
    assert!(variance_test_is_valid(2, 0.0, 0.0));
}

/// Poisson with mean 3 on 0..=11.
const POISSON: [f64; 12] = [
    0.049787068367863944,
    0.14936120510359185,
    0.22404180765538775,
    0.22404180765538775,
    0.16803135574154085,
    0.10081881344492458,
    0.05040940672246223,
    0.02160403145248382,
    0.008101511794681432,
    0.002700503931560479,
    0.0008101511794681437,
    0.00022095032167312998,
];
const POISSON_TAIL: f64 = 7.138662897420658e-05;

#[test]
fn chi2_agrees_with_scipy() {
    let usual = [55, 140, 230, 220, 160, 105, 52, 21, 10, 4, 2, 1];
    assert_p(chi2_pmf(&usual, &POISSON, POISSON_TAIL, 1000), 0.8415362104894858, "usual");
    let close = [50, 149, 224, 224, 168, 101, 50, 22, 8, 3, 1];
    assert_p(chi2_pmf(&close, &POISSON, POISSON_TAIL, 1000), 0.9999999999144797, "close, short histogram");
    assert_p(chi2_pmf(&[500, 300, 200], &[0.5, 0.3, 0.2], 0.0, 1000), 1.0, "exact, no tail");
    let tail = chi2_pmf(&[520, 310, 170], &[0.5, 0.3, 0.15], 0.05, 1000);
    assert!((tail.p / 1.2378503000344004e-11 - 1.0).abs() < 1e-6, "missing tail: {tail:?}");
}

#[test]
fn chi2_counts_what_is_beyond_the_pmf_as_tail() {
    let p = [0.5, 0.3, 0.15];
    let listed = chi2_pmf(&[500, 300, 150, 30, 20], &p, 0.05, 1000);
    assert_eq!(listed, chi2_pmf(&[500, 300, 150], &p, 0.05, 1000));
    assert_eq!(listed.p, 1.0);
    assert_eq!(chi2_pmf(&[3, 4], &[0.5, 0.5], 0.0, 7).p, 1.0, "a single cell tests nothing");
}

#[test]
fn binomial_agrees_with_scipy() {
    let cases = [
        (0, 100_000, 1e-5, 0.3678776017665722),
        (43_712, 100_000, 0.4372125759738, 0.9530444606575238),
        (43_200, 100_000, 0.4372125759738, 0.0008861550086648892),
        (564, 100_000, 0.005, 0.0048312600157289776),
        (437_212, 1_000_000, 0.4372125759738, 0.9991072103314939),
        (437_600, 1_000_000, 0.4372125759738, 0.4347750828371737),
        (1200, 1_000_000, 0.00118, 0.5580759246414169),
        (999_000, 1_000_000, 0.9991, 0.0010349440432204464),
        (3, 10, 0.5, 0.2265625),
        (0, 5, 0.0, 1.0),
        (1, 5, 0.0, 0.0),
        (5, 5, 1.0, 1.0),
        (500, 100_000, 5e-9, 0.0),
    ];
    for (k, n, p, want) in cases {
        assert_p(binomial_mid_p(k, n, p), want, &format!("{k} of {n} at {p}"));
    }
}

#[test]
fn ks_agrees_with_scipy() {
    assert_p(ks_uniform(&[0.1, 0.4, 0.55, 0.8, 0.9, 0.3, 0.2]), 0.9639748080476673, "spread");
    assert_p(ks_uniform(&[0.01, 0.02, 0.03, 0.05, 0.04, 0.06, 0.1, 0.2]), 5.29085937499999e-06, "low");
    assert_p(ks_uniform(&[0.5; 6]), 0.06558641975308642, "ties");
    assert_p(ks_uniform(&[0.001, 0.3, 0.6]), 0.5946666666666665, "three");
    let middle = [0.499, 0.5, 0.501, 0.502, 0.498, 0.5, 0.497, 0.503, 0.5, 0.5];
    assert_p(ks_uniform(&middle), 0.008331736595503347, "too good");
    let shrunk: Vec<f64> = (1..=300).map(|i| f64::from(i) * 0.6180339887498949 % 1.0 * 0.9).collect();
    assert_p(ks_uniform(&shrunk), 0.0032603276946059413, "300 draws");
    assert_eq!(ks_uniform(&[1e-9; 900]).p, 0.0);
}

#[test]
fn exact_and_asymptotic_ks_meet() {
    let draws = |n: u32| (1..=n).map(|i| f64::from(i) / f64::from(n) * 0.96).collect::<Vec<_>>();
    let (exact, limit) = (ks_uniform(&draws(1000)).p, ks_uniform(&draws(1001)).p);
    assert!((exact / limit - 1.0).abs() < 0.02, "{exact} {limit}");
}

fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Mean and variance tests of 20,000 normal draws in each of `cases`, with `shift` and `scale` as the error.
fn normals(cases: u32, shift: f64, scale: f64) -> Family {
    let mut rng = generator(20_261);
    let mut family = Family::default();
    for case in 0..cases {
        let draws: Vec<f64> = (0..20_000).map(|_| shift + scale * draw(StandardNormal, &mut rng)).collect();
        let n = draws.len() as f64;
        let xbar = draws.iter().sum::<f64>() / n;
        let s2 = draws.iter().map(|x| (x - xbar) * (x - xbar)).sum::<f64>() / (n - 1.0);
        let case = format!("N{case}");
        family.record(&case, "mean", 20_000, z_mean(xbar, 20_000, 0.0, 1.0));
        family.record(&case, "variance", 20_000, z_variance(s2, 20_000, 1.0, 3.0));
    }
    family
}

fn draw(law: impl Distribution<f64>, rng: &mut impl Rng) -> f64 {
    law.sample(rng)
}

#[test]
fn correct_normals_pass() {
    normals(40, 0.0, 1.0).assert_passes();
}

#[test]
fn biased_normals_are_caught() {
    let shifted = normals(8, 0.05, 1.0);
    assert!(shifted.failures().iter().all(|verdict| verdict.test == "mean") && !shifted.passes());
    let wide = normals(8, 0.0, 1.05);
    assert!(wide.failures().iter().any(|verdict| verdict.test == "variance") && !wide.passes());
}

/// A bias of 1.4 standard errors, too small for any single test, shows in the p-values of 40 cases together.
#[test]
fn small_bias_everywhere_is_caught_by_uniformity() {
    let small = normals(40, 0.01, 1.0);
    assert!(small.failures().is_empty(), "{}", small.report());
    assert!(!small.passes(), "{}", small.report());
}

fn poisson_chi2(mean: f64) -> Outcome {
    let mut rng = generator(7);
    let law = Poisson::new(mean).expect("a positive mean");
    let mut counts = [0; 30];
    (0..100_000).for_each(|_| counts[draw(law, &mut rng) as usize] += 1);
    chi2_pmf(&counts, &POISSON, POISSON_TAIL, 100_000)
}

#[test]
fn chi2_tells_a_biased_law() {
    assert!(poisson_chi2(3.0).p > 1e-3);
    assert!(poisson_chi2(3.05).p < 1e-9);
}

/// Mid-p values of correct draws are near uniform on average; a shifted probability is caught.
#[test]
fn binomial_p_values_are_uniform() {
    let mut rng = generator(11);
    let law = Binomial::new(100_000, 0.3).expect("a probability");
    let p: Vec<f64> = (0..500).map(|_| binomial_mid_p(law.sample(&mut rng), 100_000, 0.3).p).collect();
    assert!(ks_uniform(&p).p > 1e-3);
    assert!(binomial_mid_p(law.sample(&mut rng), 100_000, 0.31).p < 1e-6);
}

fn family(p: &[f64]) -> Family {
    let mut family = Family::default();
    for (case, &p) in p.iter().enumerate() {
        family.record(&format!("case {case}"), "mean", 10, Outcome { statistic: 1.0, p });
    }
    family
}

#[test]
fn family_rule_is_bonferroni_then_uniformity() {
    assert!(family(&[1.1e-3 / 3.0, 0.4, 0.6]).passes() && !family(&[0.9e-3 / 3.0, 0.4, 0.6]).passes());
    assert!(!family(&[f64::NAN, 0.5]).passes(), "not a number is a failure");
    assert!(!Family::default().passes(), "no test is no proof");
    let too_good = |cases| family(&vec![0.5; cases]);
    assert!(too_good(5).uniformity().is_none() && too_good(5).passes());
    assert!(too_good(6).passes() && !too_good(40).passes());
}

#[test]
fn uniformity_takes_one_p_value_per_case() {
    let mut family = family(&[0.1, 0.3, 0.5, 0.6, 0.7, 0.9]);
    let before = family.uniformity();
    (0..50).for_each(|_| family.record("case 0", "again", 10, Outcome { statistic: 0.0, p: 0.5 }));
    assert_eq!(family.uniformity(), before);
    assert_eq!(family.verdicts().len(), 56);
}

#[test]
fn report_names_the_failure_and_the_false_alarm_rate() {
    let mut family = family(&[0.5; 6]);
    family.record("A01", "X at t=3, mean", 100_000, Outcome { statistic: 6.1, p: 1e-9 });
    family.skip("C04", "E[W]", "context");
    let report = family.report();
    for part in
        ["FAILED A01: X at t=3, mean: statistic 6.1000, n = 100000, p = 1.000e-9", "0.11 %", "C04: E[W]"]
    {
        assert!(report.contains(part), "{part} in {report}");
    }
    assert!(std::panic::catch_unwind(|| family.assert_passes()).is_err());
}

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

/// One event of a model: reactant, change of the counts by type, rate per cell (times `bias` for deaths).
type Event = (usize, Vec<i64>, f64);

fn events(case: &Case, bias: f64) -> Vec<Event> {
    let place = |name: &Value| case.types().iter().position(|known| name == known).expect("a known type");
    let event = |event: &Value| {
        let reactant = place(&event["reactant"]);
        let products = &event["products"];
        let born = |name: &String| products.get(name).and_then(Value::as_i64).unwrap_or(0);
        let mut change: Vec<i64> = case.types().iter().map(born).collect();
        change[reactant] -= 1;
        let factor = if change.iter().sum::<i64>() < 0 { bias } else { 1.0 };
        (reactant, change, factor * event["rate"].as_f64().expect("a constant rate"))
    };
    case.model["events"].as_array().expect("events").iter().map(event).collect()
}

/// Gillespie's direct method for constant rates: an independent twin, only here to test the judge.
fn simulate(case: &Case, events: &[Event], rng: &mut ChaCha8Rng) -> History {
    let initial = |name: &String| case.model["initial"][name].as_i64().unwrap_or(0);
    let mut counts: Vec<i64> = case.types().iter().map(initial).collect();
    let mut next = wait(&counts, events, rng);
    let mut samples = Vec::new();
    for time in case.times() {
        while next <= time {
            fire(&mut counts, events, rng);
            next += wait(&counts, events, rng);
        }
        let counts = counts.iter().map(|&count| count as u64).collect();
        samples.push(Sample { time, counts, clones: Vec::new() });
    }
    History::of_samples(samples)
}

fn total(counts: &[i64], events: &[Event]) -> f64 {
    events.iter().map(|(reactant, _, rate)| rate * counts[*reactant] as f64).sum()
}

fn wait(counts: &[i64], events: &[Event], rng: &mut ChaCha8Rng) -> f64 {
    draw(Exp1, rng) / total(counts, events)
}

fn fire(counts: &mut [i64], events: &[Event], rng: &mut ChaCha8Rng) {
    let mut left = rng.random::<f64>() * total(counts, events);
    let chosen = events.iter().find(|(reactant, _, rate)| {
        left -= rate * counts[*reactant] as f64;
        left < 0.0
    });
    let (_, change, _) = chosen.expect("an event, as the total rate is positive");
    counts.iter_mut().zip(change).for_each(|(count, change)| *count += change);
}

fn judge_twin(id: &str, replicates: u32, bias: f64) -> Family {
    let case = case(id);
    let events = events(&case, bias);
    let mut rng = generator(99);
    let samples: Vec<_> = (0..replicates).map(|_| simulate(&case, &events, &mut rng)).collect();
    let mut family = Family::default();
    judge(&case, &samples, &mut family);
    family
}

#[test]
fn a_correct_simulator_passes_the_theory() {
    for (id, replicates, least) in
        [("A01", 20_000, 7), ("C04", 100_000, 5), ("G01", 50_000, 24), ("C05", 5_000, 5)]
    {
        let family = judge_twin(id, replicates, 1.0);
        assert!(family.verdicts().len() >= least, "{id}: {} tests", family.verdicts().len());
        family.assert_passes();
    }
}

#[test]
fn a_death_rate_off_by_five_percent_is_caught() {
    for id in ["A01", "G01"] {
        assert!(!judge_twin(id, 30_000, 1.05).passes(), "{id}");
    }
}

/// Swapped types have the right totals and the wrong joint law.
#[test]
fn swapped_types_are_caught() {
    let case = case("G01");
    let (events, mut rng) = (events(&case, 1.0), generator(5));
    let mut swapped: Vec<_> = (0..5_000).map(|_| simulate(&case, &events, &mut rng)).collect();
    let samples = swapped.iter_mut().flat_map(|history| &mut history.samples);
    samples.for_each(|sample| sample.counts.reverse());
    let mut family = Family::default();
    judge(&case, &swapped, &mut family);
    let failed = |part: &str| family.failures().iter().any(|verdict| verdict.test.contains(part));
    assert!(failed("joint") && failed("pmf {'L': 1}") && !failed("{'H': 1, 'L': 1}"), "{}", family.report());
}
