//! What a run's folder says before its long tables are read: manifest, histories, estimates.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ReportError;
use super::sheet::{Row, Sheet};
use crate::units::{Dimension, parse};

/// One history: a row of `patients.csv`.
#[derive(Clone, Debug)]
pub struct History {
    /// Position of its arm.
    pub arm: usize,
    /// Its patient, from 1.
    pub patient: u64,
    /// Its replicate, from 1.
    pub replicate: u64,
    /// Last day.
    pub stop_day: f64,
    /// Best response of the first line; empty for none.
    pub best_response: String,
    /// Lowest reading of the first line over its first.
    pub depth: Option<f64>,
    /// Secretion of M-protein, pg per cell and day; none if it does not differ between patients.
    pub secretion: Option<f64>,
    /// Half-life of the M-protein, days; none if it does not differ between patients.
    pub half_life: Option<f64>,
    /// Time and event of each endpoint of [`Run::endpoints`]; none where the cell is empty.
    pub times: Vec<Option<(f64, bool)>>,
}

/// One row of `summary.csv`.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Position of its arm.
    pub arm: usize,
    /// What is estimated.
    pub quantity: String,
    /// The estimate.
    pub estimate: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Histories or lines it rests on.
    pub n: Option<f64>,
}

/// A run's folder.
#[derive(Debug)]
pub struct Run {
    /// The folder.
    pub folder: PathBuf,
    /// `manifest.json`.
    pub manifest: Value,
    /// Names of the arms, in the order of the scenario.
    pub arms: Vec<String>,
    /// Names of the endpoints: every column that has a twin called `_event`.
    pub endpoints: Vec<String>,
    /// All histories.
    pub histories: Vec<History>,
    /// All estimates.
    pub estimates: Vec<Estimate>,
}

/// Reads `manifest.json`.
///
/// # Errors
/// When it is missing, unreadable or no JSON.
pub fn manifest(folder: &Path) -> Result<Value, ReportError> {
    const FILE: &str = "manifest.json";
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ReportError::NoRun { folder: folder.to_path_buf(), missing: FILE });
        }
        Err(source) => return Err(ReportError::Io { path, source }),
    };
    serde_json::from_str(&text).map_err(|error| ReportError::Broken { path, why: error.to_string() })
}

impl Run {
    /// Reads manifest, patients and summary.
    ///
    /// # Errors
    /// When the folder is not that of a finished run, or a table is damaged.
    pub fn open(folder: &Path) -> Result<Run, ReportError> {
        let manifest = manifest(folder)?;
        let names = manifest["arms"].as_array().into_iter().flatten();
        let arms = names.filter_map(|name| name.as_str().map(str::to_string)).collect();
        let mut run = Run {
            folder: folder.to_path_buf(),
            manifest,
            arms,
            endpoints: Vec::new(),
            histories: Vec::new(),
            estimates: Vec::new(),
        };
        run.read_patients()?;
        run.read_summary()?;
        Ok(run)
    }

    /// The scenario's name.
    pub fn name(&self) -> &str {
        self.resolved("/name").and_then(Value::as_str).unwrap_or("A run without a name")
    }

    /// A part of the scenario as it was resolved.
    pub fn resolved(&self, pointer: &str) -> Option<&Value> {
        self.manifest.pointer(&format!("/scenario/resolved{pointer}"))
    }

    /// A quantity of the scenario as it was resolved, in the unit of the model.
    pub fn quantity(&self, pointer: &str, dimension: Dimension) -> Option<f64> {
        let value = self.resolved(pointer)?;
        value.as_f64().or_else(|| parse(value.as_str()?, dimension).ok())
    }

    /// The traits of the scenario, sorted.
    pub fn traits(&self) -> Vec<String> {
        let names = self.resolved("/disease/traits").and_then(Value::as_array).into_iter().flatten();
        let mut names: Vec<String> = names.filter_map(|name| name.as_str().map(str::to_string)).collect();
        names.sort_unstable();
        names
    }

    /// The last day that any history reached.
    pub fn last_day(&self) -> f64 {
        self.histories.iter().map(|history| history.stop_day).fold(0.0, f64::max)
    }

    /// How a history is called in a figure.
    pub fn label(&self, history: &History) -> String {
        let alone = self.histories.iter().all(|other| other.replicate == 1);
        match alone {
            true => format!("Patient {}", history.patient),
            false => format!("Patient {}, replicate {}", history.patient, history.replicate),
        }
    }

    /// The position of an arm; one that the manifest does not name is added.
    fn arm(&mut self, name: &str) -> usize {
        if let Some(position) = self.arms.iter().position(|arm| arm == name) {
            return position;
        }
        self.arms.push(name.to_string());
        self.arms.len() - 1
    }

    fn read_patients(&mut self) -> Result<(), ReportError> {
        let mut sheet = Sheet::required(&self.folder, "patients.csv")?;
        let origin = [sheet.need("arm")?, sheet.need("patient")?, sheet.need("replicate")?];
        let stop_day = sheet.need("stop_day")?;
        let (best, depth) = (sheet.maybe("best_response"), sheet.maybe("depth"));
        let own = ["secretion", "half_life"].map(|key| sheet.maybe(&format!("visits.m_protein.{key}")));
        let twins = sheet.header().iter().filter_map(|name| {
            let twin = sheet.maybe(&format!("{name}_event"))?;
            Some((name.clone(), sheet.maybe(name)?, twin))
        });
        let endpoints: Vec<(String, usize, usize)> = twins.collect();
        while let Some(row) = sheet.next_row()? {
            let time = |&(_, time, event): &(String, usize, usize)| -> Result<_, ReportError> {
                let event = row.maybe_number(event)?.is_some_and(|seen| seen != 0.0);
                Ok(row.maybe_number(time)?.map(|day| (day.max(0.0), event)))
            };
            let [secretion, half_life] =
                own.map(|column| column.map_or(Ok(None), |column| row.maybe_number(column)));
            let history = History {
                arm: self.arm(row.text(origin[0])?),
                patient: row.count(origin[1])?,
                replicate: row.count(origin[2])?,
                stop_day: row.number(stop_day)?,
                best_response: best.map_or(Ok(""), |column| row.text(column))?.to_string(),
                depth: depth.map_or(Ok(None), |column| row.maybe_number(column))?,
                secretion: secretion?,
                half_life: half_life?,
                times: endpoints.iter().map(time).collect::<Result<_, _>>()?,
            };
            self.histories.push(history);
        }
        self.endpoints = endpoints.into_iter().map(|(name, ..)| name).collect();
        Ok(())
    }

    fn read_summary(&mut self) -> Result<(), ReportError> {
        let mut sheet = Sheet::required(&self.folder, "summary.csv")?;
        let (arm, quantity) = (sheet.need("arm")?, sheet.need("quantity")?);
        let columns = [sheet.need("estimate")?, sheet.need("low")?, sheet.need("high")?, sheet.need("n")?];
        while let Some(row) = sheet.next_row()? {
            let [estimate, low, high, n] = columns.map(|column| row.maybe_number(column));
            let name = row.text(arm)?.to_string();
            let estimate = Estimate {
                arm: self.arm(&name),
                quantity: row.text(quantity)?.to_string(),
                estimate: estimate?,
                low: low?,
                high: high?,
                n: n?,
            };
            self.estimates.push(estimate);
        }
        Ok(())
    }
}

/// Finds the history that a row of a long table belongs to.
#[derive(Debug)]
pub struct Finder {
    columns: [usize; 3],
    by_origin: HashMap<(usize, u64, u64), usize>,
    arms: Vec<String>,
    last: Option<([Vec<u8>; 3], Option<usize>)>,
}

impl Finder {
    /// A finder for the rows of `sheet`.
    ///
    /// # Errors
    /// When the table does not say to which history a row belongs.
    pub fn new(run: &Run, sheet: &Sheet) -> Result<Finder, ReportError> {
        let columns = [sheet.need("arm")?, sheet.need("patient")?, sheet.need("replicate")?];
        let origins = run.histories.iter().enumerate();
        let by_origin = origins.map(|(at, h)| ((h.arm, h.patient, h.replicate), at)).collect();
        Ok(Finder { columns, by_origin, arms: run.arms.clone(), last: None })
    }

    /// The position of the history; none if patients.csv does not have it. Neighbours are mostly of one history.
    ///
    /// # Errors
    /// When a cell cannot be read.
    pub fn find(&mut self, row: &Row) -> Result<Option<usize>, ReportError> {
        let cells = self.columns.map(|column| row.bytes(column));
        if let Some((last, found)) = &self.last
            && cells.iter().zip(last).all(|(cell, last)| *cell == last.as_slice())
        {
            return Ok(*found);
        }
        let name = row.text(self.columns[0])?;
        let arm = self.arms.iter().position(|arm| arm == name);
        let (patient, replicate) = (row.count(self.columns[1])?, row.count(self.columns[2])?);
        let found = arm.and_then(|arm| self.by_origin.get(&(arm, patient, replicate)).copied());
        self.last = Some((cells.map(<[u8]>::to_vec), found));
        Ok(found)
    }
}
