//! A whole study, checked: every point of it, and every history at each point.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::faults::Faults;
use super::jobs::{Job, count, job_of};
use super::summary::Summary;
use super::sweep::Points;
use crate::scenario::file::StreamsEntry;
use crate::scenario::finding::Findings;
use crate::scenario::{Scenario, Template};

/// Most histories of a study: a year's work of the largest machines.
pub const MOST_HISTORIES: u64 = 10_000_000_000;
/// Points that are checked at a time.
const BATCH: u64 = 4096;

/// Why a study cannot be run.
#[derive(Debug)]
pub enum PlanError {
    /// Scenarios that are wrong at some points.
    Wrong(Findings),
    /// More histories than any machine tells.
    Histories(String),
}

/// What the points of a sweep share, so that their tables can be made without their scenarios.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Names of the arms.
    pub arms: Vec<String>,
    /// Patients in each arm.
    pub patients: u64,
    /// Histories of each patient.
    pub replicates: u64,
    /// Names of the numbers that differ between patients, beside the leading ones.
    pub further: Vec<String>,
    /// A summary of nothing yet.
    pub summary: Summary,
}

/// A study: a scenario at its points.
#[derive(Clone, Debug)]
pub struct Study {
    template: Template,
    /// The scenario as it stands.
    pub base: Scenario,
    /// Its points.
    pub points: Points,
    streams: StreamsEntry,
    shapes: Vec<Shape>,
    /// The shape of each point.
    shape_of: Vec<u32>,
    /// Histories before each point, and all at the end.
    before: Vec<u64>,
}

/// A point of a study with its scenario.
#[derive(Debug)]
pub struct Point {
    /// Which, from 0.
    pub index: u64,
    /// The scenario there.
    pub scenario: Scenario,
    /// The cell of the random streams.
    pub cell: u64,
}

impl Study {
    /// Checks every point, on the threads of the pool that it is called in.
    ///
    /// # Errors
    /// All that is wrong, at the first points where it is; or a size that no machine can tell.
    pub fn plan(
        template: Template,
        base: Scenario,
        points: Points,
        streams: StreamsEntry,
    ) -> Result<Study, PlanError> {
        let mut study = Study {
            template,
            base,
            points,
            streams,
            shapes: Vec::new(),
            shape_of: Vec::new(),
            before: vec![0],
        };
        let (mut known, mut faults) = (BTreeMap::new(), Faults::default());
        for start in (0..study.points.count()).step_by(BATCH as usize) {
            let indices = start..(start + BATCH).min(study.points.count());
            // A run has one point: no threads are started for it.
            let shapes: Vec<_> = match study.is_sweep() {
                true => indices.into_par_iter().map(|index| study.check(index)).collect(),
                false => indices.map(|index| study.check(index)).collect(),
            };
            for (index, shape) in (start..).zip(shapes) {
                match shape {
                    Ok(shape) => study.add(shape, &mut known)?,
                    Err(findings) => faults.add(&study.template, &study.points, index, findings),
                }
            }
        }
        if faults.is_empty() { Ok(study) } else { Err(PlanError::Wrong(faults.told(&study.points))) }
    }

    fn check(&self, index: u64) -> Result<Shape, Findings> {
        if self.points.paths().is_empty() {
            return Ok(Shape::of(&self.base));
        }
        let label = format!("point {}:", index + 1);
        let scenario = self.template.at(&label, &self.points.settings(index));
        scenario.map(|scenario| Shape::of(&scenario))
    }

    fn add(&mut self, shape: Shape, known: &mut BTreeMap<String, u32>) -> Result<(), PlanError> {
        let histories = shape.histories().and_then(|count| self.histories().checked_add(count));
        let Some(histories) = histories.filter(|count| *count <= MOST_HISTORIES) else {
            return Err(PlanError::Histories(self.absurd(&shape)));
        };
        self.before.push(histories);
        let next = self.shapes.len() as u32;
        let position = *known.entry(format!("{shape:?}")).or_insert(next);
        if position == next {
            self.shapes.push(shape);
        }
        self.shape_of.push(position);
        Ok(())
    }

    fn absurd(&self, shape: &Shape) -> String {
        let each = shape.arms.len() as f64 * shape.patients as f64 * shape.replicates as f64;
        let all = each * self.points.count() as f64;
        format!(
            "the study has about {all:.3e} histories ({} points x {} arms x {} patients x {} replicates); at most \
             {MOST_HISTORIES} are told",
            self.points.count(),
            shape.arms.len(),
            shape.patients,
            shape.replicates
        )
    }

    /// Whether it is a sweep: a run has one point on no axis.
    pub fn is_sweep(&self) -> bool {
        !self.points.paths().is_empty()
    }

    /// All histories.
    pub fn histories(&self) -> u64 {
        self.before.last().copied().unwrap_or(0)
    }

    /// The files that its scenario names, at all points.
    pub fn inputs(&self) -> BTreeMap<String, String> {
        self.template.inputs()
    }

    /// The point of a history.
    pub fn point_of(&self, position: u64) -> u64 {
        (self.before.partition_point(|before| *before <= position) as u64).saturating_sub(1)
    }

    /// The position of the first history of the next point.
    pub fn end_of(&self, point: u64) -> u64 {
        self.before.get(point as usize + 1).copied().unwrap_or(u64::MAX)
    }

    /// What points have in common, in the order of the points.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// What is common to points like this one.
    pub fn shape(&self, point: u64) -> &Shape {
        &self.shapes[self.shape_of[point as usize] as usize]
    }

    /// The arm, patient and replicate of a history.
    pub fn job(&self, position: u64) -> Job {
        let point = self.point_of(position);
        let shape = self.shape(point);
        job_of(shape.patients, shape.replicates, position - self.before[point as usize])
    }

    /// The scenario of a point.
    ///
    /// # Errors
    /// None that the plan has not found already.
    pub fn point(&self, index: u64) -> Result<Point, Findings> {
        let scenario = match self.is_sweep() {
            true => self.template.again(&self.points.settings(index))?,
            false => self.base.clone(),
        };
        let own = self.is_sweep() && self.streams == StreamsEntry::Own;
        // Cell 0 is that of a run: with common random numbers all points have it.
        Ok(Point { index, scenario, cell: if own { index + 1 } else { 0 } })
    }
}

impl Shape {
    fn of(scenario: &Scenario) -> Shape {
        let model = &scenario.model;
        Shape {
            arms: model.arms.iter().map(|arm| arm.name.clone()).collect(),
            patients: model.patients,
            replicates: model.replicates,
            further: model.cohort.further(),
            summary: Summary::new(model),
        }
    }

    fn histories(&self) -> Option<u64> {
        count(self.patients, self.replicates, self.arms.len())
    }
}
