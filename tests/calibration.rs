//! The calibrated scenario against the trials it was calibrated on, as they stand in `recipes/trials.csv`.
//!
//! No hypothesis is tested: the patients are fixed by the seed, and what is asked is that the page tells the truth about
//! how near they come. A share of 500 patients is known to 0.04, one of 250 of a trial to 0.06.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

mod support;

use support::scenario::{estimate, shipped, summary};

/// What a trial found: arm, quantity of summary.csv, value.
fn trials() -> Vec<(String, String, f64)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/recipes/trials.csv");
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    rows.deserialize()
        .map(|row| row.unwrap())
        .map(|(arm, quantity, value, _): Row| (arm, quantity, value))
        .collect()
}

type Row = (String, String, f64, String);

/// Residual disease was no part of the calibration: at 1e-5, by intention to treat (POLLUX, CASTOR).
const RESIDUAL: [(&str, f64); 4] = [("Rd", 0.053), ("DRd", 0.304), ("Vd for 8 cycles", 0.02), ("DVd", 0.14)];

#[test]
fn six_arms_are_near_those_of_the_trials() {
    let scenario = shipped("relapse-trials", &[]);
    let summary = summary(&scenario);
    let told = |arm: &str, quantity: &str| {
        let place = scenario.model.arms.iter().position(|known| known.name == arm).unwrap();
        estimate(&summary, place, quantity)
    };
    let trials = trials();
    assert_eq!(trials.len(), 24);
    for (arm, quantity, value) in trials.iter().filter(|(_, quantity, _)| quantity != "median_pfs_days") {
        let told = told(arm, quantity);
        assert!((told - value).abs() < 0.12, "{arm}, {quantity}: {told}, {value} in the trial");
    }
    // The median under DRd is not reached (1354 d in the trial), as the page says.
    let medians = trials.iter().filter(|(arm, quantity, _)| quantity == "median_pfs_days" && arm != "DRd");
    for (arm, quantity, value) in medians {
        let told = told(arm, quantity);
        assert!((told / value).ln().abs() < 0.3, "{arm}: {told} days, {value} in the trial");
    }
    for (arm, value) in RESIDUAL {
        let told = told(arm, "mrd_negative_share_1e-5");
        assert!((told - value).abs() < 0.12, "{arm}: {told} without residual disease, {value} in the trial");
    }
}
