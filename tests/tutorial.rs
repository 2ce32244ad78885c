//! The commands of the tutorial run as they stand, one after the other, and leave what it says.

#![allow(clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::{Desk, column};

const TUTORIAL: &str = include_str!("../docs/tutorial.md");

#[test]
fn every_command_of_the_tutorial_does_what_it_says() {
    let desk = Desk::new();
    let blocks = TUTORIAL.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(lines.len() >= 10 && lines.iter().all(|line| line.starts_with("clonetide ")), "{lines:?}");
    for line in lines {
        assert!(!desk.shell(line).good().stdout.is_empty(), "{line}");
    }
    for file in [
        "mine.toml",
        "first/report.html",
        "first/figures/survival-pfs.png",
        "figures/patient-3.svg",
        "second/summary.csv",
        "first/export-survival/pfs.csv",
        "first/export-ggmuller/populations.csv",
        "first/export-pyclone-vi/truth.tsv",
    ] {
        assert!(desk.path(file).is_file(), "{file}");
    }
    let drawn = |name: &str| column(&desk.path(name), "kill_scale");
    assert_eq!(drawn("first/patients.csv"), drawn("second/patients.csv"), "the patients are the same");
}
