//! What comes from outside never stops the program: no panic, no overflow, nothing that takes a second or fills the memory.
//!
//! Each input is a file of the corpus with up to 24 edits; the number of inputs is BOLERO_RANDOM_ITERATIONS (1,000 if unset).

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bolero::check;
use clonetide::output::{Ledger, Manifest, Records, read_manifest};
use clonetide::scenario::{Files, Template};
use clonetide::study::{Points, Shard};
use clonetide_fuzz::{Edit, corpus, edited};

/// A scenario that names a catalogue and a file of patients, and such a catalogue.
const FILES: &str = include_str!("../../tests/mistakes/files/scenario.toml");
const LAB: &str = include_str!("../../tests/mistakes/files/lab.toml");

/// Longest that a processor may work on one input.
const LONGEST: Duration = Duration::from_secs(1);
/// Most memory of the process, bytes: that of one input and of all that was before it.
const MOST: u64 = 256 << 20;

/// Most memory that the process has had; 0 where that is not told.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or(0, |kib| kib << 10)
}

/// Time that this thread has had a processor, so that others on the machine do not count; the clock where that is not told.
fn worked(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let busy = told.and_then(|text| text.split(' ').next()?.parse().ok());
    busy.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// Runs a target over edits of a corpus, and says how many inputs there were and how long the slowest took.
fn run(name: &str, target: impl Fn(&[u8]) -> bool + RefUnwindSafe + UnwindSafe) {
    let files = corpus(name);
    let (count, taken, slowest) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    check!().with_type::<(u8, Vec<Edit>)>().for_each(|(file, edits)| {
        let edits = &edits[..edits.len().min(24)];
        let input = edited(&files[usize::from(*file) % files.len()], edits);
        let begun = Instant::now();
        let before = worked(begun);
        let accepted = target(&input);
        let took = worked(begun).saturating_sub(before);
        assert!(took < LONGEST, "{name}: {took:?}");
        // Reading it takes longer than many an input.
        if count.fetch_add(1, Relaxed) % 256 == 0 {
            assert!(peak() < MOST, "{name}: {} bytes", peak());
        }
        taken.fetch_add(u64::from(accepted), Relaxed);
        slowest.fetch_max(took.as_micros() as u64, Relaxed);
    });
    let (count, taken, slowest) = (count.into_inner(), taken.into_inner(), slowest.into_inner());
    let peak = peak() >> 20;
    println!("{name}: {count} inputs, {taken} of them right, the slowest took {slowest} us; at most {peak} MiB");
}

/// A scenario: everything up to the model, the errors as a person and as a program sees them, and the points of its sweep.
#[test]
fn scenario() {
    run("scenario", |input| {
        let text = String::from_utf8_lossy(input);
        let read = Template::read("fuzz.toml", &text, &[], &[]).and_then(|template| {
            let scenario = template.scenario()?;
            Ok((template, scenario))
        });
        match read {
            Ok((template, scenario)) => {
                let points = scenario.sweep.as_ref().map(|sweep| Points::of(sweep, scenario.model.seed));
                if let Some(Ok(points)) = points {
                    let last = points.count().saturating_sub(1);
                    let _ = template.at("point", &points.settings(last));
                }
                true
            }
            Err(findings) => {
                assert!(!findings.is_empty() && !findings.render(false).is_empty());
                assert!(findings.to_json().is_array());
                false
            }
        }
    });
}

/// A file that a scenario names, whatever its path.
#[derive(Debug)]
struct Given(String);

impl Files for Given {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

/// Whether a scenario with this file is right.
fn reads(scenario: &str, file: &[u8]) -> bool {
    let files = Arc::new(Given(String::from_utf8_lossy(file).into_owned()));
    let read = Template::read_with("fuzz.toml", scenario, &[], &[], files);
    match read.and_then(|template| template.scenario()) {
        Ok(_) => true,
        Err(findings) => {
            assert!(!findings.is_empty() && !findings.render(false).is_empty());
            false
        }
    }
}

/// A catalogue of a user's own.
#[test]
fn catalogue() {
    let scenario = FILES.replace("file = \"patients.csv\"\n", "");
    run("catalogue", move |input| reads(&scenario, input));
}

/// A file of patients.
#[test]
fn patients() {
    let lab = format!("{}\n{}", FILES.replace("catalogue = [\"lab.toml\"]\n", ""), LAB);
    run("patients", move |input| reads(&lab, input));
}

/// A table of points.
#[test]
fn points() {
    run("points", |input| match Points::from_csv("points.csv", input) {
        Ok(points) => {
            assert!(points.count() > 0 && points.values(points.count() - 1).len() == points.paths().len());
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    });
}

/// A journal.
#[test]
fn journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.clonetide");
    run("journal", |input| {
        std::fs::write(&path, input).expect("the folder takes a file");
        let mut records = Records::open(&path).expect("a file");
        let header = records.next_record().expect("a file that can be read").is_some();
        let measured = Ledger::new(records, Shard::WHOLE, 2).measure();
        header && measured.is_ok()
    });
}

/// The payload of a record whose checksum is right: what another program, or an older one, could have written.
#[test]
fn record() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = corpus("journal").into_iter().map(|journal| {
        let path = folder.path().join("whole");
        std::fs::write(&path, journal).expect("the folder takes a file");
        let mut records = Records::open(&path).expect("a file");
        let mut payloads = Vec::new();
        while let Some((kind, bytes)) = records.next_record().expect("a file that can be read") {
            payloads.push((kind, bytes.to_vec()));
        }
        payloads
    });
    let payloads: Vec<_> = whole.flatten().collect();
    check!().with_type::<(u8, Vec<Edit>)>().for_each(|(which, edits)| {
        let place = folder.path().join("journal.clonetide");
        let _ = std::fs::remove_file(&place);
        let mut journal = clonetide::output::Journal::open(folder.path(), &Default::default()).expect("a journal");
        let (kind, bytes) = &payloads[usize::from(*which) % payloads.len()];
        journal.append(*kind, &edited(bytes, &edits[..edits.len().min(24)])).expect("a record");
        let _ = Ledger::new(journal.records().expect("records"), Shard::WHOLE, 2).measure();
    });
}

/// A manifest, and the study that it describes.
#[test]
fn manifest() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    run("manifest", |input| {
        std::fs::write(&path, input).expect("the folder takes a file");
        let Ok(manifest) = read_manifest(&path) else { return false };
        let _: serde_json::Value = serde_json::from_str(&Manifest::text(&manifest)).expect("JSON again");
        let written = &manifest.scenario;
        Template::read("manifest", &written.given, &written.changes, &written.vary)
            .is_ok_and(|template| template.scenario().is_ok())
    });
}
