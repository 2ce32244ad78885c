//! Exact means and covariances of the patient under an antibody, by the linear equations of moments.

/// Types: none, M, C, M and C.
pub const TYPES: usize = 4;
pub const DAYS: [f64; 2] = [7.0, 14.0];

/// What happens to a cell of `of` at `rate` per day: how many cells of each type there are more.
struct Happening {
    of: usize,
    rate: f64,
    more: [f64; TYPES],
}

/// All that can happen, written down again from the text above and not from the program.
fn happenings(mutation: f64, drug: bool) -> Vec<Happening> {
    let mut all = Vec::new();
    let mut happens = |of: usize, rate: f64, changes: &[(usize, f64)]| {
        let mut more = [0.0; TYPES];
        changes.iter().for_each(|&(kind, count)| more[kind] += count);
        all.push(Happening { of, rate, more });
    };
    for of in 0..TYPES {
        let (mutated, shed) = (of & 1 == 1, of & 2 == 2);
        let division = if mutated { 0.04 } else { 0.05 };
        let sensitivity = (if mutated { 0.5 } else { 1.0 }) * (if shed { 0.1 } else { 1.0 });
        let kill = if drug { 0.08 * sensitivity } else { 0.0 };
        let mutation = if mutated { 0.0 } else { mutation };
        happens(of, division * (1.0 - mutation), &[(of, 1.0)]);
        happens(of, division * mutation, &[(of | 1, 1.0)]);
        happens(of, 0.03 + if shed { 0.01 } else { 0.0 } + kill, &[(of, -1.0)]);
        let switching = match (shed, drug) {
            (true, _) => 0.0077,
            (false, true) => 0.05,
            (false, false) => 0.0,
        };
        happens(of, switching, &[(of, -1.0), (of ^ 2, 1.0)]);
    }
    all
}

/// Means and covariances of the types.
#[derive(Clone, Copy)]
pub struct Exact {
    mean: [f64; TYPES],
    covariance: [[f64; TYPES]; TYPES],
}

impl Exact {
    fn founders(cells: f64) -> Exact {
        Exact { mean: [cells, 0.0, 0.0, 0.0], covariance: [[0.0; TYPES]; TYPES] }
    }

    /// m' = A m and C' = A C + C A^T + S, the sums over all that happens.
    fn slope(&self, happenings: &[Happening]) -> Exact {
        let mut slope = Exact::founders(0.0);
        for Happening { of, rate, more } in happenings {
            for i in 0..TYPES {
                slope.mean[i] += more[i] * rate * self.mean[*of];
                for j in 0..TYPES {
                    let (c, noise) = (&self.covariance, more[i] * more[j] * self.mean[*of]);
                    slope.covariance[i][j] += rate * (more[i] * c[*of][j] + more[j] * c[i][*of] + noise);
                }
            }
        }
        slope
    }

    fn plus(mut self, scale: f64, other: &Exact) -> Exact {
        for i in 0..TYPES {
            self.mean[i] += scale * other.mean[i];
            for j in 0..TYPES {
                self.covariance[i][j] += scale * other.covariance[i][j];
            }
        }
        self
    }

    /// Runge and Kutta's fourth-order step.
    fn step(self, happenings: &[Happening], days: f64) -> Exact {
        let first = self.slope(happenings);
        let second = self.plus(days / 2.0, &first).slope(happenings);
        let third = self.plus(days / 2.0, &second).slope(happenings);
        let fourth = self.plus(days, &third).slope(happenings);
        let middle = second.plus(1.0, &third);
        self.plus(days / 6.0, &first.plus(2.0, &middle).plus(1.0, &fourth))
    }

    /// The moments at each of `DAYS`.
    pub fn course(cells: f64, mutation: f64) -> [Exact; 2] {
        let (mut now, steps_a_day) = (Exact::founders(cells), 50);
        let (on, off) = (happenings(mutation, true), happenings(mutation, false));
        let mut course = Vec::new();
        for day in 0..14 {
            let happenings = if (2..10).contains(&day) { &on } else { &off };
            for _ in 0..steps_a_day {
                now = now.step(happenings, 1.0 / f64::from(steps_a_day));
            }
            if DAYS.contains(&f64::from(day + 1)) {
                course.push(now);
            }
        }
        course.try_into().unwrap_or_else(|_| panic!("two days"))
    }

    pub fn of(&self, weights: [f64; TYPES]) -> (f64, f64) {
        let pairs = (0..TYPES).flat_map(|i| (0..TYPES).map(move |j| (i, j)));
        let variance = pairs.map(|(i, j)| weights[i] * weights[j] * self.covariance[i][j]).sum();
        ((0..TYPES).map(|i| weights[i] * self.mean[i]).sum(), variance)
    }
}
