//! By hand; `tests/survival.rs` compares with lifelines and statsmodels.

use super::*;

fn of(patients: &[(f64, bool)]) -> Survival {
    let mut survival = Survival::default();
    patients.iter().for_each(|&(time, event)| survival.add(time, event));
    survival
}

/// Two against two, by hand: events at 1 (first arm), 2 (other), 3 (first), 4 (other).
#[test]
fn log_rank_by_hand() {
    let (first, other) = (of(&[(1.0, true), (3.0, true)]), of(&[(2.0, true), (4.0, true)]));
    // Expected in the other arm: 2/4 + 2/3 + 1/2 + 1/1; variance 1/4 + 2/9 + 1/4.
    let (excess, variance): (f64, f64) = (2.0 - (0.5 + 2.0 / 3.0 + 0.5 + 1.0), 0.25 + 2.0 / 9.0 + 0.25);
    let test = log_rank(&first, &other).unwrap();
    assert!((test.statistic - excess * excess / variance).abs() < 1e-12, "{test:?}");
}

/// One event in each arm, first in the other of two against two: the likelihood r / (2 + 2 r) x 2 / (2 + r) has its
/// maximum at r = sqrt(2).
#[test]
fn hazard_ratio_by_hand() {
    let (first, other) = (of(&[(2.0, true), (5.0, false)]), of(&[(1.0, true), (5.0, false)]));
    for ties in [Ties::Efron, Ties::Breslow] {
        let ratio = hazard_ratio(&first, &other, ties).unwrap().ratio;
        assert!((ratio - std::f64::consts::SQRT_2).abs() < 1e-9, "{ratio}");
    }
}

#[test]
fn merging_parts_does_not_change_a_comparison() {
    let all = of(&[(1.0, true), (2.0, false), (3.0, true), (4.0, true)]);
    let mut parts = of(&[(3.0, true), (1.0, true)]);
    parts.merge(&of(&[(4.0, true), (2.0, false)]));
    let other = of(&[(2.0, true), (3.0, true), (9.0, false)]);
    assert_eq!(log_rank(&all, &other), log_rank(&parts, &other));
    assert_eq!(hazard_ratio(&all, &other, Ties::Efron), hazard_ratio(&parts, &other, Ties::Efron));
}

#[test]
fn pairs_that_move_together_narrow_a_difference_and_pairs_that_do_not_widen_it() {
    let of = |weights: [(f64, f64); 2]| Difference::new(1.0, 3.0, weights.into_iter());
    let together = of([(0.1, 0.1), (-0.1, -0.1)]);
    assert_eq!(
        (together.estimate, together.paired(), together.variance_reduction()),
        (2.0, (2.0, 2.0), None)
    );
    let against = of([(0.1, -0.1), (-0.1, 0.1)]);
    assert!((against.variance_reduction().unwrap() - 0.5).abs() < 1e-12);
    assert!(against.unpaired().1 < against.paired().1 && together.unpaired().1 > 2.0);
}
