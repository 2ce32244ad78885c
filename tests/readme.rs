//! What the README shows is what the program does.

#![allow(clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::Desk;

const README: &str = include_str!("../README.md");

/// The first code block of a language that contains a text.
fn block(language: &str, containing: &str) -> String {
    let fence = format!("```{language}\n");
    let blocks = README.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.into_iter().find(|text| text.contains(containing)).expect("a block").to_string() + "\n"
}

/// Lines without the blanks at their ends.
fn trimmed(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

#[test]
fn the_example_scenario_runs() {
    let desk = Desk::with(&block("toml", "[study]"));
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--quiet"]).good();
    assert!(desk.path("out/manifest.json").exists());
}

#[test]
fn the_example_of_a_plan_that_reacts_belongs_to_it() {
    let desk = Desk::with(&(block("toml", "[study]") + "\n" + &block("toml", "[toxicity.lenalidomide]")));
    let plan = desk.clonetide(["check", "scenario.toml"]).good();
    let rules = [
        "DRd until progression, at least PR after 4 cycles, stopped at MRD below 1e-5 until conversion",
        "730.5 d without drugs, at most until progression",
        "daratumumab for 336 d, if 180 d off daratumumab, 0.2 are lost before it",
    ];
    assert!(rules.iter().all(|rule| plan.stdout.contains(rule)), "{}", plan.stdout);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--quiet", "--set", "study.horizon=2 y"]).good();
}

#[test]
fn the_example_error_is_what_the_program_says() {
    let scenario = block("toml", "[study]").replace("regimen = \"Vd\"", "regimen = \"Vdd\"");
    let desk = Desk::with(&scenario);
    std::fs::rename(desk.path("scenario.toml"), desk.path("mine.toml")).expect("a rename");
    let done = desk.clonetide(["check", "mine.toml"]);
    assert_eq!(done.code, Some(3));
    assert_eq!(trimmed(&done.stderr), trimmed(&block("text", "Vdd")));
}

#[test]
fn the_story_is_what_the_first_command_prints() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/review-story.toml");
    let desk = Desk::with("");
    let done = desk.clonetide(["run", scenario, "--out", "out", "--quiet"]);
    assert_eq!(trimmed(&done.stdout), trimmed(&block("text", "The review's story")));
}
