//! The journal of a study: an append-only file of records with checksums, from which the tables are made at the end.
//!
//! A record is its length, its kind, the BLAKE3 of both and of what follows, and its bytes. A record that was cut off
//! by a kill or a power cut is noticed and dropped; what stands before it is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};

use super::disk::{Disk, Step};
use super::folder::{OutputError, failed};

/// The file.
pub const JOURNAL: &str = "journal.clonetide";
/// Length, kind and checksum.
const HEAD: usize = 8 + 1 + CHECK;
/// Bytes of a checksum.
const CHECK: usize = 16;
/// Bytes read at a time; a file is opened anew for each, so that any number can be read at once.
const CHUNK: usize = 64 << 10;
/// Longest record, bytes; one that claims more is torn.
const LONGEST: u64 = 1 << 30;
/// A power cut loses no more than the work of this time.
const SYNC: Duration = Duration::from_secs(5);

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is being computed: the first record.
    Header,
    /// Histories.
    Histories,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        [Kind::Header, Kind::Histories].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// A journal that is being written, and that nobody else can write.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    disk: Disk,
    synced: Instant,
}

impl Journal {
    /// Opens the journal in a folder, or makes an empty one, and locks it.
    ///
    /// # Errors
    /// When another process writes it, or it cannot be opened.
    pub fn open(folder: &Path, disk: &Disk) -> Result<Journal, OutputError> {
        let path = folder.join(JOURNAL);
        loop {
            let file = open(&path).map_err(failed("open", &path))?;
            match FileExt::try_lock(&file) {
                Err(TryLockError::WouldBlock) => return Err(OutputError::Busy(folder.to_path_buf())),
                // Some network drives have no locks; there a second writer cannot be noticed.
                Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                    return Err(failed("lock", &path)(error));
                }
                _ => {}
            }
            // The one who had the lock may have taken the file away just before.
            if is_at(&file, &path) {
                return Ok(Journal { path, file, disk: disk.clone(), synced: Instant::now() });
            }
        }
    }

    /// Whether it holds nothing.
    ///
    /// # Errors
    /// When that cannot be seen.
    pub fn is_empty(&self) -> Result<bool, OutputError> {
        Ok(self.file.metadata().map_err(failed("read", &self.path))?.len() == 0)
    }

    /// Whether a record with so many bytes would make it longer than this.
    ///
    /// # Errors
    /// When its length cannot be seen.
    pub fn would_exceed(&self, most: u64, bytes: usize) -> Result<bool, OutputError> {
        let length = self.file.metadata().map_err(failed("read", &self.path))?.len();
        Ok(length + (HEAD + bytes) as u64 > most)
    }

    /// Drops everything from a byte on; the next record goes there.
    ///
    /// # Errors
    /// When the disk does not.
    pub fn cut(&mut self, at: u64) -> Result<(), OutputError> {
        let cut = self.file.set_len(at).and_then(|()| self.file.seek(SeekFrom::Start(at)));
        cut.map(|_| ()).map_err(failed("write", &self.path))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When the disk takes no more; what of the record is written is dropped when the journal is opened again.
    pub fn append(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), OutputError> {
        if bytes.len() as u64 > LONGEST {
            let problem =
                "the rows of one history are longer than 1 GiB; keep fewer tables or record less often";
            return Err(failed("write", &self.path)(io::Error::other(problem)));
        }
        let record = record(kind, bytes);
        self.disk.write(&mut self.file, &record).map_err(failed("write", &self.path))?;
        if self.synced.elapsed() >= SYNC {
            self.sync()?;
        }
        Ok(())
    }

    /// Brings all records to the disk.
    ///
    /// # Errors
    /// When the disk says that they are not there.
    pub fn sync(&mut self) -> Result<(), OutputError> {
        self.synced = Instant::now();
        self.disk.sync(&self.file).map_err(failed("write", &self.path))
    }

    /// Its records.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn records(&self) -> Result<Records, OutputError> {
        Records::open(&self.path)
    }

    /// Takes the file away: all that it holds stands in the tables.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn remove(self) -> Result<(), OutputError> {
        self.disk.step(Step::Rename).map_err(failed("remove", &self.path))?;
        std::fs::remove_file(&self.path).map_err(failed("remove", &self.path))
    }
}

impl Drop for Journal {
    /// Gives the lock up now: a process that was forked meanwhile would hold it on.
    fn drop(&mut self) {
        let _ = FileExt::unlock(&self.file);
    }
}

/// A record as it stands in the file.
fn record(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEAD + bytes.len());
    record.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    record.push(kind as u8);
    record.extend_from_slice(&check(&record, bytes));
    record.extend_from_slice(bytes);
    record
}

fn check(head: &[u8], bytes: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head);
    hasher.update(bytes);
    let mut check = [0; CHECK];
    hasher.finalize_xof().fill(&mut check);
    check
}

/// Opens a file for reading and writing; a symbolic link is not followed.
fn open(path: &Path) -> io::Result<File> {
    if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::other("something that is no file is in its place"));
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: std::fs::Metadata, b: std::fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    file.metadata().ok().zip(path.metadata().ok()).is_some_and(|(a, b)| same(a, b))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The records of a journal, one after the other, in little memory.
#[derive(Debug)]
pub struct Records {
    path: PathBuf,
    length: u64,
    /// Where the part that was read begins in the file.
    start: u64,
    part: Vec<u8>,
    at: usize,
}

impl Records {
    /// The records of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path) -> Result<Records, OutputError> {
        let found = path.symlink_metadata().map_err(failed("read", path))?;
        if !found.is_file() {
            return Err(failed("read", path)(io::Error::other("this is no file")));
        }
        let path = path.to_path_buf();
        Ok(Records { path, length: found.len(), start: 0, part: Vec::new(), at: 0 })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next record begins.
    pub fn offset(&self) -> u64 {
        self.start + self.at as u64
    }

    /// Bytes of the file when it was opened.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.offset() == self.length
    }

    /// The next record; none at the end, or where it is torn.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_record(&mut self) -> Result<Option<(Kind, &[u8])>, OutputError> {
        let left = self.length - self.offset();
        if left < HEAD as u64 || !self.fill(HEAD)? {
            return Ok(None);
        }
        let head = &self.part[self.at..self.at + HEAD];
        let Some(length) = head.first_chunk().copied().map(u64::from_le_bytes) else { return Ok(None) };
        let kind = Kind::of(head[8]);
        if length > (left - HEAD as u64).min(LONGEST) || !self.fill(HEAD + length as usize)? {
            return Ok(None);
        }
        let record = &self.part[self.at..self.at + HEAD + length as usize];
        let (head, bytes) = record.split_at(HEAD);
        let (Some(kind), true) = (kind, check(&head[..9], bytes) == head[9..]) else { return Ok(None) };
        self.at += record.len();
        Ok(Some((kind, bytes)))
    }

    /// Makes so many bytes ready; not if the file has become shorter.
    fn fill(&mut self, count: usize) -> Result<bool, OutputError> {
        if self.part.len() - self.at >= count {
            return Ok(true);
        }
        let offset = self.offset();
        let wanted = (count.max(CHUNK) as u64).min(self.length - offset);
        let read = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut part = Vec::with_capacity(wanted as usize);
            file.take(wanted).read_to_end(&mut part)?;
            io::Result::Ok(part)
        };
        self.part = read().map_err(failed("read", &self.path))?;
        (self.start, self.at) = (offset, 0);
        Ok(self.part.len() >= count)
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
