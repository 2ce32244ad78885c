use super::*;
use crate::engine::{Purpose, StreamKey};
use statrs::distribution::{Beta, ContinuousCDF, Normal};

fn stream() -> Stream {
    StreamKey { seed: 3, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Patient(0))
}

fn draws(draw: &Draw, n: usize) -> Vec<f64> {
    let mut stream = stream();
    (0..n).map(|_| draw.sample(&mut stream)).collect()
}

/// H0: log of the draws has mean ln median and variance ln(1 + cv^2); n = 1e5, false alarm 1e-6 each.
#[test]
fn lognormal_has_the_stated_median_and_spread() {
    let logs: Vec<f64> = draws(&Draw::LogNormal { median: 8e11, cv: 0.8 }, 100_000);
    let logs: Vec<f64> = logs.into_iter().map(|x| log(x / 8e11)).collect();
    let (n, variance) = (logs.len() as f64, log(1.64));
    let mean = logs.iter().sum::<f64>() / n;
    let spread = logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
    assert!((spread - variance).abs() < 4.9 * variance * sqrt(2.0 / n), "{spread}");
}

#[test]
fn uniform_stays_between_its_ends() {
    let draws = draws(&Draw::Uniform { low: 2.0, high: 3.0 }, 1000);
    assert!(draws.iter().all(|d| (2.0..3.0).contains(d)) && draws.iter().any(|d| *d > 2.9));
}

/// A distribution function.
type Cdf = Box<dyn Fn(f64) -> f64>;

/// H0: each law has the distribution function that its definition says; Kolmogorov-Smirnov, n = 20,000 each,
/// false alarm 1e-6 each (critical distance 1.9206 / sqrt(n) + lower order: sqrt(ln(2 / 1e-6) / 2n)).
#[test]
fn every_continuous_law_has_its_distribution_function() {
    let normal = |mean: f64, sd: f64| Normal::new(mean, sd).unwrap();
    let between = |law: Normal, low: f64, high: f64| {
        move |x: f64| (law.cdf(x) - law.cdf(low)) / (law.cdf(high) - law.cdf(low))
    };
    let beta = Beta::new(2.0, 5.0).unwrap();
    let laws: Vec<(Draw, Cdf)> = vec![
        (
            Draw::Normal { mean: 3.0, sd: 2.0, low: f64::NEG_INFINITY, high: f64::INFINITY },
            Box::new(move |x| normal(3.0, 2.0).cdf(x)),
        ),
        (
            Draw::Normal { mean: 66.0, sd: 9.0, low: 50.0, high: 80.0 },
            Box::new(between(normal(66.0, 9.0), 50.0, 80.0)),
        ),
        (
            Draw::Normal { mean: 0.0, sd: 1.0, low: 2.5, high: f64::INFINITY },
            Box::new(between(normal(0.0, 1.0), 2.5, 1e9)),
        ),
        (Draw::Uniform { low: -1.0, high: 3.0 }, Box::new(|x| (x + 1.0) / 4.0)),
        (Draw::LogUniform { low: 1e-9, high: 1e-5 }, Box::new(|x| (libm::log10(x) + 9.0) / 4.0)),
        (
            Draw::Beta { alpha: 2.0, beta: 5.0, low: 10.0, high: 20.0 },
            Box::new(move |x| beta.cdf((x - 10.0) / 10.0)),
        ),
    ];
    let critical = sqrt(log(2.0 / 1e-6) / 2.0 / 20_000.0);
    for (law, cdf) in laws {
        let mut values = draws(&law, 20_000);
        values.sort_by(f64::total_cmp);
        let n = values.len() as f64;
        let gap = |(i, x): (usize, &f64)| (cdf(*x) - (i as f64 + 0.5) / n).abs() + 0.5 / n;
        let distance = values.iter().enumerate().map(gap).fold(0.0, f64::max);
        assert!(distance < critical, "{law:?}: {distance} at most {critical}");
        let (low, high) = law.support();
        assert!(values.iter().all(|x| (low..=high).contains(x)), "{law:?}");
    }
}

/// H0: each value comes as often as stated; n = 1e5, false alarm 1e-6 each.
#[test]
fn categories_and_observed_values_come_as_often_as_stated() {
    let lines = Draw::Categorical([(1.0, 0.5), (2.0, 0.8), (3.0, 1.0)].into());
    let seen = Draw::Empirical([1.0, 2.0, 2.0, 3.0].into());
    for (law, shares) in [(lines, [0.5, 0.3, 0.2]), (seen, [0.25, 0.5, 0.25])] {
        let values = draws(&law, 100_000);
        for (value, share) in [1.0, 2.0, 3.0].into_iter().zip(shares) {
            let count = values.iter().filter(|v| **v == value).count() as f64;
            let limit = 4.9 * sqrt(1e5 * share * (1.0 - share));
            assert!((count - 1e5 * share).abs() < limit, "{law:?}: {value} {count} times");
        }
    }
}

/// A copula moves along the quantiles: the value at a score has the probability of the score below it.
#[test]
fn scores_and_quantiles_are_the_same_thing() {
    let laws = [
        Draw::LogNormal { median: 3.0, cv: 0.5 },
        Draw::Normal { mean: 3.0, sd: 2.0, low: 0.0, high: 5.0 },
        Draw::Beta { alpha: 2.0, beta: 5.0, low: 0.0, high: 1.0 },
        Draw::LogUniform { low: 1.0, high: 100.0 },
    ];
    for law in laws {
        for p in [0.001, 0.3, 0.5, 0.9, 0.9999] {
            let (by_score, by_p) = (law.at_score(score(p)), law.quantile(p));
            assert!((by_score - by_p).abs() < 1e-9 * by_p, "{law:?} at {p}: {by_score} {by_p}");
        }
        let ordered: Vec<f64> = [-3.0, -1.0, 0.0, 1.0, 3.0].map(|z| law.at_score(z)).into();
        assert!(ordered.windows(2).all(|pair| pair[0] < pair[1]), "{law:?}");
    }
}

/// Far out no law gives anything but a number within its ends.
#[test]
fn extreme_scores_stay_within_the_ends() {
    let laws = [
        Draw::Normal { mean: 0.0, sd: 1.0, low: 8.0, high: 9.0 },
        Draw::Normal { mean: 0.0, sd: 1.0, low: -9.0, high: -8.0 },
        Draw::Normal { mean: 5.0, sd: 0.0, low: 0.0, high: 9.0 },
        Draw::Uniform { low: 2.0, high: 3.0 },
        Draw::Beta { alpha: 0.3, beta: 0.4, low: 0.0, high: 1.0 },
        Draw::Categorical([(1.0, 0.5), (2.0, 1.0)].into()),
        Draw::Empirical([4.0, 7.0].into()),
    ];
    for law in laws {
        let (low, high) = law.support();
        for score in [-40.0, -8.0, 0.0, 8.0, 40.0] {
            let value = law.at_score(score);
            assert!((low..=high).contains(&value), "{law:?} at {score}: {value}");
        }
    }
}

/// `(alpha, beta, p, quantile)` by `scipy.special.betaincinv`, scipy 1.17.1.
const BETA: [(f64, f64, f64, f64); 8] = [
    (0.01, 0.05, 0.9, 0.9999640114218474),
    (0.05, 0.01, 0.1, 3.598857815255776e-05),
    (0.3, 0.4, 0.25, 0.040180813210119),
    (1.0, 20.0, 0.5, 0.03406367107515445),
    (2.0, 5.0, 0.001, 0.008255492787746678),
    (20.0, 300.0, 0.999, 0.11187084952924925),
    (300.0, 2.0, 0.1, 0.9871392144207057),
    (10000.0, 10000.0, 0.5, 0.5),
];

#[test]
fn beta_quantiles_agree_with_scipy_at_every_shape() {
    for (alpha, beta, p, expected) in BETA {
        let found = beta_quantile(alpha, beta, p);
        assert!((found - expected).abs() <= 1e-8 * expected, "{alpha} {beta} {p}: {found} {expected}");
    }
    for shape in [0.01, 1.0, 1e4] {
        for (alpha, beta) in [(shape, 0.01), (0.01, shape), (shape, 1e4), (1e4, shape)] {
            let values = [0.0, 1e-300, 1e-12, 0.5, 1.0 - 1e-12, 1.0].map(|p| beta_quantile(alpha, beta, p));
            assert!(values.iter().all(|x| (0.0..=1.0).contains(x)), "{alpha} {beta}: {values:?}");
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{alpha} {beta}: {values:?}");
        }
    }
}
