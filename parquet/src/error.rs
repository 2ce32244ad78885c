//! Why a table was not written.

use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The folder has no manifest.
    #[error("{} is not the folder of a finished run or sweep: it holds no manifest.json", .0.display())]
    NoStudy(PathBuf),
    /// The manifest cannot be used.
    #[error("{}: {why}", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A table is another than the manifest says.
    #[error("{}: {why}, which is not what the manifest says", .path.display())]
    Changed {
        /// The table.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A cell is not what its column holds.
    #[error("{}: line {line}: column `{column}`: found {found:?}, {right} is needed", .path.display())]
    Cell {
        /// The table.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// The column.
        column: String,
        /// The cell.
        found: String,
        /// What would be right.
        right: &'static str,
    },
    /// The file is there already.
    #[error("{} is there already; replace it with --force, or choose another folder with --out", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The writer of Parquet refused.
    #[error("cannot write {}: {source}", .path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: ParquetError,
    },
}

impl ConvertError {
    /// What the system said, with what was tried.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> ConvertError {
        ConvertError::Io { action, path: path.to_path_buf(), source }
    }

    /// What the writer said.
    pub(crate) fn parquet(path: &Path) -> impl Fn(ParquetError) -> ConvertError {
        let path = path.to_path_buf();
        move |source| ConvertError::Parquet { path: path.clone(), source }
    }

    /// The exit code, as clonetide has it: 3 for what was given, 5 for what could not be written.
    pub fn code(&self) -> u8 {
        match self {
            ConvertError::Io { action: "read", .. } => 3,
            ConvertError::NoStudy(_)
            | ConvertError::Manifest { .. }
            | ConvertError::Changed { .. }
            | ConvertError::Cell { .. } => 3,
            ConvertError::Exists(_) | ConvertError::Io { .. } | ConvertError::Parquet { .. } => 5,
        }
    }
}
