//! Files: the tables of a run, its manifest, and the folder they go to.

mod cells;
mod folder;
mod manifest;
mod tables;
mod writer;

pub use folder::{Digest, Draft, Finished, Folder, OutputError, write_file};
pub use manifest::{MODEL_VERSION, Manifest};
pub use tables::{Rows, Table, rows, summary_rows};
pub use writer::{RunWriter, StoryRows};
