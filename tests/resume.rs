//! What survives: kills at any instant, signals, a disk that fails once, a second writer, and another scenario.
//!
//! Hypothesis of the kills: no row is lost, doubled or different, and no history is told again that stood in the folder.
//! n = 200 kills after times from a fixed sequence (`just test-crash` has 2,000); no false alarm is possible.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.
#![cfg(unix)]

mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clonetide::output::{Asked, Disk, Layout, Opened, OutputError, Start, Step, Store, Table};
use clonetide::scenario::Template;
use clonetide::scenario::file::StreamsEntry;
use clonetide::study::{Points, RunError, Shard, Study, TellError};
use support::command::*;

/// Axes that make histories of a few bytes and of almost a megabyte.
const WIDE: [&str; 8] = [
    "--set",
    "disease.capacity={ law = \"logistic\", cells = 1e12 }",
    "--vary",
    "study.horizon=[\"7 d\", \"1 y\", \"40 y\"]",
    "--vary",
    "study.seed=[1, 2]",
    "--keep",
    "trajectories,clones,patients",
];

/// A sweep in the background.
fn begin(desk: &Desk, options: &[&str]) -> Child {
    let mut command = Command::new(BINARY);
    command.args(["sweep", "scenario.toml", "--out", "out", "--set", "record.every=7 d"]).args(options);
    command.current_dir(desk.path(".")).stdout(Stdio::null()).stderr(Stdio::piped());
    command.env("SOURCE_DATE_EPOCH", "0");
    command.spawn().expect("the binary starts")
}

fn end(child: Child) -> Done {
    let output = child.wait_with_output().expect("it ends");
    Done {
        code: output.status.code(),
        stdout: String::new(),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Histories that a resumed sweep says it found.
fn found(stderr: &str) -> Option<u64> {
    stderr.lines().find_map(|line| line.split_once(" of ")?.0.parse().ok())
}

#[test]
fn no_row_is_lost_doubled_or_different_after_kills_at_any_instant() {
    let kills: u64 = std::env::var("CLONETIDE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let whole = Desk::with(SMALL);
    let begun = Instant::now();
    end(begin(&whole, &WIDE)).good();
    let span = begun.elapsed().as_micros() as u64;
    let wanted = contents(&whole.path("out"));
    assert!(wanted.iter().any(|(_, bytes)| bytes.len() > 3_000_000), "records are larger than any buffer");

    let (mut killed, mut finished, mut in_between) = (0, 0, 0);
    let mut random = 20_261_123_u64;
    while killed < kills {
        let desk = Desk::with(SMALL);
        let mut known = 0;
        loop {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut child = begin(&desk, &[&WIDE[..], &["--resume"]].concat());
            // Up to a third of the whole time: a study is killed some six times.
            sleep(Duration::from_micros((random >> 33) % (span / 3)));
            child.kill().expect("it can be killed");
            let done = end(child);
            if let Some(found) = found(&done.stderr) {
                assert!(found >= known, "{found} histories where {known} were: finished work was lost");
                in_between += u64::from(found > 0 && found < 72);
                known = found;
            }
            match done.code {
                None => killed += 1,
                Some(code) => {
                    assert_eq!(code, 0, "{done:?}");
                    break;
                }
            }
            if killed >= kills {
                end(begin(&desk, &[&WIDE[..], &["--resume"]].concat())).good();
                break;
            }
        }
        finished += 1;
        let found = contents(&desk.path("out"));
        assert!(found == wanted, "study {finished}, after {killed} kills: files differ");
    }
    println!("{killed} kills over {finished} studies, {in_between} of them between two histories");
    assert!(in_between * 10 > kills, "the kills came too early or too late to show anything");
}

/// Waits until the journal has more than so many bytes: then signals are listened to.
fn until_journal(desk: &Desk, bytes: u64) {
    let begun = Instant::now();
    while std::fs::metadata(desk.path("out/journal.clonetide")).map_or(0, |found| found.len()) <= bytes {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is written");
        sleep(Duration::from_millis(5));
    }
}

/// Sends a signal and gives the exit code and how long the process took to end.
fn signalled(child: Child, signal: &str) -> (Done, Duration) {
    let sent = Instant::now();
    let killed =
        Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill is there");
    assert!(killed.success());
    let done = end(child);
    (done, sent.elapsed())
}

#[test]
fn signals_end_a_sweep_at_once_and_what_is_done_stays() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let desk = Desk::with(SMALL);
        let child = begin(&desk, &[&WIDE[..], &["--replicates", "40"]].concat());
        until_journal(&desk, 30_000);
        let (done, took) = signalled(child, signal);
        assert_eq!(done.code, Some(code), "{done:?}");
        assert!(done.stderr.contains("stopped by a signal") && done.stderr.contains("--resume"), "{done:?}");
        assert!(took < Duration::from_secs(2), "{signal} took {took:?}");
        assert_eq!(names(&desk.path("out")), ["journal.clonetide"]);
    }
}

/// One history of some minutes: it is given up.
#[test]
fn a_long_history_does_not_hold_a_signal_up() {
    let desk = Desk::with(SMALL);
    let long = ["--set", "engine.method=exact", "--set", "disease.burden=1e7", "--vary", "study.seed=[1]"];
    let child = begin(&desk, &long);
    until_journal(&desk, 0);
    let (done, took) = signalled(child, "-TERM");
    assert_eq!(done.code, Some(143), "{done:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_second_writer_is_refused_whatever_it_asks() {
    let desk = Desk::with(SMALL);
    let long = ["--set", "engine.method=exact", "--set", "disease.burden=1e7", "--vary", "study.seed=[1]"];
    let mut child = begin(&desk, &long);
    until_journal(&desk, 0);
    for option in [&[][..], &["--resume"], &["--force"]] {
        let done = end(begin(&desk, &[&long[..], option].concat()));
        done.bad(5, &["another process is writing to out"]);
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

// Another study.

#[test]
fn another_scenario_is_refused_with_the_difference() {
    let desk = Desk::with(SMALL);
    desk.shell("trap '' XFSZ; ulimit -f 32; clonetide run scenario.toml --quiet --out out").bad(5, &[]);
    let before = contents(&desk.path("out"));
    let other = [
        "run",
        "scenario.toml",
        "--out",
        "out",
        "--resume",
        "--seed",
        "6",
        "--set",
        "disease.death=0.031 /d",
    ];
    desk.clonetide(other).bad(
        6,
        &[
            "out holds another study",
            "scenario.disease.death is \"0.03 /d\" there and \"0.031 /d\" here",
            "scenario.study.seed is 5 there and 6 here",
        ],
    );
    assert_eq!(contents(&desk.path("out")), before);
    desk.clonetide(["sweep", "scenario.toml", "--out", "out", "--resume", "--vary", "study.seed=[5]"])
        .bad(6, &["command is \"run\" there and \"sweep\" here"]);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--force", "--seed", "6"]).good();
    assert_eq!(contents(&desk.path("out")), folder(&["--seed", "6"]));
}

#[test]
fn comments_and_the_way_of_writing_are_no_difference() {
    let desk = Desk::with(SMALL);
    desk.shell("trap '' XFSZ; ulimit -f 32; clonetide run scenario.toml --quiet --out out").bad(5, &[]);
    desk.write("scenario.toml", format!("# a comment\n{}", SMALL.replace("\"280 d\"", "\"40 wk\"")));
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
}

#[test]
fn what_is_complete_is_not_done_again() {
    let desk = after_a_run(&[]);
    let before = contents(&desk.path("out"));
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
    assert!(done.stderr.contains("out holds the whole study already"), "{done:?}");
    assert_eq!(contents(&desk.path("out")), before);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume", "--seed", "6"])
        .bad(6, &["scenario.study.seed is 5 there and 6 here"]);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume", "--json"]).good();
    assert!(done.stdout.contains("\"complete\":true"), "{done:?}");
}

#[test]
fn resume_begins_where_nothing_is_and_refuses_what_is_no_study() {
    let desk = Desk::with(SMALL);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
    assert_eq!(contents(&desk.path("out")), folder(&[]));
    desk.clonetide(["run", "scenario.toml", "--out", ".", "--resume"]).bad(5, &[". is not empty"]);
    desk.write("out/manifest.json", "{}");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"])
        .bad(5, &["out/manifest.json: no manifest of this program"]);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume", "--force"])
        .bad(2, &["cannot be used with"]);
}

#[test]
fn a_journal_of_garbage_is_begun_anew_and_one_of_nonsense_is_refused() {
    let desk = Desk::with(SMALL);
    for garbage in [&b"garbage"[..], &[0xff; 4000], &[0; 4000], b""] {
        std::fs::create_dir_all(desk.path("out")).expect("a folder");
        desk.write("out/journal.clonetide", garbage);
        desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
        assert_eq!(contents(&desk.path("out")), folder(&[]));
        std::fs::remove_dir_all(desk.path("out")).expect("the folder goes");
    }
    std::fs::create_dir_all(desk.path("out")).expect("a folder");
    std::os::unix::fs::symlink("/etc/hostname", desk.path("out/journal.clonetide")).expect("a link");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"])
        .bad(5, &["cannot open out/journal.clonetide"]);
}

// A disk that fails once.

/// A study of two points, small and quick.
fn study() -> (Study, Asked) {
    let vary = vec!["disease.death=[\"0.03 /d\", \"0.04 /d\"]".to_string()];
    let template = Template::read("small.toml", SMALL, &[], &vary).expect("a scenario");
    let base = template.scenario().expect("a right scenario");
    let points = Points::of(base.sweep.as_ref().expect("a sweep"), 1).expect("points");
    let study = Study::plan(template, base, points, StreamsEntry::Common).expect("a study");
    (study, Asked { vary, points: None })
}

/// Does all of it on a disk.
fn carry_out(study: &(Study, Asked), path: &Path, start: Start, disk: &Disk) -> Result<(), OutputError> {
    let layout = Layout::of_sweep(&study.0, &[Table::Trajectories, Table::Patients]);
    match Store::open((&study.0, &study.1, layout), Shard::WHOLE, path, start, disk)? {
        Opened::Complete(_) => Ok(()),
        Opened::Open(mut store) => {
            match store.fill(2, |_| (), || false) {
                Ok(finished) => assert!(finished),
                Err(RunError::Sink(TellError::Taken(error))) => return Err(error),
                Err(_) => panic!("only the disk fails"),
            }
            store.publish().map(|_| ())
        }
    }
}

/// Every write, sync and rename fails once, each in a study of its own: the failure is told with the file, and the resumed
/// study is the same to the last byte.
#[test]
fn every_step_to_the_disk_may_fail_once() {
    let study = study();
    let desk = Desk::new();
    carry_out(&study, &desk.path("whole"), Start::New, &Disk::default()).expect("a study");
    // The day in the crate's metadata may be another by then.
    let tables = |path: &Path| {
        contents(path).into_iter().filter(|(name, _)| name != "ro-crate-metadata.json").collect::<Vec<_>>()
    };
    let wanted = tables(&desk.path("whole"));
    for step in [Step::Write, Step::Sync, Step::Rename] {
        let mut failures = 0;
        for number in 1.. {
            let (disk, path) = (Disk::failing(step, number), desk.path(&format!("{step:?}-{number}")));
            let failed = carry_out(&study, &path, Start::New, &disk);
            if !disk.has_failed() {
                assert!(failed.is_ok());
                break;
            }
            failures += 1;
            let error = failed.expect_err("a step that failed is told").to_string();
            assert!(
                error.contains(&format!("{step:?}-{number}")) && error.contains("the disk failed"),
                "{error}"
            );
            carry_out(&study, &path, Start::Resume, &Disk::default()).expect("the disk is well again");
            assert_eq!(tables(&path), wanted, "{step:?} {number}");
        }
        println!("{failures} failures of {step:?}");
        assert!(failures >= 5, "{step:?}: {failures}");
    }
}
