//! The engines against exact laws. Hypothesis of each test: the simulated histories follow the reference.
//! Per family (one way to compute): n = 1e5 replicates a case, false-alarm rate 1e-3 (Bonferroni over its
//! tests) plus 1e-4 for the uniformity of its cases' first p-values. Seeds are fixed by the names of case and
//! way. Cases and numbers: `tests/theory/*.json`; the same models as scenarios: `tests/theory/*.toml`.
//!
//! `cargo test` runs a choice; with `CLONETIDE_VERIFY=full` (`just verify-full`) everything, with up to 1e6
//! replicates, or with as many as `CLONETIDE_REPLICATES` says at most; `CLONETIDE_CASES=G02,H` only those whose
//! names begin so.

mod support;

use std::time::Instant;

use clonetide::verify::{Family, Way};
use support::theory::{ENTRIES, Entry, LEFT_OUT, entry};

/// Replicates of a case in the ordinary tests.
const REPLICATES: u64 = 100_000;
/// Threads of a test; the full run takes all there are.
const THREADS: usize = 2;

/// Cheap cases that cover each other's ground; together they cover all kinds of cases.
const EXACT: &[&str] = &[
    "A01",
    "B03",
    "B04",
    "B05",
    "C04",
    "C09",
    "G01",
    "G02",
    "H01",
    "H02",
    "H03",
    "H05",
    "J01",
    "dsmts-002-01",
];
const LEAP: &[&str] = &[
    "A07",
    "B02",
    "C05",
    "C08",
    "E01",
    "F02 N0=1e8 R0=0",
    "F03",
    "G02",
    "G03",
    "H04",
    "I01",
    "K02",
    "dsmts-001-04",
];
const WHOLE_STEPS: &[&str] = &["A01", "B01", "C04", "C05", "C09", "G01", "G02", "G03", "H02"];

/// Most replicates of everything, if this is the full run.
fn full() -> Option<u64> {
    let asked = std::env::var("CLONETIDE_VERIFY").is_ok_and(|value| value == "full");
    let most =
        || std::env::var("CLONETIDE_REPLICATES").ok().map(|text| text.parse().expect("a whole number"));
    asked.then(|| most().unwrap_or(u64::MAX))
}

fn most(entry: &Entry, way: Way) -> u64 {
    match way {
        Way::Exact => entry.exact,
        Way::Leap => entry.leap,
        Way::WholeSteps => entry.whole,
    }
}

/// Whether the full run is to take this trial.
fn asked_for(entry: &Entry) -> bool {
    let named = |names: String| names.split(',').any(|name| entry.name.starts_with(name.trim()));
    std::env::var("CLONETIDE_CASES").map_or(true, named)
}

fn threads() -> usize {
    let machine = || std::thread::available_parallelism().map_or(THREADS, usize::from);
    full().map_or(THREADS, |_| machine())
}

fn check(entry: &Entry, way: Way, replicates: u64, family: &mut Family) {
    let begun = Instant::now();
    entry.trial(way).run(way, replicates, threads(), family).unwrap_or_else(|error| panic!("{error}"));
    println!("{}/{}: n = {replicates}, {:.1} s", entry.name, way.name(), begun.elapsed().as_secs_f64());
}

/// All cases of a way, or the choice.
fn family(way: Way, choice: &[&str]) {
    let mut family = Family::default();
    match full() {
        None => choice.iter().for_each(|name| check(&entry(name), way, REPLICATES, &mut family)),
        Some(limit) => {
            for entry in ENTRIES.iter().filter(|entry| asked_for(entry)) {
                match most(entry, way).min(limit) {
                    0 => family.skip(entry.name, way.name(), unsuited(way)),
                    replicates => check(entry, way, replicates, &mut family),
                }
            }
            LEFT_OUT.iter().for_each(|(id, reason)| family.skip(id, "all", reason));
        }
    }
    println!("{}", family.report());
    family.assert_passes();
}

fn unsuited(way: Way) -> &'static str {
    match way {
        Way::Exact => "more than 1e6 events in each replicate",
        Way::Leap | Way::WholeSteps => "whole steps see the burden at their ends only",
    }
}

#[test]
fn the_exact_engine_follows_theory() {
    family(Way::Exact, EXACT);
}

#[test]
fn the_leap_engine_follows_theory() {
    family(Way::Leap, LEAP);
}

/// With every clone in whole steps, however small: the scheme of the leap engine by itself.
#[test]
fn whole_steps_follow_theory() {
    family(Way::WholeSteps, WHOLE_STEPS);
}

/// The checks can fail: rates that are 3 % off, a lost back-switch, a step that is far too long.
#[test]
fn planted_errors_are_caught() {
    let planted = [
        ("A01", Way::Leap, "disease.death=\"0.515 /d\""),
        ("A01", Way::Exact, "disease.division=\"1.03 /d\""),
        ("C04", Way::WholeSteps, "trait.M.gained.per_division=0.0105"),
        ("C04", Way::Exact, "trait.M.division_factor=0.95"),
        ("G01", Way::Leap, "trait.L.lost.rate=\"0.19 /d\""),
        ("B01", Way::Leap, "drug.tablet.acts.for=\"2 d\""),
        ("B05", Way::Leap, "drug.infusion.acts.hill=2.9"),
        ("C09", Way::Exact, "disease.daughters=\"independent\""),
        ("F03", Way::Leap, "drug.poison.slows=0.67"),
        ("H02", Way::WholeSteps, "disease.immigration[0].rate=\"0.715 /d\""),
        ("I01", Way::Leap, "disease.clones_by=\"traits\""),
        ("J01", Way::Leap, "study.detection=61"),
        ("K02", Way::Exact, "drug.conditioning.acts.log_kill=1.95"),
    ];
    for (name, way, change) in planted {
        let mut family = Family::default();
        changed(name, way, &[change], &mut family);
        assert!(!family.passes(), "{name}/{} did not notice {change}\n{}", way.name(), family.report());
    }
}

fn changed(name: &str, way: Way, changes: &[&str], family: &mut Family) {
    let mut trial = entry(name).trial(way);
    trial.changes.extend(changes.iter().map(|change| change.to_string()));
    trial.run(way, REPLICATES, THREADS, family).unwrap_or_else(|error| panic!("{error}"));
}

/// Crowding is extrapolated into the second half of a step; frozen at its middle the variance would be off by an
/// error of first order, which these longer steps make large enough to see (seen to fail with that error planted).
#[test]
fn crowding_holds_at_longer_steps() {
    let mut family = Family::default();
    changed("H03", Way::WholeSteps, &["engine.step=\"0.25 d\""], &mut family);
    changed("H04", Way::WholeSteps, &["engine.step=\"0.5 d\""], &mut family);
    family.assert_passes();
}

/// Every case of the theory is a trial or left out with its reason, and the page beside them says so.
#[test]
fn no_case_is_forgotten() {
    let page = support::theory::text("README.md");
    for id in open().chain(dsmts()) {
        let tried = ENTRIES.iter().any(|entry| entry.name == id || entry.reference == id);
        let left = LEFT_OUT.iter().any(|(left, _)| *left == id);
        assert!(tried != left, "{id}: tried {tried}, left out {left}");
    }
    for (id, reason) in LEFT_OUT {
        assert!(page.contains(&format!("`{id}`")) && page.contains(reason), "README.md: {id}: {reason}");
    }
}

/// The cases of shared/theory/open.
fn open() -> impl Iterator<Item = String> {
    let numbers = [('A', 8), ('B', 5), ('C', 9), ('D', 3), ('E', 3), ('F', 3), ('G', 2), ('H', 5), ('I', 3)];
    let more = [('J', 4), ('K', 2), ('S', 1)];
    numbers
        .into_iter()
        .chain(more)
        .flat_map(|(letter, last)| (1..=last).map(move |n| format!("{letter}{n:02}")))
}

/// The cases of shared/theory/dsmts.
fn dsmts() -> impl Iterator<Item = String> {
    let numbers = [("001", 19), ("002", 10), ("004", 3)];
    numbers.into_iter().flat_map(|(group, last)| (1..=last).map(move |n| format!("dsmts-{group}-{n:02}")))
}

/// Every sub-case of a reference has a trial of its own.
#[test]
fn every_variant_is_tried() {
    for entry in ENTRIES {
        let variants = support::theory::case(entry.reference).variants();
        let tried = |variant: &String| {
            ENTRIES.iter().any(|other| other.reference == entry.reference && other.variant == variant)
        };
        assert!(variants.iter().all(tried), "{}: {variants:?}", entry.reference);
        assert!(variants.iter().any(|variant| variant == entry.variant), "{}: {}", entry.name, entry.variant);
    }
}

/// What a trial leaves untested is known.
#[test]
fn nothing_is_skipped_in_silence() {
    let reasons = [
        "context, not a test",
        "no time",
        "too few for its fourth moment",
        "needs 100000 replicates",
        "after the horizon",
    ];
    for entry in ENTRIES {
        let (way, mut family) = (if entry.leap > 0 { Way::Leap } else { Way::Exact }, Family::default());
        entry.trial(way).run(way, 2, 1, &mut family).unwrap_or_else(|error| panic!("{error}"));
        let known = |skipped: &&String| reasons.iter().any(|reason| skipped.contains(reason));
        let unknown: Vec<&String> = family.skipped().iter().filter(|skipped| !known(skipped)).collect();
        assert!(unknown.is_empty() && !family.verdicts().is_empty(), "{}: {unknown:?}", entry.name);
        let lost = family.verdicts().iter().find(|verdict| verdict.test.contains("missing"));
        assert!(lost.is_none(), "{}: {lost:?}", entry.name);
    }
}
