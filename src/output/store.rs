//! A folder and the study that it is for: what stands there already, what is computed and added, what is published.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MANIFEST;
use super::batch::{History, Ledger, record};
use super::disk::Disk;
use super::folder::{Folder, OutputError, Start};
use super::journal::{Journal, Kind, Records};
use super::layout::Layout;
use super::manifest::{Asked, Manifest, differences};
use super::publish::{Published, publish};
use crate::study::{RunError, Shard, Study, TellError, tell};

/// A study on its way into a folder.
#[derive(Debug)]
pub struct Store<'a> {
    study: &'a Study,
    asked: &'a Asked,
    layout: Layout,
    shard: Shard,
    folder: Folder,
    /// Histories of the shard that stand in the journal.
    done: u64,
    /// Bytes that were dropped: the record that a kill or a power cut tore.
    torn: u64,
    /// Most bytes of the journal, and of all tables.
    most: u64,
}

/// What a folder was found to be.
#[derive(Debug)]
pub enum Opened<'a> {
    /// There is work to do, or tables to publish.
    Open(Box<Store<'a>>),
    /// The whole study stands there already.
    Complete(Box<Manifest>),
}

impl<'a> Store<'a> {
    /// Opens a folder for a study or one shard of it.
    ///
    /// # Errors
    /// When the folder is not for it, or cannot be used.
    pub fn open(
        (study, asked, layout): (&'a Study, &'a Asked, Layout),
        shard: Shard,
        path: &Path,
        start: Start,
        disk: &Disk,
    ) -> Result<Opened<'a>, OutputError> {
        let wanted = Header::of(Manifest::begun(study, asked, &layout), asked, shard);
        let mut folder = Folder::open(path, start, disk)?;
        let complete = (start == Start::Resume).then(|| complete(path)).transpose()?.flatten();
        let journal = folder.journal().ok_or_else(|| OutputError::Busy(path.to_path_buf()))?;
        if let Some(manifest) = complete.filter(|_| journal.is_empty().unwrap_or(false)) {
            return match differences(&manifest.identity(Shard::WHOLE), &wanted.identity()) {
                differences if differences.is_empty() => Ok(Opened::Complete(Box::new(manifest))),
                differences => Err(OutputError::Different { path: path.to_path_buf(), differences }),
            };
        }
        // A header that does not get to the disk whole is nothing yet.
        if journal.is_empty()? {
            folder.set_worthless(true);
        }
        let journal = folder.journal().ok_or_else(|| OutputError::Busy(path.to_path_buf()))?;
        let (done, torn) = resume(path, journal, &wanted, shard, layout.tables.len())?;
        folder.set_worthless(done == 0);
        Ok(Opened::Open(Box::new(Store { study, asked, layout, shard, folder, done, torn, most: u64::MAX })))
    }

    /// Bounds the bytes of the journal, and those of all tables together.
    pub fn set_most(&mut self, most: u64) {
        self.most = most;
    }

    fn too_much(&self) -> OutputError {
        let (path, size) = (self.folder.path().to_path_buf(), self.size());
        OutputError::TooMuch { path, most: self.most, done: self.done, size }
    }

    /// Histories of the shard.
    pub fn size(&self) -> u64 {
        self.shard.size(self.study.histories())
    }

    /// Histories of the shard that stand there.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Bytes of a torn record that were dropped.
    pub fn torn(&self) -> u64 {
        self.torn
    }

    /// Computes what is missing and adds it, history by history; `progress` hears how many more are there. Gives `false`
    /// if `stop` ended it early: what is there by then stays.
    ///
    /// # Errors
    /// When the disk takes no more, or the threads cannot be started.
    pub fn fill(
        &mut self,
        threads: usize,
        progress: impl Fn(u64),
        stop: impl Fn() -> bool,
    ) -> Result<bool, RunError<TellError<OutputError>>> {
        let (study, layout) = (self.study, &self.layout);
        let axes = |point: u64| if study.is_sweep() { study.points.cells(point) } else { Vec::new() };
        let digest = |point: &crate::study::Point, job, story| {
            History::of(layout, &axes(point.index), point, job, story)
        };
        let busy = OutputError::Busy(self.folder.path().to_path_buf());
        let (most, size) = (self.most, self.size());
        let (from, done, folder) = (self.done, &mut self.done, &mut self.folder);
        if folder.journal().is_none() {
            return Err(RunError::Sink(TellError::Taken(busy)));
        }
        let take = |rank: u64, histories: Vec<History>| {
            let record = record(rank, &histories);
            let path = folder.path().to_path_buf();
            let journal = folder.journal().ok_or_else(|| OutputError::Busy(path.clone()))?;
            if journal.would_exceed(most, record.len())? {
                return Err(OutputError::TooMuch { path, most, done: *done, size });
            }
            journal.append(Kind::Histories, &record)?;
            folder.set_worthless(false);
            *done = rank + histories.len() as u64;
            progress(histories.len() as u64);
            Ok(())
        };
        let finished = tell(study, self.shard, from, threads, digest, take, stop)?;
        let synced = self.folder.journal().map_or(Ok(()), Journal::sync);
        synced.map_err(|error| RunError::Sink(TellError::Taken(error)))?;
        Ok(finished)
    }

    /// Makes the tables and publishes them.
    ///
    /// # Errors
    /// When histories are missing or the disk takes no more.
    pub fn publish(mut self) -> Result<Published, OutputError> {
        let too_much = self.too_much();
        let path = self.folder.path().to_path_buf();
        let journal = self.folder.journal().ok_or(OutputError::Busy(path))?;
        let mut records = journal.records()?;
        records.next_record()?;
        let ledger = Ledger::new(records, self.shard, self.layout.tables.len());
        let bound = (self.most, too_much);
        publish((self.study, self.asked, &self.layout), self.folder, vec![ledger], bound)
    }

    /// Publishes the study from the journals of its shards instead of its own.
    ///
    /// # Errors
    /// When histories are missing or the disk takes no more.
    pub fn publish_shards(self, shards: Vec<Ledger>) -> Result<Published, OutputError> {
        let bound = (self.most, self.too_much());
        publish((self.study, self.asked, &self.layout), self.folder, shards, bound)
    }

    /// Closes the journal of a shard: it is the shard's result.
    ///
    /// # Errors
    /// When it is not on the disk.
    pub fn close(mut self) -> Result<(), OutputError> {
        // A shard may have no history at all: its header says so.
        self.folder.set_worthless(false);
        match self.folder.journal() {
            Some(journal) => journal.sync(),
            None => Ok(()),
        }
    }
}

/// The manifest of a folder, if there is one.
///
/// # Errors
/// When it is none of ours.
pub fn complete(path: &Path) -> Result<Option<Manifest>, OutputError> {
    let file = path.join(MANIFEST);
    match std::fs::metadata(&file) {
        Ok(_) => read_manifest(&file).map(Some),
        Err(_) => Ok(None),
    }
}

/// Longest manifest that is read, bytes: with all that a scenario may name, written as JSON.
const LONGEST: u64 = 512 << 20;

/// Reads a manifest.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read_manifest(path: &Path) -> Result<Manifest, OutputError> {
    use std::io::Read;
    let mut text = Vec::new();
    let file = std::fs::File::open(path).map_err(super::folder::failed("read", path))?;
    file.take(LONGEST + 1).read_to_end(&mut text).map_err(super::folder::failed("read", path))?;
    let corrupt = |problem: String| OutputError::Corrupt { path: path.to_path_buf(), problem };
    if text.len() as u64 > LONGEST {
        return Err(corrupt("longer than 512 MiB".to_string()));
    }
    serde_json::from_slice(&text).map_err(|error| corrupt(format!("no manifest of this program: {error}")))
}

/// What stands in a journal: histories, and bytes of a torn record that are dropped. An empty one gets its header.
fn resume(
    path: &Path,
    journal: &mut Journal,
    wanted: &Header,
    shard: Shard,
    tables: usize,
) -> Result<(u64, u64), OutputError> {
    let mut records = journal.records()?;
    let Some(held) = Header::read(&mut records)? else {
        journal.cut(0)?;
        journal.append(Kind::Header, &serde_json::to_vec(wanted).unwrap_or_default())?;
        journal.sync()?;
        return Ok((0, 0));
    };
    let differences = differences(&held.identity(), &wanted.identity());
    if !differences.is_empty() {
        return Err(OutputError::Different { path: path.to_path_buf(), differences });
    }
    let length = records.length();
    let (done, end) = Ledger::new(records, shard, tables).measure()?;
    journal.cut(end)?;
    Ok((done, length - end))
}

/// The first record of a journal: all that is needed to compute the study anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Which part of the study it is.
    pub shard: String,
    /// The study, with nothing found yet.
    pub manifest: Manifest,
    /// The file with the points, if they were given in one.
    pub points: Option<String>,
}

impl Header {
    fn of(manifest: Manifest, asked: &Asked, shard: Shard) -> Header {
        let points = asked.points.as_ref().map(|points| String::from_utf8_lossy(points).into_owned());
        Header { shard: shard.to_string(), manifest, points }
    }

    fn identity(&self) -> Value {
        self.manifest.identity(self.shard.parse().unwrap_or(Shard::WHOLE))
    }

    /// The header of a journal; none if that is not whole.
    fn read(records: &mut Records) -> Result<Option<Header>, OutputError> {
        let path = records.path().to_path_buf();
        let corrupt = |problem: String| OutputError::Corrupt { path, problem };
        match records.next_record()? {
            None => Ok(None),
            Some((Kind::Header, bytes)) => serde_json::from_slice(bytes)
                .map(Some)
                .map_err(|error| corrupt(format!("the header of the journal cannot be read: {error}"))),
            Some((Kind::Histories, _)) => Err(corrupt("the header of the journal is missing".to_string())),
        }
    }
}

/// A shard in a folder.
#[derive(Debug)]
pub struct ShardFile {
    /// Which part of its study it says it is.
    pub shard: Shard,
    /// The folder.
    pub folder: PathBuf,
    /// What it is a part of.
    pub header: Header,
}

impl ShardFile {
    /// The shard in a folder.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(folder: &Path) -> Result<ShardFile, OutputError> {
        let path = folder.join(super::JOURNAL);
        let corrupt =
            |problem: &str| OutputError::Corrupt { path: path.clone(), problem: problem.to_string() };
        let header = Header::read(&mut Records::open(&path)?)?;
        let header = header.ok_or_else(|| corrupt("nothing whole stands in it"))?;
        let shard = header.shard.parse().map_err(|_| corrupt("it does not say which shard it is"))?;
        Ok(ShardFile { shard, folder: folder.to_path_buf(), header })
    }

    /// What differs between the studies of two shards.
    pub fn differences(&self, wanted: &Manifest) -> Vec<String> {
        differences(&self.header.manifest.identity(self.shard), &wanted.identity(self.shard))
    }

    /// Its histories.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ledger(&self, tables: usize) -> Result<Ledger, OutputError> {
        let mut records = Records::open(&self.folder.join(super::JOURNAL))?;
        records.next_record()?;
        Ok(Ledger::new(records, self.shard, tables))
    }
}
