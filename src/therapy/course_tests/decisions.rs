//! What rules, chance and toxicity do to a course.

use super::*;

/// A report of a visit: the M-protein, which was 40 g/L at first, and the rank of the best response.
fn report(m_protein: f64, best: Option<u8>) -> Report<'static> {
    let measured = Measured { now: m_protein, first: 40.0 };
    Report { m_protein: measured, burden: measured, best, residual: None }
}

const BAND: Band = Band { measure: Measure::MProtein, pause_below: 0.5, resume_above: 1.0 };

fn adaptive(line: Line) -> Line {
    Line { rules: LineRules { band: Some(BAND), ..LineRules::default() }, ..line }
}

/// Days on which bortezomib begins to act, while the M-protein is as `reading` says at visits every 7 days.
fn adapt(stages: Vec<Stage>, horizon: f64, reading: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<(f64, Turn)>) {
    let (drugs, regimens, plan) = (drugs(), regimens(), plan(stages));
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    let (mut day, mut doses, mut turns) = (0.0, Vec::new(), Vec::new());
    let mut acted = false;
    while day < horizon {
        course.catch_up(day);
        if day > 0.0 && day % 7.0 == 0.0 {
            turns.extend(course.decide(day, &report(reading(day), None)).into_iter().map(|t| (day, t)));
        }
        turns.extend(course.act(day).into_iter().map(|turn| (day, turn)));
        let until = course.next_boundary().min((day / 7.0 + 1.0).floor() * 7.0);
        for Stretch { from, levels } in course.ahead(day, until.min(horizon)) {
            let acts = levels[0] != Level::OFF;
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
fn a_pause_leaves_doses_out_and_the_next_cycle_begins_when_it_ends() {
    let reading = |day: f64| if (28.0..70.0).contains(&day) { 20.0 } else { 40.0 };
    let (doses, turns) = adapt(vec![Stage::Line(adaptive(line(0)))], 100.0, reading);
    // Cycle 2 is broken off after its doses on days 21 and 24; cycle 3 begins on day 70, cycle 4 on day 91.
    assert_eq!(doses, [0.0, 3.0, 7.0, 10.0, 21.0, 24.0, 70.0, 73.0, 77.0, 80.0, 91.0, 94.0, 98.0]);
    let days: Vec<f64> = turns[1..].iter().map(|(day, _)| *day).collect();
    assert_eq!(days, [28.0, 70.0]);
    assert!(matches!(turns[1].1, Turn::Decided { line: 1, decision: Decision::Pause(_) }));
    assert!(matches!(turns[2].1, Turn::Decided { line: 1, decision: Decision::Resume(_) }));
}

#[test]
fn a_pause_on_the_first_day_of_a_cycle_keeps_the_cycle_for_later() {
    let reading = |day: f64| if day == 21.0 { 20.0 } else { 40.0 };
    let planned = Line { cycles: Some(2), days: Some(200.0), ..adaptive(line(0)) };
    let (doses, turns) = adapt(vec![Stage::Line(planned)], 100.0, reading);
    assert_eq!(doses, [0.0, 3.0, 7.0, 10.0, 28.0, 31.0, 35.0, 38.0]);
    // Two cycles of 21 days and a pause of 7.
    assert_eq!(
        turns[3..],
        [(49.0, Turn::LineEnded { line: 1, reason: LineEnd::Completed }), (49.0, Turn::PlanEnded)]
    );
}

#[test]
fn a_paused_line_still_ends_on_its_day_and_with_progression() {
    let planned = Line { days: Some(90.0), ..adaptive(line(0)) };
    let (_, turns) = adapt(vec![Stage::Line(planned)], 100.0, |_| 10.0);
    assert_eq!(turns.last(), Some(&(90.0, Turn::PlanEnded)));
    let (drugs, regimens) = (drugs(), regimens());
    let plan = plan(vec![Stage::Line(adaptive(line(0)))]);
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    course.decide(7.0, &report(1.0, None));
    assert_eq!((course.regimen(8.0), course.next_boundary()), (None, f64::INFINITY));
    course.act(7.0);
    assert_eq!(course.next_boundary(), f64::INFINITY, "nothing acts and nothing is planned");
    assert_eq!(course.progress(56.0)[0], Turn::LineEnded { line: 1, reason: LineEnd::Progression });
}

#[test]
fn a_line_that_falls_short_ends_and_the_next_begins() {
    let need = LineRules { need: Some(Need { rank: 3, cycles: 2 }), ..LineRules::default() };
    let stages = vec![Stage::Line(Line { rules: need, ..line(0) }), Stage::Line(line(1))];
    let (drugs, regimens, plan) = (drugs(), regimens(), plan(stages));
    let mut course = Course::new(&plan, &regimens, &drugs, luck());
    course.act(0.0);
    assert!(course.decide(28.0, &report(30.0, Some(5))).is_empty(), "two cycles of 21 days are not over");
    let turns = course.decide(42.0, &report(30.0, Some(5)));
    assert!(matches!(turns[0], Turn::Decided { line: 1, decision: Decision::End(_) }));
    let rest = [
        Turn::LineEnded { line: 1, reason: LineEnd::InsufficientResponse },
        Turn::LineStarted { line: 2, regimen: 1 },
    ];
    assert_eq!(turns[1..], rest);
}

#[test]
fn a_line_is_left_out_unless_its_drug_was_off_for_long_enough() {
    let again = |days| Line { time_off: Some(TimeOff { drugs: vec![0], days }), ..line(0) };
    let first = || Stage::Line(Line { cycles: Some(1), ..line(0) });
    let holiday = || Stage::Holiday { days: 60.0, until_progression: false };
    // The last bortezomib of the first line is on day 10, the holiday ends on day 81.
    let (_, turns) = walk(plan(vec![first(), holiday(), Stage::Line(again(71.0))]), 0, 90.0);
    assert_eq!(turns.last(), Some(&(81.0, Turn::LineStarted { line: 2, regimen: 0 })));
    let (_, turns) =
        walk(plan(vec![first(), holiday(), Stage::Line(again(71.5)), Stage::Line(line(1))]), 0, 90.0);
    let reason = Skip::TimeOff { drug: 0, days: 71.0, asked: 71.5 };
    let end =
        [(81.0, Turn::LineSkipped { regimen: 0, reason }), (81.0, Turn::LineStarted { line: 2, regimen: 1 })];
    assert_eq!(turns[turns.len() - 2..], end);
    let (_, turns) = walk(plan(vec![Stage::Line(again(1e3))]), 0, 10.0);
    assert_eq!(turns, [(0.0, Turn::LineStarted { line: 1, regimen: 0 })], "who never had it was off it");
}

#[test]
fn a_holiday_can_end_with_progression() {
    let (drugs, regimens) = (drugs(), regimens());
    for (until_progression, turns) in [(true, 1), (false, 0)] {
        let stages = vec![Stage::Holiday { days: 300.0, until_progression }, Stage::Line(line(0))];
        let plan = plan(stages);
        let mut course = Course::new(&plan, &regimens, &drugs, luck());
        course.act(0.0);
        assert_eq!(course.progress(100.0).len(), turns);
    }
}

#[test]
fn who_is_lost_begins_no_later_line() {
    let risky = || Stage::Line(Line { attrition: 0.3, cycles: Some(1), ..line(0) });
    let (drugs, regimens) = (drugs(), regimens());
    let plan = plan(vec![risky(), risky(), risky()]);
    let told = |lots: Vec<f64>| {
        let mut course =
            Course::new(&plan, &regimens, &drugs, luck()).with_chances(Tolerance::default(), lots);
        [0.0, 21.0, 42.0, 63.0].into_iter().flat_map(|day| course.act(day)).collect::<Vec<_>>()
    };
    let begun = |turns: &[Turn]| turns.iter().filter(|t| matches!(t, Turn::LineStarted { .. })).count();
    assert_eq!(begun(&told(vec![0.0, 0.3, 0.9])), 3, "the first line is always begun");
    let lost = told(vec![0.9, 0.9, 0.29]);
    assert_eq!(lost[lost.len() - 2..], [Turn::Attrition { line: 3 }, Turn::PlanEnded]);
    assert_eq!(begun(&told(vec![0.9, 0.0, 0.9])), 1, "nor is any line after it");
}

#[test]
fn a_line_without_a_drug_that_can_be_borne_ends_and_is_not_begun_again() {
    let toxic = Toxicity { stop: Some(Hazard::PerDay(0.1)), ..Toxicity::default() };
    let (rules, drugs, regimens) = ([toxic, Toxicity::default()], drugs(), regimens());
    let stages = vec![Stage::Line(line(0)), Stage::Line(line(0)), Stage::Line(line(1))];
    let plan = plan(stages);
    let tolerance = Tolerance::new(&rules, &mut |_, _| 0.5);
    let mut course = Course::new(&plan, &regimens, &drugs, luck()).with_chances(tolerance, Vec::new());
    course.act(0.0);
    let mut day = 0.0;
    while day < 5.0 {
        day = course.next_boundary();
        course.catch_up(day);
        if day < 5.0 {
            course.act(day);
        }
    }
    assert_eq!(day, 5.0, "toxicity is a boundary");
    let told = [
        Turn::Toxicity { drug: 0, consequence: Consequence::Stopped },
        Turn::LineEnded { line: 1, reason: LineEnd::Toxicity },
        Turn::LineSkipped { regimen: 0, reason: Skip::Toxicity },
        Turn::LineStarted { line: 2, regimen: 1 },
    ];
    assert_eq!(course.suffer(5.0, &mut |_, _| 1.0), told);
}

#[test]
fn held_doses_are_left_out() {
    let hold = Hold { hazard: Hazard::PerDay(0.25), days: 5.0 };
    let rules = [Toxicity { hold: Some(hold), ..Toxicity::default() }, Toxicity::default()];
    let (drugs, regimens) = (drugs(), regimens());
    let plan = plan(vec![Stage::Line(line(0))]);
    let tolerance = Tolerance::new(&rules, &mut |_, _| 1.0);
    let mut course = Course::new(&plan, &regimens, &drugs, luck()).with_chances(tolerance, Vec::new());
    let (mut day, mut doses) = (0.0, Vec::new());
    while day < 21.0 {
        course.catch_up(day);
        course.suffer(day, &mut |_, _| 100.0);
        course.act(day);
        let until = course.next_boundary().min(21.0);
        let on = |stretch: &Stretch| stretch.levels[0] != Level::OFF;
        doses.extend(
            course.ahead(day, until).iter().filter(|stretch| on(stretch)).map(|stretch| stretch.from),
        );
        day = until;
    }
    assert_eq!(doses, [0.0, 3.0, 10.0], "held from day 4 to 9: the dose of day 7 is left out");
}
