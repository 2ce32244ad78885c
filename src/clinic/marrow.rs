//! A sample of the marrow: the share of its cells that belong to the disease, down to minimal residual disease.

use libm::{exp, log1p, sqrt};

use crate::engine::{Stream, sampler};

/// Levels of minimal residual disease that are reported, as shares of the marrow's cells.
pub const LEVELS: [f64; 3] = [1e-4, 1e-5, 1e-6];

/// The level that the IMWG asks for.
pub const STANDARD_LEVEL: f64 = 1e-5;

/// A sample below this share of plasma cells can belong to a complete response.
const COMPLETE: f64 = 0.05;

/// A sample in which flow of few colours finds no clonal cell: a stringent complete response.
const STRINGENT: f64 = 1e-4;

/// Positive cells that a sample must be expected to hold at a level before it can exclude the level.
const ENOUGH: f64 = 3.0;

/// How the marrow is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marrow {
    /// Nucleated cells of the marrow beside the tumour.
    pub cells: f64,
    /// Cells of a sample.
    pub sample: u64,
    /// Coefficient of variation of the tumour's share from place to place: log-normal, of mean 1.
    pub patchiness: f64,
    /// Days between samples that are taken whatever the M-protein is; none if only a complete response is confirmed.
    pub every: Option<f64>,
}

/// What a sample shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aspirate {
    /// Cells of the disease in it.
    pub clonal: u64,
    /// Cells looked at.
    pub cells: u64,
}

impl Marrow {
    /// Takes a sample: the place by one draw, its cells by another.
    pub fn aspirate(&self, burden: u64, stream: &mut Stream) -> Aspirate {
        let sigma = sqrt(log1p(self.patchiness * self.patchiness));
        let local = burden as f64 * exp(sigma * sampler::normal(stream) - sigma * sigma / 2.0);
        let clonal = sampler::binomial(self.sample, local / (local + self.cells), stream);
        Aspirate { clonal, cells: self.sample }
    }
}

impl Aspirate {
    /// Share of the cells that belong to the disease.
    ///
    /// ```
    /// use clonetide::clinic::Aspirate;
    /// assert_eq!(Aspirate { clonal: 30, cells: 10_000_000 }.share(), 3e-6);
    /// ```
    pub fn share(&self) -> f64 {
        self.clonal as f64 / self.cells.max(1) as f64
    }

    /// Negative at a level: fewer clonal cells than the level means, in a sample that would show 3 of them.
    ///
    /// ```
    /// use clonetide::clinic::Aspirate;
    /// let sample = |clonal| Aspirate { clonal, cells: 1_000_000 };
    /// assert!(sample(9).is_negative_at(1e-5) && !sample(10).is_negative_at(1e-5));
    /// assert!(!sample(0).is_negative_at(1e-6), "a million cells are too few for that");
    /// ```
    pub fn is_negative_at(&self, level: f64) -> bool {
        let expected = level * self.cells as f64;
        expected >= ENOUGH * (1.0 - 1e-9) && (self.clonal as f64) < expected * (1.0 - 1e-9)
    }

    /// Below 5 %: what a complete response asks for.
    pub fn is_complete(&self) -> bool {
        self.share() < COMPLETE
    }

    /// No clonal cell to be seen by flow of few colours, 1e-4: what a stringent complete response asks for.
    pub fn is_stringent(&self) -> bool {
        self.is_negative_at(STRINGENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, StreamKey};

    const MARROW: Marrow = Marrow { cells: 1e12, sample: 10_000_000, patchiness: 0.0, every: None };

    fn stream() -> Stream {
        StreamKey { seed: 12, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Marrow)
    }

    #[test]
    fn a_marrow_of_tumour_is_all_clonal_and_an_empty_one_not() {
        let mut stream = stream();
        assert_eq!(MARROW.aspirate(0, &mut stream).clonal, 0);
        let half = MARROW.aspirate(1_000_000_000_000, &mut stream).share();
        assert!((half - 0.5).abs() < 0.001, "{half}");
    }

    #[test]
    fn five_percent_is_no_longer_complete() {
        assert!(Aspirate { clonal: 49, cells: 1000 }.is_complete());
        assert!(!Aspirate { clonal: 50, cells: 1000 }.is_complete());
    }

    #[test]
    fn stringent_begins_below_one_in_ten_thousand() {
        assert!(Aspirate { clonal: 999, cells: 10_000_000 }.is_stringent());
        assert!(!Aspirate { clonal: 1000, cells: 10_000_000 }.is_stringent());
    }

    #[test]
    fn levels_at_their_edges() {
        for (level, edge) in [(1e-4, 1000), (1e-5, 100), (1e-6, 10)] {
            let sample = |clonal| Aspirate { clonal, cells: 10_000_000 };
            assert!(sample(edge - 1).is_negative_at(level) && !sample(edge).is_negative_at(level), "{level}");
        }
        assert!(Aspirate { clonal: 0, cells: 3_000_000 }.is_negative_at(1e-6));
        assert!(!Aspirate { clonal: 0, cells: 2_999_999 }.is_negative_at(1e-6));
    }

    /// H0: 1e7 cells in 1e12 are 100 in a sample of 1e7, Poisson: mean 100, variance 100 if the marrow is even,
    /// 100 + (0.5 x 100)^2 if it is patchy with a cv of 0.5. n = 2e4, false alarm 1e-6 each; the variance of
    /// the patchy counts has standard error sqrt((kurtosis - 1) / n) with a kurtosis below 10.
    #[test]
    fn samples_scatter_by_counts_and_by_place() {
        let n = 20_000;
        for (patchiness, variance, kurtosis) in [(0.0, 100.0, 3.1), (0.5, 2600.0, 10.0)] {
            let (marrow, mut stream) = (Marrow { patchiness, ..MARROW }, stream());
            let counts: Vec<f64> =
                (0..n).map(|_| marrow.aspirate(10_000_000, &mut stream).clonal as f64).collect();
            let mean = counts.iter().sum::<f64>() / f64::from(n);
            let spread = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / f64::from(n);
            assert!((mean - 100.0).abs() < 4.9 * sqrt(variance / f64::from(n)), "{mean}");
            let error = variance * sqrt((kurtosis - 1.0) / f64::from(n));
            assert!((spread - variance).abs() < 4.9 * error, "{spread}");
        }
    }
}
