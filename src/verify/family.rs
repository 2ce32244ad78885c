//! All tests of a run, judged as a whole.

use std::collections::HashSet;
use std::fmt;

use super::statistics::{Outcome, ks_uniform};

/// Probability that a correct simulator fails any single test of its family.
pub const ALPHA: f64 = 1e-3;
/// Probability that a correct simulator fails the test for uniform p-values.
pub const ALPHA_KS: f64 = 1e-4;
/// Fewest cases for which the p-values are tested for uniformity.
const CASES_FOR_KS: usize = 6;

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
    /// Whether so few events are expected that p takes few values: left out of the test for uniformity.
    pub coarse: bool,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { statistic, p } = self.outcome;
        write!(f, "{}: {}: statistic {statistic:.4}, n = {}, p = {p:.3e}", self.case, self.test, self.n)
    }
}

/// The criteria of a published suite for one observable, for comparison with other simulators.
#[derive(Clone, Debug)]
pub struct Score {
    /// Case of the theory.
    pub case: String,
    /// Name of the observable.
    pub test: String,
    /// Standardised mean; accepted within (-3, 3).
    pub z: f64,
    /// Standardised variance as published, for normal data; accepted within (-5, 5).
    pub y: f64,
    /// The same in units of its true standard deviation; accepted within (-5, 5).
    pub y_star: f64,
}

/// All tests of a run, and what was left untested and why.
#[derive(Clone, Debug, Default)]
pub struct Family {
    verdicts: Vec<Verdict>,
    skipped: Vec<String>,
    scores: Vec<Score>,
}

impl Family {
    /// Adds the outcome of a test on `n` replicates.
    pub fn record(&mut self, case: &str, test: &str, n: u64, outcome: Outcome) {
        self.verdicts.push(Verdict { case: case.into(), test: test.into(), n, outcome, coarse: false });
    }

    /// Adds the outcome of a test of few expected events, whose p-value is far from continuous.
    pub fn record_coarse(&mut self, case: &str, test: &str, n: u64, outcome: Outcome) {
        self.verdicts.push(Verdict { case: case.into(), test: test.into(), n, outcome, coarse: true });
    }

    /// Adds what a published suite would say; it decides nothing here.
    pub fn score(&mut self, score: Score) {
        self.scores.push(score);
    }

    /// Notes an observable that is not tested.
    pub fn skip(&mut self, case: &str, test: &str, reason: &str) {
        self.skipped.push(format!("{case}: {test}: {reason}"));
    }

    /// Takes over the tests of another family.
    pub fn append(&mut self, other: Family) {
        self.verdicts.extend(other.verdicts);
        self.skipped.extend(other.skipped);
        self.scores.extend(other.scores);
    }

    /// How many cases have a first p-value.
    pub fn cases(&self) -> usize {
        self.firsts().len()
    }

    /// All tests, in the order of their record.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// What was not tested, with the reason.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// What a published suite would say.
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }

    /// Tests with p < 1e-3 / number of tests (Bonferroni). A p-value that is not a number fails.
    pub fn failures(&self) -> Vec<&Verdict> {
        let limit = ALPHA / self.verdicts.len() as f64;
        self.verdicts
            .iter()
            .filter(|verdict| verdict.outcome.p.is_nan() || verdict.outcome.p < limit)
            .collect()
    }

    /// Uniformity of the first fine p-value of each case, with more than 5 cases: tests of one case are dependent.
    /// It catches a small bias everywhere, and results that are too good.
    pub fn uniformity(&self) -> Option<Outcome> {
        let p = self.firsts();
        (p.len() >= CASES_FOR_KS).then(|| ks_uniform(&p))
    }

    fn firsts(&self) -> Vec<f64> {
        let mut cases = HashSet::new();
        let fine = self.verdicts.iter().filter(|verdict| !verdict.coarse);
        let firsts = fine.filter(|verdict| cases.insert(&verdict.case));
        firsts.map(|verdict| verdict.outcome.p).collect()
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
        lines.extend(self.scored());
        lines.extend(self.skipped.iter().map(|skipped| format!("  not tested {skipped}")));
        lines.join("\n")
    }

    /// How many observables of each case are outside the criteria of a published suite.
    fn scored(&self) -> Vec<String> {
        let mut cases: Vec<&str> = self.scores.iter().map(|score| score.case.as_str()).collect();
        cases.dedup();
        let line = |case: &str| {
            let scores: Vec<&Score> = self.scores.iter().filter(|score| score.case == case).collect();
            let outside = |value: fn(&Score) -> f64, limit: f64| {
                scores.iter().filter(|score| value(score).abs() >= limit).count()
            };
            format!(
                "  published criteria, {case}, {} times: outside are {} of Z (-3, 3), {} of Y (-5, 5), {} of Y* (-5, 5)",
                scores.len(),
                outside(|score| score.z, 3.0),
                outside(|score| score.y, 5.0),
                outside(|score| score.y_star, 5.0)
            )
        };
        cases.into_iter().map(line).collect()
    }

    /// Stops the test with the [`report`](Family::report) unless the family passes.
    pub fn assert_passes(&self) {
        assert!(self.passes(), "{}", self.report());
    }
}
