//! The references that the shipped program carries: cheap cases that cover each other's ground.

use super::case::Case;
use super::trial::{Trial, Way};

/// A case that the program can check itself against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    name: &'static str,
    /// What it promises, in a few words.
    pub promise: &'static str,
    case: &'static str,
    scenario: &'static str,
    /// The ways in which it is simulated.
    pub ways: &'static [Way],
}

const BOTH: &[Way] = &[Way::Exact, Way::Leap];
const ALL: &[Way] = &[Way::Exact, Way::Leap, Way::WholeSteps];
/// Too many events to go one by one.
const LARGE: &[Way] = &[Way::Leap];

macro_rules! choice {
    ($name:literal, $ways:expr, $promise:literal) => {
        Choice {
            name: $name,
            promise: $promise,
            case: include_str!(concat!("../../tests/theory/", $name, ".json")),
            scenario: include_str!(concat!("../../tests/theory/", $name, ".toml")),
            ways: $ways,
        }
    };
}

/// All of them.
pub(super) const CHOICE: [Choice; 15] = [
    choice!("A01", ALL, "births and deaths"),
    choice!("A07", LARGE, "births and deaths of 1e12 cells"),
    choice!("B01", BOTH, "a drug on days 1-21 of 28"),
    choice!("B05", BOTH, "doses that add up under an Emax-Hill curve"),
    choice!("C05", ALL, "resistant mutants of a growing clone"),
    choice!("C08", LARGE, "rare mutants among 6e8 cells"),
    choice!("C09", BOTH, "mutation at a division changes one daughter"),
    choice!("E01", BOTH, "two resistance mutations in sequence"),
    choice!("F03", BOTH, "growth, treatment, regrowth: cure or rescue"),
    choice!("G01", ALL, "cells that switch between two states"),
    choice!("H02", BOTH, "cells that arrive from outside"),
    choice!("H05", ALL, "two types under crowding and a drug"),
    choice!("I01", BOTH, "the number of clones and the largest"),
    choice!("J01", BOTH, "the time until a size is reached"),
    choice!("K02", BOTH, "a transplant that kills at once"),
];

impl Choice {
    /// The trial; none if what the program carries cannot be read, which is a defect.
    pub fn trial(&self) -> Option<Trial> {
        Some(Trial {
            name: self.name.to_string(),
            case: Case::from_json(self.case).ok()?,
            variant: String::new(),
            scenario: self.scenario.to_string(),
            changes: Vec::new(),
        })
    }
}
