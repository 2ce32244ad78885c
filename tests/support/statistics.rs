//! Acceptance statistics: is a sample of simulated replicates in agreement with an exact law?
//!
//! Every test gives a two-sided p-value that is (asymptotically) uniform for a correct simulator. Tests of
//! one run form a [`Family`], judged as a whole. Same rules as `shared/theory/ref/check.py`.

use libm::{ceil, exp, fabs, floor, lgamma, log, sqrt};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// Probability that a correct simulator fails any single test of its family.
pub const ALPHA: f64 = 1e-3;
/// Probability that a correct simulator fails the test for uniform p-values.
pub const ALPHA_KS: f64 = 1e-4;
/// Fewest cases for which the p-values are tested for uniformity.
const CASES_FOR_KS: usize = 6;
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
    fn degenerate(agrees: bool) -> Self {
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
    let law = ChiSquared::new((cells.len() - 1) as f64).expect("at least one degree of freedom");
    Outcome { statistic, p: law.sf(statistic) }
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

/// One named test of a [`Family`].
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Case of the theory, such as `A01`.
    pub case: String,
    /// Name of the observable and kind of test.
    pub test: String,
    /// Number of replicates.
    pub n: u64,
    /// Statistic and p-value.
    pub outcome: Outcome,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outcome { statistic, p } = self.outcome;
        write!(f, "{}: {}: statistic {statistic:.4}, n = {}, p = {p:.3e}", self.case, self.test, self.n)
    }
}

/// All tests of a run, and what was left untested and why.
#[derive(Clone, Debug, Default)]
pub struct Family {
    verdicts: Vec<Verdict>,
    skipped: Vec<String>,
}

impl Family {
    /// Adds the outcome of a test on `n` replicates.
    pub fn record(&mut self, case: &str, test: &str, n: u64, outcome: Outcome) {
        self.verdicts.push(Verdict { case: case.into(), test: test.into(), n, outcome });
    }

    /// Notes an observable that is not tested.
    pub fn skip(&mut self, case: &str, test: &str, reason: &str) {
        self.skipped.push(format!("{case}: {test}: {reason}"));
    }

    /// All tests, in the order of their record.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// What was not tested, with the reason.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Tests with p < 1e-3 / number of tests (Bonferroni). A p-value that is not a number fails.
    pub fn failures(&self) -> Vec<&Verdict> {
        let limit = ALPHA / self.verdicts.len() as f64;
        self.verdicts
            .iter()
            .filter(|verdict| verdict.outcome.p.is_nan() || verdict.outcome.p < limit)
            .collect()
    }

    /// Uniformity of the first p-value of each case, with more than 5 cases: tests of one case are dependent.
    /// It catches a small bias everywhere, and results that are too good.
    pub fn uniformity(&self) -> Option<Outcome> {
        let mut cases = std::collections::HashSet::new();
        let firsts = self.verdicts.iter().filter(|verdict| cases.insert(&verdict.case));
        let p: Vec<f64> = firsts.map(|verdict| verdict.outcome.p).collect();
        (p.len() >= CASES_FOR_KS).then(|| ks_uniform(&p))
    }

    /// Probability that a correct simulator does not pass.
    pub fn false_alarm_rate(&self) -> f64 {
        ALPHA + if self.uniformity().is_some() { ALPHA_KS } else { 0.0 }
    }

    /// Whether there was a test, none failed, and the p-values are uniform.
    pub fn passes(&self) -> bool {
        let uniform = self.uniformity().is_none_or(|outcome| outcome.p >= ALPHA_KS);
        !self.verdicts.is_empty() && self.failures().is_empty() && uniform
    }

    /// What failed, how uniform the p-values are, what was skipped.
    pub fn report(&self) -> String {
        let (failures, tests) = (self.failures(), self.verdicts.len());
        let mut lines = vec![format!(
            "{} of {tests} tests failed at p < {ALPHA:.0e} / {tests}; a correct simulator fails a run with \
             probability {:.2} %",
            failures.len(),
            100.0 * self.false_alarm_rate()
        )];
        lines.extend(failures.iter().map(|verdict| format!("  FAILED {verdict}")));
        lines.extend(self.uniformity().map(|Outcome { statistic, p }| {
            format!("  first p of each case: D = {statistic:.4}, p = {p:.3e} (fails below {ALPHA_KS:.0e})")
        }));
        lines.extend(self.skipped.iter().map(|skipped| format!("  not tested {skipped}")));
        lines.join("\n")
    }

    /// Stops the test with the [`report`](Family::report) unless the family passes.
    pub fn assert_passes(&self) {
        assert!(self.passes(), "{}", self.report());
    }
}
