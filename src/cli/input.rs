//! Reading scenarios from files or standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::scenario::{Files, LONGEST, Scenario};

/// Longest file that a scenario may name, bytes.
const LONGEST_FILE: u64 = 256 << 20;

/// Reads and checks the scenario in a file; `-` is standard input.
pub fn scenario(path: &Path, changes: &[String]) -> Result<Scenario, Failure> {
    let name = if path == Path::new("-") { "<stdin>".to_string() } else { path.display().to_string() };
    let bytes = read(path)
        .map_err(|error| Failure::Unreadable(format!("cannot read the scenario {name}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::Unreadable(format!("{name}: line {line} is not UTF-8 text"))
    })?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Scenario::read_with(&name, &text, changes, &Folder(folder)).map_err(Failure::Scenario)
}

/// The folder of a scenario; the present one for standard input.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let path = self.0.join(path);
        let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        file.take(LONGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > LONGEST_FILE {
            return Err("it is longer than 256 MiB".to_string());
        }
        String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("line {line} is not UTF-8 text")
        })
    }
}

/// At most one byte more than a scenario may have, so that a device cannot fill the memory.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = LONGEST as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
