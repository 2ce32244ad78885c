//! `manifest.json`: what was run, with what, and the digest of every table. Its schema comes from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::CellKind;
use super::layout::Layout;
use super::tables::Table;
use crate::disease::MOST_CELLS;
use crate::engine::SCHEME;
use crate::scenario::file::ScenarioFile;
use crate::study::{Shard, Study};

/// Version of the model; it changes when the same scenario means something else.
pub const MODEL_VERSION: &str = "2";

/// The manifest of a study. It holds no time and no thread count: the same study gives the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The program.
    pub software: String,
    /// Its version.
    pub version: String,
    /// Version of the model.
    pub model_version: String,
    /// The commit that the program was built from; null where that is not known.
    pub git: Option<String>,
    /// The kind of machine that the program was built for.
    pub target: String,
    /// Scheme of the random streams.
    pub streams: String,
    /// Seed of the study.
    pub seed: u64,
    /// The command: `run` or `sweep`.
    pub command: Command,
    /// Names of the arms.
    pub arms: Vec<String>,
    /// Patients in each arm.
    pub patients: u64,
    /// Histories of each patient.
    pub replicates: u64,
    /// All histories, over arms, patients, replicates and points.
    pub histories: u64,
    /// Of these, cut short by a limit.
    pub stopped_at_a_limit: u64,
    /// The limits of a history.
    pub limits: LimitsRecord,
    /// The scenario.
    pub scenario: ScenarioRecord,
    /// The files that the scenario names, by the path as it is written there.
    #[serde(default)]
    pub inputs: BTreeMap<String, InputRecord>,
    /// The points of a sweep; null for a run.
    pub sweep: Option<SweepRecord>,
    /// The tables, by the name of their file.
    pub files: BTreeMap<String, FileRecord>,
}

/// The command that makes a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// One scenario.
    Run,
    /// A scenario over axes.
    Sweep,
}

/// The limits of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsRecord {
    /// Clones.
    pub clones: u64,
    /// Events of the exact engine.
    pub events: u64,
    /// Cells.
    pub cells: u64,
    /// Rows in trajectories, visits and events.
    #[serde(default)]
    pub rows: u64,
    /// Seconds of work; null for none. What it stops depends on the machine: only without it is the same study sure to have the
    /// same tables anywhere.
    #[serde(default)]
    pub seconds: Option<f64>,
}

/// A scenario as given and as resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioRecord {
    /// The text of the file.
    pub given: String,
    /// Changes of the command line, as `path=value`.
    pub changes: Vec<String>,
    /// Axes of the command line, as `path=spec`.
    pub vary: Vec<String>,
    /// With every default and every entry of the catalogue that it uses.
    pub resolved: Value,
}

/// A file that the scenario names, kept so that the study can be computed anew anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputRecord {
    /// Bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// The text of the file.
    pub text: String,
}

/// The points of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepRecord {
    /// Paths of the axes, in the order of their columns.
    pub axes: Vec<String>,
    /// The unit of each axis, which its column does not repeat; empty where there is none, or where values have several.
    #[serde(default)]
    pub units: Vec<String>,
    /// How many points there are.
    pub points: u64,
    /// BLAKE3 of the values of all points.
    pub blake3: String,
    /// The file with the points, if they were given in one.
    pub file: Option<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Rows below the header.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// Its columns, in order, with what their cells are; empty for the table of points, which is kept as it was given.
    #[serde(default)]
    pub columns: Vec<ColumnRecord>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnRecord {
    /// As in the header.
    pub name: String,
    /// What its cells are.
    pub cells: CellKind,
}

/// How a study was asked for, beside its scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Axes of the command line, as `path=spec`.
    pub vary: Vec<String>,
    /// The bytes of the file with the points, if there is one.
    pub points: Option<Vec<u8>>,
}

impl Manifest {
    /// The manifest of a study of which nothing is known but what it is.
    pub fn begun(study: &Study, asked: &Asked, layout: &Layout) -> Manifest {
        let (base, model) = (&study.base, &study.base.model);
        Manifest {
            software: env!("CARGO_PKG_NAME").to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            model_version: MODEL_VERSION.to_string(),
            git: Some(env!("CLONETIDE_GIT").to_string()).filter(|commit| !commit.is_empty()),
            target: env!("CLONETIDE_TARGET").to_string(),
            streams: SCHEME.to_string(),
            seed: model.seed,
            command: if study.is_sweep() { Command::Sweep } else { Command::Run },
            arms: model.arms.iter().map(|arm| arm.name.clone()).collect(),
            patients: model.patients,
            replicates: model.replicates,
            histories: study.histories(),
            stopped_at_a_limit: 0,
            limits: LimitsRecord {
                clones: model.limits.clones as u64,
                events: model.limits.events,
                cells: MOST_CELLS,
                rows: model.limits.rows as u64,
                seconds: model.limits.seconds,
            },
            scenario: ScenarioRecord {
                given: base.given.clone(),
                changes: base.changes.clone(),
                vary: asked.vary.clone(),
                resolved: json(&base.resolved),
            },
            inputs: study.inputs().into_iter().map(input).collect(),
            sweep: study.is_sweep().then(|| sweep(study, asked)),
            files: layout
                .all()
                .map(|table| (layout.file(table).to_string(), empty(study, layout, table)))
                .collect(),
        }
    }

    /// What makes the results what they are: two studies with the same identity have the same tables. It does not hold
    /// how the scenario was written, nor what came of it.
    pub fn identity(&self, shard: Shard) -> Value {
        let tables: Vec<&String> = self.files.keys().filter(|name| *name != super::layout::POINTS).collect();
        let inputs: BTreeMap<&String, &String> =
            self.inputs.iter().map(|(path, input)| (path, &input.blake3)).collect();
        serde_json::json!({
            "version": self.version,
            "model_version": self.model_version,
            "git": self.git,
            "streams": self.streams,
            "command": self.command,
            "histories": self.histories,
            "sweep": self.sweep.as_ref().map(|sweep| (&sweep.axes, sweep.points, &sweep.blake3)),
            "tables": tables,
            "scenario": self.scenario.resolved,
            "inputs": inputs,
            "shard": shard.to_string(),
        })
    }

    /// Its text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// The record of a table in which nothing stands yet.
fn empty(study: &Study, layout: &Layout, table: Table) -> FileRecord {
    let axes = layout.axes.iter().zip(study.points.columns());
    let axes = axes.map(|(header, axis)| ColumnRecord {
        name: super::plain_text(header),
        cells: if axis.is_number { CellKind::Number } else { CellKind::Text },
    });
    let own = table.header(&layout.further);
    // A covariate may be called anything.
    let kind =
        |name: &String| if layout.further.contains(name) { CellKind::Number } else { CellKind::of(name) };
    let own = own.into_iter().map(|name| ColumnRecord { cells: kind(&name), name });
    FileRecord { rows: 0, bytes: 0, blake3: String::new(), columns: axes.chain(own).collect() }
}

/// A file that the scenario names.
fn input((path, text): (String, String)) -> (String, InputRecord) {
    let blake3 = blake3::hash(text.as_bytes()).to_hex().to_string();
    (path, InputRecord { bytes: text.len() as u64, blake3, text })
}

fn json(resolved: &ScenarioFile) -> Value {
    serde_json::to_value(resolved).unwrap_or_default()
}

fn sweep(study: &Study, asked: &Asked) -> SweepRecord {
    let points = &study.points;
    let mut hasher = blake3::Hasher::new();
    for point in 0..points.count() {
        for value in points.values(point) {
            hasher.update(&(value.len() as u64).to_le_bytes());
            hasher.update(value.as_bytes());
        }
    }
    SweepRecord {
        axes: points.paths().to_vec(),
        units: points.columns().iter().map(|column| column.unit.clone()).collect(),
        points: points.count(),
        blake3: hasher.finalize().to_hex().to_string(),
        file: asked.points.as_ref().map(|_| super::layout::POINTS.to_string()),
    }
}

/// What differs between two identities, key by key.
pub fn differences(held: &Value, wanted: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(String::new(), held, wanted, &mut found);
    found
}

/// Most differences that are told.
const TOLD: usize = 12;

fn compare(path: String, held: &Value, wanted: &Value, found: &mut Vec<String>) {
    if found.len() >= TOLD || held == wanted {
        return;
    }
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    match (held, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let side =
                    |side: &serde_json::Map<String, Value>| side.get(key).cloned().unwrap_or(Value::Null);
                compare(below(key), &side(a), &side(b), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(below(&index.to_string()), a, b, found);
            }
        }
        _ => found.push(format!("{path} is {} there and {} here", shortened(held), shortened(wanted))),
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::json;

    #[test]
    fn differences_are_told_by_key() {
        let held = json!({ "a": 1, "b": { "c": [1, 2], "d": "x" }, "e": null });
        let wanted = json!({ "a": 1, "b": { "c": [1, 3], "d": "y" }, "f": true });
        let told = [
            "b.c.1 is 2 there and 3 here",
            "b.d is \"x\" there and \"y\" here",
            "f is null there and true here",
        ];
        assert_eq!(differences(&held, &wanted), told);
        assert!(differences(&held, &held).is_empty());
    }
}
