//! What the fuzz targets share: files of a corpus, and edits of them.

/// An edit of a text: where (as a share of the text), what kind, and with what.
pub type Edit = (u16, u8, u16);

/// Words and marks that mean something to a reader of scenarios, tables, journals or manifests.
const WORDS: [&[u8]; 32] = [
    b"\"", b"[", b"]", b"{", b"}", b"=", b",", b".", b"\n", b"#", b"'", b"-", b"1e999", b"nan", b"inf",
    b"18446744073709551616", b"-0", b"0", b"1e15", b"true", b"null", b"\xff", b"\0", b"..", b"log ", b" /d", b" d", b"[[arm]]",
    b"[sweep.axes]", b"\\u0000", b"99999999999", b"1e-300",
];

/// The text with the edits: bytes changed, taken out, doubled, words put in, parts moved.
pub fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = text.to_vec();
    for (place, kind, with) in edits {
        let at = usize::from(*place) * out.len() / 65_536;
        let length = usize::from(*with) % 40;
        let end = (at + length).min(out.len());
        match kind % 6 {
            0 if at < out.len() => out[at] = *with as u8,
            1 => drop(out.drain(at..end)),
            2 => out.splice(at..at, WORDS[usize::from(*with) % WORDS.len()].iter().copied()).for_each(drop),
            3 => {
                let part = out[at..end].to_vec();
                let to = usize::from(*with) * out.len() / 65_536;
                out.splice(to..to, part).for_each(drop);
            }
            4 => out.splice(at..end, WORDS[usize::from(*with) % WORDS.len()].iter().copied()).for_each(drop),
            _ => out.truncate(out.len() - out.len().min(length) * usize::from(*place > 65_000)),
        }
    }
    out
}

/// The files of a corpus, in order of their names.
pub fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}
