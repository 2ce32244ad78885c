//! Toxicity with hazards that are handed in: deterministic.

use super::super::regimen::{Component, Phase};
use super::*;

fn component(drug: usize, last_cycle: Option<u32>) -> Component {
    Component {
        drug,
        days: vec![1, 8, 15],
        first_cycle: 1,
        last_cycle,
        strength: 1.0,
        log_kill: 0.0,
        intravenous: false,
    }
}

fn cycles_of(cycle_days: u32, components: Vec<Component>) -> Regimen {
    let phases = vec![Phase { cycle_days, cycles: None, components }];
    Regimen { name: "X".into(), phases, one_of: Vec::new() }
}

fn regimen(components: Vec<Component>) -> Regimen {
    cycles_of(28, components)
}

const ONE: Dose = Dose { drug: 0, strength: 1.0, log_kill: 0.0, intravenous: false };

/// A patient whose every consequence waits for a hazard of 1.
fn patient(rules: &[Toxicity]) -> Tolerance<'_> {
    Tolerance::new(rules, &mut |_, _| 1.0)
}

#[test]
fn a_drug_is_held_for_its_time_and_the_hazard_waits_with_it() {
    let hold = Hold { hazard: Hazard::PerDay(0.1), days: 14.0 };
    let rules = [Toxicity { hold: Some(hold), ..Toxicity::default() }];
    let mut bears = patient(&rules);
    assert_eq!(bears.next(), f64::INFINITY, "nothing is given yet");
    bears.begin(&regimen(vec![component(0, None)]), 5.0, 5.0);
    assert_eq!(bears.next(), 15.0);
    assert!(bears.suffer(14.9, &mut |_, _| 1.0).is_empty());
    assert_eq!(bears.suffer(15.0, &mut |_, _| 1.0), [(0, Consequence::Held { until: 29.0 })]);
    assert_eq!((bears.allow(ONE, 28.9), bears.allow(ONE, 29.0)), (None, Some(ONE)));
    assert_eq!(bears.next(), 39.0, "ten days on the drug after the hold");
}

#[test]
fn doses_shrink_to_the_least_and_then_no_more() {
    let reduce = Reduction { hazard: Hazard::PerDay(0.1), factor: 0.6, least: 0.5 };
    let rules = [Toxicity { reduce: Some(reduce), ..Toxicity::default() }];
    let mut bears = patient(&rules);
    bears.begin(&regimen(vec![component(0, None)]), 0.0, 0.0);
    assert_eq!(bears.suffer(10.0, &mut |_, _| 1.0), [(0, Consequence::Reduced { to: 0.6 })]);
    assert_eq!(bears.allow(ONE, 10.0), Some(Dose { strength: 0.6, ..ONE }));
    assert_eq!(bears.suffer(20.0, &mut |_, _| 1.0), [(0, Consequence::Reduced { to: 0.5 })]);
    assert_eq!(bears.next(), f64::INFINITY, "it cannot be reduced any more");
}

#[test]
fn a_stopped_drug_is_never_given_again_and_others_are() {
    let rules = [Toxicity { stop: Some(Hazard::PerDay(0.1)), ..Toxicity::default() }, Toxicity::default()];
    let mut bears = patient(&rules);
    bears.begin(&regimen(vec![component(0, None), component(1, None)]), 0.0, 0.0);
    assert_eq!(bears.suffer(10.0, &mut |_, _| 1.0), [(0, Consequence::Stopped)]);
    bears.begin(&regimen(vec![component(0, None)]), 100.0, 100.0);
    assert_eq!((bears.allow(ONE, 500.0), bears.next()), (None, f64::INFINITY));
    let other = Dose { drug: 1, ..ONE };
    assert_eq!(bears.allow(other, 500.0), Some(other));
    assert!(bears.is_stopped(0) && !bears.is_stopped(1));
}

#[test]
fn the_hazard_adds_up_only_while_the_drug_is_planned() {
    let rules = [Toxicity { stop: Some(Hazard::PerDay(0.02)), ..Toxicity::default() }];
    let mut bears = patient(&rules);
    // The last dose is on day 15 of cycle 1, 14 days after the first: 0.28 of the hazard.
    bears.begin(&regimen(vec![component(0, Some(1))]), 0.0, 0.0);
    assert_eq!(bears.next(), f64::INFINITY);
    bears.begin(&regimen(vec![component(1, None)]), 28.0, 28.0);
    assert_eq!(bears.next(), f64::INFINITY, "another drug is given");
    bears.begin(&regimen(vec![component(0, None)]), 100.0, 100.0);
    assert!((bears.next() - 136.0).abs() < 1e-9, "36 days for what is left: {}", bears.next());
    bears.rest(110.0);
    assert_eq!(bears.next(), f64::INFINITY, "a pause");
    bears.begin(&regimen(vec![component(0, None)]), 200.0, 200.0);
    assert!((bears.next() - 226.0).abs() < 1e-9, "{}", bears.next());
}

/// A probability per cycle p is a hazard of -ln(1 - p) over the cycle: it adds up to that in one cycle.
#[test]
fn a_probability_per_cycle_follows_the_cycle() {
    let rules = [Toxicity { stop: Some(Hazard::PerCycle(0.3)), ..Toxicity::default() }];
    let waits = -f64::ln(0.7);
    let mut bears = Tolerance::new(&rules, &mut |_, _| waits);
    bears.begin(&regimen(vec![component(0, None)]), 0.0, 0.0);
    assert!((bears.next() - 28.0).abs() < 1e-12, "{}", bears.next());
    bears.begin(&cycles_of(21, vec![component(0, None)]), 14.0, 14.0);
    assert!((bears.next() - 24.5).abs() < 1e-12, "half of it in half a cycle of 28 days, the rest of 21");
}

#[test]
fn each_drug_and_consequence_has_a_number_of_its_own() {
    let hazard = Hazard::PerDay(0.1);
    let all = Toxicity {
        hold: Some(Hold { hazard, days: 7.0 }),
        reduce: Some(Reduction { hazard, factor: 0.5, least: 0.1 }),
        stop: Some(hazard),
    };
    let (rules, mut asked) = ([all, all], Vec::new());
    Tolerance::new(&rules, &mut |drug, consequence| {
        asked.push((drug, consequence));
        1.0
    });
    assert_eq!(asked, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
}
