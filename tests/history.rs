//! Histories: the disease grown from its first cells to the burden of day 0, against exact theory.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

mod support;

use clonetide::disease::TraitSet;
use clonetide::engine::StreamKey;
use clonetide::model::Model;
use clonetide::record::{Stop, Story};
use clonetide::scenario::Scenario;
use clonetide::simulate;
use support::command::{Desk, column};

/// Birth and death rates of the tests below, per day.
const BIRTH: f64 = 0.05;
const DEATH: f64 = 0.03;

fn scenario(burden: f64, history: &str, mutation: f64, extra: &str) -> String {
    format!(
        "name = \"h\"\nstudy = {{ seed = 20261126, horizon = \"7 d\", replicates = 2 }}\nrecord.every = \"7 d\"\n{extra}\n\
         [disease]\nburden = {burden:e}\ndivision = \"{BIRTH} /d\"\ndeath = \"{DEATH} /d\"\ntraits = [\"M\"]\n\
         history = {history}\n[trait.M]\ngained = {{ per_division = {mutation:e} }}\n"
    )
}

fn model(text: &str) -> Model {
    Scenario::read("h.toml", text, &[]).unwrap().model
}

fn story(model: &Model, patient: u64, replicate: u64) -> Story {
    simulate(model, &model.arms[0], StreamKey { seed: model.seed, cell: 0, patient, replicate })
}

/// Mutants on day 0, and all cells.
fn on_day_0(story: &Story) -> (f64, f64) {
    let first = story.census.iter().take_while(|census| census.day == 0.0);
    first.fold((0.0, 0.0), |(mutants, all), census| {
        let cells = census.cells as f64;
        (mutants + if census.traits == TraitSet::WILD_TYPE { 0.0 } else { cells }, all + cells)
    })
}

/// The exact mean share of neutral mutants when the tumour first has `burden` cells, given that it comes to that from
/// one cell. Each division in a tumour of i cells makes the share without mutation (1 - u / (i + 1)) times as large in
/// the mean, and deaths leave it. How often a tumour of i cells divides follows from the walk conditioned on its end
/// (Doob's transform with h(i) = 1 - (death / birth)^i), from the end backwards: once more up than down.
fn mean_share(burden: u32, mutation: f64) -> f64 {
    let (p, q) = (BIRTH / (BIRTH + DEATH), DEATH / BIRTH);
    let h = |i: f64| 1.0 - q.powf(i);
    let (mut divisions, mut log_share) = (1.0, 0.0);
    for i in (1..burden).rev() {
        let i = f64::from(i);
        log_share += divisions * (1.0 - mutation / (i + 1.0)).ln();
        let visits = divisions / (p * h(i + 1.0) / h(i));
        let deaths = visits - divisions;
        divisions = 1.0 + deaths;
    }
    1.0 - log_share.exp()
}

/// Whether the mean share of mutants on day 0 is the expected one, within 4.9 standard errors: false alarm 1e-6.
fn holds(model: &Model, n: u64, expected: f64) {
    let shares: Vec<f64> = (0..n)
        .map(|patient| {
            let (mutants, all) = on_day_0(&story(model, patient, 0));
            assert!(all >= model.disease.burden, "{all}");
            mutants / all
        })
        .collect();
    let mean = shares.iter().sum::<f64>() / n as f64;
    let variance = shares.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1) as f64;
    let error = (variance / n as f64).sqrt();
    println!("mean share {mean:.5e}, expected {expected:.5e}, standard error {error:.1e}");
    assert!((mean - expected).abs() < 4.9 * error, "{mean} instead of {expected}, standard error {error}");
}

/// H0: the mean share is the exact one. n = 10,000 histories of each engine, false alarm 1e-6 each. With divisions
/// that expect fewer than u^2 corrections: the product of means is the mean of the product to order u^2.
#[test]
fn standing_variation_from_one_cell_is_that_of_theory() {
    let expected = mean_share(300, 0.002);
    for engine in ["engine.method = \"exact\"", "engine.method = \"leap\""] {
        holds(&model(&scenario(300.0, "{ from = 1 }", 0.002, engine)), 10_000, expected);
    }
}

/// H0: from very many cells the mean share is that of Luria and Delbrueck, 1 - (n0 / N)^(u b / (b - d)). n = 400 from 1e4
/// to 1e9 cells, false alarm 1e-6.
#[test]
fn standing_variation_of_large_tumours_is_that_of_luria_and_delbrueck() {
    let expected = 1.0 - (1e4 / 1e9f64).powf(1e-4 * BIRTH / (BIRTH - DEATH));
    holds(&model(&scenario(1e9, "{ from = 1e4 }", 1e-4, "")), 400, expected);
}

/// H0: from n0 cells the time to N has the mean ln(N / n0) / (b - d), to within 1 / n0. n = 200, false alarm 1e-6.
#[test]
fn day_0_is_the_day_of_diagnosis_and_the_past_lies_before_it() {
    let model = model(&scenario(1e9, "{ from = 1e5 }", 1e-6, ""));
    let mut days = Vec::new();
    for patient in 0..200 {
        let story = story(&model, patient, 0);
        let founder = &story.clones[0];
        days.push(-founder.founded);
        assert!(story.clones.iter().all(|clone| clone.founded >= founder.founded && clone.founded <= 7.0));
        assert!(story.clones.iter().any(|clone| clone.founded < 0.0 && clone.parent.is_some()));
        let (_, all) = on_day_0(&story);
        assert!((1e9..1.01e9).contains(&all), "{all}");
    }
    let n = days.len() as f64;
    let mean = days.iter().sum::<f64>() / n;
    let deviation = (days.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    let expected = (1e4f64).ln() / (BIRTH - DEATH);
    assert!((mean - expected).abs() < 4.9 * deviation / n.sqrt() + 0.1, "{mean} instead of {expected}");
}

#[test]
fn replicates_of_a_shared_past_differ_from_day_0_on_only() {
    let shared = model(&scenario(1e7, "{ from = 1, shared = true }", 1e-4, ""));
    let own = model(&scenario(1e7, "{ from = 1 }", 1e-4, ""));
    let differ = |model: &Model| {
        let [one, two] = [0, 1].map(|replicate| story(model, 3, replicate));
        (on_day_0(&one) != on_day_0(&two), one.outcome.burden != two.outcome.burden)
    };
    assert_eq!(differ(&shared), (false, true));
    assert_eq!(differ(&own), (true, true));
    let [other, same] = [4, 3].map(|patient| on_day_0(&story(&shared, patient, 0)));
    assert_ne!(other, same, "patients have pasts of their own");
    assert_eq!(same, on_day_0(&story(&own, 3, 0)), "the first future has the past it would have alone");
}

/// Arms share the past: the clones of day 0 are the same in both.
#[test]
fn arms_share_the_past() {
    let arms = "[[arm]]\nname = \"Vd\"\nlines = [{ regimen = \"Vd\", cycles = 2 }]\n[[arm]]\nname = \"Kd\"\nlines = [{ regimen = \"Kd\", cycles = 2 }]";
    let model = model(&scenario(1e9, "{ from = 1 }", 1e-5, arms));
    let [one, two] = [0, 1].map(|arm: usize| {
        simulate(&model, &model.arms[arm], StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 })
    });
    assert_eq!(on_day_0(&one), on_day_0(&two));
    assert_ne!(one.outcome.burden, two.outcome.burden);
}

#[test]
fn a_disease_that_cannot_reach_its_burden_stops_with_its_reason() {
    let shrinks = scenario(1e6, "{ from = 1 }", 0.0, "").replace("\"0.05 /d\"", "\"0.02 /d\"");
    let crowded = scenario(1e6, "{ from = 1e4, longest = \"9 y\" }", 0.0, "")
        .replace("history", "capacity = { law = \"logistic\", cells = 1e5 }\nhistory");
    for text in [shrinks, crowded] {
        let outcome = story(&model(&text), 0, 0).outcome;
        assert_eq!((outcome.stop, outcome.stop_day, outcome.burden), (Stop::Undiagnosed, 0.0, 0));
        let desk = Desk::with(&text);
        let done = desk.clonetide(["run", "scenario.toml", "--out", "out"]);
        assert_eq!(done.code, Some(4), "{done:?}");
        assert!(column(&desk.path("out/patients.csv"), "stop").iter().all(|stop| stop == "undiagnosed"));
    }
}

/// The clones that the scenario names are those of the beginning.
#[test]
fn clones_of_a_precursor_grow_with_it() {
    let text = scenario(1e8, "{ from = 1e5 }", 0.0, "")
        .replace("history", "clone = [{ traits = [\"M\"], fraction = 0.25 }]\nhistory");
    let (mutants, all) = on_day_0(&story(&model(&text), 0, 0));
    // 25,000 beside 100,000 cells; a fifth of all, give or take the chance of 1e5 founders.
    assert!((mutants / all - 0.2).abs() < 0.02, "{mutants} of {all}");
}

/// Newly diagnosed patients who come to day 0 after lines that are written in.
fn after(lines: &str, extra: &str) -> String {
    format!(
        r#"
name = "After earlier lines"
study = {{ seed = 5, patients = 4, replicates = 2, horizon = "560 d" }}
visits.every = "28 d"
[disease]
burden = 4e11
net_growth = "0.014 /d"
death = "0.03 /d"
lethal_burden = 9e12
traits = ["CRBN_MUT", "PSMB5_MUT", "CD38_DOWN_ACQ"]
clone = [{{ traits = ["CRBN_MUT"], fraction = 1e-4 }}, {{ traits = ["PSMB5_MUT"], fraction = 1e-4 }}]
history = {{ lines = [{lines}] {extra} }}
[[arm]]
name = "Kd"
lines = [{{ regimen = "Kd", until = "progression" }}]
[[arm]]
name = "Pd"
lines = [{{ regimen = "Pd", until = "progression" }}]
"#
    )
}

const VRD: &str = r#"{ regimen = "VRd", until = "progression" }"#;

fn share_of(model: &Model, story: &Story, name: &str) -> f64 {
    let position = model.traits.iter().position(|known| known.name == name).unwrap();
    let first = story.census.iter().take_while(|census| census.day == 0.0);
    let (with, all) = first.fold((0.0, 0.0), |(with, all), census| {
        let cells = census.cells as f64;
        (with + if census.traits.contains(position) { cells } else { 0.0 }, all + cells)
    });
    with / all
}

#[test]
fn earlier_lines_select_what_is_there_on_day_0() {
    let model = model(&after(VRD, ""));
    for patient in 0..4 {
        let story = story(&model, patient, 0);
        let resistant = share_of(&model, &story, "CRBN_MUT") + share_of(&model, &story, "PSMB5_MUT");
        assert!(resistant > 0.5, "patient {patient}: {resistant} of the cells after progression under VRd");
        let lines: Vec<u32> = story.outcome.lines.iter().map(|line| line.line).collect();
        assert_eq!(
            (lines.as_slice(), story.outcome.lines[0].started),
            ([1].as_slice(), 0.0),
            "lines count from day 0"
        );
        assert!(story.clones[0].founded < -100.0, "diagnosis lies before day 0: {}", story.clones[0].founded);
        assert_eq!((story.visits[0].day, story.census[0].day), (0.0, 0.0));
        assert!(story.visits.windows(2).all(|pair| pair[0].day < pair[1].day));
        assert!(story.visits[0].m_protein > 2.0, "the M-protein of a relapse: {}", story.visits[0].m_protein);
    }
}

#[test]
fn arms_and_futures_share_earlier_lines() {
    let own = model(&after(VRD, ""));
    let shared = model(&after(VRD, ", shared = true, from = 1e3"));
    for model in [&own, &shared] {
        let [kd, pd] = [0, 1].map(|arm: usize| {
            simulate(model, &model.arms[arm], StreamKey { seed: 5, cell: 0, patient: 1, replicate: 1 })
        });
        assert_eq!(kd.clones[0].founded, pd.clones[0].founded);
        let first = |story: &Story| -> Vec<u64> {
            story.census.iter().take_while(|census| census.day == 0.0).map(|census| census.cells).collect()
        };
        assert_eq!(first(&kd), first(&pd));
        assert_ne!(kd.outcome.burden, pd.outcome.burden);
        let futures = [0, 1].map(|replicate| story(model, 1, replicate));
        let same = first(&futures[0]) == first(&futures[1]);
        assert_eq!(same, model.disease.history.as_ref().unwrap().shared);
        assert_ne!(futures[0].outcome.burden, futures[1].outcome.burden);
    }
}

#[test]
fn who_arrives_triple_class_refractory_is_it_from_day_0_on() {
    let three = format!("{VRD}, {{ regimen = \"DPd\", until = \"progression\" }}");
    let (once, twice) = (model(&after(VRD, "")), model(&after(&three, "")));
    assert_eq!(story(&once, 0, 0).outcome.triple_refractory.filter(|day| *day == 0.0), None);
    for patient in 0..3 {
        let endpoint = story(&twice, patient, 0).outcome.time_to_triple_refractory();
        assert_eq!((endpoint.time, endpoint.event), (0.0, true), "patient {patient}");
    }
}

#[test]
fn whom_earlier_lines_cure_is_not_in_the_cohort() {
    let cured =
        after(VRD, "").replace("burden = 4e11", "burden = 50").replace("fraction = 1e-4", "fraction = 0");
    let desk = Desk::with(&cured);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--patients", "1"]);
    assert_eq!(done.code, Some(4), "{done:?}");
    assert!(column(&desk.path("out/patients.csv"), "stop").iter().all(|stop| stop == "unenrolled"));
}
