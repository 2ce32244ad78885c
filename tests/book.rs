//! The book does what it says: its commands run, its pieces of scenarios are right, its links lead somewhere, and its
//! made pages are what the program makes. `tests/tutorial.rs` runs the tutorial, with what it leaves.

#![allow(clippy::expect_used)] // A panic is how a test fails.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::command::{Desk, names};

/// Patients of a command of the book in these tests.
const PATIENTS: &str = "4";

/// Beginnings of commands that other programs or a cluster are needed for, and where they are tried.
const ELSEWHERE: [(&str, &str); 8] = [
    ("sbatch ", "tests/slurm/run.sh"),
    ("snakemake ", "tests/slurm/run.sh"),
    ("parallel ", "tests/shards.rs, shard by shard"),
    ("clonetide sweep story.toml", "tests/shards.rs: one shard of ten"),
    ("clonetide merge /shared/story", "tests/shards.rs"),
    ("just parquet ", "parquet/tests/tables.rs, by just test-parquet"),
    ("python3 tests/survival/check.py", "by hand, with pandas and lifelines"),
    ("python3 recipes/calibrate.py", "a search of some minutes, by hand"),
];

/// What a piece of a scenario is put below to be whole.
const BASE: &str = r#"
name = "Around a piece"
[study]
seed = 1
patients = 2
horizon = "1 y"
[disease]
burden = 4e11
net_growth = { lognormal = { median = "0.014 /d", cv = 0.5 } }
death = "0.03 /d"
kill_scale = { lognormal = { median = 1.0, cv = 0.3 } }
traits = ["CRBN_MUT", "BCL2_DEP_T1114"]
[[arm]]
name = "VRd"
lines = [{ regimen = "VRd", cycles = 8 }]
[visits]
every = "28 d"
"#;

fn docs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs"))
}

fn text(page: &str) -> String {
    fs::read_to_string(docs().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// The files that the summary links to, in order.
fn pages() -> Vec<String> {
    let summary = text("SUMMARY.md");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.map(str::to_string).collect()
}

/// The blocks of a language, such as `sh`.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let (text, fence) = (text(page), format!("```{language}\n"));
    let blocks = text.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.map(str::to_string).collect()
}

/// A folder with the scenarios in it, as a clone of the repository has them.
fn desk() -> Desk {
    let desk = Desk::new();
    let scenarios = docs().with_file_name("scenarios");
    symlink(scenarios.join("review-story.toml"), desk.path("story.toml")).expect("a link");
    symlink(scenarios, desk.path("scenarios")).expect("a link");
    desk
}

/// A command as these tests run it: with few patients, in a folder of its own.
fn cut(line: &str) -> String {
    let line = line.replace("cargo run --release -- ", "clonetide ").replace("/shared/", "shared/");
    if !line.starts_with("clonetide run ") && !line.starts_with("clonetide sweep ") {
        return line;
    }
    let mut words: Vec<&str> = line.split(' ').collect();
    match words.iter().position(|word| *word == "--patients") {
        Some(at) => words[at + 1] = PATIENTS,
        None => words.extend(["--patients", PATIENTS]),
    }
    words.join(" ").replace("--count 128", "--count 16")
}

/// The commands of a page, one after the other, but for those that are tried elsewhere.
fn run(page: &str) -> usize {
    let (desk, mut count) = (desk(), 0);
    let blocks = blocks(page, "sh").join("\n").replace("\\\n", "");
    for line in blocks.lines().filter(|line| ELSEWHERE.iter().all(|(begin, _)| !line.starts_with(begin))) {
        // A patient in the picture is there with fewer patients, too.
        let line = cut(line).replace("--patients 20 --figure patient-20", "--patients 3 --figure patient-3");
        desk.shell(&line).good();
        count += 1;
    }
    count
}

#[test]
fn every_command_of_the_cookbook_runs() {
    assert_eq!(run("cookbook.md"), 24);
}

#[test]
fn every_command_of_the_other_pages_runs() {
    let others = pages().into_iter().filter(|page| page != "cookbook.md" && page != "tutorial.md");
    assert!(others.map(|page| run(&page)).sum::<usize>() >= 3);
}

#[test]
fn every_command_that_is_tried_elsewhere_is_in_the_book() {
    let all: String = pages().iter().map(|page| blocks(page, "sh").join("\n") + "\n").collect();
    for (begin, place) in ELSEWHERE {
        assert!(all.lines().any(|line| line.starts_with(begin)), "{begin} ({place})");
    }
}

#[test]
fn a_question_has_its_commands_and_its_picture() {
    let page = text("cookbook.md");
    let questions: Vec<&str> = page.split("\n## ").skip(1).collect();
    assert_eq!(questions.len(), 12);
    let mut pictures = BTreeSet::new();
    for question in questions {
        let name = question.split("](images/cookbook/").nth(1).and_then(|rest| rest.split(".png").next());
        let name = name.unwrap_or_else(|| panic!("no picture: {question}"));
        assert!(
            question.contains(&format!("--out {name}\n")) && question.contains(&format!("plot {name} ")),
            "{name}"
        );
        assert!(question.lines().next().expect("a title").ends_with('?'), "{name}");
        pictures.insert(format!("{name}.png"));
    }
    let folder = docs().join("images/cookbook");
    assert_eq!(names(&folder).into_iter().collect::<BTreeSet<_>>(), pictures);
    let bytes: u64 =
        pictures.iter().map(|name| fs::metadata(folder.join(name)).expect("a picture").len()).sum();
    assert!(bytes < 2_000_000, "{bytes} bytes of pictures");
}

#[test]
fn every_piece_of_a_scenario_is_right() {
    let mut count = 0;
    for page in pages() {
        for block in blocks(&page, "toml") {
            let desk = desk();
            let whole = if block.contains("[study]") { block } else { format!("{BASE}\n{block}") };
            desk.write("scenario.toml", &whole);
            let done = desk.clonetide(["check", "scenario.toml"]);
            assert_eq!(done.code, Some(0), "{page}:\n{whole}\n{}", done.stderr);
            count += 1;
        }
    }
    assert!(count >= 3, "{count}");
}

#[test]
fn every_page_is_in_the_summary() {
    let pages: BTreeSet<String> = pages().into_iter().collect();
    let files = names(docs()).into_iter().filter(|name| name.ends_with(".md") && name != "SUMMARY.md");
    assert_eq!(pages, files.collect());
}

/// The headings and anchors of a page, as GitHub and mdBook name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let id = |heading: &str| {
        let kept = |c: char| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        };
        heading.trim_start_matches('#').trim().chars().filter_map(kept).collect()
    };
    let headings = text.lines().filter(|line| line.starts_with('#')).map(id);
    let given = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_string);
    headings.chain(given).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for page in pages() {
        let own = text(&page);
        for link in own.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target: PathBuf = docs().join(if file.is_empty() { page.as_str() } else { file });
            assert!(target.is_file(), "{page}: {link}");
            let there =
                anchor.is_empty() || anchors(&fs::read_to_string(&target).expect("a page")).contains(anchor);
            assert!(there, "{page}: {link} has no such place");
            count += 1;
        }
    }
    assert!(count > 100, "{count} links");
}

#[test]
fn the_keys_are_those_of_the_program() {
    let made = Desk::new().clonetide(["schema", "--markdown"]).good().stdout;
    assert!(made == text("reference.md"), "refresh it: just reference");
}

#[test]
fn the_keys_of_a_manifest_can_be_printed_too() {
    let made = Desk::new().clonetide(["schema", "manifest", "--markdown"]).good().stdout;
    assert!(made.starts_with("# The keys of a manifest\n") && made.contains("| `streams` |"), "{made}");
}

/// What it says of each promise changes with the version; which promises there are must not be stale.
#[test]
fn the_promises_are_those_of_the_program() {
    let done = Desk::new().clonetide(["verify", "--json", "--replicates", "1000"]).good();
    let all: Value = serde_json::from_str(&done.stdout).expect("JSON");
    let made: Vec<&str> =
        all["promises"].as_array().expect("promises").iter().filter_map(|p| p["promise"].as_str()).collect();
    let page = text("validation.md");
    let told: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.ends_with("| kept |"))
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .collect();
    assert_eq!(told, made, "refresh it: just validation");
}
