//! Tables of a clonetide folder as Parquet: the same rows and columns, with types, in little memory.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clonetide::output::{MANIFEST, OutputError, read_manifest};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

/// Rows of a row group: they are in memory at once.
const ROWS: usize = 1 << 16;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, or nothing.
    Integer,
    /// A number, or nothing.
    Number,
    /// A text.
    Text,
}

/// Columns of whole numbers.
const INTEGERS: [&str; 14] = [
    "patient", "replicate", "clone", "parent", "line", "cycle", "lines", "clones", "cells", "peak_cells", "burden",
    "final_burden", "n", "point",
];
/// Columns of texts.
const TEXTS: [&str; 10] =
    ["arm", "traits", "regimen", "response", "event", "detail", "stop", "best_response", "quantity", "class"];

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is none of clonetide's.
    #[error(transparent)]
    Folder(#[from] OutputError),
    /// A table is not what its columns say.
    #[error("{}: line {line}: {column} holds {cell:?}, which is no {kind}", .path.display())]
    Cell {
        /// The table.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Column.
        column: String,
        /// What it holds.
        cell: String,
        /// What it should hold.
        kind: &'static str,
    },
    /// A table cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The table.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ParquetError,
    },
    /// A file cannot be opened or renamed.
    #[error("cannot write {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The kind of a column of the contract; none for an axis, whose cells tell.
pub fn kind(column: &str) -> Option<Kind> {
    let known = ["day", "founded_day", "extinct_day", "m_protein", "division", "death", "kill_scale", "stop_day", "depth",
        "ttp", "pfs", "ttnt", "os", "tcr", "estimate", "low", "high"];
    match column {
        column if INTEGERS.contains(&column) || column.ends_with("_event") => Some(Kind::Integer),
        column if TEXTS.contains(&column) => Some(Kind::Text),
        column if known.contains(&column) => Some(Kind::Number),
        _ => None,
    }
}

/// Writes every table of a folder that its manifest names into `out`, and gives the files.
///
/// # Errors
/// When the folder is none of clonetide's, or a file cannot be read or written; files before it are whole.
pub fn convert(folder: &Path, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let manifest = read_manifest(&folder.join(MANIFEST))?;
    let tables = manifest.files.keys().filter(|name| name.ends_with(".csv") && *name != "points.csv");
    // A manifest from elsewhere must not lead out of the folder.
    let plain = |name: &&String| Path::new(name).file_name().is_some_and(|file| file == name.as_str());
    std::fs::create_dir_all(out).map_err(|source| Error::Io { path: out.to_path_buf(), source })?;
    tables.filter(plain).map(|name| table(&folder.join(name), &out.join(name).with_extension("parquet"))).collect()
}

/// One table.
fn table(from: &Path, to: &Path) -> Result<PathBuf, Error> {
    let read = |source| Error::Read { path: from.to_path_buf(), source };
    let write = |source| Error::Write { path: to.to_path_buf(), source };
    let failed = |source| Error::Io { path: to.to_path_buf(), source };
    let columns = columns(from).map_err(read)?;
    let folder = to.parent().unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new().prefix(".clonetide-draft-").tempfile_in(folder).map_err(failed)?;
    let handle = draft.reopen().map_err(failed)?;
    let properties = Arc::new(WriterProperties::builder().set_created_by("clonetide-parquet".to_string()).build());
    let mut writer = SerializedFileWriter::new(handle, schema(&columns).map_err(write)?, properties).map_err(write)?;
    let mut reader = csv::Reader::from_path(from).map_err(read)?;
    let mut rows = reader.records();
    loop {
        let part: Vec<csv::StringRecord> = rows.by_ref().take(ROWS).collect::<Result<_, _>>().map_err(read)?;
        if part.is_empty() {
            break;
        }
        let mut group = writer.next_row_group().map_err(write)?;
        for (at, (name, kind)) in columns.iter().enumerate() {
            column(&mut group, &part, (at, name, *kind), (from, to))?;
        }
        group.close().map_err(write)?;
    }
    writer.close().map_err(write)?;
    draft.as_file().sync_all().map_err(failed)?;
    draft.persist(to).map_err(|error| failed(error.error))?;
    Ok(to.to_path_buf())
}

/// The columns of a table with their kinds; an axis is of numbers if all its cells are.
fn columns(path: &Path) -> Result<Vec<(String, Kind)>, csv::Error> {
    let mut reader = csv::Reader::from_path(path)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_string).collect();
    // Axes stand before the column of the arm.
    let axes = names.iter().position(|name| name == "arm").unwrap_or(0);
    let mut numbers = vec![true; axes];
    if axes > 0 {
        for record in reader.records() {
            let record = record?;
            for (is, cell) in numbers.iter_mut().zip(&record) {
                *is &= cell.parse::<f64>().is_ok();
            }
        }
    }
    let of = |(at, name): (usize, String)| {
        let axis = || if numbers[at] { Kind::Number } else { Kind::Text };
        let kind = if at < axes { axis() } else { kind(&name).unwrap_or(Kind::Text) };
        (name, kind)
    };
    Ok(names.into_iter().enumerate().map(of).collect())
}

fn schema(columns: &[(String, Kind)]) -> Result<Arc<Type>, ParquetError> {
    let column = |(name, kind): &(String, Kind)| {
        let (physical, logical, repetition) = match kind {
            Kind::Integer => (Physical::INT64, None, Repetition::OPTIONAL),
            Kind::Number => (Physical::DOUBLE, None, Repetition::OPTIONAL),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        };
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = columns.iter().map(column).collect::<Result<_, _>>()?;
    Ok(Arc::new(Type::group_type_builder("table").with_fields(fields).build()?))
}

fn column(
    group: &mut SerializedRowGroupWriter<'_, File>,
    rows: &[csv::StringRecord],
    (at, name, kind): (usize, &str, Kind),
    (from, to): (&Path, &Path),
) -> Result<(), Error> {
    let write = |source| Error::Write { path: to.to_path_buf(), source };
    let cells = rows.iter().map(|row| row.get(at).unwrap_or_default());
    let Some(mut writer) = group.next_column().map_err(write)? else { return Ok(()) };
    match kind {
        Kind::Text => {
            let values: Vec<ByteArray> = cells.map(ByteArray::from).collect();
            writer.typed::<ByteArrayType>().write_batch(&values, None, None).map_err(write)?;
        }
        Kind::Integer => {
            let (values, levels) = numbers(rows, (at, name, "whole number"), from)?;
            writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None).map_err(write)?;
        }
        Kind::Number => {
            let (values, levels) = numbers(rows, (at, name, "number"), from)?;
            writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None).map_err(write)?;
        }
    }
    writer.close().map_err(write)
}

/// The values of a column, and for each cell whether it has one.
fn numbers<T: std::str::FromStr>(
    rows: &[csv::StringRecord],
    (at, name, kind): (usize, &str, &'static str),
    path: &Path,
) -> Result<(Vec<T>, Vec<i16>), Error> {
    let (mut values, mut levels) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let cell = row.get(at).unwrap_or_default();
        levels.push(i16::from(!cell.is_empty()));
        if !cell.is_empty() {
            let wrong = || {
                let line = row.position().map_or(0, csv::Position::line);
                Error::Cell { path: path.to_path_buf(), line, column: name.to_string(), cell: cell.to_string(), kind }
            };
            values.push(cell.parse().map_err(|_| wrong())?);
        }
    }
    Ok((values, levels))
}
