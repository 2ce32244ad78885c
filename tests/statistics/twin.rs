//! A simulator of its own, to see the judge pass what is right and notice what is not.

use clonetide::verify::{Case, History, Sample, judge};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand_distr::Exp1;
use serde_json::Value;

use super::support::statistics::Family;
use super::support::theory::case;
use super::{draw, generator};

/// One event of a model: reactant, change of the counts by type, rate per cell (times `bias` for deaths).
type Event = (usize, Vec<i64>, f64);

fn events(case: &Case, bias: f64) -> Vec<Event> {
    let place = |name: &Value| case.types().iter().position(|known| name == known).expect("a known type");
    let event = |event: &Value| {
        let reactant = place(&event["reactant"]);
        let products = &event["products"];
        let born = |name: &String| products.get(name).and_then(Value::as_i64).unwrap_or(0);
        let mut change: Vec<i64> = case.types().iter().map(born).collect();
        change[reactant] -= 1;
        let factor = if change.iter().sum::<i64>() < 0 { bias } else { 1.0 };
        (reactant, change, factor * event["rate"].as_f64().expect("a constant rate"))
    };
    case.model["events"].as_array().expect("events").iter().map(event).collect()
}

/// Gillespie's direct method for constant rates: an independent twin, only here to test the judge.
fn simulate(case: &Case, events: &[Event], rng: &mut ChaCha8Rng) -> History {
    let initial = |name: &String| case.model["initial"][name].as_i64().unwrap_or(0);
    let mut counts: Vec<i64> = case.types().iter().map(initial).collect();
    let mut next = wait(&counts, events, rng);
    let mut samples = Vec::new();
    for time in case.times() {
        while next <= time {
            fire(&mut counts, events, rng);
            next += wait(&counts, events, rng);
        }
        let counts = counts.iter().map(|&count| count as u64).collect();
        samples.push(Sample { time, counts, clones: Vec::new() });
    }
    History::of_samples(samples)
}

fn total(counts: &[i64], events: &[Event]) -> f64 {
    events.iter().map(|(reactant, _, rate)| rate * counts[*reactant] as f64).sum()
}

fn wait(counts: &[i64], events: &[Event], rng: &mut ChaCha8Rng) -> f64 {
    draw(Exp1, rng) / total(counts, events)
}

fn fire(counts: &mut [i64], events: &[Event], rng: &mut ChaCha8Rng) {
    let mut left = rng.random::<f64>() * total(counts, events);
    let chosen = events.iter().find(|(reactant, _, rate)| {
        left -= rate * counts[*reactant] as f64;
        left < 0.0
    });
    let (_, change, _) = chosen.expect("an event, as the total rate is positive");
    counts.iter_mut().zip(change).for_each(|(count, change)| *count += change);
}

fn judge_twin(id: &str, replicates: u32, bias: f64) -> Family {
    let case = case(id);
    let events = events(&case, bias);
    let mut rng = generator(99);
    let samples: Vec<_> = (0..replicates).map(|_| simulate(&case, &events, &mut rng)).collect();
    let mut family = Family::default();
    judge(&case, &samples, &mut family);
    family
}

#[test]
fn a_correct_simulator_passes_the_theory() {
    for (id, replicates, least) in
        [("A01", 20_000, 7), ("C04", 100_000, 5), ("G01", 50_000, 24), ("C05", 5_000, 5)]
    {
        let family = judge_twin(id, replicates, 1.0);
        assert!(family.verdicts().len() >= least, "{id}: {} tests", family.verdicts().len());
        family.assert_passes();
    }
}

#[test]
fn a_death_rate_off_by_five_percent_is_caught() {
    for id in ["A01", "G01"] {
        assert!(!judge_twin(id, 30_000, 1.05).passes(), "{id}");
    }
}

/// Swapped types have the right totals and the wrong joint law.
#[test]
fn swapped_types_are_caught() {
    let case = case("G01");
    let (events, mut rng) = (events(&case, 1.0), generator(5));
    let mut swapped: Vec<_> = (0..5_000).map(|_| simulate(&case, &events, &mut rng)).collect();
    let samples = swapped.iter_mut().flat_map(|history| &mut history.samples);
    samples.for_each(|sample| sample.counts.reverse());
    let mut family = Family::default();
    judge(&case, &swapped, &mut family);
    let failed = |part: &str| family.failures().iter().any(|verdict| verdict.test.contains(part));
    assert!(failed("joint") && failed("pmf {'L': 1}") && !failed("{'H': 1, 'L': 1}"), "{}", family.report());
}
