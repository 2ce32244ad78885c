//! `ro-crate-metadata.json`: the folder as a Research Object Crate, so that archives and registries can read what it is.
//!
//! Source: RO-Crate 1.1 and the Process Run Crate 0.5 profile, <https://www.researchobject.org/ro-crate/>.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::MANIFEST;
use super::manifest::{Command, Manifest};

/// The context of the words.
const CONTEXT: &str = "https://w3id.org/ro/crate/1.1/context";
/// The profile of a folder that a program made.
const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";

/// The text of the metadata. Its only word that is not the study's is the day, which the standard demands; the variable
/// SOURCE_DATE_EPOCH sets it, as it does for other programs.
pub fn text(manifest: &Manifest) -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let graph = json!({ "@context": CONTEXT, "@graph": graph(manifest, &date(given.unwrap_or_else(now))) });
    serde_json::to_string_pretty(&graph).unwrap_or_default() + "\n"
}

fn graph(manifest: &Manifest, date: &str) -> Vec<Value> {
    let name = manifest.scenario.resolved["name"].as_str().unwrap_or_default();
    let about = manifest.scenario.resolved["about"].as_str().unwrap_or_default();
    let parts: Vec<Value> = manifest
        .files
        .keys()
        .map(String::as_str)
        .chain([MANIFEST])
        .map(|file| json!({ "@id": file }))
        .collect();
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
            "datePublished": date,
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

/// The day of a time in seconds since 1970, in UTC.
fn date(seconds: u64) -> String {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut day) = (1970, seconds / 86_400);
    while day >= 365 + u64::from(leap(year)) && year < 9999 {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let months = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while month < 11 && day >= months[month] {
        day -= months[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, (day + 1).min(31))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn seconds_have_their_day() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_795_651_200, "2026-11-26"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(seconds), day);
        }
        assert!(date(u64::MAX).starts_with("9999"));
    }
}
