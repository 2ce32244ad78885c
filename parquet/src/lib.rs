//! The tables of a clonetide study as Parquet: the same rows and columns as the CSV, with the types that its manifest tells.
//!
//! A table is read row by row and written group by group, so that its length costs no memory. Each file is written beside its
//! place, brought to the disk, and moved there when it is whole.

mod column;
mod error;
mod manifest;
mod table;

use std::path::{Path, PathBuf};

pub use error::ConvertError;
pub use manifest::{CellKind, Column, FileRecord, Manifest};
pub use table::convert;

/// The file that says what the tables of a folder are.
pub const MANIFEST: &str = "manifest.json";

/// Writes each table of a study's folder as Parquet, `patients.csv` as `patients.parquet`, into another or the same folder, and
/// gives the files with their rows.
///
/// # Errors
/// When the folder is not that of a finished study, a table is not what the manifest says, a file is there already (unless
/// `force`), or the disk takes no more. Files that were written before the error stay: each is whole.
pub fn convert_folder(folder: &Path, out: &Path, force: bool) -> Result<Vec<(PathBuf, u64)>, ConvertError> {
    let manifest = Manifest::read(&folder.join(MANIFEST))?;
    let tables = manifest.tables(folder)?;
    let target = |name: &str| out.join(Path::new(name).with_extension("parquet"));
    let taken = tables.iter().map(|(name, _)| target(name)).find(|path| path.exists());
    if let Some(path) = taken.filter(|_| !force) {
        return Err(ConvertError::Exists(path));
    }
    std::fs::create_dir_all(out).map_err(|source| ConvertError::io("make the folder", out, source))?;
    let mut written = Vec::new();
    for (name, record) in tables {
        let to = target(name);
        convert(&folder.join(name), record, &to)?;
        written.push((to, record.rows));
    }
    Ok(written)
}
