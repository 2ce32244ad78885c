//! Levels: closed forms, bounds, and what doses add up to.

use super::*;

#[test]
fn half_effect_at_ec50_whatever_the_exponent() {
    for hill in [0.5, 1.0, 3.0] {
        let level = Level::decaying(2.0, 1.5, 0.4, 1.5, hill);
        assert!((level.at(2.0).effect - 0.5).abs() < 1e-15);
    }
}

#[test]
fn a_trait_shifts_the_concentration_and_not_the_largest_effect() {
    let strength = Strength::new(3.0, 0.8);
    assert!((strength.at_potency(1.0 / 3.0) - 0.4).abs() < 1e-15);
    assert_eq!(Strength::full(0.8).at_potency(1e-3), 0.8, "where no concentration limits the effect");
}

#[test]
fn doses_superpose_and_what_is_gone_is_dropped() {
    let response = [Term { amount: 2.0, rate: 0.1 }, Term { amount: -2.0, rate: 3.0 }];
    let mut c = Concentration::none(0.0);
    c.add(0.0, 1.0, &response);
    c.add(10.0, 0.5, &response);
    let one = |t: f64| 2.0 * exp(-0.1 * t) - 2.0 * exp(-3.0 * t);
    for t in [10.0, 10.3, 12.0, 30.0] {
        assert!((c.at(t) - one(t) - 0.5 * one(t - 10.0)).abs() < 1e-14, "{t}");
    }
    assert_eq!(c.seen_from(100.0).terms.len(), 1);
    assert_eq!(Concentration::none(0.0).seen_from(5.0).at(7.0), 0.0);
}

#[test]
fn bounds_hold_on_the_way_up_and_down() {
    let mut rising = Concentration::none(0.0);
    rising.add(0.0, 1.0, &[Term { amount: 1.3, rate: 0.2 }, Term { amount: -1.3, rate: 2.0 }]);
    let worn = Concentration { since: 0.0, terms: vec![Term { amount: 1.0, rate: 0.01 }] };
    let exhaustion = Some(Exhaustion { concentration: worn, ec50: 0.7, most: 0.9 });
    let level = Level::Varying(Box::new(Curve { concentration: rising, ec50: 0.4, hill: 1.5, exhaustion }));
    for (from, to) in [(0.0, 0.5), (0.5, 3.0), (3.0, 20.0), (0.0, 20.0)] {
        let [low, high] = level.bounds(from, to).map(|strength| strength.effect);
        for i in 0..=100 {
            let effect = level.at(from + (to - from) * f64::from(i) / 100.0).effect;
            assert!(low <= effect + 1e-15 && effect <= high + 1e-15, "{low} {effect} {high}");
        }
    }
}

/// Twice the EC50 at a Hill exponent of 3: 2^3 / (1 + 2^3).
#[test]
fn the_effect_is_steep_by_the_hill_exponent() {
    let effect = Level::decaying(0.0, 2.0, 0.1, 1.0, 3.0).at(0.0).effect;
    assert!((effect - 8.0 / 9.0).abs() < 1e-15, "{effect}");
}
