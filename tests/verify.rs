//! `clonetide verify` as a user runs it. No chance is involved: the seeds are fixed, so a promise that is kept
//! once is kept always.

mod support;

use serde_json::Value;
use support::command::{Desk, report};

/// The fewest replicates that it takes.
const FEW: &[&str] = &["verify", "--replicates", "1000", "--threads", "2"];

#[test]
fn every_promise_is_kept_and_has_a_line() {
    let done = Desk::new().clonetide(FEW).good();
    let lines = done.stdout.lines().filter(|line| line.contains("| kept")).count();
    assert!(lines > 30 && !done.stdout.contains("BROKEN"), "{}", done.stdout);
    assert!(done.stdout.contains(&format!("{lines} of {lines} promises are kept")), "{}", done.stdout);
    for part in ["A01 exact", "A01 leap", "S01 draws", "uniform", "1 and 3 threads", "probability 0.11 %"] {
        assert!(done.stdout.contains(part), "{part} in\n{}", done.stdout);
    }
    assert_eq!(done.stderr, "", "no bar where there is no terminal");
}

#[test]
fn json_says_the_same() {
    let done = Desk::new().clonetide(FEW.iter().chain(&["--json"])).good();
    let all: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(all["kept"], true);
    let promises = all["promises"].as_array().expect("a list");
    let rates: f64 =
        promises.iter().map(|promise| promise["false_alarm_rate"].as_f64().expect("a rate")).sum();
    assert!(
        (rates - 1.1e-3).abs() < 1e-9
            && (all["false_alarm_rate"].as_f64().expect("a rate") - rates).abs() < 1e-9
    );
    for promise in promises {
        assert!(promise["promise"].is_string() && promise["n"].as_u64() > Some(0), "{promise}");
        let chance = promise["false_alarm_rate"].as_f64() > Some(0.0);
        assert_eq!((promise["p"].is_number(), promise["kept"] == true), (chance, true), "{promise}");
    }
}

#[test]
fn threads_change_nothing() {
    let desk = Desk::new();
    let run =
        |threads| desk.clonetide(["verify", "--json", "--replicates", "1000", "--threads", threads]).good();
    assert_eq!(run("1").stdout, run("3").stdout);
}

#[test]
fn bad_arguments_are_usage() {
    let desk = Desk::new();
    for (args, word) in [
        (["--replicates", "0"], "--replicates"),
        (["--replicates", "999"], "1000"),
        (["--replicates", "-5"], "-5"),
        (["--replicates", "many"], "many"),
        (["--threads", "0"], "--threads"),
        (["--threads", "x"], "--threads"),
        (["--threads", "99999999"], "--threads"),
        (["--seed", "1"], "--seed"),
    ] {
        desk.clonetide(["verify"].iter().chain(&args)).bad(2, &[word]);
    }
    desk.clonetide(["verify", "scenario.toml"]).bad(2, &["scenario.toml"]);
}

/// Results that cannot be printed are exit code 5, as of every command.
#[test]
fn a_full_disk_is_said() {
    let done = Desk::new().shell("clonetide verify --replicates 1000 --threads 2 --json > /dev/full");
    assert_eq!((done.code, report(&done.stderr)["exit_code"].as_u64()), (Some(5), Some(5)), "{done:?}");
}
