//! The job script, the schema of manifests, and the metadata of a crate.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::command::*;

#[test]
fn the_job_script_is_an_array_with_a_shard_in_each_task() {
    let desk = Desk::with(SMALL);
    let options = ["slurm", "scenario.toml", "--shards", "6", "--at-once", "2", "--cpus", "4", "--mem", "2G"];
    let more = ["--time", "00:30:00", "--partition", "main", "--out", "results of mine", "--", "--seed", "7"];
    let script = desk.clonetide(options.iter().chain(&more)).good().stdout;
    assert!(script.starts_with("#!/bin/bash\n# 12 histories in 6 shards."), "{script}");
    for line in [
        "#SBATCH --array=1-6%2",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=2G",
        "#SBATCH --time=00:30:00",
        "#SBATCH --partition=main",
        "#SBATCH --requeue",
        "#SBATCH --signal=B:TERM@60",
        "exec clonetide run scenario.toml --seed 7 --out 'results of mine' --shard slurm --resume",
    ] {
        assert!(script.lines().any(|found| found == line), "{line} is missing in\n{script}");
    }
}

/// The script itself, with the variables that Slurm sets, and the join that it names.
#[test]
fn the_script_does_what_it_says() {
    let desk = Desk::with(SMALL);
    let options = ["slurm", "scenario.toml", "--shards", "3", "--program", BINARY, "--out", "out"];
    let script = desk.clonetide(options).good().stdout;
    desk.write("job.sbatch", &script);
    for task in 1..=3 {
        desk.shell(&format!(
            "SLURM_ARRAY_TASK_ID={task} SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 bash job.sbatch"
        ))
        .good();
    }
    let join = script.lines().find_map(|line| line.split_once("join the shards: ")).expect("a join").1;
    desk.shell(join).good();
    for (name, bytes) in folder(&[]) {
        assert_eq!(std::fs::read(desk.path("out").join(&name)).expect("a file"), bytes, "{name}");
    }
}

#[test]
fn a_scenario_with_axes_or_options_of_a_sweep_is_swept() {
    let desk = Desk::with(&format!("{SMALL}\n[sweep.axes]\n\"study.seed\" = [1, 2]\n"));
    let script = desk.clonetide(["slurm", "scenario.toml", "--shards", "2"]).good().stdout;
    assert!(
        script.contains("# 24 histories in 2 shards") && script.contains("exec clonetide sweep"),
        "{script}"
    );
    let desk = Desk::with(SMALL);
    let options = ["slurm", "scenario.toml", "--shards", "2", "--", "--vary", "disease.death=[\"0.03 /d\"]"];
    let script = desk.clonetide(options).good().stdout;
    assert!(
        script.contains("exec clonetide sweep scenario.toml --vary 'disease.death=[\"0.03 /d\"]'"),
        "{script}"
    );
}

#[test]
fn mistakes_are_told_when_the_script_is_made_and_not_in_the_queue() {
    let desk = Desk::with(SMALL);
    let wrong: [(&[&str], i32, &str); 10] = [
        (&["scenario.toml"], 2, "--shards"),
        (&["scenario.toml", "--shards", "0"], 2, "--shards"),
        (&["none.toml", "--shards", "2"], 3, "cannot read the scenario none.toml"),
        (&["-", "--shards", "2"], 2, "need a scenario file"),
        (&["scenario.toml", "--shards", "2", "--", "--sed", "3"], 2, "--sed"),
        (&["scenario.toml", "--shards", "2", "--", "--shard=1/2"], 2, "is set by the script itself"),
        (&["scenario.toml", "--shards", "2", "--", "--vary", "disease.death=[1]"], 3, "a rate is needed"),
        (&["scenario.toml", "--shards", "2", "--", "--set", "disease.death=1"], 3, "a rate is needed"),
        (&["scenario.toml", "--shards", "2", "--time", "1 h"], 2, "expected letters"),
        (&["scenario.toml", "--shards", "2", "--mem", "1G\n#SBATCH --exclusive"], 2, "expected letters"),
    ];
    for (options, code, word) in wrong {
        desk.clonetide(["slurm"].iter().chain(options)).bad(code, &[word]);
    }
}

// What lies beside the tables.

/// Every key of a manifest is in its schema, and every key that the schema requires is there.
#[test]
fn the_manifest_is_what_its_schema_says() {
    let schema: Value =
        serde_json::from_str(&Desk::new().clonetide(["schema", "manifest"]).good().stdout).expect("JSON");
    let properties = schema["properties"].as_object().expect("properties");
    assert_eq!(schema["additionalProperties"], false);
    let desk = after_a_run(&[]);
    let manifest = manifest(&desk);
    let keys: BTreeSet<&String> = manifest.as_object().expect("a table").keys().collect();
    assert_eq!(keys, properties.keys().collect());
    for key in ["software", "version", "model_version", "target", "streams", "command"] {
        assert!(manifest[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
    let commit = manifest["git"].as_str();
    assert!(
        commit.is_none_or(|git| git.len() == 40 && git.chars().all(|c| c.is_ascii_hexdigit())),
        "{commit:?}"
    );
    assert_eq!(manifest["histories"], 12);
    desk.clonetide(["schema", "manifests"]).bad(2, &["manifest"]);
}

#[test]
fn the_crate_names_every_file_with_its_digest() {
    let desk = after_a_run(&[]);
    let metadata: Value = serde_json::from_str(&desk.read("out/ro-crate-metadata.json")).expect("JSON");
    assert_eq!(metadata["@context"], "https://w3id.org/ro/crate/1.1/context");
    let graph = metadata["@graph"].as_array().expect("a graph");
    let entity =
        |id: &str| graph.iter().find(|entity| entity["@id"] == id).unwrap_or_else(|| panic!("no {id}"));
    assert_eq!(entity("./")["name"], "Small, but whole");
    assert_eq!(entity("./")["datePublished"], "1970-01-01");
    let manifest = manifest(&desk);
    for (file, record) in manifest["files"].as_object().expect("files") {
        let digest = record["blake3"].as_str().expect("a digest");
        assert_eq!(entity(file)["identifier"], format!("blake3:{digest}"), "{file}");
    }
    // Every entity that is mentioned is described.
    let described: BTreeSet<&str> = graph.iter().filter_map(|entity| entity["@id"].as_str()).collect();
    let parts = entity("./")["hasPart"].as_array().expect("parts");
    assert!(
        parts.iter().all(|part| described.contains(part["@id"].as_str().unwrap_or_default())),
        "{parts:?}"
    );
    assert_eq!(entity("#simulation")["instrument"]["@id"], "#clonetide");
}
