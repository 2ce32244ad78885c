//! What the shipped program promises about itself, and whether it holds.

use std::convert::Infallible;

use super::choice::CHOICE;
use super::draws;
use super::family::{ALPHA, ALPHA_KS, Family, Verdict};
use super::trial::{TrialError, Way, seed};
use crate::scenario::Scenario;
use crate::study;

/// Draws of a sampler for each replicate of a case.
const DRAWS: u64 = 10;

/// Patients, arms, visits, drugs and traits: everything that could depend on the order of threads.
const WHOLE: &str = r#"
name = "Everything at once"
study = { seed = 4201, patients = 12, replicates = 2, horizon = "2 y" }
arm = [
    { name = "VRd", lines = [{ regimen = "VRd", cycles = 4, then = "R-maintenance", until = "progression" }] },
    { name = "Kd", lines = [{ regimen = "Kd", for = "84 d" }, { holiday = "56 d" }] },
]
visits = { every = "28 d" }

[disease]
burden = { lognormal = { median = 2e11, cv = 0.3 } }
division = "0.05 /d"
death = "0.03 /d"
traits = ["CRBN_LOW", "PSMB5_MUT"]
clone = [{ traits = ["PSMB5_MUT"], fraction = 1e-6 }]

[record]
every = "28 d"

[engine]
step = "7 d"
"#;

/// One promise and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// What is promised.
    pub what: String,
    /// How it was tested: the worst of so many tests.
    pub tests: usize,
    /// The worst of them.
    pub worst: String,
    /// Its statistic; none without chance.
    pub statistic: Option<f64>,
    /// Replicates or draws.
    pub n: u64,
    /// Its p-value times the number of tests; none without chance.
    pub p: Option<f64>,
    /// Probability that a correct program does not keep it.
    pub false_alarm: f64,
    /// Whether it is kept.
    pub kept: bool,
}

/// How many promises [`verify`] looks into.
pub fn promises() -> usize {
    CHOICE.iter().map(|choice| choice.ways.len()).sum::<usize>()
        + draws::chosen().map_or(0, |laws| laws.len())
        + 3
}

/// Looks into every promise with `replicates` histories of each case; `told` hears of each.
///
/// # Errors
/// When threads cannot be started, or the program carries a reference it cannot read.
pub fn verify(
    replicates: u64,
    threads: usize,
    mut told: impl FnMut(&Promise),
) -> Result<Vec<Promise>, TrialError> {
    let mut kept = Vec::new();
    let mut tell = |promise: Promise| {
        told(&promise);
        kept.push(promise);
    };
    let (mut all, random) = (Family::default(), promises() - 3);
    let share = ALPHA / random as f64;
    for choice in &CHOICE {
        let trial = choice.trial().ok_or_else(|| unreadable(choice.promise))?;
        for &way in choice.ways {
            let mut family = Family::default();
            trial.run(way, replicates, threads, &mut family)?;
            tell(of_family(&format!("{} {}: {}", trial.name, way.name(), choice.promise), &family, share));
            all.append(family);
        }
    }
    for law in draws::chosen().ok_or_else(|| unreadable("S01"))? {
        let (mut family, n) = (Family::default(), DRAWS * replicates);
        family.record(&law.name, "chi-squared", n, law.test(seed(&law.name, Way::Exact), n));
        tell(of_family(&format!("S01 draws: {}", law.name), &family, share));
        all.append(family);
    }
    tell(uniformity(&all));
    tell(threads_do_not_matter()?);
    tell(records_do_not_matter()?);
    Ok(kept)
}

fn unreadable(name: &str) -> TrialError {
    TrialError::Case { name: name.to_string(), reason: "what the program carries cannot be read".into() }
}

/// The worst test of a family, with a p-value for the whole of it.
fn of_family(what: &str, family: &Family, share: f64) -> Promise {
    let tests = family.verdicts().len();
    let p = |verdict: &Verdict| if verdict.outcome.p.is_nan() { 0.0 } else { verdict.outcome.p };
    let worst = family.verdicts().iter().min_by(|a, b| p(a).total_cmp(&p(b)));
    let whole = worst.map_or(0.0, |verdict| (p(verdict) * tests as f64).min(1.0));
    Promise {
        what: what.to_string(),
        tests,
        worst: worst.map_or_else(|| "no test".to_string(), |verdict| verdict.test.clone()),
        statistic: worst.map(|verdict| verdict.outcome.statistic),
        n: worst.map_or(0, |verdict| verdict.n),
        p: Some(whole),
        false_alarm: share,
        kept: whole >= share,
    }
}

/// P-values that are neither all small nor all too good.
fn uniformity(all: &Family) -> Promise {
    let outcome = all.uniformity();
    Promise {
        what: "first p-values of all cases are uniform".into(),
        tests: 1,
        worst: "Kolmogorov's D".into(),
        statistic: outcome.map(|outcome| outcome.statistic),
        n: all.cases() as u64,
        p: outcome.map(|outcome| outcome.p),
        false_alarm: ALPHA_KS,
        kept: outcome.is_some_and(|outcome| outcome.p >= ALPHA_KS),
    }
}

fn certain(what: &str, n: u64, kept: bool) -> Promise {
    let (tests, worst) = (1, "digest of all histories".to_string());
    Promise { what: what.into(), tests, worst, statistic: None, n, p: None, false_alarm: 0.0, kept }
}

fn threads_do_not_matter() -> Result<Promise, TrialError> {
    let one = digest(1, &[])?;
    let three = digest(3, &[])?;
    Ok(certain("1 and 3 threads give the same histories", one.1, one == three))
}

fn records_do_not_matter() -> Result<Promise, TrialError> {
    let often = digest(1, &["record.every=\"7 d\""])?;
    let never = digest(1, &["record.tables=[]"])?;
    Ok(certain("what is recorded changes no history", often.1, often == never))
}

/// Digest and number of all histories of a study, without what was recorded of them on the way.
fn digest(threads: usize, changes: &[&str]) -> Result<(String, u64), TrialError> {
    let changes: Vec<String> = changes.iter().map(|change| change.to_string()).collect();
    let scenario = Scenario::read("verify", WHOLE, &changes)
        .map_err(|findings| TrialError::Scenario(findings.render(false)))?;
    let (mut hasher, mut n) = (blake3::Hasher::new(), 0);
    let text = |_, story: crate::record::Story| {
        format!("{:?}", (story.clones, story.visits, story.events, story.outcome))
    };
    study::run(&scenario.model, threads, text, |text| {
        hasher.update(text.as_bytes());
        n += 1;
        Ok::<(), Infallible>(())
    })?;
    Ok((hasher.finalize().to_hex().to_string(), n))
}

#[cfg(test)]
mod tests {
    use super::super::statistics::Outcome;
    use super::*;

    fn family(p: &[f64]) -> Family {
        let mut family = Family::default();
        for (test, &p) in p.iter().enumerate() {
            family.record("A01", &format!("test {test}"), 1000, Outcome { statistic: 1.0, p });
        }
        family
    }

    /// The worst of four tests has four chances to fail a correct program.
    #[test]
    fn a_promise_is_its_worst_test_times_their_number() {
        let kept = of_family("A01", &family(&[0.5, 3e-5, 0.2, 0.9]), 1e-4);
        assert_eq!((kept.worst.as_str(), kept.tests, kept.kept), ("test 1", 4, true));
        assert!(!of_family("A01", &family(&[0.5, 2e-5, 0.2, 0.9]), 1e-4).kept);
        assert!(!of_family("A01", &family(&[0.5, f64::NAN]), 1e-4).kept, "not a number is a failure");
        assert!(!of_family("A01", &Family::default(), 1e-4).kept, "no test is no proof");
    }

    #[test]
    fn p_values_that_are_too_good_are_a_broken_promise() {
        let all = |p: fn(usize) -> f64| {
            let mut all = Family::default();
            for case in 0..40 {
                all.record(&format!("case {case}"), "mean", 10, Outcome { statistic: 0.0, p: p(case) });
            }
            uniformity(&all)
        };
        assert!(all(|case| (case as f64 + 0.5) / 40.0).kept && !all(|_| 0.5).kept);
    }

    /// Another seed gives other histories: the digest is of something.
    #[test]
    fn the_digest_sees_the_histories() {
        let digest = |changes: &[&str]| digest(2, changes).map(|digest| digest.0).ok();
        assert!(digest(&[]).is_some() && digest(&[]) == digest(&["study.seed=4201"]));
        assert_ne!(digest(&[]), digest(&["study.seed=4202"]));
    }
}
