//! `manifest.json`: what was run, with what, and the digest of every table.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::folder::Digest;
use super::tables::Table;
use crate::disease::MOST_CELLS;
use crate::engine::SCHEME;
use crate::scenario::Scenario;
use crate::scenario::file::ScenarioFile;
use crate::study::Summary;

/// Version of the model; it changes when the same scenario means something else.
pub const MODEL_VERSION: &str = "2";

/// The manifest of a run. It holds no time and no thread count: the same run gives the same bytes.
#[derive(Debug, Serialize)]
pub struct Manifest<'a> {
    software: &'static str,
    version: &'static str,
    model_version: &'static str,
    streams: &'static str,
    seed: u64,
    arms: Vec<&'a str>,
    patients: u64,
    replicates: u64,
    stopped_at_a_limit: u64,
    limits: Value,
    scenario: Written<'a>,
    inputs: Map<String, Value>,
    files: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct Written<'a> {
    given: &'a str,
    changes: &'a [String],
    resolved: &'a ScenarioFile,
}

impl<'a> Manifest<'a> {
    /// The manifest of a finished run; `files` are its tables with rows and digests.
    pub fn new(scenario: &'a Scenario, summary: &Summary, files: &[(Table, u64, Digest)]) -> Manifest<'a> {
        let model = &scenario.model;
        let entry = |(table, rows, digest): &(Table, u64, Digest)| {
            let value = json!({ "rows": rows, "bytes": digest.bytes, "blake3": digest.blake3 });
            (table.file().to_string(), value)
        };
        Manifest {
            software: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            model_version: MODEL_VERSION,
            streams: SCHEME,
            seed: model.seed,
            arms: model.arms.iter().map(|arm| arm.name.as_str()).collect(),
            patients: model.patients,
            replicates: model.replicates,
            stopped_at_a_limit: summary.limited(),
            limits: json!({ "clones": model.limits.clones, "events": model.limits.events, "cells": MOST_CELLS }),
            scenario: Written {
                given: &scenario.given,
                changes: &scenario.changes,
                resolved: &scenario.resolved,
            },
            inputs: scenario.inputs.iter().map(input).collect(),
            files: files.iter().map(entry).collect(),
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// The length and digest of a file that the scenario names.
fn input((path, text): &(String, String)) -> (String, Value) {
    let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
    (path.clone(), json!({ "bytes": text.len(), "blake3": digest }))
}
