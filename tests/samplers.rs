//! The draws of the engines against exact laws. Hypothesis of each test: the draws follow the law.
//! Per family (one test function): n = 4e5 draws a case, false-alarm rate 1e-3 (Bonferroni over its tests)
//! plus 1e-4 for the uniformity of its cases' first p-values. Seeds are fixed by the names of the cases.
//! Per case: chi-squared on pooled cells, both tails beyond 4 sd, mean and variance. Exact probabilities by
//! the saddle-point form of Loader C (2000), which keeps its accuracy at 1e13 trials.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

#[path = "samplers/descendants.rs"]
mod descendants;
#[path = "samplers/law.rs"]
mod law;
#[path = "samplers/loader.rs"]
mod loader;
mod support;

use clonetide::disease::MOST_CELLS;
use clonetide::engine::{Propagator, Stream, sampler};
use law::Law;
use rand::SeedableRng;
use rand_distr::{Binomial, Distribution};
use support::statistics::{Family, binomial_mid_p, chi2_pmf, variance_test_is_valid, z_mean, z_variance};

/// Draws of each case.
const DRAWS: usize = 400_000;
/// Fewest expected events for a z-test of the mean.
const EVENTS: f64 = 100.0;

/// A stream that nobody chose: seeded by the digest of the name.
fn stream(name: &str) -> Stream {
    Stream::from_seed(*blake3::hash(name.as_bytes()).as_bytes())
}

/// Chi-squared, tails, mean and variance of `draws` against `law`.
fn judge(family: &mut Family, law: &Law, draws: &[f64]) {
    let n = draws.len() as u64;
    let (edges, name) = (law.edges(), law.name.as_str());
    let p: Vec<f64> = edges.windows(2).map(|ends| law.mass(ends[0], ends[1])).collect();
    let tail = 1.0 - p.iter().sum::<f64>();
    assert!(tail > -1e-8, "{name}: the reference adds up to 1 + {:e}", -tail);
    let mut counts = vec![0; edges.len() + 1];
    for &x in draws {
        let after = edges.partition_point(|edge| *edge <= x);
        // A draw below the bottom is as wrong as one above the top.
        counts[after.checked_sub(1).unwrap_or(edges.len())] += 1;
    }
    let rare = n as f64 * law.mean.abs().max(law.variance) < EVENTS;
    if !rare {
        family.record(name, "cells", n, chi2_pmf(&counts, &p, tail, n));
        moments(family, law, draws);
    }
    let case = if rare { "rare events" } else { name };
    let (low, high) = (law.edge(-4.0), law.edge(4.0));
    let below = draws.iter().filter(|x| **x < low).count() as u64;
    let beyond = draws.iter().filter(|x| **x >= high).count() as u64;
    family.record(case, "below -4 sd", n, binomial_mid_p(below, n, law.mass(law.bottom(), low)));
    let upper = law.mass(high, law.edge(16.0) + if law.continuous { 0.0 } else { 20.0 });
    family.record(case, "beyond 4 sd", n, binomial_mid_p(beyond, n, upper));
}

fn moments(family: &mut Family, law: &Law, draws: &[f64]) {
    let (n, centre) = (draws.len() as u64, law.mean.round());
    let mean = draws.iter().map(|x| x - centre).sum::<f64>() / n as f64;
    let square = |x: &f64| (x - centre - mean) * (x - centre - mean);
    let spread = draws.iter().map(square).sum::<f64>() / (n - 1) as f64;
    family.record(&law.name, "mean", n, z_mean(mean, n, law.mean - centre, law.variance));
    let mu4 = law.fourth + 3.0 * law.variance * law.variance;
    if variance_test_is_valid(n, law.variance, mu4) {
        family.record(&law.name, "variance", n, z_variance(spread, n, law.variance, mu4));
    }
}

/// Judges `DRAWS` draws.
fn check(family: &mut Family, law: &Law, draw: impl Fn(&mut Stream) -> f64) {
    let mut stream = stream(&law.name);
    let draws: Vec<f64> = (0..DRAWS).map(|_| draw(&mut stream)).collect();
    judge(family, law, &draws);
}

fn check_binomial(family: &mut Family, n: u64, p: f64) {
    check(family, &Law::binomial(n as f64, p), |stream| sampler::binomial(n, p, stream) as f64);
}

fn finish(family: &Family) {
    println!("{}", family.report());
    family.assert_passes();
}

const TRIALS: [u64; 7] = [1, 10, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000, 10_000_000_000_000];
const MEANS: [f64; 9] = [1e-6, 1e-3, 0.5, 5.0, 9.9, 10.1, 50.0, 1e3, 1e6];

#[test]
fn binomial_draws_follow_their_law() {
    let mut family = Family::default();
    for n in TRIALS {
        for mean in MEANS {
            if mean / n as f64 <= 0.999 {
                check_binomial(&mut family, n, mean / n as f64);
            }
        }
    }
    for (n, p) in [(10, 0.9), (1_000, 0.3), (1_000, 0.5), (1_000_000_000, 0.3), (1_000_000_000_000, 0.45)] {
        check_binomial(&mut family, n, p);
    }
    finish(&family);
}

/// Where rand_distr rounds 1 - p: few successes in very many trials, from both ends.
#[test]
fn binomial_draws_near_certainty_follow_their_law() {
    let mut family = Family::default();
    for n in [1_000u64, 1_000_000, 1_000_000_000, 1_000_000_000_000, 10_000_000_000_000] {
        for mean in [0.5, 5.0, 9.9, 10.1, 1e3] {
            let p = 1.0 - mean / n as f64;
            let mut law = Law::binomial(n as f64, 1.0 - p);
            if p > 0.5 {
                law.name.push_str(" failures");
                check(&mut family, &law, |stream| (n - sampler::binomial(n, p, stream)) as f64);
            }
        }
    }
    finish(&family);
}

/// The guard of `sampler::binomial` ends at p = 1e-6; above it rand_distr's inversion has at most 1e7 trials.
#[test]
fn binomial_draws_around_the_guard_follow_their_law() {
    let mut family = Family::default();
    for p in [0.5e-6, 0.999e-6, 1e-6, 1.001e-6, 3e-6, 1e-5, 1e-4, 1e-3] {
        for mean in [0.5, 5.0, 9.9, 10.1] {
            check_binomial(&mut family, (mean / p) as u64, p);
        }
    }
    finish(&family);
}

/// As many trials as a tumour may have cells: rand_distr's BTPE loses the digits of ln(1 + k / n) there.
#[test]
fn binomial_draws_of_a_full_tumour_follow_their_law() {
    let mut family = Family::default();
    for mean in [0.5, 5.0, 9.9, 10.1, 50.0, 100.0, 300.0, 1e3, 3e3, 1e4, 1e6] {
        check_binomial(&mut family, MOST_CELLS, mean / MOST_CELLS as f64);
    }
    finish(&family);
}

#[test]
fn poisson_draws_follow_their_law() {
    let mut family = Family::default();
    let means = [1e-6, 1e-3, 0.1, 1.0, 5.0, 9.9, 11.9, 12.1, 20.0, 50.0, 300.0];
    for mean in means.into_iter().chain((3..=12).map(|power| 10f64.powi(power))) {
        check(&mut family, &Law::poisson(mean), |stream| sampler::poisson(mean, stream) as f64);
    }
    finish(&family);
}

#[test]
fn negative_binomial_draws_follow_their_law() {
    let mut family = Family::default();
    for survivors in [1u64, 2, 10, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000, 10_000_000_000_000] {
        for births in [1e-6, 1e-3, 0.02, 0.3, 1.0, 10.0] {
            let law = Law::negative_binomial(survivors as f64, births);
            let draw = |stream: &mut Stream| sampler::negative_binomial(survivors, births, stream) as f64;
            check(&mut family, &law, draw);
        }
    }
    finish(&family);
}

#[test]
fn continuous_draws_follow_their_law() {
    let mut family = Family::default();
    for shape in [1.0, 2.0, 3.0, 10.0, 100.0, 1e3, 1e6, 1e9, 1e12, 1e13] {
        for scale in [1e-6, 1.0, 10.0] {
            check(&mut family, &Law::gamma(shape, scale), |stream| sampler::gamma(shape, scale, stream));
        }
    }
    let waiting = Law { name: "exponential".into(), ..Law::gamma(1.0, 1.0) };
    check(&mut family, &waiting, sampler::exponential);
    check(&mut family, &Law::normal(), sampler::normal);
    finish(&family);
}

/// Counts of each cell of a multinomial draw.
fn split(n: u64, weights: &[f64], stream: &mut Stream) -> Vec<u64> {
    let mut counts = vec![0; weights.len()];
    sampler::multinomial(n, weights, stream, |cell, count, _| counts[cell] += count);
    assert_eq!(counts.iter().sum::<u64>(), n, "a multinomial draw keeps its sum");
    counts
}

/// Every cell and every pair of cells of a multinomial law is binomial; the pairs bring the covariances.
#[test]
fn multinomial_draws_follow_their_law() {
    let mut family = Family::default();
    let weights: [&[f64]; 3] = [&[0.1, 0.2, 0.3, 0.4], &[5.0, 0.0, 1e-3, 2.0], &[1e-9, 1.0, 1e-9]];
    for n in [1u64, 12, 1_000, 1_000_000, 1_000_000_000_000] {
        for weights in weights {
            let name = format!("multinomial {n:e} {weights:?}");
            let mut stream = stream(&name);
            let draws: Vec<Vec<u64>> = (0..DRAWS / 4).map(|_| split(n, weights, &mut stream)).collect();
            let all = weights.iter().sum::<f64>();
            for (first, second) in [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2)] {
                let share = weights[first] + if first == second { 0.0 } else { weights[second] };
                let mut law = Law::binomial(n as f64, share / all);
                law.name = format!("{name}, {first} and {second}");
                let take =
                    |counts: &Vec<u64>| counts[first] + if first == second { 0 } else { counts[second] };
                if share > 0.0 && share < 0.999 * all {
                    let sums: Vec<f64> = draws.iter().map(|counts| take(counts) as f64).collect();
                    judge(&mut family, &law, &sums);
                }
            }
        }
    }
    finish(&family);
}

#[test]
fn cells_after_an_interval_follow_the_birth_death_law() {
    let mut family = Family::default();
    let rates = [(0.05, 0.03, 0.5), (1.0, 0.5, 3.0), (0.05, 0.25, 7.0), (0.4, 0.4, 4.0), (0.3, 0.9, 3.0)];
    for (division, death, days) in rates {
        let propagator = Propagator::constant(division, death, days);
        for cells in [1u64, 20, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000, 10_000_000_000_000] {
            let law = descendants::law(propagator, cells as f64);
            check(&mut family, &law, |stream| propagator.draw(cells, stream) as f64);
        }
    }
    finish(&family);
}

/// H0: 26 and more successes come with their exact probability; n = 4e6, false-alarm rate 1e-6.
#[test]
fn a_binomial_of_very_many_trials_keeps_its_upper_tail() {
    let (n, p, draws) = (1_000_000_000_000, 9.9e-12, 4_000_000);
    let tail = Law::binomial(n as f64, p).mass(26.0, 80.0);
    let count = |draw: &dyn Fn(&mut Stream) -> u64| {
        let mut stream = stream("upper tail");
        (0..draws).filter(|_| draw(&mut stream) >= 26).count() as u64
    };
    let ours = count(&|stream| sampler::binomial(n, p, stream));
    let outcome = binomial_mid_p(ours, draws, tail);
    assert!(outcome.p > 1e-6, "{ours} draws of 26 or more, expected {:.1}", tail * draws as f64);
    let law = Binomial::new(n, p).unwrap();
    let theirs = count(&|stream| law.sample(stream));
    assert!(
        binomial_mid_p(theirs, draws, tail).p < 1e-6,
        "rand_distr's own binomial now has its upper tail ({theirs} draws of 26 or more, expected {:.1}): \
         the guard RARE in src/engine/sampler.rs can go, with this test",
        tail * draws as f64
    );
}

/// The trap behind the guard: 1 - 1.6e-16 is rounded to 1 - 1.1e-16. n = 1e5; a right law fails with 1e-6.
#[test]
fn rand_distr_still_rounds_tiny_probabilities() {
    let law = Binomial::new(10_000_000_000_000_000, 1.6e-16).unwrap();
    let (mut stream, draws) = (stream("rounded probability"), 100_000);
    let none = (0..draws).filter(|_| law.sample(&mut stream) == 0).count() as u64;
    assert!(
        binomial_mid_p(none, draws, libm::exp(-1.6)).p < 1e-6,
        "rand_distr's own binomial is right at n = 1e16, p = 1.6e-16 ({none} zeros in {draws} draws): \
         the guard RARE in src/engine/sampler.rs can go, with this test"
    );
}

#[test]
fn edges_are_exact_and_end() {
    let s = &mut stream("edges");
    for n in [0, 1, 10, 1_000_000_000_000, MOST_CELLS] {
        assert_eq!((sampler::binomial(n, 0.0, s), sampler::binomial(n, 1.0, s)), (0, n));
        assert_eq!(sampler::binomial(n, 1e-300, s), 0);
        assert_eq!(sampler::negative_binomial(n, 0.0, s), 0);
        assert_eq!(sampler::negative_binomial(n, 1e-300, s), 0);
        assert_eq!(Propagator::IDENTITY.draw(n, s), n);
        assert_eq!(Propagator::constant(0.0, 0.0, 1.0).draw(n, s), n);
        for p in [f64::EPSILON, 0.5, 1.0 - f64::EPSILON / 2.0] {
            assert!(sampler::binomial(n, p, s) <= n);
        }
    }
    for p in [1e-300, 0.3, 1.0] {
        assert_eq!((sampler::binomial(0, p, s), sampler::negative_binomial(0, p, s)), (0, 0));
    }
    assert_eq!((sampler::poisson(0.0, s), sampler::poisson(1e-300, s)), (0, 0));
    assert!(sampler::poisson(1e15, s).abs_diff(MOST_CELLS) < 1_000_000_000);
    assert_eq!(split(0, &[1.0, 2.0], s), [0, 0]);
    assert_eq!(split(7, &[0.0, 2.0, 0.0], s), [0, 7, 0]);
    assert_eq!(split(MOST_CELLS, &[1.0], s), [MOST_CELLS]);
}

/// The checks can fail: what each planted error does to the draws is noticed.
#[test]
fn planted_errors_are_caught() {
    type Draw = fn(&mut Stream) -> f64;
    let rounded: Draw = |s| sampler::binomial(1_000_000_000_000_000, 1.0 - (1.0 - 5e-16), s) as f64;
    let inflated: Draw = |s| (1e6 + 1.02f64.sqrt() * (sampler::poisson(1e6, s) as f64 - 1e6)).round();
    let clipped: Draw = |s| (sampler::binomial(1_000_000_000_000, 9.9e-12, s) as f64).min(22.0);
    let shifted: Draw = |s| sampler::poisson(9.9 * 1.003, s) as f64;
    let poisson: Draw = |s| sampler::poisson(1e12, s) as f64;
    let without: Draw = |s| sampler::gamma(10.0, 1.0, s).min(22.0);
    let planted = [
        ("1 - p is rounded", Law::binomial(1e15, 5e-16), rounded),
        ("variance 2 % too large", Law::poisson(1e6), inflated),
        ("upper tail is cut", Law::binomial(1e12, 9.9e-12), clipped),
        ("mean 0.3 % too large", Law::poisson(9.9), shifted),
        ("births do not vary between survivors", Law::negative_binomial(1e13, 0.1), poisson),
        ("gamma without its tail", Law::gamma(10.0, 1.0), without),
    ];
    for (error, law, draw) in planted {
        let mut family = Family::default();
        check(&mut family, &law, draw);
        assert!(!family.passes(), "not noticed: {error}\n{}", family.report());
    }
}
