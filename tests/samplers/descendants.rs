//! The law of the cells that come from `cells` cells in a birth-death process, by inversion of its
//! characteristic function.

use super::law::Law;
use clonetide::engine::Propagator;
use libm::{atan2, cos, exp, hypot, log, sin};
use std::f64::consts::PI;

/// Nodes of the inversion; for up to 1e4 cells it is exact within +-4000 cells of the mean.
const NODES: usize = 4000;
/// Up to this many cells the whole characteristic function is inverted, above only its first 12 / sd.
const FEW: f64 = 1e4;
/// Above this many cells the logarithm of the characteristic function is taken by its cumulants.
const MANY: f64 = 1e7;

/// First four cumulants of the cells that come from one cell.
fn cumulants(p: &Propagator) -> [f64; 4] {
    // Factorial moments: those of a geometric count from 1 on, times the probability of survival.
    let factorial = |m: i32, faculty: f64| faculty * p.births.powi(m - 1) * p.growth;
    let (f1, f2, f3, f4) = (factorial(1, 1.0), factorial(2, 2.0), factorial(3, 6.0), factorial(4, 24.0));
    let (r1, r2, r3, r4) = (f1, f2 + f1, f3 + 3.0 * f2 + f1, f4 + 6.0 * f3 + 7.0 * f2 + f1);
    let third = r3 - 3.0 * r2 * r1 + 2.0 * r1.powi(3);
    let fourth = r4 - 4.0 * r3 * r1 - 3.0 * r2 * r2 + 12.0 * r2 * r1 * r1 - 6.0 * r1.powi(4);
    [r1, r2 - r1 * r1, third, fourth]
}

/// Logarithm of modulus and argument, for one cell, of E exp(i t (N - mean)).
fn logarithm(p: &Propagator, mean: f64, t: f64) -> (f64, f64) {
    // E z^N = dead + (1 - dead) s z / (1 - (1 - s) z) at z = exp(i t).
    let (s, dead) = (1.0 / (1.0 + p.births), p.extinction());
    let (c, d) = (1.0 - (1.0 - s) * cos(t), -(1.0 - s) * sin(t));
    let scale = (1.0 - dead) * s / (c * c + d * d);
    let re = dead + scale * (cos(t) * c + sin(t) * d);
    let im = scale * (sin(t) * c - cos(t) * d);
    (log(hypot(re, im)), atan2(im, re) - t * mean)
}

fn series([_, k2, k3, k4]: [f64; 4], t: f64) -> (f64, f64) {
    (t * t * (-k2 / 2.0 + k4 * t * t / 24.0), -k3 * t.powi(3) / 6.0)
}

pub fn law(p: Propagator, cells: f64) -> Law {
    let k = cumulants(&p);
    let (mean, variance) = (cells * k[0], cells * k[1]);
    let reach = if cells <= FEW { PI } else { PI.min(12.0 / libm::sqrt(variance)) };
    let step = reach / NODES as f64;
    let node = move |i: usize| {
        let t = step * i as f64;
        let (size, turn) = if cells > MANY { series(k, t) } else { logarithm(&p, k[0], t) };
        let end = if i == 0 || i == NODES { 0.5 } else { 1.0 };
        (t, end * step / PI * exp(cells * size), cells * turn)
    };
    let nodes: Vec<_> = (0..=NODES).map(node).collect();
    let point =
        move |x: f64| nodes.iter().map(|(t, size, turn)| size * cos(turn - t * (x - mean))).sum::<f64>();
    Law {
        name: format!("{cells:e} cells, {p:?}"),
        point: Box::new(point),
        continuous: false,
        floor: 0.0,
        mean,
        variance,
        fourth: cells * k[3],
    }
}
