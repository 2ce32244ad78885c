//! Points from a CSV table.

use super::{MOST_AXES, MOST_POINTS};

/// Longest table, bytes.
pub const LONGEST: usize = 64 << 20;
/// Longest cell, bytes.
const LONGEST_CELL: usize = 4096;

/// Why a table gives no points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct TableError {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
}

fn wrong(line: u64, problem: impl Into<String>) -> TableError {
    TableError { line, problem: problem.into() }
}

/// The paths of the header, and the values row after row.
pub fn read(text: &[u8]) -> Result<(Vec<String>, Vec<String>), TableError> {
    if text.len() > LONGEST {
        return Err(wrong(1, "the table is longer than 64 MiB"));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let paths: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_string).collect(),
        Err(error) => return Err(malformed(&error)),
    };
    check_header(&paths)?;
    let mut values = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| malformed(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if row as u64 >= MOST_POINTS {
            return Err(wrong(line, format!("more than {MOST_POINTS} points")));
        }
        for (path, cell) in paths.iter().zip(&record) {
            match cell.len() {
                0 => return Err(wrong(line, format!("{path} has no value"))),
                length if length > LONGEST_CELL => {
                    return Err(wrong(line, format!("{path} has a value of more than {LONGEST_CELL} bytes")));
                }
                _ => values.push(cell.to_string()),
            }
        }
    }
    if values.is_empty() { Err(wrong(1, "there is no point below the header")) } else { Ok((paths, values)) }
}

fn check_header(paths: &[String]) -> Result<(), TableError> {
    if paths.iter().all(String::is_empty) {
        return Err(wrong(1, "there is no header with the paths of the keys"));
    }
    if paths.len() > MOST_AXES {
        return Err(wrong(1, format!("{} columns; at most {MOST_AXES} axes are varied", paths.len())));
    }
    for (at, path) in paths.iter().enumerate() {
        let top = path.split(['.', '[']).next().unwrap_or_default();
        if path.is_empty() {
            return Err(wrong(1, format!("column {} has no path", at + 1)));
        }
        if ["name", "about", "sweep", "record"].contains(&top) {
            return Err(wrong(1, format!("{path} cannot be varied")));
        }
        if paths[..at].contains(path) {
            return Err(wrong(1, format!("{path} stands in two columns")));
        }
    }
    Ok(())
}

fn malformed(error: &csv::Error) -> TableError {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            wrong(line, format!("{len} values where the header has {expected_len}"))
        }
        csv::ErrorKind::Utf8 { .. } => wrong(line, "this is not UTF-8 text"),
        _ => wrong(line, error.to_string()),
    }
}
