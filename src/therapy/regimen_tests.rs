//! Days on which drugs are given.

use super::*;

fn component(days: &[u32], first_cycle: u32, last_cycle: Option<u32>) -> Component {
    Component {
        drug: 0,
        days: days.to_vec(),
        first_cycle,
        last_cycle,
        strength: 1.0,
        log_kill: 0.0,
        intravenous: false,
    }
}

fn phase(cycle_days: u32, cycles: Option<u32>, components: Vec<Component>) -> Phase {
    Phase { cycle_days, cycles, components }
}

fn regimen(phases: Vec<Phase>) -> Regimen {
    Regimen { name: "X".into(), phases, one_of: Vec::new() }
}

fn dose_days(regimen: &Regimen, until: u64) -> Vec<u64> {
    (0..until).filter(|&day| regimen.doses_on(day).count() > 0).collect()
}

#[test]
fn daratumumab_is_weekly_then_fortnightly_then_monthly() {
    let components = vec![
        component(&[1, 8, 15, 22], 1, Some(2)),
        component(&[1, 15], 3, Some(6)),
        component(&[1], 7, None),
    ];
    let days = dose_days(&regimen(vec![phase(28, None, components)]), 28 * 9);
    assert_eq!(days[..8], [0, 7, 14, 21, 28, 35, 42, 49]);
    assert_eq!(days[8..16], [56, 70, 84, 98, 112, 126, 140, 154]);
    assert_eq!(days[16..], [168, 196, 224]);
}

/// Two cycles of 21 days, a transplant of 90, and maintenance without end.
fn transplant() -> Regimen {
    let mut melphalan = component(&[1], 1, None);
    melphalan.log_kill = 3.0;
    regimen(vec![
        phase(21, Some(2), vec![component(&[1, 8], 1, None)]),
        phase(90, Some(1), vec![melphalan]),
        phase(28, None, vec![component(&[1, 15], 2, None)]),
    ])
}

#[test]
fn phases_follow_one_another() {
    let regimen = transplant();
    assert_eq!(dose_days(&regimen, 132 + 28 * 3), [0, 7, 21, 28, 42, 160, 174, 188, 202]);
    assert_eq!(regimen.next_pulse_day(0), Some(42));
    assert_eq!(regimen.next_pulse_day(43), None);
    assert_eq!(regimen.doses_on(42).map(|dose| dose.log_kill).sum::<f64>(), 3.0);
    assert_eq!([0, 20, 21, 42, 131, 132, 160].map(|day| regimen.cycle_on(day)), [1, 1, 2, 3, 3, 4, 5]);
    assert_eq!([1, 2, 3, 4, 6].map(|cycles| regimen.days_of(cycles)), [21.0, 42.0, 132.0, 160.0, 216.0]);
}

#[test]
fn next_dose_day_agrees_with_the_days_one_by_one() {
    let components =
        vec![component(&[1, 4, 8, 11], 1, Some(2)), component(&[5], 4, Some(4)), component(&[21], 6, None)];
    for regimen in [regimen(vec![phase(21, None, components)]), transplant()] {
        let days = dose_days(&regimen, 400);
        for from in 0..300 {
            assert_eq!(regimen.next_dose_day(from), days.iter().copied().find(|&d| d >= from), "from {from}");
        }
    }
}

#[test]
fn a_regimen_can_end_or_give_nothing() {
    let short = regimen(vec![phase(21, Some(2), vec![component(&[1], 1, None)])]);
    assert_eq!((short.next_dose_day(22), short.cycle_on(1000)), (None, 2));
    let nothing = regimen(vec![phase(28, None, Vec::new())]);
    assert_eq!((nothing.next_dose_day(0), nothing.cycle_on(30)), (None, 2));
}
