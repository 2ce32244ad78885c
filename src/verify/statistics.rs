//! Acceptance statistics: is a sample of simulated replicates in agreement with an exact law?
//!
//! Every test gives a two-sided p-value that is (asymptotically) uniform for a correct simulator. Tests of
//! one run form a [`Family`](super::Family), judged as a whole.

use libm::{ceil, exp, fabs, floor, lgamma, log, sqrt};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// Fewest expected counts in a cell of the chi-squared test.
const MIN_EXPECTED: f64 = 10.0;
/// How far n must exceed mu4 / sigma^4 before a sample variance is taken as normal.
const KURTOSIS_GUARD: f64 = 200.0;
/// Largest sample for the exact law of Kolmogorov's statistic.
const KS_EXACT: usize = 1000;

/// Result of one test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Standardised deviation (z), chi-squared, or Kolmogorov's D.
    pub statistic: f64,
    /// Two-sided p-value.
    pub p: f64,
}

impl Outcome {
    fn normal(z: f64) -> Self {
        Self { statistic: z, p: 2.0 * Normal::standard().sf(fabs(z)) }
    }

    /// For a law without spread: only the exact value agrees.
    pub(super) fn degenerate(agrees: bool) -> Self {
        if agrees { Self { statistic: 0.0, p: 1.0 } } else { Self { statistic: f64::INFINITY, p: 0.0 } }
    }
}

/// Sample mean `xbar` of `n` draws against the exact `mean`, with the exact variance `var`.
pub fn z_mean(xbar: f64, n: u64, mean: f64, var: f64) -> Outcome {
    if var == 0.0 {
        return Outcome::degenerate(xbar == mean);
    }
    Outcome::normal((xbar - mean) / sqrt(var / n as f64))
}

/// Unbiased sample variance `s2` of `n` draws against the exact `var`, with the exact fourth central moment
/// `mu4`, so that no normality of the draws is assumed. Trust it only if [`variance_test_is_valid`].
pub fn z_variance(s2: f64, n: u64, var: f64, mu4: f64) -> Outcome {
    if var == 0.0 {
        return Outcome::degenerate(s2 == 0.0);
    }
    let n = n as f64;
    let spread = (mu4 - var * var * (n - 3.0) / (n - 1.0)) / n;
    Outcome::normal((s2 - var) / sqrt(spread))
}

/// Whether `n` draws are enough for the sample variance to be near normal: n > 200 mu4 / sigma^4.
pub fn variance_test_is_valid(n: u64, var: f64, mu4: f64) -> bool {
    var == 0.0 || n as f64 > KURTOSIS_GUARD * mu4 / (var * var)
}

/// Pearson's chi-squared of the histogram `counts` of `n` draws on 0, 1, ... against the probabilities `p`
/// and `tail`, the probability of everything beyond. Draws beyond `p` (in `counts` or left out of it) are in
/// the tail. Neighbouring cells are pooled up to an expected count of 10; what is left at the end joins the
/// last cell.
pub fn chi2_pmf(counts: &[u64], p: &[f64], tail: f64, n: u64) -> Outcome {
    let cells = pool(&cells(counts, p, tail, n));
    if cells.len() < 2 {
        return Outcome { statistic: 0.0, p: 1.0 };
    }
    let statistic = cells.iter().map(|(want, got)| (got - want) * (got - want) / want).sum();
    let p = ChiSquared::new((cells.len() - 1) as f64).map_or(f64::NAN, |law| law.sf(statistic));
    Outcome { statistic, p }
}

/// `(expected, observed)` for each value, then for the tail.
fn cells(counts: &[u64], p: &[f64], tail: f64, n: u64) -> Vec<(f64, f64)> {
    let count = |value: usize| counts.get(value).copied().unwrap_or(0);
    let beyond = n - (0..p.len()).map(count).sum::<u64>();
    let inside = p.iter().enumerate().map(|(value, p)| (p * n as f64, count(value) as f64));
    inside.chain([(tail.max(0.0) * n as f64, beyond as f64)]).collect()
}

fn pool(cells: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut pooled = Vec::new();
    let mut open = (0.0, 0.0);
    for cell in cells {
        open = (open.0 + cell.0, open.1 + cell.1);
        if open.0 >= MIN_EXPECTED {
            pooled.push(std::mem::take(&mut open));
        }
    }
    if let Some(last) = pooled.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    pooled
}

/// Exact binomial test of `k` events in `n` draws against the probability `p`, with the mid-p correction. The
/// statistic is the standardised deviation.
pub fn binomial_mid_p(k: u64, n: u64, p: f64) -> Outcome {
    if p <= 0.0 {
        return Outcome::degenerate(k == 0);
    }
    if p >= 1.0 {
        return Outcome::degenerate(k == n);
    }
    let deviation = k as f64 - n as f64 * p;
    let low = if deviation <= 0.0 { mid_tail(k, n, p, 1.0 - p) } else { mid_tail(n - k, n, 1.0 - p, p) };
    let statistic = deviation / sqrt(n as f64 * p * (1.0 - p));
    Outcome { statistic, p: (2.0 * low.min(1.0 - low)).min(1.0) }
}

/// P(X < k) + P(X = k) / 2 for X ~ Binomial(n, p), q = 1 - p and k at most the mean, where the terms fall
/// off. Not by statrs 0.19: at n = 1e6 the 140 terms of its incomplete beta function leave an error of 1e-3.
fn mid_tail(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let mut term = binomial_pmf(k, n, p, q);
    let mut sum = 0.5 * term;
    for j in (0..k).rev() {
        term *= (j + 1) as f64 / (n - j) as f64 * (q / p);
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

fn binomial_pmf(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let (k, n) = (k as f64, n as f64);
    let choices = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
    exp(choices + k * log(p) + (n - k) * log(q))
}

/// Kolmogorov's test that `p` are independent draws from the uniform law on [0, 1].
pub fn ks_uniform(p: &[f64]) -> Outcome {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let gap = |(i, p): (usize, &f64)| ((i + 1) as f64 / n - p).max(p - i as f64 / n);
    let d = sorted.iter().enumerate().map(gap).fold(0.0, f64::max);
    let tail = if sorted.len() <= KS_EXACT { ks_exact(sorted.len(), d) } else { ks_asymptotic(n, d) };
    Outcome { statistic: d, p: tail.clamp(0.0, 1.0) }
}

/// P(D >= d), Marsaglia G, Tsang WW, Wang J (2003) J Stat Softw 8(18): n!/n^n times the middle element of
/// H^n. Only its row is carried, with one factor i/n per product, so that nothing overflows.
fn ks_exact(n: usize, d: f64) -> f64 {
    // Beyond this p < 1e-15, and the matrix only grows.
    if n as f64 * d * d > 18.0 {
        return 0.0;
    }
    let k = floor(n as f64 * d) as usize + 1;
    let rest = k as f64 - n as f64 * d;
    let matrix = durbin(2 * k - 1, rest);
    let mut row = vec![0.0; 2 * k - 1];
    row[k - 1] = 1.0;
    for i in 1..=n {
        let factor = i as f64 / n as f64;
        row = (0..row.len())
            .map(|j| factor * (0..row.len()).map(|l| row[l] * matrix[l][j]).sum::<f64>())
            .collect();
    }
    1.0 - row[k - 1]
}

/// The m x m matrix H of Durbin (1968) for the fractional part `rest`.
fn durbin(m: usize, rest: f64) -> Vec<Vec<f64>> {
    let power = |i: usize| rest.powi(i as i32);
    let corner = if rest > 0.5 { (2.0 * rest - 1.0).powi(m as i32) } else { 0.0 };
    let element = |i: usize, j: usize| match (j == 0, i + 1 == m) {
        (true, true) => 1.0 - 2.0 * power(m) + corner,
        (true, false) => 1.0 - power(i + 1),
        (false, true) => 1.0 - power(m - j),
        (false, false) => f64::from(u8::from(i + 1 >= j)),
    };
    let scaled = |i: usize, j: usize| element(i, j) / exp(lgamma((i + 2).saturating_sub(j).max(1) as f64));
    (0..m).map(|i| (0..m).map(|j| scaled(i, j)).collect()).collect()
}

/// P(D >= d) in the limit, with the correction for n of Stephens MA (1970) J R Stat Soc B 32:115-122.
fn ks_asymptotic(n: f64, d: f64) -> f64 {
    let x = (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * d;
    let terms = ceil(6.0 / x.max(0.1)) as i32;
    (1..=terms).map(|j| 2.0 * f64::from(j % 2 * 2 - 1) * exp(-2.0 * f64::from(j * j) * x * x)).sum()
}
