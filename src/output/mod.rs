//! Files: the journal of a study, its tables, its manifest, and the folder they go to.

mod batch;
mod cells;
mod codec;
mod crate_metadata;
mod disk;
mod file;
mod folder;
mod journal;
mod kind;
mod layout;
mod manifest;
mod publish;
mod signs;
mod store;
mod tables;
mod turns;

pub use batch::{History, Ledger, TableRows};
pub use cells::text as plain_text;
pub use disk::{Disk, Step};
pub use file::{replace_file, write_file};
pub use folder::{Digest, Draft, Finished, Folder, OutputError, SHARD, Start};
pub use journal::{JOURNAL, Journal, Kind, Records};
pub use kind::CellKind;
pub use layout::{Layout, POINTS};
pub use manifest::{
    Asked, ColumnRecord, Command, FileRecord, InputRecord, MODEL_VERSION, Manifest, differences,
};
pub use publish::Published;
pub use store::{Header, Opened, ShardFile, Store, read_manifest};
pub use tables::{Frame, Rows, Table, cohort_header, cohort_rows, rows, summary_rows};

/// The file of the manifest; it is published last, so that a folder with one is complete.
pub const MANIFEST: &str = "manifest.json";
/// The file of the Research Object Crate.
pub const CRATE: &str = "ro-crate-metadata.json";
