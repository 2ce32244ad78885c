//! Mistakes of scenarios, of the catalogues and patients that they name, and of tables of points: each is one change to a right
//! file, and gives one finding at its place.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use support::command::{Desk, names};

/// The right scenario that each mistake changes.
const BASE: &str = include_str!("mistakes/base.toml");

/// A right scenario with the files that it names, and a table of points for it.
const FILES: [(&str, &str); 4] = [
    ("scenario.toml", include_str!("mistakes/files/scenario.toml")),
    ("lab.toml", include_str!("mistakes/files/lab.toml")),
    ("patients.csv", include_str!("mistakes/files/patients.csv")),
    ("points.csv", include_str!("mistakes/files/points.csv")),
];

/// Marks the expected place of the finding in the new text.
const MARK: char = '^';

/// One mistake: a text of the base, what it becomes, and the finding that must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    /// The mistake in words.
    what: String,
    /// The file that it is in, one of [`FILES`]; the base if left out.
    file: Option<String>,
    /// A text that stands in the base once.
    old: String,
    /// What stands there instead, with a `^` where the finding must point.
    new: String,
    /// The key of the finding; empty where no key is concerned.
    key: String,
    /// The value found, where there is one.
    found: Option<String>,
    /// A part of the problem.
    problem: String,
    /// A part of what would be right.
    right: Option<String>,
    /// What was probably meant, where something was.
    suggestion: Option<String>,
}

/// The mistakes of one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistakes {
    mistake: Vec<Mistake>,
}

impl Mistake {
    /// The name of the file with the mistake.
    fn name(&self) -> &str {
        self.file.as_deref().unwrap_or("scenario.toml")
    }

    /// The right file.
    fn right_file(&self) -> &'static str {
        let Some(file) = &self.file else { return BASE };
        FILES.iter().find(|(name, _)| name == file).expect("one of the files").1
    }

    /// The file with the mistake, and the line and column where the finding must point.
    fn scenario(&self) -> (String, usize, usize) {
        let base = self.right_file();
        assert_eq!(base.matches(&self.old).count(), 1, "{}: `old` must stand in the file once", self.what);
        assert_eq!(self.new.matches(MARK).count(), 1, "{}: `new` needs one mark", self.what);
        let marked = base.replacen(&self.old, &self.new, 1);
        let (before, after) = marked.split_once(MARK).expect("a mark");
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (format!("{before}{after}"), line, column)
    }

    /// Runs the scenario, and says how it went otherwise than it must.
    fn complaint(&self) -> Option<String> {
        let (scenario, line, column) = self.scenario();
        let desk = Desk::new();
        for (name, text) in FILES.into_iter().filter(|_| self.file.is_some()) {
            desk.write(name, text);
        }
        desk.write(self.name(), scenario);
        let before = names(&desk.path("."));
        let command: &[&str] =
            if self.name() == "points.csv" { &["sweep", "--points", "points.csv"] } else { &["run"] };
        let options = ["scenario.toml", "--out", "out/deep", "--json"];
        let done = desk.clonetide(command.iter().chain(&options));
        if (done.code, done.stdout.as_str()) != (Some(3), "") || names(&desk.path(".")) != before {
            return Some(format!("{}: not refused cleanly: {done:?}", self.what));
        }
        match done.findings().as_slice() {
            [finding] => self.difference(finding, line, column),
            findings => Some(format!("{}: {} findings: {}", self.what, findings.len(), brief(findings))),
        }
    }

    fn difference(&self, finding: &Value, line: usize, column: usize) -> Option<String> {
        let part = |key: &str| finding[key].as_str().unwrap_or_default();
        let expected = json!({
            "file": self.name(), "line": line, "column": column, "key": self.key,
            "found": self.found, "suggestion": self.suggestion,
        });
        let keys = expected.as_object().into_iter().flat_map(|table| table.keys());
        let wrong: Vec<&String> =
            keys.filter(|key| expected[key.as_str()] != finding[key.as_str()]).collect();
        let said = part("problem").contains(&self.problem)
            && self.right.as_ref().is_none_or(|right| part("right").contains(right));
        let differs = !wrong.is_empty() || !said;
        differs.then(|| format!("{}: {wrong:?} of {finding}\n  {expected} {}", self.what, self.problem))
    }
}

/// The places and problems of several findings.
fn brief(findings: &[Value]) -> String {
    let one = |f: &Value| format!("\n  {}:{} {} {}", f["line"], f["column"], f["key"], f["problem"]);
    findings.iter().map(one).collect()
}

/// The mistakes in a file of `tests/mistakes`.
fn mistakes(topic: &str) -> Vec<Mistake> {
    let path = folder().join(format!("{topic}.toml"));
    let text = fs::read_to_string(path).expect("a file of mistakes");
    toml::from_str::<Mistakes>(&text).expect("mistakes as they must be").mistake
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes"))
}

fn hold(topic: &str) {
    let complaints: Vec<String> = mistakes(topic).iter().filter_map(Mistake::complaint).collect();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n\n"));
}

/// A test for each topic, and the list of them.
macro_rules! topics {
    ($($name:ident: $topic:literal,)*) => {
        const TOPICS: &[&str] = &[$($topic),*];
        $(#[test]
        fn $name() {
            hold($topic);
        })*
    };
}

topics! {
    slips_of_syntax_are_told: "syntax",
    unknown_and_missing_keys_are_told: "keys",
    values_of_the_wrong_kind_are_told: "kinds",
    wrong_quantities_are_told: "units",
    numbers_out_of_range_are_told: "numbers",
    unknown_words_are_told: "words",
    wrong_traits_and_clones_are_told: "disease",
    wrong_regimens_and_plans_are_told: "therapy",
    wrong_settings_of_the_study_are_told: "study",
    wrong_clinics_rules_and_toxicity_are_told: "clinic",
    wrong_cohorts_and_histories_are_told: "cohort",
    wrong_sweeps_are_told: "sweep",
    wrong_tables_of_points_are_told: "points",
    wrong_catalogues_are_told: "catalogue",
    wrong_files_of_patients_are_told: "patients",
}

#[test]
fn the_base_is_right() {
    let desk = Desk::with(BASE);
    assert!(!BASE.contains(MARK));
    let plan = desk.clonetide(["check", "scenario.toml"]).good();
    assert!(plan.stdout.starts_with("Base: right\n"), "{plan:?}");
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    for (name, text) in FILES {
        assert!(!text.contains(MARK));
        desk.write(name, text);
    }
    desk.clonetide(["run", "scenario.toml", "--out", "files"]).good();
    desk.clonetide(["sweep", "scenario.toml", "--points", "points.csv", "--out", "points"]).good();
}

#[test]
fn every_file_of_mistakes_is_held() {
    let files: BTreeSet<String> = names(folder()).into_iter().collect();
    let mut held: BTreeSet<String> = TOPICS.iter().map(|topic| format!("{topic}.toml")).collect();
    held.extend(["base.toml", "files"].map(str::to_owned));
    assert_eq!(files, held);
}

#[test]
fn there_are_many_mistakes_and_no_two_are_alike() {
    let all: Vec<Mistake> = TOPICS.iter().flat_map(|topic| mistakes(topic)).collect();
    let distinct: BTreeSet<String> = all.iter().map(|mistake| mistake.scenario().0).collect();
    let told: BTreeSet<(&str, &str)> =
        all.iter().map(|mistake| (mistake.file.as_deref().unwrap_or(""), mistake.what.as_str())).collect();
    assert!(all.len() >= 370, "{}", all.len());
    assert_eq!((distinct.len(), told.len()), (all.len(), all.len()));
}

#[test]
fn more_than_64_traits_are_told() {
    let names: Vec<String> = (1..=65).map(|number| format!("\"T{number}\"")).collect();
    let mistake = Mistake {
        what: "65 traits".to_owned(),
        file: None,
        old: r#"traits = ["CRBN_LOW", "PSMB5_MUT", "OWN_MUT", "OWN_STATE"]"#.to_owned(),
        new: format!("traits = ^[{}]", names.join(", ")),
        key: "disease.traits".to_owned(),
        found: Some("a list of 65".to_owned()),
        problem: "65 items".to_owned(),
        right: Some("at most 64".to_owned()),
        suggestion: None,
    };
    assert_eq!(mistake.complaint(), None);
}

/// Without the bracket the parser cannot know where the list ends; the first finding must be near.
#[test]
fn a_list_that_is_not_closed_is_told_where_it_is_noticed() {
    let (before, after) = BASE.split_once(r#"requires = ["CRBN_LOW"]"#).expect("a list");
    let desk = Desk::with(&format!("{before}requires = [\"CRBN_LOW\"{after}"));
    let done = desk.clonetide(["run", "scenario.toml", "--json"]).bad(3, &[]);
    let line = before.matches('\n').count() as u64 + 1;
    let first = &done.findings()[0];
    assert_eq!(done.findings().len(), 1, "what follows is not told");
    assert!(first["line"].as_u64().is_some_and(|at| at == line || at == line + 1), "{first}");
    assert!(first["problem"].as_str().is_some_and(|problem| problem.contains("not closed")), "{first}");
}
