//! A few histories in full: clones over time, visits, course.

use std::collections::BTreeMap;

use super::ReportError;
use super::bands::{Band, Burden};
use super::course::{self, Event};
use super::figure::spread;
use super::run::{Finder, Run};
use super::sheet::Sheet;

/// Most histories that a page shows in full, over all arms.
const MOST: usize = 24;
/// Most patients of these.
const MOST_PATIENTS: usize = 12;
/// Most record times of a history that are drawn.
pub const MOST_TIMES: usize = 120;

/// A clone over time.
#[derive(Clone, Debug)]
pub struct Lineage {
    /// Its number.
    pub clone: u64,
    /// Its parent; none for one of day 0, or where clones.csv was not kept.
    pub parent: Option<u64>,
    /// Its traits, joined by `+`.
    pub traits: String,
    /// Cells at each of the days.
    pub cells: Vec<f64>,
}

/// A visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The day.
    pub day: f64,
    /// The reading, g/L.
    pub m_protein: f64,
    /// The response called; empty before the first line.
    pub response: String,
}

/// A history in full.
#[derive(Clone, Debug)]
pub struct Life {
    /// Its position in the run.
    pub history: usize,
    /// Record days.
    pub days: Vec<f64>,
    /// Clones in the order of their numbers.
    pub clones: Vec<Lineage>,
    /// Visits.
    pub visits: Vec<Visit>,
    /// Events.
    pub events: Vec<Event>,
}

/// What the long tables say.
#[derive(Debug)]
pub struct Told {
    /// Histories in full.
    pub lives: Vec<Life>,
    /// Bands of the burden; none without trajectories.
    pub burden: Option<Vec<Band>>,
}

/// Patients and replicates to show in full: those that are asked for, or some along the order of their first endpoint,
/// so that short and long courses are among them.
///
/// # Errors
/// When a patient is asked for that the run does not have.
pub fn choose(run: &Run, asked: &[u64]) -> Result<Vec<usize>, ReportError> {
    let first: Vec<usize> = (0..run.histories.len()).filter(|at| run.histories[*at].arm == 0).collect();
    for patient in asked {
        if !first.iter().any(|at| run.histories[*at].patient == *patient) {
            let most = first.iter().map(|at| run.histories[*at].patient).max().unwrap_or(0);
            let what = format!("there is no patient {patient} in this run; it has patients 1 to {most}");
            return Err(ReportError::Choice(what));
        }
    }
    let mut chosen: Vec<usize> = if asked.is_empty() {
        let mut sorted = first;
        sorted.sort_by(|a, b| order(run, *a).total_cmp(&order(run, *b)));
        let most = (MOST / run.arms.len().max(1)).clamp(3, MOST_PATIENTS);
        spread(sorted.len(), most).into_iter().map(|place| sorted[place]).collect()
    } else {
        first.into_iter().filter(|at| asked.contains(&run.histories[*at].patient)).take(MOST).collect()
    };
    chosen.sort_unstable();
    let origin = |at: usize| (run.histories[at].patient, run.histories[at].replicate);
    let origins: std::collections::BTreeSet<_> = chosen.iter().map(|at| origin(*at)).collect();
    Ok((0..run.histories.len()).filter(|at| origins.contains(&origin(*at))).collect())
}

/// By which histories are put in order: progression-free survival, else the end of follow-up.
pub fn order(run: &Run, at: usize) -> f64 {
    let history = &run.histories[at];
    let endpoint = run.endpoints.iter().position(|name| name == "pfs");
    endpoint.and_then(|at| history.times[at]).map_or(history.stop_day, |(day, _)| day)
}

/// Reads trajectories, clones, visits and events of these histories, and the burden of all. A history with more record
/// times than `most_times` is thinned.
///
/// # Errors
/// When a table is damaged.
pub fn read(run: &Run, chosen: &[usize], most_times: usize) -> Result<Told, ReportError> {
    let mut lives: BTreeMap<usize, Life> = chosen
        .iter()
        .map(|at| {
            let life = Life { history: *at, days: vec![], clones: vec![], visits: vec![], events: vec![] };
            (*at, life)
        })
        .collect();
    let burden = trajectories(run, &mut lives, most_times)?;
    parents(run, &mut lives)?;
    visits(run, &mut lives)?;
    for (at, events) in course::events(run, |at| lives.contains_key(&at))?.unwrap_or_default() {
        if let Some(life) = lives.get_mut(&at) {
            life.events = events;
        }
    }
    Ok(Told { lives: lives.into_values().collect(), burden })
}

/// A record of a clone: day, clone, traits, cells.
type Record = (f64, u64, String, f64);

fn trajectories(
    run: &Run,
    lives: &mut BTreeMap<usize, Life>,
    most_times: usize,
) -> Result<Option<Vec<Band>>, ReportError> {
    let Some(mut sheet) = Sheet::open(&run.folder, "trajectories.csv")? else { return Ok(None) };
    let (day, clone) = (sheet.need("day")?, sheet.need("clone")?);
    let (traits, cells) = (sheet.need("traits")?, sheet.need("cells")?);
    let mut finder = Finder::new(run, &sheet)?;
    let mut burden = Burden::new(run);
    let mut records: BTreeMap<usize, Vec<Record>> = BTreeMap::new();
    while let Some(row) = sheet.next_row()? {
        let Some(history) = finder.find(&row)? else { continue };
        let (day, cells) = (row.number(day)?, row.number(cells)?);
        if let Some(burden) = &mut burden {
            burden.add(history, day, cells);
        }
        if lives.contains_key(&history) {
            let record = (day, row.count(clone)?, row.text(traits)?.to_string(), cells);
            records.entry(history).or_default().push(record);
        }
    }
    for (history, records) in records {
        if let Some(life) = lives.get_mut(&history) {
            (life.days, life.clones) = lineages(records, most_times);
        }
    }
    Ok(burden.map(Burden::bands))
}

/// Records as cells of each clone at each of the days that are drawn.
fn lineages(records: Vec<Record>, most_times: usize) -> (Vec<f64>, Vec<Lineage>) {
    let mut days: Vec<f64> = records.iter().map(|(day, ..)| *day).collect();
    days.sort_unstable_by(f64::total_cmp);
    days.dedup();
    let days: Vec<f64> = spread(days.len(), most_times).into_iter().map(|place| days[place]).collect();
    let mut clones: BTreeMap<u64, Lineage> = BTreeMap::new();
    for (day, clone, traits, cells) in records {
        if let Ok(place) = days.binary_search_by(|other| other.total_cmp(&day)) {
            let lineage = clones.entry(clone).or_insert_with(|| Lineage {
                clone,
                parent: None,
                traits,
                cells: vec![0.0; days.len()],
            });
            lineage.cells[place] = cells;
        }
    }
    (days, clones.into_values().collect())
}

fn parents(run: &Run, lives: &mut BTreeMap<usize, Life>) -> Result<(), ReportError> {
    let Some(mut sheet) = Sheet::open(&run.folder, "clones.csv")? else { return Ok(()) };
    let (clone, parent) = (sheet.need("clone")?, sheet.need("parent")?);
    let mut finder = Finder::new(run, &sheet)?;
    let mut found: BTreeMap<(usize, u64), u64> = BTreeMap::new();
    while let Some(row) = sheet.next_row()? {
        let Some(history) = finder.find(&row)?.filter(|at| lives.contains_key(at)) else { continue };
        if !row.bytes(parent).is_empty() {
            found.insert((history, row.count(clone)?), row.count(parent)?);
        }
    }
    for life in lives.values_mut() {
        // A clone without a record that is drawn hands its children on to its own parent.
        let drawn: Vec<u64> = life.clones.iter().map(|lineage| lineage.clone).collect();
        for lineage in &mut life.clones {
            let up = |clone: &u64| found.get(&(life.history, *clone)).copied();
            let line = std::iter::successors(up(&lineage.clone), up).take(drawn.len() + found.len());
            lineage.parent = line.into_iter().find(|ancestor| drawn.binary_search(ancestor).is_ok());
        }
    }
    Ok(())
}

fn visits(run: &Run, lives: &mut BTreeMap<usize, Life>) -> Result<(), ReportError> {
    let Some(mut sheet) = Sheet::open(&run.folder, "visits.csv")? else { return Ok(()) };
    let (day, reading, response) = (sheet.need("day")?, sheet.need("m_protein")?, sheet.maybe("response"));
    let mut finder = Finder::new(run, &sheet)?;
    while let Some(row) = sheet.next_row()? {
        let Some(life) = finder.find(&row)?.and_then(|at| lives.get_mut(&at)) else { continue };
        let Some(m_protein) = row.maybe_number(reading)? else { continue };
        let response = response.map_or(Ok(""), |column| row.text(column))?.to_string();
        life.visits.push(Visit { day: row.number(day)?, m_protein, response });
    }
    Ok(())
}
