//! Where a result comes from: scenario, versions, seed, tolerance, assumptions, and how to get it again.

use std::path::Path;

use serde_json::Value;

use super::figure::Numbers;
use super::page::{escape, table};
use super::run::{Estimate, Run};

/// Most rows of the table of estimates; the rest is in the file.
const MOST_ESTIMATES: usize = 1_000;

/// The section's HTML for a run.
pub fn of_run(run: &Run) -> String {
    let estimates = estimates(run);
    format!(
        "{}{}{}",
        software(&run.manifest, &engine(run)),
        estimates,
        scenario(&run.manifest, &run.folder, "run")
    )
}

/// The section's HTML for a sweep.
pub fn of_sweep(manifest: &Value, folder: &Path) -> String {
    match manifest {
        Value::Null => {
            "<p>The folder has no manifest.json, so that nothing is known of its origin.</p>\n".to_string()
        }
        manifest => format!("{}{}", software(manifest, &[]), scenario(manifest, folder, "sweep")),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn software(manifest: &Value, more: &[(String, String)]) -> String {
    let known = [
        ("software", "Software"),
        ("version", "Version"),
        ("git", "Commit"),
        ("target", "Built for"),
        ("model_version", "Version of the model"),
        ("streams", "Scheme of the random streams"),
        ("seed", "Seed"),
        ("patients", "Patients"),
        ("replicates", "Replicates of each patient"),
        ("stopped_at_a_limit", "Histories that stopped at a limit"),
    ];
    let given = known.iter().filter(|(key, _)| !manifest[*key].is_null());
    let rows = given.map(|(key, name)| vec![(*name).to_string(), text(&manifest[*key])]);
    let rows = rows.chain(more.iter().map(|(name, value)| vec![name.clone(), value.clone()])).collect();
    table(&Numbers { head: vec!["What".to_string(), "Value".to_string()], rows })
}

/// The tolerance of the engine, and for each arm the steps it took and the bias they are estimated to bring.
fn engine(run: &Run) -> Vec<(String, String)> {
    let setting = |key: &str, name: &str| {
        run.resolved(&format!("/engine/{key}")).map(|value| (name.to_string(), text(value)))
    };
    let mut rows: Vec<(String, String)> = [
        setting("method", "Engine"),
        setting("step", "Longest step"),
        setting("tolerance", "Tolerance of the steps"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let several = run.arms.len() > 1;
    for (quantity, name) in [
        ("mean_step_days", "Mean step taken (days)"),
        ("estimated_bias", "Estimated relative bias of the mean of any clone, at most (leading order)"),
    ] {
        for estimate in run.estimates.iter().filter(|estimate| estimate.quantity == quantity) {
            if let Some(value) = estimate.estimate {
                let arm = if several { format!(", {}", run.arms[estimate.arm]) } else { String::new() };
                rows.push((format!("{name}{arm}"), number(Some(value))));
            }
        }
    }
    rows
}

/// A number with four significant digits; a dash for none.
fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_string(),
        Some(value) if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) => format!("{value:.3e}"),
        Some(value) => super::figure::short(value).to_string(),
    }
}

fn estimates(run: &Run) -> String {
    let row = |estimate: &Estimate| {
        let numbers = [estimate.estimate, estimate.low, estimate.high, estimate.n].map(number);
        [run.arms[estimate.arm].clone(), estimate.quantity.clone()].into_iter().chain(numbers).collect()
    };
    let rows: Vec<Vec<String>> = run.estimates.iter().take(MOST_ESTIMATES).map(row).collect();
    let left = run.estimates.len() - rows.len();
    let more = if left > 0 { format!("<p>{left} more in summary.csv.</p>") } else { String::new() };
    let head = ["arm", "quantity", "estimate", "low", "high", "n"].map(str::to_string).to_vec();
    let table = table(&Numbers { head, rows });
    format!("<details><summary>All estimates</summary>\n{table}{more}</details>\n")
}

fn scenario(manifest: &Value, folder: &Path, command: &str) -> String {
    let given = manifest.pointer("/scenario/given").and_then(Value::as_str).unwrap_or_default();
    let changes = manifest.pointer("/scenario/changes").and_then(Value::as_array).into_iter().flatten();
    let changes: Vec<&str> = changes.filter_map(Value::as_str).collect();
    let vary = manifest.pointer("/scenario/vary").and_then(Value::as_array).into_iter().flatten();
    let vary = vary.filter_map(Value::as_str).map(|axis| format!(" --vary {}", quoted(axis)));
    let set: String = changes.iter().map(|change| format!(" --set {}", quoted(change))).chain(vary).collect();
    let seed = match manifest["seed"].as_u64() {
        Some(seed) if !changes.iter().any(|change| change.starts_with("study.seed=")) => {
            format!(" --seed {seed}")
        }
        _ => String::new(),
    };
    let name = folder.file_name().map_or_else(|| ".".into(), |name| name.to_string_lossy());
    let commands = format!(
        "# scenario.toml holds the text below\nclonetide {command} scenario.toml{set}{seed} --out again\n\
         clonetide report {}\n",
        quoted(&name)
    );
    format!(
        "<h3>Assumptions</h3>\n{}<h3>To get it again</h3>\n<pre tabindex=\"0\">{}</pre>\n\
         <details><summary>The scenario as given</summary>\n<pre tabindex=\"0\">{}</pre></details>\n",
        assumptions(manifest),
        escape(&commands),
        escape(given)
    )
}

/// What the model takes for granted of traits, drugs and regimens, with the source of each.
fn assumptions(manifest: &Value) -> String {
    let mut rows = Vec::new();
    for kind in ["trait", "drug", "regimen"] {
        let entries = manifest.pointer(&format!("/scenario/resolved/{kind}")).and_then(Value::as_object);
        for (name, entry) in entries.into_iter().flatten() {
            let source = entry["source"].as_str().unwrap_or("the scenario; no source given");
            rows.push(vec![kind.to_string(), name.clone(), confidence(entry, source), source.to_string()]);
        }
    }
    if rows.is_empty() {
        return "<p>The scenario uses no trait, drug or regimen.</p>\n".to_string();
    }
    let head = ["kind", "name", "confidence", "source and assumptions"].map(str::to_string).to_vec();
    table(&Numbers { head, rows })
}

/// What the entry says of its confidence; else whether its source calls anything an assumption.
fn confidence(entry: &Value, source: &str) -> String {
    match entry["confidence"].as_str() {
        Some(said) => said.to_string(),
        None if source.to_lowercase().contains("assum") => "in part assumed".to_string(),
        None if entry["source"].is_null() => "not stated".to_string(),
        None => "as its source".to_string(),
    }
}

/// A word of a shell command.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn commands_survive_the_shell() {
        assert_eq!(quoted("study.seed=1"), "study.seed=1");
        assert_eq!(quoted("name=\"it's\""), "'name=\"it'\\''s\"'");
    }

    #[test]
    fn what_is_assumed_is_called_so() {
        assert_eq!(confidence(&json!({ "confidence": "low" }), ""), "low");
        assert_eq!(confidence(&json!({ "source": "x" }), "Kill: assumption."), "in part assumed");
        assert_eq!(confidence(&json!({}), "none"), "not stated");
    }
}
