//! Why a folder cannot be shown.

use std::io;
use std::path::PathBuf;

/// Why a folder cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is neither a run nor a sweep in the folder.
    #[error("{} is not the folder of a finished run or sweep: it holds no {missing}", .folder.display())]
    NoRun {
        /// The folder.
        folder: PathBuf,
        /// The file that every such folder holds.
        missing: &'static str,
    },
    /// The system refused.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what its name promises.
    #[error("{}: {why}", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line if it is known.
        why: String,
    },
    /// A table lacks a column.
    #[error("{}: line 1: there is no column `{column}`; found: {found}", .path.display())]
    NoColumn {
        /// The table.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns that are there.
        found: String,
    },
    /// A cell cannot be read.
    #[error("{}: line {line}: column `{column}`: found \"{found}\", {right} is needed", .path.display())]
    Value {
        /// The table.
        path: PathBuf,
        /// Its line, counted from 1.
        line: u64,
        /// The column.
        column: String,
        /// What the cell holds.
        found: String,
        /// What it should hold.
        right: &'static str,
    },
    /// A choice that the folder does not offer.
    #[error("{0}")]
    Choice(String),
}
