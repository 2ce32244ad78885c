//! The tables of a run as CSV. Their columns are a contract; see the glossary.

use crate::clinic::{Endpoint, LEVELS};
use crate::record::{LineRecord, Outcome, Story};
use crate::scenario::Scenario;
use crate::scenario::file::TableEntry;
use crate::study::{Job, Summary};

use super::cells;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Cells of each clone over time.
    Trajectories,
    /// The clones.
    Clones,
    /// Visits.
    Visits,
    /// Events.
    Events,
    /// Replicates.
    Patients,
    /// Estimates.
    Summary,
}

impl Table {
    /// Every table.
    pub const ALL: [Table; 6] =
        [Table::Trajectories, Table::Clones, Table::Visits, Table::Events, Table::Patients, Table::Summary];

    /// Its file.
    pub fn file(self) -> &'static str {
        match self {
            Table::Trajectories => "trajectories.csv",
            Table::Clones => "clones.csv",
            Table::Visits => "visits.csv",
            Table::Events => "events.csv",
            Table::Patients => "patients.csv",
            Table::Summary => "summary.csv",
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Trajectories => &["arm", "patient", "replicate", "day", "clone", "traits", "cells"],
            Table::Clones => &[
                "arm",
                "patient",
                "replicate",
                "clone",
                "parent",
                "traits",
                "founded_day",
                "extinct_day",
                "peak_cells",
            ],
            Table::Visits => {
                &["arm", "patient", "replicate", "day", "line", "cycle", "regimen", "m_protein", "response"]
            }
            Table::Events => &["arm", "patient", "replicate", "day", "event", "detail"],
            Table::Patients => &[
                "arm",
                "patient",
                "replicate",
                "burden",
                "division",
                "death",
                "kill_scale",
                "stop",
                "stop_day",
                "lines",
                "best_response",
                "depth",
                "ttp",
                "ttp_event",
                "pfs",
                "pfs_event",
                "ttnt",
                "ttnt_event",
                "os",
                "os_event",
                "tcr",
                "tcr_event",
                "ttp_after",
                "ttp_by",
                "pfs_after",
                "pfs_by",
                "ttr",
                "ttr_event",
                "dor",
                "dor_event",
                "mrd",
                "mrd_1e-4",
                "mrd_1e-5",
                "mrd_1e-6",
                "mrd_duration",
                "mrd_duration_event",
                "entered",
                "cured",
                "extinct_day",
                "final_burden",
                "clones",
            ],
            Table::Summary => &["arm", "quantity", "estimate", "low", "high", "n"],
        }
    }

    /// Its columns in a study: those of the patients go on after the leading parameters with all others that differ between
    /// patients, and with the covariates: see [`Cohort::further`](crate::patient::Cohort::further).
    pub fn header(self, further: &[String]) -> Vec<String> {
        let mut columns: Vec<String> = self.columns().iter().map(ToString::to_string).collect();
        if self == Table::Patients {
            let at =
                columns.iter().position(|column| column == LAST_PARAMETER).map_or(columns.len(), |at| at + 1);
            columns.splice(at..at, further.iter().cloned());
        }
        columns
    }

    /// The tables that a scenario keeps.
    pub fn kept(scenario: &Scenario) -> Vec<Table> {
        let asked = |table: &Table| match table {
            Table::Trajectories => scenario.keeps(TableEntry::Trajectories),
            Table::Clones => scenario.keeps(TableEntry::Clones),
            Table::Visits => scenario.keeps(TableEntry::Visits),
            Table::Events => scenario.keeps(TableEntry::Events),
            Table::Patients | Table::Summary => true,
        };
        Table::ALL.into_iter().filter(asked).collect()
    }
}

/// Rows of one table as CSV text.
#[derive(Debug)]
pub struct Rows {
    writer: csv::Writer<Vec<u8>>,
    axes: Vec<String>,
    count: u64,
}

impl Rows {
    /// No rows yet; each will begin with the values of the axes of a sweep.
    pub fn new(axes: &[String]) -> Rows {
        let axes = axes.iter().map(|value| cells::value(value)).collect();
        Rows { writer: csv::Writer::from_writer(Vec::new()), axes, count: 0 }
    }

    /// Adds a row. Writing to memory cannot fail, so its result carries nothing.
    fn push(&mut self, row: impl IntoIterator<Item = String>) {
        let row = self.axes.iter().cloned().chain(row).map(String::into_bytes);
        let written = self.writer.write_record(row).is_ok();
        debug_assert!(written, "memory takes every row");
        self.count += 1;
    }

    /// The text and how many rows it holds.
    pub fn finish(self) -> (Vec<u8>, u64) {
        (self.writer.into_inner().unwrap_or_default(), self.count)
    }

    /// The header of a table, with those of the axes before its columns.
    pub fn header(axes: &[String], table: Table, further: &[String]) -> Vec<u8> {
        let mut header = Rows::new(&[]);
        header.push(axes.iter().map(|path| cells::text(path)).chain(table.header(further)));
        header.finish().0
    }
}

/// What the rows of a history need beside it.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The scenario at its point.
    pub scenario: &'a Scenario,
    /// The cell of the random streams there.
    pub cell: u64,
    /// The values of a sweep's axes.
    pub axes: &'a [String],
    /// Names of the further columns of the patients.
    pub further: &'a [String],
}

/// Which story a row belongs to.
struct Origin {
    arm: String,
    patient: String,
    replicate: String,
}

impl Origin {
    fn of(scenario: &Scenario, job: Job) -> Origin {
        Origin {
            arm: cells::text(&scenario.model.arms[job.arm].name),
            patient: (job.patient + 1).to_string(),
            replicate: (job.replicate + 1).to_string(),
        }
    }

    fn cells(&self) -> [String; 3] {
        [self.arm.clone(), self.patient.clone(), self.replicate.clone()]
    }
}

/// The rows of a table that one story gives; none for the summary.
pub fn rows(table: Table, frame: Frame<'_>, job: Job, story: &Story) -> Rows {
    let scenario = frame.scenario;
    let origin = Origin::of(scenario, job);
    let mut rows = Rows::new(frame.axes);
    match table {
        Table::Trajectories => trajectories(&mut rows, scenario, &origin, story),
        Table::Clones => clones(&mut rows, scenario, &origin, story),
        Table::Visits => visits(&mut rows, scenario, &origin, story),
        Table::Events => events(&mut rows, scenario, &origin, story),
        Table::Patients => patients(&mut rows, frame, job, &origin, &story.outcome),
        Table::Summary => {}
    }
    rows
}

fn trajectories(rows: &mut Rows, scenario: &Scenario, origin: &Origin, story: &Story) {
    for census in &story.census {
        let [arm, patient, replicate] = origin.cells();
        let clone = (census.clone.0 + 1).to_string();
        let traits = cells::traits(scenario, census.traits);
        rows.push([arm, patient, replicate, census.day.to_string(), clone, traits, census.cells.to_string()]);
    }
}

fn clones(rows: &mut Rows, scenario: &Scenario, origin: &Origin, story: &Story) {
    for clone in &story.clones {
        let [arm, patient, replicate] = origin.cells();
        rows.push([
            arm,
            patient,
            replicate,
            (clone.id.0 + 1).to_string(),
            clone.parent.map_or(String::new(), |parent| (parent.0 + 1).to_string()),
            cells::traits(scenario, clone.traits),
            clone.founded.to_string(),
            cells::number(clone.extinct),
            clone.peak.to_string(),
        ]);
    }
}

fn visits(rows: &mut Rows, scenario: &Scenario, origin: &Origin, story: &Story) {
    for visit in &story.visits {
        let [arm, patient, replicate] = origin.cells();
        let regimen =
            visit.regimen.map_or("", |(position, _)| scenario.model.regimens[position].name.as_str());
        rows.push([
            arm,
            patient,
            replicate,
            visit.day.to_string(),
            visit.line.to_string(),
            visit.regimen.map_or(String::new(), |(_, cycle)| cycle.to_string()),
            cells::text(regimen),
            format!("{:.3}", visit.m_protein),
            visit.response.map_or("", |response| response.code()).to_string(),
        ]);
    }
}

fn events(rows: &mut Rows, scenario: &Scenario, origin: &Origin, story: &Story) {
    for (day, event) in &story.events {
        let [arm, patient, replicate] = origin.cells();
        let (name, detail) = cells::event(scenario, event);
        rows.push([arm, patient, replicate, day.to_string(), name.to_string(), cells::text(&detail)]);
    }
}

/// The column after which the further parameters of a patient stand.
const LAST_PARAMETER: &str = "kill_scale";

fn patients(rows: &mut Rows, frame: Frame<'_>, job: Job, origin: &Origin, outcome: &Outcome) {
    let [arm, patient, replicate] = origin.cells();
    let (cohort, model) = (&frame.scenario.model.cohort, &frame.scenario.model);
    // The numbers of a patient are a function of the key, so that no story need carry them.
    let (keys, values) = match frame.further.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => (cohort.keys(), cohort.values(job.key_in(model, frame.cell))),
    };
    // At another point of a sweep a number may be the same for all, and then it is not told.
    let value = |name: &String| keys.iter().position(|key| key == name).map(|position| values[position]);
    let further = frame.further.iter().map(|name| cells::number(value(name)));
    let person = outcome.patient;
    let first = outcome.lines.first();
    let event = |endpoint: Endpoint| [endpoint.time.to_string(), flag(endpoint.event)];
    let [ttp, ttp_event] = event(outcome.time_to_progression());
    let [pfs, pfs_event] = event(outcome.progression_free_survival());
    let [ttnt, ttnt_event] = event(outcome.time_to_next_treatment());
    let [os, os_event] = event(outcome.overall_survival());
    let [tcr, tcr_event] = event(outcome.time_to_triple_refractory());
    let perhaps = |endpoint: Option<Endpoint>| endpoint.map_or([String::new(), String::new()], event);
    let (progression, failure) = (outcome.progression_interval(), outcome.progression_free_interval());
    let [ttr, ttr_event] = event(outcome.time_to_response());
    let [dor, dor_event] = perhaps(outcome.duration_of_response());
    let [mrd4, mrd5, mrd6] = LEVELS.map(|level| flag(outcome.was_mrd_negative_at(level)));
    let [negative, negative_event] = perhaps(outcome.duration_of_mrd_negativity());
    let leading = [
        arm,
        patient,
        replicate,
        person.burden.to_string(),
        person.division.to_string(),
        person.death.to_string(),
        person.kill_scale.to_string(),
    ];
    let outcomes = [
        cells::stop(outcome.stop).to_string(),
        outcome.stop_day.to_string(),
        outcome.lines.len().to_string(),
        outcome.best_response().map_or("", |best| best.code()).to_string(),
        cells::number(first.map(|line: &LineRecord| line.depth)),
        ttp,
        ttp_event,
        pfs,
        pfs_event,
        ttnt,
        ttnt_event,
        os,
        os_event,
        tcr,
        tcr_event,
        progression.after.to_string(),
        cells::number(progression.by),
        failure.after.to_string(),
        cells::number(failure.by),
        ttr,
        ttr_event,
        dor,
        dor_event,
        cells::number(outcome.least_residual()),
        mrd4,
        mrd5,
        mrd6,
        negative,
        negative_event,
        outcome.entered.to_string(),
        flag(outcome.is_cured()),
        cells::number(outcome.extinct),
        outcome.burden.to_string(),
        outcome.clones.to_string(),
    ];
    rows.push(leading.into_iter().chain(further).chain(outcomes));
}

/// 1 or 0.
fn flag(yes: bool) -> String {
    u8::from(yes).to_string()
}

/// The rows of `summary.csv`, or those of a point in `sweep.csv`.
pub fn summary_rows(arms: &[String], axes: &[String], summary: &Summary) -> Rows {
    let mut rows = Rows::new(axes);
    for estimate in summary.estimates() {
        rows.push([
            cells::text(&arms[estimate.arm]),
            estimate.quantity,
            cells::number(estimate.estimate),
            cells::number(estimate.low),
            cells::number(estimate.high),
            estimate.n.to_string(),
        ]);
    }
    rows
}

/// The patients of a scenario as it draws them: what its key `cohort.file` reads back.
pub fn cohort_rows(scenario: &Scenario, patients: std::ops::Range<u64>) -> Rows {
    let mut rows = Rows::new(&[]);
    for patient in patients {
        let key = Job { arm: 0, patient, replicate: 0 }.key(&scenario.model);
        let values = scenario.model.cohort.values(key);
        let values = values.iter().map(|value| cells::number(Some(*value)));
        rows.push(std::iter::once((patient + 1).to_string()).chain(values));
    }
    rows
}

/// The header of [`cohort_rows`].
pub fn cohort_header(scenario: &Scenario) -> Rows {
    let mut rows = Rows::new(&[]);
    rows.push(std::iter::once("patient".to_string()).chain(scenario.model.cohort.keys()));
    rows
}
