//! Correlation between numbers of a patient: a Gaussian copula, which leaves every law as it is.

use libm::sqrt;

/// A smaller rest of variance than this counts as none: the matrix is not positive definite.
const SMALLEST: f64 = 1e-9;

/// Numbers that are correlated: their standard normal scores are sums of independent ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copula {
    /// Positions of the numbers, in the order of the matrix.
    members: Vec<usize>,
    /// Rows of the lower triangle L with L L' the correlation matrix.
    rows: Vec<Vec<f64>>,
}

impl Copula {
    /// The copula of these members and pairs of members with their correlation; pairs that are not listed are
    /// independent but for what they share. None if no patients could have these correlations at once.
    ///
    /// ```
    /// use clonetide::patient::Copula;
    /// assert!(Copula::new(vec![0, 1], &[(0, 1, 0.64)]).is_some());
    /// let (a, b, c) = (0, 1, 2);
    /// assert!(Copula::new(vec![a, b, c], &[(a, b, 0.9), (b, c, 0.9), (a, c, -0.9)]).is_none());
    /// ```
    pub fn new(members: Vec<usize>, pairs: &[(usize, usize, f64)]) -> Option<Copula> {
        let r = |i: usize, j: usize| {
            let (a, b) = (members[i], members[j]);
            let same = |pair: &&(usize, usize, f64)| (pair.0, pair.1) == (a, b) || (pair.0, pair.1) == (b, a);
            pairs.iter().find(same).map_or(0.0, |pair| pair.2)
        };
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for i in 0..members.len() {
            let mut row: Vec<f64> = Vec::new();
            for (j, earlier) in rows.iter().enumerate() {
                let shared: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
                row.push((r(i, j) - shared) / earlier[j]);
            }
            let rest = 1.0 - row.iter().map(|a| a * a).sum::<f64>();
            if rest < SMALLEST {
                return None;
            }
            row.push(sqrt(rest));
            rows.push(row);
        }
        Some(Copula { members, rows })
    }

    /// Positions of the members.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// Correlated scores from independent ones, both in the order of the members.
    pub fn scores(&self, independent: &[f64]) -> Vec<f64> {
        let score = |row: &Vec<f64>| row.iter().zip(independent).map(|(a, e)| a * e).sum();
        self.rows.iter().map(score).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L L' is the matrix again.
    #[test]
    fn the_factor_gives_the_matrix_back() {
        let pairs = [(4, 7, 0.64), (7, 2, -0.3), (2, 4, 0.1)];
        let copula = Copula::new(vec![4, 7, 2], &pairs).unwrap();
        let dot = |a: usize, b: usize| -> f64 {
            copula.rows[a].iter().zip(&copula.rows[b]).map(|(x, y)| x * y).sum()
        };
        for (a, b, r) in [(0, 1, 0.64), (1, 2, -0.3), (0, 2, 0.1), (0, 0, 1.0), (2, 2, 1.0)] {
            assert!((dot(a, b) - r).abs() < 1e-12, "{a} {b}: {}", dot(a, b));
        }
    }

    #[test]
    fn the_first_member_keeps_its_own_score() {
        let copula = Copula::new(vec![0, 1], &[(0, 1, 0.5)]).unwrap();
        let scores = copula.scores(&[1.5, -2.0]);
        assert_eq!(scores[0], 1.5);
        assert!((scores[1] - (0.75 - 2.0 * sqrt(0.75))).abs() < 1e-12);
    }

    #[test]
    fn correlations_that_exclude_one_another_are_no_copula() {
        assert!(Copula::new(vec![0, 1], &[(0, 1, 1.0)]).is_none(), "one is the other");
        let circle = [(0, 1, 0.9), (1, 2, 0.9), (2, 0, -0.9)];
        assert!(Copula::new(vec![0, 1, 2], &circle).is_none());
        assert!(Copula::new(vec![0, 1, 2], &circle[..2]).is_none(), "0.9 and 0.9 leave no room for 0");
        assert!(Copula::new(vec![0, 1, 2], &[(0, 1, 0.7), (1, 2, 0.7)]).is_some());
    }
}
