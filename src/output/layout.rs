//! Which tables a study leaves, and what their files are called.

use super::manifest::Manifest;
use super::tables::Table;
use crate::scenario::Scenario;
use crate::study::{Column, Study};

/// The tables of a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Tables of histories, in the order of [`Table::ALL`].
    pub tables: Vec<Table>,
    /// Headers of the axes, the leading columns: the path, and in brackets the unit, where all values have one.
    pub axes: Vec<String>,
    /// Names of the further columns of the patients: those of any point.
    pub further: Vec<String>,
}

impl Layout {
    /// The tables of a run: those that its scenario keeps.
    pub fn of_run(scenario: &Scenario) -> Layout {
        let tables = Table::kept(scenario).into_iter().filter(|table| *table != Table::Summary).collect();
        Layout { tables, axes: Vec::new(), further: scenario.model.cohort.further() }
    }

    /// The tables of a sweep: those that are asked for, beside `sweep.csv`.
    pub fn of_sweep(study: &Study, keep: &[Table]) -> Layout {
        let kept = |table: &Table| keep.contains(table) && *table != Table::Summary;
        let tables = Table::ALL.into_iter().filter(kept).collect();
        Layout { tables, axes: axes_of(study), further: further_of(study) }
    }

    /// The tables of a study with this manifest.
    pub fn of_manifest(study: &Study, manifest: &Manifest) -> Layout {
        let kept = |table: &Table| *table != Table::Summary && manifest.files.contains_key(table.file());
        let tables = Table::ALL.into_iter().filter(kept).collect();
        Layout { tables, axes: axes_of(study), further: further_of(study) }
    }

    /// The tables of histories, and then the estimates.
    pub fn all(&self) -> impl Iterator<Item = Table> {
        self.tables.iter().copied().chain([Table::Summary])
    }

    /// The file of a table.
    pub fn file(&self, table: Table) -> &'static str {
        match table {
            Table::Summary if !self.axes.is_empty() => SWEEP,
            _ => table.file(),
        }
    }

    /// Files of other studies that must not lie beside these; Parquet is made of the tables anew (`parquet/`).
    pub fn stale(&self) -> Vec<&'static str> {
        let files: Vec<&str> = self.all().map(|table| self.file(table)).collect();
        let every = Table::ALL.into_iter().map(Table::file).chain([SWEEP, POINTS]);
        every.filter(|file| !files.contains(file)).chain(PARQUET).collect()
    }
}

/// The headers of the axes.
fn axes_of(study: &Study) -> Vec<String> {
    study.points.columns().iter().map(Column::header).collect()
}

/// The further columns of the patients at any point, each once, in the order of the points.
fn further_of(study: &Study) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for name in study.shapes().iter().flat_map(|shape| &shape.further) {
        if !known.contains(name) {
            known.push(name.clone());
        }
    }
    known
}

/// The tables as Parquet.
const PARQUET: [&str; 7] = [
    "trajectories.parquet",
    "clones.parquet",
    "visits.parquet",
    "events.parquet",
    "patients.parquet",
    "summary.parquet",
    "sweep.parquet",
];
/// The estimates of a sweep.
const SWEEP: &str = "sweep.csv";
/// The points of a sweep, as they were given in a file.
pub const POINTS: &str = "points.csv";
