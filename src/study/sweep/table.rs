//! Points from a CSV table.

use std::ops::Range;
use std::sync::Arc;

use super::column::Column;
use super::{MOST_AXES, MOST_POINTS};
use crate::scenario::FIXED;
use crate::scenario::finding::{Finding, Findings, Place, Source};

/// Longest table, bytes.
const LONGEST: usize = 64 << 20;
/// Longest cell, bytes.
const LONGEST_CELL: usize = 4096;
/// Errors that are told; more say nothing new.
const TOLD: usize = 20;
/// The columns of estimates behind the axes of a `sweep.csv`.
const ESTIMATES: [&str; 6] = ["arm", "quantity", "estimate", "low", "high", "n"];
/// What a header must be.
const HEADER: &str =
    "the paths of the keys, such as disease.death, or disease.death (/d) with the unit of all values";

/// A table of points.
#[derive(Clone, Debug, PartialEq)]
pub struct PointTable {
    /// The columns.
    pub columns: Vec<Column>,
    /// The values as `--set` takes them, point by point.
    pub values: Vec<String>,
    source: Arc<Source>,
    /// Where the row of each point begins, bytes.
    rows: Vec<u32>,
}

impl PointTable {
    /// The table of one point on no axis.
    pub fn single() -> PointTable {
        PointTable { columns: Vec::new(), values: Vec::new(), source: Source::new("", ""), rows: vec![0] }
    }

    /// Reads a table; `name` is what errors call it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(name: &str, text: &[u8]) -> Result<PointTable, Findings> {
        let reader = Reader::open(name, text)?;
        reader.points()
    }

    /// How many points there are.
    pub fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The header of an axis.
    pub fn header(&self, axis: usize) -> Place {
        cell(&self.source, 0, axis)
    }

    /// The cell of a point on an axis.
    pub fn place(&self, point: u64, axis: usize) -> Place {
        cell(&self.source, self.rows.get(point as usize).map_or(0, |row| *row as usize), axis)
    }
}

/// A table being read.
struct Reader {
    source: Arc<Source>,
    columns: Vec<Column>,
    /// Columns of the table, of which those of the axes come first.
    width: usize,
    wrong: Vec<Finding>,
}

impl Reader {
    /// Reads the header.
    fn open(name: &str, text: &[u8]) -> Result<Reader, Findings> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let source = |text: &[u8]| Source::new(name, String::from_utf8_lossy(text));
        let told = |source: &Arc<Source>, at: usize, problem: &str, right: &str| {
            Err(Findings::from(Finding::new(Place::new(source, at..at), "", problem).right(right)))
        };
        if text.len() > LONGEST {
            return told(&source(&text[..0]), 0, "the table is longer than 64 MiB", "at most 64 MiB");
        }
        let source = source(text);
        if let Err(error) = std::str::from_utf8(text) {
            return told(&source, error.valid_up_to(), "this is not UTF-8 text", "a table saved as UTF-8");
        }
        let header = rows(&source).next();
        let names: Vec<String> =
            header.map(|(row, _)| row.iter().map(str::to_string).collect()).unwrap_or_default();
        if names.iter().all(String::is_empty) {
            return told(&source, 0, "there is no header with the paths of the keys", HEADER);
        }
        let width = names.len();
        let axes =
            if names.ends_with(&ESTIMATES.map(String::from)) { width - ESTIMATES.len() } else { width };
        let columns = names.iter().take(axes).map(|name| Column::parse(name)).collect();
        let mut reader = Reader { source, columns, width, wrong: Vec::new() };
        reader.check_header();
        if reader.wrong.is_empty() { Ok(reader) } else { Err(Findings(reader.wrong)) }
    }

    fn tell(&mut self, place: Place, key: &str, problem: &str, right: &str, found: Option<&str>) {
        let finding = Finding::new(place, key, problem).right(right);
        self.wrong.push(match found {
            Some(found) => finding.found(found),
            None => finding,
        });
    }

    fn check_header(&mut self) {
        let count = self.columns.len();
        if !(1..=MOST_AXES).contains(&count) {
            let problem = if count == 0 { "no column is an axis" } else { "are too many columns" };
            let place =
                Place::new(&self.source, cell(&self.source, 0, 0).span.start..line_end(&self.source, 0));
            let right = format!("1 to {MOST_AXES} axes");
            return self.tell(place, "", problem, &right, Some(&count.to_string()));
        }
        for (at, column) in self.columns.clone().iter().enumerate() {
            let (place, path) = (cell(&self.source, 0, at), column.path.as_str());
            let top = path.split(['.', '[']).next().unwrap_or_default().trim();
            if path.is_empty() {
                self.tell(place, "", &format!("column {} has no path", at + 1), HEADER, None);
            } else if FIXED.contains(&top) {
                self.tell(place, path, "cannot be varied", "a key that changes what is simulated", None);
            } else if self.columns[..at].iter().any(|other| other.path == path) {
                self.tell(place, path, "stands in two columns", "each key once", None);
            }
        }
    }

    /// Reads the rows below the header.
    fn points(mut self) -> Result<PointTable, Findings> {
        let source = Arc::clone(&self.source);
        let (mut values, mut starts): (Vec<String>, Vec<u32>) = (Vec::new(), Vec::new());
        let axes = self.columns.len();
        for (record, start) in rows(&source).skip(1) {
            if starts.len() as u64 >= MOST_POINTS {
                let right = format!("at most {MOST_POINTS} points");
                self.tell(cell(&source, start, 0), "", "are too many points", &right, None);
                break;
            }
            let row = self.row(&record, start);
            // A table of estimates has each point in many rows.
            let again = self.width > axes && values.len() >= axes && values[values.len() - axes..] == row[..];
            if !again {
                values.extend(row);
                starts.push(start as u32);
            }
            if self.wrong.len() >= TOLD {
                break;
            }
        }
        if starts.is_empty() {
            let end = source.text.len();
            self.tell(
                Place::new(&source, end..end),
                "",
                "there is no point below the header",
                "a row for each point",
                None,
            );
        }
        match self.wrong.is_empty() {
            true => Ok(PointTable { columns: self.columns, values, source, rows: starts }),
            false => Err(Findings(self.wrong)),
        }
    }

    /// The values of a row.
    fn row(&mut self, record: &csv::StringRecord, start: usize) -> Vec<String> {
        if record.len() != self.width {
            let place = Place::new(&self.source, start..line_end(&self.source, start));
            let (found, right) = (values(record.len()), format!("{}, as the header has", values(self.width)));
            self.tell(place, "", "the row is not as long as the header", &right, Some(&found));
            return vec![String::new(); self.columns.len()];
        }
        (0..self.columns.len()).map(|at| self.value(at, record.get(at).unwrap_or_default(), start)).collect()
    }

    fn value(&mut self, at: usize, cell_text: &str, start: usize) -> String {
        let column = self.columns[at].clone();
        let place = || cell(&self.source, start, at);
        if cell_text.is_empty() {
            let place = place();
            self.tell(place, &column.path, "has no value", "a value as --set takes it", None);
        } else if cell_text.len() > LONGEST_CELL {
            let (place, problem) = (place(), format!("has a value of more than {LONGEST_CELL} bytes"));
            self.tell(place, &column.path, &problem, "a shorter value", None);
        } else if let Some(value) = column.value(unguarded(cell_text)) {
            return value;
        } else {
            let (place, right) = (place(), format!("a number in {}, the unit in the header", column.unit));
            self.tell(place, &column.path, "is no number", &right, Some(cell_text));
        }
        String::new()
    }
}

fn values(count: usize) -> String {
    if count == 1 { "1 value".to_string() } else { format!("{count} values") }
}

/// A text without the mark that keeps spreadsheets from reading it as a formula.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

/// The rows of a table, each with the byte at which it begins.
fn rows(source: &Source) -> impl Iterator<Item = (csv::StringRecord, usize)> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.trim(csv::Trim::All).has_headers(false).flexible(true);
    let text = &source.text;
    // Of UTF-8 text with rows of any length nothing can fail.
    let records = reader.from_reader(text.as_bytes()).into_records().map_while(Result::ok);
    records.map(|record| {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let blank = text.bytes().skip(start).take_while(|byte| b"\r\n".contains(byte)).count();
        (record, start + blank)
    })
}

/// The end of the line that begins at a byte.
fn line_end(source: &Source, start: usize) -> usize {
    source
        .text
        .bytes()
        .skip(start)
        .position(|byte| b"\r\n".contains(&byte))
        .map_or(source.text.len(), |at| start + at)
}

/// The place of a cell in the row that begins at a byte.
fn cell(source: &Arc<Source>, row: usize, column: usize) -> Place {
    let text = &source.text;
    let (mut commas, mut quoted, mut span) = (0, false, row..text.len());
    for (at, byte) in text.bytes().enumerate().skip(row) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted && commas == column => {
                span.end = at;
                break;
            }
            b',' if !quoted => (commas, span.start) = (commas + 1, at + 1),
            b'\r' | b'\n' if !quoted => {
                span.end = at;
                break;
            }
            _ => {}
        }
    }
    Place::new(source, trimmed(text, span))
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inner = text.get(span.clone()).unwrap_or_default();
    let start = span.start + inner.len() - inner.trim_start().len();
    start..start + inner.trim().len()
}
