//! Tests simulated histories against a case, one by one, in memory that does not grow with them.

use libm::sqrt;

use super::case::Case;
use super::family::{Family, Score};
use super::history::History;
use super::law::{Answer, Law, Published, Question};
use super::statistics::{Outcome, binomial_mid_p, chi2_pmf, variance_test_is_valid, z_mean, z_variance};

/// With fewer expected events, or fewer expected misses, p takes few values.
const FINE: f64 = 10.0;

/// Collects what the replicates of one case show.
#[derive(Clone, Debug)]
pub struct Judge {
    asked: Vec<(Question, Tally)>,
    skipped: Vec<(String, String)>,
    replicates: u64,
    missing: u64,
    broken: Option<&'static str>,
}

/// What there is to see in a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scope {
    /// Its last day.
    pub horizon: f64,
    /// The burden at which its stories end, cells; infinite if they do not.
    pub detection: f64,
}

impl Scope {
    /// Everything a case asks for.
    pub const ALL: Scope = Scope { horizon: f64::INFINITY, detection: f64::NAN };

    /// Why a question cannot be asked here.
    fn forbids(&self, question: &Question) -> Option<&'static str> {
        let late = question.last_day().is_some_and(|day| day > self.horizon + super::history::SAME_TIME);
        let elsewhere =
            question.detection().is_some_and(|cells| !self.detection.is_nan() && cells != self.detection);
        match (late, elsewhere) {
            (true, _) => Some("after the horizon of this run"),
            (_, true) => Some("stops at another size"),
            _ => None,
        }
    }
}

/// What was seen so far for one question.
#[derive(Clone, Debug)]
enum Tally {
    /// Sums of value - centre and of its square, in whole numbers, so that nothing is rounded.
    Sums { centre: i64, n: u64, sum: i128, squares: i128 },
    /// How often each cell was met; the last one is everything beyond.
    Cells(Vec<u64>),
    /// How often it happened, of how many.
    Hits { hits: u64, n: u64 },
}

impl Tally {
    fn of(law: &Law) -> Tally {
        match law {
            Law::Moments { mean, .. } | Law::Expected { mean, .. } => {
                Tally::Sums { centre: mean.round() as i64, n: 0, sum: 0, squares: 0 }
            }
            Law::Pmf { p, .. } => Tally::Cells(vec![0; p.len() + 1]),
            Law::Joint { p, .. } => Tally::Cells(vec![0; p.iter().map(Vec::len).sum::<usize>() + 1]),
            Law::Chance { .. } => Tally::Hits { hits: 0, n: 0 },
        }
    }

    fn add(&mut self, value: i64) {
        match self {
            Tally::Sums { centre, n, sum, squares } => {
                let deviation = i128::from(value - *centre);
                *n += 1;
                *sum += deviation;
                *squares += deviation * deviation;
            }
            Tally::Cells(counts) => {
                let beyond = counts.len() - 1;
                counts[usize::try_from(value).map_or(beyond, |value| value.min(beyond))] += 1;
            }
            Tally::Hits { hits, n } => {
                *hits += u64::from(value > 0);
                *n += 1;
            }
        }
    }
}

impl Judge {
    /// For a sub-case of `case` in a scenario that shows `scope`.
    pub fn new(case: &Case, variant: &str, scope: Scope) -> Judge {
        let mut judge =
            Judge { asked: Vec::new(), skipped: Vec::new(), replicates: 0, missing: 0, broken: None };
        for (name, read) in case.questions(variant) {
            match read {
                Ok(questions) => questions.into_iter().for_each(|question| judge.ask(question, scope)),
                Err(reason) => judge.skipped.push((name, reason)),
            }
        }
        judge
    }

    fn ask(&mut self, question: Question, scope: Scope) {
        match scope.forbids(&question) {
            Some(reason) => self.skipped.push((question.name, reason.to_string())),
            None => {
                let tally = Tally::of(&question.law);
                self.asked.push((question, tally));
            }
        }
    }

    /// Times at which the histories are looked at, in order.
    pub fn times(&self) -> Vec<f64> {
        let mut times: Vec<f64> = self.asked.iter().filter_map(|(question, _)| question.time()).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| (*a - *b).abs() < super::history::SAME_TIME);
        times
    }

    /// One more replicate.
    pub fn take(&mut self, history: &History) {
        self.replicates += 1;
        self.broken = self.broken.or(history.broken);
        for (question, tally) in &mut self.asked {
            match answer(&question.law, history) {
                Answer::Is(value) => tally.add(value),
                Answer::NotAsked => {}
                Answer::Missing => self.missing += 1,
            }
        }
    }

    /// Records all tests under the name of `case`.
    pub fn decide(self, case: &str, family: &mut Family) {
        let n = self.replicates;
        if let Some(reason) = self.broken {
            family.record(case, &format!("a replicate {reason}"), n, Outcome::degenerate(false));
        }
        if self.missing > 0 {
            let test = format!("{} observations are missing", self.missing);
            family.record(case, &test, n, Outcome::degenerate(false));
        }
        for (name, reason) in &self.skipped {
            family.skip(case, name, reason);
        }
        for (question, tally) in &self.asked {
            if n < question.min_replicates {
                let reason = format!("needs {} replicates", question.min_replicates);
                family.skip(case, &question.name, &reason);
            } else {
                decide((case, &question.name), &question.law, tally, family);
            }
        }
    }
}

/// The answer of a replicate as the number of a tally: a value, a cell, or 1 for what happened.
fn answer(law: &Law, history: &History) -> Answer<i64> {
    match law {
        Law::Moments { of, .. } | Law::Pmf { of, .. } | Law::Expected { of, .. } => of.of(history),
        Law::Chance { event, .. } => event.of(history).map(i64::from),
        Law::Joint { when, axes, p } => when.of(history).map(|now| joint_cell(now.counts, axes, p)),
    }
}

/// The cell of the flattened matrix `p`, by rows; beyond it for counts outside.
fn joint_cell(counts: &[u64], axes: &[usize; 2], p: &[Vec<f64>]) -> i64 {
    let place = axes.map(|axis| counts.get(axis).map_or(usize::MAX, |&count| count as usize));
    let width = p.first().map_or(0, Vec::len);
    let inside = place[0] < p.len() && place[1] < width;
    if inside { (place[0] * width + place[1]) as i64 } else { (p.len() * width) as i64 }
}

fn decide((case, name): (&str, &str), law: &Law, tally: &Tally, family: &mut Family) {
    match (law, tally) {
        (Law::Moments { mean, var, mu4, published, .. }, Tally::Sums { centre, n, sum, squares }) => {
            let seen = Seen::of(*centre, *n, *sum, *squares);
            moments((case, name), seen, (*mean, *var, *mu4), family);
            if let Some(published) = published {
                family.score(score((case, name), seen, *published, *mu4));
            }
        }
        (Law::Expected { mean, .. }, Tally::Sums { centre, n, sum, squares }) => {
            let seen = Seen::of(*centre, *n, *sum, *squares);
            family.record(case, name, *n, z_mean(seen.mean, *n, *mean, seen.var));
        }
        (Law::Pmf { p, tail, .. }, Tally::Cells(counts)) => cells((case, name), counts, p, *tail, family),
        (Law::Joint { p, .. }, Tally::Cells(counts)) => {
            let flat = p.concat();
            cells((case, name), counts, &flat, 1.0 - flat.iter().sum::<f64>(), family);
        }
        (Law::Chance { p, .. }, Tally::Hits { hits, n }) => {
            let outcome = binomial_mid_p(*hits, *n, *p);
            if *n as f64 * p.min(1.0 - p) < FINE {
                family.record_coarse(case, name, *n, outcome);
            } else {
                family.record(case, name, *n, outcome);
            }
        }
        _ => family.record(case, name, 0, Outcome::degenerate(false)),
    }
}

/// Moments of a sample.
#[derive(Clone, Copy)]
struct Seen {
    n: u64,
    mean: f64,
    /// Unbiased.
    var: f64,
}

impl Seen {
    fn of(centre: i64, n: u64, sum: i128, squares: i128) -> Seen {
        let (count, sum) = (n as f64, sum as f64);
        let var = (squares as f64 - sum * sum / count) / (count - 1.0);
        Seen { n, mean: centre as f64 + sum / count, var }
    }
}

fn moments((case, name): (&str, &str), seen: Seen, (mean, var, mu4): (f64, f64, f64), family: &mut Family) {
    let n = seen.n;
    family.record(case, &format!("{name}, mean"), n, z_mean(seen.mean, n, mean, var));
    let variance = format!("{name}, variance");
    if variance_test_is_valid(n, var, mu4) {
        family.record(case, &variance, n, z_variance(seen.var, n, var, mu4));
    } else {
        family.skip(case, &variance, &format!("{n} replicates are too few for its fourth moment"));
    }
}

/// Z and Y as the suite defines them, about its printed mean with divisor n; Y* with the exact kurtosis.
fn score((case, name): (&str, &str), seen: Seen, published: Published, mu4: f64) -> Score {
    let (n, var) = (seen.n as f64, published.sd * published.sd);
    let shift = seen.mean - published.mean;
    let about = seen.var * (n - 1.0) / n + shift * shift;
    let y = sqrt(n / 2.0) * (about / var - 1.0);
    let spread = sqrt((mu4 / (var * var) - 1.0) / 2.0);
    let (case, test) = (case.to_string(), name.to_string());
    Score { case, test, z: sqrt(n) * shift / published.sd, y, y_star: y / spread }
}

/// Chi-squared of counts by cell against `p`; the last one is beyond `p`.
fn cells((case, name): (&str, &str), counts: &[u64], p: &[f64], tail: f64, family: &mut Family) {
    let n = counts.iter().sum();
    family.record(case, name, n, chi2_pmf(counts, p, tail, n));
}

/// Tests `replicates` against all observables of `case`. What cannot be tested is skipped with its reason.
pub fn judge(case: &Case, replicates: &[History], family: &mut Family) {
    let mut judge = Judge::new(case, "", Scope::ALL);
    replicates.iter().for_each(|history| judge.take(history));
    judge.decide(&case.id, family);
}
