//! Mechanisms of the review at work: the direction that a shipped scenario's text promises, on fewer patients.
//! Fixed seeds: a failure is a change of the model, never chance. The gaps asked for are well below those seen.

#[path = "mechanisms/antigens.rs"]
mod antigens;
#[path = "mechanisms/cereblon.rs"]
mod cereblon;
#[path = "mechanisms/coverage.rs"]
mod coverage;
#[path = "mechanisms/other_classes.rs"]
mod other_classes;
#[path = "mechanisms/patients.rs"]
mod patients;
#[path = "mechanisms/proteasome.rs"]
mod proteasome;
mod support;

use clonetide::engine::StreamKey;
use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::simulate;
use clonetide::study::{self, Summary};
use support::scenario::{estimate, shipped, summary};

fn of_forty(name: &str, changes: &[&str]) -> Summary {
    summary(&shipped(name, &[&["study.patients=40"], changes].concat()))
}

/// The estimate named `key` in every arm.
fn arms(name: &str, changes: &[&str], key: &str) -> Vec<f64> {
    every_arm(&of_forty(name, changes), key)
}

fn every_arm(summary: &Summary, key: &str) -> Vec<f64> {
    (0..summary.arms.len()).map(|arm| estimate(summary, arm, key)).collect()
}

/// The share of relapses of a line, in the first arm, at which most cells carry the trait.
fn relapse(summary: &Summary, line: usize, trait_name: &str) -> f64 {
    estimate(summary, 0, &format!("line{line}_relapse_share_{trait_name}"))
}

/// The share of patients who began a line and progressed in it, in every arm.
fn progressed(summary: &Summary, line: usize) -> Vec<f64> {
    let share = |arm: &study::ArmSummary| {
        let line = &arm.lines[line - 1];
        line.relapses as f64 / line.started as f64
    };
    summary.arms.iter().map(share).collect()
}

/// The first patients of an arm, told in full.
fn stories(scenario: &Scenario, arm: usize, patients: u64) -> Vec<Story> {
    let model = &scenario.model;
    let key = |patient| StreamKey { seed: model.seed, cell: 0, patient, replicate: 0 };
    (0..patients).map(|patient| simulate(model, &model.arms[arm], key(patient))).collect()
}

/// Cells that carry a trait on a day of the record.
fn carrying(story: &Story, trait_position: usize, day: f64) -> f64 {
    let rows = story.census.iter().filter(|row| row.day == day && row.traits.contains(trait_position));
    rows.map(|row| row.cells as f64).sum()
}
