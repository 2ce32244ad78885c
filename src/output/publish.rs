//! Makes the tables of a study from its journals, and publishes them with their manifest.

use super::batch::{History, Ledger};
use super::crate_metadata;
use super::folder::{Draft, Folder, OutputError};
use super::layout::{Layout, POINTS};
use super::manifest::{Asked, FileRecord, Manifest};
use super::tables::{Rows, Table, summary_rows};
use super::{CRATE, MANIFEST};
use crate::study::{Study, Summary};

/// What a published study found.
#[derive(Debug)]
pub struct Published {
    /// The summary of a run; of a sweep, that of its last point.
    pub summary: Summary,
    /// Histories that stopped at a limit.
    pub limited: u64,
}

/// A table being written.
struct Written {
    table: Table,
    draft: Draft,
    rows: u64,
}

/// Tables being written.
struct Publisher<'a> {
    study: &'a Study,
    layout: &'a Layout,
    tables: Vec<Written>,
    summary: Summary,
    limited: u64,
    /// Bytes of all rows.
    bytes: u64,
}

/// Reads the shards' histories in the order of the study, writes its tables, and publishes them.
///
/// # Errors
/// When a shard lacks histories, the disk takes no more, or the tables have more bytes than `most`, which is told as
/// `too_much`; the folder's tables are then as before.
pub fn publish(
    (study, asked, layout): (&Study, &Asked, &Layout),
    folder: Folder,
    mut shards: Vec<Ledger>,
    (most, too_much): (u64, OutputError),
) -> Result<Published, OutputError> {
    let mut publisher = Publisher::open(study, layout, &folder)?;
    let count = shards.len() as u64;
    for position in 0..study.histories() {
        let shard = &mut shards[(position % count) as usize];
        let Some(history) = shard.next_history()? else {
            let path = shard.path().to_path_buf();
            return Err(OutputError::Corrupt { path, problem: "histories are missing".to_string() });
        };
        publisher.take(position, history)?;
        if publisher.bytes > most {
            return Err(too_much);
        }
    }
    publisher.finish(asked, folder)
}

impl<'a> Publisher<'a> {
    fn open(study: &'a Study, layout: &'a Layout, folder: &Folder) -> Result<Publisher<'a>, OutputError> {
        let open = |table: Table| {
            let mut draft = folder.file(layout.file(table))?;
            draft.write(&Rows::header(&layout.axes, table, &layout.further))?;
            Ok(Written { table, draft, rows: 0 })
        };
        let tables = layout.all().map(open).collect::<Result<_, OutputError>>()?;
        let summary = study.shape(0).summary.clone();
        Ok(Publisher { study, layout, tables, summary, limited: 0, bytes: 0 })
    }

    fn take(&mut self, position: u64, history: History) -> Result<(), OutputError> {
        let point = self.study.point_of(position);
        self.summary.add(self.study.job(position).arm, &history.outcome);
        for (written, rows) in self.tables.iter_mut().zip(history.tables) {
            written.draft.write(&rows.text)?;
            written.rows += rows.count;
            self.bytes += rows.text.len() as u64;
        }
        if position + 1 == self.study.end_of(point) { self.end(point) } else { Ok(()) }
    }

    /// All histories of a point are there.
    fn end(&mut self, point: u64) -> Result<(), OutputError> {
        self.limited += self.summary.limited();
        let values = self.study.points.cells(point);
        let (text, rows) = summary_rows(&self.study.shape(point).arms, &values, &self.summary).finish();
        if let Some(written) = self.tables.iter_mut().find(|written| written.table == Table::Summary) {
            written.draft.write(&text)?;
            written.rows += rows;
            self.bytes += text.len() as u64;
        }
        if point + 1 < self.study.points.count() {
            self.summary = self.study.shape(point + 1).summary.clone();
        }
        Ok(())
    }

    fn finish(self, asked: &Asked, folder: Folder) -> Result<Published, OutputError> {
        let mut manifest = Manifest::begun(self.study, asked, self.layout);
        let mut files = Vec::new();
        for Written { table, draft, rows } in self.tables {
            let (file, digest) = draft.finish()?;
            files.push(file);
            if let Some(record) = manifest.files.get_mut(self.layout.file(table)) {
                (record.rows, record.bytes, record.blake3) = (rows, digest.bytes, digest.blake3);
            }
        }
        if let Some(points) = &asked.points {
            let mut draft = folder.file(POINTS)?;
            draft.write(points)?;
            let (file, digest) = draft.finish()?;
            files.push(file);
            let (rows, columns) = (self.study.points.count(), Vec::new());
            let record = FileRecord { rows, bytes: digest.bytes, blake3: digest.blake3, columns };
            manifest.files.insert(POINTS.to_string(), record);
        }
        manifest.stopped_at_a_limit = self.limited;
        // The manifest is published last: a folder with one is complete.
        for (name, text) in [(CRATE, crate_metadata::text(&manifest)), (MANIFEST, manifest.text())] {
            let mut draft = folder.file(name)?;
            draft.write(text.as_bytes())?;
            files.push(draft.finish()?.0);
        }
        let stale = self.layout.stale();
        let stale = stale.into_iter().filter(|name| *name != POINTS || asked.points.is_none());
        folder.publish(files, &stale.chain([MANIFEST, CRATE]).collect::<Vec<_>>())?;
        Ok(Published { summary: self.summary, limited: self.limited })
    }
}
