//! From TOML to the tree, with the errors of syntax in plain words.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue, Error};

use super::super::finding::{Finding, Findings, Place, Source};
use super::depth::deeper_than;
use super::{DEPTH_LIMIT, Node, Table, Value, join, shortened};

/// The nesting up to which the parser is sure to have stack enough, also in a small thread.
const STACK_LIMIT: usize = 500;

/// Reads a whole text.
pub(super) fn document(source: &Arc<Source>) -> Result<Node, Findings> {
    if let Some(at) = deeper_than(STACK_LIMIT, &source.text) {
        return Err(nested(Place::new(source, at..at + 1), "").into());
    }
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    let mut reader = Reader { source, shift: 0, path: String::new(), findings: explained(source, &errors) };
    let table = reader.table(tree.get_ref(), 0);
    match reader.findings {
        findings if findings.is_empty() => Ok(Node::new(Value::Table(table), Place::new(source, 0..0))),
        findings => Err(Findings(findings)),
    }
}

/// Reads one value that begins at byte `start` of the source; what is no TOML value is a text.
pub(super) fn value(source: &Arc<Source>, start: usize) -> Result<Node, Box<Finding>> {
    let text = source.text.get(start..).unwrap_or_default();
    if let Some(at) = deeper_than(STACK_LIMIT, text) {
        return Err(nested(Place::new(source, start + at..start + at + 1), "").into());
    }
    let Ok(tree) = DeValue::parse(text) else {
        let place = Place::new(source, start..source.text.len());
        return Ok(Node::new(Value::Text(text.to_owned()), place));
    };
    let mut reader = Reader { source, shift: start, path: String::new(), findings: Vec::new() };
    let node = reader.node(&tree, 0);
    reader.findings.pop().map_or(Ok(node), |finding| Err(finding.into()))
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    /// Bytes of the source before the text that was parsed.
    shift: usize,
    path: String,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.source, span.start + self.shift..span.end + self.shift)
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let place = self.place(value.span());
        let value = match value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) if depth >= DEPTH_LIMIT => self.too_deep(place.clone()),
            DeValue::Array(items) => Value::Array(self.array(items, depth)),
            DeValue::Table(table) => Value::Table(self.table(table, depth)),
            scalar => leaf(scalar),
        };
        Node::new(value, place)
    }

    fn array(&mut self, items: &DeArray<'_>, depth: usize) -> Vec<Node> {
        let enter = |(index, item)| self.below(|path| format!("{path}[{index}]"), item, depth);
        items.iter().enumerate().map(enter).collect()
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut out = Table::new();
        for (key, value) in entries {
            let node = self.below(|path| join(path, key.get_ref()), value, depth);
            out.entries.push((key.get_ref().to_string(), self.place(key.span()), node));
        }
        out
    }

    /// Reads a value one level down, with the path as it is there.
    fn below(&mut self, name: impl Fn(&str) -> String, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let path = name(&self.path);
        let outer = std::mem::replace(&mut self.path, path);
        let node = self.node(value, depth + 1);
        self.path = outer;
        node
    }

    fn too_deep(&mut self, place: Place) -> Value {
        self.findings.push(nested(place, &self.path));
        Value::Table(Table::new())
    }
}

/// The finding for a value that lies too deep.
pub(super) fn nested(place: Place, path: &str) -> Finding {
    let problem = format!("nested more than {DEPTH_LIMIT} levels deep");
    Finding::new(place, shortened(path, 60), problem)
}

fn leaf(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => integer(number),
        // A number too large for the type becomes infinite, and is refused with what was written.
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(_) => Value::Array(Vec::new()),
        DeValue::Table(_) => Value::Table(Table::new()),
    }
}

fn integer(number: &DeInteger<'_>) -> Value {
    let (text, radix) = (number.as_str(), number.radix());
    i128::from_str_radix(text, radix).map_or_else(|_| Value::Float(large(text, radix)), Value::Integer)
}

/// The nearest number to digits that no whole number type holds.
fn large(text: &str, radix: u32) -> f64 {
    if radix == 10 {
        return text.parse().unwrap_or(f64::NAN);
    }
    let digits = text.chars().filter_map(|c| c.to_digit(radix));
    digits.fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit))
}

/// The most errors of syntax told: a text with more is no scenario at all.
const MOST: usize = 200;

/// The errors of the parser in our words, without those that only follow from an earlier one.
fn explained(source: &Arc<Source>, errors: &[Error]) -> Vec<Finding> {
    let explain = |error| explain(source, error);
    let lined = |finding: Finding| (finding.place.line_column().0, finding);
    let all: Vec<(usize, Finding)> = errors.iter().take(MOST).map(explain).map(lined).collect();
    let earlier = |index: usize| all.get(index.saturating_sub(8)..index).unwrap_or_default();
    let first = |index: usize, finding| !earlier(index).iter().any(|earlier| follows(finding, earlier));
    let kept = all.iter().enumerate().filter(|(index, finding)| first(*index, finding));
    let mut kept: Vec<Finding> = kept.map(|(_, (_, finding))| finding.clone()).collect();
    // Behind a list that was never closed the rest of the text is read as its items.
    if let Some(open) = kept.iter().position(|finding| runs_on(source, finding)) {
        kept.truncate(open + 1);
        kept[open].problem = "the list before it is not closed".to_owned();
        kept[open].right = Some("a bracket `]` at the end of that list".to_owned());
    }
    kept
}

/// Whether a list goes on where a new line begins a key or a table.
fn runs_on(source: &Source, finding: &Finding) -> bool {
    let at = finding.place.span.start;
    let start = source.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = source.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let key = line
        .split_once('=')
        .filter(|(key, _)| !key.contains(['{', '[', ',', '#']))
        .map_or(0, |(key, _)| key.len() + 1);
    let begins = line.starts_with('[') || at - start < key;
    finding.problem.starts_with("no comma between the items") && begins
}

/// Whether a finding only follows from an earlier one: after a slip what comes next is garbled.
fn follows((line, finding): &(usize, Finding), (earlier_line, earlier): &(usize, Finding)) -> bool {
    let apart = line.abs_diff(*earlier_line);
    let alike = finding.problem == earlier.problem;
    let repeats = alike && finding.place.span == earlier.place.span;
    let garbled = finding.key.is_empty() && earlier.key.is_empty();
    // In a list that is not closed every line that follows seems to lack a comma.
    repeats || (garbled && (apart == 0 || (apart == 1 && alike && finding.problem.starts_with("no comma"))))
}

fn explain(source: &Arc<Source>, error: &Error) -> Finding {
    let (message, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let place = Place::new(source, error.span().unwrap_or(0..0));
    let at_end = place.span.start >= source.text.len();
    let text = place.text().trim().to_owned();
    let key = if message == "duplicate key" { text.as_str() } else { "" };
    let (problem, right) = plain(message, expected, text.is_empty());
    let mut finding = Finding::new(place, key, problem);
    finding.right = right;
    finding.found = match text.as_str() {
        "" => at_end.then(|| "the end of the text".to_owned()),
        text => Some(shortened(text, 60)),
    };
    finding
}

/// What the parser says in plain words, and what would be right.
fn plain(message: &str, expected: &str, nothing: bool) -> (String, Option<String>) {
    let known = PLAIN.iter().find(|(theirs, bare, ..)| message.starts_with(theirs) && (nothing || !bare));
    let theirs = (!expected.is_empty()).then(|| expected.replace(", ", " or "));
    match known {
        Some((.., ours, "")) => ((*ours).to_owned(), theirs),
        Some((.., ours, right)) => ((*ours).to_owned(), Some((*right).to_owned())),
        None => (message.to_owned(), theirs),
    }
}

/// The parser's message, whether it must stand where there is nothing, our problem, and what is right.
type Wording = (&'static str, bool, &'static str, &'static str);

const PLAIN: [Wording; 25] = [
    ("duplicate key", false, "the key is given twice", "each key once"),
    ("string values must be quoted", true, NO_VALUE, A_VALUE),
    (
        "string values must be quoted",
        false,
        "a text must stand in quotes",
        "a text such as \"VRd\", or a number",
    ),
    ("invalid boolean", false, "a text must stand in quotes", "true, false, or a text such as \"VRd\""),
    ("key with no value", false, NO_VALUE, "a line such as `key = value`"),
    ("missing value", false, NO_VALUE, A_VALUE),
    ("invalid basic string", true, NOT_CLOSED, "a quote `\"` at the end of the text"),
    ("invalid literal string", true, NOT_CLOSED, "a quote `'` at the end of the text"),
    ("invalid multi-line", true, NOT_CLOSED, "three quotes at the end of the text"),
    ("invalid basic string", false, "a character that may not stand in a text", ""),
    ("invalid literal string", false, "a character that may not stand in a text", ""),
    (
        "missing escaped value",
        false,
        "no such escape in a text",
        "`\\\\` for a backslash, or a text in single quotes",
    ),
    ("cannot recurse further", false, "nested too deeply", "fewer levels of lists and tables"),
    ("recursion limit", false, "a key with too many parts", "fewer parts between dots"),
    ("extra `=`", false, "one `=` too many", "a line such as `key = value`"),
    ("unclosed array table", false, "the header is not closed", "a header such as `[[arm]]`"),
    ("unclosed table", false, "the header is not closed", "a header such as `[disease]`"),
    ("unclosed array", false, "the list is not closed", "a bracket `]` at the end of the list"),
    ("unclosed inline table", false, "the table is not closed", "a brace `}` at the end of the table"),
    ("missing comma between array", false, "no comma between the items of a list, or no `]` after it", ""),
    ("unexpected `=` in array", false, "no comma between the items of a list, or no `]` after it", ""),
    ("extra assignment", false, "no comma between the keys of a table, or no `}` after it", ""),
    ("missing comma between key", false, "no comma between the keys of a table, or no `}` after it", ""),
    ("cannot extend value", false, "the key already has a value that is not a table", "each key once"),
    ("unexpected leading zero", false, "a number may not begin with a needless 0", ""),
];

const NO_VALUE: &str = "a key without a value";
const A_VALUE: &str = "a number, true, false, a text in quotes, a list or a table";
const NOT_CLOSED: &str = "the text is not closed";
