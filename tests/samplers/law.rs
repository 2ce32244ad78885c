//! An exact law: what draws are judged by.

use super::loader;

/// Up to this standard deviation every count is a cell of its own.
const FINE: f64 = 300.0;

/// An exact law: the probability (or density) at a point, and its moments.
pub struct Law {
    pub name: String,
    pub point: Box<dyn Fn(f64) -> f64>,
    pub continuous: bool,
    /// Nothing is below it.
    pub floor: f64,
    pub mean: f64,
    pub variance: f64,
    /// Fourth cumulant.
    pub fourth: f64,
}

/// 5-point Gauss-Legendre rule on -1..1.
const RULE: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.906_179_845_938_664, 0.236_926_885_056_189_08),
];

impl Law {
    pub fn binomial(n: f64, p: f64) -> Law {
        let variance = n * p * (1.0 - p);
        Law {
            name: format!("binomial n = {n:e}, n p = {:e}", n * p),
            point: Box::new(move |k| loader::binomial(k, n, p, 1.0 - p)),
            continuous: false,
            floor: 0.0,
            mean: n * p,
            variance,
            fourth: variance * (1.0 - 6.0 * p * (1.0 - p)),
        }
    }

    pub fn poisson(mean: f64) -> Law {
        Law {
            name: format!("Poisson {mean:e}"),
            point: Box::new(move |k| loader::poisson(k, mean)),
            continuous: false,
            floor: 0.0,
            mean,
            variance: mean,
            fourth: mean,
        }
    }

    pub fn negative_binomial(survivors: f64, births: f64) -> Law {
        let variance = survivors * births * (1.0 + births);
        Law {
            name: format!("negative binomial {survivors:e} x {births:e}"),
            point: Box::new(move |k| loader::negative_binomial(k, survivors, births)),
            continuous: false,
            floor: 0.0,
            mean: survivors * births,
            variance,
            fourth: variance * (1.0 + 6.0 * births * (1.0 + births)),
        }
    }

    pub fn gamma(shape: f64, scale: f64) -> Law {
        Law {
            name: format!("gamma {shape:e} x {scale:e}"),
            point: Box::new(move |x| loader::poisson(shape - 1.0, x / scale) / scale),
            continuous: true,
            floor: 0.0,
            mean: shape * scale,
            variance: shape * scale * scale,
            fourth: 6.0 * shape * scale.powi(4),
        }
    }

    pub fn normal() -> Law {
        let density = |x: f64| libm::exp(-0.5 * x * x) / libm::sqrt(2.0 * std::f64::consts::PI);
        Law {
            name: "standard normal".into(),
            point: Box::new(density),
            continuous: true,
            floor: f64::NEG_INFINITY,
            mean: 0.0,
            variance: 1.0,
            fourth: 0.0,
        }
    }

    pub fn sd(&self) -> f64 {
        self.variance.sqrt()
    }

    pub fn fine(&self) -> bool {
        !self.continuous && self.sd() <= FINE
    }

    /// Probability of low <= x < high; for wide counts by the integral between half numbers, whose
    /// relative error is below 1 / (24 variance).
    pub fn mass(&self, low: f64, high: f64) -> f64 {
        if high <= low {
            return 0.0;
        }
        if self.fine() {
            return (low as u64..high as u64).map(|k| (self.point)(k as f64)).sum();
        }
        let shift = if self.continuous { 0.0 } else { 0.5 };
        let panels = ((high - low) / self.sd() * 8.0).ceil();
        let width = (high - low) / panels;
        let panel = |i: u32| {
            let middle = low - shift + (f64::from(i) + 0.5) * width;
            let value = |&(node, weight): &(f64, f64)| weight * (self.point)(middle + node * width / 2.0);
            RULE.iter().map(value).sum::<f64>() * width / 2.0
        };
        (0..panels as u32).map(panel).sum()
    }

    /// The point `z` standard deviations above the mean, as the beginning of a cell.
    pub fn edge(&self, z: f64) -> f64 {
        let x = self.mean + z * self.sd();
        if self.continuous { x } else { (x.floor() + 1.0).max(self.floor) }
    }

    /// Where the first cell begins: practically nothing is below.
    pub fn bottom(&self) -> f64 {
        self.edge(-12.0).max(self.floor)
    }

    /// Beginnings of the cells between the tails; the last one begins the upper tail.
    pub fn edges(&self) -> Vec<f64> {
        let mut edges: Vec<f64> = if self.fine() {
            let (low, high) = (self.bottom() as u64, self.edge(12.0) as u64 + 20);
            (low..=high).map(|k| k as f64).collect()
        } else {
            [self.bottom()].into_iter().chain((-16..=16).map(|i| self.edge(0.25 * f64::from(i)))).collect()
        };
        edges.retain(|edge| *edge >= self.bottom());
        edges.dedup();
        edges
    }
}
