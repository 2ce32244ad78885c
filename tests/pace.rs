//! How long the steps of the leap engine are, and what error they bring.
//!
//! With 1e12 cells of a kind there is next to no noise (1e-5 of a mean), so that one history shows the error of a
//! mean: no test here has a hypothesis or a false-alarm rate. The truth is the mean-field equations of the text
//! in `pace/patient.rs`, written down again and integrated.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

#[path = "pace/drugs.rs"]
mod drugs;
#[path = "pace/lengths.rs"]
mod lengths;
#[path = "pace/patient.rs"]
mod patient;
#[path = "pace/states.rs"]
mod states;

use patient::{PLAIN, Patient};

#[test]
fn crowding_that_adds_deaths_while_cells_switch() {
    Patient { crowding: Some("death"), ..PLAIN }.check("crowding of death");
}

#[test]
fn crowding_that_slows_division_while_cells_switch() {
    Patient { crowding: Some("division"), ..PLAIN }.check("crowding of division");
}

#[test]
fn all_of_it_at_once() {
    let patient = Patient { crowding: Some("death"), kill: 0.1, a: [0.02, 0.01], b: [0.03, 0.01], ..PLAIN };
    patient.check("all at once");
}

/// Nothing but chance is wrong, whatever the step.
#[test]
fn switching_alone_has_the_exact_means() {
    let two = Patient { kill: 0.15, a: [0.02, 0.01], b: [0.03, 0.01], ..PLAIN };
    let needs = Patient { requires: true, ..two };
    for (name, patient) in [
        ("two traits", two),
        ("one needs the other", needs),
        ("one needs the other, all alike", Patient { kill: 0.0, death: 0.1, costs: [1.0; 2], ..needs }),
        ("three", Patient { c: [0.005, 0.02], ..two }),
    ] {
        let (error, estimate) = patient.errors(1.0);
        println!("{name}: error {error:.2e}");
        assert!(error < 5e-5, "{name}: error {error:e}");
        assert_eq!(estimate, 0.0);
    }
}
