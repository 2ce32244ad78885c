//! How long the steps are.

use clonetide::disease::{Biology, Identity, Phenotypes, ResistanceTrait, TraitSet, Tumour};
use clonetide::engine::{Engine, Hazards, Leap, Pace, Purpose, StreamKey};

/// A thousand cells of which one in fifty a day comes to express something, by a leap engine in whole steps.
fn switching(tolerance: f64, spans: &[(f64, f64)]) -> (Tumour, u64) {
    let mut shed = ResistanceTrait::neutral("shed", 1);
    shed.gained.per_day = 0.02;
    let biology = Biology::new(0.1, 0.1, vec![shed]);
    let mut tumour = Tumour::new(Phenotypes::new(biology), Identity::TraitSet, 1000);
    tumour.seed(TraitSet::WILD_TYPE, 1000, 0.0).unwrap();
    let mut engine = Leap::new(Pace { tolerance, horizon: 28.0, ceiling: f64::INFINITY }, 0.0);
    engine.begin();
    let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder);
    for &(from, to) in spans {
        let reached = engine.advance(&mut tumour, &Hazards::none(), from, to, &mut stream).unwrap();
        assert_eq!(reached, to);
    }
    (tumour, engine.effort().steps)
}

/// A hundred tenths of a step can end a rounding before or after ten of them: no step is made of that.
#[test]
fn steps_divide_the_time_evenly() {
    for tolerance in [1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7] {
        let (_, steps) = switching(tolerance, &[(0.0, 28.0)]);
        // The burden changes by some per cent on the way, and with it the step by half of that.
        let (_, again) = switching(tolerance, &[(0.0, 7.0), (7.0, 14.0), (14.0, 21.0), (21.0, 28.0)]);
        assert!(
            steps <= again && again <= steps + 4 + steps / 50,
            "{tolerance:e}: {steps} and {again} steps"
        );
    }
}

/// Two boundaries that differ by rounding alone, as sums of the same days can. Halves of that time have no length
/// (seen to panic in the step that followed).
#[test]
fn no_time_to_divide_is_no_step() {
    let next = 0.3_f64.next_up();
    let (tumour, steps) = switching(1e-3, &[(0.0, 0.3), (0.3, next), (next, 28.0)]);
    let (_, without) = switching(1e-3, &[(0.0, 0.3), (0.3, 28.0)]);
    assert_eq!(steps, without);
    assert_eq!(tumour.verify(), Ok(()));
    assert!(tumour.clones().iter().any(|clone| clone.cells > 0 && clone.traits != TraitSet::WILD_TYPE));
}

/// The first step already reckons with what cells can switch to, though nobody is there yet: shedding makes them
/// grow 0.4 a day slower, so that a step may last 2.5 d; without that it would last 28 d.
#[test]
fn where_nobody_is_yet_counts_in_the_first_step() {
    let mut slow = ResistanceTrait::neutral("slow", 1);
    slow.gained.per_day = 1e-6;
    slow.death_added = 0.4;
    let biology = Biology::new(0.1, 0.1, vec![slow]);
    let mut tumour = Tumour::new(Phenotypes::new(biology), Identity::TraitSet, 1000);
    tumour.seed(TraitSet::WILD_TYPE, 1000, 0.0).unwrap();
    let mut engine = Leap::new(Pace { tolerance: 1.0, horizon: 28.0, ceiling: f64::INFINITY }, 0.0);
    engine.begin();
    let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder);
    engine.advance(&mut tumour, &Hazards::none(), 0.0, 28.0, &mut stream).unwrap();
    let longest = engine.effort().longest;
    assert!(longest <= 2.5, "{longest}");
}
