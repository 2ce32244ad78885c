//! Simulated bulk sequencing with known truth, for methods that infer clones (PyClone-VI).
//!
//! Each mutated trait marks a cluster of heterozygous mutations of diploid loci; one more cluster is in every tumour
//! cell. The cellular prevalence of a cluster is the share of tumour cells whose clone carries the trait. Depth is
//! Poisson, and of the reads of a locus a Binomial share, purity times prevalence over two, shows the mutation.

use super::{Lines, Written};
use crate::engine::{Purpose, StreamKey, sampler};
use crate::report::ReportError;
use crate::report::lives::Life;
use crate::report::run::Run;

/// How the sequencing is done.
#[derive(Clone, Debug)]
pub struct Sequencing {
    /// Mean reads of a locus.
    pub depth: f64,
    /// Share of tumour cells in the sample.
    pub purity: f64,
    /// Mutations of each cluster.
    pub mutations: u32,
    /// Days of the samples; if none are given, day 0 and each progression.
    pub days: Vec<f64>,
}

impl Default for Sequencing {
    fn default() -> Sequencing {
        Sequencing { depth: 500.0, purity: 0.9, mutations: 20, days: Vec::new() }
    }
}

/// Columns of PyClone-VI's input.
const COLUMNS: [&str; 8] = [
    "mutation_id",
    "sample_id",
    "ref_counts",
    "alt_counts",
    "major_cn",
    "minor_cn",
    "normal_cn",
    "tumour_content",
];

/// The name of the cluster that every tumour cell carries.
const TRUNK: &str = "trunk";

/// Reads and truth.
pub fn files(run: &Run, life: &Life, how: &Sequencing) -> Result<Vec<Written>, ReportError> {
    let history = &run.histories[life.history];
    let seed = run.manifest["seed"].as_u64().unwrap_or(0);
    let key = StreamKey {
        seed,
        cell: 0,
        patient: history.patient.saturating_sub(1),
        replicate: history.replicate.saturating_sub(1),
    };
    let mut stream = key.stream(Purpose::Sequencing);
    let mut reads = Lines::new('\t', &COLUMNS);
    let mut truth = Lines::new('\t', &["mutation_id", "sample_id", "cluster", "cellular_prevalence"]);
    let clusters = clusters(run, life);
    let samples = samples(run, life, how)?;
    for (cluster, number) in
        clusters.iter().flat_map(|cluster| (1..=how.mutations).map(move |n| (cluster, n)))
    {
        let mutation = format!("{cluster}_{number}");
        for at in &samples {
            let prevalence = prevalence(life, cluster, *at);
            let depth = sampler::poisson(how.depth, &mut stream);
            let alt = sampler::binomial(depth, 0.5 * how.purity * prevalence, &mut stream);
            let sample = format!("day_{}", life.days[*at]);
            let counts = [(depth - alt).to_string(), alt.to_string()];
            let copies = ["1", "1", "2"].map(str::to_string);
            let origin = [mutation.clone(), sample.clone()];
            let cells = origin.into_iter().chain(counts).chain(copies);
            reads.push(cells.chain([how.purity.to_string()]));
            truth.push([mutation.clone(), sample, cluster.clone(), prevalence.to_string()]);
        }
    }
    Ok(vec![("pyclone-vi.tsv".to_string(), reads.text), ("truth.tsv".to_string(), truth.text)])
}

/// The trunk, and each trait of the life that a mutation gives; expression states leave no mark in the DNA.
fn clusters(run: &Run, life: &Life) -> Vec<String> {
    let mutated = |name: &String| {
        let gained = run.resolved(&format!("/trait/{name}/gained"));
        let by_division = gained.and_then(|gained| gained.get("per_division")).is_some_and(|p| !p.is_null());
        let kind = run.resolved(&format!("/trait/{name}/kind")).and_then(serde_json::Value::as_str);
        by_division || kind == Some("mutation")
    };
    let occurs =
        |name: &String| life.clones.iter().any(|lineage| lineage.traits.split('+').any(|own| own == name));
    let traits = run.traits().into_iter().filter(|name| mutated(name) && occurs(name));
    std::iter::once(TRUNK.to_string()).chain(traits).collect()
}

/// The share of the cells at a time whose clone carries the trait.
fn prevalence(life: &Life, cluster: &str, at: usize) -> f64 {
    let carries = |traits: &str| cluster == TRUNK || traits.split('+').any(|own| own == cluster);
    let total: f64 = life.clones.iter().map(|lineage| lineage.cells[at]).sum();
    let own: f64 =
        life.clones.iter().filter(|lineage| carries(&lineage.traits)).map(|lineage| lineage.cells[at]).sum();
    if total > 0.0 { own / total } else { 0.0 }
}

/// Positions of the record times at which samples are taken: those nearest to the days asked for.
fn samples(run: &Run, life: &Life, how: &Sequencing) -> Result<Vec<usize>, ReportError> {
    let progressed = life.events.iter().filter(|event| event.event == "progression").map(|event| event.day);
    let days: Vec<f64> =
        if how.days.is_empty() { std::iter::once(0.0).chain(progressed).collect() } else { how.days.clone() };
    let last = run.histories[life.history].stop_day;
    if let Some(late) = days.iter().find(|day| **day > last) {
        return Err(ReportError::Choice(format!("day {late} is after the end of the history on day {last}")));
    }
    let nearest = |day: &f64| {
        let gap = |at: &usize| (life.days[*at] - day).abs();
        (0..life.days.len()).min_by(|a, b| gap(a).total_cmp(&gap(b)))
    };
    let mut places: Vec<usize> = days.iter().filter_map(nearest).collect();
    places.sort_unstable();
    places.dedup();
    Ok(places)
}
