//! Time per history, by engine and size. Run with `cargo bench`; compare lines of one run only.
//!
//! With divan, not criterion: criterion turns on num-traits/std, which puts the platform's exp and ln in place of
//! libm's and so changes the random streams of what is measured. For the same reason the comparison with rebop is
//! a package of its own, `benches/peers`.

use clonetide::engine::StreamKey;
use clonetide::scenario::Scenario;
use clonetide::simulate;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// One history of a scenario after another, each with streams of its own.
fn histories(bencher: Bencher, text: &str, changes: &[String]) {
    let scenario = Scenario::read("bench.toml", text, changes).expect("a right scenario");
    let model = &scenario.model;
    let mut patient = 0;
    bencher.bench_local(|| {
        patient += 1;
        simulate(model, &model.arms[0], StreamKey { seed: 1, cell: 0, patient, replicate: 0 })
    });
}

/// W1: birth-death from 100 cells over 20 days, about 12,139 events in the exact engine.
const W1: &str = r#"
name = "W1"
study = { horizon = "20 d" }
disease = { burden = 100, division = "1 /d", death = "0.9 /d" }
record = { tables = [] }
engine = { step = "20 d" }
"#;

#[divan::bench(args = ["exact", "leap"])]
fn w1(bencher: Bencher, engine: &str) {
    histories(bencher, W1, &[format!("engine.method={engine}")]);
}

/// 65,536 cells in so many clones for ten days; the cost of an event should not grow with the clones. Items are
/// events, of which an event-by-event history has 65,536 x (division + death) x days on average. A clone has the
/// traits at the ones of a number.
fn clones(bencher: Bencher, number: usize, traits: fn(usize) -> usize) {
    let cells = CELLS / number;
    let carried = |clone| (0..12).filter(move |place| traits(clone) >> place & 1 == 1);
    let names = |clone| carried(clone).map(|place| format!("\"T{place}\"")).collect::<Vec<_>>().join(", ");
    let clone = |clone| format!("[[disease.clone]]\ntraits = [{}]\ncells = {cells}\n", names(clone));
    let clones = (1..number).map(clone).collect::<String>();
    let text = format!("{CLONES}burden = {cells}\n{clones}{TWELVE_TRAITS}");
    histories(bencher.counter(ItemsCount::new(10 * CELLS)), &text, &[]);
}

const CELLS: usize = 65_536;

const CLONES: &str = r#"
name = "clones"
study = { horizon = "10 d" }
record = { tables = [] }
engine = { method = "exact" }

[disease]
clones_by = "founder"
traits = ["T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11"]
division = "0.5 /d"
death = "0.5 /d"
"#;

const TWELVE_TRAITS: &str = r#"
[trait]
T0 = {}
T1 = {}
T2 = {}
T3 = {}
T4 = {}
T5 = {}
T6 = {}
T7 = {}
T8 = {}
T9 = {}
T10 = {}
T11 = {}
"#;

/// Every clone has traits of its own.
#[divan::bench(args = [1, 16, 256, 4096])]
fn clones_by_traits(bencher: Bencher, number: usize) {
    clones(bencher, number, |clone| clone);
}

/// All clones but the first have the same traits.
#[divan::bench(args = [1, 16, 256, 4096])]
fn clones_by_founder(bencher: Bencher, number: usize) {
    clones(bencher, number, |_| 1);
}

/// Ten years, four traits, weekly record, no drug: the cost must not grow with the cells.
const TEN_YEARS: &str = r#"
name = "ten years"
study = { horizon = "10 y" }
record = { every = "7 d" }

[disease]
burden = 1e12
division = "0.03 /d"
death = "0.03 /d"
traits = ["CRBN_MUT", "PSMB5_MUT", "CD38_DOWN_ACQ", "MDR1_EFFLUX"]
"#;

#[divan::bench(args = ["1e6", "1e9", "1e12"])]
fn ten_years_four_traits(bencher: Bencher, cells: &str) {
    histories(bencher, TEN_YEARS, &[format!("disease.burden={cells}")]);
}

/// The review's story: five traits, four lines, twelve years.
#[divan::bench]
fn review_story(bencher: Bencher) {
    histories(bencher, include_str!("../scenarios/review-story.toml"), &[]);
}
