//! Scenarios read for a test, told in full, and what their summary estimates.

use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::study::{self, Summary};

/// A scenario from its text, with changes as by `--set`.
pub fn read(text: &str, changes: &[&str]) -> Scenario {
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    Scenario::read("test.toml", text, &changes)
        .unwrap_or_else(|findings| panic!("{}", findings.render(false)))
}

/// A scenario of `scenarios/`, with changes as by `--set`.
pub fn shipped(name: &str, changes: &[&str]) -> Scenario {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read_to_string(path).unwrap(), changes)
}

/// All patients of all arms.
pub fn summary(scenario: &Scenario) -> Summary {
    let mut summary = Summary::new(&scenario.model);
    let digest = |job: study::Job, story: Story| (job.arm, story.outcome);
    study::run(&scenario.model, 2, digest, |(arm, outcome)| {
        summary.add(arm, &outcome);
        Ok::<(), std::convert::Infallible>(())
    })
    .unwrap();
    summary
}

/// The estimate of a quantity in an arm.
pub fn estimate(summary: &Summary, arm: usize, quantity: &str) -> f64 {
    let rows = summary.estimates();
    let row = rows.iter().find(|row| row.arm == arm && row.quantity == quantity);
    row.and_then(|row| row.estimate).unwrap_or_else(|| panic!("no estimate of {quantity} in arm {arm}"))
}
