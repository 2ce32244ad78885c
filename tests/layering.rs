//! Who may know what. Hypothesis: no source file breaks the rules below; no chance is involved, so there is
//! no n and no false alarm. Comments, strings and tests are blanked before a file is looked at.
//!
//! The core is all that computes a story from a model. It names no file, thread, clock, environment or format,
//! keeps no order that changes from run to run, and takes mathematics from libm. See `ARCHITECTURE.md`.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules of the core and what of the crate each may use beside itself.
const CORE: [(&str, &[&str]); 12] = [
    ("units", &[]),
    ("level", &[]),
    ("disease", &[]),
    ("therapy", &["level", "engine::Purpose", "engine::StreamKey"]),
    ("engine", &["disease", "level"]),
    ("clinic", &["engine::sampler", "engine::Stream", "engine::stream"]),
    ("model", &LOWER),
    ("patient", &LOWER),
    ("calendar", &LOWER),
    ("record", &LOWER),
    ("watch", &LOWER),
    ("simulate", &LOWER),
];

/// What the modules at the top of the core may use.
const LOWER: [&str; 12] = [
    "units", "level", "disease", "therapy", "engine", "clinic", "model", "patient", "calendar", "record",
    "watch", "simulate",
];

/// Everything around the core; it may use all of it.
const AROUND: [&str; 9] =
    ["scenario", "study", "output", "report", "cli", "catalogue", "verify", "lib", "main"];

/// Standard library paths that the core does not name.
const OUTSIDE: [&str; 9] = [
    "std::fs",
    "std::io",
    "std::path",
    "std::thread",
    "std::time",
    "std::env",
    "std::process",
    "std::net",
    "std::os",
];

/// Texts that the core does not contain: formats, threads, output, unordered maps, entropy of the system.
const FOREIGN: [&str; 19] = [
    "rayon",
    "serde",
    "csv",
    "toml",
    "json",
    "clap",
    "indicatif",
    "tempfile",
    "schemars",
    "println!",
    "eprintln!",
    "print!",
    "dbg!",
    "HashMap",
    "HashSet",
    "OsRng",
    "SysRng",
    "from_os_rng",
    "rand::rng(",
];

/// Mathematics whose last digit depends on the platform; libm has the same as functions. sqrt is exact.
const PLATFORM: [&str; 17] = [
    "exp", "ln", "powf", "powi", "exp2", "exp_m1", "ln_1p", "log", "log2", "log10", "cbrt", "hypot", "sin",
    "cos", "tan", "tanh", "atan2",
];

/// Modules that never draw: biology and the observers. Therapy does for doses that are missed, and for nothing else.
const DRAWLESS: [&str; 7] = ["units", "level", "disease", "model", "calendar", "record", "watch"];

/// What only a module that draws contains.
const DRAWS: [&str; 4] = ["rand::", "rand_distr", "sampler", "Stream"];

/// What stops a program, or is left for later.
const ABRUPT: [&str; 6] = [".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!"];

/// Most lines of a file.
const LONGEST: usize = 400;

/// A file below src.
struct Source {
    /// Its path below src.
    path: String,
    text: String,
    /// The text with blanks for comments, strings and tests; lines stay where they are.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Source {
        let test = path.split('/').any(|part| part.ends_with("_tests") || part.ends_with("_tests.rs"));
        let code = if test { String::new() } else { without_tests(&without_words(text)) };
        Source { path: path.into(), text: text.into(), code }
    }

    /// Modules from the crate's root to this file.
    fn modules(&self) -> Vec<&str> {
        let path = self.path.trim_end_matches(".rs");
        path.trim_end_matches("/mod").split('/').collect()
    }

    /// The module right below the crate's root.
    fn top(&self) -> &str {
        self.modules()[0].trim_end_matches("_tests")
    }

    fn core(&self) -> Option<&'static [&'static str]> {
        CORE.iter().find(|(name, _)| *name == self.top()).map(|(_, uses)| *uses)
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    fn offence(&self, at: usize, what: &str) -> String {
        format!("src/{}:{}: {what}", self.path, self.line(at))
    }

    /// Places of any of these texts, as whole words.
    fn find(&self, texts: &[&str]) -> Vec<String> {
        let hits = |text: &&str| {
            let whole = |&(at, _): &(usize, &str)| is_word(&self.code, at, text);
            let hits = self.code.match_indices(*text).filter(whole);
            hits.map(|(at, found)| self.offence(at, found)).collect::<Vec<_>>()
        };
        texts.iter().flat_map(hits).collect()
    }

    /// All paths that begin with `root`, with the groups of a `use` taken apart.
    fn paths(&self, root: &str) -> Vec<(usize, Vec<String>)> {
        let prefix = format!("{root}::");
        let begins = |&(at, _): &(usize, &str)| {
            let before = self.code[..at].chars().next_back();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
        };
        let expand = |(at, _): (usize, &str)| {
            let paths = expand(&self.code[at..]);
            paths.into_iter().map(move |path| (at, path))
        };
        self.code.match_indices(&prefix).filter(begins).flat_map(expand).collect()
    }

    /// Paths within the crate, from its root.
    fn own_paths(&self) -> Vec<(usize, Vec<String>)> {
        let absolute = self.paths("crate").into_iter().map(|(at, path)| (at, path[1..].to_vec()));
        let relative = self.paths("super").into_iter().map(|(at, path)| {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let modules = self.modules();
            let base = &modules[..modules.len().saturating_sub(ups)];
            (at, base.iter().map(|part| part.to_string()).chain(path[ups..].iter().cloned()).collect())
        });
        absolute.chain(relative).collect()
    }

    /// Uses of modules that this one may not know.
    fn breaches(&self) -> Vec<String> {
        let Some(allowed) = self.core() else { return Vec::new() };
        let fine = |path: &[String]| {
            let may = |use_: &&str| format!("{}::", path.join("::")).starts_with(&format!("{use_}::"));
            path.first().is_none_or(|first| first == self.top()) || allowed.iter().any(may)
        };
        let wrong = self.own_paths().into_iter().filter(|(_, path)| !fine(path));
        wrong
            .map(|(at, path)| self.offence(at, &format!("{} may not use {}", self.top(), path.join("::"))))
            .collect()
    }

    /// What the core may not name.
    fn impurities(&self) -> Vec<String> {
        if self.core().is_none() {
            return Vec::new();
        }
        let mut offences = self.find(&FOREIGN);
        for (at, path) in self.paths("std") {
            if path.len() > 1 && OUTSIDE.contains(&path[..2].join("::").as_str()) {
                offences.push(self.offence(at, &path.join("::")));
            }
        }
        for name in PLATFORM {
            let (method, function) = (format!(".{name}("), format!("f64::{name}"));
            offences.extend(self.find(&[&method, &function]));
        }
        if DRAWLESS.contains(&self.top()) {
            offences.extend(self.find(&DRAWS));
        }
        offences
    }

    fn abruptness(&self) -> Vec<String> {
        self.find(&ABRUPT)
    }

    fn untidiness(&self) -> Vec<String> {
        let (lines, path) = (self.text.lines().count(), &self.path);
        let long = (lines > LONGEST).then(|| format!("src/{path}: {lines} lines, at most {LONGEST}"));
        let late = |word: &&str| self.text.contains(*word);
        let left = ["TODO", "FIXME"].into_iter().filter(late).map(|word| format!("src/{path}: {word}"));
        long.into_iter().chain(left).collect()
    }
}

/// Whether the text found at `at` is not a part of a longer word; `serde` also stands in `serde_json`.
fn is_word(code: &str, at: usize, text: &str) -> bool {
    let before = code[..at].chars().next_back();
    let after = code[at + text.len()..].chars().next();
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (opens, closes) = (text.starts_with(char::is_alphanumeric), text.ends_with(char::is_alphanumeric));
    !(opens && joins(before) || closes && joins(after))
}

/// The paths of a text that begins with one: `a::{b, c::{d, e}}` is a::b, a::c::d and a::c::e.
fn expand(text: &str) -> Vec<Vec<String>> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = (text[..end].to_string(), text[end..].trim_start());
    let Some(rest) = rest.strip_prefix("::") else { return vec![vec![name]] };
    let rest = rest.trim_start();
    let below: Vec<Vec<String>> = match rest.strip_prefix('{') {
        Some(group) => members(group).into_iter().flat_map(|member| expand(member.trim())).collect(),
        None => expand(rest),
    };
    below.into_iter().map(|path| [vec![name.clone()], path].concat()).collect()
}

/// The members of a group up to its closing brace.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut members) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                members.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members.retain(|member| !member.trim().is_empty());
    members
}

fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// The text with blanks for comments, strings and characters.
fn without_words(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let length = word_length(rest, code.chars().next_back());
        let (step, kept) =
            if length > 0 { (length, blank(&rest[..length])) } else { (first.len_utf8(), first.into()) };
        code.push_str(&kept);
        rest = &rest[step..];
    }
    code
}

/// How long the comment, string or character is that begins here; 0 if none does.
fn word_length(rest: &str, before: Option<char>) -> usize {
    let in_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(text) = rest.strip_prefix('"') {
        return 1 + closing(text, '"');
    }
    if rest.starts_with('r') && !in_name {
        let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
        if rest[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let begin = hashes + 2;
            return rest[begin..].find(&end).map_or(rest.len(), |at| begin + at + end.len());
        }
    }
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\''), Some('\\'), _) => 1 + closing(&rest[1..], '\''),
        (Some('\''), Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// Length up to and with the closing mark; a backslash escapes what follows it.
fn closing(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == mark && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// The code with blanks for each item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let Some(begin) = code.find(MARK) else { return code.to_string() };
    let end = begin + MARK.len() + item_length(&code[begin + MARK.len()..]);
    format!("{}{}{}", &code[..begin], blank(&code[begin..end]), without_tests(&code[end..]))
}

/// Length of an item: up to its semicolon or its closing brace, whichever ends it.
fn item_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && (c == ';' || c == '}') {
            return at + 1;
        }
    }
    code.len()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.into_iter().flat_map(below).filter(|path| path.extension().is_some_and(|e| e == "rs")).collect()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_string();
        Source::new(&name, &fs::read_to_string(&path).unwrap())
    };
    files(&root).into_iter().map(read).collect()
}

fn assert_none(offences: impl Fn(&Source) -> Vec<String>) {
    let all: Vec<String> = sources().iter().flat_map(offences).collect();
    assert!(all.is_empty(), "{} offences:\n{}", all.len(), all.join("\n"));
}

#[test]
fn every_module_has_its_place() {
    let known = |source: &Source| source.core().is_some() || AROUND.contains(&source.top());
    let lost = |source: &Source| format!("src/{}: neither core nor around it", source.path);
    assert_none(|source| if known(source) { Vec::new() } else { vec![lost(source)] });
    for (name, _) in CORE {
        assert!(sources().iter().any(|source| source.top() == name), "there is no module {name}");
    }
}

#[test]
fn the_core_names_nothing_outside() {
    assert_none(Source::impurities);
}

#[test]
fn modules_use_only_what_is_below_them() {
    assert_none(Source::breaches);
}

#[test]
fn nothing_stops_the_program() {
    assert_none(Source::abruptness);
}

#[test]
fn files_are_short_and_finished() {
    assert_none(Source::untidiness);
}

/// A patch whose old line is gone, or stands twice, plants nothing (`tests/planted/`).
#[test]
fn planted_bugs_fit_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bugs: toml::Table =
        toml::from_str(&fs::read_to_string(root.join("tests/planted/bugs.toml")).unwrap()).unwrap();
    let bugs = bugs["bug"].as_array().unwrap();
    let stale: Vec<&str> = bugs
        .iter()
        .filter(|bug| {
            let [file, old, new] = ["file", "old", "new"].map(|key| bug[key].as_str().unwrap());
            fs::read_to_string(root.join(file)).unwrap().matches(old).count() != 1 || old == new
        })
        .map(|bug| bug["name"].as_str().unwrap())
        .collect();
    assert!(bugs.len() >= 50 && stale.is_empty(), "{stale:?}");
}

#[test]
fn planted_offences_are_found() {
    let impure = |line: &str| Source::new("disease/x.rs", line).impurities().len();
    for line in [
        "use std::fs;",
        "use std::{fmt, io::Write};",
        "use std::\n    time::Instant;",
        "let x = y.exp();",
        "let x = f64::powf(y, 2.5);",
        "println!(\"x\");",
        "use std::collections::HashMap;",
        "#[derive(serde::Serialize)]",
        "let x = crate::engine::sampler::normal(s);",
        "let c = 'a'; let d = '\"'; use std::env;",
        "#[cfg(test)]\nmod tests { fn f() { } }\nuse std::fs;",
    ] {
        assert_eq!(impure(line), 1, "{line}");
    }
    let breach = |path: &str, line: &str| Source::new(path, line).breaches().len();
    for (path, line) in [
        ("disease/x.rs", "use crate::therapy::Drug;"),
        ("disease/x.rs", "use crate::{level::Level, disease::Tumour};"),
        ("engine/x.rs", "use super::super::clinic::Assay;"),
        ("engine/mod.rs", "use super::therapy;"),
        ("therapy/x.rs", "fn f(_: crate::clinic::Response) {}"),
        ("clinic/x.rs", "use crate::engine::{sampler, Leap};"),
        ("simulate.rs", "use crate::scenario::Scenario;"),
        ("record.rs", "use crate::{disease, study::run};"),
    ] {
        assert_eq!(breach(path, line), 1, "{path}: {line}");
    }
    for line in ["x.unwrap();", "x.expect(\"y\");", "panic!()", "core::unreachable!()", "todo!()"] {
        assert_eq!(Source::new("cli/x.rs", line).abruptness().len(), 1, "{line}");
    }
    let long = "\n".repeat(LONGEST) + "// TODO";
    assert_eq!(Source::new("x.rs", &long).untidiness().len(), 2);
    let at = Source::new("level.rs", "\n/* a\n b */ use std::fs;").impurities();
    assert_eq!(at, ["src/level.rs:3: std::fs"]);
}

#[test]
fn what_is_allowed_is_not_found() {
    for text in [
        "// std::fs and x.unwrap()\n/// println!(\"x\");\n",
        "let x = \"std::fs json .unwrap() \\\" toml\"; let y = r#\"panic!() \" csv\"#;",
        "use libm::{exp, log}; let x = exp(y.sqrt()); let z = y.explain();",
        "#[cfg(test)]\nmod tests { fn f() { x.unwrap(); std::fs::read(y.exp()); { } } }\n",
        "#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod tests;\nuse std::fmt;",
        "fn f<'a>(x: &'a str) -> char { '\\'' }",
    ] {
        let source = Source::new("level.rs", text);
        let all = [source.impurities(), source.breaches(), source.abruptness(), source.untidiness()].concat();
        assert!(all.is_empty(), "{text}: {all:?}");
    }
    let source = Source::new("engine/leap.rs", "use super::stream::Stream;\nuse crate::disease::Tumour;");
    assert!(source.breaches().is_empty());
    assert!(Source::new("clinic/assay.rs", "use crate::engine::{Stream, sampler};").breaches().is_empty());
    assert!(Source::new("disease/x_tests.rs", "x.unwrap()").abruptness().is_empty());
}
