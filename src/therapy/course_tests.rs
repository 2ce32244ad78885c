//! The course, walked boundary by boundary.

use super::super::adherence::{Adherence, Habit, Interruption};
use super::super::drug::Action;
use super::super::plan::AfterPlan;
use super::super::plan::TimeOff;
use super::super::regimen::{Component, Phase};
use super::super::rule::{Band, LineRules, Measure, Measured, Need, Report};
use super::super::toxicity::{Hazard, Hold, Toxicity};
use super::*;
use crate::engine::StreamKey;
use crate::level::Strength;

fn drug(name: &str, class: DrugClass) -> Drug {
    Drug {
        name: name.into(),
        class,
        kill: 0.1,
        slows: 0.0,
        mutagenic: 1.0,
        by_t_cells: false,
        log_kill: 0.0,
        action: Action::Window { days: 1.0, effect: None, exhaustion: None },
    }
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
        log_kill: 0.0,
        intravenous: false,
    };
    let regimen = |name: &str, cycle_days, component| Regimen {
        name: name.into(),
        phases: vec![Phase { cycle_days, cycles: None, components: vec![component] }],
        one_of: Vec::new(),
    };
    vec![regimen("V", 21, on(0, &[1, 4, 8, 11])), regimen("R", 28, on(1, &[1, 2, 3]))]
}

fn line(regimen: usize) -> Line {
    Line {
        regimen,
        cycles: None,
        then: None,
        days: None,
        until_progression: true,
        rules: LineRules::default(),
        time_off: None,
        attrition: 0.0,
    }
}

fn plan(stages: Vec<Stage>) -> Plan {
    Plan { stages, after: AfterPlan::Observe, adherence: Adherence::default() }
}

fn luck() -> Luck {
    Luck::of(StreamKey { seed: 4, cell: 0, patient: 0, replicate: 0 })
}

/// Days on which drug `drug` begins to act, and the turns taken, up to `horizon`.
fn walk(plan: Plan, drug: usize, horizon: f64) -> (Vec<f64>, Vec<(f64, Turn)>) {
    let (drugs, regimens) = (drugs(), regimens());
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    let (mut day, mut doses, mut turns) = (0.0, Vec::new(), Vec::new());
    let mut acted = false;
    while day < horizon {
        course.catch_up(day);
        turns.extend(course.act(day).into_iter().map(|turn| (day, turn)));
        let until = course.next_boundary().min(horizon);
        for Stretch { from, levels } in course.ahead(day, until) {
            let acts = levels[drug] != Level::OFF;
            if acts && !acted {
                doses.push(from);
            }
            acted = acts;
        }
        day = until;
    }
    (doses, turns)
}

#[test]
fn doses_fall_on_their_days_of_each_cycle() {
    let (doses, _) = walk(plan(vec![Stage::Line(line(0))]), 0, 42.0);
    assert_eq!(doses, [0.0, 3.0, 7.0, 10.0, 21.0, 24.0, 28.0, 31.0]);
}

#[test]
fn a_line_of_cycles_ends_and_a_holiday_and_rechallenge_follow() {
    let two = || Stage::Line(Line { cycles: Some(2), ..line(0) });
    let holiday = Stage::Holiday { days: 30.5, until_progression: false };
    let (doses, turns) = walk(plan(vec![two(), holiday, two()]), 0, 200.0);
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
fn doses_are_stretches_and_those_that_renew_what_acts_are_none() {
    let (drugs, regimens, plan) = (drugs(), regimens(), plan(vec![Stage::Line(line(1))]));
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    assert_eq!(course.next_boundary(), f64::INFINITY, "no dose is a boundary, but the very first");
    let on = |stretch: &Stretch| (stretch.from, stretch.levels[1] == Level::Constant(Strength::full(1.0)));
    let ahead: Vec<(f64, bool)> = course.ahead(0.0, 40.0).iter().map(on).collect();
    assert_eq!(
        ahead,
        [(0.0, true), (3.0, false), (28.0, true), (31.0, false)],
        "three days of tablets act as one"
    );
    course.catch_up(2.5);
    assert_eq!(course.exposure().last_dose(1), Some(2.0));
    course.act(3.0);
    assert_eq!(course.exposure().level(1, 3.0), Level::OFF);
}

#[test]
fn the_first_dose_is_a_boundary_and_so_is_one_that_acts_at_once() {
    let (drugs, mut regimens, plan) = (drugs(), regimens(), plan(vec![Stage::Line(line(0))]));
    regimens[0].phases[0].components[0].days = vec![5, 8];
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    assert_eq!(course.next_boundary(), 4.0);
    regimens[0].phases[0].components[0].log_kill = 2.0;
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    course.act(4.0);
    assert_eq!((course.take_pulses(), course.next_boundary()), (vec![(0, 2.0)], 7.0));
}

#[test]
fn missed_late_and_held_doses_change_what_acts() {
    let adhering = |habits, interruptions| Plan {
        adherence: Adherence { habits, interruptions },
        ..plan(vec![Stage::Line(line(0))])
    };
    let habit = |missed, delayed| vec![Habit { drugs: vec![0], missed, delayed, delay: 2.0 }];
    assert!(walk(adhering(habit(1.0, 0.0), Vec::new()), 0, 21.0).0.is_empty());
    assert_eq!(walk(adhering(habit(0.0, 1.0), Vec::new()), 0, 21.0).0, [2.0, 5.0, 9.0, 12.0]);
    let hold = Interruption { drugs: vec![0], from: 5.0, days: 4.0, strength: 0.0 };
    assert_eq!(walk(adhering(Vec::new(), vec![hold]), 0, 21.0).0, [0.0, 3.0, 10.0]);
}

#[test]
fn a_choice_falls_to_each_patient_on_their_own() {
    let (drugs, mut regimens, plan) = (drugs(), regimens(), plan(vec![Stage::Line(line(2))]));
    regimens.push(Regimen { name: "either".into(), phases: Vec::new(), one_of: vec![0, 1] });
    let given = |patient: u64| {
        let luck = Luck::of(StreamKey { seed: 4, cell: 0, patient, replicate: 0 });
        let mut course = Course::new(&plan, &regimens, &drugs, luck);
        course.act(0.0);
        course.regimen(0.0).map(|(regimen, _)| regimen)
    };
    let first = (0..200).filter(|&patient| given(patient) == Some(0)).count();
    // H0: one half gets either; n = 200, false alarm 1e-6.
    assert!((65..=135).contains(&first), "{first}");
    assert!((0..200).all(|patient| given(patient).is_some_and(|regimen| regimen < 2)));
}

#[test]
fn maintenance_belongs_to_the_line() {
    let induction = Line { cycles: Some(1), then: Some(1), ..line(0) };
    let (doses, turns) = walk(plan(vec![Stage::Line(induction)]), 1, 60.0);
    assert_eq!(doses, [21.0, 49.0]);
    assert_eq!(turns[1], (21.0, Turn::RegimenChanged { regimen: 1 }));
    assert_eq!(turns.len(), 2);
}

#[test]
fn maintenance_with_the_same_regimen_begins_its_cycles_anew_once() {
    let same = Line { cycles: Some(2), then: Some(0), ..line(0) };
    let (_, turns) = walk(plan(vec![Stage::Line(same)]), 0, 200.0);
    assert_eq!(turns[1..], [(42.0, Turn::RegimenChanged { regimen: 0 })]);
}

#[test]
fn a_line_of_days_ends_on_its_day() {
    let (doses, turns) = walk(plan(vec![Stage::Line(Line { days: Some(8.0), ..line(0) })]), 0, 60.0);
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
    let plan = plan(stages);
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
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
        adherence: Adherence::default(),
    };
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
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
    let plan = plan(stages);
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    assert_eq!(
        [0.0, 20.9, 21.0, 42.0].map(|day| course.regimen(day)),
        [Some((0, 1)), Some((0, 1)), Some((0, 2)), Some((0, 2))]
    );
    course.act(42.0);
    assert_eq!(course.regimen(42.0), Some((1, 1)));
}

#[path = "course_tests/decisions.rs"]
mod decisions;
