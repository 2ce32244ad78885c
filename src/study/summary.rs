//! What a study found: counts and curves that grow with the number of distinct times, not of patients.

use super::comparison::{Brief, Curve, Pairs};
use super::depth::{Depth, Lasting};
use crate::clinic::{Endpoint, Response, Survival, wilson};
use crate::engine::Effort;
use crate::model::Model;
use crate::record::{LineRecord, Outcome};

/// A trait dominates a relapse when at least this share of the cells carries it.
pub const MAJORITY: f64 = 0.5;

/// An estimate with its 95 % interval; empty ends are not reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Position of the arm.
    pub arm: usize,
    /// What is estimated.
    pub quantity: String,
    /// The estimate; none if it is not reached.
    pub estimate: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Replicates (or lines) it rests on.
    pub n: u64,
}

/// All lines of one number in one arm.
#[derive(Clone, Debug, Default)]
pub struct LineSummary {
    /// Lines begun.
    pub started: u64,
    /// Deep responses.
    pub depth: Depth,
    /// Lines with measurable disease at the start and two visits after it.
    pub evaluable: u64,
    /// Of these, with a confirmed partial response or better.
    pub responders: u64,
    /// Time to progression from the start of the line.
    pub progression: Survival,
    /// Relapses seen.
    pub relapses: u64,
    /// Relapses at which most cells carried the trait, by its position.
    pub dominated_by: Vec<u64>,
    /// Relapses at which most cells carried none of the traits.
    pub wild_type: u64,
}

/// One arm.
#[derive(Clone, Debug, Default)]
pub struct ArmSummary {
    /// Replicates.
    pub replicates: u64,
    /// Replicates cut short by a limit.
    pub limited: u64,
    /// Replicates without a cell left at the end.
    pub extinct: u64,
    /// Lines, by number from 1.
    pub lines: Vec<LineSummary>,
    /// Progression-free survival.
    pub pfs: Survival,
    /// Time to the second line or death.
    pub ttnt: Survival,
    /// Overall survival.
    pub os: Survival,
    /// Time to triple-class-refractory disease.
    pub triple: Survival,
    /// How long responses lasted, and what patients died of.
    pub lasting: Lasting,
    /// What the engine did, and the largest error that its steps brought.
    pub effort: Effort,
    mean: f64,
    squares: f64,
}

/// The whole study.
#[derive(Clone, Debug)]
pub struct Summary {
    /// By arm.
    pub arms: Vec<ArmSummary>,
    /// The histories of each arm in brief; empty if there is nothing to compare.
    briefs: Vec<Vec<Brief>>,
    /// Times at which rates are told, days.
    landmarks: Vec<f64>,
    replicates: u64,
    traits: Vec<String>,
    treated: bool,
    clinic: bool,
    mortal: bool,
}

impl Summary {
    /// Nothing seen yet.
    pub fn new(model: &Model) -> Summary {
        Summary {
            arms: vec![ArmSummary::default(); model.arms.len()],
            briefs: vec![Vec::new(); model.arms.len()],
            landmarks: model.landmarks.clone(),
            replicates: model.replicates,
            traits: model.traits.iter().map(|t| t.name.clone()).collect(),
            treated: model.arms.iter().any(|arm| !arm.plan.stages.is_empty()),
            clinic: model.clinic.is_some(),
            mortal: model.disease.lethal_burden.is_some() || model.mortality.is_some(),
        }
    }

    /// Adds a replicate; replicates must come in the order of the jobs.
    pub fn add(&mut self, arm: usize, outcome: &Outcome) {
        let traits = self.traits.len();
        self.arms[arm].add(outcome, traits);
        if self.arms.len() > 1 {
            self.briefs[arm].push(Brief::of(outcome));
        }
    }

    /// Replicates cut short by a limit.
    pub fn limited(&self) -> u64 {
        self.arms.iter().map(|arm| arm.limited).sum()
    }

    /// The rows of `summary.csv`.
    pub fn estimates(&self) -> Vec<Estimate> {
        (0..self.arms.len()).flat_map(|arm| self.arm_estimates(arm)).collect()
    }

    fn arm_estimates(&self, position: usize) -> Vec<Estimate> {
        let arm = &self.arms[position];
        let mut rows = vec![count(position, "replicates", arm.replicates, arm.replicates)];
        rows.push(share(position, "extinct_share".into(), arm.extinct, arm.replicates));
        rows.push(arm.burden_estimate(position));
        rows.extend(arm.effort_estimates(position));
        if self.clinic && self.treated {
            rows.push(median(position, "median_pfs_days".into(), &arm.pfs));
            rows.push(median(position, "median_ttnt_days".into(), &arm.ttnt));
            rows.push(median(position, "median_triple_class_refractory_days".into(), &arm.triple));
            rows.extend(arm.lasting.estimates(position));
        }
        if self.mortal {
            rows.extend(arm.lasting.causes(position, arm.replicates));
            rows.push(median(position, "median_os_days".into(), &arm.os));
        }
        for (index, line) in arm.lines.iter().enumerate() {
            rows.extend(self.line_estimates(position, index + 1, line));
        }
        rows.extend(self.curve_estimates(position));
        rows
    }

    /// Rates at landmarks and restricted means, and what tells the arm from the first.
    fn curve_estimates(&self, arm: usize) -> Vec<Estimate> {
        let pfs: Vec<&Survival> = self.arms.iter().map(|arm| &arm.pfs).collect();
        let os: Vec<&Survival> = self.arms.iter().map(|arm| &arm.os).collect();
        let seen = [(self.clinic && self.treated, Curve::pfs(&pfs)), (self.mortal, Curve::os(&os))];
        let curves: Vec<Curve> = seen.into_iter().filter(|(seen, _)| *seen).map(|(_, curve)| curve).collect();
        let mut rows: Vec<Estimate> =
            curves.iter().flat_map(|curve| curve.estimates(arm, &self.landmarks)).collect();
        if arm > 0 {
            let pairs = Pairs::new(&self.briefs[0], &self.briefs[arm], self.replicates);
            rows.extend(curves.iter().flat_map(|curve| curve.tests(arm)));
            rows.extend(curves.iter().flat_map(|curve| curve.differences(arm, &self.landmarks, &pairs)));
            rows.extend(pairs.differences(arm, self.clinic && self.treated));
        }
        rows
    }

    fn line_estimates(&self, arm: usize, number: usize, line: &LineSummary) -> Vec<Estimate> {
        let name = |quantity: &str| format!("line{number}_{quantity}");
        let mut rows = vec![count(arm, &name("started"), line.started, self.arms[arm].replicates)];
        if self.clinic {
            rows.push(share(arm, name("response_rate"), line.responders, line.evaluable));
            rows.extend(line.depth.estimates(arm, number, line.evaluable));
            rows.push(median(arm, name("median_ttp_days"), &line.progression));
            for (position, trait_name) in self.traits.iter().enumerate() {
                let dominated = line.dominated_by[position];
                rows.push(share(arm, name(&format!("relapse_share_{trait_name}")), dominated, line.relapses));
            }
            rows.push(share(arm, name("relapse_share_wild_type"), line.wild_type, line.relapses));
        }
        rows
    }
}

impl ArmSummary {
    fn add(&mut self, outcome: &Outcome, traits: usize) {
        self.replicates += 1;
        self.limited += u64::from(outcome.stop.is_limit());
        self.extinct += u64::from(outcome.burden == 0);
        self.add_burden(outcome.burden as f64);
        self.effort.absorb(&outcome.effort);
        let add = |survival: &mut Survival, endpoint: Endpoint| survival.add(endpoint.time, endpoint.event);
        add(&mut self.pfs, outcome.progression_free_survival());
        add(&mut self.ttnt, outcome.time_to_next_treatment());
        add(&mut self.os, outcome.overall_survival());
        add(&mut self.triple, outcome.time_to_triple_refractory());
        self.lasting.add(outcome);
        for (position, line) in outcome.lines.iter().enumerate() {
            if position == self.lines.len() {
                self.lines.push(LineSummary { dominated_by: vec![0; traits], ..LineSummary::default() });
            }
            self.lines[position].add(line);
        }
    }

    /// Welford's running mean and sum of squares.
    fn add_burden(&mut self, burden: f64) {
        let surprise = burden - self.mean;
        self.mean += surprise / self.replicates as f64;
        self.squares += surprise * (burden - self.mean);
    }

    /// Mean number of cells at the end.
    pub fn mean_burden(&self) -> f64 {
        self.mean
    }

    /// What the leap engine achieved: only it has steps.
    fn effort_estimates(&self, arm: usize) -> Vec<Estimate> {
        let Some(mean) = self.effort.mean_step() else { return Vec::new() };
        let row = |quantity: &str, estimate: f64| Estimate {
            arm,
            quantity: quantity.to_string(),
            estimate: Some(estimate),
            low: None,
            high: None,
            n: self.replicates,
        };
        vec![row("mean_step_days", mean), row("estimated_bias", self.effort.bias)]
    }

    fn burden_estimate(&self, arm: usize) -> Estimate {
        let n = self.replicates as f64;
        let error = (self.squares / (n - 1.0).max(1.0) / n).sqrt();
        let interval = (self.replicates > 1).then_some(1.959_963_984_540_054 * error);
        Estimate {
            arm,
            quantity: "mean_final_burden".to_string(),
            estimate: Some(self.mean),
            low: interval.map(|half| self.mean - half),
            high: interval.map(|half| self.mean + half),
            n: self.replicates,
        }
    }
}

impl LineSummary {
    fn add(&mut self, line: &LineRecord) {
        self.started += 1;
        self.depth.add(line);
        let evaluable = line.best.filter(|best| *best != Response::NotEvaluable);
        self.evaluable += u64::from(evaluable.is_some());
        self.responders += u64::from(evaluable.is_some_and(Response::is_response));
        let progression = line.time_to_progression();
        self.progression.add(progression.time, progression.event);
        if let Some((_, shares)) = &line.relapse {
            self.relapses += 1;
            for (count, share) in self.dominated_by.iter_mut().zip(shares) {
                *count += u64::from(*share >= MAJORITY);
            }
            self.wild_type += u64::from(shares.iter().all(|share| *share < MAJORITY));
        }
    }
}

fn count(arm: usize, quantity: &str, count: u64, n: u64) -> Estimate {
    Estimate { arm, quantity: quantity.to_string(), estimate: Some(count as f64), low: None, high: None, n }
}

pub(super) fn share(arm: usize, quantity: String, events: u64, n: u64) -> Estimate {
    if n == 0 {
        return Estimate { arm, quantity, estimate: None, low: None, high: None, n };
    }
    let (low, high) = wilson(events, n);
    Estimate { arm, quantity, estimate: Some(events as f64 / n as f64), low: Some(low), high: Some(high), n }
}

pub(super) fn median(arm: usize, quantity: String, survival: &Survival) -> Estimate {
    let (low, high) = survival.median_interval();
    Estimate { arm, quantity, estimate: survival.median(), low, high, n: survival.n() }
}
