//! The acceptance statistics themselves: equal to scipy's, silent on correct draws, loud on biased ones.

#![allow(clippy::expect_used)] // A panic is how a test fails.

#[path = "statistics/cases.rs"]
mod cases;
mod support;
#[path = "statistics/twin.rs"]
mod twin;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use support::statistics::{
    Family, Outcome, binomial_mid_p, chi2_pmf, ks_uniform, variance_test_is_valid, z_mean, z_variance,
};

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
