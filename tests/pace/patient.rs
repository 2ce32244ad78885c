//! A patient with up to three traits that come and go, as a scenario and as equations.

use std::convert::Infallible;

use clonetide::record::Story;
use clonetide::scenario::Scenario;
use clonetide::study;

/// Types: none, A, B, A and B, and these with C.
const TYPES: usize = 8;
const EVERY: usize = 28;
const DAYS: usize = 252;
const CAPACITY: f64 = 3e12;
const EC50: f64 = 0.125;

/// The scenario of a text, with changes.
pub fn read(text: &str, changes: &[String]) -> Scenario {
    Scenario::read("patient", text, changes).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// Its one history.
pub fn tell(scenario: &Scenario) -> Story {
    let mut told = None;
    let keep = |story: Story| {
        told = Some(story);
        Ok::<(), Infallible>(())
    };
    study::run(&scenario.model, 1, |_, story| story, keep).unwrap();
    told.unwrap()
}

/// Traits that come and go, C in one of the models; A and B slow division, and a drug tells them apart if it acts.
#[derive(Clone, Copy)]
pub struct Patient {
    pub crowding: Option<&'static str>,
    pub kill: f64,
    pub death: f64,
    /// What A and B leave of division.
    pub costs: [f64; 2],
    /// Days of the cycle of 28 with a dose, and how long it acts.
    pub doses: &'static [usize],
    pub lasting: f64,
    /// Its half-life in days, if its concentration falls instead; an eighth of a dose has half of the effect.
    pub fades: Option<f64>,
    /// Whether B needs A.
    pub requires: bool,
    /// Whether all states have cells on day 0.
    pub seeded: bool,
    /// Probability that a division gains A, for good; otherwise A comes and goes.
    pub mutation: f64,
    /// Gained and lost, per day.
    pub a: [f64; 2],
    pub b: [f64; 2],
    pub c: [f64; 2],
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
        let (kill, death, [a_cost, b_cost]) = (self.kill, self.death, self.costs);
        let acts = match self.fades {
            None => format!("for = \"{} d\"", self.lasting),
            Some(days) => format!("half_life = \"{days} d\", ec50 = {EC50}"),
        };
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
acts = {{ {acts} }}
[regimen.always]
cycle = "28 d"
doses = [{{ drug = "drug", days = "{days}" }}]
[[arm]]
name = "always"
lines = [{{ regimen = "always", cycles = 10 }}]
"#
        )
    }

    /// How strongly the drug acts on a day.
    fn acts(&self, day: f64) -> f64 {
        let Some(half_life) = self.fades else {
            let since = |dose: &usize| (day - (*dose as f64 - 1.0)).rem_euclid(28.0);
            return f64::from(self.doses.iter().any(|dose| since(dose) < self.lasting));
        };
        let given =
            (0..DAYS / EVERY).flat_map(|cycle| self.doses.iter().map(move |dose| cycle * 28 + dose - 1));
        let left = |given: usize| (-(day - given as f64) / half_life).exp2();
        let level: f64 = given.filter(|&given| given as f64 <= day).map(left).sum();
        level / (level + EC50)
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
                slope[of ^ 1] += self.mutation * n * division * factor;
                slope[of] -= self.mutation * n * division * factor;
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
                let kill = self.kill * self.acts(day);
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
        let scenario = read(&self.text(), &[format!("engine.tolerance={tolerance:e}")]);
        let story = tell(&scenario);
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
    pub fn errors(&self, tolerance: f64) -> (f64, f64) {
        let (truth, (told, estimate)) = (self.truth(), self.told(tolerance));
        let of = |course: &[[f64; TYPES]]| -> Vec<f64> {
            course.iter().flat_map(|cells| cells.to_vec()).collect()
        };
        let (truth, told) = (of(&truth), of(&told));
        let pairs = truth.iter().zip(&told).filter(|(truth, _)| **truth > 0.0);
        (pairs.map(|(truth, told)| (told / truth - 1.0).abs()).fold(0.0, f64::max), estimate)
    }

    /// The estimate stays within the tolerance and the error within the estimate, of which it is no small part (1/32 at
    /// the smallest).
    pub fn check(&self, name: &str) {
        for tolerance in [3e-2, 1e-2, 3e-3] {
            let (error, estimate) = self.errors(tolerance);
            println!("{name}, tolerance {tolerance:e}: error {error:.2e}, estimate {estimate:.2e}");
            assert!(estimate <= tolerance, "{name}: {estimate:e} > {tolerance:e}");
            assert!(error <= estimate, "{name}, tolerance {tolerance:e}: error {error:e} > {estimate:e}");
            assert!(
                error >= estimate / 50.0,
                "{name}, tolerance {tolerance:e}: error {error:e}, {estimate:e}"
            );
        }
    }
}

pub const NEVER: [f64; 2] = [0.0, 0.0];

/// Half of the cells come to carry A in 35 days, and no drug is given.
pub const PLAIN: Patient = Patient {
    crowding: None,
    kill: 0.0,
    death: 0.02,
    costs: [0.5, 0.7],
    doses: &[1],
    lasting: 28.0,
    fades: None,
    requires: false,
    seeded: true,
    mutation: 0.0,
    a: [0.02, 0.02],
    b: NEVER,
    c: NEVER,
};
