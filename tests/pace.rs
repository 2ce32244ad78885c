//! How long the steps of the leap engine are, and what error they bring.
//!
//! With 1e12 cells of a kind there is next to no noise (1e-5 of a mean), so that one history shows the error of a
//! mean: no test here has a hypothesis or a false-alarm rate. The truth is the mean-field equations of the text
//! below, written down again and integrated.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

use std::convert::Infallible;
use std::ops::Range;

use clonetide::disease::{Biology, Identity, Phenotypes, ResistanceTrait, TraitSet, Tumour};
use clonetide::engine::{Engine, Hazards, Leap, Pace, Purpose, StreamKey};
use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::study;

/// Types: none, A, B, A and B, and these with C.
const TYPES: usize = 8;
const EVERY: usize = 28;
const DAYS: usize = 252;
const CAPACITY: f64 = 3e12;

/// Traits that come and go, C in one of the models; A and B slow division, and a drug tells them apart if it acts.
#[derive(Clone, Copy)]
struct Patient {
    crowding: Option<&'static str>,
    kill: f64,
    death: f64,
    /// What A and B leave of division.
    costs: [f64; 2],
    /// Days of the cycle of 28 with a dose, and how long it acts.
    doses: &'static [usize],
    lasting: f64,
    /// Whether B needs A.
    requires: bool,
    /// Whether all states have cells on day 0.
    seeded: bool,
    /// Probability that a division gains A, for good; otherwise A comes and goes.
    mutation: f64,
    /// Gained and lost, per day.
    a: [f64; 2],
    b: [f64; 2],
    c: [f64; 2],
}

impl Patient {
    fn text(&self) -> String {
        let crowding = self.crowding.map_or_else(String::new, |on| {
            format!("capacity = {{ law = \"logistic\", cells = {CAPACITY:e}, acts_on = \"{on}\" }}")
        });
        let ([a_on, a_off], [b_on, b_off]) = (self.a, self.b);
        let clones = [("\"A\"", "5e11"), ("\"B\"", "5e11"), ("\"A\", \"B\"", "2e11")];
        let clone = |(traits, cells)| format!("[[disease.clone]]\ntraits = [{traits}]\ncells = {cells}\n");
        let clones: String = if self.seeded { clones.map(clone).concat() } else { String::new() };
        let [c_on, c_off] = self.c;
        let (third, c) = if self.c == NEVER {
            ("", String::new())
        } else {
            let c = format!(
                "[trait.C]\ngained = {{ rate = \"{c_on} /d\" }}\nlost = {{ rate = \"{c_off} /d\" }}\nresists = {{ drug = 0.7 }}\n"
            );
            (", \"C\"", c)
        };
        let requires = if self.requires { "requires = [\"A\"]" } else { "" };
        let a = if self.mutation > 0.0 {
            format!("gained = {{ per_division = {:e} }}\n", self.mutation)
        } else {
            format!("gained = {{ rate = \"{a_on} /d\" }}\nlost = {{ rate = \"{a_off} /d\" }}\n")
        };
        let days = self.doses.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        let (kill, lasting, death, [a_cost, b_cost]) = (self.kill, self.lasting, self.death, self.costs);
        format!(
            r#"
name = "patient"
study = {{ horizon = "{DAYS} d", replicates = 1 }}
record = {{ every = "{EVERY} d", tables = ["trajectories"] }}
engine = {{ step = "{EVERY} d" }}
[disease]
burden = 8e11
division = "0.1 /d"
death = "{death} /d"
{crowding}
traits = ["A", "B"{third}]
{clones}{c}[trait.A]
{a}division_factor = {a_cost}
resists = {{ drug = 0.9 }}
[trait.B]
{requires}
gained = {{ rate = "{b_on} /d" }}
lost = {{ rate = "{b_off} /d" }}
division_factor = {b_cost}
resists = {{ drug = 0.8 }}
[drug.drug]
kill = "{kill} /d"
acts = {{ for = "{lasting} d" }}
[regimen.always]
cycle = "28 d"
doses = [{{ drug = "drug", days = "{days}" }}]
[[arm]]
name = "always"
lines = [{{ regimen = "always", cycles = 10 }}]
"#
        )
    }

    /// Whether the drug acts on a day.
    fn acts(&self, day: f64) -> bool {
        let since = |dose: &usize| (day - (*dose as f64 - 1.0)).rem_euclid(28.0);
        self.doses.iter().any(|dose| since(dose) < self.lasting)
    }

    fn slope(&self, cells: [f64; TYPES], kill: f64) -> [f64; TYPES] {
        let burden: f64 = cells.iter().sum();
        let mut slope = [0.0; TYPES];
        for (of, &n) in cells.iter().enumerate() {
            let (a, b, c) = (of & 1, of >> 1 & 1, of >> 2);
            let division = 0.1 * [1.0, self.costs[0]][a] * [1.0, self.costs[1]][b];
            let kill = kill * [1.0, 1.0 - 0.9][a] * [1.0, 1.0 - 0.8][b] * [1.0, 1.0 - 0.7][c];
            let (factor, added) = match self.crowding {
                None => (1.0, 0.0),
                Some("death") => (1.0, 0.08 * burden / CAPACITY),
                Some(_) => ((1.0 - burden / CAPACITY).max(0.0), 0.0),
            };
            if a == 0 {
                slope[of ^ 1] += self.mutation * n * division;
                slope[of] -= self.mutation * n * division;
            }
            slope[of] += n * (division * factor - self.death - kill - added);
            let gained = if self.requires && a == 0 { 0.0 } else { self.b[0] };
            for (rate, to) in [(self.a[a], of ^ 1), ([gained, self.b[1]][b], of ^ 2), (self.c[c], of ^ 4)] {
                slope[of] -= rate * n;
                slope[to] += rate * n;
            }
        }
        slope
    }

    /// Cells every 28 days, by Runge and Kutta's fourth-order steps of a hundredth of a day.
    fn truth(&self) -> Vec<[f64; TYPES]> {
        let (mut cells, h) = ([0.0; TYPES], 0.01);
        cells[0] = 8e11;
        if self.seeded {
            cells[1..4].copy_from_slice(&[5e11, 5e11, 2e11]);
        }
        let plus = |x: [f64; TYPES], by: f64, s: [f64; TYPES]| std::array::from_fn(|i| x[i] + by * s[i]);
        let mut course = Vec::new();
        for period in 0..DAYS / EVERY {
            for step in 0..EVERY * 100 {
                let day = (period * EVERY) as f64 + (step as f64 + 0.5) * h;
                let kill = if self.acts(day) { self.kill } else { 0.0 };
                let first = self.slope(cells, kill);
                let second = self.slope(plus(cells, h / 2.0, first), kill);
                let third = self.slope(plus(cells, h / 2.0, second), kill);
                let fourth = self.slope(plus(cells, h, third), kill);
                cells = std::array::from_fn(|i| {
                    cells[i] + h / 6.0 * (first[i] + 2.0 * second[i] + 2.0 * third[i] + fourth[i])
                });
            }
            course.push(cells);
        }
        course
    }

    /// Cells every 28 days of one history, and the estimate of its bias.
    fn told(&self, tolerance: f64) -> (Vec<[f64; TYPES]>, f64) {
        let change = format!("engine.tolerance={tolerance:e}");
        let scenario = Scenario::read("patient", &self.text(), &[change])
            .unwrap_or_else(|error| panic!("{}", error.render(false)));
        let mut told = None;
        let keep = |story: Story| {
            told = Some(story);
            Ok::<(), Infallible>(())
        };
        study::run(&scenario.model, 1, |_, story| story, keep).unwrap();
        let story = told.unwrap();
        let place = |name: &&str| scenario.model.traits.iter().position(|known| known.name == *name);
        let places: Vec<_> = ["A", "B", "C"].iter().filter_map(place).collect();
        let mut course = vec![[0.0; TYPES]; DAYS / EVERY];
        for census in story.census.iter().filter(|census| census.day > 0.0) {
            let bit = |(of, &place): (usize, &usize)| usize::from(census.traits.contains(place)) << of;
            let kind: usize = places.iter().enumerate().map(bit).sum();
            course[census.day as usize / EVERY - 1][kind] += census.cells as f64;
        }
        (course, story.outcome.effort.bias)
    }

    /// The largest relative error of a mean on any day, and the estimate of it.
    fn errors(&self, tolerance: f64) -> (f64, f64) {
        self.errors_of(0..TYPES, tolerance)
    }

    fn errors_of(&self, states: Range<usize>, tolerance: f64) -> (f64, f64) {
        let (truth, (told, estimate)) = (self.truth(), self.told(tolerance));
        let of = |course: &[[f64; TYPES]]| -> Vec<f64> {
            course.iter().flat_map(|cells| cells[states.clone()].to_vec()).collect()
        };
        let (truth, told) = (of(&truth), of(&told));
        let pairs = truth.iter().zip(&told).filter(|(truth, _)| **truth > 0.0);
        (pairs.map(|(truth, told)| (told / truth - 1.0).abs()).fold(0.0, f64::max), estimate)
    }

    /// The estimate stays within the tolerance and the error within the estimate, of which it is no small part.
    fn check(&self, name: &str) {
        for tolerance in [3e-2, 1e-2, 3e-3] {
            let (error, estimate) = self.errors(tolerance);
            println!("{name}, tolerance {tolerance:e}: error {error:.2e}, estimate {estimate:.2e}");
            assert!(estimate <= tolerance, "{name}: {estimate:e} > {tolerance:e}");
            assert!(error <= estimate, "{name}, tolerance {tolerance:e}: error {error:e} > {estimate:e}");
            assert!(
                error >= estimate / 30.0,
                "{name}, tolerance {tolerance:e}: error {error:e}, {estimate:e}"
            );
        }
    }
}

const NEVER: [f64; 2] = [0.0, 0.0];

/// Half of the cells come to carry A in 35 days, and no drug is given.
const PLAIN: Patient = Patient {
    crowding: None,
    kill: 0.0,
    death: 0.02,
    costs: [0.5, 0.7],
    doses: &[1],
    lasting: 28.0,
    requires: false,
    seeded: true,
    mutation: 0.0,
    a: [0.02, 0.02],
    b: NEVER,
    c: NEVER,
};

#[test]
fn crowding_that_adds_deaths_while_cells_switch() {
    Patient { crowding: Some("death"), ..PLAIN }.check("crowding of death");
}

#[test]
fn crowding_that_slows_division_while_cells_switch() {
    Patient { crowding: Some("division"), ..PLAIN }.check("crowding of division");
}

#[test]
fn two_traits_that_switch_at_once() {
    Patient { kill: 0.15, a: [0.02, 0.01], b: [0.03, 0.01], ..PLAIN }.check("two traits");
}

#[test]
fn all_of_it_at_once() {
    let patient = Patient { crowding: Some("death"), kill: 0.1, a: [0.02, 0.01], b: [0.03, 0.01], ..PLAIN };
    patient.check("all at once");
}

#[test]
fn a_trait_that_needs_another() {
    let patient = Patient { requires: true, kill: 0.15, a: [0.02, 0.01], b: [0.03, 0.01], ..PLAIN };
    patient.check("one needs the other");
    // Also where all grow alike: then nothing else shortens the step.
    Patient { kill: 0.0, death: 0.1, costs: [1.0; 2], ..patient }.check("one needs the other, all alike");
}

/// Where nobody has either of two traits, those who come to have both within a step are few, and a share of those they
/// come from says nothing of how exact their number is (seen: 3.4 % off, whatever the tolerance). Chance is not small
/// where there are 1e6 cells: 1e-3 of them, and as much as the tolerance is left for it.
#[test]
fn states_that_take_two_switches_or_three() {
    let slow = [1e-4, 1e-3];
    let patient = Patient { kill: 0.15, seeded: false, a: slow, b: slow, ..PLAIN };
    let rare = Patient { a: [1e-7, 1e-3], b: [0.03, 0.01], ..patient };
    let doses = Patient { kill: 0.6, doses: &[1, 8, 15], lasting: 3.0, ..patient };
    let three = Patient { a: [3e-3, 1e-3], b: [2e-3, 1e-3], c: [1e-3, 1e-3], ..patient };
    let mutation = Patient { mutation: 1e-5, a: NEVER, b: [0.003, 0.001], ..patient };
    let all = 0..TYPES;
    // Where B needs A, B alone takes three switches one after the other.
    for (name, patient, states) in [
        ("two", patient, all.clone()),
        ("two, with doses", doses, all.clone()),
        ("two, one for good", Patient { a: [1e-4, 0.0], ..patient }, all.clone()),
        ("two, one soon lost", Patient { a: [1e-2, 0.5], ..patient }, all.clone()),
        ("two, one needs the other", Patient { requires: true, ..patient }, 3..4),
        ("three", three, all.clone()),
        ("a rare one and a fast one", rare, all.clone()),
        ("a fast one and a rare one", Patient { a: rare.b, b: rare.a, ..rare }, all.clone()),
        ("a mutation and a switch", mutation, all.clone()),
        ("a mutation and a fast switch", Patient { b: rare.b, ..mutation }, all),
    ] {
        for tolerance in [1e-2, 5e-3] {
            let (error, estimate) = patient.errors_of(states.clone(), tolerance);
            println!("{name}, tolerance {tolerance:e}: error {error:.2e}, estimate {estimate:.2e}");
            assert!(error < tolerance, "{name}, tolerance {tolerance:e}: error {error:e}");
            assert!(estimate <= tolerance, "{name}, tolerance {tolerance:e}: estimate {estimate:e}");
        }
    }
}

/// One step of 7 d, in which 0.1 of the cells come to have B and 7e-5 A, and a drug that both resist. Truth: the matrix
/// exponential of the mean-field equations, by scipy. Without what flips of B add to those of A,
/// A is 1.7 % off; with it counted twice, A and B together are 1.6 % off (both seen).
#[test]
fn one_long_step_has_the_right_pairs() {
    let text = r#"
name = "one step"
study = { horizon = "7 d", replicates = 1 }
record = { every = "7 d", tables = ["trajectories"] }
engine = { step = "7 d", tolerance = 1e-2 }
[disease]
burden = 8e13
division = "0.02 /d"
death = "0.05 /d"
traits = ["A", "B"]
[trait.A]
gained = { rate = "1e-5 /d" }
lost = { rate = "1e-12 /d" }
resists = { drug = 0.9 }
[trait.B]
gained = { rate = "0.02 /d" }
lost = { rate = "1e-12 /d" }
resists = { drug = 0.9 }
[drug.drug]
kill = "0.14 /d"
acts = { for = "28 d" }
[regimen.once]
cycle = "28 d"
doses = [{ drug = "drug", days = "1" }]
[[arm]]
name = "once"
lines = [{ regimen = "once", cycles = 1 }]
"#;
    let scenario =
        Scenario::read("one step", text, &[]).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let mut cells = Vec::new();
    let keep = |story: Story| {
        cells = story
            .census
            .iter()
            .filter(|census| census.day == 7.0)
            .map(|census| census.cells as f64)
            .collect();
        Ok::<(), Infallible>(())
    };
    study::run(&scenario.model, 1, |_, story| story, keep).unwrap();
    cells.sort_by(f64::total_cmp);
    for (found, truth) in cells.iter().zip([4.24504009e8, 2.37724584e9, 5.15512468e12, 2.11566999e13]) {
        assert!((found / truth - 1.0).abs() < 5e-3, "{found:e} {truth:e}");
    }
    assert_eq!(cells.len(), 4);
}

/// Steps are short while a dose acts and may be long after it: a long one must not pass over the next dose unseen, and
/// a dose not hide in the mean of a long one (both seen: 60 % too many cells, the more the smaller the tolerance).
#[test]
fn a_step_is_judged_by_all_that_it_covers() {
    let patient = Patient { kill: 4.0, doses: &[1, 15], lasting: 1.0, a: [0.01; 2], b: [0.01; 2], ..PLAIN };
    for tolerance in [1e-2, 1e-3, 1e-5] {
        let (error, estimate) = patient.errors(tolerance);
        println!("doses, tolerance {tolerance:e}: error {error:.2e}, estimate {estimate:.2e}");
        assert!(error < tolerance.max(2e-4), "tolerance {tolerance:e}: error {error:e}");
    }
}

/// A thousand cells of which one in fifty a day comes to express something, by a leap engine in whole steps.
fn switching(tolerance: f64, spans: &[(f64, f64)]) -> (Tumour, u64) {
    let mut shed = ResistanceTrait::neutral("shed", 1);
    shed.gained.per_day = 0.02;
    let biology = Biology::new(0.1, 0.1, vec![shed]);
    let mut tumour = Tumour::new(Phenotypes::new(biology), Identity::TraitSet, 1000);
    tumour.seed(TraitSet::WILD_TYPE, 1000, 0.0).unwrap();
    let mut engine = Leap::new(Pace { tolerance, horizon: 28.0, ceiling: f64::INFINITY }, 0.0);
    engine.begin();
    let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder);
    for &(from, to) in spans {
        let reached = engine.advance(&mut tumour, &Hazards::none(), from, to, &mut stream).unwrap();
        assert_eq!(reached, to);
    }
    (tumour, engine.effort().steps)
}

/// A hundred tenths of a step can end a rounding before or after ten of them: no step is made of that.
#[test]
fn steps_divide_the_time_evenly() {
    for tolerance in [1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7] {
        let (_, steps) = switching(tolerance, &[(0.0, 28.0)]);
        // The burden, and with it the step, changes a little on the way.
        let (_, again) = switching(tolerance, &[(0.0, 7.0), (7.0, 14.0), (14.0, 21.0), (21.0, 28.0)]);
        assert!(steps <= again && again <= steps + 4, "{tolerance:e}: {steps} and {again} steps");
    }
}

/// Two boundaries that differ by rounding alone, as sums of the same days can. Halves of that time have no length
/// (seen to panic in the step that followed).
#[test]
fn no_time_to_divide_is_no_step() {
    let next = 0.3_f64.next_up();
    let (tumour, steps) = switching(1e-3, &[(0.0, 0.3), (0.3, next), (next, 28.0)]);
    let (_, without) = switching(1e-3, &[(0.0, 0.3), (0.3, 28.0)]);
    assert_eq!(steps, without);
    assert_eq!(tumour.verify(), Ok(()));
    assert!(tumour.clones().iter().any(|clone| clone.cells > 0 && clone.traits != TraitSet::WILD_TYPE));
}

/// The first step already reckons with what cells can switch to, though nobody is there yet: shedding makes them
/// grow 0.4 a day slower, so that a step may last 2.5 d; without that it would last 28 d.
#[test]
fn where_nobody_is_yet_counts_in_the_first_step() {
    let mut slow = ResistanceTrait::neutral("slow", 1);
    slow.gained.per_day = 1e-6;
    slow.death_added = 0.4;
    let biology = Biology::new(0.1, 0.1, vec![slow]);
    let mut tumour = Tumour::new(Phenotypes::new(biology), Identity::TraitSet, 1000);
    tumour.seed(TraitSet::WILD_TYPE, 1000, 0.0).unwrap();
    let mut engine = Leap::new(Pace { tolerance: 1.0, horizon: 28.0, ceiling: f64::INFINITY }, 0.0);
    engine.begin();
    let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder);
    engine.advance(&mut tumour, &Hazards::none(), 0.0, 28.0, &mut stream).unwrap();
    let longest = engine.effort().longest;
    assert!(longest <= 2.5, "{longest}");
}
