//! Reading scenarios from files or standard input.

use std::io::Read;
use std::path::Path;

use super::failure::Failure;
use crate::scenario::{LONGEST, Scenario};

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
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    Scenario::read_with(&name, &text, changes, &|beside| catalogue(&folder, beside))
        .map_err(Failure::Scenario)
}

/// The name and text of a catalogue beside a scenario, or why it cannot be read.
fn catalogue(folder: &Path, beside: &str) -> Result<(String, String), String> {
    let path = folder.join(beside);
    let bytes = read(&path).map_err(|error| error.to_string())?;
    if bytes.len() > LONGEST {
        return Err("it is longer than 4 MiB".into());
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_string())?;
    Ok((path.display().to_string(), text))
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
