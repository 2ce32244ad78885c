//! A single file that is complete or not there.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::Builder;

use super::folder::{DRAFT, OutputError, failed, share};

/// Writes a file that is made anew each time, as [`write_file`] with `force`.
///
/// # Errors
/// When the disk does not take it; the place is then as before.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    write_file(path, true, |out| out.write_all(bytes))
}

/// Writes a file beside its place and moves it there when it is whole. Refuses to replace one, unless `force`.
///
/// # Errors
/// When it is there already, or the disk does not take it; the place is then as before.
pub fn write_file(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    if !force && path.exists() {
        return Err(OutputError::Exists(path.to_path_buf()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = Builder::new().prefix(DRAFT).tempfile_in(folder).map_err(failed("write", path))?;
    let mut writer = BufWriter::new(file);
    write(&mut writer).map_err(failed("write", path))?;
    let file = writer.into_inner().map_err(|error| failed("write", path)(error.into_error()))?;
    file.as_file().sync_all().map_err(failed("write", path))?;
    share(&file).map_err(failed("set the permissions of", path))?;
    let moved = if force { file.persist(path) } else { file.persist_noclobber(path) };
    moved.map_err(|error| failed("write", path)(error.error))?;
    // Without this a power cut could lose the new name; not every system can do it to a folder.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}
