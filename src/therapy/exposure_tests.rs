//! What doses of each kind of drug leave behind.

use super::super::drug::DrugClass;
use super::super::kinetics::{Kinetics, Living};
use super::*;
use libm::exp;

fn drug(action: Action) -> Drug {
    Drug {
        name: "drug".into(),
        class: DrugClass::Other,
        kill: 0.1,
        slows: 0.0,
        mutagenic: 1.0,
        by_t_cells: false,
        log_kill: 0.0,
        action,
    }
}

const HALF: Emax = Emax { ec50: 1.0, hill: 1.0 };

fn iv(half_life: f64) -> Kinetics {
    Kinetics { half_life, distribution: None, absorption: None, delay: None }
}

fn dose(drug: usize, strength: f64) -> Dose {
    Dose { drug, strength, log_kill: 0.0, intravenous: false }
}

fn exposure() -> Exposure {
    let window = drug(Action::Window { days: 1.0, effect: None, exhaustion: None });
    let antibody = drug(Action::Concentration { kinetics: iv(18.0), effect: HALF, exhaustion: None });
    Exposure::new(&[window, antibody])
}

fn effect(exposure: &Exposure, drug: usize, day: f64) -> f64 {
    exposure.level(drug, day).at(day).effect
}

#[test]
fn a_window_acts_until_it_closes() {
    let mut e = exposure();
    e.dose(&dose(0, 1.0), 3.0);
    assert_eq!((effect(&e, 0, 3.0), e.next_change(3.0)), (1.0, 4.0));
    e.expire(3.9);
    assert_eq!(effect(&e, 0, 3.9), 1.0);
    e.expire(4.0);
    assert_eq!((e.level(0, 4.0), e.next_change(4.0)), (Level::OFF, f64::INFINITY));
}

#[test]
fn of_overlapping_windows_the_strongest_acts_in_any_order() {
    for strengths in [[1.0, 0.4], [0.4, 1.0]] {
        let mut e = exposure();
        strengths.iter().for_each(|&strength| e.dose(&dose(0, strength), 3.0));
        assert_eq!((effect(&e, 0, 3.0), e.next_change(3.0)), (1.0, 4.0));
    }
    let mut e = exposure();
    e.dose(&dose(0, 1.0), 3.0);
    e.dose(&dose(0, 0.4), 3.5);
    assert_eq!((effect(&e, 0, 3.5), e.next_change(3.5)), (1.0, 4.0));
    e.expire(4.0);
    assert_eq!((effect(&e, 0, 4.0), e.next_change(4.0)), (0.4, 4.5));
}

#[test]
fn a_window_with_an_ec50_goes_through_its_curve() {
    let action = Action::Window { days: 1.0, effect: Some(Emax { ec50: 0.5, hill: 2.0 }), exhaustion: None };
    let mut e = Exposure::new(&[drug(action)]);
    e.dose(&dose(0, 1.0), 0.0);
    assert!((effect(&e, 0, 0.0) - 0.8).abs() < 1e-15);
}

#[test]
fn doses_of_an_antibody_add_up() {
    let mut e = exposure();
    e.dose(&dose(1, 1.0), 0.0);
    assert!((effect(&e, 1, 0.0) - 0.5).abs() < 1e-15);
    e.dose(&dose(1, 1.0), 18.0);
    assert!((effect(&e, 1, 18.0) - 0.6).abs() < 1e-12, "half of the first dose and the second");
    assert_eq!((e.last_dose(1), e.begun()), (Some(18.0), true));
}

/// The slow compartment after two doses against its equation in closed form.
#[test]
fn exposure_that_goes_on_wears_the_effect_out() {
    let wearing = Wearing { half_life: 30.0, ec50: 0.5, most: 0.8 };
    let action = Action::Concentration { kinetics: iv(10.0), effect: HALF, exhaustion: Some(wearing) };
    let mut e = Exposure::new(&[drug(action)]);
    e.dose(&dose(0, 1.0), 0.0);
    e.dose(&dose(0, 1.0), 7.0);
    let (k, slow) = (log(2.0) / 10.0, log(2.0) / 30.0);
    let one = |t: f64| slow / (slow - k) * (exp(-k * t) - exp(-slow * t));
    for day in [7.0, 20.0, 90.0] {
        let c = exp(-k * day) + exp(-k * (day - 7.0));
        let x = one(day) + one(day - 7.0);
        let closed = c / (1.0 + c) * (1.0 - 0.8 * x / (0.5 + x));
        assert!((effect(&e, 0, day) - closed).abs() < 1e-14, "{day}");
    }
}

#[test]
fn infused_cells_turn_at_their_peak_and_what_they_wear_out_follows() {
    let cells = Living { peak: 10.0, doubling: 1.0, contraction: 5.0, persisting: 0.1, persistence: 100.0 };
    let wearing = Wearing { half_life: 20.0, ec50: 1.0, most: 0.5 };
    let mut e = Exposure::new(&[drug(Action::Living { cells, effect: HALF, exhaustion: Some(wearing) })]);
    e.dose(&dose(0, 1.0), 2.0);
    assert_eq!(e.next_change(2.0), 12.0);
    let before = e.level(0, 2.0).at(12.0).effect;
    e.expire(12.0);
    let at = effect(&e, 0, 12.0);
    assert!((before - at).abs() < 1e-12, "the effect does not jump at the peak: {before} {at}");
    assert!(effect(&e, 0, 12.0) > 0.4 && effect(&e, 0, 40.0) < 0.15);
    assert_eq!(e.next_change(12.0), f64::INFINITY);
}

#[test]
fn what_acts_at_once_is_taken_once() {
    let mut e = Exposure::new(&[
        drug(Action::Pulse),
        drug(Action::Window { days: 1.0, effect: None, exhaustion: None }),
    ]);
    e.dose(&Dose { log_kill: 1.0, ..dose(0, 0.5) }, 1.0);
    e.dose(&Dose { log_kill: 3.0, ..dose(1, 1.0) }, 1.0);
    assert_eq!(e.take_pulses(), [(0, 1.0), (1, 3.0)]);
    assert_eq!(effect(&e, 1, 1.0), 1.0, "a dose that strikes acts on as it would");
    assert_eq!(e.take_pulses(), []);
}
