use super::*;
use libm::{log, sqrt};

fn parameter(key: &str, target: Target, draw: Draw) -> Parameter {
    Parameter { key: key.to_string(), targets: vec![target], draw, least: 0.0, most: f64::INFINITY }
}

fn lognormal(median: f64) -> Draw {
    Draw::LogNormal { median, cv: 0.5 }
}

fn key(patient: u64) -> StreamKey {
    StreamKey { seed: 7, cell: 0, patient, replicate: 0 }
}

/// Growth and sensitivity correlated at 0.64, and age with neither.
fn cohort() -> Cohort {
    Cohort {
        parameters: vec![
            parameter("disease.net_growth", Target::NetGrowth, lognormal(0.014)),
            parameter("disease.kill_scale", Target::KillScale, lognormal(1.0)),
            parameter("disease.capacity.cells", Target::Capacity, Draw::Fixed(5e12)),
        ],
        covariates: vec![Covariate {
            name: "age".to_string(),
            draw: Draw::Normal { mean: 66.0, sd: 9.0, low: 30.0, high: 95.0 },
            carries: None,
            reference: 66.0,
            multiplies: vec![],
        }],
        copula: Copula::new(vec![0, 1], &[(0, 1, 0.64)]).unwrap(),
        recorded: Recorded::default(),
    }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (p, q) = (mean(a), mean(b));
    let dot = |f: &dyn Fn(usize) -> f64| (0..a.len()).map(f).sum::<f64>();
    let covariance = dot(&|i| (a[i] - p) * (b[i] - q));
    covariance / sqrt(dot(&|i| (a[i] - p) * (a[i] - p)) * dot(&|i| (b[i] - q) * (b[i] - q)))
}

/// H0: the logarithms correlate at 0.64, and age with none. n = 20,000; false alarm 1e-6 each: Fisher's z has standard
/// deviation 1 / sqrt(n - 3).
#[test]
fn correlated_numbers_have_the_stated_correlation_and_keep_their_laws() {
    let cohort = cohort();
    let patients: Vec<Vec<f64>> = (0..20_000).map(|patient| cohort.values(key(patient))).collect();
    let column = |at: usize| patients.iter().map(|values| log(values[at])).collect::<Vec<f64>>();
    let (growth, kill) = (column(0), column(1));
    let age: Vec<f64> = patients.iter().map(|values| values[3]).collect();
    let z = |r: f64| 0.5 * log((1.0 + r) / (1.0 - r));
    let limit = 4.9 / sqrt(19_997.0);
    assert!((z(correlation(&growth, &kill)) - z(0.64)).abs() < limit, "{}", correlation(&growth, &kill));
    assert!(z(correlation(&age, &kill)).abs() < limit && z(correlation(&age, &growth)).abs() < limit);
    let mean = kill.iter().sum::<f64>() / 20_000.0;
    let variance = kill.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
    assert!(mean.abs() < 4.9 * sqrt(log(1.25) / 20_000.0), "{mean}");
    assert!((variance / log(1.25) - 1.0).abs() < 4.9 * sqrt(2.0 / 20_000.0), "{variance}");
}

#[test]
fn a_number_does_not_depend_on_what_else_is_drawn() {
    let whole = cohort();
    let mut alone = cohort();
    alone.copula = Copula::default();
    alone.covariates.clear();
    alone.parameters.remove(1);
    for patient in 0..20 {
        let (all, one) = (whole.values(key(patient)), alone.values(key(patient)));
        assert_eq!(all[0], one[0], "the first of the correlated numbers is as without correlation");
        assert_eq!(all[2], one[1]);
    }
}

#[test]
fn all_histories_of_a_patient_have_the_same_numbers() {
    let later = StreamKey { replicate: 5, ..key(3) };
    assert_eq!(cohort().values(key(3)), cohort().values(later));
    assert_ne!(cohort().values(key(3)), cohort().values(key(4)));
}

#[test]
fn a_covariate_multiplies_for_each_unit_above_its_reference() {
    let mut with = cohort();
    with.covariates[0].multiplies = vec![(0, 1.02), (2, 0.5)];
    for patient in 0..20 {
        let (plain, scaled) = (cohort().values(key(patient)), with.values(key(patient)));
        let above = plain[3] - 66.0;
        assert!((scaled[0] / plain[0] / libm::pow(1.02, above) - 1.0).abs() < 1e-12);
        assert!((scaled[2] / plain[2] / libm::pow(0.5, above) - 1.0).abs() < 1e-12, "fixed numbers too");
        assert_eq!((scaled[1], scaled[3]), (plain[1], plain[3]));
    }
}

#[test]
fn what_is_recorded_is_not_drawn_nor_multiplied_but_multiplies() {
    let mut given = cohort();
    given.covariates[0].multiplies = vec![(0, 2.0), (1, 2.0)];
    given.recorded = Recorded { columns: vec![3, 0], values: vec![67.0, 0.5, 68.0, 0.25] };
    let (first, second) = (given.values(key(0)), given.values(key(1)));
    assert_eq!((first[3], first[0], second[3], second[0]), (67.0, 0.5, 68.0, 0.25));
    assert_eq!(first[1], 2.0 * cohort().values(key(0))[1]);
    assert_eq!(second[1], 4.0 * cohort().values(key(1))[1]);
}

#[test]
fn values_stay_within_what_the_number_can_be() {
    let mut narrow = cohort();
    (narrow.parameters[1].least, narrow.parameters[1].most) = (0.9, 1.1);
    let values: Vec<f64> = (0..200).map(|patient| narrow.values(key(patient))[1]).collect();
    assert!(values.iter().all(|value| (0.9..=1.1).contains(value)));
    assert!(values.contains(&0.9) && values.contains(&1.1));
}

#[test]
fn a_trait_is_carried_where_the_covariate_is_above_0() {
    let mut with = cohort();
    with.covariates[0].carries = Some(4);
    assert_eq!(with.carried(&[1.0, 1.0, 1.0, 1.0]).collect::<Vec<_>>(), [4]);
    assert_eq!(with.carried(&[1.0, 1.0, 1.0, 0.0]).count(), 0);
}
