//! The scenarios that come with the program: each is right, says what it shows, and runs.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use clonetide::scenario::conform::conform;
use clonetide::scenario::finding::{Findings, Source};
use clonetide::scenario::{document, schema};
use serde_json::Value;
use support::command::{Desk, column, names};

/// The first line, by which editors find the schema.
const TAPLO: &str = "#:schema ./scenario.schema.json";

/// Replicates of a scenario that is a study of many; one of any other.
const REPLICATES: u64 = 20;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"))
}

fn scenarios() -> Vec<PathBuf> {
    let files = names(folder()).into_iter().map(|name| folder().join(name));
    files.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a scenario that can be read")
}

/// What `check` says of a scenario.
fn plan(path: &Path) -> Value {
    let done = Desk::new().clonetide(["check".as_ref(), path.as_os_str(), "--json".as_ref()]).good();
    let plans: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    plans[0].clone()
}

#[test]
fn there_are_scenarios_and_all_have_names_of_their_own() {
    let paths = scenarios();
    assert!(paths.len() >= 2, "{paths:?}");
    let mut folders: Vec<String> = paths.iter().map(|path| plan(path)["folder"].to_string()).collect();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), paths.len(), "{folders:?}");
}

#[test]
fn every_scenario_is_right() {
    for path in scenarios() {
        let done = Desk::new().clonetide(["check".as_ref(), path.as_os_str()]).good();
        assert!(done.stdout.contains(": right\n") && done.stderr.is_empty(), "{}: {done:?}", path.display());
    }
}

#[test]
fn every_scenario_begins_with_its_schema() {
    for path in scenarios() {
        assert_eq!(text(&path).lines().next(), Some(TAPLO), "{}", path.display());
    }
}

#[test]
fn every_scenario_says_what_it_shows() {
    for path in scenarios() {
        let file: toml::Table = text(&path).parse().expect("TOML");
        let about = file.get("about").and_then(toml::Value::as_str).unwrap_or_default();
        assert!(about.split_whitespace().count() >= 10, "{}: about = {about:?}", path.display());
    }
}

/// The row of a scenario in the list: its file, what its first lines say, its traits.
fn row(path: &Path) -> String {
    let name = path.file_name().expect("a file").to_string_lossy();
    let text = text(path);
    let comment = text.lines().skip(1).map_while(|line| line.strip_prefix("# "));
    let file: toml::Table = text.parse().expect("TOML");
    let traits = file["disease"].get("traits").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let traits: Vec<&str> = traits.iter().filter_map(toml::Value::as_str).collect();
    format!("| [{name}]({name}) | {} | {} |", comment.collect::<Vec<_>>().join(" "), traits.join(", "))
}

#[test]
fn every_scenario_is_listed() {
    let list = fs::read_to_string(folder().join("README.md")).unwrap_or_default();
    let mut listed: Vec<&str> = list.lines().filter(|line| line.starts_with("| [")).collect();
    listed.sort_unstable();
    let mut right: Vec<String> = scenarios().iter().map(|path| row(path)).collect();
    right.sort_unstable();
    assert!(listed == right, "the rows of scenarios/README.md should be:\n{}", right.join("\n"));
}

#[test]
fn every_scenario_runs() {
    for path in scenarios() {
        let desk = Desk::new();
        let plan = plan(&path);
        let replicates = if plan["replicates"].as_u64() > Some(1) { REPLICATES } else { 1 };
        let cut = ["study.patients=3".to_owned(), format!("study.replicates={replicates}")];
        let options = ["--set", &cut[0], "--set", &cut[1], "--out", "out", "--quiet"].map(str::to_owned);
        let arguments = ["run".to_owned(), path.display().to_string()].into_iter().chain(options);
        desk.clonetide(arguments).good();
        let arms = plan["arms"].as_array().expect("arms").len();
        let rows = column(&desk.path("out/patients.csv"), "stop").len();
        assert_eq!(rows, 3 * arms * replicates as usize, "{}", path.display());
        let manifest: Value = serde_json::from_str(&desk.read("out/manifest.json")).expect("a manifest");
        let mut files: Vec<&String> = manifest["files"].as_object().expect("files").keys().collect();
        let beside = ["manifest.json", "ro-crate-metadata.json"].map(str::to_owned);
        files.extend(&beside);
        files.sort();
        assert_eq!(names(&desk.path("out")).iter().collect::<Vec<_>>(), files, "{}", path.display());
    }
}

#[test]
fn the_schema_beside_the_scenarios_is_the_programs() {
    let written = fs::read_to_string(folder().join("scenario.schema.json")).unwrap_or_default();
    let printed = Desk::new().clonetide(["schema"]).good().stdout;
    assert!(written == printed, "refresh it: cargo run -- schema > scenarios/scenario.schema.json");
}

/// An editor that checks a scenario against the schema beside it finds nothing wrong.
#[test]
fn every_scenario_conforms_to_the_schema_beside_it() {
    for path in scenarios() {
        let text = fs::read_to_string(&path).expect("a scenario");
        let node = document::parse(Source::new(path.display().to_string(), text)).expect("TOML");
        let findings = conform(&node, &schema());
        assert!(findings.is_empty(), "{}", Findings(findings));
    }
}
