//! Time per history, by engine and size. Run with `cargo bench`; compare lines of one run only.

use clonetide::engine::StreamKey;
use clonetide::scenario::Scenario;
use clonetide::simulate;
use divan::Bencher;

fn main() {
    divan::main();
}

/// One history of a scenario after another, each with streams of its own.
fn histories(bencher: Bencher, text: &str, changes: &[String]) {
    let scenario = Scenario::read("bench.toml", text, changes).expect("a right scenario");
    let model = &scenario.model;
    let mut patient = 0;
    bencher.bench_local(|| {
        patient += 1;
        simulate(model, &model.arms[0], StreamKey { seed: 1, cell: 0, patient, replicate: 0 })
    });
}

/// W1: birth-death from 100 cells over 20 days, about 12,139 events in the exact engine.
const W1: &str = r#"
name = "W1"
study = { horizon = "20 d" }
disease = { burden = 100, division = "1 /d", death = "0.9 /d" }
record = { tables = [] }
engine = { step = "20 d" }
"#;

#[divan::bench(args = ["exact", "leap"])]
fn w1(bencher: Bencher, engine: &str) {
    histories(bencher, W1, &[format!("engine.method={engine}")]);
}

/// Ten years, four traits, weekly record, no drug: the cost must not grow with the cells.
const TEN_YEARS: &str = r#"
name = "ten years"
study = { horizon = "10 y" }
record = { every = "7 d" }

[disease]
burden = 1e12
division = "0.03 /d"
death = "0.03 /d"
traits = ["CRBN_MUT", "PSMB5_MUT", "CD38_DOWN", "MDR1_EFFLUX"]
"#;

#[divan::bench(args = ["1e6", "1e9", "1e12"])]
fn ten_years_four_traits(bencher: Bencher, cells: &str) {
    histories(bencher, TEN_YEARS, &[format!("disease.burden={cells}")]);
}

/// The review's story: five traits, four lines, twelve years.
#[divan::bench]
fn review_story(bencher: Bencher) {
    histories(bencher, include_str!("../scenarios/review-story.toml"), &[]);
}
