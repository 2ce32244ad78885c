//! Sobol's sequence, not scrambled: points that fill a cube evenly.
//!
//! Sources: Sobol IM (1967) USSR Comput Math Math Phys 7:86-112; the directions of Joe S, Kuo FY (2008) SIAM J Sci
//! Comput 30:2635-2654 (new-joe-kuo-6.21201, BSD), as SciPy has them. The crate `sobol` turns on num-traits/std, which
//! would change every random stream.

/// Bits of a coordinate.
const BITS: usize = 32;

/// Primitive polynomials with their leading bit, and the first directions, from the second dimension on.
const DIRECTIONS: [(u32, &[u32]); 31] = [
    (3, &[1]),
    (7, &[1, 3]),
    (11, &[1, 3, 1]),
    (13, &[1, 1, 1]),
    (19, &[1, 1, 3, 3]),
    (25, &[1, 3, 5, 13]),
    (37, &[1, 1, 5, 5, 17]),
    (41, &[1, 1, 5, 5, 5]),
    (47, &[1, 1, 7, 11, 19]),
    (55, &[1, 1, 5, 1, 1]),
    (59, &[1, 1, 1, 3, 11]),
    (61, &[1, 3, 5, 5, 31]),
    (67, &[1, 3, 3, 9, 7, 49]),
    (91, &[1, 1, 1, 15, 21, 21]),
    (97, &[1, 3, 1, 13, 27, 49]),
    (103, &[1, 1, 1, 15, 7, 5]),
    (109, &[1, 3, 1, 15, 13, 25]),
    (115, &[1, 1, 5, 5, 19, 61]),
    (131, &[1, 3, 7, 11, 23, 15, 103]),
    (137, &[1, 3, 7, 13, 13, 15, 69]),
    (143, &[1, 1, 3, 13, 7, 35, 63]),
    (145, &[1, 3, 5, 9, 1, 25, 53]),
    (157, &[1, 3, 1, 13, 9, 35, 107]),
    (167, &[1, 3, 1, 5, 27, 61, 31]),
    (171, &[1, 1, 5, 11, 19, 41, 61]),
    (185, &[1, 3, 5, 3, 3, 13, 69]),
    (191, &[1, 1, 7, 13, 1, 19, 1]),
    (193, &[1, 3, 7, 5, 13, 19, 59]),
    (203, &[1, 1, 3, 9, 25, 29, 41]),
    (211, &[1, 3, 5, 13, 23, 1, 55]),
    (213, &[1, 3, 7, 3, 13, 59, 17]),
];

/// Dimensions that the table serves.
pub const MOST: usize = DIRECTIONS.len() + 1;

/// A coordinate of the point with this index, counted from 0; in [0, 1).
pub fn coordinate(dimension: usize, index: u64) -> f64 {
    let gray = index ^ (index >> 1);
    let directions = directions(dimension);
    let bits = (0..BITS).filter(|bit| gray >> bit & 1 == 1);
    let sum = bits.fold(0_u32, |sum, bit| sum ^ directions[bit]);
    f64::from(sum) / (1_u64 << BITS) as f64
}

/// The direction numbers of a dimension, as fractions of 2^32.
fn directions(dimension: usize) -> [u32; BITS] {
    let mut v = [0; BITS];
    let Some((polynomial, first)) = dimension.checked_sub(1).and_then(|at| DIRECTIONS.get(at)) else {
        // The first dimension is van der Corput's sequence.
        return std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
    };
    let degree = first.len();
    for (bit, number) in first.iter().enumerate() {
        v[bit] = number << (BITS - 1 - bit);
    }
    for bit in degree..BITS {
        v[bit] = v[bit - degree] ^ (v[bit - degree] >> degree);
        for step in 1..degree {
            if polynomial >> (degree - step) & 1 == 1 {
                v[bit] ^= v[bit - step];
            }
        }
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against scipy.stats.qmc.Sobol(32, scramble=False), SciPy 1.17.1: tests/design/sobol.csv, the first 256 points.
    #[test]
    fn the_sequence_is_that_of_scipy() {
        let table = include_str!("../../../tests/design/sobol.csv");
        for (index, line) in table.lines().enumerate() {
            for (dimension, cell) in line.split(',').enumerate() {
                let wanted: f64 = cell.parse().unwrap();
                assert_eq!(
                    coordinate(dimension, index as u64),
                    wanted,
                    "point {index}, dimension {dimension}"
                );
            }
        }
        assert_eq!((table.lines().count(), MOST), (256, 32));
    }

    #[test]
    fn each_dimension_fills_its_parts_evenly() {
        for dimension in 0..MOST {
            let mut parts = vec![0; 1024];
            (0..1024).for_each(|index| parts[(coordinate(dimension, index) * 1024.0) as usize] += 1);
            assert!(parts.iter().all(|count| *count == 1), "dimension {dimension}");
        }
    }
}
