//! Death of other causes by age against its closed form.

mod support;

use clonetide::engine::StreamKey;
use clonetide::record::Stop;
use clonetide::simulate;
use support::scenario::read;

const TEXT: &str = r#"
name = "Nobody is ill"
study = { seed = 9, patients = 1, horizon = "20 y" }
disease = { burden = 0, division = "0 /d", death = "0 /d" }
engine = { step = "20 y" }
cohort.covariate.age = { value = { categorical = { values = [55, 65, 80], probabilities = [0.3, 0.3, 0.4] } } }
mortality = { hazard = "0.0125 /y", doubling = "7.2 y", age = "age" }
"#;

/// The age of a patient, and the day of death if they die within 20 years.
fn lives(changes: &[&str], patients: u64) -> Vec<(f64, Option<f64>)> {
    let model = read(TEXT, changes).model;
    let key = |patient| StreamKey { seed: model.seed, cell: 0, patient, replicate: 0 };
    let life = |patient| {
        let outcome = simulate(&model, &model.arms[0], key(patient)).outcome;
        let age = model.cohort.values(key(patient))[model.cohort.parameters.len()];
        (age, (outcome.stop == Stop::OtherDeath).then_some(outcome.stop_day))
    };
    (0..patients).map(life).collect()
}

/// H0: from age a on, S(t) = exp(-h(a) / g (e^(g t) - 1)) with h(a) = 0.0125 /y x 2^((a - 65) / 7.2 y), g = ln 2 / 7.2 y.
/// n = 20,000 patients, deaths by 5, 10 and 20 years in each of three ages; false alarm 1e-6 each.
#[test]
fn deaths_by_age_follow_gompertz() {
    let lives = lives(&[], 20_000);
    let growth = std::f64::consts::LN_2 / 7.2;
    for age in [55.0, 65.0, 80.0] {
        let of_age: Vec<Option<f64>> = lives.iter().filter(|life| life.0 == age).map(|life| life.1).collect();
        let n = of_age.len() as f64;
        assert!(n > 5_000.0);
        let hazard = 0.0125 * f64::powf(2.0, (age - 65.0) / 7.2);
        for years in [5.0, 10.0, 19.99] {
            let expected = 1.0 - f64::exp(-hazard / growth * (f64::exp(growth * years) - 1.0));
            let dead = of_age.iter().flatten().filter(|day| **day <= years * 365.25).count() as f64;
            let error = (expected * (1.0 - expected) / n).sqrt();
            assert!((dead / n - expected).abs() < 4.9 * error, "{age}, {years} y: {} {expected}", dead / n);
        }
    }
}

/// The age at which the hazard is stated shifts it, and covariates and laws multiply it; the same exponential number of each
/// patient makes every death come earlier.
#[test]
fn a_higher_hazard_brings_every_death_forward() {
    let days = |changes: &[&str]| lives(changes, 300).into_iter().map(|life| life.1).collect::<Vec<_>>();
    let plain = days(&[]);
    let sooner = |changes: &[&str]| {
        let (mut some, later) = (false, days(changes));
        for (before, after) in plain.iter().zip(&later) {
            let (before, after) = (before.unwrap_or(f64::INFINITY), after.unwrap_or(f64::INFINITY));
            assert!(after <= before, "{changes:?}: {before} {after}");
            some |= after < before;
        }
        assert!(some, "{changes:?}");
    };
    sooner(&["mortality.at_age=60"]);
    sooner(&["mortality.hazard={ uniform = { low = \"0.02 /y\", high = \"0.03 /y\" } }"]);
    sooner(&["cohort.covariate.male={ probability = 0.5, multiplies = { \"mortality.hazard\" = 1.6 } }"]);
    assert_eq!(plain, days(&["mortality.at_age=65"]), "65 is what is left out");
}
