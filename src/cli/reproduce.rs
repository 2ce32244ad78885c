//! `clonetide reproduce`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::failure::Failure;
use super::input::PointsFile;
use super::progress::Progress;
use super::{screen, sweep};
use crate::output::{
    Asked, Command, Disk, FileRecord, InputRecord, Layout, MANIFEST, Manifest, Opened, OutputError, POINTS,
    Start, Store, read_manifest,
};
use crate::scenario::file::StreamsEntry;
use crate::scenario::{Files, Template};
use crate::study::{Points, Shard, Study, default_threads};

/// Arguments of `reproduce`.
#[derive(Debug, Args)]
pub struct ReproduceArgs {
    /// The folder of a run or a sweep
    folder: PathBuf,
    /// Threads [default: SLURM_CPUS_PER_TASK, else all of the machine]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress and no remarks
    #[arg(long, short)]
    quiet: bool,
    /// Print the result, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

/// The files that a manifest keeps.
#[derive(Debug)]
struct Kept(BTreeMap<String, String>);

impl Files for Kept {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "the manifest does not hold it".to_string())
    }
}

/// The study that a manifest describes; `points` is its file of points.
pub fn study_of(
    manifest: &Manifest,
    points: Option<PointsFile>,
    threads: usize,
) -> Result<(Study, Asked, Layout), Failure> {
    let written = &manifest.scenario;
    let inputs = manifest.inputs.iter().map(|(path, input)| (path.clone(), input.text.clone())).collect();
    let files = Arc::new(Kept(inputs));
    let (given, changes, vary) = (&written.given, &written.changes, &written.vary);
    let template = Template::read_with("<manifest>", given, changes, vary, files);
    let template = template.map_err(Failure::Scenario)?;
    let (study, asked) = match manifest.command {
        Command::Sweep => sweep::study(template, &written.vary, points, threads)?,
        Command::Run => {
            let base = template.scenario().map_err(Failure::Scenario)?;
            (Study::plan(template, base, Points::single(), StreamsEntry::Common)?, Asked::default())
        }
    };
    let layout = Layout::of_manifest(&study, manifest);
    Ok((study, asked, layout))
}

/// Reads the manifest, holds the files against it, computes them anew, and compares.
pub fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let manifest = read_manifest(&args.folder.join(MANIFEST))?;
    let mut changed = differing(&args.folder, &manifest.files);
    let kept = |(path, input): (&String, &InputRecord)| {
        let digest = blake3::hash(input.text.as_bytes()).to_hex();
        (digest.as_str() != input.blake3).then(|| path.clone())
    };
    changed.extend(manifest.inputs.iter().filter_map(kept));
    if !changed.is_empty() {
        let told = |name: String| format!("{name} is not what the manifest says");
        return Err(Failure::NotReproduced(changed.into_iter().map(told).collect()));
    }
    let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
    let threads = default_threads(args.threads.map(usize::from), allocation.as_deref());
    let points = manifest.sweep.as_ref().and_then(|sweep| sweep.file.as_ref());
    let points = points.map(|_| super::input::points(&args.folder.join(POINTS))).transpose()?;
    let (study, asked, layout) = study_of(&manifest, points, threads)?;
    let again = anew(args, (&study, &asked, layout), threads)?;
    let mut differences = Vec::new();
    for (name, record) in &manifest.files {
        match again.files.get(name) {
            Some(found) if found.blake3 == record.blake3 => {}
            Some(_) => differences.push(format!("{name} comes out otherwise")),
            None => differences.push(format!("{name} does not come out")),
        }
    }
    if !differences.is_empty() {
        differences.extend(other_program(&manifest, &again));
        let by_clock =
            manifest.limits.seconds.filter(|_| manifest.stopped_at_a_limit + again.stopped_at_a_limit > 0);
        differences.extend(
            by_clock.map(|_| "limits.seconds stops histories by the clock of the machine".to_string()),
        );
        return Err(Failure::NotReproduced(differences));
    }
    let files: Vec<&String> = manifest.files.keys().collect();
    screen::print(&match args.json {
        true => json!({ "reproduced": true, "files": files }).to_string(),
        false => {
            let identical =
                if files.len() == 1 { "1 file is" } else { &format!("{} files are", files.len()) };
            format!("{}: reproduced, {identical} identical", args.folder.display())
        }
    })
}

/// The study computed into a folder that is gone afterwards.
fn anew(args: &ReproduceArgs, study: (&Study, &Asked, Layout), threads: usize) -> Result<Manifest, Failure> {
    let temporary = std::env::temp_dir();
    let folder = tempfile::tempdir().map_err(|source| {
        Failure::Output(OutputError::Io { action: "make a folder in", path: temporary, source })
    })?;
    let path = folder.path().join("again");
    let opened = Store::open(study, Shard::WHOLE, &path, Start::New, &Disk::default())?;
    let Opened::Open(mut store) = opened else { return Err(Failure::Internal) };
    let progress = Progress::new(store.size(), 0, args.quiet || args.json);
    let done = store.fill(threads, |count| progress.add(count), || false);
    progress.end();
    done?;
    store.publish()?;
    Ok(read_manifest(&path.join(MANIFEST))?)
}

/// Files that are not what the manifest says.
fn differing(folder: &Path, files: &BTreeMap<String, FileRecord>) -> Vec<String> {
    let wrong = |(name, record): (&String, &FileRecord)| {
        // A manifest from elsewhere must not make us look outside the folder.
        let plain = Path::new(name).file_name().is_some_and(|file| file == name.as_str());
        let same = plain && digest(&folder.join(name)).is_ok_and(|digest| digest == record.blake3);
        (!same).then(|| name.clone())
    };
    files.iter().filter_map(wrong).collect()
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(path)?;
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            count => hasher.update(&part[..count]),
        };
    }
}

/// What differs between the program that made the folder and this one.
fn other_program(made: &Manifest, here: &Manifest) -> Option<String> {
    let of = |manifest: &Manifest| {
        let git = manifest.git.as_deref().unwrap_or("unknown");
        format!("{} (model {}, commit {git}, {})", manifest.version, manifest.model_version, manifest.target)
    };
    let (made, here) = (of(made), of(here));
    (made != here).then(|| format!("made by version {made}, this is {here}"))
}
