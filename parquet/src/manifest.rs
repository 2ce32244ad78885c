//! What a manifest says of the tables beside it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;

use crate::ConvertError;

/// Longest manifest that is read, bytes.
const LONGEST: u64 = 512 << 20;

/// The part of a manifest that tells of tables.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// The tables, by the name of their file.
    pub files: BTreeMap<String, FileRecord>,
}

/// A table.
#[derive(Debug, Deserialize)]
pub struct FileRecord {
    /// Rows below the header.
    pub rows: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// Its columns; none of a file that is kept as it was given.
    #[serde(default)]
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
pub struct Column {
    /// As in the header.
    pub name: String,
    /// What its cells are.
    pub cells: CellKind,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// Texts.
    Text,
    /// Whole numbers of 64 bits, or none.
    Integer,
    /// Numbers, or none.
    Number,
    /// 1, 0, or none.
    Flag,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When there is none, or it is not one.
    pub fn read(path: &Path) -> Result<Manifest, ConvertError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => {
                ConvertError::NoStudy(path.parent().map(Path::to_path_buf).unwrap_or_default())
            }
            _ => ConvertError::io("read", path, source),
        })?;
        let mut text = Vec::new();
        file.take(LONGEST + 1)
            .read_to_end(&mut text)
            .map_err(|source| ConvertError::io("read", path, source))?;
        let wrong = |why: String| ConvertError::Manifest { path: path.to_path_buf(), why };
        if text.len() as u64 > LONGEST {
            return Err(wrong("longer than 512 MiB".to_string()));
        }
        serde_json::from_slice(&text).map_err(|error| wrong(format!("no manifest of clonetide: {error}")))
    }

    /// The tables whose columns are told.
    ///
    /// # Errors
    /// When there is none, or one has a name that leads out of the folder.
    pub fn tables(&self, folder: &Path) -> Result<Vec<(&str, &FileRecord)>, ConvertError> {
        let wrong = |why: String| ConvertError::Manifest { path: folder.join(crate::MANIFEST), why };
        let plain = |name: &str| Path::new(name).file_name().is_some_and(|file| file == name);
        if let Some(name) = self.files.keys().find(|name| !plain(name)) {
            return Err(wrong(format!("{name:?} is not the name of a file in the folder")));
        }
        let tables = self.files.iter().map(|(name, record)| (name.as_str(), record));
        let tables: Vec<_> = tables.filter(|(_, record)| !record.columns.is_empty()).collect();
        if tables.is_empty() {
            return Err(wrong(
                "does not say what the columns of its tables are; make them anew with this version"
                    .to_string(),
            ));
        }
        Ok(tables)
    }
}
