//! CSV files that a scenario names: read whole, every cell with its place.

use std::ops::Range;
use std::sync::Arc;

use super::Checker;
use super::draw::Bounds;
use crate::scenario::finding::{Finding, Place, Source};

/// More wrong cells of a file than this are not told.
const MOST_TOLD: usize = 20;

/// A cell and where it stands in the file, in bytes.
type Cell = (String, Range<usize>);

/// A table with a header.
#[derive(Clone, Debug)]
pub struct CsvTable {
    source: Arc<Source>,
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

impl Checker<'_> {
    /// The table in the file that the text at `key` names; what is wrong with it is noted.
    pub fn table(&mut self, key: &str, file: &str) -> Option<CsvTable> {
        let text = match self.files.read(file) {
            Ok(text) => text,
            Err(why) => {
                self.wrong(
                    key,
                    format!("cannot be read: {why}"),
                    "a CSV file, by its path from the scenario's folder",
                );
                return None;
            }
        };
        match CsvTable::read(Source::new(file, text)) {
            Ok(table) => Some(table),
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }
}

impl CsvTable {
    fn read(source: Arc<Source>) -> Result<CsvTable, Box<Finding>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(source.text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => rows.push(cells(&source, &record)),
                Err(error) => return Err(Box::new(uneven(&source, &error))),
            }
        }
        let lacking = || {
            let place = Place::new(&source, 0..0);
            Box::new(
                Finding::new(place, "", "the file is empty").right("a header and a row for each patient"),
            )
        };
        let header = if rows.is_empty() { return Err(lacking()) } else { rows.remove(0) };
        Ok(CsvTable { source, header, rows })
    }

    /// How many rows there are below the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The headers, with their positions.
    pub fn headers(&self) -> impl Iterator<Item = (usize, &str)> {
        self.header.iter().map(|(name, _)| name.as_str()).enumerate()
    }

    /// Position of the column of this name; noted at `key` if there is none.
    pub fn column(&self, checker: &mut Checker, key: &str, name: &str) -> Option<usize> {
        let names = self.header.iter().map(|(name, _)| name.as_str());
        let found = names.clone().position(|known| known == name);
        if found.is_none() {
            checker.unknown(key, "column", name, names);
        }
        found
    }

    /// A finding about a header.
    pub fn at_header(&self, column: usize, problem: &str) -> Finding {
        let (name, place) = &self.header[column];
        Finding::new(Place::new(&self.source, place.clone()), name.as_str(), problem)
            .found(format!("\"{name}\""))
    }

    /// A finding about a cell.
    pub fn at_cell(&self, row: usize, column: usize, problem: &str, right: String) -> Finding {
        let (text, place) = &self.rows[row][column];
        let place = Place::new(&self.source, place.clone());
        let name = self.header[column].0.as_str();
        Finding::new(place, name, problem).found(format!("\"{text}\"")).right(right)
    }

    /// The numbers of a column; none if a cell is not one within the bounds.
    pub fn numbers(&self, checker: &mut Checker, column: usize, bounds: Bounds) -> Option<Vec<f64>> {
        let (mut numbers, mut wrong) = (Vec::with_capacity(self.rows.len()), 0);
        for (at, row) in self.rows.iter().enumerate() {
            match number(&row[column].0, bounds) {
                Ok(number) => numbers.push(number),
                Err((problem, right)) => {
                    wrong += 1;
                    let finding = (wrong <= MOST_TOLD).then(|| self.at_cell(at, column, problem, right));
                    checker.findings.extend(finding);
                }
            }
        }
        (wrong == 0).then_some(numbers)
    }
}

fn number(text: &str, bounds: Bounds) -> Result<f64, (&'static str, String)> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number < bounds.least => {
            let above = bounds.least == f64::MIN_POSITIVE;
            Err((
                "is too low",
                if above { "above 0".to_string() } else { format!("at least {}", bounds.least) },
            ))
        }
        Ok(number) if number.is_finite() && number > bounds.most => {
            Err(("is too high", format!("at most {}", bounds.most)))
        }
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(("is not a number", "a number without a unit, such as 0.02".to_string())),
    }
}

/// The cells of a record with their places; in a record with quotes every cell has the place of the whole.
fn cells(source: &Source, record: &csv::StringRecord) -> Vec<Cell> {
    let start = record.position().map_or(0, |position| position.byte() as usize);
    let text = source.text.get(start..).unwrap_or_default();
    // The reader begins a record before the line breaks that it skips.
    let start = start + (text.len() - text.trim_start_matches(['\n', '\r', '\u{feff}']).len());
    let line = source.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let mut at = start;
    let place = |cell: &str| {
        let from = at;
        at += cell.len() + 1;
        if line.contains('"') { start..start + line.len() } else { from..from + cell.len() }
    };
    let bare = |cell: &str| cell.trim_start_matches('\u{feff}').to_string();
    record
        .iter()
        .map(bare)
        .zip(record.iter().map(|cell| cell.trim_start_matches('\u{feff}')).map(place))
        .collect()
}

/// A row that is longer or shorter than the header.
fn uneven(source: &Arc<Source>, error: &csv::Error) -> Finding {
    let start = error.position().map_or(0, |position| position.byte() as usize);
    let text = source.text.get(start..).unwrap_or_default();
    let start = start + (text.len() - text.trim_start_matches(['\n', '\r']).len());
    let line = source.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let place = Place::new(source, start..start + line.len());
    let (problem, right) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (format!("{len} cells in this row"), format!("{expected_len} cells, as in the first row"))
        }
        _ => (format!("cannot be read: {error}"), "comma-separated values".to_string()),
    };
    Finding::new(place, "", problem).right(right)
}
