//! `clonetide merge`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::input::PointsFile;
use super::reproduce::study_of;
use super::sweep::said;
use super::work::limits;
use super::{screen, show};
use crate::output::{Disk, JOURNAL, Ledger, Opened, POINTS, SHARD, ShardFile, Start, Store};
use crate::scenario::finding::printable;
use crate::study::{Shard, default_threads};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The folders of the shards, or folders that they lie in
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Folder for the tables; it may be the one that the shards lie in
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace the tables of an earlier study in the folder
    #[arg(long)]
    force: bool,
    /// No remarks
    #[arg(long, short)]
    quiet: bool,
    /// Print the result, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Finds the shards, holds that they are all there and belong together, and makes the tables.
pub fn merge(args: &MergeArgs) -> Result<(), Failure> {
    let shards = shards(&args.folders)?;
    let Some(first) = shards.values().next() else {
        return Err(Failure::Merge(format!("no shard is in {}", list(args.folders.iter()))));
    };
    let header = first.header.clone();
    let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
    let threads = default_threads(None, allocation.as_deref());
    let points = header.points.map(|text| PointsFile { name: POINTS.to_string(), bytes: text.into_bytes() });
    let (study, asked, layout) = study_of(&header.manifest, points, threads)?;
    let start = if args.force { Start::Force } else { Start::New };
    let opened =
        Store::open((&study, &asked, layout.clone()), Shard::WHOLE, &args.out, start, &Disk::default())?;
    let Opened::Open(store) = opened else { return Err(Failure::Internal) };
    let ledgers = whole(&shards, study.histories(), layout.tables.len())?;
    let published = store.publish_shards(ledgers)?;
    if !args.quiet && !args.json {
        screen::complain(&format!("wrote {}", args.out.display()));
    }
    if study.is_sweep() {
        return said(&study, &header.manifest, &published, args.json);
    }
    screen::print(&match args.json {
        true => show::json(&study.base, &published.summary),
        false => show::text(&study.base, &published.summary),
    })?;
    limits(published.limited)
}

/// The shards in folders and right below them, by their numbers; each once, all of one study, and none missing.
fn shards(folders: &[PathBuf]) -> Result<BTreeMap<u64, ShardFile>, Failure> {
    let mut found: BTreeMap<u64, ShardFile> = BTreeMap::new();
    let mut all: Vec<PathBuf> = Vec::new();
    for folder in folders {
        all.extend(within(folder)?);
    }
    for folder in all {
        let shard = ShardFile::open(&folder)?;
        if let Some(first) = found.values().next() {
            belongs(&shard, first)?;
        }
        if let Some(other) = found.insert(shard.shard.number, shard) {
            let again = &found[&other.shard.number];
            let both = list([&other.folder, &again.folder].into_iter());
            return Err(Failure::Merge(format!("shard {} is there twice: {both}", other.shard)));
        }
    }
    let count = found.values().next().map_or(0, |shard| shard.shard.count);
    let missing: Vec<String> =
        (1..=count).filter(|number| !found.contains_key(number)).map(|number| number.to_string()).collect();
    match missing.len() {
        0 => Ok(found),
        more => {
            let named = missing.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ");
            let rest = if more > 20 { format!(" and {} more", more - 20) } else { String::new() };
            Err(Failure::Merge(format!("of {count} shards these are missing: {named}{rest}")))
        }
    }
}

/// The folders of shards in a folder, or itself.
fn within(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if folder.join(JOURNAL).is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::Merge(format!("cannot read {}: {error}", folder.display())))?;
    let is_shard = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SHARD)) && path.is_dir()
    };
    let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_shard).collect();
    below.sort();
    if below.is_empty() {
        return Err(Failure::Merge(format!("{} holds no shard", folder.display())));
    }
    Ok(below)
}

/// Refuses a shard of another study, or of another number of shards.
fn belongs(shard: &ShardFile, first: &ShardFile) -> Result<(), Failure> {
    let (here, there) = (shard.folder.display(), first.folder.display());
    let differences = shard.differences(&first.header.manifest);
    if !differences.is_empty() {
        let differences =
            differences.iter().map(|difference| printable(difference)).collect::<Vec<_>>().join("; ");
        return Err(Failure::Merge(format!("{here} is of another study than {there}: {differences}")));
    }
    if shard.shard.count != first.shard.count {
        let (count, other) = (shard.shard.count, first.shard.count);
        return Err(Failure::Merge(format!("{here} is one of {count} shards, {there} one of {other}")));
    }
    Ok(())
}

/// The histories of the shards, if every shard has all of its own.
fn whole(shards: &BTreeMap<u64, ShardFile>, all: u64, tables: usize) -> Result<Vec<Ledger>, Failure> {
    for shard in shards.values() {
        let (done, _) = shard.ledger(tables)?.measure()?;
        let size = shard.shard.size(all);
        if done != size {
            let folder = shard.folder.display();
            return Err(Failure::Merge(format!(
                "{folder} has {done} of the {size} histories of shard {}; finish it with --resume",
                shard.shard
            )));
        }
    }
    Ok(shards.values().map(|shard| shard.ledger(tables)).collect::<Result<_, _>>()?)
}

fn list<'a>(folders: impl Iterator<Item = &'a PathBuf>) -> String {
    folders.map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}
