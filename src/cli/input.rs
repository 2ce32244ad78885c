//! Reading scenarios from files or standard input.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::failure::Failure;
use crate::scenario::{Files, LONGEST, MOST_INPUT, Scenario, Template};

/// Longest table of points, bytes; one byte more shows that it is too long.
const LONGEST_TABLE: u64 = (64 << 20) + 1;

/// Reads and checks the scenario in a file; `-` is standard input.
pub fn scenario(path: &Path, changes: &[String]) -> Result<Scenario, Failure> {
    template(path, changes, &[])?.scenario().map_err(Failure::Scenario)
}

/// A file with the points of a sweep.
#[derive(Debug)]
pub struct PointsFile {
    /// What errors call it.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Reads a table of points.
pub fn points(path: &Path) -> Result<PointsFile, Failure> {
    let name = path.display().to_string();
    match read(path, LONGEST_TABLE) {
        Ok(bytes) => Ok(PointsFile { name, bytes }),
        Err(error) => Err(Failure::Points(format!("cannot read the points {name}: {error}"))),
    }
}

/// Reads the scenario in a file, with changes and axes of the command line; `-` is standard input.
pub fn template(path: &Path, changes: &[String], vary: &[String]) -> Result<Template, Failure> {
    let name = if path == Path::new("-") { "<stdin>".to_string() } else { path.display().to_string() };
    let bytes = read(path, LONGEST as u64 + 1)
        .map_err(|error| Failure::Unreadable(format!("cannot read the scenario {name}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::Unreadable(format!("{name}: line {line} is not UTF-8 text"))
    })?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let files = Arc::new(Folder(folder));
    Template::read_with(&name, &text, changes, vary, files).map_err(Failure::Scenario)
}

/// The folder of a scenario; the present one for standard input.
#[derive(Debug)]
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let path = self.0.join(path);
        let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        file.take(MOST_INPUT as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() > MOST_INPUT {
            return Err(format!("it is longer than {} MiB", MOST_INPUT >> 20));
        }
        String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("line {line} is not UTF-8 text")
        })
    }
}

/// At most so many bytes, so that a device cannot fill the memory.
fn read(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
