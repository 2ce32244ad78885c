//! Standard output for results, standard error for everything else.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use super::failure::Failure;
use crate::scenario::finding::printable;

/// Prints a result. A reader that has gone away is no failure; a full disk is.
pub fn print(text: &str) -> Result<(), Failure> {
    stream(|out| out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")))
}

/// Prints a result piece by piece; as for [`print`].
pub fn stream(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(()),
    }
}

/// A text whose lines hold nothing that could steer a terminal.
pub fn plain(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// Prints a remark or an error; there is nowhere to go if that fails.
pub fn complain(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Whether errors may be coloured: on a terminal, unless NO_COLOR is set.
pub fn colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && stderr().is_terminal()
}
