//! What patients bring along, and clones that compete.

use super::*;

#[test]
fn high_risk_brings_progression_sooner_and_as_many_responses() {
    let of = |risk: u8| of_forty("high-risk", &[&format!("cohort.covariate.high_risk.probability={risk}")]);
    let (standard, high) = (of(0), of(1));
    for arm in 0..2 {
        let [usual, same] = [&standard, &high].map(|summary| estimate(summary, arm, "line1_response_rate"));
        assert!((usual - same).abs() < 0.05, "{usual} {same}");
        let [late, soon] = [&standard, &high].map(|summary| estimate(summary, arm, "line1_median_ttp_days"));
        assert!(soon + 84.0 < late, "{late} {soon}");
    }
}

#[test]
fn high_risk_brings_three_times_as_many_mutations() {
    let mutated = |risk: u8| -> f64 {
        let risk = format!("cohort.covariate.high_risk.probability={risk}");
        let scenario = shipped("high-risk", &[&risk, "trait.HIGH_RISK_CYTO.division_factor=1"]);
        let position = scenario.model.traits.iter().position(|known| known.name == "CRBN_MUT").unwrap();
        stories(&scenario, 0, 20).iter().map(|story| carrying(story, position, 28.0)).sum()
    };
    let (standard, high) = (mutated(0), mutated(1));
    assert!((high / standard - 3.0).abs() < 0.2, "{standard} {high}");
}

#[test]
fn each_feature_takes_from_its_drugs_and_from_no_other() {
    let of = |features: [u8; 3]| {
        let keys = ["gain_1q", "mapk", "dex_spared"];
        let set = |(key, on): (&str, u8)| format!("cohort.covariate.{key}.probability={on}");
        let changes = keys.into_iter().zip(features).map(set).collect::<Vec<_>>();
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        arms("patient-features", &changes, "line1_response_rate")
    };
    let (none, gain, mapk, spared) = (of([0, 0, 0]), of([1, 0, 0]), of([0, 1, 0]), of([0, 0, 1]));
    let less = |with: &[f64], arm: usize, by: f64| with[arm] < none[arm] - by;
    let as_many = |with: &[f64], arm: usize| (with[arm] - none[arm]).abs() < 0.06;
    assert!(less(&gain, 0, 0.1) && less(&gain, 1, 0.05) && as_many(&gain, 2), "{none:?} {gain:?}");
    assert!(less(&mapk, 0, 0.15) && less(&mapk, 1, 0.6) && as_many(&mapk, 2), "{none:?} {mapk:?}");
    assert!(as_many(&spared, 0) && as_many(&spared, 1) && less(&spared, 2, 0.15), "{none:?} {spared:?}");
}

#[test]
fn subclones_take_turns_and_that_postpones_progression() {
    let scenario = shipped("clonal-competition", &[]);
    let stories = stories(&scenario, 0, 20);
    let turns = [0.0, 168.0, 336.0, 504.0, 672.0];
    let in_turn = |story: &&Story| {
        turns.windows(2).enumerate().all(|(turn, days)| {
            // Trait 0 is spared by bortezomib, which comes first, trait 1 by lenalidomide.
            let [grows, wanes] = [turn % 2, 1 - turn % 2]
                .map(|clone| carrying(story, clone, days[1]) / carrying(story, clone, days[0]));
            grows > 1.0 && wanes < 1.0
        })
    };
    let seen = stories.iter().filter(in_turn).count();
    assert!(seen >= 12, "{seen} of {}", stories.len());
    let pfs = arms("clonal-competition", &[], "median_pfs_days");
    assert!(pfs[0] > pfs[1] + 300.0, "{pfs:?}");
}
