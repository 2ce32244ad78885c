//! Files: the tables of a run, its manifest, and the folder they go to.

mod cells;
mod file;
mod folder;
mod manifest;
mod tables;
mod turns;
mod writer;

pub use cells::text as plain_text;
pub use file::write_file;
pub use folder::{Digest, Draft, Finished, Folder, OutputError};
pub use manifest::{MODEL_VERSION, Manifest};
pub use tables::{Rows, Table, cohort_header, cohort_rows, rows, summary_rows};
pub use writer::{RunWriter, StoryRows};
