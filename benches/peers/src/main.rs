//! The exact and the leaping engine beside rebop 0.10 (its macro and its run-time network) and beside the cost of
//! the draws that no direct method can avoid. `cargo run --release --manifest-path benches/peers/Cargo.toml [ROUNDS]`.
//!
//! All contenders take turns in one process, round after round, so that what else the machine does falls on all
//! of them; the table has medians over rounds. Compare within one table only.
//!
//! Events are counted by optional stopping: cells divide at rate b and die at rate d, so a contender expects
//! (b + d) / (b - d) events for each cell gained. A leap has no events: its line says how fast an event-by-event
//! engine had to be to keep up with it. Time per replicate is time per event x events expected in theory.
//!
//! Each contender's outcomes are checked against theory at 4 standard errors (false-alarm rate 6e-5 a check).

use std::hint::black_box;
use std::time::Instant;

use clonetide::engine::sampler::exponential;
use clonetide::engine::{Purpose, StreamKey};
use clonetide::scenario::Scenario;
use clonetide::{Simulator, model::Model};
use rand::RngExt;
use rebop::gillespie::{Gillespie, Rate};

fn main() {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(15);
    let floor = median((0..rounds).map(draws).collect());
    println!("draws alone (an exponential and a uniform number an event): {floor:.2} ns\n");
    compare(w1(), rounds);
    compare(w2a(), rounds);
}

/// Nanoseconds for the draws of one event.
fn draws(round: u64) -> f64 {
    let mut stream = key(round).stream(Purpose::DiseaseUnder);
    let (events, begun) = (1_000_000, Instant::now());
    for _ in 0..events {
        black_box(exponential(&mut stream) + stream.random::<f64>());
    }
    1e9 * begun.elapsed().as_secs_f64() / f64::from(events)
}

/// A workload: its contenders, and what their outcomes must be.
struct Workload {
    name: &'static str,
    contenders: Vec<Contender>,
    /// Cells on day 0.
    start: f64,
    /// Events per cell gained.
    events: f64,
    /// Cells at the end, in theory.
    mean: f64,
    /// What is checked of a replicate's last burden.
    score: fn(f64) -> f64,
    /// Its mean and standard deviation in theory.
    theory: (f64, f64),
}

/// A way to simulate a workload.
struct Contender {
    name: &'static str,
    /// Replicates in a round.
    replicates: u64,
    /// From the number of a replicate to its last burden.
    run: Box<dyn FnMut(u64) -> f64>,
    nanoseconds: Vec<f64>,
    scores: Vec<f64>,
}

impl Contender {
    fn new(name: &'static str, replicates: u64, run: impl FnMut(u64) -> f64 + 'static) -> Contender {
        Contender { name, replicates, run: Box::new(run), nanoseconds: Vec::new(), scores: Vec::new() }
    }

    /// One turn; a turn in which nearly nothing happened says nothing about time.
    fn turn(&mut self, round: u64, workload: (f64, f64, fn(f64) -> f64)) {
        let (start, events, score) = workload;
        let begun = Instant::now();
        let numbers = round * self.replicates..(round + 1) * self.replicates;
        let burdens: Vec<f64> = numbers.map(&mut self.run).collect();
        let seconds = begun.elapsed().as_secs_f64();
        let happened = events * burdens.iter().map(|burden| burden - start).sum::<f64>();
        if happened > 1e4 {
            self.nanoseconds.push(1e9 * seconds / happened);
        }
        self.scores.extend(burdens.into_iter().map(score));
    }

    /// How far the mean score is from theory, in standard errors.
    fn off(&self, mean: f64, sd: f64) -> f64 {
        let n = self.scores.len() as f64;
        (self.scores.iter().sum::<f64>() / n - mean) / (sd / n.sqrt())
    }
}

/// Rounds of turns, and the table.
fn compare(mut workload: Workload, rounds: u64) {
    let Workload { score, theory: (mean, sd), .. } = workload;
    for round in 0..rounds {
        for contender in &mut workload.contenders {
            contender.turn(round, (workload.start, workload.events, score));
        }
    }
    let times: Vec<f64> = workload.contenders.iter().map(|c| median(c.nanoseconds.clone())).collect();
    let events = workload.events * (workload.mean - workload.start);
    println!("{}, {events:.0} events a replicate, {rounds} rounds", workload.name);
    println!(
        "contender          ns/event   1e6 events/s   ms/replicate   speed/macro   speed/run-time   off theory"
    );
    for (contender, time) in workload.contenders.iter().zip(&times) {
        let off = contender.off(mean, sd);
        println!(
            "{:<16} {time:>10.3} {:>14.1} {:>14.4} {:>13.2} {:>16.2} {off:>9.1} se",
            contender.name,
            1e3 / time,
            1e-6 * time * events,
            times[MACRO] / time,
            times[RUN_TIME] / time,
        );
        assert!(off.abs() < 4.0, "{} does not follow theory", contender.name);
    }
    println!();
}

/// Places of the peers among the contenders.
const MACRO: usize = 0;
const RUN_TIME: usize = 1;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn key(patient: u64) -> StreamKey {
    StreamKey { seed: 1, cell: 0, patient, replicate: 0 }
}

/// Replicates of a scenario by one of our engines.
fn ours(name: &'static str, replicates: u64, text: &str) -> Contender {
    let changes = [format!("engine.method={name}")];
    let scenario = Scenario::read("peers.toml", text, &changes).expect("a right scenario");
    let model: &Model = Box::leak(Box::new(scenario.model));
    let mut simulator = Simulator::new(model);
    let run = move |patient| simulator.tell(&model.arms[0], key(patient)).outcome.burden as f64;
    Contender::new(name, replicates, run)
}

/// Birth and death from 100 cells over 20 days.
fn w1() -> Workload {
    rebop::define_system! {
        b d;
        BirthDeath { A }
        birth: A => 2 A @ b
        death: A => @ d
    }
    let by_macro = |seed| {
        let mut cells = BirthDeath::with_parameters(1.0, 0.9);
        cells.seed(seed);
        cells.A = 100;
        cells.advance_until(20.0);
        cells.A as f64
    };
    let mut network = Gillespie::new([100], true);
    network.add_reaction(Rate::lma(1.0, [1]), [1]);
    network.add_reaction(Rate::lma(0.9, [1]), [-1]);
    let at_run_time = move |seed| {
        begin(&mut network, &[100], seed);
        network.advance_until(20.0);
        network.get_species(0) as f64
    };
    let contenders = vec![
        Contender::new("rebop macro", 100, by_macro),
        Contender::new("rebop run-time", 100, at_run_time),
        ours("exact", 100, W1),
        ours("leap", 10_000, W1),
    ];
    Workload {
        name: "W1",
        contenders,
        start: 100.0,
        events: 19.0,
        mean: 738.9056,
        score: |burden| burden,
        theory: (738.9056, 299.49),
    }
}

const W1: &str = r#"
name = "W1"
study = { horizon = "20 d" }
disease = { burden = 100, division = "1 /d", death = "0.9 /d" }
record = { tables = [] }
engine = { step = "20 d" } # nothing splits it: one leap is exact whatever its length
"#;

/// Growth from one cell to a million with 16 genotypes.
fn w2a() -> Workload {
    let mut network = Gillespie::new([0; 16], true);
    for genotype in 0..16 {
        add_genotype(&mut network, genotype);
    }
    let at_run_time = move |seed| {
        let mut first = [0; 16];
        first[0] = 1;
        begin(&mut network, &first, seed);
        let total =
            |network: &Gillespie| (0..16).map(|genotype| network.get_species(genotype)).sum::<isize>();
        while (1..DETECTION).contains(&total(&network)) {
            network.advance_until(network.get_time() + CHUNK);
        }
        total(&network) as f64
    };
    let contenders = vec![
        Contender::new("rebop macro", 4, genotypes_by_macro),
        Contender::new("rebop run-time", 1, at_run_time),
        ours("exact", 4, W2A),
        ours("leap", 50, W2A),
    ];
    let extinct = 0.04 / 0.14_f64;
    Workload {
        name: "W2a",
        contenders,
        start: 1.0,
        events: 1.8,
        mean: (1.0 - extinct) * DETECTION as f64,
        score: |burden| f64::from(burden == 0.0),
        theory: (extinct, (extinct * (1.0 - extinct)).sqrt()),
    }
}

/// Cells at which growth is noticed.
const DETECTION: isize = 1_000_000;

/// rebop has no stop at a size: days between two looks, in which the cells grow by 1 %.
const CHUNK: f64 = 0.1;

const W2A: &str = r#"
name = "W2a"
study = { horizon = "1000 d", detection = 1e6 }
record = { tables = [] }

[disease]
burden = 1
division = "0.14 /d"
death = "0.04 /d"
traits = ["A", "B", "C", "D"]

[trait]
A = { gained = { per_division = 1e-5 } }
B = { gained = { per_division = 1e-5 } }
C = { gained = { per_division = 1e-5 } }
D = { gained = { per_division = 1e-5 } }
"#;

/// From a first state on.
fn begin(network: &mut Gillespie, species: &[isize], seed: u64) {
    network.seed(seed);
    network.set_time(0.0);
    network.set_species(species);
}

/// Division, death and the mutations of a genotype, whose bits are its traits.
fn add_genotype(network: &mut Gillespie, genotype: usize) {
    let one = |genotype: usize| std::array::from_fn::<_, 16, _>(|other| isize::from(other == genotype));
    let rate = |per_cell| Rate::lma_sparse(per_cell, [(genotype as u32, 1)]);
    let gained = (0..4).map(|bit| genotype | 1 << bit).filter(|&other| other != genotype);
    let mutations = gained.clone().count() as f64;
    network.add_reaction(rate(0.14 * (1.0 - 1e-5 * mutations)), one(genotype));
    network.add_reaction(rate(0.04), one(genotype).map(|change| -change));
    gained.for_each(|other| network.add_reaction(rate(0.14 * 1e-5), one(other)));
}

/// The same network as rebop's macro writes it: births and deaths of all genotypes first, for it looks at the
/// reactions one after another.
fn genotypes_by_macro(seed: u64) -> f64 {
    rebop::define_system! {
        p0 p1 p2 p3 p4 d m;
        Genotypes { G0, G1, G2, G3, G4, G5, G6, G7, G8, G9, G10, G11, G12, G13, G14, G15 }
        b0: G0 => 2 G0 @ p4
        d0: G0 => @ d
        b1: G1 => 2 G1 @ p3
        d1: G1 => @ d
        b2: G2 => 2 G2 @ p3
        d2: G2 => @ d
        b3: G3 => 2 G3 @ p2
        d3: G3 => @ d
        b4: G4 => 2 G4 @ p3
        d4: G4 => @ d
        b5: G5 => 2 G5 @ p2
        d5: G5 => @ d
        b6: G6 => 2 G6 @ p2
        d6: G6 => @ d
        b7: G7 => 2 G7 @ p1
        d7: G7 => @ d
        b8: G8 => 2 G8 @ p3
        d8: G8 => @ d
        b9: G9 => 2 G9 @ p2
        d9: G9 => @ d
        b10: G10 => 2 G10 @ p2
        d10: G10 => @ d
        b11: G11 => 2 G11 @ p1
        d11: G11 => @ d
        b12: G12 => 2 G12 @ p2
        d12: G12 => @ d
        b13: G13 => 2 G13 @ p1
        d13: G13 => @ d
        b14: G14 => 2 G14 @ p1
        d14: G14 => @ d
        b15: G15 => 2 G15 @ p0
        d15: G15 => @ d
        m0_0: G0 => G0 + G1 @ m
        m0_1: G0 => G0 + G2 @ m
        m0_2: G0 => G0 + G4 @ m
        m0_3: G0 => G0 + G8 @ m
        m1_1: G1 => G1 + G3 @ m
        m1_2: G1 => G1 + G5 @ m
        m1_3: G1 => G1 + G9 @ m
        m2_0: G2 => G2 + G3 @ m
        m2_2: G2 => G2 + G6 @ m
        m2_3: G2 => G2 + G10 @ m
        m3_2: G3 => G3 + G7 @ m
        m3_3: G3 => G3 + G11 @ m
        m4_0: G4 => G4 + G5 @ m
        m4_1: G4 => G4 + G6 @ m
        m4_3: G4 => G4 + G12 @ m
        m5_1: G5 => G5 + G7 @ m
        m5_3: G5 => G5 + G13 @ m
        m6_0: G6 => G6 + G7 @ m
        m6_3: G6 => G6 + G14 @ m
        m7_3: G7 => G7 + G15 @ m
        m8_0: G8 => G8 + G9 @ m
        m8_1: G8 => G8 + G10 @ m
        m8_2: G8 => G8 + G12 @ m
        m9_1: G9 => G9 + G11 @ m
        m9_2: G9 => G9 + G13 @ m
        m10_0: G10 => G10 + G11 @ m
        m10_2: G10 => G10 + G14 @ m
        m11_2: G11 => G11 + G15 @ m
        m12_0: G12 => G12 + G13 @ m
        m12_1: G12 => G12 + G14 @ m
        m13_1: G13 => G13 + G15 @ m
        m14_0: G14 => G14 + G15 @ m
    }
    let plain = |mutations: f64| 0.14 * (1.0 - 1e-5 * mutations);
    let mut cells = Genotypes::with_parameters(
        plain(0.0),
        plain(1.0),
        plain(2.0),
        plain(3.0),
        plain(4.0),
        0.04,
        0.14 * 1e-5,
    );
    cells.seed(seed);
    cells.G0 = 1;
    let total = |c: &Genotypes| {
        c.G0 + c.G1
            + c.G2
            + c.G3
            + c.G4
            + c.G5
            + c.G6
            + c.G7
            + c.G8
            + c.G9
            + c.G10
            + c.G11
            + c.G12
            + c.G13
            + c.G14
            + c.G15
    };
    while (1..DETECTION).contains(&total(&cells)) {
        cells.advance_until(cells.t + CHUNK);
    }
    total(&cells) as f64
}
