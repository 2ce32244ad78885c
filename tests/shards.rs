//! Shards and what joins them, and the same study again from its manifest.
//!
//! Hypothesis: the bytes of every file are the same however the work was divided. No chance is involved.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::fs;

use serde_json::Value;
use support::command::*;

const SWEEP: [&str; 7] = [
    "sweep",
    "scenario.toml",
    "--quiet",
    "--vary",
    "disease.death=[\"0.03 /d\", \"0.035 /d\", \"0.04 /d\"]",
    "--keep",
    "patients,trajectories,visits",
];

/// Options of the small sweep with more.
fn sweep(more: &[&str]) -> Vec<String> {
    SWEEP.iter().chain(more).map(ToString::to_string).collect()
}

/// The files of the whole sweep.
fn whole() -> Vec<(String, Vec<u8>)> {
    let desk = Desk::with(SMALL);
    desk.clonetide(sweep(&["--out", "out"])).good();
    contents(&desk.path("out"))
}

/// The files in a folder, without the folders of shards.
fn files(desk: &Desk, folder: &str) -> Vec<(String, Vec<u8>)> {
    let path = desk.path(folder);
    let names = names(&path).into_iter().filter(|name| path.join(name).is_file());
    names.map(|name| (name.clone(), fs::read(path.join(&name)).expect("a file"))).collect()
}

/// Computes all shards of a study into `out`, the last first.
fn shards(desk: &Desk, count: u64, options: &[String]) {
    shards_in(desk, &(1..=count).rev().collect::<Vec<_>>(), options);
}

/// Computes the shards of a study into `out`, in an order.
fn shards_in(desk: &Desk, order: &[u64], options: &[String]) {
    let count = order.len();
    for number in order {
        let shard = format!("{number}/{count}");
        desk.clonetide(options.iter().map(String::as_str).chain(["--out", "out", "--shard", &shard])).good();
    }
}

/// The shards from the first, from the last, and in steps that no two neighbours are told one after the other by.
fn orders(count: u64) -> Vec<Vec<u64>> {
    let forward: Vec<u64> = (1..=count).collect();
    let backward = forward.iter().rev().copied().collect();
    let leaping = (0..count).map(|at| at * 7 % count + 1).collect();
    match count {
        1 => vec![forward],
        2..=7 => vec![forward, backward],
        _ => vec![backward, leaping],
    }
}

/// Stops each shard five times on its way by a disk that is full, earlier or later, in the given order.
fn interrupt(desk: &Desk, order: &[u64], options: &[String]) {
    let line: Vec<String> = options.iter().map(|option| format!("'{option}'")).collect();
    let numbers: Vec<String> = order.iter().map(u64::to_string).collect();
    for kib in [16, 24, 40, 64, 80] {
        desk.shell(&format!(
            "trap '' XFSZ; ulimit -f {kib}; for i in {}; do clonetide {} --out out --resume --shard $i/{}; done; true",
            numbers.join(" "),
            line.join(" "),
            order.len()
        ));
    }
}

/// One result over threads, shards, the order in which they are told and joined, and whole or interrupted five times. (That the
/// tables as Parquet are the same too is held in `parquet/`.)
#[test]
fn one_digest_whatever_threads_shards_order_and_interruptions() {
    let wanted = whole();
    for (threads, count) in
        ["1", "2", "7"].into_iter().flat_map(|threads| [1, 3, 10].map(|count| (threads, count)))
    {
        for (order, interrupted) in orders(count).iter().flat_map(|order| [(order, false), (order, true)]) {
            let desk = Desk::with(SMALL);
            let options = sweep(&["--threads", threads]);
            if interrupted {
                interrupt(&desk, order, &options);
            }
            shards_in(&desk, order, &[&options[..], &["--resume".to_string()]].concat());
            let folders = order.iter().map(|number| format!("out/shard-{number}-of-{count}"));
            let joined: Vec<String> = std::iter::once("merge".to_string()).chain(folders).collect();
            desk.clonetide(joined.iter().map(String::as_str).chain(["--out", "out", "--quiet"])).good();
            let found = files(&desk, "out");
            assert!(found == wanted, "{threads} threads, shards {order:?}, interrupted: {interrupted}");
        }
    }
}

#[test]
fn the_shards_of_a_run_make_the_run() {
    let desk = Desk::with(SMALL);
    for number in 1..=5 {
        let shard = format!("{number}/5");
        desk.clonetide(["run", "scenario.toml", "--out", "parts", "--shard", &shard]).good();
    }
    let done = desk.clonetide(["merge", "parts", "--out", "joined"]).good();
    assert_eq!(contents(&desk.path("joined")), folder(&[]));
    let run = Desk::with(SMALL);
    assert_eq!(done.stdout, run.clonetide(["run", "scenario.toml", "--out", "out"]).good().stdout);
}

#[test]
fn a_task_of_a_slurm_array_is_a_shard() {
    let desk = Desk::with(SMALL);
    for task in 0..3 {
        desk.shell(&format!(
            "export SLURM_ARRAY_TASK_ID={task} SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=0; \
             clonetide run scenario.toml --out out --shard slurm --resume"
        ))
        .good();
    }
    assert_eq!(names(&desk.path("out")), ["shard-1-of-3", "shard-2-of-3", "shard-3-of-3"]);
    desk.clonetide(["merge", "out", "--out", "out"]).good();
    assert_eq!(files(&desk, "out"), folder(&[]));
    desk.clonetide(["run", "scenario.toml", "--shard", "slurm"]).bad(2, &["SLURM_ARRAY_TASK_ID is not set"]);
}

#[test]
fn a_shard_that_is_done_is_not_done_again() {
    let desk = Desk::with(SMALL);
    let options = ["run", "scenario.toml", "--out", "out", "--shard", "2/3", "--resume"];
    desk.clonetide(options).good();
    let before = contents(&desk.path("out/shard-2-of-3"));
    let done = desk.clonetide(options).good();
    assert!(done.stderr.contains("4 of 4 histories are there already"), "{done:?}");
    assert_eq!(contents(&desk.path("out/shard-2-of-3")), before);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--shard", "2/3"]).bad(5, &["--resume"]);
}

#[test]
fn more_shards_than_histories_leave_some_empty() {
    let desk = Desk::with(SMALL);
    shards(&desk, 14, &["run".into(), "scenario.toml".into()]);
    desk.clonetide(["merge", "out", "--out", "out"]).good();
    assert_eq!(files(&desk, "out"), folder(&[]));
}

// What does not belong together.

fn parts() -> Desk {
    let desk = Desk::with(SMALL);
    shards(&desk, 3, &["run".into(), "scenario.toml".into()]);
    desk
}

#[test]
fn a_gap_is_told() {
    let desk = parts();
    fs::remove_dir_all(desk.path("out/shard-2-of-3")).expect("a shard");
    desk.clonetide(["merge", "out", "--out", "joined"]).bad(6, &["of 3 shards these are missing: 2"]);
    assert!(!desk.path("joined").exists());
}

#[test]
fn a_shard_that_is_there_twice_is_told() {
    let desk = parts();
    desk.shell("cp -r out/shard-2-of-3 again").good();
    desk.clonetide(["merge", "out", "again", "--out", "joined"])
        .bad(6, &["shard 2/3 is there twice: out/shard-2-of-3, again"]);
}

#[test]
fn strangers_are_told_with_the_difference() {
    let desk = parts();
    fs::remove_dir_all(desk.path("out/shard-2-of-3")).expect("a shard");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--shard", "2/3", "--seed", "6"]).good();
    desk.clonetide(["merge", "out", "--out", "joined"]).bad(
        6,
        &[
            "out/shard-2-of-3 is of another study than out/shard-1-of-3",
            "scenario.study.seed is 6 there and 5 here",
        ],
    );
    desk.clonetide(["run", "scenario.toml", "--out", "other", "--shard", "2/4"]).good();
    fs::remove_dir_all(desk.path("out/shard-2-of-3")).expect("a shard");
    desk.clonetide(["merge", "out", "other", "--out", "joined"]).bad(6, &["is one of 4 shards"]);
}

#[test]
fn an_unfinished_shard_is_told() {
    let desk = parts();
    let journal = desk.path("out/shard-3-of-3/journal.clonetide");
    let bytes = fs::read(&journal).expect("a journal");
    fs::write(&journal, &bytes[..bytes.len() - 1]).expect("a shorter one");
    desk.clonetide(["merge", "out", "--out", "joined"])
        .bad(6, &["out/shard-3-of-3 has", "of the 4 histories of shard 3/3; finish it with --resume"]);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--shard", "3/3", "--resume"]).good();
    desk.clonetide(["merge", "out", "--out", "joined"]).good();
    assert_eq!(contents(&desk.path("joined")), folder(&[]));
}

#[test]
fn what_is_no_shard_is_told() {
    let desk = parts();
    desk.clonetide(["merge", "none", "--out", "joined"]).bad(6, &["cannot read none"]);
    desk.clonetide(["merge", ".", "--out", "joined"]).bad(6, &[". holds no shard"]);
    desk.clonetide(["merge", "out"]).bad(2, &["--out"]);
    fs::create_dir(desk.path("out/shard-x")).expect("a folder");
    desk.write("out/shard-x/journal.clonetide", "garbage");
    desk.clonetide(["merge", "out", "--out", "joined"])
        .bad(5, &["out/shard-x/journal.clonetide: nothing whole stands in it"]);
}

#[test]
fn wrong_shards_are_usage_errors() {
    let desk = Desk::with(SMALL);
    for shard in ["0/3", "4/3", "3", "a/b", "1/20000"] {
        desk.clonetide(["run", "scenario.toml", "--shard", shard]).bad(2, &["such as 3/10"]);
    }
}

// Again from the manifest.

#[test]
fn a_run_and_a_sweep_are_reproduced_from_their_folder_alone() {
    let desk = after_a_run(&["--set", "disease.death=0.031 /d", "--seed", "9"]);
    desk.write("points.csv", "study.seed\n3\n4\n");
    desk.clonetide(sweep(&["--out", "swept"])).good();
    desk.clonetide(["sweep", "scenario.toml", "--points", "points.csv", "--out", "given"]).good();
    for gone in ["scenario.toml", "points.csv"] {
        fs::remove_file(desk.path(gone)).expect("a file");
    }
    desk.write("one.toml", SMALL);
    desk.clonetide(["sweep", "one.toml", "--vary", "study.seed=[1]", "--out", "one"]).good();
    for (folder, identical) in
        [("out", "6 files are"), ("swept", "4 files are"), ("given", "2 files are"), ("one", "1 file is")]
    {
        let before = contents(&desk.path(folder));
        let done = desk.clonetide(["reproduce", folder]).good();
        assert_eq!(done.stdout, format!("{folder}: reproduced, {identical} identical\n"));
        assert_eq!(contents(&desk.path(folder)), before);
    }
    let done = desk.clonetide(["reproduce", "out", "--json"]).good();
    let printed: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(printed["reproduced"], true);
}

#[test]
fn a_table_that_was_changed_is_not_reproduced() {
    let desk = after_a_run(&[]);
    let text = desk.read("out/patients.csv").replace("horizon", "death");
    desk.write("out/patients.csv", text);
    desk.clonetide(["reproduce", "out"]).bad(1, &["patients.csv is not what the manifest says"]);
    let desk = after_a_run(&[]);
    fs::remove_file(desk.path("out/events.csv")).expect("a file");
    desk.clonetide(["reproduce", "out"]).bad(1, &["events.csv is not what the manifest says"]);
}

/// A manifest of another seed, whose digests were left: the tables come out otherwise.
#[test]
fn a_manifest_that_was_changed_is_not_reproduced() {
    let desk = after_a_run(&["--seed", "9"]);
    let text = desk.read("out/manifest.json").replace("study.seed=9", "study.seed=8");
    desk.write("out/manifest.json", text);
    desk.clonetide(["reproduce", "out"])
        .bad(1, &["patients.csv comes out otherwise", "summary.csv comes out otherwise"]);
}

#[test]
fn what_is_no_manifest_is_told_and_nothing_outside_the_folder_is_read() {
    let desk = after_a_run(&[]);
    desk.clonetide(["reproduce", "none"]).bad(5, &["cannot read none/manifest.json"]);
    let text = desk.read("out/manifest.json");
    desk.write("out/manifest.json", text.replace("\"events.csv\"", "\"../scenario.toml\""));
    desk.clonetide(["reproduce", "out"]).bad(1, &["../scenario.toml is not what the manifest says"]);
    for wrong in ["", "{}", "[", &"[".repeat(10_000), &text.replace("\"seed\"", "\"sed\"")] {
        desk.write("out/manifest.json", wrong);
        desk.clonetide(["reproduce", "out"]).bad(5, &["no manifest of this program"]);
    }
    desk.write("out/manifest.json", text.replace("horizon = \\\"280 d\\\"", "horizon = \\\"280\\\""));
    desk.clonetide(["reproduce", "out"]).bad(3, &["study.horizon"]);
}
