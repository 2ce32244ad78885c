//! Binomial proportions with confidence intervals: response, cure and toxicity rates.

use libm::sqrt;

/// The 97.5 % point of the standard normal distribution, for two-sided 95 % intervals.
pub(super) const Z_95: f64 = 1.959963984540054;

/// Wilson's 95 % score interval for a proportion, as `(low, high)` within `[0, 1]`.
///
/// `events` of `n` patients had the event; `events > n` counts as `n`. With no patient nothing is known, and
/// the interval is `(0, 1)`. The coverage stays close to 95 % for rare events, where Wald's interval fails.
///
/// Source: Wilson EB (1927) J Am Stat Assoc 22:209-212.
///
/// ```
/// use clonetide::clinic::wilson;
///
/// let (low, high) = wilson(3, 17);
/// assert!((low - 0.0619).abs() < 1e-4 && (high - 0.4103).abs() < 1e-4);
/// assert_eq!(wilson(0, 0), (0.0, 1.0));
/// ```
pub fn wilson(events: u64, n: u64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let events = events.min(n);
    // The upper limit for the events is the lower limit for the non-events: one formula, exact at both ends.
    (wilson_low(events, n), 1.0 - wilson_low(n - events, n))
}

/// Wilson's lower limit; `n > 0` and `events <= n`.
fn wilson_low(events: u64, n: u64) -> f64 {
    if events == 0 {
        return 0.0;
    }
    let (count, total) = (events as f64, n as f64);
    let half = 0.5 * Z_95 * Z_95;
    let spread = Z_95 * sqrt(count * (total - count) / total + 0.5 * half);
    (count + half - spread) / (total + 2.0 * half)
}

#[cfg(test)]
mod tests {
    use super::wilson;

    /// `(events, n, low, high)` by `scipy.stats.binomtest(events, n).proportion_ci(method="wilson")`,
    /// scipy 1.17.1.
    const SCIPY: &[(u64, u64, f64, f64)] = &[
        (0, 10, 0.0, 0.27753279986288926),
        (10, 10, 0.7224672001371109, 1.0),
        (3, 17, 0.061911266376209945, 0.4102945856883412),
        (1, 1, 0.20654931437723745, 1.0),
        (512, 1000, 0.48103255440609083, 0.5428756033902556),
        (7, 1_000_000, 3.3908678349008543e-06, 1.445052244882719e-05),
    ];

    #[test]
    fn agrees_with_scipy() {
        for &(events, n, low, high) in SCIPY {
            let got = wilson(events, n);
            assert!((got.0 - low).abs() < 1e-14 && (got.1 - high).abs() < 1e-14, "{events}/{n}: {got:?}");
        }
    }

    #[test]
    fn ends_are_exact() {
        assert_eq!(wilson(0, 7).0, 0.0);
        assert_eq!(wilson(7, 7).1, 1.0);
        assert_eq!(wilson(9, 7), wilson(7, 7));
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn contains_the_proportion_and_narrows() {
        let width = |n: u64| wilson(n / 4, n).1 - wilson(n / 4, n).0;
        for n in [4, 40, 400, 4_000_000_000] {
            let (low, high) = wilson(n / 4, n);
            assert!(low < 0.25 && 0.25 < high, "{n}");
            assert!(width(10 * n) < width(n), "{n}");
        }
    }
}
