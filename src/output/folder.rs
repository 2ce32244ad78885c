//! A run's folder: complete or not there. Every file is written beside its place and moved when all are whole.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::MANIFEST;
use super::disk::{Disk, Step};
use super::journal::{JOURNAL, Journal};

/// Why the results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds something already.
    #[error("{} is not empty; choose another folder with --out, or replace its tables with --force", .0.display())]
    NotEmpty(PathBuf),
    /// The file is there already.
    #[error("{} is there already; choose another name, or replace it with --force", .0.display())]
    Exists(PathBuf),
    /// The folder holds the beginning of a study.
    #[error("{} holds an unfinished study; go on with --resume, or begin anew with --force", .0.display())]
    Unfinished(PathBuf),
    /// Another process writes to the folder.
    #[error("another process is writing to {}", .0.display())]
    Busy(PathBuf),
    /// The folder holds another study.
    #[error("{} holds another study: {}", .path.display(), .differences.join("; "))]
    Different {
        /// The folder.
        path: PathBuf,
        /// What differs, key by key.
        differences: Vec<String>,
    },
    /// More output than was allowed; what is there stays.
    #[error(
        "{}: the output would be more than {most} bytes, with {done} of {size} histories told; go on with --resume and a \
         larger --most-bytes, or keep fewer tables",
        .path.display()
    )]
    TooMuch {
        /// The folder.
        path: PathBuf,
        /// Bytes that are allowed.
        most: u64,
        /// Histories that stand in the folder.
        done: u64,
        /// Of so many.
        size: u64,
    },
    /// A file is not what it must be.
    #[error("{}: {problem}", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Something on the way to the disk failed.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Adds what was tried and where to an error of the system.
pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_path_buf();
    move |source| OutputError::Io { action, path, source }
}

/// How the names of unfinished files begin. A run that was killed leaves some: they do not count as content.
pub(super) const DRAFT: &str = ".clonetide-draft-";

/// How the names of the folders of shards begin; they may lie in the folder of their study.
pub const SHARD: &str = "shard-";

/// What to do with what a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Refuse a folder that holds anything.
    New,
    /// Begin anew; the tables are replaced when all are whole.
    Force,
    /// Go on with what was begun.
    Resume,
}

/// A folder that results go to; nobody else writes there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    disk: Disk,
    /// Folders made for it, to be taken away again if nothing comes of the run.
    made: Vec<PathBuf>,
    published: bool,
    journal: Option<Journal>,
    /// Whether nothing stands in the journal that was worth keeping.
    worthless: bool,
}

impl Folder {
    /// Makes the folder if it is missing, and locks it.
    ///
    /// # Errors
    /// When it holds something that `start` refuses, another process writes there, or it cannot be made or read.
    pub fn open(path: &Path, start: Start, disk: &Disk) -> Result<Folder, OutputError> {
        let made: Vec<PathBuf> = path
            .ancestors()
            .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
            .map(Path::to_path_buf)
            .collect();
        let (disk, own) = (disk.clone(), path.to_path_buf());
        let mut folder = Folder { path: own, disk, made, published: false, journal: None, worthless: false };
        fs::create_dir_all(path).map_err(failed("make the folder", path))?;
        let holds =
            |wanted: &dyn Fn(&str) -> bool| Ok::<bool, OutputError>(names(path)?.iter().any(|n| wanted(n)));
        let shard = |name: &str| name.starts_with(SHARD) && path.join(name).is_dir();
        let foreign = |name: &str| name != JOURNAL && !name.starts_with(DRAFT) && !shard(name);
        let begun = |name: &str| name == JOURNAL;
        match start {
            Start::New if holds(&foreign)? => return Err(OutputError::NotEmpty(path.to_path_buf())),
            Start::Resume if holds(&foreign)? && !holds(&begun)? && !path.join(MANIFEST).is_file() => {
                return Err(OutputError::NotEmpty(path.to_path_buf()));
            }
            _ => {}
        }
        let journal = folder.journal.insert(Journal::open(path, &folder.disk)?);
        match start {
            Start::New if !journal.is_empty()? => return Err(OutputError::Unfinished(path.to_path_buf())),
            Start::New => {}
            Start::Force => journal.cut(0)?,
            Start::Resume => {}
        }
        if start != Start::New {
            for name in names(path)?.iter().filter(|name| name.starts_with(DRAFT)) {
                let draft = path.join(name);
                fs::remove_file(&draft).map_err(failed("remove", &draft))?;
            }
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal of what is computed.
    pub fn journal(&mut self) -> Option<&mut Journal> {
        self.journal.as_mut()
    }

    /// Says whether the journal holds nothing worth keeping, should the folder be left now.
    pub fn set_worthless(&mut self, worthless: bool) {
        self.worthless = worthless;
    }

    /// A file that will be called `name` when it is published.
    ///
    /// # Errors
    /// When the folder takes no file.
    pub fn file(&self, name: &str) -> Result<Draft, OutputError> {
        let path = self.path.join(name);
        let file = Builder::new().prefix(DRAFT).tempfile_in(&self.path).map_err(failed("write", &path))?;
        let writer = BufWriter::with_capacity(BUFFER, OnDisk { file, disk: self.disk.clone() });
        Ok(Draft { path, writer, hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Moves finished files to their places, in this order, takes away `stale` ones of an earlier run first, and the
    /// journal last: until then everything can be made again from it.
    ///
    /// # Errors
    /// When a file cannot be moved; those before it are in place then, the last one is not.
    pub fn publish(mut self, files: Vec<Finished>, stale: &[&str]) -> Result<(), OutputError> {
        for name in stale {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("remove", &path)(error));
                }
                _ => {}
            }
        }
        for Finished { path, file } in files {
            self.disk.step(Step::Rename).map_err(failed("write", &path))?;
            file.persist(&path).map_err(|error| failed("write", &path)(error.error))?;
        }
        self.published = true;
        self.sync();
        match self.journal.take() {
            Some(journal) => journal.remove(),
            None => Ok(()),
        }
    }

    /// Without this a power cut could lose the new names; not every system can do it to a folder.
    fn sync(&self) {
        let _ = fs::File::open(&self.path).and_then(|folder| folder.sync_all());
    }
}

/// The names in a folder.
fn names(path: &Path) -> Result<Vec<String>, OutputError> {
    let entries = fs::read_dir(path).map_err(failed("read the folder", path))?;
    let name = |entry: io::Result<fs::DirEntry>| {
        let entry = entry.map_err(failed("read the folder", path))?;
        Ok(entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

impl Drop for Folder {
    /// Takes away the journal in which nothing stands, and the folders that were made for nothing.
    fn drop(&mut self) {
        if !self.published {
            let worthless = self.worthless;
            let nothing = |journal: &Journal| worthless || journal.is_empty().unwrap_or(false);
            if let Some(journal) = self.journal.take().filter(nothing) {
                let _ = journal.remove();
            }
            for path in &self.made {
                let _ = fs::remove_dir(path);
            }
        }
    }
}

/// Bytes that are collected before they are written.
const BUFFER: usize = 64 << 10;

/// A temporary file behind the disk's faults.
#[derive(Debug)]
struct OnDisk {
    file: NamedTempFile,
    disk: Disk,
}

impl Write for OnDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write(&mut self.file, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file being written, with its digest.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    writer: BufWriter<OnDisk>,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A file that is whole and on the disk, but not yet in its place.
#[derive(Debug)]
pub struct Finished {
    path: PathBuf,
    file: NamedTempFile,
}

/// Length and digest of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Bytes.
    pub bytes: u64,
    /// BLAKE3, in hexadecimal.
    pub blake3: String,
}

impl Draft {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.writer.write_all(bytes).map_err(failed("write", &self.path))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When the disk takes no more; a file is never taken for whole that is not.
    pub fn finish(self) -> Result<(Finished, Digest), OutputError> {
        let digest = Digest { bytes: self.bytes, blake3: self.hasher.finalize().to_hex().to_string() };
        let OnDisk { file, disk } =
            self.writer.into_inner().map_err(|error| failed("write", &self.path)(error.into_error()))?;
        disk.sync(file.as_file()).map_err(failed("write", &self.path))?;
        share(&file).map_err(failed("set the permissions of", &self.path))?;
        Ok((Finished { path: self.path, file }, digest))
    }
}

/// A temporary file is private; a result is readable as any other file of its folder.
#[cfg(unix)]
pub(super) fn share(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(super) fn share(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
