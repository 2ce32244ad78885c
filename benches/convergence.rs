//! How the error of the leap engine falls with its step: six theory cases whose exact moments are known, every
//! clone leaping (`exact_below = 0`) at a fixed step (`tolerance = 1`), until noise hides the error.
//!
//!     cargo bench --bench convergence [-- REPLICATES]

use clonetide::model::Model;
use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::study;
use serde_json::Value;

/// Case, the trait set of each of its types, and the longest step in units of its time.
type Types = &'static [(&'static str, &'static str)];
const CASES: [(&str, Types, f64); 6] = [
    ("G01", &[("H", ""), ("L", "L")], 1.0),
    ("C05", &[("W", ""), ("M", "M")], 4.0),
    ("H03", &[("X", "")], 1.0),
    ("H04", &[("X", "")], 2.0),
    ("H05", &[("S", ""), ("R", "R")], 1.0),
    ("F03", &[("S", ""), ("R", "R")], 1.0),
];
/// How often the step is halved.
const HALVINGS: u32 = 3;

/// One exact mean and variance, of a sum of types at a time.
struct Exact {
    name: String,
    time: f64,
    weights: Vec<f64>,
    mean: f64,
    var: f64,
    mu4: f64,
}

fn main() {
    // cargo passes flags of its own.
    let replicates = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(1_000_000_u64);
    println!("n = {replicates} a row; error over its standard error in brackets\n");
    println!("| case | step | observable | error of the mean | error of the variance |");
    println!("| --- | --- | --- | --- | --- |");
    for (id, types, longest) in CASES {
        for halving in 0..=HALVINGS {
            rows(id, types, longest / f64::from(2_u32.pow(halving)), replicates);
        }
    }
}

fn read(id: &str, kind: &str) -> String {
    let path = format!("{}/tests/theory/{id}.{kind}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The exact moments of a case.
fn moments(id: &str, types: &[(&str, &str)]) -> Vec<Exact> {
    let case: Value = serde_json::from_str(&read(id, "json")).expect("a case");
    let all = case["observables"].as_array().expect("observables");
    let exact = |o: &Value| {
        let number = |key: &str| o[key].as_f64();
        let by_type = |name: &str| o["weights"][name].as_f64().unwrap_or(0.0);
        let in_sum = |name: &str| o["variable"].as_str().is_some_and(|sum| sum.split('+').any(|v| v == name));
        let weight = |name: &str| if in_sum(name) { 1.0 } else { by_type(name) };
        let weights: Vec<f64> = types.iter().map(|(name, _)| weight(name)).collect();
        let name = o["name"].as_str()?.to_string();
        // A difference of types has a mean near 0, and nothing to be relative to.
        let sums = weights.iter().any(|w| *w > 0.0) && weights.iter().all(|w| *w >= 0.0);
        sums.then_some(Exact {
            name,
            time: number("time")?,
            weights,
            mean: number("mean")?,
            var: number("var")?,
            mu4: number("mu4")?,
        })
    };
    all.iter().filter(|o| o["kind"] == "moments").filter_map(exact).collect()
}

/// The counts of a story, weighted, at a time.
fn value(model: &Model, story: &Story, types: &[(&str, &str)], exact: &Exact) -> f64 {
    let name = |position: usize| model.traits[position].name.as_str();
    let rows = story.census.iter().filter(|row| (row.day - exact.time).abs() < 1e-9);
    rows.map(|row| {
        let traits: Vec<&str> = row.traits.iter().map(name).collect();
        let kind = types.iter().position(|(_, set)| *set == traits.join("+"));
        kind.map_or(0.0, |kind| exact.weights[kind] * row.cells as f64)
    })
    .sum()
}

fn rows(id: &str, types: &[(&str, &str)], step: f64, replicates: u64) {
    let changes = [
        "engine.method=leap".to_string(),
        "engine.exact_below=0".to_string(),
        "engine.tolerance=1".to_string(),
        format!("engine.step=\"{step} d\""),
        format!("record.every=\"{} d\"", step.max(1.0)),
        format!("study.replicates={replicates}"),
    ];
    let scenario = Scenario::read(id, &read(id, "toml"), &changes);
    let scenario = scenario.unwrap_or_else(|findings| panic!("{}", findings.render(false)));
    let (model, exact) = (&scenario.model, moments(id, types));
    let mut sums = vec![[0.0; 2]; exact.len()];
    let digest = |_, story: Story| exact.iter().map(|e| value(model, &story, types, e)).collect::<Vec<f64>>();
    let take = |values: Vec<f64>| {
        for ((sum, value), exact) in sums.iter_mut().zip(values).zip(&exact) {
            let off = value - exact.mean;
            *sum = [sum[0] + off, sum[1] + off * off];
        }
        Ok::<(), std::convert::Infallible>(())
    };
    study::run(model, study::default_threads(None, None), digest, take).expect("a run");
    let n = replicates as f64;
    for (exact, [first, second]) in exact.iter().zip(sums) {
        let mean = first / n;
        let variance = second / n - mean * mean - exact.var;
        let relative = |error: f64, of: f64, spread: f64| {
            format!("{:+.3} % ({:+.1})", 100.0 * error / of, error / spread)
        };
        let of_mean = relative(mean, exact.mean, (exact.var / n).sqrt());
        let of_variance = relative(variance, exact.var, ((exact.mu4 - exact.var * exact.var) / n).sqrt());
        println!("| {id} | {step} | {} | {of_mean} | {of_variance} |", exact.name);
    }
}
