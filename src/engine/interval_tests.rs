//! Propagators against brute force that shares no quadrature with them, and against the theory's numbers.

use std::slice::from_ref;
use std::sync::Arc;

use libm::exp;

use super::super::combination::Combination;
use super::super::hazards::{Acting, Pressure, Synergy};
use super::super::places::Course;
use super::*;
use crate::disease::{Biology, Resistance, ResistanceTrait, TraitSet};
use crate::level::{Concentration, Curve, Exhaustion, Level, Strength, Term};

fn phenotype(division: f64, death: f64, drugs: usize) -> Phenotype {
    let mut biology = Biology::new(division, death, Vec::new());
    biology.targets = vec![crate::disease::DrugTarget::PLAIN; drugs].into();
    Phenotype::of(TraitSet::WILD_TYPE, &biology)
}

fn pressure(drug: usize, kill: f64, level: Level) -> Pressure {
    let hill = if let Level::Varying(curve) = &level { curve.hill } else { 1.0 };
    Pressure { hill, ..Pressure::killing(drug, kill, level) }
}

fn decaying(kill: f64, amount: f64, rate: f64, ec50: f64, hill: f64) -> Hazards {
    Hazards::of(vec![pressure(0, kill, Level::decaying(0.0, amount, rate, ec50, hill))])
}

/// A tablet with absorption, two compartments and a delay, given on top of what is left.
fn tablet(amount: f64, ec50: f64, hill: f64) -> Level {
    let terms = [(1.1, 0.3), (0.5, 2.0), (-1.9, 9.0), (0.3, 1.0)];
    let terms = terms.map(|(share, rate)| Term { amount: amount * share, rate }).to_vec();
    let concentration = Concentration { since: 0.0, terms };
    Level::Varying(Box::new(Curve { concentration, ec50, hill, exhaustion: None }))
}

/// Intervals of constant rates, composed, and twice as many of them: extrapolated, for the error falls with the square.
fn brute(hazards: &Hazards, phenotype: &Phenotype, days: f64) -> Propagator {
    let with = |n: u32| {
        let width = days / f64::from(n);
        let piece = |i: u32| {
            let rates = hazards.rates_at(phenotype, width * (f64::from(i) + 0.5));
            Propagator::constant(rates.division, rates.death, width)
        };
        (0..n).map(piece).fold(Propagator::IDENTITY, Propagator::then)
    };
    let (coarse, fine) = (with(100_000), with(200_000));
    let limit = |of: fn(&Propagator) -> f64| (4.0 * of(&fine) - of(&coarse)) / 3.0;
    Propagator { growth: limit(|p| p.growth), births: limit(|p| p.births), deaths: limit(|p| p.deaths) }
}

/// The law from a day on, by rates that are made for it.
fn law_since(interval: &Interval, hazards: &Hazards, cell: &Phenotype, since: f64) -> Propagator {
    interval.rest((hazards, cell), None, Crowding::NONE, &interval.remainder(hazards, since))
}

fn check(name: &str, hazards: &Hazards, cell: &Phenotype, days: f64) {
    let whole = Interval::new(hazards, from_ref(cell), 0.0, days);
    let (law, brute) = (law_since(&whole, hazards, cell, 0.0), brute(hazards, cell, days));
    for (a, b) in [(law.growth, brute.growth), (law.births, brute.births), (law.deaths, brute.deaths)] {
        assert!((a - b).abs() < 1e-9 * b, "{name}: {law:?} {brute:?}");
    }
}

#[test]
fn decaying_kill_agrees_with_brute_force() {
    let cell = phenotype(0.15, 0.02, 1);
    check("hill 2", &decaying(0.5, 5.0, 0.4, 1.0, 2.0), &cell, 7.0);
    check("hill 3", &decaying(2.0, 0.7, 0.15, 1.0, 3.0), &cell, 3.0);
    check("steep", &decaying(1.0, 50.0, 6.0, 0.5, 1.0), &cell, 7.0);
    check("half", &decaying(1.0, 3.0, 1.0, 0.5, 0.5), &cell, 4.0);
}

#[test]
fn absorption_compartments_and_delay_agree_with_brute_force() {
    let cell = phenotype(0.15, 0.02, 1);
    for (amount, ec50, hill) in [(1.0, 0.5, 1.0), (3.0, 0.4, 2.0), (0.05, 1.0, 1.0), (40.0, 0.3, 3.0)] {
        let hazards = Hazards::of(vec![pressure(0, 0.4, tablet(amount, ec50, hill))]);
        check(&format!("{amount} {ec50} {hill}"), &hazards, &cell, 6.0);
    }
}

#[test]
fn what_grows_and_what_wears_out_agrees_with_brute_force() {
    let cells = Concentration { since: 0.0, terms: vec![Term { amount: 1e-3, rate: -0.7 }] };
    let worn = Concentration {
        since: 0.0,
        terms: vec![Term { amount: 1e-3 / 36.0, rate: -0.7 }, Term { amount: 0.4, rate: 0.02 }],
    };
    let exhaustion = Some(Exhaustion { concentration: worn, ec50: 0.5, most: 0.9 });
    let level = Level::Varying(Box::new(Curve { concentration: cells, ec50: 0.3, hill: 1.0, exhaustion }));
    check("cells", &Hazards::of(vec![pressure(0, 0.6, level)]), &phenotype(0.1, 0.05, 1), 10.0);
}

#[test]
fn slowing_laws_of_combination_and_synergy_agree_with_brute_force() {
    let cell = phenotype(0.15, 0.02, 2);
    let mut both = Hazards::of(vec![
        Pressure { slows: 0.6, ..pressure(0, 0.2, Level::decaying(0.0, 3.0, 0.5, 1.0, 1.0)) },
        pressure(1, 0.3, tablet(2.0, 0.5, 2.0)),
    ]);
    check("independent", &both, &cell, 5.0);
    both.combination = Combination::Bliss { ceiling: 0.4 };
    check("Bliss", &both, &cell, 5.0);
    // Kinks: where a drug alone reaches the ceiling, where one takes over from the other, where one can add no more.
    for law in [Combination::Bliss { ceiling: 0.1 }, Combination::Loewe, Combination::HighestSingleAgent] {
        both.combination = law;
        check("kinks", &both, &cell, 5.0);
    }
    both.combination = Combination::IndependentRates;
    both.synergies = Arc::new([Synergy { by: 0, drug: 1, factor: 1.8 }]);
    check("synergy", &both, &cell, 5.0);
}

/// Drugs that only kill, one of which helps another or reverses what a trait does to it.
#[test]
fn drugs_that_change_one_another_agree_with_brute_force() {
    let mut shielded = ResistanceTrait::neutral("shielded", 2);
    shielded.resists = [Resistance::NONE, Resistance { kill: 0.2, ec50: 3.0 }].into();
    shielded.reversed_by = vec![(0, 0.8)];
    let cell = Phenotype::of(TraitSet::of([0]), &Biology::new(0.15, 0.02, vec![shielded]));
    let plain = phenotype(0.15, 0.02, 2);
    let steady = || Level::Constant(Strength::full(0.7));
    let falling = || Level::decaying(0.0, 3.0, 0.5, 1.0, 1.0);
    for (name, levels) in [
        ("both change", [falling(), tablet(2.0, 0.5, 2.0)]),
        ("the helper changes", [falling(), steady()]),
        ("the helped changes", [steady(), tablet(2.0, 0.5, 2.0)]),
        ("neither changes", [steady(), steady()]),
    ] {
        let [helper, helped] = levels;
        let mut both = Hazards::of(vec![pressure(0, 0.2, helper), pressure(1, 0.3, helped)]);
        check(&format!("reversal: {name}"), &both, &cell, 5.0);
        both.synergies = Arc::new([Synergy { by: 0, drug: 1, factor: 1.8 }]);
        check(&format!("synergy: {name}"), &both, &plain, 5.0);
        check(&format!("reversal and synergy: {name}"), &both, &cell, 5.0);
    }
}

#[test]
fn a_course_is_its_stretches_one_after_the_other() {
    let cell = phenotype(0.15, 0.02, 1);
    let on = |day: f64| Acting {
        from: day,
        pressures: vec![pressure(0, 0.3, Level::Constant(Strength::full(1.0)))],
    };
    let off = |day: f64| Acting { from: day, pressures: Vec::new() };
    let mut hazards = Hazards::none();
    hazards.course = vec![on(-1.0), off(2.0), on(4.0), off(5.5)];
    let whole = Interval::new(&hazards, from_ref(&cell), 0.0, 7.0);
    let mut rates = Vec::new();
    whole.rates(&hazards, &cell, &mut rates);
    let mut course = Course::default();
    course.renew(&whole.laws(&hazards, &rates, Crowding::NONE, 0.0));
    let pieces = [(0.32, 2.0), (0.02, 2.0), (0.32, 1.5), (0.02, 1.5)];
    let product = pieces.map(|(death, days)| Propagator::constant(0.15, death, days));
    let product = product.into_iter().fold(Propagator::IDENTITY, Propagator::then);
    assert!((course.propagator.extinction() - product.extinction()).abs() < 1e-15);
    // At the ends of the panels.
    let growth = [0.0, -0.17 * 2.0, -0.17 * 2.0 + 0.13 * 2.0, -0.17 * 3.5 + 0.13 * 2.0].map(exp);
    (0..4).for_each(|i| assert!((course.growth[2 * i] - growth[i]).abs() < 1e-14, "{course:?} {growth:?}"));
    let closed = Propagator::constant(0.15, 0.32, 0.5).then(Propagator::constant(0.15, 0.02, 1.5));
    let left = whole.remainder(&hazards, 5.0);
    for known in [None, Some(rates.as_slice())] {
        let rest = whole.rest((&hazards, &cell), known, Crowding::NONE, &left);
        assert!((rest.growth - closed.growth).abs() < 1e-15 && (rest.births - closed.births).abs() < 1e-15);
    }
    assert_eq!(law_since(&whole, &hazards, &cell, 7.0), Propagator::IDENTITY);
}

#[test]
fn a_kill_beyond_every_node_leaves_nobody() {
    for kill in [1e4, 2e6, 1e9] {
        let strong = decaying(kill, 1.0, 0.14, 0.5, 1.0);
        let cell = phenotype(0.1, 0.05, 1);
        let whole = Interval::new(&strong, from_ref(&cell), 0.0, 0.5);
        let law = law_since(&whole, &strong, &cell, 0.0);
        assert!(law.extinction() > 0.999, "{kill}: {law:?}");
    }
}

#[test]
fn no_time_changes_nothing() {
    let hazards = decaying(1.0, 1.0, 0.1, 1.0, 1.0);
    let nothing = Interval::new(&hazards, &[], 3.0, 3.0);
    let law = law_since(&nothing, &hazards, &phenotype(0.1, 0.05, 1), 3.0);
    assert_eq!(law, Propagator::IDENTITY);
}

/// Theory case: its id, division, death, the drug's largest kill, how it acts from each of its days on, and on some
/// days the probability that the line of one cell is extinct, and B / (1 + B).
struct Case {
    id: &'static str,
    rates: [f64; 3],
    hill: f64,
    course: Vec<(f64, Level)>,
    expected: Vec<(f64, f64, f64)>,
}

/// On days 1-21 of each of three cycles of 28 days.
fn on_and_off() -> Vec<(f64, Level)> {
    let cycle = |n: u32| 28.0 * f64::from(n);
    (0..3)
        .flat_map(|n| [(cycle(n), Level::Constant(Strength::full(1.0))), (cycle(n) + 21.0, Level::OFF)])
        .collect()
}

/// Doses into the vein on some days.
fn doses(days: &[f64], amount: f64, rate: f64, ec50: f64, hill: f64) -> Vec<(f64, Level)> {
    let mut left = Concentration::none(0.0);
    let mut level = |&day: &f64| {
        left.add(day, amount, &[Term { amount: 1.0, rate }]);
        let curve = Curve { concentration: left.clone(), ec50, hill, exhaustion: None };
        (day, Level::Varying(Box::new(curve)))
    };
    days.iter().map(&mut level).collect()
}

/// Cases B01 to B05 of tests/theory, which has their sources: numbers to 12 digits.
fn cases() -> [Case; 5] {
    [
        Case {
            id: "B01",
            rates: [0.06, 0.03, 0.08],
            hill: 1.0,
            course: on_and_off(),
            expected: vec![
                (21.0, 0.803_414_009_029_2, 0.438_225_823_106_9),
                (28.0, 0.822_320_667_660_2, 0.588_429_462_111_6),
                (84.0, 0.975_716_928_382_3, 0.698_195_497_110_3),
            ],
        },
        Case {
            id: "B02",
            rates: [0.06, 0.03, 0.27],
            hill: 1.0,
            course: on_and_off(),
            expected: vec![
                (28.0, 0.995_497_454_166_9, 0.436_231_910_844_3),
                (56.0, 0.999_964_165_169_6, 0.438_189_245_710_2),
                (84.0, 0.999_999_713_812_3, 0.438_204_823_301_3),
            ],
        },
        Case {
            id: "B03",
            rates: [0.15, 0.02, 0.5],
            hill: 2.0,
            course: doses(&[0.0, 7.0, 14.0], 5.0, 0.4, 1.0, 2.0),
            expected: vec![(7.0, 0.817_290_111_091_4, 0.466_772_813_907_3)],
        },
        Case {
            id: "B04",
            rates: [0.4, 0.1, 1.2],
            hill: 1.0,
            course: doses(&[0.0], 3.0, 1.1, 0.5, 1.0),
            expected: vec![
                (2.0, 0.756_768_784_972_2, 0.360_447_103_304_5),
                (6.0, 0.844_468_654_610_7, 0.787_106_875_589),
            ],
        },
        Case {
            id: "B05",
            rates: [0.3, 0.05, 2.0],
            hill: 3.0,
            course: doses(&[0.0, 3.0, 6.0], 0.7, 0.15, 1.0, 3.0),
            expected: vec![
                (3.0, 0.560_702_857_482_7, 0.472_965_878_445_3),
                (9.0, 0.994_465_137_089_3, 0.277_234_151_730_7),
            ],
        },
    ]
}

#[test]
fn one_propagator_over_all_doses_has_the_numbers_of_b01_to_b05() {
    for Case { id, rates: [division, death, kill], hill, course, expected } in cases() {
        let cell = phenotype(division, death, 1);
        let mut hazards = Hazards::none();
        let acting =
            |(from, level)| Acting { from, pressures: vec![Pressure { hill, ..pressure(0, kill, level) }] };
        hazards.course = course.into_iter().map(acting).collect();
        for (day, extinct, births) in expected {
            let law = law_since(&Interval::new(&hazards, from_ref(&cell), 0.0, day), &hazards, &cell, 0.0);
            assert!(
                (law.extinction() - extinct).abs() < 1e-10,
                "{id} day {day}: {} {extinct}",
                law.extinction()
            );
            let share = law.births / (1.0 + law.births);
            assert!((share - births).abs() < 1e-10, "{id} day {day}: {share} {births}");
        }
    }
}
