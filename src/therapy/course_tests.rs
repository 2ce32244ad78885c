//! The course, walked boundary by boundary.

use super::super::drug::Action;
use super::super::plan::AfterPlan;
use super::super::regimen::Component;
use super::*;

fn drug(name: &str, class: DrugClass) -> Drug {
    Drug { name: name.into(), class, kill: 0.1, slows: 0.0, action: Action::Window { days: 1.0 } }
}

fn drugs() -> Vec<Drug> {
    vec![drug("bortezomib", DrugClass::ProteasomeInhibitor), drug("lenalidomide", DrugClass::Imid)]
}

fn regimens() -> Vec<Regimen> {
    let on = |drug, days: &[u32]| Component {
        drug,
        days: days.to_vec(),
        first_cycle: 1,
        last_cycle: None,
        strength: 1.0,
    };
    vec![
        Regimen { name: "V".into(), cycle_days: 21, components: vec![on(0, &[1, 4, 8, 11])] },
        Regimen { name: "R".into(), cycle_days: 28, components: vec![on(1, &[1, 2, 3])] },
    ]
}

fn line(regimen: usize) -> Line {
    Line { regimen, cycles: None, then: None, days: None, until_progression: true }
}

/// Boundaries on which drug `drug` is given, and the turns taken, up to `horizon`.
fn walk(stages: Vec<Stage>, drug: usize, horizon: f64) -> (Vec<f64>, Vec<(f64, Turn)>) {
    let (drugs, regimens, plan) = (drugs(), regimens(), Plan { stages, after: AfterPlan::Observe });
    let mut course = Course::new(&plan, &regimens, &drugs);
    let (mut day, mut doses, mut turns) = (0.0, Vec::new(), Vec::new());
    while day < horizon {
        turns.extend(course.act(day).into_iter().map(|turn| (day, turn)));
        if course.exposure().last_dose(drug) == Some(day) {
            doses.push(day);
        }
        day = course.next_boundary();
    }
    (doses, turns)
}

#[test]
fn doses_fall_on_their_days_of_each_cycle() {
    let (doses, _) = walk(vec![Stage::Line(line(0))], 0, 42.0);
    assert_eq!(doses, [0.0, 3.0, 7.0, 10.0, 21.0, 24.0, 28.0, 31.0]);
}

#[test]
fn a_line_of_cycles_ends_and_a_holiday_and_rechallenge_follow() {
    let two = || Stage::Line(Line { cycles: Some(2), ..line(0) });
    let (doses, turns) = walk(vec![two(), Stage::Holiday { days: 30.5 }, two()], 0, 200.0);
    assert_eq!(doses[8], 72.5, "42 days of therapy and 30.5 without");
    assert_eq!(doses.len(), 16);
    let expected = [
        (0.0, Turn::LineStarted { line: 1, regimen: 0 }),
        (42.0, Turn::LineEnded { line: 1, reason: LineEnd::Completed }),
        (42.0, Turn::HolidayStarted),
        (72.5, Turn::LineStarted { line: 2, regimen: 0 }),
        (114.5, Turn::LineEnded { line: 2, reason: LineEnd::Completed }),
        (114.5, Turn::PlanEnded),
    ];
    assert_eq!(turns, expected);
}

#[test]
fn a_dose_that_renews_what_acts_is_no_boundary_but_is_remembered() {
    let (drugs, regimens) = (drugs(), regimens());
    let plan = Plan { stages: vec![Stage::Line(line(1))], after: AfterPlan::Observe };
    let mut course = Course::new(&plan, &regimens, &drugs);
    course.act(0.0);
    assert_eq!(course.next_boundary(), 3.0, "three days of tablets act as one");
    course.catch_up(2.5);
    assert_eq!((course.exposure().last_dose(1), course.exposure().next_change()), (Some(2.0), 3.0));
    course.act(3.0);
    assert_eq!((course.exposure().level(1), course.next_boundary()), (crate::level::Level::OFF, 28.0));
}

#[test]
fn maintenance_belongs_to_the_line() {
    let induction = Line { cycles: Some(1), then: Some(1), ..line(0) };
    let (doses, turns) = walk(vec![Stage::Line(induction)], 1, 60.0);
    // Days 22, 23, 50 and 51 only renew what acts.
    assert_eq!(doses, [21.0, 49.0]);
    assert_eq!(turns[1], (21.0, Turn::RegimenChanged { regimen: 1 }));
    assert_eq!(turns.len(), 2);
}

#[test]
fn maintenance_with_the_same_regimen_begins_its_cycles_anew_once() {
    let same = Line { cycles: Some(2), then: Some(0), ..line(0) };
    let (_, turns) = walk(vec![Stage::Line(same)], 0, 200.0);
    assert_eq!(turns[1..], [(42.0, Turn::RegimenChanged { regimen: 0 })]);
}

#[test]
fn a_line_of_days_ends_on_its_day() {
    let (doses, turns) = walk(vec![Stage::Line(Line { days: Some(8.0), ..line(0) })], 0, 60.0);
    assert_eq!(doses, [0.0, 3.0, 7.0]);
    assert_eq!(turns.last(), Some(&(8.0, Turn::PlanEnded)));
}

#[test]
fn progression_ends_only_a_line_that_says_so() {
    let (drugs, regimens) = (drugs(), regimens());
    let stages = vec![
        Stage::Line(Line { days: Some(90.0), until_progression: false, ..line(0) }),
        Stage::Line(line(1)),
    ];
    let plan = Plan { stages, after: AfterPlan::Observe };
    let mut course = Course::new(&plan, &regimens, &drugs);
    course.act(0.0);
    assert!(course.progress(28.0).is_empty());
    course.act(90.0);
    assert_eq!(course.line(), 2);
    assert_eq!(course.regimen(90.0 + 28.0), Some((1, 2)));
    let turns = course.progress(118.0);
    assert_eq!(turns, [Turn::LineEnded { line: 2, reason: LineEnd::Progression }, Turn::PlanEnded]);
    assert!(course.is_over());
}

#[test]
fn classes_given_within_sixty_days_count() {
    let (drugs, regimens) = (drugs(), regimens());
    let plan = Plan {
        stages: vec![Stage::Line(Line { cycles: Some(1), then: Some(1), ..line(0) })],
        after: AfterPlan::Stop,
    };
    let mut course = Course::new(&plan, &regimens, &drugs);
    let mut day = 0.0;
    while day < 70.0 {
        course.act(day);
        day = course.next_boundary();
    }
    assert_eq!(course.recent_classes(70.0), [DrugClass::Imid, DrugClass::ProteasomeInhibitor].into());
    assert_eq!(course.recent_classes(70.5), [DrugClass::Imid].into(), "the last bortezomib was on day 10");
}

#[test]
fn on_the_day_a_line_ends_its_last_cycle_is_the_last() {
    let (drugs, regimens) = (drugs(), regimens());
    let stages = vec![Stage::Line(Line { cycles: Some(2), ..line(0) }), Stage::Line(line(1))];
    let plan = Plan { stages, after: AfterPlan::Observe };
    let mut course = Course::new(&plan, &regimens, &drugs);
    course.act(0.0);
    assert_eq!(
        [0.0, 20.9, 21.0, 42.0].map(|day| course.regimen(day)),
        [Some((0, 1)), Some((0, 1)), Some((0, 2)), Some((0, 2))]
    );
    course.act(42.0);
    assert_eq!(course.regimen(42.0), Some((1, 1)));
}
