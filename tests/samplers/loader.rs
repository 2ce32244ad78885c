//! Densities and probabilities by the saddle-point form of Loader.

use libm::{exp, fabs, lgamma, log, log1p, sqrt};
use std::f64::consts::PI;

/// ln n! minus Stirling's formula.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return lgamma(n + 1.0) - (n + 0.5) * log(n) + n - 0.5 * log(2.0 * PI);
    }
    let square = n * n;
    let series = [1.0 / 12.0, 1.0 / 360.0, 1.0 / 1260.0, 1.0 / 1680.0, 1.0 / 1188.0];
    series.iter().rev().fold(0.0, |rest, term| term - rest / square) / n
}

/// x ln(x / m) + m - x without cancellation.
fn deviance(x: f64, m: f64) -> f64 {
    if fabs(x - m) >= 0.1 * (x + m) {
        return x * log(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in (3..1000).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Poisson probability of `k` (real numbers interpolate it).
pub fn poisson(k: f64, mean: f64) -> f64 {
    if k < 0.0 {
        0.0
    } else if k == 0.0 {
        exp(-mean)
    } else {
        exp(-stirling_error(k) - deviance(k, mean)) / sqrt(2.0 * PI * k)
    }
}

/// Binomial probability of `k` in `n` with probabilities p and q = 1 - p.
pub fn binomial(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if k < 0.0 || k > n {
        return 0.0;
    }
    if k == 0.0 {
        return exp(if p < 0.1 { -deviance(n, n * q) - n * p } else { n * log(q) });
    }
    if k == n {
        return exp(if q < 0.1 { -deviance(n, n * p) - n * q } else { n * log(p) });
    }
    let choices = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let exponent = choices - deviance(k, n * p) - deviance(n - k, n * q);
    exp(exponent - 0.5 * (log(2.0 * PI) + log(k) + log1p(-k / n)))
}

/// Probability of `k` births in all from `survivors` geometric counts of mean `births`.
pub fn negative_binomial(k: f64, survivors: f64, births: f64) -> f64 {
    let all = k + survivors;
    if k < 0.0 {
        return 0.0;
    }
    survivors / all * binomial(survivors, all, 1.0 / (1.0 + births), births / (1.0 + births))
}
