//! `ro-crate-metadata.json`: the folder as a Research Object Crate, so that archives and registries can read what it is.
//!
//! Source: RO-Crate 1.1 and the Process Run Crate 0.5 profile, <https://www.researchobject.org/ro-crate/>.

use serde_json::{Value, json};

use super::MANIFEST;
use super::manifest::{Command, Manifest};

/// The context of the words.
const CONTEXT: &str = "https://w3id.org/ro/crate/1.1/context";
/// The profile of a folder that a program made.
const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";

/// The text of the metadata. It holds no time: the same study gives the same bytes.
pub fn text(manifest: &Manifest) -> String {
    let graph = json!({ "@context": CONTEXT, "@graph": graph(manifest) });
    serde_json::to_string_pretty(&graph).unwrap_or_default() + "\n"
}

fn graph(manifest: &Manifest) -> Vec<Value> {
    let name = manifest.scenario.resolved["name"].as_str().unwrap_or_default();
    let about = manifest.scenario.resolved["about"].as_str().unwrap_or_default();
    let parts: Vec<Value> =
        manifest.files.keys().map(String::as_str).chain([MANIFEST]).map(|file| json!({ "@id": file })).collect();
    let command = match manifest.command {
        Command::Run => "run",
        Command::Sweep => "sweep",
    };
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": { "@id": "./" },
            "conformsTo": { "@id": CONTEXT.trim_end_matches("/context") },
        }),
        json!({
            "@id": "./", "@type": "Dataset", "name": name,
            "description": if about.is_empty() { "A simulation of multiple myeloma under therapy" } else { about },
            "license": "https://spdx.org/licenses/CC0-1.0",
            "conformsTo": { "@id": PROFILE }, "hasPart": parts, "mentions": { "@id": "#simulation" },
        }),
        json!({ "@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5" }),
        json!({
            "@id": "#simulation", "@type": "CreateAction", "name": format!("clonetide {command}"),
            "instrument": { "@id": "#clonetide" }, "object": { "@id": MANIFEST }, "result": parts,
        }),
        json!({
            "@id": "#clonetide", "@type": "SoftwareApplication", "name": manifest.software,
            "softwareVersion": manifest.version, "identifier": manifest.git,
            "url": env!("CARGO_PKG_REPOSITORY"),
        }),
        json!({
            "@id": MANIFEST, "@type": "File", "name": "Scenario, versions, seed and digests",
            "encodingFormat": "application/json",
        }),
    ];
    graph.extend(manifest.files.iter().map(|(file, record)| {
        json!({
            "@id": file, "@type": "File", "encodingFormat": "text/csv", "contentSize": record.bytes.to_string(),
            "identifier": format!("blake3:{}", record.blake3),
        })
    }));
    graph
}
