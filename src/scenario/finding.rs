//! What is wrong with a scenario: where it stands, what was found, and what would be right.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

/// A text that was read, and the name to call it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path of the file, or the option the text was given by.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Whether it is a catalogue, whose entries need not be used.
    pub is_catalogue: bool,
}

impl Source {
    /// A source to share among places.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), is_catalogue: false })
    }

    /// A catalogue.
    pub fn of_catalogue(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), is_catalogue: true })
    }
}

/// A stretch of a source, in bytes.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text the place is in.
    pub source: Arc<Source>,
    /// The bytes of the text.
    pub span: Range<usize>,
}

impl Place {
    /// A place in a source.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// Line and column of the start, counted from 1, the column in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.before();
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().filter(|c| *c != BOM).count() + 1;
        (line, column)
    }

    /// The text at the place; empty when the span does not fit the source.
    pub fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or_default()
    }

    fn before(&self) -> &str {
        let text = &self.source.text;
        text.get(..boundary(text, self.span.start)).unwrap_or_default()
    }

    /// The line of the place made safe to print, and the bytes of it that are meant.
    fn excerpt(&self) -> (String, Range<usize>) {
        let text = &self.source.text;
        let before = self.before();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(before.len()..).unwrap_or_default();
        let rest = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let length = boundary(rest, self.span.end.saturating_sub(before.len()));
        let (marked, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let lead = source_text(before.get(start..).unwrap_or_default().trim_start_matches(BOM));
        let marked = source_text(marked.trim_start_matches(BOM));
        let span = lead.len()..lead.len() + marked.len();
        (format!("{lead}{marked}{}", source_text(after.trim_start_matches(BOM))), span)
    }
}

/// The byte order mark that some editors put before a text.
const BOM: char = '\u{feff}';

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

/// A text with every character that could steer a terminal replaced by one that cannot.
pub fn printable(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// As [`printable`], but with the tabs kept, which the renderer widens.
fn source_text(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { c } else { visible(c) }).collect()
}

fn visible(c: char) -> char {
    match c {
        // Unicode has a picture for each control character of ASCII.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        '\u{200b}'..='\u{200f}' | '\u{61c}' | BOM => '\u{fffd}',
        other => other,
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Where it stands.
    pub place: Place,
    /// The path of the key, such as `arm[1].regimen`; empty when no key is concerned.
    pub key: String,
    /// The value found, as it may be shown.
    pub found: Option<String>,
    /// What is wrong, in a few words.
    pub problem: String,
    /// What would be right.
    pub right: Option<String>,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl Finding {
    /// A finding with nothing but a place, a key and a problem.
    pub fn new(place: Place, key: impl Into<String>, problem: impl Into<String>) -> Self {
        let (key, problem) = (key.into(), problem.into());
        Self { place, key, found: None, problem, right: None, suggestion: None }
    }

    /// Adds the value found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Adds what would be right.
    #[must_use]
    pub fn right(mut self, right: impl Into<String>) -> Self {
        self.right = Some(right.into());
        self
    }

    /// Adds what was probably meant, if anything.
    #[must_use]
    pub fn suggestion(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    fn title(&self) -> String {
        if self.key.is_empty() {
            return printable(&self.problem);
        }
        printable(&format!("{}: {}", self.key, self.problem))
    }

    /// The value found, what would be right, and what was probably meant, with their headings.
    fn notes(&self) -> Vec<(&'static str, String)> {
        let help = self.suggestion.as_ref().map(|text| format!("did you mean `{text}`?"));
        [("found", self.found.clone()), ("right", self.right.clone()), ("help", help)]
            .into_iter()
            .filter_map(|(name, text)| text.map(|text| (name, printable(&text))))
            .collect()
    }

    fn render(&self, renderer: &Renderer) -> String {
        let (excerpt, span) = self.place.excerpt();
        let line = self.place.line_column().0;
        let mark = AnnotationKind::Primary.span(span).label(printable(&self.problem));
        let path = printable(&self.place.source.name);
        let snippet = Snippet::source(excerpt).line_start(line).path(path).annotation(mark);
        let mut group: Group<'_> = Level::ERROR.primary_title(self.title()).element(snippet);
        for (name, text) in self.notes() {
            let level = if name == "help" { Level::HELP } else { Level::NOTE };
            group = group.element(level.with_name(name).message(text));
        }
        renderer.render(&[group])
    }

    fn to_json(&self) -> Value {
        let (line, column) = self.place.line_column();
        json!({
            "file": self.place.source.name,
            "line": line,
            "column": column,
            "key": self.key,
            "found": self.found,
            "problem": self.problem,
            "right": self.right,
            "suggestion": self.suggestion,
        })
    }

    fn order(&self, other: &Self) -> Ordering {
        let rank = |finding: &Self| (finding.place.span.start, finding.place.span.end);
        let names = self.place.source.name.cmp(&other.place.source.name);
        names
            .then_with(|| rank(self).cmp(&rank(other)))
            .then_with(|| self.key.cmp(&other.key))
            .then_with(|| self.problem.cmp(&other.problem))
    }
}

/// All that is wrong, to be reported at once.
#[derive(Clone, Debug, Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings by source and position, without repeats.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.0.iter().collect();
        findings.sort_by(|a, b| a.order(b));
        findings.dedup_by(|a, b| a.order(b) == Ordering::Equal);
        findings
    }

    /// The report for a reader at a terminal.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let reports: Vec<String> =
            self.sorted().iter().map(|finding| finding.render(&renderer) + "\n").collect();
        reports.join("\n")
    }

    /// The report for a program.
    pub fn to_json(&self) -> Value {
        Value::Array(self.sorted().iter().map(|finding| finding.to_json()).collect())
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(false))
    }
}

impl std::error::Error for Findings {}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

/// The known name that `name` is probably meant to be; nothing when none is close.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    // Of two names as near, the one that begins as it was written.
    let rank = |word: &str| Some((distance(&name, word)?, Reverse(alike(&name, word))));
    let ranked = known.into_iter().filter_map(|word| Some((rank(&folded(word))?, word)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, word)| word)
}

/// Names that are told in full; of more only the nearest are.
const FEW: usize = 24;

/// Names that are told of many.
const NEAREST: usize = 8;

/// The known names, or of many those most like `name`, the most like first.
pub fn one_of(name: &str, known: &[&str]) -> String {
    let hint = if known.len() <= FEW { "" } else { " (`clonetide catalogue` lists them)" };
    format!("{}{hint}", nearest(name, known))
}

/// As [`one_of`], of names that are not in the catalogue.
pub fn nearest(name: &str, known: &[&str]) -> String {
    if known.len() <= FEW {
        return format!("one of {}", known.join(", "));
    }
    let name = folded(name);
    let likeness = |word: &str| strsim::jaro_winkler(&name, &folded(word));
    let mut ranked: Vec<(f64, &str)> = known.iter().map(|word| (likeness(word), *word)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let nearest: Vec<&str> = ranked.iter().take(NEAREST).map(|(_, word)| *word).collect();
    let rest = known.len() - nearest.len();
    format!("one of {}, or {rest} others", nearest.join(", "))
}

/// A name without the differences that people overlook.
fn folded(name: &str) -> String {
    name.trim().chars().flat_map(char::to_lowercase).map(|c| if "- ".contains(c) { '_' } else { c }).collect()
}

/// How many characters two names begin alike with.
fn alike(name: &str, word: &str) -> usize {
    name.chars().zip(word.chars()).take_while(|(a, b)| a == b).count()
}

/// The edits between two names, when they are few enough for a slip.
fn distance(name: &str, word: &str) -> Option<usize> {
    let (name_length, length) = (name.chars().count(), word.chars().count());
    let shorter = length.min(name_length);
    // A name of two letters is near only to one that goes on from it.
    let most = if shorter < 3 && alike(name, word) < shorter { 0 } else { (length / 3).max(1) };
    // The length alone rules most words out, and keeps the work small for a very long name.
    if name_length.abs_diff(length) > most {
        return None;
    }
    Some(strsim::damerau_levenshtein(name, word)).filter(|edits| *edits <= most)
}

#[cfg(test)]
#[path = "finding_tests.rs"]
mod tests;
