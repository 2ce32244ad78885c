//! Exports: the tables of a run as other tools read them.

mod lineage;
mod reads;
mod times;

use std::fmt::Write;
use std::path::Path;

use super::ReportError;
use super::colour::Palette;
use super::lives::{self, Life, Lineage};
use super::run::Run;

pub use reads::Sequencing;

/// A tool whose files can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ggmuller (R).
    Ggmuller,
    /// pymuller (Python).
    Pymuller,
    /// EvoFreq (R).
    Evofreq,
    /// fishplot (R).
    Fishplot,
    /// clevRvis (R).
    Clevrvis,
    /// TimeScape (R).
    Timescape,
    /// Newick trees.
    Newick,
    /// Time and status, for R survival and lifelines.
    Survival,
    /// CDISC ADTTE.
    Adtte,
    /// PyClone-VI: simulated reads.
    PycloneVi,
}

impl Format {
    /// Whether its files are about one history.
    pub fn of_one_history(self) -> bool {
        !matches!(self, Format::Survival | Format::Adtte)
    }
}

/// What is exported.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The arm; the first one if left out (all of them for survival).
    pub arm: Option<String>,
    /// The patient, from 1.
    pub patient: Option<u64>,
    /// The replicate, from 1.
    pub replicate: Option<u64>,
    /// How the sequencing is done.
    pub sequencing: Sequencing,
}

/// A file of an export.
pub type Written = (String, String);

/// The files of an export.
///
/// # Errors
/// When the folder is not that of a run, a table is damaged or was not kept, or the request names what is not there.
pub fn export(folder: &Path, format: Format, request: &Request) -> Result<Vec<Written>, ReportError> {
    let run = Run::open(folder)?;
    let arm = arm(&run, request)?;
    if !format.of_one_history() {
        return times::files(&run, format, arm);
    }
    let at = history(&run, arm.unwrap_or(0), request)?;
    let needed: &[&'static str] = match format {
        Format::PycloneVi => &["trajectories.csv"],
        _ => &["trajectories.csv", "clones.csv"],
    };
    for file in needed {
        if !folder.join(file).is_file() {
            let why = format!(
                "{} was not kept: add it to record.tables and run again",
                folder.join(file).display()
            );
            return Err(ReportError::Choice(why));
        }
    }
    let told = lives::read(&run, &[at], usize::MAX)?;
    let Some(life) = told.lives.into_iter().next().filter(|life| !life.days.is_empty()) else {
        return Err(ReportError::Choice(format!(
            "nothing was recorded of {}",
            run.label(&run.histories[at])
        )));
    };
    match format {
        Format::PycloneVi => reads::files(&run, &life, &request.sequencing),
        Format::Newick => lineage::newick(&run, &life),
        _ => Ok(lineage::files(format, &life, &Palette::new(run.traits()))),
    }
}

fn arm(run: &Run, request: &Request) -> Result<Option<usize>, ReportError> {
    let Some(name) = &request.arm else { return Ok(None) };
    let position = run.arms.iter().position(|arm| arm == name);
    position.map(Some).ok_or_else(|| {
        let near = crate::scenario::finding::suggest(name, run.arms.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        ReportError::Choice(format!(
            "there is no arm \"{name}\"{hint} The arms are: {}",
            run.arms.join(" | ")
        ))
    })
}

fn history(run: &Run, arm: usize, request: &Request) -> Result<usize, ReportError> {
    let (patient, replicate) = (request.patient.unwrap_or(1), request.replicate.unwrap_or(1));
    let wanted = |h: &super::run::History| h.arm == arm && h.patient == patient && h.replicate == replicate;
    run.histories.iter().position(wanted).ok_or_else(|| {
        let most = |of: fn(&super::run::History) -> u64| run.histories.iter().map(of).max().unwrap_or(0);
        let (patients, replicates) = (most(|h| h.patient), most(|h| h.replicate));
        ReportError::Choice(format!(
            "there is no patient {patient}, replicate {replicate}; the run has patients 1 to {patients} and replicates \
             1 to {replicates}"
        ))
    })
}

/// A tree with one root: clones without a parent, which were there on day 0, stand below the first of them.
fn rooted(life: &Life) -> Vec<(&Lineage, Option<u64>)> {
    let root = life.clones.iter().find(|lineage| lineage.parent.is_none()).map(|lineage| lineage.clone);
    let parent = |lineage: &Lineage| lineage.parent.or(root).filter(|parent| *parent != lineage.clone);
    life.clones.iter().map(|lineage| (lineage, parent(lineage))).collect()
}

/// Rows of separated cells. A cell with the separator or a quote is quoted.
struct Lines {
    separator: char,
    text: String,
}

impl Lines {
    fn new(separator: char, head: &[&str]) -> Lines {
        let mut lines = Lines { separator, text: String::new() };
        lines.push(head.iter().map(ToString::to_string));
        lines
    }

    fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| self.quoted(cell)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}", cells.join(&self.separator.to_string()));
    }

    fn quoted(&self, cell: String) -> String {
        if cell.contains([self.separator, '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    }
}
