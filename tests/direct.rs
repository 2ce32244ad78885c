//! The direct method by itself, through the engine's own doors.
//!
//! Hypothesis of each statistical test: counts follow the law that is named. Each is a family of its own with
//! false-alarm rate 1e-3 (Bonferroni over its tests); n is stated with each. Seeds are the digests of the tests'
//! names, which nobody chose. Tests without a hypothesis have no chance in them: what they say holds always.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

mod support;

use clonetide::disease::{
    Biology, Daughters, Identity, Immigration, Phenotypes, ResistanceTrait, TraitSet, Tumour,
};
use clonetide::engine::{Engine, Exact, Halt, Hazards, Pressure, Purpose, Stream, StreamKey};
use clonetide::level::Level;
use support::statistics::{Family, binomial_mid_p, chi2_pmf, z_mean};

const WILD: TraitSet = TraitSet::WILD_TYPE;

/// A stream with a seed that nobody chose.
fn stream(name: &str) -> Stream {
    let digest = blake3::hash(name.as_bytes());
    let seed = u64::from_le_bytes(digest.as_bytes()[..8].try_into().unwrap());
    StreamKey { seed, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder)
}

fn tumour(biology: Biology, identity: Identity, clones: &[(TraitSet, u64)]) -> Tumour {
    let mut tumour = Tumour::new(Phenotypes::new(biology), identity, 1000);
    clones.iter().for_each(|&(traits, cells)| tumour.seed(traits, cells, 0.0).unwrap());
    tumour
}

/// Neutral traits in this number, each gained with this probability.
fn traits(number: usize, per_division: f64) -> Vec<ResistanceTrait> {
    let gained = |mut new: ResistanceTrait| {
        new.gained.per_division = per_division;
        new
    };
    (0..number).map(|place| gained(ResistanceTrait::neutral(&format!("T{place}"), 1))).collect()
}

/// Histogram of `n` values.
fn histogram(n: u64, mut draw: impl FnMut() -> u64) -> Vec<u64> {
    let mut counts = Vec::new();
    for value in (0..n).map(|_| draw() as usize) {
        counts.resize(counts.len().max(value + 1), 0);
        counts[value] += 1;
    }
    counts
}

fn check_pmf(name: &str, counts: &[u64], pmf: &[f64], n: u64) {
    let mut family = Family::default();
    let tail = 1.0 - pmf.iter().sum::<f64>();
    family.record(name, "chi-squared", n, chi2_pmf(counts, pmf, tail, n));
    family.assert_passes();
}

#[test]
fn detection_stops_at_exactly_its_size() {
    let mut stream = stream("detection");
    for identity in [Identity::TraitSet, Identity::Founder] {
        for _ in 0..50 {
            let biology = Biology::new(1.0, 0.2, traits(2, 0.05));
            let mut cells = tumour(biology, identity, &[(WILD, 80), (TraitSet::of([0]), 20)]);
            let mut exact = Exact::new(u64::MAX, 999.5);
            let day = exact.advance(&mut cells, &Hazards::none(), 0.0, 100.0, &mut stream).unwrap();
            assert_eq!(cells.burden(), 1000);
            assert!(0.0 < day && day < 100.0);
            assert_eq!(cells.verify(), Ok(()));
        }
    }
}

/// Fifty deaths are fifty events: one allowed less leaves one cell, and the story can still tell of it.
#[test]
fn events_are_counted_to_the_last() {
    let mut stream = stream("events");
    let mut live = |events| {
        let mut cells = tumour(Biology::new(0.0, 1.0, Vec::new()), Identity::TraitSet, &[(WILD, 50)]);
        let end =
            Exact::new(events, f64::INFINITY).advance(&mut cells, &Hazards::none(), 0.0, 1e3, &mut stream);
        (end, cells.burden())
    };
    assert_eq!(live(49), (Err(Halt::Events), 1));
    assert_eq!(live(50), (Ok(1e3), 0));
}

/// Without cells arrivals are a Poisson process with a rate that grows. n = 20,000; chi-squared of the counts.
#[test]
fn arrivals_follow_poissons_law() {
    let (mut stream, n) = (stream("arrivals"), 20_000);
    let arrivals = Immigration { traits: WILD, rate: 0.8, growth: 0.5, cells: 1 };
    let counts = histogram(n, || {
        let mut biology = Biology::new(0.0, 0.0, Vec::new());
        biology.immigration = [arrivals].into();
        let mut cells = tumour(biology, Identity::TraitSet, &[]);
        let mut exact = Exact::new(u64::MAX, f64::INFINITY);
        exact.advance(&mut cells, &Hazards::none(), 1.0, 4.0, &mut stream).unwrap();
        cells.burden()
    });
    // The integral of 0.8 e^(t/2) from 1 to 4.
    let mean: f64 = 1.6 * (libm::exp(2.0) - libm::exp(0.5));
    let next = |p: &mut f64, k: i32| {
        let now = *p;
        *p *= mean / f64::from(k + 1);
        Some(now)
    };
    let pmf: Vec<f64> = (0..40).scan(libm::exp(-mean), next).collect();
    check_pmf("arrivals", &counts, &pmf, n);
}

/// A drug that kills and slows while it decays. One cell dies out by day 6 with the probability 1 - E / (1 + B),
/// E = exp of the integral of b - d, B the integral of b(s) times that exp from s on (Kendall 1948), here by
/// Simpson's rule. n = 40,000; exact binomial test, one family of the two drugs.
#[test]
fn decaying_drugs_thin_candidates() {
    let (mut stream, n, mut family) = (stream("decay"), 40_000, Family::default());
    for (name, kill, slows) in [("kills", 1.5, 0.0), ("slows", 0.3, 0.9)] {
        let level = Level::decaying(-0.5, 3.0, 0.8, 0.7, 1.5);
        let pressure = Pressure { slows, hill: 1.5, ..Pressure::killing(0, kill, level.clone()) };
        let hazards = Hazards::of(vec![pressure]);
        let extinct = histogram(n, || {
            let mut cell = tumour(Biology::new(0.6, 0.1, Vec::new()), Identity::TraitSet, &[(WILD, 1)]);
            let mut exact = Exact::new(u64::MAX, f64::INFINITY);
            exact.advance(&mut cell, &hazards, 0.0, 6.0, &mut stream).unwrap();
            u64::from(cell.burden() == 0)
        });
        let division = |day: f64| 0.6 * (1.0 - slows * level.at(day).effect);
        let growth = |from: f64| {
            let effect = simpson(|day| level.at(from + day).effect, 6.0 - from);
            libm::exp((0.6 - 0.1) * (6.0 - from) - (0.6 * slows + kill) * effect)
        };
        let births = simpson(|day| division(day) * growth(day), 6.0);
        let expected = 1.0 - growth(0.0) / (1.0 + births);
        family.record(name, "extinct", n, binomial_mid_p(extinct[1], n, expected));
    }
    family.assert_passes();
}

fn simpson(f: impl Fn(f64) -> f64, to: f64) -> f64 {
    let width = to / 1000.0;
    let weight = |k: u32| if k == 0 || k == 1000 { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
    (0..=1000).map(|k| weight(k) * f(f64::from(k) * width)).sum::<f64>() * width / 3.0
}

/// Each daughter mutates on its own: of first divisions (1-u)^2, 2u(1-u) and u^2 leave none, one and two mutants,
/// u = 3 x 0.1. n = 40,000; chi-squared of the three, and exact binomial test of the last.
#[test]
fn both_daughters_can_mutate() {
    let (mut stream, n, u) = (stream("daughters"), 40_000, 0.3_f64);
    let mutants = histogram(n, || {
        let mut biology = Biology::new(1.0, 0.0, traits(3, 0.1));
        biology.daughters = Daughters::Independent;
        let mut cells = tumour(biology, Identity::Founder, &[(WILD, 1)]);
        Exact::new(u64::MAX, 2.0).advance(&mut cells, &Hazards::none(), 0.0, 1e3, &mut stream).unwrap();
        assert_eq!((cells.burden(), cells.verify()), (2, Ok(())));
        2 - cells.clones()[0].cells
    });
    let shares = [(1.0 - u) * (1.0 - u), 2.0 * u * (1.0 - u), u * u];
    let mut family = Family::default();
    family.record("daughters", "chi-squared", n, chi2_pmf(&mutants, &shares, 0.0, n));
    family.record("daughters", "both mutate", n, binomial_mid_p(mutants[2], n, shares[2]));
    family.assert_passes();
}

/// Which of many clones loses the first cell: in proportion to cells x death rate. Sixty clones of 1 to 60 cells,
/// those with trait 0 dying three times as fast. n = 60,000 for each; chi-squared over the clones, once with a
/// clone for each founder in two phenotypes, once with a phenotype for each clone.
#[test]
fn clones_are_hit_in_proportion() {
    let n = 60_000;
    let founders = |clone: usize| TraitSet::of([clone % 2]);
    let phenotypes = |clone: usize| TraitSet::of((0..6).filter(move |place| (clone + 1) >> place & 1 == 1));
    check_hits("founders", Identity::Founder, founders, n);
    check_hits("phenotypes", Identity::TraitSet, phenotypes, n);
}

fn check_hits(name: &str, identity: Identity, carried: impl Fn(usize) -> TraitSet, n: u64) {
    let clones: Vec<(TraitSet, u64)> = (0..60).map(|clone| (carried(clone), clone as u64 + 1)).collect();
    let mut kinds = traits(6, 0.0);
    kinds[0].death_factor = 3.0;
    let whole = tumour(Biology::new(0.0, 1.0, kinds), identity, &clones);
    let weight =
        |&(traits, cells): &(TraitSet, u64)| cells as f64 * if traits.contains(0) { 3.0 } else { 1.0 };
    let total: f64 = clones.iter().map(weight).sum();
    let pmf: Vec<f64> = clones.iter().map(|clone| weight(clone) / total).collect();
    let mut stream = stream(name);
    let hits = histogram(n, || {
        let mut hit = whole.clone();
        let end = Exact::new(1, f64::INFINITY).advance(&mut hit, &Hazards::none(), 0.0, 1e3, &mut stream);
        assert_eq!(end, Err(Halt::Events));
        let lost = hit.clones().iter().zip(&clones).position(|(clone, &(_, cells))| clone.cells < cells);
        lost.unwrap() as u64
    });
    check_pmf(name, &hits, &pmf, n);
}

/// A large clone dies out while others grow past it and past each other. n = 20,000; z-tests of the mean of each
/// clone at day 3, whose law is that of independent birth-death processes.
#[test]
fn another_clone_takes_over() {
    let (mut stream, n) = (stream("take over"), 20_000);
    let mut kinds = traits(2, 0.0);
    (kinds[0].death_factor, kinds[1].death_factor) = (0.1, 0.3);
    let clones = [(WILD, 60, 3.0), (TraitSet::of([0]), 4, 0.3), (TraitSet::of([1]), 9, 0.9)];
    let seeds = clones.map(|(traits, cells, _)| (traits, cells));
    let whole = tumour(Biology::new(1.2, 3.0, kinds), Identity::TraitSet, &seeds);
    let mut sums = [0; 3];
    for _ in 0..n {
        let mut cells = whole.clone();
        let mut exact = Exact::new(u64::MAX, f64::INFINITY);
        exact.advance(&mut cells, &Hazards::none(), 0.0, 3.0, &mut stream).unwrap();
        cells.clones().iter().zip(&mut sums).for_each(|(clone, sum)| *sum += clone.cells);
    }
    let mut family = Family::default();
    for ((_, start, death), sum) in clones.into_iter().zip(sums) {
        let (net, start) = (1.2 - death, start as f64);
        let grown = libm::exp(net * 3.0);
        let variance = start * (1.2 + death) / net * grown * (grown - 1.0);
        let mean = sum as f64 / n as f64;
        family.record("take over", &format!("death {death}"), n, z_mean(mean, n, start * grown, variance));
    }
    family.assert_passes();
}
