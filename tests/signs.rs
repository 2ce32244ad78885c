//! The signs beside the serum M-protein in whole stories: they are looked at and told, they change calls and nothing else,
//! and the M-protein at diagnosis is that of a disease that grew.

mod support;

use clonetide::clinic::Criterion;
use clonetide::engine::StreamKey;
use clonetide::record::{Event, Story};
use clonetide::scenario::Scenario;
use clonetide::simulate;
use support::scenario::{read, shipped};

fn stories(scenario: &Scenario, patients: u64) -> Vec<Story> {
    let model = &scenario.model;
    let key = |patient| StreamKey { seed: model.seed, cell: 0, patient, replicate: 0 };
    (0..patients).map(|patient| simulate(model, &model.arms[0], key(patient))).collect()
}

fn count(stories: &[Story], is: impl Fn(&Event) -> bool) -> usize {
    stories.iter().flat_map(|story| &story.events).filter(|(_, event)| is(event)).count()
}

/// A fixed seed: each criterion tells of a progression in some patient, and each progression has one.
#[test]
fn progression_is_told_with_the_sign_that_showed_it() {
    let stories = stories(&shipped("signs", &[]), 60);
    let by = |criterion| count(&stories, |event| *event == Event::ProgressionBy(criterion));
    let each = [
        Criterion::Serum,
        Criterion::Urine,
        Criterion::FreeLightChains,
        Criterion::Imaging,
        Criterion::Haemoglobin,
    ]
    .map(by);
    let all = count(&stories, |event| matches!(event, Event::Progression { .. }));
    assert_eq!(each.iter().sum::<usize>(), all);
    assert!(each[0] > 10 && each[1] > 0 && each[3] > 0 && each[4] > 0, "{each:?} of {all}");
    let visits: usize = stories.iter().map(|story| story.visits.len()).sum();
    assert_eq!(count(&stories, |event| matches!(event, Event::FreeLightChains(_))), visits);
    assert_eq!(count(&stories, |event| matches!(event, Event::Urine(_))), visits);
    assert_eq!(count(&stories, |event| matches!(event, Event::Haemoglobin(_))), visits);
}

/// An image is taken on day 0, and then at the first visit that is half a year or more after the last.
#[test]
fn images_are_taken_on_their_schedule() {
    for story in stories(&shipped("signs", &[]), 5) {
        let imaged: Vec<f64> = story
            .events
            .iter()
            .filter(|(_, event)| matches!(event, Event::Imaging(_)))
            .map(|(day, _)| *day)
            .collect();
        assert_eq!(imaged[0], 0.0);
        for pair in imaged.windows(2) {
            let due = pair[0] + 182.625 - 1e-9;
            let next = story.visits.iter().map(|visit| visit.day).find(|day| *day >= due);
            assert_eq!(next, Some(pair[1]), "{imaged:?}");
        }
    }
}

const FIXED: &str = r#"
name = "A course that no call changes"
study = { seed = 4, horizon = "400 d" }
disease = { burden = 1e12, net_growth = "0.012 /d", death = "0.03 /d" }
arm = [{ name = "VRd", lines = [{ regimen = "VRd", cycles = 8 }] }]
visits = { every = "28 d" }
"#;

const SIGNS: [&str; 4] = [
    "visits.free_light_chains={ chain = \"lambda\" }",
    "visits.urine={}",
    "visits.imaging={ every = \"84 d\" }",
    "visits.haemoglobin={}",
];

/// What is looked at never changes what happens, nor any other reading.
#[test]
fn a_look_at_a_sign_changes_no_other_reading() {
    let (plain, full) = (stories(&read(FIXED, &[]), 3), stories(&read(FIXED, &SIGNS), 3));
    for (plain, full) in plain.iter().zip(&full) {
        assert_eq!(plain.census, full.census);
        assert_eq!(plain.clones, full.clones);
        let serum = |story: &Story| story.visits.iter().map(|v| (v.day, v.m_protein)).collect::<Vec<_>>();
        assert_eq!(serum(plain), serum(full));
        let marrow = |event: &Event| matches!(event, Event::Immunofixation { .. });
        let gels = |story: &Story| count(std::slice::from_ref(story), marrow);
        assert_eq!(gels(plain), gels(full));
    }
    assert_eq!(
        count(&plain, |event| matches!(event, Event::ProgressionBy(_))),
        0,
        "serum alone tells nothing"
    );
}

/// Light chains that stay high, of a cell that secretes much: no response that asks for their ratio is stringent, nor is one
/// without measurement kept from it.
#[test]
fn the_ratio_takes_the_stringency_from_a_response() {
    let best = |changes: &[&str]| {
        let quiet = ["visits.m_protein.cv=0", "visits.m_protein.sd=\"0 g/L\"", "disease.kill_scale=4"];
        let stories = stories(&read(FIXED, &[&quiet, changes].concat()), 6);
        let codes = stories.iter().map(|story| story.outcome.best_response().map_or("", |best| best.code()));
        codes.collect::<Vec<_>>()
    };
    assert_eq!(best(&[]), ["sCR"; 6]);
    let lasting =
        r#"visits.free_light_chains={ chain = "kappa", half_life = "3000 d", cv = 0, sd = "0 g/L" }"#;
    assert_eq!(best(&[lasting]), ["CR"; 6]);
}

/// Serum without M-protein: the urine alone makes the disease measurable.
#[test]
fn urine_alone_makes_a_disease_measurable() {
    let silent = ["visits.m_protein.secretion=\"0 pg/d\"", "visits.free_light_chains={ chain = \"kappa\" }"];
    let first = |changes: &[&str]| {
        let story = stories(&read(FIXED, &[&silent, changes].concat()), 1).remove(0);
        story.visits[1].response.map(|response| response.code())
    };
    let none = ["visits.urine={ share = 0 }", "visits.free_light_chains.secretion=\"0 pg/d\""];
    assert_eq!(first(&none), Some("NE"));
    assert_ne!(first(&["visits.urine={}"]), Some("NE"));
    let light = ["visits.m_protein.isotype=\"kappa light chain\"", "visits.urine={}"];
    let story = stories(&read(FIXED, &light), 1).remove(0);
    assert!(count(&[story], |e| matches!(e, Event::Urine(urine) if urine.m_protein > 200.0)) > 0);
}

/// Light chains are there when earlier lines end: their first reading on day 0 is that of the tumour, not none.
#[test]
fn light_chains_come_along_from_earlier_lines() {
    let history = "disease.history={ lines = [{ regimen = \"Rd\", cycles = 2 }, { holiday = \"28 d\" }] }";
    let chains = "visits.free_light_chains={ chain = \"kappa\", cv = 0, sd = \"0 g/L\" }";
    let story = stories(&read(FIXED, &[history, chains]), 1).remove(0);
    let first = story.events.iter().find_map(|(day, event)| match event {
        Event::FreeLightChains(chains) if *day == 0.0 => Some(*chains),
        _ => None,
    });
    assert!(first.is_some_and(|chains| chains.involved > 0.05), "{first:?}");
}

/// M-protein per cell of a disease that grows untreated is the same at diagnosis and later; in balance it is too high at first.
/// Chance moves 1e11 cells by less than 1e-4.
#[test]
fn the_m_protein_at_diagnosis_is_that_of_a_disease_that_grew() {
    let text = r#"
name = "Untreated"
study = { seed = 5, horizon = "120 d" }
disease = { burden = 1e11, net_growth = "0.015 /d", death = "0.03 /d" }
visits = { every = "28 d", m_protein = { cv = 0, sd = "0 g/L", limit = "0 g/L", secretion = "1210 pg/d" } }
"#;
    let per_cell = |changes: &[&str]| {
        let story = stories(&read(text, changes), 1).remove(0);
        let [first, last] = [0, 4].map(|at| {
            let visit = story.visits[at];
            let cells: u64 = story.census.iter().filter(|c| c.day == visit.day).map(|c| c.cells).sum();
            visit.m_protein / cells as f64
        });
        first / last
    };
    let growing = per_cell(&["visits.m_protein.at_diagnosis=growing"]);
    assert!((growing - 1.0).abs() < 1e-3, "{growing}");
    // k / (k + g) with a half-life of 13.75 d.
    let (k, g) = (std::f64::consts::LN_2 / 13.75, 0.015);
    let balance = per_cell(&[]);
    let behind = 1.0 - g / (k + g) * (1.0 - f64::exp(-(k + g) * 112.0));
    assert!((balance * behind - 1.0).abs() < 1e-3, "{balance} {behind}");
    let igg = per_cell(&["visits.m_protein.at_diagnosis=growing", "visits.m_protein.isotype=IgG"]);
    assert!(igg > 1.0, "of IgG less stays of more: {igg}");
}
