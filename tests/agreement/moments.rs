//! Sample moments with their standard errors.

/// Sums of the powers of many values about a centre.
#[derive(Clone, Default)]
pub struct Moments {
    pub n: f64,
    centre: f64,
    sums: [f64; 4],
}

impl Moments {
    pub fn about(centre: f64) -> Moments {
        Moments { centre, ..Moments::default() }
    }

    pub fn add(&mut self, value: f64) {
        let (x, mut power) = (value - self.centre, 1.0);
        self.n += 1.0;
        for sum in &mut self.sums {
            power *= x;
            *sum += power;
        }
    }

    pub fn mean(&self) -> f64 {
        self.centre + self.sums[0] / self.n
    }

    pub fn variance(&self) -> f64 {
        (self.sums[1] - self.sums[0] * self.sums[0] / self.n) / (self.n - 1.0)
    }

    /// Fourth central moment.
    pub fn fourth(&self) -> f64 {
        let [m1, m2, m3, m4] = self.sums.map(|sum| sum / self.n);
        m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1.powi(4)
    }

    /// Squared standard error of the mean.
    pub fn mean_error(&self) -> f64 {
        self.variance() / self.n
    }

    /// Squared standard error of the variance.
    pub fn variance_error(&self) -> f64 {
        (self.fourth() - self.variance() * self.variance()) / self.n
    }
}
