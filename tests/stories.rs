//! Whole stories: what a scenario says happens, on its days, to the same patients in every arm. Deterministic
//! statements for fixed seeds; shares that are random are compared where they differ by many standard errors.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

mod support;

use clonetide::engine::StreamKey;
use clonetide::record::{Event, Stop, Story};
use clonetide::scenario::Scenario;
use clonetide::study;
use clonetide::{Simulator, simulate};
use support::scenario::{estimate, read, shipped, summary};

fn tell(scenario: &Scenario, arm: usize, patient: u64) -> Story {
    let key = StreamKey { seed: scenario.model.seed, cell: 0, patient, replicate: 0 };
    simulate(&scenario.model, &scenario.model.arms[arm], key)
}

/// Hypothesis: a story that has no more time ends at the next boundary, and until then it is the story that has. No chance is
/// involved: the clock is a count of boundaries.
#[test]
fn a_story_without_time_is_the_beginning_of_the_story() {
    let scenario = shipped("dara-rechallenge", &["study.horizon=\"900 d\""]);
    let model = &scenario.model;
    let (arm, key) = (&model.arms[0], StreamKey { seed: 5, cell: 0, patient: 0, replicate: 0 });
    let whole = Simulator::new(model).tell(arm, key);
    for boundaries in [0_u32, 1, 7] {
        let left = std::cell::Cell::new(boundaries);
        let has_time = || left.replace(left.get().saturating_sub(1)) > 0;
        let cut = Simulator::new(model).tell_while(arm, key, &has_time);
        assert_eq!(cut.outcome.stop, Stop::TimeLimit);
        assert!(cut.outcome.stop_day < whole.outcome.stop_day);
        assert_eq!(cut.census, whole.census[..cut.census.len()]);
        assert_eq!(cut.visits, whole.visits[..cut.visits.len()]);
    }
}

/// What one simulator told before makes no difference, nor does the order: no chance is involved.
#[test]
fn a_simulator_tells_the_same_story_after_any_other() {
    for (name, engine, horizon) in [
        ("dara-rechallenge", "leap", "900 d"),
        ("review-story", "leap", "900 d"),
        ("birth-death", "exact", "6 d"),
    ] {
        let changes = [&*format!("engine.method={engine}"), &*format!("study.horizon=\"{horizon}\"")];
        let scenario = shipped(name, &changes);
        let model = &scenario.model;
        let mut simulator = Simulator::new(model);
        for patient in [3, 0, 2, 0] {
            let key = StreamKey { seed: 5, cell: 0, patient, replicate: 1 };
            for arm in model.arms.iter().rev() {
                let (reused, fresh) = (simulator.tell(arm, key), simulate(model, arm, key));
                assert_eq!(format!("{reused:?}"), format!("{fresh:?}"), "{name} {engine} patient {patient}");
            }
        }
    }
}

const TWO_STARTS: &str = r#"
name = "two starts"
study = { seed = 9, horizon = "300 d" }
visits = { every = "28 d" }
record = { every = "1 d" }
engine = { step = "1 d" }
arm = [
  { name = "after 50 d", lines = [{ holiday = "50 d" }, { regimen = "VRd", until = "progression" }] },
  { name = "after 100 d", lines = [{ holiday = "100 d" }, { regimen = "VRd", until = "progression" }] },
]

[disease]
burden = { lognormal = { median = 1e9, cv = 0.5 } }
net_growth = "0.01 /d"
death = "0.03 /d"
traits = ["CRBN_MUT", "MDR1_EFFLUX"]
"#;

#[test]
fn arms_share_patient_past_and_noise_until_the_first_dose() {
    let scenario = read(TWO_STARTS, &[]);
    for patient in 0..3 {
        let (early, late) = (tell(&scenario, 0, patient), tell(&scenario, 1, patient));
        assert_eq!(early.outcome.patient, late.outcome.patient);
        let until = |story: &Story, day: f64| {
            story.census.iter().filter(|row| row.day <= day).copied().collect::<Vec<_>>()
        };
        assert_eq!(until(&early, 50.0), until(&late, 50.0));
        assert_ne!(until(&early, 100.0), until(&late, 100.0));
        assert_eq!(
            early.visits[..2].iter().map(|v| v.m_protein).collect::<Vec<_>>(),
            late.visits[..2].iter().map(|v| v.m_protein).collect::<Vec<_>>()
        );
    }
}

#[test]
fn lines_begin_on_their_day_with_a_reading_and_drugs_act_from_then_on() {
    let scenario = read(TWO_STARTS, &["visits.m_protein.limit=\"0 g/L\""]);
    let story = tell(&scenario, 0, 0);
    assert!(story.events.contains(&(50.0, Event::LineStarted { line: 1, regimen: 0 })));
    assert!(story.visits.iter().any(|visit| visit.day == 50.0), "a reading on the line's first day");
    let burden =
        |day: f64| story.census.iter().filter(|row| row.day == day).map(|row| row.cells).sum::<u64>() as f64;
    assert!(burden(50.0) > burden(40.0) && burden(60.0) < burden(50.0));
}

const UNTREATED: &str = r#"
name = "untreated"
study = { horizon = "3 y" }

[disease]
burden = 1e9
net_growth = "0.02 /d"
death = "0.03 /d"
"#;

#[test]
fn a_lethal_burden_ends_the_story_on_the_day_it_is_reached() {
    let story = tell(&read(UNTREATED, &["disease.lethal_burden=1e10"]), 0, 0);
    assert_eq!(story.outcome.stop, Stop::Death);
    // ln 10 / 0.02 = 115.13 days; steps grow short before it: tolerance 0.001 over net growth, 0.05 d.
    let day = std::f64::consts::LN_10 / 0.02;
    assert!((day - 0.01..day + 0.07).contains(&story.outcome.stop_day), "{}", story.outcome.stop_day);
    let survival = story.outcome.overall_survival();
    assert_eq!((survival.time, survival.event), (story.outcome.stop_day, true));
}

#[test]
fn a_plan_that_stops_ends_the_story_with_its_last_line() {
    let plan = "arm=[{ name = \"a\", after = \"stop\", lines = [{ regimen = \"Vd\", cycles = 2 }] }]";
    let story = tell(&read(UNTREATED, &[plan]), 0, 0);
    assert_eq!((story.outcome.stop, story.outcome.stop_day), (Stop::PlanEnded, 42.0));
}

#[test]
fn nobody_to_treat_is_no_error() {
    let story = tell(&read(UNTREATED, &["disease.burden=0"]), 0, 0);
    assert_eq!(
        (story.outcome.burden, story.outcome.extinct, story.outcome.stop),
        (0, Some(0.0), Stop::Horizon)
    );
}

/// Off the drug the share of CD38-low cells falls by half in 90 days, up to the rare gain; 1e10 cells, so the
/// noise is far below the tolerance of 1 %.
#[test]
fn cd38_comes_back_with_its_half_life_after_daratumumab() {
    let plan = "arm=[{ name = \"a\", lines = [{ regimen = \"daratumumab\", for = \"84 d\" }] }]";
    let slow = "drug.daratumumab.acts={ for = \"7 d\" }";
    let changes = [
        plan,
        slow,
        "disease.traits=[\"CD38_DOWN_ACQ\"]",
        "disease.burden=1e10",
        "drug.daratumumab.kill=\"0 /d\"",
        "record.every=\"1 d\"",
        "engine.step=\"1 d\"",
    ];
    let story = tell(&read(UNTREATED, &changes), 0, 0);
    let share = |day: f64| {
        let rows: Vec<_> = story.census.iter().filter(|row| row.day == day).collect();
        let low: u64 = rows.iter().filter(|row| row.traits.contains(0)).map(|row| row.cells).sum();
        low as f64 / rows.iter().map(|row| row.cells).sum::<u64>() as f64
    };
    assert!(share(84.0) > 0.5, "induced: {}", share(84.0));
    let (off, later) = (share(91.0), share(181.0));
    assert!((later / off - 0.5).abs() < 0.005, "{off} {later}");
}

#[test]
fn the_scenarios_show_what_they_say() {
    let rechallenge = summary(&shipped("dara-rechallenge", &["study.patients=60"]));
    let again = [0, 1, 2].map(|arm| estimate(&rechallenge, arm, "line2_response_rate"));
    assert!(again[0] < 0.2 && again[0] + 0.2 < again[1] && again[1] + 0.1 < again[2], "{again:?}");

    let psmb5 = summary(&shipped("psmb5", &["study.patients=60"]));
    let (vd, kd) =
        (estimate(&psmb5, 0, "line1_median_ttp_days"), estimate(&psmb5, 1, "line1_median_ttp_days"));
    assert!(estimate(&psmb5, 0, "line1_relapse_share_PSMB5_MUT") > 0.8 && vd < kd, "{vd} {kd}");

    let efflux = summary(&shipped("efflux", &["study.patients=60"]));
    let next = estimate(&efflux, 0, "line2_response_rate");
    assert!(estimate(&efflux, 0, "line1_relapse_share_MDR1_EFFLUX") > 0.6 && next < 0.2, "{next}");
}

#[test]
fn the_reviews_story_ends_in_triple_class_refractory_disease_for_many() {
    let story = summary(&shipped("review-story", &["study.patients=40"]));
    let arm = &story.arms[0];
    assert!(arm.lines.len() == 4 && arm.lines.windows(2).all(|pair| pair[0].started >= pair[1].started));
    assert!(arm.triple.events() >= 10, "{} of 40", arm.triple.events());
    let late = estimate(&story, 0, "line4_median_ttp_days");
    assert!(late < estimate(&story, 0, "line1_median_ttp_days"), "later lines hold for less time");
    assert!(estimate(&story, 0, "line3_relapse_share_MDR1_EFFLUX") > 0.3);
}

/// 0.1 + 0.2 is not 0.3: sums of the same days differ in their last digit, and must still be one moment.
#[test]
fn days_that_differ_in_their_last_digit_are_one_day() {
    let line = |line: &str| format!("arm=[{{ name = \"a\", lines = [{line}] }}]");
    let cases = [
        vec!["visits.every=\"0.3 d\"", "engine.step=\"0.1 d\"", "study.horizon=\"3 d\""],
        vec![
            "visits.every=\"0.1 y\"",
            "study.horizon=\"0.5 y\"",
            "LINE{ regimen = \"Vd\", for = \"0.3 y\" }",
        ],
        vec!["visits.every=\"1.1 d\"", "study.horizon=\"9 d\"", "LINE{ holiday = \"3.3 d\" }"],
        vec![
            "engine.step=\"0.7 d\"",
            "study.horizon=\"90 d\"",
            "LINE{ regimen = \"daratumumab\", cycles = 2 }",
        ],
    ];
    for changes in cases {
        let changes: Vec<String> = changes
            .iter()
            .map(|change| change.strip_prefix("LINE").map_or(change.to_string(), line))
            .collect();
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let story = tell(&read(UNTREATED, &changes), 0, 0);
        assert_eq!(story.outcome.stop, Stop::Horizon, "{changes:?}");
        let apart = |pair: &[clonetide::record::Visit]| pair[1].day - pair[0].day > 1e-6;
        assert!(story.visits.windows(2).all(apart), "two visits at one moment: {changes:?}");
    }
}

#[test]
fn growth_beyond_every_limit_stops_there_and_loses_no_cell() {
    for (division, step) in [("1 /d", "40 d"), ("60 /d", "28 d"), ("800 /d", "1 d"), ("1e300 /d", "1 d")] {
        let division = format!("disease.division=\"{division}\"");
        let step = format!("engine.step=\"{step}\"");
        let text = UNTREATED.replace("net_growth = \"0.02 /d\"\n", "division = \"0 /d\"\n");
        let story = tell(&read(&text, &[&division, &step]), 0, 0);
        assert_eq!(
            (story.outcome.stop, story.outcome.burden),
            (Stop::CellLimit, 1_000_000_000_000_000),
            "{division}"
        );
    }
}

#[test]
fn a_collapse_under_crowding_does_not_make_cells() {
    let plan = "arm=[{ name = \"a\", lines = [{ regimen = \"Vd\", cycles = 1 }] }]";
    let crowded = "disease.capacity={ law = \"logistic\", cells = 1e3, acts_on = \"division\" }";
    let story = tell(
        &read(UNTREATED, &[plan, crowded, "drug.bortezomib.kill=\"30 /d\"", "study.horizon=\"5 d\""]),
        0,
        0,
    );
    assert_eq!((story.outcome.stop, story.outcome.burden), (Stop::Horizon, 0));
}

/// The last bortezomib is on day 10; progression is first seen on day 70, within 60 days, and confirmed on day 105.
#[test]
fn refractory_is_judged_on_the_day_progression_is_dated() {
    let mut changes = vec![
        "disease.burden=1e12".to_string(),
        "disease.net_growth=\"0.005 /d\"".to_string(),
        "visits={ every = \"35 d\", m_protein = { cv = 0, sd = \"0 g/L\" } }".to_string(),
        "arm=[{ name = \"a\", lines = [{ regimen = \"D-VRd\", cycles = 1 }] }]".to_string(),
    ];
    let drugs = ["daratumumab", "bortezomib", "lenalidomide", "dexamethasone"];
    changes.extend(drugs.map(|drug| format!("drug.{drug}.kill=\"0 /d\"")));
    let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
    let story = tell(&read(UNTREATED, &changes), 0, 0);
    assert_eq!(story.outcome.lines[0].progression, Some(70.0));
    assert_eq!(story.outcome.triple_refractory, Some(70.0));
    assert!(story.events.contains(&(105.0, Event::TripleClassRefractory)));
}

/// The assay's noise is drawn from a stream of its own: four times as many readings change no cell, neither before
/// the first dose nor after it. The line lasts for 12 days here, too short for a reading to end it.
#[test]
fn visits_leave_the_disease_as_it_was() {
    let census = |every: &str| {
        let every = format!("visits.every=\"{every}\"");
        tell(&read(TWO_STARTS, &["study.horizon=\"62 d\"", &every]), 0, 0).census
    };
    let (often, seldom) = (census("7 d"), census("28 d"));
    assert!(often.last().is_some_and(|row| row.day == 62.0));
    assert_eq!(often, seldom);
}

/// Three times 0.1 is a digit more than 0.3: the visit belongs to the grid day before it, which is told once.
#[test]
fn a_day_is_recorded_once_though_its_visit_is_a_digit_later() {
    let changes = ["visits.every=\"0.1 d\"", "engine.step=\"0.3 d\"", "record.every=\"0.3 d\""];
    let story = tell(&read(UNTREATED, &[&changes[..], &["study.horizon=\"3 d\""]].concat()), 0, 0);
    let days: Vec<f64> = story.census.iter().map(|row| row.day).collect();
    assert_eq!(days.len(), 11, "{days:?}");
}

/// Two arms of forty patients in two replicates: more than one batch of three threads.
#[test]
fn results_come_in_the_order_of_the_jobs() {
    let scenario = read(TWO_STARTS, &["study.patients=40", "study.replicates=2", "study.horizon=\"1 d\""]);
    let mut jobs = Vec::new();
    let digest = |job: study::Job, _: Story| (job.arm, job.patient, job.replicate);
    study::run(&scenario.model, 3, digest, |job| {
        jobs.push(job);
        Ok::<(), std::convert::Infallible>(())
    })
    .unwrap();
    assert_eq!(jobs.len(), 160);
    assert!(jobs.is_sorted(), "{jobs:?}");
}

/// A story that stops at a limit in the middle of a step leaves nothing to the next one: no chance is involved.
#[test]
fn a_limit_leaves_nothing_to_the_next_story() {
    let disease = "disease={ burden = 1e6, division = \"1 /d\", death = \"0.9 /d\", traits = [\"A\", \"B\"], clones_by = \"founder\" }";
    let traits = ["trait.A.gained.per_division=1e-3", "trait.B.gained.per_division=1e-3"];
    let changes = [disease, traits[0], traits[1], "limits.clones=50", "engine.exact_below=0"];
    let scenario = read(UNTREATED, &changes);
    let model = &scenario.model;
    let mut simulator = Simulator::new(model);
    for patient in 0..4 {
        let key = StreamKey { seed: 5, cell: 0, patient, replicate: 0 };
        let reused = simulator.tell(&model.arms[0], key);
        assert_eq!(reused.outcome.stop, Stop::CloneLimit);
        assert_eq!(format!("{reused:?}"), format!("{:?}", simulate(model, &model.arms[0], key)));
    }
}
