//! Reading a table by the names of its columns, row after row, so that its length costs no memory.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use csv::ByteRecord;

use super::ReportError;

/// A table being read.
pub struct Sheet {
    path: PathBuf,
    reader: csv::Reader<File>,
    header: Vec<String>,
    record: ByteRecord,
}

impl Sheet {
    /// Opens a table of a folder; none if the folder has no such file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(folder: &Path, file: &str) -> Result<Option<Sheet>, ReportError> {
        let path = folder.join(file);
        let source = match File::open(&path) {
            Ok(source) => source,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ReportError::Io { path, source }),
        };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(source);
        let names = reader.byte_headers().map_err(|error| broken(&path, &error))?;
        let header = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Some(Sheet { path, reader, header, record: ByteRecord::new() }))
    }

    /// Opens a table that every such folder has.
    ///
    /// # Errors
    /// When it is missing or cannot be read.
    pub fn required(folder: &Path, file: &'static str) -> Result<Sheet, ReportError> {
        Sheet::open(folder, file)?
            .ok_or_else(|| ReportError::NoRun { folder: folder.to_path_buf(), missing: file })
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The position of a column, if there is one.
    pub fn maybe(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// The position of a column that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn need(&self, column: &str) -> Result<usize, ReportError> {
        self.maybe(column).ok_or_else(|| ReportError::NoColumn {
            path: self.path.clone(),
            column: column.to_string(),
            found: self.header.join(", "),
        })
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// When the row is no row of this table.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, ReportError> {
        let more =
            self.reader.read_byte_record(&mut self.record).map_err(|error| broken(&self.path, &error))?;
        Ok(more.then_some(Row { path: &self.path, header: &self.header, record: &self.record }))
    }
}

fn broken(path: &Path, error: &csv::Error) -> ReportError {
    ReportError::Broken { path: path.to_path_buf(), why: error.to_string() }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    path: &'a Path,
    header: &'a [String],
    record: &'a ByteRecord,
}

impl<'a> Row<'a> {
    /// The bytes of a cell; nothing past the end.
    pub fn bytes(&self, column: usize) -> &'a [u8] {
        self.record.get(column).unwrap_or_default()
    }

    /// A text, without the mark that keeps spreadsheets from reading it as a formula.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self, column: usize) -> Result<&'a str, ReportError> {
        let text = std::str::from_utf8(self.bytes(column)).map_err(|_| self.wrong(column, "UTF-8 text"))?;
        let guarded =
            text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
        Ok(guarded.unwrap_or(text))
    }

    /// A number; none if the cell is empty.
    ///
    /// # Errors
    /// When it is not a finite number.
    pub fn maybe_number(&self, column: usize) -> Result<Option<f64>, ReportError> {
        match self.text(column)? {
            "" => Ok(None),
            _ => self.number(column).map(Some),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// When it is not a finite number.
    pub fn number(&self, column: usize) -> Result<f64, ReportError> {
        let parsed = self.text(column)?.trim_start_matches('\'').parse().ok();
        parsed.filter(|number: &f64| number.is_finite()).ok_or_else(|| self.wrong(column, "a number"))
    }

    /// A count.
    ///
    /// # Errors
    /// When it is not a whole number.
    pub fn count(&self, column: usize) -> Result<u64, ReportError> {
        self.text(column)?.parse().map_err(|_| self.wrong(column, "a whole number"))
    }

    fn wrong(&self, column: usize, right: &'static str) -> ReportError {
        ReportError::Value {
            path: self.path.to_path_buf(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: self.header.get(column).cloned().unwrap_or_default(),
            found: String::from_utf8_lossy(self.bytes(column)).into_owned(),
            right,
        }
    }
}
