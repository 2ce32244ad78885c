//! How deep a text nests, found without recursion, so that no text can exhaust the stack of the parser.

/// Where a text first nests deeper than `limit`, counting brackets and the parts of dotted keys.
pub(super) fn deeper_than(limit: usize, text: &str) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let (mut depth, mut dots, mut at) = (0, 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest.as_bytes().first() {
            Some(b'.') => dots += 1,
            Some(b'[' | b'{') => {
                open.push(dots + 1);
                depth += dots + 1;
                dots = 0;
            }
            Some(b']' | b'}') => depth -= open.pop().unwrap_or(0),
            Some(b',' | b'\n') => dots = 0,
            _ => {}
        }
        if depth > limit {
            return Some(at);
        }
        at += token_length(rest);
    }
    None
}

/// The length of the comment, the text or the character that comes first.
fn token_length(rest: &str) -> usize {
    let until = |skip: usize, end: &str| {
        let found = rest.get(skip..).and_then(|rest| rest.find(end));
        found.map_or(rest.len(), |at| skip + at + end.len())
    };
    match rest.chars().next() {
        Some('#') => rest.find('\n').unwrap_or(rest.len()),
        Some('"') if rest.starts_with("\"\"\"") => until(3, "\"\"\""),
        Some('\'') if rest.starts_with("'''") => until(3, "'''"),
        Some('"') => quoted(rest),
        Some('\'') => rest.get(1..).and_then(|rest| rest.find(['\'', '\n'])).map_or(rest.len(), |at| at + 2),
        first => first.map_or(1, char::len_utf8),
    }
}

/// The length of a text in double quotes, in which a backslash hides what follows it.
fn quoted(rest: &str) -> usize {
    let mut hidden = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = !hidden && "\"\n".contains(*c);
        hidden = !hidden && *c == '\\';
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}
