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

/// Whether results may hold more than ASCII: where the locale says UTF-8.
pub fn unicode() -> bool {
    utf8(["LC_ALL", "LC_CTYPE", "LANG"].map(|name| std::env::var(name).unwrap_or_default()))
}

/// The first of these locales that is set decides.
fn utf8(locales: [String; 3]) -> bool {
    let locale = locales.into_iter().find(|locale| !locale.is_empty()).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let of = |all: &str, ctype: &str, lang: &str| utf8([all, ctype, lang].map(str::to_string));
        assert!(of("", "", "de_DE.UTF-8") && of("C.utf8", "C", "C") && of("", "en_GB.UTF-8", "C"));
        assert!(!of("", "", "") && !of("C", "", "de_DE.UTF-8") && !of("", "", "de_DE.ISO-8859-1"));
    }
}
