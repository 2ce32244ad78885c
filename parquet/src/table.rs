//! One table: read row by row, written group by group.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use tempfile::{Builder, NamedTempFile};

use crate::ConvertError;
use crate::column::{Cells, schema};
use crate::manifest::{Column, FileRecord};

/// Most rows of a row group.
const ROWS: usize = 1 << 16;
/// A row group of so many bytes of CSV is long enough.
const BYTES: usize = 32 << 20;
/// How the names of unfinished files begin, as those of clonetide do.
const DRAFT: &str = ".clonetide-draft-";

/// Bytes of a file on their way to the reader, with their digest.
struct Digested {
    file: File,
    hasher: blake3::Hasher,
}

impl Read for Digested {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.hasher.update(&into[..count]);
        Ok(count)
    }
}

/// Writes a table as Parquet; a file that is there is replaced when the new one is whole.
///
/// # Errors
/// When the table is not what the manifest says, or the disk takes no more; the place is then as before.
pub fn convert(from: &Path, record: &FileRecord, to: &Path) -> Result<(), ConvertError> {
    let file = File::open(from).map_err(|source| ConvertError::io("read", from, source))?;
    let source = Digested { file, hasher: blake3::Hasher::new() };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(source);
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = Builder::new().prefix(DRAFT).tempfile_in(folder);
    let mut draft = draft.map_err(|source| ConvertError::io("write", to, source))?;
    let rows = write(&mut reader, (from, record), (to, &mut draft))?;
    let changed = |why: String| ConvertError::Changed { path: from.to_path_buf(), why };
    let digest = reader.into_inner().hasher.finalize().to_hex();
    if rows != record.rows {
        return Err(changed(format!("{rows} rows")));
    }
    if digest.as_str() != record.blake3 {
        return Err(changed("its digest is another".to_string()));
    }
    publish(draft, folder, to)
}

/// Brings a finished file to the disk and to its place.
fn publish(draft: NamedTempFile, folder: &Path, to: &Path) -> Result<(), ConvertError> {
    let failed = |source| ConvertError::io("write", to, source);
    draft.as_file().sync_all().map_err(failed)?;
    share(draft.as_file()).map_err(failed)?;
    draft.persist(to).map_err(|error| failed(error.error))?;
    // Without this a power cut could lose the new name; not every system can do it to a folder.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// A temporary file is private; a result is readable as any other file of its folder.
#[cfg(unix)]
fn share(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &File) -> io::Result<()> {
    Ok(())
}

/// Writes all rows, and gives how many there are.
fn write(
    reader: &mut csv::Reader<Digested>,
    (from, record): (&Path, &FileRecord),
    (to, draft): (&Path, &mut NamedTempFile),
) -> Result<u64, ConvertError> {
    let failed = ConvertError::parquet(to);
    let mut row = StringRecord::new();
    let names: Vec<&str> = record.columns.iter().map(|column| column.name.as_str()).collect();
    if !next(reader, &mut row, from)? || row.iter().ne(names.iter().copied()) {
        let why = format!("the columns are {}", row.iter().collect::<Vec<_>>().join(", "));
        return Err(ConvertError::Changed { path: from.to_path_buf(), why });
    }
    let created = concat!("clonetide-parquet ", env!("CARGO_PKG_VERSION")).to_string();
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(created);
    let schema = schema(&record.columns).map_err(&failed)?;
    let writer = SerializedFileWriter::new(draft.as_file_mut(), schema, Arc::new(properties.build()));
    let mut writer = writer.map_err(&failed)?;
    let mut cells: Vec<Cells> = record.columns.iter().map(|column| Cells::new(column.cells)).collect();
    let mut rows = 0;
    loop {
        let count = collect(reader, &mut row, &mut cells, (from, &record.columns))?;
        if count == 0 {
            break;
        }
        let mut group = writer.next_row_group().map_err(&failed)?;
        cells.iter_mut().try_for_each(|column| column.write(&mut group)).map_err(&failed)?;
        group.close().map_err(&failed)?;
        rows += count as u64;
    }
    writer.close().map_err(&failed)?;
    Ok(rows)
}

/// Reads the rows of a row group, and gives how many there are.
fn collect(
    reader: &mut csv::Reader<Digested>,
    row: &mut StringRecord,
    cells: &mut [Cells],
    (from, columns): (&Path, &[Column]),
) -> Result<usize, ConvertError> {
    let (mut count, mut bytes) = (0, 0);
    while count < ROWS && bytes < BYTES && next(reader, row, from)? {
        for ((column, cells), cell) in columns.iter().zip(cells.iter_mut()).zip(row.iter()) {
            cells.push(cell).map_err(|right| ConvertError::Cell {
                path: from.to_path_buf(),
                line: row.position().map_or(0, csv::Position::line),
                column: column.name.clone(),
                found: cell.to_string(),
                right,
            })?;
        }
        count += 1;
        bytes += row.as_slice().len();
    }
    Ok(count)
}

fn next(
    reader: &mut csv::Reader<Digested>,
    row: &mut StringRecord,
    from: &Path,
) -> Result<bool, ConvertError> {
    reader.read_record(row).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(source) => ConvertError::io("read", from, source),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.map_or(0, |pos| pos.line());
            let why = format!("line {line} has {len} cells and not {expected_len}");
            ConvertError::Changed { path: from.to_path_buf(), why }
        }
        _ => ConvertError::Changed {
            path: from.to_path_buf(),
            why: "it is not a table of UTF-8 text".to_string(),
        },
    })
}
