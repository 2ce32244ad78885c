//! Latin hypercubes: on each axis one point in each of as many equal parts as there are points.
//!
//! Source: McKay MD, Beckman RJ, Conover WJ (1979) Technometrics 21:239-245.

use rand::RngExt;

use crate::engine::{Purpose, StreamKey};

/// Shares of the axes in [0, 1), point by point: a pure function of its arguments.
pub fn hypercube(axes: usize, points: u64, seed: u64) -> Vec<f64> {
    let key = StreamKey { seed, cell: 0, patient: 0, replicate: 0 };
    let mut shares = vec![0.0; axes * points as usize];
    for axis in 0..axes {
        let mut stream = key.stream(Purpose::Design(axis as u8));
        let mut parts: Vec<u64> = (0..points).collect();
        for last in (1..parts.len()).rev() {
            parts.swap(last, stream.random_range(0..=last as u64) as usize);
        }
        for (point, part) in parts.into_iter().enumerate() {
            let within: f64 = stream.random();
            shares[point * axes + axis] = (part as f64 + within) / points as f64;
        }
    }
    shares
}
