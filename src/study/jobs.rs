//! The jobs of a study: every arm, patient and replicate, in the order of the tables.

use crate::engine::StreamKey;
use crate::model::Model;

/// One history to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Position of the arm.
    pub arm: usize,
    /// Patient, from 0.
    pub patient: u64,
    /// Replicate, from 0.
    pub replicate: u64,
}

/// How many jobs a model has; none if more than a u64 counts.
pub fn count(model: &Model) -> Option<u64> {
    model.patients.checked_mul(model.replicates)?.checked_mul(model.arms.len() as u64)
}

/// The job at a position: arm by arm, patient by patient.
pub fn job(model: &Model, position: u64) -> Job {
    let (history, replicate) = (position / model.replicates, position % model.replicates);
    let (arm, patient) = (history / model.patients, history % model.patients);
    Job { arm: arm as usize, patient, replicate }
}

impl Job {
    /// Whose random streams it draws from.
    pub fn key(&self, model: &Model) -> StreamKey {
        StreamKey { seed: model.seed, cell: 0, patient: self.patient, replicate: self.replicate }
    }
}
