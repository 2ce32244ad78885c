//! Endpoints of outcomes that are written by hand.

use super::super::{LineRecord, Stop};
use super::*;
use crate::clinic::Aspirate;
use crate::engine::Effort;
use crate::patient::Person;

fn line(responded: Option<f64>, progression: Option<(f64, f64)>, followed: f64) -> LineRecord {
    LineRecord {
        line: 1,
        regimen: 0,
        started: 10.0,
        ended: None,
        best: None,
        depth: 1.0,
        responded,
        progression: progression.map(|(_, by)| by),
        progressed_after: progression.map(|(after, _)| after),
        followed,
        relapse: None,
    }
}

fn outcome(lines: Vec<LineRecord>, stop: Stop, stop_day: f64, last_visit: f64) -> Outcome {
    let key = crate::engine::StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 };
    let text = "name = \"t\"\nstudy = { horizon = \"1 d\" }\n\
                disease = { burden = 1, division = \"1 /d\", death = \"1 /d\" }";
    let model = crate::scenario::Scenario::read("t.toml", text, &[]).unwrap().model;
    Outcome {
        patient: Person::draw(&model, key).patient,
        stop,
        stop_day,
        lines,
        last_visit,
        extinct: None,
        triple_refractory: None,
        marrow: Vec::new(),
        entered: 0.0,
        burden: 7,
        clones: 1,
        effort: Effort::NONE,
    }
}

/// Samples of ten million cells on days of line 1: the clonal ones.
fn with_marrow(outcome: Outcome, samples: &[(f64, u64)]) -> Outcome {
    let record = |&(day, clonal)| MarrowRecord {
        day,
        line: 1,
        sample: Aspirate { clonal, cells: 10_000_000 },
        clear: true,
    };
    Outcome { marrow: samples.iter().map(record).collect(), ..outcome }
}

#[test]
fn progression_lies_between_visits_and_death_on_its_day() {
    let interval = |after, by| Interval { after, by };
    let progressed = outcome(vec![line(None, Some((60.0, 90.0)), 120.0)], Stop::Death, 400.0, 380.0);
    assert_eq!(progressed.progression_interval(), interval(60.0, Some(90.0)));
    assert_eq!(progressed.progression_free_interval(), interval(60.0, Some(90.0)));
    let dead = outcome(vec![line(None, None, 120.0)], Stop::OtherDeath, 125.5, 120.0);
    assert_eq!(dead.progression_interval(), interval(120.0, None));
    assert_eq!(dead.progression_free_interval(), interval(125.5, Some(125.5)));
    let followed = outcome(vec![line(None, None, 120.0)], Stop::Cutoff, 125.5, 120.0);
    assert_eq!(followed.progression_free_interval(), interval(120.0, None));
}

#[test]
fn death_of_any_cause_counts_for_survival_and_a_cutoff_does_not() {
    let survival = |stop| outcome(vec![], stop, 300.0, 280.0).overall_survival();
    for (stop, event) in [(Stop::Death, true), (Stop::OtherDeath, true), (Stop::Cutoff, false)] {
        assert_eq!(survival(stop), Endpoint { time: 300.0, event });
    }
}

#[test]
fn response_is_counted_from_the_line_and_lasts_until_progression_death_or_the_last_visit() {
    let responder = |progression, stop| {
        let outcome = outcome(vec![line(Some(66.0), progression, 400.0)], stop, 410.0, 400.0);
        (outcome.time_to_response(), outcome.duration_of_response().unwrap())
    };
    let event = |time| Endpoint { time, event: true };
    assert_eq!(responder(Some((150.0, 180.0)), Stop::Horizon), (event(56.0), event(114.0)));
    assert_eq!(responder(None, Stop::OtherDeath), (event(56.0), event(344.0)));
    assert_eq!(responder(None, Stop::Horizon).1, Endpoint { time: 334.0, event: false });
    let none = outcome(vec![line(None, None, 400.0)], Stop::Horizon, 410.0, 400.0);
    assert_eq!(none.time_to_response(), Endpoint { time: 390.0, event: false });
    assert_eq!(none.duration_of_response(), None);
}

#[test]
fn mrd_negativity_lasts_until_a_sample_progression_or_death() {
    let base = |progression, stop| outcome(vec![line(None, progression, 900.0)], stop, 910.0, 900.0);
    let lasted =
        |outcome: Outcome, samples: &[(f64, u64)]| with_marrow(outcome, samples).duration_of_mrd_negativity();
    let at = |time, event| Some(Endpoint { time, event });
    let followed = || base(None, Stop::Horizon);
    assert_eq!(lasted(followed(), &[(100.0, 100)]), None, "100 of ten million are 1e-5");
    assert_eq!(lasted(followed(), &[(100.0, 99)]), at(0.0, false));
    assert_eq!(lasted(followed(), &[(100.0, 99), (300.0, 5), (500.0, 4)]), at(400.0, false));
    assert_eq!(lasted(followed(), &[(100.0, 99), (300.0, 5), (500.0, 100)]), at(400.0, true));
    assert_eq!(lasted(base(Some((200.0, 250.0)), Stop::Horizon), &[(100.0, 9)]), at(150.0, true));
    assert_eq!(lasted(base(None, Stop::OtherDeath), &[(100.0, 9)]), at(810.0, true));
}

#[test]
fn samples_after_progression_do_not_count_as_depth() {
    let progressed = outcome(vec![line(None, Some((150.0, 200.0)), 900.0)], Stop::Horizon, 910.0, 900.0);
    let seen = with_marrow(progressed, &[(100.0, 5000), (200.0, 0)]);
    assert_eq!(seen.least_residual(), Some(5e-4));
    assert_eq!([1e-3, 1e-4].map(|level| seen.was_mrd_negative_at(level)), [true, false]);
}

#[test]
fn residual_disease_is_not_excluded_while_the_m_protein_is_there() {
    let mut seen = with_marrow(outcome(vec![line(None, None, 9.0)], Stop::Horizon, 9.0, 9.0), &[(5.0, 0)]);
    assert!(seen.was_mrd_negative_at(1e-6));
    seen.marrow[0].clear = false;
    assert!(!seen.was_mrd_negative_at(1e-4) && seen.least_residual() == Some(0.0));
}

#[test]
fn cured_is_who_has_no_cell_left() {
    let mut outcome = outcome(vec![], Stop::Horizon, 10.0, 0.0);
    assert!(!outcome.is_cured());
    outcome.burden = 0;
    assert!(outcome.is_cured());
}
