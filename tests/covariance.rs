//! How mutants and the cells that they come from vary together in the leap engine: a step draws the count of the mothers
//! first and the mutants beside it, so that means and variances alone do not tell whether these know of it.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

use clonetide::disease::{Biology, Identity, Phenotypes, ResistanceTrait, TraitSet, Tumour};
use clonetide::engine::{Engine, Hazards, Leap, Pace, Purpose, StreamKey};

const DIVISION: f64 = 0.14;
const DEATH: f64 = 0.04;
const MUTATION: f64 = 0.02;
const CELLS: u64 = 1000;
const DAYS: f64 = 7.0;
const HISTORIES: u64 = 20_000;

/// Mothers and mutants after one leap.
fn tell(replicate: u64) -> [f64; 2] {
    let mut mutant = ResistanceTrait::neutral("mutant", 1);
    mutant.gained.per_division = MUTATION;
    let biology = Biology::new(DIVISION, DEATH, vec![mutant]);
    let mut tumour = Tumour::new(Phenotypes::new(biology), Identity::TraitSet, 1000);
    tumour.seed(TraitSet::WILD_TYPE, CELLS, 0.0).unwrap();
    let mut engine = Leap::new(Pace { tolerance: 1e-2, horizon: DAYS, ceiling: f64::INFINITY }, 0.0);
    engine.begin();
    let mut stream = StreamKey { seed: 5, cell: 0, patient: 0, replicate }.stream(Purpose::DiseaseUnder);
    engine.advance(&mut tumour, &Hazards::none(), 0.0, DAYS, &mut stream).unwrap();
    assert_eq!(engine.effort().steps, 1);
    let cells = |traits| {
        let of = tumour.clones().iter().filter(|clone| clone.traits == traits);
        of.map(|clone| clone.cells as f64).sum()
    };
    [cells(TraitSet::WILD_TYPE), cells(TraitSet::of([0]))]
}

/// Variance of the mothers and covariance with their mutants, by the equations of the moments and the midpoint rule.
fn truth() -> [f64; 2] {
    let (mothers, mutants) = (DIVISION * (1.0 - MUTATION) - DEATH, DIVISION - DEATH);
    let slope = |[mean, variance, covariance]: [f64; 3]| {
        let noise = (DIVISION * (1.0 - MUTATION) + DEATH) * mean;
        let shared = DIVISION * MUTATION * variance;
        [mothers * mean, 2.0 * mothers * variance + noise, (mothers + mutants) * covariance + shared]
    };
    let (mut now, steps) = ([CELLS as f64, 0.0, 0.0], 10_000);
    let h = DAYS / f64::from(steps);
    let add = |now: [f64; 3], by: f64, s: [f64; 3]| std::array::from_fn(|i| now[i] + by * s[i]);
    for _ in 0..steps {
        now = add(now, h, slope(add(now, h / 2.0, slope(now))));
    }
    [now[1], now[2]]
}

/// Hypothesis: variance and covariance are those of the process. n = 20,000; two z of at most 3.9: false-alarm rate 2e-4.
/// Mutants blind to what their mothers' count came to have a covariance of 0, at z = -10 (planted).
#[test]
fn mutants_and_their_mothers_vary_together() {
    let told: Vec<[f64; 2]> = (0..HISTORIES).map(tell).collect();
    let n = HISTORIES as f64;
    let mean = [0, 1].map(|kind| told.iter().map(|cells| cells[kind]).sum::<f64>() / n);
    let of = |others: usize| -> [f64; 2] {
        let products = || told.iter().map(|cells| (cells[0] - mean[0]) * (cells[others] - mean[others]));
        let found = products().sum::<f64>() / (n - 1.0);
        let variance = products().map(|product| (product - found).powi(2)).sum::<f64>() / (n - 1.0);
        [found, (variance / n).sqrt()]
    };
    for (kind, truth) in truth().into_iter().enumerate() {
        let [found, error] = of(kind);
        let z = (found - truth) / error;
        println!("{kind}: {found:.3} of {truth:.3}, z = {z:.2}");
        assert!(z.abs() < 3.9, "{kind}: {found} of {truth}, z = {z}");
    }
}
