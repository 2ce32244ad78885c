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

/// How many jobs there are; none if more than a u64 counts.
pub fn count(patients: u64, replicates: u64, arms: usize) -> Option<u64> {
    patients.checked_mul(replicates)?.checked_mul(arms as u64)
}

/// How many jobs a model has; none if more than a u64 counts.
pub fn jobs(model: &Model) -> Option<u64> {
    count(model.patients, model.replicates, model.arms.len())
}

/// The job at a position: arm by arm, patient by patient.
pub fn job(model: &Model, position: u64) -> Job {
    job_of(model.patients, model.replicates, position)
}

/// As [`job`], for so many patients and replicates.
pub fn job_of(patients: u64, replicates: u64, position: u64) -> Job {
    let (history, replicate) = (position / replicates, position % replicates);
    let (arm, patient) = (history / patients, history % patients);
    Job { arm: arm as usize, patient, replicate }
}

impl Job {
    /// Whose random streams it draws from, outside a sweep.
    pub fn key(&self, model: &Model) -> StreamKey {
        self.key_in(model, 0)
    }

    /// Whose random streams it draws from in a cell of a sweep.
    pub fn key_in(&self, model: &Model, cell: u64) -> StreamKey {
        StreamKey { seed: model.seed, cell, patient: self.patient, replicate: self.replicate }
    }
}
