//! All trials of the theory: which case, as which scenario, in which ways, with how many replicates at most.

use clonetide::verify::{Case, Trial, Way};

/// Replicates of a trial whose cost does not limit them.
const FREE: u64 = 1_000_000;

/// A case or sub-case, and how often each way may simulate it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name of the trial.
    pub name: &'static str,
    /// File of the reference, without `.json`.
    pub reference: &'static str,
    /// File of the scenario, without `.toml`.
    pub scenario: &'static str,
    /// Sub-case within the reference.
    pub variant: &'static str,
    /// What the scenario changes for it.
    pub changes: &'static [&'static str],
    /// What it changes besides, for the exact engine.
    pub exact_changes: &'static [&'static str],
    /// Most replicates in the exact engine; 0 if it would need more than 1e6 events for each.
    pub exact: u64,
    /// Most replicates in the leap engine.
    pub leap: u64,
    /// Most replicates in whole steps of the leap engine; 0 where those say nothing about the case.
    pub whole: u64,
}

impl Entry {
    const fn of(id: &'static str) -> Entry {
        Entry {
            name: id,
            reference: id,
            scenario: id,
            variant: "",
            changes: &[],
            exact_changes: &[],
            exact: FREE,
            leap: FREE,
            whole: FREE,
        }
    }

    const fn sub(
        name: &'static str,
        id: &'static str,
        variant: &'static str,
        changes: &'static [&'static str],
    ) -> Entry {
        Entry { name, variant, changes, ..Entry::of(id) }
    }

    const fn dsmts(
        name: &'static str,
        reference: &'static str,
        scenario: &'static str,
        changes: &'static [&'static str],
    ) -> Entry {
        Entry { reference, scenario, ..Entry::sub(name, reference, "", changes) }
    }

    const fn exact(self, exact: u64) -> Entry {
        Entry { exact, ..self }
    }

    /// For the exact engine: fewer replicates over a shorter time.
    const fn exact_until(self, exact: u64, exact_changes: &'static [&'static str]) -> Entry {
        Entry { exact, exact_changes, ..self }
    }

    const fn leap(self, leap: u64) -> Entry {
        Entry { leap, ..self }
    }

    const fn whole(self, whole: u64) -> Entry {
        Entry { whole, ..self }
    }

    /// The trial in a way, with its files read.
    pub fn trial(&self, way: Way) -> Trial {
        let besides = if way == Way::Exact { self.exact_changes } else { &[] };
        Trial {
            name: self.name.into(),
            case: case(self.reference),
            variant: self.variant.into(),
            scenario: text(&format!("{}.toml", self.scenario)),
            changes: self.changes.iter().chain(besides).map(|change| change.to_string()).collect(),
        }
    }
}

/// Reads `tests/theory/<id>.json`.
pub fn case(id: &str) -> Case {
    Case::from_json(&text(&format!("{id}.json"))).unwrap_or_else(|error| panic!("{id}: {error}"))
}

/// A file of `tests/theory`.
pub fn text(name: &str) -> String {
    let path = format!("{}/tests/theory/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The entry of this name.
pub fn entry(name: &str) -> Entry {
    *ENTRIES.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no trial {name}"))
}

/// Later the resistant cells are too many to go event by event.
const DAY_40: &[&str] = &["study.horizon=\"40 d\""];
/// Resistant cells beside the sensitive ones.
const R3: &str = "disease.clone[0].cells=3";
const R1: &str = "disease.clone[0].cells=1";

/// Every trial. Whole steps are left out where the burden ends the story: those look at it once a step.
pub const ENTRIES: &[Entry] = &[
    Entry::of("A01"),
    Entry::of("A02"),
    Entry::of("A03"),
    Entry::of("A04"),
    Entry::of("A05"),
    Entry::of("A06"),
    Entry::of("A07").exact(0),
    Entry::of("A08"),
    Entry::of("B01"),
    Entry::of("B02").exact(0),
    Entry::of("B03"),
    Entry::of("B04"),
    Entry::of("B05"),
    Entry::of("C02"),
    Entry::of("C03"),
    Entry::of("C04"),
    Entry::of("C05"),
    Entry::sub("C06 N=100", "C06", "N=100", &[]).whole(0),
    Entry::sub("C06 N=1000", "C06", "N=1000", &["study.detection=1000"]).whole(0),
    Entry::sub("C07 N=500", "C07", "N=500", &[]).whole(0),
    Entry::of("C08").exact(0),
    Entry::of("C09"),
    Entry::sub("D01 N=50", "D01", "N=50", &[]).whole(0),
    Entry::sub("D01 N=150", "D01", "N=150", &["study.detection=150"]).whole(0),
    Entry::sub("D02 a", "D02", "M=1e+06 u=1e-06 b=0.25 d=0.18 bm=0.25 dm=0.18", &[])
        .exact(0)
        .leap(100_000)
        .whole(0),
    Entry::sub(
        "D02 b",
        "D02",
        "M=1e+09 u=1e-09 b=0.25 d=0.18 bm=0.25 dm=0.18",
        &["study.detection=1e9", "trait.M.gained.per_division=1e-9"],
    )
    .exact(0)
    .leap(100_000)
    .whole(0),
    Entry::sub(
        "D02 c",
        "D02",
        "M=1e+09 u=1e-09 b=0.25 d=0.0 bm=0.25 dm=0.0",
        &["study.detection=1e9", "trait.M.gained.per_division=1e-9", "disease.death=\"0 /d\""],
    )
    .exact(0)
    .leap(100_000)
    .whole(0),
    Entry::sub(
        "D02 d",
        "D02",
        "M=1e+09 u=5e-10 b=0.25 d=0.18 bm=0.22 dm=0.18",
        &["study.detection=1e9", "trait.M.gained.per_division=5e-10", "trait.M.division_factor=0.88"],
    )
    .exact(0)
    .leap(100_000)
    .whole(0),
    Entry::sub(
        "D02 e",
        "D02",
        "M=1e+08 u=1e-08 b=0.14 d=0.13 bm=0.14 dm=0.13",
        &[
            "study.detection=1e8",
            "trait.M.gained.per_division=1e-8",
            "disease.division=\"0.14 /d\"",
            "disease.death=\"0.13 /d\"",
        ],
    )
    .exact(0)
    .leap(100_000)
    .whole(0),
    Entry::sub(
        "D02 f",
        "D02",
        "M=1e+10 u=1e-11 b=1.0 d=0.5 bm=1.1 dm=0.5",
        &[
            "study.detection=1e10",
            "trait.M.gained.per_division=1e-11",
            "disease.division=\"1 /d\"",
            "disease.death=\"0.5 /d\"",
            "trait.M.division_factor=1.1",
        ],
    )
    .exact(0)
    .leap(100_000)
    .whole(0),
    Entry::of("D03"),
    Entry::of("E01").exact(300_000),
    Entry::of("E02").exact(20_000).leap(300_000).whole(300_000),
    Entry::of("E03").exact(0),
    Entry::sub("F01 N0=1000 R0=0", "F01", "N0=1000 R0=0", &[]).exact_until(20_000, DAY_40),
    Entry::sub("F01 N0=1000 R0=3", "F01", "N0=1000 R0=3", &[R3]).exact_until(20_000, DAY_40),
    Entry::sub("F01 N0=5000 R0=0", "F01", "N0=5000 R0=0", &["disease.burden=5000"])
        .exact_until(20_000, DAY_40),
    Entry::sub("F01 N0=5000 R0=3", "F01", "N0=5000 R0=3", &["disease.burden=5000", R3])
        .exact_until(20_000, DAY_40),
    Entry::sub("F02 N0=1e8 R0=0", "F02", "N0=100000000 R0=0", &[]).exact(0),
    Entry::sub("F02 N0=1e8 R0=1", "F02", "N0=100000000 R0=1", &[R1]).exact(0),
    Entry::sub("F02 N0=1e9 R0=0", "F02", "N0=1000000000 R0=0", &["disease.burden=1e9"]).exact(0),
    Entry::sub("F02 N0=1e9 R0=1", "F02", "N0=1000000000 R0=1", &["disease.burden=1e9", R1]).exact(0),
    Entry::of("F03"),
    Entry::of("G01"),
    Entry::of("G02"),
    Entry::of("G03").exact(200_000),
    Entry::of("H01"),
    Entry::of("H02"),
    Entry::of("H03"),
    Entry::of("H04"),
    Entry::of("H05"),
    Entry::of("I01"),
    Entry::of("J01").whole(0),
    Entry::of("J02").whole(0),
    Entry::of("J03").exact(0),
    Entry::of("J04").exact(0),
    Entry::of("K02"),
    Entry::dsmts("dsmts-001-01", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-02", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts(
        "dsmts-001-03",
        "dsmts-001-03",
        "dsmts-001",
        &["disease.division=\"1 /d\"", "disease.death=\"1.1 /d\""],
    )
    .exact(300_000),
    Entry::dsmts("dsmts-001-04", "dsmts-001-04", "dsmts-001", &["disease.burden=10"]),
    Entry::dsmts("dsmts-001-05", "dsmts-001-05", "dsmts-001", &["disease.burden=10000"]).exact(30_000),
    Entry::dsmts("dsmts-001-06", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-08", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-09", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-10", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts(
        "dsmts-001-11",
        "dsmts-001-11",
        "dsmts-001",
        &["disease.division=\"0.05 /d\"", "disease.death=\"0.055 /d\""],
    ),
    Entry::dsmts("dsmts-001-12", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-13", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-14", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-15", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-16", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts("dsmts-001-17", "dsmts-001-01", "dsmts-001", &[]),
    Entry::dsmts(
        "dsmts-001-18",
        "dsmts-001-11",
        "dsmts-001",
        &["disease.division=\"0.05 /d\"", "disease.death=\"0.055 /d\""],
    ),
    Entry::dsmts("dsmts-001-19", "dsmts-001-19", "dsmts-001", &[]),
    Entry::dsmts("dsmts-002-01", "dsmts-002-01", "dsmts-002", &[]),
    Entry::dsmts("dsmts-002-02", "dsmts-002-02", "dsmts-002", &["disease.immigration[0].rate=\"10 /d\""]),
    Entry::dsmts("dsmts-002-03", "dsmts-002-03", "dsmts-002", &["disease.immigration[0].rate=\"5 /d\""]),
    Entry::dsmts("dsmts-002-04", "dsmts-002-04", "dsmts-002", &["disease.immigration[0].rate=\"1000 /d\""])
        .exact(30_000),
    Entry::dsmts("dsmts-002-05", "dsmts-002-02", "dsmts-002", &["disease.immigration[0].rate=\"10 /d\""]),
    Entry::dsmts("dsmts-002-07", "dsmts-002-02", "dsmts-002", &["disease.immigration[0].rate=\"10 /d\""]),
    Entry::dsmts("dsmts-002-08", "dsmts-002-01", "dsmts-002", &[]),
    Entry::dsmts("dsmts-004-01", "dsmts-004-01", "dsmts-004", &[]),
    Entry::dsmts(
        "dsmts-004-02",
        "dsmts-004-02",
        "dsmts-004",
        &["disease.death=\"0.4 /d\"", "disease.immigration[0].cells=10"],
    ),
    Entry::dsmts(
        "dsmts-004-03",
        "dsmts-004-03",
        "dsmts-004",
        &["disease.death=\"4 /d\"", "disease.immigration[0].cells=100"],
    )
    .exact(300_000),
];

/// Cases of the theory that no scenario says, and why.
pub const LEFT_OUT: [(&str, &str); 11] = [
    ("C01", "a limit of N0 -> 0, not a process that can be simulated"),
    ("I02", "infinite sites: mutations without effect are not tracked"),
    ("I03", "infinite sites: mutations without effect are not tracked"),
    ("K01", "a switch that flips two traits at once"),
    ("S01", "draws, not histories: tests/samplers.rs and `clonetide verify`"),
    ("dsmts-001-07", "counts the dead cells (Sink)"),
    ("dsmts-002-06", "counts the dead cells (Sink)"),
    ("dsmts-002-09", "sets the number of cells to 50 on day 25"),
    ("dsmts-002-10", "sets the number of cells to 20 on day 22.5"),
    ("dsmts-003", "2P <-> P2 is a reaction of the second order (seven cases)"),
    ("dsmts-00040", "and on, of the SBML suite: test draws of the package distrib, not dynamics"),
];
