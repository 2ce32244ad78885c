//! The benchmark scenarios mean what the common benchmarks define, and `bench` measures. No time is asserted.
//!
//! Statistical tests state what they test, n and false alarm; seeds are those of the scenarios, nobody chose them.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use clonetide::disease::TraitSet;
use clonetide::record::{Stop, Story};
use clonetide::scenario::conform::conform;
use clonetide::scenario::finding::Source;
use clonetide::scenario::{Scenario, document, schema};
use clonetide::study;
use serde_json::Value;
use support::command::{Desk, Done, SMALL, column, names};
use support::statistics::binomial_mid_p;

/// False alarm of each binomial test.
const ALPHA: f64 = 1e-3;

/// The first line, by which editors find the schema.
const TAPLO: &str = "#:schema ../scenario.schema.json";

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/bench"));
    names(folder).into_iter().map(|name| folder.join(name)).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a scenario that can be read")
}

/// What every replicate of a scenario of this folder comes to.
fn told<T: Send>(file: &str, replicates: u64, digest: impl Fn(Story) -> T + Sync) -> Vec<T> {
    let path = paths().into_iter().find(|path| path.ends_with(file)).expect("the scenario");
    let changes = [format!("study.replicates={replicates}")];
    let scenario = Scenario::read(file, &text(&path), &changes).expect("a right scenario");
    let mut all = Vec::new();
    let take = |result| {
        all.push(result);
        Ok::<(), Infallible>(())
    };
    study::run(&scenario.model, 2, |_, story| digest(story), take).expect("threads");
    all
}

// The scenarios.

#[test]
fn the_benchmark_scenarios_are_right_and_say_so() {
    let mut seen = BTreeSet::new();
    for path in paths() {
        let (name, text) = (path.display().to_string(), text(&path));
        assert_eq!(text.lines().next(), Some(TAPLO), "{name}");
        let file: toml::Table = text.parse().expect("TOML");
        let about = file.get("about").and_then(toml::Value::as_str).unwrap_or_default();
        assert!(about.starts_with("A benchmark") && about.contains("Source:"), "{name}: about = {about:?}");
        let node = document::parse(Source::new(name.clone(), text.clone())).expect("TOML");
        assert!(conform(&node, &schema()).is_empty(), "{name}");
        let slug = Scenario::read(&name, &text, &[]).expect("a right scenario").slug();
        assert!(seen.insert(slug), "{name}: a name twice");
    }
    assert_eq!(seen.len(), 5);
}

#[test]
fn the_benchmark_scenarios_run() {
    for path in paths() {
        let (desk, path) = (Desk::new(), path.display().to_string());
        desk.clonetide(["run", &path, "--replicates", "20", "--out", "out", "--quiet"]).good();
        assert_eq!(column(&desk.path("out/patients.csv"), "stop").len(), 20, "{path}");
    }
}

/// W2: a line dies out with probability d / b, at any size at detection. n = 2000 for each of three sizes,
/// exact binomial test, false alarm 1e-3 each.
#[test]
fn growth_from_one_cell_dies_out_as_theory_says() {
    for (file, size) in [("w2a.toml", 1e6), ("w2b.toml", 1e9), ("w2c.toml", 1e12)] {
        let ends = told(file, 2000, |story| (story.outcome.burden, story.outcome.stop));
        let extinct = ends.iter().filter(|(burden, _)| *burden == 0).count() as u64;
        let outcome = binomial_mid_p(extinct, 2000, 0.04 / 0.14);
        assert!(outcome.p > ALPHA, "{file}: {extinct} of 2000 died out: {outcome:?}");
        // Whoever survives is seen near the size at detection: a step may overshoot by the tolerance.
        let (survivors, mut sum) = (2000 - extinct, 0.0);
        for (burden, stop) in ends.iter().filter(|(burden, _)| *burden > 0) {
            assert!(*stop == Stop::Detection && *burden as f64 >= size, "{file}: {stop:?} at {burden}");
            sum += *burden as f64 / size;
        }
        let mean = sum / survivors as f64;
        assert!(mean < 1.03, "{file}: detected at {mean} times the size on average");
    }
}

/// Mean-field totals of W3, by day: the rate equations, integrated elsewhere.
const W3_TOTALS: [(f64, f64); 5] =
    [(7.0, 3.568368e9), (14.0, 1.359374e9), (21.0, 5.636563e8), (28.0, 1.134416e9), (84.0, 1.041467e8)];

/// Mean-field cells of W3 without a trait on day 84.
const W3_WILD_TYPE: f64 = 1.3371e7;

/// W3: the mean of 60 histories against the mean field. One history spreads by less than 1 % (asserted), so
/// that 1 % is more than 7 standard errors: false alarm below 1e-10.
#[test]
fn therapy_follows_the_mean_field() {
    let cells = |story: &Story, day: f64, traits: Option<TraitSet>| {
        let wanted = story.census.iter().filter(|c| c.day == day && traits.is_none_or(|t| t == c.traits));
        wanted.map(|c| c.cells as f64).sum::<f64>()
    };
    let stories = told("w3.toml", 60, |story| {
        let totals = W3_TOTALS.map(|(day, _)| cells(&story, day, None));
        (totals, cells(&story, 84.0, Some(TraitSet::WILD_TYPE)))
    });
    for (at, (day, expected)) in W3_TOTALS.into_iter().enumerate() {
        near(&format!("day {day}"), stories.iter().map(|(totals, _)| totals[at]), expected);
    }
    near("wild type, day 84", stories.iter().map(|(_, wild)| *wild), W3_WILD_TYPE);
}

/// Holds that 60 values lie within 1 % of what is expected on average, and spread by less than 1 %.
#[track_caller]
fn near(what: &str, values: impl Iterator<Item = f64> + Clone, expected: f64) {
    let mean = values.clone().sum::<f64>() / 60.0;
    let variance = values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / 59.0;
    assert!((mean / expected - 1.0).abs() < 0.01, "{what}: {mean:e}, expected {expected:e}");
    assert!(variance.sqrt() < 0.01 * expected, "{what}: spread {:e}", variance.sqrt());
}

/// About 79 % are cured; that 60 histories end alike has probability 1e-6.
#[test]
fn a_stronger_kill_cures_some_and_not_others() {
    let cured = told("w3-strong.toml", 60, |story| story.outcome.burden == 0);
    assert!(cured.contains(&true) && cured.contains(&false), "{cured:?}");
}

// The command.

/// Numbers of a report that must be there; without steps those of the second group are null.
const ALWAYS: [&str; 4] = ["seed", "histories_per_round", "rounds", "stopped_at_a_limit"];
const WITH_STEPS: [&str; 6] = [
    "steps_per_history",
    "clone_steps_per_history",
    "mean_step_days",
    "draws_ns_per_clone_step",
    "clone_step_over_draws",
    "share_of_draws",
];
const SPEED: [&str; 3] = ["threads", "seconds_per_round", "replicates_per_second"];
const SPEED_WITH_STEPS: [&str; 2] = ["clone_steps_per_second", "ns_per_clone_step"];

/// The report in JSON of `bench` with these arguments on a small scenario.
fn report(arguments: &[&str]) -> Value {
    let done = bench(&[&["scenario.toml", "--json"], arguments].concat()).good();
    serde_json::from_str(&done.stdout).expect("JSON on standard output")
}

fn bench(arguments: &[&str]) -> Done {
    Desk::with(SMALL).clonetide(["bench"].iter().chain(arguments))
}

#[track_caller]
fn assert_positive(report: &Value, keys: &[&str]) {
    for key in keys {
        let number = report[key].as_f64().unwrap_or(f64::NAN);
        assert!(number.is_finite() && number > 0.0, "{key} in {report}");
    }
}

#[test]
fn a_report_has_every_number() {
    let report = report(&["--replicates", "1", "--threads", "2,1"]);
    assert_positive(&report, &ALWAYS[..3]);
    assert_eq!(report["stopped_at_a_limit"], 0);
    assert_positive(&report, &WITH_STEPS);
    let speeds = report["speeds"].as_array().expect("a list");
    assert_eq!(speeds.iter().map(|speed| &speed["threads"]).collect::<Vec<_>>(), [1, 2]);
    for speed in speeds {
        assert_positive(speed, &SPEED);
        assert_positive(speed, &SPEED_WITH_STEPS);
        assert_positive(speed, &["speed_up"]);
        for key in ["cpu_seconds_per_round", "cpu_ns_per_clone_step"] {
            assert!(speed[key].is_null() || speed[key].as_f64() > Some(0.0), "{key} in {report}");
        }
        assert!(speed["spread"].as_f64().is_some_and(|spread| spread >= 0.0 && spread.is_finite()));
        assert!(speed["peak_memory_bytes"].as_u64() > Some(0) || !cfg!(target_os = "linux"));
    }
    assert_eq!((&report["engine"], &report["scenario"]), (&"leap".into(), &"Small, but whole".into()));
}

#[test]
fn the_numbers_of_a_report_agree_with_each_other() {
    let report = report(&["--replicates", "2", "--threads", "2"]);
    let number = |value: &Value| value.as_f64().expect("a number");
    let speed = &report["speeds"][0];
    let seconds = number(&speed["seconds_per_round"]);
    let histories = number(&report["histories_per_round"]);
    let agree = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b} in {report}");
    assert_eq!(histories, 2.0 * 3.0 * 2.0, "2 replicates of 3 patients in 2 arms");
    agree(number(&speed["replicates_per_second"]) * seconds, histories);
    let steps = number(&report["clone_steps_per_history"]) * histories;
    agree(number(&speed["clone_steps_per_second"]) * seconds, steps);
    agree(number(&speed["ns_per_clone_step"]), 1e9 * seconds / steps);
    agree(number(&report["share_of_draws"]) * number(&report["clone_step_over_draws"]), 1.0);
    assert_eq!(speed["speed_up"], Value::Null, "one thread was not measured");
}

#[test]
fn what_is_done_does_not_depend_on_the_clock() {
    let done = |threads| {
        let report = report(&["--replicates", "2", "--threads", threads]);
        (report["clone_steps_per_history"].clone(), report["steps_per_history"].clone())
    };
    assert_eq!(done("1"), done("2"));
}

#[test]
fn the_exact_engine_has_no_steps() {
    let exact = ["--set", "engine.method=exact", "--set", "disease.burden=50", "--set", "study.horizon=14 d"];
    let report = report(&[&exact[..], &["--replicates", "1", "--threads", "1"]].concat());
    assert_eq!(report["engine"], "exact");
    assert_positive(&report["speeds"][0], &SPEED);
    assert!(WITH_STEPS.iter().all(|key| report[key].is_null()), "{report}");
    assert!(SPEED_WITH_STEPS.iter().all(|key| report["speeds"][0][key].is_null()), "{report}");
    let done = bench(&[&["scenario.toml", "--replicates", "1"], &exact[..]].concat()).good();
    assert!(done.stdout.contains("event by event"), "{}", done.stdout);
}

#[test]
fn without_a_scenario_the_built_in_one_is_measured() {
    let done = Desk::new().clonetide(["bench", "--seconds", "0.01", "--seed", "7", "--json"]).good();
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(
        (&report["scenario"], &report["seed"]),
        (&"Benchmark W3: three lines of therapy".into(), &7.into())
    );
    assert_positive(&report, &ALWAYS[..3]);
}

#[test]
fn a_report_is_a_table_and_nothing_else_is_said() {
    for quiet in [&["--quiet"][..], &[]] {
        let done = bench(&[&["scenario.toml", "--seconds", "0.01", "--threads", "1"], quiet].concat()).good();
        for words in
            ["threads", "replicates/s", "clone-steps/s", "ns per clone-step", "speed-up", "peak memory"]
        {
            assert!(done.stdout.contains(words), "{words} is missing in {}", done.stdout);
        }
        assert_eq!(done.stderr, "", "progress is for terminals");
    }
}

#[test]
fn a_tumour_without_cells_has_no_draws() {
    let empty = ["--set", "disease.burden=0", "--set", "disease.clone=[]", "--replicates", "1"];
    let report = report(&empty);
    assert!(report["draws_ns_per_clone_step"].is_null(), "{report}");
    assert_positive(&report["speeds"][0], &SPEED);
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let desk = Desk::with(&SMALL.replace("Small, but whole", "\\u001b[2J"));
    let done = desk.clonetide(["bench", "scenario.toml", "--seconds", "0.001"]).good();
    assert!(!done.stdout.contains('\u{1b}'), "{}", done.stdout);
}

// Mistakes.

#[test]
fn wrong_thread_counts_are_usage_errors() {
    for wrong in ["0", "-1", "1.5", "many", "", "1,", ",", "1,0", "1,2,1025", "99999999999999999999"] {
        bench(&["scenario.toml", &format!("--threads={wrong}")]).bad(2, &["--threads"]);
    }
    bench(&["--threads", "1025"]).bad(2, &["1025 is not in 1..=1024"]);
}

#[test]
fn wrong_seconds_are_usage_errors() {
    for wrong in ["0", "-0", "-1", "nan", "inf", "-inf", "1e9", "ten", "", "3 s"] {
        let words = ["--seconds", "expected a number of seconds above 0 and up to 86400"];
        bench(&["scenario.toml", &format!("--seconds={wrong}")]).bad(2, &words);
    }
    bench(&["--seconds", "-1"]).bad(2, &["expected a number of seconds"]);
}

#[test]
fn wrong_arguments_are_usage_errors() {
    bench(&["--seconds", "1", "--replicates", "2"]).bad(2, &["--seconds", "--replicates"]);
    bench(&["scenario.toml", "scenario.toml"]).bad(2, &["unexpected argument"]);
    bench(&["--out", "x"]).bad(2, &["--out"]);
    bench(&["--set", "disease.death"]).bad(2, &["expected PATH=VALUE"]);
}

#[test]
fn a_wrong_scenario_is_told_before_anything_is_measured() {
    bench(&["none.toml"]).bad(3, &["cannot read the scenario none.toml"]);
    bench(&["scenario.toml", "--replicates", "0"]).bad(3, &["study.replicates", "must be at least 1"]);
    bench(&["--set", "disease.kil_scale=2"]).bad(3, &["kill_scale"]);
    Desk::with("").clonetide(["bench", "scenario.toml"]).bad(3, &["name"]);
}

#[test]
fn errors_are_json_if_asked_for() {
    let done = bench(&["--json", "--set", "study.horizon=-1 d"]).bad(3, &[]);
    assert_eq!(done.findings().len(), 1, "{done:?}");
    assert_eq!(done.findings()[0]["key"], "study.horizon");
}

#[test]
fn a_limit_is_an_exit_code_beside_the_numbers() {
    let done = bench(&["scenario.toml", "--json", "--replicates", "1", "--set", "limits.clones=2"]);
    assert_eq!(done.code, Some(4), "{done:?}");
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert!(report["stopped_at_a_limit"].as_u64() > Some(0), "{report}");
    assert!(done.stderr.contains("stopped at a limit"), "{done:?}");
}
