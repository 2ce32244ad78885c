//! A run's folder: complete or not there. Every file is written beside its place and moved when all are whole.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Why the results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds something already.
    #[error("{} is not empty; choose another folder with --out, or replace its tables with --force", .0.display())]
    NotEmpty(PathBuf),
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
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_path_buf();
    move |source| OutputError::Io { action, path, source }
}

/// How the names of unfinished files begin. A run that was killed leaves some: they do not count as content.
const DRAFT: &str = ".clonetide-draft-";

/// A folder that results go to.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Folders made for it, to be taken away again if nothing comes of the run.
    made: Vec<PathBuf>,
    published: bool,
}

impl Folder {
    /// Makes the folder if it is missing. Refuses one that holds anything, unless `force`.
    ///
    /// # Errors
    /// When it is not empty, or cannot be made or read.
    pub fn open(path: &Path, force: bool) -> Result<Folder, OutputError> {
        let made: Vec<PathBuf> = path
            .ancestors()
            .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
            .map(Path::to_path_buf)
            .collect();
        let folder = Folder { path: path.to_path_buf(), made, published: false };
        fs::create_dir_all(path).map_err(failed("make the folder", path))?;
        for entry in fs::read_dir(path).map_err(failed("read the folder", path))? {
            let entry = entry.map_err(failed("read the folder", path))?;
            let draft = entry.file_name().to_string_lossy().starts_with(DRAFT);
            if !draft && !force {
                return Err(OutputError::NotEmpty(path.to_path_buf()));
            } else if draft && force {
                fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
            }
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file that will be called `name` when it is published.
    ///
    /// # Errors
    /// When the folder takes no file.
    pub fn file(&self, name: &'static str) -> Result<Draft, OutputError> {
        let path = self.path.join(name);
        let file = Builder::new().prefix(DRAFT).tempfile_in(&self.path).map_err(failed("write", &path))?;
        Ok(Draft { path, writer: BufWriter::new(file), hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Moves finished files to their places, in this order, and takes away `stale` ones of an earlier run.
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
            file.persist(&path).map_err(|error| failed("write", &path)(error.error))?;
        }
        self.published = true;
        // Without this a power cut could lose the new names; not every system can do it to a folder.
        let _ = fs::File::open(&self.path).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Folder {
    /// Takes away the folders that were made for nothing; one that holds anything stays.
    fn drop(&mut self) {
        if !self.published {
            for path in &self.made {
                let _ = fs::remove_dir(path);
            }
        }
    }
}

/// Writes one file: beside its place, to the disk, and then to its place, so that it is whole or not there.
///
/// # Errors
/// When the disk does not take it.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = Builder::new().prefix(DRAFT).tempfile_in(folder).map_err(failed("write", path))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed("write", path))?;
    share(&file).map_err(failed("set the permissions of", path))?;
    file.persist(path).map_err(|error| failed("write", path)(error.error))?;
    Ok(())
}

/// A file being written, with its digest.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    writer: BufWriter<NamedTempFile>,
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
        let file =
            self.writer.into_inner().map_err(|error| failed("write", &self.path)(error.into_error()))?;
        file.as_file().sync_all().map_err(failed("write", &self.path))?;
        share(&file).map_err(failed("set the permissions of", &self.path))?;
        Ok((Finished { path: self.path, file }, digest))
    }
}

/// A temporary file is private; a result is readable as any other file of its folder.
#[cfg(unix)]
fn share(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
