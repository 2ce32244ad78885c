//! A case simulated as a scenario says it, and judged.

use std::convert::Infallible;

use super::case::Case;
use super::family::Family;
use super::history::Observer;
use super::judge::{Judge, Scope};
use crate::scenario::Scenario;
use crate::study::{self, RunError};

/// How the disease is computed in a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The exact engine: event by event.
    Exact,
    /// The leap engine as it is used: clones that are small for the step go event by event.
    Leap,
    /// The leap engine with whole steps for every clone, however small: its scheme alone.
    WholeSteps,
}

impl Way {
    /// Its name, as reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Way::Exact => "exact",
            Way::Leap => "leap",
            Way::WholeSteps => "whole steps",
        }
    }

    fn changes(self) -> &'static [&'static str] {
        match self {
            Way::Exact => &["engine.method=exact"],
            Way::Leap => &["engine.method=leap"],
            Way::WholeSteps => &["engine.method=leap", "engine.exact_below=0"],
        }
    }
}

/// A case, or one of its sub-cases, with the scenario that says the same.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What reports call it, such as `A01`; it also makes its seed.
    pub name: String,
    /// The reference.
    pub case: Case,
    /// The sub-case; empty if there are none.
    pub variant: String,
    /// Text of the scenario.
    pub scenario: String,
    /// Changes to the scenario, as `path=value`.
    pub changes: Vec<String>,
}

/// Why a trial could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The scenario has errors.
    #[error("{0}")]
    Scenario(String),
    /// The reference does not fit the scenario.
    #[error("{name}: {reason}")]
    Case {
        /// The trial.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// It could not be run.
    #[error(transparent)]
    Run(#[from] RunError<Infallible>),
}

/// A seed that nobody chose: the first bytes of the digest of the names.
pub fn seed(name: &str, way: Way) -> u64 {
    let digest = blake3::hash(format!("{name}/{}", way.name()).as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h]) >> 1
}

impl Trial {
    /// The scenario in a way, with its changes.
    ///
    /// # Errors
    /// When the scenario has errors.
    pub fn read(&self, way: Way, replicates: u64) -> Result<Scenario, TrialError> {
        let own = [format!("study.seed={}", seed(&self.name, way)), format!("study.replicates={replicates}")];
        let way = way.changes().iter().map(|change| change.to_string());
        let changes: Vec<String> = own.into_iter().chain(way).chain(self.changes.iter().cloned()).collect();
        Scenario::read(&self.name, &self.scenario, &changes)
            .map_err(|findings| TrialError::Scenario(findings.render(false)))
    }

    /// Simulates `replicates` histories and records how they agree with the case.
    ///
    /// # Errors
    /// When the scenario has errors, has other traits than the case, or cannot be run.
    pub fn run(
        &self,
        way: Way,
        replicates: u64,
        threads: usize,
        family: &mut Family,
    ) -> Result<(), TrialError> {
        let model = self.read(way, replicates)?.model;
        let scope = Scope { horizon: model.horizon, detection: model.detection };
        let mut judge = Judge::new(&self.case, &self.variant, scope);
        let observer = Observer::new(&model, self.case.traits(), judge.times());
        let observer = observer.map_err(|reason| TrialError::Case { name: self.name.clone(), reason })?;
        study::run(
            &model,
            threads,
            |_, story| observer.history(&story),
            |history| {
                judge.take(&history);
                Ok::<(), Infallible>(())
            },
        )?;
        judge.decide(&format!("{}/{}", self.name, way.name()), family);
        Ok(())
    }
}
