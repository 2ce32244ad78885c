//! The samplers against exact distribution functions.

use serde::Deserialize;

use super::statistics::{Outcome, chi2_pmf};
use crate::engine::{Purpose, Stream, StreamKey, sampler};

const REFERENCE: &str = include_str!("../../tests/theory/S01.json");
/// Small and large, by inversion and by rejection.
const CHOSEN: [&str; 8] = [
    "Binomial(20,0.3)",
    "Binomial(1e+12,0.3)",
    "Binomial(1e+12,1e-09)",
    "Poisson(9.99)",
    "Poisson(29.5)",
    "Poisson(1e+12)",
    "NegBinomial(r=5, B=3)",
    "NegBinomial(r=1e+12, B=1.5)",
];

#[derive(Debug, Deserialize)]
struct Reference {
    observables: Vec<Law>,
}

/// A law, and its distribution function at some counts.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Law {
    /// Its name.
    pub name: String,
    params: Params,
    k: Vec<u64>,
    cdf: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "dist", rename_all = "lowercase")]
enum Params {
    Binomial {
        n: u64,
        p: f64,
    },
    Poisson {
        lam: f64,
    },
    NegBinomial {
        r: u64,
        #[serde(rename = "B")]
        births: f64,
    },
}

impl Params {
    fn draw(self, stream: &mut Stream) -> u64 {
        match self {
            Params::Binomial { n, p } => sampler::binomial(n, p, stream),
            Params::Poisson { lam } => sampler::poisson(lam, stream),
            Params::NegBinomial { r, births } => sampler::negative_binomial(r, births, stream),
        }
    }
}

/// The laws that are tested; none if what the program carries cannot be read.
pub(super) fn chosen() -> Option<Vec<Law>> {
    let all: Reference = serde_json::from_str(REFERENCE).ok()?;
    let find = |name: &&str| all.observables.iter().find(|law| law.name == *name).cloned();
    CHOSEN.iter().map(find).collect()
}

impl Law {
    /// Chi-squared of `n` draws on the cells between the counts of the reference.
    pub fn test(&self, seed: u64, n: u64) -> Outcome {
        let key = StreamKey { seed, cell: 0, patient: 0, replicate: 0 };
        let mut stream = key.stream(Purpose::DiseaseBefore);
        let mut counts = vec![0; self.k.len() + 1];
        for _ in 0..n {
            let drawn = self.params.draw(&mut stream);
            counts[self.k.partition_point(|k| *k < drawn)] += 1;
        }
        let below = std::iter::once(0.0).chain(self.cdf.iter().copied());
        let p: Vec<f64> = self.cdf.iter().zip(below).map(|(upper, lower)| upper - lower).collect();
        let last = self.cdf.last().copied().unwrap_or(0.0);
        chi2_pmf(&counts, &p, 1.0 - last, n)
    }
}
